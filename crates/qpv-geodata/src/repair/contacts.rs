//! The places where the edges of an outline meet, found by a sweep whose effort is bounded.
//!
//! A ring of a few hundred vertices can cross itself tens of thousands of times, and a repair then takes minutes and
//! gigabytes. Edges are compared in the order of a direction in which they overlap least, and an outline that takes too many
//! comparisons, or has too many crossings, is refused with their number.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use geo::line_intersection::{LineIntersection, line_intersection};
use geo_types::{Coord, Line};

/// Crossings of edges in an outline at most. Of the official perimeters the worst has 5; 10,000 take the repair about a
/// second.
const MAX_CROSSINGS: usize = 10_000;
/// Pairs of edges compared in a sweep at most, under a second. A coast of a million vertices takes about ten million.
const MAX_COMPARED_PAIRS: usize = 200_000_000;
/// Directions to sweep in: combs are long in one direction, and short across it.
const DIRECTIONS: [Coord<f64>; 4] = [
    Coord { x: 1.0, y: 0.0 },
    Coord { x: 0.0, y: 1.0 },
    Coord { x: 1.0, y: 1.0 },
    Coord { x: 1.0, y: -1.0 },
];

/// An edge of a ring.
#[derive(Debug, Clone, Copy)]
struct RingEdge {
    line: Line<f64>,
    ring: usize,
    /// Its place in the ring.
    place: usize,
    /// Its ends in the direction of the sweep.
    low: f64,
    high: f64,
}

/// The edges of rings in the order of a sweep.
pub(super) struct EdgeSweep {
    edges: Vec<RingEdge>,
    /// The number of edges of each ring.
    counts: Vec<usize>,
}

impl EdgeSweep {
    /// Takes the edges of closed rings without repeated points.
    pub(super) fn new(rings: &[Vec<Coord<f64>>]) -> Self {
        let counts = rings
            .iter()
            .map(|ring| ring.len().saturating_sub(1))
            .collect();
        let mut edges: Vec<RingEdge> = Vec::new();
        for (ring, points) in rings.iter().enumerate() {
            edges.extend(points.windows(2).enumerate().map(|(place, pair)| RingEdge {
                line: Line::new(pair[0], pair[1]),
                ring,
                place,
                low: 0.0,
                high: 0.0,
            }));
        }
        // The order decides how many pairs are compared, not which of them meet.
        let direction = least_overlapping(&edges);
        for edge in &mut edges {
            (edge.low, edge.high) = extent(edge.line, direction);
        }
        edges.sort_by(|a, b| a.low.total_cmp(&b.low));
        Self { edges, counts }
    }

    /// Returns a place where a ring crosses or touches itself; `None` when no ring does.
    ///
    /// # Errors
    /// The fault, when the edges overlap too much for an answer.
    pub(super) fn self_contact(&self) -> Result<Option<Coord<f64>>, String> {
        self.visit(|a, b| match self.contact_in_ring(a, b) {
            Some(c) => ControlFlow::Break(c),
            None => ControlFlow::Continue(()),
        })
    }

    /// Returns the pairs of rings that meet anywhere, each in order.
    ///
    /// # Errors
    /// The fault, when the edges overlap too much for an answer.
    pub(super) fn meeting_rings(&self) -> Result<BTreeSet<(usize, usize)>, String> {
        let mut pairs = BTreeSet::new();
        self.visit(|a, b| {
            // Rings that meet themselves were refused before.
            if a.ring != b.ring && line_intersection(a.line, b.line).is_some() {
                pairs.insert((a.ring.min(b.ring), a.ring.max(b.ring)));
            }
            ControlFlow::<()>::Continue(())
        })?;
        Ok(pairs)
    }

