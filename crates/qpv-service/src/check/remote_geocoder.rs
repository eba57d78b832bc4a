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
    let one_line = question.replace(['"', '\r', '\n', '\0'], " ");
    let postcode = filter
        .postcode
        .map(|postcode| format!("{postcode:05}"))
        .unwrap_or_default();
    let citycode = filter
        .citycode
        .map(|code| code.to_string())
        .unwrap_or_default();
    let table = format!("q,cp,insee\r\n\"{one_line}\",{postcode},{citycode}\r\n");
    let mut fields = vec![("columns", "q")];
    if filter.postcode.is_some() {
        fields.push(("postcode", "cp"));
    }
    if filter.citycode.is_some() {
        fields.push(("citycode", "insee"));
    }
    let mut form = form_part("name=\"data\"; filename=\"q.csv\"", &table);
    for (name, value) in fields {
        form.push_str(&form_part(&format!("name=\"{name}\""), value));
    }
    form.push_str("--");
    form.push_str(EDGE);
    form.push_str("--\r\n");
    form.into_bytes()
}

/// A part of a form, whose head gives its name.
fn form_part(head: &str, value: &str) -> String {
    format!("--{EDGE}\r\ncontent-disposition: form-data; {head}\r\n\r\n{value}\r\n")
}

fn not_understood(fault: &str) -> AddressServiceError {
    AddressServiceError::NotUnderstood(fault.to_owned())
}

/// The one row of an answer, with the names of its columns.
#[derive(Default)]
struct AnswerRow {
    header: StringRecord,
    values: StringRecord,
}

impl AnswerRow {
    fn read(answer: &[u8]) -> Result<Self, AddressServiceError> {
        let mut reader = RecordReader::new(answer, b',');
        let mut row = Self::default();
        if !matches!(reader.read_header(&mut row.header), Ok(true)) {
            return Err(not_understood("no table"));
        }
        if !matches!(reader.read(&mut row.values), Ok(true)) || row.values.fault().is_some() {
            return Err(not_understood("no row"));
        }
        Ok(row)
    }

    fn has_column(&self, name: &str) -> bool {
        self.header.iter().any(|column| column == name)
    }

    /// The value of a column; `None` for an empty one.
    fn field(&self, name: &str) -> Option<&str> {
        let columns = self.header.iter().zip(self.values.iter());
        // Where a column of the question has the name of one of the answer, the answer's is the last.
        let (_, text) = columns.filter(|(column, _)| *column == name).last()?;
        (!text.is_empty()).then_some(text)
    }

    /// The value of a column, or nothing.
    fn text(&self, name: &str) -> String {
        self.field(name).unwrap_or_default().to_owned()
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.field(name)?.parse().ok()
    }
}

/// Reads the row of an answer.
fn found(answer: &[u8], question: &str) -> Result<Option<RemoteCandidate>, AddressServiceError> {
    let row = AnswerRow::read(answer)?;
    let Some(label) = row.field("result_label") else {
        // An empty label means that nothing was found; without the column it is another service.
        return if row.has_column("result_label") {
            Ok(None)
        } else {
            Err(not_understood("no result_label"))
        };
    };
    let (Some(lon), Some(lat)) = (row.number("longitude"), row.number("latitude")) else {
        return Err(not_understood("no position"));
    };
    let point = Wgs84Point::new(lon, lat).map_err(|_| not_understood("a position out of range"))?;
    let score = row
        .number("result_score")
        .ok_or_else(|| not_understood("no result_score"))?
        .clamp(0.0, 1.0);
    let kind = row
        .field("result_type")
        .and_then(|kind| kind.parse().ok())
        .ok_or_else(|| not_understood("no known result_type"))?;
    let citycode = row
        .field("result_citycode")
        .and_then(|code| code.parse().ok())
        .ok_or_else(|| not_understood("no result_citycode"))?;
    let name = row
        .field("result_street")
        .or_else(|| row.field("result_name"))
        .unwrap_or(label);
    let mut best = Candidate::from_remote(kind, score, citycode, point);
    best.id = row.text("result_id");
    best.housenumber = row.field("result_housenumber").map(ToOwned::to_owned);
    best.street = name.into();
    best.postcode = row.text("result_postcode");
    best.city = row.text("result_city");
    // Without the score of the next candidate, a rival would go unseen.
    if !row.has_column("result_score_next") {
        return Err(not_understood("no result_score_next"));
    }
    let asked = matches_question(question, &best);
    Ok(Some(RemoteCandidate {
        best,
        next_score: row.number("result_score_next"),
        asked,
    }))
}

#[cfg(test)]
mod tests;
