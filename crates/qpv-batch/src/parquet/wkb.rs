//! Well-known binary, as `GeoParquet` has it: positions, polygons, and the extent of any geometry.
//!
//! Dimensions by thousands in the type (ISO 13249-3) and by flags (EWKB) are both read, heights and measures left out. Memory
//! follows the bytes that are there, not the counts they announce.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use crate::geometry::RowGeometry;
use crate::row_error::{BAD_GEOMETRY, MISSING_COORDINATES, NOT_A_PLACE, RowError};

/// The flags of EWKB in a type.
const EWKB_Z: u32 = 0x8000_0000;
const EWKB_M: u32 = 0x4000_0000;
const EWKB_SRID: u32 = 0x2000_0000;

/// Geometries in geometries at most: the standard needs three.
pub(super) const MAX_DEPTH: usize = 8;

/// The types of geometries.
pub(super) mod kind {
    pub(in crate::parquet) const POINT: u32 = 1;
    pub(in crate::parquet) const LINE: u32 = 2;
    pub(in crate::parquet) const POLYGON: u32 = 3;
    pub(in crate::parquet) const MULTI_POINT: u32 = 4;
    pub(in crate::parquet) const MULTI_POLYGON: u32 = 6;
    pub(in crate::parquet) const COLLECTION: u32 = 7;
}

/// Returns the position or the polygons of a geometry.
///
/// # Errors
/// The code of an empty geometry, of another one, or of bytes that are none.
#[inline]
pub(super) fn place(wkb: &[u8]) -> Result<RowGeometry, RowError> {
    let mut reader = WkbReader { left: wkb };
    let header = reader.header()?;
    match header.kind {
        kind::POINT => {
            let point = reader.point(header)?.ok_or(MISSING_COORDINATES)?;
            Ok(RowGeometry::Position(point.x, point.y))
        }
        kind::MULTI_POINT => reader.only_point(header),
        kind::POLYGON => areas(vec![reader.polygon(header)?]),
        kind::MULTI_POLYGON => {
            let mut polygons = vec![];
            for _ in 0..reader.count(header)? {
                let part = reader.header()?;
                if part.kind != kind::POLYGON {
                    return Err(BAD_GEOMETRY);
                }
                polygons.push(reader.polygon(part)?);
            }
            areas(polygons)
        }
        kind::LINE..=kind::COLLECTION => reader.another(header),
        _ => Err(NOT_A_PLACE),
    }
}

/// Returns the polygons that are not empty, as a building.
pub(super) fn areas(mut polygons: Vec<Polygon<f64>>) -> Result<RowGeometry, RowError> {
    polygons.retain(|polygon| !polygon.exterior().0.is_empty());
    if polygons.is_empty() {
        return Err(MISSING_COORDINATES);
    }
    Ok(RowGeometry::Building(Box::new(MultiPolygon(polygons))))
}

/// The least and greatest coordinates of a geometry: x and y of either.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct GeometryExtent {
    pub(super) min: [f64; 2],
    pub(super) max: [f64; 2],
}

impl GeometryExtent {
    const EMPTY: Self = Self {
        min: [f64::INFINITY; 2],
        max: [f64::NEG_INFINITY; 2],
    };

    /// Returns the extent of a geometry; `None` when it is empty or cannot be read.
    pub(super) fn from_wkb(wkb: &[u8]) -> Option<Self> {
        let mut extent = Self::EMPTY;
        let mut reader = WkbReader { left: wkb };
        reader.visit(0, &mut extent).ok()?;
        (extent.min[0] <= extent.max[0] && extent.min[1] <= extent.max[1]).then_some(extent)
    }

    fn add(&mut self, at: Coord<f64>) {
        for (axis, value) in [at.x, at.y].into_iter().enumerate() {
            // A coordinate that is no number changes neither.
            self.min[axis] = self.min[axis].min(value);
            self.max[axis] = self.max[axis].max(value);
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct WkbHeader {
    pub(super) kind: u32,
    is_little_endian: bool,
    /// Numbers of a point.
    pub(super) dimensions: usize,
    /// The letters of those behind x and y.
    pub(super) letters: &'static str,
}

/// A reader of the bytes that are left.
pub(super) struct WkbReader<'a> {
    pub(super) left: &'a [u8],
}

impl<'a> WkbReader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], RowError> {
        let (taken, left) = self.left.split_at_checked(length).ok_or(BAD_GEOMETRY)?;
        self.left = left;
        Ok(taken)
    }

