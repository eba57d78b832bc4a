//! Files of the store mapped into memory: the system reads them when they are used.
//!
//! A file that is cut under a running program does not end it ([`lost_pages`]); one that is altered in place is noticed
//! ([`FileStamp`]).

mod bus_errors;

use std::fs::{self, File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use memmap2::{Mmap, MmapMut};

use self::bus_errors::Guard;
pub use self::bus_errors::lost_pages;
use crate::error::Error;
use crate::store::files::{check_length, present};

/// A file of the store mapped into memory.
#[derive(Debug)]
pub struct MappedFile {
    /// Dropped first: the guard ends before the memory may be anything else's.
    _guard: Option<Guard>,
    content: Mmap,
}

impl MappedFile {
    /// Returns memory with this content that is no file, aligned as a mapped file is.
    pub(super) fn in_memory(content: &[u8]) -> Self {
        let memory = MmapMut::map_anon(content.len()).and_then(|mut memory| {
            memory.copy_from_slice(content);
            memory.make_read_only()
        });
        Self {
            _guard: None,
            content: memory.expect("there is memory left"),
        }
    }

    fn guarded(content: Mmap) -> Self {
        // An empty file has no page to lose.
        let guard = (!content.is_empty())
            .then(|| Guard::over(&content))
            .flatten();
        Self {
            _guard: guard,
            content,
        }
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        &self.content
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
    // name, which leaves the mapped content in place. One that is cut by hand reads as zeros, which its guard counts.
    let content = unsafe { Mmap::map(&file) }.map_err(Error::io(path))?;
    check_length(path, &content, bytes)?;
    Ok(MappedFile::guarded(content))
}

/// Maps a file without a name, which nobody else can open.
#[expect(
    unsafe_code,
    reason = "mapping a file is only sound while nobody writes into it"
)]
pub(super) fn map_nameless(file: &File) -> std::io::Result<MappedFile> {
    // SAFETY: the file has no name, and its one owner writes it no more.
    unsafe { Mmap::map(file) }.map(MappedFile::guarded)
}

/// The marks of a file by which an alteration shows.
#[derive(Debug, Clone)]
pub struct FileStamp {
    path: PathBuf,
    stamp: Stamp,
}

/// Inode, length, and nanoseconds of the last change of the content.
type Stamp = (u64, u64, i64, i64);

fn stamp(data: &Metadata) -> Stamp {
    (data.ino(), data.len(), data.mtime(), data.mtime_nsec())
}

impl FileStamp {
    /// Takes the stamp of a file; `None` when it cannot be read.
    pub(super) fn take(path: PathBuf) -> Option<Self> {
        let stamp = stamp(&fs::metadata(&path).ok()?);
        Some(Self { path, stamp })
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether the very file was altered. One that was removed or replaced by another lives on where it is mapped.
    #[must_use]
    pub fn is_altered(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|data| {
            let now = stamp(&data);
            now.0 == self.stamp.0 && now != self.stamp
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Larger than any page.
    const BYTES: usize = 1 << 20;

    fn written() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, vec![7; BYTES]).unwrap();
        (folder, path)
    }

    #[test]
    fn a_file_that_is_cut_reads_as_zeros_and_is_counted() {
        let (_folder, path) = written();
        let mapped = map(&path, BYTES as u64).unwrap();
        let stamp = FileStamp::take(path.clone()).unwrap();
        assert_eq!(mapped.as_ref()[BYTES - 1], 7);
        let before = lost_pages();
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(0)
            .unwrap();
        assert_eq!(mapped.as_ref()[BYTES - 1], 0);
        assert_eq!(mapped.as_ref()[BYTES / 2], 0);
        assert!(lost_pages() >= before + 2);
        assert!(stamp.is_altered());
    }

    #[test]
    fn only_the_file_itself_is_altered() {
        let (folder, path) = written();
        let stamp = FileStamp::take(path.clone()).unwrap();
        assert!(!stamp.is_altered());
        let other = folder.path().join("other");
        fs::write(&other, "other").unwrap();
        fs::rename(&other, &path).unwrap();
        assert!(!stamp.is_altered(), "another file under its name");
        let stamp = FileStamp::take(path.clone()).unwrap();
        fs::remove_file(&path).unwrap();
        assert!(!stamp.is_altered(), "no name any more");
        let (_folder, path) = written();
        let stamp = FileStamp::take(path.clone()).unwrap();
        // The clock of files is coarse.
        std::thread::sleep(std::time::Duration::from_millis(20));
        let mut file = File::options().write(true).open(&path).unwrap();
        file.write_all(b"8").unwrap();
        assert!(stamp.is_altered());
    }
}
