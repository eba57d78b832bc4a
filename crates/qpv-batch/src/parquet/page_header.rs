//! The header of a page, as far as it says what the page takes in memory: Thrift's compact protocol, read strictly.
//!
//! `parquet` unpacks a page into as many bytes as its header claims. Whatever could be read in two ways (a field twice, a
//! field of another type) is damage here, so that both readers see the same numbers.

/// The kind of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageKind {
    Data,
    Dictionary,
    /// Skipped by readers.
    Index,
}

/// The claims of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PageHeader {
    pub(super) kind: PageKind,
    /// Bytes in the file, behind the header.
    pub(super) packed_bytes: usize,
    /// Bytes in memory.
    pub(super) unpacked_bytes: usize,
    /// Bytes at its beginning that are never compressed.
    pub(super) level_bytes: usize,
    pub(super) is_compressed: bool,
    /// Values, nulls included; of a dictionary, its entries.
    pub(super) values: usize,
    /// The number of their encoding.
    pub(super) encoding: i64,
}

/// The reason why bytes are no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeaderError {
    /// They end within it.
    Short,
    Damaged,
}

/// The types of Thrift's compact protocol.
mod kind {
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I32: u8 = 5;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(super) const STRUCT: u8 = 12;
}

/// Structures within each other: headers have three.
const MAX_DEPTH: usize = 8;

/// Reads the header that bytes begin with, and returns its length too.
pub(super) fn read_page_header(bytes: &[u8]) -> Result<(usize, PageHeader), HeaderError> {
    let mut reader = CompactReader { bytes, at: 0 };
    let (mut page_type, mut unpacked, mut packed) = (None, None, None);
    let mut details: [Option<PageDetails>; 3] = [None, None, None];
    let mut last = 0;
    while let Some((id, kind)) = reader.field(&mut last)? {
        match (id, kind) {
            (1, kind::I32) => page_type = Some(reader.int()?),
            (2, kind::I32) => unpacked = Some(reader.size()?),
            (3, kind::I32) => packed = Some(reader.size()?),
            (5, kind::STRUCT) => details[0] = Some(PageDetails::read(&mut reader)?),
            (7, kind::STRUCT) => details[1] = Some(PageDetails::read(&mut reader)?),
            (8, kind::STRUCT) => details[2] = Some(PageDetails::read(&mut reader)?),
            (1..=3 | 5 | 7 | 8, _) => return Err(HeaderError::Damaged),
            (_, kind) => reader.skip(kind, 0)?,
        }
    }
    let [data, dictionary, data_v2] = details;
    // The reader takes these wherever they stand, whatever the type of the page.
    let v2 = data_v2.clone().unwrap_or_default();
    let (kind, own) = match page_type {
        Some(0) => (PageKind::Data, data),
        Some(1) => (PageKind::Index, Some(PageDetails::default())),
        Some(2) => (PageKind::Dictionary, dictionary),
        Some(3) => (PageKind::Data, data_v2),
        _ => return Err(HeaderError::Damaged),
    };
    let (Some(own), Some(unpacked_bytes), Some(packed_bytes)) = (own, unpacked, packed) else {
        return Err(HeaderError::Damaged);
    };
    let header = PageHeader {
        kind,
        packed_bytes,
        unpacked_bytes,
        level_bytes: v2.level_bytes.iter().sum(),
        is_compressed: v2.is_compressed.unwrap_or(true),
        values: own.values,
        encoding: own.encodings[usize::from(page_type == Some(3))],
    };
    if header.level_bytes > header.unpacked_bytes.min(header.packed_bytes) {
        return Err(HeaderError::Damaged);
    }
    Ok((reader.at, header))
}

/// The part of a header that is of one kind of page.
#[derive(Debug, Clone, Default)]
struct PageDetails {
    values: usize,
    /// The second and the fourth field: the encoding in the first and in the second version.
    encodings: [i64; 2],
    /// Bytes of definitions and of repetitions, in the second version of data pages.
    level_bytes: [usize; 2],
    is_compressed: Option<bool>,
}

impl PageDetails {
    fn read(reader: &mut CompactReader<'_>) -> Result<Self, HeaderError> {
        let mut details = Self::default();
        let mut last = 0;
        while let Some((id, kind)) = reader.field(&mut last)? {
            match (id, kind) {
                (1, kind::I32) => details.values = reader.size()?,
                (2, kind::I32) => details.encodings[0] = reader.int()?,
                (4, kind::I32) => details.encodings[1] = reader.int()?,
                (1, _) => return Err(HeaderError::Damaged),
                // In the first version these are encodings or a flag, of the same types or skipped below.
                (5, kind::I32) => details.level_bytes[0] = reader.size()?,
                (6, kind::I32) => details.level_bytes[1] = reader.size()?,
                (7, kind::TRUE) => details.is_compressed = Some(true),
                (7, kind::FALSE) => details.is_compressed = Some(false),
                (_, kind) => reader.skip(kind, 1)?,
            }
        }
        Ok(details)
    }
}

