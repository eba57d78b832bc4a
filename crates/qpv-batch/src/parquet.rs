//! Parquet tables: all columns of the input as they are, with their types, then the added ones (numbers are doubles, the
//! others texts; nothing to say is null).
//!
//! A table is cut into parts ([`parts`]) that are read, answered and encoded on all cores, and written in order; one
//! thread only reads the headers of pages and puts encoded columns behind each other. Key-value metadata (of pandas, of
//! `GeoParquet`) is kept. Memory is bounded whatever a file claims.

mod checked_pages;
mod checked_text;
mod covering;
mod delta_lengths;
mod geometry;
mod page_header;
mod parts;
mod row_writer;
mod table_file;
mod table_writer;
mod typed_rows;
mod wkb;
mod wkt;

use std::cell::Cell;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Once};

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelectionPolicy,
};
use ::parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory};
use ::parquet::basic::CompressionCodec;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{KeyValue, ParquetMetaData, RowGroupMetaData};
use ::parquet::file::reader::ChunkReader;
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow_select::concat::concat;
use arrow_select::filter::filter;
use qpv_model::Crs;
use qpv_service::Snapshot;

use crate::arrow_rows::{AnsweredRows, ArrowRows, ColumnCells, check_type, column_cells, read_row};
use crate::cell::AddedColumn;
use crate::column_names::without_clash;
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::job::Job;
use crate::pipeline;
use crate::progress::Progress;
use crate::row_error::RowError;
use crate::summary::{BatchSummary, names_of};

use checked_pages::CheckedPages;
use checked_text::check_text;
use covering::CoveringColumn;
use geometry::{GeometryCells, GeometryColumn};
use parts::{MAX_PART_ROWS, MEMORY_BYTES, TablePart, TableParts};
pub(crate) use row_writer::{ColumnKinds, ParquetWriter};
pub use table_file::{FilePosition, TableFile};
use table_writer::GroupEncoder;
pub(crate) use typed_rows::ParquetRows;

/// The bytes that a table begins with.
const MAGIC: &[u8] = b"PAR1";

/// Answers every row of a Parquet table.
///
/// # Errors
/// [`BatchError`]; what was written to `output` until then is no table.
pub fn answer(
    snapshot: &Snapshot,
    job: &impl Job,
    input: impl ChunkReader + 'static,
    output: impl Write + Send,
    progress: &mut dyn Progress,
) -> Result<BatchSummary, BatchError> {
    answer_in_parts(snapshot, job, input, output, progress, MAX_PART_ROWS)
}

/// [`answer`] in parts of at most so many rows.
fn answer_in_parts(
    snapshot: &Snapshot,
    job: &impl Job,
    input: impl ChunkReader + 'static,
    output: impl Write + Send,
    progress: &mut dyn Progress,
    part_rows: usize,
) -> Result<BatchSummary, BatchError> {
    job.check(snapshot)?;
    let (bytes, input) = (input.len(), Arc::new(input));
    let metadata = read_metadata(&*input)?;
    let fields = metadata.schema().fields();
    let names: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
    let (read, geometry) = columns_read(job, &metadata, &names)?;
    let added = without_clash(&names, job.added(), job.titles());
    let all_names = names.iter().cloned();
    let all_names: Vec<String> = all_names
        .chain(added.iter().map(|column| column.name.clone()))
        .collect();
    // Metadata that cannot be read, of a table of coordinates, stay as they are.
    let (geo, covering) = covering::covering(&metadata, &all_names).unwrap_or_default();
    let schema = with_added(metadata.schema(), geo.as_ref(), covering.as_ref(), &added);
    let properties = table_writer::properties(metadata.metadata(), geo.as_ref(), &added);
    let (mut writer, encoders) = table_writer::table_writer(output, &schema, properties)?;
    let mut summary = BatchSummary::new(snapshot, job.no_counts(), names_of(&names, &read));
    let table = Table {
        snapshot,
        job,
        input: Arc::clone(&input),
        metadata: metadata.clone(),
        names: summary.columns.clone(),
        read,
        geometry,
        covering,
        added,
        schema,
        encoders,
    };
    // Not 0, since shares are divided by it.
    let whole = u64::try_from(metadata.metadata().file_metadata().num_rows())
        .unwrap_or_default()
        .max(1);
    let mut parts = TableParts::new(&input, metadata.metadata(), part_rows);
    pipeline::in_order_within(
        MEMORY_BYTES,
        || {
            let part = catch_panic(|| parts.next_part())??;
            Ok(part.map(|part| {
                let bytes = part.bytes;
                (part, bytes)
            }))
        },
        |part: TablePart| catch_panic(|| table.answer(&part))?,
        |answered| {
            let (chunks, counts, rows) = answered?;
            let before = summary.rows;
            summary.add(&counts, rows, before);
            let bytes = share(summary.rows, whole, bytes) - share(before, whole, bytes);
            progress.report(bytes, rows, before, &[])?;
            // No row of the part is written.
            if chunks.is_empty() {
                return Ok(());
            }
            table_writer::append(&mut writer, chunks)
        },
    )?;
    writer.close().map_err(writing)?;
    Ok(summary)
}

