//! Membership: the grid down to cells of 54 m, each wholly outside a perimeter, wholly inside, or cut by its line.
//!
//! A cell cut by a perimeter names the chains of consecutive edges of that perimeter that can be met between the cell's
//! western border and the east *within the cell's row*. Chains wholly east of the cell are crossed by an eastward ray
//! from anywhere in the cell the same number of times modulo two; that is counted once, at building. So the test of a
//! point is the textbook one, "is an eastward ray crossed an odd number of times", on two or three edges instead of all,
//! and its answer is exact.
//!
//! An outline published in a projected system is only known within a centimetre on WGS 84. Its cut cells, widened by
//! [`PROJECTED_MARGIN_DEG`], refer the test to the published outline.

use std::hint::black_box;

use bytemuck::{Pod, Zeroable};
use qpv_model::Wgs84Point;

use super::grid::{CELLS_PER_DEGREE, CELLS_PER_LEVEL2, Cell, GridTree, GridTreeBuilder};
use super::ray_crossing::{Vertex, is_odd_crossing};
use super::rings::PerimeterRings;

/// Margin around the line of an outline published in a projected system, degrees: five centimetres, where its
/// counterpart on WGS 84 is known within one.
pub(super) const PROJECTED_MARGIN_DEG: f64 = 5e-7;
/// Margin around other lines: it covers the rounding of an edge's crossing with a row's border, which only decides
/// which cells test it.
const ROUNDING_MARGIN_DEG: f64 = 1e-11;
/// Points looked up together: enough for their reads of memory to wait together.
const POINTS_PER_BATCH: usize = 128;

/// A part of the test of one perimeter in one cell. A cell's entries follow each other; so do those of one perimeter.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub(super) struct CellEntry {
    /// First vertex of a chain of edges to test.
    start: u32,
    /// From the lowest bit on: four flags, eight bits for the number of edges (none when the cell is not cut), twenty
    /// for the perimeter.
    packed: u32,
}

/// Flag: the edges east of the cell are crossed an odd number of times.
const ODD: u32 = 1;
/// Flag: the published outline must be tested.
const TEST_PUBLISHED: u32 = 2;
/// Flag: the next entry is of the same perimeter.
const SAME_FOLLOWS: u32 = 4;
/// Flag: the next entry is of another perimeter, for the same cell.
const OTHER_FOLLOWS: u32 = 8;
/// Most edges that one entry can count in its eight bits.
const MAX_EDGES_PER_ENTRY: u32 = 255;
/// Most perimeters that an entry can number in its twenty bits.
pub(super) const MAX_PERIMETERS: usize = 1 << 20;

impl CellEntry {
    fn new(perimeter: u32, start: u32, edges: u32) -> Self {
        Self {
            start,
            packed: perimeter << 12 | edges << 4,
        }
    }

    fn with(self, flags: u32) -> Self {
        Self {
            packed: self.packed | flags,
            ..self
        }
    }

    #[inline]
    fn has(self, flag: u32) -> bool {
        self.packed & flag != 0
    }

    #[inline]
    fn perimeter(self) -> u32 {
        self.packed >> 12
    }

    #[inline]
    fn edges(self) -> u32 {
        self.packed >> 4 & MAX_EDGES_PER_ENTRY
    }

    /// Returns true when the cell is wholly inside the perimeter.
    fn is_wholly_inside(self) -> bool {
        self.edges() == 0 && self.has(ODD)
    }
}

/// The cells, as flat arrays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells<'a> {
    /// Values of level 2 number the squares of that level that have entries, from 1 on.
    pub tree: GridTree<'a>,
    /// The entry before the first one of each square of level 2; square 0 is empty.
    pub offsets: &'a [u32],
    /// For each cell of each square of level 2: 0 for a cell wholly outside, else its first entry, counted from 1 in the
    /// square. Two bytes each, where a place among all entries would take four.
    pub cell_offsets: &'a [u16],
    /// Entry 0 stands for "none".
    pub entries: &'a [CellEntry],
    pub vertices: &'a [Vertex],
}

