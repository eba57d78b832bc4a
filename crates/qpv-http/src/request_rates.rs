//! The rate of each client: by key, else by the user that the proxy in front names, else by address.
//!
//! The headers are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` says the quota (`q`) of a window (`w`,
//! seconds), `RateLimit` what remains (`r`) and the seconds until all of it is back (`t`).

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use qpv_access::{RATE_WINDOW, RateClient, RateLimiter, RateVerdict, RequestRate};
use qpv_service::ErrorCode;

use crate::access::{Permission, peer_of};
use crate::audit::AuditedUser;
use crate::problem::Problem;

/// Requests that heavy work counts for: a report takes some twenty times as long as a check.
const HEAVY_REQUESTS: u32 = 20;
/// Bytes of a body that count for one more request.
const BODY_BYTES_PER_REQUEST: usize = 64 << 10;
/// Routes of supervisors, who ask at their own rate.
const FREE_ROUTES: [&str; 3] = ["/health", "/ready", "/metrics"];
/// Routes whose work has permits or turns of its own, beside those of tables.
const HEAVY_ROUTES: [&str; 4] = [
    "/api/v1/batch",
    "/api/v1/compare",
    "/api/v1/reports",
    "/api/v1/share",
];

const POLICY_HEADER: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE_HEADER: HeaderName = HeaderName::from_static("ratelimit");
/// Headers that pages of other origins may read beside the usual ones.
pub(crate) const READABLE_HEADERS: HeaderValue =
    HeaderValue::from_static("ratelimit, ratelimit-policy, retry-after");

/// The rates of all clients.
#[derive(Debug)]
pub(crate) struct RequestRates {
    limiter: RateLimiter,
    policy: HeaderValue,
}

/// The decision on a request, with its headers.
#[derive(Debug, Clone)]
pub(crate) struct RatedRequest {
    verdict: RateVerdict,
    policy: HeaderValue,
}

impl RequestRates {
    /// Creates the rates, each client having this one.
    pub(crate) fn new(rate: RequestRate) -> Self {
        let policy = format!(
            "\"client\";q={};w={}",
            rate.requests(),
            RATE_WINDOW.as_secs()
        );
        Self {
            limiter: RateLimiter::new(rate),
            policy: HeaderValue::try_from(policy).expect("numbers and names are ASCII"),
        }
    }

    /// Counts a request, once it is known who asks; `None` for one that does not count.
    pub(crate) fn count(&self, request: &Request, body_bytes: usize) -> Option<RatedRequest> {
        let route = request.extensions().get::<MatchedPath>();
        let requests = weight(route.map_or("", MatchedPath::as_str), body_bytes)?;
        let verdict = self
            .limiter
            .take(self.client(request), requests, Instant::now());
        Some(RatedRequest {
            verdict,
            policy: self.policy.clone(),
        })
    }

    fn client(&self, request: &Request) -> RateClient {
        let extensions = request.extensions();
        let user = extensions.get::<AuditedUser>();
        match (extensions.get::<Permission>(), user) {
            (Some(Permission::Key(grant)), _) => RateClient::Key(grant.key),
            (Some(Permission::User), Some(AuditedUser(name))) => self.limiter.user(name),
            // Also whoever was refused: guesses cost the one that makes them.
            _ => RateClient::Network(peer_of(request)),
        }
    }
}

impl RatedRequest {
    /// Returns the answer to a request that comes too soon.
    pub(crate) fn refusal(&self) -> Option<Problem> {
        let RateVerdict::Refused { retry_in, .. } = self.verdict else {
            return None;
        };
        let seconds = whole_seconds(retry_in);
        Some(Problem::new(
            ErrorCode::RateExceeded,
            format!(
                "this client asks more often than the service allows; try again in {seconds} s"
            ),
        ))
    }

    /// Sets the headers of the answer.
    pub(crate) fn set_headers(self, headers: &mut HeaderMap) {
        let state = self.verdict.state();
        let (remaining, full_in) = (state.remaining, whole_seconds(state.full_in));
        let state = format!("\"client\";r={remaining};t={full_in}");
        let state = HeaderValue::try_from(state).expect("numbers and names are ASCII");
        headers.insert(POLICY_HEADER, self.policy);
        headers.insert(STATE_HEADER, state);
        if let RateVerdict::Refused { retry_in, .. } = self.verdict {
            headers.insert(header::RETRY_AFTER, whole_seconds(retry_in).into());
        }
    }
}

/// Returns the requests that one counts for; `None` if it does not count.
fn weight(route: &str, body_bytes: usize) -> Option<u32> {
    let route = route.trim_end_matches('/');
    if FREE_ROUTES.contains(&route) {
        return None;
    }
    let is_heavy = route.ends_with("/csv") || HEAVY_ROUTES.contains(&route);
    let kind = if is_heavy { HEAVY_REQUESTS } else { 1 };
    // By its size, so that a list of points counts for more than a point.
    let body = u32::try_from(body_bytes / BODY_BYTES_PER_REQUEST).unwrap_or(u32::MAX);
    Some(body.saturating_add(kind))
}

/// Returns the seconds after which a time has surely passed.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heavy_and_large_requests_count_for_more() {
        for (route, body_bytes, expected) in [
            ("/api/v1/check", 500, Some(1)),
            ("", 0, Some(1)),
            ("/tiles/{layer}/{z}/{x}/{y}", 0, Some(1)),
            ("/api/v1/zones", 1 << 20, Some(17)),
            ("/api/v1/reports", 500, Some(20)),
            ("/search/csv/", 0, Some(20)),
            ("/api/v1/batch/progress/{id}", 0, Some(1)),
            ("/health", 0, None),
        ] {
            assert_eq!(weight(route, body_bytes), expected, "{route}");
        }
    }
}
