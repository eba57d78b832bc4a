//! `/search/csv` and `/reverse/csv`, in process, on the fictional town. Answers are read by the `csv` crate, which shares
//! no code with what wrote them.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;
use tower::ServiceExt;

fn town(limits: Limits) -> Router {
    router(
        Arc::new(Service::open(Store::new("a folder that does not exist")).unwrap()),
        limits,
    )
}

/// The answer to a form: fields by name, the table last unless it stands among them.
async fn send(
    app: &Router,
    path: &str,
    table: &[u8],
    fields: &[(&str, &str)],
) -> (StatusCode, HeaderMap, Vec<u8>) {
    answer(app, form(path, table, fields)).await
}

fn form(path: &str, table: &[u8], fields: &[(&str, &str)]) -> Request<Body> {
    let mut form = vec![];
    form.extend_from_slice(
        b"--edge\r\nContent-Disposition: form-data; name=\"data\"; filename=\"\xc3\xa9l\xc3\xa8ves.csv\"\r\n\r\n",
    );
    form.extend_from_slice(table);
    for (name, value) in fields {
        let part =
            format!("\r\n--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}");
        form.extend_from_slice(part.as_bytes());
    }
    form.extend_from_slice(b"\r\n--edge--\r\n");
    let request =
        Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    request.body(Body::from(form)).unwrap()
}

async fn answer(app: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let response = app.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    (
        status,
        headers,
        response
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .to_vec(),
    )
}

/// Rows by column name, as another library reads them.
fn rows(table: &[u8], delimiter: u8) -> Vec<HashMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(table);
    reader.deserialize().map(Result::unwrap).collect()
}

const TABLE: &str = "id;voie;cp;ville\r\n\
    1;1 rue des Cordiers;00100;Port-Fictif\r\n\
    2;\"36 rue des ; cordiers\";00100;port fictif\r\n\
    3;;;\r\n\
    4;chemin qui n'existe nulle part;75000;Paris\r\n\
    5;999 rue des cordiers;00100;Port-Fictif\r\n";

#[tokio::test]
async fn a_table_of_addresses_comes_back_with_results() {
    let app = town(Limits::default());
    let columns = [("columns", "voie"), ("columns", "cp"), ("columns", "ville")];
    for path in ["/search/csv", "/search/csv/"] {
        let (status, headers, body) = send(&app, path, TABLE.as_bytes(), &columns).await;
        assert_eq!(
            (status, &headers[header::CONTENT_TYPE]),
            (StatusCode::OK, &"text/csv; charset=utf-8".parse().unwrap())
        );
        assert_eq!(
            headers[header::CONTENT_DISPOSITION],
            "attachment; filename=\"geocoded-_l_ves.csv\""
        );
        assert_eq!(headers[header::CONTENT_LENGTH], body.len().to_string());
        let text = String::from_utf8(body.clone()).unwrap();
        let results = "latitude;longitude;result_label;result_score;result_score_next;result_type;result_id;\
            result_housenumber;result_name;result_street;result_postcode;result_city;result_citycode;result_context;\
            result_status";
        assert_eq!(
            text.lines().next().unwrap(),
            format!("id;voie;cp;ville;{results}")
        );
        for (line, row) in text.split("\r\n").zip(TABLE.split("\r\n")) {
            assert!(line.starts_with(row), "{line}");
        }
        let rows = rows(&body, b';');
        let status = |row: usize| rows[row]["result_status"].as_str();
        assert_eq!(
            [0, 1, 2, 3, 4].map(status),
            ["ok", "ok", "skipped", "not-found", "ok"]
        );
        assert_eq!(
            rows[0]["result_label"],
            "1 Rue des Cordiers 00100 Port-Fictif"
        );
        assert_eq!(
            (&*rows[0]["result_type"], &*rows[0]["result_citycode"]),
            ("housenumber", "00001")
        );
        assert_eq!(rows[1]["result_housenumber"], "36");
        assert_eq!(
            (&*rows[4]["result_type"], &*rows[4]["result_housenumber"]),
            ("street", "")
        );
        assert_eq!((&*rows[2]["latitude"], &*rows[3]["result_label"]), ("", ""));
        let latitude: f64 = rows[0]["latitude"].parse().unwrap();
        assert!((46.1..46.3).contains(&latitude));
    }
}

