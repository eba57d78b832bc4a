//! `/api/v1/zones`: where a point, a list of points or a polygon stands.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use geojson::GeoJson;
use qpv_service::{Place, Snapshot};
use serde::Deserialize;
use serde::de::IgnoredAny;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::answer::{json, with_dataset};
use crate::extract::{self, Params};
use crate::problem::Problem;
use crate::wire::{DatasetRef, FootprintAnswer, Items, Located, LocatedList, ZoneAnswer};

/// A point, and which perimeters answer for it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ZoneParams {
    /// Longitude, WGS 84 degrees.
    lon: Option<f64>,
    /// Latitude, WGS 84 degrees.
    lat: Option<f64>,
    /// Reference system of `x` and `y`, e.g. `EPSG:2154`.
    crs: Option<String>,
    /// Easting, metres.
    x: Option<f64>,
    /// Northing, metres.
    y: Option<f64>,
    /// `2015` or `2024`; excludes `on`.
    vintage: Option<String>,
    /// The day whose perimeters in force answer (`YYYY-MM-DD`); today by default.
    on: Option<String>,
    /// The doubt on the position, metres.
    uncertainty_m: Option<f64>,
}

impl ZoneParams {
    fn place(&self) -> Result<Place, Problem> {
        let expected = "give `lon` and `lat`, or `crs` with `x` and `y`";
        match (self.lon, self.lat, self.x, self.y, &self.crs) {
            (Some(lon), Some(lat), None, None, None) => Ok(Place::LonLat(lon, lat)),
            (None, None, Some(x), Some(y), Some(crs)) => Ok(Place::Projected {
                crs: extract::crs(crs)?,
                x,
                y,
            }),
            _ => Err(Problem::new("bad_parameter", expected)),
        }
    }
}

/// Where a point stands.
#[utoipa::path(get, path = "/api/v1/zones", params(ZoneParams), tag = "zones",
    responses((status = 200, body = Located), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_zone(
    State(app): State<App>,
    Params(params): Params<ZoneParams>,
) -> Result<Response, Problem> {
    let choice = extract::choice(params.vintage.as_deref(), params.on.as_deref())?;
    let snapshot = app.service.snapshot();
    let standing = snapshot.locate(params.place()?, choice, params.uncertainty_m)?;
    Ok(with_dataset(
        &ZoneAnswer::new(&snapshot, &standing),
        &app.reference.of(&snapshot),
    ))
}

/// A list of points.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointsBody {
    /// `[longitude, latitude]` in WGS 84 degrees, or `[x, y]` in `crs`; 100,000 at most.
    points: Vec<[f64; 2]>,
    /// Reference system of the points when it is a projected one.
    crs: Option<String>,
    /// `2015` or `2024`; excludes `on`.
    vintage: Option<String>,
    /// The day whose perimeters in force answer (`YYYY-MM-DD`); today by default.
    on: Option<String>,
    /// The doubt on every position, metres.
    uncertainty_m: Option<f64>,
}

/// Tells a list of points from a GeoJSON polygon.
#[derive(Debug, Deserialize)]
struct Peek {
    r#type: Option<IgnoredAny>,
}

/// What a polygon may carry beside its own members; a misspelt one must not be passed over.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolygonMembers {
    vintage: Option<String>,
    on: Option<String>,
    #[serde(rename = "type")]
    _type: IgnoredAny,
    #[serde(rename = "coordinates")]
    _coordinates: Option<IgnoredAny>,
    #[serde(rename = "geometry")]
    _geometry: Option<IgnoredAny>,
    #[serde(rename = "properties")]
    _properties: Option<IgnoredAny>,
    #[serde(rename = "bbox")]
    _bbox: Option<IgnoredAny>,
    #[serde(rename = "id")]
    _id: Option<IgnoredAny>,
}

