//! Encodings of the text in a `.dbf`, decided by the text itself.
//!
//! A `.cpg` is lost or lies, and the language byte of the header is often a default; but other encodings hardly ever make
//! valid UTF-8. So records that are UTF-8 are read as such, whatever is declared; a declaration chooses among the
//! encodings of one byte for a letter, unless it makes signs that no French name has where another makes letters.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use encoding_rs::{Encoding, MACINTOSH, UTF_8, WINDOWS_1252};
use qpv_delimited::CP850;

/// The upper half of the other code page of French DOS.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
/// Letters and signs beyond ASCII of French names.
const FRENCH: &str = "ÀÂÇÈÉÊËÎÏÔÙÛÜŒÆàâäçèéêëîïôöùûüœæÿñ’‘«»“”–—…°·€\u{a0}";

/// An encoding of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// One of the encodings of the web, which has those of Windows, Unix and the Macintosh.
    Web(&'static Encoding),
    /// DOS, Western Europe.
    Cp850,
    /// DOS, as sold in the United States.
    Cp437,
}

/// No encoding is known by a label.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no known encoding; the usual ones are UTF-8, 1252, ISO-8859-15, 850 and 437")]
pub struct UnknownEncoding(String);

impl fmt::Display for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Web(encoding) => encoding.name(),
            Self::Cp850 => "code page 850",
            Self::Cp437 => "code page 437",
        })
    }
}

impl FromStr for TextEncoding {
    type Err = UnknownEncoding;

    /// Reads a label as `.cpg` files have it, which follow no standard: `UTF-8`, `ISO88591`, `1252`, `ANSI 1252`, `CP850`, …
    fn from_str(label: &str) -> Result<Self, Self::Err> {
        let compact: String = label
            .to_ascii_lowercase()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let page = ["ansi", "cp", "windows", "win", "ibm", "oem", "dos", "ms"]
            .iter()
            .find_map(|prefix| compact.strip_prefix(prefix))
            .unwrap_or(&compact);
        by_page(page)
            .or_else(|| by_iso_part(&compact))
            .or_else(|| Encoding::for_label(label.trim().as_bytes()).map(Self::Web))
            .or_else(|| Encoding::for_label(compact.as_bytes()).map(Self::Web))
            // No text of a table is in two bytes for every letter.
            .filter(|encoding| encoding.is_ascii_compatible())
            .ok_or_else(|| UnknownEncoding(label.to_owned()))
    }
}

/// Returns the encoding of a code page's number.
fn by_page(page: &str) -> Option<TextEncoding> {
    let label = match page {
        "65001" | "utf8" => "utf-8",
        "850" | "858" => return Some(TextEncoding::Cp850),
        "437" => return Some(TextEncoding::Cp437),
        "10000" => "macintosh",
        "20127" => "windows-1252",
        "932" => "shift_jis",
        "936" => "gbk",
        "949" => "euc-kr",
        "950" => "big5",
        "866" => "ibm866",
        "874" => "windows-874",
        page if page.len() == 4 && page.starts_with("125") => {
            return Encoding::for_label(format!("windows-{page}").as_bytes())
                .map(TextEncoding::Web);
        }
        page => {
            let part: u32 = page.parse::<u32>().ok()?.checked_sub(28_590)?;
            return iso_part(&part.to_string());
        }
    };
    Encoding::for_label(label.as_bytes()).map(TextEncoding::Web)
}

/// Returns the encoding of `ISO-8859-15`, `iso885915`, `8859-15`.
fn by_iso_part(compact: &str) -> Option<TextEncoding> {
    iso_part(
        compact
            .strip_prefix("iso")
            .unwrap_or(compact)
            .strip_prefix("8859")?,
    )
}

fn iso_part(part: &str) -> Option<TextEncoding> {
    Encoding::for_label(format!("iso-8859-{part}").as_bytes()).map(TextEncoding::Web)
}

/// Returns the encoding of the language byte of a `.dbf`; `None` for the bytes that declare none or an unknown one.
fn by_language(language: u8) -> Option<TextEncoding> {
    match language {
        // 0x57 is the usual one of ESRI software.
        0x03 | 0x57 | 0x58 | 0x59 => Some(TextEncoding::Web(WINDOWS_1252)),
        0x04 => Some(TextEncoding::Web(MACINTOSH)),
        0x01 | 0x09 | 0x0b | 0x0d | 0x0f | 0x11 | 0x15 | 0x18 | 0x19 | 0x1b => {
            Some(TextEncoding::Cp437)
        }
        0x02 | 0x0a | 0x0e | 0x10 | 0x12 | 0x14 | 0x16 | 0x1a | 0x1d | 0x25 | 0x37 => {
            Some(TextEncoding::Cp850)
        }
        _ => None,
    }
}

