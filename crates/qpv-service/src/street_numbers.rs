//! The numbers of a street: sides, spans of consecutive ones, and those that settle where another one is.

use qpv_addresses::HouseNumber;
use qpv_french::{key, sentence};

/// A side of a street, by its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Odd numbers.
    Odd,
    /// Even numbers.
    Even,
}

impl Side {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Odd, Self::Even];

    /// The side of a number.
    #[must_use]
    pub fn from_number(number: u32) -> Self {
        if number.is_multiple_of(2) {
            Self::Even
        } else {
            Self::Odd
        }
    }
}

/// Existing numbers of one side that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Their side.
    pub side: Side,
    /// The first.
    pub from: HouseNumber,
    /// The last.
    pub to: HouseNumber,
    /// Their number, both included.
    pub count: usize,
}

impl Span {
    pub(crate) fn holds(&self, number: &HouseNumber) -> bool {
        self.side == Side::from_number(number.number) && (&self.from..=&self.to).contains(&number)
    }
}

impl Span {
    /// Returns `pairs 2 à 48`, or `numéro 7` for a single one.
    #[must_use]
    pub fn message_fr(&self) -> String {
        let (from, to) = (self.from.to_string(), self.to.to_string());
        let key = match self.side {
            _ if self.count == 1 => key::STREET_NUMBERS_ONE,
            Side::Odd => key::STREET_NUMBERS_ODD,
            Side::Even => key::STREET_NUMBERS_EVEN,
        };
        sentence(key, &[("from", &from), ("to", &to)])
    }
}

/// The numbers that settle on which side of a line another one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreetSide {
    /// The numbers of its own kerb, before and after it.
    pub own: Span,
    /// The numbers of the other kerb.
    pub opposite: Span,
    /// True when the other kerb is on the other side of the line; false when both are on the same.
    pub is_across: bool,
}
