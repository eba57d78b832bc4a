//! The people of a list by two programmes, or by one on two days: whose result changes, and why.
//!
//! Both sides read the same list, each by the facts that its programme asks; the address is searched once. What is unknown on
//! both sides may hide a change, and never counts as none.

mod row;

use std::sync::{Arc, PoisonError, RwLock};

use jiff::civil::Date;
use qpv_french::dates::day_in_digits;
use qpv_french::{key, sentence};
use qpv_programmes::{EligibilityOutcome, OutcomeChange, Programme, RuleMatches};
use qpv_service::{Candidate, DefaultPlace, Snapshot, messages};

use crate::addresses::{write_home, write_label};
use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::change_counts::ChangeCounts;
use crate::column_names::NO_COLUMN;
use crate::counts::AnswerCounts;
use crate::declarations::check_names;
use crate::error::{BatchError, ColumnsError};
use crate::house_numbers::ReadColumns;
use crate::job::Job;
use crate::list_columns::PeopleColumns;
use crate::list_rows::{ListColumns, SKIPPED};
use crate::outcome_matrix::OutcomeMatrix;
use crate::people::PeopleJob;
use crate::person_row::{PersonRow, row_fault};
use crate::row_error::RowError;
use crate::rows::AddedCell;
use crate::summary::{BatchSummary, names_of};
use crate::summary_table::SummaryTable;

use row::ComparedRow;

/// The columns added, in order; those of pairs are told by their endings.
const CHANGE_NAMES: [&str; 2] = ["change", "changement"];
/// Columns of both sides, with French names and with those of the API.
const SIDE_NAMES: [ColumnPair; 6] = [
    ColumnPair::text("result", API_ENDINGS),
    ColumnPair::text("resultat", FRENCH_ENDINGS),
    ColumnPair::text("motifs", FRENCH_ENDINGS),
    ColumnPair::text("a_completer", FRENCH_ENDINGS),
    ColumnPair::text("verifie_au", FRENCH_ENDINGS),
    ColumnPair::number("age", API_ENDINGS),
];
const LABEL_NAMES: [&str; 2] = ["result_label", SCORE];
const SCORE: &str = "result_score";
/// Columns of the home, by the perimeters of both days.
const HOME_NAMES: [ColumnPair; 6] = [
    ColumnPair::text("zone", API_ENDINGS),
    ColumnPair::text("code_qp", API_ENDINGS),
    ColumnPair::text("lib_qp", API_ENDINGS),
    ColumnPair::number("distance_to_boundary_m", API_ENDINGS),
    ColumnPair::text("certainty", API_ENDINGS),
    ColumnPair::text("vintage", API_ENDINGS),
];
const ERROR_NAME: &str = "error";
const API_ENDINGS: [&str; 2] = ["before", "after"];
const FRENCH_ENDINGS: [&str; 2] = ["avant", "apres"];

/// A column for each side.
struct ColumnPair {
    name: &'static str,
    endings: [&'static str; 2],
    number: bool,
}

impl ColumnPair {
    const fn text(name: &'static str, endings: [&'static str; 2]) -> Self {
        Self {
            name,
            endings,
            number: false,
        }
    }

    const fn number(name: &'static str, endings: [&'static str; 2]) -> Self {
        Self {
            name,
            endings,
            number: true,
        }
    }

    fn added(&self) -> [AddedColumn; 2] {
        self.endings.map(|ending| AddedColumn {
            name: format!("{}_{ending}", self.name),
            number: self.number,
        })
    }
}

/// Returns a column of both sides together.
fn single_column(name: &str) -> AddedColumn {
    AddedColumn {
        name: name.to_owned(),
        number: name == SCORE,
    }
}

/// A programme, and the day on which it is asked.
#[derive(Debug, Clone)]
pub struct ProgrammeOnDay {
    /// The programme.
    pub programme: Programme,
    /// The day, whose perimeters in force answer.
    pub on: Date,
}

/// Comparison of the results of people by two programmes, or by one on two days.
#[derive(Debug)]
pub struct ComparisonJob {
    sides: [PeopleJob; 2],
    matches: RuleMatches,
    /// The facts that columns are given for.
    declarations: Vec<(String, String)>,
    is_same_programme: bool,
    changed_only: bool,
    /// Set when the columns are found, and again when a better header is.
    found: RwLock<Arc<[SideColumns; 2]>>,
}

/// The columns that a side reads.
#[derive(Debug, Default)]
struct SideColumns {
    /// Their places among those that are read.
    places: Vec<usize>,
    names: Vec<String>,
}

