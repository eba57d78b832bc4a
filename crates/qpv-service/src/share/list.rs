//! The shares of a list of positions or addresses: how many are in a perimeter, in the band, outside.

use qpv_engine::Zone;
use qpv_model::Vintage;

use super::ShareError;
use super::asked_vintages;
use super::tally::ZoneCounts;
use crate::check::address::AddressChecker;
use crate::check::subject::AddressQuestion;
use crate::locate::locate_all;
use crate::place::VintageSelector;
use crate::snapshot::Snapshot;
use crate::written_place::WrittenPlace;

/// A list.
#[derive(Debug, Clone)]
pub enum SharedList {
    /// Positions.
    Positions(Vec<WrittenPlace>),
    /// Addresses.
    Addresses(Vec<AddressQuestion>),
}

/// The shares of a list in one vintage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListShare {
    /// The vintage.
    pub vintage: Vintage,
    /// The rows by zone; `unknown` are those that have none.
    pub counts: ZoneCounts,
}

/// Counts a list by zone, in one vintage or in all that are known. An address counts where all that it may be agree; else it
/// is unknown.
///
/// # Errors
/// [`ShareError`] for a vintage that is not known, or without addresses. A row without an answer is counted as unknown.
pub fn share_list(
    snapshot: &Snapshot,
    list: &SharedList,
    vintage: Option<Vintage>,
) -> Result<Vec<ListShare>, ShareError> {
    // Without addresses every row would be unknown, for a reason that is not its own.
    if matches!(list, SharedList::Addresses(_)) {
        snapshot.addresses()?;
    }
    let vintages = asked_vintages(snapshot, vintage)?.into_iter();
    Ok(vintages
        .map(|vintage| ListShare {
            vintage,
            counts: count(snapshot, list, VintageSelector::Vintage(vintage)),
        })
        .collect())
}

fn count(snapshot: &Snapshot, list: &SharedList, vintage: VintageSelector) -> ZoneCounts {
    let mut counts = ZoneCounts::default();
    match list {
        SharedList::Positions(places) => {
            // Zero is stated, so that the precision of lines counts.
            for answer in locate_all(snapshot, places, vintage, Some(0.0)) {
                match answer {
                    Ok(standing) => {
                        let is_unsure = standing.verdict.zone == Zone::Undetermined;
                        counts.add(standing.verdict.zone_as_given, is_unsure);
                    }
                    Err(_) => counts.unknown += 1,
                }
            }
        }
        SharedList::Addresses(addresses) => {
            let checker = AddressChecker::new(snapshot, vintage);
            for address in addresses {
                // A text that cannot be searched, such as an empty cell, is a row without a zone.
                let zone = checker.check(address).map(|check| check.zone);
                counts.add(zone.unwrap_or(Zone::Undetermined), false);
            }
        }
    }
    counts
}
