//! The addresses of a change: kept, gained, lost.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use geo::BoundingRect;
use qpv_addresses::{AddressInBox, AddressIndex};
use qpv_engine::{Location, PerimeterGroup, PerimeterId};
use qpv_french::numbers::count;
use qpv_french::{key, sentence};
use qpv_model::{Address, CommuneCode, Position, QpvCode};
use rayon::prelude::*;

use super::{can_house, loaded_communes};
use crate::compare::{Changed, Comparison};
use crate::error_code::{CodedError, ErrorCode};

/// Search distance of lines around an address, metres: farther than the position of any kind of
/// address may be off.
const REACH_M: f64 = 500.0;

/// The numbers of addresses of a change, by side. An address is one number of a street, or one
/// place that has a name and no numbers; a tower is one address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AddressCounts {
    /// In both vintages.
    pub kept: u64,
    /// Only in the vintage compared to.
    pub gained: u64,
    /// Only in the vintage compared from.
    pub lost: u64,
    /// Here in the vintage compared to, and in a perimeter of another change in the one compared from: moved between
    /// neighbourhoods, neither gained nor lost.
    pub from_other: u64,
    /// The same the other way: here before, in a perimeter of another change now.
    pub to_other: u64,
    /// Those among the gained that are nearer to a line of either vintage than they are exact.
    pub gained_unsure: u64,
    /// Those among the lost.
    pub lost_unsure: u64,
}

/// The side of a change that an address lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressSide {
    /// In both vintages.
    Kept,
    /// Only in the vintage compared to.
    Gained,
    /// Only in the vintage compared from.
    Lost,
    /// In this change now, in another before.
    FromOther,
    /// In this change before, in another now.
    ToOther,
}

impl AddressSide {
    /// The stable name used in answers and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Gained => "gained",
            Self::Lost => "lost",
            Self::FromOther => "from_other",
            Self::ToOther => "to_other",
        }
    }

    fn has_moved(self) -> bool {
        matches!(self, Self::Gained | Self::Lost)
    }

    /// Returns the side of an address by its holders in both vintages; `None` when the group holds
    /// it in neither.
    fn from_held(from: Held, to: Held) -> Option<Self> {
        match (from, to) {
            (Held::Here(_), Held::Here(_)) => Some(Self::Kept),
            (Held::Nowhere, Held::Here(_)) => Some(Self::Gained),
            (Held::Here(_), Held::Nowhere) => Some(Self::Lost),
            (Held::Elsewhere, Held::Here(_)) => Some(Self::FromOther),
            (Held::Here(_), Held::Elsewhere) => Some(Self::ToOther),
            (Held::Nowhere | Held::Elsewhere, Held::Nowhere | Held::Elsewhere) => None,
        }
    }
}

/// Which perimeter of a vintage holds an address.
#[derive(Debug, Clone, Copy)]
enum Held {
    /// The first of the group's.
    Here(PerimeterId),
    /// One of another group.
    Elsewhere,
    Nowhere,
}

impl Held {
    /// `group`: positions in code order.
    fn from_members(members: &[PerimeterId], group: &[PerimeterId]) -> Self {
        let here = members
            .iter()
            .copied()
            .find(|member| group.binary_search(member).is_ok());
        match here {
            Some(member) => Self::Here(member),
            None if members.is_empty() => Self::Nowhere,
            None => Self::Elsewhere,
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
    /// True when no line of either vintage is nearer to it than it is exact.
    pub sure: bool,
}

/// An address of a change, with its side.
struct Found<'i> {
    spotted: AddressInBox<'i>,
    side: AddressSide,
    member: QpvCode,
    /// For one gained or lost, true when no line of either vintage is nearer than it is exact.
    sure: bool,
}

impl AddressCounts {
    fn from_found(found: &[Found<'_>]) -> Self {
        let mut counts = Self::default();
        for found in found {
            let unsure = u64::from(!found.sure);
            match found.side {
                AddressSide::Kept => counts.kept += 1,
                AddressSide::Gained => {
                    counts.gained += 1;
                    counts.gained_unsure += unsure;
                }
                AddressSide::Lost => {
                    counts.lost += 1;
                    counts.lost_unsure += unsure;
                }
                AddressSide::FromOther => counts.from_other += 1,
                AddressSide::ToOther => counts.to_other += 1,
            }
        }
        counts
    }

    /// In the vintage compared from.
    #[must_use]
    pub fn from(&self) -> u64 {
        self.kept + self.lost + self.to_other
    }

    /// In the vintage compared to.
    #[must_use]
    pub fn to(&self) -> u64 {
        self.kept + self.gained + self.from_other
    }

    pub(super) fn add(&mut self, other: Self) {
        self.kept += other.kept;
        self.gained += other.gained;
        self.lost += other.lost;
        self.from_other += other.from_other;
        self.to_other += other.to_other;
        self.gained_unsure += other.gained_unsure;
        self.lost_unsure += other.lost_unsure;
    }
}

/// Addresses of a list, which is made in memory: more than any region has.
pub const MAX_LISTED_ADDRESSES: u64 = 200_000;

/// Too many addresses to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} addresses were gained or lost in this area, and {MAX_LISTED_ADDRESSES} are listed at most; ask for a part of it"
)]
pub struct TooManyAddresses(pub u64);

