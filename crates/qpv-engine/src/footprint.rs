//! Membership and distances of a polygon: "any part" and "every part" in a perimeter, within 300 m, within 500 m.
//!
//! Membership is decided by exact topology. For the bands, the least and the greatest distance from the polygon to the
//! perimeters are bracketed by subdividing its envelope. The signed distance to a set changes by at most a metre per
//! metre, so a square whose centre is `d` away holds nothing nearer than `d - r` or farther than `d + r`. Squares that
//! cannot hold the extreme are dropped, the others cut in four, until it is known to 5 cm (or to 1/10,000 of the
//! polygon's extent). No buffer is ever drawn, so no buffer's corners are ever approximated.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use geo::{BoundingRect, CoordsIter, Covers, Intersects, Rect, Validation};
use geo_types::{Coord, MultiPolygon};
use qpv_model::Wgs84Point;

use crate::classification::Zone;
use crate::geodesy::LocalFrame;
use crate::leaning::DecidingLine;
use crate::limits::{BAND_M, MAX_SEARCH_M, WIDE_BAND_M};
use crate::location::{Members, PerimeterId};
use crate::outline_trees::united;
use crate::perimeter_index::PerimeterIndex;

/// Greatest extent of a footprint, metres: larger than any building or estate.
pub const MAX_FOOTPRINT_M: f64 = 5_000.0;

/// Most vertices of a footprint: more than any building's, and few enough to be checked in a blink.
pub const MAX_FOOTPRINT_VERTICES: usize = 5_000;

/// Tolerance of the extreme distances of a footprint: metres, and as a share of its extent.
const TOLERANCE_M: f64 = 0.05;
const TOLERANCE_SHARE: f64 = 1e-4;

/// Tolerance of the side of a footprint, as a share of its extent: no line is exact to less than that.
const SIDE_TOLERANCE_SHARE: f64 = 1e-3;
/// Metres on both sides of a line from which it runs through a footprint; less is how exactly both are drawn.
const CONTACT_M: f64 = 0.5;
/// Share of the doubt by which a part has to be farther from a line than the doubt, for all of a house to be on its side:
/// with less, the true line runs between that part and the door once in a thousand houses (`docs/decisions/043`).
const REACH_SHARE: f64 = 0.35;
/// Share of the doubt by which the line drawn may enter that house at most.
const ENTER_SHARE: f64 = 0.25;

/// Search distance of a point of the polygon, metres: every point of one that comes within [`MAX_SEARCH_M`] is measured.
const POINT_SEARCH_M: f64 = MAX_SEARCH_M + MAX_FOOTPRINT_M;

/// The reason why a polygon is refused.
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

/// A condition on the points of a polygon: satisfied by some, satisfied by all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartsWithin {
    /// At least one point does.
    pub any: bool,
    /// Every point does.
    pub every: bool,
}

/// Membership and distances of a polygon.
#[derive(Debug, Clone, PartialEq)]
pub struct FootprintLocation {
    /// In a perimeter (or in several together), boundaries included.
    pub qpv: PartsWithin,
    /// In a perimeter or at less than 300 m from one.
    pub within_300m: PartsWithin,
    /// In a perimeter or at less than 500 m from one.
    pub within_500m: PartsWithin,
    /// The perimeters it meets, in code order.
    pub members: Vec<PerimeterId>,
    /// Least distance in metres from the polygon to a perimeter, 0 when it meets one; `None` beyond [`MAX_SEARCH_M`].
    pub nearest_m: Option<f64>,
    /// Greatest distance in metres from a point of the polygon to its nearest perimeter; `None` beyond [`MAX_SEARCH_M`].
    pub farthest_m: Option<f64>,
}

/// The side of every deciding line that a polygon is on.
#[derive(Debug, Clone, PartialEq)]
pub struct FootprintSide {
    /// The zone that all of it lies in, farther than the doubt from every line that decides; `None` when one is nearer.
    pub zone: Option<Zone>,
    /// The zone that a part of it lies in, clear of the perimeter's line by a third more than the doubt, where the line drawn
    /// enters it by a quarter of the doubt at most: that of all of it, unless the true line runs through it. Never where the
    /// limit of 300 m is within the doubt: that one is drawn through houses. `zone` where that is known.
    pub reaches: Option<Zone>,
    /// Metres from that part to the line; infinite when there is none.
    pub reach_m: f64,
    /// The perimeters it meets, in code order.
    pub members: Members,
    /// The nearest line that decides; `None` when there is none within [`MAX_SEARCH_M`].
    pub line: Option<DecidingLine>,
    /// True when that line runs through it.
    pub is_cut: bool,
    /// Metres from it to that line, 0 when cut.
    pub gap_m: f64,
    /// Signed distance in metres of its point nearest to the perimeters, or deepest in them; infinite beyond the search.
    pub least_m: f64,
    /// The same of its farthest point, or the least deep.
    pub greatest_m: f64,
}

