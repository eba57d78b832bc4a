//! Forms (`multipart/form-data`) that hold a table.
//!
//! The table is kept in memory, or in an unlinked temporary file when it is large, until its answers are all there: a
//! fault anywhere is a problem, never a table cut short. Nothing of it is kept afterwards.

use std::io::{self, Seek, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use futures_util::StreamExt;
use qpv_batch::DelimitedOptions;
use qpv_service::ErrorCode;
use tempfile::SpooledTempFile;

use crate::connections::SlowBody;
use crate::extract::is_yes;
use crate::problem::{Problem, TABLE_TOO_LARGE};
use crate::state::App;
use crate::table_answer::MAX_TABLE_IN_MEMORY_BYTES;

/// Bytes of a field other than the table: names of columns and options are far shorter.
const MAX_FIELD_BYTES: usize = 4 << 10;
/// The field with the corrections of rows, and its bytes: tens of thousands of rows.
const CORRECTIONS: &str = "corrections";
const MAX_CORRECTION_BYTES: usize = 8 << 20;
/// Bytes between two fields: the boundary and the name of the next one. The parser keeps them in memory, and reads them
/// again at each packet.
const MAX_BYTES_BETWEEN_FIELDS: usize = 256 << 10;
/// Fields other than the table, so that a form cannot fill the memory with empty ones.
const MAX_FIELDS: usize = 256;

/// A form with a table in it.
pub(crate) struct TableUpload {
    pub(crate) table: SpooledTempFile,
    /// The name of the table's file, as the client gave it.
    pub(crate) file_name: String,
    fields: Vec<(String, String)>,
}

impl FromRequest<App> for TableUpload {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        Self::receive(request, app, |_, _| Ok(())).await
    }
}

impl TableUpload {
    /// Receives a form. `on_field` gets every field but the table as soon as it is there, hence those before the table
    /// while it is still to come.
    ///
    /// # Errors
    /// When the form is malformed or too large, too many are being received, or `on_field` fails.
    pub(crate) async fn receive(
        request: Request,
        app: &App,
        mut on_field: impl FnMut(&str, &str) -> Result<(), Problem> + Send,
    ) -> Result<Self, Problem> {
        // Not waited for: a queue would only move the wait, with a connection held open.
        let _permit = app.uploads.try_acquire().map_err(|_| {
            Problem::new(
                ErrorCode::TooManyRequests,
                "too many tables are being received; try again in a moment",
            )
        })?;
        let unread = Arc::new(AtomicUsize::new(0));
        let mut form = Multipart::from_request(counted(request, &unread), app)
            .await
            .map_err(|fault| bad_form(fault.body_text()))?;
        let mut table = None;
        let mut fields = vec![];
        while let Some(field) = form
            .next_field()
            .await
            .map_err(|fault| form_problem(&fault))?
        {
            unread.store(0, Ordering::Relaxed);
            let name = field.name().unwrap_or_default().to_owned();
            if name == "data" && table.is_none() {
                let file_name = field.file_name().unwrap_or_default().to_owned();
                table = Some((spooled(field, &unread).await?, file_name));
            } else if name == CORRECTIONS && fields.iter().any(|(known, _)| *known == name) {
                return Err(bad_form(format!("field `{CORRECTIONS}` comes twice")));
            } else if fields.len() < MAX_FIELDS {
                let value = field_text(&name, field, &unread).await?;
                on_field(&name, &value)?;
                fields.push((name, value));
            } else {
                return Err(bad_form(format!("more than {MAX_FIELDS} fields")));
            }
        }
        let Some((table, file_name)) = table else {
            return Err(bad_form("there is no field `data` with the table in it"));
        };
        Ok(Self {
            table,
            file_name,
            fields,
        })
    }

    /// Returns the values of all fields of a name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the value of the first field of a name, if it is not blank.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.all(name)
            .next()
            .filter(|value| !value.trim().is_empty())
    }

    /// Reads the options of delimited text.
    ///
    /// # Errors
    /// When the encoding or the delimiter is not one.
    pub(crate) fn csv_options(&self) -> Result<DelimitedOptions, Problem> {
        let encoding = self
            .one("encoding")
            .map(|text| {
                text.parse()
                    .map_err(|fault: String| Problem::bad_parameter(fault))
            })
            .transpose()?;
        // Not `one`: a tab is blank, and a delimiter.
        let delimiter = self
            .all("delimiter")
            .next()
            .filter(|text| !text.is_empty())
            .map(parse_delimiter)
            .transpose()?;
        Ok(DelimitedOptions {
            encoding: encoding.unwrap_or_default(),
            delimiter,
            // As the national address API does; lists of people set it to false.
            replaces: true,
            with_mark: self.one("with_bom").is_some_and(is_yes),
            with_numbers: false,
        })
    }
}

