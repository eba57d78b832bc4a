//! The answers of `/tiles`: the list of layers, and TileJSON 3.0.0.

use std::collections::BTreeMap;

use qpv_service::layers::tiles::{Chosen, TileLayer, Tiles, attribution};
use qpv_service::model::Vintage;
use qpv_service::{GroundLayer, Snapshot};
use serde::Serialize;
use utoipa::ToSchema;

use super::DatasetRef;

/// The layers that tiles are made of.
#[derive(Debug, Serialize, ToSchema)]
pub struct LayerList<'a> {
    /// The layers.
    pub layers: Vec<LayerAnswer<'a>>,
    /// The version, which changes with the dataset and the program. Tiles requested with `?v=` and this version may be
    #[schema(example = "2eeb0360f7f4a1b2-0.1.0")]
    pub version: &'a str,
    /// The maps that can lie under the layers, imported by the operator.
    pub grounds: Vec<GroundAnswer<'a>>,
    /// The box to open a map on: the latest perimeters of metropolitan France, or of all territories where there are none; west,
    /// south, east, north, WGS 84 degrees; null without perimeters.
    #[schema(required = true)]
    pub opening: Option<[f64; 4]>,
    /// The dataset that the layers come from.
    pub dataset: DatasetRef<'a>,
}

/// A map that can lie under the layers.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroundAnswer<'a> {
    /// The name, in URLs: `/tiles/ground/{name}/{z}/{x}/{y}`.
    #[schema(example = "plan")]
    pub name: &'a str,
    /// The name for people.
    pub label: &'a str,
    /// The attribution, in plain words.
    pub attribution: &'a str,
    /// The kind of tiles: `vector` or `raster`.
    #[schema(example = "vector")]
    pub kind: &'static str,
    /// The first zoom with tiles.
    pub minzoom: u8,
    /// The last one.
    pub maxzoom: u8,
    /// The bounds: west, south, east, north, WGS 84 degrees.
    pub bounds: [f64; 4],
    /// The names of the layers in vector tiles.
    pub vector_layers: &'a [String],
    /// The version. Tiles requested with `?v=` and this version may be kept forever.
    pub version: &'a str,
}

impl<'a> GroundAnswer<'a> {
    fn new(layer: &'a GroundLayer) -> Self {
        let summary = layer.summary();
        Self {
            name: layer.name.as_str(),
            label: &layer.label,
            attribution: &layer.attribution,
            kind: if layer.is_vector() {
                "vector"
            } else {
                "raster"
            },
            minzoom: summary.min_zoom,
            maxzoom: summary.max_zoom,
            bounds: summary.bounds,
            vector_layers: &summary.vector_layers,
            version: &layer.version,
        }
    }
}

/// A layer.
#[derive(Debug, Serialize, ToSchema)]
pub struct LayerAnswer<'a> {
    /// The identifier, in URLs and inside tiles.
    #[schema(example = "qpv-2024")]
    pub id: &'a str,
    /// The kind: `perimeters`, `band`, `official_band`, `clusters`, `departement_counts`, `region_counts`, `regions`,
    /// `departements`, `communes`, `commune_names`, `streets`, `street_lines`, `addresses`, `parcels`, `buildings`, `own` or
    /// `zoning`.
    #[schema(example = "perimeters")]
    pub kind: &'static str,
    /// The vintage, for a layer of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "2024")]
    pub vintage: Option<Vintage>,
    /// The name of a custom layer or of a zoning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// The name of a zoning for people, in French.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<&'a str>,
    /// The first zoom with a feature.
    pub minzoom: u8,
    /// The last zoom of tiles; maps enlarge them beyond it.
    pub maxzoom: u8,
    /// The bounds: west, south, east, north, WGS 84 degrees.
    pub bounds: [f64; 4],
    /// The count of features.
    pub features: usize,
}

/// TileJSON 3.0.0 of one layer or several.
#[derive(Debug, Serialize, ToSchema)]
pub struct TileJson {
    /// The version of the format.
    pub tilejson: &'static str,
    /// The identifiers of the layers.
    pub name: String,
    /// The attribution of the data, in French.
    pub attribution: String,
    /// Always `xyz`: rows are counted from the north.
    pub scheme: &'static str,
    /// The URL template of the tiles.
    pub tiles: [String; 1],
    /// The first zoom with a feature.
    pub minzoom: u8,
    /// The last zoom of tiles.
    pub maxzoom: u8,
    /// The bounds: west, south, east, north, WGS 84 degrees.
    pub bounds: [f64; 4],
    /// The layers in each tile.
    pub vector_layers: Vec<VectorLayer>,
}

