//! The summary of a list as a table: what goes on the second sheet, and into the yearly report to a funder.
//!
//! For publication, counts under a threshold are hidden and the others rounded down to a multiple of it, so that a hidden
//! one cannot be found by subtracting what is shown, in one table or across several.

use qpv_delimited::formula_injection::neutralised;
use qpv_delimited::{BYTE_ORDER_MARK, push_quoted};
use qpv_french::{Key, key, sentence};
use qpv_programmes::{EligibilityOutcome, Programme};

use crate::list_rows::DuplicateRow;
use crate::summary::BatchSummary;
use crate::tally::{Tally, TallyGroup};

/// A cell of the summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SummaryCell {
    /// A text.
    Text(String),
    /// The name of a column, or the title of a part.
    Title(String),
    /// A count.
    Count(u64),
}

/// The summary: rows of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryTable {
    /// The name of the sheet.
    pub name: String,
    /// Its rows; an empty one between parts.
    pub rows: Vec<Vec<SummaryCell>>,
}

/// The origin of counts, and the threshold for publication.
pub(crate) struct SummaryOrigin<'a> {
    pub(crate) programme: &'a Programme,
    /// The digest of the dataset.
    pub(crate) digest: &'a str,
    pub(crate) fictional: bool,
    /// Counts from 1 to one less than this are hidden, the others rounded.
    pub(crate) suppress_under: Option<u64>,
}

impl SummaryTable {
    /// Makes the summary of a list.
    pub(crate) fn new(tally: &Tally, origin: &SummaryOrigin<'_>) -> Self {
        let SummaryOrigin {
            programme,
            digest,
            fictional,
            suppress_under: under,
        } = *origin;
        let mut rows = vec![vec![title(
            key::TALLY_TITLE,
            &[("programme", &programme.name)],
        )]];
        // Above all figures, so that nobody quotes them.
        if fictional {
            rows.push(vec![text(key::DATA_FICTIONAL_SHEET, &[])]);
        }
        let all: u64 = tally
            .rows(TallyGroup::All)
            .flat_map(|(_, counts)| counts)
            .sum();
        // Twelve digits identify a dataset for people.
        let short = digest.get(..12).unwrap_or(digest);
        rows.push(vec![text(
            key::TALLY_ORIGIN,
            &[("digest", short), ("rows", &shown(all, under))],
        )]);
        rows.push(vec![share(tally, under)]);
        if let Some(under) = under {
            rows.push(vec![text(
                key::TALLY_SUPPRESSED,
                &[("under", &under.to_string())],
            )]);
        }
        for group in TallyGroup::ALL {
            rows.push(vec![]);
            rows.extend(part(tally, group, under));
        }
        Self {
            name: sentence(key::TALLY_SHEET, &[]),
            rows,
        }
    }

    /// Adds what was found of the rows of a list: those of no person, and those like an earlier one.
    pub(crate) fn with_list(mut self, summary: &BatchSummary) -> Self {
        let skipped: u64 = summary.skipped.values().map(|count| count.rows).sum();
        let mut told = vec![];
        if skipped > 0 {
            let mut first: Vec<u64> = summary
                .skipped
                .values()
                .flat_map(|count| count.first.iter().copied())
                .collect();
            first.sort_unstable();
            let rows = first.iter().map(u64::to_string).collect();
            told.push((key::TALLY_SKIPPED, skipped, rows));
        }
        let duplicates = &summary.duplicates;
        if !duplicates.is_empty() {
            let rows = duplicates.first.iter().map(duplicate_row).collect();
            told.push((key::TALLY_DUPLICATES, duplicates.rows, rows));
        }
        if !told.is_empty() {
            self.rows.push(vec![]);
        }
        for (key, count, rows) in told {
            let rows: Vec<String> = rows;
            let more = if count > rows.len() as u64 { "…" } else { "" };
            let rows = rows.join(", ") + more;
            let values = [("count", &*count.to_string()), ("rows", &*rows)];
            self.rows.push(vec![text(key, &values)]);
        }
        self
    }

