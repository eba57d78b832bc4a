//! The side of the street: the numbers around one whose position is too near a line to tell, when they tell.
//!
//! The rule, with its limits, is in `docs/streets.md`, and its error in `docs/benchmarks.md`. In short: the numbers
//! before and after it on its own kerb, and those of the other kerb, all stand clear of the line, on one side each. The
//! kerb itself shows how exact the positions are: they scatter around a straight row, and no number may be nearer to the
//! line than they scatter.

use geo_types::Coord;
use qpv_addresses::{AddressKind, Candidate, StreetNumber};
use qpv_engine::{BAND_M, DecidingLine, LocalFrame, Members, PerimeterIndex};
use qpv_model::{PositionKind, Wgs84Point};

use super::along::NEAR_M;
use super::distinct;
use crate::snapshot::Snapshot;
use crate::standing::PointAnswer;
use crate::street_numbers::{Side, Span, StreetSide};

/// Numbers of its own kerb that count, before it and after it, at most.
const NEIGHBOURS: usize = 4;
/// Fewest of them in all.
const LEAST_NEIGHBOURS: usize = 3;
/// Metres from the number to those that count, at most.
const AROUND_M: f64 = 100.0;
/// Metres from the number within which its whole kerb has to agree.
const KERB_M: f64 = 60.0;
/// Metres along the kerb between two numbers that follow each other, at most.
const STEP_M: f64 = 75.0;
/// Metres along the kerb within which two numbers are one house, which says nothing of the other side of it.
const DOORS_M: f64 = 10.0;
/// Least share of steps from number to number that lead onward: in a court they do not.
const ONWARD: f64 = 0.5;
/// Metres that a position may be off the order of its number.
const OFF_ORDER_M: f64 = 2.0;
/// Metres that the number itself may stand back from the row of its neighbours, or before it.
const SET_BACK_M: f64 = 15.0;
/// Least distance from any of them to the line, by the metres that they scatter around a straight row.
const SCATTERS: f64 = 1.0;
/// Metres across the street to the numbers of the other kerb, at most.
const ACROSS_M: f64 = 60.0;
/// Metres along the street that the other kerb counts beyond the row, and that opposite doors may be shifted.
const BEYOND_M: f64 = 10.0;
/// Fewest numbers of the other kerb.
const LEAST_OPPOSITE: usize = 2;
/// Metres to the line that all keep, and the way between them, when both kerbs are on one side of it: nearer, the line may
/// run in the street, and the positions of one kerb be off to the same side.
const CLEAR_M: f64 = 6.0;
/// Metres from the number to any place that the rule reads, at most.
const READ_M: f64 = 130.0;

/// A place of a number around the one asked, in metres from it.
struct Door {
    number: usize,
    side: Side,
    /// True when no other place of its number is published.
    is_only: bool,
    at: Coord<f64>,
    point: Wgs84Point,
    /// True when it is in the perimeters that the number asked is in, if any.
    is_same: bool,
    line_m: f64,
}

/// A row of doors: its straight line, and where they stand along it and beside it, metres.
struct Row {
    middle: Coord<f64>,
    axis: Coord<f64>,
    along_m: Vec<f64>,
    beside_m: Vec<f64>,
}

/// Returns the numbers that settle the side of an address whose position is too near a line; `None` where they do not.
pub(crate) fn side_of_address(
    snapshot: &Snapshot,
    candidate: &Candidate,
    standing: &PointAnswer,
) -> Option<StreetSide> {
    // Asked first: a street is looked for in microseconds, and most addresses are far from every line.
    if !is_open(standing) || !is_at_house_number(candidate) {
        return None;
    }
    let asked = candidate.housenumber.as_deref()?;
    let street = snapshot.addresses().ok()?.street_with(candidate)?;
    let numbers = distinct(&street);
    let at = numbers.iter().position(|places| {
        places[0].point == candidate.point && places[0].number.to_string() == asked
    })?;
    side_of_number(snapshot.zones(standing.vintage)?, &numbers, at, standing)
}

