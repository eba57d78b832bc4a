//! A stored point index that cannot be used, whatever is wrong with it: the dataset opens, one warning says so, and the
//! answers are the same.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use qpv_geodata::import::ImportOptions;
use qpv_model::Vintage;
use qpv_service::data::{self, Component, Store};
use qpv_service::{Choice, Place, Snapshot};

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Writes to [`LOG`].
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What was logged since the last call.
fn logged() -> String {
    String::from_utf8(std::mem::take(&mut *LOG.lock().unwrap())).unwrap()
}

/// The one point index of a data folder.
fn index_file(folder: &Path) -> PathBuf {
    let mut files = std::fs::read_dir(folder.join("objects")).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|kind| kind == "index")).unwrap()
}

/// The same content, stored by a program whose indexes have another version.
fn publish_other_version(store: &Store, path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    // The version is the second word.
    bytes[8] ^= 0x40;
    let dataset = store.current().unwrap().unwrap();
    let component = Component {
        layer: dataset.layers[0].clone(),
        report: dataset.reports[0].clone(),
        sources: dataset.descriptor.vintages[0].sources.clone(),
        fictional: true,
        point_index: Some(bytes),
    };
    assert_eq!(store.publish(&[component]).unwrap(), dataset.digest());
}

/// Puts other content in the place of a file. Not into it: it may be mapped into memory.
fn replace(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, bytes).unwrap();
}

type Damage = fn(&Store, &Path);

#[test]
fn whatever_is_wrong_with_it_the_answers_are_the_same_and_one_warning_says_so() {
    tracing_subscriber::fmt().with_ansi(false).with_writer(|| Log).init();
    let damages: [(&str, Damage, bool); 4] = [
        ("the file is missing", |_, path| std::fs::remove_file(path).unwrap(), true),
        ("bytes instead of", |_, path| replace(path, |bytes| bytes.truncate(1000)), true),
        ("altered", |_, path| replace(path, |bytes| bytes[2000] ^= 1), true),
        ("not an index of this version", publish_other_version, false),
    ];
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../geodata/sample/perimeters-2024.geojson");
    let options = ImportOptions { fictional: true, partial: true, ..ImportOptions::new(Vintage::V2024) };
    for (reason, damage, is_fault) in damages {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path());
        data::import_files(&store, &[sample.into()], &options).unwrap();
        let sound = Snapshot::new(store.current().unwrap().unwrap());
        assert_eq!(logged(), "");

        damage(&store, &index_file(folder.path()));
        let snapshot = Snapshot::new(store.current().unwrap().unwrap());
        let log = logged();
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(log.contains("WARN") && log.contains("vintage=2024") && log.contains(reason), "{log}");
        assert!(log.contains("an import of the same files stores a new one"), "{log}");
        assert!(snapshot.zones(Vintage::V2024).unwrap().index().is_some(), "it is made again in memory");
        let vertex = sound.perimeter(Vintage::V2024, 0).outline.wgs84().0[0].exterior().0[0];
        let place = Place::LonLat(vertex.x + 0.001, vertex.y);
        let answer = |snapshot: &Snapshot| snapshot.locate(place, Choice::Vintage(Vintage::V2024), None).unwrap();
        assert_eq!(answer(&snapshot), answer(&sound));
        assert_eq!(data::verify(&store, None).unwrap().is_sound(), !is_fault, "{reason}");

        // Importing again stores a new one.
        data::import_files(&store, &[sample.into()], &options).unwrap();
        drop(Snapshot::new(store.current().unwrap().unwrap()));
        assert_eq!(logged(), "");
        assert!(data::verify(&store, None).unwrap().is_sound());
    }
}
