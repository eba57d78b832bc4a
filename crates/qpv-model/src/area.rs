//! Areas that are drawn and listed, and decide nothing: the 300 m band, regions, departments, communes.

use geo_types::MultiPolygon;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumCount, EnumString, IntoStaticStr, VariantArray};

use crate::code::QpvCode;

/// Everything within 300 m of some neighbourhoods, the neighbourhoods themselves included. Drawn for maps: a zone is
/// decided by distances, not by this line.
#[derive(Debug, Clone, PartialEq)]
pub struct BandArea {
    /// The neighbourhoods it surrounds, in code order: those whose bands touch share an area.
    pub codes: Vec<QpvCode>,
    /// Its outline on WGS 84, degrees, longitude first. It meets that of no other area.
    pub outline: MultiPolygon<f64>,
}

/// A level of administration with outlines of its own.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumCount,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(parse_err_fn = AdminLevelError::new, parse_err_ty = AdminLevelError)]
pub enum AdminLevel {
    /// *Régions*.
    #[serde(rename = "regions")]
    #[strum(serialize = "regions")]
    Region,
    /// *Départements*.
    #[serde(rename = "departements")]
    #[strum(serialize = "departements")]
    Departement,
    /// *Communes*.
    #[serde(rename = "communes")]
    #[strum(serialize = "communes")]
    Commune,
}

/// The text names no level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no level of administration: expected regions, departements or communes")]
pub struct AdminLevelError(pub String);

impl AdminLevelError {
    fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A region, a department or a commune.
#[derive(Debug, Clone, PartialEq)]
pub struct AdminArea {
    /// INSEE code: `28`, `61`, `61169`.
    pub code: String,
    /// Its name, as published.
    pub name: String,
    /// Its outline on WGS 84, degrees, longitude first.
    pub outline: MultiPolygon<f64>,
}

impl AdminLevel {
    /// All of them, the largest areas first.
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS
        .first_chunk()
        .expect("COUNT is the number of VARIANTS");

    /// Returns the name used in options and files: `regions`, `departements`, `communes`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
