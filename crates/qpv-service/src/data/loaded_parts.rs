//! The loaded parts of a dataset, each with its files and the time of its import.

use jiff::Timestamp;
use qpv_geodata::store::{DatasetDescriptor, SourceFile, ZoningExtentEntry};
use qpv_model::AdminLevel;

/// One part of a dataset.
#[derive(Debug)]
pub(crate) struct LoadedPart<'a> {
    /// Its name: `perimeters 2024`, `addresses 61`.
    pub(crate) part: String,
    /// The files it was read from.
    pub(crate) files: Vec<&'a SourceFile>,
    /// The time of its import.
    pub(crate) imported_at: Option<Timestamp>,
}

impl<'a> LoadedPart<'a> {
    fn new(
        part: impl Into<String>,
        files: impl IntoIterator<Item = &'a SourceFile>,
        imported_at: Timestamp,
    ) -> Self {
        Self {
            part: part.into(),
            files: files.into_iter().collect(),
            imported_at: Some(imported_at),
        }
    }
}

/// Returns the parts of a dataset; programmes, which are rules and no data, are none of them.
pub(crate) fn loaded_parts(descriptor: &DatasetDescriptor) -> Vec<LoadedPart<'_>> {
    let mut parts = Vec::new();
    for entry in &descriptor.vintages {
        let part = format!("perimeters {}", entry.vintage);
        parts.push(LoadedPart::new(part, &entry.sources, entry.imported_at));
    }
    if let Some(entry) = &descriptor.communes {
        parts.push(LoadedPart::new(
            "communes",
            [&entry.source],
            entry.imported_at,
        ));
    }
    let departments = descriptor.addresses.iter();
    for (department, entry) in departments.flat_map(|entry| &entry.departments) {
        let part = format!("addresses {department}");
        parts.push(LoadedPart::new(part, &entry.sources, entry.imported_at));
    }
    for (level, of, entry) in descriptor.outline_entries() {
        // Regions and departments are one part each.
        let part = match level {
            AdminLevel::Commune => format!("outlines {level} {of}"),
            _ => format!("outlines {level}"),
        };
        parts.push(LoadedPart::new(part, &entry.sources, entry.imported_at));
    }
    for (kind, files) in &descriptor.footprints {
        // One line a kind: the cadastre of a department may come in a file for each commune.
        parts.push(LoadedPart {
            part: kind.name().to_owned(),
            files: files.values().map(|entry| &entry.source).collect(),
            imported_at: files.values().map(|entry| entry.imported_at).min(),
        });
    }
    for (vintage, entry) in &descriptor.statistics {
        let part = format!("statistics {vintage}");
        parts.push(LoadedPart::new(part, entry.sources(), entry.imported_at));
    }
    for (kind, entry) in &descriptor.places {
        let part = format!("places {kind}");
        parts.push(LoadedPart::new(part, [&entry.source], entry.imported_at));
    }
    for (name, entry) in &descriptor.zonings {
        let imported_at = match &entry.extent {
            ZoningExtentEntry::Areas(areas) => areas.imported_at,
            ZoningExtentEntry::Communes(communes) => communes.imported_at,
        };
        parts.push(LoadedPart::new(
            format!("zoning {name}"),
            entry.sources(),
            imported_at,
        ));
    }
    for (name, entry) in &descriptor.grounds {
        let part = format!("ground {name}");
        parts.push(LoadedPart::new(part, [&entry.source], entry.imported_at));
    }
    for (name, entry) in &descriptor.layers {
        let part = format!("layer {name}");
        parts.push(LoadedPart::new(part, &entry.sources, entry.imported_at));
    }
    parts
}
