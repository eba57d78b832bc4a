//! Importing archives of map tiles.

use std::path::Path;

use qpv_geodata::store::{GroundEntry, GroundOptions};
use qpv_model::Slug;

use super::{Error, Store};

/// The result of an import of an archive of map tiles.
#[derive(Debug, serde::Serialize)]
pub struct ImportedGround {
    /// The dataset now current.
    pub digest: String,
    /// Its name in addresses.
    pub name: Slug,
    /// Its description.
    #[serde(flatten)]
    pub entry: GroundEntry,
}

/// Imports an archive of map tiles, in place of the one of that name; all else stays.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn import_ground(
    store: &Store,
    file: &Path,
    options: GroundOptions,
) -> Result<ImportedGround, Error> {
    let name = options.name.clone();
    let (digest, entry) = store.publish_ground(file, options)?;
    Ok(ImportedGround {
        digest,
        name,
        entry,
    })
}
