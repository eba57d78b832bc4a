//! Downloads over HTTP, with retries, that continue what an earlier one left.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use qpv_geodata::Error;
use qpv_geodata::http_client::{
    AttemptError, HttpAnswer, HttpClient, HttpError, HttpErrorKind, RetryError, RetryPolicy,
};

use crate::partial::{FileSum, FileVersion, PartWriter, PartialFile};
use crate::progress::TransferProgress;

/// Bytes read at once: larger than a TLS record of 16 KiB, so that each read takes all there is.
const BUFFER_BYTES: usize = 64 * 1024;
/// The status of an answer that the version asked about is still the one there is.
const NOT_MODIFIED: u16 = 304;
/// The status of an answer that there is no such part of the file.
const NO_SUCH_RANGE: u16 = 416;

/// The advice on an address that no longer holds a file.
const MOVED: &str = "the address may have changed: see the source's page, correct the catalogue (--catalogue FILE), \
                     or give a copy with --mirror DIR|URL";

/// One file to fetch: its origin, its destination and its checks.
pub(crate) struct Transfer<'a> {
    /// Its name, for people.
    pub(crate) what: &'a str,
    /// Its address, or its path in a mirror.
    pub(crate) from: &'a str,
    pub(crate) destination: &'a Path,
    pub(crate) max_bytes: u64,
    /// Its sums, each with its origin.
    pub(crate) expected: Vec<(&'static str, FileSum)>,
    /// The version that is there already, if any.
    pub(crate) known: Option<FileVersion>,
}

/// The end of a transfer without an error.
#[derive(Debug)]
pub(crate) enum Received {
    /// The version known is still the one there is.
    Unchanged,
    /// The whole file came.
    File {
        sha256: String,
        bytes: u64,
        version: FileVersion,
    },
}

/// An HTTP client that retries.
pub(crate) struct Downloader {
    client: HttpClient,
    policy: RetryPolicy,
}

impl Downloader {
    pub(crate) fn new(policy: &RetryPolicy) -> Self {
        Self {
            client: HttpClient::for_downloads(policy),
            policy: policy.clone(),
        }
    }

    /// Fetches one file.
    pub(crate) fn download(
        &self,
        transfer: &Transfer<'_>,
        progress: &mut dyn TransferProgress,
    ) -> Result<Received, Error> {
        self.with_retries(transfer.from, transfer.what, progress, |progress| {
            self.attempt(transfer, progress)
        })
    }

    fn attempt(
        &self,
        transfer: &Transfer<'_>,
        progress: &mut dyn TransferProgress,
    ) -> Result<Received, AttemptError<Error>> {
        let part = PartialFile::new(transfer.destination);
        let continuation = part.continuation(transfer.from);
        let (begun, headers) = match &continuation {
            // A part and a condition in one request would be answered 304 for a file that is half here.
            Some((begun, headers)) => (*begun, headers.clone()),
            None => (0, transfer.conditions()),
        };
        let answer = self.get(transfer.from, &headers)?;
        match answer.status() {
            NOT_MODIFIED => return Ok(Received::Unchanged),
            NO_SUCH_RANGE => {
                part.remove();
                return Err(AttemptError::passing(
                    "the part that was there is no part of the file any more".to_owned(),
                ));
            }
            _ => refuse_web_page(transfer.from, &answer)?,
        }
        let range = answer.content_range().filter(|_| answer.status() == 206);
        let (start, whole) = match range {
            Some((first, whole)) => (first, whole),
            None => (0, None),
        };
        // Joined to other bytes than those before it, a part makes a file that was never published.
        if start != 0 && start != begun {
            part.remove();
            return Err(AttemptError::passing(format!(
                "the server sent the file from byte {start} on, asked for byte {begun}"
            )));
        }
        // Some servers give the length of the whole, all give that of the rest.
        let total = whole.or_else(|| Some(start + answer.content_length()?));
        let version = FileVersion::from_answer(transfer.from, &answer);
        let body = &mut answer.into_reader();
        transfer.receive(&part, start, body, total, version, progress)
    }

    /// Fetches a small text; `None` where there is none (404).
    pub(crate) fn small_text(
        &self,
        url: &str,
        max_bytes: u64,
        progress: &mut dyn TransferProgress,
    ) -> Result<Option<String>, Error> {
        match self.text(url, max_bytes, progress) {
            Err(Error::Refused { fault, .. }) if fault.starts_with("404") => Ok(None),
            other => other.map(Some),
        }
    }

