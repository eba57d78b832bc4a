//! Addresses: `/search` and `/reverse` as the national address API has them, and the same in bodies under `/api/v1`. Tables
//! of them are in [`tables`].

pub(crate) mod tables;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use qpv_service::model::Wgs84Point;
use qpv_service::{AddressKind, Candidate, Place, SearchFilter, Snapshot};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::answer::geojson;
use crate::extract::{self, Params};
use crate::problem::Problem;
use crate::wire::{AddressCollection, AddressFeature};

/// Addresses answered when no number of them is asked.
const LIMIT: usize = 5;
/// And at most.
const MOST: usize = 100;

/// A question to `/search`. Parameters not named here are left alone.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParams {
    /// The address, 200 characters at most.
    #[param(example = "12 bis av du gal de gaulle belfort")]
    q: Option<String>,
    /// How many answers, 100 at most. Default: 5.
    limit: Option<usize>,
    /// Whether the last word may be the beginning of one: `1` (default) or `0`.
    autocomplete: Option<String>,
    /// Longitude that near answers are preferred from.
    lon: Option<f64>,
    /// Latitude.
    lat: Option<f64>,
    /// Only answers of this kind: `housenumber`, `street`, `locality` or `municipality`.
    r#type: Option<String>,
    /// Only in this postcode.
    postcode: Option<String>,
    /// Only in this commune, by INSEE code.
    citycode: Option<String>,
    /// `1` for the zone of each answer in `properties.qpv`.
    zones: Option<String>,
    /// Vintage of the zones, `2015` or `2024`. Default: the one in force there on the day `on`.
    vintage: Option<String>,
    /// A day (`YYYY-MM-DD`) for the zones. Default: today.
    on: Option<String>,
}

/// A position to `/reverse`. Parameters not named here are left alone.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReverseParams {
    /// Longitude, WGS 84 degrees.
    lon: Option<f64>,
    /// Latitude.
    lat: Option<f64>,
    /// How many answers, 100 at most. Default: 1.
    limit: Option<usize>,
    /// Only answers of this kind.
    r#type: Option<String>,
    /// Only in this postcode.
    postcode: Option<String>,
    /// Only in this commune, by INSEE code.
    citycode: Option<String>,
    /// `1` for the zone of each answer in `properties.qpv`.
    zones: Option<String>,
    /// Vintage of the zones.
    vintage: Option<String>,
    /// A day for the zones.
    on: Option<String>,
}

