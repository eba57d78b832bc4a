//! The position of an address, moved by hand to its true door.
//!
//! Owns what such a position changes: zone, certainty and eligibility are those of the position placed, and the answer says
//! so, with how far it was moved. Refuses to hide the address's own position, which is given too.

use qpv_addresses::{AddressKind, Candidate, SearchFilter};
use qpv_engine::{LocalFrame, Zone};
use qpv_french::numbers::metres;
use qpv_french::{key, sentence};
use qpv_model::{PositionKind, Wgs84Point};

use crate::addresses::nearest_addresses;
use crate::check::CheckError;
use crate::check::address::{AddressCheck, AddressChecker, CheckedCandidate};
use crate::check::subject::{AddressQuestion, CheckRequest, StatedPosition};
use crate::error::AddressError;
use crate::locate::locate;
use crate::place::VintageSelector;
use crate::snapshot::Snapshot;
use crate::standing::{PointAnswer, UndeterminedReason};

/// An address whose position was placed by hand.
#[derive(Debug, Clone)]
pub struct CorrectedAddress {
    /// The check of the address itself.
    pub check: AddressCheck,
    /// The position where it was placed, to the seventh decimal of a degree (a centimetre).
    pub point: Wgs84Point,
    /// The answer of that position.
    pub standing: PointAnswer,
    /// The address's own position and what it marks; `None` when the address is not surely found, is known to its street or
    /// commune only, or has a doubtful position.
    pub own: Option<(Wgs84Point, PositionKind)>,
}

impl CorrectedAddress {
    /// The zone of the position placed.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.standing.verdict.zone
    }

    /// Geodesic metres from the address's own position, if it has one.
    #[must_use]
    pub fn moved_m(&self) -> Option<f64> {
        self.own
            .map(|(own, _)| LocalFrame::at(self.point).distance_m(own.coord()))
    }

    /// Returns true when the address found is surely the one asked, if only to its street.
    #[must_use]
    pub fn is_found(&self) -> bool {
        !matches!(
            self.check.doubt,
            Some(
                UndeterminedReason::NotFound
                    | UndeterminedReason::NotLoaded(_)
                    | UndeterminedReason::Unlike
                    | UndeterminedReason::Candidates
                    | UndeterminedReason::PlaceNotNamed
            )
        )
    }

    /// Returns the remark that it was placed by hand, and how far from its own position, in French.
    #[must_use]
    pub fn message_fr(&self) -> String {
        match self.moved_m() {
            Some(moved_m) => sentence(key::PLACED_MOVED, &[("distance", &metres(moved_m))]),
            None => sentence(key::PLACED_WITHOUT_OWN, &[]),
        }
    }
}

/// Checks an address at the position of its door. The address may be of a place whose addresses are not loaded.
pub(super) fn check_corrected(
    checker: &AddressChecker<'_>,
    address: &AddressQuestion,
    position: &StatedPosition,
) -> Result<CorrectedAddress, CheckError> {
    let check = match checker.check(address) {
        // The position decides alone, so an address that is not loaded is no obstacle.
        Err(AddressError::NotLoaded) => checker.check_nothing(),
        check => check?,
    };
    let place = position.place();
    let uncertainty_m = position
        .uncertainty_m
        .unwrap_or(CheckRequest::CORRECTED_POSITION_UNCERTAINTY_M);
    let standing = locate(
        checker.snapshot,
        place,
        checker.vintage,
        Some(uncertainty_m),
    )?;
    Ok(CorrectedAddress {
        point: place.place.position()?.wgs84,
        standing: PointAnswer {
            is_testimony: true,
            ..standing
        },
        own: own_position(&check),
        check,
    })
}

/// Checks an address of a list at the position of its door. Of the addresses found the likeliest is meant; where there is none,
/// as where its commune is not loaded, the one nearest to that position.
///
/// # Errors
/// [`CheckError`].
pub fn check_placed(
    snapshot: &Snapshot,
    vintage: VintageSelector,
    found: Vec<Candidate>,
    position: &StatedPosition,
) -> Result<AddressCheck, CheckError> {
    let place = position.place();
    let point = place.place.position()?.wgs84;
    let uncertainty_m = position
        .uncertainty_m
        .unwrap_or(CheckRequest::CORRECTED_POSITION_UNCERTAINTY_M);
    let standing = PointAnswer {
        is_testimony: true,
        ..locate(snapshot, place, vintage, Some(uncertainty_m))?
    };
    let mut candidate = match found.into_iter().next() {
        Some(best) => Some(best),
        None => nearest_addresses(snapshot, point, &SearchFilter::default(), 1)?.pop(),
    };
    if let Some(candidate) = &mut candidate {
        // The position is that of a door, whatever is known of the street.
        candidate.kind = AddressKind::Housenumber;
        candidate.point = point;
        candidate.uncertainty_m = standing.uncertainty_m.unwrap_or(uncertainty_m);
        (candidate.missing, candidate.between) = (None, None);
        candidate.is_doubtful = false;
    }
    Ok(AddressCheck {
        zone: standing.verdict.zone,
        doubt: standing.undetermined_reason(),
        perimeters: Some(standing.located.members.to_vec()),
        level: Some(standing.verdict.level),
        candidates: candidate
            .map(|candidate| CheckedCandidate {
                candidate,
                standing: Ok(standing),
            })
            .into_iter()
            .collect(),
        remote: None,
    })
}

/// Returns the address's own position, unless it is not surely found or known to its street or commune only.
fn own_position(check: &AddressCheck) -> Option<(Wgs84Point, PositionKind)> {
    let unknown = matches!(
        check.doubt,
        Some(
            UndeterminedReason::NotFound
                | UndeterminedReason::NotLoaded(_)
                | UndeterminedReason::Unlike
                | UndeterminedReason::Candidates
                | UndeterminedReason::PlaceNotNamed
                | UndeterminedReason::Street
                | UndeterminedReason::Commune
                | UndeterminedReason::DoubtfulPosition
        )
    );
    let best = &check.candidates.first()?.candidate;
    // The middle of a street or of a commune is no door that a distance could be measured from.
    let has_position = matches!(best.kind, AddressKind::Housenumber | AddressKind::Locality);
    (has_position && !unknown).then_some((best.point, best.position))
}
