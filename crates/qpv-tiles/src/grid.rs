//! Tiles of the web's square map, and the grids of whole numbers that outlines are rounded to.
//!
//! The map is the Mercator projection of the sphere (EPSG:3857) as a square. At zoom `z` it has `2^z` tiles a side, each
//! of [`EXTENT`] units a side: at [`MAX_ZOOM`] a unit is 0.6 m at the equator and 0.4 m in the north of France. Features are
//! kept on a grid sixteen times finer, of 2³⁰ units a side, which a 32-bit number holds. It is reached by rounding down,
//! so that rounding from it to the grid of a zoom gives what rounding the position itself gives.

use geo_types::{Coord, coord};
use i_overlay::i_float::int::point::IntPoint;

/// Units in a tile's side.
pub const EXTENT: i32 = 4096;
/// Units around a tile that outlines reach into, so that a line drawn along them shows no seam.
pub const BUFFER: i32 = 64;
/// The deepest zoom of most tiles; maps enlarge these beyond.
pub const MAX_ZOOM: u8 = 14;
/// The deepest zoom of all: parcels and buildings of a town would make tiles of zoom 14 too large.
pub const DEEPEST_ZOOM: u8 = 15;

/// Zoom of the finest grid.
pub(crate) const FINEST: u8 = 18;
/// Units of the finest grid in the map's side.
const SIDE: f64 = (EXTENT as f64) * ((1_u32 << FINEST) as f64);
/// Latitude at which Mercator's map is cut so that it is a square.
const MAX_LAT_DEG: f64 = 85.051_128_779_806_59;

/// West, south, east, north, in WGS 84 degrees.
pub type GeoBounds = [f64; 4];

/// A tile: column from the west, row from the north.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    z: u8,
    x: u32,
    y: u32,
}

/// The reason why numbers name no tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// Deeper than tiles go.
    #[error("zoom {0} is beyond {DEEPEST_ZOOM}, the deepest: ask for its tiles and enlarge them")]
    TooDeep(u8),
    /// No such column or row at this zoom.
    #[error("column {x} or row {y} is out of range: at zoom {z} they go from 0 to {last}", last = (1_u32 << z) - 1)]
    OutOfRange {
        /// The zoom.
        z: u8,
        /// The column asked.
        x: u32,
        /// The row asked.
        y: u32,
    },
}

impl Tile {
    /// Returns the tile of these numbers.
    ///
    /// # Errors
    /// [`TileError`] when there is none.
    pub fn new(z: u8, x: u32, y: u32) -> Result<Self, TileError> {
        if z > DEEPEST_ZOOM {
            Err(TileError::TooDeep(z))
        // Columns and rows of a zoom have `z` bits: a shift leaves those beyond the last.
        } else if x >> z != 0 || y >> z != 0 {
            Err(TileError::OutOfRange { z, x, y })
        } else {
            Ok(Self { z, x, y })
        }
    }

    /// Returns the tiles of a zoom that an envelope meets.
    pub fn within([west, south, east, north]: GeoBounds, zoom: u8) -> impl Iterator<Item = Self> {
        let shift = FINEST.saturating_sub(zoom);
        // Rows are counted from the north: the first one is that of the northern edge.
        let first = cell(coord! { x: west, y: north });
        let last = cell(coord! { x: east, y: south });
        let [left, top, right, bottom] = [first.x, first.y, last.x, last.y]
            .map(|units| u32::try_from((units >> shift) / EXTENT).unwrap_or(0));
        let columns = left..=right;
        (top..=bottom).flat_map(move |y| columns.clone().map(move |x| Self { z: zoom, x, y }))
    }

    /// Returns the zoom.
    #[must_use]
    pub fn z(self) -> u8 {
        self.z
    }

    /// Returns the column, from the west.
    #[must_use]
    pub fn x(self) -> u32 {
        self.x
    }

    /// Returns the row, from the north.
    #[must_use]
    pub fn y(self) -> u32 {
        self.y
    }

    /// Returns the north-western corner, on the grid of the tile's zoom.
    pub(crate) fn corner(self) -> IntPoint {
        let [x, y] = [self.x, self.y].map(|tiles| i32::try_from(tiles).unwrap_or(0) * EXTENT);
        IntPoint::new(x, y)
    }

