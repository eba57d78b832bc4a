//! The sums over the changes of an area.

use std::collections::{BTreeMap, BTreeSet};

use qpv_engine::ChangeClass;
use qpv_model::{CommuneCode, Perimeter};

use super::Changed;

/// The sums over changes: whole groups, also where they reach beyond the area asked for.
/// Undetermined ones count nowhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Totals {
    /// The perimeters before.
    pub from: SideTotals,
    /// The perimeters after.
    pub to: SideTotals,
    /// All changes.
    pub all: ChangeTotals,
    /// Every class, those that do not occur too.
    pub by_class: BTreeMap<ChangeClass, ChangeTotals>,
}

/// The perimeters of one vintage.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SideTotals {
    /// Number of perimeters.
    pub perimeters: usize,
    /// Number of communes they name by code; names of 2015 without a code are not counted.
    pub communes: usize,
    /// Their area, hectares.
    pub area_ha: f64,
}

/// The sums of some changes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ChangeTotals {
    /// Number of changes.
    pub changes: usize,
    /// Perimeters compared from.
    pub from: usize,
    /// Perimeters compared to.
    pub to: usize,
    /// Area kept, hectares.
    pub shared_ha: f64,
    /// Area gained, hectares.
    pub gained_ha: f64,
    /// Area lost, hectares.
    pub lost_ha: f64,
    /// Changes that the letter of a code contradicts.
    pub disagreements: usize,
}

impl Totals {
    pub(super) fn new(changes: &[Changed<'_>]) -> Self {
        let mut totals = Self {
            from: side(changes.iter().flat_map(|changed| &changed.from)),
            to: side(changes.iter().flat_map(|changed| &changed.to)),
            all: ChangeTotals::default(),
            by_class: ChangeClass::ALL
                .into_iter()
                .map(|class| (class, ChangeTotals::default()))
                .collect(),
        };
        for changed in changes {
            totals.all.add(changed);
            totals
                .by_class
                .entry(changed.change.class)
                .or_default()
                .add(changed);
            // The areas of groups: ground that two perimeters of a vintage share counts once.
            totals.from.area_ha += changed.change.from_ha;
            totals.to.area_ha += changed.change.to_ha;
        }
        totals
    }
}

impl ChangeTotals {
    fn add(&mut self, Changed { change, from, to }: &Changed<'_>) {
        self.changes += 1;
        self.from += from.len();
        self.to += to.len();
        self.shared_ha += change.shared_ha;
        self.gained_ha += change.gained_ha;
        self.lost_ha += change.lost_ha;
        self.disagreements += usize::from(change.agrees_with_letter == Some(false));
    }
}

fn side<'p, 'a: 'p>(perimeters: impl Iterator<Item = &'p &'a Perimeter>) -> SideTotals {
    let mut communes: BTreeSet<CommuneCode> = BTreeSet::new();
    let mut side = SideTotals::default();
    for perimeter in perimeters {
        side.perimeters += 1;
        communes.extend(&perimeter.insee_com);
    }
    side.communes = communes.len();
    side
}
