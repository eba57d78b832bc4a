//! Errors that leave a whole file without an answer. Those of one row are in its `error` column instead.

use std::fmt;
use std::io;

use ::parquet::basic::CompressionCodec;
use ::parquet::errors::ParquetError;
use qpv_delimited::ReadError;

use qpv_service::{AddressError, QueryError, UnknownField, UnknownZoning};

use crate::new_book::NewBookReason;

/// The reason why a Parquet table is not read as text, nor by the service: its columns are read from a file.
pub(crate) const PARQUET_BY_PATH: &str =
    "Parquet, which `qpv batch` reads from a file alone; give CSV, XLSX, XLS or ODS here";

/// The reason why a file has no answer: nothing usable was written.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The input has not even a header.
    #[error("the input is empty: its first line must name the columns")]
    NoHeader,
    /// The input is something else than delimited text.
    #[error("the input is {0}")]
    NotText(&'static str),
    /// A name in `.parquet`, and something else in it.
    #[error("the input cannot be read as Parquet: {0}")]
    NotParquet(ParquetError),
    /// A Parquet table compressed in a way that is not read. Refused before anything is written.
    #[error(
        "column {column} is compressed with {codec}, which is not read: write the table with snappy, zstd or lz4_raw"
    )]
    Codec {
        /// Its name.
        column: String,
        /// Its compression.
        codec: CompressionCodec,
    },
    /// A Parquet table whose pages take, or claim, more memory than is given.
    #[error(
        "column {column} has pages that take {bytes} bytes, and {limit} are read at most: write the table with smaller \
         pages, or smaller row groups"
    )]
    PageLimit {
        /// Its name.
        column: String,
        /// The memory of a dictionary and a page, or the values of a page of lists.
        bytes: usize,
        /// The most that is read.
        limit: usize,
    },
    /// Geometries in a reference system that is not known.
    #[error(
        "the geometries of column {column} are in {crs}, which is not known: if it is a known one by another name, name that \
         with --crs, e.g. EPSG:2154; else write them in WGS 84 (longitude and latitude) or in EPSG:2154"
    )]
    GeometryCrs {
        /// Its name.
        column: String,
        /// The reference system, by its name or identifier.
        crs: String,
    },
    /// Geometries that cannot be read.
    #[error("the geometries of column {column} cannot be read: {fault}")]
    Geometry {
        /// Its name.
        column: String,
        /// The reason, and what to do.
        fault: String,
    },
    /// The columns that are read are not there, or not the only ones of their name.
    #[error(transparent)]
    Columns(#[from] ColumnsError),
    /// A setting for all rows is wrong.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Figures are asked for that there are not.
    #[error(transparent)]
    Fields(#[from] UnknownField),
    /// A zoning is asked for that is not loaded.
    #[error(transparent)]
    Zonings(#[from] UnknownZoning),
    /// No addresses to look in.
    #[error(transparent)]
    Addresses(#[from] AddressError),
    /// A spreadsheet that cannot be read.
    #[error(
        "the input cannot be read as {0}: {1}; save it again with a spreadsheet program, or as CSV"
    )]
    NotSheet(&'static str, String),
    /// A list that cannot come back in its ODS book, where nothing else may be written.
    #[error(
        "the list cannot come back in its own book: {}; give the output a name that ends in .xlsx for a new one",
        .0.fault()
    )]
    NotSameBook(NewBookReason),
    /// A spreadsheet that claims, repeats or unpacks to more than is read.
    #[error(
        "{part} of the spreadsheet: {fault}; save it again with a spreadsheet program, or as CSV"
    )]
    BookLimit {
        /// The file in the zip.
        part: String,
        /// The limit.
        fault: String,
    },
    /// A cell beyond what a spreadsheet may hold.
    #[error("sheet {sheet}, row {row}, column {column}: {fault}")]
    CellLimit {
        /// Its sheet, or the file in the zip.
        sheet: String,
        /// Its row, from 1.
        row: u64,
        /// Its column, from 1.
        column: u64,
        /// The limit.
        fault: &'static str,
    },
    /// A cell of a spreadsheet that cannot be read.
    #[error(
        "sheet {sheet}, row {row}, column {column}: {fault}; save the book again with a spreadsheet program, or the sheet \
         as CSV"
    )]
    CellFault {
        /// Its sheet.
        sheet: String,
        /// Its row, from 1.
        row: u64,
        /// Its column, from 1.
        column: u64,
        /// The reason.
        fault: String,
    },
    /// A spreadsheet without a sheet of cells.
    #[error(
        "the spreadsheet has no sheet with cells: save it again with a spreadsheet program, or as CSV"
    )]
    NoSheets,
    /// A spreadsheet that is encrypted.
    #[error("the spreadsheet is protected by a password: save it without one")]
    Locked,
    /// A sheet that the spreadsheet does not have.
    #[error("there is no sheet {name}; the sheets are: {found}")]
    NoSuchSheet {
        /// As given.
        name: String,
        /// The sheets there are.
        found: String,
    },
    /// A spreadsheet that cannot be written.
    #[error("writing the output: {0}")]
    Sheet(String),
    /// No end of line for too long.
    #[error("line {line} is longer than {limit} bytes: this is no delimited text")]
    LineTooLong {
        /// Its number, from 1.
        line: u64,
        /// The most a line may have, in bytes.
        limit: usize,
    },
    /// A Parquet table broken off, or a failure of either end.
    #[error("{doing}: {fault}")]
    Parquet {
        /// Reading or writing.
        doing: &'static str,
        /// The failure. Printed above, it is no source, which would be printed again.
        fault: ParquetError,
    },
    /// The input cannot be read.
    #[error("reading the input: {0}")]
    Read(io::Error),
    /// The output cannot be written.
    #[error("writing the output: {0}")]
    Write(io::Error),
}

