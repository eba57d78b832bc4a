//! A JSON text that is read value by value from a stream: one value is in memory at a time.

use std::fmt;
use std::io::{self, ErrorKind, Read};
use std::ops::Range;

/// Bytes read at once.
const CHUNK_BYTES: usize = 1 << 17;
/// Bytes of a value at most, with those read after it: a feature of a region in full detail has a few million.
const MAX_VALUE_BYTES: usize = 64 << 20;

/// The reason why a text cannot be read on.
#[derive(Debug)]
pub(super) enum TextFault {
    /// It cannot be read.
    Input(io::Error),
    /// It ends before it should.
    Cut,
    /// One value is larger than any outline.
    TooLong,
    /// Another sign stands where this one is expected.
    Unexpected(&'static str, u8),
}

impl fmt::Display for TextFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(error) => error.fmt(f),
            Self::Cut => f.write_str("it ends too early: the file is cut"),
            Self::TooLong => write!(f, "one value takes more than {} MiB", MAX_VALUE_BYTES >> 20),
            Self::Unexpected(expected, found) => write!(
                f,
                "`{}` stands where {expected} is expected",
                found.escape_ascii()
            ),
        }
    }
}

/// A text and the place reached in it.
pub(super) struct JsonText<R> {
    source: R,
    buffer: Vec<u8>,
    /// The bytes of the buffer that are read and not yet used.
    left: Range<usize>,
    at_end: bool,
}

