//! Delimiters and encodings.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::str::FromStr;

use crate::charset::Charset;
use crate::french_score::FrenchScore;
use crate::records::scan;
use crate::separator_line::SeparatorLine;

/// U+FEFF in UTF-8, at the beginning of a text.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The delimiters that are recognised. Of two that make as many fields, the earlier one is meant: French spreadsheets
/// write semicolons, and commas stand in their numbers.
const DELIMITERS: [u8; 4] = *b";\t|,";

/// The encoding that a text is said to be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Windows-1252, Mac Roman or code page 850 if some line of the first mebibyte is not UTF-8 and none shows that it is;
    /// else UTF-8. Windows-1252 unless it makes nonsense, and another makes French. A line that is not in UTF-8, in a text that is, is read as
    /// Windows-1252, and a line of UTF-8 in another text as that.
    #[default]
    Auto,
    /// UTF-8; what is not becomes U+FFFD.
    Utf8,
    /// Windows-1252, and ISO 8859-1 with it.
    Windows1252,
    /// Mac Roman, which Excel for Mac writes.
    Macintosh,
    /// Code page 850, which DOS programs write.
    Cp850,
}

impl FromStr for Encoding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "auto" => Ok(Self::Auto),
            "utf-8" | "utf8" | "utf-8-sig" => Ok(Self::Utf8),
            "windows-1252" | "cp1252" | "iso-8859-1" | "latin-1" | "latin1" => {
                Ok(Self::Windows1252)
            }
            "macintosh" | "mac-roman" | "macroman" | "x-mac-roman" => Ok(Self::Macintosh),
            "850" | "cp850" | "cp-850" | "ibm850" | "ibm-850" | "dos-850" => Ok(Self::Cp850),
            _ => Err(format!(
                "unknown encoding `{text}`: expected auto, utf-8, windows-1252, macintosh or 850"
            )),
        }
    }
}

/// Returns the delimiters to try on a text that begins with `start`: by how many fields they make of its first line
/// with something on it, the most first. One that a line `sep=;` names comes before all others.
#[must_use]
pub fn delimiters(start: &[u8], given: Option<u8>) -> Vec<u8> {
    if let Some(given) = given {
        return vec![given];
    }
    let start = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    let separator = SeparatorLine::find(start);
    let start = &start[separator.map_or(0, |line| line.len)..];
    // Blank lines above the header have no delimiter to count.
    let blank = start
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count();
    let mut candidates = DELIMITERS.to_vec();
    // The sort is stable: of equal counts, the order of `DELIMITERS` decides.
    candidates.sort_by_key(|delimiter| Reverse(first_field_count(&start[blank..], *delimiter)));
    if let Some(SeparatorLine { delimiter, .. }) = separator {
        candidates.retain(|candidate| *candidate != delimiter);
        candidates.insert(0, delimiter);
    }
    candidates
}

/// Returns the delimiters to try on the record that `text` begins with, below a line `sep=;` if there is one.
#[must_use]
pub fn delimiters_below(
    text: &[u8],
    given: Option<u8>,
    separator: Option<SeparatorLine>,
) -> Vec<u8> {
    let mut tried = delimiters(text, given);
    if let (None, Some(SeparatorLine { delimiter, .. })) = (given, separator) {
        tried.retain(|candidate| *candidate != delimiter);
        tried.insert(0, delimiter);
    }
    tried
}

fn first_field_count(start: &[u8], delimiter: u8) -> usize {
    if start.is_empty() {
        return 0;
    }
    scan(start, delimiter, true, |_, _| ()).map_or(0, |record| record.fields)
}

/// The encoding of a text, in and out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Codec {
    /// The encoding of one byte a character, or `None` for UTF-8.
    charset: Option<Charset>,
    /// True when lines may be in the other encoding.
    lenient: bool,
}

impl Codec {
    /// Recognises the encoding of a text that begins with `start`, which is all of it when it is `whole`.
    #[must_use]
    pub fn detect(start: &[u8], whole: bool, encoding: Encoding) -> Self {
        let charset = match encoding {
            Encoding::Utf8 => None,
            Encoding::Windows1252 => Some(Charset::Windows1252),
            Encoding::Macintosh => Some(Charset::Macintosh),
            Encoding::Cp850 => Some(Charset::Cp850),
            Encoding::Auto if start.starts_with(BYTE_ORDER_MARK) || is_utf8(start, whole) => None,
            Encoding::Auto => Some(likeliest_charset(start)),
        };
        Self {
            charset,
            lenient: encoding == Encoding::Auto,
        }
    }

    /// Returns whether the text is in UTF-8.
    #[must_use]
    pub fn is_utf8(self) -> bool {
        self.charset.is_none()
    }

