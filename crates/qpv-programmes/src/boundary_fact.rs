//! The relation of a home to the streets that a perimeter's line follows.

use qpv_model::QpvCode;

/// The relation of a home to boundary streets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoundaryFact {
    /// On a street that the lines of these perimeters follow there, one at least, the nearest first.
    Follows(Vec<QpvCode>),
    /// On no such street.
    None,
    /// Not known.
    Unknown,
}