/// Reads the metadata of a table.
///
/// # Errors
/// It is none, is damaged, or has a column that is not read: refused before anything is written, for the reader would fail
/// in the middle of the table.
fn read_metadata(input: &impl ChunkReader) -> Result<ArrowReaderMetadata, BatchError> {
    let metadata = catch_panic(|| ArrowReaderMetadata::load(input, ArrowReaderOptions::new()))?;
    let metadata = metadata.map_err(|fault| match input.get_bytes(0, MAGIC.len()) {
        Ok(start) if start == MAGIC => damaged(&fault.to_string()),
        _ => BatchError::NotParquet(fault),
    })?;
    check_codecs(metadata.metadata())?;
    Ok(metadata)
}

/// Returns the bytes of the input that so many of its rows are, in proportion.
fn share(rows: u64, all_rows: u64, bytes: u64) -> u64 {
    u64::try_from(u128::from(rows) * u128::from(bytes) / u128::from(all_rows)).unwrap_or(bytes)
}

thread_local! {
    /// True while a panic of the reader is expected, and said by its error alone.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Has panics within [`catch_panic`] printed by nobody; those of other threads are printed as before.
fn quieten_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let printed = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                printed(panic);
            }
        }));
    });
}

/// Turns a panic of the reader into an error: the last resort around a library that, in a damaged file, adds up and
/// slices by numbers that it has not checked (`parquet` 60). Nothing of it is used afterwards.
fn catch_panic<T>(read: impl FnOnce() -> T) -> Result<T, BatchError> {
    quieten_panics();
    // One may be within another.
    let was_quiet = IS_QUIET.replace(true);
    let read = catch_unwind(AssertUnwindSafe(read));
    IS_QUIET.set(was_quiet);
    read.map_err(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("the reader panicked");
        damaged(message)
    })
}

fn reading(fault: ParquetError) -> BatchError {
    BatchError::Parquet {
        doing: "reading the input",
        fault,
    }
}

/// Returns the error for a file that is not as the format has it.
fn damaged(what: &str) -> BatchError {
    reading(ParquetError::General(format!("a damaged file ({what})")))
}

fn writing(fault: ParquetError) -> BatchError {
    BatchError::Parquet {
        doing: "writing the output",
        fault,
    }
}

/// Refuses a table with a column that this program is built without the codec of: all columns are read.
fn check_codecs(metadata: &ParquetMetaData) -> Result<(), BatchError> {
    for column in metadata
        .row_groups()
        .iter()
        .flat_map(RowGroupMetaData::columns)
    {
        let codec = column.compression_codec();
        if codec == CompressionCodec::LZO {
            return Err(BatchError::Codec {
                column: column.column_path().string(),
                codec,
            });
        }
    }
    Ok(())
}

