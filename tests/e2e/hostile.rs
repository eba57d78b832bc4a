//! Broken and hostile files, each read by a program that may take as much memory as is promised: 512 MB for lists.

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::harness::{Data, Ran, Server, program};

/// The memory that a list may take, addresses reserved and not used included, KiB.
const LIST_KIB: u64 = 512 << 10;

fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    for (name, text) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const PACKAGE: &str = r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="Liste" sheetId="1" r:id="r1"/></sheets></workbook>"#;

fn relations(sheet: &str) -> String {
    format!(
        r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="{sheet}"/></Relationships>"#
    )
}

/// An XLSX book with these texts and these rows.
fn xlsx(texts: &str, rows: &str) -> Vec<u8> {
    zip(&[
        ("_rels/.rels", PACKAGE),
        ("xl/workbook.xml", BOOK),
        (
            "xl/_rels/workbook.xml.rels",
            &relations("worksheets/sheet1.xml"),
        ),
        ("xl/sharedStrings.xml", texts),
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

/// A sheet with a header and a row, and something behind them.
fn sheet_with(rows: &str) -> Vec<u8> {
    xlsx(
        "<sst/>",
        &format!(
            r#"<row r="1"><c r="A1" t="str"><v>adresse</v></c></row><row r="2"><c r="A2" t="str"><v>1 rue des Cordiers Port-Fictif</v></c></row>{rows}"#
        ),
    )
}

/// An ODS book with this content of its only sheet.
fn ods(rows: &str) -> Vec<u8> {
    ods_content(&format!(
        r#"<office:document-content><office:body><office:spreadsheet><table:table table:name="Liste">{}{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#,
        ods_row(1, &text_cell(1, "adresse"))
    ))
}

fn ods_content(content: &str) -> Vec<u8> {
    zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
    ])
}

fn ods_row(repeats: u64, cells: &str) -> String {
    format!(r#"<table:table-row table:number-rows-repeated="{repeats}">{cells}</table:table-row>"#)
}

fn text_cell(repeats: u64, text: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="string" table:number-columns-repeated="{repeats}"><text:p>{text}</text:p></table:table-cell>"#
    )
}

/// Books that a spreadsheet program never writes, by name.
#[expect(clippy::too_many_lines, reason = "a list of books")]
fn hostile_books() -> Vec<(&'static str, Vec<u8>)> {
    let long_text = "a".repeat(32_000);
    let wide_row: String = (0..16_384).map(|_| r#"<c t="s"><v>0</v></c>"#).collect();
    let far_cells = (3..20_000)
        .map(|row| format!(r#"<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>"#))
        .collect::<Vec<_>>()
        .concat();
    let entries: Vec<String> = (0..12_000)
        .map(|entry| format!("xl/media/{entry}.png"))
        .collect();
    let mut crowd: Vec<(&str, &str)> = vec![("_rels/.rels", PACKAGE), ("xl/workbook.xml", BOOK)];
    crowd.extend(entries.iter().map(|entry| (entry.as_str(), "")));
    vec![
        // Texts that are claimed, many and long.
        (
            "claimed-texts.xlsx",
            xlsx(
                r#"<sst uniqueCount="4294967295"><si><t>adresse</t></si></sst>"#,
                "",
            ),
        ),
        (
            "claimed-texts-2.xlsx",
            xlsx(r#"<sst count="1" uniqueCount="20000000"/>"#, ""),
        ),
        (
            "texts.xlsx",
            xlsx(&format!("<sst>{}</sst>", "<si/>".repeat(9_000_000)), ""),
        ),
        (
            "one-text.xlsx",
            xlsx(
                &format!("<sst><si><t>{}</t></si></sst>", "a".repeat(64 << 20)),
                "",
            ),
        ),
        // Places beyond the sheet, by name and by count.
        (
            "far-column.xlsx",
            sheet_with(r#"<row r="3"><c r="ZZZZZZZ2"><v>1</v></c></row>"#),
        ),
        (
            "column-xfe.xlsx",
            sheet_with(r#"<row r="3"><c r="XFE3"><v>1</v></c></row>"#),
        ),
        (
            "far-row.xlsx",
            sheet_with(r#"<row r="1048577"><c><v>1</v></c></row>"#),
        ),
        (
            "last-row.xlsx",
            sheet_with(r#"<row r="4294967295"><c><v>1</v></c></row>"#),
        ),
        (
            "unplaced.xlsx",
            sheet_with(&format!(
                "<row r=\"3\">{}</row>",
                "<c><v>1</v></c>".repeat(16_385)
            )),
        ),
        // Cells within it that are too many, too long, or too long together.
        ("far-cells.xlsx", sheet_with(&far_cells)),
        (
            "long-text.xlsx",
            sheet_with(&format!(
                r#"<row r="3"><c r="A3" t="str"><v>{}</v></c></row>"#,
                "é".repeat(32_768)
            )),
        ),
        (
            "pieces.xlsx",
            sheet_with(&format!(
                r#"<row r="3"><c r="A3" t="inlineStr"><is>{}</is></c></row>"#,
                "<r><t>aaaaaaaaaaaaaaaa</t></r>".repeat(100_000)
            )),
        ),
        (
            "long-row.xlsx",
            xlsx(
                &format!("<sst><si><t>{long_text}</t></si></sst>"),
                &format!("<row>{wide_row}</row>"),
            ),
        ),
        // Parts that are deep, many, or not where they belong.
        ("deep.xlsx", sheet_with(&"<a>".repeat(1_000_000))),
        (
            "styles.xlsx",
            zip(&[
                ("_rels/.rels", PACKAGE),
                ("xl/workbook.xml", BOOK),
                (
                    "xl/styles.xml",
                    &format!(
                        "<styleSheet><cellXfs>{}</cellXfs></styleSheet>",
                        "<xf/>".repeat(2_000_000)
                    ),
                ),
            ]),
        ),
        (
            "elsewhere.xlsx",
            zip(&[
                ("_rels/.rels", PACKAGE),
                ("xl/workbook.xml", BOOK),
                ("xl/_rels/workbook.xml.rels", &relations("media/image1.png")),
            ]),
        ),
        ("entries.xlsx", zip(&crowd)),
        // Repeats, and elements that do not end.
        (
            "columns.ods",
            ods(&ods_row(1, &text_cell(4_294_967_295, "a"))),
        ),
        (
            "cells.ods",
            ods(&ods_row(1_000_000, &text_cell(16_384, "a"))),
        ),
        ("rows.ods", ods(&ods_row(1_048_576, &text_cell(1, "a")))),
        (
            "texts.ods",
            ods(&ods_row(100_000, &text_cell(10, &long_text))),
        ),
        (
            "long-row.ods",
            ods(&ods_row(1, &text_cell(16_000, &long_text))),
        ),
        (
            "long-text.ods",
            ods(&ods_row(1, &text_cell(1, &"é".repeat(32_768)))),
        ),
        (
            "cut.ods",
            ods_content(r#"<office:document-content><table:table table:name="Liste">"#),
        ),
        (
            "cut-note.ods",
            ods(
                r#"<table:table-row><table:table-cell office:value-type="string"><office:annotation>"#,
            ),
        ),
        (
            "nested.ods",
            ods(&ods_row(
                1,
                &format!(
                    r#"<table:table-cell office:value-type="string"><table:table table:name="b">{}</table:table></table:table-cell>"#,
                    ods_row(1, &text_cell(16_384, &long_text)).repeat(30)
                ),
            )),
        ),
    ]
}

/// Runs the program with a limit of its address space.
fn run_within(kib: u64, data: &Data, args: &[&str]) -> Ran {
    // Without threads in number, each of which reserves addresses for its stack and its allocations.
    Command::new("sh")
        .args(["-c", "ulimit -v \"$0\" && exec \"$@\"", &kib.to_string()])
        .arg(program())
        .args(args)
        .env("QPV_DATA", data.path())
        .env("RAYON_NUM_THREADS", "2")
        .env("MALLOC_ARENA_MAX", "2")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .output()
        .unwrap()
        .into()
}

fn answer_list(data: &Data, file: &Path) -> Ran {
    // Beside the input, whose name then tells them apart after a failure.
    let output = file.with_extension("out.xlsx");
    run_within(
        LIST_KIB,
        data,
        &[
            "batch",
            file.to_str().unwrap(),
            "-o",
            output.to_str().unwrap(),
            "--columns",
            "adresse",
            "--force",
        ],
    )
}

#[cfg(target_os = "linux")]
#[test]
fn hostile_books_are_refused_in_bounded_memory() {
    let data = Data::empty();
    for (name, book) in hostile_books() {
        let file = data.path().join(name);
        std::fs::write(&file, book).unwrap();
        let ran = answer_list(&data, &file);
        assert_eq!(ran.code, Some(2), "{name}: {ran:?}");
        if name == "far-column.xlsx" {
            assert!(ran.err.contains("sheet Liste, row 2, column"), "{ran:?}");
        }
        assert!(
            ran.err.contains(name) && !ran.err.contains("panicked"),
            "{name}: {ran:?}"
        );
    }
}

/// Books just within the limits fit into the memory that the limits are for.
#[cfg(target_os = "linux")]
#[test]
fn large_books_are_answered_in_bounded_memory() {
    let data = Data::empty();
    let texts = (0..3_000_000)
        .map(|text| format!("<si><t>a{text}</t></si>"))
        .collect::<Vec<_>>()
        .concat();
    let rows = (0..200)
        .map(|_| format!("<row>{}</row>", r#"<c t="s"><v>1</v></c>"#.repeat(60)))
        .collect::<Vec<_>>()
        .concat();
    let long_text = "a".repeat(32_000);
    for (name, book) in [
        (
            "texts.xlsx",
            xlsx(
                &format!("<sst><si><t>adresse</t></si>{texts}</sst>"),
                r#"<row><c t="s"><v>0</v></c></row><row><c t="s"><v>7</v></c></row>"#,
            ),
        ),
        (
            "rows.xlsx",
            xlsx(
                &format!("<sst><si><t>adresse</t></si><si><t>{long_text}</t></si></sst>"),
                &format!(r#"<row><c t="s"><v>0</v></c></row>{rows}"#),
            ),
        ),
        (
            "cells.ods",
            ods(&ods_row(1, &text_cell(16, "Port-Fictif")).repeat(80_000)),
        ),
    ] {
        let file = data.path().join(name);
        std::fs::write(&file, book).unwrap();
        let ran = answer_list(&data, &file);
        assert_eq!(ran.code, Some(3), "{name}: {ran:?}");
    }
}

/// A form with a file and a field.
fn form(name: &str, book: &[u8], output: &str) -> Vec<u8> {
    let mut form = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"output\"\r\n\r\n{output}\r\n--edge\r\nContent-Disposition: form-data; name=\"data\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    form.extend_from_slice(book);
    form.extend_from_slice(b"\r\n--edge--\r\n");
    form
}

#[test]
fn hostile_books_leave_the_server_running() {
    let data = Data::empty();
    let server = Server::start(data.command());
    for (name, book) in hostile_books() {
        for output in ["table", "preview"] {
            let (status, body) = server.post_bytes(
                "/api/v1/batch",
                "multipart/form-data; boundary=edge",
                &form(name, &book, output),
            );
            let body = String::from_utf8_lossy(&body).into_owned();
            // A preview reads the first rows only.
            let is_preview = output == "preview" && status == 200;
            assert!(
                is_preview || status < 500 && body.contains("bad_table"),
                "{name}, {output}: {status} {body}"
            );
        }
    }
    assert_eq!(server.get("/health").0, 200);
}

/// A name that a spreadsheet would run comes out as a text, and the columns of the input as they are.
#[test]
fn imported_names_are_no_formulas() {
    let data = Data::empty();
    let perimeters = data.path().join("perimeters.geojson");
    let square = "[[[2.35,48.85],[2.36,48.85],[2.36,48.86],[2.35,48.86],[2.35,48.85]]]";
    std::fs::write(
        &perimeters,
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"code_qp":"QN07501M","lib_qp":"=HYPERLINK(1)","insee_com":"75104"}},"geometry":{{"type":"Polygon","coordinates":{square}}}}}]}}"#
        ),
    )
    .unwrap();
    data.import("2024", &perimeters);
    let points = data.path().join("points.csv");
    std::fs::write(
        &points,
        "nom,lon,lat\n=A1,2.355000,48.855000\nb,-3.600000,46.200000\n",
    )
    .unwrap();
    let output = data.path().join("answers.csv");
    let ran = data.run(&[
        "batch",
        points.to_str().unwrap(),
        "-o",
        output.to_str().unwrap(),
    ]);
    let answers = std::fs::read_to_string(&output).unwrap();
    assert!(
        answers.contains("\n=A1,2.355000,48.855000,qpv,QN07501M,'=HYPERLINK(1),-")
            && answers.contains("\nb,-3.600000,46.200000,"),
        "{ran:?} {answers}"
    );
}
