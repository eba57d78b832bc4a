//! Perimeters with their official attributes, the figures published on them, and what they were or became.

use qpv_service::model::{Perimeter, Vintage};
use qpv_service::{Figures, MatchedName, PlaceName, Snapshot, overlapping_perimeters, place_names};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DatasetRef, FiguresAnswer, QpvRef, VintageAnswer};

/// The official attributes of a perimeter.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerimeterProperties<'a> {
    /// Official code.
    #[schema(example = "QN06103M")]
    pub code_qp: &'a str,
    /// Official name.
    pub lib_qp: &'a str,
    /// INSEE codes of its communes.
    pub insee_com: Vec<&'a str>,
    /// Names of its communes.
    pub lib_com: &'a [String],
    /// Department code.
    pub insee_dep: &'a str,
    /// Department name, where published.
    pub lib_dep: Option<&'a str>,
    /// Region code, where published.
    pub insee_reg: Option<&'a str>,
    /// Region name, where published.
    pub lib_reg: Option<&'a str>,
    /// SIREN numbers of its intercommunalities, where published.
    pub siren_epci: &'a [String],
    /// The vintage.
    #[serde(flatten)]
    pub vintage: VintageAnswer,
    /// The territory.
    #[schema(value_type = String, example = "metropole")]
    pub territory: qpv_service::model::Territory,
    /// Planar area in the territory's legal projection, hectares; null when the outline is published as a point or a line.
    pub area_ha: Option<f64>,
    /// *Population municipale*, inhabitants; absent when it is not loaded, or secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<u32>,
    /// The year of the population; absent when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population_year: Option<i16>,
    /// Name of its intercommunality, as published, or names; absent when it is not loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lib_epci: Option<&'a str>,
    /// The figures published on it: all for a perimeter asked by its code, in lists those that `fields` asks for; absent
    /// when no statistics of its vintage are loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figures: Option<FiguresAnswer<'a>>,
    /// The names of places and quarters inside, by the addresses and the lists of places loaded: of a perimeter asked by its
    /// code. Null when no addresses of its communes are loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<PlaceNameAnswer>>)]
    pub place_names: Option<Option<Vec<PlaceNameAnswer>>>,
    /// The name that the text `q` was found in; absent without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched: Option<MatchedNameAnswer<'a>>,
}

/// The name of a place inside a perimeter.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceNameAnswer {
    /// As published.
    #[schema(example = "Les Vergnes")]
    pub name: Box<str>,
    /// `addresses`, or the kind of the list it comes from, such as `schools`.
    #[schema(example = "addresses")]
    pub source: Box<str>,
    /// The part that surely lies inside: `whole` when all its numbered addresses do, `partial` when some do, `point` for the
    /// one position that is published of it.
    #[schema(example = "whole")]
    pub extent: &'static str,
}

/// The name that a text was found in.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchedNameAnswer<'a> {
    /// The attribute that has it: `code_qp`, `lib_qp`, `lib_com` or `place_names`.
    #[schema(example = "place_names")]
    pub attribute: &'static str,
    /// The name.
    #[schema(example = "Les Vergnes")]
    pub name: &'a str,
    /// The part of the place that surely lies inside, as in `place_names`; absent for other names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extent: Option<&'static str>,
}

/// A perimeter as a GeoJSON feature, WGS 84.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerimeterFeature<'a> {
    /// `Feature`.
    pub r#type: &'static str,
    /// Official code.
    pub id: &'a str,
    /// Official attributes.
    pub properties: PerimeterProperties<'a>,
    /// GeoJSON `MultiPolygon`, or null when not asked for.
    #[schema(value_type = Option<Object>, required = true)]
    pub geometry: Option<geojson::Geometry>,
}

/// A perimeter of another vintage.
#[derive(Debug, Serialize, ToSchema)]
pub struct Relative<'a> {
    /// Official code.
    #[schema(example = "QP061003")]
    pub code_qp: &'a str,
    /// Official name.
    pub lib_qp: &'a str,
    /// Its whole area, hectares.
    pub area_ha: f64,
    /// The area of what both have in common, hectares, planar in the legal projection.
    pub shared_ha: f64,
}

/// A perimeter with those of the vintages before and after that overlap it, and its dataset.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerimeterAnswer<'a> {
    /// The feature.
    #[serde(flatten)]
    pub feature: PerimeterFeature<'a>,
    /// The perimeters of the vintage before that overlap it, largest shared area first. Slivers are left out: an area within
    /// the tolerance of either perimeter, which is the larger of 2 % of its area and 5 m along its line, at most half of it.
    /// Null when that vintage is not loaded for the whole territory: unknown is not "none". Absent in the first vintage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Relative>>)]
    pub predecessors: Option<Option<Vec<Relative<'a>>>>,
    /// The perimeters of the vintage after that overlap it, likewise; absent while none after it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Relative>>)]
    pub successors: Option<Option<Vec<Relative<'a>>>>,
    /// The dataset it comes from.
    pub dataset: DatasetRef<'a>,
}

/// Perimeters as a GeoJSON feature collection; complete, never cut.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerimeterCollection<'a> {
    /// `FeatureCollection`.
    pub r#type: &'static str,
    /// The perimeters, oldest vintage first, in code order.
    pub features: Vec<PerimeterFeature<'a>>,
    /// The dataset they come from.
    pub dataset: DatasetRef<'a>,
}

