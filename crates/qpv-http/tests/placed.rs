//! Addresses whose position was placed by hand, on the fictional town: whose street "rue des Cordiers" is the line of a
//! perimeter, number 1 inside, number 2 outside. Coordinates are those of the town's file of addresses.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

const NUMBER_1: [f64; 2] = [-3.610_510, 46.203_047];
const NUMBER_2: [f64; 2] = [-3.610_679, 46.202_978];
/// Between the two, by their Lambert-93 coordinates in the file, over the scale of that projection there (0.999).
const BETWEEN_M: f64 = 15.1;

fn app() -> (TempDir, Router) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::open(Store::new(folder.path().join("data"))).unwrap();
    (folder, router(Arc::new(service), Limits::default()))
}

async fn post(app: &Router, path: &str, kind: &str, body: impl Into<Body>) -> (StatusCode, Bytes) {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, kind)
        .body(body.into())
        .unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    (
        response.status(),
        response.into_body().collect().await.unwrap().to_bytes(),
    )
}

async fn check(body: &Value) -> (StatusCode, Value) {
    let (status, found) = post(
        &app().1,
        "/api/v1/check",
        "application/json",
        body.to_string(),
    )
    .await;
    (status, serde_json::from_slice(&found).unwrap())
}

/// An address placed where somebody saw its door on a plan.
fn placed(q: &str, [lon, lat]: [f64; 2]) -> Value {
    json!({"q": q, "placed": {"lon": lon, "lat": lat, "uncertainty_m": 5}, "on": "2026-11-21"})
}

/// A pin is somebody's word: without a plan it settles nothing that lies 8 m from a line, and what it settles says so.
#[tokio::test]
async fn a_pin_is_a_testimony() {
    let mut pin = placed("2 rue des Cordiers 00100 Port-Fictif", NUMBER_1);
    pin["placed"]
        .as_object_mut()
        .unwrap()
        .remove("uncertainty_m");
    let (_, found) = check(&pin).await;
    let certainty = &found["position"]["certainty"];
    assert_eq!(
        (&found["zone"], &certainty["position_uncertainty_m"]),
        (&json!("undetermined"), &json!(20.0)),
        "{found}"
    );
    let own = &found["candidates"][0]["properties"]["qpv"]["certainty"]["explanation"];
    assert!(
        own.as_str().unwrap().starts_with("Réponse sûre : "),
        "{own}"
    );
    let on_a_plan = placed("2 rue des Cordiers 00100 Port-Fictif", NUMBER_1);
    let alone = json!({"lon": NUMBER_1[0], "lat": NUMBER_1[1], "on": "2026-11-21"});
    for body in [on_a_plan, alone] {
        let (_, found) = check(&body).await;
        let explanation = found["position"]["certainty"]["explanation"]
            .as_str()
            .unwrap();
        let words = "Réponse sûre selon la position que vous avez indiquée : ";
        assert!(explanation.starts_with(words), "{body} {explanation}");
    }
}

#[tokio::test]
async fn an_address_without_its_place_is_a_choice() {
    let (status, found) = check(&json!({"q": "1 rue des Cordiers"})).await;
    let doubt = &found["doubt"];
    assert_eq!(
        (
            status,
            &found["zone"],
            &doubt["code"],
            &doubt["place_not_named"]
        ),
        (
            StatusCode::OK,
            &json!("undetermined"),
            &json!("candidates"),
            &json!(true)
        ),
        "{found}"
    );
    assert!(doubt["message"].as_str().unwrap().contains("ville fictive"));
    let chosen = &found["candidates"][0]["properties"];
    let question = json!({"q": chosen["label"], "citycode": chosen["citycode"]});
    let (_, found) = check(&question).await;
    assert_eq!((&found["zone"], found.get("doubt")), (&json!("qpv"), None));
    // Where a person puts the door needs no town.
    let (_, found) = check(&placed("2 rue des Cordiers", NUMBER_1)).await;
    assert_eq!((&found["zone"], found.get("doubt")), (&json!("qpv"), None));
    assert_eq!(found["position"]["moved_m"], Value::Null);
}

