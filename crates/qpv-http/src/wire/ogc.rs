//! The answers of `/ogc`, as OGC API Features part 1 names them.

use std::collections::BTreeMap;

use geojson::{Geometry, GeometryValue};
use qpv_french::{key, sentence};
use qpv_service::layers::collections::{
    AttributeName, Collection, Feature, FeatureValue, Shape, list_collections,
};
use qpv_service::{DerivedData, Snapshot};
use serde::Serialize;
use utoipa::ToSchema;

use super::DatasetRef;

/// Longitude and latitude on WGS 84.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const GEOJSON: &str = "application/geo+json";
const JSON: &str = "application/json";

/// The classes kept. Not OpenAPI 3.0: the API is described in version 3.1.
const CLASSES: [&str; 2] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
];

/// A link of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Link {
    /// The URL that it leads to.
    pub href: String,
    /// The relation to this answer.
    #[schema(example = "items")]
    pub rel: &'static str,
    /// The media type.
    pub r#type: &'static str,
    /// The title for people.
    pub title: String,
}

/// The landing page.
#[derive(Debug, Serialize, ToSchema)]
pub struct LandingPage<'a> {
    /// The title, in French.
    pub title: String,
    /// The description, in French.
    pub description: String,
    /// The links to everything else.
    pub links: Vec<Link>,
    /// The dataset in use.
    pub dataset: DatasetRef<'a>,
}

/// The classes of conformance.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConformanceAnswer {
    /// The URIs of the classes.
    #[serde(rename = "conformsTo")]
    pub conforms_to: [&'static str; 2],
}

/// The collections.
#[derive(Debug, Serialize, ToSchema)]
pub struct CollectionList<'a> {
    /// Links of the list.
    pub links: Vec<Link>,
    /// The collections.
    pub collections: Vec<CollectionAnswer>,
    /// The dataset they are of.
    pub dataset: DatasetRef<'a>,
}

/// A collection.
#[derive(Debug, Serialize, ToSchema)]
pub struct CollectionAnswer {
    /// The identifier in URLs.
    #[schema(example = "qpv-2024")]
    pub id: String,
    /// The title, in French.
    pub title: String,
    /// A notice for end users, in French; absent when there is nothing to know about the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `feature`.
    #[serde(rename = "itemType")]
    pub item_type: &'static str,
    /// The extent; absent when no feature has a geometry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extent: Option<CollectionExtent>,
    /// The reference system: CRS 84.
    pub crs: [&'static str; 1],
    /// Links to itself and to its features.
    pub links: Vec<Link>,
}

/// One collection with its dataset.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoneCollection<'a> {
    /// The collection.
    #[serde(flatten)]
    pub collection: CollectionAnswer,
    /// The dataset it is of.
    pub dataset: DatasetRef<'a>,
}

/// The extent of a collection.
#[derive(Debug, Serialize, ToSchema)]
pub struct CollectionExtent {
    /// The extent in space.
    pub spatial: SpatialExtent,
    /// The extent in time, where features are in force for a period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temporal: Option<TemporalExtent>,
}

/// A bounding box.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpatialExtent {
    /// West, south, east, north.
    pub bbox: [[f64; 4]; 1],
    /// CRS 84.
    pub crs: &'static str,
}

/// An interval.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemporalExtent {
    /// The start and the end; null when there is no end.
    pub interval: [[Option<String>; 2]; 1],
}

/// A page of features.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeaturePage<'a> {
    /// `FeatureCollection`.
    pub r#type: &'static str,
    /// The count of features that match the query.
    #[serde(rename = "numberMatched")]
    pub number_matched: usize,
    /// The count of features on this page.
    #[serde(rename = "numberReturned")]
    pub number_returned: usize,
    /// The time of this answer.
    #[serde(rename = "timeStamp")]
    pub time_stamp: String,
    /// The links to this page, the next and the previous one.
    pub links: Vec<Link>,
    /// The features.
    pub features: Vec<FeatureAnswer>,
    /// The dataset they are of.
    pub dataset: DatasetRef<'a>,
}

