//! The order of the rows of a sheet, and its merged cells, both known at its end only.
//!
//! Programs write cells as they were given to them, so that a title may stand behind the rows below it. Such a sheet is
//! read in the order of its rows, by the places of the records that belong to each.

use std::io::{Read, Seek};

use calamine::Dimensions;

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

/// The order of the rows of a sheet and its merged cells, known once it was read through.
pub(super) struct SheetOrder {
    /// The runs in the order of rows; `None` when they stand so.
    pub(super) disordered_runs: Option<Vec<RowRun>>,
    pub(super) merged: Vec<Dimensions>,
}

/// Reads through the sheet whose first record comes next.
pub(super) fn read_order<R: Read + Seek>(
    records: &mut Records<Stream<R>>,
) -> Result<SheetOrder, BatchError> {
    let (mut runs, mut open, mut depth): (Vec<RowRun>, Option<u16>, usize) = (vec![], None, 0);
    let mut merged = vec![];
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
            records::MERGED => {
                for at in (2..record.len().saturating_sub(7)).step_by(8) {
                    let [first_row, last_row] = [record.u16(at)?, record.u16(at + 2)?];
                    let column = record.u16(at + 4)?;
                    merged.push(Dimensions::new(
                        (first_row.into(), column.into()),
                        (last_row.into(), record.u16(at + 6)?.into()),
                    ));
                }
                let held = (runs.len() + merged.len()) as u64 * RUN_BYTES * 2;
                check_held(held).map_err(|fault| fault.in_part("a sheet"))?;
            }
            _ => {}
        }
    }
    let is_ordered = runs.windows(2).all(|pair| pair[0].row < pair[1].row);
    // Of two values of one cell the later one counts, as programs show it.
    runs.sort_unstable();
    Ok(SheetOrder {
        disordered_runs: (!is_ordered).then_some(runs),
        merged,
    })
}
