//! `/api/v1/indicators`: the figures on neighbourhoods that are loaded; and `fields`, which asks for them with an answer.

use axum::extract::State;
use axum::response::Response;
use qpv_service::{FieldSelection, Snapshot};

use crate::json::json;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::IndicatorList;

/// Lists the indicators of the statistics loaded, by vintage, with their units, years and sources.
#[utoipa::path(get, path = "/api/v1/indicators", tag = "perimeters",
    responses((status = 200, description = "The indicators", body = IndicatorList), ErrorResponses))]
pub(crate) async fn list_indicators(State(app): State<App>) -> Response {
    json(&IndicatorList::new(&app.service.snapshot()))
}

/// Reads the parameter `fields`: the indicators whose figures are asked for; `None` for none.
pub(crate) fn fields(
    snapshot: &Snapshot,
    text: Option<&str>,
) -> Result<Option<FieldSelection>, Problem> {
    // Forms send the fields that nobody filled in.
    match text.filter(|text| !text.trim().is_empty()) {
        None => Ok(None),
        Some(text) => Ok(Some(FieldSelection::parse(snapshot, text)?)),
    }
}
