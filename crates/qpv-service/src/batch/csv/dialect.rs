//! Delimiters and encodings.

use std::borrow::Cow;
use std::str::FromStr;

use encoding_rs::WINDOWS_1252;
use memchr::memchr;

use super::records::scan;
use crate::batch::Error;

/// How the text is written, where it must be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CsvOptions {
    /// An ASCII character; `None` to find it in the first line, among `;` tab `|` `,`.
    pub delimiter: Option<u8>,
    /// Of the input. The output is UTF-8.
    pub encoding: Encoding,
}

/// Encodings of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Each line UTF-8 if it can be, else Windows-1252.
    #[default]
    Auto,
    /// UTF-8; what is not becomes U+FFFD.
    Utf8,
    /// Windows-1252, and ISO 8859-1 with it.
    Windows1252,
}

impl FromStr for Encoding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "auto" => Ok(Self::Auto),
            "utf-8" | "utf8" => Ok(Self::Utf8),
            "windows-1252" | "cp1252" | "iso-8859-1" | "latin1" => Ok(Self::Windows1252),
            _ => Err(format!("unknown encoding `{text}`: expected auto, utf-8 or windows-1252")),
        }
    }
}

/// The delimiters to try, likeliest first: by how many fields they make of the first record.
pub(super) fn delimiters(start: &[u8], given: Option<u8>) -> Vec<u8> {
    if let Some(given) = given {
        return vec![given];
    }
    let fields = |delimiter: &u8| scan(start, *delimiter, true, |_, _| ()).map_or(0, |record| record.fields);
    let mut candidates = vec![b';', b'\t', b'|', b','];
    candidates.sort_by_key(|delimiter| std::cmp::Reverse(fields(delimiter)));
    candidates
}

/// Says so when the file is of another kind, which would give nothing but faults.
pub(super) fn refuse_other_formats(start: &[u8]) -> Result<(), Error> {
    let kind = match start {
        [b'P', b'A', b'R', b'1', ..] => "Parquet: give it by its path, with a name in .parquet",
        [b'P', b'K', 3, 4, ..] => "a zip archive or a spreadsheet: save it as CSV",
        [0x1f, 0x8b, ..] => "compressed: decompress it first, e.g. gzip -dc FILE | qpv batch -",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16 text: save it as CSV in UTF-8",
        _ => return Ok(()),
    };
    Err(Error::NotText(kind))
}

/// The bytes as UTF-8, and how many lines were read as Windows-1252.
pub(super) fn decoded(bytes: &[u8], encoding: Encoding) -> (Cow<'_, str>, u64) {
    match str::from_utf8(bytes) {
        Ok(text) if encoding != Encoding::Windows1252 || text.is_ascii() => return (Cow::Borrowed(text), 0),
        _ if encoding == Encoding::Utf8 => return (String::from_utf8_lossy(bytes), 0),
        _ => {}
    }
    let (mut text, mut lines) = (String::with_capacity(bytes.len() + bytes.len() / 16), 0);
    let mut rest = bytes;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(memchr(b'\n', rest).map_or(rest.len(), |end| end + 1));
        match str::from_utf8(line) {
            Ok(line) if encoding == Encoding::Auto || line.is_ascii() => text.push_str(line),
            _ => {
                text.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0);
                lines += 1;
            }
        }
        rest = after;
    }
    (Cow::Owned(text), lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_delimiter_comes_first() {
        assert_eq!(delimiters(b"id;lon;lat\n", None)[0], b';');
        assert_eq!(delimiters(b"id,lon,lat\n", None)[0], b',');
        assert_eq!(delimiters(b"\"a,b,c,d\";lon;lat\n1,2,3,4,5", None)[0], b';');
        assert_eq!(delimiters(b"a\tb|c\td\n", None)[0], b'\t');
        assert_eq!(delimiters(b"a;b", Some(b'#')), [b'#']);
    }

    #[test]
    fn each_line_is_decoded_for_itself() {
        let mixed = b"\xc3\xa9t\xc3\xa9\nabc\n\xe9t\xe9 \x80\n";
        let (text, lines) = decoded(mixed, Encoding::Auto);
        assert_eq!((&*text, lines), ("été\nabc\nété €\n", 1));
        let (text, lines) = decoded(mixed, Encoding::Windows1252);
        assert_eq!((&*text, lines), ("Ã©tÃ©\nabc\nété €\n", 2));
        let (text, lines) = decoded(mixed, Encoding::Utf8);
        assert_eq!((&*text, lines), ("été\nabc\n\u{fffd}t\u{fffd} \u{fffd}\n", 0));
        assert!(matches!(decoded("été".as_bytes(), Encoding::Auto), (Cow::Borrowed(_), 0)));
    }

    #[test]
    fn other_formats_are_named() {
        for (start, said) in [(&b"PK\x03\x04"[..], "spreadsheet"), (b"PAR1", "Parquet"), (b"\xff\xfei\0d\0", "UTF-16")]
        {
            assert!(refuse_other_formats(start).unwrap_err().to_string().contains(said));
        }
        assert!(refuse_other_formats(b"P").is_ok());
    }
}
