//! The address that the client knows this service by, for the addresses that answers name: of
//! tiles in TileJSON, of features in OGC API.
//!
//! It is what `Host` says, or, behind a proxy, `X-Forwarded-Host`, `X-Forwarded-Proto` and `X-Forwarded-Prefix`. Whoever
//! sends other headers gets other addresses, in its own answer only; what is no plain host or path is ignored.

use axum::http::HeaderMap;

/// Without a slash at its end.
pub(crate) fn of(headers: &HeaderMap) -> String {
    let first = |name: &str| {
        let text = headers.get(name).and_then(|value| value.to_str().ok());
        text.and_then(|text| text.split(',').next()).map(str::trim)
    };
    let host = first("x-forwarded-host")
        .filter(|host| is_host(host))
        .or_else(|| first("host").filter(|host| is_host(host)));
    let scheme = first("x-forwarded-proto")
        .filter(|scheme| ["http", "https"].contains(scheme))
        .unwrap_or("http");
    let prefix = first("x-forwarded-prefix")
        .filter(|prefix| is_prefix(prefix))
        .unwrap_or_default();
    format!(
        "{scheme}://{}{}",
        host.unwrap_or("localhost"),
        prefix.trim_end_matches('/')
    )
}

/// A name or an address, with or without a port.
fn is_host(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]_".contains(letter);
    !text.is_empty() && text.len() <= 255 && text.chars().all(plain)
}

/// A path of plain letters.
fn is_prefix(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/.-_~".contains(letter);
    text.starts_with('/')
        && !text.contains("//")
        && !text.contains("..")
        && text.len() <= 255
        && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_sane_headers_count() {
        for (headers, expected) in [
            (&[][..], "http://localhost"),
            (&[("host", "127.0.0.1:8080")], "http://127.0.0.1:8080"),
            (&[("host", "[::1]:8080")], "http://[::1]:8080"),
            (
                &[
                    ("host", "inner"),
                    ("x-forwarded-host", "qpv.ville.fr, inner"),
                    ("x-forwarded-proto", "https"),
                    ("x-forwarded-prefix", "/carte/"),
                ],
                "https://qpv.ville.fr/carte",
            ),
            (
                &[
                    ("host", "h"),
                    ("x-forwarded-host", "a/b?c"),
                    ("x-forwarded-proto", "javascript"),
                    ("x-forwarded-prefix", "//evil"),
                ],
                "http://h",
            ),
            (&[("host", "h\" onload=\"x")], "http://localhost"),
            (
                &[("host", "h"), ("x-forwarded-prefix", "/../x")],
                "http://h",
            ),
        ] {
            let pairs = headers.iter().map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            });
            assert_eq!(of(&pairs.collect()), expected, "{headers:?}");
        }
    }
}