impl From<ReadError> for BatchError {
    fn from(fault: ReadError) -> Self {
        match fault {
            ReadError::Input(fault) => Self::Read(fault),
            ReadError::LineTooLong { line, limit } => Self::LineTooLong { line, limit },
        }
    }
}

impl BatchError {
    /// Returns whether another command line or another file would help.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        match self {
            Self::NoHeader
            | Self::NotText(_)
            | Self::NotParquet(_)
            | Self::Codec { .. }
            | Self::PageLimit { .. }
            | Self::GeometryCrs { .. }
            | Self::Geometry { .. }
            | Self::Columns(_)
            | Self::Fields(_)
            | Self::Zonings(_)
            | Self::NotSheet(..)
            | Self::NotSameBook(_)
            | Self::BookLimit { .. }
            | Self::CellLimit { .. }
            | Self::CellFault { .. }
            | Self::NoSheets
            | Self::Locked
            | Self::NoSuchSheet { .. }
            | Self::Addresses(AddressError::NoPlace(_))
            | Self::Query(_) => true,
            Self::Addresses(_)
            | Self::LineTooLong { .. }
            | Self::Sheet(_)
            | Self::Parquet { .. }
            | Self::Read(_)
            | Self::Write(_) => false,
        }
    }
}

/// The reason why the columns that are read are not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    /// No column names at all: a file without header.
    #[error(
        "the first line does not name the columns (one of its fields is a number): add a header"
    )]
    NoNames,
    /// A quote in the first line is not closed there: the ends of the names are not known.
    #[error(
        "the first line, which names the columns, has a quote that is never closed: close it or remove it"
    )]
    StrayQuote,
    /// None is recognised.
    #[error("no column of {wanted} is recognised; the columns are: {found}")]
    NotFound {
        /// The columns that were looked for.
        wanted: &'static str,
        /// The columns there are.
        found: String,
    },
    /// None is recognised on the sheet that is read, of a book with others.
    #[error(
        "no column of {wanted} is recognised on sheet {sheet}, whose columns are: {found}; the other sheets are: {others} \
        (--sheet NAME reads one)"
    )]
    NotOnSheet {
        /// The columns that were looked for.
        wanted: &'static str,
        /// The columns there are.
        found: String,
        /// The sheet.
        sheet: String,
        /// The other ones that are not hidden.
        others: String,
    },
    /// None is recognised for a fact that the programme depends on: every row would be undetermined for it.
    #[error(
        "no column of the {fact} is recognised, and {programme} depends on it: {}; the columns are: {found}",
        .fact.advice()
    )]
    FactNeeded {
        /// The fact.
        fact: NeededFact,
        /// The programme.
        programme: String,
        /// The columns there are.
        found: String,
    },
    /// A column is given for a declaration that the programme does not ask.
    #[error("{programme} asks no declaration {name}; it asks: {known}")]
    UnknownDeclaration {
        /// As given.
        name: String,
        /// The programme.
        programme: String,
        /// The declarations it asks.
        known: String,
    },
    /// Only eastings and northings, and nothing says in which system.
    #[error("columns {x} and {y} are there, but not their reference system")]
    CrsNeeded {
        /// Easting.
        x: String,
        /// Northing.
        y: String,
    },
    /// A column named on the command line.
    #[error("there is no column {name}; the columns are: {found}")]
    NoSuchColumn {
        /// As given.
        name: String,
        /// The columns there are.
        found: String,
    },
    /// A column of another kind, in a table whose columns have types.
    #[error("column {name} holds {found}: {wanted}")]
    NotReadable {
        /// Its name.
        name: String,
        /// Its type.
        found: String,
        /// The values that it should hold.
        wanted: &'static str,
    },
    /// A column that is wanted and not among those that are added.
    #[error("no column {name} is added; those that are: {}", .known.join(", "))]
    NoSuchAdded {
        /// As given.
        name: String,
        /// The columns that are added.
        known: Vec<String>,
    },
    /// An added column that is wanted twice.
    #[error("the added column {0} is named twice")]
    AddedTwice(String),
    /// More columns than any table has.
    #[error(
        "the first line has {count} fields, and {limit} columns at most are taken: is this a table?"
    )]
    TooMany {
        /// Their number.
        count: usize,
        /// The most that are taken.
        limit: usize,
    },
    /// Several columns with addresses, and nothing tells which of them is the child's.
    #[error("several columns hold addresses: {}; name the one that counts (--address COLUMN)", .names.join(", "))]
    SeveralHomes {
        /// Their names.
        names: Vec<String>,
    },
    /// Two columns of one name.
    #[error("{count} columns are named {name}: rename all but one")]
    Ambiguous {
        /// Their name.
        name: String,
        /// Their number.
        count: usize,
    },
}

/// A fact that a programme may depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NeededFact {
    /// The birth date.
    BirthDate,
    /// The school.
    School,
    /// A declaration.
    Declaration {
        /// Its name in requests.
        name: String,
        /// Its meaning, in French.
        label: String,
    },
}

impl NeededFact {
    /// Returns how to name its column, or to say that there is none.
    fn advice(&self) -> String {
        let (option, field) = match self {
            Self::BirthDate => ("birth-date", "birth_date"),
            Self::School => ("school", "school"),
            Self::Declaration { name, .. } => {
                return format!(
                    "name it with --declaration {name}=COLUMN (the field `declaration` of a form), or give {name}=- if the \
                     list has none"
                );
            }
        };
        format!(
            "name it with --{option} COLUMN (the field `{field}` of a form), or give - if the list has none"
        )
    }
}

impl fmt::Display for NeededFact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BirthDate => formatter.write_str("birth date"),
            Self::School => formatter.write_str("school"),
            Self::Declaration { name, .. } => write!(formatter, "declaration {name}"),
        }
    }
}
