//! What end users read of a table that cannot be read.

use super::say;
use crate::batch::{ColumnsError, Error};

/// Why a table has no answer, in one sentence; what no user can repair is said in one for all.
#[must_use]
pub fn table_fault(fault: &Error) -> String {
    let key = |key: &str, values: &[(&str, &str)]| say(&format!("table.{key}"), values);
    match fault {
        Error::NoHeader => key("empty", &[]),
        Error::NotText(_) => key("not_text", &[]),
        Error::NotParquet(_) | Error::Parquet { .. } => key("not_parquet", &[]),
        Error::Codec { column, codec } => key(
            "codec",
            &[("column", column), ("codec", &codec.to_string())],
        ),
        Error::Columns(fault) => columns_fault(fault),
        Error::Query(fault) => fault.message_fr(),
        Error::Addresses(fault) => fault.message_fr(),
        Error::NotSheet(format, _) => key("not_sheet", &[("format", format)]),
        Error::Locked => key("locked", &[]),
        Error::NoSuchSheet { name, found } => {
            key("no_such_sheet", &[("name", name), ("found", found)])
        }
        Error::LineTooLong { line, limit } => key(
            "line_too_long",
            &[("line", &line.to_string()), ("limit", &limit.to_string())],
        ),
        Error::Sheet(_) | Error::Read(_) | Error::Write(_) => key("failed", &[]),
    }
}

fn columns_fault(fault: &ColumnsError) -> String {
    let key = |key: &str, values: &[(&str, &str)]| say(&format!("table.{key}"), values);
    match fault {
        ColumnsError::NoNames => key("no_names", &[]),
        ColumnsError::StrayQuote => key("stray_quote", &[]),
        ColumnsError::NotFound { found, .. } => key("not_found", &[("found", found)]),
        ColumnsError::CrsNeeded { x, y } => key("crs_needed", &[("x", x), ("y", y)]),
        ColumnsError::NoSuchColumn { name, found } => {
            key("no_such_column", &[("name", name), ("found", found)])
        }
        ColumnsError::NotReadable { name, found, .. } => {
            key("not_readable", &[("name", name), ("found", found)])
        }
        ColumnsError::TooMany { count, limit } => key(
            "too_many",
            &[("count", &count.to_string()), ("limit", &limit.to_string())],
        ),
        ColumnsError::Ambiguous { name, count } => key(
            "ambiguous",
            &[("name", name), ("count", &count.to_string())],
        ),
    }
}
