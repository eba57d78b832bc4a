//! Counts of a list whose results are compared: a matrix of outcomes before and after.

use std::collections::BTreeMap;

use qpv_programmes::{EligibilityOutcome, OutcomeChange};
use serde::{Serialize, Serializer};

use crate::row_count::RowCount;

/// Rows by their outcomes before and after, and by the kind of change, with the numbers of the first ones and nothing else of
/// them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    outcomes: BTreeMap<(EligibilityOutcome, EligibilityOutcome), RowCount>,
    changes: BTreeMap<OutcomeChange, RowCount>,
}

impl ChangeCounts {
    /// Returns the rows with these outcomes, none unless some were counted.
    #[must_use]
    pub fn outcomes(&self, before: EligibilityOutcome, after: EligibilityOutcome) -> RowCount {
        self.outcomes
            .get(&(before, after))
            .cloned()
            .unwrap_or_default()
    }

    /// Returns the rows with a kind of change.
    #[must_use]
    pub fn changes(&self, change: OutcomeChange) -> RowCount {
        self.changes.get(&change).cloned().unwrap_or_default()
    }

    /// Returns the rows of which one outcome or both are undetermined.
    pub(crate) fn undetermined(&self) -> u64 {
        self.outcomes
            .iter()
            .filter(|((before, after), _)| {
                [before, after].contains(&&EligibilityOutcome::Undetermined)
            })
            .map(|(_, count)| count.rows)
            .sum()
    }

    pub(crate) fn count(
        &mut self,
        outcomes: [EligibilityOutcome; 2],
        change: OutcomeChange,
        line: u64,
    ) {
        let [before, after] = outcomes;
        self.outcomes
            .entry((before, after))
            .or_default()
            .count(line);
        self.changes.entry(change).or_default().count(line);
    }

    /// Adds the counts of a later block, whose numbers start after `before`.
    pub(crate) fn add(&mut self, block: &Self, before: u64) {
        for (outcomes, count) in &block.outcomes {
            self.outcomes
                .entry(*outcomes)
                .or_default()
                .add(count, before);
        }
        for (change, count) in &block.changes {
            self.changes.entry(*change).or_default().add(count, before);
        }
    }
}

/// The matrix, a line an outcome before, and the kinds of change; with every outcome, counted or not.
impl Serialize for ChangeCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let matrix = EligibilityOutcome::ALL.map(|before| {
            let line =
                EligibilityOutcome::ALL.map(|after| (after.name(), self.outcomes(before, after)));
            (before.name(), BTreeMap::from(line))
        });
        let changes = OutcomeChange::ALL.map(|change| (change.name(), self.changes(change)));
        WrittenCounts {
            before_after: matrix.into(),
            change: changes.into(),
        }
        .serialize(serializer)
    }
}

/// Rows by the name of what they have in common.
type CountsByName = BTreeMap<&'static str, RowCount>;

#[derive(Serialize)]
struct WrittenCounts {
    before_after: BTreeMap<&'static str, CountsByName>,
    change: CountsByName,
}
