//! The middleware around every handler: log line, `ETag`, panics, security headers, the service's own error bodies.
//!
//! It is one layer instead of one for each concern, because every layer costs a request several allocations.

use std::convert::Infallible;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use qpv_french::{key, sentence};
use qpv_service::{Basemap, ErrorCode, VintageSelector};
use tower::Service;

use crate::audit::AuditedRequest;
use crate::cross_origin;
use crate::error_page::{PageRequest, page_for, vary_by_kind};
use crate::limits::takes_tables;
use crate::preconditions::HeldTags;
use crate::problem::{BODY_TOO_LARGE, Problem, TABLE_TOO_LARGE};
use crate::request_counts::CountedRequest;
use crate::request_rates::{READABLE_HEADERS, RatedRequest};
use crate::state::App;
use crate::tiles::accepts_gzip;

/// A service with the middleware around it.
#[derive(Debug, Clone)]
pub(crate) struct Middleware<S> {
    app: App,
    inner: S,
}

impl<S> Middleware<S> {
    /// Wraps a service.
    pub(crate) fn new(app: App, inner: S) -> Self {
        Self { app, inner }
    }
}

impl<S> Service<Request> for Middleware<S>
where
    S: Service<Request, Error = Infallible>,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        settle_encoding(request.headers_mut());
        // No handler reads the body of a GET, so the limit would be set for nothing on the hottest path.
        let held = if request.method() == Method::GET {
            Ok(0)
        } else {
            let limit = self.app.limits.body_bytes_at(request.uri().path());
            DefaultBodyLimit::max(limit).apply(&mut request);
            held_bytes(&request, limit)
        };
        let body_bytes = held.as_ref().copied().unwrap_or_default();
        let app = self.app.clone();
        let answered = answer_before_handlers(&self.app, &request);
        let refused = match (&answered, &app.access) {
            (None, Some(access)) => access
                .admit(&mut request)
                .err()
                .map(|refused| (access.clone(), refused)),
            _ => None,
        };
        // Once it is known who asks.
        let mut context = RequestContext::new(&self.app, &request);
        if let Some(response) = answered {
            return Box::pin(async move { Ok(context.finish(response)) });
        }
        let rates = app.rates.as_ref();
        context.rated = rates.and_then(|rates| rates.count(&request, body_bytes));
        // Before the refusal of a key, which would hold a place while it waits.
        if let Some(problem) = context.rated.as_ref().and_then(RatedRequest::refusal) {
            return Box::pin(async move { Ok(context.finish(problem.into_response())) });
        }
        if let Some((access, refused)) = refused {
            return Box::pin(async move {
                let problem = access.refuse(refused).await;
                Ok(context.finish(problem.into_response()))
            });
        }
        if let Err(problem) = held {
            return Box::pin(async move { Ok(context.finish(problem.into_response())) });
        }
        // A panic may come before the handler has returned its future as well as in it.
        let called = catch_unwind(AssertUnwindSafe(|| self.inner.call(request)));
        Box::pin(async move {
            // Before a byte of it is read; kept until the answer is there, for what is parsed of it is as large.
            let _room = match app.room_for_body(body_bytes).await {
                Ok(room) => room,
                Err(problem) => return Ok(context.finish(problem.into_response())),
            };
            let response = match called {
                Err(_) => panic_response(),
                Ok(answer) => AssertUnwindSafe(answer)
                    .catch_unwind()
                    .await
                    .map_or_else(|_| panic_response(), IntoResponse::into_response),
            };
            Ok(context.finish(response))
        })
    }
}

/// Returns the answer to a request that no handler may see: one sent to another name, or by a page of another site.
fn answer_before_handlers(app: &App, request: &Request) -> Option<Response> {
    let admitted = app
        .hosts
        .check(request)
        .and_then(|()| cross_origin::check(request, &app.hosts, &app.cross_origins))
        .and_then(|()| check_content_encoding(request));
    match admitted {
        Ok(()) => app.cross_origins.preflight(request),
        Err(problem) => Some(problem.into_response()),
    }
}

