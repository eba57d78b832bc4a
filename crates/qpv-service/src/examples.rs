//! Examples taken from the loaded addresses: one for each answer there is, for whoever opens the page for the first time.
//!
//! The same data gives the same examples: neighbourhoods are walked in the order of their codes, the addresses around each in the
//! order of the index. Each example is checked as a person would ask it before it is offered.

use geo_types::Rect;
use qpv_addresses::AddressIndex;
use qpv_engine::Zone;
use qpv_model::{Address, Perimeter};

use geo::BoundingRect;

use crate::check::address::AddressChecker;
use crate::check::subject::AddressQuestion;
use crate::place::VintageSelector;
use crate::snapshot::Snapshot;
use crate::standing::UndeterminedReason;

/// Room around a neighbourhood in which examples are looked for, degrees: some 700 m, past its band.
const ROOM_DEG: f64 = 0.0065;
/// Neighbourhoods with addresses that are walked before the kinds still lacking are given up.
const MAX_NEIGHBOURHOODS: usize = 12;
/// Addresses checked around one neighbourhood, spread evenly over those there are.
const MAX_CHECKS_EACH: usize = 80;

/// An example: an address as a person writes it, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleAddress {
    /// Its zone, as a check of today gives it.
    pub zone: Zone,
    /// The address.
    pub label: String,
}

/// Returns one example for each zone that a loaded address has today, in the order of [`Zone::ALL`].
pub(crate) fn find_examples(snapshot: &Snapshot) -> Vec<ExampleAddress> {
    let Ok(index) = snapshot.addresses() else {
        return Vec::new();
    };
    let mut found: Vec<ExampleAddress> = Vec::new();
    let checker = AddressChecker::new(snapshot, VintageSelector::today());
    let mut walked = 0;
    // The newest perimeters are those in force wherever they are loaded.
    let newest = snapshot
        .vintages()
        .last()
        .map(|(_, zones)| zones.perimeters());
    for perimeter in newest.into_iter().flatten() {
        let addresses = addresses_around(index, perimeter);
        if addresses.is_empty() {
            continue;
        }
        walked += 1;
        // Spread over all of them: the order of the index follows streets, and one street may be all inside.
        let step = addresses.len().div_ceil(MAX_CHECKS_EACH);
        for address in addresses.iter().step_by(step) {
            if let Some(example) = example_of(&checker, address)
                && found.iter().all(|other| other.zone != example.zone)
            {
                found.push(example);
            }
        }
        if found.len() == Zone::ALL.len() || walked == MAX_NEIGHBOURHOODS {
            break;
        }
    }
    found.sort_by_key(|example| Zone::ALL.iter().position(|zone| *zone == example.zone));
    found
}

/// Returns the numbered addresses in and around a neighbourhood.
fn addresses_around(index: &AddressIndex, perimeter: &Perimeter) -> Vec<Address> {
    let Some(bounds) = perimeter.outline.wgs84().bounding_rect() else {
        return Vec::new();
    };
    let found = index.within(with_room(bounds));
    // A place without number is known to its area only.
    let numbered = found.filter(|address| address.number.is_some());
    numbered.map(|address| index.address(&address)).collect()
}

/// Returns a box with room around it: west, south, east, north.
fn with_room(bounds: Rect<f64>) -> [f64; 4] {
    let (min, max) = (bounds.min(), bounds.max());
    [
        min.x - ROOM_DEG,
        min.y - ROOM_DEG,
        max.x + ROOM_DEG,
        max.y + ROOM_DEG,
    ]
}

/// Returns an address as an example, if it is found again by its own words and its zone is plain, or open because of a line alone.
fn example_of(checker: &AddressChecker<'_>, address: &Address) -> Option<ExampleAddress> {
    let label = address.label();
    let question = AddressQuestion {
        text: label.clone(),
        ..AddressQuestion::default()
    };
    let check = checker.check(&question).ok()?;
    // An example of a doubt about the address itself would teach nothing about neighbourhoods.
    let is_plain = match check.doubt {
        None => true,
        Some(reason) => reason == UndeterminedReason::Position && check.candidates.len() == 1,
    };
    let zone = check.zone;
    is_plain.then_some(ExampleAddress { zone, label })
}
