//! The layers of a snapshot as features: shapes on WGS 84 with their attributes under official names, for programs that draw
//! or count them themselves. Tiles are cut of the same layers, under the same names.
//!
//! Addresses are in no collection: a country's are gigabytes, and [`search_addresses`](crate::search_addresses) finds them.

use std::borrow::Cow;

use geo::{BoundingRect, Intersects, Rect};
use geo_types::{Coord, MultiPolygon};
use jiff::civil::Date;
use qpv_engine::PerimeterIndex;
use qpv_french::{key, sentence};
use qpv_model::{AdminLevel, BandArea, ListedPlace, Perimeter, Vintage};
pub use qpv_tiles::{AttributeName, FeatureProperties, FeatureValue};

use crate::compare::ComparedVintages;
use crate::layer_contract::LayerKind;
use crate::layers::attributes::{
    area_attribute, band_attributes, own_attributes, perimeter_attributes, zoned_attributes,
    zoned_period,
};
use crate::layers::counts::{self, count_attribute};
use crate::layers::ground::ChangedGround;
use crate::place_index::Places;
use crate::snapshot::Snapshot;

/// The attributes that a perimeter may have.
const OF_PERIMETERS: [&str; 13] = [
    "area_ha",
    "code_qp",
    "insee_com",
    "insee_dep",
    "insee_reg",
    "lib_com",
    "lib_dep",
    "lib_qp",
    "lib_reg",
    "population",
    "siren_epci",
    "valid_from",
    "valid_to",
];

/// A layer as a list of features.
#[derive(Debug, Clone, PartialEq)]
pub struct Collection {
    /// Its name in addresses: `qpv-2024`, `band-300m-2024`, `communes`, `own-…`, `zoning-…`, `places-…`.
    pub id: String,
    /// Its title, in French.
    pub title: String,
    layer: Layer,
    properties: Vec<AttributeName>,
}

#[derive(Debug, Clone, PartialEq)]
enum Layer {
    Perimeters(Vintage),
    Band(Vintage),
    OfficialBand(Vintage),
    /// Outlines, with the vintages that they count.
    Outlines(AdminLevel, Vec<Vintage>),
    Own(String),
    Zoning(String),
    Places(String),
    /// Ground gained, or else lost, from one vintage to the next.
    Ground {
        vintages: ComparedVintages,
        gained: bool,
    },
}

/// A feature of a collection.
#[derive(Debug, Clone)]
pub struct Feature<'a> {
    /// Tells it apart in its collection, for as long as the same files are loaded.
    pub id: String,
    /// Its shape; none for a place whose position is not published.
    pub shape: Option<Shape<'a>>,
    /// Its attributes; what is unknown is left out.
    pub properties: FeatureProperties,
    /// The first and the last day it is in force, for what has such days.
    pub in_force: Option<(Date, Option<Date>)>,
}

/// A shape, longitude first, WGS 84 degrees.
#[derive(Debug, Clone, Copy)]
pub enum Shape<'a> {
    /// Areas.
    Areas(&'a MultiPolygon<f64>),
    /// A point.
    Point(Coord<f64>),
}

impl Feature<'_> {
    /// West, south, east, north of its shape.
    #[must_use]
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let around = match self.shape? {
            Shape::Areas(outline) => outline.bounding_rect()?,
            Shape::Point(at) => Rect::new(at, at),
        };
        Some([
            around.min().x,
            around.min().y,
            around.max().x,
            around.max().y,
        ])
    }

    /// Returns true when its shape meets a box. A feature without a shape meets every box, as OGC
    /// API Features has it.
    #[must_use]
    pub fn meets(&self, query: QueryBox) -> bool {
        let Some(shape) = self.shape else {
            return true;
        };
        query.rectangles().any(|rectangle| shape.meets(&rectangle))
    }
}

impl Shape<'_> {
    fn meets(&self, rectangle: &Rect<f64>) -> bool {
        match self {
            Shape::Areas(outline) => {
                outline
                    .bounding_rect()
                    .is_some_and(|around| around.intersects(rectangle))
                    // The exact test comes last: envelopes rule most features out.
                    && outline.intersects(rectangle)
            }
            Shape::Point(at) => rectangle.intersects(at),
        }
    }
}

/// A box that features are asked for, WGS 84 degrees; west is greater than east across the antimeridian.
#[derive(Debug, Clone, Copy)]
pub struct QueryBox {
    /// Longitude of its western side.
    pub west: f64,
    /// Latitude of its southern side.
    pub south: f64,
    /// Longitude of its eastern side.
    pub east: f64,
    /// Latitude of its northern side.
    pub north: f64,
}

