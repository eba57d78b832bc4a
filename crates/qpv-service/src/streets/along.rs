//! The streets that follow the line of a perimeter, and the numbers that stand there.
//!
//! The rule, with its limits, is in `docs/streets.md`. In short: numbers of one side of the street (odd or even) and of
//! one side of the line, in order, each within [`NEAR_M`] of the line; where their feet on it spread over [`STRETCH_M`]
//! without the distance changing by more than [`SLOPE`] of that way, they stand where the street follows the line. On a
//! street that crosses the line, the feet stay together (it crosses steeply) or the distance changes (it crosses askew).
//!
//! Every number's answer depends on nothing farther than [`AROUND_M`], so that one address is answered for cheaply.

use std::collections::BTreeMap;

use qpv_addresses::StreetNumber;
use qpv_engine::{ClosestPoint, LocalFrame, PerimeterId, PerimeterIndex};
use qpv_model::Wgs84Point;

use crate::street_numbers::Side;

/// Largest distance to the line, metres: half of a wide street, its pavement and a front garden.
pub(super) const NEAR_M: f64 = 25.0;
/// Shortest stretch of the line, metres: more than a crossing takes, its two kerbs and what stands
/// back from them.
const STRETCH_M: f64 = 50.0;
/// Fewest houses of a stretch.
const LEAST: usize = 3;
/// Largest change of the distance to the line, by metre of the line: an angle of fourteen degrees.
const SLOPE: f64 = 0.25;
/// Least share of a stretch between its first and its last number: numbers in order lead along the
/// line.
const ONWARD: f64 = 0.75;
/// Metres between two numbers that follow each other, at most.
const STEP_M: f64 = 75.0;
/// Metres between numbers that count as one house.
const DOORS_M: f64 = 10.0;
/// Most numbers between them that are off the line: a house that stands back, a position that is
/// wrong.
const SKIPPED: usize = 2;
/// Metres from a number to anything its answer depends on, at most.
const AROUND_M: f64 = 300.0;

/// A place of a number within reach of the line of a perimeter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand {
    /// Which of the street's distinct numbers.
    pub number: usize,
    /// Its rank among the numbers of its side.
    rank: usize,
    side: Side,
    point: Wgs84Point,
    pub foot: ClosestPoint,
    /// True when the perimeter holds it.
    pub inside: bool,
    /// True when the street follows the line here.
    pub follows: bool,
    /// True when the street has a number on the other side of the line, opposite.
    pub astride: bool,
}

/// A part of a ring: where it begins, and its length, metres.
#[derive(Debug, Clone, Copy)]
struct Part {
    ring: u32,
    ring_m: f64,
    from_m: f64,
    length_m: f64,
}

/// The numbers of a street near lines.
#[derive(Debug, Default)]
pub(super) struct Along {
    pub stands: Vec<Stand>,
    parts: Vec<(PerimeterId, Part)>,
}

impl Along {
    /// Looks at all numbers of a street (each with its places), or at those near a point.
    pub(super) fn new(
        zones: &PerimeterIndex,
        numbers: &[&[StreetNumber]],
        near: Option<Wgs84Point>,
    ) -> Self {
        let frame = near.map(LocalFrame::at);
        let mut ranks = BTreeMap::new();
        let mut along = Self::default();
        for (number, places) in numbers.iter().enumerate() {
            let Some(side) = places
                .first()
                .map(|place| Side::from_number(place.number.number))
            else {
                continue;
            };
            let rank = *ranks.entry(side).and_modify(|rank| *rank += 1).or_insert(0);
            for place in places.iter().filter(|place| is_around(frame, place)) {
                let feet = zones.closest_points(place.point, NEAR_M);
                if feet.is_empty() {
                    continue;
                }
                // Looked up last: most numbers are near no line.
                let members = zones.members(&place.point.into());
                along.stands.extend(feet.into_iter().map(|foot| {
                    let inside = members.contains(&foot.perimeter);
                    Stand {
                        number,
                        rank,
                        side,
                        point: place.point,
                        foot,
                        inside,
                        follows: false,
                        astride: false,
                    }
                }));
            }
        }
        along.find_stretches();
        along.find_opposites();
        along
    }

    /// The places of numbers where the street follows a line.
    pub(super) fn following(&self) -> impl Iterator<Item = &Stand> {
        self.stands.iter().filter(|stand| stand.follows)
    }

