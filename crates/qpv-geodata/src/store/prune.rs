//! Removing the datasets that no longer answer.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::PathBuf;

use serde::Serialize;

use crate::error::Error;
use crate::store::descriptor::DatasetDescriptor;
use crate::store::files::clean_leftovers;
use crate::store::folder::{Store, own_files};

/// The datasets and files that a prune removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PruneReport {
    /// Digests of the datasets removed.
    pub datasets: Vec<String>,
    /// Files removed, relative to the data folder, the datasets' descriptions not counted.
    pub files: Vec<String>,
    /// Bytes freed.
    pub bytes: u64,
}

impl Store {
    /// Removes every dataset but the current one, and the files that only they needed. A file of the current
    /// dataset stays, and so does any file that the store did not write.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the current dataset's description cannot be read (nothing is removed then),
    /// [`Error::Locked`], [`Error::Io`].
    pub fn prune(&self) -> Result<PruneReport, Error> {
        let mut pruned = PruneReport::default();
        // The lock would create the folders of a store that does not exist.
        if !self.folder.join("datasets").is_dir() {
            return Ok(pruned);
        }
        let _lock = self.lock()?;
        let current = self.current_digest()?;
        let kept = current
            .as_deref()
            .map(|digest| self.descriptor(digest))
            .transpose()?;
        let needed: HashSet<PathBuf> = kept
            .iter()
            .flat_map(DatasetDescriptor::objects)
            .map(|(file, extension)| self.object_path(file, extension))
            .collect();
        // Descriptions first: should the removal be interrupted, no dataset is left that lacks files.
        for (path, digest) in own_files(&self.datasets_path())? {
            if current.as_deref() != Some(&*digest) {
                pruned.bytes += remove(&path)?;
                pruned.datasets.push(digest);
            }
        }
        for (path, _) in own_files(&self.objects_path())? {
            if !needed.contains(&path) {
                pruned.bytes += remove(&path)?;
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                pruned.files.push(format!("objects/{name}"));
            }
        }
        pruned.files.extend(clean_leftovers(&self.tmp_path())?);
        pruned.datasets.sort();
        pruned.files.sort();
        Ok(pruned)
    }

    /// Says that objects are being added which no dataset names yet, until the file returned is closed.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn start_adding(&self) -> Result<File, Error> {
        let file = self.adding_file()?;
        let path = self.folder.join(ADDING);
        file.lock_shared().map_err(Error::io(path))?;
        Ok(file)
    }

    /// Removes the objects that no dataset names: an import that was killed left them. The caller holds the lock.
    ///
    /// It is done as far as it can be: an import does not fail because an older one left something.
    pub(super) fn sweep_orphans(&self) {
        // The lock of a process ends with it, so that one that adds objects now is told from one that was killed.
        let alone = self.adding_file().is_ok_and(|file| file.try_lock().is_ok());
        if !alone {
            return;
        }
        let Ok(digests) = self.digests() else { return };
        let mut named = HashSet::new();
        for digest in digests {
            // What a description that cannot be read names is unknown.
            let Ok(descriptor) = self.descriptor(&digest) else {
                return;
            };
            let objects = descriptor.objects();
            named.extend(objects.map(|(file, extension)| self.object_path(file, extension)));
        }
        for (path, _) in own_files(&self.objects_path()).unwrap_or_default() {
            if !named.contains(&path) {
                let _ = fs::remove_file(path);
            }
        }
    }

    fn adding_file(&self) -> Result<File, Error> {
        fs::create_dir_all(&self.folder).map_err(Error::write(&self.folder))?;
        let path = self.folder.join(ADDING);
        let opened = File::options().create(true).append(true).open(&path);
        opened.map_err(Error::write(&path))
    }
}

/// The file whose lock the imports share that add objects before a dataset names them.
const ADDING: &str = "adding";

fn remove(path: &std::path::Path) -> Result<u64, Error> {
    let bytes = fs::metadata(path).map_or(0, |data| data.len());
    fs::remove_file(path).map_err(Error::io(path))?;
    Ok(bytes)
}
