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

use super::answers::{Answer, RowFault, TOGETHER, ask};
use super::columns::{ADDED, DISTANCE, Positions, added, find};
use super::{AnswerCounts, ColumnsError, Error, Options, Summary, pipeline};
use crate::{Choice, Place, QueryError, Snapshot, Standing};

mod coordinates;

use coordinates::{can_be_coordinates, coordinates};

/// Rows of a batch.
const BATCH: usize = 16 * TOGETHER;

/// Most bytes of a row group of the output, and most rows.
const GROUP_BYTES: usize = 32 << 20;
const GROUP_ROWS: usize = 1 << 18;

/// Answers every row of a Parquet table. `progress` is told bytes of the input, in proportion to the rows done.
///
/// # Errors
/// [`Error`]; what was written to `output` until then is no table.
pub fn parquet(
    snapshot: &Snapshot,
    options: &Options,
    input: impl ChunkReader + 'static,
    output: impl Write + Send,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, Error> {
    options.check()?;
    let bytes = input.len();
    let builder = ParquetRecordBatchReaderBuilder::try_new(input).map_err(Error::NotParquet)?;
    check_codecs(builder.metadata())?;
    let positions = positions(builder.schema(), options)?;
    let metadata = builder.metadata().file_metadata().clone();
    let schema = with_added(builder.schema(), options);
    let names = [positions.first, positions.second].map(|column| schema.field(column).name().clone());
    let mut batches = builder.with_batch_size(BATCH).build().map_err(reading)?;
    let mut writer = ArrowWriter::try_new(output, Arc::clone(&schema), Some(properties(&metadata))).map_err(writing)?;
    let choices = options.vintages.choices();
    let table = Table { snapshot, positions, choices: &choices, uncertainty_m: options.uncertainty_m, schema };
    let mut summary = Summary::new(snapshot, options, names);
    let whole = u64::try_from(metadata.num_rows()).unwrap_or_default().max(1);
    pipeline::in_order(
        || batches.next().transpose().map_err(|fault| reading(ParquetError::from(fault))),
        |batch| table.answer(&batch),
        |(batch, counts)| {
            let before = summary.rows;
            summary.add(&counts, batch.num_rows() as u64, before);
            let share = |rows: u64| u64::try_from(u128::from(rows) * u128::from(bytes) / u128::from(whole));
            progress(share(summary.rows).unwrap_or(bytes).saturating_sub(share(before).unwrap_or(bytes)));
            writer.write(&batch).map_err(writing)
        },
    )?;
    writer.close().map_err(writing)?;
    Ok(summary)
}

fn reading(fault: ParquetError) -> Error {
    Error::Parquet { doing: "reading the input", source: fault }
}

fn writing(fault: ParquetError) -> Error {
    Error::Parquet { doing: "writing the output", source: fault }
}

/// Refuses a table with a column that this program is built without the codec of: all columns are read.
fn check_codecs(metadata: &ParquetMetaData) -> Result<(), Error> {
    for column in metadata.row_groups().iter().flat_map(RowGroupMetaData::columns) {
        let codec = column.compression_codec();
        if !matches!(
            codec,
            CompressionCodec::UNCOMPRESSED | CompressionCodec::SNAPPY | CompressionCodec::GZIP | CompressionCodec::ZSTD
        ) {
            return Err(Error::Codec { column: column.column_path().string(), codec });
        }
    }
    Ok(())
}

/// The columns of the positions, of types that can hold numbers.
fn positions(schema: &Schema, options: &Options) -> Result<Positions, ColumnsError> {
    let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let positions = find(&names, &options.positions)?;
    for column in [positions.first, positions.second] {
        let field = schema.field(column);
        if !can_be_coordinates(field.data_type()) {
            let (name, found) = (field.name().clone(), field.data_type().to_string());
            return Err(ColumnsError::NoNumbers { name, found });
        }
    }
    Ok(positions)
}

/// The columns of the output.
fn with_added(schema: &Schema, options: &Options) -> SchemaRef {
    let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let added = added(&names, &options.vintages.suffixes()).into_iter().zip(ADDED.iter().cycle());
    let added = added.map(|(name, kind)| {
        let data_type = if *kind == DISTANCE { DataType::Float64 } else { DataType::Utf8 };
        Arc::new(Field::new(name, data_type, true))
    });
    let fields: Vec<_> = schema.fields().iter().cloned().chain(added).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn properties(input: &FileMetaData) -> WriterProperties {
    let kept = |entry: &&KeyValue| entry.key != ARROW_SCHEMA_META_KEY;
    let metadata = input.key_value_metadata().map(|entries| entries.iter().filter(kept).cloned().collect());
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_max_row_group_bytes(Some(GROUP_BYTES))
        .set_key_value_metadata(metadata)
        .build()
}

/// What all batches have in common.
struct Table<'a> {
    snapshot: &'a Snapshot,
    positions: Positions,
    choices: &'a [Choice],
    uncertainty_m: Option<f64>,
    schema: SchemaRef,
}

impl Table<'_> {
    /// A batch with the added columns, and what was counted in it.
    fn answer(&self, batch: &RecordBatch) -> (RecordBatch, Vec<AnswerCounts>) {
        let places = self.places(batch);
        let mut added: Vec<Added> = self.choices.iter().map(|_| Added::default()).collect();
        let mut line = 0;
        for places in places.chunks(TOGETHER) {
            let whole: Vec<Place> = places.iter().filter_map(|place| place.ok()).collect();
            for (added, standings) in added.iter_mut().zip(ask(self.snapshot, &whole, self.choices, self.uncertainty_m))
            {
                let mut standings = standings.iter();
                for (number, place) in (line + 1..).zip(places) {
                    let standing = match place {
                        Ok(_) => standings.next().expect("one answer per place").as_ref().map_err(QueryError::code),
                        Err(fault) => Err(fault.code()),
                    };
                    added.push(self.snapshot, standing, number);
                }
            }
            line += places.len() as u64;
        }
        let mut columns = batch.columns().to_vec();
        let mut counts = vec![];
        for added in added {
            let (mut arrays, counted) = added.finish();
            columns.append(&mut arrays);
            counts.push(counted);
        }
        let batch =
            RecordBatch::try_new(Arc::clone(&self.schema), columns).expect("the columns are those of the schema");
        (batch, counts)
    }

    /// The place of each row.
    fn places(&self, batch: &RecordBatch) -> Vec<Result<Place, RowFault>> {
        let Positions { first, second, crs } = self.positions;
        let (x, y) = (coordinates(batch.column(first)), coordinates(batch.column(second)));
        x.into_iter().zip(y).map(|(x, y)| super::answers::place(x, y, crs)).collect()
    }
}

