//! Importing a layer of a town's own.

use std::path::Path;

use qpv_geodata::import::{CustomLayerOptions, CustomLayerReport, read_custom_layer};
use qpv_geodata::store::{LayerComponent, SourceFile};

use super::{Error, Store, with_companions};

/// The result of an import of a custom layer.
#[derive(Debug, serde::Serialize)]
pub struct ImportedLayer {
    /// The dataset now current.
    pub digest: String,
    /// The report, area by area where something was repaired.
    pub report: CustomLayerReport,
}

/// Imports a file as a layer of a town's own, in place of the one of that name; all else stays.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn import_layer(
    store: &Store,
    file: &Path,
    options: &CustomLayerOptions,
) -> Result<ImportedLayer, Error> {
    let (layer, report) = read_custom_layer(file, options)?;
    let sources = with_companions(file)
        .iter()
        .map(|file| SourceFile::from_file(file))
        .collect::<Result<_, _>>()?;
    let component = LayerComponent {
        layer,
        report,
        sources,
    };
    let digest = store.publish_layer(&component)?;
    Ok(ImportedLayer {
        digest,
        report: component.report,
    })
}
