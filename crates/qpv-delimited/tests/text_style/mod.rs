//! Ways to write a table as text, and to read it piece by piece: for the tests of imports and of lists.

use std::io::{self, Read};

use proptest::prelude::*;
use qpv_delimited::{BYTE_ORDER_MARK, Codec, Encoding, push_field, push_quoted};

/// Gives a few bytes at a time.
pub(crate) struct PiecewiseInput<'a>(pub(crate) &'a [u8], pub(crate) usize);

impl Read for PiecewiseInput<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(buffer.len());
        self.0.read(&mut buffer[..length])
    }
}

/// A way to write a table.
#[expect(clippy::struct_excessive_bools, reason = "each is drawn on its own")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextStyle {
    pub(crate) delimiter: u8,
    pub(crate) line_end: &'static str,
    pub(crate) encoding: Encoding,
    pub(crate) has_mark: bool,
    pub(crate) always_quotes: bool,
    pub(crate) ends_last_line: bool,
    pub(crate) has_separator_line: bool,
    /// Empty fields behind the header, and behind each row.
    pub(crate) surplus: [usize; 2],
}

/// Draws a style in one of these encodings; `Auto` stands for UTF-8. `has_header_surplus`: also with empty fields behind the
/// header.
pub(crate) fn style(
    encodings: &'static [Encoding],
    has_header_surplus: bool,
) -> impl Strategy<Value = TextStyle> {
    let encoding = proptest::sample::select(encodings);
    let delimiter = proptest::sample::select(&b";\t|,"[..]);
    let line_end = proptest::sample::select(&["\n", "\r\n"][..]);
    let header_surplus = if has_header_surplus { 0..3_usize } else { 0..1 };
    let surplus = [header_surplus, 0..3_usize];
    (delimiter, line_end, encoding, any::<[bool; 4]>(), surplus).prop_map(
        |(delimiter, line_end, encoding, [mark, quotes, last, separator], surplus)| TextStyle {
            delimiter,
            line_end,
            encoding,
            has_mark: mark && encoding == Encoding::Auto,
            always_quotes: quotes,
            ends_last_line: last,
            has_separator_line: separator,
            surplus,
        },
    )
}

/// Returns the bytes of a table.
pub(crate) fn written(rows: &[Vec<String>], style: TextStyle) -> Vec<u8> {
    let codec = Codec::detect(b"", true, style.encoding);
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
            let bytes = codec.encode(field);
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
    if style.has_mark {
        text.splice(0..0, BYTE_ORDER_MARK.iter().copied());
    }
    text
}
