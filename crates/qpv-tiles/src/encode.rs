//! Features as Mapbox Vector Tiles (version 2.1).

use std::borrow::Cow;
use std::fmt::Debug;

use fast_mvt::{
    MvtCoord, MvtFeatureBuilder, MvtGeomType, MvtLayerBuilder, MvtTileBuilder, MvtValueRef,
};
use geo_types::{Coord, MultiPolygon};
use i_overlay::i_float::int::point::IntPoint;
use strum::IntoStaticStr;

use crate::grid::{self, FINEST, Tile};
use crate::shape::{Shape, clipped_line, coarser, doubled_area, window};

/// The value of a property.
#[derive(Debug, Clone, PartialEq)]
pub enum FeatureValue {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(u32),
}

/// Names and values of a feature; unknown values are left out.
pub type FeatureProperties = Vec<(AttributeName, FeatureValue)>;

/// The name of an attribute: fixed, or made of a vintage (`qpv_2024`).
pub type AttributeName = Cow<'static, str>;

/// The kind of values of a property, in the words of TileJSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
pub enum FieldKind {
    /// Texts.
    String,
    /// Numbers.
    Number,
}

impl FieldKind {
    /// Returns its name in TileJSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A point with its properties.
#[derive(Debug, Clone, PartialEq)]
pub struct PointFeature {
    /// Longitude and latitude, WGS 84 degrees.
    pub at: Coord<f64>,
    /// Its properties.
    pub properties: FeatureProperties,
}

/// Encodes a tile with one layer of points: those of `points` that lie in it, with one text each under the name `field`.
/// Empty when there is none.
#[must_use]
pub fn encode_points<'a>(
    layer: &str,
    tile: Tile,
    field: &str,
    points: impl Iterator<Item = (Coord<f64>, Cow<'a, str>)>,
) -> Vec<u8> {
    let (mut writer, corner) = (LayerWriter::new(layer), tile.corner());
    let window = 0..grid::EXTENT;
    for (at, text) in points {
        let at = grid::cell(at);
        let shift = FINEST - tile.z();
        // Shifts round down, as the grid does: a point stays in the tile of its position.
        let local = IntPoint::new(at.x >> shift, at.y >> shift) - corner;
        // Without the buffer: a point on the edge of a tile belongs to one tile only.
        if window.contains(&local.x) && window.contains(&local.y) {
            writer.point(local, [(field, MvtValueRef::String(&text))].into_iter());
        }
    }
    writer.finish()
}

/// Encodes a tile with one layer of lines, each clipped to the tile with its buffer, with one text under the name `field`. Empty
/// when no line meets it.
#[must_use]
pub fn encode_lines<'a>(
    layer: &str,
    tile: Tile,
    field: &str,
    lines: impl Iterator<Item = (Vec<Coord<f64>>, Cow<'a, str>)>,
) -> Vec<u8> {
    let (mut writer, corner, window) = (LayerWriter::new(layer), tile.corner(), window(tile));
    for (line, text) in lines {
        let mut points: Vec<IntPoint> = line
            .iter()
            .map(|at| coarser(grid::cell(*at), tile.z()))
            .collect();
        // Rounding makes neighbours equal.
        points.dedup();
        for piece in clipped_line(&points, window) {
            let local = piece.into_iter().map(|point| point - corner);
            writer.line(local, [(field, MvtValueRef::String(&text))].into_iter());
        }
    }
    writer.finish()
}

/// Encodes a tile with one layer of polygons, each rounded to the tile's grid and clipped. Empty when none meets it.
#[must_use]
pub fn encode_polygons(
    layer: &str,
    tile: Tile,
    polygons: impl Iterator<Item = (MultiPolygon<f64>, FeatureProperties)>,
) -> Vec<u8> {
    let (mut writer, window) = (LayerWriter::new(layer), window(tile));
    for (outline, properties) in polygons {
        let shape = Shape::new(&outline).at_zoom(tile.z());
        if let Some(extent) = shape.extent() {
            writer.polygons(&shape.clipped(extent, window, tile.corner()), &properties);
        }
    }
    writer.finish()
}

/// A layer of a tile being written.
#[derive(Debug)]
pub(crate) struct LayerWriter(Option<MvtLayerBuilder>);

impl LayerWriter {
    pub(crate) fn new(layer: &str) -> Self {
        Self(Some(
            MvtTileBuilder::new()
                .layer(layer)
                .expect("layers have a name"),
        ))
    }

    fn feature<'a>(
        &mut self,
        kind: MvtGeomType,
        properties: impl Iterator<Item = (&'a str, MvtValueRef<'a>)>,
        draw: impl FnOnce(&mut MvtFeatureBuilder),
    ) {
        // The builder of a feature takes the layer and hands it back at its end.
        let Some(layer) = self.0.take() else { return };
        let mut feature = layer.feature_of(kind);
        draw(&mut feature);
        for (name, value) in properties {
            feature
                .tag_ref(name, value)
                .expect("a tile has fewer than 2^32 values");
        }
        self.0 = Some(feature.end());
    }

    pub(crate) fn point<'a>(
        &mut self,
        at: IntPoint,
        properties: impl Iterator<Item = (&'a str, MvtValueRef<'a>)>,
    ) {
        self.feature(MvtGeomType::Point, properties, |feature| {
            feature
                .points([coord(at)])
                .expect("the feature is one of points");
        });
    }

    /// Adds a line of two points at least.
    pub(crate) fn line<'a>(
        &mut self,
        points: impl Iterator<Item = IntPoint>,
        properties: impl Iterator<Item = (&'a str, MvtValueRef<'a>)>,
    ) {
        self.feature(MvtGeomType::LineString, properties, |feature| {
            feature
                .line(points.map(coord))
                .expect("the feature is one of lines, with two points");
        });
    }

    /// Adds a polygon, or several as one feature; nothing when the shape is empty.
    pub(crate) fn polygons(&mut self, shape: &Shape, properties: &FeatureProperties) {
        if shape.0.is_empty() {
            return;
        }
        self.feature(MvtGeomType::Polygon, tags(properties), |feature| {
            // The first ring of a polygon is its outside, the others its holes: the format knows
            // no other mark.
            for (position, ring) in shape
                .0
                .iter()
                .flat_map(|polygon| polygon.iter().enumerate())
            {
                // A ring without area would be read as a hole by its direction.
                if doubled_area(ring) != 0 {
                    let points = ring.iter().map(|point| coord(*point));
                    feature
                        .ring(points, position == 0)
                        .expect("the feature is one of polygons, the ring not empty");
                }
            }
        });
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        // A layer without features is left out, so that the whole tile can be empty.
        let layer = self.0.filter(|layer| layer.num_features() > 0);
        layer.map(MvtLayerBuilder::encode).unwrap_or_default()
    }
}

pub(crate) fn tags(
    properties: &FeatureProperties,
) -> impl Iterator<Item = (&str, MvtValueRef<'_>)> {
    properties.iter().map(|(name, value)| {
        let value = match value {
            FeatureValue::Text(text) => MvtValueRef::String(text),
            FeatureValue::Number(number) => MvtValueRef::Double(*number),
            FeatureValue::Whole(number) => MvtValueRef::UInt(u64::from(*number)),
        };
        (name.as_ref(), value)
    })
}

fn coord(point: IntPoint) -> MvtCoord {
    MvtCoord {
        x: point.x,
        y: point.y,
    }
}