    /// Returns the name of the encoding, as HTTP has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.charset.map_or("utf-8", Charset::name)
    }

    /// Returns bytes as they are written out, and the number of lines that were converted for that: those of a text in
    /// UTF-8 that are not. Whatever can be in a text of another encoding stays as it is.
    #[must_use]
    pub fn output(self, bytes: &[u8]) -> (Cow<'_, [u8]>, u64) {
        if self.charset.is_some() || str::from_utf8(bytes).is_ok() {
            return (Cow::Borrowed(bytes), 0);
        }
        // A person named the encoding: what is not in it must show, not be guessed at.
        if !self.lenient {
            let text = String::from_utf8_lossy(bytes).into_owned();
            return (Cow::Owned(text.into_bytes()), 0);
        }
        let (text, lines) = mixed_text(bytes);
        (Cow::Owned(text.into_bytes()), lines)
    }

    /// Returns the text in bytes of [`output`](Self::output).
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match str::from_utf8(bytes) {
            Ok(text) if self.charset.is_none() || self.lenient || text.is_ascii() => {
                Cow::Borrowed(text)
            }
            _ => self.charset.unwrap_or(Charset::Windows1252).decode(bytes),
        }
    }

    /// Returns a text in bytes. A character that the encoding lacks is written as `&#8209;`.
    #[must_use]
    pub fn encode(self, text: &str) -> Cow<'_, [u8]> {
        match self.charset {
            Some(charset) => charset.encode(text),
            None => Cow::Borrowed(text.as_bytes()),
        }
    }
}

/// Returns a text in UTF-8 whose other lines are in Windows-1252, and the number of those.
pub(crate) fn mixed_text(bytes: &[u8]) -> (String, u64) {
    let (mut text, mut lines) = (String::with_capacity(bytes.len() + bytes.len() / 16), 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if let Ok(line) = str::from_utf8(line) {
            text.push_str(line);
        } else {
            text.push_str(&Charset::Windows1252.decode(line));
            lines += 1;
        }
    }
    (text, lines)
}

/// Returns whether every line is UTF-8, or some line shows that the text is.
fn is_utf8(start: &[u8], whole: bool) -> bool {
    let mut found = false;
    for line in lines_beyond_ascii(start) {
        match str::from_utf8(line) {
            // Text in Windows-1252 is hardly ever valid UTF-8: one such line settles it.
            Ok(_) => return true,
            // A line that ends within a character was cut there, unless nothing follows.
            Err(fault) => found |= fault.error_len().is_some() || whole,
        }
    }
    !found
}

fn lines_beyond_ascii(start: &[u8]) -> impl Iterator<Item = &[u8]> {
    start
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| !line.is_ascii())
}

/// Returns the encoding of a text that is not UTF-8: Windows-1252, unless it makes no French of the text and another does.
fn likeliest_charset(start: &[u8]) -> Charset {
    let windows = score(start, Charset::Windows1252);
    let (macintosh, dos) = (
        score(start, Charset::Macintosh),
        score(start, Charset::Cp850),
    );
    // Macs are more common than DOS, so that a tie is theirs.
    let (other, charset) = if dos > macintosh {
        (dos, Charset::Cp850)
    } else {
        (macintosh, Charset::Macintosh)
    };
    // Windows-1252 is far more common: it is left only for what it makes nonsense of.
    if windows.balance < 0 && other.balance > windows.balance && other.balance > 0 {
        charset
    } else {
        Charset::Windows1252
    }
}

