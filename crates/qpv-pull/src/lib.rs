//! Fetching the official files, from their publishers, from a mirror, or from where the open-data portal says they are now.
//!
//! Nothing is fetched unless called. A file arrives whole, within its size limit and with the expected checksum where one
//! is known, or not at all. Passing failures (a server error, a cut or stalled transfer) are retried, from where they broke
//! off if the server can continue; refusals (not found, too large, wrong checksum) are not. A file that is not at its
//! address, or cannot be read, is looked for through the portal, by its dataset. The content of the files is for the
//! readers.

mod catalogue;
mod dataset;
mod download;
mod mirror;
mod partial;
mod portal;
mod progress;
mod published;
#[cfg(test)]
mod tests;
mod unpack;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use qpv_geodata::Error;
use qpv_geodata::http_client::RetryPolicy;
use qpv_geodata::store::SourceFile;
use serde::{Deserialize, Serialize};

use crate::download::{Downloader, Received, Transfer};
use crate::mirror::FileSums;
use crate::partial::{FileHashes, FileSum};
use crate::published::{compare_address, compare_marks, compare_resources, known_version};

pub use catalogue::{CatalogueEntry, SourceCatalogue, SourceKind, department_code};
pub use dataset::{DatasetFetcher, DatasetSource};
pub use mirror::SourceMirror;
pub use portal::{DataPortal, PortalResource, ResourcePattern};
pub use progress::TransferProgress;
pub use published::PublishedVersion;

/// Age up to which a file that an interrupted run left whole is taken without asking: the files of the catalogue change
/// every week at most.
const LEFT_FILE_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// Files of a dataset that are tried: when the best ones cannot be read, something else is wrong.
const MAX_TRIED_RESOURCES: usize = 3;

/// A file fetched.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchedFile {
    /// Its entry in the catalogue.
    pub source: CatalogueEntry,
    /// Its path now.
    pub path: PathBuf,
    /// The file that readers take: the same, or what was packed in it.
    pub content: PathBuf,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
    /// Length.
    pub bytes: u64,
    /// The address it came from, or the path in the mirror.
    pub from: String,
    /// The time of the transfer.
    pub retrieved_at: Timestamp,
    /// The server's mark of this version.
    pub etag: Option<String>,
    /// The time of its last change, as its server or the portal gives it.
    pub modified_at: Option<Timestamp>,
    /// Its title on the portal, if it was found there.
    pub found_as: Option<String>,
}

impl FetchedFile {
    /// Returns the entry of a dataset's sources for this file.
    #[must_use]
    pub fn to_source(&self) -> SourceFile {
        // A folder of this machine is no address for anybody else.
        let url = self.from.contains("://").then(|| self.from.clone());
        SourceFile {
            name: self.source.file.clone(),
            sha256: self.sha256.clone(),
            bytes: self.bytes,
            etag: self.etag.clone().filter(|_| url.is_some()),
            modified_at: self.modified_at,
            url,
            licence: Some(self.source.licence.clone()),
            retrieved_at: Some(self.retrieved_at),
        }
    }

    /// Removes the file, which was read or cannot be.
    pub fn discard(&self) {
        // A leftover that cannot be removed now goes with the folder, after some days.
        let _ = fs::remove_file(left_note(&self.path));
        let _ = fs::remove_file(&self.path);
        if self.content != self.path {
            let _ = fs::remove_file(&self.content);
            // The folder of this source alone; it holds nothing else.
            let _ = self.content.parent().map(fs::remove_dir);
        }
    }
}

/// A source that was asked for.
#[derive(Debug)]
pub enum ObtainedSource<T> {
    /// It is the version that is there already.
    Unchanged,
    /// It was fetched, and its content was taken.
    Accepted {
        /// The file.
        file: Box<FetchedFile>,
        /// The result of taking it.
        value: T,
        /// The reason why it came from elsewhere than its address, if it did.
        moved: Option<String>,
    },
}

/// A fetcher of sources, from their publishers or from a mirror.
pub struct SourceFetcher<'a> {
    downloader: Downloader,
    mirror: Option<&'a SourceMirror>,
    sums: Option<FileSums>,
    /// None with a mirror, which is asked alone.
    portal: Option<DataPortal>,
    /// Set when the portal did not answer: it is not waited for again.
    portal_is_silent: bool,
    folder: &'a Path,
}

