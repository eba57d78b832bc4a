//! Vintages as data: the town's list has one to come, which nothing in the code knows of. Areas and classes are those that
//! `geodata/sample/README.md` gives, measured with GEOS.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::sync::Arc;

use axum::Router;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::{Value, json};

mod common;
use common::{get, post};

fn app() -> Router {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::open(Store::new(folder.path())).unwrap();
    router(Arc::new(service), Limits::default())
}

/// The days of force of an answer.
fn days(answer: &Value) -> Value {
    json!([
        answer["vintage"],
        answer["valid_from"],
        answer["valid_until"],
        answer["next_vintage"]
    ])
}

#[tokio::test]
async fn every_vintage_is_listed_with_its_days_by_territory() {
    let (status, list) = get(&app(), "/api/v1/vintages").await;
    assert_eq!(status, 200);
    let found: Vec<Value> = list["vintages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|vintage| {
            json!([
                vintage["id"],
                vintage["predecessor"],
                vintage["loaded"],
                vintage["days"]["metropole"]["valid_until"],
                vintage["days"]["reunion"]["valid_from"]
            ])
        })
        .collect();
    assert_eq!(
        found,
        [
            json!(["2015", null, true, "2023-12-31", "2015-01-01"]),
            json!(["2024", "2015", true, "2029-12-31", "2025-01-01"]),
            json!(["2030", "2024", true, null, "2031-01-01"]),
        ]
    );
}

#[tokio::test]
async fn an_answer_has_the_days_of_force_of_its_territory() {
    let app = app();
    let town = "lon=-3.6&lat=46.2";
    let islet = "lon=54.6&lat=-20.6";
    for (query, expected) in [
        (
            format!("{town}&on=2023-12-31"),
            json!(["2015", "2015-01-01", "2023-12-31", "2024"]),
        ),
        (
            format!("{town}&on=2024-01-01"),
            json!(["2024", "2024-01-01", "2029-12-31", "2030"]),
        ),
        (
            format!("{town}&on=2029-12-31"),
            json!(["2024", "2024-01-01", "2029-12-31", "2030"]),
        ),
        (
            format!("{town}&on=2030-01-01"),
            json!(["2030", "2030-01-01", null, null]),
        ),
        (
            format!("{islet}&on=2024-12-31"),
            json!(["2015", "2015-01-01", "2024-12-31", "2024"]),
        ),
        (
            format!("{islet}&on=2030-06-01"),
            json!(["2024", "2025-01-01", "2030-12-31", "2030"]),
        ),
        (
            format!("{islet}&vintage=2030"),
            json!(["2030", "2031-01-01", null, null]),
        ),
    ] {
        let (status, zone) = get(&app, &format!("/api/v1/zones?{query}")).await;
        assert_eq!((status, days(&zone)), (200, expected), "{query}");
    }
    let points = json!({"points": [[-3.6, 46.2], [54.6, -20.6]], "on": "2030-06-01"});
    let (_, list) = post(&app, "/api/v1/zones", &points).await;
    let vintages: Vec<&Value> = (0..2)
        .map(|index| &list["results"][index]["vintage"])
        .collect();
    assert_eq!(vintages, ["2030", "2024"]);
}

#[tokio::test]
async fn a_day_beyond_what_is_known_is_told() {
    let app = app();
    let (status, before) = get(&app, "/api/v1/zones?lon=-3.6&lat=46.2&on=2014-12-31").await;
    assert_eq!(
        (status, &before["code"]),
        (422, &json!("no_vintage_in_force"))
    );
    assert!(
        before["message"]
            .as_str()
            .unwrap()
            .contains("1er janvier 2015"),
        "{before}"
    );
    let (_, after) = get(&app, "/api/v1/zones?lon=-3.6&lat=46.2&on=2099-01-01").await;
    let told = after["certainty"]["explanation"].as_str().unwrap();
    assert!(told.contains("1er janvier 2099 est à venir"), "{told}");
    let (_, past) = get(&app, "/api/v1/zones?lon=-3.6&lat=46.2&on=2024-06-01").await;
    assert!(
        !past["certainty"]["explanation"]
            .as_str()
            .unwrap()
            .contains("à venir"),
        "{past}"
    );
}

