//! Damage to each kind of file: always found, always named, and put right by importing again. Of a point index, on which
//! no answer depends, verification alone tells; the dataset opens and can be added to.

use std::fs;
use std::path::{Path, PathBuf};

use super::{V2015, V2024};

use super::*;
use crate::error::Error;

fn with_band(vintage: Vintage) -> VintageComponent {
    let mut layer = layer(vintage, 0.0);
    layer.official_band = vec![Outline::on_wgs84(square(-0.57))];
    component(layer)
}

/// Every file a published dataset consists of: manifest, description, perimeters, band, report, point index.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![folder.join("manifest.json")];
    for name in ["datasets", "objects"] {
        files.extend(
            fs::read_dir(folder.join(name))
                .unwrap()
                .map(|entry| entry.unwrap().path()),
        );
    }
    files
}

fn is_index(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == "index")
}

/// The faults that opening and verifying tell of, as text.
fn told(store: &Store) -> (String, String) {
    let opening = store
        .current()
        .map_or_else(|error| error.to_string(), |_| "opened".to_owned());
    let verifying = match store.verify(None) {
        Ok(report) => {
            assert!(!report.is_sound());
            report.faults.into_iter().map(|fault| fault.fault).collect()
        }
        Err(error) => error.to_string(),
    };
    (opening, verifying)
}

