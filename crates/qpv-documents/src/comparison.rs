//! A comparison as a file: tables, maps for geographic information systems, printed sheets.
//!
//! Every format but CSV and `GeoParquet`, which are one table, has every change, what stays undetermined, and places;
//! addresses are listed in CSV, the workbook, the GeoPackage and `GeoParquet`, and counted in the others. Files
//! are made whole in memory: half a file is never given. Names of columns are those of the API in
//! the formats that programs read, and French in the workbook.

mod layers;
mod notes;
mod qgis_style;
mod sheet;
mod tables;
mod workbook;

use std::str::FromStr;

use qpv_french::{key, sentence};
use qpv_model::CommuneCode;

use qpv_service::{CodedError, Comparison, ErrorCode, FieldSelection, Scope, TooManyAddresses};

/// The formats a comparison is exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// One of the tables, as text for a French spreadsheet: UTF-8 with a mark, semicolons.
    Csv(ExportTable),
    /// A workbook with all tables.
    Xlsx,
    /// Areas kept, gained and lost.
    GeoJson,
    /// Perimeters of both vintages, what was kept, gained and lost, places and addresses; styled for QGIS.
    GeoPackage,
    /// One of the tables with its shapes: ground kept, gained and lost, places, or addresses.
    GeoParquet(ExportTable),
    /// An A4 sheet for each commune.
    Pdf,
}

/// The tables of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportTable {
    /// A row for each change, and for what stays undetermined.
    Changes,
    /// A row for each place in or near the perimeters.
    Places,
    /// A row for each address gained or lost.
    Addresses,
}

/// Why there is no file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// No sheet without a commune.
    #[error(
        "a sheet is made for each commune with a neighbourhood, and there is none in this area"
    )]
    NoCommune,
    /// A table of places without any list of places loaded would say that none moved.
    #[error("no list of places is loaded: import one with `qpv data import --places KIND FILE`")]
    NoPlaces,
    /// Too long to print.
    #[error(
        "{0} communes have a neighbourhood in this area, and a file holds {MAX_SHEETS} sheets at most; ask for a part of it"
    )]
    TooManySheets(usize),
    /// Too many to list.
    #[error(transparent)]
    TooManyAddresses(#[from] TooManyAddresses),
    /// A library refused.
    #[error("the file could not be made: {0}")]
    Failed(String),
}

/// The media type of `GeoParquet`: that of Parquet, which is registered with IANA.
pub const GEOPARQUET: &str = "application/vnd.apache.parquet";

/// Sheets of a file.
pub const MAX_SHEETS: usize = 200;

impl CodedError for ExportError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoCommune => ErrorCode::NothingToPrint,
            Self::NoPlaces => ErrorCode::PlacesNotLoaded,
            Self::TooManySheets(_) => ErrorCode::TooManySheets,
            Self::TooManyAddresses(_) => ErrorCode::TooManyAddresses,
            Self::Failed(_) => ErrorCode::ExportFailed,
        }
    }

    fn message_fr(&self) -> String {
        let (key, value) = match self {
            Self::NoCommune => (key::ERROR_NOTHING_TO_PRINT, String::new()),
            Self::NoPlaces => (key::ERROR_PLACES_NOT_LOADED, String::new()),
            Self::TooManySheets(sheets) => (key::ERROR_TOO_MANY_SHEETS, sheets.to_string()),
            Self::TooManyAddresses(error) => return error.message_fr(),
            Self::Failed(fault) => (key::ERROR_EXPORT_FAILED, fault.clone()),
        };
        sentence(key, &[("value", &value)])
    }
}

impl ExportFormat {
    /// The format of a file by its extension, or the name used in requests: `csv`, `xlsx`, `geojson`, `gpkg`, `parquet`,
    /// `pdf`. `csv` and `parquet` are the table of changes.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "csv" => Self::Csv(ExportTable::Changes),
            "xlsx" => Self::Xlsx,
            "geojson" => Self::GeoJson,
            "gpkg" => Self::GeoPackage,
            "parquet" => Self::GeoParquet(ExportTable::Changes),
            "pdf" => Self::Pdf,
            _ => return None,
        })
    }

    /// The same format with this table; `None` when it holds all tables.
    #[must_use]
    pub fn with_table(self, table: ExportTable) -> Option<Self> {
        match self {
            Self::Csv(_) => Some(Self::Csv(table)),
            Self::GeoParquet(_) => Some(Self::GeoParquet(table)),
            Self::Xlsx | Self::GeoJson | Self::GeoPackage | Self::Pdf => None,
        }
    }

    /// Returns true when a file of it can have figures on the perimeters: a workbook, and the changes as CSV.
    #[must_use]
    pub fn takes_figures(self) -> bool {
        matches!(self, Self::Xlsx | Self::Csv(ExportTable::Changes))
    }

    /// Its table, of a format that holds one.
    fn table(self) -> Option<ExportTable> {
        match self {
            Self::Csv(table) | Self::GeoParquet(table) => Some(table),
            Self::Xlsx | Self::GeoJson | Self::GeoPackage | Self::Pdf => None,
        }
    }

    /// Its extension.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Xlsx => "xlsx",
            Self::GeoJson => "geojson",
            Self::GeoPackage => "gpkg",
            Self::GeoParquet(_) => "parquet",
            Self::Pdf => "pdf",
        }
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv(_) => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::GeoJson => "application/geo+json",
            // The media type that is registered with IANA.
            Self::GeoPackage => "application/geopackage+sqlite3",
            Self::GeoParquet(_) => GEOPARQUET,
            Self::Pdf => "application/pdf",
        }
    }
}

