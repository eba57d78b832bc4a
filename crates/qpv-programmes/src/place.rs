//! Conditions on the place of a home or a building, and the facts that decide them.
//!
//! A condition names a zoning, the day that its areas are taken of, and a distance around them. Where a place lies is not
//! computed here: whoever asks gives a [`PlaceFact`] for each [`PlaceQuestion`] that a programme has.

use std::collections::BTreeMap;

use jiff::civil::Date;
use qpv_model::{Slug, Vintage};
use strum::IntoStaticStr;

use crate::address_doubt::AddressDoubt;
use crate::asked::StatedFact;
use crate::boundary_fact::BoundaryFact;
use crate::truth::Truth;

/// A zoning that a rule names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ZoningChoice {
    /// The priority neighbourhoods.
    Qpv,
    /// Perimeters of a day that are none on the day of the check, under no outline.
    FormerQpv,
    /// Areas or communes that are imported under a name.
    Named(Slug),
}

/// The day that the areas of a zoning are taken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceDay {
    /// The day of the check.
    OfCheck,
    /// A fixed one.
    On(Date),
    /// A date that is asked for: its name.
    Asked(Slug),
    /// Any on which this vintage was in force.
    Vintage(Vintage),
}

/// The part of a building that must satisfy a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FootprintPart {
    /// Some point of it.
    Any,
    /// Every point of it.
    Every,
}

impl FootprintPart {
    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Lying in a zoning, or at less than a distance from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceCondition {
    /// The zoning.
    pub zoning: ZoningChoice,
    /// The day that it is taken of.
    pub day: PlaceDay,
    /// Metres around it that count too; 0: inside.
    pub within_m: u16,
    /// The part of a building; `None` for the place of a home.
    pub part: Option<FootprintPart>,
}

/// A zoning on a day that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlaceQuestion {
    /// The zoning.
    pub zoning: ZoningChoice,
    /// The day that it is taken of.
    pub day: QuestionDay,
}

/// The day of a [`PlaceQuestion`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuestionDay {
    /// The day of the check.
    OfCheck,
    /// Another one.
    On(Date),
    /// Any on which this vintage was in force.
    Vintage(Vintage),
}

impl PlaceCondition {
    /// Returns the zoning on its day; `None` while that is a date asked for and not stated.
    pub(crate) fn question(&self, stated: &BTreeMap<Slug, StatedFact>) -> Option<PlaceQuestion> {
        let day = match &self.day {
            PlaceDay::OfCheck => QuestionDay::OfCheck,
            PlaceDay::On(day) => QuestionDay::On(*day),
            PlaceDay::Asked(name) => QuestionDay::On(stated.get(name)?.day()?),
            PlaceDay::Vintage(vintage) => QuestionDay::Vintage(*vintage),
        };
        Some(PlaceQuestion {
            zoning: self.zoning.clone(),
            day,
        })
    }
}

/// The place of one position of a home beside a zoning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlaceStanding {
    /// At a distance from the nearest line of it.
    Measured {
        /// Metres, negative inside.
        signed_m: f64,
        /// The greatest error of it, metres.
        doubt_m: f64,
    },
    /// Farther from every line than lines are looked for.
    Beyond {
        /// Metres that it is at least, negative inside.
        signed_m: f64,
        /// The greatest error of its position, metres.
        doubt_m: f64,
    },
    /// Somewhere between two distances, as a review of the zone says.
    Between {
        /// Metres to the nearest line that it is at least, negative inside.
        from_m: f64,
        /// Metres that it is less than.
        to_m: f64,
    },
    /// Inside, as communes are listed, without a distance.
    Inside,
    /// Outside, without a distance; on such a day it may not be in force.
    Outside,
    /// Not known.
    Unknown,
}

/// The place of a home beside a zoning.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceFact {
    /// Its place by every position it may have, one at least.
    pub standings: Vec<PlaceStanding>,
    /// Names of the areas that hold it.
    pub areas: Vec<String>,
    /// The reason why something of it is unknown.
    pub doubt: Option<AddressDoubt>,
    /// Its relation to the streets that a line of these perimeters follows, for programmes that ask of both kerbs.
    pub boundary: BoundaryFact,
}

impl PlaceFact {
    /// Returns the truth of lying inside, or at less than `within_m` metres from it, wherever the home may stand.
    #[must_use]
    pub fn truth(&self, within_m: u16) -> Truth {
        let mut truths = self
            .standings
            .iter()
            .map(|standing| standing.truth(within_m));
        // Without a position nothing is known, which is not to be outside.
        let first = truths.next().unwrap_or(Truth::Unknown);
        if truths.all(|truth| truth == first) {
            first
        } else {
            Truth::Unknown
        }
    }

    /// Returns the distance to the nearest line, metres, negative inside, when it has one position and is near enough.
    #[must_use]
    pub fn signed_m(&self) -> Option<f64> {
        match self.standings.as_slice() {
            [PlaceStanding::Measured { signed_m, .. }] => Some(*signed_m),
            _ => None,
        }
    }
}

