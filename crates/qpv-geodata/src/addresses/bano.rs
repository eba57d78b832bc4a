//! BANO: `,`, no header, eight columns. The kind of place that a position marks is not published.

use qpv_delimited::{RecordReader, StringRecord, TextHeader};

use crate::addresses::columns::{AddressColumns, IdColumn, IdFormat};
use crate::addresses::format::AddressFormat;
use crate::addresses::layout::FileLayout;

/// The content of the columns, in their order.
const NAMES: [&str; 8] = [
    "id",
    "housenumber",
    "street",
    "postcode",
    "city",
    "source",
    "lat",
    "lon",
];
/// Rows read to recognise the format: the first ones may be blank or malformed.
const HEAD_ROWS: usize = 20;

/// Returns the layout, if one of the first rows looks like BANO: eight columns, a commune's code first, a position last. A header
/// with the usual names is accepted, though BANO has none.
pub(super) fn recognise(head: &[u8]) -> Option<FileLayout> {
    let mut reader = RecordReader::new(head, b',');
    let mut record = StringRecord::default();
    let mut header = None;
    for row in 0..HEAD_ROWS {
        // A malformed row proves nothing about the format: the next one may be whole.
        if !reader.read(&mut record).ok()? {
            return None;
        }
        if record.fault().is_some() {
            continue;
        }
        if row == 0 && record.iter().eq(NAMES) {
            header = Some(TextHeader {
                names: NAMES.map(ToOwned::to_owned).to_vec(),
                has_rows: true,
                line: record.line(),
                rows_above: 0,
            });
        }
        if looks_right(&record) {
            return Some(FileLayout {
                format: AddressFormat::Bano,
                delimiter: b',',
                header,
                columns: columns(),
            });
        }
    }
    None
}

fn looks_right(record: &StringRecord) -> bool {
    let commune = record
        .get(0)
        .get(..5)
        .is_some_and(|code| code.parse::<qpv_model::CommuneCode>().is_ok());
    // Eight columns are common: the code in the first and the position in the last two make it
    // BANO.
    record.len() == NAMES.len() && commune && is_number(record.get(6)) && is_number(record.get(7))
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

fn columns() -> AddressColumns {
    AddressColumns {
        names: NAMES.map(str::to_owned).to_vec(),
        ids: vec![IdColumn {
            column: 0,
            format: IdFormat::Plain,
        }],
        number: 1,
        has_joined_suffix: true,
        suffix: None,
        street: 2,
        locality: None,
        postcode: Some(3),
        commune: None,
        // The identifier begins with the INSEE code, which has no column of its own.
        key: Some(0),
        city: 4,
        old_city: None,
        // BANO writes the latitude first.
        lon_lat: Some((7, 6)),
        x_y: None,
        position: None,
        certified: None,
        parcels: None,
        fictional: false,
    }
}
