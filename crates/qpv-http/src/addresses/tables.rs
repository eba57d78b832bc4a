//! `/search/csv` and `/reverse/csv`: tables of addresses and of positions, as the national address API takes them.
//!
//! A table is kept in memory, or in an unlinked temporary file when it is large, until its answers are all there: a
//! fault anywhere is a problem, never a table cut short. Nothing of it is kept afterwards.

use std::io::{self, Read, Seek, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::StreamExt;
use qpv_service::batch::{
    self, Addresses, AskedZones, ColumnsError, CsvOptions, FilterColumns, Job, Nearest,
    PositionColumns, ResultColumn, Summary, Vintages,
};
use qpv_service::messages::table_fault;
use tempfile::SpooledTempFile;
use utoipa::ToSchema;

use super::{kind, yes, zones};
use crate::App;
use crate::problem::Problem;

/// Bytes of a table kept in memory.
const IN_MEMORY: usize = 1 << 20;
/// Bytes of any other field, and how many of them.
const FIELD_BYTES: usize = 4 << 10;
const FIELDS: usize = 256;
/// How long nothing may come of a form under way.
const SILENCE: Duration = Duration::from_secs(30);
/// How many times the bytes of the largest table its answers may have.
const MOST_TIMES: u64 = 16;
/// Bytes of an answer read at a time.
const CHUNK: usize = 64 << 10;

/// A table of addresses. Fields not named here are left alone.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes")]
pub(crate) struct SearchTable {
    /// The table: delimited text whose first line names the columns.
    #[schema(value_type = String, format = Binary)]
    data: Vec<u8>,
    /// The columns that make up the address, in order. Default: all.
    columns: Option<Vec<String>>,
    /// What is told of each address. Default: `latitude`, `longitude`, `result_label`, `result_score`,
    /// `result_score_next`, `result_type`, `result_id`, `result_housenumber`, `result_name`, `result_street`,
    /// `result_postcode`, `result_city`, `result_citycode`, `result_context`, `result_status`.
    result_columns: Option<Vec<String>>,
    /// The column of a postcode that the address must be in.
    postcode: Option<String>,
    /// The column of the INSEE code of a commune that the address must be in.
    citycode: Option<String>,
    /// The column of a latitude that near addresses are preferred from.
    lat: Option<String>,
    /// The column of its longitude.
    lon: Option<String>,
    /// Only places of this kind: `housenumber`, `street`, `locality` or `municipality`.
    r#type: Option<String>,
    /// `utf-8` or `windows-1252`, in and out. Default: found in the first lines.
    encoding: Option<String>,
    /// One character. Default: found in the first line, among `;` tab `|` `,`.
    delimiter: Option<String>,
    /// `1` for a byte order mark at the beginning of an answer in UTF-8, which spreadsheets want.
    with_bom: Option<String>,
    /// `1` for the zone of each address in columns `result_qpv_…`: `undetermined` whenever something speaks against a
    /// flat answer, with the reason in `result_qpv_doubt`.
    zones: Option<String>,
    /// Vintage of the zones, `2015` or `2024`. Default: the one in force there on the day `on`.
    vintage: Option<String>,
    /// A day (`YYYY-MM-DD`) for the zones. Default: today.
    on: Option<String>,
}

/// A table of positions. Fields not named here are left alone.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes")]
pub(crate) struct ReverseTable {
    /// The table: delimited text whose first line names the columns.
    #[schema(value_type = String, format = Binary)]
    data: Vec<u8>,
    /// The column of the latitude, WGS 84 degrees. Default: recognised (`lat`, `latitude`…).
    lat: Option<String>,
    /// The column of the longitude. Default: recognised (`lon`, `longitude`, `lng`, `long`…).
    lon: Option<String>,
    /// What is told of each address. Default: `result_latitude`, `result_longitude`, `result_distance` and those of
    /// `/search/csv` without the scores.
    result_columns: Option<Vec<String>>,
    /// The column of a postcode that the address must be in.
    postcode: Option<String>,
    /// The column of the INSEE code of a commune that the address must be in.
    citycode: Option<String>,
    /// Only places of this kind.
    r#type: Option<String>,
    /// `utf-8` or `windows-1252`, in and out. Default: found in the first lines.
    encoding: Option<String>,
    /// One character. Default: found in the first line.
    delimiter: Option<String>,
    /// `1` for a byte order mark at the beginning of an answer in UTF-8.
    with_bom: Option<String>,
    /// `1` for the zone of each address in columns `result_qpv_…`.
    zones: Option<String>,
    /// Vintage of the zones.
    vintage: Option<String>,
    /// A day for the zones.
    on: Option<String>,
}

/// The address that every row of a table names. Rows, columns, delimiter, quotes, encoding and line ends stay; the
/// columns of results come behind, or in the places of columns of their names. `result_status` is `ok`, `not-found`,
/// `skipped` (nothing in the columns of the address) or `error: …`.
#[utoipa::path(post, path = "/search/csv", tag = "addresses",
    request_body(content = SearchTable, content_type = "multipart/form-data"),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn search_csv(
    State(app): State<App>,
    upload: Upload,
) -> Result<Response, Problem> {
    let near = match (upload.one("lon"), upload.one("lat")) {
        (Some(lon), Some(lat)) => Some([lon.to_owned(), lat.to_owned()]),
        (None, None) => None,
        _ => return Err(Problem::new("bad_parameter", "`lat` and `lon` go together")),
    };
    let job = Addresses {
        columns: upload.all("columns").map(ToOwned::to_owned).collect(),
        list: false,
        filter: upload.filter()?,
        near,
        results: upload.results(ResultColumn::search)?,
        zones: upload.zones()?,
    };
    upload.answer(&app, job).await
}

/// The address nearest to every row's position. The table comes back as from `/search/csv`.
#[utoipa::path(post, path = "/reverse/csv", tag = "addresses",
    request_body(content = ReverseTable, content_type = "multipart/form-data"),
    responses((status = 200, body = String, content_type = "text/csv"),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn reverse_csv(
    State(app): State<App>,
    upload: Upload,
) -> Result<Response, Problem> {
    let names = match (upload.one("lon"), upload.one("lat")) {
        (Some(lon), Some(lat)) => Some([lon.to_owned(), lat.to_owned()]),
        (None, None) => None,
        _ => return Err(Problem::new("bad_parameter", "`lat` and `lon` go together")),
    };
    let job = Nearest {
        positions: PositionColumns { crs: None, names },
        filter: upload.filter()?,
        results: upload.results(ResultColumn::reverse)?,
        zones: upload.zones()?,
    };
    upload.answer(&app, job).await
}

/// A form with a table in it.
pub(crate) struct Upload {
    pub(crate) table: SpooledTempFile,
    /// Of the table, as the client named it.
    pub(crate) file_name: String,
    fields: Vec<(String, String)>,
}

impl FromRequest<App> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        Self::received(request, app, &mut |_, _| Ok(())).await
    }
}

