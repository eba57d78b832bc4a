//! Publishing, opening, listing, pruning.

use std::fs;
use std::sync::Barrier;
use std::time::Duration;

use super::{V2015, V2024};
use jiff::Timestamp;

use super::*;
use crate::addresses::AddressReport;
use crate::error::Error;
use crate::store::{AddressComponent, Dataset, DatasetDescription, DepartmentEntry, PruneReport};

#[test]
fn an_absent_or_empty_folder_has_nothing() {
    let (folder, store) = store();
    for store in [store, Store::new(folder.path().join("absent"))] {
        assert_eq!(store.current_digest().unwrap(), None);
        assert!(store.current().unwrap().is_none());
        assert!(store.list().unwrap().is_empty());
        assert_eq!(store.status().unwrap().datasets, 0);
        assert_eq!(store.prune().unwrap(), PruneReport::default());
        assert!(matches!(
            store.verify(None),
            Err(Error::NoSuchDataset { .. })
        ));
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "reading must write nothing"
    );
}

#[test]
fn a_published_layer_comes_back_and_another_vintage_joins_it() {
    let (_folder, store) = store();
    let old = component(layer(V2015, 0.0));
    let first = store.publish(std::slice::from_ref(&old)).unwrap();
    let new = component(layer(V2024, 0.0));
    let second = store.publish(std::slice::from_ref(&new)).unwrap();
    assert_ne!(first, second);

    let dataset = store.current().unwrap().unwrap();
    assert_eq!(dataset.digest(), second);
    assert_eq!(store.current_digest().unwrap().as_deref(), Some(&*second));
    assert_eq!(dataset.descriptor.parent.as_deref(), Some(&*first));
    assert_eq!(dataset.layer(V2015), Some(&old.layer));
    assert_eq!(dataset.layer(V2024), Some(&new.layer));
    assert_eq!(dataset.reports, [old.report, new.report]);
    assert_eq!(
        dataset.descriptor.source_names(),
        ["qp2015.geojson", "qp2024.geojson"]
    );
    assert!(store.verify(None).unwrap().is_sound());
    assert_eq!(
        store.open(&first).unwrap().layers.len(),
        1,
        "the old dataset stays until pruned"
    );
}

#[test]
fn nothing_to_publish_is_an_error_and_changes_nothing() {
    let (folder, store) = store();
    assert!(matches!(store.publish(&[]), Err(Error::NothingToPublish)));
    assert!(matches!(
        Dataset::in_memory(Vec::new(), None),
        Err(Error::NothingToPublish)
    ));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_source_is_summed_alike_from_a_file_and_from_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qp.zip");
    // SHA-256 of a million `a`s, from FIPS 180-2, appendix B.3.
    let content = vec![b'a'; 1_000_000];
    fs::write(&path, &content).unwrap();
    let source = SourceFile::from_file(&path).unwrap();
    assert_eq!(
        source.sha256,
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    );
    assert_eq!((source.name.as_str(), source.bytes), ("qp.zip", 1_000_000));
    assert_eq!(source, SourceFile::from_content("qp.zip", &content));
    assert!(
        SourceFile::from_file(&folder.path().join("absent.zip"))
            .unwrap_err()
            .to_string()
            .contains("absent.zip")
    );
}

#[test]
fn the_same_input_gives_the_same_digest() {
    let old = || component(layer(V2015, 0.0));
    let new = || component(layer(V2024, 0.0));
    let (_first, one_by_one) = store();
    one_by_one.publish(&[new()]).unwrap();
    let digest = one_by_one.publish(&[old()]).unwrap();
    let (_second, together) = store();
    assert_eq!(together.publish(&[old(), new()]).unwrap(), digest);
    assert_eq!(
        together.publish(&[old()]).unwrap(),
        digest,
        "importing again changes nothing"
    );
    assert_eq!(together.list().unwrap().len(), 1);
    assert_eq!(
        Dataset::in_memory(vec![new(), old()], None)
            .unwrap()
            .digest(),
        digest
    );
    // The report tells how the import went, in words that may change; answers do not depend on it.
    let mut reworded = old();
    reworded
        .report
        .remarks
        .push("read from another folder".into());
    assert_eq!(together.publish(&[reworded]).unwrap(), digest);
}

