//! The comparison of the perimeters of two vintages, for an area.
//!
//! The engine matches, measures and classes ([`TwoVintages`]); this module says which perimeters
//! are asked for ([`Scope`]), which answers the data loaded can give, and what they add up to
//! ([`Totals`]). A group is never cut by the limit of the area: a change is listed when one of its
//! perimeters lies there, with all of them.
//!
//! Where a vintage is loaded only in part, or not at all, a perimeter without a counterpart is neither new nor gone: it is
//! listed as undetermined. Dates of force play no part: both vintages are compared as they are, wherever they applied.

mod ask;
mod moved;
pub(crate) mod scope;
mod totals;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jiff::civil::Date;
use qpv_engine::{
    ChangeClass, ChangeOutlines, PerimeterChange, PerimeterGroup, PerimeterId, PerimeterIndex,
    TwoVintages, VintageComparison,
};
use qpv_model::{CommuneCode, Perimeter, QpvCode, Territory, Vintage};

use crate::error::QueryError;
use crate::locate::vintage_not_loaded;
use crate::snapshot::Snapshot;

pub use ask::{ScopeError, ScopeTexts, department_code};
pub use moved::{
    AddressCounts, AddressSide, Estimate, KnownSum, Moved, MovedAddress, MovedPlace, MovedTotals,
    MovedWith, Movement, Population, SharedOutOver, TooManyAddresses, UnplacedPlace,
};
pub(crate) use moved::{PartOfWhole, can_house, estimate, loaded_communes, population};
pub use scope::Scope;
pub use totals::{ChangeTotals, SideTotals, Totals};

/// The vintages of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ComparedVintages {
    /// The vintage compared from.
    pub from: Vintage,
    /// The vintage compared to.
    pub to: Vintage,
}

impl ComparedVintages {
    /// Completes the vintages that are asked: from the one replaced, to the one that replaces it. Without either, it is the
    /// last change of the list in metropolitan France until this day, of vintages that are loaded.
    #[must_use]
    pub fn usual(
        snapshot: &Snapshot,
        from: Option<Vintage>,
        to: Option<Vintage>,
        day: Date,
    ) -> Self {
        let known = snapshot.known_vintages();
        let usual = Self::until(snapshot, day);
        match (from, to) {
            (Some(from), Some(to)) => Self { from, to },
            (Some(from), None) => {
                let next = known.iter().find(|record| record.predecessor == Some(from));
                let to = next.map_or(usual.from, |record| record.id);
                Self { from, to }
            }
            (None, Some(to)) => {
                let from = known.predecessor(to).unwrap_or(usual.to);
                Self { from, to }
            }
            (None, None) => usual,
        }
    }

    /// Returns the last successive vintages loaded of which the newer is in force on a day; those built in when there are none.
    fn until(snapshot: &Snapshot, day: Date) -> Self {
        let known = snapshot.known_vintages();
        let successive = Self::successive(snapshot);
        // A change to come is compared when it is asked for.
        let begun = successive.iter().rev().find(|pair| {
            let days = known.validity(pair.to, Territory::Metropole);
            days.is_some_and(|days| days.valid_from <= day)
        });
        let found = begun.or(successive.first());
        found.copied().unwrap_or(Self {
            from: Vintage::V2015,
            to: Vintage::V2024,
        })
    }

    /// Returns the pairs of vintages loaded of which one replaced the other, oldest first.
    #[must_use]
    pub fn successive(snapshot: &Snapshot) -> Vec<Self> {
        let known = snapshot.known_vintages();
        snapshot
            .vintages()
            .filter_map(|(to, _)| {
                let from = known.predecessor(to)?;
                snapshot.zones(from).map(|_| Self { from, to })
            })
            .collect()
    }
}

