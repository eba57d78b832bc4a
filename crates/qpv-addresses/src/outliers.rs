//! Published positions that cannot be right: rows that lie far from all others of their commune.
//!
//! Distance from the middle alone would condemn every outlying hamlet: of 222,000 published addresses of seven departments,
//! 298 lie more than 5 km and ten times the median distance from the middle of their commune, and all of those stand where
//! they should. So rows are first put into groups, and a group is believed when it is within reach of those believed
//! already. The largest group of a commune is believed; where it has no more than half of the rows, nothing says who is
//! right, and none is.
//!
//! Distances are those between the squares of the map that rows lie in, less than a kilometre a side.

use std::cmp::{Ordering, Reverse};

use qpv_model::{CommuneCode, Wgs84Point};

use crate::index::StoredPoint;
use crate::reverse::{cell_bounds, cell_key};

/// Distance between two rows of a group, metres: hamlets of a commune are rarely farther apart.
const GROUP_M: f64 = 5_000.0;
/// Distance at which a few rows are still believed, metres. The greatest in the shared addresses outside Guyane is 6.3 km.
const REACH_M: f64 = 10_000.0;
/// Distance at which a hamlet is, metres: Chausey lies 17 km from Granville, whose islands they are.
const HAMLET_REACH_M: f64 = 20_000.0;
/// The same in Guyane and in the Pacific, metres: Camopi has a village 120 km up the river.
const FAR_REACH_M: f64 = 150_000.0;
/// Rows that make a hamlet.
const HAMLET_ROWS: usize = 10;
/// Rows of a commune from which a few others can be told to be wrong by [`REACH_M`].
const MIN_ROWS: usize = 5;
/// Distance from the middle from which a row is an outlier, metres, and in median distances of the rows believed.
const OUTLIER_M: f64 = 5_000.0;
const OUTLIER_SPREADS: f64 = 10.0;

/// Distance around a row within which those of other communes are counted, metres.
pub(crate) const AROUND_M: f64 = 500.0;
/// Rows of other communes around one that stands in the midst of them: as many, and as many times those of its own.
const MIN_STRANGERS: usize = 10;
const STRANGERS_PER_OWN: usize = 5;
/// Rows of a group whose surroundings are looked at.
const SAMPLED_ROWS: usize = 64;

/// A row that lies far from its commune.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Outlier {
    /// Its place among the rows of the commune.
    pub row: usize,
    /// Metres from the middle of the others; `None` where nothing says which rows are right.
    pub distance_m: Option<f64>,
}

/// The rows around one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Surroundings {
    /// The addresses of its commune, itself included.
    pub own: usize,
    pub strangers: usize,
}

/// Rows near each other.
#[derive(Debug, Default)]
struct RowGroup {
    rows: Vec<usize>,
    squares: Vec<StoredPoint>,
}

impl RowGroup {
    fn gap_m(&self, other: &Self) -> f64 {
        let pairs = self
            .squares
            .iter()
            .flat_map(|one| other.squares.iter().map(|two| one.distance_m(*two)));
        pairs.fold(f64::INFINITY, f64::min)
    }

    /// Returns true if most of the rows stand in the midst of another commune's.
    fn is_among_strangers(&self, around: impl Fn(usize) -> Surroundings) -> bool {
        let sampled = self
            .rows
            .iter()
            .step_by(self.rows.len().div_ceil(SAMPLED_ROWS).max(1));
        let (mut alone, mut all) = (0, 0);
        for row in sampled {
            let Surroundings { own, strangers } = around(*row);
            all += 1;
            alone += usize::from(
                strangers >= MIN_STRANGERS && strangers >= STRANGERS_PER_OWN * own.max(1),
            );
        }
        alone * 2 > all
    }
}

/// Returns the rows of a commune that lie far from the others. `around` counts the rows near one of them.
pub(crate) fn outliers(
    code: CommuneCode,
    spots: &[StoredPoint],
    around: impl Fn(usize) -> Surroundings,
) -> Vec<Outlier> {
    // Most communes are smaller than that.
    if diagonal_m(spots) < OUTLIER_M {
        return Vec::new();
    }
    let mut groups = groups(spots);
    // The largest first; of two, the one whose first row comes first.
    groups.sort_by_key(|group| (Reverse(group.rows.len()), group.rows[0]));
    let mut groups = groups.into_iter();
    let mut believed: Vec<RowGroup> = groups.next().into_iter().collect();
    let (mut refused, mut open): (Vec<RowGroup>, Vec<RowGroup>) =
        groups.partition(|group| group.is_among_strangers(&around));
    let reach = Reach::new(code, &believed);
    // A group believed may be the one from which the next is within reach.
    while let Some(at) = open.iter().position(|group| reach.has(group, &believed)) {
        believed.push(open.remove(at));
    }
    refused.append(&mut open);
    far_rows(spots, &believed, &refused)
}

