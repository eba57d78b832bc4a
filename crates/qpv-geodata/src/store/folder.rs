//! A data folder: its paths, its lock, the files in it by name and by sum.
//!
//! The layer below all that reads or publishes datasets. It knows descriptions of datasets, not their content.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::store::descriptor::{DatasetDescriptor, FORMAT, refuse_later_format};
use crate::store::files::{
    DOWNLOADS, IMPORT_AGAIN, clean_leftovers, is_sha256, read_checked, write_atomically,
};
use crate::store::layers::DecodeError;
use crate::store::stored::{
    ADDRESSES, FOOTPRINTS, GROUND, INDEX, LayerFile, SourceFile, StoredFile, TABLE,
};

/// Time that a writer waits for another one: most imports take less.
const LOCK_WAIT: Duration = Duration::from_secs(30);
/// Characters of a digest that are accepted for it at least.
const MIN_PREFIX_CHARACTERS: usize = 4;

/// A data folder. Creating the value touches no file: an absent or empty folder is a store without datasets.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) folder: PathBuf,
    pub(super) lock_wait: Duration,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: u32,
    pub(super) current: String,
}

/// A folder of downloads, in use by this process alone until the value is dropped.
#[derive(Debug)]
pub struct DownloadFolder {
    path: PathBuf,
    _lock: File,
}

