//! Official codes: of a priority neighbourhood ([`QpvCode`]) and of a commune ([`CommuneCode`]).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::territory::Territory;

/// The reason why a text is not an official code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// The text is not `Q`, a letter, a department on 3 characters, and an order on 3.
    #[error("`{0}` is not a QPV code: expected e.g. QP061003 (2015) or QN06103M (2024)")]
    Qpv(String),
    /// The text is not five characters of the INSEE commune code.
    #[error(
        "`{0}` is not an INSEE commune code: expected five characters, e.g. 61169, 2A004 or 97411"
    )]
    Commune(String),
}

/// Code of a priority neighbourhood, of any vintage.
///
/// Eight characters: `Q`, the letter of the vintage, the department on 3, then 3 more, two of them digits at least. In 2015,
/// `QP`, department and order on 3 (`QP061003`); in 2024, `QN`, department, order on 2 and letter (`QN06103M`). Source:
/// decrees 2014-1750, 2014-1751, 2023-1314 and 2024-1212. The vintages of a code: [`crate::KnownVintages::of_code`].
///
/// ```
/// let code: qpv_model::QpvCode = "QN02A01M".parse().unwrap();
/// assert_eq!(code.department(), "2A");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QpvCode([u8; 8]);

/// The status of a neighbourhood in its decree, by the last letter of its code.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr,
)]
pub enum CodeLetter {
    /// `N`: did not exist in the vintage before.
    #[strum(serialize = "N")]
    New,
    /// `M`: existed with another outline (merged and split ones too).
    #[strum(serialize = "M")]
    Modified,
    /// `I`: existed, declared identical; the measured geometry can differ all the same.
    #[strum(serialize = "I")]
    Identical,
}

impl CodeLetter {
    /// Returns the letter itself.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl QpvCode {
    /// Returns the code as published, always eight ASCII characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a QPV code is ASCII by construction")
    }

    /// Returns the department as INSEE writes it: two characters in metropolitan France (`61`, `2A`), three overseas (`974`).
    #[must_use]
    pub fn department(&self) -> &str {
        // Two characters are padded with a zero: `061`, `02A`.
        self.as_str()[2..5]
            .strip_prefix('0')
            .unwrap_or(&self.as_str()[2..5])
    }

    /// Returns the territory of the code's department.
    #[must_use]
    pub fn territory(&self) -> Territory {
        Territory::from_department(self.department())
    }

    /// Returns what the last letter of the code declares; `None` where it ends with a digit, as in 2015.
    #[must_use]
    pub fn letter(&self) -> Option<CodeLetter> {
        match self.0[7] {
            b'N' => Some(CodeLetter::New),
            b'M' => Some(CodeLetter::Modified),
            b'I' => Some(CodeLetter::Identical),
            _ => None,
        }
    }
}

impl FromStr for QpvCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let fault = CodeError::Qpv(text.to_owned());
        let Ok(code) = <[u8; 8]>::try_from(text.trim().as_bytes()) else {
            return Err(fault);
        };
        // The third character of a department is a letter in Corsica only: `02A`, `02B`.
        let department = code[2..4].iter().all(u8::is_ascii_digit)
            && matches!(code[4], b'0'..=b'9' | b'A' | b'B');
        let prefix = code[0] == b'Q' && code[1].is_ascii_uppercase();
        // A number of three digits, or of two with the letter of a status.
        let order = code[5..7].iter().all(u8::is_ascii_digit)
            && (code[7].is_ascii_digit() || code[7].is_ascii_uppercase());
        if prefix && department && order {
            Ok(Self(code))
        } else {
            Err(fault)
        }
    }
}

/// INSEE code of a commune, five characters (`61169`, `2A004`, `97411`).
///
/// ```
/// let code: qpv_model::CommuneCode = "97411".parse().unwrap();
/// assert_eq!(code.department(), "974");
/// assert!("2C004".parse::<qpv_model::CommuneCode>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CommuneCode([u8; 5]);

impl CommuneCode {
    /// Returns the code as published, always five ASCII characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a commune code is ASCII by construction")
    }

    /// Returns the department as INSEE writes it (`61`, `2A`, `974`).
    #[must_use]
    pub fn department(&self) -> &str {
        // Overseas departments and collectivities have three characters.
        let overseas = self.as_str().starts_with("97") || self.as_str().starts_with("98");
        &self.as_str()[..if overseas { 3 } else { 2 }]
    }

    /// Returns the commune that perimeters use for this code: Paris, Lyon and Marseille for their arrondissements, itself
    /// otherwise.
    ///
    /// ```
    /// let paris_20: qpv_model::CommuneCode = "75120".parse().unwrap();
    /// assert_eq!(paris_20.whole_commune().as_str(), "75056");
    /// ```
    #[must_use]
    pub fn whole_commune(&self) -> Self {
        // Perimeters name the whole cities, addresses their arrondissements.
        match self.as_str().parse::<u32>() {
            Ok(75101..=75120) => Self(*b"75056"),
            Ok(69381..=69389) => Self(*b"69123"),
            Ok(13201..=13216) => Self(*b"13055"),
            _ => *self,
        }
    }
}