fn parse_delimiter(text: &str) -> Result<u8, Problem> {
    match text.as_bytes() {
        // In a form, a tab is typed as an escape.
        b"\\t" => Ok(b'\t'),
        // Letters and digits stand in fields, and quotes around them.
        &[byte] if byte == b'\t' || byte.is_ascii_punctuation() && byte != b'"' => Ok(byte),
        _ => Err(Problem::bad_parameter(format!(
            "`delimiter` must be one character, not `{text}`"
        ))),
    }
}

fn bad_form(detail: impl Into<String>) -> Problem {
    Problem::new(ErrorCode::BadForm, detail)
}

/// Returns the problem of a form that does not arrive.
fn form_problem(fault: &MultipartError) -> Problem {
    if SlowBody::caused(fault) {
        return Problem::new(ErrorCode::BodyTooSlow, SlowBody.to_string());
    }
    let mut causes =
        std::iter::successors(Some(fault as &(dyn std::error::Error + 'static)), |fault| {
            fault.source()
        });
    if causes.any(<dyn std::error::Error>::is::<LongHead>) {
        return bad_form(LongHead.to_string());
    }
    match fault.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(ErrorCode::BodyTooLarge, TABLE_TOO_LARGE),
        _ => Problem::cut_body(ErrorCode::BadForm, fault.body_text()),
    }
}

/// The bytes between two fields are too many.
#[derive(Debug, thiserror::Error)]
#[error(
    "more than {MAX_BYTES_BETWEEN_FIELDS} bytes before a field begins: is the boundary that of the header?"
)]
struct LongHead;

/// Returns a request whose body fails with [`LongHead`] when it has too many bytes that no field takes: `unread` counts them,
/// and is set to 0 by whoever takes some.
fn counted(request: Request, unread: &Arc<AtomicUsize>) -> Request {
    let unread = unread.clone();
    request.map(|body| {
        let frames = body.into_data_stream().map(move |frame| {
            let frame = frame?;
            let before = unread.fetch_add(frame.len(), Ordering::Relaxed);
            if before > MAX_BYTES_BETWEEN_FIELDS {
                return Err(axum::Error::new(LongHead));
            }
            Ok(frame)
        });
        Body::from_stream(frames)
    })
}

/// Receives a table into memory, or into an unlinked file.
async fn spooled(mut field: Field<'_>, unread: &AtomicUsize) -> Result<SpooledTempFile, Problem> {
    let mut table = SpooledTempFile::new(MAX_TABLE_IN_MEMORY_BYTES);
    while let Some(chunk) = field.chunk().await.map_err(|fault| form_problem(&fault))? {
        unread.store(0, Ordering::Relaxed);
        table.write_all(&chunk).map_err(|fault| unkept(&fault))?;
    }
    table.rewind().map_err(|fault| unkept(&fault))?;
    Ok(table)
}

fn unkept(fault: &io::Error) -> Problem {
    Problem::temporary_file("receiving a list", fault)
}

/// Receives a field that is not the table.
async fn field_text(
    name: &str,
    mut field: Field<'_>,
    unread: &AtomicUsize,
) -> Result<String, Problem> {
    let mut text = vec![];
    while let Some(chunk) = field.chunk().await.map_err(|fault| form_problem(&fault))? {
        unread.store(0, Ordering::Relaxed);
        text.extend_from_slice(&chunk);
        let limit = if name == CORRECTIONS {
            MAX_CORRECTION_BYTES
        } else {
            MAX_FIELD_BYTES
        };
        if text.len() > limit {
            return Err(bad_form(format!(
                "field `{name}` has more than {limit} bytes"
            )));
        }
    }
    String::from_utf8(text).map_err(|_| bad_form(format!("field `{name}` is not UTF-8")))
}
