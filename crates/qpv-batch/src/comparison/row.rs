//! The results of a row by both programmes, and what changed.

use std::sync::Arc;

use jiff::civil::Date;
use qpv_french::{key, sentence};
use qpv_programmes::{Assessment, EligibilityOutcome, OutcomeChange, ReasonChange};
use qpv_service::{AddressCheck, Snapshot, Zone, messages};

use super::ComparisonJob;
use crate::person_row::{PersonRow, RowHome, RowSentences, joined_sentences, qpv_names};
use crate::row_error::RowError;

/// The answers for one row.
pub struct ComparedRow {
    pub(super) sides: [RowSide; 2],
    pub(super) change: OutcomeChange,
    /// The changes, in one line; empty when nothing did.
    pub(super) reasons: String,
    pub(super) error: Option<RowError>,
}

/// The answer of one programme.
pub(super) struct RowSide {
    pub(super) on: Date,
    pub(super) outcome: EligibilityOutcome,
    pub(super) sentences: RowSentences,
    pub(super) age: Option<i16>,
    pub(super) check: Option<Arc<AddressCheck>>,
}

impl ComparedRow {
    /// Asks both programmes of a row.
    pub(super) fn new(snapshot: &Snapshot, job: &ComparisonJob, rows: &[PersonRow; 2]) -> Self {
        let [first, second] = rows;
        let found = job.search(snapshot, first);
        let home_before = RowHome::new(snapshot, first, found.clone());
        // On the same day the perimeters are the same.
        let other_home = (first.on != second.on).then(|| RowHome::new(snapshot, second, found));
        let home_after = other_home.as_ref().unwrap_or(&home_before);
        let [old, new] = job.programmes();
        let before = first.assess(snapshot, old, &home_before);
        let after = second.assess(snapshot, new, home_after);
        let changes = job.matches.changes(&before, &after);
        let change = OutcomeChange::new(
            before.outcome,
            after.outcome,
            job.is_same_programme && first.on == second.on,
            !changes.is_empty(),
        );
        let reasons = if change == OutcomeChange::None {
            String::new()
        } else {
            sentences(
                snapshot,
                &changes,
                [&before, &after],
                [&home_before, home_after],
            )
        };
        let error = first
            .error(&home_before)
            .or_else(|| second.error(home_after));
        let sentences = [
            RowSentences::new(&before, &first.faults),
            RowSentences::new(&after, &second.faults),
        ];
        let outcomes = [before.outcome, after.outcome];
        let check = home_before.check.ok().map(Arc::new);
        let checks = [
            check.clone(),
            other_home.map_or(check, |home| home.check.ok().map(Arc::new)),
        ];
        let [before, after] = sentences;
        let [check_before, check_after] = checks;
        Self {
            sides: [
                RowSide::new(first, outcomes[0], before, check_before),
                RowSide::new(second, outcomes[1], after, check_after),
            ],
            change,
            reasons,
            error,
        }
    }
}

impl RowSide {
    fn new(
        row: &PersonRow,
        outcome: EligibilityOutcome,
        sentences: RowSentences,
        check: Option<Arc<AddressCheck>>,
    ) -> Self {
        Self {
            on: row.on,
            outcome,
            sentences,
            age: row.age(),
            check,
        }
    }
}

/// Returns what changed, in one line: the conditions, then the neighbourhood that the home left, joined or changed.
fn sentences(
    snapshot: &Snapshot,
    changes: &[ReasonChange<'_>],
    sides: [&Assessment<'_>; 2],
    homes: [&RowHome; 2],
) -> String {
    let [before, after] = sides;
    let told = changes
        .iter()
        .map(|change| messages::reason_change(change, before, after));
    let is_of_place = changes.iter().any(ReasonChange::is_of_place);
    let perimeter = is_of_place
        .then(|| perimeter_change(snapshot, homes))
        .flatten();
    joined_sentences(told.chain(perimeter))
}

/// Returns the neighbourhood that a home left, joined or changed when another vintage came into force; nothing while it is
/// not known where it stands.
fn perimeter_change(snapshot: &Snapshot, homes: [&RowHome; 2]) -> Option<String> {
    let [Ok(before), Ok(after)] = homes.map(|home| home.check.as_ref()) else {
        return None;
    };
    let names = [before, after].map(|check| qpv_names(snapshot, check));
    let key = match (&names[0], &names[1]) {
        (Some(old), Some(new)) if old != new => key::RULE_CHANGE_PERIMETER,
        (Some(_), None) if is_outside(after.zone) => key::RULE_CHANGE_PERIMETER_LEFT,
        (None, Some(_)) if is_outside(before.zone) => key::RULE_CHANGE_PERIMETER_JOINED,
        _ => return None,
    };
    let vintages = [vintage(before)?, vintage(after)?];
    let [old, new] = names.map(Option::unwrap_or_default);
    Some(sentence(
        key,
        &[
            ("before", &old),
            ("after", &new),
            ("vintage_before", &vintages[0]),
            ("vintage_after", &vintages[1]),
        ],
    ))
}

fn is_outside(zone: Zone) -> bool {
    matches!(zone, Zone::Band300m | Zone::Outside)
}

/// Returns the vintage that a check is by.
fn vintage(check: &AddressCheck) -> Option<String> {
    let standing = check.candidates.first()?.standing.as_ref().ok()?;
    Some(standing.vintage.to_string())
}
