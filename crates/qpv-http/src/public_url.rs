//! The public address of this service, for the links in answers: of tiles in TileJSON, of features in OGC API.
//!
//! It comes from `Host` or, behind a proxy, from `X-Forwarded-Host`, `X-Forwarded-Proto` and `X-Forwarded-Prefix`. A client
//! that forges these headers changes the links in its own answers only; anything but a plain host or path is ignored.

use axum::http::HeaderMap;

/// Longest host or prefix that is believed: the limit of a domain name (RFC 1035).
const MAX_NAME_BYTES: usize = 255;
/// The header with the scheme that the client used.
pub(crate) const PROTOCOL_HEADER: &str = "x-forwarded-proto";

/// Returns the public address, without a slash at its end.
pub(crate) fn from_headers(headers: &HeaderMap) -> String {
    // Behind a proxy, `Host` is the inner address, which clients may not reach.
    let host = first_value(headers, "x-forwarded-host")
        .filter(|host| is_host(host))
        .or_else(|| first_value(headers, "host").filter(|host| is_host(host)))
        // A request in HTTP/1.0 may lack a host.
        .unwrap_or("localhost");
    let scheme = first_value(headers, PROTOCOL_HEADER)
        // A link of any other scheme could run as a script.
        .filter(|scheme| ["http", "https"].contains(scheme))
        .unwrap_or("http");
    let prefix = first_value(headers, "x-forwarded-prefix")
        .filter(|prefix| is_prefix(prefix))
        .unwrap_or_default();
    format!("{scheme}://{host}{}", prefix.trim_end_matches('/'))
}

/// Returns whether the client came by HTTPS, by what the connection or the proxy in front says.
pub(crate) fn is_https(headers: &HeaderMap) -> bool {
    first_value(headers, PROTOCOL_HEADER) == Some("https")
}

/// Returns the first value of a header: each proxy on the way appends its own, so the first is the client's view.
fn first_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let text = headers.get(name)?.to_str().ok()?;
    text.split(',').next().map(str::trim)
}

/// Returns whether a text is a host name or an IP address, with or without a port.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_NAME_BYTES
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || ".-:[]_".contains(letter))
}

/// Returns whether a text is a path of plain letters, which cannot climb (`..`) or name another host (`//`).
fn is_prefix(text: &str) -> bool {
    text.starts_with('/')
        && !text.contains("//")
        && !text.contains("..")
        && text.len() <= MAX_NAME_BYTES
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "/.-_~".contains(letter))
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
            assert_eq!(from_headers(&pairs.collect()), expected, "{headers:?}");
        }
    }
}
