//! GeoPackage: every `features` table that `gpkg_contents` announces.

use std::path::Path;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use geozero::error::{GeozeroError, Result as GeozeroResult};
use geozero::{CoordDimensions, GeomProcessor, wkb};
use qpv_model::Crs;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

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
    let mut features = Vec::new();
    loop {
        let number = features.len() + 1;
        let row = rows
            .next()
            .map_err(|error| unreadable(&place, Some(number), error.to_string()))?;
        let Some(row) = row else { break };
        features.push(feature(row, number, names.len(), geometry));
    }
    let columns = names
        .into_iter()
        .enumerate()
        .filter(|(i, _)| *i != geometry)
        .map(|(_, name)| name)
        .collect();
    Ok(RawLayer {
        file: file.to_owned(),
        name: table.name,
        crs: table.crs,
        columns,
        features,
    })
}

fn feature(row: &Row<'_>, number: usize, columns: usize, geometry: usize) -> RawFeature {
    let attributes = (0..columns)
        .filter(|i| *i != geometry)
        .map(|i| row.get_ref(i).ok().and_then(attribute))
        .collect();
    let geometry = match row.get_ref(geometry) {
        Ok(ValueRef::Blob(blob)) => polygons(blob),
        Ok(ValueRef::Null) => Err("no geometry".to_owned()),
        _ => Err("its geometry is no GeoPackage geometry".to_owned()),
    };
    RawFeature {
        number,
        attributes,
        geometry,
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

fn polygons(blob: &[u8]) -> Result<MultiPolygon<f64>, String> {
    let mut collector = PolygonCollector::default();
    match wkb::process_gpkg_geom(&mut &*blob, &mut collector) {
        Err(error) => Err(format!("its geometry is damaged ({error})")),
        Ok(()) => match collector.other {
            Some(other) => Err(format!("a {other}, where a polygon is expected")),
            None if collector.polygons.is_empty() => Err("an empty geometry".to_owned()),
            None => Ok(MultiPolygon(collector.polygons)),
        },
    }
}

/// A collector of polygons. Unlike geozero's own writer it reserves no memory by the counts in the bytes, so that damaged
/// ones cannot make it ask for gigabytes.
#[derive(Default)]
struct PolygonCollector {
    polygons: Vec<Polygon<f64>>,
    rings: Vec<LineString<f64>>,
    coords: Vec<Coord<f64>>,
    other: Option<&'static str>,
}

impl PolygonCollector {
    fn refuse(&mut self, kind: &'static str) {
        self.other.get_or_insert(kind);
    }
}

impl GeomProcessor for PolygonCollector {
    fn dimensions(&self) -> CoordDimensions {
        CoordDimensions::xy()
    }

    fn xy(&mut self, x: f64, y: f64, _: usize) -> GeozeroResult<()> {
        self.coords.push(Coord { x, y });
        Ok(())
    }

    fn empty_point(&mut self, _: usize) -> GeozeroResult<()> {
        self.refuse("point");
        Ok(())
    }

    fn point_begin(&mut self, _: usize) -> GeozeroResult<()> {
        self.refuse("point");
        Ok(())
    }

    fn multipoint_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.refuse("set of points");
        Ok(())
    }

    fn linestring_begin(&mut self, tagged: bool, _: usize, _: usize) -> GeozeroResult<()> {
        // A damaged ring before this one may have left coordinates.
        self.coords.clear();
        if tagged {
            self.refuse("line");
        }
        Ok(())
    }

    fn linestring_end(&mut self, _: bool, _: usize) -> GeozeroResult<()> {
        self.rings
            .push(LineString(std::mem::take(&mut self.coords)));
        Ok(())
    }

    fn multilinestring_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        self.refuse("set of lines");
        Ok(())
    }

    fn polygon_begin(&mut self, _: bool, _: usize, _: usize) -> GeozeroResult<()> {
        self.rings.clear();
        Ok(())
    }

    fn polygon_end(&mut self, _: bool, _: usize) -> GeozeroResult<()> {
        let mut rings = std::mem::take(&mut self.rings).into_iter();
        if let Some(exterior) = rings.next() {
            self.polygons.push(Polygon::new(exterior, rings.collect()));
        }
        Ok(())
    }

    fn multipolygon_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        Ok(())
    }

    fn geometrycollection_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        Ok(())
    }

    fn circularstring_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        Err(GeozeroError::Geometry(
            "curves are not supported".to_owned(),
        ))
    }

    fn compoundcurve_begin(&mut self, _: usize, _: usize) -> GeozeroResult<()> {
        Err(GeozeroError::Geometry(
            "curves are not supported".to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Header of a GeoPackage geometry without envelope, little endian, then the WKB.
    fn blob(wkb: &[u8]) -> Vec<u8> {
        [b"GP\x00\x01".as_slice(), &4326_i32.to_le_bytes(), wkb].concat()
    }

    fn ring(coords: &[(f64, f64)]) -> Vec<u8> {
        let mut bytes = u32::try_from(coords.len()).unwrap().to_le_bytes().to_vec();
        for (x, y) in coords {
            bytes.extend(x.to_le_bytes());
            bytes.extend(y.to_le_bytes());
        }
        bytes
    }

    fn polygon_wkb() -> Vec<u8> {
        let mut wkb = vec![1, 3, 0, 0, 0, 1, 0, 0, 0];
        wkb.extend(ring(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]));
        wkb
    }

    #[test]
    fn geometries_are_decoded_or_refused_with_a_reason() {
        let polygon = polygons(&blob(&polygon_wkb())).unwrap();
        assert_eq!(polygon.0[0].exterior().0.len(), 4);
        let multi = [vec![1, 6, 0, 0, 0, 1, 0, 0, 0], polygon_wkb()].concat();
        assert_eq!(polygons(&blob(&multi)).unwrap(), polygon);
        let point = [
            vec![1, 1, 0, 0, 0],
            1_f64.to_le_bytes().to_vec(),
            2_f64.to_le_bytes().to_vec(),
        ]
        .concat();
        assert!(polygons(&blob(&point)).unwrap_err().contains("point"));
        assert!(
            polygons(&blob(&[1, 6, 0, 0, 0, 0, 0, 0, 0]))
                .unwrap_err()
                .contains("empty")
        );
        assert!(polygons(b"XX").unwrap_err().contains("damaged"));
    }

    #[test]
    fn damaged_counts_do_not_reserve_memory() {
        for wkb in [
            vec![1, 6, 0, 0, 0, 255, 255, 255, 255],
            vec![1, 3, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255],
        ] {
            assert!(polygons(&blob(&wkb)).unwrap_err().contains("damaged"));
        }
        let whole = blob(&polygon_wkb());
        for cut in 0..whole.len() {
            assert!(polygons(&whole[..cut]).is_err(), "cut at {cut}");
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
