//! Addresses over HTTP, in process: the national address API's `/search` and `/reverse`, the same in bodies, checks.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]
#![expect(
    clippy::unreadable_literal,
    reason = "coordinates are read as they are published"
)]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::import::ImportOptions;
use qpv_service::data::{self, Store};
use qpv_service::model::Vintage;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

const BANO: &str = "900010003F-1,1,Rue des Lilas,90400,Andelnans,C+O,47.602108,6.866262
900010003F-3,3,Rue des Lilas,90400,Andelnans,C+O,47.602406,6.865512
900010003F-3B,3BIS,Rue des Lilas,90400,Andelnans,C+O,47.602416,6.865522
900010004G-1,1,Impasse du Château d'Eau,90400,Andelnans,C+O,47.604,6.869
971010005H-1,1,Rue des Lilas,97139,Les Abymes,C+O,16.27,-61.50
";

/// A server over a few addresses, and no perimeters.
fn app() -> (TempDir, Router) {
    app_with(BANO)
}

fn app_with(bano: &str) -> (TempDir, Router) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bano.csv");
    std::fs::write(&file, bano).unwrap();
    let store = Store::new(folder.path().join("data"));
    data::import_addresses(&store, &[file]).unwrap();
    let app = router(Arc::new(Service::open(store).unwrap()), Limits::default());
    (folder, app)
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

async fn post(app: &Router, path: &str, body: &Value) -> (StatusCode, Value) {
    answer(
        app,
        Request::post(path)
            .body(Body::from(body.to_string()))
            .unwrap(),
    )
    .await
}

#[tokio::test]
async fn search_answers_as_the_national_api_does() {
    let (_folder, app) = app();
    // The slash at the end and a parameter of that API that means nothing here.
    for path in [
        "/search?q=3+bis+rue+des+lilas+andelnans",
        "/search/?q=3bis%20RUE%20DES%20LILAS%2090400&index=address",
    ] {
        let (status, found) = get(&app, path).await;
        assert_eq!(status, StatusCode::OK, "{found}");
        assert_eq!(found["type"], "FeatureCollection");
        let first = &found["features"][0];
        assert_eq!(
            (&first["type"], &first["geometry"]["type"]),
            (&json!("Feature"), &json!("Point"))
        );
        assert_eq!(
            first["geometry"]["coordinates"],
            json!([6.865522, 47.602416])
        );
        let properties = &first["properties"];
        for (name, value) in [
            ("label", json!("3 bis Rue des Lilas 90400 Andelnans")),
            ("housenumber", json!("3 bis")),
            ("id", json!("900010003F-3B")),
            ("type", json!("housenumber")),
            ("name", json!("3 bis Rue des Lilas")),
            ("street", json!("Rue des Lilas")),
            ("postcode", json!("90400")),
            ("citycode", json!("90001")),
            ("city", json!("Andelnans")),
            (
                "context",
                json!("90, Territoire de Belfort, Bourgogne-Franche-Comté"),
            ),
        ] {
            assert_eq!(properties[name], value, "{name}");
        }
        // Lambert-93, from the same place in the published file of the national address base.
        let (x, y) = (
            properties["x"].as_f64().unwrap(),
            properties["y"].as_f64().unwrap(),
        );
        assert!(
            (x - 990_335.0).abs() < 5.0 && (y - 6_729_557.0).abs() < 5.0,
            "{x} {y}"
        );
        assert!(properties["importance"].is_number());
        assert!(
            (0.99..=1.0).contains(&properties["score"].as_f64().unwrap()),
            "{properties}"
        );
        assert_eq!(
            found["attribution"],
            "Adresses : Base Adresse Nationale (Licence Ouverte 2.0) ou BANO, contributeurs d'OpenStreetMap (ODbL)"
        );
    }
}