/// Checks that a body comes as it is, for none is unpacked.
fn check_content_encoding(request: &Request) -> Result<(), Problem> {
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    let encoding = encoding.map_or(&b""[..], HeaderValue::as_bytes);
    let has_body = !matches!(*request.method(), Method::GET | Method::HEAD);
    if !has_body || encoding.is_empty() || encoding.eq_ignore_ascii_case(b"identity") {
        return Ok(());
    }
    let encoding = String::from_utf8_lossy(encoding);
    Err(Problem::with_message(
        ErrorCode::UnsupportedMediaType,
        format!("`Content-Encoding: {encoding}` is not unpacked: send the body as it is"),
        sentence(
            key::ERROR_UNSUPPORTED_MEDIA_TYPE_ENCODED,
            &[("value", &encoding)],
        ),
    ))
}

/// Leaves the one coding of `Accept-Encoding` that is offered, if the client accepts it.
fn settle_encoding(headers: &mut HeaderMap) {
    if !headers.contains_key(header::ACCEPT_ENCODING) {
        return;
    }
    if accepts_gzip(headers) {
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    } else {
        // The layer that compresses answers 406, with the whole answer in it, where even `identity` is refused.
        headers.remove(header::ACCEPT_ENCODING);
    }
}

/// Returns the bytes of a body that will be held in memory, before it is read.
///
/// # Errors
/// `body_too_large` when its head says that it is over the limit: a handler would read as far as that.
fn held_bytes(request: &Request, limit: usize) -> Result<usize, Problem> {
    let headers = request.headers();
    let length = text_of(headers, &header::CONTENT_LENGTH).map(str::parse::<u64>);
    let bytes = match length {
        // A client that says less than it sends is refused by the connection.
        Some(Ok(bytes)) => usize::try_from(bytes).unwrap_or(usize::MAX),
        // In chunks, it may have any size.
        _ if headers.contains_key(header::TRANSFER_ENCODING) => limit,
        _ => 0,
    };
    let is_table = takes_tables(request.uri().path());
    if bytes > limit {
        let detail = if is_table {
            TABLE_TOO_LARGE
        } else {
            BODY_TOO_LARGE
        };
        return Err(Problem::new(ErrorCode::BodyTooLarge, detail));
    }
    Ok(if is_table { 0 } else { bytes })
}

fn text_of<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Returns the answer to a request whose handler panicked.
fn panic_response() -> Response {
    Problem::internal(&"a handler panicked").into_response()
}

/// The part of a request that is kept until its answer leaves.
struct RequestContext {
    app: App,
    /// The answer comes from the dataset, unlike files of the page.
    is_of_dataset: bool,
    /// Perimeters as tiles and features, the same for all.
    is_public: bool,
    started: Instant,
    counted: CountedRequest,
    /// The decision on how often its client asks, where that is limited.
    rated: Option<RatedRequest>,
    /// The request as the audit log has it, when one is kept.
    audited: Option<AuditedRequest>,
    policy: HeaderValue,
    readers: Readers,
    /// The page that a browser asks for.
    page: Option<PageRequest>,
    tag: Option<HeaderValue>,
    held: HeldTags,
}

/// The pages of other origins that may read an answer.
enum Readers {
    /// No page of another origin, whoever asks.
    Nobody,
    /// The pages of the origin that asks, if there is one here.
    Origin(Option<HeaderValue>),
}

impl Readers {
    fn of(app: &App, request: &Request) -> Self {
        if app.cross_origins.concern(request.uri().path()) {
            Self::Origin(app.cross_origins.allowed(request.headers()).cloned())
        } else {
            Self::Nobody
        }
    }

    fn set_headers(self, headers: &mut HeaderMap) {
        let Self::Origin(origin) = self else { return };
        // Without it a cache would give the answer for one origin to another.
        headers.append(header::VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, READABLE_HEADERS);
        }
    }
}

impl RequestContext {
    fn new(app: &App, request: &Request) -> Self {
        let (method, path) = (request.method(), request.uri().path());
        let route = request.extensions().get::<MatchedPath>();
        let audit_log = app.audit_log.as_ref();
        let audited = audit_log.and_then(|_| AuditedRequest::new(request));
        let tag = depends_on_dataset(method, path, route)
            .then(|| dataset_tag(app.service.snapshot().digest(), VintageSelector::today()));
        Self {
            app: app.clone(),
            // A file of the page has no route.
            is_of_dataset: route.is_some() && !["/health", "/metrics"].contains(&path),
            is_public: ["/tiles", "/ogc", "/docs", "/openapi.json", "/basemap"]
                .iter()
                .any(|prefix| path.starts_with(prefix)),
            started: Instant::now(),
            counted: CountedRequest::new(route, method),
            rated: None,
            audited,
            policy: policy_at(app, path),
            readers: Readers::of(app, request),
            page: PageRequest::from_request(request),
            tag,
            held: HeldTags::from_headers(request.headers()),
        }
    }

