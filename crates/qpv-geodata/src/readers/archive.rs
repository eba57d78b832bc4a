//! Zips of layers, as the State publishes them: several layers in one archive, in folders such as `SHP/`.
//!
//! Only entries that can belong to a layer are unpacked. The size in an entry's header is not trusted: bytes are counted
//! as they come out, for each entry and for the whole archive.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use qpv_delimited::{FileFormat, SNIFFED_BYTES, foreign_fault, foreign_fault_in_zip};
use zip::ZipArchive;
use zip::result::ZipError;

use super::{
    RawLayer, ReadLimits, ReadOptions, TextEncoding, extension, geojson, geopackage, shapefile,
    stem,
};
use crate::error::Error;

/// Extensions of the entries that are unpacked.
const UNPACKED: [&str; 8] = [
    "shp", "dbf", "prj", "cpg", "geojson", "json", "gpkg", "gpkg-wal",
];

/// Entries of an archive without a layer that its error names.
const MAX_NAMED_ENTRIES: usize = 20;

/// Unpacked entries by path within the archive.
type Entries = BTreeMap<String, Vec<u8>>;

/// Reads every layer of the archive at `path`.
pub(super) fn read(file: &str, path: &Path, options: &ReadOptions) -> Result<Vec<RawLayer>, Error> {
    let reader = BufReader::new(File::open(path).map_err(Error::io(path))?);
    let mut archive = ZipArchive::new(reader).map_err(|error| damaged(file, &error))?;
    let entries = unpack(file, &mut archive, &options.limits)?;
    let mut layers = Vec::new();
    for name in entries.keys() {
        // A layer that only looks like one must not be passed over beside others.
        if extension(Path::new(name)) == "geojson"
            && let Some(content) = entries.get(name).filter(|bytes| !announces_features(bytes))
            && let Some(fault) = foreign_fault_in_zip(&path.to_string_lossy(), name, content)
        {
            let file = file.to_owned();
            return Err(Error::UnknownFormat { file, fault });
        }
        layers.extend(layer(file, name, &entries, options.encoding)?);
    }
    // An archive in the archive is not opened: the message shows what is in it.
    if layers.is_empty() {
        let source = path.to_string_lossy();
        let names: Vec<String> = archive
            .file_names()
            .filter_map(Result::ok)
            .map(String::from)
            .collect();
        let foreign = names.iter().find_map(|name| {
            let content = entries.get(name).map_or(&[][..], Vec::as_slice);
            foreign_fault_in_zip(&source, name, content)
        });
        let foreign = foreign_fault(file, &[]).or(foreign);
        let shown = &names[..names.len().min(MAX_NAMED_ENTRIES)];
        let fault = foreign.unwrap_or_else(|| {
            format!(
                "no layer in this archive, which holds: {}",
                shown.join(", ")
            )
        });
        return Err(Error::UnknownFormat {
            file: file.to_owned(),
            fault,
        });
    }
    Ok(layers)
}

fn damaged(place: &str, error: &ZipError) -> Error {
    Error::Unreadable {
        file: place.to_owned(),
        feature: None,
        fault: format!("damaged archive ({error})"),
    }
}

fn unpack(
    file: &str,
    archive: &mut ZipArchive<BufReader<File>>,
    limits: &ReadLimits,
) -> Result<Entries, Error> {
    let mut entries = Entries::new();
    let mut left = limits.max_unpacked_bytes;
    for index in 0..archive.len() {
        let mut entry = archive
            .by_index(index)
            .map_err(|error| damaged(file, &error))?;
        let name = entry
            .name()
            .map_err(|error| damaged(file, &error))?
            .into_owned();
        let wanted =
            UNPACKED.contains(&extension(Path::new(&name)).as_str()) && !name.contains("__MACOSX/");
        if entry.is_dir() || !wanted {
            continue;
        }
        let place = format!("{file}/{name}");
        let packed = entry.compressed_size();
        let bytes = inflate(&place, &mut entry, packed, left, limits)?;
        // The limit is for all entries together: a thousand small ones fill memory too.
        left -= bytes.len() as u64;
        entries.insert(name, bytes);
    }
    Ok(entries)
}

