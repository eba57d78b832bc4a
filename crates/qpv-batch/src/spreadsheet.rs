//! Spreadsheets: XLSX and ODS in, XLSX out.
//!
//! One sheet is read. Of its first rows that are not empty, the one under which most columns are found names them; every row comes out under its own number, its
//! values with their types (texts, numbers, dates, yes or no; of a formula the last value), the added ones behind. An
//! XLSX file is read twice, a row at a time, first to know how wide it is; only its table of texts is held. An ODS file
//! is held as a whole. Colours, widths and other sheets are not copied.

mod preview;
mod rows;

use std::io::{Read, Seek, SeekFrom, Write};

use calamine::{Data, Reader};
use qpv_service::Snapshot;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use crate::cell::{Cell, CellWriter};
use crate::column_names::without_clash;
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::job::{Job, ROWS_PER_QUESTION};
use crate::pipeline;
use crate::progress::{Progress, RowPoint};
use crate::row_error::RowError;
use crate::summary::{BatchSummary, names_of};
use crate::summary_table::{SummaryCell, SummaryTable};

use rows::{
    MAX_ROWS_ABOVE, OdsRows, Row, Rows, SheetSize, XlsxRows, choose_sheet, open_ods,
    open_ods_sheet, open_xlsx, refuse_locked, text,
};

pub use preview::preview;
pub use rows::SpreadsheetKind;

/// Columns of a sheet, as many as XLSX allows.
const MAX_COLUMNS: usize = 16_384;
/// Cells of a block, empty ones before others included: a sheet may be wide and empty.
const MAX_BLOCK_CELLS: usize = 1 << 16;

/// Answers every row of a sheet, the first one unless another is named.
///
/// # Errors
/// [`BatchError`]; what was written to `output` until then is no spreadsheet.
pub fn answer<R: Read + Seek>(
    snapshot: &Snapshot,
    job: &impl Job,
    kind: SpreadsheetKind,
    name: Option<&str>,
    mut input: R,
    output: impl Write + Seek + Send,
    progress: &mut dyn Progress,
) -> Result<BatchSummary, BatchError> {
    job.check(snapshot)?;
    refuse_locked(&mut input)?;
    let bytes = input
        .seek(SeekFrom::End(0))
        .and_then(|bytes| input.rewind().map(|()| bytes))
        .map_err(BatchError::Read)?;
    match kind {
        SpreadsheetKind::Xlsx => {
            let mut book = open_xlsx(input)?;
            let name = choose_sheet(&book.sheet_names(), name)?;
            // Read twice: added columns stand behind the widest row, and rows are written as they
            // come.
            let size = SheetSize::new(&mut XlsxRows::new(&mut book, &name)?)?;
            let mut rows = XlsxRows::new(&mut book, &name)?;
            Table {
                snapshot,
                job,
                name: &name,
                size,
                bytes,
            }
            .answer(&mut rows, output, progress)
        }
        SpreadsheetKind::Ods => {
            let mut book = open_ods(input)?;
            let name = choose_sheet(&book.sheet_names(), name)?;
            let range = open_ods_sheet(&mut book, &name)?;
            let size = SheetSize::new(&mut OdsRows::new(&range))?;
            Table {
                snapshot,
                job,
                name: &name,
                size,
                bytes,
            }
            .answer(&mut OdsRows::new(&range), output, progress)
        }
    }
}

struct Table<'a, J> {
    snapshot: &'a Snapshot,
    job: &'a J,
    name: &'a str,
    size: SheetSize,
    bytes: u64,
}

/// The row that names the columns.
struct Header {
    /// The rows above it.
    above: Vec<Row>,
    row: Row,
    names: Vec<String>,
    /// The columns that are read.
    read: Vec<usize>,
    /// Rows below it that were looked at.
    below: Vec<Row>,
}

/// Rows with the cells to add to each, and their counts.
struct Answered {
    rows: Vec<(Row, Vec<AddedCell>)>,
    counts: Vec<AnswerCounts>,
    /// The places of rows, when they are wanted.
    points: Vec<(u64, RowPoint)>,
}

