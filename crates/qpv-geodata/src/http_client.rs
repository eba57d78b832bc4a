//! The HTTP client of the whole program: its limits, its retries, its pauses.
//!
//! Owns the network: nothing else opens a connection to a server. An answer is bounded in time and, where the caller reads
//! it into memory, in bytes. A [`RetryPolicy`] repeats what may succeed later, a [`RequestPacer`] spaces requests to a
//! service that counts them.

use std::io::Read;
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use ureq::http::Response;
use ureq::{Agent, Body};

/// Redirects followed in a download: open-data portals answer with two or three.
const MAX_REDIRECTS: u32 = 10;

/// An HTTP client. Threads may share it.
#[derive(Debug, Clone)]
pub struct HttpClient {
    agent: Agent,
}

/// An answer: its head has come, its body not yet.
#[derive(Debug)]
pub struct HttpAnswer(Response<Body>);

/// A request without an answer, with the library's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct HttpError {
    /// The kind of failure.
    pub kind: HttpErrorKind,
    text: String,
}

/// The kinds of failures, by what can be done about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpErrorKind {
    /// The name of the host does not resolve.
    UnknownHost,
    /// No secure connection: a certificate or a protocol is refused.
    InsecureConnection,
    /// The address cannot be requested, or redirects without end.
    BadAddress,
    /// The connection, the server or the time: another attempt may succeed.
    Interrupted,
}

impl HttpClient {
    /// Returns a client for downloads: bounded in silence but not in length, and following redirects.
    #[must_use]
    pub fn for_downloads(policy: &RetryPolicy) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(MAX_REDIRECTS)
            .user_agent(concat!("qpv/", env!("CARGO_PKG_VERSION")))
            // Sizes and sums are those of the file itself.
            .accept_encoding("identity")
            // There is no limit on the whole: a national file takes minutes on a slow line.
            .timeout_resolve(Some(policy.connect))
            .timeout_connect(Some(policy.connect))
            .timeout_recv_response(Some(policy.idle))
            .timeout_per_read(Some(policy.idle))
            .timeout_per_write(Some(policy.idle))
            .build()
            .new_agent();
        Self { agent }
    }

    /// Returns a client for small answers, each of which may take this long in all. No redirect is followed, so that only
    /// the host of the operator's choice is asked.
    #[must_use]
    pub fn for_answers(time: Duration) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("qpv/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(time))
            .build()
            .new_agent();
        Self { agent }
    }

    /// Requests an address.
    ///
    /// # Errors
    /// [`HttpError`] without an answer; an answer of any status is none.
    pub fn get(&self, url: &str) -> Result<HttpAnswer, HttpError> {
        self.get_with(url, &[])
    }

    /// Requests an address with these headers, names and values.
    ///
    /// # Errors
    /// [`HttpError`] without an answer; an answer of any status is none.
    pub fn get_with(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
    ) -> Result<HttpAnswer, HttpError> {
        // An address that is secure stays so through every redirect.
        let secure = url.starts_with("https://");
        let mut request = self.agent.get(url).config().https_only(secure).build();
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        Ok(HttpAnswer(request.call()?))
    }

    /// Requests the head of an answer, without its body.
    ///
    /// # Errors
    /// [`HttpError`] without an answer; an answer of any status is none.
    pub fn head(&self, url: &str) -> Result<HttpAnswer, HttpError> {
        // As for a whole answer.
        let secure = url.starts_with("https://");
        let request = self.agent.head(url).config().https_only(secure).build();
        Ok(HttpAnswer(request.call()?))
    }

    /// Sends a body to an address.
    ///
    /// # Errors
    /// [`HttpError`] without an answer; an answer of any status is none.
    pub fn post(
        &self,
        url: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<HttpAnswer, HttpError> {
        let request = self.agent.post(url).header("content-type", content_type);
        Ok(HttpAnswer(request.send(body)?))
    }
}

impl HttpAnswer {
    /// Returns the status: 200.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    /// Returns the status with its reason: `404 Not Found`.
    #[must_use]
    pub fn status_text(&self) -> String {
        let reason = self.0.status().canonical_reason().unwrap_or("");
        format!("{} {reason}", self.status()).trim_end().to_owned()
    }

    /// Returns true if the same request may succeed later: an error of the server, or too many requests.
    #[must_use]
    pub fn may_succeed_later(&self) -> bool {
        self.0.status().is_server_error() || self.status() == 429
    }

