//! A `multipart/form-data` answer, as a browser reads it with `Response.formData()`.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Cursor, Read};

use axum::response::Response;

use crate::table_answer::streamed;

/// One part of the answer.
pub(super) struct FormPart {
    pub(super) name: &'static str,
    /// The file name, for a part that is a file.
    pub(super) file_name: Option<String>,
    pub(super) media_type: String,
    pub(super) bytes: u64,
    pub(super) content: Box<dyn Read + Send>,
}

impl FormPart {
    /// Creates a part from a text in memory.
    pub(super) fn text(name: &'static str, media_type: &str, text: Vec<u8>) -> Self {
        Self {
            name,
            file_name: None,
            media_type: media_type.to_owned(),
            bytes: text.len() as u64,
            content: Box::new(Cursor::new(text)),
        }
    }
}

const LINE_END: &[u8] = b"\r\n";

/// Answers with the parts, one after the other, a chunk at a time.
pub(super) fn form_response(parts: Vec<FormPart>) -> Response {
    let boundary = random_boundary();
    let mut content: Box<dyn Read + Send> = Box::new(std::io::empty());
    let mut bytes = 0;
    for part in parts {
        let file = part
            .file_name
            .map_or_else(String::new, |name| format!("; filename=\"{name}\""));
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"{file}\r\nContent-Type: {}\r\n\r\n",
            part.name, part.media_type
        );
        // Counted in advance, so that the answer can state its length.
        bytes += head.len() as u64 + part.bytes + LINE_END.len() as u64;
        content = Box::new(
            content
                .chain(Cursor::new(head))
                .chain(part.content)
                .chain(LINE_END),
        );
    }
    let last = format!("--{boundary}--\r\n");
    bytes += last.len() as u64;
    streamed(
        content.chain(Cursor::new(last)),
        bytes,
        &format!("multipart/form-data; boundary={boundary}"),
    )
}

/// Returns a line that no part contains: 128 random bits are not met by chance.
fn random_boundary() -> String {
    format!("qpv-{:016x}{:016x}", random_bits(), random_bits())
}

/// Returns random bits from the standard library's hasher, which is seeded by the system.
fn random_bits() -> u64 {
    RandomState::new().build_hasher().finish()
}
