//! XLS books of Excel 5 to 2003, read record by record.
//!
//! `calamine` reads them too, but reserves what a sheet claims to hold, keeps each sheet as a rectangle, and slices records
//! without looking at their length: a small file would end the program. Here only the table of texts is held.
//!
//! Source: \[MS-XLS\] and \[MS-CFB\], the published specifications of the formats.

mod compound;
mod formats;
mod records;
mod row_runs;
mod texts;

use std::collections::{HashSet, VecDeque};
use std::io::{BufReader, Read, Seek};
use std::iter::Peekable;
use std::vec::IntoIter;

use calamine::{
    CellErrorType, Data, ExcelDateTime, ExcelDateTimeType, Sheet, SheetType, SheetVisible,
};

use crate::error::BatchError;
use crate::rows::{Row, Rows, is_empty, text_bytes};

use super::limits::{MAX_ROW_TEXT_BYTES, check_held};
use super::merged::MergedRows;
use compound::{CompoundFile, Stream};
use formats::{FormatKind, NumberFormats};
use records::{Record, Records};
use row_runs::{RowRun, read_order};
use texts::{Charset, SharedTexts, label, short_name};

/// Columns of a sheet, as many as the format has.
const MAX_XLS_COLUMNS: u16 = 256;
/// Bytes held of a sheet, besides its name.
const SHEET_BYTES: u64 = 128;

/// A book whose table of texts is held.
pub(super) struct XlsBook<R> {
    records: Records<Stream<BufReader<R>>>,
    pub(super) sheets: Vec<Sheet>,
    /// The places of the sheets in the stream.
    places: Vec<u64>,
    texts: SharedTexts,
    formats: NumberFormats,
    charset: Charset,
    is_1904: bool,
}

impl<R: Read + Seek> XlsBook<R> {
    /// Opens a book and reads what its sheets have in common.
    ///
    /// # Errors
    /// [`BatchError`]: it is none, has a password, or is beyond the limits.
    pub(super) fn open(input: R) -> Result<Self, BatchError> {
        let file = CompoundFile::open(BufReader::new(input))?;
        if file.find("EncryptedPackage").is_some() {
            return Err(BatchError::Locked);
        }
        let entry = file
            .find("Workbook")
            .or_else(|| file.find("Book"))
            .ok_or_else(|| not_xls("it holds no workbook of Excel"))?;
        let mut book = Self {
            records: Records::new(file.into_stream(&entry)?),
            sheets: vec![],
            places: vec![],
            texts: SharedTexts::default(),
            formats: NumberFormats::default(),
            charset: Charset::default(),
            is_1904: false,
        };
        book.read_globals()?;
        Ok(book)
    }