/// Is told every field but the table, as soon as it is there.
type Noted<'a> = &'a mut (dyn FnMut(&str, &str) -> Result<(), Problem> + Send);

impl Upload {
    /// Receives a form; fields that come before the table are told before it is there.
    pub(crate) async fn received(
        request: Request,
        app: &App,
        noted: Noted<'_>,
    ) -> Result<Self, Problem> {
        // A table being received holds memory or disk.
        let _permit = app.uploads.try_acquire().map_err(|_| {
            Problem::new(
                "too_many_requests",
                "too many tables are being received; try again in a moment",
            )
        })?;
        let form = Multipart::from_request(request, app).await;
        let mut form = form.map_err(|fault| Problem::new("bad_form", fault.body_text()))?;
        let mut table = None;
        let mut fields = vec![];
        while let Some(field) = in_time(form.next_field()).await? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "data" && table.is_none() {
                let file_name = field.file_name().unwrap_or_default().to_owned();
                table = Some((stored(field).await?, file_name));
            } else if fields.len() < FIELDS {
                let value = short(&name, field).await?;
                noted(&name, &value)?;
                fields.push((name, value));
            } else {
                return Err(Problem::new(
                    "bad_form",
                    format!("more than {FIELDS} fields"),
                ));
            }
        }
        let Some((table, file_name)) = table else {
            return Err(Problem::new(
                "bad_form",
                "there is no field `data` with the table in it",
            ));
        };
        Ok(Self {
            table,
            file_name,
            fields,
        })
    }
}