#[tokio::test]
async fn an_unknown_vintage_is_refused_everywhere_with_those_there_are() {
    let app = app();
    for path in [
        "/api/v1/zones?lon=-3.6&lat=46.2&vintage=2019",
        "/api/v1/perimeters?vintage=2019",
        "/api/v1/compare?from=2019",
        "/api/v1/compare?to=2031",
        "/search?q=cordiers&zones=1&vintage=2019",
        "/reverse?lon=-3.6&lat=46.2&zones=1&vintage=2019",
    ] {
        let (status, problem) = get(&app, path).await;
        assert_eq!(
            (status, &problem["code"]),
            (400, &json!("unknown_vintage")),
            "{path}"
        );
        assert!(
            problem["message"]
                .as_str()
                .unwrap()
                .contains("2015, 2024, 2030"),
            "{path} {problem}"
        );
    }
    for (path, body) in [
        (
            "/api/v1/zones",
            json!({"points": [[-3.6, 46.2]], "vintage": "2019"}),
        ),
        (
            "/api/v1/check",
            json!({"lon": -3.6, "lat": 46.2, "vintage": "2019"}),
        ),
    ] {
        let (status, problem) = post(&app, path, &body).await;
        assert_eq!(
            (status, &problem["code"]),
            (400, &json!("unknown_vintage")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn any_two_vintages_are_compared() {
    let app = app();
    let (_, found) = get(&app, "/api/v1/compare?from=2024&to=2030").await;
    let classes: Vec<Value> = found["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            json!([
                change["class"],
                change["from"][0]["code_qp"],
                change["to"][0]["code_qp"],
                change["agrees_with_letter"]
            ])
        })
        .collect();
    for expected in [
        json!(["identical", "QN00001I", "QR00001I", true]),
        json!(["extended", "QN00002M", "QR00002M", true]),
        json!(["split", "QN00006M", "QR00006M", true]),
        json!(["gone", "QN00007M", null, null]),
        json!(["new", null, "QR00012N", true]),
    ] {
        assert!(classes.contains(&expected), "{expected} not in {classes:?}");
    }
    // The letters of 2030 declare what changed since 2024, and nothing about 2015.
    let (_, skipping) = get(&app, "/api/v1/compare?from=2015&to=2030").await;
    let changes = skipping["changes"].as_array().unwrap();
    assert!(!changes.is_empty());
    assert!(
        changes
            .iter()
            .all(|change| change["agrees_with_letter"].is_null()),
        "{changes:?}"
    );
    // Without any, what changed last; with one, the one that it replaced or that replaced it.
    for (query, from, to) in [
        ("", "2015", "2024"),
        ("?to=2030", "2024", "2030"),
        ("?from=2024", "2024", "2030"),
        ("?from=2030", "2030", "2015"),
    ] {
        let (_, found) = get(&app, &format!("/api/v1/compare{query}")).await;
        assert_eq!(
            (&found["from"], &found["to"]),
            (&json!(from), &json!(to)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_sheet_has_what_comes_before_and_after() {
    let app = app();
    let shared = |kin: &Value| -> Vec<(String, f64)> {
        let kin = kin.as_array().unwrap().iter();
        kin.map(|one| {
            (
                one["code_qp"].as_str().unwrap().to_owned(),
                (one["shared_ha"].as_f64().unwrap() * 100.0).round() / 100.0,
            )
        })
        .collect()
    };
    let (_, sheet) = get(&app, "/api/v1/perimeters/QN00006M").await;
    assert_eq!(
        shared(&sheet["predecessors"]),
        [("QP000006".to_owned(), 7.99), ("QP000007".to_owned(), 7.82)]
    );
    assert_eq!(
        shared(&sheet["successors"]),
        [("QR00006M".to_owned(), 8.86), ("QR00007M".to_owned(), 7.82)]
    );
    let (_, newest) = get(&app, "/api/v1/perimeters/QR00012N").await;
    assert_eq!(newest["predecessors"], json!([]));
    assert!(newest.get("successors").is_none(), "{newest}");
    assert_eq!(
        days(&newest["properties"]),
        json!(["2030", "2030-01-01", null, null])
    );
}

#[tokio::test]
async fn maps_and_collections_have_every_vintage() {
    let app = app();
    let (_, tiles) = get(&app, "/tiles").await;
    let (_, ogc) = get(&app, "/ogc/collections").await;
    let ids = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let (layers, collections) = (ids(&tiles["layers"]), ids(&ogc["collections"]));
    for id in ["qpv-2030", "band-300m-2030"] {
        assert!(
            layers.contains(&id.to_owned()) && collections.contains(&id.to_owned()),
            "{id}"
        );
    }
    assert!(layers.contains(&"clusters-2030".to_owned()));
    assert!(collections.contains(&"gained-2024-2030".to_owned()));
    let (_, page) = get(&app, "/ogc/collections/qpv-2030/items?limit=100").await;
    assert_eq!(page["features"].as_array().unwrap().len(), 13);
    assert_eq!(
        page["features"][0]["properties"]["valid_from"],
        "2030-01-01"
    );
    let (_, commune) = get(&app, "/api/v1/communes/00001").await;
    assert_eq!(commune["qpv"].as_array().unwrap().len(), 3);
    let (_, style) = get(&app, "/tiles/style.json").await;
    assert!(style.to_string().contains("qpv-2030-line"));
}
