//! The rows of a Parquet table as values, for an output of another format.

use std::sync::Arc;
use std::vec::IntoIter;

use ::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use ::parquet::file::reader::ChunkReader;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, TimeUnit};
use calamine::Data;
use jiff::civil::{DateTime, Time, date};
use jiff::{SignedDuration, Span};

use super::geometry::{GeometryCells, GeometryColumn, encoding, is_covering};
use super::parts::{MAX_PART_ROWS, TablePart, TableParts};
use super::{catch_panic, columns_read, joined, read_column, read_metadata, wkt};
use crate::arrow_rows::is_single;
use crate::error::{BatchError, ColumnsError};
use crate::job::Job;
use crate::row_table::Header;
use crate::rows::{Row, Rows, hexadecimal};

const NANOS_PER_DAY: i128 = 86_400_000_000_000;
/// The largest whole number of a decimal that floating point keeps with all its digits: 15 of them.
const MAX_EXACT_DIGITS: i128 = 1_000_000_000_000_000;

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

fn is_convertible(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_convertible(values),
        DataType::Null
        | DataType::Boolean
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal128(..)
        | DataType::Date32
        | DataType::Date64
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Timestamp(..)
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => true,
        other => other.is_integer() || other.is_string(),
    }
}

/// Returns the value of a row of a column.
fn value(column: &ArrayRef, row: usize) -> Data {
    if column.is_null(row) {
        return Data::Empty;
    }
    match column.data_type() {
        DataType::Boolean => Data::Bool(column.as_boolean().value(row)),
        DataType::Float64 => float(native::<Float64Type>(column, row)),
        // In full: shortened, it would be another position than Parquet has.
        DataType::Float32 => float(native::<Float32Type>(column, row).into()),
        DataType::Int8 => Data::Int(native::<Int8Type>(column, row).into()),
        DataType::Int16 => Data::Int(native::<Int16Type>(column, row).into()),
        DataType::Int32 => Data::Int(native::<Int32Type>(column, row).into()),
        DataType::Int64 => Data::Int(native::<Int64Type>(column, row)),
        DataType::UInt8 => Data::Int(native::<UInt8Type>(column, row).into()),
        DataType::UInt16 => Data::Int(native::<UInt16Type>(column, row).into()),
        DataType::UInt32 => Data::Int(native::<UInt32Type>(column, row).into()),
        DataType::UInt64 => {
            let number = native::<UInt64Type>(column, row);
            i64::try_from(number).map_or_else(|_| Data::String(number.to_string()), Data::Int)
        }
        DataType::Decimal128(..) => decimal(column, row),
        DataType::Utf8 => Data::String(column.as_string::<i32>().value(row).to_owned()),
        DataType::LargeUtf8 => Data::String(column.as_string::<i64>().value(row).to_owned()),
        DataType::Utf8View => Data::String(column.as_string_view().value(row).to_owned()),
        DataType::Binary => hexadecimal(column.as_binary::<i32>().value(row)),
        DataType::LargeBinary => hexadecimal(column.as_binary::<i64>().value(row)),
        DataType::BinaryView => hexadecimal(column.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => hexadecimal(column.as_fixed_size_binary().value(row)),
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            // The value of a key may be null too.
            value(dictionary.values(), dictionary.normalized_keys()[row])
        }
        DataType::Date32 => {
            let days = i128::from(native::<Date32Type>(column, row));
            instant(days * NANOS_PER_DAY, true, false)
        }
        DataType::Date64 => {
            let millis = i128::from(native::<Date64Type>(column, row));
            instant(millis * 1_000_000, true, false)
        }
        DataType::Timestamp(unit, zone) => {
            let nanos = match unit {
                TimeUnit::Second => scaled::<TimestampSecondType>(column, row, 1_000_000_000),
                TimeUnit::Millisecond => scaled::<TimestampMillisecondType>(column, row, 1_000_000),
                TimeUnit::Microsecond => scaled::<TimestampMicrosecondType>(column, row, 1000),
                TimeUnit::Nanosecond => scaled::<TimestampNanosecondType>(column, row, 1),
            };
            instant(nanos, false, zone.is_some())
        }
        DataType::Time32(TimeUnit::Second) => {
            time(i128::from(native::<Time32SecondType>(column, row)) * 1_000_000_000)
        }
        DataType::Time32(_) => {
            time(i128::from(native::<Time32MillisecondType>(column, row)) * 1_000_000)
        }
        DataType::Time64(TimeUnit::Microsecond) => {
            time(scaled::<Time64MicrosecondType>(column, row, 1000))
        }
        DataType::Time64(_) => time(scaled::<Time64NanosecondType>(column, row, 1)),
        _ => Data::Empty,
    }
}

