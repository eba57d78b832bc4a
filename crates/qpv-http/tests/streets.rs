//! Profiles of streets over HTTP, in process, on the fictional town: Rue des Cordiers is the western line of Les Corderies,
//! its odd numbers inside and its even ones outside (geodata/sample/README.md).
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::{Value, json};
use tower::ServiceExt;

fn sample() -> Router {
    router(
        Arc::new(Service::open(Store::new("a folder that does not exist")).unwrap()),
        Limits::default(),
    )
}

async fn answer(app: &Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

async fn get(app: &Router, path: &str) -> (StatusCode, Value) {
    answer(app, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn check(app: &Router, question: &str) -> Value {
    let body = json!({"q": question, "vintage": "2024"}).to_string();
    answer(
        app,
        Request::post("/api/v1/check")
            .body(Body::from(body))
            .unwrap(),
    )
    .await
    .1
}

/// The numbers of a street in the file of the town, by side.
fn published(street: &str) -> [usize; 2] {
    let rows = include_str!("../../../geodata/sample/addresses.csv")
        .lines()
        .skip(1);
    let numbers = rows.filter_map(|row| {
        let fields: Vec<&str> = row.split(';').collect();
        (fields[4] == street).then(|| fields[2].parse::<usize>().unwrap())
    });
    numbers.fold([0, 0], |counts, number| {
        if number % 2 == 1 {
            [counts[0] + 1, counts[1]]
        } else {
            [counts[0], counts[1] + 1]
        }
    })
}

/// The numbers of a side, by zone.
fn count(ranges: &Value, zone: &str) -> u64 {
    let ranges = ranges.as_array().unwrap().iter();
    ranges
        .filter(|range| range["zone"] == zone)
        .map(|range| range["count"].as_u64().unwrap())
        .sum()
}

#[tokio::test]
async fn a_boundary_street_is_inside_on_one_side_and_outside_on_the_other() {
    let app = sample();
    let (_, found) = get(&app, "/search?q=rue+des+cordiers+port-fictif&limit=1").await;
    let id = found["features"][0]["properties"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let [odd, even] = published("Rue des Cordiers");
    for (id, vintage, code) in [
        (&*id, "2024", "QN00001I"),
        ("00001_0380_00036", "2015", "QP000001"),
    ] {
        let (status, profile) = get(
            &app,
            &format!("/api/v1/streets/{id}/profile?vintage={vintage}"),
        )
        .await;
        assert_eq!(status, StatusCode::OK, "{profile}");
        for (name, value) in [
            ("id", json!("00001_0380")),
            ("name", json!("Rue des Cordiers")),
            ("citycode", json!("00001")),
            ("city", json!("Port-Fictif")),
            ("postcodes", json!(["00100"])),
            ("vintage", json!(vintage)),
            ("numbers", json!(odd + even)),
            ("unnumbered", json!(0)),
            ("runs_along_line", json!(true)),
        ] {
            assert_eq!(profile[name], value, "{name}");
        }
        // Some stand so near to the line that their positions cannot tell; none is on the wrong side.
        let doubtful = [
            count(&profile["odd"], "undetermined"),
            count(&profile["even"], "undetermined"),
        ];
        assert_eq!(
            count(&profile["odd"], "qpv") + doubtful[0],
            odd as u64,
            "{profile}"
        );
        assert_eq!(
            count(&profile["even"], "band_300m") + doubtful[1],
            even as u64,
            "{profile}"
        );
        assert!(
            count(&profile["odd"], "qpv") > 0 && count(&profile["even"], "band_300m") > 0,
            "{profile}"
        );
        let along = &profile["along"][0];
        assert_eq!(
            (&along["code_qp"], &along["astride"]),
            (&json!(code), &json!(true)),
            "{profile}"
        );
        assert!(along["length_m"].as_f64().unwrap() > 200.0, "{along}");
        assert!(
            along["message"]
                .as_str()
                .unwrap()
                .starts_with("Cette rue longe la limite du quartier Les Corderies")
        );
        let message = profile["odd"]
            .as_array()
            .unwrap()
            .iter()
            .find(|range| range["zone"] == "qpv")
            .unwrap();
        assert!(
            message["message"]
                .as_str()
                .unwrap()
                .contains("dans le quartier prioritaire Les Corderies")
        );
        assert_eq!(profile["dataset"]["fictional"], true);
        assert_eq!(profile["dataset"]["digest"].as_str().unwrap().len(), 64);
    }
}

#[tokio::test]
async fn a_check_that_ends_at_a_street_has_its_profile() {
    let app = sample();
    for question in [
        "rue des cordiers port-fictif",
        "9999 rue des cordiers port-fictif",
    ] {
        let check = check(&app, question).await;
        assert_eq!(check["doubt"]["code"], "street", "{check}");
        let (_, mut profile) = get(&app, "/api/v1/streets/00001_0380/profile?vintage=2024").await;
        profile.as_object_mut().unwrap().remove("dataset");
        assert_eq!(check["profile"], profile, "{question}");
    }
    for question in [
        "1 rue des cordiers port-fictif",
        "port-fictif",
        "rue qui n'existe nulle part",
    ] {
        assert_eq!(
            check(&app, question).await["profile"],
            Value::Null,
            "{question}"
        );
    }
}

#[tokio::test]
async fn bad_questions_have_clear_problems() {
    let app = sample();
    let long = "x".repeat(5_000);
    for (path, status, code) in [
        ("00001_9999/profile", 404, "unknown_street"),
        ("00001_0380_09999/profile", 404, "unknown_street"),
        ("_____________/profile", 404, "unknown_street"),
        ("%00%0A%22%3Cscript%3E/profile", 404, "unknown_street"),
        ("%F0%9F%8F%A0/profile", 404, "unknown_street"),
        ("..%2F..%2Fetc%2Fpasswd/profile", 404, "unknown_street"),
        (&*format!("{long}/profile"), 404, "unknown_street"),
        ("%FF%FE/profile", 400, "bad_parameter"),
        ("00001_0380/profile?vintage=2019", 400, "unknown_vintage"),
        ("00001_0380/profile?on=hier", 400, "bad_parameter"),
        (
            "00001_0380/profile?vintage=2024&on=2024-06-01",
            400,
            "vintage_and_date",
        ),
        ("00001_0380/profile?limit=3", 400, "bad_parameter"),
        (
            "00001_0380/profile?on=1999-12-31",
            422,
            "no_vintage_in_force",
        ),
    ] {
        let (found, problem) = get(&app, &format!("/api/v1/streets/{path}")).await;
        assert_eq!(
            (found.as_u16(), problem["code"].as_str().unwrap_or_default()),
            (status, code),
            "{path}: {problem}"
        );
        assert!(problem["detail"].as_str().unwrap().len() < 400, "{problem}");
        assert!(
            !problem["message"].as_str().unwrap().starts_with("error."),
            "{problem}"
        );
    }
}
