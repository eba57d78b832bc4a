//! Lists over HTTP, in process, on the fictional town: homes without a programme, the start of a list, all answers at once,
//! how far a list is, and what is left when the client goes away.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::fmt::Write;
use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::FromRequest;
use axum::extract::multipart::Multipart;
use axum::http::{HeaderMap, Request, StatusCode, header};
use calamine::Reader;
use futures_util::StreamExt;
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::{Value, json};
use tower::ServiceExt;

fn town() -> Router {
    let service = Service::open(Store::new("a folder that does not exist")).unwrap();
    router(
        Arc::new(service),
        Limits {
            heavy_requests: 1,
            ..Limits::default()
        },
    )
}

fn form(name: &str, table: &[u8], fields: &[(&str, &str)]) -> Vec<u8> {
    let mut form = vec![];
    for (name, value) in fields {
        let part =
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        form.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"data\"; filename=\"{name}\"\r\n\r\n"
    );
    form.extend_from_slice(head.as_bytes());
    form.extend_from_slice(table);
    form.extend_from_slice(b"\r\n--edge--\r\n");
    form
}

fn request(body: Body) -> Request<Body> {
    let request = Request::post("/api/v1/batch")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    request.body(body).unwrap()
}

async fn answer(app: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Bytes) {
    let response = app.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    (
        status,
        headers,
        response.into_body().collect().await.unwrap().to_bytes(),
    )
}

async fn list(name: &str, table: &[u8], fields: &[(&str, &str)]) -> (StatusCode, HeaderMap, Bytes) {
    answer(&town(), request(form(name, table, fields).into())).await
}

