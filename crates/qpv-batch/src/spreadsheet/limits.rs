//! Limits on spreadsheets, and the walk through their XML that keeps them.
//!
//! A [`PartReader`] holds one XML event at a time, of bounded size. ODS books are read through it. XLSX books are read by
//! `calamine`, which reserves what a book claims, and an allocation that fails ends the whole program: so the parts that it
//! reads are walked first, with the same zip and XML readers. Claims, references and sizes are added up, and a book beyond
//! a limit is refused with its place.

mod xlsx;

use std::fmt::Display;
use std::io::{self, BufRead, BufReader, Read, Seek};

use memchr::memmem;
use quick_xml::events::attributes::{AttrError, Attribute};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use crate::error::BatchError;

/// Rows and columns of a sheet, as many as XLSX allows.
pub(super) const MAX_ROWS: u64 = 1_048_576;
pub(super) const MAX_COLUMNS: u64 = 16_384;
/// Characters of a cell, in units of UTF-16, as many as XLSX allows.
pub(super) const MAX_CELL_CHARS: usize = 32_767;
/// Bytes of text in a row: as many rows as there are cores are in memory at once, and blocks of them.
pub(super) const MAX_ROW_TEXT_BYTES: usize = 4 << 20;

/// Cells of a sheet, empty ones before others included. It bounds the time that a sheet of wide empty rows takes.
pub(super) const MAX_CELLS: u64 = 1 << 28;
/// Bytes of text in a sheet, each cell counted that refers to a text or repeats it. It bounds time and the output.
pub(super) const MAX_SHEET_TEXT_BYTES: u64 = 2 << 30;

/// Files in the zip of a book. Books of hundreds of sheets and images have a few thousand.
const MAX_ENTRIES: u64 = 10_000;
/// Bytes that the parts of a book may unpack to: a full sheet of 40 columns. It bounds the time.
pub(super) const MAX_UNPACKED_BYTES: u64 = 2 << 30;
/// Bytes of one tag or one text: a cell of 32,767 characters, most of them written `_x000D_`, has 229,369.
const MAX_EVENT_BYTES: u64 = 256 << 10;
/// Bytes of the XML of one cell, with its formula and the formats of its words.
const MAX_CELL_BYTES: u64 = 1 << 20;
/// Elements within each other; spreadsheet programs write about ten.
const MAX_DEPTH: usize = 128;
/// Bytes that would be held: the table of texts of an XLSX or XLS book, the names of sheets and styles of an ODS one. A list
/// may take 512 MB of memory, of which the program and its data need the rest.
pub(super) const MAX_HELD_BYTES: u64 = 288 << 20;

/// The parts that a zip was found to have.
#[derive(Default)]
pub(super) struct FoundParts {
    /// Those of an ODS book, and none of an XLSX one.
    pub(super) is_ods: bool,
    /// The merged cells of an XLSX book.
    pub(super) merged: u64,
}

/// Refuses an XLSX book that claims or unpacks to more than is read.
///
/// # Errors
/// [`BatchError::BookLimit`] and [`BatchError::CellLimit`]; [`BatchError::NotSheet`] when it cannot be unpacked.
pub(super) fn check_xlsx(input: &mut (impl Read + Seek)) -> Result<FoundParts, BatchError> {
    let mut archive = open_archive("XLSX", &mut *input)?;
    let mut book = BookSize {
        format: "XLSX",
        left_bytes: MAX_UNPACKED_BYTES,
        held_bytes: 0,
    };
    let parts: Vec<String> = archive
        .file_names()
        .filter_map(Result::ok)
        .map(|part| part.to_string())
        .collect();
    let is_ods = parts.iter().any(|part| part == "content.xml")
        && !parts.iter().any(|part| part.ends_with("workbook.xml"));
    let (mut texts, mut merged, mut highest) = (0, 0, None::<xlsx::TextNumber>);
    // By name, as `calamine` finds them, and only those that it reads.
    for part in parts.iter().filter(|_| !is_ods) {
        if let Some(mut check) = xlsx::PartCheck::new(part) {
            book.walk(part, &mut archive, &mut check)
                .map_err(|fault| xlsx::with_sheet_name(&mut archive, fault))?;
            texts += check.texts;
            merged += check.merged;
            highest = highest
                .into_iter()
                .chain(check.highest)
                .max_by_key(|highest| highest.number);
        }
    }
    // The table of texts may come behind the sheets.
    if let Some(highest) = highest.filter(|highest| highest.number >= texts) {
        return Err(xlsx::with_sheet_name(&mut archive, highest.fault(texts)));
    }
    drop(archive);
    input.rewind().map_err(BatchError::Read)?;
    Ok(FoundParts { is_ods, merged })
}

