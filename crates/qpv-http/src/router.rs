//! The router: every route, its middleware and its compression.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use qpv_service::{ErrorCode, Service};
use tower::layer::layer_fn;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{
    DefaultPredicate, NotForContentType, Predicate, SizeAbove,
};

use crate::middleware::Middleware;
use crate::options::ServerOptions;
use crate::problem::Problem;
use crate::sign_in::{get_sign_in, post_sign_in, post_sign_out};
use crate::sign_in_page::{SIGN_IN_PATH, SIGN_OUT_PATH};
use crate::state::{App, new_app};
use crate::{addresses, basemap, docs, metrics, ogc, openapi, web};

/// Smallest answer that is compressed. A smaller one fits one packet anyway, and compressing it takes longer than
/// finding it.
const MIN_COMPRESSED_BYTES: u64 = 1 << 10;

/// Builds the router of the whole interface over a service.
pub fn router(service: Arc<Service>, options: impl Into<ServerOptions>) -> Router {
    routes_over(new_app(service, options.into()))
}

/// Builds the router over a state.
pub(crate) fn routes_over(app: App) -> Router {
    let (routes, _) = openapi::api().split_for_parts();
    let middleware_app = app.clone();
    let worth_compressing = DefaultPredicate::new()
        .and(SizeAbove::new(MIN_COMPRESSED_BYTES))
        // The streams of a PDF are compressed already.
        .and(NotForContentType::const_new("application/pdf"));
    routes
        // Clients of the national address API also write a slash at the end of these.
        .route("/search/", get(addresses::search))
        .route("/reverse/", get(addresses::reverse))
        .route("/search/csv/", post(addresses::tables::search_csv))
        .route("/reverse/csv/", post(addresses::tables::reverse_csv))
        // Desktop GIS programs write one after the landing page.
        .route("/ogc/", get(ogc::get_landing))
        .route("/basemap", get(basemap::get_basemap))
        .route("/metrics", get(metrics::get_metrics))
        .route(SIGN_IN_PATH, get(get_sign_in).post(post_sign_in))
        .route(SIGN_OUT_PATH, post(post_sign_out))
        .route("/docs", get(docs::get_docs))
        .route("/docs/", get(docs::redirect))
        .route("/openapi.json", get(docs::get_description))
        // A path that is no route may be a file of the page.
        .fallback(web::file)
        // The framework's own refusal has no body, and errors are problems here.
        .method_not_allowed_fallback(async || {
            Problem::new(
                ErrorCode::MethodNotAllowed,
                "see /docs for the methods taken",
            )
        })
        .layer((
            layer_fn(move |inner| Middleware::new(middleware_app.clone(), inner)),
            CompressionLayer::new().compress_when(worth_compressing),
        ))
        .with_state(app)
}