fn value(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

/// The parts of an answer, as the framework's own reader of forms finds them: name, file name, kind, content.
async fn parts(headers: &HeaderMap, body: Bytes) -> Vec<(String, Option<String>, String, Bytes)> {
    let request = Request::post("/").header(header::CONTENT_TYPE, &headers[header::CONTENT_TYPE]);
    let mut form = Multipart::from_request(request.body(Body::from(body)).unwrap(), &())
        .await
        .unwrap();
    let mut parts = vec![];
    while let Some(field) = form.next_field().await.unwrap() {
        let of = |text: Option<&str>| text.map(ToOwned::to_owned);
        let (name, file, kind) = (
            of(field.name()),
            of(field.file_name()),
            of(field.content_type()),
        );
        parts.push((
            name.unwrap(),
            file,
            kind.unwrap(),
            field.bytes().await.unwrap(),
        ));
    }
    parts
}

const HOMES: &str = "Nom;Adresse;Code postal;Commune;Note\r\n\
    Un;1 rue des Cordiers;00100;Port-Fictif;=1+1\r\n\
    Deux;2 rue des Cordiers;00100;Port-Fictif;\"sur\r\ndeux lignes\"\r\n\
    ;;;;\r\n\
    Trois;chemin qui n'existe nulle part;75000;Paris;\r\n\
    Quatre;;;;\r\n\
    Cinq;;00100;Port-Fictif;\r\n\
    Six;9 rue des Cordiers;00100;Port-Fictif;\r\n";

/// A list of one town that never names it; the last row names another.
const UNPLACED: &str =
    "Adresse\r\n1 rue des Cordiers\r\n36 rue des Cordiers\r\n1 rue des Cordiers 75011 Paris\r\n";

#[tokio::test]
async fn a_list_of_one_town_states_its_place_once() {
    let zones = async |fields: &[(&str, &str)]| {
        let fields = [fields, &[("output", "summary"), ("on", "2026-01-01")]].concat();
        let (status, _, body) = list("homes.csv", UNPLACED.as_bytes(), &fields).await;
        assert_eq!(status, StatusCode::OK, "{body:?}");
        value(&body)["answers"][0]["zones"].clone()
    };
    let open = json!({"qpv": 0, "band_300m": 0, "outside": 0, "undetermined": 3});
    let placed = json!({"qpv": 1, "band_300m": 1, "outside": 0, "undetermined": 1});
    assert_eq!(zones(&[]).await, open);
    assert_eq!(zones(&[("default_postcode", "00100")]).await, placed);
    assert_eq!(zones(&[("default_citycode", "00001")]).await, placed);
    // With a programme too.
    let people = [
        ("programme", "pre-national"),
        ("birth_date", "-"),
        ("school", "-"),
    ];
    assert_eq!(zones(&people).await, open);
    let placed_people = [&people[..], &[("default_postcode", "00100")]].concat();
    assert_eq!(zones(&placed_people).await, placed);
    for (name, place, code) in [
        ("default_postcode", "100", "bad_parameter"),
        ("default_citycode", "Port-Fictif", "bad_parameter"),
        ("default_postcode", "75011", "default_place_not_loaded"),
        ("default_citycode", "75056", "default_place_not_loaded"),
    ] {
        let (_, _, body) = list("homes.csv", UNPLACED.as_bytes(), &[(name, place)]).await;
        assert_eq!(value(&body)["code"], code, "{name} {place}");
    }
}

#[tokio::test]
async fn homes_are_checked_without_a_programme() {
    let (status, headers, body) =
        list("foyers.csv", HOMES.as_bytes(), &[("vintage", "2024")]).await;
    assert_eq!(status, StatusCode::OK, "{body:?}");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(&*body);
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let column = |name: &str| -> Vec<String> {
        let at = header.iter().position(|column| column == name).unwrap();
        rows.iter().map(|row| row[at].to_owned()).collect()
    };
    assert_eq!(
        column("zone"),
        [
            "qpv",
            "band_300m",
            "",
            "undetermined",
            "",
            "undetermined",
            "qpv"
        ]
    );
    assert_eq!(
        column("doubt"),
        ["", "", "", "not_found", "", "commune", ""]
    );
    assert_eq!(column("result_status")[4], "skipped");
    assert_eq!(
        column("code_qp"),
        ["QN00001I", "", "", "", "", "", "QN00001I"]
    );
    assert_eq!(column("Note")[0], "'=1+1");
    // Before 2015 no perimeters were in force.
    let (_, _, body) = list(
        "foyers.csv",
        HOMES.as_bytes(),
        &[("on", "2014-12-31"), ("output", "summary")],
    )
    .await;
    let counts = &value(&body)["answers"][0];
    assert_eq!(
        (&counts["zones"]["qpv"], &counts["zones"]["outside"]),
        (&json!(0), &json!(0)),
        "{counts}"
    );
}

#[tokio::test]
async fn one_run_gives_the_list_its_counts_and_its_points() {
    let fields = [("vintage", "2024"), ("output", "bundle")];
    let (status, headers, body) = list("foyers.csv", HOMES.as_bytes(), &fields).await;
    assert_eq!(status, StatusCode::OK, "{body:?}");
    assert_eq!(headers[header::CONTENT_LENGTH], body.len().to_string());
    let parts = parts(&headers, body).await;
    let heads: Vec<_> = parts
        .iter()
        .map(|(name, file, kind, _)| (&**name, file.as_deref(), &**kind))
        .collect();
    assert_eq!(
        heads,
        [
            (
                "table",
                Some("verifie-foyers.csv"),
                "text/csv; charset=utf-8"
            ),
            ("summary", None, "application/json"),
            ("points", None, "application/geo+json"),
        ]
    );
    let (_, _, table) = list("foyers.csv", HOMES.as_bytes(), &fields[..1]).await;
    assert_eq!(parts[0].3, table);
    let (_, _, summary) = list(
        "foyers.csv",
        HOMES.as_bytes(),
        &[fields[0], ("output", "summary")],
    )
    .await;
    assert_eq!(parts[1].3, summary);
    let counts = &value(&summary)["answers"][0];
    assert_eq!(
        counts["zones"],
        json!({"qpv": 2, "band_300m": 1, "outside": 0, "undetermined": 2})
    );
    assert_eq!(
        (
            &counts["code_qp"],
            &counts["errors"]["missing_address"]["rows"]
        ),
        (&json!({"QN00001I": 2}), &json!(1))
    );
    let points = value(&parts[2].3);
    let told: Vec<_> = points["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| &feature["properties"])
        .collect();
    let expected = [
        json!({"row": 2, "result": "qpv", "label": "1 Rue des Cordiers 00100 Port-Fictif", "code_qp": "QN00001I"}),
        json!({"row": 3, "result": "band_300m", "label": "2 Rue des Cordiers 00100 Port-Fictif", "code_qp": null}),
        // A row of two lines, one with nothing in it, and two without a place stand before it.
        json!({"row": 9, "result": "qpv", "label": "9 Rue des Cordiers 00100 Port-Fictif", "code_qp": "QN00001I"}),
    ];
    assert_eq!(told, expected.iter().collect::<Vec<_>>(), "{points}");
    // As the town's file of addresses has it.
    assert_eq!(
        points["features"][0]["geometry"],
        json!({"type": "Point", "coordinates": [-3.610_51, 46.203_047]})
    );
}

/// An ODS book of one document.
fn ods(document: &str) -> Vec<u8> {
    let mut book = zip::ZipWriter::new(Cursor::new(vec![]));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", document),
        (
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>",
        ),
    ] {
        book.start_file(name, stored).unwrap();
        std::io::Write::write_all(&mut book, content.as_bytes()).unwrap();
    }
    book.finish().unwrap().into_inner()
}

#[tokio::test]
async fn an_ods_book_comes_back_as_ods() {
    let mut rows = String::new();
    for line in [
        "Naissance;Adresse;Ville",
        "2016-05-04;1 rue des Cordiers;Port-Fictif",
    ] {
        let cells = line.split(';').map(|field| {
            format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{field}</text:p></table:table-cell>"
            )
        });
        let cells: String = cells.collect();
        write!(rows, "<table:table-row>{cells}</table:table-row>").unwrap();
    }
    let kept = "<table:database-ranges/>";
    let content = ods(&format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"Liste\">{rows}</table:table>{kept}\
         </office:spreadsheet></office:body></office:document-content>"
    ));
    let fields = [
        ("programme", "pre-national"),
        ("on", "2026-11-21"),
        ("output", "bundle"),
    ];
    // The first bytes tell what it is, whatever its name.
    let (status, headers, body) = list("enfants.xlsx", &content, &fields).await;
    assert_eq!(status, StatusCode::OK, "{body:?}");
    let parts = parts(&headers, body).await;
    assert_eq!(parts[0].1.as_deref(), Some("verifie-enfants.ods"));
    assert_eq!(parts[0].2, "application/vnd.oasis.opendocument.spreadsheet");
    let book =
        calamine::open_workbook_from_rs::<calamine::Ods<_>, _>(Cursor::new(parts[0].3.to_vec()))
            .unwrap();
    assert_eq!(book.sheet_names(), ["Liste", "Synthèse"]);
    let summary = value(&parts[1].3);
    assert_eq!(summary["new_book"], Value::Null, "{summary}");
    assert_eq!(
        summary["answers"][0]["people"]["all"]["Ensemble"]["eligible"],
        1
    );
}