impl Cells<'_> {
    /// Returns the first entry of a cell of a square of level 2; 0 when the cell is wholly outside.
    #[inline]
    fn first_entry(&self, square: u32, cell: Cell) -> u32 {
        let place = square as usize * CELLS_PER_LEVEL2 + cell.place_in_level2();
        let offset = u32::from(self.cell_offsets[place]);
        let before = self.offsets[square as usize];
        if offset == 0 { 0 } else { before + offset }
    }

    /// Calls `found` with each perimeter that holds the point, in order; `holds` tests a published outline.
    #[inline]
    pub fn visit_members(
        &self,
        point: Vertex,
        holds: impl Fn(u32) -> bool,
        found: impl FnMut(u32),
    ) {
        let cell = Cell::at(point[0], point[1]);
        let square = self.tree.level2_value(self.tree.level1_value(cell), cell);
        let first = self.first_entry(square, cell);
        if first != 0 {
            self.visit_entries(first as usize, point, holds, found);
        }
    }

    /// [`Cells::visit_members`] of many points: both functions receive the number of the point.
    pub fn visit_all_members(
        &self,
        points: &[Wgs84Point],
        holds: impl Fn(usize, u32) -> bool,
        mut found: impl FnMut(usize, u32),
    ) {
        let mut cells = [Cell { x: 0, y: 0 }; POINTS_PER_BATCH];
        let mut squares = [0; POINTS_PER_BATCH];
        let mut to_test = [(0, 0); POINTS_PER_BATCH];
        for (batch, points) in points.chunks(POINTS_PER_BATCH).enumerate() {
            // Step by step for the whole batch: each read depends on the one before, and those of different points
            // then wait for memory together.
            let (cells, squares) = (&mut cells[..points.len()], &mut squares[..points.len()]);
            for (cell, point) in cells.iter_mut().zip(points) {
                *cell = Cell::at(point.lon_deg(), point.lat_deg());
            }
            self.tree.level2_values(cells, squares);
            // Points in cells wholly outside, the most, are left out here without a branch for each.
            let mut count = 0;
            for ((index, &square), &cell) in squares.iter().enumerate().zip(cells.iter()) {
                let first = self.first_entry(square, cell);
                to_test[count] = (index, first as usize);
                count += usize::from(first != 0);
            }
            // Read for nothing but to be at hand: the tests below are too long for their reads to overlap.
            for &(_, first) in &to_test[..count] {
                black_box(self.vertices[self.entries[first].start as usize]);
            }
            for &(index, first) in &to_test[..count] {
                let (point, number) = (points[index], batch * POINTS_PER_BATCH + index);
                self.visit_entries(
                    first,
                    [point.lon_deg(), point.lat_deg()],
                    |perimeter| holds(number, perimeter),
                    |perimeter| found(number, perimeter),
                );
            }
        }
    }

    /// Tests each perimeter with entries for a cell, the first of which is at `at`.
    #[inline]
    fn visit_entries(
        &self,
        mut at: usize,
        point: Vertex,
        holds: impl Fn(u32) -> bool,
        mut found: impl FnMut(u32),
    ) {
        loop {
            let perimeter = self.entries[at].perimeter();
            let (inside, last) = self.test_perimeter(at, point, &holds);
            if inside {
                found(perimeter);
            }
            if !self.entries[last].has(OTHER_FOLLOWS) {
                return;
            }
            at = last + 1;
        }
    }

    /// Returns true when the perimeter whose entries begin at `at` holds the point, and its last entry.
    #[inline]
    fn test_perimeter(
        &self,
        mut at: usize,
        point: Vertex,
        holds: &impl Fn(u32) -> bool,
    ) -> (bool, usize) {
        // Parities of all chains add up by exclusive or, in whatever order they are tested.
        let (mut odd, mut on_line) = (false, false);
        loop {
            let entry = self.entries[at];
            if entry.has(TEST_PUBLISHED) {
                return (holds(entry.perimeter()), at);
            }
            odd ^= entry.has(ODD);
            let start = entry.start as usize;
            match is_odd_crossing(
                &self.vertices[start..=start + entry.edges() as usize],
                point,
            ) {
                Some(crossed) => odd ^= crossed,
                // Not returned at once: the last entry must be found, for the next perimeter
                // follows it.
                None => on_line = true,
            }
            if !entry.has(SAME_FOLLOWS) {
                // The boundary belongs to the perimeter.
                return (odd || on_line, at);
            }
            at += 1;
        }
    }
}

/// [`Cells`] being made.
#[derive(Debug)]
pub(super) struct CellsBuilder {
    pub tree: GridTreeBuilder,
    pub offsets: Vec<u32>,
    pub cell_offsets: Vec<u16>,
    pub entries: Vec<CellEntry>,
}

/// Consecutive edges of a ring that meet one row, with their western and eastern ends within it.
#[derive(Debug, Clone, Copy)]
struct EdgeChain {
    start: u32,
    edges: u32,
    west: f64,
    east: f64,
}

impl EdgeChain {
    fn end(self) -> u32 {
        self.start + self.edges
    }
}

/// An entry with the key of its cell.
type KeyedEntry = (u64, CellEntry);

