//! `/api/v1/communes/{insee}`: a commune, and its neighbourhoods in every vintage, or an explicit "none".

use axum::extract::{Path, State};
use axum::response::Response;
use qpv_service::model::{CodeError, CommuneCode};
use qpv_service::{VintageSelector, commune_perimeters, places_nearby};

use crate::json::json;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::{CommuneAnswer, CommunePlaces};
use crate::workers::run_maybe_blocking;

/// Describes a commune and lists its neighbourhoods; one without any gets empty lists. The code of an arrondissement, or of a
/// commune of the past, leads to the commune of today. A code that never was one is `unknown_commune`.
#[utoipa::path(get, path = "/api/v1/communes/{insee}", params(("insee" = String, Path, example = "61169")), tag = "perimeters",
    responses((status = 200, description = "The commune and its neighbourhoods",
        body = CommuneAnswer),
        ErrorResponses))]
pub(crate) async fn get_commune(
    State(app): State<App>,
    Path(insee): Path<String>,
) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    let commune = commune_perimeters(&snapshot, commune_code(&insee)?)?;
    Ok(json(&CommuneAnswer::new(&snapshot, &commune)))
}

/// Lists the places of the lists loaded, such as schools, in the perimeters of a commune or less than 300 m from one, by the
/// vintage in force today.
#[utoipa::path(get, path = "/api/v1/communes/{insee}/places", params(("insee" = String, Path, example = "61169")),
    tag = "perimeters",
    responses((status = 200, description = "The places, by list and name", body = CommunePlaces), ErrorResponses))]
pub(crate) async fn list_places(
    State(app): State<App>,
    Path(insee): Path<String>,
) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    let insee = commune_code(&insee)?;
    // Places without a published position are looked for by their addresses, at the first call.
    run_maybe_blocking(true, move || {
        let found = places_nearby(&snapshot, insee, VintageSelector::today())?;
        Ok(json(&CommunePlaces::new(&snapshot, &found)))
    })
    .await
}

/// Parses an INSEE code.
pub(crate) fn commune_code(text: &str) -> Result<CommuneCode, Problem> {
    text.parse()
        .map_err(|fault: CodeError| Problem::bad_parameter(fault.to_string()))
}
