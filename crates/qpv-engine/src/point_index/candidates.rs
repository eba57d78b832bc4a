//! Distances: the same grid down to squares of 430 m, each with its few candidates for the nearest perimeter.
//!
//! For every point of a square the nearest line is that of one of the square's candidates. These are the perimeters whose
//! line is, from the square's centre, no farther than the nearest line plus the way from the centre to a corner and back.
//! Beyond [`MAX_SEARCH_M`] of everything there is none. A candidate's line is then measured run by run; runs whose
//! envelope is farther than the best distance so far are passed over.

use std::collections::{BTreeMap, HashMap};

use bytemuck::{Pod, Zeroable};
use geo_types::Coord;
use qpv_model::Wgs84Point;

use super::grid::{
    CELLS_PER_DEGREE, CELLS_PER_LEVEL2_SIDE, Cell, GridTree, GridTreeBuilder,
    LEVEL2_PER_LEVEL1_SIDE,
};
use super::ray_crossing::Vertex;
use super::rings::{PerimeterRings, envelope};
use crate::geodesy::{LocalFrame, ROUGH_ERROR_SHARE};
use crate::limits::MAX_SEARCH_M;
use crate::location::{NearestPerimeter, PerimeterId};

/// Edges in one run: long enough to keep envelopes few, short enough to keep them tight.
const EDGES_PER_RUN: u32 = 6;
/// Runs whose envelopes are compared before any is measured: their bounds take 256 bytes of the stack.
const RUNS_PER_BATCH: usize = 32;
/// Most candidates of a square that is not cut further.
const MAX_CANDIDATES_UNCUT: usize = 2;
/// Margin of every distance compared while choosing candidates, metres: far more than the local frame is off at 15 km.
const DISTANCE_MARGIN_M: f64 = 10.0;
/// Marks a value of level 1 that is a set of candidates, not a block of level 2.
const IS_SET: u32 = 1 << 31;

/// Consecutive edges of one ring, with their envelope.
#[repr(C)]
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
pub(super) struct EdgeRun {
    /// West, south, east, north, rounded outwards to save memory.
    bounds: [f32; 4],
    start: u32,
    edges: u32,
}

impl EdgeRun {
    /// Returns the square of the least distance the run can be at.
    #[inline]
    fn bound2(&self, frame: &LocalFrame) -> f64 {
        let [west, south, east, north] = self.bounds.map(f64::from);
        frame.box_distance2([west, south], [east, north])
    }
}

/// Returns the nearest `f32` on or below a number, which is small enough for one.
#[expect(clippy::cast_possible_truncation, reason = "rounding is the purpose")]
fn rounded_down(number: f64) -> f32 {
    let near = number as f32;
    if f64::from(near) > number {
        near.next_down()
    } else {
        near
    }
}

/// The candidates and the runs, as flat arrays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidates<'a> {
    /// Values of level 2 are places in `sets`; values of level 1 too, when they are marked by [`IS_SET`].
    pub tree: GridTree<'a>,
    /// Sets of candidates: their number, then the perimeters in order. Set 0 is empty.
    pub sets: &'a [u32],
    /// The envelope of each perimeter's line: lower and upper corner.
    pub envelopes: &'a [[Vertex; 2]],
    /// First run of each perimeter, and the end of the last one's.
    pub run_offsets: &'a [u32],
    pub runs: &'a [EdgeRun],
    pub vertices: &'a [Vertex],
}

/// The best line so far.
#[derive(Debug, Clone, Copy)]
struct BestLine {
    distance2: f64,
    perimeter: u32,
}

