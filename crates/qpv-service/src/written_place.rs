//! A place with the metres to which its coordinates are written.
//!
//! A position read as text may lie anywhere within half a unit of the last decimal of each coordinate: 48.74, -0.59 is
//! known to 666 m. Promises: coordinates of full precision (six decimals of a degree, one of a metre) count as exact.

use std::borrow::Cow;

use geo_types::Coord;
use qpv_addresses::Candidate;
use qpv_engine::LocalFrame;
use qpv_model::{Crs, Wgs84Point, WrittenCoordinate};

use crate::place::{MAX_UNCERTAINTY_M, Place};

/// Decimals of a degree from which on a position is exact: half a unit is 8 cm at most.
const EXACT_DEGREES: i16 = 6;
/// Decimals of a metre from which on a position is exact: half a unit is 7 cm.
const EXACT_METRES: i16 = 1;
/// Zeros that programs may have dropped from the end of a coordinate whose other has more decimals. Three zeros end one
/// number in a thousand: that is more often a number that was rounded.
const MAX_DROPPED_ZEROS: i16 = 2;

/// A place as given, and how exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WrittenPlace {
    /// The place.
    pub place: Place,
    /// The distance to the farthest point that rounds to these coordinates, metres; `None` for exact ones.
    pub rounding_m: Option<f64>,
}

impl WrittenPlace {
    /// Returns the uncertainty of its position, metres: the larger of the one stated and that of its writing.
    #[must_use]
    pub fn uncertainty_m(&self, stated_m: Option<f64>) -> Option<f64> {
        rounding_beyond(self.rounding_m, stated_m).or(stated_m)
    }
}

/// Returns the uncertainty of a writing where it is larger than the one stated.
pub(crate) fn rounding_beyond(rounding_m: Option<f64>, stated_m: Option<f64>) -> Option<f64> {
    rounding_m.filter(|&rounding_m| stated_m.is_none_or(|stated_m| stated_m < rounding_m))
}

impl From<Place> for WrittenPlace {
    /// Takes coordinates as exact.
    fn from(place: Place) -> Self {
        Self {
            place,
            rounding_m: None,
        }
    }
}

impl WrittenPlace {
    /// Returns an address found near the place, as uncertain as it may lie far from where the place truly is.
    #[must_use]
    pub fn widen(self, found: &Candidate) -> Cow<'_, Candidate> {
        let Some(rounding_m) = self.rounding_m else {
            return Cow::Borrowed(found);
        };
        let farthest_m = found.distance_m.unwrap_or_default() + rounding_m;
        let mut found = found.clone();
        found.uncertainty_m = found.uncertainty_m.max(farthest_m);
        Cow::Owned(found)
    }

    /// Creates the place of two coordinates as they are written: longitude and latitude without a reference system, else
    /// easting and northing in it.
    ///
    /// ```
    /// use qpv_service::WrittenPlace;
    /// let written = |lon: &str, lat: &str| {
    ///     WrittenPlace::new(None, lon.parse().unwrap(), lat.parse().unwrap()).rounding_m
    /// };
    /// assert_eq!(written("-0.590000", "48.740000"), None);
    /// assert_eq!(written("-0.59", "48.74").map(f64::round), Some(667.0));
    /// ```
    #[must_use]
    #[inline]
    pub fn new(crs: Option<Crs>, x: WrittenCoordinate, y: WrittenCoordinate) -> Self {
        let place = match crs {
            Some(crs) => Place::Projected {
                crs,
                x: x.value,
                y: y.value,
            },
            None => Place::LonLat(x.value, y.value),
        };
        let exact = if crs.is_some() {
            EXACT_METRES
        } else {
            EXACT_DEGREES
        };
        let is_exact = x.decimals >= exact && y.decimals >= exact;
        let is_single = x.storage_error > 0.0 || y.storage_error > 0.0;
        Self {
            place,
            // Most coordinates are exact: the metres of others are computed apart.
            rounding_m: if is_exact && !is_single {
                None
            } else {
                rounding_m(place, [x, y], exact)
            },
        }
    }
}

/// Returns the decimals that coordinates had before programs dropped zeros at their ends: those of the other one, unless
/// it has too many more.
fn meant_decimals(written: [WrittenCoordinate; 2], exact: i16) -> [i16; 2] {
    let decimals = written.map(|coordinate| coordinate.decimals.min(exact));
    let most = decimals[0].max(decimals[1]);
    decimals.map(|own| {
        if most.saturating_sub(own) <= MAX_DROPPED_ZEROS {
            most
        } else {
            own
        }
    })
}

/// Returns the distance to the farthest corner of the rectangle that rounds to a place, metres, rounded up to the
/// centimetre; `None` for an exact one.
#[cold]
fn rounding_m(place: Place, written: [WrittenCoordinate; 2], exact: i16) -> Option<f64> {
    let decimals = meant_decimals(written, exact);
    let [storage_x, storage_y] = written.map(|coordinate| f64::from(coordinate.storage_error));
    // One may have dropped the zeros that made it exact.
    if decimals.iter().all(|&own| own >= exact) && storage_x.max(storage_y) <= half_unit(exact) {
        return None;
    }
    let [half_x, half_y] = decimals.map(half_unit);
    let (half_x, half_y) = (half_x.max(storage_x), half_y.max(storage_y));
    let corner_m = match place {
        Place::Projected { .. } => half_x.hypot(half_y),
        Place::LonLat(lon, lat) => {
            // What is no position has an error, not a doubt.
            let frame = LocalFrame::at(Wgs84Point::new(lon, lat).ok()?);
            let corner_m = |y| frame.distance_m(Coord { x: lon + half_x, y });
            // Parallels grow shorter towards a pole, so the corners lie at different distances.
            corner_m(lat + half_y).max(corner_m(lat - half_y))
        }
    };
    // Upwards, for a doubt must not be understated.
    let rounded_up_m = (corner_m * 100.0).ceil() / 100.0;
    Some(rounded_up_m.min(MAX_UNCERTAINTY_M))
}

