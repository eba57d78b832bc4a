//! The server: the listener, the watcher of datasets, the fetching of the background map.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use qpv_service::Service;
use tokio::net::TcpListener;

use crate::limits::Limits;
use crate::router::router;

/// Serves until `stop` resolves, then lets requests under way finish.
///
/// A watcher checks once a second for a newly published dataset and swaps it in.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let watcher = tokio::spawn(watch(service.clone()));
    let background = tokio::spawn(fetch_basemap(service.clone()));
    let served = axum::serve(listener, router(service, limits))
        .with_graceful_shutdown(stop)
        .await;
    // Both loop, and nothing else ends them.
    watcher.abort();
    background.abort();
    served
}

/// Pause between two attempts to download the background map.
const BASEMAP_RETRY_PAUSE: Duration = Duration::from_mins(1);

/// Downloads the background map, if one was chosen. The page uses the default one until it is there.
async fn fetch_basemap(service: Arc<Service>) {
    let mut is_logged = false;
    loop {
        let service = service.clone();
        let fetched = tokio::task::spawn_blocking(move || {
            service
                .basemap()
                .map_or(Ok(()), qpv_service::Basemap::fetch)
        });
        // Done, or panicked: neither is tried again.
        let Ok(Err(fault)) = fetched.await else {
            return;
        };
        // Logged once, not once a minute.
        if !std::mem::replace(&mut is_logged, true) {
            tracing::warn!(error = %fault, "cannot download the background map; the default one is used until a later attempt succeeds");
        }
        tokio::time::sleep(BASEMAP_RETRY_PAUSE).await;
    }
}

/// Swaps in a newly published dataset, once a second.
async fn watch(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    let mut last_fault = String::new();
    let mut maps = MapUse::default();
    loop {
        ticks.tick().await;
        maps.prepare_if_used(&service);
        let asked = service.clone();
        // Reading a dataset blocks, and requests go on meanwhile.
        let reloaded = tokio::task::spawn_blocking(move || {
            asked
                .reload_if_changed()
                .map(|changed| changed.then(|| asked.snapshot().digest().to_owned()))
        });
        match reloaded.await {
            Ok(Ok(Some(digest))) => {
                tracing::info!(digest, "a new dataset is in use");
                maps.prepare_if_used(&service);
            }
            // Forgotten once it has passed, so that it is logged when it comes back.
            Ok(Ok(None)) => last_fault.clear(),
            // Logged once, not once a second.
            Ok(Err(fault)) if fault.to_string() != last_fault => {
                tracing::error!(error = %fault, "cannot open the new dataset; the current one stays in use");
                last_fault = fault.to_string();
            }
            _ => {}
        }
    }
}

/// The use of maps here, and the dataset that all zooms were last made ready for.
#[derive(Default)]
struct MapUse {
    is_used: bool,
    /// Digest of that dataset; empty before the first.
    prepared: String,
}

impl MapUse {
    /// Makes all zooms of the tiles ready once a first tile was asked for, and at once for a later dataset, while requests go on.
    fn prepare_if_used(&mut self, service: &Arc<Service>) {
        let derived = service.derived();
        // Nobody asks a service of programs for maps: it keeps the memory that their layers would take.
        self.is_used |= derived.tiles_if_made().is_some();
        let digest = derived.snapshot().digest();
        if self.is_used && self.prepared != digest {
            digest.clone_into(&mut self.prepared);
            tokio::task::spawn_blocking(move || derived.prepare_tiles());
        }
    }
}
