//! Taking a dataset of another data folder, which comes file by file into a folder of its own first.
//!
//! Owns the order in which that is safe. The description comes first, and proves its own digest; it names every other file with
//! its length and its sum. Files get their places only when all are there and right, then the description, and the manifest
//! last, by a step of its own, so that the whole dataset can be verified before it answers. Nothing of a description is
//! believed: names are made of sums alone, and counts and lengths have bounds.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::Error;
use crate::store::descriptor::{DatasetDescriptor, refuse_later_format};
use crate::store::files::{
    check_file, is_sha256, make_readable, sha256_hex, sync_folder, write_atomically,
};
use crate::store::folder::Store;

/// Length of a description or a manifest at most, bytes. That of the whole country with its parcels has some 2 MB.
pub const MAX_DESCRIPTION_BYTES: u64 = 64 << 20;
/// Number of files that a description may name: parcels and buildings of 101 departments are some thousands.
const MAX_DATASET_FILES: usize = 100_000;
/// Length of all its files together at most, bytes: several times the country with all its parcels, buildings and photographs.
const MAX_DATASET_BYTES: u64 = 512 << 30;

/// The advice on a source whose files contradict each other.
pub const VERIFY_THERE: &str =
    "run `qpv data verify` at the source, or take the dataset from another one";

/// The description of a dataset as another data folder has it, checked against the digest.
#[derive(Debug)]
pub struct ReceivedDescription {
    from: String,
    text: String,
    descriptor: DatasetDescriptor,
    files: Vec<ReceivedFile>,
}

/// A file that a description names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedFile {
    /// Its name in the folder `objects`: its sum and an extension of the store.
    pub name: String,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// A dataset with all its files in place, which does not answer yet.
#[derive(Debug)]
#[must_use = "it answers once it is put in use"]
pub struct PlacedDataset {
    digest: String,
    /// The description that was here before, of a dataset whose files were damaged.
    previous: Option<Vec<u8>>,
}

impl ReceivedDescription {
    /// Reads a description. `from` is where it came from, for people.
    ///
    /// # Errors
    /// [`Error::DatasetNotTaken`] when it is not the description of the dataset with this digest, when a sum in it is none, or
    /// when it names more than a dataset may have; [`Error::Damaged`] when a later version wrote it.
    pub fn read(from: &str, digest: &str, text: String) -> Result<Self, Error> {
        let path = Path::new(from);
        // A later format has an advice of its own.
        refuse_later_format(path, &text)?;
        let descriptor =
            DatasetDescriptor::from_text(path, &text, digest).map_err(|error| match error {
                Error::Damaged { fault, .. } => not_taken(from, fault),
                other => other,
            })?;
        let files = named_files(from, &descriptor)?;
        Ok(Self {
            from: from.to_owned(),
            text,
            descriptor,
            files,
        })
    }

    /// Returns the dataset's digest.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.descriptor.digest
    }

    /// Returns the place it came from.
    #[must_use]
    pub fn from(&self) -> &str {
        &self.from
    }

    /// Returns the SHA-256 of the description itself, which covers the sums of all files.
    #[must_use]
    pub fn sha256(&self) -> String {
        sha256_hex(self.text.as_bytes())
    }

    /// Returns true for a dataset of a fictional town.
    #[must_use]
    pub fn is_fictional(&self) -> bool {
        self.descriptor.fictional
    }

    /// Returns all files it names, each once.
    #[must_use]
    pub fn files(&self) -> &[ReceivedFile] {
        &self.files
    }
}

/// Returns the files of a description, once their sums are sums and their lengths can be.
fn named_files(from: &str, descriptor: &DatasetDescriptor) -> Result<Vec<ReceivedFile>, Error> {
    let mut files = BTreeMap::new();
    for (file, extension) in descriptor.objects() {
        // Not all sums are covered by the digest, and each becomes a name: `../` must never be one.
        if !is_sha256(&file.sha256) {
            let fault = format!(
                "a name in it is no SHA-256 ({})",
                file.sha256.escape_debug()
            );
            return Err(not_taken(from, fault));
        }
        let name = format!("{}.{extension}", file.sha256);
        files.insert(
            name.clone(),
            ReceivedFile {
                name,
                sha256: file.sha256.clone(),
                bytes: file.bytes,
            },
        );
        if files.len() > MAX_DATASET_FILES {
            let fault = format!("it names more than {MAX_DATASET_FILES} files");
            return Err(not_taken(from, fault));
        }
    }
    let lengths = files.values().map(|file| file.bytes);
    // Lengths that overflow are beyond the bound, too.
    let total = lengths.fold(0, u64::saturating_add);
    if total > MAX_DATASET_BYTES {
        let fault = format!("its files have {total} bytes, more than {MAX_DATASET_BYTES}");
        return Err(not_taken(from, fault));
    }
    Ok(files.into_values().collect())
}

fn not_taken(from: &str, fault: String) -> Error {
    Error::DatasetNotTaken {
        from: from.to_owned(),
        fault,
        advice: VERIFY_THERE,
    }
}