#[tokio::test]
async fn delimiters_at_the_end_of_rows_or_of_the_header_are_tolerated() {
    let app = town(Limits::default());
    let columns = [("columns", "voie"), ("columns", "cp"), ("columns", "ville")];
    let expected = ["ok", "ok", "skipped", "not-found", "ok"];
    let (header, rows_text) = TABLE.split_once("\r\n").unwrap();
    let behind_rows = format!("{header}\r\n{}", rows_text.replace("\r\n", ";\r\n"));
    let behind_header = format!("{header};\r\n{rows_text}");
    for text in [behind_rows, behind_header] {
        let (status, _, once) = send(&app, "/search/csv", text.as_bytes(), &columns).await;
        assert_eq!(status, StatusCode::OK);
        // The second run replaces the columns of the first.
        let (status, _, twice) = send(&app, "/search/csv", &once, &columns).await;
        assert_eq!((status, &twice), (StatusCode::OK, &once), "{text}");
        let found: Vec<_> = rows(&once, b';')
            .into_iter()
            .map(|row| row["result_status"].clone())
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[tokio::test]
async fn the_separator_line_of_excel_is_no_header() {
    let app = town(Limits::default());
    let columns = [("columns", "voie"), ("columns", "ville")];
    let text = format!("sep=;\r\n{TABLE}");
    let (status, _, body) = send(&app, "/search/csv", text.as_bytes(), &columns).await;
    assert_eq!(status, StatusCode::OK);
    let found = rows(body.strip_prefix(b"sep=;\r\n").unwrap(), b';');
    assert_eq!((found.len(), &*found[0]["result_status"]), (5, "ok"));
}

#[tokio::test]
async fn a_compressed_answer_is_whole() {
    let app = town(Limits::default());
    let table = TABLE.repeat(2_000);
    let plain = answer(&app, form("/search/csv", table.as_bytes(), &[]))
        .await
        .2;
    let mut request = form("/search/csv", table.as_bytes(), &[]);
    request
        .headers_mut()
        .insert(header::ACCEPT_ENCODING, "gzip".parse().unwrap());
    let (status, headers, body) = answer(&app, request).await;
    assert_eq!(
        (status, &headers[header::CONTENT_ENCODING]),
        (StatusCode::OK, &"gzip".parse().unwrap())
    );
    let mut inflated = vec![];
    flate2::read::GzDecoder::new(body.as_slice())
        .read_to_end(&mut inflated)
        .unwrap();
    assert_eq!(inflated, plain);
}

#[tokio::test]
async fn the_zone_is_that_of_a_check() {
    let app = town(Limits::default());
    let fields = [
        ("columns", "voie"),
        ("columns", "ville"),
        ("postcode", "cp"),
        ("zones", "1"),
        ("vintage", "2024"),
    ];
    let (status, _, body) = send(&app, "/search/csv", TABLE.as_bytes(), &fields).await;
    assert_eq!(status, StatusCode::OK);
    let rows = rows(&body, b';');
    let column = |name: &str| rows.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    // The street is the western line of a perimeter: odd numbers inside, even numbers outside (geodata/sample/README.md).
    assert_eq!(
        column("result_qpv_zone"),
        ["qpv", "band_300m", "", "undetermined", "undetermined"]
    );
    assert_eq!(
        column("result_qpv_doubt"),
        ["", "", "", "not_found", "street"]
    );
    assert_eq!(column("result_qpv_code_qp"), ["QN00001I", "", "", "", ""]);
    assert_eq!(
        column("result_qpv_nearest_code_qp"),
        ["QN00001I", "QN00001I", "", "", ""]
    );
    assert_eq!(
        column("result_qpv_vintage"),
        ["2024", "2024", "", "", "2024"]
    );
    let certainty = column("result_qpv_certainty");
    assert!(
        certainty[..2]
            .iter()
            .all(|level| level == "certain" || level == "near_boundary"),
        "{certainty:?}"
    );
    // Houses stand 6 to 10 m from the axis, which is the line.
    let distances: Vec<f64> = column("result_qpv_distance_to_boundary_m")[..2]
        .iter()
        .map(|m| m.parse().unwrap())
        .collect();
    assert!(
        (-11.0..-5.0).contains(&distances[0]) && (5.0..11.0).contains(&distances[1]),
        "{distances:?}"
    );
}

#[tokio::test]
async fn a_missing_number_is_said_to_be_interpolated() {
    let app = town(Limits::default());
    let table = "adresse\n3 bis rue de l'Étoile Polaire 00100 Port-Fictif\n3 rue de l'Étoile Polaire 00100 Port-Fictif\n";
    let fields = [
        ("zones", "1"),
        ("vintage", "2024"),
        ("result_columns", "result_type"),
        ("result_columns", "result_position"),
        ("result_columns", "result_missing_housenumber"),
    ];
    let (status, _, body) = send(&app, "/search/csv", table.as_bytes(), &fields).await;
    assert_eq!(status, StatusCode::OK);
    let rows = rows(&body, b';');
    for (name, expected) in [
        ("result_type", ["street", "housenumber"]),
        ("result_position", ["interpolated", "entrance"]),
        ("result_missing_housenumber", ["3 bis", ""]),
        ("result_qpv_certainty", ["interpolated", "certain"]),
    ] {
        assert_eq!([&rows[0][name], &rows[1][name]], expected, "{name}");
    }
    assert_eq!(rows[0]["result_qpv_zone"], rows[1]["result_qpv_zone"]);
}

#[tokio::test]
async fn several_kinds_may_be_asked_for() {
    let app = town(Limits::default());
    let table = "adresse\n1 rue des Cordiers 00100 Port-Fictif\nrue des Cordiers 00100 Port-Fictif\nPort-Fictif\n";
    for (fields, expected) in [
        (vec![("type", "street")], ["", "street", ""]),
        (
            vec![("type", "street municipality")],
            ["", "street", "municipality"],
        ),
        (
            vec![("type", "street"), ("type", "housenumber,municipality")],
            ["housenumber", "street", "municipality"],
        ),
    ] {
        let (status, _, body) = send(&app, "/search/csv", table.as_bytes(), &fields).await;
        assert_eq!(status, StatusCode::OK);
        let rows = rows(&body, b';');
        let kinds: Vec<&str> = rows.iter().map(|row| row["result_type"].as_str()).collect();
        assert_eq!(kinds, expected, "{fields:?}");
    }
}

#[tokio::test]
async fn a_table_of_positions_gets_its_addresses() {
    let app = town(Limits::default());
    let table = "nom,Latitude,Longitude\nici,46.203047,-3.610510\nvide,,\nfaux,x,1\nloin,10,10\n";
    for fields in [
        &[][..],
        &[("lat", "Latitude"), ("lon", "Longitude"), ("zones", "1")],
    ] {
        let (status, _, body) = send(&app, "/reverse/csv", table.as_bytes(), fields).await;
        assert_eq!(status, StatusCode::OK);
        let rows = rows(&body, b',');
        let column = |name: &str| rows.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
        assert_eq!(
            column("result_status"),
            ["ok", "skipped", "error: bad_number", "not-found"]
        );
        assert_eq!(
            (&*rows[0]["result_city"], &*rows[0]["result_type"]),
            ("Port-Fictif", "housenumber")
        );
        let distance_m: f64 = rows[0]["result_distance"].parse().unwrap();
        assert!(distance_m < 30.0);
        assert_eq!(rows[0].contains_key("result_qpv_zone"), !fields.is_empty());
    }
}

/// The address found for a rough position is as uncertain as that position, and its distance stays what it is.
#[tokio::test]
async fn the_address_of_a_rough_position_has_no_certain_zone() {
    let app = town(Limits::default());
    let table = "lat,lon\n46.203047,-3.610510\n46.2030,-3.6105\n46.20,-3.61\n";
    let fields = [("zones", "1"), ("lat", "lat"), ("lon", "lon")];
    let (_, _, body) = send(&app, "/reverse/csv", table.as_bytes(), &fields).await;
    let rows = rows(&body, b',');
    let zones: Vec<&str> = rows
        .iter()
        .map(|row| row["result_qpv_zone"].as_str())
        .collect();
    assert_eq!(zones[2], "undetermined", "{rows:?}");
    let near_m: f64 = rows[1]["result_distance"].parse().unwrap();
    assert!(near_m < 30.0, "{rows:?}");
}

/// The lists that people send are read by both tables alike.
#[tokio::test]
async fn tables_of_all_kinds_are_read_as_lists_are() {
    let app = town(Limits::default());
    let header = "prénom;adresse;lat;lon";
    let row = "Zoé;1 rue des Cordiers Port-Fictif;46.203047;-3.610510";
    let plain = format!("{header}\n{row}\n{row}\n");
    let in_encoding = |name: &str| {
        let encoding = name.parse().unwrap();
        let codec = qpv_delimited::Codec::detect(b"", true, encoding);
        codec.encode(&plain).into_owned()
    };
    let cases = [
        ("plain", plain.clone().into_bytes(), "utf-8"),
        (
            "separator line",
            format!("sep=;\r\n{plain}").into_bytes(),
            "utf-8",
        ),
        (
            "surplus of rows",
            format!("{header}\n{row};\n{row};;\n").into_bytes(),
            "utf-8",
        ),
        (
            "surplus of the header",
            format!("{header};\n{row}\n{row}\n").into_bytes(),
            "utf-8",
        ),
        ("end mark", format!("{plain}\u{1a}").into_bytes(), "utf-8"),
        ("Windows", in_encoding("windows-1252"), "windows-1252"),
        ("Mac Roman", in_encoding("macintosh"), "macintosh"),
        ("code page 850", in_encoding("850"), "ibm850"),
    ];
    for path in ["/search/csv", "/reverse/csv"] {
        for (name, table, charset) in &cases {
            let fields: &[(&str, &str)] = match path {
                "/search/csv" => &[("columns", "adresse")],
                _ => &[],
            };
            let (status, headers, body) = send(&app, path, table, fields).await;
            assert_eq!(status, StatusCode::OK, "{path} {name}");
            assert_eq!(
                headers[header::CONTENT_TYPE].to_str().unwrap(),
                format!("text/csv; charset={charset}"),
                "{path} {name}"
            );
            let codec = qpv_delimited::Codec::detect(b"", true, charset.parse().unwrap());
            let text = codec
                .decode(body.strip_prefix(b"sep=;\r\n").unwrap_or(&body))
                .into_owned();
            let found = rows(text.as_bytes(), b';');
            assert_eq!(found.len(), 2, "{path} {name}: {text}");
            for row in found {
                assert_eq!(
                    (
                        &*row["prénom"],
                        &*row["result_status"],
                        &*row["result_city"]
                    ),
                    ("Zoé", "ok", "Port-Fictif"),
                    "{path} {name}"
                );
            }
            // The encoding may be named too.
            let named = [fields, &[("encoding", *charset)]].concat();
            let (_, _, again) = send(&app, path, table, &named).await;
            assert_eq!(again, body, "{path} {name}");
        }
    }
}

#[tokio::test]
async fn columns_of_the_results_names_are_replaced() {
    let app = town(Limits::default());
    let table = "latitude;adresse;result_score\n9,9;\"1 rue des Cordiers; Port-Fictif\";old\n";
    let fields = [
        ("columns", "adresse"),
        ("result_columns", "result_score"),
        ("result_columns", "latitude"),
    ];
    let (_, _, body) = send(&app, "/search/csv", table.as_bytes(), &fields).await;
    let text = String::from_utf8(body).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("latitude;adresse;result_score"));
    let row: Vec<&str> = lines.next().unwrap().splitn(2, ';').collect();
    assert!(
        row[0].starts_with("46.") && row[1].starts_with("\"1 rue des Cordiers; Port-Fictif\";"),
        "{row:?}"
    );
    assert!(!text.contains("old") && !text.contains("9,9"), "{text}");
}

#[tokio::test]
async fn no_result_of_another_run_is_left() {
    let app = town(Limits::default());
    let table = "result_status;adresse;latitude;nom;latitude\n\
        ok;1 rue des Cordiers Port-Fictif;9;a;8\n\
        ok;nulle part;9;b;8\n\
        ok;1 rue des Cordiers Port-Fictif;9;c;8;surplus\n\
        ok;d\n\
        \"ok;1 rue des Cordiers Port-Fictif;9;e;8\n";
    let fields = [
        ("columns", "adresse"),
        ("result_columns", "latitude"),
        ("result_columns", "result_status"),
    ];
    let (_, _, body) = send(&app, "/search/csv", table.as_bytes(), &fields).await;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(&*body);
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect())
        .collect();
    let statuses: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(
        statuses,
        [
            "ok",
            "not-found",
            "error: bad_row",
            "error: bad_row",
            "error: bad_row"
        ]
    );
    assert!(
        rows[0][2].starts_with("46.") && rows[0][4] == rows[0][2] && rows[0][3] == "a",
        "{rows:?}"
    );
    for row in &rows[1..] {
        assert_eq!((&*row[2], &*row[4]), ("", ""), "{row:?}");
    }
    // What the row was stands in the first column that stays.
    let kept: Vec<&str> = rows[2..].iter().map(|row| row[1].as_str()).collect();
    let given: Vec<&str> = table.lines().skip(3).collect();
    assert_eq!(kept, given);
}

