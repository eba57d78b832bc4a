//! Verification of a report: its whole file, or the statement its QR code holds.
//!
//! Promises: one altered byte is seen; nothing is looked up but the dataset's digest, for there is no register of
//! reports or of persons. Refuses to show what a report says unless its signature holds.

use data_encoding::BASE64URL_NOPAD;
use qpv_french::{key, sentence};

use super::keys::{PublicKey, ReportKey};
use super::statement::{self, DATASET, Read, Signed, is_version};

/// Beginning of the line that signs a file: the name of the key and the signature follow, a space between them.
const FILE_SIGNATURE: &str = "%qpv-signature ";
/// Mark before the statement in a file, as URL-safe base64: one of the keywords of the PDF.
pub(super) const STATEMENT_MARK: &str = "compte-rendu-qpv-1.";
/// Beginning of that mark, the same in every version; the version and a full stop follow.
const ANY_MARK: &str = "compte-rendu-qpv-";
/// Beginning of a PDF.
const PDF: &[u8] = b"%PDF-";

/// The result of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it was made, and signed with the key.
    Genuine,
    /// Signed with the key, but not as it was made.
    Altered,
    /// Signed with another key, or so it says: it may be genuine elsewhere.
    AnotherKey,
    /// A text without its beginning or its end, as a bad copy is.
    Incomplete,
    /// In a version of the format that this program does not know.
    UnknownFormat,
    /// No report of this program.
    NotAReport,
}

/// A verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The outcome.
    pub outcome: Outcome,
    /// The name of the key the report says it is signed with.
    pub key_id: Option<String>,
    /// The content of a genuine report, by name, to be compared with the paper; empty for all
    /// others.
    pub statement: Vec<(String, String)>,
    /// The version of the format, of a report in one that is not known.
    pub version: Option<String>,
    /// True when the dataset of a genuine report is still kept, so that it can be made again.
    pub reproducible: Option<bool>,
}

impl Outcome {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Altered => "altered",
            Self::AnotherKey => "another_key",
            Self::Incomplete => "incomplete",
            Self::UnknownFormat => "unknown_format",
            Self::NotAReport => "not_a_report",
        }
    }
}

impl Verification {
    /// Returns the outcome for an end user, in French.
    #[must_use]
    pub fn message_fr(&self) -> String {
        let key_id = self.key_id.as_deref().unwrap_or_default();
        let found = match self.outcome {
            Outcome::Genuine => key::REPORT_VERIFY_GENUINE,
            Outcome::Altered => key::REPORT_VERIFY_ALTERED,
            Outcome::AnotherKey => key::REPORT_VERIFY_ANOTHER_KEY,
            Outcome::Incomplete => key::REPORT_VERIFY_INCOMPLETE,
            Outcome::UnknownFormat => key::REPORT_VERIFY_UNKNOWN_FORMAT,
            Outcome::NotAReport => key::REPORT_VERIFY_NOT_A_REPORT,
        };
        let version = self.version.as_deref().unwrap_or_default();
        let mut text = sentence(found, &[("key", key_id), ("version", version)]);
        if let Some(reproducible) = self.reproducible {
            let kept = if reproducible {
                key::REPORT_VERIFY_REPRODUCIBLE
            } else {
                key::REPORT_VERIFY_NOT_REPRODUCIBLE
            };
            text.extend([" ", &sentence(kept, &[])]);
        }
        text
    }

    /// The digest of the dataset a genuine report comes from.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.statement
            .iter()
            .find(|(name, _)| name == DATASET)
            .map(|(_, value)| value.as_str())
    }

    fn without_content(outcome: Outcome, key_id: Option<&str>) -> Self {
        Self {
            outcome,
            key_id: key_id.map(ToOwned::to_owned),
            statement: Vec::new(),
            version: None,
            reproducible: None,
        }
    }

    fn in_unknown_format(version: String) -> Self {
        Self {
            version: Some(version),
            ..Self::without_content(Outcome::UnknownFormat, None)
        }
    }
}

/// Signs a whole file with a last line of its own, which PDF readers take for a comment.
pub(super) fn sign_file(mut pdf: Vec<u8>, key: &ReportKey) -> Vec<u8> {
    // A comment that PDF readers skip must begin a line.
    if pdf.last() != Some(&b'\n') {
        pdf.push(b'\n');
    }
    pdf.extend_from_slice(format!("{FILE_SIGNATURE}{} ", key.public().id()).as_bytes());
    // The name of the key is signed too, so that it cannot be exchanged.
    let signature = key.sign(&pdf);
    pdf.extend_from_slice(signature.as_bytes());
    pdf.push(b'\n');
    pdf
}

