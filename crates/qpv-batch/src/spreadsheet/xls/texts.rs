//! The texts of a book: in its table, in cells, in names.

use std::io::Read;

use encoding_rs::{MACINTOSH, WINDOWS_1252};

use crate::error::BatchError;

use super::super::limits::check_held;
use super::not_xls;
use super::records::{BEGIN, Record, Records};

/// Bytes held of a text, besides its own.
const TEXT_BYTES: u64 = 16;
/// Flags of a text: two bytes a character, then formats of its words and phonetic signs behind it.
const WIDE: u8 = 1;
const PHONETIC: u8 = 4;
const FORMATTED: u8 = 8;

/// The writing of texts outside the table.
#[derive(Default)]
pub(super) struct Charset {
    /// In Unicode, since Excel 97.
    is_unicode: bool,
    /// In the encoding of old Macintosh programs, else in Windows-1252.
    is_macintosh: bool,
}

impl Charset {
    /// Takes the version of the format from the first record.
    pub(super) fn set_version(&mut self, first: &Record) -> Result<(), BatchError> {
        self.is_unicode = match (first.kind, first.u16(0)) {
            (BEGIN, Ok(0x0600)) => true,
            (BEGIN, Ok(0x0500)) => false,
            _ => return Err(not_xls("it is older than Excel 5, or damaged")),
        };
        Ok(())
    }

    /// Takes the code page.
    pub(super) fn set_code_page(&mut self, page: u16) {
        // Both numbers are in use for Mac Roman; \[MS-XLS\] 2.4.52.
        self.is_macintosh = matches!(page, 10_000 | 32_768);
    }

    /// Returns the number and the text of a format of numbers.
    pub(super) fn format(&self, record: &Record) -> Result<(u16, String), BatchError> {
        let id = record.u16(0)?;
        let text = if self.is_unicode {
            let count = record.u16(2)?;
            wide_or_not(record.u8(4)?, record.rest(5), count.into())
        } else {
            self.decoded(record.rest(3), record.u8(2)?.into())
        };
        Ok((id, text))
    }

    fn decoded(&self, bytes: &[u8], count: usize) -> String {
        let charset = if self.is_macintosh {
            MACINTOSH
        } else {
            WINDOWS_1252
        };
        let bytes = &bytes[..count.min(bytes.len())];
        charset.decode_without_bom_handling(bytes).0.into_owned()
    }
}

/// Returns characters of one or two bytes, as many as there are.
fn wide_or_not(flags: u8, bytes: &[u8], count: usize) -> String {
    let mut units = vec![];
    push_units(&mut units, bytes, flags & WIDE != 0, count);
    String::from_utf16_lossy(&units)
}

/// Appends characters as long as there are bytes, and returns the bytes that they take.
fn push_units(units: &mut Vec<u16>, bytes: &[u8], is_wide: bool, count: usize) -> usize {
    let before = units.len();
    if is_wide {
        let pairs = bytes.chunks_exact(2).take(count);
        units.extend(pairs.map(|pair| u16::from_le_bytes([pair[0], pair[1]])));
        (units.len() - before) * 2
    } else {
        units.extend(bytes.iter().take(count).copied().map(u16::from));
        units.len() - before
    }
}

/// Returns the name of a sheet, whose length stands at a place of the record.
pub(super) fn short_name(
    record: &Record,
    at: usize,
    charset: &Charset,
) -> Result<String, BatchError> {
    let count = usize::from(record.u8(at)?);
    let name = if charset.is_unicode {
        wide_or_not(record.u8(at + 1)?, record.rest(at + 2), count)
    } else {
        charset.decoded(record.rest(at + 1), count)
    };
    // Some writers end names as C does.
    Ok(name.replace('\0', ""))
}