impl DownloadFolder {
    /// Returns its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for DownloadFolder {
    /// Removes what holds no file, so that a finished download leaves nothing.
    fn drop(&mut self) {
        // Neither succeeds while a file is left, and that is what the next run continues.
        let _ = fs::remove_dir(self.path.join("unpacked"));
        // The lock file is the one that is always there.
        let is_empty = fs::read_dir(&self.path).is_ok_and(|entries| entries.count() <= 1);
        if is_empty {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Returns the path of the note on a list.
fn list_note(list: &Path) -> PathBuf {
    let mut name = list.as_os_str().to_owned();
    name.push(".source.json");
    name.into()
}

impl Store {
    /// Returns the store in this folder. Nothing is read or written yet.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            lock_wait: LOCK_WAIT,
        }
    }

    /// Returns the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the digest of the current dataset; `None` when nothing was imported. It reads one small file, so it can be
    /// polled.
    ///
    /// # Errors
    /// [`Error::Damaged`] when `manifest.json` is not one of a data folder, [`Error::Io`].
    pub fn current_digest(&self) -> Result<Option<String>, Error> {
        let path = self.manifest_path();
        let text = match fs::read_to_string(&path) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            // A file that is not UTF-8 is no manifest: the empty text fails below with the right
            // advice.
            Err(e) if e.kind() == ErrorKind::InvalidData => String::new(),
            other => other.map_err(Error::io(&path))?,
        };
        // Before parsing: a later version may have changed the fields.
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

    /// Returns the full digest that begins with these characters.
    ///
    /// # Errors
    /// [`Error::NoSuchDataset`], [`Error::AmbiguousDigest`].
    pub fn find(&self, digest: &str) -> Result<String, Error> {
        // Digests are copied from reports, where they may be in capitals.
        let asked = digest.to_ascii_lowercase();
        let known = self.digests()?;
        let mut found: Vec<_> = known
            .iter()
            .filter(|name| name.starts_with(&asked))
            .cloned()
            .collect();
        if asked.len() < MIN_PREFIX_CHARACTERS || found.is_empty() {
            let known = match known.len() {
                _ if asked.len() < MIN_PREFIX_CHARACTERS => {
                    format!("give {MIN_PREFIX_CHARACTERS} characters at least")
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

    /// Returns the folder of downloads, on the same disk, for one process at a time. What is left in it when a process is
    /// killed is there for the next one; a later import removes it after some days.
    ///
    /// # Errors
    /// [`Error::AlreadyPulling`], [`Error::Io`], [`Error::NoRoom`].
    pub fn download_folder(&self) -> Result<DownloadFolder, Error> {
        let path = self.tmp_path().join(DOWNLOADS);
        fs::create_dir_all(&path).map_err(Error::write(&path))?;
        // Two downloads would write the same files.
        let lock_path = path.join("lock");
        let lock = File::options()
            .create(true)
            .append(true)
            .open(&lock_path)
            .map_err(Error::write(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(DownloadFolder { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Error::AlreadyPulling { path: lock_path }),
            Err(TryLockError::Error(source)) => Err(Error::io(lock_path)(source)),
        }
    }

    /// Keeps a list that no answer depends on, in place of one of the same name; returns its path.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::NoRoom`], [`Error::Locked`].
    pub fn keep_list(&self, source: &SourceFile, content: &[u8]) -> Result<PathBuf, Error> {
        let _lock = self.lock()?;
        let folder = self.lists_path();
        fs::create_dir_all(&folder).map_err(Error::write(&folder))?;
        let path = folder.join(&source.name);
        write_atomically(&self.tmp_path(), &path, content)?;
        let note = serde_json::to_vec_pretty(source).expect("a source is serialisable");
        write_atomically(&self.tmp_path(), &list_note(&path), &note)?;
        Ok(path)
    }

    /// Returns the path of a list that is kept under this name, and its source.
    #[must_use]
    pub fn kept_list(&self, name: &str) -> Option<(PathBuf, SourceFile)> {
        let path = self.lists_path().join(name);
        let source = serde_json::from_slice(&fs::read(list_note(&path)).ok()?).ok()?;
        path.exists().then_some((path, source))
    }

    /// Creates the folders, waits for other writers, and removes the leftovers of killed ones. The lock ends with the value.
    pub(super) fn lock(&self) -> Result<File, Error> {
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
            // Opened for writing without truncating: another process may hold the lock.
            .append(true)
            .open(&path)
            .map_err(Error::write(&path))?;
        let start = Instant::now();
        // The system has no lock with a time limit: it is tried again and again.
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
                // Short against an import, and not worth a busy loop.
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        // Only with the lock: without it the file of a living writer would be removed.
        clean_leftovers(&self.tmp_path())?;
        Ok(file)
    }

    /// Reads one `FlatGeobuf` file and checks its sum and its number of features.
    pub(super) fn read_layer<T>(
        &self,
        stored: &LayerFile,
        decode: impl Fn(&[u8], qpv_model::Crs) -> Result<Vec<T>, DecodeError>,
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
            Err(DecodeError::Content(fault)) => fault,
            Err(DecodeError::Projection(error)) => return Err(*error),
        };
        Err(Error::Damaged {
            path,
            fault,
            advice: IMPORT_AGAIN,
        })
    }

    /// Reads a JSON file and checks its sum.
    pub(super) fn load_json<T: serde::de::DeserializeOwned>(
        &self,
        file: &StoredFile,
        what: &str,
    ) -> Result<T, Error> {
        let path = self.object_path(file, "json");
        let content = read_checked(&path, &file.sha256, file.bytes)?;
        serde_json::from_slice(&content).map_err(|e| Error::Damaged {
            path,
            fault: format!("not {what} ({e})"),
            advice: IMPORT_AGAIN,
        })
    }

    pub(super) fn descriptor(&self, digest: &str) -> Result<DatasetDescriptor, Error> {
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
                    advice: IMPORT_AGAIN,
                });
            }
            other => other.map_err(Error::io(&path))?,
        };
        DatasetDescriptor::from_text(&path, &text, digest)
    }

    /// Returns the digests of the datasets described here, in alphabetical order.
    pub(super) fn digests(&self) -> Result<Vec<String>, Error> {
        let mut digests: Vec<_> = own_files(&self.datasets_path())?
            .into_iter()
            .map(|(_, name)| name)
            .collect();
        digests.sort();
        Ok(digests)
    }

    pub(super) fn manifest_path(&self) -> PathBuf {
        self.folder.join("manifest.json")
    }

    pub(super) fn datasets_path(&self) -> PathBuf {
        self.folder.join("datasets")
    }

    pub(super) fn objects_path(&self) -> PathBuf {
        self.folder.join("objects")
    }

    pub(super) fn lists_path(&self) -> PathBuf {
        self.folder.join("lists")
    }

    pub(super) fn tmp_path(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    pub(super) fn descriptor_path(&self, digest: &str) -> PathBuf {
        self.datasets_path().join(format!("{digest}.json"))
    }

    pub(super) fn object_path(&self, file: &StoredFile, extension: &str) -> PathBuf {
        self.objects_path()
            .join(format!("{}.{extension}", file.sha256))
    }
}

/// Returns the files of a folder that are named by a SHA-256, with that name. Other files there belong to somebody else.
/// An absent folder has none.
pub(super) fn own_files(folder: &Path) -> Result<Vec<(PathBuf, String)>, Error> {
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
            [
                "json", "fgb", "toml", INDEX, ADDRESSES, FOOTPRINTS, GROUND, TABLE,
            ]
            .iter()
            .any(|own| e == *own)
        });
        if let (Some(stem), true) = (stem, extension) {
            files.push((path, stem));
        }
    }
    Ok(files)
}