impl TextEncoding {
    fn is_utf8(self) -> bool {
        self == Self::Web(UTF_8)
    }

    fn is_ascii_compatible(self) -> bool {
        match self {
            Self::Web(encoding) => encoding.is_ascii_compatible(),
            Self::Cp850 | Self::Cp437 => true,
        }
    }

    /// Returns the text of bytes; a sign that the encoding does not have becomes U+FFFD.
    fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        let upper = match self {
            Self::Web(encoding) => return encoding.decode_without_bom_handling(bytes).0,
            Self::Cp850 => CP850,
            Self::Cp437 => CP437,
        };
        let upper: Vec<char> = upper.chars().collect();
        bytes
            .iter()
            .map(|byte| match byte.checked_sub(128) {
                None => char::from(*byte),
                Some(at) => upper[usize::from(at)],
            })
            .collect()
    }
}

/// The declarations of the encoding of a `.dbf`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DeclaredEncoding<'a> {
    /// The user's word, which overrules all.
    pub given: Option<TextEncoding>,
    /// The content of the `.cpg`.
    pub cpg: Option<&'a str>,
    /// The language byte of the header.
    pub language: u8,
}

/// The encoding of the text of a `.dbf`, once decided.
#[derive(Debug)]
pub(super) struct DecidedEncoding {
    encoding: TextEncoding,
    /// The decision for the report; `None` when all text is ASCII.
    pub remark: Option<String>,
}

impl DecidedEncoding {
    /// Decides by the text of all values, and by what is declared.
    pub fn by_text(values: &[&[u8]], declared: DeclaredEncoding<'_>) -> Self {
        let text: Vec<&[u8]> = values
            .iter()
            .copied()
            .filter(|value| !value.is_ascii())
            .collect();
        let (encoding, because) = if let Some(given) = declared.given {
            (given, "as asked".to_owned())
        } else if is_utf8(&text) {
            let because = match declared.cpg {
                None => "its records are valid UTF-8".to_owned(),
                Some(cpg) if cpg.parse().is_ok_and(TextEncoding::is_utf8) => {
                    "as its .cpg says".to_owned()
                }
                Some(cpg) => {
                    format!("its records are valid UTF-8, although its .cpg says `{cpg}`")
                }
            };
            (TextEncoding::Web(UTF_8), because)
        } else {
            by_declaration(&text, declared)
        };
        let remark = (!text.is_empty()).then(|| format!("text read as {encoding} ({because})"));
        Self { encoding, remark }
    }

    /// Returns the text of a value, and true if it is damaged: cut inside a letter, or in another encoding than the others.
    pub fn decode<'a>(&self, bytes: &'a [u8]) -> (Cow<'a, str>, bool) {
        if !self.encoding.is_utf8() {
            return (self.encoding.decode(bytes), false);
        }
        match Utf8Text::from_bytes(bytes) {
            Utf8Text::Whole { text, cut } => (Cow::Borrowed(text), cut),
            Utf8Text::Other => (TextEncoding::Web(WINDOWS_1252).decode(bytes), true),
        }
    }
}

/// A value as UTF-8.
enum Utf8Text<'a> {
    /// Valid, except for a last letter that lacks bytes if it is cut.
    Whole {
        text: &'a str,
        cut: bool,
    },
    Other,
}

impl<'a> Utf8Text<'a> {
    fn from_bytes(bytes: &'a [u8]) -> Self {
        // A shorter field may have cut the value before it was padded.
        let bytes = bytes.trim_ascii_end();
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Whole { text, cut: false },
            Err(error) if error.error_len().is_none() => {
                let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]);
                valid.map_or(Self::Other, |text| Self::Whole { text, cut: true })
            }
            Err(_) => Self::Other,
        }
    }
}

/// Returns true if text beyond ASCII is UTF-8: more values have whole letters of it than break its rules.
fn is_utf8(values: &[&[u8]]) -> bool {
    let (mut valid, mut invalid) = (0, 0);
    for value in values {
        match Utf8Text::from_bytes(value) {
            // A cut letter alone proves nothing: `é` of Windows-1252 looks like one.
            Utf8Text::Whole { text, .. } => valid += usize::from(!text.is_ascii()),
            Utf8Text::Other => invalid += 1,
        }
    }
    valid > invalid
}

