//! The stamp of a file, by which a running service notices that another one has taken its place.

use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// The stamp of a file: it differs once the file was replaced or written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStamp {
    bytes: u64,
    modified: Option<SystemTime>,
    /// Device, inode and the time of the last change of either content or rights.
    identity: Option<(u64, u64, i64, i64)>,
}

impl FileStamp {
    /// Returns the stamp of the file at a path, which may be a link to it.
    ///
    /// # Errors
    /// Errors of reading its metadata, `NotFound` for one that is not there.
    pub fn read(path: &Path) -> io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        Ok(Self {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            identity: identity(&metadata),
        })
    }
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "other systems do not name their files by numbers"
)]
fn identity(metadata: &Metadata) -> Option<(u64, u64, i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    Some((
        metadata.dev(),
        metadata.ino(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    ))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<(u64, u64, i64, i64)> {
    None
}