#[tokio::test]
async fn a_spreadsheet_is_bundled_with_people_s_results() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Enfants suivis").unwrap();
    for (row, line) in [
        "Naissance;Adresse;Ville",
        "2016-05-04;1 rue des Cordiers;Port-Fictif",
    ]
    .iter()
    .enumerate()
    {
        for (column, field) in (0..).zip(line.split(';')) {
            sheet
                .write_string(u32::try_from(row).unwrap() + 2, column, field)
                .unwrap();
        }
    }
    let content = book.save_to_buffer().unwrap();
    let fields = [
        ("programme", "pre-national"),
        ("on", "2026-11-21"),
        ("output", "bundle"),
    ];
    let (status, headers, body) = list("enfants.xlsx", &content, &fields).await;
    assert_eq!(status, StatusCode::OK, "{body:?}");
    let parts = parts(&headers, body).await;
    assert_eq!(parts[0].1.as_deref(), Some("verifie-enfants.xlsx"));
    let book =
        calamine::open_workbook_from_rs::<calamine::Xlsx<_>, _>(Cursor::new(parts[0].3.to_vec()))
            .unwrap();
    assert_eq!(book.sheet_names(), ["Sheet1", "Synthèse"]);
    assert_eq!(
        value(&parts[1].3)["answers"][0]["people"]["all"]["Ensemble"]["eligible"],
        1
    );
    let points = value(&parts[2].3);
    let told = &points["features"][0]["properties"];
    assert_eq!(
        (&told["row"], &told["result"]),
        (&json!(4), &json!("eligible")),
        "{points}"
    );

    let fields = [("output", "preview"), ("sheet", "Sheet1")];
    let (status, _, body) = list("enfants.xlsx", &content, &fields).await;
    let found = value(&body);
    assert_eq!(
        (status, found),
        (
            StatusCode::OK,
            json!({
                "columns": [{"name": "Naissance", "role": "birth_date"}, {"name": "Adresse", "role": "address"},
                    {"name": "Ville", "role": "address"}],
                "rows": [["2016-05-04", "1 rue des Cordiers", "Port-Fictif"]],
                "format": "xlsx", "sheets": ["Sheet1"], "sheet": "Sheet1", "header_row": 3,
            })
        )
    );
}

#[tokio::test]
async fn the_first_visible_sheet_is_read_unless_one_is_named() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, street) in [
        ("Exemple", "36 rue des Cordiers"),
        ("Enfants", "1 rue des Cordiers"),
    ] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write(0, 0, "Adresse").unwrap();
        sheet.write(0, 1, "Ville").unwrap();
        sheet.write(1, 0, street).unwrap();
        sheet.write(1, 1, "Port-Fictif").unwrap();
    }
    book.worksheet_from_index(0).unwrap().set_hidden(true);
    book.worksheet_from_index(1).unwrap().set_active(true);
    let content = book.save_to_buffer().unwrap();
    for (sheet, zone) in [
        (None, "qpv"),
        (Some("Enfants"), "qpv"),
        (Some("Exemple"), "band_300m"),
    ] {
        let sheet_field = sheet.map(|name| ("sheet", name));
        let fields = [
            &[("output", "summary"), ("vintage", "2024")][..],
            sheet_field.as_slice(),
        ]
        .concat();
        let (status, _, body) = list("l.xlsx", &content, &fields).await;
        let found = value(&body);
        assert_eq!(
            (status, &found["answers"][0]["zones"][zone]),
            (StatusCode::OK, &json!(1)),
            "{found}"
        );
        assert_eq!(
            (&found["sheet"], &found["hidden_sheets"]),
            (&json!(sheet.unwrap_or("Enfants")), &json!(["Exemple"]))
        );
    }
    let (_, _, body) = list("l.xlsx", &content, &[("output", "preview")]).await;
    let found = value(&body);
    assert_eq!(
        (&found["sheet"], &found["sheets"], &found["hidden_sheets"]),
        (
            &json!("Enfants"),
            &json!(["Exemple", "Enfants"]),
            &json!(["Exemple"])
        )
    );
}

