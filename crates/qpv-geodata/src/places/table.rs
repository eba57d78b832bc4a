//! Lists of places as text tables.

use std::path::Path;

use qpv_delimited::{ReadError, RecordReader, StringRecord, TextHeader, delimiters};

use super::List;
use super::columns::{PlaceColumns, RowValues};
use crate::error::Error;
use crate::source::{ByteSource, refusal_as_text};

/// Reads every row of a table into the list.
pub(super) fn read(
    list: &mut List,
    file: &Path,
    open: impl Fn() -> Result<ByteSource, Error>,
) -> Result<(), Error> {
    let (delimiter, header, columns) = recognise(list, &open()?.head(file)?)?;
    list.remarks.extend(header.remark());
    let source = open()?;
    let fault = source.faults::<ReadError>(file);
    let mut reader = RecordReader::new(source, delimiter);
    let mut record = StringRecord::default();
    reader
        .read_header_from(&mut record, header.line)
        .map_err(&fault)?;
    while reader.read(&mut record).map_err(&fault)? {
        let at = format!("line {}", record.line());
        match record.fault() {
            Some(fault) => list.fault(&at, &fault.to_string()),
            None if record.is_empty() => list.blank += 1,
            None => list.take(
                at,
                &columns,
                &RowValues {
                    get: &|column| record.get(column),
                    lon_lat: None,
                },
            ),
        }
    }
    let lines = reader.converted_lines();
    if lines > 0 {
        list.remarks.push(format!(
            "{lines} row(s) are no UTF-8 and were read as Windows-1252"
        ));
    }
    Ok(())
}

/// Returns the delimiter, the header and the columns of a table that begins with `head`.
fn recognise(list: &List, head: &[u8]) -> Result<(u8, TextHeader, PlaceColumns), Error> {
    if let Some(refusal) = refusal_as_text(head) {
        return Err(list.refused(refusal));
    }
    let mut first_fault = None;
    for delimiter in delimiters(head, None) {
        let header = TextHeader::find(head, delimiter, |names| {
            PlaceColumns::recognise(names).is_ok()
        });
        match PlaceColumns::recognise(&header.names) {
            Ok(_) if !header.has_rows => {
                return Err(list.refused("it has a header and no row".to_owned()));
            }
            Ok(columns) => return Ok((delimiter, header, columns)),
            // The delimiter that makes most columns comes first: it is the one that was meant.
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    Err(list.refused(first_fault.unwrap_or_default()))
}
