//! A table cut into parts that are answered on their own: rows of one row group, or several small groups.
//!
//! The memory of a part is known before it is read, from the headers of its pages and the longest text of its
//! dictionaries: whatever the file claims, parts are cut so that those at work together stay within [`MEMORY_BYTES`].

use std::ops::Range;
use std::sync::Arc;

use ::parquet::basic::Type;
use ::parquet::column::page::{Page, PageReader};
use ::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use ::parquet::file::reader::ChunkReader;
use ::parquet::file::serialized_reader::SerializedPageReader;

use super::checked_pages::{CheckedPages, OpenEndedPage};
use super::delta_lengths;
use super::page_header::{HeaderError, PageHeader, PageKind, read_page_header};
use super::reading;
use crate::error::BatchError;

/// The rows of a part, and of a row group of the output.
pub(super) const MAX_PART_ROWS: usize = 1 << 16;
/// The memory of all parts at work, unless one alone needs more.
pub(super) const MEMORY_BYTES: usize = 256 << 20;
/// The memory of the rows of a part, where its pages are no larger.
const PART_BYTES: usize = 24 << 20;
/// The memory of the pages of a column, of which a dictionary and another page are held at once.
const MAX_PAGES_BYTES: usize = 192 << 20;
/// The memory of the added columns of a row, and of its answer.
const ADDED_BYTES: usize = 150;
/// Values of a page of lists: all may be of one row.
const MAX_LIST_VALUES: usize = 1 << 25;
/// Texts of a dictionary are measured when it has more bytes: below, one text may be all of it.
const SMALL_DICTIONARY_BYTES: usize = 256;
/// Bytes read for the header of a page, and the most that one has.
const HEADER_BYTES: usize = 256;
const MAX_HEADER_BYTES: usize = 16 << 20;

/// Rows that are answered together.
#[derive(Debug, Clone)]
pub(super) struct TablePart {
    /// The row groups that hold them.
    pub(super) groups: Range<usize>,
    /// True for all of their rows.
    pub(super) is_whole: bool,
    /// The rows of the first one that come before.
    pub(super) skipped_rows: usize,
    pub(super) rows: usize,
    /// The memory that it may take.
    pub(super) bytes: usize,
    pub(super) open_ended: Arc<[OpenEndedPage]>,
}

/// The memory that a row group takes.
#[derive(Debug, Clone, Default)]
struct GroupSurvey {
    rows: usize,
    /// Memory of the pages of one column, that with the largest.
    pages_bytes: usize,
    /// Memory of a row: in the widest column, and in all columns.
    widest_bytes: usize,
    row_bytes: usize,
    open_ended: Vec<OpenEndedPage>,
}

/// The parts of a table, in order.
pub(super) struct TableParts<'a, R> {
    input: &'a Arc<R>,
    metadata: &'a ParquetMetaData,
    /// The most rows of a part.
    most_rows: usize,
    /// The group that comes next, its survey once it is made, and its rows that are in a part.
    group: usize,
    survey: Option<GroupSurvey>,
    done_rows: usize,
}

impl GroupSurvey {
    /// Returns the memory of so many rows: those of the widest column as they are read and as they are written, the
    /// other columns as they are written.
    fn bytes(&self, rows: usize) -> usize {
        let row_bytes = 2 * self.widest_bytes + self.row_bytes + ADDED_BYTES;
        self.pages_bytes
            .saturating_add(rows.saturating_mul(row_bytes))
    }

    /// Returns the most rows of a part.
    fn part_rows(&self, most_rows: usize) -> usize {
        // Each part unpacks its pages again: parts of large pages are larger too.
        let room = PART_BYTES.max(self.pages_bytes);
        // The pages themselves take their share of the memory.
        let room = room.min(MEMORY_BYTES - self.pages_bytes.min(MEMORY_BYTES));
        (room / (self.bytes(1) - self.pages_bytes)).clamp(1, most_rows)
    }

    /// Adds the next group, if the rows of both are a part.
    fn and(&self, next: &Self, most_rows: usize) -> Option<Self> {
        let mut both = Self {
            rows: self.rows + next.rows,
            pages_bytes: self.pages_bytes.max(next.pages_bytes),
            widest_bytes: self.widest_bytes.max(next.widest_bytes),
            row_bytes: self.row_bytes.max(next.row_bytes),
            open_ended: vec![],
        };
        if both.rows > both.part_rows(most_rows) {
            return None;
        }
        both.open_ended = [&self.open_ended[..], &next.open_ended].concat();
        Some(both)
    }
}

