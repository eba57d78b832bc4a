//! The compact index for points: flat arrays over the perimeters of one vintage, built once, stored, memory-mapped.
//!
//! [`cells`] tells membership, [`reach`] the nearest line. Both look a point up in the same grid ([`grid`]): four array
//! reads, no comparison, no pointer. The general path, R-trees over the outlines ([`crate::Zones`]), stays the oracle:
//! tests hold the two against each other.
//!
//! The bytes are the arrays one after the other behind a short header, in the order of this machine. They are an
//! artefact of the perimeters, never the truth: a file of another version, byte order or layer is not read but made
//! again.

mod cells;
mod grid;
mod line;
mod reach;

use bytemuck::cast_slice;
use geo_types::{LineString, MultiPolygon};
use qpv_arrays::{ArrayBytes, Arrays, ArraysError, Kind};
use qpv_model::{Crs, Perimeter, Wgs84Point};

use crate::LocalFrame;
use crate::zones::Nearest;
use cells::{Cells, CellsBuilder, MOST_PERIMETERS, Rings};
use grid::Tree;
use line::Vertex;
use reach::{Reach, ReachBuilder};

/// The version changes whenever the same perimeters give other bytes.
const KIND: Kind = Kind {
    magic: *b"qpvindex",
    version: 3,
    arrays: 14,
};

/// Vertex 0, which is none of the perimeters'.
const NO_VERTEX: Vertex = [0.0; 2];

/// Why bytes are no index of these perimeters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// They are no index, or a damaged one.
    #[error(transparent)]
    Arrays(#[from] ArraysError),
    /// It was built for other perimeters: not as many, or with other vertices.
    #[error("it is the index of other perimeters")]
    OtherPerimeters,
}

/// The index. Perimeters are known by their position in the layer.
#[derive(Debug)]
pub struct PointIndex(Arrays);

impl PointIndex {
    /// Builds the index of a layer's perimeters. `None` for outlines too dense for it (tens of thousands of edges within
    /// 430 m, or a million perimeters): the general path then answers alone.
    #[must_use]
    pub fn build(perimeters: &[Perimeter]) -> Option<Self> {
        if perimeters.len() > MOST_PERIMETERS {
            return None;
        }
        let (mut vertices, mut rings, mut bounds) = (vec![NO_VERTEX], Vec::new(), vec![0]);
        for perimeter in perimeters {
            add_rings(perimeter.outline.wgs84(), &mut vertices, &mut rings);
            bounds.push(rings.len());
        }
        let each = || {
            (0u32..).zip(perimeters).map(|(owner, perimeter)| {
                let places = &rings[bounds[owner as usize]..bounds[owner as usize + 1]];
                let as_published = perimeter.outline.crs() == Crs::WGS84;
                Rings {
                    owner,
                    vertices: &vertices,
                    places,
                    as_published,
                }
            })
        };
        let cells = CellsBuilder::new(each())?;
        let reach = ReachBuilder::new(each(), &vertices);
        let arrays: [&[u8]; KIND.arrays] = [
            cast_slice(&vertices),
            cast_slice(&cells.tree.roots),
            cast_slice(&cells.tree.branches),
            cast_slice(&cells.tree.twigs),
            cast_slice(&cells.firsts),
            cast_slice(&cells.slots),
            cast_slice(&cells.claims),
            cast_slice(&reach.tree.roots),
            cast_slice(&reach.tree.branches),
            cast_slice(&reach.tree.twigs),
            cast_slice(&reach.sets),
            cast_slice(&reach.boxes),
            cast_slice(&reach.firsts),
            cast_slice(&reach.runs),
        ];
        Some(Self(Arrays::write(KIND, perimeters.len() as u64, &arrays)))
    }

    /// Reads an index from the bytes of [`PointIndex::bytes`], without copying them. They must begin on a multiple of
    /// eight, as a mapped file does. A sum guards them against accidents, nothing against forgery: the caller checks
    /// where they come from. Every vertex in them is compared with those of the perimeters, bit for bit.
    ///
    /// # Errors
    /// [`IndexError`] when they are not an index of these perimeters.
    pub fn from_bytes(bytes: ArrayBytes, perimeters: &[Perimeter]) -> Result<Self, IndexError> {
        let index = Self(Arrays::open(KIND, bytes)?);
        if index.is_of(perimeters) {
            Ok(index)
        } else {
            Err(IndexError::OtherPerimeters)
        }
    }