/// A feature.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeatureAnswer {
    /// `Feature`.
    pub r#type: &'static str,
    /// The identifier in the collection.
    pub id: String,
    /// `MultiPolygon` or `Point`; null for a place whose position is not published.
    #[schema(value_type = Option<Object>)]
    pub geometry: Option<Geometry>,
    /// The properties.
    #[schema(value_type = Object)]
    pub properties: BTreeMap<AttributeName, PropertyValue>,
}

/// One feature with its dataset.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoneFeature<'a> {
    /// The feature.
    #[serde(flatten)]
    pub feature: FeatureAnswer,
    /// Links to itself and to its collection.
    pub links: Vec<Link>,
    /// The dataset it is of.
    pub dataset: DatasetRef<'a>,
}

/// The value of a property.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum PropertyValue {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(u32),
}

fn link(rel: &'static str, href: String, media: &'static str, title: &str) -> Link {
    Link {
        href,
        rel,
        r#type: media,
        title: title.to_owned(),
    }
}

/// Marks the title of fictional data: programs show a title without the notice beside it.
fn titled(snapshot: &Snapshot, title: String) -> String {
    if snapshot.fictional() {
        sentence(key::LAYERS_FICTIONAL, &[("title", &title)])
    } else {
        title
    }
}

/// Returns the notice about the data, if there is one.
fn notice(snapshot: &Snapshot) -> Option<String> {
    snapshot
        .fictional()
        .then(|| sentence(key::DATA_FICTIONAL_SHEET, &[]))
}

/// Encodes a segment of a path.
fn segment(text: &str) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    encoded.collect()
}

impl<'a> LandingPage<'a> {
    /// Creates the landing page of the service at this public address.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, base: &str) -> Self {
        let openapi = "application/vnd.oai.openapi+json;version=3.1";
        let description = notice(snapshot)
            .into_iter()
            .chain([sentence(key::LAYERS_LANDING_DESCRIPTION, &[])]);
        Self {
            title: titled(snapshot, sentence(key::LAYERS_LANDING, &[])),
            description: description.collect::<Vec<_>>().join(" "),
            links: vec![
                link("self", format!("{base}/ogc"), JSON, "This page"),
                link(
                    "service-desc",
                    format!("{base}/openapi.json"),
                    openapi,
                    "The API",
                ),
                link(
                    "service-doc",
                    format!("{base}/docs/"),
                    "text/html",
                    "The API, to read",
                ),
                link(
                    "conformance",
                    format!("{base}/ogc/conformance"),
                    JSON,
                    "Classes of conformance",
                ),
                link(
                    "data",
                    format!("{base}/ogc/collections"),
                    JSON,
                    "Collections",
                ),
            ],
            dataset: DatasetRef::new(snapshot),
        }
    }
}

impl ConformanceAnswer {
    /// Lists the conformance classes.
    #[must_use]
    pub fn new() -> Self {
        Self {
            conforms_to: CLASSES,
        }
    }
}

impl Default for ConformanceAnswer {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> CollectionList<'a> {
    /// Lists the collections of a snapshot.
    #[must_use]
    pub fn new(derived: &'a DerivedData, base: &str) -> Self {
        let snapshot = derived.snapshot();
        let collections = list_collections(snapshot);
        Self {
            links: vec![link(
                "self",
                format!("{base}/ogc/collections"),
                JSON,
                "Collections",
            )],
            collections: collections
                .iter()
                .map(|one| CollectionAnswer::new(derived, one, base))
                .collect(),
            dataset: DatasetRef::new(snapshot),
        }
    }
}

impl CollectionAnswer {
    fn new(derived: &DerivedData, collection: &Collection, base: &str) -> Self {
        let snapshot = derived.snapshot();
        let address = format!("{base}/ogc/collections/{}", collection.id);
        let title = titled(snapshot, collection.title.clone());
        Self {
            id: collection.id.clone(),
            description: notice(snapshot),
            item_type: "feature",
            extent: CollectionExtent::from_features(&derived.features(collection)),
            crs: [CRS84],
            links: vec![
                link("items", format!("{address}/items"), GEOJSON, &title),
                link("self", address, JSON, &title),
            ],
            title,
        }
    }
}