impl QueryBox {
    /// The rectangles that make it: two across the antimeridian.
    fn rectangles(self) -> impl Iterator<Item = Rect<f64>> {
        let spans = if self.west > self.east {
            [Some((self.west, 180.0)), Some((-180.0, self.east))]
        } else {
            [Some((self.west, self.east)), None]
        };
        spans
            .into_iter()
            .flatten()
            .map(move |(west, east)| Rect::new((west, self.south), (east, self.north)))
    }
}

/// From west, south, east, north.
impl From<[f64; 4]> for QueryBox {
    fn from(bbox: [f64; 4]) -> Self {
        let [west, south, east, north] = bbox;
        Self {
            west,
            south,
            east,
            north,
        }
    }
}

impl Collection {
    fn new(id: String, title: String, layer: Layer) -> Self {
        Self {
            id,
            title,
            properties: layer.properties(),
            layer,
        }
    }

    /// The names of the attributes that its features may have, in order, whether one of those loaded has it or not.
    #[must_use]
    pub fn properties(&self) -> &[AttributeName] {
        &self.properties
    }
}

impl Layer {
    fn properties(&self) -> Vec<AttributeName> {
        let names: &[&'static str] = match self {
            Self::Perimeters(_) => &OF_PERIMETERS,
            Self::Band(_) => &["code_qp"],
            Self::OfficialBand(_) => &[],
            Self::Outlines(level, vintages) => {
                let texts: [&'static str; 2] = match level {
                    AdminLevel::Region => ["insee_reg", "lib_reg"],
                    AdminLevel::Departement => ["insee_dep", "lib_dep"],
                    AdminLevel::Commune => ["insee_com", "lib_com"],
                };
                let numbers = vintages.iter().copied().map(count_attribute);
                return texts
                    .into_iter()
                    .map(Cow::Borrowed)
                    .chain(numbers.map(Cow::Owned))
                    .collect();
            }
            Self::Own(_) => &["name"],
            Self::Zoning(_) => &["code", "label", "name", "valid_from", "valid_until"],
            Self::Places(_) => &["address", "city", "citycode", "id", "name", "network"],
            Self::Ground { .. } => &[
                "area_ha",
                "class",
                "from_code_qp",
                "from_lib_qp",
                "insee_dep",
                "to_code_qp",
                "to_lib_qp",
            ],
        };
        names.iter().copied().map(Cow::Borrowed).collect()
    }
}

/// The collections of what is loaded. One may be empty, as the ground gained where nothing was.
#[must_use]
pub fn list_collections(snapshot: &Snapshot) -> Vec<Collection> {
    let mut all = Vec::new();
    for (vintage, zones) in snapshot.vintages() {
        all.extend(vintage_collections(vintage, zones));
    }
    for level in AdminLevel::ALL {
        if !snapshot.outlines(level).is_empty() {
            all.push(outline_collection(snapshot, level));
        }
    }
    for vintages in ComparedVintages::successive(snapshot) {
        all.extend(ground_collections(vintages));
    }
    for (name, _) in snapshot.own_layers() {
        let id = LayerKind::Own.named_id(name);
        let title = sentence(key::LAYERS_OWN, &[("name", name)]);
        all.push(Collection::new(id, title, Layer::Own(name.to_owned())));
    }
    for (record, _) in snapshot.zoned_layers() {
        let id = LayerKind::Zoning.named_id(record.name.as_str());
        let title = sentence(key::LAYERS_ZONING, &[("name", &record.label)]);
        let layer = Layer::Zoning(record.name.to_string());
        all.push(Collection::new(id, title, layer));
    }
    for kind in snapshot.place_kinds() {
        let id = format!("places-{kind}");
        let title = sentence(key::LAYERS_PLACES, &[("name", kind)]);
        all.push(Collection::new(id, title, Layer::Places(kind.to_owned())));
    }
    all
}

