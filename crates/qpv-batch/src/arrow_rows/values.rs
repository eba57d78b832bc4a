//! The values of Arrow columns as other formats have them: days and instants of every unit, decimals, bytes.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use calamine::Data;
use jiff::civil::{DateTime, Time, date};
use jiff::{SignedDuration, Span};

use crate::rows::hexadecimal;

const NANOS_PER_DAY: i128 = 86_400_000_000_000;
/// The largest whole number of a decimal that floating point keeps with all its digits: 15 of them.
const MAX_EXACT_DIGITS: i128 = 1_000_000_000_000_000;

/// Returns whether each value of columns of this type has one in other formats.
pub(crate) fn is_convertible(data_type: &DataType) -> bool {
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

/// Returns the value of a row of a column; nothing of a type that is not [convertible](is_convertible).
pub(crate) fn value(column: &ArrayRef, row: usize) -> Data {
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
