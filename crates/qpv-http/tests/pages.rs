//! Pages for a browser besides the front end: the documentation, errors, frames.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use qpv_http::{FrameAncestors, Limits, ServerOptions, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::Value;
use tower::ServiceExt;

/// The `Accept` header of browsers when an address is opened.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn app_with(options: impl Into<ServerOptions>) -> Router {
    let nowhere = Store::new("a folder that does not exist");
    router(Arc::new(Service::open(nowhere).unwrap()), options)
}

fn app() -> Router {
    app_with(Limits::default())
}

async fn ask(
    app: &Router,
    method: Method,
    path: &str,
    accept: &str,
) -> (StatusCode, HeaderMap, String) {
    let request = Request::builder().method(method).uri(path);
    let request = request.header(header::ACCEPT, accept).body(Body::empty());
    let response = app.clone().oneshot(request.unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (
        parts.status,
        parts.headers,
        String::from_utf8(bytes.to_vec()).unwrap(),
    )
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_wrong_address_is_a_page_for_people_and_a_problem_for_programs() {
    let app = app();
    for path in [
        "/nowhere",
        "/docs/index.html",
        "/docs/a/b",
        "/api/v1/nowhere",
        "/api/v1/perimeters/QN99999X",
        "/ogc/collections/nothing",
        "/assets/gone.js",
        "/tiles/nothing",
    ] {
        let (status, headers, page) = ask(&app, Method::GET, path, BROWSER).await;
        assert_eq!(status, 404, "{path}");
        assert_eq!(
            text(&headers, "content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        assert!(
            page.contains("<html lang=\"fr\">") && page.contains("<h1>Page introuvable</h1>"),
            "{page}"
        );
        let root = "../".repeat(path.matches('/').count() - 1);
        let home = if root.is_empty() { "./" } else { root.as_str() };
        assert!(
            page.contains(&format!("<a href=\"{home}\">")),
            "{path}: {page}"
        );
        let policy = text(&headers, "content-security-policy");
        assert!(
            policy.starts_with("default-src 'self';") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(
            headers
                .get_all("vary")
                .iter()
                .any(|value| value == "accept"),
            "{path}"
        );
        for accept in ["*/*", "application/json", ""] {
            let (status, headers, problem) = ask(&app, Method::GET, path, accept).await;
            assert_eq!(status, 404, "{path}");
            assert_eq!(
                text(&headers, "content-type"),
                "application/problem+json",
                "{path} {accept}"
            );
            let problem: Value = serde_json::from_str(&problem).unwrap();
            assert!(problem["code"].is_string(), "{problem}");
            assert!(
                headers
                    .get_all("vary")
                    .iter()
                    .any(|value| value == "accept"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn a_method_that_is_not_taken_is_a_page_too() {
    let app = app();
    for path in ["/api/v1/check", "/api/v1/reports/verify"] {
        let (status, headers, page) = ask(&app, Method::GET, path, BROWSER).await;
        assert_eq!(
            (status, text(&headers, "allow")),
            (StatusCode::METHOD_NOT_ALLOWED, "POST")
        );
        assert!(
            page.contains("<h1>Cette adresse ne s&#39;ouvre pas dans un navigateur</h1>"),
            "{page}"
        );
    }
    let (status, headers, _) = ask(&app, Method::DELETE, "/docs", "*/*").await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(text(&headers, "content-type"), "application/problem+json");
}

/// Files of the front end are read, by whatever path.
#[tokio::test]
async fn files_are_read_and_nothing_else() {
    for path in ["/", "/embed", "/icon.svg"] {
        for method in [Method::TRACE, Method::PUT, Method::DELETE, Method::POST] {
            let (status, headers, _) = ask(&app(), method.clone(), path, BROWSER).await;
            // A plain build embeds no page: then only the first is there.
            if status == StatusCode::NOT_FOUND {
                continue;
            }
            assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert_eq!(text(&headers, "allow"), "GET, HEAD", "{method} {path}");
        }
        let (status, ..) = ask(&app(), Method::HEAD, path, BROWSER).await;
        assert!(
            status == StatusCode::OK || status == StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_error_that_a_form_can_mend_stays_a_problem() {
    let (status, headers, _) = ask(&app(), Method::GET, "/api/v1/zones?lon=x", BROWSER).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(text(&headers, "content-type"), "application/problem+json");
}

#[tokio::test]
async fn nothing_of_a_wrong_address_is_markup() {
    let (_, _, page) = ask(
        &app(),
        Method::GET,
        "/api/v1/perimeters/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        BROWSER,
    )
    .await;
    assert!(!page.contains("<script"), "{page}");
}

#[tokio::test]
async fn the_documentation_is_one_page_without_script() {
    let app = app();
    let (status, headers, page) = ask(&app, Method::GET, "/docs", BROWSER).await;
    assert_eq!(status, 200);
    assert_eq!(
        text(&headers, "content-security-policy"),
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    assert!(
        page.starts_with("<!doctype html>\n<html lang=\"fr\">"),
        "{}",
        &page[..200]
    );
    assert!(page.contains("<h1>Documentation de l&#39;API</h1>"));
    assert!(!page.contains("<script") && !page.contains(" style=") && !page.contains("<style"));
    assert!(page.contains("curl &#39;http://localhost/api/v1/zones?lon="));
    let (status, headers, _) = ask(&app, Method::GET, "/docs/", BROWSER).await;
    assert_eq!(
        (status, text(&headers, "location")),
        (StatusCode::PERMANENT_REDIRECT, "../docs")
    );
    let (status, _, description) = ask(&app, Method::GET, "/openapi.json", "*/*").await;
    assert_eq!(status, 200);
    let description: Value = serde_json::from_str(&description).unwrap();
    assert_eq!(
        description,
        serde_json::to_value(qpv_http::document()).unwrap()
    );
}

#[tokio::test]
async fn examples_of_the_documentation_name_the_public_address() {
    let request = Request::get("/docs")
        .header("x-forwarded-host", "qpv.ville.fr")
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-prefix", "/carte");
    let response = app()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let page = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(page.contains("https://qpv.ville.fr/carte/api/v1/check"));
}

#[tokio::test]
async fn only_the_pages_for_frames_are_shown_by_the_sites_named() {
    let strict = app();
    let open = app_with(ServerOptions {
        frame_ancestors: FrameAncestors::new(vec!["https://ville.fr".parse().unwrap()]),
        ..ServerOptions::default()
    });
    for path in [
        "/", "/embed", "/grist", "/docs", "/ready", "/nowhere", "/embed/",
    ] {
        let (_, headers, _) = ask(&strict, Method::GET, path, BROWSER).await;
        let policy = text(&headers, "content-security-policy");
        assert!(
            policy.ends_with("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        let (_, headers, _) = ask(&open, Method::GET, path, BROWSER).await;
        let policy = text(&headers, "content-security-policy");
        let expected = if ["/embed", "/grist"].contains(&path) {
            "frame-ancestors https://ville.fr"
        } else {
            "frame-ancestors 'none'"
        };
        assert!(policy.ends_with(expected), "{path}: {policy}");
    }
    let (_, _, ready) = ask(&open, Method::GET, "/ready", "*/*").await;
    let ready: Value = serde_json::from_str(&ready).unwrap();
    assert_eq!(
        ready["frame_ancestors"],
        serde_json::json!(["https://ville.fr"])
    );
}

#[tokio::test]
async fn examples_are_answered_as_they_say_and_the_same_each_time() {
    let (status, _, first) = ask(&app(), Method::GET, "/api/v1/examples", "*/*").await;
    assert_eq!(status, 200);
    let (_, _, again) = ask(&app(), Method::GET, "/api/v1/examples", "*/*").await;
    assert_eq!(first, again);
    let list: Value = serde_json::from_str(&first).unwrap();
    let examples = list["examples"].as_array().unwrap();
    let zones: Vec<&str> = examples
        .iter()
        .map(|it| it["zone"].as_str().unwrap())
        .collect();
    assert_eq!(zones, ["qpv", "band_300m", "outside", "undetermined"]);
    for example in examples {
        let body = serde_json::json!({"q": example["label"]}).to_string();
        let request =
            Request::post("/api/v1/check").header(header::CONTENT_TYPE, "application/json");
        let response = app()
            .oneshot(request.body(Body::from(body)).unwrap())
            .await
            .unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let check: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(check["zone"], example["zone"], "{check}");
    }
}
