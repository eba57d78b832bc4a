//! The positions a home may have, and the facts that follow for a programme.

use std::collections::BTreeMap;

use qpv_addresses::Candidate;
use qpv_engine::{PerimeterId, Zone, possible_zones};
use qpv_model::{CommuneCode, PossibleZones, QpvCode};
use qpv_programmes::{
    AddressDoubt, BoundaryFact, BoundaryStreet, PlaceFact, PlaceQuestion, Programme,
};

use crate::eligibility::reviewed;
use crate::error::QueryError;
use crate::locate::locate;
use crate::place::{Place, VintageSelector, check_uncertainty};
use crate::settled::settled;
use crate::snapshot::Snapshot;
use crate::standing::{PointAnswer, UndeterminedReason};
use crate::streets::boundary_street;

/// A home: the positions it may have.
#[derive(Debug, Clone)]
pub struct Home {
    /// Every position it may have; `None` when it may be anywhere.
    pub(crate) positions: Option<Vec<PossiblePosition>>,
    /// Its commune, when sure.
    pub(crate) commune: Option<CommuneCode>,
    /// The reason why its address leaves its zone open.
    pub(crate) doubt: Option<UndeterminedReason>,
    /// The address, when it is one.
    pub(crate) address: Option<Candidate>,
    /// The zone that a review found.
    pub(crate) reviewed: Option<Zone>,
}

/// A position that a home may have.
#[derive(Debug, Clone, Copy)]
pub struct PossiblePosition {
    /// The position.
    pub(crate) place: Place,
    /// Its uncertainty, metres.
    pub(crate) uncertainty_m: f64,
}

/// The answer of one position of a home.
struct Stands {
    zones: PossibleZones,
    members: Option<Vec<QpvCode>>,
    /// Every perimeter it may lie in; `None` for any.
    possible: Option<Vec<QpvCode>>,
    standing: Option<PointAnswer>,
}

impl Home {
    /// The home at a position that may be off by `uncertainty_m` metres.
    ///
    /// # Errors
    /// A [`QueryError`] of the position itself; that nothing is known there is not an error but a doubt.
    pub fn at(place: Place, uncertainty_m: Option<f64>) -> Result<Self, QueryError> {
        place.position()?;
        let uncertainty_m = check_uncertainty(uncertainty_m)?.unwrap_or(0.0);
        let position = PossiblePosition {
            place,
            uncertainty_m,
        };
        Ok(Self {
            positions: Some(vec![position]),
            commune: None,
            doubt: None,
            address: None,
            reviewed: None,
        })
    }

