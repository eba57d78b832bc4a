//! Requests that pages of other sites make: none may send anything, those of origins that the operator names may read.
//!
//! Browsers say where a request comes from in `Sec-Fetch-Site` (Fetch Metadata) and `Origin` (RFC 6454), which pages cannot
//! forge. Programs send neither and are not held up. Answers are read by pages of other origins through CORS (Fetch standard).

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qpv_service::ErrorCode;

use crate::hosts::Hosts;
use crate::origin::{Origin, authority_of};
use crate::problem::Problem;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Resources that an origin given by the operator may read: the address API, the answer for points, and public perimeters. Tiles
/// any origin may.
const READABLE: [&str; 7] = [
    "/search",
    "/reverse",
    "/api/v1/search",
    "/api/v1/reverse",
    "/api/v1/zones",
    "/api/v1/perimeters",
    "/ogc",
];
/// The one of them that takes a body, which is a list of points.
const READABLE_BY_POST: &str = "/api/v1/zones";

/// The origins whose pages may read answers; none by default.
#[derive(Debug, Clone, Default)]
pub struct CrossOrigins(Vec<Origin>);

impl CrossOrigins {
    /// Creates the list of these origins.
    #[must_use]
    pub fn new(origins: Vec<Origin>) -> Self {
        Self(origins)
    }

    /// Returns whether the answers at a path may be read by some page of another origin.
    pub(crate) fn concern(&self, path: &str) -> bool {
        !self.0.is_empty() && is_readable(path)
    }

    /// Returns the origin of a request if its pages may read the answer.
    pub(crate) fn allowed<'r>(&self, headers: &'r HeaderMap) -> Option<&'r HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        self.0
            .iter()
            .any(|given| given.as_str().as_bytes() == origin.as_bytes())
            .then_some(origin)
    }

    /// Returns the answer to a browser that asks whether a page may send a request; none if it is not such a question.
    pub(crate) fn preflight(&self, request: &Request) -> Option<Response> {
        let is_asked = request.method() == Method::OPTIONS
            && request
                .headers()
                .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if !is_asked || !self.concern(request.uri().path()) {
            return None;
        }
        self.allowed(request.headers())?;
        let methods = if is_at(request.uri().path(), READABLE_BY_POST) {
            "GET, POST"
        } else {
            "GET"
        };
        let mut response = StatusCode::NO_CONTENT.into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static(methods),
        );
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("content-type"),
        );
        // A day: what may be read changes with the options of the server only.
        headers.insert(
            header::ACCESS_CONTROL_MAX_AGE,
            HeaderValue::from_static("86400"),
        );
        Some(response)
    }
}

fn is_readable(path: &str) -> bool {
    READABLE.iter().any(|resource| is_at(path, resource))
        // Tables are sent, not read.
        && !path.trim_end_matches('/').ends_with("/csv")
}

/// Returns whether a path is this resource or one below it.
fn is_at(path: &str, resource: &str) -> bool {
    path.strip_prefix(resource)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Checks that what a request sends comes from a page of this service, or from no page.
///
/// # Errors
/// `foreign_origin`, and `unsupported_media_type` for a body of a kind that any page may send.
pub(crate) fn check(
    request: &Request,
    hosts: &Hosts,
    origins: &CrossOrigins,
) -> Result<(), Problem> {
    if matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    ) {
        return Ok(());
    }
    let headers = request.headers();
    let is_reading =
        is_at(request.uri().path(), READABLE_BY_POST) && origins.allowed(headers).is_some();
    if !is_reading && !is_from_here(headers, hosts) {
        return Err(Problem::new(
            ErrorCode::ForeignOrigin,
            "a page of another site sent this: only the service's own pages and programs may",
        ));
    }
    check_media_type(request.uri().path(), headers)
}

/// Returns whether a request comes from a page of this service, or from a program.
fn is_from_here(headers: &HeaderMap, hosts: &Hosts) -> bool {
    // The browser has compared the origins itself: no proxy that changes `Host` can mislead it.
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    // Browsers leave it out on plain HTTP.
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Some(authority) = origin.to_str().ok().and_then(authority_of) else {
        return false;
    };
    // A page cannot set the header of a proxy without asking first, which is refused.
    [header::HOST, X_FORWARDED_HOST]
        .iter()
        .filter_map(|name| headers.get(name)?.to_str().ok())
        .any(|host| host.trim().eq_ignore_ascii_case(authority))
        || hosts.include(authority)
}

/// Kinds of bodies that are read.
///
/// A form may come too, as `curl -d` says of any body: what the form of a page sends so is escaped, and never reads as JSON.
const MEDIA_TYPES: [&str; 4] = [
    "application/json",
    "application/pdf",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
];

