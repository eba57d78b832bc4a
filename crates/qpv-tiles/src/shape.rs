//! Outlines on whole numbers: rounded, simplified, clipped, and valid after each of these.
//!
//! Rounding and simplifying can make an outline cross or touch itself. Each step therefore ends with an overlay on the
//! grid ([`cleaned`]), which returns the inside by the even-odd rule, as simple rings.

use geo::Simplify as _;
use geo_types::{LineString, MultiPolygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::IntOverlayOptions;
use i_overlay::core::simplify::Simplify as _;
use i_overlay::i_float::int::point::IntPoint;
use i_overlay::i_shape::int::shape::{IntContour, IntShapes};
use qpv_model::rings;

use crate::grid::{self, BUFFER, EXTENT, FINEST, Tile};

/// Greatest distance of a simplified line from the rounded outline, units of a zoom's grid: with the rounding (0.71 at
/// most) it stays within a unit of the true one.
const SIMPLIFICATION_UNITS: f64 = 0.25;

/// An outline on the grid of a zoom: polygons, each a ring and the rings of its holes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shape(pub IntShapes);

/// A box on a grid, its edges included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    pub min: IntPoint,
    pub max: IntPoint,
}

impl Extent {
    pub(crate) fn around(points: impl Iterator<Item = IntPoint>) -> Option<Self> {
        points.fold(None, |extent: Option<Self>, point| {
            let Self { min, max } = extent.unwrap_or(Self {
                min: point,
                max: point,
            });
            Some(Self {
                min: IntPoint::new(min.x.min(point.x), min.y.min(point.y)),
                max: IntPoint::new(max.x.max(point.x), max.y.max(point.y)),
            })
        })
    }

    /// Returns the units of the longer side.
    pub(crate) fn length(self) -> i32 {
        (self.max.x - self.min.x).max(self.max.y - self.min.y)
    }

    fn holds(self, other: Self) -> bool {
        self.min.x <= other.min.x
            && self.min.y <= other.min.y
            && self.max.x >= other.max.x
            && self.max.y >= other.max.y
    }

    /// Returns the same extent on the grid of another zoom.
    pub(crate) fn at(self, zoom: u8) -> Self {
        Self {
            min: coarser(self.min, zoom),
            max: coarser(self.max, zoom),
        }
    }
}

/// Returns the tile with its buffer, on the grid of its zoom.
pub(crate) fn window(tile: Tile) -> Extent {
    let IntPoint { x, y } = tile.corner();
    let far = EXTENT + BUFFER;
    Extent {
        min: IntPoint::new(x - BUFFER, y - BUFFER),
        max: IntPoint::new(x + far, y + far),
    }
}

/// Returns the nearest point of the grid of a zoom.
pub(crate) fn coarser(point: IntPoint, zoom: u8) -> IntPoint {
    let shift = FINEST - zoom;
    // The nearest point, not the one below: an outline would otherwise drift to the north-west.
    let half = (1 << shift) >> 1;
    IntPoint::new((point.x + half) >> shift, (point.y + half) >> shift)
}

impl Shape {
    /// Rounds an outline on WGS 84 to the finest grid.
    pub(crate) fn new(outline: &MultiPolygon<f64>) -> Self {
        let contours = rings(outline).map(|ring| ring.coords().map(|at| grid::cell(*at)).collect());
        // Cleaned at once: rounding can make an outline cross itself.
        cleaned(&contours.collect::<Vec<_>>())
    }

    pub(crate) fn extent(&self) -> Option<Extent> {
        Extent::around(self.contours().flatten().copied())
    }

    fn contours(&self) -> impl Iterator<Item = &IntContour> {
        self.0.iter().flatten()
    }

    /// Returns the shape on the grid of a zoom, simplified.
    ///
    /// A shape that collapses there is drawn as its extent, so that it stays visible.
    pub(crate) fn at_zoom(&self, zoom: u8) -> Self {
        let contours = self.contours().map(|contour| {
            // From the finest grid each time: rounding twice would add up the errors.
            let mut points: IntContour =
                contour.iter().map(|point| coarser(*point, zoom)).collect();
            // Rounding makes neighbours equal.
            points.dedup();
            simplified(&points)
        });
        let shape = cleaned(&contours.collect::<Vec<_>>());
        if shape.0.is_empty() {
            self.extent().map_or(shape, |extent| boxed(extent.at(zoom)))
        } else {
            shape
        }
    }

    /// Returns the part within a window, in coordinates from `origin`. `extent` is the shape's own.
    pub(crate) fn clipped(&self, extent: Extent, window: Extent, origin: IntPoint) -> Self {
        // Most shapes lie in one tile: they are valid already and need no overlay.
        if window.holds(extent) {
            let polygons = self.0.iter().map(|polygon| {
                let contours = polygon.iter().map(|contour| moved(contour, origin));
                contours.collect()
            });
            return Self(polygons.collect());
        }
        let pieces = self
            .contours()
            .map(|contour| moved(&clip(contour, window), origin));
        cleaned(
            &pieces
                // A ring that the window meets in a point or a line has nothing to fill.
                .filter(|contour| contour.len() > 2)
                .collect::<Vec<_>>(),
        )
    }
}

/// Returns a contour in coordinates from an origin.
fn moved(contour: &[IntPoint], origin: IntPoint) -> IntContour {
    contour.iter().map(|point| *point - origin).collect()
}

