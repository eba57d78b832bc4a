//! Coordinates out of columns: floating point, integers, decimals, texts, and dictionaries of them.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use crate::batch::answers::RowFault;
use crate::batch::numbers::coordinate;

/// Whether [`coordinates`] reads columns of this type.
pub(super) fn can_be_coordinates(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => can_be_coordinates(values),
        DataType::Float32 | DataType::Float64 | DataType::Decimal128(..) => true,
        other => other.is_integer() || other.is_string(),
    }
}

/// The values of a column, one per row; null and empty ones are missing.
pub(super) fn coordinates(column: &ArrayRef) -> Vec<Result<f64, RowFault>> {
    match column.data_type() {
        DataType::Float64 => numbers::<Float64Type>(column, |value| value),
        DataType::Float32 => numbers::<Float32Type>(column, f64::from),
        DataType::Int8 => numbers::<Int8Type>(column, f64::from),
        DataType::Int16 => numbers::<Int16Type>(column, f64::from),
        DataType::Int32 => numbers::<Int32Type>(column, f64::from),
        DataType::Int64 => numbers::<Int64Type>(column, |value| value as f64),
        DataType::UInt8 => numbers::<UInt8Type>(column, f64::from),
        DataType::UInt16 => numbers::<UInt16Type>(column, f64::from),
        DataType::UInt32 => numbers::<UInt32Type>(column, f64::from),
        DataType::UInt64 => numbers::<UInt64Type>(column, |value| value as f64),
        DataType::Decimal128(_, scale) => {
            let unit = 10f64.powi(i32::from(*scale));
            numbers::<Decimal128Type>(column, |value| value as f64 / unit)
        }
        DataType::Utf8 => texts(column.as_string::<i32>()),
        DataType::LargeUtf8 => texts(column.as_string::<i64>()),
        DataType::Utf8View => texts(column.as_string_view()),
        DataType::Dictionary(..) => entries(column),
        _ => vec![Err(RowFault::BadNumber); column.len()],
    }
}

fn numbers<T: ArrowPrimitiveType>(column: &ArrayRef, value: impl Fn(T::Native) -> f64) -> Vec<Result<f64, RowFault>> {
    let values = column.as_primitive::<T>().iter();
    values.map(|known| known.map(&value).ok_or(RowFault::MissingCoordinates)).collect()
}

fn texts<'a>(values: impl IntoIterator<Item = Option<&'a str>>) -> Vec<Result<f64, RowFault>> {
    values.into_iter().map(|text| coordinate(text.unwrap_or_default().as_bytes())).collect()
}

fn entries(column: &ArrayRef) -> Vec<Result<f64, RowFault>> {
    let dictionary = column.as_any_dictionary();
    if dictionary.values().is_empty() {
        // Every row is null; keys into nothing cannot even be asked for.
        return vec![Err(RowFault::MissingCoordinates); column.len()];
    }
    let values = coordinates(dictionary.values());
    let keys = dictionary.normalized_keys().into_iter().enumerate();
    keys.map(|(row, key)| if column.is_null(row) { Err(RowFault::MissingCoordinates) } else { values[key] }).collect()
}