    /// Returns true for the statuses from 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.0.status().is_success()
    }

    /// Returns the time to wait that the server asks for, if it gives one: in seconds, or as the day and time from which it
    /// answers again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let asked = self.header("retry-after")?.trim();
        if let Ok(seconds) = asked.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let wait = http_date(asked)?.duration_since(Timestamp::now());
        // A day in the past, or a clock that goes wrong, asks for no wait at all.
        Some(Duration::try_from(wait).unwrap_or_default())
    }

    /// Returns the mark of this version of the file, if the server gives one.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.header("etag").map(str::trim)
    }

    /// Returns the time of the last change of the file, if the server gives it.
    #[must_use]
    pub fn last_modified(&self) -> Option<Timestamp> {
        http_date(self.header("last-modified")?)
    }

    /// Returns the first byte of the part of a file that came, and the length of the whole file where it is given; `None`
    /// when the whole file came.
    #[must_use]
    pub fn content_range(&self) -> Option<(u64, Option<u64>)> {
        let range = self.header("content-range")?.trim();
        let (span, total) = range.strip_prefix("bytes")?.trim().split_once('/')?;
        let (first, _) = span.split_once('-')?;
        Some((first.trim().parse().ok()?, total.trim().parse().ok()))
    }

    /// Returns the media type; empty when none is given.
    #[must_use]
    pub fn content_type(&self) -> &str {
        self.header("content-type").unwrap_or_default()
    }

    /// Returns the length of the body in bytes, if the server gives it.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.0.body().content_length()
    }

    /// Returns the body as a stream.
    #[must_use]
    pub fn into_reader(self) -> impl Read {
        self.0.into_body().into_reader()
    }

    /// Reads the body into memory.
    ///
    /// # Errors
    /// [`HttpError`] when it breaks off, or is longer than `max_bytes`.
    pub fn into_bytes(mut self, max_bytes: u64) -> Result<Vec<u8>, HttpError> {
        let body = self.0.body_mut().with_config().limit(max_bytes);
        Ok(body.read_to_vec()?)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.0.headers().get(name)?.to_str().ok()
    }
}

/// Parses a day and time as HTTP writes them: `Tue, 15 Nov 1994 08:12:31 GMT`.
fn http_date(text: &str) -> Option<Timestamp> {
    Some(rfc2822::parse(text.trim()).ok()?.timestamp())
}

/// Writes a time as HTTP writes it.
#[must_use]
pub fn to_http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

impl From<ureq::Error> for HttpError {
    fn from(error: ureq::Error) -> Self {
        let kind = match error {
            ureq::Error::HostNotFound => HttpErrorKind::UnknownHost,
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) => HttpErrorKind::InsecureConnection,
            ureq::Error::BadUri(_)
            | ureq::Error::Http(_)
            | ureq::Error::RequireHttpsOnly(_)
            | ureq::Error::TooManyRedirects => HttpErrorKind::BadAddress,
            _ => HttpErrorKind::Interrupted,
        };
        Self {
            kind,
            text: error.to_string(),
        }
    }
}

/// Limits in time, and the number of attempts.
#[derive(Debug, Clone)]
pub struct RetryPolicy {
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest silence of the server, before its answer or within it.
    pub idle: Duration,
    /// The number of attempts in all, one at least.
    pub attempts: u32,
    /// Wait before the second attempt; doubled before each further one. A server's `Retry-After` goes before.
    pub backoff: Duration,
    /// Longest wait before an attempt, even if the server asks for more.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    /// Four attempts over about seven seconds, which outlast a restart of a server but not a failure that needs somebody.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            idle: Duration::from_secs(30),
            attempts: 4,
            backoff: Duration::from_secs(1),
            longest_wait: Duration::from_mins(1),
        }
    }
}

/// The failure of one attempt.
#[derive(Debug)]
pub enum AttemptError<E> {
    /// The server or the network failed; another attempt may succeed.
    Passing {
        /// The fault, as a part of a sentence.
        fault: String,
        /// The wait that the server asked for.
        retry_after: Option<Duration>,
    },
    /// Another attempt would fail in the same way.
    Final(E),
}

impl<E> AttemptError<E> {
    /// Returns a failure after which the policy decides when to try again.
    #[must_use]
    pub fn passing(fault: String) -> Self {
        Self::Passing {
            fault,
            retry_after: None,
        }
    }
}

/// The failure of all attempts.
#[derive(Debug)]
pub enum RetryError<E> {
    /// No attempt is left.
    Exhausted {
        /// The fault of the last attempt.
        fault: String,
        /// The number of attempts.
        attempts: u32,
    },
    /// An attempt failed for good.
    Final(E),
}

impl RetryPolicy {
    /// Repeats an attempt until it succeeds, fails for good, or no attempt is left.
    ///
    /// # Errors
    /// [`RetryError`].
    pub fn run<T, E>(
        &self,
        mut attempt: impl FnMut() -> Result<T, AttemptError<E>>,
    ) -> Result<T, RetryError<E>> {
        self.run_with(&mut (), |(), _, _| {}, |()| attempt())
    }

