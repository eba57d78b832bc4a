//! Shares of areas and lists over HTTP, on the fictional town. Areas are those of `geodata/sample/README.md`, measured with
//! GEOS in the legal projection; numbers of addresses and schools are counted in the town's files.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::import::ImportOptions;
use qpv_service::data::{self, Store};
use qpv_service::model::Vintage;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

fn app() -> (TempDir, Router) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::open(Store::new(folder.path().join("data"))).unwrap();
    (folder, router(Arc::new(service), Limits::default()))
}

async fn send(request: Request<Body>) -> (StatusCode, Value) {
    let response = app().1.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

async fn get(query: &str) -> (StatusCode, Value) {
    let request = Request::get(format!("/api/v1/share?{query}")).body(Body::empty());
    send(request.unwrap()).await
}

async fn post(body: &Value) -> (StatusCode, Value) {
    let request = Request::post("/api/v1/share").body(Body::from(body.to_string()));
    send(request.unwrap()).await
}

/// The outline of a perimeter of the sample.
fn outline(vintage: &str, column: &str, code: &str) -> Value {
    let file = format!(
        "{}/../../geodata/sample/perimeters-{vintage}.geojson",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(file).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let features = file["features"].as_array().unwrap();
    let found = features.iter().find(|it| it["properties"][column] == code);
    found.unwrap()["geometry"].clone()
}

fn of<'a>(answer: &'a Value, vintage: &str) -> &'a Value {
    let vintages = answer["vintages"].as_array().unwrap();
    vintages.iter().find(|it| it["vintage"] == vintage).unwrap()
}

fn close(value: &Value, expected: f64, name: &str) {
    let value = value.as_f64().unwrap();
    assert!(
        (value - expected).abs() <= 0.02,
        "{name}: {value}, not {expected}"
    );
}

#[tokio::test]
async fn a_neighbourhood_is_shared_as_the_vintages_overlap() {
    // 11.52 ha in 2024, of which 3.69 were in it in 2015.
    let polygon = outline("2024", "code_qp", "QN00003M");
    let (status, answer) = post(&json!({"polygon": polygon})).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["territory"], "metropole");
    for (vintage, qpv) in [("2015", 3.69), ("2024", 11.52), ("2030", 11.52)] {
        let share = of(&answer, vintage);
        close(&share["hectares"]["total"], 11.52, vintage);
        close(&share["hectares"]["qpv"], qpv, vintage);
        let sum: f64 = ["qpv", "band_300m", "outside"]
            .iter()
            .map(|zone| share["hectares"][zone].as_f64().unwrap())
            .sum();
        assert!((sum - 11.52).abs() < 0.03, "{share}");
        // All that is not in it stands around it.
        close(&share["hectares"]["outside"], 0.0, vintage);
        assert_eq!(share["hectares"]["reason"], Value::Null);
        // The town publishes no populations.
        assert_eq!(share["inhabitants"]["qpv"], Value::Null);
        assert_eq!(share["inhabitants"]["reason"], "population_unknown");
    }
    let share = of(&answer, "2024");
    assert_eq!(share["perimeters"][0]["code_qp"], "QN00003M");
    assert_eq!(share["addresses"]["qpv"], share["addresses"]["total"]);
    assert_eq!(
        share["places"]["schools"]["qpv"],
        share["places"]["schools"]["total"]
    );
}

