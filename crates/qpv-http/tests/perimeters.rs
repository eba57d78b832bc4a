//! The sheet of a perimeter: what it was or became, by the areas that `geodata/sample/README.md` gives, measured with GEOS.
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

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../geodata/sample");

fn app(store: Store) -> Router {
    router(Arc::new(Service::open(store).unwrap()), Limits::default())
}

async fn sheet(app: &Router, code: &str) -> Value {
    let request = Request::get(format!("/api/v1/perimeters/{code}"))
        .body(Body::empty())
        .unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

/// Codes of the perimeters of 2015 and 2024, hectares shared, in the table of the town.
fn table() -> Vec<(String, String, f64)> {
    let text = std::fs::read_to_string(Path::new(SAMPLE).join("README.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, old, _, new, _, shared, ..] = cells[..] else {
            return None;
        };
        let code = |cell: &str| cell.split(' ').next().unwrap_or_default().to_owned();
        Some((code(old), code(new), shared.parse().ok()?))
    });
    rows.collect()
}

/// Code and shared hectares of those that a sheet lists.
fn listed(sheet: &Value, member: &str) -> Vec<(String, f64)> {
    let relatives = sheet[member]
        .as_array()
        .unwrap_or_else(|| panic!("{member}: {sheet}"));
    let one = |it: &Value| {
        (
            it["code_qp"].as_str().unwrap().to_owned(),
            it["shared_ha"].as_f64().unwrap(),
        )
    };
    relatives.iter().map(one).collect()
}

#[tokio::test]
async fn a_perimeter_says_what_it_was_or_became() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(Store::new(folder.path()));
    let table = table();
    assert_eq!(table.len(), 26, "{table:?}");
    let of = |code: &str, member: &str| -> Vec<(String, f64)> {
        let mut expected: Vec<_> = table
            .iter()
            .filter_map(|(old, new, shared)| match member {
                "successors" if old == code => Some((new.clone(), *shared)),
                "predecessors" if new == code => Some((old.clone(), *shared)),
                _ => None,
            })
            .collect();
        expected.sort_by(|one, other| other.1.total_cmp(&one.1));
        expected
    };
    let codes = table
        .iter()
        .flat_map(|(old, new, _)| [old.as_str(), new])
        .chain(["QP000011", "QN00011N", "QN00007M", "QR00012N"]);
    for code in codes {
        let sheet = sheet(&app, code).await;
        // The first vintage has none before it, the last none after it.
        let (members, absent): (&[&str], _) = match &code[..2] {
            "QP" => (&["successors"], Some("predecessors")),
            "QN" => (&["predecessors", "successors"], None),
            _ => (&["predecessors"], Some("successors")),
        };
        for member in members {
            let (found, expected) = (listed(&sheet, member), of(code, member));
            assert_eq!(
                found.len(),
                expected.len(),
                "{code}: {found:?}, not {expected:?}"
            );
            for (found, expected) in found.iter().zip(&expected) {
                assert!(
                    found.0 == expected.0 && (found.1 - expected.1).abs() < 0.006,
                    "{code}: {found:?}, not {expected:?}"
                );
            }
        }
        assert!(absent.is_none_or(|absent| sheet.get(absent).is_none()));
    }
    let sheet = sheet(&app, "QN00003M").await;
    let old = &sheet["predecessors"][0];
    assert_eq!(
        (&old["lib_qp"], old["area_ha"].as_f64().map(f64::round)),
        (&json!("La Garenne"), Some(4.0))
    );
}

#[tokio::test]
async fn a_vintage_that_is_not_loaded_is_unknown_and_not_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    let options = ImportOptions {
        fictional: true,
        partial: true,
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(
        &store,
        &[Path::new(SAMPLE).join("perimeters-2024.geojson")],
        &options,
    )
    .unwrap();
    let sheet = sheet(&app(store), "QN00001I").await;
    assert_eq!(sheet.get("predecessors"), Some(&Value::Null), "{sheet}");
}