/// The next part of a form, unless it is too long in coming.
async fn in_time<T>(part: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Problem> {
    match tokio::time::timeout(SILENCE, part).await {
        Ok(part) => part.map_err(unreadable),
        Err(_) => Err(Problem::new(
            "bad_form",
            "nothing came for too long: send the form again",
        )),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(fault: MultipartError) -> Problem {
    match fault.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            "body_too_large",
            "the body is over the limit of this server: split the table",
        ),
        _ => Problem::new("bad_form", fault.body_text()),
    }
}

/// The table, in memory or in a file without a name.
async fn stored(mut field: Field<'_>) -> Result<SpooledTempFile, Problem> {
    let mut table = SpooledTempFile::new(IN_MEMORY);
    while let Some(chunk) = in_time(field.chunk()).await? {
        table
            .write_all(&chunk)
            .map_err(|fault| Problem::internal(&fault))?;
    }
    table.rewind().map_err(|fault| Problem::internal(&fault))?;
    Ok(table)
}

async fn short(name: &str, mut field: Field<'_>) -> Result<String, Problem> {
    let mut text = vec![];
    while let Some(chunk) = in_time(field.chunk()).await? {
        text.extend_from_slice(&chunk);
        if text.len() > FIELD_BYTES {
            return Err(Problem::new(
                "bad_form",
                format!("field `{name}` has more than {FIELD_BYTES} bytes"),
            ));
        }
    }
    String::from_utf8(text)
        .map_err(|_| Problem::new("bad_form", format!("field `{name}` is not UTF-8")))
}

impl Upload {
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first of that name, if it is not empty.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.all(name)
            .next()
            .filter(|value| !value.trim().is_empty())
    }

    fn filter(&self) -> Result<FilterColumns, Problem> {
        let column = |name| self.one(name).map(ToOwned::to_owned);
        let kinds = self
            .one("type")
            .map(kind)
            .transpose()?
            .into_iter()
            .collect();
        Ok(FilterColumns {
            postcode: column("postcode"),
            citycode: column("citycode"),
            kinds,
        })
    }

    fn results(
        &self,
        all: impl FnOnce() -> Vec<ResultColumn>,
    ) -> Result<Vec<ResultColumn>, Problem> {
        let wanted = self.all("result_columns").map(|name| name.trim().parse());
        let wanted: Result<Vec<ResultColumn>, String> = wanted.collect();
        let wanted = wanted.map_err(|fault| Problem::new("unknown_column", fault))?;
        if (1..wanted.len()).any(|at| wanted[..at].contains(&wanted[at])) {
            return Err(Problem::new(
                "bad_parameter",
                "a column of `result_columns` is named twice",
            ));
        }
        Ok(if wanted.is_empty() { all() } else { wanted })
    }

    fn zones(&self) -> Result<Option<AskedZones>, Problem> {
        let choice = zones(self.one("zones"), self.one("vintage"), self.one("on"))?;
        Ok(choice.map(|choice| AskedZones {
            vintages: Vintages::One(choice),
            prefix: "result_qpv_",
        }))
    }

    pub(crate) fn options(&self) -> Result<CsvOptions, Problem> {
        let encoding = self.one("encoding").map(str::parse).transpose();
        let delimiter = self
            .all("delimiter")
            .next()
            .filter(|text| !text.is_empty())
            .map(|text| match text.as_bytes() {
                b"\\t" => Ok(b'\t'),
                &[byte] if byte == b'\t' || byte.is_ascii_punctuation() && byte != b'"' => Ok(byte),
                _ => Err(Problem::new(
                    "bad_parameter",
                    format!("`delimiter` must be one character, not `{text}`"),
                )),
            });
        Ok(CsvOptions {
            encoding: encoding
                .map_err(|fault: String| Problem::new("bad_parameter", fault))?
                .unwrap_or_default(),
            delimiter: delimiter.transpose()?,
            replaces: true,
            with_mark: self.one("with_bom").is_some_and(yes),
        })
    }

    /// The table with the answers to it. Stops when the client has gone away.
    async fn answer<J: Job + Send + 'static>(self, app: &App, job: J) -> Result<Response, Problem> {
        let options = self.options()?;
        let snapshot = app.service.snapshot();
        let stopped = Stopped::default();
        let mut answers = Answers::new(app, &stopped);
        let done = app.heavy(move || {
            let summary = batch::csv(
                &snapshot,
                &job,
                options,
                self.table,
                &mut answers,
                &mut |_| (),
            )?;
            Ok((answers.finished()?, summary))
        });
        let done = done.await.map_err(busy)?;
        let (table, summary) = done.map_err(|fault: batch::Error| problem(&fault))?;
        respond(table, &csv_kind(&summary), "geocoded", &self.file_name)
    }
}

/// What the clients of the national address API know as a busy server.
fn busy(problem: Problem) -> Problem {
    match problem.code {
        "overloaded" => Problem::new(
            "too_many_requests",
            "every worker is busy with other tables",
        ),
        _ => problem,
    }
}

/// Tells the work when nobody waits for it any more.
#[derive(Default)]
pub(crate) struct Stopped(Arc<AtomicBool>);

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Stopped {
    /// What the work looks at.
    pub(crate) fn watched(&self) -> Watched {
        Watched(self.0.clone())
    }
}

