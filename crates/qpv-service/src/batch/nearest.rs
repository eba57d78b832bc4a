//! The address nearest to every row's position, as the national address API answers a table of positions.

use arrow_schema::Field;
use qpv_engine::Zone;

use super::addresses::AskedZones;
use super::job::{Added, Cells, Fields, Job, RowError};
use super::positions::MISSING_COORDINATES;
use super::results::{self, Found, ResultColumn};
use super::zones::{self, STANDING, write_standing};
use super::{AnswerCounts, ColumnsError, Error, FilterColumns, PositionColumns};
use crate::{Candidate, Doubt, Filter, Place, QueryError, Snapshot, Standing};

/// How far the nearest address may lie for its zone to be told, metres.
const NEAR_M: f64 = 100.0;

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
    standings: Vec<Result<Standing, Doubt>>,
}

impl Nearest {
    fn find(&self, snapshot: &Snapshot, question: &Question) -> Result<Answer, RowError> {
        let point = question.place.position().map_err(|error| QueryError::code(&error))?.wgs84;
        let found = snapshot.reverse(point, &question.filter, 1).map_err(|error| error.code())?;
        let best = found.into_iter().next();
        let choices = self.zones.map_or_else(Vec::new, |zones| zones.vintages.choices());
        let stands = |best: &Candidate, choice| {
            // The zone of an address that is not there tells nothing of here.
            if best.distance_m.is_none_or(|distance_m| distance_m > NEAR_M) {
                return Err(Doubt::Unlike);
            }
            snapshot.stands(best, choice).map_err(|_| Doubt::Coverage)
        };
        let standings = best.iter().flat_map(|best| choices.iter().map(|choice| stands(best, *choice)));
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

    fn added(&self) -> Vec<Added> {
        let zones = self.zones.map(|zones| zones::added_columns(zones.prefix, zones.vintages, "doubt"));
        results::added_columns(&self.results).into_iter().chain(zones.into_iter().flatten()).collect()
    }

    fn read(&self, _: &[String], fields: Fields<'_, '_>) -> Result<Question, RowError> {
        let (position, filter) = fields.split_at(2);
        Ok(Question { place: self.positions.read(position)?, filter: self.filter.read(filter)? })
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
                Some(Err(doubt)) => {
                    cells.text(Zone::Undetermined.name());
                    (1..STANDING.len()).for_each(|_| cells.empty());
                    cells.text(doubt.name());
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
                        Err(doubt) => {
                            counts.zones.count(Zone::Undetermined);
                            counts.count_doubt(doubt.name(), line);
                        }
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
