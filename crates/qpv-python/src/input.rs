//! Columns and tables that callers give: of Arrow, of `NumPy`, of pandas, or plain lists.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int64Type};
use arrow_array::{ArrayRef, Float64Array, StringArray};
use arrow_schema::DataType;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use qpv_batch::arrays::ArrayColumn;

use crate::arrow_capsules::{ArrowPieces, arrow_pieces, shared_numbers};
use crate::problems::bad_parameter;

/// The kind of the types of `NumPy` that are moments.
const DAYS: &str = "M";
/// Its type of days.
const DAYS_OF_NUMPY: &str = "datetime64[D]";

/// A column, or a table.
pub(crate) enum GivenRows {
    /// Values without a name.
    Column(Vec<ArrayRef>),
    /// Columns with names.
    Table(Vec<ArrayColumn>),
}

/// Returns the columns of a table, or the values of a column.
///
/// # Errors
/// `TypeError` for an object that is neither.
pub(crate) fn given_rows(object: &Bound<'_, PyAny>) -> PyResult<GivenRows> {
    if let Ok(columns) = object.cast::<PyDict>() {
        let columns = columns.iter().map(|(name, values)| {
            let name: String = name.extract()?;
            given_column(&name, &values)
        });
        let columns = columns.collect::<PyResult<Vec<_>>>()?;
        check_lengths(&columns)?;
        return Ok(GivenRows::Table(columns));
    }
    match arrow_pieces(object)? {
        Some(ArrowPieces {
            data_type: DataType::Struct(fields),
            pieces,
        }) => {
            let columns = fields.iter().enumerate().map(|(index, field)| ArrayColumn {
                name: field.name().clone(),
                pieces: pieces
                    .iter()
                    .map(|piece| Arc::clone(piece.as_struct().column(index)))
                    .collect(),
            });
            Ok(GivenRows::Table(columns.collect()))
        }
        Some(column) => Ok(GivenRows::Column(column.pieces)),
        None => given_values(object).map(|values| GivenRows::Column(vec![values])),
    }
}

/// Returns the table that an object holds.
///
/// # Errors
/// `TypeError` for an object that holds none.
pub(crate) fn given_table(object: &Bound<'_, PyAny>) -> PyResult<Vec<ArrayColumn>> {
    match given_rows(object)? {
        GivenRows::Table(columns) => Ok(columns),
        GivenRows::Column(_) => Err(PyTypeError::new_err(
            "expected a table: of Arrow, pandas, Polars or DuckDB, or a dict of columns by name",
        )),
    }
}

/// Returns the values of an object as a column of this name.
///
/// # Errors
/// `TypeError` for an object that is no column.
pub(crate) fn given_column(name: &str, object: &Bound<'_, PyAny>) -> PyResult<ArrayColumn> {
    let pieces = match arrow_pieces(object)? {
        Some(ArrowPieces {
            data_type: DataType::Struct(_),
            ..
        }) => {
            return Err(PyTypeError::new_err(format!(
                "{name}: expected a column, not a table"
            )));
        }
        Some(column) => column.pieces,
        None => vec![given_values(object)?],
    };
    Ok(ArrayColumn {
        name: name.to_owned(),
        pieces,
    })
}

/// Checks that columns have as many values each.
///
/// # Errors
/// `bad_parameter`.
pub(crate) fn check_lengths(columns: &[ArrayColumn]) -> PyResult<()> {
    let Some(first) = columns.first() else {
        return Ok(());
    };
    match columns.iter().find(|column| column.rows() != first.rows()) {
        None => Ok(()),
        Some(other) => Err(bad_parameter(format!(
            "`{}` has {} values and `{}` has {}",
            first.name,
            first.rows(),
            other.name,
            other.rows()
        ))),
    }
}

