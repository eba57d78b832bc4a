//! Who follows a table while it is answered: how far it is, whether to go on, where the places of its rows are.

use std::io;

use qpv_model::{QpvCode, Wgs84Point};

use super::Error;

/// Where the place of a row is, with what was found for it.
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

/// Who follows a table. A closure that takes bytes follows how far it is, and nothing else.
pub trait Watch {
    /// More rows are answered; with how many bytes of the input that is, of a spreadsheet in proportion to its rows.
    ///
    /// # Errors
    /// To stop the work: it then ends with [`Error::Write`].
    fn done(&mut self, bytes: u64, rows: u64) -> io::Result<()>;

    /// Whether [`Watch::point`] is to be told.
    fn wants_points(&self) -> bool {
        false
    }

    /// The place of a row, in the order of the rows; `row` is the number of its line in a text, of its row in a
    /// spreadsheet, from 1.
    ///
    /// # Errors
    /// To stop the work.
    fn point(&mut self, _row: u64, _point: &RowPoint) -> io::Result<()> {
        Ok(())
    }
}

impl<F: FnMut(u64)> Watch for F {
    fn done(&mut self, bytes: u64, _: u64) -> io::Result<()> {
        self(bytes);
        Ok(())
    }
}

impl dyn Watch + '_ {
    /// Tells what a block came to; `before` is what comes before the numbers of its rows.
    pub(super) fn told(
        &mut self,
        bytes: u64,
        rows: u64,
        before: u64,
        points: &[(u64, RowPoint)],
    ) -> Result<(), Error> {
        let points = points
            .iter()
            .try_for_each(|(row, point)| self.point(before + row, point));
        points
            .and_then(|()| self.done(bytes, rows))
            .map_err(Error::Write)
    }
}
