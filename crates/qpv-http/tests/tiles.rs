//! Tiles, in process, over the fictional town.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use fast_mvt::{MvtReaderRef, MvtValue};
use flate2::read::GzDecoder;
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::{Value, json};
use tower::ServiceExt;

/// Where the town lies (`geodata/sample/README.md`), and the tile of zoom 14 that holds this.
const TOWN: (f64, f64) = (-3.60, 46.20);

fn app() -> Router {
    app_with(Limits::default())
}

fn app_with(limits: Limits) -> Router {
    let nowhere = Store::new("a folder that does not exist");
    router(Arc::new(Service::open(nowhere).unwrap()), limits)
}

async fn get(app: &Router, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Bytes) {
    let request = headers
        .iter()
        .fold(Request::get(path), |request, (name, value)| {
            request.header(*name, *value)
        });
    let response = app
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    (
        status,
        headers,
        response.into_body().collect().await.unwrap().to_bytes(),
    )
}

async fn get_json(app: &Router, path: &str, headers: &[(&str, &str)]) -> (StatusCode, Value) {
    let (status, _, body) = get(app, path, headers).await;
    (status, serde_json::from_slice(&body).unwrap())
}

/// Column and row of the tile that holds a position, by the usual formula.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tiles have small whole numbers"
)]
fn tile_at((lon, lat): (f64, f64), z: u8) -> (u32, u32) {
    let side = f64::from(1_u32 << z);
    let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
    (((lon + 180.0) / 360.0 * side) as u32, (y * side) as u32)
}

fn town_tile(layers: &str, z: u8) -> String {
    let (x, y) = tile_at(TOWN, z);
    format!("/tiles/{layers}/{z}/{x}/{y}")
}

/// Features of each layer, with their properties as JSON.
fn decoded(bytes: &[u8]) -> BTreeMap<String, Vec<Value>> {
    let reader = MvtReaderRef::new(bytes).unwrap();
    let layers = reader.layers().map(|layer| {
        let features = layer.features().map(|feature| {
            let properties = feature.properties().map(|property| {
                let (name, value) = property.unwrap();
                let value = match value.into_owned() {
                    MvtValue::String(text) => json!(text),
                    MvtValue::Double(number) => json!(number),
                    MvtValue::UInt(number) => json!(number),
                    other => panic!("{other:?}"),
                };
                (name.to_owned(), value)
            });
            Value::Object(properties.collect())
        });
        (layer.name().to_owned(), features.collect())
    });
    layers.collect()
}

fn cache(headers: &HeaderMap) -> &str {
    headers[header::CACHE_CONTROL].to_str().unwrap()
}

#[tokio::test]
async fn the_layers_of_the_town_are_listed() {
    let app = app();
    let (status, list) = get_json(&app, "/tiles", &[]).await;
    assert_eq!(status, 200, "{list}");
    let layers = list["layers"].as_array().unwrap();
    let kinds: BTreeMap<&str, &str> = layers
        .iter()
        .map(|layer| {
            (
                layer["id"].as_str().unwrap(),
                layer["kind"].as_str().unwrap(),
            )
        })
        .collect();
    for (id, kind) in [
        ("qpv-2015", "perimeters"),
        ("qpv-2024", "perimeters"),
        ("band-300m-2015", "band"),
        ("band-300m-2024", "band"),
        ("clusters-2015", "clusters"),
        ("clusters-2024", "clusters"),
        ("departement-counts", "departement_counts"),
        ("region-counts", "region_counts"),
        ("streets", "streets"),
        ("addresses", "addresses"),
        ("own-territoires-fragiles", "own"),
    ] {
        assert_eq!(kinds.get(id), Some(&kind), "{list}");
    }
    let perimeters = layers
        .iter()
        .find(|layer| layer["id"] == "qpv-2024")
        .unwrap();
    let (_, features) = get_json(&app, "/api/v1/perimeters?vintage=2024&geometry=false", &[]).await;
    assert_eq!(
        perimeters["features"],
        features["features"].as_array().unwrap().len()
    );
    assert_eq!(
        (&perimeters["vintage"], &perimeters["maxzoom"]),
        (&json!("2024"), &json!(14))
    );
    let bounds: Vec<f64> = serde_json::from_value(perimeters["bounds"].clone()).unwrap();
    assert!(
        bounds[0] < TOWN.0 && TOWN.0 < bounds[2] && bounds[1] < TOWN.1 && TOWN.1 < bounds[3],
        "{bounds:?}"
    );
    let own = layers.iter().find(|layer| layer["kind"] == "own").unwrap();
    assert_eq!(own["name"], "territoires-fragiles");
    assert_eq!(list["dataset"]["fictional"], true);
    assert!(
        list["version"]
            .as_str()
            .unwrap()
            .starts_with(&list["dataset"]["digest"].as_str().unwrap()[..16])
    );
}