impl PerimeterIndex {
    /// Returns the side of the lines that a small polygon on WGS 84 is on, with a doubt of the lines in metres.
    ///
    /// # Errors
    /// As [`PerimeterIndex::footprint`].
    pub fn footprint_side(
        &self,
        polygon: &MultiPolygon<f64>,
        doubt_m: f64,
    ) -> Result<FootprintSide, FootprintError> {
        let bounds = checked_envelope(polygon)?;
        let mut members: Members = self
            .perimeters_near(bounds.min().into(), bounds.max().into())
            .into();
        members.retain(|member| self.outline_of(*member).intersects(polygon));
        let tolerance_m = TOLERANCE_M.max(SIDE_TOLERANCE_SHARE * span_m(bounds));
        let greatest_m = self.extreme_m(polygon, bounds, Extreme::Greatest, tolerance_m);
        // The least distance found is that of a point: another may be nearer by the tolerance.
        let least_m = self.extreme_m(polygon, bounds, Extreme::Least, tolerance_m) - tolerance_m;
        // One whose edge is the line itself, as those of parcels often are, is on one side of it.
        let is_cut_by_line =
            !members.is_empty() && greatest_m >= CONTACT_M && least_m <= -CONTACT_M;
        let is_at_line = !members.is_empty() && greatest_m >= 0.0;
        // Inside, only the perimeter's own line decides; outside, the limit of the band decides too.
        let line_m = if is_at_line {
            0.0
        } else if members.is_empty() {
            least_m.max(0.0)
        } else {
            -greatest_m
        };
        let band_m = match members.is_empty() {
            // Inside, the limit of the band decides nothing.
            false => f64::INFINITY,
            true if greatest_m < BAND_M => BAND_M - greatest_m,
            true if least_m >= BAND_M => least_m - BAND_M,
            true => 0.0,
        };
        let gap_m = line_m.min(band_m);
        let zone = match members.is_empty() {
            false => Zone::Qpv,
            true if greatest_m < BAND_M => Zone::Band300m,
            true => Zone::Outside,
        };
        // No line is exact to nothing: contact is never clear of it.
        let line = if band_m < line_m {
            DecidingLine::Band
        } else {
            DecidingLine::Perimeter
        };
        let clear = (gap_m > doubt_m).then_some(zone);
        // Each by its bound on the unsafe side, which is the tolerance away.
        let (depth_m, height_m) = (-least_m - 2.0 * tolerance_m, greatest_m - tolerance_m);
        let (reached_from_m, entered_to_m) = ((1.0 + REACH_SHARE) * doubt_m, ENTER_SHARE * doubt_m);
        let partly = match members.len() {
            1 if depth_m > reached_from_m && greatest_m < entered_to_m => Some(Zone::Qpv),
            0 | 1
                if height_m > reached_from_m
                    && -least_m < entered_to_m
                    && BAND_M - greatest_m > doubt_m =>
            {
                Some(Zone::Band300m)
            }
            _ => None,
        };
        let reaches = clear.or(partly);
        Ok(FootprintSide {
            zone: clear,
            reaches,
            reach_m: if reaches == Some(Zone::Qpv) {
                depth_m
            } else {
                height_m
            },
            members,
            line: gap_m.is_finite().then_some(line),
            is_cut: is_cut_by_line || band_m == 0.0,
            gap_m,
            least_m,
            greatest_m,
        })
    }

    /// Locates a polygon on WGS 84 (degrees, longitude first).
    ///
    /// Ring direction and starting vertex do not matter. "Every part" is granted only when certain: the greatest
    /// distance counts with its tolerance of 5 cm.
    ///
    /// # Errors
    /// [`FootprintError`] when the polygon is empty, invalid, out of range, too large or too detailed.
    pub fn footprint(
        &self,
        polygon: &MultiPolygon<f64>,
    ) -> Result<FootprintLocation, FootprintError> {
        let bounds = checked_envelope(polygon)?;
        let mut members = self.perimeters_near(bounds.min().into(), bounds.max().into());
        members.retain(|&member| self.outline_of(member).intersects(polygon));
        let every_in = match members.as_slice() {
            [] => false,
            &[only] => self.outline_of(only).covers(polygon),
            // A building across two perimeters lies wholly in them together.
            several => {
                united(several.iter().map(|&member| self.outline_of(member))).covers(polygon)
            }
        };
        // Relative for large ones: five centimetres in kilometres would take far more squares.
        let tolerance_m = TOLERANCE_M.max(TOLERANCE_SHARE * span_m(bounds));
        // The search costs most: it is spared wherever membership gives the distance already.
        let least_m = if members.is_empty() {
            self.extreme_m(polygon, bounds, Extreme::Least, tolerance_m)
        } else {
            0.0
        };
        let greatest_m = if every_in {
            0.0
        } else {
            self.extreme_m(polygon, bounds, Extreme::Greatest, tolerance_m)
                .max(0.0)
        };
        Ok(FootprintLocation {
            qpv: PartsWithin {
                any: !members.is_empty(),
                every: every_in,
            },
            within_300m: PartsWithin::new(least_m, greatest_m, BAND_M),
            within_500m: PartsWithin::new(least_m, greatest_m, WIDE_BAND_M),
            nearest_m: Some(least_m).filter(|distance_m| *distance_m < MAX_SEARCH_M),
            farthest_m: Some(greatest_m).filter(|distance_m| *distance_m < MAX_SEARCH_M),
            members,
        })
    }

