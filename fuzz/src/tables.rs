//! Tables that people send: delimited text, spreadsheets, Parquet.

use std::io::Cursor;

use bytes::Bytes;
use jiff::civil::Date;
use qpv_batch::spreadsheet::{BookOutput, ChosenBook};
use qpv_batch::{
    AddressJob, AnswerVintages, BatchError, BatchSummary, DelimitedOptions, Job, PeopleColumns,
    PeopleJob, PositionColumns, ResultColumn, SpreadsheetKind, ZoneColumns, ZoneJob,
};
use qpv_batch::{delimited as text, parquet as table, spreadsheet};
use qpv_service::FieldSelection;

use crate::assert_readable;
use crate::files::book;
use crate::round_trips::{assert_same_rows, assert_same_values};
use crate::row_limit::RowLimit;
use crate::texts::{TOWN, VINTAGE};

/// Inputs, by their sizes, of which one is asked for its addresses: their search takes far longer than the rest, and has a target
/// of its own.
const INPUTS_PER_SEARCH: usize = 8;

/// The jobs that a table is asked for: the zones of positions, addresses, people.
pub(crate) fn zones() -> ZoneJob {
    ZoneJob {
        positions: PositionColumns {
            crs: None,
            names: None,
        },
        vintages: AnswerVintages::One(VINTAGE),
        uncertainty_m: None,
        members_only: false,
        fields: FieldSelection::default(),
    }
}

fn list_of_addresses() -> AddressJob {
    AddressJob {
        list: true,
        results: ResultColumn::check(),
        zones: Some(ZoneColumns {
            vintages: AnswerVintages::One(VINTAGE),
            prefix: "",
            fields: FieldSelection::default(),
        }),
        ..AddressJob::default()
    }
}

fn people() -> PeopleJob {
    let programmes = qpv_programmes::shipped().iter().take(1).cloned().collect();
    PeopleJob::new(
        programmes,
        PeopleColumns::default(),
        Date::constant(2024, 6, 30),
    )
}

/// Delimited text.
pub(crate) fn delimited(input: &[u8]) {
    if let Err(error) = text::preview(
        &PeopleColumns::default(),
        DelimitedOptions::default(),
        input,
    ) {
        assert_readable(&error.to_string());
    }
    answer_text(&zones(), input);
    match input.len() % INPUTS_PER_SEARCH {
        0 => answer_text(&list_of_addresses(), input),
        1 => answer_text(&people(), input),
        _ => {}
    }
}

fn answer_text(job: &impl Job, input: &[u8]) {
    let answered = text_answers(job, input);
    if let Some((summary, output)) = checked(answered) {
        assert_same_rows(&summary, checked(text_answers(job, &output)));
    }
}

fn text_answers(job: &impl Job, input: &[u8]) -> Result<(BatchSummary, Vec<u8>), BatchError> {
    let mut output = vec![];
    let options = DelimitedOptions::default();
    let mut limit = RowLimit::default();
    let summary = text::answer(&TOWN, job, options, input, &mut output, &mut limit)?;
    Ok((summary, output))
}

/// Returns the answers, or checks the words of the error.
fn checked<T>(answered: Result<T, BatchError>) -> Option<T> {
    answered
        .map_err(|error| assert_readable(&error.to_string()))
        .ok()
}

/// An XLSX book, or its parts.
pub(crate) fn xlsx(input: &[u8]) {
    spreadsheet_of(SpreadsheetKind::Xlsx, &book(input));
}

/// An ODS book, or its parts.
pub(crate) fn ods(input: &[u8]) {
    spreadsheet_of(SpreadsheetKind::Ods, &book(input));
}

/// An XLS book.
pub(crate) fn xls(input: &[u8]) {
    spreadsheet_of(SpreadsheetKind::Xls, input);
}

fn spreadsheet_of(kind: SpreadsheetKind, input: &[u8]) {
    let columns = PeopleColumns::default();
    if let Err(error) = spreadsheet::preview(&columns, kind, None, Cursor::new(input)) {
        return assert_readable(&error.to_string());
    }
    answer_book(&zones(), kind, input);
    if input.len().is_multiple_of(INPUTS_PER_SEARCH) {
        answer_book(&people(), kind, input);
    }
}

fn answer_book(job: &impl Job, kind: SpreadsheetKind, input: &[u8]) {
    let Some((summary, output)) = checked(book_answers(job, kind, input)) else {
        return;
    };
    // Any other book than an ODS one that comes back is XLSX.
    let written = if summary.is_ods {
        SpreadsheetKind::Ods
    } else {
        SpreadsheetKind::Xlsx
    };
    assert_same_rows(&summary, checked(book_answers(job, written, &output)));
    if summary.new_book.is_none() {
        assert_same_values(job, written, input, &output);
    }
}

fn book_answers(
    job: &impl Job,
    kind: SpreadsheetKind,
    input: &[u8],
) -> Result<(BatchSummary, Vec<u8>), BatchError> {
    let mut output = Cursor::new(vec![]);
    let book = ChosenBook {
        kind,
        sheet: None,
        input: Cursor::new(input),
    };
    let any = BookOutput {
        kind: None,
        writer: &mut output,
    };
    let summary = spreadsheet::answer(&TOWN, job, book, any, &mut RowLimit::default())?;
    Ok((summary, output.into_inner()))
}

/// A Parquet table.
pub(crate) fn parquet(input: &[u8]) {
    answer_table(&zones(), input);
    if input.len().is_multiple_of(INPUTS_PER_SEARCH) {
        answer_table(&list_of_addresses(), input);
    }
}

fn answer_table(job: &impl Job, input: &[u8]) {
    if let Some((summary, output)) = checked(table_answers(job, input)) {
        assert_same_rows(&summary, checked(table_answers(job, &output)));
    }
}

fn table_answers(job: &impl Job, input: &[u8]) -> Result<(BatchSummary, Vec<u8>), BatchError> {
    let mut output = vec![];
    let (input, mut limit) = (Bytes::copy_from_slice(input), RowLimit::default());
    let summary = table::answer(&TOWN, job, input, &mut output, &mut limit)?;
    Ok((summary, output))
}