    /// Whether there are as many perimeters, and every vertex is the same to the last bit.
    fn is_of(&self, perimeters: &[Perimeter]) -> bool {
        let bits = |[x, y]: Vertex| [x.to_bits(), y.to_bits()];
        let stored = self.0.array::<Vertex>(0).iter().map(|&vertex| bits(vertex));
        let rings = perimeters
            .iter()
            .flat_map(|perimeter| rings(perimeter.outline.wgs84()));
        let vertices = rings
            .flat_map(|ring| &ring.0)
            .map(|vertex| [vertex.x, vertex.y]);
        self.0.count() == perimeters.len() as u64
            && stored.eq(std::iter::once(NO_VERTEX).chain(vertices).map(bits))
    }

    /// The bytes to store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// The arrays, ready for any number of points.
    pub(crate) fn slices(&self) -> Slices<'_> {
        Slices {
            cells: self.cells(),
            reach: self.reach(),
        }
    }

    fn cells(&self) -> Cells<'_> {
        Cells {
            vertices: self.0.array(0),
            tree: Tree {
                roots: self.0.array(1),
                branches: self.0.array(2),
                twigs: self.0.array(3),
            },
            firsts: self.0.array(4),
            slots: self.0.array(5),
            claims: self.0.array(6),
        }
    }

    fn reach(&self) -> Reach<'_> {
        Reach {
            vertices: self.0.array(0),
            tree: Tree {
                roots: self.0.array(7),
                branches: self.0.array(8),
                twigs: self.0.array(9),
            },
            sets: self.0.array(10),
            boxes: self.0.array(11),
            firsts: self.0.array(12),
            runs: self.0.array(13),
        }
    }
}

/// What the index is made of, as slices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slices<'a> {
    cells: Cells<'a>,
    reach: Reach<'a>,
}

impl Slices<'_> {
    /// Calls `found` with each perimeter that holds a point, in order; `ask` settles what only a published outline can.
    #[inline]
    pub fn each_member(
        &self,
        point: Wgs84Point,
        ask: impl Fn(u32) -> bool,
        found: impl FnMut(u32),
    ) {
        self.cells
            .each_member([point.lon_deg(), point.lat_deg()], ask, found);
    }

    /// [`Slices::each_member`] of many points: both functions are told which of them.
    pub fn each_member_of(
        &self,
        points: &[Wgs84Point],
        ask: impl Fn(usize, u32) -> bool,
        found: impl FnMut(usize, u32),
    ) {
        self.cells.each_member_of(points, ask, found);
    }

    /// The nearest line within `reach_m`, at most [`crate::REACH_M`]; ties go to the first perimeter.
    pub fn nearest(&self, point: Wgs84Point, reach_m: f64) -> Option<Nearest> {
        self.nearest_of(self.candidates(point), point, reach_m)
    }

    /// The set of perimeters that can be nearest to a point, in two steps so that many points can take the first one
    /// together.
    #[inline]
    pub fn candidates(&self, point: Wgs84Point) -> u32 {
        self.reach.candidates(point)
    }

    /// [`Slices::nearest`] once the candidates are known.
    #[inline]
    pub fn nearest_of(&self, candidates: u32, point: Wgs84Point, reach_m: f64) -> Option<Nearest> {
        if candidates == 0 {
            None
        } else {
            self.reach
                .nearest_of(candidates, &LocalFrame::at(point), reach_m)
        }
    }

    /// How far the line of one perimeter is, within `reach_m`.
    pub fn line_of(&self, frame: &LocalFrame, perimeter: u32, reach_m: f64) -> Option<Nearest> {
        self.reach.line_of(frame, perimeter, reach_m)
    }
}

/// Appends the rings of an outline, each with its place.
fn add_rings(outline: &MultiPolygon<f64>, vertices: &mut Vec<Vertex>, rings: &mut Vec<(u32, u32)>) {
    let index =
        |length: usize| u32::try_from(length).expect("a layer has fewer than 2^32 vertices");
    for ring in self::rings(outline).filter(|ring| !ring.0.is_empty()) {
        rings.push((index(vertices.len()), index(ring.0.len())));
        vertices.extend(ring.0.iter().map(|vertex| [vertex.x, vertex.y]));
    }
}

/// The rings of an outline, polygon by polygon, the exterior first.
fn rings(outline: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    outline
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
}
