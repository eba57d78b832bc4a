//! The archive of tiles: whole or not there.

use std::fs;

use serde_json::Value;

use crate::harness::Data;

#[test]
fn an_archive_is_whole_or_not_there() {
    let data = Data::empty();
    let folder = data.path().join("tiles");
    let file = folder.join("qpv.pmtiles");
    let path = file.to_str().unwrap();
    let ran = data.run(&["tiles", "build", "-o", path, "--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    let bytes = fs::read(&file).unwrap();
    // The format's own mark, and its version.
    assert_eq!(&bytes[..8], b"PMTiles\x03");
    // The town lies at two ends of the world: one tile of both at zoom 0, at least one of each at every zoom to 14.
    assert_eq!(
        (told["bytes"].as_u64(), told["tiles"].as_u64() >= Some(29)),
        (Some(bytes.len() as u64), true),
        "{told}"
    );
    // The same data gives the same bytes; what exists is replaced only when asked.
    assert_eq!(data.run(&["tiles", "build", "-o", path]).code, Some(1));
    assert_eq!(
        data.run(&["tiles", "build", "-o", path, "--force", "--quiet"])
            .code,
        Some(0)
    );
    assert_eq!(fs::read(&file).unwrap(), bytes);
    for (args, said) in [
        (&["--layers", "qpv-2019"][..], "qpv-2024"),
        (&["--minzoom", "9", "--maxzoom", "3"], "--minzoom"),
        (&["--layers", "addresses", "--maxzoom", "3"], "no feature"),
    ] {
        let other = folder.join("other.pmtiles");
        let ran = data.run(&[&["tiles", "build", "-o", other.to_str().unwrap()], args].concat());
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.err.contains(said), "{ran:?}");
    }
    for (output, said) in [("-", "name a file"), ("/dev/null", "no regular file")] {
        let ran = data.run(&["tiles", "build", "--force", "-o", output]);
        assert!(ran.code == Some(1) && ran.err.contains(said), "{ran:?}");
    }
    let left: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["qpv.pmtiles"]);
}
