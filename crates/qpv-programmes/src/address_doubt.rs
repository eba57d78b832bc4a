//! The reasons why the place of an address is unknown.

/// The reason why the location of a home is unknown.
#[derive(Debug, Clone, PartialEq)]
pub enum AddressDoubt {
    /// Its position may be off by more than the distance to a line.
    Position {
        /// Greatest error, the precision of the line included, metres.
        uncertainty_m: f64,
        /// Distance to the line that decides, metres.
        line_m: Option<f64>,
    },
    /// Something else, under a stable name: not found, known to the street only…
    Other(&'static str),
}