/// Unpacks one entry of `packed` bytes, at most `left` bytes of it, stopping as soon as a limit is passed.
fn inflate(
    place: &str,
    entry: &mut impl Read,
    packed: u64,
    left: u64,
    limits: &ReadLimits,
) -> Result<Vec<u8>, Error> {
    let by_ratio = packed
        .saturating_mul(limits.max_ratio)
        .max(ReadLimits::RATIO_FROM_BYTES);
    let mut bytes = Vec::new();
    // One byte more than allowed shows that there are more.
    entry
        .take(left.min(by_ratio) + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(place, &error.into()))?;
    let unpacked = bytes.len() as u64;
    let fault = if unpacked > left {
        format!(
            "the archive unpacks to more than {} bytes",
            limits.max_unpacked_bytes
        )
    } else if unpacked > by_ratio {
        format!(
            "this entry unpacks to more than {} times its size",
            limits.max_ratio
        )
    } else {
        return Ok(bytes);
    };
    Err(Error::OverLimit {
        file: place.to_owned(),
        fault,
    })
}

/// Reads the layers of one entry; none for parts of a shapefile and for JSON that is not a layer.
fn layer(
    file: &str,
    name: &str,
    entries: &Entries,
    encoding: Option<TextEncoding>,
) -> Result<Vec<RawLayer>, Error> {
    let Some(bytes) = entries.get(name) else {
        return Ok(Vec::new());
    };
    let path = Path::new(name);
    let place = format!("{file}/{name}");
    let head = &bytes[..bytes.len().min(SNIFFED_BYTES)];
    match (extension(path).as_str(), FileFormat::sniff(head)) {
        ("shp", _) => {
            let parts = shapefile::ShapefileParts {
                shp: bytes.clone(),
                dbf: sibling(entries, name, "dbf").cloned(),
                prj: sibling(entries, name, "prj").cloned(),
                cpg: sibling(entries, name, "cpg").cloned(),
            };
            Ok(vec![shapefile::read(
                &place,
                &stem(path),
                &parts,
                encoding,
            )?])
        }
        // Only for `.json`: a `.geojson` without features is a fault to report.
        ("json", _) if !announces_features(bytes) => Ok(Vec::new()),
        ("geojson" | "json", _) => Ok(vec![geojson::read(&place, &stem(path), bytes)?]),
        ("gpkg", FileFormat::Sqlite) => spilled(&place, bytes, log_of_changes(entries, name)),
        ("gpkg", _) => Err(Error::UnknownFormat {
            file: place,
            fault: "not a GeoPackage".to_owned(),
        }),
        _ => Ok(Vec::new()),
    }
}

/// Returns true if a `.json` mentions a feature collection: style and metadata files are JSON too.
fn announces_features(bytes: &[u8]) -> bool {
    bytes
        .windows(b"FeatureCollection".len())
        .any(|window| window == b"FeatureCollection")
}

/// Returns the entry of the same folder and stem with the extension wanted, without regard to case.
fn sibling<'a>(entries: &'a Entries, shp: &str, wanted: &str) -> Option<&'a Vec<u8>> {
    let wanted_stem = lower_stem(shp);
    entries
        .iter()
        .find(|(name, _)| extension(Path::new(name)) == wanted && lower_stem(name) == wanted_stem)
        .map(|(_, bytes)| bytes)
}

/// Returns the path of an entry in lower case, without its extension.
fn lower_stem(name: &str) -> String {
    Path::new(name)
        .with_extension("")
        .to_string_lossy()
        .to_lowercase()
}

/// Returns the log of changes of a GeoPackage, without which its last edits are missing.
fn log_of_changes<'a>(entries: &'a Entries, name: &str) -> Option<&'a [u8]> {
    let wanted = format!("{name}-wal");
    entries
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(&wanted))
        .map(|(_, bytes)| bytes.as_slice())
}

