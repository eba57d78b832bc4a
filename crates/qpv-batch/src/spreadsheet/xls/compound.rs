//! The streams of a compound file, found through its table of sectors.
//!
//! Nothing is believed of counts and chains: a chain longer than the file ends the reading, and the table is as long as the
//! file has sectors, whatever the header says.

use std::io::{self, Read, Seek, SeekFrom};

use crate::error::BatchError;

use super::not_xls;

const SIGNATURE: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];
const HEADER_BYTES: usize = 512;
/// Numbers of sectors of the table that stand in the header.
const HEADER_TABLE: usize = 109;
/// Sectors of a stream shorter than this are parts of another stream.
const MINI_STREAM_BYTES: u64 = 4096;
const MINI_SECTOR_BYTES: u64 = 64;
/// Sector numbers from here on are marks, such as the end of a chain.
const FIRST_MARK: u32 = 0xffff_fffa;
const DIRECTORY_ENTRY_BYTES: usize = 128;
/// Streams and folders of a file. A book with many embedded objects has thousands.
const MAX_ENTRIES: usize = 1 << 16;

/// A file of several streams.
pub(super) struct CompoundFile<R> {
    input: R,
    sector_bytes: u64,
    sectors: u64,
    /// The sector behind each one in its chain.
    next: Vec<u32>,
    entries: Vec<DirectoryEntry>,
    first_mini_table: u32,
}

/// A stream or a folder.
#[derive(Debug, Clone)]
pub(super) struct DirectoryEntry {
    name: String,
    /// Those beside it, and the first one within it.
    siblings: [u32; 2],
    child: u32,
    first_sector: u32,
    bytes: u64,
}

impl<R: Read + Seek> CompoundFile<R> {
    /// Reads the tables of a file.
    ///
    /// # Errors
    /// It is cut off or contradicts itself.
    pub(super) fn open(mut input: R) -> Result<Self, BatchError> {
        let bytes = input.seek(SeekFrom::End(0)).map_err(BatchError::Read)?;
        let mut header = [0; HEADER_BYTES];
        read_at(&mut input, 0, &mut header)?;
        if !header.starts_with(&SIGNATURE) {
            return Err(not_xls("it is no book of Excel 5 to 2003"));
        }
        // Sectors of 512 or 4,096 bytes; no other size is defined.
        let sector_bytes = match u16_at(&header, 30) {
            9 => 512,
            12 => 4096,
            _ => return Err(not_xls("its sectors have no known size")),
        };
        let mut file = Self {
            input,
            sector_bytes,
            sectors: bytes.div_ceil(sector_bytes).saturating_sub(1),
            next: vec![],
            entries: vec![],
            first_mini_table: u32_at(&header, 60),
        };
        file.read_table(&header)?;
        file.read_directory(u32_at(&header, 48))?;
        Ok(file)
    }

    /// Reads the chains of all sectors.
    fn read_table(&mut self, header: &[u8]) -> Result<(), BatchError> {
        let per_sector = self.sector_bytes / 4;
        let mut places: Vec<u32> = (0..HEADER_TABLE)
            .map(|index| u32_at(header, 76 + 4 * index))
            .collect();
        let mut more = u32_at(header, 68);
        let needed = self.sectors.div_ceil(per_sector);
        // The last number of each further sector is that of the one behind it.
        while more < FIRST_MARK && (places.len() as u64) < needed {
            let sector = self.sector(more)?;
            let numbers = sector.chunks_exact(4).map(|four| u32_at(four, 0));
            places.extend(numbers);
            more = places.pop().unwrap_or(FIRST_MARK);
        }
        // What stands behind the last sector is no table, whatever the header counts.
        for place in places
            .into_iter()
            .filter(|place| *place < FIRST_MARK)
            .take(usize::try_from(needed).unwrap_or(usize::MAX))
        {
            let sector = self.sector(place)?;
            self.next
                .extend(sector.chunks_exact(4).map(|four| u32_at(four, 0)));
        }
        Ok(())
    }

