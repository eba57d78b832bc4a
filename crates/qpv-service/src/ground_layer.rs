//! The archives of map tiles of a dataset, that can lie under the perimeters. No answer depends on them.

use qpv_french::{key, sentence};
use qpv_geodata::ground_archive::{GroundArchive, GroundFormat, GroundSummary, inflated_tile};
use qpv_geodata::store::LoadedGround;
use qpv_model::Slug;

use crate::error_code::{CodedError, ErrorCode};

/// Hexadecimal digits of a sum that tell archives apart in a version.
const DIGITS: usize = 16;

/// An archive of map tiles.
#[derive(Debug)]
pub struct GroundLayer {
    /// Its name in addresses.
    pub name: Slug,
    /// Its name for people.
    pub label: String,
    /// Its attribution, in plain words.
    pub attribution: String,
    /// Changes with its content.
    pub version: String,
    archive: GroundArchive,
}

/// A tile of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroundTile {
    /// Its bytes, as they are stored.
    pub bytes: Vec<u8>,
    /// True if they are packed with gzip.
    pub is_gzipped: bool,
    /// Its media type.
    pub media_type: &'static str,
}

/// A tile cannot be read: the file of the archive was altered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the map `{name}` is damaged: {fault}; `qpv data verify` names the file, importing it again mends it"
)]
pub struct GroundTileFault {
    /// The archive.
    pub name: Slug,
    /// The fault.
    pub fault: String,
}

impl CodedError for GroundTileFault {
    fn code(&self) -> ErrorCode {
        ErrorCode::Internal
    }

    fn message_fr(&self) -> String {
        // The details are for the log: nobody but the operator can mend it.
        sentence(key::ERROR_INTERNAL, &[])
    }
}

impl GroundLayer {
    /// Takes the archives that can be read; those that cannot are named in the log and left out.
    pub(crate) fn from_loaded(grounds: Vec<LoadedGround>) -> Vec<Self> {
        let layers = grounds.into_iter().filter_map(|ground| {
            let LoadedGround {
                name,
                entry,
                archive,
            } = ground;
            match archive {
                Ok(archive) => Some(Self {
                    name,
                    label: entry.label,
                    attribution: entry.attribution,
                    version: entry.file.sha256.get(..DIGITS)?.to_owned(),
                    archive,
                }),
                Err(fault) => {
                    tracing::warn!(%name, %fault, "this map cannot be shown; import it again");
                    None
                }
            }
        });
        layers.collect()
    }

    /// Returns the description of the archive.
    #[must_use]
    pub fn summary(&self) -> &GroundSummary {
        self.archive.summary()
    }

    /// Returns true for vector tiles, which a style draws; others are pictures.
    #[must_use]
    pub fn is_vector(&self) -> bool {
        self.summary().format == GroundFormat::Mvt
    }

    /// Returns a tile; `None` where the archive has none. It is unpacked for a reader that takes no gzip.
    ///
    /// # Errors
    /// [`GroundTileFault`].
    pub fn tile(
        &self,
        zoom: u8,
        x: u32,
        y: u32,
        accepts_gzip: bool,
    ) -> Result<Option<GroundTile>, GroundTileFault> {
        let summary = self.summary();
        let found = self.archive.tile(zoom, x, y);
        let unpacked = found.and_then(|found| {
            let Some(bytes) = found else { return Ok(None) };
            let is_gzipped = summary.is_gzipped && accepts_gzip;
            let bytes = if summary.is_gzipped && !accepts_gzip {
                inflated_tile(bytes)?
            } else {
                bytes.to_vec()
            };
            Ok(Some(GroundTile {
                bytes,
                is_gzipped,
                media_type: summary.format.media_type(),
            }))
        });
        unpacked.map_err(|fault| GroundTileFault {
            name: self.name.clone(),
            fault,
        })
    }
}
