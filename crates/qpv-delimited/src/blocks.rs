//! Blocks of whole records, cut from a stream.

use std::io::{self, ErrorKind, Read};

use crate::dialect::BYTE_ORDER_MARK;
use crate::records::{MAX_QUOTED_BYTES, whole_records};

/// Bytes of a block: about a thousand short rows, so that a list of ten thousand is shared evenly among the cores.
const BLOCK_BYTES: usize = 1 << 15;

/// Bytes at the start of a stream from which its delimiter and encoding are recognised.
const PEEKED_BYTES: usize = 1 << 20;

/// The longest record, in bytes: room for sixteen of the longest fields, and far more than people put into a row.
pub const MAX_RECORD_BYTES: usize = 16 * MAX_QUOTED_BYTES;

/// The reason why a stream gives no more blocks.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The stream cannot be read.
    #[error(transparent)]
    Input(#[from] io::Error),
    /// No end of line for too long.
    #[error("line {line} is longer than {limit} bytes: this is no delimited text")]
    LineTooLong {
        /// Its number, from 1.
        line: u64,
        /// The most a line may have, in bytes.
        limit: usize,
    },
}

/// Blocks of a stream.
pub struct Blocks<R> {
    input: R,
    /// Read and not yet handed out.
    buffer: Vec<u8>,
    ended: bool,
    delimiter: u8,
    /// Lines handed out.
    lines: u64,
}

impl<R: Read> Blocks<R> {
    /// Reads from the beginning of `input`.
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: vec![],
            ended: false,
            delimiter: b',',
            lines: 0,
        }
    }

    /// Returns the first mebibyte, and whether that is all.
    ///
    /// # Errors
    /// [`ReadError::Input`].
    pub fn peek(&mut self) -> Result<(&[u8], bool), ReadError> {
        self.fill(PEEKED_BYTES)?;
        Ok((&self.buffer, self.ended))
    }

    /// Passes over the first bytes, a header of that many lines.
    pub fn begin(&mut self, skipped: usize, delimiter: u8, lines: u64) {
        self.buffer.drain(..skipped);
        self.delimiter = delimiter;
        self.lines = lines;
    }

    /// Passes over a byte order mark, if the stream begins with one.
    ///
    /// # Errors
    /// [`ReadError::Input`].
    pub(crate) fn skip_byte_order_mark(&mut self) -> Result<(), ReadError> {
        self.fill(BYTE_ORDER_MARK.len())?;
        if self.buffer.starts_with(BYTE_ORDER_MARK) {
            self.buffer.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(())
    }

    /// Returns the next block, `None` at the end. The last record of the stream may lack its line end.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn next_block(&mut self) -> Result<Option<Vec<u8>>, ReadError> {
        let mut wanted = BLOCK_BYTES;
        loop {
            self.fill(wanted)?;
            let all = self.ended && self.buffer.len() <= wanted;
            let looked_at = &self.buffer[..wanted.min(self.buffer.len())];
            let cut = if all {
                looked_at.len()
            } else {
                whole_records(looked_at, self.delimiter)
            };
            if cut > 0 {
                // The rest is the shorter part: it is copied, and the block is handed out as it is.
                let rest = self.buffer[cut..].to_vec();
                self.buffer.truncate(cut);
                let block = std::mem::replace(&mut self.buffer, rest);
                self.lines += memchr::memchr_iter(b'\n', &block).count() as u64;
                return Ok(Some(block));
            }
            if all {
                return Ok(None);
            }
            // Doubled, so that a record of many blocks is not scanned again after each of them.
            wanted *= 2;
            if wanted > MAX_RECORD_BYTES {
                return Err(ReadError::LineTooLong {
                    line: self.lines + 1,
                    limit: MAX_RECORD_BYTES,
                });
            }
        }
    }

    /// Reads until the buffer has that many bytes, or all there are.
    fn fill(&mut self, wanted: usize) -> Result<(), ReadError> {
        let mut filled = self.buffer.len();
        if self.ended || filled >= wanted {
            return Ok(());
        }
        self.buffer.resize(wanted, 0);
        while filled < wanted {
            match self.input.read(&mut self.buffer[filled..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(bytes) => filled += bytes,
                // A signal interrupted the read, which can be repeated.
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.buffer.truncate(filled);
        Ok(())
    }
}
