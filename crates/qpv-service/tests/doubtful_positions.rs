//! Addresses whose published position cannot be right: listed by the import, and never answered flatly.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use qpv_service::data::import::ImportOptions;
use qpv_service::data::{self, ImportedAddresses, Store};
use qpv_service::model::{Vintage, Wgs84Point};
use qpv_service::{
    AddressCheck, AddressChecker, AddressQuestion, SearchFilter, Service, Snapshot,
    UndeterminedReason, VintageSelector, Zone, candidate_zone, nearest_addresses,
    street_profile_of,
};

#[path = "../../../tests/real_data.rs"]
mod real_data;

const IN_2024: VintageSelector = VintageSelector::Vintage(Vintage::V2024);
const HEADER: &str = "numero;voie_nom;commune_insee;commune_nom;position;long;lat";

/// One small perimeter in each department of metropolitan France, so that none of it is without data; that of the
/// department 90 is 700 m wide, near the Rue du Témoin.
fn perimeters() -> String {
    let features: Vec<String> = (1..=95_u32)
        .filter(|department| *department != 20)
        .map(|department| {
            let (lon, lat, size) = if department == 90 {
                (6.85, 47.62, 0.01)
            } else {
                (2.0 + 0.02 * f64::from(department), 46.0, 0.001)
            };
            let ring = [(0.0, 0.0), (size, 0.0), (size, size), (0.0, size), (0.0, 0.0)]
                .map(|(dx, dy)| format!("[{},{}]", lon + dx, lat + dy))
                .join(",");
            format!(
                r#"{{"type":"Feature","properties":{{"code_qp":"QN0{department:02}01I","lib_qp":"Quartier",
                "insee_com":"{department:02}010","lib_com":"Ville","insee_dep":"{department:02}"}},
                "geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
            )
        })
        .collect();
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

/// Thirty numbers of two streets of Danvers; 8 and 9 of the first are 89 km to the north, behind a row that is none.
fn rows() -> String {
    let mut text = format!("{HEADER}\n");
    for number in 1..=30 {
        let lat = 47.6 + 0.0001 * f64::from(number);
        for street in ["Rue du Témoin", "Rue du Constat"] {
            let moved = street == "Rue du Témoin" && (8..10).contains(&number);
            let lat = if moved { lat + 0.8 } else { lat };
            writeln!(text, "{number};{street};90099;Danvers;entrée;6.86;{lat:.5}").unwrap();
        }
        if number == 7 {
            text += "sept;Rue du Témoin;90099;Danvers;entrée;6.86;47.6\n";
        }
    }
    text
}

struct Imported {
    store: Store,
    addresses: ImportedAddresses,
}

fn import(folder: &Path) -> Imported {
    let store = Store::new(folder.join("data"));
    let perimeter = folder.join("qp.geojson");
    fs::write(&perimeter, perimeters()).unwrap();
    let options = ImportOptions {
        precision_m: Some(1.0),
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[perimeter], &options).unwrap();
    let addresses = folder.join("bal.csv");
    fs::write(&addresses, rows()).unwrap();
    let addresses = data::import_addresses(&store, &[addresses]).unwrap();
    Imported { store, addresses }
}

fn snapshot(store: &Store) -> Arc<Snapshot> {
    Service::open(store.clone()).unwrap().snapshot()
}

fn check(snapshot: &Snapshot, text: &str) -> AddressCheck {
    let question = AddressQuestion {
        text: text.to_owned(),
        filter: SearchFilter::default(),
    };
    AddressChecker::new(snapshot, IN_2024)
        .check(&question)
        .unwrap()
}

#[test]
fn the_import_lists_them_with_line_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let Imported { store, addresses } = import(folder.path());
    let file = &addresses.report.files[0];
    assert_eq!((file.taken, file.malformed, file.doubtful), (60, 1, 2));
    let listed: Vec<(u64, &str)> = file
        .first_doubtful
        .iter()
        .map(|row| (row.line, row.reason.as_str()))
        .collect();
    assert_eq!(
        listed,
        [
            (
                17,
                "8 Rue du Témoin, Danvers: 88.9 km from the other addresses of its commune"
            ),
            (
                19,
                "9 Rue du Témoin, Danvers: 88.9 km from the other addresses of its commune"
            ),
        ]
    );
    let text = rows();
    let line = text.lines().nth(16).unwrap();
    assert!(line.starts_with("8;Rue du Témoin;"), "{line}");
    // The report is kept with the dataset, and read back.
    let stored = store.status().unwrap().current.unwrap().addresses.unwrap();
    assert_eq!(store.address_report(&stored).unwrap(), addresses.report);
    assert!(data::verify(&store, None).unwrap().is_sound());
}

