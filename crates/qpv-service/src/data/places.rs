//! Importing lists of places: schools, social centres.

use std::path::Path;

use qpv_geodata::places::{PlacesReport, read_places};
use qpv_geodata::store::{PlacesComponent, SourceFile};
use qpv_model::Slug;

use super::{Error, Store};

/// The result of an import of a list of places.
#[derive(Debug, serde::Serialize)]
pub struct ImportedPlaces {
    /// The dataset now current.
    pub digest: String,
    /// The kind of the places.
    pub kind: Slug,
    /// The report.
    pub report: PlacesReport,
}

/// Imports a file as the places of this kind, in place of those there were; all else stays.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn import_places(store: &Store, kind: Slug, file: &Path) -> Result<ImportedPlaces, Error> {
    import_places_from(store, kind, file, SourceFile::from_file(file)?)
}

/// The same for a file that comes from this source.
pub(super) fn import_places_from(
    store: &Store,
    kind: Slug,
    file: &Path,
    source: SourceFile,
) -> Result<ImportedPlaces, Error> {
    let (list, report) = read_places(kind, file)?;
    let component = PlacesComponent { list, source };
    let digest = store.publish_places(&component)?;
    Ok(ImportedPlaces {
        digest,
        kind: component.list.kind,
        report,
    })
}