/// Opens the zip of a book, unless it claims or has too many entries.
///
/// # Errors
/// [`BatchError::BookLimit`]; [`BatchError::NotSheet`] when it is no zip.
pub(super) fn open_archive<R: Read + Seek>(
    format: &'static str,
    mut input: R,
) -> Result<ZipArchive<BufReader<R>>, BatchError> {
    // Before the zip is opened, which reads and holds the list of its entries.
    check_directory(&mut input)?;
    input.rewind().map_err(BatchError::Read)?;
    ZipArchive::new(BufReader::new(input))
        .map_err(|fault| BatchError::NotSheet(format, fault.to_string()))
}

/// Refuses a zip that claims or has too many entries, whose list alone would fill memory.
fn check_directory(input: &mut (impl Read + Seek)) -> Result<(), BatchError> {
    const ENTRY: &[u8] = b"PK\x01\x02";
    const END_64: &[u8] = b"PK\x06\x06";
    /// Signature, size of the record, versions and disks, then both counts of entries.
    const END_64_BYTES: usize = 40;
    let bytes = input.seek(io::SeekFrom::End(0)).map_err(BatchError::Read)?;
    input.rewind().map_err(BatchError::Read)?;
    let (mut buffer, mut entries) = (vec![], 0);
    loop {
        let before = buffer.len();
        let read = input
            .by_ref()
            .take(64 << 10)
            .read_to_end(&mut buffer)
            .map_err(BatchError::Read)?;
        // A record on the edge of two reads is looked at with the second.
        let whole = if read == 0 {
            before
        } else {
            buffer.len().saturating_sub(END_64_BYTES - 1)
        };
        // Each entry of the list has its signature, which is never compressed.
        entries += memmem::find_iter(&buffer, ENTRY)
            .filter(|at| *at < whole)
            .count() as u64;
        for at in memmem::find_iter(&buffer, END_64).filter(|at| *at < whole) {
            let [record_bytes, here, everywhere] =
                [4, 24, 32].map(|field| number_at(&buffer, at + field));
            // Four bytes of compressed data may look like the signature, but not with a size that fits.
            if record_bytes <= bytes && here.max(everywhere) > MAX_ENTRIES {
                entries = entries.max(here.max(everywhere));
            }
        }
        if entries > MAX_ENTRIES {
            return Err(limit("the zip", format!("more than {MAX_ENTRIES} entries")));
        }
        if read == 0 {
            return Ok(());
        }
        buffer.drain(..whole);
    }
}

/// Returns the number of eight bytes at a place, 0 behind the end.
fn number_at(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..at + 8)
        .and_then(|eight| eight.try_into().ok())
        .map_or(0, u64::from_le_bytes)
}

/// A check of one kind of part, event by event.
trait XmlCheck {
    /// Looks at an event of so many bytes, at a depth: that of its element.
    fn event(
        &mut self,
        event: &Event<'_>,
        place: EventPlace,
        held: &mut u64,
    ) -> Result<(), XmlFault>;
}

/// The place of an event in its part.
#[derive(Clone, Copy)]
pub(super) struct EventPlace {
    pub(super) bytes: u64,
    /// Elements around it, its own included.
    pub(super) depth: usize,
}

/// The reason to refuse a part.
pub(super) enum XmlFault {
    Part(String),
    /// A cell: its sheet, row and column, from 1, and the fault.
    Cell(String, u64, u64, &'static str),
}

impl From<AttrError> for XmlFault {
    fn from(fault: AttrError) -> Self {
        Self::Part(fault.to_string())
    }
}

impl XmlFault {
    /// Returns the error for a part of this name.
    pub(super) fn in_part(self, part: &str) -> BatchError {
        match self {
            Self::Part(fault) => limit(part, fault),
            Self::Cell(sheet, row, column, fault) => BatchError::CellLimit {
                sheet,
                row,
                column,
                fault,
            },
        }
    }
}

/// The sizes of a book so far.
struct BookSize {
    format: &'static str,
    /// Bytes that may still be unpacked.
    left_bytes: u64,
    held_bytes: u64,
}

impl BookSize {
    /// Walks the XML of a part.
    fn walk(
        &mut self,
        part: &str,
        archive: &mut ZipArchive<impl Read + Seek>,
        check: &mut impl XmlCheck,
    ) -> Result<(), BatchError> {
        let entry = archive
            .by_name(part)
            .map_err(|fault| BatchError::NotSheet(self.format, fault.to_string()))?;
        let mut reader = PartReader::new(self.format, part, BufReader::new(entry), self.left_bytes);
        while let Some((event, place)) = reader.next_event()? {
            check
                .event(&event, place, &mut self.held_bytes)
                .map_err(|fault| fault.in_part(part))?;
            check_held(self.held_bytes).map_err(|fault| fault.in_part(part))?;
        }
        self.left_bytes = reader.reader.get_ref().left_bytes;
        Ok(())
    }
}

/// Refuses to hold so many bytes.
pub(super) fn check_held(bytes: u64) -> Result<(), XmlFault> {
    if bytes > MAX_HELD_BYTES {
        return Err(XmlFault::Part(format!(
            "its sheets or texts would take more than {} MiB of memory",
            MAX_HELD_BYTES >> 20
        )));
    }
    Ok(())
}

/// The XML of a part, event by event.
pub(super) struct PartReader<I> {
    format: &'static str,
    part: String,
    reader: Reader<MeteredInput<I>>,
    buffer: Vec<u8>,
    depth: usize,
}

impl<I: BufRead> PartReader<I> {
    /// Reads a part of this name, of which so many bytes may be unpacked.
    pub(super) fn new(format: &'static str, part: &str, input: I, left_bytes: u64) -> Self {
        Self {
            format,
            part: part.to_owned(),
            reader: Reader::from_reader(MeteredInput {
                input,
                event_bytes: 0,
                left_bytes,
                is_over: None,
            }),
            buffer: vec![],
            depth: 0,
        }
    }

