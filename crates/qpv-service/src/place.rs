//! What is asked: a place in some reference system, a vintage or a date; and why it cannot be answered.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use qpv_engine::FootprintError;
use qpv_french::{Key, key, sentence};
use qpv_geodata::crs;
use qpv_model::{
    Crs, CrsKind, MetricPoint, Position, PositionError, Territory, Vintage, Wgs84Point,
};

use crate::error_code::{CodedError, ErrorCode};

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

/// Which perimeters answer.
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

/// Today in Paris.
pub fn today() -> Date {
    paris().to_datetime(Timestamp::now()).date()
}

/// The time of Paris.
pub fn paris() -> &'static TimeZone {
    static PARIS: LazyLock<TimeZone> =
        LazyLock::new(|| TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
    &PARIS
}

/// Why a question has no answer. None of these ever means "outside".
///
/// [`QueryError::code`] is the stable name clients rely on; the `Display` text is English, [`QueryError::message_fr`] is
/// for end users.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QueryError {
    /// NaN or infinite coordinates.
    #[error("the coordinates are not finite numbers")]
    NotFinite,
    /// Beyond ±180 or ±90 degrees, and not merely swapped.
    #[error(
        "longitude {lon} or latitude {lat} is out of range (±180, ±90 degrees, longitude first)"
    )]
    OutOfRange {
        /// As given.
        lon: f64,
        /// As given.
        lat: f64,
    },
    /// The place is covered once longitude and latitude are exchanged.
    #[error(
        "longitude and latitude look swapped: ({lon}, {lat}) is not covered, ({lat}, {lon}) is; longitude comes first"
    )]
    CoordinatesSwapped {
        /// As given.
        lon: f64,
        /// As given.
        lat: f64,
    },
    /// In no territory, or far from every perimeter of data that is only a part of its territory.
    #[error(
        "({lon}, {lat}) lies outside what the loaded data covers: this does not mean outside a neighbourhood"
    )]
    OutsideCoverage {
        /// As asked.
        lon: f64,
        /// As asked.
        lat: f64,
    },
    /// The vintage that would answer is not loaded for that territory.
    #[error("the perimeters of {vintage} are not loaded for {name}", name = territory.name())]
    VintageNotLoaded {
        /// The vintage needed.
        vintage: Vintage,
        /// Where.
        territory: Territory,
    },
    /// A vintage compared to itself.
    #[error("the perimeters of {vintage} cannot be compared to themselves: give two vintages")]
    SameVintage {
        /// The vintage given twice.
        vintage: Vintage,
    },
    /// Before 2015.
    #[error("no perimeters were in force on {on}: the first ones date from 2015-01-01")]
    NoVintageInForce {
        /// The day asked.
        on: Date,
    },
    /// A geographic reference system was given with x and y.
    #[error("{0} is in degrees: give lon and lat instead of x and y")]
    ProjectedCrsExpected(Crs),
    /// The coordinates make no sense in that system.
    #[error("x={x}, y={y} is outside the domain of {crs}")]
    NotInCrsDomain {
        /// The system given.
        crs: Crs,
        /// As given.
        x: f64,
        /// As given.
        y: f64,
    },
    /// Negative, NaN or absurd.
    #[error("uncertainty_m must be a number of metres from 0 to 100,000, not {0}")]
    BadUncertainty(f64),
    /// The polygon cannot be judged.
    #[error(transparent)]
    Footprint(#[from] FootprintError),
}