#[tokio::test]
async fn the_zone_is_that_of_the_position_placed() {
    let (status, found) = check(&placed("2 rue des Cordiers 00100 Port-Fictif", NUMBER_1)).await;
    assert_eq!(
        (status, &found["zone"], &found["doubt"]),
        (StatusCode::OK, &json!("qpv"), &Value::Null),
        "{found}"
    );
    let position = &found["position"];
    assert_eq!(
        (&position["kind"], &position["zone"]),
        (&json!("placed_by_hand"), &json!("qpv"))
    );
    assert_eq!(position["certainty"]["position_uncertainty_m"], 5.0);
    assert_eq!(
        [&position["lon"], &position["lat"]],
        [&json!(NUMBER_1[0]), &json!(NUMBER_1[1])]
    );
    assert!(
        (position["moved_m"].as_f64().unwrap() - BETWEEN_M).abs() < 0.1,
        "{position}"
    );
    assert_eq!(
        position["message"],
        "Position placée à la main à 15 m de celle de l'adresse."
    );
    // What the address itself is stays told.
    let address = &found["candidates"][0];
    assert_eq!(address["geometry"]["coordinates"], json!(NUMBER_2));
    assert_eq!(address["properties"]["qpv"]["zone"], "band_300m");

    let (_, found) = check(&placed("1 rue des Cordiers 00100 Port-Fictif", NUMBER_2)).await;
    assert_eq!(found["zone"], "band_300m", "{found}");
    for doubtful in [
        json!({"uncertainty_m": 25, "placed": {"lon": NUMBER_1[0], "lat": NUMBER_1[1]}}),
        json!({"placed": {"lon": NUMBER_1[0], "lat": NUMBER_1[1], "uncertainty_m": 25}}),
    ] {
        let mut body = placed("2 rue des Cordiers 00100 Port-Fictif", NUMBER_1);
        body.as_object_mut()
            .unwrap()
            .extend(doubtful.as_object().unwrap().clone());
        let (_, found) = check(&body).await;
        assert_eq!(
            (&found["zone"], &found["doubt"]["code"]),
            (&json!("undetermined"), &json!("position")),
            "{found}"
        );
    }
}

/// A position that was not moved tells what the address tells.
#[tokio::test]
async fn an_address_left_where_it_is_answers_alike() {
    let q = "1 rue des Cordiers 00100 Port-Fictif";
    let (_, address) = check(&json!({"q": q, "on": "2026-11-21"})).await;
    let (_, found) = check(&placed(q, NUMBER_1)).await;
    assert_eq!(
        (&found["zone"], &found["candidates"]),
        (&address["zone"], &address["candidates"])
    );
    assert_eq!(found["position"]["moved_m"], 0.0);
}

#[tokio::test]
async fn without_a_sure_address_no_distance_is_told() {
    for q in [
        "rue des Cordiers 00100 Port-Fictif",
        "Port-Fictif",
        "999 chemin de nulle part",
    ] {
        let (status, found) = check(&placed(q, NUMBER_1)).await;
        assert_eq!(
            (status, &found["zone"]),
            (StatusCode::OK, &json!("qpv")),
            "{q} {found}"
        );
        let position = found["position"].as_object().unwrap();
        assert_eq!(position.get("moved_m"), Some(&Value::Null), "{q}");
        assert!(
            position["message"]
                .as_str()
                .unwrap()
                .starts_with("Position placée à la main."),
            "{q}"
        );
    }
}

#[tokio::test]
async fn eligibility_is_that_of_the_position_placed() {
    let person =
        json!({"programme": "pre-national", "birth_date": "2016-05-04", "school": "aucune"});
    for (q, at, result) in [
        ("2 rue des Cordiers 00100 Port-Fictif", NUMBER_1, "eligible"),
        (
            "1 rue des Cordiers 00100 Port-Fictif",
            NUMBER_2,
            "outside_rule_possible",
        ),
        ("rue des Cordiers 00100 Port-Fictif", NUMBER_1, "eligible"),
    ] {
        let mut body = placed(q, at);
        body.as_object_mut()
            .unwrap()
            .extend(person.as_object().unwrap().clone());
        let (_, found) = check(&body).await;
        assert_eq!(found["eligibility"]["result"], result, "{q} {found}");
    }
    // The street is still that of the address: both its kerbs count where the law says so.
    let mut shop = placed("2 rue des Cordiers 00100 Port-Fictif", NUMBER_2);
    let asked = json!({"programme": "exoneration-commerces", "on": "2025-06-01", "declared": {"commerce": true, "creation": "2025-03-01"}});
    shop.as_object_mut()
        .unwrap()
        .extend(asked.as_object().unwrap().clone());
    let (_, found) = check(&shop).await;
    assert_eq!(
        found["eligibility"]["conditions"][1]["finding"], "boundary_street",
        "{found}"
    );
}

