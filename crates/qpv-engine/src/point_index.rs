//! The compact index for points: flat arrays over the perimeters of one vintage, or the areas of a zoning, built once, stored,
//! memory-mapped.
//!
//! [`cells`] decides membership, [`candidates`] finds the nearest line. Both look a point up in the same grid ([`grid`]):
//! a few array reads, no comparison, no pointer. The general path, R-trees over the outlines
//! ([`crate::PerimeterIndex`]), stays the oracle: tests hold the two against each other. `docs/point-index.md` explains
//! the index from the plain algorithm up, with drawings.
//!
//! The bytes are the arrays one after the other behind a short header, in the order of this machine. They are an
//! artefact of the perimeters, never the truth: a file of another version, byte order or layer is not read but made
//! again.

mod candidates;
mod cells;
mod grid;
mod ray_crossing;
mod rings;

use bytemuck::cast_slice;
use geo_types::Coord;
use qpv_arrays::{ArrayBytes, ArrayFile, ArrayFileKind, ArraysError};
use qpv_model::{Crs, Outline, Outlined, Wgs84Point};

use crate::geodesy::LocalFrame;
use crate::location::NearestPerimeter;
use candidates::{Candidates, CandidatesBuilder};
use cells::{Cells, CellsBuilder, MAX_PERIMETERS};
use grid::GridTree;
use ray_crossing::Vertex;
use rings::PerimeterRings;

/// The file of an index. The version changes whenever the same perimeters give other bytes.
const KIND: ArrayFileKind = ArrayFileKind {
    magic: *b"qpvindex",
    version: 4,
    arrays: 12,
};

/// Vertex 0, which belongs to no perimeter: entry 0 of the cells points to it.
const NO_VERTEX: Vertex = [0.0; 2];

/// The reason why bytes are no index of these perimeters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// They are no index, or a damaged one.
    #[error(transparent)]
    Arrays(#[from] ArraysError),
    /// It was built for other perimeters: not as many, or with other vertices.
    #[error("it is the index of other perimeters")]
    OtherPerimeters,
}

/// The index. Perimeters are known by their place in the layer.
#[derive(Debug)]
pub struct PointIndex(ArrayFile);

impl PointIndex {
    /// Builds the index of a layer's perimeters, or areas.
    ///
    /// `None` for outlines too dense for it (tens of thousands of edges within 430 m, or a million perimeters): the
    /// general path then answers alone.
    #[must_use]
    pub fn build(perimeters: &[impl Outlined]) -> Option<Self> {
        if perimeters.len() > MAX_PERIMETERS {
            return None;
        }
        // The vertices of all in one array: both halves of the index point into it.
        let layer = LayerRings::new(perimeters);
        let cells = CellsBuilder::new(layer.by_perimeter(perimeters))?;
        let candidates = CandidatesBuilder::new(layer.by_perimeter(perimeters), &layer.vertices);
        let arrays: [&[u8]; KIND.arrays] = [
            cast_slice(&layer.vertices),
            cast_slice(&cells.tree.level0),
            cast_slice(&cells.tree.level1),
            cast_slice(&cells.tree.level2),
            cast_slice(&cells.offsets),
            cast_slice(&cells.cell_offsets),
            cast_slice(&cells.entries),
            cast_slice(&candidates.tree.level0),
            cast_slice(&candidates.tree.level1),
            cast_slice(&candidates.tree.level2),
            cast_slice(&candidates.sets),
            cast_slice(&candidates.runs),
        ];
        Some(Self(ArrayFile::write(
            KIND,
            // Stored too: a perimeter without vertices leaves no other trace.
            perimeters.len() as u64,
            &arrays,
        )))
    }

    /// Reads an index from the bytes of [`PointIndex::bytes`], without copying them.
    ///
    /// They must begin on a multiple of eight, as a mapped file does. A sum guards them against accidents, nothing
    /// against forgery: the caller checks where they come from. Every vertex in them is compared with those of the
    /// perimeters, bit for bit.
    ///
    /// # Errors
    /// [`IndexError`] when they are not an index of these perimeters.
    pub fn from_bytes(bytes: ArrayBytes, perimeters: &[impl Outlined]) -> Result<Self, IndexError> {
        let index = Self(ArrayFile::open(KIND, bytes)?);
        if index.is_of(perimeters) {
            Ok(index)
        } else {
            Err(IndexError::OtherPerimeters)
        }
    }

    /// Returns true when there are as many perimeters, and every vertex is the same to the last bit.
    fn is_of(&self, perimeters: &[impl Outlined]) -> bool {
        let stored = self.0.array::<Vertex>(0).iter().map(|&vertex| bits(vertex));
        let vertices = perimeters
            .iter()
            .flat_map(|perimeter| perimeter.outline().rings())
            .flat_map(|ring| &ring.0)
            .map(vertex);
        self.0.count() == perimeters.len() as u64
            && stored.eq(std::iter::once(NO_VERTEX).chain(vertices).map(bits))
    }