fn vintage_collections(vintage: Vintage, zones: &PerimeterIndex) -> Vec<Collection> {
    let mut layers = vec![
        (
            LayerKind::Perimeters,
            key::LAYERS_PERIMETERS,
            Layer::Perimeters(vintage),
        ),
        (LayerKind::Band, key::LAYERS_BAND, Layer::Band(vintage)),
    ];
    // Published for some territories only: an empty collection would look like an answer.
    if !zones.layer().official_band.is_empty() {
        layers.push((
            LayerKind::OfficialBand,
            key::LAYERS_OFFICIAL_BAND,
            Layer::OfficialBand(vintage),
        ));
    }
    layers
        .into_iter()
        .map(|(kind, title, layer)| {
            let title = sentence(title, &[("vintage", vintage.as_str())]);
            Collection::new(kind.vintage_id(vintage), title, layer)
        })
        .collect()
}

fn outline_collection(snapshot: &Snapshot, level: AdminLevel) -> Collection {
    let vintages = snapshot.vintages().map(|(vintage, _)| vintage).collect();
    let title = match level {
        AdminLevel::Region => key::LAYERS_REGIONS,
        AdminLevel::Departement => key::LAYERS_DEPARTEMENTS,
        AdminLevel::Commune => key::LAYERS_COMMUNES,
    };
    Collection::new(
        level.to_string(),
        sentence(title, &[]),
        Layer::Outlines(level, vintages),
    )
}

fn ground_collections(vintages: ComparedVintages) -> [Collection; 2] {
    let ComparedVintages { from, to } = vintages;
    [
        ("gained", key::LAYERS_GAINED, true),
        ("lost", key::LAYERS_LOST, false),
    ]
    .map(|(name, title, gained)| {
        let title = sentence(title, &[("from", from.as_str()), ("to", to.as_str())]);
        let layer = Layer::Ground { vintages, gained };
        Collection::new(format!("{name}-{from}-{to}"), title, layer)
    })
}

/// The features of a collection of this snapshot, in an order that stays.
#[must_use]
pub(crate) fn features<'s>(
    snapshot: &'s Snapshot,
    ground: impl FnOnce(ComparedVintages) -> &'s [ChangedGround],
    collection: &Collection,
) -> Vec<Feature<'s>> {
    match &collection.layer {
        Layer::Perimeters(vintage) => {
            let perimeters = snapshot
                .zones(*vintage)
                .map_or(&[][..], PerimeterIndex::perimeters);
            perimeters
                .iter()
                .map(|perimeter| perimeter_feature(snapshot, perimeter))
                .collect()
        }
        Layer::Band(vintage) => snapshot.band(*vintage).iter().map(band_feature).collect(),
        Layer::OfficialBand(vintage) => {
            let outlines = snapshot
                .zones(*vintage)
                .into_iter()
                .flat_map(|zones| &zones.layer().official_band);
            let outlines = outlines.enumerate();
            outlines
                .map(|(index, outline)| numbered(index, outline.wgs84(), FeatureProperties::new()))
                .collect()
        }
        Layer::Outlines(level, _) => outline_features(snapshot, *level),
        Layer::Own(name) => {
            let areas = snapshot
                .own_layer(name)
                .into_iter()
                .flat_map(|own| &own.layer().areas)
                .enumerate();
            areas
                .map(|(index, area)| numbered(index, area.outline.wgs84(), own_attributes(area)))
                .collect()
        }
        Layer::Zoning(name) => zoned_features(snapshot, name),
        Layer::Ground { vintages, gained } => {
            let ground = ground(*vintages)
                .iter()
                // A change that only gained ground has no feature among the ground lost.
                .filter(|ground| !ground.part(*gained).0.0.is_empty());
            ground
                .map(|ground| ground_feature(ground, *gained))
                .collect()
        }
        Layer::Places(kind) => place_features(snapshot.places(kind).map_or(&[], Places::all)),
    }
}

/// A perimeter with its attributes, the population published and the days of its force.
fn perimeter_feature<'a>(snapshot: &Snapshot, perimeter: &'a Perimeter) -> Feature<'a> {
    let known = snapshot.known_vintages();
    let validity = known.validity(perimeter.vintage, perimeter.territory);
    let mut properties = perimeter_attributes(perimeter);
    let figures = snapshot.statistics(perimeter);
    let population = figures.and_then(|figures| figures.population);
    properties.extend(
        population.map(|population| ("population".into(), FeatureValue::Whole(population))),
    );
    // As text, for GeoJSON has no dates.
    let days = [
        ("valid_from", validity.map(|days| days.valid_from)),
        ("valid_to", validity.and_then(|days| days.valid_until)),
    ];
    properties.extend(
        days.into_iter()
            .filter_map(|(name, day)| Some((name.into(), FeatureValue::Text(day?.to_string())))),
    );
    Feature {
        id: perimeter.code_qp.to_string(),
        shape: Some(Shape::Areas(perimeter.outline.wgs84())),
        properties,
        in_force: validity.map(|days| (days.valid_from, days.valid_until)),
    }
}

