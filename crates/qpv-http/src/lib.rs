//! The HTTP interface of `qpv`: wire types, error table, limits, OpenAPI, documentation, embedded front end.
//!
//! [`router`] assembles it over a [`Service`]; [`serve`] runs it until asked to stop. A handler extracts, makes one
//! call to the service and converts the answer to a [`wire`] type, which the command line prints too.
//!
//! Promises: errors are `application/problem+json` with a stable `code` (table in [`problem`]); no position, address
//! or query string is logged; every answer names its dataset. Refuses: rules of the domain, file formats.

mod addresses;
mod answer;
mod base;
mod basemap;
mod check;
mod communes;
mod compare;
mod extract;
mod frame;
mod health;
mod http;
mod lists;
mod ogc;
mod openapi;
mod perimeters;
pub mod problem;
mod reports;
mod streets;
mod tiles;
mod web;
pub mod wire;
mod zones;

pub use http::{Limits, router, serve};
pub use openapi::document;

use std::sync::Arc;
use std::time::Duration;

use qpv_service::Service;
use tokio::sync::Semaphore;

use crate::answer::KeptReference;
use crate::lists::progress::Lists;
use crate::problem::Problem;

/// How long a heavy request waits for a permit before it is refused.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tables received at once.
const UPLOADS: usize = 8;

/// What handlers share, counted once.
pub(crate) type App = Arc<Shared>;

/// What handlers share.
#[derive(Debug)]
pub(crate) struct Shared {
    service: Arc<Service>,
    /// One permit per heavy request under way.
    heavy: Arc<Semaphore>,
    /// One permit per tile being cut.
    cutters: Arc<Semaphore>,
    /// One permit per table being received.
    uploads: Semaphore,
    limits: Limits,
    reference: KeptReference,
    lists: Lists,
}

impl Shared {
    fn new(service: Arc<Service>, limits: Limits) -> Self {
        let heavy = Arc::new(Semaphore::new(limits.heavy_requests));
        let cutters = Arc::new(Semaphore::new(limits.tiles));
        let uploads = Semaphore::new(UPLOADS);
        let (reference, lists) = (KeptReference::default(), Lists::default());
        Self {
            service,
            heavy,
            cutters,
            uploads,
            limits,
            reference,
            lists,
        }
    }

    /// Runs heavy work on a blocking thread, once a permit is free.
    async fn heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        behind(&self.heavy, work).await
    }

    /// Runs work on tiles on a blocking thread, once a permit is free; at once, on this one, if it is `quick`.
    async fn cutting<T: Send + 'static>(
        &self,
        quick: bool,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        if quick {
            Ok(work())
        } else {
            behind(&self.cutters, work).await
        }
    }
}

/// Runs work on a blocking thread, once one of these permits is free.
async fn behind<T: Send + 'static>(
    permits: &Arc<Semaphore>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let permit = tokio::time::timeout(PATIENCE, permits.clone().acquire_owned()).await;
    let Ok(Ok(permit)) = permit else {
        return Err(Problem::new(
            "overloaded",
            "every worker is busy with long requests; try again in a moment",
        ));
    };
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    done.await.map_err(|fault| Problem::internal(&fault))
}
