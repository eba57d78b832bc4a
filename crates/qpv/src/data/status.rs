//! `qpv data status`: the content of the current dataset.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use qpv_service::data::{
    self, AddressesEntry, PartStatus, PublishedVersion, PullPlaces, VintageEntry,
};

use qpv_service::{CertaintyLimit, Snapshot, certainty_limits};

use crate::args::Settings;
use crate::data::import::{describe_addresses, describe_report};
use crate::data::pull::TransferBars;
use crate::data::{admin, custom, footprints, grounds, zonings};
use crate::output::{Outcome, print, print_json, thousands};

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Show the import reports too
    #[arg(long)]
    pub details: bool,
    /// Ask the publishers and the open-data portal what is newer than what is loaded; nothing is downloaded
    #[arg(long)]
    pub online: bool,
    /// Another catalogue of sources than the one in the program
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
}

/// Shows the content of the current dataset.
pub fn run(settings: &Settings, args: &StatusArgs) -> anyhow::Result<Outcome> {
    let store = settings.store();
    let status = store.status()?;
    let places = PullPlaces {
        mirror: None,
        catalogue: args.catalogue.clone(),
    };
    let mut parts = data::part_statuses(&store, &places)?;
    if args.online {
        let mut bars = TransferBars::new(settings.quiet);
        data::published_versions(&store, &mut parts, &places, &mut bars)?;
    }
    let opened = store.current();
    // A damaged dataset is still described: its descriptor names the files to import again.
    let fault = opened.as_ref().err().map(ToString::to_string);
    let opened = opened.ok().flatten();
    let (reports, limits) = opened.map_or_else(Default::default, |dataset| {
        let reports = dataset.reports.clone();
        (reports, certainty_limits(&Snapshot::new(dataset)))
    });
    if settings.json {
        let mut value = serde_json::to_value(&status)?;
        value["parts"] = serde_json::to_value(&parts)?;
        value["certainty_limits"] = limits.iter().map(limit_json).collect();
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
        print("All that a town needs: qpv data pull --departement 61")?;
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
    footprints::show_status(&store, current, args.details)?;
    grounds::show(current)?;
    print(&describe_parts(&parts, args.online))?;
    if !limits.is_empty() {
        print(&describe_limits(&limits))?;
    }
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

/// Describes the age of each part; `asked` is true when the publishers were asked for newer versions.
fn describe_parts(parts: &[PartStatus], asked: bool) -> String {
    let mut text = "\nage of the parts".to_owned();
    for part in parts {
        let _ = write!(text, "\n  {:<24} {}", part.part, describe_age(part));
        match &part.published {
            Some(PublishedVersion::Same) => text.push_str("; nothing newer"),
            Some(PublishedVersion::Newer { modified_at, title }) => {
                let day = modified_at.map_or_else(String::new, |time| format!(" of {}", day(time)));
                let title = title
                    .as_ref()
                    .map_or_else(String::new, |title| format!(", “{title}”"));
                let _ = write!(text, "; NEWER is published{day}{title}");
            }
            Some(PublishedVersion::Unknown { fault }) => {
                let _ = write!(text, "; what is published is unknown: {fault}");
            }
            None if asked && part.loaded => text.push_str("; not in the catalogue"),
            None => {}
        }
    }
    if !asked {
        text.push_str("\n  (qpv data status --online asks what is newer)");
    }
    text
}

/// Describes what limits the certainty of answers.
fn describe_limits(limits: &[CertaintyLimit]) -> String {
    let mut text = "\nwhat limits the certainty, the weakest first".to_owned();
    for limit in limits {
        let _ = write!(text, "\n  {}: {}", limit.part(), limit.message());
    }
    text
}

fn limit_json(limit: &CertaintyLimit) -> serde_json::Value {
    serde_json::json!({
        "part": limit.part(),
        "metres": limit.metres(),
        "share": limit.share(),
        "message": limit.message(),
    })
}

fn describe_age(part: &PartStatus) -> String {
    if !part.loaded {
        let advice = part.advice.as_deref().unwrap_or_default();
        return format!("not loaded: {advice}");
    }
    let days = match part.age_days {
        Some(0) => "today".to_owned(),
        Some(1) => "a day ago".to_owned(),
        Some(days) => format!("{days} days ago"),
        None => "at an unknown time".to_owned(),
    };
    // The transfer says more than the import, which may come years later.
    let mut text = match (part.retrieved_at, part.imported_at) {
        (Some(time), _) => format!("fetched {days}, {}", day(time)),
        (None, Some(time)) => format!("imported {days}, {}", day(time)),
        (None, None) => days,
    };
    if let Some(time) = part.changed_at {
        let _ = write!(text, "; published {}", day(time));
    }
    text
}

/// Writes the day of a time.
fn day(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
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
