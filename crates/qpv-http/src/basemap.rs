//! `/basemap`: the background map that the operator chose, for the page.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use crate::json::json;
use crate::state::App;

/// The background map, if any.
#[derive(Serialize)]
struct BasemapAnswer<'a> {
    /// True if the operator chose one.
    configured: bool,
    /// Its style; null until it has been downloaded.
    style: Option<&'a Value>,
}

/// Returns the background map. Not in the description of the API: it serves the page alone.
pub(crate) async fn get_basemap(State(app): State<App>) -> Response {
    let basemap = app.service.basemap();
    let fetched = basemap.and_then(qpv_service::Basemap::style);
    let style = fetched.as_deref().map(|fetched| &fetched.style);
    let answer = json(&BasemapAnswer {
        configured: basemap.is_some(),
        style,
    });
    // The style may arrive at any minute after the start.
    ([(header::CACHE_CONTROL, "no-store")], answer).into_response()
}
