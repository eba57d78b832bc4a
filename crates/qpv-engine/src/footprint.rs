//! Where a polygon stands: "any part" and "every part" in a perimeter, within 300 m, within 500 m.
//!
//! Membership is decided by exact topology. For the bands, the least and the greatest distance from the polygon to the
//! perimeters are bracketed by subdividing its bounding box: the signed distance to a set changes by at most a metre
//! per metre, so a square whose centre is `d` away holds nothing nearer than `d - r` or farther than `d + r`. Squares
//! that cannot hold the extreme are dropped, the others cut in four, until it is known to 5 cm (or to 1/10,000 of the
//! polygon's extent). No buffer is ever drawn, so no buffer's corners are ever approximated.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use geo::{BoundingRect, CoordsIter, Covers, Intersects, Rect, Validation};
use geo_types::{Coord, MultiPolygon};
use qpv_model::Wgs84Point;

use crate::outlines::united;
use crate::{BAND_M, LocalFrame, REACH_M, WIDE_BAND_M, Zones};

/// Greatest extent of a footprint, metres: larger than any building or estate.
pub const MAX_FOOTPRINT_M: f64 = 5_000.0;

/// Most vertices of a footprint: more than any building's, and few enough to be checked in a blink.
pub const MAX_FOOTPRINT_VERTICES: usize = 5_000;

/// How finely the extreme distances of a footprint are known: metres, and as a share of its extent.
const TOLERANCE_M: f64 = 0.05;
const TOLERANCE_SHARE: f64 = 1e-4;

/// Distances inside a search go this far, so that every point of a polygon that comes within [`REACH_M`] is measured.
const SEARCH_M: f64 = REACH_M + MAX_FOOTPRINT_M;

/// Why a polygon cannot be judged.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FootprintError {
    /// No ring, or no area.
    #[error("the polygon is empty")]
    Empty,
    /// Not finite, or out of the range of longitudes and latitudes.
    #[error("a vertex is not a position: {0}")]
    Vertex(#[from] qpv_model::PositionError),
    /// Self-intersecting, unclosed or degenerate.
    #[error("the polygon is invalid: {0}")]
    Invalid(String),
    /// More than [`MAX_FOOTPRINT_VERTICES`].
    #[error("the polygon has {0} vertices, more than {MAX_FOOTPRINT_VERTICES}: simplify it")]
    TooDetailed(usize),
    /// Larger than [`MAX_FOOTPRINT_M`].
    #[error(
        "the polygon is {0:.0} m across, more than {MAX_FOOTPRINT_M:.0} m: it is no building's footprint"
    )]
    TooLarge(f64),
}

/// Whether some point of a polygon satisfies a condition, and whether all do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// At least one point does.
    pub any: bool,
    /// Every point does.
    pub every: bool,
}

/// Where a polygon stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Footprint {
    /// In a perimeter (or in several together), boundaries included.
    pub qpv: Parts,
    /// In a perimeter or at less than 300 m from one.
    pub within_300m: Parts,
    /// In a perimeter or at less than 500 m from one.
    pub within_500m: Parts,
    /// The perimeters it meets, in code order.
    pub members: Vec<u32>,
    /// Least distance in metres from the polygon to a perimeter, 0 when it meets one; `None` beyond [`REACH_M`].
    pub nearest_m: Option<f64>,
    /// Greatest distance in metres from a point of the polygon to its nearest perimeter; `None` beyond [`REACH_M`].
    pub farthest_m: Option<f64>,
}

impl Zones {
    /// Where a polygon on WGS 84 (degrees, longitude first) stands.
    ///
    /// Ring direction and starting vertex do not matter. "Every part" is granted only when certain: the greatest
    /// distance counts with its tolerance of 5 cm.
    ///
    /// # Errors
    /// [`FootprintError`] when the polygon is empty, invalid, out of range, too large or too detailed.
    pub fn footprint(&self, polygon: &MultiPolygon<f64>) -> Result<Footprint, FootprintError> {
        let bounds = check(polygon)?;
        let near = self.perimeters_near(bounds.min().into(), bounds.max().into());
        let outline = |&member: &u32| self.perimeters()[member as usize].outline.wgs84();
        let members: Vec<u32> = near
            .into_iter()
            .filter(|member| outline(member).intersects(polygon))
            .collect();
        let every_in = match members.as_slice() {
            [] => false,
            [only] => outline(only).covers(polygon),
            several => united(several.iter().map(outline)).covers(polygon),
        };
        let least = if members.is_empty() {
            self.extreme_m(polygon, bounds, Sense::Least)
        } else {
            0.0
        };
        let greatest = if every_in {
            0.0
        } else {
            self.extreme_m(polygon, bounds, Sense::Greatest).max(0.0)
        };
        let within = |limit_m: f64| Parts {
            any: least < limit_m,
            every: greatest < limit_m,
        };
        let reached = |distance_m: f64| (distance_m < REACH_M).then_some(distance_m);
        Ok(Footprint {
            qpv: Parts {
                any: !members.is_empty(),
                every: every_in,
            },
            within_300m: within(BAND_M),
            within_500m: within(WIDE_BAND_M),
            nearest_m: reached(least),
            farthest_m: reached(greatest),
            members,
        })
    }

