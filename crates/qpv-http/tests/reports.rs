//! Reports over HTTP, in process, on the fictional town.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

fn app() -> (TempDir, Router) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::open(Store::new(folder.path().join("data"))).unwrap();
    (folder, router(Arc::new(service), Limits::default()))
}

async fn answer(app: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Bytes) {
    let response = app.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    (
        status,
        headers,
        response.into_body().collect().await.unwrap().to_bytes(),
    )
}

async fn post(
    app: &Router,
    path: &str,
    kind: &str,
    body: impl Into<Body>,
) -> (StatusCode, HeaderMap, Bytes) {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, kind)
        .header(header::ACCEPT_ENCODING, "gzip");
    answer(app, request.body(body.into()).unwrap()).await
}

async fn report(app: &Router, body: &Value) -> (StatusCode, HeaderMap, Bytes) {
    post(app, "/api/v1/reports", "application/json", body.to_string()).await
}

async fn verified(app: &Router, kind: &str, body: impl Into<Body>) -> Value {
    let (status, _, body) = post(app, "/api/v1/reports/verify", kind, body).await;
    assert_eq!(status, StatusCode::OK, "{body:?}");
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn a_report_is_a_pdf_that_is_kept_nowhere_and_verifies() {
    let (folder, app) = app();
    let body =
        json!({"q": "1 rue des Cordiers Port-Fictif", "vintage": "2024", "about": "Dossier 12"});
    let (status, headers, pdf) = report(&app, &body).await;
    assert_eq!(status, StatusCode::OK, "{pdf:?}");
    assert_eq!(headers[header::CONTENT_TYPE], "application/pdf");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert!(pdf.starts_with(b"%PDF-") && !headers.contains_key(header::CONTENT_ENCODING));
    let found = verified(&app, "application/pdf", pdf.clone()).await;
    assert_eq!(
        (&found["outcome"], &found["reproducible"]),
        (&json!("genuine"), &json!(true)),
        "{found}"
    );
    assert_eq!(
        (&found["statement"]["zone"], &found["statement"]["objet"]),
        (&json!("qpv"), &json!("Dossier 12"))
    );
    let mut altered = pdf.to_vec();
    altered[1000] ^= 1;
    assert_eq!(
        verified(&app, "application/pdf", altered).await["outcome"],
        "altered"
    );
    // The key is all that it left behind.
    let files: Vec<_> = std::fs::read_dir(folder.path().join("data"))
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert_eq!(files, ["keys"]);
}

#[tokio::test]
async fn a_text_verifies_with_the_key_given() {
    let (_folder, app) = app();
    let (_, headers, key) = answer(
        &app,
        Request::get("/api/v1/reports/key")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert!(
        !headers.contains_key(header::ETAG),
        "the key does not come with the dataset"
    );
    let key: Value = serde_json::from_slice(&key).unwrap();
    assert_eq!(
        (&key["algorithm"], key["public_key"].as_str().unwrap().len()),
        (&json!("Ed25519"), 64)
    );
    let text = |text: &str| json!({"text": text, "key": key["public_key"]}).to_string();
    assert_eq!(
        verified(&app, "application/json", text("bonjour")).await["outcome"],
        "not_a_report"
    );
    let cut = verified(
        &app,
        "application/json",
        text("compte-rendu-qpv: 1\nzone: qpv"),
    )
    .await;
    assert_eq!(cut["outcome"], "altered");
    let (status, _, body) = post(
        &app,
        "/api/v1/reports/verify",
        "application/json",
        json!({"text": "x", "key": "00"}).to_string(),
    )
    .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body:?}");
}

#[tokio::test]
async fn a_point_placed_by_hand_has_a_report() {
    let (_folder, app) = app();
    let (status, _, pdf) = report(
        &app,
        &json!({"lon": -3.60, "lat": 46.20, "uncertainty_m": 2, "vintage": "2024"}),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{pdf:?}");
    let found = verified(&app, "application/pdf", pdf).await;
    assert_eq!(
        (
            &found["statement"]["position"],
            &found["statement"]["incertitude"]
        ),
        (&json!("by_hand"), &json!("2"))
    );
}

/// A square 0.0002° wide whose south-west corner is here.
fn square(lon: f64, lat: f64) -> Value {
    let corners = [
        (0.0, 0.0),
        (2e-4, 0.0),
        (2e-4, 2e-4),
        (0.0, 2e-4),
        (0.0, 0.0),
    ];
    json!({"type": "Polygon", "coordinates": [corners.map(|(x, y)| [lon + x, lat + y])]})
}

/// What is signed is what `/api/v1/zones` answers for the same outline.
#[tokio::test]
async fn a_building_has_a_report() {
    let (_folder, app) = app();
    // East of the line along "rue des Cordiers", on it, west of it, and farther off.
    for (lon, zone) in [
        (-3.6100, "qpv"),
        (-3.6107, "undetermined"),
        (-3.6125, "band_300m"),
        (-3.6200, "outside"),
    ] {
        let outline = square(lon, 46.2028);
        let body = json!({"footprint": outline, "vintage": "2024"});
        let (status, _, pdf) = report(&app, &body).await;
        assert_eq!(status, StatusCode::OK, "{pdf:?}");
        let found = verified(&app, "application/pdf", pdf).await;
        let told = &found["statement"];
        assert_eq!(
            (&found["outcome"], &told["zone"]),
            (&json!("genuine"), &json!(zone)),
            "{lon}: {told}"
        );
        let mut asked = outline;
        asked["vintage"] = json!("2024");
        let (_, _, answer) =
            post(&app, "/api/v1/zones", "application/json", asked.to_string()).await;
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        for (line, member) in [
            ("dans-qpv", "qpv"),
            ("a-300m", "within_300m"),
            ("a-500m", "within_500m"),
        ] {
            let parts = match (&answer[member]["any_part"], &answer[member]["every_part"]) {
                (_, Value::Bool(true)) => "every_part",
                (Value::Bool(true), _) => "any_part",
                _ => "no_part",
            };
            assert_eq!(told[line], parts, "{lon} {line}: {told}");
        }
        let metres = |value: &str| value.parse::<f64>().unwrap();
        assert_eq!(
            answer["farthest_m"],
            metres(told["distance-max"].as_str().unwrap()),
            "{told}"
        );
        assert_eq!(
            (
                told["position"].as_str(),
                told["emprise"].as_str().unwrap().len()
            ),
            (Some("footprint"), 64)
        );
    }
    let programme = json!({"footprint": square(-3.6125, 46.2028), "programme": "tva-accession", "on": "2026-11-21"});
    let (status, _, pdf) = report(&app, &programme).await;
    assert_eq!(status, StatusCode::OK, "{pdf:?}");
    let told = &verified(&app, "application/pdf", pdf).await["statement"];
    assert!(
        told["resultat"].as_str().unwrap().starts_with("Éligible"),
        "{told}"
    );
}

#[tokio::test]
async fn what_cannot_be_reported_on_says_why() {
    let (_folder, app) = app();
    for (body, status, code) in [
        (json!({}), 422, "bad_body"),
        (json!({"q": "x", "lon": 1, "lat": 2}), 422, "bad_body"),
        (json!({"q": "x", "name": "y"}), 422, "bad_body"),
        (
            json!({"lon": 1, "lat": 2, "postcode": "61000"}),
            422,
            "bad_body",
        ),
        (json!({"q": "?!"}), 400, "empty_question"),
        (
            json!({"q": "x", "footprint": square(-3.61, 46.2)}),
            422,
            "bad_body",
        ),
        (
            json!({"footprint": {"type": "Point", "coordinates": [1, 2]}}),
            422,
            "bad_body",
        ),
        (
            json!({"footprint": square(2.35, 48.85)}),
            422,
            "outside_coverage",
        ),
        (json!({"lon": 2.35, "lat": 48.85}), 422, "outside_coverage"),
        (
            json!({"q": "Port-Fictif", "asked_by": "x".repeat(81)}),
            422,
            "report_text_too_long",
        ),
        (
            json!({"q": "Port-Fictif", "vintage": "2024", "on": "2024-01-01"}),
            400,
            "vintage_and_date",
        ),
    ] {
        let (answered, _, problem) = report(&app, &body).await;
        let problem: Value = serde_json::from_slice(&problem).unwrap();
        assert_eq!(
            (answered.as_u16(), &problem["code"]),
            (status, &json!(code)),
            "{body}: {problem}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_that_others_can_read_signs_nothing_and_is_not_told_of() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, app) = app();
    let key = folder.path().join("data/keys/report.ed25519");
    std::fs::create_dir_all(key.parent().unwrap()).unwrap();
    std::fs::write(&key, [1; 32]).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (status, _, problem) = report(&app, &json!({"q": "Port-Fictif"})).await;
    let problem: Value = serde_json::from_slice(&problem).unwrap();
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (500, &json!("report_key_unusable"))
    );
    assert!(!problem.to_string().contains("report.ed25519"), "{problem}");
}
