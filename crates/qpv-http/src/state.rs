//! The state that handlers share.

use std::sync::Arc;

use qpv_documents::Signer;
use qpv_service::Service;
use tokio::sync::Semaphore;

use crate::json::DatasetJsonCache;
use crate::limits::Limits;
use crate::list_progress::ListsInProgress;
use crate::problem::Problem;
use crate::workers::with_permit;

/// Tables received at once: each holds memory or disk while its client sends it, however slowly.
const MAX_UPLOADS: usize = 8;

/// The shared state behind one pointer, which is all that a request copies of it.
pub(crate) type App = Arc<SharedState>;

/// The state that handlers share.
#[derive(Debug)]
pub(crate) struct SharedState {
    pub(crate) service: Arc<Service>,
    /// Signs and verifies reports.
    pub(crate) signer: Arc<Signer>,
    pub(crate) limits: Limits,
    /// One permit per table being received.
    pub(crate) uploads: Semaphore,
    pub(crate) dataset_json: DatasetJsonCache,
    pub(crate) lists: ListsInProgress,
    /// One permit per heavy request under way.
    heavy: Arc<Semaphore>,
    /// One permit per tile being made.
    tiles: Arc<Semaphore>,
}

/// Creates the state over a service.
pub(crate) fn new_app(service: Arc<Service>, limits: Limits) -> App {
    Arc::new(SharedState {
        signer: Arc::new(Signer::new(service.store().folder())),
        service,
        limits,
        uploads: Semaphore::new(MAX_UPLOADS),
        dataset_json: DatasetJsonCache::default(),
        lists: ListsInProgress::default(),
        heavy: Arc::new(Semaphore::new(limits.heavy_requests)),
        tiles: Arc::new(Semaphore::new(limits.tiles)),
    })
}

impl SharedState {
    /// Runs heavy work on a blocking thread, once a permit is free.
    pub(crate) async fn run_heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        with_permit(&self.heavy, work).await
    }

    /// Runs work on tiles on a blocking thread once a permit is free, or on this one if it is quick.
    pub(crate) async fn run_on_tiles<T: Send + 'static>(
        &self,
        is_quick: bool,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        if is_quick {
            Ok(work())
        } else {
            with_permit(&self.tiles, work).await
        }
    }
}
