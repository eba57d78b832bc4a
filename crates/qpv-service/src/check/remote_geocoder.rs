//! A distant service with the national address API, asked only when one is configured, and only for a check that the
//! addresses loaded leave without an answer.
//!
//! The address goes in the body of `POST /search/csv`, never in a URL. Promises: no redirect is followed, an answer is
//! bounded in time and bytes, and after a failure the service is left alone for a while.

use std::time::Duration;

use qpv_addresses::matches_question;
use qpv_delimited::{RecordReader, StringRecord};
use qpv_french::{key, sentence};
use qpv_geodata::http_client::{HttpClient, HttpError, RequestPacer};
use qpv_model::Wgs84Point;

use qpv_addresses::{Candidate, SearchFilter};

/// Time that a whole answer may take: a person waits for it.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// Time between two questions: the national service takes fifty a second from one machine.
const SPACING: Duration = Duration::from_millis(25);
/// Longest wait of a question for its turn: a later answer would come too late.
const MAX_WAIT: Duration = Duration::from_secs(1);
/// Pause after a failure that does not say how long to wait, and the longest one.
const PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// Limit of an answer, a row with its results, bytes.
const MAX_ANSWER_BYTES: u64 = 64 << 10;

/// A distant address service.
#[derive(Debug)]
pub struct AddressService {
    /// The address that tables are sent to.
    table_url: String,
    client: HttpClient,
    pacer: RequestPacer,
}

/// A question to a remote geocoder, and its fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteGeocoding {
    /// Its address.
    pub url: String,
    /// Why it gave no answer, if it did not.
    pub fault: Option<AddressServiceError>,
}

/// The reason why a remote geocoder gave no answer. Never contains the question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressServiceError {
    /// Not an address of a web service.
    #[error("`{0}` is no address of a service: give e.g. https://data.geopf.fr/geocodage")]
    BadUrl(String),
    /// It was left alone after a failure, or is asked too much.
    #[error("it is not asked again before a moment has passed")]
    Paused,
    /// No connection, or no answer in time.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// Another status than 200.
    #[error("it answered with status {0}")]
    Refused(u16),
    /// An answer without what is needed.
    #[error("its answer is not understood: {0}")]
    NotUnderstood(String),
}

impl RemoteGeocoding {
    /// Returns the remark on the question sent, for an end user, in French.
    #[must_use]
    pub fn message_fr(&self) -> String {
        let key = match self.fault {
            None => key::CHECK_ELSEWHERE_ASKED,
            Some(AddressServiceError::Paused) => key::CHECK_ELSEWHERE_PAUSED,
            Some(_) => key::CHECK_ELSEWHERE_FAILED,
        };
        sentence(key, &[("url", &self.url)])
    }
}

/// The likeliest address, and the score of the next one.
#[derive(Debug)]
pub(crate) struct RemoteCandidate {
    pub(crate) best: Candidate,
    pub(crate) next_score: Option<f64>,
    /// True when it is the address asked, by its number, its postcode and its words.
    pub(crate) asked: bool,
}

impl AddressService {
    /// The service at an address, with or without `/search` at its end.
    ///
    /// # Errors
    /// [`AddressServiceError::BadUrl`].
    pub fn new(url: &str) -> Result<Self, AddressServiceError> {
        let base = url
            .trim()
            .trim_end_matches('/')
            .trim_end_matches("/search")
            .trim_end_matches('/');
        let host = base
            .strip_prefix("https://")
            .or_else(|| base.strip_prefix("http://"));
        // `?` and `#` would swallow the path added below; the notice would show a user name.
        if host.is_none_or(|host| host.is_empty() || host.contains(['?', '#', ' ', '@'])) {
            return Err(AddressServiceError::BadUrl(url.to_owned()));
        }
        Ok(Self {
            table_url: format!("{base}/search/csv"),
            client: HttpClient::for_answers(ANSWER_TIME),
            pacer: RequestPacer::new(SPACING, MAX_WAIT, LONGEST_PAUSE),
        })
    }

    /// Returns the notice on privacy for the persons whose addresses are sent, in French.
    #[must_use]
    pub fn notice(&self) -> String {
        let notice = sentence(key::CHECK_ELSEWHERE_NOTICE, &[("url", &self.table_url)]);
        let plain = self
            .table_url
            .starts_with("http://")
            .then(|| sentence(key::CHECK_ELSEWHERE_UNENCRYPTED, &[]));
        std::iter::once(notice)
            .chain(plain)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Returns the address that questions are sent to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.table_url
    }

