//! Who may ask: everyone, or whoever shows a key, has a session, or was signed in by the proxy in front.

mod cookie;
mod trusted_proxy;

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Instant;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use qpv_access::{Change, FailedAttempts, KeyGrant, KeyId, KeyRefusal, KeyRing, Scope, Sessions};
use qpv_service::{ErrorCode, today};
use tokio::sync::Semaphore;

pub use self::trusted_proxy::{TrustedHeader, TrustedHeaderError, TrustedProxy};
use crate::audit::AuditedUser;
use crate::problem::Problem;
use crate::sign_in_page::{SIGN_IN_PATH, SIGN_OUT_PATH};

/// Refusals of wrong keys that wait at once: an eighth of the connections, so that guesses never take all of them.
const MAX_WAITING_REFUSALS: usize = 64;
/// The header for a key, for clients that cannot set `Authorization`.
const KEY_HEADER: &str = "x-api-key";
/// Paths that everyone may ask: supervisors have no key, and the sign-in page has its style and icons.
const OPEN_PATHS: [&str; 7] = [
    "/health",
    "/ready",
    SIGN_IN_PATH,
    SIGN_OUT_PATH,
    "/plain.css",
    "/favicon.ico",
    "/icon.svg",
];

/// The control of who may ask a service that is not open to everyone.
#[derive(Debug)]
pub struct AccessControl {
    keys: KeyRing,
    proxy: Option<TrustedProxy>,
    sessions: Sessions,
    failures: FailedAttempts,
    /// One permit per refusal that waits.
    waiting: Semaphore,
}

/// The reason why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// It shows nothing.
    KeyRequired,
    /// It shows a key that opens nothing.
    KeyInvalid(KeyRefusal),
    /// It shows a key that does not open this.
    ScopeMissing(Scope),
}

/// A request that is not answered, and the address that pays for it with a pause.
#[derive(Debug)]
pub(crate) struct RefusedRequest {
    refusal: Refusal,
    peer: IpAddr,
}

impl AccessControl {
    /// Creates the control by these keys and, where a proxy signs people in, by its header.
    #[must_use]
    pub fn new(keys: KeyRing, proxy: Option<TrustedProxy>) -> Self {
        Self {
            keys,
            proxy,
            sessions: Sessions::default(),
            failures: FailedAttempts::default(),
            waiting: Semaphore::new(MAX_WAITING_REFUSALS),
        }
    }

    /// Looks at the file of the keys, which a command may have changed.
    pub(crate) fn refresh(&self) {
        match self.keys.refresh(today()) {
            Change::None => {}
            Change::Read(valid) => tracing::info!(valid, "the API keys were read again"),
            Change::Failed(fault) => {
                tracing::error!(error = %fault, "the API keys cannot be read: none is valid until they can");
            }
        }
    }

    /// Lets a request pass that may be answered, with its [`Permission`] among its extensions, or says why not.
    pub(crate) fn admit(&self, request: &mut Request) -> Result<(), RefusedRequest> {
        let peer = peer_of(request);
        let user = self.proxy.as_ref().and_then(|proxy| {
            // Taken off each request: nobody but the proxy may put it there, and no handler reads it.
            proxy.take_user(request.headers_mut(), peer)
        });
        let permission = if user.is_some() {
            Ok(Permission::User)
        } else {
            self.permission(request.headers())
        };
        let key = permission.ok().and_then(Permission::key);
        if let Some(who) = user.or_else(|| key.map(|key| key.to_string())) {
            request.extensions_mut().insert(AuditedUser(who));
        }
        let is_open = OPEN_PATHS.contains(&request.uri().path());
        let refusal = match permission {
            Ok(permission) => {
                let scope = scope_of(request);
                let is_for_handler = may_hold_list(request) && permission.opens(Scope::Batch);
                request.extensions_mut().insert(permission);
                if is_open || is_for_handler || permission.opens(scope) {
                    return Ok(());
                }
                Refusal::ScopeMissing(scope)
            }
            Err(_) if is_open => {
                request.extensions_mut().insert(Permission::Unknown);
                return Ok(());
            }
            Err(refusal) => refusal,
        };
        Err(RefusedRequest { refusal, peer })
    }

    /// Returns the permission of a request by its key, else by its session.
    fn permission(&self, headers: &HeaderMap) -> Result<Permission, Refusal> {
        // A key that is shown decides, even where a session would do.
        if let Some(key) = shown_key(headers) {
            let grant = self.keys.verify(key).map_err(Refusal::KeyInvalid)?;
            return Ok(Permission::Key(grant));
        }
        let session = cookie::session(headers)
            .and_then(|token| self.sessions.key_of(token, Instant::now()))
            // A session ends with its key.
            .and_then(|key| self.keys.grant_of(key).ok());
        session.map(Permission::Key).ok_or(Refusal::KeyRequired)
    }

