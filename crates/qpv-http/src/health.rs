//! `/health` and `/ready`, for supervisors and for the front end's banner.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use qpv_service::model::{Territory, Vintage};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use crate::App;
use crate::answer::json;
use crate::wire::DatasetRef;

/// The process answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
    /// The version of the program.
    version: &'static str,
}

/// The service can answer, and from what.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ready<'a> {
    /// `ready`.
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
    /// How far a published line may lie from the true one, metres.
    precision_m: f64,
}

/// The process is alive.
#[utoipa::path(get, path = "/health", tag = "service", responses((status = 200, body = Health)))]
pub(crate) async fn health() -> Json<Health> {
    Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// The service answers, and from which dataset.
#[utoipa::path(get, path = "/ready", tag = "service", responses((status = 200, body = Ready)))]
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
    json(&Ready {
        status: "ready",
        dataset: DatasetRef::of(&snapshot),
        vintages: vintages.collect(),
    })
}
