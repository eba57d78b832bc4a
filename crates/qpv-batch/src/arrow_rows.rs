//! Rows of Arrow columns, asked together and written as Arrow columns.

mod added_cells;
mod cells;
mod values;

use std::mem;

use arrow_array::{ArrayRef, BooleanArray};
use arrow_schema::Field;
use qpv_service::Snapshot;
use smallvec::SmallVec;

use crate::cell::{AddedColumn, Cell};
use crate::counts::AnswerCounts;
use crate::error::ColumnsError;
use crate::job::{Job, ROWS_PER_QUESTION};
use crate::row_error::RowError;

use added_cells::AddedCells;
pub(crate) use cells::{ColumnCells, is_single};
pub(crate) use values::{is_convertible, value};

/// A job, and the columns it adds to a table.
pub(crate) struct ArrowRows<'a, J> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) job: &'a J,
    pub(crate) added: &'a [AddedColumn],
}

/// The answers to rows.
pub(crate) struct AnsweredRows {
    /// The answers of the rows that are written.
    cells: AddedCells,
    counts: Vec<AnswerCounts>,
    /// The rows that are written.
    pub(crate) kept: BooleanArray,
}

impl<J: Job> ArrowRows<'_, J> {
    /// Answers so many rows, each as it is read at its place.
    pub(crate) fn answer(
        &self,
        rows: usize,
        read: impl Fn(usize) -> Result<J::Question, RowError>,
    ) -> AnsweredRows {
        let mut cells = AddedCells::new(self.added, rows);
        let (mut counts, mut kept) = (self.job.no_counts(), Vec::with_capacity(rows));
        for start in (0..rows).step_by(ROWS_PER_QUESTION) {
            let rows = start..rows.min(start + ROWS_PER_QUESTION);
            let mut questions = Vec::with_capacity(rows.len());
            let places: Vec<Result<usize, RowError>> = rows
                .clone()
                .map(|row| {
                    questions.push(read(row)?);
                    Ok(questions.len() - 1)
                })
                .collect();
            let answers = self.job.answer(self.snapshot, &questions);
            for (row, place) in rows.zip(places) {
                kept.push(self.job.keeps(&answers, place));
                if kept.last() == Some(&true) {
                    self.job.write(self.snapshot, &answers, place, &mut cells);
                }
                // Rows are numbered from 1.
                let line = row as u64 + 1;
                self.job
                    .count(self.snapshot, &answers, place, line, &mut counts);
            }
        }
        AnsweredRows {
            cells,
            counts,
            kept: kept.into(),
        }
    }
}

impl AnsweredRows {
    /// Returns the counts of all rows, written or not.
    pub(crate) fn take_counts(&mut self) -> Vec<AnswerCounts> {
        mem::take(&mut self.counts)
    }

    /// Returns the added columns.
    pub(crate) fn into_columns(self) -> impl Iterator<Item = ArrayRef> {
        self.cells.finish()
    }
}

/// Returns the cells of the columns that are read.
pub(crate) fn column_cells(read: &[ArrayRef]) -> Vec<ColumnCells<'_>> {
    read.iter().map(ColumnCells::new).collect()
}

/// Reads a row by the names and the cells of its columns.
#[inline]
pub(crate) fn read_row<J: Job>(
    job: &J,
    names: &[String],
    columns: &[ColumnCells<'_>],
    row: usize,
) -> Result<J::Question, RowError> {
    let cells = columns.iter().map(|column| column.get(row));
    let cells: SmallVec<[Cell<'_>; 4]> = cells.collect();
    job.read(names, &cells)
}

/// Refuses a column without values that the job can read.
pub(crate) fn check_type(
    field: &Field,
    required: Option<&'static str>,
) -> Result<(), ColumnsError> {
    let found = field.data_type();
    let is_known = if required.is_some() {
        cells::is_readable(found)
    } else {
        // Bytes are digits in other formats, which no column of a list is meant to have.
        is_convertible(found) && !found.is_binary()
    };
    if is_known {
        return Ok(());
    }
    Err(ColumnsError::NotReadable {
        name: field.name().clone(),
        found: found.to_string(),
        wanted: required.unwrap_or("its values must be texts, numbers, days, or true and false"),
    })
}