#[test]
fn a_check_of_one_is_undetermined_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(&import(folder.path()).store);
    for question in ["8 rue du temoin danvers", "9, Rue du Témoin, 90099 Danvers"] {
        let answer = check(&snapshot, question);
        assert_eq!(answer.zone, Zone::Undetermined, "{question}");
        let reason = answer.doubt.unwrap();
        assert_eq!(reason, UndeterminedReason::DoubtfulPosition, "{question}");
        assert_eq!(reason.name(), "position");
        assert!(reason.message_fr().contains("douteuse"));
        assert_eq!((&answer.perimeters, answer.level), (&None, None));
        let standing = answer.candidates[0].standing.as_ref().unwrap();
        assert_eq!(standing.verdict.zone, Zone::Undetermined);
    }
    let street = check(&snapshot, "rue du temoin danvers");
    assert_eq!(street.doubt, Some(UndeterminedReason::DoubtfulPosition));
    for question in [
        "7 rue du temoin danvers",
        "8 rue du constat danvers",
        "rue du constat danvers",
    ] {
        let answer = check(&snapshot, question);
        assert_eq!(
            (answer.zone, answer.doubt),
            (Zone::Outside, None),
            "{question}"
        );
    }
}

#[test]
fn the_place_where_one_stands_has_no_zone_by_its_address() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(&import(folder.path()).store);
    let there = Wgs84Point::new(6.86, 48.4008).unwrap();
    let found = nearest_addresses(&snapshot, there, &SearchFilter::default(), 1).unwrap();
    let (standing, reason) = candidate_zone(&snapshot, &found[0], IN_2024);
    assert_eq!(standing.unwrap().verdict.zone, Zone::Undetermined);
    assert_eq!(reason, Some(UndeterminedReason::DoubtfulPosition));
}

#[test]
fn the_profile_of_its_street_leaves_the_number_open() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(&import(folder.path()).store);
    let answer = check(&snapshot, "7 rue du temoin danvers");
    let profile = street_profile_of(&snapshot, &answer.candidates[0].candidate, IN_2024).unwrap();
    for number in 1..=30 {
        let number = qpv_addresses::HouseNumber {
            number,
            suffix: String::new(),
        };
        let expected = if (8..10).contains(&number.number) {
            Zone::Undetermined
        } else {
            Zone::Outside
        };
        assert_eq!(
            profile.range_of(&number).unwrap().zone,
            Ok(expected),
            "{number}"
        );
    }
}

#[test]
fn they_stay_doubtful_when_another_department_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let store = import(folder.path()).store;
    let other = folder.path().join("52.csv");
    let row = "5;Rue Victoire;52121;Chaumont;entrée;5.14;48.11\n";
    fs::write(&other, format!("{HEADER}\n{row}")).unwrap();
    let imported = data::import_addresses(&store, &[other]).unwrap();
    assert_eq!(
        (imported.addresses, imported.report.files[0].doubtful),
        (61, 0)
    );
    let answer = check(&snapshot(&store), "8 rue du temoin danvers");
    assert_eq!(answer.doubt, Some(UndeterminedReason::DoubtfulPosition));
}

#[test]
fn no_published_address_of_seven_departments_is_doubtful() {
    let Some(shared) = real_data::real("addresses") else {
        return;
    };
    let mut files: Vec<_> = fs::read_dir(shared)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(".csv"))
        .collect();
    files.sort();
    // Each alone, and those of one format together: the others of a department say where its communes end.
    let mut imports: Vec<Vec<_>> = files.iter().map(|file| vec![file.clone()]).collect();
    let (bano, ban) = files
        .into_iter()
        .partition(|file| file.to_string_lossy().contains("bano-"));
    imports.extend([bano, ban]);
    for files in imports {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path());
        let imported = data::import_addresses(&store, &files).unwrap();
        for file in &imported.report.files {
            assert!(file.first_doubtful.is_empty(), "{files:?}: {file:?}");
        }
    }
}