/// A book of `tests/python/write_xls.py`.
const XLS: &[u8] = include_bytes!("data/enfants.xls");

#[tokio::test]
async fn a_book_of_excel_before_2007_is_read() {
    let programme = [("programme", "pre-national"), ("on", "2026-11-21")];
    let (status, headers, body) = list("enfants.xls", XLS, &programme).await;
    assert_eq!(status, StatusCode::OK, "{body:?}");
    let disposition = headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(disposition.contains("enfants.xlsx"), "{disposition}");
    let mut book = calamine::Xlsx::new(Cursor::new(body)).unwrap();
    let range = book.worksheet_range("Enfants").unwrap();
    // Its rows keep their numbers, and the title stands above them again.
    assert_eq!(range.start(), Some((0, 0)));
    let row: Vec<String> = range
        .rows()
        .nth(3)
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(row[..3], ["Zoé", "1 rue des Cordiers", "Port-Fictif"]);
    assert_eq!(row[4], "00123");
    let (status, _, body) = list("enfants.xls", XLS, &[("output", "preview")]).await;
    let found = value(&body);
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(
        (&found["format"], &found["sheet"], &found["hidden_sheets"]),
        (&json!("xls"), &json!("Enfants"), &json!(["Exemple"]))
    );
    assert_eq!(
        (&found["header_row"], &found["rows"][1]),
        (
            &json!(3),
            &json!([
                "Cœurélie",
                "57 rue des Cordiers",
                "Port-Fictif",
                "2016-05-05",
                "00123"
            ])
        )
    );
    let fields = [("output", "summary"), ("sheet", "Exemple")];
    let (_, _, body) = list("enfants.xls", XLS, &fields).await;
    assert_eq!(value(&body)["rows"], json!(1));
}

#[tokio::test]
async fn what_is_named_xls_and_is_none_is_told_or_read() {
    let text = b"adresse\tville\n1 rue des Cordiers\tPort-Fictif\n";
    let (status, headers, _) = list("enfants.xls", text, &[]).await;
    assert_eq!(status, StatusCode::OK);
    let disposition = headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(disposition.contains("enfants.csv"), "{disposition}");
    let page = b"<html><table><tr><td>adresse</td></tr></table></html>";
    for output in ["table", "preview"] {
        let (status, _, body) = list("enfants.xls", page, &[("output", output)]).await;
        let found = value(&body);
        assert_eq!(
            (status, &found["code"]),
            (StatusCode::BAD_REQUEST, &json!("bad_table")),
            "{found}"
        );
        assert!(
            found["detail"].as_str().unwrap().contains("web page"),
            "{found}"
        );
    }
    // The beginning of a book, and nothing behind it.
    let (status, _, body) = list("enfants.xls", &XLS[..700], &[]).await;
    assert_eq!(
        (status, &value(&body)["code"]),
        (StatusCode::BAD_REQUEST, &json!("bad_table"))
    );
}

/// A birth date that stands in the file is found; one that is not must be named, or said not to be there.
#[tokio::test]
async fn a_programme_that_depends_on_birth_dates_asks_for_their_column() {
    let programme = [("programme", "pre-national"), ("on", "2026-11-21")];
    let rows = "2016-05-04;1 rue des Cordiers;Port-Fictif\n";
    let outcomes = async |header: &str, more: &[(&str, &str)]| {
        let text = format!("{header}\n{rows}");
        let (status, _, body) = list("l.csv", text.as_bytes(), &[&programme, more].concat()).await;
        (status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
    };
    for header in [
        "Date naissance (AAAA-MM-JJ);Adresse (n° et voie)*;Commune*",
        "Date de naissance (jj/mm/aaaa)*; Adresse;Ville",
        "Né(e) le;Adresse de l'élève;Ville",
    ] {
        let (status, text) = outcomes(header, &[]).await;
        assert_eq!(status, 200, "{text}");
        assert!(text.contains(";eligible;"), "{text}");
    }
    let header = "Arrivée;Adresse;Ville";
    let (status, text) = outcomes(header, &[]).await;
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (status, &problem["code"]),
        (400, &json!("unknown_column")),
        "{text}"
    );
    for words in ["birth_date", "--birth-date", "Arrivée, Adresse, Ville"] {
        assert!(
            problem["detail"].as_str().unwrap().contains(words),
            "{text}"
        );
    }
    let (status, text) = outcomes(header, &[("birth_date", "Arrivée")]).await;
    assert!(status == 200 && text.contains(";eligible;"), "{text}");
    let (status, text) = outcomes(header, &[("birth_date", "-")]).await;
    assert!(
        status == 200 && text.contains("Date de naissance à préciser"),
        "{text}"
    );
}