    /// Returns a home of which nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            positions: None,
            commune: None,
            doubt: None,
            address: None,
            reviewed: None,
        }
    }

    /// Returns the home with the zone that a review found as a fact.
    #[must_use]
    pub fn reviewed_as(self, zone: Zone) -> Self {
        Self {
            reviewed: Some(zone),
            ..self
        }
    }

    /// Walks the positions it may have, with the uncertainty of each, metres; none where it may be anywhere.
    pub fn places(&self) -> impl Iterator<Item = (Place, f64)> {
        let positions = self.positions.iter().flatten();
        positions.map(|at| (at.place, at.uncertainty_m))
    }

    /// Returns the zones that it may lie in.
    #[must_use]
    pub fn possible_zones(&self, snapshot: &Snapshot, vintage: VintageSelector) -> PossibleZones {
        let Some(positions) = &self.positions else {
            return PossibleZones::ANY;
        };
        let stands = positions
            .iter()
            .map(|at| Stands::new(snapshot, *at, self.address.as_ref(), vintage));
        stands.fold(PossibleZones::default(), |sum, one| sum.or(one.zones))
    }

    pub(super) fn facts(
        &self,
        snapshot: &Snapshot,
        programme: &Programme,
        places: BTreeMap<PlaceQuestion, PlaceFact>,
        vintage: VintageSelector,
    ) -> qpv_programmes::HomeFacts {
        let facts = self.facts_by_position(snapshot, programme, places, vintage);
        match self.reviewed {
            Some(zone) => reviewed::with_zone(facts, zone),
            None => facts,
        }
    }

    fn facts_by_position(
        &self,
        snapshot: &Snapshot,
        programme: &Programme,
        places: BTreeMap<PlaceQuestion, PlaceFact>,
        vintage: VintageSelector,
    ) -> qpv_programmes::HomeFacts {
        let Some(positions) = &self.positions else {
            return self.facts_anywhere(places);
        };
        let stands: Vec<Stands> = positions
            .iter()
            .map(|at| Stands::new(snapshot, *at, self.address.as_ref(), vintage))
            .collect();
        // All zones that some position may have: a zone is sure only when no other is left.
        let zones = stands
            .iter()
            .fold(PossibleZones::default(), |sum, one| sum.or(one.zones));
        let first = stands.first().and_then(|one| one.members.clone());
        let perimeters =
            first.filter(|first| stands.iter().all(|one| one.members.as_ref() == Some(first)));
        let mut possible = stands
            .iter()
            .map(|one| one.possible.clone())
            // One position that may be in any perimeter leaves them all possible.
            .collect::<Option<Vec<_>>>()
            .map(|all| all.concat());
        if let Some(codes) = &mut possible {
            codes.sort_unstable();
            codes.dedup();
        }
        // A distance is that of one position; several have none in common.
        let only = match stands.as_slice() {
            [only] => only.standing.as_ref(),
            _ => None,
        };
        qpv_programmes::HomeFacts {
            distance_m: only.and_then(|standing| standing.located.signed_distance_m),
            boundary: self.boundary(snapshot, programme, only, vintage),
            places,
            commune: self
                .commune
                .or_else(|| self.commune_there(snapshot, &stands)),
            doubt: self.why_doubtful(zones, only),
            perimeters,
            possible,
            zones,
        }
    }

    /// Returns the facts of a home that may be anywhere.
    fn facts_anywhere(
        &self,
        places: BTreeMap<PlaceQuestion, PlaceFact>,
    ) -> qpv_programmes::HomeFacts {
        qpv_programmes::HomeFacts {
            zones: PossibleZones::ANY,
            perimeters: None,
            possible: None,
            distance_m: None,
            boundary: BoundaryFact::Unknown,
            places,
            commune: self.commune,
            doubt: self.doubt.map(of_address),
        }
    }

    fn why_doubtful(
        &self,
        zones: PossibleZones,
        only: Option<&PointAnswer>,
    ) -> Option<AddressDoubt> {
        if zones.is_sure() {
            return None;
        }
        match only {
            // How far a street or a commune spreads is no matter of metres.
            _ if matches!(
                self.doubt,
                Some(UndeterminedReason::Commune | UndeterminedReason::Street)
            ) =>
            {
                self.doubt.map(of_address)
            }
            Some(standing) => {
                let line_m = standing.verdict.gap_m;
                Some(AddressDoubt::Position {
                    uncertainty_m: standing.verdict.doubt_m,
                    line_m,
                })
            }
            None => Some(of_address(
                self.doubt.unwrap_or(UndeterminedReason::Coverage),
            )),
        }
    }

    /// Returns the fact of standing on a boundary street of the perimeters of another day or vintage.
    pub(super) fn boundary_on(
        &self,
        snapshot: &Snapshot,
        programme: &Programme,
        vintage: VintageSelector,
    ) -> BoundaryFact {
        let [only] = self.positions.as_deref().unwrap_or_default() else {
            return self.boundary(snapshot, programme, None, vintage);
        };
        let answer = locate(snapshot, only.place, vintage, Some(only.uncertainty_m)).ok();
        self.boundary(snapshot, programme, answer.as_ref(), vintage)
    }

    /// Returns the fact of standing on a boundary street, for a programme that asks.
    fn boundary(
        &self,
        snapshot: &Snapshot,
        programme: &Programme,
        only: Option<&PointAnswer>,
        vintage: VintageSelector,
    ) -> BoundaryFact {
        if programme.boundary_street == BoundaryStreet::Axis {
            return BoundaryFact::None;
        }
        let followed = self
            .address
            .as_ref()
            .and_then(|address| boundary_street(snapshot, address, vintage).ok());
        match followed.as_deref() {
            // Asked first: far from every line the street does not matter, even an unknown one.
            _ if only.is_some_and(is_far_from_every_line) => BoundaryFact::None,
            Some([]) => BoundaryFact::None,
            Some(lines) if lines.iter().any(|line| line.astride) => {
                let between_kerbs = lines.iter().filter(|line| line.astride);
                let codes = between_kerbs
                    .map(|line| snapshot.perimeter(line.vintage, line.perimeter).code_qp);
                BoundaryFact::Follows(codes.collect())
            }
            // Without numbers on the other kerb the line may run elsewhere; and a bare position is on no known street.
            Some(_) | None => BoundaryFact::Unknown,
        }
    }

    /// Returns the only perimeter that it may lie in, by name; `None` where that is open.
    pub(super) fn only_perimeter(
        &self,
        snapshot: &Snapshot,
        vintage: VintageSelector,
    ) -> Option<String> {
        let positions = self.positions.as_ref()?.iter();
        let mut names = Vec::new();
        for position in positions {
            let stands = Stands::new(snapshot, *position, self.address.as_ref(), vintage);
            let answered_by = stands.standing?.vintage;
            let codes = stands.possible?.into_iter();
            names.extend(codes.map(|code| (answered_by, code)));
        }
        names.sort_unstable();
        names.dedup();
        let &[(answered_by, code)] = names.as_slice() else {
            return None;
        };
        let zones = snapshot.zones(answered_by)?;
        let mut perimeters = zones.perimeters().iter();
        let found = perimeters.find(|perimeter| perimeter.code_qp == code)?;
        Some(found.lib_qp.clone())
    }

    /// Returns the commune of a home that is known by its positions alone: that of the perimeter it surely lies in, when it
    /// has one only, else that of the outlines imported.
    fn commune_there(&self, snapshot: &Snapshot, stands: &[Stands]) -> Option<CommuneCode> {
        let mut communes = self
            .positions
            .iter()
            .flatten()
            .zip(stands)
            .map(|(position, stands)| {
                let of_perimeter = stands.commune(snapshot);
                of_perimeter.or_else(|| {
                    snapshot.commune_at(&position.place.position().ok()?, position.uncertainty_m)
                })
            });
        // Positions in two communes leave the commune open.
        let first = communes.next()??;
        communes
            .all(|commune| commune == Some(first))
            .then_some(first)
    }
}

