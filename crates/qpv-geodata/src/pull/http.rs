//! Transfers over HTTP, with patience.

use std::io::Read;
use std::thread::sleep;
use std::time::Duration;

use ureq::http::Response;
use ureq::{Agent, Body};

use super::{Failure, RetryPolicy, Transfer, TransferProgress};
use crate::Error;

/// Limit of the small texts a mirror holds, bytes.
const SMALL_TEXT: u64 = 1_000_000;

/// An HTTP client that retries.
pub(super) struct Client {
    agent: Agent,
    patience: RetryPolicy,
}

/// How one attempt failed, and how long the server asked to wait before the next.
struct Attempt {
    failure: Failure,
    retry_after: Option<Duration>,
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            retry_after: None,
        }
    }
}

impl Client {
    pub(super) fn new(patience: &RetryPolicy) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(10)
            .user_agent(concat!("qpv/", env!("CARGO_PKG_VERSION")))
            // Sizes and sums are those of the file itself.
            .accept_encoding("identity")
            .timeout_resolve(Some(patience.connect))
            .timeout_connect(Some(patience.connect))
            .timeout_recv_response(Some(patience.idle))
            .timeout_per_read(Some(patience.idle))
            .timeout_per_write(Some(patience.idle))
            .build()
            .new_agent();
        Self {
            agent,
            patience: patience.clone(),
        }
    }

    /// Brings one file; returns its sum and length.
    pub(super) fn download(
        &self,
        transfer: &Transfer<'_>,
        progress: &mut dyn TransferProgress,
    ) -> Result<(String, u64), Error> {
        self.with_patience(transfer.from, || {
            let response = self.get(transfer.from)?;
            refuse_web_page(transfer.from, &response)?;
            let total = response.body().content_length();
            Ok(transfer.receive(&mut response.into_body().into_reader(), total, progress)?)
        })
    }

    /// A small text, or `None` where there is none (404).
    pub(super) fn small_text(&self, url: &str) -> Result<Option<String>, Error> {
        let attempt = || {
            let mut text = String::new();
            let body = self.get(url)?.into_body().into_reader();
            match body.take(SMALL_TEXT).read_to_string(&mut text) {
                Ok(_) => Ok(text),
                Err(e) => Err(Failure::Passing(e.to_string()).into()),
            }
        };
        match self.with_patience(url, attempt) {
            Err(Error::Refused { fault, .. }) if fault.starts_with("404") => Ok(None),
            other => other.map(Some),
        }
    }

    /// Repeats an attempt until it succeeds, fails for good, or patience ends.
    fn with_patience<T>(
        &self,
        url: &str,
        mut attempt: impl FnMut() -> Result<T, Attempt>,
    ) -> Result<T, Error> {
        let mut wait = self.patience.backoff;
        let mut attempts = 1;
        loop {
            let Attempt {
                failure,
                retry_after,
            } = match attempt() {
                Ok(value) => return Ok(value),
                Err(failed) => failed,
            };
            match failure {
                Failure::Final(error) => return Err(error),
                Failure::Passing(fault) if attempts >= self.patience.attempts => {
                    return Err(Error::Unreachable {
                        url: url.into(),
                        fault,
                        attempts,
                    });
                }
                Failure::Passing(_) => {
                    sleep(retry_after.unwrap_or(wait).min(self.patience.longest_wait))
                }
            }
            wait *= 2;
            attempts += 1;
        }
    }

    /// One request, redirects followed; anything but a success is a failure.
    fn get(&self, url: &str) -> Result<Response<Body>, Attempt> {
        // What starts secure stays so through every redirect.
        let secure = url.starts_with("https://");
        let request = self.agent.get(url).config().https_only(secure).build();
        let response = request.call().map_err(|error| failure_of(url, &error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let fault = format!(
            "{} {}",
            status.as_u16(),
            status.canonical_reason().unwrap_or("")
        )
        .trim_end()
        .to_owned();
        if status.is_server_error() || status.as_u16() == 429 {
            let seconds = response
                .headers()
                .get("retry-after")
                .and_then(|v| v.to_str().ok()?.trim().parse().ok());
            let failure = Failure::Passing(format!("the server answered {fault}"));
            return Err(Attempt {
                failure,
                retry_after: seconds.map(Duration::from_secs),
            });
        }
        Err(Failure::Final(Error::Refused {
            url: url.into(),
            fault,
            advice: "the address may have changed: see the source's page, correct the catalogue (--catalogue FILE), \
                     or give a copy with --mirror DIR|URL",
        })
        .into())
    }
}

/// A captive portal or a maintenance page answers 200 with a page for people.
fn refuse_web_page(url: &str, response: &Response<Body>) -> Result<(), Attempt> {
    let kind = response
        .headers()
        .get("content-type")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("text/html") {
        return Ok(());
    }
    let fault = "a web page came instead of the file".into();
    let advice = "open the address in a browser to see what it asks for, or give a copy with --mirror DIR|URL";
    Err(Failure::Final(Error::Refused {
        url: url.into(),
        fault,
        advice,
    })
    .into())
}

/// What a failed request means. A name that does not resolve, a wrong address or certificate do not pass by waiting.
fn failure_of(url: &str, error: &ureq::Error) -> Failure {
    let refused = |fault: String, advice| {
        Failure::Final(Error::Refused {
            url: url.into(),
            fault,
            advice,
        })
    };
    match error {
        ureq::Error::HostNotFound => refused(
            "the host name is unknown here".into(),
            "check the network, or give a copy with --mirror DIR|URL",
        ),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => refused(
            format!("the secure connection failed ({error})"),
            "check the clock of this machine and any proxy on the way, or give a copy with --mirror DIR|URL",
        ),
        ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::RequireHttpsOnly(_)
        | ureq::Error::TooManyRedirects => {
            refused(error.to_string(), "correct the address in the catalogue")
        }
        _ => Failure::Passing(error.to_string()),
    }
}
