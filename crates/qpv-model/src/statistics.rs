//! Figures published on a neighbourhood.

use serde::{Deserialize, Serialize};

/// Figures that statisticians publish on one neighbourhood, as far as they are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QpvStatistics {
    /// *Population municipale*, inhabitants; `None` when it is secret or not published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<u32>,
    /// The year it was counted for, where published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population_year: Option<i16>,
    /// Name of its intercommunality (EPCI), as published; of both where it straddles two. It is not split: semicolons
    /// separate names and are also within one (`Béthune-Bruay; Artois-Lys Romane`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lib_epci: Option<String>,
}
