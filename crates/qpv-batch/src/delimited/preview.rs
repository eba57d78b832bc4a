//! The start of a delimited text, as a list is shown before it is answered.

use std::io::Read;

use qpv_delimited::{BYTE_ORDER_MARK, Blocks, Codec, Surplus, scan, unquoted};

use super::header::{Header, refuse_other_formats};
use super::options::DelimitedOptions;
use crate::error::{BatchError, ColumnsError};
use crate::list_columns::PeopleColumns;
use crate::preview::{ListPreview, PREVIEW_ROWS, shortened};

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
    let mut header = header(text, columns, codec, options)?;
    header.widen(text, whole);
    let roles = columns.roles(&header.names)?;
    let mut rest = text
        .get(usize::try_from(header.bytes).unwrap_or(text.len())..)
        .unwrap_or_default();
    let mut rows = vec![];
    while rows.len() < PREVIEW_ROWS && !rest.is_empty() {
        let Some((row, len)) = row(rest, &header, whole) else {
            break;
        };
        rows.extend(row);
        rest = &rest[len..];
    }
    let delimiter = Some(char::from(header.delimiter));
    let header_row = header.first_line();
    let columns = header.names.into_iter().zip(roles).collect();
    Ok(ListPreview {
        encoding: Some(codec.name()),
        delimiter,
        ..ListPreview::new("csv", header_row, columns, rows)
    })
}

/// Returns the header under the delimiter with which columns are recognised, else under the likeliest one.
fn header(
    text: &[u8],
    columns: &PeopleColumns,
    codec: Codec,
    options: DelimitedOptions,
) -> Result<Header, BatchError> {
    match Header::read(
        text,
        &|names| recognised_columns(columns, names),
        codec,
        options.delimiter,
    ) {
        // A header that is not recognised is shown all the same: a person then gives the roles.
        Err(BatchError::Columns(ColumnsError::NotFound { .. })) => {
            Header::read(text, &|_| Ok(vec![]), codec, options.delimiter)
        }
        header => header,
    }
}

/// Returns the columns that have a role.
fn recognised_columns(
    columns: &PeopleColumns,
    names: &[String],
) -> Result<Vec<usize>, ColumnsError> {
    let roles = columns.roles(names)?;
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

/// Returns the row at the beginning of some bytes, unless nothing is in it, and its length; nothing when its end is not there. What
/// does not go into fields is shown as the job puts it out: a surplus in the last one, a stray line in the first.
fn row(bytes: &[u8], header: &Header, whole: bool) -> Option<(Option<Vec<String>>, usize)> {
    let columns = header.names.len();
    let (mut fields, mut last, mut surplus) = (vec![], 0, Surplus::default());
    let record = scan(bytes, header.delimiter, whole, |index, field| {
        surplus.add(bytes, index, field.clone(), columns);
        if index < columns {
            last = field.start;
            fields.push(field);
        }
    })?;
    // As the job puts it out: the whole line in the first column.
    if record.stray_quote.is_some() {
        fields.clear();
        fields.push(0..record.text);
    } else if record.fields > columns && surplus.tolerated(header.delimiter).is_none() {
        fields[columns - 1] = last..record.text;
    }
    let mut cells: Vec<String> = fields
        .into_iter()
        .map(|field| {
            let (kept, _) = header.codec.output(&bytes[field]);
            shortened(&unquoted(header.codec.decode(&kept)))
        })
        .collect();
    cells.resize(columns, String::new());
    let blank = cells.iter().all(|cell| cell.trim().is_empty());
    Some(((!blank).then_some(cells), record.len))
}