#[tokio::test]
async fn a_composite_is_described_at_the_address_the_client_knows() {
    let app = app();
    let (_, list) = get_json(&app, "/tiles", &[]).await;
    let proxied = [
        ("host", "127.0.0.1:1"),
        ("x-forwarded-host", "qpv.fr"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/c"),
    ];
    let (status, description) = get_json(&app, "/tiles/qpv-2024,clusters-2024", &proxied).await;
    assert_eq!(status, 200, "{description}");
    let expected = format!(
        "https://qpv.fr/c/tiles/qpv-2024,clusters-2024/{{z}}/{{x}}/{{y}}?v={}",
        list["version"].as_str().unwrap()
    );
    assert_eq!(
        (&description["tilejson"], &description["tiles"]),
        (&json!("3.0.0"), &json!([expected]))
    );
    assert_eq!(
        (&description["minzoom"], &description["maxzoom"]),
        (&json!(0), &json!(14))
    );
    let [perimeters, clusters] = &description["vector_layers"].as_array().unwrap()[..] else {
        panic!("{description}")
    };
    assert_eq!(
        (&perimeters["id"], &clusters["id"]),
        (&json!("qpv-2024"), &json!("clusters-2024"))
    );
    assert_eq!(
        (
            &perimeters["fields"]["code_qp"],
            &perimeters["fields"]["area_ha"]
        ),
        (&json!("String"), &json!("Number"))
    );
    assert_eq!(clusters["fields"]["point_count"], "Number");
    assert!(
        description["attribution"]
            .as_str()
            .unwrap()
            .contains("fictives")
    );
    let (_, headers, _) = get(&app, "/tiles/qpv-2024", &[("host", "localhost")]).await;
    let tag = headers[header::ETAG].to_str().unwrap();
    assert_eq!(cache(&headers), "no-cache");
    assert_eq!(
        get(
            &app,
            "/tiles/qpv-2024",
            &[("host", "localhost"), ("if-none-match", tag)]
        )
        .await
        .0,
        304
    );
    // Behind another address the description is another one.
    assert_eq!(
        get(
            &app,
            "/tiles/qpv-2024",
            &[("host", "127.0.0.1"), ("if-none-match", tag)]
        )
        .await
        .0,
        200
    );
}

#[tokio::test]
async fn a_style_draws_the_loaded_layers_at_the_address_the_client_knows() {
    let app = app();
    let proxied = [
        ("host", "127.0.0.1:8080"),
        ("x-forwarded-host", "cartes.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/qpv"),
    ];
    let (status, headers, body) = get(&app, "/tiles/style.json", &proxied).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert_eq!(cache(&headers), "no-cache");
    let style: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(style["version"], 8);

    let url = style["sources"]["qpv"]["url"].as_str().unwrap();
    let layers = url
        .strip_prefix("https://cartes.example/qpv/tiles/")
        .unwrap();
    let (status, description) = get_json(&app, &format!("/tiles/{layers}"), &[]).await;
    assert_eq!(status, StatusCode::OK);
    let described: BTreeSet<&str> = description["vector_layers"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|layer| layer["id"].as_str())
        .collect();
    let drawn: BTreeSet<&str> = style["layers"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|layer| layer["source-layer"].as_str())
        .collect();
    assert_eq!(drawn, described);
    assert!(
        drawn.contains("qpv-2024") && drawn.contains("streets"),
        "{drawn:?}"
    );

    let known = headers[header::ETAG].to_str().unwrap();
    let held = [&proxied[..], &[("if-none-match", known)]].concat();
    let (status, headers, _) = get(&app, "/tiles/style.json", &held).await;
    assert_eq!(status, StatusCode::NOT_MODIFIED);
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    let (status, _, _) = get(&app, "/tiles/style.json", &[("if-none-match", known)]).await;
    assert_eq!(status, StatusCode::OK, "another address is another style");
}

#[tokio::test]
async fn a_tile_is_kept_forever_under_its_version_only() {
    let app = app();
    let (_, list) = get_json(&app, "/tiles", &[]).await;
    let (path, version) = (town_tile("qpv-2024", 14), list["version"].as_str().unwrap());
    for turn in 0..2 {
        let (status, headers, plain) = get(&app, &path, &[]).await;
        assert_eq!(
            (status.as_u16(), cache(&headers)),
            (200, "no-cache"),
            "turn {turn}"
        );
        assert_eq!(
            headers[header::CONTENT_TYPE],
            "application/vnd.mapbox-vector-tile"
        );
        assert_eq!(
            (
                headers.get(header::CONTENT_ENCODING),
                &headers[header::VARY]
            ),
            (None, &"accept-encoding".parse().unwrap())
        );
        let (status, headers, packed) = get(
            &app,
            &format!("{path}?v={version}"),
            &[("accept-encoding", "gzip, br")],
        )
        .await;
        assert_eq!(
            (status.as_u16(), cache(&headers)),
            (200, "public, max-age=31536000, immutable")
        );
        assert_eq!(
            (
                &headers[header::CONTENT_ENCODING],
                headers.get_all(header::VARY).iter().count()
            ),
            (&"gzip".parse().unwrap(), 1)
        );
        let mut unpacked = Vec::new();
        GzDecoder::new(&*packed).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain);
        let tag = headers[header::ETAG].to_str().unwrap();
        let (status, headers, body) = get(&app, &path, &[("if-none-match", tag)]).await;
        assert_eq!(
            (status.as_u16(), cache(&headers), body.len()),
            (304, "no-cache", 0)
        );
        let (_, headers, _) = get(&app, &format!("{path}?v=another"), &[]).await;
        assert_eq!(cache(&headers), "no-cache");
    }
    let plain = get(&app, &path, &[]).await.2;
    for suffix in [".mvt", ".pbf"] {
        assert_eq!(get(&app, &format!("{path}{suffix}"), &[]).await.2, plain);
    }
}

