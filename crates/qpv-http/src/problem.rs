//! Errors on the wire: RFC 9457 problems with a stable code.

use std::fmt::Display;
use std::io;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qpv_batch::{BatchError, ColumnsError, table_fault};
use qpv_french::{Key, bounded, key, sentence};
use qpv_service::{CodedError, ErrorCode};
use serde::{Serialize, Serializer};
use utoipa::{IntoResponses, ToSchema};

use crate::error_page::ProblemMessage;

/// The HTTP status of an error code.
pub trait HttpStatus {
    /// Returns the status that an error with this code is answered with.
    fn status(self) -> StatusCode;
}

impl HttpStatus for ErrorCode {
    fn status(self) -> StatusCode {
        match self {
            Self::BadForm
            | Self::BadParameter
            | Self::BadTable
            | Self::BadUncertainty
            | Self::BirthDateAfterCheck
            | Self::BirthDateImplausible
            | Self::EmptyQuestion
            | Self::MalformedJson
            | Self::NotFinite
            | Self::OutOfRange
            | Self::ProjectedCrsExpected
            | Self::QuestionTooLong
            | Self::SameVintage
            | Self::UnknownColumn
            | Self::UnknownCrs
            | Self::UnknownField
            | Self::UnknownProgramme
            | Self::UnknownVintage
            | Self::VintageAndDate => StatusCode::BAD_REQUEST,
            Self::ListNotUnderWay
            | Self::NotFound
            | Self::UnknownCodeQp
            | Self::UnknownCollection
            | Self::UnknownCommune
            | Self::UnknownFeature
            | Self::UnknownLayer
            | Self::UnknownStreet
            | Self::UnknownTile => StatusCode::NOT_FOUND,
            Self::KeyInvalid | Self::KeyRequired => StatusCode::UNAUTHORIZED,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooLarge | Self::TooManyPoints => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::AddressesNotLoaded
            | Self::BadBody
            | Self::BadFootprint
            | Self::CoordinatesSwapped
            | Self::DefaultPlaceNotLoaded
            | Self::NoVintageInForce
            | Self::NotInCrsDomain
            | Self::NothingToPrint
            | Self::OutsideCoverage
            | Self::PlacesNotLoaded
            | Self::ReportTextTooLong
            | Self::BadReview
            | Self::StreetWithoutNumbers
            | Self::TooManyAddresses
            | Self::TooManySheets
            | Self::VintageNotLoaded
            | Self::ZoningNotLoaded => StatusCode::UNPROCESSABLE_ENTITY,
            Self::ForeignOrigin | Self::ScopeMissing => StatusCode::FORBIDDEN,
            Self::HostNotServed => StatusCode::MISDIRECTED_REQUEST,
            Self::RateExceeded | Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::AddressesUnusable
            | Self::ExportFailed
            | Self::Internal
            | Self::ReportKeyUnusable => StatusCode::INTERNAL_SERVER_ERROR,
            Self::DatasetAltered | Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::TemporaryFolderUnusable => StatusCode::INSUFFICIENT_STORAGE,
        }
    }
}

/// A problem as sent (`application/problem+json`).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Problem {
    /// Stable name of the error.
    #[schema(value_type = String, example = "outside_coverage")]
    #[serde(serialize_with = "code_name")]
    pub code: ErrorCode,
    /// HTTP status.
    pub status: u16,
    /// The meaning of the code, in English.
    pub title: &'static str,
    /// The cause this time and the remedy, in English.
    pub detail: String,
    /// The same for end users, in French.
    pub message: String,
}

/// The errors that any resource may answer with, for the API's description.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the description uses it")]
pub(crate) enum ErrorResponses {
    /// The request cannot be answered: `code` names the reason, `detail` explains it
    #[response(status = "4XX", content_type = "application/problem+json")]
    Client(Problem),
    /// The service failed, or is too busy: `Retry-After` says when to try again
    #[response(status = "5XX", content_type = "application/problem+json")]
    Server(Problem),
}

/// Writes a code by its name.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn code_name<S: Serializer>(code: &ErrorCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.as_str())
}

