//! Coordinates out of columns: floating point, integers, decimals, texts, and dictionaries of them.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use crate::job::RowError;
use crate::numbers::coordinate;

use super::{BAD_NUMBER, MISSING_COORDINATES};

/// Whether [`coordinates`] reads columns of this type.
pub(crate) fn can_be_coordinates(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => can_be_coordinates(values),
        DataType::Float32 | DataType::Float64 | DataType::Decimal128(..) => true,
        other => other.is_integer() || other.is_string(),
    }
}

/// The values of a column, one per row; null and empty ones are missing.
pub(crate) fn coordinates(column: &ArrayRef) -> Vec<Result<f64, RowError>> {
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
        DataType::Utf8 => parsed(column.as_string::<i32>()),
        DataType::LargeUtf8 => parsed(column.as_string::<i64>()),
        DataType::Utf8View => parsed(column.as_string_view()),
        DataType::Dictionary(..) => entries(column),
        _ => vec![Err(BAD_NUMBER); column.len()],
    }
}

fn numbers<T: ArrowPrimitiveType>(
    column: &ArrayRef,
    value: impl Fn(T::Native) -> f64,
) -> Vec<Result<f64, RowError>> {
    let values = column.as_primitive::<T>().iter();
    values
        .map(|known| known.map(&value).ok_or(MISSING_COORDINATES))
        .collect()
}

fn parsed<'a>(values: impl IntoIterator<Item = Option<&'a str>>) -> Vec<Result<f64, RowError>> {
    values
        .into_iter()
        .map(|text| coordinate(text.unwrap_or_default()))
        .collect()
}

fn entries(column: &ArrayRef) -> Vec<Result<f64, RowError>> {
    let dictionary = column.as_any_dictionary();
    if dictionary.values().is_empty() {
        // Every row is null; keys into nothing cannot even be asked for.
        return vec![Err(MISSING_COORDINATES); column.len()];
    }
    let values = coordinates(dictionary.values());
    let keys = dictionary.normalized_keys().into_iter().enumerate();
    keys.map(|(row, key)| {
        if column.is_null(row) {
            Err(MISSING_COORDINATES)
        } else {
            values[key]
        }
    })
    .collect()
}

/// A column as texts; null ones are empty.
pub(crate) fn texts(column: &ArrayRef) -> Vec<Cow<'_, str>> {
    fn borrowed<'a>(values: impl Iterator<Item = Option<&'a str>>) -> Vec<Cow<'a, str>> {
        values
            .map(|text| Cow::Borrowed(text.unwrap_or_default()))
            .collect()
    }
    match column.data_type() {
        DataType::Utf8 => borrowed(column.as_string::<i32>().iter()),
        DataType::LargeUtf8 => borrowed(column.as_string::<i64>().iter()),
        DataType::Utf8View => borrowed(column.as_string_view().iter()),
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            let values = texts(dictionary.values());
            if values.is_empty() {
                // Every row is null.
                return vec![Cow::Borrowed(""); column.len()];
            }
            let keys = dictionary.normalized_keys().into_iter().enumerate();
            keys.map(|(row, key)| {
                if column.is_null(row) {
                    Cow::Borrowed("")
                } else {
                    values[key].clone()
                }
            })
            .collect()
        }
        _ => coordinates(column)
            .into_iter()
            .map(|number| number.map_or(Cow::Borrowed(""), |number| number.to_string().into()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        Decimal128Array, DictionaryArray, Float32Array, Float64Array, Int32Array, Int64Array,
        LargeStringArray, StringArray, StringViewArray,
    };

    use super::*;

    #[test]
    fn every_type_of_number_is_read() {
        let values: Vec<(&str, ArrayRef)> = vec![
            ("lon", Arc::new(Float32Array::from(vec![-3.5, -3.25]))),
            ("lon", Arc::new(StringArray::from(vec!["-3.5", " -3,25 "]))),
            (
                "lon",
                Arc::new(LargeStringArray::from(vec!["-3.5", "-3.25"])),
            ),
            (
                "lon",
                Arc::new(StringViewArray::from(vec!["-3.5", "-3.25"])),
            ),
            (
                "lon",
                Arc::new(
                    Decimal128Array::from(vec![-350, -325])
                        .with_precision_and_scale(9, 2)
                        .unwrap(),
                ),
            ),
            (
                "lon",
                Arc::new(
                    vec!["-3.5", "-3.25"]
                        .into_iter()
                        .collect::<DictionaryArray<Int32Type>>(),
                ),
            ),
        ];
        for (name, column) in values {
            assert!(can_be_coordinates(column.data_type()), "{name}");
            assert_eq!(
                coordinates(&column),
                [Ok(-3.5), Ok(-3.25)],
                "{}",
                column.data_type()
            );
        }
        let whole: ArrayRef = Arc::new(Int64Array::from(vec![Some(650_000), None]));
        assert_eq!(
            coordinates(&whole),
            [Ok(650_000.0), Err(MISSING_COORDINATES)]
        );
        let holes: ArrayRef = Arc::new(
            vec![Some("x"), None]
                .into_iter()
                .collect::<DictionaryArray<Int32Type>>(),
        );
        assert_eq!(
            coordinates(&holes),
            [Err(BAD_NUMBER), Err(MISSING_COORDINATES)]
        );
    }

    #[test]
    fn a_dictionary_without_values_has_missing_coordinates_only() {
        let keys = Int32Array::from(vec![None, None]);
        let numbers: ArrayRef = Arc::new(DictionaryArray::new(
            keys.clone(),
            Arc::new(Float64Array::from(vec![0.0; 0])),
        ));
        let texts: ArrayRef = Arc::new(DictionaryArray::new(
            keys,
            Arc::new(StringArray::from(vec![""; 0])),
        ));
        for column in [numbers, texts] {
            assert!(can_be_coordinates(column.data_type()));
            assert_eq!(coordinates(&column), [Err(MISSING_COORDINATES); 2]);
        }
    }
}
