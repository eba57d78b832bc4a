//! The evidence that settles an address whose position is too near a line: its ground, then the numbers of its street.

use qpv_addresses::Candidate;
use qpv_engine::Zone;

use crate::joining::site_of_address;
use crate::place::Place;
use crate::snapshot::Snapshot;
use crate::standing::PointAnswer;
use crate::streets::side_of_address;

/// Returns the answer of an address with all that settles it.
pub(crate) fn settled_address(
    snapshot: &Snapshot,
    candidate: &Candidate,
    standing: PointAnswer,
) -> PointAnswer {
    if standing.verdict.zone != Zone::Undetermined {
        return standing;
    }
    let standing = match site_of_address(snapshot, candidate, &standing) {
        Some(site) => standing.on_site(site),
        None => standing,
    };
    // Where the line runs through the house, no neighbour says more.
    if standing.verdict.zone != Zone::Undetermined || standing.is_cut() {
        return standing;
    }
    // A house too near the line, or none that is known: its neighbours may tell.
    match side_of_address(snapshot, candidate, &standing) {
        Some(side) => standing.settled_by(side),
        None => standing,
    }
}

/// Returns the answer of a place, settled when the place is that of an address.
pub(crate) fn settled(
    snapshot: &Snapshot,
    address: Option<&Candidate>,
    place: Place,
    standing: PointAnswer,
) -> PointAnswer {
    // A position that was placed by hand is none of the address's.
    match address.filter(|address| Place::from(address.point) == place) {
        Some(address) => settled_address(snapshot, address, standing),
        None => standing,
    }
}
