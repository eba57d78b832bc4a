//! Files that appear whole or not at all, named by the sum of their content.
//!
//! Owns the low-level promises of the store: a file is written under another name, flushed to the disk, then renamed; its
//! SHA-256 is checked when it is read; leftovers of a killed writer are recognised by their prefix and removed.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use data_encoding::HEXLOWER;
use memmap2::{Mmap, MmapMut};
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// Prefix of a file being written. One that exists while nobody holds the lock is a leftover.
const WRITE_PREFIX: &str = "qpv-write-";
/// Prefix of a download folder: another process may be using it, so only its age makes it a leftover.
const PULL_PREFIX: &str = "qpv-pull-";
/// The folder of downloads.
pub(super) const DOWNLOADS: &str = "qpv-pull-files";
/// Age from which a download folder is a leftover: a download that broke off on Friday is continued on Monday.
const PULL_LIFETIME: Duration = Duration::from_hours(80);

/// The advice on a damaged file of the store.
pub(super) const IMPORT_AGAIN: &str =
    "run `qpv data verify` to see the extent, and import the official files again";

/// Returns the SHA-256 of some bytes, lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Returns true for a SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Writes a file atomically: it is written in `tmp`, flushed, and renamed to `path`, then the folder is flushed too.
pub(super) fn write_atomically(tmp: &Path, path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = tempfile::Builder::new()
        .prefix(WRITE_PREFIX)
        .tempfile_in(tmp)
        .map_err(Error::write(tmp))?;
    file.write_all(bytes).map_err(Error::write(path))?;
    file.as_file().sync_all().map_err(Error::write(path))?;
    make_readable(file.as_file(), path)?;
    file.persist(path)
        .map_err(|failure| Error::write(path)(failure.error))?;
    sync_folder(path.parent().expect("a file of the store lies in a folder"))
}

/// Makes a file readable for all: temporary files are private, and another user than the importer may serve the dataset.
#[cfg(unix)]
fn make_readable(file: &File, path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
        .map_err(Error::io(path))
}

#[cfg(not(unix))]
fn make_readable(_: &File, _: &Path) -> Result<(), Error> {
    Ok(())
}

/// Flushes a folder: only then does a rename in it survive a power cut.
fn sync_folder(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|opened| opened.sync_all())
            .map_err(Error::io(folder))?;
    }
    Ok(())
}

/// Reads a file whose length and SHA-256 are known; any other content is an error.
pub(super) fn read_checked(path: &Path, sha256: &str, bytes: u64) -> Result<Vec<u8>, Error> {
    let content = present(path, fs::read(path))?;
    check(path, &content, sha256, bytes)?;
    Ok(content)
}

/// A file of the store mapped into memory: the system reads it when it is used.
#[derive(Debug)]
pub struct MappedFile(Mmap);

impl MappedFile {
    /// Returns memory with this content that is no file, aligned as a mapped file is.
    pub(super) fn in_memory(content: &[u8]) -> Self {
        let memory = MmapMut::map_anon(content.len()).and_then(|mut memory| {
            memory.copy_from_slice(content);
            memory.make_read_only()
        });
        Self(memory.expect("there is memory left"))
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Maps a file of known length into memory. Its sum is left to verification and to its reader: summing megabytes would
/// take most of the time of a start.
#[expect(
    unsafe_code,
    reason = "mapping a file is only sound while nobody writes into it"
)]
pub(super) fn map(path: &Path, bytes: u64) -> Result<MappedFile, Error> {
    let file = present(path, File::open(path))?;
    // SAFETY: a file of the store is written under another name, renamed, and never written again; pruning removes its
    // name, which leaves the mapped content in place. The store promises nothing if files are altered by hand.
    let content = unsafe { Mmap::map(&file) }.map_err(Error::io(path))?;
    check_length(path, &content, bytes)?;
    Ok(MappedFile(content))
}

fn present<T>(path: &Path, read: std::io::Result<T>) -> Result<T, Error> {
    match read {
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Err(Error::Damaged {
            path: path.into(),
            fault: "the file is missing".into(),
            advice: IMPORT_AGAIN,
        }),
        other => other.map_err(Error::io(path)),
    }
}

pub(super) fn check(path: &Path, content: &[u8], sha256: &str, bytes: u64) -> Result<(), Error> {
    // The length is compared first: it is free, and a cut file is the usual damage.
    check_length(path, content, bytes)?;
    let found = sha256_hex(content);
    if found != sha256 {
        let fault = format!("its content was altered (SHA-256 {found})");
        return Err(Error::Damaged {
            path: path.into(),
            fault,
            advice: IMPORT_AGAIN,
        });
    }
    Ok(())
}

fn check_length(path: &Path, content: &[u8], bytes: u64) -> Result<(), Error> {
    if content.len() as u64 != bytes {
        let fault = format!("it has {} bytes instead of {bytes}", content.len());
        return Err(Error::Damaged {
            path: path.into(),
            fault,
            advice: IMPORT_AGAIN,
        });
    }
    Ok(())
}

/// Removes the leftovers of killed writers and downloads in `tmp`; returns their names. Call with the lock held.
pub(super) fn clean_leftovers(tmp: &Path) -> Result<Vec<String>, Error> {
    let mut removed = Vec::new();
    for entry in fs::read_dir(tmp).map_err(Error::io(tmp))? {
        let entry = entry.map_err(Error::io(tmp))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // The caller holds the lock, so no living process writes a file of this prefix.
        if name.starts_with(WRITE_PREFIX) {
            fs::remove_file(entry.path()).map_err(Error::io(entry.path()))?;
        } else if name.starts_with(PULL_PREFIX) && is_old(&entry) {
            fs::remove_dir_all(entry.path()).map_err(Error::io(entry.path()))?;
        } else {
            continue;
        }
        removed.push(format!("tmp/{name}"));
    }
    Ok(removed)
}

fn is_old(entry: &fs::DirEntry) -> bool {
    let modified = entry.metadata().and_then(|data| data.modified());
    // A clock set back makes the age negative: the folder is then kept.
    modified.is_ok_and(|at| {
        SystemTime::now()
            .duration_since(at)
            .is_ok_and(|age| age > PULL_LIFETIME)
    })
}
