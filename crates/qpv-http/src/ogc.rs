//! `/ogc`: the layers as OGC API Features (part 1, core, OGC 17-069r4), for QGIS and other programs that read it.
//!
//! Coordinates are longitude and latitude on WGS 84 (CRS 84), and no other system is offered. Features keep their order
//! across the pages of one dataset. A parameter that is neither the standard's nor a property of the collection is an error.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use jiff::fmt::temporal::Pieces;
use qpv_service::layers::collections::{self, Collection, Feature, FeatureValue};
use qpv_service::{ErrorCode, Snapshot};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::extract::QueryParams;
use crate::json::{geojson, json};
use crate::problem::{ErrorResponses, Problem};
use crate::public_url;
use crate::state::App;
use crate::wire::{
    CollectionList, ConformanceAnswer, FeaturePage, LandingPage, LoneCollection, LoneFeature,
};

/// Features of a page without `limit`.
const DEFAULT_PAGE_FEATURES: usize = 100;
/// Features of the largest page: of perimeters some tens of megabytes, which a desktop GIS still loads.
const MAX_PAGE_FEATURES: usize = 10_000;

/// The format of answers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum AnswerFormat {
    Json,
}

/// The parameter of resources that take no other.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "any other parameter is refused when it is read")]
pub(crate) struct FormatParams {
    /// The format of the answer: there is one.
    #[param(inline)]
    f: Option<AnswerFormat>,
}

/// The features to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query, style = Form)]
#[expect(
    dead_code,
    reason = "the description of `ItemsQuery`, which takes names of properties too"
)]
pub(crate) struct ItemParams {
    /// West, south, east, north in WGS 84 degrees; west is greater than east across the antimeridian. Of six numbers, the
    /// third and the last are heights, which are ignored.
    #[param(explode = false, min_items = 4, max_items = 6, example = json!([-0.7, 48.6, -0.4, 48.9]))]
    bbox: Option<Vec<f64>>,
    /// The number of features of a page; a greater one counts as the greatest.
    #[param(explode = false, minimum = 1, maximum = 10_000, default = 100)]
    limit: Option<u32>,
    /// The number of features to skip, as `next` links give it.
    offset: Option<usize>,
    /// A day (`2024-06-30`), an instant (RFC 3339) or an interval (`2023-01-01/..`): only features in force then. Features
    /// without days of force are always listed.
    #[param(explode = false)]
    datetime: Option<String>,
    /// The format of the answer: there is one.
    #[param(inline)]
    f: Option<AnswerFormat>,
    /// `PROPERTY=value` for any property of the collection; an item of a list is enough.
    #[param(explode)]
    properties: Option<BTreeMap<String, String>>,
}

/// A query for features.
#[derive(Debug, PartialEq)]
struct ItemsQuery {
    bbox: Option<[f64; 4]>,
    limit: usize,
    offset: usize,
    days: Option<[Option<Date>; 2]>,
    properties: Vec<(String, String)>,
}

/// Returns the landing page, with links to everything else.
#[utoipa::path(get, path = "/ogc", tag = "ogc", params(FormatParams), responses((status = 200, description = "The landing page",
        body = LandingPage),
        ErrorResponses))]
pub(crate) async fn get_landing(
    State(app): State<App>,
    _: QueryParams<FormatParams>,
    headers: HeaderMap,
) -> Response {
    json(&LandingPage::new(
        &app.service.snapshot(),
        &public_url::from_headers(&headers),
    ))
}

/// Lists the conformance classes of the standard that are implemented.
#[utoipa::path(get, path = "/ogc/conformance", tag = "ogc", params(FormatParams),
    responses((status = 200, description = "The conformance classes",
        body = ConformanceAnswer),
        ErrorResponses))]
pub(crate) async fn get_conformance(_: QueryParams<FormatParams>) -> Response {
    json(&ConformanceAnswer::new())
}

/// Lists the collections: perimeters, bands, areas gained and lost, outlines, custom layers and places.
#[utoipa::path(get, path = "/ogc/collections", tag = "ogc", params(FormatParams),
    responses((status = 200, description = "The collections",
        body = CollectionList),
        ErrorResponses))]
pub(crate) async fn list_collections(
    State(app): State<App>,
    _: QueryParams<FormatParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (derived, base) = (app.service.derived(), public_url::from_headers(&headers));
    app.run_heavy(move || json(&CollectionList::new(&derived, &base)))
        .await
}

/// Returns one collection.
#[utoipa::path(get, path = "/ogc/collections/{id}", tag = "ogc",
    params(("id" = String, Path, example = "qpv-2024"), FormatParams),
    responses((status = 200, description = "The collection",
        body = LoneCollection),
        ErrorResponses))]