/// Returns the numbers that settle the side of a number of a street, each given with its places.
pub(super) fn side_of_number(
    zones: &PerimeterIndex,
    numbers: &[&[StreetNumber]],
    asked: usize,
    standing: &PointAnswer,
) -> Option<StreetSide> {
    let [place] = numbers[asked] else { return None };
    if !is_open(standing) || !is_read(place) || !is_only_line(zones, place.point, standing) {
        return None;
    }
    let doors = doors_around(zones, numbers, place.point, &standing.located.members)?;
    let side = Side::from_number(place.number.number);
    let (own, other): (Vec<&Door>, Vec<&Door>) = doors.iter().partition(|door| door.side == side);
    // A kerb that the line cuts says nothing of the doors beside the cut.
    if own
        .iter()
        .any(|door| !door.is_same && length(door.at) <= KERB_M)
    {
        return None;
    }
    let neighbours: Vec<&Door> = own.into_iter().filter(|door| door.is_only).collect();
    let middle = neighbours.iter().position(|door| door.number == asked)?;
    let (kerb, middle) = kerb_around(&neighbours, middle)?;
    let row = Row::new(&kerb);
    // Doors that scatter more than they keep off the line could lie on its other side.
    let least_m = least(&kerb);
    if !row.is_street(middle) || least_m < SCATTERS * row.scatter_m() {
        return None;
    }
    let opposite = row.opposite(&other, middle)?;
    let is_across = !opposite[0].is_same;
    let is_clear = if is_across {
        // The line runs in the street: as near as the kerbs of one that it follows.
        median(&kerb) <= NEAR_M && median(&opposite) <= NEAR_M
    } else {
        least_m >= CLEAR_M && is_clear_between(zones, &kerb, middle, &standing.located.members)
    };
    is_clear.then(|| {
        let own = kerb.iter().filter(|door| door.number != asked);
        StreetSide {
            own: span(numbers, own.map(|door| door.number)),
            opposite: span(numbers, opposite.iter().map(|door| door.number)),
            is_across,
        }
    })
}

/// Returns true for a number of a street with a position of its own, asked by its address.
fn is_at_house_number(candidate: &Candidate) -> bool {
    candidate.kind == AddressKind::Housenumber
        && candidate.distance_m.is_none()
        && candidate.missing.is_none()
        && !candidate.is_doubtful
}

/// Returns true for a zone that the line of one perimeter leaves open, and no limit of 300 m.
fn is_open(standing: &PointAnswer) -> bool {
    let is_of_perimeter = standing
        .leaning()
        .is_some_and(|leaning| leaning.line == DecidingLine::Perimeter);
    let located = &standing.located;
    // The numbers around tell the side of one line alone.
    let is_far_from_band = located
        .signed_distance_m
        .is_some_and(|distance_m| BAND_M - distance_m > standing.verdict.doubt_m);
    is_of_perimeter && is_far_from_band && located.members.len() <= 1
}

/// Returns true when the only line within the doubt is that of the nearest perimeter.
fn is_only_line(zones: &PerimeterIndex, point: Wgs84Point, standing: &PointAnswer) -> bool {
    let nearest = standing.located.nearest.map(|nearest| nearest.perimeter);
    zones
        .closest_points(point, standing.verdict.doubt_m)
        .iter()
        .all(|foot| Some(foot.perimeter) == nearest)
}

/// Returns true when the position of a number tells its side: on the axis of the street it does not.
fn is_read(place: &StreetNumber) -> bool {
    !place.is_doubtful
        && !matches!(
            place.position,
            PositionKind::Segment
                | PositionKind::Street
                | PositionKind::Locality
                | PositionKind::Municipality
                | PositionKind::Interpolated
        )
}