impl Candidates<'_> {
    /// Returns the set of candidates at a point; 0 when nothing is within the search distance.
    #[inline]
    pub fn set_at(&self, point: Wgs84Point) -> u32 {
        let cell = Cell::at(point.lon_deg(), point.lat_deg());
        let value = self.tree.level1_value(cell);
        if value & IS_SET == 0 {
            self.tree.level2_value(value, cell)
        } else {
            value ^ IS_SET
        }
    }

    /// Returns the nearest line of a set of candidates, within a distance of at most [`MAX_SEARCH_M`]; ties go to the
    /// first perimeter.
    pub fn nearest_of(
        &self,
        set: u32,
        frame: &LocalFrame,
        max_distance_m: f64,
    ) -> Option<NearestPerimeter> {
        let set = set as usize;
        let mut best = BestLine::beyond(max_distance_m);
        match self.sets[set + 1..=set + self.sets[set] as usize] {
            // The one whose envelope is nearer first: the other is then mostly passed over.
            [one, other] if self.bound2(frame, other) < self.bound2(frame, one) => {
                self.measure(frame, other, &mut best);
                self.measure(frame, one, &mut best);
            }
            ref all => all
                .iter()
                .for_each(|&perimeter| self.measure(frame, perimeter, &mut best)),
        }
        best.nearest()
    }

    /// Returns the distance to the line of one perimeter, when it is within a distance.
    pub fn line_of(
        &self,
        frame: &LocalFrame,
        perimeter: u32,
        max_distance_m: f64,
    ) -> Option<NearestPerimeter> {
        let mut best = BestLine::beyond(max_distance_m);
        self.measure(frame, perimeter, &mut best);
        best.nearest()
    }

    /// Returns the square of the least distance a perimeter can be at, by its envelope.
    #[inline]
    fn bound2(&self, frame: &LocalFrame, perimeter: u32) -> f64 {
        let [lower, upper] = self.envelopes[perimeter as usize];
        frame.box_distance2(lower, upper)
    }

    /// Measures a perimeter's line where it can be nearer than the best so far.
    #[inline]
    fn measure(&self, frame: &LocalFrame, perimeter: u32, best: &mut BestLine) {
        if self.bound2(frame, perimeter) > best.distance2 {
            return;
        }
        let runs = &self.runs[self.run_offsets[perimeter as usize] as usize
            ..self.run_offsets[perimeter as usize + 1] as usize];
        for runs in runs.chunks(RUNS_PER_BATCH) {
            let mut bounds = [f64::INFINITY; RUNS_PER_BATCH];
            let (mut least, mut closest) = (f64::INFINITY, 0);
            for (index, run) in runs.iter().enumerate() {
                let bound = run.bound2(frame);
                bounds[index] = bound;
                // Written as selections: a branch would often be mispredicted.
                closest = if bound < least { index } else { closest };
                least = if bound < least { bound } else { least };
            }
            if least > best.distance2 {
                continue;
            }
            // The closest run first: what it measures rules most others out.
            self.measure_run(frame, &runs[closest], perimeter, best);
            // Measured already: the loop below must pass it over.
            bounds[closest] = f64::INFINITY;
            for (bound, run) in bounds.iter().zip(runs) {
                if *bound <= best.distance2 {
                    self.measure_run(frame, run, perimeter, best);
                }
            }
        }
    }

    #[inline]
    fn measure_run(&self, frame: &LocalFrame, run: &EdgeRun, perimeter: u32, best: &mut BestLine) {
        let edges = self.vertices[run.start as usize..=(run.start + run.edges) as usize].windows(2);
        let mut rough = [f64::INFINITY; EDGES_PER_RUN as usize];
        let mut least = best.distance2;
        for (rough, edge) in rough.iter_mut().zip(edges.clone()) {
            *rough = frame.rough_distance2(coord(edge[0]), coord(edge[1]));
            least = if *rough < least { *rough } else { least };
        }
        // The distance to the edge that is roughly nearest is `least / (1 - error)` at most, and that to an edge roughly
        // farther than this is more.
        let enough = least * ((1.0 + ROUGH_ERROR_SHARE) / (1.0 - ROUGH_ERROR_SHARE));
        for (rough, edge) in rough.iter().zip(edges) {
            if *rough <= enough {
                best.improve(
                    frame.segment_distance2(coord(edge[0]), coord(edge[1])),
                    perimeter,
                );
            }
        }
    }
}

#[inline]
fn coord([x, y]: Vertex) -> Coord<f64> {
    Coord { x, y }
}

impl BestLine {
    /// Returns the state before any line is found; none beyond the distance is wanted.
    fn beyond(max_distance_m: f64) -> Self {
        Self {
            distance2: max_distance_m * max_distance_m,
            perimeter: u32::MAX,
        }
    }

    #[inline]
    fn improve(&mut self, distance2: f64, perimeter: u32) {
        // Ties go to the first perimeter, whatever the order of measuring.
        if distance2 < self.distance2 || (distance2 == self.distance2 && perimeter < self.perimeter)
        {
            *self = Self {
                distance2,
                perimeter,
            };
        }
    }

