//! The archives of map tiles of a dataset: their import, and their description.

use std::path::Path;

use qpv_service::data::{self, DatasetDescriptor, GroundEntry, GroundOptions};
use qpv_service::model::Slug;

use crate::args::Settings;
use crate::output::{Outcome, print, print_json, remark, thousands};

/// Imports an archive of map tiles.
pub fn import_ground(
    settings: &Settings,
    file: &Path,
    options: GroundOptions,
) -> anyhow::Result<Outcome> {
    let imported = data::import_ground(&settings.store(), file, options)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(settings.quiet, &describe(&imported.name, &imported.entry));
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

fn describe(name: &Slug, entry: &GroundEntry) -> String {
    format!(
        "ground {name} ({}): {} tiles ({}), zooms {} to {}, {} bytes\n  {}",
        entry.label,
        thousands(entry.tiles),
        entry.format.name(),
        entry.min_zoom,
        entry.max_zoom,
        thousands(entry.file.bytes),
        entry.attribution
    )
}

/// Shows the archives of a dataset for `qpv data status`.
pub fn show(current: &DatasetDescriptor) -> anyhow::Result<()> {
    for (name, entry) in &current.grounds {
        print(&format!("\n{}", describe(name, entry)))?;
        print(&format!(
            "  from {}; imported {}",
            entry.source.name, entry.imported_at
        ))?;
    }
    Ok(())
}
