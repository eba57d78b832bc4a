//! Zonings beside the perimeters: areas and lists of communes, with their days, their certainty and rings around them.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use qpv_http::wire::{ZonedAnswer, ZoningChoice};
use qpv_http::{Limits, router};
use qpv_service::data::import::{CustomLayerOptions, ImportOptions, OutlinesOptions};
use qpv_service::data::{self, Error, Store, ZoningOptions};
use qpv_service::model::{AdminLevel, Period, Vintage, ZoningRecord};
use qpv_service::{Place, Service, ZonedPlace};
use serde_json::{Value, json};

mod common;
use common::{answer, bytes, form, get, post};

/// A perimeter of some 2 km around the middle of Flers.
const PERIMETER: [f64; 4] = [-0.58, 48.74, -0.55, 48.76];
/// Its western half.
const WEST: [f64; 4] = [-0.58, 48.74, -0.565, 48.76];

fn feature([west, south, east, north]: [f64; 4], properties: &Value) -> Value {
    let ring = [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
    ];
    json!({"type": "Feature", "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

fn write(folder: &Path, name: &str, features: &[Value]) -> PathBuf {
    let path = folder.join(name);
    let collection = json!({"type": "FeatureCollection", "features": features});
    std::fs::write(&path, collection.to_string()).unwrap();
    path
}

fn zoning(name: &str, label: &str, first: Option<&str>, last: Option<&str>) -> ZoningOptions {
    let day = |text: Option<&str>| text.map(|text| text.parse().unwrap());
    ZoningOptions {
        record: ZoningRecord {
            name: name.parse().unwrap(),
            label: label.to_owned(),
            source: Some("décret".to_owned()),
            period: Period::new(day(first), day(last)).unwrap(),
        },
        crs: None,
        encoding: None,
        precision_m: Some(1.0),
    }
}

/// A store with the perimeter, an address in its west, ZFU-TE over the west, and France ruralités revitalisation.
fn store(folder: &Path) -> Store {
    let store = Store::new(folder.join("data"));
    let properties = json!({"code_qp": "QN06103M", "lib_qp": "Saint Michel", "insee_com": "61169", "lib_com": "Flers"});
    let file = write(folder, "qpv.geojson", &[feature(PERIMETER, &properties)]);
    let options = ImportOptions {
        precision_m: Some(1.0),
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[file], &options).unwrap();
    let addresses = folder.join("addresses.csv");
    std::fs::write(
        &addresses,
        "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat;type_position\n\
         61169_0040_00012;12;;Rue de la Paix;61100;61169;Flers;;;-0.575;48.75;entrée\n",
    )
    .unwrap();
    data::import_addresses(&store, &[addresses]).unwrap();
    let west = write(
        folder,
        "zfu.geojson",
        &[feature(WEST, &json!({"nom": "Ouest"}))],
    );
    let zfu = zoning("zfu-te", "ZFU-TE", Some("1997-01-01"), Some("2025-12-31"));
    data::import_zoning(&store, &west, zfu).unwrap();
    let communes = folder.join("frr.csv");
    std::fs::write(
        &communes,
        "code_insee;debut\n61169;2024-07-01\n61006;2024-07-01\n",
    )
    .unwrap();
    data::import_zoning(
        &store,
        &communes,
        zoning("frr", "FRR", Some("2024-07-01"), None),
    )
    .unwrap();
    store
}

fn app(store: Store) -> Router {
    router(Arc::new(Service::open(store).unwrap()), Limits::default())
}

/// Name and standing of each zoning of an answer.
fn standings(answer: &Value) -> Vec<(String, String)> {
    let zonings = answer["zonings"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"))
        .iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    zonings
        .map(|zoning| (text(&zoning["name"]), text(&zoning["standing"])))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(name, standing)| ((*name).to_owned(), (*standing).to_owned()))
        .collect()
}

#[tokio::test]
async fn areas_answer_with_their_days_and_their_certainty() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(store(folder.path()));
    // The line between west and east lies at -0.565: a degree of longitude is some 73.5 km there.
    for (query, standing) in [
        ("lon=-0.575&lat=48.75&on=2025-06-01", "inside"),
        ("lon=-0.5600001&lat=48.7500001&on=2025-06-01", "outside"),
        ("lon=-0.5651001&lat=48.7500001&on=2025-06-01", "inside"),
        (
            "lon=-0.5651001&lat=48.7500001&on=2025-06-01&uncertainty_m=10",
            "undetermined",
        ),
        (
            "lon=-0.5651001&lat=48.7500001&on=2025-06-01&uncertainty_m=3",
            "inside",
        ),
        ("lon=-0.575&lat=48.75&on=2025-12-31", "inside"),
        ("lon=-0.575&lat=48.75&on=2026-01-01", "not_in_force"),
    ] {
        let (status, zone) = get(&app, &format!("/api/v1/zones?{query}&zonings=zfu-te")).await;
        assert_eq!(status, 200, "{query}: {zone}");
        assert_eq!(standings(&zone), pairs(&[("zfu-te", standing)]), "{query}");
    }
    let (_, zone) = get(
        &app,
        "/api/v1/zones?lon=-0.575&lat=48.75&on=2025-06-01&zonings=zfu-te",
    )
    .await;
    let zfu = &zone["zonings"][0];
    assert_eq!(
        (
            &zfu["label"],
            &zfu["areas"],
            &zfu["valid_from"],
            &zfu["valid_until"]
        ),
        (
            &json!("ZFU-TE"),
            &json!(["Ouest"]),
            &json!("1997-01-01"),
            &json!("2025-12-31")
        )
    );
    let distance_m = zfu["distance_to_boundary_m"].as_f64().unwrap();
    assert!((-369.0..-366.0).contains(&distance_m), "{distance_m}");
    assert!(
        zfu["message"]
            .as_str()
            .unwrap()
            .starts_with("ZFU-TE : dans le zonage (Ouest)")
    );
}

#[tokio::test]
async fn a_list_of_communes_answers_where_the_commune_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let app_without = app(Store::new(store.folder()));
    // The perimeter around it has one commune.
    let within = "/api/v1/zones?lon=-0.575&lat=48.75&zonings=frr";
    let (_, zone) = get(&app_without, within).await;
    assert_eq!(standings(&zone), pairs(&[("frr", "inside")]));
    let (_, check) = post(
        &app_without,
        "/api/v1/check",
        &json!({"lon": -0.575, "lat": 48.75, "zonings": "frr"}),
    )
    .await;
    assert_eq!(standings(&check["position"]), pairs(&[("frr", "inside")]));
    // Its nearest line is some 370 m away.
    let point = "/api/v1/zones?lon=-0.575&lat=48.75&zonings=frr&uncertainty_m=450";
    let (_, zone) = get(&app_without, point).await;
    assert_eq!(standings(&zone), pairs(&[("frr", "undetermined")]));
    assert_eq!(zone["zonings"][0]["doubt"], "commune_unknown");
    // An address tells its commune.
    let question = json!({"q": "12 rue de la Paix 61100 Flers", "zonings": "frr"});
    let (_, check) = post(&app_without, "/api/v1/check", &question).await;
    let found = &check["candidates"][0]["properties"]["qpv"];
    assert_eq!(standings(found), pairs(&[("frr", "inside")]), "{check}");
    // Before its first day.
    let early = json!({"q": "12 rue de la Paix 61100 Flers", "zonings": "frr", "on": "2024-06-30"});
    let (_, check) = post(&app_without, "/api/v1/check", &early).await;
    let found = &check["candidates"][0]["properties"]["qpv"];
    assert_eq!(standings(found), pairs(&[("frr", "not_in_force")]));
    // So do outlines of communes.
    let outline = |code: &str, around| feature(around, &json!({"code": code, "nom": code}));
    let communes = write(
        folder.path(),
        "communes.geojson",
        &[
            outline("61169", [-0.60, 48.70, -0.50, 48.80]),
            outline("61464", [-0.50, 48.70, -0.40, 48.80]),
        ],
    );
    data::import_outlines(
        &store,
        &communes,
        &OutlinesOptions::new(AdminLevel::Commune),
    )
    .unwrap();
    let with_outlines = app(store);
    let (_, zone) = get(&with_outlines, point).await;
    assert_eq!(standings(&zone), pairs(&[("frr", "inside")]));
    assert_eq!(zone["zonings"][0]["areas"], json!(["61169"]));
}

#[tokio::test]
async fn what_is_not_loaded_is_told_and_never_a_no() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(store(folder.path()));
    let (status, list) = get(&app, "/api/v1/zonings").await;
    let names: Vec<&str> = list["zonings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!((status, names), (200, vec!["frr", "zfu-te"]));
    let (status, problem) = get(
        &app,
        "/api/v1/zones?lon=-0.575&lat=48.75&zonings=zfu-te,npnru",
    )
    .await;
    assert_eq!(
        (status, &problem["code"]),
        (422, &json!("zoning_not_loaded"))
    );
    assert!(
        problem["message"].as_str().unwrap().contains("npnru"),
        "{problem}"
    );
    assert!(
        problem["message"].as_str().unwrap().contains("frr, zfu-te"),
        "{problem}"
    );
    let (_, all) = get(&app, "/api/v1/zones?lon=-0.575&lat=48.75&on=2025-06-01").await;
    assert_eq!(
        standings(&all),
        pairs(&[("frr", "inside"), ("zfu-te", "inside")])
    );
    let body = json!({"points": [[-0.575, 48.75], [-0.56, 48.75], [2.0, 95.0]], "on": "2025-06-01", "zonings": "zfu-te"});
    let (_, list) = post(&app, "/api/v1/zones", &body).await;
    assert_eq!(
        standings(&list["results"][0]),
        pairs(&[("zfu-te", "inside")])
    );
    assert_eq!(
        standings(&list["results"][1]),
        pairs(&[("zfu-te", "outside")])
    );
    assert!(list["results"][2]["error"].is_object(), "{list}");
}

#[tokio::test]
async fn rings_of_any_width_stand_around_perimeters_and_zonings() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(store(folder.path()));
    // 5 thousandths of a degree of longitude east of the western half: some 367 m.
    for (query, expected) in [
        (
            "lon=-0.5600001&lat=48.7500001&ring=500",
            json!(["inside", "ring"]),
        ),
        (
            "lon=-0.5600001&lat=48.7500001&ring=300",
            json!(["inside", "outside"]),
        ),
        (
            "lon=-0.5600001&lat=48.7500001&ring=370&uncertainty_m=5",
            json!(["inside", "undetermined"]),
        ),
    ] {
        let (_, zone) = get(
            &app,
            &format!("/api/v1/zones?{query}&zonings=zfu-te&on=2025-06-01"),
        )
        .await;
        let found = json!([zone["ring"]["standing"], zone["zonings"][0]["ring"]]);
        assert_eq!(found, expected, "{query}");
    }
    for width in ["0", "-5", "4001", "NaN"] {
        let (status, problem) = get(
            &app,
            &format!("/api/v1/zones?lon=-0.5600001&lat=48.7500001&ring={width}"),
        )
        .await;
        assert_eq!(
            (status, &problem["code"]),
            (400, &json!("bad_parameter")),
            "{width}"
        );
    }
}