/// Returns the values of an object that is none of Arrow.
fn given_values(object: &Bound<'_, PyAny>) -> PyResult<ArrayRef> {
    if let Some(numbers) = numbers(object)? {
        return Ok(numbers);
    }
    // Columns of pandas share nothing themselves; their arrays do.
    if object.hasattr("__array__")? {
        let array = object.call_method0("__array__")?;
        return match numbers(&array)? {
            Some(numbers) => Ok(numbers),
            None => array_values(&array),
        };
    }
    // A text is a list of letters to Python, and never meant as one.
    if object.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err("expected a column, not one text"));
    }
    listed_values(object)
}

/// Returns the values of an array of `NumPy` that shares no numbers.
fn array_values(array: &Bound<'_, PyAny>) -> PyResult<ArrayRef> {
    let dimensions: usize = array.getattr("ndim")?.extract()?;
    if dimensions != 1 {
        return Err(PyTypeError::new_err(format!(
            "expected a column, not an array of {dimensions} dimensions"
        )));
    }
    let kind: String = array.getattr("dtype")?.getattr("kind")?.extract()?;
    if kind == DAYS {
        // Moments of another unit give numbers when they are listed, not days.
        let days = array.call_method1("astype", (DAYS_OF_NUMPY,))?;
        return listed_values(&days.call_method0("tolist")?);
    }
    listed_values(&array.call_method0("tolist")?)
}

fn numbers(object: &Bound<'_, PyAny>) -> PyResult<Option<ArrayRef>> {
    if let Some(numbers) = shared_numbers::<Float64Type>(object)? {
        return Ok(Some(numbers));
    }
    if let Some(numbers) = shared_numbers::<Float32Type>(object)? {
        return Ok(Some(numbers));
    }
    shared_numbers::<Int64Type>(object)
}

/// Returns the values of a list, or of anything that gives one after the other: all numbers, or texts, of which days and numbers
/// among texts have one too.
fn listed_values(object: &Bound<'_, PyAny>) -> PyResult<ArrayRef> {
    let items = object.try_iter().map_err(|_| {
        PyTypeError::new_err("expected a column: of Arrow, NumPy, pandas or Polars, or a list")
    })?;
    let items = items.collect::<PyResult<Vec<_>>>()?;
    if items.iter().any(is_text) {
        let texts = (1..).zip(&items).map(|(row, item)| listed_text(row, item));
        let texts = texts.collect::<PyResult<StringArray>>()?;
        return Ok(Arc::new(texts));
    }
    let numbers = (1..).zip(&items).map(|(row, item)| {
        let number = item.extract::<Option<f64>>();
        number.map_err(|_| unreadable(row, item))
    });
    Ok(Arc::new(numbers.collect::<PyResult<Float64Array>>()?))
}

/// Returns whether a value makes a column one of texts: a text, or a day.
fn is_text(item: &Bound<'_, PyAny>) -> bool {
    item.is_instance_of::<PyString>() || item.hasattr("isoformat").unwrap_or(false)
}

/// Returns the text of a value; `None` for nothing, which pandas writes as a number or a day that is none.
fn listed_text(row: usize, item: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    // Nothing else is unlike itself.
    if item.is_none() || item.ne(item)? {
        return Ok(None);
    }
    if item.is_instance_of::<PyString>() {
        return item.extract();
    }
    // Of a moment, the day.
    let day = item.call_method0("date");
    if let Ok(text) = day.as_ref().unwrap_or(item).call_method0("isoformat") {
        return text.extract();
    }
    // Whole numbers beside a missing one have a fraction of nothing in pandas, and no reader of numbers of houses wants it.
    let number: f64 = item.extract().map_err(|_| unreadable(row, item))?;
    Ok(Some(number.to_string()))
}

fn unreadable(row: usize, item: &Bound<'_, PyAny>) -> PyErr {
    let class = item.get_type();
    let class = class.name().map(|name| name.to_string());
    PyTypeError::new_err(format!(
        "row {row}: expected a number, a text, a day or None, not {}",
        class.unwrap_or_default()
    ))
}