#[tokio::test]
async fn perimeters_have_their_official_attributes() {
    let app = app();
    let (_, expected) = get_json(&app, "/api/v1/perimeters?vintage=2024&geometry=false", &[]).await;
    let expected: BTreeMap<&str, &Value> = expected["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| (feature["id"].as_str().unwrap(), &feature["properties"]))
        .collect();
    let tile = decoded(&get(&app, &town_tile("qpv-2024", 12), &[]).await.2);
    assert_eq!(tile.keys().collect::<Vec<_>>(), ["qpv-2024"]);
    let features = &tile["qpv-2024"];
    assert!(!features.is_empty());
    for feature in features {
        let official = expected[feature["code_qp"].as_str().unwrap()];
        for name in [
            "lib_qp",
            "insee_dep",
            "lib_dep",
            "insee_reg",
            "lib_reg",
            "area_ha",
        ] {
            assert_eq!(feature[name], official[name], "{name}");
        }
        for name in ["insee_com", "lib_com", "siren_epci"] {
            let listed = official[name]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item.as_str().unwrap());
            assert_eq!(
                feature[name],
                listed.collect::<Vec<_>>().join(", "),
                "{name}"
            );
        }
    }
}

#[tokio::test]
async fn every_perimeter_has_its_band() {
    let app = app();
    let (_, expected) = get_json(&app, "/api/v1/perimeters?vintage=2024&geometry=false", &[]).await;
    let expected: BTreeSet<&str> = expected["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| feature["id"].as_str().unwrap())
        .collect();
    // One lies on an islet far from the town.
    let expected: BTreeSet<&str> = expected
        .into_iter()
        .filter(|code| code.starts_with("QN000"))
        .collect();
    let tile = decoded(&get(&app, &town_tile("band-300m-2024", 9), &[]).await.2);
    let codes = tile["band-300m-2024"]
        .iter()
        .flat_map(|area| area["code_qp"].as_str().unwrap().split(", "));
    assert_eq!(codes.collect::<BTreeSet<_>>(), expected);
}

#[tokio::test]
async fn a_composite_is_its_layers_one_after_the_other() {
    let app = app();
    let mut expected = Vec::new();
    for layer in ["clusters-2024", "qpv-2024"] {
        expected.extend_from_slice(&get(&app, &town_tile(layer, 14), &[]).await.2);
    }
    assert_eq!(
        get(&app, &town_tile("clusters-2024,qpv-2024", 14), &[])
            .await
            .2,
        expected
    );
    // Named twice, it is there once.
    assert_eq!(
        get(&app, &town_tile("clusters-2024,qpv-2024,qpv-2024", 14), &[])
            .await
            .2,
        expected
    );
}

#[tokio::test]
async fn clusters_and_counts_count_every_perimeter_once() {
    let app = app();
    for vintage in ["2015", "2024"] {
        let path = format!("/api/v1/perimeters?vintage={vintage}&geometry=false");
        let (_, expected) = get_json(&app, &path, &[]).await;
        let expected = expected["features"].as_array().unwrap().len() as u64;
        let layer = format!("clusters-{vintage}");
        let tile = decoded(&get(&app, &format!("/tiles/{layer}/0/0/0"), &[]).await.2);
        let counts = tile[&layer]
            .iter()
            .map(|cluster| cluster["point_count"].as_u64().unwrap());
        assert_eq!(counts.sum::<u64>(), expected);
        let tile = decoded(
            &get(&app, &town_tile("departement-counts,region-counts", 0), &[])
                .await
                .2,
        );
        for layer in ["departement-counts", "region-counts"] {
            let counts = tile[layer]
                .iter()
                .map(|area| area[&format!("qpv_{vintage}")].as_u64().unwrap());
            assert_eq!(counts.sum::<u64>(), expected, "{tile:?}");
        }
        let departments: Vec<&Value> = tile["departement-counts"]
            .iter()
            .map(|area| &area["insee_dep"])
            .collect();
        assert_eq!(departments, ["00", "974"]);
        assert!(
            tile["region-counts"]
                .iter()
                .any(|area| area["lib_reg"] == "Région fictive"),
            "{tile:?}"
        );
    }
}

#[tokio::test]
async fn streets_and_numbers_are_those_of_the_addresses() {
    let app = app();
    let file = include_str!("../../../geodata/sample/addresses.csv");
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(file.as_bytes());
    let column = |headers: &csv::StringRecord, name: &str| {
        headers.iter().position(|header| header == name).unwrap()
    };
    let headers = rows.headers().unwrap().clone();
    let [street, number, lon, lat] =
        ["nom_voie", "numero", "lon", "lat"].map(|name| column(&headers, name));
    let (x, y) = tile_at(TOWN, 14);
    let records: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let here = records.iter().filter(|row| {
        tile_at((row[lon].parse().unwrap(), row[lat].parse().unwrap()), 14) == (x, y)
    });
    let (mut streets, mut numbers) = (BTreeSet::new(), 0);
    for row in here {
        streets.insert(row[street].to_owned());
        numbers += usize::from(!row[number].is_empty());
    }
    assert!(streets.len() > 3, "the tile is in the town");
    let tile = decoded(&get(&app, &town_tile("streets,addresses", 14), &[]).await.2);
    let found: BTreeSet<String> = tile["streets"]
        .iter()
        .map(|street| street["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(found, streets);
    assert_eq!(tile["addresses"].len(), numbers);
    assert!(
        tile["addresses"]
            .iter()
            .all(|address| address["housenumber"].is_string())
    );
    // Numbers are for the deepest zoom only.
    assert_eq!(get(&app, &town_tile("addresses", 13), &[]).await.0, 204);
    assert_eq!(get(&app, &town_tile("streets", 13), &[]).await.0, 200);
}

#[tokio::test]
async fn an_empty_tile_is_no_content_and_may_be_kept_too() {
    let app = app();
    let (_, list) = get_json(&app, "/tiles", &[]).await;
    let path = format!(
        "/tiles/qpv-2024/14/0/0?v={}",
        list["version"].as_str().unwrap()
    );
    for _ in 0..2 {
        let (status, headers, body) = get(&app, &path, &[("accept-encoding", "gzip")]).await;
        assert_eq!(
            (status.as_u16(), body.len(), cache(&headers)),
            (204, 0, "public, max-age=31536000, immutable")
        );
        assert!(
            headers.contains_key(header::ETAG) && !headers.contains_key(header::CONTENT_ENCODING)
        );
    }
}

#[tokio::test]
async fn faults_have_their_code() {
    let app = app();
    for (path, status, code) in [
        ("/tiles/qpv-2019", 404, "unknown_layer"),
        ("/tiles/qpv-2024,", 404, "unknown_layer"),
        ("/tiles/nothing/0/0/0", 404, "unknown_layer"),
        ("/tiles/qpv-2024/16/0/0", 404, "unknown_tile"),
        ("/tiles/qpv-2024/300/0/0", 404, "unknown_tile"),
        ("/tiles/qpv-2024/3/8/0", 404, "unknown_tile"),
        ("/tiles/qpv-2024/3/0/8.mvt", 404, "unknown_tile"),
        ("/tiles/qpv-2024/3/0/-1", 400, "bad_parameter"),
        ("/tiles/qpv-2024/3/0/1.png", 400, "bad_parameter"),
        ("/tiles/qpv-2024/a/0/1", 400, "bad_parameter"),
    ] {
        let (found, problem) = get_json(&app, path, &[]).await;
        assert_eq!(
            (found.as_u16(), &problem["code"]),
            (status, &json!(code)),
            "{path}: {problem}"
        );
    }
    let (_, problem) = get_json(&app, "/tiles/qpv-2019", &[]).await;
    assert!(
        problem["detail"].as_str().unwrap().contains("qpv-2015, "),
        "{problem}"
    );
    assert!(
        problem["message"]
            .as_str()
            .unwrap()
            .contains("own-territoires-fragiles"),
        "{problem}"
    );
}

#[tokio::test(start_paused = true)]
async fn when_every_cutter_is_busy_the_answer_says_so() {
    let app = app_with(Limits {
        tiles: 0,
        ..Limits::default()
    });
    let (status, problem) = get_json(&app, &town_tile("qpv-2024", 14), &[]).await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (503, &json!("overloaded"))
    );
}
