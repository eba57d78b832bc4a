//! The compact index for points: flat arrays over the perimeters of one vintage, built once, stored, memory-mapped.
//!
//! [`cells`] tells membership, [`reach`] the nearest line. Both look a point up in the same grid ([`grid`]): four array
//! reads, no comparison, no pointer. The general path, R-trees over the outlines ([`crate::Zones`]), stays the oracle:
//! tests hold the two against each other.
//!
//! The bytes are the arrays one after the other behind a short header, in the order of this machine. They are an
//! artefact of the perimeters, never the truth: a file of another version or another byte order is not read but made
//! again.

mod cells;
mod grid;
mod line;
mod reach;

use std::fmt;
use std::ops::Range;

use bytemuck::{AnyBitPattern, cast_slice, cast_slice_mut};
use geo_types::MultiPolygon;
use qpv_model::{Crs, Perimeter, Wgs84Point};

use crate::LocalFrame;
use crate::zones::Nearest;
use cells::{Cells, CellsBuilder, MOST_PERIMETERS, Rings};
use grid::Tree;
use line::Vertex;
use reach::{Reach, ReachBuilder};

/// The first bytes, read as a number: tells the byte order too.
const MAGIC: u64 = u64::from_be_bytes(*b"qpvindex");
/// Changes whenever the same perimeters give other bytes.
const VERSION: u64 = 2;
/// Arrays in the file.
const SECTIONS: usize = 14;
/// Magic, version, number of perimeters, sum of what follows, then the length in bytes of each array.
const HEADER_WORDS: usize = 4 + SECTIONS;
/// Bytes before what the sum covers.
const UNSUMMED: usize = 4 * 8;

/// What holds the bytes: a file mapped into memory, or memory.
pub type IndexBytes = Box<dyn AsRef<[u8]> + Send + Sync>;

/// Why bytes are no index of these perimeters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// Written by another version of the program, on a machine of another byte order, or not an index at all.
    #[error("it is not an index of this version")]
    OtherVersion,
    /// The bytes are fewer or more than their header says.
    #[error("it is {found} bytes long, not {expected}: it was cut or altered")]
    Length {
        /// Bytes the header announces.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// The sum of the content is not the one written at its head.
    #[error("its content was altered")]
    Altered,
    /// It was built for another number of perimeters.
    #[error("it is an index of {found} perimeters, not of {expected}")]
    OtherPerimeters {
        /// Perimeters of the layer.
        expected: u64,
        /// Perimeters the index was built for.
        found: u64,
    },
}

/// The index. Perimeters are known by their position in the layer.
pub struct PointIndex {
    bytes: IndexBytes,
    sections: [Range<usize>; SECTIONS],
}

impl PointIndex {
    /// Builds the index of a layer's perimeters. `None` for outlines too dense for it (tens of thousands of edges within
    /// 430 m, or a million perimeters): the general path then answers alone.
    #[must_use]
    pub fn build(perimeters: &[Perimeter]) -> Option<Self> {
        if perimeters.len() > MOST_PERIMETERS {
            return None;
        }
        let (mut vertices, mut rings, mut bounds) = (vec![[0.0; 2]], Vec::new(), vec![0]);
        for perimeter in perimeters {
            add_rings(perimeter.outline.wgs84(), &mut vertices, &mut rings);
            bounds.push(rings.len());
        }
        let each = || {
            (0u32..).zip(perimeters).map(|(owner, perimeter)| {
                let places = &rings[bounds[owner as usize]..bounds[owner as usize + 1]];
                let as_published = perimeter.outline.crs() == Crs::WGS84;
                Rings { owner, vertices: &vertices, places, as_published }
            })
        };
        let cells = CellsBuilder::new(each())?;
        let reach = ReachBuilder::new(each(), &vertices);
        let sections: [&[u8]; SECTIONS] = [
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
        let words = file_of(perimeters.len(), &sections);
        Some(Self::from_bytes(Box::new(Words(words)), perimeters.len()).expect("these bytes were just made"))
    }

    /// Reads an index from the bytes of [`PointIndex::bytes`], without copying them. They must begin on a multiple of
    /// eight, as a mapped file does. A sum guards them against accidents, nothing against forgery: the
    /// caller checks where they come from.
    ///
    /// # Errors
    /// [`IndexError`] when they are not an index of `perimeters` perimeters.
    pub fn from_bytes(bytes: IndexBytes, perimeters: usize) -> Result<Self, IndexError> {
        let all = (*bytes).as_ref();
        let header: &[u64] =
            all.get(..HEADER_WORDS * 8).map_or(&[], |header| bytemuck::try_cast_slice(header).unwrap_or_default());
        let [MAGIC, VERSION, found, sum, lengths @ ..] = header else { return Err(IndexError::OtherVersion) };
        if *found != perimeters as u64 {
            return Err(IndexError::OtherPerimeters { expected: perimeters as u64, found: *found });
        }
        let end = lengths.iter().try_fold(HEADER_WORDS as u64 * 8, |end, length| end.checked_add(padded(*length)));
        let expected = end.unwrap_or(u64::MAX);
        if expected != all.len() as u64 {
            return Err(IndexError::Length { expected, found: all.len() as u64 });
        }
        if *sum != sum_of(&all[UNSUMMED..]) {
            return Err(IndexError::Altered);
        }
        let mut start = HEADER_WORDS * 8;
        let sections = std::array::from_fn(|section| {
            let length = usize::try_from(lengths[section]).expect("the file, which is longer, is in memory");
            let section = start..start + length;
            start = section.end.next_multiple_of(8);
            section
        });
        Ok(Self { bytes, sections })
    }

    /// The bytes to store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// The arrays, ready for any number of points.
    pub(crate) fn arrays(&self) -> Arrays<'_> {
        Arrays { cells: self.cells(), reach: self.reach() }
    }

