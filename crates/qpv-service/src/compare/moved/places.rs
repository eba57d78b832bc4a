//! The places that entered, left or stayed.

use std::collections::BTreeSet;

use geo::{BoundingRect, Intersects, Rect};
use qpv_engine::{PerimeterId, PerimeterIndex, Zone};
use qpv_model::{CommuneCode, ListedPlace, Perimeter, QpvCode, Vintage};

use crate::compare::scope::Scope;
use crate::compare::{Changed, Comparison};
use crate::locate::locate;
use crate::place::{Place, VintageSelector};
use crate::place_index::PlacePosition;
use crate::schools::place_positions;
use crate::standing::PointAnswer;

/// Degrees around the perimeters within which places may be in the band, or in doubt: 300 m and the doubt of a street, at
/// any latitude of a territory.
const MARGIN_DEG: f64 = 0.02;

/// The movement of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// In a perimeter now, and not before.
    Entered,
    /// In a perimeter before, and not now.
    Left,
    /// In a perimeter in both vintages.
    Stayed,
    /// In no perimeter, and in the 300 m band of at least one vintage.
    Band,
    /// A line is too near to its position, or its zone in a vintage is not known.
    Undetermined,
}

impl Movement {
    /// Every movement.
    pub const ALL: [Self; 5] = [
        Self::Entered,
        Self::Left,
        Self::Stayed,
        Self::Band,
        Self::Undetermined,
    ];

    /// The stable name used in answers and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Left => "left",
            Self::Stayed => "stayed",
            Self::Band => "band",
            Self::Undetermined => "undetermined",
        }
    }

    /// `None` when the place is outside in both. Whether it is in the band never stands in doubt of whether it moved.
    fn from_sides(from: Option<Side>, to: Option<Side>) -> Option<Self> {
        let (Some(from), Some(to)) = (from, to) else {
            return Some(Self::Undetermined);
        };
        match (from.inside, to.inside) {
            // Doubt comes first: a movement that the position does not bear out is none.
            _ if from.in_doubt || to.in_doubt => Some(Self::Undetermined),
            (true, true) => Some(Self::Stayed),
            (false, true) => Some(Self::Entered),
            (true, false) => Some(Self::Left),
            (false, false) => (from.in_band || to.in_band).then_some(Self::Band),
        }
    }
}

/// The answer of a vintage for a place.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    inside: bool,
    in_band: bool,
    /// A line is nearer than the address that the position comes from is exact.
    in_doubt: bool,
}

impl Side {
    fn from_answer(standing: &PointAnswer) -> Self {
        Self {
            inside: !standing.located.members.is_empty(),
            in_band: standing.verdict.zone_as_given == Zone::Band300m,
            // A published position states no uncertainty, and is taken as exact.
            in_doubt: standing.uncertainty_m.is_some() && !is_far(standing),
        }
    }
}

/// Returns true when the line is farther than position and line are exact.
fn is_far(standing: &PointAnswer) -> bool {
    let distance_m = standing.located.signed_distance_m;
    distance_m.is_none_or(|distance_m| distance_m.abs() > standing.verdict.doubt_m)
}

/// A place, before and after.
#[derive(Debug, Clone)]
pub struct MovedPlace<'a> {
    /// Its kind: `schools`.
    pub kind: &'a str,
    /// The place.
    pub place: &'a ListedPlace,
    /// Its position.
    pub position: PlacePosition,
    /// Its movement.
    pub movement: Movement,
    /// The answer of the vintage compared from; `None` where that does not answer.
    pub from: Option<PointAnswer>,
    /// The answer of the vintage compared to.
    pub to: Option<PointAnswer>,
}

/// A place whose position is not known.
#[derive(Debug, Clone, Copy)]
pub struct UnplacedPlace<'a> {
    /// Its kind: `schools`.
    pub kind: &'a str,
    /// The place.
    pub place: &'a ListedPlace,
}

impl MovedPlace<'_> {
    /// The perimeters that hold it, or the nearest, in both vintages.
    pub fn codes<'c>(
        &'c self,
        comparison: &'c Comparison<'_>,
    ) -> impl Iterator<Item = QpvCode> + 'c {
        [&self.from, &self.to]
            .into_iter()
            .flatten()
            .flat_map(|standing| {
                members_and_nearest(standing)
                    .map(|id| comparison.snapshot.perimeter(standing.vintage, id).code_qp)
            })
    }

    /// Returns true when no perimeter's line is nearer than position and lines are exact, in either
    /// vintage.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        [&self.from, &self.to]
            .into_iter()
            .all(|standing| standing.as_ref().is_some_and(is_far))
    }
}

