//! The end of tables that go on for long.

use std::io;

use qpv_batch::Progress;

/// Rows that are answered: a few bytes may stand for a million, which is allowed and takes its time.
const MAX_ROWS: u64 = 2_000;

/// Stops a table that goes on for long.
#[derive(Debug, Default)]
pub(crate) struct RowLimit {
    rows: u64,
}

impl Progress for RowLimit {
    fn done(&mut self, _: u64, rows: u64) -> io::Result<()> {
        self.rows += rows;
        if self.rows > MAX_ROWS {
            return Err(io::Error::other("enough"));
        }
        Ok(())
    }
}
