//! The dataset on disk: versioned, immutable, checksummed files, and one small manifest that names the current ones.
//!
//! ```text
//! DATA/manifest.json              {"format": 1, "current": "<digest>"}: the only file ever replaced
//! DATA/datasets/<digest>.json     what a dataset consists of
//! DATA/objects/<sha256>.fgb|json  perimeters, bands (FlatGeobuf, published reference system), import reports
//! DATA/objects/<sha256>.index     what is computed from the perimeters (index for points, drawn band), mapped into memory
//! DATA/objects/<sha256>.addresses  the index of addresses, which is their only copy, likewise
//! DATA/objects/<sha256>.fgb|json|toml  layers of a town's own, lists of places, programmes, outlines, statistics
//! DATA/tmp/                       files being written or downloaded
//! DATA/lock                       held by whoever writes
//! ```
//!
//! Promises: a reader sees a whole dataset, the old one or the new one, whatever kills the writer; every file is checked
//! against its SHA-256 each time it is opened (that of the addresses only by verification, for summing a country's would
//! be most of a start); readers never wait; files that are not ours are left alone. Refuses to repair: what is damaged is
//! named, and importing the same files again puts it right.
//!
//! No answer depends on a `.index` file: a dataset opens without it, and verification alone checks its SHA-256. Whoever
//! reads it has a faster sum inside, and makes another when it is missing, damaged, or of another version.

mod addresses;
mod admin;
mod custom;
mod dataset;
mod descriptor;
mod files;
mod layers;
mod prune;
mod publish;
#[cfg(test)]
mod tests;
mod verify;

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use qpv_model::{Vintage, VintageLayer};
use serde::{Deserialize, Serialize};

use crate::report::UnmatchedCommune;
use crate::{Error, communes};

pub use addresses::{AddressComponent, AddressesEntry, DepartmentEntry};
pub use admin::{
    OutlineEntries, OutlinesComponent, OutlinesEntry, StatisticsEntry, StoredOutlines,
};
pub use custom::{
    DatasetPart, LayerComponent, LayerEntry, PlacesComponent, PlacesEntry, ProgrammeEntry,
};
pub use dataset::{Dataset, VintageComponent};
pub use descriptor::{DatasetDescriptor, LayerFile, SourceFile, StoredFile, VintageEntry};
pub use files::MappedFile;
pub(crate) use files::{hex, is_sha256};
pub use prune::PruneReport;
pub use verify::{VerifyFault, VerifyReport};

use dataset::Loaded;
use descriptor::{FORMAT, refuse_later_format};
use files::{clean_leftovers, map, read_checked};
use layers::{decode_band, decode_perimeters};

/// How long a writer waits for another one.
const LOCK_WAIT: Duration = Duration::from_secs(30);
/// Extension of the one kind of object that no answer depends on.
const INDEX: &str = "index";
/// Fewest characters of a digest that may stand for it.
const SHORTEST_PREFIX: usize = 4;

/// A data folder. Making one touches nothing: an absent or empty folder is a store without datasets.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    lock_wait: Duration,
}

/// What `data status` shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoreStatus {
    /// The dataset that answers, with its counts, sources and dates.
    pub current: Option<DatasetDescriptor>,
    /// How many datasets the folder holds, the current one included.
    pub datasets: usize,
    /// Bytes of all files of the store.
    pub bytes: u64,
}

/// One dataset of the folder, as `data list` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListedDataset {
    /// Its digest.
    pub digest: String,
    /// Whether the manifest names it.
    pub current: bool,
    /// What it holds, or what is wrong with its description.
    #[serde(flatten)]
    pub described: DatasetDescription,
}

/// A description, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DatasetDescription {
    /// Its description.
    Descriptor(Box<DatasetDescriptor>),
    /// What is wrong with it.
    Fault(String),
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    format: u32,
    current: String,
}

