//! The counts of an answered table, as lines for whoever ran the command.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use qpv_batch::{AnswerCounts, BatchSummary, RowCount};
use qpv_delimited::FileFormat;

use crate::output::thousands;
use crate::table::input_format;

/// Returns what was read and answered; `describe_counts` adds the counts of each answer.
pub fn describe(
    summary: &BatchSummary,
    elapsed: Duration,
    place_word: &str,
    describe_counts: impl Fn(&mut String, &AnswerCounts, &str),
) -> String {
    let columns = summary.columns.join(", ");
    let mut text = format!("{} rows; columns read: {columns}", thousands(summary.rows));
    describe_sheets(&mut text, summary);
    describe_left_out(&mut text, summary, place_word);
    describe_list(&mut text, summary, place_word);
    for counts in &summary.answers {
        describe_counts(&mut text, counts, place_word);
    }
    describe_encoding(&mut text, summary);
    if summary.converted_lines > 0 {
        let lines = thousands(summary.converted_lines);
        let _ = write!(
            text,
            "\n{lines} lines were not UTF-8 and were read as Windows-1252; the output is UTF-8"
        );
    }
    let seconds = elapsed.as_secs_f64();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate, to be read by people"
    )]
    let rate = (summary.rows as f64 / seconds.max(1e-3)) as u64;
    let _ = write!(
        text,
        "\ndataset {}\n{seconds:.1} s, {} rows/s",
        summary.dataset,
        thousands(rate)
    );
    text
}

/// Adds why rows are undetermined or have no answer.
pub fn describe_faults(text: &mut String, counts: &AnswerCounts, place_word: &str) {
    for (code, count) in &counts.doubts {
        describe_rows(text, &format!("undetermined for {code}"), count, place_word);
    }
    for (code, count) in &counts.errors {
        describe_rows(text, &format!("error {code}"), count, place_word);
    }
}

/// Returns the unit that the numbers of an error count: a field with line breaks makes CSV rows and lines differ.
pub fn place_word(input: &Path) -> &'static str {
    if input_format(input) == FileFormat::Text {
        "line"
    } else {
        "row"
    }
}

fn describe_encoding(text: &mut String, summary: &BatchSummary) {
    let name = match summary.encoding {
        Some("windows-1252") => "Windows-1252",
        Some("macintosh") => "Mac Roman",
        Some("ibm850") => "code page 850",
        // UTF-8 is what everybody expects.
        _ => return,
    };
    let _ = write!(text, "\nin {name}, in and out");
}

/// Tells what an output of another format has no place for.
fn describe_left_out(text: &mut String, summary: &BatchSummary, place_word: &str) {
    if let Some(reason) = summary.new_book {
        let _ = write!(text, "\n{}", reason.message_fr());
    }
    if !summary.left_out_sheets.is_empty() {
        let names = summary.left_out_sheets.join(", ");
        let _ = write!(text, "\nsheets left out of the output: {names}");
    }
    // Once they are left out, saying where the header stood would be of no use.
    if let (Some(row), 0, false) = (
        summary.header_row,
        summary.left_out_rows,
        summary.columns_by_content,
    ) {
        let _ = write!(
            text,
            "\ncolumns named in {place_word} {row}; the rows above it are copied as they are"
        );
    }
    if summary.left_out_rows > 0 {
        let rows = thousands(summary.left_out_rows);
        let _ = write!(
            text,
            "\nrows above the header left out of the output: {rows}"
        );
    }
}

/// Tells of the rows of a list that are of no person, and of those that are like an earlier one.
fn describe_list(text: &mut String, summary: &BatchSummary, place_word: &str) {
    for (reason, count) in &summary.skipped {
        describe_rows(text, &format!("skipped, {reason}"), count, place_word);
    }
    let duplicates = &summary.duplicates;
    if duplicates.is_empty() {
        return;
    }
    let shown = duplicates.first.iter().take(5);
    let pairs: Vec<String> = shown
        .map(|row| format!("{} as {}", row.row, row.of))
        .collect();
    let more = if duplicates.rows > pairs.len() as u64 {
        "…"
    } else {
        ""
    };
    let _ = write!(
        text,
        "\n{:>14}  like an earlier row, and counted: {place_word} {}{more}",
        thousands(duplicates.rows),
        pairs.join(", ")
    );
}

/// Names the sheet that was read, where there are others.
fn describe_sheets(text: &mut String, summary: &BatchSummary) {
    let Some(sheet) = &summary.sheet else {
        return;
    };
    let hidden = &summary.hidden_sheets;
    if !summary.unread_sheets.is_empty() {
        let others = summary.unread_sheets.join(", ");
        let _ = write!(
            text,
            "\nonly sheet {sheet} is read, not: {others} (--sheet NAME reads one)"
        );
    }
    if hidden.contains(sheet) {
        let _ = write!(text, "\nsheet {sheet}, which was hidden");
    } else if !hidden.is_empty() {
        // An output of another format has no place for other sheets.
        let fate = if summary.left_out_sheets.is_empty() {
            "copied and not read"
        } else {
            "not read"
        };
        let hidden = hidden.join(", ");
        let _ = write!(
            text,
            "\nsheet {sheet}; hidden sheets, {fate}: {hidden} (--sheet NAME reads one)"
        );
    }
}

/// Adds a count with the numbers of its first rows.
pub fn describe_rows(text: &mut String, what: &str, count: &RowCount, place_word: &str) {
    let first: Vec<String> = count.first.iter().map(ToString::to_string).collect();
    let more = if count.rows > first.len() as u64 {
        "…"
    } else {
        ""
    };
    let _ = write!(
        text,
        "\n{:>14}  {what}: {place_word} {}{more}",
        thousands(count.rows),
        first.join(", ")
    );
}
