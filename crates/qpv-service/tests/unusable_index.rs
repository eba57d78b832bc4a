//! A stored point index or band that cannot be used, whatever is wrong with it: the dataset opens, one warning says so, and
//! the answers are the same.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use qpv_engine::PerimeterId;
use qpv_geodata::import::ImportOptions;
use qpv_model::Vintage;
use qpv_service::data::{self, Store, VintageComponent};
use qpv_service::locate;
use qpv_service::{Place, Snapshot, VintageSelector};

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

/// What the two files that are computed at import begin with.
const POINT_INDEX: [u8; 8] = *b"qpvindex";
const BAND: [u8; 8] = *b"qpv band";

/// The one file of a data folder that begins with this.
fn derived_file(folder: &Path, magic: [u8; 8]) -> PathBuf {
    let begins = |path: &PathBuf| {
        std::fs::read(path)
            .unwrap()
            .starts_with(&u64::from_be_bytes(magic).to_ne_bytes())
    };
    let mut files = std::fs::read_dir(folder.join("objects"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files.find(begins).unwrap()
}

/// The same content, stored by a program whose indexes have another version.
fn publish_other_version(store: &Store, path: &Path) {
    // The version is the second word.
    let altered = |magic| {
        let derived = derived_file(store.folder(), magic);
        let mut bytes = std::fs::read(&derived).unwrap();
        bytes[8] ^= if derived == path { 0x40 } else { 0 };
        Some(bytes)
    };
    let dataset = store.current().unwrap().unwrap();
    let component = VintageComponent {
        layer: dataset.layers[0].clone(),
        report: dataset.reports[0].clone(),
        sources: dataset.descriptor.vintages[0].sources.clone(),
        fictional: true,
        point_index: altered(POINT_INDEX),
        band: altered(BAND),
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
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(|| Log)
        .init();
    let damages: [(&str, Damage, bool); 4] = [
        (
            "the file is missing",
            |_, path| std::fs::remove_file(path).unwrap(),
            true,
        ),
        (
            "bytes instead of",
            |_, path| replace(path, |bytes| bytes.truncate(1000)),
            true,
        ),
        (
            "altered",
            |_, path| replace(path, |bytes| bytes[2000] ^= 1),
            true,
        ),
        ("not an index of this version", publish_other_version, false),
    ];
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../geodata/sample/perimeters-2024.geojson"
    );
    let options = ImportOptions {
        fictional: true,
        partial: true,
        ..ImportOptions::new(Vintage::V2024)
    };
    let both = |damage: (&'static str, Damage, bool)| [(POINT_INDEX, damage), (BAND, damage)];
    for (magic, (reason, damage, is_fault)) in damages.into_iter().flat_map(both) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path());
        data::import_files(&store, &[sample.into()], &options).unwrap();
        let sound = Snapshot::new(store.current().unwrap().unwrap());
        assert_eq!(logged(), "");

        damage(&store, &derived_file(folder.path(), magic));
        let snapshot = Snapshot::new(store.current().unwrap().unwrap());
        assert_eq!(snapshot.band(Vintage::V2024), sound.band(Vintage::V2024));
        let log = logged();
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(
            log.contains("WARN") && log.contains("vintage=2024") && log.contains(reason),
            "{log}"
        );
        assert!(
            log.contains("an import of the same files stores a new one"),
            "{log}"
        );
        assert!(
            snapshot
                .zones(Vintage::V2024)
                .unwrap()
                .point_index()
                .is_some(),
            "it is made again in memory"
        );
        let vertex = sound
            .perimeter(Vintage::V2024, PerimeterId::new(0))
            .outline
            .wgs84()
            .0[0]
            .exterior()
            .0[0];
        let place = Place::LonLat(vertex.x + 0.001, vertex.y);
        let answer = |snapshot: &Snapshot| {
            locate(
                snapshot,
                place,
                VintageSelector::Vintage(Vintage::V2024),
                None,
            )
            .unwrap()
        };
        assert_eq!(answer(&snapshot), answer(&sound));
        assert_eq!(
            data::verify(&store, None).unwrap().is_sound(),
            !is_fault,
            "{reason}"
        );

        // Importing again stores a new one.
        data::import_files(&store, &[sample.into()], &options).unwrap();
        drop(Snapshot::new(store.current().unwrap().unwrap()));
        assert_eq!(logged(), "");
        assert!(data::verify(&store, None).unwrap().is_sound());
    }
}
