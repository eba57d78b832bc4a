//! Blocks read one after the other, worked on by all cores, written in the order they were read.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, sync_channel};

/// Blocks in flight beyond one per thread: being read, waiting to be written.
const MARGIN: usize = 2;

/// Runs every block that `next` gives through `work`, and hands the results to `done` in order. A bounded number of
/// blocks is in flight, so memory is too. `next` and `done` run on the calling thread, which must not be one of the
/// pool that works: it waits.
///
/// # Errors
/// The first of `next` or `done`; blocks in flight are then finished and forgotten.
pub(crate) fn in_order<I: Send, O: Send, E>(
    mut next: impl FnMut() -> Result<Option<I>, E>,
    work: impl Fn(I) -> O + Sync,
    done: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let weightless = || Ok(next()?.map(|block| (block, 0)));
    in_order_within(usize::MAX, weightless, work, done)
}

/// [`in_order`] for blocks of different weights: those in flight weigh no more than `limit` together, unless one alone
/// does.
///
/// # Errors
/// Those of [`in_order`].
pub(crate) fn in_order_within<I: Send, O: Send, E>(
    limit: usize,
    mut next: impl FnMut() -> Result<Option<(I, usize)>, E>,
    work: impl Fn(I) -> O + Sync,
    mut done: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let most = rayon::current_num_threads() + MARGIN;
    let work = &work;
    rayon::in_place_scope(|scope| {
        let mut waiting: VecDeque<(Receiver<O>, usize)> = VecDeque::new();
        let (mut weight, mut block) = (0_usize, next()?);
        loop {
            while waiting.len() < most
                && let Some((_, added)) = &block
                // One alone may weigh more: else it would wait for ever.
                && (waiting.is_empty() || weight.saturating_add(*added) <= limit)
                && let Some((ready, added)) = block.take()
            {
                let (sender, receiver) = sync_channel(1);
                waiting.push_back((receiver, added));
                weight += added;
                // The receiver is gone only when the run has already failed.
                scope.spawn(move |_| drop(sender.send(work(ready))));
                block = next()?;
            }
            let Some((receiver, taken)) = waiting.pop_front() else {
                return Ok(());
            };
            // A sender that is gone has panicked; the scope passes the panic on.
            match receiver.recv() {
                Ok(result) => done(result)?,
                Err(_) => return Ok(()),
            }
            weight -= taken;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whoever_finishes_first() {
        let (mut number, mut results) = (0u64, Vec::new());
        let next = || {
            number += 1;
            Ok::<_, ()>((number <= 1000).then_some(number))
        };
        let work = |number: u64| {
            std::thread::sleep(std::time::Duration::from_micros(number % 7 * 50));
            number
        };
        let done = |result| {
            results.push(result);
            Ok(())
        };
        in_order(next, work, done).unwrap();
        assert_eq!(results, (1..=1000).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_failure_ends_it() {
        let mut number = 0;
        let next = || {
            number += 1;
            if number < 20 {
                Ok(Some(number))
            } else {
                Err("reading")
            }
        };
        assert_eq!(in_order(next, |number| number, |_| Ok(())), Err("reading"));
        let mut left = 5;
        let done = |_| {
            left -= 1;
            if left > 0 { Ok(()) } else { Err("writing") }
        };
        assert_eq!(
            in_order(|| Ok(Some(1)), |number| number, done),
            Err("writing")
        );
    }

    #[test]
    #[should_panic(expected = "block 3")]
    fn a_panic_at_work_is_passed_on() {
        let mut number = 0;
        let next = || {
            number += 1;
            Ok::<_, ()>((number < 10).then_some(number))
        };
        let _ = in_order(
            next,
            |number| assert!(number != 3, "block {number}"),
            |()| Ok(()),
        );
    }
}
