//! The facts of a home whose zone a review found.
//!
//! Promises: what the review does not say stays as the data has it: which of several perimeters, the commune, other
//! zonings, the perimeters of other days.

use qpv_engine::{BAND_M, Zone};
use qpv_model::PossibleZones;
use qpv_programmes::{BoundaryFact, HomeFacts, PlaceFact, PlaceStanding};

/// Returns the facts of a home with the zone of its review.
pub(super) fn with_zone(facts: HomeFacts, zone: Zone) -> HomeFacts {
    let zones = PossibleZones {
        qpv: zone == Zone::Qpv,
        band_300m: zone == Zone::Band300m,
        outside: zone == Zone::Outside,
    };
    let (perimeters, possible) = match (zone, facts.possible) {
        (Zone::Qpv, Some(possible)) => {
            // Of several the review names none, which leaves rules on some of them open.
            let only = (possible.len() == 1).then(|| possible.clone());
            (only, Some(possible))
        }
        (Zone::Qpv, None) => (None, None),
        // In none, whatever lines are near.
        _ => (Some(Vec::new()), Some(Vec::new())),
    };
    HomeFacts {
        zones,
        perimeters,
        possible,
        // The distance of the position would contradict the zone.
        distance_m: None,
        boundary: boundary(facts.boundary, zone),
        ..facts
    }
}

/// Returns the fact on the perimeters of the check with the zone of a review; `name` is that of the only perimeter which may
/// hold the home.
pub(super) fn place_with_zone(fact: PlaceFact, zone: Zone, name: Option<String>) -> PlaceFact {
    let (from_m, to_m) = match zone {
        Zone::Qpv => (f64::NEG_INFINITY, 0.0),
        Zone::Band300m => (0.0, BAND_M),
        Zone::Outside => (BAND_M, f64::INFINITY),
        Zone::Undetermined => return fact,
    };
    let known = fact.standings.iter().map(|standing| standing.range_m());
    let known =
        known.reduce(|(from, to), (other_from, other_to)| (from.min(other_from), to.max(other_to)));
    // Within the zone, the data still says how far the line may be.
    let known = known.map(|(from, to)| (from.max(from_m), to.min(to_m)));
    let (from_m, to_m) = known
        .filter(|(from, to)| from <= to)
        .unwrap_or((from_m, to_m));
    PlaceFact {
        standings: vec![PlaceStanding::Between { from_m, to_m }],
        // Areas that hold the position as given may be others.
        areas: name.into_iter().filter(|_| zone == Zone::Qpv).collect(),
        boundary: boundary(fact.boundary, zone),
        ..fact
    }
}

/// No street that a line follows is 300 m from it.
fn boundary(fact: BoundaryFact, zone: Zone) -> BoundaryFact {
    if zone == Zone::Outside {
        BoundaryFact::None
    } else {
        fact
    }
}
