//! The audit log over HTTP, in process, on the fictional town.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use common::{answer, bytes, form, get, post};
use qpv_http::{AuditLog, AuditedUser, ServerOptions, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::{Value, json};

const ADDRESS: &str = "1 rue des Cordiers Port-Fictif";

/// The fictional town with an audit log.
fn town(log: &Path) -> Router {
    let service = Service::open(Store::new(log.with_file_name("data"))).unwrap();
    let options = ServerOptions {
        audit_log: Some(Arc::new(AuditLog::open(log).unwrap())),
        ..ServerOptions::default()
    };
    router(Arc::new(service), options)
}

fn lines(log: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(log).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn a_question_has_a_line_with_its_result_and_nothing_of_what_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("audit.jsonl");
    let app = town(&log);
    let body = json!({"q": ADDRESS, "programme": "pre-national", "birth_date": "2016-05-04"});
    let (status, checked) = post(&app, "/api/v1/check", &body).await;
    assert_eq!(status, 200, "{checked}");
    let report = json!({"q": ADDRESS, "about": "Dossier Vexillomane"});
    assert_eq!(post(&app, "/api/v1/reports", &report).await.0, 200);
    let list = format!("adresse\n{ADDRESS}\n{ADDRESS}\n");
    let fields = [("columns", "adresse")];
    let (status, _) = bytes(&app, form("/api/v1/batch", list.as_bytes(), &fields)).await;
    assert_eq!(status, 200);
    assert_eq!(get(&app, "/search?q=cordiers").await.0, 200);
    assert_eq!(
        post(&app, "/api/v1/check", &json!({"q": "\u{1f3e0}"}))
            .await
            .0,
        400
    );

    let lines = lines(&log);
    let asked: Vec<(&str, u64)> = lines
        .iter()
        .map(|line| {
            (
                line["route"].as_str().unwrap(),
                line["status"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        asked,
        [
            ("/api/v1/check", 200),
            ("/api/v1/reports", 200),
            ("/api/v1/batch", 200),
            ("/search", 200),
            ("/api/v1/check", 400),
        ]
    );
    let zone = checked["zone"].as_str().unwrap();
    let outcome = checked["eligibility"]["result"].as_str().unwrap();
    assert_eq!(
        lines[0]["result"],
        json!({"programmes": ["pre-national"], "rows": 1, "zones": {zone: 1}, "outcomes": {outcome: 1}})
    );
    assert_eq!(lines[2]["result"]["rows"], 2);
    assert_eq!(lines[2]["result"]["zones"], json!({zone: 2}));
    // Of neither a search nor an error there is a result.
    assert!(lines[3].get("result").is_none() && lines[4].get("result").is_none());
    let without_times = lines.iter().cloned().map(|mut line| {
        // Its digits may be those of a position.
        line.as_object_mut().unwrap().remove("at");
        line.to_string().to_lowercase()
    });
    let text: String = without_times.collect();
    for mark in ["cordiers", "fictif", "2016", "vexillomane", "-3.", "46."] {
        assert!(!text.contains(mark), "{mark}: {text}");
    }
}

#[tokio::test]
async fn whoever_was_admitted_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("audit.jsonl");
    let app = town(&log);
    let mut request = Request::post("/api/v1/search")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({"q": ADDRESS}).to_string()))
        .unwrap();
    request
        .extensions_mut()
        .insert(AuditedUser("guichet".to_owned()));
    assert_eq!(answer(&app, request).await.0, 200);
    post(&app, "/api/v1/search", &json!({"q": ADDRESS})).await;
    let who: Vec<Value> = lines(&log)
        .into_iter()
        .map(|line| line["who"].clone())
        .collect();
    assert_eq!(who, [json!("guichet"), Value::Null]);
}

#[tokio::test]
async fn pages_and_maps_have_no_line() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("audit.jsonl");
    let app = town(&log);
    for path in [
        "/",
        "/docs",
        "/tiles",
        "/ogc",
        "/health",
        "/ready",
        "/api/v1/reports/key",
        "/api/v1/vintages",
    ] {
        get(&app, path).await;
    }
    assert_eq!(lines(&log), Vec::<Value>::new());
}

#[tokio::test]
async fn a_log_that_cannot_be_written_stops_no_answer() {
    // Every write to it fails, as on a full disk.
    let app = town(Path::new("/dev/full"));
    for _ in 0..3 {
        let (status, _) = post(&app, "/api/v1/check", &json!({"q": ADDRESS})).await;
        assert_eq!(status, 200);
    }
}