/// The distances at which the groups of a commune are believed.
#[derive(Debug, Clone, Copy)]
struct Reach {
    few_m: f64,
    hamlet_m: f64,
}

impl Reach {
    fn new(code: CommuneCode, believed: &[RowGroup]) -> Self {
        let is_wide = matches!(code.department(), "973" | "986" | "987" | "988");
        let hamlet_m = if is_wide { FAR_REACH_M } else { HAMLET_REACH_M };
        // Three rows cannot say that a fourth is wrong which lies in a far corner of the commune.
        let can_judge = believed
            .first()
            .is_some_and(|main| main.rows.len() >= MIN_ROWS);
        let few_m = if can_judge && !is_wide {
            REACH_M
        } else {
            hamlet_m
        };
        Self { few_m, hamlet_m }
    }

    fn has(self, group: &RowGroup, believed: &[RowGroup]) -> bool {
        let reach_m = if group.rows.len() < HAMLET_ROWS {
            self.few_m
        } else {
            self.hamlet_m
        };
        believed.iter().any(|other| group.gap_m(other) <= reach_m)
    }
}

/// Returns the rows refused that lie far from the middle of those believed.
fn far_rows(spots: &[StoredPoint], believed: &[RowGroup], refused: &[RowGroup]) -> Vec<Outlier> {
    let right: Vec<StoredPoint> = believed
        .iter()
        .flat_map(|group| group.rows.iter().map(|row| spots[*row]))
        .collect();
    if refused.is_empty() {
        return Vec::new();
    }
    // Of two rows 90 km apart either may be the wrong one.
    if right.len() * 2 <= spots.len() {
        return (0..spots.len())
            .map(|row| Outlier {
                row,
                distance_m: None,
            })
            .collect();
    }
    // Medians, which a row that is wrong cannot draw to itself as it does a mean.
    let middle = StoredPoint {
        lon: median(right.iter().map(|spot| spot.lon), i32::cmp),
        lat: median(right.iter().map(|spot| spot.lat), i32::cmp),
    };
    let spread_m = median(
        right.iter().map(|spot| spot.distance_m(middle)),
        f64::total_cmp,
    );
    let least_m = OUTLIER_M.max(OUTLIER_SPREADS * spread_m);
    let mut far: Vec<Outlier> = refused
        .iter()
        .flat_map(|group| &group.rows)
        .map(|row| (*row, spots[*row].distance_m(middle)))
        .filter(|(_, distance_m)| *distance_m > least_m)
        .map(|(row, distance_m)| Outlier {
            row,
            distance_m: Some(distance_m),
        })
        .collect();
    far.sort_by_key(|outlier| outlier.row);
    far
}

/// Returns the middle one of some values in order; the upper of two.
fn median<T: Copy>(values: impl Iterator<Item = T>, compare: fn(&T, &T) -> Ordering) -> T {
    let mut values: Vec<T> = values.collect();
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, compare).1
}

/// Returns the length of the diagonal of the box around some positions.
fn diagonal_m(spots: &[StoredPoint]) -> f64 {
    let corners = spots.iter().fold(None, |corners, spot| {
        let (low, high): (StoredPoint, StoredPoint) = corners.unwrap_or((*spot, *spot));
        Some((
            StoredPoint {
                lon: low.lon.min(spot.lon),
                lat: low.lat.min(spot.lat),
            },
            StoredPoint {
                lon: high.lon.max(spot.lon),
                lat: high.lat.max(spot.lat),
            },
        ))
    });
    corners.map_or(0.0, |(low, high)| low.distance_m(high))
}

