//! Communes over HTTP: each by its name, codes of the past to the commune of today, no answer to a code that is none. What is
//! expected is INSEE's official geographic code.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::import::ImportOptions;
use qpv_service::data::{self, Store};
use qpv_service::model::Vintage;
use serde_json::{Value, json};
use tower::ServiceExt;

#[path = "../../../tests/real_data.rs"]
mod real_data;
use real_data::{NATIONAL_2015, NATIONAL_2024, real};

fn app(store: Store) -> Router {
    router(Arc::new(Service::open(store).unwrap()), Limits::default())
}

fn sample() -> Router {
    app(Store::new("a folder that does not exist"))
}

async fn get(app: &Router, path: &str) -> (u16, Value) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

async fn commune(app: &Router, code: &str) -> Value {
    let (status, answer) = get(app, &format!("/api/v1/communes/{code}")).await;
    assert_eq!(status, 200, "{code}: {answer}");
    answer
}

fn codes(perimeters: &Value) -> Vec<&str> {
    let perimeters = perimeters.as_array().unwrap().iter();
    perimeters
        .map(|perimeter| perimeter["code_qp"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn each_commune_is_known_by_its_name() {
    let app = sample();
    let bayeux = commune(&app, "14047").await;
    assert_eq!(
        [&bayeux["lib_com"], &bayeux["known"], &bayeux["kind"]],
        [&json!("Bayeux"), &json!(true), &json!("commune")]
    );
    assert_eq!(bayeux["history"], Value::Null);
    assert_eq!(
        bayeux["communes"],
        json!([{
            "insee_com": "14047", "lib_com": "Bayeux", "insee_dep": "14", "lib_dep": "Calvados", "lib_reg": "Normandie",
            "siren_epci": "241400555", "lib_epci": "CC de Bayeux Intercom", "postcodes": ["14400"],
        }])
    );
    for (code, name, region) in [
        ("2A004", "Ajaccio", "Corse"),
        ("2a004", "Ajaccio", "Corse"),
        ("%2014047%20", "Bayeux", "Normandie"),
        ("97411", "Saint-Denis", "La Réunion"),
        ("98735", "Papeete", "Polynésie française"),
        ("97801", "Saint-Martin", "Saint-Martin"),
        ("97501", "Miquelon-Langlade", "Saint-Pierre-et-Miquelon"),
        ("01001", "L'Abergement-Clémenciat", "Auvergne-Rhône-Alpes"),
        ("22016", "Île-de-Bréhat", "Bretagne"),
    ] {
        let answer = commune(&app, code).await;
        assert_eq!(
            [&answer["lib_com"], &answer["communes"][0]["lib_reg"]],
            [&json!(name), &json!(region)],
            "{code}"
        );
    }
    // In no intercommunality: an island by law.
    assert_eq!(
        commune(&app, "22016").await["communes"][0]["siren_epci"],
        Value::Null
    );
}

#[tokio::test]
async fn a_code_that_is_none_is_not_found() {
    let app = sample();
    for code in ["99999", "14999", "00003", "20999", "97611999", "75121"] {
        let (status, problem) = get(&app, &format!("/api/v1/communes/{code}")).await;
        let expected = if code.len() == 5 {
            (404, "unknown_commune")
        } else {
            (400, "bad_parameter")
        };
        assert_eq!(
            (status, problem["code"].as_str().unwrap()),
            expected,
            "{code}"
        );
    }
    let (_, problem) = get(&app, "/api/v1/communes/99999").await;
    assert_eq!(
        problem["message"],
        "Aucune commune n'a le code INSEE 99999, ni aujourd'hui ni autrefois."
    );
    let (status, problem) = get(&app, "/api/v1/compare?insee=00001,99999").await;
    assert_eq!(
        (status, &problem["code"]),
        (404, &json!("unknown_commune")),
        "{problem}"
    );
}

#[tokio::test]
async fn a_code_of_the_past_leads_to_the_commune_of_today() {
    let app = sample();
    for (code, kind, name, successors, told) in [
        (
            "50602",
            "deleguee",
            "Cherbourg-en-Cotentin",
            vec!["50129"],
            "50602 (Tourlaville) est une commune déléguée de Cherbourg-en-Cotentin (50129)",
        ),
        (
            "27549",
            "ancienne",
            "Pont-Audemer",
            vec!["27467"],
            "27549 est un code du passé (Saint-Germain-Village) : la commune est aujourd'hui Pont-Audemer (27467)",
        ),
        (
            "91182",
            "ancienne",
            "Évry-Courcouronnes",
            vec!["91228"],
            "Courcouronnes",
        ),
        (
            "20004",
            "ancienne",
            "Ajaccio",
            vec!["2A004"],
            "Ajaccio (2A004)",
        ),
        (
            "97127",
            "ancienne",
            "Saint-Martin",
            vec!["97801"],
            "Saint-Martin (97801)",
        ),
        (
            "02285",
            "associee",
            "Saint-Souplet",
            vec!["59545"],
            "Escaufourt",
        ),
        (
            "75120",
            "arrondissement",
            "Paris",
            vec!["75056"],
            "arrondissement de Paris (75056)",
        ),
        (
            "69381",
            "arrondissement",
            "Lyon",
            vec!["69123"],
            "arrondissement de Lyon (69123)",
        ),
        (
            "13216",
            "arrondissement",
            "Marseille",
            vec!["13055"],
            "arrondissement de Marseille (13055)",
        ),
        (
            "55273",
            "associee",
            "Lamarche-en-Woëvre",
            vec!["55245", "55386"],
            "Heudicourt-sous-les-Côtes (55245) et Nonsard-Lamarche (55386)",
        ),
    ] {
        let answer = commune(&app, code).await;
        assert_eq!(answer["insee_com"], code);
        assert_eq!(
            [&answer["kind"], &answer["lib_com"]],
            [&json!(kind), &json!(name)],
            "{code}"
        );
        let communes = answer["communes"].as_array().unwrap().iter();
        let found: Vec<&str> = communes
            .map(|it| it["insee_com"].as_str().unwrap())
            .collect();
        assert_eq!(found, successors, "{code}");
        let history = answer["history"].as_str().unwrap();
        assert!(history.contains(told), "{history}");
    }
}

/// The fictional town is known by its data, and says nothing of real communes.
#[tokio::test]
async fn the_fictional_town_is_known_by_its_perimeters() {
    let app = sample();
    let town = commune(&app, "00001").await;
    assert_eq!(town["lib_com"], "Port-Fictif");
    assert_eq!(town["communes"][0]["postcodes"], json!([]));
    assert_eq!(commune(&app, "14047").await["qpv"][0]["complete"], false);
}

/// With both official vintages, a commune without a neighbourhood has surely none, and no other commune's is named.
#[tokio::test]
async fn none_is_sure_where_the_territory_is_loaded_whole() {
    let (Some(old), Some(new)) = (real(NATIONAL_2015), real(NATIONAL_2024)) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    import(&store, &old, Vintage::V2015);
    import(&store, &new, Vintage::V2024);
    let app = app(store);
    for (code, old, new) in [
        ("14047", vec![], vec![]),
        (
            "61169",
            vec!["QP061003", "QP061004"],
            vec!["QN06103M", "QN06104M"],
        ),
        // Saint-Ouen, Évry and Saint-Germain-Village have another name or another commune since.
        (
            "93070",
            vec!["QP093044", "QP093045", "QP093046", "QP093047"],
            vec![],
        ),
        ("27549", vec!["QP027010", "QP027011"], vec![]),
    ] {
        let answer = commune(&app, code).await;
        assert_eq!(answer["unmatched"], json!([]), "{code}");
        assert_eq!(answer["qpv"][0]["complete"], true);
        assert_eq!(answer["qpv"][1]["complete"], true);
        assert_eq!(codes(&answer["qpv"][0]["perimeters"]), old, "{code}");
        if !new.is_empty() || code == "14047" {
            assert_eq!(codes(&answer["qpv"][1]["perimeters"]), new, "{code}");
        }
    }
    let (status, answer) = get(&app, "/api/v1/compare?insee=14047").await;
    assert_eq!(status, 200);
    assert_eq!(answer["unmatched"], json!([]));
    assert_eq!(answer["complete"], true);
    assert_eq!(answer["changes"], json!([]));
    // The commune of today answers for the one merged into it.
    let (_, merged) = get(&app, "/api/v1/compare?insee=91182").await;
    let (_, whole) = get(&app, "/api/v1/compare?insee=91228").await;
    assert_eq!(merged["changes"], whole["changes"]);
    assert!(!whole["changes"].as_array().unwrap().is_empty());
}

fn import(store: &Store, file: &Path, vintage: Vintage) {
    let options = ImportOptions::new(vintage);
    data::import_files(store, &[file.to_owned()], &options).unwrap();
}