    fn outline_of(&self, perimeter: PerimeterId) -> &MultiPolygon<f64> {
        self.perimeter(perimeter).outline.wgs84()
    }

    /// Returns the least or greatest signed distance in metres from the polygon to the perimeters: an upper bound within
    /// the tolerance, infinite when all of it is beyond the search distance.
    ///
    /// It ends when squares are smaller than the tolerance at the latest.
    fn extreme_m(
        &self,
        polygon: &MultiPolygon<f64>,
        bounds: Rect<f64>,
        extreme: Extreme,
        tolerance_m: f64,
    ) -> f64 {
        // The search distance includes the largest footprint: all of it is beyond then.
        if self.signed_distance_at(bounds.center()).is_infinite() {
            return f64::INFINITY;
        }
        // Vertices first: extremes often lie at one, and a good first value drops more squares.
        let vertices = polygon.iter().flat_map(|part| part.exterior().coords());
        let mut best = vertices
            .map(|&vertex| self.score(vertex, extreme))
            .fold(f64::NEG_INFINITY, f64::max);
        let mut queue = BinaryHeap::from([self.square(bounds, extreme)]);
        let bound = loop {
            let Some(square) = queue.pop() else {
                break best;
            };
            // The heap gives the best bound first: no other square can beat this one.
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
            // Quarters and not halves: the bound falls with the diagonal, which halves.
            let quarters = square.rect.split_x().into_iter().flat_map(Rect::split_y);
            let meeting = quarters.filter(|quarter| polygon.intersects(quarter));
            queue.extend(
                meeting
                    .map(|quarter| self.square(quarter, extreme))
                    .filter(|quarter| quarter.bound > best),
            );
        };
        match extreme {
            // For the least distance the point found is a true one; its bound would be too near.
            Extreme::Least => -best,
            Extreme::Greatest => bound,
        }
    }

    fn square(&self, rect: Rect<f64>, extreme: Extreme) -> Square {
        let (score, half_span_m) = (self.score(rect.center(), extreme), 0.5 * span_m(rect));
        Square {
            rect,
            score,
            half_span_m,
            bound: score + half_span_m,
        }
    }

    /// Returns the signed distance of a point, turned so that the extreme sought is the greatest score.
    fn score(&self, at: Coord<f64>, extreme: Extreme) -> f64 {
        match extreme {
            Extreme::Least => -self.signed_distance_at(at),
            Extreme::Greatest => self.signed_distance_at(at),
        }
    }

    /// Returns the signed distance in metres, infinite beyond [`POINT_SEARCH_M`].
    fn signed_distance_at(&self, at: Coord<f64>) -> f64 {
        let location = Wgs84Point::new(at.x, at.y)
            .map(|point| self.locate_within(&point.into(), POINT_SEARCH_M));
        location
            .ok()
            .and_then(|location| location.signed_distance_m)
            .unwrap_or(f64::INFINITY)
    }
}

impl PartsWithin {
    /// The parts at less than a limit, by the least and the greatest distance.
    fn new(least_m: f64, greatest_m: f64, limit_m: f64) -> Self {
        Self {
            // Strictly: the law says "less than 300 metres".
            any: least_m < limit_m,
            every: greatest_m < limit_m,
        }
    }
}

/// The extreme that a search is for.
#[derive(Debug, Clone, Copy)]
enum Extreme {
    Least,
    Greatest,
}

/// A square of the subdivision, ordered by the best score it can hold.
struct Square {
    rect: Rect<f64>,
    score: f64,
    /// Metres from its centre to its corners.
    half_span_m: f64,
    bound: f64,
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

/// Checks a polygon and returns its envelope.
fn checked_envelope(polygon: &MultiPolygon<f64>) -> Result<Rect<f64>, FootprintError> {
    let bounds = polygon.bounding_rect().ok_or(FootprintError::Empty)?;
    for corner in [bounds.min(), bounds.max()] {
        Wgs84Point::new(corner.x, corner.y)?;
    }
    // The cheap checks first: that of the topology takes the longest.
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

/// Diagonal of an envelope in degrees, metres.
fn span_m(bounds: Rect<f64>) -> f64 {
    LocalFrame::at_coord(bounds.center()).span_m(bounds.width(), bounds.height())
}
