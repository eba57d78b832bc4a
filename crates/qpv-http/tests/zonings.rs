//! Zonings beside the perimeters: areas and lists of communes, with their days, their certainty and rings around them.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::import::{CustomLayerOptions, ImportOptions, OutlinesOptions};
use qpv_service::data::{self, Error, Store, ZoningOptions};
use qpv_service::model::{AdminLevel, Period, Vintage, ZoningRecord};
use serde_json::{Value, json};
use tower::ServiceExt;

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

async fn answer(app: &Router, request: Request<Body>) -> (u16, Value) {
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

async fn get(app: &Router, path: &str) -> (u16, Value) {
    answer(app, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn post(app: &Router, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::post(path)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    answer(app, request).await
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
    let point = "/api/v1/zones?lon=-0.575&lat=48.75&zonings=frr";
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
        pairs(&[("frr", "undetermined"), ("zfu-te", "inside")])
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