/// Returns the columns that are read: those of the job, or that of the geometries where the table has no others.
fn columns_read(
    job: &impl Job,
    metadata: &ArrowReaderMetadata,
    names: &[String],
) -> Result<(Vec<usize>, Option<GeometryColumn>), BatchError> {
    let found = job.columns(names);
    let has_none = matches!(
        found,
        Err(ColumnsError::NotFound { .. } | ColumnsError::CrsNeeded { .. } | ColumnsError::NoNames)
    );
    if has_none
        && job.takes_geometries()
        && let Some(geometry) = GeometryColumn::find(metadata, job.stated_crs())?
    {
        return Ok((vec![geometry.column], Some(geometry)));
    }
    let read = found?;
    for column in &read {
        check_type(metadata.schema().field(*column), job.required_values())?;
    }
    Ok((read, None))
}

/// Returns the columns of the output.
fn with_added(
    schema: &Schema,
    geo: Option<&KeyValue>,
    covering: Option<&CoveringColumn>,
    added: &[AddedColumn],
) -> SchemaRef {
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    fields.extend(covering.map(|covering| Arc::new(covering.field.clone())));
    for column in added {
        let data_type = if column.number {
            DataType::Float64
        } else {
            DataType::Utf8
        };
        // Nullable, because a row without an answer has nulls.
        fields.push(Arc::new(Field::new(&column.name, data_type, true)));
    }
    // Writers put the metadata of the file into its schema too, where some readers look for them.
    let mut metadata = schema.metadata().clone();
    if let Some(KeyValue { key, value }) = geo {
        metadata.insert(key.clone(), value.clone().unwrap_or_default());
    }
    Arc::new(Schema::new_with_metadata(fields, metadata))
}

/// The settings that all parts have in common.
struct Table<'a, J, R> {
    snapshot: &'a Snapshot,
    job: &'a J,
    input: Arc<R>,
    metadata: ArrowReaderMetadata,
    /// The columns that are read, by name and by place.
    names: Vec<String>,
    read: Vec<usize>,
    /// The column of geometries, if that is read.
    geometry: Option<GeometryColumn>,
    covering: Option<CoveringColumn>,
    added: Vec<AddedColumn>,
    schema: SchemaRef,
    encoders: ArrowRowGroupWriterFactory,
}

/// The columns of a part, encoded, with its counts and the number of its rows. Without a column when no row is written.
type AnsweredPart = (Vec<ArrowColumnChunk>, Vec<AnswerCounts>, u64);

impl<J: Job, R: ChunkReader + 'static> Table<'_, J, R> {
    /// Reads, answers and encodes a part, column by column, so that the pages of one are held at a time.
    fn answer(&self, part: &TablePart) -> Result<AnsweredPart, BatchError> {
        // Which rows are written, their answers tell: these come first.
        let mut answered = if self.job.leaves_rows_out() {
            let read = self.read.iter().map(|column| {
                let pieces = read_column(&self.input, &self.metadata, part, *column)?;
                joined(&pieces)
            });
            let read = read.collect::<Result<Vec<ArrayRef>, BatchError>>()?;
            Some(self.answer_rows(&read, part.rows))
        } else {
            None
        };
        if let Some(mut rows) = answered.take_if(|rows| rows.kept.true_count() == 0) {
            return Ok((vec![], rows.take_counts(), part.rows as u64));
        }
        let mut encoder = GroupEncoder::new(&self.encoders)?;
        let mut fields = self.schema.fields().iter();
        let mut read: Vec<Option<ArrayRef>> = vec![None; self.read.len()];
        let mut extents = vec![];
        for column in 0..self.metadata.schema().fields().len() {
            let mut pieces = read_column(&self.input, &self.metadata, part, column)?;
            if let Some(rows) = &answered {
                pieces = kept_of(&pieces, &rows.kept)?;
            }
            // Before the next column is read, so that this one can be forgotten.
            encoder.column(next_field(&mut fields), &pieces)?;
            for (wanted, values) in self.read.iter().zip(&mut read) {
                if *wanted == column {
                    *values = Some(joined(&pieces)?);
                }
            }
            if let Some(covering) = self
                .covering
                .as_ref()
                .filter(|found| found.geometry == column)
            {
                extents.extend(pieces.iter().map(|piece| covering.extents(piece)));
            }
        }
        if self.covering.is_some() {
            encoder.column(next_field(&mut fields), &extents)?;
        }
        let mut answered = answered.unwrap_or_else(|| {
            let read: Vec<ArrayRef> = read.into_iter().flatten().collect();
            self.answer_rows(&read, part.rows)
        });
        let counts = answered.take_counts();
        for values in answered.into_columns() {
            encoder.column(next_field(&mut fields), &[values])?;
        }
        Ok((encoder.finish(), counts, part.rows as u64))
    }