    /// The likeliest address that a question means, if it knows one.
    pub(crate) fn search(
        &self,
        question: &str,
        filter: &SearchFilter,
    ) -> Result<Option<RemoteCandidate>, AddressServiceError> {
        // Not sent rather than queued: the answer would come too late for the person who waits.
        if !self.pacer.wait_for_turn() {
            return Err(AddressServiceError::Paused);
        }
        let form = form(question, filter);
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let sent = self.client.post(&self.table_url, &kind, &form);
        let answer = sent.map_err(|error| {
            self.pacer.pause(PAUSE);
            unreachable(&error)
        })?;
        if answer.status() != 200 {
            // The service itself says how long it wants to be left alone.
            self.pacer.pause(answer.retry_after().unwrap_or(PAUSE));
            return Err(AddressServiceError::Refused(answer.status()));
        }
        let found = answer
            .into_bytes(MAX_ANSWER_BYTES)
            .map_err(|error| unreachable(&error))
            .and_then(|answer| found(&answer, question));
        // The next answer would hardly be understood better.
        if found.is_err() {
            self.pacer.pause(PAUSE);
        }
        found
    }
}

fn unreachable(error: &HttpError) -> AddressServiceError {
    AddressServiceError::Unreachable(error.to_string())
}

/// Separator between the parts of a form; no address has it.
const EDGE: &str = "----qpv-3f1c0f5b8a6e4d2c";

/// A table of one row, and what its columns are.
fn form(question: &str, filter: &SearchFilter) -> Vec<u8> {
    // Quotes and line ends would break out of the one row of the table.
    let plain = |text: &str| text.replace(['"', '\r', '\n', '\0'], " ");
    let postcode = filter
        .postcode
        .map(|postcode| format!("{postcode:05}"))
        .unwrap_or_default();
    let citycode = filter
        .citycode
        .map(|code| code.to_string())
        .unwrap_or_default();
    let table = format!(
        "q,cp,insee\r\n\"{}\",{postcode},{citycode}\r\n",
        plain(question)
    );
    let mut fields = vec![("columns", "q")];
    if filter.postcode.is_some() {
        fields.push(("postcode", "cp"));
    }
    if filter.citycode.is_some() {
        fields.push(("citycode", "insee"));
    }
    let part = |head: &str, value: &str| {
        format!("--{EDGE}\r\ncontent-disposition: form-data; {head}\r\n\r\n{value}\r\n")
    };
    let mut form = part("name=\"data\"; filename=\"q.csv\"", &table);
    form.extend(
        fields
            .into_iter()
            .map(|(name, value)| part(&format!("name=\"{name}\""), value)),
    );
    form.push_str("--");
    form.push_str(EDGE);
    form.push_str("--\r\n");
    form.into_bytes()
}

/// Reads the row of an answer.
fn found(answer: &[u8], question: &str) -> Result<Option<RemoteCandidate>, AddressServiceError> {
    let fault = |what: &str| AddressServiceError::NotUnderstood(what.to_owned());
    let mut reader = RecordReader::new(answer, b',');
    let (mut header, mut row) = (StringRecord::default(), StringRecord::default());
    if !matches!(reader.read_header(&mut header), Ok(true)) {
        return Err(fault("no table"));
    }
    if !matches!(reader.read(&mut row), Ok(true)) || row.fault().is_some() {
        return Err(fault("no row"));
    }
    // Where a column of the question has the name of one of the answer, the answer's is the last.
    let field = |name: &str| {
        let named = header
            .iter()
            .zip(row.iter())
            .filter(|(column, _)| *column == name);
        named
            .last()
            .map(|(_, text)| text)
            .filter(|text| !text.is_empty())
    };
    let text = |name| field(name).unwrap_or_default().to_owned();
    let number = |name: &'static str| field(name).and_then(|text| text.parse::<f64>().ok());
    let Some(label) = field("result_label") else {
        // An empty label means that nothing was found; without the column it is another service.
        return if header.iter().any(|name| name == "result_label") {
            Ok(None)
        } else {
            Err(fault("no result_label"))
        };
    };
    let (Some(lon), Some(lat)) = (number("longitude"), number("latitude")) else {
        return Err(fault("no position"));
    };
    let point = Wgs84Point::new(lon, lat).map_err(|_| fault("a position out of range"))?;
    let score = number("result_score")
        .ok_or_else(|| fault("no result_score"))?
        .clamp(0.0, 1.0);
    let kind = field("result_type")
        .and_then(|kind| kind.parse().ok())
        .ok_or_else(|| fault("no known result_type"))?;
    let citycode = field("result_citycode")
        .and_then(|code| code.parse().ok())
        .ok_or_else(|| fault("no result_citycode"))?;
    let name = field("result_street")
        .or_else(|| field("result_name"))
        .unwrap_or(label);
    let mut best = Candidate::from_remote(kind, score, citycode, point);
    best.id = text("result_id");
    best.housenumber = field("result_housenumber").map(ToOwned::to_owned);
    best.street = name.into();
    best.postcode = text("result_postcode");
    best.city = text("result_city");
    // Without the score of the next candidate, a rival would go unseen.
    if !header.iter().any(|name| name == "result_score_next") {
        return Err(fault("no result_score_next"));
    }
    let asked = matches_question(question, &best);
    Ok(Some(RemoteCandidate {
        best,
        next_score: number("result_score_next"),
        asked,
    }))
}

#[cfg(test)]
mod tests;