/// Returns true when no line is near enough for a street that follows it.
fn is_far_from_every_line(standing: &PointAnswer) -> bool {
    /// Farther from a line, no house stands on a street that it follows.
    const NEAR_M: f64 = 25.0;
    let distance_m = standing.located.signed_distance_m;
    distance_m.is_none_or(|distance_m| distance_m > NEAR_M + standing.verdict.doubt_m)
}

pub(super) fn of_address(doubt: UndeterminedReason) -> AddressDoubt {
    AddressDoubt::Other(match doubt {
        // Its sentence is another than that of a position near a line.
        UndeterminedReason::DoubtfulPosition => "doubtful_position",
        UndeterminedReason::PlaceNotNamed => "place_not_named",
        _ => doubt.name(),
    })
}

impl Stands {
    /// Returns the commune of the perimeters that it surely lies in, when they have one only.
    fn commune(&self, snapshot: &Snapshot) -> Option<CommuneCode> {
        let standing = self.standing.as_ref()?;
        let members = self
            .members
            .as_ref()
            .filter(|members| !members.is_empty())?;
        let perimeters = standing.located.members.iter();
        let mut communes = perimeters
            .map(|&id| snapshot.perimeter(standing.vintage, id))
            .filter(|perimeter| members.contains(&perimeter.code_qp))
            .flat_map(|perimeter| &perimeter.insee_com)
            // Perimeters keep the codes of their day; addresses have those of today.
            .flat_map(|code| snapshot.communes_of_today(*code));
        let first = communes.next()?;
        communes.all(|commune| commune == first).then_some(first)
    }

    /// The standing of a position; the numbers of its street may settle that of an address.
    fn new(
        snapshot: &Snapshot,
        position: PossiblePosition,
        address: Option<&Candidate>,
        vintage: VintageSelector,
    ) -> Self {
        let PossiblePosition {
            place,
            uncertainty_m,
        } = position;
        match locate(snapshot, place, vintage, Some(uncertainty_m)) {
            Ok(standing) => {
                let standing = settled(snapshot, address, place, standing);
                // What the street settles is the side of the line: nothing of it is in doubt.
                let is_settled = standing.is_settled();
                let doubt_m = if is_settled {
                    0.0
                } else {
                    standing.verdict.doubt_m
                };
                let zones = possible_zones(&standing.located, doubt_m);
                let members = zones
                    .is_sure()
                    .then(|| codes_of(snapshot, &standing, standing.located.members.iter()));
                let possible = if is_settled {
                    members.clone()
                } else {
                    possible_perimeters(snapshot, place, &standing)
                };
                Self {
                    zones,
                    members,
                    possible,
                    standing: Some(standing),
                }
            }
            // Not covered is not outside: every zone stays possible.
            Err(_) => Self {
                zones: PossibleZones::ANY,
                members: None,
                possible: None,
                standing: None,
            },
        }
    }
}

/// The perimeters that hold a position or whose line is within the doubt on it; `None` when that is farther than lines are
/// looked for.
fn possible_perimeters(
    snapshot: &Snapshot,
    place: Place,
    standing: &PointAnswer,
) -> Option<Vec<QpvCode>> {
    /// Lines farther than this are not looked for one by one.
    const FAR_M: f64 = 2_000.0;
    let doubt_m = standing.verdict.doubt_m;
    let point = place.position().ok()?.wgs84;
    let zones = snapshot
        .zones(standing.vintage)
        .filter(|_| doubt_m <= FAR_M)?;
    let near = zones.closest_points(point, doubt_m);
    let possible = standing
        .located
        .members
        .iter()
        .chain(near.iter().map(|foot| &foot.perimeter));
    Some(codes_of(snapshot, standing, possible))
}

/// The codes of perimeters of the vintage that answered.
fn codes_of<'i>(
    snapshot: &Snapshot,
    standing: &PointAnswer,
    perimeters: impl Iterator<Item = &'i PerimeterId>,
) -> Vec<QpvCode> {
    perimeters
        .map(|&id| snapshot.perimeter(standing.vintage, id).code_qp)
        .collect()
}
