//! The document of an ODS book, event by event: sheets, rows, cells, paragraphs.
//!
//! Of a cell only its own paragraphs are its text: comments, drawings and notes within it are passed over, and so is all
//! that is no row in a sheet, changes that are recorded, and sheets within other elements.

use std::collections::HashSet;

use calamine::Data;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::super::limits::{
    EventPlace, MAX_CELL_CHARS, MAX_CELLS, MAX_COLUMNS, MAX_ROW_TEXT_BYTES, MAX_ROWS,
    MAX_SHEET_TEXT_BYTES, OpenCell, XmlFault, attribute, check_held, count,
};
use super::super::rows::{MANY_CELLS, MUCH_TEXT};
use super::value::{CellTag, value};
use crate::rows::{Row, is_empty, text_bytes};

/// Elements of a paragraph whose text is not its own.
const ASIDES: [&str; 4] = [
    "office:annotation",
    "text:note",
    "text:ruby-text",
    "draw:frame",
];
/// Bytes held of the name of a hidden style or of a sheet, besides the name.
const RECORD_BYTES: u64 = 128;

/// What was found in the document.
pub(super) enum Found {
    /// The beginning of a sheet.
    Sheet { name: String, is_hidden: bool },
    /// A row with something in it, how often it stands there, and the columns of its cells that are merged over so many rows.
    Row {
        row: Row,
        repeats: u64,
        merged: Vec<(usize, u64)>,
    },
    /// The end of a sheet.
    SheetEnd,
}

/// The place in the document, and what is read of the cell there.
#[derive(Default)]
pub(super) struct Content {
    /// The depth of the element of all sheets.
    spreadsheet_depth: Option<usize>,
    /// The style being read.
    style: Option<String>,
    hidden_styles: HashSet<String>,
    held_bytes: u64,
    sheet: Option<OpenSheet>,
    row: Option<OpenRow>,
    cell: Option<OpenCell>,
    tag: CellTag,
    text: CellText,
    /// The depth of an element whose content is passed over.
    skipped_depth: Option<usize>,
}

struct OpenSheet {
    depth: usize,
    name: String,
    /// The row that comes next, from 0.
    next_row: u64,
}

struct OpenRow {
    depth: usize,
    repeats: u64,
    values: Vec<Data>,
    /// The columns of cells merged over so many rows.
    merged: Vec<(usize, u64)>,
    /// Empty cells behind the last value.
    empty_columns: u64,
    text_bytes: u64,
}

impl Content {
    /// Returns whether sheets may have been found.
    pub(super) fn is_spreadsheet(&self) -> bool {
        self.spreadsheet_depth.is_some()
    }

    /// Returns whether rows may follow.
    pub(super) fn is_in_sheet(&self) -> bool {
        self.sheet.is_some()
    }

