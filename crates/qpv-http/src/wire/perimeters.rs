//! Perimeters with their official attributes, the figures published on them, and what they were or became.

use qpv_service::Snapshot;
use qpv_service::model::{Perimeter, Vintage};
use qpv_service::overlapping_perimeters;
use serde::Serialize;
use utoipa::ToSchema;

use super::{DatasetRef, QpvRef};

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
    #[schema(value_type = String, example = "2024")]
    pub vintage: Vintage,
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

/// A perimeter of the other vintage.
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

/// A perimeter with those of the other vintage that overlap it, by the vintage of the perimeter.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum PerimeterAnswer<'a> {
    /// A perimeter of 2024.
    Of2024(PerimeterOf2024<'a>),
    /// A perimeter of 2015.
    Of2015(PerimeterOf2015<'a>),
}

/// A perimeter of 2024 with its predecessors and its dataset.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerimeterOf2024<'a> {
    /// The feature.
    #[serde(flatten)]
    pub feature: PerimeterFeature<'a>,
    /// The perimeters of 2015 that overlap it, largest shared area first. Slivers are left out: an area within the
    /// tolerance of either perimeter, which is the larger of 2 % of its area and 5 m along its line, at most half of it.
    /// Null when 2015 is not loaded for the whole territory: unknown is not "none".
    #[schema(required = true)]
    pub predecessors: Option<Vec<Relative<'a>>>,
    /// The dataset it comes from.
    pub dataset: DatasetRef<'a>,
}

/// A perimeter of 2015 with its successors and its dataset.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerimeterOf2015<'a> {
    /// The feature.
    #[serde(flatten)]
    pub feature: PerimeterFeature<'a>,
    /// The perimeters of 2024 that overlap it, largest shared area first, without slivers. Null when 2024 is not loaded
    /// for the whole territory: unknown is not "none".
    #[schema(required = true)]
    pub successors: Option<Vec<Relative<'a>>>,
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
}

impl<'a> PerimeterAnswer<'a> {
    /// Creates the answer for a perimeter.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, perimeter: &'a Perimeter) -> Self {
        let feature = PerimeterFeature::new(snapshot, perimeter, true);
        let dataset = DatasetRef::new(snapshot);
        let relatives = overlapping_perimeters(snapshot, perimeter).map(|overlapping| {
            overlapping
                .into_iter()
                .map(|(other, shared_ha)| Relative::new(other, shared_ha))
                .collect()
        });
        match perimeter.code_qp.vintage() {
            Vintage::V2015 => Self::Of2015(PerimeterOf2015 {
                feature,
                successors: relatives,
                dataset,
            }),
            Vintage::V2024 => Self::Of2024(PerimeterOf2024 {
                feature,
                predecessors: relatives,
                dataset,
            }),
        }
    }
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
        let figures = snapshot.statistics(perimeter.code_qp);
        let QpvRef {
            code_qp,
            lib_qp,
            insee_com,
            lib_com,
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
            vintage: perimeter.code_qp.vintage(),
            territory: perimeter.territory,
            area_ha: perimeter.known_area_ha().map(square_metres),
            population: figures.and_then(|figures| figures.population),
            population_year: figures.and_then(|figures| figures.population_year),
            lib_epci: figures.and_then(|figures| figures.lib_epci.as_deref()),
        }
    }
}
