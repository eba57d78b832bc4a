//! Work on blocking threads, and the permits that limit how much of it runs at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use qpv_service::ErrorCode;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::priority::give_way;
use crate::problem::Problem;

/// Longest wait for a permit, after which a request is refused: a browser's user still waits that long.
const MAX_PERMIT_WAIT: Duration = Duration::from_secs(10);

/// Lists that wait for their turn to begin at once: each holds its table in a file.
const MAX_WAITING_LISTS: usize = 64;

/// Lists that have begun and not ended, for each that is worked on: each holds its table, its answers and what it knows of
/// its rows.
const STARTED_LISTS_FOR_A_TURN: usize = 4;

/// Time that a list is worked on before those that wait go first: a short list is answered within one turn.
const TURN: Duration = Duration::from_secs(1);

/// The turns of lists. They take as long as they are long, so that they take turns, and one waits instead of being refused.
#[derive(Debug)]
pub(crate) struct ListTurns {
    turns: Arc<Semaphore>,
    started: Arc<Semaphore>,
    waiting: Semaphore,
    length: Duration,
}

impl ListTurns {
    /// Creates the turns of this many lists at once.
    pub(crate) fn new(at_once: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(at_once)),
            started: Arc::new(Semaphore::new(STARTED_LISTS_FOR_A_TURN * at_once)),
            waiting: Semaphore::new(MAX_WAITING_LISTS),
            length: TURN,
        }
    }

    /// Returns the number of lists that could begin at once.
    pub(crate) fn free(&self) -> usize {
        self.turns.available_permits()
    }

    /// Runs the work on a list once it is its turn, however long that takes. A client that goes away gives its place up.
    ///
    /// # Errors
    /// `overloaded` when too many lists wait already, `internal` when the work panics.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut ListTurn) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let waiting = self.waiting.try_acquire().map_err(|_| overloaded())?;
        let started = self.started.clone().acquire_owned().await;
        let started = started.expect("the places are never closed");
        let mut turn = ListTurn::take(self.turns.clone(), self.length).await;
        drop(waiting);
        let (send, done) = oneshot::channel();
        // A thread of its own: a pooled one could not take its priority back.
        let thread = std::thread::Builder::new()
            .name("list".to_owned())
            .spawn(move || {
                let _started = started;
                give_way();
                // Nobody waits for it once the client has gone.
                let _ = send.send(work(&mut turn));
            });
        thread.map_err(|fault| Problem::internal(&fault))?;
        done.await.map_err(|fault| Problem::internal(&fault))
    }
}

/// The turn of a list that is worked on.
#[derive(Debug)]
pub(crate) struct ListTurn {
    turns: Arc<Semaphore>,
    /// Empty while other lists go first.
    held: Option<OwnedSemaphorePermit>,
    since: Instant,
    length: Duration,
    runtime: Handle,
}

impl ListTurn {
    /// Waits for a turn.
    async fn take(turns: Arc<Semaphore>, length: Duration) -> Self {
        let held = turns.clone().acquire_owned().await;
        Self {
            turns,
            length,
            held: Some(held.expect("the turns are never closed")),
            since: Instant::now(),
            runtime: Handle::current(),
        }
    }

    /// Lets the lists that wait go first, on their own threads, once this one has had its time.
    pub(crate) fn pass_on(&mut self) {
        if self.since.elapsed() < self.length {
            return;
        }
        // Those who wait are served in their order, so that this list comes behind them.
        self.held = None;
        let next = Self::take(self.turns.clone(), self.length);
        *self = self.runtime.clone().block_on(next);
    }
}

fn overloaded() -> Problem {
    Problem::new(
        ErrorCode::Overloaded,
        "every worker is busy with long requests; try again in a moment",
    )
}

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
        _ => Err(overloaded()),
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[tokio::test]
    async fn lists_wait_for_their_turn_and_too_many_are_refused() {
        let turns = Arc::new(ListTurns::new(1));
        let (let_go, held) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let turns = turns.clone();
            async move { turns.run(move |_| held.recv().is_ok()).await }
        });
        while turns.free() > 0 {
            tokio::task::yield_now().await;
        }
        let others: Vec<_> = (0..MAX_WAITING_LISTS)
            .map(|number| {
                let turns = turns.clone();
                tokio::spawn(async move { turns.run(move |_| number).await })
            })
            .collect();
        while turns.waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = turns.run(|_| ()).await.expect_err("no place left");
        assert_eq!(refused.code, ErrorCode::Overloaded);
        let_go.send(()).expect("the first list waits");
        assert!(first.await.expect("no panic").expect("an answer"));
        for (number, other) in others.into_iter().enumerate() {
            assert_eq!(other.await.expect("no panic"), Ok(number));
        }
        let failed = turns.run(|_| panic!("as asked")).await;
        assert_eq!(failed.expect_err("a panic").code, ErrorCode::Internal);
        assert_eq!(turns.run(|_| 5).await, Ok(5), "a panic frees its turn");
    }

    #[tokio::test]
    async fn a_long_list_lets_those_that_wait_go_first() {
        let mut turns = ListTurns::new(1);
        turns.length = Duration::from_millis(1);
        let turns = Arc::new(turns);
        let is_short_answered = Arc::new(AtomicBool::new(false));
        let long = tokio::spawn({
            let (turns, is_short_answered) = (turns.clone(), is_short_answered.clone());
            async move {
                turns
                    .run(move |turn| {
                        while !is_short_answered.load(Ordering::Relaxed) {
                            turn.pass_on();
                        }
                        turn.held.is_some()
                    })
                    .await
            }
        });
        while turns.free() > 0 {
            tokio::task::yield_now().await;
        }
        let short = turns.run(move |_| is_short_answered.store(true, Ordering::Relaxed));
        short.await.expect("an answer");
        assert_eq!(
            long.await.expect("no panic"),
            Ok(true),
            "goes on in its turn"
        );
        assert_eq!(turns.free(), 1);
    }
}
