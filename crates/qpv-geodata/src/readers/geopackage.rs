//! GeoPackage: every `features` table that `gpkg_contents` announces.
//!
//! A database that is being edited keeps its last changes in a log beside it (`-wal`). It is read through a private copy of
//! both, so that a folder that cannot be written is no hindrance, and no file is left in it.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use qpv_model::Crs;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use tempfile::TempDir;

use super::arcs::ArcBudget;
use super::wkb::{self, Areas};
use super::{DeclaredCrs, RawFeature, RawLayer, number, read_head, text};
use crate::error::Error;

const TABLES: &str = "SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id, s.definition \
    FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name \
    LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id WHERE c.data_type = 'features' ORDER BY c.table_name";

/// Copies of a database made at most, while another program writes to it.
const COPY_ATTEMPTS: usize = 3;
/// Bytes of a value: the geometry of a region in full detail has a few million.
const MAX_VALUE_BYTES: i32 = 64 << 20;
/// Bytes of a table as it is read: a layer may take 1 GB of memory, geometries about twice their bytes.
const MAX_TABLE_BYTES: usize = 384 << 20;
/// Instructions of the database on one file, some seconds: a view can go on without end, and without a row.
const MAX_INSTRUCTIONS: i64 = 500_000_000;
const INSTRUCTIONS_PER_CHECK: i32 = 1_000_000;

/// A table of features.
pub(crate) struct FeatureTable {
    pub(crate) name: String,
    geometry: String,
    pub(crate) crs: DeclaredCrs,
}

/// Reads all layers of the GeoPackage at `path`, named `file` in errors and reports. Nothing is written beside it.
pub(super) fn read(file: &str, path: &Path) -> Result<Vec<RawLayer>, Error> {
    OpenGeoPackage::open(file, path)?.layers()
}

/// Reads all layers of a GeoPackage in a private folder, where files may be left beside it.
pub(super) fn read_private(file: &str, path: &Path) -> Result<Vec<RawLayer>, Error> {
    OpenGeoPackage::open_private(file, path)?.layers()
}

/// An open GeoPackage.
pub(crate) struct OpenGeoPackage {
    // Fields are dropped in this order: the folder goes last.
    connection: Connection,
    file: String,
    lacks_log: bool,
    /// The private copy of a database that is being edited.
    _folder: Option<TempDir>,
}

/// Returns the path of the log of changes that are not yet in the database, by the name that the format gives it.
pub(super) fn log_of_changes(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Returns true if changes to a database go to a log first: two bytes of its header say so.
fn is_in_wal_mode(path: &Path) -> Result<bool, Error> {
    let mut head = [0; 20];
    read_head(path, &mut head).map_err(Error::io(path))?;
    Ok(head[18..] == [2, 2])
}

/// Copies a database with its log of changes, again if another program writes to them meanwhile.
fn copy_at_rest(file: &str, path: &Path, copy: &Path) -> Result<(), Error> {
    let log = log_of_changes(path);
    for _ in 0..COPY_ATTEMPTS {
        let before = [stamp(path)?, stamp(&log)?];
        copy_content(path, copy)?;
        let log_copy = log_of_changes(copy);
        if before[1].is_some() {
            copy_content(&log, &log_copy)?;
        } else if log_copy.exists() {
            std::fs::remove_file(&log_copy).map_err(Error::io(log_copy))?;
        }
        if before == [stamp(path)?, stamp(&log)?] {
            return Ok(());
        }
    }
    let fault = "another program is writing it: save it there and close it";
    Err(unreadable(file, None, fault.to_owned()))
}

/// Copies the bytes of a file, without its permissions: the copy must be writable.
fn copy_content(from: &Path, to: &Path) -> Result<(), Error> {
    let mut source = match File::open(from) {
        Ok(source) => source,
        // A log goes away when the other program closes the database; the stamps then differ.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io(from)(error)),
    };
    let mut target = File::create(to).map_err(Error::write(to))?;
    std::io::copy(&mut source, &mut target).map_err(Error::write(to))?;
    Ok(())
}

/// Returns the length of a file and the time of its last change; `None` when it is absent or empty.
fn stamp(path: &Path) -> Result<Option<(u64, SystemTime)>, Error> {
    match std::fs::metadata(path) {
        Ok(found) if found.len() == 0 => Ok(None),
        Ok(found) => {
            let changed = found.modified().map_err(Error::io(path))?;
            Ok(Some((found.len(), changed)))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path)(error)),
    }
}

