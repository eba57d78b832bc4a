//! The address nearest to every row's position, as the national address API answers a table of positions.

use arrow_array::ArrayRef;
use arrow_schema::Field;

use super::job::{Added, Cells, Fields, Job, RowError};
use super::positions::MISSING_COORDINATES;
use super::results::{self, Found, ResultColumn};
use super::{AnswerCounts, ColumnsError, Error, PositionColumns};
use crate::{Candidate, Filter, Place, QueryError, Snapshot};

/// The address nearest to every row's position.
#[derive(Debug, Clone)]
pub struct Nearest {
    /// Where the positions are.
    pub positions: PositionColumns,
    /// Which addresses are meant.
    pub filter: Filter,
    /// What is told of each.
    pub results: Vec<ResultColumn>,
}

impl Job for Nearest {
    type Asked = Place;
    type Answers = Vec<Result<Option<Candidate>, RowError>>;

    fn check(&self, snapshot: &Snapshot) -> Result<(), Error> {
        snapshot.addresses()?;
        self.positions.check()
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        self.positions.find(header).map(Vec::from)
    }

    fn check_type(&self, field: &Field) -> Result<(), ColumnsError> {
        PositionColumns::check_type(field)
    }

    fn added(&self, header: &[String]) -> Vec<Added> {
        Added::replacing(header, results::column_names(&self.results))
    }

    fn read(&self, fields: Fields<'_, '_>) -> Result<Place, RowError> {
        self.positions.read(fields)
    }

    fn read_arrays(&self, columns: &[&ArrayRef]) -> Vec<Result<Place, RowError>> {
        self.positions.read_arrays(columns)
    }

    fn answer(&self, snapshot: &Snapshot, places: &[Place]) -> Self::Answers {
        let nearest = |place: &Place| {
            let point = place.position().map_err(|error| QueryError::code(&error))?.wgs84;
            let found = snapshot.reverse(point, &self.filter, 1).map_err(|error| error.code())?;
            Ok(found.into_iter().next())
        };
        places.iter().map(nearest).collect()
    }

    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl Cells,
    ) {
        let best = row.and_then(|row| answers[row].as_ref().map_err(|code| *code));
        let found = best.map(|best| Found { best: best.as_ref(), next_score: None });
        results::write(snapshot, &self.results, found.as_ref().map_err(|code| *code), MISSING_COORDINATES, cells);
    }

    fn count(&self, answers: &Self::Answers, row: Result<usize, RowError>, line: u64, counts: &mut [AnswerCounts]) {
        match row.and_then(|row| answers[row].as_ref().map_err(|code| *code)) {
            Ok(Some(_)) => {}
            Ok(None) => counts[0].count_error("not_found", line),
            Err(code) => counts[0].count_error(code, line),
        }
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        vec![AnswerCounts::default()]
    }
}
