//! The errors of questions about places and addresses. None of them means "outside", or "there is no such address".

use jiff::civil::Date;
use qpv_engine::{FootprintError, MAX_FOOTPRINT_M};
use qpv_french::dates::day_in_words;
use qpv_french::numbers::{count, decimal, metres};
use qpv_french::{Key, key, sentence};
use qpv_model::{CommuneCode, Crs, Territory, Vintage};

use crate::error_code::{CodedError, ErrorCode};

/// Characters of a question at most; the national address API takes as many.
pub const MAX_QUESTION_CHARACTERS: usize = 200;

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
        /// The territory of the place.
        territory: Territory,
    },
    /// A vintage compared to itself.
    #[error("the perimeters of {vintage} cannot be compared to themselves: give two vintages")]
    SameVintage {
        /// The vintage given twice.
        vintage: Vintage,
    },
    /// No vintage of that year is known.
    #[error("the vintage {vintage} is not known: there are {known}")]
    UnknownVintage {
        /// As asked.
        vintage: Vintage,
        /// The years there are.
        known: String,
    },
    /// No commune has this code, nor ever had.
    #[error("{code} is the code of no commune, of today or of the past")]
    UnknownCommune {
        /// As asked.
        code: CommuneCode,
    },
    /// Before the first vintage.
    #[error(
        "no perimeters were in force on {on}{}",
        first.map(|first| format!(": the first ones date from {first}")).unwrap_or_default()
    )]
    NoVintageInForce {
        /// The day asked.
        on: Date,
        /// The first day of any vintage in the territory.
        first: Option<Date>,
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
    /// An annex of a building has no answer.
    #[error("annex {number}: {error}")]
    Annex {
        /// Its place among the annexes, from 1.
        number: usize,
        /// The reason.
        error: Box<QueryError>,
    },
    /// An annex lies too far from its building.
    #[error(
        "it lies {0:.0} m from the building, more than {MAX_FOOTPRINT_M:.0} m: it is no annex of it"
    )]
    FarAnnex(f64),
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
            Self::UnknownVintage { .. } => ErrorCode::UnknownVintage,
            Self::UnknownCommune { .. } => ErrorCode::UnknownCommune,
            Self::NoVintageInForce { .. } => ErrorCode::NoVintageInForce,
            Self::ProjectedCrsExpected(_) => ErrorCode::ProjectedCrsExpected,
            Self::NotInCrsDomain { .. } => ErrorCode::NotInCrsDomain,
            Self::BadUncertainty(_) => ErrorCode::BadUncertainty,
            // One code for all faults of a polygon: the message names the fault.
            Self::Footprint(_) | Self::FarAnnex(_) => ErrorCode::BadFootprint,
            Self::Annex { error, .. } => error.code(),
        }
    }

    fn message_fr(&self) -> String {
        match self {
            Self::NotFinite => sentence(key::ERROR_NOT_FINITE, &[]),
            Self::OutOfRange { lon, lat } => at_degrees(key::ERROR_OUT_OF_RANGE, *lon, *lat),
            Self::CoordinatesSwapped { lon, lat } => {
                at_degrees(key::ERROR_COORDINATES_SWAPPED, *lon, *lat)
            }
            Self::OutsideCoverage { lon, lat } => {
                at_degrees(key::ERROR_OUTSIDE_COVERAGE, *lon, *lat)
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
            Self::UnknownVintage { known, .. } => {
                filled(key::ERROR_UNKNOWN_VINTAGE_AMONG, &[("known", known)])
            }
            Self::UnknownCommune { code } => filled(key::ERROR_UNKNOWN_COMMUNE, &[("value", code)]),
            Self::NoVintageInForce { on, first } => filled(
                key::ERROR_NO_VINTAGE_IN_FORCE,
                &[
                    ("on", &day_in_words(*on)),
                    ("first", &first.map(day_in_words).unwrap_or_default()),
                ],
            ),
            Self::ProjectedCrsExpected(crs) => {
                filled(key::ERROR_PROJECTED_CRS_EXPECTED, &[("crs", crs)])
            }
            Self::NotInCrsDomain { crs, x, y } => filled(
                key::ERROR_NOT_IN_CRS_DOMAIN,
                &[("crs", crs), ("x", &decimal(*x)), ("y", &decimal(*y))],
            ),
            Self::BadUncertainty(value) => {
                sentence(key::ERROR_BAD_UNCERTAINTY, &[("value", &decimal(*value))])
            }
            Self::Footprint(fault) => sentence(
                key::ERROR_BAD_FOOTPRINT,
                &[("value", &footprint_fault(fault))],
            ),
            Self::Annex { number, error } => filled(
                key::ERROR_ANNEX,
                &[("number", number), ("message", &error.message_fr())],
            ),
            Self::FarAnnex(distance_m) => {
                sentence(key::ERROR_ANNEX_FAR, &[("distance", &metres(*distance_m))])
            }
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

/// Returns a sentence with a longitude and a latitude.
fn at_degrees(key: Key, lon: f64, lat: f64) -> String {
    sentence(key, &[("lon", &decimal(lon)), ("lat", &decimal(lat))])
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

/// Why a question about addresses has no answer. None of these means "there is no such address".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No addresses were imported.
    #[error("no addresses are loaded: import some with `qpv data import --addresses FILE…`")]
    NotLoaded,
    /// The index cannot be read.
    #[error("the addresses loaded cannot be used: {0}; import the files again")]
    Unusable(String),
    /// Nothing to look for.
    #[error("the question has no letter or digit")]
    Empty,
    /// Too long.
    #[error("the question has {0} characters, and {MAX_QUESTION_CHARACTERS} at most are taken")]
    TooLong(usize),
    /// No addresses in the default place of a list.
    #[error("no addresses are loaded for the default place, {0}: check its code")]
    NoPlace(String),
}

impl CodedError for AddressError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotLoaded => ErrorCode::AddressesNotLoaded,
            Self::Unusable(_) => ErrorCode::AddressesUnusable,
            Self::Empty => ErrorCode::EmptyQuestion,
            Self::TooLong(_) => ErrorCode::QuestionTooLong,
            Self::NoPlace(_) => ErrorCode::DefaultPlaceNotLoaded,
        }
    }

    fn message_fr(&self) -> String {
        let (key, value) = match self {
            Self::NoPlace(place) => (key::ERROR_DEFAULT_PLACE_NOT_LOADED, place.clone()),
            Self::NotLoaded => (key::ERROR_ADDRESSES_NOT_LOADED, String::new()),
            Self::Unusable(fault) => (key::ERROR_ADDRESSES_UNUSABLE, fault.clone()),
            Self::Empty => (key::ERROR_EMPTY_QUESTION, String::new()),
            Self::TooLong(length) => (key::ERROR_QUESTION_TOO_LONG, count(*length as u64)),
        };
        sentence(key, &[("value", &value)])
    }
}

/// No zoning of this name is loaded: that is not "outside".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the zoning `{asked}` is not loaded{}", if known.is_empty() { String::new() } else { format!("; there are {known}") })]
pub struct UnknownZoning {
    /// As asked.
    pub asked: String,
    /// Those loaded.
    pub known: String,
}

impl CodedError for UnknownZoning {
    fn code(&self) -> ErrorCode {
        ErrorCode::ZoningNotLoaded
    }

    fn message_fr(&self) -> String {
        let key = if self.known.is_empty() {
            key::ERROR_ZONING_NOT_LOADED
        } else {
            key::ERROR_ZONING_NOT_LOADED_AMONG
        };
        sentence(key, &[("value", &self.asked), ("known", &self.known)])
    }
}

/// No programme has this identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no programme `{asked}`; there are {known}")]
pub struct UnknownProgramme {
    /// As asked.
    pub asked: String,
    /// Those there are.
    pub known: String,
}

impl CodedError for UnknownProgramme {
    fn code(&self) -> ErrorCode {
        ErrorCode::UnknownProgramme
    }

    fn message_fr(&self) -> String {
        sentence(
            key::ERROR_UNKNOWN_PROGRAMME,
            &[("value", &self.asked), ("known", &self.known)],
        )
    }
}
