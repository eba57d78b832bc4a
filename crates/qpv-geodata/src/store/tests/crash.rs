//! Writers that die, and disks that fill up: the old dataset goes on serving, and the next import succeeds.
//!
//! A real process is killed in the middle of a real write: this test binary runs itself under a limit on the size of
//! files, which the system enforces with a signal, or, when that signal is ignored, with a write error.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::{V2015, V2024};

use super::*;
use crate::error::Error;

const FOLDER: &str = "QPV_TEST_PUBLISH_INTO";

/// An import whose perimeters are small and whose report is two megabytes.
fn bulky() -> VintageComponent {
    let mut component = component(layer(V2024, 0.1));
    component.report.remarks = vec!["a long remark ".repeat(150_000)];
    component
}

/// Not a test of its own: the process that [`publish_apart`] starts.
#[test]
fn publish_in_this_process() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    match Store::new(folder).publish(&[bulky()]) {
        Ok(digest) => eprintln!("PUBLISHED {digest}"),
        Err(error) => eprintln!("FAILED {error}"),
    }
}

/// Publishes [`bulky`] in another process, started by this shell script (`$0` and its arguments run it).
fn publish_apart(script: &str, folder: &Path) -> (Output, String) {
    let test = format!(
        "{}::publish_in_this_process",
        module_path!().split_once("::").unwrap().1
    );
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--nocapture"])
        .env(FOLDER, folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

fn leftovers(folder: &Path) -> Vec<String> {
    fs::read_dir(folder.join("tmp"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_process_killed_while_writing_leaves_the_old_dataset_and_the_next_import_cleans_up() {
    let (folder, store) = store();
    let old = store.publish(&[component(layer(V2015, 0.0))]).unwrap();
    // 512 blocks of 512 or 1,024 bytes: the perimeters pass, the report does not.
    let (output, said) = publish_apart("ulimit -f 512; exec \"$0\" \"$@\"", folder.path());
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&output.status),
        Some(25),
        "SIGXFSZ; {said}"
    );
    assert!(
        leftovers(folder.path())
            .iter()
            .any(|name| name.starts_with("qpv-write-")),
        "died in the middle"
    );
    assert_eq!(store.current().unwrap().unwrap().digest(), old);
    assert!(store.verify(None).unwrap().is_sound());

    let (_, said) = publish_apart("exec \"$0\" \"$@\"", folder.path());
    let new = store.current_digest().unwrap().unwrap();
    assert!(said.contains(&format!("PUBLISHED {new}")), "{said}");
    assert_ne!(new, old);
    assert_eq!(leftovers(folder.path()), [""; 0]);
    assert!(store.verify(None).unwrap().is_sound());
}

/// Returns the objects that no dataset of the store names.
fn orphans(store: &Store, folder: &Path) -> Vec<String> {
    let mut named = std::collections::HashSet::new();
    for digest in store.digests().unwrap() {
        let descriptor = store.descriptor(&digest).unwrap();
        named.extend(descriptor.objects().map(|(file, _)| file.sha256.clone()));
    }
    fs::read_dir(folder.join("objects"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !named.contains(name.split('.').next().unwrap()))
        .collect()
}

#[test]
fn objects_of_a_killed_import_are_removed_by_the_next_one_and_those_being_added_are_not() {
    let (folder, store) = store();
    store.publish(&[component(layer(V2015, 0.0))]).unwrap();
    publish_apart("ulimit -f 512; exec \"$0\" \"$@\"", folder.path());
    assert_ne!(
        orphans(&store, folder.path()),
        [""; 0],
        "died after an object"
    );

    let adding = store.start_adding().unwrap();
    store.publish(&[component(layer(V2015, 0.2))]).unwrap();
    assert_ne!(orphans(&store, folder.path()), [""; 0], "somebody adds");

    drop(adding);
    store.publish(&[component(layer(V2015, 0.3))]).unwrap();
    assert_eq!(orphans(&store, folder.path()), [""; 0]);
    assert!(store.verify(None).unwrap().is_sound());
}

#[test]
fn a_refused_write_is_an_error_and_the_old_dataset_stays() {
    let (folder, store) = store();
    let old = store.publish(&[component(layer(V2015, 0.0))]).unwrap();
    let (_, said) = publish_apart(
        "trap '' XFSZ; ulimit -f 512; exec \"$0\" \"$@\"",
        folder.path(),
    );
    assert!(
        said.contains("FAILED") && said.contains("no room left") && said.contains(".json"),
        "{said}"
    );
    assert_eq!(
        leftovers(folder.path()),
        [""; 0],
        "a writer that fails cleans up after itself"
    );
    assert_eq!(store.current().unwrap().unwrap().digest(), old);
}

#[test]
fn a_full_disk_is_an_error_and_the_old_dataset_stays() {
    // A small file system of our own, which needs a system that lets users make namespaces.
    let script = "mount -t tmpfs -o size=600k tmpfs \"$QPV_TEST_PUBLISH_INTO\" && cp -a \"$QPV_TEST_OLD/.\" \
                  \"$QPV_TEST_PUBLISH_INTO\" && { \"$0\" \"$@\"; cat \"$QPV_TEST_PUBLISH_INTO/manifest.json\" >&2; }";
    let allowed = Command::new("unshare")
        .args(["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        .output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        eprintln!(
            "SKIPPED a_full_disk_is_an_error_and_the_old_dataset_stays: `unshare -rm` may not mount a tmpfs here"
        );
        return;
    }
    let (folder, store) = store();
    let old = store.publish(&[component(layer(V2015, 0.0))]).unwrap();
    let mount_point = tempfile::tempdir().unwrap();
    let script = script.replace("$QPV_TEST_OLD", folder.path().to_str().unwrap());
    let inner = "exec unshare -rm sh -c \"$QPV_TEST_SCRIPT\" \"$0\" \"$@\"";
    let script = format!("QPV_TEST_SCRIPT='{script}'; export QPV_TEST_SCRIPT; {inner}");
    let (_, said) = publish_apart(&script, mount_point.path());
    assert!(
        said.contains("FAILED") && said.contains("no room left"),
        "{said}"
    );
    assert!(
        said.contains(&old),
        "the manifest still names the old dataset: {said}"
    );
}

#[test]
fn a_half_written_object_without_its_dataset_harms_nothing() {
    let (folder, store) = store();
    let old = store.publish(&[component(layer(V2015, 0.0))]).unwrap();
    let (_other_folder, other) = super::store();
    let digest = other.publish(&[component(layer(V2024, 0.0))]).unwrap();
    let entry = other.descriptor(&digest).unwrap().vintages.remove(0);
    // As a disk that lies about flushing could leave it: the name of the new object, half its bytes.
    let content = fs::read(other.object_path(&entry.files[0].file, "fgb")).unwrap();
    let path = store.object_path(&entry.files[0].file, "fgb");
    fs::write(&path, &content[..content.len() / 2]).unwrap();
    fs::write(folder.path().join("tmp/qpv-write-dead"), "half").unwrap();
    assert_eq!(store.current().unwrap().unwrap().digest(), old);

    // Had the manifest been swapped on it, opening would name it.
    fs::copy(
        other.descriptor_path(&digest),
        store.descriptor_path(&digest),
    )
    .unwrap();
    let Err(Error::Damaged {
        path: named, fault, ..
    }) = store.open(&digest)
    else {
        panic!()
    };
    assert_eq!(named, path);
    assert!(fault.contains("instead of"), "{fault}");

    store.publish(&[component(layer(V2024, 0.0))]).unwrap();
    assert_eq!(
        fs::read(&path).unwrap(),
        content,
        "the next import writes it whole"
    );
    assert_eq!(leftovers(folder.path()), [""; 0]);
}

#[test]
fn a_download_under_way_is_left_alone_and_an_abandoned_one_removed() {
    let (_folder, store) = store();
    let under_way = store.download_folder().unwrap();
    assert!(matches!(
        store.download_folder(),
        Err(Error::AlreadyPulling { .. })
    ));
    let part = under_way.path().join("adresses-61.csv.gz.part");
    fs::write(&part, "a").unwrap();
    store.publish(&[component(layer(V2024, 0.0))]).unwrap();
    let folder = under_way.path().to_owned();
    drop(under_way);
    assert!(part.exists(), "the next run continues it");
    // A weekend is waited for, a week is not.
    let days_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(81);
    fs::File::open(&folder)
        .unwrap()
        .set_modified(days_ago)
        .unwrap();
    store.publish(&[component(layer(V2024, 1.0))]).unwrap();
    assert!(!folder.exists());
    drop(store.download_folder().unwrap());
    assert!(!folder.exists(), "nothing is left of a download that ended");
}
