//! `qpv data fetch`: a dataset of another installation, by its digest.

use clap::Args;
use qpv_service::data::{self, AskedDataset, DatasetSource, FetchOutcome, FetchedDataset};

use crate::args::Settings;
use crate::data::pull::TransferBars;
use crate::output::{Outcome, print, print_json, thousands};

#[derive(Debug, Args)]
pub struct FetchArgs {
    /// The data folder of another installation, or the address where a web server has it
    #[arg(long, value_name = "DIR|URL")]
    pub from: String,
    /// The dataset: its whole digest, or `current` for the one that answers there
    #[arg(value_name = "DIGEST")]
    pub dataset: AskedDataset,
    /// The SHA-256 that its description must have: `sha256sum datasets/DIGEST.json` where it was imported
    #[arg(long, value_name = "SHA256", value_parser = description_sum)]
    pub sum: Option<String>,
}

/// Parses a SHA-256.
fn description_sum(text: &str) -> Result<String, &'static str> {
    let text = text.to_ascii_lowercase();
    if data::is_sha256(&text) {
        Ok(text)
    } else {
        Err("give the 64 characters that `sha256sum` prints")
    }
}

/// Takes a dataset from elsewhere, and makes it current.
pub fn run(settings: &Settings, args: &FetchArgs) -> anyhow::Result<Outcome> {
    let source = DatasetSource::parse(&args.from)?;
    let mut bars = TransferBars::new(settings.quiet);
    let sum = args.sum.as_deref();
    let fetched = data::fetch_dataset(&settings.store(), &source, &args.dataset, sum, &mut bars)?;
    if settings.json {
        print_json(&fetched)?;
    } else {
        print(&describe(&fetched, &args.from))?;
    }
    Ok(Outcome::Done)
}

fn describe(fetched: &FetchedDataset, from: &str) -> String {
    let digest = &fetched.digest;
    match fetched.outcome {
        FetchOutcome::Unchanged => {
            format!("dataset {digest}: it was here and in use already; nothing was fetched")
        }
        FetchOutcome::Switched => {
            format!("dataset {digest}: it was here already, and is in use now; nothing was fetched")
        }
        FetchOutcome::Fetched => format!(
            "dataset {digest}: {} of {} files fetched from {from} ({} bytes); it is verified, and in use now",
            fetched.files,
            fetched.files + fetched.files_here,
            thousands(fetched.bytes)
        ),
    }
}
