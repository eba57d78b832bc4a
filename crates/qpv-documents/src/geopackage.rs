//! Writing a GeoPackage: tables of features on WGS 84, each with the style QGIS opens it with.
//!
//! By OGC 12-128r18 (GeoPackage 1.3), without its optional spatial index: what is written here is small. Styles go to
//! `layer_styles`, the table QGIS keeps them in. Made in memory, for nothing is to be left on disk that was not asked for.

use geo::BoundingRect;
use geo_types::{Coord, Geometry, MultiPolygon, Point};
use geozero::{CoordDimensions, ToWkb};
use rusqlite::types::{ToSqlOutput, Value as Stored};
use rusqlite::{Connection, MAIN_DB, ToSql, params, params_from_iter};

/// A table of features.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    /// Its name: ASCII letters, digits and underscores.
    pub name: String,
    /// Its title, for people.
    pub title: String,
    /// Names of the columns and what they hold.
    pub columns: Vec<(String, ColumnKind)>,
    /// Rows: a shape, if there is one, and a value for each column.
    pub rows: Vec<(Option<Shape<'a>>, Vec<Value>)>,
    /// The kind of the shapes.
    pub shapes: ShapeKind,
    /// The style that QGIS draws it with: its name, and a QML document.
    pub style: Option<(String, String)>,
}

/// The type of the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Whole numbers.
    Whole,
    /// Decimal numbers.
    Real,
    /// Yes or no.
    Flag,
}

/// The kind of the shapes of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShapeKind {
    /// [`Shape::Areas`].
    Areas,
    /// [`Shape::Point`].
    Points,
}

/// A shape on WGS 84, degrees, longitude first.
#[derive(Debug, Clone, Copy)]
pub enum Shape<'a> {
    /// Areas.
    Areas(&'a MultiPolygon<f64>),
    /// A point.
    Point(Coord<f64>),
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A decimal number.
    Real(f64),
    /// Yes or no.
    Flag(bool),
    /// Not known.
    Null,
}

/// The tables that the format requires before any table of features.
const SCHEMA: &str = "
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\",\"4326\"]]', 'longitude and latitude on WGS 84');
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
  f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
  description TEXT, owner TEXT, ui TEXT, update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
";

/// The moment that every table has as its last change, so that the same content gives the same bytes. It is that of the
/// spreadsheets: the first one that the format of a zip can name.
const LAST_CHANGE: &str = "1980-01-01T00:00:00.000Z";

/// The code of WGS 84.
const WGS_84: i32 = 4326;

/// The bytes of a GeoPackage with these tables, each with this description.
///
/// # Errors
/// Errors of `SQLite`, as when two tables or two columns have one name.
pub fn write(tables: &[Table<'_>], description: &str) -> Result<Vec<u8>, String> {
    written(tables, description).map_err(|fault| fault.to_string())
}

fn written(tables: &[Table<'_>], description: &str) -> rusqlite::Result<Vec<u8>> {
    let mut connection = Connection::open_in_memory()?;
    // One transaction: a commit for each of thousands of rows would be slow.
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) \
         VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
        [LAST_CHANGE],
    )?;
    for table in tables {
        add(&transaction, table, description)?;
    }
    transaction.commit()?;
    Ok(connection.serialize(MAIN_DB)?.to_vec())
}

fn add(connection: &Connection, table: &Table<'_>, description: &str) -> rusqlite::Result<()> {
    let name = quoted(&table.name);
    let shapes = match table.shapes {
        ShapeKind::Areas => "MULTIPOLYGON",
        ShapeKind::Points => "POINT",
    };
    // The format requires an integer primary key in every table of features.
    let fixed = [
        "fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL".to_owned(),
        format!("geom {shapes}"),
    ];
    let columns = table
        .columns
        .iter()
        .map(|(name, kind)| format!("{} {}", quoted(name), kind.sql()));
    let columns: Vec<String> = fixed.into_iter().chain(columns).collect();
    connection.execute_batch(&format!("CREATE TABLE {name} ({})", columns.join(", ")))?;
    let places = vec!["?"; table.columns.len() + 1].join(", ");
    // A null key is replaced by the next number.
    let mut insert = connection.prepare(&format!("INSERT INTO {name} VALUES (NULL, {places})"))?;
    let mut extent: Option<[f64; 4]> = None;
    for (shape, values) in &table.rows {
        let bounds = shape.and_then(|shape| shape.bounds());
        extent = match (extent, bounds) {
            (Some([w, s, e, n]), Some([west, south, east, north])) => {
                Some([w.min(west), s.min(south), e.max(east), n.max(north)])
            }
            (known, found) => known.or(found),
        };
        // A place whose position is unknown still has its row.
        let geometry = shape.map_or(Ok(Stored::Null), |shape| {
            shape.blob(bounds).map(Stored::Blob)
        })?;
        let row = std::iter::once(&geometry as &dyn ToSql)
            .chain(values.iter().map(|value| value as &dyn ToSql));
        insert.execute(params_from_iter(row))?;
    }
    // Zeros would place a table without shapes in the Gulf of Guinea.
    let [west, south, east, north] = extent.map_or([None; 4], |extent| extent.map(Some));
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, min_x, min_y, max_x, max_y, \
         srs_id) VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
        params![table.name, table.title, description, LAST_CHANGE, west, south, east, north, WGS_84],
    )?;
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
        params![table.name, shapes, WGS_84],
    )?;
    if let Some((style, qml)) = &table.style {
        // Marked as the default, so that QGIS applies it without being asked.
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, \
             styleQML, styleSLD, useAsDefault, description, owner, update_time) \
             VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '', ?)",
            params![table.name, style, qml, LAST_CHANGE],
        )?;
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl ColumnKind {
    fn sql(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Whole => "INTEGER",
            Self::Real => "DOUBLE",
            Self::Flag => "BOOLEAN",
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Text(text) => text.to_sql(),
            Self::Whole(whole) => whole.to_sql(),
            Self::Real(real) => real.to_sql(),
            Self::Flag(flag) => flag.to_sql(),
            Self::Null => Ok(ToSqlOutput::Owned(Stored::Null)),
        }
    }
}