#[test]
fn addresses_in_memory_have_the_digest_and_the_bytes_they_would_have_on_disk() {
    let perimeters = || component(layer(V2024, 0.0));
    let addresses = |count, name: &str| AddressComponent {
        index: b"addresses",
        departments: [(
            "61".to_owned(),
            DepartmentEntry::now(count, vec![SourceFile::from_content(name, b"rows")]),
        )]
        .into(),
        report: AddressReport { files: Vec::new() },
        based_on: None,
    };
    let (_folder, store) = store();
    store.publish(&[perimeters()]).unwrap();
    let digest = store.publish_addresses(&addresses(3, "a.csv")).unwrap();
    let in_memory = |addresses| Dataset::in_memory(vec![perimeters()], Some(&addresses)).unwrap();
    let dataset = in_memory(addresses(3, "a.csv"));
    assert_eq!(dataset.digest(), digest);
    let bytes = |dataset: Dataset| dataset.addresses.unwrap().as_ref().to_vec();
    assert_eq!(bytes(dataset), bytes(store.current().unwrap().unwrap()));
    for other in [addresses(4, "a.csv"), addresses(3, "b.csv")] {
        assert_ne!(in_memory(other).digest(), digest);
    }
}

#[test]
fn another_point_index_changes_nothing_else_of_the_description() {
    let (_folder, store) = store();
    let first = store.publish(&[component(layer(V2015, 0.0))]).unwrap();
    let digest = store.publish(&[component(layer(V2024, 0.0))]).unwrap();
    // As published the day before.
    let mut earlier = store.descriptor(&digest).unwrap();
    let before = |at: Timestamp| at - jiff::SignedDuration::from_hours(24);
    earlier.published_at = before(earlier.published_at);
    for entry in &mut earlier.vintages {
        entry.imported_at = before(entry.imported_at);
    }
    fs::write(store.descriptor_path(&digest), earlier.to_text()).unwrap();

    let other = VintageComponent {
        point_index: Some(b"another index".to_vec()),
        ..component(layer(V2024, 0.0))
    };
    assert_eq!(store.publish(&[other]).unwrap(), digest);
    let mut renewed = store.descriptor(&digest).unwrap();
    assert_eq!(renewed.parent, Some(first));
    assert_ne!(
        renewed.vintages[1].point_index,
        earlier.vintages[1].point_index
    );
    renewed.vintages[1]
        .point_index
        .clone_from(&earlier.vintages[1].point_index);
    assert_eq!(renewed, earlier);
    assert!(store.verify(None).unwrap().is_sound());
}

#[test]
fn whatever_an_answer_depends_on_changes_the_digest() {
    let digest = |change: fn(&mut VintageComponent)| {
        let mut changed = component(layer(V2024, 0.0));
        change(&mut changed);
        Dataset::in_memory(vec![changed], None)
            .unwrap()
            .digest()
            .to_owned()
    };
    let digests = BTreeSet::from([
        digest(|_| ()),
        digest(|c| c.layer = layer(V2024, 1e-15)),
        digest(|c| c.layer.precision_m = 0.5),
        digest(|c| c.layer.whole.clear()),
        digest(|c| c.layer.perimeters[0].lib_qp.push('s')),
        digest(|c| c.layer.official_band = vec![Outline::on_wgs84(square(-0.57))]),
        digest(|c| c.sources[0].name.push('x')),
        digest(|c| c.sources[0].sha256 = "0".repeat(64)),
        digest(|c| c.sources.clear()),
        digest(|c| c.fictional = true),
    ]);
    assert_eq!(digests.len(), 10);
}

#[test]
fn official_perimeters_replace_the_fictional_ones_altogether() {
    let (_folder, store) = store();
    store
        .publish(&[fictional(layer(V2015, 0.0)), fictional(layer(V2024, 0.0))])
        .unwrap();
    assert!(store.current().unwrap().unwrap().fictional());
    store.publish(&[component(layer(V2024, 0.1))]).unwrap();
    let dataset = store.current().unwrap().unwrap();
    assert!(!dataset.fictional());
    assert!(dataset.layer(V2015).is_none());
    for changes in [
        vec![fictional(layer(V2015, 0.0))],
        vec![fictional(layer(V2015, 0.0)), component(layer(V2024, 0.0))],
    ] {
        assert!(matches!(
            store.publish(&changes),
            Err(Error::FictionalBesideOfficial)
        ));
    }
    assert_eq!(
        store.current_digest().unwrap().as_deref(),
        Some(dataset.digest())
    );
}

