//! Drawing the band: widening each polygon, uniting what touches.

use std::collections::BTreeMap;

use geo::algorithm::buffer::{BufferStyle, LineCap, LineJoin};
use geo::orient::{Direction, Orient};
use geo::{
    Area, BoundingRect, Buffer, Densify, Euclidean, Intersects, MapCoords, Rect, unary_union,
};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use qpv_model::{Perimeter, Territory};
use rayon::prelude::*;

use crate::geodesy::LocalFrame;
use crate::limits::BAND_M;
use crate::outline_trees::index_u32;

/// Chord of an arc drawn around a corner, as a share of the radius. An arc of less than two chords is drawn by one: it
/// strays by 0.54 m at most, others by 0.3 m.
const CHORD_SHARE: f64 = 0.06;
/// Longest edge taken as straight in one system and in another, metres: they differ by 6 mm, up to 60° of latitude.
const MAX_STRAIGHT_M: f64 = 500.0;
/// The same in degrees, at most, whatever the direction.
const MAX_STRAIGHT_DEG: f64 = 0.0045;

/// Widest mouth of a recess that is filled before widening, metres. A point within 300 m of the filling lies within
/// 300 m + mouth² / (8 × 300 m) of one of its two ends: 0.38 m more at most. It takes nearly half of the work away.
const MAX_MOUTH_M: f64 = 30.0;

/// An area of the band.
pub(super) struct DrawnArea {
    /// The perimeters it surrounds, in order.
    pub members: Vec<u32>,
    pub outline: MultiPolygon<f64>,
}

/// A polygon of the band, and the perimeters that have a part in it.
struct Piece {
    bounds: Rect<f64>,
    polygon: Polygon<f64>,
    /// The perimeter that stands for all those linked with this piece: the first.
    group: u32,
}

/// Draws the areas, in the order of their first perimeters.
pub(super) fn draw(perimeters: &[Perimeter]) -> Vec<DrawnArea> {
    // Nothing touches across territories: each is dissolved on its own.
    let mut by_territory = BTreeMap::<Territory, Vec<(u32, &Perimeter)>>::new();
    for (place, perimeter) in perimeters.iter().enumerate() {
        by_territory
            .entry(perimeter.territory)
            .or_default()
            .push((index_u32(place), perimeter));
    }
    let territories: Vec<_> = by_territory.into_values().collect();
    let mut areas: Vec<DrawnArea> = territories
        .par_iter()
        .flat_map(|perimeters| dissolved(perimeters))
        .collect();
    // Drawn territory by territory, listed by the first perimeter whatever its territory.
    areas.sort_by_key(|area| area.members.first().copied());
    areas
}

/// Draws the areas of the perimeters of one territory.
fn dissolved(perimeters: &[(u32, &Perimeter)]) -> Vec<DrawnArea> {
    let polygons: Vec<_> = perimeters
        .iter()
        .flat_map(|(_, perimeter)| perimeter.outline.wgs84())
        .collect();
    let wide: Vec<_> = polygons.into_par_iter().filter_map(widened).collect();
    // Clusters are independent of each other, so that all cores can unite at once.
    let united: Vec<MultiPolygon<f64>> = clusters(wide).par_iter().map(unary_union).collect();
    let pieces = united.into_iter().flatten().filter_map(|polygon| {
        Some(Piece {
            bounds: polygon.bounding_rect()?,
            polygon,
            group: u32::MAX,
        })
    });
    let mut pieces: Vec<Piece> = pieces.collect();
    // By western end, so that the search for the piece of a vertex can stop early.
    pieces.sort_by(|a, b| a.bounds.min().x.total_cmp(&b.bounds.min().x));
    // A perimeter of several parts makes one area of pieces that do not touch.
    let mut groups = BTreeMap::<u32, Vec<u32>>::new();
    for &(place, perimeter) in perimeters {
        join(&mut pieces, &mut groups, place, perimeter);
    }
    let mut areas: BTreeMap<u32, DrawnArea> = BTreeMap::new();
    for (group, mut members) in groups {
        // Joined groups come one after the other, not in order.
        members.sort_unstable();
        areas.insert(
            group,
            DrawnArea {
                members,
                outline: MultiPolygon(Vec::new()),
            },
        );
    }
    for piece in pieces {
        if let Some(area) = areas.get_mut(&piece.group) {
            area.outline.0.push(piece.polygon);
        }
    }
    areas.into_values().collect()
}