impl CommuneCode {
    /// Returns the city and the number of an arrondissement of Paris, Lyon or Marseille; `None` for any other commune.
    ///
    /// ```
    /// let paris_20: qpv_model::CommuneCode = "75120".parse().unwrap();
    /// assert_eq!(paris_20.arrondissement(), Some(("Paris", 20)));
    /// ```
    #[must_use]
    pub fn arrondissement(&self) -> Option<(&'static str, u32)> {
        let code: u32 = self.as_str().parse().ok()?;
        match self.whole_commune().as_str() {
            _ if self.whole_commune() == *self => None,
            "75056" => Some(("Paris", code - 75_100)),
            "69123" => Some(("Lyon", code - 69_380)),
            _ => Some(("Marseille", code - 13_200)),
        }
    }

    /// Returns the codes of its arrondissements, for Paris, Lyon and Marseille; none for any other commune.
    ///
    /// ```
    /// let paris: qpv_model::CommuneCode = "75056".parse().unwrap();
    /// assert_eq!(paris.arrondissements().count(), 20);
    /// ```
    pub fn arrondissements(&self) -> impl Iterator<Item = Self> {
        let (first, last) = match self.as_str() {
            "75056" => (75_101, 75_120),
            "69123" => (69_381, 69_389),
            "13055" => (13_201, 13_216),
            // An empty range.
            _ => (1, 0),
        };
        (first..=last).filter_map(|code: u32| code.to_string().parse().ok())
    }
}

impl FromStr for CommuneCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let fault = CodeError::Commune(text.to_owned());
        let Ok(mut code) = <[u8; 5]>::try_from(text.trim().as_bytes()) else {
            return Err(fault);
        };
        // A letter in Corsica only: `2A004`, `2B033`, which people also write in lower case.
        code[1].make_ascii_uppercase();
        let second =
            code[1].is_ascii_digit() || (code[0] == b'2' && matches!(code[1], b'A' | b'B'));
        let digits = code[0].is_ascii_digit() && code[2..].iter().all(u8::is_ascii_digit);
        if second && digits {
            Ok(Self(code))
        } else {
            Err(fault)
        }
    }
}

macro_rules! text_like {
    ($($code:ty),*) => {$(
        impl fmt::Display for $code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl fmt::Debug for $code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl TryFrom<String> for $code {
            type Error = CodeError;
            fn try_from(text: String) -> Result<Self, CodeError> {
                text.parse()
            }
        }
        impl From<$code> for String {
            fn from(code: $code) -> Self {
                code.as_str().to_owned()
            }
        }
    )*};
}
text_like!(QpvCode, CommuneCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_vintages() {
        for (text, department) in [
            ("QP061003", "61"),
            ("QP02A001", "2A"),
            ("QP976029", "976"),
            ("QN06103M", "61"),
            (" QN97101I ", "971"),
        ] {
            let code: QpvCode = text.parse().unwrap();
            assert_eq!(
                (code.department(), code.as_str()),
                (department, text.trim())
            );
        }
    }

    #[test]
    fn refuses_what_is_no_code() {
        for text in [
            "",
            "QP06100",
            "QP0610033",
            "QN0610M3",
            "QN06103*",
            "XP061003",
            "QPO61003",
            "QP06é03",
            "qp061003",
        ] {
            assert_eq!(
                text.parse::<QpvCode>(),
                Err(CodeError::Qpv(text.to_owned())),
                "{text}"
            );
        }
        for text in ["", "6116", "611690", "2C004", "A1169", "6116a", "6é69"] {
            assert_eq!(
                text.parse::<CommuneCode>(),
                Err(CodeError::Commune(text.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn arrondissements_belong_to_their_commune() {
        for (arrondissement, commune) in [
            ("75101", "75056"),
            ("69389", "69123"),
            ("13216", "13055"),
            ("13217", "13217"),
            ("61169", "61169"),
        ] {
            assert_eq!(
                arrondissement
                    .parse::<CommuneCode>()
                    .unwrap()
                    .whole_commune()
                    .as_str(),
                commune
            );
        }
    }

    #[test]
    fn serde_goes_through_validation() {
        assert!(serde_json::from_str::<QpvCode>("\"QN06103M\"").is_ok());
        assert!(serde_json::from_str::<QpvCode>("\"QN06103z\"").is_err());
    }
}
