//! Addresses: `/search` and `/reverse` with the parameters of the national address API, and the same queries in bodies under
//! `/api/v1`, so that no address stands in a URL. Tables of addresses are in [`tables`].
//!
//! A query string ignores parameters it does not know, as that API does; a body refuses them. Both become one
//! [`SearchQuery`] or [`ReverseQuery`].

pub(crate) mod tables;

use std::borrow::Cow;

use axum::extract::State;
use axum::response::Response;
use qpv_service::candidate_zone;
use qpv_service::model::{Wgs84Point, WrittenCoordinate};
use qpv_service::nearest_addresses;
use qpv_service::{
    AddressKind, Candidate, Place, SearchFilter, Snapshot, VintageSelector, WrittenPlace,
};
use qpv_service::{AddressSearch, search_addresses};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::extract::{self, AddressQueryParams, JsonBody, is_yes};
use crate::given_coordinate::GivenCoordinate;
use crate::json::geojson;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::{AddressCollection, AddressFeature};
use crate::workers::run_maybe_blocking;

/// Addresses in an answer to a search without `limit`: that of the national address API.
const DEFAULT_SEARCH_LIMIT: usize = 5;
/// Largest `limit` of a query.
const MAX_LIMIT: usize = 100;
/// Addresses up to which any query is answered in about a millisecond.
const MAX_QUICK_ADDRESSES: usize = 1_000_000;

/// The parameters of `/search`. Others are ignored.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParams {
    /// The address, 200 characters at most.
    #[param(example = "12 bis av du gal de gaulle belfort")]
    q: Option<String>,
    /// Number of addresses, 100 at most. Default: 5.
    #[serde(default, deserialize_with = "extract::blank_as_none")]
    limit: Option<usize>,
    /// `1` (default) if the last word may be the beginning of a longer one, else `0`.
    autocomplete: Option<String>,
    /// Longitude of a place: addresses near it come first.
    #[serde(default, deserialize_with = "extract::blank_as_none")]
    lon: Option<f64>,
    /// Latitude.
    #[serde(default, deserialize_with = "extract::blank_as_none")]
    lat: Option<f64>,
    /// Only addresses of this kind: `housenumber`, `street`, `locality` or `municipality`; or of several, separated by a
    /// space or a comma, or in several parameters.
    r#type: Option<String>,
    /// Only in this postcode.
    postcode: Option<String>,
    /// Only in this commune, by INSEE code, in either case (`2A004`, `2a004`).
    citycode: Option<String>,
    /// `1` to add the zone of each address in `properties.qpv`.
    zones: Option<String>,
    /// Vintage of the zones, such as `2024`. Default: the one in force there on the day `on`.
    vintage: Option<String>,
    /// A day (`YYYY-MM-DD`) for the zones. Default: today.
    on: Option<String>,
}

/// The parameters of `/reverse`. Others are ignored.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReverseParams {
    /// Longitude, WGS 84 degrees.
    #[serde(default, deserialize_with = "extract::blank_as_none")]
    #[param(value_type = Option<f64>)]
    lon: Option<WrittenCoordinate>,
    /// Latitude.
    #[serde(default, deserialize_with = "extract::blank_as_none")]
    #[param(value_type = Option<f64>)]
    lat: Option<WrittenCoordinate>,
    /// Number of addresses, 100 at most. Default: 1.
    #[serde(default, deserialize_with = "extract::blank_as_none")]
    limit: Option<usize>,
    /// Only addresses of this kind, or of several, as in `/search`.
    r#type: Option<String>,
    /// Only in this postcode.
    postcode: Option<String>,
    /// Only in this commune, by INSEE code, in either case (`2A004`, `2a004`).
    citycode: Option<String>,
    /// `1` to add the zone of each address in `properties.qpv`.
    zones: Option<String>,
    /// Vintage of the zones.
    vintage: Option<String>,
    /// A day for the zones.
    on: Option<String>,
}

/// Searches addresses: the best match comes first.
#[utoipa::path(get, path = "/search", params(SearchParams), tag = "addresses",
    responses((status = 200, description = "The addresses, best match first",
        body = AddressCollection, content_type = "application/geo+json"),
        ErrorResponses))]
