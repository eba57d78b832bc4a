//! The start of a delimited text, as a list is shown before it is answered.

use std::io::Read;

use qpv_delimited::{BYTE_ORDER_MARK, Blocks, Codec, MAX_ROWS_ABOVE};

use super::header::{Header, refuse_other_formats};
use super::options::DelimitedOptions;
use crate::error::{BatchError, ColumnsError};
use crate::field_kinds::has_several;
use crate::house_numbers::SAMPLE_ROWS;
use crate::list_columns::PeopleColumns;
use crate::preview::{ListPreview, PREVIEW_ROWS};

/// Returns the start of a delimited text, from its first mebibyte. Columns named by hand are taken as named.
///
/// # Errors
/// [`BatchError`]: it cannot be read, or a column named is not there.
pub fn preview(
    columns: &PeopleColumns,
    options: DelimitedOptions,
    input: impl Read,
) -> Result<ListPreview, BatchError> {
    let mut blocks = Blocks::new(input);
    let (start, whole) = blocks.peek()?;
    refuse_other_formats(start)?;
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    if text.is_empty() {
        return Err(BatchError::NoHeader);
    }
    let codec = Codec::detect(start, whole, options.encoding);
    let mut header = header(text, whole, columns, codec, options)?;
    header.widen(text, whole);
    let mut rows = header.first_rows(text, whole, SAMPLE_ROWS);
    let (roles, unread) = columns.roles(&header.names, &rows)?;
    rows.truncate(PREVIEW_ROWS);
    let delimiter = Some(char::from(header.delimiter));
    let header_row = if header.by_content {
        0
    } else {
        header.first_line()
    };
    let columns = header.names.into_iter().zip(roles).collect();
    Ok(ListPreview {
        encoding: Some(codec.name()),
        delimiter,
        unread,
        ..ListPreview::new("csv", header_row, columns, rows)
    })
}

/// Returns the header under the delimiter with which columns are recognised, else under the likeliest one.
fn header(
    text: &[u8],
    whole: bool,
    columns: &PeopleColumns,
    codec: Codec,
    options: DelimitedOptions,
) -> Result<Header, BatchError> {
    let found = Header::read(
        text,
        &|names| recognised_columns(columns, names),
        codec,
        options.delimiter,
        MAX_ROWS_ABOVE,
        true,
    );
    if found.is_err()
        && let Some(made) = Header::by_content(text, whole, codec, options.delimiter)
    {
        return Ok(made);
    }
    match found {
        // A header that is not recognised is shown all the same: a person then gives the roles.
        Err(BatchError::Columns(ColumnsError::NotFound { .. })) => Header::read(
            text,
            &|names| Ok(vec![0; usize::from(has_several(names))]),
            codec,
            options.delimiter,
            MAX_ROWS_ABOVE,
            false,
        ),
        header => header,
    }
}

/// Returns the columns that have a role.
fn recognised_columns(
    columns: &PeopleColumns,
    names: &[String],
) -> Result<Vec<usize>, ColumnsError> {
    let (roles, _) = columns.roles(names, &[])?;
    let found: Vec<usize> = (0..roles.len())
        .filter(|&column| roles[column].is_some())
        .collect();
    if found.is_empty() {
        return Err(ColumnsError::NotFound {
            wanted: "a list",
            found: String::new(),
        });
    }
    Ok(found)
}
