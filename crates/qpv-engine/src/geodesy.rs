//! Geodesic distances on WGS 84 at the scale of a town.
//!
//! A general geodesic solver is exact over the whole globe and costs a microsecond. Within a few kilometres Gauss's
//! mid-latitude formula is right to a millimetre and costs a few multiplications, once the radii of curvature at the
//! origin are known. A [`LocalFrame`] holds these. Its accuracy is tested against Karney's algorithm, in every territory.

use geo_types::Coord;
use qpv_model::Wgs84Point;

/// Semi-major axis of the WGS 84 ellipsoid, metres.
const A_M: f64 = 6_378_137.0;
/// First eccentricity squared of the WGS 84 ellipsoid.
const E2: f64 = 0.006_694_379_990_141_316;

/// A measure of distances from one point, its origin, to anything within a few kilometres.
///
/// ```
/// use qpv_engine::LocalFrame;
/// use qpv_model::Wgs84Point;
/// let frame = LocalFrame::at(Wgs84Point::new(2.0, 48.0).unwrap());
/// let distance_m = frame.distance_m(Wgs84Point::new(2.0, 48.01).unwrap().coord());
/// assert!((distance_m - 1111.904).abs() < 0.001);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct LocalFrame {
    origin: Coord<f64>,
    /// Metres per degree of latitude at the origin, and its derivative per degree.
    meridian: [f64; 2],
    /// Metres per degree of longitude at the origin, its first derivative and half its second, per degree.
    parallel: [f64; 3],
}

/// Largest relative change of the two scales over the 10 km of the longest search, with a margin: at 52° of latitude a
/// degree of longitude changes by 0.2 %.
const SCALE_SLACK: f64 = 4e-3;

/// Largest relative error of a rough distance squared: twice the slack of a scale, as it is squared, with a margin.
pub(crate) const ROUGH_ERROR_SHARE: f64 = 2.5 * SCALE_SLACK;

impl LocalFrame {
    /// Returns the frame at a point.
    #[must_use]
    pub fn at(origin: Wgs84Point) -> Self {
        Self::at_coord(origin.coord())
    }

    pub(crate) fn at_coord(origin: Coord<f64>) -> Self {
        let degree = 1f64.to_radians();
        let (sin, cos) = origin.y.to_radians().sin_cos();
        let w2 = 1.0 - E2 * sin * sin;
        // One division, for it takes longer than all that follows.
        let inverse_w = 1.0 / w2.sqrt();
        let inverse_w2 = inverse_w * inverse_w;
        // Radius of curvature in the meridian M, its derivative M', and the radius of the parallel P = N cos φ, whose
        // derivatives are P' = -M sin φ and P'' = -(M cos φ + M' sin φ).
        let m = A_M * (1.0 - E2) * inverse_w * inverse_w2;
        let m1 = 3.0 * E2 * sin * cos * m * inverse_w2;
        let p = A_M * cos * inverse_w;
        Self {
            origin,
            meridian: [m * degree, m1 * degree * degree],
            parallel: [
                p * degree,
                -m * sin * degree * degree,
                -0.5 * (m * cos + m1 * sin) * degree * degree * degree,
            ],
        }
    }

    /// Returns the geodesic distance in metres from the origin to a point on WGS 84 (degrees, longitude first).
    #[must_use]
    pub fn distance_m(&self, point: Coord<f64>) -> f64 {
        self.offset_distance2(point - self.origin).sqrt()
    }

    /// Returns the square of the distance to origin + `offset` (degrees), by the mid-latitude formula.
    fn offset_distance2(&self, offset: Coord<f64>) -> f64 {
        let h = 0.5 * offset.y;
        let dx = offset.x * (self.parallel[0] + h * (self.parallel[1] + h * self.parallel[2]));
        let dy = offset.y * (self.meridian[0] + h * self.meridian[1]);
        dx * dx + dy * dy
    }

    /// Returns the square of the distance in metres from the origin to the segment `ab`, straight in longitude and latitude.
    ///
    /// The closest point is found with the scales at the origin, then its true distance is taken: an error ε on the point
    /// changes the distance by ε²/2d only (under a millimetre within 5 km).
    pub(crate) fn segment_distance2(&self, a: Coord<f64>, b: Coord<f64>) -> f64 {
        self.offset_distance2(self.closest_offset(a, b))
    }

    /// Returns the point of the segment `ab` that is closest to the origin, as [`LocalFrame::segment_distance2`] takes it.
    pub(crate) fn closest_on_segment(&self, a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
        self.origin + self.closest_offset(a, b)
    }

    #[inline]
    fn closest_offset(&self, a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
        let a = a - self.origin;
        let along = b - self.origin - a;
        let (sx, sy) = (
            self.parallel[0] * self.parallel[0],
            self.meridian[0] * self.meridian[0],
        );
        let length2 = sx * along.x * along.x + sy * along.y * along.y;
        // A published ring may repeat a vertex: such an edge has no direction.
        let t = if length2 > 0.0 {
            (-(sx * a.x * along.x + sy * a.y * along.y) / length2).clamp(0.0, 1.0)
        } else {
            0.0
        };
        a + along * t
    }