    /// Fetches a text.
    pub(crate) fn text(
        &self,
        url: &str,
        max_bytes: u64,
        progress: &mut dyn TransferProgress,
    ) -> Result<String, Error> {
        self.with_retries(url, url, progress, |_| {
            let mut text = Vec::new();
            let body = self.get(url, &[])?.into_reader();
            match body.take(max_bytes).read_to_end(&mut text) {
                Ok(_) => Ok(String::from_utf8_lossy(&text).into_owned()),
                Err(e) => Err(AttemptError::passing(e.to_string())),
            }
        })
    }

    /// Asks for the version of a file, without its content; `None` when the server does not say.
    pub(crate) fn version(&self, url: &str) -> Option<FileVersion> {
        let answer = self.client.head(url).ok().filter(HttpAnswer::is_success)?;
        let version = FileVersion::from_answer(url, &answer);
        (version.etag.is_some() || version.modified_at.is_some()).then_some(version)
    }

    fn with_retries<T>(
        &self,
        url: &str,
        what: &str,
        progress: &mut dyn TransferProgress,
        mut attempt: impl FnMut(&mut dyn TransferProgress) -> Result<T, AttemptError<Error>>,
    ) -> Result<T, Error> {
        let result = self.policy.run_with(
            progress,
            |progress, fault, wait| progress.waiting(what, fault, wait),
            |progress| attempt(progress),
        );
        result.map_err(|error| match error {
            RetryError::Final(error) => error,
            RetryError::Exhausted { fault, attempts } => Error::Unreachable {
                url: url.into(),
                fault,
                attempts,
            },
        })
    }

    /// Sends one request; any status but a success, or an answer about the version known, is a failure.
    fn get(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
    ) -> Result<HttpAnswer, AttemptError<Error>> {
        let answer = self
            .client
            .get_with(url, headers)
            .map_err(|error| failure_of(url, &error))?;
        // Both are answers to headers, and to nothing else.
        let is_about_version =
            !headers.is_empty() && [NOT_MODIFIED, NO_SUCH_RANGE].contains(&answer.status());
        if answer.is_success() || is_about_version {
            return Ok(answer);
        }
        let fault = answer.status_text();
        if answer.may_succeed_later() {
            let retry_after = answer.retry_after();
            let asked = retry_after.map_or_else(String::new, |wait| {
                format!(" and asked to wait {} s", wait.as_secs())
            });
            return Err(AttemptError::Passing {
                fault: format!("the server answered {fault}{asked}"),
                retry_after,
            });
        }
        Err(refused(url, fault, MOVED))
    }
}