    fn holds_tag(&self) -> bool {
        self.tag.as_ref().is_some_and(|tag| self.held.contain(tag))
    }

    fn finish(self, response: Response) -> Response {
        // Asked last: the answer may come from what was altered meanwhile.
        let response = if self.app.service.is_usable() || !self.is_of_dataset {
            response
        } else {
            Problem::new(
                ErrorCode::DatasetAltered,
                "the files of the dataset were altered while they were in use: run `qpv data verify`",
            )
            .into_response()
        };
        let mut response =
            problem_for_plain_text(&response).map_or(response, IntoResponse::into_response);
        // The handler has said by now that the answer exists: a wrong request has none that could be held.
        if response.status().is_success() && self.holds_tag() {
            response = not_modified(&response);
        }
        let is_asked = self.is_of_dataset && self.tag.is_none() && !self.is_public;
        set_tag(&mut response, self.tag);
        if is_asked {
            if let (Some(log), Some(audited)) = (&self.app.audit_log, &self.audited) {
                log.write(audited, &response);
            }
            // What was asked stands in these answers, or in their address.
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        let mut policy = self.policy;
        if is_problem(&response) {
            vary_by_kind(response.headers_mut());
            let asked = self.page.as_ref();
            if let Some(mut page) = asked.and_then(|asked| page_for(&response, asked)) {
                vary_by_kind(page.headers_mut());
                (response, policy) = (page, PAGE_POLICY.clone());
            }
            // What is missing or refused now may be there at the next try.
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        set_security_headers(&mut response, policy);
        self.readers.set_headers(response.headers_mut());
        if let Some(rated) = self.rated {
            rated.set_headers(response.headers_mut());
        }
        let (status, took) = (response.status(), self.started.elapsed());
        self.counted.log(status, took);
        self.app.request_counts.count(self.counted, status, took);
        response
    }
}

/// Routes of the API whose answers do not come from the dataset, or are kept by no cache.
const ROUTES_BESIDE_DATASET: [&str; 6] = [
    // A position stands in the URL.
    "/api/v1/zones",
    "/api/v1/reports/key",
    "/api/v1/batch/progress/{id}",
    // An address stands in the URL of these, and a remote geocoder may be asked: no cache keeps them.
    "/api/v1",
    "/api/v2.json",
    "/api/xy.json",
];

/// Returns whether an answer is a function of its address, the dataset, the day and the program.
fn depends_on_dataset(method: &Method, path: &str, route: Option<&MatchedPath>) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
        && path.starts_with("/api/")
        && route.is_some_and(|route| !ROUTES_BESIDE_DATASET.contains(&route.as_str()))
}

/// Hexadecimal digits of the digest in an `ETag`: 64 bits tell the datasets of one server apart.
const TAG_DIGEST_DIGITS: usize = 16;
/// Capacity of an `ETag` in bytes: digest, date and version fit, so that it is allocated once.
const TAG_CAPACITY_BYTES: usize = 48;

/// Returns the `ETag` of an answer that comes from a dataset on a day.
fn dataset_tag(digest: &str, today: VintageSelector) -> HeaderValue {
    let mut tag = String::with_capacity(TAG_CAPACITY_BYTES);
    let digits = digest.get(..TAG_DIGEST_DIGITS).unwrap_or(digest);
    tag.extend(["W/\"", digits, "-"]);
    // Without a date, a query is about the perimeters in force that day.
    if let VintageSelector::InForce(day) = today {
        write!(tag, "{day}").expect("writing to a String cannot fail");
    }
    // Another version may answer differently from the same dataset.
    tag.extend(["-", env!("CARGO_PKG_VERSION"), "\""]);
    HeaderValue::try_from(tag).expect("a digest, a date and a version are ASCII")
}

fn set_tag(response: &mut Response, tag: Option<HeaderValue>) {
    let status = response.status();
    let headers = response.headers_mut();
    match tag {
        // An error may not come again, and must not be kept.
        Some(tag) if status.is_success() => {
            headers.insert(header::ETAG, tag);
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
        Some(tag) if status == StatusCode::NOT_MODIFIED => {
            headers.insert(header::ETAG, tag);
        }
        _ => {}
    }
}

/// The policy for data, which loads nothing and is shown in no frame.
static API_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// The policy for pages: no script but the service's own, nothing from other origins.
static PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);
/// Returns the `Content-Security-Policy` of the answers at a path.
fn policy_at(app: &App, path: &str) -> HeaderValue {
    let is_data = ["/api/", "/tiles", "/service/"];
    if is_data.iter().any(|prefix| path.starts_with(prefix)) {
        API_POLICY.clone()
    } else {
        app.frame_ancestors.allow(path, policy_for_pages(app))
    }
}

/// Returns [`PAGE_POLICY`], with the origins of the background map that the operator chose.
fn policy_for_pages(app: &App) -> HeaderValue {
    let Some(style) = app.service.basemap().and_then(Basemap::style) else {
        return PAGE_POLICY.clone();
    };
    let origins: Vec<&str> = style.origins.iter().map(String::as_str).collect();
    let origins = origins.join(" ");
    let policy = format!(
        "default-src 'self'; img-src 'self' data: blob: {origins}; connect-src 'self' {origins}; object-src 'none'; \
        base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    // An origin that is no header text cannot be loaded from either: the strict policy is the safe answer.
    HeaderValue::try_from(policy).unwrap_or_else(|_| PAGE_POLICY.clone())
}

/// Returns the answer to a client that holds this one.
fn not_modified(held: &Response) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    // Caches go by it when they choose among the answers that they keep.
    for vary in held.headers().get_all(header::VARY) {
        response.headers_mut().append(header::VARY, vary.clone());
    }
    response
}

/// Sets the headers that keep a browser from loading foreign content, guessing types and sending a referrer.
fn set_security_headers(response: &mut Response, policy: HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
}

/// Returns the problem to send instead of a plain-text refusal by the framework.
fn problem_for_plain_text(response: &Response) -> Option<Problem> {
    let (code, detail) = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => (ErrorCode::BodyTooLarge, BODY_TOO_LARGE),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            (ErrorCode::UnsupportedMediaType, "send application/json")
        }
        _ => return None,
    };
    (!is_problem(response)).then(|| Problem::new(code, detail))
}

