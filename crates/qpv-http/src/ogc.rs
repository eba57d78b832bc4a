//! `/ogc`: the layers as OGC API Features (part 1, core, OGC 17-069r4), for QGIS and other programs that read it.
//!
//! Coordinates are longitude and latitude on WGS 84 (CRS 84), and no other system is offered. Features keep their order
//! from page to page of one dataset. A parameter that is neither the standard's nor a property of the collection is an error.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use jiff::fmt::temporal::Pieces;
use qpv_service::Snapshot;
use qpv_service::features::{Collection, Feature, FeatureValue};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::answer::{geojson, json};
use crate::extract::Params;
use crate::problem::Problem;
use crate::wire::{CollectionList, Conformance, FeaturePage, Landing, LoneCollection, LoneFeature};
use crate::{App, base};

/// Features of a page, when the question does not say.
const PAGE: usize = 100;
/// Features of a page at most.
const LARGEST_PAGE: usize = 10_000;

/// The form of answers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Form {
    Json,
}

/// The only parameter of what takes none of its own.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "whatever else is asked is refused when it is read"
)]
pub(crate) struct FormParams {
    /// The form of the answer: there is one.
    #[param(inline)]
    f: Option<Form>,
}

/// Which features to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query, style = Form)]
#[expect(
    dead_code,
    reason = "tells OpenAPI what `Asked` reads, which takes names of properties too"
)]
pub(crate) struct ItemParams {
    /// West, south, east, north in WGS 84 degrees; west is greater than east across the antimeridian. Of six numbers, the
    /// third and the last are heights, which are not looked at.
    #[param(explode = false, min_items = 4, max_items = 6, example = json!([-0.7, 48.6, -0.4, 48.9]))]
    bbox: Option<Vec<f64>>,
    /// Features of a page; a greater number is taken as the greatest.
    #[param(explode = false, minimum = 1, maximum = 10_000, default = 100)]
    limit: Option<u32>,
    /// Features to pass over: `next` links give it.
    offset: Option<u32>,
    /// A day (`2024-06-30`), an instant (RFC 3339), or an interval (`2023-01-01/..`): only what is in force then. What has no
    /// days of force is always listed.
    #[param(explode = false)]
    datetime: Option<String>,
    /// The form of the answer: there is one.
    #[param(inline)]
    f: Option<Form>,
    /// `PROPERTY=value` for any property of the collection; an item of a list is enough.
    #[param(explode)]
    properties: Option<BTreeMap<String, String>>,
}

/// What a list of features is asked with.
#[derive(Debug, PartialEq)]
struct Asked {
    bbox: Option<[f64; 4]>,
    limit: usize,
    offset: usize,
    days: Option<[Option<Date>; 2]>,
    properties: Vec<(String, String)>,
}

/// The landing page: where everything else is.
#[utoipa::path(get, path = "/ogc", tag = "ogc", params(FormParams), responses((status = 200, body = Landing),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_landing(
    State(app): State<App>,
    _: Params<FormParams>,
    headers: HeaderMap,
) -> Response {
    json(&Landing::new(&app.service.snapshot(), &base::of(&headers)))
}

