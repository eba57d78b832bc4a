//! What is asked of every row, apart from the format of the table.

use std::borrow::Cow;

use arrow_array::ArrayRef;
use arrow_schema::Field;
use qpv_french::fold::fold_name;

use super::positions::texts;
use super::{AnswerCounts, ColumnsError, Error, RowPoint, Summary, SummaryTable};
use qpv_service::Snapshot;

/// Why a row could not be asked, or has no answer: a stable code.
pub type RowError = &'static str;

/// More or fewer fields than the header, or a quote that is never closed.
pub(super) const BAD_ROW: RowError = "bad_row";

/// The fields of a row that a job reads, in the order of [`Job::columns`].
pub type Fields<'a, 'b> = &'a [Cow<'b, str>];

/// What is asked of every row: [`Zones`](super::Zones), [`Addresses`](super::Addresses), [`Nearest`](super::Nearest) or
/// [`People`](super::People).
/// The formats know of a job only this.
pub trait Job: Sync {
    /// A row as it is asked.
    type Asked: Send;
    /// What was found out about rows asked together.
    type Answers;

    /// Checks what concerns all rows at once.
    ///
    /// # Errors
    /// What is wrong with the settings, or missing in the dataset.
    fn check(&self, snapshot: &Snapshot) -> Result<(), Error>;

    /// The columns that are read, by the names of all.
    ///
    /// # Errors
    /// A column that is not there, or not the only one of its name.
    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError>;

    /// Whether a column of a Parquet table, one of those read, has a type that can be.
    ///
    /// # Errors
    /// [`ColumnsError::NotReadable`].
    fn check_type(&self, field: &Field) -> Result<(), ColumnsError>;

    /// The columns that are added, under their own names.
    fn added(&self) -> Vec<Added>;

    /// Reads a row: the names and the fields of the columns of [`Job::columns`], in that order.
    ///
    /// # Errors
    /// A stable code.
    fn read(&self, names: &[String], fields: Fields<'_, '_>) -> Result<Self::Asked, RowError>;

    /// Reads the rows of columns that have types: as texts, unless numbers are meant.
    fn read_arrays(
        &self,
        names: &[String],
        columns: &[&ArrayRef],
    ) -> Vec<Result<Self::Asked, RowError>> {
        let columns: Vec<Vec<Cow<'_, str>>> = columns.iter().map(|column| texts(column)).collect();
        let rows = columns.first().map_or(0, Vec::len);
        let row = |row: usize| {
            columns
                .iter()
                .map(|column| column[row].clone())
                .collect::<Vec<_>>()
        };
        (0..rows)
            .map(|index| self.read(names, &row(index)))
            .collect()
    }

    /// Asks rows together.
    fn answer(&self, snapshot: &Snapshot, asked: &[Self::Asked]) -> Self::Answers;

    /// Writes the added cells of a row, one for each column of [`Job::added`]: of the one asked at that index, or of one
    /// that could not be.
    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl Cells,
    );

    /// Counts a row. `line` is told with what has no answer.
    fn count(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        line: u64,
        counts: &mut [AnswerCounts],
    );

    /// Where the place of a row is, if that is known and its row is to be shown there.
    fn point(
        &self,
        _snapshot: &Snapshot,
        _answers: &Self::Answers,
        _row: usize,
    ) -> Option<RowPoint> {
        None
    }

    /// Counts of nothing yet: one, or one per vintage.
    fn no_counts(&self) -> Vec<AnswerCounts>;

    /// Whether the table is for people's spreadsheets: then no field of delimited text is left that they would run as a
    /// formula.
    fn for_spreadsheets(&self) -> bool {
        false
    }

    /// What a spreadsheet gets on a second sheet.
    fn summary(&self, _summary: &Summary) -> Option<SummaryTable> {
        None
    }
}

/// Where the added cells of a row go, one after the other.
pub trait Cells {
    /// A text.
    fn text(&mut self, text: &str);
    /// A number, written with that many decimals where numbers are written.
    fn number(&mut self, value: f64, decimals: usize);
    /// Nothing.
    fn empty(&mut self);

    /// A number, or nothing.
    fn number_or_empty(&mut self, value: Option<f64>, decimals: usize) {
        match value {
            Some(value) => self.number(value, decimals),
            None => self.empty(),
        }
    }
}

/// A column that is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Its name.
    pub name: String,
    /// Whether it holds numbers.
    pub number: bool,
}

/// Added columns under other names than those of the header: when it already has one of them, whatever the case, they
/// all get `_qpv` besides, then `_qpv2` and so on.
pub(super) fn apart(header: &[String], added: Vec<Added>) -> Vec<Added> {
    let taken: Vec<String> = header
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    let mut endings = [String::new(), "_qpv".to_owned()]
        .into_iter()
        .chain((2..).map(|number| format!("_qpv{number}")));
    let free = |ending: &String| {
        added
            .iter()
            .all(|column| !taken.contains(&format!("{}{ending}", column.name)))
    };
    let ending = endings
        .find(free)
        .expect("a finite header cannot take infinitely many names");
    added
        .into_iter()
        .map(|column| Added {
            name: column.name + &ending,
            ..column
        })
        .collect()
}

/// Names of columns, to be told: the first ones, cut.
pub(super) fn listed(header: &[String]) -> String {
    const NAMES: usize = 50;
    const CHARACTERS: usize = 60;
    let names: Vec<String> = header
        .iter()
        .take(NAMES)
        .map(|name| name.chars().take(CHARACTERS).collect())
        .collect();
    let more = if header.len() > NAMES { ", …" } else { "" };
    names.join(", ") + more
}

/// The column a user named: exactly so, else whatever its case and accents.
pub(super) fn named(header: &[String], name: &str) -> Result<usize, ColumnsError> {
    if header.iter().any(|column| column.trim() == name.trim()) {
        let header: Vec<&str> = header.iter().map(|column| column.trim()).collect();
        return only(&header, name.trim());
    }
    let names: Vec<String> = header.iter().map(|column| fold_name(column)).collect();
    let wanted = fold_name(name);
    if names.contains(&wanted) {
        return only(&names, &wanted);
    }
    Err(ColumnsError::NoSuchColumn {
        name: name.to_owned(),
        found: listed(header),
    })
}

/// The column of this name, when there is one and not more.
pub(super) fn only<T: AsRef<str>>(names: &[T], wanted: &str) -> Result<usize, ColumnsError> {
    let mut found = (0..names.len()).filter(|&index| names[index].as_ref() == wanted);
    match (found.next(), found.count()) {
        (Some(index), 0) => Ok(index),
        (_, more) => Err(ColumnsError::Ambiguous {
            name: wanted.to_owned(),
            count: more + 1,
        }),
    }
}
