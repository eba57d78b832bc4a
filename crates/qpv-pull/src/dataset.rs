//! Datasets of another installation: its data folder, or an address where a web server or an object store serves it.
//!
//! Nothing is needed there but the files that every data folder has. Nothing that comes is believed: the description must be
//! that of the digest, and each file has the length and the sum that the description gives.

use std::fs;
use std::io::Read;
use std::path::Path;

use qpv_geodata::Error;
use qpv_geodata::http_client::RetryPolicy;
use qpv_geodata::store::{
    MAX_DESCRIPTION_BYTES, ReceivedDescription, ReceivedFile, SourceFile, VERIFY_THERE,
    current_of_manifest,
};

use crate::download::{Downloader, Transfer};
use crate::mirror::SourceMirror;
use crate::partial::FileSum;
use crate::progress::TransferProgress;

/// The advice on a place that has not what every data folder has.
const NO_SUCH_FILE: &str = "give the data folder of another installation, or its address, and a digest that \
                            `qpv data list` shows there; a copy must have `datasets` and `objects`";
/// The advice on a transfer that failed.
const AGAIN: &str = "check the address, and run the same command again: what came is kept for three days, and the rest is fetched";

/// A place that datasets are taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetSource(SourceMirror);

impl DatasetSource {
    /// Parses a folder, or an address of HTTP.
    ///
    /// # Errors
    /// [`Error::DatasetNotTaken`] for an address of another kind, or with a query, to which no path can be added.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let Ok(mirror) = text.parse();
        let fault = match &mirror {
            SourceMirror::Address(address) if address.contains(['?', '#']) => {
                "an address with `?` or `#` is not that of a folder"
            }
            SourceMirror::Address(address) if address.contains('@') => {
                "a name or a password in an address would be shown in logs"
            }
            SourceMirror::Folder(_) if text.contains("://") => "this is no address of HTTP",
            SourceMirror::Folder(_) if text.is_empty() => "this is no folder",
            _ => return Ok(Self(mirror)),
        };
        Err(Error::DatasetNotTaken {
            from: text.to_owned(),
            fault: fault.to_owned(),
            advice: "give a folder, or an address that begins with http:// or https://",
        })
    }
}

/// A fetcher of datasets from one place.
pub struct DatasetFetcher<'a> {
    downloader: Downloader,
    source: &'a DatasetSource,
}

impl<'a> DatasetFetcher<'a> {
    /// Returns a fetcher. Nothing is asked yet.
    #[must_use]
    pub fn new(source: &'a DatasetSource, policy: &RetryPolicy) -> Self {
        Self {
            downloader: Downloader::new(policy),
            source,
        }
    }

    /// Returns the digest of the dataset that is current there.
    ///
    /// # Errors
    /// [`Error::DatasetNotTaken`], [`Error::Damaged`] when a later version wrote the manifest, [`Error::Io`].
    pub fn current(&self, progress: &mut dyn TransferProgress) -> Result<String, Error> {
        let from = self.source.0.locate("manifest.json");
        let text = self.small_file(&from, progress)?;
        current_of_manifest(&from, &text)
    }

    /// Fetches the description of a dataset.
    ///
    /// # Errors
    /// As [`DatasetFetcher::current`].
    pub fn description(
        &self,
        digest: &str,
        progress: &mut dyn TransferProgress,
    ) -> Result<ReceivedDescription, Error> {
        let from = self.source.0.locate(&format!("datasets/{digest}.json"));
        let text = self.small_file(&from, progress)?;
        ReceivedDescription::read(&from, digest, text)
    }

