//! The time that a client may keep the server waiting.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

use crate::limits::Limits;

/// The time that a client may keep the server waiting: used up by waiting, and earned again by each byte up to
/// [`Limits::patience`].
///
/// A client that keeps [`Limits::least_bytes_per_second`] on average never runs out of it, whatever the size of what it
/// sends; one that trickles does.
#[derive(Debug)]
pub(super) struct Patience {
    full: Duration,
    bytes_per_second: u32,
    left: Duration,
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    since: Instant,
    end: Pin<Box<Sleep>>,
}

impl Patience {
    /// Creates a full one.
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            full: limits.patience,
            bytes_per_second: limits.least_bytes_per_second,
            left: limits.patience,
            waiting: None,
        }
    }

    /// Waits with the task for the client. Ready once it has taken too long.
    pub(super) fn poll_wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let left = self.left;
        let waiting = self.waiting.get_or_insert_with(|| Waiting {
            since: Instant::now(),
            end: Box::pin(sleep(left)),
        });
        waiting.end.as_mut().poll(context)
    }

    /// Returns how much of it earlier waiting has used up.
    pub(super) fn used(&self) -> Duration {
        self.full.saturating_sub(self.left)
    }

    /// Returns whether it waits.
    pub(super) fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// Ends the waiting: this many bytes have come, or gone.
    pub(super) fn earn(&mut self, bytes: usize) {
        // Only what was waited for costs: the server's own slowness is not the client's.
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        let earned = Duration::from_secs_f64(bytes as f64 / f64::from(self.bytes_per_second));
        self.left = self
            .full
            .min(self.left.saturating_sub(waiting.since.elapsed()) + earned);
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn limits() -> Limits {
        Limits {
            patience: Duration::from_secs(20),
            least_bytes_per_second: 1000,
            ..Limits::default()
        }
    }

    /// Seconds until a client that sends this many bytes every second is cut; `None` when it is not within an hour.
    async fn seconds_until_cut(bytes: usize) -> Option<u64> {
        let mut patience = Patience::new(&limits());
        let start = Instant::now();
        while start.elapsed() < Duration::from_hours(1) {
            let next = tokio::time::sleep(Duration::from_secs(1));
            tokio::select! {
                () = poll_fn(|context| patience.poll_wait(context)) => return Some(start.elapsed().as_secs()),
                () = next => patience.earn(bytes),
            }
        }
        None
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_is_cut_and_a_slow_line_is_not() {
        assert_eq!(seconds_until_cut(0).await, Some(20));
        // A byte a second earns a thousandth of what it costs.
        assert_eq!(seconds_until_cut(1).await, Some(20));
        assert_eq!(seconds_until_cut(500).await, Some(39));
        assert_eq!(seconds_until_cut(1001).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_of_the_server_costs_nothing() {
        let mut patience = Patience::new(&limits());
        tokio::time::sleep(Duration::from_hours(1)).await;
        patience.earn(1);
        let cut = poll_fn(|context| patience.poll_wait(context));
        let in_time = tokio::time::timeout(Duration::from_secs(19), cut).await;
        assert!(in_time.is_err(), "19 of 20 seconds are left");
    }
}