impl<'a> Comparison<'a> {
    /// The places in or near the perimeters listed, and those that may be there.
    pub(super) fn places(&self) -> (Vec<MovedPlace<'a>>, Vec<UnplacedPlace<'a>>) {
        let listed = self.listed();
        let codes: BTreeSet<QpvCode> = listed.iter().map(|perimeter| perimeter.code_qp).collect();
        let communes = listed.iter().flat_map(|perimeter| &perimeter.insee_com);
        let communes: BTreeSet<CommuneCode> = communes.map(CommuneCode::whole_commune).collect();
        let boxes: Vec<Rect<f64>> = listed
            .iter()
            .filter_map(|perimeter| surroundings(perimeter))
            .collect();
        let (mut moved, mut unplaced) = (Vec::new(), Vec::new());
        let snapshot = self.snapshot;
        for kind in snapshot.place_kinds() {
            for (place, position) in place_positions(snapshot, kind) {
                let Some(position) = position else {
                    // A place whose commune is unknown may be in any of them.
                    let may_be_there = place
                        .citycode
                        .is_none_or(|commune| communes.contains(&commune.whole_commune()));
                    if self.scope == Scope::Country || may_be_there {
                        unplaced.push(UnplacedPlace { kind, place });
                    }
                    continue;
                };
                let at = position.point.coord();
                // Boxes first: to locate every school in two vintages would take far longer.
                if boxes.iter().any(|around| around.intersects(&at)) {
                    moved.extend(self.moved_place(kind, place, *position, &codes));
                }
            }
        }
        (moved, unplaced)
    }

    /// Every perimeter listed, undetermined ones too.
    fn listed(&self) -> Vec<&'a Perimeter> {
        let changes = self.changes.iter().flat_map(Changed::perimeters);
        let undetermined = self
            .undetermined
            .iter()
            .flat_map(|group| group.from.iter().chain(&group.to));
        changes.chain(undetermined.copied()).collect()
    }

    fn locate(&self, position: &PlacePosition, vintage: Vintage) -> Option<PointAnswer> {
        let vintage = VintageSelector::Vintage(vintage);
        let (place, uncertainty_m) = (Place::from(position.point), position.uncertainty_m);
        locate(self.snapshot, place, vintage, uncertainty_m).ok()
    }

    /// A place with what became of it; `None` when it is near none of these perimeters.
    fn moved_place(
        &self,
        kind: &'a str,
        place: &'a ListedPlace,
        position: PlacePosition,
        codes: &BTreeSet<QpvCode>,
    ) -> Option<MovedPlace<'a>> {
        let (from, to) = (
            self.locate(&position, self.from),
            self.locate(&position, self.to),
        );
        let is_near = is_near_listed(from.as_ref(), self.two.from, codes)
            || is_near_listed(to.as_ref(), self.two.to, codes);
        let movement = Movement::from_sides(
            from.as_ref().map(Side::from_answer),
            to.as_ref().map(Side::from_answer),
        )
        .filter(|_| is_near)?;
        Some(MovedPlace {
            kind,
            place,
            position,
            movement,
            from,
            to,
        })
    }
}

/// The perimeters that hold a place, and the nearest one.
fn members_and_nearest(standing: &PointAnswer) -> impl Iterator<Item = PerimeterId> {
    let nearest = standing.located.nearest.map(|nearest| nearest.perimeter);
    standing.located.members.iter().copied().chain(nearest)
}

/// Returns true when a place is in a perimeter of these codes or in its band, or may be.
fn is_near_listed(
    standing: Option<&PointAnswer>,
    zones: &PerimeterIndex,
    codes: &BTreeSet<QpvCode>,
) -> bool {
    standing.is_some_and(|standing| {
        let is_listed =
            members_and_nearest(standing).any(|id| codes.contains(&zones.perimeter(id).code_qp));
        // In the band, or so doubtful that it may be.
        is_listed && standing.verdict.zone != Zone::Outside
    })
}

fn surroundings(perimeter: &Perimeter) -> Option<Rect<f64>> {
    let around = perimeter.outline.wgs84().bounding_rect()?;
    let (low, high) = (around.min(), around.max());
    Some(Rect::new(
        (low.x - MARGIN_DEG, low.y - MARGIN_DEG),
        (high.x + MARGIN_DEG, high.y + MARGIN_DEG),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubt_in_either_vintage_is_no_movement() {
        let outside = Side::default();
        let (inside, band) = (
            Side {
                inside: true,
                ..outside
            },
            Side {
                in_band: true,
                ..outside
            },
        );
        let doubtful = Side {
            in_doubt: true,
            ..band
        };
        for (from, to, movement) in [
            (Some(outside), Some(inside), Some(Movement::Entered)),
            (Some(band), Some(inside), Some(Movement::Entered)),
            (Some(inside), Some(band), Some(Movement::Left)),
            (Some(inside), Some(inside), Some(Movement::Stayed)),
            (Some(outside), Some(band), Some(Movement::Band)),
            (Some(outside), Some(outside), None),
            (Some(doubtful), Some(inside), Some(Movement::Undetermined)),
            (Some(inside), None, Some(Movement::Undetermined)),
        ] {
            assert_eq!(Movement::from_sides(from, to), movement, "{from:?} {to:?}");
        }
    }
}
