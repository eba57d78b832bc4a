//! GeoPackage: every `features` table that `gpkg_contents` announces.

use std::path::Path;

use qpv_model::Crs;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use super::arcs::ArcBudget;
use super::wkb::{self, Areas};
use super::{DeclaredCrs, RawFeature, RawLayer, number, text};
use crate::error::Error;

const TABLES: &str = "SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id, s.definition \
    FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name \
    LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id WHERE c.data_type = 'features' ORDER BY c.table_name";

struct FeatureTable {
    name: String,
    geometry: String,
    crs: DeclaredCrs,
}

/// Reads all layers of the GeoPackage at `path`, named `file` in errors and reports.
pub(super) fn read(file: &str, path: &Path) -> Result<Vec<RawLayer>, Error> {
    // Read-only, so that a reader never creates a journal beside the user's file.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| not_readable(file, &error))?;
    let tables = tables(&connection).map_err(|error| not_readable(file, &error))?;
    if tables.is_empty() {
        return Err(unreadable(
            file,
            None,
            "it holds no table of features".to_owned(),
        ));
    }
    tables
        .into_iter()
        .map(|table| layer(file, &connection, table))
        .collect()
}

fn not_readable(file: &str, error: &rusqlite::Error) -> Error {
    unreadable(file, None, format!("not a readable GeoPackage ({error})"))
}

fn unreadable(file: &str, feature: Option<usize>, fault: String) -> Error {
    Error::Unreadable {
        file: file.to_owned(),
        feature,
        fault,
    }
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<FeatureTable>> {
    let mut statement = connection.prepare(TABLES)?;
    let rows = statement.query_map([], |row| {
        Ok(FeatureTable {
            name: row.get(0)?,
            geometry: row.get(1)?,
            crs: declared(row.get(2)?, row.get(3)?, row.get(4)?),
        })
    })?;
    rows.collect()
}

/// Returns the code when it is a known one, else the definition: it may describe a known system under another number.
fn declared(
    organization: Option<String>,
    number: Option<i64>,
    definition: Option<String>,
) -> DeclaredCrs {
    let code = organization
        .zip(number)
        .map(|(organization, number)| format!("{organization}:{number}"));
    let wkt = definition.filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("undefined"));
    match (code, wkt) {
        (Some(code), _) if code.parse::<Crs>().is_ok() => DeclaredCrs::Code(code),
        (_, Some(wkt)) => DeclaredCrs::Wkt(wkt),
        _ => DeclaredCrs::Undeclared,
    }
}

fn layer(file: &str, connection: &Connection, table: FeatureTable) -> Result<RawLayer, Error> {
    let place = format!("{file}/{}", table.name);
    // A table name cannot be bound as a parameter; quotes in it are doubled.
    let query = format!("SELECT * FROM \"{}\"", table.name.replace('"', "\"\""));
    let mut statement = connection
        .prepare(&query)
        .map_err(|error| unreadable(&place, None, error.to_string()))?;
    let names: Vec<String> = statement
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let geometry = names
        .iter()
        // SQLite does not distinguish case in names, and writers differ.
        .position(|name| name.eq_ignore_ascii_case(&table.geometry))
        .ok_or_else(|| {
            unreadable(
                &place,
                None,
                format!("no geometry column `{}`", table.geometry),
            )
        })?;
    let mut rows = statement
        .query([])
        .map_err(|error| unreadable(&place, None, error.to_string()))?;
    let mut features: Vec<RawFeature> = Vec::new();
    let mut budget = ArcBudget::default();
    loop {
        let number = features.len() + 1;
        let row = rows
            .next()
            .map_err(|error| unreadable(&place, Some(number), error.to_string()))?;
        let Some(row) = row else { break };
        features.push(feature(row, number, geometry, &mut budget));
    }
    let columns = names
        .into_iter()
        .enumerate()
        .filter(|(i, _)| *i != geometry)
        .map(|(_, name)| name)
        .collect();
    let remarks = remark_on_arcs(&features).into_iter().collect();
    Ok(RawLayer {
        file: file.to_owned(),
        name: table.name,
        crs: table.crs,
        columns,
        features,
        remarks,
    })
}

fn remark_on_arcs(features: &[RawFeature]) -> Option<String> {
    let curved = features.iter().filter(|feature| feature.drawn.is_some());
    match curved.count() {
        0 => None,
        count => Some(format!(
            "{count} feature(s) with arcs, drawn as straight lines within 1 cm of them"
        )),
    }
}