enum AddedCell {
    Text(String),
    Number(f64),
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
        // A spreadsheet shows every decimal of a number, so it is rounded before.
        let unit = 10f64.powi(i32::try_from(decimals).expect("few decimals"));
        self.push(AddedCell::Number((value * unit).round() / unit));
    }

    fn empty(&mut self) {
        self.push(AddedCell::Empty);
    }
}

impl<J: Job> Table<'_, J> {
    fn answer(
        &self,
        rows: &mut impl Rows,
        output: impl Write + Seek + Send,
        progress: &mut dyn Progress,
    ) -> Result<BatchSummary, BatchError> {
        let Header {
            above,
            row: first,
            names: header,
            read,
            below,
        } = self.header(rows)?;
        let mut below = below.into_iter();
        let added = without_clash(&header, self.job.added());
        let count = self.size.columns + added.len();
        if count > MAX_COLUMNS {
            return Err(ColumnsError::TooMany {
                count,
                limit: MAX_COLUMNS,
            }
            .into());
        }
        let mut book = Workbook::new();
        let sheet = book
            .add_worksheet_with_constant_memory()
            .map_err(unwritten)?;
        let mut out = Out::new(sheet, self.name, first.index)?;
        let places: Vec<u16> = (self.size.columns..)
            .map(column_number)
            .take(added.len())
            .collect();
        above.iter().try_for_each(|row| out.row(row, &[], &[]))?;
        out.header(&first, &places, added.iter().map(|column| &*column.name))?;
        let names = names_of(&header, &read);
        let mut summary = BatchSummary::new(self.snapshot, self.job.no_counts(), names.clone());
        let (whole, points) = (self.size.rows.max(1), progress.wants_points());
        pipeline::in_order(
            || {
                let (mut block, mut cells) = (vec![], 0);
                while block.len() < ROWS_PER_QUESTION && cells < MAX_BLOCK_CELLS {
                    let next = below.next();
                    let Some(row) = next.map_or_else(|| rows.next(), |row| Ok(Some(row)))? else {
                        break;
                    };
                    cells += row.values.len();
                    block.push(row);
                }
                Ok(Some(block).filter(|block| !block.is_empty()))
            },
            |block| self.block(block, &names, &read, points),
            |answered| {
                let (before, rows) = (summary.rows, answered.rows.len() as u64);
                // Rows carry their own numbers in the sheet: none come before.
                summary.add(&answered.counts, rows, 0);
                let bytes = self.bytes * summary.rows / whole - self.bytes * before / whole;
                progress.report(bytes, rows, 0, &answered.points)?;
                answered
                    .rows
                    .iter()
                    .try_for_each(|(row, cells)| out.row(row, &places, cells))
            },
        )?;
        if let Some(table) = self.job.summary(&summary) {
            write_summary(&mut book, &table, &sheet_name(self.name))?;
        }
        book.save_to_writer(output).map_err(unwritten)?;
        Ok(summary)
    }

    /// Finds the row that names the columns: of the first few, the one under which most of those that are read are found, for
    /// titles, groups of columns and merged cells often stand above it.
    fn header(&self, rows: &mut impl Rows) -> Result<Header, BatchError> {
        let (mut first, mut best, mut fault) = (vec![], None, None);
        while first.len() <= MAX_ROWS_ABOVE
            && let Some(row) = rows.next()?
        {
            match self.job.columns(&row.texts(self.size.columns)) {
                Ok(read) if best.is_none_or(|(_, most)| read.len() > most) => {
                    best = Some((first.len(), read.len()));
                }
                Ok(_) => {}
                // In most lists the first row names the columns, so its fault helps most.
                Err(found) => fault = fault.or(Some(found)),
            }
            first.push(row);
        }
        let Some((at, _)) = best else {
            return Err(fault.map_or(BatchError::NoHeader, BatchError::from));
        };
        let below = first.split_off(at + 1);
        let row = first.pop().expect("the best row is one of them");
        let names = row.texts(self.size.columns);
        // Jobs keep the columns that they found last: those of this row.
        let read = self.job.columns(&names)?;
        Ok(Header {
            above: first,
            row,
            names,
            read,
            below,
        })
    }

    fn block(&self, block: Vec<Row>, names: &[String], read: &[usize], points: bool) -> Answered {
        let mut asked = vec![];
        let places: Vec<Result<usize, RowError>> = block
            .iter()
            .map(|row| {
                let cells: Vec<Cell<'_>> = read
                    .iter()
                    .map(|column| row.values.get(*column).map_or(Cell::Empty, cell))
                    .collect();
                asked.push(self.job.read(names, &cells)?);
                Ok(asked.len() - 1)
            })
            .collect();
        let answers = self.job.answer(self.snapshot, &asked);
        let (mut counts, mut found) = (self.job.no_counts(), vec![]);
        let rows = block.into_iter().zip(places).map(|(row, place)| {
            let number = u64::from(row.index) + 1;
            self.job
                .count(self.snapshot, &answers, place, number, &mut counts);
            if let (true, Ok(place)) = (points, place) {
                found.extend(
                    self.job
                        .point(self.snapshot, &answers, place)
                        .map(|point| (number, point)),
                );
            }
            let mut cells = vec![];
            self.job.write(self.snapshot, &answers, place, &mut cells);
            (row, cells)
        });
        Answered {
            rows: rows.collect(),
            counts,
            points: found,
        }
    }
}

