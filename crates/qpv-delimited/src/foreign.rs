//! Files of other kinds that people send for layers: their names, and the command that converts them.

use std::ffi::OsStr;
use std::path::Path;

/// A kind of file that is not read here.
struct ForeignFormat {
    name: &'static str,
    remedy: Remedy,
}

/// What makes a readable file of a foreign one.
enum Remedy {
    /// `ogr2ogr`, to a GeoPackage, which keeps layers and reference systems.
    Convert,
    /// `ogr2ogr`, to GeoJSON, for files in longitude and latitude; a prefix names the driver that GDAL does not choose itself.
    ConvertToGeoJson(&'static str),
    /// A program that unpacks it.
    Unpack(&'static str),
}

/// Returns what a file is and what to do about it, as a sentence; `None` for an unknown kind.
///
/// `head` is the beginning of the file, `name` the one to write in the command.
#[must_use]
pub fn foreign_fault(name: &str, head: &[u8]) -> Option<String> {
    // Content first: files are renamed, archives less so.
    let format = by_content(head).or_else(|| by_name(Path::new(name)))?;
    Some(format.fault(name, name))
}

/// Returns the fault of JSON that is no GeoJSON, if its kind is known.
#[must_use]
pub fn foreign_json_fault(name: &str, json: &[u8]) -> Option<String> {
    // A source of the same name would be overwritten.
    let target = with_extension(name, "out.geojson");
    by_json(json).map(|format| format.fault(name, &target))
}

/// Returns the fault of a file or folder in a zip, as [`foreign_fault`] and [`foreign_json_fault`] do: what stands there as a
/// folder is known by its name. The command reads the zip as it is.
#[must_use]
pub fn foreign_fault_in_zip(zip: &str, entry: &str, content: &[u8]) -> Option<String> {
    let named = entry.split('/').scan(String::new(), |path, part| {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(part);
        Some(path.clone())
    });
    // The first folder with the name of a format is all of it, as a geodatabase.
    let folder = named
        .filter(|path| !path.is_empty())
        .find_map(|path| by_name(Path::new(&path)).map(|format| (path, format)));
    let (path, format) = by_json(content)
        .or_else(|| by_content(content))
        .map(|format| (entry.to_owned(), format))
        .or(folder)?;
    let file = path.rsplit('/').next().unwrap_or(&path);
    let source = format!("/vsizip/{zip}/{path}");
    Some(format!("{path} in it: {}", format.fault(&source, file)))
}

impl ForeignFormat {
    /// Returns the sentence about a source; `target` is the name of the result but for its extension.
    fn fault(&self, source: &str, target: &str) -> String {
        let source = quoted(source);
        let remedy = match self.remedy {
            Remedy::Convert => {
                let target = quoted(&with_extension(target, "gpkg"));
                format!("convert it with `ogr2ogr -f GPKG {target} {source}`")
            }
            Remedy::ConvertToGeoJson(driver) => {
                let target = quoted(&with_extension(target, "geojson"));
                format!("convert it with `ogr2ogr -f GeoJSON {target} {driver}{source}`")
            }
            Remedy::Unpack(program) => {
                format!("unpack it with `{program} {source}` and give the file in it")
            }
        };
        format!("it is {}: {remedy}", self.name)
    }
}

fn by_json(json: &[u8]) -> Option<ForeignFormat> {
    // Both words: a property may well be called one of them.
    let (name, driver) = if holds(json, b"\"Topology\"") && holds(json, b"\"arcs\"") {
        ("TopoJSON", "")
    } else if holds(json, b"\"rings\"") || holds(json, b"\"esriGeometry") {
        ("JSON of ArcGIS", "ESRIJSON:")
    } else {
        return None;
    };
    Some(ForeignFormat {
        name,
        remedy: Remedy::ConvertToGeoJson(driver),
    })
}

fn by_content(head: &[u8]) -> Option<ForeignFormat> {
    let (name, remedy) = match head {
        [b'f', b'g', b'b', 3, ..] => ("FlatGeobuf", Remedy::Convert),
        [b'P', b'A', b'R', b'1', ..] => ("Parquet", Remedy::Convert),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => ("a 7z archive", Remedy::Unpack("7z x")),
        [b'R', b'a', b'r', b'!', ..] => ("a RAR archive", Remedy::Unpack("unrar x")),
        [0x1f, 0x8b, ..] => ("compressed with gzip", Remedy::Unpack("gunzip -k")),
        [b'B', b'Z', b'h', ..] => ("compressed with bzip2", Remedy::Unpack("bunzip2 -k")),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => ("compressed with xz", Remedy::Unpack("unxz -k")),
        _ if holds(head, b"<kml") => ("KML", Remedy::Convert),
        _ if holds(head, b"opengis.net/gml") || holds(head, b"<gml:") => ("GML", Remedy::Convert),
        _ if begins(head, b"!table") => ("MapInfo TAB", Remedy::Convert),
        _ if begins(head, b"Version ") && holds(head, b"Charset") => {
            ("MapInfo MIF", Remedy::Convert)
        }
        _ => return None,
    };
    Some(ForeignFormat { name, remedy })
}

fn by_name(path: &Path) -> Option<ForeignFormat> {
    let extension = path.extension().and_then(OsStr::to_str)?;
    let (name, remedy) = match extension.to_ascii_lowercase().as_str() {
        "kml" => ("KML", Remedy::Convert),
        "kmz" => ("KMZ", Remedy::Convert),
        "gml" => ("GML", Remedy::Convert),
        "tab" => ("MapInfo TAB", Remedy::Convert),
        "mif" => ("MapInfo MIF", Remedy::Convert),
        "fgb" => ("FlatGeobuf", Remedy::Convert),
        "gdb" => ("a geodatabase of ArcGIS", Remedy::Convert),
        "dxf" => ("DXF", Remedy::Convert),
        "topojson" => ("TopoJSON", Remedy::ConvertToGeoJson("")),
        _ => return None,
    };
    Some(ForeignFormat { name, remedy })
}

fn begins(head: &[u8], word: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let text = text.trim_ascii_start();
    text.len() >= word.len() && text[..word.len()].eq_ignore_ascii_case(word)
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn with_extension(name: &str, extension: &str) -> String {
    Path::new(name)
        .with_extension(extension)
        .to_string_lossy()
        .into_owned()
}

/// Returns a name as a shell takes it.
fn quoted(name: &str) -> String {
    // A command that is copied must not split at a blank.
    let is_plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || "._-/+,:@%".contains(c));
    if is_plain {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_files_are_named_with_their_command() {
        for (name, head, told) in [
            (
                "a.kml",
                &b"<?xml version=\"1.0\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">"[..],
                "it is KML: convert it with `ogr2ogr -f GPKG a.gpkg a.kml`",
            ),
            (
                "mes quartiers.xml",
                b"<kml>",
                "`ogr2ogr -f GPKG 'mes quartiers.gpkg' 'mes quartiers.xml'`",
            ),
            (
                "a.gml",
                b"<wfs:FeatureCollection xmlns:gml=\"http://www.opengis.net/gml\">",
                "it is GML",
            ),
            ("a.tab", b"!table\n!version 300\n", "it is MapInfo TAB"),
            (
                "a.mif",
                b"Version   450\nCharset \"WindowsLatin1\"\n",
                "it is MapInfo MIF",
            ),
            ("a.bin", b"fgb\x03fgb\x00", "it is FlatGeobuf"),
            ("a.7z", b"7z\xbc\xaf\x27\x1c", "unpack it with `7z x a.7z`"),
            ("a.rar", b"Rar!\x1a\x07", "unpack it with `unrar x a.rar`"),
            (
                "a.geojson.gz",
                b"\x1f\x8b\x08",
                "unpack it with `gunzip -k a.geojson.gz`",
            ),
            ("a.parquet", b"PAR1", "it is Parquet"),
            ("a.kmz", b"PK\x03\x04", "it is KMZ"),
        ] {
            let fault = foreign_fault(name, head).unwrap();
            assert!(fault.contains(told), "{fault}");
        }
        assert_eq!(foreign_fault("a.bin", b"\x00\x01"), None);
    }

    #[test]
    fn foreign_json_is_named() {
        let topology = br#"{"type":"Topology","objects":{},"arcs":[]}"#;
        assert_eq!(
            foreign_json_fault("a.json", topology).unwrap(),
            "it is TopoJSON: convert it with `ogr2ogr -f GeoJSON a.out.geojson a.json`"
        );
        let esri = br#"{"geometryType":"esriGeometryPolygon","features":[]}"#;
        assert!(
            foreign_json_fault("a.json", esri)
                .unwrap()
                .contains("ESRIJSON:a.json")
        );
        assert_eq!(foreign_json_fault("a.json", b"{}"), None);
    }

    #[test]
    fn what_a_zip_holds_is_named_with_one_command() {
        let topology = br#"{"type":"Topology","objects":{},"arcs":[]}"#;
        for (entry, content, told) in [
            (
                "qp/a.json",
                &topology[..],
                "qp/a.json in it: it is TopoJSON: convert it with `ogr2ogr -f GeoJSON a.geojson /vsizip/q.zip/qp/a.json`",
            ),
            (
                "a.topojson",
                b"",
                "-f GeoJSON a.geojson /vsizip/q.zip/a.topojson`",
            ),
            (
                "QP.gdb/a0001.gdbtable",
                b"",
                "QP.gdb in it: it is a geodatabase of ArcGIS: convert it with `ogr2ogr -f GPKG QP.gpkg /vsizip/q.zip/QP.gdb`",
            ),
            (
                "qp/QP.fgb/",
                b"",
                "-f GPKG QP.gpkg /vsizip/q.zip/qp/QP.fgb`",
            ),
            (
                "qp/QP.fgb/part.bin",
                b"",
                "-f GPKG QP.gpkg /vsizip/q.zip/qp/QP.fgb`",
            ),
            ("qp", b"fgb\x03fgb\x00", "it is FlatGeobuf"),
        ] {
            let fault = foreign_fault_in_zip("q.zip", entry, content).unwrap();
            assert!(fault.contains(told), "{fault}");
        }
        assert_eq!(foreign_fault_in_zip("q.zip", "style.json", b"{}"), None);
    }
}
