//! Rows answered block by block, from any format to any other.

use calamine::Data;
use qpv_delimited::MAX_ROWS_ABOVE;
use qpv_model::Crs;
use qpv_service::Snapshot;

use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::column_names::without_clash;
use crate::content_columns::{filled_from_above, header_rank, is_mistaken_header, titles};
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::field_kinds::{has_several, is_data_row};
use crate::house_numbers::{SAMPLE_ROWS, UnreadColumn};
use crate::job::{Job, ROWS_PER_QUESTION};
use crate::list_rows::{ListRows, RowMark, SKIPPED, unknown_column, with_remarks};
use crate::pipeline;
use crate::progress::{Progress, RowPoint};
use crate::row_error::RowError;
use crate::rows::{AddedCell, Row, RowWriter, Rows, cell};
use crate::summary::{BatchSummary, names_of};

/// Cells of a block, empty ones before others included: a sheet may be wide and empty.
const MAX_BLOCK_CELLS: usize = 1 << 16;
/// Bytes of text in a block, beyond which it takes no other row.
const MAX_BLOCK_TEXT_BYTES: usize = 4 << 20;

/// The row that names the columns.
pub(crate) struct Header {
    /// The rows above it.
    pub(crate) above: Vec<Row>,
    pub(crate) row: Row,
    pub(crate) names: Vec<String>,
    /// The columns that are read.
    pub(crate) read: Vec<usize>,
    /// Columns of numbers that are not.
    pub(crate) unread: Vec<UnreadColumn>,
    /// Rows below it that were looked at.
    pub(crate) below: Vec<Row>,
    /// Columns, among those that are read, whose numbers are of single precision.
    pub(crate) singles: Vec<usize>,
    /// True for a line of titles that the table does not have.
    pub(crate) by_content: bool,
    /// The places by which the rows below move down for it.
    pub(crate) shift: u64,
    /// The reference system of geometries; `None` for longitude and latitude.
    pub(crate) crs: Option<Crs>,
    /// The columns of the list itself, before those that a caller states.
    pub(crate) list_columns: usize,
}

impl Header {
    /// Creates that of a table whose first row names the columns, of which these are read.
    pub(crate) fn new(row: Row, names: Vec<String>, read: Vec<usize>) -> Self {
        Self {
            above: vec![],
            row,
            list_columns: names.len(),
            names,
            read,
            unread: vec![],
            below: vec![],
            singles: vec![],
            by_content: false,
            shift: 0,
            crs: None,
        }
    }

    /// Adds the columns that a caller states, which the rows then have too.
    pub(crate) fn with_stated(mut self, job: &impl Job) -> Result<Self, BatchError> {
        let stated = job.stated_columns();
        if stated.is_empty() {
            return Ok(self);
        }
        self.names.extend(stated.iter().cloned());
        self.row.values.resize(self.list_columns, Data::Empty);
        let titles = stated.iter().cloned().map(Data::String);
        self.row.values.extend(titles);
        self.read = job.columns_with_stated(&self.names, self.read)?;
        Ok(self)
    }

