//! `/api/v1/zonings`: the zonings that are loaded beside the perimeters.

use axum::extract::State;
use axum::response::Response;
use qpv_batch::{AnswerVintages, ZoningColumns};
use qpv_service::{Snapshot, VintageSelector, check_ring};

use crate::json::json;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::upload::TableUpload;
use crate::wire::ZoningList;

/// Lists the zonings loaded. One that is not listed is not loaded: that is no answer about it.
#[utoipa::path(get, path = "/api/v1/zonings", tag = "zones",
    responses((status = 200, description = "The zonings", body = ZoningList), ErrorResponses))]
pub(crate) async fn list_zonings(State(app): State<App>) -> Response {
    json(&ZoningList::new(&app.service.snapshot()))
}

/// Reads the fields `zonings` and `ring` of a form with a table.
pub(crate) fn zoning_columns(
    snapshot: &Snapshot,
    upload: &TableUpload,
    choice: VintageSelector,
) -> Result<ZoningColumns, Problem> {
    // Forms send the fields that nobody filled in.
    let ring = upload
        .one("ring")
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let ring_m = ring.map(|text| {
        text.parse().map_err(|_| {
            Problem::bad_parameter(format!("`ring` is a width in metres, not `{text}`"))
        })
    });
    let ring_m = check_ring(ring_m.transpose()?).map_err(Problem::bad_parameter)?;
    let names = upload.one("zonings").unwrap_or_default();
    Ok(ZoningColumns::new(
        snapshot,
        names,
        ring_m,
        &AnswerVintages::One(choice),
    )?)
}
