//! The cookie that holds the token of a session.

use axum::http::{HeaderMap, HeaderValue, header};
use qpv_access::SESSION_LIFETIME;

use crate::public_url::is_https;

/// Name of the cookie.
const NAME: &str = "qpv_session";

/// Returns the token of a session that a browser sends.
pub(super) fn session(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .map(|(_, token)| token)
}

/// Returns the header that gives a browser the token of its session.
pub(super) fn set(token: &str, headers: &HeaderMap) -> HeaderValue {
    written(token, SESSION_LIFETIME.as_secs(), headers)
}

/// Returns the header that makes a browser forget it.
pub(super) fn clear(headers: &HeaderMap) -> HeaderValue {
    written("", 0, headers)
}

/// Writes the cookie: out of the reach of scripts, never sent from the pages of another site nor, on HTTPS, over plain HTTP.
fn written(token: &str, seconds: u64, headers: &HeaderMap) -> HeaderValue {
    let secure = if is_https(headers) { "; Secure" } else { "" };
    let cookie =
        format!("{NAME}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::try_from(cookie).expect("hexadecimal digits and attributes are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        for (cookies, expected) in [
            (&[][..], None),
            (&["qpv_session=abc"], Some("abc")),
            (&["a=b; qpv_session=abc ;c=d"], Some("abc")),
            (&["a=b", "qpv_session=abc"], Some("abc")),
            (&["xqpv_session=abc; qpv_session2=abc; qpv_session"], None),
        ] {
            let mut headers = HeaderMap::new();
            for cookie in cookies {
                headers.append(header::COOKIE, HeaderValue::from_static(cookie));
            }
            assert_eq!(session(&headers), expected, "{cookies:?}");
        }
    }

    #[test]
    fn the_cookie_is_secure_on_https_only() {
        let mut headers = HeaderMap::new();
        let plain = set("abc", &headers);
        assert_eq!(
            plain,
            "qpv_session=abc; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"
        );
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        assert_eq!(
            clear(&headers),
            "qpv_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure"
        );
    }
}
