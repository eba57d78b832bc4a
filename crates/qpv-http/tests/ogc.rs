//! OGC API Features, in process, over the fictional town.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::{Value, json};
use tower::ServiceExt;

fn app() -> Router {
    router(Arc::new(Service::open(Store::new("a folder that does not exist")).unwrap()), Limits::default())
}

async fn get(app: &Router, path: &str) -> (StatusCode, Value) {
    let request = Request::get(path.strip_prefix("http://h").unwrap_or(path)).header("host", "h");
    let response = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status();
    (status, serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap())
}

fn linked<'a>(answer: &'a Value, rel: &str) -> Option<&'a str> {
    let links = answer["links"].as_array().unwrap();
    links.iter().find(|link| link["rel"] == rel).map(|link| link["href"].as_str().unwrap())
}

#[tokio::test]
async fn every_link_from_the_landing_page_leads_somewhere() {
    let app = app();
    let (_, landing) = get(&app, "/ogc").await;
    assert_eq!(get(&app, "/ogc/").await.1, landing);
    for rel in ["self", "service-desc", "conformance", "data"] {
        assert_eq!(get(&app, linked(&landing, rel).unwrap()).await.0, StatusCode::OK, "{rel}");
    }
    let (_, conformance) = get(&app, linked(&landing, "conformance").unwrap()).await;
    assert_eq!(conformance["conformsTo"].as_array().unwrap().len(), 2);
    let (_, list) = get(&app, linked(&landing, "data").unwrap()).await;
    for collection in list["collections"].as_array().unwrap() {
        let (_, alone) = get(&app, linked(collection, "self").unwrap()).await;
        assert_eq!(&alone, collection);
        let (status, page) = get(&app, linked(collection, "items").unwrap()).await;
        assert_eq!((status, page["type"].as_str()), (StatusCode::OK, Some("FeatureCollection")), "{collection}");
        assert!(page["numberMatched"].as_u64() > Some(0), "{collection}");
    }
}

#[tokio::test]
async fn pages_hold_each_feature_once() {
    let app = app();
    let (_, all) = get(&app, "/ogc/collections/qpv-2024/items").await;
    let all = all["features"].as_array().unwrap().clone();
    assert!(all.len() > 2, "the town has some neighbourhoods");
    let (mut seen, mut next) = (Vec::new(), Some("/ogc/collections/qpv-2024/items?limit=2".to_owned()));
    while let Some(path) = next {
        let (_, page) = get(&app, &path).await;
        assert_eq!(page["numberMatched"], all.len());
        assert_eq!(page["numberReturned"], page["features"].as_array().unwrap().len());
        seen.extend(page["features"].as_array().unwrap().clone());
        next = linked(&page, "next").map(str::to_owned);
    }
    assert_eq!(seen, all);
    let (_, beyond) = get(&app, "/ogc/collections/qpv-2024/items?offset=1000").await;
    assert_eq!((&beyond["features"], linked(&beyond, "next")), (&json!([]), None));
}

#[tokio::test]
async fn boxes_days_and_properties_choose() {
    let app = app();
    let (_, perimeters) = get(&app, "/api/v1/perimeters?vintage=2024").await;
    let perimeters = perimeters["features"].as_array().unwrap();
    for perimeter in perimeters {
        let code = perimeter["id"].as_str().unwrap();
        let (_, found) = get(&app, &format!("/ogc/collections/qpv-2024/items?code_qp={code}")).await;
        assert_eq!(found["features"][0]["geometry"], perimeter["geometry"]);
        assert_eq!(found["features"][0]["properties"]["lib_qp"], perimeter["properties"]["lib_qp"]);
        assert_eq!((found["numberMatched"].as_u64(), &found["features"][0]["id"]), (Some(1), &json!(code)));
        let at = &perimeter["geometry"]["coordinates"][0][0][0];
        let (_, met) = get(&app, &format!("/ogc/collections/qpv-2024/items?bbox={0},{1},{0},{1}", at[0], at[1])).await;
        let ids: Vec<&Value> = met["features"].as_array().unwrap().iter().map(|feature| &feature["id"]).collect();
        assert!(ids.contains(&&json!(code)), "{code} is at its own corner: {ids:?}");
        let (status, alone) = get(&app, &format!("/ogc/collections/qpv-2024/items/{code}")).await;
        assert_eq!((status, &alone["geometry"]), (StatusCode::OK, &perimeter["geometry"]));
    }
    for (query, expected) in [
        ("bbox=0,0,1,1", 0),
        ("bbox=-180,-90,180,90", perimeters.len()),
        ("datetime=2014-06-30", 0),
        ("datetime=2030-01-01T00:00:00Z", perimeters.len()),
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
        ("/ogc/collections/qpv-2019", 404, "unknown_collection", "qpv-2024"),
        ("/ogc/collections/qpv-2019/items", 404, "unknown_collection", "qpv-2024"),
        ("/ogc/collections/qpv-2024/items/QN00000M", 404, "unknown_feature", "QN00000M"),
        ("/ogc/collections/qpv-2024/items?colour=red", 400, "bad_parameter", "lib_qp"),
        ("/ogc/collections/qpv-2024/items?bbox=1,2,3", 400, "bad_parameter", "bbox"),
        ("/ogc/collections/qpv-2024/items?limit=0", 400, "bad_parameter", "limit"),
    ] {
        let (answered, problem) = get(&app, path).await;
        assert_eq!((answered.as_u16(), problem["code"].as_str()), (status, Some(code)), "{path}");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
    }
}