#[test]
fn names_are_unique_among_layers_and_zonings() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let west = write(folder.path(), "west.geojson", &[feature(WEST, &json!({}))]);
    let taken = data::import_layer(
        &store,
        &west,
        &CustomLayerOptions::new("zfu-te".parse().unwrap()),
    );
    assert!(
        matches!(taken, Err(Error::NameTaken { by: "zoning", .. })),
        "{taken:?}"
    );
    data::import_layer(
        &store,
        &west,
        &CustomLayerOptions::new("ouest".parse().unwrap()),
    )
    .unwrap();
    let taken = data::import_zoning(&store, &west, zoning("ouest", "Ouest", None, None));
    assert!(
        matches!(taken, Err(Error::NameTaken { by: "layer", .. })),
        "{taken:?}"
    );
    let none = folder.path().join("none.csv");
    std::fs::write(&none, "nom;departement\nFlers;61\n").unwrap();
    let refused = data::import_zoning(&store, &none, zoning("autre", "Autre", None, None));
    assert!(
        matches!(refused, Err(Error::NotZoning { .. })),
        "{refused:?}"
    );
}

/// A table by the names of its columns, as another library reads it.
fn rows(table: &[u8]) -> Vec<HashMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(table);
    reader.deserialize().map(Result::unwrap).collect()
}

