//! The two generations of perimeters.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A generation of perimeters, named after its year.
///
/// Which one is in force on a day depends on the territory: see [`crate::Territory::vintage_on`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Vintage {
    /// Decrees 2014-1750 (metropolitan France) and 2014-1751 (overseas).
    #[serde(rename = "2015")]
    V2015,
    /// Decrees 2023-1314 and 2024-806 (metropolitan France), 2024-1212 (overseas).
    #[serde(rename = "2024")]
    V2024,
}

/// The text names no vintage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown vintage `{0}`: expected 2015 or 2024")]
pub struct VintageError(pub String);

impl Vintage {
    /// Both vintages, oldest first.
    pub const ALL: [Self; 2] = [Self::V2015, Self::V2024];

    /// The year, as used in files, options and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2015 => "2015",
            Self::V2024 => "2024",
        }
    }
}

impl fmt::Display for Vintage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Vintage {
    type Err = VintageError;

    fn from_str(text: &str) -> Result<Self, VintageError> {
        Self::ALL
            .into_iter()
            .find(|v| v.as_str() == text)
            .ok_or_else(|| VintageError(text.to_owned()))
    }
}
