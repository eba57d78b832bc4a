//! The address nearest to every row's position, as the national address API answers a table of positions.

use qpv_engine::Zone;
use qpv_service::CodedError;
use qpv_service::candidate_zone;
use qpv_service::nearest_addresses;
use qpv_service::{
    Candidate, PointAnswer, QueryError, SearchFilter, Snapshot, UndeterminedReason, WrittenPlace,
};

use crate::address_filter::FilterColumns;
use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::job::Job;
use crate::positions::{POSITION_VALUES, PositionColumns};
use crate::result_columns::{self, FoundAddress, ResultColumn, write_results};
use crate::row_error::{MISSING_COORDINATES, RowError};
use crate::zones::{STANDING, ZoneColumns, write_leaning, write_standing};
use crate::zonings::RowPlaceAsked;

/// The address nearest to every row's position.
#[derive(Debug, Clone)]
pub struct NearestJob {
    /// The columns of the positions.
    pub positions: PositionColumns,
    /// The restrictions on addresses.
    pub filter: FilterColumns,
    /// The columns of results.
    pub results: Vec<ResultColumn>,
    /// The zones of the addresses, if they are wanted.
    pub zones: Option<ZoneColumns>,
}

/// A position and the addresses that are meant.
pub struct NearestQuestion {
    place: WrittenPlace,
    filter: SearchFilter,
}

/// The address found for one row.
pub struct NearestAnswer {
    best: Option<Candidate>,
    /// One per choice of perimeters.
    zones: Vec<(Result<PointAnswer, QueryError>, Option<UndeterminedReason>)>,
}

impl NearestJob {
    fn find(
        &self,
        snapshot: &Snapshot,
        question: &NearestQuestion,
    ) -> Result<NearestAnswer, RowError> {
        let written = question.place;
        let point = written
            .place
            .position()
            .map_err(|error| error.code().as_str())?
            .wgs84;
        let found = nearest_addresses(snapshot, point, &question.filter, 1)
            .map_err(|error| error.code().as_str())?;
        let best = found.first().map(|best| written.widen(best).into_owned());
        let choices = self
            .zones
            .as_ref()
            .map_or_else(Vec::new, |zones| zones.vintages.choices());
        let zones = best.iter().flat_map(|best| {
            choices
                .iter()
                .map(|choice| candidate_zone(snapshot, best, *choice))
        });
        Ok(NearestAnswer {
            zones: zones.collect(),
            best,
        })
    }
}

impl Job for NearestJob {
    type Question = NearestQuestion;
    type Answers = Vec<Result<NearestAnswer, RowError>>;

    fn check(&self, snapshot: &Snapshot) -> Result<(), BatchError> {
        snapshot.addresses()?;
        Ok(())
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        let mut columns = self.positions.find(header)?.to_vec();
        columns.extend(self.filter.find(header)?);
        Ok(columns)
    }

    fn required_values(&self) -> Option<&'static str> {
        Some(POSITION_VALUES)
    }

    fn added(&self) -> Vec<AddedColumn> {
        let zones = self.zones.iter().flat_map(ZoneColumns::added);
        result_columns::added_columns(&self.results)
            .into_iter()
            .chain(zones)
            .collect()
    }

    fn read(&self, _: &[String], cells: &[Cell<'_>]) -> Result<NearestQuestion, RowError> {
        let (position, filter) = cells.split_at(2);
        Ok(NearestQuestion {
            place: self.positions.read(position)?,
            filter: self.filter.read(filter)?,
        })
    }

    fn answer(&self, snapshot: &Snapshot, questions: &[NearestQuestion]) -> Self::Answers {
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
        cells: &mut impl CellWriter,
    ) {
        let answer = row.and_then(|row| answers[row].as_ref().map_err(|code| *code));
        let found = answer.map(|answer| FoundAddress {
            best: answer.best.as_ref(),
            // The nearest address is found by distance, which gives no score to compare.
            next_score: None,
        });
        write_results(
            &self.results,
            found.as_ref().map_err(|code| *code),
            &[MISSING_COORDINATES],
            cells,
        );
        let Some(zones) = &self.zones else {
            return;
        };
        for index in 0..zones.vintages.choices().len() {
            let zone = answer.map(|answer| answer.zones.get(index));
            let doubt = match zone {
                Ok(Some((Ok(standing), doubt))) => {
                    write_standing(snapshot, standing, cells);
                    cells.text(doubt.map_or("", UndeterminedReason::name));
                    write_leaning(standing.leaning(), cells);
                    let member = standing.located.members.first();
                    let perimeter = member.map(|it| snapshot.perimeter(standing.vintage, *it));
                    zones.write_figures(index, snapshot, perimeter, cells);
                    continue;
                }
                Ok(Some((Err(_), _))) => Some(UndeterminedReason::Coverage),
                Ok(None) => Some(UndeterminedReason::NotFound),
                Err(_) => None,
            };
            cells.text(doubt.map_or("", |_| Zone::Undetermined.name()));
            (1..STANDING.len()).for_each(|_| cells.empty());
            cells.text(doubt.map_or("", UndeterminedReason::name));
            write_leaning(None, cells);
            zones.write_figures(index, snapshot, None, cells);
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
            Ok(NearestAnswer {
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

    fn asked_place(
        &self,
        _: &Snapshot,
        _: &NearestQuestion,
        answers: &Self::Answers,
        row: usize,
    ) -> Option<RowPlaceAsked> {
        let NearestAnswer { best, zones } = answers[row].as_ref().ok()?;
        let Some(best) = best else {
            return Some(RowPlaceAsked::Unknown);
        };
        let standing = zones
            .first()
            .and_then(|(standing, _)| standing.as_ref().ok());
        Some(RowPlaceAsked::Position {
            place: best.point.into(),
            uncertainty_m: standing.map_or(Some(best.uncertainty_m), |it| it.uncertainty_m),
            commune: Some(best.citycode),
        })
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        self.zones.as_ref().map_or_else(
            || vec![AnswerCounts::default()],
            |zones| zones.vintages.no_counts(),
        )
    }
}
