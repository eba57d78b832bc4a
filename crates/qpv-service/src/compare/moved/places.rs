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
use crate::schools::placed_sites;
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

/// A place, before and after. One of several sites is in a perimeter when one of them is; in each vintage the site that is in
/// one, or else the nearest to one, answers for the place.
#[derive(Debug, Clone)]
pub struct MovedPlace<'a> {
    /// Its kind: `schools`.
    pub kind: &'a str,
    /// The place: of several sites that which answers for the vintage compared to, or, when it left, compared from.
    pub place: &'a ListedPlace,
    /// The position of that site.
    pub position: PlacePosition,
    /// Its movement.
    pub movement: Movement,
    /// The answer of the vintage compared from; `None` where that does not answer.
    pub from: Option<PointAnswer>,
    /// The answer of the vintage compared to.
    pub to: Option<PointAnswer>,
}

/// A site in both vintages.
struct LocatedSite<'a> {
    place: &'a ListedPlace,
    position: PlacePosition,
    from: Option<PointAnswer>,
    to: Option<PointAnswer>,
}

/// A place, or a site of one, whose position is not known.
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
            for sites in placed_sites(snapshot, kind) {
                let mut located = Vec::new();
                for (place, position) in sites {
                    match position {
                        // Boxes first: to locate every school in two vintages would take far longer.
                        Some(position) if is_in_any(&boxes, position) => {
                            located.push(self.located_site(place, *position));
                        }
                        // A place whose commune is unknown may be in any of them.
                        None if self.scope == Scope::Country || may_be_in(place, &communes) => {
                            unplaced.push(UnplacedPlace { kind, place });
                        }
                        Some(_) | None => {}
                    }
                }
                moved.extend(self.moved_place(kind, &located, &codes));
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

    fn located_site(&self, place: &'a ListedPlace, position: PlacePosition) -> LocatedSite<'a> {
        LocatedSite {
            place,
            position,
            from: self.locate(&position, self.from),
            to: self.locate(&position, self.to),
        }
    }

    /// Returns the movement of a place by its sites; `None` when none of them is near these perimeters.
    fn moved_place(
        &self,
        kind: &'a str,
        sites: &[LocatedSite<'a>],
        codes: &BTreeSet<QpvCode>,
    ) -> Option<MovedPlace<'a>> {
        let is_near = sites.iter().any(|site| {
            is_near_listed(site.from.as_ref(), self.two.from, codes)
                || is_near_listed(site.to.as_ref(), self.two.to, codes)
        });
        let before = deciding(sites, |site| site.from.as_ref())?;
        let after = deciding(sites, |site| site.to.as_ref())?;
        let movement = Movement::from_sides(
            before.from.as_ref().map(Side::from_answer),
            after.to.as_ref().map(Side::from_answer),
        )
        .filter(|_| is_near)?;
        // The site that a reader expects on the map is the one in the perimeter.
        let shown = if movement == Movement::Left {
            before
        } else {
            after
        };
        Some(MovedPlace {
            kind,
            place: shown.place,
            position: shown.position,
            movement,
            from: before.from.clone(),
            to: after.to.clone(),
        })
    }
}

/// Returns the site that answers for its place: one in a perimeter, else one that may be, else the nearest to one.
fn deciding<'s, 'a>(
    sites: &'s [LocatedSite<'a>],
    answer: impl for<'x> Fn(&'x LocatedSite<'a>) -> Option<&'x PointAnswer>,
) -> Option<&'s LocatedSite<'a>> {
    sites.iter().min_by(|a, b| {
        let (a, b) = (rank(answer(a)), rank(answer(b)));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    })
}

/// Returns the order of an answer among those of the sites of a place: its certainty to be inside, then its distance.
fn rank(answer: Option<&PointAnswer>) -> (u8, f64) {
    let Some(answer) = answer else {
        // Where the vintage does not answer, the site may be inside.
        return (1, f64::INFINITY);
    };
    let side = Side::from_answer(answer);
    let certainty = match (side.in_doubt, side.inside) {
        (false, true) => 0,
        (true, _) => 1,
        (false, false) => 2,
    };
    let distance_m = answer.located.signed_distance_m;
    (certainty, distance_m.unwrap_or(f64::INFINITY))
}

fn is_in_any(boxes: &[Rect<f64>], position: &PlacePosition) -> bool {
    let at = position.point.coord();
    boxes.iter().any(|around| around.intersects(&at))
}

fn may_be_in(place: &ListedPlace, communes: &BTreeSet<CommuneCode>) -> bool {
    place
        .citycode
        .is_none_or(|commune| communes.contains(&commune.whole_commune()))
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