fn native<T: ArrowPrimitiveType>(column: &ArrayRef, row: usize) -> T::Native {
    column.as_primitive::<T>().value(row)
}

fn scaled<T: ArrowPrimitiveType<Native = i64>>(column: &ArrayRef, row: usize, unit: i128) -> i128 {
    i128::from(native::<T>(column, row)) * unit
}

/// Returns a number; what is none is a text, for spreadsheets lack it.
fn float(number: f64) -> Data {
    if number.is_finite() {
        Data::Float(number)
    } else {
        Data::String(number.to_string())
    }
}

/// Returns a decimal number, as a text when it has more digits than a number of a spreadsheet.
fn decimal(column: &ArrayRef, row: usize) -> Data {
    let text = column.as_primitive::<Decimal128Type>().value_as_string(row);
    let digits = native::<Decimal128Type>(column, row).unsigned_abs();
    match text.parse() {
        Ok(number) if digits < MAX_EXACT_DIGITS.unsigned_abs() => Data::Float(number),
        _ => Data::String(text),
    }
}

/// Returns a day or an instant, by the nanoseconds since 1970; one of a time zone as a text that ends with `Z`.
fn instant(nanos: i128, is_day: bool, has_zone: bool) -> Data {
    let Some(instant) = civil(nanos) else {
        return Data::String(format!("{nanos} ns"));
    };
    match (is_day, has_zone) {
        (true, _) => Data::DateTimeIso(instant.date().to_string()),
        (false, true) => Data::String(format!("{instant}Z")),
        (false, false) => Data::DateTimeIso(instant.to_string()),
    }
}

/// Returns an instant of the calendar by its nanoseconds since 1970, in the years that the calendar has: a timestamp
/// ends a day before, so that every time zone has it, and 9999-12-31 stands for "no end" in many tables.
fn civil(nanos: i128) -> Option<DateTime> {
    let days = i64::try_from(nanos.div_euclid(NANOS_PER_DAY)).ok()?;
    let nanos = i64::try_from(nanos.rem_euclid(NANOS_PER_DAY)).ok()?;
    let days = Span::new().try_days(days).ok()?;
    let day = date(1970, 1, 1).checked_add(days).ok()?;
    let midnight = day.to_datetime(Time::midnight());
    midnight.checked_add(SignedDuration::from_nanos(nanos)).ok()
}

fn time(nanos: i128) -> Data {
    match instant(nanos, false, false) {
        Data::DateTimeIso(text) => {
            Data::String(text.split_once('T').map_or("", |(_, time)| time).to_owned())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_of_the_calendar_is_a_day() {
        // Days from 1970-01-01, as Python counts them.
        let last = 2_932_896 * NANOS_PER_DAY;
        let text = |text: &str| Data::DateTimeIso(text.to_owned());
        assert_eq!(instant(last, true, false), text("9999-12-31"));
        let evening = last + NANOS_PER_DAY - 1_000_000_000;
        assert_eq!(instant(evening, false, false), text("9999-12-31T23:59:59"));
        assert_eq!(instant(-NANOS_PER_DAY, true, false), text("1969-12-31"));
        let beyond = last + NANOS_PER_DAY;
        assert!(matches!(instant(beyond, true, false), Data::String(_)));
    }
}
