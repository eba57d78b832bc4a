//! Where records and fields end in delimited text, without copying a byte: rows are handed back as they were written,
//! which a CSV library, made to unescape fields, cannot do.
//!
//! A field that begins with a quote ends at the next one that is not doubled, and may hold delimiters and line ends.
//! What follows a closing quote is read literally up to the delimiter. A quote is *stray* when it is not closed within
//! [`MAX_QUOTED`] bytes, or when it is closed on another line and something else than a delimiter or a line end
//! follows: then the line it is on is a record by itself, and the next line starts afresh, so that one forgotten quote
//! costs one row and not the rest of the file.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr2, memrchr};

/// The longest quoted field, bytes.
pub const MAX_QUOTED: usize = 1 << 20;

/// One record at the beginning of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Its bytes, line end included.
    pub len: usize,
    /// Its bytes without the line end.
    pub text: usize,
    /// Its fields.
    pub fields: usize,
    /// Whether a stray quote made a record of this line: its fields mean nothing.
    pub stray: bool,
}

/// Reads the record at the beginning of `bytes`, which are not empty, and calls `field` with the number and place of
/// each field, quotes included. `whole` tells that no bytes come after these; otherwise `None` means that more are
/// needed.
#[inline]
pub fn scan(
    bytes: &[u8],
    delimiter: u8,
    whole: bool,
    mut field: impl FnMut(usize, Range<usize>),
) -> Option<Record> {
    let (mut fields, mut start) = (0, 0);
    loop {
        let mut at = start;
        if bytes.get(at) == Some(&b'"') {
            match closing(bytes, at, delimiter, whole) {
                Quote::Closed { after } => at = after,
                Quote::Stray => return first_line(bytes, whole),
                Quote::MoreNeeded => return None,
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
                return Some(Record {
                    len,
                    text,
                    fields: fields + 1,
                    stray: false,
                });
            }
        }
    }
}

/// How a quote ends.
enum Quote {
    Closed { after: usize },
    Stray,
    MoreNeeded,
}

fn closing(bytes: &[u8], open: usize, delimiter: u8, whole: bool) -> Quote {
    let limit = bytes.len().min(open + MAX_QUOTED);
    let mut at = open + 1;
    while let Some(index) = memchr(b'"', bytes.get(at..limit).unwrap_or_default()) {
        let after = at + index + 1;
        match bytes.get(after) {
            Some(b'"') => at = after + 1,
            None if !whole => return Quote::MoreNeeded,
            None | Some(b'\n' | b'\r') => return Quote::Closed { after },
            Some(&next) if next == delimiter => return Quote::Closed { after },
            Some(_) if memchr(b'\n', &bytes[open..after]).is_some() => return Quote::Stray,
            Some(_) => return Quote::Closed { after },
        }
    }
    if whole || limit == open + MAX_QUOTED {
        Quote::Stray
    } else {
        Quote::MoreNeeded
    }
}

fn first_line(bytes: &[u8], whole: bool) -> Option<Record> {
    let end = memchr(b'\n', bytes);
    if end.is_none() && !whole {
        return None;
    }
    let text = without_return(bytes, end.unwrap_or(bytes.len()));
    Some(Record {
        len: end.map_or(bytes.len(), |end| end + 1),
        text,
        fields: 1,
        stray: true,
    })
}

/// Where a line ends when its carriage return does not count.
fn without_return(bytes: &[u8], end: usize) -> usize {
    if end > 0 && bytes[end - 1] == b'\r' {
        end - 1
    } else {
        end
    }
}

/// Bytes of the whole records at the beginning of `bytes`, which more bytes may follow. Lines without quotes are
/// passed over without being read.
pub fn whole_records(bytes: &[u8], delimiter: u8) -> usize {
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

/// A field without its quotes; doubled ones are single again.
pub fn unquoted(field: Cow<'_, str>) -> Cow<'_, str> {
    match field
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'))
    {
        Some(inner) => inner.replace("\"\"", "\"").into(),
        None => field,
    }
}

/// Writes a field, quoted if it must be.
pub fn push_field(out: &mut Vec<u8>, text: &[u8], delimiter: u8) {
    let special = |byte: &u8| *byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if text.iter().any(special) {
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
            assert!(record.stray || record.fields == fields.len());
            records.push((text_of(0..record.text), (!record.stray).then_some(fields)));
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
        assert_eq!(unquoted(Cow::Borrowed("\"say \"\"hi\"\"\"")), "say \"hi\"");
    }

    #[test]
    fn a_forgotten_quote_costs_its_line_only() {
        assert_eq!(fields("\"a;1\nb;2\n"), [None, some(&["b", "2"])]);
        // The second forgotten quote would close the first.
        assert_eq!(
            fields("\"a;1\n\"b;2\nc;3\n"),
            [None, None, some(&["c", "3"])]
        );
        let far = format!("\"a;1\n{}\"x\";9\n", "b;2\n".repeat(MAX_QUOTED / 4));
        let found = fields(&far);
        assert_eq!(found.len(), MAX_QUOTED / 4 + 2);
        assert_eq!((&found[0], &found[1]), (&None, &some(&["b", "2"])));
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