    /// Fetches these files into a folder, under their names. A file that an interrupted run left whole is not fetched again.
    ///
    /// # Errors
    /// [`Error::DatasetNotTaken`], [`Error::NoRoom`], [`Error::Io`].
    pub fn fetch(
        &self,
        files: &[&ReceivedFile],
        folder: &Path,
        progress: &mut dyn TransferProgress,
    ) -> Result<(), Error> {
        for (index, file) in files.iter().enumerate() {
            let destination = folder.join(&file.name);
            if is_left_whole(&destination, file) {
                continue;
            }
            let from = self.source.0.locate(&format!("objects/{}", file.name));
            let transfer = Transfer {
                what: &format!("file {} of {}", index + 1, files.len()),
                from: &from,
                destination: &destination,
                max_bytes: file.bytes,
                expected: vec![("its description", FileSum::Sha256(file.sha256.clone()))],
                known: None,
            };
            match &self.source.0 {
                SourceMirror::Address(_) => self.downloader.download(&transfer, progress),
                SourceMirror::Folder(_) => {
                    regular_file(&from).and_then(|_| transfer.copy(progress))
                }
            }
            .map_err(|error| not_taken(&from, error))?;
        }
        Ok(())
    }

    /// Reads a description or a manifest.
    fn small_file(&self, from: &str, progress: &mut dyn TransferProgress) -> Result<String, Error> {
        // One byte more than may be there shows that there is more.
        let most = MAX_DESCRIPTION_BYTES + 1;
        let text = match &self.source.0 {
            SourceMirror::Address(_) => self.downloader.text(from, most, progress),
            SourceMirror::Folder(_) => folder_text(from, most),
        }
        .map_err(|error| not_taken(from, error))?;
        let fault = if text.len() as u64 >= most {
            format!("it has more than {MAX_DESCRIPTION_BYTES} bytes")
        } else if text.trim_start().starts_with('<') {
            // A portal that asks people to sign in, or a server that answers each path with its page.
            "a web page came instead of the file".to_owned()
        } else {
            return Ok(text);
        };
        Err(Error::DatasetNotTaken {
            from: from.to_owned(),
            fault,
            advice: NO_SUCH_FILE,
        })
    }
}

/// Returns true if an earlier run left this file as it should be.
fn is_left_whole(path: &Path, file: &ReceivedFile) -> bool {
    // The length first: summing a file that is half there would be for nothing.
    let length = fs::metadata(path).map(|data| data.len());
    length.is_ok_and(|length| length == file.bytes)
        && SourceFile::from_file(path).is_ok_and(|found| found.sha256 == file.sha256)
}

/// Opens a file of a folder, and nothing that is none: a pipe would be waited for without end.
fn regular_file(path: &str) -> Result<fs::File, Error> {
    let data = fs::metadata(path).map_err(Error::io(path))?;
    if !data.is_file() {
        return Err(Error::DatasetNotTaken {
            from: path.to_owned(),
            fault: "this is no file".to_owned(),
            advice: NO_SUCH_FILE,
        });
    }
    fs::File::open(path).map_err(Error::io(path))
}

fn folder_text(path: &str, max_bytes: u64) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let mut file = regular_file(path)?.take(max_bytes);
    file.read_to_end(&mut bytes).map_err(Error::io(path))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the error of a transfer as one of taking a dataset: the advice of other downloads is about the catalogue.
fn not_taken(from: &str, error: Error) -> Error {
    let (fault, advice) = match error {
        Error::Refused { fault, .. } if fault.starts_with("404") => (fault, NO_SUCH_FILE),
        Error::Refused { fault, .. } => (fault, "check the address, and who may read it"),
        Error::Unreachable {
            fault, attempts, ..
        } => (format!("{fault} ({attempts} attempts)"), AGAIN),
        Error::TooLarge { max_bytes, .. } => (
            format!("it is larger than the {max_bytes} bytes of its description"),
            VERIFY_THERE,
        ),
        Error::WrongChecksum {
            found, expected, ..
        } => (
            format!("it was altered: its SHA-256 is {found} instead of {expected}"),
            VERIFY_THERE,
        ),
        Error::Io { path, source } if path == Path::new(from) => (source.to_string(), NO_SUCH_FILE),
        other => return other,
    };
    Error::DatasetNotTaken {
        from: from.to_owned(),
        fault,
        advice,
    }
}
