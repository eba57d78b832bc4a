//! The messages of a table that cannot be read.

use qpv_delimited::FileFormat;
use qpv_french::{key, sentence};

use qpv_service::CodedError;

use crate::error::{BatchError, ColumnsError, NeededFact, PARQUET_BY_PATH};

/// Returns the reason why a table has no answer. Faults that no user can repair share one sentence.
#[must_use]
pub fn table_fault(fault: &BatchError) -> String {
    match fault {
        BatchError::NoHeader => sentence(key::TABLE_EMPTY, &[]),
        BatchError::NotText(refusal) if Some(*refusal) == FileFormat::Markup.refusal_as_text() => {
            sentence(key::TABLE_WEB_PAGE, &[])
        }
        BatchError::NotText(refusal) if *refusal == PARQUET_BY_PATH => {
            sentence(key::TABLE_PARQUET, &[])
        }
        BatchError::NotText(_) => sentence(key::TABLE_NOT_TEXT, &[]),
        BatchError::NotParquet(_) | BatchError::Parquet { .. } => {
            sentence(key::TABLE_NOT_PARQUET, &[])
        }
        BatchError::Codec { column, codec } => sentence(
            key::TABLE_CODEC,
            &[("column", column), ("codec", &codec.to_string())],
        ),
        BatchError::PageLimit { column, .. } => {
            sentence(key::TABLE_PAGE_LIMIT, &[("column", column)])
        }
        BatchError::GeometryCrs { column, crs } => {
            sentence(key::TABLE_GEOMETRY_CRS, &[("column", column), ("crs", crs)])
        }
        BatchError::Geometry { column, fault } => {
            sentence(key::TABLE_GEOMETRY, &[("column", column), ("fault", fault)])
        }
        BatchError::Columns(fault) => columns_fault(fault),
        BatchError::Query(fault) => fault.message_fr(),
        BatchError::Addresses(fault) => fault.message_fr(),
        BatchError::Fields(fault) => fault.message_fr(),
        BatchError::Zonings(fault) => fault.message_fr(),
        BatchError::NotSheet(format, _) => sentence(key::TABLE_NOT_SHEET, &[("format", format)]),
        BatchError::NotSameBook(reason) => reason.message_fr(),
        BatchError::BookLimit { part, .. } => sentence(key::TABLE_BOOK_LIMIT, &[("part", part)]),
        BatchError::CellLimit {
            sheet, row, column, ..
        } => sentence(
            key::TABLE_CELL_LIMIT,
            &[
                ("sheet", sheet),
                ("row", &row.to_string()),
                ("column", &column.to_string()),
            ],
        ),
        BatchError::CellFault {
            sheet, row, column, ..
        } => sentence(
            key::TABLE_CELL_FAULT,
            &[
                ("sheet", sheet),
                ("row", &row.to_string()),
                ("column", &column.to_string()),
            ],
        ),
        BatchError::NoSheets => sentence(key::TABLE_NO_SHEETS, &[]),
        BatchError::Locked => sentence(key::TABLE_LOCKED, &[]),
        BatchError::NoSuchSheet { name, found } => sentence(
            key::TABLE_NO_SUCH_SHEET,
            &[("name", name), ("found", found)],
        ),
        BatchError::LineTooLong { line, limit } => sentence(
            key::TABLE_LINE_TOO_LONG,
            &[("line", &line.to_string()), ("limit", &limit.to_string())],
        ),
        BatchError::Sheet(_) | BatchError::Read(_) | BatchError::Write(_) => {
            sentence(key::TABLE_FAILED, &[])
        }
    }
}

fn columns_fault(fault: &ColumnsError) -> String {
    match fault {
        ColumnsError::NoNames => sentence(key::TABLE_NO_NAMES, &[]),
        ColumnsError::StrayQuote => sentence(key::TABLE_STRAY_QUOTE, &[]),
        ColumnsError::NotFound { found, .. } => sentence(key::TABLE_NOT_FOUND, &[("found", found)]),
        ColumnsError::NotOnSheet {
            found,
            sheet,
            others,
            ..
        } => sentence(
            key::TABLE_NOT_ON_SHEET,
            &[("found", found), ("sheet", sheet), ("others", others)],
        ),
        ColumnsError::FactNeeded { fact, found, .. } => {
            let found = ("found", found.as_str());
            match fact {
                NeededFact::BirthDate => sentence(key::TABLE_BIRTH_DATE_NEEDED, &[found]),
                NeededFact::School => sentence(key::TABLE_SCHOOL_NEEDED, &[found]),
                NeededFact::Declaration { label, .. } => {
                    sentence(key::TABLE_DECLARATION_NEEDED, &[("label", label), found])
                }
            }
        }
        ColumnsError::UnknownDeclaration { name, known, .. } => sentence(
            key::TABLE_UNKNOWN_DECLARATION,
            &[("name", name), ("known", known)],
        ),
        ColumnsError::CrsNeeded { x, y } => sentence(key::TABLE_CRS_NEEDED, &[("x", x), ("y", y)]),
        ColumnsError::NoSuchColumn { name, found } => sentence(
            key::TABLE_NO_SUCH_COLUMN,
            &[("name", name), ("found", found)],
        ),
        ColumnsError::NotReadable { name, found, .. } => {
            sentence(key::TABLE_NOT_READABLE, &[("name", name), ("found", found)])
        }
        ColumnsError::NoSuchAdded { name, known } => sentence(
            key::TABLE_NO_SUCH_ADDED,
            &[("name", name), ("known", &known.join(", "))],
        ),
        ColumnsError::AddedTwice(name) => sentence(key::TABLE_ADDED_TWICE, &[("name", name)]),
        ColumnsError::TooMany { count, limit } => sentence(
            key::TABLE_TOO_MANY,
            &[("count", &count.to_string()), ("limit", &limit.to_string())],
        ),
        ColumnsError::SeveralHomes { names } => {
            sentence(key::TABLE_SEVERAL_HOMES, &[("names", &names.join(", "))])
        }
        ColumnsError::Ambiguous { name, count } => sentence(
            key::TABLE_AMBIGUOUS,
            &[("name", name), ("count", &count.to_string())],
        ),
    }
}
