//! Parquet tables, by batches of rows: all columns of the input as they are, with their types, then the added ones
//! (`distance_to_boundary_m` a double, the others texts; nothing to say is null).
//!
//! Key-value metadata (of pandas, of `GeoParquet`) is kept. Input and output are read and written a little at a time;
//! what is held is at most a row group of the output, bounded in bytes.

use std::io::Write;
use std::sync::Arc;

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::arrow::{ARROW_SCHEMA_META_KEY, ArrowWriter};
use ::parquet::basic::{Compression, CompressionCodec};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{FileMetaData, KeyValue, ParquetMetaData, RowGroupMetaData};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::reader::ChunkReader;
use arrow_array::builder::{Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::job::apart;
use super::{
    Added, AnswerCounts, Cells, Error, Job, RowError, Summary, TOGETHER, Watch, names_of, pipeline,
};
use qpv_service::Snapshot;

/// Rows of a batch.
const BATCH: usize = 16 * TOGETHER;

/// Most bytes of a row group of the output, and most rows.
const GROUP_BYTES: usize = 32 << 20;
const GROUP_ROWS: usize = 1 << 18;

/// Answers every row of a Parquet table. `watch` is told bytes of the input, in proportion to the rows done.
///
/// # Errors
/// [`Error`]; what was written to `output` until then is no table.
pub fn parquet(
    snapshot: &Snapshot,
    job: &impl Job,
    input: impl ChunkReader + 'static,
    output: impl Write + Send,
    watch: &mut dyn Watch,
) -> Result<Summary, Error> {
    job.check(snapshot)?;
    let bytes = input.len();
    let builder = ParquetRecordBatchReaderBuilder::try_new(input).map_err(Error::NotParquet)?;
    check_codecs(builder.metadata())?;
    let names: Vec<String> = builder
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let read = job.columns(&names)?;
    read.iter()
        .try_for_each(|column| job.check_type(builder.schema().field(*column)))?;
    let added = apart(&names, job.added());
    let metadata = builder.metadata().file_metadata().clone();
    let schema = with_added(builder.schema(), &added);
    let mut batches = builder.with_batch_size(BATCH).build().map_err(reading)?;
    let mut writer = ArrowWriter::try_new(output, Arc::clone(&schema), Some(properties(&metadata)))
        .map_err(writing)?;
    let mut summary = Summary::new(snapshot, job, names_of(&names, &read));
    let table = Table {
        snapshot,
        job,
        names: summary.columns.clone(),
        read,
        added,
        schema,
    };
    let whole = u64::try_from(metadata.num_rows())
        .unwrap_or_default()
        .max(1);
    pipeline::in_order(
        || {
            batches
                .next()
                .transpose()
                .map_err(|fault| reading(ParquetError::from(fault)))
        },
        |batch| table.answer(&batch),
        |(batch, counts)| {
            let (before, rows) = (summary.rows, batch.num_rows() as u64);
            summary.add(&counts, rows, before);
            let share =
                |rows: u64| u64::try_from(u128::from(rows) * u128::from(bytes) / u128::from(whole));
            let bytes = share(summary.rows)
                .unwrap_or(bytes)
                .saturating_sub(share(before).unwrap_or(bytes));
            watch.told(bytes, rows, before, &[])?;
            writer.write(&batch).map_err(writing)
        },
    )?;
    writer.close().map_err(writing)?;
    Ok(summary)
}

fn reading(fault: ParquetError) -> Error {
    Error::Parquet {
        doing: "reading the input",
        source: fault,
    }
}

fn writing(fault: ParquetError) -> Error {
    Error::Parquet {
        doing: "writing the output",
        source: fault,
    }
}

/// Refuses a table with a column that this program is built without the codec of: all columns are read.
fn check_codecs(metadata: &ParquetMetaData) -> Result<(), Error> {
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
            return Err(Error::Codec {
                column: column.column_path().string(),
                codec,
            });
        }
    }
    Ok(())
}

/// The columns of the output.
fn with_added(schema: &Schema, added: &[Added]) -> SchemaRef {
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    for column in added {
        let data_type = if column.number {
            DataType::Float64
        } else {
            DataType::Utf8
        };
        fields.push(Arc::new(Field::new(&column.name, data_type, true)));
    }
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn properties(input: &FileMetaData) -> WriterProperties {
    let kept = |entry: &&KeyValue| entry.key != ARROW_SCHEMA_META_KEY;
    let metadata = input
        .key_value_metadata()
        .map(|entries| entries.iter().filter(kept).cloned().collect());
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_max_row_group_bytes(Some(GROUP_BYTES))
        .set_key_value_metadata(metadata)
        .build()
}

/// What all batches have in common.
struct Table<'a, J> {
    snapshot: &'a Snapshot,
    job: &'a J,
    /// The columns that are read, by name and by place.
    names: Vec<String>,
    read: Vec<usize>,
    added: Vec<Added>,
    schema: SchemaRef,
}

impl<J: Job> Table<'_, J> {
    /// A batch with the added columns, and what was counted in it.
    fn answer(&self, batch: &RecordBatch) -> (RecordBatch, Vec<AnswerCounts>) {
        let read: Vec<&ArrayRef> = self
            .read
            .iter()
            .map(|column| batch.column(*column))
            .collect();
        let mut rows = self.job.read_arrays(&self.names, &read).into_iter();
        let mut cells = Builders::of(&self.added);
        let mut counts = self.job.no_counts();
        let mut line = 0;
        while rows.len() > 0 {
            let mut asked = vec![];
            let places: Vec<Result<usize, RowError>> = rows
                .by_ref()
                .take(TOGETHER)
                .map(|row| {
                    asked.push(row?);
                    Ok(asked.len() - 1)
                })
                .collect();
            let answers = self.job.answer(self.snapshot, &asked);
            for place in places {
                line += 1;
                self.job.write(self.snapshot, &answers, place, &mut cells);
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

impl Builders {
    fn of(added: &[Added]) -> Self {
        let builder = |column: &Added| {
            if column.number {
                Builder::Number(Float64Builder::new())
            } else {
                Builder::Text(StringBuilder::new())
            }
        };
        Self {
            columns: added.iter().map(builder).collect(),
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

impl Cells for Builders {
    fn text(&mut self, text: &str) {
        match self.next() {
            Builder::Text(column) => {
                column.append_option(Some(text).filter(|text| !text.is_empty()))
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
