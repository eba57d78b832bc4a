//! The home that a checked place is, for the rules of a programme.

use crate::check::CheckedPlace;
use crate::check::address::{AddressCheck, place_of};
use crate::check::corrected_position::CorrectedAddress;
use crate::eligibility::Home;
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
                Home::at(place_of(position.point), uncertainty_m).ok()
            }
            Self::Building(_) => None,
        }
    }
}

/// Returns the home of an address: every position that the address may have.
#[must_use]
pub fn home_of_address(snapshot: &Snapshot, check: &AddressCheck) -> Home {
    let positions = snapshot.positions_of(check);
    let mut communes = check
        .candidates
        .iter()
        .map(|checked| checked.candidate.citycode);
    let first = communes.next();
    let same = communes.all(|commune| Some(commune) == first);
    // Of an address known to its commune only, the commune is what is known.
    let known = positions.is_some() || check.doubt == Some(UndeterminedReason::Commune);
    let address = match check.candidates.as_slice() {
        [only] if positions.is_some() => Some(only.candidate.clone()),
        _ => None,
    };
    Home {
        positions,
        commune: first.filter(|_| same && known),
        doubt: check.doubt,
        address,
    }
}

/// Returns the home at a corrected position, which is its only one; its commune and its street stay those of the address.
fn home_of_corrected(snapshot: &Snapshot, corrected: &CorrectedAddress) -> Home {
    let uncertainty_m = corrected.standing.uncertainty_m.unwrap_or_default();
    Home {
        positions: Some(vec![(place_of(corrected.point), uncertainty_m)]),
        doubt: None,
        ..home_of_address(snapshot, &corrected.check)
    }
}
