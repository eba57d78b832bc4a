//! Records of a stream, one after the other, each with the line it begins on.

use std::io::Read;
use std::ops::Range;

use memchr::{memchr, memchr_iter};

use crate::blocks::{Blocks, ReadError};
use crate::dialect::mixed_text;
use crate::records::{scan, unquoted};
use crate::separator_line::SeparatorLine;
use crate::surplus::{common_surplus, named_columns};

/// One record, its values unquoted.
#[derive(Debug, Default)]
pub struct StringRecord {
    text: String,
    /// The extent of each value in `text`.
    values: Vec<Range<usize>>,
    line: u64,
    fault: Option<RecordFault>,
}

/// The reason why the values of a record mean nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// More or fewer values than the header has names.
    #[error("it has {found} columns, where {expected} are expected")]
    ColumnCount {
        /// Columns of the record.
        found: usize,
        /// Columns of the header.
        expected: usize,
    },
    /// A forgotten quote.
    #[error("column {column}: a quote is opened and not closed")]
    StrayQuote {
        /// Its number, from 1.
        column: usize,
    },
    /// No text has one.
    #[error("it holds a zero byte")]
    ZeroByte,
}

impl StringRecord {
    /// Returns the value of a column, without the blanks around it; an empty one when there is no such column.
    #[must_use]
    pub fn get(&self, column: usize) -> &str {
        self.values
            .get(column)
            .map_or("", |value| self.text[value.clone()].trim())
    }

    /// Returns the values in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|column| self.get(column))
    }

    /// Returns the number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns whether no column has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().all(str::is_empty)
    }

    /// Returns the number of the line on which the record begins, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Returns what is wrong with the record, if anything.
    #[must_use]
    pub fn fault(&self) -> Option<&RecordFault> {
        self.fault.as_ref()
    }

    fn clear(&mut self) {
        self.text.clear();
        self.values.clear();
        self.fault = None;
    }

    /// Appends a field, line ends as blanks: no value has several lines.
    fn push(&mut self, field: &str) {
        let begin = self.text.len();
        // Only a quoted field can hold a line feed.
        if field.starts_with('"') {
            let value = unquoted(field.into());
            self.text.extend(value.chars().map(line_end_as_blank));
        } else {
            self.text.push_str(field);
        }
        self.values.push(begin..self.text.len());
    }
}

fn line_end_as_blank(character: char) -> char {
    if matches!(character, '\n' | '\r') {
        ' '
    } else {
        character
    }
}

/// Reads the records of a text in UTF-8, whose other lines are in Windows-1252.
pub struct RecordReader<R> {
    blocks: Blocks<R>,
    delimiter: u8,
    /// Whole records.
    block: String,
    /// The beginning of the next one in `block`.
    next: usize,
    /// The number of its line, from 1.
    line: u64,
    expected: Option<ExpectedColumns>,
    converted_lines: u64,
}

/// The numbers of columns that put nothing out of place.
#[derive(Clone, Copy)]
struct ExpectedColumns {
    columns: usize,
    /// Up to the last one with a name: rows may lack those behind.
    named: usize,
    /// Empty fields behind all columns, as many as most rows have.
    surplus: usize,
}

impl<R: Read> RecordReader<R> {
    /// Reads from the beginning of `input`.
    pub fn new(input: R, delimiter: u8) -> Self {
        Self {
            blocks: Blocks::new(input),
            delimiter,
            block: String::new(),
            next: 0,
            line: 1,
            expected: None,
            converted_lines: 0,
        }
    }

    /// Makes records with another number of columns faulty, from now on.
    pub fn expect_columns(&mut self, columns: usize) {
        self.expected = Some(ExpectedColumns {
            columns,
            named: columns,
            surplus: 0,
        });
    }

    /// Returns the number of lines so far that were no UTF-8 and were read as Windows-1252.
    #[must_use]
    pub fn converted_lines(&self) -> u64 {
        self.converted_lines
    }

    /// Passes over a line `sep=;` at the beginning of the text.
    fn skip_separator_line(&mut self) -> Result<(), ReadError> {
        if self.line == 1 && self.next == self.block.len() {
            self.next_block()?;
            if let Some(line) = SeparatorLine::find(self.block.as_bytes()) {
                self.next = line.len;
                self.line += 1;
            }
        }
        Ok(())
    }