fn is_problem(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json")
}

#[cfg(test)]
mod tests {
    use std::future::Ready;
    use std::str::FromStr;
    use std::sync::Arc;

    use axum::body::Body;
    use qpv_service::data::Store;
    use tower::ServiceExt;

    use super::*;
    use crate::limits::Limits;

    #[tokio::test]
    async fn a_panic_is_an_internal_error_like_any_other() {
        let service = qpv_service::Service::open(Store::new("a folder that does not exist"))
            .expect("the sample");
        let app = crate::state::new_app(Arc::new(service), Limits::default().into());
        let request = || Request::get("/").body(Body::empty()).expect("a request");
        let failing = tower::service_fn(async |_: Request| -> Result<Response, Infallible> {
            panic!("as asked")
        });
        let late = Middleware::new(app.clone(), failing)
            .oneshot(request())
            .await
            .expect("infallible");
        let failing = tower::service_fn(|_: Request| -> Ready<Result<Response, Infallible>> {
            panic!("at once")
        });
        let at_once = Middleware::new(app, failing)
            .oneshot(request())
            .await
            .expect("infallible");
        for response in [late, at_once] {
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert!(is_problem(&response));
            assert!(
                response
                    .headers()
                    .contains_key(header::CONTENT_SECURITY_POLICY)
            );
        }
    }

    #[test]
    fn another_dataset_or_another_day_is_another_tag() {
        let on = |day| VintageSelector::InForce(FromStr::from_str(day).expect("a date"));
        let first = dataset_tag("abc", on("2024-06-30"));
        assert_eq!(
            first.to_str().expect("ASCII"),
            format!("W/\"abc-2024-06-30-{}\"", env!("CARGO_PKG_VERSION"))
        );
        assert_ne!(first, dataset_tag("abd", on("2024-06-30")));
        assert_ne!(first, dataset_tag("abc", on("2024-07-01")));
    }
}
