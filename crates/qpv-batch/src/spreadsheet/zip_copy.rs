//! The zip of a book that is given back: parts that nobody changes are copied as they are compressed.

use std::io::{BufReader, Read, Seek, SeekFrom, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::shared_input::SharedInput;
use crate::error::BatchError;

/// The zip of a book.
pub(super) type BookArchive<R> = ZipArchive<BufReader<SharedInput<R>>>;

/// Opens the zip of a book; `format` names it in errors.
///
/// # Errors
/// [`BatchError::NotSheet`]; [`BatchError::BookLimit`] when its entries share their bytes: copied one by one, a small file of
/// many would fill a disk.
pub(super) fn open_copied<R: Read + Seek>(
    format: &'static str,
    input: SharedInput<R>,
) -> Result<BookArchive<R>, BatchError> {
    let mut input = BufReader::new(input);
    let file_bytes = input.seek(SeekFrom::End(0)).map_err(BatchError::Read)?;
    input.rewind().map_err(BatchError::Read)?;
    let mut archive = ZipArchive::new(input).map_err(|fault| unread(format, &fault))?;
    let mut entry_bytes = 0u64;
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place);
        let entry = entry.map_err(|fault| unread(format, &fault))?;
        entry_bytes = entry_bytes.saturating_add(entry.compressed_size());
    }
    if entry_bytes > file_bytes {
        return Err(BatchError::BookLimit {
            part: "the zip".to_owned(),
            fault: "entries that are larger together than the file".to_owned(),
        });
    }
    Ok(archive)
}

/// Copies the part at a place as it is compressed: what nobody changes stays the same byte for byte.
pub(super) fn copy_part<R: Read + Seek>(
    format: &'static str,
    archive: &mut ZipArchive<R>,
    place: usize,
    zip: &mut ZipWriter<impl Write + Seek>,
) -> Result<(), BatchError> {
    let entry = archive.by_index_raw(place);
    let entry = entry.map_err(|fault| unread(format, &fault))?;
    zip.raw_copy_file(entry).map_err(unwritten)
}

/// Begins the copy of a part under its name and its date, so that two runs give the same bytes.
pub(super) fn start_copy<R: Read + Seek>(
    format: &'static str,
    archive: &mut ZipArchive<R>,
    place: usize,
    zip: &mut ZipWriter<impl Write + Seek>,
) -> Result<(), BatchError> {
    let entry = archive.by_index_raw(place);
    let entry = entry.map_err(|fault| unread(format, &fault))?;
    // The time of the run would make each output another.
    let options = part_options().last_modified_time(entry.last_modified().unwrap_or_default());
    let name = entry.name().map_err(|fault| unread(format, &fault))?;
    let name = name.to_string();
    zip.start_file(name, options).map_err(unwritten)
}

/// The options of a part that is written anew.
pub(super) fn part_options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
}

pub(super) fn unread(format: &'static str, fault: &ZipError) -> BatchError {
    BatchError::NotSheet(format, fault.to_string())
}

pub(super) fn unwritten(fault: ZipError) -> BatchError {
    match fault {
        ZipError::Io(fault) => BatchError::Write(fault),
        fault => BatchError::Sheet(fault.to_string()),
    }
}
