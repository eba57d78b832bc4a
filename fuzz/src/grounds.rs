//! Archives of map tiles.

use qpv_geodata::ground_archive::{GroundArchive, inflated_tile};
use qpv_geodata::store::{GroundOptions, Store};
use qpv_model::Slug;

use crate::assert_readable;
use crate::files::{scratch_folder, with_file};

/// Zooms whose tiles are all asked for.
const ASKED_ZOOMS: u8 = 3;

/// A PMTiles archive.
pub(crate) fn pmtiles(input: &[u8]) {
    let archive = match GroundArchive::open(Box::new(input.to_vec())) {
        Ok(archive) => archive,
        Err(fault) => return assert_readable(&fault),
    };
    let summary = archive.summary();
    assert!(summary.min_zoom <= summary.max_zoom);
    match archive.check() {
        Ok(counts) => assert!(counts.tiles > 0),
        Err(fault) => assert_readable(&fault),
    }
    for z in 0..ASKED_ZOOMS {
        for (x, y) in (0..1 << z).flat_map(|x| (0..1 << z).map(move |y| (x, y))) {
            match archive.tile(z, x, y) {
                Ok(Some(tile)) if summary.is_gzipped => {
                    let _ = inflated_tile(tile).map_err(|fault| assert_readable(&fault));
                }
                Ok(_) => {}
                Err(fault) => assert_readable(&fault),
            }
        }
    }
}

/// A database of tiles, which becomes a PMTiles archive of a dataset.
pub(crate) fn mbtiles(input: &[u8]) {
    let folder = scratch_folder();
    let store = Store::new(folder.path());
    let options = GroundOptions {
        name: "plan".parse::<Slug>().expect("a name in small letters"),
        label: None,
        attribution: Some("Port-Fictif".to_owned()),
    };
    with_file("plan.mbtiles", input, |path| {
        match store.publish_ground(path, options) {
            Ok((digest, entry)) => {
                assert!(entry.tiles > 0);
                // What was stored can be opened again.
                let dataset = store.open(&digest).expect("a new dataset opens");
                let mut grounds = dataset.grounds.iter();
                assert!(grounds.all(|ground| ground.archive.is_ok()));
            }
            Err(error) => assert_readable(&error.to_string()),
        }
    });
}
