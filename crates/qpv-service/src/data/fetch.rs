//! Taking a dataset from another installation, by its digest.

use std::str::FromStr;

use qpv_geodata::http_client::RetryPolicy;
use qpv_geodata::store::{ReceivedDescription, VERIFY_THERE, is_sha256};
use qpv_pull::{DatasetFetcher, DatasetSource, TransferProgress};
use serde::Serialize;

use super::{Error, Store, verify};

/// The dataset asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskedDataset {
    /// The one that is current at the source.
    Current,
    /// The one of this digest, whole, in lower case.
    Digest(String),
}

impl FromStr for AskedDataset {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Digests are copied from reports, where they may be in capitals.
        let text = text.to_ascii_lowercase();
        if text == "current" {
            return Ok(Self::Current);
        }
        // The beginning of a digest proves nothing of what comes from elsewhere.
        if is_sha256(&text) {
            return Ok(Self::Digest(text));
        }
        Err(
            "give all 64 characters of the digest, which `qpv data status` shows there, or `current`",
        )
    }
}

/// The way in which a dataset came to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FetchOutcome {
    /// It was current and whole: nothing was done.
    Unchanged,
    /// It was here and whole, and is current now: nothing was fetched.
    Switched,
    /// It was fetched, and is current now.
    Fetched,
}

/// A dataset that was asked for, and answers now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FetchedDataset {
    /// Its digest.
    pub digest: String,
    /// SHA-256 of its description, the same wherever it was fetched from one source.
    pub description_sha256: Option<String>,
    /// The way it came.
    pub outcome: FetchOutcome,
    /// Files fetched.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Files of it that were here already.
    pub files_here: usize,
}

/// Takes a dataset from another installation and makes it current. Each file is checked against its sum, and the whole dataset
/// verified as [`verify`] does, before the manifest names it. `description_sha256` refuses any other description.
///
/// # Errors
/// [`Error::DatasetNotTaken`] for what is wrong at the source, [`Error::FictionalBesideOfficial`], [`Error::AlreadyPulling`],
/// [`Error::Locked`], [`Error::NoRoom`], [`Error::Io`]; the dataset that was current then still is.
pub fn fetch_dataset(
    store: &Store,
    source: &DatasetSource,
    asked: &AskedDataset,
    description_sha256: Option<&str>,
    progress: &mut dyn TransferProgress,
) -> Result<FetchedDataset, Error> {
    let fetcher = DatasetFetcher::new(source, &RetryPolicy::default());
    let digest = match asked {
        AskedDataset::Digest(digest) => digest.clone(),
        AskedDataset::Current => fetcher.current(progress)?,
    };
    if let Some(found) = use_if_here(store, &digest, description_sha256)? {
        return Ok(found);
    }
    // Held to the end: another run would write the same files.
    let folder = store.download_folder()?;
    let received = fetcher.description(&digest, progress)?;
    refuse_other_description(&received, description_sha256)?;
    // Before the transfer, which may take minutes.
    store.refuse_fictional_over_official(received.is_fictional())?;
    let missing = store.missing_files(&received);
    fetcher.fetch(&missing, folder.path(), progress)?;
    let placed = store.place_received(&received, folder.path())?;
    if let Err(error) = check_placed(store, &received) {
        store.discard_placed(placed);
        return Err(error);
    }
    store.put_in_use(&digest)?;
    Ok(FetchedDataset {
        digest,
        description_sha256: Some(received.sha256()),
        outcome: FetchOutcome::Fetched,
        files: missing.len(),
        bytes: missing.iter().map(|file| file.bytes).sum(),
        files_here: received.files().len() - missing.len(),
    })
}

/// Makes a dataset current that is here already, as a whole and with the description asked for. The source is not asked.
fn use_if_here(
    store: &Store,
    digest: &str,
    description_sha256: Option<&str>,
) -> Result<Option<FetchedDataset>, Error> {
    let found = store.description_sha256(digest);
    let is_other = description_sha256.is_some_and(|asked| found.as_deref() != Some(asked));
    // What is damaged here is fetched again.
    if is_other || !store.has_whole(digest) {
        return Ok(None);
    }
    let outcome = if store.current_digest()?.as_deref() == Some(digest) {
        FetchOutcome::Unchanged
    } else {
        store.put_in_use(digest)?;
        FetchOutcome::Switched
    };
    Ok(Some(FetchedDataset {
        digest: digest.to_owned(),
        description_sha256: found,
        outcome,
        files: 0,
        bytes: 0,
        files_here: 0,
    }))
}

fn refuse_other_description(
    received: &ReceivedDescription,
    expected: Option<&str>,
) -> Result<(), Error> {
    let found = received.sha256();
    match expected.filter(|expected| *expected != found) {
        Some(expected) => Err(Error::DatasetNotTaken {
            from: received.from().to_owned(),
            fault: format!("its SHA-256 is {found} instead of {expected}"),
            advice: "compare it with `sha256sum` of the same file where the dataset was imported",
        }),
        None => Ok(()),
    }
}

/// Verifies a dataset that is in place. The digest does not cover indexes, which a source could alter together with their sums.
fn check_placed(store: &Store, received: &ReceivedDescription) -> Result<(), Error> {
    let fault = match verify(store, Some(received.digest())) {
        Ok(report) => match report.faults.first() {
            None => return Ok(()),
            Some(fault) => fault.to_string(),
        },
        // This machine is at fault, not the source.
        Err(error @ (Error::Io { .. } | Error::NoRoom { .. })) => return Err(error),
        // Vintages that contradict those built in, for one.
        Err(error) => error.to_string(),
    };
    Err(Error::DatasetNotTaken {
        from: received.from().to_owned(),
        fault,
        advice: VERIFY_THERE,
    })
}
