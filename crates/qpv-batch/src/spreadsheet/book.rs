//! Books and their sheets, hidden or not.

use std::io::{BufReader, Read, Seek};

use calamine::{Ods, Reader, Sheet, SheetType, SheetVisible, Xlsx};
use qpv_delimited::FileFormat;

use super::limits::{check_ods, check_xlsx};
use super::rows::{OdsRows, Rows, XlsxRows};
use crate::error::BatchError;

/// Formats of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpreadsheetKind {
    /// Office Open XML, the format of Excel and others.
    Xlsx,
    /// `OpenDocument`, the format of `LibreOffice` and others.
    Ods,
}

impl SpreadsheetKind {
    /// Returns the kind that a file of this format is read as, `None` when it is none.
    ///
    /// Any zip archive may be an XLSX spreadsheet, and the reader of those says that a compound file is locked.
    #[must_use]
    pub fn from_format(format: FileFormat) -> Option<Self> {
        match format {
            FileFormat::Ods => Some(Self::Ods),
            FileFormat::Xlsx | FileFormat::Zip | FileFormat::CompoundFile => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// Refuses a compound file: what Excel encrypts, and what it wrote before 2007.
pub(super) fn refuse_locked(input: &mut (impl Read + Seek)) -> Result<(), BatchError> {
    let mut head = [0; 8];
    input.rewind().map_err(BatchError::Read)?;
    match input.read_exact(&mut head) {
        Ok(()) if FileFormat::sniff(&head) == FileFormat::CompoundFile => Err(BatchError::Locked),
        _ => Ok(()),
    }
}

/// A book that is read sheet by sheet.
pub(super) enum Book<R: Read + Seek> {
    /// Only its table of texts is held.
    Xlsx(Box<Xlsx<BufReader<R>>>),
    /// Held as a whole.
    Ods(Box<Ods<BufReader<R>>>),
}

impl<R: Read + Seek> Book<R> {
    /// Opens a book of this kind, unless it is beyond the limits.
    pub(super) fn open(kind: SpreadsheetKind, mut input: R) -> Result<Self, BatchError> {
        match kind {
            SpreadsheetKind::Xlsx => check_xlsx(&mut input)?,
            SpreadsheetKind::Ods => check_ods(&mut input)?,
        }
        let input = BufReader::new(input);
        match kind {
            SpreadsheetKind::Xlsx => match Xlsx::new(input) {
                Ok(book) => Ok(Self::Xlsx(Box::new(book))),
                Err(fault) => Err(BatchError::NotSheet("XLSX", fault.to_string())),
            },
            SpreadsheetKind::Ods => match Ods::new(input) {
                Ok(book) => Ok(Self::Ods(Box::new(book))),
                Err(fault) => Err(BatchError::NotSheet("ODS", fault.to_string())),
            },
        }
    }

    /// Returns the sheets that hold cells, in order. Charts have sheets too.
    pub(super) fn sheets(&self) -> BookSheets {
        let sheets = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        };
        let sheets = sheets
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet);
        BookSheets(sheets.cloned().collect())
    }

    /// Calls `read` with the rows of a sheet, from the first one.
    pub(super) fn with_rows<T>(
        &mut self,
        sheet: &str,
        read: impl FnOnce(&mut dyn Rows) -> Result<T, BatchError>,
    ) -> Result<T, BatchError> {
        match self {
            Self::Xlsx(book) => read(&mut XlsxRows::new(book, sheet)?),
            Self::Ods(book) => {
                let range = book
                    .worksheet_range(sheet)
                    .map_err(|fault| BatchError::NotSheet("ODS", fault.to_string()))?;
                read(&mut OdsRows::new(&range))
            }
        }
    }
}

/// The sheets of a book, in order.
pub(super) struct BookSheets(pub(super) Vec<Sheet>);

impl BookSheets {
    /// Returns the name of the sheet to read: the one that is wanted, else the first that people see when they open the
    /// book, for sheets that hold the choices of menus or an example are often hidden in front of it.
    pub(super) fn choose(&self, wanted: Option<&str>) -> Result<String, BatchError> {
        let found = match wanted {
            Some(wanted) => self.0.iter().find(|sheet| sheet.name == wanted),
            None => self
                .0
                .iter()
                .find(|sheet| sheet.visible == SheetVisible::Visible)
                .or_else(|| self.0.first()),
        };
        found
            .map(|sheet| sheet.name.clone())
            .ok_or_else(|| BatchError::NoSuchSheet {
                name: wanted.unwrap_or_default().to_owned(),
                found: self.names().join(", "),
            })
    }

    /// Returns the names of all.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.iter().map(|sheet| sheet.name.clone()).collect()
    }

    /// Returns the names of those that are hidden.
    pub(super) fn hidden_names(&self) -> Vec<String> {
        let hidden = self
            .0
            .iter()
            .filter(|sheet| sheet.visible != SheetVisible::Visible);
        hidden.map(|sheet| sheet.name.clone()).collect()
    }
}
