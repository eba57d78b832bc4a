//! The parts of an XLSX book.

use std::io::{Read, Seek};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::error::BatchError;

use super::{
    EventPlace, MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROWS, OpenCell, XmlCheck, XmlFault, attribute,
    part_fault,
};

/// Folders of parts that are never read: they may be large, or no XML.
const UNREAD_FOLDERS: [&str; 5] = [
    "customxml/",
    "docprops/",
    "drawings/",
    "charts/",
    "pivotcache/",
];
/// Bytes that `calamine` holds of a text, of a cell format (of any element of the styles, in fact), and of a sheet, a
/// defined name or a relationship, besides what is written of it.
const TEXT_BYTES: u64 = 32;
const STYLE_BYTES: u64 = 512;
const RECORD_BYTES: u64 = 256;

#[derive(Clone, Copy, PartialEq, Eq)]
enum PartKind {
    /// The table of texts.
    Texts,
    Styles,
    /// Sheets, the list of them, and relationships.
    Other,
}

/// The check of a part.
pub(super) struct PartCheck {
    part: String,
    kind: PartKind,
    cell: Option<OpenCell>,
    /// Texts that were claimed, and counted, beyond those that have come.
    claimed_texts: u64,
    /// The depth of the record being read, outside of which nothing is held.
    record_depth: Option<usize>,
    row: u64,
    column: u64,
    /// The value being read is the number of a text.
    is_text_number: bool,
    /// The texts of the table.
    pub(super) texts: u64,
    /// The highest number of a text that a cell has.
    pub(super) highest: Option<TextNumber>,
    /// The merged cells.
    pub(super) merged: u64,
}

/// The number of a text in the table of texts, and its cell.
pub(super) struct TextNumber {
    pub(super) number: u64,
    part: String,
    row: u64,
    column: u64,
}

impl TextNumber {
    /// Returns the error for a number beyond the texts there are.
    pub(super) fn fault(&self, texts: u64) -> BatchError {
        BatchError::CellFault {
            sheet: self.part.clone(),
            row: self.row,
            column: self.column,
            fault: format!(
                "its text is number {} of the table of texts, which has {texts}",
                self.number.saturating_add(1)
            ),
        }
    }
}

impl PartCheck {
    /// Returns the check of the part of this name; `None` when it is never read.
    pub(super) fn new(part: &str) -> Option<Self> {
        let name = plain_name(part);
        let kind = if name.ends_with("sharedstrings.xml") {
            PartKind::Texts
        } else if name.ends_with("styles.xml") || name.ends_with("theme1.xml") {
            PartKind::Styles
        } else {
            PartKind::Other
        };
        is_read(&name).then(|| Self {
            part: part.to_owned(),
            kind,
            cell: None,
            claimed_texts: 0,
            record_depth: None,
            row: 0,
            column: 0,
            is_text_number: false,
            texts: 0,
            highest: None,
            merged: 0,
        })
    }