    fn cells(&self) -> Cells<'_> {
        Cells {
            vertices: self.section(0),
            tree: Tree { roots: self.section(1), branches: self.section(2), twigs: self.section(3) },
            firsts: self.section(4),
            slots: self.section(5),
            claims: self.section(6),
        }
    }

    fn reach(&self) -> Reach<'_> {
        Reach {
            vertices: self.section(0),
            tree: Tree { roots: self.section(7), branches: self.section(8), twigs: self.section(9) },
            sets: self.section(10),
            boxes: self.section(11),
            firsts: self.section(12),
            runs: self.section(13),
        }
    }

    fn section<T: AnyBitPattern>(&self, section: usize) -> &[T] {
        cast_slice(&self.bytes()[self.sections[section].clone()])
    }
}

/// What the index is made of, as slices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrays<'a> {
    cells: Cells<'a>,
    reach: Reach<'a>,
}

impl Arrays<'_> {
    /// Calls `found` with each perimeter that holds a point, in order; `ask` settles what only a published outline can.
    #[inline]
    pub fn each_member(&self, point: Wgs84Point, ask: impl Fn(u32) -> bool, found: impl FnMut(u32)) {
        self.cells.each_member([point.lon_deg(), point.lat_deg()], ask, found);
    }

    /// [`Arrays::each_member`] of many points: both functions are told which of them.
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

    /// [`Arrays::nearest`] once the candidates are known.
    #[inline]
    pub fn nearest_of(&self, candidates: u32, point: Wgs84Point, reach_m: f64) -> Option<Nearest> {
        if candidates == 0 { None } else { self.reach.nearest_of(candidates, &LocalFrame::at(point), reach_m) }
    }

    /// How far the line of one perimeter is, within `reach_m`.
    pub fn line_of(&self, frame: &LocalFrame, perimeter: u32, reach_m: f64) -> Option<Nearest> {
        self.reach.line_of(frame, perimeter, reach_m)
    }
}

impl fmt::Debug for PointIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PointIndex({} bytes)", self.bytes().len())
    }
}

/// Memory that begins on a multiple of eight.
struct Words(Vec<u64>);

impl AsRef<[u8]> for Words {
    fn as_ref(&self) -> &[u8] {
        cast_slice(&self.0)
    }
}

fn padded(length: u64) -> u64 {
    length.div_ceil(8).saturating_mul(8)
}

fn file_of(perimeters: usize, sections: &[&[u8]; SECTIONS]) -> Vec<u64> {
    let lengths = sections.iter().map(|section| section.len() as u64);
    let mut words: Vec<u64> = [MAGIC, VERSION, perimeters as u64, 0].into_iter().chain(lengths).collect();
    for section in sections {
        let start = words.len();
        words.resize(start + section.len().div_ceil(8), 0);
        cast_slice_mut(&mut words[start..])[..section.len()].copy_from_slice(section);
    }
    words[3] = sum_of(&cast_slice(&words)[UNSUMMED..]);
    words
}

/// Tells accidents, not forgery; ten times as fast as a sum that tells both.
fn sum_of(bytes: &[u8]) -> u64 {
    twox_hash::XxHash3_64::oneshot(bytes)
}

/// Appends the rings of an outline, each with its place.
fn add_rings(outline: &MultiPolygon<f64>, vertices: &mut Vec<Vertex>, rings: &mut Vec<(u32, u32)>) {
    let index = |length: usize| u32::try_from(length).expect("a layer has fewer than 2^32 vertices");
    for polygon in outline {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()).filter(|ring| !ring.0.is_empty()) {
            rings.push((index(vertices.len()), index(ring.0.len())));
            vertices.extend(ring.0.iter().map(|vertex| [vertex.x, vertex.y]));
        }
    }
}