#[tokio::test]
async fn a_commune_has_counts_and_no_hectares_without_its_outline() {
    let file = format!(
        "{}/../../geodata/sample/addresses.csv",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(file).unwrap();
    let addresses = text
        .lines()
        .filter(|row| row.split(';').nth(6) == Some("00002"));
    let expected = addresses.count() as u64;
    let (status, answer) = get("insee=00002&vintage=2024").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let share = of(&answer, "2024");
    for zone in ["total", "qpv", "band_300m", "outside"] {
        assert_eq!(share["hectares"][zone], Value::Null);
    }
    assert_eq!(share["hectares"]["reason"], "outlines_not_loaded");
    assert_eq!(share["addresses"]["total"], expected);
    let zones =
        ["qpv", "band_300m", "outside"].map(|zone| share["addresses"][zone].as_u64().unwrap());
    assert_eq!(zones.iter().sum::<u64>(), expected);
    assert!(zones[0] > 0, "{share}");
    // A commune whose addresses are not loaded.
    let (_, answer) = get("insee=61169&vintage=2024").await;
    let share = of(&answer, "2024");
    assert_eq!(
        (
            &share["addresses"]["total"],
            share["addresses"]["reason"].as_str()
        ),
        (&Value::Null, Some("addresses_not_loaded"))
    );
}

#[tokio::test]
async fn lists_are_counted_by_zone() {
    let body = json!({"vintage": "2024", "points": [[-3.610_510, 46.203_047], [-3.610_679, 46.202_978], [2.35, 48.85]]});
    let (status, answer) = post(&body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let rows = &of(&answer, "2024")["rows"];
    assert_eq!(
        [
            &rows["total"],
            &rows["qpv"],
            &rows["band_300m"],
            &rows["undetermined"]
        ],
        [&json!(3), &json!(1), &json!(1), &json!(1)]
    );
    let body = json!({"addresses": ["1 rue des Cordiers Port-Fictif", "2 rue des Cordiers 00100 Port-Fictif",
        "rue des Cordiers Port-Fictif"]});
    let (_, answer) = post(&body).await;
    let rows = &of(&answer, "2015")["rows"];
    assert_eq!(
        [
            &rows["total"],
            &rows["qpv"],
            &rows["band_300m"],
            &rows["undetermined"]
        ],
        [&json!(3), &json!(1), &json!(1), &json!(1)]
    );
}

#[tokio::test]
async fn an_intercommunality_has_all_its_communes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    let ring = json!([
        [6.85, 47.63],
        [6.86, 47.63],
        [6.86, 47.64],
        [6.85, 47.64],
        [6.85, 47.63]
    ]);
    let file = folder.path().join("qpv.geojson");
    let collection = json!({"type": "FeatureCollection", "features": [{"type": "Feature",
        "properties": {"code_qp": "QN09001I", "lib_qp": "Bougenel", "insee_com": "90010",
            "lib_com": "Belfort", "siren_epci": "200069052"},
        "geometry": {"type": "Polygon", "coordinates": [ring]}}]});
    std::fs::write(&file, collection.to_string()).unwrap();
    let options = ImportOptions {
        partial: true,
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[file], &options).unwrap();
    let addresses = folder.path().join("addresses.csv");
    // Andelnans is of Grand Belfort and has no neighbourhood, Delle is of another one, without any.
    std::fs::write(
        &addresses,
        "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat;type_position\n\
         ;1;;Rue A;90000;90010;Belfort;;;6.855;47.635;entrée\n\
         ;1;;Rue B;90400;90001;Andelnans;;;6.866;47.602;entrée\n\
         ;1;;Rue C;90100;90033;Delle;;;6.995;47.508;entrée\n",
    )
    .unwrap();
    data::import_addresses(&store, &[addresses]).unwrap();
    let app = router(Arc::new(Service::open(store).unwrap()), Limits::default());
    let get = async |siren: &str| -> Value {
        let request = Request::get(format!("/api/v1/share?vintage=2024&epci={siren}"));
        let response = app.clone().oneshot(request.body(Body::empty()).unwrap());
        let body = response.await.unwrap().into_body();
        serde_json::from_slice(&body.collect().await.unwrap().to_bytes()).unwrap()
    };
    // Its other communes have no addresses here: the sum would be too small.
    let belfort = get("200069052").await;
    let share = of(&belfort, "2024");
    assert_eq!(share["addresses"]["reason"], "addresses_not_loaded");
    assert_eq!(share["hectares"]["reason"], "outlines_not_loaded");
    assert_eq!(share["perimeters"][0]["code_qp"], "QN09001I");
    // Sud Territoire has no neighbourhood: none of its inhabitants lives in one.
    let south = get("249000241").await;
    let share = of(&south, "2024");
    assert_eq!(share["perimeters"], json!([]), "{south}");
    assert_eq!(share["inhabitants"]["qpv"], 0);
    assert_eq!(share["addresses"]["reason"], "addresses_not_loaded");
}

#[tokio::test]
async fn what_cannot_be_shared_is_told() {
    let square = |west: f64, south: f64, size: f64| {
        let (east, north) = (west + size, south + size);
        json!({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]})
    };
    let bow = json!({"type": "Polygon", "coordinates": [[[-3.61, 46.2], [-3.6, 46.21], [-3.6, 46.2], [-3.61, 46.21], [-3.61, 46.2]]]});
    for (body, status, code) in [
        (json!({"polygon": bow}), 422, "bad_footprint"),
        (
            json!({"polygon": {"type": "MultiPolygon", "coordinates": []}}),
            422,
            "bad_footprint",
        ),
        (
            json!({"polygon": {"type": "Point", "coordinates": [-3.6, 46.2]}}),
            422,
            "bad_body",
        ),
        (
            json!({"polygon": square(46.2, -3.61, 0.01)}),
            422,
            "coordinates_swapped",
        ),
        (
            json!({"polygon": square(2.0, 48.0, 0.01)}),
            422,
            "outside_coverage",
        ),
        (
            json!({"polygon": square(-3.61, 95.0, 0.01)}),
            422,
            "bad_footprint",
        ),
        // From the town to its islet, in another projection.
        (
            json!({"polygon": {"type": "MultiPolygon", "coordinates":
            [square(-3.61, 46.2, 0.01)["coordinates"], square(54.6, -20.605, 0.01)["coordinates"]]}}),
            422,
            "bad_footprint",
        ),
        (
            json!({"polygon": square(-3.61, 46.2, 0.01), "points": []}),
            422,
            "bad_body",
        ),
        (json!({}), 422, "bad_body"),
        (
            json!({"points": [[1, 2]], "vintage": "1999"}),
            400,
            "unknown_vintage",
        ),
    ] {
        let (found, answer) = post(&body).await;
        assert_eq!(
            (found.as_u16(), answer["code"].as_str()),
            (status, Some(code)),
            "{body}: {answer}"
        );
    }
    for (query, code) in [
        ("", "bad_parameter"),
        ("insee=00001&departement=00", "bad_parameter"),
        ("insee=00001,97499", "bad_footprint"),
        ("insee=00003", "unknown_commune"),
        ("insee=99999", "unknown_commune"),
        ("epci=123456789", "bad_parameter"),
        ("epci=", "bad_parameter"),
        ("commune=00001", "bad_parameter"),
    ] {
        let (status, answer) = get(query).await;
        assert!(status.is_client_error(), "{query}: {answer}");
        assert_eq!(answer["code"], code, "{query}: {answer}");
    }
}
