//! The summary of a comparison as a table: what goes on the second sheet of a spreadsheet.

use jiff::civil::Date;
use qpv_french::dates::day_in_digits;
use qpv_french::{Key, key};
use qpv_programmes::{EligibilityOutcome, OutcomeChange, Programme};

use crate::change_counts::ChangeCounts;
use crate::summary::BatchSummary;
use crate::summary_table::{SummaryCell, SummaryTable, outcome_key, text, title};

/// Counts of people by their outcomes before and after, and what was compared.
pub(crate) struct OutcomeMatrix<'a> {
    pub(crate) programmes: [&'a Programme; 2],
    pub(crate) days: [Date; 2],
    pub(crate) counts: &'a ChangeCounts,
}

impl OutcomeMatrix<'_> {
    /// Makes the table: a row an outcome before, a column an outcome after, then the kinds of change.
    pub(crate) fn table(&self, summary: &BatchSummary) -> SummaryTable {
        let [before, after] = self.programmes.map(|programme| programme.name.as_str());
        let [first_day, second_day] = self.days.map(day_in_digits);
        let mut rows = vec![vec![title(
            key::CHANGES_TITLE,
            &[
                ("before", before),
                ("first_day", &first_day),
                ("after", after),
                ("second_day", &second_day),
            ],
        )]];
        // Above all figures, so that nobody quotes them.
        if summary.fictional {
            rows.push(vec![text(key::DATA_FICTIONAL_SHEET, &[])]);
        }
        let digest = summary.dataset.get(..12).unwrap_or(&summary.dataset);
        rows.push(vec![text(
            key::TALLY_ORIGIN,
            &[("digest", digest), ("rows", &summary.rows.to_string())],
        )]);
        rows.push(vec![]);
        rows.extend(self.matrix());
        rows.push(vec![]);
        rows.extend(OutcomeChange::ALL.map(|change| {
            let count = self.counts.changes(change).rows;
            vec![text(change_key(change), &[]), SummaryCell::Count(count)]
        }));
        SummaryTable {
            name: text_of(key::CHANGES_SHEET),
            rows,
        }
    }

    fn matrix(&self) -> Vec<Vec<SummaryCell>> {
        let mut header = vec![title(key::CHANGES_MATRIX, &[])];
        header.extend(EligibilityOutcome::ALL.map(|after| title(outcome_key(after), &[])));
        header.push(title(key::TALLY_TOTAL, &[]));
        let mut rows = vec![header];
        for before in EligibilityOutcome::ALL {
            let counts =
                EligibilityOutcome::ALL.map(|after| self.counts.outcomes(before, after).rows);
            rows.push(line(outcome_key(before), &counts));
        }
        let totals = EligibilityOutcome::ALL.map(|after| {
            let column =
                EligibilityOutcome::ALL.map(|before| self.counts.outcomes(before, after).rows);
            column.iter().sum()
        });
        rows.push(line(key::TALLY_TOTAL, &totals));
        rows
    }
}

/// Returns a line of counts, with its total.
fn line(label: Key, counts: &[u64; 4]) -> Vec<SummaryCell> {
    let counts = counts.iter().copied().chain([counts.iter().sum()]);
    std::iter::once(text(label, &[]))
        .chain(counts.map(SummaryCell::Count))
        .collect()
}

fn text_of(key: Key) -> String {
    qpv_french::sentence(key, &[])
}

fn change_key(change: OutcomeChange) -> Key {
    match change {
        OutcomeChange::Result => key::CHANGES_RESULT,
        OutcomeChange::Reason => key::CHANGES_REASON,
        OutcomeChange::Undetermined => key::CHANGES_UNDETERMINED,
        OutcomeChange::None => key::CHANGES_NONE,
    }
}
