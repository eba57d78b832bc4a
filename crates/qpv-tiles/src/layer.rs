//! Layers: features on the finest grid, and their drawing at each zoom.
//!
//! The drawing of a zoom is made when its first tile is cut, or before ([`FeatureLayer::prepare`]), and kept.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use fast_mvt::MvtValueRef;
use geo_types::MultiPolygon;
use i_overlay::i_float::int::point::IntPoint;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::clusters::{Cluster, clusters};
use crate::encode::{
    AttributeName, FeatureProperties, FeatureValue, FieldKind, LayerWriter, PointFeature, tags,
};
use crate::grid::{self, BUFFER, EXTENT, FINEST, GeoBounds, MAX_ZOOM, Tile};
use crate::shape::{Extent, Shape, window};

/// Least length of the longer side of a polygon at a zoom that draws it, units of the zoom's grid: a pixel of a tile drawn
/// at 512.
pub const MIN_DRAWN_UNITS: i32 = 8;

/// Side of the square in which one ranked point is drawn, units of a zoom's grid: 64 pixels of a tile drawn at 512, a short name.
pub const RANKED_UNITS: i32 = 512;

/// A source that tiles are cut from.
pub trait TileSource: Sync {
    /// Returns the name of the layer in its tiles.
    fn name(&self) -> &str;

    /// Returns the zooms it has tiles at.
    fn zooms(&self) -> RangeInclusive<u8>;

    /// Returns its properties with the kinds of their values.
    fn fields(&self) -> Vec<(&str, FieldKind)>;

    /// Returns the envelope of its features; `None` when it has none.
    fn bounds(&self) -> Option<GeoBounds>;

    /// Returns the tiles of a zoom that may hold something; some may come several times, and prove empty.
    fn tiles(&self, zoom: u8) -> Vec<Tile>;

    /// Cuts a tile: its bytes, not compressed; none for a tile with nothing in it.
    fn cut(&self, tile: Tile) -> Vec<u8>;
}

impl<S: TileSource + ?Sized> TileSource for &S {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn zooms(&self) -> RangeInclusive<u8> {
        (**self).zooms()
    }

    fn fields(&self) -> Vec<(&str, FieldKind)> {
        (**self).fields()
    }

    fn bounds(&self) -> Option<GeoBounds> {
        (**self).bounds()
    }

    fn tiles(&self, zoom: u8) -> Vec<Tile> {
        (**self).tiles(zoom)
    }

    fn cut(&self, tile: Tile) -> Vec<u8> {
        (**self).cut(tile)
    }
}

/// A layer of features in memory.
#[derive(Debug)]
pub struct FeatureLayer {
    name: String,
    fields: Vec<(AttributeName, FieldKind)>,
    properties: Vec<FeatureProperties>,
    extent: Option<Extent>,
    zooms: RangeInclusive<u8>,
    drawn: Drawn,
}

#[derive(Debug)]
enum Drawn {
    Polygons(Box<Polygons>),
    /// By zoom. With their number for clusters, without it for points that stand for themselves.
    Points {
        levels: Vec<Vec<Cluster>>,
        counted: bool,
    },
}

#[derive(Debug)]
struct Polygons {
    /// On the finest grid, by feature.
    shapes: Vec<(Extent, Shape)>,
    index: RTree<GeomWithData<Rectangle<[i32; 2]>, u32>>,
    levels: [OnceLock<DrawnLevel>; MAX_ZOOM as usize + 1],
}

/// The drawing of a zoom, by feature.
type DrawnLevel = Vec<Option<(Extent, Shape)>>;

/// Property of a cluster: how many points it stands for.
const POINT_COUNT: &str = "point_count";
/// Property of a cluster of several points: the envelope that holds them, `west,south,east,north`.
pub const CLUSTER_EXTENT: &str = "extent";

