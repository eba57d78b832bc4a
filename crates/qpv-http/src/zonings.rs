//! `/api/v1/zonings`: the zonings that are loaded beside the perimeters.

use axum::extract::State;
use axum::response::Response;

use crate::json::json;
use crate::problem::ErrorResponses;
use crate::state::App;
use crate::wire::ZoningList;

/// Lists the zonings loaded. One that is not listed is not loaded: that is no answer about it.
#[utoipa::path(get, path = "/api/v1/zonings", tag = "zones",
    responses((status = 200, description = "The zonings", body = ZoningList), ErrorResponses))]
pub(crate) async fn list_zonings(State(app): State<App>) -> Response {
    json(&ZoningList::new(&app.service.snapshot()))
}
