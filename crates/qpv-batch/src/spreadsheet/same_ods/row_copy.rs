//! A row of an ODS book, copied once or several times, with cells behind it or without.

use std::collections::VecDeque;
use std::io::{BufRead, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesStart, Event};

use super::cell_xml::{EMPTY_CELL, cell_xml};
use super::sheet_cursor::{SheetCursor, Spot};
use super::sheet_plan::{repeats, value_of};
use super::{CONTENT, FORMAT};
use crate::error::BatchError;
use crate::spreadsheet::added_columns::CellContent;
use crate::spreadsheet::limits::PartReader;
use crate::spreadsheet::rewriting::{tag_xml, with_value, without};

const COLUMNS_REPEATED: &str = "table:number-columns-repeated";
const ROWS_REPEATED: &str = "table:number-rows-repeated";
/// Bytes of the XML of a row, which is held while its answers come: its texts have 4 MiB at most.
const MAX_ROW_BYTES: usize = 64 << 20;

/// A row as it is stored: for as many rows as it is repeated.
pub(super) struct StoredRow {
    tag: BytesStart<'static>,
    /// The rows that it stands for, from 0: those that are not written yet.
    pub(super) next: u64,
    pub(super) end: u64,
    /// The XML of the cells before the added ones, and the columns that they take.
    before: Vec<u8>,
    columns_before: u64,
    /// The cells without a value where the added ones come, and behind.
    behind: Vec<EmptyCell>,
    /// The style of the last cell before the added ones that has any.
    last_style: Option<String>,
}

/// Cells without a value.
struct EmptyCell {
    tag: BytesStart<'static>,
    column: u64,
    end: u64,
}

/// Cells that are added to a row.
pub(super) struct RowCells<'a> {
    pub(super) cells: VecDeque<(u64, CellContent)>,
    /// The first of the added columns, and the one behind the last.
    pub(super) first_column: u64,
    pub(super) end_column: u64,
    /// The style of titles where those of the list have none.
    pub(super) title_style: &'a str,
}

impl StoredRow {
    /// Reads a row whose tag was read, up to its end. Added cells begin at `first_column`.
    pub(super) fn read(
        reader: &mut PartReader<impl BufRead>,
        cursor: &mut SheetCursor,
        tag: BytesStart<'static>,
        is_empty: bool,
        first_column: u64,
    ) -> Result<Self, BatchError> {
        let mut row = Self {
            tag,
            next: 0,
            end: 0,
            before: vec![],
            columns_before: 0,
            behind: vec![],
            last_style: None,
        };
        let (mut column, mut is_behind, mut is_open) = (0u64, false, !is_empty);
        while is_open {
            let Some((event, place)) = reader.next_event()? else {
                return Err(cut_off());
            };
            let spot = cursor.event(&event, place);
            match (&event, spot) {
                (_, Spot::RowEnd) => {
                    is_open = false;
                    continue;
                }
                (Event::Start(tag) | Event::Empty(tag), Spot::Cell) => {
                    let end = column.saturating_add(repeats(tag, COLUMNS_REPEATED));
                    is_behind = end > first_column;
                    if is_behind {
                        row.split(tag, column, end, first_column);
                    } else {
                        // The style of the last title is that of the added ones.
                        row.columns_before = end;
                        row.last_style = value_of(tag, "table:style-name").or(row.last_style);
                    }
                    column = end;
                }
                _ => {}
            }
            // What stands behind has no content: the plan has left all that has any before.
            let is_cell = matches!(spot, Spot::Cell | Spot::InCell | Spot::CellEnd);
            if !(is_behind && is_cell) {
                let mut writer = Writer::new(&mut row.before);
                writer.write_event(event).map_err(BatchError::Write)?;
            }
            if row.before.len() > MAX_ROW_BYTES {
                return Err(BatchError::BookLimit {
                    part: CONTENT.to_owned(),
                    fault: "a row of more than 64 MiB".to_owned(),
                });
            }
        }
        Ok(row)
    }

    /// Keeps cells apart that begin before the added ones and end behind their beginning.
    fn split(&mut self, tag: &BytesStart<'_>, column: u64, end: u64, first_column: u64) {
        if column < first_column {
            let before = repeated(tag, COLUMNS_REPEATED, first_column - column);
            self.before.extend(tag_xml(&before, true).into_bytes());
            self.columns_before = first_column;
        }
        self.behind.push(EmptyCell {
            tag: tag.to_owned(),
            column: column.max(first_column),
            end,
        });
    }

