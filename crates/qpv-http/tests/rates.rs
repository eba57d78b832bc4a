//! Rates of clients, and what goes on when the service is full.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::request::Builder;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use qpv_access::{KeyFile, KeyRequest, KeyRing, RequestRate, Scope};
use qpv_http::{AccessControl, CrossOrigins, Limits, ServerOptions, TrustedProxy, router};
use qpv_service::data::Store;
use qpv_service::{Service, today};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Heavy requests count for twenty.
const REQUESTS_A_MINUTE: u32 = 25;

fn limits() -> Limits {
    Limits {
        rate: RequestRate::per_minute(REQUESTS_A_MINUTE),
        ..Limits::default()
    }
}

fn app(options: impl Into<ServerOptions>) -> Router {
    let nowhere = Store::new("a folder that does not exist");
    router(Arc::new(Service::open(nowhere).unwrap()), options)
}

/// Asks as a client at an address.
async fn ask(app: &Router, peer: &str, request: Builder, body: Body) -> Response {
    let peer: SocketAddr = peer.parse().unwrap();
    let request = request.extension(ConnectInfo(peer)).body(body);
    app.clone().oneshot(request.unwrap()).await.unwrap()
}

async fn get(app: &Router, peer: &str, path: &str) -> Response {
    ask(app, peer, Request::get(path), Body::empty()).await
}

fn text<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    let value = response.headers().get(name)?;
    Some(value.to_str().unwrap())
}

