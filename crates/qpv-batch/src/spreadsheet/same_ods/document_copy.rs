//! The document of an ODS book copied as it is, with cells added behind the rows of one sheet.

use std::collections::VecDeque;
use std::io::{BufRead, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesStart, Event};

use super::FORMAT;
use super::added_styles::AddedStyles;
use super::row_copy::{RowCells, StoredRow, repeated};
use super::sheet_cursor::{SheetCursor, Spot};
use super::sheet_plan::{SheetPlan, address_of, repeats};
use crate::error::BatchError;
use crate::spreadsheet::added_columns::{CellContent, CopiedSheet};
use crate::spreadsheet::limits::{MAX_SHEET_TEXT_BYTES, PartReader};
use crate::spreadsheet::rewriting::{tag_xml, with_value, without};

/// The meanings of the prefixes that added elements have.
const PREFIXES: [(&str, &str); 5] = [
    (
        "xmlns:office",
        "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    ),
    (
        "xmlns:table",
        "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    ),
    (
        "xmlns:text",
        "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    ),
    (
        "xmlns:style",
        "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    ),
    (
        "xmlns:fo",
        "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    ),
];
const COLUMNS_REPEATED: &str = "table:number-columns-repeated";

/// The columns of the sheet, as far as they are copied.
#[derive(Debug, Default)]
struct ColumnsCopy {
    /// The column that the next tag begins, from 0.
    next: u64,
    /// True once the added ones are written.
    has_added: bool,
}

/// The copy of a document, row by row of its sheet.
pub(super) struct DocumentCopy<'a, I, W: Write> {
    reader: PartReader<I>,
    output: Writer<W>,
    cursor: SheetCursor,
    plan: SheetPlan,
    styles: &'a AddedStyles,
    /// The row that the next tag of a row begins, from 0.
    next_row: u64,
    /// The row whose answers come.
    stored: Option<StoredRow>,
    /// Bytes of rows that were stored once and written several times.
    repeated_bytes: u64,
    columns: ColumnsCopy,
    has_styles: bool,
    is_behind_sheet: bool,
}

impl<'a, I: BufRead, W: Write> DocumentCopy<'a, I, W> {
    /// Copies from the beginning of a document.
    pub(super) fn new(
        reader: PartReader<I>,
        output: W,
        plan: SheetPlan,
        styles: &'a AddedStyles,
    ) -> Self {
        Self {
            reader,
            output: Writer::new(output),
            cursor: SheetCursor::new(plan.sheet),
            plan,
            styles,
            next_row: 0,
            stored: None,
            repeated_bytes: 0,
            columns: ColumnsCopy::default(),
            has_styles: false,
            is_behind_sheet: false,
        }
    }

    /// Copies the rest, with one more sheet behind the others.
    pub(super) fn finish(mut self, sheet_xml: &str) -> Result<(), BatchError> {
        self.end_stored()?;
        self.copy_to(None, sheet_xml)?;
        self.output.get_mut().flush().map_err(BatchError::Write)
    }

    /// Writes the rows that are left of the stored one.
    fn end_stored(&mut self) -> Result<(), BatchError> {
        match self.stored.take() {
            Some(row) if row.next < row.end => {
                row.write_plain(self.output.get_mut(), row.end - row.next)
            }
            _ => Ok(()),
        }
    }

    /// Copies up to the row at a place, which is stored then, or to the end.
    fn copy_to(&mut self, wanted: Option<u64>, sheet_xml: &str) -> Result<(), BatchError> {
        // Its counts are known at the end alone.
        let mut sheet_xml = Some(sheet_xml).filter(|_| wanted.is_none());
        while let Some((event, place)) = self.reader.next_event()? {
            let spot = self.cursor.event(&event, place);
            // An edit is what stands before an event, and what stands in its place.
            let mut before = String::new();
            let mut instead = None;
            let (tag, is_empty) = match &event {
                Event::Start(tag) => (Some(tag), false),
                Event::Empty(tag) => (Some(tag), true),
                _ => (None, false),
            };
            match (spot, tag) {
                (Spot::Root, Some(tag)) => {
                    instead = Some(tag_xml(&with_prefixes(tag), is_empty));
                }
                (Spot::StylesEnd { is_empty: true }, _) => {
                    self.has_styles = true;
                    instead = Some(styles_element(self.styles));
                }
                (Spot::StylesEnd { is_empty: false }, _) => {
                    self.has_styles = true;
                    before = self.styles.styles_xml();
                }
                (Spot::Body, _) if !self.has_styles => before = styles_element(self.styles),
                (Spot::Sheet, Some(tag)) if self.plan.is_hidden => {
                    // It has the answers that somebody asked for.
                    instead = Some(tag_xml(&without(tag, "table:style-name"), is_empty));
                }
                // Other sheets may follow; what names ranges comes behind all of them.
                (Spot::SheetEnd, _) => self.is_behind_sheet = true,
                (Spot::BesideSheets | Spot::SheetsEnd, _) if self.is_behind_sheet => {
                    before.push_str(sheet_xml.take().unwrap_or_default());
                }
                (Spot::Range, Some(tag)) => {
                    instead =
                        reaching(tag, &self.plan, self.styles).map(|tag| tag_xml(&tag, is_empty));
                }
                (Spot::Column, Some(tag)) => {
                    let first_column = self.plan.first_column;
                    instead = self.columns.around_added(tag, first_column, self.styles);
                }
                (Spot::AroundRows, _) => {
                    before = self.columns.missing(self.plan.first_column, self.styles);
                }
                (Spot::Row, Some(tag)) => {
                    let first = self.next_row;
                    let end = first.saturating_add(repeats(tag, "table:number-rows-repeated"));
                    self.next_row = end;
                    let columns = self.columns.missing(self.plan.first_column, self.styles);
                    if wanted.is_some_and(|row| (first..end).contains(&row)) {
                        let tag = tag.to_owned();
                        write(&mut self.output, &columns)?;
                        let first_column = self.plan.first_column;
                        let (reader, cursor) = (&mut self.reader, &mut self.cursor);
                        let mut row = StoredRow::read(reader, cursor, tag, is_empty, first_column)?;
                        (row.next, row.end) = (first, end);
                        self.stored = Some(row);
                        return Ok(());
                    }
                    before = columns;
                }
                _ => {}
            }
            write(&mut self.output, &before)?;
            match instead {
                Some(xml) => write(&mut self.output, &xml)?,
                None => self.output.write_event(event).map_err(BatchError::Write)?,
            }
        }
        Ok(())
    }
}

impl<I: BufRead, W: Write> CopiedSheet for DocumentCopy<'_, I, W> {
    fn add(&mut self, row: u64, cells: VecDeque<(u64, CellContent)>) -> Result<(), BatchError> {
        // The next row may be one of those that are stored together.
        if self.stored.as_ref().is_none_or(|stored| stored.end <= row) {
            self.end_stored()?;
            self.copy_to(Some(row), "")?;
        }
        let stored = self.stored.as_mut();
        let Some(stored) = stored.filter(|stored| stored.next <= row) else {
            return Err(BatchError::NotSheet(
                FORMAT,
                format!("row {} stands in another place than its cells", row + 1),
            ));
        };
        self.repeated_bytes += stored.bytes();
        // A few bytes may stand for a million rows.
        if self.repeated_bytes > MAX_SHEET_TEXT_BYTES {
            return Err(BatchError::BookLimit {
                part: self.plan.sheet_name.clone(),
                fault: "rows of more than 2 GiB, each counted that repeats another".to_owned(),
            });
        }
        let output = self.output.get_mut();
        if stored.next < row {
            stored.write_plain(output, row - stored.next)?;
        }
        stored.next = row + 1;
        let added = RowCells {
            cells,
            first_column: self.plan.first_column,
            end_column: self.plan.first_column + self.styles.columns(),
            title_style: self.styles.title(),
        };
        stored.write_with(output, added)
    }
}

impl ColumnsCopy {
    /// Returns what stands in the place of a tag of columns; `None` to keep it. The added ones are in sight, whatever was set for
    /// their places: people hide all columns behind a list.
    fn around_added(
        &mut self,
        tag: &BytesStart<'_>,
        first: u64,
        styles: &AddedStyles,
    ) -> Option<String> {
        let column = self.next;
        let end = column.saturating_add(repeats(tag, COLUMNS_REPEATED));
        self.next = end;
        if end <= first {
            return None;
        }
        let mut xml = String::new();
        if column < first {
            let before = repeated(tag, COLUMNS_REPEATED, first - column);
            xml.push_str(&tag_xml(&before, true));
        }
        // Several tags may stand where the added ones come.
        if !self.has_added {
            self.has_added = true;
            xml.push_str(&styles.columns_xml());
        }
        let behind = column.max(first + styles.columns());
        if behind < end {
            let rest = repeated(tag, COLUMNS_REPEATED, end - behind);
            xml.push_str(&tag_xml(&rest, true));
        }
        Some(xml)
    }

    /// Returns the added columns, where those of the sheet end before their place.
    fn missing(&mut self, first: u64, styles: &AddedStyles) -> String {
        if self.has_added {
            return String::new();
        }
        self.has_added = true;
        let mut xml = String::new();
        if self.next < first {
            let column = BytesStart::new("table:table-column");
            let gap = repeated(&column, COLUMNS_REPEATED, first - self.next);
            xml.push_str(&tag_xml(&gap, true));
        }
        xml + &styles.columns_xml()
    }
}

/// Returns the first tag with the meanings of all prefixes that added elements have.
fn with_prefixes(tag: &BytesStart<'_>) -> BytesStart<'static> {
    let mut changed = tag.to_owned();
    for (prefix, meaning) in PREFIXES {
        if tag.try_get_attribute(prefix).ok().flatten().is_none() {
            changed.push_attribute((prefix, meaning));
        }
    }
    changed
}

/// Returns the added styles, for a document that has none.
fn styles_element(styles: &AddedStyles) -> String {
    let styles = styles.styles_xml();
    format!("<office:automatic-styles>{styles}</office:automatic-styles>")
}

/// Returns the tag of the range that is the list as one that reaches over the added columns; `None` for any other.
fn reaching(
    tag: &BytesStart<'_>,
    plan: &SheetPlan,
    styles: &AddedStyles,
) -> Option<BytesStart<'static>> {
    let address = address_of(tag, &plan.sheet_name)?;
    let last = (plan.first_column + styles.columns()).saturating_sub(1);
    let reaching = address.up_to(last);
    plan.is_list(&address)
        .then(|| with_value(tag, "table:target-range-address", &reaching))
}

fn write(output: &mut Writer<impl Write>, xml: &str) -> Result<(), BatchError> {
    output
        .get_mut()
        .write_all(xml.as_bytes())
        .map_err(BatchError::Write)
}