impl OpenGeoPackage {
    /// Opens the GeoPackage at `path`, named `file` in errors. Nothing is written beside it.
    pub(crate) fn open(file: &str, path: &Path) -> Result<Self, Error> {
        // A link leads to the folder that the log of changes lies in.
        let path = path.canonicalize().map_err(Error::io(path))?;
        // SQLite needs a writable folder for a database with a log of changes, and leaves files in it.
        if !is_in_wal_mode(&path)? {
            return Self::connect(file, &path, OpenFlags::SQLITE_OPEN_READ_ONLY);
        }
        let folder = tempfile::tempdir().map_err(Error::io(std::env::temp_dir()))?;
        let copy = folder.path().join("copy.gpkg");
        copy_at_rest(file, &path, &copy)?;
        Self::open_kept(file, &copy, folder)
    }

    /// Opens a GeoPackage in a private folder, which is kept as long as it is open.
    pub(crate) fn open_kept(file: &str, path: &Path, folder: TempDir) -> Result<Self, Error> {
        let opened = Self::open_private(file, path)?;
        Ok(Self {
            _folder: Some(folder),
            ..opened
        })
    }

    /// Opens a GeoPackage in a private folder, where files may be left beside it.
    fn open_private(file: &str, path: &Path) -> Result<Self, Error> {
        let lacks_log = is_in_wal_mode(path)? && stamp(&log_of_changes(path))?.is_none();
        let opened = Self::connect(file, path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        Ok(Self {
            lacks_log,
            ..opened
        })
    }

    fn connect(file: &str, path: &Path, flags: OpenFlags) -> Result<Self, Error> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|error| not_readable(file, &error))?;
        limit(&connection, MAX_INSTRUCTIONS).map_err(|error| not_readable(file, &error))?;
        Ok(Self {
            connection,
            file: file.to_owned(),
            lacks_log: false,
            _folder: None,
        })
    }

    /// Allows the database the time that reading all of it takes: an instruction a byte, where a row of buildings has some
    /// twenty for some hundred bytes.
    pub(crate) fn allow_whole(&self) -> Result<(), Error> {
        let bytes: rusqlite::Result<i64> = self.connection.query_row(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            [],
            |row| row.get(0),
        );
        bytes
            .and_then(|bytes| limit(&self.connection, MAX_INSTRUCTIONS.saturating_add(bytes)))
            .map_err(|error| not_readable(&self.file, &error))
    }

    /// Returns its tables of features, of which there is one at least.
    pub(crate) fn tables(&self) -> Result<Vec<FeatureTable>, Error> {
        let tables = tables(&self.connection).map_err(|error| not_readable(&self.file, &error))?;
        if tables.is_empty() {
            let fault = "it holds no table of features".to_owned();
            return Err(unreadable(&self.file, None, fault));
        }
        Ok(tables)
    }

    fn layers(&self) -> Result<Vec<RawLayer>, Error> {
        self.tables()?
            .into_iter()
            .map(|table| self.layer(table))
            .collect()
    }

    /// Returns the remark on a database whose last changes may be missing.
    pub(crate) fn remark(&self) -> Option<&'static str> {
        // Programs leave this mode when they close a file.
        self.lacks_log.then_some(
            "its GeoPackage was being edited, and no -wal file is beside it: if it was copied meanwhile, its \
             last changes are missing",
        )
    }

    /// Returns the columns of a table, that of the geometries last.
    pub(crate) fn columns(&self, table: &FeatureTable) -> Result<Vec<String>, Error> {
        let place = self.place(table);
        check_names(&self.connection, &table.name)
            .map_err(|fault| unreadable(&place, None, fault))?;
        let query = format!("SELECT * FROM {}", quoted(&table.name));
        let statement = self
            .connection
            .prepare(&query)
            .map_err(|error| unreadable(&place, None, error.to_string()))?;
        let mut names: Vec<String> = statement
            .column_names()
            .into_iter()
            .map(str::to_owned)
            .collect();
        // SQLite does not distinguish case in names, and writers differ.
        let geometry = names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(&table.geometry));
        let geometry = geometry.ok_or_else(|| {
            let fault = format!("no geometry column `{}`", table.geometry);
            unreadable(&place, None, fault)
        })?;
        // Its place among the columns differs from table to table.
        let geometry = names.remove(geometry);
        names.push(geometry);
        Ok(names)
    }

    /// Calls `each` with every row of a table, read in these columns, that of the geometries last.
    pub(crate) fn each_row(
        &self,
        table: &FeatureTable,
        columns: &[String],
        each: &mut dyn FnMut(FeatureRow<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let place = self.place(table);
        // Names cannot be bound as parameters.
        let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
        let query = format!("SELECT {} FROM {}", names.join(", "), quoted(&table.name));
        let mut statement = self
            .connection
            .prepare(&query)
            .map_err(|error| unreadable(&place, None, error.to_string()))?;
        let mut rows = statement
            .query([])
            .map_err(|error| unreadable(&place, None, error.to_string()))?;
        for number in 1.. {
            let row = rows
                .next()
                .map_err(|error| unreadable(&place, Some(number), error.to_string()))?;
            let Some(row) = row else { break };
            each(FeatureRow {
                row,
                number,
                columns: columns.len(),
            })?;
        }
        Ok(())
    }

    /// Returns the name of a table in errors.
    pub(crate) fn place(&self, table: &FeatureTable) -> String {
        format!("{}/{}", self.file, table.name)
    }

    /// Reads a table whole.
    fn layer(&self, table: FeatureTable) -> Result<RawLayer, Error> {
        let mut columns = self.columns(&table)?;
        let mut features: Vec<RawFeature> = Vec::new();
        let mut total = 0;
        let mut budget = ArcBudget::default();
        self.each_row(&table, &columns, &mut |row| {
            total += row.bytes();
            if total > MAX_TABLE_BYTES {
                return Err(Error::OverLimit {
                    file: self.place(&table),
                    fault: format!("its rows take more than {} MiB", MAX_TABLE_BYTES >> 20),
                });
            }
            features.push(row.feature(&mut budget));
            Ok(())
        })?;
        columns.pop();
        let mut remarks: Vec<String> = remark_on_arcs(&features).into_iter().collect();
        remarks.extend(self.remark().map(str::to_owned));
        Ok(RawLayer {
            file: self.file.clone(),
            name: table.name,
            crs: table.crs,
            columns,
            features,
            remarks,
        })
    }
}