impl Shape<'_> {
    /// West, south, east, north; `None` of nothing.
    pub(crate) fn bounds(&self) -> Option<[f64; 4]> {
        match self {
            Self::Areas(areas) => areas.bounding_rect().map(|around| {
                [
                    around.min().x,
                    around.min().y,
                    around.max().x,
                    around.max().y,
                ]
            }),
            Self::Point(at) => Some([at.x, at.y, at.x, at.y]),
        }
    }

    pub(crate) fn geometry(&self) -> Geometry<f64> {
        match *self {
            Self::Areas(areas) => Geometry::MultiPolygon(areas.clone()),
            Self::Point(at) => Geometry::Point(Point(at)),
        }
    }

    fn blob(&self, bounds: Option<[f64; 4]>) -> rusqlite::Result<Vec<u8>> {
        // The format orders the sides of the box by axis.
        let envelope = bounds.map_or_else(Vec::new, |[west, south, east, north]| {
            vec![west, east, south, north]
        });
        let blob = self
            .geometry()
            .to_gpkg_wkb(CoordDimensions::xy(), Some(WGS_84), envelope);
        blob.map_err(|fault| rusqlite::Error::ToSqlConversionFailure(Box::new(fault)))
    }
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;

    use super::*;
    use qpv_geodata::readers::{ReadOptions, read_layers};

    #[test]
    fn what_is_written_is_read_back() {
        let square = MultiPolygon::new(vec![polygon![
            (x: -0.5, y: 48.0), (x: -0.4, y: 48.0), (x: -0.4, y: 48.1), (x: -0.5, y: 48.0)
        ]]);
        let columns = vec![
            ("lib_qp".to_owned(), ColumnKind::Text),
            ("area_ha".to_owned(), ColumnKind::Real),
        ];
        let row = vec![Value::Text("L'Île \"haute\"".into()), Value::Real(12.5)];
        let unknown = vec![Value::Null, Value::Null];
        let tables = [
            Table {
                name: "qpv_2024".into(),
                title: "Quartiers".into(),
                columns: columns.clone(),
                rows: vec![
                    (Some(Shape::Areas(&square)), row.clone()),
                    (Some(Shape::Areas(&square)), unknown),
                ],
                shapes: ShapeKind::Areas,
                style: Some(("qpv".into(), "<qgis/>".into())),
            },
            Table {
                name: "places".into(),
                title: "Lieux".into(),
                columns,
                rows: vec![
                    (Some(Shape::Point(Coord { x: 1.0, y: 2.0 })), row.clone()),
                    (None, row),
                ],
                shapes: ShapeKind::Points,
                style: None,
            },
        ];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gpkg");
        std::fs::write(&path, write(&tables, "Essai").unwrap()).unwrap();
        let layers = read_layers(&path, &ReadOptions::default()).unwrap();
        let read = layers
            .iter()
            .find(|layer| layer.name == "qpv_2024")
            .unwrap();
        let column = |name: &str| read.columns.iter().position(|known| known == name).unwrap();
        let first = &read.features[0];
        assert_eq!(first.geometry.as_ref(), Ok(&square));
        assert_eq!(
            first.attributes[column("lib_qp")].as_deref(),
            Some("L'Île \"haute\"")
        );
        assert_eq!(first.attributes[column("area_ha")].as_deref(), Some("12.5"));
        assert_eq!(read.features[1].attributes[column("area_ha")], None);
        let opened = Connection::open(&path).unwrap();
        let moments: Vec<String> = opened
            .prepare("SELECT last_change FROM gpkg_contents UNION ALL SELECT update_time FROM layer_styles")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(moments, [LAST_CHANGE; 4], "no moment of the writing");
        assert_eq!(write(&tables, "Essai"), write(&tables, "Essai"));
        let twice = [tables[0].clone(), tables[0].clone()];
        assert!(write(&twice, "").unwrap_err().contains("already exists"));
    }
}