    fn read_globals(&mut self) -> Result<(), BatchError> {
        let first = self.records.next()?;
        self.charset.set_version(&first)?;
        let mut places = HashSet::new();
        loop {
            let record = self.records.next()?;
            match record.kind {
                records::END => break,
                // The records behind it are encrypted.
                records::PASSWORD => return Err(BatchError::Locked),
                records::CODE_PAGE => self.charset.set_code_page(record.u16(0)?),
                records::DATE_MODE => self.is_1904 = record.u16(0)? == 1,
                records::FORMAT => {
                    let (id, text) = self.charset.format(&record)?;
                    self.formats.add_format(id, &text);
                }
                records::CELL_FORMAT => self.formats.add_cell_format(record.u16(2)?),
                records::SHEET => {
                    let name = short_name(&record, 6, &self.charset)?;
                    let place = record.u32(0)?;
                    // A small file could have a large sheet any number of times.
                    if !places.insert(place) {
                        return Err(not_xls("two sheets begin at one place"));
                    }
                    self.places.push(place.into());
                    self.sheets.push(sheet(&record, name)?);
                    let held = self.sheets.len() as u64 * SHEET_BYTES;
                    check_held(held).map_err(|fault| fault.in_part("the list of sheets"))?;
                }
                records::TEXTS => self.texts = SharedTexts::read(&mut self.records, record)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Calls `read` with the rows of the sheet at this place among those that hold cells.
    pub(super) fn with_rows<T>(
        &mut self,
        index: usize,
        read: impl FnOnce(&mut dyn Rows) -> Result<T, BatchError>,
    ) -> Result<T, BatchError> {
        let is_table = |at: &usize| self.sheets[*at].typ == SheetType::WorkSheet;
        let at = (0..self.sheets.len())
            .filter(is_table)
            .nth(index)
            .expect("the sheets are those of this book");
        self.records.go_to_sheet(self.places[at])?;
        // Read through once before: a row cannot wait for cells that may come anywhere behind.
        let order = read_order(&mut self.records)?;
        self.records.go_to_sheet(self.places[at])?;
        let mut rows = XlsRows {
            name: &self.sheets[at].name,
            records: &mut self.records,
            texts: &self.texts,
            formats: &self.formats,
            charset: &self.charset,
            is_1904: self.is_1904,
            ahead: VecDeque::new(),
            depth: 0,
            has_ended: false,
            formula: None,
            runs: order
                .disordered_runs
                .map(|runs| runs.into_iter().peekable()),
        };
        read(&mut MergedRows::new(&mut rows, &order.merged))
    }
}

/// Returns the sheet of this name that a record is about.
fn sheet(record: &Record, name: String) -> Result<Sheet, BatchError> {
    Ok(Sheet {
        name,
        typ: match record.u8(5)? {
            0 => SheetType::WorkSheet,
            1 => SheetType::MacroSheet,
            2 => SheetType::ChartSheet,
            _ => SheetType::Vba,
        },
        visible: match record.u8(4)? & 3 {
            0 => SheetVisible::Visible,
            1 => SheetVisible::Hidden,
            _ => SheetVisible::VeryHidden,
        },
    })
}

fn not_xls(fault: &str) -> BatchError {
    BatchError::NotSheet("XLS", fault.to_owned())
}

/// A value and its row and column.
type PlacedValue = (u16, u16, Data);

/// The rows of a sheet being read.
struct XlsRows<'a, R> {
    name: &'a str,
    records: &'a mut Records<Stream<BufReader<R>>>,
    texts: &'a SharedTexts,
    formats: &'a NumberFormats,
    charset: &'a Charset,
    is_1904: bool,
    /// Cells that were read and belong to the next row, or to no row yet.
    ahead: VecDeque<PlacedValue>,
    /// Charts around the record being read.
    depth: usize,
    has_ended: bool,
    /// The cell of a formula whose text follows.
    formula: Option<(u16, u16)>,
    /// The records of rows that stand in another order, in the order of rows.
    runs: Option<Peekable<IntoIter<RowRun>>>,
}

impl<R: Read + Seek> XlsRows<'_, R> {
    /// Reads the next cell with something in it.
    fn cell(&mut self) -> Result<Option<PlacedValue>, BatchError> {
        loop {
            if let Some(cell) = self.ahead.pop_front() {
                return Ok(Some(cell));
            }
            if self.has_ended {
                return Ok(None);
            }
            let record = self.records.next()?;
            match record.kind {
                records::BEGIN => self.depth += 1,
                records::END if self.depth == 0 => self.has_ended = true,
                records::END => self.depth -= 1,
                // Cells of a chart are copies.
                _ if self.depth > 0 => {}
                _ => self.take(&record)?,
            }
        }
    }

    /// Puts the cells of a record behind those that were read.
    fn take(&mut self, record: &Record) -> Result<(), BatchError> {
        match record.kind {
            records::NUMBER => self.put(record, self.number(record.u16(4)?, record.f64(6)?))?,
            records::RK => self.put(record, self.number(record.u16(4)?, record.rk(6)?))?,
            records::RKS => self.take_numbers(record)?,
            records::SHARED_TEXT => {
                let text = self.texts.get(record.u32(6)?);
                let text = text.ok_or_else(|| not_xls("a cell names a text that is not there"))?;
                self.put(record, Data::String(text.to_owned()))?;
            }
            records::LABEL | records::RICH_LABEL => {
                let text = label(record, 6, self.records, self.charset)?;
                self.put(record, Data::String(text))?;
            }
            records::BOOL_OR_ERROR => {
                self.put(record, flag(record.u8(7)? != 0, record.u8(6)?))?;
            }
            records::FORMULA => self.take_formula(record)?,
            records::FORMULA_TEXT => {
                let text = label(record, 0, self.records, self.charset)?;
                if let Some((row, column)) = self.formula.take() {
                    self.push(row, column, Data::String(text));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_numbers(&mut self, record: &Record) -> Result<(), BatchError> {
        let (row, first) = (record.u16(0)?, record.u16(2)?);
        for (index, at) in (4..record.len().saturating_sub(7)).step_by(6).enumerate() {
            // Each number has a format of its own.
            let value = self.number(record.u16(at)?, record.rk(at + 2)?);
            let column = u16::try_from(index).unwrap_or(u16::MAX);
            self.push(row, first.saturating_add(column), value);
        }
        Ok(())
    }

    fn take_formula(&mut self, record: &Record) -> Result<(), BatchError> {
        let result = record.bytes(6, 8)?;
        self.formula = None;
        // A number whose upper bytes are these would be none, so that they mark other results.
        if result[6..] != [0xff, 0xff] {
            return self.put(record, self.number(record.u16(4)?, record.f64(6)?));
        }
        match result[0] {
            0 => self.formula = Some((record.u16(0)?, record.u16(2)?)),
            kind @ (1 | 2) => self.put(record, flag(kind == 2, result[2]))?,
            // An empty text.
            _ => {}
        }
        Ok(())
    }

    fn put(&mut self, record: &Record, value: Data) -> Result<(), BatchError> {
        self.push(record.u16(0)?, record.u16(2)?, value);
        Ok(())
    }

    fn push(&mut self, row: u16, column: u16, value: Data) {
        if !is_empty(&value) {
            self.ahead.push_back((row, column, value));
        }
    }

    /// Returns a number as the format of its cell shows it.
    fn number(&self, cell_format: u16, value: f64) -> Data {
        let kind = match self.formats.kind(cell_format) {
            _ if !value.is_finite() => return Data::Error(CellErrorType::Num),
            FormatKind::Number => return Data::Float(value),
            FormatKind::Date => ExcelDateTimeType::DateTime,
            FormatKind::Duration => ExcelDateTimeType::TimeDelta,
        };
        Data::DateTime(ExcelDateTime::new(value, kind, self.is_1904))
    }
}

/// Returns yes or no, or an error by its number.
fn flag(is_error: bool, value: u8) -> Data {
    if !is_error {
        return Data::Bool(value != 0);
    }
    Data::Error(match value {
        0x00 => CellErrorType::Null,
        0x07 => CellErrorType::Div0,
        0x17 => CellErrorType::Ref,
        0x1d => CellErrorType::Name,
        0x24 => CellErrorType::Num,
        0x2a => CellErrorType::NA,
        _ => CellErrorType::Value,
    })
}

impl<R: Read + Seek> Rows for XlsRows<'_, R> {
    fn next(&mut self) -> Result<Option<Row>, BatchError> {
        if self.runs.is_some() {
            return self.next_of_runs();
        }
        let Some((row, column, value)) = self.cell()? else {
            return Ok(None);
        };
        let mut open = OpenRow::new(self.name, row);
        open.put(column, value)?;
        while let Some((next_row, column, value)) = self.cell()? {
            if next_row != row {
                self.ahead.push_front((next_row, column, value));
                break;
            }
            open.put(column, value)?;
        }
        Ok(Some(open.into_row()))
    }
}

impl<R: Read + Seek> XlsRows<'_, R> {
    /// Reads the next row whose records stand in several places.
    fn next_of_runs(&mut self) -> Result<Option<Row>, BatchError> {
        while let Some(run) = self.runs.as_mut().and_then(Iterator::next) {
            let mut open = OpenRow::new(self.name, run.row);
            self.read_run(run, &mut open)?;
            while let Some(more) = self
                .runs
                .as_mut()
                .and_then(|runs| runs.next_if(|next| next.row == run.row))
            {
                self.read_run(more, &mut open)?;
            }
            let row = open.into_row();
            if !row.values.is_empty() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn read_run(&mut self, run: RowRun, open: &mut OpenRow) -> Result<(), BatchError> {
        self.records.go_to(run.place);
        self.formula = None;
        loop {
            let record = self.records.next()?;
            let is_cell = records::CELLS.contains(&record.kind);
            if matches!(record.kind, records::BEGIN | records::END)
                || is_cell && record.u16(0)? != run.row
            {
                return Ok(());
            }
            self.take(&record)?;
            for (_, column, value) in self.ahead.drain(..) {
                open.put(column, value)?;
            }
        }
    }
}

/// A row being read.
struct OpenRow {
    sheet: String,
    row: u16,
    values: Vec<Data>,
    text_bytes: usize,
}

impl OpenRow {
    fn new(sheet: &str, row: u16) -> Self {
        Self {
            sheet: sheet.to_owned(),
            row,
            values: vec![],
            text_bytes: 0,
        }
    }

    fn put(&mut self, column: u16, value: Data) -> Result<(), BatchError> {
        self.text_bytes += text_bytes(&value);
        let fault = if self.text_bytes > MAX_ROW_TEXT_BYTES {
            Some("more than 4 MiB of text in a row")
        } else {
            (column >= MAX_XLS_COLUMNS).then_some("its place is beyond the last column of XLS, IV")
        };
        if let Some(fault) = fault {
            return Err(BatchError::CellLimit {
                sheet: self.sheet.clone(),
                row: u64::from(self.row) + 1,
                column: u64::from(column) + 1,
                fault,
            });
        }
        let column = usize::from(column);
        if self.values.len() <= column {
            self.values.resize(column + 1, Data::Empty);
        }
        self.values[column] = value;
        Ok(())
    }

    fn into_row(self) -> Row {
        Row::new(self.row.into(), self.values)
    }
}

#[cfg(test)]
pub(super) mod tests;
