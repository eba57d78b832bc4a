//! Errors on the wire: RFC 9457 problems, from one table of stable codes.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qpv_french::{Key, key, sentence};
use qpv_service::report::ReportError;
use qpv_service::{
    AddressError, ExportError, PersonError, QueryError, ScopeError, StreetError, UnknownProgramme,
};
use serde::Serialize;
use utoipa::ToSchema;

/// Every code, with its status and title. Codes are stable: clients rely on them.
pub const TABLE: &[(&str, StatusCode, &str)] = &[
    (
        "addresses_not_loaded",
        StatusCode::UNPROCESSABLE_ENTITY,
        "No addresses are loaded",
    ),
    (
        "addresses_unusable",
        StatusCode::INTERNAL_SERVER_ERROR,
        "The addresses loaded cannot be used",
    ),
    (
        "bad_body",
        StatusCode::UNPROCESSABLE_ENTITY,
        "The body is not what this resource takes",
    ),
    (
        "bad_footprint",
        StatusCode::UNPROCESSABLE_ENTITY,
        "The polygon cannot be judged",
    ),
    (
        "bad_form",
        StatusCode::BAD_REQUEST,
        "The form cannot be read",
    ),
    (
        "bad_parameter",
        StatusCode::BAD_REQUEST,
        "A parameter is missing, unknown or malformed",
    ),
    (
        "bad_table",
        StatusCode::BAD_REQUEST,
        "The table cannot be read",
    ),
    (
        "bad_uncertainty",
        StatusCode::BAD_REQUEST,
        "The uncertainty is not a number of metres",
    ),
    (
        "birth_date_after_check",
        StatusCode::BAD_REQUEST,
        "The birth date is after the day of the check",
    ),
    (
        "birth_date_implausible",
        StatusCode::BAD_REQUEST,
        "The birth date is too long ago",
    ),
    (
        "body_too_large",
        StatusCode::PAYLOAD_TOO_LARGE,
        "The body is too large",
    ),
    (
        "coordinates_swapped",
        StatusCode::UNPROCESSABLE_ENTITY,
        "Longitude and latitude look swapped",
    ),
    (
        "empty_question",
        StatusCode::BAD_REQUEST,
        "The question has no letter or digit",
    ),
    (
        "internal",
        StatusCode::INTERNAL_SERVER_ERROR,
        "Internal error",
    ),
    (
        "list_not_under_way",
        StatusCode::NOT_FOUND,
        "No such list is under way",
    ),
    (
        "malformed_json",
        StatusCode::BAD_REQUEST,
        "The body is not JSON",
    ),
    (
        "method_not_allowed",
        StatusCode::METHOD_NOT_ALLOWED,
        "Method not allowed",
    ),
    (
        "no_vintage_in_force",
        StatusCode::UNPROCESSABLE_ENTITY,
        "No perimeters were in force on that day",
    ),
    (
        "not_finite",
        StatusCode::BAD_REQUEST,
        "The coordinates are not finite numbers",
    ),
    ("not_found", StatusCode::NOT_FOUND, "Not found"),
    (
        "not_in_crs_domain",
        StatusCode::UNPROCESSABLE_ENTITY,
        "The coordinates are outside the reference system's domain",
    ),
    (
        "nothing_to_print",
        StatusCode::UNPROCESSABLE_ENTITY,
        "No commune of the area has a neighbourhood",
    ),
    (
        "out_of_range",
        StatusCode::BAD_REQUEST,
        "The coordinates are out of range",
    ),
    (
        "outside_coverage",
        StatusCode::UNPROCESSABLE_ENTITY,
        "The place is outside what the loaded data covers",
    ),
    (
        "overloaded",
        StatusCode::SERVICE_UNAVAILABLE,
        "Too many heavy requests at once",
    ),
    (
        "places_not_loaded",
        StatusCode::UNPROCESSABLE_ENTITY,
        "No list of places is loaded",
    ),
    (
        "projected_crs_expected",
        StatusCode::BAD_REQUEST,
        "x and y need a projected reference system",
    ),
    (
        "question_too_long",
        StatusCode::BAD_REQUEST,
        "The question is too long",
    ),
    (
        "report_key_unusable",
        StatusCode::INTERNAL_SERVER_ERROR,
        "Reports cannot be signed",
    ),
    (
        "report_text_too_long",
        StatusCode::UNPROCESSABLE_ENTITY,
        "A text is too long for a report",
    ),
    (
        "same_vintage",
        StatusCode::BAD_REQUEST,
        "A vintage is compared to another one",
    ),
    (
        "street_without_numbers",
        StatusCode::UNPROCESSABLE_ENTITY,
        "The place has no numbers",
    ),
    (
        "too_many_addresses",
        StatusCode::UNPROCESSABLE_ENTITY,
        "Too many addresses for one answer",
    ),
    (
        "too_many_points",
        StatusCode::PAYLOAD_TOO_LARGE,
        "Too many points",
    ),
    (
        "too_many_requests",
        StatusCode::TOO_MANY_REQUESTS,
        "Too many tables at once",
    ),
    (
        "too_many_sheets",
        StatusCode::UNPROCESSABLE_ENTITY,
        "Too many communes for one file",
    ),
    (
        "unknown_code_qp",
        StatusCode::NOT_FOUND,
        "No such perimeter in the loaded data",
    ),
    (
        "unknown_collection",
        StatusCode::NOT_FOUND,
        "No such collection of features",
    ),
    (
        "unknown_column",
        StatusCode::BAD_REQUEST,
        "A column is not there",
    ),
    (
        "unknown_crs",
        StatusCode::BAD_REQUEST,
        "Unknown reference system",
    ),
    (
        "unknown_feature",
        StatusCode::NOT_FOUND,
        "No such feature in the collection",
    ),
    (
        "unknown_layer",
        StatusCode::NOT_FOUND,
        "No such layer of tiles",
    ),
    (
        "unknown_programme",
        StatusCode::BAD_REQUEST,
        "No such programme",
    ),
    (
        "unknown_street",
        StatusCode::NOT_FOUND,
        "No such street in the loaded addresses",
    ),
    ("unknown_tile", StatusCode::NOT_FOUND, "No such tile"),
    (
        "unknown_vintage",
        StatusCode::BAD_REQUEST,
        "Unknown vintage",
    ),
    (
        "unsupported_media_type",
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "The body must be JSON",
    ),
    (
        "vintage_and_date",
        StatusCode::BAD_REQUEST,
        "Give a vintage or a date, not both",
    ),
    (
        "vintage_not_loaded",
        StatusCode::UNPROCESSABLE_ENTITY,
        "The perimeters that would answer are not loaded",
    ),
];