/// Puts rows into groups, by way of the squares that they lie in.
fn groups(spots: &[StoredPoint]) -> Vec<RowGroup> {
    let mut rows: Vec<(u32, usize)> = (0..spots.len())
        .map(|row| (cell_key(spots[row]), row))
        .collect();
    // By square: a town of 100,000 rows has a hundred of them, whose distances are soon compared.
    rows.sort_unstable();
    let mut open: Vec<RowGroup> = rows
        .chunk_by(|one, other| one.0 == other.0)
        .map(|rows| RowGroup {
            squares: vec![middle_of_square(rows[0].0)],
            rows: rows.iter().map(|(_, row)| *row).collect(),
        })
        .collect();
    let mut groups = Vec::new();
    while let Some(mut group) = open.pop() {
        let mut looked_at = 0;
        // Squares are added while they are looked at, until no other is near any of them.
        while let Some(square) = group.squares.get(looked_at).copied() {
            looked_at += 1;
            let near = open.extract_if(.., |other| square.distance_m(other.squares[0]) <= GROUP_M);
            for other in near {
                group.squares.extend(other.squares);
                group.rows.extend(other.rows);
            }
        }
        group.rows.sort_unstable();
        groups.push(group);
    }
    groups
}

fn middle_of_square(key: u32) -> StoredPoint {
    let [west, south, east, north] = cell_bounds(key);
    let middle = Wgs84Point::new(f64::midpoint(west, east), f64::midpoint(south, north));
    middle
        .map(StoredPoint::from)
        .expect("a square of the map lies on it")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows 100 m apart, northward from a place.
    fn rows(lon: f64, lat: f64, count: u32) -> Vec<StoredPoint> {
        (0..count)
            .map(|at| {
                Wgs84Point::new(lon, lat + 0.0009 * f64::from(at))
                    .unwrap()
                    .into()
            })
            .collect()
    }

    fn outlying(code: &str, spots: &[&[StoredPoint]]) -> Vec<usize> {
        let alone = |_| Surroundings::default();
        outliers(code.parse().unwrap(), &spots.concat(), alone)
            .iter()
            .map(|outlier| outlier.row)
            .collect()
    }

    #[test]
    fn a_few_rows_far_from_their_commune_are_outliers() {
        let town = rows(6.86, 47.6, 30);
        // 33 km away.
        assert_eq!(outlying("90001", &[&town, &rows(6.86, 47.9, 2)]), [30, 31]);
        // 15 km: a few houses are not believed, a hamlet is.
        assert_eq!(outlying("90001", &[&town, &rows(6.86, 47.76, 3)]).len(), 3);
        assert_eq!(outlying("90001", &[&town, &rows(6.86, 47.76, 12)]), [0; 0]);
        // 7 km: the next village of a merged commune.
        assert_eq!(outlying("90001", &[&town, &rows(6.86, 47.69, 3)]), [0; 0]);
        // A whole hamlet at 60 km, but in Guyane.
        let far = rows(6.86, 48.15, 20);
        assert_eq!(outlying("90001", &[&town, &far]).len(), 20);
        assert_eq!(outlying("97356", &[&town, &far]), [0; 0]);
    }

    #[test]
    fn rows_of_a_wide_commune_lead_from_one_to_the_next() {
        let town = rows(4.63, 43.68, 40);
        let way: Vec<StoredPoint> = (1..8)
            .flat_map(|step| rows(4.63, 43.68 - 0.04 * f64::from(step), 1))
            .collect();
        assert_eq!(outlying("13004", &[&town, &way]), [0; 0]);
    }

    #[test]
    fn where_few_rows_disagree_the_majority_is_believed_and_else_none() {
        assert_eq!(
            outlying("90001", &[&rows(6.86, 47.6, 1), &rows(6.86, 48.4, 1)]),
            [0, 1]
        );
        assert_eq!(
            outlying("90001", &[&rows(6.86, 48.4, 1), &rows(6.86, 47.6, 2)]),
            [0]
        );
        // Too few to tell that 15 km are too far.
        assert_eq!(
            outlying("90001", &[&rows(6.86, 47.76, 1), &rows(6.86, 47.6, 3)]),
            [0; 0]
        );
        assert_eq!(outlying("90001", &[&rows(6.86, 47.6, 1)]), [0; 0]);
    }

    #[test]
    fn a_few_rows_in_the_midst_of_another_commune_are_outliers() {
        let spots = [rows(6.86, 47.6, 30), rows(6.86, 47.69, 3)].concat();
        for (strangers, expected) in [(9, 0), (60, 3)] {
            let around = |row: usize| Surroundings {
                own: 3,
                strangers: if row >= 30 { strangers } else { 0 },
            };
            assert_eq!(
                outliers("90001".parse().unwrap(), &spots, around).len(),
                expected
            );
        }
    }
}
