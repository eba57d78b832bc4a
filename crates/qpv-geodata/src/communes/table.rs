//! The table of communes: one line for each, in order of code, read where it lies.
//!
//! Nothing is decoded at the start: a code is searched by halves in the text itself, and the lines of a department are next
//! to each other. The table built in is `geodata/communes.csv`; an import writes the same columns in the same order.

use std::borrow::Cow;
use std::fmt::Write as _;

use qpv_model::{CommuneCode, CommuneKind, CommuneRecord};

/// A static, for a constant may be copied into each place that names it.
static BUILT_IN: &str = include_str!("../../../../geodata/communes.csv");
/// The columns of a table as it is stored.
pub(super) const COLUMNS: [&str; 7] = [
    "code",
    "name",
    "kind",
    "belongs_to",
    "epci",
    "epci_name",
    "postcodes",
];

/// All communes with their history.
#[derive(Debug, Clone)]
pub struct CommuneTable {
    text: Cow<'static, str>,
}

impl CommuneTable {
    /// Returns the table built into the program.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            text: Cow::Borrowed(BUILT_IN),
        }
    }

    /// Returns the table of a text as [`CommuneTable::as_str`] gives it.
    #[must_use]
    pub fn from_text(text: String) -> Self {
        Self {
            text: Cow::Owned(text),
        }
    }

    /// Returns a table of these rows, to be stored.
    #[must_use]
    pub fn from_records<'r>(records: impl IntoIterator<Item = CommuneRecord<'r>>) -> Self {
        let mut records: Vec<CommuneRecord<'_>> = records.into_iter().collect();
        // A commune before the names of the past of the same code, so that its code finds it first.
        records.sort_by_key(|it| (it.code, it.kind != CommuneKind::Commune, it.name));
        // The header makes the stored file readable by other programs.
        let mut text = COLUMNS.join(";") + "\n";
        for record in records {
            let CommuneRecord {
                code,
                name,
                kind,
                belongs_to,
                epci,
                epci_name,
                postcodes,
            } = record;
            let _ = writeln!(
                text,
                "{code};{name};{kind};{belongs_to};{epci};{epci_name};{postcodes}"
            );
        }
        Self::from_text(text)
    }

    /// Returns the text: a header, then a line for each row.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the row of a code, that of the commune where names of the past have the same code; `None` for a code that
    /// never was one.
    #[must_use]
    pub fn get(&self, code: CommuneCode) -> Option<CommuneRecord<'_>> {
        let line = self.rows()[self.offset_of(code.as_str())..]
            .lines()
            .next()?;
        parsed(line).filter(|record| record.code == code)
    }

    /// Returns the communes of today that a code leads to: itself for one of them, none for a code that never was one.
    #[must_use]
    pub fn communes_of_today(&self, code: CommuneCode) -> Vec<CommuneCode> {
        self.get(code)
            .map(|record| record.communes_of_today().collect())
            .unwrap_or_default()
    }

    /// Walks the rows whose code has this beginning, such as a department, in order.
    pub fn starting_with(&self, prefix: &str) -> impl Iterator<Item = CommuneRecord<'_>> {
        self.lines(prefix).filter_map(parsed)
    }

    /// Walks the rows whose code has this beginning and whose name may be wanted, by what `is_wanted` says of the name alone:
    /// rows that are not wanted cost next to nothing.
    pub(super) fn named(
        &self,
        prefix: &str,
        is_wanted: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = CommuneRecord<'_>> {
        self.lines(prefix)
            .filter(move |line| {
                // A code has five characters, so the name begins at the seventh.
                let name = line.get(6..).and_then(|rest| rest.split(';').next());
                name.is_some_and(&is_wanted)
            })
            .filter_map(parsed)
    }

    /// Walks all rows in order.
    pub fn iter(&self) -> impl Iterator<Item = CommuneRecord<'_>> {
        self.starting_with("")
    }

    fn lines(&self, prefix: &str) -> impl Iterator<Item = &str> {
        // Behind every digit, letter and semicolon that may follow.
        let end = self.offset_of(&format!("{prefix}~"));
        self.rows()[self.offset_of(prefix)..end].lines()
    }

    /// The text behind the header.
    fn rows(&self) -> &str {
        self.text.split_once('\n').map_or("", |(_, rows)| rows)
    }

    /// Returns the place of the first line that is not before this beginning.
    fn offset_of(&self, prefix: &str) -> usize {
        let rows = self.rows().as_bytes();
        let (mut low, mut high) = (0, rows.len());
        while low < high {
            let middle = low + (high - low) / 2;
            // The middle of the bytes lies within a line: its begin is compared.
            let begin = rows[low..middle]
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(low, |at| low + at + 1);
            let line = &rows[begin..];
            if line[..prefix.len().min(line.len())] < *prefix.as_bytes() {
                low = line
                    .iter()
                    .position(|byte| *byte == b'\n')
                    .map_or(rows.len(), |at| begin + at + 1);
            } else {
                high = begin;
            }
        }
        low
    }
}

