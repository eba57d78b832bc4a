//! Files that come in parts: what a broken transfer left is continued, if it is still a part of the same version.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use qpv_geodata::http_client::{HttpAnswer, to_http_date};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// Larger than a TLS record of 16 KiB, so that each read takes all there is.
const BUFFER_BYTES: usize = 64 * 1024;

/// A sum that a file must have, lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileSum {
    /// SHA-1, which the open-data portal gives.
    Sha1(String),
    /// SHA-256.
    Sha256(String),
}

impl FileSum {
    pub(crate) fn as_str(&self) -> &str {
        let (Self::Sha1(sum) | Self::Sha256(sum)) = self;
        sum
    }
}

/// The version of a file on a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileVersion {
    /// The address asked.
    pub(crate) from: String,
    /// The server's mark of the version.
    pub(crate) etag: Option<String>,
    /// The time of its last change.
    pub(crate) modified_at: Option<Timestamp>,
}

impl FileVersion {
    pub(crate) fn from_answer(from: &str, answer: &HttpAnswer) -> Self {
        Self {
            from: from.to_owned(),
            etag: answer.etag().map(ToOwned::to_owned),
            modified_at: answer.last_modified(),
        }
    }

    /// Returns the value of `If-Range`: what proves that a part belongs to the same bytes. A weak mark does not (RFC 9110,
    /// section 13.1.5).
    fn proof(&self) -> Option<String> {
        let strong = self.etag.clone().filter(|etag| !etag.starts_with("W/"));
        strong.or_else(|| self.modified_at.map(to_http_date))
    }

    /// Returns the headers by which a server answers 304 if this is still its version.
    pub(crate) fn conditions(&self) -> Vec<(&'static str, String)> {
        let etag = self.etag.clone().map(|etag| ("if-none-match", etag));
        let time = self
            .modified_at
            .map(|time| ("if-modified-since", to_http_date(time)));
        etag.into_iter().chain(time).collect()
    }
}

/// The file that a transfer writes, under another name until it is whole.
pub(crate) struct PartialFile {
    path: PathBuf,
    version_path: PathBuf,
}

impl PartialFile {
    pub(crate) fn new(destination: &Path) -> Self {
        // Beside the destination: a rename across disks would be a copy.
        let mut name = destination.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        let version_path = path.with_extension("part.json");
        Self { path, version_path }
    }

    /// Returns the number of bytes that are there of this address, and the headers that ask for the others; `None` where
    /// there is nothing that can be continued.
    pub(crate) fn continuation(&self, from: &str) -> Option<(u64, Vec<(&'static str, String)>)> {
        let version: FileVersion =
            serde_json::from_slice(&fs::read(&self.version_path).ok()?).ok()?;
        let bytes = fs::metadata(&self.path).ok()?.len();
        let proof = version
            .proof()
            .filter(|_| version.from == from && bytes > 0)?;
        let range = ("range", format!("bytes={bytes}-"));
        Some((bytes, vec![range, ("if-range", proof)]))
    }

    /// Opens the file to write from byte `start` on, as a part of this version.
    pub(crate) fn open(&self, start: u64, version: &FileVersion) -> std::io::Result<PartWriter> {
        if start == 0 {
            self.remove();
            // Written first: bytes whose version is unknown cannot be continued.
            if version.proof().is_some() {
                fs::write(&self.version_path, serde_json::to_vec(version)?)?;
            }
        }
        let mut file = File::options()
            .create(true)
            .append(true)
            .read(true)
            .open(&self.path)?;
        let mut hashes = FileHashes::default();
        hashes.read(&mut file)?;
        Ok(PartWriter {
            file,
            hashes,
            bytes: start,
        })
    }

    /// Gives the whole file its name.
    pub(crate) fn finish(&self, written: &PartWriter, destination: &Path) -> std::io::Result<()> {
        // Flushed before the rename: after a power cut the file is whole or absent.
        written.file.sync_all()?;
        fs::rename(&self.path, destination)?;
        self.remove();
        Ok(())
    }

    /// Removes what is there.
    pub(crate) fn remove(&self) {
        for path in [&self.version_path, &self.path] {
            // What is not there needs no removal, and what cannot be removed is overwritten or fails then.
            let _ = fs::remove_file(path);
        }
    }

    /// Removes what is there if it cannot be continued.
    pub(crate) fn remove_unless_continued(&self, from: &str) {
        if self.continuation(from).is_none() {
            self.remove();
        }
    }
}

/// A file being written, and summed.
pub(crate) struct PartWriter {
    file: File,
    hashes: FileHashes,
    /// Its length now.
    pub(crate) bytes: u64,
}

impl PartWriter {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.hashes.update(bytes);
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    /// Returns the sums of all that was written.
    pub(crate) fn sums(&self) -> FileHashes {
        self.hashes.clone()
    }
}

/// The sums of a file.
#[derive(Clone, Default)]
pub(crate) struct FileHashes {
    sha1: Sha1,
    sha256: Sha256,
}

impl FileHashes {
    fn update(&mut self, bytes: &[u8]) {
        // Two crates, of two generations of one trait.
        sha1::Digest::update(&mut self.sha1, bytes);
        self.sha256.update(bytes);
    }

    /// Reads all that is left of a file.
    pub(crate) fn read(&mut self, file: &mut File) -> std::io::Result<()> {
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(()),
                read => self.update(&buffer[..read]),
            }
        }
    }

    /// Returns the SHA-256, lower-case hexadecimal.
    pub(crate) fn sha256(&self) -> String {
        HEXLOWER.encode(&self.sha256.clone().finalize())
    }

    /// Returns the sum of the same kind as this one.
    pub(crate) fn like(&self, expected: &FileSum) -> String {
        match expected {
            FileSum::Sha256(_) => self.sha256(),
            FileSum::Sha1(_) => HEXLOWER.encode(&sha1::Digest::finalize(self.sha1.clone())),
        }
    }
}