/// A layer inside tiles.
#[derive(Debug, Serialize, ToSchema)]
pub struct VectorLayer {
    /// The identifier.
    pub id: String,
    /// The types of its properties: `String` or `Number`.
    pub fields: BTreeMap<String, &'static str>,
    /// The first zoom with a feature.
    pub minzoom: u8,
    /// The last zoom of tiles.
    pub maxzoom: u8,
}

impl<'a> LayerList<'a> {
    /// Lists the layers of a snapshot.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, tiles: &'a Tiles) -> Self {
        let layers = tiles.layers().iter().map(|layer| LayerAnswer {
            id: &layer.id,
            kind: layer.kind.as_str(),
            vintage: layer.vintage,
            name: layer.name.as_deref(),
            label: layer.label.as_deref(),
            minzoom: *layer.zooms.start(),
            maxzoom: *layer.zooms.end(),
            bounds: layer.bounds,
            features: layer.features,
        });
        Self {
            layers: layers.collect(),
            grounds: snapshot
                .ground_layers()
                .iter()
                .map(GroundAnswer::new)
                .collect(),
            version: tiles.version(),
            opening: tiles.opening(),
            dataset: DatasetRef::new(snapshot),
        }
    }
}

impl TileJson {
    /// Creates the description of some layers, at this public address of the service.
    #[must_use]
    pub fn new(tiles: &Tiles, chosen: &Chosen, base: &str) -> Self {
        let layers: Vec<&TileLayer> = tiles.chosen(chosen).collect();
        let ids = layers
            .iter()
            .map(|layer| layer.id.as_str())
            .collect::<Vec<_>>()
            .join(",");
        let bounds = layers.iter().map(|layer| layer.bounds);
        let joined = bounds.reduce(|one, other| {
            [
                one[0].min(other[0]),
                one[1].min(other[1]),
                one[2].max(other[2]),
                one[3].max(other[3]),
            ]
        });
        Self {
            tilejson: "3.0.0",
            attribution: attribution(layers.iter().copied()),
            scheme: "xyz",
            tiles: [format!(
                "{base}/tiles/{ids}/{{z}}/{{x}}/{{y}}?v={}",
                tiles.version()
            )],
            minzoom: layers
                .iter()
                .map(|layer| *layer.zooms.start())
                .min()
                .unwrap_or_default(),
            maxzoom: layers
                .iter()
                .map(|layer| *layer.zooms.end())
                .max()
                .unwrap_or_default(),
            bounds: joined.unwrap_or_default(),
            vector_layers: layers.iter().map(|layer| VectorLayer::new(layer)).collect(),
            name: ids,
        }
    }
}

impl TileJson {
    /// Creates the description of a map that lies under the layers, at this public address of the service.
    #[must_use]
    pub fn of_ground(layer: &GroundLayer, base: &str) -> Self {
        let summary = layer.summary();
        let (name, version) = (&layer.name, &layer.version);
        let vector_layers = summary.vector_layers.iter().map(|id| VectorLayer {
            id: id.clone(),
            // The archive knows them, and no program needs them to draw.
            fields: BTreeMap::new(),
            minzoom: summary.min_zoom,
            maxzoom: summary.max_zoom,
        });
        Self {
            tilejson: "3.0.0",
            name: layer.label.clone(),
            attribution: layer.attribution.clone(),
            scheme: "xyz",
            tiles: [format!(
                "{base}/tiles/ground/{name}/{{z}}/{{x}}/{{y}}?v={version}"
            )],
            minzoom: summary.min_zoom,
            maxzoom: summary.max_zoom,
            bounds: summary.bounds,
            vector_layers: vector_layers.collect(),
        }
    }
}

impl VectorLayer {
    fn new(layer: &TileLayer) -> Self {
        Self {
            id: layer.id.clone(),
            fields: layer.fields.iter().cloned().collect(),
            minzoom: *layer.zooms.start(),
            maxzoom: *layer.zooms.end(),
        }
    }
}