impl CodedError for QueryError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFinite => ErrorCode::NotFinite,
            Self::OutOfRange { .. } => ErrorCode::OutOfRange,
            Self::CoordinatesSwapped { .. } => ErrorCode::CoordinatesSwapped,
            Self::OutsideCoverage { .. } => ErrorCode::OutsideCoverage,
            Self::VintageNotLoaded { .. } => ErrorCode::VintageNotLoaded,
            Self::SameVintage { .. } => ErrorCode::SameVintage,
            Self::NoVintageInForce { .. } => ErrorCode::NoVintageInForce,
            Self::ProjectedCrsExpected(_) => ErrorCode::ProjectedCrsExpected,
            Self::NotInCrsDomain { .. } => ErrorCode::NotInCrsDomain,
            Self::BadUncertainty(_) => ErrorCode::BadUncertainty,
            Self::Footprint(_) => ErrorCode::BadFootprint,
        }
    }

    fn message_fr(&self) -> String {
        match self {
            Self::NotFinite => sentence(key::ERROR_NOT_FINITE, &[]),
            Self::OutOfRange { lon, lat } => {
                filled(key::ERROR_OUT_OF_RANGE, &[("lon", lon), ("lat", lat)])
            }
            Self::CoordinatesSwapped { lon, lat } => filled(
                key::ERROR_COORDINATES_SWAPPED,
                &[("lon", lon), ("lat", lat)],
            ),
            Self::OutsideCoverage { lon, lat } => {
                filled(key::ERROR_OUTSIDE_COVERAGE, &[("lon", lon), ("lat", lat)])
            }
            Self::VintageNotLoaded { vintage, territory } => sentence(
                key::ERROR_VINTAGE_NOT_LOADED,
                &[
                    ("vintage", vintage.as_str()),
                    ("territory", territory.name()),
                ],
            ),
            Self::SameVintage { vintage } => {
                filled(key::ERROR_SAME_VINTAGE, &[("vintage", vintage)])
            }
            Self::NoVintageInForce { on } => filled(key::ERROR_NO_VINTAGE_IN_FORCE, &[("on", on)]),
            Self::ProjectedCrsExpected(crs) => {
                filled(key::ERROR_PROJECTED_CRS_EXPECTED, &[("crs", crs)])
            }
            Self::NotInCrsDomain { crs, x, y } => filled(
                key::ERROR_NOT_IN_CRS_DOMAIN,
                &[("crs", crs), ("x", x), ("y", y)],
            ),
            Self::BadUncertainty(value) => filled(key::ERROR_BAD_UNCERTAINTY, &[("value", value)]),
            Self::Footprint(fault) => sentence(
                key::ERROR_BAD_FOOTPRINT,
                &[("value", &footprint_fault(fault))],
            ),
        }
    }
}

/// Returns a sentence with values of any type that can be displayed.
fn filled(key: Key, values: &[(&str, &dyn ToString)]) -> String {
    let texts: Vec<(&str, String)> = values
        .iter()
        .map(|(name, value)| (*name, value.to_string()))
        .collect();
    let values: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    sentence(key, &values)
}

/// Returns the fault of a polygon, in French.
fn footprint_fault(fault: &FootprintError) -> String {
    match fault {
        FootprintError::Empty => sentence(key::ERROR_FOOTPRINT_EMPTY, &[]),
        FootprintError::Vertex(_) => sentence(key::ERROR_FOOTPRINT_VERTEX, &[]),
        FootprintError::Invalid(_) => sentence(key::ERROR_FOOTPRINT_INVALID, &[]),
        FootprintError::TooDetailed(vertices) => {
            filled(key::ERROR_FOOTPRINT_TOO_DETAILED, &[("value", vertices)])
        }
        FootprintError::TooLarge(length_m) => sentence(
            key::ERROR_FOOTPRINT_TOO_LARGE,
            &[("value", &format!("{length_m:.0}"))],
        ),
    }
}

impl Place {
    /// The checked position. Projected coordinates keep their own form beside the WGS 84 one.
    ///
    /// # Errors
    /// [`QueryError::NotFinite`], [`QueryError::OutOfRange`], [`QueryError::ProjectedCrsExpected`],
    /// [`QueryError::NotInCrsDomain`].
    pub fn position(self) -> Result<Position, QueryError> {
        match self {
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

/// An uncertainty in metres, if it is one.
pub fn check_uncertainty(uncertainty_m: Option<f64>) -> Result<Option<f64>, QueryError> {
    match uncertainty_m {
        Some(value) if !(0.0..=100_000.0).contains(&value) => {
            Err(QueryError::BadUncertainty(value))
        }
        other => Ok(other),
    }
}