    /// Repeats an attempt as [`RetryPolicy::run`] does; `waiting` hears of the fault and the wait before each further one.
    ///
    /// # Errors
    /// [`RetryError`].
    pub fn run_with<S: ?Sized, T, E>(
        &self,
        state: &mut S,
        waiting: impl Fn(&mut S, &str, Duration),
        mut attempt: impl FnMut(&mut S) -> Result<T, AttemptError<E>>,
    ) -> Result<T, RetryError<E>> {
        let mut wait = self.backoff;
        let mut attempts = 1;
        loop {
            let (fault, retry_after) = match attempt(state) {
                Ok(value) => return Ok(value),
                Err(AttemptError::Final(error)) => return Err(RetryError::Final(error)),
                Err(AttemptError::Passing { fault, retry_after }) => (fault, retry_after),
            };
            // The last attempt is not followed by a wait: its failure is reported at once.
            if attempts >= self.attempts {
                return Err(RetryError::Exhausted { fault, attempts });
            }
            let pause = retry_after.unwrap_or(wait).min(self.longest_wait);
            waiting(state, &fault, pause);
            sleep(pause);
            wait *= 2;
            attempts += 1;
        }
    }
}

/// The pace of requests to one service: a spacing between two, and pauses after failures.
#[derive(Debug)]
pub struct RequestPacer {
    spacing: Duration,
    longest_wait: Duration,
    longest_pause: Duration,
    /// The time of the next request at the earliest.
    not_before: Mutex<Instant>,
}

impl RequestPacer {
    /// Returns a pacer that has seen no request.
    #[must_use]
    pub fn new(spacing: Duration, longest_wait: Duration, longest_pause: Duration) -> Self {
        Self {
            spacing,
            longest_wait,
            longest_pause,
            not_before: Mutex::new(Instant::now()),
        }
    }

    /// Waits for the turn of a request, and returns true; returns false at once if that would take too long.
    #[must_use]
    pub fn wait_for_turn(&self) -> bool {
        let turn = {
            let mut not_before = self.lock();
            let turn = (*not_before).max(Instant::now());
            if turn > Instant::now() + self.longest_wait {
                return false;
            }
            *not_before = turn + self.spacing;
            turn
        };
        // The lock is released first: others take the turns that follow meanwhile.
        sleep(turn.saturating_duration_since(Instant::now()));
        true
    }

    /// Lets no request through for this time.
    pub fn pause(&self, pause: Duration) {
        let mut not_before = self.lock();
        *not_before = (*not_before).max(Instant::now() + pause.min(self.longest_pause));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Instant> {
        // A panic elsewhere leaves a time that is still right.
        self.not_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(attempts: u32) -> RetryPolicy {
        RetryPolicy {
            attempts,
            backoff: Duration::ZERO,
            ..RetryPolicy::default()
        }
    }

    #[test]
    fn passing_failures_are_repeated_and_final_ones_are_not() {
        let mut calls = 0;
        let result: Result<u32, RetryError<()>> = policy(3).run(|| {
            calls += 1;
            if calls < 3 {
                Err(AttemptError::passing("503".to_owned()))
            } else {
                Ok(calls)
            }
        });
        assert!(matches!(result, Ok(3)));
        let result: Result<(), RetryError<()>> =
            policy(2).run(|| Err(AttemptError::passing("503".to_owned())));
        assert!(matches!(
            result,
            Err(RetryError::Exhausted { attempts: 2, .. })
        ));
        let mut calls = 0;
        let result: Result<(), RetryError<&str>> = policy(3).run(|| {
            calls += 1;
            Err(AttemptError::Final("404"))
        });
        assert!(matches!(result, Err(RetryError::Final("404"))) && calls == 1);
    }

    #[test]
    fn dates_of_http_are_read_and_written() {
        // The example of RFC 9110, section 5.6.7; its seconds since 1970 from `date -d`.
        let text = "Sun, 06 Nov 1994 08:49:37 GMT";
        let time = http_date(text).unwrap();
        assert_eq!(time.as_second(), 784_111_777);
        assert_eq!(to_http_date(time), text);
        assert_eq!(http_date("tomorrow"), None);
    }

    #[test]
    fn a_pause_refuses_requests_that_would_wait_long() {
        let second = Duration::from_secs(1);
        let pacer = RequestPacer::new(Duration::ZERO, second, Duration::from_mins(5));
        assert!(pacer.wait_for_turn());
        pacer.pause(Duration::from_hours(1));
        assert!(!pacer.wait_for_turn());
    }
}
