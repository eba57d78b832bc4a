//! The router's frame: limits, logs, `ETag`s, panics; and the server.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use qpv_service::{Choice, Service};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa_swagger_ui::SwaggerUi;

use crate::problem::Problem;
use crate::{App, openapi, web};

/// What a request may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Points in one list.
    pub points: usize,
    /// Long lists and polygons worked on at once.
    pub heavy_requests: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self { body_bytes: 16 << 20, points: 100_000, heavy_requests: 2 * cores }
    }
}

/// The whole interface over a service.
pub fn router(service: Arc<Service>, limits: Limits) -> Router {
    let app = App { service, heavy: Arc::new(Semaphore::new(limits.heavy_requests)), limits };
    let (routes, document) = openapi::api().split_for_parts();
    routes
        .layer(from_fn_with_state(app.clone(), revalidate))
        .merge(SwaggerUi::new("/docs").url("/openapi.json", document))
        .fallback(web::file)
        .method_not_allowed_fallback(async || Problem::new("method_not_allowed", "see /docs for the methods taken"))
        .layer(from_fn(plain_rejections))
        .layer(from_fn(guard_the_browser))
        .layer(DefaultBodyLimit::max(limits.body_bytes))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Problem::internal(&"a handler panicked").into_response()
        }))
        .layer(CompressionLayer::new())
        .layer(from_fn(log))
        .with_state(app)
}

/// Serves until `stop` resolves, then lets requests under way finish.
///
/// A watcher looks once a second whether another dataset was published, and swaps it in.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let watcher = tokio::spawn(watch(service.clone()));
    let served = axum::serve(listener, router(service, limits)).with_graceful_shutdown(stop).await;
    watcher.abort();
    served
}

async fn watch(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    let mut last_fault = String::new();
    loop {
        ticks.tick().await;
        let service = service.clone();
        let reloaded = tokio::task::spawn_blocking(move || {
            service.reload_if_changed().map(|changed| changed.then(|| service.snapshot().digest().to_owned()))
        });
        match reloaded.await {
            Ok(Ok(Some(digest))) => tracing::info!(digest, "a new dataset is in use"),
            Ok(Ok(None)) => last_fault.clear(),
            // Said once, not once a second.
            Ok(Err(fault)) if fault.to_string() != last_fault => {
                tracing::error!(error = %fault, "the new dataset cannot be opened; the one in use goes on serving");
                last_fault = fault.to_string();
            }
            _ => {}
        }
    }
}

/// One line per request: the route's template, never the address asked.
async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(other)".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let elapsed_ms = started.elapsed().as_secs_f64() * 1e3;
    tracing::debug!(%method, route, status = response.status().as_u16(), elapsed_ms, "request");
    response
}

/// A GET of the API depends on nothing but its address, the dataset, the day and the program: that is its `ETag`.
async fn revalidate(State(app): State<App>, request: Request, next: Next) -> Response {
    let readable = matches!(*request.method(), Method::GET | Method::HEAD) && request.uri().path().starts_with("/api/");
    if !readable {
        return next.run(request).await;
    }
    let day = match Choice::today() {
        Choice::InForce(day) => day.to_string(),
        Choice::Vintage(_) => String::new(),
    };
    let etag = format!("W/\"{}-{day}-{}\"", app.service.snapshot().digest(), env!("CARGO_PKG_VERSION"));
    let known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|given| given.as_bytes() == etag.as_bytes());
    let value = HeaderValue::from_str(&etag).expect("a digest, a date and a version are ASCII");
    if known {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, value)]).into_response();
    }
    let mut response = next.run(request).await;
    if response.status().is_success() {
        response.headers_mut().insert(header::ETAG, value);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    response
}

/// Nothing from elsewhere, no script but our own.
const POLICY: &str =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
/// The same for the API's documentation, whose page styles its own elements.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// What a browser may do with an answer: load nothing from elsewhere, guess no type, tell nobody where it was.
async fn guard_the_browser(request: Request, next: Next) -> Response {
    let policy = if request.uri().path().starts_with("/docs") { DOCS_POLICY } else { POLICY };
    let mut response = next.run(request).await;
    let guards = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    response.headers_mut().extend(guards.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}

/// Turns the framework's own plain-text refusals into problems.
async fn plain_rejections(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE if !is_problem(&response) => {
            Problem::new("body_too_large", "the body is over the limit of this server").into_response()
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE if !is_problem(&response) => {
            Problem::new("unsupported_media_type", "send application/json").into_response()
        }
        _ => response,
    }
}

fn is_problem(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json")
}
