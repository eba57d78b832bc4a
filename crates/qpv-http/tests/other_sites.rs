//! Requests under foreign names, and from the pages of other sites.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use qpv_http::{CrossOrigins, Hosts, ServerOptions, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::Value;
use tower::ServiceExt;

const POINT: &str = r#"{"lon": -0.57, "lat": 48.75}"#;
const POINTS: &str = r#"{"points": [[-0.57, 48.75]]}"#;

fn app() -> Router {
    app_in(Path::new("a folder that does not exist"))
}

fn app_in(data: &Path) -> Router {
    let options = ServerOptions {
        hosts: Hosts::new(vec!["qpv.ville.fr".parse().unwrap()]),
        cross_origins: CrossOrigins::new(vec!["https://carte.fr".parse().unwrap()]),
        ..ServerOptions::default()
    };
    router(Arc::new(Service::open(Store::new(data)).unwrap()), options)
}

async fn send(request: Builder, body: &'static str) -> Response {
    let request = request.body(Body::from(body)).unwrap();
    app().oneshot(request).await.unwrap()
}

async fn code(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let problem: Value = serde_json::from_slice(&body).unwrap();
    (
        status,
        problem["code"].as_str().unwrap_or_default().to_owned(),
    )
}

#[tokio::test]
async fn a_foreign_name_reads_nothing_by_any_method_at_any_path() {
    for path in [
        "/",
        "/health",
        "/ready",
        "/api/v1/zones?lon=-0.57&lat=48.75",
        "/tiles",
        "/nowhere",
    ] {
        for method in [Method::GET, Method::POST, Method::OPTIONS, Method::PUT] {
            let request = Request::builder()
                .method(method.clone())
                .uri(path)
                .header(header::HOST, "rebound.example:8080");
            let refused = code(send(request, "").await).await;
            assert_eq!(
                refused,
                (421, "host_not_served".to_owned()),
                "{method} {path}"
            );
        }
    }
    let request = Request::get("/").header(header::HOST, "rebound.example");
    let page = send(request.header(header::ACCEPT, "text/html"), "").await;
    assert_eq!(page.status(), StatusCode::MISDIRECTED_REQUEST);
    let page = page.into_body().collect().await.unwrap().to_bytes();
    let page = String::from_utf8(page.to_vec()).unwrap();
    assert!(page.starts_with("<!doctype html>"), "{page}");
    for host in ["localhost:8080", "127.0.0.1", "[::1]:8080", "qpv.ville.fr"] {
        let request = Request::get("/health").header(header::HOST, host);
        assert_eq!(send(request, "").await.status(), StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn the_page_of_another_site_has_no_report_signed() {
    for path in [
        "/api/v1/reports",
        "/api/v1/check",
        "/api/v1/batch",
        "/search/csv",
        "/api/v1/share",
    ] {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
            // It may read, and no more.
            ("origin", "https://carte.fr"),
        ] {
            let request = Request::post(path)
                .header(header::HOST, "127.0.0.1:8080")
                .header(header::CONTENT_TYPE, "application/json")
                .header(name, value);
            let refused = code(send(request, POINT).await).await;
            assert_eq!(
                refused,
                (403, "foreign_origin".to_owned()),
                "{path} {value}"
            );
        }
    }
    let own = Request::post("/api/v1/share")
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::ORIGIN, "http://127.0.0.1:8080")
        .header(header::CONTENT_TYPE, "application/json");
    assert_eq!(send(own, POINTS).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn plain_text_is_no_json() {
    for kind in [
        "text/plain",
        "text/plain;charset=UTF-8",
        "application/octet-stream",
    ] {
        let request = Request::post("/api/v1/check").header(header::CONTENT_TYPE, kind);
        let refused = code(send(request, POINT).await).await;
        assert_eq!(
            refused,
            (415, "unsupported_media_type".to_owned()),
            "{kind}"
        );
    }
    for path in ["/api/v1/check", "/api/v1/batch"] {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONTENT_ENCODING, "gzip");
        let response = send(request, POINT).await;
        assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "unsupported_media_type", "{path}");
        for text in [&problem["detail"], &problem["message"]] {
            assert!(text.as_str().unwrap().contains("gzip"), "{path}: {text}");
        }
    }
    // As `curl -d` sends it.
    let request = Request::post("/api/v1/zones")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    assert_eq!(send(request, POINTS).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_origin_that_was_given_reads_what_is_for_reading() {
    let allowed = |response: &Response| {
        let origin = response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        origin.map(|origin| origin.to_str().unwrap().to_owned())
    };
    for path in [
        "/api/v1/zones?lon=-0.57&lat=48.75",
        "/search?q=x",
        "/ogc",
        "/api/v1/zones?lon=x",
    ] {
        let asked = |origin| Request::get(path).header(header::ORIGIN, origin);
        let response = send(asked("https://carte.fr"), "").await;
        assert_eq!(
            allowed(&response).as_deref(),
            Some("https://carte.fr"),
            "{path}"
        );
        let response = send(asked("https://evil.example"), "").await;
        assert_eq!(allowed(&response), None, "{path}");
        let varies = response.headers().get_all(header::VARY);
        assert!(varies.iter().any(|by| by == "origin"), "{path}");
    }
    for path in ["/", "/ready", "/api/v1/examples"] {
        let request = Request::get(path).header(header::ORIGIN, "https://carte.fr");
        assert_eq!(allowed(&send(request, "").await), None, "{path}");
    }
    let points = Request::post("/api/v1/zones")
        .header(header::ORIGIN, "https://carte.fr")
        .header("sec-fetch-site", "cross-site")
        .header(header::CONTENT_TYPE, "application/json");
    let response = send(points, POINTS).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(allowed(&response).as_deref(), Some("https://carte.fr"));
    for (origin, expected) in [("https://carte.fr", 204), ("https://evil.example", 405)] {
        let asked = Request::options("/api/v1/zones")
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
        assert_eq!(
            send(asked, "").await.status().as_u16(),
            expected,
            "{origin}"
        );
    }
}

/// The answer to `Access-Control-Allow-Origin` for a page at an origin, `-` for none.
async fn readers_of(app: &Router, path: &str, origin: &str) -> String {
    let request = Request::get(path).header(header::ORIGIN, origin);
    let request = request.body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let allowed = response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    allowed.map_or("-", |it| it.to_str().unwrap()).to_owned()
}

#[tokio::test]
async fn an_origin_that_was_given_reads_these_resources_and_no_other() {
    let description = serde_json::to_value(qpv_http::document()).unwrap();
    let paths = description["paths"].as_object().unwrap();
    let mut opened = vec![];
    // The resource of the signing key makes one.
    let data = tempfile::tempdir().unwrap();
    let app = app_in(data.path());
    for (path, item) in paths {
        if item.get("get").is_none() {
            continue;
        }
        let filled = path
            .split('/')
            .map(|part| if part.starts_with('{') { "1" } else { part });
        let filled = filled.collect::<Vec<_>>().join("/");
        let [given, other] = ["https://carte.fr", "https://evil.example"]
            .map(|origin| readers_of(&app, &filled, origin));
        match (given.await.as_str(), other.await.as_str()) {
            // Tiles are the same for all, and carry nothing of anybody.
            ("*", "*") => assert!(path.starts_with("/tiles"), "{path}"),
            ("https://carte.fr", "-") => opened.push(path.as_str()),
            closed => assert_eq!(closed, ("-", "-"), "{path}"),
        }
    }
    opened.sort_unstable();
    assert_eq!(
        opened,
        [
            "/api/v1/perimeters",
            "/api/v1/perimeters/{code}",
            "/api/v1/zones",
            "/ogc",
            "/ogc/collections",
            "/ogc/collections/{id}",
            "/ogc/collections/{id}/items",
            "/ogc/collections/{id}/items/{feature}",
            "/ogc/conformance",
            "/reverse",
            "/search",
        ]
    );
    // Bodies with addresses, and tables of them, stay closed; a page gets to send no key either.
    for (path, method) in [
        ("/api/v1/search", "POST"),
        ("/search/csv", "POST"),
        ("/api/v1/check", "POST"),
    ] {
        let asked = Request::options(path)
            .header(header::ORIGIN, "https://carte.fr")
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, method);
        let response = send(asked, "").await;
        let methods = response.headers().get(header::ACCESS_CONTROL_ALLOW_METHODS);
        assert!(methods.is_none_or(|methods| methods == "GET"), "{path}");
    }
    let asked = Request::options("/api/v1/zones")
        .header(header::ORIGIN, "https://carte.fr")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET");
    let response = send(asked, "").await;
    assert_eq!(
        response.headers()[header::ACCESS_CONTROL_ALLOW_HEADERS],
        "content-type"
    );
}