/// The parts of the standard that are kept.
#[utoipa::path(get, path = "/ogc/conformance", tag = "ogc", params(FormParams),
    responses((status = 200, body = Conformance),
        (status = 400, body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_conformance(_: Params<FormParams>) -> Response {
    json(&Conformance::new())
}

/// The collections: perimeters, bands, ground gained and lost, outlines, the town's own layers and places.
#[utoipa::path(get, path = "/ogc/collections", tag = "ogc", params(FormParams),
    responses((status = 200, body = CollectionList),
        (status = 400, body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_collections(
    State(app): State<App>,
    _: Params<FormParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (snapshot, base) = (app.service.snapshot(), base::of(&headers));
    app.heavy(move || json(&CollectionList::new(&snapshot, &base)))
        .await
}

/// One collection.
#[utoipa::path(get, path = "/ogc/collections/{id}", tag = "ogc",
    params(("id" = String, Path, example = "qpv-2024"), FormParams),
    responses((status = 200, body = LoneCollection),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_collection(
    State(app): State<App>,
    Path(id): Path<String>,
    _: Params<FormParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (snapshot, base) = (app.service.snapshot(), base::of(&headers));
    let collection = collection(&snapshot, &id)?;
    app.heavy(move || json(&LoneCollection::new(&snapshot, &collection, &base)))
        .await
}

/// Features of a collection, page by page.
#[utoipa::path(get, path = "/ogc/collections/{id}/items", tag = "ogc",
    params(("id" = String, Path, example = "qpv-2024"), ItemParams),
    responses((status = 200, body = FeaturePage, content_type = "application/geo+json"),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_items(
    State(app): State<App>,
    Path(id): Path<String>,
    Params(params): Params<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked::read(params)?;
    let (snapshot, base) = (app.service.snapshot(), base::of(&headers));
    let collection = collection(&snapshot, &id)?;
    asked.check_properties(&collection)?;
    app.heavy(move || {
        let mut kept = snapshot.features(&collection);
        kept.retain(|feature| asked.keeps(feature));
        let page = kept.get(asked.offset..).unwrap_or_default();
        let page = &page[..page.len().min(asked.limit)];
        let link = |offset| format!("{base}/ogc/collections/{id}/items?{}", asked.query(offset));
        let next =
            Some(asked.offset + page.len()).filter(|&end| end < kept.len() && !page.is_empty());
        let before = (asked.offset > 0).then(|| asked.offset.saturating_sub(asked.limit));
        let links = [
            ("self", Some(link(asked.offset))),
            ("next", next.map(link)),
            ("prev", before.map(link)),
        ];
        geojson(&FeaturePage::new(page, kept.len(), links, &snapshot))
    })
    .await
}

/// One feature.
#[utoipa::path(get, path = "/ogc/collections/{id}/items/{feature}", tag = "ogc",
    params(("id" = String, Path, example = "qpv-2024"), ("feature" = String, Path, example = "QN06103M"), FormParams),
    responses((status = 200, body = LoneFeature, content_type = "application/geo+json"),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_item(
    State(app): State<App>,
    Path((id, feature)): Path<(String, String)>,
    _: Params<FormParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (snapshot, base) = (app.service.snapshot(), base::of(&headers));
    let collection = collection(&snapshot, &id)?;
    let answer = move || {
        let found = snapshot
            .features(&collection)
            .into_iter()
            .find(|candidate| candidate.id == feature);
        let found = found.ok_or_else(|| {
            Problem::new("unknown_feature", format!("`{feature}` is not in `{id}`"))
        })?;
        Ok(geojson(&LoneFeature::new(
            &snapshot,
            &found,
            &format!("{base}/ogc/collections/{id}"),
        )))
    };
    app.heavy(answer).await?
}

fn collection(snapshot: &Snapshot, id: &str) -> Result<Collection, Problem> {
    let mut all = snapshot.collections();
    let known: Vec<&str> = all
        .iter()
        .map(|collection| collection.id.as_str())
        .collect();
    let place = known.iter().position(|known| *known == id);
    let place = place.ok_or_else(|| {
        Problem::new(
            "unknown_collection",
            format!(
                "`{id}` is none of the collections loaded: {}",
                known.join(", ")
            ),
        )
    })?;
    Ok(all.swap_remove(place))
}

impl Asked {
    fn read(params: Vec<(String, String)>) -> Result<Self, Problem> {
        let mut asked = Self {
            bbox: None,
            limit: PAGE,
            offset: 0,
            days: None,
            properties: Vec::new(),
        };
        for (name, value) in params {
            match name.as_str() {
                "bbox" => asked.bbox = Some(bbox(&value)?),
                // The standard lets a server give less than was asked, not refuse.
                "limit" => asked.limit = number("limit", &value, 1)?.min(LARGEST_PAGE),
                "offset" => asked.offset = number("offset", &value, 0)?,
                "datetime" => asked.days = Some(days(&value)?),
                "f" if value == "json" => {}
                "f" => return Err(bad("f", "json", &value)),
                _ => asked.properties.push((name, value)),
            }
        }
        Ok(asked)
    }

    /// Refuses a filter by what no feature of the collection can have.
    fn check_properties(&self, collection: &Collection) -> Result<(), Problem> {
        let known = collection.properties();
        match self
            .properties
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()))
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
                Err(Problem::new("bad_parameter", detail))
            }
        }
    }

    fn keeps(&self, feature: &Feature<'_>) -> bool {
        self.bbox.is_none_or(|bbox| feature.meets(bbox))
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

    /// The same question from another feature on.
    fn query(&self, offset: usize) -> String {
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
            let day = |day: Option<Date>| day.map_or("..".to_owned(), |day| day.to_string());
            ("datetime".to_owned(), days.map(day).join("/"))
        }));
        pairs.extend(self.properties.iter().cloned());
        serde_urlencoded::to_string(pairs).expect("pairs of texts")
    }
}

/// Whether a filter means this value: a text whole, or one item of a list as official attributes have them.
fn is_value(value: &FeatureValue, wanted: &str) -> bool {
    match value {
        FeatureValue::Text(text) => text == wanted || text.split(", ").any(|item| item == wanted),
        FeatureValue::Number(number) => wanted.parse() == Ok(*number),
        FeatureValue::Whole(number) => wanted.parse() == Ok(*number),
    }
}

fn overlap([from, to]: [Option<Date>; 2], (first, last): (Date, Option<Date>)) -> bool {
    to.is_none_or(|to| first <= to) && from.is_none_or(|from| last.is_none_or(|last| from <= last))
}

fn bad(name: &str, expected: &str, value: &str) -> Problem {
    Problem::new(
        "bad_parameter",
        format!("`{name}` is {expected}, not `{value}`"),
    )
}

fn number(name: &str, value: &str, least: usize) -> Result<usize, Problem> {
    let number = value.parse().ok().filter(|number| *number >= least);
    number.ok_or_else(|| bad(name, &format!("a whole number from {least} on"), value))
}

/// Four numbers, or six with heights, which are not looked at.
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
    let is_on_earth = |&[west, south, east, north]: &[f64; 4]| {
        west.abs() <= 180.0
            && east.abs() <= 180.0
            && -90.0 <= south
            && south <= north
            && north <= 90.0
    };
    let expected = "west,south,east,north in degrees, longitudes from -180 to 180, latitudes from -90 to 90, south first";
    bbox.filter(is_on_earth)
        .ok_or_else(|| bad("bbox", expected, value))
}

