//! An answer of several parts, as a browser reads it with `Response.formData()`.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Cursor, Read};

use axum::response::Response;

use crate::addresses::tables::streamed;

/// A part.
pub(super) struct Part {
    pub(super) name: &'static str,
    /// Of a part that is a file.
    pub(super) file_name: Option<String>,
    pub(super) kind: String,
    pub(super) bytes: u64,
    pub(super) content: Box<dyn Read + Send>,
}

/// The parts, one after the other, a little at a time.
pub(super) fn answer(parts: Vec<Part>) -> Response {
    let boundary = boundary();
    let mut content: Box<dyn Read + Send> = Box::new(std::io::empty());
    let mut bytes = 0;
    for part in parts {
        let file = part
            .file_name
            .map_or_else(String::new, |name| format!("; filename=\"{name}\""));
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"{file}\r\nContent-Type: {}\r\n\r\n",
            part.name, part.kind
        );
        bytes += head.len() as u64 + part.bytes + END.len() as u64;
        content = Box::new(
            content
                .chain(Cursor::new(head))
                .chain(part.content)
                .chain(END),
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

const END: &[u8] = b"\r\n";

/// What stands between the parts and, being random, in none of them.
fn boundary() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("qpv-{:016x}{:016x}", random(), random())
}
