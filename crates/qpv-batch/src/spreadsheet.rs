//! Spreadsheets: XLSX and ODS in, XLSX out.
//!
//! One sheet is read: the first one that is not hidden, or the one that is named. Of its first rows that are not empty,
//! the one under which most columns are found names them; every row comes out under its own number, its values with their
//! types (texts, numbers, dates, yes or no; of a formula the last value), the added ones behind. An XLSX file is read
//! twice, a row at a time, first to know how wide it is; only its table of texts is held. An ODS file is held as a whole.
//! The other sheets are copied, hidden as they were. Colours and widths are not copied.

mod book;
mod limits;
mod preview;
mod rows;
mod sheet_writer;

use std::io::{Read, Seek, SeekFrom, Write};

use calamine::{Data, SheetVisible};
use qpv_service::Snapshot;
use rust_xlsxwriter::{Format, Workbook};

use crate::cell::Cell;
use crate::column_names::without_clash;
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::job::{Job, ROWS_PER_QUESTION};
use crate::pipeline;
use crate::progress::{Progress, RowPoint};
use crate::row_error::RowError;
use crate::summary::{BatchSummary, names_of};
use crate::summary_table::{SummaryCell, SummaryTable};

use book::{Book, refuse_locked};
use rows::{MAX_ROWS_ABOVE, Row, Rows, RowsCheck, SheetSize, text};
use sheet_writer::{AddedCell, SheetWriter, at, column_number, sheet_names, unwritten};

pub use book::SpreadsheetKind;
pub use preview::preview;

/// Columns of a sheet, as many as XLSX allows.
const MAX_COLUMNS: usize = 16_384;
/// Cells of a block, empty ones before others included: a sheet may be wide and empty.
const MAX_BLOCK_CELLS: usize = 1 << 16;
/// Bytes of text in a block, beyond which it takes no other row.
const MAX_BLOCK_TEXT_BYTES: usize = 4 << 20;

/// Answers every row of a sheet, the first visible one unless another is named, and copies the others.
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
    let mut book = Book::open(kind, input)?;
    let sheets = book.sheets();
    let name = sheets.choose(name)?;
    // Read twice: added columns stand behind the widest row, and rows are written as they come.
    let size = book.with_rows(&name, |rows| SheetSize::new(&name, rows))?;
    let table = Table {
        snapshot,
        job,
        size,
        bytes,
    };
    let names = sheet_names(&sheets.names());
    let (mut written, mut summary) = (Workbook::new(), None);
    for (sheet, written_name) in sheets.0.iter().zip(&names) {
        if sheet.name == name {
            // Never hidden: a spreadsheet must show the answers that somebody asked for.
            let writer = SheetWriter::new(&mut written, written_name, SheetVisible::Visible)?;
            summary = Some(book.with_rows(&name, |rows| table.answer(rows, writer, progress))?);
        } else {
            let writer = SheetWriter::new(&mut written, written_name, sheet.visible)?;
            book.with_rows(&sheet.name, |rows| copy(&sheet.name, rows, writer))?;
        }
    }
    let mut summary = summary.expect("the sheet that is chosen is one of all");
    if let Some(counts) = job.summary(&summary) {
        write_summary(&mut written, &counts, &names)?;
    }
    written.save_to_writer(output).map_err(unwritten)?;
    summary.hidden_sheets = sheets.hidden_names();
    summary.sheet = Some(name);
    Ok(summary)
}

/// Copies a sheet that is not read, its cells with their types.
fn copy(name: &str, rows: &mut dyn Rows, mut writer: SheetWriter<'_>) -> Result<(), BatchError> {
    let mut check = RowsCheck::new(name);
    while let Some(row) = rows.next()? {
        check.row(&row)?;
        writer.row(&row, &[], &[])?;
    }
    Ok(())
}

struct Table<'a, J> {
    snapshot: &'a Snapshot,
    job: &'a J,
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

impl<J: Job> Table<'_, J> {
    fn answer(
        &self,
        rows: &mut dyn Rows,
        mut out: SheetWriter<'_>,
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
        out.show_first(first.index)?;
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
                let (mut block, mut cells, mut bytes) = (vec![], 0, 0);
                while block.len() < ROWS_PER_QUESTION
                    && cells < MAX_BLOCK_CELLS
                    && bytes < MAX_BLOCK_TEXT_BYTES
                {
                    let next = below.next();
                    let Some(row) = next.map_or_else(|| rows.next(), |row| Ok(Some(row)))? else {
                        break;
                    };
                    cells += row.values.len();
                    bytes += row.text_bytes();
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
        Ok(summary)
    }

    /// Finds the row that names the columns: of the first few, the one under which most of those that are read are found, for
    /// titles, groups of columns and merged cells often stand above it.
    fn header(&self, rows: &mut dyn Rows) -> Result<Header, BatchError> {
        let (mut first, mut best, mut fault) = (vec![], None, None);
        while first.len() <= MAX_ROWS_ABOVE
            && let Some(row) = rows.next()?
        {
            match self.job.columns(&row.texts(self.size.columns)) {
                Ok(read) if best.is_none_or(|(_, most)| read.len() > most) => {
                    best = Some((first.len(), read.len()));
                }
                Ok(_) => {}
                // This row names columns, whatever stands above it.
                Err(found @ ColumnsError::FactNeeded { .. }) => fault = Some(found),
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

/// Writes the summary as a sheet of its own, beside those of these names.
fn write_summary(
    book: &mut Workbook,
    table: &SummaryTable,
    beside: &[String],
) -> Result<(), BatchError> {
    let sheet = book
        .add_worksheet_with_constant_memory()
        .map_err(unwritten)?;
    // Excel compares the names of sheets without regard to case.
    let taken: Vec<String> = beside.iter().map(|name| name.to_lowercase()).collect();
    let name = std::iter::once(table.name.clone())
        .chain((2..beside.len() + 3).map(|number| format!("{} {number}", table.name)))
        .find(|name| !taken.contains(&name.to_lowercase()))
        .expect("a finite book cannot take infinitely many names");
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

#[cfg(test)]
mod tests;
