//! Downloads over HTTP, with retries.

use std::io::Read;

use crate::error::Error;
use crate::http_client::{
    AttemptError, HttpAnswer, HttpClient, HttpError, HttpErrorKind, RetryError, RetryPolicy,
};
use crate::pull::{Transfer, TransferProgress};

/// Limit of the small texts that a mirror holds, bytes: a list of ten thousand checksums.
const SMALL_TEXT_BYTES: u64 = 1_000_000;

/// An HTTP client that retries.
pub(super) struct Downloader {
    client: HttpClient,
    policy: RetryPolicy,
}

impl Downloader {
    pub(super) fn new(policy: &RetryPolicy) -> Self {
        Self {
            client: HttpClient::for_downloads(policy),
            policy: policy.clone(),
        }
    }

    /// Fetches one file; returns its sum and length.
    pub(super) fn download(
        &self,
        transfer: &Transfer<'_>,
        progress: &mut dyn TransferProgress,
    ) -> Result<(String, u64), Error> {
        self.with_retries(transfer.from, || {
            let answer = self.get(transfer.from)?;
            refuse_web_page(transfer.from, &answer)?;
            let total = answer.content_length();
            transfer.receive(&mut answer.into_reader(), total, progress)
        })
    }

    /// Fetches a small text; `None` where there is none (404).
    pub(super) fn small_text(&self, url: &str) -> Result<Option<String>, Error> {
        let result = self.with_retries(url, || {
            let mut text = String::new();
            let body = self.get(url)?.into_reader();
            match body.take(SMALL_TEXT_BYTES).read_to_string(&mut text) {
                Ok(_) => Ok(text),
                Err(e) => Err(AttemptError::passing(e.to_string())),
            }
        });
        match result {
            // A mirror without checksums is allowed: the catalogue's own sums still hold.
            Err(Error::Refused { fault, .. }) if fault.starts_with("404") => Ok(None),
            other => other.map(Some),
        }
    }

    fn with_retries<T>(
        &self,
        url: &str,
        attempt: impl FnMut() -> Result<T, AttemptError<Error>>,
    ) -> Result<T, Error> {
        self.policy.run(attempt).map_err(|error| match error {
            RetryError::Final(error) => error,
            RetryError::Exhausted { fault, attempts } => Error::Unreachable {
                url: url.into(),
                fault,
                attempts,
            },
        })
    }

    /// Sends one request; any status but a success is a failure.
    fn get(&self, url: &str) -> Result<HttpAnswer, AttemptError<Error>> {
        let answer = self
            .client
            .get(url)
            .map_err(|error| failure_of(url, &error))?;
        if answer.is_success() {
            return Ok(answer);
        }
        let fault = answer.status_text();
        if answer.may_succeed_later() {
            return Err(AttemptError::Passing {
                fault: format!("the server answered {fault}"),
                retry_after: answer.retry_after(),
            });
        }
        Err(refused(
            url,
            fault,
            "the address may have changed: see the source's page, correct the catalogue (--catalogue FILE), \
             or give a copy with --mirror DIR|URL",
        ))
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
    Err(refused(
        url,
        "a web page came instead of the file".into(),
        "open the address in a browser to see what it asks for, or give a copy with --mirror DIR|URL",
    ))
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
