//! The interface, in process, over the fictional town.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::Response;
use futures_util::stream;
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::{Value, json};
use tower::ServiceExt;

fn app() -> Router {
    app_with(Limits::default())
}

fn app_with(limits: Limits) -> Router {
    let nowhere = Store::new("a folder that does not exist");
    router(Arc::new(Service::open(nowhere).unwrap()), limits)
}

async fn send(app: &Router, request: Request<Body>) -> Response {
    app.clone().oneshot(request).await.unwrap()
}

async fn get(app: &Router, path: &str) -> (StatusCode, Value) {
    body(send(app, Request::get(path).body(Body::empty()).unwrap()).await).await
}

async fn post(app: &Router, value: &Value) -> (StatusCode, Value) {
    post_text(app, &value.to_string()).await
}

async fn post_text(app: &Router, text: &str) -> (StatusCode, Value) {
    let request = Request::post("/api/v1/zones").header(header::CONTENT_TYPE, "application/json");
    body(send(app, request.body(Body::from(text.to_owned())).unwrap()).await).await
}

async fn body(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

/// The first vertex and the outline of a perimeter of the town.
async fn outline(app: &Router, code: &str) -> (f64, f64, Value) {
    let (status, feature) = get(app, &format!("/api/v1/perimeters/{code}")).await;
    assert_eq!(status, 200, "{feature}");
    let vertex = &feature["geometry"]["coordinates"][0][0][0];
    (
        vertex[0].as_f64().unwrap(),
        vertex[1].as_f64().unwrap(),
        feature["geometry"].clone(),
    )
}

#[tokio::test]
async fn a_point_on_the_line_is_inside_at_distance_zero() {
    let app = app();
    let (lon, lat, _) = outline(&app, "QN00001I").await;
    let (status, answer) = get(
        &app,
        &format!("/api/v1/zones?lon={lon}&lat={lat}&vintage=2024"),
    )
    .await;
    assert_eq!(status, 200);
    assert_eq!(
        (&answer["zone"], &answer["distance_to_boundary_m"]),
        (&json!("qpv"), &json!(0.0)),
        "{answer}"
    );
    assert!(
        answer["qpv"]
            .as_array()
            .unwrap()
            .iter()
            .any(|qpv| qpv["code_qp"] == "QN00001I"),
        "{answer}"
    );
    assert_eq!(answer["certainty"]["level"], "near_boundary");
    assert_eq!(answer["nearest"]["distance_m"], 0.0);
    assert_eq!(answer["vintage"], "2024");
    assert_eq!(answer["dataset"]["digest"].as_str().unwrap().len(), 64);
    assert_eq!(answer["dataset"]["fictional"], true);
    // The same with a stated doubt: the answer could change.
    let (_, answer) = get(
        &app,
        &format!("/api/v1/zones?lon={lon}&lat={lat}&vintage=2024&uncertainty_m=15"),
    )
    .await;
    assert_eq!(
        (&answer["zone"], &answer["qpv"][0]["code_qp"]),
        (&json!("undetermined"), &json!("QN00001I")),
        "{answer}"
    );
}

#[tokio::test]
async fn faults_of_a_query_have_their_code() {
    let app = app();
    let (lon, lat, _) = outline(&app, "QN00001I").await;
    for (query, status, code) in [
        (format!("lon={lat}&lat={lon}"), 422, "coordinates_swapped"),
        ("lon=NaN&lat=48".into(), 400, "not_finite"),
        ("lon=2&lat=inf".into(), 400, "not_finite"),
        ("lon=200&lat=48".into(), 400, "out_of_range"),
        ("lon=2.35&lat=48.85".into(), 422, "outside_coverage"),
        (
            format!("lon={lon}&lat={lat}&vintage=2019"),
            400,
            "unknown_vintage",
        ),
        (
            format!("lon={lon}&lat={lat}&vintage=2024&on=2024-01-01"),
            400,
            "vintage_and_date",
        ),
        (
            format!("lon={lon}&lat={lat}&on=2014-06-01"),
            422,
            "no_vintage_in_force",
        ),
        (format!("lon={lon}&lat={lat}&on=hier"), 400, "bad_parameter"),
        (
            format!("lon={lon}&lat={lat}&uncertainty_m=-1"),
            400,
            "bad_uncertainty",
        ),
        (
            format!("lon={lon}&lat={lat}&vintag=2024"),
            400,
            "bad_parameter",
        ),
        (format!("lon={lon}"), 400, "bad_parameter"),
        ("lon=deux&lat=48".into(), 400, "bad_parameter"),
        ("crs=EPSG:27572&x=1&y=2".into(), 400, "unknown_crs"),
        (
            "crs=EPSG:4326&x=1&y=2".into(),
            400,
            "projected_crs_expected",
        ),
        ("crs=EPSG:2154&x=NaN&y=2".into(), 400, "not_finite"),
        ("crs=EPSG:2975&x=1e30&y=2".into(), 422, "not_in_crs_domain"),
    ] {
        let response = send(
            &app,
            Request::get(format!("/api/v1/zones?{query}"))
                .body(Body::empty())
                .unwrap(),
        )
        .await;
        let kind = response.headers()[header::CONTENT_TYPE].clone();
        let (found, problem) = body(response).await;
        assert_eq!(
            (found.as_u16(), &problem["code"]),
            (status, &json!(code)),
            "{query}: {problem}"
        );
        assert_eq!(kind, "application/problem+json");
        assert!(
            !problem["message"].as_str().unwrap().contains("error."),
            "{problem}"
        );
        assert_eq!(problem["status"], status);
    }
}

#[tokio::test]
async fn faults_of_a_body_have_their_code() {
    let app = app_with(Limits {
        body_bytes: 20_000,
        points: 100,
        heavy_requests: 1,
        ..Limits::default()
    });
    for (text, status, code) in [
        ("{\"points\": [[1, 2]", 400, "malformed_json"),
        ("", 400, "malformed_json"),
        ("[1, 2]", 422, "bad_body"),
        ("{}", 422, "bad_body"),
        ("{\"points\": [[1]]}", 422, "bad_body"),
        ("{\"points\": [[1, 2, 3]]}", 422, "bad_body"),
        (
            "{\"points\": [[1, 2]], \"vintag\": \"2024\"}",
            422,
            "bad_body",
        ),
        (
            "{\"points\": [[1, 2]], \"vintage\": \"2024\", \"on\": \"2024-01-01\"}",
            400,
            "vintage_and_date",
        ),
        (
            "{\"type\": \"Point\", \"coordinates\": [1, 2]}",
            422,
            "bad_body",
        ),
        (
            "{\"type\": \"Polygon\", \"coordinates\": []}",
            422,
            "bad_footprint",
        ),
        ("{\"type\": \"Polygone\"}", 422, "bad_body"),
        (
            "{\"type\": \"Polygon\", \"coordinates\": [], \"vintag\": \"2015\"}",
            422,
            "bad_body",
        ),
    ] {
        let (found, problem) = post_text(&app, text).await;
        assert_eq!(
            (found.as_u16(), &problem["code"]),
            (status, &json!(code)),
            "{text}: {problem}"
        );
    }
    let (status, problem) = post(&app, &json!({"points": vec![[1, 2]; 101]})).await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (413, &json!("too_many_points"))
    );
    let (status, problem) = post_text(&app, &" ".repeat(20_001)).await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (413, &json!("body_too_large"))
    );
}

