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
    // Made now, or the first map would wait for its tiles.
    prepare(service.clone());
    loop {
        ticks.tick().await;
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
                prepare(service.clone());
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

/// Prepares tiles while requests are already answered.
fn prepare(service: Arc<Service>) {
    tokio::task::spawn_blocking(move || service.derived().prepare_tiles());
}