    /// Returns the cells of a row that are read.
    fn cells<'r>(&self, row: &'r Row) -> Vec<Cell<'r>> {
        let cells = self
            .read
            .iter()
            .map(|column| match row.values.get(*column) {
                Some(Data::Float(number)) if self.singles.contains(column) =>
                {
                    #[expect(clippy::cast_possible_truncation, reason = "it was widened from one")]
                    Cell::Single(*number as f32)
                }
                value => value.map_or(Cell::Empty, cell),
            });
        cells.collect()
    }

    /// Finds the row that names the columns, so many at most: of the first few, the one under which most of those that are
    /// read are found, for titles, groups of columns and merged cells often stand above it.
    pub(crate) fn find(
        job: &impl Job,
        columns: usize,
        rows: &mut dyn Rows,
    ) -> Result<Self, BatchError> {
        let (mut first, mut fault) = (vec![], None);
        let mut best: Option<(usize, (bool, usize), Vec<String>)> = None;
        read_ahead(&mut first, MAX_ROWS_ABOVE + 1 + SAMPLE_ROWS, rows)?;
        let sample = sample_texts(&first);
        for (index, row) in first.iter().enumerate().take(MAX_ROWS_ABOVE + 1) {
            let texts = row.texts(columns);
            // Below people stand no titles of theirs, but perhaps those of another table.
            if best
                .as_ref()
                .is_some_and(|(_, (are_titles, _), _)| *are_titles)
                && is_data_row(&texts)
            {
                break;
            }
            let above = index
                .checked_sub(1)
                .map(|above| first[above].texts(columns));
            let filled = above.and_then(|above| filled_from_above(&texts, &above));
            for names in std::iter::once(texts).chain(filled) {
                match job
                    .columns_by_rows(&names, &sample[index + 1..])
                    .map(|found| found.read)
                {
                    Ok(read) if job.for_spreadsheets() && is_mistaken_header(&names, &read) => {}
                    Ok(read) => {
                        let rank = header_rank(&names, &read);
                        if best.as_ref().is_none_or(|(_, most, _)| rank > *most) {
                            best = Some((index, rank, names));
                        }
                    }
                    // This row names columns, whatever stands above it.
                    Err(found @ ColumnsError::FactNeeded { .. }) => fault = Some(found),
                    // In most lists the first row names the columns, so its fault helps most.
                    Err(found) => fault = fault.or(Some(found)),
                }
            }
        }
        let Some((at, _, names)) = best else {
            if job.for_spreadsheets()
                && let Some(at) = first_data_row(&first[..first.len().min(MAX_ROWS_ABOVE + 1)])
            {
                return Self::by_content(job, columns, first, at, rows);
            }
            return Err(fault.map_or(BatchError::NoHeader, BatchError::from));
        };
        let mut below = first.split_off(at + 1);
        let row = first.pop().expect("the best row is one of them");
        read_ahead(&mut below, SAMPLE_ROWS, rows)?;
        // Found anew, by the rows too: jobs keep the columns that they found last.
        let found = job.columns_by_rows(&names, &sample_texts(&below))?;
        Self {
            above: first,
            unread: found.unread,
            below,
            ..Self::new(row, names, found.read)
        }
        .with_stated(job)
    }

    /// Names the columns of a list without a line of titles, whose first row of data is at this place.
    fn by_content(
        job: &impl Job,
        columns: usize,
        mut first: Vec<Row>,
        at: usize,
        rows: &mut dyn Rows,
    ) -> Result<Self, BatchError> {
        let mut below = first.split_off(at);
        read_ahead(&mut below, SAMPLE_ROWS, rows)?;
        let sample = sample_texts(&below);
        let mut names = titles(&sample);
        names.extend((names.len()..columns).map(unknown_column));
        let found = job.columns_by_rows(&names, &sample)?;
        let values = names.iter().cloned().map(Data::String).collect();
        let row = Row {
            number: below[0].number,
            ..Row::new(below[0].index, values)
        };
        Self {
            above: first,
            unread: found.unread,
            below,
            by_content: true,
            shift: 1,
            ..Self::new(row, names, found.read)
        }
        .with_stated(job)
    }
}

/// Returns the place of the first row of a list without a line of titles, below rows of one field; `None` when there is none.
pub(crate) fn first_data_row(rows: &[Row]) -> Option<usize> {
    for (index, row) in rows.iter().enumerate() {
        let texts = row.texts(row.values.len());
        if is_data_row(&texts) {
            return Some(index);
        }
        if has_several(&texts) {
            return None;
        }
    }
    None
}

/// Reads rows until there are so many, or as much as a block takes.
pub(crate) fn read_ahead(
    rows: &mut Vec<Row>,
    count: usize,
    from: &mut dyn Rows,
) -> Result<(), BatchError> {
    let mut cells: usize = rows.iter().map(|row| row.values.len()).sum();
    let mut bytes: usize = rows.iter().map(Row::text_bytes).sum();
    while rows.len() < count
        && cells < MAX_BLOCK_CELLS
        && bytes < MAX_BLOCK_TEXT_BYTES
        && let Some(row) = from.next()?
    {
        cells += row.values.len();
        bytes += row.text_bytes();
        rows.push(row);
    }
    Ok(())
}

/// Returns the texts of rows that columns are judged by.
pub(crate) fn sample_texts(rows: &[Row]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.texts(row.values.len())).collect()
}

/// A table to answer, apart from its rows.
pub(crate) struct RowTable<'a, J> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) job: &'a J,
    /// The rows that are expected, and the bytes of the input that they are: 0 where neither is known.
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
}

/// Rows with the cells to add to each, and their counts.
struct AnsweredRows {
    rows: Vec<(Row, Vec<AddedCell>, Option<RowMark>)>,
    /// All that were asked, written or not.
    asked: u64,
    counts: Vec<AnswerCounts>,
    /// The places of rows, when they are wanted.
    points: Vec<(u64, RowPoint)>,
}

