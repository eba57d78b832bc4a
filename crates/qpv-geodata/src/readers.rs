//! Readers of layers as they are published, without interpretation.
//!
//! Owns the file formats: shapefile (`.shp` with its `.dbf`, `.prj`, `.cpg`), GeoJSON, GeoPackage, and zips of these.
//! The format is recognised by the first bytes, not by the name.
//!
//! Promises: every feature of the file is returned, numbered from 1 as the file numbers it, even one without a usable
//! geometry (it carries the reason); a cut or damaged file is an error, never a shorter layer; an archive is unpacked
//! within [`ReadLimits`], counted on the bytes that really come out. Out of scope: the meaning of columns and coordinates.

mod archive;
pub(crate) mod arcs;
mod encoding;
pub(crate) mod geojson;
pub(crate) mod geopackage;
mod shapefile;
mod wkb;

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use geo_types::MultiPolygon;
use qpv_delimited::{FileFormat, SNIFFED_BYTES, foreign_fault};

pub use encoding::{TextEncoding, UnknownEncoding};

use crate::error::Error;

/// Bytes from which files of other kinds are recognised: an XML document names its kind some lines down.
const HEAD_BYTES: usize = 4096;

/// Limits on an input, so that a hostile or broken file cannot fill memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// Most bytes read from one file, and from one archive all entries together.
    pub max_unpacked_bytes: u64,
    /// Most bytes that one packed byte may give, for entries above [`ReadLimits::RATIO_FROM_BYTES`].
    pub max_ratio: u64,
}

impl ReadLimits {
    /// Small entries may be packed as tightly as they like: the ratio counts beyond this size, bytes.
    pub const RATIO_FROM_BYTES: u64 = 1 << 20;
}

impl Default for ReadLimits {
    /// 1 GiB, and 200 to 1.
    fn default() -> Self {
        Self {
            max_unpacked_bytes: 1 << 30,
            max_ratio: 200,
        }
    }
}

/// Options of reading a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The limits on what the file may hold.
    pub limits: ReadLimits,
    /// The encoding of the text of shapefiles; decided by the text itself when not given.
    pub encoding: Option<TextEncoding>,
}

/// The declaration of a reference system in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeclaredCrs {
    /// None (a shapefile without `.prj`, a GeoPackage table with an undefined system).
    Undeclared,
    /// None, in GeoJSON, where that means longitude and latitude on WGS 84 (RFC 7946, section 4).
    Rfc7946,
    /// A name such as `EPSG:2154` or `urn:ogc:def:crs:OGC:1.3:CRS84`.
    Code(String),
    /// A definition in well-known text, of any flavour.
    Wkt(String),
}

/// A layer as published.
#[derive(Debug, Clone, PartialEq)]
pub struct RawLayer {
    /// File name, and entry within it when it is an archive (`qp.zip/SHP/QP2024.shp`).
    pub file: String,
    /// Layer name: the GeoPackage table, the GeoJSON `name`, or the file's name without extension.
    pub name: String,
    /// The reference system that the file declares.
    pub crs: DeclaredCrs,
    /// Column names as published.
    pub columns: Vec<String>,
    /// Its features, in the order of the file.
    pub features: Vec<RawFeature>,
    /// Plain sentences on the way it was read, for the report, without a capital or a full stop.
    pub remarks: Vec<String>,
}

/// A feature as published.
#[derive(Debug, Clone, PartialEq)]
pub struct RawFeature {
    /// Its number in the layer, from 1. Numbers of deleted records are skipped.
    pub number: usize,
    /// One value per column, trimmed; `None` when null, absent or blank.
    pub attributes: Vec<Option<String>>,
    /// Its polygons, in the layer's coordinates, x or longitude first; or the reason why it has none.
    pub geometry: Result<MultiPolygon<f64>, String>,
    /// Its polygons through the published points only, when it has arcs: points computed in between say nothing of the care
    /// of the drawing.
    pub drawn: Option<MultiPolygon<f64>>,
}

impl RawFeature {
    /// Returns its polygons through the published points, if it has a geometry.
    pub(crate) fn as_drawn(&self) -> Option<&MultiPolygon<f64>> {
        self.drawn.as_ref().or(self.geometry.as_ref().ok())
    }
}

/// Reads every layer of a file.
///
/// # Errors
/// [`Error::Io`], [`Error::UnknownFormat`], [`Error::Unreadable`], [`Error::MissingPart`] (a `.shp` without `.dbf`) or
/// [`Error::OverLimit`].
pub fn read_layers(path: &Path, options: &ReadOptions) -> Result<Vec<RawLayer>, Error> {
    let limits = &options.limits;
    let file = file_name(path);
    let mut head = [0; HEAD_BYTES];
    // A folder cannot be read, and may be a geodatabase.
    let length = match read_head(path, &mut head) {
        Ok(length) => length,
        Err(_) if path.is_dir() => 0,
        Err(error) => return Err(Error::io(path)(error)),
    };
    let head = &head[..length];
    match FileFormat::sniff(&head[..length.min(SNIFFED_BYTES)]) {
        FileFormat::Zip | FileFormat::Xlsx | FileFormat::Ods => archive::read(&file, path, options),
        FileFormat::Sqlite => geopackage::read(&file, path),
        FileFormat::Json => Ok(vec![geojson::read(
            &file,
            &stem(path),
            &read_file(path, limits)?,
        )?]),
        FileFormat::Shapefile => Ok(vec![shapefile::read(
            &file,
            &stem(path),
            &loose_parts(path, limits)?,
            options.encoding,
        )?]),
        // Sequences of features begin with a record separator (RFC 8142).
        _ if head.first() == Some(&geojson::RECORD_SEPARATOR) => Ok(vec![geojson::read(
            &file,
            &stem(path),
            &read_file(path, limits)?,
        )?]),
        _ => Err(Error::UnknownFormat {
            fault: foreign_fault(&file, head).unwrap_or_else(|| unknown_fault(path).to_owned()),
            file,
        }),
    }
}