impl<'a> LoneCollection<'a> {
    /// Creates the answer for a collection.
    #[must_use]
    pub fn new(derived: &'a DerivedData, collection: &Collection, base: &str) -> Self {
        Self {
            collection: CollectionAnswer::new(derived, collection, base),
            dataset: DatasetRef::new(derived.snapshot()),
        }
    }
}

impl CollectionExtent {
    fn from_features(features: &[Feature<'_>]) -> Option<Self> {
        let boxes = features.iter().filter_map(Feature::bounds);
        let bbox = boxes.reduce(|a, b| {
            [
                a[0].min(b[0]),
                a[1].min(b[1]),
                a[2].max(b[2]),
                a[3].max(b[3]),
            ]
        })?;
        let forces: Vec<_> = features
            .iter()
            .filter_map(|feature| feature.in_force)
            .collect();
        let first = forces.iter().map(|(first, _)| *first).min();
        // A single feature in force without an end leaves the whole interval open.
        let last = forces
            .iter()
            .map(|(_, last)| *last)
            .reduce(|a, b| Some(a?.max(b?)));
        let temporal = first.map(|first| TemporalExtent {
            interval: [[
                Some(format!("{first}T00:00:00Z")),
                last.flatten().map(|last| format!("{last}T23:59:59Z")),
            ]],
        });
        Some(Self {
            spatial: SpatialExtent {
                bbox: [bbox],
                crs: CRS84,
            },
            temporal,
        })
    }
}

impl<'a> FeaturePage<'a> {
    /// Creates a page of the features that match, with the links to this page and its neighbours.
    #[must_use]
    pub fn new(
        page: &[Feature<'_>],
        matched: usize,
        links: [(&'static str, Option<String>); 3],
        snapshot: &'a Snapshot,
    ) -> Self {
        let links = links
            .into_iter()
            .filter_map(|(rel, href)| Some(link(rel, href?, GEOJSON, rel)));
        Self {
            r#type: "FeatureCollection",
            number_matched: matched,
            number_returned: page.len(),
            time_stamp: jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
            links: links.collect(),
            features: page.iter().map(FeatureAnswer::new).collect(),
            dataset: DatasetRef::new(snapshot),
        }
    }
}

impl FeatureAnswer {
    fn new(feature: &Feature<'_>) -> Self {
        Self {
            r#type: "Feature",
            id: feature.id.clone(),
            geometry: feature.shape.map(|shape| match shape {
                Shape::Areas(outline) => Geometry::from(outline),
                Shape::Point(at) => Geometry::new(GeometryValue::Point {
                    coordinates: [at.x, at.y].into(),
                }),
            }),
            properties: feature
                .properties
                .iter()
                .map(|(name, value)| (name.clone(), value.into()))
                .collect(),
        }
    }
}

impl From<&FeatureValue> for PropertyValue {
    fn from(value: &FeatureValue) -> Self {
        match value {
            FeatureValue::Text(text) => Self::Text(text.clone()),
            FeatureValue::Number(number) => Self::Number(*number),
            FeatureValue::Whole(number) => Self::Whole(*number),
        }
    }
}

impl<'a> LoneFeature<'a> {
    /// Creates the answer for a feature, in the collection at this URL.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, feature: &Feature<'_>, collection: &str) -> Self {
        let links = vec![
            link(
                "self",
                // Identifiers come from the files of others, and may hold slashes or accents.
                format!("{collection}/items/{}", segment(&feature.id)),
                GEOJSON,
                &feature.id,
            ),
            link("collection", collection.to_owned(), JSON, "Collection"),
        ];
        Self {
            feature: FeatureAnswer::new(feature),
            links,
            dataset: DatasetRef::new(snapshot),
        }
    }
}
