//! `qpv data pull`: the official files, downloaded and imported.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use qpv_service::data::{
    self, PullOutcome, PullPlaces, PulledPart, PulledTown, SourceMirror, TransferProgress,
};
use qpv_service::model::Vintage;

use crate::args::Settings;
use crate::data::import::{or_report, show_addresses, show_imported};
use crate::output::{Outcome, print, print_json, remark, thousands};

/// The shortest wait that is told: the first retries follow within two seconds.
const SHORTEST_TOLD_WAIT: Duration = Duration::from_secs(3);

#[derive(Debug, Args)]
pub struct PullArgs {
    /// All that the towns of these departments need, by INSEE code, a comma between them: perimeters, communes, addresses,
    /// outlines, statistics, schools, lists. What is loaded and unchanged is not fetched again
    #[arg(
        long,
        visible_alias = "department",
        value_delimiter = ',',
        value_name = "DEPARTMENTS"
    )]
    #[arg(value_parser = department, conflicts_with_all = ["vintage", "addresses"])]
    pub departement: Vec<String>,
    /// Fetch and import again what is unchanged too
    #[arg(long, requires = "departement")]
    pub again: bool,
    /// Only this vintage of perimeters [default: all of the catalogue]
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

/// Parses the code of a department.
fn department(text: &str) -> Result<String, String> {
    data::department_code(text).map_err(|error| error.to_string())
}

/// Downloads and imports the official files.
pub fn run(settings: &Settings, args: &PullArgs) -> anyhow::Result<Outcome> {
    let mirror = args
        .mirror
        .as_deref()
        .map(str::parse::<SourceMirror>)
        .transpose()?;
    let places = PullPlaces {
        mirror,
        catalogue: args.catalogue.clone(),
    };
    // The departments first: with them, all kinds of files are asked for at once.
    let (store, mut bars) = (settings.store(), TransferBars::new(settings.quiet));
    if !args.departement.is_empty() {
        let pulled = data::pull_town(&store, &args.departement, args.again, &places, &mut bars)?;
        return show_town(settings, &pulled);
    }
    if !args.addresses.is_empty() {
        let imported = data::pull_addresses(&store, &args.addresses, &places, &mut bars)?;
        return show_addresses(settings, &imported, false);
    }
    let pulled = data::pull(&store, args.vintage, &places, &mut bars);
    let imported = or_report(settings, pulled)?;
    show_imported(settings, &imported, false)
}

/// Shows what became of each part; the exit code says if all of them are loaded.
fn show_town(settings: &Settings, pulled: &PulledTown) -> anyhow::Result<Outcome> {
    let failed = pulled.failed();
    let outcome = if failed > 0 {
        Outcome::Faulty
    } else {
        Outcome::Done
    };
    if settings.json {
        print_json(pulled)?;
        return Ok(outcome);
    }
    for part in &pulled.parts {
        print(&describe_part(part))?;
    }
    if let Some(digest) = &pulled.digest {
        print(&format!("dataset {digest}"))?;
    }
    if failed > 0 {
        // Always shown: the command ends with an error.
        remark(
            false,
            &format!(
                "qpv: {failed} of {} parts failed, the others are loaded; run the same command again: it fetches what is \
                 missing only",
                pulled.parts.len()
            ),
        );
    }
    Ok(outcome)
}

fn describe_part(part: &PulledPart) -> String {
    let source = &part.source;
    match &part.outcome {
        PullOutcome::Imported {
            from,
            bytes,
            content,
            found_as,
            moved,
        } => {
            let mut text = format!(
                "fetched    {source}: {content} ({} bytes from {from})",
                thousands(*bytes)
            );
            if let Some(title) = found_as {
                let _ = write!(text, "\n           found through the portal: “{title}”");
            }
            if let Some(fault) = moved {
                let _ = write!(text, "\n           its address failed: {fault}");
            }
            text
        }
        PullOutcome::Unchanged { since } => {
            let since = since.map_or_else(String::new, |time| {
                format!(", fetched {}", time.strftime("%Y-%m-%d"))
            });
            format!("unchanged  {source}{since}")
        }
        PullOutcome::ByHand { page } => format!(
            "by hand    {source}: no address is known; fetch it from {page} and import it (`qpv data import --help`)"
        ),
        PullOutcome::Failed { fault } => format!("FAILED     {source}: {fault}"),
    }
}

/// Progress bars of transfers, on standard error.
pub struct TransferBars {
    quiet: bool,
    bar: ProgressBar,
}

impl TransferBars {
    /// Returns no bar yet; none is ever shown when quiet.
    pub fn new(quiet: bool) -> Self {
        Self {
            quiet,
            bar: ProgressBar::hidden(),
        }
    }
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

    fn waiting(&mut self, what: &str, fault: &str, wait: Duration) {
        if wait >= SHORTEST_TOLD_WAIT {
            let seconds = wait.as_secs();
            remark(
                self.quiet,
                &format!("{what}: {fault}; the next attempt follows in {seconds} s"),
            );
        }
    }
}
