//! `/api/v1/compare`: what became of the perimeters of one vintage in another, for an area.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use qpv_french::{Key, key, sentence};
use qpv_service::model::Vintage;
use qpv_service::{Comparison, ExportFormat, ScopeTexts};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::App;
use crate::answer::json;
use crate::extract::{self, Params};
use crate::problem::Problem;
use crate::wire::{CompareAnswer, CompareBesides};

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
    /// `true` adds what moved: counts of addresses, inhabitants, places.
    moved: Option<bool>,
    /// `true` adds the list of addresses gained and lost.
    addresses: Option<bool>,
    /// A file instead of an answer: `csv`, `xlsx`, `geojson`, `gpkg` or `pdf`; it says all, whatever else is asked for.
    #[param(example = "gpkg")]
    format: Option<String>,
    /// Which table as `csv`: `changes` (by default), `places` or `addresses`.
    table: Option<String>,
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
    let (from, to) = (
        vintage(params.from.as_deref(), Vintage::V2015)?,
        vintage(params.to.as_deref(), Vintage::V2024)?,
    );
    let texts = ScopeTexts {
        insee: params.insee.as_deref(),
        epci: params.epci.as_deref(),
        departement: params.departement.as_deref(),
        region: params.region.as_deref(),
        bbox: params.bbox.as_deref(),
    };
    let scope = texts.scope()?;
    let asked = |flag: Option<bool>| flag.unwrap_or(false);
    let besides = CompareBesides {
        outlines: asked(params.geometry),
        moved: asked(params.moved),
        addresses: asked(params.addresses),
    };
    let format = format(params.format.as_deref(), params.table.as_deref())?;
    let snapshot = app.service.snapshot();
    app.heavy(move || {
        let comparison = snapshot.compare(from, to, &scope)?;
        if let Some(format) = format {
            return file(&comparison, format);
        }
        Ok(json(&CompareAnswer::new(&snapshot, &comparison, besides)?))
    })
    .await?
}

/// The format of the file asked for, if one is.
fn format(name: Option<&str>, table: Option<&str>) -> Result<Option<ExportFormat>, Problem> {
    let refused = |key: Key, detail: String, value: &str| {
        Problem::with_message("bad_parameter", detail, sentence(key, &[("value", value)]))
    };
    let named = |name: &str| {
        let unknown = || {
            refused(
                key::ERROR_UNKNOWN_FORMAT,
                format!("`format` is csv, xlsx, geojson, gpkg or pdf, not `{name}`"),
                name,
            )
        };
        ExportFormat::named(name).ok_or_else(unknown)
    };
    match (name.map(named).transpose()?, table) {
        (Some(ExportFormat::Csv(_)), Some(name)) => {
            let table = name.parse().map_err(|fault| {
                refused(key::ERROR_UNKNOWN_TABLE, format!("`table`: {fault}"), name)
            })?;
            Ok(Some(ExportFormat::Csv(table)))
        }
        (_, Some(name)) => Err(refused(
            key::ERROR_TABLE_WITHOUT_CSV,
            "`table` goes with `format=csv`".to_owned(),
            name,
        )),
        (format, None) => Ok(format),
    }
}

fn file(comparison: &Comparison<'_>, format: ExportFormat) -> Result<Response, Problem> {
    let bytes = comparison.export(format)?;
    let name = format!("attachment; filename=\"{}\"", comparison.file_name(format));
    let headers = [
        (header::CONTENT_TYPE, format.media_type()),
        (header::CONTENT_DISPOSITION, name.as_str()),
    ];
    Ok((headers, bytes).into_response())
}
