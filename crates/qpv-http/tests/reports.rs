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
    // Read as it comes: a longer answer would be compressed.
    let request = Request::post("/api/v1/reports/verify").header(header::CONTENT_TYPE, kind);
    let (status, _, body) = answer(app, request.body(body.into()).unwrap()).await;
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
    assert_eq!(cut["outcome"], "incomplete");
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
    // With a car park 400 m off: a line of its own, and a result of its own.
    let features = [(-3.6125, false), (-3.6160, true)].map(|(lon, annex)| {
        json!({"type": "Feature", "properties": {"annex": annex}, "geometry": square(lon, 46.2028)})
    });
    let project = json!({"footprint": {"type": "FeatureCollection", "features": features},
        "programme": "tva-accession", "on": "2026-11-21", "declared": {"convention-npnru": false}});
    let (status, _, pdf) = report(&app, &project).await;
    assert_eq!(status, StatusCode::OK, "{pdf:?}");
    let told = &verified(&app, "application/pdf", pdf).await["statement"];
    let annexes: Vec<&str> = told["annexes"].as_str().unwrap().split(' ').collect();
    assert_eq!((annexes[0].len(), annexes.len()), (64, 3), "{told}");
    assert_eq!(
        told["resultat-annexes"], "tva-accession not_eligible",
        "{told}"
    );
}

/// The answer of the data stays, and what somebody saw stands beside it.
#[tokio::test]
async fn a_review_settles_what_is_undetermined_alone() {
    let (_folder, app) = app();
    let review =
        json!({"zone": "qpv", "reason": "bail\ndu 3 mai 2024", "by": "coordinatrice du PRE"});
    // Number 1 of the street that the line follows, known to 20 m by a pin.
    let doubtful = json!({"q": "2 rue des Cordiers 00100 Port-Fictif", "placed": {"lon": -3.61051, "lat": 46.20305},
        "on": "2026-11-21", "review": review});
    let (status, _, pdf) = report(&app, &doubtful).await;
    assert_eq!(status, StatusCode::OK, "{pdf:?}");
    let found = verified(&app, "application/pdf", pdf).await;
    let told = &found["statement"];
    let lines =
        ["zone", "revue-zone", "revue-motif", "revue-par"].map(|name| told[name].as_str().unwrap());
    assert_eq!(
        lines,
        [
            "undetermined",
            "qpv",
            "bail du 3 mai 2024",
            "coordinatrice du PRE"
        ]
    );
    // The place is known to 20 m: farther than 300 m from the line it cannot be.
    let mut impossible = doubtful.clone();
    impossible["review"]["zone"] = json!("outside");
    let (_, _, problem) = report(&app, &impossible).await;
    let problem: Value = serde_json::from_slice(&problem).unwrap();
    assert_eq!(problem["code"], "bad_review", "{problem}");
    // The results that follow from the review are signed beside those of the data.
    for (programmes, before, after) in [
        ("pre-national", "À compléter ou à vérifier.", "Éligible."),
        (
            "pre-national,pre-argentan",
            "pre-national",
            "pre-national eligible",
        ),
    ] {
        let mut body = doubtful.clone();
        body["programme"] = json!(programmes);
        body["birth_date"] = json!("2016-05-04");
        let (status, _, pdf) = report(&app, &body).await;
        assert_eq!(status, StatusCode::OK, "{pdf:?}");
        let told = verified(&app, "application/pdf", pdf).await["statement"].clone();
        let of_data = told.get("resultat").or(told.get("indetermine"));
        assert_eq!(of_data.unwrap(), before, "{told}");
        assert_eq!(told["revue-resultat"], after, "{told}");
    }
    let sure =
        json!({"q": "1 rue des Cordiers 00100 Port-Fictif", "on": "2026-11-21", "review": review});
    let (status, _, problem) = report(&app, &sure).await;
    let problem: Value = serde_json::from_slice(&problem).unwrap();
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (422, &json!("bad_review"))
    );
    for (name, value, code) in [
        ("zone", json!("undetermined"), "bad_review"),
        ("zone", json!("inside"), "bad_review"),
        ("reason", json!(" "), "bad_review"),
        ("by", json!(""), "bad_review"),
        ("reason", json!("x".repeat(161)), "report_text_too_long"),
        ("by", Value::Null, "bad_body"),
        ("name", json!("x"), "bad_body"),
    ] {
        let mut body = doubtful.clone();
        body["review"][name] = value;
        let (status, _, problem) = report(&app, &body).await;
        let problem: Value = serde_json::from_slice(&problem).unwrap();
        assert_eq!(
            (status.as_u16(), &problem["code"]),
            (422, &json!(code)),
            "{body}"
        );
    }
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

/// A later version may mean other things by the same names: nothing of it is judged or shown.
#[tokio::test]
async fn another_version_of_the_format_is_unknown_and_no_forgery() {
    let (_folder, app) = app();
    let text = |text: &str| json!({"text": text}).to_string();
    for version in ["2", "17", "0"] {
        let later = format!("compte-rendu-qpv: {version}\nzone: qpv\ncle: 0\nsignature: x");
        let found = verified(&app, "application/json", text(&later)).await;
        assert_eq!(found["outcome"], "unknown_format", "{found}");
        assert!(
            found["message"]
                .as_str()
                .unwrap()
                .contains(&format!("version {version} ")),
            "{found}"
        );
        assert_eq!(found["statement"], json!({}));
        let pdf = format!("%PDF-1.9\n/Keywords (compte-rendu-qpv-{version}.AAAA)\n%%EOF\n");
        assert_eq!(
            verified(&app, "application/pdf", pdf).await["outcome"],
            "unknown_format"
        );
    }
    for version in ["", "x", "1 ", "99999", "2é", "-1"] {
        let changed = format!("compte-rendu-qpv: {version}\nzone: qpv\ncle: 0\nsignature: x");
        let found = verified(&app, "application/json", text(&changed)).await;
        assert_ne!(found["outcome"], "unknown_format", "{version:?}: {found}");
    }
}

#[tokio::test]
async fn a_file_of_another_service_is_verified_with_its_key() {
    let ((_folder, app), (_other_folder, other)) = (app(), app());
    let (_, _, pdf) = report(&other, &json!({"q": "1 rue des Cordiers Port-Fictif"})).await;
    // Each has a key of its own.
    report(&app, &json!({"q": "1 rue des Cordiers Port-Fictif"})).await;
    assert_eq!(
        verified(&app, "application/pdf", pdf.clone()).await["outcome"],
        "another_key"
    );
    let request = Request::get("/api/v1/reports/key")
        .body(Body::empty())
        .unwrap();
    let (_, _, key) = answer(&other, request).await;
    let key: Value = serde_json::from_slice(&key).unwrap();
    let path = format!(
        "/api/v1/reports/verify?key={}",
        key["public_key"].as_str().unwrap()
    );
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/pdf");
    let (status, _, found) = answer(&app, request.body(Body::from(pdf)).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    let found: Value = serde_json::from_slice(&found).unwrap();
    assert_eq!(found["outcome"], "genuine", "{found}");
    let request = Request::post("/api/v1/reports/verify?key=zz")
        .header(header::CONTENT_TYPE, "application/pdf");
    let (status, _, _) = answer(&app, request.body(Body::from("%PDF-")).unwrap()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}
