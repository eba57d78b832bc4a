//! Fetching the official files, from their publishers or from a mirror.
//!
//! Nothing is fetched unless called. A file arrives whole, within its size limit and with the expected checksum where one
//! is known, or not at all. Passing failures (a server error, a cut or stalled transfer) are retried; refusals (not found,
//! too large, wrong checksum) are not. The content of the files is for the readers.

mod catalogue;
mod download;
mod mirror;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::http_client::{AttemptError, RetryPolicy};
use crate::pull::download::Downloader;
use crate::store::SourceFile;

pub use catalogue::{CatalogueEntry, SourceCatalogue, SourceKind};
pub use mirror::SourceMirror;

/// A listener to the progress of transfers. The command line draws bars from it.
pub trait TransferProgress {
    /// A transfer starts, or starts again; `total` is its length in bytes if the server gives it.
    fn start(&mut self, what: &str, total: Option<u64>);
    /// More bytes came.
    fn advance(&mut self, bytes: u64);
    /// The transfer has ended, with or without success.
    fn done(&mut self);
}

/// No progress shown.
impl TransferProgress for () {
    fn start(&mut self, _: &str, _: Option<u64>) {}
    fn advance(&mut self, _: u64) {}
    fn done(&mut self) {}
}

/// A file fetched.
#[derive(Debug, Clone)]
pub struct FetchedFile {
    /// Its entry in the catalogue.
    pub source: CatalogueEntry,
    /// Its path now.
    pub path: PathBuf,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
    /// Length.
    pub bytes: u64,
    /// The address it came from, or the path in the mirror.
    pub from: String,
    /// The time of the transfer.
    pub retrieved_at: Timestamp,
}

impl FetchedFile {
    /// Returns the entry of a dataset's sources for this file.
    #[must_use]
    pub fn to_source(&self) -> SourceFile {
        SourceFile {
            name: self.source.file.clone(),
            sha256: self.sha256.clone(),
            bytes: self.bytes,
            // A folder of this machine is no address for anybody else.
            url: self.from.contains("://").then(|| self.from.clone()),
            licence: Some(self.source.licence.clone()),
            retrieved_at: Some(self.retrieved_at),
        }
    }
}

/// Fetches these sources into a folder, one after the other, from their publishers or from a mirror.
///
/// A file that fails leaves nothing behind, and its error ends the whole. A mirror's
/// `SHA256SUMS`, when it has one, must list each file; the catalogue's own checksum applies to a mirror too.
///
/// # Errors
/// [`Error::Unreachable`] when every attempt failed, [`Error::Refused`], [`Error::TooLarge`],
/// [`Error::WrongChecksum`], [`Error::NoRoom`], [`Error::Io`].
pub fn fetch(
    sources: &[&CatalogueEntry],
    mirror: Option<&SourceMirror>,
    folder: &Path,
    policy: &RetryPolicy,
    progress: &mut dyn TransferProgress,
) -> Result<Vec<FetchedFile>, Error> {
    let downloader = Downloader::new(policy);
    let sums = mirror
        .map(|mirror| mirror.sums(&downloader))
        .transpose()?
        .flatten();
    let mut fetched = Vec::new();
    for source in sources {
        let destination = folder.join(&source.file);
        let from = mirror.map_or_else(|| source.url.clone(), |mirror| mirror.locate(&source.file));
        let transfer = Transfer {
            what: &source.id,
            from: &from,
            destination: &destination,
            max_bytes: source.max_bytes,
            expected: expected_sums(source, sums.as_ref(), &from)?,
        };
        let (sha256, bytes) = match mirror {
            Some(SourceMirror::Folder(_)) => transfer.copy(Path::new(&from), progress)?,
            _ => downloader.download(&transfer, progress)?,
        };
        let (source, retrieved_at) = ((*source).clone(), Timestamp::now());
        fetched.push(FetchedFile {
            source,
            path: destination,
            sha256,
            bytes,
            from,
            retrieved_at,
        });
    }
    Ok(fetched)
}

/// Returns the checksums that a file must have, each with its origin.
fn expected_sums(
    source: &CatalogueEntry,
    sums: Option<&mirror::FileSums>,
    from: &str,
) -> Result<Vec<(&'static str, String)>, Error> {
    let mut expected: Vec<_> = source
        .sha256
        .iter()
        .map(|sum| ("the catalogue", sum.clone()))
        .collect();
    if let Some(sums) = sums {
        let sum = sums.get(&source.file).ok_or_else(|| Error::Refused {
            url: from.into(),
            fault: format!("the mirror's SHA256SUMS does not list {}", source.file),
            advice: "add it there, or remove SHA256SUMS from the mirror",
        })?;
        expected.push(("the mirror's SHA256SUMS", sum.clone()));
    }
    Ok(expected)
}

