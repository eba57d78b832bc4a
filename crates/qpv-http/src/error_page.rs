//! Errors as pages: a browser that opens a wrong address gets a sentence and a way back; programs keep the problem.

use std::fmt::Write;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use qpv_french::{Key, key};

use crate::html::{END, escape, head, path_to_root, words};
use crate::sign_in_page::page_instead;

/// The French message of a problem, kept beside its body for a page.
#[derive(Debug, Clone)]
pub(crate) struct ProblemMessage(pub(crate) String);

/// Returns whether a client asks for pages: browsers name HTML when they open an address, programs and scripts do not.
fn asks_for_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    accepted.is_some_and(|kinds| {
        let mut kinds = kinds
            .split(',')
            .map(|kind| kind.split(';').next().unwrap_or(kind));
        kinds.any(|kind| kind.trim().eq_ignore_ascii_case("text/html"))
    })
}

/// Returns the title of the page for a status; `None` for those that stay problems, which the pages' own scripts read.
fn title(status: StatusCode) -> Option<Key> {
    match status {
        StatusCode::FORBIDDEN => Some(key::PAGE_ERROR_FORBIDDEN_TITLE),
        StatusCode::NOT_FOUND => Some(key::PAGE_ERROR_NOT_FOUND_TITLE),
        StatusCode::METHOD_NOT_ALLOWED => Some(key::PAGE_ERROR_METHOD_TITLE),
        StatusCode::MISDIRECTED_REQUEST => Some(key::PAGE_ERROR_HOST_TITLE),
        StatusCode::GONE => Some(key::PAGE_ERROR_GONE_TITLE),
        _ => None,
    }
}

/// A browser that asks for a page.
#[derive(Debug)]
pub(crate) struct PageRequest {
    path: String,
    /// A link on a page of another site led here, and browsers then keep the cookie of a session back.
    is_from_elsewhere: bool,
}

impl PageRequest {
    /// Returns the page that a request asks for; `None` for a program.
    pub(crate) fn from_request(request: &Request) -> Option<Self> {
        let headers = request.headers();
        asks_for_page(headers).then(|| Self {
            path: request.uri().path().to_owned(),
            is_from_elsewhere: headers
                .get("sec-fetch-site")
                .is_some_and(|site| site == "cross-site"),
        })
    }
}

/// Returns the page in place of a problem; `None` when the problem stays.
pub(crate) fn page_for(response: &Response, request: &PageRequest) -> Option<Response> {
    let path = request.path.as_str();
    let ProblemMessage(message) = response.extensions().get()?;
    let mut page = if response.status() == StatusCode::UNAUTHORIZED {
        page_instead(path)
    } else {
        error_page(response.status(), message, path)?
    };
    if response.status() == StatusCode::UNAUTHORIZED && request.is_from_elsewhere {
        // Asked for again by the page itself, it comes with the cookie, if there is one.
        let headers = page.headers_mut();
        headers.insert(header::REFRESH, HeaderValue::from_static("0"));
    }
    for name in [header::ALLOW, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    Some(page)
}

/// Returns the page of an error; `None` for those that stay problems.
fn error_page(status: StatusCode, message: &str, path: &str) -> Option<Response> {
    let title = title(status)?;
    let root = path_to_root(path);
    let mut html = head(&root, title);
    let (name, message, advice) = (
        words(title),
        escape(message),
        words(key::PAGE_NOT_FOUND_ADVICE),
    );
    let (home, docs) = (words(key::PAGE_HOME), words(key::PAGE_DOCS));
    let _ = write!(
        html,
        "<main>\n<h1>{name}</h1>\n<p>{message}</p>\n<p>{advice}</p>\n\
        <ul>\n<li><a href=\"{root}\">{home}</a></li>\n<li><a href=\"{root}docs\">{docs}</a></li>\n</ul>\n</main>\n"
    );
    html.push_str(END);
    Some((status, Html(html)).into_response())
}

/// Says that the answer depends on what the client accepts, so that no cache gives a page to a program.
pub(crate) fn vary_by_kind(headers: &mut HeaderMap) {
    headers.append(header::VARY, HeaderValue::from_static("accept"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_ask_for_pages_and_programs_do_not() {
        for (accept, expected) in [
            (
                Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
                true,
            ),
            (Some("TEXT/HTML;q=0.9"), true),
            (Some("application/json, text/html"), true),
            (Some("*/*"), false),
            (Some("application/json"), false),
            (Some("text/htmlx"), false),
            (Some(""), false),
            (None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            }
            assert_eq!(asks_for_page(&headers), expected, "{accept:?}");
        }
    }
}
