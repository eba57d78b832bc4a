//! The report: one signed page on where an address or a point stands, for whoever has to keep or show the answer, with pages
//! for the reasons of programmes that it has no room for.
//!
//! [`Signer::report`](signer::Signer::report) makes it from a check that was answered;
//! [`Signer::verify`](signer::Signer::verify) verifies a file, or the text of its QR code. The signed text is in
//! `statement.rs`, the sentences of the page in `content.rs`, the page in `page.rs`, the map in `plan.rs`, the key in
//! `keys.rs`.
//!
//! Promises: the same dataset, question, texts and time give the same page; nothing of a report is stored or logged.
//! Refuses to be more than it is: it says on its face that it is no *attestation réglementaire*.

mod building;
mod content;
mod keys;
mod measures;
mod page;
mod programme_box;
mod programme_pages;
pub mod signer;
mod statement;
#[cfg(test)]
mod tests;
mod values;
mod verify;

use jiff::Timestamp;
use qpv_engine::Zone;
use qpv_french::{key, sentence};
use qpv_service::{CodedError, ErrorCode};

pub use keys::{KeyError, PublicKey, ReportKey};
pub use verify::{Outcome, Verification};

/// Characters that name who asks, at most.
pub const MAX_ASKED_BY_CHARS: usize = 80;
/// Characters that say what it is about, at most.
pub const MAX_ABOUT_CHARS: usize = 120;
/// Bytes of a statement: more would make a QR code that telephones hardly read from paper.
const MAX_STATEMENT_BYTES: usize = 1000;

/// The texts and the time of a report, beyond its answer.
#[derive(Debug, Clone)]
pub struct ReportRequest {
    /// When it is made.
    pub at: Timestamp,
    /// Who asks; printed and signed if given.
    pub asked_by: Option<String>,
    /// The subject, a person or a file; printed and signed if given.
    pub about: Option<String>,
}

/// A report.
#[derive(Debug, Clone)]
pub struct Report {
    /// The signed file.
    pub pdf: Vec<u8>,
    /// The signed text, as in the QR code.
    pub statement: String,
    /// The zone that it gives.
    pub zone: Zone,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no key to sign with.
    #[error("reports cannot be signed: {0}")]
    Key(#[from] KeyError),
    /// A text given is too long to be printed and signed.
    #[error("`{name}` has {length} characters, and {most} at most are taken")]
    TextTooLong {
        /// Name of the text.
        name: &'static str,
        /// Its characters.
        length: usize,
        /// The most there may be.
        most: usize,
    },
    /// All texts together are too long for the QR code.
    #[error(
        "the signed text has {bytes} bytes, and {MAX_STATEMENT_BYTES} at most fit the QR code: shorten the question or the texts, or ask \
         fewer programmes"
    )]
    TooMuch {
        /// Its bytes.
        bytes: usize,
    },
    /// The page cannot be written.
    #[error("the page cannot be written: {0}")]
    Page(String),
}

impl CodedError for ReportError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Key(_) => ErrorCode::ReportKeyUnusable,
            Self::TextTooLong { .. } | Self::TooMuch { .. } => ErrorCode::ReportTextTooLong,
            Self::Page(_) => ErrorCode::Internal,
        }
    }

    fn message_fr(&self) -> String {
        let key = match self {
            Self::Key(_) => key::ERROR_REPORT_KEY_UNUSABLE,
            Self::TextTooLong { .. } | Self::TooMuch { .. } => key::ERROR_REPORT_TEXT_TOO_LONG,
            Self::Page(_) => key::ERROR_INTERNAL,
        };
        sentence(key, &[])
    }
}

impl ReportRequest {
    /// A report made now that says no more than the answer.
    #[must_use]
    pub fn now() -> Self {
        Self {
            at: Timestamp::now(),
            asked_by: None,
            about: None,
        }
    }

    /// Puts every text on one line, and refuses those that are too long.
    fn checked(&self) -> Result<Self, ReportError> {
        Ok(Self {
            at: self.at,
            asked_by: checked_text(self.asked_by.as_deref(), "asked_by", MAX_ASKED_BY_CHARS)?,
            about: checked_text(self.about.as_deref(), "about", MAX_ABOUT_CHARS)?,
        })
    }
}

/// Puts a text on one line, and refuses it if it is too long; an empty text is none.
fn checked_text(
    text: Option<&str>,
    name: &'static str,
    most: usize,
) -> Result<Option<String>, ReportError> {
    let text = text
        .map(qpv_service::one_line)
        .filter(|text| !text.is_empty());
    // In characters, as people count; the bytes of the whole are limited after signing.
    let length = text.as_ref().map_or(0, |text| text.chars().count());
    if length > most {
        Err(ReportError::TextTooLong { name, length, most })
    } else {
        Ok(text)
    }
}
