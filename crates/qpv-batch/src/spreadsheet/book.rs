//! Books and their sheets, hidden or not.

use std::io::{BufReader, Read, Seek};

use calamine::{Reader, Sheet, SheetType, SheetVisible, Xlsx};
use qpv_delimited::{FileFormat, SNIFFED_BYTES};

use super::limits::check_xlsx;
use super::merged::MergedRows;
use super::ods::OdsBook;
use super::rows::XlsxRows;
use super::xls::XlsBook;
use crate::error::BatchError;
use crate::rows::Rows;

/// Formats of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpreadsheetKind {
    /// Office Open XML, the format of Excel and others.
    Xlsx,
    /// `OpenDocument`, the format of `LibreOffice` and others.
    Ods,
    /// The format of Excel before 2007.
    Xls,
}

impl SpreadsheetKind {
    /// Returns the kind that a file of this format is read as, `None` when it is none.
    ///
    /// Any zip archive may be an XLSX spreadsheet.
    #[must_use]
    pub fn from_format(format: FileFormat) -> Option<Self> {
        match format {
            FileFormat::Ods => Some(Self::Ods),
            FileFormat::Xlsx | FileFormat::Zip => Some(Self::Xlsx),
            FileFormat::CompoundFile => Some(Self::Xls),
            _ => None,
        }
    }
}

/// Recognises the format of an input, and leaves it at its beginning.
fn sniff(input: &mut (impl Read + Seek)) -> Result<FileFormat, BatchError> {
    let mut head = vec![];
    input.rewind().map_err(BatchError::Read)?;
    input
        .by_ref()
        .take(SNIFFED_BYTES as u64)
        .read_to_end(&mut head)
        .and_then(|_| input.rewind())
        .map_err(BatchError::Read)?;
    Ok(FileFormat::sniff(&head))
}

/// A book that is read sheet by sheet.
pub(super) enum Book<R: Read + Seek> {
    /// Only its table of texts is held.
    Xlsx {
        book: Box<Xlsx<BufReader<R>>>,
        has_merged: bool,
    },
    /// Only the names of its sheets are held.
    Ods(Box<OdsBook<R>>),
    /// Only its table of texts is held.
    Xls(Box<XlsBook<R>>),
}

impl<R: Read + Seek> Book<R> {
    /// Opens a book of this kind, unless it is beyond the limits.
    pub(super) fn open(kind: SpreadsheetKind, mut input: R) -> Result<Self, BatchError> {
        // What Excel encrypts is a compound file too, whatever its name.
        if kind == SpreadsheetKind::Xls || sniff(&mut input)? == FileFormat::CompoundFile {
            return Ok(Self::Xls(Box::new(XlsBook::open(input)?)));
        }
        let parts = match kind {
            SpreadsheetKind::Ods => None,
            _ => Some(check_xlsx(&mut input)?),
        };
        // The zip of an ODS book need not begin with its media type.
        let Some(parts) = parts.filter(|parts| !parts.is_ods) else {
            return Ok(Self::Ods(Box::new(OdsBook::open(input)?)));
        };
        match Xlsx::new(BufReader::new(input)) {
            Ok(book) => Ok(Self::Xlsx {
                book: Box::new(book),
                has_merged: (1..=MAX_MERGED).contains(&parts.merged),
            }),
            Err(fault) => Err(BatchError::NotSheet("XLSX", fault.to_string())),
        }
    }

