//! Importing programmes of eligibility rules.

use std::path::Path;

use qpv_geodata::store::SourceFile;
use qpv_model::Slug;
use qpv_programmes::Programme;

use super::{Error, Store};

/// The result of an import of a programme.
#[derive(Debug, serde::Serialize)]
pub struct ImportedProgramme {
    /// The dataset now current.
    pub digest: String,
    /// The programme's identifier.
    pub id: Slug,
}

/// Imports a file as a programme, in place of the one of its identifier; all else stays. The text is kept as it is.
///
/// # Errors
/// [`Error::NotAProgramme`] for what is no programme, with the line; any other [`Error`] of the store. The dataset that was
/// current then still is.
pub fn import_programme(store: &Store, file: &Path) -> Result<ImportedProgramme, Error> {
    let name = file
        .file_name()
        .unwrap_or(file.as_os_str())
        .to_string_lossy()
        .into_owned();
    let bytes = std::fs::read(file).map_err(|source| Error::Io {
        path: file.to_owned(),
        source,
    })?;
    let text =
        std::str::from_utf8(&bytes).map_err(|_| not_a_programme(&name, "it is not UTF-8 text"))?;
    let id = Programme::read(text)
        .map_err(|fault| not_a_programme(&name, fault.to_string()))?
        .id;
    let digest =
        store.publish_programme(id.clone(), text, SourceFile::from_content(&name, &bytes))?;
    Ok(ImportedProgramme { digest, id })
}

fn not_a_programme(file: &str, fault: impl Into<String>) -> Error {
    Error::NotAProgramme {
        file: file.to_owned(),
        fault: fault.into(),
    }
}