/// Returns the encoding of text that is no UTF-8, and the reason.
fn by_declaration(text: &[&[u8]], declared: DeclaredEncoding<'_>) -> (TextEncoding, String) {
    let label = declared.cpg.map(|cpg| (cpg, cpg.parse::<TextEncoding>()));
    let (encoding, because) = match (label, by_language(declared.language)) {
        (Some((_, Ok(encoding))), _) if !encoding.is_utf8() => {
            (encoding, "as its .cpg says".to_owned())
        }
        (label, language) => {
            let (encoding, because) = match language {
                Some(encoding) => (encoding, "by the language byte of its .dbf"),
                None => (TextEncoding::Web(WINDOWS_1252), "the usual one"),
            };
            let because = match label {
                None => because.to_owned(),
                Some((cpg, Ok(_))) => format!("{because}: it is not `{cpg}`, as its .cpg says"),
                Some((cpg, Err(_))) => {
                    format!("{because}: its .cpg names the unknown encoding `{cpg}`")
                }
            };
            (encoding, because)
        }
    };
    if !makes_no_french(text, encoding) {
        return (encoding, because);
    }
    let others = [
        TextEncoding::Web(WINDOWS_1252),
        TextEncoding::Cp850,
        TextEncoding::Web(MACINTOSH),
    ];
    match others
        .into_iter()
        .find(|other| makes_only_french(text, *other))
    {
        Some(other) => (other, format!("{encoding} makes no French letters of it")),
        None => (encoding, because),
    }
}

/// Returns the signs beyond ASCII that an encoding makes of text: those of French, then all.
fn signs(text: &[&[u8]], encoding: TextEncoding) -> [usize; 2] {
    let mut counts = [0, 0];
    for value in text {
        for sign in encoding
            .decode(value)
            .chars()
            .filter(|sign| !sign.is_ascii())
        {
            counts[0] += usize::from(FRENCH.contains(sign));
            counts[1] += 1;
        }
    }
    counts
}

fn makes_no_french(text: &[&[u8]], encoding: TextEncoding) -> bool {
    let [french, all] = signs(text, encoding);
    french == 0 && all > 0
}

