//! A file that many threads read at once, each at its own place.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;

/// Bytes read at once where no length is known: most headers of pages have fewer than a hundred.
const BUFFER_BYTES: usize = 512;

/// A Parquet file. Reads share no position, unlike those of [`File`], so that threads do not disturb each other.
#[derive(Debug)]
pub struct TableFile {
    file: Arc<File>,
    length: u64,
}

impl TableFile {
    /// Takes a file, of the length that it has now.
    ///
    /// # Errors
    /// The length cannot be read.
    pub fn new(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let file = Arc::new(file);
        Ok(Self { file, length })
    }
}

impl Length for TableFile {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for TableFile {
    type T = BufReader<FilePosition>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let file = Arc::clone(&self.file);
        let position = FilePosition { file, at: start };
        Ok(BufReader::with_capacity(BUFFER_BYTES, position))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // Before the memory is taken: the length is a claim of the file.
        if start
            .checked_add(length as u64)
            .is_none_or(|end| end > self.length)
        {
            return Err(ParquetError::EOF(format!(
                "{length} bytes at {start} are beyond the end of the file"
            )));
        }
        let mut bytes = vec![0; length];
        let file = Arc::clone(&self.file);
        FilePosition { file, at: start }.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// A place in a file, from which it is read on.
#[derive(Debug)]
pub struct FilePosition {
    file: Arc<File>,
    at: u64,
}

impl Read for FilePosition {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = read_at(&self.file, bytes, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, start)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, start)
}
