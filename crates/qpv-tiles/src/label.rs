//! The point of an outline that its label is put on.
//!
//! Hand-written: the crate `polylabel` was left for its logging, and `geo::InteriorPoint` looks along one line only, which
//! leaves little room in a bent outline.

use geo::BoundingRect;
use geo_types::{Coord, LineString, MultiPolygon, coord};
use qpv_model::rings;

/// Lines across an outline that the point is looked for on.
const LINES: u32 = 15;

/// A straight line across an outline, along a parallel or a meridian.
#[derive(Clone, Copy)]
enum Across {
    Parallel(f64),
    Meridian(f64),
}

/// Returns a point inside an outline on WGS 84 (by the even-odd rule), with room around it; `None` for an outline without
/// area.
///
/// Of the middles of its widest stretches from west to east, it is the one with the most room on all four sides.
///
/// ```
/// use geo_types::polygon;
/// let letter_u = polygon![(x: 0., y: 0.), (x: 3., y: 0.), (x: 3., y: 3.), (x: 2., y: 3.), (x: 2., y: 1.), (x: 1., y: 1.), (x: 1., y: 3.), (x: 0., y: 3.)];
/// let point = qpv_tiles::label_point(&letter_u.into()).unwrap();
/// assert!(point.y < 1. || point.x < 1. || point.x > 2.);
/// ```
#[must_use]
pub fn label_point(outline: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    let bounds = outline.bounding_rect()?;
    let (south, north) = (bounds.min().y, bounds.max().y);
    // A degree of longitude is shorter than one of latitude: widths are compared with heights.
    let eastward = f64::midpoint(south, north).to_radians().cos();
    let candidates = (1..=LINES).filter_map(|line| {
        // Inner lines only: the first and the last parallel touch the outline at a point.
        let y = south + (north - south) * f64::from(line) / f64::from(LINES + 1);
        let [west, east] = stretches(outline, Across::Parallel(y))
            .into_iter()
            .max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
        let at = coord! { x: f64::midpoint(west, east), y: y };
        Some((at, room(outline, at, (east - west) / 2.0 * eastward)))
    });
    candidates
        .max_by(|one, other| one.1.total_cmp(&other.1))
        // An outline without area has no room: no label is better than one beside it.
        .filter(|(_, room)| *room > 0.0)
        .map(|(at, _)| at)
}

/// Returns the room around a point, degrees of latitude, given the room to its west and east.
fn room(outline: &MultiPolygon<f64>, at: Coord<f64>, beside: f64) -> f64 {
    stretches(outline, Across::Meridian(at.x))
        .into_iter()
        .filter(|[low, high]| (low..=high).contains(&&at.y))
        .map(|[low, high]| (at.y - low).min(high - at.y).min(beside))
        .fold(0.0, f64::max)
}

/// Returns the stretches of a straight line that lie in an outline.
fn stretches(outline: &MultiPolygon<f64>, across: Across) -> Vec<[f64; 2]> {
    let edges = rings(outline).flat_map(LineString::lines);
    let crossings = edges.filter_map(|edge| {
        let [off, from] = across.offset_and_place(edge.start);
        let [other_off, to] = across.offset_and_place(edge.end);
        // One end on the line counts for one side only, so that a vertex is not crossed twice.
        ((off > 0.0) != (other_off > 0.0)).then(|| from + (to - from) * off / (off - other_off))
    });
    let mut crossings: Vec<f64> = crossings.collect();
    crossings.sort_by(f64::total_cmp);
    // By the even-odd rule the line is inside from each crossing of odd rank to the next.
    crossings.as_chunks::<2>().0.to_vec()
}

impl Across {
    /// Returns the offset of a point from the line, and its place along it.
    fn offset_and_place(self, at: Coord<f64>) -> [f64; 2] {
        match self {
            Self::Parallel(lat) => [at.y - lat, at.x],
            Self::Meridian(lon) => [at.x - lon, at.y],
        }
    }
}

#[cfg(test)]
mod tests {
    use geo::Contains;
    use geo_types::{Point, polygon};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_lies_inside(shares in prop::collection::vec(0.1..1.0_f64, 4..40)) {
            let count = shares.len() as f64;
            let ring = (0_u32..).zip(&shares).map(|(n, share)| {
                let angle = f64::from(n) / count * std::f64::consts::TAU;
                (2.0 + share * angle.cos() / 50.0, 48.0 + share * angle.sin() / 50.0)
            });
            let outline: MultiPolygon<f64> = geo_types::Polygon::new(ring.collect(), vec![]).into();
            prop_assert!(outline.contains(&Point::from(label_point(&outline).unwrap())));
        }
    }

    #[test]
    fn a_hole_is_not_inside_and_nothing_has_no_label() {
        let ring = polygon!(
            exterior: [(x: 0., y: 0.), (x: 10., y: 0.), (x: 10., y: 10.), (x: 0., y: 10.)],
            interiors: [[(x: 1., y: 1.), (x: 8., y: 1.), (x: 8., y: 9.), (x: 1., y: 9.)]],
        );
        let at = label_point(&ring.into()).unwrap();
        assert!(
            at.x > 8.0 || at.y > 9.0 || at.y < 1.0 || at.x < 1.0,
            "{at:?}"
        );
        let flat = polygon![(x: 0., y: 0.), (x: 1., y: 0.), (x: 2., y: 0.)];
        assert_eq!(label_point(&flat.into()), None);
        assert_eq!(label_point(&MultiPolygon::new(vec![])), None);
    }
}