/// Whether somebody still waits for the work.
#[derive(Clone)]
pub(crate) struct Watched(Arc<AtomicBool>);

impl Watched {
    /// Fails once nobody does.
    pub(crate) fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Relaxed) {
            return Err(io::Error::new(
                io::ErrorKind::ConnectionAborted,
                "the client went away",
            ));
        }
        Ok(())
    }
}

/// Answers being written.
pub(crate) struct Answers {
    table: SpooledTempFile,
    /// Bytes that it may still take.
    room: u64,
    watched: Watched,
}

impl Answers {
    pub(crate) fn new(app: &App, stopped: &Stopped) -> Self {
        let room = MOST_TIMES * app.limits.table_bytes as u64;
        Self {
            table: SpooledTempFile::new(IN_MEMORY),
            room,
            watched: stopped.watched(),
        }
    }

    /// What was written, from its beginning.
    pub(crate) fn finished(mut self) -> Result<SpooledTempFile, batch::Error> {
        self.table.rewind().map_err(batch::Error::Write)?;
        Ok(self.table)
    }
}

/// A spreadsheet is written back and forth.
impl Seek for Answers {
    fn seek(&mut self, position: io::SeekFrom) -> io::Result<u64> {
        self.table.seek(position)
    }
}

impl Write for Answers {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.watched.check()?;
        self.room = self
            .room
            .checked_sub(bytes.len() as u64)
            .ok_or(io::ErrorKind::FileTooLarge)?;
        self.table.write_all(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.table.flush()
    }
}

pub(crate) fn problem(fault: &batch::Error) -> Problem {
    let said = |code| Problem::with_message(code, fault.to_string(), table_fault(fault));
    match fault {
        batch::Error::Columns(
            ColumnsError::NoNames | ColumnsError::StrayQuote | ColumnsError::TooMany { .. },
        ) => said("bad_table"),
        batch::Error::Columns(_) => said("unknown_column"),
        batch::Error::Write(fault) if fault.kind() == io::ErrorKind::FileTooLarge => Problem::new(
            "body_too_large",
            "the answers are over the limit of this server: split the table",
        ),
        batch::Error::Addresses(fault) => fault.clone().into(),
        batch::Error::Query(fault) => fault.clone().into(),
        batch::Error::LineTooLong { .. } => said("bad_table"),
        fault if fault.is_usage() => said("bad_table"),
        fault => Problem::internal(fault),
    }
}

fn csv_kind(summary: &Summary) -> String {
    format!("text/csv; charset={}", summary.encoding.unwrap_or("utf-8"))
}

/// The answers as a file.
pub(crate) fn respond(
    mut table: SpooledTempFile,
    kind: &str,
    prefix: &str,
    file_name: &str,
) -> Result<Response, Problem> {
    let bytes = length(&mut table)?;
    let mut response = streamed(table, bytes, kind);
    let name = HeaderValue::try_from(format!(
        "attachment; filename=\"{}\"",
        named(prefix, file_name)
    ));
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        name.expect("digits and ASCII letters"),
    );
    Ok(response)
}

/// Bytes of a file, which is left at its beginning.
pub(crate) fn length(file: &mut SpooledTempFile) -> Result<u64, Problem> {
    let bytes = file
        .seek(io::SeekFrom::End(0))
        .and_then(|bytes| file.rewind().map(|()| bytes));
    bytes.map_err(|fault| Problem::internal(&fault))
}

/// The name of a file of answers.
pub(crate) fn named(prefix: &str, file_name: &str) -> String {
    let plain = |character: char| {
        if character.is_ascii_alphanumeric() || "._-".contains(character) {
            character
        } else {
            '_'
        }
    };
    let name: String = file_name.chars().map(plain).collect();
    if name.is_empty() {
        format!("{prefix}.csv")
    } else {
        format!("{prefix}-{name}")
    }
}

/// An answer of that many bytes, a little at a time.
pub(crate) fn streamed(content: impl Read + Send + 'static, bytes: u64, kind: &str) -> Response {
    let chunks = futures_util::stream::unfold(content, async |mut content| {
        let mut chunk = vec![0; CHUNK];
        match content.read(&mut chunk) {
            Ok(0) => None,
            Ok(read) => {
                chunk.truncate(read);
                Some((Ok(Bytes::from(chunk)), content))
            }
            Err(fault) => Some((Err(fault), content)),
        }
    });
    // What compresses it asks once more after its end.
    let mut response = Response::new(Body::from_stream(chunks.fuse()));
    let headers = response.headers_mut();
    let kind = HeaderValue::try_from(kind).expect("kinds of content are ASCII");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_LENGTH, bytes.into());
    response
}
