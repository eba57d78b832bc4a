//! `qpv serve`: the HTTP service, until a signal stops it.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use qpv_documents::Signer;
use qpv_french::{key, sentence};
use qpv_http::{
    AuditLog, CrossOrigins, FrameAncestors, HostName, Hosts, Limits, Origin, ServerOptions,
};
use qpv_service::{Basemap, Service};
use tokio::net::TcpListener;

use crate::access_options::{AccessArgs, NobodyAdmitted};
use crate::addresses::address_service;
use crate::args::Settings;
use crate::output::{Outcome, print, report_error};
use crate::stop_signal::StopSignals;

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where to listen; any address but a loopback one asks for keys, see `qpv keys`
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// Send addresses to check that no loaded one is like to this service of the national address API, which then
    /// learns them [default: none, nothing leaves this machine]
    #[arg(long, value_name = "URL")]
    pub address_service: Option<String>,
    /// A background map, by the address of its style (see docs/web.md), instead of the default one, which needs no
    /// network; browsers load its tiles from where they are, and that place then learns what is looked at
    #[arg(long, value_name = "URL", env = "QPV_BASEMAP")]
    pub basemap: Option<String>,
    /// Names that the service answers to, such as `qpv.ville.fr`, beside loopback names and IP addresses: a page that lets a name
    /// of its own lead here is refused [default: none]
    #[arg(long = "host", value_name = "NAME", num_args = 1.., value_delimiter = ',', env = "QPV_HOST")]
    pub hosts: Vec<HostName>,
    /// Sites whose pages may read the address API, the zones of points and features, by their origin, such as
    /// `https://carte.ville.fr` [default: none]
    #[arg(long = "cors-origin", value_name = "ORIGIN", num_args = 1.., value_delimiter = ',', env = "QPV_CORS_ORIGIN")]
    pub cross_origins: Vec<Origin>,
    /// Sites that may show a part of this service in a frame, by their origin, such as `https://ville.fr`: `/embed` on a page of
    /// theirs, `/grist` in a table [default: none]
    #[arg(long, value_name = "ORIGIN", num_args = 1.., value_delimiter = ',', env = "QPV_FRAME_ANCESTORS")]
    pub frame_ancestors: Vec<Origin>,
    /// Write a line for each question to this file: when, who, which programme, which result, and nothing of what was asked
    /// [default: none]
    #[arg(long, value_name = "FILE")]
    pub audit_log: Option<PathBuf>,
    /// Serve this dataset (its digest, or the beginning of it) and stay on it
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Serves until a signal stops the program. Requests under way then finish, unless a second signal comes.
pub fn run(settings: &Settings, args: &ServeArgs) -> anyhow::Result<Outcome> {
    qpv_http::make_lists_give_way();
    let access = match args.access.control(settings, args.listen) {
        Err(fault) if fault.is::<NobodyAdmitted>() => {
            report_error(&fault);
            return Ok(Outcome::WrongUsage);
        }
        access => access?,
    };
    // Before the dataset is opened, which takes longer than finding a wrong file.
    let certificate = args.access.certificate()?;
    let remote_geocoder = address_service(args.address_service.as_deref())?;
    let basemap = args.basemap.as_deref().map(Basemap::new).transpose()?;
    let audit_log = args
        .audit_log
        .as_deref()
        .map(|path| {
            AuditLog::open(path).with_context(|| format!("the audit log {}", path.display()))
        })
        .transpose()?
        .map(Arc::new);
    let service = settings
        .service(args.dataset.as_deref())?
        .with_address_service(remote_geocoder)
        .with_basemap(basemap);
    let service = Arc::new(service);
    // The key is created at the first start. Without one the service still answers, but signs no report.
    if let Err(fault) = Signer::new(service.store().folder()).key() {
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
        // Before the address is printed: a script may stop the program as soon as it has read it.
        let mut signals = StopSignals::listen()?;
        // With the socket bound, because the port asked for may be 0.
        let scheme = if certificate.is_some() {
            "https"
        } else {
            "http"
        };
        announce(settings, &service, scheme, &listener)?;
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let options = ServerOptions {
            limits: Limits {
                rate: args.access.rate(args.listen),
                ..Limits::default()
            },
            hosts: Hosts::new(args.hosts.clone()),
            cross_origins: CrossOrigins::new(args.cross_origins.clone()),
            frame_ancestors: FrameAncestors::new(args.frame_ancestors.clone()),
            access,
            certificate,
            audit_log,
        };
        let serving = qpv_http::serve(listener, service, options, async {
            // A sender that is gone is a stop as well.
            let _ = stopped.await;
        });
        let twice = async {
            signals.next().await;
            let _ = stop.send(());
            signals.next().await;
        };
        tokio::select! {
            () = serving => {}
            () = twice => {}
        }
        anyhow::Ok(())
    })?;
    end_at_once()
}

/// Ends the program without waiting for work that nobody waits for any more, such as tiles being made ready.
#[expect(
    unsafe_code,
    reason = "the standard library ends a program in the one other way only"
)]
fn end_at_once() -> ! {
    // Lost with the program: its address was printed, and flushed, at the start.
    let _ = std::io::stdout().flush();
    // An orderly exit takes down what C libraries keep, beneath the threads of that work, which may abort.
    // SAFETY: `_exit` ends the process and never returns; files of ours are written without buffers or have no name.
    unsafe { libc::_exit(0) }
}

/// Prints the address of the service, which scripts read from standard output.
fn announce(
    settings: &Settings,
    service: &Service,
    scheme: &str,
    listener: &TcpListener,
) -> anyhow::Result<()> {
    let snapshot = service.snapshot();
    if !settings.quiet && snapshot.fictional() {
        print(&sentence(key::DATA_FICTIONAL, &[]))?;
    }
    print(&format!("{scheme}://{}", listener.local_addr()?))
}
