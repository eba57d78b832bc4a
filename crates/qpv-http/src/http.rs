//! The router and its limits; and the server.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use qpv_service::Service;
use tokio::net::TcpListener;
use tower::layer::layer_fn;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{
    DefaultPredicate, NotForContentType, Predicate, SizeAbove,
};
use utoipa_swagger_ui::SwaggerUi;

use crate::frame::Frame;
use crate::problem::Problem;
use crate::{App, Shared, addresses, basemap, ogc, openapi, web};

/// Bytes from which an answer is compressed: less fits one packet anyway, and compressing it takes longer than finding it.
const COMPRESSED_BYTES: u64 = 1 << 10;

/// What a request may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Bytes of a form with a table.
    pub table_bytes: usize,
    /// Points in one list.
    pub points: usize,
    /// Long lists and polygons worked on at once.
    pub heavy_requests: usize,
    /// Tiles cut at once.
    pub tiles: usize,
}

impl Limits {
    /// Bytes of a body sent to this path.
    pub(crate) fn most_bytes(&self, path: &str) -> usize {
        let path = path.trim_end_matches('/');
        if path.ends_with("/csv") || path == "/api/v1/batch" {
            self.table_bytes
        } else {
            self.body_bytes
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            body_bytes: 16 << 20,
            table_bytes: 100 << 20,
            points: 100_000,
            heavy_requests: 2 * cores,
            tiles: cores,
        }
    }
}

/// The whole interface over a service.
pub fn router(service: Arc<Service>, limits: Limits) -> Router {
    let app = App::new(Shared::new(service, limits));
    let (routes, document) = openapi::api().split_for_parts();
    let framed = app.clone();
    let worth_compressing = DefaultPredicate::new().and(SizeAbove::new(COMPRESSED_BYTES));
    // A report is compressed inside.
    let worth_compressing = worth_compressing.and(NotForContentType::const_new("application/pdf"));
    routes
        // Clients of the national address API also write a slash at the end.
        .route("/search/", get(addresses::search))
        .route("/reverse/", get(addresses::reverse))
        .route("/search/csv/", post(addresses::tables::search_csv))
        .route("/reverse/csv/", post(addresses::tables::reverse_csv))
        // Desktop programs write one after the landing page.
        .route("/ogc/", get(ogc::get_landing))
        .route("/basemap", get(basemap::get_basemap))
        .merge(SwaggerUi::new("/docs").url("/openapi.json", document))
        .fallback(web::file)
        .method_not_allowed_fallback(async || {
            Problem::new("method_not_allowed", "see /docs for the methods taken")
        })
        .layer((
            layer_fn(move |inner| Frame::new(framed.clone(), inner)),
            CompressionLayer::new().compress_when(worth_compressing),
        ))
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
    let background = tokio::spawn(fetch_basemap(service.clone()));
    let served = axum::serve(listener, router(service, limits))
        .with_graceful_shutdown(stop)
        .await;
    watcher.abort();
    background.abort();
    served
}

/// Between two attempts to have the background map.
const BASEMAP_RETRY: Duration = Duration::from_mins(1);

/// Fetches the background map, if one was chosen, until it is there. The page does without in the meantime.
async fn fetch_basemap(service: Arc<Service>) {
    let mut told = false;
    loop {
        let service = service.clone();
        let fetched = tokio::task::spawn_blocking(move || {
            service
                .basemap()
                .map_or(Ok(()), qpv_service::Basemap::fetch)
        });
        let Ok(Err(fault)) = fetched.await else {
            return;
        };
        // Said once, not once a minute.
        if !std::mem::replace(&mut told, true) {
            tracing::warn!(error = %fault, "the background map cannot be had; the default one is used until it can");
        }
        tokio::time::sleep(BASEMAP_RETRY).await;
    }
}

async fn watch(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    let mut last_fault = String::new();
    prepare(service.clone());
    loop {
        ticks.tick().await;
        let asked = service.clone();
        let reloaded = tokio::task::spawn_blocking(move || {
            asked
                .reload_if_changed()
                .map(|changed| changed.then(|| asked.snapshot().digest().to_owned()))
        });
        match reloaded.await {
            Ok(Ok(Some(digest))) => {
                tracing::info!(digest, "a new dataset is in use");
                prepare(service.clone());
            }
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

/// Makes tiles ready while requests are already answered.
fn prepare(service: Arc<Service>) {
    tokio::task::spawn_blocking(move || service.snapshot().prepare_tiles());
}
