//! Maps that the operator imported, in process: an archive of the fictional town's own tiles.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::{GroundOptions, Store, import_ground};
use qpv_service::layers::tiles::ArchiveRequest;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

const GZIP: [(&str, &str); 1] = [("accept-encoding", "gzip, br")];
/// The tile of zoom 6 that holds the fictional town.
const TOWN: &str = "/tiles/ground/plan/6/31/22";

fn import(folder: &Path) {
    let nowhere = Store::new("a folder that does not exist");
    let derived = Service::open(nowhere).unwrap().derived();
    let path = folder.join("town.pmtiles");
    let request = ArchiveRequest {
        names: None,
        zooms: 0..=8,
    };
    derived
        .write_tiles(&request, File::create(&path).unwrap(), |_, _| {})
        .unwrap();
    let options = GroundOptions {
        name: "plan".parse().unwrap(),
        label: Some("Plan de la ville".to_owned()),
        attribution: None,
    };
    import_ground(&Store::new(folder.join("data")), &path, options).unwrap();
}

fn app() -> (TempDir, Router) {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path());
    let store = Store::new(folder.path().join("data"));
    let app = router(Arc::new(Service::open(store).unwrap()), Limits::default());
    (folder, app)
}

async fn get(app: &Router, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Bytes) {
    let request = headers
        .iter()
        .fold(Request::get(path), |request, (name, value)| {
            request.header(*name, *value)
        });
    let request = request.body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, headers, body)
}

#[tokio::test]
async fn a_map_is_listed_and_described() {
    let (_folder, app) = app();
    let (_, _, body) = get(&app, "/tiles", &[]).await;
    let list: Value = serde_json::from_slice(&body).unwrap();
    let ground = &list["grounds"][0];
    assert_eq!(ground["name"], "plan", "{list}");
    assert_eq!(ground["label"], "Plan de la ville");
    assert_eq!(ground["kind"], "vector");
    assert_eq!(ground["maxzoom"], 8);
    let layers = ground["vector_layers"].as_array().unwrap();
    assert!(layers.iter().any(|layer| layer == "qpv-2024"), "{layers:?}");
    let (status, _, body) = get(
        &app,
        "/tiles/ground/plan",
        &[("x-forwarded-host", "qpv.fr")],
    )
    .await;
    let description: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(status, 200, "{description}");
    let version = ground["version"].as_str().unwrap();
    assert_eq!(
        description["tiles"][0],
        format!("http://qpv.fr/tiles/ground/plan/{{z}}/{{x}}/{{y}}?v={version}")
    );
    assert_eq!(description["attribution"], ground["attribution"]);
}

#[tokio::test]
async fn a_tile_is_handed_out_as_stored_or_unpacked_and_kept_by_its_version() {
    let (_folder, app) = app();
    let (status, headers, packed) = get(&app, TOWN, &GZIP).await;
    assert_eq!(status, 200);
    assert_eq!(headers[header::CONTENT_ENCODING], "gzip");
    assert_eq!(
        headers[header::CONTENT_TYPE],
        "application/vnd.mapbox-vector-tile"
    );
    assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    let (_, plain_headers, plain) = get(&app, TOWN, &[]).await;
    assert!(plain_headers.get(header::CONTENT_ENCODING).is_none());
    assert!(plain.len() > packed.len() && plain[0] == 0x1a);
    // With the suffix that some programs write.
    assert_eq!(get(&app, &format!("{TOWN}.pbf"), &GZIP).await.2, packed);
    let tag = headers[header::ETAG].to_str().unwrap();
    let (status, _, body) = get(&app, TOWN, &[("if-none-match", tag)]).await;
    assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
    let version = tag.trim_start_matches("W/\"ground-").trim_end_matches('"');
    let (_, headers, _) = get(&app, &format!("{TOWN}?v={version}"), &GZIP).await;
    assert!(
        headers[header::CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
}

#[tokio::test]
async fn what_a_map_has_not_is_absent_and_what_is_none_is_refused() {
    let (_folder, app) = app();
    for absent in ["6/0/0", "9/0/0", "6/64/0", "24/1/1", "255/1/1", "300/1/1"] {
        let (status, headers, body) = get(&app, &format!("/tiles/ground/plan/{absent}"), &[]).await;
        assert_eq!(
            (status, body.len()),
            (StatusCode::NO_CONTENT, 0),
            "{absent}"
        );
        assert!(headers.contains_key(header::ETAG));
    }
    for (refused, expected) in [
        ("plan/6/31/x", 400),
        ("plan/-1/31/2", 400),
        ("plan/6/99999999999/2", 400),
        ("photos/6/31/22", 404),
    ] {
        let (status, ..) = get(&app, &format!("/tiles/ground/{refused}"), &[]).await;
        assert_eq!(status, expected, "{refused}");
    }
    assert_eq!(get(&app, "/tiles/ground/photos", &[]).await.0, 404);
}

#[tokio::test]
async fn a_map_damaged_while_it_is_served_ends_nothing() {
    let (folder, app) = app();
    let objects = folder.path().join("data").join("objects");
    let object = std::fs::read_dir(objects).unwrap().next().unwrap().unwrap();
    let whole = std::fs::read(object.path()).unwrap();
    // In place, as a failing disk would: the file is still mapped.
    std::fs::write(object.path(), vec![0x55; whole.len()]).unwrap();
    let (status, _, body) = get(&app, TOWN, &[]).await;
    let problem: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(status, 500, "{problem}");
    assert_eq!(problem["code"], "internal");
    assert_eq!(get(&app, "/health", &[]).await.0, 200);
}
