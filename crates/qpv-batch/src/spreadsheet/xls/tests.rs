//! XLS books put together record by record, as the specification has them.

use std::io::Cursor;

use super::records::{
    BEGIN, BOOL_OR_ERROR, CELL_FORMAT, CONTINUE, END, FORMAT, FORMULA, FORMULA_TEXT, LABEL, NUMBER,
    PASSWORD, RK, RKS, SHARED_TEXT, SHEET, TEXTS,
};
use super::*;

/// A stream of records.
#[derive(Default)]
pub(in super::super) struct BookBytes(Vec<u8>);

impl BookBytes {
    /// Adds a record.
    pub(in super::super) fn record(&mut self, kind: u16, data: &[u8]) {
        let length = u16::try_from(data.len()).unwrap();
        self.0.extend(kind.to_le_bytes());
        self.0.extend(length.to_le_bytes());
        self.0.extend(data);
    }
}

/// Returns the bytes of a cell: its place, its format, its value.
pub(in super::super) fn cell(row: u16, column: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![];
    bytes.extend(row.to_le_bytes());
    bytes.extend(column.to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(value);
    bytes
}

/// Returns the bytes of a text with the number of its characters in two bytes, in one byte a character where that is
/// possible.
pub(in super::super) fn text(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = u16::try_from(units.len()).unwrap().to_le_bytes().to_vec();
    if units.iter().all(|unit| *unit < 256) {
        bytes.push(0);
        bytes.extend(units.iter().map(|unit| u8::try_from(*unit).unwrap()));
    } else {
        bytes.push(1);
        bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    }
    bytes
}

const EXCEL_97: [u8; 4] = [0, 6, 5, 0];
const EXCEL_5: [u8; 4] = [0, 5, 5, 0];

/// Returns a book with these records in common, and sheets: name, visibility and records.
pub(in super::super) fn book(common: BookBytes, sheets: &[(&str, u8, BookBytes)]) -> Vec<u8> {
    let mut stream = BookBytes::default();
    stream.record(BEGIN, &EXCEL_97);
    stream.0.extend(common.0);
    let list_bytes: usize = sheets.iter().map(|(name, ..)| 4 + 8 + name.len()).sum();
    let mut place = stream.0.len() + list_bytes + 4;
    for (name, visibility, records) in sheets {
        let mut entry = u32::try_from(place).unwrap().to_le_bytes().to_vec();
        entry.extend([*visibility, 0, u8::try_from(name.len()).unwrap(), 0]);
        entry.extend(name.bytes());
        stream.record(SHEET, &entry);
        place += 4 + EXCEL_97.len() + records.0.len() + 4;
    }
    stream.record(END, &[]);
    for (_, _, records) in sheets {
        stream.record(BEGIN, &EXCEL_97);
        stream.0.extend(&records.0);
        stream.record(END, &[]);
    }
    compound("Workbook", &stream.0)
}

/// Returns a compound file of one stream; a short one stands in small sectors.
fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    let is_short = stream.len() < 4096;
    let mut content = stream.to_vec();
    content.resize(stream.len().div_ceil(SECTOR).max(1) * SECTOR, 0);
    let content_sectors = content.len() / SECTOR;
    // The directory and the table of small sectors come first, the table of sectors last.
    let used = 2 + content_sectors;
    let table_sectors = (used + 1).div_ceil(SECTOR / 4 - 1);
    let mut next = vec![0xffff_fffe_u32; 2];
    next.extend((0..content_sectors).map(|index| {
        if index + 1 == content_sectors {
            0xffff_fffe
        } else {
            u32::try_from(2 + index + 1).unwrap()
        }
    }));
    next.resize(used + table_sectors, 0xffff_fffd);
    next.resize(table_sectors * SECTOR / 4, 0xffff_ffff);
    let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    file.resize(SECTOR, 0);
    for (at, number) in [(30, 9_u16), (32, 6), (26, 3)] {
        file[at..at + 2].copy_from_slice(&number.to_le_bytes());
    }
    let numbers = [(44, table_sectors), (48, 0), (56, 4096), (60, 1), (64, 1)];
    for (at, number) in numbers {
        file[at..at + 4].copy_from_slice(&u32::try_from(number).unwrap().to_le_bytes());
    }
    file[68..72].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    for index in 0..109 {
        let place = if index < table_sectors {
            u32::try_from(used + index).unwrap()
        } else {
            0xffff_ffff
        };
        file[76 + 4 * index..80 + 4 * index].copy_from_slice(&place.to_le_bytes());
    }
    let root = (
        "Root Entry",
        5,
        1,
        if is_short { 2 } else { 0xffff_fffe },
        content.len(),
    );
    let entry = (
        name,
        2,
        0xffff_ffff,
        if is_short { 0 } else { 2 },
        stream.len(),
    );
    for (name, kind, child, first, bytes) in [root, entry] {
        file.extend(directory_entry(name, kind, child, first, bytes));
    }
    file.resize(2 * SECTOR, 0);
    for index in 0..SECTOR / 4 {
        let small_sectors = stream.len().div_ceil(64);
        let number = match index {
            _ if !is_short || index >= small_sectors => 0xffff_ffff,
            _ if index + 1 == small_sectors => 0xffff_fffe,
            _ => u32::try_from(index + 1).unwrap(),
        };
        file.extend(number.to_le_bytes());
    }
    file.extend(content);
    file.extend(next.iter().flat_map(|number| number.to_le_bytes()));
    file
}

