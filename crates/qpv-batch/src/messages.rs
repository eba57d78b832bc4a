//! The messages of a table that cannot be read.

use qpv_french::{key, sentence};

use crate::{ColumnsError, Error};
use qpv_service::CodedError;

/// Returns the reason why a table has no answer. Faults that no user can repair share one sentence.
#[must_use]
pub fn table_fault(fault: &Error) -> String {
    match fault {
        Error::NoHeader => sentence(key::TABLE_EMPTY, &[]),
        Error::NotText(_) => sentence(key::TABLE_NOT_TEXT, &[]),
        Error::NotParquet(_) | Error::Parquet { .. } => sentence(key::TABLE_NOT_PARQUET, &[]),
        Error::Codec { column, codec } => sentence(
            key::TABLE_CODEC,
            &[("column", column), ("codec", &codec.to_string())],
        ),
        Error::Columns(fault) => columns_fault(fault),
        Error::Query(fault) => fault.message_fr(),
        Error::Addresses(fault) => fault.message_fr(),
        Error::NotSheet(format, _) => sentence(key::TABLE_NOT_SHEET, &[("format", format)]),
        Error::Locked => sentence(key::TABLE_LOCKED, &[]),
        Error::NoSuchSheet { name, found } => sentence(
            key::TABLE_NO_SUCH_SHEET,
            &[("name", name), ("found", found)],
        ),
        Error::LineTooLong { line, limit } => sentence(
            key::TABLE_LINE_TOO_LONG,
            &[("line", &line.to_string()), ("limit", &limit.to_string())],
        ),
        Error::Sheet(_) | Error::Read(_) | Error::Write(_) => sentence(key::TABLE_FAILED, &[]),
    }
}

fn columns_fault(fault: &ColumnsError) -> String {
    match fault {
        ColumnsError::NoNames => sentence(key::TABLE_NO_NAMES, &[]),
        ColumnsError::StrayQuote => sentence(key::TABLE_STRAY_QUOTE, &[]),
        ColumnsError::NotFound { found, .. } => sentence(key::TABLE_NOT_FOUND, &[("found", found)]),
        ColumnsError::CrsNeeded { x, y } => sentence(key::TABLE_CRS_NEEDED, &[("x", x), ("y", y)]),
        ColumnsError::NoSuchColumn { name, found } => sentence(
            key::TABLE_NO_SUCH_COLUMN,
            &[("name", name), ("found", found)],
        ),
        ColumnsError::NotReadable { name, found, .. } => {
            sentence(key::TABLE_NOT_READABLE, &[("name", name), ("found", found)])
        }
        ColumnsError::TooMany { count, limit } => sentence(
            key::TABLE_TOO_MANY,
            &[("count", &count.to_string()), ("limit", &limit.to_string())],
        ),
        ColumnsError::Ambiguous { name, count } => sentence(
            key::TABLE_AMBIGUOUS,
            &[("name", name), ("count", &count.to_string())],
        ),
    }
}
