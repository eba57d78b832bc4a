//! Blocks of whole records, cut from a stream.

use std::io::{self, ErrorKind, Read};

use crate::dialect::BYTE_ORDER_MARK;
use crate::records::{MAX_QUOTED_BYTES, whole_records};
use crate::text_stream::TextStream;

/// Bytes of a block: about a thousand short rows, so that a list of ten thousand is shared evenly among the cores.
const BLOCK_BYTES: usize = 1 << 15;

/// Bytes at the start of a stream from which its delimiter and encoding are recognised.
const PEEKED_BYTES: usize = 1 << 20;

/// The longest record, in bytes: room for sixteen of the longest fields, and far more than people put into a row.
pub const MAX_RECORD_BYTES: usize = 16 * MAX_QUOTED_BYTES;

/// The byte that DOS programs end a text with, U+001A.
const END_MARK: u8 = 0x1a;

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
    input: TextStream<R>,
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
            input: TextStream::new(input),
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
                    filled = without_end_mark(&self.buffer[..filled]).len();
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

/// Returns the end of a text without its end mark, which some programs repeat to fill a block, and without the line ends
/// behind it: it is no row.
fn without_end_mark(text: &[u8]) -> &[u8] {
    let end = text
        .iter()
        .rposition(|byte| !matches!(*byte, END_MARK | b'\r' | b'\n'))
        .map_or(0, |last| last + 1);
    match memchr::memchr(END_MARK, &text[end..]) {
        Some(mark) => &text[..end + mark],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_mark_of_dos_is_no_part_of_the_text() {
        for (text, expected) in [
            ("a;b\r\n1;2\r\n\u{1a}", "a;b\r\n1;2\r\n"),
            ("a;b\n1;2\n\u{1a}\n", "a;b\n1;2\n"),
            ("a;b\n1;2\u{1a}", "a;b\n1;2"),
            ("a;b\n1;2\u{1a}\r\n", "a;b\n1;2"),
            ("a;b\n1;2\n\u{1a}\u{1a}\u{1a}\u{1a}", "a;b\n1;2\n"),
            ("a;b\n1;2\n\n\u{1a}\r\n\u{1a}", "a;b\n1;2\n\n"),
            ("\u{1a}", ""),
            // Elsewhere it is a character like any other.
            ("a;b\n1;\u{1a}2\n", "a;b\n1;\u{1a}2\n"),
            ("a;b\n\u{1a}\n1;2", "a;b\n\u{1a}\n1;2"),
            ("a;b\n1;2\n\n", "a;b\n1;2\n\n"),
            ("", ""),
        ] {
            let mut blocks = Blocks::new(text.as_bytes());
            let mut all = vec![];
            while let Some(block) = blocks.next_block().unwrap() {
                all.extend(block);
            }
            assert_eq!(all, expected.as_bytes(), "{text:?}");
            let mut peeked = Blocks::new(text.as_bytes());
            assert_eq!(peeked.peek().unwrap(), (expected.as_bytes(), true));
        }
        // As many rows as make several blocks.
        let rows = "1;2;3;4;5;6;7\r\n".repeat(20_000);
        for mark in ["\u{1a}", "\u{1a}\r\n"] {
            let text = format!("{rows}{mark}");
            let mut blocks = Blocks::new(text.as_bytes());
            let mut bytes = 0;
            while let Some(block) = blocks.next_block().unwrap() {
                bytes += block.len();
            }
            assert_eq!(bytes, rows.len());
        }
    }
}
