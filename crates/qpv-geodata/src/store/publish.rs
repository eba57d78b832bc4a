//! Publishing a dataset: each import replaces its part of the current one, and the rest stays.
//!
//! Owns the order in which that is safe: the lock, the new objects, a check of the objects kept, the description, and last
//! the manifest. An official part replaces a fictional dataset entirely.

use qpv_model::{KnownVintages, VintageRecord};

use crate::error::Error;
use crate::store::dataset::{EncodedVintage, VintageComponent, all_fictional, refuse_twice};
use crate::store::descriptor::{DatasetDescriptor, FORMAT};
use crate::store::entries::VintageEntry;
use crate::store::files::{read_checked, write_atomically};
use crate::store::folder::{Manifest, Store};
use crate::store::stored::{INDEX, NewFile, StoredFile, is_summed_later};
use crate::vintages;

impl Store {
    /// Stores these vintages in place of those of the same year, keeps the other parts of the current dataset, and makes the
    /// result current. Official perimeters replace a fictional dataset entirely. Returns the digest.
    ///
    /// The old dataset serves until the last step, a rename; it stays on disk until pruned. Publishing what is already
    /// current changes nothing, but rewrites any of its files found damaged.
    ///
    /// # Errors
    /// [`Error::NothingToPublish`], [`Error::Unpublishable`], [`Error::FictionalBesideOfficial`], [`Error::Locked`], [`Error::NoRoom`],
    /// [`Error::Damaged`] when a vintage to be kept cannot be read, [`Error::Io`].
    pub fn publish(&self, changes: &[VintageComponent]) -> Result<String, Error> {
        if changes.is_empty() {
            return Err(Error::NothingToPublish);
        }
        let fictional = all_fictional(changes)?;
        let (mut entries, mut files) = (Vec::<VintageEntry>::new(), Vec::new());
        for component in changes {
            refuse_twice(&entries, component.layer.vintage)?;
            let encoded = EncodedVintage::new(component)?;
            entries.push(encoded.entry);
            files.extend(encoded.files);
        }
        self.replace(fictional, &files, |next| {
            next.vintages
                .retain(|kept| entries.iter().all(|new| new.vintage != kept.vintage));
            next.vintages.extend(entries);
            Ok(())
        })
    }

    /// Returns the vintages there are: those built in, and those that the current dataset describes.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`], [`Error::Vintages`].
    pub fn known_vintages(&self) -> Result<KnownVintages, Error> {
        match self.current_digest()? {
            Some(digest) => self.descriptor(&digest)?.known_vintages(),
            None => Ok(vintages::built_in()),
        }
    }

    /// Adds vintages to those there are, in place of those of the same year, keeps the other parts of the current dataset, and
    /// makes the result current. Nothing of a fictional dataset is kept. Returns the digest.
    ///
    /// # Errors
    /// [`Error::Vintages`] when they do not follow each other; [`Error::NothingToPublish`] without any;
    /// [`Error::Locked`], [`Error::NoRoom`], [`Error::Damaged`], [`Error::Io`].
    pub fn publish_vintages(&self, described: &[VintageRecord]) -> Result<String, Error> {
        if described.is_empty() {
            return Err(Error::NothingToPublish);
        }
        self.replace(false, &[], |next| {
            next.described_vintages
                .retain(|kept| described.iter().all(|new| new.id != kept.id));
            next.described_vintages.extend_from_slice(described);
            next.known_vintages().map(drop)
        })
    }

