//! The line `sep=;` that spreadsheets put in front of a header.
//!
//! Excel reads the delimiter from it and shows no row for it. Other programs take it for the header.

use memchr::memchr;

/// A first line that names the delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeparatorLine {
    /// The delimiter that it names.
    pub delimiter: u8,
    /// Its bytes, line end included.
    pub len: usize,
}

impl SeparatorLine {
    /// Recognises the line at the beginning of a text without byte order mark.
    #[must_use]
    pub fn find(start: &[u8]) -> Option<Self> {
        let len = memchr(b'\n', start).map_or(start.len(), |end| end + 1);
        let delimiter = named_delimiter(&start[..len])?;
        Some(Self { delimiter, len })
    }
}

/// Returns the delimiter that a line names: `sep=;`, in any case, quoted or not, filled up with delimiters by a
/// spreadsheet that saved it again.
fn named_delimiter(line: &[u8]) -> Option<u8> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line).trim_ascii_start();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (word, rest) = line.split_at_checked(3)?;
    if !word.eq_ignore_ascii_case(b"sep") {
        return None;
    }
    let named = rest.trim_ascii_start().strip_prefix(b"=")?;
    // A tab is a blank too, so that blanks are passed over one by one.
    let at = named.iter().position(|byte| *byte != b' ')?;
    let (delimiter, rest) = (named[at], &named[at + 1..]);
    let is_delimiter = delimiter == b'\t' || delimiter.is_ascii_punctuation() && delimiter != b'"';
    let is_end = rest
        .iter()
        .all(|byte| matches!(byte, b' ' | b'"') || b";\t|,".contains(byte));
    (is_delimiter && is_end).then_some(delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_excel_is_recognised() {
        for (text, delimiter, len) in [
            ("sep=;\r\na;b\r\n", b';', 7),
            ("\"sep=;\"\r\na;b\r\n", b';', 9),
            ("SEP=,\na,b\n", b',', 6),
            ("Sep = ;\na;b\n", b';', 8),
            ("sep=\t\na\tb\n", b'\t', 6),
            ("sep=|\n", b'|', 6),
            ("sep=^\na^b\n", b'^', 6),
            ("sep=;;;;\r\na;b;c;d\r\n", b';', 10),
            ("\"sep=;\";;\r\na;b;c\r\n", b';', 11),
            ("sep=;", b';', 5),
            ("\"sep=,\",,,\na,b,c,d\n", b',', 11),
        ] {
            let found = SeparatorLine::find(text.as_bytes());
            assert_eq!(found, Some(SeparatorLine { delimiter, len }), "{text:?}");
        }
    }

    #[test]
    fn a_header_is_no_such_line() {
        for text in [
            "",
            "sep",
            "sep=",
            "sep=\n",
            "sep;nom\n",
            "sep=;nom\n",
            "separateur;a\n",
            "a;sep=;\n",
            "\nsep=;\n",
            "sep=x;nom\n",
            "sep=\"\n",
            "sep=a\n",
            "sept=;\n",
        ] {
            assert_eq!(SeparatorLine::find(text.as_bytes()), None, "{text:?}");
        }
    }
}