impl Store {
    /// The store in this folder. Nothing is read or written yet.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            lock_wait: LOCK_WAIT,
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Digest of the current dataset; `None` when nothing was imported. Reads one small file: cheap enough to poll.
    ///
    /// # Errors
    /// [`Error::Damaged`] when `manifest.json` is not ours, [`Error::Io`].
    pub fn current_digest(&self) -> Result<Option<String>, Error> {
        let path = self.manifest_path();
        let text = match fs::read_to_string(&path) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(e) if e.kind() == ErrorKind::InvalidData => String::new(),
            other => other.map_err(Error::io(&path))?,
        };
        refuse_later_format(&path, &text)?;
        match serde_json::from_str::<Manifest>(&text) {
            Ok(Manifest {
                format: FORMAT,
                current,
            }) if is_sha256(&current) => Ok(Some(current)),
            _ => Err(Error::Damaged {
                path,
                fault: "this is not the manifest of a qpv data folder".into(),
                advice: "give another folder with --data, or remove this file and import the official files again",
            }),
        }
    }

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

    /// Opens the dataset of this digest, or of this beginning of a digest (four characters at least).
    ///
    /// # Errors
    /// [`Error::NoSuchDataset`], [`Error::AmbiguousDigest`], [`Error::Damaged`] naming the file, [`Error::Io`].
    pub fn open(&self, digest: &str) -> Result<Dataset, Error> {
        self.load(&self.find(digest)?)
    }

    /// The full digest that this beginning stands for.
    ///
    /// # Errors
    /// [`Error::NoSuchDataset`], [`Error::AmbiguousDigest`].
    pub fn find(&self, digest: &str) -> Result<String, Error> {
        let asked = digest.to_ascii_lowercase();
        let known = self.digests()?;
        let mut found: Vec<_> = known
            .iter()
            .filter(|name| name.starts_with(&asked))
            .cloned()
            .collect();
        if asked.len() < SHORTEST_PREFIX || found.is_empty() {
            let known = match known.len() {
                _ if asked.len() < SHORTEST_PREFIX => {
                    format!("give {SHORTEST_PREFIX} characters at least")
                }
                0 => "there is none at all".into(),
                count => format!("there are {count} others"),
            };
            return Err(Error::NoSuchDataset {
                asked: digest.into(),
                known,
            });
        }
        if found.len() > 1 {
            return Err(Error::AmbiguousDigest {
                asked: digest.into(),
                candidates: found,
            });
        }
        Ok(found.remove(0))
    }

    /// Every dataset of the folder, oldest first; a damaged one is listed with its fault.
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
        list.sort_by_key(|listed| match &listed.described {
            DatasetDescription::Descriptor(descriptor) => Some(descriptor.published_at),
            DatasetDescription::Fault(_) => None,
        });
        Ok(list)
    }

    /// What the folder holds, without opening the layers.
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

    /// A new folder for a download, on the same disk, removed with the value returned. One that a killed process left
    /// is removed by a later import, after a day.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::NoRoom`].
    pub fn download_folder(&self) -> Result<tempfile::TempDir, Error> {
        let tmp = self.tmp_path();
        fs::create_dir_all(&tmp).map_err(Error::write(&tmp))?;
        tempfile::Builder::new()
            .prefix(files::PULL_PREFIX)
            .tempdir_in(&tmp)
            .map_err(Error::write(&tmp))
    }

    /// Makes the folders, waits for other writers, and removes what killed ones left. The lock ends with the value.
    fn lock(&self) -> Result<File, Error> {
        for folder in [
            &self.folder,
            &self.datasets_path(),
            &self.objects_path(),
            &self.tmp_path(),
        ] {
            fs::create_dir_all(folder).map_err(Error::write(folder))?;
        }
        let path = self.folder.join("lock");
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(Error::write(&path))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(source)) => return Err(Error::io(path)(source)),
                Err(TryLockError::WouldBlock) if start.elapsed() >= self.lock_wait => {
                    return Err(Error::Locked {
                        path,
                        waited_s: self.lock_wait.as_secs(),
                    });
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        clean_leftovers(&self.tmp_path())?;
        Ok(file)
    }

    /// Opens a dataset by its full digest.
    fn load(&self, digest: &str) -> Result<Dataset, Error> {
        let descriptor = self.descriptor(digest)?;
        // A vintage a thread: half of the time goes into the sums, and a server's start waits for it.
        let loaded = std::thread::scope(|scope| {
            let load = |entry| scope.spawn(move || self.load_entry(entry));
            let threads: Vec<_> = descriptor.vintages.iter().map(load).collect();
            let join = |thread: ScopedJoinHandle<'_, _>| {
                thread.join().unwrap_or_else(|panic| resume_unwind(panic))
            };
            threads
                .into_iter()
                .map(join)
                .collect::<Result<Vec<_>, Error>>()
        })?;
        let dataset = Dataset {
            addresses: self.load_addresses(&descriptor)?,
            custom_layers: self.load_custom_layers(&descriptor)?,
            places: self.load_places(&descriptor)?,
            programmes: self.load_programmes(&descriptor)?,
            outlines: self.load_outlines(&descriptor)?,
            statistics: self.load_statistics(&descriptor)?,
            ..Dataset::assemble(descriptor, loaded)
        };
        Ok(dataset)
    }

    fn load_entry(&self, entry: &VintageEntry) -> Result<Loaded, Error> {
        let (layer, report) = (
            self.load_layer(entry)?,
            self.load_json(&entry.report, "an import report")?,
        );
        let mapped = |stored: &Option<StoredFile>| {
            stored
                .as_ref()
                .map(|file| map(&self.object_path(file, INDEX), file.bytes))
        };
        Ok(Loaded {
            layer,
            report,
            point_index: mapped(&entry.point_index),
            band: mapped(&entry.band),
        })
    }

    fn load_layer(&self, entry: &VintageEntry) -> Result<VintageLayer, Error> {
        let mut perimeters = Vec::with_capacity(entry.perimeters);
        for stored in &entry.files {
            let decoded = self.read_layer(stored, decode_perimeters)?;
            perimeters.extend(decoded);
        }
        perimeters.sort_by_key(|perimeter| perimeter.code_qp);
        let mut band = Vec::new();
        for stored in &entry.official_band {
            band.extend(self.read_layer(stored, decode_band)?);
        }
        band.sort_by_key(|(number, _)| *number);
        Ok(VintageLayer {
            vintage: entry.vintage,
            perimeters,
            official_band: band.into_iter().map(|(_, outline)| outline).collect(),
            precision_m: entry.precision_m,
            whole: entry.whole.clone(),
        })
    }

    /// Reads one `FlatGeobuf` file, checked, with as many features as its description says.
    fn read_layer<T>(
        &self,
        stored: &LayerFile,
        decode: impl Fn(&[u8], qpv_model::Crs) -> Result<Vec<T>, layers::DecodeError>,
    ) -> Result<Vec<T>, Error> {
        let path = self.object_path(&stored.file, "fgb");
        let content = read_checked(&path, &stored.file.sha256, stored.file.bytes)?;
        let fault = match decode(&content, stored.crs) {
            Ok(features) if features.len() == stored.features => return Ok(features),
            Ok(features) => format!(
                "it has {} features instead of {}",
                features.len(),
                stored.features
            ),
            Err(layers::DecodeError::Content(fault)) => fault,
            Err(layers::DecodeError::Projection(error)) => return Err(*error),
        };
        Err(Error::Damaged {
            path,
            fault,
            advice: files::IMPORT_AGAIN,
        })
    }

    /// Reads a report back.
    fn load_json<T: serde::de::DeserializeOwned>(
        &self,
        file: &StoredFile,
        what: &str,
    ) -> Result<T, Error> {
        let path = self.object_path(file, "json");
        let content = read_checked(&path, &file.sha256, file.bytes)?;
        serde_json::from_slice(&content).map_err(|e| Error::Damaged {
            path,
            fault: format!("not {what} ({e})"),
            advice: files::IMPORT_AGAIN,
        })
    }

    fn descriptor(&self, digest: &str) -> Result<DatasetDescriptor, Error> {
        let path = self.descriptor_path(digest);
        let text = match fs::read_to_string(&path) {
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) => {
                let fault = if e.kind() == ErrorKind::NotFound {
                    "the file is missing"
                } else {
                    "it is not text"
                };
                return Err(Error::Damaged {
                    path,
                    fault: fault.into(),
                    advice: files::IMPORT_AGAIN,
                });
            }
            other => other.map_err(Error::io(&path))?,
        };
        DatasetDescriptor::from_text(&path, &text, digest)
    }

    /// Digests of the datasets described here, in alphabetical order.
    fn digests(&self) -> Result<Vec<String>, Error> {
        let mut digests: Vec<_> = own_files(&self.datasets_path())?
            .into_iter()
            .map(|(_, name)| name)
            .collect();
        digests.sort();
        Ok(digests)
    }

    fn manifest_path(&self) -> PathBuf {
        self.folder.join("manifest.json")
    }

    fn datasets_path(&self) -> PathBuf {
        self.folder.join("datasets")
    }

    fn objects_path(&self) -> PathBuf {
        self.folder.join("objects")
    }

    fn tmp_path(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    fn descriptor_path(&self, digest: &str) -> PathBuf {
        self.datasets_path().join(format!("{digest}.json"))
    }

    fn object_path(&self, file: &StoredFile, extension: &str) -> PathBuf {
        self.objects_path()
            .join(format!("{}.{extension}", file.sha256))
    }
}

/// Files named by a SHA-256 in a folder, with that name; anything else there is not ours. An absent folder has none.
fn own_files(folder: &Path) -> Result<Vec<(PathBuf, String)>, Error> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(Error::io(folder))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io(folder))?.path();
        let stem = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .filter(|stem| is_sha256(stem))
            .map(str::to_owned);
        let extension = path.extension().is_some_and(|e| {
            ["json", "fgb", "toml", INDEX, addresses::EXTENSION]
                .iter()
                .any(|own| e == *own)
        });
        if let (Some(stem), true) = (stem, extension) {
            files.push((path, stem));
        }
    }
    Ok(files)
}

/// Matches the commune names of each vintage against the others, where its files gave no code, and tells which names
/// found none.
fn link_communes(layers: &mut [VintageLayer]) -> Vec<(Vintage, Vec<UnmatchedCommune>)> {
    let mut unmatched = Vec::new();
    for index in 0..layers.len() {
        let (before, rest) = layers.split_at_mut(index);
        let (target, after) = rest.split_first_mut().expect("the index is in range");
        let others: Vec<&VintageLayer> = before.iter().chain(after.iter()).collect();
        unmatched.push((target.vintage, communes::match_communes(target, &others)));
    }
    unmatched
}