fn cell(value: &Data) -> Cell<'_> {
    Cell::Text(text(value).into())
}

/// Writes the summary as a sheet of its own, beside the one of this name.
fn write_summary(
    book: &mut Workbook,
    table: &SummaryTable,
    beside: &str,
) -> Result<(), BatchError> {
    let sheet = book
        .add_worksheet_with_constant_memory()
        .map_err(unwritten)?;
    // Excel compares the names of sheets without regard to case.
    let taken = table.name.to_lowercase() == beside.to_lowercase();
    let name = if taken {
        format!("{} 2", table.name)
    } else {
        table.name.clone()
    };
    sheet.set_name(name).map_err(unwritten)?;
    sheet.set_column_width(0, 40).map_err(unwritten)?;
    sheet.set_column_range_width(1, 5, 20).map_err(unwritten)?;
    let bold = Format::new().set_bold();
    for (row, cells) in (0..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            let written = match cell {
                SummaryCell::Text(text) => sheet.write_string(row, column, text),
                SummaryCell::Title(text) => {
                    sheet.write_string_with_format(row, column, text, &bold)
                }
                SummaryCell::Count(count) => sheet.write_number(row, column, *count as f64),
            };
            written.map_err(|fault| at(row, column, &fault))?;
        }
    }
    Ok(())
}

fn column_number(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unwritten(fault: rust_xlsxwriter::XlsxError) -> BatchError {
    BatchError::Sheet(fault.to_string())
}

/// The sheet being written.
struct Out<'a> {
    sheet: &'a mut Worksheet,
    bold: Format,
    day: Format,
    instant: Format,
    duration: Format,
}

impl<'a> Out<'a> {
    fn new(sheet: &'a mut Worksheet, name: &str, header: u32) -> Result<Self, BatchError> {
        sheet.set_name(sheet_name(name)).map_err(unwritten)?;
        // The names stay in sight while people scroll.
        sheet.set_freeze_panes(header + 1, 0).map_err(unwritten)?;
        Ok(Self {
            sheet,
            bold: Format::new().set_bold(),
            day: Format::new().set_num_format("dd/mm/yyyy"),
            instant: Format::new().set_num_format("dd/mm/yyyy hh:mm:ss"),
            duration: Format::new().set_num_format("[hh]:mm:ss"),
        })
    }