/// Addresses a question may mean, likeliest first.
#[utoipa::path(get, path = "/search", params(SearchParams), tag = "addresses",
    responses((status = 200, body = AddressCollection), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn search(
    State(app): State<App>,
    Params(params): Params<SearchParams>,
) -> Result<Response, Problem> {
    let near = match (params.lon, params.lat) {
        (Some(lon), Some(lat)) => Some(point(lon, lat)?),
        _ => None,
    };
    let asked = Asked {
        q: params.q.unwrap_or_default(),
        limit: params.limit.unwrap_or(LIMIT),
        autocomplete: params.autocomplete.as_deref().is_none_or(yes),
        filter: filter(
            params.r#type.as_deref(),
            params.postcode.as_deref(),
            params.citycode.as_deref(),
            near,
        )?,
        zones: zones(
            params.zones.as_deref(),
            params.vintage.as_deref(),
            params.on.as_deref(),
        )?,
    };
    asked.answer(&app).await
}

/// Addresses nearest to a position.
#[utoipa::path(get, path = "/reverse", params(ReverseParams), tag = "addresses",
    responses((status = 200, body = AddressCollection), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn reverse(
    State(app): State<App>,
    Params(params): Params<ReverseParams>,
) -> Result<Response, Problem> {
    let (Some(lon), Some(lat)) = (params.lon, params.lat) else {
        return Err(Problem::new(
            "bad_parameter",
            "give `lon` and `lat`, WGS 84 degrees",
        ));
    };
    let filter = filter(
        params.r#type.as_deref(),
        params.postcode.as_deref(),
        params.citycode.as_deref(),
        None,
    )?;
    let zones = zones(
        params.zones.as_deref(),
        params.vintage.as_deref(),
        params.on.as_deref(),
    )?;
    nearest(
        &app.service.snapshot(),
        (lon, lat),
        &filter,
        params.limit.unwrap_or(1),
        zones,
    )
}

/// A question in a body, so that the address stands in no URL.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchBody {
    /// The address, 200 characters at most.
    q: String,
    /// How many answers, 100 at most. Default: 5.
    limit: Option<usize>,
    /// Whether the last word may be the beginning of one. Default: true.
    autocomplete: Option<bool>,
    /// Longitude and latitude that near answers are preferred from.
    near: Option<[f64; 2]>,
    /// Only answers of this kind.
    r#type: Option<String>,
    /// Only in this postcode.
    postcode: Option<String>,
    /// Only in this commune, by INSEE code.
    citycode: Option<String>,
    /// Whether each answer tells its zone. Default: false.
    #[serde(default)]
    zones: bool,
    /// Vintage of the zones.
    vintage: Option<String>,
    /// A day for the zones.
    on: Option<String>,
}

/// Addresses a question may mean, the question in the body.
#[utoipa::path(post, path = "/api/v1/search", request_body = SearchBody, tag = "addresses",
    responses((status = 200, body = AddressCollection), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn post_search(State(app): State<App>, body: Bytes) -> Result<Response, Problem> {
    let body: SearchBody = extract::json(&body)?;
    let near = body.near.map(|[lon, lat]| point(lon, lat)).transpose()?;
    let asked = Asked {
        q: body.q,
        limit: body.limit.unwrap_or(LIMIT),
        autocomplete: body.autocomplete.unwrap_or(true),
        filter: filter(
            body.r#type.as_deref(),
            body.postcode.as_deref(),
            body.citycode.as_deref(),
            near,
        )?,
        zones: zones(
            body.zones.then_some("1"),
            body.vintage.as_deref(),
            body.on.as_deref(),
        )?,
    };
    asked.answer(&app).await
}

/// A position in a body.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReverseBody {
    /// Longitude, WGS 84 degrees.
    lon: f64,
    /// Latitude.
    lat: f64,
    /// How many answers, 100 at most. Default: 1.
    limit: Option<usize>,
    /// Only answers of this kind.
    r#type: Option<String>,
    /// Only in this postcode.
    postcode: Option<String>,
    /// Only in this commune, by INSEE code.
    citycode: Option<String>,
    /// Whether each answer tells its zone. Default: false.
    #[serde(default)]
    zones: bool,
    /// Vintage of the zones.
    vintage: Option<String>,
    /// A day for the zones.
    on: Option<String>,
}

/// Addresses nearest to a position, the position in the body.
#[utoipa::path(post, path = "/api/v1/reverse", request_body = ReverseBody, tag = "addresses",
    responses((status = 200, body = AddressCollection), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn post_reverse(State(app): State<App>, body: Bytes) -> Result<Response, Problem> {
    let body: ReverseBody = extract::json(&body)?;
    let filter = filter(
        body.r#type.as_deref(),
        body.postcode.as_deref(),
        body.citycode.as_deref(),
        None,
    )?;
    let zones = zones(
        body.zones.then_some("1"),
        body.vintage.as_deref(),
        body.on.as_deref(),
    )?;
    nearest(
        &app.service.snapshot(),
        (body.lon, body.lat),
        &filter,
        body.limit.unwrap_or(1),
        zones,
    )
}

/// Addresses up to which any question is answered in about a millisecond.
const FEW_ADDRESSES: usize = 1_000_000;

/// Whether a question without a commune may take long enough for others to wait.
pub(crate) fn is_long(snapshot: &Snapshot) -> bool {
    snapshot
        .addresses()
        .is_ok_and(|addresses| addresses.len() > FEW_ADDRESSES)
}

/// Runs work here or, when it may be long, on a thread that may wait.
pub(crate) async fn aside<T: Send + 'static>(
    long: bool,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    if !long {
        return work();
    }
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|fault| Problem::internal(&fault))?
}

