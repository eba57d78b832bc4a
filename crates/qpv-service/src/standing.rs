//! The answer of a point: vintage, membership, zone, certainty; and the reasons why a zone is not determined.

use jiff::civil::Date;
use qpv_engine::{
    CertaintyLevel, Classification, Leaning, Location, NearestPerimeter, Zone, leaning,
};
use qpv_french::{key, sentence};
use qpv_model::{Territory, Vintage};

use crate::error::QueryError;
use crate::error_code::CodedError as _;
use crate::site::{SettledGround, Site, SiteFinding};
use crate::street_numbers::StreetSide;
use crate::unloaded_place::UnloadedPlace;

/// The answer of a point, and its certainty. Indices are those of [`Snapshot::perimeter`](crate::Snapshot::perimeter).
#[derive(Debug, Clone, PartialEq)]
pub struct PointAnswer {
    /// The vintage that answered.
    pub vintage: Vintage,
    /// The territory of the point.
    pub territory: Territory,
    /// The day asked, when it has not come yet.
    pub future_day: Option<Date>,
    /// Membership, distance, nearest perimeter.
    pub located: Location,
    /// Zone and certainty.
    pub verdict: Classification,
    /// The uncertainty of the position, metres, when stated or when its coordinates are written roughly.
    pub uncertainty_m: Option<f64>,
    /// The metres to which the coordinates are written, when they are the uncertainty.
    pub rounding_m: Option<f64>,
    /// The precision of the published lines, metres.
    pub precision_m: f64,
    /// True when the position is the word of whoever asks: a pin, or coordinates, and no published address.
    pub is_testimony: bool,
    /// The numbers around an address that settle its zone, when its position alone leaves it open.
    pub street_side: Option<Box<StreetSide>>,
    /// The parcels and buildings of an address whose position alone leaves its zone open, where they are loaded.
    pub site: Option<Box<Site>>,
}

/// The reason why a zone is not determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndeterminedReason {
    /// No address was found.
    NotFound,
    /// It names a place whose addresses are not loaded.
    NotLoaded(UnloadedPlace),
    /// It names communes of several departments, none of which has addresses loaded.
    NamesakesNotLoaded,
    /// The best one is too unlike what was asked.
    Unlike,
    /// Several are as good, and lie in different zones.
    Candidates,
    /// Neither a commune nor a postcode is named, and an address of that name may lie elsewhere.
    PlaceNotNamed,
    /// It is known to the street only, or the number does not exist, and the street lies in several zones.
    Street,
    /// It is known to the commune only.
    Commune,
    /// The position is closer to a line than it is exact.
    Position,
    /// The published position is too far from the commune's other addresses to be right.
    DoubtfulPosition,
    /// The data does not cover the place.
    Coverage,
    /// No perimeters were in force there on the day asked.
    NotInForce {
        /// The day asked.
        on: Date,
        /// The first day of any vintage in the territory.
        first: Option<Date>,
    },
}

impl From<&QueryError> for UndeterminedReason {
    /// Returns the reason why a place has no answer.
    fn from(fault: &QueryError) -> Self {
        match *fault {
            QueryError::NoVintageInForce { on, first } => Self::NotInForce { on, first },
            _ => Self::Coverage,
        }
    }
}

impl UndeterminedReason {
    /// The reason for an end user, in French.
    #[must_use]
    pub fn message_fr(self) -> String {
        let key = match self {
            Self::NotFound => key::CHECK_DOUBT_NOT_FOUND,
            Self::NotLoaded(_) => key::CHECK_DOUBT_NOT_LOADED,
            Self::NamesakesNotLoaded => key::CHECK_DOUBT_NAMESAKES_NOT_LOADED,
            Self::Unlike => key::CHECK_DOUBT_UNLIKE,
            Self::Candidates => key::CHECK_DOUBT_CANDIDATES,
            Self::PlaceNotNamed => key::CHECK_DOUBT_PLACE_NOT_NAMED,
            Self::Street => key::CHECK_DOUBT_STREET,
            Self::Commune => key::CHECK_DOUBT_COMMUNE,
            Self::Position => key::CHECK_DOUBT_POSITION,
            Self::DoubtfulPosition => key::CHECK_DOUBT_DOUBTFUL_POSITION,
            Self::Coverage => key::CHECK_DOUBT_COVERAGE,
            Self::NotInForce { on, first } => {
                return QueryError::NoVintageInForce { on, first }.message_fr();
            }
        };
        sentence(key, &[])
    }

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::NotLoaded(_) | Self::NamesakesNotLoaded => "not_loaded",
            Self::Unlike => "unlike",
            Self::Candidates | Self::PlaceNotNamed => "candidates",
            Self::Street => "street",
            Self::Commune => "commune",
            Self::Position | Self::DoubtfulPosition => "position",
            Self::Coverage => "coverage",
            Self::NotInForce { .. } => "no_vintage_in_force",
        }
    }
}