impl FromStr for ExportTable {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "changes" => Ok(Self::Changes),
            "places" => Ok(Self::Places),
            "addresses" => Ok(Self::Addresses),
            _ => Err(format!(
                "`{name}` is no table: expected changes, places or addresses"
            )),
        }
    }
}

/// Writes a comparison in this format, as bytes; with the figures asked for where [`ExportFormat::takes_figures`].
///
/// # Errors
/// [`ExportError`].
pub fn export(
    comparison: &Comparison<'_>,
    format: ExportFormat,
    fields: &FieldSelection,
) -> Result<Vec<u8>, ExportError> {
    if format.table() == Some(ExportTable::Places) {
        // An empty table would say that no place moved.
        comparison
            .snapshot()
            .place_kinds()
            .next()
            .ok_or(ExportError::NoPlaces)?;
    }
    match format {
        ExportFormat::Csv(ExportTable::Changes) => Ok(tables::csv(
            &tables::changes(comparison, &comparison.moved()).with_figures(comparison, fields),
            comparison,
        )),
        ExportFormat::Csv(ExportTable::Places) => Ok(tables::csv(
            &tables::places(comparison, &comparison.moved()),
            comparison,
        )),
        ExportFormat::Csv(ExportTable::Addresses) => {
            // A list cut short would pass for the whole one, so too many addresses are an error
            // here.
            Ok(tables::csv(&tables::addresses(comparison)?, comparison))
        }
        ExportFormat::GeoParquet(table) => {
            layers::geoparquet(comparison, &comparison.moved(), table)
        }
        ExportFormat::Xlsx => workbook::write(comparison, &comparison.moved(), fields),
        ExportFormat::GeoJson => Ok(layers::geojson(comparison, &comparison.moved())),
        ExportFormat::GeoPackage => layers::geopackage(comparison, &comparison.moved()),
        ExportFormat::Pdf => sheet::write(comparison, &comparison.moved()),
    }
}

/// Returns the name of a file in this format, each table with its own: `qpv-2015-2024-61169.xlsx`,
/// `qpv-2015-2024-departement-61-places.csv`.
#[must_use]
pub fn file_name(comparison: &Comparison<'_>, format: ExportFormat) -> String {
    let area = match comparison.scope() {
        Scope::Country => "france".to_owned(),
        Scope::Communes(communes) => named(communes),
        Scope::Epci(siren) => format!("epci-{siren}"),
        Scope::Department(code) => format!("departement-{code}"),
        Scope::Region(code) => format!("region-{code}"),
        Scope::Rectangle(of) => {
            // To about a kilometre: the name of a file only has to be recognised.
            let corners = [of.min().x, of.min().y, of.max().x, of.max().y];
            format!(
                "rectangle-{}",
                corners.map(|degrees| format!("{degrees:.2}")).join("_")
            )
        }
    };
    let table = match format.table() {
        Some(ExportTable::Places) => "-places",
        Some(ExportTable::Addresses) => "-addresses",
        Some(ExportTable::Changes) | None => "",
    };
    format!(
        "qpv-{}-{}-{area}{table}.{}",
        comparison.from,
        comparison.to,
        format.extension()
    )
}

/// Some communes, and how many more.
fn named(communes: &[CommuneCode]) -> String {
    // Codes of hundreds of communes would make a name longer than file systems allow.
    let (first, others) = communes.split_at(communes.len().min(3));
    let first = first
        .iter()
        .map(CommuneCode::as_str)
        .collect::<Vec<_>>()
        .join("-");
    if others.is_empty() {
        first
    } else {
        format!("{first}-et-{}", others.len())
    }
}