    fn read_directory(&mut self, first: u32) -> Result<(), BatchError> {
        for sector in self.chain(first)? {
            let bytes = self.sector(sector)?;
            for entry in bytes.chunks_exact(DIRECTORY_ENTRY_BYTES) {
                self.entries.push(self.entry(entry));
            }
            if self.entries.len() > MAX_ENTRIES {
                return Err(BatchError::BookLimit {
                    part: "the directory".to_owned(),
                    fault: format!("more than {MAX_ENTRIES} entries"),
                });
            }
        }
        Ok(())
    }

    fn entry(&self, bytes: &[u8]) -> DirectoryEntry {
        let units = usize::from(u16_at(bytes, 64)).min(64) / 2;
        let name: Vec<u16> = (0..units.saturating_sub(1))
            .map(|unit| u16_at(bytes, 2 * unit))
            .collect();
        // The size has eight bytes since sectors may have 4,096.
        let [low, high] = [120, 124].map(|at| u64::from(u32_at(bytes, at)));
        DirectoryEntry {
            name: String::from_utf16_lossy(&name),
            siblings: [u32_at(bytes, 68), u32_at(bytes, 72)],
            child: u32_at(bytes, 76),
            first_sector: u32_at(bytes, 116),
            // Files with small sectors may have anything in the upper half.
            bytes: if self.sector_bytes == 512 {
                low
            } else {
                low | high << 32
            },
        }
    }

    /// Returns the entry of this name in the first folder: an embedded book has streams of the same names in its own.
    pub(super) fn find(&self, name: &str) -> Option<DirectoryEntry> {
        let mut waiting = vec![self.entries.first()?.child];
        let mut seen = vec![false; self.entries.len()];
        while let Some(index) = waiting.pop() {
            let index = usize::try_from(index).ok()?;
            let Some(entry) = self.entries.get(index) else {
                continue;
            };
            // A damaged tree may have circles.
            if std::mem::replace(&mut seen[index], true) {
                continue;
            }
            // Names are compared without regard to case; [MS-CFB] 2.6.4.
            if entry.name.eq_ignore_ascii_case(name) {
                return Some(entry.clone());
            }
            waiting.extend(entry.siblings);
        }
        None
    }

    /// Returns the content of an entry.
    pub(super) fn into_stream(mut self, entry: &DirectoryEntry) -> Result<Stream<R>, BatchError> {
        let (offsets, unit_bytes) = if entry.bytes < MINI_STREAM_BYTES {
            (self.mini_offsets(entry)?, MINI_SECTOR_BYTES)
        } else {
            let chain = self.chain(entry.first_sector)?;
            let offsets = chain.into_iter().map(|sector| self.offset(sector));
            (offsets.collect(), self.sector_bytes)
        };
        // A size beyond the chain would read what is not there.
        let bytes = entry.bytes.min(offsets.len() as u64 * unit_bytes);
        Ok(Stream {
            input: self.input,
            input_at: None,
            offsets,
            unit_bytes,
            bytes,
            at: 0,
        })
    }

    /// Returns the places in the file of a short stream, which lies within another.
    fn mini_offsets(&mut self, entry: &DirectoryEntry) -> Result<Vec<u64>, BatchError> {
        let root = self
            .entries
            .first()
            .map_or(FIRST_MARK, |root| root.first_sector);
        let outer = self.chain(root)?;
        let mut table = vec![];
        for sector in self.chain(self.first_mini_table)? {
            let bytes = self.sector(sector)?;
            table.extend(bytes.chunks_exact(4).map(|four| u32_at(four, 0)));
        }
        let (mut offsets, mut sector) = (vec![], entry.first_sector);
        while (offsets.len() as u64) * MINI_SECTOR_BYTES < entry.bytes {
            let at = u64::from(sector) * MINI_SECTOR_BYTES;
            let outer_index = usize::try_from(at / self.sector_bytes).unwrap_or(usize::MAX);
            let outer_sector = outer.get(outer_index).ok_or_else(cut_off)?;
            offsets.push(self.offset(*outer_sector) + at % self.sector_bytes);
            sector = table
                .get(sector as usize)
                .copied()
                .filter(|next| *next < FIRST_MARK)
                .unwrap_or(FIRST_MARK);
            if sector == FIRST_MARK {
                break;
            }
        }
        Ok(offsets)
    }

