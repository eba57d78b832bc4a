//! The rows of a Parquet table as values, for an output of another format.

use ::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::ChunkReader;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, TimeUnit};
use calamine::Data;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{catch_panic, check_codecs, check_type, reading};
use crate::error::{BatchError, ColumnsError};
use crate::job::Job;
use crate::row_table::Header;
use crate::rows::{Row, Rows};

/// Rows read together: few, for a cell may be large.
const ROWS_PER_BATCH: usize = 1024;
const NANOS_PER_DAY: i128 = 86_400_000_000_000;
/// The largest whole number of a decimal that floating point keeps with all its digits: 15 of them.
const MAX_EXACT_DIGITS: i128 = 1_000_000_000_000_000;

/// The rows of a table.
pub(crate) struct ParquetRows {
    batches: ParquetRecordBatchReader,
    batch: Option<RecordBatch>,
    /// The next row in the batch, and in the table.
    next: usize,
    index: u64,
    /// The rows of the table.
    pub(crate) rows: u64,
}

impl ParquetRows {
    /// Opens a table.
    ///
    /// # Errors
    /// [`BatchError`]: it is none, a column has values that only Parquet has, or those that the job reads are not found.
    pub(crate) fn open(
        input: impl ChunkReader + 'static,
        job: &impl Job,
    ) -> Result<(Header, Self), BatchError> {
        let builder = catch_panic(|| ParquetRecordBatchReaderBuilder::try_new(input))?
            .map_err(BatchError::NotParquet)?;
        check_codecs(builder.metadata())?;
        let fields = builder.schema().fields().clone();
        fields
            .iter()
            .try_for_each(|field| check_convertible(field))?;
        // Names are compared as they are written, as for Parquet to Parquet.
        let names: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
        let read = job.columns(&names)?;
        read.iter()
            .try_for_each(|column| check_type(&fields[*column], job.required_values()))?;
        let rows = builder.metadata().file_metadata().num_rows();
        let batches =
            catch_panic(|| builder.with_batch_size(ROWS_PER_BATCH).build())?.map_err(reading)?;
        let values = names.iter().cloned().map(Data::String).collect();
        let header = Header {
            above: vec![],
            row: Row::new(0, values),
            names,
            read,
            below: vec![],
        };
        let rows = Self {
            batches,
            batch: None,
            next: 0,
            index: 0,
            rows: u64::try_from(rows).unwrap_or_default(),
        };
        Ok((header, rows))
    }
}

impl Rows for ParquetRows {
    fn next(&mut self) -> Result<Option<Row>, BatchError> {
        loop {
            if let Some(batch) = &self.batch
                && self.next < batch.num_rows()
            {
                let columns = batch.columns().iter();
                let values = columns.map(|column| value(column, self.next)).collect();
                self.next += 1;
                self.index += 1;
                return Ok(Some(Row {
                    index: self.index,
                    // Rows are numbered from 1, and the header is none of them.
                    number: self.index,
                    values,
                    fault: None,
                }));
            }
            let batch = catch_panic(|| self.batches.next().transpose())?
                .map_err(|fault| reading(ParquetError::from(fault)))?;
            if batch.is_none() {
                return Ok(None);
            }
            (self.batch, self.next) = (batch, 0);
        }
    }
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

fn hexadecimal(bytes: &[u8]) -> Data {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]));
    Data::String(digits.collect())
}

/// Returns a day or an instant, by the nanoseconds since 1970; one of a time zone as a text that ends with `Z`.
fn instant(nanos: i128, is_day: bool, has_zone: bool) -> Data {
    let Ok(timestamp) = Timestamp::from_nanosecond(nanos) else {
        return Data::String(format!("{nanos} ns"));
    };
    let instant = TimeZone::UTC.to_datetime(timestamp);
    match (is_day, has_zone) {
        (true, _) => Data::DateTimeIso(instant.date().to_string()),
        (false, true) => Data::String(format!("{instant}Z")),
        (false, false) => Data::DateTimeIso(instant.to_string()),
    }
}

fn time(nanos: i128) -> Data {
    match instant(nanos, false, false) {
        Data::DateTimeIso(text) => {
            Data::String(text.split_once('T').map_or("", |(_, time)| time).to_owned())
        }
        other => other,
    }
}