    fn nearest(self) -> Option<NearestPerimeter> {
        (self.perimeter != u32::MAX).then(|| NearestPerimeter {
            perimeter: PerimeterId(self.perimeter),
            distance_m: self.distance2.sqrt(),
        })
    }
}

/// [`Candidates`] being made.
#[derive(Debug)]
pub(super) struct CandidatesBuilder {
    pub tree: GridTreeBuilder,
    pub sets: Vec<u32>,
    pub envelopes: Vec<[Vertex; 2]>,
    pub run_offsets: Vec<u32>,
    pub runs: Vec<EdgeRun>,
    known_sets: HashMap<Vec<u32>, u32>,
}

/// A square of one or more squares of level 2 within one of level 1: its lower cell, and its side in squares of level 2.
#[derive(Debug, Clone, Copy)]
struct Square {
    lower: Cell,
    side: u32,
}

impl CandidatesBuilder {
    /// Returns the candidates among perimeters given in order, over the vertices they share.
    pub fn new<'a>(
        perimeters: impl Iterator<Item = PerimeterRings<'a>>,
        vertices: &[Vertex],
    ) -> Self {
        let mut builder = Self {
            tree: GridTreeBuilder::new(),
            sets: vec![0],
            envelopes: Vec::new(),
            run_offsets: vec![0],
            runs: Vec::new(),
            known_sets: HashMap::new(),
        };
        let mut by_square: BTreeMap<u64, (Cell, Vec<u32>)> = BTreeMap::new();
        for rings in perimeters {
            builder.add_runs(&rings);
            for lower in rings.level1_within_search() {
                by_square
                    .entry(lower.key())
                    .or_insert_with(|| (lower, Vec::new()))
                    .1
                    .push(rings.perimeter);
            }
        }
        for (lower, perimeters) in by_square.into_values() {
            let side = LEVEL2_PER_LEVEL1_SIDE;
            // Only perimeters within the search distance are tried: all against all would grow
            // with the country.
            builder.settle(Square { lower, side }, &perimeters, vertices);
        }
        builder
    }

    fn add_runs(&mut self, rings: &PerimeterRings<'_>) {
        self.envelopes.push(rings.envelope());
        for &(start, count) in rings.ranges {
            let last = start + count - 1;
            for first in (start..last).step_by(EDGES_PER_RUN as usize) {
                let end = (first + EDGES_PER_RUN).min(last);
                let [lower, upper] = envelope(&rings.vertices[first as usize..=end as usize]);
                // Rounding down what is negated rounds up: the envelope only grows.
                let bounds = [lower[0], lower[1], -upper[0], -upper[1]].map(rounded_down);
                self.runs.push(EdgeRun {
                    bounds: [bounds[0], bounds[1], -bounds[2], -bounds[3]],
                    start: first,
                    edges: end - first,
                });
            }
        }
        self.run_offsets
            .push(u32::try_from(self.runs.len()).expect("there are fewer runs than vertices"));
    }

    fn view<'a>(&'a self, vertices: &'a [Vertex]) -> Candidates<'a> {
        Candidates {
            tree: self.tree.view(),
            sets: &self.sets,
            envelopes: &self.envelopes,
            run_offsets: &self.run_offsets,
            runs: &self.runs,
            vertices,
        }
    }

    /// Gives a square its candidates, cut in four as long as that leaves fewer.
    fn settle(&mut self, square: Square, perimeters: &[u32], vertices: &[Vertex]) {
        let kept = square.candidates(perimeters, &self.view(vertices));
        // Nothing is within the search distance: the zeros of the tree stand for that already.
        if kept.is_empty() {
            return;
        }
        if kept.len() > MAX_CANDIDATES_UNCUT && square.side > 1 {
            for quarter in square.quarters() {
                self.settle(quarter, &kept, vertices);
            }
            return;
        }
        let set = self.set_of(kept);
        // A whole square of level 1 with one set needs no block of level 2.
        if square.side == LEVEL2_PER_LEVEL1_SIDE {
            *self.tree.level1_mut(square.lower) = set | IS_SET;
            return;
        }
        for lower in square.level2_squares() {
            *self.tree.level2_mut(lower) = set;
        }
    }

    /// Returns the place of a set of candidates, each stored once.
    fn set_of(&mut self, candidates: Vec<u32>) -> u32 {
        let next = u32::try_from(self.sets.len())
            .ok()
            .filter(|next| next & IS_SET == 0);
        *self
            .known_sets
            .entry(candidates)
            .or_insert_with_key(|candidates| {
                self.sets.push(
                    u32::try_from(candidates.len()).expect("there are fewer perimeters than 2^32"),
                );
                self.sets.extend_from_slice(candidates);
                next.expect("the sets of candidates stay under 2^31")
            })
    }
}