/// A question, read.
struct Asked {
    q: String,
    limit: usize,
    autocomplete: bool,
    filter: SearchFilter,
    zones: Option<qpv_service::VintageSelector>,
}

impl Asked {
    async fn answer(self, app: &App) -> Result<Response, Problem> {
        let limit = limited(self.limit)?;
        let snapshot = app.service.snapshot();
        let long = is_long(&snapshot);
        let answer = move || {
            let found = snapshot.search(&self.q, self.autocomplete, &self.filter, limit)?;
            Ok(collection(
                &snapshot,
                &found,
                Some(&self.q),
                limit,
                self.zones,
            ))
        };
        aside(long, answer).await
    }
}

fn nearest(
    snapshot: &Snapshot,
    (lon, lat): (f64, f64),
    filter: &SearchFilter,
    limit: usize,
    zones: Option<qpv_service::VintageSelector>,
) -> Result<Response, Problem> {
    let limit = limited(limit)?;
    let found = snapshot.reverse(point(lon, lat)?, filter, limit)?;
    Ok(collection(snapshot, &found, None, limit, zones))
}

fn collection(
    snapshot: &Snapshot,
    found: &[Candidate],
    query: Option<&str>,
    limit: usize,
    zones: Option<qpv_service::VintageSelector>,
) -> Response {
    let features = found.iter().map(|candidate| {
        let feature = AddressFeature::new(snapshot, candidate);
        match zones {
            Some(choice) => feature.with_zone(snapshot, &snapshot.zone_of(candidate, choice).0),
            None => feature,
        }
    });
    geojson(&AddressCollection::new(
        snapshot,
        features.collect(),
        query,
        limit,
    ))
}

fn limited(limit: usize) -> Result<usize, Problem> {
    match limit {
        1..=MOST => Ok(limit),
        _ => Err(Problem::new(
            "bad_parameter",
            format!("`limit` must be from 1 to {MOST}, not {limit}"),
        )),
    }
}

fn yes(text: &str) -> bool {
    !matches!(text, "0" | "false" | "no" | "")
}

/// The perimeters that zones are asked of, when they are.
fn zones(
    asked: Option<&str>,
    vintage: Option<&str>,
    on: Option<&str>,
) -> Result<Option<qpv_service::VintageSelector>, Problem> {
    if asked.is_some_and(yes) {
        extract::choice(vintage, on).map(Some)
    } else {
        Ok(None)
    }
}

fn point(lon: f64, lat: f64) -> Result<Wgs84Point, Problem> {
    Ok(Place::LonLat(lon, lat).position()?.wgs84)
}

fn kind(text: &str) -> Result<AddressKind, Problem> {
    text.parse()
        .map_err(|fault: String| Problem::new("bad_parameter", fault))
}

pub(crate) fn filter(
    kind: Option<&str>,
    postcode: Option<&str>,
    citycode: Option<&str>,
    near: Option<Wgs84Point>,
) -> Result<SearchFilter, Problem> {
    let given = |text: Option<&str>| {
        text.map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let kinds = given(kind).map(|text| self::kind(&text));
    let postcode = given(postcode).map(|text| {
        let digits = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
        let fault = || {
            Problem::new(
                "bad_parameter",
                format!("`postcode` must have five digits, not `{text}`"),
            )
        };
        text.parse().ok().filter(|_| digits).ok_or_else(fault)
    });
    let citycode = given(citycode).map(|text| {
        let fault = |_| {
            Problem::new(
                "bad_parameter",
                format!("`citycode` must be an INSEE code, not `{text}`"),
            )
        };
        text.parse().map_err(fault)
    });
    Ok(SearchFilter {
        kinds: kinds.transpose()?.into_iter().collect(),
        postcode: postcode.transpose()?,
        citycode: citycode.transpose()?,
        near,
    })
}
