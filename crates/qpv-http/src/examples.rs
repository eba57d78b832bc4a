//! `/api/v1/examples`: addresses of the loaded data to try, one for each zone.

use axum::extract::State;
use axum::response::Response;
use qpv_service::ExampleAddress;
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::json;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::DatasetRef;

/// Addresses to try.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExampleList<'a> {
    /// The examples, one at most for each zone; none without addresses.
    examples: Vec<ExampleAnswer<'a>>,
    /// The dataset they come from.
    dataset: DatasetRef<'a>,
}

/// An address to try.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExampleAnswer<'a> {
    /// Its zone today: `qpv`, `band_300m`, `outside` or `undetermined`.
    #[schema(example = "qpv")]
    zone: &'static str,
    /// The address, as the query of a check.
    label: &'a str,
}

impl<'a> From<&'a ExampleAddress> for ExampleAnswer<'a> {
    fn from(example: &'a ExampleAddress) -> Self {
        Self {
            zone: example.zone.into(),
            label: &example.label,
        }
    }
}

/// Returns addresses of the loaded data to try, one for each zone; the same data gives the same ones.
#[utoipa::path(get, path = "/api/v1/examples", tag = "addresses",
    responses((status = 200, description = "The examples", body = ExampleList), ErrorResponses))]
pub(crate) async fn list_examples(State(app): State<App>) -> Result<Response, Problem> {
    let derived = app.service.derived();
    let searched = derived.clone();
    // Some hundred checks, once for each dataset.
    app.run_heavy(move || searched.examples().len()).await?;
    Ok(json(&ExampleList {
        examples: derived.examples().iter().map(ExampleAnswer::from).collect(),
        dataset: DatasetRef::new(derived.snapshot()),
    }))
}
