//! Errors as Python's exceptions: `qpv.QpvError`, with the code, the detail and the French message of the API's problems.

use std::fmt::Display;

use pyo3::prelude::*;
use qpv_batch::BatchError;
use qpv_http::problem::{Problem, batch_problem};
use qpv_service::data::Error as StoreError;
use qpv_service::{CodedError, ErrorCode, Snapshot};

/// The module of the exception, which is written in Python.
const MODULE: &str = "qpv._errors";

/// Returns the exception of a problem.
pub(crate) fn raise(problem: Problem) -> PyErr {
    Python::attach(|py| {
        let class = py
            .import(MODULE)
            .and_then(|module| module.getattr("QpvError"));
        let code = problem.code.as_str();
        match class.and_then(|class| class.call1((code, problem.detail, problem.message))) {
            Ok(exception) => PyErr::from_value(exception),
            Err(fault) => fault,
        }
    })
}

/// Returns the exception of an error with a code.
#[expect(
    clippy::needless_pass_by_value,
    reason = "results hand their errors over"
)]
pub(crate) fn raise_coded(error: impl CodedError) -> PyErr {
    // Unlike a client of the service, a caller in the same process may see what went wrong.
    raise(Problem::with_message(
        error.code(),
        error.to_string(),
        error.message_fr(),
    ))
}

/// Returns the exception of an error that leaves a table without answers.
pub(crate) fn raise_batch(error: &BatchError) -> PyErr {
    let problem = batch_problem(error);
    if problem.code == ErrorCode::Internal {
        return internal(error);
    }
    raise(problem)
}

/// Returns the exception of a dataset that cannot be opened.
pub(crate) fn raise_store(error: &StoreError) -> PyErr {
    match error {
        StoreError::NoSuchDataset { .. } | StoreError::AmbiguousDigest { .. } => {
            raise(Problem::new(ErrorCode::NotFound, error.to_string()))
        }
        _ => internal(error),
    }
}

/// Checks that the files of a dataset are those that were opened, before anybody has answers: a file that was cut answers
/// with zeros.
///
/// # Errors
/// `dataset_altered`.
pub(crate) fn check_files(snapshot: &Snapshot) -> PyResult<()> {
    let checked = snapshot.check_all_files();
    checked.map_err(|fault| raise(Problem::new(ErrorCode::DatasetAltered, fault.to_string())))
}

/// Returns the exception of a parameter that is missing, unknown or malformed.
pub(crate) fn bad_parameter(detail: impl Into<String>) -> PyErr {
    raise(Problem::new(ErrorCode::BadParameter, detail))
}

/// Returns the exception of Arrow data that cannot be read.
pub(crate) fn raise_bad_table(fault: impl Display) -> PyErr {
    raise(Problem::new(ErrorCode::BadTable, fault.to_string()))
}

/// Returns the exception of a fault of the dataset or of the program.
pub(crate) fn internal(fault: &dyn Display) -> PyErr {
    raise(Problem::new(ErrorCode::Internal, fault.to_string()))
}