/// The areas of a zoning, with the days that each counts.
fn zoned_features<'s>(snapshot: &'s Snapshot, name: &str) -> Vec<Feature<'s>> {
    let mut zonings = snapshot.zoned_layers();
    let zoning = zonings.find(|(record, _)| record.name.as_str() == name);
    let areas = zoning.into_iter().flat_map(|(record, areas)| {
        let areas = areas.layer().areas.iter().enumerate();
        areas.map(move |(index, area)| (record, index, area))
    });
    areas
        .map(|(record, index, area)| {
            let period = zoned_period(record, area);
            // An open beginning is before any day that is asked.
            let first = period.valid_from.unwrap_or(Date::MIN);
            Feature {
                in_force: (!period.is_open()).then_some((first, period.valid_until)),
                ..numbered(index, area.outline.wgs84(), zoned_attributes(record, area))
            }
        })
        .collect()
}

/// The outlines of a level with their numbers of perimeters.
fn outline_features(snapshot: &Snapshot, level: AdminLevel) -> Vec<Feature<'_>> {
    let areas = snapshot.outlines(level).iter();
    areas
        .zip(counts::areas(snapshot, level))
        .map(|(area, (outline, properties))| Feature {
            id: area.code.clone(),
            shape: Some(Shape::Areas(outline)),
            properties,
            in_force: None,
        })
        .collect()
}

fn ground_feature(ground: &ChangedGround, gained: bool) -> Feature<'_> {
    let (outline, area_ha) = ground.part(gained);
    let codes = ground
        .properties
        .iter()
        .filter(|(name, _)| name.ends_with("code_qp"));
    // Groups share no perimeter: the codes of one tell it apart.
    let id = codes.map(|(_, value)| match value {
        FeatureValue::Text(codes) => codes.replace(", ", "-"),
        _ => String::new(),
    });
    let mut properties = ground.properties.clone();
    properties.push(area_attribute(area_ha));
    Feature {
        id: id.collect::<Vec<_>>().join("-"),
        shape: Some(Shape::Areas(outline)),
        properties,
        in_force: None,
    }
}

fn band_feature(area: &BandArea) -> Feature<'_> {
    Feature {
        // Areas share no neighbourhood.
        id: area
            .codes
            .first()
            .map(ToString::to_string)
            .unwrap_or_default(),
        shape: Some(Shape::Areas(&area.outline)),
        properties: band_attributes(area),
        in_force: None,
    }
}

/// A feature of a file that gives none an identifier.
fn numbered(
    index: usize,
    outline: &MultiPolygon<f64>,
    properties: FeatureProperties,
) -> Feature<'_> {
    Feature {
        id: (index + 1).to_string(),
        shape: Some(Shape::Areas(outline)),
        properties,
        in_force: None,
    }
}

/// Returns the sites of places in their order. Those without an identifier, and those whose place has a site before, are
/// numbered by their row.
fn place_features(places: &[ListedPlace]) -> Vec<Feature<'_>> {
    let row = row_prefix(places);
    let mut features: Vec<Feature<'_>> = Vec::with_capacity(places.len());
    for (index, place) in places.iter().enumerate() {
        let has_site_before = index > 0 && places[index - 1].is_site_with(place);
        let id = place.id.clone().filter(|_| !has_site_before);
        let id = id.unwrap_or_else(|| format!("{row}{}", index + 1));
        features.push(place_feature(place, id));
    }
    features
}

/// Returns a prefix that no identifier of these places begins with.
fn row_prefix(places: &[ListedPlace]) -> String {
    let mut prefix = "row-".to_owned();
    while begins_an_id(places, &prefix) {
        prefix.push_str("row-");
    }
    prefix
}

fn begins_an_id(places: &[ListedPlace], prefix: &str) -> bool {
    places
        .iter()
        .flat_map(|place| &place.id)
        .any(|id| id.starts_with(prefix))
}

