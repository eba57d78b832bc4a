//! The names that the service answers to.
//!
//! A page of any site may let its own name lead to this machine and then read the service's answers as its own (DNS
//! rebinding). Such a page cannot choose an IP address or a loopback name, so these are always served; other names only when
//! the operator gave them.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use axum::extract::Request;
use axum::http::header;
use axum::http::uri::Authority;
use qpv_service::ErrorCode;

use crate::origin::{is_ipv6, is_name, split_port};
use crate::problem::Problem;

/// Longest host name (RFC 1035).
const MAX_NAME_BYTES: usize = 253;

/// A host name that the operator serves, without a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName(String);

/// The reason why a text is no host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostNameError(String);

impl fmt::Display for HostNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no host name: write it without scheme, port and path, as in qpv.ville.fr (xn--… for an accented name)",
            self.0
        )
    }
}

impl std::error::Error for HostNameError {}

impl FromStr for HostName {
    type Err = HostNameError;

    fn from_str(text: &str) -> Result<Self, HostNameError> {
        let name = text.trim().trim_end_matches('.').to_ascii_lowercase();
        if name.len() <= MAX_NAME_BYTES && is_name(&name) {
            Ok(Self(name))
        } else {
            Err(HostNameError(text.chars().take(MAX_NAME_BYTES).collect()))
        }
    }
}

/// The names of a service beside loopback names and IP addresses; none by default.
#[derive(Debug, Clone, Default)]
pub struct Hosts(Vec<HostName>);

impl Hosts {
    /// Creates the list of these names.
    #[must_use]
    pub fn new(names: Vec<HostName>) -> Self {
        Self(names)
    }

    /// Checks that a request was sent to a name of this service.
    ///
    /// # Errors
    /// `host_not_served`.
    pub(crate) fn check(&self, request: &Request) -> Result<(), Problem> {
        let headers = request.headers().get_all(header::HOST).iter();
        // The address may name a host as well, and outweighs the header (RFC 9112, section 3.2.2).
        let named = headers.map(|host| host.to_str().unwrap_or_default());
        let in_address = request.uri().authority().map(Authority::as_str);
        // Programs of HTTP/1.0 name none; browsers always do.
        if named
            .chain(in_address)
            .all(|host| self.are_reached_at(host))
        {
            return Ok(());
        }
        Err(Problem::new(
            ErrorCode::HostNotServed,
            "the service was asked under a name that is not its own: start it with `--host NAME` to serve that name",
        ))
    }

    /// Returns whether the operator gave the host of an authority as a name of this service.
    pub(crate) fn include(&self, authority: &str) -> bool {
        let host = without_dot(split_port(authority).0);
        self.0.iter().any(|name| name.0.eq_ignore_ascii_case(host))
    }

    fn are_reached_at(&self, authority: &str) -> bool {
        let host = without_dot(split_port(authority).0);
        is_loopback_name(host)
            || host.parse::<Ipv4Addr>().is_ok()
            || is_ipv6(host)
            || self.include(authority)
    }
}

/// Returns whether a name always leads to the machine itself (RFC 6761, section 6.3).
fn is_loopback_name(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    last.eq_ignore_ascii_case("localhost")
}

/// Removes the dot that ends a fully qualified name.
fn without_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn asked(address: &str, hosts: &[&str]) -> Request {
        let mut request = Request::get(address);
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        request.body(Body::empty()).expect("a request")
    }

    #[test]
    fn addresses_loopback_names_and_names_given_are_served_and_no_others() {
        let hosts = Hosts::new(vec!["QPV.Ville.fr.".parse().expect("a name")]);
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "localhost.:8080",
            "qpv.localhost",
            "127.0.0.1:8080",
            "10.0.0.5",
            "[::1]:8080",
            "[2001:db8::1]",
            "qpv.ville.fr",
            "qpv.ville.fr:8443",
            "QPV.VILLE.FR.",
        ] {
            assert!(hosts.check(&asked("/", &[host])).is_ok(), "{host}");
        }
        for host in [
            "",
            "ville.fr",
            "evil.example",
            "evil.qpv.ville.fr",
            "qpv.ville.fr.evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "notlocalhost",
            "localhost@evil.example",
            "127.1",
            "2130706433",
            "0x7f000001",
            "::1",
            "[evil]",
        ] {
            assert!(hosts.check(&asked("/", &[host])).is_err(), "{host}");
        }
        assert!(hosts.check(&asked("/", &[])).is_ok());
        assert!(
            hosts
                .check(&asked("/", &["localhost", "evil.example"]))
                .is_err()
        );
        assert!(
            hosts
                .check(&asked("http://evil.example/", &["localhost"]))
                .is_err()
        );
        assert!(
            Hosts::default()
                .check(&asked("/", &["qpv.ville.fr"]))
                .is_err()
        );
    }

    #[test]
    fn host_names_alone_are_taken() {
        assert_eq!(
            "QPV.ville.fr".parse(),
            Ok(HostName("qpv.ville.fr".to_owned()))
        );
        for text in [
            "",
            "*",
            "*.ville.fr",
            "https://ville.fr",
            "ville.fr:8080",
            "ville.fr/",
            "préfecture.fr",
            "ville .fr",
        ] {
            assert!(text.parse::<HostName>().is_err(), "{text}");
        }
        let fault = "a:1".parse::<HostName>().expect_err("no name");
        assert!(fault.to_string().contains("without scheme, port"));
    }
}
