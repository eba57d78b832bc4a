//! Numbers of houses: their order, their writing, their places in a street.

use std::cmp::Ordering;
use std::fmt;

use qpv_model::{ParcelId, PositionKind, Wgs84Point};

use crate::index::IndexTables;

/// A number of a street, at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct StreetNumber {
    /// The number.
    pub number: HouseNumber,
    /// Its position, WGS 84.
    pub point: Wgs84Point,
    /// The kind of place that the position marks.
    pub position: PositionKind,
    /// True when the position is too far from the commune's other addresses to be right.
    pub is_doubtful: bool,
    /// The parcels it stands on, as published; often none.
    pub parcels: Vec<ParcelId>,
}

/// A number with its suffix. In order: `12`, `12 a`, `12 bis`, `12 ter`, `12 quater`, `14`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HouseNumber {
    /// The number.
    pub number: u32,
    /// Its suffix in lower case (`bis`, `a`); may be empty.
    pub suffix: String,
}

impl HouseNumber {
    fn key(&self) -> (u32, usize, &str) {
        order_key(self.number, &self.suffix)
    }
}

/// Returns the key of the order of numbers: letters, then the repetitions as the post counts them, not by alphabet.
pub(crate) fn order_key(number: u32, suffix: &str) -> (u32, usize, &str) {
    const REPETITIONS: [&str; 5] = ["bis", "ter", "quater", "quinquies", "sexies"];
    let repetition = REPETITIONS.iter().position(|word| *word == suffix);
    (number, repetition.map_or(0, |at| at + 1), suffix)
}

impl Ord for HouseNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for HouseNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As answers write it: `12 bis`.
impl fmt::Display for HouseNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&written(self.number, &self.suffix))
    }
}

/// Writes a number with its suffix: `12 bis`.
pub(crate) fn written(number: u32, suffix: &str) -> String {
    if suffix.is_empty() {
        number.to_string()
    } else {
        format!("{number} {suffix}")
    }
}

impl IndexTables<'_> {
    /// Returns the number of an address with its position; `None` for one without a number.
    pub(crate) fn number(&self, address: usize) -> Option<StreetNumber> {
        let row = self.numbers[address];
        Some(StreetNumber {
            number: HouseNumber {
                number: row.number()?,
                suffix: self.suffix(address).to_owned(),
            },
            point: self.spots[address].point(),
            position: row.position(),
            is_doubtful: row.is_doubtful(),
            parcels: self.parcels_of(address),
        })
    }
}
