//! The start of a sheet, as a list is shown before it is answered.

use std::io::{Read, Seek};

use qpv_delimited::MAX_ROWS_ABOVE;

use super::book::{Book, SpreadsheetKind};
use crate::content_columns::{filled_from_above, is_mistaken_header, titles};
use crate::error::BatchError;
use crate::field_kinds::{has_several, is_data_row};
use crate::house_numbers::SAMPLE_ROWS;
use crate::list_columns::{ColumnRole, PeopleColumns};
use crate::list_rows::unknown_column;
use crate::preview::{ListPreview, PREVIEW_ROWS, shortened};
use crate::row_table::{first_data_row, read_ahead, sample_texts};
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
    read_ahead(&mut first, MAX_ROWS_ABOVE + 1 + SAMPLE_ROWS, rows)?;
    let width = first
        .iter()
        .map(|row| row.values.len())
        .max()
        .ok_or(BatchError::NoHeader)?;
    let sample = sample_texts(&first);
    let (mut best, mut fault) = (None::<(usize, (bool, usize, bool), _, _, _)>, None);
    for (index, row) in first.iter().enumerate().take(MAX_ROWS_ABOVE + 1) {
        let texts = row.texts(width);
        // Below people stand no titles of theirs, but perhaps those of another table.
        if best
            .as_ref()
            .is_some_and(|(_, (are_titles, ..), ..)| *are_titles)
            && is_data_row(&texts)
        {
            break;
        }
        let above = index.checked_sub(1).map(|above| first[above].texts(width));
        let filled = above.and_then(|above| filled_from_above(&texts, &above));
        for names in std::iter::once(texts).chain(filled) {
            match columns.roles(&names, &sample[index + 1..]) {
                Ok((roles, unread)) => {
                    // Of rows that are not recognised, a title is the last to be shown as the header.
                    let found = roles.iter().flatten().count();
                    let are_titles = found > 0 && !is_data_row(&names);
                    let rank = (are_titles, found, has_several(&names));
                    if best.as_ref().is_none_or(|(_, most, ..)| rank > *most) {
                        best = Some((index, rank, names, roles, unread));
                    }
                }
                Err(found) => fault = fault.or(Some(found)),
            }
        }
    }
    let is_recognised = best
        .as_ref()
        .is_some_and(|(_, (_, found, _), names, roles, _)| {
            *found > 0 && !is_mistaken_header(names, &places_of(roles))
        });
    let made = first_data_row(&first[..first.len().min(MAX_ROWS_ABOVE + 1)]);
    if let (false, Some(at)) = (is_recognised, made) {
        let mut names = titles(&sample[at..]);
        names.extend((names.len()..width).map(unknown_column));
        let (roles, unread) = columns.roles(&names, &sample[at..])?;
        let columns = names.into_iter().zip(roles).collect();
        return Ok(ListPreview {
            unread,
            ..ListPreview::new(format, 0, columns, shown_rows(&first[at..], width))
        });
    }
    let Some((at, _, names, roles, unread)) = best else {
        return Err(fault.map_or(BatchError::NoHeader, BatchError::from));
    };
    let below = shown_rows(&first[at + 1..], width);
    let columns = names.into_iter().zip(roles).collect();
    Ok(ListPreview {
        unread,
        ..ListPreview::new(format, first[at].number, columns, below)
    })
}

/// Returns the places of the columns that have a role.
fn places_of(roles: &[Option<ColumnRole>]) -> Vec<usize> {
    let places = roles.iter().enumerate();
    places
        .filter_map(|(place, role)| role.map(|_| place))
        .collect()
}

/// Returns the first rows as they are shown.
fn shown_rows(rows: &[Row], width: usize) -> Vec<Vec<String>> {
    let shown = rows.iter().take(PREVIEW_ROWS);
    let texts = shown.map(|row| {
        row.texts(width)
            .iter()
            .map(|text| shortened(text))
            .collect()
    });
    texts.collect()
}
