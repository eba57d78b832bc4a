//! `qpv data`: the datasets.

use std::fmt::Write as _;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use qpv_service::data::import::ImportOptions;
use qpv_service::data::{
    self, AddressFileReport, AddressesEntry, DatasetDescription, FeatureNote, ImportReport,
    Imported, ImportedAddresses, PullAddressesRequest, PullRequest, SourceMirror, TransferProgress,
    VintageEntry,
};

use crate::args::{ImportArgs, PullArgs, Settings, StatusArgs, VerifyArgs};
use crate::output::{Outcome, print, print_json, remark, thousands};
use crate::{context, own};

pub fn import(settings: &Settings, args: &ImportArgs) -> anyhow::Result<Outcome> {
    let Some(vintage) = args.vintage else {
        return match own::import(settings, args).or_else(|| context::import(settings, args)) {
            Some(imported) => imported,
            None => import_addresses(settings, args),
        };
    };
    let options = ImportOptions {
        map: args.map.iter().cloned().collect(),
        crs: args.crs,
        precision_m: args.precision_m,
        bands: args.band.clone(),
        accept_refused: args.accept_refused,
        ..ImportOptions::new(vintage)
    };
    let imported = or_report(
        settings,
        data::import_files(&settings.store(), &args.files, &options),
    )?;
    show_imported(settings, &[imported], args.details)
}

fn import_addresses(settings: &Settings, args: &ImportArgs) -> anyhow::Result<Outcome> {
    show_addresses(
        settings,
        &data::import_addresses(&settings.store(), &args.addresses)?,
        args.details,
    )
}

fn show_addresses(
    settings: &Settings,
    imported: &ImportedAddresses,
    details: bool,
) -> anyhow::Result<Outcome> {
    if settings.json {
        print_json(imported)?;
        return Ok(Outcome::Done);
    }
    for file in &imported.report.files {
        remark(settings.quiet, &describe_addresses(file, details));
    }
    for line in &imported.remarks {
        remark(settings.quiet, line);
    }
    remark(
        settings.quiet,
        &format!(
            "{} addresses in all, each once",
            thousands(imported.addresses)
        ),
    );
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// A file of addresses in words; `details` lists every malformed row that was kept.
fn describe_addresses(file: &AddressFileReport, details: bool) -> String {
    let departments: Vec<&str> = file.by_department.keys().map(String::as_str).collect();
    let (taken, rows) = (thousands(file.taken), thousands(file.rows));
    let mut text = format!(
        "{} ({}): {taken} addresses of {rows} rows",
        file.file, file.format
    );
    let _ = write!(text, ", departments {}", departments.join(", "));
    for (count, what) in [
        (file.malformed, "malformed"),
        (file.unplaced, "without a position"),
        (file.blank, "blank"),
    ] {
        if count > 0 {
            let _ = write!(text, "\n  {} rows {what}", thousands(count));
        }
    }
    let shown = if details { usize::MAX } else { 10 };
    for row in file.first_malformed.iter().take(shown) {
        let _ = write!(text, "\n    line {}: {}", row.line, row.fault);
    }
    if file.malformed > shown as u64 {
        text.push_str("\n    … (qpv data status --details lists the first thousand)");
    }
    for remark in &file.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    text
}

pub fn pull(settings: &Settings, args: &PullArgs) -> anyhow::Result<Outcome> {
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
        let mut bars = Bars {
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
    let mut bars = Bars {
        quiet: settings.quiet,
        bar: ProgressBar::hidden(),
    };
    let imported = or_report(settings, data::pull(&settings.store(), &request, &mut bars))?;
    show_imported(settings, &imported, false)
}

pub fn status(settings: &Settings, args: &StatusArgs) -> anyhow::Result<Outcome> {
    let store = settings.store();
    let status = store.status()?;
    let opened = store.current();
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
        print(&describe(vintage))?;
    }
    if let Some(addresses) = &current.addresses {
        print(&describe_departments(addresses))?;
        if args.details {
            for file in &store.address_report(addresses)?.files {
                print(&describe_addresses(file, true))?;
            }
        }
    }
    own::show_status(&store, current, args.details)?;
    context::show_status(&store, current, args.details)?;
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

/// Features refused: the whole report is shown before the import fails.
fn or_report<T>(settings: &Settings, result: Result<T, data::Error>) -> anyhow::Result<T> {
    if let Err(data::Error::FeaturesRefused(report)) = &result {
        if settings.json {
            print_json(report)?;
        } else {
            print(&describe_report(report, true))?;
        }
    }
    Ok(result?)
}

fn show_imported(
    settings: &Settings,
    imported: &[Imported],
    details: bool,
) -> anyhow::Result<Outcome> {
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    for one in imported {
        remark(settings.quiet, &describe_report(&one.report, details));
    }
    let digest = &imported.first().context("nothing was imported")?.digest;
    print(&format!("dataset {digest}"))?;
    Ok(Outcome::Done)
}

fn describe(entry: &VintageEntry) -> String {
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

/// An import in words; `details` lists every feature touched.
fn describe_report(report: &ImportReport, details: bool) -> String {
    let mut text = format!(
        "{}: {} perimeters",
        report.vintage,
        thousands(report.perimeters as u64)
    );
    for layer in &report.layers {
        let crs = layer.crs.map_or_else(
            || "unknown reference system".to_owned(),
            |crs| crs.to_string(),
        );
        let used = match &layer.used {
            Ok(()) => "used".to_owned(),
            Err(reason) => format!("not used: {reason}"),
        };
        let _ = write!(
            text,
            "\n  {} / {}: {} features, {crs}, {used}",
            layer.file, layer.layer, layer.features
        );
    }
    notes(&mut text, "repaired", &report.repaired, details);
    notes(&mut text, "merged", &report.merged, details);
    notes(&mut text, "refused", &report.refused, true);
    if !report.unmatched_communes.is_empty() {
        let _ = write!(
            text,
            "\n  {} commune names match no INSEE code of the vintages loaded",
            report.unmatched_communes.len()
        );
        for unmatched in report.unmatched_communes.iter().filter(|_| details) {
            let _ = write!(text, "\n    {}  {}", unmatched.code_qp, unmatched.lib_com);
        }
    }
    let _ = write!(text, "\n  lines precise to {:.1} m", report.precision_m);
    for remark in &report.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    text
}

pub fn notes(text: &mut String, what: &str, notes: &[FeatureNote], details: bool) {
    if notes.is_empty() {
        return;
    }
    let _ = write!(text, "\n  {} {what}", notes.len());
    if !details {
        text.push_str(" (qpv data status --details lists them)");
    }
    for note in notes.iter().filter(|_| details) {
        let code = note.code_qp.as_deref().unwrap_or("no code");
        let before = note
            .area_before_ha
            .map_or("unknown".to_owned(), |area_ha| format!("{area_ha:.4} ha"));
        let _ = write!(
            text,
            "\n    {} feature {} ({code}): {}; {before} before, {:.4} ha after",
            note.layer, note.feature, note.fault, note.area_after_ha
        );
    }
}

/// Transfers as bars on standard error.
struct Bars {
    quiet: bool,
    bar: ProgressBar,
}

impl TransferProgress for Bars {
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
