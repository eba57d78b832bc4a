//! The program alone, in a root folder that holds nothing but it and the C libraries it names.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::harness::{Data, Server, a_vertex_per_territory, program};

#[test]
fn the_program_alone_answers_in_every_territory() {
    let Some(data) = Data::national() else { return };
    let root = tempfile::tempdir().unwrap();
    if !furnish(root.path(), &data) {
        return;
    }
    let vertices = a_vertex_per_territory(&Server::start(data.command()));
    for (territory, lon, lat) in vertices {
        let ran: crate::harness::Ran = Command::new("chroot")
            .arg(root.path())
            .args([
                "/qpv",
                "locate",
                "--json",
                "--data",
                "/data",
                "--vintage",
                "2024",
                "--",
            ])
            .args([format!("{lon:.8}"), format!("{lat:.8}")])
            .env_remove("QPV_DATA")
            .output()
            .unwrap()
            .into();
        assert_eq!(ran.code, Some(0), "{territory}: {ran:?}");
        assert!(
            ran.out.contains("\"zone\": \"qpv\""),
            "{territory}: {ran:?}"
        );
    }
    // A projected position needs the projections, which must be in the program too.
    for (crs, x, y) in [
        ("EPSG:2154", 450_000, 6_850_000),
        ("EPSG:2975", 338_000, 7_690_000),
    ] {
        let ran: crate::harness::Ran = Command::new("chroot")
            .arg(root.path())
            .args([
                "/qpv",
                "locate",
                "--data",
                "/data",
                "--crs",
                crs,
                "--x",
                &x.to_string(),
                "--y",
                &y.to_string(),
            ])
            .env_remove("QPV_DATA")
            .output()
            .unwrap()
            .into();
        assert_eq!(ran.code, Some(0), "{crs}: {ran:?}");
    }
}

/// Copies the program, its libraries and the data; `false`, said aloud, where `chroot` is not allowed.
fn furnish(root: &Path, data: &Data) -> bool {
    let libraries =
        String::from_utf8(Command::new("ldd").arg(program()).output().unwrap().stdout).unwrap();
    let paths = libraries
        .split_whitespace()
        .filter(|word| word.starts_with('/'));
    for path in paths {
        let target = root.join(path.trim_start_matches('/'));
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(path, target).unwrap();
    }
    fs::copy(program(), root.join("qpv")).unwrap();
    let copied = Command::new("cp")
        .arg("-r")
        .arg(data.path())
        .arg(root.join("data"))
        .status()
        .unwrap();
    assert!(copied.success());
    let allowed = Command::new("chroot")
        .arg(root)
        .args(["/qpv", "--version"])
        .status();
    let allowed = allowed.is_ok_and(|status| status.success());
    if !allowed {
        eprintln!("SKIPPED: chroot needs root");
        assert!(
            !is_root(),
            "chroot failed for root: is a library missing?\n{libraries}"
        );
    }
    allowed
}

fn is_root() -> bool {
    String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout)
        .unwrap()
        .trim()
        == "0"
}
