//! Shapefiles: geometry from `.shp`, attributes from `.dbf`, the reference system from `.prj`.
//!
//! Rings are grouped into polygons by containment, not by their order: a hole (counter-clockwise) belongs to the
//! smallest shell (clockwise) that contains it, and one without a shell becomes a polygon of its own, so that a ring drawn
//! the wrong way round never loses its area.

use std::io::Cursor;

use dbase::encoding::EncodingRs;
use dbase::{FieldValue, ReaderBuilder, Record};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use geo::Area;
use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use shapefile::{PolygonRing, Shape, ShapeReader};

use super::{DeclaredCrs, RawFeature, RawLayer, number, text};
use crate::error::Error;

/// The files that make one shapefile, as bytes.
#[derive(Debug, Default)]
pub(super) struct ShapefileParts {
    pub shp: Vec<u8>,
    pub dbf: Option<Vec<u8>>,
    pub prj: Option<Vec<u8>>,
    pub cpg: Option<Vec<u8>>,
}

/// The rows of a `.dbf`: `None` for a deleted one.
struct AttributeTable {
    columns: Vec<String>,
    rows: Vec<Option<Vec<Option<String>>>>,
}

/// Reads the layer. Deleted records are left out, as all readers of the format do.
pub(super) fn read(file: &str, stem: &str, parts: &ShapefileParts) -> Result<RawLayer, Error> {
    let dbf = parts.dbf.as_ref().ok_or_else(|| Error::MissingPart {
        file: file.to_owned(),
        part: ".dbf",
    })?;
    let table = table(file, dbf, parts.cpg.as_deref())?;
    let shapes = shapes(file, &parts.shp)?;
    // Shapes and rows are matched by order: one more or less would give names to other outlines.
    if shapes.len() != table.rows.len() {
        let fault = format!(
            "{} shapes, but {} rows in its .dbf",
            shapes.len(),
            table.rows.len()
        );
        return Err(unreadable(file, None, fault));
    }
    let features =
        std::iter::zip(shapes, table.rows)
            .enumerate()
            .filter_map(|(position, (geometry, row))| {
                row.map(|attributes| RawFeature {
                    number: position + 1,
                    attributes,
                    geometry,
                    drawn: None,
                })
            });
    Ok(RawLayer {
        file: file.to_owned(),
        name: stem.to_owned(),
        crs: declared(parts.prj.as_deref()),
        columns: table.columns,
        features: features.collect(),
        remarks: Vec::new(),
    })
}

fn unreadable(file: &str, feature: Option<usize>, fault: String) -> Error {
    Error::Unreadable {
        file: file.to_owned(),
        feature,
        fault,
    }
}

fn declared(prj: Option<&[u8]>) -> DeclaredCrs {
    match prj.and_then(|bytes| text(&String::from_utf8_lossy(bytes))) {
        Some(wkt) => DeclaredCrs::Wkt(wkt.trim_start_matches('\u{feff}').to_owned()),
        None => DeclaredCrs::Undeclared,
    }
}

fn table(file: &str, dbf: &[u8], cpg: Option<&[u8]>) -> Result<AttributeTable, Error> {
    let encoding = encoding(file, dbf, cpg)?;
    let mut reader = ReaderBuilder::new()
        .with_encoding(EncodingRs::from(encoding))
        .build(Cursor::new(dbf))
        .map_err(|error| unreadable(file, None, format!("its .dbf is damaged ({error})")))?;
    let columns: Vec<String> = reader
        .fields()
        .iter()
        .map(|field| field.name().to_owned())
        .collect();
    let mut rows = Vec::new();
    let mut records = reader.iter_records();
    // The library skips deleted records, which would shift the others against their shapes.
    for deleted in deletion_marks(dbf) {
        let record = if deleted { None } else { records.next() };
        let row = record.transpose().map_err(|error| {
            unreadable(
                file,
                Some(rows.len() + 1),
                format!("its row in the .dbf is damaged ({error})"),
            )
        })?;
        rows.push(row.map(|record| {
            columns
                .iter()
                .map(|name| attribute(&record, name))
                .collect()
        }));
    }
    Ok(AttributeTable { columns, rows })
}