    /// Metres of the line of a perimeter that the street follows.
    pub(super) fn length_m(&self, perimeter: PerimeterId) -> f64 {
        let parts = self.parts.iter().filter(|(of, _)| *of == perimeter);
        let mut ends: Vec<(u32, f64, f64)> = parts.flat_map(|(_, part)| part.unwound()).collect();
        ends.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        // Stretches overlap, for one begins at each number: their metres are counted once.
        let (mut total_m, mut reached) = (0.0, (u32::MAX, 0.0));
        for (ring, from_m, to_m) in ends {
            let from_m = if ring == reached.0 {
                from_m.max(reached.1)
            } else {
                from_m
            };
            total_m += (to_m - from_m).max(0.0);
            reached = (
                ring,
                if ring == reached.0 {
                    to_m.max(reached.1)
                } else {
                    to_m
                },
            );
        }
        total_m
    }

    fn find_stretches(&mut self) {
        // Odd and even numbers, inside and outside: each kerb follows the line on its own.
        let mut kerbs: BTreeMap<(u32, Side, bool), Vec<usize>> = BTreeMap::new();
        for (at, stand) in self.stands.iter().enumerate() {
            kerbs
                .entry((stand.foot.ring, stand.side, stand.inside))
                .or_default()
                .push(at);
        }
        for kerb in kerbs.values() {
            let mut from = 0;
            let mut chains = Vec::new();
            for (at, &[one, next]) in kerb.array_windows().enumerate() {
                if !goes_on(&self.stands[one], &self.stands[next]) {
                    chains.push(&kerb[from..=at]);
                    from = at + 1;
                }
            }
            chains.push(&kerb[from..]);
            for chain in chains {
                self.mark(chain);
                // The other way, so that its last numbers are looked at like its first.
                let back: Vec<usize> = chain.iter().rev().copied().collect();
                self.mark(&back);
            }
        }
    }

    /// Marks what of a chain of numbers follows the line: from each number on, the shortest stretch that is long enough.
    fn mark(&mut self, chain: &[usize]) {
        let mut along_m: Vec<f64> = Vec::with_capacity(chain.len());
        for (at, &stand) in chain.iter().enumerate() {
            let foot = self.stands[stand].foot;
            let before = at
                .checked_sub(1)
                .map(|before| (along_m[before], self.stands[chain[before]].foot));
            along_m.push(before.map_or(foot.along_m, |(before_m, before)| {
                before_m + way_m(&before, &foot)
            }));
        }
        let distances: Vec<f64> = chain
            .iter()
            .map(|&stand| self.stands[stand].foot.distance_m)
            .collect();
        for from in 0..chain.len() {
            // No stretch from this number means none from any later one.
            let Some((end, low, high)) =
                shortest(&along_m[from..]).map(|(end, low, high)| (from + end, low, high))
            else {
                break;
            };
            let onward = (along_m[end] - along_m[from]).abs() >= ONWARD * (high - low);
            let [first, second, last_but_one, last] =
                [from, from + 1, end - 1, end].map(|at| &self.stands[chain[at]]);
            let ends_lead = leads(first, second) && leads(last_but_one, last);
            if !onward
                || !ends_lead
                || slope(&along_m[from..=end], &distances[from..=end]).abs() > SLOPE
            {
                continue;
            }
            let ClosestPoint {
                perimeter,
                ring,
                ring_m,
                ..
            } = self.stands[chain[from]].foot;
            self.parts.push((
                perimeter,
                Part {
                    ring,
                    ring_m,
                    from_m: low,
                    length_m: high - low,
                },
            ));
            for &stand in &chain[from..=end] {
                self.stands[stand].follows = true;
            }
        }
    }

    fn find_opposites(&mut self) {
        for at in 0..self.stands.len() {
            let this = self.stands[at];
            self.stands[at].astride = self.stands.iter().any(|other| {
                other.foot.ring == this.foot.ring
                    && other.inside != this.inside
                    && way_m(&this.foot, &other.foot).abs() <= STRETCH_M
            });
        }
    }
}

impl Part {
    /// Returns its begin and end, in one piece or, over the place where the ring is closed, in two.
    fn unwound(&self) -> impl Iterator<Item = (u32, f64, f64)> {
        let from_m = self.from_m.rem_euclid(self.ring_m.max(f64::MIN_POSITIVE));
        let to_m = from_m + self.length_m.min(self.ring_m);
        let over = (to_m > self.ring_m).then_some((self.ring, 0.0, to_m - self.ring_m));
        std::iter::once((self.ring, from_m, to_m.min(self.ring_m))).chain(over)
    }
}

/// Returns true when a number is near enough to the middle of the frame to count there; without a
/// frame, all are.
fn is_around(frame: Option<LocalFrame>, place: &StreetNumber) -> bool {
    !place.is_doubtful
        && frame.is_none_or(|frame| frame.distance_m(place.point.coord()) <= AROUND_M)
}

