//! Opening datasets: the current one, one by digest, and what a folder holds.

use std::fs;
use std::panic::resume_unwind;

use qpv_model::VintageLayer;
use serde::Serialize;

use crate::error::Error;
use crate::store::dataset::{Dataset, LoadedVintage};
use crate::store::descriptor::DatasetDescriptor;
use crate::store::entries::VintageEntry;
use crate::store::folder::{Store, own_files};
use crate::store::layers::{decode_band, decode_perimeters};
use crate::store::mapping::{FileStamp, MappedFile, map};
use crate::store::stored::{INDEX, StoredFile};

/// The state of a data folder, as `data status` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoreStatus {
    /// The dataset that answers, with its counts, sources and dates.
    pub current: Option<DatasetDescriptor>,
    /// The number of datasets in the folder, the current one included.
    pub datasets: usize,
    /// Bytes of all files of the store.
    pub bytes: u64,
}

/// One dataset of the folder, as `data list` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListedDataset {
    /// Its digest.
    pub digest: String,
    /// True if the manifest names it.
    pub current: bool,
    /// Its description, or the fault of it.
    #[serde(flatten)]
    pub described: DatasetDescription,
}

/// A description, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DatasetDescription {
    /// Its description.
    Descriptor(Box<DatasetDescriptor>),
    /// The fault.
    Fault(String),
}

impl Store {
    /// Opens the current dataset; `None` when nothing was imported.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn current(&self) -> Result<Option<Dataset>, Error> {
        let mut current = self.current_digest()?;
        loop {
            let Some(digest) = current else {
                return Ok(None);
            };
            match self.load(&digest) {
                Ok(dataset) => return Ok(Some(dataset)),
                Err(error) => {
                    // Another process may have swapped the manifest and pruned this dataset meanwhile.
                    let now = self.current_digest()?;
                    if now.as_deref() == Some(&*digest) {
                        return Err(error);
                    }
                    current = now;
                }
            }
        }
    }

    /// Opens the dataset with this digest, or this beginning of a digest (four characters at least).
    ///
    /// # Errors
    /// [`Error::NoSuchDataset`], [`Error::AmbiguousDigest`], [`Error::Damaged`] naming the file, [`Error::Io`].
    pub fn open(&self, digest: &str) -> Result<Dataset, Error> {
        self.load(&self.find(digest)?)
    }

    /// Lists all datasets of the folder, oldest first; a damaged one is listed with its fault.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Damaged`] for the manifest.
    pub fn list(&self) -> Result<Vec<ListedDataset>, Error> {
        let current = self.current_digest()?;
        let mut list: Vec<_> = self
            .digests()?
            .into_iter()
            .map(|digest| ListedDataset {
                current: current.as_deref() == Some(&*digest),
                described: match self.descriptor(&digest) {
                    Ok(descriptor) => DatasetDescription::Descriptor(Box::new(descriptor)),
                    Err(error) => DatasetDescription::Fault(error.to_string()),
                },
                digest,
            })
            .collect();
        // A damaged description has no date and comes first, where it is seen.
        list.sort_by_key(|listed| match &listed.described {
            DatasetDescription::Descriptor(descriptor) => Some(descriptor.published_at),
            DatasetDescription::Fault(_) => None,
        });
        Ok(list)
    }

    /// Returns the state of the folder, without opening the layers.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`].
    pub fn status(&self) -> Result<StoreStatus, Error> {
        let current = self
            .current_digest()?
            .map(|digest| self.descriptor(&digest))
            .transpose()?;
        let mut bytes = 0;
        for folder in [self.datasets_path(), self.objects_path()] {
            for (path, _) in own_files(&folder)? {
                bytes += fs::metadata(&path).map_or(0, |data| data.len());
            }
        }
        Ok(StoreStatus {
            current,
            datasets: self.digests()?.len(),
            bytes,
        })
    }

    /// Opens a dataset by its full digest.
    fn load(&self, digest: &str) -> Result<Dataset, Error> {
        let descriptor = self.descriptor(digest)?;
        // Before they are read: a change in between shows.
        let stamps = descriptor
            .objects()
            .filter_map(|(file, extension)| FileStamp::take(self.object_path(file, extension)))
            .collect();
        // One thread for each vintage: half of the time goes into the sums, and a server's start waits for it.
        let loaded = std::thread::scope(|scope| {
            let threads: Vec<_> = descriptor
                .vintages
                .iter()
                .map(|entry| scope.spawn(move || self.load_entry(entry)))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
                .collect::<Result<Vec<_>, Error>>()
        })?;
        let communes = self.load_communes(&descriptor)?;
        let dataset = Dataset {
            addresses: self.load_addresses(&descriptor)?,
            custom_layers: self.load_custom_layers(&descriptor)?,
            zonings: self.load_zonings(&descriptor)?,
            places: self.load_places(&descriptor)?,
            programmes: self.load_programmes(&descriptor)?,
            outlines: self.load_outlines(&descriptor)?,
            footprints: self.load_footprints(&descriptor)?,
            statistics: self.load_statistics(&descriptor)?,
            stamps,
            grounds: self.load_grounds(&descriptor),
            ..Dataset::assemble(descriptor, loaded, communes)?
        };
        Ok(dataset)
    }

    fn load_entry(&self, entry: &VintageEntry) -> Result<LoadedVintage, Error> {
        let (layer, report) = (
            self.load_layer(entry)?,
            self.load_json(&entry.report, "an import report")?,
        );
        Ok(LoadedVintage {
            layer,
            report,
            point_index: self.map_index(entry.point_index.as_ref()),
            band: self.map_index(entry.band.as_ref()),
        })
    }

    /// Maps a file that no answer depends on: a fault is kept for its reader, and the dataset opens all the same.
    pub(super) fn map_index(
        &self,
        stored: Option<&StoredFile>,
    ) -> Option<Result<MappedFile, Error>> {
        stored.map(|file| map(&self.object_path(file, INDEX), file.bytes))
    }

    pub(super) fn load_layer(&self, entry: &VintageEntry) -> Result<VintageLayer, Error> {
        let mut perimeters = Vec::with_capacity(entry.perimeters);
        for stored in &entry.files {
            let decoded = self.read_layer(stored, |content, crs| {
                decode_perimeters(entry.vintage, content, crs)
            })?;
            perimeters.extend(decoded);
        }
        // The files of several reference systems are put back in one order.
        perimeters.sort_by_key(|perimeter| perimeter.code_qp);
        let mut band = Vec::new();
        for stored in &entry.official_band {
            band.extend(self.read_layer(stored, decode_band)?);
        }
        // The number is the place in the published list, across reference systems.
        band.sort_by_key(|(number, _)| *number);
        Ok(VintageLayer {
            vintage: entry.vintage,
            perimeters,
            official_band: band.into_iter().map(|(_, outline)| outline).collect(),
            precision_m: entry.precision_m,
            whole: entry.whole.clone(),
        })
    }
}
