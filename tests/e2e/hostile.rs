//! Broken and hostile files, each read by a program that may take as much memory as is promised: 512 MB for lists, 1 GB for
//! layers.

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::harness::{Data, Ran, Server, program};

/// The memory that a list may take, addresses reserved and not used included, KiB.
pub const LIST_KIB: u64 = 512 << 10;

/// The memory that a layer may take, KiB.
const LAYER_KIB: u64 = 1 << 20;

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

/// A book of `tests/python/write_xls.py`.
const XLS: &[u8] = include_bytes!("../../crates/qpv-http/tests/data/enfants.xls");

/// The book with numbers of four bytes changed: in the first record of each kind, at a place from its beginning.
fn damaged_xls(changes: &[(&[u8; 2], usize, u32)]) -> Vec<u8> {
    let mut book = XLS.to_vec();
    for (kind, at, number) in changes {
        // The stream begins behind the head of the file, and its records follow each other.
        let mut record = 512;
        while book[record..record + 2] != **kind {
            record += 4 + usize::from(u16::from_le_bytes([book[record + 2], book[record + 3]]));
        }
        book[record + at..record + at + 4].copy_from_slice(&number.to_le_bytes());
    }
    book
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
        // Many times a text of a few bytes, and once more than a cell has.
        (
            "blanks.ods",
            ods(&ods_row(
                1,
                r#"<table:table-cell office:value-type="string"><text:p>a<text:s text:c="4294967295"/></text:p></table:table-cell>"#,
            )),
        ),
        // Places of a book of Excel before 2007.
        (
            "sheet-place.xls",
            damaged_xls(&[(&[0x85, 0], 4, 0x7fff_ffff)]),
        ),
        ("cut.xls", XLS[..XLS.len() / 2].to_vec()),
        ("head.xls", XLS[..512].to_vec()),
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

/// Runs the program with a limit of its address space, and a minute of processor time.
pub fn run_within(kib: u64, data: &Data, args: &[&str]) -> Ran {
    // Without threads in number, each of which reserves addresses for its stack and its allocations.
    Command::new("sh")
        .args([
            "-c",
            "ulimit -t 60 && ulimit -v \"$0\" && exec \"$@\"",
            &kib.to_string(),
        ])
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

/// A cell that cannot be read is told with its sheet, its row, its column and what to do.
#[cfg(target_os = "linux")]
#[test]
fn cells_that_cannot_be_read_have_their_place() {
    let data = Data::empty();
    let no_sheets = zip(&[
        ("_rels/.rels", PACKAGE),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="r"><sheets/></workbook>"#,
        ),
        ("xl/_rels/workbook.xml.rels", "<Relationships/>"),
    ]);
    let text = |place: &str| format!(r#"<c r="{place}" t="str"><v>x</v></c>"#);
    for (name, book, told) in [
        (
            "text-number.xlsx",
            sheet_with(r#"<row r="3"><c r="A3"><v>1</v></c><c r="D3" t="s"><v>7</v></c></row>"#),
            "sheet Liste, row 3, column 4",
        ),
        (
            "row-behind.xlsx",
            sheet_with(&format!(
                r#"<row r="5">{}</row><row r="4">{}</row>"#,
                text("A5"),
                text("C4")
            )),
            "sheet Liste, row 4, column 3",
        ),
        (
            "twice.xlsx",
            sheet_with(&format!(
                r#"<row r="3">{}{}{}</row>"#,
                text("A3"),
                text("B3"),
                text("B3")
            )),
            "sheet Liste, row 3, column 2",
        ),
        ("no-sheets.xlsx", no_sheets, "no sheet with cells"),
    ] {
        let file = data.path().join(name);
        std::fs::write(&file, book).unwrap();
        let ran = answer_list(&data, &file);
        assert_eq!(ran.code, Some(2), "{name}: {ran:?}");
        assert!(
            ran.err.contains(told) && ran.err.contains("again with a spreadsheet program"),
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
            ods(&ods_row(1, &text_cell(40, "Port-Fictif")).repeat(80_000)),
        ),
    ] {
        let file = data.path().join(name);
        std::fs::write(&file, book).unwrap();
        let ran = answer_list(&data, &file);
        assert_eq!(ran.code, Some(3), "{name}: {ran:?}");
    }
}

/// What a book claims is not believed, so that it is read as what it is.
#[cfg(target_os = "linux")]
#[test]
fn claims_of_books_of_excel_before_2007_are_not_believed() {
    let data = Data::empty();
    for (name, book) in [
        ("texts.xls", damaged_xls(&[(&[0xfc, 0], 8, u32::MAX)])),
        ("size.xls", damaged_xls(&[(&[0, 2], 8, u32::MAX)])),
    ] {
        let file = data.path().join(name);
        std::fs::write(&file, book).unwrap();
        let ran = answer_list(&data, &file);
        assert!(matches!(ran.code, Some(0 | 3)), "{name}: {ran:?}");
        assert!(ran.err.contains("2 rows; columns read: Adresse"), "{ran:?}");
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

/// A layer with one perimeter, of this geometry.
fn perimeter(geometry: &str) -> Vec<u8> {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"code_qp":"QN06101M","lib_qp":"A","insee_com":"61169"}},"geometry":{geometry}}}]}}"#
    )
    .into_bytes()
}