/// Returns the digest that the manifest of another data folder names.
///
/// # Errors
/// [`Error::DatasetNotTaken`] when it is no manifest, [`Error::Damaged`] when a later version wrote it.
pub fn current_of_manifest(from: &str, text: &str) -> Result<String, Error> {
    #[derive(Deserialize)]
    struct CurrentDataset {
        current: String,
    }
    refuse_later_format(Path::new(from), text)?;
    match serde_json::from_str::<CurrentDataset>(text) {
        Ok(manifest) if is_sha256(&manifest.current) => Ok(manifest.current),
        _ => Err(Error::DatasetNotTaken {
            from: from.to_owned(),
            fault: "this is not the manifest of a qpv data folder".to_owned(),
            advice: "give the folder, or its address, that has `manifest.json`, `datasets` and `objects`",
        }),
    }
}

impl Store {
    /// Returns true if the dataset of this digest is here with every file as it was written. All of them are read.
    #[must_use]
    pub fn has_whole(&self, digest: &str) -> bool {
        self.descriptor(digest).is_ok_and(|descriptor| {
            descriptor.objects().all(|(file, extension)| {
                check_file(&self.object_path(file, extension), &file.sha256, file.bytes).is_ok()
            })
        })
    }

    /// Returns the SHA-256 of the description of a dataset that is here, if it can be read.
    #[must_use]
    pub fn description_sha256(&self, digest: &str) -> Option<String> {
        let text = fs::read(self.descriptor_path(digest)).ok()?;
        Some(sha256_hex(&text))
    }

    /// Returns the files of a dataset that are not here yet, or are damaged.
    #[must_use]
    pub fn missing_files<'a>(&self, received: &'a ReceivedDescription) -> Vec<&'a ReceivedFile> {
        let files = received.files.iter();
        files
            .filter(|file| check_file(&self.received_path(file), &file.sha256, file.bytes).is_err())
            .collect()
    }

    /// Moves the files of a dataset from the folder they came into to their places, and describes it. It does not answer yet.
    /// The caller has checked the sums.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a file is missing, as when another process has pruned meanwhile; [`Error::Locked`],
    /// [`Error::NoRoom`], [`Error::Io`].
    pub fn place_received(
        &self,
        received: &ReceivedDescription,
        folder: &Path,
    ) -> Result<PlacedDataset, Error> {
        let _lock = self.lock()?;
        for file in &received.files {
            let (came_as, path) = (folder.join(&file.name), self.received_path(file));
            if came_as.exists() {
                let opened = File::open(&came_as).map_err(Error::io(&came_as))?;
                make_readable(&opened, &came_as)?;
                // Both folders lie on the same disk, so that this is no copy.
                fs::rename(&came_as, &path).map_err(Error::write(&path))?;
            }
            let length = fs::metadata(&path).map_or(0, |data| data.len());
            if length != file.bytes {
                return Err(Error::Damaged {
                    path,
                    fault: format!("it has {length} bytes instead of {}", file.bytes),
                    advice: "run the same command again",
                });
            }
        }
        sync_folder(&self.objects_path())?;
        let path = self.descriptor_path(received.digest());
        let previous = fs::read(&path).ok();
        // As it came, so that the same sum names it on all machines.
        write_atomically(&self.tmp_path(), &path, received.text.as_bytes())?;
        Ok(PlacedDataset {
            digest: received.digest().to_owned(),
            previous,
        })
    }

    /// Makes a dataset that is here current, by the step that ends each import. Running services take it within a second.
    ///
    /// # Errors
    /// [`Error::FictionalBesideOfficial`] when it would replace official data by a fictional town, [`Error::Damaged`],
    /// [`Error::Locked`], [`Error::NoRoom`], [`Error::Io`].
    pub fn put_in_use(&self, digest: &str) -> Result<(), Error> {
        let _lock = self.lock()?;
        let next = self.descriptor(digest)?;
        self.refuse_fictional_over_official(next.fictional)?;
        self.write_manifest(digest)
    }

    /// Refuses a fictional dataset in place of an official one.
    ///
    /// # Errors
    /// [`Error::FictionalBesideOfficial`], [`Error::Damaged`] for the manifest, [`Error::Io`].
    pub fn refuse_fictional_over_official(&self, is_fictional: bool) -> Result<(), Error> {
        let current = self.current_digest()?;
        // A current dataset that cannot be read keeps nobody from replacing it.
        let current = current.and_then(|digest| self.descriptor(&digest).ok());
        if is_fictional && current.is_some_and(|current| !current.fictional) {
            return Err(Error::FictionalBesideOfficial);
        }
        Ok(())
    }

    /// Takes a placed dataset away again: its description, and the files that no other dataset names.
    ///
    /// It is done as far as it can be: what is left has no effect, and the next import removes it.
    pub fn discard_placed(&self, placed: PlacedDataset) {
        let Ok(_lock) = self.lock() else { return };
        let path = self.descriptor_path(&placed.digest);
        match placed.previous {
            Some(text) => drop(write_atomically(&self.tmp_path(), &path, &text)),
            None => drop(fs::remove_file(path)),
        }
        self.sweep_orphans();
    }

    fn received_path(&self, file: &ReceivedFile) -> PathBuf {
        self.objects_path().join(&file.name)
    }
}
