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
    let source = quoted(name);
    let remedy = match format.remedy {
        Remedy::Convert => {
            let target = quoted(&with_extension(name, "gpkg"));
            format!("convert it with `ogr2ogr -f GPKG {target} {source}`")
        }
        Remedy::ConvertToGeoJson(driver) => {
            let target = quoted(&with_extension(name, "geojson"));
            format!("convert it with `ogr2ogr -f GeoJSON {target} {driver}{source}`")
        }
        Remedy::Unpack(program) => {
            format!("unpack it with `{program} {source}` and give the file in it")
        }
    };
    Some(format!("it is {}: {remedy}", format.name))
}

/// Returns the fault of JSON that is no GeoJSON, if its kind is known.
#[must_use]
pub fn foreign_json_fault(name: &str, json: &[u8]) -> Option<String> {
    // Both words: a property may well be called one of them.
    let format = if holds(json, b"\"Topology\"") && holds(json, b"\"arcs\"") {
        ForeignFormat {
            name: "TopoJSON",
            remedy: Remedy::ConvertToGeoJson(""),
        }
    } else if holds(json, b"\"rings\"") || holds(json, b"\"esriGeometry") {
        ForeignFormat {
            name: "JSON of ArcGIS",
            remedy: Remedy::ConvertToGeoJson("ESRIJSON:"),
        }
    } else {
        return None;
    };
    // A source of the same name would be overwritten.
    let target = quoted(&with_extension(name, "out.geojson"));
    let Remedy::ConvertToGeoJson(driver) = format.remedy else {
        return None;
    };
    let source = quoted(name);
    Some(format!(
        "it is {}: convert it with `ogr2ogr -f GeoJSON {target} {driver}{source}`",
        format.name
    ))
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
}
