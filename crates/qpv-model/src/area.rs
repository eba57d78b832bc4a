//! Areas that are drawn and listed, and decide nothing: the 300 m band, regions, departments, communes.

use std::fmt;
use std::str::FromStr;

use geo_types::MultiPolygon;
use serde::{Deserialize, Serialize};

use crate::QpvCode;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AdminLevel {
    /// *Régions*.
    #[serde(rename = "regions")]
    Region,
    /// *Départements*.
    #[serde(rename = "departements")]
    Departement,
    /// *Communes*.
    #[serde(rename = "communes")]
    Commune,
}

/// The text names no level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no level of administration: expected regions, departements or communes")]
pub struct AdminLevelError(pub String);

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
    pub const ALL: [Self; 3] = [Self::Region, Self::Departement, Self::Commune];

    /// The name used in options and files: `regions`, `departements`, `communes`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Region => "regions",
            Self::Departement => "departements",
            Self::Commune => "communes",
        }
    }
}

impl fmt::Display for AdminLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for AdminLevel {
    type Err = AdminLevelError;

    fn from_str(text: &str) -> Result<Self, AdminLevelError> {
        Self::ALL
            .into_iter()
            .find(|level| level.as_str() == text)
            .ok_or_else(|| AdminLevelError(text.to_owned()))
    }
}