/// Returns the row of a line; `None` for one that is none.
fn parsed(line: &str) -> Option<CommuneRecord<'_>> {
    let mut values = line.split(';');
    Some(CommuneRecord {
        code: values.next()?.parse().ok()?,
        name: values.next()?,
        kind: values.next()?.parse().ok()?,
        belongs_to: values.next()?,
        epci: values.next()?,
        epci_name: values.next()?,
        postcodes: values.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> CommuneCode {
        text.parse().expect("a code")
    }

    #[test]
    fn the_table_built_in_is_sorted_and_every_line_is_a_row() {
        let table = CommuneTable::built_in();
        let rows: Vec<_> = table.iter().collect();
        assert_eq!(rows.len(), table.rows().lines().count());
        assert!(rows.is_sorted_by_key(|row| (
            row.code,
            row.kind != CommuneKind::Commune,
            row.name
        )));
        let communes = rows.iter().filter(|row| row.kind == CommuneKind::Commune);
        // As many as the package publishes for 2025.
        assert_eq!(communes.count(), 34_969);
        for row in &rows {
            let today: Vec<_> = row.communes_of_today().collect();
            assert!(!today.is_empty(), "{row:?}");
            for commune in today {
                let found = table.get(commune).expect("a successor is a commune");
                assert_eq!(found.kind, CommuneKind::Commune, "{row:?}");
            }
        }
        let again = CommuneTable::from_records(table.iter());
        assert_eq!(again.as_str(), table.as_str());
    }

    #[test]
    fn a_code_is_found_wherever_it_stands() {
        let table = CommuneTable::built_in();
        let row = table.get(code("14047")).expect("Bayeux");
        assert_eq!((row.name, row.postcodes), ("Bayeux", "14400"));
        let rows: Vec<_> = table.iter().collect();
        for row in rows
            .iter()
            .step_by(97)
            .chain(rows.first())
            .chain(rows.last())
        {
            assert_eq!(table.get(row.code).map(|it| it.code), Some(row.code));
        }
        for absent in ["00000", "14999", "99999", "20999"] {
            assert_eq!(table.get(code(absent)), None, "{absent}");
        }
        for (past, today) in [
            ("61169", vec!["61169"]),
            ("75120", vec!["75056"]),
            ("20001", vec!["2A001"]),
            ("50602", vec!["50129"]),
            ("55273", vec!["55245", "55386"]),
            ("97127", vec!["97801"]),
            ("99999", vec![]),
        ] {
            let found: Vec<String> = table
                .communes_of_today(code(past))
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(found, today, "{past}");
        }
        assert_eq!(table.starting_with("978").count(), 1);
        assert_eq!(CommuneTable::from_text(String::new()).iter().count(), 0);
    }
}