    fn header<'n>(
        &mut self,
        first: &Row,
        places: &[u16],
        added: impl Iterator<Item = &'n str>,
    ) -> Result<(), BatchError> {
        for (column, value) in first.values.iter().enumerate() {
            let written = self.sheet.write_string_with_format(
                first.index,
                column_number(column),
                text(value),
                &self.bold,
            );
            written.map_err(|fault| at(first.index, column_number(column), &fault))?;
        }
        for (column, name) in places.iter().zip(added) {
            let written =
                self.sheet
                    .write_string_with_format(first.index, *column, name, &self.bold);
            written.map_err(|fault| at(first.index, *column, &fault))?;
        }
        Ok(())
    }

    fn row(&mut self, row: &Row, places: &[u16], added: &[AddedCell]) -> Result<(), BatchError> {
        for (column, value) in row.values.iter().enumerate() {
            let column = column_number(column);
            self.value(row.index, column, value)
                .map_err(|fault| at(row.index, column, &fault))?;
        }
        for (column, cell) in places.iter().zip(added) {
            let written = match cell {
                AddedCell::Text(text) => self.sheet.write_string(row.index, *column, text),
                AddedCell::Number(number) => self.sheet.write_number(row.index, *column, *number),
                AddedCell::Empty => continue,
            };
            written.map_err(|fault| at(row.index, *column, &fault))?;
        }
        Ok(())
    }

    fn value(
        &mut self,
        row: u32,
        column: u16,
        value: &Data,
    ) -> Result<(), rust_xlsxwriter::XlsxError> {
        match value {
            Data::Empty => {}
            Data::Int(number) => drop(self.sheet.write_number(row, column, *number as f64)?),
            Data::Float(number) => drop(self.sheet.write_number(row, column, *number)?),
            Data::Bool(value) => drop(self.sheet.write_boolean(row, column, *value)?),
            // Written as a date, a duration would be a day of 1900.
            Data::DateTime(date) if date.is_duration() => {
                self.sheet
                    .write_number_with_format(row, column, date.as_f64(), &self.duration)?;
            }
            Data::DateTime(date) => {
                let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
                let written = ExcelDateTime::from_ymd(year, month, day)
                    .and_then(|day| day.and_hms_milli(hour.into(), minute, second, milli));
                match written {
                    Ok(written) => {
                        self.date(row, column, &written, date.as_f64().fract() == 0.0)?;
                    }
                    // A date that Excel does not have stays the number that it was.
                    Err(_) => drop(self.sheet.write_number(row, column, date.as_f64())?),
                }
            }
            Data::DateTimeIso(text) => match ExcelDateTime::parse_from_str(text) {
                Ok(date) => self.date(row, column, &date, !text.contains('T'))?,
                Err(_) => drop(self.sheet.write_string(row, column, text)?),
            },
            // Written as strings, so that no text becomes a formula.
            Data::String(_) | Data::DurationIso(_) | Data::Error(_) => {
                self.sheet.write_string(row, column, value.to_string())?;
            }
        }
        Ok(())
    }

    fn date(
        &mut self,
        row: u32,
        column: u16,
        date: &ExcelDateTime,
        whole_day: bool,
    ) -> Result<(), rust_xlsxwriter::XlsxError> {
        let format = if whole_day { &self.day } else { &self.instant };
        self.sheet
            .write_datetime_with_format(row, column, date, format)
            .map(drop)
    }
}

/// Returns a name as XLSX allows it: 31 characters, and not all of them.
fn sheet_name(name: &str) -> String {
    let name: String = name
        .trim_matches('\'')
        .chars()
        .map(|character| match character {
            '[' | ']' | ':' | '*' | '?' | '/' | '\\' => '_',
            allowed => allowed,
        })
        .take(31)
        .collect();
    name.trim_end_matches('\'').to_owned()
}

/// Returns the error for a value that could not be written.
fn at(row: u32, column: u16, fault: &rust_xlsxwriter::XlsxError) -> BatchError {
    BatchError::Sheet(format!("row {}, column {}: {fault}", row + 1, column + 1))
}

#[cfg(test)]
mod tests;