/// Reads the GeoJSON layer of a file in memory; `file` names it in errors and reports.
///
/// # Errors
/// [`Error::Unreadable`].
pub fn read_geojson(file: &str, content: &[u8]) -> Result<RawLayer, Error> {
    geojson::read(file, &stem(Path::new(file)), content)
}

fn unknown_fault(path: &Path) -> &'static str {
    match extension(path).as_str() {
        // Users select the wrong file of a shapefile, and a name is the only hint then.
        "dbf" | "prj" | "shx" | "cpg" => {
            "it is only a part of a shapefile: give the .shp beside it"
        }
        "shp" => "it does not begin as a shapefile does",
        "geojson" | "json" => "it does not begin as GeoJSON does",
        "gpkg" => "it does not begin as a GeoPackage does",
        "zip" => "it does not begin as a zip does",
        _ => "its first bytes are of no known kind",
    }
}

/// Reads the parts of a shapefile beside a loose `.shp`; names are compared without regard to case.
fn loose_parts(shp: &Path, limits: &ReadLimits) -> Result<shapefile::ShapefileParts, Error> {
    Ok(shapefile::ShapefileParts {
        shp: read_file(shp, limits)?,
        dbf: read_sibling(shp, "dbf", limits)?,
        prj: read_sibling(shp, "prj", limits)?,
        cpg: read_sibling(shp, "cpg", limits)?,
    })
}

fn read_sibling(shp: &Path, wanted: &str, limits: &ReadLimits) -> Result<Option<Vec<u8>>, Error> {
    sibling(shp, wanted)?
        .map(|path| read_file(&path, limits))
        .transpose()
}

/// Returns the file beside `shp` with the same stem and the extension wanted, an exact stem first.
fn sibling(shp: &Path, wanted: &str) -> Result<Option<PathBuf>, Error> {
    let folder = shp
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::io(folder))? {
        let path = entry.map_err(Error::io(folder))?.path();
        if extension(&path) == wanted && stem(&path).eq_ignore_ascii_case(&stem(shp)) {
            found.push(path);
        }
    }
    // Systems that respect case may have both `QP.dbf` and `qp.dbf`.
    found.sort_by_key(|path| path.file_stem() != shp.file_stem());
    Ok(found.into_iter().next())
}

/// Reads the first bytes of a file, as many as there is room for; returns their number.
///
/// # Errors
/// The system's.
pub fn read_head(path: &Path, head: &mut [u8]) -> std::io::Result<usize> {
    let mut file = File::open(path)?;
    let mut length = 0;
    while length < head.len() {
        match file.read(&mut head[length..])? {
            0 => break,
            read => length += read,
        }
    }
    Ok(length)
}

pub(crate) fn read_file(path: &Path, limits: &ReadLimits) -> Result<Vec<u8>, Error> {
    let file = File::open(path).map_err(Error::io(path))?;
    let mut bytes = Vec::new();
    // One byte more than allowed shows that there are more.
    file.take(limits.max_unpacked_bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(Error::io(path))?;
    if bytes.len() as u64 > limits.max_unpacked_bytes {
        let fault = format!("it is larger than {} bytes", limits.max_unpacked_bytes);
        return Err(Error::OverLimit {
            file: path.display().to_string(),
            fault,
        });
    }
    Ok(bytes)
}

pub(crate) fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// Returns the lower-case extension, empty when there is none.
fn extension(path: &Path) -> String {
    path.extension()
        .and_then(OsStr::to_str)
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// Returns a text attribute: trimmed, `None` when blank.
pub(crate) fn text(value: &str) -> Option<String> {
    // Some writers pad text columns with zero bytes.
    let trimmed = value.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// Returns a numeric attribute as text, without a decimal part when it is whole (`2571`, not `2571.0`).
pub(crate) fn number(value: f64) -> Option<String> {
    value.is_finite().then(|| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_lose_their_point() {
        assert_eq!(number(2571.0).as_deref(), Some("2571"));
        assert_eq!(number(0.5).as_deref(), Some("0.5"));
        assert_eq!(number(200_071_751.0).as_deref(), Some("200071751"));
        assert_eq!(number(f64::NAN), None);
        assert_eq!(text("  \0\0").as_deref(), None);
    }

    #[test]
    fn a_part_of_a_shapefile_points_to_the_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("QP.dbf");
        std::fs::write(&path, b"\x03\x74").unwrap();
        let message = read_layers(&path, &ReadOptions::default())
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("QP.dbf") && message.contains("give the .shp"),
            "{message}"
        );
        std::fs::write(folder.path().join("empty.shp"), b"").unwrap();
        let error =
            read_layers(&folder.path().join("empty.shp"), &ReadOptions::default()).unwrap_err();
        assert!(matches!(error, Error::UnknownFormat { .. }), "{error}");
    }

    #[test]
    fn a_file_over_the_limit_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big.geojson");
        std::fs::write(&path, format!("{{{}", " ".repeat(1000))).unwrap();
        let limits = ReadLimits {
            max_unpacked_bytes: 999,
            ..ReadLimits::default()
        };
        let options = ReadOptions {
            limits,
            encoding: None,
        };
        assert!(matches!(
            read_layers(&path, &options),
            Err(Error::OverLimit { .. })
        ));
    }
}
