//! The start of a delimited text, as a list is shown before it is answered.

use std::io::Read;

use qpv_delimited::{BYTE_ORDER_MARK, Blocks, Codec, scan, unquoted};

use super::{CsvOptions, Header, refuse_other_formats};
use crate::preview::{Preview, ROWS, shown};
use crate::{ColumnsError, Error, PeopleColumns};

/// Reads the first mebibyte, or what there is.
pub(crate) fn preview(
    columns: &PeopleColumns,
    options: CsvOptions,
    input: impl Read,
) -> Result<Preview, Error> {
    let mut blocks = Blocks::new(input);
    let (start, whole) = blocks.peek()?;
    refuse_other_formats(start)?;
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    if text.is_empty() {
        return Err(Error::NoHeader);
    }
    let codec = Codec::detect(start, whole, options.encoding);
    let header = header(text, columns, codec, options)?;
    let roles = columns.roles(&header.names)?;
    let mut rest = text
        .get(usize::try_from(header.bytes).unwrap_or(text.len())..)
        .unwrap_or_default();
    let mut rows = vec![];
    while rows.len() < ROWS && !rest.is_empty() {
        let Some((row, len)) = row(rest, &header, whole) else {
            break;
        };
        rows.extend(row);
        rest = &rest[len..];
    }
    let columns = header.names.into_iter().zip(roles).collect();
    let delimiter = Some(char::from(header.delimiter));
    Ok(Preview {
        encoding: Some(codec.name()),
        delimiter,
        ..Preview::new("csv", 1, columns, rows)
    })
}

/// The header under the delimiter with which columns are recognised, else under the likeliest one.
fn header(
    text: &[u8],
    columns: &PeopleColumns,
    codec: Codec,
    options: CsvOptions,
) -> Result<Header, Error> {
    let recognised = |names: &[String]| {
        let roles = columns.roles(names)?;
        let found: Vec<usize> = (0..roles.len())
            .filter(|&column| roles[column].is_some())
            .collect();
        let nothing = || ColumnsError::NotFound {
            wanted: "a list",
            found: String::new(),
        };
        if found.is_empty() {
            Err(nothing())
        } else {
            Ok(found)
        }
    };
    match Header::read(text, &recognised, codec, options.delimiter) {
        Err(Error::Columns(ColumnsError::NotFound { .. })) => {
            Header::read(text, &|_| Ok(vec![]), codec, options.delimiter)
        }
        header => header,
    }
}

/// The row at the beginning of some bytes, unless nothing is in it, and its length; nothing when its end is not there. What
/// does not go into fields is shown as the job puts it out: a surplus in the last one, a stray line in the first.
fn row(bytes: &[u8], header: &Header, whole: bool) -> Option<(Option<Vec<String>>, usize)> {
    let columns = header.names.len();
    let (mut fields, mut last) = (vec![], 0);
    let record = scan(bytes, header.delimiter, whole, |index, field| {
        if index < columns {
            last = field.start;
            fields.push(field);
        }
    })?;
    if record.stray_quote.is_some() {
        fields.clear();
        fields.push(0..record.text);
    } else if record.fields > columns {
        fields[columns - 1] = last..record.text;
    }
    let text = |field| {
        let (kept, _) = header.codec.output(&bytes[field]);
        shown(&unquoted(header.codec.decode(&kept)))
    };
    let mut cells: Vec<String> = fields.into_iter().map(text).collect();
    cells.resize(columns, String::new());
    let blank = cells.iter().all(|cell| cell.trim().is_empty());
    Some(((!blank).then_some(cells), record.len))
}