    /// Returns the envelope of the tile, without its buffer.
    ///
    /// ```
    /// let france = qpv_tiles::Tile::new(5, 15, 10)?;
    /// assert_eq!(france.bounds().map(f64::round), [-11.0, 49.0, 0.0, 56.0]);
    /// # Ok::<(), qpv_tiles::TileError>(())
    /// ```
    #[must_use]
    pub fn bounds(self) -> GeoBounds {
        let side = f64::from(1_u32 << self.z);
        let [west, north, east, south] =
            [self.x, self.y, self.x + 1, self.y + 1].map(|tiles| f64::from(tiles) / side);
        [lon_deg(west), lat_deg(south), lon_deg(east), lat_deg(north)]
    }
}

/// Projects a position to the finest grid, before rounding.
pub(crate) fn project(at: Coord<f64>) -> Coord<f64> {
    // Mercator's map is infinitely high at the poles.
    let lat = at.y.clamp(-MAX_LAT_DEG, MAX_LAT_DEG).to_radians();
    let y = (1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0;
    coord! { x: (at.x / 360.0 + 0.5) * SIDE, y: y * SIDE }
}

/// Returns the unit of the finest grid that a position lies in, within the map.
pub(crate) fn cell(at: Coord<f64>) -> IntPoint {
    let at = project(at);
    IntPoint::new(unit_within_map(at.x), unit_within_map(at.y))
}

/// Returns the unit of a coordinate, the last one of the map for those beyond.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it is kept within the map first"
)]
fn unit_within_map(value: f64) -> i32 {
    value.floor().clamp(0.0, SIDE - 1.0) as i32
}

/// Returns the position of a point of the finest grid, WGS 84 degrees.
pub(crate) fn position(at: IntPoint) -> Coord<f64> {
    let (x, y) = (f64::from(at.x) / SIDE, f64::from(at.y) / SIDE);
    coord! { x: lon_deg(x), y: lat_deg(y) }
}

/// Returns the longitude at a share of the map from the west.
fn lon_deg(share: f64) -> f64 {
    share * 360.0 - 180.0
}

/// Returns the latitude at a share of the map from the north.
fn lat_deg(share: f64) -> f64 {
    (std::f64::consts::PI * (1.0 - 2.0 * share))
        .sinh()
        .atan()
        .to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_that_are_none_are_refused() {
        assert!(Tile::new(0, 0, 0).is_ok() && Tile::new(14, 16383, 16383).is_ok());
        assert!(Tile::new(DEEPEST_ZOOM, 32767, 32767).is_ok());
        assert_eq!(Tile::new(16, 0, 0), Err(TileError::TooDeep(16)));
        assert_eq!(Tile::new(255, u32::MAX, 0), Err(TileError::TooDeep(255)));
        assert_eq!(
            Tile::new(3, 8, 0),
            Err(TileError::OutOfRange { z: 3, x: 8, y: 0 })
        );
        assert_eq!(
            Tile::new(0, 0, 1),
            Err(TileError::OutOfRange { z: 0, x: 0, y: 1 })
        );
    }

    #[test]
    fn the_projection_is_that_of_the_web() {
        // EPSG:3857 of 2.3522, 48.8566 is 261845.71, 6250564.35 (PROJ), on a map of 2 × 20037508.34 m a side.
        let half = 20_037_508.342_789_244;
        let at = project(coord! { x: 2.3522, y: 48.8566 });
        let metres = |units: f64| units / SIDE * 2.0 * half - half;
        assert!((metres(at.x) - 261_845.71).abs() < 0.01, "{}", metres(at.x));
        assert!(
            (-metres(at.y) - 6_250_564.35).abs() < 0.01,
            "{}",
            metres(at.y)
        );
        let back = position(cell(coord! { x: 2.3522, y: 48.8566 }));
        assert!(
            (back.x - 2.3522).abs() < 4e-7 && (back.y - 48.8566).abs() < 4e-7,
            "{back:?}"
        );
    }

    #[test]
    fn a_point_on_the_edge_of_the_map_is_on_it() {
        for (lon, lat) in [(180.0, -90.0), (-180.0, 90.0)] {
            let at = cell(coord! { x: lon, y: lat });
            assert!(
                (0..1 << 30).contains(&at.x) && (0..1 << 30).contains(&at.y),
                "{at:?}"
            );
        }
    }
}
