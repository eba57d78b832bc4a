//! The formats that files of addresses are published in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The formats that files of addresses are published in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AddressFormat {
    /// Export of the *Base Adresse Nationale* (`adresses-NN.csv.gz`).
    Ban,
    /// *Base Adresse Locale*, the format that communes publish in.
    Bal,
    /// *Base d'adresses nationale ouverte*, OpenStreetMap France.
    Bano,
}

impl fmt::Display for AddressFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `pad` and not `write_str`, so that tables can align it.
        f.pad(match self {
            Self::Ban => "BAN",
            Self::Bal => "BAL",
            Self::Bano => "BANO",
        })
    }
}
