//! The answer of a point: vintage, membership, zone, certainty; and the reasons why a zone is not determined.

use jiff::civil::Date;
use qpv_engine::{Classification, Location, Zone};
use qpv_french::{key, sentence};
use qpv_model::{Territory, Vintage};

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
}

/// The reason why a zone is not determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndeterminedReason {
    /// No address was found.
    NotFound,
    /// The best one is too unlike what was asked.
    Unlike,
    /// Several are as good, and lie in different zones.
    Candidates,
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
}

impl UndeterminedReason {
    /// The reason for an end user, in French.
    #[must_use]
    pub fn message_fr(self) -> String {
        let key = match self {
            Self::NotFound => key::CHECK_DOUBT_NOT_FOUND,
            Self::Unlike => key::CHECK_DOUBT_UNLIKE,
            Self::Candidates => key::CHECK_DOUBT_CANDIDATES,
            Self::Street => key::CHECK_DOUBT_STREET,
            Self::Commune => key::CHECK_DOUBT_COMMUNE,
            Self::Position => key::CHECK_DOUBT_POSITION,
            Self::DoubtfulPosition => key::CHECK_DOUBT_DOUBTFUL_POSITION,
            Self::Coverage => key::CHECK_DOUBT_COVERAGE,
        };
        sentence(key, &[])
    }

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Unlike => "unlike",
            Self::Candidates => "candidates",
            Self::Street => "street",
            Self::Commune => "commune",
            Self::Position | Self::DoubtfulPosition => "position",
            Self::Coverage => "coverage",
        }
    }
}

impl PointAnswer {
    /// The reason why its zone is not determined: a line is too near.
    #[must_use]
    pub fn undetermined_reason(&self) -> Option<UndeterminedReason> {
        (self.verdict.zone == Zone::Undetermined).then_some(UndeterminedReason::Position)
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
