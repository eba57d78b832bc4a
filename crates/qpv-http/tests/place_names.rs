//! The names of places inside perimeters: on their sheets, and in searches. Positions are set in and around a square, so that
//! what lies inside is known beforehand; of the fictional town, it was counted in its files by crossing numbers.
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

/// Longitudes of the sides of the perimeter, and its latitudes: some 775 by 1,112 m in the north of Clermont-Ferrand.
const SIDES: ([f64; 2], [f64; 2]) = ([3.10, 3.11], [45.80, 45.81]);
/// Three in the middle, one 5 m from the western line on either side, one far outside.
const MIDDLE: f64 = 3.105;
const NEAR_INSIDE: f64 = 3.10006;
const OUTSIDE: f64 = 3.12;

/// Rows of addresses: number, street, *lieu-dit*, longitude.
const ADDRESSES: [(&str, &str, &str, f64); 24] = [
    ("1", "Rue du Torpilleur Sirocco", "Les Vergnes", MIDDLE),
    ("3", "Rue du Torpilleur Sirocco", "Les Vergnes", MIDDLE),
    ("99999", "Les Vergnes", "", OUTSIDE),
    ("1", "Rue de Saint-Jean", "SAINT JEAN", MIDDLE),
    ("2", "Rue de Saint-Jean", "SAINT JEAN", OUTSIDE),
    ("1", "Rue du Bord", "La Limite", MIDDLE),
    ("2", "Rue du Bord", "La Limite", NEAR_INSIDE),
    ("1", "Rue du Doute", "Le Doute", NEAR_INSIDE),
    ("99999", "Champfleuri", "", MIDDLE),
    ("99999", "La Plaine", "", MIDDLE),
    ("99999", "La Plaine d'en Haut", "", OUTSIDE),
    ("99999", "Chemin de la Voie Creuse", "", MIDDLE),
    ("12", "Cité de l'Abbé Prévost", "", MIDDLE),
    ("14", "Résidence Sœur-Emmanuelle", "", MIDDLE),
    ("7", "Qrt de l'Œillet", "", MIDDLE),
    ("7", "Avenue des Champs", "", MIDDLE),
    ("1", "Rue de la Mairie", "Clermont-Ferrand", MIDDLE),
    ("4", "Les Côtes Fleuries", "", MIDDLE),
    ("9", "Hameau de L'Haÿ", "", OUTSIDE),
    ("1", "L'Orée du Parc", "", MIDDLE),
    ("1", "Lotissement Le Clos Joli", "", MIDDLE),
    ("5", "HLM Croix-de-Neyrat", "", MIDDLE),
    ("99999", "Grand Ensemble de la Gauthière", "", MIDDLE),
    ("99999", "Les Pistes", "", OUTSIDE),
];

fn addresses() -> String {
    const HEADER: &str = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat;type_position;nom_ld\n";
    let rows = ADDRESSES.iter().enumerate();
    let rows = rows.map(|(row, (number, street, locality, lon))| {
        // On rows of their own, or they would be one address given twice.
        let lat = 45.804 + row as f64 * 1e-4;
        format!(
            ";{number};;{street};63000;63113;Clermont-Ferrand;;;{lon};{lat};entrée;{locality}\n"
        )
    });
    std::iter::once(HEADER.to_owned()).chain(rows).collect()
}

fn import_perimeter(store: &Store, folder: &Path) {
    let ([west, east], [south, north]) = SIDES;
    let ring = json!([
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south]
    ]);
    let file = folder.join("qpv.geojson");
    let collection = json!({"type": "FeatureCollection", "features": [{"type": "Feature",
        "properties": {"code_qp": "QN06302I", "lib_qp": "Quartiers Nord", "insee_com": "63113",
            "lib_com": "Clermont-Ferrand"},
        "geometry": {"type": "Polygon", "coordinates": [ring]}}]});
    std::fs::write(&file, collection.to_string()).unwrap();
    let options = ImportOptions {
        precision_m: Some(1.0),
        partial: true,
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(store, &[file], &options).unwrap();
}

fn import_addresses(store: &Store, folder: &Path) {
    let file = folder.join("addresses.csv");
    std::fs::write(&file, addresses()).unwrap();
    data::import_addresses(store, &[file]).unwrap();
}

fn import_centres(store: &Store, folder: &Path) {
    let file = folder.join("centres.csv");
    std::fs::write(
        &file,
        format!(
            "nom;code_insee;lon;lat\nMaison de quartier Fontgiève;63113;{MIDDLE};45.805\n\
             Centre Jean-Perrin;63113;{OUTSIDE};45.805\n"
        ),
    )
    .unwrap();
    data::import_places(store, "social-centres".parse().unwrap(), &file).unwrap();
}

fn app(store: Store) -> Router {
    router(Arc::new(Service::open(store).unwrap()), Limits::default())
}