/// The added columns of one answer.
#[derive(Default)]
struct Added {
    zone: StringBuilder,
    codes: StringBuilder,
    names: StringBuilder,
    distance_m: Float64Builder,
    nearest: StringBuilder,
    certainty: StringBuilder,
    vintage: StringBuilder,
    error: StringBuilder,
    counts: AnswerCounts,
}

impl Added {
    fn push(&mut self, snapshot: &Snapshot, standing: Result<&Standing, &'static str>, line: u64) {
        let answer = standing.map(|standing| Answer::new(snapshot, standing));
        let answered = answer.as_ref().ok();
        let inside = answered.filter(|answer| !answer.members.is_empty());
        self.zone.append_option(answered.map(|answer| answer.zone));
        self.codes.append_option(inside.map(Answer::codes));
        self.names.append_option(inside.map(Answer::names));
        self.distance_m.append_option(answered.and_then(|answer| answer.distance_m));
        self.nearest.append_option(answered.and_then(|answer| answer.nearest_code_qp));
        self.certainty.append_option(answered.map(|answer| answer.certainty));
        self.vintage.append_option(answered.map(|answer| answer.vintage));
        self.error.append_option(answer.as_ref().err());
        self.counts.count(standing, line);
    }

    /// In the order of [`ADDED`].
    fn finish(mut self) -> (Vec<ArrayRef>, AnswerCounts) {
        let columns: [ArrayRef; ADDED.len()] = [
            Arc::new(self.zone.finish()),
            Arc::new(self.codes.finish()),
            Arc::new(self.names.finish()),
            Arc::new(self.distance_m.finish()),
            Arc::new(self.nearest.finish()),
            Arc::new(self.certainty.finish()),
            Arc::new(self.vintage.finish()),
            Arc::new(self.error.finish()),
        ];
        (columns.to_vec(), self.counts)
    }
}

#[cfg(test)]
mod tests;
