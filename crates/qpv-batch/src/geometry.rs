//! The geometry of a row, apart from the format of the table.

use geo_types::MultiPolygon;

/// The geometry of a row, in the reference system of its column.
#[derive(Debug, Clone, PartialEq)]
pub enum RowGeometry {
    /// A point: x or longitude, then y or latitude.
    Position(f64, f64),
    /// Polygons, as a building.
    Building(Box<MultiPolygon<f64>>),
}
