//! Readers of files of addresses as they are published: the export of the *Base Adresse Nationale* (BAN), a *Base Adresse
//! Locale* (BAL 1.1 to 1.5) and BANO, plain or gzipped.
//!
//! Owns the three formats, which are recognised by content, never by name. Files are streamed: memory does not grow with
//! them.
//!
//! Promises: every row is accounted for. It becomes an [`Address`], or it is counted as malformed with its line and its
//! fault, as a place published without position, or as blank. A row is never repaired silently, and a file that is not
//! a file of addresses is one error, not a long list of faults. Out of scope: deciding if two rows are one address (a BAL
//! has a row for each position surveyed; the index joins them), and filling in the postcodes that BAL does not publish.
//! Positions outside the known territories are refused.
//!
//! All formats are normalised in the same way: blanks around values are removed, suffixes are in lower case (`BIS`, `Bis`
//! and `bis` are published for the same; BAN writes `bis`), a line break within a value becomes a blank.

mod bal;
mod ban;
mod bano;
mod columns;
mod format;
mod header;
mod layout;
mod recognition;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use qpv_delimited::{ReadError, RecordReader, StringRecord, TextHeader};
use qpv_model::Address;
use serde::{Deserialize, Serialize};

use crate::addresses::columns::{RejectedRow, RowNotes};
use crate::addresses::layout::FileLayout;
use crate::addresses::recognition::recognise;
use crate::error::Error;
use crate::source::{self, ByteSource};

pub use columns::located;
pub(crate) use columns::{agrees, commune_code, not_a_commune, shown, territory};
pub use format::AddressFormat;

/// Malformed rows of a file that are listed: a report must stay readable. All are counted.
pub const LISTED_MALFORMED: usize = 1000;

/// The report of reading files of addresses, file by file in the order given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressReport {
    /// One for each file.
    pub files: Vec<AddressFileReport>,
}

/// One file of addresses: `rows = taken + malformed + unplaced + blank`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressFileReport {
    /// Its name, without folder.
    pub file: String,
    /// The format it was recognised as.
    pub format: AddressFormat,
    /// Rows read, the header apart.
    pub rows: u64,
    /// Rows that became an address.
    pub taken: u64,
    /// Rows that could not.
    pub malformed: u64,
    /// Places without numbers that are published without a position, as BAL allows. They are valid, but no place can be
    /// located with them.
    pub unplaced: u64,
    /// Rows without any value.
    pub blank: u64,
    /// The addresses taken, by department as INSEE writes it (`61`, `2A`, `974`).
    pub by_department: BTreeMap<String, u64>,
    /// The first [`LISTED_MALFORMED`] of the malformed rows, in the order of the file.
    pub first_malformed: Vec<MalformedRow>,
    /// The addresses among those taken whose position lies too far from the others of their commune to be right.
    #[serde(default)]
    pub doubtful: u64,
    /// The first [`LISTED_MALFORMED`] of them, in the order of the file.
    #[serde(default)]
    pub first_doubtful: Vec<DoubtfulRow>,
    /// Plain sentences on anything else worth knowing.
    pub remarks: Vec<String>,
}

/// A row that could not become an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MalformedRow {
    /// The line of the (unpacked) file where the row begins, from 1, the header and blank lines counted.
    pub line: u64,
    /// The column, its value and the fault.
    pub fault: String,
}

/// An address whose position is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubtfulRow {
    /// The line of the (unpacked) file where its row begins, as of a [`MalformedRow`].
    pub line: u64,
    /// The address, and the reason.
    pub reason: String,
}

/// The place of a row in the files read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowPlace {
    /// The file, by its place in the order given.
    pub file: usize,
    /// The line of the (unpacked) file where the row begins, from 1.
    pub line: u64,
}

/// Reads address files in any mix of the three formats, plain or gzipped, and calls `each` with every address and the place
/// of its row, file by file in the order given.
///
/// All files are opened and recognised before the first address is read. A file can still be damaged further on (a cut
/// gzip): the error then comes after calls of `each`, and the caller must discard what it was given.
///
/// # Errors
/// [`Error::Io`]; [`Error::NotAddresses`] for a file that is empty, binary, or in none of the formats, with what was
/// expected and found; [`Error::Unreadable`] for a damaged or cut gzip. A malformed row is not an error.
pub fn read_addresses(
    files: &[PathBuf],
    each: &mut dyn FnMut(Address, RowPlace),
) -> Result<AddressReport, Error> {
    let recognised = files
        .iter()
        .map(|path| recognise(path, source::open(path)?));
    // All files are recognised before any is read: a wrong one among a hundred departments is
    // reported at once, not after minutes.
    let layouts: Vec<FileLayout> = recognised.collect::<Result<_, Error>>()?;
    let reports = std::iter::zip(files, &layouts)
        .enumerate()
        .map(|(file, (path, layout))| {
            let source = source::open(path)?;
            read(path, source, layout, &mut |address, line| {
                each(address, RowPlace { file, line });
            })
        });
    Ok(AddressReport {
        files: reports.collect::<Result<_, Error>>()?,
    })
}

