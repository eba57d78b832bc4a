//! Tables as text: recognising one by its first bytes, and splitting it into records, each with the line it begins on.
//!
//! Not left to a CSV library, for three things this must get right: the number of the physical line, whatever the line
//! ends, the blank lines and the quoted line breaks before it; a quote that is never closed, which must cost its own row
//! and not the rest of the file; and rows in Windows-1252 among rows in UTF-8.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::WINDOWS_1252;
use memchr::memchr;

/// The longest row, bytes; a longer one is malformed.
const LONGEST_ROW: usize = 1 << 16;
/// The most lines that a row with quoted line breaks may have.
const MOST_LINES: u64 = 20;
/// Bytes read at once.
const CHUNK: usize = 1 << 17;
/// Bytes looked at to recognise a table.
pub(crate) const HEAD: u64 = 1 << 16;
/// What values may be separated by.
pub(crate) const DELIMITERS: [u8; 4] = *b";,\t|";
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// One row, its values unquoted.
#[derive(Debug, Default)]
pub(crate) struct Record {
    text: String,
    /// Where each value begins and ends in `text`.
    bounds: Vec<(usize, usize)>,
}

/// How splitting a text with quotes ended.
#[derive(Debug, PartialEq, Eq)]
enum Split {
    Whole,
    /// The last quote is not closed.
    Open,
    /// Something follows a closing quote.
    Astray,
}

impl Record {
    /// The value of a column, without the blanks around it; empty when there is no such column.
    pub(crate) fn get(&self, column: usize) -> &str {
        self.bounds
            .get(column)
            .map_or("", |(begin, end)| self.text[*begin..*end].trim())
    }

    /// The number of columns.
    pub(crate) fn len(&self) -> usize {
        self.bounds.len()
    }

    /// Whether no column has a value.
    pub(crate) fn is_blank(&self) -> bool {
        (0..self.len()).all(|column| self.get(column).is_empty())
    }

    fn clear(&mut self) {
        self.text.clear();
        self.bounds.clear();
    }

    /// Splits a text that has no quote.
    fn split_plain(&mut self, text: &str, delimiter: u8) {
        self.clear();
        self.text.push_str(text);
        let mut begin = 0;
        for end in memchr::memchr_iter(delimiter, text.as_bytes()) {
            self.bounds.push((begin, end));
            begin = end + 1;
        }
        self.bounds.push((begin, text.len()));
    }

    /// Splits a text where values may be quoted. A quote within an unquoted value is a character like any other.
    fn split_quoted(&mut self, text: &str, delimiter: u8) -> Split {
        self.clear();
        let bytes = text.as_bytes();
        let mut at = 0;
        loop {
            let begin = self.text.len();
            if bytes.get(at) == Some(&b'"') {
                let Some(end) = self.unquote(text, at + 1) else {
                    return Split::Open;
                };
                at = end
                    + bytes[end..]
                        .iter()
                        .take_while(|byte| **byte == b' ')
                        .count();
                if bytes.get(at).is_some_and(|byte| *byte != delimiter) {
                    return Split::Astray;
                }
            } else {
                let end = memchr(delimiter, &bytes[at..]).map_or(bytes.len(), |length| at + length);
                self.text.push_str(&text[at..end]);
                at = end;
            }
            self.bounds.push((begin, self.text.len()));
            if at >= bytes.len() {
                return Split::Whole;
            }
            at += 1;
        }
    }

    /// Appends the quoted value that begins at `at`, line breaks as blanks; where its closing quote ends, if it does.
    fn unquote(&mut self, text: &str, mut at: usize) -> Option<usize> {
        loop {
            let end = at + memchr(b'"', &text.as_bytes()[at..])?;
            self.text.extend(
                text[at..end]
                    .chars()
                    .map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }),
            );
            at = end + 1;
            if text.as_bytes().get(at) != Some(&b'"') {
                return Some(at);
            }
            self.text.push('"');
            at += 1;
        }
    }
}