pub(crate) async fn search(
    State(app): State<App>,
    AddressQueryParams(params): AddressQueryParams<SearchParams>,
) -> Result<Response, Problem> {
    SearchQuery::try_from(params)?.answer(&app).await
}

/// Lists the addresses nearest to a position.
#[utoipa::path(get, path = "/reverse", params(ReverseParams), tag = "addresses",
    responses((status = 200, description = "The addresses, closest first",
        body = AddressCollection, content_type = "application/geo+json"),
        ErrorResponses))]
pub(crate) async fn reverse(
    State(app): State<App>,
    AddressQueryParams(params): AddressQueryParams<ReverseParams>,
) -> Result<Response, Problem> {
    ReverseQuery::try_from(params)?.answer(&app.service.snapshot())
}

/// A search in a body, so that the address stands in no URL.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchBody {
    /// The address, 200 characters at most.
    q: String,
    /// Number of addresses, 100 at most. Default: 5.
    limit: Option<usize>,
    /// The last word may be the beginning of a longer one. Default: true.
    autocomplete: Option<bool>,
    /// Longitude and latitude of a place: addresses near it come first.
    near: Option<[f64; 2]>,
    /// Only addresses of this kind, or of several, separated by a space or a comma.
    r#type: Option<String>,
    /// Only in this postcode.
    postcode: Option<String>,
    /// Only in this commune, by INSEE code.
    citycode: Option<String>,
    /// Adds the zone of each address in `properties.qpv`. Default: false.
    #[serde(default)]
    zones: bool,
    /// Vintage of the zones.
    vintage: Option<String>,
    /// A day for the zones.
    on: Option<String>,
}

/// Searches addresses, with the query in the body.
#[utoipa::path(post, path = "/api/v1/search", request_body = SearchBody, tag = "addresses",
    responses((status = 200, description = "The addresses, best match first",
        body = AddressCollection, content_type = "application/geo+json"),
        ErrorResponses))]
pub(crate) async fn post_search(
    State(app): State<App>,
    JsonBody(body): JsonBody<SearchBody>,
) -> Result<Response, Problem> {
    SearchQuery::try_from(body)?.answer(&app).await
}

/// A position in a body, so that it stands in no URL.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReverseBody {
    /// Longitude, WGS 84 degrees.
    lon: GivenCoordinate,
    /// Latitude.
    lat: GivenCoordinate,
    /// Number of addresses, 100 at most. Default: 1.
    limit: Option<usize>,
    /// Only addresses of this kind, or of several, separated by a space or a comma.
    r#type: Option<String>,
    /// Only in this postcode.
    postcode: Option<String>,
    /// Only in this commune, by INSEE code.
    citycode: Option<String>,
    /// Adds the zone of each address in `properties.qpv`. Default: false.
    #[serde(default)]
    zones: bool,
    /// Vintage of the zones.
    vintage: Option<String>,
    /// A day for the zones.
    on: Option<String>,
}

/// Lists the addresses nearest to a position, with the position in the body.
#[utoipa::path(post, path = "/api/v1/reverse", request_body = ReverseBody, tag = "addresses",
    responses((status = 200, description = "The addresses, closest first",
        body = AddressCollection, content_type = "application/geo+json"),
        ErrorResponses))]
pub(crate) async fn post_reverse(
    State(app): State<App>,
    JsonBody(body): JsonBody<ReverseBody>,
) -> Result<Response, Problem> {
    ReverseQuery::try_from(body)?.answer(&app.service.snapshot())
}

/// A search, read from its parameters or its body.
struct SearchQuery {
    q: String,
    limit: usize,
    autocomplete: bool,
    filter: SearchFilter,
    /// The perimeters to add the zones of, if they are asked for.
    zones: Option<VintageSelector>,
}

impl TryFrom<SearchParams> for SearchQuery {
    type Error = Problem;