/// Returns the places of numbers around one, in the order of the street; `None` when one is in another perimeter.
fn doors_around(
    zones: &PerimeterIndex,
    numbers: &[&[StreetNumber]],
    origin: Wgs84Point,
    members: &Members,
) -> Option<Vec<Door>> {
    let frame = LocalFrame::at(origin);
    let mut doors = Vec::new();
    for (number, places) in numbers.iter().enumerate() {
        for place in places.iter().filter(|place| is_read(place)) {
            let at = frame.plane(place.point.coord());
            if length(at) > READ_M {
                continue;
            }
            let located = zones.locate(&place.point.into());
            let is_same = located.members == *members;
            // Neither here nor across: a line of another perimeter is in between.
            if !is_same && !members.is_empty() && !located.members.is_empty() {
                return None;
            }
            doors.push(Door {
                number,
                side: Side::from_number(place.number.number),
                is_only: places.len() == 1,
                at,
                point: place.point,
                is_same,
                line_m: located.signed_distance_m.map_or(f64::INFINITY, f64::abs),
            });
        }
    }
    Some(doors)
}

/// Returns the neighbours before and after a door of its kerb, with it, and its place among them.
fn kerb_around<'d>(neighbours: &[&'d Door], middle: usize) -> Option<(Vec<&'d Door>, usize)> {
    let near = |door: &&&Door| length(door.at) <= AROUND_M;
    let before = &neighbours[middle.saturating_sub(NEIGHBOURS)..middle];
    let after = &neighbours[middle + 1..(middle + 1 + NEIGHBOURS).min(neighbours.len())];
    let before: Vec<&Door> = before.iter().filter(near).copied().collect();
    let after: Vec<&Door> = after.iter().filter(near).copied().collect();
    let counted = before.len() + after.len();
    // At the end of a street, or at its corner, nothing lies beyond.
    if before.is_empty() || after.is_empty() || counted < LEAST_NEIGHBOURS {
        return None;
    }
    let at = before.len();
    let kerb: Vec<&Door> = before
        .into_iter()
        .chain([neighbours[middle]])
        .chain(after)
        .collect();
    kerb.iter().all(|door| door.is_same).then_some((kerb, at))
}

impl Row {
    /// The straight line through doors that leaves the least beside it, in the direction of their numbers.
    fn new(kerb: &[&Door]) -> Self {
        let count = kerb.len() as f64;
        let middle = kerb
            .iter()
            .fold(Coord::zero(), |sum: Coord<f64>, door| sum + door.at)
            / count;
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for door in kerb {
            let off = door.at - middle;
            xx += off.x * off.x;
            xy += off.x * off.y;
            yy += off.y * off.y;
        }
        let (sin, cos) = (0.5 * f64::atan2(2.0 * xy, xx - yy)).sin_cos();
        let way = kerb[kerb.len() - 1].at - kerb[0].at;
        let sign = if way.x * cos + way.y * sin < 0.0 {
            -1.0
        } else {
            1.0
        };
        let mut row = Self {
            middle,
            axis: Coord {
                x: sign * cos,
                y: sign * sin,
            },
            along_m: Vec::new(),
            beside_m: Vec::new(),
        };
        (row.along_m, row.beside_m) = kerb.iter().map(|door| row.place(door)).unzip();
        row
    }

    /// Metres along the row and beside it.
    fn place(&self, door: &Door) -> (f64, f64) {
        let off = door.at - self.middle;
        (
            off.x * self.axis.x + off.y * self.axis.y,
            off.y * self.axis.x - off.x * self.axis.y,
        )
    }

    /// Metres that its doors scatter beside it.
    fn scatter_m(&self) -> f64 {
        let squares: f64 = self
            .beside_m
            .iter()
            .map(|beside_m| beside_m * beside_m)
            .sum();
        (squares / self.beside_m.len() as f64).sqrt()
    }