/// A place in the Orne, from shares of a square of two hundredths of a degree.
fn spot(x: f64, y: f64) -> String {
    format!("[{},{}]", -0.57 + 0.02 * x, 48.75 + 0.02 * y)
}

fn polygon(spots: impl Iterator<Item = (f64, f64)>) -> Vec<u8> {
    let spots: Vec<String> = spots.map(|(x, y)| spot(x, y)).collect();
    perimeter(&format!(
        r#"{{"type":"Polygon","coordinates":[[{},{}]]}}"#,
        spots.join(","),
        spots[0]
    ))
}

/// Random shares, the same in each run.
fn random_spots(count: usize) -> impl Iterator<Item = (f64, f64)> {
    let mut state = 1_u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24)
    };
    (0..count).map(move |_| (random(), random()))
}

/// Bands that lie across each other as parts of one outline.
fn lattice(bands: u32) -> Vec<u8> {
    let count = f64::from(bands);
    let band = |number: u32, is_upright: bool| {
        let (low, high) = (f64::from(number) / count, (f64::from(number) + 0.5) / count);
        let corners = [(0.0, low), (1.0, low), (1.0, high), (0.0, high), (0.0, low)];
        let spots = corners.map(|(x, y)| if is_upright { spot(y, x) } else { spot(x, y) });
        format!("[[{}]]", spots.join(","))
    };
    let parts: Vec<String> = (0..bands)
        .flat_map(|number| [band(number, false), band(number, true)])
        .collect();
    perimeter(&format!(
        r#"{{"type":"MultiPolygon","coordinates":[{}]}}"#,
        parts.join(",")
    ))
}

/// A GeoPackage whose only table is made by these statements.
fn geopackage(path: &Path, statements: &str) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let tables = "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
        CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
        INSERT INTO gpkg_contents VALUES ('qpv', 'features');
        INSERT INTO gpkg_geometry_columns VALUES ('qpv', 'geom', 4326);
        INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, '');";
    connection.execute_batch(tables).unwrap();
    connection.execute_batch(statements).unwrap();
}

/// A geometry of a GeoPackage: its header, then these words of WKB behind the byte order.
fn blob(words: &[u32]) -> String {
    let bytes = words.iter().flat_map(|word| word.to_le_bytes());
    let digits: Vec<String> = bytes.map(|byte| format!("{byte:02x}")).collect();
    format!("x'475000010000000001{}'", digits.concat())
}