pub(crate) async fn get_collection(
    State(app): State<App>,
    Path(id): Path<String>,
    _: QueryParams<FormatParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (derived, base) = (app.service.derived(), public_url::from_headers(&headers));
    let collection = collection(derived.snapshot(), &id)?;
    app.run_heavy(move || json(&LoneCollection::new(&derived, &collection, &base)))
        .await
}

/// Lists the features of a collection, page by page.
#[utoipa::path(get, path = "/ogc/collections/{id}/items", tag = "ogc",
    params(("id" = String, Path, example = "qpv-2024"), ItemParams),
    responses((status = 200, description = "A page of features",
        body = FeaturePage, content_type = "application/geo+json"),
        ErrorResponses))]
pub(crate) async fn list_items(
    State(app): State<App>,
    Path(id): Path<String>,
    QueryParams(params): QueryParams<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = ItemsQuery::read(params)?;
    let (derived, base) = (app.service.derived(), public_url::from_headers(&headers));
    let collection = collection(derived.snapshot(), &id)?;
    query.check_properties(&collection)?;
    app.run_heavy(move || {
        let mut matched = derived.features(&collection);
        // All of them, and not one page, because the answer gives their number.
        matched.retain(|feature| query.matches(feature));
        let rest = matched.get(query.offset..).unwrap_or_default();
        let page = &rest[..rest.len().min(query.limit)];
        let items_url = format!("{base}/ogc/collections/{id}/items");
        let next =
            Some(query.offset + page.len()).filter(|&end| end < matched.len() && !page.is_empty());
        // Stops at 0: the first pages may overlap, but none leaves a feature out.
        let previous = (query.offset > 0).then(|| query.offset.saturating_sub(query.limit));
        let links = [
            ("self", Some(query.page_url(&items_url, query.offset))),
            (
                "next",
                next.map(|offset| query.page_url(&items_url, offset)),
            ),
            (
                "prev",
                previous.map(|offset| query.page_url(&items_url, offset)),
            ),
        ];
        geojson(&FeaturePage::new(
            page,
            matched.len(),
            links,
            derived.snapshot(),
        ))
    })
    .await
}

/// Returns one feature.
#[utoipa::path(get, path = "/ogc/collections/{id}/items/{feature}", tag = "ogc",
    params(("id" = String, Path, example = "qpv-2024"), ("feature" = String, Path, example = "QN06103M"), FormatParams),
    responses((status = 200, description = "The feature",
        body = LoneFeature, content_type = "application/geo+json"),
        ErrorResponses))]
pub(crate) async fn get_item(
    State(app): State<App>,
    Path((id, feature)): Path<(String, String)>,
    _: QueryParams<FormatParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (derived, base) = (app.service.derived(), public_url::from_headers(&headers));
    let collection = collection(derived.snapshot(), &id)?;
    app.run_heavy(move || {
        let found = derived
            .features(&collection)
            .into_iter()
            .find(|candidate| candidate.id == feature)
            .ok_or_else(|| {
                Problem::new(
                    ErrorCode::UnknownFeature,
                    format!("`{feature}` is not in `{id}`"),
                )
            })?;
        let collection_url = format!("{base}/ogc/collections/{id}");
        Ok(geojson(&LoneFeature::new(
            derived.snapshot(),
            &found,
            &collection_url,
        )))
    })
    .await?
}

/// Returns the collection of this identifier.
fn collection(snapshot: &Snapshot, id: &str) -> Result<Collection, Problem> {
    let mut all = collections::list_collections(snapshot);
    let known: Vec<&str> = all
        .iter()
        .map(|collection| collection.id.as_str())
        .collect();
    let place = known.iter().position(|known| *known == id);
    let place = place.ok_or_else(|| {
        Problem::new(
            ErrorCode::UnknownCollection,
            format!(
                "`{id}` is none of the collections loaded: {}",
                known.join(", ")
            ),
        )
    })?;
    Ok(all.swap_remove(place))
}

impl ItemsQuery {
    fn read(params: Vec<(String, String)>) -> Result<Self, Problem> {
        let mut asked = Self {
            bbox: None,
            limit: DEFAULT_PAGE_FEATURES,
            offset: 0,
            days: None,
            properties: Vec::new(),
        };
        for (name, value) in params {
            match name.as_str() {
                "bbox" => asked.bbox = Some(bbox(&value)?),
                // The standard lets a server give less than was asked, not refuse.
                "limit" => asked.limit = number("limit", &value, 1)?.min(MAX_PAGE_FEATURES),
                "offset" => asked.offset = number("offset", &value, 0)?,
                "datetime" => asked.days = Some(days(&value)?),
                "f" if value == "json" => {}
                "f" => return Err(bad("f", "json", &value)),
                // Checked later, against the properties of the collection.
                _ => asked.properties.push((name, value)),
            }
        }
        Ok(asked)
    }

