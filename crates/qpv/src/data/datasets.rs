//! `qpv data verify`, `list` and `prune`: the datasets of the folder.

use clap::Args;
use qpv_service::data::{self, DatasetDescription};

use crate::args::Settings;
use crate::output::{Outcome, print, print_json, thousands};

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// This dataset (its digest, or the beginning of it) [default: the current one]
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

/// Reads a dataset again and checks it.
pub fn verify(settings: &Settings, args: &VerifyArgs) -> anyhow::Result<Outcome> {
    let report = data::verify(&settings.store(), args.dataset.as_deref())?;
    if settings.json {
        print_json(&report)?;
    } else {
        for fault in &report.faults {
            print(&format!("{fault}"))?;
        }
        print(&format!(
            "{}: {} files read, {} faults",
            report.digest,
            report.files,
            report.faults.len()
        ))?;
    }
    Ok(if report.faults.is_empty() {
        Outcome::Done
    } else {
        Outcome::Faulty
    })
}

/// Lists the datasets of the folder.
pub fn list(settings: &Settings) -> anyhow::Result<Outcome> {
    let datasets = settings.store().list()?;
    if settings.json {
        print_json(&datasets)?;
        return Ok(Outcome::Done);
    }
    for listed in &datasets {
        let mark = if listed.current { "*" } else { " " };
        let what = match &listed.described {
            DatasetDescription::Descriptor(descriptor) => {
                let vintages: Vec<String> = descriptor
                    .vintages
                    .iter()
                    .map(|entry| format!("{}: {}", entry.vintage, entry.perimeters))
                    .collect();
                format!("{}  {}", descriptor.published_at, vintages.join(", "))
            }
            DatasetDescription::Fault(fault) => format!("DAMAGED: {fault}"),
        };
        print(&format!("{mark} {}  {what}", listed.digest))?;
    }
    Ok(Outcome::Done)
}

/// Removes all datasets but the current one.
pub fn prune(settings: &Settings) -> anyhow::Result<Outcome> {
    let pruned = settings.store().prune()?;
    if settings.json {
        print_json(&pruned)?;
    } else {
        print(&format!(
            "{} datasets removed, {} bytes freed",
            pruned.datasets.len(),
            thousands(pruned.bytes)
        ))?;
    }
    Ok(Outcome::Done)
}
