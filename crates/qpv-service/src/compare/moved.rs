//! Addresses, inhabitants and places that moved with the perimeters.
//!
//! Addresses are counted from the index, each by the vintages whose perimeters hold its position. Inhabitants are published
//! for whole neighbourhoods and for other years, so what a change gained or lost of them is an estimate, and says by what.
//! What is not known is `None`, never zero: addresses of communes that are not loaded, populations that are secret.

mod addresses;
mod places;

use std::collections::BTreeSet;

use qpv_addresses::AddressIndex;
use qpv_model::{CommuneCode, Perimeter};
use rayon::prelude::*;

use crate::compare::{Changed, Comparison};
use crate::snapshot::Snapshot;

pub use addresses::{AddressCounts, AddressSide, MovedAddress, TooManyAddresses};
pub use places::{MovedPlace, Movement, UnplacedPlace};

/// The addresses, inhabitants and places that moved in an area.
#[derive(Debug, Clone)]
pub struct Moved<'a> {
    /// With each of [`Comparison::changes`], in their order.
    pub with: Vec<MovedWith>,
    /// The sums over all changes.
    pub totals: MovedTotals,
    /// Places in a perimeter listed, or within 300 m of one that is the nearest to them, or that may be; by kind and then in
    /// the order of their list.
    pub places: Vec<MovedPlace<'a>>,
    /// Places of these communes, or of a commune that is not known, whose position is not known either.
    pub unplaced: Vec<UnplacedPlace<'a>>,
}

/// The addresses and inhabitants that moved with one change.
#[derive(Debug, Clone, PartialEq)]
pub struct MovedWith {
    /// Addresses; `None` unless some of each of its communes are loaded, and enough for the inhabitants published.
    pub addresses: Option<AddressCounts>,
    /// Inhabitants of its perimeters of the vintage compared from, as published; `None` unless published for all of them.
    pub from: Option<Population>,
    /// Inhabitants of its perimeters of the vintage compared to, likewise.
    pub to: Option<Population>,
    /// The part of `to` that lives on the ground gained.
    pub gained: Option<Estimate>,
    /// The part of `from` that lived on the ground lost.
    pub lost: Option<Estimate>,
}

/// *Population municipale*, as published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Population {
    /// The number.
    pub inhabitants: u64,
    /// The year they were counted for, where all have the same.
    pub year: Option<i16>,
}

/// An estimate of inhabitants: those published for the whole, shared out evenly.
///
/// Our own method, for no figure is published on parts of a neighbourhood. A tower of a hundred flats is one address, like a
/// house: by addresses, dense parts are underrated; by area, green ones overrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// The number, rounded.
    pub inhabitants: u64,
    /// The base they were shared out over.
    pub by: SharedOutOver,
}

/// The base that published inhabitants are shared out over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedOutOver {
    /// The addresses of the perimeters.
    Addresses,
    /// Their ground, where addresses are not known or few.
    Ground,
}

impl SharedOutOver {
    /// The stable name used in answers and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Addresses => "addresses",
            Self::Ground => "ground",
        }
    }
}

/// The sums over all changes: of the known figures, each with the number of changes it is known
/// for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MovedTotals {
    /// Addresses.
    pub addresses: AddressCounts,
    /// Changes whose addresses are known.
    pub with_addresses: usize,
    /// Inhabitants compared from, and in how many changes they are published for all perimeters.
    pub from: KnownSum,
    /// Inhabitants compared to.
    pub to: KnownSum,
    /// Estimates of inhabitants on ground gained.
    pub gained: KnownSum,
    /// Estimates of inhabitants on ground lost.
    pub lost: KnownSum,
}

/// A sum over the changes for which a figure is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KnownSum {
    /// The sum.
    pub sum: u64,
    /// Number of changes in it.
    pub changes: usize,
    /// Number of changes that have a perimeter on the side that the figure is about.
    pub of: usize,
}

/// The most inhabitants that an address of a neighbourhood stands for, on average: with more, some
/// are missing from the file.
const MOST_INHABITANTS: u64 = 100;

/// Addresses from which inhabitants are shared out over them.
const FEWEST_ADDRESSES: u64 = 20;

impl<'a> Comparison<'a> {
    /// Returns the movements of each change, and the places around. Two overlapping groups both
    /// count what lies in both.
    #[must_use]
    pub fn moved(&self) -> Moved<'a> {
        let loaded = loaded_communes(self.snapshot);
        let with: Vec<MovedWith> = self
            .changes
            .par_iter()
            .map(|changed| self.moved_with(changed, &loaded))
            .collect();
        let mut totals = MovedTotals::default();
        for (changed, moved) in self.changes.iter().zip(&with) {
            totals.add(changed, moved);
        }
        let (places, unplaced) = self.places();
        Moved {
            with,
            totals,
            places,
            unplaced,
        }
    }

    fn moved_with(&self, changed: &Changed<'_>, loaded: &BTreeSet<CommuneCode>) -> MovedWith {
        let from = population(self.snapshot, &changed.from);
        let to = population(self.snapshot, &changed.to);
        let addresses = self.count_addresses(changed, loaded);
        let gained = addresses.map(|addresses| PartOfWhole {
            part: addresses.gained,
            whole: addresses.to(),
        });
        let gained_ha = PartOfWhole {
            part: changed.change.gained_ha,
            whole: changed.change.to_ha,
        };
        let lost = addresses.map(|addresses| PartOfWhole {
            part: addresses.lost,
            whole: addresses.from(),
        });
        let lost_ha = PartOfWhole {
            part: changed.change.lost_ha,
            whole: changed.change.from_ha,
        };
        MovedWith {
            gained: estimate(to, gained, gained_ha),
            lost: estimate(from, lost, lost_ha),
            addresses,
            from,
            to,
        }
    }
}

