//! The search box over HTTP: what words mean, and the places near the neighbourhoods of a commune.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::sync::Arc;

use axum::Router;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::json;

mod common;
use common::{get, post};

fn sample() -> Router {
    let store = Store::new("a folder that does not exist");
    router(Arc::new(Service::open(store).unwrap()), Limits::default())
}

#[tokio::test]
async fn words_are_given_back_as_what_they_mean() {
    let app = sample();
    let (status, found) = post(&app, "/api/v1/suggest", &json!({ "q": "Bayeux" })).await;
    let first = &found["suggestions"][0];
    assert_eq!(status, 200, "{found}");
    let expected = json!({
        "kind": "commune", "exact": true, "insee_com": "14047", "lib_com": "Bayeux", "code_kind": "commune",
        "insee_dep": "14", "lib_dep": "Calvados", "postcodes": ["14400"], "has_perimeters": false,
    });
    assert_eq!(first, &expected);
    let body = json!({ "q": "rue des", "limit": 2 });
    let (_, found) = post(&app, "/api/v1/suggest", &body).await;
    let all = found["suggestions"].as_array().unwrap();
    assert_eq!(
        (all.len(), &all[0]["kind"]),
        (2, &json!("address")),
        "{found}"
    );
    assert_eq!(all[0]["address"]["type"], "Feature");
    let (_, found) = post(&app, "/api/v1/suggest", &json!({ "q": "61169000AB0123" })).await;
    let parcel = &found["suggestions"][0];
    assert_eq!(
        (&parcel["kind"], &parcel["found"]),
        (&json!("parcel"), &json!(false))
    );
    assert!(
        parcel["message"]
            .as_str()
            .unwrap()
            .contains("ne sont pas chargées"),
        "{parcel}"
    );
}

#[tokio::test]
async fn words_that_say_nothing_are_refused() {
    let app = sample();
    for body in [
        json!({ "q": "" }),
        json!({ "q": "a".repeat(201) }),
        json!({ "q": "a", "limit": 0 }),
        json!({ "q": "a", "other": 1 }),
        json!({}),
    ] {
        let (status, problem) = post(&app, "/api/v1/suggest", &body).await;
        assert!((400..500).contains(&status), "{body}: {problem}");
    }
}

#[tokio::test]
async fn schools_in_the_neighbourhoods_of_a_commune_are_listed() {
    let app = sample();
    let (status, found) = get(&app, "/api/v1/communes/00001/places").await;
    assert_eq!(
        (status, &found["lists"]),
        (200, &json!(["schools"])),
        "{found}"
    );
    let places = found["places"].as_array().unwrap();
    assert!(!places.is_empty());
    for place in places {
        let distance_m = place["distance_m"].as_f64().unwrap();
        match place["zone"].as_str().unwrap() {
            "qpv" => assert!(distance_m <= 0.0, "{place}"),
            "band_300m" => assert!(0.0 < distance_m && distance_m < 300.0, "{place}"),
            zone => assert_eq!(zone, "undetermined"),
        }
    }
    let (status, found) = get(&app, "/api/v1/communes/14047/places").await;
    assert_eq!((status, &found["places"]), (200, &json!([])));
    let (status, _) = get(&app, "/api/v1/communes/99999/places").await;
    assert_eq!(status, 404);
}