    /// Changes the current dataset and makes the result current, with the new files that it needs. The other files are kept,
    /// once they are known to be intact. Returns the digest.
    pub(super) fn replace(
        &self,
        fictional: bool,
        files: &[NewFile<'_>],
        change: impl FnOnce(&mut DatasetDescriptor) -> Result<(), Error>,
    ) -> Result<String, Error> {
        // Held to the end: two imports at once would each drop the part of the other.
        let _lock = self.lock()?;
        self.sweep_orphans();
        let (mut next, parent) = self.next(fictional)?;
        change(&mut next)?;
        self.publish_next(next, parent, files)
    }

    /// Changes the current official dataset as [`Store::replace`] does, with the new file that the change makes.
    pub(super) fn replace_by(
        &self,
        change: impl FnOnce(&mut DatasetDescriptor) -> Result<NewFile<'static>, Error>,
    ) -> Result<String, Error> {
        let _lock = self.lock()?;
        self.sweep_orphans();
        let (mut next, parent) = self.next(false)?;
        let file = change(&mut next)?;
        self.publish_next(next, parent, &[file])
    }

    fn publish_next(
        &self,
        next: DatasetDescriptor,
        parent: Option<String>,
        files: &[NewFile<'_>],
    ) -> Result<String, Error> {
        for new in files {
            self.write_object(&new.file, new.extension, &new.content)?;
        }
        // Answers do not depend on an `.index`, and summing the addresses or buildings of a country is left to verification.
        self.check_objects(next.objects().filter(|(file, extension)| {
            *extension != INDEX
                && !is_summed_later(extension)
                && files.iter().all(|new| new.file != **file)
        }))?;
        self.make_current(&next.sealed(parent))
    }

    /// Removes a part of the current dataset and makes the result current. The rest is not checked, so that a damaged part
    /// can be removed even when others are damaged.
    pub(super) fn reduce(
        &self,
        change: impl FnOnce(&mut DatasetDescriptor) -> Result<(), Error>,
    ) -> Result<String, Error> {
        let _lock = self.lock()?;
        let (mut next, parent) = self.next(false)?;
        change(&mut next)?;
        self.make_current(&next.sealed(parent))
    }

    /// Returns the description that the next dataset starts from, and the digest of the current one. It is the current
    /// one's, or empty where official data follows the fictional town.
    fn next(&self, fictional: bool) -> Result<(DatasetDescriptor, Option<String>), Error> {
        let parent = self.current_digest()?;
        let current = parent
            .as_deref()
            .map(|digest| self.descriptor(digest))
            .transpose()?;
        let next = match current {
            Some(current) if current.fictional == fictional => current,
            Some(_) if fictional => return Err(Error::FictionalBesideOfficial),
            _ => DatasetDescriptor::empty(fictional),
        };
        Ok((next, parent))
    }

    /// Writes the description unless it exists, then replaces the manifest. Of an existing one only the indexes change: its
    /// parent and its dates are those of the first time.
    fn make_current(&self, descriptor: &DatasetDescriptor) -> Result<String, Error> {
        let digest = descriptor.digest.clone();
        let known = self.descriptor(&digest).ok();
        let described = known
            .as_ref()
            .map_or_else(|| descriptor.clone(), |it| it.with_indexes_of(descriptor));
        if known.as_ref() != Some(&described) {
            write_atomically(
                &self.tmp_path(),
                &self.descriptor_path(&digest),
                described.to_text().as_bytes(),
            )?;
        }
        // Publishing the current dataset again leaves the manifest as it is, and readers
        // undisturbed.
        if descriptor.parent.as_deref() != Some(&*digest) {
            self.write_manifest(&digest)?;
        }
        Ok(digest)
    }

    /// Makes the dataset of this digest current: the one step by which a dataset replaces another. The caller holds the lock.
    pub(super) fn write_manifest(&self, digest: &str) -> Result<(), Error> {
        let manifest = Manifest {
            format: FORMAT,
            current: digest.to_owned(),
        };
        let mut text = serde_json::to_string_pretty(&manifest).expect("a manifest is serialisable");
        text.push('\n');
        write_atomically(&self.tmp_path(), &self.manifest_path(), text.as_bytes())
    }

    /// Writes an object that a later publication will name.
    pub(super) fn add_object(&self, new: &NewFile<'_>) -> Result<(), Error> {
        let _lock = self.lock()?;
        self.write_object(&new.file, new.extension, &new.content)
    }

    /// Writes an object unless it exists and is intact.
    fn write_object(
        &self,
        file: &StoredFile,
        extension: &str,
        content: &[u8],
    ) -> Result<(), Error> {
        let path = self.object_path(file, extension);
        // An intact file is not written again: its name is its sum. A damaged one is replaced.
        if read_checked(&path, &file.sha256, file.bytes).is_ok() {
            return Ok(());
        }
        write_atomically(&self.tmp_path(), &path, content)
    }

    /// Reads objects to check their sums.
    pub(super) fn check_objects<'a>(
        &self,
        objects: impl IntoIterator<Item = (&'a StoredFile, &'static str)>,
    ) -> Result<(), Error> {
        for (file, extension) in objects {
            read_checked(&self.object_path(file, extension), &file.sha256, file.bytes)?;
        }
        Ok(())
    }
}
