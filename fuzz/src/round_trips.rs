//! Outputs read again: no row is lost, and the columns of the input are as they were.

use std::io::Cursor;

use qpv_batch::conversion::{TableOutput, TableTarget, from_spreadsheet};
use qpv_batch::spreadsheet::ChosenBook;
use qpv_batch::{BatchSummary, DelimitedOptions, Job, SpreadsheetKind};
use qpv_delimited::{RecordReader, StringRecord};

use crate::row_limit::RowLimit;
use crate::texts::TOWN;

/// Asserts that an output, answered as its input was, has the rows of the input. Added columns may make the columns of a
/// second question ambiguous, which is an error of its own.
pub(crate) fn assert_same_rows(summary: &BatchSummary, again: Option<(BatchSummary, Vec<u8>)>) {
    if let Some((second, _)) = again {
        assert_eq!(written(&second), written(summary), "rows of the output");
    }
}

/// Returns the number of rows that are asked, and of those of no person. A row with too many fields is faulty and asked; once
/// its fields are put together, `CP;1;2` may be the title of a class.
fn written(summary: &BatchSummary) -> u64 {
    let skipped = summary.skipped.values().map(|count| count.rows);
    summary.rows + skipped.sum::<u64>()
}

/// Asserts that a book given back has the values of the input, in its rows and columns.
pub(crate) fn assert_same_values(
    job: &impl Job,
    kind: SpreadsheetKind,
    input: &[u8],
    output: &[u8],
) {
    let (Some(before), Some(after)) = (values(job, kind, input), values(job, kind, output)) else {
        return;
    };
    assert_eq!(before.len(), after.len(), "rows of the book");
    let columns = before.first().map_or(0, Vec::len);
    // A column of remarks may come behind those of the job.
    let mut kept = columns.saturating_sub(job.added().len() + 1);
    // Columns that only a row above the titles has are blank here, and may be filled.
    let is_blank = |column: usize| {
        before
            .iter()
            .all(|row| row.get(column).is_none_or(String::is_empty))
    };
    while kept > 0 && is_blank(kept - 1) {
        kept -= 1;
    }
    for (row, (before, after)) in std::iter::zip(&before, &after).enumerate() {
        assert_eq!(
            before.get(..kept),
            after.get(..kept),
            "row {row} of the book"
        );
    }
}

/// Returns the fields of the answers as delimited text: the columns of the book, then those that are added.
fn values(job: &impl Job, kind: SpreadsheetKind, input: &[u8]) -> Option<Vec<Vec<String>>> {
    let mut written = Cursor::new(vec![]);
    let book = ChosenBook {
        kind,
        sheet: None,
        input: Cursor::new(input),
    };
    let output = TableOutput {
        format: TableTarget::Delimited(DelimitedOptions::default()),
        writer: &mut written,
    };
    from_spreadsheet(&TOWN, job, book, output, &mut RowLimit::default()).ok()?;
    let text = written.into_inner();
    let mut reader = RecordReader::new(text.as_slice(), b';');
    let (mut rows, mut record) = (vec![], StringRecord::default());
    while reader.read(&mut record).ok()? {
        rows.push(record.iter().map(ToOwned::to_owned).collect());
    }
    Some(rows)
}
