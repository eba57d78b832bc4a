//! `/api/v1/perimeters`: the perimeters themselves, as GeoJSON or GeoParquet.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use qpv_documents::ExportError;
use qpv_documents::comparison::GEOPARQUET;
use qpv_documents::perimeters::perimeters_geoparquet;
use qpv_service::model::{Perimeter, QpvCode};
use qpv_service::{
    ErrorCode, FoundPerimeter, PerimeterFilter, ScopeError, Snapshot, department_code,
    search_perimeters,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::communes::commune_code;
use crate::extract::{self, QueryParams};
use crate::indicators::fields;
use crate::json::geojson;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::{DatasetRef, FileBytes, PerimeterAnswer, PerimeterCollection, PerimeterFeature};
use crate::workers::run_maybe_blocking;

/// The filters of perimeters; without any, all of both vintages are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PerimeterParams {
    /// A vintage, such as `2024`.
    vintage: Option<String>,
    /// INSEE code of a commune.
    insee: Option<String>,
    /// Department code (`61`, `2A`, `974`).
    departement: Option<String>,
    /// SIREN number of an intercommunality.
    epci: Option<String>,
    /// Text in the code, the name or a commune's name, or in the name of a place inside; case, accents and articles do not
    /// matter. Each perimeter then has the name that matched.
    q: Option<String>,
    /// `false` leaves the outlines out.
    geometry: Option<bool>,
    /// Indicators of `/api/v1/indicators`, a comma between them, or `all`: their figures come with each perimeter, as
    /// GeoJSON.
    fields: Option<String>,
    /// `geojson` (default), or `parquet` for a file of GeoParquet, with the outlines.
    format: Option<String>,
}

/// Lists the perimeters that pass every filter given; a file of GeoParquet when `format` is `parquet`.
#[utoipa::path(get, path = "/api/v1/perimeters", params(PerimeterParams), tag = "perimeters",
    responses((status = 200, description = "The perimeters",
        content((PerimeterCollection = "application/geo+json"), (FileBytes = "application/vnd.apache.parquet"))),
        ErrorResponses))]
pub(crate) async fn list_perimeters(
    State(app): State<App>,
    QueryParams(params): QueryParams<PerimeterParams>,
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
    if let Some(vintage) = filter.vintage {
        snapshot.check_vintage(vintage)?;
    }
    let fields = fields(&snapshot, params.fields.as_deref())?;
    let outlines = params.geometry.unwrap_or(true);
    let is_parquet = match params.format.as_deref() {
        None | Some("geojson") => false,
        Some("parquet") => true,
        Some(name) => {
            return Err(Problem::bad_parameter(format!(
                "`format` is geojson or parquet, not `{name}`"
            )));
        }
    };
    // Its columns are those of a layer, the same for every client.
    if is_parquet && fields.is_some() {
        return Err(Problem::bad_parameter("`fields` is for `format=geojson`"));
    }
    // All outlines together are megabytes of JSON.
    app.run_heavy(move || {
        let found = search_perimeters(&snapshot, &filter);
        if is_parquet {
            let perimeters: Vec<_> = found.iter().map(|found| found.perimeter).collect();
            return parquet_file(&snapshot, &perimeters);
        }
        let features = found
            .into_iter()
            .map(|FoundPerimeter { perimeter, matched }| {
                let figures = fields.as_ref().map(|it| it.figures(&snapshot, perimeter));
                PerimeterFeature::new(&snapshot, perimeter, outlines)
                    .with_figures(figures)
                    .with_match(matched)
            })
            .collect();
        let dataset = DatasetRef::new(&snapshot);
        Ok(geojson(&PerimeterCollection {
            r#type: "FeatureCollection",
            features,
            dataset,
        }))
    })
    .await?
}

/// Answers with perimeters as a file of GeoParquet.
fn parquet_file(snapshot: &Snapshot, perimeters: &[&Perimeter]) -> Result<Response, Problem> {
    let bytes = perimeters_geoparquet(snapshot, perimeters)
        .map_err(|fault| Problem::from(ExportError::Failed(fault)))?;
    let headers = [
        (header::CONTENT_TYPE, GEOPARQUET),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"qpv.parquet\"",
        ),
    ];
    Ok((headers, bytes).into_response())
}

fn department(text: &str) -> Result<String, Problem> {
    department_code(text).ok_or_else(|| ScopeError::Department(text.into()).into())
}

/// Returns one perimeter of any vintage, with those of the other vintages that overlap it and the names of places inside.
#[utoipa::path(get, path = "/api/v1/perimeters/{code}", params(("code" = String, Path, example = "QN06103M")), tag = "perimeters",
    responses((status = 200, description = "The perimeter",
        body = PerimeterAnswer, content_type = "application/geo+json"),
        ErrorResponses))]
pub(crate) async fn get_perimeter(
    State(app): State<App>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    // The addresses of a city are walked for the names of its places.
    run_maybe_blocking(true, move || {
        let perimeter = code
            .parse::<QpvCode>()
            .ok()
            // A text that is no code names no perimeter either.
            .and_then(|code| snapshot.perimeter_of(code));
        let perimeter = perimeter.ok_or_else(|| Problem::new(ErrorCode::UnknownCodeQp, code))?;
        Ok(geojson(&PerimeterAnswer::new(&snapshot, perimeter)))
    })
    .await
}
