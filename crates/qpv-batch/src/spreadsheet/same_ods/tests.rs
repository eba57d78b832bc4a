//! ODS books through [`answer`], on the fictional town.

use std::io::{Cursor, Read as _, Write as _};
use std::sync::LazyLock;

use calamine::Data;
use qpv_model::Vintage;
use qpv_service::{FieldSelection, Snapshot, VintageSelector, data};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use crate::spreadsheet::book::Book;
use crate::spreadsheet::{BookOutput, ChosenBook, answer};
use crate::{
    AddressJob, AnswerVintages, BatchError, BatchSummary, NewBookReason, ResultColumn,
    SpreadsheetKind, ZoneColumns,
};

static TOWN: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::new(data::sample().unwrap()));

/// The prefixes of all elements, as programs declare them.
const ROOT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3">"#;
/// Columns: the first hidden, those behind the list hidden as well.
const COLUMNS: &str = r#"<table:table-column table:style-name="co1" table:visibility="collapse"/><table:table-column table:style-name="co2"/><table:table-column table:style-name="co1" table:number-columns-repeated="1022" table:visibility="collapse" table:default-cell-style-name="Default"/>"#;
const TITLES: &str = r#"<table:table-header-rows><table:table-row table:style-name="ro1"><table:table-cell table:style-name="ce1" office:value-type="string"><text:p>N°</text:p></table:table-cell><table:table-cell table:style-name="ce1" office:value-type="string"><text:p>adresse</text:p></table:table-cell><table:table-cell table:number-columns-repeated="1022"/></table:table-row></table:table-header-rows>"#;
/// Rows that are stored once; a border is drawn around the first two columns behind the list.
const ROWS: &str = r#"<table:table-row table:number-rows-repeated="3" table:visibility="collapse"><table:table-cell office:value-type="float" office:value="7" table:formula="of:=3+4"><text:p>7</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>1 rue des Cordiers Port-Fictif</text:p></table:table-cell><table:table-cell table:style-name="ce9" table:number-columns-repeated="2"/><table:table-cell table:number-columns-repeated="1020"/></table:table-row>"#;
const END_ROWS: &str = r#"<table:table-row table:number-rows-repeated="1048572"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>"#;
const OTHER: &str = r#"<table:table table:name="Autre" table:style-name="ta2"><table:table-row><table:table-cell office:value-type="string"><text:p>a &amp; b  c</text:p></table:table-cell></table:table-row></table:table>"#;
const EPILOGUE: &str = r#"<table:named-expressions/><table:database-ranges><table:database-range table:name="__Anonymous_Sheet_DB__0" table:target-range-address="Liste.A1:Liste.B4" table:display-filter-buttons="true"><table:filter/></table:database-range><table:database-range table:name="x" table:target-range-address="Autre.A1:Autre.B4"/></table:database-ranges>"#;

fn document(sheet_style: &str) -> String {
    format!(
        r#"{ROOT}<office:automatic-styles><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet><table:calculation-settings/><table:table table:name="Liste"{sheet_style}>{COLUMNS}{TITLES}{ROWS}{END_ROWS}</table:table>{OTHER}{EPILOGUE}</office:spreadsheet></office:body></office:document-content>"#
    )
}

fn book(document: &str) -> Vec<u8> {
    let mut book = zip::ZipWriter::new(Cursor::new(vec![]));
    for (name, text, method) in [
        (
            "mimetype",
            "application/vnd.oasis.opendocument.spreadsheet",
            CompressionMethod::Stored,
        ),
        (
            "Thumbnails/thumbnail.png",
            "\u{89}PNG",
            CompressionMethod::Stored,
        ),
        ("content.xml", document, CompressionMethod::Deflated),
        ("styles.xml", "<x/>", CompressionMethod::Deflated),
        (
            "META-INF/documentsignatures.xml",
            "<x/>",
            CompressionMethod::Deflated,
        ),
        (
            "META-INF/manifest.xml",
            "<manifest:manifest/>",
            CompressionMethod::Deflated,
        ),
    ] {
        let options = SimpleFileOptions::default().compression_method(method);
        book.start_file(name, options).unwrap();
        book.write_all(text.as_bytes()).unwrap();
    }
    book.finish().unwrap().into_inner()
}

