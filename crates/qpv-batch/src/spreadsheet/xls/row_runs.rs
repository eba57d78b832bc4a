//! The order of the rows of a sheet.
//!
//! Programs write cells as they were given to them, so that a title may stand behind the rows below it. Such a sheet is
//! read in the order of its rows, by the places of the records that belong to each.

use std::io::{Read, Seek};

use super::super::limits::check_held;
use super::compound::Stream;
use super::records::{self, Records};
use crate::error::BatchError;

/// Bytes held of a run, twice while the list grows.
const RUN_BYTES: u64 = 16;

/// Records one behind the other that belong to one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowRun {
    pub(super) row: u16,
    /// The place of the first one in the stream.
    pub(super) place: u64,
}

/// Returns the runs of the sheet whose first record comes next, in the order of rows; `None` when they stand so.
pub(super) fn disordered_runs<R: Read + Seek>(
    records: &mut Records<Stream<R>>,
) -> Result<Option<Vec<RowRun>>, BatchError> {
    let (mut runs, mut open, mut depth): (Vec<RowRun>, Option<u16>, usize) = (vec![], None, 0);
    loop {
        let place = records.place();
        let record = records.next()?;
        match record.kind {
            records::END if depth == 0 => break,
            records::END => depth -= 1,
            records::BEGIN => (depth, open) = (depth + 1, None),
            _ if depth > 0 => {}
            kind if records::CELLS.contains(&kind) => {
                let row = record.u16(0)?;
                if open != Some(row) {
                    runs.push(RowRun { row, place });
                    let held = runs.len() as u64 * RUN_BYTES * 2;
                    check_held(held).map_err(|fault| fault.in_part("a sheet"))?;
                }
                open = Some(row);
            }
            _ => {}
        }
    }
    let is_ordered = runs.windows(2).all(|pair| pair[0].row < pair[1].row);
    // Of two values of one cell the later one counts, as programs show it.
    runs.sort_unstable();
    Ok((!is_ordered).then_some(runs))
}
