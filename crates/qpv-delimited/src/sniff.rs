//! The format of a file, recognised by its first bytes or by its name.

use std::path::Path;

use crate::dialect::BYTE_ORDER_MARK;

/// Bytes from which every format is recognised.
pub const SNIFFED_BYTES: usize = 128;

/// The formats that files are met in, whether they can be read or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Text, delimited or not: what is none of the others.
    Text,
    /// Nothing, or nothing but blanks.
    Empty,
    /// An object or an array.
    Json,
    /// A web page or XML.
    Markup,
    /// Text in two bytes a character.
    Utf16,
    /// Text whose lines end with a carriage return alone, as old Macintosh programs wrote them.
    MacintoshText,
    /// A zip archive of anything. XLSX spreadsheets are zip archives too, and not always
    /// distinguishable.
    Zip,
    /// A spreadsheet of Excel since 2007.
    Xlsx,
    /// A spreadsheet of `LibreOffice`.
    Ods,
    /// A spreadsheet of Excel before 2007, or a protected one.
    CompoundFile,
    /// Compressed with gzip.
    Gzip,
    /// A table of columns.
    Parquet,
    /// A database of `SQLite`, which a GeoPackage is.
    Sqlite,
    /// The geometries of a shapefile.
    Shapefile,
    /// A page to print or a picture.
    Document,
    /// Bytes of no known format, some of them zero.
    Binary,
}

impl FileFormat {
    /// Recognises a file that begins with `head`, at least [`SNIFFED_BYTES`] of it where there are as many.
    #[must_use]
    pub fn sniff(head: &[u8]) -> Self {
        match head {
            [b'P', b'K', 3, 4, ..] => sniff_archive(head),
            // An archive without any file.
            [b'P', b'K', 5, 6, ..] => Self::Zip,
            [b'P', b'A', b'R', b'1', ..] => Self::Parquet,
            // The signature of OLE compound files.
            [0xd0, 0xcf, 0x11, 0xe0, ..] => Self::CompoundFile,
            [0x1f, 0x8b, ..] => Self::Gzip,
            // The byte order marks of UTF-16.
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Self::Utf16,
            // The file code of shapefiles, 9994.
            [0, 0, 0x27, 0x0a, ..] => Self::Shapefile,
            _ if head.starts_with(b"SQLite format 3\0") => Self::Sqlite,
            _ if DOCUMENTS.iter().any(|start| head.starts_with(start)) => Self::Document,
            _ => sniff_text(head),
        }
    }

    /// Recognises a table by the extension of its name: text under any name that is none of another format.
    #[must_use]
    pub fn from_path(path: &Path) -> Self {
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "parquet" => Self::Parquet,
            "xlsx" | "xlsm" => Self::Xlsx,
            "ods" => Self::Ods,
            "xls" => Self::CompoundFile,
            _ => Self::Text,
        }
    }

    /// Returns why a file of this format is no delimited text, as the end of a sentence that begins with "it is", and
    /// what to do; `None` for text.
    #[must_use]
    pub fn refusal_as_text(self) -> Option<&'static str> {
        Some(match self {
            Self::Text => return None,
            Self::Empty => "empty",
            Self::Json => "JSON: save it as CSV",
            Self::Markup => "a web page or XML: save it as CSV",
            Self::Utf16 => "UTF-16 text: save it as CSV in UTF-8",
            Self::MacintoshText => {
                "text with the line ends of old Macintosh programs: save it as CSV"
            }
            Self::Zip | Self::Xlsx | Self::Ods => {
                "a zip or a spreadsheet: unpack it, or save it as CSV"
            }
            Self::CompoundFile => {
                "a spreadsheet in the XLS format, or one with a password: save it as CSV"
            }
            Self::Gzip => "compressed: decompress it first",
            Self::Parquet => "Parquet: save it as CSV",
            Self::Sqlite => "a GeoPackage or another database: save its table as CSV",
            Self::Shapefile => "a shapefile: save its table as CSV",
            Self::Document => "a document or a picture, and no table: save the list itself as CSV",
            Self::Binary => "binary, no text: it holds zero bytes; save it as CSV",
        })
    }
}