fn place_feature(place: &ListedPlace, feature_id: String) -> Feature<'_> {
    let ListedPlace {
        id,
        name,
        point,
        citycode,
        city,
        address,
        network,
    } = place;
    let texts = [
        ("id", id.clone()),
        ("name", Some(name.clone())),
        ("citycode", citycode.map(|code| code.to_string())),
        ("city", city.clone()),
        ("address", address.clone()),
        ("network", network.map(|network| network.to_string())),
    ];
    Feature {
        id: feature_id,
        shape: point.map(|point| {
            Shape::Point(Coord {
                x: point.lon_deg(),
                y: point.lat_deg(),
            })
        }),
        properties: texts
            .into_iter()
            .filter_map(|(name, text)| Some((name.into(), FeatureValue::Text(text?))))
            .collect(),
        in_force: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::sample;
    use crate::derived::DerivedData;

    #[test]
    fn every_collection_has_features_told_apart() {
        let derived = DerivedData::new(Snapshot::new(sample().unwrap()));
        let collections = list_collections(derived.snapshot());
        let ids: Vec<&str> = collections
            .iter()
            .map(|collection| collection.id.as_str())
            .collect();
        assert!(
            ids.starts_with(&["qpv-2015", "band-300m-2015", "qpv-2024", "band-300m-2024"]),
            "{ids:?}"
        );
        for collection in &collections {
            let mut ids: Vec<String> = derived
                .features(collection)
                .into_iter()
                .map(|feature| feature.id)
                .collect();
            let all = ids.len();
            ids.sort();
            ids.dedup();
            assert!(
                all > 0 && ids.len() == all,
                "{}: {all} features, {} names",
                collection.id,
                ids.len()
            );
        }
    }

    #[test]
    fn features_have_no_other_attributes_than_their_collection_names() {
        let derived = DerivedData::new(Snapshot::new(sample().unwrap()));
        for collection in list_collections(derived.snapshot()) {
            assert!(collection.properties().is_sorted(), "{}", collection.id);
            for (name, _) in derived
                .features(&collection)
                .into_iter()
                .flat_map(|feature| feature.properties)
            {
                assert!(
                    collection.properties().contains(&name),
                    "{}: {name}",
                    collection.id
                );
            }
        }
    }

    #[test]
    fn places_without_an_identifier_are_told_apart_by_their_row() {
        let ids = |given: [Option<&str>; 3]| {
            let places = given.map(|id| ListedPlace {
                id: id.map(str::to_owned),
                name: "École".into(),
                point: None,
                citycode: None,
                city: None,
                address: None,
                network: None,
            });
            place_features(&places)
                .into_iter()
                .map(|feature| feature.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids([Some("2"), None, None]), ["2", "row-2", "row-3"]);
        assert_eq!(
            ids([Some("row-2"), None, Some("x")]),
            ["row-2", "row-row-2", "x"]
        );
        assert_eq!(
            ids([Some("row-row-3"), Some("row-x"), None]),
            ["row-row-3", "row-x", "row-row-row-3"]
        );
        let sites = ids([Some("0610001X"), Some("0610001X"), Some("0610002Y")]);
        assert_eq!(sites, ["0610001X", "row-2", "0610002Y"]);
    }

    #[test]
    fn what_has_no_shape_meets_every_box() {
        let nowhere = Feature {
            id: "1".into(),
            shape: None,
            properties: FeatureProperties::new(),
            in_force: None,
        };
        let at = |x, y| Feature {
            shape: Some(Shape::Point(Coord { x, y })),
            ..nowhere.clone()
        };
        for (feature, expected) in [
            (&nowhere, true),
            (&at(1.5, 2.5), true),
            (&at(3.0, 2.5), false),
        ] {
            let query = QueryBox::from([1.0, 2.0, 2.0, 3.0]);
            assert_eq!(feature.meets(query), expected, "{feature:?}");
        }
        assert!(at(-179.5, 2.5).meets(QueryBox::from([179.0, 2.0, -179.0, 3.0])));
    }

    #[test]
    fn perimeters_say_when_they_are_in_force() {
        let derived = DerivedData::new(Snapshot::new(sample().unwrap()));
        let of = |id: &str| {
            let collection = list_collections(derived.snapshot())
                .into_iter()
                .find(|collection| collection.id == id)
                .unwrap();
            derived.features(&collection)[0]
                .in_force
                .map(|(first, last)| (first.to_string(), last.is_some()))
        };
        assert_eq!(of("qpv-2015"), Some(("2015-01-01".into(), true)));
        assert_eq!(of("qpv-2024"), Some(("2024-01-01".into(), true)));
        assert_eq!(of("qpv-2030"), Some(("2030-01-01".into(), false)));
        assert_eq!(of("band-300m-2024"), None);
    }
}
