//! The layout of a file of addresses, as far as reading its rows needs it.

use crate::addresses::columns::AddressColumns;
use crate::addresses::format::AddressFormat;

/// The format of a file, and the places of its columns.
#[derive(Debug)]
pub(super) struct FileLayout {
    pub format: AddressFormat,
    pub delimiter: u8,
    /// True if its first row is a header.
    pub has_header: bool,
    pub columns: AddressColumns,
}