impl<J: Job> RowTable<'_, J> {
    /// Returns the columns to add to those of a header.
    pub(crate) fn added(&self, header: &Header, has_remarks: bool) -> Vec<AddedColumn> {
        let added = with_remarks(self.job.added(), has_remarks);
        without_clash(&header.names, added, self.job.titles())
    }

    /// Answers the rows below a header.
    pub(crate) fn answer(
        &self,
        mut header: Header,
        rows: &mut dyn Rows,
        out: &mut impl RowWriter,
        progress: &mut dyn Progress,
    ) -> Result<BatchSummary, BatchError> {
        let list = self.job.list_columns(&header.names, &header.read);
        let has_remarks = list.as_ref().is_some_and(|columns| columns.remarks);
        let mut list = list.map(|columns| ListRows::new(&header.names, columns));
        let added = self.added(&header, has_remarks);
        header.above.iter().try_for_each(|row| out.row_above(row))?;
        out.header(&header.row, &header.names, &added)?;
        let names = names_of(&header.names, &header.read);
        // Looking for the header has read some of the rows.
        let mut below = std::mem::take(&mut header.below).into_iter();
        let mut summary = BatchSummary::new(self.snapshot, self.job.no_counts(), names.clone());
        summary.columns_by_content = header.by_content;
        summary.header_row = (!header.above.is_empty()).then_some(header.row.number);
        summary.unread_columns = std::mem::take(&mut header.unread);
        progress.columns(&summary);
        let (whole, points) = (self.rows.max(1), progress.wants_points());
        // A sheet has no gaps where rows are left out.
        let shift = header.shift;
        let mut next_index = self.job.leaves_rows_out().then_some(header.row.index + 1);
        pipeline::in_order(
            || {
                let (mut block, mut cells, mut bytes) = (vec![], 0, 0);
                while block.len() < ROWS_PER_QUESTION
                    && cells < MAX_BLOCK_CELLS
                    && bytes < MAX_BLOCK_TEXT_BYTES
                {
                    let next = below.next();
                    let Some(mut row) = next.map_or_else(|| rows.next(), |row| Ok(Some(row)))?
                    else {
                        break;
                    };
                    if let Some(values) = self.job.stated_values(row.number) {
                        row.values.resize(header.list_columns, Data::Empty);
                        row.values.extend(values.iter().cloned().map(Data::String));
                    }
                    cells += row.values.len();
                    bytes += row.text_bytes();
                    // One after another: a row may be like one of an earlier block.
                    let mark = list.as_mut().and_then(|list| {
                        let texts = row.texts(header.names.len());
                        let fields: Vec<_> =
                            texts.iter().map(|text| text.as_str().into()).collect();
                        list.mark(row.number, &fields, row.fault.is_none())
                    });
                    block.push((row, mark));
                }
                Ok(Some(block).filter(|block| !block.is_empty()))
            },
            |block| self.block(block, &names, &header, points),
            |answered| {
                let (before, rows) = (summary.rows, answered.asked);
                // Rows carry their own numbers: none come before.
                summary.add(&answered.counts, rows, 0);
                let bytes =
                    share(summary.rows, whole, self.bytes) - share(before, whole, self.bytes);
                progress.report(bytes, rows, 0, &answered.points)?;
                answered
                    .rows
                    .into_iter()
                    .try_for_each(|(mut row, mut cells, mark)| {
                        if has_remarks {
                            cells.text(&mark.map(RowMark::remark).unwrap_or_default());
                        }
                        row.index += shift;
                        if let Some(index) = &mut next_index {
                            row.index = *index;
                            *index += 1;
                        }
                        out.row(&row, &cells)
                    })
            },
        )?;
        summary.take_list(list);
        Ok(summary)
    }

    fn block(
        &self,
        mut block: Vec<(Row, Option<RowMark>)>,
        names: &[String],
        header: &Header,
        points: bool,
    ) -> AnsweredRows {
        let mut questions = vec![];
        let places: Vec<Result<usize, RowError>> = block
            .iter_mut()
            .map(|(row, mark)| {
                if mark.is_some_and(RowMark::is_skipped) {
                    return Err(SKIPPED);
                }
                // Fields under the wrong names must not be asked.
                row.fault.map_or(Ok(()), Err)?;
                questions.push(match row.geometry.take() {
                    Some(geometry) => self.job.read_geometry(geometry?, header.crs)?,
                    None => self.job.read(names, &header.cells(row))?,
                });
                Ok(questions.len() - 1)
            })
            .collect();
        let answers = self.job.answer(self.snapshot, &questions);
        let (mut counts, mut found) = (self.job.no_counts(), vec![]);
        let mut asked = 0;
        let mut written = vec![];
        for ((row, mark), place) in block.into_iter().zip(places) {
            if place == Err(SKIPPED) {
                if self.job.leaves_rows_out() {
                    continue;
                }
            } else {
                asked += 1;
                self.job
                    .count(self.snapshot, &answers, place, row.number, &mut counts);
            }
            if let (true, Ok(place)) = (points, place) {
                found.extend(
                    self.job
                        .point(self.snapshot, &answers, place)
                        .map(|point| (row.number, point)),
                );
            }
            if !self.job.keeps(&answers, place) {
                continue;
            }
            let mut cells = vec![];
            self.job.write(self.snapshot, &answers, place, &mut cells);
            written.push((row, cells, mark));
        }
        AnsweredRows {
            rows: written,
            asked,
            counts,
            points: found,
        }
    }
}

/// Returns the bytes of the input that so many of its rows are, in proportion.
fn share(rows: u64, all_rows: u64, bytes: u64) -> u64 {
    let share = u128::from(rows) * u128::from(bytes) / u128::from(all_rows);
    u64::try_from(share).unwrap_or(bytes).min(bytes)
}