impl CodedError for TooManyAddresses {
    fn code(&self) -> ErrorCode {
        ErrorCode::TooManyAddresses
    }

    fn message_fr(&self) -> String {
        sentence(key::ERROR_TOO_MANY_ADDRESSES, &[("value", &count(self.0))])
    }
}

impl Comparison<'_> {
    /// The addresses that each change gained and lost, in the order of [`Comparison::changes`]; each by commune, street and
    /// number. `None` where they are not known, as in [`MovedWith::addresses`](super::MovedWith::addresses).
    ///
    /// # Errors
    /// [`TooManyAddresses`].
    pub fn addresses(&self) -> Result<Vec<Option<Vec<MovedAddress>>>, TooManyAddresses> {
        let loaded = loaded_communes(self.snapshot);
        let listed = AtomicU64::new(0);
        let lists = self.changes.par_iter().map(|changed| {
            let list = self.listed_addresses(changed, &loaded);
            let ours = list.as_ref().map_or(0, Vec::len) as u64;
            // Those of the changes that follow are only counted.
            let before = listed.fetch_add(ours, Ordering::Relaxed);
            list.map(|list| {
                if before + ours > MAX_LISTED_ADDRESSES {
                    Vec::new()
                } else {
                    list
                }
            })
        });
        let lists = lists.collect();
        match listed.into_inner() {
            many if many > MAX_LISTED_ADDRESSES => Err(TooManyAddresses(many)),
            _ => Ok(lists),
        }
    }

    fn listed_addresses(
        &self,
        changed: &Changed<'_>,
        loaded: &BTreeSet<CommuneCode>,
    ) -> Option<Vec<MovedAddress>> {
        let (index, found) = self.known(changed, loaded)?;
        let moved = found.into_iter().filter(|found| found.side.has_moved());
        let listed = moved.map(|found| MovedAddress {
            address: index.address(&found.spotted),
            side: found.side,
            code_qp: found.member,
            sure: found.sure,
        });
        let mut listed: Vec<MovedAddress> = listed.collect();
        listed.sort_by_cached_key(|listed| {
            let Address {
                citycode,
                street,
                number,
                suffix,
                ..
            } = &listed.address;
            (*citycode, street.clone(), *number, suffix.clone())
        });
        Some(listed)
    }

    pub(super) fn count_addresses(
        &self,
        changed: &Changed<'_>,
        loaded: &BTreeSet<CommuneCode>,
    ) -> Option<AddressCounts> {
        self.known(changed, loaded)
            .map(|(_, found)| AddressCounts::from_found(&found))
    }

    /// The addresses of a change, when all are there: those of every commune, and enough for the inhabitants published.
    fn known(
        &self,
        changed: &Changed<'_>,
        loaded: &BTreeSet<CommuneCode>,
    ) -> Option<(&AddressIndex, Vec<Found<'_>>)> {
        let index = self.addresses_of(changed, loaded)?;
        let found = self.held(index, changed);
        let counts = AddressCounts::from_found(&found);
        let is_whole = can_house(self.snapshot, &changed.from, counts.from())
            && can_house(self.snapshot, &changed.to, counts.to());
        is_whole.then_some((index, found))
    }

    /// The index, when it holds addresses of every commune of a change. A perimeter whose communes are not all known, as
    /// some of 2015, is taken to lie in those of the perimeters it shares ground with.
    fn addresses_of(
        &self,
        changed: &Changed<'_>,
        loaded: &BTreeSet<CommuneCode>,
    ) -> Option<&AddressIndex> {
        let is_located = changed.perimeters().any(|perimeter| {
            !perimeter.insee_com.is_empty() && !self.snapshot.is_unmatched(perimeter)
        });
        let mut communes = changed
            .perimeters()
            .flat_map(|perimeter| &perimeter.insee_com);
        let is_loaded = is_located && communes.all(|code| loaded.contains(code));
        self.snapshot.addresses().ok().filter(|_| is_loaded)
    }

    /// The addresses that a perimeter of a change holds.
    fn held<'i>(&self, index: &'i AddressIndex, changed: &Changed<'_>) -> Vec<Found<'i>> {
        let Some(around) = around(changed) else {
            return Vec::new();
        };
        let group = &changed.change.group;
        let mut found: Vec<Found<'i>> = index
            .within(around)
            .filter_map(|spotted| self.one_held(spotted, group))
            .collect();
        self.tell_unsure(&mut found);
        found
    }

    fn one_held<'i>(&self, spotted: AddressInBox<'i>, group: &PerimeterGroup) -> Option<Found<'i>> {
        let position = Position::from(spotted.point);
        let before = Held::from_members(&self.two.from.members(&position), &group.from);
        let now = Held::from_members(&self.two.to.members(&position), &group.to);
        let side = AddressSide::from_held(before, now)?;
        let holder = match (before, now) {
            (_, Held::Here(id)) => self.two.to.perimeter(id),
            (Held::Here(id), _) => self.two.from.perimeter(id),
            _ => return None,
        };
        Some(Found {
            spotted,
            side,
            member: holder.code_qp,
            // Addresses that did not move stay so; the others are measured afterwards.
            sure: true,
        })
    }

    /// Marks those gained or lost that are nearer to a line of either vintage than they are exact.
    fn tell_unsure(&self, found: &mut [Found<'_>]) {
        // The others are not measured: nothing is claimed of their moving.
        let mut moved: Vec<&mut Found<'_>> = found
            .iter_mut()
            .filter(|found| found.side.has_moved())
            .collect();
        let positions: Vec<Position> = moved
            .iter()
            .map(|found| found.spotted.point.into())
            .collect();
        for zones in [self.two.from, self.two.to] {
            let mut located = vec![Location::default(); positions.len()];
            zones.locate_all_within(&positions, REACH_M, &mut located);
            for (found, located) in moved.iter_mut().zip(located) {
                let doubt_m = found.spotted.position.uncertainty_m() + zones.layer().precision_m;
                // The line of either vintage may be the one that decides.
                found.sure &= located
                    .signed_distance_m
                    .is_none_or(|distance_m| distance_m.abs() > doubt_m);
            }
        }
    }
}