impl FeatureLayer {
    /// Makes a layer of polygons, each drawn from the zoom where its longer side has [`MIN_DRAWN_UNITS`] units. One without area is
    /// left out.
    #[must_use]
    pub fn polygons<'a>(
        name: &str,
        features: impl IntoIterator<Item = (&'a MultiPolygon<f64>, FeatureProperties)>,
    ) -> Self {
        // Properties stay beside their shape: some features are left out.
        let rounded = features.into_iter().filter_map(|(outline, properties)| {
            let shape = Shape::new(outline);
            shape.extent().map(|extent| ((extent, shape), properties))
        });
        let (shapes, properties): (Vec<(Extent, Shape)>, Vec<FeatureProperties>) = rounded.unzip();
        let boxes = (0_u32..).zip(&shapes).map(|(index, (extent, _))| {
            GeomWithData::new(
                Rectangle::from_corners(corner(extent.min), corner(extent.max)),
                index,
            )
        });
        let index = RTree::bulk_load(boxes.collect());
        let extent = Extent::around(
            shapes
                .iter()
                .flat_map(|(extent, _)| [extent.min, extent.max]),
        );
        // The largest feature decides where the layer begins; smaller ones join at deeper zooms.
        let first = shapes
            .iter()
            .map(|(extent, _)| first_zoom(*extent))
            .min()
            .unwrap_or(MAX_ZOOM);
        let drawn = Drawn::Polygons(Box::new(Polygons {
            shapes,
            index,
            levels: [const { OnceLock::new() }; 15],
        }));
        Self::new(name, properties, extent, first..=MAX_ZOOM, drawn)
    }

    /// Makes a layer of points that stand for themselves, at all zooms.
    #[must_use]
    pub fn points(name: &str, features: Vec<PointFeature>) -> Self {
        let (places, properties) = placed(features);
        let alone = (0_u32..)
            .zip(&places)
            .map(|(index, at)| Cluster::alone(index, *at));
        // Every zoom has the same points: a map of few places needs no clusters.
        let levels = vec![alone.collect(); usize::from(MAX_ZOOM) + 1];
        let extent = Extent::around(places.into_iter());
        Self::new(
            name,
            properties,
            extent,
            0..=MAX_ZOOM,
            Drawn::Points {
                levels,
                counted: false,
            },
        )
    }

    /// Makes a layer of points that give way to more important ones, which come first: at each zoom, one in a square of
    /// [`RANKED_UNITS`] a side. What is seen at a zoom is seen at all deeper ones, and all are at the deepest.
    #[must_use]
    pub fn ranked_points(name: &str, features: Vec<PointFeature>) -> Self {
        let (places, properties) = placed(features);
        let zooms = usize::from(MAX_ZOOM);
        let mut levels = vec![Vec::new(); zooms + 1];
        let mut taken: Vec<HashSet<[i32; 2]>> = vec![HashSet::new(); zooms];
        for (index, at) in (0_u32..).zip(&places) {
            let squares = (0..MAX_ZOOM).map(|zoom| {
                let at = floored(*at, zoom);
                [at.x / RANKED_UNITS, at.y / RANKED_UNITS]
            });
            let squares: Vec<[i32; 2]> = squares.collect();
            // The first zoom where its square is free; beyond, the squares are its own or hold less important ones.
            let first = (0..zooms).find(|zoom| !taken[*zoom].contains(&squares[*zoom]));
            let first = first.unwrap_or(zooms);
            for zoom in first..=zooms {
                levels[zoom].push(Cluster::alone(index, *at));
                if let Some(square) = squares.get(zoom) {
                    taken[zoom].insert(*square);
                }
            }
        }
        let extent = Extent::around(places.into_iter());
        let drawn = Drawn::Points {
            levels,
            counted: false,
        };
        Self::new(name, properties, extent, 0..=MAX_ZOOM, drawn)
    }

    /// Makes a layer of points that are gathered where they lie close together, at zooms under 10. Each has a property
    /// `point_count`; where that is 1, its own properties too.
    #[must_use]
    pub fn clusters(name: &str, features: Vec<PointFeature>) -> Self {
        let (places, properties) = placed(features);
        let levels = clusters(&places);
        let extent = Extent::around(places.into_iter());
        let mut layer = Self::new(
            name,
            properties,
            extent,
            0..=MAX_ZOOM,
            Drawn::Points {
                levels,
                counted: true,
            },
        );
        layer.fields.push((POINT_COUNT.into(), FieldKind::Number));
        layer
            .fields
            .push((CLUSTER_EXTENT.into(), FieldKind::String));
        layer
    }