/// A shapefile of one polygon with these counts of parts and points, and a table with these counts of rows and bytes.
fn shapefile(folder: &Path, name: &str, counts: [i32; 2], rows: u32, row_bytes: u16) {
    let mut content = 5_i32.to_le_bytes().to_vec();
    content.extend([0.0_f64; 4].iter().flat_map(|side| side.to_le_bytes()));
    content.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
    content.extend([0; 64]);
    let words = i32::try_from(content.len() / 2).unwrap();
    let mut shp = 9994_i32.to_be_bytes().to_vec();
    shp.extend([0; 20]);
    shp.extend((50 + 4 + words).to_be_bytes());
    shp.extend([1000_i32, 5].iter().flat_map(|word| word.to_le_bytes()));
    shp.extend([0; 64]);
    shp.extend([1, words].iter().flat_map(|word| word.to_be_bytes()));
    shp.extend(content);
    std::fs::write(folder.join(format!("{name}.shp")), shp).unwrap();
    let mut dbf = vec![3, 115, 1, 1];
    dbf.extend(rows.to_le_bytes());
    dbf.extend(65_u16.to_le_bytes());
    dbf.extend(row_bytes.to_le_bytes());
    dbf.extend([0; 20]);
    dbf.extend(*b"CODE_QP\0\0\0\0C\0\0\0\0\x08\0");
    dbf.extend([0; 14]);
    dbf.extend(*b"\r QP061001");
    std::fs::write(folder.join(format!("{name}.dbf")), dbf).unwrap();
}

/// Writes layers that no program writes, and returns their names.
fn hostile_layers(folder: &Path) -> Vec<&'static str> {
    let write = |name: &'static str, bytes: Vec<u8>| {
        std::fs::write(folder.join(name), bytes).unwrap();
        name
    };
    let mut names = vec![
        write("star.geojson", polygon(random_spots(500))),
        write("stars.geojson", polygon(random_spots(5000))),
        write("lattice.geojson", lattice(200)),
        write(
            "tangle.geojson",
            polygon((0..200_000).map(|i| {
                let turn = f64::from(i) * 2.4;
                (0.5 + turn.cos() / 2.0, 0.5 + turn.sin() / 2.0)
            })),
        ),
        write("deep.geojson", "[".repeat(1 << 20).into_bytes()),
        write(
            "deep-features.geojson",
            format!(
                r#"{{"type":"FeatureCollection","features":{}"#,
                "[".repeat(1 << 20)
            )
            .into_bytes(),
        ),
        write("zeros.zip", zip(&[("qp.geojson", &"0".repeat(300 << 20))])),
        write(
            "topology.json",
            br#"{"type":"Topology","objects":{},"arcs":[]}"#.to_vec(),
        ),
    ];
    let numbers =
        "CREATE VIEW qpv AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
    for (name, statements) in [
        (
            "endless.gpkg",
            format!("{numbers} SELECT i AS code_qp, NULL AS geom FROM n"),
        ),
        (
            "endless-large.gpkg",
            format!("{numbers} SELECT zeroblob(60000000) AS code_qp, NULL AS geom FROM n"),
        ),
        (
            "silent.gpkg",
            format!("{numbers} SELECT i AS code_qp, NULL AS geom FROM n WHERE i < 0"),
        ),
        (
            "huge-value.gpkg",
            format!(
                "{numbers} SELECT 'QN06101M' AS code_qp, zeroblob(1000000000) AS geom FROM n LIMIT 1"
            ),
        ),
        (
            "claimed-rings.gpkg",
            format!(
                "CREATE TABLE qpv (geom, code_qp); INSERT INTO qpv VALUES ({}, 'QN06101M');",
                blob(&[3, u32::MAX])
            ),
        ),
        (
            "claimed-points.gpkg",
            format!(
                "CREATE TABLE qpv (geom, code_qp); INSERT INTO qpv VALUES ({}, 'QN06101M');",
                blob(&[3, 1, u32::MAX - 1])
            ),
        ),
    ] {
        geopackage(&folder.join(name), &statements);
        names.push(name);
    }
    geopackage(
        &folder.join("column.gpkg"),
        "CREATE TABLE qpv (geom, code_qp, column_name_to_spoil);",
    );
    // The name of a column in an encoding of one byte.
    let mut spoilt = std::fs::read(folder.join("column.gpkg")).unwrap();
    let at = spoilt
        .windows(20)
        .position(|part| part == b"column_name_to_spoil");
    spoilt[at.unwrap()] = 0xe9;
    names.push(write("column.gpkg", spoilt));
    for (name, counts, rows, row_bytes) in [
        ("points", [1, i32::MAX], 1, 9),
        ("parts", [i32::MAX, 3], 1, 9),
        ("negative", [1, -5], 1, 9),
        ("rows", [1, 4], u32::MAX, 9),
        ("empty-rows", [1, 4], u32::MAX, 0),
    ] {
        shapefile(folder, name, counts, rows, row_bytes);
    }
    names.extend([
        "points.shp",
        "parts.shp",
        "negative.shp",
        "rows.shp",
        "empty-rows.shp",
    ]);
    names
}

