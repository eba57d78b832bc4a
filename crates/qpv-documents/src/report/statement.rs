//! The signed statement: everything that matters in a report, in a text short enough for a QR code.
//!
//! ```text
//! compte-rendu-qpv: 1
//! date: 2026-11-21T23:05:03+01:00
//! zone: qpv
//! …
//! cle: 0123456789abcdef
//! signature: <86 characters>
//! ```
//!
//! Owns the format: lines `name: value` in a fixed order, UTF-8, `\n`, no empty value, no space at either end of one. The
//! first line gives the version, the last one signs all that is before it. Names are French,
//! because people read them on their telephones. Promises: the same facts give the same text.
//! Refuses to judge: that is [`super::verify`].

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

use super::keys::ReportKey;
use qpv_service::{one_line, paris};

/// Name of the first line, which identifies the format.
const FIRST: &str = "compte-rendu-qpv";
/// Version of the format.
const VERSION: &str = "1";
/// Most digits of a version; a longer number is none.
const MAX_VERSION_DIGITS: usize = 4;
/// Name of the line that names the key.
const KEY: &str = "cle";
/// Name of the last line.
const SIGNATURE: &str = "signature";
/// Letters of a signature: 64 bytes in Base64 without padding.
const SIGNATURE_LETTERS: usize = 86;
/// Digits of the name of a key.
const KEY_DIGITS: usize = 16;
/// Name of the line with the digest of the dataset.
pub(super) const DATASET: &str = "donnees";
/// Name of the line with the date and time.
pub(super) const DATE: &str = "date";

/// A statement being written.
#[derive(Debug, Clone)]
pub(super) struct Statement(String);

impl Statement {
    /// A statement made at a time.
    pub(super) fn new(at: Timestamp) -> Self {
        let mut statement = Self(String::with_capacity(700));
        statement.add(FIRST, VERSION);
        let offset = paris().to_offset(at);
        let date = DateTimePrinter::new()
            // A fraction of a second would only lengthen the QR code.
            .precision(Some(0))
            .timestamp_with_offset_to_string(&at, offset);
        statement.add(DATE, &date);
        statement
    }

    /// Adds a line, its value on one line; an empty one is left out.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        let value = one_line(value);
        if !value.is_empty() {
            self.0.extend([name, ": ", &value, "\n"]);
        }
    }

    /// The text with its signature.
    pub(super) fn signed(mut self, key: &ReportKey) -> String {
        // The name of the key is signed too, so that it cannot be exchanged.
        self.add(KEY, &key.public().id());
        let signature = key.sign(self.0.as_bytes());
        self.0.extend([SIGNATURE, ": ", &signature]);
        self.0
    }
}

/// A signed statement, as read.
#[derive(Debug)]
pub(super) struct Signed {
    text: String,
    /// Offset of the last line.
    end: usize,
}

/// The kind of a text.
#[derive(Debug)]
pub(super) enum Read {
    /// Something else.
    NotAStatement,
    /// A statement of another version of the format, which cannot be judged here.
    OtherVersion(String),
    /// The beginning of a statement, or its end: a bad copy, which is no forgery.
    Cut,
    /// A statement with more or with something else than it was signed with.
    Changed,
    /// A whole one, its signature yet to be verified.
    Signed(Signed),
}

/// Reads a text that was scanned or pasted: ends of lines and what surrounds it may have changed on the way.
pub(super) fn read(text: &str) -> Read {
    let lines: Vec<&str> = text
        .trim_start_matches('\u{feff}')
        .trim()
        .lines()
        .map(str::trim_end)
        .collect();
    let text = lines.join("\n");
    let first = lines.first().copied().unwrap_or_default();
    let signature = lines.last().and_then(|line| signature_of(line));
    let has_key = lines.iter().any(|line| is_key(line));
    let is_whole = has_key && signature.is_some_and(|it| it.len() == SIGNATURE_LETTERS);
    let Some(version) = value_of(first, FIRST) else {
        // With its end alone: what is missing in front is not known, and may be nothing of ours.
        return if is_whole {
            Read::Cut
        } else {
            Read::NotAStatement
        };
    };
    // The lines of another version may mean something else, signed or not.
    if version != VERSION && is_version(version) {
        return Read::OtherVersion(version.to_owned());
    }
    // The signature must be on the last line: anything after it would not be signed.
    if let Some(last) = text.rfind('\n').filter(|_| is_whole) {
        return Read::Signed(Signed {
            end: last + 1,
            text,
        });
    }
    // What follows the signature was added, and not left out.
    let is_end_missing = match signature {
        Some(signature) => signature.len() <= SIGNATURE_LETTERS,
        None => !lines.iter().any(|line| line.starts_with(SIGNATURE)),
    };
    if version == VERSION && is_end_missing {
        Read::Cut
    } else {
        Read::Changed
    }
}

