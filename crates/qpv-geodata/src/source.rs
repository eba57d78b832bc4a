//! The bytes of a file, decompressed when it is gzipped.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::error::Error;

/// Bytes read at once from a gzipped file.
const PACKED_CHUNK: usize = 1 << 17;

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
    /// Returns a conversion of a failed read of this file: damage when it is gzipped, the system's error otherwise.
    pub(crate) fn faults(&self, path: &Path) -> impl Fn(io::Error) -> Error + use<> {
        use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        let (packed, path) = (matches!(self, Self::Gzip(_)), path.to_owned());
        move |error| match error.kind() {
            // A cut download decompresses to valid rows up to the cut: it must not pass for a
            // shorter file.
            UnexpectedEof if packed => {
                unreadable(&path, "the gzip is cut: its end is missing".to_owned())
            }
            InvalidData | InvalidInput if packed => {
                unreadable(&path, format!("the gzip is damaged ({error})"))
            }
            _ => Error::Io {
                path: path.clone(),
                source: error,
            },
        }
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
