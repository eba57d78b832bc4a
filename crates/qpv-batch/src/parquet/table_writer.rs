//! Row groups of the output: columns are encoded where they are made, and only put one behind the other by one thread.

use std::io::Write;

use ::parquet::arrow::ARROW_SCHEMA_META_KEY;
use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use ::parquet::basic::{Compression, Encoding};
use ::parquet::file::metadata::{ColumnChunkMetaData, KeyValue, ParquetMetaData, RowGroupMetaData};
use ::parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::ColumnPath;
use arrow_array::ArrayRef;
use arrow_schema::{Field, SchemaRef};

use super::writing;
use crate::cell::AddedColumn;
use crate::error::BatchError;

/// The output, and what makes its row groups.
pub(super) fn table_writer<W: Write + Send>(
    output: W,
    schema: &SchemaRef,
    properties: WriterProperties,
) -> Result<(SerializedFileWriter<W>, ArrowRowGroupWriterFactory), BatchError> {
    ArrowWriter::try_new(output, schema.clone(), Some(properties))
        .and_then(ArrowWriter::into_serialized_writer)
        .map_err(writing)
}

/// Appends a row group.
pub(super) fn append<W: Write + Send>(
    writer: &mut SerializedFileWriter<W>,
    chunks: Vec<ArrowColumnChunk>,
) -> Result<(), BatchError> {
    let mut group = writer.next_row_group().map_err(writing)?;
    for chunk in chunks {
        chunk.append_to_row_group(&mut group).map_err(writing)?;
    }
    group.close().map_err(writing)?;
    Ok(())
}

/// The columns of a row group, being encoded one after the other.
pub(super) struct GroupEncoder {
    writers: std::vec::IntoIter<ArrowColumnWriter>,
    chunks: Vec<ArrowColumnChunk>,
}

impl GroupEncoder {
    pub(super) fn new(factory: &ArrowRowGroupWriterFactory) -> Result<Self, BatchError> {
        // The number of the group is only of use to encryption.
        let writers = factory.create_column_writers(0).map_err(writing)?;
        Ok(Self {
            chunks: Vec::with_capacity(writers.len()),
            writers: writers.into_iter(),
        })
    }

    /// Encodes the next column, which comes in pieces.
    pub(super) fn column(&mut self, field: &Field, pieces: &[ArrayRef]) -> Result<(), BatchError> {
        let mut writers: Vec<ArrowColumnWriter> = vec![];
        for piece in pieces {
            let leaves = compute_leaves(field, piece).map_err(writing)?;
            // A nested column has several leaves, known from its first piece.
            if writers.is_empty() {
                writers = self.writers.by_ref().take(leaves.len()).collect();
            }
            for (writer, leaf) in writers.iter_mut().zip(&leaves) {
                writer.write(leaf).map_err(writing)?;
            }
        }
        for writer in writers {
            self.chunks.push(writer.close().map_err(writing)?);
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Vec<ArrowColumnChunk> {
        self.chunks
    }
}

/// Returns how the output is written: metadata of the input as they are, but for those of `GeoParquet`; dictionaries where
/// they shorten a column.
pub(super) fn properties(
    input: &ParquetMetaData,
    geo: Option<&KeyValue>,
    added: &[AddedColumn],
) -> WriterProperties {
    let entries = input.file_metadata().key_value_metadata();
    let entries: Vec<KeyValue> = entries
        .into_iter()
        .flatten()
        // The writer adds the schema of the output itself.
        .filter(|entry| entry.key != ARROW_SCHEMA_META_KEY)
        .filter(|entry| geo.is_none_or(|geo| geo.key != entry.key))
        .chain(geo)
        .cloned()
        .collect();
    let entries = Some(entries).filter(|entries| !entries.is_empty());
    let mut builder = WriterProperties::builder()
        // The codec that readers of Parquet all know.
        .set_compression(Compression::SNAPPY)
        // Of row groups, by which readers skip them; those of pages cost more than they save at this size.
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_key_value_metadata(entries);
    // As its first row group was: tried on numbers that all differ, a dictionary costs most of the time.
    for column in input
        .row_groups()
        .iter()
        .take(1)
        .flat_map(RowGroupMetaData::columns)
    {
        builder = with_dictionary(builder, column.column_path().clone(), is_dictionary(column));
    }
    for column in added {
        let path = ColumnPath::new(vec![column.name.clone()]);
        builder = with_dictionary(builder, path, !column.number);
    }
    builder.build()
}

fn with_dictionary(
    builder: WriterPropertiesBuilder,
    path: ColumnPath,
    is_enabled: bool,
) -> WriterPropertiesBuilder {
    builder.set_column_dictionary_enabled(path, is_enabled)
}

/// Returns whether all values of a column of a row group stand in its dictionary.
fn is_dictionary(column: &ColumnChunkMetaData) -> bool {
    let is_only = column.page_encoding_stats_mask().is_some_and(|mask| {
        mask.is_only(Encoding::PLAIN_DICTIONARY) || mask.is_only(Encoding::RLE_DICTIONARY)
    });
    column.dictionary_page_offset().is_some() && is_only
}
