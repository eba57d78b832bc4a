//! `/tiles`: the list of layers, a style that draws them, their TileJSON and their tiles.
//!
//! A tile is a function of its address, the dataset and the program. Addresses with the version of these (`?v=`, as
//! TileJSON writes them) may be kept forever; others are asked for again, and answered 304 while nothing has changed.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qpv_service::ErrorCode;
use qpv_service::layers::tiles::{CutTile, Tile, TileError, Tiles, inflated};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::QueryParams;
use crate::json::json;
use crate::preconditions::HeldTags;
use crate::problem::{ErrorResponses, Problem};
use crate::public_url;
use crate::state::App;
use crate::wire::{FileBytes, LayerList, MapStyle, TileJson};

/// The media type of a tile.
const MEDIA_TYPE: &str = "application/vnd.mapbox-vector-tile";
/// The caching of a tile whose address holds its version.
pub(crate) const KEEP_FOREVER: HeaderValue =
    HeaderValue::from_static("public, max-age=31536000, immutable");
/// The caching of everything else: kept, but asked for again with its tag.
pub(crate) const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Parameters of a tile; others are ignored.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TileParams {
    /// The version that TileJSON gave. While it is the current one, the tile may be kept forever.
    pub(crate) v: Option<String>,
}

/// Lists the layers that tiles are made of.
#[utoipa::path(get, path = "/tiles", tag = "tiles",
    responses((status = 200, description = "The layers", body = LayerList), ErrorResponses))]
pub(crate) async fn list_layers(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let derived = app.service.derived();
    app.run_on_tiles(derived.tiles_if_made().is_some(), move || {
        let tiles = derived.tiles();
        let tag = tag(tiles.version(), None);
        if HeldTags::from_headers(&headers).contain(&tag) {
            return not_modified(&tag, ASK_AGAIN);
        }
        tagged(
            json(&LayerList::new(derived.snapshot(), tiles)),
            &tag,
            ASK_AGAIN,
        )
    })
    .await
}

/// Returns a MapLibre style that draws the loaded layers as the page does, for MapLibre, QGIS and others.
#[utoipa::path(get, path = "/tiles/style.json", tag = "tiles",
    responses((status = 200, description = "The style", body = MapStyle),
        (status = 304, description = "The style has not changed"), ErrorResponses))]
pub(crate) async fn get_style(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let derived = app.service.derived();
    app.run_on_tiles(derived.tiles_if_made().is_some(), move || {
        let tiles = derived.tiles();
        let public_url = public_url::from_headers(&headers);
        let tag = tag(tiles.version(), Some(&public_url));
        if HeldTags::from_headers(&headers).contain(&tag) {
            return not_modified(&tag, ASK_AGAIN);
        }
        tagged(json(&MapStyle::new(tiles, &public_url)), &tag, ASK_AGAIN)
    })
    .await
}

/// Returns the TileJSON of a layer, or of several with a comma between them, whose tiles then hold them all.
#[utoipa::path(get, path = "/tiles/{layers}", tag = "tiles",
    params(("layers" = String, Path, example = "qpv-2024,clusters-2024")),
    responses((status = 200, description = "The description of the tiles", body = TileJson), ErrorResponses))]
pub(crate) async fn get_tilejson(
    State(app): State<App>,
    Path(layers): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let derived = app.service.derived();
    let is_made = derived.tiles_if_made().is_some();
    app.run_on_tiles(is_made, move || {
        let tiles = derived.tiles();
        let public_url = public_url::from_headers(&headers);
        // The description holds this service's address, so its tag must too.
        let tag = tag(tiles.version(), Some(&public_url));
        let description = TileJson::new(tiles, &tiles.choose(&layers)?, &public_url);
        if HeldTags::from_headers(&headers).contain(&tag) {
            return Ok(not_modified(&tag, ASK_AGAIN));
        }
        Ok(tagged(json(&description), &tag, ASK_AGAIN))
    })
    .await?
}

/// Returns a tile of a layer, or of several with a comma between them. The row may end with `.mvt` or `.pbf`.
#[utoipa::path(get, path = "/tiles/{layers}/{z}/{x}/{y}", tag = "tiles",
    params(("layers" = String, Path, example = "qpv-2024,clusters-2024"), ("z" = u8, Path, description = "Zoom, 15 at most"),
        ("x" = u32, Path, description = "Column"), ("y" = String, Path, description = "Row", example = "176"), TileParams),
    responses((status = 200, description = "A Mapbox Vector Tile", content_type = "application/vnd.mapbox-vector-tile", body = FileBytes),
        (status = 204, description = "No feature lies in this tile"), (status = 304, description = "The tile has not changed"),
        ErrorResponses))]
pub(crate) async fn get_tile(
    State(app): State<App>,
    Path((layers, z, x, y)): Path<(String, String, String, String)>,
    QueryParams(params): QueryParams<TileParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tile = tile(&z, &x, &y)?;
    let derived = app.service.derived();
    // A tile that was made before needs neither a permit nor another thread.
    if let Some(tiles) = derived.tiles_if_made() {
        let chosen = tiles.choose(&layers)?;
        let tag = tag(tiles.version(), None);
        let cache_control = cache_control(tiles, &params);
        if HeldTags::from_headers(&headers).contain(&tag) {
            return Ok(not_modified(&tag, cache_control));
        }
        if let Some(kept) = tiles.kept(&chosen, tile) {
            return Ok(tagged(tile_response(kept, &headers), &tag, cache_control));
        }
    }
    app.run_on_tiles(false, move || {
        let tiles = derived.tiles();
        let cut = derived.cut_tile(&tiles.choose(&layers)?, tile);
        let tag = tag(tiles.version(), None);
        let cache_control = cache_control(tiles, &params);
        Ok(tagged(tile_response(cut, &headers), &tag, cache_control))
    })
    .await?
}