    /// Returns true when the doors stand in order, without a gap, on either side of the middle one, which is no court.
    fn is_street(&self, middle: usize) -> bool {
        let steps: Vec<f64> = self
            .along_m
            .array_windows()
            .map(|[one, next]| next - one)
            .collect();
        let onward = steps.iter().filter(|step| **step > -OFF_ORDER_M).count();
        let (first, last) = (self.along_m[0], self.along_m[self.along_m.len() - 1]);
        let own = self.along_m[middle];
        onward as f64 >= ONWARD * steps.len() as f64
            && steps.iter().all(|step| step.abs() <= STEP_M)
            && own - first >= DOORS_M
            && last - own >= DOORS_M
            && self.beside_m[middle].abs() <= SET_BACK_M
    }

    /// Returns the doors of the other kerb opposite the row, before and after the middle door; `None` unless there are
    /// enough, all on one side of the line.
    fn opposite<'d>(&self, other: &[&'d Door], middle: usize) -> Option<Vec<&'d Door>> {
        let low = self.along_m.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self
            .along_m
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        let own = self.along_m[middle];
        let (mut is_before, mut is_after) = (false, false);
        let mut opposite = Vec::new();
        for door in other {
            let (along_m, beside_m) = self.place(door);
            if !(low - BEYOND_M..=high + BEYOND_M).contains(&along_m) || beside_m.abs() > ACROSS_M {
                continue;
            }
            is_before |= along_m <= own + BEYOND_M / 2.0;
            is_after |= along_m >= own - BEYOND_M / 2.0;
            opposite.push(*door);
        }
        let first = opposite.first()?.is_same;
        let is_enough = opposite.len() >= LEAST_OPPOSITE && is_before && is_after;
        (is_enough && opposite.iter().all(|door| door.is_same == first)).then_some(opposite)
    }
}

/// Returns true when the way from door to door around the middle one keeps clear of the line.
fn is_clear_between(
    zones: &PerimeterIndex,
    kerb: &[&Door],
    middle: usize,
    members: &Members,
) -> bool {
    /// Doors on either side of the middle one.
    const WAY: usize = 2;
    /// Pieces of the way from door to door: of the longest, less than ten metres each.
    const PIECES: u32 = 8;
    let way = &kerb[middle.saturating_sub(WAY)..(middle + WAY + 1).min(kerb.len())];
    way.array_windows().all(|[one, next]| {
        (1..PIECES).all(|piece| {
            let part = f64::from(piece) / f64::from(PIECES);
            let (from, to) = (one.point.coord(), next.point.coord());
            let between = from + (to - from) * part;
            Wgs84Point::new(between.x, between.y).is_ok_and(|point| {
                let located = zones.locate(&point.into());
                located.members == *members
                    && located
                        .signed_distance_m
                        .is_none_or(|distance_m| distance_m.abs() >= CLEAR_M)
            })
        })
    })
}

fn length(way: Coord<f64>) -> f64 {
    way.x.hypot(way.y)
}

fn least(doors: &[&Door]) -> f64 {
    doors
        .iter()
        .map(|door| door.line_m)
        .fold(f64::INFINITY, f64::min)
}

fn median(doors: &[&Door]) -> f64 {
    let mut lines_m: Vec<f64> = doors.iter().map(|door| door.line_m).collect();
    lines_m.sort_by(f64::total_cmp);
    let half = lines_m.len() / 2;
    if lines_m.len().is_multiple_of(2) {
        f64::midpoint(lines_m[half - 1], lines_m[half])
    } else {
        lines_m[half]
    }
}

/// Returns the span of some numbers of one side, which are in order.
fn span(numbers: &[&[StreetNumber]], of: impl Iterator<Item = usize>) -> Span {
    let mut of: Vec<usize> = of.collect();
    of.sort_unstable();
    of.dedup();
    let [first, last] = [of[0], of[of.len() - 1]].map(|number| &numbers[number][0].number);
    Span {
        side: Side::from_number(first.number),
        from: first.clone(),
        to: last.clone(),
        count: of.len(),
    }
}
