//! OGC API Features, in process, over the fictional town, and over places and outlines imported.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::import::OutlinesOptions;
use qpv_service::data::{Store, import_outlines, import_places};
use qpv_service::model::AdminLevel;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

fn app() -> Router {
    router(
        Arc::new(Service::open(Store::new("a folder that does not exist")).unwrap()),
        Limits::default(),
    )
}

/// Schools, one with an identifier that is no plain word, one with none and no position; and the outline of a commune.
const SCHOOLS: &str = "id;name;longitude;latitude
2;École A;-0.57;48.75
;École B;;
a b/c?d#é%41;École C;-0.56;48.74
";
const COMMUNES: &str = r#"{"type": "FeatureCollection", "features": [{"type": "Feature",
    "properties": {"insee_com": "61169", "nom": "Flers"}, "geometry": {"type": "Polygon",
    "coordinates": [[[-0.6, 48.7], [-0.5, 48.7], [-0.5, 48.8], [-0.6, 48.8], [-0.6, 48.7]]]}}]}"#;

fn imported() -> (TempDir, Router) {
    let folder = tempfile::tempdir().unwrap();
    let (schools, communes) = (
        folder.path().join("schools.csv"),
        folder.path().join("communes.geojson"),
    );
    std::fs::write(&schools, SCHOOLS).unwrap();
    std::fs::write(&communes, COMMUNES).unwrap();
    let data = folder.path().join("data");
    import_places(&Store::new(&data), "schools".parse().unwrap(), &schools).unwrap();
    import_outlines(
        &Store::new(&data),
        &communes,
        &OutlinesOptions::new(AdminLevel::Commune),
    )
    .unwrap();
    let service = Service::open(Store::new(&data)).unwrap();
    (folder, router(Arc::new(service), Limits::default()))
}

async fn get(app: &Router, path: &str) -> (StatusCode, Value) {
    let path = path.strip_prefix("http://localhost").unwrap_or(path);
    let request = Request::get(path)
        .header("host", "localhost")
        .body(Body::empty())
        .unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    if path.starts_with("/ogc") {
        let kind = if path.contains("/items") {
            "application/geo+json"
        } else {
            "application/json"
        };
        let kind = if status.is_success() {
            kind
        } else {
            "application/problem+json"
        };
        assert_eq!(response.headers()["content-type"], kind, "{path}");
    }
    (
        status,
        serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap(),
    )
}

fn linked<'a>(answer: &'a Value, rel: &str) -> Option<&'a str> {
    let links = answer["links"].as_array().unwrap();
    assert!(
        links
            .iter()
            .all(|link| link["rel"].is_string() && link["type"].is_string()),
        "{answer}"
    );
    links
        .iter()
        .find(|link| link["rel"] == rel)
        .map(|link| link["href"].as_str().unwrap())
}

#[tokio::test]
async fn every_link_from_the_landing_page_leads_somewhere() {
    let app = app();
    let (_, landing) = get(&app, "/ogc").await;
    assert_eq!(get(&app, "/ogc/").await.1, landing);
    for rel in ["self", "service-desc", "conformance", "data"] {
        assert_eq!(
            get(&app, linked(&landing, rel).unwrap()).await.0,
            StatusCode::OK,
            "{rel}"
        );
    }
    let (_, conformance) = get(&app, linked(&landing, "conformance").unwrap()).await;
    assert_eq!(conformance["conformsTo"].as_array().unwrap().len(), 2);
    let (_, list) = get(&app, linked(&landing, "data").unwrap()).await;
    for collection in list["collections"].as_array().unwrap() {
        let (_, mut alone) = get(&app, linked(collection, "self").unwrap()).await;
        assert_eq!(
            alone.as_object_mut().unwrap().remove("dataset").unwrap(),
            list["dataset"]
        );
        assert_eq!(&alone, collection);
        let (status, page) = get(&app, linked(collection, "items").unwrap()).await;
        assert_eq!(
            (status, page["type"].as_str()),
            (StatusCode::OK, Some("FeatureCollection")),
            "{collection}"
        );
        assert!(page["numberMatched"].as_u64() > Some(0), "{collection}");
        let answered: jiff::Timestamp = page["timeStamp"].as_str().unwrap().parse().unwrap();
        assert!(
            jiff::Timestamp::now().duration_since(answered).as_secs() < 60,
            "{page}"
        );
    }
}