/// Reads a GeoPackage through a temporary folder: it is a database, which can only be opened as a file.
fn spilled(place: &str, bytes: &[u8], log: Option<&[u8]>) -> Result<Vec<RawLayer>, Error> {
    let folder = tempfile::tempdir().map_err(Error::io(std::env::temp_dir()))?;
    let path = folder.path().join("copy.gpkg");
    std::fs::write(&path, bytes).map_err(Error::write(&path))?;
    if let Some(log) = log {
        let path = geopackage::log_of_changes(&path);
        std::fs::write(&path, log).map_err(Error::write(&path))?;
    }
    geopackage::read_private(place, &path)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    const COLLECTION: &str = r#"{"type":"FeatureCollection","features":[]}"#;

    fn zip(entries: &[(&str, &[u8])]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut writer = ZipWriter::new(file.reopen().unwrap());
        for (name, bytes) in entries {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap();
        file
    }

    fn read_zip(entries: &[(&str, &[u8])], limits: &ReadLimits) -> Result<Vec<RawLayer>, Error> {
        let options = ReadOptions {
            limits: *limits,
            encoding: None,
        };
        read("q.zip", zip(entries).path(), &options)
    }

    #[test]
    fn layers_of_all_folders_are_found() {
        let layers = read_zip(
            &[
                ("GEOJSON/a.geojson", COLLECTION.as_bytes()),
                ("b.JSON", COLLECTION.as_bytes()),
                ("style.json", b"{}"),
                ("notice.pdf", b"%PDF"),
                ("__MACOSX/._a.geojson", b"\0"),
            ],
            &ReadLimits::default(),
        )
        .unwrap();
        let files: Vec<_> = layers
            .iter()
            .map(|layer| (layer.file.as_str(), layer.name.as_str()))
            .collect();
        assert_eq!(
            files,
            [("q.zip/GEOJSON/a.geojson", "a"), ("q.zip/b.JSON", "b")]
        );
    }

    #[test]
    fn an_archive_without_layer_says_what_it_holds() {
        let message = read_zip(&[("inner.zip", b"PK")], &ReadLimits::default())
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("q.zip") && message.contains("inner.zip"),
            "{message}"
        );
    }

    #[test]
    fn foreign_layers_are_named_with_the_command() {
        let topology = br#"{"type":"Topology","objects":{},"arcs":[]}"#;
        for (entry, told) in [
            ("qp.json", "TopoJSON"),
            ("qp.geojson", "TopoJSON"),
            ("SHP/qp.topojson", "TopoJSON"),
            ("qp.fgb/data", "FlatGeobuf"),
            ("qp.gdb/a.gdbtable", "geodatabase"),
        ] {
            let message = read_zip(&[(entry, topology)], &ReadLimits::default())
                .unwrap_err()
                .to_string();
            assert!(
                message.contains(told) && message.contains("/vsizip/"),
                "{message}"
            );
        }
    }

    #[test]
    fn bombs_are_stopped_and_named() {
        let zeros = vec![0; 8 << 20];
        let ratio = read_zip(&[("SHP/bomb.dbf", &zeros)], &ReadLimits::default()).unwrap_err();
        assert!(
            matches!(ratio, Error::OverLimit { .. })
                && ratio.to_string().contains("q.zip/SHP/bomb.dbf"),
            "{ratio}"
        );
        let limits = ReadLimits {
            max_unpacked_bytes: 5 << 20,
            max_ratio: u64::MAX,
        };
        let noise = vec![7; 3 << 20];
        let total = read_zip(&[("a.dbf", &noise), ("b.dbf", &noise)], &limits).unwrap_err();
        assert!(
            total.to_string().contains("b.dbf") && total.to_string().contains("5242880"),
            "{total}"
        );
    }

    #[test]
    fn a_lying_header_does_not_help_a_bomb() {
        let file = zip(&[("bomb.dbf", &vec![0; 8 << 20])]);
        let mut bytes = std::fs::read(file.path()).unwrap();
        let size = u32::to_le_bytes(8 << 20);
        while let Some(at) = bytes.windows(4).position(|window| window == size) {
            bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
        }
        std::fs::write(file.path(), bytes).unwrap();
        assert!(read("q.zip", file.path(), &ReadOptions::default()).is_err());
    }

    #[test]
    fn truncated_archives_are_errors() {
        let whole = std::fs::read(zip(&[("a.geojson", COLLECTION.as_bytes())]).path()).unwrap();
        for cut in 4..whole.len() {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), &whole[..cut]).unwrap();
            assert!(
                matches!(
                    read("q.zip", file.path(), &ReadOptions::default()),
                    Err(Error::Unreadable { .. })
                ),
                "{cut}"
            );
        }
    }
}