    /// Refuses a filter by a property that the collection does not have.
    fn check_properties(&self, collection: &Collection) -> Result<(), Problem> {
        let known = collection.properties();
        match self
            .properties
            .iter()
            .find(|(name, _)| !known.iter().any(|known| known == name))
        {
            None => Ok(()),
            Some((name, _)) => {
                let takes = "bbox, limit, offset, datetime, f";
                let known = if known.is_empty() {
                    "it has none".to_owned()
                } else {
                    known.join(", ")
                };
                let detail = format!(
                    "`{name}` is neither {takes} nor a property of this collection: {known}"
                );
                Err(Problem::bad_parameter(detail))
            }
        }
    }

    fn matches(&self, feature: &Feature<'_>) -> bool {
        self.bbox.is_none_or(|bbox| feature.meets(bbox.into()))
            && self
                .days
                .is_none_or(|days| feature.in_force.is_none_or(|force| overlap(days, force)))
            && self.properties.iter().all(|(name, wanted)| {
                feature
                    .properties
                    .iter()
                    .any(|(known, value)| known == name && is_value(value, wanted))
            })
    }

    /// Returns the URL of the page that begins at another feature.
    fn page_url(&self, items_url: &str, offset: usize) -> String {
        format!("{items_url}?{}", self.to_query_string(offset))
    }

    fn to_query_string(&self, offset: usize) -> String {
        let mut pairs = vec![
            ("limit".to_owned(), self.limit.to_string()),
            ("offset".to_owned(), offset.to_string()),
        ];
        pairs.extend(self.bbox.map(|bbox| {
            (
                "bbox".to_owned(),
                bbox.map(|number| number.to_string()).join(","),
            )
        }));
        pairs.extend(self.days.map(|days| {
            let texts = days.map(|day| day.map_or("..".to_owned(), |day| day.to_string()));
            ("datetime".to_owned(), texts.join("/"))
        }));
        pairs.extend(self.properties.iter().cloned());
        serde_urlencoded::to_string(pairs).expect("pairs of texts")
    }
}

/// Returns whether a filter matches a value: the whole text, or one item of a list as official attributes write it.
fn is_value(value: &FeatureValue, wanted: &str) -> bool {
    match value {
        FeatureValue::Text(text) => text == wanted || text.split(", ").any(|item| item == wanted),
        FeatureValue::Number(number) => wanted.parse() == Ok(*number),
        FeatureValue::Whole(number) => wanted.parse() == Ok(*number),
    }
}

/// Returns whether a period meets the days of force.
fn overlap(days: [Option<Date>; 2], in_force: (Date, Option<Date>)) -> bool {
    let ([from, to], (first, last)) = (days, in_force);
    to.is_none_or(|to| first <= to) && from.is_none_or(|from| last.is_none_or(|last| from <= last))
}

/// Returns the problem of a malformed parameter.
fn bad(name: &str, expected: &str, value: &str) -> Problem {
    Problem::bad_parameter(format!("`{name}` is {expected}, not `{value}`"))
}

fn number(name: &str, value: &str, least: usize) -> Result<usize, Problem> {
    let number = value.parse().ok().filter(|number| *number >= least);
    number.ok_or_else(|| bad(name, &format!("a whole number from {least} on"), value))
}

/// Parses four numbers, or six with heights, which are ignored.
fn bbox(value: &str) -> Result<[f64; 4], Problem> {
    let numbers: Result<Vec<f64>, _> = value
        .split(',')
        .map(|number| number.trim().parse::<f64>())
        .collect();
    let bbox = match numbers.as_deref() {
        Ok(&[west, south, east, north]) => Some([west, south, east, north]),
        Ok(&[west, south, low, east, north, high]) if low <= high => {
            Some([west, south, east, north])
        }
        _ => None,
    };
    let expected = "west,south,east,north in degrees, longitudes from -180 to 180, latitudes from -90 to 90, south first";
    bbox.filter(is_on_earth)
        .ok_or_else(|| bad("bbox", expected, value))
}

/// Returns whether a box lies on the earth; west may be greater than east, across the antimeridian.
fn is_on_earth(&[west, south, east, north]: &[f64; 4]) -> bool {
    west.abs() <= 180.0 && east.abs() <= 180.0 && -90.0 <= south && south <= north && north <= 90.0
}

/// Parses the first and the last day; none where the interval is open, which it may be on one side.
fn days(value: &str) -> Result<[Option<Date>; 2], Problem> {
    let days = match value.split_once('/') {
        None => day(value).map(|day| [Some(day); 2]),
        Some((from, to)) => open_day(from)
            .zip(open_day(to))
            .map(|(from, to)| [from, to]),
    };
    days.filter(|days| match days {
        // The standard has no interval that is open on both sides.
        [None, None] => false,
        [Some(from), Some(to)] => from <= to,
        _ => true,
    })
    .ok_or_else(|| {
        let expected = "a day, an instant or an interval such as 2023-01-01/.., the earlier first";
        bad("datetime", expected, value)
    })
}