impl<'a, R: ChunkReader> TableParts<'a, R> {
    pub(super) fn new(input: &'a Arc<R>, metadata: &'a ParquetMetaData, most_rows: usize) -> Self {
        Self {
            input,
            metadata,
            most_rows,
            group: 0,
            survey: None,
            done_rows: 0,
        }
    }

    /// Returns the next part, which has rows.
    ///
    /// # Errors
    /// Headers of pages that are damaged, or claim more than is read.
    pub(super) fn next_part(&mut self) -> Result<Option<TablePart>, BatchError> {
        loop {
            match self.next_rows()? {
                Some(part) if part.rows == 0 => {}
                part => return Ok(part),
            }
        }
    }

    fn next_rows(&mut self) -> Result<Option<TablePart>, BatchError> {
        let Some(survey) = self.take_survey()? else {
            return Ok(None);
        };
        // Small groups are put together, so that no row group of the output is smaller than it need be.
        let part_rows = survey.part_rows(self.most_rows);
        if survey.rows <= part_rows {
            return self.whole_groups(survey).map(Some);
        }
        // Of one size, rather than a small one at the end.
        let rows = survey.rows.div_ceil(survey.rows.div_ceil(part_rows));
        let rows = rows.min(survey.rows - self.done_rows);
        let part = TablePart {
            groups: self.group..self.group + 1,
            is_whole: false,
            skipped_rows: self.done_rows,
            rows,
            bytes: survey.bytes(rows),
            open_ended: survey.open_ended.clone().into(),
        };
        self.done_rows += rows;
        if self.done_rows < survey.rows {
            self.survey = Some(survey);
        } else {
            self.group += 1;
            self.done_rows = 0;
        }
        Ok(Some(part))
    }

    /// Returns the part of this group and of those behind it that it has room for.
    fn whole_groups(&mut self, mut survey: GroupSurvey) -> Result<TablePart, BatchError> {
        let first = self.group;
        self.group += 1;
        while let Some(next) = self.take_survey()? {
            let Some(both) = survey.and(&next, self.most_rows) else {
                self.survey = Some(next);
                break;
            };
            survey = both;
            self.group += 1;
        }
        Ok(TablePart {
            groups: first..self.group,
            is_whole: true,
            skipped_rows: 0,
            rows: survey.rows,
            bytes: survey.bytes(survey.rows),
            open_ended: survey.open_ended.into(),
        })
    }

    /// Returns the survey of the group that comes next, one with rows.
    fn take_survey(&mut self) -> Result<Option<GroupSurvey>, BatchError> {
        if let Some(survey) = self.survey.take() {
            return Ok(Some(survey));
        }
        if self.group == self.metadata.num_row_groups() {
            return Ok(None);
        }
        survey(self.input, self.metadata, self.group).map(Some)
    }
}

/// Measures a row group.
fn survey<R: ChunkReader>(
    input: &Arc<R>,
    metadata: &ParquetMetaData,
    group: usize,
) -> Result<GroupSurvey, BatchError> {
    let metadata = metadata.row_group(group);
    let rows = usize::try_from(metadata.num_rows()).map_err(|_| damaged("a row group", "rows"))?;
    let schema = metadata.schema_descr();
    let mut survey = GroupSurvey {
        rows,
        ..GroupSurvey::default()
    };
    // By column of the table: the leaves of a nested one are read at once.
    let mut roots = vec![ColumnSurvey::default(); schema.root_schema().get_fields().len()];
    for (leaf, column) in metadata.columns().iter().enumerate() {
        let found = survey_column(input, column, rows, &mut survey.open_ended)?;
        let root = &mut roots[schema.get_column_root_idx(leaf)];
        // The leaves of a nested column are read together.
        root.pages_bytes += found.pages_bytes;
        root.row_bytes += found.row_bytes;
        if root.pages_bytes > MAX_PAGES_BYTES {
            return Err(BatchError::PageLimit {
                column: column.column_path().string(),
                bytes: root.pages_bytes,
                limit: MAX_PAGES_BYTES,
            });
        }
    }
    for root in roots {
        survey.pages_bytes = survey.pages_bytes.max(root.pages_bytes);
        survey.widest_bytes = survey.widest_bytes.max(root.row_bytes);
        survey.row_bytes += root.row_bytes;
    }
    // Columns may stand in any order in the file, and pages are looked for by their place.
    survey.open_ended.sort_by_key(OpenEndedPage::start);
    Ok(survey)
}

