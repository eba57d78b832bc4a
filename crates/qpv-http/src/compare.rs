//! `/api/v1/compare`: what became of the perimeters of one vintage in another, for an area.

use axum::extract::State;
use axum::response::Response;
use qpv_service::ScopeTexts;
use qpv_service::model::Vintage;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::App;
use crate::answer::json;
use crate::extract::{self, Params};
use crate::problem::Problem;
use crate::wire::CompareAnswer;

/// What to compare, and where: one of `insee`, `epci`, `departement`, `region`, `bbox`; without any, the whole country.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompareParams {
    /// The vintage compared from, `2015` by default.
    #[param(example = "2015")]
    from: Option<String>,
    /// The vintage compared to, `2024` by default.
    #[param(example = "2024")]
    to: Option<String>,
    /// INSEE codes of communes, separated by commas; arrondissements of Paris, Lyon and Marseille stand for their commune.
    #[param(example = "61169")]
    insee: Option<String>,
    /// SIREN number of an intercommunality. Perimeters of 2015 publish none: they count by their communes.
    epci: Option<String>,
    /// Department code (`61`, `2A`, `974`).
    departement: Option<String>,
    /// INSEE code of a region (`28`, `01`).
    region: Option<String>,
    /// Rectangle: west, south, east, north in degrees on WGS 84, separated by commas.
    bbox: Option<String>,
    /// `true` adds the outlines of what was kept, gained and lost.
    geometry: Option<bool>,
}

/// What became of the perimeters of an area: matched by the ground they share, with areas in the legal projection. A change is
/// listed with all its perimeters when one of them lies in the area.
#[utoipa::path(get, path = "/api/v1/compare", params(CompareParams), tag = "compare",
    responses((status = 200, body = CompareAnswer),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_comparison(
    State(app): State<App>,
    Params(params): Params<CompareParams>,
) -> Result<Response, Problem> {
    let vintage = |text: Option<&str>, or| text.map_or(Ok(or), extract::vintage);
    let (from, to) = (vintage(params.from.as_deref(), Vintage::V2015)?, vintage(params.to.as_deref(), Vintage::V2024)?);
    let texts = ScopeTexts {
        insee: params.insee.as_deref(),
        epci: params.epci.as_deref(),
        departement: params.departement.as_deref(),
        region: params.region.as_deref(),
        bbox: params.bbox.as_deref(),
    };
    let scope = texts.scope().map_err(|fault| Problem::new("bad_parameter", fault.to_string()))?;
    let snapshot = app.service.snapshot();
    app.heavy(move || {
        let comparison = snapshot.compare(from, to, &scope)?;
        Ok(json(&CompareAnswer::new(&snapshot, &comparison, params.geometry.unwrap_or(false))))
    })
    .await?
}
