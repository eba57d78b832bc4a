//! Vector tiles: layers of features in, Mapbox Vector Tiles and PMTiles archives out.
//!
//! A [`Layer`] holds polygons, points or clusters of points with their properties and cuts [`Tile`]s of them, at zooms 0 to
//! [`MAX_ZOOM`]; [`encode_points`] makes a tile of points that the caller keeps elsewhere. [`write_archive`] writes all
//! tiles of several [`Source`]s to one file for a static host. Tiles of several layers are their bytes one after the other.
//!
//! Promises: outlines are rounded once per zoom, on the grid of all tiles of that zoom, and then clipped, so that pieces
//! of neighbouring tiles meet; polygons in a tile are valid on that grid. A perimeter drawn at a zoom never vanishes there:
//! what is smaller than [`SMALLEST`] units is not drawn at all and left to the clusters. Every point is in one tile of a
//! zoom. Refuses: files, addresses of the web, what layers mean.

mod archive;
mod clusters;
mod encode;
mod grid;
mod label;
mod layer;
mod shape;

pub use archive::{ArchiveError, ArchiveOptions, ArchiveReport, gzipped, write_archive};
pub use encode::{FieldKind, PointFeature, Properties, Value, encode_points};
pub use grid::{BUFFER, Bounds, EXTENT, MAX_ZOOM, Tile, TileError};
pub use label::label_point;
pub use layer::{Layer, SMALLEST, Source};