/// Gathers outlines in clusters whose envelopes touch, directly or through others: those of different clusters do not.
fn clusters(outlines: Vec<MultiPolygon<f64>>) -> Vec<Vec<MultiPolygon<f64>>> {
    let mut clusters: Vec<Vec<(Rect<f64>, MultiPolygon<f64>)>> = Vec::new();
    for outline in outlines {
        let Some(bounds) = outline.bounding_rect() else {
            continue;
        };
        let touched = clusters.extract_if(.., |near| {
            near.iter().any(|(other, _)| other.intersects(&bounds))
        });
        // The outline may join clusters that did not touch before.
        let mut together: Vec<_> = touched.flatten().collect();
        together.push((bounds, outline));
        clusters.push(together);
    }
    clusters
        .into_iter()
        .map(|near| near.into_iter().map(|(_, outline)| outline).collect())
        .collect()
}

/// Adds a perimeter to the area of the pieces that hold its parts, which become one area.
fn join(
    pieces: &mut [Piece],
    groups: &mut BTreeMap<u32, Vec<u32>>,
    place: u32,
    perimeter: &Perimeter,
) {
    let firsts = perimeter
        .outline
        .wgs84()
        .iter()
        .filter_map(|part| part.exterior().0.first());
    // One vertex of each part is enough: a piece holds a widened part whole.
    let own: Vec<usize> = firsts
        .filter_map(|&vertex| holding(pieces, vertex))
        .collect();
    let Some(group) = own
        .iter()
        .map(|&piece| pieces[piece].group.min(place))
        .min()
    else {
        return;
    };
    let mut members = groups.remove(&group).unwrap_or_default();
    members.push(place);
    for piece in own {
        let other = std::mem::replace(&mut pieces[piece].group, group);
        if other != group
            && let Some(more) = groups.remove(&other)
        {
            members.extend(more);
            pieces
                .iter_mut()
                .filter(|piece| piece.group == other)
                .for_each(|piece| piece.group = group);
        }
    }
    groups.insert(group, members);
}

/// Returns the piece that holds a position, if any: they are in the order of their western ends.
fn holding(pieces: &[Piece], at: Coord<f64>) -> Option<usize> {
    let after = pieces.partition_point(|piece| piece.bounds.min().x <= at.x);
    (0..after).rev().find(|&piece| {
        pieces[piece].bounds.intersects(&at) && pieces[piece].polygon.intersects(&at)
    })
}

/// Widens a polygon on WGS 84 by [`BAND_M`]; `None` for one without a vertex. One that encloses nothing is widened around
/// its line.
fn widened(polygon: &Polygon<f64>) -> Option<MultiPolygon<f64>> {
    // A plane for each polygon: a perimeter's parts can lie kilometres apart, and scale errors
    // grow with distance.
    let frame = LocalFrame::at_coord(polygon.bounding_rect()?.center());
    let plane = Euclidean
        // Densified before projecting: an edge straight in degrees is slightly bent in the plane.
        .densify(polygon, MAX_STRAIGHT_DEG)
        .map_coords(|c| frame.plane(c));
    let style = BufferStyle::new(BAND_M)
        .line_join(LineJoin::Round(CHORD_SHARE))
        .line_cap(LineCap::Round(CHORD_SHARE));
    // Generalisation shrinks some perimeters to a line, which a buffer of polygons would lose.
    let wide = if plane.unsigned_area() > 0.0 {
        filled(&plane).buffer_with_style(style)
    } else {
        plane.exterior().buffer_with_style(style)
    };
    Some(
        Euclidean
            // And again on the way back, where the edges are straight in the plane.
            .densify(&wide, MAX_STRAIGHT_M)
            .map_coords(|c| frame.unplane(c)),
    )
}

/// Fills the narrow recesses of a polygon's outer ring: those whose mouth is [`MAX_MOUTH_M`] at most.
fn filled(polygon: &Polygon<f64>) -> Polygon<f64> {
    // Anticlockwise, so that a right turn is a recess.
    let (ring, holes) = polygon.orient(Direction::Default).into_inner();
    let mut vertices = ring.0;
    vertices.pop();
    // The westernmost vertex is in no recess.
    if let Some(west) = (0..vertices.len()).min_by(|&a, &b| vertices[a].x.total_cmp(&vertices[b].x))
    {
        vertices.rotate_left(west);
        vertices.push(vertices[0]);
    }
    let mut kept: Vec<Coord<f64>> = Vec::with_capacity(vertices.len());
    for vertex in vertices {
        // Repeated, for a vertex that is dropped can leave a wider recess with a narrow mouth.
        while let [.., before, last] = kept[..]
            && turns_right(before, last, vertex)
            && (vertex - before).x.hypot((vertex - before).y) <= MAX_MOUTH_M
        {
            kept.pop();
        }
        kept.push(vertex);
    }
    Polygon::new(LineString(kept), holes)
}

/// Returns true when a way over three points turns right at the second, or not at all.
fn turns_right(from: Coord<f64>, over: Coord<f64>, to: Coord<f64>) -> bool {
    let (first, second) = (over - from, to - over);
    first.x * second.y - first.y * second.x <= 0.0
}
