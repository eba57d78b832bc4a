//! The question of a place: coordinates in some reference system, a vintage or a date.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use qpv_geodata::crs;
use qpv_model::{Crs, CrsKind, MetricPoint, Position, PositionError, Vintage, Wgs84Point};

use crate::error::QueryError;

/// A place as given, not yet checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// WGS 84 degrees, longitude first.
    LonLat(f64, f64),
    /// Easting and northing in metres.
    Projected {
        /// Their reference system.
        crs: Crs,
        /// Easting.
        x: f64,
        /// Northing.
        y: f64,
    },
}

impl From<Wgs84Point> for Place {
    fn from(point: Wgs84Point) -> Self {
        Self::LonLat(point.lon_deg(), point.lat_deg())
    }
}

/// The perimeters that answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VintageSelector {
    /// The vintage in force at the place on that day.
    InForce(Date),
    /// This vintage, whatever the date.
    Vintage(Vintage),
}

impl VintageSelector {
    /// The vintage in force today (in Paris).
    #[must_use]
    pub fn today() -> Self {
        Self::InForce(today())
    }

    /// The day asked; today for a vintage.
    #[must_use]
    pub fn day(self) -> Date {
        match self {
            Self::InForce(on) => on,
            Self::Vintage(_) => today(),
        }
    }
}

impl VintageSelector {
    /// The day asked, if it has not come yet: the perimeters may be revised until then.
    pub(crate) fn future_day(self) -> Option<Date> {
        match self {
            // A vintage chosen by its year answers for no day.
            Self::InForce(on) if on > today() => Some(on),
            _ => None,
        }
    }
}

/// Today in Paris.
#[must_use]
pub fn today() -> Date {
    paris().to_datetime(Timestamp::now()).date()
}

/// The time of Paris.
#[must_use]
pub fn paris() -> &'static TimeZone {
    // Without a database of time zones, days change two hours late at most.
    static PARIS: LazyLock<TimeZone> =
        LazyLock::new(|| TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
    &PARIS
}

impl Place {
    /// The checked position. Projected coordinates keep their own form beside the WGS 84 one.
    ///
    /// # Errors
    /// [`QueryError::NotFinite`], [`QueryError::OutOfRange`], [`QueryError::ProjectedCrsExpected`],
    /// [`QueryError::NotInCrsDomain`].
    #[inline]
    pub fn position(self) -> Result<Position, QueryError> {
        match self {
            // Degrees given as x and y are refused below: their order would be a guess.
            Self::Projected { crs, x, y } if crs.kind() != CrsKind::Geographic => {
                let given = MetricPoint::new(crs, x, y).map_err(|_| QueryError::NotFinite)?;
                let wgs84 =
                    crs::unproject(given).map_err(|_| QueryError::NotInCrsDomain { crs, x, y })?;
                Ok(Position {
                    wgs84,
                    given: Some(given),
                })
            }
            Self::Projected { crs, .. } => Err(QueryError::ProjectedCrsExpected(crs)),
            Self::LonLat(lon, lat) => match Wgs84Point::new(lon, lat) {
                Ok(point) => Ok(point.into()),
                Err(PositionError::OutOfRange(..)) => Err(QueryError::OutOfRange { lon, lat }),
                Err(_) => Err(QueryError::NotFinite),
            },
        }
    }
}

/// Largest uncertainty of a position, metres.
pub(crate) const MAX_UNCERTAINTY_M: f64 = 100_000.0;

/// Checks an uncertainty, metres: between 0 and 100 km, where one is given.
///
/// # Errors
/// [`QueryError::BadUncertainty`].
pub fn check_uncertainty(uncertainty_m: Option<f64>) -> Result<Option<f64>, QueryError> {
    match uncertainty_m {
        // Written as a negation, so that NaN, which is in no range, is refused too.
        Some(value) if !(0.0..=MAX_UNCERTAINTY_M).contains(&value) => {
            Err(QueryError::BadUncertainty(value))
        }
        other => Ok(other),
    }
}