fn job() -> AddressJob {
    AddressJob {
        columns: vec!["adresse".to_owned()],
        results: ResultColumn::check(),
        zones: Some(ZoneColumns {
            vintages: AnswerVintages::One(VintageSelector::Vintage(Vintage::V2024)),
            prefix: "",
            fields: FieldSelection::default(),
        }),
        ..AddressJob::default()
    }
}

fn run(
    input: Vec<u8>,
    sheet: Option<&str>,
    kind: Option<SpreadsheetKind>,
) -> Result<(Vec<u8>, BatchSummary), BatchError> {
    let mut out = Cursor::new(vec![]);
    let book = ChosenBook {
        kind: SpreadsheetKind::Ods,
        sheet,
        input: Cursor::new(input),
    };
    let output = BookOutput {
        kind,
        writer: &mut out,
    };
    let summary = answer(&TOWN, &job(), book, output, &mut |_| ())?;
    Ok((out.into_inner(), summary))
}

/// The names of the parts in their order, and the document.
fn parts(book: &[u8]) -> (Vec<String>, String) {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let names = archive.file_names();
    let names = names.map(|name| name.unwrap().to_string()).collect();
    let mut document = String::new();
    let mut entry = archive.by_name("content.xml").unwrap();
    entry.read_to_string(&mut document).unwrap();
    (names, document)
}

fn rows_of(book: Vec<u8>, sheet: usize) -> Vec<(u64, Vec<Data>)> {
    let mut opened = Book::open(SpreadsheetKind::Ods, Cursor::new(book)).unwrap();
    let mut found = vec![];
    opened
        .with_rows(sheet, |_, rows| {
            while let Some(row) = rows.next()? {
                found.push((row.index, row.values));
            }
            Ok(())
        })
        .unwrap();
    found
}

#[test]
fn an_ods_book_comes_back_as_it_was() {
    let input = book(&document(""));
    let (out, summary) = run(input.clone(), None, None).unwrap();
    assert_eq!(
        (summary.new_book, summary.is_ods, summary.rows),
        (None, true, 3)
    );
    assert_eq!(run(input.clone(), None, None).unwrap().0, out);
    let (names, content) = parts(&out);
    assert_eq!(
        names,
        [
            "mimetype",
            "Thumbnails/thumbnail.png",
            "content.xml",
            "styles.xml",
            "META-INF/manifest.xml"
        ]
    );
    for kept in [ROOT, OTHER, END_ROWS, "<table:calculation-settings/>"] {
        assert!(content.contains(kept), "{kept}\n{content}");
    }
    // Hidden columns stay so, and added ones are in sight.
    assert!(
        content.contains(
            r#"<table:table-column table:style-name="co1" table:visibility="collapse"/><table:table-column table:style-name="co2"/><table:table-column table:style-name="qpv-"#
        ),
        "{content}"
    );
    let added = job_columns();
    let behind = format!(
        r#"<table:table-column table:style-name="co1" table:number-columns-repeated="{}" table:visibility="collapse" table:default-cell-style-name="Default"/><table:table-header-rows>"#,
        1022 - added
    );
    assert!(content.contains(&behind), "{content}");
    // The filter reaches over the answers, the other range stays.
    let last = crate::spreadsheet::references::column_letters(1 + added as u64);
    assert!(
        content.contains(&format!("\"Liste.A1:Liste.{last}4\"")),
        "{content}"
    );
    assert!(content.contains("\"Autre.A1:Autre.B4\""));
    // Each row has the formula, and stays hidden; the titles have the look of the others.
    assert_eq!(content.matches("of:=3+4").count(), 3);
    assert!(!content.contains("number-rows-repeated=\"3\""));
    assert!(content.contains(
        r#"<table:table-cell table:style-name="ce1" office:value-type="string"><text:p>latitude</text:p>"#
    ));
    assert_eq!(content.matches("table:style-name=\"ce9\"").count(), 6);
    let rows = rows_of(out, 0);
    assert_eq!(rows.len(), 4);
    for (index, (row, values)) in rows.iter().enumerate() {
        assert_eq!(*row, index as u64);
        assert!(values.len() <= rows[0].1.len());
    }
    for (_, values) in &rows[1..] {
        assert_eq!(values[0], Data::Float(7.0));
        assert_eq!(
            values[4],
            Data::String("1 Rue des Cordiers 00100 Port-Fictif".into())
        );
    }
}

