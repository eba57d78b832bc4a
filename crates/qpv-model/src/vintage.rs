//! The generations of perimeters, by their year.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A generation of perimeters, named after its year.
///
/// Which ones there are, and when each is in force where, is data: see [`crate::KnownVintages`].
///
/// ```
/// use qpv_model::Vintage;
/// let vintage: Vintage = "2024".parse().unwrap();
/// assert_eq!(vintage, Vintage::V2024);
/// assert!("24".parse::<Vintage>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Vintage([u8; 4]);

/// The text names no vintage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown vintage `{0}`: expected a year, such as 2024")]
pub struct VintageError(pub String);

impl Vintage {
    /// Decrees 2014-1750 (metropolitan France) and 2014-1751 (overseas).
    pub const V2015: Self = Self(*b"2015");
    /// Decrees 2023-1314 and 2024-806 (metropolitan France), 2024-1212 (overseas).
    pub const V2024: Self = Self(*b"2024");

    /// Returns the year, as used in files, options and answers.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a year is ASCII by construction")
    }
}

impl fmt::Display for Vintage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Vintage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Vintage {
    type Err = VintageError;

    fn from_str(text: &str) -> Result<Self, VintageError> {
        // Kept as text: lists write it for each row.
        let year = <[u8; 4]>::try_from(text.as_bytes()).ok();
        year.filter(|year| year.iter().all(u8::is_ascii_digit))
            .map(Self)
            .ok_or_else(|| VintageError(text.to_owned()))
    }
}

impl TryFrom<String> for Vintage {
    type Error = VintageError;

    fn try_from(text: String) -> Result<Self, VintageError> {
        text.parse()
    }
}

impl From<Vintage> for String {
    fn from(vintage: Vintage) -> Self {
        vintage.to_string()
    }
}
