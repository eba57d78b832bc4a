//! The address nearest to every row's position, as the national address API answers a table of positions.

use arrow_schema::Field;
use qpv_engine::Zone;

use super::addresses::AskedZones;
use super::job::{Added, Cells, Fields, Job, RowError};
use super::positions::MISSING_COORDINATES;
use super::results::{self, Found, ResultColumn};
use super::zones::{self, STANDING, write_standing};
use super::{AnswerCounts, ColumnsError, Error, FilterColumns, PositionColumns};
use qpv_service::CodedError;
use qpv_service::{
    Candidate, Place, PointAnswer, QueryError, SearchFilter, Snapshot, UndeterminedReason,
};

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
    filter: SearchFilter,
}

/// What was found for one row.
pub struct Answer {
    best: Option<Candidate>,
    /// One per choice of perimeters.
    zones: Vec<(Result<PointAnswer, QueryError>, Option<UndeterminedReason>)>,
}

impl Nearest {
    fn find(&self, snapshot: &Snapshot, question: &Question) -> Result<Answer, RowError> {
        let point = question
            .place
            .position()
            .map_err(|error| error.code().as_str())?
            .wgs84;
        let found = snapshot
            .reverse(point, &question.filter, 1)
            .map_err(|error| error.code().as_str())?;
        let best = found.into_iter().next();
        let choices = self
            .zones
            .map_or_else(Vec::new, |zones| zones.vintages.choices());
        let zones = best
            .iter()
            .flat_map(|best| choices.iter().map(|choice| snapshot.zone_of(best, *choice)));
        Ok(Answer {
            zones: zones.collect(),
            best,
        })
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
        let zones = self
            .zones
            .map(|zones| zones::added_columns(zones.prefix, zones.vintages, "doubt"));
        results::added_columns(&self.results)
            .into_iter()
            .chain(zones.into_iter().flatten())
            .collect()
    }

    fn read(&self, _: &[String], fields: Fields<'_, '_>) -> Result<Question, RowError> {
        let (position, filter) = fields.split_at(2);
        Ok(Question {
            place: self.positions.read(position)?,
            filter: self.filter.read(filter)?,
        })
    }

    fn answer(&self, snapshot: &Snapshot, questions: &[Question]) -> Self::Answers {
        questions
            .iter()
            .map(|question| self.find(snapshot, question))
            .collect()
    }

    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl Cells,
    ) {
        let answer = row.and_then(|row| answers[row].as_ref().map_err(|code| *code));
        let found = answer.map(|answer| Found {
            best: answer.best.as_ref(),
            next_score: None,
        });
        results::write(
            snapshot,
            &self.results,
            found.as_ref().map_err(|code| *code),
            MISSING_COORDINATES,
            cells,
        );
        let choices = self
            .zones
            .map_or_else(Vec::new, |zones| zones.vintages.choices());
        for index in 0..choices.len() {
            let zone = answer.map(|answer| answer.zones.get(index));
            let doubt = match zone {
                Ok(Some((Ok(standing), doubt))) => {
                    write_standing(snapshot, standing, cells);
                    cells.text(doubt.map_or("", UndeterminedReason::name));
                    continue;
                }
                Ok(Some((Err(_), _))) => Some(UndeterminedReason::Coverage),
                Ok(None) => Some(UndeterminedReason::NotFound),
                Err(_) => None,
            };
            cells.text(doubt.map_or("", |_| Zone::Undetermined.name()));
            (1..STANDING.len()).for_each(|_| cells.empty());
            cells.text(doubt.map_or("", UndeterminedReason::name));
        }
    }

    fn count(
        &self,
        _: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        line: u64,
        counts: &mut [AnswerCounts],
    ) {
        match row.and_then(|row| answers[row].as_ref().map_err(|code| *code)) {
            Ok(Answer {
                best: Some(_),
                zones,
            }) => {
                for ((standing, doubt), counts) in zones.iter().zip(counts) {
                    counts.zones.count(
                        standing
                            .as_ref()
                            .map_or(Zone::Undetermined, |standing| standing.verdict.zone),
                    );
                    if let Some(doubt) = doubt {
                        counts.count_doubt(doubt.name(), line);
                    }
                }
            }
            Ok(_) => {
                for counts in counts {
                    counts.zones.count(Zone::Undetermined);
                    counts.count_doubt(UndeterminedReason::NotFound.name(), line);
                }
            }
            Err(code) => counts
                .iter_mut()
                .for_each(|counts| counts.count_error(code, line)),
        }
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        self.zones.map_or_else(
            || vec![AnswerCounts::default()],
            |zones| zones.vintages.no_counts(),
        )
    }
}