    /// Returns about the square of the distance to the segment `ab`: with the scales at the origin, hence within
    /// [`ROUGH_ERROR_SHARE`] of [`LocalFrame::segment_distance2`], at half its cost.
    #[inline]
    pub(crate) fn rough_distance2(&self, a: Coord<f64>, b: Coord<f64>) -> f64 {
        let (ax, ay) = (
            (a.x - self.origin.x) * self.parallel[0],
            (a.y - self.origin.y) * self.meridian[0],
        );
        let (dx, dy) = (
            (b.x - a.x) * self.parallel[0],
            (b.y - a.y) * self.meridian[0],
        );
        // The least positive number keeps a segment without length from dividing by zero.
        let t = -(ax * dx + ay * dy) / (dx * dx + dy * dy + f64::MIN_POSITIVE);
        let t = larger(0.0, smaller(1.0, t));
        let (x, y) = (ax + t * dx, ay + t * dy);
        x * x + y * y
    }

    /// Returns a lower bound of the distance squared from the origin to anything in a box, valid within a few kilometres.
    #[inline]
    pub(crate) fn box_distance2(&self, lower: [f64; 2], upper: [f64; 2]) -> f64 {
        // Shortened by the slack: a bound above the true distance would drop the nearest line.
        let dx = distance_to_range(lower[0], upper[0], self.origin.x)
            * self.parallel[0]
            * (1.0 - SCALE_SLACK);
        let dy = distance_to_range(lower[1], upper[1], self.origin.y)
            * self.meridian[0]
            * (1.0 - SCALE_SLACK);
        dx * dx + dy * dy
    }

    /// Returns the half-widths in degrees of a box around the origin that holds everything within `radius_m`.
    pub(crate) fn half_widths_deg(&self, radius_m: f64) -> [f64; 2] {
        let radius = radius_m / (1.0 - SCALE_SLACK);
        [
            // At a pole a degree of longitude has no length: a metre keeps the width finite.
            radius / self.parallel[0].abs().max(1.0),
            radius / self.meridian[0],
        ]
    }

    /// Projects a point to metres east and north of the origin: a transverse Mercator, whose scale is right to 2e-6 within 10 km.
    #[must_use]
    pub fn plane(&self, at: Coord<f64>) -> Coord<f64> {
        let offset = at - self.origin;
        let x = offset.x * self.parallel_at(offset.y);
        Coord {
            x,
            y: offset.y * (self.meridian[0] + 0.5 * offset.y * self.meridian[1])
                + self.rise(offset),
        }
    }

    /// Reverses [`LocalFrame::plane`].
    pub(crate) fn unplane(&self, at: Coord<f64>) -> Coord<f64> {
        let mut offset = Coord {
            x: at.x / self.parallel[0],
            y: at.y / self.meridian[0],
        };
        // Each turn leaves a thousandth of the error of the one before.
        for _ in 0..4 {
            offset.y =
                (at.y - self.rise(offset)) / (self.meridian[0] + 0.5 * offset.y * self.meridian[1]);
            offset.x = at.x / self.parallel_at(offset.y);
        }
        self.origin + offset
    }

    /// Returns the metres per degree of longitude, `dlat` degrees north of the origin.
    fn parallel_at(&self, dlat: f64) -> f64 {
        self.parallel[0] + dlat * (self.parallel[1] + dlat * self.parallel[2])
    }

    /// Returns the metres by which a parallel lies north of its plane tangent, east or west of the origin.
    fn rise(&self, offset: Coord<f64>) -> f64 {
        let sin = (self.origin.y + offset.y).to_radians().sin();
        0.5 * sin * offset.x.to_radians() * offset.x * self.parallel_at(offset.y)
    }

    /// Returns an upper bound in metres of the distance between two points `dx`, `dy` degrees apart near the origin.
    pub(crate) fn span_m(&self, dx: f64, dy: f64) -> f64 {
        (dx * self.parallel[0]).hypot(dy * self.meridian[0]) * (1.0 + SCALE_SLACK)
    }
}

/// Returns the distance of a number to a range, 0 within it.
#[inline]
fn distance_to_range(low: f64, high: f64, x: f64) -> f64 {
    larger(0.0, larger(low - x, x - high))
}

/// Returns the larger of two numbers, neither of which is NaN: one instruction, where `f64::max` takes several.
#[inline]
fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// Returns the smaller of two numbers, neither of which is NaN.
#[inline]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[cfg(test)]
pub(crate) mod tests {
    use geo::{Distance, Geodesic, Point};
    use proptest::prelude::*;

    use super::*;

