//! `qpv data status`: the content of the current dataset.

use std::fmt::Write as _;

use clap::Args;
use qpv_service::data::{AddressesEntry, VintageEntry};

use crate::args::Settings;
use crate::data::import::{describe_addresses, describe_report};
use crate::data::{admin, custom, zonings};
use crate::output::{Outcome, print, print_json, thousands};

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Show the import reports too
    #[arg(long)]
    pub details: bool,
}

/// Shows the content of the current dataset.
pub fn run(settings: &Settings, args: &StatusArgs) -> anyhow::Result<Outcome> {
    let store = settings.store();
    let status = store.status()?;
    let opened = store.current();
    // A damaged dataset is still described: its descriptor names the files to import again.
    let fault = opened.as_ref().err().map(ToString::to_string);
    let reports = opened
        .ok()
        .flatten()
        .map(|dataset| dataset.reports)
        .unwrap_or_default();
    if settings.json {
        let mut value = serde_json::to_value(&status)?;
        if args.details {
            value["reports"] = serde_json::to_value(&reports)?;
        }
        print_json(&value)?;
        return Ok(Outcome::Done);
    }
    let Some(current) = &status.current else {
        print(&format!(
            "{}: no dataset yet; answers come from the fictional town",
            settings.data.display()
        ))?;
        print("Official data: qpv data pull")?;
        return Ok(Outcome::Done);
    };
    print(&format!("dataset    {}", current.digest))?;
    print(&format!("published  {}", current.published_at))?;
    print(&format!(
        "folder     {}, {} datasets, {} bytes",
        settings.data.display(),
        status.datasets,
        thousands(status.bytes)
    ))?;
    for vintage in &current.vintages {
        print(&describe_vintage(vintage))?;
    }
    if let Some(addresses) = &current.addresses {
        print(&describe_departments(addresses))?;
        if args.details {
            for file in &store.address_report(addresses)?.files {
                print(&describe_addresses(file, true))?;
            }
        }
    }
    custom::show_status(&store, current, args.details)?;
    zonings::show(current)?;
    admin::show_status(&store, current, args.details)?;
    if let Some(fault) = fault {
        print(&format!("\nDAMAGED: {fault}"))?;
        return Ok(Outcome::Faulty);
    }
    for report in &reports {
        print(&format!(
            "{}: {} commune names without an INSEE code",
            report.vintage,
            report.unmatched_communes.len()
        ))?;
        if args.details {
            print(&describe_report(report, true))?;
        }
    }
    Ok(Outcome::Done)
}

fn describe_vintage(entry: &VintageEntry) -> String {
    let mut text = format!(
        "\n{}: {} perimeters",
        entry.vintage,
        thousands(entry.perimeters as u64)
    );
    for (territory, count) in &entry.by_territory {
        let part = if entry.whole.contains(territory) {
            ""
        } else {
            "  (a part only: no answer far from them)"
        };
        let _ = write!(text, "\n  {count:>6}  {}{part}", territory.name());
    }
    let _ = write!(
        text,
        "\n  lines precise to {} m; imported {}",
        entry.precision_m, entry.imported_at
    );
    for source in &entry.sources {
        let _ = write!(text, "\n  from {} (SHA-256 {})", source.name, source.sha256);
        if let Some(url) = &source.url {
            let _ = write!(text, "\n    {url}");
        }
        if let Some(licence) = &source.licence {
            let _ = write!(text, "\n    {licence}");
        }
    }
    text
}

fn describe_departments(entry: &AddressesEntry) -> String {
    let mut text = format!("\naddresses: {}", thousands(entry.addresses));
    for (department, part) in &entry.departments {
        let names: Vec<&str> = part
            .sources
            .iter()
            .map(|source| source.name.as_str())
            .collect();
        let (count, from) = (thousands(part.addresses), names.join(", "));
        let _ = write!(
            text,
            "\n  {department:>3} {count:>10}  from {from}; imported {}",
            part.imported_at
        );
    }
    text
}
