//! The addresses of a change: kept, gained, lost.

use std::collections::BTreeSet;

use geo::{BoundingRect, Rect};
use qpv_addresses::{AddressIndex, Spotted};
use qpv_engine::{Located, Zones};
use qpv_model::{Address, CommuneCode, Position, QpvCode};
use rayon::prelude::*;

use super::super::{Changed, Comparison};

/// How far lines are looked for around an address: farther than the position of any kind of address may be off.
const REACH_M: f64 = 500.0;

/// How many addresses of a change lie where. An address is one number of a street, or one place that has a name and no
/// numbers; a tower is one address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AddressCounts {
    /// In both vintages.
    pub kept: u64,
    /// Only in the vintage compared to.
    pub gained: u64,
    /// Only in the vintage compared from.
    pub lost: u64,
    /// Those among the gained that are nearer to a line of either vintage than they are exact.
    pub gained_unsure: u64,
    /// Those among the lost.
    pub lost_unsure: u64,
}

/// Where an address of a change lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressSide {
    /// In both vintages.
    Kept,
    /// Only in the vintage compared to.
    Gained,
    /// Only in the vintage compared from.
    Lost,
}

impl AddressSide {
    /// The stable name used in answers and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Gained => "gained",
            Self::Lost => "lost",
        }
    }
}

/// An address gained or lost.
#[derive(Debug, Clone, PartialEq)]
pub struct MovedAddress {
    /// The address.
    pub address: Address,
    /// Gained or lost.
    pub side: AddressSide,
    /// The first perimeter of the change that holds it.
    pub code_qp: QpvCode,
    /// Whether no line of either vintage is nearer to it than it is exact.
    pub sure: bool,
}

/// An address of a change, with what is told of it.
struct Found<'i> {
    spotted: Spotted<'i>,
    side: AddressSide,
    member: QpvCode,
    sure: bool,
}

impl AddressCounts {
    /// In the vintage compared from.
    #[must_use]
    pub fn from(&self) -> u64 {
        self.kept + self.lost
    }

    /// In the vintage compared to.
    #[must_use]
    pub fn to(&self) -> u64 {
        self.kept + self.gained
    }

    pub(super) fn add(&mut self, other: Self) {
        self.kept += other.kept;
        self.gained += other.gained;
        self.lost += other.lost;
        self.gained_unsure += other.gained_unsure;
        self.lost_unsure += other.lost_unsure;
    }
}

impl Comparison<'_> {
    /// The addresses that each change gained and lost, in the order of [`Comparison::changes`]; each by commune, street and
    /// number. `None` unless those of all its communes are loaded.
    #[must_use]
    pub fn addresses(&self) -> Vec<Option<Vec<MovedAddress>>> {
        let loaded = self.loaded_communes();
        self.changes.par_iter().map(|changed| self.listed_addresses(changed, &loaded)).collect()
    }

    fn listed_addresses(&self, changed: &Changed<'_>, loaded: &BTreeSet<CommuneCode>) -> Option<Vec<MovedAddress>> {
        let index = self.addresses_of(changed, loaded)?;
        let moved = self.found(index, changed).into_iter().filter(|found| found.side != AddressSide::Kept);
        let listed = moved.map(|found| MovedAddress {
            address: index.address(&found.spotted),
            side: found.side,
            code_qp: found.member,
            sure: found.sure,
        });
        let mut listed: Vec<MovedAddress> = listed.collect();
        listed.sort_by_cached_key(|listed| {
            let Address { citycode, street, number, suffix, .. } = &listed.address;
            (*citycode, street.clone(), *number, suffix.clone())
        });
        Some(listed)
    }

    pub(super) fn count_addresses(
        &self,
        changed: &Changed<'_>,
        loaded: &BTreeSet<CommuneCode>,
    ) -> Option<AddressCounts> {
        let mut counts = AddressCounts::default();
        for found in self.found(self.addresses_of(changed, loaded)?, changed) {
            match found.side {
                AddressSide::Kept => counts.kept += 1,
                AddressSide::Gained => {
                    counts.gained += 1;
                    counts.gained_unsure += u64::from(!found.sure);
                }
                AddressSide::Lost => {
                    counts.lost += 1;
                    counts.lost_unsure += u64::from(!found.sure);
                }
            }
        }
        Some(counts)
    }

    /// The index, when it holds addresses of every commune of a change. A perimeter whose communes are not known may lie
    /// in one that is not loaded.
    fn addresses_of(&self, changed: &Changed<'_>, loaded: &BTreeSet<CommuneCode>) -> Option<&AddressIndex> {
        let mut perimeters = changed.from.iter().chain(&changed.to);
        let known = perimeters.all(|perimeter| {
            let communes = &perimeter.insee_com;
            !communes.is_empty()
                && !self.snapshot.is_unmatched(perimeter)
                && communes.iter().all(|commune| loaded.contains(commune))
        });
        self.snapshot.addresses().ok().filter(|_| known)
    }

    /// The addresses that a perimeter of a change holds.
    fn found<'i>(&self, index: &'i AddressIndex, changed: &Changed<'_>) -> Vec<Found<'i>> {
        let boxes = changed.from.iter().chain(&changed.to).filter_map(|it| it.outline.wgs84().bounding_rect());
        let Some(around) = boxes.reduce(|one, other| {
            let (low, high) = (one.min(), other.min());
            let lower = (low.x.min(high.x), low.y.min(high.y));
            Rect::new(lower, (one.max().x.max(other.max().x), one.max().y.max(other.max().y)))
        }) else {
            return Vec::new();
        };
        let bounds = [around.min().x, around.min().y, around.max().x, around.max().y];
        let spotted: Vec<Spotted<'i>> = index.within(bounds).collect();
        let positions: Vec<Position> = spotted.iter().map(|it| it.point.into()).collect();
        let located = |zones: &Zones| {
            let mut answers = vec![Located::default(); positions.len()];
            zones.locate_all_within(&positions, REACH_M, &mut answers);
            answers
        };
        let (from, to) = (located(self.two.from), located(self.two.to));
        let group = &changed.change.group;
        let both = spotted.into_iter().zip(from.into_iter().zip(to));
        let found = both.filter_map(|(spotted, (from, to))| {
            let in_from = member(&from, &group.from);
            let in_to = member(&to, &group.to);
            let side = match (in_from, in_to) {
                (Some(_), Some(_)) => AddressSide::Kept,
                (None, Some(_)) => AddressSide::Gained,
                (Some(_), None) => AddressSide::Lost,
                (None, None) => return None,
            };
            let member = match in_to {
                Some(at) => self.two.to.perimeters()[at as usize].code_qp,
                None => self.two.from.perimeters()[in_from? as usize].code_qp,
            };
            let far = |located: &Located, zones: &Zones| {
                let doubt_m = spotted.position.uncertainty_m() + zones.layer().precision_m;
                located.signed_distance_m.is_none_or(|distance_m| distance_m.abs() > doubt_m)
            };
            let sure = far(&from, self.two.from) && far(&to, self.two.to);
            Some(Found { spotted, side, member, sure })
        });
        found.collect()
    }
}

/// The first perimeter of a group (positions in code order) that holds a point.
fn member(located: &Located, group: &[u32]) -> Option<u32> {
    located.members.iter().copied().find(|member| group.binary_search(member).is_ok())
}
