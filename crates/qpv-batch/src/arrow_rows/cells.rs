//! The cells of an Arrow column: numbers and texts where they are, dictionaries of them, and other values as texts.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, Float64Array};
use arrow_schema::DataType;
use calamine::Data;

use super::values::value;
use crate::cell::Cell;
use crate::rows::text;

/// Returns whether the cells of columns of this type may be parts of positions and addresses.
pub(crate) fn is_readable(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_readable(values),
        // Columns without a single value have the type of nothing.
        DataType::Null | DataType::Float32 | DataType::Float64 | DataType::Decimal128(..) => true,
        other => other.is_integer() || other.is_string(),
    }
}

/// Returns whether a type is that of numbers of single precision.
pub(crate) fn is_single(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_single(values),
        other => *other == DataType::Float32,
    }
}

/// The cells of a column, by row.
pub(crate) enum ColumnCells<'a> {
    /// Coordinates, nearly always: read where they are.
    Doubles(&'a Float64Array),
    Numbers(Vec<Option<f64>>),
    Singles(Vec<Option<f32>>),
    Texts(Vec<Option<&'a str>>),
    Dictionary {
        /// The value of each row; `None` for a null one.
        keys: Vec<Option<usize>>,
        values: Box<Self>,
    },
    /// Days, instants, true and false: `None` for nothing.
    Others(Vec<Option<String>>),
}

impl<'a> ColumnCells<'a> {
    pub(crate) fn new(column: &'a ArrayRef) -> Self {
        match column.data_type() {
            DataType::Float64 => Self::Doubles(column.as_primitive::<Float64Type>()),
            DataType::Float32 => {
                Self::Singles(column.as_primitive::<Float32Type>().iter().collect())
            }
            DataType::Int8 => numbers::<Int8Type>(column, f64::from),
            DataType::Int16 => numbers::<Int16Type>(column, f64::from),
            DataType::Int32 => numbers::<Int32Type>(column, f64::from),
            // Exact up to 2^53, far beyond any coordinate.
            DataType::Int64 => numbers::<Int64Type>(column, |value| value as f64),
            DataType::UInt8 => numbers::<UInt8Type>(column, f64::from),
            DataType::UInt16 => numbers::<UInt16Type>(column, f64::from),
            DataType::UInt32 => numbers::<UInt32Type>(column, f64::from),
            DataType::UInt64 => numbers::<UInt64Type>(column, |value| value as f64),
            DataType::Decimal128(_, scale) => {
                let unit = 10f64.powi(i32::from(*scale));
                numbers::<Decimal128Type>(column, |value| value as f64 / unit)
            }
            DataType::Utf8 => Self::Texts(column.as_string::<i32>().iter().collect()),
            DataType::LargeUtf8 => Self::Texts(column.as_string::<i64>().iter().collect()),
            DataType::Utf8View => Self::Texts(column.as_string_view().iter().collect()),
            DataType::Dictionary(..) => dictionary(column),
            _ => Self::Others(others(column)),
        }
    }

    /// Returns the cell of a row; a null one is empty.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> Cell<'a> {
        match self {
            Self::Doubles(values) if values.is_valid(row) => Cell::Number(values.value(row)),
            Self::Numbers(values) => values[row].map_or(Cell::Empty, Cell::Number),
            Self::Singles(values) => values[row].map_or(Cell::Empty, Cell::Single),
            Self::Texts(values) => {
                values[row].map_or(Cell::Empty, |text| Cell::Text(Cow::Borrowed(text)))
            }
            Self::Dictionary { keys, values } => {
                keys[row].map_or(Cell::Empty, |key| values.get(key))
            }
            Self::Others(texts) => texts[row]
                .clone()
                .map_or(Cell::Empty, |text| Cell::Text(Cow::Owned(text))),
            Self::Doubles(_) => Cell::Empty,
        }
    }
}

fn numbers<'a, T: ArrowPrimitiveType>(
    column: &ArrayRef,
    value: impl Fn(T::Native) -> f64,
) -> ColumnCells<'a> {
    let values = column.as_primitive::<T>().iter();
    ColumnCells::Numbers(values.map(|known| known.map(&value)).collect())
}

/// Returns the values as people write them in lists.
fn others(column: &ArrayRef) -> Vec<Option<String>> {
    let values = (0..column.len()).map(|row| match value(column, row) {
        Data::Empty => None,
        known => Some(text(&known)),
    });
    values.collect()
}

fn dictionary(column: &ArrayRef) -> ColumnCells<'_> {
    let dictionary = column.as_any_dictionary();
    let keys = if dictionary.values().is_empty() {
        // Every row is null; keys into nothing cannot even be asked for.
        vec![None; column.len()]
    } else {
        let keys = dictionary.normalized_keys().into_iter().enumerate();
        keys.map(|(row, key)| column.is_valid(row).then_some(key))
            .collect()
    };
    let values = Box::new(ColumnCells::new(dictionary.values()));
    ColumnCells::Dictionary { keys, values }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        BooleanArray, Date32Array, Date64Array, Decimal128Array, DictionaryArray, Float32Array,
        Int32Array, Int64Array, LargeStringArray, NullArray, StringArray, StringViewArray,
        TimestampNanosecondArray, TimestampSecondArray,
    };

    use super::*;
    use crate::numbers::coordinate;
    use crate::row_error::{BAD_NUMBER, MISSING_COORDINATES, RowError};

    fn coordinates(column: &ArrayRef) -> Vec<Result<f64, RowError>> {
        let cells = ColumnCells::new(column);
        (0..column.len())
            .map(|row| coordinate(&cells.get(row)).map(|written| written.value))
            .collect()
    }

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
            assert!(is_readable(column.data_type()), "{name}");
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
    fn days_and_answers_are_read_as_texts() {
        // 2016-05-12 is 16,933 days after 1970-01-01, as Python counts them.
        const DAYS: i64 = 16_933;
        const SECONDS: i64 = DAYS * 86_400;
        let columns: Vec<(ArrayRef, &str)> = vec![
            (
                Arc::new(Date32Array::from(vec![Some(16_933), None])),
                "2016-05-12",
            ),
            (
                Arc::new(Date64Array::from(vec![Some(SECONDS * 1000), None])),
                "2016-05-12",
            ),
            (
                Arc::new(TimestampSecondArray::from(vec![Some(SECONDS), None])),
                "2016-05-12T00:00:00",
            ),
            (
                Arc::new(TimestampNanosecondArray::from(vec![
                    Some(SECONDS * 1_000_000_000),
                    None,
                ])),
                "2016-05-12T00:00:00",
            ),
            (Arc::new(BooleanArray::from(vec![Some(true), None])), "true"),
        ];
        for (column, expected) in columns {
            let cells = ColumnCells::new(&column);
            assert!(!is_readable(column.data_type()), "no address or position");
            assert_eq!(cells.get(0).text(), expected);
            assert_eq!(cells.get(1), Cell::Empty);
        }
    }

    #[test]
    fn a_column_without_values_is_empty() {
        let column: ArrayRef = Arc::new(NullArray::new(2));
        assert!(is_readable(column.data_type()));
        assert_eq!(coordinates(&column), [Err(MISSING_COORDINATES); 2]);
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
            assert!(is_readable(column.data_type()));
            assert_eq!(coordinates(&column), [Err(MISSING_COORDINATES); 2]);
        }
    }
}
