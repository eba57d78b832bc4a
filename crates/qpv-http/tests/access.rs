//! Who may ask: keys, their scopes, sessions, and the header of a proxy.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use common::form;
use futures_util::future::join_all;
use http_body_util::BodyExt;
use qpv_access::{KeyFile, KeyRequest, KeyRing, Scope};
use qpv_http::{AccessControl, Limits, ServerOptions, TrustedProxy, router};
use qpv_service::data::Store;
use qpv_service::{Service, today};
use serde_json::Value;
use tower::ServiceExt;

/// The `Accept` header of browsers when an address is opened.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// The answer to a request.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn code(&self) -> Value {
        let problem: Value = serde_json::from_str(&self.text).unwrap_or_default();
        problem["code"].clone()
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The pair of the cookie that it sets, as a browser sends it back.
    fn cookie(&self) -> String {
        let cookie = self.header("set-cookie");
        cookie.split(';').next().unwrap().to_owned()
    }
}

/// A service on the sample that asks for the keys of a data folder.
fn closed_service(data: &Path, proxy: Option<TrustedProxy>) -> Router {
    let service = Service::open(Store::new(data)).unwrap();
    let ring = KeyRing::open(KeyFile::in_data_folder(data), today()).unwrap();
    let options = ServerOptions {
        access: Some(Arc::new(AccessControl::new(ring, proxy))),
        ..ServerOptions::default()
    };
    router(Arc::new(service), options)
}

/// Makes a key for these scopes.
fn add_key(data: &Path, name: &str, scopes: &[Scope]) -> String {
    let request = KeyRequest {
        name: name.parse().unwrap(),
        scopes: scopes.iter().copied().collect(),
        expires: None,
    };
    let keys = KeyFile::in_data_folder(data);
    keys.add(request, today()).unwrap().1.reveal()
}

/// A service that asks for a key, and one for these scopes.
fn service_with(scopes: &[Scope], proxy: Option<TrustedProxy>) -> (Router, String) {
    // It is read once, and may go.
    let data = tempfile::tempdir().unwrap();
    let key = add_key(data.path(), "first", scopes);
    (closed_service(data.path(), proxy), key)
}

async fn ask(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

async fn get(app: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    ask(app, request.body(Body::empty()).unwrap()).await
}

async fn send_form(app: &Router, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookie)
        .body(Body::from(serde_urlencoded::to_string(form).unwrap()));
    ask(app, request.unwrap()).await
}

