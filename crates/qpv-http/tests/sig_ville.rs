//! SIG Ville's contract over HTTP, on the fictional town, by requests of the shapes that its public clients send. In the
//! town's street "rue des Cordiers", the line of Les Corderies, number 1 is inside and number 2 outside.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::import::ImportOptions;
use qpv_service::data::{self, Store, ZoningOptions};
use qpv_service::model::{Period, Vintage, ZoningRecord};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

const INSIDE: &str = "adresse[num_voie]=1&adresse[nom_voie]=rue%20des%20Cordiers&adresse[code_postal]=00100&\
    adresse[nom_commune]=Port-Fictif";
const OUTSIDE: &str = "adresse[num_voie]=2&adresse[nom_voie]=rue%20des%20Cordiers&adresse[code_postal]=00100&\
    adresse[nom_commune]=Port-Fictif";

fn app() -> (TempDir, Router) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::open(Store::new(folder.path().join("data"))).unwrap();
    (folder, router(Arc::new(service), Limits::default()))
}

async fn send(request: Request<Body>) -> (StatusCode, HeaderMap, Value) {
    let (_folder, app) = app();
    let response = app.oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, headers, serde_json::from_slice(&body).unwrap())
}

async fn get(path: &str) -> (StatusCode, Value) {
    // As an old client signs in; whatever it is, it is not looked at.
    let request = Request::get(path)
        .header(header::AUTHORIZATION, "Basic cGVyc29ubmU6c2VjcmV0")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::empty());
    let (status, _, answer) = send(request.unwrap()).await;
    (status, answer)
}

async fn post(kind: &str, body: &str) -> (StatusCode, Value) {
    let request = Request::post("/service/georeferenceur.json")
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body.to_owned()));
    let (status, _, answer) = send(request.unwrap()).await;
    (status, answer)
}

/// Returns `type_quartier` and `code_reponse` of each zoning.
fn codes(answer: &Value) -> Vec<(String, String)> {
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    let zonings = answer["reponses"].as_array().unwrap().iter();
    zonings
        .map(|it| (text(it, "type_quartier"), text(it, "code_reponse")))
        .collect()
}

fn expected(codes: &[(&str, &str)]) -> Vec<(String, String)> {
    codes
        .iter()
        .map(|(zoning, code)| ((*zoning).to_owned(), (*code).to_owned()))
        .collect()
}

#[tokio::test]
async fn the_older_service_answers_with_its_members() {
    let path = format!("/service/georeferenceur.json?type_quartier=QP&type_adresse=WSA&{INSIDE}");
    let (status, answer) = get(&path).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    for (name, value) in [
        ("type_quartier", "QP"),
        ("code_reponse", "OUI"),
        ("nom_quartier", "Les Corderies"),
        ("code_quartier", "QN00001I"),
        ("code_info", "VOIE_TRAITEE"),
        (
            "info",
            "Le lieu est situé dans le quartier QP Les Corderies - QN00001I.",
        ),
        ("loccom_ref", "COMMUNE_AVEC_QUARTIER"),
    ] {
        assert_eq!(answer[name], value, "{name}: {answer}");
    }
    assert_eq!(
        answer["adresse"]["label"],
        "1 Rue des Cordiers 00100 Port-Fictif"
    );
    assert_eq!(answer["adresse"]["score"], 100.0);
    assert_eq!(answer["reponses"][0]["code_quartier"], "QN00001I");
    assert_eq!(answer["dataset"]["fictional"], true);
}

#[tokio::test]
async fn all_paths_and_shapes_give_one_answer() {
    let mixed = "type_quartier[]=QP&type_adresse=MIXTE&adresse[code_postal]=00100&adresse[nom_commune]=Port-Fictif&\
        adresse[nom_voie]=1%20rue%20des%20Cordiers";
    let encoded = "type_quartier=qp&type_adresse=mixte&adresse%5Bcode_postal%5D=00100&adresse%5Bnom_commune%5D=PORT+FICTIF&\
        adresse%5Bnom_voie%5D=1+RUE+DES+CORDIERS++";
    let lines = "type_quartier=QP&type_adresse=AFNOR2&adresse%5B0%5D=1+rue+des+Cordiers&adresse%5B1%5D=00100+Port-Fictif";
    let without_postcode = "adresse[num_voie]=1&adresse[nom_voie]=rue+des+Cordiers&adresse[code_postal]=&\
        adresse[nom_commune]=Port-Fictif";
    for path in ["/service/georeferenceur.json", "/api/v1", "/api/v2.json"] {
        for query in [mixed, encoded, lines, without_postcode] {
            let (status, answer) = get(&format!("{path}?{query}")).await;
            assert_eq!(status, StatusCode::OK, "{query}: {answer}");
            assert_eq!(
                codes(&answer),
                expected(&[("QP", "OUI")]),
                "{query}: {answer}"
            );
        }
    }
    let form = "application/x-www-form-urlencoded";
    for (kind, body) in [(form, mixed), (form, encoded), ("text/plain", lines)] {
        let (status, answer) = post(kind, body).await;
        assert_eq!(
            (status, answer["code_reponse"].as_str()),
            (StatusCode::OK, Some("OUI")),
            "{answer}"
        );
    }
    let body = json!({"type_quartier": "QP", "type_adresse": "WSA", "adresse": {"code_postal": "00100",
        "nom_commune": "Port-Fictif", "num_voie": "1", "nom_voie": "rue des Cordiers"}});
    let (status, answer) = post("application/json", &body.to_string()).await;
    assert_eq!(
        (status, answer["code_reponse"].as_str()),
        (StatusCode::OK, Some("OUI")),
        "{answer}"
    );
}

