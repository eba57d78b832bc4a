//! Archives of tiles: both formats, replaced by name, verified, damaged, removed.

use std::path::{Path, PathBuf};

use pmtiles::{Compression, PmTilesWriter, TileCoord, TileType};
use rusqlite::Connection;

use super::store;
use crate::error::Error;
use crate::ground_archive::GroundFormat;
use crate::store::{DatasetPart, GroundOptions, Store};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn options(name: &str) -> GroundOptions {
    GroundOptions {
        name: name.parse().unwrap(),
        label: None,
        attribution: None,
    }
}

/// An archive of four pictures with this metadata.
fn pmtiles(folder: &Path, metadata: &str) -> PathBuf {
    let path = folder.join("plan.pmtiles");
    let mut writer = PmTilesWriter::new(TileType::Png)
        .precompressed(Compression::None)
        .min_zoom(1)
        .max_zoom(1)
        .metadata(metadata)
        .create(std::fs::File::create(&path).unwrap())
        .unwrap();
    for (x, y) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let content = [PNG, &[b'0' + x, b'0' + y]].concat();
        let coord = TileCoord::new(1, u32::from(x), u32::from(y)).unwrap();
        writer.add_tile(coord, &content).unwrap();
    }
    writer.finalize().unwrap();
    path
}

/// A database of two tiles: the north-western one of zoom 1, and one of zoom 2 in the row above the southern edge.
fn mbtiles(folder: &Path, tile: &[u8], metadata: &[(&str, &str)]) -> PathBuf {
    let path = folder.join("photos.mbtiles");
    let database = Connection::open(&path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE metadata (name text, value text);
            CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);",
        )
        .unwrap();
    for (name, value) in metadata {
        database
            .execute("INSERT INTO metadata VALUES (?1, ?2)", (name, value))
            .unwrap();
    }
    for (z, x, y) in [(1, 0, 1), (2, 3, 0)] {
        database
            .execute("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", (z, x, y, tile))
            .unwrap();
    }
    path
}

fn tile(store: &Store, z: u8, x: u32, y: u32) -> Option<Vec<u8>> {
    let dataset = store.current().unwrap().unwrap();
    let archive = dataset.grounds[0].archive.as_ref().unwrap();
    archive.tile(z, x, y).unwrap().map(<[u8]>::to_vec)
}

