//! The rows of a sheet that are not empty, and their limits.

use std::io::{Read, Seek};

use calamine::{Data, Xlsx, XlsxCellReader, XlsxError};

use crate::error::BatchError;
use crate::rows::{Row, Rows, is_empty, text_bytes};

use super::limits::{
    MAX_CELL_CHARS, MAX_CELLS, MAX_COLUMNS, MAX_ROW_TEXT_BYTES, MAX_ROWS, MAX_SHEET_TEXT_BYTES,
};

pub(super) struct XlsxRows<'a, R: Read + Seek> {
    cells: XlsxCellReader<'a, R>,
    sheet: String,
    /// The first cell of the next row.
    ahead: Option<(u32, u32, Data)>,
    /// The last cell was read: the reader must not be asked again.
    ended: bool,
    /// The place of the last cell.
    last: Option<(u32, u32)>,
}

impl<'a, R: Read + Seek> XlsxRows<'a, R> {
    pub(super) fn new(book: &'a mut Xlsx<R>, name: &str) -> Result<Self, BatchError> {
        let cells = book.worksheet_cells_reader(name).map_err(broken)?;
        Ok(Self {
            cells,
            sheet: name.to_owned(),
            ahead: None,
            ended: false,
            last: None,
        })
    }

    fn cell(&mut self) -> Result<Option<(u32, u32, Data)>, BatchError> {
        while !self.ended {
            let (sheet, last) = (&self.sheet, self.last);
            let next = self.cells.next_cell();
            let Some(cell) = next.map_err(|fault| broken_cell(sheet, last, &fault))? else {
                self.ended = true;
                break;
            };
            let (row, column) = cell.get_position();
            self.last = Some((row, column));
            // Cells without a place of their own count on from the last one.
            if u64::from(row) >= MAX_ROWS || u64::from(column) >= MAX_COLUMNS {
                return Err(cell_limit(&self.sheet, row, column, BEYOND_SHEET));
            }
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

/// Returns the error for the cell behind the last one that could be read, whose row and column count from 0.
fn broken_cell(sheet: &str, last: Option<(u32, u32)>, fault: &XlsxError) -> BatchError {
    let place = match last {
        Some((row, column)) => {
            format!(
                "behind row {}, column {}",
                u64::from(row) + 1,
                u64::from(column) + 1
            )
        }
        None => "first cell".to_owned(),
    };
    BatchError::NotSheet("XLSX", format!("sheet {sheet}, {place}: {fault}"))
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
        let (mut values, mut bytes) = (vec![], text_bytes(&value));
        put(&mut values, column, value);
        loop {
            match self.cell()? {
                Some((row, column, value)) if row == index => {
                    bytes += text_bytes(&value);
                    if bytes > MAX_ROW_TEXT_BYTES {
                        return Err(cell_limit(&self.sheet, row, column, LONG_ROW));
                    }
                    if values
                        .get(column as usize)
                        .is_some_and(|held| !is_empty(held))
                    {
                        return Err(cell_fault(
                            &self.sheet,
                            u64::from(row) + 1,
                            column as usize,
                            "it is there twice",
                        ));
                    }
                    put(&mut values, column, value);
                }
                next => {
                    self.ahead = next;
                    return Ok(Some(Row::new(index.into(), values)));
                }
            }
        }
    }
}

const BEYOND_SHEET: &str = "its place is beyond the last cell of a sheet, XFD1048576";
pub(super) const MANY_CELLS: &str = "more than 268,435,456 cells before it";
pub(super) const MUCH_TEXT: &str = "more than 2 GiB of text up to it";
const LONG_ROW: &str = "more than 4 MiB of text in a row";

/// Returns the error for a cell, whose row and column count from 0 here.
fn cell_limit(sheet: &str, row: u32, column: u32, fault: &'static str) -> BatchError {
    BatchError::CellLimit {
        sheet: sheet.to_owned(),
        row: u64::from(row) + 1,
        column: u64::from(column) + 1,
        fault,
    }
}

/// Returns the error for a cell that cannot be taken; its row counts from 1, its column from 0.
fn cell_fault(sheet: &str, row: u64, column: usize, fault: &str) -> BatchError {
    BatchError::CellFault {
        sheet: sheet.to_owned(),
        row,
        column: column as u64 + 1,
        fault: fault.to_owned(),
    }
}

fn put(values: &mut Vec<Data>, column: u32, value: Data) {
    let column = column as usize;
    if values.len() <= column {
        values.resize(column + 1, Data::Empty);
    }
    values[column] = value;
}

/// Returns whether no spreadsheet takes a text.
fn is_too_long(value: &Data) -> bool {
    // A character has at least as many bytes as units of UTF-16, so most texts are not counted.
    text_bytes(value) > MAX_CELL_CHARS
        && matches!(value, Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text)
            if text.encode_utf16().count() > MAX_CELL_CHARS)
}

/// The part of a sheet that is used.
pub(crate) struct SheetSize {
    pub(crate) columns: usize,
    pub(crate) rows: u64,
}

impl SheetSize {
    /// Reads the rows of the sheet of this name, all of which must fit into the output.
    pub(super) fn new(sheet: &str, rows: &mut dyn Rows) -> Result<Self, BatchError> {
        let mut check = RowsCheck::new(sheet);
        let mut size = Self {
            columns: 0,
            rows: 0,
        };
        while let Some(row) = rows.next()? {
            check.row(&row)?;
            size.columns = size.columns.max(row.values.len());
            size.rows += 1;
        }
        Ok(size)
    }
}

/// The check that rows can be written, one after the other.
pub(super) struct RowsCheck {
    sheet: String,
    last: Option<u64>,
    cells: u64,
    text_bytes: u64,
}

impl RowsCheck {
    /// Begins with the first row of the sheet of this name.
    pub(super) fn new(sheet: &str) -> Self {
        Self {
            sheet: sheet.to_owned(),
            last: None,
            cells: 0,
            text_bytes: 0,
        }
    }

    /// Checks the next row. The output is written in order and once, so a row out of its place could not be.
    pub(super) fn row(&mut self, row: &Row) -> Result<(), BatchError> {
        if self.last.is_some_and(|last| row.index <= last) {
            let first = row.values.iter().position(|value| !is_empty(value));
            return Err(cell_fault(
                &self.sheet,
                row.number,
                first.unwrap_or_default(),
                "its row is not in its place, for it comes behind a row of the same or a greater number",
            ));
        }
        self.last = Some(row.index);
        self.cells += row.values.len() as u64;
        self.text_bytes += row.text_bytes() as u64;
        let last_column = row.values.len().saturating_sub(1);
        // The output could not take it, and would be half written by then.
        let long = row.values.iter().position(is_too_long);
        let fault = if row.index >= MAX_ROWS {
            Some((
                0,
                "an XLSX sheet has 1,048,576 rows at most: write CSV or Parquet",
            ))
        } else if self.cells > MAX_CELLS {
            Some((last_column, MANY_CELLS))
        } else if self.text_bytes > MAX_SHEET_TEXT_BYTES {
            Some((last_column, MUCH_TEXT))
        } else {
            long.map(|column| (column, "more than 32,767 characters"))
        };
        match fault {
            Some((column, fault)) => Err(BatchError::CellLimit {
                sheet: self.sheet.clone(),
                row: row.number,
                column: column as u64 + 1,
                fault,
            }),
            None => Ok(()),
        }
    }
}
