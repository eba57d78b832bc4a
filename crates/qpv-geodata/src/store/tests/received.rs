//! Datasets that come from another folder: descriptions that lie, and files that are not there.

use std::fs;

use super::*;
use crate::error::Error;
use crate::store::descriptor::DatasetDescriptor;
use crate::store::received::{ReceivedDescription, current_of_manifest};

/// A folder with a dataset, its digest, and its description.
fn source_store() -> (TempDir, Store, DatasetDescriptor) {
    let (folder, store) = store();
    let digest = store.publish(&[component(layer(V2024, 0.0))]).unwrap();
    let descriptor = store.descriptor(&digest).unwrap();
    (folder, store, descriptor)
}

/// The description, written anew with a check of its own, as somebody would who means to deceive.
fn read(descriptor: &DatasetDescriptor) -> Result<ReceivedDescription, Error> {
    ReceivedDescription::read(
        "http://127.0.0.1/",
        &descriptor.digest,
        descriptor.to_text(),
    )
}

/// Puts the files that came into a folder, as a transfer does.
fn arrive(source: &Store, received: &ReceivedDescription, folder: &std::path::Path) {
    for file in received.files() {
        fs::copy(
            source.objects_path().join(&file.name),
            folder.join(&file.name),
        )
        .unwrap();
    }
}

#[test]
fn a_dataset_that_came_answers_only_once_it_is_put_in_use() {
    let (_source_folder, source, descriptor) = source_store();
    let (_folder, target) = store();
    let before = target.publish(&[component(layer(V2015, 0.0))]).unwrap();
    let received = read(&descriptor).unwrap();
    // Perimeters and report: both datasets of the tests have one index, which is here already.
    assert_eq!(target.missing_files(&received).len(), 2);
    assert!(!target.has_whole(received.digest()));
    let came = tempfile::tempdir_in(target.folder()).unwrap();
    arrive(&source, &received, came.path());
    let placed = target.place_received(&received, came.path()).unwrap();
    assert_eq!(
        target.current_digest().unwrap().as_deref(),
        Some(&*before),
        "placing is not publishing"
    );
    assert!(target.verify(Some(received.digest())).unwrap().is_sound());
    drop(placed);
    target.put_in_use(received.digest()).unwrap();
    assert_eq!(
        target.current().unwrap().unwrap().layer(V2024),
        source.current().unwrap().unwrap().layer(V2024)
    );
    assert!(target.has_whole(received.digest()));
    // Byte for byte, dates included, so that one sum names it on all machines.
    assert_eq!(
        target.description_sha256(received.digest()),
        source.description_sha256(received.digest())
    );
}

#[test]
fn a_dataset_taken_away_leaves_nothing() {
    let (_source_folder, source, descriptor) = source_store();
    let (_folder, target) = store();
    target.publish(&[component(layer(V2015, 0.0))]).unwrap();
    let objects = fs::read_dir(target.objects_path()).unwrap().count();
    let received = read(&descriptor).unwrap();
    let came = tempfile::tempdir_in(target.folder()).unwrap();
    arrive(&source, &received, came.path());
    let placed = target.place_received(&received, came.path()).unwrap();
    target.discard_placed(placed);
    assert_eq!(target.list().unwrap().len(), 1);
    assert_eq!(
        fs::read_dir(target.objects_path()).unwrap().count(),
        objects
    );
}

#[test]
fn a_file_that_did_not_come_places_nothing() {
    let (_source_folder, source, descriptor) = source_store();
    let (_folder, target) = store();
    let received = read(&descriptor).unwrap();
    let came = tempfile::tempdir_in(source.folder()).unwrap();
    arrive(&source, &received, came.path());
    fs::remove_file(came.path().join(&received.files()[0].name)).unwrap();
    assert!(matches!(
        target.place_received(&received, came.path()),
        Err(Error::Damaged { .. })
    ));
    assert!(target.list().unwrap().is_empty());
}

#[test]
fn names_and_lengths_of_a_hostile_description_are_refused() {
    let (_folder, _store, descriptor) = source_store();
    // The digest covers neither reports nor indexes, so a source can write there what it likes.
    for name in ["../../../etc/passwd", "", "A\u{1b}[2J", "/etc/passwd"] {
        let mut hostile = descriptor.clone();
        hostile.vintages[0].report.sha256 = name.into();
        let error = read(&hostile).unwrap_err();
        assert!(matches!(error, Error::DatasetNotTaken { .. }), "{error}");
        assert!(!error.to_string().contains('\u{1b}'), "{error}");
    }
    for bytes in [u64::MAX, 1 << 60] {
        let mut hostile = descriptor.clone();
        hostile.vintages[0].report.bytes = bytes;
        hostile.vintages[0].files[0].file.bytes = bytes;
        let error = read(&hostile).unwrap_err().to_string();
        assert!(error.contains("bytes, more than"), "{error}");
    }
}

#[test]
fn a_description_of_something_else_is_refused() {
    let (_folder, _store, descriptor) = source_store();
    let text = descriptor.to_text();
    let other = "0".repeat(64);
    let cut = text[..text.len() / 2].to_owned();
    // A perimeter's file exchanged for another, which the digest covers.
    let mut exchanged = descriptor.clone();
    exchanged.vintages[0].files[0].file.sha256 = other.clone();
    for (digest, text, said) in [
        (&other, text.clone(), "another dataset"),
        (&descriptor.digest, cut, "not a dataset's description"),
        (
            &descriptor.digest,
            String::new(),
            "not a dataset's description",
        ),
        (
            &descriptor.digest,
            text.replace("Metropole", "Mayotte").replace("10.0", "11.0"),
            "altered",
        ),
        (&descriptor.digest, exchanged.to_text(), "another dataset"),
    ] {
        let error = ReceivedDescription::read("folder", digest, text).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains(said) && text.ends_with("nothing was published"),
            "{text}"
        );
    }
    // A later program's dataset is no fault of the source: its own advice is given.
    let later = text.replace("\"format\": 1", "\"format\": 2");
    let error = ReceivedDescription::read("folder", &descriptor.digest, later).unwrap_err();
    assert!(
        error.to_string().contains("later version of qpv"),
        "{error}"
    );
}

#[test]
fn a_manifest_that_is_none_names_no_dataset() {
    for text in ["", "{}", "<html>", r#"{"format": 1, "current": "../x"}"#] {
        let error = current_of_manifest("folder/manifest.json", text).unwrap_err();
        assert!(matches!(error, Error::DatasetNotTaken { .. }), "{error}");
    }
    let digest = "a".repeat(64);
    let text = format!(r#"{{"format": 1, "current": "{digest}"}}"#);
    assert_eq!(current_of_manifest("manifest.json", &text).unwrap(), digest);
}

#[test]
fn a_fictional_dataset_replaces_no_official_one() {
    let (_folder, store) = store();
    let town = store.publish(&[fictional(layer(V2024, 0.0))]).unwrap();
    store.refuse_fictional_over_official(true).unwrap();
    store.publish(&[component(layer(V2024, 0.0))]).unwrap();
    assert!(matches!(
        store.put_in_use(&town),
        Err(Error::FictionalBesideOfficial)
    ));
}