/// The first and the last day meant; none where the interval is open, which it may be on one side.
fn days(value: &str) -> Result<[Option<Date>; 2], Problem> {
    let expected = "a day, an instant or an interval such as 2023-01-01/.., the earlier first";
    let fault = || bad("datetime", expected, value);
    let side = |text: &str| match text {
        "" | ".." => Ok(None),
        _ => day(text).map(Some).ok_or_else(fault),
    };
    let days = match value.split_once('/') {
        None => [Some(day(value).ok_or_else(fault)?); 2],
        Some((from, to)) => [side(from)?, side(to)?],
    };
    match days {
        [None, None] => Err(fault()),
        [Some(from), Some(to)] if to < from => Err(fault()),
        _ => Ok(days),
    }
}

/// A day, or the day of an instant as written: programs write the first and the last there is for an open side.
fn day(text: &str) -> Option<Date> {
    let is_instant = || Pieces::parse(text).is_ok_and(|pieces| pieces.offset().is_some());
    let day = text
        .get(..10)
        .filter(|day| day.len() == text.len() || is_instant())?;
    day.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Result<Asked, Problem> {
        Asked::read(
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
                problem.code == "bad_parameter" && problem.detail.contains(value),
                "{problem:?}"
            );
        }
        assert_eq!(read(&[("limit", "99999")]).unwrap().limit, LARGEST_PAGE);
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
        let again: Vec<(String, String)> = serde_urlencoded::from_str(&asked.query(14)).unwrap();
        assert_eq!(
            Asked::read(again).unwrap(),
            Asked {
                offset: 14,
                ..asked
            }
        );
    }
}