#[tokio::test]
async fn answers_sent_back_are_asked_by_their_own_columns() {
    let app = town(Limits::default());
    let (_, _, once) = send(
        &app,
        "/search/csv",
        b"adresse;ville\n1 rue des Cordiers;Port-Fictif\n",
        &[],
    )
    .await;
    let (status, _, twice) = send(&app, "/search/csv", &once, &[]).await;
    assert_eq!(
        (status, String::from_utf8(twice)),
        (StatusCode::OK, String::from_utf8(once))
    );
}

#[tokio::test]
async fn an_empty_line_of_one_column_is_a_row() {
    let app = town(Limits::default());
    let (_, _, body) = send(
        &app,
        "/search/csv",
        b"adresse\n1 rue des Cordiers\n\n2 rue des Cordiers\n",
        &[],
    )
    .await;
    let statuses: Vec<String> = rows(&body, b';')
        .into_iter()
        .map(|mut row| row.remove("result_status").unwrap())
        .collect();
    assert_eq!(statuses, ["ok", "skipped", "ok"]);
}

#[tokio::test]
async fn a_postcode_gets_back_the_zero_that_a_spreadsheet_took() {
    let app = town(Limits::default());
    // Four digits that no street of the town has: read as a postcode of department 01, they leave a doubt; as words, more.
    let score = async |header: &str| {
        let table = format!("adresse;{header};ville\n1 rue des Cordiers;1000;Port-Fictif\n");
        let (_, _, body) = send(&app, "/search/csv", table.as_bytes(), &[]).await;
        rows(&body, b';')[0]["result_score"].parse::<f64>().unwrap()
    };
    assert!(score("cp").await > score("note").await);
}

