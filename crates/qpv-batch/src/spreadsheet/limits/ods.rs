//! The content of an ODS book, all of which is held: each cell as often as it is repeated.

use quick_xml::events::{BytesStart, Event};

use super::{
    EventPlace, MAX_COLUMNS, MAX_ROW_TEXT_BYTES, MAX_ROWS, OpenCell, XmlCheck, XmlFault, attribute,
    repeats,
};

/// Bytes of a cell in the copies that `calamine` makes: a value and a formula, growing by doubling, then both again
/// in the used part of the sheet.
const CELL_BYTES: u64 = 144;
/// Copies of a text, and the least that the allocator takes for one.
const TEXT_COPIES: u64 = 2;
const MIN_TEXT_BYTES: u64 = 32;
/// Bytes held of a style or a named range, besides what is written of it.
const RECORD_BYTES: u64 = 128;

/// The check of the content.
pub(super) struct ContentCheck {
    /// Parts other than the content are held as they are.
    is_content: bool,
    is_in_table: bool,
    sheet: String,
    /// Rows of the sheet up to the last one with a value, and the empty ones behind it.
    rows: u64,
    empty_rows: u64,
    /// Columns of the widest row.
    columns: u64,
    /// Cells written in the sheet, columns repeated and rows not.
    cells: u64,
    row: RowSize,
    cell: Option<OpenCell>,
    cell_repeats: u64,
    /// Bytes of the text of the cell.
    text_bytes: u64,
    is_filled: bool,
}

/// The row being read.
#[derive(Default)]
struct RowSize {
    repeats: u64,
    columns: u64,
    empty_columns: u64,
    text_bytes: u64,
    /// Bytes held of its texts.
    held_bytes: u64,
}

impl ContentCheck {
    /// Returns the check of the part of this name; `None` when it is never read.
    pub(super) fn new(part: &str) -> Option<Self> {
        let is_read = ["content.xml", "meta.xml", "META-INF/manifest.xml"].contains(&part);
        is_read.then(|| Self {
            is_content: part == "content.xml",
            is_in_table: false,
            sheet: String::new(),
            rows: 0,
            empty_rows: 0,
            columns: 0,
            cells: 0,
            row: RowSize::default(),
            cell: None,
            cell_repeats: 1,
            text_bytes: 0,
            is_filled: false,
        })
    }