    /// A town in each of the nine territories.
    pub(crate) const TOWNS: [(&str, f64, f64); 9] = [
        ("Dunkerque", 2.37, 51.03),
        ("Pointe-à-Pitre", -61.53, 16.24),
        ("Fort-de-France", -61.06, 14.60),
        ("Cayenne", -52.33, 4.94),
        ("Saint-Denis", 55.45, -20.88),
        ("Saint-Pierre", -56.17, 46.78),
        ("Mamoudzou", 45.23, -12.78),
        ("Marigot", -63.08, 18.07),
        ("Papeete", -149.57, -17.54),
    ];

    fn karney_m(a: Coord<f64>, b: Coord<f64>) -> f64 {
        Geodesic.distance(Point(a), Point(b))
    }

    /// Least Karney distance from `p` to the segment, straight in degrees, by ternary search.
    fn karney_segment_m(p: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> f64 {
        let at = |t: f64| karney_m(p, a + (b - a) * t);
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..100 {
            let (one, two) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if at(one) < at(two) {
                high = two;
            } else {
                low = one;
            }
        }
        at(0.0).min(at(1.0)).min(at(0.5 * (low + high)))
    }

    proptest! {
        #[test]
        fn points_agree_with_karney(town in 0usize..9, dx in -0.06..0.06f64, dy in -0.045..0.045f64) {
            let (_, lon, lat) = TOWNS[town];
            let (p, q) = (Coord { x: lon, y: lat }, Coord { x: lon + dx, y: lat + dy });
            let expected = karney_m(p, q);
            prop_assert!((LocalFrame::at_coord(p).distance_m(q) - expected).abs() < 0.005, "{expected}");
        }

        #[test]
        fn segments_agree_with_karney(
            town in 0usize..9,
            a in (-0.05..0.05f64, -0.04..0.04f64),
            b in (-0.05..0.05f64, -0.04..0.04f64),
        ) {
            let (_, lon, lat) = TOWNS[town];
            let p = Coord { x: lon, y: lat };
            let (a, b) = (Coord { x: lon + a.0, y: lat + a.1 }, Coord { x: lon + b.0, y: lat + b.1 });
            let expected = karney_segment_m(p, a, b);
            prop_assume!(expected < crate::MAX_SEARCH_M);
            let found = LocalFrame::at_coord(p).segment_distance2(a, b).sqrt();
            prop_assert!((found - expected).abs() < 0.01, "{found} {expected}");
        }

        #[test]
        fn the_plane_keeps_distances(
            town in 0usize..9,
            a in (-0.1..0.1f64, -0.08..0.08f64),
            b in (-0.005..0.005f64, -0.004..0.004f64),
        ) {
            let (_, lon, lat) = TOWNS[town];
            let frame = LocalFrame::at_coord(Coord { x: lon, y: lat });
            let a = Coord { x: lon + a.0, y: lat + a.1 };
            let b = Coord { x: a.x + b.0, y: a.y + b.1 };
            let (plane, expected) = (frame.plane(a) - frame.plane(b), karney_m(a, b));
            prop_assert!((plane.x.hypot(plane.y) - expected).abs() < 1e-5 * expected + 1e-4, "{plane:?} {expected}");
            let back = frame.unplane(frame.plane(a)) - a;
            prop_assert!(back.x.hypot(back.y) < 1e-10, "{back:?}");
        }

        #[test]
        fn rough_distances_are_roughly_right(
            town in 0usize..9,
            a in (-0.1..0.1f64, -0.08..0.08f64),
            b in (-0.1..0.1f64, -0.08..0.08f64),
        ) {
            let (_, lon, lat) = TOWNS[town];
            let frame = LocalFrame::at_coord(Coord { x: lon, y: lat });
            let (a, b) = (Coord { x: lon + a.0, y: lat + a.1 }, Coord { x: lon + b.0, y: lat + b.1 });
            for (a, b) in [(a, b), (a, a)] {
                let (rough, exact) = (frame.rough_distance2(a, b), frame.segment_distance2(a, b));
                prop_assert!((rough - exact).abs() <= ROUGH_ERROR_SHARE * exact, "{rough} {exact}");
            }
        }

        #[test]
        fn box_bounds_are_bounds(
            town in 0usize..9,
            corner in (-0.03..0.03f64, -0.03..0.03f64),
            size in (0.0..0.02f64, 0.0..0.02f64),
            inner in (0.0..1.0f64, 0.0..1.0f64),
        ) {
            let (_, lon, lat) = TOWNS[town];
            let frame = LocalFrame::at_coord(Coord { x: lon, y: lat });
            let lower = [lon + corner.0, lat + corner.1];
            let upper = [lower[0] + size.0, lower[1] + size.1];
            let q = Coord { x: lower[0] + inner.0 * size.0, y: lower[1] + inner.1 * size.1 };
            let distance_m = frame.distance_m(q);
            prop_assert!(frame.box_distance2(lower, upper).sqrt() <= distance_m);
            let half = frame.half_widths_deg(distance_m);
            prop_assert!((q.x - lon).abs() <= half[0] && (q.y - lat).abs() <= half[1]);
            prop_assert!(frame.span_m(q.x - lon, q.y - lat) >= distance_m);
        }
    }
}
