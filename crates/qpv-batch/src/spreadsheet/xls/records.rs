//! The records of a book, each with its kind and its bytes.

use std::io::{ErrorKind, Read, Seek};

use crate::error::BatchError;

use super::compound::{Stream, u16_at, u32_at};
use super::not_xls;

/// Kinds of records, by the names that they have in words; \[MS-XLS\] 2.3.
pub(super) const FORMULA: u16 = 0x0006;
pub(super) const END: u16 = 0x000a;
pub(super) const DATE_MODE: u16 = 0x0022;
pub(super) const PASSWORD: u16 = 0x002f;
pub(super) const CONTINUE: u16 = 0x003c;
pub(super) const CODE_PAGE: u16 = 0x0042;
pub(super) const SHEET: u16 = 0x0085;
pub(super) const RKS: u16 = 0x00bd;
pub(super) const RICH_LABEL: u16 = 0x00d6;
pub(super) const CELL_FORMAT: u16 = 0x00e0;
pub(super) const MERGED: u16 = 0x00e5;
pub(super) const TEXTS: u16 = 0x00fc;
pub(super) const SHARED_TEXT: u16 = 0x00fd;
pub(super) const NUMBER: u16 = 0x0203;
pub(super) const LABEL: u16 = 0x0204;
pub(super) const BOOL_OR_ERROR: u16 = 0x0205;
pub(super) const FORMULA_TEXT: u16 = 0x0207;
pub(super) const RK: u16 = 0x027e;
pub(super) const FORMAT: u16 = 0x041e;
pub(super) const BEGIN: u16 = 0x0809;

/// The records of cells, all of which begin with their row.
pub(super) const CELLS: [u16; 8] = [
    FORMULA,
    RKS,
    RICH_LABEL,
    SHARED_TEXT,
    NUMBER,
    LABEL,
    BOOL_OR_ERROR,
    RK,
];
/// Bytes of the kind and the length of a record.
const HEAD_BYTES: u64 = 4;

/// A record.
pub(super) struct Record {
    pub(super) kind: u16,
    data: Vec<u8>,
}

impl Record {
    /// Returns the number of its bytes.
    pub(super) fn len(&self) -> usize {
        self.data.len()
    }

    /// Returns all bytes from a place on.
    pub(super) fn rest(&self, at: usize) -> &[u8] {
        self.data.get(at..).unwrap_or_default()
    }

    /// Returns so many bytes.
    pub(super) fn bytes(&self, at: usize, count: usize) -> Result<&[u8], BatchError> {
        self.data
            .get(at..at + count)
            .ok_or_else(|| not_xls("a record is too short"))
    }

    /// Returns a number of one byte.
    pub(super) fn u8(&self, at: usize) -> Result<u8, BatchError> {
        Ok(self.bytes(at, 1)?[0])
    }

    /// Returns a number of two bytes.
    pub(super) fn u16(&self, at: usize) -> Result<u16, BatchError> {
        Ok(u16_at(self.bytes(at, 2)?, 0))
    }

    /// Returns a number of four bytes.
    pub(super) fn u32(&self, at: usize) -> Result<u32, BatchError> {
        Ok(u32_at(self.bytes(at, 4)?, 0))
    }

    /// Returns a floating-point number.
    pub(super) fn f64(&self, at: usize) -> Result<f64, BatchError> {
        let eight = self.bytes(at, 8)?;
        Ok(f64::from_le_bytes(eight.try_into().expect("eight bytes")))
    }

    /// Returns a number in the short form of most numbers: 30 bits of a floating-point or whole number, which may have to
    /// be divided by 100.
    pub(super) fn rk(&self, at: usize) -> Result<f64, BatchError> {
        let bits = self.u32(at)?;
        let number = if bits & 2 == 0 {
            f64::from_bits(u64::from(bits & !3) << 32)
        } else {
            f64::from(bits.cast_signed() >> 2)
        };
        Ok(if bits & 1 == 0 {
            number
        } else {
            number / 100.0
        })
    }
}

/// The records of a stream.
pub(super) struct Records<S> {
    input: S,
    /// A record that was looked at.
    ahead: Option<Record>,
}

impl<R: Read + Seek> Records<Stream<R>> {
    /// Goes to the beginning of a sheet.
    pub(super) fn go_to_sheet(&mut self, place: u64) -> Result<(), BatchError> {
        self.go_to(place);
        match self.next()?.kind {
            BEGIN => Ok(()),
            _ => Err(not_xls("a sheet does not begin where it should")),
        }
    }

    /// Goes to a record.
    pub(super) fn go_to(&mut self, place: u64) {
        self.ahead = None;
        self.input.go_to(place);
    }

    /// Returns the place of the next record.
    pub(super) fn place(&self) -> u64 {
        let ahead = self.ahead.as_ref();
        let ahead_bytes = ahead.map_or(0, |record| HEAD_BYTES + record.len() as u64);
        self.input.place() - ahead_bytes
    }
}

impl<S: Read> Records<S> {
    /// Reads from the beginning of a stream.
    pub(super) fn new(input: S) -> Self {
        Self { input, ahead: None }
    }

    /// Reads the next record.
    pub(super) fn next(&mut self) -> Result<Record, BatchError> {
        if let Some(record) = self.ahead.take() {
            return Ok(record);
        }
        let mut head = [0; 4];
        self.fill(&mut head)?;
        // At most 65,535 bytes, so that the length may be believed.
        let mut data = vec![0; usize::from(u16_at(&head, 2))];
        self.fill(&mut data)?;
        Ok(Record {
            kind: u16_at(&head, 0),
            data,
        })
    }

    /// Reads the next record if it continues the one before.
    pub(super) fn continuation(&mut self) -> Result<Option<Record>, BatchError> {
        if self.peek()?.kind == CONTINUE {
            return Ok(self.ahead.take());
        }
        Ok(None)
    }

    fn peek(&mut self) -> Result<&Record, BatchError> {
        let record = self.next()?;
        Ok(self.ahead.insert(record))
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), BatchError> {
        self.input
            .read_exact(bytes)
            .map_err(|fault| match fault.kind() {
                ErrorKind::UnexpectedEof => not_xls("it is cut off"),
                _ => BatchError::Read(fault),
            })
    }
}
