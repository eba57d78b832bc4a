//! Query strings and bodies, with our own errors.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use jiff::civil::Date;
use qpv_service::VintageSelector;
use qpv_service::model::{Crs, Vintage};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// A query string whose faults are problems of ours, unknown parameters included.
pub(crate) struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if let Ok(params) = serde_urlencoded::from_str(parts.uri.query().unwrap_or_default()) {
            return Ok(Self(params));
        }
        // The slower reading tells which parameter is at fault.
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Self(params)),
            Err(fault) => Err(Problem::new("bad_parameter", fault.body_text())),
        }
    }
}

/// The perimeters asked for, by vintage or by date; those in force today when neither is given.
pub(crate) fn choice(vintage: Option<&str>, on: Option<&str>) -> Result<VintageSelector, Problem> {
    match (vintage, on) {
        (Some(_), Some(_)) => Err(Problem::new(
            "vintage_and_date",
            "`vintage` and `on` exclude each other",
        )),
        (Some(text), None) => self::vintage(text).map(VintageSelector::Vintage),
        (None, Some(text)) => Date::from_str(text)
            .map(VintageSelector::InForce)
            .map_err(|_| {
                Problem::new(
                    "bad_parameter",
                    format!("`on` must be a date such as 2024-06-30, not `{text}`"),
                )
            }),
        (None, None) => Ok(VintageSelector::today()),
    }
}

pub(crate) fn vintage(text: &str) -> Result<Vintage, Problem> {
    text.parse()
        .map_err(|fault: qpv_service::model::VintageError| {
            Problem::new("unknown_vintage", fault.to_string())
        })
}

pub(crate) fn crs(text: &str) -> Result<Crs, Problem> {
    text.parse().map_err(|fault: qpv_service::model::CrsError| {
        Problem::new("unknown_crs", fault.to_string())
    })
}

/// Parses a body, telling what is not JSON from what is not the expected JSON.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|fault| {
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
        let code = if is_json {
            "bad_body"
        } else {
            "malformed_json"
        };
        Problem::new(code, fault.to_string())
    })
}