#[tokio::test]
async fn the_encoding_of_a_table_is_kept() {
    let app = town(Limits::default());
    // The last line has no end, and its last character begins one of UTF-8.
    let table = b"pr\xe9nom;adresse;note\r\nZo\xe9;1 rue de l'\xc9toile Polaire Port-Fictif;\xe9";
    for encoding in [&[][..], &[("encoding", "cp1252")]] {
        let fields = [&[("columns", "adresse"), ("with_bom", "1")], encoding].concat();
        let (_, headers, body) = send(&app, "/search/csv", table, &fields).await;
        assert_eq!(
            headers[header::CONTENT_TYPE],
            "text/csv; charset=windows-1252"
        );
        assert!(body.starts_with(b"pr\xe9nom;adresse;note;latitude;"));
        assert!(body.windows(8).any(|bytes| bytes == b"\xc9toile P") && !body.contains(&0xc3));
    }
    let (_, headers, body) = send(
        &app,
        "/search/csv",
        "adresse\n1 rue de l'Étoile Polaire\n".as_bytes(),
        &[("with_bom", "true")],
    )
    .await;
    assert_eq!(headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert!(body.starts_with(b"\xef\xbb\xbfadresse,") || body.starts_with(b"\xef\xbb\xbfadresse;"));
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn what_is_wrong_is_said_and_nothing_is_answered() {
    let app = town(Limits::default());
    let (table, wide) = (TABLE.as_bytes(), ";".repeat(20_000));
    for (table, fields, status, code, said) in [
        (
            table,
            &[("columns", "adresse")][..],
            400,
            "unknown_column",
            "adresse",
        ),
        (
            table,
            &[("columns", "voie"), ("postcode", "postal")],
            400,
            "unknown_column",
            "postal",
        ),
        (
            table,
            &[("result_columns", "result_nom")],
            400,
            "unknown_column",
            "result_nom",
        ),
        (
            table,
            &[("encoding", "utf-32")],
            400,
            "bad_parameter",
            "utf-32",
        ),
        (
            table,
            &[("delimiter", "ab")],
            400,
            "bad_parameter",
            "delimiter",
        ),
        (table, &[("type", "city")], 400, "bad_parameter", "city"),
        (table, &[("lat", "cp")], 400, "bad_parameter", "lon"),
        (
            table,
            &[("zones", "1"), ("vintage", "1999")],
            400,
            "unknown_vintage",
            "1999",
        ),
        (b"", &[], 400, "bad_table", "empty"),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            &[],
            400,
            "bad_table",
            "picture",
        ),
        (b"PK\x03\x04", &[], 400, "bad_table", "spreadsheet"),
        (
            b"adresse;\"ville\n1 rue x;Paris\n",
            &[("columns", "adresse")],
            400,
            "bad_table",
            "quote",
        ),
        (
            b"adresse;\"ville\n1 rue x;Paris\n",
            &[],
            400,
            "bad_table",
            "quote",
        ),
        (wide.as_bytes(), &[], 400, "bad_table", "20001 fields"),
        (
            table,
            &[
                ("result_columns", "result_label"),
                ("result_columns", "result_label"),
            ],
            400,
            "bad_parameter",
            "twice",
        ),
    ] {
        let (found, headers, body) = send(&app, "/search/csv", table, fields).await;
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (found.as_u16(), problem["code"].as_str().unwrap()),
            (status, code),
            "{fields:?} {problem}"
        );
        assert!(
            problem["detail"].as_str().unwrap().contains(said),
            "{problem}"
        );
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
    }
    let no_form = Request::post("/search/csv")
        .body(Body::from("adresse\n"))
        .unwrap();
    let (status, _, body) = answer(&app, no_form).await;
    assert!(status == StatusCode::BAD_REQUEST && body.windows(8).any(|bytes| bytes == b"bad_form"));
    let empty = Request::post("/search/csv")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    let (status, _, body) = answer(&app, empty.body(Body::from("--edge--\r\n")).unwrap()).await;
    assert!(status == StatusCode::BAD_REQUEST && String::from_utf8(body).unwrap().contains("data"));
}