    /// Checks that edges cross each other so seldom that an outline can be repaired.
    ///
    /// # Errors
    /// The fault, with the number of crossings.
    pub(super) fn check_crossings(&self) -> Result<(), String> {
        let mut crossings = 0;
        let beyond = self.visit(|a, b| {
            // Vertices that edges share cost a repair nothing.
            crossings += usize::from(crosses(a.line, b.line));
            if crossings > MAX_CROSSINGS {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        match beyond {
            Some(()) => Err(format!(
                "its lines cross each other more than {MAX_CROSSINGS} times, which is no outline; draw it again"
            )),
            None => Ok(()),
        }
    }

    /// Calls `visit` with each pair of edges whose boxes meet, until it breaks.
    fn visit<B>(
        &self,
        mut visit: impl FnMut(&RingEdge, &RingEdge) -> ControlFlow<B>,
    ) -> Result<Option<B>, String> {
        let mut compared = 0;
        for (position, edge) in self.edges.iter().enumerate() {
            let others = &self.edges[position + 1..];
            let reached = others.partition_point(|other| other.low <= edge.high);
            // Counted before they are looked at, so that one endless edge is refused at once.
            compared += reached;
            if compared > MAX_COMPARED_PAIRS {
                return Err(format!(
                    "its {} edges lie over each other so often that they cannot be compared; draw it again",
                    self.edges.len()
                ));
            }
            for other in others[..reached]
                .iter()
                .filter(|other| boxes_meet(edge, other))
            {
                if let ControlFlow::Break(found) = visit(edge, other) {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    /// Returns the place where two edges of one ring meet, other than at the vertex that neighbours share.
    fn contact_in_ring(&self, a: &RingEdge, b: &RingEdge) -> Option<Coord<f64>> {
        if a.ring != b.ring {
            return None;
        }
        let (first, last) = (a.place.min(b.place), a.place.max(b.place));
        let neighbours = last == first + 1 || (first == 0 && last == self.counts[a.ring] - 1);
        match line_intersection(a.line, b.line)? {
            // Neighbours always share a vertex: that is no contact.
            LineIntersection::SinglePoint { .. } if neighbours => None,
            LineIntersection::SinglePoint { intersection, .. } => Some(intersection),
            LineIntersection::Collinear { intersection } => (!neighbours
                || intersection.start != intersection.end)
                .then_some(intersection.start),
        }
    }
}

/// Returns true when a vertex must be added to one of both edges for them to meet at vertices only.
fn crosses(a: Line<f64>, b: Line<f64>) -> bool {
    match line_intersection(a, b) {
        None => false,
        Some(LineIntersection::SinglePoint { intersection, .. }) => {
            !is_end(a, intersection) || !is_end(b, intersection)
        }
        // Edges that coincide cancel each other out.
        Some(LineIntersection::Collinear { intersection }) => {
            intersection.start != intersection.end && !(is_end(a, b.start) && is_end(a, b.end))
        }
    }
}

fn is_end(line: Line<f64>, c: Coord<f64>) -> bool {
    c == line.start || c == line.end
}

/// Returns the direction in which edges are shortest together, measured by the whole.
fn least_overlapping(edges: &[RingEdge]) -> Coord<f64> {
    let overlap = |direction: &Coord<f64>| {
        let (mut low, mut high, mut lengths) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
        for edge in edges {
            let (from, to) = extent(edge.line, *direction);
            low = low.min(from);
            high = high.max(to);
            lengths += to - from;
        }
        // Edges on one line have no width, and any other direction is better.
        lengths / (high - low).max(f64::MIN_POSITIVE)
    };
    DIRECTIONS
        .into_iter()
        .min_by(|a, b| overlap(a).total_cmp(&overlap(b)))
        .unwrap_or(DIRECTIONS[0])
}

/// Returns the ends of a line in a direction, the lower first.
fn extent(line: Line<f64>, direction: Coord<f64>) -> (f64, f64) {
    let start = line.start.x * direction.x + line.start.y * direction.y;
    let end = line.end.x * direction.x + line.end.y * direction.y;
    // Sums are rounded: what only touches must not seem apart.
    let slack = start.abs().max(end.abs()) * f64::EPSILON;
    (start.min(end), start.max(end) + slack)
}

fn boxes_meet(a: &RingEdge, b: &RingEdge) -> bool {
    let (a, b) = (a.line, b.line);
    a.start.x.min(a.end.x) <= b.start.x.max(b.end.x)
        && b.start.x.min(b.end.x) <= a.start.x.max(a.end.x)
        && a.start.y.min(a.end.y) <= b.start.y.max(b.end.y)
        && b.start.y.min(b.end.y) <= a.start.y.max(a.end.y)
}
