//! `/health` and `/ready`, for supervisors and for the front end's banner.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use qpv_service::model::{KnownVintages, Territory, Vintage};
use qpv_service::today;
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::json;
use crate::state::App;
use crate::wire::DatasetRef;

/// The answer of a live process.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub(crate) struct HealthAnswer {
    /// Always `ok`.
    status: &'static str,
    /// The version of the program.
    version: &'static str,
}

/// The dataset that the service answers from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ready)]
pub(crate) struct ReadyAnswer<'a> {
    /// Always `ready`.
    status: &'static str,
    /// The dataset in use.
    dataset: DatasetRef<'a>,
    /// The vintages loaded.
    vintages: Vec<LoadedVintage<'a>>,
}

/// A loaded vintage.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoadedVintage<'a> {
    #[schema(value_type = String, example = "2024")]
    vintage: Vintage,
    /// Its name for people, in French.
    label: &'a str,
    /// The form of its codes, as `GET /api/v1/vintages` has it.
    #[schema(example = "QN{dep}##[NMI]")]
    codes: String,
    /// The vintage it replaced; null for the first.
    #[schema(value_type = Option<String>, example = "2015", required = true)]
    predecessor: Option<Vintage>,
    /// State today, in metropolitan France: `past`, `current` or `coming`.
    #[schema(example = "current")]
    state: &'static str,
    /// Perimeters by territory.
    #[schema(value_type = BTreeMap<String, usize>)]
    perimeters: BTreeMap<Territory, usize>,
    /// The precision of the published boundaries, metres.
    precision_m: f64,
}

/// Returns the version of the live process.
#[utoipa::path(get, path = "/health", tag = "service", responses((status = 200, description = "The process is alive",
        body = HealthAnswer)))]
pub(crate) async fn health() -> Json<HealthAnswer> {
    Json(HealthAnswer {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// Returns the state of a vintage today, in metropolitan France.
fn state(known: &KnownVintages, vintage: Vintage) -> &'static str {
    let today = today();
    match known.validity(vintage, Territory::Metropole) {
        Some(days) if days.holds(today) => "current",
        // Where nothing follows, it is in force from its first day on.
        Some(days) if days.valid_from > today => "coming",
        _ => "past",
    }
}

/// Returns the dataset that the service answers from.
#[utoipa::path(get, path = "/ready", tag = "service", responses((status = 200, description = "The service answers from this dataset",
        body = ReadyAnswer)))]
pub(crate) async fn ready(State(app): State<App>) -> Response {
    let snapshot = app.service.snapshot();
    let known = snapshot.known_vintages();
    let vintages = snapshot.vintages().filter_map(|(vintage, zones)| {
        let mut perimeters = BTreeMap::new();
        for perimeter in zones.perimeters() {
            *perimeters.entry(perimeter.territory).or_default() += 1;
        }
        let record = known.get(vintage)?;
        Some(LoadedVintage {
            vintage,
            label: &record.label,
            codes: record.codes.to_string(),
            predecessor: record.predecessor,
            state: state(known, vintage),
            perimeters,
            precision_m: zones.layer().precision_m,
        })
    });
    json(&ReadyAnswer {
        status: "ready",
        dataset: DatasetRef::new(&snapshot),
        vintages: vintages.collect(),
    })
}