async fn problem(response: Response) -> Value {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn each_address_has_a_minutes_requests_and_is_told_what_is_left() {
    let app = app(limits());
    for sent in 1..=REQUESTS_A_MINUTE {
        let answer = get(&app, "192.0.2.1:1000", "/api/v1/vintages").await;
        assert_eq!(answer.status(), StatusCode::OK, "{sent}");
        assert_eq!(
            text(&answer, "ratelimit-policy"),
            Some("\"client\";q=25;w=60")
        );
        let state = text(&answer, "ratelimit").unwrap();
        // Time passes between the requests, which brings some back; never more than were taken.
        let left = state.strip_prefix("\"client\";r=").unwrap();
        let (left, back) = left.split_once(";t=").unwrap();
        assert!(left.parse::<u32>().unwrap() >= REQUESTS_A_MINUTE - sent);
        assert!((1..=60).contains(&back.parse::<u32>().unwrap()), "{state}");
    }
    // Half a bucket more, which no test machine is slow enough to have earned.
    let mut last = get(&app, "192.0.2.1:1000", "/api/v1/vintages").await;
    for _ in 0..REQUESTS_A_MINUTE {
        last = get(&app, "192.0.2.1:2000", "/nowhere").await;
    }
    assert_eq!(last.status(), StatusCode::TOO_MANY_REQUESTS);
    // A request comes back every 2.4 s.
    let retry: u32 = text(&last, "retry-after").unwrap().parse().unwrap();
    assert!((1..=3).contains(&retry), "{retry}");
    assert!(
        text(&last, "ratelimit")
            .unwrap()
            .starts_with("\"client\";r=0;t=")
    );
    assert_eq!(problem(last).await["code"], "rate_exceeded");
    // Supervisors and others go on.
    for (peer, path) in [
        ("192.0.2.1:1000", "/health"),
        ("192.0.2.1:1000", "/ready"),
        ("192.0.2.2:1000", "/api/v1/vintages"),
        ("[2001:db8::1]:1000", "/api/v1/vintages"),
    ] {
        assert_eq!(get(&app, peer, path).await.status(), StatusCode::OK);
    }
    let supervised = get(&app, "192.0.2.1:1000", "/health").await;
    assert_eq!(text(&supervised, "ratelimit"), None);
}

#[tokio::test]
async fn a_list_counts_for_more_than_a_check() {
    let app = app(limits());
    let list = b"adresse\n1 rue Fictive\n";
    for expected in [200, 429] {
        let (status, _) = common::bytes(&app, common::form("/search/csv", list, &[])).await;
        assert_eq!(status, expected);
    }
    let (status, _) = common::get(&app, "/api/v1/vintages").await;
    assert_eq!(status, 200);
}

/// Makes a key for checks.
fn add_key(data: &Path, name: &str) -> String {
    let request = KeyRequest {
        name: name.parse().unwrap(),
        scopes: [Scope::Check].into_iter().collect(),
        expires: None,
    };
    let keys = KeyFile::in_data_folder(data);
    keys.add(request, today()).unwrap().1.reveal()
}

/// The status of the answer to a client at an address that sends this header.
async fn status_of(app: &Router, peer: &str, name: &str, value: &str) -> StatusCode {
    let request = Request::get("/api/v1/vintages").header(name, value);
    ask(app, peer, request, Body::empty()).await.status()
}

/// The same after twice as many requests as a minute has.
async fn spend(app: &Router, peer: &str, name: &str, value: &str) -> StatusCode {
    for _ in 0..2 * REQUESTS_A_MINUTE {
        status_of(app, peer, name, value).await;
    }
    status_of(app, peer, name, value).await
}

#[tokio::test]
async fn keys_and_users_of_the_proxy_have_rates_of_their_own_wherever_they_ask_from() {
    let data = tempfile::tempdir().unwrap();
    let (first, second) = (add_key(data.path(), "one"), add_key(data.path(), "two"));
    let ring = KeyRing::open(KeyFile::in_data_folder(data.path()), today()).unwrap();
    let proxy = TrustedProxy::new(
        "X-Remote-User".parse().unwrap(),
        vec!["10.0.0.5".parse().unwrap()],
    );
    let app = app(ServerOptions {
        access: Some(Arc::new(AccessControl::new(ring, Some(proxy)))),
        limits: limits(),
        ..ServerOptions::default()
    });
    let too_many = StatusCode::TOO_MANY_REQUESTS;
    assert_eq!(
        spend(&app, "192.0.2.1:1", "x-api-key", &first).await,
        too_many
    );
    // The same key from elsewhere is the same client, another one from there is not.
    assert_eq!(
        status_of(&app, "192.0.2.9:1", "x-api-key", &first).await,
        too_many
    );
    assert_eq!(
        status_of(&app, "192.0.2.1:1", "x-api-key", &second).await,
        StatusCode::OK
    );
    assert_eq!(
        spend(&app, "10.0.0.5:1", "x-remote-user", "anne").await,
        too_many
    );
    assert_eq!(
        status_of(&app, "10.0.0.5:1", "x-remote-user", "zoé").await,
        StatusCode::OK
    );
    // Whoever is not admitted pays by address, and a name that the proxy did not send is none.
    assert_eq!(
        spend(&app, "192.0.2.7:1", "x-remote-user", "zoé").await,
        too_many
    );
    assert_eq!(
        status_of(&app, "10.0.0.5:1", "x-remote-user", "zoé").await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn pages_that_may_read_an_answer_may_read_its_rate() {
    let app = app(ServerOptions {
        cross_origins: CrossOrigins::new(vec!["https://carte.fr".parse().unwrap()]),
        limits: limits(),
        ..ServerOptions::default()
    });
    for (origin, readable) in [
        (
            "https://carte.fr",
            Some("ratelimit, ratelimit-policy, retry-after"),
        ),
        ("https://evil.example", None),
    ] {
        let zone = Request::get("/api/v1/zones?lon=-0.57&lat=48.75");
        let zone = zone.header(header::ORIGIN, origin);
        let answer = ask(&app, "192.0.2.1:1", zone, Body::empty()).await;
        assert_eq!(
            text(&answer, "access-control-expose-headers"),
            readable,
            "{origin}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn when_heavy_work_is_full_it_is_refused_and_single_checks_are_answered() {
    // Reports make their key there.
    let data = tempfile::tempdir().unwrap();
    let service = Service::open(Store::new(data.path())).unwrap();
    let limits = Limits {
        heavy_requests: 0,
        tiles: 0,
        ..Limits::default()
    };
    let app = router(Arc::new(service), limits);
    let check = json!({"lon": -3.60, "lat": 46.20, "uncertainty_m": 2, "vintage": "2024"});
    let report = Request::post("/api/v1/reports").header(header::CONTENT_TYPE, "application/json");
    let report = ask(&app, "192.0.2.1:1", report, Body::from(check.to_string())).await;
    assert_eq!(report.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(text(&report, "retry-after"), Some("1"));
    assert_eq!(problem(report).await["code"], "overloaded");
    let (status, answer) = common::post(&app, "/api/v1/check", &check).await;
    assert_eq!(status, 200, "{answer}");
}
