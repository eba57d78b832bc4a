//! What neighbourhoods of both vintages share, against areas measured with GEOS in Lambert-93.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::path::Path;

use qpv_geodata::import::ImportOptions;
use qpv_model::Vintage;
use qpv_service::Snapshot;
use qpv_service::data::{self, Store};
use qpv_service::{CertaintyLevel, Place, VintageSelector, Zone, locate, overlapping_perimeters};

#[path = "../../../tests/real_data.rs"]
mod real_data;
use real_data::{NATIONAL_2015, NATIONAL_2024, real};

/// Neighbourhoods of 2015 and 2024, and the hectares they share.
const SHARED_HA: [(&str, &str, f64); 6] = [
    ("QP061003", "QN06103M", 9.35),
    ("QP061004", "QN06104M", 30.27),
    ("QP061001", "QN06101M", 17.46),
    ("QP061002", "QN06102M", 38.36),
    ("QP015001", "QN01501M", 13.85),
    ("QP063003", "QN06302I", 95.73),
];

fn import(store: &Store, vintage: Vintage, file: &Path) {
    data::import_files(store, &[file.to_owned()], &ImportOptions::new(vintage)).unwrap();
}

fn overlapping(snapshot: &Snapshot, code: &str) -> Option<Vec<(String, f64)>> {
    let perimeter = snapshot.perimeter_of(code.parse().unwrap()).unwrap();
    let other = if perimeter.vintage == Vintage::V2015 {
        Vintage::V2024
    } else {
        Vintage::V2015
    };
    let found = overlapping_perimeters(snapshot, perimeter, other)?;
    Some(
        found
            .into_iter()
            .map(|(other, shared_ha)| (other.code_qp.to_string(), shared_ha))
            .collect(),
    )
}

/// Rive Droite of 2024 (QN09105I, Corbeil-Essonnes) is published as a point: what lay in it in 2015 may still do.
fn zones_near_a_perimeter_without_area_are_unsure(snapshot: &Snapshot) {
    let on = |lon, lat, vintage, uncertainty_m| {
        let place = Place::LonLat(lon, lat);
        let choice = VintageSelector::Vintage(vintage);
        locate(snapshot, place, choice, uncertainty_m)
            .unwrap()
            .verdict
    };
    for (lon, lat) in [(2.4815, 48.6130), (2.4810, 48.6135), (2.4640, 48.6130)] {
        let given = on(lon, lat, Vintage::V2024, None);
        assert_eq!(given.level, CertaintyLevel::NearBoundary, "{lon} {lat}");
        let stated = on(lon, lat, Vintage::V2024, Some(1.0));
        assert_eq!(stated.zone, Zone::Undetermined, "{lon} {lat}");
    }
    let former = on(2.4815, 48.6130, Vintage::V2015, Some(1.0));
    assert_eq!(
        (former.zone, former.level),
        (Zone::Qpv, CertaintyLevel::Certain)
    );
    // Beyond its reach.
    let beyond = on(2.5200, 48.6300, Vintage::V2024, Some(1.0));
    assert_eq!(
        (beyond.zone, beyond.level),
        (Zone::Outside, CertaintyLevel::Certain)
    );
}

#[test]
fn the_national_perimeters_share_what_geos_measures() {
    let (Some(old), Some(new)) = (real(NATIONAL_2015), real(NATIONAL_2024)) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    import(&store, Vintage::V2024, &new);
    let alone = Snapshot::new(store.current().unwrap().unwrap());
    assert_eq!(
        overlapping(&alone, "QN06103M"),
        None,
        "2015 is not loaded: that is not none"
    );
    import(&store, Vintage::V2015, &old);
    let snapshot = Snapshot::new(store.current().unwrap().unwrap());
    for (old, new, shared_ha) in SHARED_HA {
        for (one, other) in [(old, new), (new, old)] {
            let found = overlapping(&snapshot, one).unwrap();
            assert_eq!(found.len(), 1, "{one}: {found:?}");
            assert!(
                found[0].0 == other && (found[0].1 - shared_ha).abs() < 0.01,
                "{one}: {found:?}, not {shared_ha} ha"
            );
        }
    }
    // New in 2024: its commune's neighbourhoods of 2015 lie elsewhere.
    assert_eq!(overlapping(&snapshot, "QN06307N"), Some(vec![]));
    // Published as a point, and the one that it may have followed.
    assert_eq!(overlapping(&snapshot, "QN09105I"), None);
    assert_eq!(overlapping(&snapshot, "QP091005"), None);
    zones_near_a_perimeter_without_area_are_unsure(&snapshot);
    // Loaded in both vintages overseas too.
    assert!(
        overlapping(&snapshot, "QP974001").is_some_and(|found| found[0].0.starts_with("QN974"))
    );
}
