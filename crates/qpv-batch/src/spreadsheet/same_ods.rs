//! The ODS book of a list, given back with its answers: the sheet that was read gets columns, all else stays as it was.
//!
//! All sheets stand in one document, which is copied event by event; the other parts are copied as they are compressed. Cells
//! stand behind the rows of the list, right of all that stands beside or below its titles; a row that is stored once and
//! repeated is written once for each answer. The range that is the list, with its filter, reaches over them. The counts of a job
//! get a sheet of their own, the last one. A signature of the document would no longer hold, and is left out.

mod added_styles;
mod cell_xml;
mod document_copy;
mod range_address;
mod row_copy;
mod sheet_cursor;
mod sheet_plan;

use std::io::{BufReader, BufWriter, Read, Seek, Write};

use zip::read::ZipFile;
use zip::{ZipArchive, ZipWriter};

use super::added_columns::{AddedColumns, SameSheet};
use super::limits::{MAX_UNPACKED_BYTES, PartReader};
use super::shared_input::SharedInput;
use super::unique_name;
use super::zip_copy::{BookArchive, copy_part, open_copied, start_copy, unread, unwritten};
use crate::error::BatchError;
use crate::job::Job;
use crate::progress::Progress;
use crate::row_table::{Header, RowTable};
use crate::rows::Rows;
use crate::summary::BatchSummary;

use added_styles::AddedStyles;
use cell_xml::summary_xml;
use document_copy::DocumentCopy;
use sheet_plan::SheetPlan;

/// The format, in errors.
const FORMAT: &str = "ODS";
const CONTENT: &str = "content.xml";
const SIGNATURES: &str = "META-INF/documentsignatures.xml";

/// An ODS book that is given back.
pub(super) struct SameOds<R: Read + Seek> {
    archive: BookArchive<R>,
    /// The place of the document among the parts.
    document: usize,
    signatures: Option<usize>,
    /// The sheet that was read, among those that people see or hide.
    sheet: usize,
    sheet_names: Vec<String>,
}

impl<R: Read + Seek> SameOds<R> {
    /// Opens a book of these sheets for the one at this place.
    pub(super) fn open(
        input: SharedInput<R>,
        sheet: usize,
        sheet_names: Vec<String>,
    ) -> Result<Self, BatchError> {
        let archive = open_copied(FORMAT, input)?;
        let document = archive.index_for_name(CONTENT);
        Ok(Self {
            document: document
                .ok_or_else(|| BatchError::NotSheet(FORMAT, format!("{CONTENT} is not there")))?,
            signatures: archive.index_for_name(SIGNATURES),
            archive,
            sheet,
            sheet_names,
        })
    }

    /// Answers the rows of the sheet, and writes the book.
    pub(super) fn answer<J: Job>(
        mut self,
        table: &RowTable<'_, J>,
        header: Header,
        rows: &mut dyn Rows,
        output: impl Write + Seek,
        progress: &mut dyn Progress,
    ) -> Result<BatchSummary, BatchError> {
        // Read through before anything is written: what stands below decides where answers come.
        let mut document = part(&mut self.archive, self.document)?;
        let plan = SheetPlan::read(&mut document, self.sheet, &header)?;
        drop(document);
        let columns = AddedColumns::new(table, &header, plan.first_column)?;
        let styles = AddedStyles::new(&plan, &columns.widths);
        let mut zip = ZipWriter::new(output);
        let (mut header, mut plan) = (Some(header), Some(plan));
        let mut summary = None;
        for place in (0..self.archive.len()).filter(|place| Some(*place) != self.signatures) {
            // A second document of the name is never read.
            let read = if place == self.document {
                header.take().zip(plan.take())
            } else {
                None
            };
            let Some((header, plan)) = read else {
                copy_part(FORMAT, &mut self.archive, place, &mut zip)?;
                continue;
            };
            start_copy(FORMAT, &mut self.archive, place, &mut zip)?;
            let reader = part(&mut self.archive, place)?;
            let mut sheet = SameSheet {
                first_column: plan.first_column,
                stated: header.list_columns..header.names.len(),
                copy: DocumentCopy::new(reader, BufWriter::new(&mut zip), plan, &styles),
            };
            let answered = table.answer(header, rows, &mut sheet, progress)?;
            let counts = table.job.summary(&answered).map(|counts| {
                let name = unique_name(&counts.name, &self.sheet_names);
                summary_xml(&name, &counts, &styles)
            });
            sheet.copy.finish(&counts.unwrap_or_default())?;
            summary = Some(answered);
        }
        zip.finish().map_err(unwritten)?;
        Ok(summary.expect("the document is a part of its book"))
    }
}

/// Opens the part at a place.
fn part<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    place: usize,
) -> Result<PartReader<BufReader<ZipFile<'_, R>>>, BatchError> {
    let entry = archive.by_index(place);
    let entry = entry.map_err(|fault| unread(FORMAT, &fault))?;
    Ok(PartReader::new(
        FORMAT,
        CONTENT,
        BufReader::new(entry),
        MAX_UNPACKED_BYTES,
    ))
}

#[cfg(test)]
mod tests;