/// Dates that say too little are told so, each with its reason, and count as unknown.
#[tokio::test]
async fn birth_dates_that_may_be_read_two_ways_are_told() {
    let motifs = async |dates: [&str; 2]| {
        let rows = dates.map(|date| format!("{date};1 rue des Cordiers;Port-Fictif\n"));
        let text = format!("Né(e) le;Adresse;Ville\n{}", rows.concat());
        let fields = [("programme", "pre-national"), ("on", "2026-11-21")];
        let (status, _, body) = list("l.csv", text.as_bytes(), &fields).await;
        assert_eq!(status, 200);
        String::from_utf8(body.to_vec()).unwrap()
    };
    let text = motifs(["12/03/15", "12/03/2015"]).await;
    assert!(text.contains("sur deux chiffres : « 12/03/15 »"), "{text}");
    assert_eq!(text.matches("bad_birth_date").count(), 1, "{text}");
    let text = motifs(["5/22/2015", "5/6/2015"]).await;
    assert!(
        text.contains("illisible ou impossible : « 5/22/2015 »"),
        "{text}"
    );
    assert!(
        text.contains("« 5/6/2015 » peut être lue jour puis mois"),
        "{text}"
    );
    // Another one has the day first: the odd one is a mistake of its own.
    let text = motifs(["22/5/2015", "5/6/2015"]).await;
    assert_eq!(text.matches("bad_birth_date").count(), 0, "{text}");
}

#[tokio::test]
async fn the_start_of_a_list_is_shown() {
    let preview = async |table: &[u8], fields: &[(&str, &str)]| {
        let (status, _, body) =
            list("l", table, &[&[("output", "preview")], fields].concat()).await;
        (status.as_u16(), value(&body))
    };
    let (status, found) = preview(HOMES.as_bytes(), &[]).await;
    assert_eq!(
        (status, &found["delimiter"], &found["encoding"]),
        (200, &json!(";"), &json!("utf-8")),
        "{found}"
    );
    assert_eq!(
        (&found["format"], &found["header_row"]),
        (&json!("csv"), &json!(1))
    );
    let roles: Vec<_> = found["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| &column["role"])
        .collect();
    let address = json!("address");
    assert_eq!(
        roles,
        [&Value::Null, &address, &address, &address, &Value::Null]
    );
    assert_eq!(found["rows"].as_array().unwrap().len(), 6);
    assert_eq!(
        found["rows"][1],
        json!([
            "Deux",
            "2 rue des Cordiers",
            "00100",
            "Port-Fictif",
            "sur\r\ndeux lignes"
        ])
    );

    // Nothing recognised is no fault; a column that was named is taken, one that is not there is.
    let table = "\u{feff}Élève|Où\nA|1 rue des Cordiers|trop\nB\n".as_bytes();
    let (status, found) = preview(table, &[]).await;
    assert_eq!(
        (status, &found["columns"][0]),
        (200, &json!({"name": "Élève", "role": null})),
        "{found}"
    );
    assert_eq!(
        found["rows"],
        json!([["A", "1 rue des Cordiers|trop"], ["B", ""]])
    );
    let (_, found) = preview(table, &[("columns", "Où"), ("sex", "élève")]).await;
    assert_eq!(
        found["columns"],
        json!([{"name": "Élève", "role": "sex"}, {"name": "Où", "role": "address"}])
    );
    let (_, found) = preview(b"Adresse\tVille\nRue de la Libert\xe9\tVitr\xe9\n", &[]).await;
    assert_eq!(
        (&found["delimiter"], &found["encoding"]),
        (&json!("\t"), &json!("windows-1252"))
    );
    assert_eq!(found["rows"], json!([["Rue de la Liberté", "Vitré"]]));

    let long = format!("adresse\n{}\n", "x".repeat(1000));
    assert_eq!(
        preview(long.as_bytes(), &[]).await.1["rows"][0][0]
            .as_str()
            .unwrap()
            .chars()
            .count(),
        201
    );
    let locked = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0];
    for (table, fields, code) in [
        (&b""[..], &[][..], "bad_table"),
        (b"\xef\xbb\xbf", &[], "bad_table"),
        (b"a\0b", &[], "bad_table"),
        (b"\"a\nb;c\n", &[], "bad_table"),
        (&locked, &[], "bad_table"),
        (b"PK\x03\x04 broken", &[], "bad_table"),
        (table, &[("columns", "Adresse")], "unknown_column"),
    ] {
        let (status, problem) = preview(table, fields).await;
        assert_eq!((status, &problem["code"]), (400, &json!(code)), "{problem}");
    }
}

const NAME: &str = "0123456789abcdef-0123";

/// Status, headers and answer to how far a list is.
async fn progress(app: &Router) -> (StatusCode, HeaderMap, Value) {
    let path = format!("/api/v1/batch/progress/{NAME}");
    let (status, headers, body) =
        answer(app, Request::get(path).body(Body::empty()).unwrap()).await;
    (status, headers, value(&body))
}

/// A list long enough to be asked about.
fn long_list(rows: u32) -> Vec<u8> {
    let mut table = "adresse;ville\n".to_owned();
    for number in 0..rows {
        writeln!(table, "{} rue des Cordiers;Port-Fictif", number % 40 + 1).unwrap();
    }
    table.into_bytes()
}