/// Returns true when the street goes on along the line from one number to the next of its side.
fn goes_on(one: &Stand, next: &Stand) -> bool {
    let step_m = LocalFrame::at(one.point).distance_m(next.point.coord());
    // Feet that leap lie on another part of the line.
    next.rank - one.rank <= 1 + SKIPPED
        && step_m <= STEP_M
        && way_m(&one.foot, &next.foot).abs() <= 1.5 * step_m + 0.5 * NEAR_M
}

/// The last of the first numbers that make a stretch, and from where to where their feet spread, metres.
fn shortest(along_m: &[f64]) -> Option<(usize, f64, f64)> {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut houses, mut door_m) = (0, f64::INFINITY);
    for (at, &foot_m) in along_m.iter().enumerate() {
        (low, high) = (low.min(foot_m), high.max(foot_m));
        // Doors so close belong to one house, which shows no direction.
        if (foot_m - door_m).abs() > DOORS_M {
            (houses, door_m) = (houses + 1, foot_m);
        }
        if high - low >= STRETCH_M && houses >= LEAST {
            return Some((at, low, high));
        }
    }
    None
}

/// Returns true when the way from one number to the next is rather along the line than towards it
/// or away: a stretch does not end round a corner. Neighbouring doors show nothing.
fn leads(one: &Stand, next: &Stand) -> bool {
    let step_m = LocalFrame::at(one.point).distance_m(next.point.coord());
    step_m <= DOORS_M || way_m(&one.foot, &next.foot).abs() >= 0.5 * step_m
}

/// Metres from one foot to another along their ring, by the shorter way; negative against its direction.
fn way_m(one: &ClosestPoint, other: &ClosestPoint) -> f64 {
    let way_m = other.along_m - one.along_m;
    // A ring has no end: the shorter way may lead over its first vertex.
    way_m - one.ring_m * (way_m / one.ring_m.max(f64::MIN_POSITIVE)).round()
}

/// Returns the change of `y` with `x`, by least squares.
fn slope(xs: &[f64], ys: &[f64]) -> f64 {
    let (mean_x, mean_y) = (mean(xs), mean(ys));
    let (mut xy, mut xx) = (0.0, 0.0);
    for (x, y) in xs.iter().zip(ys) {
        xy += (x - mean_x) * (y - mean_y);
        xx += (x - mean_x) * (x - mean_x);
    }
    // Numbers on one spot have a slope of zero, not NaN.
    xy / xx.max(f64::MIN_POSITIVE)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(from_m: f64, length_m: f64) -> (PerimeterId, Part) {
        (
            PerimeterId::new(7),
            Part {
                ring: 3,
                ring_m: 1_000.0,
                from_m,
                length_m,
            },
        )
    }

    #[test]
    fn a_metre_of_the_line_counts_once() {
        let along = |parts| Along {
            stands: vec![],
            parts,
        };
        assert_eq!(
            along(vec![
                part(100.0, 60.0),
                part(120.0, 60.0),
                part(110.0, 20.0)
            ])
            .length_m(PerimeterId::new(7)),
            80.0
        );
        assert_eq!(
            along(vec![
                part(970.0, 60.0),
                part(-20.0, 10.0),
                part(1_020.0, 20.0)
            ])
            .length_m(PerimeterId::new(7)),
            70.0
        );
        assert_eq!(
            along(vec![part(100.0, 60.0)]).length_m(PerimeterId::new(6)),
            0.0
        );
    }

    #[test]
    fn the_way_round_a_ring_is_the_shorter_one() {
        let foot = |along_m| ClosestPoint {
            perimeter: PerimeterId::new(0),
            point: geo_types::Coord::zero(),
            distance_m: 5.0,
            ring: 0,
            along_m,
            ring_m: 1_000.0,
        };
        for (one, other, way) in [
            (10.0, 40.0, 30.0),
            (990.0, 15.0, 25.0),
            (15.0, 990.0, -25.0),
            (500.0, 400.0, -100.0),
        ] {
            assert_eq!(way_m(&foot(one), &foot(other)), way);
        }
    }

    #[test]
    fn a_slope_is_a_change_by_metre() {
        assert_eq!(slope(&[0.0, 10.0, 20.0], &[5.0, 10.0, 15.0]), 0.5);
        assert_eq!(slope(&[0.0, 10.0, 20.0], &[9.0, 12.0, 9.0]), 0.0);
        assert_eq!(slope(&[1.0, 1.0], &[2.0, 3.0]), 0.0);
    }
}
