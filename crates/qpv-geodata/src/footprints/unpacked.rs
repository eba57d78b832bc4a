//! Packed files, unpacked as they are read: gzips, and the one layer of a zip.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::path::Path;

use qpv_delimited::{FileFormat, SNIFFED_BYTES};
use qpv_model::FootprintKind;
use zip::ZipArchive;

use super::{chosen_layer, stem};
use crate::error::Error;
use crate::readers::ReadLimits;
use crate::readers::geopackage::OpenGeoPackage;

/// Bytes copied at once.
const CHUNK_BYTES: usize = 1 << 17;

/// A source that may not give more than so many times its packed bytes.
pub(super) struct RatioLimited<R> {
    source: R,
    left: u64,
}

impl<R: Read> RatioLimited<R> {
    /// Limits what so many packed bytes give.
    pub(super) fn new(source: R, packed_bytes: u64, limits: &ReadLimits) -> Self {
        let left = packed_bytes
            .saturating_mul(limits.max_ratio)
            .max(ReadLimits::RATIO_FROM_BYTES);
        Self { source, left }
    }
}

impl<R: Read> Read for RatioLimited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Counted as they come out: what a header says of the size may be wrong.
        let read = self.source.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::from(ErrorKind::FileTooLarge))?;
        Ok(read)
    }
}

/// Returns a conversion of a failed read: the limit passed, or the fault of the source.
pub(super) fn faults<F: Fn(io::Error) -> Error>(
    file: &str,
    limits: &ReadLimits,
    of_source: F,
) -> impl Fn(io::Error) -> Error + use<F> {
    let (file, ratio) = (file.to_owned(), limits.max_ratio);
    move |error| match error.kind() {
        ErrorKind::FileTooLarge => Error::OverLimit {
            file: file.clone(),
            fault: format!("it unpacks to more than {ratio} times its size"),
        },
        _ => of_source(error),
    }
}

/// Opens a packed GeoPackage through a private copy: a database can only be opened as a file.
pub(super) fn spilled(
    file: &str,
    mut source: impl Read,
    fault: impl Fn(io::Error) -> Error,
) -> Result<OpenGeoPackage, Error> {
    let folder = tempfile::tempdir().map_err(Error::io(std::env::temp_dir()))?;
    let copy = folder.path().join("copy.gpkg");
    let mut target = File::create(&copy).map_err(Error::write(&copy))?;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = match source.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(fault(error)),
        };
        target
            .write_all(&chunk[..read])
            .map_err(Error::write(&copy))?;
    }
    drop(target);
    OpenGeoPackage::open_kept(file, &copy, folder)
}

/// A zip with a layer that can be read as it is unpacked.
pub(super) struct ZippedLayer {
    archive: ZipArchive<BufReader<File>>,
    index: usize,
    /// The zip and the entry.
    pub(super) file: String,
    pub(super) format: FileFormat,
}

impl ZippedLayer {
    /// Finds the GeoJSON or the GeoPackage of a zip that holds what is asked for; `None` where the zip holds other layers, or it
    /// is not clear which is meant.
    pub(super) fn find(
        path: &Path,
        file: &str,
        kind: FootprintKind,
    ) -> Result<Option<Self>, Error> {
        let opened = BufReader::new(File::open(path).map_err(Error::io(path))?);
        // A damaged archive is told by the reader of archives.
        let Ok(mut archive) = ZipArchive::new(opened) else {
            return Ok(None);
        };
        let (mut entries, mut stems) = (Vec::new(), Vec::new());
        for (index, name) in archive.file_names().enumerate() {
            let Ok(name) = name.map(String::from) else {
                return Ok(None);
            };
            let extension = Path::new(&name).extension().unwrap_or_default();
            match extension.to_string_lossy().to_ascii_lowercase().as_str() {
                // A shapefile is several entries, and so is a database that is being edited.
                "shp" | "gpkg-wal" => return Ok(None),
                "json" | "geojson" | "gpkg" if !name.contains("__MACOSX/") => {
                    stems.push(stem(&crate::readers::file_name(Path::new(&name))));
                    entries.push((index, name));
                }
                _ => {}
            }
        }
        // The State's cadastre has a layer a file: that of parcels is found among them by its name.
        let names: Vec<&str> = stems.iter().map(String::as_str).collect();
        let Some((index, name)) = chosen_layer(file, kind, &names)
            .ok()
            .and_then(|chosen| entries.get(chosen))
        else {
            return Ok(None);
        };
        let mut head = Vec::new();
        let Ok(entry) = archive.by_index(*index) else {
            return Ok(None);
        };
        if entry
            .take(SNIFFED_BYTES as u64)
            .read_to_end(&mut head)
            .is_err()
        {
            return Ok(None);
        }
        Ok(Some(Self {
            format: FileFormat::sniff(&head),
            index: *index,
            file: format!("{file}/{name}"),
            archive,
        }))
    }

    /// Calls `read` with the layer as it is unpacked, and with the conversion of a failed read.
    pub(super) fn read<T>(
        &mut self,
        limits: &ReadLimits,
        read: impl FnOnce(&mut dyn Read, &dyn Fn(io::Error) -> Error) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let entry = self
            .archive
            .by_index(self.index)
            .map_err(|error| damaged(&self.file, &error))?;
        let packed = entry.compressed_size();
        let mut limited = RatioLimited::new(entry, packed, limits);
        let fault = faults(&self.file, limits, |error| damaged(&self.file, &error));
        read(&mut limited, &fault)
    }
}

fn damaged(file: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Unreadable {
        file: file.to_owned(),
        feature: None,
        fault: format!("damaged archive ({error})"),
    }
}