impl<'a> SourceFetcher<'a> {
    /// Returns a fetcher that downloads into a folder. A mirror's `SHA256SUMS`, when it has one, must list each file; the
    /// catalogue's own checksum applies to a mirror too.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::Refused`], [`Error::Io`] for the checksums of the mirror.
    pub fn new(
        catalogue: &SourceCatalogue,
        mirror: Option<&'a SourceMirror>,
        folder: &'a Path,
        policy: &RetryPolicy,
        progress: &mut dyn TransferProgress,
    ) -> Result<Self, Error> {
        let downloader = Downloader::new(policy);
        let sums = mirror
            .map(|mirror| mirror.sums(&downloader, progress))
            .transpose()?
            .flatten();
        Ok(Self {
            downloader,
            mirror,
            sums,
            portal: catalogue.portal().filter(|_| mirror.is_none()),
            portal_is_silent: false,
            folder,
        })
    }

    /// Fetches a source and hands its file to `accept`, whose errors on the content count as a wrong file: the next place is
    /// then tried. What is `known` is not fetched again where the server can tell that it is unchanged.
    ///
    /// The file stays until [`FetchedFile::discard`], so that a run that is interrupted need not fetch it again.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when every attempt failed, [`Error::Refused`], [`Error::TooLarge`], [`Error::WrongChecksum`],
    /// [`Error::NowhereFound`], [`Error::NoRoom`], [`Error::Io`], and the errors of `accept`.
    pub fn obtain<T>(
        &mut self,
        source: &CatalogueEntry,
        known: Option<&SourceFile>,
        progress: &mut dyn TransferProgress,
        accept: &mut dyn FnMut(&FetchedFile) -> Result<T, Error>,
    ) -> Result<ObtainedSource<T>, Error> {
        if let Some(left) = self.left_by_earlier_run(source) {
            match taken(left, self.folder, accept) {
                // It is fetched anew: what was left may be the fault.
                Err(error) if error.is_of_source() => {}
                other => return other,
            }
        }
        let address = self.address(source);
        // The address first: it needs one request where the portal needs two.
        let direct = match &address {
            Some(from) => {
                let place = FilePlace::new(from.clone());
                match self.try_place(source, &place, known, progress, accept) {
                    Err(error) if error.is_of_source() && self.mirror.is_none() => Some(error),
                    other => return other,
                }
            }
            None => None,
        };
        let Some(found) = self.find_on_portal(source, progress) else {
            // Without a portal the fault of the address is all there is to say.
            return Err(direct.unwrap_or_else(|| without_address(source)));
        };
        let tried = found.and_then(|resources| {
            self.try_resources(
                source,
                &resources,
                address.as_deref(),
                known,
                progress,
                accept,
            )
        });
        match (tried, direct) {
            (Ok(ObtainedSource::Accepted { file, value, .. }), direct) => {
                Ok(ObtainedSource::Accepted {
                    file,
                    value,
                    moved: direct.map(|error| error.without_advice()),
                })
            }
            (Err(portal), Some(direct)) if portal.is_of_source() => Err(Error::NowhereFound {
                direct: Box::new(direct),
                portal: Box::new(portal),
            }),
            (other, _) => other,
        }
    }

    /// Returns the address of a source, or its path in the mirror.
    fn address(&self, source: &CatalogueEntry) -> Option<String> {
        match self.mirror {
            Some(mirror) => Some(mirror.locate(&source.file)),
            None => source.url.clone(),
        }
    }

    /// Asks the portal for the files that may be the one of a source; `None` where it cannot be asked.
    fn find_on_portal(
        &mut self,
        source: &CatalogueEntry,
        progress: &mut dyn TransferProgress,
    ) -> Option<Result<Vec<PortalResource>, Error>> {
        let portal = self.portal.as_ref()?;
        let (dataset, pattern) = (source.dataset.as_ref()?, source.resource.as_ref()?);
        if self.portal_is_silent {
            return Some(Err(Error::Refused {
                url: dataset.clone(),
                fault: "not asked, for the portal did not answer before".to_owned(),
                advice: "try again later",
            }));
        }
        let found = portal.find(&self.downloader, dataset, pattern, progress);
        // A portal that refuses one dataset may know the next; one that is down keeps each part waiting.
        self.portal_is_silent = matches!(found, Err(Error::Unreachable { .. }));
        Some(found)
    }