#[tokio::test]
async fn a_list_answers_in_order_and_an_error_fails_only_its_item() {
    let app = app();
    let (lon, lat, _) = outline(&app, "QN00001I").await;
    let points = json!([[lon, lat], [lat, lon], [2.35, 48.85], [lon, lat]]);
    let (status, answer) = post(&app, &json!({"points": points, "vintage": "2024"})).await;
    assert_eq!(status, 200);
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    assert_eq!(results[0]["zone"], "qpv");
    assert_eq!(results[1]["error"]["code"], "coordinates_swapped");
    assert_eq!(results[2]["error"]["code"], "outside_coverage");
    assert_eq!(results[3], results[0]);
    assert_eq!(answer["dataset"]["fictional"], true);
    let (_, empty) = post(&app, &json!({"points": []})).await;
    assert_eq!(empty["results"], json!([]));
}

#[tokio::test]
async fn a_long_list_is_as_right_as_a_short_one() {
    let app = app();
    let (lon, lat, _) = outline(&app, "QN00001I").await;
    let points: Vec<[f64; 2]> = (0..5000)
        .map(|step| [lon + f64::from(step) * 1e-6, lat])
        .collect();
    let (_, long) = post(&app, &json!({"points": points, "vintage": "2024"})).await;
    for index in [0, 1234, 4999] {
        let (_, short) = post(&app, &json!({"points": [points[index]], "vintage": "2024"})).await;
        assert_eq!(long["results"][index], short["results"][0]);
    }
}

