//! Spreadsheets: XLSX, ODS and XLS in, XLSX out.
//!
//! One sheet is read: the first one that is not hidden, or the one that is named. Of its first rows that are not empty,
//! the one under which most columns are found names them; every row comes out under its own number, its values with their
//! types (texts, numbers, dates, yes or no; of a formula the last value), the added ones behind. A sheet is read twice, a
//! row at a time, first to know how wide it is; of XLSX and XLS files only the table of texts is held. The other sheets
//! are copied, hidden as they were. Colours and widths are not copied.

mod book;
mod limits;
mod ods;
mod preview;
mod rows;
mod sheet_writer;
mod xls;

use std::io::{Read, Seek, SeekFrom, Write};

use calamine::SheetVisible;
use qpv_service::Snapshot;
use rust_xlsxwriter::{Format, Workbook};

use crate::error::BatchError;
use crate::job::Job;
use crate::progress::Progress;
use crate::row_table::{Header, RowTable};
use crate::rows::{RowWriter, Rows};
use crate::summary::BatchSummary;
use crate::summary_table::{SummaryCell, SummaryTable};

use book::{Book, BookSheets};
use rows::SheetSize;
use sheet_writer::{SheetWriter, at, sheet_names, unwritten};

pub use book::SpreadsheetKind;
pub use preview::preview;

/// Rows of a sheet, as many as XLSX allows.
pub(crate) const MAX_SHEET_ROWS: u64 = limits::MAX_ROWS;

/// The sheet of a spreadsheet that is read: the first visible one unless another is named.
pub(crate) struct ChosenSheet<R: Read + Seek> {
    book: Book<R>,
    sheets: BookSheets,
    chosen: usize,
}

impl<R: Read + Seek> ChosenSheet<R> {
    /// Opens a spreadsheet and chooses its sheet.
    pub(crate) fn open(
        kind: SpreadsheetKind,
        name: Option<&str>,
        input: R,
    ) -> Result<Self, BatchError> {
        let book = Book::open(kind, input)?;
        let sheets = book.sheets();
        let chosen = sheets.choose(name)?;
        Ok(Self {
            book,
            sheets,
            chosen,
        })
    }

    /// Returns the columns and the rows that are used.
    pub(crate) fn size(&mut self) -> Result<SheetSize, BatchError> {
        self.book
            .with_rows(self.chosen, |sheet, rows| SheetSize::new(&sheet.name, rows))
    }

    /// Calls `read` with the rows, from the first one.
    pub(crate) fn with_rows<T>(
        &mut self,
        read: impl FnOnce(&mut dyn Rows) -> Result<T, BatchError>,
    ) -> Result<T, BatchError> {
        self.book.with_rows(self.chosen, |_, rows| read(rows))
    }

    /// Tells a summary which sheet was read.
    pub(crate) fn describe(&self, summary: &mut BatchSummary) {
        summary.hidden_sheets = self.sheets.hidden_names();
        summary.sheet = Some(self.sheets.0[self.chosen].name.clone());
    }

    /// Returns the names of the other sheets.
    pub(crate) fn other_names(&self) -> Vec<String> {
        let mut names = self.sheets.names();
        names.remove(self.chosen);
        names
    }
}

/// Writes a book of one sheet, and the summary that a job has.
pub(crate) fn write_book(
    job: &impl Job,
    name: &str,
    output: impl Write + Seek + Send,
    write: impl FnOnce(&mut SheetWriter<'_>) -> Result<BatchSummary, BatchError>,
) -> Result<BatchSummary, BatchError> {
    let mut book = Workbook::new();
    let summary = write(&mut SheetWriter::new(
        &mut book,
        name,
        SheetVisible::Visible,
    )?)?;
    if let Some(counts) = job.summary(&summary) {
        write_summary(&mut book, &counts, &[name.to_owned()])?;
    }
    book.save_to_writer(output).map_err(unwritten)?;
    Ok(summary)
}

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
    let bytes = input.seek(SeekFrom::End(0)).map_err(BatchError::Read)?;
    let mut opened = ChosenSheet::open(kind, name, input)?;
    // Read twice: added columns stand behind the widest row, and rows are written as they come.
    let size = opened.size()?;
    let (names, chosen) = (sheet_names(&opened.sheets.names()), opened.chosen);
    let table = RowTable {
        snapshot,
        job,
        rows: size.rows,
        bytes,
    };
    let (mut written, mut summary) = (Workbook::new(), None);
    opened.book.each_sheet(|index, sheet, rows| {
        if index == chosen {
            // Never hidden: a spreadsheet must show the answers that somebody asked for.
            let mut out = SheetWriter::new(&mut written, &names[index], SheetVisible::Visible)?;
            let header = Header::find(job, size.columns, rows)?;
            summary = Some(table.answer(header, rows, &mut out, progress)?);
            return Ok(());
        }
        let out = SheetWriter::new(&mut written, &names[index], sheet.visible)?;
        copy(rows, out)
    })?;
    let mut summary = summary.expect("the sheet that is chosen is one of all");
    if let Some(counts) = job.summary(&summary) {
        write_summary(&mut written, &counts, &names)?;
    }
    written.save_to_writer(output).map_err(unwritten)?;
    opened.describe(&mut summary);
    Ok(summary)
}

/// Copies a sheet that is not read, its cells with their types.
fn copy(rows: &mut dyn Rows, mut out: SheetWriter<'_>) -> Result<(), BatchError> {
    while let Some(row) = rows.next()? {
        out.row(&row, &[])?;
    }
    Ok(())
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
mod properties;
#[cfg(test)]
mod tests;