/// Returns the text of a cell, whose length stands at a place of the record; a long one goes on in the records behind.
pub(super) fn label(
    record: &Record,
    at: usize,
    records: &mut Records<impl Read>,
    charset: &Charset,
) -> Result<String, BatchError> {
    let count = usize::from(record.u16(at)?);
    if !charset.is_unicode {
        return Ok(charset.decoded(record.rest(at + 2), count));
    }
    let (mut units, mut flags) = (vec![], record.u8(at + 2)?);
    push_units(&mut units, record.rest(at + 3), flags & WIDE != 0, count);
    // A record holds 8,224 bytes, and a text of a cell up to 65,534.
    while units.len() < count
        && let Some(more) = records.continuation()?
    {
        flags = more.u8(0)?;
        let left = count - units.len();
        push_units(&mut units, more.rest(1), flags & WIDE != 0, left);
    }
    Ok(String::from_utf16_lossy(&units))
}

/// The table of texts, end to end.
#[derive(Default)]
pub(super) struct SharedTexts {
    text: String,
    /// The end of each.
    ends: Vec<usize>,
}

impl SharedTexts {
    /// Returns a text by its number.
    pub(super) fn get(&self, index: u32) -> Option<&str> {
        let index = usize::try_from(index).ok()?;
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }

    /// Reads the table from its record and those that continue it. Their number is believed no further than there are
    /// texts.
    pub(super) fn read(
        records: &mut Records<impl Read>,
        record: Record,
    ) -> Result<Self, BatchError> {
        let claimed = record.u32(4)?;
        let mut reader = TextReader {
            records,
            record,
            at: 8,
        };
        let (mut texts, mut units) = (Self::default(), vec![]);
        // Nothing is reserved: a claim of four thousand million texts costs nothing.
        for _ in 0..claimed {
            if !reader.has_more()? {
                break;
            }
            reader.read(&mut units)?;
            texts.text.push_str(&String::from_utf16_lossy(&units));
            texts.ends.push(texts.text.len());
            // Counted as texts come, not when the table ends.
            let held = texts.text.len() as u64 + texts.ends.len() as u64 * TEXT_BYTES;
            // Growing by doubling, the old copy is held beside the new one.
            check_held(held * 2).map_err(|fault| fault.in_part("the table of texts"))?;
        }
        Ok(texts)
    }
}

/// Reads texts across records.
struct TextReader<'a, S> {
    records: &'a mut Records<S>,
    record: Record,
    at: usize,
}

impl<S: Read> TextReader<'_, S> {
    /// Returns whether there are bytes left.
    fn has_more(&mut self) -> Result<bool, BatchError> {
        while self.at >= self.record.len() {
            match self.records.continuation()? {
                Some(record) => (self.record, self.at) = (record, 0),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    fn byte(&mut self) -> Result<u8, BatchError> {
        if !self.has_more()? {
            return Err(not_xls("the table of texts is cut off"));
        }
        self.at += 1;
        self.record.u8(self.at - 1)
    }

    fn number(&mut self, bytes: u32) -> Result<usize, BatchError> {
        let mut number = 0;
        for byte in 0..bytes {
            number |= usize::from(self.byte()?) << (8 * byte);
        }
        Ok(number)
    }

    /// Reads a text.
    fn read(&mut self, units: &mut Vec<u16>) -> Result<(), BatchError> {
        units.clear();
        let count = self.number(2)?;
        let mut flags = self.byte()?;
        // Both numbers stand before the characters, and what they count behind.
        let runs = match flags & FORMATTED {
            0 => 0,
            _ => self.number(2)?,
        };
        let phonetic_bytes = match flags & PHONETIC {
            0 => 0,
            _ => self.number(4)?,
        };
        while units.len() < count {
            let left = count - units.len();
            let bytes = self.record.rest(self.at);
            let taken = push_units(units, bytes, flags & WIDE != 0, left);
            self.at += taken;
            if units.len() < count {
                // Each record goes on with flags of its own.
                self.at = self.record.len();
                flags = self.byte()?;
            }
        }
        self.skip(runs * 4 + phonetic_bytes)
    }

    fn skip(&mut self, mut bytes: usize) -> Result<(), BatchError> {
        while bytes > 0 && self.has_more()? {
            let taken = bytes.min(self.record.len() - self.at);
            self.at += taken;
            bytes -= taken;
        }
        Ok(())
    }
}