impl Problem {
    /// Creates a problem with the catalogue's French message for this code.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        // A test finds a sentence for every code, so the fallback is never seen.
        let key = Key::find(&format!("error.{code}")).unwrap_or(key::ERROR_INTERNAL);
        let message = sentence(key, &[("value", &detail)]);
        Self::with_message(code, detail, message)
    }

    /// Creates a problem for a parameter that is missing, unknown or malformed.
    pub(crate) fn bad_parameter(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadParameter, detail)
    }

    /// Creates a problem for a body that this resource does not take.
    pub(crate) fn bad_body(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadBody, detail)
    }

    /// Creates a problem for a body that ends too early, or is not framed as its head says.
    pub(crate) fn cut_body(code: ErrorCode, detail: String) -> Self {
        Self::with_message(code, detail, sentence(key::ERROR_BODY_CUT, &[]))
    }

    /// Creates a problem with a French message of its own.
    #[must_use]
    pub fn with_message(code: ErrorCode, detail: String, message: String) -> Self {
        Self {
            code,
            status: code.status().as_u16(),
            title: code.title(),
            detail,
            message,
        }
    }

    /// Creates a problem for a temporary file that fails at a step. The folder is named in the log alone.
    pub(crate) fn temporary_file(step: &str, fault: &io::Error) -> Self {
        let folder = tempfile::env::temp_dir();
        tracing::error!(error = %fault, folder = %folder.display(), step, "a temporary file failed: is there room left in the folder?");
        Self::new(
            ErrorCode::TemporaryFolderUnusable,
            "long lists pass through it: its operator makes room there, or names another one in `TMPDIR`; the log says which it is",
        )
    }

    /// Creates a problem for a fault of the service itself, which is logged and not disclosed.
    pub(crate) fn internal(what: &dyn Display) -> Self {
        tracing::error!(error = %what, "internal error");
        Self::new(
            ErrorCode::Internal,
            "the service could not answer; its log says why",
        )
    }
}

impl<E: CodedError> From<E> for Problem {
    fn from(error: E) -> Self {
        let code = error.code();
        match code {
            // Nothing in these helps a client, and a library's message may hold paths.
            ErrorCode::Internal | ErrorCode::ExportFailed => Self::internal(&error),
            // A path or a library's fault may stand in the detail: it is for the operator's eyes.
            ErrorCode::ReportKeyUnusable => {
                tracing::error!(%error, "the signing key of reports cannot be used");
                let detail = "the log of the service says why".to_owned();
                Self::with_message(code, detail, error.message_fr())
            }
            _ => Self::with_message(code, error.to_string(), error.message_fr()),
        }
    }
}

/// Returns the problem for an error of a batch: the client's to mend where it can, internal otherwise.
#[must_use]
pub fn batch_problem(error: &BatchError) -> Problem {
    match error {
        BatchError::Columns(
            ColumnsError::NoNames | ColumnsError::StrayQuote | ColumnsError::TooMany { .. },
        ) => table_problem(ErrorCode::BadTable, error),
        BatchError::Columns(_) => table_problem(ErrorCode::UnknownColumn, error),
        BatchError::Write(fault) if fault.kind() == io::ErrorKind::FileTooLarge => Problem::new(
            ErrorCode::BodyTooLarge,
            "the answers are over the limit of this server: split the table",
        ),
        BatchError::Addresses(error) => error.clone().into(),
        BatchError::Query(error) => error.clone().into(),
        BatchError::Fields(error) => error.clone().into(),
        BatchError::Zonings(error) => error.clone().into(),
        error if matches!(error, BatchError::LineTooLong { .. }) || error.is_usage() => {
            table_problem(ErrorCode::BadTable, error)
        }
        error => Problem::internal(error),
    }
}

fn table_problem(code: ErrorCode, error: &BatchError) -> Problem {
    Problem::with_message(code, error.to_string(), table_fault(error))
}

/// Returns the challenge that goes with an error about keys (RFC 6750, section 3).
fn challenge(code: ErrorCode) -> Option<HeaderValue> {
    let challenge = match code {
        ErrorCode::KeyRequired => "Bearer realm=\"qpv\"",
        ErrorCode::KeyInvalid => "Bearer realm=\"qpv\", error=\"invalid_token\"",
        ErrorCode::ScopeMissing => "Bearer realm=\"qpv\", error=\"insufficient_scope\"",
        _ => return None,
    };
    Some(HeaderValue::from_static(challenge))
}

/// Characters of a sentence of a problem: what a client sent is quoted in it, however long.
/// Details of the problem of a body that is too large: of any, and of one with a table.
pub(crate) const BODY_TOO_LARGE: &str = "the body is over the limit of this server";
pub(crate) const TABLE_TOO_LARGE: &str =
    "the body is over the limit of this server: split the table";
const MAX_TEXT_CHARACTERS: usize = 2_000;

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let busy = matches!(
            status,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
        );
        let bounded = Self {
            detail: bounded(&self.detail, MAX_TEXT_CHARACTERS).into_owned(),
            message: bounded(&self.message, MAX_TEXT_CHARACTERS).into_owned(),
            ..self
        };
        let (code, message) = (bounded.code, ProblemMessage(bounded.message.clone()));
        let mut response = (status, Json(bounded)).into_response();
        response.extensions_mut().insert(message);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(challenge) = challenge(code) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if busy {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    #[test]
    fn every_code_has_a_french_message() {
        for code in ErrorCode::VARIANTS {
            let key = format!("error.{code}");
            assert!(Key::find(&key).is_some(), "fr.json lacks {key}");
        }
    }
}
