//! `qpv serve`: the service, until it is asked to stop.

use std::sync::Arc;

use anyhow::Context;
use qpv_french::{key, sentence};
use qpv_http::Limits;
use qpv_service::{Basemap, Service};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::addresses::address_service;
use crate::args::{ServeArgs, Settings};
use crate::output::{Outcome, print};

pub fn run(settings: &Settings, args: &ServeArgs) -> anyhow::Result<Outcome> {
    let distant = address_service(args.address_service.as_deref())?;
    let basemap = args.basemap.as_deref().map(Basemap::new).transpose()?;
    let service = settings
        .service(args.dataset.as_deref())?
        .with_address_service(distant)
        .with_basemap(basemap);
    let service = Arc::new(service);
    // Made at the first start. Without one the service answers all the same, but makes no report.
    if let Err(fault) = service.report_key() {
        tracing::error!(error = %fault, "reports cannot be signed");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(async {
        let listener = TcpListener::bind(args.listen)
            .await
            .with_context(|| format!("listening on {}", args.listen))?;
        let stop = stop_signal()?;
        announce(settings, &service, &listener)?;
        qpv_http::serve(listener, service, Limits::default(), stop)
            .await
            .context("serving")
    })?;
    Ok(Outcome::Done)
}

fn announce(settings: &Settings, service: &Service, listener: &TcpListener) -> anyhow::Result<()> {
    let snapshot = service.snapshot();
    if !settings.quiet && snapshot.fictional() {
        print(&sentence(key::DATA_FICTIONAL, &[]))?;
    }
    print(&format!("http://{}", listener.local_addr()?))
}

/// Resolves on Ctrl-C or SIGTERM.
pub fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate()).context("listening to SIGTERM")?;
    Ok(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    })
}
