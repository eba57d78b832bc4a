//! The report: one signed page on where an address or a point stands, for whoever has to keep or show the answer.
//!
//! [`Service::report`] makes it from a check that was answered ([`CheckOutcome`]); [`Service::verify_report`] tells whether a file,
//! or the text its QR code holds, is genuine. What the signed text says is [`statement`]'s, the sentences of the page are
//! [`content`]'s, the page is [`page`]'s, the map [`map`]'s, the key [`keys`]'.
//!
//! Promises: the same dataset, question, texts and time give the same page; nothing of a report is stored or logged.
//! Refuses to be more than it is: it says on its face that it is no *attestation réglementaire*.

mod building;
pub(crate) mod canvas;
mod content;
mod keys;
pub(crate) mod map;
mod page;
mod statement;
#[cfg(test)]
mod tests;
mod values;
mod verify;

use jiff::Timestamp;
use qpv_engine::Zone;
use qpv_french::{key, sentence};
use qpv_programmes::{AssessedCondition, Assessment, EligibilityOutcome as Assessed};

pub use keys::{KeyError, PublicKey, ReportKey};
pub use verify::{Outcome, Verification};

use crate::check::CheckOutcome;
use crate::error_code::{CodedError, ErrorCode};
use crate::messages;
use crate::service::Service;
use crate::snapshot::Snapshot;
use content::Content;

/// Characters that name who asks, at most.
pub const MOST_ASKED_BY: usize = 80;
/// Characters that say what it is about, at most.
pub const MOST_ABOUT: usize = 120;
/// Bytes of a statement: more would make a QR code that telephones hardly read from paper.
const MOST_BYTES: usize = 1000;

/// What a rule of a programme says of it, in French, to be printed and signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleLines {
    /// Name of the programme.
    pub programme: String,
    /// What it comes to, in a few words.
    pub result: String,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
    /// Texts the rule comes from.
    pub sources: Vec<String>,
}

impl RuleLines {
    /// What an assessment says: the result, what it rests on and what is missing, what people must judge besides, and the
    /// texts of the rules that decide. `told` makes a sentence of what was found.
    #[must_use]
    pub fn of(
        assessment: &Assessment<'_>,
        told: impl Fn(&AssessedCondition<'_>) -> String,
    ) -> Self {
        let programme = assessment.programme;
        let found = assessment.reasons().map(told);
        let note = assessment.rule.and_then(|rule| rule.note.clone());
        let quota = assessment.rule.and_then(|rule| rule.quota_percent);
        let quota = quota
            .map(|percent| sentence(key::ELIGIBILITY_QUOTA, &[("percent", &percent.to_string())]));
        let taken = assessment.outcome != Assessed::NotEligible;
        let left = programme.to_assess.iter().filter(|_| taken);
        let left = left.map(|item| sentence(key::ELIGIBILITY_TO_ASSESS, &[("text", &item.text)]));
        let deciding = assessment
            .conditions
            .iter()
            .filter(|found| found.decisive)
            .map(|found| found.rule);
        let rules = assessment
            .rule
            .into_iter()
            .chain(deciding.filter(|_| assessment.rule.is_none()));
        let sources = rules.map(|rule| programme.source(&rule.source));
        let sources = sources.chain(
            programme
                .sources
                .iter()
                .filter(|_| assessment.conditions.is_empty()),
        );
        Self {
            programme: programme.name.clone(),
            result: messages::assessment(assessment),
            reasons: each_once(found.chain(note).chain(quota).chain(left)),
            sources: each_once(
                sources.map(|source| format!("{}, {}", source.text, source.article)),
            ),
        }
    }
}

fn each_once(texts: impl Iterator<Item = String>) -> Vec<String> {
    texts.fold(Vec::new(), |mut all, text| {
        if !all.contains(&text) {
            all.push(text);
        }
        all
    })
}

/// What else a report says.
#[derive(Debug, Clone)]
pub struct ReportRequest {
    /// When it is made.
    pub at: Timestamp,
    /// Who asks; printed and signed if given.
    pub asked_by: Option<String>,
    /// What or whom it is about; printed and signed if given.
    pub about: Option<String>,
}

/// A report.
#[derive(Debug, Clone)]
pub struct Report {
    /// The signed file.
    pub pdf: Vec<u8>,
    /// The signed text, as in the QR code.
    pub statement: String,
    /// The zone it tells.
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
        "the signed text has {bytes} bytes, and {MOST_BYTES} at most fit the QR code: shorten the question or the texts"
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
        let text = |text: &Option<String>, name, most| {
            let text = text
                .as_deref()
                .map(statement::one_line)
                .filter(|text| !text.is_empty());
            let length = text.as_ref().map_or(0, |text| text.chars().count());
            if length > most {
                Err(ReportError::TextTooLong { name, length, most })
            } else {
                Ok(text)
            }
        };
        let asked_by = text(&self.asked_by, "asked_by", MOST_ASKED_BY)?;
        Ok(Self {
            asked_by,
            about: text(&self.about, "about", MOST_ABOUT)?,
            ..self.clone()
        })
    }
}

impl Service {
    /// The report on a check that this snapshot answered.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn report(
        &self,
        snapshot: &Snapshot,
        outcome: &CheckOutcome<'_>,
        request: &ReportRequest,
    ) -> Result<Report, ReportError> {
        let request = request.checked()?;
        let key = self.report_key()?;
        let content = Content::of(snapshot, outcome, &request);
        let statement = content.statement(&request).signed(key);
        if statement.len() > MOST_BYTES {
            return Err(ReportError::TooMuch {
                bytes: statement.len(),
            });
        }
        let pdf =
            page::write(&content, &statement, &key.public().id()).map_err(ReportError::Page)?;
        Ok(Report {
            pdf: verify::sign_file(pdf, key),
            statement,
            zone: content.zone,
        })
    }

    /// The key of the data folder, made now if it has none.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn report_key(&self) -> Result<&ReportKey, KeyError> {
        if let Some(key) = self.report_key.get() {
            return Ok(key);
        }
        let key = ReportKey::of_or_new(self.store().folder())?;
        Ok(self.report_key.get_or_init(|| key))
    }

    /// Whether a file, or the text of a statement, is a genuine report: signed with the key given, else with that of the
    /// data folder. A folder without a key has signed nothing.
    ///
    /// # Errors
    /// [`KeyError`], for a key of the folder that cannot be used.
    pub fn verify_report(
        &self,
        content: &[u8],
        key: Option<&PublicKey>,
    ) -> Result<Verification, KeyError> {
        let own = || match self.report_key.get() {
            Some(key) => Ok(Some(key.public())),
            None => ReportKey::of(self.store().folder()).map(|key| key.map(|key| key.public())),
        };
        let key = key.map_or_else(own, |key| Ok(Some(*key)))?;
        let verification = verify::verify(content, key.as_ref());
        let kept =
            |digest: &str| self.snapshot().digest() == digest || self.store().find(digest).is_ok();
        let reproducible = verification.digest().map(kept);
        Ok(Verification {
            reproducible,
            ..verification
        })
    }
}