fn directory_entry(name: &str, kind: u8, child: u32, first: u32, bytes: usize) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name_bytes = u16::try_from(entry.len() + 2).unwrap();
    entry.resize(64, 0);
    entry.extend(name_bytes.to_le_bytes());
    entry.extend([kind, 1]);
    entry.extend([0xff; 8]);
    entry.extend(child.to_le_bytes());
    entry.resize(116, 0);
    entry.extend(first.to_le_bytes());
    entry.extend(u32::try_from(bytes).unwrap().to_le_bytes());
    entry.resize(128, 0);
    entry
}

/// The rows of the first sheet that holds cells, each with its number.
fn rows(book: Vec<u8>) -> Result<Vec<(u64, Vec<Data>)>, BatchError> {
    let mut book = XlsBook::open(Cursor::new(book))?;
    // A damaged book may have none.
    if book
        .sheets
        .iter()
        .all(|sheet| sheet.typ != SheetType::WorkSheet)
    {
        return Ok(vec![]);
    }
    book.with_rows(0, |rows| {
        let mut found = vec![];
        while let Some(row) = rows.next()? {
            found.push((row.number, row.values));
        }
        Ok(found)
    })
}

fn string(text: &str) -> Data {
    Data::String(text.to_owned())
}

/// A book with a value of every kind.
fn all_values() -> Vec<u8> {
    let mut common = BookBytes::default();
    let mut format = 164_u16.to_le_bytes().to_vec();
    format.extend(text("dd/mm/yyyy"));
    common.record(FORMAT, &format);
    for id in [0_u16, 164] {
        common.record(
            CELL_FORMAT,
            &[0, 0, id.to_le_bytes()[0], id.to_le_bytes()[1]],
        );
    }
    let mut table = [2_u32.to_le_bytes(), 3_u32.to_le_bytes()].concat();
    table.extend(text("Zoé"));
    table.extend(text("cœur"));
    // A text with the formats of two words.
    table.extend([2, 0, 8, 2, 0, b'a', b'b', 0, 0, 1, 0, 1, 0, 2, 0]);
    common.record(TEXTS, &table);
    let mut sheet = BookBytes::default();
    sheet.record(SHARED_TEXT, &cell(0, 0, &0_u32.to_le_bytes()));
    sheet.record(SHARED_TEXT, &cell(0, 1, &1_u32.to_le_bytes()));
    sheet.record(SHARED_TEXT, &cell(0, 3, &2_u32.to_le_bytes()));
    sheet.record(NUMBER, &cell(2, 0, &48.75_f64.to_le_bytes()));
    // 1 March 2015, in the second format.
    let mut day = cell(2, 1, &42_064_f64.to_le_bytes());
    day[4] = 1;
    sheet.record(NUMBER, &day);
    // Short numbers: 90,000, and 12.34 as a whole number of hundredths.
    sheet.record(RK, &cell(2, 2, &((90_000_u32 << 2) | 2).to_le_bytes()));
    sheet.record(RK, &cell(2, 3, &((1234_u32 << 2) | 3).to_le_bytes()));
    let mut several = 3_u16.to_le_bytes().to_vec();
    several.extend(1_u16.to_le_bytes());
    for number in [1_u32, 2] {
        several.extend([0, 0]);
        several.extend(((number << 2) | 2).to_le_bytes());
    }
    several.extend(2_u16.to_le_bytes());
    sheet.record(RKS, &several);
    sheet.record(LABEL, &cell(4, 0, &text("étiquette")));
    sheet.record(BOOL_OR_ERROR, &cell(4, 1, &[1, 0]));
    sheet.record(BOOL_OR_ERROR, &cell(4, 2, &[0x2a, 1]));
    sheet.record(FORMULA, &cell(5, 0, &[0, 0, 0, 0, 0, 0, 0xff, 0xff]));
    sheet.record(FORMULA_TEXT, &text("œuf"));
    sheet.record(FORMULA, &cell(5, 1, &[1, 0, 1, 0, 0, 0, 0xff, 0xff]));
    sheet.record(FORMULA, &cell(5, 2, &0.5_f64.to_le_bytes()));
    sheet.record(FORMULA, &cell(5, 3, &[3, 0, 0, 0, 0, 0, 0xff, 0xff]));
    book(common, &[("Liste", 0, sheet)])
}

