//! Whether the files that a snapshot answers from are whole, and still what they were.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use qpv_addresses::{AddressIndex, ArraysError};
use qpv_geodata::store::{FileStamp, lost_pages};

/// Bytes of an index of addresses that is checked before it answers: one of a department takes a few milliseconds. A larger
/// one is checked beside the first answers.
const CHECKED_AT_ONCE: usize = 16 << 20;

/// The knowledge about the files of a snapshot.
#[derive(Debug)]
pub(crate) struct Integrity {
    stamps: Vec<FileStamp>,
    /// Pages lost when it was opened.
    lost_pages: usize,
    /// The check of the addresses, once it is done.
    addresses: OnceLock<Result<(), ArraysError>>,
    uses_addresses: AtomicBool,
}

/// The check of the index of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum IndexCheck {
    /// It is not done: damage to the file would not show yet.
    Running,
    /// The addresses are as they were written.
    Passed,
    /// They are not, and answer nothing.
    Failed,
}

/// The files that answers came from are not what they were.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntegrityError {
    /// A file was altered or cut while it was in use.
    #[error(
        "the files of the dataset were altered while they were in use: nothing of this answer can be trusted"
    )]
    Altered,
    /// The addresses are not those that were written.
    #[error("the addresses loaded are damaged: run `qpv data verify`, and import the files again")]
    Addresses,
}

impl Integrity {
    /// Starts from files just opened.
    pub(crate) fn new(stamps: Vec<FileStamp>, lost_pages: usize) -> Self {
        Self {
            stamps,
            lost_pages,
            addresses: OnceLock::new(),
            uses_addresses: AtomicBool::new(false),
        }
    }

    /// Returns a file that was altered since, if there is one.
    pub(crate) fn altered_file(&self) -> Option<&Path> {
        // A few hundred files at most, whose descriptions the system holds in memory.
        let altered = self.stamps.iter().find(|stamp| stamp.is_altered());
        altered.map(FileStamp::path)
    }

    /// Returns whether a mapped file was found cut since.
    pub(crate) fn has_lost_pages(&self) -> bool {
        lost_pages() != self.lost_pages
    }

    /// Checks a small index at once, before anything is read from it.
    pub(crate) fn check_small(&self, index: &AddressIndex) {
        if index.bytes().len() <= CHECKED_AT_ONCE {
            let _ = self.check(index);
        }
    }

    /// Checks the index, once for all who ask.
    pub(crate) fn check(&self, index: &AddressIndex) -> Result<(), ArraysError> {
        self.addresses.get_or_init(|| index.check()).clone()
    }

    /// Notes that the addresses are used.
    ///
    /// # Errors
    /// Those of a check that has failed by now.
    pub(crate) fn use_addresses(&self) -> Result<(), &ArraysError> {
        // Written once: a line of memory that all threads write would be a bottleneck.
        if !self.uses_addresses.load(Ordering::Relaxed) {
            self.uses_addresses.store(true, Ordering::Relaxed);
        }
        match self.addresses.get() {
            Some(Err(fault)) => Err(fault),
            _ => Ok(()),
        }
    }

    /// Returns whether the addresses were used.
    pub(crate) fn used_addresses(&self) -> bool {
        self.uses_addresses.load(Ordering::Relaxed)
    }

    /// Returns the state of the check of the addresses.
    pub(crate) fn address_check(&self) -> IndexCheck {
        match self.addresses.get() {
            None => IndexCheck::Running,
            Some(Ok(())) => IndexCheck::Passed,
            Some(Err(_)) => IndexCheck::Failed,
        }
    }
}