/// The records of a text.
pub(crate) struct Records<R> {
    reader: R,
    delimiter: u8,
    /// How many columns every record must have, once it is known.
    fields: Option<usize>,
    /// What was read and not yet handed out, from `start` on.
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    /// Of the next record, from 1.
    line: u64,
    windows_1252_rows: u64,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(reader: R, delimiter: u8) -> Self {
        let (buffer, start) = (Vec::with_capacity(2 * CHUNK), 0);
        Self {
            reader,
            delimiter,
            fields: None,
            buffer,
            start,
            ended: false,
            line: 1,
            windows_1252_rows: 0,
        }
    }

    /// From now on, records with another number of columns are faulty.
    pub(crate) fn expect_fields(&mut self, fields: usize) {
        self.fields = Some(fields);
    }

    /// How many rows were no UTF-8 and were read as Windows-1252.
    pub(crate) fn windows_1252_rows(&self) -> u64 {
        self.windows_1252_rows
    }

    /// Puts the next record into `record`: the line it begins on, and what is wrong with it, if anything. A blank line
    /// is a record without value. `None` at the end.
    ///
    /// # Errors
    /// Those of the reader.
    pub(crate) fn next(
        &mut self,
        record: &mut Record,
    ) -> io::Result<Option<(u64, Result<(), String>)>> {
        if self.line == 1 {
            self.skip_bom()?;
        }
        let line = self.line;
        record.clear();
        let read = match self.line_length(0)? {
            Some(0) => return Ok(None),
            None => {
                self.skip_line()?;
                self.line += 1;
                Err(format!("it is longer than {LONGEST_ROW} bytes"))
            }
            Some(length) => self.split(length, record)?,
        };
        Ok(Some((line, read)))
    }

    /// Splits the record whose first line has `length` bytes, and goes past it.
    fn split(&mut self, length: usize, record: &mut Record) -> io::Result<Result<(), String>> {
        let (text, foreign) = decoded(self.peek(length));
        if memchr(b'"', text.as_bytes()).is_none() {
            record.split_plain(&text, self.delimiter);
            self.advance(length, 1, foreign);
            return Ok(self.judged(record));
        }
        let (mut taken, mut lines, mut first_fault) = (length, 1, String::new());
        loop {
            let (text, foreign) = decoded(self.peek(taken));
            let split = record.split_quoted(&text, self.delimiter);
            let open = split == Split::Open;
            let column = record.len() + 1;
            let read = match split {
                Split::Whole => self.judged(record),
                Split::Astray => Err(format!("column {column}: text follows a closing quote")),
                Split::Open => Err(format!("column {column}: a quote is opened and not closed")),
            };
            let Err(fault) = read else {
                self.advance(taken, lines, foreign);
                return Ok(Ok(()));
            };
            if lines == 1 {
                first_fault = fault;
            }
            let more = if open && lines < MOST_LINES {
                self.line_length(taken)?.unwrap_or(0)
            } else {
                0
            };
            if more == 0 || taken + more > LONGEST_ROW {
                // The fault is the first line's alone: the lines after it are rows of their own.
                self.advance(length, 1, false);
                record.clear();
                return Ok(Err(first_fault));
            }
            taken += more;
            lines += 1;
        }
    }