/// Reads the addresses of places that do not exist from text embedded in the program, under the name of its file:
/// positions are accepted wherever they lie.
///
/// # Errors
/// [`Error::NotAddresses`].
pub fn read_fictional_addresses(
    name: &str,
    text: &'static str,
    each: &mut dyn FnMut(Address, RowPlace),
) -> Result<AddressReport, Error> {
    let (name, source) = (Path::new(name), || ByteSource::Embedded(text.as_bytes()));
    let mut layout = recognise(name, source())?;
    // The sample town lies in the open sea, where no territory is.
    layout.columns.fictional = true;
    Ok(AddressReport {
        files: vec![read(name, source(), &layout, &mut |address, line| {
            each(address, RowPlace { file: 0, line });
        })?],
    })
}

fn read(
    path: &Path,
    source: ByteSource,
    layout: &FileLayout,
    each: &mut dyn FnMut(Address, u64),
) -> Result<AddressFileReport, Error> {
    let fault = source.faults::<ReadError>(path);
    let mut reader = RecordReader::new(source, layout.delimiter);
    let (mut record, mut notes) = (StringRecord::default(), RowNotes::default());
    let mut report = AddressFileReport::new(path, layout.format);
    if let Some(header) = &layout.header {
        reader
            .read_header_from(&mut record, header.line)
            .map_err(&fault)?;
    } else {
        // Without a header the first row already must have all columns.
        reader.expect_columns(layout.columns.count());
    }
    while reader.read(&mut record).map_err(&fault)? {
        // Blank and malformed rows count too, so that the sum of the parts can be checked.
        report.rows += 1;
        let line = record.line();
        match record.fault() {
            Some(fault) => report.refuse(line, fault.to_string()),
            None if record.is_empty() => report.blank += 1,
            None => match layout.columns.address(&record, &mut notes) {
                Ok(address) => {
                    report.take(&address);
                    each(address, line);
                }
                Err(RejectedRow::Malformed(fault)) => report.refuse(line, fault),
                Err(RejectedRow::Unplaced) => report.unplaced += 1,
            },
        }
    }
    report.remarks = notes.remarks(report.unplaced, reader.converted_lines());
    let above = layout.header.as_ref().and_then(TextHeader::remark);
    report.remarks.extend(above);
    Ok(report)
}

impl AddressFileReport {
    fn new(path: &Path, format: AddressFormat) -> Self {
        Self {
            file: path
                .file_name()
                .unwrap_or(path.as_os_str())
                .to_string_lossy()
                .into_owned(),
            format,
            rows: 0,
            taken: 0,
            malformed: 0,
            unplaced: 0,
            blank: 0,
            by_department: BTreeMap::new(),
            first_malformed: Vec::new(),
            doubtful: 0,
            first_doubtful: Vec::new(),
            remarks: Vec::new(),
        }
    }

    fn take(&mut self, address: &Address) {
        self.taken += 1;
        let department = address.citycode.department();
        // A department has up to a million rows: its name is only copied for the first one.
        match self.by_department.get_mut(department) {
            Some(count) => *count += 1,
            None => _ = self.by_department.insert(department.to_owned(), 1),
        }
    }

    /// Notes an address taken whose position is not believed.
    pub fn note_doubtful(&mut self, line: u64, reason: String) {
        self.doubtful += 1;
        if self.first_doubtful.len() < LISTED_MALFORMED {
            self.first_doubtful.push(DoubtfulRow { line, reason });
        }
    }

    fn refuse(&mut self, line: u64, fault: String) {
        self.malformed += 1;
        // A file in the wrong encoding has a fault in each row, and the report is kept in the
        // dataset.
        if self.first_malformed.len() < LISTED_MALFORMED {
            self.first_malformed.push(MalformedRow { line, fault });
        }
    }
}
