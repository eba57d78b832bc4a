//! Reports over the wire: what a verification found, and the public key.

use std::collections::BTreeMap;

use qpv_documents::report::PublicKey;
use qpv_documents::report::Verification;
use serde::Serialize;
use utoipa::ToSchema;

/// The verification of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationAnswer<'a> {
    /// The outcome: `genuine`, `altered`, `another_key`, `incomplete`, `unknown_format` or `not_a_report`.
    #[schema(example = "genuine")]
    pub outcome: &'static str,
    /// The message for end users, in French.
    pub message: String,
    /// The identifier of the key that the report names as its own.
    pub key_id: Option<&'a str>,
    /// The lines of a genuine report, to be compared with the paper; empty for any other outcome.
    pub statement: BTreeMap<&'a str, &'a str>,
    /// True if the dataset of a genuine report is still here, so that the report can be made again.
    pub reproducible: Option<bool>,
}

/// The key that reports are signed with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportKeyAnswer {
    /// Always `Ed25519`.
    pub algorithm: &'static str,
    /// The public key, 64 hexadecimal digits.
    pub public_key: String,
    /// The first 16 digits of the key, which name it in reports.
    pub key_id: String,
}

impl<'a> VerificationAnswer<'a> {
    /// Creates the answer for a verification.
    #[must_use]
    pub fn new(verification: &'a Verification) -> Self {
        let lines = verification.statement.iter();
        Self {
            outcome: verification.outcome.name(),
            message: verification.message_fr(),
            key_id: verification.key_id.as_deref(),
            statement: lines
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect(),
            reproducible: verification.reproducible,
        }
    }
}

impl ReportKeyAnswer {
    /// Creates the answer for a key.
    #[must_use]
    pub fn new(key: PublicKey) -> Self {
        Self {
            algorithm: "Ed25519",
            public_key: key.to_string(),
            key_id: key.id(),
        }
    }
}