/// Parses the numbers of a tile; the row comes with or without its suffix.
fn tile(z: &str, x: &str, y: &str) -> Result<Tile, Problem> {
    let row = y
        .strip_suffix(".mvt")
        .or_else(|| y.strip_suffix(".pbf"))
        .unwrap_or(y);
    let zoom = tile_number("z", z)?;
    let (column, row) = (tile_number("x", x)?, tile_number("y", row)?);
    // A zoom beyond `u8` is beyond the last one too: both are an unknown tile.
    let zoom = u8::try_from(zoom).unwrap_or(u8::MAX);
    Tile::new(zoom, column, row)
        .map_err(|fault: TileError| Problem::new(ErrorCode::UnknownTile, fault.to_string()))
}

pub(crate) fn tile_number(name: &str, text: &str) -> Result<u32, Problem> {
    text.parse()
        .map_err(|_| Problem::bad_parameter(format!("`{name}` is a whole number, not `{text}`")))
}

/// Returns the caching of a tile, by the version in its address.
fn cache_control(tiles: &Tiles, params: &TileParams) -> HeaderValue {
    if params.v.as_deref() == Some(tiles.version()) {
        KEEP_FOREVER
    } else {
        ASK_AGAIN
    }
}

/// Returns the `ETag` of an answer that depends on the tiles' version, and on the public address if it holds one.
fn tag(version: &str, public_url: Option<&str>) -> HeaderValue {
    // Weak, because the answer may be compressed on its way.
    let mut tag = format!("W/\"{version}");
    if let Some(public_url) = public_url {
        // Its keys are fixed, so that a restart does not change the tags.
        let mut hasher = DefaultHasher::new();
        public_url.hash(&mut hasher);
        write!(tag, "-{:016x}", hasher.finish()).expect("writing to a String cannot fail");
    }
    tag.push('"');
    HeaderValue::try_from(tag).expect("a version and hexadecimal digits are ASCII")
}

pub(crate) fn not_modified(tag: &HeaderValue, cache_control: HeaderValue) -> Response {
    tagged(StatusCode::NOT_MODIFIED.into_response(), tag, cache_control)
}

pub(crate) fn tagged(
    mut response: Response,
    tag: &HeaderValue,
    cache_control: HeaderValue,
) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag.clone());
    headers.insert(header::CACHE_CONTROL, cache_control);
    // Caches must keep the gzipped and the plain answer apart, and one that was not modified is the one they keep.
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    // Maps are drawn by pages of any host. Tiles are public and take no cookie, so that no page learns more than its reader.
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    response
}

/// Returns a tile as the client accepts it: gzipped, which is how tiles are kept, or inflated.
fn tile_response(tile: CutTile, headers: &HeaderMap) -> Response {
    // Map programs take 204 for a tile without features, and ask no more.
    let Some(bytes) = tile else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let media_type = (header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    if accepts_gzip(headers) {
        let encoding = (header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        let body = Body::from(Bytes::from_owner(bytes));
        ([media_type, encoding], body).into_response()
    } else {
        ([media_type], inflated(&bytes)).into_response()
    }
}

/// Returns whether a client accepts gzip, by one of its names or by `*`. A name counts before the wildcard.
pub(crate) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let codings: Vec<(String, bool)> = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(accepted_coding)
        .collect();
    ["gzip", "x-gzip", "*"]
        .into_iter()
        .find_map(|wanted| codings.iter().find(|(name, _)| name == wanted))
        .is_some_and(|(_, is_accepted)| *is_accepted)
}

/// Splits an item of `Accept-Encoding` into its coding and whether it is accepted: `q=0` refuses it.
fn accepted_coding(item: &str) -> (String, bool) {
    let (name, weight) = item.split_once(';').unwrap_or((item, ""));
    let weight: Option<f32> = weight
        .trim()
        .strip_prefix(['q', 'Q'])
        .and_then(|weight| weight.strip_prefix('=')?.trim().parse().ok());
    (name.trim().to_ascii_lowercase(), weight != Some(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &header::HeaderName, values: &[&str]) -> HeaderMap {
        let values = values
            .iter()
            .map(|value| (name.clone(), HeaderValue::from_str(value).expect("ASCII")));
        values.fold(HeaderMap::new(), |mut headers, (name, value)| {
            headers.append(name, value);
            headers
        })
    }

    #[test]
    fn gzip_is_for_clients_that_accept_it() {
        for (accepted, expected) in [
            (&["gzip, deflate, br"][..], true),
            (&["br", "GZIP;q=0.5"], true),
            (&["*"], true),
            (&["gzip;q=0, *"], false),
            (&["gzip; q=0.0"], false),
            (&["gzip;Q=0"], false),
            (&["identity"], false),
            (&[], false),
        ] {
            assert_eq!(
                accepts_gzip(&with(&header::ACCEPT_ENCODING, accepted)),
                expected,
                "{accepted:?}"
            );
        }
    }

    #[test]
    fn another_address_is_another_tag() {
        assert_ne!(tag("abc", Some("http://a")), tag("abc", Some("http://b")));
    }
}