    /// Tries the files of a dataset, the best one first; the address that failed already is left out.
    fn try_resources<T>(
        &self,
        source: &CatalogueEntry,
        resources: &[PortalResource],
        failed: Option<&str>,
        known: Option<&SourceFile>,
        progress: &mut dyn TransferProgress,
        accept: &mut dyn FnMut(&FetchedFile) -> Result<T, Error>,
    ) -> Result<ObtainedSource<T>, Error> {
        let mut faults = Vec::new();
        for resource in resources.iter().take(MAX_TRIED_RESOURCES) {
            // The permanent address may lead on where the file's own is out of date.
            for url in resource.addresses().filter(|url| Some(*url) != failed) {
                let place = FilePlace::on_portal(url, resource);
                match self.try_place(source, &place, known, progress, accept) {
                    Err(error) if error.is_of_source() => faults.push(error),
                    other => return other,
                }
            }
        }
        Err(all_faults(faults, failed.unwrap_or_default()))
    }

    /// Fetches a file from one place, and has its content taken.
    fn try_place<T>(
        &self,
        source: &CatalogueEntry,
        place: &FilePlace,
        known: Option<&SourceFile>,
        progress: &mut dyn TransferProgress,
        accept: &mut dyn FnMut(&FetchedFile) -> Result<T, Error>,
    ) -> Result<ObtainedSource<T>, Error> {
        let destination = self.folder.join(&source.file);
        let mut expected = self.expected_sums(source, &place.from)?;
        expected.extend(place.sum.clone().map(|sum| ("the portal", sum)));
        let transfer = Transfer {
            what: &source.id,
            from: &place.from,
            destination: &destination,
            max_bytes: source.max_bytes,
            expected,
            known: known.and_then(known_version),
        };
        let received = match self.mirror {
            Some(SourceMirror::Folder(_)) => transfer.copy(progress)?,
            _ => self.downloader.download(&transfer, progress)?,
        };
        let Received::File {
            sha256,
            bytes,
            version,
        } = received
        else {
            return Ok(ObtainedSource::Unchanged);
        };
        let file = FetchedFile {
            source: source.clone(),
            content: destination.clone(),
            path: destination,
            sha256,
            bytes,
            from: place.from.clone(),
            retrieved_at: Timestamp::now(),
            etag: version.etag,
            modified_at: version.modified_at.or(place.modified_at),
            found_as: place.title.clone(),
        };
        // Servers without marks of versions send the same file again.
        if known.is_some_and(|known| known.sha256 == file.sha256) {
            file.discard();
            return Ok(ObtainedSource::Unchanged);
        }
        // Before its content is read: a run may be stopped while it imports.
        note_left(&file);
        taken(file, self.folder, accept)
    }

    /// Returns the checksums that a file must have, each with its origin.
    fn expected_sums(
        &self,
        source: &CatalogueEntry,
        from: &str,
    ) -> Result<Vec<(&'static str, FileSum)>, Error> {
        let mut expected: Vec<_> = source
            .sha256
            .iter()
            .map(|sum| ("the catalogue", FileSum::Sha256(sum.clone())))
            .collect();
        if let Some(sums) = &self.sums {
            let sum = sums.get(&source.file).ok_or_else(|| Error::Refused {
                url: from.into(),
                fault: format!("the mirror's SHA256SUMS does not list {}", source.file),
                advice: "add it there, or remove SHA256SUMS from the mirror",
            })?;
            expected.push(("the mirror's SHA256SUMS", FileSum::Sha256(sum.clone())));
        }
        Ok(expected)
    }

    /// Returns the whole file of this source that a run left that was interrupted less than a day ago, if it is of the same
    /// place.
    fn left_by_earlier_run(&self, source: &CatalogueEntry) -> Option<FetchedFile> {
        let path = self.folder.join(&source.file);
        let left: FetchedFile = serde_json::from_slice(&fs::read(left_note(&path)).ok()?).ok()?;
        let is_of_same_place = match self.mirror {
            None => source.url.as_ref() == Some(&left.from) || left.found_as.is_some(),
            Some(SourceMirror::Address(_)) => self.address(source).as_ref() == Some(&left.from),
            // Copying it again costs little.
            Some(SourceMirror::Folder(_)) => false,
        };
        let age = Timestamp::now().duration_since(left.retrieved_at);
        let sums = self.sums.as_ref().map(|sums| sums.get(&source.file));
        let is_expected = sums.is_none_or(|sum| sum == Some(&left.sha256));
        // The department is in the address already, and not in the note.
        let of = CatalogueEntry {
            department: source.department.clone(),
            ..left.source.clone()
        };
        let is_left = of == *source
            && is_of_same_place
            && is_expected
            // One from the future, by a clock that was set back, would never grow old.
            && !age.is_negative()
            && age < LEFT_FILE_LIFETIME
            && file_sha256(&path).is_ok_and(|found| found == left.sha256);
        is_left.then_some(FetchedFile {
            source: of,
            content: path.clone(),
            path,
            ..left
        })
    }

