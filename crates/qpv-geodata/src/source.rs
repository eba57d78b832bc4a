//! The bytes of a file, decompressed when it is gzipped.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use qpv_delimited::{FileFormat, ReadError};

use crate::error::Error;

/// Bytes read at once from a gzipped file.
const PACKED_CHUNK: usize = 1 << 17;

/// Bytes from which a table is recognised: room for the widest header and some rows.
const HEAD_BYTES: u64 = 1 << 16;

/// A file being read.
pub(crate) enum ByteSource {
    Plain(File),
    /// One or several members: parallel packers write several, and joining files gives several.
    Gzip(Box<MultiGzDecoder<BufReader<File>>>),
    /// Embedded in the program.
    Embedded(&'static [u8]),
}

/// Opens a file; its first two bytes show if it is gzipped.
///
/// # Errors
/// [`Error::Io`].
pub(crate) fn open(path: &Path) -> Result<ByteSource, Error> {
    let mut file = File::open(path).map_err(Error::io(path))?;
    let mut magic = Vec::new();
    file.by_ref()
        .take(2)
        .read_to_end(&mut magic)
        .and_then(|_| file.rewind())
        .map_err(Error::io(path))?;
    Ok(match magic.as_slice() {
        // The magic number of gzip; producers rename compressed files.
        [0x1f, 0x8b] => ByteSource::Gzip(Box::new(MultiGzDecoder::new(BufReader::with_capacity(
            PACKED_CHUNK,
            file,
        )))),
        _ => ByteSource::Plain(file),
    })
}

impl ByteSource {
    /// Returns a conversion of a failed read of this file: damage when it is gzipped, an endless line when it is text, the
    /// system's error otherwise.
    pub(crate) fn faults<E: Into<ReadError>>(&self, path: &Path) -> impl Fn(E) -> Error + use<E> {
        let (packed, path) = (matches!(self, Self::Gzip(_)), path.to_owned());
        move |error| match error.into() {
            ReadError::Input(error) => input_fault(&path, packed, error),
            error @ ReadError::LineTooLong { .. } => unreadable(&path, error.to_string()),
        }
    }

    /// Returns the first bytes of the text, enough to recognise its format, delimiter and columns.
    pub(crate) fn head(self, path: &Path) -> Result<Vec<u8>, Error> {
        let fault = self.faults::<io::Error>(path);
        let mut head = Vec::new();
        self.take(HEAD_BYTES)
            .read_to_end(&mut head)
            .map_err(fault)?;
        Ok(head)
    }
}

fn input_fault(path: &Path, packed: bool, error: io::Error) -> Error {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    match error.kind() {
        // A cut download decompresses to valid rows up to the cut: it must not pass for a shorter
        // file.
        UnexpectedEof if packed => {
            unreadable(path, "the gzip is cut: its end is missing".to_owned())
        }
        InvalidData | InvalidInput if packed => {
            unreadable(path, format!("the gzip is damaged ({error})"))
        }
        _ => Error::Io {
            path: path.to_owned(),
            source: error,
        },
    }
}

/// Returns why a file that begins with `head` is no table of text, as a sentence; `None` when it can be one.
pub(crate) fn refusal_as_text(head: &[u8]) -> Option<String> {
    match FileFormat::sniff(head) {
        // The first layer was unpacked already.
        FileFormat::Gzip => Some("it is gzipped twice: unpack it once".to_owned()),
        format => format
            .refusal_as_text()
            .map(|refusal| format!("it is {refusal}")),
    }
}

fn unreadable(path: &Path, fault: String) -> Error {
    Error::Unreadable {
        file: path.display().to_string(),
        feature: None,
        fault,
    }
}

impl Read for ByteSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(buffer),
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Embedded(content) => content.read(buffer),
        }
    }
}
