//! `/api/v1/zones`: the zones of a point, of a list of points or of a polygon.

use axum::extract::State;
use axum::response::Response;
use geojson::GeoJson;
use qpv_access::Scope;
use qpv_service::{ErrorCode, Snapshot, WrittenPlace};
use qpv_service::{LocatedFootprint, ZonedPlace, locate, locate_all, locate_footprint, zonings_at};
use serde::Deserialize;
use serde::de::IgnoredAny;
use utoipa::{IntoParams, ToSchema};

use crate::access::Permission;
use crate::extract::{self, QueryParams, RawBody};
use crate::given_coordinate::GivenCoordinate;
use crate::indicators::fields;
use crate::json::{json, json_text, json_with_zonings};
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::{DatasetJson, FootprintAnswer, Items, Located, LocatedList, ZoneAnswer};

/// A point, and the perimeters that answer for it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ZoneParams {
    /// Longitude, WGS 84 degrees.
    #[param(value_type = Option<f64>)]
    lon: Option<GivenCoordinate>,
    /// Latitude, WGS 84 degrees. The position is at least as uncertain as its coordinates are written: half a unit of
    /// their last decimal.
    #[param(value_type = Option<f64>)]
    lat: Option<GivenCoordinate>,
    /// Reference system of `x` and `y`, e.g. `EPSG:2154`.
    crs: Option<String>,
    /// Easting, metres.
    #[param(value_type = Option<f64>)]
    x: Option<GivenCoordinate>,
    /// Northing, metres.
    #[param(value_type = Option<f64>)]
    y: Option<GivenCoordinate>,
    /// A vintage, such as `2024`; excludes `on`.
    vintage: Option<String>,
    /// The day whose perimeters in force answer (`YYYY-MM-DD`); today by default.
    on: Option<String>,
    /// The uncertainty of the position, metres.
    uncertainty_m: Option<f64>,
    /// Zonings of `/api/v1/zonings`, with commas between them; all that are loaded by default.
    zonings: Option<String>,
    /// The width of a ring, 1 to 4,000 metres: where the point stands to it around perimeters and zonings.
    ring: Option<f64>,
    /// Indicators of `/api/v1/indicators`, a comma between them, or `all`: their figures come with the perimeters that
    /// contain the point.
    fields: Option<String>,
}

impl ZoneParams {
    fn place(&self) -> Result<WrittenPlace, Problem> {
        match (self.lon, self.lat, self.x, self.y, &self.crs) {
            (Some(lon), Some(lat), None, None, None) => Ok(WrittenPlace::new(None, lon.0, lat.0)),
            (None, None, Some(x), Some(y), Some(crs)) => {
                Ok(WrittenPlace::new(Some(extract::crs(crs)?), x.0, y.0))
            }
            _ => Err(Problem::bad_parameter(
                "give `lon` and `lat`, or `crs` with `x` and `y`",
            )),
        }
    }
}

/// Returns the zone of a point.
#[utoipa::path(get, path = "/api/v1/zones", params(ZoneParams), tag = "zones",
    responses((status = 200, description = "The zone of the point",
        body = Located),
        ErrorResponses))]
pub(crate) async fn get_zone(
    State(app): State<App>,
    QueryParams(params): QueryParams<ZoneParams>,
) -> Result<Response, Problem> {
    let choice = extract::choice(params.vintage.as_deref(), params.on.as_deref())?;
    let snapshot = app.service.snapshot();
    let zonings = extract::zonings(&snapshot, params.zonings.as_deref(), params.ring)?;
    let fields = fields(&snapshot, params.fields.as_deref())?;
    let place = params.place()?;
    let standing = locate(&snapshot, place, choice, params.uncertainty_m)?;
    let zoned = ZonedPlace {
        position: place.place.position()?,
        commune: None,
        uncertainty_m: standing.uncertainty_m,
        day: choice.day(),
    };
    let mut answer = ZoneAnswer::new(&snapshot, &standing).with_figures(&snapshot, fields.as_ref());
    answer.add_ring(&standing, zonings.ring_m);
    Ok(json_with_zonings(
        &answer,
        &zonings_at(&snapshot, &zoned, &zonings.names, zonings.ring_m),
        &app.dataset_json.for_snapshot(&snapshot),
    ))
}