/// Returns half a unit of the last of so many decimals.
fn half_unit(decimals: i16) -> f64 {
    0.5 * 10_f64.powi(-i32::from(decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounding(crs: Option<u32>, x: &str, y: &str) -> Option<f64> {
        let crs = crs.map(|code| Crs::known(code).unwrap());
        WrittenPlace::new(crs, x.parse().unwrap(), y.parse().unwrap()).rounding_m
    }

    /// Half a unit of each coordinate on a sphere of that radius: the plain rule, computed apart.
    fn on_a_sphere_m(half_deg: [f64; 2], lat_deg: f64) -> f64 {
        const RADIUS_M: f64 = 6_371_008.8;
        let [east, north] = half_deg.map(|half| half.to_radians() * RADIUS_M);
        (east * lat_deg.to_radians().cos()).hypot(north)
    }

    #[test]
    fn the_farthest_corner_counts() {
        for (lon, lat, half) in [
            ("-0.59", "48.74", [0.005, 0.005]),
            ("-0.5", "48.7", [0.05, 0.05]),
            ("55.4512", "-20.8823", [0.5e-4, 0.5e-4]),
            ("-61.73271", "16.00012", [0.5e-5, 0.5e-5]),
            ("2", "48", [0.5, 0.5]),
            // One zero dropped, then two.
            ("-0.590", "48.74", [0.5e-3, 0.5e-3]),
            ("-0.59", "48.7412", [0.5e-4, 0.5e-4]),
            // Not three.
            ("2.387", "48.917735", [0.5e-3, 0.5e-6]),
            ("2", "48.7412", [0.5, 0.5e-4]),
            ("2.352214", "48.85", [0.5e-6, 0.005]),
        ] {
            let found_m = rounding(None, lon, lat).unwrap();
            let expected_m = on_a_sphere_m(half, lat.parse().unwrap());
            let share = found_m / expected_m;
            // A degree is 0.7 % longer or shorter than on the sphere, and half a degree nearer the equator 1 % more.
            assert!(
                (0.99..1.02).contains(&share),
                "{lon} {lat}: {found_m} {expected_m}"
            );
        }
    }

    #[test]
    fn full_precision_is_exact() {
        for (lon, lat) in [
            ("-0.590000", "48.740000"),
            ("-0.5707401", "48.7553"),
            ("2.3522", "48.856613"),
            ("-0.57074", "48.755311"),
            ("2.3522219000000001", "48.856614000000003"),
        ] {
            assert_eq!(rounding(None, lon, lat), None, "{lon} {lat}");
        }
        for (x, y) in [("652709.25", "6862305.10"), ("652709.1", "6862305")] {
            assert_eq!(rounding(Some(2154), x, y), None, "{x} {y}");
        }
    }

    #[test]
    fn singles_are_as_uncertain_as_their_spacing() {
        // Of 24 bits: 2^-18 from 32 to 64, 2^-23 from 1 to 2, 2^-1 from 2^22 to 2^23.
        let written = |crs: Option<u32>, x: f32, y: f32| {
            let [x, y] = [x, y].map(WrittenCoordinate::from_single);
            let crs = crs.map(|code| Crs::known(code).unwrap());
            WrittenPlace::new(crs, x, y).rounding_m
        };
        for (x, y, half) in [
            (55.451_233, -20.882_31, [2_f64.powi(-19), 2_f64.powi(-20)]),
            (2.352_213_4, 48.856_613, [2_f64.powi(-23), 2_f64.powi(-19)]),
        ] {
            let share = written(None, x, y).unwrap() / on_a_sphere_m(half, y.into());
            assert!((0.99..1.06).contains(&share), "{x} {y}: {share}");
        }
        // Rounded up to the centimetre: half of 0.0625 and of 0.5.
        assert_eq!(written(Some(2154), 652_709.06, 6_862_305.5), Some(0.26));
        assert_eq!(written(None, 1.352_213_4, 1.856_613), None);
        // Fewer decimals than a single could have say more.
        assert_eq!(
            written(None, -0.59, 48.74),
            rounding(None, "-0.59", "48.74")
        );
        assert!(written(None, f32::NAN, f32::MAX).is_none());
    }

    #[test]
    fn metres_are_not_degrees() {
        assert_eq!(rounding(Some(2154), "652709", "6862305"), Some(0.71));
        assert_eq!(rounding(Some(2154), "652700", "6862300"), Some(0.71));
        assert_eq!(rounding(Some(2154), "6.5E+05", "6.86E+06"), Some(7_071.07));
        assert_eq!(
            rounding(Some(2154), "1E+09", "1E+09"),
            Some(MAX_UNCERTAINTY_M)
        );
    }

    #[test]
    fn numbers_count_as_their_shortest_form() {
        let [lon, lat] = [-0.59, 48.74].map(WrittenCoordinate::from_number);
        let as_text = rounding(None, "-0.59", "48.74");
        assert_eq!(WrittenPlace::new(None, lon, lat).rounding_m, as_text);
        let [lon, lat] = [-0.59, 48.74].map(WrittenCoordinate::exact);
        assert_eq!(WrittenPlace::new(None, lon, lat).rounding_m, None);
    }
}