    fn number(&mut self, is_little_endian: bool) -> Result<u32, RowError> {
        let bytes = self.take(4)?.try_into().map_err(|_| BAD_GEOMETRY)?;
        Ok(if is_little_endian {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    pub(super) fn header(&mut self) -> Result<WkbHeader, RowError> {
        let is_little_endian = match self.take(1)? {
            [0] => false,
            [1] => true,
            _ => return Err(BAD_GEOMETRY),
        };
        let flagged = self.number(is_little_endian)?;
        // Both may be there: the flags of EWKB stand in the upper bits.
        let (kind, iso) = (
            (flagged & 0x0fff_ffff) % 1000,
            (flagged & 0x0fff_ffff) / 1000,
        );
        if flagged & EWKB_SRID != 0 {
            self.number(is_little_endian)?;
        }
        let (has_z, has_m) = match iso {
            0 => (flagged & EWKB_Z != 0, flagged & EWKB_M != 0),
            1..=3 => (iso != 2, iso != 1),
            _ => return Err(BAD_GEOMETRY),
        };
        let letters = match (has_z, has_m) {
            (false, false) => "",
            (true, false) => "Z",
            (false, true) => "M",
            (true, true) => "ZM",
        };
        Ok(WkbHeader {
            kind,
            is_little_endian,
            dimensions: 2 + letters.len(),
            letters,
        })
    }

    fn coord(&mut self, header: WkbHeader) -> Result<Coord<f64>, RowError> {
        let [x, y, ..] = self.numbers(header)?;
        Ok(Coord { x, y })
    }

    /// Returns the numbers of a point, of which there are as many as it has dimensions.
    pub(super) fn numbers(&mut self, header: WkbHeader) -> Result<[f64; 4], RowError> {
        let mut numbers = [0.0; 4];
        let bytes = self.take(8 * header.dimensions)?;
        for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks().0) {
            *number = if header.is_little_endian {
                f64::from_le_bytes(*bytes)
            } else {
                f64::from_be_bytes(*bytes)
            };
        }
        Ok(numbers)
    }

    /// Returns a point; `None` for an empty one, which has no numbers in it.
    fn point(&mut self, header: WkbHeader) -> Result<Option<Coord<f64>>, RowError> {
        // As the standard has no sign for an empty point, it is one of no numbers.
        let point = self.coord(header)?;
        Ok(Some(point).filter(|point| !(point.x.is_nan() && point.y.is_nan())))
    }

    /// Returns a number of parts, each of which takes four bytes at least.
    pub(super) fn count(&mut self, header: WkbHeader) -> Result<usize, RowError> {
        let count = self.number(header.is_little_endian)? as usize;
        if count > self.left.len() / 4 {
            return Err(BAD_GEOMETRY);
        }
        Ok(count)
    }

    /// Returns the position of several that are one.
    fn only_point(&mut self, header: WkbHeader) -> Result<RowGeometry, RowError> {
        match self.count(header)? {
            0 => Err(MISSING_COORDINATES),
            1 => {
                let part = self.header()?;
                if part.kind != kind::POINT {
                    return Err(BAD_GEOMETRY);
                }
                let point = self.point(part)?.ok_or(MISSING_COORDINATES)?;
                Ok(RowGeometry::Position(point.x, point.y))
            }
            _ => Err(NOT_A_PLACE),
        }
    }

    /// Returns why a line or a collection is no place.
    fn another(&mut self, header: WkbHeader) -> Result<RowGeometry, RowError> {
        match self.count(header)? {
            0 => Err(MISSING_COORDINATES),
            _ => Err(NOT_A_PLACE),
        }
    }

    fn polygon(&mut self, header: WkbHeader) -> Result<Polygon<f64>, RowError> {
        let mut rings = vec![];
        for _ in 0..self.count(header)? {
            let count = self.count(header)?;
            // Before the memory is taken: the count is a claim.
            if count > self.left.len() / (8 * header.dimensions) {
                return Err(BAD_GEOMETRY);
            }
            let mut ring = Vec::with_capacity(count);
            for _ in 0..count {
                ring.push(self.coord(header)?);
            }
            rings.push(LineString(ring));
        }
        let mut rings = rings.into_iter();
        let exterior = rings.next().unwrap_or(LineString(vec![]));
        Ok(Polygon::new(exterior, rings.collect()))
    }

    /// Adds the coordinates of a geometry to an extent.
    fn visit(&mut self, depth: usize, extent: &mut GeometryExtent) -> Result<(), RowError> {
        if depth > MAX_DEPTH {
            return Err(BAD_GEOMETRY);
        }
        let header = self.header()?;
        match header.kind {
            kind::POINT => extent.add(self.coord(header)?),
            kind::LINE => self.visit_coords(header, extent)?,
            kind::POLYGON => {
                for _ in 0..self.count(header)? {
                    self.visit_coords(header, extent)?;
                }
            }
            kind::MULTI_POINT..=kind::COLLECTION => {
                for _ in 0..self.count(header)? {
                    self.visit(depth + 1, extent)?;
                }
            }
            _ => return Err(BAD_GEOMETRY),
        }
        Ok(())
    }

    fn visit_coords(
        &mut self,
        header: WkbHeader,
        extent: &mut GeometryExtent,
    ) -> Result<(), RowError> {
        for _ in 0..self.count(header)? {
            extent.add(self.coord(header)?);
        }
        Ok(())
    }
}
