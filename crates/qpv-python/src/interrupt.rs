//! The end of a long call by whoever waits for it.

use std::io;

use pyo3::prelude::*;
use qpv_batch::Progress;

/// A progress that ends when the interpreter is told to stop, as by Ctrl-C.
#[derive(Default)]
pub(crate) struct InterruptibleProgress {
    /// The exception to raise then.
    pub(crate) stopped: Option<PyErr>,
}

impl Progress for InterruptibleProgress {
    fn done(&mut self, _: u64, _: u64) -> io::Result<()> {
        // Only the thread that asked may look for signals, which is the one that follows the progress.
        Python::attach(check_signals).map_err(|stopped| {
            self.stopped = Some(stopped);
            io::ErrorKind::Interrupted.into()
        })
    }
}

/// Raises what a signal's handler raises.
fn check_signals(py: Python<'_>) -> PyResult<()> {
    py.check_signals()
}