    fn try_from(params: SearchParams) -> Result<Self, Problem> {
        // Half a position is ignored, as the national address API ignores it.
        let near = match (params.lon, params.lat) {
            (Some(lon), Some(lat)) => Some(point(lon, lat)?),
            _ => None,
        };
        Ok(Self {
            q: params.q.unwrap_or_default(),
            limit: params.limit.unwrap_or(DEFAULT_SEARCH_LIMIT),
            // On unless it is refused, as in the national address API.
            autocomplete: params.autocomplete.as_deref().is_none_or(is_yes),
            filter: filter(
                params.r#type.as_deref(),
                params.postcode.as_deref(),
                params.citycode.as_deref(),
                near,
            )?,
            zones: zones(
                params.zones.as_deref().is_some_and(is_yes),
                params.vintage.as_deref(),
                params.on.as_deref(),
            )?,
        })
    }
}

impl TryFrom<SearchBody> for SearchQuery {
    type Error = Problem;

    fn try_from(body: SearchBody) -> Result<Self, Problem> {
        let near = body.near.map(|[lon, lat]| point(lon, lat)).transpose()?;
        Ok(Self {
            q: body.q,
            limit: body.limit.unwrap_or(DEFAULT_SEARCH_LIMIT),
            autocomplete: body.autocomplete.unwrap_or(true),
            filter: filter(
                body.r#type.as_deref(),
                body.postcode.as_deref(),
                body.citycode.as_deref(),
                near,
            )?,
            // A body is read whole: what it says wrongly is an error, needed or not.
            zones: body.zones.then_some(extract::choice(
                body.vintage.as_deref(),
                body.on.as_deref(),
            )?),
        })
    }
}

impl SearchQuery {
    async fn answer(self, app: &App) -> Result<Response, Problem> {
        let limit = checked_limit(self.limit)?;
        let snapshot = app.service.snapshot();
        check_zones(&snapshot, self.zones)?;
        run_maybe_blocking(is_long(&snapshot), move || {
            let found = search_addresses(
                &snapshot,
                &AddressSearch {
                    text: &self.q,
                    is_prefix: self.autocomplete,
                    filter: &self.filter,
                    limit,
                },
            )?;
            let features = address_features(&snapshot, &found, None, self.zones);
            let collection = AddressCollection::new(&snapshot, features, Some(&self.q), limit);
            Ok(geojson(&collection))
        })
        .await
    }
}

/// A position whose addresses are asked for, read from the parameters or the body.
struct ReverseQuery {
    place: WrittenPlace,
    limit: usize,
    filter: SearchFilter,
    /// The perimeters to add the zones of, if they are asked for.
    zones: Option<VintageSelector>,
}

impl TryFrom<ReverseParams> for ReverseQuery {
    type Error = Problem;

    fn try_from(params: ReverseParams) -> Result<Self, Problem> {
        let (Some(lon), Some(lat)) = (params.lon, params.lat) else {
            return Err(Problem::bad_parameter(
                "give `lon` and `lat`, WGS 84 degrees",
            ));
        };
        Ok(Self {
            filter: filter(
                params.r#type.as_deref(),
                params.postcode.as_deref(),
                params.citycode.as_deref(),
                None,
            )?,
            zones: zones(
                params.zones.as_deref().is_some_and(is_yes),
                params.vintage.as_deref(),
                params.on.as_deref(),
            )?,
            limit: checked_limit(params.limit.unwrap_or(1))?,
            place: WrittenPlace::new(None, lon, lat),
        })
    }
}

impl TryFrom<ReverseBody> for ReverseQuery {
    type Error = Problem;

    fn try_from(body: ReverseBody) -> Result<Self, Problem> {
        Ok(Self {
            filter: filter(
                body.r#type.as_deref(),
                body.postcode.as_deref(),
                body.citycode.as_deref(),
                None,
            )?,
            // A body is read whole: what it says wrongly is an error, needed or not.
            zones: body.zones.then_some(extract::choice(
                body.vintage.as_deref(),
                body.on.as_deref(),
            )?),
            limit: checked_limit(body.limit.unwrap_or(1))?,
            place: WrittenPlace::new(None, body.lon.0, body.lat.0),
        })
    }
}

