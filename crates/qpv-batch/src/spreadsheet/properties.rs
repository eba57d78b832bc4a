//! Rows in are rows out, in order and under their numbers, whatever the format and however it stores them.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::sync::LazyLock;

use calamine::Data;
use proptest::prelude::*;
use qpv_model::Vintage;
use qpv_service::{Snapshot, VintageSelector, data};
use rust_xlsxwriter::Workbook;

use super::book::{Book, SpreadsheetKind};
use super::xls::tests::{BookBytes, book, cell, text};
use super::{BookOutput, ChosenBook};
use crate::positions::PositionColumns;
use crate::rows::is_empty;
use crate::vintages::AnswerVintages;
use crate::zones::ZoneJob;

/// Rows by number from 0; those of `None` hold nothing.
type SheetRows = Vec<Option<Vec<Data>>>;

fn value() -> impl Strategy<Value = Data> {
    prop_oneof![
        2 => Just(Data::Empty),
        4 => "[a-zé œ&<>\"']{1,8}"
            .prop_filter("spaces at the ends are a matter of the format", |text| text.trim() == text)
            .prop_map(Data::String),
        2 => (-9_999_999_i32..9_999_999).prop_map(|number| Data::Float(f64::from(number) / 128.0)),
        1 => any::<bool>().prop_map(Data::Bool),
    ]
}

/// Rows, some of them several times.
fn sheet_rows() -> impl Strategy<Value = SheetRows> {
    let row = proptest::option::weighted(0.8, proptest::collection::vec(value(), 1..6));
    proptest::collection::vec((row, 1..4_usize), 1..12).prop_map(|rows| {
        let repeated = rows
            .into_iter()
            .flat_map(|(row, times)| std::iter::repeat_n(row, times));
        repeated.collect()
    })
}

/// What is to be read: rows with something in them, without the empty cells at their ends.
fn expected(rows: &SheetRows) -> Vec<(u64, Vec<Data>)> {
    (1..)
        .zip(rows)
        .filter_map(|(number, row)| {
            let row = row.as_ref()?;
            let last = row.iter().rposition(|value| !is_empty(value))?;
            Some((number, row[..=last].to_vec()))
        })
        .collect()
}

fn read(kind: SpreadsheetKind, bytes: Vec<u8>, index: usize) -> Vec<(u64, Vec<Data>)> {
    let mut book = Book::open(kind, Cursor::new(bytes)).unwrap();
    let mut found = vec![];
    book.with_rows(index, |_, rows| {
        while let Some(row) = rows.next()? {
            assert_eq!(row.index + 1, row.number);
            found.push((row.number, row.values));
        }
        Ok(())
    })
    .unwrap();
    found
}

fn xlsx(rows: &SheetRows) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (index, row) in (0..).zip(rows) {
        for (column, value) in (0..).zip(row.iter().flatten()) {
            match value {
                Data::String(text) => sheet.write_string(index, column, text).unwrap(),
                Data::Float(number) => sheet.write_number(index, column, *number).unwrap(),
                Data::Bool(value) => sheet.write_boolean(index, column, *value).unwrap(),
                _ => continue,
            };
        }
    }
    book.save_to_buffer().unwrap()
}

fn xls(rows: &SheetRows, is_reversed: bool) -> Vec<u8> {
    let mut cells = vec![];
    for (index, row) in (0..).zip(rows) {
        for (column, value) in (0..).zip(row.iter().flatten()) {
            cells.push(match value {
                Data::String(value) => (0x0204, cell(index, column, &text(value))),
                Data::Float(number) => (0x0203, cell(index, column, &number.to_le_bytes())),
                Data::Bool(value) => (0x0205, cell(index, column, &[u8::from(*value), 0])),
                _ => continue,
            });
        }
    }
    if is_reversed {
        cells.reverse();
    }
    let mut records = BookBytes::default();
    for (kind, bytes) in cells {
        records.record(kind, &bytes);
    }
    book(BookBytes::default(), &[("Liste", 0, records)])
}

/// How an ODS book is written.
#[expect(clippy::struct_excessive_bools, reason = "each is drawn on its own")]
#[derive(Debug, Clone, Copy)]
struct OdsStyle {
    /// Equal rows and cells are stored once.
    with_repeats: bool,
    /// Line ends between elements.
    with_line_ends: bool,
    /// Rows within groups, some of them hidden.
    with_groups: bool,
    /// Comments in cells.
    with_comments: bool,
}

fn ods_style() -> impl Strategy<Value = OdsStyle> {
    any::<[bool; 4]>().prop_map(
        |[with_repeats, with_line_ends, with_groups, with_comments]| OdsStyle {
            with_repeats,
            with_line_ends,
            with_groups,
            with_comments,
        },
    )
}

/// Returns elements that are equal together, with their number, or each by itself.
fn runs<T: PartialEq>(all: &[T], with_repeats: bool) -> Vec<(&T, usize)> {
    let mut runs: Vec<(&T, usize)> = vec![];
    for one in all {
        match runs.last_mut() {
            Some((last, times)) if with_repeats && *last == one => *times += 1,
            _ => runs.push((one, 1)),
        }
    }
    runs
}

