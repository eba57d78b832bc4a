//! A table of answers, which other libraries take by the Arrow `PyCapsule` interface.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use qpv_batch::BatchSummary;
use qpv_batch::arrays::ArrayAnswers;

use crate::arrow_capsules::stream_capsule;
use crate::problems::internal;

/// The Python module of what needs no Rust.
const CONVERSIONS: &str = "qpv._conversions";

/// A table in memory.
#[pyclass(frozen, module = "qpv")]
pub(crate) struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    /// The counts of a table of answers, as the command line prints them.
    summary: Option<BatchSummary>,
}

impl Table {
    /// A table without counts.
    pub(crate) fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self {
            schema,
            batches,
            summary: None,
        }
    }
}

impl From<ArrayAnswers> for Table {
    fn from(answers: ArrayAnswers) -> Self {
        Self {
            schema: answers.schema,
            batches: answers.batches,
            summary: Some(answers.summary),
        }
    }
}

#[pymethods]
impl Table {
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A request is a wish: the interface lets a table come in the types it has.
        drop(requested_schema);
        stream_capsule(py, Arc::clone(&self.schema), self.batches.clone())
    }

    fn __len__(&self) -> usize {
        self.num_rows()
    }

    fn __repr__(&self) -> String {
        format!(
            "qpv.Table({} rows: {})",
            self.num_rows(),
            self.column_names().join(", ")
        )
    }

    #[getter]
    fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    #[getter]
    fn column_names(&self) -> Vec<String> {
        let fields = self.schema.fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }

    #[getter]
    fn metadata(&self) -> HashMap<String, String> {
        self.schema.metadata().clone().into()
    }

    #[getter]
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let summary = self.summary.as_ref();
        summary.map(|summary| summary_dict(py, summary)).transpose()
    }

    fn to_pyarrow(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        converted(slf, "to_pyarrow", None)
    }

    fn to_pandas(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        converted(slf, "to_pandas", None)
    }

    fn to_polars(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        converted(slf, "to_polars", None)
    }

    #[pyo3(signature = (**options))]
    fn to_geopandas<'py>(
        slf: Bound<'py, Self>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        converted(slf, "to_geopandas", options)
    }
}

/// Returns the counts of a table as a dict, as the command line prints them.
pub(crate) fn summary_dict<'py>(
    py: Python<'py>,
    summary: &BatchSummary,
) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::to_string(summary).map_err(|fault| internal(&fault))?;
    py.import("json")?.call_method1("loads", (text,))
}

/// Converts a table to that of another library, which must be installed.
fn converted<'py>(
    table: Bound<'py, Table>,
    name: &str,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let conversions = table.py().import(CONVERSIONS)?;
    conversions.call_method(name, (table,), options)
}
