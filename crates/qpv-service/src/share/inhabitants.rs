//! The inhabitants of perimeters that live in an area: those published for each, shared out by the rule of comparisons.

use std::collections::BTreeSet;

use geo::BoundingRect;
use qpv_engine::{AreaShares, PerimeterId, PerimeterIndex};
use qpv_model::{CommuneCode, Perimeter, Position};

use super::area::{AreaMembership, SharedArea};
use super::tally::AreaAddresses;
use super::{PerimeterShare, UnknownFigure};
use crate::compare::{Estimate, PartOfWhole, can_house, estimate, loaded_communes, population};
use crate::snapshot::Snapshot;

/// The part of a perimeter's ground below which it only touches the area: two drawings of one line.
const MIN_GROUND_SHARE: f64 = 0.001;

/// A perimeter that an area meets, and its part there.
pub(super) struct PerimeterParts<'s> {
    perimeter: &'s Perimeter,
    shared_ha: Option<f64>,
    addresses: Option<PartOfWhole<u64>>,
    inhabitants: Option<Estimate>,
}

/// Returns the perimeters that an area meets.
pub(super) fn parts_of_perimeters<'s>(
    snapshot: &'s Snapshot,
    area: &SharedArea,
    zones: &'s PerimeterIndex,
    measured: Option<&AreaShares>,
    addresses: Option<&AreaAddresses>,
) -> Vec<PerimeterParts<'s>> {
    let met: Vec<(PerimeterId, Option<f64>)> = match measured {
        Some(shares) => shares
            .perimeters
            .iter()
            .map(|&(id, shared_ha)| (id, Some(shared_ha)))
            .collect(),
        None => of_communes(area, zones).map(|id| (id, None)).collect(),
    };
    met.into_iter()
        .map(|(id, shared_ha)| {
            let perimeter = zones.perimeter(id);
            let addresses = addresses.and_then(|found| {
                let part = found.by_perimeter.get(&id).copied().unwrap_or_default();
                let whole = addresses_of(snapshot, zones, id)?;
                can_house(snapshot, &[perimeter], whole).then_some(PartOfWhole { part, whole })
            });
            // Used where addresses are not known, or too few for a share.
            let ground_ha = ground_of(area, perimeter, shared_ha);
            PerimeterParts {
                perimeter,
                shared_ha,
                inhabitants: estimate(population(snapshot, &[perimeter]), addresses, ground_ha),
                addresses,
            }
        })
        .filter(PerimeterParts::is_more_than_a_line)
        .collect()
}

/// Returns the perimeters that name a commune of an area.
fn of_communes(area: &SharedArea, zones: &PerimeterIndex) -> impl Iterator<Item = PerimeterId> {
    let all = zones.perimeters().iter().enumerate();
    let named = all.filter(|(_, it)| match &area.membership {
        AreaMembership::Departments(codes) => codes.contains(&it.insee_dep),
        _ => it.insee_com.iter().any(|&code| area.has_commune(code)),
    });
    named.map(|(place, _)| PerimeterId::new(place))
}

/// Returns the ground of a perimeter that lies in an area. All of it where the area has all its communes; where that is not
/// known, it has no whole to be a part of.
fn ground_of(area: &SharedArea, perimeter: &Perimeter, shared_ha: Option<f64>) -> PartOfWhole<f64> {
    let is_whole = area.membership != AreaMembership::Outline
        && perimeter
            .insee_com
            .iter()
            .all(|&code| area.has_commune(code));
    let whole = perimeter.area_ha;
    match shared_ha {
        // By codes: an outline of communes leaves out slivers along its line.
        _ if is_whole => PartOfWhole { part: whole, whole },
        // An overlay rounds, and no part is larger than the whole.
        Some(part) => PartOfWhole {
            part: part.min(whole),
            whole,
        },
        None => PartOfWhole {
            part: 0.0,
            whole: 0.0,
        },
    }
}

/// Counts the addresses of a perimeter; `None` when no addresses are loaded.
fn addresses_of(snapshot: &Snapshot, zones: &PerimeterIndex, id: PerimeterId) -> Option<u64> {
    let index = snapshot.addresses().ok()?;
    let bounds = zones.perimeter(id).outline.wgs84().bounding_rect()?;
    let (low, high) = (bounds.min(), bounds.max());
    let near = index.within([low.x, low.y, high.x, high.y]);
    let held = near.filter(|it| zones.members(&Position::from(it.point)).contains(&id));
    Some(held.count() as u64)
}

/// Returns the inhabitants in perimeters: all must be known.
pub(super) fn total_inhabitants(
    snapshot: &Snapshot,
    area: &SharedArea,
    zones: &PerimeterIndex,
    parts: &[PerimeterParts<'_>],
) -> Result<u64, UnknownFigure> {
    // By codes alone, a perimeter whose commune has no code may be of this area, and a code may be of no commune.
    let by_codes = area.outline.is_none();
    if by_codes && (may_miss_one(snapshot, area, zones) || !is_any_known(snapshot, area)) {
        return Err(UnknownFigure::CommunesUnknown);
    }
    // One that is secret leaves the sum unknown.
    let known = parts.iter().map(|part| part.inhabitants);
    let sum: Option<u64> = known.map(|it| it.map(|it| it.inhabitants)).sum();
    sum.ok_or(UnknownFigure::PopulationUnknown)
}

/// Returns whether a perimeter of the departments of an area has a commune name that matches no code.
fn may_miss_one(snapshot: &Snapshot, area: &SharedArea, zones: &PerimeterIndex) -> bool {
    // A perimeter names its department, whatever its communes.
    let AreaMembership::Communes(codes) = &area.membership else {
        return false;
    };
    let departments: BTreeSet<&str> = codes.iter().map(CommuneCode::department).collect();
    snapshot.unmatched_perimeters().any(|it| {
        it.vintage == zones.layer().vintage && departments.contains(it.insee_dep.as_str())
    })
}

/// Returns whether the communes of an area are known to exist: by the table of communes, a perimeter of any vintage, or by
/// addresses.
fn is_any_known(snapshot: &Snapshot, area: &SharedArea) -> bool {
    let AreaMembership::Communes(codes) = &area.membership else {
        return true;
    };
    let loaded = loaded_communes(snapshot);
    let perimeters = snapshot
        .vintages()
        .flat_map(|(_, zones)| zones.perimeters());
    let named: BTreeSet<CommuneCode> = perimeters
        .flat_map(|it| it.insee_com.iter().copied())
        .collect();
    codes.iter().all(|code| {
        // The fictional town says nothing of a real commune.
        let is_listed = !snapshot.fictional() && snapshot.commune_record(*code).is_some();
        is_listed || loaded.contains(code) || named.contains(&code.whole_commune())
    })
}

impl<'s> PerimeterParts<'s> {
    fn is_more_than_a_line(&self) -> bool {
        let has_address = self.addresses.is_some_and(|addresses| addresses.part > 0);
        let is_ground = self
            .shared_ha
            .is_none_or(|shared_ha| shared_ha > MIN_GROUND_SHARE * self.perimeter.area_ha);
        has_address || is_ground
    }

    pub(super) fn into_share(self) -> PerimeterShare<'s> {
        PerimeterShare {
            perimeter: self.perimeter,
            shared_ha: self.shared_ha,
            addresses: self.addresses.map(|addresses| addresses.part),
            inhabitants: self.inhabitants,
        }
    }
}
