//! Origins and host names, as browsers write and compare them.

use std::fmt;
use std::str::FromStr;

/// Longest origin that is taken: a scheme, a host of 253 characters (RFC 1035), a port.
const MAX_ORIGIN_BYTES: usize = 270;

/// An origin as browsers compare it: scheme, host and port, without a path (RFC 6454).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// The reason why a text is no origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginError(String);

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no origin: write the scheme and the host, and the port if there is one, as in https://ville.fr or \
            http://intranet.local:8484; no path, no `*`, and letters of ASCII only (xn--… for an accented name)",
            self.0
        )
    }
}

impl std::error::Error for OriginError {}

impl Origin {
    /// Returns the origin as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let origin = text.trim().trim_end_matches('/').to_ascii_lowercase();
        // Only what can be nothing but an origin: anything else in a header could open the page to others.
        if origin.len() <= MAX_ORIGIN_BYTES && authority_of(&origin).is_some_and(is_authority) {
            Ok(Self(origin))
        } else {
            Err(OriginError(text.chars().take(MAX_ORIGIN_BYTES).collect()))
        }
    }
}

/// Returns the host and port of an origin of the web; none of another one, such as `null`.
pub(crate) fn authority_of(origin: &str) -> Option<&str> {
    ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| origin.strip_prefix(scheme))
}

/// Splits a host from its port, which may be absent. The brackets of an IPv6 address stay.
pub(crate) fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// Returns whether a text is a host, with or without a port.
fn is_authority(text: &str) -> bool {
    let (host, port) = split_port(text);
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    is_port && (is_ipv6(host) || is_name(host))
}

/// Returns whether a text is an IPv6 address in brackets.
pub(crate) fn is_ipv6(host: &str) -> bool {
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok())
}

/// Returns whether a text is a host name or an IPv4 address.
pub(crate) fn is_name(host: &str) -> bool {
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
            assert_eq!(text.parse(), Ok(Origin(origin.to_owned())), "{text}");
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
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
        assert!(
            format!("https://{}.fr", "a".repeat(400))
                .parse::<Origin>()
                .is_err()
        );
    }
}
