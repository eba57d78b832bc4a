//! `/api/v1/streets/{id}/profile`: the zones of a street's numbers.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::addresses::is_long;
use crate::extract::{self, QueryParams};
use crate::json::json;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::StreetProfileAnswer;
use crate::workers::run_maybe_blocking;
use qpv_service::street_profile;

/// The perimeters that answer.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileParams {
    /// Vintage, such as `2024`. Default: the one in force there on the day `on`.
    vintage: Option<String>,
    /// A day (`YYYY-MM-DD`). Default: today.
    on: Option<String>,
}

/// Returns the zones of a street's numbers, by side, and the boundaries that it follows. The identifier is that of
/// `properties.id` in answers to `/search`, of the street or of one of its numbers.
#[utoipa::path(get, path = "/api/v1/streets/{id}/profile", tag = "addresses",
    params(("id" = String, Path, example = "61169_0040"), ProfileParams),
    responses((status = 200, description = "The zones along the street",
        body = StreetProfileAnswer),
        ErrorResponses))]
pub(crate) async fn get_profile(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    QueryParams(params): QueryParams<ProfileParams>,
) -> Result<Response, Problem> {
    // A malformed path is a problem like any other error, not the framework's plain text.
    let Path(id) = id.map_err(|fault| Problem::bad_parameter(fault.body_text()))?;
    let choice = extract::choice(params.vintage.as_deref(), params.on.as_deref())?;
    let snapshot = app.service.snapshot();
    let choice = extract::known(&snapshot, choice)?;
    // An identifier that does not begin with its commune's code is searched for among all streets.
    run_maybe_blocking(is_long(&snapshot), move || {
        let profile = street_profile(&snapshot, &id, choice)?;
        Ok(json(&StreetProfileAnswer::new(&snapshot, &profile)))
    })
    .await
}
