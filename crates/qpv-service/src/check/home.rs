//! The home that a checked place is, for the rules of a programme.

use qpv_addresses::AddressKind;

use crate::addresses::MAX_WEIGHED;
use crate::check::CheckedPlace;
use crate::check::address::AddressCheck;
use crate::check::corrected_position::CorrectedAddress;
use crate::check::interpolated::positions_between;
use crate::eligibility::{Home, PossiblePosition};
use crate::snapshot::Snapshot;
use crate::standing::UndeterminedReason;

impl CheckedPlace {
    /// Returns the home at the place; none in a building, which programmes judge by its outline.
    #[must_use]
    pub fn home(&self, snapshot: &Snapshot) -> Option<Home> {
        match self {
            Self::Address(check) => Some(home_of_address(snapshot, check)),
            Self::CorrectedAddress(corrected) => Some(home_of_corrected(snapshot, corrected)),
            Self::Position(position) => {
                let uncertainty_m = position.standing.uncertainty_m;
                Home::at(position.point.into(), uncertainty_m).ok()
            }
            Self::Building(_) => None,
        }
    }
}

/// Returns the home of an address: every position that the address may have.
#[must_use]
pub fn home_of_address(snapshot: &Snapshot, check: &AddressCheck) -> Home {
    let positions = possible_positions(snapshot, check);
    let mut communes = check
        .candidates
        .iter()
        .map(|checked| checked.candidate.citycode);
    let first = communes.next();
    let same = communes.all(|commune| Some(commune) == first);
    // Of an address known to its commune only, the commune is what is known.
    let known = positions.is_some()
        || matches!(
            check.doubt,
            Some(UndeterminedReason::Commune | UndeterminedReason::DoubtfulPosition)
        );
    // One address alone names a street, which the rule on boundary streets needs.
    let address = match check.candidates.as_slice() {
        [only] if positions.is_some() => Some(only.candidate.clone()),
        _ => None,
    };
    Home {
        positions,
        commune: first.filter(|_| same && known),
        doubt: check.doubt,
        address,
        reviewed: None,
    }
}

/// Returns the home at a corrected position, which is its only one; its commune and its street stay those of the address.
fn home_of_corrected(snapshot: &Snapshot, corrected: &CorrectedAddress) -> Home {
    let position = PossiblePosition {
        place: corrected.point.into(),
        uncertainty_m: corrected.standing.uncertainty_m.unwrap_or_default(),
    };
    Home {
        positions: Some(vec![position]),
        doubt: None,
        ..home_of_address(snapshot, &corrected.check)
    }
}

/// Returns every position that a checked address may have; `None` when it may be anywhere: nothing like it was found,
/// its place is not named, its number is beyond those that are known, or its position is doubtful.
fn possible_positions(snapshot: &Snapshot, check: &AddressCheck) -> Option<Vec<PossiblePosition>> {
    // With more candidates than are weighed, one left out may be the home.
    if check.is_unknown()
        || check.doubt == Some(UndeterminedReason::PlaceNotNamed)
        || check.candidates.len() > MAX_WEIGHED
    {
        return None;
    }
    let mut positions = Vec::new();
    for checked in &check.candidates {
        let candidate = &checked.candidate;
        let is_spread = matches!(candidate.kind, AddressKind::Street | AddressKind::Locality);
        if candidate.is_doubtful || (is_spread && candidate.is_missing_outside()) {
            return None;
        }
        // A missing number is known better than its street: it lies between two that are there.
        if let Some(between) = &candidate.between {
            positions.extend(positions_between(between));
            continue;
        }
        let before = positions.len();
        if candidate.kind == AddressKind::Street {
            let numbers = snapshot.addresses().ok()?.numbers_of_street(candidate);
            positions.extend(numbers.map(|(point, position)| PossiblePosition {
                place: point.into(),
                uncertainty_m: position.uncertainty_m(),
            }));
        }
        // A street without numbers, and everything else, has the candidate's own position.
        if positions.len() == before {
            positions.push(PossiblePosition {
                place: candidate.point.into(),
                uncertainty_m: candidate.uncertainty_m,
            });
        }
    }
    Some(positions)
}