fn feature(row: &Row<'_>, number: usize, geometry: usize, budget: &mut ArcBudget) -> RawFeature {
    let columns = row.as_ref().column_count();
    let attributes = (0..columns)
        .filter(|i| *i != geometry)
        .map(|i| row.get_ref(i).ok().and_then(attribute))
        .collect();
    let areas = match row.get_ref(geometry) {
        Ok(ValueRef::Blob(blob)) => areas(blob, budget),
        Ok(ValueRef::Null) => Err("no geometry".to_owned()),
        _ => Err("its geometry is no GeoPackage geometry".to_owned()),
    };
    let (geometry, drawn) = match areas {
        Ok(areas) => (Ok(areas.polygons), areas.drawn),
        Err(fault) => (Err(fault), None),
    };
    RawFeature {
        number,
        attributes,
        geometry,
        drawn,
    }
}

fn attribute(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => None,
        ValueRef::Integer(whole) => Some(whole.to_string()),
        ValueRef::Real(real) => number(real),
        ValueRef::Text(bytes) => text(&String::from_utf8_lossy(bytes)),
    }
}

/// Returns the areas of a GeoPackage geometry: a header of `GP`, version, flags, reference system and envelope, then the
/// WKB.
fn areas(blob: &[u8], budget: &mut ArcBudget) -> Result<Areas, String> {
    let (Some(b"GP"), Some(flags)) = (blob.get(..2), blob.get(3)) else {
        return Err("its geometry is damaged (it is no GeoPackage geometry)".to_owned());
    };
    // The bits of flags are in section 2.1.3.1 of the standard.
    if flags & 0b10_0000 != 0 {
        return Err("a geometry of an extended type, which is not read".to_owned());
    }
    let envelope = match (flags >> 1) & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        other => {
            return Err(format!(
                "its geometry is damaged (envelope of kind {other})"
            ));
        }
    };
    let wkb = blob.get(8 + envelope..).unwrap_or_default();
    wkb::areas(wkb, budget)
}

#[cfg(test)]
mod tests {
    use super::super::wkb::tests::{points, wkb};
    use super::*;

    const CORNERS: [(f64, f64); 4] = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)];

    /// Header of a GeoPackage geometry, little endian, with an envelope of this kind and length, then the WKB.
    fn blob(kind: u8, envelope: usize, wkb: &[u8]) -> Vec<u8> {
        let mut bytes = vec![b'G', b'P', 0, 1 | kind << 1];
        bytes.extend(4326_i32.to_le_bytes());
        bytes.extend(vec![0; envelope]);
        bytes.extend(wkb);
        bytes
    }

    fn polygon() -> Vec<u8> {
        let ring = wkb(2, CORNERS.len(), &points(&CORNERS));
        wkb(3, 1, &ring[5..])
    }

    fn read_blob(blob: &[u8]) -> Result<Areas, String> {
        areas(blob, &mut ArcBudget::default())
    }

    #[test]
    fn geometries_are_decoded_or_refused_with_a_reason() {
        let expected = read_blob(&blob(0, 0, &polygon())).unwrap();
        assert_eq!(expected.polygons.0[0].exterior().0.len(), 4);
        for (kind, envelope) in [(1, 32), (2, 48), (3, 48), (4, 64)] {
            assert_eq!(
                read_blob(&blob(kind, envelope, &polygon())).unwrap(),
                expected
            );
        }
        let mut point = vec![1, 1, 0, 0, 0];
        point.extend(points(&[(1.0, 2.0)]));
        let mut extended = blob(0, 0, &polygon());
        extended[3] |= 0b10_0000;
        for (bytes, words) in [
            (blob(0, 0, &point), "point"),
            (blob(0, 0, &wkb(6, 0, &[])), "empty"),
            (blob(5, 0, &polygon()), "damaged"),
            (extended, "extended"),
            (b"XX".to_vec(), "damaged"),
        ] {
            let fault = read_blob(&bytes).unwrap_err();
            assert!(fault.contains(words), "{fault}");
        }
        let whole = blob(1, 32, &polygon());
        for cut in 0..whole.len() {
            assert!(read_blob(&whole[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn an_empty_database_is_no_geopackage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gpkg");
        Connection::open(&path)
            .unwrap()
            .execute("CREATE TABLE t (x)", [])
            .unwrap();
        let message = read("a.gpkg", &path).err().unwrap().to_string();
        assert!(
            message.contains("a.gpkg") && message.contains("gpkg_contents"),
            "{message}"
        );
    }
}
