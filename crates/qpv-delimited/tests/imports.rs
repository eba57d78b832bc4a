//! Rows of imports: those written are those read, in order, however they are quoted, ended, encoded, filled up and cut.

use std::io::{self, Read};

use proptest::prelude::*;
use qpv_delimited::{RecordReader, StringRecord, push_field, push_quoted};

/// Gives a few bytes at a time.
struct PiecewiseInput<'a>(&'a [u8], usize);

impl Read for PiecewiseInput<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(buffer.len());
        self.0.read(&mut buffer[..length])
    }
}

/// A way to write a table.
#[expect(clippy::struct_excessive_bools, reason = "each is drawn on its own")]
#[derive(Debug, Clone, Copy)]
struct TextStyle {
    delimiter: u8,
    line_end: &'static str,
    is_windows_1252: bool,
    always_quotes: bool,
    ends_last_line: bool,
    has_separator_line: bool,
    /// Empty fields behind the header, and behind each row.
    surplus: [usize; 2],
}

fn style() -> impl Strategy<Value = TextStyle> {
    let delimiter = proptest::sample::select(&b";\t|,"[..]);
    let line_end = proptest::sample::select(&["\n", "\r\n"][..]);
    let surplus = [0..3_usize, 0..3_usize];
    (delimiter, line_end, any::<[bool; 4]>(), surplus).prop_map(
        |(delimiter, line_end, [windows, quotes, last, separator], surplus)| TextStyle {
            delimiter,
            line_end,
            is_windows_1252: windows,
            always_quotes: quotes,
            ends_last_line: last,
            has_separator_line: separator,
            surplus,
        },
    )
}

fn written(rows: &[Vec<String>], style: TextStyle) -> Vec<u8> {
    let mut lines = vec![];
    if style.has_separator_line {
        lines.push(format!("sep={}", char::from(style.delimiter)).into_bytes());
    }
    for (index, row) in rows.iter().enumerate() {
        let mut line = vec![];
        for (column, field) in row.iter().enumerate() {
            if column > 0 {
                line.push(style.delimiter);
            }
            let bytes = if style.is_windows_1252 {
                encoding_rs::WINDOWS_1252.encode(field).0
            } else {
                field.as_bytes().into()
            };
            if style.always_quotes {
                push_quoted(&mut line, &bytes);
            } else {
                push_field(&mut line, &bytes, style.delimiter);
            }
        }
        let surplus = style.surplus[usize::from(index > 0)];
        line.resize(line.len() + surplus, style.delimiter);
        lines.push(line);
    }
    let mut text = lines.join(style.line_end.as_bytes());
    if style.ends_last_line {
        text.extend(style.line_end.as_bytes());
    }
    text
}

proptest! {
    #[test]
    fn rows_of_an_import_are_those_written(
        names in proptest::collection::vec("[a-zéèà ;,\"\n']{0,8}", 0..20),
        style in style(),
        piece in 1..40_usize,
    ) {
        let mut rows = vec![["id", "nom"].map(str::to_owned).to_vec()];
        rows.extend(names.iter().zip(1..).map(|(name, id)| vec![id.to_string(), name.clone()]));
        let text = written(&rows, style);
        let mut reader = RecordReader::new(PiecewiseInput(&text, piece), style.delimiter);
        let (mut record, mut found) = (StringRecord::default(), vec![]);
        prop_assert!(reader.read_header(&mut record).unwrap());
        prop_assert_eq!(&record.iter().take(2).collect::<Vec<_>>(), &["id", "nom"]);
        while reader.read(&mut record).unwrap() {
            prop_assert_eq!(record.fault(), None);
            found.push([record.get(0).to_owned(), record.get(1).to_owned()]);
        }
        // No value of an import has several lines, or blanks around it.
        let expected: Vec<[String; 2]> = rows[1..]
            .iter()
            .map(|row| [row[0].clone(), row[1].replace('\n', " ").trim().to_owned()])
            .collect();
        prop_assert_eq!(found, expected);
    }
}