impl PlaceStanding {
    /// Returns the least and the greatest distance that the line may be at, metres, negative inside.
    #[must_use]
    pub fn range_m(self) -> (f64, f64) {
        match self {
            Self::Measured { signed_m, doubt_m } => (signed_m - doubt_m, signed_m + doubt_m),
            Self::Beyond { signed_m, doubt_m } if signed_m > 0.0 => {
                (signed_m - doubt_m, f64::INFINITY)
            }
            Self::Beyond { signed_m, doubt_m } => (f64::NEG_INFINITY, signed_m + doubt_m),
            Self::Between { from_m, to_m } => (from_m, to_m),
            Self::Inside => (f64::NEG_INFINITY, 0.0),
            Self::Outside => (0.0, f64::INFINITY),
            Self::Unknown => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    fn truth(self, within_m: u16) -> Truth {
        match self {
            Self::Measured { signed_m, doubt_m } | Self::Beyond { signed_m, doubt_m } => {
                let room_m = f64::from(within_m) - signed_m;
                // The limit itself is outside, as "less than" says; a certain answer needs room to spare.
                match room_m {
                    _ if room_m > doubt_m => Truth::Met,
                    _ if -room_m > doubt_m || doubt_m == 0.0 => Truth::NotMet,
                    _ => Truth::Unknown,
                }
            }
            // In the perimeter is in it, its line included: the distances are those of a zone.
            Self::Between { to_m, .. } if to_m <= f64::from(within_m) => Truth::Met,
            Self::Between { from_m, .. } if f64::from(within_m) <= from_m => Truth::NotMet,
            Self::Inside => Truth::Met,
            // How far the border of a listed commune is was not measured.
            Self::Outside if within_m > 0 => Truth::Unknown,
            Self::Outside => Truth::NotMet,
            Self::Between { .. } | Self::Unknown => Truth::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines are looked for up to 5 km: a position 10 km off may lie inside.
    #[test]
    fn what_lies_far_is_sure_as_far_as_its_position_is() {
        for (doubt_m, within_m, expected) in [
            (200.0, 4000, Truth::NotMet),
            (1_000.0, 4000, Truth::Unknown),
            (4_999.0, 0, Truth::NotMet),
            (10_000.0, 0, Truth::Unknown),
        ] {
            let outside = PlaceStanding::Beyond {
                signed_m: 5_000.0,
                doubt_m,
            };
            assert_eq!(outside.truth(within_m), expected, "{doubt_m}, {within_m}");
        }
    }

    fn measured(signed_m: f64, doubt_m: f64) -> PlaceStanding {
        PlaceStanding::Measured { signed_m, doubt_m }
    }

    #[test]
    fn a_ring_is_judged_by_its_limit_and_the_doubt() {
        for (signed_m, doubt_m, within_m, expected) in [
            (-12.0, 10.0, 0, Truth::Met),
            (-10.0, 10.0, 0, Truth::Unknown),
            (10.0, 10.0, 0, Truth::Unknown),
            (10.1, 10.0, 0, Truth::NotMet),
            (-2.0, 10.0, 500, Truth::Met),
            (489.0, 10.0, 500, Truth::Met),
            (490.0, 10.0, 500, Truth::Unknown),
            (511.0, 10.0, 500, Truth::NotMet),
            (499.9, 0.0, 500, Truth::Met),
            (500.0, 0.0, 500, Truth::NotMet),
        ] {
            let found = measured(signed_m, doubt_m).truth(within_m);
            assert_eq!(found, expected, "{signed_m} ± {doubt_m}, {within_m} m");
        }
    }

    #[test]
    fn a_zone_that_a_review_found_decides_the_distances_beyond_it() {
        let infinity = f64::INFINITY;
        for (from_m, to_m, within_m, expected) in [
            (-infinity, 0.0, 0, Truth::Met),
            (-infinity, 0.0, 500, Truth::Met),
            (0.0, 300.0, 0, Truth::NotMet),
            (0.0, 300.0, 100, Truth::Unknown),
            (0.0, 300.0, 300, Truth::Met),
            (0.0, 34.0, 100, Truth::Met),
            (300.0, infinity, 0, Truth::NotMet),
            (300.0, infinity, 300, Truth::NotMet),
            (300.0, infinity, 500, Truth::Unknown),
        ] {
            let standing = PlaceStanding::Between { from_m, to_m };
            assert_eq!(
                standing.truth(within_m),
                expected,
                "{standing:?}, {within_m} m"
            );
        }
    }

    #[test]
    fn positions_that_disagree_leave_the_place_open() {
        let fact = |standings| PlaceFact {
            standings,
            areas: vec![],
            doubt: None,
            boundary: BoundaryFact::None,
        };
        let (inside, outside) = (measured(-50.0, 5.0), measured(400.0, 5.0));
        assert_eq!(fact(vec![inside, outside]).truth(0), Truth::Unknown);
        assert_eq!(fact(vec![inside, outside]).truth(500), Truth::Met);
        assert_eq!(
            fact(vec![outside, PlaceStanding::Outside]).truth(0),
            Truth::NotMet
        );
        assert_eq!(fact(vec![]).truth(0), Truth::Unknown);
        assert_eq!(
            fact(vec![PlaceStanding::Outside]).truth(300),
            Truth::Unknown
        );
        // A distance is told of one position that was measured.
        assert_eq!(fact(vec![inside]).signed_m(), Some(-50.0));
        assert_eq!(fact(vec![outside]).signed_m(), Some(400.0));
        assert_eq!(fact(vec![inside, outside]).signed_m(), None);
        assert_eq!(fact(vec![PlaceStanding::Inside]).signed_m(), None);
    }
}
