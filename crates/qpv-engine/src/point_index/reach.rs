//! Which perimeters can be the nearest: the same grid, down to twigs of 430 m, each with its few candidates.
//!
//! For every point of a twig the nearest line is that of one of the twig's candidates: those whose line is, from the
//! twig's centre, no farther than the nearest line plus the way from the centre to a corner and back. Beyond
//! [`REACH_M`] of everything there is none. A candidate's line is then measured run by run, the runs whose box is farther than the best
//! distance so far being passed over.

use std::collections::{BTreeMap, HashMap};

use bytemuck::{Pod, Zeroable};
use geo_types::Coord;
use qpv_model::Wgs84Point;

use super::cells::Rings;
use super::grid::{CELLS_A_SIDE, Cell, PER_DEGREE, Tree, TreeBuilder};
use super::line::Vertex;
use crate::geodesy::ROUGHLY;
use crate::zones::Nearest;
use crate::{LocalFrame, REACH_M};

/// Edges in one run: long enough to keep boxes few, short enough to keep them tight.
const RUN_EDGES: u32 = 6;
/// Runs whose boxes are looked at together.
const TOGETHER: usize = 32;
/// Candidates from which a branch is not cut further.
const FEW: usize = 2;
/// Twigs in a branch, a side.
const TWIGS: u32 = 16;
/// Added to every distance compared while choosing candidates: far more than the local frame is off at 15 km.
const MARGIN_M: f64 = 10.0;
/// Marks a branch whose value is a set of candidates, not a block of twigs.
const SETTLED: u32 = 1 << 31;

/// Consecutive edges of one ring, in their box: west, south, east, north, rounded outwards to save memory.
#[repr(C)]
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
pub(super) struct Run {
    bounds: [f32; 4],
    start: u32,
    edges: u32,
}

impl Run {
    #[inline]
    fn bound(&self, frame: &LocalFrame) -> f64 {
        let [west, south, east, north] = self.bounds.map(f64::from);
        frame.box_distance2([west, south], [east, north])
    }
}

/// The nearest `f32` on or below a number, which is small enough for one.
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
pub(super) struct Reach<'a> {
    pub tree: Tree<'a>,
    /// Sets of candidates: how many, then the perimeters in order. Set 0 is empty.
    pub sets: &'a [u32],
    /// The box of each perimeter's line: lower and upper corner.
    pub boxes: &'a [[Vertex; 2]],
    /// First run of each perimeter, and the end of the last one's.
    pub firsts: &'a [u32],
    pub runs: &'a [Run],
    pub vertices: &'a [Vertex],
}

/// The best line so far.
#[derive(Debug, Clone, Copy)]
struct Best {
    distance2: f64,
    perimeter: u32,
}