    /// Returns the sectors of a chain.
    fn chain(&self, first: u32) -> Result<Vec<u32>, BatchError> {
        let (mut chain, mut sector) = (vec![], first);
        while sector < FIRST_MARK {
            // A chain that comes back to itself is longer than the file.
            if u64::from(sector) >= self.sectors || chain.len() as u64 >= self.sectors {
                return Err(cut_off());
            }
            chain.push(sector);
            sector = *self.next.get(sector as usize).ok_or_else(cut_off)?;
        }
        Ok(chain)
    }

    fn offset(&self, sector: u32) -> u64 {
        (u64::from(sector) + 1) * self.sector_bytes
    }

    fn sector(&mut self, sector: u32) -> Result<Vec<u8>, BatchError> {
        let mut bytes = vec![0; usize::try_from(self.sector_bytes).expect("a small number")];
        let offset = self.offset(sector);
        // The last sector of a file may be cut.
        self.input
            .seek(SeekFrom::Start(offset))
            .map_err(BatchError::Read)?;
        let mut filled = 0;
        while filled < bytes.len() {
            match self.input.read(&mut bytes[filled..]) {
                Ok(0) if filled == 0 => return Err(cut_off()),
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(fault) => return Err(BatchError::Read(fault)),
            }
        }
        Ok(bytes)
    }
}

fn cut_off() -> BatchError {
    not_xls("it is cut off or damaged")
}

fn read_at(input: &mut (impl Read + Seek), at: u64, bytes: &mut [u8]) -> Result<(), BatchError> {
    input.seek(SeekFrom::Start(at)).map_err(BatchError::Read)?;
    input.read_exact(bytes).map_err(|_| cut_off())
}

/// Returns the number at a place; 0 behind the end.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..at + 2)
        .and_then(|two| two.try_into().ok())
        .map_or(0, u16::from_le_bytes)
}

/// Returns the number at a place; 0 behind the end.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .and_then(|four| four.try_into().ok())
        .map_or(0, u32::from_le_bytes)
}

/// The content of an entry, which lies in pieces in the file.
pub(super) struct Stream<R> {
    input: R,
    /// The place that the input is at, where it is known.
    input_at: Option<u64>,
    /// The places of the pieces.
    offsets: Vec<u64>,
    unit_bytes: u64,
    bytes: u64,
    at: u64,
}

impl<R> Stream<R> {
    /// Goes to a place.
    pub(super) fn go_to(&mut self, at: u64) {
        self.at = at;
    }

    /// Returns the place that is read next.
    pub(super) fn place(&self) -> u64 {
        self.at
    }
}

impl<R: Read + Seek> Read for Stream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let within = self.at % self.unit_bytes;
        let most = (self.unit_bytes - within).min(self.bytes.saturating_sub(self.at));
        let most = usize::try_from(most)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let unit = usize::try_from(self.at / self.unit_bytes).unwrap_or(usize::MAX);
        let Some(offset) = self.offsets.get(unit).filter(|_| most > 0) else {
            return Ok(0);
        };
        let place = offset + within;
        // Pieces mostly follow each other, and going elsewhere empties the buffer.
        if self.input_at != Some(place) {
            self.input.seek(SeekFrom::Start(place))?;
        }
        let read = self.input.read(&mut buffer[..most])?;
        self.input_at = Some(place + read as u64);
        self.at += read as u64;
        Ok(read)
    }
}