    /// Returns the table as delimited text for a French spreadsheet: UTF-8 with a mark, semicolons.
    #[must_use]
    pub fn to_csv(&self) -> Vec<u8> {
        let mut written = BYTE_ORDER_MARK.to_vec();
        for row in &self.rows {
            for (column, cell) in row.iter().enumerate() {
                if column > 0 {
                    written.push(b';');
                }
                match cell {
                    SummaryCell::Count(count) => {
                        written.extend_from_slice(count.to_string().as_bytes());
                    }
                    SummaryCell::Text(text) | SummaryCell::Title(text) => {
                        push_quoted(&mut written, neutralised(text).as_bytes());
                    }
                }
            }
            written.extend_from_slice(b"\r\n");
        }
        written
    }
}

pub(crate) fn title(key: Key, values: &[(&str, &str)]) -> SummaryCell {
    SummaryCell::Title(sentence(key, values))
}

pub(crate) fn text(key: Key, values: &[(&str, &str)]) -> SummaryCell {
    SummaryCell::Text(sentence(key, values))
}

/// Returns the number of homes in a zone.
fn homes_in(tally: &Tally, zone: Key) -> u64 {
    let label = sentence(zone, &[]);
    tally
        .rows(TallyGroup::Zone)
        .filter(|(known, _)| *known == label)
        .flat_map(|(_, counts)| counts)
        .sum()
}

/// Returns the share of the homes whose zone is known that lie in a perimeter.
fn share(tally: &Tally, under: Option<u64>) -> SummaryCell {
    let inside = homes_in(tally, key::TALLY_ZONE_QPV);
    let unknown = homes_in(tally, key::TALLY_ZONE_UNDETERMINED);
    let known = inside
        + homes_in(tally, key::TALLY_ZONE_BAND_300M)
        + homes_in(tally, key::TALLY_ZONE_OUTSIDE);
    if known == 0 {
        return text(
            key::TALLY_SHARE_NONE,
            &[("unknown", &shown(unknown, under))],
        );
    }
    // Tenths of a per cent, rounded to the nearest in whole numbers.
    let tenths = (inside * 2000 + known) / (2 * known);
    // Beside the published sum, an exact share would give away a hidden count.
    let share = match under {
        Some(under)
            if [inside, known - inside]
                .iter()
                .any(|count| (1..under).contains(count)) =>
        {
            sentence(key::TALLY_HIDDEN, &[])
        }
        // As coarse as the counts are.
        Some(_) => ((tenths + 25) / 50 * 5).to_string(),
        None => format!("{},{}", tenths / 10, tenths % 10),
    };
    let [inside, known, unknown] = [inside, known, unknown].map(|count| shown(count, under));
    text(
        key::TALLY_SHARE,
        &[
            ("share", &share),
            ("inside", &inside),
            ("known", &known),
            ("unknown", &unknown),
        ],
    )
}

/// Returns the title of the table of a group.
fn group_key(group: TallyGroup) -> Key {
    match group {
        TallyGroup::All => key::TALLY_GROUP_ALL,
        TallyGroup::Zone => key::TALLY_GROUP_ZONE,
        TallyGroup::Qpv => key::TALLY_GROUP_QPV,
        TallyGroup::Age => key::TALLY_GROUP_AGE,
        TallyGroup::Sex => key::TALLY_GROUP_SEX,
        TallyGroup::AgeAndSex => key::TALLY_GROUP_AGE_AND_SEX,
        TallyGroup::School => key::TALLY_GROUP_SCHOOL,
    }
}

/// Returns the title of the column of an outcome.
pub(crate) fn outcome_key(outcome: EligibilityOutcome) -> Key {
    match outcome {
        EligibilityOutcome::Eligible => key::TALLY_ELIGIBLE,
        EligibilityOutcome::NotEligible => key::TALLY_NOT_ELIGIBLE,
        EligibilityOutcome::OutsideRulePossible => key::TALLY_OUTSIDE_RULE_POSSIBLE,
        EligibilityOutcome::Undetermined => key::TALLY_UNDETERMINED,
    }
}