#[tokio::test]
async fn lists_of_homes_have_columns_for_each_zoning() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(store(folder.path()));
    let list = "id;adresse;cp;ville\n1;12 rue de la Paix;61100;Flers\n2;1 rue de nulle part;75001;Paris\n3;;;\n";
    let fields = [
        ("zonings", "zfu-te,frr"),
        ("ring", "500"),
        ("on", "2025-06-01"),
    ];
    let (status, table) = bytes(&app, form("/api/v1/batch", list.as_bytes(), &fields)).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&table));
    let header = String::from_utf8_lossy(&table)
        .lines()
        .next()
        .unwrap()
        .to_owned();
    assert!(
        header.ends_with(
            ";doubt;leaning;leaning_probability;ring;zfu_te_standing;zfu_te_doubt;zfu_te_codes;zfu_te_areas;zfu_te_valid_from;zfu_te_valid_until;\
             zfu_te_distance_to_boundary_m;zfu_te_ring;frr_standing;frr_doubt;frr_codes;frr_areas;frr_valid_from;frr_valid_until;remarque"
        ),
        "{header}"
    );
    let rows = rows(&table);
    let cells = |row: usize, names: &[&str]| -> Vec<String> {
        names.iter().map(|name| rows[row][*name].clone()).collect()
    };
    let zfu = [
        "zfu_te_standing",
        "zfu_te_areas",
        "zfu_te_valid_from",
        "zfu_te_valid_until",
        "zfu_te_ring",
    ];
    assert_eq!(
        cells(0, &zfu),
        ["inside", "Ouest", "1997-01-01", "2025-12-31", "inside"]
    );
    // A hundredth and a thousandth of a degree of latitude, by half of which the address is nearer to the west.
    let distance_m: f64 = rows[0]["zfu_te_distance_to_boundary_m"].parse().unwrap();
    assert!((-370.0..-365.0).contains(&distance_m), "{distance_m}");
    let frr = [
        "frr_standing",
        "frr_codes",
        "frr_valid_from",
        "frr_valid_until",
        "ring",
    ];
    assert_eq!(
        cells(0, &frr),
        ["inside", "61169", "2024-07-01", "", "inside"]
    );
    // An address that is not found may be anywhere: never a no.
    let open = [
        "zfu_te_standing",
        "zfu_te_doubt",
        "frr_standing",
        "frr_doubt",
        "ring",
    ];
    assert_eq!(
        cells(1, &open),
        [
            "undetermined",
            "address",
            "undetermined",
            "address",
            "undetermined"
        ]
    );
    assert_eq!(cells(2, &open), ["", "", "", "", ""]);
    // Without being asked, nothing is added; and all are those that are loaded.
    let (_, plain) = bytes(&app, form("/api/v1/batch", list.as_bytes(), &[])).await;
    assert!(!String::from_utf8_lossy(&plain).contains("standing"));
    let (_, all) = bytes(
        &app,
        form("/api/v1/batch", list.as_bytes(), &[("zonings", "all")]),
    )
    .await;
    let header = String::from_utf8_lossy(&all)
        .lines()
        .next()
        .unwrap()
        .to_owned();
    assert!(
        header.contains(";frr_standing;") && header.contains(";zfu_te_standing;"),
        "{header}"
    );
    assert!(!header.contains("ring"), "{header}");
}