/// Resources of the State's georeferencing service, whose clients send forms under any kind.
const OF_ANY_KIND: [&str; 4] = [
    "/service/georeferenceur.json",
    "/api/v1",
    "/api/v2.json",
    "/api/xy.json",
];

/// Checks the kind of a body: as `text/plain` the form of any page sends what reads as JSON.
fn check_media_type(path: &str, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let kind = kind.to_str().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let mut taken = MEDIA_TYPES.iter();
    if OF_ANY_KIND.contains(&path)
        || kind.ends_with("+json")
        || taken.any(|taken| kind.eq_ignore_ascii_case(taken))
    {
        return Ok(());
    }
    Err(Problem::new(
        ErrorCode::UnsupportedMediaType,
        "send `Content-Type: application/json`, or multipart/form-data for a table",
    ))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn sent(path: &str, headers: &[(&str, &str)]) -> Request {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::empty()).expect("a request")
    }

    fn refusal(path: &str, headers: &[(&str, &str)]) -> Option<ErrorCode> {
        let hosts = Hosts::new(vec!["qpv.ville.fr".parse().expect("a name")]);
        let origins = CrossOrigins::new(vec!["https://carte.fr".parse().expect("an origin")]);
        let checked = check(&sent(path, headers), &hosts, &origins);
        checked.err().map(|problem| problem.code)
    }

    #[test]
    fn only_pages_of_this_service_and_programs_send() {
        let host = ("host", "127.0.0.1:8080");
        for own in [
            vec![],
            vec![
                ("sec-fetch-site", "same-origin"),
                ("origin", "https://elsewhere.fr"),
            ],
            vec![("sec-fetch-site", "none")],
            vec![("origin", "http://127.0.0.1:8080")],
            vec![("origin", "https://qpv.ville.fr")],
            vec![
                ("origin", "http://intranet"),
                ("x-forwarded-host", "intranet"),
            ],
        ] {
            let headers = [vec![host], own].concat();
            assert_eq!(refusal("/api/v1/check", &headers), None, "{headers:?}");
        }
        for foreign in [
            vec![("sec-fetch-site", "cross-site")],
            vec![
                ("sec-fetch-site", "same-site"),
                ("origin", "http://127.0.0.1:8080"),
            ],
            vec![
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://carte.fr"),
            ],
            vec![("origin", "null")],
            vec![("origin", "https://evil.example")],
            vec![("origin", "http://127.0.0.1:3000")],
            vec![("origin", "http://localhost:8080")],
            vec![("origin", "https://carte.fr")],
            vec![("origin", "file://")],
        ] {
            let headers = [vec![host], foreign].concat();
            let refused = refusal("/api/v1/check", &headers);
            assert_eq!(refused, Some(ErrorCode::ForeignOrigin), "{headers:?}");
        }
        // Points may be asked by the origins that may read.
        let headers = [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://carte.fr"),
        ];
        assert_eq!(refusal("/api/v1/zones", &headers), None);
        let headers = [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://carte.fr:8443"),
        ];
        assert_eq!(
            refusal("/api/v1/zones", &headers),
            Some(ErrorCode::ForeignOrigin)
        );
    }

    #[test]
    fn bodies_as_plain_text_are_refused() {
        for kind in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/geo+json",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
        ] {
            assert_eq!(
                refusal("/api/v1/check", &[("content-type", kind)]),
                None,
                "{kind}"
            );
        }
        for kind in [
            "text/plain",
            "text/plain;charset=UTF-8",
            "TEXT/PLAIN",
            "text/html",
            "application/jsonp",
            "",
        ] {
            let refused = refusal("/api/v1/check", &[("content-type", kind)]);
            assert_eq!(refused, Some(ErrorCode::UnsupportedMediaType), "{kind}");
        }
    }

    #[test]
    fn origins_given_read_the_paths_for_reading_and_no_others() {
        let origins = CrossOrigins::new(vec!["https://carte.fr".parse().expect("an origin")]);
        for path in [
            "/search",
            "/search/",
            "/api/v1/zones",
            "/ogc/collections",
            "/ogc",
        ] {
            assert!(origins.concern(path), "{path}");
            assert!(!CrossOrigins::default().concern(path), "{path}");
        }
        for path in [
            "/",
            "/api/v1/check",
            "/searching",
            "/search/csv",
            "/reverse/csv/",
            "/api/v1/reports",
        ] {
            assert!(!origins.concern(path), "{path}");
        }
        let asked = |origin: &str| {
            let request = Request::options("/api/v1/zones")
                .header("origin", origin)
                .header("access-control-request-method", "POST");
            origins.preflight(&request.body(Body::empty()).expect("a request"))
        };
        let answer = asked("https://carte.fr").expect("an answer");
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(
            answer.headers()["access-control-allow-methods"],
            "GET, POST"
        );
        assert!(asked("https://evil.example").is_none());
        assert!(asked("null").is_none());
    }
}
