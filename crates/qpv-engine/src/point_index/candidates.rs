//! Distances: the same grid down to squares of 430 m, each with its few candidates for the nearest line.
//!
//! Lines are cut into runs of a few edges. For every point of a square the nearest line is on one of the square's
//! candidates, the runs that no point of a line is sure to be nearer than, wherever in the square one stands. Beyond
//! [`MAX_SEARCH_M`] of everything there is none. Candidates are then measured one by one; those whose envelope is farther
//! than the best distance so far are passed over.

use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::ops::Range;

use bytemuck::{Pod, Zeroable};
use geo_types::Coord;
use qpv_model::Wgs84Point;

use super::cells::PROJECTED_MARGIN_DEG;
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
const EDGES_PER_RUN: u32 = 4;
/// Bits that count the edges of a run, below those of its perimeter.
const EDGES_BITS: u32 = 8;
/// Runs whose envelopes are compared before any is measured: their bounds take 256 bytes of the stack.
const RUNS_PER_BATCH: usize = 32;
/// Most candidates of a square that is not cut further.
const MAX_CANDIDATES_UNCUT: usize = 4;
/// Margin of every distance compared while choosing candidates, metres: far more than the local frame is off at 15 km, or
/// than the side of a square bends.
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
    /// The number of edges in the lowest [`EDGES_BITS`], the perimeter above.
    packed: u32,
}

impl EdgeRun {
    /// Creates the run of a perimeter from one vertex to another, the last.
    fn new(perimeter: u32, start: u32, end: u32, vertices: &[Vertex]) -> Self {
        let [lower, upper] = envelope(&vertices[start as usize..=end as usize]);
        // Rounding down what is negated rounds up: the envelope only grows.
        let bounds = [lower[0], lower[1], -upper[0], -upper[1]].map(rounded_down);
        Self {
            bounds: [bounds[0], bounds[1], -bounds[2], -bounds[3]],
            start,
            packed: perimeter << EDGES_BITS | (end - start),
        }
    }

    #[inline]
    fn perimeter(self) -> u32 {
        self.packed >> EDGES_BITS
    }

