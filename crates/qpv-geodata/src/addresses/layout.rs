//! The layout of a file of addresses, as far as reading its rows needs it.

use qpv_delimited::TextHeader;

use crate::addresses::columns::AddressColumns;
use crate::addresses::format::AddressFormat;

/// The format of a file, and the places of its columns.
#[derive(Debug)]
pub(super) struct FileLayout {
    pub format: AddressFormat,
    pub delimiter: u8,
    /// Its header; `None` if it begins with rows.
    pub header: Option<TextHeader>,
    pub columns: AddressColumns,
}
