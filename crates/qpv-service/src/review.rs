//! The review of an undetermined zone by somebody who has the evidence: a lease, a visit, the decree's map.
//!
//! Promises: it stands beside the answer of the data and never instead of it; nothing of it is kept. Refuses to overrule
//! what the data decides, and a zone that is impossible at the place.

use qpv_engine::Zone;
use qpv_french::{key, plain, sentence};
use qpv_model::PossibleZones;

use crate::error_code::{CodedError, ErrorCode};

/// Characters of the reason at most, so that the signed text of a report fits its QR code.
const MAX_REVIEW_REASON_CHARS: usize = 160;
/// Characters of the function at most.
const MAX_REVIEW_BY_CHARS: usize = 80;

/// A zone that somebody vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HumanReview {
    zone: Zone,
    reason: String,
    by: String,
}

/// The reason why a review is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// It lacks its zone, its reason or the function of whoever made it.
    #[error(
        "a review has a `zone` (qpv, band_300m or outside), a `reason` and the function of whoever made it, `by`"
    )]
    Incomplete,
    /// A text of it is too long to be printed and signed.
    #[error("`{name}` has {length} characters, and {most} at most are taken")]
    TextTooLong {
        /// Name of the text.
        name: &'static str,
        /// Its characters.
        length: usize,
        /// The most there may be.
        most: usize,
    },
    /// The data decides the zone, so that there is nothing to review.
    #[error("a review settles an undetermined zone only, and this one is `{}`", .0.name())]
    NothingToReview(Zone),
    /// The place cannot lie in the zone, however far its position may be off.
    #[error("the place cannot be `{}`: the data leaves {possible} open", .zone.name(), possible = listed(*.possible))]
    ImpossibleZone {
        /// The zone of the review.
        zone: Zone,
        /// The zones that the data leaves open.
        possible: PossibleZones,
    },
}

impl CodedError for ReviewError {
    fn code(&self) -> ErrorCode {
        match self {
            // The code that other texts of a report have, too.
            Self::TextTooLong { .. } => ErrorCode::ReportTextTooLong,
            Self::Incomplete | Self::NothingToReview(_) | Self::ImpossibleZone { .. } => {
                ErrorCode::BadReview
            }
        }
    }

    fn message_fr(&self) -> String {
        match self {
            Self::Incomplete => sentence(key::ERROR_BAD_REVIEW, &[]),
            Self::TextTooLong { .. } => sentence(key::ERROR_REPORT_TEXT_TOO_LONG, &[]),
            Self::NothingToReview(_) => sentence(key::ERROR_NOTHING_TO_REVIEW, &[]),
            Self::ImpossibleZone { possible, .. } => {
                let zones = possible_zones(*possible);
                sentence(key::ERROR_REVIEW_IMPOSSIBLE, &[("zones", &zones)])
            }
        }
    }
}

impl HumanReview {
    /// Creates a review, its texts on one line each.
    ///
    /// # Errors
    /// [`ReviewError::Incomplete`], [`ReviewError::TextTooLong`].
    pub fn new(zone: Zone, reason: &str, by: &str) -> Result<Self, ReviewError> {
        let reason = checked_text(reason, "review.reason", MAX_REVIEW_REASON_CHARS)?;
        let by = checked_text(by, "review.by", MAX_REVIEW_BY_CHARS)?;
        if zone == Zone::Undetermined || reason.is_empty() || by.is_empty() {
            return Err(ReviewError::Incomplete);
        }
        Ok(Self { zone, reason, by })
    }

    /// Returns the zone; never [`Zone::Undetermined`].
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// Returns the evidence.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Returns the function of whoever reviewed, such as « coordinatrice du PRE ».
    #[must_use]
    pub fn by(&self) -> &str {
        &self.by
    }

    /// Checks that there is something to settle, and that the zone is one of those left open.
    ///
    /// # Errors
    /// [`ReviewError::NothingToReview`], [`ReviewError::ImpossibleZone`].
    pub fn check(
        &self,
        answered: Zone,
        possible: impl FnOnce() -> PossibleZones,
    ) -> Result<(), ReviewError> {
        if answered != Zone::Undetermined {
            return Err(ReviewError::NothingToReview(answered));
        }
        // Looked for only now: it takes every position that the place may have.
        let possible = possible();
        if may_be(possible, self.zone) {
            Ok(())
        } else {
            Err(ReviewError::ImpossibleZone {
                zone: self.zone,
                possible,
            })
        }
    }