/// Returns the inside of some rings by the even-odd rule, as simple polygons on the same grid.
fn cleaned(contours: &[IntContour]) -> Shape {
    if contours.is_empty() {
        return Shape::default();
    }
    let options = IntOverlayOptions {
        // Valid by the OGC's rules, as the specification of vector tiles demands.
        ogc: true,
        ..IntOverlayOptions::default()
    };
    let mut shapes = contours.simplify(FillRule::EvenOdd, options);
    // The overlay passes simple input on as it is, a line too.
    shapes.retain(|polygon| polygon.first().is_some_and(|ring| doubled_area(ring) != 0));
    Shape(shapes)
}

/// Returns twice the area within a ring, negative for one of the two directions.
pub(crate) fn doubled_area(ring: &[IntPoint]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        // In 64 bits: products of two coordinates of 30 bits do not fit in 32.
        .map(|(a, b)| i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y))
        .sum()
}

/// Leaves out the points of a ring that the others already draw.
fn simplified(ring: &[IntPoint]) -> IntContour {
    // The closing edge is simplified too; the first point, repeated for it, is dropped again.
    let closed = ring.iter().chain(ring.first());
    let line: LineString<f64> = closed
        .map(|point| (f64::from(point.x), f64::from(point.y)))
        .collect();
    let mut kept = line.simplify(SIMPLIFICATION_UNITS).0;
    kept.pop();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "they were whole numbers of 32 bits"
    )]
    kept.into_iter()
        .map(|at| IntPoint::new(at.x as i32, at.y as i32))
        .collect()
}

/// Returns an extent as a shape, a unit wide at least.
fn boxed(Extent { min, max }: Extent) -> Shape {
    // A box without width would have no area and be dropped again.
    let max = IntPoint::new(max.x.max(min.x + 1), max.y.max(min.y + 1));
    Shape(vec![vec![vec![
        min,
        IntPoint::new(max.x, min.y),
        max,
        IntPoint::new(min.x, max.y),
    ]]])
}

/// One of a point's two coordinates.
type Axis = fn(IntPoint) -> i32;

/// Clips a ring to a window, by Sutherland and Hodgman: parts that the window separates stay joined along its edge.
fn clip(ring: &[IntPoint], window: Extent) -> IntContour {
    let sides: [(Axis, i32, i32); 4] = [
        (|point| point.x, window.min.x, 1),
        (|point| point.x, window.max.x, -1),
        (|point| point.y, window.min.y, 1),
        (|point| point.y, window.max.y, -1),
    ];
    sides
        .into_iter()
        .fold(ring.to_vec(), |ring, (axis, limit, sign)| {
            // Room for crossings: a side of the window rarely cuts a ring more than four times.
            let mut kept = Vec::with_capacity(ring.len() + 4);
            // Rings are not closed here: the edge from the last point to the first counts too.
            let before = ring.last().into_iter().chain(&ring);
            for (from, to) in before.zip(&ring) {
                let [from_inside, to_inside] =
                    [*from, *to].map(|point| (axis(point) - limit) * sign >= 0);
                if from_inside != to_inside {
                    kept.push(crossing(*from, *to, axis, limit));
                }
                if to_inside {
                    kept.push(*to);
                }
            }
            kept
        })
}

/// Clips a line to a window: its pieces inside, each of two points at least.
pub(crate) fn clipped_line(line: &[IntPoint], window: Extent) -> Vec<Vec<IntPoint>> {
    let mut pieces: Vec<Vec<IntPoint>> = Vec::new();
    for pair in line.windows(2) {
        let Some([from, to]) = clipped_segment(pair[0], pair[1], window) else {
            continue;
        };
        match pieces.last_mut() {
            // The piece goes on where the one before ended, within the window.
            Some(piece) if piece.last() == Some(&from) && from == pair[0] => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    for piece in &mut pieces {
        piece.dedup();
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// Clips a segment to a window, by Liang and Barsky; `None` when it lies outside.
fn clipped_segment(from: IntPoint, to: IntPoint, window: Extent) -> Option<[IntPoint; 2]> {
    let [dx, dy] = [f64::from(to.x - from.x), f64::from(to.y - from.y)];
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (step, room) in [
        (-dx, from.x - window.min.x),
        (dx, window.max.x - from.x),
        (-dy, from.y - window.min.y),
        (dy, window.max.y - from.y),
    ] {
        let room = f64::from(room);
        if step == 0.0 {
            // Along this side: inside of it, or never.
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    (enter <= leave).then(|| {
        [enter, leave]
            .map(|share| IntPoint::new(between(from.x, to.x, share), between(from.y, to.y, share)))
    })
}

/// Returns the crossing of a line with a side of a window, rounded.
fn crossing(from: IntPoint, to: IntPoint, axis: Axis, limit: i32) -> IntPoint {
    // The same whichever way the line runs, so that neighbouring tiles agree.
    let (from, to) = if axis(from) <= axis(to) {
        (from, to)
    } else {
        (to, from)
    };
    let share = f64::from(limit - axis(from)) / f64::from(axis(to) - axis(from));
    IntPoint::new(between(from.x, to.x, share), between(from.y, to.y, share))
}

/// Returns the number at a share of the way from one to another, rounded.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it lies between two numbers of 32 bits"
)]
fn between(from: i32, to: i32, share: f64) -> i32 {
    (f64::from(from) + share * f64::from(to - from)).round() as i32
}
