//! The extension module of the Python package `qpv`: the same answers as the service, as Arrow tables.
//!
//! A [`Dataset`](dataset::Dataset) asks the jobs of `qpv-batch`, so names and values of columns are those of `qpv batch`.
//! Columns come in and go out by the Arrow `PyCapsule` interface ([`arrow_capsules`]) or as buffers ([`input`]), without a
//! copy; the interpreter is left to other threads meanwhile. Errors are the problems of the API ([`problems`]).
//!
//! What needs no Rust (files of pandas, shapes, Spark) is written in Python, in `python/qpv`.

mod arrow_capsules;
mod dataset;
mod geo_tables;
mod input;
mod interrupt;
mod options;
mod parquet_files;
mod problems;
mod shares;
mod table;
mod zone;

use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::prelude::*;

/// Runs a command line of the program `qpv`, whose first word is its name, and returns the exit code.
#[pyfunction]
fn run_command_line(py: Python<'_>, words: Vec<OsString>) -> u8 {
    py.detach(|| qpv::run_command_line(words))
}

/// Returns the data folder that the program uses where none is named; `None` without a home.
#[pyfunction]
fn default_data_folder() -> Option<PathBuf> {
    qpv::default_data_folder()
}

/// The module `qpv._qpv`.
#[pymodule(name = "_qpv")]
fn extension(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<dataset::Dataset>()?;
    module.add_class::<table::Table>()?;
    module.add_class::<zone::Zone>()?;
    module.add_function(wrap_pyfunction!(run_command_line, module)?)?;
    module.add_function(wrap_pyfunction!(default_data_folder, module)?)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))
}