#[tokio::test]
async fn tables_of_addresses_have_the_same_columns() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(store(folder.path()));
    let addresses = "adresse;cp;ville\n12 rue de la Paix;61100;Flers\n";
    let asked = [
        ("zones", "1"),
        ("zonings", "zfu-te"),
        ("on", "2025-06-01"),
        ("ring", "300"),
    ];
    let (status, table) = bytes(&app, form("/search/csv", addresses.as_bytes(), &asked)).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&table));
    let row = &rows(&table)[0];
    assert_eq!(
        (&*row["result_zfu_te_standing"], &*row["result_ring"]),
        ("inside", "inside")
    );
    let positions = "lon;lat\n-0.575;48.75\n-0.10;48.75\n";
    let (status, table) = bytes(&app, form("/reverse/csv", positions.as_bytes(), &asked)).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&table));
    let found = rows(&table);
    assert_eq!(found[0]["result_zfu_te_standing"], "inside");
    // No address is near: where the home is, is not known.
    assert_eq!(found[1]["result_zfu_te_standing"], "undetermined");
}

#[tokio::test]
async fn a_list_that_asks_for_what_is_not_there_is_refused_before_its_first_row() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(store(folder.path()));
    let list = "adresse;cp;ville\n12 rue de la Paix;61100;Flers\n";
    for (path, fields, status, code) in [
        (
            "/api/v1/batch",
            vec![("zonings", "zfu-te,npnru")],
            422,
            "zoning_not_loaded",
        ),
        (
            "/api/v1/batch",
            vec![("zonings", "ZFU-TE")],
            422,
            "zoning_not_loaded",
        ),
        (
            "/api/v1/batch",
            vec![("ring", "4001")],
            400,
            "bad_parameter",
        ),
        (
            "/api/v1/batch",
            vec![("ring", "cinq cents")],
            400,
            "bad_parameter",
        ),
        ("/api/v1/batch", vec![("ring", "NaN")], 400, "bad_parameter"),
        (
            "/api/v1/batch",
            vec![("zonings", "frr"), ("programme", "pre-national")],
            400,
            "bad_parameter",
        ),
        (
            "/search/csv",
            vec![("zonings", "frr")],
            400,
            "bad_parameter",
        ),
        (
            "/search/csv",
            vec![("zonings", "npnru"), ("zones", "1")],
            422,
            "zoning_not_loaded",
        ),
    ] {
        let (found, problem) = answer(&app, form(path, list.as_bytes(), &fields)).await;
        assert_eq!(
            (found, &problem["code"]),
            (status, &json!(code)),
            "{path} {fields:?}"
        );
    }
    let empty = Store::new(folder.path().join("empty"));
    let town = router(Arc::new(Service::open(empty).unwrap()), Limits::default());
    let (status, problem) = answer(
        &town,
        form("/api/v1/batch", list.as_bytes(), &[("zonings", "all")]),
    )
    .await;
    assert_eq!(
        (status, &problem["code"]),
        (422, &json!("zoning_not_loaded"))
    );
}