    fn new(
        name: &str,
        properties: Vec<FeatureProperties>,
        extent: Option<Extent>,
        zooms: RangeInclusive<u8>,
        drawn: Drawn,
    ) -> Self {
        let mut fields: Vec<(AttributeName, FieldKind)> = Vec::new();
        for (name, value) in properties.iter().flatten() {
            // TileJSON lists a name once, whichever feature has it first.
            if fields.iter().all(|(known, _)| known != name) {
                let kind = if matches!(value, FeatureValue::Text(_)) {
                    FieldKind::String
                } else {
                    FieldKind::Number
                };
                fields.push((name.clone(), kind));
            }
        }
        Self {
            name: name.to_owned(),
            fields,
            properties,
            extent,
            zooms,
            drawn,
        }
    }

    /// Returns the number of features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.properties.len()
    }

    /// Returns true when there is no feature.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.properties.is_empty()
    }

    /// Makes the drawing of a zoom, so that its first tile is cut as fast as the next ones.
    pub fn prepare(&self, zoom: u8) {
        if let Drawn::Polygons(polygons) = &self.drawn
            && self.zooms.contains(&zoom)
        {
            polygons.level(zoom);
        }
    }

    fn write_points(&self, clusters: &[Cluster], counted: bool, tile: Tile) -> Vec<u8> {
        let mut writer = LayerWriter::new(&self.name);
        for cluster in clusters
            .iter()
            // By the tile alone, without its buffer: a point belongs to one tile only.
            .filter(|cluster| tile_of(cluster.at, tile.z()) == Some(tile))
        {
            let count = (POINT_COUNT, MvtValueRef::UInt(u64::from(cluster.count)));
            let extent = (counted && cluster.only.is_none())
                .then(|| extent_text(cluster.corners[0], cluster.corners[1]));
            let extent = extent
                .as_deref()
                .map(|text| (CLUSTER_EXTENT, MvtValueRef::String(text)));
            let own = cluster
                .only
                .map(|index| tags(&self.properties[index as usize]));
            let properties = counted
                .then_some(count)
                .into_iter()
                .chain(extent)
                .chain(own.into_iter().flatten());
            // Rounded down like the tile's own number, so that no point falls outside the tile it
            // is cut for.
            writer.point(floored(cluster.at, tile.z()) - tile.corner(), properties);
        }
        writer.finish()
    }
}

impl TileSource for FeatureLayer {
    fn name(&self) -> &str {
        &self.name
    }

    fn zooms(&self) -> RangeInclusive<u8> {
        self.zooms.clone()
    }

    fn fields(&self) -> Vec<(&str, FieldKind)> {
        self.fields
            .iter()
            .map(|(name, kind)| (name.as_ref(), *kind))
            .collect()
    }

    fn bounds(&self) -> Option<GeoBounds> {
        let Extent { min, max } = self.extent?;
        let (north_west, south_east) = (grid::position(min), grid::position(max));
        // The grid counts from the north-west, an envelope from the south-west.
        Some([north_west.x, south_east.y, south_east.x, north_west.y])
    }

    fn tiles(&self, zoom: u8) -> Vec<Tile> {
        match &self.drawn {
            Drawn::Points { levels, .. } => levels[usize::from(zoom)]
                .iter()
                .filter_map(|cluster| tile_of(cluster.at, zoom))
                .collect(),
            Drawn::Polygons(polygons) => polygons
                .level(zoom)
                .iter()
                .flatten()
                .flat_map(|(extent, _)| tiles_around(*extent, zoom))
                .collect(),
        }
    }

    fn cut(&self, tile: Tile) -> Vec<u8> {
        // Tiles of other layers go deeper than these.
        if tile.z() > MAX_ZOOM {
            return Vec::new();
        }
        match &self.drawn {
            Drawn::Points { levels, counted } => {
                self.write_points(&levels[usize::from(tile.z())], *counted, tile)
            }
            Drawn::Polygons(polygons) => {
                let mut writer = LayerWriter::new(&self.name);
                polygons.cut(tile, |feature, shape| {
                    writer.polygons(&shape, &self.properties[feature]);
                });
                writer.finish()
            }
        }
    }
}