/// Polls until a list is as far as asked.
async fn until(app: &Router, reached: impl Fn(StatusCode, &Value) -> bool) -> Value {
    for _ in 0..3000 {
        let (status, headers, found) = progress(app).await;
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert!(!headers.contains_key(header::ETAG));
        if reached(status, &found) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never reached: {:?}", progress(app).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_a_list_is_can_be_asked_while_it_runs() {
    let app = town();
    assert_eq!(progress(&app).await.2["code"], "list_not_under_way");
    let all = form("l.csv", &long_list(60_000), &[("progress", NAME)]);
    // The first bytes, and the rest when it is asked for.
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    let (begin, rest) = (
        Bytes::copy_from_slice(&all[..1000]),
        Bytes::copy_from_slice(&all[1000..]),
    );
    let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>(begin)]).chain(
        futures_util::stream::once(async {
            receiver.await.unwrap();
            Ok(rest)
        }),
    );
    let running = tokio::spawn({
        let app = app.clone();
        async move { answer(&app, request(Body::from_stream(chunks))).await }
    });
    let received = until(&app, |status, _| status == StatusCode::OK).await;
    assert_eq!(
        (&received["rows"], &received["fraction"]),
        (&json!(0), &Value::Null),
        "{received}"
    );
    let (status, _, body) =
        answer(&app, request(form("l", b"a", &[("progress", NAME)]).into())).await;
    assert_eq!(
        (status.as_u16(), &value(&body)["code"]),
        (400, &json!("bad_parameter")),
        "a name is taken once"
    );
    sender.send(()).unwrap();
    let later = until(&app, |_, found| {
        found["rows"].as_u64().is_some_and(|rows| rows > 0)
    })
    .await;
    let fraction = later["fraction"].as_f64().unwrap();
    assert!(
        (0.0..=1.0).contains(&fraction) && later["elapsed_ms"].is_u64(),
        "{later}"
    );
    let (status, _, body) = running.await.unwrap();
    assert_eq!(
        (status, body.split(|byte| *byte == b'\n').count()),
        (StatusCode::OK, 60_002)
    );
    assert_eq!(
        progress(&app).await.0,
        StatusCode::NOT_FOUND,
        "nothing is kept"
    );
}

/// A spreadsheet is written at its end only: reading it stops all the same.
#[tokio::test(flavor = "multi_thread")]
async fn the_work_stops_when_nobody_waits_for_it() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "adresse").unwrap();
    for row in 1..150_000 {
        sheet
            .write_string(
                row,
                0,
                format!("{} rue des Cordiers Port-Fictif", row % 40 + 1),
            )
            .unwrap();
    }
    for (name, table) in [
        ("l.xlsx", book.save_to_buffer().unwrap()),
        ("l.csv", long_list(200_000)),
    ] {
        let app = town();
        let running = tokio::spawn({
            let (app, form) = (app.clone(), form(name, &table, &[("progress", NAME)]));
            async move { answer(&app, request(form.into())).await }
        });
        until(&app, |_, found| found["fraction"].is_number()).await;
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled(), "{name}");
        assert_eq!(progress(&app).await.0, StatusCode::NOT_FOUND);
        // The only permit is free again long before the whole list could be done.
        let asked = std::time::Instant::now();
        let (status, _, _) =
            answer(&app, request(form("s.csv", HOMES.as_bytes(), &[]).into())).await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            asked.elapsed() < Duration::from_secs(4),
            "{name}: {:?}",
            asked.elapsed()
        );
    }
}

/// A column that counts the rows is no part of the address, in a preview as in the answers, and both say so.
#[tokio::test]
async fn an_order_is_no_house_number() {
    let text = "Liste 2026\n\nN°;Rue;CP;Ville\n1;12 rue des Cordiers;00100;Port-Fictif\n\
                2;3 rue des Cordiers;00100;Port-Fictif\n3;5 rue des Cordiers;00100;Port-Fictif\n";
    let (_, _, body) = list("l.csv", text.as_bytes(), &[("output", "preview")]).await;
    let found = value(&body);
    assert_eq!(
        (&found["header_row"], &found["columns"][0]["role"]),
        (&json!(3), &json!(null))
    );
    assert_eq!(found["columns"][1]["role"], json!("address"));
    let unread = &found["unread"][0];
    assert_eq!(
        (&unread["name"], &unread["reason"]),
        (&json!("N°"), &json!("order"))
    );
    assert!(unread["message"].as_str().unwrap().contains("« N° »"));
    let (_, _, body) = list("l.csv", text.as_bytes(), &[("output", "summary")]).await;
    let found = value(&body);
    assert_eq!(found["columns"], json!(["Rue", "CP", "Ville"]));
    assert_eq!(
        found["unread_columns"],
        json!([{"name": "N°", "reason": "order"}])
    );
}

