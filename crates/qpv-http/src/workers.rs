//! Work on blocking threads, and the permits that limit how much of it runs at once.

use std::sync::Arc;
use std::time::Duration;

use qpv_service::ErrorCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::Problem;

/// Longest wait for a permit, after which a request is refused: a browser's user still waits that long.
const MAX_PERMIT_WAIT: Duration = Duration::from_secs(10);

/// Runs work on a blocking thread, once one of these permits is free.
///
/// # Errors
/// `overloaded` when no permit is free in time, `internal` when the work panics.
pub(crate) async fn with_permit<T: Send + 'static>(
    permits: &Arc<Semaphore>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let permit = self::permits(permits, 1).await?;
    let done = tokio::task::spawn_blocking(move || {
        // Held by the work, not by the request: a client that goes away frees no core.
        let _permit = permit;
        work()
    });
    done.await.map_err(|fault| Problem::internal(&fault))
}

/// Waits for that many permits at once.
///
/// # Errors
/// `overloaded` when they are not free in time.
pub(crate) async fn permits(
    all: &Arc<Semaphore>,
    count: u32,
) -> Result<OwnedSemaphorePermit, Problem> {
    let acquired = all.clone().acquire_many_owned(count);
    match tokio::time::timeout(MAX_PERMIT_WAIT, acquired).await {
        Ok(Ok(permits)) => Ok(permits),
        _ => Err(Problem::new(
            ErrorCode::Overloaded,
            "every worker is busy with long requests; try again in a moment",
        )),
    }
}

/// Runs work on a blocking thread if it may be long, on this one otherwise.
///
/// # Errors
/// Errors of the work; `internal` when it panics.
pub(crate) async fn run_maybe_blocking<T: Send + 'static>(
    is_long: bool,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    // Changing threads costs more than a short answer takes.
    if !is_long {
        return work();
    }
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|fault| Problem::internal(&fault))?
}
