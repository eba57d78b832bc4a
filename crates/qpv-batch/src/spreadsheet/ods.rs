//! ODS books, read row by row from their one document.
//!
//! The rows of all sheets stand in one XML document, which is unpacked and read from its beginning each time: memory does
//! not grow with it. What a row or a cell is repeated is written once, and given as often.

mod content;
mod value;

use std::io::{BufReader, Read, Seek};

use calamine::{Sheet, SheetType, SheetVisible};
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use crate::error::BatchError;
use crate::rows::{Row, Rows};

use super::limits::{MAX_UNPACKED_BYTES, PartReader, open_archive};
use super::merged::OpenMerged;
use content::{Content, Found};

const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
/// The name of a sheet with values copied from another file, which `LibreOffice` keeps and never shows.
pub(super) const COPY_START: &str = "'file:";

/// A book and the names of its sheets.
pub(super) struct OdsBook<R> {
    archive: ZipArchive<BufReader<R>>,
    pub(super) sheets: Vec<Sheet>,
}

impl<R: Read + Seek> OdsBook<R> {
    /// Opens a book, and reads it through for its sheets.
    ///
    /// # Errors
    /// [`BatchError`]: it is none, has a password, or is beyond the limits.
    pub(super) fn open(input: R) -> Result<Self, BatchError> {
        let mut archive = open_archive("ODS", input)?;
        refuse_encrypted(&mut archive)?;
        let sheets = Walk::new(&mut archive)?.sheets()?;
        Ok(Self { archive, sheets })
    }

    /// Calls `read` with the rows of the sheet at this place.
    pub(super) fn with_rows<T>(
        &mut self,
        index: usize,
        read: impl FnOnce(&mut dyn Rows) -> Result<T, BatchError>,
    ) -> Result<T, BatchError> {
        let mut walk = Walk::new(&mut self.archive)?;
        for _ in 0..=index {
            walk.next_sheet()?;
        }
        read(&mut walk)
    }

    /// Calls `read` with the place and the rows of each sheet, in order.
    pub(super) fn each_sheet(
        &mut self,
        mut read: impl FnMut(usize, &mut dyn Rows) -> Result<(), BatchError>,
    ) -> Result<(), BatchError> {
        let mut walk = Walk::new(&mut self.archive)?;
        for index in 0..self.sheets.len() {
            walk.next_sheet()?;
            read(index, &mut walk)?;
        }
        Ok(())
    }
}

/// Refuses a book whose parts are encrypted.
fn refuse_encrypted(archive: &mut ZipArchive<impl Read + Seek>) -> Result<(), BatchError> {
    let entry = match archive.by_name(MANIFEST) {
        Ok(entry) => entry,
        // Some writers leave it out.
        Err(ZipError::FileNotFound) => return Ok(()),
        Err(fault) => return Err(not_ods(&fault.to_string())),
    };
    let input = BufReader::new(entry);
    let mut part = PartReader::new("ODS", MANIFEST, input, MAX_UNPACKED_BYTES);
    while let Some((event, _)) = part.next_event()? {
        if let Event::Start(tag) | Event::Empty(tag) = event
            && tag.name().as_ref() == "manifest:encryption-data"
        {
            return Err(BatchError::Locked);
        }
    }
    Ok(())
}

fn not_ods(fault: &str) -> BatchError {
    BatchError::NotSheet("ODS", fault.to_owned())
}

/// The document being read.
struct Walk<'a, R: Read> {
    part: PartReader<BufReader<ZipFile<'a, R>>>,
    content: Content,
    /// The row given last, and how often it comes again.
    repeated: Option<(Row, u64)>,
    /// The merged cells over the next row.
    merged: OpenMerged,
}

impl<'a, R: Read + Seek> Walk<'a, R> {
    fn new(archive: &'a mut ZipArchive<R>) -> Result<Self, BatchError> {
        let entry = archive
            .by_name(CONTENT)
            .map_err(|fault| not_ods(&format!("{CONTENT}: {fault}")))?;
        let input = BufReader::new(entry);
        Ok(Self {
            part: PartReader::new("ODS", CONTENT, input, MAX_UNPACKED_BYTES),
            content: Content::default(),
            repeated: None,
            merged: OpenMerged::default(),
        })
    }
}

impl<R: Read> Walk<'_, R> {
    /// Reads the document through, for its sheets.
    fn sheets(mut self) -> Result<Vec<Sheet>, BatchError> {
        let mut sheets = vec![];
        while let Some(sheet) = self.next_sheet()? {
            // Their names are few, and bounded; their rows are passed over.
            sheets.push(sheet);
        }
        if !self.content.is_spreadsheet() {
            return Err(not_ods("it holds no spreadsheet"));
        }
        Ok(sheets)
    }

    /// Reads up to the next sheet, past the rows that are left of the one before.
    fn next_sheet(&mut self) -> Result<Option<Sheet>, BatchError> {
        self.repeated = None;
        self.merged = OpenMerged::default();
        loop {
            match self.next()? {
                Some(Found::Sheet { name, is_hidden }) if !name.starts_with(COPY_START) => {
                    return Ok(Some(Sheet {
                        name,
                        typ: SheetType::WorkSheet,
                        visible: if is_hidden {
                            SheetVisible::Hidden
                        } else {
                            SheetVisible::Visible
                        },
                    }));
                }
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    /// Reads up to the next thing found.
    fn next(&mut self) -> Result<Option<Found>, BatchError> {
        while let Some((event, place)) = self.part.next_event()? {
            let found = self.content.event(&event, place);
            if let Some(found) = found.map_err(|fault| fault.in_part(CONTENT))? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

impl<R: Read> Rows for Walk<'_, R> {
    fn next(&mut self) -> Result<Option<Row>, BatchError> {
        if let Some((row, left)) = &mut self.repeated
            && *left > 0
        {
            *left -= 1;
            (row.index, row.number) = (row.index + 1, row.number + 1);
            return Ok(Some(row.clone()));
        }
        self.repeated = None;
        if !self.content.is_in_sheet() {
            return Ok(None);
        }
        match Walk::next(self)? {
            Some(Found::Row {
                mut row,
                repeats,
                merged,
            }) => {
                self.merged.fill(&mut row);
                for (column, rows) in merged {
                    let last = row.index.saturating_add(rows - 1);
                    self.merged.begin(&row, column, last);
                }
                // Copied when it is asked for, since a million may be wanted.
                if repeats > 1 {
                    self.repeated = Some((row.clone(), repeats - 1));
                }
                Ok(Some(row))
            }
            _ => Ok(None),
        }
    }
}