    /// Returns the bytes that writing it once takes, without what is added.
    pub(super) fn bytes(&self) -> u64 {
        self.before.len() as u64
    }

    /// Writes it as it was, for so many rows.
    pub(super) fn write_plain(&self, output: &mut impl Write, rows: u64) -> Result<(), BatchError> {
        let mut xml = tag_xml(&repeated(&self.tag, ROWS_REPEATED, rows), false);
        output
            .write_all(xml.as_bytes())
            .map_err(BatchError::Write)?;
        output.write_all(&self.before).map_err(BatchError::Write)?;
        xml.clear();
        for cell in &self.behind {
            push_rest(&mut xml, cell, cell.column);
        }
        self.end_row(output, xml)
    }

    /// Writes it for one row, with cells behind.
    pub(super) fn write_with(
        &self,
        output: &mut impl Write,
        mut added: RowCells<'_>,
    ) -> Result<(), BatchError> {
        let mut xml = tag_xml(&repeated(&self.tag, ROWS_REPEATED, 1), false);
        output
            .write_all(xml.as_bytes())
            .map_err(BatchError::Write)?;
        output.write_all(&self.before).map_err(BatchError::Write)?;
        xml.clear();
        // A row may end before the widest one does.
        let gap = added.first_column.saturating_sub(self.columns_before);
        if gap > 0 {
            let cell = BytesStart::new("table:table-cell");
            xml.push_str(&tag_xml(&repeated(&cell, COLUMNS_REPEATED, gap), true));
        }
        let mut behind = self.behind.iter().peekable();
        for column in added.first_column..added.end_column {
            behind.next_if(|cell| cell.end <= column);
            // Borders that were drawn for answers stay around them.
            let own = behind.peek().filter(|cell| cell.column <= column);
            let own = own.and_then(|cell| value_of(&cell.tag, "table:style-name"));
            match added.cells.front() {
                Some((at, content)) if *at == column => {
                    let style = match content {
                        CellContent::Title(_) => self
                            .last_style
                            .as_deref()
                            .or(own.as_deref())
                            .or(Some(added.title_style)),
                        _ => own.as_deref(),
                    };
                    xml.push_str(&cell_xml(style, content));
                    added.cells.pop_front();
                }
                // Left out, the next answer would stand in its place.
                _ => xml.push_str(&empty_xml(own.as_deref())),
            }
        }
        for cell in behind {
            push_rest(&mut xml, cell, added.end_column);
        }
        self.end_row(output, xml)
    }

    fn end_row(&self, output: &mut impl Write, mut xml: String) -> Result<(), BatchError> {
        xml.push_str("</");
        xml.push_str(self.tag.name().as_ref());
        xml.push('>');
        output.write_all(xml.as_bytes()).map_err(BatchError::Write)
    }
}

/// Writes what of some empty cells stands from this column on.
fn push_rest(xml: &mut String, cell: &EmptyCell, from: u64) {
    let rest = cell.end.saturating_sub(cell.column.max(from));
    if rest > 0 {
        xml.push_str(&tag_xml(&repeated(&cell.tag, COLUMNS_REPEATED, rest), true));
    }
}

fn empty_xml(style: Option<&str>) -> String {
    let Some(style) = style else {
        return EMPTY_CELL.to_owned();
    };
    let cell = BytesStart::new("table:table-cell");
    tag_xml(&cell.with_attributes([("table:style-name", style)]), true)
}

/// Returns the tag with another number of repeats.
pub(super) fn repeated(tag: &BytesStart<'_>, name: &str, times: u64) -> BytesStart<'static> {
    let has_it = tag.try_get_attribute(name).ok().flatten().is_some();
    match (times, has_it) {
        // Programs write no count of one.
        (1, true) => without(tag, name),
        (1, false) => tag.to_owned(),
        (_, true) => with_value(tag, name, &times.to_string()),
        (_, false) => {
            let mut tag = tag.to_owned();
            tag.push_attribute((name, times.to_string().as_str()));
            tag
        }
    }
}

fn cut_off() -> BatchError {
    BatchError::NotSheet(FORMAT, format!("{CONTENT} is cut off"))
}