impl Reach<'_> {
    /// The set of candidates at a point; 0 when nothing is in reach.
    #[inline]
    pub fn candidates(&self, point: Wgs84Point) -> u32 {
        let cell = Cell::at(point.lon_deg(), point.lat_deg());
        let branch = self.tree.branch(cell);
        if branch & SETTLED == 0 {
            self.tree.twig(branch, cell)
        } else {
            branch ^ SETTLED
        }
    }

    /// The nearest line among a set of candidates, within `reach_m`, at most [`REACH_M`]; ties go to the first perimeter.
    pub fn nearest_of(&self, candidates: u32, frame: &LocalFrame, reach_m: f64) -> Option<Nearest> {
        let set = candidates as usize;
        let mut best = Best::beyond(reach_m);
        match self.sets[set + 1..=set + self.sets[set] as usize] {
            // The one whose box is nearer first: the other is then mostly passed over.
            [one, other] if self.bound(frame, other) < self.bound(frame, one) => {
                self.measure(frame, other, &mut best);
                self.measure(frame, one, &mut best);
            }
            ref all => all
                .iter()
                .for_each(|&perimeter| self.measure(frame, perimeter, &mut best)),
        }
        best.nearest()
    }

    /// How far the line of one perimeter is, within `reach_m`.
    pub fn line_of(&self, frame: &LocalFrame, perimeter: u32, reach_m: f64) -> Option<Nearest> {
        let mut best = Best::beyond(reach_m);
        self.measure(frame, perimeter, &mut best);
        best.nearest()
    }

    /// How near a perimeter can be at most, by its box: the square of that.
    #[inline]
    fn bound(&self, frame: &LocalFrame, perimeter: u32) -> f64 {
        let [lower, upper] = self.boxes[perimeter as usize];
        frame.box_distance2(lower, upper)
    }

    /// Measures a perimeter's line where it can be nearer than the best so far: the closest run first, then the others.
    #[inline]
    fn measure(&self, frame: &LocalFrame, perimeter: u32, best: &mut Best) {
        if self.bound(frame, perimeter) > best.distance2 {
            return;
        }
        let runs = &self.runs[self.firsts[perimeter as usize] as usize
            ..self.firsts[perimeter as usize + 1] as usize];
        for runs in runs.chunks(TOGETHER) {
            let mut bounds = [f64::INFINITY; TOGETHER];
            let (mut least, mut closest) = (f64::INFINITY, 0);
            for (index, run) in runs.iter().enumerate() {
                let bound = run.bound(frame);
                bounds[index] = bound;
                closest = if bound < least { index } else { closest };
                least = if bound < least { bound } else { least };
            }
            if least > best.distance2 {
                continue;
            }
            self.measure_run(frame, &runs[closest], perimeter, best);
            bounds[closest] = f64::INFINITY;
            for (bound, run) in bounds.iter().zip(runs) {
                if *bound <= best.distance2 {
                    self.measure_run(frame, run, perimeter, best);
                }
            }
        }
    }

    #[inline]
    fn measure_run(&self, frame: &LocalFrame, run: &Run, perimeter: u32, best: &mut Best) {
        let coord = |vertex: Vertex| Coord {
            x: vertex[0],
            y: vertex[1],
        };
        let edges = self.vertices[run.start as usize..=(run.start + run.edges) as usize].windows(2);
        let mut rough = [f64::INFINITY; RUN_EDGES as usize];
        let mut least = best.distance2;
        for (rough, edge) in rough.iter_mut().zip(edges.clone()) {
            *rough = frame.rough_distance2(coord(edge[0]), coord(edge[1]));
            least = if *rough < least { *rough } else { least };
        }
        // The distance to the edge that is roughly nearest is `least / (1 - ROUGHLY)` at most, and that to an edge
        // roughly farther than this is more.
        let enough = least * ((1.0 + ROUGHLY) / (1.0 - ROUGHLY));
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

impl Best {
    /// Nothing found, and nothing beyond `reach_m` wanted.
    fn beyond(reach_m: f64) -> Self {
        Self {
            distance2: reach_m * reach_m,
            perimeter: u32::MAX,
        }
    }

    #[inline]
    fn improve(&mut self, distance2: f64, perimeter: u32) {
        if distance2 < self.distance2 || (distance2 == self.distance2 && perimeter < self.perimeter)
        {
            *self = Self {
                distance2,
                perimeter,
            };
        }
    }

    fn nearest(self) -> Option<Nearest> {
        (self.perimeter != u32::MAX).then(|| Nearest {
            perimeter: self.perimeter,
            distance_m: self.distance2.sqrt(),
        })
    }
}

/// [`Reach`] being made.
#[derive(Debug)]
pub(super) struct ReachBuilder {
    pub tree: TreeBuilder,
    pub sets: Vec<u32>,
    pub boxes: Vec<[Vertex; 2]>,
    pub firsts: Vec<u32>,
    pub runs: Vec<Run>,
    known: HashMap<Vec<u32>, u32>,
}

/// A square of twigs of one branch: its lower cell, and its side in twigs.
#[derive(Debug, Clone, Copy)]
struct Square {
    lower: Cell,
    twigs: u32,
}

impl ReachBuilder {
    /// The reach of perimeters given in order, over the vertices they share.
    pub fn new<'a>(perimeters: impl Iterator<Item = Rings<'a>>, vertices: &[Vertex]) -> Self {
        let mut builder = Self {
            tree: TreeBuilder::new(),
            sets: vec![0],
            boxes: Vec::new(),
            firsts: vec![0],
            runs: Vec::new(),
            known: HashMap::new(),
        };
        let mut branches: BTreeMap<u64, (Cell, Vec<u32>)> = BTreeMap::new();
        for rings in perimeters {
            builder.add_runs(&rings);
            for branch in rings.branches_in_reach() {
                branches
                    .entry(branch.key())
                    .or_insert_with(|| (branch, Vec::new()))
                    .1
                    .push(rings.owner);
            }
        }
        for (lower, candidates) in branches.into_values() {
            builder.settle(
                Square {
                    lower,
                    twigs: TWIGS,
                },
                &candidates,
                vertices,
            );
        }
        builder
    }

    fn add_runs(&mut self, rings: &Rings<'_>) {
        self.boxes.push(bounds(rings.all()).into());
        for &(start, count) in rings.places {
            let last = start + count - 1;
            for first in (start..last).step_by(RUN_EDGES as usize) {
                let end = (first + RUN_EDGES).min(last);
                let (lower, upper) = bounds(&rings.vertices[first as usize..=end as usize]);
                let bounds = [lower[0], lower[1], -upper[0], -upper[1]].map(rounded_down);
                let bounds = [bounds[0], bounds[1], -bounds[2], -bounds[3]];
                self.runs.push(Run {
                    bounds,
                    start: first,
                    edges: end - first,
                });
            }
        }
        self.firsts
            .push(u32::try_from(self.runs.len()).expect("there are fewer runs than vertices"));
    }

    fn view<'a>(&'a self, vertices: &'a [Vertex]) -> Reach<'a> {
        let tree = Tree {
            roots: &self.tree.roots,
            branches: &self.tree.branches,
            twigs: &self.tree.twigs,
        };
        Reach {
            tree,
            sets: &self.sets,
            boxes: &self.boxes,
            firsts: &self.firsts,
            runs: &self.runs,
            vertices,
        }
    }

    /// Gives a square its candidates, cut in four as long as that leaves fewer.
    fn settle(&mut self, square: Square, candidates: &[u32], vertices: &[Vertex]) {
        let kept = square.candidates(candidates, &self.view(vertices));
        if kept.is_empty() {
            return;
        }
        if kept.len() > FEW && square.twigs > 1 {
            for quarter in square.quarters() {
                self.settle(quarter, &kept, vertices);
            }
            return;
        }
        let set = self.set(kept);
        if square.twigs == TWIGS {
            *self.tree.branch_mut(square.lower) = set | SETTLED;
            return;
        }
        for twig in square.all_twigs() {
            *self.tree.twig_mut(twig) = set;
        }
    }

    /// The number of a set of candidates, each stored once.
    fn set(&mut self, candidates: Vec<u32>) -> u32 {
        let next = u32::try_from(self.sets.len())
            .ok()
            .filter(|next| next & SETTLED == 0);
        *self
            .known
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
    /// Those among `candidates` that can be nearest to some point of the square, within reach.
    fn candidates(self, candidates: &[u32], reach: &Reach<'_>) -> Vec<u32> {
        let half = f64::from(self.twigs * CELLS_A_SIDE) / PER_DEGREE / 2.0;
        let [west, south] = self.lower.lower();
        let frame = LocalFrame::at_coord(Coord {
            x: west + half,
            y: south + half,
        });
        let radius_m = frame.span_m(half, half) + MARGIN_M;
        let distances = candidates.iter().map(|&perimeter| {
            let line = reach.line_of(&frame, perimeter, REACH_M + radius_m);
            (
                perimeter,
                line.map_or(f64::INFINITY, |nearest| nearest.distance_m),
            )
        });
        let distances: Vec<(u32, f64)> = distances.collect();
        let nearest_m = distances
            .iter()
            .map(|&(_, distance_m)| distance_m)
            .fold(f64::INFINITY, f64::min);
        let farthest_m = (nearest_m + 2.0 * radius_m).min(REACH_M + radius_m);
        distances
            .iter()
            .filter(|(_, distance_m)| *distance_m <= farthest_m)
            .map(|&(perimeter, _)| perimeter)
            .collect()
    }

    fn quarters(self) -> [Self; 4] {
        let twigs = self.twigs / 2;
        [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(dx, dy)| Self {
            lower: self.twig(dx * twigs, dy * twigs),
            twigs,
        })
    }

    fn all_twigs(self) -> impl Iterator<Item = Cell> {
        (0..self.twigs).flat_map(move |dy| (0..self.twigs).map(move |dx| self.twig(dx, dy)))
    }

    fn twig(self, dx: u32, dy: u32) -> Cell {
        Cell {
            x: self.lower.x + dx * CELLS_A_SIDE,
            y: self.lower.y + dy * CELLS_A_SIDE,
        }
    }
}

impl Rings<'_> {
    /// Every branch with a point that can be within reach of this perimeter, by its lower cell.
    fn branches_in_reach(&self) -> impl Iterator<Item = Cell> + use<> {
        const SIDE: u32 = TWIGS * CELLS_A_SIDE;
        let (lower, upper) = bounds(self.all());
        let widest = lower[1].abs().max(upper[1].abs()) + 0.1;
        let frame = LocalFrame::at_coord(Coord {
            x: lower[0],
            y: widest.min(89.9),
        });
        let [half_lon, half_lat] = frame.half_widths_deg(REACH_M + MARGIN_M);
        let cell = |lon: f64, lat: f64| Cell::at(lon.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0));
        let from = cell(lower[0] - half_lon, lower[1] - half_lat);
        let to = cell(upper[0] + half_lon, upper[1] + half_lat);
        let (columns, rows) = (from.x / SIDE..=to.x / SIDE, from.y / SIDE..=to.y / SIDE);
        rows.flat_map(move |y| {
            columns.clone().map(move |x| Cell {
                x: x * SIDE,
                y: y * SIDE,
            })
        })
    }
}

/// The box of some vertices; inside out without any.
fn bounds<'a>(vertices: impl IntoIterator<Item = &'a Vertex>) -> (Vertex, Vertex) {
    let empty = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    vertices.into_iter().fold(empty, |(lower, upper), vertex| {
        (
            [lower[0].min(vertex[0]), lower[1].min(vertex[1])],
            [upper[0].max(vertex[0]), upper[1].max(vertex[1])],
        )
    })
}