    /// Answers rows by the columns that are read.
    fn answer_rows(&self, read: &[ArrayRef], rows: usize) -> AnsweredRows {
        let read = RowCells::new(self.geometry.as_ref(), read);
        let asked = ArrowRows {
            snapshot: self.snapshot,
            job: self.job,
            added: &self.added,
        };
        asked.answer(rows, |row| self.question(&read, row))
    }

    #[inline]
    fn question(&self, read: &RowCells<'_>, row: usize) -> Result<J::Question, RowError> {
        match read {
            RowCells::Columns(columns) => read_row(self.job, &self.names, columns, row),
            RowCells::Geometries(geometries, crs) => {
                self.job.read_geometry(geometries.get(row)?, *crs)
            }
        }
    }
}

/// The columns that are read, by row.
enum RowCells<'a> {
    Columns(Vec<ColumnCells<'a>>),
    /// Geometries, and their reference system.
    Geometries(GeometryCells<'a>, Option<Crs>),
}

impl<'a> RowCells<'a> {
    fn new(geometry: Option<&GeometryColumn>, read: &'a [ArrayRef]) -> Self {
        match (geometry, read) {
            (Some(geometry), [column]) => {
                Self::Geometries(GeometryCells::new(geometry, column), geometry.crs)
            }
            _ => Self::Columns(column_cells(read)),
        }
    }
}

fn next_field<'a>(fields: &mut impl Iterator<Item = &'a FieldRef>) -> &'a Field {
    fields.next().expect("the schema has every column")
}

/// Reads a column of a part.
fn read_column<R: ChunkReader + 'static>(
    input: &Arc<R>,
    metadata: &ArrowReaderMetadata,
    part: &TablePart,
    column: usize,
) -> Result<Vec<ArrayRef>, BatchError> {
    let pages = CheckedPages {
        input: Arc::clone(input),
        open_ended: Arc::clone(&part.open_ended),
    };
    let wanted = ProjectionMask::roots(metadata.parquet_schema(), [column]);
    let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(pages, metadata.clone())
        .with_row_groups(part.groups.clone().collect())
        .with_row_selection_policy(RowSelectionPolicy::Selectors)
        .with_projection(wanted)
        .with_batch_size(part.rows);
    // A selection, even of all rows, takes a slower way through the pages.
    if !part.is_whole {
        builder = builder.with_offset(part.skipped_rows).with_limit(part.rows);
    }
    let pieces: Vec<ArrayRef> = builder
        .build()
        .map_err(|fault| damaged(&fault.to_string()))?
        .map(|batch| batch.map(|batch| Arc::clone(batch.column(0))))
        .collect::<Result<_, _>>()
        .map_err(|fault| damaged(&fault.to_string()))?;
    let rows: usize = pieces.iter().map(Array::len).sum();
    if rows != part.rows {
        return Err(damaged(&format!(
            "{rows} rows where {} are told",
            part.rows
        )));
    }
    check_text(metadata, column, &pieces).map_err(|fault| damaged(&fault.to_string()))?;
    Ok(pieces)
}

/// Returns the values of the rows that are written.
fn kept_of(pieces: &[ArrayRef], kept: &BooleanArray) -> Result<Vec<ArrayRef>, BatchError> {
    let mut start = 0;
    let pieces = pieces.iter().map(|piece| {
        let wanted = kept.slice(start, piece.len());
        start += piece.len();
        filter(piece, &wanted).map_err(|fault| reading(fault.into()))
    });
    pieces.collect()
}

/// Joins the pieces of a column; a single one is not copied.
fn joined(pieces: &[ArrayRef]) -> Result<ArrayRef, BatchError> {
    match pieces {
        [piece] => Ok(Arc::clone(piece)),
        pieces => {
            let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
            concat(&pieces).map_err(|fault| reading(fault.into()))
        }
    }
}

#[cfg(test)]
mod tests;