#[cfg(target_os = "linux")]
#[test]
fn hostile_layers_are_refused_in_bounded_memory_and_time() {
    let data = Data::empty();
    for name in hostile_layers(data.path()) {
        let file = data.path().join(name);
        for how in [["--vintage", "2024"], ["--layer", "essai"]] {
            let ran = run_within(
                LAYER_KIB,
                &data,
                &["data", "import", how[0], how[1], file.to_str().unwrap()],
            );
            assert!(matches!(ran.code, Some(1 | 2)), "{name}: {ran:?}");
            let told = format!("{}{}", ran.out, ran.err);
            let stem = name.split('.').next().unwrap();
            assert!(
                told.contains(stem) && !told.contains("panicked"),
                "{name}: {ran:?}"
            );
        }
    }
}

fn circle(count: u32) -> Vec<u8> {
    polygon((0..count).map(|i| {
        let turn = f64::from(i) / f64::from(count) * std::f64::consts::TAU;
        (0.5 + turn.cos() / 2.0, 0.5 + turn.sin() / 2.0)
    }))
}

/// Layers that are only large are imported within the same memory.
#[cfg(target_os = "linux")]
#[test]
fn large_layers_are_imported_in_bounded_memory() {
    let data = Data::empty();
    let holes: Vec<String> = (0..10_000)
        .map(|hole| {
            let (x, y) = (f64::from(hole % 100) / 100.0, f64::from(hole / 100) / 100.0);
            let corners = [(0.2, 0.2), (0.2, 0.8), (0.8, 0.8), (0.8, 0.2), (0.2, 0.2)];
            let spots = corners.map(|(dx, dy)| spot(x + dx / 100.0, y + dy / 100.0));
            format!("[{}]", spots.join(","))
        })
        .collect();
    let shell = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
    let shell = shell.map(|(x, y)| spot(x, y)).join(",");
    let sieve = perimeter(&format!(
        r#"{{"type":"Polygon","coordinates":[[{shell}],{}]}}"#,
        holes.join(",")
    ));
    let islands: Vec<String> = holes.iter().map(|ring| format!("[{ring}]")).collect();
    let islands = perimeter(&format!(
        r#"{{"type":"MultiPolygon","coordinates":[{}]}}"#,
        islands.join(",")
    ));
    for (name, layer, how) in [
        ("circle.geojson", circle(19_999), ["--vintage", "2024"]),
        ("sieve.geojson", sieve, ["--layer", "essai"]),
        ("islands.geojson", islands, ["--layer", "essai"]),
    ] {
        let file = data.path().join(name);
        std::fs::write(&file, layer).unwrap();
        let args = ["data", "import", how[0], how[1], file.to_str().unwrap()];
        let ran = run_within(LAYER_KIB, &data, &args);
        assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
    }
}
