//! The place of added columns in a sheet.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};

use crate::error::BatchError;
use crate::spreadsheet::limits::PartReader;
use crate::spreadsheet::references::{CellPlace, CellRange};
use crate::spreadsheet::rewriting::value_of;

/// The depths of the elements of a sheet: `worksheet`, `sheetData`, `row`, `c`, `v`.
pub(super) const ROW_DEPTH: usize = 3;
pub(super) const CELL_DEPTH: usize = 4;
/// The place of `autoFilter`, `cols` and the like.
pub(super) const BLOCK_DEPTH: usize = 2;

/// The columns that are added to a sheet: right of all that stands beside or below the titles of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SheetPlan {
    /// The row of the titles, from 0.
    pub(super) header_row: u64,
    /// The first added column, from 0.
    pub(super) first_column: u64,
    /// True when the sheet has a filter on the titles.
    pub(super) has_filter: bool,
}

impl SheetPlan {
    /// Reads a sheet whose titles stand in this row, with tables at these places.
    pub(super) fn read(
        reader: &mut PartReader<impl BufRead>,
        header_row: u64,
        tables: &[CellRange],
    ) -> Result<Self, BatchError> {
        let mut plan = Self {
            header_row,
            first_column: 0,
            has_filter: false,
        };
        for table in tables {
            plan.keep_free(*table);
        }
        let mut places = PlaceCounter::default();
        let mut cell = None;
        while let Some((event, place)) = reader.next_event()? {
            let (Event::Start(tag) | Event::Empty(tag)) = &event else {
                continue;
            };
            match (place.depth, tag.local_name().as_ref()) {
                (ROW_DEPTH, "row") => drop(places.row(tag)),
                (CELL_DEPTH, "c") => cell = Some(places.cell(tag)),
                // A cell with a formula holds something even where its value is empty.
                (_, "v" | "f" | "is") if place.depth == CELL_DEPTH + 1 => {
                    if let Some(cell) = cell.filter(|cell| cell.row >= header_row) {
                        plan.first_column = plan.first_column.max(cell.column + 1);
                    }
                }
                (ROW_DEPTH, "mergeCell") => {
                    if let Some(range) = range_of(tag) {
                        plan.keep_free(range);
                    }
                }
                (BLOCK_DEPTH, "autoFilter") => {
                    plan.has_filter =
                        range_of(tag).is_some_and(|range| range.first.row == header_row);
                }
                _ => {}
            }
        }
        Ok(plan)
    }

    /// Leaves cells alone that belong together, beside or below the titles.
    fn keep_free(&mut self, range: CellRange) {
        if range.last.row >= self.header_row {
            self.first_column = self.first_column.max(range.last.column + 1);
        }
    }
}

/// Returns the cells that an element is about.
pub(super) fn range_of(tag: &BytesStart<'_>) -> Option<CellRange> {
    CellRange::parse(&value_of(tag, "ref")?)
}

/// The place of the cell being read: rows and cells without a place of their own count on from the last one.
#[derive(Debug, Default)]
pub(super) struct PlaceCounter {
    next_row: u64,
    row: u64,
    next_column: u64,
}

impl PlaceCounter {
    /// Takes the tag of a row, and returns its place.
    pub(super) fn row(&mut self, tag: &BytesStart<'_>) -> u64 {
        let stated = stated_place(tag).and_then(|row| row.trim().parse::<u64>().ok());
        self.row = stated.map_or(self.next_row, |row| row.saturating_sub(1));
        self.next_row = self.row + 1;
        self.next_column = 0;
        self.row
    }

    /// Takes the tag of a cell, and returns its place.
    pub(super) fn cell(&mut self, tag: &BytesStart<'_>) -> CellPlace {
        let counted = CellPlace {
            row: self.row,
            column: self.next_column,
        };
        let stated = stated_place(tag).and_then(|place| CellPlace::parse(&place));
        let place = stated.unwrap_or(counted);
        self.next_column = place.column + 1;
        place
    }
}

/// Returns the attribute with the place of a row or a cell, which no reference to a sign stands in.
fn stated_place<'t>(tag: &'t BytesStart<'_>) -> Option<Cow<'t, str>> {
    let found = tag.try_get_attribute("r").ok().flatten()?;
    Some(found.value)
}