impl Polygons {
    fn level(&self, zoom: u8) -> &DrawnLevel {
        self.levels[usize::from(zoom)].get_or_init(|| {
            // On this thread alone: one that waits here must not be one that the work is shared out to.
            let drawn = self.shapes.iter().map(|(extent, shape)| {
                // A feature left out keeps its place, by which its properties are found.
                let shape = (zoom >= first_zoom(*extent)).then(|| shape.at_zoom(zoom))?;
                Some((shape.extent()?, shape))
            });
            drawn.collect()
        })
    }

    /// Calls `each` with the shape of each feature in a tile, in the tile's own coordinates.
    fn cut(&self, tile: Tile, mut each: impl FnMut(usize, Shape)) {
        let (level, window, shift) = (self.level(tile.z()), window(tile), FINEST - tile.z());
        // An outline may be a unit off its extent on the finest grid.
        let lower = [window.min.x - 1, window.min.y - 1].map(|units| units << shift);
        let upper = [window.max.x + 1, window.max.y + 1].map(|units| units << shift);
        let searched = AABB::from_corners(lower, upper);
        let mut found: Vec<u32> = self
            .index
            .locate_in_envelope_intersecting(searched)
            .map(|entry| entry.data)
            .collect();
        // In the order of the features, so that a tile always has the same bytes.
        found.sort_unstable();
        for feature in found.into_iter().map(|feature| feature as usize) {
            if let Some((extent, shape)) = &level[feature] {
                each(feature, shape.clipped(*extent, window, tile.corner()));
            }
        }
    }
}

/// Returns the first zoom that a polygon is drawn at: the deepest one for the smallest.
fn first_zoom(extent: Extent) -> u8 {
    let length = extent.length();
    (0..MAX_ZOOM)
        .find(|zoom| length >> (FINEST - zoom) >= MIN_DRAWN_UNITS)
        .unwrap_or(MAX_ZOOM)
}

/// Writes the envelope of a cluster, to ten metres.
fn extent_text(low: IntPoint, high: IntPoint) -> String {
    // The grid counts from the north-west, an envelope from the south-west.
    let (north_west, south_east) = (grid::position(low), grid::position(high));
    envelope_text([north_west.x, south_east.y, south_east.x, north_west.y])
}

/// Writes an envelope as [`CLUSTER_EXTENT`] has it.
#[must_use]
pub fn envelope_text(bounds: GeoBounds) -> String {
    bounds.map(|degrees| format!("{degrees:.4}")).join(",")
}

fn corner(point: IntPoint) -> [i32; 2] {
    [point.x, point.y]
}

fn placed(features: Vec<PointFeature>) -> (Vec<IntPoint>, Vec<FeatureProperties>) {
    features
        .into_iter()
        .map(|feature| (grid::cell(feature.at), feature.properties))
        .unzip()
}

/// Returns the unit of a zoom's grid that a unit of the finest lies in.
fn floored(point: IntPoint, zoom: u8) -> IntPoint {
    let shift = FINEST - zoom;
    IntPoint::new(point.x >> shift, point.y >> shift)
}

/// Returns the tile of a zoom that a unit of the finest grid lies in.
fn tile_of(point: IntPoint, zoom: u8) -> Option<Tile> {
    let at = floored(point, zoom);
    let column = u32::try_from(at.x / EXTENT).ok()?;
    let row = u32::try_from(at.y / EXTENT).ok()?;
    Tile::new(zoom, column, row).ok()
}

/// Returns the tiles whose buffered square an extent on the zoom's grid meets.
fn tiles_around(extent: Extent, zoom: u8) -> impl Iterator<Item = Tile> {
    let columns = tiles_between(extent.min.x, extent.max.x, zoom);
    let rows = tiles_between(extent.min.y, extent.max.y, zoom);
    rows.flat_map(move |y| {
        columns
            .clone()
            .filter_map(move |x| Tile::new(zoom, x, y).ok())
    })
}

/// Returns the columns, or rows, of tiles between two coordinates on the zoom's grid, their buffers included.
fn tiles_between(min: i32, max: i32, zoom: u8) -> RangeInclusive<u32> {
    let last = (1 << zoom) - 1;
    // The buffer of a neighbour reaches over the edge: an outline near it is drawn there too.
    let [first, end] = [min - BUFFER, max + BUFFER]
        .map(|units| u32::try_from((units.max(0) / EXTENT).min(last)).unwrap_or(0));
    first..=end
}
