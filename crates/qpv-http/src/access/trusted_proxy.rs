//! The header by which a proxy in front says who is signed in, trusted from named addresses alone.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName};

/// Headers that clients and proxies send without signing anybody in.
const HEADERS_OF_ALL: [&str; 30] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "expect",
    "forwarded",
    "host",
    "origin",
    "pragma",
    "referer",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-user",
    "transfer-encoding",
    "user-agent",
    "via",
    "x-api-key",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-request-id",
];

/// The name of a header that says who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedHeader(HeaderName);

/// The reason why a text is no name of such a header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` cannot say who is signed in: name a header that the proxy alone sets, such as X-Remote-User"
)]
pub struct TrustedHeaderError(String);

impl FromStr for TrustedHeader {
    type Err = TrustedHeaderError;

    fn from_str(text: &str) -> Result<Self, TrustedHeaderError> {
        let name = HeaderName::from_str(text.trim()).ok();
        // With one of these, everyone would be signed in.
        name.filter(|name| !HEADERS_OF_ALL.contains(&name.as_str()))
            .map(Self)
            .ok_or_else(|| TrustedHeaderError(text.to_owned()))
    }
}

/// A proxy that signs people in.
#[derive(Debug, Clone)]
pub struct TrustedProxy {
    header: TrustedHeader,
    from: Vec<IpAddr>,
}

impl TrustedProxy {
    /// Creates the proxy that sends this header from these addresses.
    #[must_use]
    pub fn new(header: TrustedHeader, from: Vec<IpAddr>) -> Self {
        let from = from.into_iter().map(|it| it.to_canonical()).collect();
        Self { header, from }
    }

    /// Removes the header, and returns whom it names if it came from the proxy.
    pub(super) fn take_user(&self, headers: &mut HeaderMap, peer: IpAddr) -> Option<String> {
        let TrustedHeader(name) = &self.header;
        let mut values = headers.get_all(name).iter();
        let user = values.next().map(|user| user.as_bytes().trim_ascii());
        // Names have accents, and proxies write them in UTF-8.
        let user = user.map(|user| String::from_utf8_lossy(user).into_owned());
        // Two of them: the proxy has passed on what its client sent.
        let is_single = values.next().is_none();
        headers.remove(name);
        user.filter(|user| !user.is_empty() && is_single && self.from.contains(&peer))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_header_counts_once_and_from_the_proxy_alone() {
        let header: TrustedHeader = "X-Remote-User".parse().expect("a name");
        let proxy = "10.0.0.5".parse().expect("an address");
        let other = "10.0.0.6".parse().expect("an address");
        let trusted = TrustedProxy::new(header, vec!["::ffff:10.0.0.5".parse().expect("the same")]);
        for (peer, users, expected) in [
            (proxy, &["anne"][..], true),
            (other, &["anne"], false),
            (proxy, &[], false),
            (proxy, &[" "], false),
            (proxy, &["anne", "root"], false),
        ] {
            let mut headers = HeaderMap::new();
            for user in users {
                headers.append("x-remote-user", HeaderValue::from_static(user));
            }
            assert_eq!(
                trusted.take_user(&mut headers, peer).is_some(),
                expected,
                "{peer} {users:?}"
            );
            assert!(headers.is_empty(), "{peer} {users:?}");
        }
    }

    #[test]
    fn a_header_that_everyone_sends_signs_nobody_in() {
        for name in [
            "Host",
            "user-agent",
            "X-Forwarded-For",
            "X-Real-IP",
            "Forwarded",
            "Sec-Fetch-Site",
            "Cookie",
            "a b",
            "",
        ] {
            assert!(name.parse::<TrustedHeader>().is_err(), "{name}");
        }
    }
}