#[tokio::test]
async fn tables_of_old_programs_and_of_two_bytes_a_character_are_read() {
    let app = town(Limits::default());
    let text = "adresse;prénom\r\n1 rue des Cordiers Port-Fictif;Léa\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xff, 0xfe], utf16.as_slice()].concat();
    let old = text.replace("\r\n", "\r");
    for table in [old.as_bytes(), &utf16, &marked] {
        let fields = [("columns", "adresse")];
        let (status, _, body) = send(&app, "/search/csv", table, &fields).await;
        assert_eq!(status, StatusCode::OK);
        let [row] = &rows(&body, b';')[..] else {
            panic!("{}", String::from_utf8_lossy(&body));
        };
        assert_eq!((&*row["result_status"], &*row["prénom"]), ("ok", "Léa"));
    }
}

#[tokio::test]
async fn odd_rows_have_their_own_errors_and_stop_nothing() {
    let app = town(Limits::default());
    let long = "a".repeat(10_000);
    let table = format!(
        "adresse;cp\n{long};\n🏠🚸;\n\u{1}\u{2};\n\"1 rue des Cordiers Port-Fictif;\n1 rue;2;3\n1 rue des Cordiers;ABC\n\
         1 rue des Cordiers 🏠 Port-Fictif;00100\n"
    );
    let fields = [("columns", "adresse"), ("postcode", "cp")];
    let (status, _, body) = send(&app, "/search/csv", table.as_bytes(), &fields).await;
    assert_eq!(status, StatusCode::OK);
    let statuses: Vec<String> = rows(&body, b';')
        .into_iter()
        .map(|mut row| row.remove("result_status").unwrap())
        .collect();
    let expected = [
        "error: question_too_long",
        "skipped",
        "skipped",
        "error: bad_row",
        "error: bad_row",
        "error: bad_postcode",
        "ok",
    ];
    assert_eq!(statuses, expected);
}