    /// Reads the next event and its place; `None` at the end of the part.
    ///
    /// # Errors
    /// [`BatchError::BookLimit`]; [`BatchError::NotSheet`] when it is no XML, or is cut off.
    pub(super) fn next_event(&mut self) -> Result<Option<(Event<'_>, EventPlace)>, BatchError> {
        self.buffer.clear();
        self.reader.get_mut().event_bytes = 0;
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(fault) => {
                return Err(match self.reader.get_ref().is_over {
                    Some(over) => limit(&self.part, over.to_owned()),
                    None => BatchError::NotSheet(self.format, format!("{}: {fault}", self.part)),
                });
            }
        };
        let depth = match &event {
            // `calamine` looks for the end of some elements without end.
            Event::Eof if self.depth > 0 => {
                return Err(BatchError::NotSheet(
                    self.format,
                    format!("{} is cut off", self.part),
                ));
            }
            Event::Eof => return Ok(None),
            Event::Start(_) => {
                self.depth += 1;
                self.depth
            }
            Event::End(_) => {
                self.depth -= 1;
                self.depth + 1
            }
            Event::Empty(_) => self.depth + 1,
            _ => self.depth,
        };
        if depth > MAX_DEPTH {
            return Err(limit(
                &self.part,
                format!("more than {MAX_DEPTH} elements within each other"),
            ));
        }
        let bytes = self.reader.get_ref().event_bytes;
        Ok(Some((event, EventPlace { bytes, depth })))
    }
}

/// An input that fails once an event, or all of the book, is too large.
struct MeteredInput<R> {
    input: R,
    event_bytes: u64,
    left_bytes: u64,
    is_over: Option<&'static str>,
}

impl<R: BufRead> Read for MeteredInput<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?.read(buffer)?;
        self.consume(bytes);
        Ok(bytes)
    }
}

impl<R: BufRead> BufRead for MeteredInput<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.is_over = if self.event_bytes > MAX_EVENT_BYTES {
            Some("a tag or a text of more than 256 KiB")
        } else if self.left_bytes == 0 {
            Some("the book unpacks to more than 2 GiB")
        } else {
            None
        };
        match self.is_over {
            Some(over) => Err(io::Error::other(over)),
            None => self.input.fill_buf(),
        }
    }

    fn consume(&mut self, bytes: usize) {
        // What comes out counts, whatever the header of the entry says.
        self.event_bytes += bytes as u64;
        self.left_bytes = self.left_bytes.saturating_sub(bytes as u64);
        self.input.consume(bytes);
    }
}

/// The cell being read, whose XML is bounded.
#[derive(Default)]
pub(super) struct OpenCell {
    /// The depth of its element.
    pub(super) depth: usize,
    pub(super) bytes: u64,
}

impl OpenCell {
    /// Counts an event within the cell, and returns true when the cell has ended.
    pub(super) fn add(
        &mut self,
        event: &Event<'_>,
        place: EventPlace,
    ) -> Result<bool, &'static str> {
        self.bytes += place.bytes;
        if self.bytes > MAX_CELL_BYTES {
            return Err("more than 1 MiB in a cell");
        }
        Ok(matches!(event, Event::End(_)) && place.depth <= self.depth)
    }
}

/// Returns the value of an attribute.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, XmlFault> {
    tag.try_get_attribute(name)?
        .map(|attribute| attribute_text(&attribute))
        .transpose()
}

/// Returns the value of an attribute, without its references.
pub(super) fn attribute_text(attribute: &Attribute<'_>) -> Result<String, XmlFault> {
    match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(text) => Ok(text.into_owned()),
        Err(fault) => Err(part_fault(attribute.key.as_ref(), &fault)),
    }
}

/// Returns a count as it is written.
pub(super) fn count(name: &str, text: &str) -> Result<u64, XmlFault> {
    text.parse()
        .map_err(|fault: std::num::ParseIntError| part_fault(name, &fault))
}

fn limit(part: &str, fault: String) -> BatchError {
    BatchError::BookLimit {
        part: part.to_owned(),
        fault,
    }
}

pub(super) fn part_fault(name: &str, fault: &impl Display) -> XmlFault {
    XmlFault::Part(format!("{name}: {fault}"))
}
