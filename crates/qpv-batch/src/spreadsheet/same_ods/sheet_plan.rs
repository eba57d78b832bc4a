//! The place of added columns in a sheet of an ODS book.

use std::collections::BTreeSet;
use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};

use super::range_address::RangeAddress;
use super::sheet_cursor::{SheetCursor, Spot};
use crate::error::BatchError;
use crate::row_table::Header;
use crate::spreadsheet::limits::{MAX_COLUMNS, PartReader, attribute};

/// The beginning of the names of added styles.
pub(super) const STYLE_START: &str = "qpv-";
/// Columns from which a range is about whole rows of a sheet: programs of old had 1,024 of them.
const WHOLE_ROW_COLUMNS: u64 = 1_024;

/// The columns that are added to a sheet: right of all that stands beside or below the titles of the list.
#[derive(Debug, Clone)]
pub(super) struct SheetPlan {
    /// The sheet, among those that people see or hide, and its name.
    pub(super) sheet: usize,
    pub(super) sheet_name: String,
    /// The row of the titles, from 0.
    pub(super) header_row: u64,
    /// The first added column, from 0.
    pub(super) first_column: u64,
    /// True when the style of the sheet hides it.
    pub(super) is_hidden: bool,
    /// The names of styles that begin as those that are added.
    pub(super) taken_styles: BTreeSet<String>,
}

/// The row and the column of the cell being read.
#[derive(Debug, Default)]
struct ReadPlace {
    row: u64,
    row_repeats: u64,
    column: u64,
    /// The column behind the cell, and those that it spans.
    end: u64,
    span_end: u64,
    last_spanned_row: u64,
}

impl SheetPlan {
    /// Reads a document for the sheet at a place.
    pub(super) fn read(
        reader: &mut PartReader<impl BufRead>,
        sheet: usize,
        header: &Header,
    ) -> Result<Self, BatchError> {
        let mut plan = Self {
            sheet,
            sheet_name: String::new(),
            header_row: header.row.index,
            first_column: 0,
            is_hidden: false,
            taken_styles: BTreeSet::new(),
        };
        let mut cursor = SheetCursor::new(sheet);
        let mut here = ReadPlace::default();
        let (mut style, mut hidden_styles) = (None, BTreeSet::new());
        while let Some((event, place)) = reader.next_event()? {
            let spot = cursor.event(&event, place);
            let (Event::Start(tag) | Event::Empty(tag)) = &event else {
                // A text beside the paragraphs of a cell is none of its content.
                continue;
            };
            match spot {
                Spot::Style => {
                    let name = value_of(tag, "style:name").unwrap_or_default();
                    // A second run finds those of the first.
                    if name.starts_with(STYLE_START) {
                        plan.taken_styles.insert(name.clone());
                    }
                    style = Some(name);
                }
                Spot::Elsewhere if tag.name().as_ref() == "style:table-properties" => {
                    let hides = value_of(tag, "table:display").as_deref() == Some("false");
                    if let (true, Some(style)) = (hides, style.take()) {
                        hidden_styles.insert(style);
                    }
                }
                Spot::Sheet => {
                    plan.sheet_name = value_of(tag, "table:name").unwrap_or_default();
                    plan.is_hidden = value_of(tag, "table:style-name")
                        .is_some_and(|style| hidden_styles.contains(&style));
                }
                Spot::Row => here.begin_row(tag),
                Spot::Cell => {
                    here.begin_cell(tag);
                    if holds_value(tag) {
                        plan.keep_free(here.last_row(), here.end);
                    }
                    plan.keep_free(here.last_spanned_row, here.span_end);
                }
                // Comments and drawings are content as well.
                Spot::InCell => plan.keep_free(here.last_row(), here.end),
                // A filter beside the list would reach into the answers.
                Spot::Range => {
                    if let Some(address) = address_of(tag, &plan.sheet_name)
                        && address.range.last.column + 1 < WHOLE_ROW_COLUMNS
                    {
                        let range = address.range;
                        plan.keep_free(range.last.row, range.last.column + 1);
                    }
                }
                _ => {}
            }
        }
        Ok(plan)
    }

    /// Leaves the columns before `end` alone when something stands there down to this row.
    fn keep_free(&mut self, last_row: u64, end: u64) {
        // Above the titles stand titles of the page, often wider than the list.
        if last_row >= self.header_row {
            self.first_column = self.first_column.max(end);
        }
    }

    /// Returns whether a range is the list, so that the added columns belong to it.
    pub(super) fn is_list(&self, address: &RangeAddress) -> bool {
        let range = address.range;
        range.first.row == self.header_row && range.last.column + 1 == self.first_column
    }
}

impl ReadPlace {
    fn begin_row(&mut self, tag: &BytesStart<'_>) {
        // A count beyond the last row is refused where the values are read.
        self.row = self.row.saturating_add(self.row_repeats);
        self.row_repeats = repeats(tag, "table:number-rows-repeated");
        (self.column, self.end) = (0, 0);
    }

    fn begin_cell(&mut self, tag: &BytesStart<'_>) {
        self.column = self.end;
        self.end = self
            .column
            .saturating_add(repeats(tag, "table:number-columns-repeated"));
        let spanned_columns = repeats(tag, "table:number-columns-spanned");
        let spanned_rows = repeats(tag, "table:number-rows-spanned");
        let is_merged = spanned_columns > 1 || spanned_rows > 1;
        // A span beyond the last column is a mistake, and leaves no place for answers.
        self.span_end = if is_merged {
            self.column.saturating_add(spanned_columns).min(MAX_COLUMNS)
        } else {
            0
        };
        self.last_spanned_row = self
            .last_row()
            .saturating_add(spanned_rows.saturating_sub(1));
    }

    /// Returns the last of the rows that are stored as this one.
    fn last_row(&self) -> u64 {
        self.row.saturating_add(self.row_repeats).saturating_sub(1)
    }
}

/// Returns whether the tag of a cell says that it holds something.
fn holds_value(tag: &BytesStart<'_>) -> bool {
    let mut attributes = tag.attributes();
    attributes.with_checks(false);
    attributes
        .flatten()
        .any(|found| matches!(found.key.as_ref(), "office:value-type" | "table:formula"))
}

/// Returns the value of an attribute by its whole name, as the reader of values finds it.
pub(super) fn value_of(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    // What cannot be read was refused there.
    attribute(tag, name).ok().flatten()
}

/// Returns how often an element stands there, or how many it spans.
pub(super) fn repeats(tag: &BytesStart<'_>, name: &str) -> u64 {
    let stated = value_of(tag, name).and_then(|count| count.parse().ok());
    stated.unwrap_or(1)
}

/// Returns the cells of a range, if they are of this sheet.
pub(super) fn address_of(tag: &BytesStart<'_>, sheet: &str) -> Option<RangeAddress> {
    let address = RangeAddress::parse(&value_of(tag, "table:target-range-address")?)?;
    address.is_of(sheet).then_some(address)
}
