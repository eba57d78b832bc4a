//! The summary of a list as a table: what goes on the second sheet, and into the yearly report to a funder.
//!
//! For publication, counts under a threshold are hidden, and others with them: a count hidden alone in its row or column
//! would be its total less the others. Counts that stay are exact.

use qpv_programmes::{Outcome, Programme};

use super::tally::{Group, Outcomes, Tally};
use crate::wording::say;

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
    /// What the sheet is called.
    pub name: String,
    /// Its rows; an empty one between parts.
    pub rows: Vec<Vec<SummaryCell>>,
}

/// A count that is shown or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Count(u64),
    /// Under the threshold.
    Under,
    /// Hidden so that another one cannot be found.
    Hidden,
}

impl SummaryTable {
    /// The summary of a list. With `under`, counts from 1 to one less than that are hidden.
    #[must_use]
    pub fn of(tally: &Tally, programme: &Programme, digest: &str, fictional: bool, under: Option<u64>) -> Self {
        let mut rows = vec![vec![title("tally.title", &[("programme", &programme.name)])]];
        if fictional {
            rows.push(vec![text("data.fictional.sheet", &[])]);
        }
        let all: u64 = tally.rows(Group::All).flat_map(|(_, counts)| counts).sum();
        let short = digest.get(..12).unwrap_or(digest);
        rows.push(vec![text("tally.origin", &[("digest", short), ("rows", &all.to_string())])]);
        rows.push(vec![share(tally, under)]);
        if let Some(under) = under {
            rows.push(vec![text("tally.suppressed", &[("under", &under.to_string())])]);
        }
        for group in Group::ALL {
            rows.push(vec![]);
            rows.extend(part(tally, group, under));
        }
        Self { name: say("tally.sheet", &[]), rows }
    }

    /// The same as delimited text for a French spreadsheet: UTF-8 with a mark, semicolons.
    #[must_use]
    pub fn to_csv(&self) -> Vec<u8> {
        let mut written = b"\xef\xbb\xbf".to_vec();
        for row in &self.rows {
            for (column, cell) in row.iter().enumerate() {
                if column > 0 {
                    written.push(b';');
                }
                match cell {
                    SummaryCell::Count(count) => written.extend_from_slice(count.to_string().as_bytes()),
                    SummaryCell::Text(text) | SummaryCell::Title(text) => {
                        let text = crate::batch::harmless::text(text);
                        written.push(b'"');
                        written.extend_from_slice(text.replace('"', "\"\"").as_bytes());
                        written.push(b'"');
                    }
                }
            }
            written.extend_from_slice(b"\r\n");
        }
        written
    }
}

fn title(key: &str, values: &[(&str, &str)]) -> SummaryCell {
    SummaryCell::Title(say(key, values))
}

fn text(key: &str, values: &[(&str, &str)]) -> SummaryCell {
    SummaryCell::Text(say(key, values))
}

/// The share of the homes whose zone is known that lie in a perimeter. Not told when it would tell a hidden count.
fn share(tally: &Tally, under: Option<u64>) -> SummaryCell {
    let of = |zone: &str| {
        let label = say(&format!("tally.zone.{zone}"), &[]);
        tally.rows(Group::Zone).filter(|(known, _)| *known == label).flat_map(|(_, counts)| counts).sum::<u64>()
    };
    let (inside, unknown) = (of("qpv"), of("undetermined"));
    let known = inside + of("band_300m") + of("outside");
    let small = |count: u64| under.is_some_and(|under| (1..under).contains(&count));
    let told = |count: u64| if small(count) { say("tally.hidden", &[]) } else { count.to_string() };
    if known == 0 {
        return text("tally.share.none", &[("unknown", &told(unknown))]);
    }
    let tenths = (inside * 2000 + known) / (2 * known);
    let hides = small(inside) || small(known - inside);
    let share = if hides { say("tally.hidden", &[]) } else { format!("{},{}", tenths / 10, tenths % 10) };
    let inside = if hides { share.clone() } else { told(inside) };
    text("tally.share", &[("share", &share), ("inside", &inside), ("known", &told(known)), ("unknown", &told(unknown))])
}