/// The comparison of an area.
#[derive(Debug, Clone)]
pub struct Comparison<'a> {
    /// The vintage compared from.
    pub from: Vintage,
    /// The vintage compared to.
    pub to: Vintage,
    /// True when a perimeter of either vintage lies in the area. When not, the area may still
    /// exist: it then has no neighbourhood in the data.
    pub known: bool,
    /// True when both vintages are loaded for the whole of the area's territories. Otherwise a
    /// group may lack members. An area that the data does not cover is not complete either.
    pub complete: bool,
    /// The changes, those that change nothing too; by department, then by the number in the code.
    pub changes: Vec<Changed<'a>>,
    /// The perimeters that cannot be compared.
    pub undetermined: Vec<Undetermined<'a>>,
    /// Perimeters, listed nowhere above, that may be of the area without the data telling ([`UnmatchedReason`]): of the same
    /// departments. Empty for areas that every perimeter is known to be in or not.
    pub unmatched: Vec<&'a Perimeter>,
    /// The sums over the changes.
    pub totals: Totals,
    snapshot: &'a Snapshot,
    scope: Scope,
    two: TwoVintages<'a>,
    /// The perimeters in the area; those of their groups are listed too.
    asked: PerimeterGroup,
}

/// A change, with its perimeters in code order.
#[derive(Debug, Clone)]
pub struct Changed<'a> {
    /// Class and measures.
    pub change: PerimeterChange,
    /// The perimeters compared from; none for a new one.
    pub from: Vec<&'a Perimeter>,
    /// The perimeters compared to; none for one that is gone.
    pub to: Vec<&'a Perimeter>,
}

/// Perimeters that cannot be compared.
#[derive(Debug, Clone)]
pub struct Undetermined<'a> {
    /// The reason.
    pub reason: UncomparedReason,
    /// The perimeters compared from.
    pub from: Vec<&'a Perimeter>,
    /// The perimeters compared to.
    pub to: Vec<&'a Perimeter>,
}

/// The reason why a perimeter cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UncomparedReason {
    /// One of the group is published as a point or a line, without an area.
    WithoutArea,
    /// Nothing of the other vintage is there, but that one is not loaded for the whole territory.
    VintageInPart,
}

impl<'a> Changed<'a> {
    /// The perimeters of both vintages.
    pub(crate) fn perimeters(&self) -> impl Iterator<Item = &'a Perimeter> {
        self.from.iter().chain(&self.to).copied()
    }
}

impl UncomparedReason {
    /// The stable name used in answers and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WithoutArea => "without_area",
            Self::VintageInPart => "vintage_in_part",
        }
    }
}

/// The reason why a perimeter may or may not be of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnmatchedReason {
    /// Its commune has a name that matches no code.
    CommuneUnknown,
    /// No perimeter names the intercommunality of its commune.
    EpciUnknown,
}

impl UnmatchedReason {
    /// The stable name used in answers and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CommuneUnknown => "commune_unknown",
            Self::EpciUnknown => "epci_unknown",
        }
    }
}

impl<'a> Comparison<'a> {
    /// Returns whether the area asked for can be about a commune: any can, unless communes were named.
    #[must_use]
    pub fn asks_for(&self, commune: CommuneCode) -> bool {
        match &self.scope {
            Scope::Communes(asked) => asked
                .iter()
                .any(|asked| asked.whole_commune() == commune.whole_commune()),
            _ => true,
        }
    }

    /// Returns the data compared.
    #[must_use]
    pub fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// Returns the area compared.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Returns the perimeters in the area itself; when there is none, those that may be.
    #[must_use]
    pub fn asked(&self) -> Vec<&'a Perimeter> {
        let (from, to) = perimeters(self.two, &self.asked);
        if self.known {
            [from, to].concat()
        } else {
            self.unmatched.clone()
        }
    }

    /// Returns the reason why each of [`unmatched`](Self::unmatched) is there.
    #[must_use]
    pub fn unmatched_reason(&self) -> UnmatchedReason {
        match self.scope {
            Scope::Epci(_) => UnmatchedReason::EpciUnknown,
            _ => UnmatchedReason::CommuneUnknown,
        }
    }

    /// Returns true when something cannot be compared, or is not loaded.
    #[must_use]
    pub fn leaves_open(&self) -> bool {
        !(self.complete && self.undetermined.is_empty() && self.unmatched.is_empty())
    }

    /// The areas gained, lost and kept by a change, for maps: WGS 84.
    #[must_use]
    pub fn outlines(&self, changed: &Changed<'_>) -> ChangeOutlines {
        self.two.outlines(&changed.change.group)
    }
}

