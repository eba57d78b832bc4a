//! The start of a sheet, as a list is shown before it is answered.

use std::io::{Read, Seek};

use super::book::{Book, SpreadsheetKind};
use crate::error::BatchError;
use crate::list_columns::PeopleColumns;
use crate::preview::{ListPreview, PREVIEW_ROWS, shortened};
use crate::row_table::MAX_ROWS_ABOVE;
use crate::rows::{Row, Rows};

/// Returns the start of a sheet, the first visible one unless another is named.
///
/// # Errors
/// [`BatchError`]: it cannot be read, or a column named is not there.
pub fn preview<R: Read + Seek>(
    columns: &PeopleColumns,
    kind: SpreadsheetKind,
    name: Option<&str>,
    input: R,
) -> Result<ListPreview, BatchError> {
    let mut book = Book::open(kind, input)?;
    let sheets = book.sheets();
    let chosen = sheets.choose(name)?;
    let format = book.format();
    let preview = book.with_rows(chosen, |_, rows| preview_rows(format, columns, rows))?;
    Ok(ListPreview {
        hidden_sheets: sheets.hidden_names(),
        sheets: sheets.names(),
        sheet: Some(sheets.0[chosen].name.clone()),
        ..preview
    })
}

/// Returns the start of rows. Of the first ones, that under which most columns are recognised names them, else the first.
fn preview_rows(
    format: &'static str,
    columns: &PeopleColumns,
    rows: &mut dyn Rows,
) -> Result<ListPreview, BatchError> {
    let mut first: Vec<Row> = vec![];
    while first.len() <= MAX_ROWS_ABOVE + PREVIEW_ROWS
        && let Some(row) = rows.next()?
    {
        first.push(row);
    }
    let width = first
        .iter()
        .map(|row| row.values.len())
        .max()
        .ok_or(BatchError::NoHeader)?;
    let (mut best, mut fault) = (None, None);
    for (index, row) in first.iter().enumerate().take(MAX_ROWS_ABOVE + 1) {
        match columns.roles(&row.texts(width)) {
            Ok(roles) => {
                let count = roles.iter().flatten().count();
                if best.as_ref().is_none_or(|(_, most, _)| count > *most) {
                    best = Some((index, count, roles));
                }
            }
            Err(found) => fault = fault.or(Some(found)),
        }
    }
    let Some((at, _, roles)) = best else {
        return Err(fault.map_or(BatchError::NoHeader, BatchError::from));
    };
    let below = first[at + 1..].iter().take(PREVIEW_ROWS).map(|row| {
        row.texts(width)
            .iter()
            .map(|text| shortened(text))
            .collect()
    });
    let columns = first[at].texts(width).into_iter().zip(roles).collect();
    Ok(ListPreview::new(
        format,
        first[at].number,
        columns,
        below.collect(),
    ))
}
