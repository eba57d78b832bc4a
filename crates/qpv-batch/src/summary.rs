//! Counts of a whole table.

use std::collections::BTreeMap;

use qpv_service::Snapshot;
use serde::Serialize;

use crate::counts::AnswerCounts;
use crate::house_numbers::UnreadColumn;
use crate::list_rows::{DuplicateRows, ListRows};
use crate::new_book::NewBookReason;
use crate::row_count::RowCount;

/// Counts of a whole table, without a single position or address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BatchSummary {
    /// Rows read and written.
    pub rows: u64,
    /// Names of the columns that were read.
    pub columns: Vec<String>,
    /// The columns that number something and are not read as house numbers, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread_columns: Vec<UnreadColumn>,
    /// True for a list without a line of titles, whose columns are named by what is in them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub columns_by_content: bool,
    /// The rows of a list that are of no person (`total`, `section`, `repeated_header`, `empty`), which are not counted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub skipped: BTreeMap<&'static str, RowCount>,
    /// The rows of a list that are like an earlier one.
    #[serde(skip_serializing_if = "DuplicateRows::is_empty")]
    pub duplicates: DuplicateRows,
    /// The line or row that names the columns, from 1, when titles stand above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_row: Option<u64>,
    /// Encoding of delimited text, in and out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
    /// The sheet of a spreadsheet that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The names of its hidden sheets, which are copied and not read unless they are named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden_sheets: Vec<String>,
    /// The names of its other sheets that are not hidden, which are not read either.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread_sheets: Vec<String>,
    /// The reason why the answers came in a new book, when a spreadsheet did not come back with columns added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_book: Option<NewBookReason>,
    /// True when an ODS book came back with columns added, false for an output of any other format.
    #[serde(skip)]
    pub is_ods: bool,
    /// The names of the sheets that the output has no place for, being of another format.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out_sheets: Vec<String>,
    /// The rows above the names of the columns that it has no place for.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out_rows: u64,
    /// Lines that were not in that encoding: read as Windows-1252 and written in it.
    pub converted_lines: u64,
    /// One entry, or one per vintage with `AnswerVintages::Each`.
    pub answers: Vec<AnswerCounts>,
    /// The dataset that answered.
    pub dataset: String,
    /// True for the fictional sample.
    pub fictional: bool,
}

impl BatchSummary {
    pub(crate) fn new(
        snapshot: &Snapshot,
        answers: Vec<AnswerCounts>,
        columns: Vec<String>,
    ) -> Self {
        let (dataset, fictional) = (snapshot.digest().to_owned(), snapshot.fictional());
        Self {
            rows: 0,
            columns,
            unread_columns: vec![],
            columns_by_content: false,
            skipped: BTreeMap::new(),
            duplicates: DuplicateRows::default(),
            header_row: None,
            encoding: None,
            sheet: None,
            hidden_sheets: vec![],
            unread_sheets: vec![],
            new_book: None,
            is_ods: false,
            left_out_sheets: vec![],
            left_out_rows: 0,
            converted_lines: 0,
            answers,
            dataset,
            fictional,
        }
    }

    /// Adds what a block counted; `before` is the number of the line (or row) before its first one.
    pub(crate) fn add(&mut self, counted: &[AnswerCounts], rows: u64, before: u64) {
        self.rows += rows;
        for (total, block) in self.answers.iter_mut().zip(counted) {
            total.add(block, before);
        }
    }

    /// Takes what was found of the rows of a list.
    pub(crate) fn take_list(&mut self, list: Option<ListRows>) {
        if let Some(list) = list {
            (self.skipped, self.duplicates) = (list.skipped, list.duplicates);
        }
    }

    /// Returns whether every row was answered, and none with "undetermined".
    #[must_use]
    pub fn all_determined(&self) -> bool {
        self.answers.iter().all(AnswerCounts::all_determined)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as `serde` calls it")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Returns the names of the columns at these places.
pub(crate) fn names_of(header: &[String], columns: &[usize]) -> Vec<String> {
    columns
        .iter()
        .map(|&column| header[column].clone())
        .collect()
}
