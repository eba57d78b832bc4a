//! Files of the store, by their sums: those it holds, those to be written, those that were read for them.

use std::borrow::Cow;
use std::path::Path;

use jiff::Timestamp;
use qpv_model::Crs;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::store::files::{sha256_hex, sum_of_file};

/// Extension of files computed from perimeters, the one kind that no answer depends on.
pub(super) const INDEX: &str = "index";
/// Extension of the table of communes.
pub(super) const TABLE: &str = "csv";
/// Extension of the index of addresses.
pub(super) const ADDRESSES: &str = "addresses";
/// Extension of parcels and buildings.
pub(super) const FOOTPRINTS: &str = "footprints";

/// Extension of archives of tiles.
pub(super) const GROUND: &str = "pmtiles";

/// Returns true for files so large that their sum is left to verification.
pub(super) fn is_summed_later(extension: &str) -> bool {
    [ADDRESSES, FOOTPRINTS, GROUND].contains(&extension)
}

/// An immutable file of the store, found by its sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// SHA-256, lower-case hexadecimal; also the file's name.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// A stored layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerFile {
    /// The file.
    #[serde(flatten)]
    pub file: StoredFile,
    /// The reference system it was published in, and is stored in.
    pub crs: Crs,
    /// The number of features.
    pub features: usize,
}

/// A published file that perimeters were read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceFile {
    /// File name, without folders.
    pub name: String,
    /// SHA-256 of the file as received, lower-case hexadecimal.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// The address it was fetched from, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its licence, if the catalogue has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The time it was fetched, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieved_at: Option<Timestamp>,
    /// The server's mark of this version of it, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The time of its last change, as its server or the portal gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_at: Option<Timestamp>,
}

impl SourceFile {
    /// Reads a local file for its sum.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let (sha256, bytes) = sum_of_file(path).map_err(Error::io(path))?;
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        Ok(Self::new(&name, sha256, bytes))
    }

    /// Returns the entry of content in memory, under this name.
    #[must_use]
    pub fn from_content(name: &str, content: &[u8]) -> Self {
        Self::new(name, sha256_hex(content), content.len() as u64)
    }

    fn new(name: &str, sha256: String, bytes: u64) -> Self {
        Self {
            name: name.to_owned(),
            sha256,
            bytes,
            url: None,
            licence: None,
            retrieved_at: None,
            etag: None,
            modified_at: None,
        }
    }
}

/// A file to be stored.
pub(super) struct NewFile<'a> {
    pub(super) file: StoredFile,
    pub(super) extension: &'static str,
    pub(super) content: Cow<'a, [u8]>,
}

impl<'a> NewFile<'a> {
    pub(super) fn new(content: impl Into<Cow<'a, [u8]>>, extension: &'static str) -> Self {
        let content = content.into();
        let file = StoredFile {
            sha256: sha256_hex(&content),
            bytes: content.len() as u64,
        };
        Self {
            file,
            extension,
            content,
        }
    }
}

/// Precisions are kept to the millimetre, so that the number written in JSON is exactly the one read.
pub(super) fn to_millimetre(metres: f64) -> f64 {
    // Three decimals are read from JSON as they were written, on each machine.
    (metres * 1000.0).round() / 1000.0
}

/// Returns the present time, to the second: descriptions are read by people.
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