/// Returns the key of an entry's square of level 2.
fn square_key((key, _): &KeyedEntry) -> u64 {
    key / CELLS_PER_LEVEL2 as u64
}

impl CellsBuilder {
    /// Returns the cells of perimeters given in order. `None` when a square of level 2 has more entries than can be
    /// counted: tens of thousands of edges within 430 m.
    pub fn new<'a>(perimeters: impl Iterator<Item = PerimeterRings<'a>>) -> Option<Self> {
        let mut entries = Vec::new();
        for rings in perimeters {
            rings.add_entries(&mut entries);
        }
        // Stable: the entries of one perimeter for one cell stay together and in order.
        entries.sort_by_key(|&(key, entry): &KeyedEntry| (key, entry.perimeter()));
        let mut builder = Self {
            tree: GridTreeBuilder::new(),
            offsets: vec![0],
            cell_offsets: vec![0; CELLS_PER_LEVEL2],
            entries: vec![CellEntry::zeroed()],
        };
        for square in entries.chunk_by(|a, b| square_key(a) == square_key(b)) {
            builder.add_square(square)?;
        }
        Some(builder)
    }

    /// Adds the entries of a square of level 2.
    fn add_square(&mut self, entries: &[KeyedEntry]) -> Option<()> {
        let first = self.entries.len();
        let cells = self.cell_offsets.len();
        self.cell_offsets.resize(cells + CELLS_PER_LEVEL2, 0);
        *self.tree.level2_mut(Cell::from_key(entries[0].0)) =
            u32::try_from(self.offsets.len()).ok()?;
        // One less, for the offsets of cells count from 1: 0 is kept for "wholly outside".
        self.offsets.push(u32::try_from(first - 1).ok()?);
        // Cells wholly inside one perimeter and no other share an entry: large ones would need thousands.
        let mut shared: Vec<(u32, u16)> = Vec::new();
        for cell in entries.chunk_by(|a, b| a.0 == b.0) {
            let inside =
                (cell.len() == 1 && cell[0].1.is_wholly_inside()).then_some(cell[0].1.perimeter());
            let known = inside.and_then(|inside| shared.iter().find(|(known, _)| *known == inside));
            let offset = match known {
                Some(&(_, offset)) => offset,
                // More entries than two bytes can count: the layer does without the index.
                None => u16::try_from(self.entries.len() - first + 1).ok()?,
            };
            if known.is_none() {
                shared.extend(inside.map(|inside| (inside, offset)));
                self.add_cell(cell);
            }
            self.cell_offsets[cells + Cell::from_key(cell[0].0).place_in_level2()] = offset;
        }
        Some(())
    }

    /// Adds the entries of a cell, each with the flag of what follows it.
    fn add_cell(&mut self, entries: &[KeyedEntry]) {
        for (index, &(_, entry)) in entries.iter().enumerate() {
            let follows = match entries.get(index + 1) {
                Some((_, next)) if next.perimeter() == entry.perimeter() => SAME_FOLLOWS,
                Some(_) => OTHER_FOLLOWS,
                None => 0,
            };
            self.entries.push(entry.with(follows));
        }
    }
}

