//! Outlines on whole numbers: rounded, simplified, clipped, and valid after each of these.
//!
//! Rounding and simplifying can make an outline cross or touch itself. Each step therefore ends with an overlay on the
//! grid ([`cleaned`]), which gives back what the even-odd rule says is inside, as simple rings.

use geo::Simplify as _;
use geo_types::{LineString, MultiPolygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::IntOverlayOptions;
use i_overlay::core::simplify::Simplify as _;
use i_overlay::i_float::int::point::IntPoint;
use i_overlay::i_shape::int::shape::{IntContour, IntShapes};

use crate::grid::{self, FINEST};

/// How far, in units of a zoom's grid, a line may be from the rounded outline: with the rounding (0.71 at most) it stays
/// within a unit of the true one.
const TOLERANCE: f64 = 0.25;

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

    /// Units of the longer side.
    pub(crate) fn length(self) -> i32 {
        (self.max.x - self.min.x).max(self.max.y - self.min.y)
    }

    fn holds(self, other: Self) -> bool {
        self.min.x <= other.min.x
            && self.min.y <= other.min.y
            && self.max.x >= other.max.x
            && self.max.y >= other.max.y
    }

    /// The same on the grid of another zoom.
    pub(crate) fn at(self, zoom: u8) -> Self {
        Self {
            min: coarser(self.min, zoom),
            max: coarser(self.max, zoom),
        }
    }
}

/// The nearest point of the grid of a zoom.
pub(crate) fn coarser(point: IntPoint, zoom: u8) -> IntPoint {
    let shift = FINEST - zoom;
    let half = (1 << shift) >> 1;
    IntPoint::new((point.x + half) >> shift, (point.y + half) >> shift)
}

impl Shape {
    /// An outline on WGS 84 on the finest grid.
    pub(crate) fn of(outline: &MultiPolygon<f64>) -> Self {
        let rings = outline
            .iter()
            .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let contour = |ring: &LineString<f64>| ring.coords().map(|at| grid::cell(*at)).collect();
        cleaned(&rings.map(contour).collect::<Vec<_>>())
    }

    pub(crate) fn extent(&self) -> Option<Extent> {
        Extent::around(self.contours().flatten().copied())
    }

    fn contours(&self) -> impl Iterator<Item = &IntContour> {
        self.0.iter().flatten()
    }

    /// The same on the grid of a zoom, simplified.
    ///
    /// What collapses there is drawn as its box, for it is to be seen; so is what rounding left nothing of.
    pub(crate) fn at_zoom(&self, zoom: u8) -> Self {
        let contours = self.contours().map(|contour| {
            let mut points: IntContour =
                contour.iter().map(|point| coarser(*point, zoom)).collect();
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

    /// The part within a box, in coordinates from `origin`. `extent` is the shape's own.
    pub(crate) fn clipped(&self, extent: Extent, window: Extent, origin: IntPoint) -> Self {
        let moved = |contour: &IntContour| {
            contour
                .iter()
                .map(|point| *point - origin)
                .collect::<IntContour>()
        };
        if window.holds(extent) {
            return Self(
                self.0
                    .iter()
                    .map(|polygon| polygon.iter().map(moved).collect())
                    .collect(),
            );
        }
        let pieces = self.contours().map(|contour| moved(&clip(contour, window)));
        cleaned(
            &pieces
                .filter(|contour| contour.len() > 2)
                .collect::<Vec<_>>(),
        )
    }
}

/// What the even-odd rule says is inside some rings, as simple polygons on the same grid.
fn cleaned(contours: &[IntContour]) -> Shape {
    if contours.is_empty() {
        return Shape::default();
    }
    let options = IntOverlayOptions {
        ogc: true,
        ..IntOverlayOptions::default()
    };
    let mut shapes = contours.simplify(FillRule::EvenOdd, options);
    // What the overlay takes as it is may still be a line.
    shapes.retain(|polygon| polygon.first().is_some_and(|ring| doubled_area(ring) != 0));
    Shape(shapes)
}

/// Twice the area within a ring, negative for one of the two directions.
pub(crate) fn doubled_area(ring: &[IntPoint]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    let cross = |(a, b): (&IntPoint, &IntPoint)| {
        i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y)
    };
    ring.iter().zip(next).map(cross).sum()
}

/// A ring without the points that the others already draw.
fn simplified(ring: &[IntPoint]) -> IntContour {
    let closed = ring.iter().chain(ring.first());
    let line: LineString<f64> = closed
        .map(|point| (f64::from(point.x), f64::from(point.y)))
        .collect();
    let mut kept = line.simplify(TOLERANCE).0;
    kept.pop();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "they were whole numbers of 32 bits"
    )]
    kept.into_iter()
        .map(|at| IntPoint::new(at.x as i32, at.y as i32))
        .collect()
}

/// A box as a shape, a unit wide at least.
fn boxed(Extent { min, max }: Extent) -> Shape {
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

/// The part of a ring within a box, by Sutherland and Hodgman: parts that the box separates stay joined along its edge.
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
            let inside = |point: IntPoint| (axis(point) - limit) * sign >= 0;
            let mut kept = Vec::with_capacity(ring.len() + 4);
            let before = ring.last().into_iter().chain(&ring);
            for (from, to) in before.zip(&ring) {
                if inside(*from) != inside(*to) {
                    kept.push(crossing(*from, *to, axis, limit));
                }
                if inside(*to) {
                    kept.push(*to);
                }
            }
            kept
        })
}

/// Where a line crosses a side of a box, rounded. The same whichever way it runs, so that neighbours agree.
fn crossing(from: IntPoint, to: IntPoint, axis: Axis, limit: i32) -> IntPoint {
    let (from, to) = if axis(from) <= axis(to) {
        (from, to)
    } else {
        (to, from)
    };
    let share = f64::from(limit - axis(from)) / f64::from(axis(to) - axis(from));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it lies between two numbers of 32 bits"
    )]
    let between =
        |from: i32, to: i32| (f64::from(from) + share * f64::from(to - from)).round() as i32;
    IntPoint::new(between(from.x, to.x), between(from.y, to.y))
}
