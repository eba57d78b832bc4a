//! Reading files of addresses as they are published: the export of the *Base Adresse Nationale* (BAN), a *Base Adresse
//! Locale* (BAL 1.1 to 1.5) and BANO, plain or gzipped.
//!
//! Owns the three formats, which are told by content, never by name. Files are streamed: memory does not grow with them.
//!
//! Promises: every row is accounted for. It becomes an [`Address`], or it is counted as malformed with its line and its
//! fault, as a place published without position, or as blank; a row is never repaired in silence, and a file that is
//! not a file of addresses is an error, not a long list of faults. Refuses: judging whether two rows are one address
//! (a BAL has a row for each position surveyed, and they all come out: the index joins them), filling in the postcodes
//! that BAL does not publish, and positions outside the territories the project knows.
//!
//! What is changed on the way, for all formats alike: blanks around values go, suffixes are in lower case (`BIS`, `Bis`
//! and `bis` are published for the same thing; BAN writes `bis`), a line break within a value becomes a blank.

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

use qpv_model::Address;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::addresses::columns::{RejectedRow, RowNotes};
use crate::addresses::layout::FileLayout;
use crate::addresses::recognition::recognise;
use crate::records::{Record, Records};
use crate::source::{self, Source};

pub use columns::located;
pub(crate) use columns::{commune_code, shown, territory};
pub use format::AddressFormat;

/// How many malformed rows of a file are listed; all are counted.
pub const LISTED_MALFORMED: usize = 1000;

/// What reading files of addresses gave, file by file in the order given.
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
    /// Places without numbers that are published without a position, as BAL allows: nothing is wrong with them, and
    /// nothing can be located with them.
    pub unplaced: u64,
    /// Rows without any value.
    pub blank: u64,
    /// The addresses taken, by department as INSEE writes it (`61`, `2A`, `974`).
    pub by_department: BTreeMap<String, u64>,
    /// The first [`LISTED_MALFORMED`] of the malformed rows, in the order of the file.
    pub first_malformed: Vec<MalformedRow>,
    /// Plain sentences on anything else worth knowing.
    pub remarks: Vec<String>,
}

/// A row that could not become an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MalformedRow {
    /// The line of the (unpacked) file where the row begins, from 1, the header and blank lines counted.
    pub line: u64,
    /// Which column and value are wrong, and how.
    pub fault: String,
}

/// Reads address files in any mix of the three formats, plain or gzipped, and hands each address over, file by file in
/// the order given.
///
/// All files are opened and recognised before the first address is handed over. A file can still turn out to be damaged
/// further on (a cut gzip): then the error comes when `each` has been called already, and the caller must use nothing of
/// what it was given.
///
/// # Errors
/// [`Error::Io`]; [`Error::NotAddresses`] for a file that is empty, binary, or in none of the formats, with what was
/// expected and found; [`Error::Unreadable`] for a damaged or cut gzip. A malformed row is not an error.
pub fn read_addresses(
    files: &[PathBuf],
    each: &mut dyn FnMut(Address),
) -> Result<AddressReport, Error> {
    let recognised = files
        .iter()
        .map(|path| recognise(path, source::open(path)?));
    let layouts: Vec<FileLayout> = recognised.collect::<Result<_, Error>>()?;
    let reports = std::iter::zip(files, &layouts)
        .map(|(path, layout)| read(path, source::open(path)?, layout, each));
    Ok(AddressReport {
        files: reports.collect::<Result<_, Error>>()?,
    })
}

/// Reads the addresses of places that do not exist from text embedded in the program, under the name of its file:
/// positions are taken wherever they lie.
///
/// # Errors
/// [`Error::NotAddresses`].
pub fn read_fictional_addresses(
    name: &str,
    text: &'static str,
    each: &mut dyn FnMut(Address),
) -> Result<AddressReport, Error> {
    let (name, source) = (Path::new(name), || Source::Embedded(text.as_bytes()));
    let mut layout = recognise(name, source())?;
    layout.columns.fictional = true;
    Ok(AddressReport {
        files: vec![read(name, source(), &layout, each)?],
    })
}

fn read(
    path: &Path,
    source: Source,
    layout: &FileLayout,
    each: &mut dyn FnMut(Address),
) -> Result<AddressFileReport, Error> {
    let fault = source.faults(path);
    let mut records = Records::new(source, layout.delimiter);
    let (mut record, mut notes) = (Record::default(), RowNotes::default());
    let mut report = AddressFileReport::new(path, layout.format);
    let mut header_next = layout.has_header;
    if !header_next {
        records.expect_fields(layout.columns.count());
    }
    while let Some((line, read)) = records.next(&mut record).map_err(&fault)? {
        if header_next {
            header_next = record.is_blank();
            if !header_next {
                records.expect_fields(layout.columns.count());
            }
            continue;
        }
        report.rows += 1;
        match read {
            Err(fault) => report.refuse(line, fault),
            Ok(()) if record.is_blank() => report.blank += 1,
            Ok(()) => match layout.columns.address(&record, &mut notes) {
                Ok(address) => {
                    report.take(&address);
                    each(address);
                }
                Err(RejectedRow::Malformed(fault)) => report.refuse(line, fault),
                Err(RejectedRow::Unplaced) => report.unplaced += 1,
            },
        }
    }
    report.remarks = notes.remarks(report.unplaced, records.windows_1252_rows());
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
            remarks: Vec::new(),
        }
    }

    fn take(&mut self, address: &Address) {
        self.taken += 1;
        let department = address.citycode.department();
        match self.by_department.get_mut(department) {
            Some(count) => *count += 1,
            None => _ = self.by_department.insert(department.to_owned(), 1),
        }
    }

    fn refuse(&mut self, line: u64, fault: String) {
        self.malformed += 1;
        if self.first_malformed.len() < LISTED_MALFORMED {
            self.first_malformed.push(MalformedRow { line, fault });
        }
    }
}