impl<R: Read> JsonText<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; CHUNK_BYTES],
            left: 0..0,
            at_end: false,
        }
    }

    /// Passes over these bytes if the text goes on with them.
    pub(super) fn skip(&mut self, prefix: &[u8]) -> Result<(), TextFault> {
        while self.left.len() < prefix.len() && !self.at_end {
            self.fill()?;
        }
        if self.buffer[self.left.clone()].starts_with(prefix) {
            self.left.start += prefix.len();
        }
        Ok(())
    }

    /// Returns the next byte that is no blank, without passing over it; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, TextFault> {
        loop {
            let bytes = &self.buffer[self.left.clone()];
            let blanks = bytes.iter().take_while(|byte| is_blank(**byte)).count();
            self.left.start += blanks;
            if let Some(byte) = self.buffer[self.left.clone()].first() {
                return Ok(Some(*byte));
            }
            if self.at_end {
                return Ok(None);
            }
            self.fill()?;
        }
    }

    /// Passes over the byte that [`JsonText::peek`] returned.
    pub(super) fn pass(&mut self) {
        self.left.start = self.left.end.min(self.left.start + 1);
    }

    /// Passes over the byte expected next.
    pub(super) fn expect(&mut self, byte: u8, named: &'static str) -> Result<(), TextFault> {
        match self.peek()? {
            Some(found) if found == byte => {
                self.pass();
                Ok(())
            }
            Some(found) => Err(TextFault::Unexpected(named, found)),
            None => Err(TextFault::Cut),
        }
    }

    /// Passes over the next value, and returns its text: its brackets and quotes are balanced, and nothing more is known.
    pub(super) fn value(&mut self) -> Result<&[u8], TextFault> {
        let first = self.peek()?.ok_or(TextFault::Cut)?;
        if matches!(first, b',' | b':' | b'}' | b']') {
            return Err(TextFault::Unexpected("a value", first));
        }
        let mut scan = ValueScan::default();
        let mut scanned = 0;
        loop {
            let bytes = &self.buffer[self.left.clone()];
            if let Some(end) = scan.end(&bytes[scanned..]) {
                let start = self.left.start;
                self.left.start += scanned + end;
                return Ok(&self.buffer[start..self.left.start]);
            }
            scanned = bytes.len();
            if self.at_end {
                // Numbers and words end with the text.
                if scan.is_scalar {
                    let start = self.left.start;
                    self.left.start = self.left.end;
                    return Ok(&self.buffer[start..self.left.end]);
                }
                return Err(TextFault::Cut);
            }
            self.fill()?;
        }
    }

    /// Reads more bytes after those that are left.
    fn fill(&mut self) -> Result<(), TextFault> {
        // Only the value at hand is kept, however long the text is.
        if self.left.start > 0 {
            self.buffer.copy_within(self.left.clone(), 0);
            self.left = 0..self.left.len();
        }
        if self.left.end == self.buffer.len() {
            if self.buffer.len() >= MAX_VALUE_BYTES {
                return Err(TextFault::TooLong);
            }
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        loop {
            match self.source.read(&mut self.buffer[self.left.end..]) {
                Ok(read) => {
                    self.at_end = read == 0;
                    self.left.end += read;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(TextFault::Input(error)),
            }
        }
    }
}

/// Returns true for the blanks of JSON.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The way through a value, kept while more of it is read.
#[derive(Default)]
struct ValueScan {
    depth: usize,
    in_text: bool,
    is_escaped: bool,
    /// True in a number or a word, which nothing of its own ends.
    is_scalar: bool,
}

impl ValueScan {
    /// Returns the length of the bytes up to the end of the value; `None` when it goes on after them.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut place = 0;
        loop {
            // Nearly all bytes are digits and letters, which change nothing.
            let signs = if self.in_text { &IN_TEXT } else { &IN_VALUE };
            if self.is_scalar || self.is_escaped || self.depth == 0 {
                if place == bytes.len() {
                    return None;
                }
            } else {
                place += bytes[place..]
                    .iter()
                    .position(|byte| signs[usize::from(*byte)])?;
            }
            if self.ends_with(bytes[place]) {
                // What follows a number or a word is no part of it.
                return Some(place + usize::from(!self.is_scalar));
            }
            place += 1;
        }
    }

    /// Takes the next byte; returns true if the value ends with it, or before it in the case of a number or a word.
    fn ends_with(&mut self, byte: u8) -> bool {
        if self.in_text {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return !self.in_text && self.depth == 0;
        }
        match byte {
            _ if self.is_scalar => {
                return is_blank(byte)
                    || matches!(byte, b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"');
            }
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => self.is_scalar = self.depth == 0,
        }
        false
    }
}

/// The bytes that matter within a text, and outside of one.
const IN_TEXT: [bool; 256] = signs(b"\"\\");
const IN_VALUE: [bool; 256] = signs(b"\"{}[]");

/// Returns which bytes are among these.
const fn signs(named: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut place = 0;
    while place < named.len() {
        table[named[place] as usize] = true;
        place += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that gives a few bytes at a time.
    struct Trickle<'t>(&'t [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let (now, later) = self.0.split_at(self.1.min(self.0.len()).min(buffer.len()));
            buffer[..now.len()].copy_from_slice(now);
            self.0 = later;
            Ok(now.len())
        }
    }

    #[test]
    fn values_end_where_their_brackets_and_quotes_do() {
        let values = [
            r#"{"a":"}\"\\","b":[1,{"c":"]["}]}"#,
            r#""\\""#,
            "-12.5e3",
            "null",
            "[]",
            r#"[[1, 2], "{"]"#,
        ];
        for separator in [" ", "\r\n", "\n\t "] {
            let text = values.join(separator);
            for step in 1..9 {
                let mut read = JsonText::new(Trickle(text.as_bytes(), step));
                for value in values {
                    assert_eq!(read.value().unwrap(), value.as_bytes(), "{text} by {step}");
                }
                assert!(read.peek().unwrap().is_none());
                assert!(matches!(read.value(), Err(TextFault::Cut)));
            }
        }
        for text in ["{\"a\":[1", "\"a\\\"", "[\"]"] {
            let fault = JsonText::new(text.as_bytes()).value().err();
            assert!(matches!(fault, Some(TextFault::Cut)), "{text}");
        }
        let fault = JsonText::new(&b" ,1"[..]).value().err().unwrap();
        assert!(fault.to_string().contains("`,`"));
    }

    #[test]
    fn a_value_without_end_fills_no_memory() {
        let endless = io::repeat(b'a');
        let mut text = JsonText::new((&b"\""[..]).chain(endless));
        assert!(matches!(text.value(), Err(TextFault::TooLong)));
        assert!(text.buffer.len() <= MAX_VALUE_BYTES);
        let mut blanks = JsonText::new(io::repeat(b' ').take(1 << 28));
        assert!(blanks.peek().unwrap().is_none());
        assert_eq!(blanks.buffer.len(), CHUNK_BYTES);
    }
}
