//! The audit log: when somebody asked, who, of which resource and programme, and with which result. It never holds an address,
//! a position, a name or a date of a person.
//!
//! Lines of JSON are appended to a file that its owner alone can read. When it is full, it gets the number 1 behind its name, the
//! ones before it the next number, and the oldest is removed. A log that cannot be written stops no answer.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use qpv_batch::{BatchSummary, TallyGroup};
use qpv_service::CheckOutcome;
use qpv_service::programmes::EligibilityOutcome;
use serde::Serialize;

/// Bytes of a file of the log: some 50,000 lines, which every editor still opens.
const MAX_FILE_BYTES: u64 = 10 << 20;
/// Full files that are kept beside the one being written.
const KEPT_FILES: u32 = 9;

/// Routes that are no question of somebody: supervisors, and what a page asks by itself at each key or each second.
const ROUTES_WITHOUT_LINE: [&str; 6] = [
    "/health",
    "/metrics",
    "/ready",
    "/api/v1/reports/key",
    "/api/v1/batch/progress/{id}",
    "/api/v1/suggest",
];

/// The audit log of a service.
#[derive(Debug)]
pub struct AuditLog {
    path: PathBuf,
    max_file_bytes: u64,
    file: Mutex<AuditFile>,
    /// The last line could not be written, which was logged.
    is_failing: AtomicBool,
}

/// The file being written, with its bytes.
#[derive(Debug)]
struct AuditFile {
    file: File,
    bytes: u64,
}

/// Who asked, as whatever admits requests tells by an extension of the request.
#[derive(Debug, Clone)]
pub struct AuditedUser(pub String);

/// The result of a request, without what was asked. Handlers tell it by an extension of their answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct AuditedResult {
    /// Identifiers of the programmes asked.
    programmes: Vec<String>,
    /// Rows of a list; 1 for a single check.
    rows: u64,
    /// Rows by zone.
    zones: BTreeMap<&'static str, u64>,
    /// Rows by the outcome of the first programme.
    outcomes: BTreeMap<&'static str, u64>,
}

/// A line of the log.
#[derive(Serialize)]
struct AuditLine<'a> {
    at: Timestamp,
    who: Option<&'a str>,
    method: &'a str,
    route: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a AuditedResult>,
}

/// The part of a request that its line says.
#[derive(Debug)]
pub(crate) struct AuditedRequest {
    method: Method,
    /// The template of the route: the path itself may hold what was asked.
    route: String,
    user: Option<AuditedUser>,
}

impl AuditedRequest {
    /// Returns the request as the log has it; `None` for one that gets no line.
    pub(crate) fn new(request: &Request) -> Option<Self> {
        let route = request.extensions().get::<MatchedPath>()?.as_str();
        (!ROUTES_WITHOUT_LINE.contains(&route)).then(|| Self {
            method: request.method().clone(),
            route: route.to_owned(),
            user: request.extensions().get::<AuditedUser>().cloned(),
        })
    }
}

impl AuditLog {
    /// Opens the log, and goes on with what is there.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::with_max_file_bytes(path, MAX_FILE_BYTES)
    }

    fn with_max_file_bytes(path: &Path, max_file_bytes: u64) -> io::Result<Self> {
        Ok(Self {
            file: Mutex::new(AuditFile::open(path)?),
            path: path.to_owned(),
            max_file_bytes,
            is_failing: AtomicBool::new(false),
        })
    }

    /// Writes the line of an answered request.
    pub(crate) fn write(&self, request: &AuditedRequest, response: &Response) {
        let line = AuditLine {
            at: Timestamp::now(),
            who: request.user.as_ref().map(|user| user.0.as_str()),
            method: request.method.as_str(),
            route: &request.route,
            status: response.status().as_u16(),
            // Of an error there is no result, whatever a handler began with.
            result: (response.status() == StatusCode::OK)
                .then(|| response.extensions().get())
                .flatten(),
        };
        match self.append(&line) {
            Ok(()) => self.is_failing.store(false, Ordering::Relaxed),
            // Logged once, not at each request, until a line can be written again.
            Err(fault) if !self.is_failing.swap(true, Ordering::Relaxed) => {
                tracing::error!(error = %fault, path = %self.path.display(), "the audit log cannot be written; answers go on without it");
            }
            Err(_) => {}
        }
    }

    fn append(&self, line: &AuditLine<'_>) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        // A writer that panicked has at worst left a line cut.
        let mut current = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if current.bytes > 0 && current.bytes + text.len() as u64 > self.max_file_bytes {
            self.rotate()?;
            *current = AuditFile::open(&self.path)?;
        }
        // One write, so that lines of two services in one file stay apart.
        current.file.write_all(&text)?;
        current.bytes += text.len() as u64;
        Ok(())
    }

    /// Gives every file the next number, the highest first so that none is overwritten but the oldest.
    fn rotate(&self) -> io::Result<()> {
        for number in (1..KEPT_FILES).rev() {
            match fs::rename(self.numbered(number), self.numbered(number + 1)) {
                Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
                _ => {}
            }
        }
        fs::rename(&self.path, self.numbered(1))
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}"));
        name.into()
    }
}