/// Returns a flag for each record of the header: true if its first byte marks it deleted (`*`). A cut file has too few
/// bytes; the reader then fails on the first record that is not whole.
fn deletion_marks(dbf: &[u8]) -> impl Iterator<Item = bool> + '_ {
    let (count, first, length) = if dbf.len() < 12 {
        (0, 0, 0)
    } else {
        (
            word_at(dbf, 4) + (word_at(dbf, 6) << 16),
            word_at(dbf, 8),
            word_at(dbf, 10),
        )
    };
    (0..count).map(move |record| dbf.get(first + record * length) == Some(&b'*'))
}

/// Returns the 16-bit number at a place, little endian.
fn word_at(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
}

fn attribute(record: &Record, column: &str) -> Option<String> {
    match record.get(column)? {
        FieldValue::Character(value) => value.as_deref().and_then(text),
        FieldValue::Memo(value) => text(value),
        FieldValue::Numeric(value) => value.and_then(number),
        FieldValue::Float(value) => value.and_then(|v| number(f64::from(v))),
        FieldValue::Double(value) | FieldValue::Currency(value) => number(*value),
        FieldValue::Integer(value) => Some(value.to_string()),
        FieldValue::Logical(value) => value.map(|v| v.to_string()),
        FieldValue::Date(value) => value.map(|v| v.to_string()),
        FieldValue::DateTime(value) => Some(format!("{value:?}")),
    }
}

/// Returns the encoding of a `.dbf`: that of its `.cpg`, else that of the language byte in its header, else UTF-8 when all
/// of it is valid UTF-8, else Windows-1252.
fn encoding(file: &str, dbf: &[u8], cpg: Option<&[u8]>) -> Result<&'static Encoding, Error> {
    if let Some(label) = cpg.and_then(|bytes| text(&String::from_utf8_lossy(bytes))) {
        return encoding_with_label(&label).ok_or_else(|| {
            unreadable(
                file,
                None,
                format!("its .cpg names the unknown encoding `{label}`"),
            )
        });
    }
    match dbf.get(29).copied().unwrap_or(0) {
        // Language bytes of Windows ANSI; 0x57 is the usual one of ESRI software.
        0x03 | 0x57 | 0x58 | 0x59 => Ok(WINDOWS_1252),
        // DOS code pages: nothing to decode when all of it is ASCII.
        page @ (0x01 | 0x02 | 0x09..=0x26 | 0x37 | 0x64)
            if !dbf.get(32..).unwrap_or(&[]).is_ascii() =>
        {
            let fault = format!(
                "its .dbf is in a DOS code page (language byte {page:#04x}), which is not supported"
            );
            Err(unreadable(
                file,
                None,
                format!("{fault}: export it in UTF-8 with a .cpg file"),
            ))
        }
        _ if std::str::from_utf8(dbf.get(32..).unwrap_or(&[])).is_ok() => Ok(UTF_8),
        _ => Ok(WINDOWS_1252),
    }
}

/// Returns the encoding of a label: `UTF-8`, `utf8`, `ISO-8859-1`, `ISO88591`, `1252`, `ANSI 1252`, `CP1252`, …
fn encoding_with_label(label: &str) -> Option<&'static Encoding> {
    let compact: String = label
        .to_ascii_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    // Labels of `.cpg` files follow no standard: known spellings come after the standard ones.
    Encoding::for_label(label.as_bytes()).or_else(|| match compact.as_str() {
        "65001" | "utf8" => Some(UTF_8),
        "1252" | "ansi1252" | "cp1252" | "88591" | "iso88591" => Some(WINDOWS_1252),
        "885915" | "iso885915" => Some(encoding_rs::ISO_8859_15),
        other => Encoding::for_label(other.as_bytes()),
    })
}

