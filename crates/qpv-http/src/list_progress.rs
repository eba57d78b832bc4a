//! The progress of lists, kept in memory under the name that each client chose, until its list ends.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::problem::Problem;
use crate::wire::ProgressAnswer;

/// Lists with a progress at once: names come from clients, and must not fill the memory. More lists are answered
/// without one.
const MAX_FOLLOWED_LISTS: usize = 256;
/// Characters of a name: 16 random ones are too many to guess.
const NAME_CHARACTERS: RangeInclusive<usize> = 16..=64;

type ProgressByName = BTreeMap<String, Arc<ListProgress>>;

/// The lists in progress, by the names that their clients chose.
#[derive(Debug, Default)]
pub(crate) struct ListsInProgress(Arc<Mutex<ProgressByName>>);

/// The progress of a list.
#[derive(Debug)]
pub(crate) struct ListProgress {
    started: Instant,
    /// Bytes of the whole list; zero until it is all received.
    total_bytes: AtomicU64,
    done_bytes: AtomicU64,
    done_rows: AtomicU64,
    is_waiting: AtomicBool,
}

/// The registration of a list in progress, which ends when this is dropped.
pub(crate) struct ListRegistration {
    lists: Arc<Mutex<ProgressByName>>,
    name: String,
    progress: Arc<ListProgress>,
}

impl ListsInProgress {
    /// Registers a list under a name; returns nothing when too many are registered already.
    ///
    /// # Errors
    /// When the name is malformed, or belongs to a list in progress.
    pub(crate) fn register(&self, name: &str) -> Result<Option<ListRegistration>, Problem> {
        let is_plain = name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '-');
        if !NAME_CHARACTERS.contains(&name.len()) || !is_plain {
            return Err(Problem::bad_parameter(
                "`progress` must have 16 to 64 letters, digits and hyphens, made at random",
            ));
        }
        let mut lists = locked(&self.0);
        if lists.contains_key(name) {
            return Err(Problem::bad_parameter(
                "`progress` names a list that is under way: make another",
            ));
        }
        if lists.len() >= MAX_FOLLOWED_LISTS {
            return Ok(None);
        }
        let progress = Arc::new(ListProgress {
            started: Instant::now(),
            total_bytes: AtomicU64::new(0),
            done_bytes: AtomicU64::new(0),
            done_rows: AtomicU64::new(0),
            is_waiting: AtomicBool::new(false),
        });
        lists.insert(name.to_owned(), progress.clone());
        Ok(Some(ListRegistration {
            lists: self.0.clone(),
            name: name.to_owned(),
            progress,
        }))
    }

    /// Returns the progress of a list, if one of this name is registered.
    pub(crate) fn progress(&self, name: &str) -> Option<ProgressAnswer> {
        locked(&self.0).get(name).map(|progress| progress.answer())
    }
}

/// Locks the lists. A panic elsewhere leaves the map whole, so a poisoned lock is used on.
fn locked(lists: &Mutex<ProgressByName>) -> MutexGuard<'_, ProgressByName> {
    lists.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ListProgress {
    /// Says that the list is all received, and that others come first.
    pub(crate) fn wait_for_turn(&self) {
        self.is_waiting.store(true, Ordering::Relaxed);
    }

    /// Sets the size of the list, whose turn it is.
    pub(crate) fn set_total(&self, bytes: u64) {
        self.is_waiting.store(false, Ordering::Relaxed);
        self.total_bytes.store(bytes, Ordering::Relaxed);
    }

    /// Adds what was read and answered since the last call.
    pub(crate) fn add(&self, bytes: u64, rows: u64) {
        self.done_bytes.fetch_add(bytes, Ordering::Relaxed);
        self.done_rows.fetch_add(rows, Ordering::Relaxed);
    }

    fn answer(&self) -> ProgressAnswer {
        let total_bytes = self.total_bytes.load(Ordering::Relaxed);
        // The two are loaded one after the other: the work may have begun in between.
        let done_bytes = self.done_bytes.load(Ordering::Relaxed).min(total_bytes);
        // In whole hundredths: a person watches it.
        let fraction = (total_bytes > 0).then(|| (done_bytes * 100 / total_bytes) as f64 / 100.0);
        ProgressAnswer {
            rows: self.done_rows.load(Ordering::Relaxed),
            fraction,
            waiting: self.is_waiting.load(Ordering::Relaxed),
            elapsed_ms: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl ListRegistration {
    /// Returns the progress to update while the list is answered.
    pub(crate) fn progress(&self) -> Arc<ListProgress> {
        self.progress.clone()
    }
}

impl Drop for ListRegistration {
    fn drop(&mut self) {
        locked(&self.lists).remove(&self.name);
    }
}