impl ComparisonJob {
    /// Compares the first with the second. When their days differ no column of days is read: each day was chosen.
    #[must_use]
    pub fn new(before: ProgrammeOnDay, after: ProgrammeOnDay, columns: &PeopleColumns) -> Self {
        let has_one_day = before.on == after.on;
        let matches = RuleMatches::new(&before.programme, &after.programme);
        let is_same_programme = before.programme == after.programme;
        let sides = [before, after].map(|side| {
            let mut columns = columns.clone();
            if !has_one_day {
                columns.check_date = Some(NO_COLUMN.to_owned());
            }
            // Of a fact that the other one asks, this one knows nothing.
            columns
                .declarations
                .retain(|(name, _)| side.programme.asked_fact(name).is_some());
            PeopleJob::new(vec![side.programme], columns, side.on)
        });
        Self {
            sides,
            matches,
            declarations: columns.declarations.clone(),
            is_same_programme,
            changed_only: false,
            found: RwLock::default(),
        }
    }

    /// Takes addresses that name no place for those of one.
    #[must_use]
    pub fn with_default_place(self, default_place: DefaultPlace) -> Self {
        let sides = self
            .sides
            .map(|side| side.with_default_place(default_place));
        Self { sides, ..self }
    }

    /// Returns the addresses that a row may be, whatever the side: their columns are the same for both.
    fn search(&self, snapshot: &Snapshot, row: &PersonRow) -> Result<Vec<Candidate>, RowError> {
        self.sides[0].search(snapshot, row)
    }

    /// Writes only the rows whose result changes, or its reason, and those of which that is not known.
    #[must_use]
    pub fn changed_only(self, changed_only: bool) -> Self {
        Self {
            changed_only,
            ..self
        }
    }

    /// Returns the programmes, that before first.
    fn programmes(&self) -> [&Programme; 2] {
        self.sides.each_ref().map(PeopleJob::first_programme)
    }