fn shapes(file: &str, shp: &[u8]) -> Result<Vec<Result<MultiPolygon<f64>, String>>, Error> {
    // The library reads a cut file without error when the cut falls between two shapes.
    // The header gives the length in words of 16 bits, big endian.
    let announced = shp.get(24..28).map_or(0, |b| {
        u64::from(u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
    }) * 2;
    if announced != shp.len() as u64 {
        let found = shp.len();
        return Err(unreadable(
            file,
            None,
            format!("its .shp is {found} bytes long, and announces {announced}"),
        ));
    }
    let mut reader =
        ShapeReader::new(Cursor::new(shp)).map_err(|error| damaged(file, None, &error))?;
    let mut shapes = Vec::new();
    for shape in reader.iter_shapes() {
        let number = shapes.len() + 1;
        let shape = shape.map_err(|error| damaged(file, Some(number), &error))?;
        shapes.push(polygons(shape));
    }
    Ok(shapes)
}

fn damaged(file: &str, feature: Option<usize>, error: &shapefile::Error) -> Error {
    unreadable(file, feature, format!("its .shp is damaged ({error})"))
}

fn polygons(shape: Shape) -> Result<MultiPolygon<f64>, String> {
    match shape {
        Shape::Polygon(polygon) => Ok(group(polygon.into_inner())),
        Shape::PolygonM(polygon) => Ok(group(polygon.into_inner())),
        Shape::PolygonZ(polygon) => Ok(group(polygon.into_inner())),
        Shape::NullShape => Err("no geometry".to_owned()),
        other => Err(format!(
            "a {}, where a polygon is expected",
            other.shapetype()
        )),
    }
}

/// Groups rings into polygons (see the module's header).
fn group<P>(rings: Vec<PolygonRing<P>>) -> MultiPolygon<f64>
where
    Coord<f64>: From<P>,
{
    let mut polygons = Vec::new();
    let mut holes = Vec::new();
    for ring in rings {
        match ring {
            PolygonRing::Outer(points) => polygons.push(Polygon::new(ring_of(points), Vec::new())),
            PolygonRing::Inner(points) => holes.push(ring_of(points)),
        }
    }
    // Holes without shell are appended, and must not become shells of other holes.
    let shells = polygons.len();
    for hole in holes {
        match smallest_around(&polygons[..shells], &hole) {
            Some(shell) => polygons[shell].interiors_push(hole),
            None => polygons.push(Polygon::new(hole, Vec::new())),
        }
    }
    MultiPolygon(polygons)
}

fn ring_of<P>(points: Vec<P>) -> LineString<f64>
where
    Coord<f64>: From<P>,
{
    LineString(points.into_iter().map(Coord::from).collect())
}

/// Returns the smallest shell that encloses a hole.
fn smallest_around(shells: &[Polygon<f64>], hole: &LineString<f64>) -> Option<usize> {
    (0..shells.len())
        .filter(|i| encloses(shells[*i].exterior(), hole))
        .min_by(|a, b| shell_area(&shells[*a]).total_cmp(&shell_area(&shells[*b])))
}

/// Returns the area of a shell without its holes, which may not all be known yet.
fn shell_area(shell: &Polygon<f64>) -> f64 {
    Polygon::new(shell.exterior().clone(), Vec::new()).unsigned_area()
}

/// Returns true if `hole` lies in `shell`, judged by its first vertex that is not on the shell's line.
fn encloses(shell: &LineString<f64>, hole: &LineString<f64>) -> bool {
    hole.0
        .iter()
        .map(|vertex| coord_pos_relative_to_ring(*vertex, shell))
        // A hole may touch its shell, so a vertex on the line proves nothing.
        .find(|position| *position != CoordPos::OnBoundary)
        == Some(CoordPos::Inside)
}

#[cfg(test)]
mod tests {
    use dbase::{FieldName, TableWriterBuilder};
    use proptest::prelude::*;
    use shapefile::{Point, ShapeWriter};

    use super::*;

    /// A square ring, clockwise unless `reversed`.
    fn square(x: f64, y: f64, side: f64, reversed: bool) -> Vec<Point> {
        let mut ring = vec![
            (x, y),
            (x, y + side),
            (x + side, y + side),
            (x + side, y),
            (x, y),
        ];
        if reversed {
            ring.reverse();
        }
        ring.into_iter().map(|(x, y)| Point::new(x, y)).collect()
    }

    fn grouped(rings: Vec<Vec<Point>>) -> MultiPolygon<f64> {
        group(rings.into_iter().map(PolygonRing::from).collect())
    }

    /// A one-column table whose text is given as bytes, with this language byte.
    fn dbf(rows: &[&[u8]], language: u8) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let name = FieldName::try_from("NOM").unwrap();
        let mut writer = TableWriterBuilder::new()
            .add_character_field(name, 20)
            .build_with_dest(&mut bytes);
        for _ in rows {
            let mut record = Record::default();
            record.insert(
                "NOM".to_owned(),
                FieldValue::Character(Some("?".to_owned())),
            );
            writer.write_record(&record).unwrap();
        }
        writer.finalize().unwrap();
        drop(writer);
        let mut bytes = bytes.into_inner();
        bytes[29] = language;
        let first = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        for (i, row) in rows.iter().enumerate() {
            let start = first + i * 21 + 1;
            bytes[start..start + 20].fill(b' ');
            bytes[start..start + row.len()].copy_from_slice(row);
        }
        bytes
    }

    fn shp(shapes: &[Vec<Vec<Point>>]) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = ShapeWriter::new(&mut bytes);
        for rings in shapes {
            let rings = rings.iter().cloned().map(PolygonRing::from).collect();
            writer
                .write_shape(&shapefile::Polygon::with_rings(rings))
                .unwrap();
        }
        writer.finalize().unwrap();
        drop(writer);
        bytes.into_inner()
    }

    fn parts(rows: &[&[u8]], language: u8, cpg: Option<&str>) -> ShapefileParts {
        let shapes: Vec<_> = rows
            .iter()
            .map(|_| vec![square(0.0, 0.0, 1.0, false)])
            .collect();
        let cpg = cpg.map(|text| text.as_bytes().to_vec());
        ShapefileParts {
            shp: shp(&shapes),
            dbf: Some(dbf(rows, language)),
            prj: None,
            cpg,
        }
    }

    fn names(parts: &ShapefileParts) -> Vec<Option<String>> {
        read("a.shp", "a", parts)
            .unwrap()
            .features
            .into_iter()
            .map(|f| f.attributes[0].clone())
            .collect()
    }

    #[test]
    fn a_hole_goes_to_the_smallest_shell_whatever_the_order() {
        let hole = square(2.0, 2.0, 1.0, true);
        let (outer, inner) = (square(0.0, 0.0, 10.0, false), square(20.0, 0.0, 5.0, false));
        for rings in [
            vec![hole.clone(), inner.clone(), outer.clone()],
            vec![outer.clone(), inner.clone(), hole.clone()],
            vec![inner, outer, hole],
        ] {
            let polygons = grouped(rings);
            assert_eq!(polygons.0.len(), 2);
            assert!((polygons.unsigned_area() - (100.0 - 1.0 + 25.0)).abs() < 1e-9);
            let holder = polygons
                .0
                .iter()
                .find(|p| !p.interiors().is_empty())
                .unwrap();
            assert!(holder.unsigned_area() > 90.0);
        }
    }

    #[test]
    fn an_island_in_a_hole_keeps_its_own_hole() {
        let rings = vec![
            square(0.0, 0.0, 10.0, false),
            square(4.5, 4.5, 1.0, true),
            square(2.0, 2.0, 6.0, true),
            square(4.0, 4.0, 2.0, false),
        ];
        let polygons = grouped(rings);
        assert_eq!(
            polygons
                .0
                .iter()
                .map(|p| p.interiors().len())
                .collect::<Vec<_>>(),
            [1, 1]
        );
        assert!((polygons.unsigned_area() - (100.0 - 36.0 + 4.0 - 1.0)).abs() < 1e-9);
    }

    #[test]
    fn a_shell_drawn_backwards_keeps_its_area() {
        assert!((grouped(vec![square(0.0, 0.0, 3.0, true)]).unsigned_area() - 9.0).abs() < 1e-9);
    }

    #[test]
    fn encodings() {
        let (windows, utf8): (&[u8], &[u8]) = (b"Thia\xefs \xe9\xe7", "Thiaïs éç".as_bytes());
        let expected = [Some("Thiaïs éç".to_owned())];
        for (bytes, language, cpg) in [
            (windows, 0x57, None),
            (windows, 0x03, None),
            (windows, 0, None),
            (utf8, 0, None),
            (utf8, 0x57, Some("UTF-8")),
            (utf8, 0, Some("65001\r\n")),
            (windows, 0, Some("ANSI 1252")),
            (windows, 0, Some("ISO-8859-1")),
            (windows, 0, Some("88591")),
        ] {
            assert_eq!(
                names(&parts(&[bytes], language, cpg)),
                expected,
                "{language:#x} {cpg:?}"
            );
        }
        let unknown = read("a.shp", "a", &parts(&[utf8], 0, Some("KLINGON")))
            .unwrap_err()
            .to_string();
        assert!(unknown.contains("KLINGON"), "{unknown}");
        let dos = read("a.shp", "a", &parts(&[b"\x82"], 0x02, None))
            .unwrap_err()
            .to_string();
        assert!(dos.contains("DOS"), "{dos}");
        assert_eq!(
            names(&parts(&[b"plain", b""], 0x02, None)),
            [Some("plain".to_owned()), None]
        );
    }

    #[test]
    fn deleted_records_leave_the_others_aligned() {
        let mut parts = parts(&[b"a", b"b", b"c"], 0x57, None);
        let bytes = parts.dbf.as_mut().unwrap();
        let first = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        bytes[first + 21] = b'*';
        let layer = read("a.shp", "a", &parts).unwrap();
        let rows: Vec<_> = layer
            .features
            .iter()
            .map(|f| (f.number, f.attributes[0].clone().unwrap()))
            .collect();
        assert_eq!(rows, [(1, "a".to_owned()), (3, "c".to_owned())]);
    }

    #[test]
    fn truncated_files_are_errors_at_every_length() {
        let whole = parts(&[b"a", b"b"], 0x57, None);
        for cut in 0..whole.shp.len() {
            let cut = ShapefileParts {
                shp: whole.shp[..cut].to_vec(),
                ..parts(&[b"a", b"b"], 0x57, None)
            };
            assert!(matches!(
                read("a.shp", "a", &cut),
                Err(Error::Unreadable { .. })
            ));
        }
        let dbf = whole.dbf.clone().unwrap();
        // The last byte is an end mark that some writers leave out.
        for cut in 0..dbf.len() - 1 {
            let cut = ShapefileParts {
                dbf: Some(dbf[..cut].to_vec()),
                ..parts(&[b"a", b"b"], 0x57, None)
            };
            assert!(matches!(
                read("a.shp", "a", &cut),
                Err(Error::Unreadable { .. })
            ));
        }
    }

    #[test]
    fn a_missing_dbf_is_named() {
        let message = read(
            "a.shp",
            "a",
            &ShapefileParts {
                dbf: None,
                ..parts(&[b"a"], 0, None)
            },
        )
        .unwrap_err()
        .to_string();
        assert!(
            message.contains("a.shp") && message.contains(".dbf"),
            "{message}"
        );
    }

    #[test]
    fn other_shapes_and_null_ones_are_kept_with_the_reason() {
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = ShapeWriter::new(&mut bytes);
        writer.write_shape(&Point::new(1.0, 2.0)).unwrap();
        writer.finalize().unwrap();
        drop(writer);
        let layer = read(
            "a.shp",
            "a",
            &ShapefileParts {
                shp: bytes.into_inner(),
                ..parts(&[b"a"], 0, None)
            },
        )
        .unwrap();
        assert!(
            layer.features[0]
                .geometry
                .as_ref()
                .unwrap_err()
                .contains("Point")
        );
        assert_eq!(polygons(Shape::NullShape), Err("no geometry".to_owned()));
    }

    proptest! {
        /// Damaged bytes give a layer or an error, never a panic.
        #[test]
        fn damage_never_panics(changes in prop::collection::vec((0_usize..600, any::<u8>()), 1..6), table in any::<bool>()) {
            let mut parts = parts(&[b"a", b"b"], 0x57, None);
            let bytes = if table { parts.dbf.as_mut().unwrap() } else { &mut parts.shp };
            for (at, value) in changes {
                let at = at % bytes.len();
                bytes[at] = value;
            }
            let _ = read("a.shp", "a", &parts);
        }
    }
}
