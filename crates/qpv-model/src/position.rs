//! Positions, each with its reference system, so that mixing two does not compile.

use crate::crs::{Crs, CrsKind};

/// The reason why coordinates make no position.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PositionError {
    /// NaN or infinite.
    #[error("the coordinates are not finite numbers ({0}, {1})")]
    NotFinite(f64, f64),
    /// Longitude beyond ±180 or latitude beyond ±90 degrees.
    #[error("longitude {0} or latitude {1} is out of range (±180, ±90 degrees, longitude first)")]
    OutOfRange(f64, f64),
    /// A projected position was announced with a geographic reference system.
    #[error("{0} is in degrees: give a longitude and a latitude instead of x and y")]
    NotProjected(Crs),
}

/// A point on WGS 84: longitude and latitude in degrees, finite and in range.
///
/// ```
/// use qpv_model::{PositionError, Wgs84Point};
/// let flers = Wgs84Point::new(-0.57, 48.75).unwrap();
/// assert_eq!((flers.lon_deg(), flers.lat_deg()), (-0.57, 48.75));
/// assert_eq!(Wgs84Point::new(2.0, 91.0), Err(PositionError::OutOfRange(2.0, 91.0)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wgs84Point {
    lon_deg: f64,
    lat_deg: f64,
}

impl Wgs84Point {
    /// Checks coordinates and makes a point of them.
    ///
    /// # Errors
    /// [`PositionError::NotFinite`] or [`PositionError::OutOfRange`].
    pub fn new(lon_deg: f64, lat_deg: f64) -> Result<Self, PositionError> {
        // Before the range: a NaN is in no range, and is reported as such.
        if !lon_deg.is_finite() || !lat_deg.is_finite() {
            Err(PositionError::NotFinite(lon_deg, lat_deg))
        } else if lon_deg.abs() > 180.0 || lat_deg.abs() > 90.0 {
            Err(PositionError::OutOfRange(lon_deg, lat_deg))
        } else {
            Ok(Self { lon_deg, lat_deg })
        }
    }

    /// Returns the longitude, degrees east of Greenwich.
    #[must_use]
    pub fn lon_deg(self) -> f64 {
        self.lon_deg
    }

    /// Returns the latitude, degrees north of the equator.
    #[must_use]
    pub fn lat_deg(self) -> f64 {
        self.lat_deg
    }

    /// Returns the same coordinates, longitude first, for the geometry library.
    #[must_use]
    pub fn coord(self) -> geo_types::Coord<f64> {
        geo_types::Coord {
            x: self.lon_deg,
            y: self.lat_deg,
        }
    }
}

/// A point in a projected reference system, metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricPoint {
    crs: Crs,
    x_m: f64,
    y_m: f64,
}

impl MetricPoint {
    /// Checks coordinates and makes a point of them.
    ///
    /// # Errors
    /// [`PositionError::NotFinite`], or [`PositionError::NotProjected`] when `crs` is in degrees.
    pub fn new(crs: Crs, x_m: f64, y_m: f64) -> Result<Self, PositionError> {
        if crs.kind() == CrsKind::Geographic {
            Err(PositionError::NotProjected(crs))
        } else if !x_m.is_finite() || !y_m.is_finite() {
            Err(PositionError::NotFinite(x_m, y_m))
        } else {
            Ok(Self { crs, x_m, y_m })
        }
    }

    /// Returns the reference system the coordinates are in.
    #[must_use]
    pub fn crs(self) -> Crs {
        self.crs
    }

    /// Returns the easting in metres.
    #[must_use]
    pub fn x_m(self) -> f64 {
        self.x_m
    }

    /// Returns the northing in metres.
    #[must_use]
    pub fn y_m(self) -> f64 {
        self.y_m
    }

    /// Returns the same coordinates for the geometry library.
    #[must_use]
    pub fn coord(self) -> geo_types::Coord<f64> {
        geo_types::Coord {
            x: self.x_m,
            y: self.y_m,
        }
    }
}

/// A position as given: always on WGS 84, and with its projected coordinates, if any, so that membership in a layer of
/// that very system is decided on them, without a round trip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// On WGS 84.
    pub wgs84: Wgs84Point,
    /// As given, when that was a projected system.
    pub given: Option<MetricPoint>,
}

impl From<Wgs84Point> for Position {
    fn from(wgs84: Wgs84Point) -> Self {
        Self { wgs84, given: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_position() {
        assert!(matches!(
            Wgs84Point::new(f64::NAN, 48.0),
            Err(PositionError::NotFinite(..))
        ));
        assert!(matches!(
            Wgs84Point::new(2.0, f64::INFINITY),
            Err(PositionError::NotFinite(..))
        ));
        assert!(matches!(
            Wgs84Point::new(180.1, 0.0),
            Err(PositionError::OutOfRange(..))
        ));
        assert!(matches!(
            MetricPoint::new(Crs::WGS84, 1.0, 2.0),
            Err(PositionError::NotProjected(_))
        ));
        let lambert = Crs::known(2154).unwrap();
        assert!(matches!(
            MetricPoint::new(lambert, f64::NAN, 2.0),
            Err(PositionError::NotFinite(..))
        ));
    }
}
