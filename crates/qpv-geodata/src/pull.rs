//! Fetching the official files, from where they are published or from a mirror.
//!
//! Owns the network: nothing else in the project goes there, and nothing here does unless called. A file arrives whole,
//! within its size limit and with the expected checksum where one is known, or not at all. Passing troubles (a server
//! error, a cut or stalled transfer) are retried; refusals (not found, too large, wrong checksum) are not.
//!
//! Refuses to look inside the files: that is the readers' task.

mod catalogue;
mod http;
mod mirror;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::Error;
use crate::store::{SourceFile, hex};

pub use catalogue::{CatalogueEntry, SourceCatalogue, SourceKind};
pub use mirror::SourceMirror;

/// Told how far a transfer is. The command line draws bars from it.
pub trait TransferProgress {
    /// A transfer starts, or starts again; `total` is its length in bytes when the server says it.
    fn start(&mut self, what: &str, total: Option<u64>);
    /// So many more bytes came.
    fn advance(&mut self, bytes: u64);
    /// The transfer is over, well or badly.
    fn done(&mut self);
}

/// No progress shown.
impl TransferProgress for () {
    fn start(&mut self, _: &str, _: Option<u64>) {}
    fn advance(&mut self, _: u64) {}
    fn done(&mut self) {}
}

/// How patient to be.
#[derive(Debug, Clone)]
pub struct RetryPolicy {
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest silence of the server, before its answer or within it.
    pub idle: Duration,
    /// How many times a transfer is tried in all, one at least.
    pub attempts: u32,
    /// Wait before the second attempt; doubled before each further one. A server's `Retry-After` goes before.
    pub backoff: Duration,
    /// Longest wait before an attempt, whatever the server asks.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            idle: Duration::from_secs(30),
            attempts: 4,
            backoff: Duration::from_secs(1),
            longest_wait: Duration::from_mins(1),
        }
    }
}

/// A file fetched.
#[derive(Debug, Clone)]
pub struct FetchedFile {
    /// What the catalogue says of it.
    pub source: CatalogueEntry,
    /// Where it now is.
    pub path: PathBuf,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
    /// Length.
    pub bytes: u64,
    /// The address it came from, or the path in the mirror.
    pub from: String,
    /// When.
    pub retrieved_at: Timestamp,
}

impl FetchedFile {
    /// The same, as a dataset remembers it.
    #[must_use]
    pub fn to_source(&self) -> SourceFile {
        SourceFile {
            name: self.source.file.clone(),
            sha256: self.sha256.clone(),
            bytes: self.bytes,
            // A folder of this machine is no address that anybody else could use.
            url: self.from.contains("://").then(|| self.from.clone()),
            licence: Some(self.source.licence.clone()),
            retrieved_at: Some(self.retrieved_at),
        }
    }
}

/// Fetches these sources into a folder, one after the other, from where they are published or from a mirror.
///
/// All or nothing for each file: one that fails leaves nothing behind, and the error ends the whole. A mirror's
/// `SHA256SUMS`, when it has one, must list each file; the catalogue's own checksum applies to a mirror too.
///
/// # Errors
/// [`Error::Unreachable`] when every attempt failed, [`Error::Refused`], [`Error::TooLarge`],
/// [`Error::WrongChecksum`], [`Error::NoRoom`], [`Error::Io`].
pub fn fetch(
    sources: &[&CatalogueEntry],
    mirror: Option<&SourceMirror>,
    folder: &Path,
    patience: &RetryPolicy,
    progress: &mut dyn TransferProgress,
) -> Result<Vec<FetchedFile>, Error> {
    let client = http::Client::new(patience);
    let sums = mirror
        .map(|mirror| mirror.sums(&client))
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
            _ => client.download(&transfer, progress)?,
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

/// The checksums a file must have, each with its origin.
fn expected_sums(
    source: &CatalogueEntry,
    sums: Option<&mirror::Sums>,
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

/// One file to bring: from where, to where, and what it must be.
struct Transfer<'a> {
    what: &'a str,
    from: &'a str,
    destination: &'a Path,
    max_bytes: u64,
    expected: Vec<(&'static str, String)>,
}

/// How a transfer ended before its end.
enum Failure {
    /// The server or the network; another attempt may succeed.
    Passing(String),
    /// Anything another attempt would not change.
    Final(Error),
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
                Failure::Final(error) => error,
                Failure::Passing(fault) => Error::Refused {
                    url: self.from.into(),
                    fault,
                    advice: "check the mirror's disk, and copy the file there again",
                },
            })
    }

    /// Takes a body in: counted, summed, checked, flushed to the disk, and only then given its name.
    fn receive(
        &self,
        body: &mut dyn Read,
        total: Option<u64>,
        progress: &mut dyn TransferProgress,
    ) -> Result<(String, u64), Failure> {
        if total.is_some_and(|total| total > self.max_bytes) {
            return Err(Failure::Final(self.too_large()));
        }
        let folder = self.destination.parent().unwrap_or(Path::new("."));
        let mut part = tempfile::NamedTempFile::new_in(folder).map_err(self.unwritable())?;
        progress.start(self.what, total);
        let taken = self.take_in(body, total, part.as_file_mut(), progress);
        progress.done();
        let (sha256, bytes) = taken?;
        self.check(&sha256).map_err(Failure::Final)?;
        part.as_file().sync_all().map_err(self.unwritable())?;
        part.persist(self.destination)
            .map_err(|failure| self.unwritable()(failure.error))?;
        Ok((sha256, bytes))
    }

    /// The loop of [`Transfer::receive`]: the sum and the number of the bytes taken.
    fn take_in(
        &self,
        body: &mut dyn Read,
        total: Option<u64>,
        file: &mut File,
        progress: &mut dyn TransferProgress,
    ) -> Result<(String, u64), Failure> {
        let mut hasher = Sha256::new();
        let mut bytes = 0;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => {
                    return Err(Failure::Passing(format!(
                        "the transfer broke after {bytes} bytes ({e})"
                    )));
                }
            };
            bytes += read as u64;
            if bytes > self.max_bytes {
                return Err(Failure::Final(self.too_large()));
            }
            hasher.update(&buffer[..read]);
            file.write_all(&buffer[..read]).map_err(self.unwritable())?;
            progress.advance(read as u64);
        }
        match total {
            Some(total) if total != bytes => Err(Failure::Passing(format!(
                "the transfer was cut: {bytes} bytes came out of {total}"
            ))),
            _ => Ok((hex(&hasher.finalize()), bytes)),
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

    fn unwritable(&self) -> impl FnOnce(std::io::Error) -> Failure {
        let path = self.destination.to_path_buf();
        move |source| Failure::Final(Error::write(path)(source))
    }
}