const REVIEWED: &str = "Nom;Adresse;CP;Ville;Né(e) le;revue_zone;revue_motif;revue_fonction\r\n\
    Un;35 rue des Cordiers;00100;Port-Fictif;04/05/2016;Dans le quartier;=1+1;coordinatrice\r\n\
    Deux;35 rue des Cordiers;00100;Port-Fictif;04/05/2016;hors;visite;coordinatrice\r\n\
    Trois;2 rue des Cordiers;00100;Port-Fictif;04/05/2016;oui;bail;coordinatrice\r\n\
    Quatre;35 rue des Cordiers;00100;Port-Fictif;04/05/2016;;;\r\n";

/// Reviews come with a list and go back with it: beside the answers, and counted apart.
#[tokio::test]
async fn reviews_of_a_list_come_back() {
    let on = ("on", "2026-11-21");
    let (_, _, body) = list("l.csv", REVIEWED.as_bytes(), &[("output", "preview")]).await;
    let roles: Vec<Value> = value(&body)["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["role"].clone())
        .collect();
    assert_eq!(roles[5..], ["review_zone", "review_reason", "review_by"]);
    for programme in [None, Some(("programme", "pre-national"))] {
        let fields: Vec<(&str, &str)> = [Some(on), programme].into_iter().flatten().collect();
        let (status, _, body) = list("l.csv", REVIEWED.as_bytes(), &fields).await;
        assert_eq!(status, StatusCode::OK, "{body:?}");
        let text = String::from_utf8(body.to_vec()).unwrap();
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(';').collect()).collect();
        let at = |name: &str| lines[0].iter().position(|known| *known == name).unwrap();
        let column =
            |name: &str| -> Vec<&str> { lines[1..].iter().map(|line| line[at(name)]).collect() };
        assert_eq!(
            column("review_status"),
            ["applied", "applied", "contradicts", ""]
        );
        assert_eq!(column("zone_after_review"), ["qpv", "band_300m", "", ""]);
        let zones = ["undetermined", "undetermined", "band_300m", "undetermined"];
        assert_eq!(column("zone"), zones);
        assert_eq!(column("revue_motif")[1..], ["visite", "bail", ""]);
        assert!(column("revue_motif")[0].contains("'=1+1"), "{text}");
        if programme.is_some() {
            let results = ["eligible", "undetermined", "", ""];
            assert_eq!(column("result_after_review"), results);
        }
        let fields = [fields, vec![("output", "summary")]].concat();
        let (_, _, body) = list("l.csv", REVIEWED.as_bytes(), &fields).await;
        let counts = &value(&body)["answers"][0];
        assert_eq!(counts["zones"]["undetermined"], 3);
        assert_eq!(
            counts["reviewed"],
            json!({"qpv": 1, "band_300m": 1, "outside": 0})
        );
        let refused = json!({"contradicts": {"rows": 1, "first": [4]}});
        assert_eq!(counts["reviews_not_taken"], refused);
        // Nobody who wants none has to rename a column.
        let fields = [fields, vec![("review_zone", "-")]].concat();
        let (_, _, body) = list("l.csv", REVIEWED.as_bytes(), &fields).await;
        assert!(value(&body)["answers"][0].get("reviewed").is_none());
    }
    let (status, _, body) = list(
        "l.csv",
        REVIEWED.as_bytes(),
        &[on, ("review_zone", "Décision")],
    )
    .await;
    assert_eq!(
        (status.as_u16(), &value(&body)["code"]),
        (400, &json!("unknown_column")),
        "{body:?}"
    );
}

/// The work list of the page states reviews in columns that the list does not have, and names those columns.
#[tokio::test]
async fn reviews_are_stated_beside_a_list_without_them() {
    let text = "Nom;Adresse;CP;Ville;Né(e) le\r\n\
        Un;35 rue des Cordiers;00100;Port-Fictif;04/05/2016\r\n\
        Deux;35 rue des Cordiers;00100;Port-Fictif;04/05/2016\r\n";
    let corrections = json!({
        "columns": ["revue_zone", "revue_motif", "revue_fonction"],
        "rows": {"3": ["qpv", "visite", "coordinatrice"]},
    });
    let corrections = corrections.to_string();
    let stated = [
        ("on", "2026-11-21"),
        ("corrections", corrections.as_str()),
        ("review_zone", "revue_zone"),
        ("review_reason", "revue_motif"),
        ("review_by", "revue_fonction"),
    ];
    for further in [&[][..], &[("programme", "pre-national")]] {
        let fields = [&stated[..], further].concat();
        let (status, _, body) = list("l.csv", text.as_bytes(), &fields).await;
        assert_eq!(status, StatusCode::OK, "{body:?}");
        let answers = String::from_utf8(body.to_vec()).unwrap();
        let lines: Vec<Vec<&str>> = answers
            .lines()
            .map(|line| line.split(';').collect())
            .collect();
        let column = |name: &str| -> Vec<&str> {
            let at = lines[0].iter().position(|known| *known == name).unwrap();
            lines[1..].iter().map(|line| line[at]).collect()
        };
        assert_eq!(column("review_status"), ["", "applied"]);
        assert_eq!(column("zone_after_review"), ["", "qpv"]);
        assert_eq!(column("revue_motif"), ["", "visite"]);
    }
    // A column that neither has is told as ever.
    let fields = [&stated[..2], &[("review_zone", "Décision")]].concat();
    let (status, _, body) = list("l.csv", text.as_bytes(), &fields).await;
    assert_eq!(
        (status.as_u16(), &value(&body)["code"]),
        (400, &json!("unknown_column"))
    );
}