/// The number of added columns.
fn job_columns() -> usize {
    crate::Job::added(&job()).len()
}

#[test]
fn a_hidden_sheet_that_is_asked_for_is_in_sight() {
    let input = book(&document(r#" table:style-name="ta2""#));
    let (out, _) = run(input, Some("Liste"), Some(SpreadsheetKind::Ods)).unwrap();
    let (_, content) = parts(&out);
    assert!(content.contains(r#"<table:table table:name="Liste">"#));
    assert!(content.contains(r#"<table:table table:name="Autre" table:style-name="ta2">"#));
}

#[test]
fn a_list_without_titles_comes_back_in_a_new_book_or_not_at_all() {
    let rows = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>Ana</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>12/03/2015</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>1 rue des Cordiers</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>00100 Port-Fictif</text:p></table:table-cell></table:table-row>"#;
    let input = book(&document("").replace(TITLES, "").replace(ROWS, rows));
    let job = AddressJob {
        columns: vec![],
        list: true,
        ..job()
    };
    let mut out = Cursor::new(vec![]);
    for (kind, expected) in [
        (Some(SpreadsheetKind::Ods), None),
        (None, Some(NewBookReason::NoTitles)),
        (Some(SpreadsheetKind::Xlsx), Some(NewBookReason::Format)),
    ] {
        let book = ChosenBook {
            kind: SpreadsheetKind::Ods,
            sheet: None,
            input: Cursor::new(input.clone()),
        };
        let output = BookOutput {
            kind,
            writer: &mut out,
        };
        match answer(&TOWN, &job, book, output, &mut |_| ()) {
            Ok(summary) => assert_eq!((summary.new_book, summary.is_ods), (expected, false)),
            Err(fault) => {
                assert!(fault.is_usage() && expected.is_none(), "{fault}");
                assert!(fault.to_string().contains("no line of titles"), "{fault}");
            }
        }
    }
}

#[test]
fn a_book_without_styles_or_prefixes_gets_them() {
    let bare = document("")
        .replace(ROOT, "<office:document-content>")
        .replace(
            r#"<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>"#,
            "",
        );
    for without in [
        bare.replace(
            "<office:automatic-styles></office:automatic-styles>",
            "<office:automatic-styles/>",
        ),
        bare.replace("<office:automatic-styles></office:automatic-styles>", ""),
        bare,
    ] {
        let (out, _) = run(book(&without), None, None).unwrap();
        let (_, content) = parts(&out);
        assert_eq!(content.matches("<office:automatic-styles>").count(), 1);
        assert!(content.contains(r#"style:name="qpv-title""#), "{content}");
        assert!(
            content.contains(
                "xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\""
            )
        );
    }
}

/// Found by random input: the values were of one row, and the copy had three.
#[test]
fn counts_under_another_prefix_are_none() {
    let other = ROWS.replace("table:number-rows-repeated", "other:number-rows-repeated");
    let (out, summary) = run(book(&document("").replace(ROWS, &other)), None, None).unwrap();
    assert_eq!(summary.rows, 1);
    let rows = rows_of(out, 0);
    assert_eq!(rows.len(), 2);
    assert!(rows[1].1.len() > 4);
}

#[test]
fn merged_cells_beside_the_list_stay_whole() {
    let merged = document("").replace(
        r#"<table:table-cell table:style-name="ce9" table:number-columns-repeated="2"/>"#,
        r#"<table:table-cell table:number-columns-spanned="2" table:style-name="ce9"/><table:covered-table-cell/>"#,
    );
    let (out, _) = run(book(&merged), None, None).unwrap();
    let rows = rows_of(out, 0);
    assert_eq!(rows[0].1[2], Data::Empty);
    assert_eq!(rows[0].1[4], Data::String("latitude".into()));
}
