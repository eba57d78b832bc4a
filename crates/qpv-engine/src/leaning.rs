//! The zone that an undetermined position leans to, and how often such positions are right.
//!
//! The shares are measured, not derived: `tests/python/check_calibration.py --fit` prints them, from doors whose zone is
//! known and positions that are off by errors of several kinds. The same check compares them on other errors.

use crate::classification::{CertaintyLevel, Classification, Zone};
use crate::limits::BAND_M;
use crate::location::Location;

/// The zone that a position leans to, when a line is too near to tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leaning {
    /// The zone of the position as published: never [`Zone::Undetermined`].
    pub zone: Zone,
    /// The line that leaves the zone open.
    pub line: DecidingLine,
    /// Metres to that line.
    pub gap_m: f64,
    /// The measured share of such positions that lie in that zone, from 0 to 1.
    pub probability: f64,
    /// The one of position and lines that is known the less exactly.
    pub weakest: WeakestLink,
}

/// A line that decides a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecidingLine {
    /// The line of a perimeter.
    Perimeter,
    /// The limit of its 300 m.
    Band,
}

/// The one of two sources of doubt that matters more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeakestLink {
    /// The position.
    Position,
    /// The published lines.
    Lines,
}

impl DecidingLine {
    /// Returns its name in every answer.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Perimeter => "perimeter",
            Self::Band => "band_300m",
        }
    }
}

impl WeakestLink {
    /// Returns its name in every answer.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Lines => "lines",
        }
    }
}

impl Leaning {
    /// Least probability that is called probable: three of four.
    pub const PROBABLE_FROM: f64 = 0.75;

    /// Returns true when the zone is probable; else neither can be said.
    #[must_use]
    pub fn is_probable(&self) -> bool {
        self.probability >= Self::PROBABLE_FROM
    }
}

/// Share of positions that lie in the zone of their published position, by tenths of the doubt that the line is away.
///
/// Measured by `tests/python/check_calibration.py --fit` with seed 1. What is nearly always right is stated as 0.99: the
/// errors of real files may be others than those simulated.
const RIGHT_BY_TENTH: [f64; 10] = [0.61, 0.75, 0.86, 0.92, 0.96, 0.98, 0.99, 0.99, 0.99, 0.99];

/// Returns the leaning of a classified location: `None` where the zone is determined, the line is out of reach, or the
/// position is known to no better than a street, of which nothing was measured.
///
/// ```
/// use qpv_engine::{Location, Zone, classify, leaning};
/// let near = Location { signed_distance_m: Some(12.0), ..Location::default() };
/// let leans = leaning(&near, &classify(&near, Some(15.0), 1.0), 15.0).unwrap();
/// assert_eq!(leans.zone, Zone::Band300m);
/// assert!(leaning(&near, &classify(&near, Some(5.0), 1.0), 5.0).is_none());
/// ```
#[must_use]
pub fn leaning(
    location: &Location,
    verdict: &Classification,
    uncertainty_m: f64,
) -> Option<Leaning> {
    if verdict.zone != Zone::Undetermined || verdict.level != CertaintyLevel::NearBoundary {
        return None;
    }
    let gap_m = verdict.gap_m?;
    let is_band = location.members.is_empty()
        && location
            .signed_distance_m
            .is_some_and(|distance_m| (distance_m - BAND_M).abs() < distance_m);
    Some(Leaning {
        zone: verdict.zone_as_given,
        line: if is_band {
            DecidingLine::Band
        } else {
            DecidingLine::Perimeter
        },
        gap_m,
        probability: share_right(gap_m, verdict.doubt_m),
        weakest: if 2.0 * uncertainty_m >= verdict.doubt_m {
            WeakestLink::Position
        } else {
            WeakestLink::Lines
        },
    })
}

/// Returns the measured share for a gap within a doubt, metres.
fn share_right(gap_m: f64, doubt_m: f64) -> f64 {
    // Compared without a division: a doubt of nothing, on the line itself, is at its very end.
    let passed = (1..10_u32).take_while(|tenth| 10.0 * gap_m >= f64::from(*tenth) * doubt_m);
    RIGHT_BY_TENTH[passed.count()]
}

#[cfg(test)]
mod tests {
    use smallvec::smallvec;

    use super::*;
    use crate::classification::classify;
    use crate::location::PerimeterId;

    fn leans(location: &Location, uncertainty_m: f64) -> Option<Leaning> {
        leaning(
            location,
            &classify(location, Some(uncertainty_m), 10.0),
            uncertainty_m,
        )
    }

    fn outside(distance_m: f64) -> Location {
        Location {
            signed_distance_m: Some(distance_m),
            ..Location::default()
        }
    }

    #[test]
    fn a_position_leans_to_its_own_side_of_the_deciding_line() {
        let inside = Location {
            members: smallvec![PerimeterId(0)],
            signed_distance_m: Some(-4.0),
            ..Location::default()
        };
        for (location, zone, line, gap_m) in [
            (inside, Zone::Qpv, DecidingLine::Perimeter, 4.0),
            (outside(4.0), Zone::Band300m, DecidingLine::Perimeter, 4.0),
            (outside(290.0), Zone::Band300m, DecidingLine::Band, 10.0),
            (outside(310.0), Zone::Outside, DecidingLine::Band, 10.0),
        ] {
            let leans = leans(&location, 20.0).unwrap();
            assert_eq!(
                (leans.zone, leans.line, leans.gap_m),
                (zone, line, gap_m),
                "{location:?}"
            );
        }
    }

    #[test]
    fn nothing_leans_that_is_determined_or_only_roughly_known() {
        assert_eq!(leans(&outside(40.0), 20.0), None);
        assert_eq!(leans(&outside(40.0), 60.0), None);
        assert_eq!(leans(&Location::default(), 20.0), None);
    }

    #[test]
    fn the_farther_within_the_doubt_the_more_probable() {
        let shares: Vec<f64> = (0..30)
            .map(|metres| {
                leans(&outside(f64::from(metres)), 20.0)
                    .unwrap()
                    .probability
            })
            .collect();
        assert!(shares.is_sorted(), "{shares:?}");
        assert!(shares.iter().all(|share| (0.5..1.0).contains(share)));
        assert!(shares[0] < Leaning::PROBABLE_FROM && shares[29] >= Leaning::PROBABLE_FROM);
    }

    #[test]
    fn the_weakest_link_is_the_larger_doubt() {
        assert_eq!(
            leans(&outside(5.0), 20.0).unwrap().weakest,
            WeakestLink::Position
        );
        assert_eq!(
            leans(&outside(5.0), 5.0).unwrap().weakest,
            WeakestLink::Lines
        );
    }
}
