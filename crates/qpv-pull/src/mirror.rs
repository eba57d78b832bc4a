//! A mirror: a folder, or a web address, that holds copies of the catalogue's files under their plain names.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fs;
use std::path::PathBuf;
use std::str::FromStr;

use qpv_geodata::Error;
use qpv_geodata::store::is_sha256;

use crate::download::Downloader;
use crate::progress::TransferProgress;

/// Name of the optional list of checksums, in the form `sha256sum` writes.
const SUMS: &str = "SHA256SUMS";

/// Limit of the list, bytes: ten thousand checksums.
const MAX_SUMS_BYTES: u64 = 1_000_000;

/// Checksums by file name.
pub(crate) type FileSums = HashMap<String, String>;

/// A place with copies of the official files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceMirror {
    /// A folder of this machine.
    Folder(PathBuf),
    /// The address of a folder of a web server, with its final `/`.
    Address(String),
}

impl FromStr for SourceMirror {
    type Err = Infallible;

    /// Parses an address if the text begins with `http://` or `https://`, a folder otherwise.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        if text.starts_with("http://") || text.starts_with("https://") {
            Ok(Self::Address(format!("{}/", text.trim_end_matches('/'))))
        } else {
            Ok(Self::Folder(text.into()))
        }
    }
}

impl SourceMirror {
    /// Returns the path or the address of one file.
    pub(crate) fn locate(&self, file: &str) -> String {
        match self {
            Self::Folder(folder) => folder.join(file).display().to_string(),
            Self::Address(address) => format!("{address}{file}"),
        }
    }

    /// Reads the mirror's checksums, if it has any.
    pub(crate) fn sums(
        &self,
        downloader: &Downloader,
        progress: &mut dyn TransferProgress,
    ) -> Result<Option<FileSums>, Error> {
        let origin = self.locate(SUMS);
        let text = match self {
            Self::Address(_) => downloader.small_text(&origin, MAX_SUMS_BYTES, progress)?,
            Self::Folder(folder) => match fs::read_to_string(folder.join(SUMS)) {
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
                other => Some(other.map_err(Error::io(folder.join(SUMS)))?),
            },
        };
        text.map(|text| parse_sums(&origin, &text)).transpose()
    }
}

/// Parses lines of `sha256sum`: the sum, blanks, an optional `*`, the name, with or without `./`.
fn parse_sums(origin: &str, text: &str) -> Result<FileSums, Error> {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let (sum, name) = line.split_once(char::is_whitespace).unwrap_or_default();
            let (sum, name) = (
                sum.to_ascii_lowercase(),
                name.trim_start().trim_start_matches('*'),
            );
            // A list that cannot be read must not pass for no list: the files would go unchecked.
            if !is_sha256(&sum) || name.is_empty() {
                return Err(Error::Refused {
                    url: origin.into(),
                    fault: format!("line {} is not a SHA-256 and a file name", index + 1),
                    advice: "write it again with `sha256sum * > SHA256SUMS`",
                });
            }
            Ok((name.trim_start_matches("./").to_owned(), sum))
        })
        .collect()
}
