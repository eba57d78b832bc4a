//! Rows of typed values, apart from the format that they are read from and written in.

use calamine::Data;

use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::error::BatchError;
use crate::row_error::RowError;

/// A row of the input.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Its place in the table, from 0; in a spreadsheet rows without a value have one too.
    pub(crate) index: u64,
    /// The number by which people find it: its row in a spreadsheet, its line in a text, from 1.
    pub(crate) number: u64,
    pub(crate) values: Vec<Data>,
    /// The reason why its values may stand under the wrong names.
    pub(crate) fault: Option<RowError>,
}

impl Row {
    /// Returns the row at a place of a sheet, from 0.
    pub(crate) fn new(index: u64, values: Vec<Data>) -> Self {
        Self {
            index,
            number: index + 1,
            values,
            fault: None,
        }
    }

    /// Returns the texts of so many columns.
    pub(crate) fn texts(&self, columns: usize) -> Vec<String> {
        let mut texts: Vec<String> = self.values.iter().map(text).collect();
        texts.resize(columns, String::new());
        texts
    }

    /// Returns the bytes of its texts.
    pub(crate) fn text_bytes(&self) -> usize {
        self.values.iter().map(text_bytes).sum()
    }
}

/// The rows of a table that are not empty, in order.
pub(crate) trait Rows {
    /// Reads the next row.
    fn next(&mut self) -> Result<Option<Row>, BatchError>;
}

/// An output of rows with their answers.
pub(crate) trait RowWriter {
    /// Writes a row above the one that names the columns.
    fn row_above(&mut self, row: &Row) -> Result<(), BatchError>;

    /// Writes the names of the columns, the added ones behind as many columns as the table has.
    fn header(
        &mut self,
        header: &Row,
        names: &[String],
        added: &[AddedColumn],
    ) -> Result<(), BatchError>;

    /// Writes a row and the cells added to it.
    fn row(&mut self, row: &Row, added: &[AddedCell]) -> Result<(), BatchError>;
}

/// A cell to add to a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum AddedCell {
    Text(String),
    /// A number, rounded to the decimals that it is written with.
    Number(f64, usize),
    Empty,
}

impl CellWriter for Vec<AddedCell> {
    fn text(&mut self, text: &str) {
        self.push(if text.is_empty() {
            AddedCell::Empty
        } else {
            AddedCell::Text(text.to_owned())
        });
    }

    fn number(&mut self, value: f64, decimals: usize) {
        self.push(AddedCell::Number(value, decimals));
    }

    fn empty(&mut self) {
        self.push(AddedCell::Empty);
    }
}

/// Returns the bytes of a text, 0 of another value.
pub(crate) fn text_bytes(value: &Data) -> usize {
    match value {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.len(),
        _ => 0,
    }
}

/// Returns whether nothing is in a cell.
pub(crate) fn is_empty(value: &Data) -> bool {
    matches!(value, Data::Empty) || matches!(value, Data::String(text) if text.is_empty())
}

/// Returns a value as a table of texts would have it; a date as `2015-03-01`.
pub(crate) fn text(value: &Data) -> String {
    match value {
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        // `#N/A` and the like.
        Data::Error(_) => String::new(),
        other => other.to_string(),
    }
}

/// Returns a value as a job reads it.
pub(crate) fn cell(value: &Data) -> Cell<'_> {
    Cell::Text(text(value).into())
}