#[tokio::test]
async fn filters_and_limits_are_kept() {
    let (_folder, app) = app();
    let count = async |path: &str| get(&app, path).await.1["features"].as_array().map(Vec::len);
    assert_eq!(count("/search?q=1+rue+des+lilas").await, Some(2));
    assert_eq!(count("/search?q=1+rue+des+lilas&limit=1").await, Some(1));
    assert_eq!(
        count("/search?q=1+rue+des+lilas&citycode=97101").await,
        Some(1)
    );
    assert_eq!(
        count("/search?q=1+rue+des+lilas&postcode=90400").await,
        Some(1)
    );
    assert_eq!(
        count("/search?q=andelnans&type=municipality").await,
        Some(1)
    );
    assert_eq!(count("/search?q=andelnans&type=street").await, Some(0));
    let (_, near) = get(&app, "/search?q=1+rue+des+lilas&lon=-61.4&lat=16.2").await;
    assert_eq!(near["features"][0]["properties"]["city"], "Les Abymes");
    let (_, typed) = get(&app, "/search?q=1+imp&autocomplete=1").await;
    assert_eq!(
        typed["features"][0]["properties"]["street"],
        "Impasse du Château d'Eau"
    );
}

#[tokio::test]
async fn several_kinds_may_be_asked_for() {
    let (_folder, app) = app();
    for (kinds, expected) in [
        ("type=street", vec!["street"]),
        ("type=street+locality", vec!["street"]),
        ("type=municipality%20street", vec!["municipality", "street"]),
        ("type=street,municipality", vec!["municipality", "street"]),
        ("type=street%2Bmunicipality", vec!["municipality", "street"]),
        (
            "type=street&limit=9&type=municipality",
            vec!["municipality", "street"],
        ),
        ("type=locality&type=housenumber", vec!["housenumber"]),
        ("type=&type=", vec!["housenumber", "municipality", "street"]),
    ] {
        let mut found = std::collections::BTreeSet::new();
        for question in ["andelnans", "rue+des+lilas+andelnans", "1+rue+des+lilas"] {
            let (status, answer) = get(&app, &format!("/search?q={question}&{kinds}")).await;
            assert_eq!(status, StatusCode::OK, "{kinds}: {answer}");
            let features = answer["features"].as_array().unwrap();
            found.extend(
                features
                    .iter()
                    .map(|feature| feature["properties"]["type"].as_str().unwrap().to_owned()),
            );
        }
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected, "{kinds}");
    }
    let near = "lon=6.866262&lat=47.602108";
    let (_, found) = get(
        &app,
        &format!("/reverse?{near}&type=street&type=municipality"),
    )
    .await;
    let kind = &found["features"][0]["properties"]["type"];
    assert!(kind == "street" || kind == "municipality", "{found}");
    let body = json!({"q": "andelnans", "type": "street, municipality"});
    let (_, found) = post(&app, "/api/v1/search", &body).await;
    assert_eq!(found["features"][0]["properties"]["type"], "municipality");
    for path in ["/search?q=x&type=street+voie", "/search?q=x&type=a&type=b"] {
        let (status, problem) = get(&app, path).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::BAD_REQUEST, &json!("bad_parameter")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_blank_parameter_counts_as_absent() {
    let (_folder, app) = app();
    let question = "/search?q=1+rue+des+lilas";
    let (_, plain) = get(&app, question).await;
    for blank in [
        "lat=&lon=",
        "lon=+&lat=",
        "lat=47.6&lon=",
        "limit=",
        "type=",
        "postcode=&citycode=",
    ] {
        let (status, found) = get(&app, &format!("{question}&{blank}")).await;
        assert_eq!((status, &found), (StatusCode::OK, &plain), "{blank}");
    }
    let (status, problem) = get(&app, "/reverse?lat=&lon=").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("give `lon` and `lat`")
    );
    for wrong in ["lat=nord&lon=6", "lat=47,6&lon=6", "limit=x"] {
        let (status, problem) = get(&app, &format!("{question}&{wrong}")).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::BAD_REQUEST, &json!("bad_parameter")),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_commune_of_corsica_may_be_written_in_lower_case() {
    let bano = "2A0040005H-1,1,Rue des Lilas,20000,Ajaccio,C+O,41.92,8.73\n\
        2B0330005H-1,1,Rue des Lilas,20200,Bastia,C+O,42.70,9.45\n";
    let (_folder, app) = app_with(bano);
    for (code, city) in [
        ("2A004", "Ajaccio"),
        ("2a004", "Ajaccio"),
        ("2B033", "Bastia"),
        ("2b033", "Bastia"),
    ] {
        let (_, found) = get(&app, &format!("/search?q=1+rue+des+lilas&citycode={code}")).await;
        let features = found["features"].as_array().unwrap();
        assert_eq!(
            (features.len(), &features[0]["properties"]["city"]),
            (1, &json!(city)),
            "{code}"
        );
    }
}

#[tokio::test]
async fn a_missing_number_is_placed_between_its_neighbours() {
    let (_folder, app) = app();
    let (_, found) = get(&app, "/search?q=1+bis+rue+des+lilas+90400+andelnans").await;
    let first = &found["features"][0];
    let properties = &first["properties"];
    assert_eq!(
        (&properties["type"], &properties["position"]),
        (&json!("street"), &json!("interpolated"))
    );
    assert_eq!(
        properties["missing_housenumber"]["between"],
        json!(["1", "3"])
    );
    // Beside number 1, and as uncertain as the way to number 3 (65 m by the formula of the sphere) and its own 30 m.
    assert_eq!(
        first["geometry"]["coordinates"],
        json!([6.866262, 47.602108])
    );
    let uncertainty_m = properties["position_uncertainty_m"].as_f64().unwrap();
    assert!((95.0..98.0).contains(&uncertainty_m), "{properties}");
    let message = properties["missing_housenumber"]["message"].as_str();
    assert!(
        message
            .unwrap()
            .ends_with("Sa position est estimée entre le 1 et le 3, du même côté de la rue.")
    );
    let (_, found) = get(&app, "/search?q=2+rue+des+lilas+90400+andelnans").await;
    let properties = &found["features"][0]["properties"];
    assert_eq!(
        (
            &properties["position"],
            &properties["missing_housenumber"]["between"]
        ),
        (&json!("street"), &Value::Null)
    );
}

#[tokio::test]
async fn a_missing_number_is_said_in_french() {
    let (_folder, app) = app();
    let (_, found) = get(&app, "/search?q=2+rue+des+lilas+90400+andelnans").await;
    let properties = &found["features"][0]["properties"];
    assert_eq!(
        (&properties["type"], &properties["housenumber"]),
        (&json!("street"), &Value::Null)
    );
    let missing = &properties["missing_housenumber"];
    assert_eq!(
        (&missing["asked"], &missing["below"], &missing["above"]),
        (&json!("2"), &json!("1"), &json!("3"))
    );
    assert!(
        missing["message"]
            .as_str()
            .unwrap()
            .starts_with("Le numéro 2 n'existe pas")
    );
}

#[tokio::test]
async fn reverse_tells_the_nearest_and_how_far() {
    let (_folder, app) = app();
    for path in [
        "/reverse?lon=6.866262&lat=47.602108",
        "/reverse/?lon=6.866262&lat=47.602108&type=housenumber",
    ] {
        let (status, found) = get(&app, path).await;
        assert_eq!(status, StatusCode::OK, "{found}");
        let properties = &found["features"][0]["properties"];
        assert_eq!(
            (&properties["id"], &properties["distance"]),
            (&json!("900010003F-1"), &json!(0.0))
        );
    }
    let (_, street) = get(&app, "/reverse?lon=6.8663&lat=47.6021&type=street").await;
    assert_eq!(street["features"][0]["properties"]["type"], "street");
    let (_, sea) = get(&app, "/reverse?lon=0&lat=0").await;
    assert_eq!(sea["features"], json!([]));
}

#[tokio::test]
async fn bodies_take_the_same_and_keep_addresses_out_of_urls() {
    let (_folder, app) = app();
    let (status, found) = post(
        &app,
        "/api/v1/search",
        &json!({"q": "1 rue des lilas", "citycode": "90001"}),
    )
    .await;
    assert_eq!(
        (status, found["features"].as_array().unwrap().len()),
        (StatusCode::OK, 1),
        "{found}"
    );
    let (status, found) = post(
        &app,
        "/api/v1/reverse",
        &json!({"lon": 6.866262, "lat": 47.602108}),
    )
    .await;
    assert_eq!(
        (status, &found["features"][0]["properties"]["id"]),
        (StatusCode::OK, &json!("900010003F-1"))
    );
    // No perimeters are loaded: that is a doubt, never an "outside".
    let (status, check) = post(
        &app,
        "/api/v1/check",
        &json!({"q": "1 rue des lilas andelnans"}),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{check}");
    assert_eq!(
        (&check["zone"], &check["doubt"]["code"]),
        (&json!("undetermined"), &json!("coverage"))
    );
    assert_eq!(
        check["candidates"][0]["properties"]["qpv"]["error"]["code"],
        "vintage_not_loaded"
    );
    let (_, check) = post(
        &app,
        "/api/v1/check",
        &json!({"q": "rue inconnue nulle part"}),
    )
    .await;
    assert_eq!(
        (&check["zone"], &check["doubt"]["code"]),
        (&json!("undetermined"), &json!("not_found"))
    );
}

#[tokio::test]
async fn bad_questions_have_clear_problems() {
    let (_folder, app) = app();
    let long = "a".repeat(10_000);
    for (path, code) in [
        ("/search", "empty_question"),
        ("/search?q=", "empty_question"),
        ("/search?q=%F0%9F%98%80", "empty_question"),
        ("/search?q=%00%07", "empty_question"),
        (&*format!("/search?q={long}"), "question_too_long"),
        ("/search?q=a&limit=0", "bad_parameter"),
        ("/search?q=a&limit=101", "bad_parameter"),
        ("/search?q=a&limit=beaucoup", "bad_parameter"),
        ("/search?q=a&type=rue", "bad_parameter"),
        ("/search?q=a&postcode=9040", "bad_parameter"),
        ("/search?q=a&citycode=ABCDE", "bad_parameter"),
        ("/search?q=a&lon=200&lat=0", "out_of_range"),
        ("/search?q=a&zones=1&vintage=2019", "unknown_vintage"),
        ("/reverse", "bad_parameter"),
        ("/reverse?lon=2", "bad_parameter"),
        ("/reverse?lon=2&lat=95", "out_of_range"),
    ] {
        let (status, problem) = get(&app, path).await;
        assert!(status.is_client_error(), "{path}: {status}");
        assert_eq!(problem["code"], code, "{path}: {problem}");
        assert!(!problem["message"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn without_addresses_the_problem_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    let perimeters = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../geodata/sample/perimeters-2024.geojson"
    );
    let options = ImportOptions {
        fictional: true,
        partial: true,
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[perimeters.into()], &options).unwrap();
    let app = router(Arc::new(Service::open(store).unwrap()), Limits::default());
    for (status, problem) in [
        get(&app, "/search?q=rue").await,
        get(&app, "/reverse?lon=-3.6&lat=46.2").await,
        post(&app, "/api/v1/check", &json!({"q": "rue"})).await,
    ] {
        assert_eq!(
            (status, &problem["code"]),
            (
                StatusCode::UNPROCESSABLE_ENTITY,
                &json!("addresses_not_loaded")
            )
        );
    }
}

#[tokio::test]
async fn the_sample_answers_for_its_addresses_and_says_that_they_are_fictional() {
    let sample = router(
        Arc::new(Service::open(Store::new("a folder that does not exist")).unwrap()),
        Limits::default(),
    );
    let (status, found) = get(
        &sample,
        "/search?q=1+rue+des+cordiers+port-fictif&zones=1&vintage=2024",
    )
    .await;
    let properties = &found["features"][0]["properties"];
    assert_eq!(
        (status, &properties["label"]),
        (
            StatusCode::OK,
            &json!("1 Rue des Cordiers 00100 Port-Fictif")
        )
    );
    assert_eq!(
        (&properties["qpv"]["zone"], &found["attribution"]),
        (
            &json!("qpv"),
            &json!("Données fictives : cette ville n'existe pas")
        )
    );
    let (_, nearest) = get(&sample, "/reverse?lon=-3.610510&lat=46.203047").await;
    assert_eq!(
        nearest["features"][0]["properties"]["id"],
        "00001_0380_00001"
    );
    let (_, check) = post(
        &sample,
        "/api/v1/check",
        &json!({"q": "36 rue des cordiers 00100 port-fictif", "vintage": "2024"}),
    )
    .await;
    assert_eq!(
        (&check["zone"], &check["dataset"]["fictional"]),
        (&json!("band_300m"), &json!(true)),
        "{check}"
    );
    for notice in [
        &found["notice"],
        &nearest["notice"],
        &check["dataset"]["notice"],
    ] {
        assert!(
            notice.as_str().unwrap().starts_with("Données fictives"),
            "{notice}"
        );
    }
    let (_folder, app) = app();
    assert_eq!(
        get(&app, "/search?q=1+rue+des+lilas").await.1["notice"],
        Value::Null
    );
}

#[tokio::test]
async fn odd_questions_in_bodies_are_refused_or_answered() {
    let (_folder, app) = app();
    for path in ["/api/v1/search", "/api/v1/check"] {
        for (question, status, code) in [
            ("a".repeat(10_000), 400, "question_too_long"),
            ("\u{1F3E0}\u{1F6B8}".to_owned(), 400, "empty_question"),
            ("\u{1}\u{0}\u{7f}".to_owned(), 400, "empty_question"),
        ] {
            let (found, problem) = post(&app, path, &json!({"q": question})).await;
            assert_eq!(
                (found.as_u16(), problem["code"].as_str().unwrap()),
                (status, code),
                "{path}"
            );
        }
        let (status, _) = post(
            &app,
            path,
            &json!({"q": "1 rue \u{1F3E0} des\u{0} Lilas Andelnans"}),
        )
        .await;
        assert_eq!(status, StatusCode::OK);
    }
}

/// A file may be named anything: the name is on demand, and in no credit.
#[tokio::test]
async fn names_of_files_stand_in_no_answer_but_the_list_of_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    let name = format!("{}.csv", "n".repeat(240));
    let file = folder.path().join(&name);
    std::fs::write(&file, BANO).unwrap();
    data::import_addresses(&store, &[file]).unwrap();
    let app = router(Arc::new(Service::open(store).unwrap()), Limits::default());
    for path in [
        "/ready",
        "/search?q=rue",
        "/api/v1/programmes",
        "/tiles",
        "/api/v1/perimeters",
    ] {
        let (_, answer) = get(&app, path).await;
        assert!(!answer.to_string().contains(&name), "{path}: {answer}");
    }
    let (status, sources) = get(&app, "/api/v1/sources").await;
    assert_eq!(status, StatusCode::OK);
    let files = sources["files"].as_array().unwrap();
    let named: Vec<&Value> = files
        .iter()
        .filter(|file| file["name"] == name.as_str())
        .collect();
    assert!(!named.is_empty(), "{sources}");
    assert!(
        named
            .iter()
            .all(|file| file["part"].as_str().unwrap().starts_with("addresses "))
    );
    assert_eq!(named[0]["sha256"].as_str().unwrap().len(), 64);
    let credits = sources["dataset"]["sources"].as_array().unwrap();
    assert!(
        credits
            .iter()
            .any(|credit| credit.as_str().unwrap().starts_with("Adresses : ")),
        "{credits:?}"
    );
}