/// Verifies a file, or the text of a statement. Without a key, every signature is another's.
pub(super) fn verify(content: &[u8], key: Option<&PublicKey>) -> Verification {
    match std::str::from_utf8(content) {
        // A PDF may be valid UTF-8 by chance, so its first bytes decide.
        _ if content.starts_with(PDF) => verify_file(content, key),
        Ok(text) => verify_text(text, key),
        Err(_) => Verification::without_content(Outcome::NotAReport, None),
    }
}

fn verify_text(text: &str, key: Option<&PublicKey>) -> Verification {
    let signed = match statement::read(text) {
        Read::NotAStatement => return Verification::without_content(Outcome::NotAReport, None),
        Read::OtherVersion(version) => return Verification::in_unknown_format(version),
        Read::Cut => return Verification::without_content(Outcome::Incomplete, None),
        Read::Changed => return Verification::without_content(Outcome::Altered, None),
        Read::Signed(signed) => signed,
    };
    let outcome = outcome(
        key,
        signed.key_id(),
        signed.signed_bytes(),
        signed.signature(),
    );
    found(outcome, &signed)
}

fn verify_file(content: &[u8], key: Option<&PublicKey>) -> Verification {
    let statement = statement_in(content);
    // Only without a statement of this version: it would be the one that is signed.
    if statement.is_none()
        && let Some(version) = other_version_in(content)
    {
        return Verification::in_unknown_format(version);
    }
    let Some((key_id, end, signature)) = last_line(content) else {
        let outcome = if statement.is_some() {
            Outcome::Altered
        } else {
            Outcome::NotAReport
        };
        return Verification::without_content(outcome, None);
    };
    let outcome = outcome(key, key_id, &content[..end], signature);
    match statement {
        // Both signatures must name one key, or the file was put together.
        Some(signed) if signed.key_id() == key_id => found(outcome, &signed),
        // The line was changed, or what it signs was.
        _ => Verification::without_content(Outcome::Altered, Some(key_id)),
    }
}

fn outcome(key: Option<&PublicKey>, key_id: &str, bytes: &[u8], signature: &str) -> Outcome {
    match key {
        Some(key) if key.id() == key_id && key.has_signed(bytes, signature) => Outcome::Genuine,
        Some(key) if key.id() == key_id => Outcome::Altered,
        // Without the other key, nothing says that it is not genuine.
        _ => Outcome::AnotherKey,
    }
}

fn found(outcome: Outcome, signed: &Signed) -> Verification {
    // A text whose signature does not hold must not be shown as if it did.
    let statement = if outcome == Outcome::Genuine {
        signed.lines()
    } else {
        Vec::new()
    };
    Verification {
        statement,
        ..Verification::without_content(outcome, Some(signed.key_id()))
    }
}

/// The key's name, where the signature begins, and the signature, in the last line of a file.
fn last_line(content: &[u8]) -> Option<(&str, usize, &str)> {
    let body = content.strip_suffix(b"\n")?;
    let start = body.iter().rposition(|&byte| byte == b'\n')? + 1;
    let line = std::str::from_utf8(&body[start..]).ok()?;
    let (key_id, signature) = line.strip_prefix(FILE_SIGNATURE)?.split_once(' ')?;
    Some((key_id, body.len() - signature.len(), signature))
}

/// The version of the format among the keywords of a file, where it is another one than that of this program.
fn other_version_in(content: &[u8]) -> Option<String> {
    let start = memchr::memmem::find(content, ANY_MARK.as_bytes())? + ANY_MARK.len();
    let version = content[start..].split(|byte| *byte == b'.').next()?;
    let version = std::str::from_utf8(version).ok()?;
    let is_other = is_version(version) && !STATEMENT_MARK.ends_with(&format!("-{version}."));
    is_other.then(|| version.to_owned())
}

/// The statement among the keywords of a file.
fn statement_in(content: &[u8]) -> Option<Signed> {
    let mark = STATEMENT_MARK.as_bytes();
    let start = memchr::memmem::find(content, mark)? + mark.len();
    let code: Vec<u8> = content[start..]
        .iter()
        .copied()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
        .collect();
    let text = BASE64URL_NOPAD.decode(&code).ok()?;
    match statement::read(&String::from_utf8(text).ok()?) {
        Read::Signed(signed) => Some(signed),
        _ => None,
    }
}
