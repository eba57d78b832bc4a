//! `/health` and `/ready`, for supervisors and for the front end's banner.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use qpv_service::model::{Territory, Vintage};
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
    vintages: Vec<LoadedVintage>,
}

/// A loaded vintage.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoadedVintage {
    #[schema(value_type = String, example = "2024")]
    vintage: Vintage,
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

/// Returns the dataset that the service answers from.
#[utoipa::path(get, path = "/ready", tag = "service", responses((status = 200, description = "The service answers from this dataset",
        body = ReadyAnswer)))]
pub(crate) async fn ready(State(app): State<App>) -> Response {
    let snapshot = app.service.snapshot();
    let vintages = snapshot.vintages().map(|(vintage, zones)| {
        let mut perimeters = BTreeMap::new();
        for perimeter in zones.perimeters() {
            *perimeters.entry(perimeter.territory).or_default() += 1;
        }
        LoadedVintage {
            vintage,
            perimeters,
            precision_m: zones.layer().precision_m,
        }
    });
    json(&ReadyAnswer {
        status: "ready",
        dataset: DatasetRef::new(&snapshot),
        vintages: vintages.collect(),
    })
}