/// Returns a name as SQL writes it: quotes in it are doubled.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Limits the values and the time of a database, whose views may compute anything.
fn limit(connection: &Connection, instructions: i64) -> rusqlite::Result<()> {
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)?;
    let mut left = instructions;
    connection.progress_handler(
        INSTRUCTIONS_PER_CHECK,
        Some(move || {
            left -= i64::from(INSTRUCTIONS_PER_CHECK);
            left <= 0
        }),
    );
    Ok(())
}

/// Checks the names of the columns, which `rusqlite` panics on when they are no UTF-8.
fn check_names(connection: &Connection, table: &str) -> Result<(), String> {
    let mut statement = connection
        .prepare("SELECT name FROM pragma_table_info(?1)")
        .map_err(|error| error.to_string())?;
    let mut rows = statement
        .query([table])
        .map_err(|error| error.to_string())?;
    let mut number = 0;
    while let Some(row) = rows.next().map_err(|error| error.to_string())? {
        number += 1;
        match row.get_ref(0) {
            Ok(ValueRef::Text(name)) if std::str::from_utf8(name).is_ok() => {}
            _ => return Err(format!("the name of its column {number} is not UTF-8")),
        }
    }
    Ok(())
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

fn remark_on_arcs(features: &[RawFeature]) -> Option<String> {
    let curved = features.iter().filter(|feature| feature.drawn.is_some());
    match curved.count() {
        0 => None,
        count => Some(format!(
            "{count} feature(s) with arcs, drawn as straight lines within 1 cm of them"
        )),
    }
}

/// A row of a table of features.
pub(crate) struct FeatureRow<'r> {
    row: &'r Row<'r>,
    /// Its number, from 1.
    number: usize,
    /// The columns read, of which the last holds the geometry.
    columns: usize,
}