fn makes_only_french(text: &[&[u8]], encoding: TextEncoding) -> bool {
    let [french, all] = signs(text, encoding);
    french == all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decided(values: &[&[u8]], cpg: Option<&str>, language: u8) -> (Vec<String>, String) {
        let declared = DeclaredEncoding {
            given: None,
            cpg,
            language,
        };
        let decided = DecidedEncoding::by_text(values, declared);
        let names = values
            .iter()
            .map(|value| decided.decode(value).0.into_owned());
        (names.collect(), decided.remark.unwrap_or_default())
    }

    #[test]
    fn labels() {
        for (label, name) in [
            ("UTF-8", "UTF-8"),
            ("utf8", "UTF-8"),
            ("65001", "UTF-8"),
            ("ISO-8859-1", "windows-1252"),
            ("ISO88591", "windows-1252"),
            ("88591", "windows-1252"),
            ("28591", "windows-1252"),
            ("28605", "ISO-8859-15"),
            ("885915", "ISO-8859-15"),
            ("1252", "windows-1252"),
            ("ANSI 1252", "windows-1252"),
            ("CP1252", "windows-1252"),
            ("windows-1258", "windows-1258"),
            ("1258", "windows-1258"),
            ("LATIN1", "windows-1252"),
            ("850", "code page 850"),
            ("OEM 850", "code page 850"),
            ("IBM437", "code page 437"),
            ("10000", "macintosh"),
        ] {
            assert_eq!(
                label.parse::<TextEncoding>().unwrap().to_string(),
                name,
                "{label}"
            );
        }
        for label in ["System", "UTF-8 encoding", "", "999", "UTF-16", "1259"] {
            assert!(label.parse::<TextEncoding>().is_err(), "{label}");
        }
    }

    #[test]
    fn code_pages() {
        assert_eq!(CP850.chars().count(), 128);
        assert_eq!(CP437.chars().count(), 128);
        assert_eq!(
            TextEncoding::Cp850.decode(b"Thi\x82rache \xb7"),
            "Thiérache À"
        );
        assert_eq!(
            TextEncoding::Cp437.decode(b"Thi\x82rache \xfe"),
            "Thiérache ■"
        );
    }

    #[test]
    fn utf8_is_utf8_whatever_is_declared() {
        let name = "Cœur d'Égalité";
        for (cpg, language, words) in [
            (None, 0, "its records are valid UTF-8"),
            (None, 0x57, "its records are valid UTF-8"),
            (None, 0x02, "its records are valid UTF-8"),
            (Some("UTF-8"), 0, "as its .cpg says"),
            (Some("1252"), 0, "although its .cpg says `1252`"),
            (Some("System"), 0x57, "although its .cpg says `System`"),
        ] {
            let (names, remark) = decided(&[name.as_bytes(), b"plain"], cpg, language);
            assert_eq!(names, [name, "plain"], "{cpg:?}");
            assert!(
                remark.contains("UTF-8") && remark.contains(words),
                "{remark}"
            );
        }
    }

    #[test]
    fn a_declaration_chooses_among_the_other_encodings() {
        for (bytes, cpg, language, read, words) in [
            (
                &b"\xc9galit\xe9"[..],
                None,
                0,
                "Égalité",
                "windows-1252 (the usual one)",
            ),
            (
                b"\xc9galit\xe9",
                Some("UTF-8"),
                0,
                "Égalité",
                "it is not `UTF-8`",
            ),
            (
                b"\xc9galit\xe9",
                Some("System"),
                0x57,
                "Égalité",
                "unknown encoding `System`",
            ),
            (
                b"\xc9galit\xe9",
                Some("1258"),
                0,
                "Égalité",
                "windows-1258 (as its .cpg says)",
            ),
            (
                b"\x90galit\x82",
                Some("850"),
                0,
                "Égalité",
                "code page 850 (as its .cpg",
            ),
            (
                b"\x90galit\x82",
                None,
                0x02,
                "Égalité",
                "by the language byte",
            ),
            (b"\xa4 \xbd", Some("ISO-8859-15"), 0, "€ œ", "ISO-8859-15"),
            // Other declarations than the truth.
            (
                b"\xc9galit\xe9",
                Some("850"),
                0,
                "Égalité",
                "makes no French",
            ),
            (b"\x8egalit\x8e", None, 0x57, "égalité", "macintosh"),
        ] {
            let (names, remark) = decided(&[bytes], cpg, language);
            assert_eq!(names, [read], "{cpg:?} {language}");
            assert!(remark.contains(words), "{remark}");
        }
    }

    #[test]
    fn ascii_needs_no_decision() {
        for (cpg, language) in [(None, 0x02), (Some("System"), 0), (Some("UTF-8"), 0x57)] {
            let (names, remark) = decided(&[b"Plain name", b""], cpg, language);
            assert_eq!(
                (names, remark.as_str()),
                (vec!["Plain name".to_owned(), String::new()], "")
            );
        }
    }

    #[test]
    fn a_name_cut_inside_a_letter_spoils_only_itself() {
        let cut = &"Les Égalités".as_bytes()[..12];
        for value in [cut.to_vec(), [cut, b"   ".as_slice()].concat()] {
            let decided = DecidedEncoding::by_text(
                &[value.as_slice(), "Thiérache".as_bytes()],
                DeclaredEncoding::default(),
            );
            assert_eq!(decided.decode(&value), (Cow::from("Les Égalit"), true));
            assert_eq!(
                decided.decode("Thiérache".as_bytes()),
                (Cow::from("Thiérache"), false)
            );
        }
        // In Windows-1252, a last é looks like the beginning of a letter.
        let (names, _) = decided(&[b"Egalit\xe9", b"La Cit\xe9"], None, 0);
        assert_eq!(names, ["Egalité", "La Cité"]);
        // One value of another encoding.
        let utf8 = ["Égalité".as_bytes(), "Thiérache".as_bytes(), b"Ch\xe2teau"];
        assert_eq!(
            decided(&utf8, None, 0).0,
            ["Égalité", "Thiérache", "Château"]
        );
    }

    #[test]
    fn the_users_word_overrules() {
        let declared = DeclaredEncoding {
            given: Some("1252".parse().unwrap()),
            cpg: Some("UTF-8"),
            language: 0,
        };
        let bytes = "é".as_bytes();
        let decided = DecidedEncoding::by_text(&[bytes], declared);
        assert_eq!(decided.decode(bytes).0, "Ã©");
        assert_eq!(
            decided.remark.unwrap(),
            "text read as windows-1252 (as asked)"
        );
    }

    proptest! {
        /// French names come back whatever encoding they are written in, if the declaration is right or absent.
        #[test]
        fn names_come_back(names in prop::collection::vec("[a-zA-Z' -]{0,8}[éèêàçôîûÉœ][a-z]{0,8}", 1..8), declared in any::<bool>()) {
            let windows: Vec<Vec<u8>> = names.iter().map(|name| WINDOWS_1252.encode(name).0.into_owned()).collect();
            for (rows, label) in [(windows, "1252"), (names.iter().map(|name| name.clone().into_bytes()).collect(), "UTF-8")] {
                let values: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
                let (read, _) = decided(&values, declared.then_some(label), 0);
                prop_assert_eq!(&read, &names);
            }
        }
    }
}