impl Square {
    /// Returns those perimeters that can be nearest to some point of the square, within the search distance.
    fn candidates(self, perimeters: &[u32], known: &Candidates<'_>) -> Vec<u32> {
        let half = f64::from(self.side * CELLS_PER_LEVEL2_SIDE) / CELLS_PER_DEGREE / 2.0;
        let [west, south] = self.lower.lower();
        let frame = LocalFrame::at_coord(Coord {
            x: west + half,
            y: south + half,
        });
        // From the centre to a corner: no point of the square is farther from the centre.
        let radius_m = frame.span_m(half, half) + DISTANCE_MARGIN_M;
        let distances: Vec<(u32, f64)> = perimeters
            .iter()
            .map(|&perimeter| {
                let line = known.line_of(&frame, perimeter, MAX_SEARCH_M + radius_m);
                (
                    perimeter,
                    line.map_or(f64::INFINITY, |line| line.distance_m),
                )
            })
            .collect();
        let nearest_m = distances
            .iter()
            .map(|&(_, distance_m)| distance_m)
            .fold(f64::INFINITY, f64::min);
        // A point is at most the radius off the centre: its nearest line is at most `nearest_m + radius_m` from it, hence
        // at most twice the radius farther than that from the centre.
        let farthest_m = (nearest_m + 2.0 * radius_m).min(MAX_SEARCH_M + radius_m);
        distances
            .iter()
            .filter(|(_, distance_m)| *distance_m <= farthest_m)
            .map(|&(perimeter, _)| perimeter)
            .collect()
    }

    fn quarters(self) -> [Self; 4] {
        let side = self.side / 2;
        [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(dx, dy)| Self {
            lower: self.level2_square(dx * side, dy * side),
            side,
        })
    }

    /// Returns the lower cell of each square of level 2.
    fn level2_squares(self) -> impl Iterator<Item = Cell> {
        (0..self.side).flat_map(move |dy| (0..self.side).map(move |dx| self.level2_square(dx, dy)))
    }

    fn level2_square(self, dx: u32, dy: u32) -> Cell {
        Cell {
            x: self.lower.x + dx * CELLS_PER_LEVEL2_SIDE,
            y: self.lower.y + dy * CELLS_PER_LEVEL2_SIDE,
        }
    }
}

impl PerimeterRings<'_> {
    /// Returns every square of level 1 with a point that can be within the search distance of this perimeter, by its
    /// lower cell.
    fn level1_within_search(&self) -> impl Iterator<Item = Cell> + use<> {
        const SIDE: u32 = LEVEL2_PER_LEVEL1_SIDE * CELLS_PER_LEVEL2_SIDE;
        let [lower, upper] = self.envelope();
        // Where a degree of longitude is shortest: at the latitude farthest from the equator, the search distance itself
        // (0.05° of latitude) included.
        let widest = lower[1].abs().max(upper[1].abs()) + 0.1;
        let frame = LocalFrame::at_coord(Coord {
            x: lower[0],
            // At a pole a degree of longitude has no length.
            y: widest.min(89.9),
        });
        let [half_lon, half_lat] = frame.half_widths_deg(MAX_SEARCH_M + DISTANCE_MARGIN_M);
        let from = cell_within_world(lower[0] - half_lon, lower[1] - half_lat);
        let to = cell_within_world(upper[0] + half_lon, upper[1] + half_lat);
        let (columns, rows) = (from.x / SIDE..=to.x / SIDE, from.y / SIDE..=to.y / SIDE);
        rows.flat_map(move |y| {
            columns.clone().map(move |x| Cell {
                x: x * SIDE,
                y: y * SIDE,
            })
        })
    }
}

/// Returns the cell of a point that a margin may have led beyond a pole or the antimeridian.
fn cell_within_world(lon: f64, lat: f64) -> Cell {
    Cell::at(lon.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0))
}
