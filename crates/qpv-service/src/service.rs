//! The dataset in use, and its replacement while questions keep coming.

use std::sync::Arc;

use crate::Snapshot;
use crate::data::{self, Store};
use arc_swap::ArcSwap;

/// Answers from the current dataset of a data directory, or from the fictional sample while there is none.
///
/// Cheap to share; a [`Snapshot`] taken from it stays valid while a newer one is swapped in.
#[derive(Debug)]
pub struct Service {
    store: Store,
    /// A dataset asked for by its digest never changes.
    pinned: bool,
    current: ArcSwap<Snapshot>,
}

impl Service {
    /// Opens the current dataset of the store.
    ///
    /// # Errors
    /// When there is one and it cannot be opened: a damaged dataset never silently becomes the sample.
    pub fn open(store: Store) -> Result<Self, qpv_geodata::Error> {
        let current = ArcSwap::from_pointee(load(&store)?);
        Ok(Self { store, pinned: false, current })
    }

    /// Opens the dataset of this digest (or of its beginning) and stays on it.
    ///
    /// # Errors
    /// When the store has no such dataset, or cannot open it.
    pub fn open_dataset(store: Store, digest: &str) -> Result<Self, qpv_geodata::Error> {
        let current = ArcSwap::from_pointee(Snapshot::new(store.open(digest)?));
        Ok(Self { store, pinned: true, current })
    }

    /// The dataset to answer from now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Swaps in the store's current dataset if it is another one. Questions under way finish on the one they have.
    ///
    /// # Errors
    /// When the new dataset cannot be opened; the one in use goes on serving.
    pub fn reload_if_changed(&self) -> Result<bool, qpv_geodata::Error> {
        if self.pinned {
            return Ok(false);
        }
        let stored = self.store.current_digest()?;
        let changed = stored.is_some_and(|digest| digest != self.snapshot().digest());
        if changed {
            self.current.store(Arc::new(load(&self.store)?));
        }
        Ok(changed)
    }
}

fn load(store: &Store) -> Result<Snapshot, qpv_geodata::Error> {
    let dataset = match store.current()? {
        Some(dataset) => dataset,
        None => data::sample()?,
    };
    Ok(Snapshot::new(dataset))
}
