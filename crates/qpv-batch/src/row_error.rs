//! The reasons why a row has no answer, by the codes of its `error` column.

/// The reason why a row could not be asked, or has no answer: a stable code.
pub type RowError = &'static str;

/// More or fewer fields than the header, or a quote that is never closed.
pub(crate) const BAD_ROW: RowError = "bad_row";
/// A coordinate is empty.
pub(crate) const MISSING_COORDINATES: RowError = "missing_coordinates";
/// A coordinate is no number.
pub(crate) const BAD_NUMBER: RowError = "bad_number";
/// A geometry that cannot be read.
pub(crate) const BAD_GEOMETRY: RowError = "bad_geometry";
/// A geometry that is neither a point nor polygons.
pub(crate) const NOT_A_PLACE: RowError = "not_a_place";