#[tokio::test]
async fn a_report_tells_both_positions() {
    let (_folder, app) = app();
    let body = placed("2 rue des Cordiers 00100 Port-Fictif", NUMBER_1);
    let (status, pdf) = post(
        &app,
        "/api/v1/reports",
        "application/json",
        body.to_string(),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{pdf:?}");
    let (_, found) = post(&app, "/api/v1/reports/verify", "application/pdf", pdf).await;
    let found: Value = serde_json::from_slice(&found).unwrap();
    assert_eq!(found["outcome"], "genuine");
    let told = &found["statement"];
    let line = |name: &str| {
        told[name]
            .as_str()
            .unwrap_or_else(|| panic!("{name}: {told}"))
    };
    assert_eq!(
        [line("zone"), line("position"), line("incertitude")],
        ["qpv", "by_hand", "5"]
    );
    assert_eq!([line("lon"), line("lat")], ["-3.6105100", "46.2030470"]);
    assert_eq!(
        [line("lon-adresse"), line("lat-adresse")],
        ["-3.6106790", "46.2029780"]
    );
    assert_eq!(
        [line("position-adresse"), line("adresse")],
        ["entrance", "2 Rue des Cordiers 00100 Port-Fictif"]
    );
    assert!((line("deplacement").parse::<f64>().unwrap() - BETWEEN_M).abs() < 0.1);

    let body = placed("999 chemin de nulle part", NUMBER_1);
    let (_, pdf) = post(
        &app,
        "/api/v1/reports",
        "application/json",
        body.to_string(),
    )
    .await;
    let (_, found) = post(&app, "/api/v1/reports/verify", "application/pdf", pdf).await;
    let told: Value = serde_json::from_slice(&found).unwrap();
    let told = &told["statement"];
    assert_eq!(
        (&told["zone"], &told["demande"]),
        (&json!("qpv"), &json!("999 chemin de nulle part"))
    );
    assert!(
        told.get("adresse").is_none() && told.get("deplacement").is_none(),
        "{told}"
    );
}

#[tokio::test]
async fn faults_are_told() {
    let at = json!({"lon": NUMBER_1[0], "lat": NUMBER_1[1]});
    for (body, code) in [
        (json!({"placed": at}), "bad_body"),
        (json!({"q": "x", "placed": {"lon": 1}}), "bad_body"),
        (
            json!({"q": "x", "placed": {"lon": 1, "lat": 2, "x": 3}}),
            "bad_body",
        ),
        (json!({"lon": 1, "lat": 2, "placed": at}), "bad_body"),
        (
            json!({"q": "x", "uncertainty_m": 3, "placed": {"lon": 1, "lat": 2, "uncertainty_m": 3}}),
            "bad_body",
        ),
        (
            json!({"q": "x", "uncertainty_m": -3, "placed": at}),
            "bad_uncertainty",
        ),
        (
            json!({"q": "x", "placed": {"lon": 2.35, "lat": 48.85}}),
            "outside_coverage",
        ),
        (json!({"q": "?!", "placed": at}), "empty_question"),
    ] {
        for path in ["/api/v1/check", "/api/v1/reports"] {
            let (status, problem) =
                post(&app().1, path, "application/json", body.to_string()).await;
            let problem: Value = serde_json::from_slice(&problem).unwrap();
            assert!(
                status.is_client_error() && problem["code"] == code,
                "{path} {body} {problem}"
            );
        }
    }
}
