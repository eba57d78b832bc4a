//! The progress of transfers.

use std::time::Duration;

/// A listener to the progress of transfers. The command line draws bars from it.
pub trait TransferProgress {
    /// A transfer starts, or starts again; `total` is its length in bytes if the server gives it.
    fn start(&mut self, what: &str, total: Option<u64>);
    /// More bytes came.
    fn advance(&mut self, bytes: u64);
    /// The transfer has ended, with or without success.
    fn done(&mut self);
    /// Another attempt follows after this time, because of this fault.
    fn waiting(&mut self, _what: &str, _fault: &str, _wait: Duration) {}
}

/// No progress shown.
impl TransferProgress for () {
    fn start(&mut self, _: &str, _: Option<u64>) {}
    fn advance(&mut self, _: u64) {}
    fn done(&mut self) {}
}