#[tokio::test]
async fn a_perimeter_is_in_itself() {
    let app = app();
    let (_, _, geometry) = outline(&app, "QN00001I").await;
    let feature =
        json!({"type": "Feature", "properties": null, "geometry": geometry, "vintage": "2024"});
    let (status, answer) = post(&app, &feature).await;
    assert_eq!(status, 200, "{answer}");
    for zone in ["qpv", "within_300m", "within_500m"] {
        let expected = json!({"any_part": true, "every_part": true, "near_boundary": false});
        assert_eq!(answer[zone], expected, "{zone}: {answer}");
    }
    assert_eq!(
        (&answer["nearest_m"], &answer["farthest_m"]),
        (&json!(0.0), &json!(0.0))
    );
    assert!(
        answer["perimeters"]
            .as_array()
            .unwrap()
            .iter()
            .any(|qpv| qpv["code_qp"] == "QN00001I")
    );
    let mut swapped = geometry.clone();
    for vertex in swapped["coordinates"][0][0].as_array_mut().unwrap() {
        vertex.as_array_mut().unwrap().swap(0, 1);
    }
    let (_, problem) = post(&app, &swapped).await;
    assert_eq!(problem["code"], "coordinates_swapped", "{problem}");
    let (lon, lat, _) = outline(&app, "QN00001I").await;
    let bow = json!({"type": "Polygon", "coordinates":
        [[[lon, lat], [lon + 1e-3, lat + 1e-3], [lon + 1e-3, lat], [lon, lat + 1e-3], [lon, lat]]]});
    let (_, problem) = post(&app, &bow).await;
    assert_eq!(problem["code"], "bad_footprint", "{problem}");
}