/// The memory that a column of a row group takes: its dictionary and its largest page; a row.
#[derive(Debug, Clone, Copy, Default)]
struct ColumnSurvey {
    pages_bytes: usize,
    row_bytes: usize,
}

fn survey_column<R: ChunkReader>(
    input: &Arc<R>,
    column: &ColumnChunkMetaData,
    rows: usize,
    open_ended: &mut Vec<OpenEndedPage>,
) -> Result<ColumnSurvey, BatchError> {
    let path = column.column_path().string();
    let is_list = column.column_descr().max_rep_level() > 0;
    let (mut dictionary_bytes, mut page_bytes, mut text_bytes) = (0, 0, 0);
    // Of the densest page; of lists, of all pages together.
    let (mut densest_bytes, mut list_bytes, mut values) = (0, 0, 0);
    let (mut data_pages, mut is_measured) = (vec![], false);
    let first_open_ended = open_ended.len();
    for page in ColumnPages::new(&**input, column)? {
        let (start, header) = page?;
        open_ended.extend(OpenEndedPage::new(
            start,
            column.compression_codec(),
            &header,
        ));
        check_page(&path, header.unpacked_bytes)?;
        match header.kind {
            PageKind::Index => {}
            PageKind::Dictionary => {
                dictionary_bytes = header.unpacked_bytes;
                text_bytes = longest_text(input, column, &header, open_ended)?;
            }
            PageKind::Data => {
                is_measured |= has_texts(column) && delta_lengths::is_measured(header.encoding);
                data_pages.push((header.values, header.unpacked_bytes));
                if is_list && header.values > MAX_LIST_VALUES {
                    return Err(BatchError::PageLimit {
                        column: path,
                        bytes: header.values,
                        limit: MAX_LIST_VALUES,
                    });
                }
            }
        }
    }
    if is_measured {
        measure_texts(
            input,
            column,
            &open_ended[first_open_ended..],
            &mut data_pages,
        )?;
    }
    for (page_values, bytes) in data_pages {
        values += page_values;
        page_bytes = page_bytes.max(bytes);
        densest_bytes = densest_bytes.max(bytes.div_ceil(page_values.max(1)));
        list_bytes += bytes;
    }
    // Two levels of two bytes, and an offset or a view of a text.
    let value_bytes = width(column) + text_bytes + 4;
    let row_bytes = if is_list {
        (values * value_bytes + list_bytes).div_ceil(rows.max(1))
    } else if values == rows {
        value_bytes + densest_bytes
    } else {
        return Err(damaged(&path, "values"));
    };
    Ok(ColumnSurvey {
        pages_bytes: dictionary_bytes + page_bytes,
        row_bytes,
    })
}

/// Refuses a page that takes more memory than any may, before it is unpacked.
fn check_page(column: &str, bytes: usize) -> Result<(), BatchError> {
    if bytes <= MAX_PAGES_BYTES {
        return Ok(());
    }
    Err(BatchError::PageLimit {
        column: column.to_owned(),
        bytes,
        limit: MAX_PAGES_BYTES,
    })
}

fn has_texts(column: &ColumnChunkMetaData) -> bool {
    matches!(
        column.column_type(),
        Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY
    )
}

/// Adds to the bytes of data pages what their texts unpack to beyond those, where they are written as differences.
fn measure_texts<R: ChunkReader>(
    input: &Arc<R>,
    column: &ColumnChunkMetaData,
    open_ended: &[OpenEndedPage],
    data_pages: &mut [(usize, usize)],
) -> Result<(), BatchError> {
    let path = column.column_path().string();
    let input = CheckedPages {
        input: Arc::clone(input),
        open_ended: open_ended.into(),
    };
    let mut pages = SerializedPageReader::new(Arc::new(input), column, 0, None).map_err(reading)?;
    let mut data_pages = data_pages.iter_mut();
    while let Some(page) = pages.get_next_page().map_err(reading)? {
        if !page.is_data_page() {
            continue;
        }
        let (values, bytes) = data_pages.next().ok_or_else(|| damaged(&path, "pages"))?;
        if delta_lengths::is_measured(page.encoding() as i64) {
            // Before they are read: the number of lengths is a claim.
            *bytes += *values * delta_lengths::BYTES_PER_VALUE;
            check_page(&path, *bytes)?;
            let texts = delta_lengths::text_bytes(&page, column.column_descr());
            *bytes += texts.ok_or_else(|| damaged(&path, "lengths of texts"))?;
            check_page(&path, *bytes)?;
        }
    }
    Ok(())
}

