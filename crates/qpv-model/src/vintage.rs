//! The two generations of perimeters.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumCount, EnumString, IntoStaticStr, VariantArray};

/// A generation of perimeters, named after its year.
///
/// The one in force on a day depends on the territory: see [`crate::Territory::vintage_on`].
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
#[strum(parse_err_fn = VintageError::new, parse_err_ty = VintageError)]
pub enum Vintage {
    /// Decrees 2014-1750 (metropolitan France) and 2014-1751 (overseas).
    #[serde(rename = "2015")]
    #[strum(serialize = "2015")]
    V2015,
    /// Decrees 2023-1314 and 2024-806 (metropolitan France), 2024-1212 (overseas).
    #[serde(rename = "2024")]
    #[strum(serialize = "2024")]
    V2024,
}

/// The text names no vintage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown vintage `{0}`: expected 2015 or 2024")]
pub struct VintageError(pub String);

impl VintageError {
    fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Vintage {
    /// Both vintages, oldest first.
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS
        .first_chunk()
        .expect("COUNT is the number of VARIANTS");

    /// Returns the year, as used in files, options and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
