//! Points that lie close together, gathered into one: each zoom from those of the next deeper one.

use i_overlay::i_float::int::point::IntPoint;

use crate::grid::{FINEST, MAX_ZOOM};

/// From this zoom every point stands for itself.
const FIRST_ZOOM_APART: u8 = 10;
/// Units of a zoom's grid within which points are gathered: 48 pixels of a tile drawn at 512.
const GATHERING_UNITS: i64 = 384;

/// A point of a zoom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cluster {
    /// On the finest grid: the mean of its members, or the member itself.
    pub at: IntPoint,
    /// Number of members.
    pub count: u32,
    /// The member, when it is the only one.
    pub only: Option<u32>,
    /// The corners of the box around its members.
    pub corners: [IntPoint; 2],
}

impl Cluster {
    /// Returns the cluster of one point.
    pub(crate) fn alone(index: u32, at: IntPoint) -> Self {
        Self {
            at,
            count: 1,
            only: Some(index),
            corners: [at; 2],
        }
    }
}

/// Returns the clusters of each zoom, from 0 to [`MAX_ZOOM`].
pub(crate) fn clusters(points: &[IntPoint]) -> Vec<Vec<Cluster>> {
    let alone = (0_u32..)
        .zip(points)
        .map(|(index, at)| Cluster::alone(index, *at));
    let mut levels: Vec<Vec<Cluster>> = vec![alone.collect()];
    // From the deepest zoom up, each from the one below it: a cluster holds whole clusters, and numbers add up.
    for zoom in (0..MAX_ZOOM).rev() {
        let deeper = levels.last().expect("there is a first");
        levels.push(if zoom >= FIRST_ZOOM_APART {
            deeper.clone()
        } else {
            gathered(deeper, GATHERING_UNITS << (FINEST - zoom))
        });
    }
    levels.reverse();
    levels
}

/// Gathers points: each takes in those within a distance that none has taken before it.
fn gathered(points: &[Cluster], distance: i64) -> Vec<Cluster> {
    // From west to east, so that only neighbours are looked at and the outcome is always the same.
    let mut sorted = points.to_vec();
    // The member breaks ties, for places can share one position.
    sorted.sort_by_key(|point| (point.at.x, point.at.y, point.only));
    let mut taken = vec![false; sorted.len()];
    let mut found = Vec::new();
    for first in 0..sorted.len() {
        if taken[first] {
            continue;
        }
        let near = (first..sorted.len())
            .take_while(|other| offset(sorted[first], sorted[*other])[0] <= distance);
        let members: Vec<usize> = near
            .filter(|other| {
                let [dx, dy] = offset(sorted[first], sorted[*other]);
                !taken[*other] && dx * dx + dy * dy <= distance * distance
            })
            .collect();
        // Marked before the next point is looked at: a point is counted in one cluster only.
        for member in &members {
            taken[*member] = true;
        }
        let members: Vec<Cluster> = members.into_iter().map(|member| sorted[member]).collect();
        found.push(joined(&members));
    }
    found
}

/// Returns the offset from one cluster to another.
fn offset(from: Cluster, to: Cluster) -> [i64; 2] {
    [
        i64::from(to.at.x - from.at.x),
        i64::from(to.at.y - from.at.y),
    ]
}

fn joined(members: &[Cluster]) -> Cluster {
    let only = if let [alone] = members {
        alone.only
    } else {
        None
    };
    Cluster {
        at: IntPoint::new(
            weighted_mean(members, |member| member.at.x),
            weighted_mean(members, |member| member.at.y),
        ),
        count: members.iter().map(|member| member.count).sum(),
        only,
        corners: [
            IntPoint::new(
                least(members, |[low, _]| low.x),
                least(members, |[low, _]| low.y),
            ),
            IntPoint::new(
                -least(members, |[_, high]| -high.x),
                -least(members, |[_, high]| -high.y),
            ),
        ],
    }
}

/// Returns the least of a coordinate over the boxes of some clusters.
fn least(members: &[Cluster], coordinate: fn([IntPoint; 2]) -> i32) -> i32 {
    let coordinates = members.iter().map(|member| coordinate(member.corners));
    coordinates.min().unwrap_or_default()
}

/// Returns the mean of a coordinate over all points of some clusters.
fn weighted_mean(members: &[Cluster], coordinate: fn(&Cluster) -> i32) -> i32 {
    // Weighted by numbers of points, so that the mean is that of all members.
    let count: i64 = members.iter().map(|member| i64::from(member.count)).sum();
    let sum: i64 = members
        .iter()
        .map(|member| i64::from(coordinate(member)) * i64::from(member.count))
        .sum();
    i32::try_from(sum / count).expect("a mean lies between its terms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_point_is_lost_and_each_stands_alone_when_close() {
        let points: Vec<IntPoint> = (0..400)
            .map(|n| {
                IntPoint::new(
                    530_000_000 + (n * n * 7919) % 14_000_000,
                    350_000_000 + n * 15_000,
                )
            })
            .collect();
        let levels = clusters(&points);
        assert_eq!(levels.len(), usize::from(MAX_ZOOM) + 1);
        for (zoom, level) in levels.iter().enumerate() {
            assert_eq!(
                level.iter().map(|cluster| cluster.count).sum::<u32>(),
                400,
                "zoom {zoom}"
            );
            assert!(
                level
                    .iter()
                    .all(|cluster| (cluster.count == 1) == cluster.only.is_some())
            );
        }
        // The box of a cluster holds its members: with one cluster, those of all.
        let all = &levels[0][0];
        if levels[0].len() == 1 {
            let edges = points.iter().map(|at| at.x);
            assert_eq!(all.corners[0].x, edges.clone().min().unwrap_or(0));
            assert_eq!(all.corners[1].x, edges.max().unwrap_or(0));
        }
        for cluster in levels.iter().flatten() {
            let [low, high] = cluster.corners;
            assert!(low.x <= cluster.at.x && cluster.at.x <= high.x);
            assert!(low.y <= cluster.at.y && cluster.at.y <= high.y);
        }
        assert!(levels[0].len() < 10 && levels[0].len() < levels[8].len());
        for (index, cluster) in levels[usize::from(FIRST_ZOOM_APART)].iter().enumerate() {
            assert_eq!(
                (cluster.at, cluster.only),
                (points[index], u32::try_from(index).ok())
            );
        }
        assert!(clusters(&[]).iter().all(Vec::is_empty));
    }
}