/// Returns the table of a group: a title, the names of the columns, a row a label.
fn part(tally: &Tally, group: TallyGroup, under: Option<u64>) -> Vec<Vec<SummaryCell>> {
    let mut header = vec![title(group_key(group), &[])];
    header.extend(EligibilityOutcome::ALL.map(|outcome| title(outcome_key(outcome), &[])));
    header.push(title(key::TALLY_TOTAL, &[]));
    let rows = tally.rows(group).map(|(label, counts)| {
        let counts = counts.iter().copied().chain([counts.iter().sum()]);
        std::iter::once(SummaryCell::Text(label.to_owned()))
            .chain(counts.map(|count| cell(count, under)))
            .collect()
    });
    std::iter::once(header).chain(rows).collect()
}

/// Returns a count as it is shown: with a threshold, hidden under it and rounded down to a multiple of it above.
fn cell(count: u64, under: Option<u64>) -> SummaryCell {
    match under {
        Some(under) if (1..under).contains(&count) => SummaryCell::Text(format!("< {under}")),
        // Rounded down, or a total less its other parts would give the hidden one.
        Some(under) => SummaryCell::Count(count - count % under),
        None => SummaryCell::Count(count),
    }
}

/// Returns a count as it is shown, as a text.
fn shown(count: u64, under: Option<u64>) -> String {
    match cell(count, under) {
        SummaryCell::Count(count) => count.to_string(),
        SummaryCell::Text(text) | SummaryCell::Title(text) => text,
    }
}

/// Returns the number of a row, and that of the one it is like.
fn duplicate_row(row: &DuplicateRow) -> String {
    let values = [("row", &*row.row.to_string()), ("of", &*row.of.to_string())];
    sentence(key::TALLY_DUPLICATE, &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Least and greatest count that the published cell leaves possible.
    fn bounds(told: &SummaryCell, under: u64) -> (u64, u64) {
        match told {
            SummaryCell::Count(0) => (0, 0),
            SummaryCell::Count(count) => (*count, count + under - 1),
            SummaryCell::Text(_) | SummaryCell::Title(_) => (1, under - 1),
        }
    }

    #[test]
    fn without_a_threshold_all_is_told() {
        assert_eq!(
            [0, 1, 7].map(|count| cell(count, None)),
            [0, 1, 7].map(SummaryCell::Count)
        );
    }

    #[test]
    fn counts_are_hidden_or_rounded() {
        let told = [0, 1, 4, 5, 9, 10].map(|count| shown(count, Some(5)));
        assert_eq!(told, ["0", "< 5", "< 5", "5", "5", "10"]);
    }

    /// Whoever knows that a total is the sum of its parts finds no hidden part from the others and the total.
    #[test]
    fn a_hidden_count_cannot_be_had_by_subtraction() {
        const UNDER: u64 = 5;
        for hidden in 1..UNDER {
            for parts in [
                vec![10],
                vec![13, 7],
                vec![0, 50, 3],
                vec![4],
                vec![4, 4],
                vec![1, 23, 8],
                vec![100; 4],
            ] {
                let total = bounds(
                    &cell(hidden + parts.iter().sum::<u64>(), Some(UNDER)),
                    UNDER,
                );
                let others: Vec<(u64, u64)> = parts
                    .iter()
                    .map(|part| bounds(&cell(*part, Some(UNDER)), UNDER))
                    .collect();
                let (low, high) = others
                    .iter()
                    .fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
                let least = total.0.saturating_sub(high).max(1);
                let greatest = total.1.saturating_sub(low).min(UNDER - 1);
                assert!(
                    greatest - least >= 1,
                    "{hidden} beside {parts:?}: {least} to {greatest}"
                );
            }
        }
    }
}