impl FeatureRow<'_> {
    /// Returns the bytes that it takes, empty values included.
    fn bytes(&self) -> usize {
        let values = (0..self.columns).map(|column| match self.row.get_ref(column) {
            Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => bytes.len(),
            _ => 0,
        });
        size_of::<RawFeature>() + self.columns * size_of::<Option<String>>() + values.sum::<usize>()
    }

    /// Returns its feature.
    pub(crate) fn feature(&self, budget: &mut ArcBudget) -> RawFeature {
        let geometry = self.columns - 1;
        let attributes = (0..geometry)
            .map(|column| self.row.get_ref(column).ok().and_then(attribute))
            .collect();
        let areas = match self.row.get_ref(geometry) {
            Ok(ValueRef::Blob(blob)) => areas(blob, budget),
            Ok(ValueRef::Null) => Err("no geometry".to_owned()),
            _ => Err("its geometry is no GeoPackage geometry".to_owned()),
        };
        let (geometry, drawn) = match areas {
            Ok(areas) => (Ok(areas.polygons), areas.drawn),
            Err(fault) => (Err(fault), None),
        };
        RawFeature {
            number: self.number,
            attributes,
            geometry,
            drawn,
        }
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

    /// A GeoPackage of one square at `path`; a second one and another name are in its `-wal`, which is copied with it while
    /// the database is open.
    fn edited(path: &Path, has_log: bool) {
        let folder = tempfile::tempdir().unwrap();
        let original = folder.path().join("a.gpkg");
        let connection = Connection::open(&original).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE gpkg_contents (table_name, data_type);
                CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id);
                CREATE TABLE gpkg_spatial_ref_sys (srs_id, organization, organization_coordsys_id, definition);
                INSERT INTO gpkg_contents VALUES ('qp', 'features');
                INSERT INTO gpkg_geometry_columns VALUES ('qp', 'geom', 4326);
                INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, '');
                CREATE TABLE qp (geom, nom);",
            )
            .unwrap();
        let insert = "INSERT INTO qp VALUES (?1, 'Avant')";
        connection
            .execute(insert, [blob(0, 0, &polygon())])
            .unwrap();
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;")
            .unwrap();
        connection
            .execute(insert, [blob(0, 0, &polygon())])
            .unwrap();
        connection
            .execute("UPDATE qp SET nom = 'Après' WHERE rowid = 1", [])
            .unwrap();
        std::fs::copy(&original, path).unwrap();
        if has_log {
            std::fs::copy(log_of_changes(&original), log_of_changes(path)).unwrap();
        }
    }

    fn names(layers: &[RawLayer]) -> Vec<&str> {
        layers[0]
            .features
            .iter()
            .map(|feature| feature.attributes[0].as_deref().unwrap())
            .collect()
    }

    /// Every file of a folder with its bytes.
    fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    #[test]
    fn the_log_of_changes_is_read_and_nothing_left_beside() {
        for has_log in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.gpkg");
            edited(&path, has_log);
            let before = content(folder.path());
            let mut permissions = std::fs::metadata(folder.path()).unwrap().permissions();
            permissions.set_readonly(true);
            std::fs::set_permissions(folder.path(), permissions.clone()).unwrap();
            let layers = read("a.gpkg", &path).unwrap();
            assert_eq!(content(folder.path()), before);
            if has_log {
                assert_eq!(names(&layers), ["Après", "Avant"]);
                assert!(layers[0].remarks.is_empty(), "{:?}", layers[0].remarks);
            } else {
                assert_eq!(names(&layers), ["Avant"]);
                assert!(layers[0].remarks[0].contains("no -wal file"));
            }
            #[expect(
                clippy::permissions_set_readonly_false,
                reason = "the folder is deleted at once"
            )]
            permissions.set_readonly(false);
            std::fs::set_permissions(folder.path(), permissions).unwrap();
        }
    }

    #[test]
    fn an_archive_keeps_the_log_of_changes() {
        use std::io::Write;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gpkg");
        edited(&path, true);
        let archive = folder.path().join("a.zip");
        let mut writer = zip::ZipWriter::new(File::create(&archive).unwrap());
        for name in ["a.gpkg", "a.gpkg-wal"] {
            let options = zip::write::SimpleFileOptions::default();
            writer.start_file(format!("SIG/{name}"), options).unwrap();
            writer
                .write_all(&std::fs::read(folder.path().join(name)).unwrap())
                .unwrap();
        }
        writer.finish().unwrap();
        let layers =
            super::super::read_layers(&archive, &super::super::ReadOptions::default()).unwrap();
        assert_eq!(names(&layers), ["Après", "Avant"]);
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

    /// A GeoPackage with one table or view of features, made by this statement under the name `layer`.
    fn geopackage(statement: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let connection = Connection::open(file.path()).unwrap();
        connection
            .execute_batch(&format!(
                "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
                CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
                CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT,
                    organization_coordsys_id INTEGER, definition TEXT);
                INSERT INTO gpkg_contents VALUES ('layer', 'features');
                INSERT INTO gpkg_geometry_columns VALUES ('layer', 'geom', 4326);
                {statement}"
            ))
            .unwrap();
        file
    }

    fn fault(statement: &str) -> String {
        let file = geopackage(statement);
        let message = read("a.gpkg", file.path()).unwrap_err().to_string();
        assert!(message.contains("a.gpkg"), "{message}");
        message
    }

    #[test]
    fn names_that_are_no_utf_8_are_errors() {
        for name in ["nam\u{e9}", "\u{e9}"] {
            let file = geopackage(&format!("CREATE TABLE layer (geom BLOB, \"{name}\" TEXT);"));
            assert!(read("a.gpkg", file.path()).is_ok());
            let bytes = std::fs::read(file.path()).unwrap();
            let damaged: Vec<u8> = bytes
                .iter()
                .map(|byte| if *byte == 0xc3 { 0xff } else { *byte })
                .collect();
            std::fs::write(file.path(), damaged).unwrap();
            let message = read("a.gpkg", file.path()).unwrap_err().to_string();
            assert!(
                message.contains("a.gpkg/layer") && message.contains("column 2"),
                "{message}"
            );
        }
    }

    #[test]
    fn views_without_end_are_stopped() {
        let rows = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x";
        for (view, expected) in [
            // Many rows, few long ones, a value that is too long, and no row at all.
            (format!("{rows}, NULL AS geom FROM n"), "MiB"),
            (format!("{rows}, zeroblob(9000000) AS geom FROM n"), "MiB"),
            ("SELECT zeroblob(900000000) AS geom".to_owned(), "big"),
            (
                format!("{rows}, NULL AS geom FROM n WHERE x < 0"),
                "interrupted",
            ),
        ] {
            let message = fault(&format!("CREATE VIEW layer AS {view};"));
            assert!(message.contains(expected), "{view}: {message}");
        }
    }

    #[test]
    fn collections_without_end_are_errors() {
        let nested = [1, 7, 0, 0, 0, 1, 0, 0, 0].repeat(1_000_000);
        let refused = areas(&blob(0, 0, &nested), &mut ArcBudget::default());
        assert!(refused.is_err_and(|fault| fault.contains("nested")));
    }
}