    /// Takes the next event.
    pub(super) fn event(
        &mut self,
        event: &Event<'_>,
        place: EventPlace,
    ) -> Result<Option<Found>, XmlFault> {
        if let Some(cell) = &mut self.cell
            && let Err(fault) = cell.add(event, place)
        {
            return Err(self.fault(fault));
        }
        // Nothing within counts, rows and paragraphs included.
        if let Some(depth) = self.skipped_depth {
            if matches!(event, Event::End(_)) && place.depth <= depth {
                self.skipped_depth = None;
            }
            return Ok(None);
        }
        match event {
            Event::Start(tag) => self.open(tag, place.depth),
            Event::Empty(tag) => {
                let found = self.open(tag, place.depth)?;
                // It has no content to be passed over.
                if self.skipped_depth.take().is_some() {
                    return Ok(found);
                }
                Ok(found.or(self.close(place.depth)?))
            }
            Event::End(_) => self.close(place.depth),
            Event::Text(text) => {
                self.text.push(&text.xml10_content());
                Ok(None)
            }
            Event::CData(text) => {
                self.text.push(&text.xml10_content());
                Ok(None)
            }
            Event::GeneralRef(reference) => self.refer(reference).map(|()| None),
            _ => Ok(None),
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>, depth: usize) -> Result<Option<Found>, XmlFault> {
        let name = tag.name();
        if self.text.is_open() {
            self.open_in_paragraph(tag, depth)?;
        } else if self.cell.is_some() {
            match name.as_ref() {
                // Those of comments and drawings are deeper.
                "text:p" | "text:h" => self.text.open(depth),
                // Its cells belong to no row of the sheet.
                "table:table" => return Err(XmlFault::Part("a table in a cell".to_owned())),
                _ => self.skipped_depth = Some(depth),
            }
        } else if self.row.is_some() {
            match name.as_ref() {
                "table:table-cell" | "table:covered-table-cell" => {
                    self.tag = CellTag::new(tag)?;
                    self.text.clear();
                    self.cell = Some(OpenCell { depth, bytes: 0 });
                }
                _ => self.skipped_depth = Some(depth),
            }
        } else if self.sheet.is_some() {
            self.open_in_sheet(tag, depth)?;
        } else {
            return self.open_outside(tag, depth);
        }
        Ok(None)
    }

    fn open_in_paragraph(&mut self, tag: &BytesStart<'_>, depth: usize) -> Result<(), XmlFault> {
        match tag.name().as_ref() {
            // XML makes one blank of several, so that they are counted.
            "text:s" => {
                let spaces = match attribute(tag, "text:c")? {
                    Some(text) => count("text:c", &text)?,
                    None => 1,
                };
                match usize::try_from(spaces) {
                    Ok(spaces) if spaces <= MAX_CELL_CHARS => {
                        self.text.push_blanks(" ", spaces);
                    }
                    _ => return Err(self.fault("more than 32,767 characters")),
                }
            }
            "text:tab" => self.text.push_blanks("\t", 1),
            "text:line-break" => self.text.push_blanks("\n", 1),
            name if ASIDES.contains(&name) => self.skipped_depth = Some(depth),
            _ => {}
        }
        Ok(())
    }

    fn open_in_sheet(&mut self, tag: &BytesStart<'_>, depth: usize) -> Result<(), XmlFault> {
        match tag.name().as_ref() {
            "table:table-row" => {
                let repeats = match attribute(tag, "table:number-rows-repeated")? {
                    Some(text) => count("table:number-rows-repeated", &text)?,
                    None => 1,
                };
                self.row = Some(OpenRow {
                    depth,
                    repeats,
                    values: vec![],
                    merged: vec![],
                    empty_columns: 0,
                    text_bytes: 0,
                });
            }
            // Around rows.
            "table:table-row-group" | "table:table-header-rows" | "table:table-rows" => {}
            _ => self.skipped_depth = Some(depth),
        }
        Ok(())
    }

    fn open_outside(
        &mut self,
        tag: &BytesStart<'_>,
        depth: usize,
    ) -> Result<Option<Found>, XmlFault> {
        match tag.name().as_ref() {
            "style:style" => self.style = attribute(tag, "style:name")?,
            "style:table-properties" => {
                let is_hidden = attribute(tag, "table:display")?.as_deref() == Some("false");
                if let (true, Some(style)) = (is_hidden, self.style.take()) {
                    self.held_bytes += RECORD_BYTES + style.len() as u64;
                    check_held(self.held_bytes)?;
                    self.hidden_styles.insert(style);
                }
            }
            "office:spreadsheet" => self.spreadsheet_depth = Some(depth),
            "table:table" if self.spreadsheet_depth == Some(depth - 1) => {
                let name = attribute(tag, "table:name")?.unwrap_or_default();
                let style = attribute(tag, "table:style-name")?;
                self.held_bytes += RECORD_BYTES + 2 * name.len() as u64;
                check_held(self.held_bytes)?;
                self.sheet = Some(OpenSheet {
                    depth,
                    name: name.clone(),
                    next_row: 0,
                });
                let is_hidden = style.is_some_and(|style| self.hidden_styles.contains(&style));
                return Ok(Some(Found::Sheet { name, is_hidden }));
            }
            // Changes that are recorded, and tables of other files.
            _ if self.spreadsheet_depth == Some(depth - 1) => self.skipped_depth = Some(depth),
            _ => {}
        }
        Ok(None)
    }

    fn close(&mut self, depth: usize) -> Result<Option<Found>, XmlFault> {
        if self.text.close(depth) {
            return Ok(None);
        }
        if self.cell.take_if(|cell| cell.depth == depth).is_some() {
            self.close_cell()?;
        } else if let Some(row) = self.row.take_if(|row| row.depth == depth) {
            return self.close_row(row);
        } else if self.sheet.take_if(|sheet| sheet.depth == depth).is_some() {
            return Ok(Some(Found::SheetEnd));
        }
        Ok(None)
    }

    fn close_cell(&mut self) -> Result<(), XmlFault> {
        let value = value(&self.tag, self.text.as_str()).map_err(|fault| self.fault(fault))?;
        let repeats = self.tag.repeats;
        let row = self.row.as_mut().expect("a cell is in a row");
        // Empty cells count once others follow.
        if is_empty(&value) {
            row.empty_columns = row.empty_columns.saturating_add(repeats);
            return Ok(());
        }
        let columns = (row.values.len() as u64)
            .saturating_add(row.empty_columns)
            .saturating_add(repeats);
        if columns > MAX_COLUMNS {
            return Err(self.fault("its place is beyond the last column of a sheet, XFD"));
        }
        row.text_bytes += text_bytes(&value) as u64 * repeats;
        if row.text_bytes > MAX_ROW_TEXT_BYTES as u64 {
            return Err(self.fault("more than 4 MiB of text in a row"));
        }
        // Empty cells take no memory until a value follows.
        let empty_columns = place(std::mem::take(&mut row.empty_columns));
        row.values
            .resize(row.values.len() + empty_columns, Data::Empty);
        if self.tag.rows > 1 {
            row.merged.push((row.values.len(), self.tag.rows));
        }
        row.values.resize(place(columns), value);
        Ok(())
    }

    fn close_row(&mut self, row: OpenRow) -> Result<Option<Found>, XmlFault> {
        let sheet = self.sheet.as_mut().expect("a row is in a sheet");
        let index = sheet.next_row;
        let end = index.saturating_add(row.repeats);
        if row.values.is_empty() || row.repeats == 0 {
            sheet.next_row = end;
            return Ok(None);
        }
        // Empty rows may be repeated up to any number: spreadsheets write them to the end of the sheet.
        if end > MAX_ROWS {
            return Err(self.fault("its place is beyond the last row of a sheet, 1048576"));
        }
        // Before the row is given that often: a few bytes could take hours.
        let (columns, repeats) = (row.values.len() as u64, row.repeats);
        if columns.saturating_mul(repeats) > MAX_CELLS {
            return Err(self.fault(MANY_CELLS));
        }
        if row.text_bytes.saturating_mul(repeats) > MAX_SHEET_TEXT_BYTES {
            return Err(self.fault(MUCH_TEXT));
        }
        sheet.next_row = end;
        Ok(Some(Found::Row {
            row: Row::new(index, row.values),
            repeats: row.repeats,
            merged: row.merged,
        }))
    }

    /// Takes a reference to a character.
    fn refer(&mut self, reference: &BytesRef<'_>) -> Result<(), XmlFault> {
        let name: &str = reference;
        let known = quick_xml::escape::resolve_predefined_entity(name);
        match (known, reference.resolve_char_ref()) {
            (Some(text), _) => self.text.push_literal(text),
            (None, Ok(Some(character))) => {
                self.text.push_literal(character.encode_utf8(&mut [0; 4]));
            }
            (None, Ok(None)) => {
                return Err(XmlFault::Part(format!("the unknown entity {name}")));
            }
            (None, Err(fault)) => return Err(XmlFault::Part(fault.to_string())),
        }
        Ok(())
    }

    fn fault(&self, fault: &'static str) -> XmlFault {
        let (sheet, row) = match &self.sheet {
            Some(sheet) => (sheet.name.clone(), sheet.next_row.saturating_add(1)),
            None => (String::new(), 1),
        };
        let column = self.row.as_ref().map_or(1, |row| {
            (row.values.len() as u64)
                .saturating_add(row.empty_columns)
                .saturating_add(1)
        });
        XmlFault::Cell(sheet, row, column.min(MAX_COLUMNS + 1), fault)
    }
}

/// The paragraphs of a cell, a line each.
#[derive(Default)]
struct CellText {
    text: String,
    /// The depth of the paragraph being read, and where it begins in the text.
    open: Option<(usize, usize)>,
    has_paragraph: bool,
    /// Line ends of the XML were passed over, which are a blank at most.
    has_line_end: bool,
}

impl CellText {
    fn as_str(&self) -> &str {
        &self.text
    }

