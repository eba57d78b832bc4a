//! The address nearest to every row's position, as the national address API answers a table of positions.

use arrow_array::ArrayRef;
use arrow_schema::Field;
use qpv_engine::Zone;

use super::addresses::AskedZones;
use super::job::{Added, Cells, Fields, Job, RowError};
use super::positions::{MISSING_COORDINATES, texts};
use super::results::{self, Found, ResultColumn};
use super::zones::{self, STANDING, write_standing};
use super::{AnswerCounts, ColumnsError, Error, FilterColumns, PositionColumns};
use crate::{Candidate, Doubt, Filter, Place, QueryError, Snapshot, Standing};

/// The address nearest to every row's position.
#[derive(Debug, Clone)]
pub struct Nearest {
    /// Where the positions are.
    pub positions: PositionColumns,
    /// Which addresses are meant.
    pub filter: FilterColumns,
    /// What is told of each.
    pub results: Vec<ResultColumn>,
    /// The zones that are asked besides: those of the addresses.
    pub zones: Option<AskedZones>,
}

/// A position and the addresses that are meant.
pub struct Question {
    place: Place,
    filter: Filter,
}

/// What was found for one row.
pub struct Answer {
    best: Option<Candidate>,
    /// One per choice of perimeters.
    standings: Vec<Result<Standing, QueryError>>,
}

impl Nearest {
    fn find(&self, snapshot: &Snapshot, question: &Question) -> Result<Answer, RowError> {
        let point = question.place.position().map_err(|error| QueryError::code(&error))?.wgs84;
        let found = snapshot.reverse(point, &question.filter, 1).map_err(|error| error.code())?;
        let best = found.into_iter().next();
        let choices = self.zones.map_or_else(Vec::new, |zones| zones.vintages.choices());
        let standings = best.iter().flat_map(|best| choices.iter().map(|choice| snapshot.stands(best, *choice)));
        Ok(Answer { standings: standings.collect(), best })
    }
}

impl Job for Nearest {
    type Asked = Question;
    type Answers = Vec<Result<Answer, RowError>>;

    fn check(&self, snapshot: &Snapshot) -> Result<(), Error> {
        snapshot.addresses()?;
        self.positions.check()
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        let mut columns = self.positions.find(header)?.to_vec();
        columns.extend(self.filter.find(header)?);
        Ok(columns)
    }

    fn check_type(&self, field: &Field) -> Result<(), ColumnsError> {
        PositionColumns::check_type(field)
    }

    fn added(&self, header: &[String]) -> Vec<Added> {
        let mut columns = results::column_names(&self.results);
        if let Some(AskedZones { vintages, prefix }) = self.zones {
            columns.extend(zones::column_names(prefix, vintages, "doubt"));
        }
        Added::replacing(header, columns)
    }

    fn read(&self, fields: Fields<'_, '_>) -> Result<Question, RowError> {
        let (position, filter) = fields.split_at(2);
        Ok(Question { place: self.positions.read(position)?, filter: self.filter.read(filter)? })
    }

    fn read_arrays(&self, columns: &[&ArrayRef]) -> Vec<Result<Question, RowError>> {
        let columns: Vec<_> = columns.iter().map(|column| texts(column)).collect();
        let rows = columns.first().map_or(0, Vec::len);
        let row = |row: usize| columns.iter().map(|column| column[row].clone()).collect::<Vec<_>>();
        (0..rows).map(|index| self.read(&row(index))).collect()
    }

    fn answer(&self, snapshot: &Snapshot, questions: &[Question]) -> Self::Answers {
        questions.iter().map(|question| self.find(snapshot, question)).collect()
    }

    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl Cells,
    ) {
        let answer = row.and_then(|row| answers[row].as_ref().map_err(|code| *code));
        let found = answer.map(|answer| Found { best: answer.best.as_ref(), next_score: None });
        results::write(snapshot, &self.results, found.as_ref().map_err(|code| *code), MISSING_COORDINATES, cells);
        let choices = self.zones.map_or_else(Vec::new, |zones| zones.vintages.choices());
        for index in 0..choices.len() {
            match answer.ok().and_then(|answer| answer.standings.get(index)) {
                Some(Ok(standing)) => {
                    write_standing(snapshot, standing, cells);
                    cells.empty();
                }
                Some(Err(_)) => {
                    cells.text(Zone::Undetermined.name());
                    (1..STANDING.len()).for_each(|_| cells.empty());
                    cells.text(Doubt::Coverage.name());
                }
                None => (0..=STANDING.len()).for_each(|_| cells.empty()),
            }
        }
    }

    fn count(&self, answers: &Self::Answers, row: Result<usize, RowError>, line: u64, counts: &mut [AnswerCounts]) {
        match row.and_then(|row| answers[row].as_ref().map_err(|code| *code)) {
            Ok(Answer { best: Some(_), standings }) => {
                for (standing, counts) in standings.iter().zip(counts) {
                    match standing {
                        Ok(standing) => counts.zones.count(standing.verdict.zone),
                        Err(_) => counts.count_doubt(Doubt::Coverage.name(), line),
                    }
                }
            }
            Ok(_) => counts.iter_mut().for_each(|counts| counts.count_error(Doubt::NotFound.name(), line)),
            Err(code) => counts.iter_mut().for_each(|counts| counts.count_error(code, line)),
        }
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        self.zones.map_or_else(|| vec![AnswerCounts::default()], |zones| zones.vintages.no_counts())
    }
}
