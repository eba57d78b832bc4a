//! Reports over the wire: what a verification found, and the public key.

use std::collections::BTreeMap;

use qpv_service::report::{PublicKey, Verification};
use serde::Serialize;
use utoipa::ToSchema;

/// What the verification of a report found.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationAnswer<'a> {
    /// `genuine`, `altered`, `another_key` or `not_a_report`.
    #[schema(example = "genuine")]
    pub outcome: &'static str,
    /// For end users, in French.
    pub message: String,
    /// The name of the key the report says it is signed with.
    pub key_id: Option<&'a str>,
    /// What a genuine report says, to be compared with the paper; empty for all others.
    pub statement: BTreeMap<&'a str, &'a str>,
    /// Whether the dataset of a genuine report is still kept here, so that it can be made again.
    pub reproducible: Option<bool>,
}

/// The key that reports are signed with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportKeyAnswer {
    /// `Ed25519`.
    pub algorithm: &'static str,
    /// 64 hexadecimal digits.
    pub public_key: String,
    /// Its first 16 digits, which name it in reports.
    pub key_id: String,
}

impl<'a> VerificationAnswer<'a> {
    /// The answer for a verification.
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
    /// The answer for a key.
    #[must_use]
    pub fn new(key: PublicKey) -> Self {
        Self {
            algorithm: "Ed25519",
            public_key: key.to_string(),
            key_id: key.id(),
        }
    }
}
