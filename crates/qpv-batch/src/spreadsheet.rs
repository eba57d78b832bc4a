//! Spreadsheets: XLSX, ODS and XLS in, XLSX and ODS out.
//!
//! One sheet is read: the first one that is not hidden, or the one that is named. Of its first rows that are not empty,
//! the one under which most columns are found names them; every row comes out under its own number, its values with their
//! types (texts, numbers, dates, yes or no; of a formula the last value), the added ones behind. A sheet is read twice, a
//! row at a time, first to know how wide it is; of XLSX and XLS files only the table of texts is held. An XLSX or ODS book comes
//! back as it was, with columns added (`same_book`, `same_ods`). Of another one a new XLSX book has the values of all sheets,
//! hidden as they were; colours and widths are not copied.

mod added_columns;
mod book;
mod limits;
mod merged;
mod ods;
mod preview;
mod references;
mod rewriting;
mod rows;
mod same_book;
mod same_ods;
mod shared_input;
mod sheet_writer;
mod xls;
mod zip_copy;

use std::io::{Read, Seek, SeekFrom, Write};

use calamine::SheetVisible;
use qpv_service::Snapshot;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use crate::column_names::listed;
use crate::error::{BatchError, ColumnsError};
use crate::job::Job;
use crate::new_book::NewBookReason;
use crate::progress::Progress;
use crate::row_table::{Header, RowTable};
use crate::rows::{RowWriter, Rows};
use crate::summary::BatchSummary;
use crate::summary_table::{SummaryCell, SummaryTable};

use book::{Book, BookSheets};
use rows::SheetSize;
use same_book::SameBook;
use same_ods::SameOds;
use shared_input::SharedInput;
use sheet_writer::{SheetWriter, at, sheet_names, unwritten};

pub use book::SpreadsheetKind;
pub use preview::preview;

/// A spreadsheet and the sheet to read.
#[derive(Debug)]
pub struct ChosenBook<'a, R> {
    /// Its kind.
    pub kind: SpreadsheetKind,
    /// The name of the sheet; `None` for the first visible one.
    pub sheet: Option<&'a str>,
    /// The file.
    pub input: R,
}