impl PointAnswer {
    /// The reason why its zone is not determined: a line is too near.
    #[must_use]
    pub fn undetermined_reason(&self) -> Option<UndeterminedReason> {
        (self.verdict.zone == Zone::Undetermined).then_some(UndeterminedReason::Position)
    }

    /// Returns this answer with the zone of its position, which the numbers around it settle.
    #[must_use]
    pub(crate) fn settled_by(mut self, side: StreetSide) -> Self {
        self.verdict.zone = self.verdict.zone_as_given;
        self.verdict.level = CertaintyLevel::StreetSide;
        self.street_side = Some(Box::new(side));
        self
    }

    /// Returns this answer with the ground of its address, and the zone of that where it settles it.
    #[must_use]
    pub(crate) fn on_site(mut self, site: Site) -> Self {
        let level = match site.finding {
            SiteFinding::Reaches(_) => CertaintyLevel::BuildingSide,
            _ => CertaintyLevel::Certain,
        };
        if let Some(ground) = site.finding.settled() {
            // The distance of an answer is that of the nearest part of the home, 0 where the line is drawn a little into it.
            let is_inside = ground.zone == Zone::Qpv;
            let line_m = if is_inside {
                ground.greatest_m.min(0.0)
            } else {
                ground.least_m.max(0.0)
            };
            self.located.members.clone_from(&ground.members);
            self.located.signed_distance_m = Some(line_m).filter(|line_m| line_m.is_finite());
            let nearest = ground.members.first().copied();
            self.located.nearest = match (nearest, self.located.nearest) {
                (Some(perimeter), _) => Some(NearestPerimeter {
                    perimeter,
                    distance_m: 0.0,
                }),
                (None, Some(nearest)) => Some(NearestPerimeter {
                    distance_m: line_m.max(0.0),
                    ..nearest
                }),
                (None, None) => None,
            };
            self.verdict = Classification {
                zone: ground.zone,
                zone_as_given: ground.zone,
                level,
                gap_m: Some(ground.gap_m).filter(|gap_m| gap_m.is_finite()),
                doubt_m: self.precision_m,
            };
        }
        // Kept where it settles nothing: it says why.
        self.site = Some(Box::new(site));
        self
    }

    /// Returns true when something else than the position alone decides the zone: nothing of its side is in doubt.
    #[must_use]
    pub(crate) fn is_settled(&self) -> bool {
        self.street_side.is_some() || self.settled_ground().is_some()
    }

    /// Returns how much farther from the line than its distance the home may be, metres: as far as its building reaches.
    pub(crate) fn spread_m(&self) -> f64 {
        match self.settled_ground() {
            Some(ground) if ground.greatest_m.is_finite() => ground.greatest_m - ground.least_m,
            _ => 0.0,
        }
    }

    fn settled_ground(&self) -> Option<&SettledGround> {
        self.site_finding().and_then(SiteFinding::settled)
    }

    fn site_finding(&self) -> Option<&SiteFinding> {
        self.site.as_ref().map(|site| &site.finding)
    }

    /// Returns true when a line runs through the building or the parcel of the address.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        matches!(self.site_finding(), Some(SiteFinding::Cut(_)))
    }

    /// Returns the zone that its position leans to, when a line is too near to tell. It is neither a yes nor a no. A home that
    /// a line runs through leans nowhere.
    #[must_use]
    pub fn leaning(&self) -> Option<Leaning> {
        if self.is_cut() {
            return None;
        }
        leaning(&self.located, &self.verdict, self.uncertainty_m?)
    }
}

/// Metres to the centimetre, which is what distances are good for; without a negative zero.
#[must_use]
pub fn centimetres(value_m: f64) -> f64 {
    // Adding zero turns -0 into 0.
    (value_m * 100.0).round() / 100.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_rounded_without_a_negative_zero() {
        let text = |value: f64| centimetres(value).to_string();
        assert_eq!(
            [-0.004, -41.268, 12.0, 299.995].map(text),
            ["0", "-41.27", "12", "300"]
        );
    }
}
