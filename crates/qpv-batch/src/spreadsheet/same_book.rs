//! The workbook of a list, given back with its answers: the sheet that was read gets columns, all else stays as it was.
//!
//! Sheets, styles, filters, merged cells, widths, hidden rows and columns, formulas, comments and print settings are not read
//! at all: their parts are copied as they are compressed. The sheet is copied event by event, with cells behind its rows,
//! right of all that stands beside or below its titles; the table and the filter that are the list reach over them. The
//! counts of a job get a sheet of their own, the last one. Macros have no place in `.xlsx`, and are left out.

mod book_edits;
mod cell_xml;
mod column_widths;
mod parts;
mod sheet_copy;
mod sheet_plan;
mod summary_sheet;
mod table_part;

use std::io::{BufRead, BufWriter, Read, Seek, Write};

use zip::{ZipArchive, ZipWriter};

use super::added_columns::{AddedColumns, SameSheet};
use super::limits::PartReader;
use super::shared_input::SharedInput;
use super::unique_name;
use super::zip_copy::{BookArchive, copy_part, open_copied, part_options, start_copy, unwritten};
use crate::error::BatchError;
use crate::job::Job;
use crate::progress::Progress;
use crate::row_table::{Header, RowTable};
use crate::rows::Rows;
use crate::summary::BatchSummary;

use book_edits::{AddedSheet, WorkbookCopy, write_links, write_types};
use column_widths::ColumnWidths;
use parts::{BookParts, part};
use sheet_copy::SheetCopy;
use sheet_plan::SheetPlan;
use summary_sheet::summary_xml;
use table_part::SheetTable;

/// The format, in errors.
const FORMAT: &str = "XLSX";

/// A book that is given back.
pub(super) struct SameBook<R: Read + Seek> {
    archive: BookArchive<R>,
    parts: BookParts,
}

/// The changes to the parts of a book.
struct BookChanges {
    plan: SheetPlan,
    titles: Vec<String>,
    widths: ColumnWidths,
    /// The table that is the list, by its place.
    table: Option<(usize, SheetTable)>,
    added: Option<AddedSheet>,
}

impl<R: Read + Seek> SameBook<R> {
    /// Opens a book for the sheet of this name; `None` for one that is put together in another way than programs do.
    pub(super) fn open(input: SharedInput<R>, sheet: &str) -> Result<Option<Self>, BatchError> {
        let mut archive = open_copied(FORMAT, input)?;
        let parts = BookParts::find(&mut archive, sheet)?;
        Ok(parts.map(|parts| Self { archive, parts }))
    }

    /// Answers the rows of the sheet, and writes the book.
    pub(super) fn answer<J: Job>(
        self,
        table: &RowTable<'_, J>,
        header: Header,
        rows: &mut dyn Rows,
        output: impl Write + Seek,
        progress: &mut dyn Progress,
    ) -> Result<BatchSummary, BatchError> {
        let Self { mut archive, parts } = self;
        let changes = BookChanges::new(&mut archive, &parts, table, &header)?;
        let mut zip = ZipWriter::new(output);
        let (mut header, mut summary) = (Some(header), None);
        for place in (0..archive.len()).filter(|place| !parts.is_macro(*place)) {
            if !changes.has(place, &parts) {
                copy_part(FORMAT, &mut archive, place, &mut zip)?;
                continue;
            }
            start_copy(FORMAT, &mut archive, place, &mut zip)?;
            let mut reader = part(&mut archive, place)?;
            // A sheet is written in small pieces.
            let mut out = BufWriter::new(&mut zip);
            if place != parts.sheet {
                changes.write(place, &parts, &mut reader, &mut out)?;
                out.flush().map_err(BatchError::Write)?;
            } else if let Some(header) = header.take() {
                let widths = changes.widths.clone();
                let mut sheet = SameSheet {
                    first_column: changes.plan.first_column,
                    stated: header.list_columns..header.names.len(),
                    copy: SheetCopy::new(reader, out, changes.plan, widths),
                };
                summary = Some(table.answer(header, rows, &mut sheet, progress)?);
                sheet.copy.finish()?;
            }
        }
        let summary = summary.expect("the sheet that is read is a part of its book");
        let counts = table.job.summary(&summary);
        if let (Some(sheet), Some(counts)) = (&changes.added, counts) {
            zip.start_file(&sheet.path, part_options())
                .map_err(unwritten)?;
            zip.write_all(summary_xml(&counts, &parts).as_bytes())
                .map_err(BatchError::Write)?;
        }
        zip.finish().map_err(unwritten)?;
        Ok(summary)
    }
}

impl BookChanges {
    /// Finds what changes in a book for the answers to a table under this header.
    fn new<R: Read + Seek, J: Job>(
        archive: &mut ZipArchive<R>,
        parts: &BookParts,
        table: &RowTable<'_, J>,
        header: &Header,
    ) -> Result<Self, BatchError> {
        let mut tables = vec![];
        for place in &parts.tables {
            if let Some(table) = SheetTable::read(&mut part(archive, *place)?)? {
                tables.push((*place, table));
            }
        }
        let ranges: Vec<_> = tables.iter().map(|(_, table)| table.range).collect();
        let header_row = header.row.index;
        let plan = SheetPlan::read(&mut part(archive, parts.sheet)?, header_row, &ranges)?;
        let columns = AddedColumns::new(table, header, plan.first_column)?;
        Ok(Self {
            widths: ColumnWidths {
                first_column: plan.first_column,
                widths: columns.widths,
            },
            titles: columns.titles,
            table: tables.into_iter().find(|(_, table)| table.is_list(&plan)),
            added: None,
            plan,
        }
        .with_counts(table, parts))
    }

    /// Adds a sheet for the counts of a job, if it has any.
    fn with_counts<J: Job>(self, table: &RowTable<'_, J>, parts: &BookParts) -> Self {
        // Whether there are counts does not depend on them, and the list of parts comes first in a book.
        let none = BatchSummary::new(table.snapshot, table.job.no_counts(), vec![]);
        let counts = table.job.summary(&none);
        let added = counts.map(|counts| {
            let name = unique_name(&counts.name, &parts.sheet_names);
            AddedSheet::new(name, parts)
        });
        Self { added, ..self }
    }

    /// Returns whether a part is not copied as it is.
    fn has(&self, place: usize, parts: &BookParts) -> bool {
        let changed = [
            parts.content_types,
            parts.workbook,
            parts.workbook_links,
            parts.sheet,
        ];
        changed.contains(&place) || self.table.is_some_and(|(table, _)| table == place)
    }

    /// Copies a part other than the sheet, with its changes.
    fn write(
        &self,
        place: usize,
        parts: &BookParts,
        reader: &mut PartReader<impl BufRead>,
        output: impl Write,
    ) -> Result<(), BatchError> {
        let added = self.added.as_ref();
        if place == parts.content_types {
            write_types(reader, output, added)
        } else if place == parts.workbook_links {
            write_links(reader, output, parts, added)
        } else if let Some((_, table)) = self.table.filter(|(table, _)| *table == place) {
            table.write_with(reader, output, &self.titles)
        } else {
            let last = self.widths.last_column();
            let workbook = WorkbookCopy {
                parts,
                added,
                filter_column: self.plan.has_filter.then_some(last),
            };
            workbook.write(reader, output)
        }
    }
}
