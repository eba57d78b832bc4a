//! The rows of a sheet that are not empty.

use std::io::{Read, Seek};

use calamine::{Data, Xlsx, XlsxCellReader, XlsxError};

use crate::error::BatchError;

/// The most rows above the one that names the columns: titles, groups of columns, merged cells.
pub(super) const MAX_ROWS_ABOVE: usize = 10;

/// A row that is not empty.
pub(super) struct Row {
    /// Its place in the sheet, from 0.
    pub(super) index: u32,
    pub(super) values: Vec<Data>,
}

impl Row {
    /// Returns the texts of so many columns.
    pub(super) fn texts(&self, columns: usize) -> Vec<String> {
        let mut texts: Vec<String> = self.values.iter().map(text).collect();
        texts.resize(columns, String::new());
        texts
    }

    /// Checks that the row stands behind the last one, and takes its place. The output is written in order and once, so a
    /// row out of its place could not be.
    pub(super) fn check_place(&self, last: &mut Option<u32>) -> Result<(), BatchError> {
        if last.is_some_and(|last| self.index <= last) {
            return Err(BatchError::NotSheet(
                "a spreadsheet",
                format!("row {} is not in its place", self.index + 1),
            ));
        }
        *last = Some(self.index);
        Ok(())
    }
}

/// The rows of a sheet that are not empty, in order.
pub(super) trait Rows {
    fn next(&mut self) -> Result<Option<Row>, BatchError>;
}

pub(super) struct XlsxRows<'a, R: Read + Seek> {
    cells: XlsxCellReader<'a, R>,
    /// The first cell of the next row.
    ahead: Option<(u32, u32, Data)>,
    /// The last cell was read: the reader must not be asked again.
    ended: bool,
}

impl<'a, R: Read + Seek> XlsxRows<'a, R> {
    pub(super) fn new(book: &'a mut Xlsx<R>, name: &str) -> Result<Self, BatchError> {
        let cells = book.worksheet_cells_reader(name).map_err(broken)?;
        Ok(Self {
            cells,
            ahead: None,
            ended: false,
        })
    }

    fn cell(&mut self) -> Result<Option<(u32, u32, Data)>, BatchError> {
        while !self.ended {
            let Some(cell) = self.cells.next_cell().map_err(broken)? else {
                self.ended = true;
                break;
            };
            let (row, column) = cell.get_position();
            let value: Data = cell.get_value().clone().into();
            // Cells with a format and no value would make rows of nothing.
            if !is_empty(&value) {
                return Ok(Some((row, column, value)));
            }
        }
        Ok(None)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(fault: XlsxError) -> BatchError {
    BatchError::NotSheet("XLSX", fault.to_string())
}

impl<R: Read + Seek> Rows for XlsxRows<'_, R> {
    fn next(&mut self) -> Result<Option<Row>, BatchError> {
        let first = match self.ahead.take() {
            Some(first) => Some(first),
            None => self.cell()?,
        };
        let Some((index, column, value)) = first else {
            return Ok(None);
        };
        let mut values = vec![];
        put(&mut values, column, value);
        loop {
            match self.cell()? {
                Some((row, column, value)) if row == index => put(&mut values, column, value),
                next => {
                    self.ahead = next;
                    return Ok(Some(Row { index, values }));
                }
            }
        }
    }
}

fn put(values: &mut Vec<Data>, column: u32, value: Data) {
    let column = column as usize;
    if values.len() <= column {
        values.resize(column + 1, Data::Empty);
    }
    values[column] = value;
}

pub(super) struct OdsRows<'a> {
    rows: std::iter::Enumerate<calamine::Rows<'a, Data>>,
    /// The place of the range in the sheet.
    start: (u32, u32),
}

impl<'a> OdsRows<'a> {
    pub(super) fn new(range: &'a calamine::Range<Data>) -> Self {
        Self {
            rows: range.rows().enumerate(),
            start: range.start().unwrap_or_default(),
        }
    }
}

impl Rows for OdsRows<'_> {
    fn next(&mut self) -> Result<Option<Row>, BatchError> {
        let (row, column) = self.start;
        let next = self.rows.find(|(_, values)| !values.iter().all(is_empty));
        Ok(next.map(|(index, values)| {
            // The range begins at the first cell with a value, not at the first column.
            let before = (0..column).map(|_| Data::Empty);
            let last = values
                .iter()
                .rposition(|value| !is_empty(value))
                .map_or(0, |last| last + 1);
            let index = row + u32::try_from(index).expect("a sheet has a million rows");
            Row {
                index,
                values: before.chain(values[..last].iter().cloned()).collect(),
            }
        }))
    }
}

pub(super) fn is_empty(value: &Data) -> bool {
    matches!(value, Data::Empty) || matches!(value, Data::String(text) if text.is_empty())
}

/// Returns a value as a table of texts would have it; a date as `2015-03-01`.
pub(super) fn text(value: &Data) -> String {
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

/// The part of a sheet that is used.
pub(super) struct SheetSize {
    pub(super) columns: usize,
    pub(super) rows: u64,
}

impl SheetSize {
    pub(super) fn new(rows: &mut dyn Rows) -> Result<Self, BatchError> {
        let mut size = Self {
            columns: 0,
            rows: 0,
        };
        let mut last = None;
        while let Some(row) = rows.next()? {
            row.check_place(&mut last)?;
            size.columns = size.columns.max(row.values.len());
            size.rows += 1;
        }
        Ok(size)
    }
}