/// The first bytes of PDF, RTF, PostScript, JPEG, PNG and GIF.
const DOCUMENTS: [&[u8]; 6] = [
    b"%PDF-",
    b"{\\rtf",
    b"%!PS",
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"GIF8",
];

fn sniff_archive(head: &[u8]) -> FileFormat {
    let start = &head[..head.len().min(SNIFFED_BYTES)];
    // The first member of an ODS file is its media type, uncompressed; of most XLSX files, the list of their parts.
    if holds(start, b"opendocument.spreadsheet") {
        FileFormat::Ods
    } else if holds(start, b"[Content_Types].xml") {
        FileFormat::Xlsx
    } else {
        FileFormat::Zip
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn sniff_text(head: &[u8]) -> FileFormat {
    let text = head
        .strip_prefix(BYTE_ORDER_MARK)
        .unwrap_or(head)
        .trim_ascii_start();
    match text {
        [] => FileFormat::Empty,
        [b'{', ..] => FileFormat::Json,
        [b'[', rest @ ..] if begins_json_value(rest) => FileFormat::Json,
        [b'<', b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', ..] => FileFormat::Markup,
        // Neither UTF-8 nor a one-byte encoding has zero bytes in a text.
        _ if head.contains(&0) => FileFormat::Binary,
        _ if head.contains(&b'\r') && !head.contains(&b'\n') => FileFormat::MacintoshText,
        _ => FileFormat::Text,
    }
}

/// Returns whether an element of an array begins so: `[id]` is the name of a column.
fn begins_json_value(text: &[u8]) -> bool {
    matches!(
        text.trim_ascii_start(),
        [b'{' | b'[' | b'"' | b']' | b'-' | b'0'..=b'9', ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_recognised_by_their_first_bytes() {
        let ods = b"PK\x03\x04................................mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
        for (head, format) in [
            (&b"id;lon;lat\n1;2;3\n"[..], FileFormat::Text),
            (b"P", FileFormat::Text),
            (b"[id],lon\n", FileFormat::Text),
            (b"<5;b\n", FileFormat::Text),
            (b"", FileFormat::Empty),
            (b"\xef\xbb\xbf\r\n \n", FileFormat::Empty),
            (b"\xef\xbb\xbf {\"a\":1}", FileFormat::Json),
            (b"[{\"a\":1}]", FileFormat::Json),
            (b"<!DOCTYPE html>", FileFormat::Markup),
            (b"\xff\xfei\0d\0", FileFormat::Utf16),
            (b"id;lon\r1;2\r", FileFormat::MacintoshText),
            (b"PK\x03\x04...", FileFormat::Zip),
            (b"PK\x05\x06", FileFormat::Zip),
            (b"PK\x03\x04....[Content_Types].xml", FileFormat::Xlsx),
            (ods, FileFormat::Ods),
            (b"\xd0\xcf\x11\xe0", FileFormat::CompoundFile),
            (b"\x1f\x8b\x08", FileFormat::Gzip),
            (b"PAR1", FileFormat::Parquet),
            (b"SQLite format 3\0", FileFormat::Sqlite),
            (b"\0\0\x27\x0a", FileFormat::Shapefile),
            (b"\x7fELF\0", FileFormat::Binary),
            (b"%PDF-1.7\n", FileFormat::Document),
            (b"{\\rtf1\\ansi", FileFormat::Document),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", FileFormat::Document),
        ] {
            assert_eq!(FileFormat::sniff(head), format, "{head:?}");
        }
    }

    #[test]
    fn tables_are_recognised_by_their_names() {
        for (name, format) in [
            ("a.XLSX", FileFormat::Xlsx),
            ("a.xlsm", FileFormat::Xlsx),
            ("a.ods", FileFormat::Ods),
            ("a.xls", FileFormat::CompoundFile),
            ("a.parquet", FileFormat::Parquet),
            ("a.csv", FileFormat::Text),
            ("-", FileFormat::Text),
        ] {
            assert_eq!(FileFormat::from_path(Path::new(name)), format, "{name}");
        }
    }
}
