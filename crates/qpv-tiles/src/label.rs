//! Where the label of an outline goes.

use geo_types::{Coord, LineString, MultiPolygon, coord};

/// Lines across an outline that the place is looked for on.
const LINES: u32 = 15;

/// A point inside an outline on WGS 84 (by the even-odd rule), with room around it: of the middles of its widest stretches from
/// west to east, that with the most room on all four sides. `None` for an outline without area.
///
/// ```
/// use geo_types::polygon;
/// let letter_u = polygon![(x: 0., y: 0.), (x: 3., y: 0.), (x: 3., y: 3.), (x: 2., y: 3.), (x: 2., y: 1.), (x: 1., y: 1.), (x: 1., y: 3.), (x: 0., y: 3.)];
/// let point = qpv_tiles::label_point(&letter_u.into()).unwrap();
/// assert!(point.y < 1. || point.x < 1. || point.x > 2.);
/// ```
#[must_use]
pub fn label_point(outline: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    let lats = || {
        outline
            .iter()
            .flat_map(|polygon| polygon.exterior().coords().map(|at| at.y))
    };
    let (south, north) = (lats().reduce(f64::min)?, lats().reduce(f64::max)?);
    let eastward = f64::midpoint(south, north).to_radians().cos();
    let candidates = (1..=LINES).filter_map(|line| {
        let y = south + (north - south) * f64::from(line) / f64::from(LINES + 1);
        let widest = stretches(outline, |at| (at.y - y, at.x))
            .into_iter()
            .max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])));
        widest.map(|[west, east]| {
            (
                coord! { x: f64::midpoint(west, east), y: y },
                (east - west) / 2.0 * eastward,
            )
        })
    });
    let room = |at: Coord<f64>, beside: f64| {
        let along = stretches(outline, |other| (other.x - at.x, other.y)).into_iter();
        along
            .filter(|[low, high]| (low..=high).contains(&&at.y))
            .map(|[low, high]| (at.y - low).min(high - at.y).min(beside))
            .fold(0.0, f64::max)
    };
    let best = candidates
        .map(|(at, beside)| (at, room(at, beside)))
        .max_by(|one, other| one.1.total_cmp(&other.1));
    best.filter(|(_, room)| *room > 0.0).map(|(at, _)| at)
}

/// The stretches of a straight line that lie in an outline: `axes` gives how far a point is off the line, and where along it.
fn stretches(
    outline: &MultiPolygon<f64>,
    axes: impl Fn(Coord<f64>) -> (f64, f64),
) -> Vec<[f64; 2]> {
    let rings = outline
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    let crossings = rings.flat_map(LineString::lines).filter_map(|line| {
        let ((off, from), (other_off, to)) = (axes(line.start), axes(line.end));
        ((off > 0.0) != (other_off > 0.0)).then(|| from + (to - from) * off / (off - other_off))
    });
    let mut crossings: Vec<f64> = crossings.collect();
    crossings.sort_by(f64::total_cmp);
    crossings.as_chunks::<2>().0.to_vec()
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