    /// Reads the first record with something in it, other than a line `sep=;`, and expects as many columns of those that follow. Returns whether
    /// there is one.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn read_header(&mut self, record: &mut StringRecord) -> Result<bool, ReadError> {
        self.read_header_from(record, 1)
    }

    /// Reads the header as [`read_header`](Self::read_header) does, at this line or below it ([`TextHeader::line`]).
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn read_header_from(
        &mut self,
        record: &mut StringRecord,
        line: u64,
    ) -> Result<bool, ReadError> {
        self.skip_separator_line()?;
        while self.read(record)? {
            if record.line() >= line && record.fault().is_none() && !record.is_empty() {
                let names: Vec<String> = record.iter().map(str::to_owned).collect();
                // Whole records, as many as one block has.
                let rows = &self.block.as_bytes()[self.next..];
                self.expected = Some(ExpectedColumns {
                    columns: names.len(),
                    named: named_columns(&names),
                    surplus: common_surplus(rows, true, self.delimiter, names.len()),
                });
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads the next record, a blank line as one without value. Returns whether there is one.
    ///
    /// # Errors
    /// [`ReadError`]. A faulty record is no error: see [`StringRecord::fault`].
    pub fn read(&mut self, record: &mut StringRecord) -> Result<bool, ReadError> {
        record.clear();
        if self.next == self.block.len() && !self.next_block()? {
            return Ok(false);
        }
        let text = &self.block[self.next..];
        let span = scan(text.as_bytes(), self.delimiter, true, |_, field| {
            record.push(&text[field]);
        });
        let span = span.expect("a block has whole records only");
        let text = &text[..span.len];
        record.line = self.line;
        record.fault = if let Some(field) = span.stray_quote {
            record.clear();
            Some(RecordFault::StrayQuote { column: field + 1 })
        } else if memchr(0, text.as_bytes()).is_some() {
            Some(RecordFault::ZeroByte)
        } else {
            self.column_fault(record)
        };
        self.line += memchr_iter(b'\n', text.as_bytes()).count() as u64;
        self.next += span.len;
        Ok(true)
    }

    fn column_fault(&self, record: &StringRecord) -> Option<RecordFault> {
        let (found, expected) = (record.len(), self.expected?);
        // Spreadsheets write an empty row without delimiters, or with those of another width.
        if (expected.named..=expected.columns).contains(&found) || record.is_empty() {
            return None;
        }
        let surplus = found.saturating_sub(expected.columns);
        let is_empty = (expected.columns..found).all(|column| record.get(column).is_empty());
        // Under commas `0,5,` may be a number before an empty field.
        let is_usual = self.delimiter != b',' || surplus <= expected.surplus;
        if surplus > 0 && is_empty && is_usual {
            return None;
        }
        Some(RecordFault::ColumnCount {
            found,
            expected: expected.columns,
        })
    }

    fn next_block(&mut self) -> Result<bool, ReadError> {
        // Only the first block may begin with a mark.
        if self.line == 1 {
            self.blocks.skip_byte_order_mark()?;
            self.blocks.begin(0, self.delimiter, 0);
        }
        let Some(block) = self.blocks.next_block()? else {
            return Ok(false);
        };
        self.next = 0;
        self.block = match String::from_utf8(block) {
            Ok(text) => text,
            Err(fault) => {
                // Files put together from several have lines of another encoding.
                let (text, lines) = mixed_text(fault.as_bytes());
                self.converted_lines += lines;
                text
            }
        };
        Ok(true)
    }
}

/// The header at the start of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextHeader {
    /// Its values, in lower case.
    pub names: Vec<String>,
    /// True when a row follows in that start.
    pub has_rows: bool,
    /// Its line, from 1.
    pub line: u64,
    /// Records above it with something in them: titles.
    pub rows_above: usize,
}

/// The most records with something in them above a header, as in spreadsheets: titles, groups of columns.
pub const MAX_ROWS_ABOVE: usize = 30;

impl TextHeader {
    /// Reads the header of a text that begins with `head`: of the first records the one that is known to name columns, given its
    /// values in lower case; else the first one with several values, or with one.
    pub fn find(head: &[u8], delimiter: u8, is_header: impl Fn(&[String]) -> bool) -> Self {
        let mut first = Vec::new();
        let (mut reader, mut record) =
            (RecordReader::new(head, delimiter), StringRecord::default());
        // Bytes at hand cannot fail to be read, and a header longer than any record is none.
        if reader.skip_separator_line().is_ok() {
            while first.len() <= MAX_ROWS_ABOVE
                && let Ok(true) = reader.read(&mut record)
            {
                if record.fault().is_none() && !record.is_empty() {
                    let names: Vec<String> = record.iter().map(str::to_lowercase).collect();
                    first.push((record.line(), names));
                }
            }
        }
        let known = first.iter().position(|(_, names)| is_header(names));
        let several = |(_, names): &(u64, Vec<String>)| {
            names.iter().filter(|name| !name.is_empty()).take(2).count() == 2
        };
        let rows_above = known
            .or_else(|| first.iter().position(several))
            .unwrap_or(0);
        let (line, names) = first.into_iter().nth(rows_above).unwrap_or_default();
        let mut header = Self {
            names,
            has_rows: false,
            line,
            rows_above,
        };
        header.has_rows = header.is_followed(head, delimiter);
        header
    }

    fn is_followed(&self, head: &[u8], delimiter: u8) -> bool {
        let (mut reader, mut record) =
            (RecordReader::new(head, delimiter), StringRecord::default());
        if !matches!(reader.read_header_from(&mut record, self.line), Ok(true)) {
            return false;
        }
        while let Ok(true) = reader.read(&mut record) {
            if record.fault().is_some() || !record.is_empty() {
                return true;
            }
        }
        false
    }

    /// Returns a remark on the rows above the header, if there are any.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        (self.rows_above > 0).then(|| {
            format!(
                "line {} names the columns: {} row(s) above it were not read",
                self.line, self.rows_above
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use proptest::prelude::*;

    use super::*;
    use crate::blocks::MAX_RECORD_BYTES;

    /// Line, and values or fault, of every record; with three columns expected.
    fn all(bytes: &[u8]) -> Vec<(u64, Result<Vec<String>, String>)> {
        let mut reader = RecordReader::new(bytes, b';');
        reader.expect_columns(3);
        let (mut record, mut all) = (StringRecord::default(), Vec::new());
        while reader.read(&mut record).unwrap() {
            let values = match record.fault() {
                Some(fault) => Err(fault.to_string()),
                None => Ok(record.iter().map(str::to_owned).collect()),
            };
            all.push((record.line(), values));
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
        assert_eq!(all(b"a;\"b\"c;d"), [row(1, &["a", "\"b\"c", "d"])]);
        assert_eq!(all(b"\xEF\xBB\xBFa;b;c"), [row(1, &["a", "b", "c"])]);
        assert_eq!(all(b""), []);
    }

    #[test]
    fn lines_are_the_physical_ones() {
        for end in ["\n", "\r\n"] {
            let text = ["a;b;c", "", "\"d", "e\";f;g", "h;i;j", "k;l", "m;n;o"].join(end);
            let value = if end == "\n" { "d e" } else { "d  e" };
            let expected = [
                row(1, &["a", "b", "c"]),
                row(2, &[""]),
                row(3, &[value, "f", "g"]),
                row(5, &["h", "i", "j"]),
                fault(6, "it has 2 columns, where 3 are expected"),
                row(7, &["m", "n", "o"]),
            ];
            assert_eq!(all(text.as_bytes()), expected);
        }
    }

    #[test]
    fn a_stray_quote_costs_its_own_line_only() {
        let open = "column 2: a quote is opened and not closed";
        assert_eq!(
            all(b"a;\"b;c\nd;e;f"),
            [fault(1, open), row(2, &["d", "e", "f"])]
        );
        assert_eq!(all(b"a;\"b;c"), [fault(1, open)]);
        // The quote of the second line would close that of the first.
        assert_eq!(
            all(b"a;\"b;c\nd;\"e\";f"),
            [fault(1, open), row(2, &["d", "e", "f"])]
        );
        assert_eq!(
            all(b"a;\"b;c\nd;e\";f\n"),
            [row(1, &["a", "b;c d;e", "f"])],
            "it may be meant"
        );
        let rows = "x;y;z\n".repeat(300);
        let rows = all(format!("a;\"b;c\n{rows}d;e\";f\n").as_bytes());
        assert_eq!((rows.len(), &rows[0]), (302, &fault(1, open)));
    }

    #[test]
    fn long_rows_are_read_and_endless_ones_refused() {
        let long = "x".repeat(MAX_RECORD_BYTES / 2);
        let rows = all(format!("a;b;c\n{long};;\n").as_bytes());
        assert_eq!(rows[1], row(2, &[&long, "", ""]));
        let endless = b"a;b;c\n".chain(io::repeat(b'x'));
        let (mut reader, mut record) = (RecordReader::new(endless, b';'), StringRecord::default());
        assert!(reader.read(&mut record).unwrap());
        let error = reader.read(&mut record).unwrap_err();
        assert!(
            matches!(error, ReadError::LineTooLong { line: 2, .. }),
            "{error}"
        );
    }

    #[test]
    fn each_line_has_the_encoding_it_has() {
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

    #[test]
    fn a_header_is_the_first_row_with_something_in_it() {
        let header = |text: &str| {
            let header = TextHeader::find(text.as_bytes(), b';', |names| names[0] == "id");
            (
                header.names,
                header.has_rows,
                header.line,
                header.rows_above,
            )
        };
        let names = vec!["id".to_owned(), "nom".to_owned()];
        for (text, has_rows, line, rows_above) in [
            ("\n;;\nID;Nom\n\n1;2\n", true, 3, 0),
            ("ID;Nom\n\n;\n", false, 1, 0),
            ("id;nom", false, 1, 0),
            ("id;nom\n1", true, 1, 0),
            ("Liste des lieux\n\nAnnée ; 2026\nid;nom\n1;2", true, 4, 2),
            ("\"Lieux\nde 2026\"\n;;\nid;nom\n", false, 4, 1),
        ] {
            let expected = (names.clone(), has_rows, line, rows_above);
            assert_eq!(header(text), expected, "{text}");
        }
        // None is known: the first with several values.
        let none = TextHeader::find(b"Lieux\nun;deux\n1;2\n", b';', |_| false);
        assert_eq!((none.names[0].as_str(), none.rows_above), ("un", 1));
        assert!(header("\n").0.is_empty());
        for line in ["sep=;\r\n", "\"sep=;\"\n", "\u{feff}SEP=;\n", "sep=;;\n"] {
            let names = names.clone();
            let text = format!("{line}ID;Nom\n1;2\n");
            assert_eq!(header(&text), (names, true, 2, 0), "{text}");
        }
        let mut reader = RecordReader::new(&b"sep=;\nid;nom\n1;2\n"[..], b';');
        let mut record = StringRecord::default();
        assert!(reader.read_header(&mut record).unwrap() && record.line() == 2);
        assert!(reader.read(&mut record).unwrap() && record.line() == 3);
    }

    /// The faults of the rows below a header.
    fn faults(text: &str, delimiter: u8) -> Vec<bool> {
        let mut reader = RecordReader::new(text.as_bytes(), delimiter);
        let (mut record, mut faults) = (StringRecord::default(), vec![]);
        assert!(reader.read_header(&mut record).unwrap());
        while reader.read(&mut record).unwrap() {
            faults.push(record.fault().is_some());
        }
        faults
    }

    #[test]
    fn empty_fields_at_the_end_are_tolerated_on_either_side() {
        for (text, delimiter, expected) in [
            (
                "id;nom\n1;a;\n2;b\n3;c;;\n",
                b';',
                &[false, false, false][..],
            ),
            ("id;nom;\n1;a\n2;b;\n", b';', &[false, false]),
            ("id;nom;;\n1;a\n2;b;;;\n", b';', &[false, false]),
            ("id\tnom\n1\ta\t\n", b'\t', &[false]),
            ("id;nom\n1;a;\"\"\n", b';', &[false]),
            ("id;nom\n1;a;x\n2;b\n", b';', &[true, false]),
            ("id;nom\n1\n2;b\n", b';', &[true, false]),
            ("id,nom\n1,a,\n2,b,\n3,c\n", b',', &[false, false, false]),
            // A decimal comma before an empty field.
            ("id,x\n1,2\n2,3\n0,5,\n", b',', &[false, false, true]),
            ("id;nom;ville\n1;a\n", b';', &[true]),
        ] {
            assert_eq!(faults(text, delimiter), expected, "{text}");
        }
    }

    /// Gives a few bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(buffer.len());
            self.0.read(&mut buffer[..length])
        }
    }

    proptest! {
        #[test]
        fn no_text_is_lost_or_stops_the_reader(text in "[a;\"\r\n\u{e9}]{0,200}", chunk in 1_usize..9) {
            let mut reader = RecordReader::new(Drip(text.as_bytes(), chunk), b';');
            reader.expect_columns(3);
            let (mut record, mut count, mut last) = (StringRecord::default(), 0, 0);
            while reader.read(&mut record).unwrap() {
                prop_assert!(record.line() > last);
                (last, count) = (record.line(), count + 1);
            }
            // Without a line feed, carriage returns end the lines.
            let is_old = !text.contains('\n') && text.trim_ascii().contains('\r');
            let end = if is_old { b'\r' } else { b'\n' };
            let lines = text.bytes().filter(|byte| *byte == end).count();
            prop_assert_eq!(reader.line - 1, lines as u64);
            prop_assert!(count <= lines + 1);
        }
    }
}