impl Transfer<'_> {
    /// Returns the headers that spare the transfer of the version known.
    fn conditions(&self) -> Vec<(&'static str, String)> {
        let known = self.known.as_ref().filter(|known| known.from == self.from);
        known.map(FileVersion::conditions).unwrap_or_default()
    }

    /// Copies from a folder.
    pub(crate) fn copy(&self, progress: &mut dyn TransferProgress) -> Result<Received, Error> {
        let from = Path::new(self.from);
        let mut file = File::open(from).map_err(Error::io(from))?;
        let total = file.metadata().map_err(Error::io(from))?.len();
        let part = PartialFile::new(self.destination);
        let version = FileVersion::default();
        self.receive(&part, 0, &mut file, Some(total), version, progress)
            .map_err(|failure| match failure {
                AttemptError::Final(error) => error,
                AttemptError::Passing { fault, .. } => Error::Refused {
                    url: self.from.into(),
                    fault,
                    advice: "check the mirror's disk, and copy the file there again",
                },
            })
    }

    /// Receives a body from byte `start` of the file on: it is counted, summed, checked, flushed to the disk, and only then
    /// renamed to its destination. What came before a failure stays if the server can continue it.
    fn receive(
        &self,
        part: &PartialFile,
        start: u64,
        body: &mut dyn Read,
        total: Option<u64>,
        version: FileVersion,
        progress: &mut dyn TransferProgress,
    ) -> Result<Received, AttemptError<Error>> {
        // A length that is announced spares the transfer; one that is not is caught while counting.
        let taken = if total.is_some_and(|total| total > self.max_bytes) {
            Err(AttemptError::Final(self.too_large()))
        } else {
            progress.start(self.what, total);
            progress.advance(start);
            let taken = self.take_in(part, start, body, total, &version, progress);
            progress.done();
            taken
        };
        match &taken {
            Ok(_) => {}
            Err(AttemptError::Final(_)) => part.remove(),
            Err(AttemptError::Passing { .. }) => part.remove_unless_continued(self.from),
        }
        let written = taken?;
        Ok(Received::File {
            sha256: written.sums().sha256(),
            bytes: written.bytes,
            version,
        })
    }

    /// Writes a body to a file, and gives the file its name.
    fn take_in(
        &self,
        part: &PartialFile,
        start: u64,
        body: &mut dyn Read,
        total: Option<u64>,
        version: &FileVersion,
        progress: &mut dyn TransferProgress,
    ) -> Result<PartWriter, AttemptError<Error>> {
        let mut writer = part.open(start, version).map_err(self.unwritable())?;
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let read = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                // A signal is no failure of the transfer.
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => {
                    return Err(AttemptError::passing(format!(
                        "the transfer broke after {} bytes ({e})",
                        writer.bytes
                    )));
                }
            };
            if writer.bytes + read as u64 > self.max_bytes {
                return Err(AttemptError::Final(self.too_large()));
            }
            writer.write(&buffer[..read]).map_err(self.unwritable())?;
            progress.advance(read as u64);
        }
        if let Some(total) = total.filter(|total| *total != writer.bytes) {
            return Err(AttemptError::passing(format!(
                "the transfer was cut: {} bytes came out of {total}",
                writer.bytes
            )));
        }
        if let Err(error) = self.check(&writer) {
            part.remove();
            // Of a file that came in two parts the first may be at fault: it is fetched once more, as a whole.
            return Err(match start {
                0 => AttemptError::Final(error),
                _ => AttemptError::passing(error.to_string()),
            });
        }
        part.finish(&writer, self.destination)
            .map_err(self.unwritable())?;
        Ok(writer)
    }

    fn check(&self, writer: &PartWriter) -> Result<(), Error> {
        let sums = writer.sums();
        for (origin, expected) in &self.expected {
            let found = sums.like(expected);
            if found != expected.as_str() {
                return Err(Error::WrongChecksum {
                    url: self.from.into(),
                    origin,
                    expected: expected.as_str().to_owned(),
                    found,
                });
            }
        }
        Ok(())
    }

    fn too_large(&self) -> Error {
        Error::TooLarge {
            url: self.from.into(),
            max_bytes: self.max_bytes,
        }
    }

    fn unwritable(&self) -> impl FnOnce(std::io::Error) -> AttemptError<Error> {
        let path = self.destination.to_path_buf();
        move |source| AttemptError::Final(Error::write(path)(source))
    }
}

fn refused(url: &str, fault: String, advice: &'static str) -> AttemptError<Error> {
    AttemptError::Final(Error::Refused {
        url: url.into(),
        fault,
        advice,
    })
}

/// Refuses a page for people: a captive portal or a maintenance page answers with status 200.
fn refuse_web_page(url: &str, answer: &HttpAnswer) -> Result<(), AttemptError<Error>> {
    if !answer
        .content_type()
        .to_ascii_lowercase()
        .starts_with("text/html")
    {
        return Ok(());
    }
    Err(AttemptError::Final(web_page(url)))
}

/// Returns the error of a page for people in place of a file.
pub(crate) fn web_page(url: &str) -> Error {
    Error::Refused {
        url: url.to_owned(),
        fault: "a web page came instead of the file".into(),
        advice: "open the address in a browser to see what it asks for, or give a copy with --mirror DIR|URL",
    }
}

/// Returns the failure of a request without an answer. An unknown host, a wrong address or a refused certificate do not
/// change by waiting.
fn failure_of(url: &str, error: &HttpError) -> AttemptError<Error> {
    match error.kind {
        HttpErrorKind::UnknownHost => refused(
            url,
            "the host name is unknown here".into(),
            "check the network, or give a copy with --mirror DIR|URL",
        ),
        HttpErrorKind::InsecureConnection => refused(
            url,
            format!("the secure connection failed ({error})"),
            "check the clock of this machine and any proxy on the way, or give a copy with --mirror DIR|URL",
        ),
        HttpErrorKind::BadAddress => refused(
            url,
            error.to_string(),
            "correct the address in the catalogue",
        ),
        HttpErrorKind::Interrupted => AttemptError::passing(error.to_string()),
    }
}
