//! Parquet tables, by batches of rows: all columns of the input as they are, with their types, then the added ones
//! (`distance_to_boundary_m` a double, the others texts; nothing to say is null).
//!
//! Key-value metadata (of pandas, of `GeoParquet`) is kept. Input and output are read and written a little at a time;
//! what is held is at most a row group of the output, bounded in bytes.

mod cells;
mod row_writer;
mod typed_rows;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::arrow::{ARROW_SCHEMA_META_KEY, ArrowWriter};
use ::parquet::basic::{Compression, CompressionCodec};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{FileMetaData, ParquetMetaData, RowGroupMetaData};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::reader::ChunkReader;
use arrow_array::builder::{Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use qpv_service::Snapshot;
use smallvec::SmallVec;

use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::column_names::without_clash;
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::job::{Job, ROWS_PER_QUESTION};
use crate::pipeline;
use crate::progress::Progress;
use crate::row_error::RowError;
use crate::summary::{BatchSummary, names_of};

use cells::{ColumnCells, is_readable};
pub(crate) use row_writer::{ColumnKinds, ParquetWriter};
pub(crate) use typed_rows::ParquetRows;

/// Rows of a batch: enough for the columns of each to be read in long runs.
const ROWS_PER_BATCH: usize = 16 * ROWS_PER_QUESTION;

/// The largest row group of the output, in bytes and in rows: what memory is bounded by.
const MAX_GROUP_BYTES: usize = 32 << 20;
const MAX_GROUP_ROWS: usize = 1 << 18;

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
    job.check(snapshot)?;
    let bytes = input.len();
    let builder = catch_panic(|| ParquetRecordBatchReaderBuilder::try_new(input))?
        .map_err(BatchError::NotParquet)?;
    // Refused before anything is written: the reader would fail in the middle of the table.
    check_codecs(builder.metadata())?;
    let names: Vec<String> = builder
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let read = job.columns(&names)?;
    read.iter().try_for_each(|column| {
        check_type(builder.schema().field(*column), job.required_values())
    })?;
    let added = without_clash(&names, job.added());
    let metadata = builder.metadata().file_metadata().clone();
    let schema = with_added(builder.schema(), &added);
    let mut batches =
        catch_panic(|| builder.with_batch_size(ROWS_PER_BATCH).build())?.map_err(reading)?;
    let mut writer = ArrowWriter::try_new(output, Arc::clone(&schema), Some(properties(&metadata)))
        .map_err(writing)?;
    let mut summary = BatchSummary::new(snapshot, job.no_counts(), names_of(&names, &read));
    let table = Table {
        snapshot,
        job,
        names: summary.columns.clone(),
        read,
        added,
        schema,
    };
    // Not 0, since shares are divided by it.
    let whole = u64::try_from(metadata.num_rows())
        .unwrap_or_default()
        .max(1);
    pipeline::in_order(
        || {
            catch_panic(|| batches.next().transpose())?
                .map_err(|fault| reading(ParquetError::from(fault)))
        },
        |batch| table.answer(&batch),
        |(batch, counts)| {
            let (before, rows) = (summary.rows, batch.num_rows() as u64);
            summary.add(&counts, rows, before);
            let bytes = share(summary.rows, whole, bytes) - share(before, whole, bytes);
            progress.report(bytes, rows, before, &[])?;
            writer.write(&batch).map_err(writing)
        },
    )?;
    writer.close().map_err(writing)?;
    Ok(summary)
}

/// Returns the bytes of the input that so many of its rows are, in proportion.
fn share(rows: u64, all_rows: u64, bytes: u64) -> u64 {
    u64::try_from(u128::from(rows) * u128::from(bytes) / u128::from(all_rows)).unwrap_or(bytes)
}

/// Turns a panic of the reader into an error: the last resort around a library that, in a damaged file, adds up and
/// slices by numbers that it has not checked (`parquet` 60, negative sizes of pages). Nothing of it is used afterwards.
fn catch_panic<T>(read: impl FnOnce() -> T) -> Result<T, BatchError> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("the reader panicked");
        reading(ParquetError::General(format!("a damaged file ({message})")))
    })
}

fn reading(fault: ParquetError) -> BatchError {
    BatchError::Parquet {
        doing: "reading the input",
        source: fault,
    }
}

fn writing(fault: ParquetError) -> BatchError {
    BatchError::Parquet {
        doing: "writing the output",
        source: fault,
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
        if !matches!(
            codec,
            CompressionCodec::UNCOMPRESSED
                | CompressionCodec::SNAPPY
                | CompressionCodec::GZIP
                | CompressionCodec::ZSTD
        ) {
            return Err(BatchError::Codec {
                column: column.column_path().string(),
                codec,
            });
        }
    }
    Ok(())
}