    /// Returns the bytes to store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// Returns the arrays, ready for any number of points.
    #[inline]
    pub(crate) fn view(&self) -> PointIndexView<'_> {
        PointIndexView {
            cells: Cells {
                vertices: self.0.array(0),
                tree: GridTree {
                    level0: self.0.array(1),
                    level1: self.0.array(2),
                    level2: self.0.array(3),
                },
                offsets: self.0.array(4),
                cell_offsets: self.0.array(5),
                entries: self.0.array(6),
            },
            candidates: Candidates {
                vertices: self.0.array(0),
                tree: GridTree {
                    level0: self.0.array(7),
                    level1: self.0.array(8),
                    level2: self.0.array(9),
                },
                sets: self.0.array(10),
                runs: self.0.array(11),
            },
        }
    }
}

/// The arrays of an index, as slices: they are taken out of the file once for many points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PointIndexView<'a> {
    cells: Cells<'a>,
    candidates: Candidates<'a>,
}

impl PointIndexView<'_> {
    /// Calls `found` with each perimeter that holds a point, in order; `holds` tests a published outline where the index
    /// alone cannot decide.
    #[inline]
    pub fn visit_members(
        &self,
        point: Wgs84Point,
        holds: impl Fn(u32) -> bool,
        found: impl FnMut(u32),
    ) {
        self.cells
            .visit_members([point.lon_deg(), point.lat_deg()], holds, found);
    }

    /// [`PointIndexView::visit_members`] of many points: both functions receive the number of the point.
    pub fn visit_all_members(
        &self,
        points: &[Wgs84Point],
        holds: impl Fn(usize, u32) -> bool,
        found: impl FnMut(usize, u32),
    ) {
        self.cells.visit_all_members(points, holds, found);
    }

    /// Returns the set of runs of lines that can be nearest to a point.
    #[inline]
    pub fn candidate_set(&self, point: Wgs84Point) -> u32 {
        self.candidates.set_at(point)
    }

    /// [`PointIndexView::candidate_set`] of each point.
    #[inline]
    pub fn candidate_sets(&self, points: &[Wgs84Point], sets: &mut [u32]) {
        self.candidates.sets_at(points, sets);
    }

    /// Returns the nearest line of a set of candidates, the point's own, within a distance of at most
    /// [`crate::MAX_SEARCH_M`]; ties go to the first perimeter.
    #[inline]
    pub fn nearest_of(
        &self,
        set: u32,
        point: Wgs84Point,
        max_distance_m: f64,
    ) -> Option<NearestPerimeter> {
        // A point far from everything needs no frame, which takes a sine and a cosine.
        if set == 0 {
            None
        } else {
            self.candidates
                .nearest_of(set, &LocalFrame::at(point), max_distance_m)
        }
    }

    /// Returns the distance to the line of a perimeter that holds the point, when it is within a distance; `set` is the
    /// point's own.
    #[inline]
    pub fn line_of(
        &self,
        set: u32,
        perimeter: u32,
        frame: &LocalFrame,
        max_distance_m: f64,
    ) -> Option<NearestPerimeter> {
        self.candidates
            .line_of(set, perimeter, frame, max_distance_m)
    }
}

/// The vertices of a layer, and its rings as ranges of them.
struct LayerRings {
    vertices: Vec<Vertex>,
    /// First vertex and number of vertices of each ring.
    ranges: Vec<(u32, u32)>,
    /// First range of each perimeter, and the end of the last one's.
    range_offsets: Vec<usize>,
}

impl LayerRings {
    fn new(perimeters: &[impl Outlined]) -> Self {
        let mut layer = Self {
            vertices: vec![NO_VERTEX],
            ranges: Vec::new(),
            range_offsets: vec![0],
        };
        for perimeter in perimeters {
            layer.add(perimeter.outline());
        }
        layer
    }

    fn add(&mut self, outline: &Outline) {
        // A ring without vertices has no edges, and edges are counted as one less than vertices.
        for ring in outline.rings().filter(|ring| !ring.0.is_empty()) {
            self.ranges.push((
                vertex_number(self.vertices.len()),
                vertex_number(ring.0.len()),
            ));
            self.vertices.extend(ring.0.iter().map(vertex));
        }
        self.range_offsets.push(self.ranges.len());
    }

    /// Returns the rings of each perimeter, in order.
    fn by_perimeter<'a>(
        &'a self,
        perimeters: &'a [impl Outlined],
    ) -> impl Iterator<Item = PerimeterRings<'a>> {
        let ranges = self.range_offsets.windows(2);
        (0u32..)
            .zip(perimeters.iter().zip(ranges))
            .map(|(number, (perimeter, range))| PerimeterRings {
                perimeter: number,
                vertices: &self.vertices,
                ranges: &self.ranges[range[0]..range[1]],
                on_wgs84: perimeter.outline().crs() == Crs::WGS84,
            })
    }
}

fn vertex(coord: &Coord<f64>) -> Vertex {
    [coord.x, coord.y]
}

fn vertex_number(number: usize) -> u32 {
    u32::try_from(number).expect("a layer has fewer than 2^32 vertices")
}

/// Returns the bits of a vertex: equality of numbers would take -0 for 0.
fn bits([x, y]: Vertex) -> [u64; 2] {
    [x.to_bits(), y.to_bits()]
}