#[test]
fn values_have_their_types() {
    let found = rows(all_values()).unwrap();
    let (numbers, mut values): (Vec<u64>, Vec<Vec<Data>>) = found.into_iter().unzip();
    assert_eq!(numbers, [1, 3, 4, 5, 6]);
    assert_eq!(
        values[0],
        [string("Zoé"), string("cœur"), Data::Empty, string("ab")]
    );
    let Data::DateTime(day) = values[1].remove(1) else {
        panic!("a day")
    };
    assert_eq!(day.to_ymd_hms_milli(), (2015, 3, 1, 0, 0, 0, 0));
    assert_eq!(
        values[1],
        [
            Data::Float(48.75),
            Data::Float(90_000.0),
            Data::Float(12.34)
        ]
    );
    assert_eq!(values[2], [Data::Empty, Data::Float(1.0), Data::Float(2.0)]);
    assert_eq!(
        values[3],
        [
            string("étiquette"),
            Data::Bool(true),
            Data::Error(CellErrorType::NA)
        ]
    );
    assert_eq!(
        values[4],
        [string("œuf"), Data::Bool(true), Data::Float(0.5)]
    );
}

#[test]
fn texts_go_on_in_other_records() {
    let long: String = "é".repeat(300) + &"œ".repeat(300);
    let units: Vec<u16> = long.encode_utf16().collect();
    let mut common = BookBytes::default();
    let mut first = [1_u32.to_le_bytes(), 1_u32.to_le_bytes()].concat();
    first.extend(600_u16.to_le_bytes());
    first.push(0);
    first.extend(units[..200].iter().map(|unit| u8::try_from(*unit).unwrap()));
    common.record(TEXTS, &first);
    let mut second = vec![1];
    second.extend(units[200..].iter().flat_map(|unit| unit.to_le_bytes()));
    common.record(CONTINUE, &second);
    let mut sheet = BookBytes::default();
    sheet.record(SHARED_TEXT, &cell(0, 0, &0_u32.to_le_bytes()));
    let found = rows(book(common, &[("Liste", 0, sheet)])).unwrap();
    assert_eq!(found, [(1, vec![string(&long)])]);
}

#[test]
fn rows_come_in_order_wherever_they_stand() {
    let mut sheet = BookBytes::default();
    for (row, column, value) in [
        (2, 0, "c"),
        (0, 1, "b"),
        (2, 1, "d"),
        (0, 0, "a"),
        (2, 0, "C"),
    ] {
        sheet.record(LABEL, &cell(row, column, &text(value)));
    }
    let found = rows(book(BookBytes::default(), &[("Liste", 0, sheet)])).unwrap();
    assert_eq!(
        found,
        [
            (1, vec![string("a"), string("b")]),
            (3, vec![string("C"), string("d")])
        ]
    );
}

#[test]
fn books_of_excel_5_have_other_texts() {
    let mut stream = BookBytes::default();
    stream.record(BEGIN, &EXCEL_5);
    let place = stream.0.len() + 4 + 12 + 4;
    let mut entry = u32::try_from(place).unwrap().to_le_bytes().to_vec();
    entry.extend([0, 0, 5]);
    entry.extend(b"Liste");
    stream.record(SHEET, &entry);
    stream.record(END, &[]);
    stream.record(BEGIN, &EXCEL_5);
    stream.record(LABEL, &cell(0, 0, b"\x03\0Zo\xe9"));
    stream.record(END, &[]);
    let found = rows(compound("Book", &stream.0)).unwrap();
    assert_eq!(found, [(1, vec![string("Zoé")])]);
}

#[test]
fn sheets_are_hidden_or_not_and_a_password_is_told() {
    let label = |value: &str| {
        let mut sheet = BookBytes::default();
        sheet.record(LABEL, &cell(0, 0, &text(value)));
        sheet
    };
    let sheets = [
        ("Listes", 1, label("a")),
        ("Enfants", 0, label("b")),
        ("Macro", 2, label("c")),
    ];
    let book_of = book(BookBytes::default(), &sheets);
    let mut opened = XlsBook::open(Cursor::new(book_of)).unwrap();
    let visible: Vec<SheetVisible> = opened.sheets.iter().map(|sheet| sheet.visible).collect();
    assert_eq!(
        visible,
        [
            SheetVisible::Hidden,
            SheetVisible::Visible,
            SheetVisible::VeryHidden
        ]
    );
    let second = opened.with_rows(1, |rows| rows.next()).unwrap().unwrap();
    assert_eq!(second.values, [string("b")]);
    let mut locked = BookBytes::default();
    locked.record(PASSWORD, &[0, 0, 1, 2]);
    let fault = rows(book(locked, &[("a", 0, label("a"))])).unwrap_err();
    assert!(matches!(fault, BatchError::Locked), "{fault}");
    let fault = rows(compound("EncryptedPackage", b"x")).unwrap_err();
    assert!(matches!(fault, BatchError::Locked), "{fault}");
    let fault = rows(compound("WordDocument", b"x")).unwrap_err();
    assert!(fault.to_string().contains("no workbook"), "{fault}");
}

#[test]
fn cut_and_damaged_books_are_errors() {
    let whole = all_values();
    for length in (0..whole.len()).step_by(11) {
        let _ =
            rows(whole[..length].to_vec()).map_err(|fault| assert!(fault.is_usage(), "{fault}"));
    }
    for at in 0..whole.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut damaged = whole.clone();
            damaged[at] = value;
            let _ = rows(damaged).map_err(|fault| assert!(fault.is_usage(), "{fault}"));
        }
    }
}