#[tokio::test]
async fn every_vintage_is_a_zoning_and_the_others_are_not_loaded() {
    for (address, code) in [(INSIDE, "OUI"), (OUTSIDE, "NON")] {
        let zonings = "type_quartier[]=QP&type_quartier[]=QP_2015&type_quartier[]=QP_2024&type_quartier[]=QP_2030&\
            type_quartier[]=ZFU&type_quartier[]=QP_1999";
        let (status, answer) = get(&format!("/api/v2.json?{zonings}&{address}")).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let wanted = [
            ("QP", code),
            ("QP_2015", code),
            ("QP_2024", code),
            ("QP_2030", code),
            ("ZFU", "INDISPONIBLE"),
            ("QP_1999", "INDISPONIBLE"),
        ];
        assert_eq!(codes(&answer), expected(&wanted), "{answer}");
        assert_eq!(answer["reponses"][4]["code_info"], "ZONAGE_ABSENT");
    }
    let (_, answer) = get(&format!("/api/v2.json?type_quartier=QP_2015&{INSIDE}")).await;
    assert_eq!(answer["code_quartier"], "QP000001");
    // One zoning that is not loaded must not be read as a NON of all.
    let (_, answer) = get(&format!("/api/v2.json?type_quartier=QP,ZFU&{OUTSIDE}")).await;
    assert_eq!(answer["code_reponse"], "INDISPONIBLE");
}

#[tokio::test]
async fn what_is_not_sure_is_neither_yes_nor_no() {
    for (address, info) in [
        // Numbers on both sides of the line.
        (
            "adresse[nom_voie]=rue+des+Cordiers&adresse[nom_commune]=Port-Fictif",
            "VOIE_PARTAGEE",
        ),
        (
            "adresse[code_postal]=00100&adresse[nom_commune]=Port-Fictif",
            "COMMUNE_SEULE",
        ),
        (
            "adresse[nom_voie]=zzyzx+qwrtp&adresse[nom_commune]=Vladivostok",
            "ADRESSE_INTROUVABLE",
        ),
    ] {
        let (status, answer) = get(&format!("/service/georeferenceur.json?{address}")).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(
            (
                answer["code_reponse"].as_str(),
                answer["code_info"].as_str()
            ),
            (Some("INDETERMINE"), Some(info)),
            "{answer}"
        );
        assert!(answer["info"].as_str().unwrap().len() > 20);
        assert_eq!(
            (&answer["nom_quartier"], &answer["code_quartier"]),
            (&Value::Null, &Value::Null)
        );
    }
}

#[tokio::test]
async fn a_position_is_answered_in_degrees() {
    for (x, y, code) in [
        ("-3.610510", "46.203047", "OUI"),
        // Far from every perimeter, in the town's waters.
        ("-3.610000", "46.230000", "NON"),
        // Paris, which the fictional town does not cover.
        ("2.352200", "48.856600", "INDETERMINE"),
    ] {
        let (status, answer) = get(&format!("/api/xy.json?x={x}&y={y}&type_quartier=QP")).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(answer["code_reponse"], code, "{x} {y}: {answer}");
        assert_eq!(answer["adresse"]["label"], Value::Null);
    }
    // Near the limit of the band only: surely in no neighbourhood, whatever the band.
    let (_, answer) = get("/api/xy.json?x=-3.61&y=46.203&type_quartier=QP").await;
    assert_ne!(answer["code_reponse"], "ERREUR", "{answer}");
}

#[tokio::test]
async fn refusals_have_the_form_of_answers() {
    for path in [
        "/service/georeferenceur.json",
        "/api/v1?type_quartier=QP",
        "/api/v2.json?type_adresse=XY&adresse[nom_voie]=1+rue+des+Cordiers",
        "/api/v2.json?adresse[complement]=escalier+B&adresse[nom_voie]=1+rue+des+Cordiers",
        "/api/v2.json?adresse[nom_voie]=%E9glise",
        "/api/xy.json?x=-3.6",
        "/api/xy.json?x=a&y=b",
        "/api/xy.json?x=-3.6&y=99",
        // Latitude first.
        "/api/xy.json?x=46.203047&y=-3.610510",
    ] {
        let (status, answer) = get(path).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}: {answer}");
        assert_eq!(
            (
                answer["code_reponse"].as_str(),
                answer["code_info"].as_str()
            ),
            (Some("ERREUR"), Some("REQUETE_REFUSEE")),
            "{path}: {answer}"
        );
        assert_eq!(answer["reponses"], json!([]));
        assert!(answer["info"].as_str().unwrap().ends_with('.'), "{answer}");
    }
    let (status, answer) = post("multipart/form-data; boundary=x", "--x\r\n").await;
    assert_eq!(
        (status, answer["code_reponse"].as_str()),
        (StatusCode::BAD_REQUEST, Some("ERREUR"))
    );
}