#[tokio::test]
async fn a_table_over_the_limit_is_refused_and_a_large_one_is_not() {
    let small = town(Limits {
        table_bytes: 2_000,
        ..Limits::default()
    });
    let table = format!(
        "adresse\n{}",
        "1 rue des Cordiers Port-Fictif\n".repeat(1000)
    );
    let (status, _, body) = send(&small, "/search/csv", table.as_bytes(), &[]).await;
    assert!(
        status == StatusCode::PAYLOAD_TOO_LARGE,
        "{status} {}",
        String::from_utf8_lossy(&body)
    );
    // More than what is kept in memory, in and out.
    let table = format!(
        "adresse\n{}",
        "1 rue des Cordiers Port-Fictif\n".repeat(50_000)
    );
    let (status, _, body) = send(
        &town(Limits::default()),
        "/search/csv",
        table.as_bytes(),
        &[],
    )
    .await;
    let rows = rows(&body, b';');
    assert_eq!((status, rows.len()), (StatusCode::OK, 50_000));
    assert!(rows.iter().all(|row| row["result_status"] == "ok"));
}

#[tokio::test]
async fn a_busy_server_says_when_to_come_back() {
    let app = town(Limits {
        lists: 0,
        ..Limits::default()
    });
    // They wait for their turn, which never comes; one beyond those that may wait is sent away.
    let mut tables = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let app = app.clone();
        tables.spawn(async move { send(&app, "/search/csv", TABLE.as_bytes(), &[]).await });
    }
    let (status, headers, body) = tables.join_next().await.unwrap().unwrap();
    assert_eq!(
        status,
        StatusCode::TOO_MANY_REQUESTS,
        "{}",
        String::from_utf8_lossy(&body)
    );
    assert!(headers.contains_key(header::RETRY_AFTER));
}
