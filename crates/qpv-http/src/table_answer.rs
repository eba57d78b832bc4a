//! Tables of answers: spooled to memory or disk while they are written, then streamed to the client.

use std::io::{self, Read, Seek, Write};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::StreamExt;
use qpv_batch::BatchError;
use tempfile::SpooledTempFile;

use crate::client_presence::{ClientGuard, ClientWatch};
use crate::limits::Limits;
use crate::problem::{Problem, batch_problem};

/// Bytes of a table kept in memory; a larger one goes to an unlinked file.
pub(crate) const MAX_TABLE_IN_MEMORY_BYTES: usize = 1 << 20;
/// Largest answer as a multiple of the largest table: columns of answers make short rows several times longer.
const MAX_ANSWER_TABLES: u64 = 16;
/// Bytes of an answer read at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// A file of answers being written. It fails once the client has gone or the file is too large.
pub(crate) struct AnswerFile {
    table: SpooledTempFile,
    /// Bytes that it may still take.
    room_bytes: u64,
    client: ClientWatch,
}

impl AnswerFile {
    /// Creates an empty file.
    pub(crate) fn new(limits: &Limits, client: &ClientGuard) -> Self {
        Self {
            table: SpooledTempFile::new(MAX_TABLE_IN_MEMORY_BYTES),
            room_bytes: MAX_ANSWER_TABLES * limits.table_bytes as u64,
            client: client.watch(),
        }
    }

    /// Returns the file, to be read from its beginning.
    ///
    /// # Errors
    /// When the file cannot be rewound.
    pub(crate) fn into_table(mut self) -> Result<SpooledTempFile, BatchError> {
        self.table.rewind().map_err(BatchError::Write)?;
        Ok(self.table)
    }
}

/// A spreadsheet is not written from its beginning to its end: its directory comes last.
impl Seek for AnswerFile {
    fn seek(&mut self, position: io::SeekFrom) -> io::Result<u64> {
        self.table.seek(position)
    }
}

impl Write for AnswerFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The only check where the progress is not followed, as in `/search/csv`.
        self.client.check()?;
        self.room_bytes = self
            .room_bytes
            .checked_sub(bytes.len() as u64)
            .ok_or(io::ErrorKind::FileTooLarge)?;
        self.table.write_all(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.table.flush()
    }
}

/// Returns the problem for an error of a list whose answers go to an [`AnswerFile`].
pub(crate) fn list_problem(error: &BatchError) -> Problem {
    match error {
        BatchError::Write(fault)
            if matches!(
                fault.kind(),
                io::ErrorKind::NotFound
                    | io::ErrorKind::PermissionDenied
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::ReadOnlyFilesystem
                    | io::ErrorKind::StorageFull
            ) =>
        {
            Problem::temporary_file("writing the answers to a list", fault)
        }
        error => batch_problem(error),
    }
}

/// Answers with a table, as a file of this name.
pub(crate) fn table_response(
    mut table: SpooledTempFile,
    media_type: &str,
    file_name: &str,
) -> Result<Response, Problem> {
    let bytes = file_bytes(&mut table)?;
    let mut response = streamed(table, bytes, media_type);
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{file_name}\""));
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        disposition.expect("names of answers are ASCII"),
    );
    Ok(response)
}

/// Returns the bytes of a file, which is left at its beginning.
pub(crate) fn file_bytes(file: &mut SpooledTempFile) -> Result<u64, Problem> {
    file.seek(io::SeekFrom::End(0))
        .and_then(|bytes| file.rewind().map(|()| bytes))
        .map_err(|fault| Problem::internal(&fault))
}

/// Returns the name of a file of answers, after that of the client's file. Only plain ASCII is kept: the name goes into
/// a header.
pub(crate) fn answer_name(prefix: &str, file_name: &str) -> String {
    let plain_name: String = file_name
        .chars()
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => character,
            _ => '_',
        })
        .collect();
    if plain_name.is_empty() {
        format!("{prefix}.csv")
    } else {
        format!("{prefix}-{plain_name}")
    }
}

/// Answers with a content of that many bytes, a chunk at a time.
pub(crate) fn streamed(
    content: impl Read + Send + 'static,
    bytes: u64,
    media_type: &str,
) -> Response {
    let chunks = futures_util::stream::unfold(content, async |mut content| {
        let mut chunk = vec![0; CHUNK_BYTES];
        match content.read(&mut chunk) {
            Ok(0) => None,
            Ok(read) => {
                chunk.truncate(read);
                Some((Ok(Bytes::from(chunk)), content))
            }
            Err(fault) => Some((Err(fault), content)),
        }
    });
    // The compression layer polls once more after the end, which `unfold` would answer with a panic.
    let mut response = Response::new(Body::from_stream(chunks.fuse()));
    let headers = response.headers_mut();
    let media_type = HeaderValue::try_from(media_type).expect("media types are ASCII");
    headers.insert(header::CONTENT_TYPE, media_type);
    // A browser shows how far a download is by it.
    headers.insert(header::CONTENT_LENGTH, bytes.into());
    response
}