/// The letters of a signature, perhaps not all, if a line is the one that signs.
fn signature_of(line: &str) -> Option<&str> {
    let value = line.strip_prefix(SIGNATURE)?.strip_prefix(':')?;
    let value = value.strip_prefix(' ').unwrap_or(value);
    let is_base64 = value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    is_base64.then_some(value)
}

/// Returns whether a line names a key by its whole fingerprint.
fn is_key(line: &str) -> bool {
    value_of(line, KEY).is_some_and(|id| {
        id.len() == KEY_DIGITS
            && id
                .bytes()
                .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Returns whether a text is the number of a version; anything else there is a statement that was changed.
pub(super) fn is_version(text: &str) -> bool {
    (1..=MAX_VERSION_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The value of the last line of this name.
fn value_of<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut values = text
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    values.next_back()
}

impl Signed {
    /// Returns the signed bytes.
    pub(super) fn signed_bytes(&self) -> &[u8] {
        &self.text.as_bytes()[..self.end]
    }

    /// The signature.
    pub(super) fn signature(&self) -> &str {
        value_of(&self.text[self.end..], SIGNATURE).unwrap_or_default()
    }

    /// The value of a line.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        value_of(&self.text[..self.end], name)
    }

    /// The name of the key it says it is signed with.
    pub(super) fn key_id(&self) -> &str {
        self.value(KEY).unwrap_or_default()
    }

    /// Returns the lines about the place, in order.
    pub(super) fn lines(&self) -> Vec<(String, String)> {
        let lines = self.text[..self.end]
            .lines()
            .filter_map(|line| line.split_once(": "));
        let told = lines.filter(|(name, _)| ![FIRST, KEY].contains(name));
        told.map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_read_as_it_was_written() {
        let data = tempfile::tempdir().unwrap();
        let key = ReportKey::from_folder_or_new(data.path()).unwrap();
        let mut statement = Statement::new("2026-11-21T22:05:03Z".parse().unwrap());
        statement.add("objet", "  le\tlogement\r\nde l'été ");
        statement.add("demandeur", " \n ");
        let text = statement.signed(&key);
        assert!(
            text.starts_with(
                "compte-rendu-qpv: 1\ndate: 2026-11-21T23:05:03+01:00\nobjet: le logement de l'été\ncle: "
            )
        );
        for changed in [
            text.clone(),
            text.replace('\n', "\r\n"),
            format!("\u{feff}\n {text} \n\n"),
            text.replace('\n', " \n"),
        ] {
            let Read::Signed(signed) = read(&changed) else {
                panic!("not signed: {changed}")
            };
            assert!(
                key.public()
                    .has_signed(signed.signed_bytes(), signed.signature()),
                "{changed:?}"
            );
            assert_eq!(signed.key_id(), key.public().id());
            let lines = [
                ("date", "2026-11-21T23:05:03+01:00"),
                ("objet", "le logement de l'été"),
            ];
            assert_eq!(
                signed.lines(),
                lines.map(|(name, value)| (name.to_owned(), value.to_owned()))
            );
        }
    }

    #[test]
    fn what_is_not_whole_is_told_apart() {
        let key = "0123456789abcdef";
        let beginning = "compte-rendu-qpv: 1\ndate: 2026-11-21T23:05:03+01:00\nzone: qpv";
        let signature = "Zm9v".repeat(21) + "Zg";
        let whole = format!("{beginning}\ncle: {key}\nsignature: {signature}");
        assert!(matches!(read(&whole), Read::Signed(_)));
        for cut in [
            &whole[..whole.len() - 1],
            &whole[..whole.len() - 40],
            &format!("{beginning}\ncle: {key}\nsignature:"),
            &format!("{beginning}\ncle: 0123"),
            beginning,
            "compte-rendu-qpv: 1",
            &whole.replace(&format!("cle: {key}\n"), ""),
            &whole.replace(key, &key[1..]),
            &whole[4..],
            &whole[beginning.find('\n').unwrap() + 1..],
            &format!("  {}\r\n", whole[..whole.len() - 1].replace('\n', "\r\n")),
        ] {
            assert!(matches!(read(cut), Read::Cut), "{cut}");
        }
        for changed in [
            &format!("{whole}\nzone: outside"),
            &format!("{whole}a"),
            &format!("{beginning}\ncle: {key}\nsignature: é"),
        ] {
            assert!(matches!(read(changed), Read::Changed), "{changed}");
        }
        for other in ["", "Bonjour", "date: 2026-11-21\ncompte-rendu-qpv: 1"] {
            assert!(matches!(read(other), Read::NotAStatement), "{other}");
        }
        let next = read("compte-rendu-qpv: 2\ndate: 2026");
        assert!(matches!(next, Read::OtherVersion(version) if version == "2"));
    }
}