#[tokio::test]
async fn no_cache_keeps_an_answer() {
    for path in ["/service/georeferenceur.json", "/api/v1", "/api/v2.json"] {
        let request = Request::get(format!("{path}?{INSIDE}")).body(Body::empty());
        let (status, headers, _) = send(request.unwrap()).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert!(!headers.contains_key(header::ETAG), "{path}");
    }
}

/// A GeoJSON file of one square around a place of Flers.
fn square(folder: &Path, name: &str, east: f64, properties: &Value) -> PathBuf {
    let ring = [
        [-0.58, 48.74],
        [east, 48.74],
        [east, 48.76],
        [-0.58, 48.76],
        [-0.58, 48.74],
    ];
    let path = folder.join(name);
    let file = json!({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]}}]});
    std::fs::write(&path, file.to_string()).unwrap();
    path
}

fn zoning(name: &str, last: Option<&str>) -> ZoningOptions {
    ZoningOptions {
        record: ZoningRecord {
            name: name.parse().unwrap(),
            label: name.to_owned(),
            source: None,
            period: Period::new(None, last.map(|day| day.parse().unwrap())).unwrap(),
        },
        crs: None,
        encoding: None,
        precision_m: Some(1.0),
    }
}

/// A server with a neighbourhood, an address in its west, a zoning over the west, one that has ended, one by communes.
fn app_with_zonings(folder: &Path) -> Router {
    let store = Store::new(folder.join("data"));
    let properties = json!({"code_qp": "QN06103M", "lib_qp": "Saint Michel", "insee_com": "61169", "lib_com": "Flers"});
    let options = ImportOptions {
        precision_m: Some(1.0),
        ..ImportOptions::new(Vintage::V2024)
    };
    let file = square(folder, "qpv.geojson", -0.55, &properties);
    data::import_files(&store, &[file], &options).unwrap();
    let addresses = folder.join("addresses.csv");
    let rows = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat;type_position\n\
        61169_0040_00012;12;;Rue de la Paix;61100;61169;Flers;;;-0.575;48.75;entrée\n";
    std::fs::write(&addresses, rows).unwrap();
    data::import_addresses(&store, &[addresses]).unwrap();
    let west = square(folder, "zfu.geojson", -0.565, &json!({"nom": "Ouest"}));
    data::import_zoning(&store, &west, zoning("zfu", None)).unwrap();
    data::import_zoning(&store, &west, zoning("zfu-te", Some("2025-12-31"))).unwrap();
    let communes = folder.join("frr.csv");
    std::fs::write(&communes, "code_insee\n61169\n").unwrap();
    data::import_zoning(&store, &communes, zoning("frr", None)).unwrap();
    router(Arc::new(Service::open(store).unwrap()), Limits::default())
}

#[tokio::test]
async fn a_zoning_that_was_imported_answers_under_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let app = app_with_zonings(folder.path());
    let zonings = "type_quartier=QP,QP_2015,ZFU,ZFU_TE,FRR";
    for (query, wanted) in [
        (
            "/api/v2.json?adresse[nom_voie]=12+rue+de+la+paix&adresse[nom_commune]=Flers",
            ["OUI", "INDISPONIBLE", "OUI", "INDISPONIBLE", "OUI"],
        ),
        // Without an address or outlines, the perimeter around a position tells its commune.
        (
            "/api/xy.json?x=-0.570000&y=48.750000",
            ["OUI", "INDISPONIBLE", "OUI", "INDISPONIBLE", "OUI"],
        ),
        (
            "/api/xy.json?x=-0.560000&y=48.750000",
            ["OUI", "INDISPONIBLE", "NON", "INDISPONIBLE", "OUI"],
        ),
        // On the line of the zoning.
        (
            "/api/xy.json?x=-0.565000&y=48.750000",
            ["OUI", "INDISPONIBLE", "INDETERMINE", "INDISPONIBLE", "OUI"],
        ),
    ] {
        let request = Request::get(format!("{query}&{zonings}")).body(Body::empty());
        let response = app.clone().oneshot(request.unwrap()).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let answer: Value = serde_json::from_slice(&body).unwrap();
        let found: Vec<String> = codes(&answer).into_iter().map(|(_, code)| code).collect();
        assert_eq!(found, wanted, "{query}: {answer}");
        if wanted[2] == "OUI" {
            assert_eq!(answer["reponses"][2]["nom_quartier"], "Ouest");
        }
    }
}
