//! The sign-in page, which works without script.

use std::fmt::Write as _;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use qpv_access::{KeyRefusal, SESSION_LIFETIME};
use qpv_french::{Key, key, sentence};

use crate::html::{END, escape, head, path_to_root, words};

/// Path of the page, and of the form that is sent to it.
pub(crate) const SIGN_IN_PATH: &str = "/sign-in";
/// Path of the form that ends a session.
pub(crate) const SIGN_OUT_PATH: &str = "/sign-out";
/// Seconds in an hour.
const HOUR_SECONDS: u64 = 3600;

/// The reason why the page is shown again.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SignInError {
    /// The key opens nothing.
    Refused(KeyRefusal),
    /// The form holds no key.
    Unreadable,
}

/// Returns the page in place of a refusal, for a browser that asked for the page at this path.
pub(crate) fn page_instead(path: &str) -> Response {
    let next = safe_path(path);
    html(StatusCode::UNAUTHORIZED, sign_in_page(path, next, None))
}

/// Returns a page that no cache keeps.
pub(crate) fn html(status: StatusCode, page: String) -> Response {
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, no_store, Html(page)).into_response()
}

/// Returns a path from the root of the service to one of its pages; empty for what could lead elsewhere.
pub(crate) fn safe_path(path: &str) -> &str {
    let path = path.trim_start_matches('/');
    let is_plain = path
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%@".contains(&byte));
    // Back to the page itself would ask again.
    let is_page_itself = [SIGN_IN_PATH, SIGN_OUT_PATH].contains(&format!("/{path}").as_str());
    if is_plain && !is_page_itself {
        path
    } else {
        ""
    }
}

/// Writes the page at a path, from which the form leads to another one.
pub(crate) fn sign_in_page(path: &str, next: &str, error: Option<SignInError>) -> String {
    let root = path_to_root(path);
    let mut page = head(&root, key::PAGE_SIGN_IN_TITLE);
    let hours = (SESSION_LIFETIME.as_secs() / HOUR_SECONDS).to_string();
    let hint = escape(&sentence(key::PAGE_SIGN_IN_HINT, &[("hours", &hours)]));
    let (message, invalid) = match error {
        None => (String::new(), ""),
        Some(error) => (
            // Read out first, and named by the field, so that nobody misses it.
            format!(
                "<p id=\"error\" class=\"error\" role=\"alert\">{}</p>\n",
                words(error.message())
            ),
            " aria-invalid=\"true\"",
        ),
    };
    let described = if error.is_some() {
        "error hint"
    } else {
        "hint"
    };
    let _ = write!(
        page,
        "<main>\n<h1>{title}</h1>\n<p>{intro}</p>\n{message}\
        <form method=\"post\" action=\"{root}{action}\">\n\
        <input type=\"hidden\" name=\"next\" value=\"{next}\">\n\
        <p><label for=\"key\">{label}</label>\n\
        <input id=\"key\" name=\"key\" type=\"password\" required autocomplete=\"current-password\" autocapitalize=\"off\" \
        spellcheck=\"false\" aria-describedby=\"{described}\"{invalid}>\n\
        <small id=\"hint\">{hint}</small></p>\n\
        <p><button>{submit}</button></p>\n</form>\n</main>\n",
        title = words(key::PAGE_SIGN_IN_TITLE),
        intro = words(key::PAGE_SIGN_IN_INTRO),
        action = &SIGN_IN_PATH[1..],
        next = escape(next),
        label = words(key::PAGE_SIGN_IN_LABEL),
        submit = words(key::PAGE_SIGN_IN_SUBMIT),
    );
    page.push_str(END);
    page
}

impl SignInError {
    fn message(self) -> Key {
        match self {
            Self::Refused(KeyRefusal::Unknown) => key::PAGE_SIGN_IN_UNKNOWN,
            Self::Refused(KeyRefusal::Expired(_)) => key::PAGE_SIGN_IN_EXPIRED,
            Self::Unreadable => key::PAGE_SIGN_IN_UNREADABLE,
        }
    }
}

/// Writes the page of a browser with an open session.
pub(crate) fn signed_in_page() -> String {
    let mut page = head("./", key::PAGE_SIGNED_IN_TITLE);
    let _ = write!(
        page,
        "<main>\n<h1>{title}</h1>\n<p>{text}</p>\n<ul>\n<li><a href=\"./\">{home}</a></li>\n</ul>\n\
        <form method=\"post\" action=\"./{action}\">\n<p><button>{submit}</button></p>\n</form>\n</main>\n",
        title = words(key::PAGE_SIGNED_IN_TITLE),
        text = words(key::PAGE_SIGNED_IN_TEXT),
        home = words(key::PAGE_HOME),
        action = &SIGN_OUT_PATH[1..],
        submit = words(key::PAGE_SIGN_OUT_SUBMIT),
    );
    page.push_str(END);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_service_are_led_to() {
        for (path, expected) in [
            ("/docs", "docs"),
            ("ogc/collections", "ogc/collections"),
            ("//ville.example", "ville.example"),
            ("/", ""),
            ("/sign-in", ""),
            ("/sign-out", ""),
            ("https://ville.example", ""),
            ("/\\ville.example", ""),
            ("javascript:alert(1)", ""),
            ("/a\r\nSet-Cookie: b", ""),
            ("/\"><script>", ""),
        ] {
            assert_eq!(safe_path(path), expected, "{path}");
        }
    }

    #[test]
    fn the_page_at_any_depth_finds_its_form() {
        let page = sign_in_page("/ogc/collections", "ogc/collections", None);
        assert!(page.contains("action=\"../sign-in\""), "{page}");
        assert!(page.contains("value=\"ogc/collections\""), "{page}");
        assert!(!page.contains("<script"), "{page}");
    }
}
