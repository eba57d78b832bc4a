//! `/tiles`: which layers there are, their TileJSON, and their tiles.
//!
//! A tile depends on nothing but its address, the dataset and the program. Addresses that carry the version of these
//! (`?v=`, as TileJSON gives them) may be kept forever; others are asked again, and answered 304 while nothing changed.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qpv_service::tiles::{CutTile, Tile, TileError, Tiles, UnknownLayer, inflated};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::answer::json;
use crate::extract::Params;
use crate::problem::Problem;
use crate::wire::{LayerList, TileJson};
use crate::{App, base};

/// What tiles are, to HTTP.
const MEDIA_TYPE: &str = "application/vnd.mapbox-vector-tile";
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Parameters of a tile; others are ignored.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TileParams {
    /// The version that TileJSON gave. While it is the current one, the tile may be kept forever.
    v: Option<String>,
}

/// The layers that tiles are cut of.
#[utoipa::path(get, path = "/tiles", tag = "tiles", responses((status = 200, body = LayerList)))]
pub(crate) async fn list_layers(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    app.cutting(snapshot.tiles_if_made().is_some(), move || {
        let tiles = snapshot.tiles();
        let tag = tag(tiles.version(), "");
        if is_known(&headers, &tag) {
            return unchanged(&tag, ASK_AGAIN);
        }
        tagged(json(&LayerList::new(&snapshot, tiles)), &tag, ASK_AGAIN)
    })
    .await
}

/// The TileJSON of a layer, or of several with a comma between them, whose tiles then hold them all.
#[utoipa::path(get, path = "/tiles/{layers}", tag = "tiles",
    params(("layers" = String, Path, example = "qpv-2024,clusters-2024")),
    responses((status = 200, body = TileJson), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_tilejson(
    State(app): State<App>,
    Path(layers): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    let answer = move || {
        let tiles = snapshot.tiles();
        let base = base::of(&headers);
        let tag = tag(tiles.version(), &base);
        let description = TileJson::new(tiles, &tiles.choose(&layers)?, &base);
        if is_known(&headers, &tag) {
            return Ok(unchanged(&tag, ASK_AGAIN));
        }
        Ok(tagged(json(&description), &tag, ASK_AGAIN))
    };
    let made = app.service.snapshot().tiles_if_made().is_some();
    app.cutting(made, answer).await?
}

/// A tile of a layer, or of several with a comma between them. The row may end with `.mvt` or `.pbf`.
#[utoipa::path(get, path = "/tiles/{layers}/{z}/{x}/{y}", tag = "tiles",
    params(("layers" = String, Path, example = "qpv-2024,clusters-2024"), ("z" = u8, Path, description = "Zoom, 14 at most"),
        ("x" = u32, Path, description = "Column"), ("y" = String, Path, description = "Row", example = "176"), TileParams),
    responses((status = 200, description = "A Mapbox Vector Tile", content_type = "application/vnd.mapbox-vector-tile", body = Vec<u8>),
        (status = 204, description = "Nothing lies there"), (status = 304, description = "It has not changed"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_tile(
    State(app): State<App>,
    Path((layers, z, x, y)): Path<(String, String, String, String)>,
    Params(params): Params<TileParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tile = tile(&z, &x, &y)?;
    let snapshot = app.service.snapshot();
    if let Some(tiles) = snapshot.tiles_if_made() {
        let chosen = tiles.choose(&layers)?;
        let tag = tag(tiles.version(), "");
        if is_known(&headers, &tag) {
            return Ok(unchanged(&tag, kept_for(tiles, &params)));
        }
        if let Some(kept) = tiles.kept(&chosen, tile) {
            return Ok(tagged(
                tile_body(kept, &headers),
                &tag,
                kept_for(tiles, &params),
            ));
        }
    }
    let cut = move || {
        let tiles = snapshot.tiles();
        let cut = snapshot.cut_tile(&tiles.choose(&layers)?, tile);
        let tag = tag(tiles.version(), "");
        Ok(tagged(
            tile_body(cut, &headers),
            &tag,
            kept_for(tiles, &params),
        ))
    };
    app.cutting(false, cut).await?
}

/// The tile of these numbers; the row with or without its suffix.
fn tile(z: &str, x: &str, y: &str) -> Result<Tile, Problem> {
    let row = y
        .strip_suffix(".mvt")
        .or_else(|| y.strip_suffix(".pbf"))
        .unwrap_or(y);
    let number = |name: &str, text: &str| {
        text.parse::<u32>().map_err(|_| {
            Problem::new(
                "bad_parameter",
                format!("`{name}` is a whole number, not `{text}`"),
            )
        })
    };
    let (z, x, y) = (number("z", z)?, number("x", x)?, number("y", row)?);
    let zoom = u8::try_from(z).unwrap_or(u8::MAX);
    Tile::new(zoom, x, y)
        .map_err(|fault: TileError| Problem::new("unknown_tile", fault.to_string()))
}

fn kept_for(tiles: &Tiles, params: &TileParams) -> HeaderValue {
    if params.v.as_deref() == Some(tiles.version()) {
        FOREVER
    } else {
        ASK_AGAIN
    }
}

/// The `ETag` of an answer that depends on a version, and on one more text.
fn tag(version: &str, more: &str) -> HeaderValue {
    let mut tag = format!("W/\"{version}");
    if !more.is_empty() {
        let mut hasher = DefaultHasher::new();
        more.hash(&mut hasher);
        write!(tag, "-{:016x}", hasher.finish()).expect("a String takes all");
    }
    tag.push('"');
    HeaderValue::try_from(tag).expect("a version and hexadecimal digits are ASCII")
}

/// Whether the client has what this `ETag` is of.
fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let opaque = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let wanted = tag.to_str().map(opaque).unwrap_or_default();
    let given = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    given
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == "*" || opaque(known) == wanted)
}

fn unchanged(tag: &HeaderValue, cache: HeaderValue) -> Response {
    tagged(StatusCode::NOT_MODIFIED.into_response(), tag, cache)
}

fn tagged(mut response: Response, tag: &HeaderValue, cache: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag.clone());
    headers.insert(header::CACHE_CONTROL, cache);
    response
}