    /// Returns what was found, by whom and on what evidence, in French.
    #[must_use]
    pub fn message_fr(&self) -> String {
        let zone = zone_name(self.zone);
        sentence(
            key::REPORT_REVIEW,
            &[("zone", &zone), ("reason", &self.reason), ("by", &self.by)],
        )
    }
}

/// Returns a zone as lists name it, in French.
fn zone_name(zone: Zone) -> String {
    let key = match zone {
        Zone::Qpv => key::TALLY_ZONE_QPV,
        Zone::Band300m => key::TALLY_ZONE_BAND_300M,
        Zone::Outside => key::TALLY_ZONE_OUTSIDE,
        Zone::Undetermined => key::TALLY_ZONE_UNDETERMINED,
    };
    sentence(key, &[])
}

/// Returns the zones that a place may lie in, each in quotes, in French.
#[must_use]
pub fn possible_zones(possible: PossibleZones) -> String {
    let zones = Zone::ALL.into_iter().filter(|zone| may_be(possible, *zone));
    let named = zones.map(|zone| format!("« {} »", zone_name(zone)));
    named.collect::<Vec<_>>().join(" ou ")
}

/// Returns whether a zone is among those that a place may lie in; an undetermined one is none of them.
fn may_be(possible: PossibleZones, zone: Zone) -> bool {
    match zone {
        Zone::Qpv => possible.qpv,
        Zone::Band300m => possible.band_300m,
        Zone::Outside => possible.outside,
        Zone::Undetermined => false,
    }
}

/// Returns the names of zones, a comma between them.
fn listed(possible: PossibleZones) -> String {
    let zones = Zone::ALL.into_iter().filter(|zone| may_be(possible, *zone));
    zones.map(Zone::name).collect::<Vec<_>>().join(", ")
}

/// Puts a text on one line, and refuses it if it is too long.
fn checked_text(text: &str, name: &'static str, most: usize) -> Result<String, ReviewError> {
    let text = one_line(text);
    // In characters, as people count.
    let length = text.chars().count();
    if length > most {
        Err(ReviewError::TextTooLong { name, length, most })
    } else {
        Ok(text)
    }
}

/// Returns a text of single words with a space between them, without control characters and marks of direction. A line end in
/// a value would begin another line of a statement.
#[must_use]
pub fn one_line(text: &str) -> String {
    let text = plain(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(zone: Zone) -> HumanReview {
        HumanReview::new(zone, "bail\ndu  3 mai", " coordinatrice ").unwrap()
    }

    #[test]
    fn a_review_has_a_zone_a_reason_and_a_function() {
        let made = review(Zone::Qpv);
        assert_eq!(
            (made.reason(), made.by()),
            ("bail du 3 mai", "coordinatrice")
        );
        for (zone, reason, by) in [
            (Zone::Undetermined, "bail", "coordinatrice"),
            (Zone::Qpv, " \n", "coordinatrice"),
            (Zone::Qpv, "bail", ""),
        ] {
            assert_eq!(
                HumanReview::new(zone, reason, by),
                Err(ReviewError::Incomplete)
            );
        }
        let long = "é".repeat(MAX_REVIEW_REASON_CHARS);
        assert!(HumanReview::new(Zone::Qpv, &long, "x").is_ok());
        let fault = HumanReview::new(Zone::Qpv, &format!("{long}é"), "x").unwrap_err();
        assert_eq!(fault.code(), ErrorCode::ReportTextTooLong);
    }

    #[test]
    fn a_review_settles_only_what_the_data_leaves_open() {
        let near_line = PossibleZones {
            qpv: true,
            band_300m: true,
            outside: false,
        };
        for (zone, answered, is_taken) in [
            (Zone::Qpv, Zone::Undetermined, true),
            (Zone::Band300m, Zone::Undetermined, true),
            (Zone::Outside, Zone::Undetermined, false),
            (Zone::Qpv, Zone::Outside, false),
            (Zone::Qpv, Zone::Qpv, false),
        ] {
            let taken = review(zone).check(answered, || near_line);
            assert_eq!(taken.is_ok(), is_taken, "{zone:?}, {answered:?}");
        }
        let fault = review(Zone::Outside).check(Zone::Undetermined, || near_line);
        let fault = fault.unwrap_err();
        assert_eq!(
            fault.to_string(),
            "the place cannot be `outside`: the data leaves qpv, band_300m open"
        );
        assert!(
            fault.message_fr().contains("300 m"),
            "{}",
            fault.message_fr()
        );
    }
}