/// A list of points.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointsBody {
    /// `[longitude, latitude]` in WGS 84 degrees, or `[x, y]` in `crs`; 100,000 at most. Numbers are exact; texts are as
    /// exact as they are written.
    points: Vec<[GivenCoordinate; 2]>,
    /// Reference system of the points when it is a projected one.
    crs: Option<String>,
    /// A vintage, such as `2024`; excludes `on`.
    vintage: Option<String>,
    /// The day whose perimeters in force answer (`YYYY-MM-DD`); today by default.
    on: Option<String>,
    /// The uncertainty of every position, metres.
    uncertainty_m: Option<f64>,
    /// Zonings of `/api/v1/zonings`, with commas between them; all that are loaded by default.
    zonings: Option<String>,
    /// The width of a ring, 1 to 4,000 metres.
    ring: Option<f64>,
    /// Indicators of `/api/v1/indicators`, a comma between them, or `all`.
    fields: Option<String>,
}

/// Bytes of most answers for a point of a list, and of what a zoning says of it.
const BYTES_PER_ANSWER: usize = 400;
const BYTES_PER_ZONING: usize = 320;

/// The member that only a GeoJSON polygon has, and no list of points.
#[derive(Debug, Deserialize)]
struct GeojsonType {
    r#type: Option<IgnoredAny>,
}

/// The members that a polygon may have. A misspelt one is refused: `vintage` ignored would be a wrong answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolygonMembers {
    vintage: Option<String>,
    on: Option<String>,
    fields: Option<String>,
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

/// The description of the body of `POST /api/v1/zones`.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only the description uses it")]
enum ZonesBody {
    /// A list of points.
    Points(PointsBody),
    /// A GeoJSON `Polygon`, `MultiPolygon`, or `Feature` of one, with `vintage` or `on` and `fields` beside its `type`.
    Polygon(PolygonBody),
}

/// A GeoJSON object, of which more than its type is read.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the description uses it")]
struct PolygonBody {
    /// The type of the object.
    #[schema(inline)]
    r#type: PolygonType,
}

/// The types of GeoJSON that are a polygon.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the description uses it")]
enum PolygonType {
    Polygon,
    MultiPolygon,
    Feature,
}

/// The description of the answer of `POST /api/v1/zones`.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only the description uses it")]
enum ZonesAnswer<'a> {
    /// The answer for a list of points.
    Points(LocatedList<'a>),
    /// The answer for a polygon.
    Polygon(FootprintAnswer<'a>),
}

/// Longest body of a list of points that is answered at once: about a millisecond's work. Any longer body and every
/// polygon waits for a permit before it is even read.
const MAX_LIGHT_BODY_BYTES: usize = 8 << 10;

/// Returns the zones of a list of points or of a GeoJSON polygon (`Polygon`, `MultiPolygon` or a `Feature` of one, with
/// `vintage` or `on` beside its `type`).
#[utoipa::path(post, path = "/api/v1/zones", request_body = ZonesBody, tag = "zones",
    responses((status = 200, description = "The zone of every point, or of the polygon",
        body = ZonesAnswer),
        ErrorResponses))]
pub(crate) async fn post_zones(
    State(app): State<App>,
    permission: Permission,
    RawBody(body): RawBody,
) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    let limit = PointLimit {
        most: app.limits.points,
        permission,
    };
    let dataset = app.dataset_json.for_snapshot(&snapshot);
    if body.len() <= MAX_LIGHT_BODY_BYTES && !is_polygon(&body)? {
        return points(&snapshot, &dataset, &body, limit);
    }
    app.run_heavy(move || {
        if is_polygon(&body)? {
            permission.require(Scope::Check)?;
            footprint(&snapshot, &body)
        } else {
            points(&snapshot, &dataset, &body, limit)
        }
    })
    .await?
}

/// The points that one request may hold.
#[derive(Debug, Clone, Copy)]
struct PointLimit {
    most: usize,
    permission: Permission,
}

