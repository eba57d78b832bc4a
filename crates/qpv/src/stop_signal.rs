//! The signals that stop the program.

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

/// Returns a future that resolves on Ctrl-C or SIGTERM.
pub fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate()).context("listening to SIGTERM")?;
    Ok(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    })
}