    fn tag(
        &mut self,
        tag: &BytesStart<'_>,
        place: EventPlace,
        held: &mut u64,
    ) -> Result<(), XmlFault> {
        if self.kind == PartKind::Styles {
            *held += STYLE_BYTES;
        }
        match tag.local_name().as_ref() {
            // What is claimed is reserved before the first text is read.
            "sst" => {
                let claimed = attribute(tag, "uniqueCount")?
                    .and_then(|count| count.parse().ok())
                    .unwrap_or(0);
                self.claimed_texts = claimed;
                *held = held.saturating_add(claimed.saturating_mul(TEXT_BYTES));
            }
            "si" => {
                self.texts += 1;
                // Those that were claimed are counted already.
                if self.claimed_texts == 0 {
                    *held += TEXT_BYTES;
                }
                self.claimed_texts = self.claimed_texts.saturating_sub(1);
                self.open(place);
            }
            "c" => {
                self.column += 1;
                if let Some(reference) = attribute(tag, "r")? {
                    self.refer(&reference)?;
                }
                self.is_text_number = attribute(tag, "t")?.as_deref() == Some("s");
                self.open(place);
            }
            "row" => {
                self.row += 1;
                self.column = 0;
                if let Some(reference) = attribute(tag, "r")? {
                    self.refer(&reference)?;
                }
            }
            "mergeCell" => self.merged += 1,
            "Relationship" => {
                check_target(tag)?;
                *held += RECORD_BYTES + place.bytes;
            }
            "sheet" | "definedName" => {
                *held += RECORD_BYTES + place.bytes;
                self.record_depth.get_or_insert(place.depth);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes the value of a cell, where that is the number of a text.
    fn value(&mut self, text: &str) {
        // The reader refuses what is no number.
        let Ok(number) = text.trim().parse() else {
            return;
        };
        if self
            .highest
            .as_ref()
            .is_none_or(|highest| number > highest.number)
        {
            self.highest = Some(TextNumber {
                number,
                part: self.part.clone(),
                row: self.row,
                column: self.column,
            });
        }
    }

    /// Begins to count the bytes of a cell or of a text, unless within one.
    fn open(&mut self, place: EventPlace) {
        self.cell.get_or_insert(OpenCell {
            depth: place.depth,
            bytes: 0,
        });
    }

    /// Takes the row and the column of a reference such as `B12`, or `12`.
    fn refer(&mut self, reference: &str) -> Result<(), XmlFault> {
        let letters = reference
            .find(|character: char| !character.is_ascii_alphabetic())
            .unwrap_or(reference.len());
        let (column, row) = reference.split_at(letters);
        let column = column.bytes().fold(0u64, |column, letter| {
            let letter = u64::from(letter.to_ascii_uppercase() - b'A') + 1;
            column.saturating_mul(26).saturating_add(letter)
        });
        // The reader refuses what is no number.
        let row = row
            .bytes()
            .filter(u8::is_ascii_digit)
            .fold(0u64, |row, digit| {
                row.saturating_mul(10)
                    .saturating_add(u64::from(digit - b'0'))
            });
        (self.row, self.column) = (row, column);
        if row > MAX_ROWS || column > MAX_COLUMNS {
            return Err(self.fault("its place is beyond the last cell of a sheet, XFD1048576"));
        }
        Ok(())
    }

    fn fault(&self, fault: &'static str) -> XmlFault {
        XmlFault::Cell(self.part.clone(), self.row, self.column, fault)
    }
}

impl XmlCheck for PartCheck {
    fn event(
        &mut self,
        event: &Event<'_>,
        place: EventPlace,
        held: &mut u64,
    ) -> Result<(), XmlFault> {
        if self.kind != PartKind::Other || self.record_depth.is_some() {
            *held = held.saturating_add(place.bytes);
        }
        match event {
            Event::Start(tag) => self.tag(tag, place, held)?,
            Event::Empty(tag) => {
                // It ends with its own event, so nothing is left open.
                let (was_in_cell, was_in_record) = (self.cell.is_some(), self.record_depth);
                self.tag(tag, place, held)?;
                if !was_in_cell {
                    self.cell = None;
                }
                self.record_depth = was_in_record;
            }
            Event::Text(text) if self.is_text_number && self.cell.is_some() => {
                self.value(text.as_ref());
            }
            Event::End(_) if self.record_depth.is_some_and(|depth| place.depth <= depth) => {
                self.record_depth = None;
            }
            _ => {}
        }
        let ended = match &mut self.cell {
            Some(cell) => cell.add(event, place).map_err(|fault| self.fault(fault))?,
            None => false,
        };
        if ended {
            self.cell = None;
        }
        Ok(())
    }
}

/// Returns a name of a part as `calamine` compares it.
fn plain_name(part: &str) -> String {
    part.replace('\\', "/").to_ascii_lowercase()
}

fn is_read(name: &str) -> bool {
    [".xml", ".rels"].iter().any(|end| name.ends_with(end))
        && !UNREAD_FOLDERS.iter().any(|folder| name.contains(folder))
}

/// Refuses a relationship that would have a part read that is not walked.
fn check_target(tag: &BytesStart<'_>) -> Result<(), XmlFault> {
    let kind = attribute(tag, "Type")?.unwrap_or_default();
    // Links, images and the like are never read.
    let is_followed = kind.rsplit('/').next().is_some_and(|kind| {
        ["officeDocument", "worksheet", "chartsheet", "dialogsheet"].contains(&kind)
    });
    let target = attribute(tag, "Target")?.unwrap_or_default();
    if is_followed && !is_read(&plain_name(&target)) {
        return Err(part_fault(
            "Target",
            &format!("{target} is no part with a sheet"),
        ));
    }
    Ok(())
}

/// Returns an error of a cell with the name of its sheet, where the book gives it, in place of the part.
pub(super) fn with_sheet_name(
    archive: &mut ZipArchive<impl Read + Seek>,
    mut fault: BatchError,
) -> BatchError {
    if let BatchError::CellLimit { sheet, .. } | BatchError::CellFault { sheet, .. } = &mut fault {
        let ids = attribute_pairs(archive, "xl/_rels/workbook.xml.rels", "Target", "Id");
        let names = attribute_pairs(archive, "xl/workbook.xml", "r:id", "name");
        // Targets are written from the folder of the workbook on.
        let id = ids.into_iter().find(|(target, _)| sheet.ends_with(target));
        let name = id.and_then(|(_, id)| names.into_iter().find(|(of, _)| *of == id));
        if let Some((_, name)) = name {
            *sheet = name;
        }
    }
    fault
}

/// Returns two attributes of every element of a part that has both; none when it cannot be read.
fn attribute_pairs(
    archive: &mut ZipArchive<impl Read + Seek>,
    part: &str,
    first: &str,
    second: &str,
) -> Vec<(String, String)> {
    let (mut text, mut pairs) = (String::new(), vec![]);
    let entry = archive.by_name(part).ok();
    let read = entry.and_then(|entry| entry.take(MAX_CELL_BYTES).read_to_string(&mut text).ok());
    let mut reader = Reader::from_str(&text);
    while read.is_some() {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                if let (Ok(Some(first)), Ok(Some(second))) =
                    (attribute(&tag, first), attribute(&tag, second))
                {
                    pairs.push((first, second));
                }
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    pairs
}