impl PointLimit {
    /// Checks that a request may hold so many points.
    fn check(self, count: usize) -> Result<(), Problem> {
        self.permission.require_for_places(count)?;
        if count <= self.most {
            return Ok(());
        }
        let most = self.most;
        let detail = format!("{count} points; at most {most} in one request: split the list");
        Err(Problem::new(ErrorCode::TooManyPoints, detail))
    }
}

fn is_polygon(body: &[u8]) -> Result<bool, Problem> {
    extract::parse_json(body).map(|GeojsonType { r#type }| r#type.is_some())
}

/// Answers for a list of points.
fn points(
    snapshot: &Snapshot,
    dataset: &DatasetJson,
    body: &[u8],
    limit: PointLimit,
) -> Result<Response, Problem> {
    let body: PointsBody = extract::parse_json(body)?;
    let count = body.points.len();
    limit.check(count)?;
    let choice = extract::choice(body.vintage.as_deref(), body.on.as_deref())?;
    let choice = extract::known(snapshot, choice)?;
    let fields = fields(snapshot, body.fields.as_deref())?;
    let crs = body.crs.as_deref().map(extract::crs).transpose()?;
    let zonings = extract::zonings(snapshot, body.zonings.as_deref(), body.ring)?;
    let places: Vec<WrittenPlace> = body
        .points
        .iter()
        .map(|[x, y]| WrittenPlace::new(crs, x.0, y.0))
        .collect();
    let results = locate_all(snapshot, &places, choice, body.uncertainty_m);
    // Grown step by step, a long answer would be copied several times.
    let bytes_per_point = BYTES_PER_ANSWER + BYTES_PER_ZONING * zonings.count(snapshot);
    let mut text = Vec::with_capacity(count * bytes_per_point);
    Items {
        snapshot,
        results: &results,
        places: &places,
        day: choice.day(),
        zonings: &zonings,
        fields: fields.as_ref(),
        dataset,
    }
    .write(&mut text);
    Ok(json_text(text))
}

/// Answers for a polygon.
fn footprint(snapshot: &Snapshot, body: &[u8]) -> Result<Response, Problem> {
    let members: PolygonMembers = extract::parse_json(body)?;
    let choice = extract::choice(members.vintage.as_deref(), members.on.as_deref())?;
    let fields = fields(snapshot, members.fields.as_deref())?;
    let geojson: GeoJson = extract::parse_json(body)?;
    let polygon = polygon_of(geojson)?;
    let LocatedFootprint {
        vintage,
        territory,
        footprint,
    } = locate_footprint(snapshot, &polygon, choice)?;
    let answer = FootprintAnswer::new(snapshot, vintage, territory, &footprint);
    Ok(json(&answer.with_figures(snapshot, fields.as_ref())))
}

/// Reads an area of GeoJSON: a polygon alone or in a feature, or all those of a collection together.
///
/// # Errors
/// A [`Problem`] for anything else, and for a collection with a feature that is no polygon.
pub fn read_polygon(text: &[u8]) -> Result<geo_types::MultiPolygon<f64>, Problem> {
    let features = match extract::parse_json(text)? {
        GeoJson::FeatureCollection(collection) => collection.features,
        other => return polygon_of(other),
    };
    let mut parts = Vec::new();
    for feature in features {
        parts.extend(polygon_of(GeoJson::Feature(feature))?);
    }
    Ok(geo_types::MultiPolygon(parts))
}

/// Returns the polygons of a GeoJSON geometry or feature.
pub(crate) fn polygon_of(geojson: GeoJson) -> Result<geo_types::MultiPolygon<f64>, Problem> {
    let geometry = match geojson {
        GeoJson::Geometry(geometry) => Some(geometry),
        GeoJson::Feature(feature) => feature.geometry,
        // One answer is for one shape.
        GeoJson::FeatureCollection(_) => None,
    };
    let shape = geometry.and_then(|geometry| geo_types::Geometry::<f64>::try_from(geometry).ok());
    match shape {
        Some(geo_types::Geometry::Polygon(polygon)) => Ok(polygon.into()),
        Some(geo_types::Geometry::MultiPolygon(polygons)) => Ok(polygons),
        _ => Err(Problem::bad_body(
            "expected a GeoJSON Polygon or MultiPolygon, alone or in a Feature",
        )),
    }
}