/// Returns the bytes of a value in memory, apart from the letters of a text.
fn width(column: &ColumnChunkMetaData) -> usize {
    match column.column_type() {
        Type::BOOLEAN => 1,
        Type::INT32 | Type::FLOAT => 4,
        Type::INT64 | Type::DOUBLE => 8,
        Type::INT96 | Type::BYTE_ARRAY => 16,
        Type::FIXED_LEN_BYTE_ARRAY => {
            usize::try_from(column.column_descr().type_length()).unwrap_or_default()
        }
    }
}

/// Returns the bytes of the longest text of a dictionary, which every row may have.
fn longest_text<R: ChunkReader>(
    input: &Arc<R>,
    column: &ColumnChunkMetaData,
    header: &PageHeader,
    open_ended: &[OpenEndedPage],
) -> Result<usize, BatchError> {
    // Numbers of a dictionary are no longer than others.
    if column.column_type() != Type::BYTE_ARRAY {
        return Ok(0);
    }
    if header.unpacked_bytes <= SMALL_DICTIONARY_BYTES {
        return Ok(header.unpacked_bytes);
    }
    let pages = CheckedPages {
        input: Arc::clone(input),
        open_ended: open_ended.last().cloned().into_iter().collect(),
    };
    let page = SerializedPageReader::new(Arc::new(pages), column, 0, None)
        .and_then(|mut pages| pages.get_next_page())
        .map_err(reading)?;
    let Some(Page::DictionaryPage { buf, .. }) = page else {
        return Err(damaged(&column.column_path().string(), "dictionary"));
    };
    let (mut rest, mut longest) = (&buf[..], 0);
    // Each text stands behind its length, of four bytes.
    while let Some((length, behind)) = rest.split_first_chunk() {
        let length = u32::from_le_bytes(*length) as usize;
        longest = longest.max(length);
        rest = behind.get(length..).unwrap_or_default();
    }
    Ok(longest)
}

/// The pages of a column of a row group: the place of each behind its header, and the header.
struct ColumnPages<'a, R> {
    input: &'a R,
    path: String,
    at: u64,
    rest: u64,
}

impl<'a, R: ChunkReader> ColumnPages<'a, R> {
    fn new(input: &'a R, column: &ColumnChunkMetaData) -> Result<Self, BatchError> {
        let path = column.column_path().string();
        let start = column.dictionary_page_offset();
        let start = start.unwrap_or_else(|| column.data_page_offset());
        let place = u64::try_from(start)
            .ok()
            .zip(u64::try_from(column.compressed_size()).ok());
        let inside = place
            .filter(|(at, bytes)| at.checked_add(*bytes).is_some_and(|end| end <= input.len()));
        let (at, rest) = inside.ok_or_else(|| damaged(&path, "place in the file"))?;
        Ok(Self {
            input,
            path,
            at,
            rest,
        })
    }

    fn page(&mut self) -> Result<(u64, PageHeader), BatchError> {
        let mut window = HEADER_BYTES;
        let (length, header) = loop {
            let bytes = usize::try_from(self.rest).map_or(window, |rest| rest.min(window));
            let header = self.input.get_bytes(self.at, bytes).map_err(reading)?;
            match read_page_header(&header) {
                Ok(found) => break found,
                Err(HeaderError::Short) if bytes == window && window < MAX_HEADER_BYTES => {
                    // Rare: the least and greatest values of long texts stand in it.
                    window *= 16;
                }
                Err(_) => return Err(damaged(&self.path, "header of a page")),
            }
        };
        let start = self.at + length as u64;
        let taken = (length + header.packed_bytes) as u64;
        self.rest = self
            .rest
            .checked_sub(taken)
            .ok_or_else(|| damaged(&self.path, "size of a page"))?;
        self.at += taken;
        Ok((start, header))
    }
}

impl<R: ChunkReader> Iterator for ColumnPages<'_, R> {
    type Item = Result<(u64, PageHeader), BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest == 0 {
            return None;
        }
        let page = self.page();
        // Where the next one would begin is not known.
        if page.is_err() {
            self.rest = 0;
        }
        Some(page)
    }
}

fn damaged(column: &str, what: &str) -> BatchError {
    super::damaged(&format!("column {column}: {what}"))
}
