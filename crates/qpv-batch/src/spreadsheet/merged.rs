//! Cells merged over several rows, as one writes the address of brothers and sisters once: people read it in each of the rows.

use calamine::{Data, Dimensions};

use crate::error::BatchError;
use crate::rows::{Row, Rows, is_empty};

/// Bytes of a text beyond which it is no value of several rows: it would be written once more for each.
const MAX_TEXT_BYTES: usize = 300;
/// Merged cells over one row, at most, that are read as such: each is looked at in every row.
const MAX_OPEN: usize = 64;

/// Merged cells that have begun, and not ended.
#[derive(Default)]
pub(super) struct OpenMerged(Vec<OpenCell>);

struct OpenCell {
    last_row: u64,
    column: usize,
    value: Data,
}

impl OpenMerged {
    /// Fills the cells of a row that they cover.
    pub(super) fn fill(&mut self, row: &mut Row) {
        self.0.retain(|cell| cell.last_row >= row.index);
        for cell in &self.0 {
            if row.values.get(cell.column).is_none_or(is_empty) {
                let columns = row.values.len().max(cell.column + 1);
                row.values.resize(columns, Data::Empty);
                row.values[cell.column] = cell.value.clone();
            }
        }
    }

    /// Takes the cell of a row that is merged down to this last one.
    pub(super) fn begin(&mut self, row: &Row, column: usize, last_row: u64) {
        if let Some(value) = row.values.get(column)
            && is_value_of_several(value)
            && self.0.len() < MAX_OPEN
        {
            self.0.push(OpenCell {
                last_row,
                column,
                value: value.clone(),
            });
        }
    }
}

fn is_value_of_several(value: &Data) -> bool {
    let is_long = matches!(value, Data::String(text) if text.len() > MAX_TEXT_BYTES);
    !is_empty(value) && !is_long
}

/// The rows of a sheet, a merged cell with its value in each of its rows that has other cells.
pub(super) struct MergedRows<'a> {
    rows: &'a mut dyn Rows,
    /// Merged cells that begin further down, the next one last.
    next: Vec<Dimensions>,
    open: OpenMerged,
}

impl<'a> MergedRows<'a> {
    /// Reads rows in which these cells are merged.
    pub(super) fn new(rows: &'a mut dyn Rows, merged: &[Dimensions]) -> Self {
        let tall = merged.iter().filter(|cells| cells.start.0 < cells.end.0);
        let mut next: Vec<Dimensions> = tall.copied().collect();
        next.sort_by_key(|cells| std::cmp::Reverse(cells.start));
        Self {
            rows,
            next,
            open: OpenMerged::default(),
        }
    }
}

impl Rows for MergedRows<'_> {
    fn next(&mut self) -> Result<Option<Row>, BatchError> {
        let Some(mut row) = self.rows.next()? else {
            return Ok(None);
        };
        self.open.fill(&mut row);
        while let Some(cells) = self
            .next
            .pop_if(|cells| u64::from(cells.start.0) <= row.index)
        {
            if u64::from(cells.start.0) == row.index {
                let (_, column) = cells.start;
                self.open
                    .begin(&row, column as usize, u64::from(cells.end.0));
            }
        }
        Ok(Some(row))
    }
}