    /// Compares a file that is there with what is published, without fetching it: by the marks of its server where it came from
    /// the address of the catalogue, else by what the portal says. A file from elsewhere, such as a mirror, is judged by its
    /// checksum or its date; without either it is unknown.
    pub fn compare(
        &mut self,
        source: &CatalogueEntry,
        known: &SourceFile,
        progress: &mut dyn TransferProgress,
    ) -> PublishedVersion {
        // A file that never changes needs no question.
        if source.sha256.as_ref() == Some(&known.sha256) {
            return PublishedVersion::Same;
        }
        if known.url.is_some() && known.url == source.url {
            return compare_marks(&self.downloader, known);
        }
        // What was found through the portal has no address that leads to its successor.
        match self.find_on_portal(source, progress) {
            Some(Err(error)) => PublishedVersion::unknown(error.to_string()),
            Some(Ok(resources)) => compare_resources(known, &resources)
                .unwrap_or_else(|| compare_marks(&self.downloader, known)),
            None => compare_address(&self.downloader, source, known),
        }
    }
}

/// A place where a file may be.
struct FilePlace {
    from: String,
    sum: Option<FileSum>,
    modified_at: Option<Timestamp>,
    title: Option<String>,
}

impl FilePlace {
    fn new(from: String) -> Self {
        Self {
            from,
            sum: None,
            modified_at: None,
            title: None,
        }
    }

    fn on_portal(url: &str, resource: &PortalResource) -> Self {
        Self {
            from: url.to_owned(),
            sum: resource.sum(),
            modified_at: resource.last_modified,
            title: Some(resource.title.clone()),
        }
    }
}

/// Has the content of a file taken; a file that cannot be read is removed.
fn taken<T>(
    mut file: FetchedFile,
    folder: &Path,
    accept: &mut dyn FnMut(&FetchedFile) -> Result<T, Error>,
) -> Result<ObtainedSource<T>, Error> {
    let content = unpack::readable_file(
        &file.path,
        &file.from,
        &file.source,
        &unpack::folder_of(&file.source, folder),
    );
    // A file that cannot be unpacked is as wrong as one that cannot be read.
    let value = content.and_then(|content| {
        file.content = content;
        accept(&file)
    });
    match value {
        Ok(value) => Ok(ObtainedSource::Accepted {
            file: Box::new(file),
            value,
            moved: None,
        }),
        Err(error) => {
            // Its publisher may mend it, so the next run fetches it again.
            if error.is_of_source() || matches!(error, Error::FeaturesRefused(_)) {
                file.discard();
            }
            Err(error)
        }
    }
}

/// Notes what a whole file is, for the run after an interrupted one.
fn note_left(file: &FetchedFile) {
    // Without the note the file is fetched again, which is no fault.
    if let Ok(note) = serde_json::to_vec(file) {
        let _ = fs::write(left_note(&file.path), note);
    }
}

fn left_note(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".whole.json");
    name.into()
}

fn file_sha256(path: &Path) -> std::io::Result<String> {
    let mut hashes = FileHashes::default();
    hashes.read(&mut fs::File::open(path)?)?;
    Ok(hashes.sha256())
}

/// Returns the error of all the places that the portal named; `failed` is the address that had failed before.
fn all_faults(mut faults: Vec<Error>, failed: &str) -> Error {
    let advice = "import the file by hand, or give a copy with --mirror DIR|URL";
    match faults.len() {
        0 => Error::Refused {
            url: failed.to_owned(),
            fault: "the portal names the same address".to_owned(),
            advice,
        },
        1 => faults.remove(0),
        _ => {
            let texts: Vec<String> = faults.iter().map(Error::without_advice).collect();
            Error::Refused {
                url: "it names several files".to_owned(),
                fault: texts.join("; "),
                advice,
            }
        }
    }
}

fn without_address(source: &CatalogueEntry) -> Error {
    Error::Refused {
        url: source.page.clone().unwrap_or_else(|| source.id.clone()),
        fault: "the catalogue has no address for it".to_owned(),
        advice: "fetch it by hand from this page, and import it with `qpv data import`",
    }
}