/// The inhabitants of some perimeters, as published; `None` unless published for all of them.
pub(crate) fn population(snapshot: &Snapshot, perimeters: &[&Perimeter]) -> Option<Population> {
    let figures = perimeters
        .iter()
        .map(|perimeter| snapshot.statistics(perimeter));
    // One figure that is secret or missing leaves the sum unknown.
    let figures: Vec<(u32, Option<i16>)> = figures
        .map(|figures| {
            figures.and_then(|figures| Some((figures.population?, figures.population_year)))
        })
        .collect::<Option<_>>()?;
    let &(_, first) = figures.first()?;
    let inhabitants = figures
        .iter()
        .map(|(inhabitants, _)| u64::from(*inhabitants))
        .sum();
    let year = first.filter(|_| figures.iter().all(|(_, year)| *year == first));
    Some(Population { inhabitants, year })
}

/// Returns true when so many addresses are enough for the inhabitants published, if any are.
pub(crate) fn can_house(snapshot: &Snapshot, perimeters: &[&Perimeter], addresses: u64) -> bool {
    // People live somewhere: where addresses are too few for them, the file is not whole.
    population(snapshot, perimeters)
        .is_none_or(|population| population.inhabitants <= addresses * MOST_INHABITANTS)
}

/// The communes that addresses are loaded of; Paris, Lyon and Marseille when those of all their arrondissements are.
pub(crate) fn loaded_communes(snapshot: &Snapshot) -> BTreeSet<CommuneCode> {
    let index = snapshot.addresses().ok();
    let loaded = index
        .into_iter()
        .flat_map(AddressIndex::communes)
        .map(|(code, _)| code);
    let mut loaded: BTreeSet<CommuneCode> = loaded.collect();
    let whole: BTreeSet<CommuneCode> = loaded.iter().map(CommuneCode::whole_commune).collect();
    // Perimeters name the whole city; addresses come by arrondissement.
    let cities: Vec<CommuneCode> = whole
        .into_iter()
        .filter(|commune| has_all_arrondissements(&loaded, *commune))
        .collect();
    loaded.extend(cities);
    loaded
}

/// Returns true for a commune that has arrondissements, when all of them are loaded.
fn has_all_arrondissements(loaded: &BTreeSet<CommuneCode>, commune: CommuneCode) -> bool {
    let mut parts = commune.arrondissements().peekable();
    parts.peek().is_some() && parts.all(|part| loaded.contains(&part))
}

/// A part of the ground of a side, beside the whole: counted in addresses, or measured in hectares.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PartOfWhole<T> {
    pub(crate) part: T,
    pub(crate) whole: T,
}

/// The share of some inhabitants that lives on a part of their ground, given the part and the whole in addresses, where those
/// are known and many enough, and in hectares.
pub(crate) fn estimate(
    population: Option<Population>,
    addresses: Option<PartOfWhole<u64>>,
    ground_ha: PartOfWhole<f64>,
) -> Option<Estimate> {
    let inhabitants = population?.inhabitants;
    let (share, by) = match addresses {
        // A share of a few addresses would be chance.
        Some(PartOfWhole { part, whole }) if whole >= FEWEST_ADDRESSES => {
            (part as f64 / whole as f64, SharedOutOver::Addresses)
        }
        _ if ground_ha.whole > 0.0 => (ground_ha.part / ground_ha.whole, SharedOutOver::Ground),
        _ => return None,
    };
    Some(Estimate {
        inhabitants: rounded(inhabitants as f64 * share),
        by,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a number of inhabitants"
)]
fn rounded(inhabitants: f64) -> u64 {
    inhabitants.round() as u64
}

impl MovedTotals {
    fn add(&mut self, Changed { from, to, .. }: &Changed<'_>, moved: &MovedWith) {
        if let Some(addresses) = moved.addresses {
            self.with_addresses += 1;
            self.addresses.add(addresses);
        }
        self.from.add(from, moved.from.map(|it| it.inhabitants));
        self.to.add(to, moved.to.map(|it| it.inhabitants));
        self.gained.add(to, moved.gained.map(|it| it.inhabitants));
        self.lost.add(from, moved.lost.map(|it| it.inhabitants));
    }
}

impl KnownSum {
    /// Adds what is known of the perimeters of a side.
    fn add(&mut self, side: &[&Perimeter], value: Option<u64>) {
        self.of += usize::from(!side.is_empty());
        self.sum += value.unwrap_or_default();
        self.changes += usize::from(value.is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inhabitants_are_shared_out_over_addresses_only_where_there_are_enough() {
        let people = |inhabitants| {
            Some(Population {
                inhabitants,
                year: None,
            })
        };
        let quarter_ha = PartOfWhole {
            part: 1.0,
            whole: 4.0,
        };
        let found = |population, addresses: Option<(u64, u64)>| {
            let addresses = addresses.map(|(part, whole)| PartOfWhole { part, whole });
            estimate(population, addresses, quarter_ha).map(|it| (it.inhabitants, it.by))
        };
        assert_eq!(
            found(people(1000), Some((50, 100))),
            Some((500, SharedOutOver::Addresses))
        );
        // A quarter of the ground, where there is no telling by addresses: none known, or few.
        for addresses in [None, Some((1, 1)), Some((0, 19))] {
            assert_eq!(
                found(people(4000), addresses),
                Some((1000, SharedOutOver::Ground)),
                "{addresses:?}"
            );
        }
        assert_eq!(found(None, Some((50, 100))), None);
        let no_ground_ha = PartOfWhole {
            part: 0.0,
            whole: 0.0,
        };
        assert_eq!(estimate(people(10), None, no_ground_ha), None);
    }
}
