//! The front end, embedded by the build.

use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::problem::Problem;

/// What `make build` left in `web/dist`; empty after a plain `cargo build`.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

const NOT_BUILT: &str = "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>qpv</title>\
    <h1>qpv</h1><p>La page n'a pas été construite : « make build ». L'API répond : <a href=\"/docs\">documentation</a>.";

/// A file of the front end, its page at `/`, or a "not found" problem.
pub(crate) async fn file(uri: Uri) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let Some(file) = Files::get(path) else {
        return if path == "index.html" {
            Html(NOT_BUILT).into_response()
        } else {
            Problem::new("not_found", "no such resource; see /docs").into_response()
        };
    };
    // Built files carry a hash in their name, the page does not.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let headers = [
        (header::CONTENT_TYPE, kind.essence_str()),
        (header::CACHE_CONTROL, cache),
    ];
    (StatusCode::OK, headers, file.data).into_response()
}