/// Parses one side of an interval, which may be open; returns nothing if it is malformed.
#[expect(
    clippy::option_option,
    reason = "the outer one says whether it is well formed, the inner one whether it is bounded"
)]
fn open_day(text: &str) -> Option<Option<Date>> {
    match text {
        "" | ".." => Some(None),
        _ => day(text).map(Some),
    }
}

/// Parses a day, or the day of an instant as written: some programs write the first or last instant there is for an
/// open side.
fn day(text: &str) -> Option<Date> {
    let day = text.get(..10)?;
    // More than a day must be an instant: `2024-06-30x` is refused.
    let is_whole = day.len() == text.len()
        || Pieces::parse(text).is_ok_and(|pieces| pieces.offset().is_some());
    is_whole.then(|| day.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Result<ItemsQuery, Problem> {
        ItemsQuery::read(
            query
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn malformed_parameters_are_told() {
        for (name, value) in [
            ("bbox", "1,2,3"),
            ("bbox", "1,2,3,x"),
            ("bbox", "1,9,3,4"),
            ("bbox", "1,NaN,3,4"),
            ("bbox", "1,2,3,400"),
            ("bbox", "-999,2,3,4"),
            ("bbox", "1,2,180.5,4"),
            ("bbox", "1,2,inf,4"),
            ("bbox", "1,2,9,3,4,0"),
            ("f", "html"),
            ("limit", "0"),
            ("limit", "-1"),
            ("offset", "a"),
            ("datetime", "2024"),
            ("datetime", "2024-13-01"),
            ("datetime", "2024-01-01/yesterday"),
            ("datetime", "2024-01-01/2023-01-01"),
            ("datetime", "2024-01-01T00:00:00"),
            ("datetime", "../.."),
            ("datetime", "/"),
        ] {
            let problem = read(&[(name, value)]).unwrap_err();
            assert!(
                problem.code == ErrorCode::BadParameter && problem.detail.contains(value),
                "{problem:?}"
            );
        }
        assert_eq!(
            read(&[("limit", "99999")]).unwrap().limit,
            MAX_PAGE_FEATURES
        );
        assert_eq!(
            read(&[("bbox", "1,2,0,3,4,9")]).unwrap().bbox,
            Some([1.0, 2.0, 3.0, 4.0])
        );
        assert_eq!(
            read(&[("bbox", "170,-90,-180,90")]).unwrap().bbox,
            Some([170.0, -90.0, -180.0, 90.0])
        );
        assert_eq!(read(&[("f", "json")]).unwrap(), read(&[]).unwrap());
    }

    #[test]
    fn days_of_force_are_met_by_days_and_intervals() {
        let force = (
            jiff::civil::date(2015, 1, 1),
            Some(jiff::civil::date(2023, 12, 31)),
        );
        for (asked, expected) in [
            ("2023-12-31", true),
            ("2024-01-01", false),
            ("2023-12-31T23:00:00Z", true),
            ("2014-01-01/2015-01-01", true),
            ("../2014-12-31", false),
            ("2020-01-01/..", true),
            ("2024-06-01/", false),
            ("2020-01-01T00:00:00Z/9999-12-31T00:00:00Z", true),
            ("0000-01-01T00:00:00Z/2014-12-31T00:00:00Z", false),
        ] {
            assert_eq!(overlap(days(asked).unwrap(), force), expected, "{asked}");
        }
    }

    #[test]
    fn a_filter_means_a_value_or_an_item_of_a_list() {
        let communes = FeatureValue::Text("61169, 61483".into());
        for (value, wanted, expected) in [
            (&communes, "61483", true),
            (&communes, "61169, 61483", true),
            (&communes, "6116", false),
            (&FeatureValue::Number(9.5), "9.50", true),
            (&FeatureValue::Whole(3), "3", true),
            (&FeatureValue::Whole(3), "x", false),
        ] {
            assert_eq!(is_value(value, wanted), expected, "{value:?} {wanted}");
        }
    }

    #[test]
    fn the_next_page_asks_the_same() {
        let question = [
            ("bbox", "-1,2,3,4.5"),
            ("limit", "7"),
            ("datetime", "2024-01-01/.."),
            ("lib_qp", "Les Étangs & co"),
        ];
        let asked = read(&question).unwrap();
        let again: Vec<(String, String)> =
            serde_urlencoded::from_str(&asked.to_query_string(14)).unwrap();
        assert_eq!(
            ItemsQuery::read(again).unwrap(),
            ItemsQuery {
                offset: 14,
                ..asked
            }
        );
    }
}