    /// Returns the vertices of its edges.
    #[inline]
    fn of(self, vertices: &[Vertex]) -> &[Vertex] {
        let edges = self.packed & ((1 << EDGES_BITS) - 1);
        &vertices[self.start as usize..=(self.start + edges) as usize]
    }

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
    /// Sets of candidates: their number, then the runs in order. Set 0 is empty.
    pub sets: &'a [u32],
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
        self.set_in(self.tree.level1_value(cell), cell)
    }

    /// Returns the set of candidates in a cell, by the value of level 1.
    #[inline]
    fn set_in(&self, value: u32, cell: Cell) -> u32 {
        let is_set = value & IS_SET != 0;
        // Read in any case, from block 0 if need be: a branch would often be mispredicted.
        let level2 = self.tree.level2_value(if is_set { 0 } else { value }, cell);
        if is_set { value ^ IS_SET } else { level2 }
    }

    /// [`Candidates::set_at`] of each point; what is read next for them is fetched meanwhile.
    #[inline]
    pub fn sets_at(&self, points: &[Wgs84Point], sets: &mut [u32]) {
        // Step by step for all points, so that the reads of a step wait for memory together.
        for (set, point) in sets.iter_mut().zip(points) {
            *set = self
                .tree
                .level1_value(Cell::at(point.lon_deg(), point.lat_deg()));
        }
        for (set, point) in sets.iter_mut().zip(points) {
            *set = self.set_in(*set, Cell::at(point.lon_deg(), point.lat_deg()));
        }
        // Read for nothing but to be at hand: measuring takes too long for the reads of two points to overlap.
        for &set in sets.iter() {
            black_box(self.sets[set as usize]);
        }
        for set in sets.iter().filter(|set| **set != 0) {
            black_box(self.runs[self.sets[*set as usize + 1] as usize].start);
        }
        for set in sets.iter().filter(|set| **set != 0) {
            let run = self.runs[self.sets[*set as usize + 1] as usize];
            black_box(self.vertices[run.start as usize]);
        }
    }

    /// Returns the nearest line of a set of candidates, within a distance of at most [`MAX_SEARCH_M`]; ties go to the
    /// first perimeter.
    #[inline]
    pub fn nearest_of(
        &self,
        set: u32,
        frame: &LocalFrame,
        max_distance_m: f64,
    ) -> Option<NearestPerimeter> {
        self.nearest_among(set, frame, max_distance_m, |_| true)
    }

    /// Returns the distance to the line of a perimeter that holds the point, when it is within a distance.
    #[inline]
    pub fn line_of(
        &self,
        set: u32,
        perimeter: u32,
        frame: &LocalFrame,
        max_distance_m: f64,
    ) -> Option<NearestPerimeter> {
        self.nearest_among(set, frame, max_distance_m, |run| {
            run.perimeter() == perimeter
        })
    }

    #[inline]
    fn nearest_among(
        &self,
        set: u32,
        frame: &LocalFrame,
        max_distance_m: f64,
        wanted: impl Fn(EdgeRun) -> bool,
    ) -> Option<NearestPerimeter> {
        let set = set as usize;
        let mut best = BestLine::beyond(max_distance_m);
        for runs in self.sets[set + 1..=set + self.sets[set] as usize].chunks(RUNS_PER_BATCH) {
            self.measure(frame, runs, &wanted, &mut best);
        }
        best.nearest()
    }

    /// Measures runs, at most [`RUNS_PER_BATCH`], where they can be nearer than the best line so far.
    #[inline]
    fn measure(
        &self,
        frame: &LocalFrame,
        runs: &[u32],
        wanted: impl Fn(EdgeRun) -> bool,
        best: &mut BestLine,
    ) {
        let mut bounds = [f64::INFINITY; RUNS_PER_BATCH];
        let (mut least, mut closest) = (f64::INFINITY, 0);
        for (index, (kept, &run)) in bounds.iter_mut().zip(runs).enumerate() {
            let run = self.runs[run as usize];
            let bound = if wanted(run) {
                run.bound2(frame)
            } else {
                f64::INFINITY
            };
            *kept = bound;
            // Written as selections: a branch would often be mispredicted.
            closest = if bound < least { index } else { closest };
            least = if bound < least { bound } else { least };
        }
        if least > best.distance2 {
            return;
        }
        // The closest run first: what it measures rules most others out.
        self.measure_run(frame, runs[closest], best);
        // Measured already: the loop below must pass it over.
        bounds[closest] = f64::INFINITY;
        for (bound, &run) in bounds.iter().zip(runs) {
            if *bound <= best.distance2 {
                self.measure_run(frame, run, best);
            }
        }
    }

    #[inline]
    fn measure_run(&self, frame: &LocalFrame, run: u32, best: &mut BestLine) {
        let run = self.runs[run as usize];
        let edges = run.of(self.vertices).windows(2);
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
                    run.perimeter(),
                );
            }
        }
    }

    /// Returns the point nearest to the origin of a frame on the lines of some runs, with its run; `None` without any.
    fn nearest_point(&self, frame: &LocalFrame, runs: &[u32]) -> Option<(Coord<f64>, EdgeRun)> {
        let (mut nearest, mut least) = (None, f64::INFINITY);
        for &run in runs {
            let run = self.runs[run as usize];
            if run.bound2(frame) >= least {
                continue;
            }
            for edge in run.of(self.vertices).windows(2) {
                let (a, b) = (coord(edge[0]), coord(edge[1]));
                let distance2 = frame.segment_distance2(a, b);
                if distance2 < least {
                    (nearest, least) = (Some((frame.closest_on_segment(a, b), run)), distance2);
                }
            }
        }
        nearest
    }

    /// Returns the square of the distance from the origin of a frame to a run.
    fn run_distance2(&self, frame: &LocalFrame, run: u32) -> f64 {
        self.runs[run as usize]
            .of(self.vertices)
            .windows(2)
            .map(|edge| frame.segment_distance2(coord(edge[0]), coord(edge[1])))
            .fold(f64::INFINITY, f64::min)
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
    pub runs: Vec<EdgeRun>,
    /// Of the line of each perimeter: its lower and upper corner.
    envelopes: Vec<[Vertex; 2]>,
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
            runs: Vec::new(),
            envelopes: Vec::new(),
            known_sets: HashMap::new(),
        };
        let mut by_square: BTreeMap<u64, (Cell, Vec<u32>)> = BTreeMap::new();
        for rings in perimeters {
            let runs = builder.add_runs(&rings);
            for lower in rings.level1_within_search() {
                by_square
                    .entry(lower.key())
                    .or_insert_with(|| (lower, Vec::new()))
                    .1
                    .extend(runs.clone());
            }
        }
        for (lower, runs) in by_square.into_values() {
            let side = LEVEL2_PER_LEVEL1_SIDE;
            // Only perimeters within the search distance are tried: all against all would grow
            // with the country.
            builder.settle(Square { lower, side }, &runs, vertices);
        }
        builder
    }

    /// Adds the runs of a perimeter, and returns their places.
    fn add_runs(&mut self, rings: &PerimeterRings<'_>) -> Range<u32> {
        self.envelopes.push(rings.envelope());
        let before = self.run_count();
        for &(start, count) in rings.ranges {
            let last = start + count - 1;
            for first in (start..last).step_by(EDGES_PER_RUN as usize) {
                let end = (first + EDGES_PER_RUN).min(last);
                let run = EdgeRun::new(rings.perimeter, first, end, rings.vertices);
                self.runs.push(run);
            }
        }
        before..self.run_count()
    }

    fn run_count(&self) -> u32 {
        u32::try_from(self.runs.len()).expect("there are fewer runs than vertices")
    }

    fn view<'a>(&'a self, vertices: &'a [Vertex]) -> Candidates<'a> {
        Candidates {
            tree: self.tree.view(),
            sets: &self.sets,
            runs: &self.runs,
            vertices,
        }
    }

    /// Gives a square its candidates, cut in four as long as that leaves fewer.
    fn settle(&mut self, square: Square, runs: &[u32], vertices: &[Vertex]) {
        let kept = square.candidates(runs, &self.view(vertices), &self.envelopes);
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
                self.sets
                    .push(u32::try_from(candidates.len()).expect("there are fewer runs than 2^32"));
                self.sets.extend_from_slice(candidates);
                next.expect("the sets of candidates stay under 2^31")
            })
    }
}