#[tokio::test]
async fn perimeters_are_filtered() {
    let app = app();
    let codes = async |query: &str| -> Vec<String> {
        let (status, list) = get(&app, &format!("/api/v1/perimeters?{query}")).await;
        assert_eq!(status, 200, "{list}");
        list["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|feature| feature["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = codes("").await;
    assert!(
        all.len() > 20
            && all.contains(&"QP000001".to_owned())
            && all.contains(&"QN00001I".to_owned())
    );
    let old = codes("vintage=2015").await;
    assert!(!old.is_empty() && old.iter().all(|code| code.starts_with("QP")));
    assert_eq!(codes("vintage=2024&departement=974").await.len(), 1);
    // Two neighbourhoods span both communes or lie in the smaller one: fewer than all, more than none.
    let small = codes("insee=00002").await;
    assert!(!small.is_empty() && small.len() < all.len());
    // Not published in 2015: by the communes.
    assert_eq!(codes("epci=000000974").await.len(), 3);
    assert_eq!(codes("epci=000000974&vintage=2024").await.len(), 1);
    assert_eq!(codes("q=qn00001i").await, ["QN00001I"]);
    assert_eq!(codes("q=nulle+part").await, Vec::<String>::new());
    let (_, bare) = get(&app, "/api/v1/perimeters/QN00001I").await;
    assert!(bare["properties"]["area_ha"].as_f64().unwrap() > 1.0);
    assert_eq!(bare["properties"]["insee_com"], json!(["00001"]));
    let (_, without) = get(&app, "/api/v1/perimeters?geometry=false&q=QN00001I").await;
    assert_eq!(without["features"][0]["geometry"], Value::Null);
    for (path, status, code) in [
        ("/api/v1/perimeters/QN99999N", 404, "unknown_code_qp"),
        ("/api/v1/perimeters/nothing", 404, "unknown_code_qp"),
        ("/api/v1/perimeters?vintage=x", 400, "unknown_vintage"),
        ("/api/v1/perimeters?insee=x", 400, "bad_parameter"),
        ("/api/v1/perimeters?commune=61169", 400, "bad_parameter"),
        ("/api/v1/nothing", 404, "not_found"),
    ] {
        let (found, problem) = get(&app, path).await;
        assert_eq!(
            (found.as_u16(), &problem["code"]),
            (status, &json!(code)),
            "{path}"
        );
    }
    let response = send(
        &app,
        Request::delete("/api/v1/zones")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(body(response).await.1["code"], "method_not_allowed");
}

#[tokio::test]
async fn a_commune_has_its_neighbourhoods_or_an_explicit_none() {
    let app = app();
    let (_, town) = get(&app, "/api/v1/communes/00001").await;
    assert_eq!(
        (&town["known"], &town["lib_com"]),
        (&json!(true), &json!("Port-Fictif"))
    );
    let count =
        |answer: &Value, index: usize| answer["qpv"][index]["perimeters"].as_array().unwrap().len();
    assert!(count(&town, 0) > 0 && count(&town, 1) > 0, "{town}");
    assert_eq!(town["unmatched"], json!([]));
    let (status, unknown) = get(&app, "/api/v1/communes/14047").await;
    assert_eq!((status.as_u16(), &unknown["known"]), (200, &json!(true)));
    assert_eq!((count(&unknown, 0), count(&unknown, 1)), (0, 0));
    assert_eq!(
        unknown["qpv"][0]["complete"], false,
        "the fictional town says nothing of a real commune"
    );
    let (status, problem) = get(&app, "/api/v1/communes/1404").await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (400, &json!("bad_parameter"))
    );
}

#[tokio::test]
async fn an_etag_spares_the_answer() {
    let app = app();
    let path = "/api/v1/perimeters/QN00001I";
    let first = send(&app, Request::get(path).body(Body::empty()).unwrap()).await;
    let etag = first.headers()[header::ETAG].clone();
    let again = send(
        &app,
        Request::get(path)
            .header(header::IF_NONE_MATCH, etag)
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let other = send(
        &app,
        Request::get(path)
            .header(header::IF_NONE_MATCH, "W/\"x\"")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(other.status(), StatusCode::OK);
}

/// A position stands in this address: no cache keeps what was asked.
#[tokio::test]
async fn no_cache_keeps_the_zone_of_a_position() {
    let app = app();
    let (lon, lat, _) = outline(&app, "QN00001I").await;
    let path = format!("/api/v1/zones?lon={lon}&lat={lat}");
    let answer = send(&app, Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    assert!(!answer.headers().contains_key(header::ETAG));
}

#[tokio::test]
async fn an_answer_that_was_not_modified_varies_as_the_one_held() {
    let app = app();
    for path in [
        "/api/v1/perimeters",
        "/tiles",
        "/tiles/style.json",
        "/tiles/qpv-2024/6/31/22",
    ] {
        let ask = async |held: &str| {
            let request = Request::get(path)
                .header(header::ACCEPT_ENCODING, "gzip")
                .header(header::IF_NONE_MATCH, held);
            let response = send(&app, request.body(Body::empty()).unwrap()).await;
            let varies = response.headers().get_all(header::VARY).iter();
            let varies: Vec<HeaderValue> = varies.cloned().collect();
            (response.status(), varies)
        };
        let (first, expected) = ask("\"x\"").await;
        assert!(first.is_success(), "{path}: {first}");
        assert_eq!(expected, ["accept-encoding"], "{path}");
        let again = ask("*").await;
        assert_eq!(again, (StatusCode::NOT_MODIFIED, expected), "{path}");
    }
}

#[tokio::test]
async fn a_tag_is_found_in_lists_and_compared_weakly_everywhere() {
    let app = app();
    for path in ["/api/v1/perimeters/QN00001I", "/tiles", "/tiles/qpv-2024"] {
        let first = send(&app, Request::get(path).body(Body::empty()).unwrap()).await;
        let tag = first.headers()[header::ETAG].to_str().unwrap();
        let strong = tag.trim_start_matches("W/");
        for (held, expected) in [
            (format!("\"x\", {tag}"), StatusCode::NOT_MODIFIED),
            (strong.to_owned(), StatusCode::NOT_MODIFIED),
            ("*".to_owned(), StatusCode::NOT_MODIFIED),
            ("\"x\", \"y\"".to_owned(), StatusCode::OK),
            ("no tag at all".to_owned(), StatusCode::OK),
        ] {
            let request = Request::get(path).header(header::IF_NONE_MATCH, &held);
            let again = send(&app, request.body(Body::empty()).unwrap()).await;
            assert_eq!(again.status(), expected, "{path} {held}");
        }
    }
}

#[tokio::test]
async fn a_tag_matches_only_what_exists() {
    let app = app();
    let request = Request::get("/api/v1/perimeters/QN00001I").body(Body::empty());
    let held = send(&app, request.unwrap()).await.headers()[header::ETAG].clone();
    for tag in [HeaderValue::from_static("*"), held] {
        for (path, expected) in [
            ("/api/v1/perimeters/QN99999I", StatusCode::NOT_FOUND),
            ("/api/v1/perimeters?vintage=1914", StatusCode::BAD_REQUEST),
            ("/api/v1/zones?lon=x&lat=48", StatusCode::BAD_REQUEST),
        ] {
            let request = Request::get(path).header(header::IF_NONE_MATCH, tag.clone());
            let answer = send(&app, request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status(), expected, "{path} {tag:?}");
        }
    }
}

#[tokio::test]
async fn the_service_describes_itself() {
    let app = app();
    let (_, health) = get(&app, "/health").await;
    assert_eq!(health["status"], "ok");
    let (_, ready) = get(&app, "/ready").await;
    assert_eq!(ready["vintages"].as_array().unwrap().len(), 3);
    // A quarter of the fictional addresses lie on their parcels, and its lines are exact (geodata/sample/README.md).
    let limits = ready["certainty_limits"].as_array().unwrap();
    let [limit] = limits.as_slice() else {
        panic!("{limits:?}");
    };
    assert_eq!(
        (&limit["part"], &limit["metres"], &limit["share"]),
        (&json!("addresses"), &json!(20.0), &json!(0.253))
    );
    assert!(
        limit["message"]
            .as_str()
            .unwrap()
            .contains("sur la parcelle")
    );
    let (status, document) = get(&app, "/openapi.json").await;
    assert_eq!(status, 200);
    for path in [
        "/api/v1/zones",
        "/api/v1/perimeters",
        "/api/v1/perimeters/{code}",
        "/api/v1/communes/{insee}",
        "/health",
        "/ready",
    ] {
        assert!(
            document["paths"].get(path).is_some(),
            "{path} is not described"
        );
    }
    let page = send(&app, Request::get("/docs").body(Body::empty()).unwrap()).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'self';")
    );
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    let text = String::from_utf8(
        page.into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .to_vec(),
    )
    .unwrap();
    assert!(
        !text.contains("href=\"http") && !text.contains("src="),
        "the documentation page loads from elsewhere: {text}"
    );
}

#[tokio::test]
async fn long_answers_are_compressed_and_short_ones_are_not() {
    let app = app();
    let (lon, lat, _) = outline(&app, "QN00001I").await;
    let compressed = async |path: String| {
        let request = Request::get(path)
            .header(header::ACCEPT_ENCODING, "gzip")
            .body(Body::empty())
            .unwrap();
        let response = send(&app, request).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            response.headers()["content-security-policy"],
            "default-src 'none'; frame-ancestors 'none'"
        );
        response.headers().contains_key(header::CONTENT_ENCODING)
    };
    assert!(!compressed(format!("/api/v1/zones?lon={lon}&lat={lat}&vintage=2024")).await);
    assert!(compressed("/api/v1/perimeters".to_owned()).await);
}

#[test]
fn the_description_is_the_one_reviewed() {
    insta::assert_json_snapshot!("openapi", qpv_http::document());
}

#[tokio::test]
async fn a_client_that_accepts_no_coding_gets_the_plain_answer() {
    let app = app();
    let path = "/api/v1/perimeters";
    for (accepted, is_gzipped) in [
        ("identity;q=0", false),
        ("br, *;q=0", false),
        ("gzip;q=0, *", false),
        ("gzip, identity;q=0", true),
        ("*", true),
    ] {
        let request = Request::get(path).header(header::ACCEPT_ENCODING, accepted);
        let response = send(&app, request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK, "{accepted}");
        let headers = response.headers();
        assert_eq!(headers[header::VARY], "accept-encoding", "{accepted}");
        let is_encoded = headers.contains_key(header::CONTENT_ENCODING);
        assert_eq!(is_encoded, is_gzipped, "{accepted}");
    }
}

#[tokio::test]
async fn a_body_that_was_cut_is_told_in_french() {
    let app = app();
    for (path, kind, code) in [
        ("/api/v1/zones", "application/json", "bad_body"),
        (
            "/api/v1/batch",
            "multipart/form-data; boundary=edge",
            "bad_form",
        ),
    ] {
        let pieces = [Ok("{\"points\":"), Err(io::Error::other("cut"))];
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from_stream(stream::iter(pieces)));
        let (_, problem) = body(send(&app, request.unwrap()).await).await;
        assert_eq!(problem["code"], code, "{problem}");
        let message = "Le contenu envoyé est arrivé incomplet ou abîmé : rien n'a été traité. Envoyez-le à nouveau.";
        assert_eq!(problem["message"], message, "{path}");
    }
}
