//! `/tiles/ground`: tiles of the archives that the operator imported, as they are stored.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qpv_service::{GroundLayer, GroundTile};

use crate::extract::QueryParams;
use crate::json::json;
use crate::preconditions::HeldTags;
use crate::problem::{ErrorResponses, Problem};
use crate::public_url;
use crate::state::App;
use crate::tiles::{
    ASK_AGAIN, KEEP_FOREVER, TileParams, accepts_gzip, not_modified, tagged, tile_number,
};
use crate::wire::{FileBytes, TileJson};

/// Returns the TileJSON of a map that the operator imported.
#[utoipa::path(get, path = "/tiles/ground/{name}", tag = "tiles",
    operation_id = "get_ground_tilejson", params(("name" = String, Path, example = "plan")),
    responses((status = 200, description = "The description of the tiles", body = TileJson), ErrorResponses))]
pub(crate) async fn get_tilejson(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    let public_url = public_url::from_headers(&headers);
    let description = TileJson::of_ground(snapshot.ground_layer(&name)?, &public_url);
    // It holds the address of the service: asked again, it is small.
    let body = json(&description);
    Ok(([(header::CACHE_CONTROL, ASK_AGAIN)], body).into_response())
}

/// Returns a tile of a map that the operator imported. The row may end with `.mvt`, `.png` and the like.
#[utoipa::path(get, path = "/tiles/ground/{name}/{z}/{x}/{y}", tag = "tiles", operation_id = "get_ground_tile",
    params(("name" = String, Path, example = "plan"), ("z" = u8, Path, description = "Zoom"),
        ("x" = u32, Path, description = "Column"), ("y" = String, Path, description = "Row", example = "176"), TileParams),
    responses((status = 200, description = "A vector tile or a picture", content_type = "application/octet-stream", body = FileBytes),
        (status = 204, description = "The map has no such tile"), (status = 304, description = "The tile has not changed"),
        ErrorResponses))]
pub(crate) async fn get_tile(
    State(app): State<App>,
    Path((name, z, x, y)): Path<(String, String, String, String)>,
    QueryParams(params): QueryParams<TileParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = y.split_once('.').map_or(y.as_str(), |(row, _)| row);
    let zoom = tile_number("z", &z)?;
    let (column, row) = (tile_number("x", &x)?, tile_number("y", row)?);
    let snapshot = app.service.snapshot();
    let layer = snapshot.ground_layer(&name)?;
    let tag = tag(layer);
    let cache_control = if params.v.as_deref() == Some(&*layer.version) {
        KEEP_FOREVER
    } else {
        ASK_AGAIN
    };
    if HeldTags::from_headers(&headers).contain(&tag) {
        return Ok(not_modified(&tag, cache_control));
    }
    // No archive goes as deep as 255: such a tile is absent, as any other beyond its zooms.
    let zoom = u8::try_from(zoom).unwrap_or(u8::MAX);
    let tile = layer.tile(zoom, column, row, accepts_gzip(&headers))?;
    Ok(tagged(response(tile), &tag, cache_control))
}

fn tag(layer: &GroundLayer) -> HeaderValue {
    let tag = format!("W/\"ground-{}\"", layer.version);
    HeaderValue::try_from(tag).expect("hexadecimal digits are ASCII")
}

fn response(tile: Option<GroundTile>) -> Response {
    let Some(tile) = tile else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let media_type = HeaderValue::from_static(tile.media_type);
    let headers = [(header::CONTENT_TYPE, media_type)];
    if tile.is_gzipped {
        let encoding = (header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        (headers, [encoding], tile.bytes).into_response()
    } else {
        (headers, tile.bytes).into_response()
    }
}
