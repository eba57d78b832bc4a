//! Archives made by the library that writes the project's own, read back tile by tile, and damaged ones.

use std::io::Cursor;

use pmtiles::{Compression, PmTilesWriter, TileCoord, TileType};

use super::{GroundArchive, GroundFormat, plain_words};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The picture of a tile, each another, but for those of the first column.
fn picture(x: u32, y: u32) -> Vec<u8> {
    let number = if x == 0 { 0 } else { x * 1000 + y };
    [PNG, &number.to_le_bytes()].concat()
}

/// An archive of all tiles to a zoom, enough of them for directories below the first one.
fn archive(last: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = PmTilesWriter::new(TileType::Png)
        .precompressed(Compression::None)
        .min_zoom(0)
        .max_zoom(last)
        .bounds(-5.0, 41.0, 10.0, 51.0)
        .metadata(r#"{"name":"Plan","attribution":"<a href='https://example.org'>&copy; Ville &amp; voisins</a>"}"#)
        .create(&mut bytes)
        .unwrap();
    for z in 0..=last {
        for x in 0..1 << z {
            for y in 0..1 << z {
                let coord = TileCoord::new(z, x, y).unwrap();
                writer.add_tile(coord, &picture(x, y)).unwrap();
            }
        }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

fn opened(bytes: &[u8]) -> Result<GroundArchive, String> {
    GroundArchive::open(Box::new(bytes.to_vec()))
}

#[test]
fn every_tile_written_is_read_and_no_other() {
    let last = 7;
    let found = opened(&archive(last)).unwrap();
    for z in 0..=last {
        for (x, y) in (0..1 << z).flat_map(|x| (0..1 << z).map(move |y| (x, y))) {
            let tile = found.tile(z, x, y).unwrap();
            assert_eq!(tile, Some(&*picture(x, y)), "{z}/{x}/{y}");
        }
    }
    for (z, x, y) in [(8, 0, 0), (3, 8, 0), (31, 1, 1), (255, 0, u32::MAX)] {
        assert_eq!(found.tile(z, x, y), Ok(None), "{z}/{x}/{y}");
    }
    let tiles = (0..=last).map(|z| 1_u64 << (2 * z)).sum();
    assert_eq!(found.check().map(|counts| counts.tiles), Ok(tiles));
    let summary = found.summary();
    assert_eq!(summary.format, GroundFormat::Png);
    assert_eq!((summary.min_zoom, summary.max_zoom), (0, last));
    assert_eq!(summary.bounds, [-5.0, 41.0, 10.0, 51.0]);
    assert_eq!(summary.name.as_deref(), Some("Plan"));
    assert_eq!(summary.attribution.as_deref(), Some("© Ville & voisins"));
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let whole = archive(7);
    for bytes in (0..whole.len()).step_by(997) {
        let cut = &whole[..bytes];
        assert!(opened(cut).is_err(), "{bytes} of {}", whole.len());
    }
}

#[test]
fn a_file_altered_anywhere_ends_nothing() {
    let whole = archive(3);
    let mut refused = 0;
    // The header and the first directory; the last bytes are tiles or directories below.
    for at in (0..900).chain(whole.len() - 300..whole.len()) {
        for change in [0x01, 0x80, 0xff] {
            let mut altered = whole.clone();
            altered[at] ^= change;
            let Ok(found) = opened(&altered) else {
                refused += 1;
                continue;
            };
            let _ = found.check();
            for tile in [(0, 0, 0), (3, 5, 6), (2, 3, 0)] {
                let _ = found.tile(tile.0, tile.1, tile.2);
            }
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn hostile_directories_are_refused() {
    use super::directory::parse_directory;
    for bytes in [
        &[][..],
        &[0xff; 9],
        &[0xff; 11],
        &[0xff, 0xff, 0xff, 0xff, 0x7f, 1],
        &[1, 0, 1, 1],
        &[1, 0, 1, 1, 0],
        &[2, 5, 0, 1, 1, 1, 1, 1, 1],
    ] {
        assert!(parse_directory(bytes).is_err(), "{bytes:?}");
    }
    assert_eq!(parse_directory(&[0]), Ok(Vec::new()));
}

#[test]
fn attributions_are_plain_words() {
    for (html, words) in [
        ("", None),
        (" <br> ", None),
        (
            "© OpenStreetMap contributors",
            Some("© OpenStreetMap contributors"),
        ),
        (
            "<a href=\"https://www.openstreetmap.org/copyright\" target=\"_blank\">&copy; OpenStreetMap contributors</a>",
            Some("© OpenStreetMap contributors"),
        ),
        ("IGN, précision < 5 m", Some("IGN, précision < 5 m")),
        ("<script>alert(1)</script>IGN", Some("alert(1)IGN")),
        ("&lt;b&gt; &amp;lt;", Some("<b> &lt;")),
        ("a <unclosed", Some("a <unclosed")),
    ] {
        assert_eq!(plain_words(html).as_deref(), words, "{html}");
    }
}
