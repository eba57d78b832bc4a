//! `/api/v1/vintages`: the generations of perimeters that are known, and when each is in force.

use axum::extract::State;
use axum::response::Response;

use crate::json::json;
use crate::problem::ErrorResponses;
use crate::state::App;
use crate::wire::VintageList;

/// Lists the vintages there are, loaded or not, with their days of force by territory.
#[utoipa::path(get, path = "/api/v1/vintages", tag = "perimeters",
    responses((status = 200, description = "The vintages", body = VintageList), ErrorResponses))]
pub(crate) async fn list_vintages(State(app): State<App>) -> Response {
    json(&VintageList::new(&app.service.snapshot()))
}