#[test]
fn what_breaks_the_rules_of_a_layer_is_refused() {
    let fault = |change: fn(&mut VintageLayer)| {
        let (folder, store) = store();
        let mut component = component(layer(V2024, 0.0));
        change(&mut component.layer);
        let error = store.publish(&[component]).unwrap_err();
        assert!(
            matches!(error, Error::Unpublishable { vintage: V2024, .. }),
            "{error}"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        error.to_string()
    };
    assert!(fault(|l| l.perimeters.clear()).contains("not one"));
    assert!(fault(|l| l.perimeters.reverse()).contains("out of order"));
    assert!(fault(|l| l.perimeters[1] = l.perimeters[0].clone()).contains("twice"));
    assert!(fault(|l| l.perimeters[0].code_qp = "QP061003".parse().unwrap()).contains("QP061003"));
    assert!(fault(|l| l.perimeters[0].area_ha = f64::NAN).contains("area"));
    assert!(fault(|l| l.precision_m = -1.0).contains("precision"));
    let twice = [component(layer(V2024, 0.0)), component(layer(V2024, 0.1))];
    assert!(
        Dataset::in_memory(twice.to_vec(), None)
            .unwrap_err()
            .to_string()
            .contains("twice")
    );
}

#[test]
fn a_dataset_opens_by_the_beginning_of_its_digest() {
    let (_folder, store) = store();
    let mut digests = Vec::new();
    // Seventeen digests cannot all differ by their first digit; four are asked for at least.
    for shift in 0..17 {
        digests.push(
            store
                .publish(&[component(layer(V2024, f64::from(shift) / 100.0))])
                .unwrap(),
        );
    }
    for digest in &digests {
        assert_eq!(store.open(&digest[..20]).unwrap().digest(), digest);
        assert_eq!(store.find(&digest.to_uppercase()).unwrap(), *digest);
    }
    assert!(matches!(
        store.open(&digests[0][..3]),
        Err(Error::NoSuchDataset { .. })
    ));
    assert!(matches!(
        store.open("no such thing"),
        Err(Error::NoSuchDataset { .. })
    ));
    let twin = format!("{}{}", &digests[0][..8], "0".repeat(56));
    fs::write(store.descriptor_path(&twin), "{}").unwrap();
    let Err(Error::AmbiguousDigest { candidates, .. }) = store.find(&digests[0][..8]) else {
        panic!()
    };
    assert_eq!(
        BTreeSet::from_iter(candidates),
        BTreeSet::from([twin, digests[0].clone()])
    );
}

#[test]
fn pruning_keeps_the_current_dataset_and_what_it_shares() {
    let (folder, store) = store();
    let first = store
        .publish(&[component(layer(V2015, 0.0)), component(layer(V2024, 0.0))])
        .unwrap();
    let second = store.publish(&[component(layer(V2024, 0.1))]).unwrap();
    let bytes_before = store.status().unwrap().bytes;
    let pruned = store.prune().unwrap();
    assert_eq!(pruned.datasets, std::slice::from_ref(&first));
    // The perimeters of 2024 go; the report is the same text in both, and 2015 is shared.
    assert_eq!(pruned.files.len(), 1, "{:?}", pruned.files);
    assert_eq!(bytes_before - pruned.bytes, store.status().unwrap().bytes);
    assert_eq!(store.current().unwrap().unwrap().digest(), second);
    assert!(store.verify(None).unwrap().is_sound());
    assert!(matches!(
        store.open(&first),
        Err(Error::NoSuchDataset { .. })
    ));
    assert_eq!(store.prune().unwrap(), PruneReport::default());
    drop(folder);
}

#[test]
fn files_that_are_not_ours_are_left_alone() {
    let (folder, store) = store();
    let path = folder.path();
    for name in ["datasets", "objects", "tmp"] {
        fs::create_dir(path.join(name)).unwrap();
    }
    let foreign = [
        "notes.txt",
        "datasets/old.json",
        "objects/picture.fgb",
        "tmp/my draft",
        "objects/readme",
    ];
    for name in foreign {
        fs::write(path.join(name), "mine").unwrap();
    }
    store.publish(&[component(layer(V2024, 0.0))]).unwrap();
    store.publish(&[component(layer(V2024, 0.1))]).unwrap();
    store.prune().unwrap();
    assert_eq!(store.list().unwrap().len(), 1);
    assert!(store.verify(None).unwrap().is_sound());
    for name in foreign {
        assert_eq!(fs::read_to_string(path.join(name)).unwrap(), "mine");
    }
}

#[test]
fn a_manifest_of_something_else_is_never_replaced() {
    let (folder, store) = store();
    let manifest = folder.path().join("manifest.json");
    for text in [
        "{\"name\": \"a web application\"}",
        "",
        "{\"format\": 0, \"current\": \"\"}",
    ] {
        fs::write(&manifest, text).unwrap();
        assert!(
            store
                .current()
                .unwrap_err()
                .to_string()
                .contains("not the manifest of a qpv data folder")
        );
        assert!(store.publish(&[component(layer(V2024, 0.0))]).is_err());
        assert_eq!(fs::read_to_string(&manifest).unwrap(), text);
    }
    fs::write(
        &manifest,
        "{\"format\": 2, \"current\": {\"perimeters\": \"x\"}}",
    )
    .unwrap();
    assert!(
        store
            .current_digest()
            .unwrap_err()
            .to_string()
            .contains("format 2")
    );
}

#[test]
fn the_list_tells_the_current_one_and_the_damaged_ones() {
    let (_folder, store) = store();
    let first = store.publish(&[component(layer(V2024, 0.0))]).unwrap();
    let second = store.publish(&[component(layer(V2024, 0.1))]).unwrap();
    fs::write(store.descriptor_path(&first), "{").unwrap();
    let list = store.list().unwrap();
    let find = |digest: &str| list.iter().find(|listed| listed.digest == digest).unwrap();
    assert!(
        !find(&first).current && matches!(&find(&first).described, DatasetDescription::Fault(_))
    );
    assert!(
        find(&second).current
            && matches!(&find(&second).described, DatasetDescription::Descriptor(_))
    );
    let json = serde_json::to_value(find(&second)).unwrap();
    assert_eq!(
        json["descriptor"]["vintages"][0]["by_territory"]["metropole"],
        2
    );
    let status = serde_json::to_value(store.status().unwrap()).unwrap();
    assert_eq!(status["current"]["digest"], *second);
    assert_eq!(
        status["current"]["vintages"][0]["sources"][0]["name"],
        "qp2024.geojson"
    );
}

#[test]
fn imports_at_the_same_time_lose_nothing() {
    let (_folder, store) = store();
    let barrier = Barrier::new(2);
    std::thread::scope(|scope| {
        for vintage in [V2015, V2024] {
            let (store, barrier) = (&store, &barrier);
            scope.spawn(move || {
                barrier.wait();
                for shift in 0..10 {
                    store
                        .publish(&[component(layer(vintage, f64::from(shift) / 100.0))])
                        .unwrap();
                }
            });
        }
        // A reader meanwhile always finds a whole dataset.
        for _ in 0..50 {
            if let Some(dataset) = store.current().unwrap() {
                assert!((1..=2).contains(&dataset.layers.len()));
            }
        }
    });
    let dataset = store.current().unwrap().unwrap();
    assert_eq!(dataset.layer(V2015), Some(&layer(V2015, 0.09)));
    assert_eq!(dataset.layer(V2024), Some(&layer(V2024, 0.09)));
}

#[test]
fn a_reader_follows_when_its_dataset_is_pruned_under_it() {
    let (_folder, store) = store();
    store.publish(&[component(layer(V2024, 0.0))]).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for shift in 1..40 {
                store
                    .publish(&[component(layer(V2024, f64::from(shift) / 100.0))])
                    .unwrap();
                store.prune().unwrap();
            }
        });
        while !writer.is_finished() {
            assert_eq!(store.current().unwrap().unwrap().layers.len(), 1);
        }
    });
}

#[test]
fn a_writer_waits_for_another_and_then_gives_up() {
    let (folder, mut store) = store();
    store.lock_wait = Duration::from_millis(60);
    store.publish(&[component(layer(V2015, 0.0))]).unwrap();
    let held = store.lock().unwrap();
    let error = store.publish(&[component(layer(V2024, 0.0))]).unwrap_err();
    assert!(
        matches!(&error, Error::Locked { path, .. } if path == &folder.path().join("lock")),
        "{error}"
    );
    assert!(store.current().unwrap().is_some(), "readers never wait");
    drop(held);
    store.publish(&[component(layer(V2024, 0.0))]).unwrap();
}