/// The table of a group: a title, the names of the columns, a row a label.
fn part(tally: &Tally, group: Group, under: Option<u64>) -> Vec<Vec<SummaryCell>> {
    let labels: Vec<(&str, &Outcomes)> = tally.rows(group).collect();
    let mut header = vec![title(&format!("tally.group.{}", group.name()), &[])];
    header.extend(Outcome::ALL.map(|outcome| title(&format!("tally.{}", outcome.name()), &[])));
    header.push(title("tally.total", &[]));
    let counts: Vec<Vec<u64>> = labels.iter().map(|(_, counts)| with_total(counts)).collect();
    let shown = hidden(&counts, under.unwrap_or(0));
    let rows = labels.iter().zip(shown).map(|((label, _), shown)| {
        let cells = shown.into_iter().map(|cell| match cell {
            Shown::Count(count) => SummaryCell::Count(count),
            Shown::Under => SummaryCell::Text(format!("< {}", under.unwrap_or_default())),
            Shown::Hidden => text("tally.hidden", &[]),
        });
        std::iter::once(SummaryCell::Text((*label).to_owned())).chain(cells).collect()
    });
    std::iter::once(header).chain(rows).collect()
}

fn with_total(counts: &Outcomes) -> Vec<u64> {
    counts.iter().copied().chain([counts.iter().sum()]).collect()
}

/// Hides counts under a threshold, then, in every row and column where one alone is hidden, the least other one that is not
/// zero, until none is alone. A row's last count is its total, a part of the row like the others; the sum of a column is told
/// elsewhere in the summary.
fn hidden(counts: &[Vec<u64>], under: u64) -> Vec<Vec<Shown>> {
    let show = |count: u64| if (1..under).contains(&count) { Shown::Under } else { Shown::Count(count) };
    let mut shown: Vec<Vec<Shown>> = counts.iter().map(|row| row.iter().map(|count| show(*count)).collect()).collect();
    let columns = counts.first().map_or(0, Vec::len);
    loop {
        let rows = (0..shown.len()).map(|row| (0..columns).map(|column| (row, column)).collect::<Vec<_>>());
        let across = (0..columns).map(|column| (0..shown.len()).map(|row| (row, column)).collect::<Vec<_>>());
        let alone = rows.chain(across).find_map(|line| lone(&shown, &line));
        match alone {
            Some((row, column)) => shown[row][column] = Shown::Hidden,
            None => return shown,
        }
    }
}

/// Where one alone of a line is hidden: the least that can be hidden with it, one that is not zero if there is any.
fn lone(shown: &[Vec<Shown>], line: &[(usize, usize)]) -> Option<(usize, usize)> {
    let at = |&(row, column): &(usize, usize)| shown[row][column];
    let hidden = line.iter().filter(|place| !matches!(at(place), Shown::Count(_))).count();
    if hidden != 1 {
        return None;
    }
    let left = line.iter().filter_map(|place| match at(place) {
        Shown::Count(count) => Some((count == 0, count, *place)),
        _ => None,
    });
    left.min().map(|(.., place)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(counts: &[&[u64]], under: u64) -> Vec<Vec<Shown>> {
        hidden(&counts.iter().map(|row| row.to_vec()).collect::<Vec<_>>(), under)
    }

    #[test]
    fn without_a_threshold_all_is_shown() {
        assert_eq!(shown(&[&[1, 0, 2, 3]], 0), [[1, 0, 2, 3].map(Shown::Count)]);
    }

    /// No count that is hidden can be found from those shown: in every row and column that has any, two at least are.
    #[test]
    fn a_hidden_count_is_never_alone() {
        let tables: [&[&[u64]]; 4] = [
            &[&[12, 3, 0, 8, 23], &[20, 15, 9, 30, 74], &[40, 12, 33, 7, 92]],
            &[&[12, 3, 0, 8, 23]],
            &[&[1, 0, 0, 0, 1], &[50, 50, 50, 50, 200]],
            &[&[100, 4, 100, 100, 304], &[100, 100, 100, 100, 400], &[100, 100, 100, 100, 400]],
        ];
        for counts in tables {
            let shown = shown(counts, 5);
            let hidden = |cell: &Shown| !matches!(cell, Shown::Count(_));
            for row in &shown {
                assert_ne!(row.iter().filter(|cell| hidden(cell)).count(), 1, "{shown:?}");
            }
            for column in 0..5 {
                let count = shown.iter().filter(|row| hidden(&row[column])).count();
                assert!(count != 1 || shown.len() == 1, "{shown:?}");
            }
            for (row, counts) in shown.iter().zip(counts) {
                for (cell, count) in row.iter().zip(*counts) {
                    match cell {
                        Shown::Count(shown) => assert!(shown == count && !(1..5).contains(shown)),
                        Shown::Under => assert!((1..5).contains(count)),
                        Shown::Hidden => {}
                    }
                }
            }
        }
    }
}
