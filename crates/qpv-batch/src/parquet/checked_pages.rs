//! Pages unpacked once to be measured, before `parquet` unpacks them without a limit.
//!
//! It gives Snappy, zstd and raw LZ4 a buffer of the size that a header claims, and gzip, Brotli and framed LZ4 as much as
//! they fill.

use std::io::{self, Read};
use std::sync::Arc;

use ::parquet::basic::CompressionCodec;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use super::page_header::PageHeader;

/// Bytes unpacked at a time.
const BUFFER_BYTES: usize = 1 << 16;
/// The beginning of a frame of LZ4, which older writers put where a block belongs.
const LZ4_FRAME: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];
/// A byte of LZ4 unpacks to at most so many.
const LZ4_RATIO: usize = 255;

/// A page whose codec takes as much memory as it fills.
#[derive(Debug, Clone)]
pub(super) struct OpenEndedPage {
    /// Its place in the file, behind the header.
    start: u64,
    codec: CompressionCodec,
    level_bytes: usize,
    unpacked_bytes: usize,
}

impl OpenEndedPage {
    /// Returns the page when its codec is one of those.
    pub(super) fn new(start: u64, codec: CompressionCodec, header: &PageHeader) -> Option<Self> {
        let is_open_ended = matches!(
            codec,
            CompressionCodec::GZIP | CompressionCodec::BROTLI | CompressionCodec::LZ4
        );
        (is_open_ended && header.is_compressed).then_some(Self {
            start,
            codec,
            level_bytes: header.level_bytes,
            unpacked_bytes: header.unpacked_bytes,
        })
    }

    /// Its place in the file, behind the header.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// Checks that the page unpacks to no more than its header claims.
    fn check(&self, page: &[u8]) -> Result<()> {
        let packed = &page[self.level_bytes.min(page.len())..];
        // The header was read strictly: levels are never longer than the page.
        let limit = (self.unpacked_bytes - self.level_bytes) as u64;
        let unpacked = match self.codec {
            CompressionCodec::GZIP => counted(MultiGzDecoder::new(packed), limit)?,
            CompressionCodec::BROTLI => {
                counted(brotli::Decompressor::new(packed, BUFFER_BYTES), limit)?
            }
            // Only frames are open-ended. They are rare enough to be refused for what they could be.
            _ if packed.starts_with(&LZ4_FRAME) => (packed.len() * LZ4_RATIO) as u64,
            _ => 0,
        };
        if unpacked > limit {
            return Err(ParquetError::General(format!(
                "the page at byte {} unpacks to more than the {} bytes it claims",
                self.start, self.unpacked_bytes
            )));
        }
        Ok(())
    }
}

/// Returns the number of bytes that a decoder gives, counted to one beyond the limit.
fn counted(decoder: impl Read, limit: u64) -> io::Result<u64> {
    // To nowhere: what is unpacked is counted and forgotten.
    io::copy(&mut decoder.take(limit + 1), &mut io::sink())
}

/// A file whose open-ended pages are checked as they are read.
pub(super) struct CheckedPages<R> {
    pub(super) input: Arc<R>,
    /// In the order of the file.
    pub(super) open_ended: Arc<[OpenEndedPage]>,
}

impl<R: ChunkReader> Length for CheckedPages<R> {
    fn len(&self) -> u64 {
        self.input.len()
    }
}

impl<R: ChunkReader> ChunkReader for CheckedPages<R> {
    type T = R::T;

    fn get_read(&self, start: u64) -> Result<R::T> {
        self.input.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.input.get_bytes(start, length)?;
        // Pages are the only bytes that are read from where one starts.
        if let Ok(page) = self
            .open_ended
            .binary_search_by_key(&start, |page| page.start)
        {
            self.open_ended[page].check(&bytes)?;
        }
        Ok(bytes)
    }
}