/// A birth date that the page corrects counts for its row, as one of the list does.
#[tokio::test]
async fn birth_dates_are_corrected_beside_a_list() {
    let text = "Nom;Adresse;CP;Ville;Né(e) le\r\n\
        Un;35 rue des Cordiers;00100;Port-Fictif;31/02/2016\r\n\
        Deux;35 rue des Cordiers;00100;Port-Fictif;\r\n\
        Trois;35 rue des Cordiers;00100;Port-Fictif;04/05/2016\r\n\
        Quatre;35 rue des Cordiers;00100;Port-Fictif;04/05/2016\r\n";
    let corrections = json!({
        "columns": ["Date de naissance corrigée"],
        "rows": {"2": ["29/02/2016"], "3": ["1er mars 2017"], "4": ["04/05/2027"], "5": ["—"]},
    });
    let corrections = corrections.to_string();
    let fields = [
        ("on", "2026-11-21"),
        ("programme", "pre-national"),
        ("corrections", corrections.as_str()),
    ];
    let (status, _, body) = list("l.csv", text.as_bytes(), &fields).await;
    assert_eq!(status, StatusCode::OK, "{body:?}");
    let answers = String::from_utf8(body.to_vec()).unwrap();
    let lines: Vec<Vec<&str>> = answers
        .lines()
        .map(|line| line.split(';').collect())
        .collect();
    let column = |name: &str| -> Vec<&str> {
        let at = lines[0].iter().position(|known| *known == name).unwrap();
        lines[1..].iter().map(|line| line[at]).collect()
    };
    assert_eq!(column("age"), ["10", "9", "", "10"]);
    assert_eq!(column("error"), ["", "", "birth_date_after_check", ""]);
    // What the list says stays beside it.
    assert_eq!(
        column("Né(e) le"),
        ["31/02/2016", "", "04/05/2016", "04/05/2016"]
    );
}

/// Totals, classes and repeated titles are no homes, and who stands twice is told, in the answers as in the counts.
#[tokio::test]
async fn rows_of_no_person_are_skipped_and_doubles_are_told() {
    let text = "Nom;Né(e) le;Adresse;CP;Ville\nCP;;;;\nUn;01/02/2016;1 rue des Cordiers;00100;Port-Fictif\n\
                Total;1;;;\nUN;2016-02-01;1 Rue des Cordiers;00100;PORT-FICTIF\n";
    let (_, _, body) = list("l.csv", text.as_bytes(), &[("output", "summary")]).await;
    let found = value(&body);
    assert_eq!(found["rows"], json!(2));
    assert_eq!(
        found["skipped"],
        json!({"section": {"rows": 1, "first": [2]}, "total": {"rows": 1, "first": [4]}})
    );
    assert_eq!(
        found["duplicates"],
        json!({"rows": 1, "first": [{"row": 5, "of": 3}]})
    );
    let fields = [("programme", "pre-national"), ("output", "summary_csv")];
    let (_, _, body) = list("l.csv", text.as_bytes(), &fields).await;
    let counts = String::from_utf8(body.to_vec()).unwrap();
    assert!(
        counts.contains("Lignes en double : 1 (5 comme 3)")
            && counts.contains("non comptées : 2 (2, 4)"),
        "{counts}"
    );
    let hidden = [fields[0], fields[1], ("suppress_under", "5")];
    let (_, _, body) = list("l.csv", text.as_bytes(), &hidden).await;
    assert!(!String::from_utf8(body.to_vec()).unwrap().contains("double"));
}

#[tokio::test]
async fn a_list_without_titles_keeps_its_first_row() {
    let text = "Un;01/02/2016;1 rue des Cordiers;00100;Port-Fictif\n\
                Deux;01/02/2015;2 rue des Cordiers;00100;Port-Fictif\n";
    let (_, _, body) = list("l.csv", text.as_bytes(), &[("output", "preview")]).await;
    let found = value(&body);
    assert_eq!(found["header_row"], json!(0));
    let columns = found["columns"].as_array().unwrap().iter();
    let roles: Vec<&Value> = columns.map(|column| &column["role"]).collect();
    assert_eq!(
        roles,
        [
            &json!(null),
            &json!("birth_date"),
            &json!("address"),
            &json!("address"),
            &json!("address")
        ]
    );
    assert_eq!(found["rows"][0][0], json!("Un"));
    let fields = [("programme", "pre-national"), ("output", "summary")];
    let (_, _, body) = list("l.csv", text.as_bytes(), &fields).await;
    let found = value(&body);
    assert_eq!(
        (&found["rows"], &found["columns_by_content"]),
        (&json!(2), &json!(true))
    );
}
