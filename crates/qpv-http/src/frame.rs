//! What every request goes through: the log, `ETag`s, panics, the guards of the browser.
//!
//! One layer instead of one for each, because every layer costs a request several allocations.

use std::convert::Infallible;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use qpv_service::VintageSelector;
use tower::Service;
use tracing::Level;

use crate::App;
use crate::problem::Problem;

/// What every request goes through, around the handlers.
#[derive(Debug, Clone)]
pub(crate) struct Frame<S> {
    app: App,
    inner: S,
}

impl<S> Frame<S> {
    pub(crate) fn new(app: App, inner: S) -> Self {
        Self { app, inner }
    }
}

impl<S> Service<Request> for Frame<S>
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
        // Nothing reads the body of a GET.
        if request.method() != Method::GET {
            DefaultBodyLimit::max(self.app.limits.most_bytes(request.uri().path()))
                .apply(&mut request);
        }
        let asked = Asked::new(&self.app, &request);
        let known = asked.tag.is_some()
            && request.headers().get(header::IF_NONE_MATCH) == asked.tag.as_ref();
        // A handler may fail before it has given its future, or in it.
        let called = (!known).then(|| catch_unwind(AssertUnwindSafe(|| self.inner.call(request))));
        Box::pin(async move {
            let response = match called {
                None => StatusCode::NOT_MODIFIED.into_response(),
                Some(Err(_)) => panicked(),
                Some(Ok(answer)) => {
                    let answered = AssertUnwindSafe(answer).catch_unwind().await;
                    answered.map_or_else(|_| panicked(), IntoResponse::into_response)
                }
            };
            Ok(asked.finish(response))
        })
    }
}

fn panicked() -> Response {
    Problem::internal(&"a handler panicked").into_response()
}

/// What is kept of a request while it is answered.
struct Asked {
    line: Option<Line>,
    policy: Policy,
    tag: Option<HeaderValue>,
}

/// What the log will tell, when it is to tell it: the route's template, never the address asked.
struct Line {
    started: Instant,
    method: Method,
    route: Option<MatchedPath>,
}

impl Asked {
    fn new(app: &App, request: &Request) -> Self {
        let (method, path) = (request.method(), request.uri().path());
        let route = request.extensions().get::<MatchedPath>();
        let line = tracing::enabled!(Level::DEBUG).then(|| Line {
            started: Instant::now(),
            method: method.clone(),
            route: route.cloned(),
        });
        let readable = matches!(*method, Method::GET | Method::HEAD)
            && path.starts_with("/api/")
            && route.is_some();
        let readable =
            readable && !route.is_some_and(|route| NOT_OF_THE_DATASET.contains(&route.as_str()));
        let tag = readable.then(|| tag(app.service.snapshot().digest(), VintageSelector::today()));
        let policy = match path {
            path if path.starts_with("/api/") || path.starts_with("/tiles") => {
                Policy::Fixed(&API_POLICY)
            }
            path if path.starts_with("/docs") => Policy::Fixed(&DOCS_POLICY),
            _ => page_policy(app),
        };
        Self { line, policy, tag }
    }

    fn finish(self, response: Response) -> Response {
        let mut response = plain_rejection(&response).map_or(response, IntoResponse::into_response);
        set_tag(&mut response, self.tag);
        guard_the_browser(&mut response, self.policy.value());
        if let Some(line) = self.line {
            line.write(response.status());
        }
        response
    }
}

impl Line {
    fn write(&self, status: StatusCode) {
        let route = self.route.as_ref().map_or("(other)", MatchedPath::as_str);
        let elapsed_ms = self.started.elapsed().as_secs_f64() * 1e3;
        tracing::debug!(method = %self.method, route, status = status.as_u16(), elapsed_ms, "request");
    }
}

/// A GET of the API depends on nothing but its address, the dataset, the day and the program: that is its `ETag`.
fn tag(digest: &str, today: VintageSelector) -> HeaderValue {
    let mut tag = String::with_capacity(TAG_BYTES);
    tag.extend(["W/\"", digest.get(..TAG_DIGITS).unwrap_or(digest), "-"]);
    if let VintageSelector::InForce(day) = today {
        write!(tag, "{day}").expect("a String takes all");
    }
    tag.extend(["-", env!("CARGO_PKG_VERSION"), "\""]);
    HeaderValue::try_from(tag).expect("a digest, a date and a version are ASCII")
}

/// What does not come with the dataset, by route.
const NOT_OF_THE_DATASET: [&str; 2] = ["/api/v1/reports/key", "/api/v1/batch/progress/{id}"];

/// Hexadecimal digits of the digest that tell datasets apart here.
const TAG_DIGITS: usize = 16;
/// Bytes that an `ETag` fits in.
const TAG_BYTES: usize = 48;

fn set_tag(response: &mut Response, tag: Option<HeaderValue>) {
    let status = response.status();
    let headers = response.headers_mut();
    match tag {
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

/// For data, which loads nothing and is shown in no frame.
static API_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// For pages: nothing from elsewhere, no script but our own.
static POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
);
/// The same for the API's documentation, whose page styles its own elements.
static DOCS_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
    base-uri 'none'; frame-ancestors 'none'",
);

/// What a browser may load for an answer.
enum Policy {
    Fixed(&'static HeaderValue),
    Own(HeaderValue),
}

impl Policy {
    fn value(self) -> HeaderValue {
        match self {
            Self::Fixed(value) => value.clone(),
            Self::Own(value) => value,
        }
    }
}

/// [`POLICY`], and the origins of the background map that the operator chose.
fn page_policy(app: &App) -> Policy {
    let style = app.service.basemap().and_then(qpv_service::Basemap::style);
    let widened = style.and_then(|style| {
        let origins = style.origins.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        let policy = format!(
            "default-src 'self'; img-src 'self' data: blob: {origins}; connect-src 'self' {origins}; object-src 'none'; \
            base-uri 'none'; frame-ancestors 'none'"
        );
        HeaderValue::try_from(policy).ok()
    });
    widened.map_or(Policy::Fixed(&POLICY), Policy::Own)
}

/// What a browser may do with an answer: load nothing from elsewhere, guess no type, tell nobody where it was.
fn guard_the_browser(response: &mut Response, policy: HeaderValue) {
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

/// The problem to send instead of one of the framework's own plain-text refusals.
fn plain_rejection(response: &Response) -> Option<Problem> {
    let (code, detail) = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => (
            "body_too_large",
            "the body is over the limit of this server",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported_media_type", "send application/json"),
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
    use crate::{Limits, Shared};

    #[tokio::test]
    async fn a_panic_is_an_internal_error_like_any_other() {
        let service = qpv_service::Service::open(Store::new("a folder that does not exist"))
            .expect("the sample");
        let app = App::new(Shared::new(Arc::new(service), Limits::default()));
        let request = || Request::get("/").body(Body::empty()).expect("a request");
        let failing = tower::service_fn(async |_: Request| -> Result<Response, Infallible> {
            panic!("as asked")
        });
        let late = Frame::new(app.clone(), failing)
            .oneshot(request())
            .await
            .expect("infallible");
        let failing = tower::service_fn(|_: Request| -> Ready<Result<Response, Infallible>> {
            panic!("at once")
        });
        let at_once = Frame::new(app, failing)
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
        let first = tag("abc", on("2024-06-30"));
        assert_eq!(
            first.to_str().expect("ASCII"),
            format!("W/\"abc-2024-06-30-{}\"", env!("CARGO_PKG_VERSION"))
        );
        assert_ne!(first, tag("abd", on("2024-06-30")));
        assert_ne!(first, tag("abc", on("2024-07-01")));
    }
}
