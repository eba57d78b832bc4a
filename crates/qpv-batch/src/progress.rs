//! Progress of a table being answered: bytes and rows done, places of rows, and whether to go on.

use std::io;

use qpv_model::{QpvCode, Wgs84Point};

use crate::error::BatchError;
use crate::summary::BatchSummary;

/// The place of a row on a map, with its result.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPoint {
    /// On WGS 84.
    pub point: Wgs84Point,
    /// The address that was understood.
    pub label: String,
    /// The result of the row, by its stable name.
    pub result: &'static str,
    /// The perimeters that it lies in, when they are known.
    pub perimeters: Vec<QpvCode>,
}

/// Follows a table. A closure that takes bytes follows the bytes done, and nothing else.
pub trait Progress {
    /// Takes the rows answered since the last call, and the bytes of the input they are, of a spreadsheet or a Parquet
    /// table in proportion to its rows.
    ///
    /// # Errors
    /// To stop the work: it then ends with [`BatchError::Write`].
    fn done(&mut self, bytes: u64, rows: u64) -> io::Result<()>;

    /// Takes the columns that were found, before the first row is answered: a summary without counts.
    fn columns(&mut self, _found: &BatchSummary) {}

    /// Returns whether [`Progress::point`] is to be called.
    fn wants_points(&self) -> bool {
        false
    }

    /// Takes the place of a row, in the order of the rows; `row` is the number of its line in a text, of its row in a
    /// spreadsheet, from 1.
    ///
    /// # Errors
    /// To stop the work.
    fn point(&mut self, _row: u64, _point: &RowPoint) -> io::Result<()> {
        Ok(())
    }
}

impl<F: FnMut(u64)> Progress for F {
    fn done(&mut self, bytes: u64, _: u64) -> io::Result<()> {
        self(bytes);
        Ok(())
    }
}

impl dyn Progress + '_ {
    /// Reports a block; `before` is the number before those of its rows.
    pub(crate) fn report(
        &mut self,
        bytes: u64,
        rows: u64,
        before: u64,
        points: &[(u64, RowPoint)],
    ) -> Result<(), BatchError> {
        points
            .iter()
            .try_for_each(|(row, point)| self.point(before + row, point))
            .and_then(|()| self.done(bytes, rows))
            .map_err(BatchError::Write)
    }
}