impl AuditFile {
    fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        let metadata = file.metadata()?;
        // One that was there, perhaps made by a program that rotates logs, may have other rights; a device keeps its own.
        #[cfg(unix)]
        if metadata.is_file() {
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        }
        let bytes = metadata.len();
        Ok(Self { file, bytes })
    }
}

impl AuditedResult {
    /// Returns the result of a single check.
    pub(crate) fn from_check(outcome: &CheckOutcome<'_>) -> Self {
        let assessments = &outcome.assessments;
        Self {
            programmes: assessments
                .iter()
                .map(|assessment| assessment.programme.id.to_string())
                .collect(),
            rows: 1,
            zones: [(outcome.zone().into(), 1)].into(),
            outcomes: assessments
                .iter()
                .take(1)
                .map(|assessment| (assessment.outcome.into(), 1))
                .collect(),
        }
    }

    /// Returns the result of a list.
    pub(crate) fn from_list(summary: &BatchSummary, programmes: Vec<String>) -> Self {
        let mut result = Self {
            programmes,
            rows: summary.rows,
            ..Self::default()
        };
        // Of several vintages, each has its own counts; the first is the one asked.
        if let Some(counts) = summary.answers.first() {
            let zones = counts.zones;
            result.zones = [
                ("qpv", zones.qpv),
                ("band_300m", zones.band_300m),
                ("outside", zones.outside),
                ("undetermined", zones.undetermined),
            ]
            .into_iter()
            .filter(|(_, rows)| *rows > 0)
            .collect();
            let people = counts
                .people
                .iter()
                .flat_map(|tally| tally.rows(TallyGroup::All));
            for (_, by_outcome) in people {
                for (outcome, people) in EligibilityOutcome::ALL.into_iter().zip(by_outcome) {
                    *result.outcomes.entry(outcome.into()).or_default() += people;
                }
            }
            result.outcomes.retain(|_, people| *people > 0);
        }
        result
    }

    /// Adds it to an answer, for the log.
    pub(crate) fn attached_to(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    fn request() -> AuditedRequest {
        AuditedRequest {
            method: Method::POST,
            route: "/api/v1/check".to_owned(),
            user: Some(AuditedUser("guichet".to_owned())),
        }
    }

    #[test]
    fn full_files_get_numbers_and_the_oldest_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("audit.jsonl");
        // Every line is longer: each file holds one.
        let log = AuditLog::with_max_file_bytes(&path, 10).expect("a log");
        for status in 200..220 {
            let status = StatusCode::from_u16(status).expect("a status");
            log.write(&request(), &status.into_response());
        }
        let mut statuses = vec![];
        for name in (1..=KEPT_FILES)
            .rev()
            .map(|number| log.numbered(number))
            .chain([path.clone()])
        {
            let text = fs::read_to_string(&name).expect("a file");
            let line: serde_json::Value = serde_json::from_str(&text).expect("one line of JSON");
            assert_eq!(line["who"], "guichet");
            statuses.push(line["status"].as_u64().expect("a number"));
        }
        assert_eq!(statuses, (210..220).collect::<Vec<_>>());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 10);
    }

    #[test]
    fn it_goes_on_where_it_was_and_is_for_its_owner() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("audit.jsonl");
        // As a program that rotates logs makes it.
        fs::write(&path, "").expect("a file");
        for _ in 0..2 {
            let log = AuditLog::open(&path).expect("a log");
            log.write(&request(), &StatusCode::OK.into_response());
        }
        assert_eq!(
            fs::read_to_string(&path).expect("a file").lines().count(),
            2
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