struct CompactReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl CompactReader<'_> {
    fn byte(&mut self) -> Result<u8, HeaderError> {
        let byte = *self.bytes.get(self.at).ok_or(HeaderError::Short)?;
        self.at += 1;
        Ok(byte)
    }

    fn varint(&mut self) -> Result<u64, HeaderError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(HeaderError::Damaged)
    }

    fn int(&mut self) -> Result<i64, HeaderError> {
        let zigzag = self.varint()?;
        Ok((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
    }

    /// Reads a number of bytes or values, which is an `i32` that is not negative.
    fn size(&mut self) -> Result<usize, HeaderError> {
        i32::try_from(self.int()?)
            .ok()
            .and_then(|size| usize::try_from(size).ok())
            .ok_or(HeaderError::Damaged)
    }

    /// Returns the number and the type of the next field of a structure, `None` at its end.
    fn field(&mut self, last: &mut i64) -> Result<Option<(i64, u8)>, HeaderError> {
        let byte = self.byte()?;
        if byte == 0 {
            return Ok(None);
        }
        let id = match byte >> 4 {
            0 => self.int()?,
            delta => *last + i64::from(delta),
        };
        // Out of order, a field could be there twice.
        if id <= *last || id > i64::from(i16::MAX) {
            return Err(HeaderError::Damaged);
        }
        *last = id;
        Ok(Some((id, byte & 0x0f)))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Result<(), HeaderError> {
        if depth > MAX_DEPTH {
            return Err(HeaderError::Damaged);
        }
        match kind {
            // The type is the value.
            kind::TRUE | kind::FALSE => Ok(()),
            kind::BYTE => self.skip_bytes(1),
            kind::I16 | kind::I32 | kind::I64 => self.varint().map(drop),
            kind::DOUBLE => self.skip_bytes(8),
            kind::BINARY => {
                let length = self.varint()?;
                self.skip_bytes(usize::try_from(length).map_err(|_| HeaderError::Damaged)?)
            }
            kind::LIST | kind::SET => self.skip_list(depth),
            kind::STRUCT => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.skip(kind, depth + 1)?;
                }
                Ok(())
            }
            _ => Err(HeaderError::Damaged),
        }
    }

    fn skip_list(&mut self, depth: usize) -> Result<(), HeaderError> {
        let byte = self.byte()?;
        let length = match byte >> 4 {
            15 => self.varint()?,
            length => u64::from(length),
        };
        for _ in 0..length {
            match byte & 0x0f {
                kind::TRUE | kind::FALSE => self.skip_bytes(1)?,
                kind => self.skip(kind, depth + 1)?,
            }
        }
        Ok(())
    }

    fn skip_bytes(&mut self, length: usize) -> Result<(), HeaderError> {
        // Beyond what any header holds, the length is damage and no reason to read on.
        if length > 1 << 24 {
            return Err(HeaderError::Damaged);
        }
        if self.bytes.len() - self.at < length {
            return Err(HeaderError::Short);
        }
        self.at += length;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A data page of 300 bytes, 100 in the file, of 7 values: written by hand after the Thrift specification.
    const DATA: [u8; 18] = [
        0x15, 0x00, 0x15, 0xd8, 0x04, 0x15, 0xc8, 0x01, 0x2c, 0x15, 0x0e, 0x15, 0x00, 0x15, 0x06,
        0x15, 0x06, 0x00,
    ];

    fn data() -> Vec<u8> {
        [&DATA[..], &[0x00, 0xaa]].concat()
    }

    #[test]
    fn a_data_page_claims_its_sizes() {
        let (length, header) = read_page_header(&data()).unwrap();
        let expected = PageHeader {
            kind: PageKind::Data,
            packed_bytes: 100,
            unpacked_bytes: 300,
            level_bytes: 0,
            is_compressed: true,
            values: 7,
            encoding: 0,
        };
        assert_eq!((length, header), (19, expected));
    }

    #[test]
    fn a_header_broken_off_is_short_and_another_type_is_damage() {
        for end in 0..19 {
            assert_eq!(read_page_header(&data()[..end]), Err(HeaderError::Short));
        }
        let mut wide = data();
        wide[2] = 0x16;
        assert_eq!(read_page_header(&wide), Err(HeaderError::Damaged));
        let mut negative = data();
        negative[3] = 0xd9;
        assert_eq!(read_page_header(&negative), Err(HeaderError::Damaged));
        // The size again, behind the other fields.
        let twice = [&DATA[..], &[0x05, 0x04, 0x02, 0x00]].concat();
        assert_eq!(read_page_header(&twice), Err(HeaderError::Damaged));
    }
}
