//! `qpv data pull`: the official files, downloaded and imported.

use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use qpv_service::data::{self, PullAddressesRequest, PullRequest, SourceMirror, TransferProgress};
use qpv_service::model::Vintage;

use crate::args::Settings;
use crate::data::import::{or_report, show_addresses, show_imported};
use crate::output::Outcome;

#[derive(Debug, Args)]
pub struct PullArgs {
    /// Only this vintage of perimeters [default: both]
    #[arg(long)]
    pub vintage: Option<Vintage>,
    /// Addresses of these departments instead of perimeters, by INSEE code, a comma between them, or `all`
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "DEPARTMENTS",
        conflicts_with = "vintage"
    )]
    pub addresses: Vec<String>,
    /// Take the files from this folder or address instead
    #[arg(long, value_name = "DIR|URL")]
    pub mirror: Option<String>,
    /// Another catalogue than the one in the program
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
}

/// Downloads and imports the official files.
pub fn run(settings: &Settings, args: &PullArgs) -> anyhow::Result<Outcome> {
    let mirror = args
        .mirror
        .as_deref()
        .map(str::parse::<SourceMirror>)
        .transpose()?;
    if !args.addresses.is_empty() {
        let (departments, catalogue) = (args.addresses.clone(), args.catalogue.clone());
        let request = PullAddressesRequest {
            departments,
            mirror,
            catalogue,
        };
        let mut bars = TransferBars {
            quiet: settings.quiet,
            bar: ProgressBar::hidden(),
        };
        return show_addresses(
            settings,
            &data::pull_addresses(&settings.store(), &request, &mut bars)?,
            false,
        );
    }
    let request = PullRequest {
        vintage: args.vintage,
        mirror,
        catalogue: args.catalogue.clone(),
    };
    let mut bars = TransferBars {
        quiet: settings.quiet,
        bar: ProgressBar::hidden(),
    };
    let imported = or_report(settings, data::pull(&settings.store(), &request, &mut bars))?;
    show_imported(settings, &imported, false)
}

/// Progress bars of transfers, on standard error.
struct TransferBars {
    quiet: bool,
    bar: ProgressBar,
}

impl TransferProgress for TransferBars {
    fn start(&mut self, what: &str, total: Option<u64>) {
        if self.quiet {
            return;
        }
        let known = "{msg} {bar:30} {bytes} / {total_bytes}, {bytes_per_sec}, {eta} left";
        let unknown = "{msg} {spinner} {bytes}, {bytes_per_sec}";
        let template = if total.is_some() { known } else { unknown };
        let style = ProgressStyle::with_template(template).expect("the templates are well formed");
        self.bar = total
            .map_or_else(ProgressBar::new_spinner, ProgressBar::new)
            .with_style(style);
        self.bar.set_message(what.to_owned());
    }

    fn advance(&mut self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn done(&mut self) {
        self.bar.finish();
    }
}
