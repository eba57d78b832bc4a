//! Extractors for query strings and bodies, whose rejections are problems with stable codes.

use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use qpv_service::model::{Crs, CrsError, Vintage, VintageError};
use qpv_service::{ErrorCode, VintageSelector};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::problem::Problem;

/// The parameters of a query string.
pub(crate) struct QueryParams<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryParams<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if let Ok(params) = serde_urlencoded::from_str(parts.uri.query().unwrap_or_default()) {
            return Ok(Self(params));
        }
        // Only axum's own reading names the parameter at fault, and it is the slower one.
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Self(params)),
            Err(fault) => Err(Problem::bad_parameter(fault.body_text())),
        }
    }
}

/// A body of JSON. Its `Content-Type` is not looked at, so that a form-less `curl -d` works.
pub(crate) struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body = Bytes::from_request(request, state)
            .await
            .map_err(IntoResponse::into_response)?;
        parse_json(&body)
            .map(Self)
            .map_err(IntoResponse::into_response)
    }
}

/// Parses a body, with one code for a text that is not JSON and another for JSON that is not the expected object.
pub(crate) fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|fault| {
        // Parsed again only after a failure, for most bodies are right.
        let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
        let code = if is_json {
            ErrorCode::BadBody
        } else {
            ErrorCode::MalformedJson
        };
        Problem::new(code, fault.to_string())
    })
}

/// Returns the perimeters chosen by a vintage or by a day; those in force today when neither is given.
pub(crate) fn choice(vintage: Option<&str>, on: Option<&str>) -> Result<VintageSelector, Problem> {
    match (vintage, on) {
        (Some(_), Some(_)) => Err(Problem::new(
            ErrorCode::VintageAndDate,
            "`vintage` and `on` exclude each other",
        )),
        (Some(text), None) => self::vintage(text).map(VintageSelector::Vintage),
        (None, Some(text)) => Date::from_str(text)
            .map(VintageSelector::InForce)
            .map_err(|_| {
                Problem::bad_parameter(format!(
                    "`on` must be a date such as 2024-06-30, not `{text}`"
                ))
            }),
        (None, None) => Ok(VintageSelector::today()),
    }
}

/// Parses a vintage.
pub(crate) fn vintage(text: &str) -> Result<Vintage, Problem> {
    text.parse()
        .map_err(|fault: VintageError| Problem::new(ErrorCode::UnknownVintage, fault.to_string()))
}

/// Parses a reference system.
pub(crate) fn crs(text: &str) -> Result<Crs, Problem> {
    text.parse()
        .map_err(|fault: CrsError| Problem::new(ErrorCode::UnknownCrs, fault.to_string()))
}

/// Returns whether a flag of a query string or a form is set: clients of the national address API write it in several ways.
pub(crate) fn is_yes(text: &str) -> bool {
    !matches!(text, "0" | "false" | "no" | "")
}
