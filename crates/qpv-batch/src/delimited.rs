//! Delimited text as it is met in France, streamed.
//!
//! The delimiter is that of the first line under which the columns that are read are found. Every row is written
//! as it was read, with its own line end, and its added fields behind. A row with too few fields is completed with
//! empty ones, unless the header names nothing there ([`Surplus`](qpv_delimited::Surplus)); of a row with too many, the surplus is put into the last column, quoted; a line with a quote that is
//! never closed is put into the first column, quoted. So every row has as many fields as the header, and what was read
//! can still be read. Blank lines are copied and not counted.
//!
//! The output is in the encoding of the input, UTF-8, Windows-1252, Mac Roman or code page 850, with a byte order mark if the input had one. In a
//! text that is UTF-8 a line that is not is read as Windows-1252 and converted.

mod header;
mod options;
mod preview;
mod row_marks;
mod rows;
mod text_writer;
mod typed_rows;

use std::io::{Read, Write};

use qpv_service::Snapshot;

use crate::column_names::without_clash;
use crate::error::BatchError;
use crate::job::Job;
use crate::list_rows::with_remarks;
use crate::pipeline;
use crate::progress::Progress;
use crate::summary::{BatchSummary, names_of};

use header::open;
use row_marks::RowMarks;
use rows::Rows;

pub use options::DelimitedOptions;
pub use preview::preview;
pub(crate) use text_writer::TextWriter;
pub(crate) use typed_rows::TextRows;

/// Answers every row of delimited text.
///
/// # Errors
/// [`BatchError`]; what was written to `output` until then is no answer.
pub fn answer(
    snapshot: &Snapshot,
    job: &impl Job,
    options: DelimitedOptions,
    input: impl Read,
    mut output: impl Write,
    progress: &mut dyn Progress,
) -> Result<BatchSummary, BatchError> {
    job.check(snapshot)?;
    let (mut blocks, mut header) = open(input, job, options)?;
    // The national address API replaces columns of its own names; a person's list keeps them.
    let list = job.list_columns(&header.names, &header.read);
    let has_remarks = list.as_ref().is_some_and(|columns| columns.remarks);
    let added = if options.replaces {
        job.added()
    } else {
        let added = with_remarks(job.added(), has_remarks);
        without_clash(&header.names, added, job.titles())
    };
    let replaced = header.replaced(if options.replaces { &added } else { &[] });
    // The names of columns are fields too, and could run as formulas.
    if job.for_spreadsheets() {
        header.neutralise_formulas();
    }
    output
        .write_all(&header.written(&added, &replaced))
        .map_err(BatchError::Write)?;
    let mut summary = BatchSummary::new(
        snapshot,
        job.no_counts(),
        names_of(&header.names, &header.read),
    );
    summary.encoding = Some(header.codec.name());
    summary.converted_lines = header.converted_lines;
    summary.header_row = (!header.rows_above().0.is_empty()).then(|| header.first_line());
    summary.columns_by_content = header.by_content;
    summary.unread_columns.clone_from(&header.unread);
    progress.columns(&summary);
    let mut lines = header.lines;
    // The header counts too, or the progress would not reach its end.
    progress.report(header.bytes, 0, 0, &[])?;
    let mut marks = list.map(|columns| RowMarks::new(&header, columns));
    let rows = Rows {
        snapshot,
        job,
        names: summary.columns.clone(),
        slots: header.slots(),
        behind: (0..added.len())
            .filter(|cell| !replaced.contains(&Some(*cell)))
            .collect(),
        replaced,
        columns: header.names.len(),
        named_columns: header.named_columns,
        delimiter: header.delimiter,
        line_end: header.line_end,
        codec: header.codec,
        neutralises_formulas: job.for_spreadsheets(),
        points: progress.wants_points(),
        has_remarks: has_remarks && !options.replaces,
    };
    pipeline::in_order(
        || {
            let block = blocks.next_block()?;
            // One after another: a row may be like one of an earlier block.
            Ok(block.map(|block| {
                let marks = marks.as_mut().map(|marks| marks.of_block(&block));
                (block, marks.unwrap_or_default())
            }))
        },
        |(block, marks)| rows.answer(&block, &marks),
        |answered| {
            summary.add(&answered.counts, answered.rows, lines);
            summary.converted_lines += answered.converted_lines;
            progress.report(answered.bytes, answered.rows, lines, &answered.points)?;
            // Added last, because the numbers reported begin at the first line of the block.
            lines += answered.lines;
            output.write_all(&answered.text).map_err(BatchError::Write)
        },
    )?;
    output.flush().map_err(BatchError::Write)?;
    summary.take_list(marks.map(|marks| marks.list));
    Ok(summary)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