/// The box around all perimeters of a change: west, south, east, north.
fn around(changed: &Changed<'_>) -> Option<[f64; 4]> {
    let boxes = changed
        .perimeters()
        .filter_map(|it| it.outline.wgs84().bounding_rect());
    let sides = boxes.map(|it| [it.min().x, it.min().y, it.max().x, it.max().y]);
    sides.reduce(|one, other| {
        [
            one[0].min(other[0]),
            one[1].min(other[1]),
            one[2].max(other[2]),
            one[3].max(other[3]),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_goes_from_one_neighbourhood_to_another_is_neither_gained_nor_lost() {
        let ids = |places: &[usize]| -> Vec<PerimeterId> {
            places.iter().copied().map(PerimeterId::new).collect()
        };
        let held = |members: &[usize]| Held::from_members(&ids(members), &ids(&[3, 5]));
        for (from, to, side) in [
            (&[5][..], &[3][..], Some(AddressSide::Kept)),
            (&[], &[3], Some(AddressSide::Gained)),
            (&[3], &[], Some(AddressSide::Lost)),
            (&[4], &[3], Some(AddressSide::FromOther)),
            (&[3], &[4], Some(AddressSide::ToOther)),
            (&[4, 5], &[3], Some(AddressSide::Kept)),
            (&[4], &[4], None),
            (&[4], &[], None),
            (&[], &[], None),
        ] {
            assert_eq!(
                AddressSide::from_held(held(from), held(to)),
                side,
                "{from:?} {to:?}"
            );
        }
        let counts = AddressCounts {
            kept: 1,
            gained: 2,
            lost: 4,
            from_other: 8,
            to_other: 16,
            ..Default::default()
        };
        assert_eq!((counts.from(), counts.to()), (21, 11));
    }
}