async fn get(app: &Router, path: &str) -> Value {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

/// The names on a sheet, each with its source and extent.
async fn names(app: &Router, code: &str) -> Vec<(String, String, String)> {
    let sheet = get(app, &format!("/api/v1/perimeters/{code}")).await;
    let names = sheet["properties"]["place_names"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    names
        .iter()
        .map(|it| (text(&it["name"]), text(&it["source"]), text(&it["extent"])))
        .collect()
}

/// The codes found for a text, each with the name that matched.
async fn found(app: &Router, text: &str) -> Vec<(String, Value)> {
    let query = form(text);
    let list = get(app, &format!("/api/v1/perimeters?geometry=false&q={query}")).await;
    let features = list["features"].as_array().unwrap();
    features
        .iter()
        .map(|it| {
            let code = it["id"].as_str().unwrap().to_owned();
            (code, it["properties"]["matched"].clone())
        })
        .collect()
}

/// A text as a query has it.
fn form(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}

#[tokio::test]
async fn a_sheet_names_what_surely_lies_inside() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    import_perimeter(&store, folder.path());
    import_addresses(&store, folder.path());
    import_centres(&store, folder.path());
    let expected = [
        ("Champfleuri", "addresses", "point"),
        ("Cité de l'Abbé Prévost", "addresses", "whole"),
        ("Grand Ensemble de la Gauthière", "addresses", "point"),
        ("HLM Croix-de-Neyrat", "addresses", "whole"),
        ("L'Orée du Parc", "addresses", "whole"),
        ("La Limite", "addresses", "partial"),
        ("La Plaine", "addresses", "point"),
        ("Les Côtes Fleuries", "addresses", "whole"),
        ("Les Vergnes", "addresses", "whole"),
        ("Lotissement Le Clos Joli", "addresses", "whole"),
        ("Qrt de l'Œillet", "addresses", "whole"),
        ("Résidence Sœur-Emmanuelle", "addresses", "whole"),
        ("SAINT JEAN", "addresses", "partial"),
        ("Maison de quartier Fontgiève", "social-centres", "point"),
    ];
    let found = names(&app(store), "QN06302I").await;
    let found: Vec<_> = found
        .iter()
        .map(|(name, source, extent)| (name.as_str(), source.as_str(), extent.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_name_is_found_without_accents_case_and_articles() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    import_perimeter(&store, folder.path());
    import_addresses(&store, folder.path());
    import_centres(&store, folder.path());
    let app = app(store);
    for (text, name) in [
        ("Les Vergnes", "Les Vergnes"),
        ("vergnes", "Les Vergnes"),
        ("LES VERGN", "Les Vergnes"),
        ("Saint-Jean", "SAINT JEAN"),
        ("st jean", "SAINT JEAN"),
        ("Plaine", "La Plaine"),
        ("abbe prevost", "Cité de l'Abbé Prévost"),
        ("cité abbé", "Cité de l'Abbé Prévost"),
        ("soeur emmanuelle", "Résidence Sœur-Emmanuelle"),
        ("oeillet", "Qrt de l'Œillet"),
        ("Orée du parc", "L'Orée du Parc"),
        ("clos joli", "Lotissement Le Clos Joli"),
        ("croix de neyrat", "HLM Croix-de-Neyrat"),
        ("gauthiere", "Grand Ensemble de la Gauthière"),
        ("cotes fleuries", "Les Côtes Fleuries"),
        ("fontgieve", "Maison de quartier Fontgiève"),
    ] {
        let found = found(&app, text).await;
        assert_eq!(found.len(), 1, "{text}");
        let (code, matched) = &found[0];
        assert_eq!(code, "QN06302I");
        assert_eq!(
            (&matched["attribute"], &matched["name"]),
            (&json!("place_names"), &json!(name)),
            "{text}"
        );
    }
    // Outside, unsure, a street, articles alone, the middle of a word.
    for text in [
        "les pistes",
        "haÿ",
        "doute",
        "voie creuse",
        "jean perrin",
        "les",
        "ergnes",
    ] {
        assert_eq!(found(&app, text).await, [], "{text}");
    }
    // Its own names come first, and the commune is no place in itself.
    for (text, attribute) in [
        ("quartiers nord", "lib_qp"),
        ("qn06302i", "code_qp"),
        ("clermont", "lib_com"),
    ] {
        assert_eq!(
            found(&app, text).await[0].1["attribute"],
            attribute,
            "{text}"
        );
    }
    let all = get(&app, "/api/v1/perimeters?geometry=false").await;
    assert!(all["features"][0]["properties"].get("matched").is_none());
    assert!(
        all["features"][0]["properties"]
            .get("place_names")
            .is_none()
    );
}

#[tokio::test]
async fn names_are_unknown_without_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    import_perimeter(&store, folder.path());
    let app = app(store);
    let sheet = get(&app, "/api/v1/perimeters/QN06302I").await;
    assert_eq!(sheet["properties"].get("place_names"), Some(&Value::Null));
    assert_eq!(found(&app, "Les Vergnes").await, []);
}

#[tokio::test]
async fn the_fictional_town_has_its_places() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(Store::new(folder.path()));
    let by_addresses = |names: Vec<(String, String, String)>| -> Vec<String> {
        let given = names
            .into_iter()
            .filter(|(_, source, _)| source == "addresses");
        given.map(|(name, _, _)| name).collect()
    };
    for (code, expected) in [
        ("QP000004", &["Résidence des Salines"][..]),
        ("QP000008", &["Cité des Goélands"]),
        ("QN00003M", &["Résidence de la Garenne"]),
        ("QR00011I", &["Résidence Rive Neuve"]),
        ("QN00002M", &[]),
    ] {
        assert_eq!(by_addresses(names(&app, code).await), expected, "{code}");
    }
    let found = found(&app, "residence garenne").await;
    let codes: Vec<&str> = found.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["QN00003M", "QR00003I"]);
}