/// The comparisons of the whole country, between any two vintages loaded. Pages and exports ask for them again and again;
/// each is made at the first call and takes half a megabyte.
#[derive(Debug)]
pub struct CountryComparisons(BTreeMap<ComparedVintages, OnceLock<VintageComparison>>);

impl CountryComparisons {
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        let loaded: Vec<Vintage> = snapshot.vintages().map(|(vintage, _)| vintage).collect();
        let pairs = loaded.iter().flat_map(|&from| {
            loaded
                .iter()
                .map(move |&to| (ComparedVintages { from, to }, OnceLock::new()))
        });
        Self(pairs.collect())
    }

    fn between(&self, two: TwoVintages<'_>) -> VintageComparison {
        let pair = ComparedVintages {
            from: two.from.layer().vintage,
            to: two.to.layer().vintage,
        };
        match self.0.get(&pair) {
            Some(kept) => kept.get_or_init(|| two.all()).clone(),
            None => two.all(),
        }
    }
}

/// Compares the perimeters of an area between two vintages; in an area with none, nothing.
///
/// # Errors
/// [`QueryError::SameVintage`]; [`QueryError::UnknownCommune`]; [`QueryError::VintageNotLoaded`] when one of them is not loaded, or has nothing in the
/// area's territories while the other has; [`QueryError::CoordinatesSwapped`] when a rectangle meets nothing and would
/// with its axes exchanged.
pub(crate) fn compare<'a>(
    snapshot: &'a Snapshot,
    country: &CountryComparisons,
    vintages: ComparedVintages,
    scope: &Scope,
) -> Result<Comparison<'a>, QueryError> {
    let ComparedVintages { from, to } = vintages;
    if from == to {
        return Err(QueryError::SameVintage { vintage: from });
    }
    let scope = &scope.of_today(snapshot)?;
    // Checked first: a rectangle with exchanged axes would get an empty comparison.
    scope.check_axes(snapshot)?;
    let territories = scope.territories(snapshot);
    let two = both_zones(snapshot, vintages, &territories)?;
    let asked = PerimeterGroup {
        from: scope.perimeters_in(snapshot, two.from),
        to: scope.perimeters_in(snapshot, two.to),
    };
    let known = !(asked.from.is_empty() && asked.to.is_empty());
    let VintageComparison {
        changes,
        unmeasured,
    } = match scope {
        Scope::Country => country.between(two),
        _ => two.around(&asked),
    };
    // Beyond its own perimeters the fictional town knows nothing, nor do the official files of places they do not cover.
    let answers = known || !(snapshot.fictional() || scope.is_elsewhere(snapshot));
    let complete = answers
        && territories
            .iter()
            .all(|&territory| is_whole(snapshot, two, territory));
    let (changes, alone): (Vec<_>, Vec<_>) = changes
        .into_iter()
        .map(|change| changed(two, change))
        .partition(|changed| is_sure(snapshot, two, changed));
    let undetermined = undetermined_groups(two, &unmeasured, alone);
    let listed = listed_codes(&changes, &undetermined);
    Ok(Comparison {
        from,
        to,
        known,
        complete,
        unmatched: scope.unmatched_in(snapshot, &listed),
        totals: Totals::new(&changes),
        changes,
        undetermined,
        snapshot,
        scope: scope.clone(),
        two,
        asked,
    })
}

