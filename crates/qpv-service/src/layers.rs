//! The layers of a dataset, for maps and programs: as collections of features, and as vector tiles.

pub mod attributes;
pub mod collections;
pub(crate) mod counts;
pub(crate) mod ground;
pub mod tiles;