    fn clear(&mut self) {
        self.text.clear();
        (self.open, self.has_paragraph) = (None, false);
    }

    fn is_open(&self) -> bool {
        self.open.is_some()
    }

    fn open(&mut self, depth: usize) {
        if self.has_paragraph {
            self.text.push('\n');
        }
        self.has_paragraph = true;
        self.has_line_end = false;
        self.open = Some((depth, self.text.len()));
    }

    /// Ends the paragraph if it is the one of that depth. Returns whether it was.
    fn close(&mut self, depth: usize) -> bool {
        self.open.take_if(|open| open.0 == depth).is_some()
    }

    /// Adds a text of the paragraph. Line ends there, with the blanks around them, are how the XML is written.
    fn push(&mut self, text: &str) {
        let Some((_, start)) = self.open else { return };
        for (index, piece) in text.split(['\n', '\r', '\t']).enumerate() {
            if index > 0 {
                let kept = self.text[start..].trim_end_matches(' ').len();
                self.text.truncate(start + kept);
                self.has_line_end = true;
            }
            let piece = if self.has_line_end {
                piece.trim_start_matches(' ')
            } else {
                piece
            };
            if !piece.is_empty() {
                self.push_literal(piece);
            }
        }
    }

    /// Adds a text as it is.
    fn push_literal(&mut self, text: &str) {
        let Some((_, start)) = self.open else { return };
        if std::mem::take(&mut self.has_line_end) && self.text.len() > start {
            self.text.push(' ');
        }
        self.text.push_str(text);
    }

    fn push_blanks(&mut self, blank: &str, times: usize) {
        self.push_literal("");
        self.text.extend(std::iter::repeat_n(blank, times));
    }
}

/// Returns a number of columns that is no more than a sheet has.
fn place(columns: u64) -> usize {
    usize::try_from(columns).expect("a sheet has few columns")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(pieces: &[&str]) -> String {
        let mut text = CellText::default();
        text.open(1);
        for piece in pieces {
            match *piece {
                "<s>" => text.push_blanks(" ", 2),
                piece => text.push(piece),
            }
        }
        text.close(1);
        text.text
    }

    #[test]
    fn line_ends_of_the_document_are_no_text() {
        for (pieces, expected) in [
            (&["1 rue  des Lilas"][..], "1 rue  des Lilas"),
            (&["\n   1 rue\n   des Lilas\n  "], "1 rue des Lilas"),
            (&["1 rue\n", "des Lilas"], "1 rue des Lilas"),
            (&["1", "<s>", "rue"], "1  rue"),
            (&[" 1 rue "], " 1 rue "),
            (&["\n"], ""),
        ] {
            assert_eq!(paragraph(pieces), expected, "{pieces:?}");
        }
    }
}
