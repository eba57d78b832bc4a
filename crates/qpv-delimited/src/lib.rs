//! Delimited text: its records, delimiters and encodings, and fields that a spreadsheet would run as formulas.

mod blocks;
mod dialect;
pub mod formula_injection;
mod records;

pub use blocks::{Blocks, ReadError};
pub use dialect::{BYTE_ORDER_MARK, Codec, Encoding, delimiters};
pub use records::{Record, push_field, push_quoted, scan, unquoted, whole_records};