/// Returns the groups that cannot be compared: those without an area, and those alone in a vintage
/// loaded in part.
fn undetermined_groups<'a>(
    two: TwoVintages<'a>,
    unmeasured: &[PerimeterGroup],
    alone: Vec<Changed<'a>>,
) -> Vec<Undetermined<'a>> {
    let without_area = unmeasured.iter().map(|group| {
        let (from, to) = perimeters(two, group);
        Undetermined {
            reason: UncomparedReason::WithoutArea,
            from,
            to,
        }
    });
    let in_part = alone
        .into_iter()
        .map(|Changed { from, to, .. }| Undetermined {
            reason: UncomparedReason::VintageInPart,
            from,
            to,
        });
    without_area.chain(in_part).collect()
}

fn listed_codes(changes: &[Changed<'_>], undetermined: &[Undetermined<'_>]) -> BTreeSet<QpvCode> {
    let changed = changes.iter().map(|changed| (&changed.from, &changed.to));
    changed
        .chain(undetermined.iter().map(|group| (&group.from, &group.to)))
        .flat_map(|(from, to)| from.iter().chain(to))
        .map(|perimeter| perimeter.code_qp)
        .collect()
}

/// Returns true when a change is sure: a perimeter without a counterpart is new or gone only where
/// all are loaded.
fn is_sure(snapshot: &Snapshot, two: TwoVintages<'_>, changed: &Changed<'_>) -> bool {
    let (alone, other) = match changed.change.class {
        ChangeClass::New => (&changed.to, two.from),
        ChangeClass::Gone => (&changed.from, two.to),
        // The other classes have perimeters on both sides.
        _ => return true,
    };
    alone
        .iter()
        .all(|perimeter| snapshot.knows_all(other, perimeter.territory))
}

fn is_whole(snapshot: &Snapshot, two: TwoVintages<'_>, territory: Territory) -> bool {
    snapshot.knows_all(two.from, territory) && snapshot.knows_all(two.to, territory)
}

/// Returns both vintages: each must be loaded, and neither may lack all of the territories where the other has something.
/// Where neither has anything, as in a territory without neighbourhoods, there is nothing to compare.
fn both_zones<'s>(
    snapshot: &'s Snapshot,
    ComparedVintages { from, to }: ComparedVintages,
    territories: &BTreeSet<Territory>,
) -> Result<TwoVintages<'s>, QueryError> {
    // It is only named in the error.
    let territory = territories.first().copied().unwrap_or(Territory::Metropole);
    let known = snapshot.known_vintages();
    let successive = known.predecessor(to) == Some(from) || known.predecessor(from) == Some(to);
    let [from_missing, to_missing] =
        [from, to].map(|vintage| vintage_not_loaded(snapshot, vintage, territory));
    let Some(from) = snapshot.zones(from) else {
        return Err(from_missing);
    };
    let Some(to) = snapshot.zones(to) else {
        return Err(to_missing);
    };
    match (covers_any(from, territories), covers_any(to, territories)) {
        (false, true) => Err(from_missing),
        (true, false) => Err(to_missing),
        _ => Ok(TwoVintages {
            from,
            to,
            successive,
        }),
    }
}

fn covers_any(zones: &PerimeterIndex, territories: &BTreeSet<Territory>) -> bool {
    territories.iter().any(|&territory| zones.covers(territory))
}

fn changed(two: TwoVintages<'_>, change: PerimeterChange) -> Changed<'_> {
    let (from, to) = perimeters(two, &change.group);
    Changed { change, from, to }
}

fn perimeters<'a>(
    two: TwoVintages<'a>,
    group: &PerimeterGroup,
) -> (Vec<&'a Perimeter>, Vec<&'a Perimeter>) {
    (
        perimeters_of(two.from, &group.from),
        perimeters_of(two.to, &group.to),
    )
}

fn perimeters_of<'a>(zones: &'a PerimeterIndex, ids: &[PerimeterId]) -> Vec<&'a Perimeter> {
    ids.iter().map(|&id| zones.perimeter(id)).collect()
}
