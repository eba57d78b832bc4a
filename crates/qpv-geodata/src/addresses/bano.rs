//! BANO: `,`, no header, eight columns. What a position marks is not published.

use super::AddressFormat;
use super::columns::Columns;
use super::layout::Layout;
use crate::records::{Record, Records};

/// What the columns hold, in their order.
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
/// How many rows are looked at to recognise the format.
const ROWS: usize = 20;

/// The layout, if one of the first rows looks like BANO: eight columns, a commune's code first, a position last. Whoever
/// adds a header with the usual names is understood.
pub(super) fn recognise(head: &[u8]) -> Option<Layout> {
    let mut records = Records::new(head, b',');
    let mut record = Record::default();
    let mut header = false;
    for row in 0..ROWS {
        let (_, Ok(())) = records.next(&mut record).ok()?? else {
            continue;
        };
        header |= row == 0 && (0..record.len()).map(|column| record.get(column)).eq(NAMES);
        if looks_right(&record) {
            return Some(Layout {
                format: AddressFormat::Bano,
                delimiter: b',',
                header,
                columns: columns(),
            });
        }
    }
    None
}

fn looks_right(record: &Record) -> bool {
    let commune = record
        .get(0)
        .get(..5)
        .is_some_and(|code| code.parse::<qpv_model::CommuneCode>().is_ok());
    let number = |column| record.get(column).parse::<f64>().is_ok();
    record.len() == NAMES.len() && commune && number(6) && number(7)
}

fn columns() -> Columns {
    Columns {
        names: NAMES.map(str::to_owned).to_vec(),
        ids: vec![0],
        number: 1,
        joined: true,
        suffix: None,
        street: 2,
        locality: None,
        postcode: Some(3),
        commune: None,
        key: Some(0),
        city: 4,
        old_city: None,
        lon_lat: Some((7, 6)),
        x_y: None,
        position: None,
        certified: None,
        fictional: false,
    }
}
