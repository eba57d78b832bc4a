//! The zonings of a dataset: their import, and their description.

use std::fmt::Write as _;
use std::path::Path;

use qpv_service::data::{
    self, DatasetDescriptor, ImportedZoning, TextEncoding, ZoningEntry, ZoningExtentEntry,
};
use qpv_service::model::{Crs, ZoningRecord};

use crate::args::Settings;
use crate::output::{Outcome, print, print_json, remark, thousands};

/// The options of an import of a zoning.
pub struct ZoningImport {
    pub record: ZoningRecord,
    pub crs: Option<Crs>,
    pub encoding: Option<TextEncoding>,
    pub precision_m: Option<f64>,
}

/// Imports a zoning.
pub fn import_zoning(
    settings: &Settings,
    file: &Path,
    import: ZoningImport,
) -> anyhow::Result<Outcome> {
    let options = data::ZoningOptions {
        record: import.record,
        crs: import.crs,
        encoding: import.encoding,
        precision_m: import.precision_m,
    };
    let imported = data::import_zoning(&settings.store(), file, options)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(settings.quiet, &describe(&imported));
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

fn describe(imported: &ImportedZoning) -> String {
    let mut text = format!(
        "{}: {} {} of {}",
        heading(&imported.record),
        thousands(imported.places as u64),
        imported.kind,
        imported.file
    );
    for remark in &imported.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    text
}

fn heading(record: &ZoningRecord) -> String {
    let mut text = format!("zoning {} ({})", record.name, record.label);
    // A side that is open is not told: nothing is known of it.
    if let Some(first) = record.period.valid_from {
        let _ = write!(text, ", from {first}");
    }
    if let Some(last) = record.period.valid_until {
        let _ = write!(text, ", until {last}");
    }
    text
}

/// Shows the zonings of a dataset.
pub fn show(current: &DatasetDescriptor) -> anyhow::Result<()> {
    for entry in current.zonings.values() {
        let ZoningEntry { record, extent, .. } = entry;
        let (count, kind, imported_at) = match extent {
            ZoningExtentEntry::Areas(layer) => (layer.areas, "areas", layer.imported_at),
            ZoningExtentEntry::Communes(list) => (list.communes, "communes", list.imported_at),
        };
        let files: Vec<&str> = entry
            .sources()
            .iter()
            .map(|file| file.name.as_str())
            .collect();
        print(&format!(
            "\n{}: {} {kind}",
            heading(record),
            thousands(count as u64)
        ))?;
        print(&format!(
            "  from {}; imported {imported_at}",
            files.join(", ")
        ))?;
    }
    Ok(())
}