    /// The least or greatest signed distance in metres from the polygon to the perimeters: an upper bound within the
    /// tolerance; infinite when all of it is beyond reach. It ends when squares are smaller than the tolerance at the latest.
    fn extreme_m(&self, polygon: &MultiPolygon<f64>, bounds: Rect<f64>, sense: Sense) -> f64 {
        if self.signed_distance_at(bounds.center()).is_infinite() {
            return f64::INFINITY;
        }
        let tolerance_m = TOLERANCE_M.max(TOLERANCE_SHARE * span_m(bounds));
        let score = |at: Coord<f64>| sense.sign() * self.signed_distance_at(at);
        let vertices = polygon.iter().flat_map(|part| part.exterior().coords());
        let mut best = vertices
            .map(|&vertex| score(vertex))
            .fold(f64::NEG_INFINITY, f64::max);
        let mut queue = BinaryHeap::from([Square::new(bounds, &score)]);
        let bound = loop {
            let Some(square) = queue.pop() else {
                break best;
            };
            if square.bound <= best + tolerance_m {
                break best.max(square.bound);
            }
            // Every square here holds a point of the polygon; that of a sliver is at no centre.
            let off_m = if polygon.intersects(&square.rect.center()) {
                0.0
            } else {
                square.half_span_m
            };
            best = best.max(square.score - off_m);
            let quarters = square.rect.split_x().into_iter().flat_map(Rect::split_y);
            let meeting = quarters.filter(|quarter| polygon.intersects(quarter));
            queue.extend(
                meeting
                    .map(|quarter| Square::new(quarter, &score))
                    .filter(|quarter| quarter.bound > best),
            );
        };
        match sense {
            Sense::Least => -best,
            Sense::Greatest => bound,
        }
    }

    /// Signed distance in metres, infinite beyond [`SEARCH_M`].
    fn signed_distance_at(&self, at: Coord<f64>) -> f64 {
        let located =
            Wgs84Point::new(at.x, at.y).map(|point| self.locate_within(&point.into(), SEARCH_M));
        located
            .ok()
            .and_then(|located| located.signed_distance_m)
            .unwrap_or(f64::INFINITY)
    }
}

/// Which extreme is sought.
#[derive(Debug, Clone, Copy)]
enum Sense {
    Least,
    Greatest,
}

impl Sense {
    fn sign(self) -> f64 {
        match self {
            Self::Least => -1.0,
            Self::Greatest => 1.0,
        }
    }
}

/// A square of the subdivision, ordered by the best score it can hold.
struct Square {
    rect: Rect<f64>,
    score: f64,
    /// How far its corners are from its centre.
    half_span_m: f64,
    bound: f64,
}

impl Square {
    fn new(rect: Rect<f64>, score: &impl Fn(Coord<f64>) -> f64) -> Self {
        let (score, half_span_m) = (score(rect.center()), 0.5 * span_m(rect));
        Self {
            rect,
            score,
            half_span_m,
            bound: score + half_span_m,
        }
    }
}

impl PartialEq for Square {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Square {}
impl PartialOrd for Square {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Square {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound.total_cmp(&other.bound)
    }
}

fn check(polygon: &MultiPolygon<f64>) -> Result<Rect<f64>, FootprintError> {
    let bounds = polygon.bounding_rect().ok_or(FootprintError::Empty)?;
    for corner in [bounds.min(), bounds.max()] {
        Wgs84Point::new(corner.x, corner.y)?;
    }
    if span_m(bounds) > MAX_FOOTPRINT_M {
        return Err(FootprintError::TooLarge(span_m(bounds)));
    }
    let vertices = polygon.coords_count();
    if vertices > MAX_FOOTPRINT_VERTICES {
        return Err(FootprintError::TooDetailed(vertices));
    }
    polygon
        .check_validation()
        .map_err(|fault| FootprintError::Invalid(fault.to_string()))?;
    Ok(bounds)
}

/// Diagonal of a box in degrees, metres.
fn span_m(bounds: Rect<f64>) -> f64 {
    LocalFrame::at_coord(bounds.center()).span_m(bounds.width(), bounds.height())
}