impl ReverseQuery {
    fn answer(self, snapshot: &Snapshot) -> Result<Response, Problem> {
        check_zones(snapshot, self.zones)?;
        let position = self.place.place.position()?.wgs84;
        let found = nearest_addresses(snapshot, position, &self.filter, self.limit)?;
        let features = address_features(snapshot, &found, Some(self.place), self.zones);
        let collection = AddressCollection::new(snapshot, features, None, self.limit);
        Ok(geojson(&collection))
    }
}

/// Refuses zones of a vintage that this dataset does not know.
fn check_zones(snapshot: &Snapshot, zones: Option<VintageSelector>) -> Result<(), Problem> {
    zones.map_or(Ok(()), |choice| extract::known(snapshot, choice).map(drop))
}

/// Returns whether a query without a commune may take long enough for other requests to wait.
pub(crate) fn is_long(snapshot: &Snapshot) -> bool {
    snapshot
        .addresses()
        .is_ok_and(|addresses| addresses.len() > MAX_QUICK_ADDRESSES)
}

/// Returns the features of addresses, found near a place or by a text, with their zones if these are asked for.
fn address_features<'a>(
    snapshot: &'a Snapshot,
    candidates: &'a [Candidate],
    near: Option<WrittenPlace>,
    zones: Option<VintageSelector>,
) -> Vec<AddressFeature<'a>> {
    candidates
        .iter()
        .map(|candidate| {
            let feature = AddressFeature::new(candidate);
            match zones {
                Some(choice) => {
                    let candidate =
                        near.map_or(Cow::Borrowed(candidate), |near| near.widen(candidate));
                    feature.with_zone(snapshot, &candidate_zone(snapshot, &candidate, choice).0)
                }
                None => feature,
            }
        })
        .collect()
}

pub(crate) fn checked_limit(limit: usize) -> Result<usize, Problem> {
    match limit {
        1..=MAX_LIMIT => Ok(limit),
        _ => Err(Problem::bad_parameter(format!(
            "`limit` must be from 1 to {MAX_LIMIT}, not {limit}"
        ))),
    }
}

/// Returns the perimeters to add the zones of, if these are asked for.
fn zones(
    are_wanted: bool,
    vintage: Option<&str>,
    on: Option<&str>,
) -> Result<Option<VintageSelector>, Problem> {
    // `vintage` and `on` are not even read otherwise: that API's clients may send anything.
    if are_wanted {
        extract::choice(vintage, on).map(Some)
    } else {
        Ok(None)
    }
}

fn point(lon: f64, lat: f64) -> Result<Wgs84Point, Problem> {
    Ok(Place::LonLat(lon, lat).position()?.wgs84)
}

/// Parses kinds of addresses: none, one, or several.
fn kinds(text: &str) -> Result<Vec<AddressKind>, Problem> {
    // A plus is a space in a query string, and stays one in a form or a body.
    text.split([' ', ',', '+'])
        .filter(|name| !name.is_empty())
        .map(str::parse)
        .collect::<Result<_, String>>()
        .map_err(Problem::bad_parameter)
}

/// Reads the filter of a query; an empty text counts as none.
pub(crate) fn filter(
    kind_names: Option<&str>,
    postcode: Option<&str>,
    citycode: Option<&str>,
    near: Option<Wgs84Point>,
) -> Result<SearchFilter, Problem> {
    Ok(SearchFilter {
        kinds: kinds(kind_names.unwrap_or_default())?,
        postcode: non_empty(postcode).map(parse_postcode).transpose()?,
        citycode: non_empty(citycode)
            .map(|text| {
                text.parse().map_err(|_| {
                    Problem::bad_parameter(format!(
                        "`citycode` must be an INSEE code, not `{text}`"
                    ))
                })
            })
            .transpose()?,
        near,
    })
}

fn non_empty(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn parse_postcode(text: &str) -> Result<u32, Problem> {
    let is_postcode = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_postcode).ok_or_else(|| {
        Problem::bad_parameter(format!("`postcode` must have five digits, not `{text}`"))
    })
}