/// A problem as sent (`application/problem+json`).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Problem {
    /// Stable name of the error.
    #[schema(example = "outside_coverage")]
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What this code means, in English.
    pub title: &'static str,
    /// What happened this time and what to do, in English.
    pub detail: String,
    /// The same for end users, in French.
    pub message: String,
}

impl Problem {
    /// A problem of the table, with what happened this time; the French message is the catalogue's.
    ///
    /// # Panics
    /// If the code is not in [`TABLE`].
    #[must_use]
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let key = Key::find(&format!("error.{code}")).unwrap_or(key::ERROR_INTERNAL);
        let message = sentence(key, &[("value", &detail)]);
        Self::with_message(code, detail, message)
    }

    pub(crate) fn with_message(code: &'static str, detail: String, message: String) -> Self {
        let row = TABLE.iter().find(|(known, _, _)| *known == code);
        let (code, status, title) = row.expect("every code used is in the table");
        Self {
            code,
            status: status.as_u16(),
            title,
            detail,
            message,
        }
    }

    /// An error in our own work: what it was is logged, not told.
    pub(crate) fn internal(what: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %what, "internal error");
        Self::new("internal", "the service could not answer; its log says why")
    }
}

impl From<AddressError> for Problem {
    fn from(error: AddressError) -> Self {
        Self::with_message(error.code(), error.to_string(), error.message_fr())
    }
}

impl From<StreetError> for Problem {
    fn from(error: StreetError) -> Self {
        Self::with_message(error.code(), error.to_string(), error.message_fr())
    }
}

impl From<PersonError> for Problem {
    fn from(error: PersonError) -> Self {
        Self::with_message(error.code(), error.to_string(), error.message_fr())
    }
}

impl From<UnknownProgramme> for Problem {
    fn from(error: UnknownProgramme) -> Self {
        Self::with_message(
            UnknownProgramme::CODE,
            error.to_string(),
            error.message_fr(),
        )
    }
}

impl From<ScopeError> for Problem {
    fn from(error: ScopeError) -> Self {
        Self::with_message("bad_parameter", error.to_string(), error.message_fr())
    }
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        if matches!(error, ExportError::Failed(_)) {
            return Self::internal(&error);
        }
        Self::with_message(error.code(), error.to_string(), error.message_fr())
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        Self::with_message(error.code(), error.to_string(), error.message_fr())
    }
}

impl From<ReportError> for Problem {
    /// What is wrong with the key or the page is the operator's to know: it is logged, not told.
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::TextTooLong { .. } | ReportError::TooMuch { .. } => {
                Self::with_message(error.code(), error.to_string(), error.message_fr())
            }
            ReportError::Key(_) | ReportError::Page(_) => {
                tracing::error!(%error, "a report failed");
                Self::with_message(
                    error.code(),
                    "the log of the service says why".into(),
                    error.message_fr(),
                )
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let busy = matches!(
            status,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
        );
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if busy {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_french_message() {
        for (code, _, _) in TABLE {
            let key = format!("error.{code}");
            assert!(Key::find(&key).is_some(), "fr.json lacks {key}");
        }
        assert!(TABLE.is_sorted_by_key(|(code, _, _)| code));
    }
}