#[tokio::test]
async fn extents_hold_all_features_and_their_days() {
    let app = app();
    for collection in get(&app, "/ogc/collections").await.1["collections"]
        .as_array()
        .unwrap()
    {
        let bbox: [f64; 4] =
            serde_json::from_value(collection["extent"]["spatial"]["bbox"][0].clone()).unwrap();
        let interval = &collection["extent"]["temporal"]["interval"][0];
        let (_, page) = get(&app, linked(collection, "items").unwrap()).await;
        for feature in page["features"].as_array().unwrap() {
            let mut met = Vec::new();
            positions(&feature["geometry"]["coordinates"], &mut met);
            let holds = |[x, y]: &[f64; 2]| {
                bbox[0] <= *x && *x <= bbox[2] && bbox[1] <= *y && *y <= bbox[3]
            };
            assert!(
                !met.is_empty() && met.iter().all(holds),
                "{bbox:?}: {feature}"
            );
            if let Some(first) = feature["properties"]["valid_from"].as_str() {
                assert!(
                    interval[0].as_str().unwrap() <= &*format!("{first}T00:00:00Z"),
                    "{interval}: {feature}"
                );
            }
        }
    }
}

/// All positions of a geometry.
fn positions(coordinates: &Value, met: &mut Vec<[f64; 2]>) {
    match serde_json::from_value(coordinates.clone()) {
        Ok(position) => met.push(position),
        Err(_) => coordinates
            .as_array()
            .unwrap()
            .iter()
            .for_each(|part| positions(part, met)),
    }
}

