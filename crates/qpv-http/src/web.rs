//! The front end's files, embedded by the build.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use data_encoding::HEXLOWER;
use qpv_service::ErrorCode;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::preconditions::HeldTags;
use crate::problem::Problem;

/// The content of `web/dist`, made by `make build`; empty after a plain `cargo build`.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct WebFiles;

const NOT_BUILT_PAGE: &str = "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>qpv</title>\
    <h1>qpv</h1><p>La page n'a pas été construite : « make build ». L'API répond : <a href=\"/docs\">documentation</a>.";

/// Bytes of a file's SHA-256 in its `ETag`: 64 bits tell the versions of one file apart.
const TAG_BYTES: usize = 8;

/// Answers with a file of the front end, with its page at `/`, or with a problem: there is none, or it is asked by another
/// method than `GET` and `HEAD`.
pub(crate) async fn file(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        // Pages for frames have addresses of their own, which the policy opens to the sites that the operator named.
        "embed" => "embed.html",
        "grist" => "grist.html",
        path => path,
    };
    let file = WebFiles::get(path);
    // A plain `cargo build` embeds no page, which deserves an explanation, not a 404.
    if file.is_none() && path != "index.html" {
        return Problem::new(ErrorCode::NotFound, "no such resource; see /docs").into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        let problem = Problem::new(ErrorCode::MethodNotAllowed, "a page is read by GET");
        return ([(header::ALLOW, "GET, HEAD")], problem).into_response();
    }
    let Some(file) = file else {
        return Html(NOT_BUILT_PAGE).into_response();
    };
    // Built files carry a hash in their name and may be kept forever; the page has none and is asked for again.
    let cache_control = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let tag = file_tag(&file);
    let caching = [
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static(cache_control),
        ),
        (header::ETAG, tag.clone()),
        // Also where the file was not modified, which has no body to compress.
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    if HeldTags::from_headers(&headers).contain(&tag) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let content_type = [(header::CONTENT_TYPE, file.metadata.mimetype().to_owned())];
    (caching, content_type, file.data).into_response()
}

/// Returns the `ETag` of a file. It is weak, because the answer may be compressed on its way.
fn file_tag(file: &EmbeddedFile) -> HeaderValue {
    let digest = file.metadata.sha256_hash();
    let digits = HEXLOWER.encode(&digest[..TAG_BYTES]);
    HeaderValue::try_from(format!("W/\"{digits}\"")).expect("hexadecimal digits are ASCII")
}