    /// Begins a session with a key, in place of the one that the browser has, and returns its cookie.
    ///
    /// # Errors
    /// When the system has no random bytes; within, the reason why the key opens nothing.
    pub(crate) fn begin_session(
        &self,
        key: &str,
        headers: &HeaderMap,
    ) -> Result<Result<HeaderValue, KeyRefusal>, Problem> {
        let id = match self.keys.verify(key) {
            Ok(grant) => grant.key,
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.end_session(headers);
        let token = self.sessions.begin(id, Instant::now());
        let token = token.map_err(|fault| Problem::internal(&fault))?;
        Ok(Ok(cookie::set(&token, headers)))
    }

    /// Ends the session of a browser, and returns the cookie that makes it forget its token.
    pub(crate) fn end_session(&self, headers: &HeaderMap) -> HeaderValue {
        if let Some(token) = cookie::session(headers) {
            self.sessions.end(token);
        }
        cookie::clear(headers)
    }

    /// Returns the answer to a refused request. One with a wrong key waits first, the longer the more there were.
    pub(crate) async fn refuse(&self, refused: RefusedRequest) -> Problem {
        let RefusedRequest { refusal, peer } = refused;
        if matches!(refusal, Refusal::KeyInvalid(KeyRefusal::Unknown))
            && let Err(problem) = self.pause_after_failure(peer).await
        {
            return problem;
        }
        refusal.problem()
    }

    /// Waits after a failed attempt from an address.
    ///
    /// # Errors
    /// `overloaded` at once while too many are waiting.
    pub(crate) async fn pause_after_failure(&self, peer: IpAddr) -> Result<(), Problem> {
        let pause = self.failures.note(peer, Instant::now());
        let Ok(_waiting) = self.waiting.try_acquire() else {
            let detail = "too many wrong keys at the moment; try again later";
            return Err(Problem::new(ErrorCode::Overloaded, detail));
        };
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

impl Refusal {
    fn problem(self) -> Problem {
        match self {
            Self::KeyRequired => Problem::new(
                ErrorCode::KeyRequired,
                "send a key of this service as `Authorization: Bearer …` or `X-Api-Key`, or sign in at /sign-in",
            ),
            Self::KeyInvalid(KeyRefusal::Unknown) => Problem::new(
                ErrorCode::KeyInvalid,
                "this service has no such key, or it was revoked",
            ),
            Self::KeyInvalid(KeyRefusal::Expired(last)) => Problem::new(
                ErrorCode::KeyInvalid,
                format!("this key was valid up to {last}"),
            ),
            Self::ScopeMissing(scope) => Problem::new(
                ErrorCode::ScopeMissing,
                format!("this resource needs a key with the scope `{scope}`"),
            ),
        }
    }
}

/// Returns the address at the other end of the connection, unspecified for a request without one.
pub(crate) fn peer_of(request: &Request) -> IpAddr {
    let connection = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // An address of IPv4 as a socket of IPv6 shows it is the same address.
    connection.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(peer)| {
        peer.ip().to_canonical()
    })
}

/// Returns the key that a client shows. Other schemes of `Authorization` are the business of a proxy in front.
fn shown_key(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| {
        // A header that is no text is no key, but it is shown, and refused.
        let (scheme, key) = value.to_str().unwrap_or("Bearer ?").split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key)
    });
    let plain = headers.get(KEY_HEADER);
    bearer.or_else(|| plain.map(|value| value.to_str().unwrap_or_default()))
}

/// Returns the scope that a request needs.
fn scope_of(request: &Request) -> Scope {
    let route = route_of(request);
    let is_table = route.trim_end_matches('/').ends_with("/csv");
    if is_table || route.starts_with("/api/v1/batch") {
        Scope::Batch
    } else if route == "/metrics" {
        Scope::Admin
    } else {
        Scope::Check
    }
}

/// Returns whether the body decides between a list and a place, so that the handler asks for the scope.
fn may_hold_list(request: &Request) -> bool {
    request.method() == Method::POST
        && matches!(route_of(request), "/api/v1/zones" | "/api/v1/share")
}

/// Returns the route of a request, so that no way to write a path reaches a list without its scope. Files of the page
/// have none.
fn route_of(request: &Request) -> &str {
    let route = request.extensions().get::<MatchedPath>();
    route.map_or("", MatchedPath::as_str)
}

/// The permission of a client, for handlers in which more than the route decides.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Permission {
    /// The service is open to everyone.
    Open,
    /// The client has shown a key, now or when its session began.
    Key(KeyGrant),
    /// The proxy in front has signed the client in.
    User,
    /// The client is unknown, and asks for what everyone may ask.
    Unknown,
}

impl<S: Sync> FromRequestParts<S> for Permission {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // An open service admits without a look, and leaves nothing.
        let permission = parts.extensions.get().copied();
        Ok(permission.unwrap_or(Self::Open))
    }
}

impl Permission {
    fn key(self) -> Option<KeyId> {
        match self {
            Self::Key(grant) => Some(grant.key),
            _ => None,
        }
    }

    fn opens(self, scope: Scope) -> bool {
        match self {
            Self::Open => true,
            Self::Key(grant) => grant.scopes.contain(scope),
            // The proxy says who somebody is, and nothing about the figures of the service.
            Self::User => scope != Scope::Admin,
            Self::Unknown => false,
        }
    }

    /// Returns whether it comes from a session of the sign-in page.
    pub(crate) fn is_of_session(self, headers: &HeaderMap) -> bool {
        // A key that is shown decides before a session does.
        matches!(self, Self::Key(_))
            && shown_key(headers).is_none()
            && cookie::session(headers).is_some()
    }

    /// Checks that the client may ask for this.
    ///
    /// # Errors
    /// `scope_missing`, or `key_required` for a client that is unknown.
    pub(crate) fn require(self, scope: Scope) -> Result<(), Problem> {
        match self {
            _ if self.opens(scope) => Ok(()),
            Self::Unknown => Err(Refusal::KeyRequired.problem()),
            _ => Err(Refusal::ScopeMissing(scope).problem()),
        }
    }

    /// Checks that the client may ask about so many places in one request: a single one is no list.
    ///
    /// # Errors
    /// Those of [`Permission::require`].
    pub(crate) fn require_for_places(self, count: usize) -> Result<(), Problem> {
        self.require(if count > 1 {
            Scope::Batch
        } else {
            Scope::Check
        })
    }
}
