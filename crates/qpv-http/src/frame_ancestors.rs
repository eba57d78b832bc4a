//! The sites that may show a part of this service in a frame: `/embed` for a town's site, `/grist` for its tables.

use std::fmt;
use std::str::FromStr;

use axum::http::HeaderValue;

/// Longest origin that is taken: a scheme, a host of 253 characters (RFC 1035), a port.
const MAX_ORIGIN_BYTES: usize = 270;
/// Most origins of one service. The header that names them goes with each page.
const MAX_ORIGINS: usize = 50;

/// An origin as browsers compare it: scheme, host and port, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameOrigin(String);

/// The reason why a text is no origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameOriginError(String);

impl fmt::Display for FrameOriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no origin: write the scheme and the host, and the port if there is one, as in https://ville.fr or \
            http://intranet.local:8484; no path, no `*`, and letters of ASCII only (xn--… for an accented name)",
            self.0
        )
    }
}

impl std::error::Error for FrameOriginError {}

impl FromStr for FrameOrigin {
    type Err = FrameOriginError;

    fn from_str(text: &str) -> Result<Self, FrameOriginError> {
        let origin = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let host = ["https://", "http://"]
            .into_iter()
            .find_map(|scheme| origin.strip_prefix(scheme));
        // Only what can be nothing but an origin: anything else in the header could open the page to others.
        if origin.len() <= MAX_ORIGIN_BYTES && host.is_some_and(is_host_and_port) {
            Ok(Self(origin))
        } else {
            Err(FrameOriginError(
                text.chars().take(MAX_ORIGIN_BYTES).collect(),
            ))
        }
    }
}

/// Returns whether a text is a host, with or without a port.
fn is_host_and_port(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    is_port && (is_address(host) || is_name(host))
}

/// Returns whether a text is an IPv6 address in brackets.
fn is_address(host: &str) -> bool {
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok())
}

/// Returns whether a text is a host name or an IPv4 address.
fn is_name(host: &str) -> bool {
    !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

/// The origins that may show the pages for frames; none by default.
#[derive(Debug, Clone, Default)]
pub struct FrameAncestors(Vec<FrameOrigin>);

impl FrameAncestors {
    /// Creates the list of these origins, of which the first ones count.
    #[must_use]
    pub fn new(mut origins: Vec<FrameOrigin>) -> Self {
        origins.truncate(MAX_ORIGINS);
        Self(origins)
    }

    /// Returns the origins as texts.
    pub(crate) fn as_texts(&self) -> Vec<&str> {
        self.0.iter().map(|origin| origin.0.as_str()).collect()
    }

    /// Returns a page's policy with these origins in place of none; the same policy for a page that is for no frame.
    pub(crate) fn allow(&self, path: &str, policy: HeaderValue) -> HeaderValue {
        if self.0.is_empty() || !is_for_frames(path) {
            return policy;
        }
        let Ok(strict) = policy.to_str() else {
            return policy;
        };
        let origins = self.as_texts().join(" ");
        let allowed = strict.replace(
            "frame-ancestors 'none'",
            &format!("frame-ancestors {origins}"),
        );
        // Origins are ASCII; were one not, no frame is the safe answer.
        HeaderValue::try_from(allowed).unwrap_or(policy)
    }
}

/// Returns whether a path is one of the pages for frames.
pub(crate) fn is_for_frames(path: &str) -> bool {
    matches!(path, "/embed" | "/grist")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_alone_are_taken() {
        for (text, origin) in [
            ("https://ville.fr", "https://ville.fr"),
            (" HTTPS://Www.Ville.FR/ ", "https://www.ville.fr"),
            ("http://intranet:8484", "http://intranet:8484"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("https://[::1]:8443", "https://[::1]:8443"),
            (
                "https://xn--prfecture-b4a.fr",
                "https://xn--prfecture-b4a.fr",
            ),
        ] {
            assert_eq!(text.parse(), Ok(FrameOrigin(origin.to_owned())), "{text}");
        }
        for text in [
            "",
            "*",
            "'self'",
            "ville.fr",
            "//ville.fr",
            "https://",
            "https://*",
            "https://*.ville.fr",
            "https://ville.fr/page",
            "https://ville.fr?x",
            "https://ville.fr#x",
            "https://user@ville.fr",
            "https://ville.fr:0",
            "https://ville.fr:99999",
            "https://ville.fr:",
            "https://ville.fr https://autre.fr",
            "https://ville.fr; script-src *",
            "https://ville..fr",
            "https://-ville.fr",
            "https://préfecture.fr",
            "data:text/html,x",
            "javascript:alert(1)",
            "file:///etc",
            "https://[::1",
        ] {
            assert!(text.parse::<FrameOrigin>().is_err(), "{text}");
        }
        assert!(
            format!("https://{}.fr", "a".repeat(400))
                .parse::<FrameOrigin>()
                .is_err()
        );
    }

    #[test]
    fn frames_are_allowed_on_their_pages_and_for_these_origins_only() {
        let strict = || HeaderValue::from_static("default-src 'self'; frame-ancestors 'none'");
        let none = FrameAncestors::default();
        assert_eq!(none.allow("/embed", strict()), strict());
        let town = FrameAncestors::new(vec![
            "https://ville.fr".parse().expect("an origin"),
            "https://grist.ville.fr".parse().expect("an origin"),
        ]);
        for path in [
            "/",
            "/index.html",
            "/embed/",
            "/embed.html",
            "/docs",
            "/api/v1/zones",
        ] {
            assert_eq!(town.allow(path, strict()), strict(), "{path}");
        }
        for path in ["/embed", "/grist"] {
            assert_eq!(
                town.allow(path, strict()),
                "default-src 'self'; frame-ancestors https://ville.fr https://grist.ville.fr"
            );
        }
    }
}