#[tokio::test]
async fn areas_count_on_their_own_days() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let east = [-0.565, 48.74, -0.552, 48.76];
    let file = write(
        folder.path(),
        "areas.geojson",
        &[
            feature(
                WEST,
                &json!({"code": "A", "nom": "Ouest", "fin": "2024-12-31"}),
            ),
            feature(
                WEST,
                &json!({"code": "A", "nom": "Ouest renouvelé", "debut": "2026-01-01"}),
            ),
            feature(east, &json!({"code": "B", "nom": "Est"})),
        ],
    );
    data::import_zoning(
        &store,
        &file,
        zoning("zones", "Zones", Some("2024-02-01"), Some("2029-12-31")),
    )
    .unwrap();
    let app = app(store);
    for (lon, day, standing, codes, days) in [
        (
            "-0.575",
            "2024-06-01",
            "inside",
            json!(["A"]),
            json!(["2024-02-01", "2024-12-31"]),
        ),
        (
            "-0.575",
            "2025-06-01",
            "not_in_force",
            json!(["A"]),
            json!(["2024-02-01", "2029-12-31"]),
        ),
        (
            "-0.575",
            "2026-06-01",
            "inside",
            json!(["A"]),
            json!(["2026-01-01", "2029-12-31"]),
        ),
        (
            "-0.575",
            "2030-01-01",
            "not_in_force",
            json!(["A"]),
            json!(["2024-02-01", "2029-12-31"]),
        ),
        (
            "-0.555",
            "2025-06-01",
            "inside",
            json!(["B"]),
            json!(["2024-02-01", "2029-12-31"]),
        ),
        (
            "-0.5510001",
            "2025-06-01",
            "outside",
            Value::Null,
            json!(["2024-02-01", "2029-12-31"]),
        ),
    ] {
        let path = format!("/api/v1/zones?lon={lon}&lat=48.7500001&on={day}&zonings=zones");
        let (status, zone) = get(&app, &path).await;
        let found = &zone["zonings"][0];
        assert_eq!(status, 200, "{zone}");
        assert_eq!(found["standing"], standing, "{lon} {day}: {zone}");
        assert_eq!(found["codes"], codes, "{lon} {day}");
        assert_eq!(
            json!([found["valid_from"], found["valid_until"]]),
            days,
            "{lon} {day}"
        );
    }
}