impl<'a> PerimeterFeature<'a> {
    /// The feature of a perimeter, with or without its outline.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, perimeter: &'a Perimeter, geometry: bool) -> Self {
        Self {
            r#type: "Feature",
            id: perimeter.code_qp.as_str(),
            properties: PerimeterProperties::new(snapshot, perimeter),
            geometry: geometry.then(|| geojson::Geometry::from(perimeter.outline.wgs84())),
        }
    }

    /// Adds figures published on the perimeter, if there are any of its vintage.
    #[must_use]
    pub fn with_figures(mut self, figures: Option<Figures<'a>>) -> Self {
        // No indicator loaded is not the same as none published.
        let figures = figures.filter(|figures| !figures.is_empty());
        self.properties.figures = figures.map(FiguresAnswer);
        self
    }

    /// Adds the name that the text of a search was found in.
    #[must_use]
    pub fn with_match(mut self, matched: Option<MatchedName<'a>>) -> Self {
        self.properties.matched = matched.map(MatchedNameAnswer::from);
        self
    }

    /// Adds the names of the places inside.
    fn with_place_names(mut self, names: Option<Vec<PlaceName>>) -> Self {
        let names = names.map(|names| names.into_iter().map(PlaceNameAnswer::from).collect());
        self.properties.place_names = Some(names);
        self
    }
}

impl<'a> PerimeterAnswer<'a> {
    /// Creates the answer for a perimeter.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, perimeter: &'a Perimeter) -> Self {
        let known = snapshot.known_vintages();
        // Only one can replace it.
        let after = known
            .iter()
            .find(|record| record.predecessor == Some(perimeter.vintage));
        Self {
            feature: PerimeterFeature::new(snapshot, perimeter, true)
                .with_figures(Some(Figures::all(snapshot, perimeter)))
                .with_place_names(place_names(snapshot, perimeter)),
            predecessors: known
                .predecessor(perimeter.vintage)
                .map(|before| relatives(snapshot, perimeter, before)),
            successors: after.map(|after| relatives(snapshot, perimeter, after.id)),
            dataset: DatasetRef::new(snapshot),
        }
    }
}

/// Returns the perimeters of another vintage that overlap one; `None` when that is not known.
fn relatives<'a>(
    snapshot: &'a Snapshot,
    perimeter: &Perimeter,
    other: Vintage,
) -> Option<Vec<Relative<'a>>> {
    let overlapping = overlapping_perimeters(snapshot, perimeter, other)?;
    let relatives = overlapping.into_iter();
    Some(
        relatives
            .map(|(other, shared_ha)| Relative::new(other, shared_ha))
            .collect(),
    )
}

impl<'a> Relative<'a> {
    fn new(perimeter: &'a Perimeter, shared_ha: f64) -> Self {
        Self {
            code_qp: perimeter.code_qp.as_str(),
            lib_qp: &perimeter.lib_qp,
            area_ha: square_metres(perimeter.area_ha),
            shared_ha: square_metres(shared_ha),
        }
    }
}

/// Hectares to the square metre.
pub(super) fn square_metres(area_ha: f64) -> f64 {
    (area_ha * 1e4).round() / 1e4
}

impl<'a> PerimeterProperties<'a> {
    /// The attributes of a perimeter, and the figures published on it.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, perimeter: &'a Perimeter) -> Self {
        let published = snapshot.statistics(perimeter);
        let QpvRef {
            code_qp,
            lib_qp,
            insee_com,
            lib_com,
            figures: _,
        } = perimeter.into();
        Self {
            code_qp,
            lib_qp,
            insee_com,
            lib_com,
            insee_dep: &perimeter.insee_dep,
            lib_dep: perimeter.lib_dep.as_deref(),
            insee_reg: perimeter.insee_reg.as_deref(),
            lib_reg: perimeter.lib_reg.as_deref(),
            siren_epci: &perimeter.siren_epci,
            vintage: VintageAnswer::new(snapshot, perimeter.vintage, perimeter.territory),
            territory: perimeter.territory,
            area_ha: perimeter.known_area_ha().map(square_metres),
            population: published.and_then(|it| it.population),
            population_year: published.and_then(|it| it.population_year),
            lib_epci: published.and_then(|it| it.lib_epci.as_deref()),
            figures: None,
            place_names: None,
            matched: None,
        }
    }
}

impl From<PlaceName> for PlaceNameAnswer {
    fn from(place: PlaceName) -> Self {
        Self {
            name: place.name,
            source: place.source.as_ref().into(),
            extent: place.extent.into(),
        }
    }
}

impl<'a> From<MatchedName<'a>> for MatchedNameAnswer<'a> {
    fn from(matched: MatchedName<'a>) -> Self {
        let (attribute, name, extent) = match matched {
            MatchedName::Code(code) => ("code_qp", code, None),
            MatchedName::Perimeter(name) => ("lib_qp", name, None),
            MatchedName::Commune(name) => ("lib_com", name, None),
            MatchedName::Place(place) => ("place_names", &*place.name, Some(place.extent.into())),
        };
        Self {
            attribute,
            name,
            extent,
        }
    }
}
