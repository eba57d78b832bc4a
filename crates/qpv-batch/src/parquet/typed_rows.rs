//! The rows of a Parquet table as values, for an output of another format.

use std::sync::Arc;
use std::vec::IntoIter;

use ::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use ::parquet::file::reader::ChunkReader;
use arrow_array::ArrayRef;
use arrow_schema::Field;
use calamine::Data;

use super::geometry::{GeometryCells, GeometryColumn, encoding, is_covering};
use super::parts::{MAX_PART_ROWS, TablePart, TableParts};
use super::{catch_panic, columns_read, joined, read_column, read_metadata, wkt};
use crate::arrow_rows::{is_convertible, is_single, value};
use crate::error::{BatchError, ColumnsError};
use crate::job::Job;
use crate::row_table::Header;
use crate::rows::{Row, Rows};

/// The rows of a table.
pub(crate) struct ParquetRows<R> {
    input: Arc<R>,
    metadata: ArrowReaderMetadata,
    parts: IntoIter<TablePart>,
    /// The columns that the output gets, by their place; those that hold geometries, with their encoding.
    kept: Vec<(usize, Option<String>)>,
    /// The column of the geometries that are asked, and its place among those.
    geometry: Option<(GeometryColumn, usize)>,
    /// The columns of the part that is read.
    columns: Vec<ArrayRef>,
    part_rows: usize,
    /// The next row in the part, and in the table.
    next: usize,
    index: u64,
    /// The rows of the table.
    pub(crate) rows: u64,
}

impl<R: ChunkReader + 'static> ParquetRows<R> {
    /// Opens a table.
    ///
    /// # Errors
    /// [`BatchError`]: it is none, a column has values that only Parquet has, or those that the job reads are not found.
    pub(crate) fn open(input: R, job: &impl Job) -> Result<(Header, Self), BatchError> {
        let input = Arc::new(input);
        let metadata = read_metadata(&*input)?;
        let fields = metadata.schema().fields();
        let kept = kept_columns(&metadata)?;
        // Names are compared as they are written, as for Parquet to Parquet.
        let names: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
        let (read, geometry) = columns_read(job, &metadata, &names)?;
        let singles = kept_places(&kept, &read, |column| is_single(fields[column].data_type()));
        let read = kept_places(&kept, &read, |_| true);
        let names = kept.iter().map(|(column, _)| names[*column].clone());
        let names: Vec<String> = names.collect();
        let parts = catch_panic(|| parts_of(&input, &metadata))??;
        let row = Row::new(0, names.iter().cloned().map(Data::String).collect());
        let header = Header {
            singles,
            crs: geometry.as_ref().and_then(|geometry| geometry.crs),
            ..Header::new(row, names, read)
        };
        let rows = Self {
            input,
            rows: parts.iter().map(|part| part.rows as u64).sum(),
            geometry: geometry.zip(header.read.first().copied()),
            metadata,
            parts: parts.into_iter(),
            kept,
            columns: vec![],
            part_rows: 0,
            next: 0,
            index: 0,
        };
        Ok((header, rows))
    }

    /// Reads the next part, column by column; returns false at the end.
    fn read_part(&mut self) -> Result<bool, BatchError> {
        let Some(part) = self.parts.next() else {
            return Ok(false);
        };
        // Forgotten before the next ones take their place.
        self.columns = vec![];
        let kept = self.kept.iter();
        self.columns = kept
            .map(|(column, _)| {
                catch_panic(|| read_column(&self.input, &self.metadata, &part, *column))?
                    .and_then(|pieces| joined(&pieces))
            })
            .collect::<Result<_, _>>()?;
        (self.part_rows, self.next) = (part.rows, 0);
        Ok(true)
    }
}

/// Returns the parts of a table, small enough for one at a time.
fn parts_of<R: ChunkReader + 'static>(
    input: &Arc<R>,
    metadata: &ArrowReaderMetadata,
) -> Result<Vec<TablePart>, BatchError> {
    let mut parts = TableParts::new(input, metadata.metadata(), MAX_PART_ROWS);
    let mut all = vec![];
    while let Some(part) = parts.next_part()? {
        all.push(part);
    }
    Ok(all)
}

impl<R: ChunkReader + 'static> Rows for ParquetRows<R> {
    fn next(&mut self) -> Result<Option<Row>, BatchError> {
        while self.next == self.part_rows {
            if !self.read_part()? {
                return Ok(None);
            }
        }
        let columns = self.columns.iter().zip(&self.kept);
        let values = columns.map(|(column, (_, encoding))| match encoding {
            Some(encoding) => wkt::value(column, encoding, self.next),
            None => value(column, self.next),
        });
        let values = values.collect();
        let geometry = self
            .geometry
            .as_ref()
            .map(|(geometry, at)| GeometryCells::new(geometry, &self.columns[*at]).get(self.next));
        self.next += 1;
        self.index += 1;
        Ok(Some(Row {
            // Rows are numbered from 1, and the header is none of them.
            number: self.index,
            geometry,
            ..Row::new(self.index, values)
        }))
    }
}

/// Returns the columns that another format has, and the encoding of those that hold geometries.
///
/// # Errors
/// A column of values that only Parquet has.
fn kept_columns(
    metadata: &ArrowReaderMetadata,
) -> Result<Vec<(usize, Option<String>)>, ColumnsError> {
    let mut kept = vec![];
    for (column, field) in metadata.schema().fields().iter().enumerate() {
        // Extents serve to skip rows of a file, and are those of geometries that are kept.
        if is_covering(metadata, column) {
            continue;
        }
        let encoding = encoding(metadata, column);
        if encoding.is_none() {
            check_convertible(field)?;
        }
        kept.push((column, encoding));
    }
    Ok(kept)
}

/// Returns the places of columns among those that are kept.
fn kept_places(
    kept: &[(usize, Option<String>)],
    columns: &[usize],
    is_wanted: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let wanted = columns.iter().filter(|column| is_wanted(**column));
    wanted
        .filter_map(|column| kept.iter().position(|(kept, _)| kept == column))
        .collect()
}

/// Refuses a column whose values no other format has.
fn check_convertible(field: &Field) -> Result<(), ColumnsError> {
    if is_convertible(field.data_type()) {
        return Ok(());
    }
    Err(ColumnsError::NotReadable {
        name: field.name().clone(),
        found: field.data_type().to_string(),
        wanted: "only Parquet has such values; name an output in .parquet, or leave the column out",
    })
}