#[tokio::test]
async fn a_former_commune_leaves_its_commune_of_today_open() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let addresses = folder.path().join("tinchebray.csv");
    std::fs::write(
        &addresses,
        "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat;type_position\n\
         61486_0040_00012;12;;Rue de Vire;61800;61486;Tinchebray-Bocage;;;-0.5705;48.751;entrée\n",
    )
    .unwrap();
    data::import_addresses(&store, &[addresses]).unwrap();
    for (codes, standing, doubt) in [
        // Saint-Cornier-des-Landes, a part of Tinchebray-Bocage since 2015.
        ("61377;;", "undetermined", json!("part_of_commune")),
        ("61377;;\n61486;;", "inside", Value::Null),
        ("61169;;", "outside", Value::Null),
        // The commune left the list, and a part of it came back.
        (
            "61486;;2022-12-31\n61377;2024-07-01;",
            "undetermined",
            json!("part_of_commune"),
        ),
        ("61486;;2022-12-31", "not_in_force", Value::Null),
    ] {
        let list = folder.path().join("list.csv");
        std::fs::write(&list, format!("code;debut;fin\n{codes}\n")).unwrap();
        let imported =
            data::import_zoning(&store, &list, zoning("zrr", "ZRR", None, None)).unwrap();
        let is_told = imported
            .remarks
            .iter()
            .any(|it| it.contains("61377 (today 61486)"));
        assert_eq!(is_told, codes.contains("61377"), "{imported:?}");
        let app = app(Store::new(store.folder()));
        let question = json!({"q": "12 rue de Vire 61800 Tinchebray-Bocage", "zonings": "zrr", "on": "2026-01-01"});
        let (_, check) = post(&app, "/api/v1/check", &question).await;
        let found = &check["candidates"][0]["properties"]["qpv"];
        assert_eq!(
            standings(found),
            pairs(&[("zrr", standing)]),
            "{codes}: {check}"
        );
        assert_eq!(found["zonings"][0]["doubt"], doubt);
    }
}

#[tokio::test]
async fn an_arrondissement_is_in_a_list_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let addresses = folder.path().join("marseille.csv");
    std::fs::write(
        &addresses,
        "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat;type_position\n\
         13214_0040_00012;12;;Rue du Port;13014;13214;Marseille 14e Arrondissement;;;-0.5705;48.751;entrée\n\
         13215_0040_00012;12;;Rue du Phare;13015;13215;Marseille 15e Arrondissement;;;-0.5705;48.752;entrée\n",
    )
    .unwrap();
    data::import_addresses(&store, &[addresses]).unwrap();
    let list = folder.path().join("list.csv");
    std::fs::write(&list, "code\n13214\n").unwrap();
    data::import_zoning(&store, &list, zoning("zrr", "ZRR", None, None)).unwrap();
    let app = app(store);
    for (q, standing) in [
        ("12 rue du Port 13014 Marseille", "inside"),
        ("12 rue du Phare 13015 Marseille", "outside"),
    ] {
        let question = json!({"q": q, "zonings": "zrr"});
        let (_, check) = post(&app, "/api/v1/check", &question).await;
        let found = &check["candidates"][0]["properties"]["qpv"];
        assert_eq!(standings(found), pairs(&[("zrr", standing)]), "{check}");
    }
}

#[tokio::test]
async fn a_perimeter_of_a_former_commune_lies_in_its_commune_of_today() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    let properties = json!({"code_qp": "QN06103M", "lib_qp": "Saint Michel", "insee_com": "61377", "lib_com": "Saint-Cornier-des-Landes"});
    let file = write(
        folder.path(),
        "qpv.geojson",
        &[feature(PERIMETER, &properties)],
    );
    let options = ImportOptions {
        precision_m: Some(1.0),
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[file], &options).unwrap();
    let list = folder.path().join("list.csv");
    std::fs::write(&list, "code\n61486\n").unwrap();
    data::import_zoning(&store, &list, zoning("zrr", "ZRR", None, None)).unwrap();
    let (_, zone) = get(&app(store), "/api/v1/zones?lon=-0.5750001&lat=48.7500001").await;
    assert_eq!(standings(&zone), pairs(&[("zrr", "inside")]), "{zone}");
}

