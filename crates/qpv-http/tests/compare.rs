//! The comparison of vintages over HTTP: the fictional town by the table that `geodata/sample/README.md` gives, measured with
//! GEOS; and the real towns whose figures are published beside the data.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::collections::BTreeMap;
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

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../geodata/sample");

fn app(store: Store) -> Router {
    router(Arc::new(Service::open(store).unwrap()), Limits::default())
}

fn sample() -> Router {
    app(Store::new("a folder that does not exist"))
}

async fn ask(app: &Router, query: &str) -> (u16, Value) {
    let request = Request::get(format!("/api/v1/compare?{query}"))
        .body(Body::empty())
        .unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    (
        status,
        serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap(),
    )
}

async fn compare(app: &Router, query: &str) -> Value {
    let (status, answer) = ask(app, query).await;
    assert_eq!(status, 200, "{query}: {answer}");
    answer
}

fn codes(perimeters: &Value) -> Vec<String> {
    let code = |perimeter: &Value| perimeter["code_qp"].as_str().unwrap().to_owned();
    perimeters.as_array().unwrap().iter().map(code).collect()
}

/// Codes and class of every change.
fn told(answer: &Value) -> Vec<(Vec<String>, Vec<String>, String)> {
    let one = |change: &Value| {
        (
            codes(&change["from"]),
            codes(&change["to"]),
            change["class"].as_str().unwrap().to_owned(),
        )
    };
    let mut told: Vec<_> = answer["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(one)
        .collect();
    told.sort();
    told
}

/// The table of the town: codes of both vintages, hectares shared, class.
fn table() -> Vec<[String; 4]> {
    let text = std::fs::read_to_string(Path::new(SAMPLE).join("README.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, old, _, new, _, shared, class, _, _] = cells[..] else {
            return None;
        };
        let code = |cell: &str| cell.split(' ').next().unwrap_or_default().to_owned();
        let row = [code(old), code(new), shared.to_owned(), class.to_owned()];
        (row[0].starts_with("QP") || row[1].starts_with("QN")).then_some(row)
    });
    rows.collect()
}

