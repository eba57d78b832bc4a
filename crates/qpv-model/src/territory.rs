//! The territories where perimeters are drawn, with their legal projections.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, IntoStaticStr, VariantArray};

use crate::crs::Crs;

/// A part of France with its own legal projection.
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
    EnumCount,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Territory {
    /// Metropolitan France with Corsica.
    Metropole,
    /// 971
    Guadeloupe,
    /// 972
    Martinique,
    /// 973
    Guyane,
    /// 974
    Reunion,
    /// 975
    SaintPierreEtMiquelon,
    /// 976
    Mayotte,
    /// 978
    SaintMartin,
    /// 987
    PolynesieFrancaise,
}

impl Territory {
    /// All of them, in the order of their department codes.
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS
        .first_chunk()
        .expect("COUNT is the number of VARIANTS");

    /// Returns the territory of a department as INSEE writes it (`61`, `2A`, `974`); metropolitan unless it is one of the
    /// overseas ones.
    #[must_use]
    pub fn from_department(department: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|t| t.department() == Some(department))
            .unwrap_or(Self::Metropole)
    }

    /// Returns the department or collectivity code overseas; `None` for metropolitan France, which has 96.
    #[must_use]
    pub fn department(self) -> Option<&'static str> {
        match self {
            Self::Metropole => None,
            Self::Guadeloupe => Some("971"),
            Self::Martinique => Some("972"),
            Self::Guyane => Some("973"),
            Self::Reunion => Some("974"),
            Self::SaintPierreEtMiquelon => Some("975"),
            Self::Mayotte => Some("976"),
            Self::SaintMartin => Some("978"),
            Self::PolynesieFrancaise => Some("987"),
        }
    }

    /// Returns the stable name used in files and answers (`metropole`, `saint_martin`), the same as in serialised form.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.into()
    }

    /// Returns the official French name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Metropole => "France métropolitaine",
            Self::Guadeloupe => "Guadeloupe",
            Self::Martinique => "Martinique",
            Self::Guyane => "Guyane",
            Self::Reunion => "La Réunion",
            Self::SaintPierreEtMiquelon => "Saint-Pierre-et-Miquelon",
            Self::Mayotte => "Mayotte",
            Self::SaintMartin => "Saint-Martin",
            Self::PolynesieFrancaise => "Polynésie française",
        }
    }

    /// Returns the legal projection, in which official areas are measured. Source: decree 2019-165 and, for French Polynesia,
    /// the registry entry of RGPF.
    #[must_use]
    pub fn legal_crs(self) -> Crs {
        Crs::known(match self {
            Self::Metropole => 2154,
            Self::Guadeloupe | Self::Martinique | Self::SaintMartin => 5490,
            Self::Guyane => 2972,
            Self::Reunion => 2975,
            Self::SaintPierreEtMiquelon => 4467,
            Self::Mayotte => 4471,
            Self::PolynesieFrancaise => 3297,
        })
        .expect("every legal projection is a known reference system")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn departments_name_their_territory() {
        for territory in Territory::ALL {
            if let Some(department) = territory.department() {
                assert_eq!(Territory::from_department(department), territory);
            }
            assert_eq!(serde_json::to_value(territory).unwrap(), territory.key());
        }
        assert_eq!(Territory::from_department("2A"), Territory::Metropole);
    }
}
