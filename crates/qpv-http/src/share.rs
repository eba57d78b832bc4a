//! `/api/v1/share`: the shares of an area, or of a list, in perimeters, in their band and outside.

use axum::extract::State;
use axum::response::Response;
use qpv_access::Scope;
use qpv_service::{
    AddressQuestion, ErrorCode, ScopeTexts, ShareSubject, SharedList, WrittenPlace, share_area,
    share_list,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::access::Permission;
use crate::extract::{self, QueryParams, RawBody};
use crate::given_coordinate::GivenCoordinate;
use crate::json::json;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::{ListShareAnswer, ShareAnswer};
use crate::zones::read_polygon;

/// The area: one of `insee`, `epci`, `departement`, `region` and `bbox`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShareParams {
    /// INSEE codes of communes, separated by commas; they count together.
    #[param(example = "90010")]
    insee: Option<String>,
    /// SIREN number of an intercommunality. Only its communes with a perimeter are known.
    epci: Option<String>,
    /// Department code (`61`, `2A`, `974`).
    departement: Option<String>,
    /// INSEE code of a region.
    region: Option<String>,
    /// Rectangle: west, south, east, north in degrees on WGS 84, separated by commas.
    bbox: Option<String>,
    /// The vintage; by default, each that is known.
    vintage: Option<String>,
}

/// Returns the hectares, addresses, estimated inhabitants and places of an area in perimeters, in their band and outside. A
/// figure that is not known is null, with its reason.
#[utoipa::path(get, path = "/api/v1/share", params(ShareParams), tag = "share",
    responses((status = 200, description = "The shares", body = ShareAnswer), ErrorResponses))]
pub(crate) async fn get_share(
    State(app): State<App>,
    QueryParams(params): QueryParams<ShareParams>,
) -> Result<Response, Problem> {
    let texts = ScopeTexts {
        insee: params.insee.as_deref(),
        epci: params.epci.as_deref(),
        departement: params.departement.as_deref(),
        region: params.region.as_deref(),
        bbox: params.bbox.as_deref(),
    };
    let scope = texts.scope()?;
    answer_area(app, ShareSubject::Scope(scope), params.vintage).await
}

/// A polygon or a list to share.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShareBody {
    /// The area: a GeoJSON `Polygon` or `MultiPolygon`, alone, in a `Feature` or in a `FeatureCollection`, whose features count
    /// together; 10,000 vertices at most.
    #[schema(value_type = Option<Object>)]
    polygon: Option<Box<RawValue>>,
    /// Instead: positions, `[longitude, latitude]` in WGS 84 degrees; 100,000 at most.
    points: Option<Vec<[GivenCoordinate; 2]>>,
    /// Instead: addresses; 10,000 at most.
    addresses: Option<Vec<String>>,
    /// The vintage; by default, each that is known.
    vintage: Option<String>,
}

/// The description of the answer to a body.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only the description uses it")]
enum SharedAnswer<'a> {
    /// The answer for a polygon.
    Area(ShareAnswer<'a>),
    /// The answer for a list.
    List(ListShareAnswer<'a>),
}

/// Addresses in one list: each takes some milliseconds in each vintage.
const MAX_ADDRESSES: usize = 10_000;

/// Returns the shares of a polygon, or how many of a list of positions or addresses are in each zone.
#[utoipa::path(post, path = "/api/v1/share", request_body = ShareBody, tag = "share",
    responses((status = 200, description = "The shares of the polygon, or of the list", body = SharedAnswer),
        ErrorResponses))]
pub(crate) async fn post_share(
    State(app): State<App>,
    permission: Permission,
    RawBody(body): RawBody,
) -> Result<Response, Problem> {
    let body: ShareBody = extract::parse_json(&body)?;
    match (body.polygon, body.points, body.addresses) {
        (Some(polygon), None, None) => {
            permission.require(Scope::Check)?;
            let polygon = read_polygon(polygon.get().as_bytes())?;
            answer_area(app, ShareSubject::Polygon(polygon), body.vintage).await
        }
        (None, Some(points), None) => {
            permission.require_for_places(points.len())?;
            check_length(points.len(), app.limits.points)?;
            let places = points
                .iter()
                .map(|[x, y]| WrittenPlace::new(None, x.0, y.0));
            let list = SharedList::Positions(places.collect());
            answer_list(app, list, body.vintage).await
        }
        (None, None, Some(texts)) => {
            permission.require_for_places(texts.len())?;
            check_length(texts.len(), MAX_ADDRESSES)?;
            let questions = texts.into_iter().map(|text| AddressQuestion {
                text,
                ..AddressQuestion::default()
            });
            let list = SharedList::Addresses(questions.collect());
            answer_list(app, list, body.vintage).await
        }
        _ => Err(Problem::bad_body(
            "give one of `polygon`, `points` and `addresses`",
        )),
    }
}

fn check_length(count: usize, most: usize) -> Result<(), Problem> {
    if count <= most {
        return Ok(());
    }
    let detail = format!("{count} rows; at most {most} in one request: split the list");
    Err(Problem::new(ErrorCode::TooManyPoints, detail))
}

async fn answer_area(
    app: App,
    subject: ShareSubject,
    vintage: Option<String>,
) -> Result<Response, Problem> {
    let vintage = vintage.as_deref().map(extract::vintage).transpose()?;
    let snapshot = app.service.snapshot();
    // An overlay and a count of addresses take a core for long, hence the permit.
    app.run_heavy(move || {
        let share = share_area(&snapshot, &subject, vintage)?;
        Ok(json(&ShareAnswer::new(&snapshot, &share)))
    })
    .await?
}

async fn answer_list(
    app: App,
    list: SharedList,
    vintage: Option<String>,
) -> Result<Response, Problem> {
    let vintage = vintage.as_deref().map(extract::vintage).transpose()?;
    let snapshot = app.service.snapshot();
    app.run_heavy(move || {
        let shares = share_list(&snapshot, &list, vintage)?;
        Ok(json(&ListShareAnswer::new(&snapshot, &shares)))
    })
    .await?
}