fn score(start: &[u8], charset: Charset) -> FrenchScore {
    let mut score = FrenchScore::default();
    for line in lines_beyond_ascii(start) {
        score.add(line, charset);
    }
    score
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
        assert_eq!(delimiters(b"\xef\xbb\xbf\r\n\nid,lon,lat\n", None)[0], b',');
        assert_eq!(delimiters(b"a;b", Some(b'#')), [b'#']);
        assert_eq!(delimiters(b"sep=,\na;b;c\n", None), *b",;\t|");
        assert_eq!(delimiters(b"sep=^\na;b;c\n", None), *b"^;\t|,");
        assert_eq!(delimiters(b"sep=;", None)[0], b';');
    }

    #[test]
    fn an_encoding_is_told_by_the_first_lines() {
        for (start, whole, windows_1252) in [
            (&b"abc\n"[..], true, false),
            (b"", true, false),
            (b"\xc3\xa9t\xc3\xa9\n", true, false),
            (b"\xe9t\xe9\nabc\n", true, true),
            // One line of another file among those of UTF-8.
            (b"\xe9t\xe9\n\xc3\xa9\n", true, false),
            // Cut within a character.
            (b"abc\n\xc3", false, false),
            (b"\xe9t\xe9\nVitr\xe9", false, true),
            // No line end behind the last character.
            (b"Zo\xe9;Flers\nAna;Vitr\xe9", true, true),
            (b"Ana;Vitr\xe9", true, true),
        ] {
            let name = |encoding| Codec::detect(start, whole, encoding).name();
            let expected = if windows_1252 {
                "windows-1252"
            } else {
                "utf-8"
            };
            assert_eq!(name(Encoding::Auto), expected, "{start:?}");
            assert_eq!(name(Encoding::Windows1252), "windows-1252");
            assert_eq!(name(Encoding::Utf8), "utf-8");
            assert_eq!(name(Encoding::Macintosh), "macintosh");
            assert_eq!(name(Encoding::Cp850), "ibm850");
        }
    }

    #[test]
    fn lines_that_are_not_utf_8_are_converted_in_a_text_that_is() {
        let mixed = b"\xc3\xa9t\xc3\xa9\nabc\n\xe9t\xe9 \x80\n";
        let output = |encoding| {
            let (output, lines) = Codec::detect(mixed, true, encoding).output(mixed);
            (output.into_owned(), lines)
        };
        assert_eq!(output(Encoding::Auto), ("été\nabc\nété €\n".into(), 1));
        assert_eq!(
            output(Encoding::Utf8),
            ("été\nabc\n\u{fffd}t\u{fffd} \u{fffd}\n".into(), 0)
        );
        assert_eq!(output(Encoding::Windows1252), (mixed.to_vec(), 0));
    }

    #[test]
    fn a_text_in_windows_1252_stays_so() {
        let codec = Codec::detect(b"\xe9\n", true, Encoding::Auto);
        assert_eq!(codec.decode(b"\xe9t\xe9 \x80"), "été €");
        assert_eq!(
            codec.decode("été".as_bytes()),
            "été",
            "a line of UTF-8 in it is read as that"
        );
        assert_eq!(*codec.encode("été €"), *b"\xe9t\xe9 \x80");
        assert_eq!(*codec.encode("a\u{2011}b"), *b"a&#8209;b");
        let told = Codec::detect(b"", true, Encoding::Windows1252);
        assert_eq!(told.decode("é".as_bytes()), "Ã©");
    }

    /// Texts that people send; each must be recognised in both encodings.
    const TEXTS: [&str; 18] = [
        "prenom;adresse\nZoé;4 rue du Général Béthouart\n",
        "Chloé;12 rue de l’Étuve\n",
        "Noé;1 Rue de l'Abbé Descharrières\n",
        "CHLOÉ;RUE DE L’ÉGLISE\nHÉLÈNE;ALLÉE DES CHÊNES\n",
        "François;Hôtel de Ville\n",
        "Maëlle;Rue du Château-d'Eau\n",
        "Benoît;À côté de l'école\n",
        "Gaël;Où çà ?\n",
        "Anaïs;rue de la Forêt\n",
        "N°;Prénom;Né(e) le\n",
        "Prénom;« Les Lilas »\n",
        "Loïc;Cœur de Ville – bâtiment C…\n",
        "Jérôme;Rue des Frères-Lumière\n",
        "sœur Agnès;Impasse du Moulin à Vent\n",
        "Théo;3 rue des Écoles;Orléans\n",
        "Léa;rue du Pré;Vitré\nNoé;rue Molière;Mézières\n",
        "Inès;allée Françoise Dolto;Besançon\nZoé;2 bis côte Saint-Léger;Nîmes\n",
        "Anaëlle;Hélène;rue de l'Hôpital;Béziers\n",
    ];

    #[test]
    fn an_encoding_is_recognised_by_the_french_it_makes() {
        for text in TEXTS {
            for charset in [Charset::Windows1252, Charset::Macintosh, Charset::Cp850] {
                let bytes = charset.encode(text);
                // Code page 850 lacks typographic signs and `œ`.
                if charset == Charset::Cp850 && charset.decode(&bytes) != text {
                    continue;
                }
                assert_eq!(charset.decode(&bytes), text);
                let codec = Codec::detect(&bytes, true, Encoding::Auto);
                assert_eq!(codec.charset, Some(charset), "{text}");
                assert_eq!(codec.decode(&bytes), text);
                assert_eq!(codec.encode(text), bytes);
                assert_eq!(codec.output(&bytes).0, bytes);
            }
            let codec = Codec::detect(text.as_bytes(), true, Encoding::Auto);
            assert!(codec.is_utf8(), "{text}");
        }
    }

    #[test]
    fn names_of_encodings_are_taken_as_people_write_them() {
        for (name, encoding) in [
            ("850", Encoding::Cp850),
            ("CP850", Encoding::Cp850),
            ("IBM850", Encoding::Cp850),
            ("latin1", Encoding::Windows1252),
            ("Mac-Roman", Encoding::Macintosh),
        ] {
            assert_eq!(name.parse(), Ok(encoding));
        }
        assert!("8500".parse::<Encoding>().is_err());
    }

    #[test]
    fn what_could_be_either_is_windows_1252() {
        for text in [
            "Žižek",
            "Müller",
            "Nuñez",
            "São Paulo",
            "Xbox™",
            "5 €",
            "“Lilas”",
            "L’Haÿ",
            "n°",
            "Ångström",
            "Škoda",
            "NÎMES",
            "NOËL",
            "HAÏTI",
            "É",
            "ÇA",
            "À",
            "Ô",
            "10 m²",
            "• un",
        ] {
            let bytes = Charset::Windows1252.encode(text);
            let codec = Codec::detect(&bytes, true, Encoding::Auto);
            assert_eq!(codec.name(), "windows-1252", "{text}");
        }
    }
}
