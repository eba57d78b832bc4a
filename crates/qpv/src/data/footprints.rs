//! The parcels and buildings that addresses stand on.

use std::fmt::Write as _;
use std::path::PathBuf;

use qpv_service::data::{
    self, DatasetDescriptor, FootprintNotes, FootprintOptions, FootprintReport, Store,
};
use qpv_service::model::FootprintKind;

use crate::args::Settings;
use crate::output::{Outcome, print, print_json, remark, thousands};

/// Imports files of parcels or buildings; `lists_details` lists the features that were repaired or refused.
pub fn import_footprints(
    settings: &Settings,
    kind: FootprintKind,
    files: &[PathBuf],
    options: &FootprintOptions,
    lists_details: bool,
) -> anyhow::Result<Outcome> {
    let imported = data::import_footprints(&settings.store(), kind, files, options)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    for report in &imported.reports {
        remark(settings.quiet, &describe_footprints(report, lists_details));
    }
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// Describes an import of parcels or buildings.
fn describe_footprints(report: &FootprintReport, details: bool) -> String {
    // What was kept, of what the file holds: the difference is explained below.
    let mut text = format!(
        "{}: {} of {} features of {} / {}, {}",
        report.kind.name(),
        thousands(report.kept),
        thousands(report.features),
        report.file,
        report.layer,
        report.crs
    );
    if !report.communes.is_empty() {
        let _ = write!(text, "\n  of {} communes", report.communes.len());
    }
    for (count, what) in [
        (
            report.light,
            "light constructions, which nobody lives in, were left out",
        ),
        (
            report.other,
            "are no buildings that stand, and were left out",
        ),
    ] {
        if count > 0 {
            let _ = write!(text, "\n  {} {what}", thousands(count));
        }
    }
    write_footprint_notes(&mut text, "repaired", &report.repaired, details);
    // What is missing is always told: an address on it is answered as if nothing were loaded there.
    write_footprint_notes(&mut text, "refused", &report.refused, true);
    for remark in &report.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    text
}

fn write_footprint_notes(text: &mut String, what: &str, notes: &FootprintNotes, details: bool) {
    if notes.count == 0 {
        return;
    }
    let _ = write!(text, "\n  {} {what}", thousands(notes.count));
    if !details {
        text.push_str(" (qpv data status --details lists the first)");
    }
    for note in notes.first.iter().filter(|_| details) {
        let id = if note.id.is_empty() {
            "no identifier"
        } else {
            &note.id
        };
        let _ = write!(
            text,
            "\n    feature {} ({id}): {}",
            note.feature, note.fault
        );
    }
}

/// Shows these parts of the dataset for `qpv data status`.
pub fn show_status(
    store: &Store,
    current: &DatasetDescriptor,
    details: bool,
) -> anyhow::Result<()> {
    for (kind, entry) in current.footprint_entries() {
        // A line a file: each is replaced by its name.
        let (kind, features) = (kind.name(), thousands(entry.features));
        print(&format!("\n{kind}: {features}"))?;
        print(&format!(
            "  from {}; imported {}",
            entry.source.name, entry.imported_at
        ))?;
        if details {
            print(&describe_footprints(&store.footprint_report(entry)?, true))?;
        }
    }
    Ok(())
}
