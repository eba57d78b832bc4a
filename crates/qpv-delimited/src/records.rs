//! Boundaries of records and fields, found without copying a byte.
//!
//! Rows of lists are returned as they were written, which a CSV library, made to unescape fields, cannot do. The rule of
//! quotes is that of the crate's header.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memrchr};

/// The longest quoted field, in bytes.
pub const MAX_QUOTED_BYTES: usize = 1 << 20;

/// The most line ends in a quoted field: as many as Excel takes in a cell ("Specifications and limits" in its help).
/// A field with more comes from a quote that was forgotten, and would hide as many rows.
pub const MAX_QUOTED_LINE_ENDS: usize = 253;

/// The extent of one record at the beginning of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordSpan {
    /// Bytes, line end included.
    pub len: usize,
    /// Bytes without the line end.
    pub text: usize,
    /// The number of fields.
    pub fields: usize,
    /// The field with a stray quote, which made a record of this line: its fields mean nothing.
    pub stray_quote: Option<usize>,
}

/// Reads the record at the beginning of `bytes`, which are not empty, and calls `field` with the number and place of
/// each field, quotes included.
///
/// With `whole`, no bytes come after these. Otherwise `None` means that more are needed.
#[inline]
pub fn scan(
    bytes: &[u8],
    delimiter: u8,
    whole: bool,
    mut field: impl FnMut(usize, Range<usize>),
) -> Option<RecordSpan> {
    let (mut fields, mut start) = (0, 0);
    loop {
        let mut at = start;
        if bytes.get(at) == Some(&b'"') {
            match closing(bytes, at, delimiter, whole) {
                QuoteEnd::Closed { after } => at = after,
                QuoteEnd::Stray => return first_line(bytes, whole, fields),
                QuoteEnd::MoreNeeded => return None,
            }
        }
        let end = memchr2(delimiter, b'\n', &bytes[at..]).map(|index| at + index);
        match end {
            Some(end) if bytes[end] == delimiter => {
                field(fields, start..end);
                fields += 1;
                start = end + 1;
            }
            None if !whole => return None,
            _ => {
                let text = without_return(bytes, end.unwrap_or(bytes.len())).max(start);
                field(fields, start..text);
                let len = end.map_or(bytes.len(), |end| end + 1);
                return Some(RecordSpan {
                    len,
                    text,
                    fields: fields + 1,
                    stray_quote: None,
                });
            }
        }
    }
}

/// The end of a quoted field.
enum QuoteEnd {
    Closed { after: usize },
    Stray,
    MoreNeeded,
}

fn closing(bytes: &[u8], open: usize, delimiter: u8, whole: bool) -> QuoteEnd {
    let limit = bytes.len().min(open + MAX_QUOTED_BYTES);
    let mut at = open + 1;
    while let Some(index) = memchr(b'"', bytes.get(at..limit).unwrap_or_default()) {
        let after = at + index + 1;
        let ends_field = match bytes.get(after) {
            Some(b'"') => {
                at = after + 1;
                continue;
            }
            // The next byte decides, and is not there yet.
            None if !whole => return QuoteEnd::MoreNeeded,
            None | Some(b'\n' | b'\r') => true,
            Some(&next) => next == delimiter,
        };
        // Most fields are too short for that many line ends: theirs are not counted.
        if ends_field && after - open <= MAX_QUOTED_LINE_ENDS {
            return QuoteEnd::Closed { after };
        }
        // Text behind a quote is misplaced: when lines lie between, the quote was forgotten.
        let most = if ends_field { MAX_QUOTED_LINE_ENDS } else { 0 };
        return if line_ends(&bytes[open..after]) > most {
            QuoteEnd::Stray
        } else {
            QuoteEnd::Closed { after }
        };
    }
    if whole
        || limit == open + MAX_QUOTED_BYTES
        || line_ends(&bytes[open..limit]) > MAX_QUOTED_LINE_ENDS
    {
        QuoteEnd::Stray
    } else {
        QuoteEnd::MoreNeeded
    }
}

fn line_ends(bytes: &[u8]) -> usize {
    memchr_iter(b'\n', bytes).count()
}

fn first_line(bytes: &[u8], whole: bool, stray_field: usize) -> Option<RecordSpan> {
    let end = memchr(b'\n', bytes);
    if end.is_none() && !whole {
        return None;
    }
    let text = without_return(bytes, end.unwrap_or(bytes.len()));
    Some(RecordSpan {
        len: end.map_or(bytes.len(), |end| end + 1),
        text,
        fields: 1,
        stray_quote: Some(stray_field),
    })
}

/// Returns the end of a line without its carriage return.
fn without_return(bytes: &[u8], end: usize) -> usize {
    if end > 0 && bytes[end - 1] == b'\r' {
        end - 1
    } else {
        end
    }
}

/// Returns the bytes of the whole records at the beginning of `bytes`, which more bytes may follow. Lines without
/// quotes are passed over without being read.
pub(crate) fn whole_records(bytes: &[u8], delimiter: u8) -> usize {
    let mut done = 0;
    loop {
        let rest = &bytes[done..];
        let quote = memchr(b'"', rest);
        let plain = &rest[..quote.unwrap_or(rest.len())];
        done += memrchr(b'\n', plain).map_or(0, |index| index + 1);
        if quote.is_none() {
            return done;
        }
        match scan(&bytes[done..], delimiter, false, |_, _| ()) {
            Some(record) => done += record.len,
            None => return done,
        }
    }
}