#[test]
fn any_flipped_byte_and_any_truncation_is_found() {
    let (folder, store) = store();
    store.publish(&[with_band(V2024)]).unwrap();
    let files = files_of(folder.path());
    assert_eq!(files.len(), 6);
    for path in files {
        let intact = fs::read(&path).unwrap();
        let mut damaged = Vec::new();
        for at in (0..intact.len()).step_by(1.max(intact.len() / 97)) {
            let mut flipped = intact.clone();
            flipped[at] ^= 1;
            damaged.push(flipped);
        }
        for length in [0, 1, intact.len() / 2, intact.len() - 2] {
            damaged.push(intact[..length].to_vec());
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        for content in damaged {
            fs::write(&path, content).unwrap();
            let (opening, verifying) = told(&store);
            // A manifest whose digest was altered names a description that does not exist.
            let named = |text: &str| {
                text.contains(name) || (name == "manifest.json" && text.contains("missing"))
            };
            let opened_or_named = if is_index(&path) {
                opening == "opened"
            } else {
                named(&opening)
            };
            assert!(
                opened_or_named && named(&verifying),
                "{name}: {opening} / {verifying}"
            );
        }
        fs::remove_file(&path).unwrap();
        if name == "manifest.json" {
            assert!(store.current().unwrap().is_none());
        } else {
            let (opening, verifying) = told(&store);
            assert!(verifying.contains("missing"), "{name}: {verifying}");
            assert!(
                if is_index(&path) {
                    opening == "opened"
                } else {
                    opening.contains("missing")
                },
                "{name}: {opening}"
            );
        }
        fs::write(&path, intact).unwrap();
        assert!(store.verify(None).unwrap().is_sound());
    }
}

#[test]
fn every_byte_of_a_description_counts() {
    let (_folder, store) = store();
    let digest = store.publish(&[component(layer(V2024, 0.0))]).unwrap();
    let path = store.descriptor_path(&digest);
    let intact = fs::read_to_string(&path).unwrap();
    // Same length, still well formed: only the check can tell.
    let year = "\"imported_at\": \"20";
    let altered = intact.replacen(year, "\"imported_at\": \"10", 1);
    assert_ne!(altered, intact);
    fs::write(&path, altered).unwrap();
    assert!(
        store
            .open(&digest)
            .unwrap_err()
            .to_string()
            .contains("altered")
    );
    fs::write(&path, intact).unwrap();
    let other = store.publish(&[component(layer(V2024, 0.1))]).unwrap();
    fs::copy(store.descriptor_path(&other), &path).unwrap();
    assert!(
        store
            .open(&digest)
            .unwrap_err()
            .to_string()
            .contains("another dataset")
    );
}

#[test]
fn importing_again_puts_damage_right() {
    let (folder, store) = store();
    let digest = store
        .publish(&[with_band(V2015), with_band(V2024)])
        .unwrap();
    for path in files_of(folder.path()) {
        if path.ends_with("manifest.json") {
            continue;
        }
        fs::write(&path, "garbage").unwrap();
        let description = path.parent().unwrap().ends_with("datasets");
        if description {
            // Without its description the other vintage cannot be kept: that is said, not passed over.
            assert!(matches!(
                store.publish(&[with_band(V2024)]),
                Err(Error::Damaged { .. })
            ));
            fs::remove_file(folder.path().join("manifest.json")).unwrap();
            assert_eq!(
                store
                    .publish(&[with_band(V2015), with_band(V2024)])
                    .unwrap(),
                digest
            );
        } else {
            // One of the two is the damaged vintage; the other refuses to publish beside it, but for a point index.
            let results = [
                store.publish(&[with_band(V2015)]),
                store.publish(&[with_band(V2024)]),
            ];
            let published = results.iter().filter(|result| result.is_ok()).count();
            assert!(
                published == 2 || (published == 1 && !is_index(&path)),
                "{}: {results:?}",
                path.display()
            );
        }
        assert!(store.verify(None).unwrap().is_sound(), "{}", path.display());
        assert_eq!(store.current_digest().unwrap().as_deref(), Some(&*digest));
    }
}

#[test]
fn a_vintage_that_cannot_be_read_is_not_published_beside_a_new_one() {
    let (_folder, store) = store();
    let digest = store.publish(&[component(layer(V2015, 0.0))]).unwrap();
    let entry = store.descriptor(&digest).unwrap().vintages.remove(0);
    let path = store.object_path(&entry.files[0].file, "fgb");
    fs::write(&path, "garbage").unwrap();
    let error = store.publish(&[component(layer(V2024, 0.0))]).unwrap_err();
    assert!(
        matches!(&error, Error::Damaged { path: named, .. } if *named == path),
        "{error}"
    );
    assert_eq!(store.current_digest().unwrap(), Some(digest));
}

#[test]
fn a_point_index_that_cannot_be_read_keeps_nothing_from_being_opened_or_published() {
    let damages: [fn(&Path); 3] = [
        |path| fs::remove_file(path).unwrap(),
        |path| fs::write(path, "").unwrap(),
        |path| fs::write(path, "an inde").unwrap(),
    ];
    for damage in damages {
        let (_folder, store) = store();
        let digest = store.publish(&[component(layer(V2015, 0.0))]).unwrap();
        let stored = store.descriptor(&digest).unwrap().vintages[0]
            .point_index
            .clone()
            .unwrap();
        let path = store.object_path(&stored, "index");
        damage(&path);
        let dataset = store.open(&digest).unwrap();
        let Some(Err(Error::Damaged { path: named, .. })) = &dataset.point_indexes[0] else {
            panic!("{dataset:?}")
        };
        assert_eq!(*named, path);
        assert!(!store.verify(None).unwrap().is_sound());
        let new = VintageComponent {
            point_index: None,
            ..component(layer(V2024, 0.0))
        };
        store.publish(&[new]).unwrap();
        assert_eq!(store.current().unwrap().unwrap().layers.len(), 2);
        assert!(
            !store.verify(None).unwrap().is_sound(),
            "the damage is still told"
        );
        store.publish(&[component(layer(V2015, 0.0))]).unwrap();
        assert!(store.verify(None).unwrap().is_sound());
    }
}

#[test]
fn verification_looks_at_the_content_too() {
    let bow_tie = {
        let corners = [
            (-0.57, 48.75),
            (-0.569, 48.751),
            (-0.569, 48.75),
            (-0.57, 48.751),
            (-0.57, 48.75),
        ];
        MultiPolygon(vec![Polygon::new(
            LineString::from(corners.to_vec()),
            Vec::new(),
        )])
    };
    let faults = |change: &dyn Fn(&mut VintageLayer)| {
        let (_folder, store) = store();
        let mut layer = layer(V2024, 0.0);
        change(&mut layer);
        store.publish(&[component(layer)]).unwrap();
        let report = store.verify(None).unwrap();
        assert_eq!(report.perimeters, 2);
        report
            .faults
            .into_iter()
            .map(|f| (f.code_qp.unwrap_or_default(), f.fault))
            .collect::<Vec<_>>()
    };
    assert_eq!(faults(&|_| ()), []);
    let only = |change: &dyn Fn(&mut VintageLayer), code: &str, word: &str| {
        let found = faults(change);
        assert!(
            found.len() == 1 && found[0].0 == code && found[0].1.contains(word),
            "{found:?}"
        );
    };
    only(
        &|l| l.perimeters[0].outline = Outline::on_wgs84(bow_tie.clone()),
        "QN06103M",
        "not valid",
    );
    only(
        &|l| l.perimeters[1].area_ha = SQUARE_HA * 1.02,
        "QN06104M",
        "area",
    );
    only(
        &|l| l.perimeters[1].territory = Territory::Mayotte,
        "QN06104M",
        "Mayotte",
    );
    only(
        &|l| l.official_band = vec![Outline::on_wgs84(bow_tie.clone())],
        "",
        "outline 1 of the official band",
    );
}

#[test]
fn verification_holds_in_a_projection_with_holes_whatever_the_direction_of_rings() {
    let (_folder, store) = store();
    // 100 m × 100 m with a hole of 10 m × 10 m: 0.99 ha planar, by construction; rings turn clockwise.
    let reunion = perimeter(
        "QN97401M",
        "Le Port",
        projected_outline(2975, 320_000.0, 7_684_000.0),
        0.99,
    );
    let mut layer = layer(V2024, 0.0);
    layer.perimeters.push(reunion);
    store.publish(&[component(layer)]).unwrap();
    assert_eq!(store.verify(None).unwrap().faults, []);
}
