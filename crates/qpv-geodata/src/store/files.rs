//! Files that appear whole or not at all, named by the sum of their content.
//!
//! Owns the low-level promises of the store: a file is written under another name, flushed to the disk, then renamed; its
//! SHA-256 is checked when it is read; leftovers of a killed writer are recognised by their prefix and removed.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

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

/// Returns the SHA-256 of a file, and its length, without holding it in memory.
pub(super) fn sum_of_file(path: &Path) -> std::io::Result<(String, u64)> {
    let (mut file, mut sum) = (File::open(path)?, Sha256::new());
    let (mut buffer, mut bytes) = (vec![0; 1 << 16], 0);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((HEXLOWER.encode(&sum.finalize()), bytes)),
            read => {
                sum.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
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

/// Fills a file as [`write_atomically`] does, for content that is not held in memory, and names it by its sum: `path` makes the
/// path of the sum and the length. Nothing is left when `fill` fails.
pub(super) fn write_named_by_sum<T>(
    tmp: &Path,
    fill: impl FnOnce(&NamedTempFile) -> Result<T, Error>,
    path: impl FnOnce(&str, u64) -> PathBuf,
) -> Result<(String, u64, T), Error> {
    let file = tempfile::Builder::new()
        .prefix(WRITE_PREFIX)
        .tempfile_in(tmp)
        .map_err(Error::write(tmp))?;
    let filled = fill(&file)?;
    file.as_file().sync_all().map_err(Error::write(tmp))?;
    let (sha256, bytes) = sum_of_file(file.path()).map_err(Error::io(tmp))?;
    let path = path(&sha256, bytes);
    make_readable(file.as_file(), &path)?;
    file.persist(&path)
        .map_err(|failure| Error::write(&path)(failure.error))?;
    sync_folder(path.parent().expect("a file of the store lies in a folder"))?;
    Ok((sha256, bytes, filled))
}

/// Checks the length and the sum of a file, without holding it in memory.
pub(super) fn check_file(path: &Path, sha256: &str, bytes: u64) -> Result<(), Error> {
    let (found, length) = present(path, sum_of_file(path))?;
    if (found.as_str(), length) == (sha256, bytes) {
        return Ok(());
    }
    Err(Error::Damaged {
        path: path.into(),
        fault: format!("it was altered: {length} bytes of {bytes}, SHA-256 {found}"),
        advice: IMPORT_AGAIN,
    })
}

/// Makes a file readable for all: temporary files are private, and another user than the importer may serve the dataset.
#[cfg(unix)]
pub(super) fn make_readable(file: &File, path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
        .map_err(Error::io(path))
}

#[cfg(not(unix))]
pub(super) fn make_readable(_: &File, _: &Path) -> Result<(), Error> {
    Ok(())
}

/// Flushes a folder: only then does a rename in it survive a power cut.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
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

pub(super) fn present<T>(path: &Path, read: std::io::Result<T>) -> Result<T, Error> {
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

pub(super) fn check_length(path: &Path, content: &[u8], bytes: u64) -> Result<(), Error> {
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
