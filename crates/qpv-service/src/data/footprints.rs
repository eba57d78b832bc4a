//! Importing parcels and buildings.

use std::collections::BTreeSet;
use std::path::PathBuf;

use qpv_geodata::footprints::{FootprintOptions, FootprintReport, read_footprints};
use qpv_geodata::store::{FootprintParts, FootprintsComponent, SourceFile};
use qpv_model::FootprintKind;

use super::{Error, Store};

/// The result of an import of parcels or buildings.
#[derive(Debug, serde::Serialize)]
pub struct ImportedFootprints {
    /// The dataset now current.
    pub digest: String,
    /// File by file.
    pub reports: Vec<FootprintReport>,
}

/// Imports files of parcels or buildings, each in place of the one of its name; those of other files stay.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn import_footprints(
    store: &Store,
    kind: FootprintKind,
    files: &[PathBuf],
    options: &FootprintOptions,
) -> Result<ImportedFootprints, Error> {
    refuse_same_name(files)?;
    let components = files.iter().map(|file| {
        let mut parts = FootprintParts::new(store, kind);
        let report = read_footprints(file, kind, options, &mut |footprint| parts.add(footprint))?;
        Ok(FootprintsComponent {
            parts,
            report,
            source: SourceFile::from_file(file)?,
        })
    });
    // One file after the other: no two are in memory together.
    let components = components.collect::<Result<Vec<_>, Error>>()?;
    let reports = components.iter().map(|component| component.report.clone());
    let reports = reports.collect();
    let digest = store.publish_footprints(components)?;
    Ok(ImportedFootprints { digest, reports })
}

/// Refuses two files of one name, of which the second would replace the first.
fn refuse_same_name(files: &[PathBuf]) -> Result<(), Error> {
    let mut names = BTreeSet::new();
    for file in files {
        let name = file.file_name().unwrap_or(file.as_os_str());
        if !names.insert(name) {
            return Err(Error::NotFootprints {
                file: file.display().to_string(),
                fault:
                    "another of the files given has the same name, under which it would be replaced"
                        .to_owned(),
                advice: "name each file after its commune or department".to_owned(),
            });
        }
    }
    Ok(())
}
