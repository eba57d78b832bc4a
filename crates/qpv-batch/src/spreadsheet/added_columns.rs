//! The columns that a book given back gets, right of its list, and their cells.

use std::collections::VecDeque;
use std::ops::Range;

use super::limits::MAX_COLUMNS;
use super::sheet_writer::{added_text, rounded};
use crate::cell::AddedColumn;
use crate::column_titles::holds_sentences;
use crate::error::{BatchError, ColumnsError};
use crate::job::Job;
use crate::list_rows::with_remarks;
use crate::row_table::{Header, RowTable};
use crate::rows::{AddedCell, Row, RowWriter, is_empty, text};

/// Widths of columns in characters: of codes and numbers, and of sentences.
const NARROW_CHARS: usize = 12;
const WIDE_CHARS: usize = 40;

/// The content of a cell that is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CellContent {
    Text(String),
    /// A text in bold.
    Title(String),
    Number(f64),
}

/// The added columns of a sheet, those first that a caller states and the book does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AddedColumns {
    pub(super) titles: Vec<String>,
    /// The width of each in characters.
    pub(super) widths: Vec<usize>,
}

impl AddedColumns {
    /// Returns those that the answers to a table get, from this column on.
    ///
    /// # Errors
    /// [`ColumnsError::TooMany`].
    pub(super) fn new<J: Job>(
        table: &RowTable<'_, J>,
        header: &Header,
        first_column: u64,
    ) -> Result<Self, BatchError> {
        let list = table.job.list_columns(&header.names, &header.read);
        let has_remarks = list.is_some_and(|columns| columns.remarks);
        let added = table.added(header, has_remarks);
        let stated = &header.names[header.list_columns..];
        let count = (added.len() + stated.len()) as u64 + first_column;
        if count > MAX_COLUMNS {
            return Err(ColumnsError::TooMany {
                count: usize::try_from(count).unwrap_or(usize::MAX),
                limit: usize::try_from(MAX_COLUMNS).unwrap_or(usize::MAX),
            }
            .into());
        }
        let names = with_remarks(table.job.added(), has_remarks);
        let widths = names.iter().zip(&added).map(|(column, added)| {
            if holds_sentences(&column.name) {
                WIDE_CHARS
            } else {
                (added.name.chars().count() + 2).clamp(NARROW_CHARS, WIDE_CHARS)
            }
        });
        Ok(Self {
            widths: stated.iter().map(|_| WIDE_CHARS).chain(widths).collect(),
            titles: {
                let added = added.into_iter().map(|column| column.name);
                stated.iter().cloned().chain(added).collect()
            },
        })
    }
}

/// A sheet that is copied, and takes cells behind its rows.
pub(super) trait CopiedSheet {
    /// Copies up to the end of the row at this place, and adds cells to it, each with its column.
    fn add(&mut self, row: u64, cells: VecDeque<(u64, CellContent)>) -> Result<(), BatchError>;
}

/// The sheet that was read, as its rows come with their answers.
pub(super) struct SameSheet<C> {
    pub(super) copy: C,
    pub(super) first_column: u64,
    /// The columns that a caller states, behind those of the list, which the book does not have.
    pub(super) stated: Range<usize>,
}

impl<C: CopiedSheet> SameSheet<C> {
    fn add(
        &mut self,
        row: &Row,
        cells: impl Iterator<Item = Option<CellContent>>,
    ) -> Result<(), BatchError> {
        let cells = (self.first_column..)
            .zip(cells)
            .filter_map(|(column, cell)| Some((column, cell?)));
        self.copy.add(row.index, cells.collect())
    }
}

impl<C: CopiedSheet> RowWriter for SameSheet<C> {
    fn row_above(&mut self, _: &Row) -> Result<(), BatchError> {
        // It is copied with all else.
        Ok(())
    }

    fn header(
        &mut self,
        header: &Row,
        names: &[String],
        added: &[AddedColumn],
    ) -> Result<(), BatchError> {
        let stated = names[self.stated.clone()].iter();
        let titles = stated.chain(added.iter().map(|column| &column.name));
        let titles = titles.map(|title| Some(CellContent::Title(title.clone())));
        self.add(header, titles)
    }

    fn row(&mut self, row: &Row, added: &[AddedCell]) -> Result<(), BatchError> {
        let stated = self
            .stated
            .clone()
            .map(|column| match row.values.get(column) {
                Some(value) if !is_empty(value) => {
                    Some(CellContent::Text(added_text(&text(value))))
                }
                _ => None,
            });
        let added = added.iter().map(|cell| match cell {
            AddedCell::Text(text) => Some(CellContent::Text(added_text(text))),
            AddedCell::Number(number, decimals) => {
                Some(CellContent::Number(rounded(*number, *decimals)))
            }
            AddedCell::Empty => None,
        });
        self.add(row, stated.chain(added))
    }
}
