//! The zone of a number that its street does not have, placed between its neighbours of the same side.
//!
//! The zone is given only when it is the same all around the line between the two neighbours. The width of that area comes
//! from a measure, recorded in `docs/addresses.md`.

use qpv_addresses::SideNeighbours;
use qpv_engine::{CertaintyLevel, LocalFrame, Zone};

use crate::check::candidate_zone::CandidateZone;
use crate::eligibility::PossiblePosition;
use crate::locate::locate;
use crate::place::VintageSelector;
use crate::snapshot::Snapshot;
use crate::standing::PointAnswer;

/// Discs that cover the area where the number may lie.
const DISCS: u32 = 4;
/// Metres that a street may bend away from the line between two neighbours, per metre of it.
const BEND_SHARE: f64 = 0.25;

/// Returns discs that together cover every position of a number between two neighbours: as far from the line between them
/// as either may be off, and as the street may bend.
pub(super) fn positions_between(between: &SideNeighbours) -> Vec<PossiblePosition> {
    let SideNeighbours { below, above } = between;
    let length_m = LocalFrame::at(below.point).distance_m(above.point.coord());
    let off_m = below
        .position
        .uncertainty_m()
        .max(above.position.uncertainty_m());
    let half_width_m = BEND_SHARE.mul_add(length_m, off_m);
    let half_piece_m = length_m / f64::from(2 * DISCS);
    (0..DISCS)
        .map(|piece| {
            let middle = f64::from(2 * piece + 1) / f64::from(2 * DISCS);
            PossiblePosition {
                place: between.point_at(middle).into(),
                // To the corner of its piece of the area.
                uncertainty_m: half_width_m.hypot(half_piece_m),
            }
        })
        .collect()
}

impl CandidateZone {
    /// Returns the zone of a number between two neighbours; `None` unless it is the same, in the same perimeters, in all of
    /// the area where the number may lie.
    pub(super) fn of_interpolated(
        snapshot: &Snapshot,
        between: &SideNeighbours,
        vintage: VintageSelector,
    ) -> Option<Self> {
        let mut discs = positions_between(between)
            .into_iter()
            .map(|position| locate_disc(snapshot, position, vintage));
        let first = discs.next()??;
        let is_same_everywhere = discs.all(|disc| {
            disc.is_some_and(|disc| {
                disc.verdict.zone == first.verdict.zone
                    && disc.located.members == first.located.members
            })
        });
        is_same_everywhere.then(|| Self {
            zone: first.verdict.zone,
            doubt: None,
            level: Some(CertaintyLevel::Interpolated),
            members: Some((first.vintage, first.located.members.to_vec())),
            settled: None,
        })
    }
}

/// Returns the answer that all of a disc has; `None` when a line runs through it.
fn locate_disc(
    snapshot: &Snapshot,
    position: PossiblePosition,
    vintage: VintageSelector,
) -> Option<PointAnswer> {
    let PossiblePosition {
        place,
        uncertainty_m,
    } = position;
    let disc = locate(snapshot, place, vintage, Some(uncertainty_m)).ok()?;
    let is_uniform = match disc.verdict.zone {
        Zone::Undetermined => false,
        Zone::Band300m | Zone::Outside => true,
        // Where perimeters overlap, the deepest decides the zone, and the line of another may still run through.
        Zone::Qpv => {
            let point = place.position().ok()?.wgs84;
            let zones = snapshot.zones(disc.vintage)?;
            zones.closest_points(point, disc.verdict.doubt_m).is_empty()
        }
    };
    is_uniform.then_some(disc)
}
