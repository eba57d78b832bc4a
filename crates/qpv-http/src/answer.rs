//! Answers written while their snapshot is held, in one buffer.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Serialize;

/// Bytes of the buffer an answer begins with: one point's answer fits.
const BYTES: usize = 1 << 10;

/// Headers that an answer leaves with.
const HEADERS: usize = 8;

/// An answer as JSON.
pub(crate) fn json<T: Serialize>(answer: &T) -> Response {
    written(answer, HeaderValue::from_static("application/json"))
}

/// An answer as `GeoJSON`.
pub(crate) fn geojson<T: Serialize>(answer: &T) -> Response {
    written(answer, HeaderValue::from_static("application/geo+json"))
}

fn written<T: Serialize>(answer: &T, kind: HeaderValue) -> Response {
    let mut text = Vec::with_capacity(BYTES);
    serde_json::to_writer(&mut text, answer).expect("answers have string keys and no failing field");
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.reserve(HEADERS);
    headers.insert(header::CONTENT_TYPE, kind);
    response
}