/// For the description only: what `POST /api/v1/zones` takes.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes")]
enum ZonesBody {
    /// A list of points.
    Points(PointsBody),
    /// A GeoJSON `Polygon`, `MultiPolygon`, or `Feature` of one, with `vintage` or `on` beside its `type`.
    #[schema(value_type = Object)]
    Polygon(serde_json::Value),
}

/// For the description only: what `POST /api/v1/zones` answers.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes")]
enum ZonesAnswer<'a> {
    /// For a list of points.
    Points(LocatedList<'a>),
    /// For a polygon.
    Polygon(FootprintAnswer<'a>),
}

/// Bytes of a body up to which a list of points is answered at once, about a millisecond's work; any longer body and
/// every polygon waits for a permit before it is even read.
const LIGHT_BYTES: usize = 8 << 10;

/// Where a list of points stands, or a GeoJSON polygon (`Polygon`, `MultiPolygon` or a `Feature` of one; members
/// `vintage` or `on` beside its `type`).
#[utoipa::path(post, path = "/api/v1/zones", request_body = ZonesBody, tag = "zones",
    responses((status = 200, body = ZonesAnswer),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn post_zones(State(app): State<App>, body: Bytes) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    let most = app.limits.points;
    if body.len() <= LIGHT_BYTES && !is_polygon(&body)? {
        return points(&snapshot, &body, most);
    }
    app.heavy(move || {
        if is_polygon(&body)? {
            footprint(&snapshot, &body)
        } else {
            points(&snapshot, &body, most)
        }
    })
    .await?
}

fn is_polygon(body: &[u8]) -> Result<bool, Problem> {
    extract::json(body).map(|Peek { r#type }| r#type.is_some())
}

fn points(snapshot: &Snapshot, body: &[u8], most: usize) -> Result<Response, Problem> {
    let body: PointsBody = extract::json(body)?;
    let count = body.points.len();
    if count > most {
        let detail = format!("{count} points; at most {most} in one request: split the list");
        return Err(Problem::new("too_many_points", detail));
    }
    let choice = extract::choice(body.vintage.as_deref(), body.on.as_deref())?;
    let crs = body.crs.as_deref().map(extract::crs).transpose()?;
    let places = body.points.iter().map(|&[x, y]| match crs {
        Some(crs) => Place::Projected { crs, x, y },
        None => Place::LonLat(x, y),
    });
    let results = snapshot.locate_all(&places.collect::<Vec<_>>(), choice, body.uncertainty_m);
    let results = Items {
        snapshot,
        results: &results,
    };
    Ok(json(&LocatedList {
        results,
        dataset: DatasetRef::of(snapshot),
    }))
}

fn footprint(snapshot: &Snapshot, body: &[u8]) -> Result<Response, Problem> {
    let members: PolygonMembers = extract::json(body)?;
    let choice = extract::choice(members.vintage.as_deref(), members.on.as_deref())?;
    let geojson: GeoJson = extract::json(body)?;
    let polygon = polygon_of(geojson)?;
    let (vintage, footprint) = snapshot.footprint(&polygon, choice)?;
    Ok(json(&FootprintAnswer::new(snapshot, vintage, &footprint)))
}

pub(crate) fn polygon_of(geojson: GeoJson) -> Result<geo_types::MultiPolygon<f64>, Problem> {
    let geometry = match geojson {
        GeoJson::Geometry(geometry) => Some(geometry),
        GeoJson::Feature(feature) => feature.geometry,
        GeoJson::FeatureCollection(_) => None,
    };
    let shape = geometry.and_then(|geometry| geo_types::Geometry::<f64>::try_from(geometry).ok());
    match shape {
        Some(geo_types::Geometry::Polygon(polygon)) => Ok(polygon.into()),
        Some(geo_types::Geometry::MultiPolygon(polygons)) => Ok(polygons),
        _ => Err(Problem::new(
            "bad_body",
            "expected a GeoJSON Polygon or MultiPolygon, alone or in a Feature",
        )),
    }
}
