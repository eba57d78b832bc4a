//! `/api/v1/communes/{insee}`: the neighbourhoods of a commune in both vintages, or an explicit "none".

use axum::extract::{Path, State};
use axum::response::Response;
use qpv_service::commune_perimeters;
use qpv_service::model::{CodeError, CommuneCode};

use crate::json::json;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::CommuneAnswer;

/// Lists the neighbourhoods of a commune. One without any, or unknown but well formed, gets empty lists.
#[utoipa::path(get, path = "/api/v1/communes/{insee}", params(("insee" = String, Path, example = "61169")), tag = "perimeters",
    responses((status = 200, description = "The neighbourhoods of the commune",
        body = CommuneAnswer),
        ErrorResponses))]
pub(crate) async fn get_commune(
    State(app): State<App>,
    Path(insee): Path<String>,
) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    Ok(json(&CommuneAnswer::new(
        &snapshot,
        &commune_perimeters(&snapshot, commune_code(&insee)?),
    )))
}

/// Parses an INSEE code.
pub(crate) fn commune_code(text: &str) -> Result<CommuneCode, Problem> {
    text.parse()
        .map_err(|fault: CodeError| Problem::bad_parameter(fault.to_string()))
}
