//! The parcels and buildings loaded, as the check of an address asks for them.

use geo_types::Rect;
use qpv_geodata::Error;
use qpv_geodata::store::StoredFootprints;
use qpv_model::{Footprint, FootprintKind};

/// Parcels and buildings, file by file, mapped into memory.
#[derive(Debug, Default)]
pub(crate) struct Ground {
    files: Vec<StoredFootprints>,
}

impl Ground {
    /// The parcels and buildings of these files.
    pub(crate) fn new(files: Vec<StoredFootprints>) -> Self {
        Self { files }
    }

    /// Returns true when neither are loaded.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Returns true when any of a kind are loaded.
    pub(crate) fn has(&self, kind: FootprintKind) -> bool {
        self.files.iter().any(|file| file.kind == kind)
    }

    /// Returns the number of those of a kind.
    pub(crate) fn count(&self, kind: FootprintKind) -> u64 {
        let files = self.files.iter().filter(|file| file.kind == kind);
        files.map(|file| file.features).sum()
    }

    /// Walks the rectangles of degrees that those of a kind lie in.
    pub(crate) fn extents(&self, kind: FootprintKind) -> impl Iterator<Item = Rect<f64>> {
        let files = self.files.iter().filter(move |file| file.kind == kind);
        files.flat_map(StoredFootprints::extents)
    }

    /// Returns those of a kind whose envelopes meet a rectangle of degrees and whose identifiers are wanted. The same one given
    /// by two files comes twice.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a stored file is not what was written.
    pub(crate) fn within(
        &self,
        kind: FootprintKind,
        bounds: Rect<f64>,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<Footprint>, Error> {
        // In the order of the files, so that the same data gives the same answer.
        let mut found = Vec::new();
        for file in self.files.iter().filter(|file| file.kind == kind) {
            found.extend(file.within(bounds, &is_wanted)?);
        }
        Ok(found)
    }
}
