//! Identifiers of parcels of the land register ([`ParcelId`]).

use std::fmt;
use std::str::FromStr;

use crate::code::CommuneCode;

/// Characters of an identifier.
const LENGTH: usize = 14;
/// The characters that each place may hold: digits, or digits and letters.
const RADIX: [u64; LENGTH] = [10, 36, 10, 10, 10, 10, 10, 10, 36, 36, 10, 10, 10, 10];

/// Identifier of a parcel of the French land register: INSEE code of the commune on five characters, prefix of the section on
/// three (`000`, or the code of a commune merged into it), section on two (`AB`, `0A`, and `12` in Alsace-Moselle), number
/// on four.
///
/// Blanks and hyphens between its parts are allowed, letters in either case.
///
/// ```
/// let parcel: qpv_model::ParcelId = "90010 000 ab 0123".parse().unwrap();
/// assert_eq!(parcel.to_string(), "90010000AB0123");
/// assert!("90010000AB012".parse::<qpv_model::ParcelId>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParcelId([u8; LENGTH]);

/// A text that is no identifier of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of a parcel: expected fourteen characters, e.g. 90010000AB0123")]
pub struct ParcelIdError;

impl ParcelId {
    /// Returns the identifier as published, always fourteen ASCII characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("an identifier is ASCII by construction")
    }

    /// Returns the commune that the parcel lies in.
    #[must_use]
    pub fn commune(&self) -> CommuneCode {
        self.as_str()[..5]
            .parse()
            .expect("it was checked when the identifier was read")
    }

    /// Returns the identifier as a number of 53 bits, by which indexes store it. Numbers are in the order of identifiers.
    #[must_use]
    pub fn to_number(self) -> u64 {
        std::iter::zip(self.0, RADIX).fold(0, |number, (byte, radix)| {
            let digit = char::from(byte).to_digit(36).unwrap_or_default();
            number * radix + u64::from(digit)
        })
    }

    /// Returns the identifier of a number; `None` for a number of none.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        let (mut text, mut rest) = (String::with_capacity(LENGTH), number);
        for radix in RADIX.iter().rev() {
            let digit = u32::try_from(rest % radix).ok()?;
            text.push(char::from_digit(digit, 36)?);
            rest /= radix;
        }
        // What is left belongs to no identifier.
        let text: String = text.chars().rev().collect();
        text.parse().ok().filter(|_| rest == 0)
    }
}

impl FromStr for ParcelId {
    type Err = ParcelIdError;

    fn from_str(text: &str) -> Result<Self, ParcelIdError> {
        let mut bytes = [0; LENGTH];
        let mut length = 0;
        for letter in text.chars().filter(|letter| !is_separator(*letter)) {
            let byte = u8::try_from(letter.to_ascii_uppercase()).map_err(|_| ParcelIdError)?;
            *bytes.get_mut(length).ok_or(ParcelIdError)? = byte;
            length += 1;
        }
        let is_right = length == LENGTH
            && std::str::from_utf8(&bytes[..5])
                .is_ok_and(|code| code.parse::<CommuneCode>().is_ok())
            && std::iter::zip(&bytes, RADIX).all(|(byte, radix)| {
                byte.is_ascii_digit() || (radix == 36 && byte.is_ascii_uppercase())
            });
        if is_right {
            Ok(Self(bytes))
        } else {
            Err(ParcelIdError)
        }
    }
}

/// Returns true for what people write between the parts of an identifier.
fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || letter == '-'
}

impl fmt::Display for ParcelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ParcelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_read_in_every_spelling() {
        for (text, expected) in [
            ("90010000AB0123", "90010000AB0123"),
            (" 90010 000 ab 0123 ", "90010000AB0123"),
            ("2a004-000-0b-0007", "2A0040000B0007"),
            ("67482000290012", "67482000290012"),
        ] {
            let parcel: ParcelId = text.parse().unwrap();
            assert_eq!(parcel.as_str(), expected);
            assert_eq!(parcel.commune().as_str(), &expected[..5]);
        }
        for text in [
            "",
            "90010000AB012",
            "90010000AB01234",
            "9001X000AB0123",
            "90010000AB012É",
            "90010,000AB0123",
        ] {
            assert_eq!(text.parse::<ParcelId>(), Err(ParcelIdError), "{text}");
        }
    }

    #[test]
    fn numbers_keep_the_identifier_and_its_order() {
        let texts = [
            "010010000A0001",
            "2A0040000B0007",
            "2B0330000B0007",
            "90010000AB0123",
            "90010000AB0124",
            "97411999ZZ9999",
        ];
        let parcels = texts.map(|text| text.parse::<ParcelId>().unwrap());
        for parcel in parcels {
            assert_eq!(ParcelId::from_number(parcel.to_number()), Some(parcel));
            assert!(parcel.to_number() < 1 << 53);
        }
        assert!(parcels.map(ParcelId::to_number).is_sorted());
        assert_eq!(ParcelId::from_number(u64::MAX), None);
        // `1Z001` is no commune.
        let other = (36 + 35) * 1_000_000 * 1296 * 10_000;
        assert_eq!(ParcelId::from_number(other), None);
    }
}