    fn found(&self) -> Arc<[SideColumns; 2]> {
        self.found
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Writes a row that could not be asked.
fn write_fault(snapshot: &Snapshot, code: RowError, cells: &mut impl CellWriter) {
    if code == SKIPPED {
        let columns = CHANGE_NAMES.len()
            + 2 * SIDE_NAMES.len()
            + LABEL_NAMES.len()
            + 2 * HOME_NAMES.len()
            + 1;
        cells.text(SKIPPED);
        cells.text(&sentence(key::LIST_SKIPPED, &[]));
        (2..columns).for_each(|_| cells.empty());
        return;
    }
    let fault = sentence(row_fault(code), &[]);
    let result = EligibilityOutcome::Undetermined;
    // Whatever the fault hides may be a change: never "none".
    cells.text(OutcomeChange::Undetermined.name());
    cells.text(&fault);
    (0..2).for_each(|_| cells.text(result.name()));
    (0..2).for_each(|_| cells.text(&messages::outcome(result)));
    (0..2).for_each(|_| cells.empty());
    (0..2).for_each(|_| cells.text(&fault));
    // The day and the age.
    (0..4).for_each(|_| cells.empty());
    write_label(None, cells);
    (0..2).for_each(|_| write_home(snapshot, None, cells));
    cells.text(code);
}

impl Job for ComparisonJob {
    type Question = [PersonRow; 2];
    type Answers = Vec<ComparedRow>;

    fn check(&self, snapshot: &Snapshot) -> Result<(), BatchError> {
        self.sides.iter().try_for_each(|side| side.check(snapshot))
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        self.columns_by_rows(header, &[]).map(|found| found.read)
    }

    fn columns_by_rows(
        &self,
        header: &[String],
        rows: &[Vec<String>],
    ) -> Result<ReadColumns, ColumnsError> {
        // A fact that neither side asks is a slip, though each side alone would only leave it out.
        check_names(&self.declarations, &self.programmes())?;
        let [before, after] = &self.sides;
        let sides = [
            before.columns_by_rows(header, rows)?,
            after.columns_by_rows(header, rows)?,
        ];
        // What both read is read once.
        let mut read: Vec<usize> = vec![];
        for column in sides.iter().flat_map(|side| &side.read) {
            if !read.contains(column) {
                read.push(*column);
            }
        }
        let found = sides.each_ref().map(|side| SideColumns {
            places: side
                .read
                .iter()
                .filter_map(|column| read.iter().position(|known| known == column))
                .collect(),
            names: names_of(header, &side.read),
        });
        *self.found.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
        // Both judge the numbers of houses alike.
        let [ReadColumns { unread, .. }, _] = sides;
        Ok(ReadColumns { read, unread })
    }

    fn added(&self) -> Vec<AddedColumn> {
        CHANGE_NAMES
            .iter()
            .map(|name| single_column(name))
            .chain(SIDE_NAMES.iter().flat_map(ColumnPair::added))
            .chain(LABEL_NAMES.iter().map(|name| single_column(name)))
            .chain(HOME_NAMES.iter().flat_map(ColumnPair::added))
            .chain([single_column(ERROR_NAME)])
            .collect()
    }

    fn read(&self, _: &[String], cells: &[Cell<'_>]) -> Result<Self::Question, RowError> {
        let found = self.found();
        let [before, after] = &self.sides;
        let [first, second] = found.each_ref().map(|side| {
            let cells = side.places.iter().map(|place| cells[*place].clone());
            cells.collect::<Vec<_>>()
        });
        Ok([
            before.read(&found[0].names, &first)?,
            after.read(&found[1].names, &second)?,
        ])
    }

    fn answer(&self, snapshot: &Snapshot, rows: &[Self::Question]) -> Vec<ComparedRow> {
        rows.iter()
            .map(|sides| ComparedRow::new(snapshot, self, sides))
            .collect()
    }

    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Vec<ComparedRow>,
        row: Result<usize, RowError>,
        cells: &mut impl CellWriter,
    ) {
        let row = match row {
            Ok(row) => &answers[row],
            Err(code) => return write_fault(snapshot, code, cells),
        };
        let sides = &row.sides;
        cells.text(row.change.name());
        cells.text(&row.reasons);
        for side in sides {
            cells.text(side.outcome.name());
        }
        for side in sides {
            cells.text(&side.sentences.outcome);
        }
        for side in sides {
            cells.text(&side.sentences.reasons);
        }
        for side in sides {
            cells.text(&side.sentences.missing);
        }
        for side in sides {
            cells.text(&day_in_digits(side.on));
        }
        for side in sides {
            cells.number_or_empty(side.age.map(f64::from), 0);
        }
        write_label(sides[0].check.as_deref(), cells);
        let homes = sides.each_ref().map(|side| {
            let mut held: Vec<AddedCell> = vec![];
            write_home(snapshot, side.check.as_deref(), &mut held);
            held
        });
        // Each column of the first side stands beside that of the second.
        for (before, after) in homes[0].iter().zip(&homes[1]) {
            before.write(cells);
            after.write(cells);
        }
        cells.text(row.error.unwrap_or_default());
    }

    fn leaves_rows_out(&self) -> bool {
        self.changed_only
    }

    fn keeps(&self, answers: &Vec<ComparedRow>, row: Result<usize, RowError>) -> bool {
        // A row that cannot be read may hide a change.
        !self.changed_only || row.map_or(true, |row| answers[row].change != OutcomeChange::None)
    }

    fn count(
        &self,
        _: &Snapshot,
        answers: &Vec<ComparedRow>,
        row: Result<usize, RowError>,
        line: u64,
        counts: &mut [AnswerCounts],
    ) {
        let Some(counts) = counts.first_mut() else {
            return;
        };
        let outcomes = counts.outcomes.get_or_insert_default();
        match row {
            Ok(row) => {
                let row = &answers[row];
                let pair = row.sides.each_ref().map(|side| side.outcome);
                outcomes.count(pair, row.change, line);
                if let Some(code) = row.error {
                    counts.count_error(code, line);
                }
                // One row is counted once, though both sides have the same doubt mostly.
                let mut checks = row.sides.iter().filter_map(|side| side.check.as_ref());
                if let Some(doubt) = checks.find_map(|check| check.doubt) {
                    counts.count_doubt(doubt.name(), line);
                }
            }
            Err(code) => {
                // A row without an answer is still a person: totals must be those of the list.
                let pair = [EligibilityOutcome::Undetermined; 2];
                outcomes.count(pair, OutcomeChange::Undetermined, line);
                counts.count_error(code, line);
            }
        }
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        vec![AnswerCounts {
            outcomes: Some(ChangeCounts::default()),
            ..AnswerCounts::default()
        }]
    }

    fn for_spreadsheets(&self) -> bool {
        true
    }

    fn list_columns(&self, header: &[String], read: &[usize]) -> Option<ListColumns> {
        self.sides[0].list_columns(header, read)
    }

    fn summary(&self, summary: &BatchSummary) -> Option<SummaryTable> {
        let matrix = OutcomeMatrix {
            programmes: self.programmes(),
            days: self.sides.each_ref().map(PeopleJob::day),
            counts: summary.answers.first()?.outcomes.as_ref()?,
        };
        Some(matrix.table(summary))
    }
}