    /// What is wrong with a record that could be split.
    fn judged(&self, record: &Record) -> Result<(), String> {
        let found = record.len();
        match self.fields {
            Some(expected) if found != expected && !record.is_blank() => Err(format!(
                "it has {found} columns, where {expected} are expected"
            )),
            _ if memchr(0, record.text.as_bytes()).is_some() => {
                Err("it holds a zero byte".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// The next bytes, without the line end that they close with.
    fn peek(&self, length: usize) -> &[u8] {
        let bytes = &self.buffer[self.start..][..length];
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        bytes.strip_suffix(b"\r").unwrap_or(bytes)
    }

    fn advance(&mut self, length: usize, lines: u64, foreign: bool) {
        self.start += length;
        self.line += lines;
        self.windows_1252_rows += u64::from(foreign);
    }

    /// Length, line end included, of the line that begins `from` bytes further on: 0 at the end, `None` when it is
    /// longer than any row.
    fn line_length(&mut self, from: usize) -> io::Result<Option<usize>> {
        let mut searched = from;
        loop {
            if let Some(at) = memchr(b'\n', &self.buffer[self.start + searched..]) {
                let length = searched + at + 1 - from;
                return Ok((length <= LONGEST_ROW).then_some(length));
            }
            searched = self.buffer.len() - self.start;
            if searched - from > LONGEST_ROW {
                return Ok(None);
            } else if self.ended {
                return Ok(Some(searched - from));
            }
            self.refill()?;
        }
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            if let Some(at) = memchr(b'\n', &self.buffer[self.start..]) {
                self.start += at + 1;
                return Ok(());
            }
            self.start = self.buffer.len();
            if self.ended {
                return Ok(());
            }
            self.refill()?;
        }
    }

    fn skip_bom(&mut self) -> io::Result<()> {
        while self.buffer.len() < BOM.len() && !self.ended {
            self.refill()?;
        }
        if self.start == 0 && self.buffer.starts_with(BOM) {
            self.start = BOM.len();
        }
        Ok(())
    }

    fn refill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let read = self
            .reader
            .by_ref()
            .take(CHUNK as u64)
            .read_to_end(&mut self.buffer)?;
        self.ended = read == 0;
        Ok(())
    }
}

/// The bytes as text, and whether they had to be read as Windows-1252.
fn decoded(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, true),
    }
}

/// What the bytes are when they are no text to read, or none at all.
pub(crate) fn other_kind(head: &[u8]) -> Option<&'static str> {
    let text = head
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(head)
        .trim_ascii_start();
    match text {
        [] => Some("it is empty"),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => {
            Some("it is a zip or a spreadsheet: unpack it, or save it as CSV")
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("it is UTF-16 text: save it as UTF-8"),
        [0x1f, 0x8b, ..] => Some("it is gzipped twice: unpack it once"),
        [b'<', ..] => Some("it is a web page or XML"),
        [b'{' | b'[', ..] => Some("it is JSON"),
        _ if head.contains(&0) => Some("it is binary"),
        _ => None,
    }
}