/// One file to fetch: its origin, its destination and its checks.
struct Transfer<'a> {
    what: &'a str,
    from: &'a str,
    destination: &'a Path,
    max_bytes: u64,
    expected: Vec<(&'static str, String)>,
}

impl Transfer<'_> {
    /// Copies from a folder.
    fn copy(
        &self,
        from: &Path,
        progress: &mut dyn TransferProgress,
    ) -> Result<(String, u64), Error> {
        let mut file = File::open(from).map_err(Error::io(from))?;
        let total = file.metadata().map_err(Error::io(from))?.len();
        self.receive(&mut file, Some(total), progress)
            .map_err(|failure| match failure {
                AttemptError::Final(error) => error,
                AttemptError::Passing { fault, .. } => Error::Refused {
                    url: self.from.into(),
                    fault,
                    advice: "check the mirror's disk, and copy the file there again",
                },
            })
    }

    /// Receives a body: it is counted, summed, checked, flushed to the disk, and only then renamed to its destination.
    fn receive(
        &self,
        body: &mut dyn Read,
        total: Option<u64>,
        progress: &mut dyn TransferProgress,
    ) -> Result<(String, u64), AttemptError<Error>> {
        // A length that is announced spares the transfer; one that is not is caught while counting.
        if total.is_some_and(|total| total > self.max_bytes) {
            return Err(AttemptError::Final(self.too_large()));
        }
        let folder = self.destination.parent().unwrap_or(Path::new("."));
        // In the folder of the destination: a rename across disks would be a copy.
        let mut part = tempfile::NamedTempFile::new_in(folder).map_err(self.unwritable())?;
        progress.start(self.what, total);
        let taken = self.take_in(body, total, part.as_file_mut(), progress);
        progress.done();
        let (sha256, bytes) = taken?;
        self.check(&sha256).map_err(AttemptError::Final)?;
        // Flushed before the rename: after a power cut the file is whole or absent.
        part.as_file().sync_all().map_err(self.unwritable())?;
        part.persist(self.destination)
            .map_err(|failure| self.unwritable()(failure.error))?;
        Ok((sha256, bytes))
    }

    /// Writes a body to a file; returns its sum and its length.
    fn take_in(
        &self,
        body: &mut dyn Read,
        total: Option<u64>,
        file: &mut File,
        progress: &mut dyn TransferProgress,
    ) -> Result<(String, u64), AttemptError<Error>> {
        let mut hasher = Sha256::new();
        let mut bytes = 0;
        // Larger than a TLS record of 16 KiB, so that each read takes all there is.
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                // A signal is no failure of the transfer.
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => {
                    return Err(AttemptError::passing(format!(
                        "the transfer broke after {bytes} bytes ({e})"
                    )));
                }
            };
            bytes += read as u64;
            if bytes > self.max_bytes {
                return Err(AttemptError::Final(self.too_large()));
            }
            hasher.update(&buffer[..read]);
            file.write_all(&buffer[..read]).map_err(self.unwritable())?;
            progress.advance(read as u64);
        }
        match total {
            Some(total) if total != bytes => Err(AttemptError::passing(format!(
                "the transfer was cut: {bytes} bytes came out of {total}"
            ))),
            _ => Ok((HEXLOWER.encode(&hasher.finalize()), bytes)),
        }
    }

    fn check(&self, found: &str) -> Result<(), Error> {
        match self.expected.iter().find(|(_, expected)| expected != found) {
            None => Ok(()),
            Some((origin, expected)) => Err(Error::WrongChecksum {
                url: self.from.into(),
                origin,
                expected: expected.clone(),
                found: found.into(),
            }),
        }
    }

    fn too_large(&self) -> Error {
        Error::TooLarge {
            url: self.from.into(),
            max_bytes: self.max_bytes,
        }
    }

    fn unwritable(&self) -> impl FnOnce(std::io::Error) -> AttemptError<Error> {
        let path = self.destination.to_path_buf();
        move |source| AttemptError::Final(Error::write(path)(source))
    }
}
