//! The server: the listener, the watcher of datasets, the fetching of the background map.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use qpv_service::{IndexCheck, Service};
use tokio::net::TcpListener;

use crate::access::AccessControl;
use crate::connections::{ConnectionOptions, serve_connections};
use crate::memory;
use crate::options::ServerOptions;
use crate::router::routes_over;
use crate::state::{App, new_app};
use crate::tls::TlsCertificate;

/// Serves until `stop` resolves, then lets requests under way finish for [`Limits::drain`](crate::Limits::drain) at most.
///
/// A watcher checks once a second for a newly published dataset and swaps it in.
pub async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    options: ServerOptions,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let keys = options
        .access
        .clone()
        .map(|access| tokio::spawn(follow_keys(access)));
    let background = tokio::spawn(fetch_basemap(service.clone()));
    let certificate = options
        .certificate
        .clone()
        .map(|certificate| tokio::spawn(follow_certificate(certificate)));
    let connections = ConnectionOptions {
        limits: options.limits,
        tls: options.certificate.as_ref().map(TlsCertificate::acceptor),
    };
    let app = new_app(service, options);
    let watcher = tokio::spawn(watch(app.clone()));
    serve_connections(listener, routes_over(app), connections, stop).await;
    // All loop, and nothing else ends them.
    watcher.abort();
    background.abort();
    for follower in [keys, certificate].into_iter().flatten() {
        follower.abort();
    }
}

/// Follows the file of the keys.
async fn follow_keys(access: Arc<AccessControl>) {
    follow_files("API keys", move || access.refresh()).await;
}

/// Follows the files of the certificate.
async fn follow_certificate(certificate: Arc<TlsCertificate>) {
    follow_files("TLS files", move || certificate.refresh()).await;
}

/// Looks for changed files once a second.
async fn follow_files(files: &str, look: impl Fn() + Clone + Send + 'static) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    loop {
        ticks.tick().await;
        // A folder on a network may make it wait, and requests go on meanwhile.
        let looked = tokio::task::spawn_blocking(look.clone());
        // Whatever one look panics on, the next one takes place: keys that stay read for ever could never be revoked.
        if looked.await.is_err() {
            tracing::error!(files, "looking for changed files failed; it goes on");
        }
    }
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

/// Swaps in a newly published dataset, and gives back the memory of work that has ended, once a second.
async fn watch(app: App) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    let mut watcher = Watcher::default();
    loop {
        ticks.tick().await;
        if app.has_come_to_rest() {
            tokio::task::spawn_blocking(memory::give_back);
        }
        // Whatever one look panics on, the next one takes place: a service that misses updates answers from old data.
        let looked = AssertUnwindSafe(watcher.look(&app.service)).catch_unwind();
        if looked.await.is_err() {
            tracing::error!("looking for a new dataset failed; it goes on");
        }
    }
}

/// The memory of the watcher from one look to the next.
#[derive(Default)]
struct Watcher {
    last_fault: String,
    maps: MapUse,
    /// Digest of a dataset whose addresses are known to be damaged.
    damaged: String,
}

impl Watcher {
    /// Swaps in a newly published dataset, if there is one.
    async fn look(&mut self, service: &Arc<Service>) {
        let Self {
            last_fault,
            maps,
            damaged,
        } = self;
        maps.prepare_if_used(service);
        let snapshot = service.snapshot();
        if snapshot.address_check() == Some(IndexCheck::Failed) && damaged != snapshot.digest() {
            snapshot.digest().clone_into(damaged);
            tracing::error!(
                "the addresses are damaged and answer nothing: run `qpv data verify`, and import the files again"
            );
        }
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
                maps.prepare_if_used(service);
            }
            // Forgotten once it has passed, so that it is logged when it comes back.
            Ok(Ok(None)) => last_fault.clear(),
            // Logged once, not once a second.
            Ok(Err(fault)) if fault.to_string() != *last_fault => {
                tracing::error!(error = %fault, "cannot open the dataset; the one in use stays, unless its files were altered");
                *last_fault = fault.to_string();
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