/// Returns a field without its quotes and the blanks after them; doubled quotes are single again.
#[must_use]
pub fn unquoted(field: Cow<'_, str>) -> Cow<'_, str> {
    let inner = field
        .strip_prefix('"')
        .and_then(|inner| inner.trim_end_matches([' ', '\t']).strip_suffix('"'));
    match inner {
        Some(inner) => inner.replace("\"\"", "\"").into(),
        None => field,
    }
}

/// Writes a record, without line end.
pub fn push_record<T: AsRef<str>>(
    out: &mut Vec<u8>,
    fields: impl IntoIterator<Item = T>,
    delimiter: u8,
) {
    for (index, field) in fields.into_iter().enumerate() {
        if index > 0 {
            out.push(delimiter);
        }
        push_field(out, field.as_ref().as_bytes(), delimiter);
    }
}

/// Writes a field, quoted if it must be.
pub fn push_field(out: &mut Vec<u8>, text: &[u8], delimiter: u8) {
    if text
        .iter()
        .any(|byte| *byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r'))
    {
        push_quoted(out, text);
    } else {
        out.extend_from_slice(text);
    }
}

/// Writes a field between quotes.
pub fn push_quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for byte in text {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All records of a text, as their text and fields; a stray line has none.
    fn records(text: &str) -> Vec<(String, Option<Vec<String>>)> {
        let (mut rest, mut records) = (text.as_bytes(), vec![]);
        while !rest.is_empty() {
            let mut fields = vec![];
            let text_of = |range: Range<usize>| String::from_utf8(rest[range].to_vec()).unwrap();
            let record = scan(rest, b';', true, |_, range| fields.push(text_of(range))).unwrap();
            let stray = record.stray_quote.is_some();
            assert!(stray || record.fields == fields.len());
            records.push((text_of(0..record.text), (!stray).then_some(fields)));
            rest = &rest[record.len..];
        }
        records
    }

    fn fields(text: &str) -> Vec<Option<Vec<String>>> {
        records(text)
            .into_iter()
            .map(|(_, fields)| fields)
            .collect()
    }

    #[expect(clippy::unnecessary_wraps, reason = "what is expected is optional")]
    fn some(fields: &[&str]) -> Option<Vec<String>> {
        Some(fields.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn plain_and_quoted_fields() {
        assert_eq!(
            fields("a;b\r\nc;;d\n"),
            [some(&["a", "b"]), some(&["c", "", "d"])]
        );
        assert_eq!(fields("a;b"), [some(&["a", "b"])]);
        assert_eq!(fields("\r\n\n"), [some(&[""]), some(&[""])]);
        assert_eq!(
            fields("\"a;\"\"b\r\n\";c\n1;2\n"),
            [some(&["\"a;\"\"b\r\n\"", "c"]), some(&["1", "2"])]
        );
        assert_eq!(fields("5\" pipe;2\"\n"), [some(&["5\" pipe", "2\""])]);
        assert_eq!(
            fields("\"Rés. \"Lilas\"\";1\n"),
            [some(&["\"Rés. \"Lilas\"\"", "1"])]
        );
        for (field, value) in [
            ("\"say \"\"hi\"\"\"", "say \"hi\""),
            ("\"a\" ", "a"),
            ("\"a\" b", "\"a\" b"),
            ("\"", "\""),
        ] {
            assert_eq!(unquoted(Cow::Borrowed(field)), value);
        }
    }

    #[test]
    fn a_forgotten_quote_costs_its_line_only() {
        assert_eq!(fields("\"a;1\nb;2\n"), [None, some(&["b", "2"])]);
        // The second forgotten quote would close the first.
        assert_eq!(
            fields("\"a;1\n\"b;2\nc;3\n"),
            [None, None, some(&["c", "3"])]
        );
        for rows in [MAX_QUOTED_LINE_ENDS, MAX_QUOTED_BYTES / 4] {
            let far = format!("\"a;1\n{}x\";9\n", "b;2\n".repeat(rows));
            let found = fields(&far);
            assert_eq!(found.len(), rows + 2);
            assert_eq!((&found[0], &found[1]), (&None, &some(&["b", "2"])));
        }
    }

    #[test]
    fn a_field_may_have_as_many_lines_as_a_cell() {
        let lines = "a line\n".repeat(MAX_QUOTED_LINE_ENDS);
        assert_eq!(records(&format!("1;\"{lines}\"\n2;b\n")).len(), 2);
        let long = "x".repeat(MAX_QUOTED_BYTES);
        assert_eq!(records(&format!("1;\"{long}\"\n"))[0].1, None);
    }

    #[test]
    fn a_stray_quote_is_located() {
        let span = |text: &[u8]| scan(text, b';', true, |_, _| ()).unwrap().stray_quote;
        assert_eq!(span(b"a;b;\"c\n"), Some(2));
        assert_eq!(span(b"a;b;\"c\"\n"), None);
    }

    #[test]
    fn a_record_is_whole_only_when_its_end_is_seen() {
        assert_eq!(whole_records(b"a;b\nc;", b';'), 4);
        assert_eq!(whole_records(b"a;b\n\"c\nd", b';'), 4);
        assert_eq!(whole_records(b"a;b\n\"c\nd\"", b';'), 4);
        assert_eq!(whole_records(b"a;b\n\"c\nd\"\ne", b';'), 10);
        assert_eq!(whole_records(b"abc", b';'), 0);
    }

    proptest! {
        /// However the bytes come in pieces, the records are those of the whole text.
        #[test]
        fn pieces_give_the_records_of_the_whole(text in "[a;\"\n\r]{0,60}", piece in 1usize..20) {
            let (mut done, mut seen, mut pieces) = (0, 0, vec![]);
            while seen < text.len() {
                seen = text.len().min(seen + piece);
                let cut = done + whole_records(&text.as_bytes()[done..seen], b';');
                pieces.extend(records(&text[done..cut]));
                done = cut;
            }
            pieces.extend(records(&text[done..]));
            prop_assert_eq!(pieces, records(&text));
        }
    }
}
