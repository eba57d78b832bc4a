//! `/api/v1/compare`: the comparison of two vintages, for an area.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use qpv_documents::comparison::{ExportFormat, export, file_name};
use qpv_french::{Key, key, sentence};
use qpv_service::{ComparedVintages, Comparison, ErrorCode, FieldSelection, ScopeTexts, today};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{self, QueryParams};
use crate::indicators::fields;
use crate::json::json;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::{CompareAnswer, CompareParts, FileBytes};

/// The vintages and the area: one of `insee`, `epci`, `departement`, `region`, `bbox`, or the whole country without any.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompareParams {
    /// The vintage compared from; by default the one that `to` replaced.
    #[param(example = "2015")]
    from: Option<String>,
    /// The vintage compared to; by default the one that replaced `from`, or else the newest in force.
    #[param(example = "2024")]
    to: Option<String>,
    /// INSEE codes of communes, separated by commas; arrondissements of Paris, Lyon and Marseille stand for their commune.
    #[param(example = "61169")]
    insee: Option<String>,
    /// SIREN number of an intercommunality. Perimeters of 2015 have none: they count by their communes.
    epci: Option<String>,
    /// Department code (`61`, `2A`, `974`).
    departement: Option<String>,
    /// INSEE code of a region (`28`, `01`).
    region: Option<String>,
    /// Rectangle: west, south, east, north in degrees on WGS 84, separated by commas.
    bbox: Option<String>,
    /// `true` adds the outlines of the areas kept, gained and lost.
    geometry: Option<bool>,
    /// `true` adds the counts of addresses, inhabitants and places gained and lost.
    moved: Option<bool>,
    /// `true` adds the list of addresses gained and lost.
    addresses: Option<bool>,
    /// Indicators of `/api/v1/indicators`, a comma between them, or `all`: their figures come with each perimeter, in JSON,
    /// CSV (the table of changes) and XLSX.
    fields: Option<String>,
    /// A file instead of JSON: `csv`, `xlsx`, `geojson`, `gpkg`, `parquet` (GeoParquet) or `pdf`. It has everything, whatever else is asked for.
    #[param(example = "gpkg")]
    format: Option<String>,
    /// The table of a `csv` or `parquet` file: `changes` (default), `places` or `addresses`.
    table: Option<String>,
}

/// Compares the perimeters of an area between two vintages. They are matched by the ground they share, and areas are
/// measured in the legal projection. A change is listed with all its perimeters when one of them lies in the area.
#[utoipa::path(get, path = "/api/v1/compare", params(CompareParams), tag = "compare",
    responses((status = 200, description = "The comparison; a file when `format` names one",
        content((CompareAnswer = "application/json"), (FileBytes = "text/csv"), 
            (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (FileBytes = "application/geo+json"), (FileBytes = "application/geopackage+sqlite3"),
            (FileBytes = "application/vnd.apache.parquet"), (FileBytes = "application/pdf"))),
        ErrorResponses))]
pub(crate) async fn get_comparison(
    State(app): State<App>,
    QueryParams(params): QueryParams<CompareParams>,
) -> Result<Response, Problem> {
    let [from, to] =
        [params.from, params.to].map(|text| text.as_deref().map(extract::vintage).transpose());
    let (from, to) = (from?, to?);
    let texts = ScopeTexts {
        insee: params.insee.as_deref(),
        epci: params.epci.as_deref(),
        departement: params.departement.as_deref(),
        region: params.region.as_deref(),
        bbox: params.bbox.as_deref(),
    };
    let scope = texts.scope()?;
    let parts = CompareParts {
        outlines: params.geometry.unwrap_or(false),
        moved: params.moved.unwrap_or(false),
        addresses: params.addresses.unwrap_or(false),
    };
    let format = format(params.format.as_deref(), params.table.as_deref())?;
    let derived = app.service.derived();
    let fields = fields(derived.snapshot(), params.fields.as_deref())?;
    // Left out of another file without a word, they would be missed.
    if fields.is_some() && format.is_some_and(|format| !format.takes_figures()) {
        return Err(Problem::bad_parameter(
            "`fields` is for JSON, for `format=xlsx`, and for the changes of `format=csv`",
        ));
    }
    app.run_heavy(move || {
        let vintages = ComparedVintages::usual(derived.snapshot(), from, to, today());
        let comparison = derived.compare(vintages, &scope)?;
        if let Some(format) = format {
            return file(&comparison, format, &fields.unwrap_or_default());
        }
        let answer = CompareAnswer::new(derived.snapshot(), &comparison, parts)?;
        Ok(json(
            &answer.with_figures(derived.snapshot(), fields.as_ref()),
        ))
    })
    .await?
}

/// Reads the format of the file asked for, if one is.
fn format(name: Option<&str>, table: Option<&str>) -> Result<Option<ExportFormat>, Problem> {
    let format = name
        .map(|name| {
            ExportFormat::named(name).ok_or_else(|| {
                bad_value(
                    key::ERROR_UNKNOWN_FORMAT,
                    format!("`format` is csv, xlsx, geojson, gpkg, parquet or pdf, not `{name}`"),
                    name,
                )
            })
        })
        .transpose()?;
    let Some(name) = table else {
        return Ok(format);
    };
    let table = name
        .parse()
        .map_err(|fault| bad_value(key::ERROR_UNKNOWN_TABLE, format!("`table`: {fault}"), name))?;
    match format.and_then(|format| format.with_table(table)) {
        Some(format) => Ok(Some(format)),
        // Other formats hold all tables: a choice of one would be ignored without a word.
        None => Err(bad_value(
            key::ERROR_TABLE_WITHOUT_CSV,
            "`table` goes with `format=csv` or `format=parquet`".to_owned(),
            name,
        )),
    }
}

/// Returns the problem of a parameter whose value has a French sentence of its own.
fn bad_value(key: Key, detail: String, value: &str) -> Problem {
    Problem::with_message(
        ErrorCode::BadParameter,
        detail,
        sentence(key, &[("value", value)]),
    )
}

/// Answers with the comparison as a file.
fn file(
    comparison: &Comparison<'_>,
    format: ExportFormat,
    fields: &FieldSelection,
) -> Result<Response, Problem> {
    let bytes = export(comparison, format, fields)?;
    let name = format!("attachment; filename=\"{}\"", file_name(comparison, format));
    let headers = [
        (header::CONTENT_TYPE, format.media_type()),
        (header::CONTENT_DISPOSITION, name.as_str()),
    ];
    Ok((headers, bytes).into_response())
}
