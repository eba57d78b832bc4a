//! Cells merged over several rows, as one writes the address of brothers and sisters once: people read it in each of the rows.

use calamine::{Data, Dimensions};

use crate::error::BatchError;
use crate::rows::{Row, Rows, is_empty};

/// Bytes of a text beyond which it is no value of several rows: it would be written once more for each.
const MAX_TEXT_BYTES: usize = 1_000;

/// The rows of a sheet, a merged cell with its value in each of its rows that has other cells.
pub(super) struct MergedRows<'a> {
    rows: &'a mut dyn Rows,
    /// Merged cells that begin further down, the next one last.
    next: Vec<TallCell>,
    /// Merged cells that have begun, and not ended.
    open: Vec<TallCell>,
}

/// A cell merged over several rows; rows and columns count from 0.
struct TallCell {
    first_row: u64,
    last_row: u64,
    column: usize,
    value: Data,
}

impl<'a> MergedRows<'a> {
    /// Reads rows in which these cells are merged.
    pub(super) fn new(rows: &'a mut dyn Rows, merged: &[Dimensions]) -> Self {
        let tall = merged.iter().filter(|cells| cells.start.0 < cells.end.0);
        let mut next: Vec<TallCell> = tall
            .map(|cells| TallCell {
                first_row: cells.start.0.into(),
                last_row: cells.end.0.into(),
                column: cells.start.1 as usize,
                value: Data::Empty,
            })
            .collect();
        next.sort_by_key(|cell| std::cmp::Reverse(cell.first_row));
        Self {
            rows,
            next,
            open: vec![],
        }
    }
}

impl Rows for MergedRows<'_> {
    fn next(&mut self) -> Result<Option<Row>, BatchError> {
        let Some(mut row) = self.rows.next()? else {
            return Ok(None);
        };
        self.open.retain(|cell| cell.last_row >= row.index);
        for cell in &self.open {
            if row.values.get(cell.column).is_none_or(is_empty) {
                let columns = row.values.len().max(cell.column + 1);
                row.values.resize(columns, Data::Empty);
                row.values[cell.column] = cell.value.clone();
            }
        }
        while let Some(mut cell) = self.next.pop_if(|cell| cell.first_row <= row.index) {
            if cell.first_row == row.index
                && let Some(value) = row.values.get(cell.column)
                && is_value_of_several(value)
            {
                cell.value = value.clone();
                self.open.push(cell);
            }
        }
        Ok(Some(row))
    }
}

fn is_value_of_several(value: &Data) -> bool {
    let is_long = matches!(value, Data::String(text) if text.len() > MAX_TEXT_BYTES);
    !is_empty(value) && !is_long
}
