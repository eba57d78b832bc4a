//! The zone of one candidate: that of its position, of all the numbers of a street, or of the place of a missing one.

use qpv_addresses::{AddressKind, Candidate};
use qpv_engine::{CertaintyLevel, Classification, PerimeterId, Zone};
use qpv_model::Vintage;

use crate::error::QueryError;
use crate::locate::locate;
use crate::place::{Place, VintageSelector};
use crate::settled::settled_address;
use crate::snapshot::Snapshot;
use crate::standing::{PointAnswer, UndeterminedReason};

/// Farthest that the address nearest to a position may lie for its zone to be given, metres.
const MAX_ADDRESS_DISTANCE_M: f64 = 100.0;

/// The zone of a candidate.
#[derive(Debug, Clone)]
pub(super) struct CandidateZone {
    pub(super) zone: Zone,
    pub(super) doubt: Option<UndeterminedReason>,
    pub(super) level: Option<CertaintyLevel>,
    /// The perimeters it stands in, by index in their vintage; `None` when that is not known.
    pub(super) members: Option<(Vintage, Vec<PerimeterId>)>,
    /// The answer with what the address stands on and what settles it, when its position alone leaves it open.
    pub(super) settled: Option<Box<PointAnswer>>,
}

/// Returns the answer of a candidate, and the reason why its zone is not determined, if it is not. Its position counts as
/// inexact as its kind is, and as far as it lies from the position asked.
///
/// # Errors
/// Any [`QueryError`] of [`locate`].
pub fn candidate_zone(
    snapshot: &Snapshot,
    candidate: &Candidate,
    vintage: VintageSelector,
) -> (Result<PointAnswer, QueryError>, Option<UndeterminedReason>) {
    let standing = locate_candidate(snapshot, candidate, vintage);
    let zone = CandidateZone::new(snapshot, candidate, &standing, vintage);
    (standing.map(|standing| zone.apply_to(standing)), zone.doubt)
}

pub(super) fn locate_candidate(
    snapshot: &Snapshot,
    candidate: &Candidate,
    vintage: VintageSelector,
) -> Result<PointAnswer, QueryError> {
    let distance_m = candidate.distance_m.unwrap_or_default();
    let uncertainty_m = candidate.uncertainty_m.max(distance_m);
    locate(
        snapshot,
        Place::from(candidate.point),
        vintage,
        Some(uncertainty_m),
    )
}

impl CandidateZone {
    /// Returns the zone of a candidate that was located. A street has the zone, and the perimeters, that all its numbers
    /// have.
    pub(super) fn new(
        snapshot: &Snapshot,
        candidate: &Candidate,
        standing: &Result<PointAnswer, QueryError>,
        vintage: VintageSelector,
    ) -> Self {
        // No answer is not "outside".
        let standing = match standing {
            Ok(standing) => standing,
            Err(fault) => return Self::undetermined(fault.into()),
        };
        let is_undetermined = standing.verdict.zone == Zone::Undetermined;
        let is_far = candidate
            .distance_m
            .is_some_and(|distance_m| distance_m > MAX_ADDRESS_DISTANCE_M);
        match candidate.kind {
            // The position may be another town's, whose zone says nothing of the address, nor the address of the place.
            _ if candidate.is_doubtful => Self::undetermined(UndeterminedReason::DoubtfulPosition),
            // The zone of an address that is not there says nothing of here.
            _ if is_far => Self::undetermined(UndeterminedReason::Unlike),
            _ if let Some(between) = &candidate.between => {
                Self::of_interpolated(snapshot, between, vintage)
                    .unwrap_or_else(|| Self::undetermined(UndeterminedReason::Street))
            }
            AddressKind::Municipality if is_undetermined => {
                Self::undetermined(UndeterminedReason::Commune)
            }
            // Beyond the numbers that are known, nothing says where the one asked would be.
            AddressKind::Street | AddressKind::Locality if candidate.is_missing_outside() => {
                Self::undetermined(UndeterminedReason::Street)
            }
            AddressKind::Street => Self::of_street(snapshot, candidate, vintage)
                .unwrap_or_else(|| Self::undetermined(UndeterminedReason::Street)),
            _ if is_undetermined => {
                // The ground may name other perimeters than the position.
                let settled = settled_address(snapshot, candidate, standing.clone());
                Self {
                    settled: Some(Box::new(settled.clone())),
                    ..Self::of_position(&settled)
                }
            }
            _ => Self::of_position(standing),
        }
    }

    fn of_position(standing: &PointAnswer) -> Self {
        Self {
            zone: standing.verdict.zone,
            doubt: standing.undetermined_reason(),
            level: Some(standing.verdict.level),
            members: Some((standing.vintage, standing.located.members.to_vec())),
            settled: None,
        }
    }

    fn undetermined(reason: UndeterminedReason) -> Self {
        Self {
            zone: Zone::Undetermined,
            doubt: Some(reason),
            level: None,
            members: None,
            settled: None,
        }
    }

    /// Returns the zone of a street; `None` when its numbers lie in different zones.
    fn of_street(
        snapshot: &Snapshot,
        street: &Candidate,
        vintage: VintageSelector,
    ) -> Option<Self> {
        let mut numbers =
            snapshot
                .addresses()
                .ok()?
                .numbers_of_street(street)
                .map(|(point, position)| {
                    let uncertainty_m = Some(position.uncertainty_m());
                    let number =
                        locate(snapshot, Place::from(point), vintage, uncertainty_m).ok()?;
                    // One number in doubt leaves the whole street in doubt.
                    (number.verdict.zone != Zone::Undetermined).then_some(number)
                });
        // A street without numbers has no zone either.
        let first = numbers.next()??;
        let (zone, first_vintage) = (first.verdict.zone, first.vintage);
        let (mut level, mut members) = (first.verdict.level, Some(first.located.members));
        for number in numbers {
            let number = number?;
            if number.verdict.zone != zone {
                return None;
            }
            level = level.max(number.verdict.level);
            // In one zone but in several perimeters: the zone stays, the perimeters are left open.
            members = members.filter(|members| *members == number.located.members);
        }
        Some(Self {
            zone,
            doubt: None,
            level: Some(level),
            members: members.map(|members| (first_vintage, members.to_vec())),
            settled: None,
        })
    }

    /// Returns the answer of the candidate's position with this zone.
    pub(super) fn apply_to(&self, standing: PointAnswer) -> PointAnswer {
        if let Some(settled) = &self.settled {
            return (**settled).clone();
        }
        // The level of the point alone would be that of a door that is there.
        let is_interpolated = self.level == Some(CertaintyLevel::Interpolated);
        // Nor does a position lean anywhere that is not the one of the address.
        let is_elsewhere = !matches!(self.doubt, None | Some(UndeterminedReason::Position));
        if self.zone == standing.verdict.zone && !is_interpolated && !is_elsewhere {
            return standing;
        }
        let verdict = Classification {
            zone: self.zone,
            level: self.level.unwrap_or(CertaintyLevel::ImprecisePosition),
            // The distance from the position to a line says nothing of the address.
            gap_m: None,
            ..standing.verdict
        };
        PointAnswer {
            verdict,
            ..standing
        }
    }
}
