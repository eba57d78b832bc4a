//! The presence of the client that waits for long work.
//!
//! A handler's future is dropped when its connection closes. The [`ClientGuard`] that it holds then
//! signals every [`ClientWatch`], and the work stops at its next block of rows instead of answering
//! nobody.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The request's side: dropped with the future of its handler.
#[derive(Default)]
pub(crate) struct ClientGuard(Arc<AtomicBool>);

/// The work's side.
#[derive(Clone)]
pub(crate) struct ClientWatch(Arc<AtomicBool>);

impl Drop for ClientGuard {
    fn drop(&mut self) {
        // Relaxed, because no other memory is shared through this flag.
        self.0.store(true, Ordering::Relaxed);
    }
}

impl ClientGuard {
    /// Returns a watch for the work to look at.
    pub(crate) fn watch(&self) -> ClientWatch {
        ClientWatch(self.0.clone())
    }
}

impl ClientWatch {
    /// Checks that the client still waits.
    ///
    /// # Errors
    /// [`io::ErrorKind::ConnectionAborted`] once it has gone.
    pub(crate) fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Relaxed) {
            return Err(io::Error::new(
                io::ErrorKind::ConnectionAborted,
                "the client went away",
            ));
        }
        Ok(())
    }
}
