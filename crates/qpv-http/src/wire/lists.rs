//! Lists over the wire: the start of one, and how far one is.

use qpv_service::batch::{ColumnRole, Preview};
use serde::Serialize;
use utoipa::ToSchema;

/// The start of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewAnswer {
    /// The columns, in order.
    pub columns: Vec<PreviewColumn>,
    /// The first eight rows with something in them, as texts: a field for each column, cut after 200 characters.
    pub rows: Vec<Vec<String>>,
    /// `csv`, `xlsx` or `ods`.
    #[schema(example = "csv")]
    pub format: &'static str,
    /// Of a CSV list: `utf-8` or `windows-1252`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
    /// Of a CSV list: one character.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub delimiter: Option<char>,
    /// Of a spreadsheet: the names of its sheets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<String>,
    /// Of a spreadsheet: the sheet that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The row that names the columns, from 1.
    pub header_row: u64,
}

/// A column of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewColumn {
    /// As the list names it.
    pub name: String,
    /// `address`, `birth_date`, `sex`, `school` or `check_date`; null when it is not read.
    #[schema(value_type = Option<String>, example = "address")]
    pub role: Option<ColumnRole>,
}

/// How far a list is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressAnswer {
    /// Rows answered.
    pub rows: u64,
    /// The share that is done, from 0 to 1; null while the list is being received.
    #[schema(example = 0.42)]
    pub fraction: Option<f64>,
    /// Milliseconds since it began.
    pub elapsed_ms: u64,
}

impl From<Preview> for PreviewAnswer {
    fn from(preview: Preview) -> Self {
        Self {
            columns: preview
                .columns
                .into_iter()
                .map(|(name, role)| PreviewColumn { name, role })
                .collect(),
            rows: preview.rows,
            format: preview.format,
            encoding: preview.encoding,
            delimiter: preview.delimiter,
            sheets: preview.sheets,
            sheet: preview.sheet,
            header_row: preview.header_row,
        }
    }
}