/// The names in the first row that is not blank, in lower case, and whether a row follows.
pub(crate) fn first_rows(head: &[u8], delimiter: u8) -> (Vec<String>, bool) {
    let (mut records, mut record) = (Records::new(head, delimiter), Record::default());
    let mut header = Vec::new();
    while let Ok(Some((_, read))) = records.next(&mut record) {
        if read.is_ok() && record.is_blank() {
            continue;
        }
        if !header.is_empty() {
            return (header, true);
        }
        header = (0..record.len())
            .map(|column| record.get(column).to_lowercase())
            .collect();
    }
    (header, false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines, and values or fault, of every record; with three columns expected.
    fn all(bytes: &[u8]) -> Vec<(u64, Result<Vec<String>, String>)> {
        let mut records = Records::new(bytes, b';');
        records.expect_fields(3);
        let (mut record, mut all) = (Record::default(), Vec::new());
        while let Some((line, read)) = records.next(&mut record).unwrap() {
            all.push((
                line,
                read.map(|()| {
                    (0..record.len())
                        .map(|i| record.get(i).to_owned())
                        .collect()
                }),
            ));
        }
        all
    }

    fn row(line: u64, values: &[&str]) -> (u64, Result<Vec<String>, String>) {
        (
            line,
            Ok(values.iter().map(|value| (*value).to_owned()).collect()),
        )
    }

    fn fault(line: u64, fault: &str) -> (u64, Result<Vec<String>, String>) {
        (line, Err(fault.to_owned()))
    }

    #[test]
    fn values_are_unquoted_and_trimmed() {
        assert_eq!(all(b"a;\"b;c\" ; d\n"), [row(1, &["a", "b;c", "d"])]);
        assert_eq!(
            all(b"\"a \"\"b\"\"\";c\"d\";"),
            [row(1, &["a \"b\"", "c\"d\"", ""])]
        );
        assert_eq!(all(b"\xEF\xBB\xBFa;b;c"), [row(1, &["a", "b", "c"])]);
        assert_eq!(all(b""), []);
    }

    #[test]
    fn lines_are_the_physical_ones() {
        for end in ["\n", "\r\n"] {
            let text = ["a;b;c", "", "\"d", "e\";f;g", "h;i;j", "k;l", "m;n;o"].join(end);
            let blank = if end == "\n" { "d e" } else { "d  e" };
            let expected = [
                row(1, &["a", "b", "c"]),
                row(2, &[""]),
                row(3, &[blank, "f", "g"]),
                row(5, &["h", "i", "j"]),
                fault(6, "it has 2 columns, where 3 are expected"),
                row(7, &["m", "n", "o"]),
            ];
            assert_eq!(all(text.as_bytes()), expected);
        }
    }

    #[test]
    fn an_open_quote_costs_its_own_row_only() {
        let open = "column 2: a quote is opened and not closed";
        assert_eq!(
            all(b"a;\"b;c\nd;e;f"),
            [fault(1, open), row(2, &["d", "e", "f"])]
        );
        assert_eq!(all(b"a;\"b;c"), [fault(1, open)]);
        // A quote further on closes it, as it seems: not when the row that makes is none.
        assert_eq!(
            all(b"a;\"b;c\nd;\"e\";f"),
            [fault(1, open), row(2, &["d", "e", "f"])]
        );
        let apart = [
            fault(1, open),
            row(2, &["c\"", "d", "e"]),
            row(3, &["f", "g", "h"]),
        ];
        assert_eq!(all(b"a;\"b\nc\";d;e\nf;g;h"), apart);
        assert_eq!(
            all(b"a;\"b;c\nd;e\";f\n"),
            [row(1, &["a", "b;c d;e", "f"])],
            "three columns: it may be meant"
        );
        let long: String = std::iter::repeat_n("x;y;z\n", 50).collect();
        let rows = all(format!("a;\"b;c\n{long}d;e\";f\n").as_bytes());
        assert_eq!((rows.len(), &rows[0]), (52, &fault(1, open)));
        assert_eq!(
            all(b"a;\"b\"c;d\n")[0],
            fault(1, "column 2: text follows a closing quote")
        );
    }

    #[test]
    fn rows_without_end_are_passed_over() {
        let long = "x".repeat(LONGEST_ROW + 1);
        let rows = all(format!("a;b;c\n{long}\nd;e;f\n{long}{long}").as_bytes());
        let too_long = "it is longer than 65536 bytes";
        let expected = [
            row(1, &["a", "b", "c"]),
            fault(2, too_long),
            row(3, &["d", "e", "f"]),
            fault(4, too_long),
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn each_row_has_the_encoding_it_has() {
        let rows = all(b"\xc3\xa9;b;c\n\xe9;\x92;c\n\0;b;c\n");
        assert_eq!(
            rows,
            [
                row(1, &["é", "b", "c"]),
                row(2, &["é", "\u{2019}", "c"]),
                fault(3, "it holds a zero byte")
            ]
        );
    }

    proptest! {
        #[test]
        fn no_text_is_lost_or_stops_the_reader(text in "[a;\"\r\n\u{e9}]{0,200}", chunk in 1_usize..9) {
            /// Hands out a few bytes at a time.
            struct Drip<'a>(&'a [u8], usize);
            impl Read for Drip<'_> {
                fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                    let length = self.1.min(buffer.len());
                    self.0.read(&mut buffer[..length])
                }
            }
            let mut records = Records::new(Drip(text.as_bytes(), chunk), b';');
            records.expect_fields(3);
            let (mut record, mut count, mut last) = (Record::default(), 0, 0);
            while let Some((line, _)) = records.next(&mut record).unwrap() {
                prop_assert!(line > last);
                (last, count) = (line, count + 1);
            }
            prop_assert!(records.line - 1 == text.lines().count() as u64 && count <= text.lines().count());
        }
    }
}
