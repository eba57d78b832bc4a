//! The comparison of a file that is there with what its publisher has now, without fetching it.

use jiff::{SignedDuration, Timestamp};
use qpv_geodata::store::SourceFile;
use serde::Serialize;

use crate::catalogue::CatalogueEntry;
use crate::download::Downloader;
use crate::partial::{FileSum, FileVersion};
use crate::portal::PortalResource;

/// Time, at most, between the last change of a file and the time the portal gives for it: it is described after it was saved.
const DESCRIBED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// The comparison of what is there with what is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "published")]
pub enum PublishedVersion {
    /// The same version.
    Same,
    /// A newer one.
    Newer {
        /// The time of its last change, if it is given.
        modified_at: Option<Timestamp>,
        /// Its title on the portal, if it was looked up there.
        title: Option<String>,
    },
    /// It could not be learnt.
    Unknown {
        /// The reason.
        fault: String,
    },
}

impl PublishedVersion {
    pub(crate) fn unknown(fault: impl Into<String>) -> Self {
        Self::Unknown {
            fault: fault.into(),
        }
    }
}

/// Compares a file by the marks of the server that it came from.
pub(crate) fn compare_marks(downloader: &Downloader, known: &SourceFile) -> PublishedVersion {
    let Some(version) = known_version(known) else {
        return PublishedVersion::unknown("its server gives no marks of versions");
    };
    let Some(published) = downloader.version(&version.from) else {
        return no_version_at(&version.from);
    };
    match same_version(&version, &published) {
        Some(true) => PublishedVersion::Same,
        Some(false) => PublishedVersion::Newer {
            modified_at: published.modified_at,
            title: None,
        },
        None => PublishedVersion::unknown("its server gives other marks of versions than before"),
    }
}

/// Compares a file from elsewhere with the one at the address of the catalogue, by their dates.
pub(crate) fn compare_address(
    downloader: &Downloader,
    source: &CatalogueEntry,
    known: &SourceFile,
) -> PublishedVersion {
    // A mirror knows its own copy, and not what was published since.
    let Some(url) = &source.url else {
        return PublishedVersion::unknown(
            "the catalogue names neither an address nor a dataset to ask",
        );
    };
    match downloader.version(url) {
        Some(published) => compare_dates(known, published.modified_at, None),
        None => no_version_at(url),
    }
}

/// Returns the version of a file that is there, if its server has marks of versions.
pub(crate) fn known_version(known: &SourceFile) -> Option<FileVersion> {
    let has_mark = known.etag.is_some() || known.modified_at.is_some();
    Some(FileVersion {
        from: known.url.clone().filter(|_| has_mark)?,
        etag: known.etag.clone(),
        modified_at: known.modified_at,
    })
}

fn no_version_at(url: &str) -> PublishedVersion {
    PublishedVersion::unknown(format!("{url} does not say which version it has"))
}

/// Returns true for the same version; `None` where nothing can be compared.
fn same_version(known: &FileVersion, published: &FileVersion) -> Option<bool> {
    match (&known.etag, &published.etag) {
        (Some(known), Some(published)) => Some(known == published),
        _ => Some(published.modified_at? <= known.modified_at?),
    }
}

/// Compares a file with those of a dataset, the best one first; `None` for the best one itself, unchanged since as far as the
/// portal knows.
pub(crate) fn compare_resources(
    known: &SourceFile,
    resources: &[PortalResource],
) -> Option<PublishedVersion> {
    let best = resources.first()?;
    let newer = PublishedVersion::Newer {
        modified_at: best.last_modified,
        title: Some(best.title.clone()),
    };
    if is_at(known, best) {
        // What was changed before it was fetched is in it.
        let had = known.modified_at.max(known.retrieved_at);
        let is_changed = best.last_modified.is_some_and(|time| had < Some(time));
        return is_changed.then_some(newer);
    }
    // The portal gives SHA-1 as well, which is not kept of what is loaded.
    if let Some(FileSum::Sha256(sum)) = best.sum() {
        return Some(if sum == known.sha256 {
            PublishedVersion::Same
        } else {
            newer
        });
    }
    if resources.iter().any(|other| is_at(known, other)) {
        return Some(newer);
    }
    Some(compare_dates(known, best.last_modified, Some(&best.title)))
}

fn is_at(known: &SourceFile, resource: &PortalResource) -> bool {
    let mut addresses = resource.addresses();
    addresses.any(|url| known.url.as_deref() == Some(url))
}

/// Compares a file that came from elsewhere with one that was `published` at a time.
fn compare_dates(
    known: &SourceFile,
    published: Option<Timestamp>,
    title: Option<&str>,
) -> PublishedVersion {
    let Some(time) = published else {
        return PublishedVersion::unknown(
            "it did not come from its publisher, who gives no date to compare it with",
        );
    };
    let is_newer = match (known.modified_at, known.retrieved_at) {
        (Some(modified), _) => time.duration_since(modified) > DESCRIBED_WITHIN,
        // A copy is of any age before its transfer, but not younger.
        (None, Some(retrieved)) if time > retrieved => true,
        _ => {
            return PublishedVersion::unknown(
                "it did not come from its publisher, and has no date of its own to compare",
            );
        }
    };
    if is_newer {
        PublishedVersion::Newer {
            modified_at: published,
            title: title.map(ToOwned::to_owned),
        }
    } else {
        PublishedVersion::Same
    }
}
