//! Columns that restrict the addresses of a row.

use qpv_model::CommuneCode;

use qpv_service::{AddressKind, SearchFilter};

use crate::cell::Cell;
use crate::column_names::named;
use crate::error::ColumnsError;
use crate::row_error::RowError;

/// The restrictions on addresses, row by row.
#[derive(Debug, Clone, Default)]
pub struct FilterColumns {
    /// The column of a postcode that the address must be in.
    pub postcode: Option<String>,
    /// The column of the INSEE code of a commune that it must be in.
    pub citycode: Option<String>,
    /// The kinds of places that are meant in every row; none for all.
    pub kinds: Vec<AddressKind>,
}

impl FilterColumns {
    /// Returns the number of columns that are read.
    pub(crate) fn len(&self) -> usize {
        self.names().count()
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        self.postcode.iter().chain(&self.citycode)
    }

    /// Finds them by the names of all columns.
    pub(crate) fn find(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        self.names().map(|name| named(header, name)).collect()
    }

    /// Returns what the cells of these columns say. An empty one says nothing.
    pub(crate) fn read(&self, cells: &[Cell<'_>]) -> Result<SearchFilter, RowError> {
        let mut given = cells.iter();
        let postcode = match &self.postcode {
            Some(_) => read_cell(given.next(), postcode, "bad_postcode")?,
            None => None,
        };
        let citycode = match &self.citycode {
            Some(_) => read_cell(given.next(), citycode, "bad_citycode")?,
            None => None,
        };
        Ok(SearchFilter {
            kinds: self.kinds.clone(),
            postcode,
            citycode,
            // Set by the job, which knows the columns of the position.
            near: None,
        })
    }
}

/// Reads a cell that may be empty; what cannot be read is that error.
fn read_cell<T>(
    cell: Option<&Cell<'_>>,
    read: fn(&str) -> Option<T>,
    error: RowError,
) -> Result<Option<T>, RowError> {
    match cell {
        Some(cell) if !cell.is_blank() => read(cell.text().trim()).map(Some).ok_or(error),
        _ => Ok(None),
    }
}

/// Reads a postcode: five digits; or four, where a spreadsheet took `01000` for a number.
pub(crate) fn postcode(text: &str) -> Option<u32> {
    let digits = matches!(text.len(), 4 | 5) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// Reads the code of a commune, with the zero that a spreadsheet may have taken away.
fn citycode(text: &str) -> Option<CommuneCode> {
    if text.len() == 4 {
        format!("0{text}").parse().ok()
    } else {
        text.parse().ok()
    }
}
