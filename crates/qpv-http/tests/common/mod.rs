//! Requests to the router, in process.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file is a program of its own and uses some of these"
)]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// The status and the bytes of an answer.
pub async fn bytes(app: &Router, request: Request<Body>) -> (u16, Vec<u8>) {
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap();
    (status, body.to_bytes().to_vec())
}

/// The status and the JSON of an answer; null for one that is none.
pub async fn answer(app: &Router, request: Request<Body>) -> (u16, Value) {
    let (status, bytes) = bytes(app, request).await;
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

/// The answer to `GET`.
pub async fn get(app: &Router, path: &str) -> (u16, Value) {
    answer(app, Request::get(path).body(Body::empty()).unwrap()).await
}

/// The answer to `POST` of JSON.
pub async fn post(app: &Router, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    answer(app, request).await
}

/// A form with a table under `data`, and fields by name.
pub fn form(path: &str, table: &[u8], fields: &[(&str, &str)]) -> Request<Body> {
    let mut form =
        b"--edge\r\nContent-Disposition: form-data; name=\"data\"; filename=\"liste.csv\"\r\n\r\n"
            .to_vec();
    form.extend_from_slice(table);
    for (name, value) in fields {
        let part =
            format!("\r\n--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}");
        form.extend_from_slice(part.as_bytes());
    }
    form.extend_from_slice(b"\r\n--edge--\r\n");
    Request::post(path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .body(Body::from(form))
        .unwrap()
}
