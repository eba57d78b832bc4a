//! The start of a list, as it is shown before it is answered: its header, the role of each column, its first rows.
//!
//! Promises: what the job would refuse as unreadable is refused alike; of a text only its start is read, of an XLSX sheet
//! its first rows and the table of texts. A header that is not recognised is no error here: people can then say the role
//! of each column.

use crate::house_numbers::UnreadColumn;
use crate::list_columns::ColumnRole;

/// Rows shown.
pub(crate) const PREVIEW_ROWS: usize = 8;
/// Characters of a cell that are shown.
const SHOWN_CHARACTERS: usize = 200;

/// The start of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPreview {
    /// `csv`, `xlsx` or `ods`.
    pub format: &'static str,
    /// The line or row that names the columns, from 1; 0 where none does and they are named by what is in them.
    pub header_row: u64,
    /// The columns by name, with the role of each.
    pub columns: Vec<(String, Option<ColumnRole>)>,
    /// The first rows with something in them, as texts: a field for each column, long ones cut.
    pub rows: Vec<Vec<String>>,
    /// The encoding of a text.
    pub encoding: Option<&'static str>,
    /// The delimiter of a text.
    pub delimiter: Option<char>,
    /// The names of all sheets of a spreadsheet.
    pub sheets: Vec<String>,
    /// The names of those that are hidden.
    pub hidden_sheets: Vec<String>,
    /// The sheet that was read.
    pub sheet: Option<String>,
    /// The columns that number something and have no role, with the reason.
    pub unread: Vec<UnreadColumn>,
}

/// Returns the beginning of a text.
pub(crate) fn shortened(text: &str) -> String {
    // Counted in characters: a cut within one would leave no text.
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl ListPreview {
    pub(crate) fn new(
        format: &'static str,
        header_row: u64,
        columns: Vec<(String, Option<ColumnRole>)>,
        rows: Vec<Vec<String>>,
    ) -> Self {
        Self {
            format,
            header_row,
            columns,
            rows,
            encoding: None,
            delimiter: None,
            sheets: vec![],
            hidden_sheets: vec![],
            sheet: None,
            unread: vec![],
        }
    }
}