#[test]
fn an_archive_is_kept_replaced_by_its_name_and_removed() {
    let (folder, store) = store();
    let first = pmtiles(
        folder.path(),
        r#"{"name":"Plan","attribution":"<b>Ville</b>"}"#,
    );
    let (digest, entry) = store.publish_ground(&first, options("plan")).unwrap();
    assert_eq!((entry.label.as_str(), entry.tiles), ("Plan", 4));
    assert_eq!(entry.attribution, "Ville");
    assert_eq!(tile(&store, 1, 1, 0).unwrap(), [PNG, b"10"].concat());
    assert_eq!(tile(&store, 2, 1, 0), None);
    assert!(store.verify(None).unwrap().is_sound());
    // Another attribution is another dataset: it stands on maps.
    let told = GroundOptions {
        attribution: Some("La ville".to_owned()),
        label: Some("Le plan".to_owned()),
        ..options("plan")
    };
    let (other, entry) = store.publish_ground(&first, told).unwrap();
    assert_ne!(digest, other);
    assert_eq!(entry.label, "Le plan");
    assert_eq!(store.current().unwrap().unwrap().grounds.len(), 1);
    let part = DatasetPart::Ground("plan".parse().unwrap());
    store.remove(&part).unwrap();
    assert!(store.current().unwrap().unwrap().grounds.is_empty());
    assert!(store.remove(&part).is_err());
    store.prune().unwrap();
    assert_eq!(
        std::fs::read_dir(folder.path().join("objects"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn a_database_of_tiles_is_read_from_the_south() {
    let (folder, store) = store();
    let metadata = [
        ("attribution", "IGN"),
        ("bounds", "-1,48,0,49"),
        ("format", "png"),
    ];
    let path = mbtiles(folder.path(), PNG, &metadata);
    let (_, entry) = store.publish_ground(&path, options("photos")).unwrap();
    assert_eq!(entry.label, "photos");
    assert_eq!(entry.format, GroundFormat::Png);
    assert_eq!((entry.min_zoom, entry.max_zoom, entry.tiles), (1, 2, 2));
    assert_eq!(entry.source.name, "photos.mbtiles");
    assert_eq!(tile(&store, 1, 0, 0).as_deref(), Some(PNG));
    assert_eq!(tile(&store, 2, 3, 3).as_deref(), Some(PNG));
    assert_eq!(tile(&store, 2, 3, 0), None);
    let dataset = store.current().unwrap().unwrap();
    let archive = dataset.grounds[0].archive.as_ref().unwrap();
    assert_eq!(archive.summary().bounds, [-1.0, 48.0, 0.0, 49.0]);
}

#[test]
fn vector_tiles_of_a_database_are_packed_and_their_layers_named() {
    let (folder, store) = store();
    let metadata = [
        ("attribution", "OSM"),
        (
            "json",
            r#"{"vector_layers":[{"id":"water"},{"id":"transportation"}]}"#,
        ),
    ];
    // A layer named `a`, without features.
    let tile_content = [0x1a, 5, 0x78, 2, 0x0a, 1, b'a'];
    let path = mbtiles(folder.path(), &tile_content, &metadata);
    store.publish_ground(&path, options("osm")).unwrap();
    let dataset = store.current().unwrap().unwrap();
    let archive = dataset.grounds[0].archive.as_ref().unwrap();
    assert!(archive.summary().is_gzipped);
    assert_eq!(archive.summary().vector_layers, ["water", "transportation"]);
    let stored = archive.tile(1, 0, 0).unwrap().unwrap();
    let plain = crate::ground_archive::inflated_tile(stored).unwrap();
    assert_eq!(plain, tile_content);
}

#[test]
fn what_is_no_archive_is_refused_with_the_way_out() {
    let (folder, store) = store();
    let written = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let whole = std::fs::read(pmtiles(folder.path(), "{}")).unwrap();
    for (path, advice) in [
        (written("empty", b""), "it is empty"),
        (
            written("text", b"hello, this is no archive at all"),
            "ends within its header",
        ),
        (written("long", &[b'x'; 500]), "neither PMTiles nor MBTiles"),
        (written("photo.tif", b"II*\0........"), "gdal_translate"),
        (written("plan.zip", b"PK\x03\x04....."), "unpack it"),
        (written("plan.gz", b"\x1f\x8b....."), "gunzip"),
        (
            written("style.json", b"{\"version\": 8}"),
            "the archive of tiles itself",
        ),
        (
            written("cut.pmtiles", &whole[..whole.len() - 3]),
            "it is cut",
        ),
        (
            written("two.pmtiles", &[b"PMTiles\x02", &whole[8..]].concat()),
            "pmtiles convert",
        ),
        (written("whole.pmtiles", &whole), "--attribution"),
        (
            mbtiles(folder.path(), b"GIF89a", &[("attribution", "x")]),
            "first tile",
        ),
    ] {
        let refused = store.publish_ground(&path, options("plan"));
        let Err(Error::NotGround { fault, .. }) = refused else {
            panic!("{}: {refused:?}", path.display());
        };
        assert!(fault.contains(advice), "{}: {fault}", path.display());
    }
    assert!(store.current().unwrap().is_none());
    // Nothing half-written is left behind.
    assert_eq!(
        std::fs::read_dir(folder.path().join("tmp"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn a_damaged_archive_is_named_and_keeps_nothing_from_opening() {
    let (folder, store) = store();
    let path = pmtiles(folder.path(), r#"{"attribution":"Ville"}"#);
    let (_, entry) = store.publish_ground(&path, options("plan")).unwrap();
    let object = folder
        .path()
        .join("objects")
        .join(format!("{}.pmtiles", entry.file.sha256));
    let whole = std::fs::read(&object).unwrap();
    for damaged in [whole[..200].to_vec(), vec![0; whole.len()]] {
        std::fs::write(&object, damaged).unwrap();
        let dataset = store.current().unwrap().unwrap();
        assert!(dataset.grounds[0].archive.is_err());
        let report = store.verify(None).unwrap();
        assert!(
            report.faults[0].fault.starts_with("ground plan: "),
            "{report:?}"
        );
    }
    std::fs::remove_file(&object).unwrap();
    assert!(
        store.current().unwrap().unwrap().grounds[0]
            .archive
            .is_err()
    );
    store.publish_ground(&path, options("plan")).unwrap();
    assert!(store.verify(None).unwrap().is_sound());
}
