//! `/api/v1/perimeters`: the perimeters themselves, as GeoJSON.

use axum::extract::{Path, State};
use axum::response::Response;
use qpv_service::model::QpvCode;
use qpv_service::{PerimeterFilter, ScopeError, department_code};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::App;
use crate::answer::geojson;
use crate::communes::commune_code;
use crate::extract::{self, Params};
use crate::problem::Problem;
use crate::wire::{DatasetRef, Kin, PerimeterAnswer, PerimeterCollection, PerimeterFeature};

/// Which perimeters to list; without any, all of both vintages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PerimeterParams {
    /// `2015` or `2024`.
    vintage: Option<String>,
    /// INSEE code of a commune.
    insee: Option<String>,
    /// Department code (`61`, `2A`, `974`).
    departement: Option<String>,
    /// SIREN number of an intercommunality.
    epci: Option<String>,
    /// Text in the code, the name or a commune's name; case and accents do not matter.
    q: Option<String>,
    /// `false` leaves the outlines out.
    geometry: Option<bool>,
}

/// The perimeters that pass every filter given.
#[utoipa::path(get, path = "/api/v1/perimeters", params(PerimeterParams), tag = "perimeters",
    responses((status = 200, body = PerimeterCollection, content_type = "application/geo+json"),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_perimeters(
    State(app): State<App>,
    Params(params): Params<PerimeterParams>,
) -> Result<Response, Problem> {
    let filter = PerimeterFilter {
        vintage: params
            .vintage
            .as_deref()
            .map(extract::vintage)
            .transpose()?,
        commune: params.insee.as_deref().map(commune_code).transpose()?,
        department: params.departement.as_deref().map(department).transpose()?,
        epci: params.epci,
        text: params.q,
    };
    let snapshot = app.service.snapshot();
    let outlines = params.geometry.unwrap_or(true);
    // All outlines together are megabytes of JSON.
    app.heavy(move || {
        let perimeters = snapshot.perimeters(&filter).into_iter();
        let features = perimeters
            .map(|perimeter| PerimeterFeature::new(&snapshot, perimeter, outlines))
            .collect();
        let dataset = DatasetRef::of(&snapshot);
        geojson(&PerimeterCollection {
            r#type: "FeatureCollection",
            features,
            dataset,
        })
    })
    .await
}

fn department(text: &str) -> Result<String, Problem> {
    department_code(text).ok_or_else(|| ScopeError::Department(text.into()).into())
}

/// One perimeter, of either vintage, with those of the other vintage that really overlap it.
#[utoipa::path(get, path = "/api/v1/perimeters/{code}", params(("code" = String, Path, example = "QN06103M")), tag = "perimeters",
    responses((status = 200, body = PerimeterAnswer, content_type = "application/geo+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_perimeter(
    State(app): State<App>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    let perimeter = code
        .parse::<QpvCode>()
        .ok()
        .and_then(|code| snapshot.perimeter_of(code));
    let perimeter = perimeter.ok_or_else(|| Problem::new("unknown_code_qp", code))?;
    let feature = PerimeterFeature::new(&snapshot, perimeter, true);
    let (kin, dataset) = (Kin::new(&snapshot, perimeter), DatasetRef::of(&snapshot));
    Ok(geojson(&PerimeterAnswer {
        feature,
        kin,
        dataset,
    }))
}
