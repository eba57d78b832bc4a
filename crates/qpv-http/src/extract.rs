//! Extractors for query strings and bodies, whose rejections are problems with stable codes.

use std::fmt::Display;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use jiff::civil::Date;
use qpv_service::model::{Crs, CrsError, Vintage, VintageError};
use qpv_service::{ErrorCode, Snapshot, VintageSelector, check_ring};
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};

use crate::connections::SlowBody;
use crate::problem::{BODY_TOO_LARGE, Problem};
use crate::wire::ZoningChoice;

/// The parameters of a query string.
pub(crate) struct QueryParams<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryParams<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse_query(&parts.uri).map(Self)
    }
}

/// The parameters of a query string in which `type` may come several times; they get its values in one text, separated by
/// commas.
pub(crate) struct AddressQueryParams<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for AddressQueryParams<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match join_types(parts.uri.query().unwrap_or_default()) {
            Some(joined) => parse_query(&joined),
            None => parse_query(&parts.uri),
        }
        .map(Self)
    }
}

/// Returns an address with the values of `type` joined by commas; `None` when it comes once at most.
fn join_types(query: &str) -> Option<Uri> {
    const NAME: &str = "type";
    // Most queries have one at most, and need not be read twice.
    query.matches(NAME).nth(1)?;
    let all: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let (types, mut others): (Vec<_>, Vec<_>) = all.into_iter().partition(|(name, _)| name == NAME);
    let types: Vec<String> = types.into_iter().map(|(_, value)| value).collect();
    others.push((NAME.to_owned(), types.join(",")));
    let query = serde_urlencoded::to_string(others).ok()?;
    format!("/?{query}").parse().ok()
}

/// Parses a query string.
fn parse_query<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    if let Ok(params) = serde_urlencoded::from_str(uri.query().unwrap_or_default()) {
        return Ok(params);
    }
    // Only axum's own reading names the parameter at fault, and it is the slower one.
    match Query::<T>::try_from_uri(uri) {
        Ok(Query(params)) => Ok(params),
        Err(fault) => Err(Problem::bad_parameter(fault.body_text())),
    }
}

/// Deserializes a parameter that counts as absent when its value is blank: forms send the fields that nobody filled in.
pub(crate) fn blank_as_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    let text = String::deserialize(deserializer)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(D::Error::custom)
}

/// A body of JSON. Its `Content-Type` is not looked at, so that a form-less `curl -d` works.
pub(crate) struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let RawBody(body) = RawBody::from_request(request, state).await?;
        parse_json(&body).map(Self)
    }
}

/// A body as it was sent.
pub(crate) struct RawBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let received = Bytes::from_request(request, state).await;
        received.map(Self).map_err(|fault| {
            if SlowBody::caused(&fault) {
                Problem::new(ErrorCode::BodyTooSlow, SlowBody.to_string())
            } else if fault.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Problem::new(ErrorCode::BodyTooLarge, BODY_TOO_LARGE)
            } else {
                Problem::cut_body(ErrorCode::BadBody, fault.body_text())
            }
        })
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

/// Returns the perimeters chosen, once a vintage among them is known to this dataset.
pub(crate) fn known(
    snapshot: &Snapshot,
    choice: VintageSelector,
) -> Result<VintageSelector, Problem> {
    if let VintageSelector::Vintage(vintage) = choice {
        snapshot.check_vintage(vintage)?;
    }
    Ok(choice)
}

/// Reads the zonings asked for, with commas between them, and the width of the ring.
pub(crate) fn zonings(
    snapshot: &Snapshot,
    names: Option<&str>,
    ring_m: Option<f64>,
) -> Result<ZoningChoice, Problem> {
    let names = names.unwrap_or_default().split(',').map(str::trim);
    let names: Vec<String> = names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    // Left out, an unknown one would look like "outside".
    snapshot.check_zonings(&names)?;
    Ok(ZoningChoice {
        names,
        ring_m: check_ring(ring_m).map_err(Problem::bad_parameter)?,
    })
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
