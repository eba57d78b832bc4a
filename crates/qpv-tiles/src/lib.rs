//! Vector tiles: layers of features in, Mapbox Vector Tiles and PMTiles archives out.
//!
//! A [`FeatureLayer`] holds polygons, points or clusters of points with their properties and cuts [`Tile`]s of them, at
//! zooms 0 to [`MAX_ZOOM`]. [`encode_points`], [`encode_lines`] and [`encode_polygons`] make a tile of what the caller stores. [`write_archive`] writes all
//! tiles of several [`TileSource`]s to one file for a static host. A tile of several layers is their bytes one after the
//! other.
//!
//! ```
//! use qpv_tiles::{FeatureLayer, FeatureValue, PointFeature, Tile, TileSource};
//! let at = geo_types::coord! { x: -0.57, y: 48.75 };
//! let point = PointFeature { at, properties: vec![("name".into(), FeatureValue::Text("Flers".into()))] };
//! let layer = FeatureLayer::points("towns", vec![point]);
//! let tile = layer.tiles(6)[0];
//! assert_eq!((tile.z(), tile.x(), tile.y()), (6, 31, 22));
//! assert!(!layer.cut(tile).is_empty());
//! # Ok::<(), qpv_tiles::TileError>(())
//! ```
//!
//! Promises: outlines are rounded once per zoom, on the grid of all tiles of that zoom, and then clipped, so that pieces
//! of neighbouring tiles meet; polygons in a tile are valid on that grid. A perimeter drawn at a zoom never vanishes
//! there: one smaller than [`MIN_DRAWN_UNITS`] is not drawn at all and left to the clusters. Every point is in one tile of
//! a zoom. Refuses: files, addresses of the web, the meaning of layers.

mod archive;
mod clusters;
mod encode;
mod grid;
mod label;
mod layer;
mod shape;

pub use archive::{ArchiveError, ArchiveOptions, ArchiveReport, gzipped, write_archive};
pub use encode::{
    AttributeName, FeatureProperties, FeatureValue, FieldKind, PointFeature, encode_lines,
    encode_points, encode_polygons,
};
pub use grid::{BUFFER, DEEPEST_ZOOM, EXTENT, GeoBounds, MAX_ZOOM, Tile, TileError};
pub use label::label_point;
pub use layer::{
    CLUSTER_EXTENT, FeatureLayer, MIN_DRAWN_UNITS, RANKED_UNITS, TileSource, envelope_text,
};