/// A tile as the client takes it: gzipped, which is how tiles are kept, or not.
fn tile_body(tile: CutTile, headers: &HeaderMap) -> Response {
    let vary = (header::VARY, HeaderValue::from_static("accept-encoding"));
    let Some(bytes) = tile else {
        return (StatusCode::NO_CONTENT, [vary]).into_response();
    };
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    if takes_gzip(headers) {
        let encoding = (header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        ([kind, vary, encoding], Body::from(Bytes::from_owner(bytes))).into_response()
    } else {
        ([kind, vary], inflated(&bytes)).into_response()
    }
}

/// Whether the client says that it takes gzip, by name or as anything.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let given = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut wishes = given.flat_map(|value| value.split(',')).map(|wish| {
        let (name, weight) = wish.split_once(';').unwrap_or((wish, ""));
        let refused = weight
            .trim()
            .strip_prefix("q=")
            .and_then(|q| q.trim().parse::<f32>().ok())
            == Some(0.0);
        (name.trim().to_ascii_lowercase(), !refused)
    });
    let wishes: Vec<(String, bool)> = wishes.by_ref().collect();
    let of = |wanted: &str| {
        wishes
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, taken)| *taken)
    };
    of("gzip")
        .or_else(|| of("x-gzip"))
        .or_else(|| of("*"))
        .unwrap_or(false)
}

impl From<UnknownLayer> for Problem {
    fn from(error: UnknownLayer) -> Self {
        Self::with_message(UnknownLayer::CODE, error.to_string(), error.message_fr())
    }
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
    fn gzip_is_for_those_who_take_it() {
        for (accepted, expected) in [
            (&["gzip, deflate, br"][..], true),
            (&["br", "GZIP;q=0.5"], true),
            (&["*"], true),
            (&["gzip;q=0, *"], false),
            (&["gzip; q=0.0"], false),
            (&["identity"], false),
            (&[], false),
        ] {
            assert_eq!(
                takes_gzip(&with(&header::ACCEPT_ENCODING, accepted)),
                expected,
                "{accepted:?}"
            );
        }
    }

    #[test]
    fn a_tag_is_found_among_those_given() {
        let tag = tag("abc-1", "");
        for (given, expected) in [
            (&["W/\"abc-1\""][..], true),
            (&["\"abc-1\""], true),
            (&["\"x\", W/\"abc-1\""], true),
            (&["*"], true),
            (&["\"abc\""], false),
            (&[], false),
        ] {
            assert_eq!(
                is_known(&with(&header::IF_NONE_MATCH, given), &tag),
                expected,
                "{given:?}"
            );
        }
        assert_ne!(super::tag("abc", "http://a"), super::tag("abc", "http://b"));
    }
}