fn ods(rows: &SheetRows, style: OdsStyle) -> Vec<u8> {
    let mut content = String::from(
        r#"<office:document-content><office:body><office:spreadsheet><table:table table:name="Autre"><table:table-row><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table><table:table table:name="Liste"><table:table-column table:number-columns-repeated="5"/>"#,
    );
    for (row, times) in runs(rows, style.with_repeats) {
        let (open, close) = if style.with_groups {
            ("<table:table-row-group>", "</table:table-row-group>")
        } else {
            ("", "")
        };
        let hidden = if style.with_groups {
            r#" table:visibility="collapse""#
        } else {
            ""
        };
        write!(
            content,
            r#"{open}<table:table-row{hidden} table:number-rows-repeated="{times}">"#
        )
        .unwrap();
        let none = vec![Data::Empty];
        for (value, times) in runs(row.as_ref().unwrap_or(&none), style.with_repeats) {
            content.push_str(&ods_cell(value, times, style.with_comments));
        }
        write!(content, "</table:table-row>{close}").unwrap();
    }
    content.push_str("</table:table></office:spreadsheet></office:body></office:document-content>");
    if style.with_line_ends {
        content = content.replace("><", ">\n  <");
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(vec![]));
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_str()),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn ods_cell(value: &Data, times: usize, with_comments: bool) -> String {
    let (attributes, text) = match value {
        Data::String(text) => (r#"office:value-type="string""#.to_owned(), text.clone()),
        Data::Float(number) => (
            format!(r#"office:value-type="float" office:value="{number}""#),
            "arrondi".to_owned(),
        ),
        Data::Bool(value) => (
            format!(r#"office:value-type="boolean" office:boolean-value="{value}""#),
            "VRAI".to_owned(),
        ),
        _ => (String::new(), String::new()),
    };
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let comment = if with_comments {
        "<office:annotation><text:p>note</text:p></office:annotation>"
    } else {
        ""
    };
    let paragraph = if text.is_empty() {
        String::new()
    } else {
        format!("<text:p>{text}</text:p>")
    };
    format!(
        r#"<table:table-cell {attributes} table:number-columns-repeated="{times}">{comment}{paragraph}</table:table-cell>"#
    )
}

/// The answers to a list of positions, in the book that it came in.
fn answered(bytes: Vec<u8>) -> Vec<u8> {
    static TOWN: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::new(data::sample().unwrap()));
    let job = ZoneJob {
        positions: PositionColumns {
            crs: None,
            names: None,
        },
        vintages: AnswerVintages::One(VintageSelector::Vintage(Vintage::V2024)),
        uncertainty_m: None,
        members_only: false,
        fields: qpv_service::FieldSelection::default(),
    };
    let book = ChosenBook {
        kind: SpreadsheetKind::Ods,
        sheet: Some("Liste"),
        input: Cursor::new(bytes),
    };
    let mut out = Cursor::new(vec![]);
    let output = BookOutput {
        kind: Some(SpreadsheetKind::Ods),
        writer: &mut out,
    };
    super::answer(&TOWN, &job, book, output, &mut |_| ()).unwrap();
    out.into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn rows_of_xlsx_are_those_written(rows in sheet_rows()) {
        prop_assert_eq!(read(SpreadsheetKind::Xlsx, xlsx(&rows), 0), expected(&rows));
    }

    #[test]
    fn rows_of_xls_are_those_written(rows in sheet_rows(), is_reversed in any::<bool>()) {
        let bytes = xls(&rows, is_reversed);
        prop_assert_eq!(read(SpreadsheetKind::Xls, bytes, 0), expected(&rows));
    }

    /// A list of positions, stored in any way, comes back with all its values in their places.
    #[test]
    fn rows_of_an_ods_book_come_back(rows in sheet_rows(), style in ods_style()) {
        let titles = ["lon", "lat", "c", "d", "e"].map(|title| Data::String(title.into()));
        let rows: SheetRows = std::iter::once(Some(titles.to_vec())).chain(rows).collect();
        let (before, width) = (expected(&rows), titles.len());
        let after = read(SpreadsheetKind::Ods, answered(ods(&rows, style)), 1);
        prop_assert_eq!(after.len(), before.len());
        for ((row, before), (same_row, after)) in before.into_iter().zip(after) {
            prop_assert_eq!(row, same_row);
            // Each row has an answer, be it an error.
            prop_assert!(after.len() > width);
            prop_assert_eq!(&after[..before.len()], &before[..]);
            prop_assert!(after[before.len()..width].iter().all(is_empty));
        }
    }

    #[test]
    fn rows_of_ods_are_those_written(rows in sheet_rows(), style in ods_style()) {
        let bytes = ods(&rows, style);
        prop_assert_eq!(read(SpreadsheetKind::Ods, bytes, 1), expected(&rows));
    }
}
