//! Tables of one format, answered in another.
//!
//! Every input gives a header and rows of typed values, and every output takes them. Texts stay texts: `00123` from delimited
//! text is no number in a spreadsheet or in Parquet. Numbers, days and yes or no of the input keep their types where the
//! output has them, and are written in full where it has none. A format to itself is faster, and keeps more: see
//! [`delimited`](crate::delimited), [`parquet`](crate::parquet), [`spreadsheet`](crate::spreadsheet).

use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

use ::parquet::file::reader::ChunkReader;
use qpv_service::Snapshot;

use crate::delimited::{DelimitedOptions, TextRows, TextWriter};
use crate::error::BatchError;
use crate::job::Job;
use crate::parquet::{ColumnKinds, ParquetRows, ParquetWriter};
use crate::progress::Progress;
use crate::row_table::{Header, RowTable};
use crate::rows::Rows;
use crate::spreadsheet::{ChosenBook, ChosenSheet, MAX_SHEET_ROWS, write_book};
use crate::summary::BatchSummary;

/// The name of the sheet that is written.
const SHEET_NAME: &str = "Liste";

/// The format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableTarget {
    /// Delimited text, with semicolons and in UTF-8 unless the options say otherwise.
    Delimited(DelimitedOptions),
    /// An XLSX spreadsheet of one sheet.
    Xlsx,
    /// A Parquet table.
    Parquet,
}

/// An output and its format.
#[derive(Debug)]
pub struct TableOutput<W> {
    /// The format.
    pub format: TableTarget,
    /// The place it is written to.
    pub writer: W,
}

/// Answers every row of delimited text.
///
/// # Errors
/// [`BatchError`]; what was written to `output` until then is no answer. A field too long for a cell, or a row beyond the
/// last of a sheet, is [`BatchError::CellLimit`].
pub fn from_delimited(
    snapshot: &Snapshot,
    job: &impl Job,
    options: DelimitedOptions,
    input: impl Read,
    output: TableOutput<impl Write + Seek + Send>,
    progress: &mut dyn Progress,
) -> Result<BatchSummary, BatchError> {
    job.check(snapshot)?;
    let (header, mut rows) = TextRows::open(input, job, options)?;
    let table = RowTable {
        snapshot,
        job,
        rows: 0,
        bytes: 0,
    };
    let kinds = ColumnKinds::default();
    // Only spreadsheets have a place for them.
    let left_out = if output.format == TableTarget::Xlsx {
        0
    } else {
        header.above.len() as u64
    };
    let mut summary = write(&table, header, &mut rows, kinds, output, progress)?;
    summary.left_out_rows = left_out;
    // That of the input; the other formats have none.
    summary.encoding = Some(rows.encoding());
    summary.converted_lines = rows.converted_lines;
    Ok(summary)
}

/// Answers every row of a sheet, the first visible one unless another is named.
///
/// # Errors
/// As [`from_delimited`].
pub fn from_spreadsheet<R: Read + Seek>(
    snapshot: &Snapshot,
    job: &impl Job,
    book: ChosenBook<'_, R>,
    output: TableOutput<impl Write + Seek + Send>,
    progress: &mut dyn Progress,
) -> Result<BatchSummary, BatchError> {
    job.check(snapshot)?;
    let ChosenBook {
        kind,
        sheet,
        mut input,
    } = book;
    let bytes = input.seek(SeekFrom::End(0)).map_err(BatchError::Read)?;
    let mut sheet = ChosenSheet::open(kind, sheet, input)?;
    let size = sheet.size()?;
    let table = RowTable {
        snapshot,
        job,
        rows: size.rows,
        bytes,
    };
    let kinds = match output.format {
        // Its columns have a type each, which is that of all their cells.
        TableTarget::Parquet => sheet
            .with_rows(|rows| kinds(job, size.columns, rows))
            .map_err(|fault| sheet.with_sheets(fault))?,
        _ => ColumnKinds::default(),
    };
    let answered = sheet.with_rows(|rows| {
        // Found anew: rows are read from the beginning each time.
        let header = Header::find(job, size.columns, rows)?;
        let above = header.above.len() as u64;
        let mut summary = write(&table, header, rows, kinds, output, progress)?;
        summary.left_out_rows = above;
        Ok(summary)
    });
    let mut summary = answered.map_err(|fault| sheet.with_sheets(fault))?;
    sheet.describe(&mut summary);
    summary.left_out_sheets = sheet.other_names();
    Ok(summary)
}

/// Returns the kinds of the columns below the header.
fn kinds(job: &impl Job, columns: usize, rows: &mut dyn Rows) -> Result<ColumnKinds, BatchError> {
    let mut kinds = ColumnKinds::default();
    let header = Header::find(job, columns, rows)?;
    header.below.iter().for_each(|row| kinds.add(row));
    while let Some(row) = rows.next()? {
        kinds.add(&row);
    }
    Ok(kinds)
}

/// Answers every row of a Parquet table, as delimited text or a spreadsheet.
///
/// # Errors
/// As [`from_delimited`]; a column of values that only Parquet has is [`BatchError::Columns`].
pub fn from_parquet(
    snapshot: &Snapshot,
    job: &impl Job,
    input: impl ChunkReader + 'static,
    output: TableOutput<impl Write + Seek + Send>,
    progress: &mut dyn Progress,
) -> Result<BatchSummary, BatchError> {
    job.check(snapshot)?;
    let bytes = input.len();
    let (header, mut rows) = ParquetRows::open(input, job)?;
    // Before hours of work: the header is a row too.
    if output.format == TableTarget::Xlsx && rows.rows >= MAX_SHEET_ROWS {
        return Err(BatchError::CellLimit {
            sheet: SHEET_NAME.to_owned(),
            row: MAX_SHEET_ROWS + 1,
            column: 1,
            fault: "an XLSX sheet has 1,048,576 rows at most: write CSV or Parquet",
        });
    }
    let table = RowTable {
        snapshot,
        job,
        rows: rows.rows,
        bytes,
    };
    let kinds = ColumnKinds::default();
    write(&table, header, &mut rows, kinds, output, progress)
}

/// Answers rows in the format of the output.
fn write<J: Job>(
    table: &RowTable<'_, J>,
    header: Header,
    rows: &mut dyn Rows,
    kinds: ColumnKinds,
    output: TableOutput<impl Write + Seek + Send>,
    progress: &mut dyn Progress,
) -> Result<BatchSummary, BatchError> {
    match output.format {
        TableTarget::Delimited(options) => {
            let mut out = TextWriter::new(BufWriter::new(output.writer), options);
            let mut summary = table.answer(header, rows, &mut out, progress)?;
            summary.encoding = Some(out.encoding());
            out.finish()?;
            Ok(summary)
        }
        TableTarget::Xlsx => write_book(table.job, SHEET_NAME, output.writer, |out| {
            table.answer(header, rows, out, progress)
        }),
        TableTarget::Parquet => {
            let mut out = ParquetWriter::new(output.writer, kinds);
            let summary = table.answer(header, rows, &mut out, progress)?;
            out.finish()?;
            Ok(summary)
        }
    }
}

#[cfg(test)]
mod tests;
