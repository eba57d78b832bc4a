//! Lists over the wire: the start of one, and how far one is.

use qpv_batch::{ColumnRole, ListPreview, UnreadReason};
use serde::Serialize;
use utoipa::ToSchema;

/// The start of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewAnswer {
    /// The columns, in order.
    pub columns: Vec<PreviewColumn>,
    /// The first eight rows that are not blank, as texts: a field for each column, cut after 200 characters.
    pub rows: Vec<Vec<String>>,
    /// The format: `csv`, `xlsx`, `xls` or `ods`.
    #[schema(example = "csv")]
    pub format: &'static str,
    /// The encoding of a CSV list: `utf-8`, `windows-1252`, `macintosh` or `ibm850`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
    /// The delimiter of a CSV list, one character.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub delimiter: Option<char>,
    /// The names of a spreadsheet's sheets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<String>,
    /// The names of those that are hidden: the first of the others is read unless one is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden_sheets: Vec<String>,
    /// The sheet of a spreadsheet that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The row that names the columns, from 1: titles may stand above it. 0 where none does: they are named by what is in them.
    pub header_row: u64,
    /// The columns that may seem to be wanted and are not read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<UnreadAnswer>,
}

/// A column that may seem to be wanted and is not read.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnreadAnswer {
    /// The name in the list.
    pub name: String,
    /// The reason: `order` (it counts the rows), `address_has_number`, `other_column` or `no_house_numbers`; `other_address`
    /// for another one than those that are read, `other_child` for that of a further child in the row.
    #[schema(value_type = String, example = "order")]
    pub reason: UnreadReason,
    /// The reason as a sentence, in French.
    pub message: String,
}

/// A column of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewColumn {
    /// The name in the list.
    pub name: String,
    /// The role: `address`, `birth_date`, `sex`, `school`, `check_date`, `review_zone`, `review_reason` or `review_by`; null when
    /// the column is not read.
    #[schema(value_type = Option<String>, example = "address")]
    pub role: Option<ColumnRole>,
}

/// The progress of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressAnswer {
    /// Rows answered.
    pub rows: u64,
    /// The share that is answered, from 0 to 1; null while the list is being received, and while it waits.
    #[schema(example = 0.42)]
    pub fraction: Option<f64>,
    /// True while the list is all there and waits for its turn: it is answered once others have ended.
    pub waiting: bool,
    /// Milliseconds since the list began.
    pub elapsed_ms: u64,
}

impl From<ListPreview> for PreviewAnswer {
    fn from(preview: ListPreview) -> Self {
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
            hidden_sheets: preview.hidden_sheets,
            sheet: preview.sheet,
            header_row: preview.header_row,
            unread: preview
                .unread
                .into_iter()
                .map(|column| UnreadAnswer {
                    message: column.message_fr(),
                    name: column.name,
                    reason: column.reason,
                })
                .collect(),
        }
    }
}