    fn open(
        &mut self,
        tag: &BytesStart<'_>,
        place: EventPlace,
        held: &mut u64,
    ) -> Result<(), XmlFault> {
        match tag.name().as_ref() {
            // `calamine` would take the cells of the inner one for those of the outer one.
            "table:table" | "table:table-row" | "table:table-cell" | "table:covered-table-cell"
                if self.cell.is_some() =>
            {
                return Err(XmlFault::Part("a table in a cell".to_owned()));
            }
            "table:table" if self.is_in_table => {
                return Err(XmlFault::Part("a table in a table".to_owned()));
            }
            "table:table" => {
                self.is_in_table = true;
                self.sheet = attribute(tag, "table:name")?.unwrap_or_default();
                (self.rows, self.empty_rows, self.columns, self.cells) = (0, 0, 0, 0);
                *held += RECORD_BYTES + place.bytes;
            }
            "table:table-row" => {
                self.row = RowSize {
                    repeats: repeats(tag, "table:number-rows-repeated")?,
                    ..RowSize::default()
                };
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.cell_repeats = repeats(tag, "table:number-columns-repeated")?;
                (self.text_bytes, self.is_filled) = (0, false);
                for found in tag.attributes().with_checks(false) {
                    let found = found?;
                    match found.key.as_ref() {
                        "table:formula"
                        | "office:string-value"
                        | "office:date-value"
                        | "office:time-value" => {
                            self.is_filled = true;
                            self.text_bytes += found.value.len() as u64;
                        }
                        // A style alone makes no value.
                        name if name.starts_with("office:") || name.starts_with("calcext:") => {
                            self.is_filled = true;
                        }
                        _ => {}
                    }
                }
                self.cell = Some(OpenCell {
                    depth: place.depth,
                    bytes: 0,
                });
            }
            "style:style" | "table:named-range" | "table:named-expression" => {
                *held += RECORD_BYTES + place.bytes;
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str, held: &mut u64) -> Result<(), XmlFault> {
        match name {
            "table:table-row" => self.close_row(held),
            // The sheet is copied into the rectangle that is used.
            "table:table" => {
                self.is_in_table = false;
                let area = self.rows.saturating_mul(self.columns).max(self.cells);
                *held = held.saturating_add(area.saturating_mul(CELL_BYTES));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn close_cell(&mut self, held: &mut u64) -> Result<(), XmlFault> {
        let row = &mut self.row;
        // Empty cells count once others follow.
        let before = std::mem::take(&mut row.empty_columns);
        if !self.is_filled {
            row.empty_columns = before.saturating_add(self.cell_repeats);
            return Ok(());
        }
        row.columns = row
            .columns
            .saturating_add(before)
            .saturating_add(self.cell_repeats);
        if row.columns > MAX_COLUMNS {
            return Err(self.fault("its place is beyond the last column of a sheet, XFD"));
        }
        row.text_bytes += self.text_bytes * self.cell_repeats;
        if row.text_bytes > MAX_ROW_TEXT_BYTES as u64 {
            return Err(self.fault("more than 4 MiB of text in a row"));
        }
        if self.text_bytes > 0 {
            row.held_bytes += self.text_bytes.max(MIN_TEXT_BYTES) * TEXT_COPIES * self.cell_repeats;
        }
        // Before the end of the sheet: the first row alone may be too much.
        if row.held_bytes > super::MAX_HELD_BYTES {
            *held = row.held_bytes;
        }
        Ok(())
    }

    fn close_row(&mut self, held: &mut u64) -> Result<(), XmlFault> {
        let row = std::mem::take(&mut self.row);
        self.cells += row.columns + row.empty_columns.min(MAX_COLUMNS);
        // Empty rows are copied only once a value follows.
        if row.columns == 0 {
            self.empty_rows = self.empty_rows.saturating_add(row.repeats);
            return Ok(());
        }
        self.rows = self
            .rows
            .saturating_add(std::mem::take(&mut self.empty_rows))
            .saturating_add(row.repeats);
        if self.rows > MAX_ROWS {
            return Err(self.fault("its place is beyond the last row of a sheet, 1048576"));
        }
        self.columns = self.columns.max(row.columns);
        *held = held.saturating_add(row.held_bytes.saturating_mul(row.repeats));
        Ok(())
    }

    fn fault(&self, fault: &'static str) -> XmlFault {
        let row = self.rows.saturating_add(self.empty_rows).saturating_add(1);
        XmlFault::Cell(self.sheet.clone(), row, self.row.columns.max(1), fault)
    }
}

impl XmlCheck for ContentCheck {
    fn event(
        &mut self,
        event: &Event<'_>,
        place: EventPlace,
        held: &mut u64,
    ) -> Result<(), XmlFault> {
        if !self.is_content {
            *held = held.saturating_add(place.bytes);
            return Ok(());
        }
        match event {
            Event::Start(tag) => self.open(tag, place, held)?,
            Event::Empty(tag) => {
                let was_in_cell = self.cell.is_some();
                self.open(tag, place, held)?;
                if !was_in_cell && self.cell.take().is_some() {
                    self.close_cell(held)?;
                } else {
                    self.close(tag.name().as_ref(), held)?;
                }
            }
            Event::End(tag) if self.cell.is_none() => self.close(tag.name().as_ref(), held)?,
            Event::Text(text) if self.cell.is_some() => self.text_bytes += text.len() as u64,
            Event::CData(text) if self.cell.is_some() => self.text_bytes += text.len() as u64,
            // A character reference: four bytes at most.
            Event::GeneralRef(_) if self.cell.is_some() => self.text_bytes += 4,
            _ => {}
        }
        let ended = match &mut self.cell {
            Some(cell) => cell.add(event, place).map_err(|fault| self.fault(fault))?,
            None => false,
        };
        if ended {
            self.cell = None;
            self.close_cell(held)?;
        }
        Ok(())
    }
}
