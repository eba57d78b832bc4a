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
mod references;
mod rewriting;
mod sheet_copy;
mod sheet_plan;
mod summary_sheet;
mod table_part;

use std::io::{BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::ops::Range;

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::limits::{MAX_COLUMNS, PartReader};
use super::shared_input::SharedInput;
use super::sheet_writer::{added_text, rounded};
use super::unique_name;
use crate::cell::AddedColumn;
use crate::column_titles::holds_sentences;
use crate::error::{BatchError, ColumnsError};
use crate::job::Job;
use crate::list_rows::with_remarks;
use crate::progress::Progress;
use crate::row_table::{Header, RowTable};
use crate::rows::{AddedCell, Row, RowWriter, Rows, is_empty, text};
use crate::summary::BatchSummary;

use book_edits::{AddedSheet, WorkbookCopy, write_links, write_types};
use cell_xml::CellContent;
use column_widths::ColumnWidths;
use parts::{BookParts, part};
use sheet_copy::SheetCopy;
use sheet_plan::SheetPlan;
use summary_sheet::summary_xml;
use table_part::SheetTable;

/// Widths of columns in characters: of codes and numbers, and of sentences.
const NARROW_CHARS: usize = 12;
const WIDE_CHARS: usize = 40;

/// A book that is given back.
pub(super) struct SameBook<R: Read + Seek> {
    archive: ZipArchive<BufReader<SharedInput<R>>>,
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
        let mut input = BufReader::new(input);
        let bytes = input
            .seek(std::io::SeekFrom::End(0))
            .map_err(BatchError::Read)?;
        input.rewind().map_err(BatchError::Read)?;
        let mut archive = ZipArchive::new(input).map_err(unread)?;
        check_overlap(&mut archive, bytes)?;
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
                // As it is compressed: what nobody changes stays the same byte for byte.
                let entry = archive.by_index_raw(place).map_err(unread)?;
                zip.raw_copy_file(entry).map_err(unwritten)?;
                continue;
            }
            start_copy(&mut archive, place, &mut zip)?;
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
        let list = table.job.list_columns(&header.names, &header.read);
        let has_remarks = list.is_some_and(|columns| columns.remarks);
        let added = table.added(header, has_remarks);
        let stated_count = header.names.len() - header.list_columns;
        let count = (added.len() + stated_count) as u64 + plan.first_column;
        if count > MAX_COLUMNS {
            return Err(ColumnsError::TooMany {
                count: usize::try_from(count).unwrap_or(usize::MAX),
                limit: usize::try_from(MAX_COLUMNS).unwrap_or(usize::MAX),
            }
            .into());
        }
        let stated = &header.names[header.list_columns..];
        let names = with_remarks(table.job.added(), has_remarks);
        let widths = names.iter().zip(&added).map(|(column, added)| {
            if holds_sentences(&column.name) {
                WIDE_CHARS
            } else {
                (added.name.chars().count() + 2).clamp(NARROW_CHARS, WIDE_CHARS)
            }
        });
        let widths = stated.iter().map(|_| WIDE_CHARS).chain(widths);
        Ok(Self {
            widths: ColumnWidths {
                first_column: plan.first_column,
                widths: widths.collect(),
            },
            titles: {
                let added = added.into_iter().map(|column| column.name);
                stated.iter().cloned().chain(added).collect()
            },
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

/// The sheet that was read, as its rows come with their answers.
struct SameSheet<I, W: Write> {
    copy: SheetCopy<I, W>,
    first_column: u64,
    /// The columns that a caller states, behind those of the list, which the book does not have.
    stated: Range<usize>,
}

impl<I: BufRead, W: Write> SameSheet<I, W> {
    fn add(
        &mut self,
        row: &Row,
        cells: impl Iterator<Item = Option<CellContent>>,
    ) -> Result<(), BatchError> {
        let cells = (self.first_column..)
            .zip(cells)
            .filter_map(|(column, cell)| Some((column, cell?)));
        self.copy.add(row.index, cells.collect())
    }
}

impl<I: BufRead, W: Write> RowWriter for SameSheet<I, W> {
    fn row_above(&mut self, _: &Row) -> Result<(), BatchError> {
        // It is copied with all else.
        Ok(())
    }

    fn header(
        &mut self,
        header: &Row,
        names: &[String],
        added: &[AddedColumn],
    ) -> Result<(), BatchError> {
        let stated = names[self.stated.clone()].iter();
        let titles = stated.chain(added.iter().map(|column| &column.name));
        let titles = titles.map(|title| Some(CellContent::Title(title.clone())));
        self.add(header, titles)
    }

    fn row(&mut self, row: &Row, added: &[AddedCell]) -> Result<(), BatchError> {
        let stated = self
            .stated
            .clone()
            .map(|column| match row.values.get(column) {
                Some(value) if !is_empty(value) => {
                    Some(CellContent::Text(added_text(&text(value))))
                }
                _ => None,
            });
        let added = added.iter().map(|cell| match cell {
            AddedCell::Text(text) => Some(CellContent::Text(added_text(text))),
            AddedCell::Number(number, decimals) => {
                Some(CellContent::Number(rounded(*number, *decimals)))
            }
            AddedCell::Empty => None,
        });
        self.add(row, stated.chain(added))
    }
}

/// Refuses a zip whose entries share their bytes: copied one by one, a small file of many would fill a disk.
fn check_overlap<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    file_bytes: u64,
) -> Result<(), BatchError> {
    let mut entry_bytes = 0u64;
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place).map_err(unread)?;
        entry_bytes = entry_bytes.saturating_add(entry.compressed_size());
    }
    if entry_bytes > file_bytes {
        return Err(BatchError::BookLimit {
            part: "the zip".to_owned(),
            fault: "entries that are larger together than the file".to_owned(),
        });
    }
    Ok(())
}

/// Begins the copy of a part under its name and its date, so that two runs give the same bytes.
fn start_copy<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    place: usize,
    zip: &mut ZipWriter<impl Write + Seek>,
) -> Result<(), BatchError> {
    let entry = archive.by_index_raw(place).map_err(unread)?;
    let options = part_options().last_modified_time(entry.last_modified().unwrap_or_default());
    let name = entry.name().map_err(unread)?.to_string();
    zip.start_file(name, options).map_err(unwritten)
}

fn part_options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unread(fault: ZipError) -> BatchError {
    BatchError::NotSheet("XLSX", fault.to_string())
}

fn unwritten(fault: ZipError) -> BatchError {
    match fault {
        ZipError::Io(fault) => BatchError::Write(fault),
        fault => BatchError::Sheet(fault.to_string()),
    }
}