/// An output for a book.
#[derive(Debug)]
pub struct BookOutput<W> {
    /// Its format, XLSX or ODS, where its name says it: a list whose own book has another one comes back as a new XLSX book,
    /// and is refused as ODS. `None` for that of the list if its book comes back, else XLSX.
    pub kind: Option<SpreadsheetKind>,
    /// The place it is written to.
    pub writer: W,
}

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
        summary.unread_sheets = self.visible_others();
        summary.sheet = Some(self.sheets.0[self.chosen].name.clone());
    }

    /// Returns the names of the other sheets that are not hidden.
    fn visible_others(&self) -> Vec<String> {
        let hidden = self.sheets.hidden_names();
        let mut others = self.other_names();
        others.retain(|name| !hidden.contains(name));
        others
    }

    /// Names the other sheets in the fault of one whose columns are not recognised.
    pub(crate) fn with_sheets(&self, fault: BatchError) -> BatchError {
        let others = self.visible_others();
        match fault {
            BatchError::Columns(ColumnsError::NotFound { wanted, found }) if !others.is_empty() => {
                BatchError::Columns(ColumnsError::NotOnSheet {
                    wanted,
                    found,
                    sheet: self.sheets.0[self.chosen].name.clone(),
                    others: listed(&others),
                })
            }
            fault => fault,
        }
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
    let mut book = new_workbook()?;
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

/// Answers every row of a sheet, the first visible one unless another is named: an XLSX or ODS book comes back with columns
/// added, another one as a new book.
///
/// # Errors
/// [`BatchError`]; what was written to the output until then is no spreadsheet.
pub fn answer<R: Read + Seek>(
    snapshot: &Snapshot,
    job: &impl Job,
    book: ChosenBook<'_, R>,
    output: BookOutput<impl Write + Seek + Send>,
    progress: &mut dyn Progress,
) -> Result<BatchSummary, BatchError> {
    job.check(snapshot)?;
    let ChosenBook {
        kind,
        sheet,
        mut input,
    } = book;
    let bytes = input.seek(SeekFrom::End(0)).map_err(BatchError::Read)?;
    let input = SharedInput::new(input);
    let mut opened = ChosenSheet::open(kind, sheet, input.another())?;
    // Read twice: added columns stand behind the widest row, and rows are written as they come.
    let size = opened.size()?;
    let table = RowTable {
        snapshot,
        job,
        rows: size.rows,
        bytes,
    };
    let BookOutput {
        kind: wanted,
        mut writer,
    } = output;
    let own = opened.book.kind();
    let same = if wanted.is_none_or(|wanted| wanted == own) {
        opened
            .in_same_book(&input, &table, size.columns, &mut writer, progress)
            .map_err(|fault| opened.with_sheets(fault))?
    } else {
        Err(NewBookReason::Format)
    };
    let mut summary = match same {
        Ok(summary) => BatchSummary {
            is_ods: own == SpreadsheetKind::Ods,
            ..summary
        },
        // The other books that are written are XLSX.
        Err(reason) if wanted == Some(SpreadsheetKind::Ods) => {
            return Err(BatchError::NotSameBook(reason));
        }
        Err(reason) => BatchSummary {
            new_book: Some(reason),
            ..opened
                .in_new_book(&table, size.columns, writer, progress)
                .map_err(|fault| opened.with_sheets(fault))?
        },
    };
    opened.describe(&mut summary);
    Ok(summary)
}

impl<R: Read + Seek> ChosenSheet<SharedInput<R>> {
    /// Answers the rows in the book that they come from, or says why they cannot be; nothing is written then.
    fn in_same_book<J: Job>(
        &mut self,
        input: &SharedInput<R>,
        table: &RowTable<'_, J>,
        columns: usize,
        output: impl Write + Seek,
        progress: &mut dyn Progress,
    ) -> Result<Result<BatchSummary, NewBookReason>, BatchError> {
        let kind = self.book.kind();
        if kind == SpreadsheetKind::Xls {
            return Ok(Err(NewBookReason::Format));
        }
        // Rows that are left out would leave gaps.
        if table.job.leaves_rows_out() {
            return Ok(Err(NewBookReason::Structure));
        }
        let (sheet, names) = (self.chosen, self.sheets.names());
        if kind == SpreadsheetKind::Ods {
            let same = SameOds::open(input.another(), sheet, names)?;
            return self.with_titles(table, columns, |header, rows| {
                same.answer(table, header, rows, output, progress)
            });
        }
        match SameBook::open(input.another(), &names[sheet])? {
            Some(same) => self.with_titles(table, columns, |header, rows| {
                same.answer(table, header, rows, output, progress)
            }),
            None => Ok(Err(NewBookReason::Structure)),
        }
    }

    /// Calls `answer` with the titles of the sheet and the rows below them, unless it has none.
    fn with_titles<J: Job>(
        &mut self,
        table: &RowTable<'_, J>,
        columns: usize,
        answer: impl FnOnce(Header, &mut dyn Rows) -> Result<BatchSummary, BatchError>,
    ) -> Result<Result<BatchSummary, NewBookReason>, BatchError> {
        self.with_rows(|rows| {
            let header = Header::find(table.job, columns, rows)?;
            if header.by_content {
                return Ok(Err(NewBookReason::NoTitles));
            }
            answer(header, rows).map(Ok)
        })
    }
}

impl<R: Read + Seek> ChosenSheet<R> {
    /// Answers the rows in a new book, with the values of the other sheets.
    fn in_new_book<J: Job>(
        &mut self,
        table: &RowTable<'_, J>,
        columns: usize,
        output: impl Write + Seek + Send,
        progress: &mut dyn Progress,
    ) -> Result<BatchSummary, BatchError> {
        let (names, chosen) = (sheet_names(&self.sheets.names()), self.chosen);
        let (mut written, mut summary) = (new_workbook()?, None);
        self.book.each_sheet(|index, sheet, rows| {
            if index == chosen {
                // Never hidden: a spreadsheet must show the answers that somebody asked for.
                let mut out = SheetWriter::new(&mut written, &names[index], SheetVisible::Visible)?;
                let header = Header::find(table.job, columns, rows)?;
                summary = Some(table.answer(header, rows, &mut out, progress)?);
                return Ok(());
            }
            let out = SheetWriter::new(&mut written, &names[index], sheet.visible)?;
            copy(rows, out)
        })?;
        let summary = summary.expect("the sheet that is chosen is one of all");
        if let Some(counts) = table.job.summary(&summary) {
            write_summary(&mut written, &counts, &names)?;
        }
        written.save_to_writer(output).map_err(unwritten)?;
        Ok(summary)
    }
}

/// Creates a book that says nothing of when it was made, so that two runs give the same bytes.
fn new_workbook() -> Result<Workbook, BatchError> {
    let mut book = Workbook::new();
    // The first day that the format of a zip can name.
    let first_day = ExcelDateTime::from_ymd(1980, 1, 1).map_err(unwritten)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&first_day));
    Ok(book)
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
    let name = unique_name(&table.name, beside);
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

/// Returns a name for a sheet beside those of these names.
fn unique_name(name: &str, beside: &[String]) -> String {
    // Excel compares the names of sheets without regard to case.
    let taken: Vec<String> = beside.iter().map(|name| name.to_lowercase()).collect();
    std::iter::once(name.to_owned())
        .chain((2..beside.len() + 3).map(|number| format!("{name} {number}")))
        .find(|name| !taken.contains(&name.to_lowercase()))
        .expect("a finite book cannot take infinitely many names")
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
