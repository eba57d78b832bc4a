//! The state that handlers share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use qpv_documents::Signer;
use qpv_service::Service;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::access::AccessControl;
use crate::audit::AuditLog;
use crate::cross_origin::CrossOrigins;
use crate::frame_ancestors::FrameAncestors;
use crate::hosts::Hosts;
use crate::json::DatasetJsonCache;
use crate::limits::Limits;
use crate::list_progress::ListsInProgress;
use crate::options::ServerOptions;
use crate::problem::Problem;
use crate::request_counts::RequestCounts;
use crate::request_rates::RequestRates;
use crate::workers::{ListTurn, ListTurns, permits, with_permit};

/// Tables received at once: each holds memory or disk while its client sends it.
const MAX_UPLOADS: usize = 32;
/// Bytes that a permit for a body in memory stands for. Bodies up to this size need none.
const BODY_UNIT_BYTES: usize = 64 << 10;

/// The shared state behind one pointer, which is all that a request copies of it.
pub(crate) type App = Arc<SharedState>;

/// The state that handlers share.
#[derive(Debug)]
pub(crate) struct SharedState {
    pub(crate) service: Arc<Service>,
    /// Signs and verifies reports.
    pub(crate) signer: Arc<Signer>,
    pub(crate) limits: Limits,
    pub(crate) hosts: Hosts,
    pub(crate) frame_ancestors: FrameAncestors,
    pub(crate) cross_origins: CrossOrigins,
    /// The control of who may ask; everyone may without one.
    pub(crate) access: Option<Arc<AccessControl>>,
    pub(crate) audit_log: Option<Arc<AuditLog>>,
    /// One permit per table being received.
    pub(crate) uploads: Semaphore,
    pub(crate) dataset_json: DatasetJsonCache,
    pub(crate) lists: ListsInProgress,
    pub(crate) request_counts: RequestCounts,
    /// The rate of each client; none where it is not limited.
    pub(crate) rates: Option<RequestRates>,
    list_turns: ListTurns,
    /// Heavy work was done since its memory was last given back.
    has_worked: AtomicBool,
    /// One permit per heavy request under way.
    heavy: Arc<Semaphore>,
    /// One permit per tile being made.
    tiles: Arc<Semaphore>,
    /// One permit per [`BODY_UNIT_BYTES`] of the large bodies held in memory.
    bodies: Arc<Semaphore>,
}

/// Creates the state over a service.
pub(crate) fn new_app(service: Arc<Service>, options: ServerOptions) -> App {
    let ServerOptions {
        limits,
        hosts,
        frame_ancestors,
        cross_origins,
        access,
        audit_log,
        // Connections have it.
        certificate: _,
    } = options;
    Arc::new(SharedState {
        signer: Arc::new(Signer::new(service.store().folder())),
        service,
        limits,
        hosts,
        frame_ancestors,
        cross_origins,
        access,
        audit_log,
        uploads: Semaphore::new(MAX_UPLOADS),
        dataset_json: DatasetJsonCache::default(),
        lists: ListsInProgress::default(),
        request_counts: RequestCounts::default(),
        rates: limits.rate.map(RequestRates::new),
        list_turns: ListTurns::new(limits.lists),
        has_worked: AtomicBool::new(false),
        heavy: Arc::new(Semaphore::new(limits.heavy_requests)),
        tiles: Arc::new(Semaphore::new(limits.tiles)),
        bodies: Arc::new(Semaphore::new(limits.held_body_bytes / BODY_UNIT_BYTES)),
    })
}

impl SharedState {
    /// Runs the work on a list on a thread of its own, once it is its turn.
    pub(crate) async fn run_list<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut ListTurn) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.has_worked.store(true, Ordering::Relaxed);
        self.list_turns.run(work).await
    }

    /// Returns whether heavy work was done since the last call that said so, and has ended.
    pub(crate) fn has_come_to_rest(&self) -> bool {
        self.is_at_rest() && self.has_worked.swap(false, Ordering::Relaxed)
    }

    /// Returns the permits that are free, by kind of work.
    pub(crate) fn free_permits(&self) -> [(&'static str, usize); 5] {
        [
            ("upload", self.uploads.available_permits()),
            ("list", self.list_turns.free()),
            ("heavy", self.heavy.available_permits()),
            ("tile", self.tiles.available_permits()),
            ("body_64_kib", self.bodies.available_permits()),
        ]
    }

    fn is_at_rest(&self) -> bool {
        self.list_turns.free() == self.limits.lists
            && self.heavy.available_permits() == self.limits.heavy_requests
            && self.bodies.available_permits() == self.limits.held_body_bytes / BODY_UNIT_BYTES
    }

    /// Runs heavy work on a blocking thread, once a permit is free.
    pub(crate) async fn run_heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.has_worked.store(true, Ordering::Relaxed);
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

    /// Waits for room in memory for a body of this size, which the permit keeps until it is dropped; small ones need none.
    ///
    /// # Errors
    /// `overloaded` when there is no room in time.
    pub(crate) async fn room_for_body(
        &self,
        bytes: usize,
    ) -> Result<Option<OwnedSemaphorePermit>, Problem> {
        // One larger than all the room is refused by its own limit.
        let units = (bytes / BODY_UNIT_BYTES).min(self.limits.held_body_bytes / BODY_UNIT_BYTES);
        if units == 0 {
            return Ok(None);
        }
        self.has_worked.store(true, Ordering::Relaxed);
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        permits(&self.bodies, units).await.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use qpv_service::data::Store;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn large_bodies_wait_for_room_and_small_ones_do_not() {
        let service =
            Service::open(Store::new("a folder that does not exist")).expect("the sample");
        let limits = Limits {
            held_body_bytes: 10 * BODY_UNIT_BYTES,
            ..Limits::default()
        };
        let app = new_app(Arc::new(service), limits.into());
        // Larger than all the room: it gets all of it.
        let first = app.room_for_body(1 << 30).await.expect("room");
        assert!(app.room_for_body(BODY_UNIT_BYTES).await.is_err());
        assert!(app.room_for_body(1000).await.expect("small").is_none());
        drop(first);
        assert!(
            app.room_for_body(BODY_UNIT_BYTES)
                .await
                .expect("room")
                .is_some()
        );
    }
}