#[tokio::test]
async fn the_town_changed_as_its_table_says() {
    let answer = compare(&sample(), "from=2015&to=2024").await;
    let mut shared = BTreeMap::<(String, Vec<String>), f64>::new();
    for change in answer["changes"].as_array().unwrap() {
        let class = change["class"].as_str().unwrap().to_owned();
        let all = [codes(&change["from"]), codes(&change["to"])].concat();
        shared.insert((class, all), change["shared_ha"].as_f64().unwrap());
    }
    let table = table();
    assert_eq!(table.len(), 16, "{table:?}");
    let mut expected = BTreeMap::<(String, Vec<String>), f64>::new();
    for [old, new, _, class] in &table {
        // A row is of the change that lists its codes.
        let holds = |(known, codes): &&(String, Vec<String>)| {
            known == class
                && [old, new]
                    .iter()
                    .all(|code| code.is_empty() || codes.contains(code))
        };
        let change = shared
            .keys()
            .find(holds)
            .unwrap_or_else(|| panic!("{old} {new} {class}: {shared:?}"));
        let rows = table
            .iter()
            .filter(|row| row[..2].iter().any(|code| change.1.contains(code)));
        expected.insert(
            change.clone(),
            rows.map(|row| row[2].parse().unwrap_or(0.0)).sum(),
        );
    }
    assert_eq!(shared.len(), expected.len(), "{shared:?}");
    for (change, shared_ha) in shared {
        assert!(
            (shared_ha - expected[&change]).abs() < 0.02,
            "{change:?}: {shared_ha}, not {}",
            expected[&change]
        );
    }
    assert_eq!(
        (&answer["known"], &answer["complete"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(
        (&answer["undetermined"], &answer["unmatched"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(answer["dataset"]["fictional"], true);
    let totals = &answer["totals"];
    assert_eq!(
        (&totals["from"]["perimeters"], &totals["to"]["perimeters"]),
        (&json!(12), &json!(12))
    );
    assert_eq!(
        (
            &totals["changes"],
            &totals["by_class"]["extended"]["changes"]
        ),
        (&json!(11), &json!(2))
    );
    assert_eq!(totals["by_class"].as_object().unwrap().len(), 10);
    // La Garenne's letter I is contradicted by its outline; no other is.
    assert_eq!(
        (
            &totals["disagreements"],
            &totals["by_class"]["reduced"]["disagreements"]
        ),
        (&json!(1), &json!(1))
    );
}

#[tokio::test]
async fn a_change_is_told_in_full() {
    let app = sample();
    let answer = compare(&app, "insee=00001&from=2015&to=2024&geometry=true").await;
    let changes = answer["changes"].as_array().unwrap();
    let change = changes
        .iter()
        .find(|change| change["to"][0]["code_qp"] == "QN00003M")
        .unwrap();
    assert_eq!(
        (&change["official_letter"], &change["agrees_with_letter"]),
        (&json!("M"), &json!(true))
    );
    assert_eq!(change["to"][0]["lib_qp"], "La Garenne - Les Embruns");
    assert!(
        change["from"][0].get("official_letter").is_none()
            && change["to"][0]["official_letter"] == "M"
    );
    let ha = |name: &str| change[name].as_f64().unwrap();
    assert!(
        (change["to"][0]["area_ha"].as_f64().unwrap() - ha("shared_ha") - ha("gained_ha")).abs()
            < 1e-3
    );
    assert!(
        (change["from"][0]["area_ha"].as_f64().unwrap() - ha("shared_ha") - ha("lost_ha")).abs()
            < 1e-3
    );
    assert!(
        (ha("overlap") - 3.69 / 11.52).abs() < 0.002 && ha("moved_m") > 10.0,
        "{change}"
    );
    assert_eq!(change["outlines"]["gained"]["type"], "MultiPolygon");
    assert!(
        !change["outlines"]["gained"]["coordinates"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let gone = changes
        .iter()
        .find(|change| change["class"] == "gone")
        .unwrap();
    assert_eq!(
        (
            &gone["official_letter"],
            &gone["agrees_with_letter"],
            &gone["moved_m"],
            &gone["to"]
        ),
        (&Value::Null, &Value::Null, &Value::Null, &json!([]))
    );
    let without = compare(&app, "insee=00001").await;
    assert!(
        without["changes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|change| change.get("outlines").is_none())
    );
    assert_eq!(
        told(&without),
        told(&answer),
        "2015 and 2024 are what is compared unless said"
    );
}

#[tokio::test]
async fn the_way_back_is_the_mirror() {
    let app = sample();
    let (there, back) = (
        compare(&app, "").await,
        compare(&app, "from=2024&to=2015").await,
    );
    let mirror = BTreeMap::from([
        ("extended", "reduced"),
        ("merged", "split"),
        ("new", "gone"),
        ("shifted", "shifted"),
    ]);
    let class = |class: &str| {
        let found = mirror.iter().find_map(|(one, other)| {
            (*one == class)
                .then_some(*other)
                .or_else(|| (*other == class).then_some(*one))
        });
        found.unwrap_or(class).to_owned()
    };
    let mut mirrored: Vec<_> = told(&there)
        .into_iter()
        .map(|(from, to, name)| (to, from, class(&name)))
        .collect();
    mirrored.sort();
    assert_eq!(told(&back), mirrored);
    assert_eq!(
        back["totals"]["disagreements"],
        there["totals"]["disagreements"]
    );
}

#[tokio::test]
async fn areas_of_every_kind() {
    let app = sample();
    let all = told(&compare(&app, "").await);
    let count = async |query: &str| told(&compare(&app, query).await).len();
    assert_eq!(all.len(), 11);
    // The islet is the only one overseas.
    for query in [
        "departement=974",
        "region=04",
        "insee=97499",
        "epci=000000974",
        "bbox=54.5,-20.7,54.7,-20.5",
    ] {
        let answer = compare(&app, query).await;
        let islet = (
            vec!["QP974901".to_owned()],
            vec!["QN97491M".to_owned()],
            "extended".to_owned(),
        );
        assert_eq!(told(&answer), [islet], "{query}");
        assert_eq!(
            (&answer["known"], &answer["complete"]),
            (&json!(true), &json!(true)),
            "{query}"
        );
    }
    assert_eq!(count("departement=00").await, 10);
    assert_eq!(count("insee=00001,00002,97499").await, 11);
    // The neighbour has some alone and some with the town, and they come whole.
    let small = told(&compare(&app, "insee=00002").await);
    assert!(
        !small.is_empty() && small.len() < 10 && small.iter().all(|change| all.contains(change)),
        "{small:?}"
    );
    assert_eq!(count("insee=00002,00002").await, small.len());
    let none = compare(&app, "insee=14047").await;
    assert_eq!(
        (&none["changes"], &none["known"]),
        (&json!([]), &json!(false))
    );
    assert_eq!(
        (&none["complete"], &none["totals"]["changes"]),
        (&json!(false), &json!(0)),
        "the town knows only itself"
    );
    for query in [
        "departement=48",
        "departement=975",
        "region=94",
        "epci=200000000",
        "bbox=2,48,3,49",
    ] {
        let none = compare(&app, query).await;
        assert_eq!(
            (&none["changes"], &none["known"]),
            (&json!([]), &json!(false)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn faults_have_their_code() {
    let app = sample();
    for (query, status, code) in [
        ("from=2024&to=2024", 400, "same_vintage"),
        ("from=2015&to=2015", 400, "same_vintage"),
        ("from=2019", 400, "unknown_vintage"),
        ("insee=Flers", 400, "bad_parameter"),
        ("insee=", 400, "bad_parameter"),
        ("insee=00001&departement=00", 400, "bad_parameter"),
        ("departement=Orne", 400, "bad_parameter"),
        ("epci=1", 400, "bad_parameter"),
        ("region=Normandie", 400, "bad_parameter"),
        ("bbox=1,2,3", 400, "bad_parameter"),
        ("bbox=46.1,-3.7,46.3,-3.5", 422, "coordinates_swapped"),
        ("commune=00001", 400, "bad_parameter"),
    ] {
        let (found, problem) = ask(&app, query).await;
        assert_eq!(
            (found, &problem["code"]),
            (status, &json!(code)),
            "{query}: {problem}"
        );
        assert!(
            !problem["message"].as_str().unwrap().contains("error."),
            "{problem}"
        );
    }
}

fn import(store: &Store, vintage: Vintage, file: &Path, partial: bool) {
    let fictional = file.starts_with(SAMPLE);
    let options = ImportOptions {
        fictional,
        partial,
        ..ImportOptions::new(vintage)
    };
    data::import_files(store, &[file.to_owned()], &options).unwrap();
}

#[tokio::test]
async fn a_vintage_that_is_not_loaded_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    import(
        &store,
        Vintage::V2024,
        &Path::new(SAMPLE).join("perimeters-2024.geojson"),
        true,
    );
    let app = app(store);
    for query in ["", "insee=00001", "epci=000000974"] {
        let (status, problem) = ask(&app, query).await;
        assert_eq!(
            (status, &problem["code"]),
            (422, &json!("vintage_not_loaded")),
            "{query}: {problem}"
        );
    }
}

#[tokio::test]
async fn where_a_vintage_is_loaded_in_part_nothing_is_new_or_gone() {
    let Some(old) = real(NATIONAL_2015) else {
        return;
    };
    let Some(new) = real(NATIONAL_2024) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    // Of 2024, Flers alone: Argentan's perimeters of 2015 are not gone.
    let text: Value = serde_json::from_slice(&std::fs::read(new).unwrap()).unwrap();
    let mut part = text;
    part["features"]
        .as_array_mut()
        .unwrap()
        .retain(|feature| feature["properties"]["insee_com"] == "61169");
    let file = folder.path().join("flers.geojson");
    std::fs::write(&file, part.to_string()).unwrap();
    let store = Store::new(folder.path().join("data"));
    import(&store, Vintage::V2015, &old, false);
    import(&store, Vintage::V2024, &file, true);
    let app = app(store);
    let answer = compare(&app, "departement=61").await;
    assert_eq!(answer["complete"], false);
    assert!(
        told(&answer)
            .iter()
            .all(|(_, _, class)| class == "extended"),
        "{answer}"
    );
    let undetermined = answer["undetermined"].as_array().unwrap();
    assert!(
        undetermined
            .iter()
            .any(|group| group["from"][0]["code_qp"] == "QP061001"),
        "{answer}"
    );
    assert!(
        undetermined
            .iter()
            .all(|group| group["reason"] == "vintage_in_part" && group["to"] == json!([]))
    );
    let (_, problem) = ask(&app, "departement=974").await;
    assert_eq!(
        problem["code"], "vintage_not_loaded",
        "nothing of 2024 is loaded there: {problem}"
    );
}

/// INSEE code, perimeters of 2015 and 2024, their hectares, those shared, class. GEOS, in Lambert-93.
const TOWNS: [(&str, &str, f64, &str, f64, f64, &str); 6] = [
    (
        "61169", "QP061003", 9.37, "QN06103M", 38.83, 9.35, "extended",
    ),
    (
        "61169", "QP061004", 30.88, "QN06104M", 43.19, 30.27, "extended",
    ),
    (
        "61006", "QP061001", 17.61, "QN06101M", 21.49, 17.46, "extended",
    ),
    (
        "61006", "QP061002", 38.67, "QN06102M", 42.71, 38.36, "extended",
    ),
    (
        "15014", "QP015001", 14.05, "QN01501M", 30.90, 13.85, "extended",
    ),
    (
        "63113", "QP063003", 101.41, "QN06302I", 96.30, 95.73, "reduced",
    ),
];

#[tokio::test]
async fn real_towns() {
    let (Some(old), Some(new)) = (real(NATIONAL_2015), real(NATIONAL_2024)) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    import(&store, Vintage::V2015, &old, false);
    import(&store, Vintage::V2024, &new, false);
    let app = app(store.clone());
    the_published_figures(&app).await;
    the_whole_country(&app).await;
    areas_and_their_limits(&app).await;
    perimeters_without_area(&app).await;
    intercommunalities(&app).await;
    places_that_are_not_loaded(&app).await;
    former_communes(&store).await;
}

async fn the_published_figures(app: &Router) {
    for (insee, old, old_ha, new, new_ha, shared_ha, class) in TOWNS {
        let answer = compare(app, &format!("from=2015&to=2024&insee={insee}")).await;
        let changes = answer["changes"].as_array().unwrap();
        let change = changes
            .iter()
            .find(|change| change["to"][0]["code_qp"] == new)
            .unwrap();
        assert_eq!(
            (codes(&change["from"]), &change["class"]),
            (vec![old.to_owned()], &json!(class)),
            "{change}"
        );
        for (found, expected) in [
            (&change["from"][0]["area_ha"], old_ha),
            (&change["to"][0]["area_ha"], new_ha),
            (&change["shared_ha"], shared_ha),
            (&change["gained_ha"], new_ha - shared_ha),
            (&change["lost_ha"], old_ha - shared_ha),
        ] {
            assert!(
                (found.as_f64().unwrap() - expected).abs() < 0.02,
                "{change}: not {expected}"
            );
        }
    }
    // New in a commune with others; and a commune without any, which is not an error.
    let clermont = told(&compare(app, "insee=63113").await);
    assert!(
        clermont.contains(&(vec![], vec!["QN06307N".to_owned()], "new".to_owned())),
        "{clermont:?}"
    );
    let bayeux = compare(app, "insee=14047").await;
    assert_eq!(
        (&bayeux["known"], &bayeux["complete"]),
        (&json!(false), &json!(true))
    );
    // No vintage has any in Saint-Pierre-et-Miquelon; the law knows none in New Caledonia; there is no department 99.
    for nowhere in [
        "departement=975",
        "departement=988",
        "insee=98818",
        "departement=99",
    ] {
        let none = compare(app, nowhere).await;
        assert_eq!(
            (&none["known"], &none["complete"], &none["changes"]),
            (&json!(false), &json!(false), &json!([]))
        );
    }
    // A commune that took in others since 2015, whose perimeters named one of these.
    let cherbourg = told(&compare(app, "insee=50129").await);
    assert!(
        cherbourg
            .iter()
            .any(|(from, _, _)| from.contains(&"QP050005".to_owned())),
        "{cherbourg:?}"
    );
}

async fn the_whole_country(app: &Router) {
    let country = compare(app, "").await;
    let totals = &country["totals"];
    let undetermined: usize = country["undetermined"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| codes(&it["from"]).len())
        .sum();
    assert_eq!(totals["from"]["perimeters"], 1514 - undetermined);
    assert_eq!(totals["to"]["perimeters"], 1609 - 3);
    assert_eq!((&country["complete"], undetermined), (&json!(true), 3));
    // Whatever is asked for alone is what the whole country says.
    let all = told(&country);
    for query in [
        "departement=93",
        "region=11",
        "departement=987",
        "insee=75120,69381,13201",
        "epci=241500230",
    ] {
        let part = told(&compare(app, query).await);
        assert!(
            !part.is_empty() && part.iter().all(|change| all.contains(change)),
            "{query}: {part:?}"
        );
    }
}

async fn areas_and_their_limits(app: &Router) {
    // Arrondissements stand for their commune.
    for (arrondissement, commune) in [("75120", "75056"), ("69381", "69123"), ("13201", "13055")] {
        let (one, other) = (
            format!("insee={arrondissement}"),
            format!("insee={commune}"),
        );
        let found = told(&compare(app, &one).await);
        assert!(
            found.len() > 5 && found == told(&compare(app, &other).await),
            "{arrondissement}"
        );
    }
    // One perimeter over two communes, whole from either.
    for insee in ["02571", "02691"] {
        let found = told(&compare(app, &format!("insee={insee}")).await);
        assert!(
            found
                .iter()
                .any(|(_, to, _)| to.contains(&"QN00201M".to_owned())),
            "{insee}: {found:?}"
        );
    }
    // Overseas, where both were in force at other dates.
    let mayotte = compare(app, "departement=976").await;
    assert_eq!(
        (&mayotte["known"], &mayotte["complete"]),
        (&json!(true), &json!(true))
    );
    assert!(told(&mayotte).len() > 10);
    // Flers by a rectangle around it.
    let flers = told(&compare(app, "bbox=-0.60,48.72,-0.54,48.77").await);
    assert_eq!(flers, told(&compare(app, "insee=61169").await));
}

/// Three of 2024 are published as points.
async fn perimeters_without_area(app: &Router) {
    let answer = compare(app, "departement=91").await;
    let undetermined = answer["undetermined"].as_array().unwrap();
    let told: Vec<_> = undetermined
        .iter()
        .map(|group| (codes(&group["from"]), codes(&group["to"])))
        .collect();
    let pair = |from: &str, to: &str| (vec![from.to_owned()], vec![to.to_owned()]);
    assert_eq!(
        told,
        [pair("QP091005", "QN09105I"), pair("QP091013", "QN09113I")]
    );
    assert!(
        undetermined
            .iter()
            .all(|group| group["reason"] == "without_area")
    );
    // That is not an area of 0 ha.
    assert!(
        undetermined
            .iter()
            .all(|group| group["to"][0]["area_ha"].is_null()),
        "{undetermined:?}"
    );
    let (_, _, csv) = file(app, "format=csv&insee=91514").await;
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(&csv[..]);
    let column = rows
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "to_area_ha")
        .unwrap();
    let row = rows.records().next().unwrap().unwrap();
    assert_eq!(
        (&row[0], &row[4], &row[column]),
        ("undetermined", "QN09113I", "")
    );
}

/// No perimeter tells the intercommunality of a commune that lost its only one: the table of communes does.
async fn intercommunalities(app: &Router) {
    // Saint-Brieuc Armor Agglomération, of which Ploufragan is.
    let answer = compare(app, "epci=200069409").await;
    assert!(
        told(&answer)
            .iter()
            .any(|(from, to, _)| from.contains(&"QP022003".to_owned()) && to.is_empty()),
        "{answer}"
    );
    assert_eq!(answer["unmatched"], json!([]));
    // What is known to be of another one is in none of its changes.
    let flers = compare(app, "epci=200035814").await;
    assert!(
        !told(&flers)
            .iter()
            .any(|(from, _, _)| from.contains(&"QP061001".to_owned()))
    );
    assert_eq!(flers["unmatched"], json!([]));
    // One without any perimeter surely has none, and one that does not exist is not known.
    let none = compare(app, "epci=241400555").await;
    assert_eq!([&none["known"], &none["complete"]], [false, true]);
    let unknown = compare(app, "epci=999999999").await;
    assert_eq!([&unknown["known"], &unknown["complete"]], [false, false]);
    assert_eq!(unknown["unmatched"], json!([]));
}

/// Without a list of places or addresses nothing is told of them, in no format.
async fn places_that_are_not_loaded(app: &Router) {
    let answer = compare(app, "insee=61169&moved=true&addresses=true").await;
    assert_eq!(answer["place_kinds"], json!([]));
    let change = &answer["changes"][0];
    assert_eq!(
        (&change["addresses"], &change["moved"]["addresses"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        answer["moved"]["inhabitants_from"],
        json!({"inhabitants": null, "changes": 0, "of": 2})
    );
    let (status, problem) = ask(app, "insee=61169&format=csv&table=places").await;
    assert_eq!(
        (status, &problem["code"]),
        (422, &json!("places_not_loaded"))
    );
    let (_, _, csv) = file(app, "insee=61169&format=csv&table=addresses").await;
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(
        csv.lines()
            .skip(1)
            .filter(|line| line.starts_with("unknown;\"QN0610"))
            .count(),
        2,
        "{csv}"
    );
    let (_, _, workbook) = file(app, "insee=61169&format=xlsx").await;
    let mut workbook: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(workbook)).unwrap();
    let notes = calamine::Reader::worksheet_range(&mut workbook, "Synthèse").unwrap();
    let notes: Vec<String> = notes.rows().map(|row| row[0].to_string()).collect();
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("Aucune liste de lieux")),
        "{notes:?}"
    );
}

/// Cherbourg-Octeville became a part of Cherbourg-en-Cotentin: addresses that name both tell where its perimeters of 2015 lie.
async fn former_communes(store: &Store) {
    let before = compare(&app(store.clone()), "insee=50129&moved=true").await;
    let moved = |answer: &Value| change_of(answer, "QP050005")["moved"]["addresses"].clone();
    assert_eq!(moved(&before), Value::Null);
    let perimeter = Request::get("/api/v1/perimeters/QP050005")
        .body(Body::empty())
        .unwrap();
    let perimeter = app(store.clone())
        .oneshot(perimeter)
        .await
        .unwrap()
        .into_body()
        .collect()
        .await
        .unwrap()
        .to_bytes();
    let perimeter: Value = serde_json::from_slice(&perimeter).unwrap();
    let ring = perimeter["geometry"]["coordinates"][0][0]
        .as_array()
        .unwrap();
    let head = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;nom_ancienne_commune;x;y;lon;lat";
    let rows = (1..).zip(ring).map(|(number, vertex)| {
        let name = "Rue des Essais;50100;50129;Cherbourg-en-Cotentin;Cherbourg-Octeville";
        format!(
            "50129_0001_{number:05};{number};;{name};;;{};{}",
            vertex[0], vertex[1]
        )
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("adresses-50.csv");
    std::fs::write(
        &file,
        [head.to_owned()]
            .into_iter()
            .chain(rows)
            .collect::<Vec<_>>()
            .join("\n"),
    )
    .unwrap();
    data::import_addresses(store, &[file]).unwrap();
    let after = compare(&app(store.clone()), "insee=50129&moved=true").await;
    assert!(
        moved(&after)["from"].as_u64().unwrap() > 0,
        "{}",
        moved(&after)
    );
}

/// The change that a perimeter is in.
fn change_of<'a>(answer: &'a Value, code: &str) -> &'a Value {
    let changes = answer["changes"].as_array().unwrap();
    let of = |change: &&Value| {
        [&change["from"], &change["to"]]
            .iter()
            .any(|side| codes(side).iter().any(|it| it == code))
    };
    changes.iter().find(of).unwrap()
}

#[tokio::test]
async fn what_moved_with_the_town() {
    let answer = compare(&sample(), "moved=true&addresses=true").await;
    let addresses = |code: &str| &change_of(&answer, code)["moved"]["addresses"];
    // The line of Les Corderies is the axis of a street, whose numbers are 6 to 10 m away: nothing can move.
    assert_eq!(
        [
            &addresses("QN00001I")["gained"],
            &addresses("QN00001I")["lost"]
        ],
        [&json!(0), &json!(0)]
    );
    assert!(addresses("QN00001I")["kept"].as_u64() > Some(50));
    // All that was in a neighbourhood that is gone is lost; all that is in a new one is gained.
    for (code, all, none) in [
        ("QP000011", "lost", ["kept", "gained", "to"]),
        ("QN00011N", "gained", ["kept", "lost", "from"]),
    ] {
        assert!(addresses(code)[all].as_u64() > Some(0), "{code}");
        for name in none {
            assert_eq!(addresses(code)[name], 0, "{code}: {name}");
        }
        let listed = change_of(&answer, code)["addresses"].as_array().unwrap();
        assert_eq!(Some(listed.len() as u64), addresses(code)[all].as_u64());
        assert!(
            listed
                .iter()
                .all(|address| address["side"] == all && address["code_qp"] == code)
        );
    }
    // No statistics are shipped for a town that does not exist; of its 11 changes one is gone.
    assert_eq!(
        answer["moved"]["inhabitants_to"],
        json!({"inhabitants": null, "changes": 0, "of": 10})
    );
    let of = |id: &str| {
        answer["places"]
            .as_array()
            .unwrap()
            .iter()
            .find(|place| place["id"] == id)
            .cloned()
    };
    // Les Embruns, taken in by the neighbourhood that now bears its name, says the table.
    let embruns = of("0000001B").unwrap();
    assert_eq!(
        [&embruns["movement"], &embruns["kind"]],
        ["entered", "schools"]
    );
    assert_eq!(embruns["to"]["qpv"][0]["code_qp"], "QN00003M");
    assert_ne!(embruns["from"]["zone"], "qpv");
    assert_eq!(answer["unplaced"], json!([]));
}

#[tokio::test]
async fn what_moved_is_left_out_unless_asked() {
    let answer = compare(&sample(), "").await;
    for name in ["moved", "places", "place_kinds", "unplaced"] {
        assert!(
            answer.get(name).is_none() && answer["changes"][0].get(name).is_none(),
            "{name}"
        );
    }
    assert!(answer["changes"][0].get("addresses").is_none());
}

/// Media type, name and bytes of a file.
async fn file(app: &Router, query: &str) -> (String, String, Vec<u8>) {
    let request = Request::get(format!("/api/v1/compare?{query}"))
        .body(Body::empty())
        .unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200, "{query}");
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    let (kind, name) = (header("content-type"), header("content-disposition"));
    (
        kind,
        name,
        response
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .to_vec(),
    )
}

#[tokio::test]
async fn files_of_every_format() {
    let app = sample();
    let answer = compare(&app, "insee=00001").await;
    let changes = answer["changes"].as_array().unwrap().len();
    for (format, kind, begins) in [
        (
            "csv",
            "text/csv; charset=utf-8",
            &b"\xef\xbb\xbfclass;from_code_qp;"[..],
        ),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            b"PK\x03\x04",
        ),
        ("geojson", "application/geo+json", b"{"),
        (
            "gpkg",
            "application/geopackage+sqlite3",
            b"SQLite format 3\0",
        ),
        ("parquet", "application/vnd.apache.parquet", b"PAR1"),
        ("pdf", "application/pdf", b"%PDF-"),
    ] {
        let (found, name, bytes) = file(&app, &format!("insee=00001&format={format}")).await;
        assert_eq!(found, kind);
        assert_eq!(
            name,
            format!("attachment; filename=\"qpv-2015-2024-00001.{format}\"")
        );
        assert!(bytes.starts_with(begins), "{format}");
        let (_, _, again) = file(&app, &format!("insee=00001&format={format}")).await;
        assert_eq!(bytes, again, "{format}: the same bytes twice");
    }
    let (_, _, csv) = file(&app, "insee=00001&format=csv").await;
    assert_eq!(String::from_utf8(csv).unwrap().lines().count(), 1 + changes);
    let (_, name, schools) = file(&app, "format=csv&table=places").await;
    assert_eq!(
        name,
        "attachment; filename=\"qpv-2015-2024-france-places.csv\""
    );
    assert!(
        String::from_utf8(schools)
            .unwrap()
            .contains("0000001B;École primaire Les Embruns;00002;Saint-Exemple;entered")
    );
    let (_, name, schools) = file(&app, "format=parquet&table=places").await;
    assert_eq!(
        name,
        "attachment; filename=\"qpv-2015-2024-france-places.parquet\""
    );
    assert!(schools.starts_with(b"PAR1"));
    let (_, _, ground) = file(&app, "insee=00001&format=geojson").await;
    let ground: Value = serde_json::from_slice(&ground).unwrap();
    assert_eq!(
        (&ground["fictional"], &ground["undetermined"]),
        (&json!(true), &json!([]))
    );
    let parts = ground["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| &feature["properties"]["part"]);
    assert!(parts.clone().any(|part| part == "lost") && parts.clone().any(|part| part == "kept"));
}

#[tokio::test]
async fn files_that_cannot_be_given() {
    let app = sample();
    for (query, code) in [
        ("format=dxf&insee=00001", "bad_parameter"),
        ("format=csv&table=schools", "bad_parameter"),
        ("table=places", "bad_parameter"),
        ("format=xlsx&table=places", "bad_parameter"),
        ("format=pdf&insee=61169", "nothing_to_print"),
    ] {
        let (_, answer) = ask(&app, query).await;
        assert_eq!(answer["code"], code, "{query}: {answer}");
    }
}