/// A point of a line, as the corners of a square see it.
struct Rival {
    perimeter: u32,
    /// From each corner, the square of the distance (metres) beyond which whatever is there is farther than the point.
    reaches2: [f64; 4],
}

impl Rival {
    fn new(point: Coord<f64>, perimeter: u32, corners: &[LocalFrame; 4]) -> Self {
        let distances = corners.map(|corner| corner.distance_m(point));
        let farthest = distances.iter().copied().fold(0.0, f64::max);
        // What is farther by the margin from where it is least so has squares that differ by this from all corners.
        let margin2 = DISTANCE_MARGIN_M * (2.0 * farthest + DISTANCE_MARGIN_M);
        Self {
            perimeter,
            reaches2: distances.map(|distance| distance * distance + margin2),
        }
    }

    /// Returns true when a run at these squares of distances, or more, from the corners is farther from everywhere in
    /// the square.
    fn is_nearer_than(&self, distances2: [f64; 4]) -> bool {
        self.reaches2
            .iter()
            .zip(distances2)
            .all(|(reach2, distance2)| distance2 >= *reach2)
    }
}

impl Square {
    /// Returns those runs, of some in the order of their perimeters, that can be nearest to some point of the square,
    /// within the search distance, or nearest among those of a perimeter that holds the point.
    ///
    /// A run is left out when some point of a line, its rival, is nearer than it from all four corners. It then is from
    /// everywhere in the square: with `r` for a place of the run, `|p - r|² - |p - rival|²` is linear in `p`, so its
    /// least over the run is concave in `p`, and a concave function is least at a corner.
    fn candidates(
        self,
        runs: &[u32],
        known: &Candidates<'_>,
        envelopes: &[[Vertex; 2]],
    ) -> Vec<u32> {
        let frames = self.frames();
        let [ref corners @ .., centre] = frames;
        // From the centre to a corner: no point of the square is farther from the centre.
        let radius_m = centre.span_m(self.width() / 2.0, self.width() / 2.0) + DISTANCE_MARGIN_M;
        let reach2 = (MAX_SEARCH_M + radius_m) * (MAX_SEARCH_M + radius_m);
        let perimeter = |run: u32| known.runs[run as usize].perimeter();
        let mut kept = runs.to_vec();
        kept.retain(|&run| known.runs[run as usize].bound2(&centre) <= reach2);
        let mut rivals = self.rivals(&kept, known);
        for runs in kept.chunk_by(|&a, &b| perimeter(a) == perimeter(b)) {
            if self.meets(envelopes[perimeter(runs[0]) as usize]) {
                rivals.extend(self.rivals(runs, known));
            }
        }
        let is_beaten = |run: u32, distances2: [f64; 4]| {
            let may_hold = self.meets(envelopes[perimeter(run) as usize]);
            rivals.iter().any(|rival| {
                (rival.perimeter == perimeter(run) || !may_hold) && rival.is_nearer_than(distances2)
            })
        };
        // By their envelopes first, which is cheaper.
        kept.retain(|&run| {
            !is_beaten(
                run,
                corners.map(|corner| known.runs[run as usize].bound2(&corner)),
            )
        });
        kept.retain(|&run| {
            known.run_distance2(&centre, run) <= reach2
                && !is_beaten(run, corners.map(|corner| known.run_distance2(&corner, run)))
        });
        kept
    }

    /// Returns the points of some runs that are nearest to the corners and to the centre.
    fn rivals(self, runs: &[u32], known: &Candidates<'_>) -> Vec<Rival> {
        let frames = self.frames();
        let [ref corners @ .., _] = frames;
        frames
            .iter()
            .filter_map(|frame| known.nearest_point(frame, runs))
            .map(|(point, run)| Rival::new(point, run.perimeter(), corners))
            .collect()
    }

    /// Returns frames at its corners and at its centre.
    fn frames(self) -> [LocalFrame; 5] {
        let [west, south] = self.lower.lower();
        [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.5, 0.5)].map(|(x, y)| {
            LocalFrame::at_coord(Coord {
                x: west + x * self.width(),
                y: south + y * self.width(),
            })
        })
    }

    /// Its side, in degrees.
    fn width(self) -> f64 {
        f64::from(self.side * CELLS_PER_LEVEL2_SIDE) / CELLS_PER_DEGREE
    }

    /// Returns true when an envelope meets the square, with the margin by which published outlines may be off.
    fn meets(self, envelope: [Vertex; 2]) -> bool {
        let [lower, upper] = envelope;
        let corner = self.lower.lower();
        (0..2).all(|axis| {
            lower[axis] - PROJECTED_MARGIN_DEG <= corner[axis] + self.width()
                && upper[axis] + PROJECTED_MARGIN_DEG >= corner[axis]
        })
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