#[tokio::test]
async fn without_a_key_nothing_answers_but_what_supervisors_and_the_sign_in_page_need() {
    let (app, _) = service_with(&[Scope::Check], None);
    let description = serde_json::to_value(qpv_http::document()).unwrap();
    let mut resources = vec![
        ("get".to_owned(), "/".to_owned()),
        ("get".to_owned(), "/docs".to_owned()),
        ("get".to_owned(), "/openapi.json".to_owned()),
        ("get".to_owned(), "/basemap".to_owned()),
        ("get".to_owned(), "/embed".to_owned()),
        ("get".to_owned(), "/nowhere".to_owned()),
        ("post".to_owned(), "/search/csv/".to_owned()),
        ("get".to_owned(), "/health/".to_owned()),
    ];
    for (path, methods) in description["paths"].as_object().unwrap() {
        // Any value will do: the key is asked for first.
        let path = path.replace(['{', '}'], "");
        for method in methods.as_object().unwrap().keys() {
            resources.push((method.clone(), path.clone()));
        }
    }
    assert!(resources.len() > 50, "{resources:?}");
    for (method, path) in resources {
        let request = Request::builder()
            .method(method.to_uppercase().as_str())
            .uri(&path);
        let answer = ask(&app, request.body(Body::empty()).unwrap()).await;
        if ["/health", "/ready"].contains(&path.as_str()) {
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            continue;
        }
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        assert_eq!(answer.code(), "key_required", "{method} {path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"qpv\"");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    // Supervisors learn nothing about the data.
    let ready: Value = serde_json::from_str(&get(&app, "/ready", &[]).await.text).unwrap();
    let members: Vec<&String> = ready.as_object().unwrap().keys().collect();
    assert_eq!(members, ["address_check", "status", "updates"]);
}

#[tokio::test]
async fn an_open_service_asks_for_nothing_and_has_no_sign_in_page() {
    let service = Service::open(Store::new("a folder that does not exist")).unwrap();
    let app = router(Arc::new(service), Limits::default());
    let answer = get(&app, "/api/v1/vintages", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let answer = get(&app, "/sign-in", &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_key_is_taken_from_either_header_and_never_from_the_address() {
    let (app, key) = service_with(&[Scope::Check], None);
    let bearer = format!("Bearer {key}");
    for (name, value) in [
        ("authorization", bearer.as_str()),
        ("authorization", &bearer.replace("Bearer", "bearer")),
        ("x-api-key", &key),
    ] {
        let answer = get(&app, "/api/v1/vintages", &[(name, value)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}");
        let ready = get(&app, "/ready", &[(name, value)]).await;
        assert!(ready.text.contains("\"dataset\""), "{}", ready.text);
    }
    for path in [
        format!("/api/v1/vintages?key={key}"),
        format!("/api/v1/vintages?access_token={key}"),
        format!("/api/v1/vintages?x-api-key={key}"),
    ] {
        let answer = get(&app, &path, &[]).await;
        assert_eq!(answer.code(), "key_required", "{path}");
    }
    // Basic authentication belongs to a proxy in front.
    let answer = get(&app, "/api/v1/vintages", &[("authorization", "Basic YTpi")]).await;
    assert_eq!(answer.code(), "key_required");
    // One that is shown decides.
    let wrong = [
        ("authorization", "Bearer qpv_0_0"),
        ("x-api-key", key.as_str()),
    ];
    let answer = get(&app, "/api/v1/vintages", &wrong).await;
    assert_eq!(answer.code(), "key_invalid");
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer realm=\"qpv\", error=\"invalid_token\""
    );
}

#[tokio::test]
async fn a_client_without_a_key_does_not_learn_that_its_copy_is_current() {
    let (app, key) = service_with(&[Scope::Check], None);
    let answer = get(&app, "/api/v1/vintages", &[("x-api-key", &key)]).await;
    let tag = answer.header("etag").to_owned();
    assert!(!tag.is_empty());
    let held = [("if-none-match", tag.as_str())];
    let answer = get(&app, "/api/v1/vintages", &held).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let held = [("if-none-match", tag.as_str()), ("x-api-key", &key)];
    let answer = get(&app, "/api/v1/vintages", &held).await;
    assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn each_scope_opens_its_own_resources() {
    let data = tempfile::tempdir().unwrap();
    let check = add_key(data.path(), "first", &[Scope::Check]);
    let batch = add_key(data.path(), "second", &[Scope::Batch]);
    let app = closed_service(data.path(), None);
    let answer = get(&app, "/api/v1/vintages", &[("x-api-key", &check)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    for path in [
        "/search/csv",
        "/reverse/csv",
        "/search/csv/",
        "/api/v1/batch",
    ] {
        for (key, is_opened) in [(&check, false), (&batch, true)] {
            let mut request = form(path, b"lon,lat\n2.35,48.85\n", &[]);
            request
                .headers_mut()
                .insert("x-api-key", key.parse().unwrap());
            let answer = ask(&app, request).await;
            let is_refused = answer.code() == "scope_missing";
            assert_eq!(is_refused, !is_opened, "{path}: {}", answer.text);
            if is_refused {
                assert_eq!(answer.status, StatusCode::FORBIDDEN);
                let challenge = answer.header("www-authenticate");
                assert!(challenge.contains("insufficient_scope"), "{challenge}");
            }
        }
    }
    let answer = get(&app, "/api/v1/vintages", &[("x-api-key", &batch)]).await;
    assert_eq!(answer.code(), "scope_missing");
    // One point is a question about a place; two are a list.
    for (points, key, code) in [
        ("[[2.35,48.85]]", &check, Value::Null),
        (
            "[[2.35,48.85],[2.36,48.85]]",
            &check,
            "scope_missing".into(),
        ),
        ("[[2.35,48.85]]", &batch, "scope_missing".into()),
        ("[[2.35,48.85],[2.36,48.85]]", &batch, Value::Null),
    ] {
        let request = Request::post("/api/v1/zones")
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-api-key", key)
            .body(Body::from(format!("{{\"points\":{points}}}")));
        let answer = ask(&app, request.unwrap()).await;
        assert_eq!(answer.code(), code, "{points}: {}", answer.text);
    }
    // A polygon is a place, and a position in the address too.
    let polygon = r#"{"type":"Polygon","coordinates":[[[2.35,48.85],[2.36,48.85],[2.36,48.86],[2.35,48.85]]]}"#;
    let request = Request::post("/api/v1/zones")
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-api-key", &batch)
        .body(Body::from(polygon));
    let answer = ask(&app, request.unwrap()).await;
    assert_eq!(answer.code(), "scope_missing", "{}", answer.text);
    // So are shares: of an area one place, of addresses or points a list.
    for (body, key, code) in [
        (
            r#"{"addresses":["1 rue de la Mairie"]}"#,
            &check,
            Value::Null,
        ),
        (
            r#"{"addresses":["1 rue A","2 rue A"]}"#,
            &check,
            "scope_missing".into(),
        ),
        (
            r#"{"addresses":["1 rue A","2 rue A"]}"#,
            &batch,
            Value::Null,
        ),
        (
            r#"{"points":[[2.35,48.85],[2.36,48.85]]}"#,
            &check,
            "scope_missing".into(),
        ),
        (
            r#"{"points":[[2.35,48.85],[2.36,48.85]]}"#,
            &batch,
            Value::Null,
        ),
        (
            &format!(r#"{{"polygon":{polygon}}}"#),
            &check,
            "outside_coverage".into(),
        ),
        (
            &format!(r#"{{"polygon":{polygon}}}"#),
            &batch,
            "scope_missing".into(),
        ),
    ] {
        let request = Request::post("/api/v1/share")
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-api-key", key)
            .body(Body::from(body.to_owned()));
        let answer = ask(&app, request.unwrap()).await;
        assert_eq!(answer.code(), code, "{body}: {}", answer.text);
    }
    let position = "/api/v1/zones?lon=2.35&lat=48.85";
    let answer = get(&app, position, &[("x-api-key", &batch)]).await;
    assert_eq!(answer.code(), "scope_missing", "{}", answer.text);
}

#[tokio::test]
async fn the_figures_of_the_service_need_their_own_scope() {
    let data = tempfile::tempdir().unwrap();
    let check = add_key(data.path(), "first", &[Scope::Check, Scope::Batch]);
    let admin = add_key(data.path(), "second", &[Scope::Admin]);
    let app = closed_service(data.path(), None);
    let answer = get(&app, "/metrics", &[("x-api-key", &check)]).await;
    assert_eq!(answer.code(), "scope_missing");
    let answer = get(&app, "/metrics", &[("x-api-key", &admin)]).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_browser_gets_the_sign_in_page_where_a_program_gets_a_problem() {
    let (app, key) = service_with(&[Scope::Batch], None);
    for (path, action) in [
        ("/", "./sign-in"),
        ("/docs", "./sign-in"),
        ("/ogc/collections", "../sign-in"),
    ] {
        let answer = get(&app, path, &[("accept", BROWSER)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.header("content-type").starts_with("text/html"));
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        assert_eq!(answer.header("cache-control"), "no-store");
        let expected = format!("action=\"{action}\"");
        assert!(answer.text.contains(&expected), "{}", answer.text);
        assert!(answer.text.contains("lang=\"fr\""));
        assert!(!answer.text.contains("<script"));
    }
    // With a key that opens other things, signing in again is no help.
    let headers = [("accept", BROWSER), ("x-api-key", key.as_str())];
    let answer = get(&app, "/docs", &headers).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn a_session_begins_with_a_key_and_ends_when_it_is_closed() {
    let (app, key) = service_with(&[Scope::Check], None);
    let form = [("key", key.as_str()), ("next", "ogc/collections")];
    let signed_in = send_form(&app, "/sign-in", "", &form).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER);
    assert_eq!(signed_in.header("location"), "./ogc/collections");
    let attributes = signed_in.header("set-cookie");
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(attributes.contains(attribute), "{attributes}");
    }
    assert!(!attributes.contains("Secure"), "not by HTTPS: {attributes}");
    let cookie = signed_in.cookie();
    assert!(!cookie.contains(&key), "{cookie}");
    let headers = [("cookie", cookie.as_str())];
    let answer = get(&app, "/api/v1/vintages", &headers).await;
    assert_eq!(answer.status, StatusCode::OK);
    let page = get(&app, "/sign-in", &headers).await;
    assert!(page.text.contains("action=\"./sign-out\""), "{}", page.text);
    // Another sign-in of the same browser ends the first session.
    let again = send_form(&app, "/sign-in", &cookie, &form[..1]).await;
    assert_eq!(again.header("location"), "./");
    let answer = get(&app, "/api/v1/vintages", &headers).await;
    assert_eq!(answer.code(), "key_required");
    let cookie = again.cookie();
    let headers = [("cookie", cookie.as_str())];
    let answer = get(&app, "/api/v1/vintages", &headers).await;
    assert_eq!(answer.status, StatusCode::OK);
    let signed_out = send_form(&app, "/sign-out", &cookie, &[]).await;
    assert_eq!(signed_out.status, StatusCode::SEE_OTHER);
    assert_eq!(signed_out.header("location"), "./sign-in");
    assert!(signed_out.header("set-cookie").contains("Max-Age=0"));
    let answer = get(&app, "/api/v1/vintages", &headers).await;
    assert_eq!(answer.code(), "key_required");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_key_in_the_form_is_told_and_never_repeated() {
    let (app, _) = service_with(&[Scope::Check], None);
    let wrong = format!("qpv_0123456789ab_{}", "5".repeat(64));
    let form = [("key", wrong.as_str()), ("next", "docs")];
    let started = tokio::time::Instant::now();
    let answer = send_form(&app, "/sign-in", "", &form).await;
    assert!(!started.elapsed().is_zero(), "it waits");
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("set-cookie"), "");
    assert!(answer.text.contains("role=\"alert\""), "{}", answer.text);
    assert!(answer.text.contains("value=\"docs\""), "it still leads on");
    assert!(!answer.text.contains(&wrong), "{}", answer.text);
    let answer = send_form(&app, "/sign-in", "", &[("other", "a")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    // A form never leads to another site.
    let (app, key) = service_with(&[Scope::Check], None);
    let form = [("key", key.as_str()), ("next", "//ville.example")];
    let answer = send_form(&app, "/sign-in", "", &form).await;
    assert_eq!(answer.header("location"), "./ville.example");
}

#[tokio::test(start_paused = true)]
async fn guesses_wait_and_shut_nobody_out() {
    let (app, key) = service_with(&[Scope::Check], None);
    let guesses = (0..70).map(|_| get(&app, "/api/v1/vintages", &[("x-api-key", "qpv_wrong")]));
    let with_the_key = async {
        let started = tokio::time::Instant::now();
        let answer = get(&app, "/api/v1/vintages", &[("x-api-key", &key)]).await;
        (answer.status, started.elapsed())
    };
    let (guessed, known) = tokio::join!(join_all(guesses), with_the_key);
    // The clock of the test stands still while anything can go on.
    assert_eq!(known, (StatusCode::OK, Duration::ZERO));
    let refused = guessed.iter().filter(|it| it.code() == "key_invalid");
    assert_eq!(refused.count(), 64);
    let (busy, rest) = (guessed.iter()).partition::<Vec<_>, _>(|it| it.code() == "overloaded");
    assert_eq!((busy.len(), rest.len()), (6, 64));
    assert_eq!(busy[0].status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(busy[0].header("retry-after"), "1");
}

#[tokio::test]
async fn the_header_of_the_proxy_counts_from_its_address_alone() {
    let proxy = TrustedProxy::new(
        "X-Remote-User".parse().unwrap(),
        vec!["10.0.0.5".parse().unwrap()],
    );
    let (app, key) = service_with(&[Scope::Check], Some(proxy));
    for (peer, user, key, status) in [
        ("10.0.0.5:1000", Some("anne"), None, StatusCode::OK),
        ("10.0.0.5:1000", None, None, StatusCode::UNAUTHORIZED),
        (
            "10.0.0.6:1000",
            Some("anne"),
            None,
            StatusCode::UNAUTHORIZED,
        ),
        ("10.0.0.6:1000", Some("anne"), Some(&key), StatusCode::OK),
    ] {
        let mut request = Request::get("/api/v1/vintages");
        if let Some(user) = user {
            request = request.header("x-remote-user", user);
        }
        if let Some(key) = key {
            request = request.header("x-api-key", key);
        }
        let peer: SocketAddr = peer.parse().unwrap();
        let request = request.extension(ConnectInfo(peer)).body(Body::empty());
        let answer = ask(&app, request.unwrap()).await;
        assert_eq!(answer.status, status, "{peer} {user:?}");
    }
}