impl PerimeterRings<'_> {
    /// Adds the entries of this perimeter for every cell it meets.
    fn add_entries(&self, entries: &mut Vec<KeyedEntry>) {
        let margin = if self.on_wgs84 {
            ROUNDING_MARGIN_DEG
        } else {
            PROJECTED_MARGIN_DEG
        };
        let Some((first_row, rows)) = self.chains_by_row(margin) else {
            return;
        };
        for (row, chains) in (first_row..).zip(rows) {
            let west = chains
                .iter()
                .map(|chain| chain.west)
                .fold(f64::INFINITY, f64::min);
            let east = chains
                .iter()
                .map(|chain| chain.east)
                .fold(f64::NEG_INFINITY, f64::max);
            for x in column_of(west)..=column_of(east) {
                self.add_cell_entries(Cell { x, y: row }, &chains, entries);
            }
        }
    }

    fn add_cell_entries(&self, cell: Cell, chains: &[EdgeChain], entries: &mut Vec<KeyedEntry>) {
        let [west, south] = cell.lower();
        let (east, middle) = (
            west + 1.0 / CELLS_PER_DEGREE,
            south + 0.5 / CELLS_PER_DEGREE,
        );
        let key = cell.key();
        let mut odd = false;
        let before = entries.len();
        // Chains wholly west of the cell are never met by an eastward ray.
        for chain in chains.iter().filter(|chain| chain.east >= west) {
            if chain.west <= east || (self.on_wgs84 && self.ends_within(*chain, south)) {
                entries.extend(self.chain_entries(*chain).map(|entry| (key, entry)));
            } else {
                // Wholly east, and running through the row: its ends alone decide how often it is crossed, modulo two.
                let [first, last] =
                    [chain.start, chain.end()].map(|end| self.vertices[end as usize]);
                odd ^= (first[1] > middle) != (last[1] > middle);
            }
        }
        let uncut = CellEntry::new(self.perimeter, 0, 0);
        if entries.len() == before {
            entries.extend(odd.then_some((key, uncut.with(ODD))));
        } else if !self.on_wgs84 {
            // An outline published in a projected system is off by up to a centimetre on WGS 84:
            // the published one decides alone.
            entries.truncate(before);
            entries.push((key, uncut.with(TEST_PUBLISHED)));
        } else if odd {
            entries[before].1 = entries[before].1.with(ODD);
        }
    }

    /// Returns true when a chain begins or ends within the row, which it does where the description of the ring begins:
    /// the number of crossings then depends on the point.
    fn ends_within(&self, chain: EdgeChain, south: f64) -> bool {
        [chain.start, chain.end()].into_iter().any(|vertex| {
            let lat = self.vertices[vertex as usize][1];
            lat >= south && lat <= south + 1.0 / CELLS_PER_DEGREE
        })
    }

    fn chain_entries(&self, chain: EdgeChain) -> impl Iterator<Item = CellEntry> {
        let end = chain.end();
        // A long chain takes several entries: eight bits count its edges.
        let starts = (chain.start..end).step_by(MAX_EDGES_PER_ENTRY as usize);
        starts.map(move |start| {
            CellEntry::new(
                self.perimeter,
                start,
                (end - start).min(MAX_EDGES_PER_ENTRY),
            )
        })
    }

    /// Returns the first row and the chains of each row from it on; `None` without any vertex.
    fn chains_by_row(&self, margin: f64) -> Option<(u32, Vec<Vec<EdgeChain>>)> {
        let [[_, south], [_, north]] = self.envelope();
        if south > north {
            return None;
        }
        let first_row = row_of(south - margin);
        let count = row_of(north + margin) - first_row + 1;
        let mut rows = vec![Vec::<EdgeChain>::new(); count as usize];
        for &(start, count) in self.ranges {
            for edge in start..start + count - 1 {
                let [a, b] = [edge, edge + 1].map(|end| self.vertices[end as usize]);
                // With the margin: an edge just beyond a row's border may round into it.
                for y in row_of(a[1].min(b[1]) - margin)..=row_of(a[1].max(b[1]) + margin) {
                    let [_, low] = Cell { x: 0, y }.lower();
                    let high = low + 1.0 / CELLS_PER_DEGREE;
                    let [west, east] = extent_between(a, b, low - margin, high + margin);
                    add_edge(
                        &mut rows[(y - first_row) as usize],
                        EdgeChain {
                            start: edge,
                            edges: 1,
                            west: west - margin,
                            east: east + margin,
                        },
                    );
                }
            }
        }
        Some((first_row, rows))
    }
}

/// Adds an edge to the last chain of a row when it continues that chain, else as a chain of its own.
fn add_edge(chains: &mut Vec<EdgeChain>, edge: EdgeChain) {
    match chains.last_mut() {
        Some(chain) if chain.end() == edge.start => {
            chain.edges += 1;
            chain.west = chain.west.min(edge.west);
            chain.east = chain.east.max(edge.east);
        }
        _ => chains.push(edge),
    }
}

/// Returns the row of cells of a latitude; a margin may lead beyond a pole.
fn row_of(lat: f64) -> u32 {
    Cell::at(0.0, lat.clamp(-90.0, 90.0)).y
}

/// Returns the column of cells of a longitude; a margin may lead beyond the antimeridian.
fn column_of(lon: f64) -> u32 {
    Cell::at(lon.clamp(-180.0, 180.0), 0.0).x
}

/// Returns the western and the eastern end of an edge between two latitudes.
fn extent_between(a: Vertex, b: Vertex, south: f64, north: f64) -> [f64; 2] {
    if a[1] == b[1] {
        return [a[0].min(b[0]), a[0].max(b[0])];
    }
    let (one, two) = (lon_at(a, b, south), lon_at(a, b, north));
    [one.min(two), one.max(two)]
}

/// Returns the longitude of an edge at a latitude, of its nearer end beyond them.
fn lon_at(a: Vertex, b: Vertex, lat: f64) -> f64 {
    let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
    let along = ((lat - low[1]) / (high[1] - low[1])).clamp(0.0, 1.0);
    low[0] + along * (high[0] - low[0])
}