    /// Returns the name of its format.
    pub(super) fn format(&self) -> &'static str {
        match self {
            Self::Xlsx { .. } => "xlsx",
            Self::Ods(_) => "ods",
            Self::Xls(_) => "xls",
        }
    }

    /// Returns its kind, which its content decides.
    pub(super) fn kind(&self) -> SpreadsheetKind {
        match self {
            Self::Xlsx { .. } => SpreadsheetKind::Xlsx,
            Self::Ods(_) => SpreadsheetKind::Ods,
            Self::Xls(_) => SpreadsheetKind::Xls,
        }
    }

    /// Returns the sheets that hold cells, in order. Charts have sheets too.
    pub(super) fn sheets(&self) -> BookSheets {
        let sheets = match self {
            Self::Xlsx { book, .. } => book.sheets_metadata(),
            Self::Ods(book) => &book.sheets,
            Self::Xls(book) => &book.sheets,
        };
        let sheets = sheets
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet);
        BookSheets(sheets.cloned().collect())
    }

    /// Calls `read` with the rows of the sheet at this place among [`Self::sheets`].
    pub(super) fn with_rows<T>(
        &mut self,
        index: usize,
        read: impl FnOnce(&Sheet, &mut dyn Rows) -> Result<T, BatchError>,
    ) -> Result<T, BatchError> {
        let sheet = self.sheets().0.swap_remove(index);
        match self {
            Self::Xlsx { book, has_merged } => {
                with_xlsx_rows(book, *has_merged, &sheet.name, |rows| read(&sheet, rows))
            }
            Self::Ods(book) => book.with_rows(index, |rows| read(&sheet, rows)),
            Self::Xls(book) => book.with_rows(index, |rows| read(&sheet, rows)),
        }
    }

    /// Calls `read` with the place and the rows of each sheet, in order.
    pub(super) fn each_sheet(
        &mut self,
        mut read: impl FnMut(usize, &Sheet, &mut dyn Rows) -> Result<(), BatchError>,
    ) -> Result<(), BatchError> {
        let sheets = self.sheets().0;
        match self {
            Self::Xlsx { book, has_merged } => {
                sheets.iter().enumerate().try_for_each(|(index, sheet)| {
                    with_xlsx_rows(book, *has_merged, &sheet.name, |rows| {
                        read(index, sheet, rows)
                    })
                })
            }
            // In one walk, for the sheets have no beginning of their own.
            Self::Ods(book) => book.each_sheet(|index, rows| read(index, &sheets[index], rows)),
            // Each sheet has a beginning of its own.
            Self::Xls(book) => sheets.iter().enumerate().try_for_each(|(index, sheet)| {
                book.with_rows(index, |rows| read(index, sheet, rows))
            }),
        }
    }
}

/// Merged cells of a book, at most, that are read as such: each is held.
const MAX_MERGED: u64 = 100_000;

/// Calls `read` with the rows of a sheet; a merged cell has its value in each of its rows.
fn with_xlsx_rows<R: Read + Seek, T>(
    book: &mut Xlsx<BufReader<R>>,
    has_merged: bool,
    name: &str,
    read: impl FnOnce(&mut dyn Rows) -> Result<T, BatchError>,
) -> Result<T, BatchError> {
    let merged = if has_merged {
        let cells = book.merge_cells_by_sheet_name(name);
        cells.map_err(|fault| BatchError::NotSheet("XLSX", fault.to_string()))?
    } else {
        vec![]
    };
    let mut rows = XlsxRows::new(book, name)?;
    read(&mut MergedRows::new(&mut rows, &merged))
}

/// The sheets of a book, in order.
pub(super) struct BookSheets(pub(super) Vec<Sheet>);

impl BookSheets {
    /// Returns the place of the sheet to read: the one that is wanted, else the first that people see when they open the
    /// book, for sheets that hold the choices of menus or an example are often hidden in front of it.
    pub(super) fn choose(&self, wanted: Option<&str>) -> Result<usize, BatchError> {
        if self.0.is_empty() {
            return Err(BatchError::NoSheets);
        }
        let found = match wanted {
            Some(wanted) => self.0.iter().position(|sheet| sheet.name == wanted),
            None => self
                .0
                .iter()
                .position(|sheet| sheet.visible == SheetVisible::Visible)
                .or(Some(0)),
        };
        found.ok_or_else(|| BatchError::NoSuchSheet {
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