#[tokio::test]
async fn a_building_stands_where_all_of_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(store(folder.path()));
    // Some 15 m from west to east. The line between west and east lies at -0.565, drawn to 1 m.
    let building = |west: f64| feature([west, 48.75, west + 2e-4, 48.7502], &Value::Null);
    for (west, day, zfu, frr) in [
        (-0.575, "2025-06-01", ("inside", None), ("inside", None)),
        (-0.56, "2025-06-01", ("outside", None), ("inside", None)),
        (
            -0.5651,
            "2025-06-01",
            ("undetermined", Some("building")),
            ("inside", None),
        ),
        // Its eastern wall is 1.5 m from the line.
        (
            -0.565_22,
            "2025-06-01",
            ("undetermined", Some("position")),
            ("inside", None),
        ),
        (
            -0.575,
            "2026-01-01",
            ("not_in_force", None),
            ("inside", None),
        ),
        // Its eastern wall is 0.4 m from the line of the perimeter, and no outlines of communes are there.
        (
            -0.550_205,
            "2025-06-01",
            ("outside", None),
            ("undetermined", Some("commune_unknown")),
        ),
        (
            -0.575,
            "2024-06-30",
            ("inside", None),
            ("not_in_force", None),
        ),
    ] {
        let question = json!({"footprint": building(west)["geometry"], "on": day});
        let (status, check) = post(&app, "/api/v1/check", &question).await;
        assert_eq!(status, 200, "{check}");
        let found = &check["footprint"];
        let expected = pairs(&[("frr", frr.0), ("zfu-te", zfu.0)]);
        assert_eq!(standings(found), expected, "{west} {day}");
        for (place, doubt) in [frr.1, zfu.1].into_iter().enumerate() {
            let zoning = &found["zonings"][place];
            assert_eq!(zoning["doubt"].as_str(), doubt, "{west} {day}");
            assert_eq!(zoning["distance_to_boundary_m"], Value::Null);
        }
    }
    let question = json!({"footprint": building(-0.575)["geometry"], "on": "2025-06-01", "zonings": "zfu-te", "ring": 500});
    let (_, check) = post(&app, "/api/v1/check", &question).await;
    let zfu = &check["footprint"]["zonings"][0];
    assert_eq!(
        (&zfu["areas"], &zfu["ring"]),
        (&json!(["Ouest"]), &json!("inside"))
    );
}

#[tokio::test]
async fn texts_written_once_are_those_of_each_answer() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let service = Service::open(store).unwrap();
    let snapshot = service.snapshot();
    let app = router(Arc::new(service), Limits::default());
    let day = "2025-06-01";
    for step in 0_u32..60 {
        let lon = -0.579 + 0.000_47 * f64::from(step);
        let uncertainty_m = [None, Some(8.0), Some(400.0)][(step % 3) as usize];
        let ring_m = (step % 2 == 0).then_some(700.0);
        let mut path = format!("/api/v1/zones?lon={lon:.7}&lat=48.7500001&on={day}");
        if let Some(uncertainty_m) = uncertainty_m {
            write!(path, "&uncertainty_m={uncertainty_m}").unwrap();
        }
        if let Some(ring_m) = ring_m {
            write!(path, "&ring={ring_m}").unwrap();
        }
        let (status, zone) = get(&app, &path).await;
        assert_eq!(status, 200, "{zone}");
        let place = ZonedPlace {
            position: Place::LonLat(format!("{lon:.7}").parse().unwrap(), 48.750_000_1)
                .position()
                .unwrap(),
            commune: None,
            uncertainty_m: zone["certainty"]["position_uncertainty_m"]
                .as_f64()
                .filter(|it| *it > 0.0),
            day: day.parse().unwrap(),
        };
        let choice = ZoningChoice {
            names: Vec::new(),
            ring_m,
        };
        let each = serde_json::to_value(ZonedAnswer::all(&snapshot, &place, &choice)).unwrap();
        assert_eq!(zone["zonings"], each, "{path}");
    }
}