/// Refuses a column without values that the job can read.
fn check_type(field: &Field, required: Option<&'static str>) -> Result<(), ColumnsError> {
    match required {
        Some(wanted) if !is_readable(field.data_type()) => Err(ColumnsError::NotReadable {
            name: field.name().clone(),
            found: field.data_type().to_string(),
            wanted,
        }),
        _ => Ok(()),
    }
}

/// Returns the columns of the output.
fn with_added(schema: &Schema, added: &[AddedColumn]) -> SchemaRef {
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    for column in added {
        let data_type = if column.number {
            DataType::Float64
        } else {
            DataType::Utf8
        };
        // Nullable, because a row without an answer has nulls.
        fields.push(Arc::new(Field::new(&column.name, data_type, true)));
    }
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn properties(input: &FileMetaData) -> WriterProperties {
    let metadata = input.key_value_metadata().map(|entries| {
        // The writer adds the schema of the output itself.
        entries
            .iter()
            .filter(|entry| entry.key != ARROW_SCHEMA_META_KEY)
            .cloned()
            .collect()
    });
    WriterProperties::builder()
        // The codec that readers of Parquet all know.
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(MAX_GROUP_ROWS))
        .set_max_row_group_bytes(Some(MAX_GROUP_BYTES))
        .set_key_value_metadata(metadata)
        .build()
}

/// The settings that all batches have in common.
struct Table<'a, J> {
    snapshot: &'a Snapshot,
    job: &'a J,
    /// The columns that are read, by name and by place.
    names: Vec<String>,
    read: Vec<usize>,
    added: Vec<AddedColumn>,
    schema: SchemaRef,
}

impl<J: Job> Table<'_, J> {
    /// Returns a batch with the added columns, and its counts.
    fn answer(&self, batch: &RecordBatch) -> (RecordBatch, Vec<AnswerCounts>) {
        let read: Vec<ColumnCells<'_>> = self
            .read
            .iter()
            .map(|column| ColumnCells::new(batch.column(*column)))
            .collect();
        let mut cells = Builders::new(&self.added);
        let mut counts = self.job.no_counts();
        for start in (0..batch.num_rows()).step_by(ROWS_PER_QUESTION) {
            let rows = start..batch.num_rows().min(start + ROWS_PER_QUESTION);
            let mut questions = Vec::with_capacity(rows.len());
            let places: Vec<Result<usize, RowError>> = rows
                .clone()
                .map(|row| {
                    questions.push(self.question(&read, row)?);
                    Ok(questions.len() - 1)
                })
                .collect();
            let answers = self.job.answer(self.snapshot, &questions);
            for (row, place) in rows.zip(places) {
                self.job.write(self.snapshot, &answers, place, &mut cells);
                // Rows are numbered from 1.
                let line = row as u64 + 1;
                self.job
                    .count(self.snapshot, &answers, place, line, &mut counts);
            }
        }
        let mut columns = batch.columns().to_vec();
        columns.extend(cells.finish());
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .expect("the columns are those of the schema");
        (batch, counts)
    }

    fn question(&self, read: &[ColumnCells<'_>], row: usize) -> Result<J::Question, RowError> {
        let cells: SmallVec<[Cell<'_>; 4]> = read.iter().map(|column| column.get(row)).collect();
        self.job.read(&self.names, &cells)
    }
}

/// The added columns, being filled row by row. What is empty is null.
struct Builders {
    columns: Vec<Builder>,
    next: usize,
}

enum Builder {
    Text(StringBuilder),
    Number(Float64Builder),
}

impl Builder {
    fn new(column: &AddedColumn) -> Self {
        if column.number {
            Self::Number(Float64Builder::new())
        } else {
            Self::Text(StringBuilder::new())
        }
    }
}

impl Builders {
    fn new(added: &[AddedColumn]) -> Self {
        Self {
            columns: added.iter().map(Builder::new).collect(),
            next: 0,
        }
    }

    /// The column whose turn it is.
    fn next(&mut self) -> &mut Builder {
        let column = self.next;
        self.next = (column + 1) % self.columns.len();
        &mut self.columns[column]
    }

    fn finish(self) -> impl Iterator<Item = ArrayRef> {
        self.columns.into_iter().map(|column| match column {
            Builder::Text(mut column) => Arc::new(column.finish()) as ArrayRef,
            Builder::Number(mut column) => Arc::new(column.finish()),
        })
    }
}

impl CellWriter for Builders {
    fn text(&mut self, text: &str) {
        match self.next() {
            Builder::Text(column) => {
                column.append_option(Some(text).filter(|text| !text.is_empty()));
            }
            Builder::Number(_) => unreachable!("a column of numbers gets numbers"),
        }
    }

    fn number(&mut self, value: f64, _: usize) {
        match self.next() {
            Builder::Number(column) => column.append_value(value),
            Builder::Text(_) => unreachable!("a column of texts gets texts"),
        }
    }

    fn empty(&mut self) {
        match self.next() {
            Builder::Text(column) => column.append_null(),
            Builder::Number(column) => column.append_null(),
        }
    }
}

#[cfg(test)]
mod tests;