#[tokio::test]
async fn fictional_data_says_so_everywhere() {
    let (_folder, imported) = imported();
    for (app, fictional) in [(&app(), true), (&imported, false)] {
        let (_, list) = get(app, "/ogc/collections").await;
        let collection = linked(&list["collections"][0], "self").unwrap();
        let items = linked(&list["collections"][0], "items").unwrap();
        let (_, page) = get(app, items).await;
        let feature = format!("{items}/{}", page["features"][0]["id"].as_str().unwrap());
        for path in ["/ogc", "/ogc/collections", collection, items, &feature] {
            let (_, answer) = get(app, path).await;
            let dataset = &answer["dataset"];
            assert_eq!(
                (
                    &dataset["fictional"],
                    dataset["digest"].as_str().map(str::len)
                ),
                (&json!(fictional), Some(64))
            );
            assert_eq!(dataset["notice"].is_string(), fictional, "{path}");
            for told in [&answer, &answer["collections"][0]]
                .into_iter()
                .filter(|told| told["title"].is_string())
            {
                for text in [&told["title"], &told["description"]] {
                    let starts = text
                        .as_str()
                        .is_some_and(|text| text.starts_with("Données fictives"));
                    assert_eq!(starts, fictional, "{path}: {told}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_feature_is_had_alone_by_its_link_and_by_each_of_its_attributes() {
    let (_folder, imported) = imported();
    for app in [app(), imported] {
        let (_, list) = get(&app, "/ogc/collections").await;
        for collection in list["collections"].as_array().unwrap() {
            let items = linked(collection, "items").unwrap();
            let (_, page) = get(&app, items).await;
            assert!(page["numberReturned"].as_u64() > Some(0), "{collection}");
            for feature in page["features"].as_array().unwrap() {
                let id = feature["id"].as_str().unwrap();
                let (status, alone) = get(&app, &format!("{items}/{}", urlencode(id))).await;
                assert_eq!(
                    (status, &alone["id"]),
                    (StatusCode::OK, &feature["id"]),
                    "{feature}"
                );
                assert_eq!(alone["type"], "Feature");
                assert_eq!(linked(&alone, "collection"), linked(collection, "self"));
                let (status, again) = get(&app, linked(&alone, "self").unwrap()).await;
                assert_eq!((status, &again), (StatusCode::OK, &alone));
                for (name, value) in feature["properties"].as_object().unwrap() {
                    let value = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    let query = serde_urlencoded::to_string([(name, value)]).unwrap();
                    let (_, found) = get(&app, &format!("{items}?{query}")).await;
                    assert!(
                        found["features"].as_array().unwrap().contains(feature),
                        "{items}?{query}: {found}"
                    );
                }
            }
        }
    }
}

/// Everything but letters and digits encoded, which means the same.
fn urlencode(text: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() {
            char::from(byte).into()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(byte).collect()
}

#[tokio::test]
async fn places_are_told_apart_and_those_of_no_position_are_in_every_box() {
    let (_folder, app) = imported();
    let (_, page) = get(&app, "/ogc/collections/places-schools/items").await;
    let ids: Vec<&Value> = page["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| &feature["id"])
        .collect();
    assert_eq!(ids, ["2", "row-2", "a b/c?d#é%41"]);
    let (_, page) = get(
        &app,
        "/ogc/collections/places-schools/items?bbox=-0.571,48.7,-0.569,48.8",
    )
    .await;
    let ids: Vec<&Value> = page["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| &feature["id"])
        .collect();
    assert_eq!(ids, ["2", "row-2"]);
}

#[tokio::test]
async fn no_parameter_is_passed_over() {
    let app = app();
    let paths = [
        "",
        "/",
        "/conformance",
        "/collections",
        "/collections/qpv-2024",
        "/collections/qpv-2024/items",
    ];
    let (_, page) = get(&app, "/ogc/collections/qpv-2024/items").await;
    let feature = format!(
        "/collections/qpv-2024/items/{}",
        page["features"][0]["id"].as_str().unwrap()
    );
    for path in paths.into_iter().chain([feature.as_str()]) {
        assert_eq!(
            get(&app, &format!("/ogc{path}?f=json")).await.0,
            StatusCode::OK,
            "{path}"
        );
        for query in ["x=1", "f=html", "f=json&x=1"] {
            let (status, problem) = get(&app, &format!("/ogc{path}?{query}")).await;
            assert_eq!(
                (status, &problem["code"]),
                (StatusCode::BAD_REQUEST, &json!("bad_parameter")),
                "{path}?{query}"
            );
            let at_fault = if query.contains('x') { "`x`" } else { "`html`" };
            assert!(
                problem["detail"].as_str().unwrap().contains(at_fault),
                "{path}?{query}: {problem}"
            );
        }
    }
}

#[tokio::test]
async fn an_attribute_that_no_feature_has_is_known_nevertheless() {
    let app = app();
    for query in ["valid_to=2030-01-01", "population=100"] {
        let (_, page) = get(&app, &format!("/ogc/collections/qpv-2024/items?{query}")).await;
        assert_eq!(page["numberMatched"], 0, "{query}");
    }
    let (_folder, app) = imported();
    let (_, page) = get(&app, "/ogc/collections/places-schools/items?network=REP").await;
    assert_eq!(page["numberMatched"], 0);
}

#[tokio::test]
async fn pages_hold_each_feature_once() {
    let app = app();
    let (_, all) = get(&app, "/ogc/collections/qpv-2024/items").await;
    let all = all["features"].as_array().unwrap().clone();
    assert!(all.len() > 2, "the town has some neighbourhoods");
    let (mut seen, mut next) = (
        Vec::new(),
        Some("/ogc/collections/qpv-2024/items?limit=2".to_owned()),
    );
    while let Some(path) = next {
        let (_, page) = get(&app, &path).await;
        assert_eq!(page["numberMatched"], all.len());
        assert_eq!(
            page["numberReturned"],
            page["features"].as_array().unwrap().len()
        );
        seen.extend(page["features"].as_array().unwrap().clone());
        next = linked(&page, "next").map(str::to_owned);
    }
    assert_eq!(seen, all);
    let (_, beyond) = get(&app, "/ogc/collections/qpv-2024/items?offset=1000").await;
    assert_eq!(
        (&beyond["features"], linked(&beyond, "next")),
        (&json!([]), None)
    );
}

#[tokio::test]
async fn boxes_days_and_properties_choose() {
    let app = app();
    let (_, perimeters) = get(&app, "/api/v1/perimeters?vintage=2024").await;
    let perimeters = perimeters["features"].as_array().unwrap();
    for perimeter in perimeters {
        let code = perimeter["id"].as_str().unwrap();
        let (_, found) = get(
            &app,
            &format!("/ogc/collections/qpv-2024/items?code_qp={code}"),
        )
        .await;
        assert_eq!(found["features"][0]["geometry"], perimeter["geometry"]);
        assert_eq!(
            found["features"][0]["properties"]["lib_qp"],
            perimeter["properties"]["lib_qp"]
        );
        assert_eq!(
            (found["numberMatched"].as_u64(), &found["features"][0]["id"]),
            (Some(1), &json!(code))
        );
        let at = &perimeter["geometry"]["coordinates"][0][0][0];
        let (_, met) = get(
            &app,
            &format!(
                "/ogc/collections/qpv-2024/items?bbox={0},{1},{0},{1}",
                at[0], at[1]
            ),
        )
        .await;
        let ids: Vec<&Value> = met["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|feature| &feature["id"])
            .collect();
        assert!(
            ids.contains(&&json!(code)),
            "{code} is at its own corner: {ids:?}"
        );
        let (status, alone) = get(&app, &format!("/ogc/collections/qpv-2024/items/{code}")).await;
        assert_eq!(
            (status, &alone["geometry"]),
            (StatusCode::OK, &perimeter["geometry"])
        );
    }
    for (query, expected) in [
        ("bbox=0,0,1,1", 0),
        ("bbox=-180,-90,180,90", perimeters.len()),
        ("datetime=2014-06-30", 0),
        ("datetime=2025-01-01T00:00:00Z", perimeters.len()),
        // Overseas they stay in force a year longer.
        ("datetime=2030-01-01T00:00:00Z", 1),
        ("datetime=../2014-12-31", 0),
        ("lib_qp=x", 0),
    ] {
        let (_, page) = get(&app, &format!("/ogc/collections/qpv-2024/items?{query}")).await;
        assert_eq!(page["numberMatched"], expected, "{query}");
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_understood_is_told() {
    let app = app();
    for (path, status, code, said) in [
        (
            "/ogc/collections/qpv-2019",
            404,
            "unknown_collection",
            "qpv-2024",
        ),
        (
            "/ogc/collections/qpv-2019/items",
            404,
            "unknown_collection",
            "qpv-2024",
        ),
        (
            "/ogc/collections/qpv-2024/items/QN00000M",
            404,
            "unknown_feature",
            "QN00000M",
        ),
        (
            "/ogc/collections/qpv-2024/items?colour=red",
            400,
            "bad_parameter",
            "lib_qp",
        ),
        (
            "/ogc/collections/qpv-2024/items?bbox=1,2,3",
            400,
            "bad_parameter",
            "bbox",
        ),
        (
            "/ogc/collections/qpv-2024/items?limit=0",
            400,
            "bad_parameter",
            "limit",
        ),
        (
            "/ogc/collections/qpv-2024/items?bbox=1,2,3,400",
            400,
            "bad_parameter",
            "latitudes from -90 to 90",
        ),
        (
            "/ogc/collections/qpv-2024/items?bbox=-999,2,3,4",
            400,
            "bad_parameter",
            "longitudes from -180 to 180",
        ),
        (
            "/ogc/collections/qpv-2024/items?datetime=2024-01-01/2023-01-01",
            400,
            "bad_parameter",
            "the earlier first",
        ),
    ] {
        let (answered, problem) = get(&app, path).await;
        assert_eq!(
            (answered.as_u16(), problem["code"].as_str()),
            (status, Some(code)),
            "{path}"
        );
        assert!(
            problem["detail"].as_str().unwrap().contains(said),
            "{problem}"
        );
    }
}
