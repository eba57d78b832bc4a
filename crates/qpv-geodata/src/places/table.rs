//! Lists of places as text tables.

use std::io::Read;
use std::path::Path;

use super::List;
use super::columns::{PlaceColumns, RowValues};
use crate::error::Error;
use crate::records::{DELIMITERS, HEAD, Record, Records, first_rows, other_kind};
use crate::source::ByteSource;

/// Reads every row of a table into the list.
pub(super) fn read(
    list: &mut List,
    file: &Path,
    open: impl Fn() -> Result<ByteSource, Error>,
) -> Result<(), Error> {
    let (delimiter, columns) = recognise(list, file, open()?)?;
    let source = open()?;
    let fault = source.faults(file);
    let mut records = Records::new(source, delimiter);
    let (mut record, mut in_header) = (Record::default(), true);
    while let Some((line, read)) = records.next(&mut record).map_err(&fault)? {
        if in_header {
            in_header = record.is_blank();
            if !in_header {
                records.expect_fields(columns.count());
            }
            continue;
        }
        match read {
            Err(fault) => list.fault(&format!("line {line}"), &fault),
            Ok(()) if record.is_blank() => list.blank += 1,
            Ok(()) => {
                list.take(
                    &format!("line {line}"),
                    &columns,
                    &RowValues {
                        get: &|column| record.get(column),
                        lon_lat: None,
                    },
                );
            }
        }
    }
    if records.windows_1252_rows() > 0 {
        let rows = records.windows_1252_rows();
        list.remarks.push(format!(
            "{rows} row(s) are no UTF-8 and were read as Windows-1252"
        ));
    }
    Ok(())
}

/// Returns the delimiter and the columns.
fn recognise(list: &List, file: &Path, source: ByteSource) -> Result<(u8, PlaceColumns), Error> {
    let fault = source.faults(file);
    let mut head = Vec::new();
    source.take(HEAD).read_to_end(&mut head).map_err(fault)?;
    if let Some(kind) = other_kind(&head) {
        return Err(list.refused(kind.to_owned()));
    }
    let mut fault = None;
    for delimiter in DELIMITERS {
        let (header, rows) = first_rows(&head, delimiter);
        match PlaceColumns::recognise(&header) {
            Ok(_) if !rows => return Err(list.refused("it has a header and no row".to_owned())),
            // The first delimiter that gives the needed columns is right: others leave one column.
            Ok(columns) => return Ok((delimiter, columns)),
            // The delimiter that splits the header in most columns is the one that was meant.
            Err(found) => match &fault {
                Some((count, _)) if *count >= header.len() => {}
                _ => fault = Some((header.len(), found)),
            },
        }
    }
    Err(list.refused(fault.map_or_else(String::new, |(_, fault)| fault)))
}
