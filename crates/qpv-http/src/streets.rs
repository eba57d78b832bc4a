//! `/api/v1/streets/{id}/profile`: which numbers of a street are inside, in the band, outside.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::App;
use crate::addresses::{aside, is_long};
use crate::answer::json;
use crate::extract::{self, Params};
use crate::problem::Problem;
use crate::wire::StreetProfileAnswer;

/// Which perimeters answer.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileParams {
    /// Vintage, `2015` or `2024`. Default: the one in force there on the day `on`.
    vintage: Option<String>,
    /// A day (`YYYY-MM-DD`). Default: today.
    on: Option<String>,
}

/// Which numbers of a street are inside, in the band, outside, by side; and where it follows a line. The identifier is that
/// of `properties.id` in answers to `/search`: of the street, or of one of its numbers.
#[utoipa::path(get, path = "/api/v1/streets/{id}/profile", tag = "addresses",
    params(("id" = String, Path, example = "61169_0040"), ProfileParams),
    responses((status = 200, body = StreetProfileAnswer), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_profile(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    Params(params): Params<ProfileParams>,
) -> Result<Response, Problem> {
    let Path(id) = id.map_err(|fault| Problem::new("bad_parameter", fault.body_text()))?;
    let choice = extract::choice(params.vintage.as_deref(), params.on.as_deref())?;
    let snapshot = app.service.snapshot();
    // One that does not begin with its commune's code is looked for among all.
    aside(is_long(&snapshot), move || {
        let profile = snapshot.street_profile(&id, choice)?;
        Ok(json(&StreetProfileAnswer::new(&snapshot, &profile)))
    })
    .await
}
