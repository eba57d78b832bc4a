//! Shapefiles: geometry from `.shp`, attributes from `.dbf`, the reference system from `.prj`.
//!
//! Rings are grouped into polygons by containment, not by their order: a hole (counter-clockwise) belongs to the
//! smallest shell (clockwise) that contains it, and one without a shell becomes a polygon of its own, so that a ring drawn
//! the wrong way round never loses its area.

use std::io::Cursor;

use dbase::encoding::EncodingRs;
use dbase::{FieldValue, ReaderBuilder, Record};
use encoding_rs::X_USER_DEFINED;
use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo::{Area, BoundingRect, Intersects};
use geo_types::{Coord, LineString, MultiPolygon, Polygon, Rect};
use shapefile::{PolygonRing, Shape, ShapeReader};

use super::encoding::{DecidedEncoding, DeclaredEncoding, TextEncoding};
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
    remarks: Vec<String>,
}

/// A value of a `.dbf` before the encoding is known.
enum DbfValue {
    Text(Vec<u8>),
    Other(Option<String>),
}

/// Pairs of an outer and an inner ring that are looked at in one feature.
const MAX_SHELL_HOLE_PAIRS: usize = 200_000_000;
/// Places listed in a remark; the rest is counted.
const MAX_LISTED_PLACES: usize = 5;

/// Reads the layer. Deleted records are left out, as all readers of the format do, and reported.
pub(super) fn read(
    file: &str,
    stem: &str,
    parts: &ShapefileParts,
    encoding: Option<TextEncoding>,
) -> Result<RawLayer, Error> {
    let dbf = parts.dbf.as_ref().ok_or_else(|| Error::MissingPart {
        file: file.to_owned(),
        part: ".dbf",
    })?;
    let cpg = parts
        .cpg
        .as_deref()
        .and_then(|bytes| text(&String::from_utf8_lossy(bytes)));
    let declared_encoding = DeclaredEncoding {
        given: encoding,
        cpg: cpg.as_deref(),
        language: dbf.get(29).copied().unwrap_or(0),
    };
    let table = table(file, dbf, declared_encoding)?;
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
        remarks: table.remarks,
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

/// Checks that the records that a `.dbf` announces are in it: each costs memory, even one without a byte.
fn check_announced_records(file: &str, dbf: &[u8]) -> Result<(), Error> {
    let Some(header) = dbf.get(..12) else {
        // The library says what is wrong with it.
        return Ok(());
    };
    let count = word_at(header, 4) + (word_at(header, 6) << 16);
    let (first, length) = (word_at(header, 8), word_at(header, 10));
    // Rows of no byte would be as many as a header likes to say.
    let announced = count.saturating_mul(length).saturating_add(first);
    if announced <= dbf.len() && (length > 0 || count == 0) {
        return Ok(());
    }
    let fault = format!(
        "its .dbf is {} bytes long, and announces {count} rows of {length} bytes",
        dbf.len()
    );
    Err(unreadable(file, None, fault))
}

fn table(file: &str, dbf: &[u8], declared: DeclaredEncoding<'_>) -> Result<AttributeTable, Error> {
    check_announced_records(file, dbf)?;
    let mut reader = ReaderBuilder::new()
        // It keeps every byte apart, so that the encoding can be decided by all of them.
        .with_encoding(EncodingRs::from(X_USER_DEFINED))
        .build(Cursor::new(dbf))
        .map_err(|error| unreadable(file, None, format!("its .dbf is damaged ({error})")))?;
    let names: Vec<String> = reader
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
            let values = names.iter().map(|name| value(&record, name));
            values.collect::<Vec<_>>()
        }));
    }
    Ok(decoded(&names, rows, declared))
}

/// Returns the table with its text, once the encoding is decided by all of it.
fn decoded(
    names: &[String],
    rows: Vec<Option<Vec<DbfValue>>>,
    declared: DeclaredEncoding<'_>,
) -> AttributeTable {
    let names: Vec<Vec<u8>> = names.iter().map(|name| bytes_of(name)).collect();
    let values = rows
        .iter()
        .flatten()
        .flatten()
        .filter_map(|value| match value {
            DbfValue::Text(bytes) => Some(bytes.as_slice()),
            DbfValue::Other(_) => None,
        });
    let text_values: Vec<&[u8]> = names.iter().map(Vec::as_slice).chain(values).collect();
    let encoding = DecidedEncoding::by_text(&text_values, declared);
    let columns: Vec<String> = names
        .iter()
        .map(|name| encoding.decode(name).0.into_owned())
        .collect();
    let (mut damaged, mut deleted) = (Vec::new(), Vec::new());
    let mut decoded = Vec::with_capacity(rows.len());
    for (at, row) in rows.into_iter().enumerate() {
        if row.is_none() {
            deleted.push((at + 1).to_string());
        }
        decoded.push(row.map(|row| {
            let values = row.into_iter().zip(&columns);
            let values = values.map(|(value, column)| match value {
                DbfValue::Other(value) => value,
                DbfValue::Text(bytes) => {
                    let (value, is_damaged) = encoding.decode(&bytes);
                    if is_damaged {
                        damaged.push(format!("row {}, {column}", at + 1));
                    }
                    text(&value)
                }
            });
            values.collect()
        }));
    }
    let mut remarks: Vec<String> = encoding.remark.into_iter().collect();
    if !damaged.is_empty() {
        remarks.push(format!(
            "{} value(s) cut inside a letter, or in another encoding than the others ({})",
            damaged.len(),
            listed(&damaged)
        ));
    }
    if !deleted.is_empty() {
        remarks.push(format!(
            "{} row(s) of the .dbf are marked deleted, and left out (row {})",
            deleted.len(),
            listed(&deleted)
        ));
    }
    AttributeTable {
        columns,
        rows: decoded,
        remarks,
    }
}

fn listed(places: &[String]) -> String {
    let mut text = places[..places.len().min(MAX_LISTED_PLACES)].join("; ");
    if places.len() > MAX_LISTED_PLACES {
        text.push_str("; …");
    }
    text
}

/// Returns the bytes of text in the encoding `x-user-defined`: bytes beyond ASCII are U+F780 to U+F7FF.
fn bytes_of(text: &str) -> Vec<u8> {
    let bytes = text.chars().map(|sign| match u32::from(sign) {
        code @ (0..=0x7f | 0xf780..=0xf7ff) => code.to_le_bytes().first().copied(),
        _ => None,
    });
    // A byte order mark makes the library read UTF-8.
    bytes
        .collect::<Option<_>>()
        .unwrap_or_else(|| text.as_bytes().to_vec())
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

fn value(record: &Record, column: &str) -> DbfValue {
    let value = match record.get(column) {
        Some(FieldValue::Character(Some(value)) | FieldValue::Memo(value)) => {
            return DbfValue::Text(bytes_of(value));
        }
        None | Some(FieldValue::Character(None)) => None,
        Some(FieldValue::Numeric(value)) => value.and_then(number),
        Some(FieldValue::Float(value)) => value.and_then(|v| number(f64::from(v))),
        Some(FieldValue::Double(value) | FieldValue::Currency(value)) => number(*value),
        Some(FieldValue::Integer(value)) => Some(value.to_string()),
        Some(FieldValue::Logical(value)) => value.map(|v| v.to_string()),
        Some(FieldValue::Date(value)) => value.map(|v| v.to_string()),
        Some(FieldValue::DateTime(value)) => Some(format!("{value:?}")),
    };
    DbfValue::Other(value)
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
        Shape::Polygon(polygon) => group(polygon.into_inner()),
        Shape::PolygonM(polygon) => group(polygon.into_inner()),
        Shape::PolygonZ(polygon) => group(polygon.into_inner()),
        Shape::NullShape => Err("no geometry".to_owned()),
        other => Err(format!(
            "a {}, where a polygon is expected",
            other.shapetype()
        )),
    }
}

/// Groups rings into polygons (see the module's header).
fn group<P>(rings: Vec<PolygonRing<P>>) -> Result<MultiPolygon<f64>, String>
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
    if shells.saturating_mul(holes.len()) > MAX_SHELL_HOLE_PAIRS {
        return Err(format!(
            "{shells} outer and {} inner rings in one feature, more than can be put together",
            holes.len()
        ));
    }
    // Boxes spare most shells the look at all their vertices.
    let boxes: Vec<Option<Rect<f64>>> = polygons.iter().map(Polygon::bounding_rect).collect();
    for hole in holes {
        match smallest_around(&polygons[..shells], &boxes, &hole) {
            Some(shell) => polygons[shell].interiors_push(hole),
            None => polygons.push(Polygon::new(hole, Vec::new())),
        }
    }
    Ok(MultiPolygon(polygons))
}

fn ring_of<P>(points: Vec<P>) -> LineString<f64>
where
    Coord<f64>: From<P>,
{
    LineString(points.into_iter().map(Coord::from).collect())
}

/// Returns the smallest shell that encloses a hole.
fn smallest_around(
    shells: &[Polygon<f64>],
    boxes: &[Option<Rect<f64>>],
    hole: &LineString<f64>,
) -> Option<usize> {
    let inner = hole.bounding_rect()?;
    (0..shells.len())
        .filter(|i| boxes[*i].is_some_and(|outer| outer.intersects(&inner)))
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
        group(rings.into_iter().map(PolygonRing::from).collect()).unwrap()
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
        read("a.shp", "a", parts, None)
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
        for (cpg, bytes, words) in [
            (Some("KLINGON"), windows, "unknown encoding `KLINGON`"),
            (Some("1252"), utf8, "although its .cpg says `1252`"),
            (Some("UTF-8"), windows, "it is not `UTF-8`"),
            (None, utf8, "its records are valid UTF-8"),
        ] {
            let layer = read("a.shp", "a", &parts(&[bytes], 0, cpg), None).unwrap();
            assert_eq!(layer.features[0].attributes, expected, "{cpg:?}");
            assert!(layer.remarks[0].contains(words), "{:?}", layer.remarks);
        }
        let dos = parts(&[b"Thia\x8bs"], 0x02, None);
        assert_eq!(names(&dos), [Some("Thiaïs".to_owned())]);
        let plain = read("a.shp", "a", &parts(&[b"plain", b""], 0x02, None), None).unwrap();
        assert_eq!(plain.features[0].attributes, [Some("plain".to_owned())]);
        assert_eq!(plain.features[1].attributes, [None]);
        assert!(plain.remarks.is_empty());
        let given = Some("1252".parse().unwrap());
        let layer = read("a.shp", "a", &parts(&["é".as_bytes()], 0, None), given).unwrap();
        assert_eq!(layer.features[0].attributes, [Some("Ã©".to_owned())]);
    }

    #[test]
    fn a_name_cut_by_its_field_spoils_only_itself() {
        let cut = &"Egalité-Égalité-Égalité".as_bytes()[..20];
        assert!(std::str::from_utf8(cut).is_err());
        let layer = read(
            "a.shp",
            "a",
            &parts(&["Thiaïs".as_bytes(), cut], 0, None),
            None,
        )
        .unwrap();
        let names: Vec<_> = layer
            .features
            .iter()
            .map(|feature| feature.attributes[0].as_deref().unwrap())
            .collect();
        assert_eq!(names, ["Thiaïs", "Egalité-Égalité-"]);
        assert!(
            layer.remarks[1].contains("row 2, NOM"),
            "{:?}",
            layer.remarks
        );
    }

    #[test]
    fn bytes_survive_the_library() {
        let all: Vec<u8> = (0x21..=0xff).collect();
        let through = X_USER_DEFINED.decode_without_bom_handling(&all).0;
        assert_eq!(bytes_of(&through), all);
    }

    #[test]
    fn deleted_records_leave_the_others_aligned() {
        let mut parts = parts(&[b"a", b"b", b"c"], 0x57, None);
        let bytes = parts.dbf.as_mut().unwrap();
        let first = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        bytes[first + 21] = b'*';
        let layer = read("a.shp", "a", &parts, None).unwrap();
        let rows: Vec<_> = layer
            .features
            .iter()
            .map(|f| (f.number, f.attributes[0].clone().unwrap()))
            .collect();
        assert_eq!(rows, [(1, "a".to_owned()), (3, "c".to_owned())]);
        assert!(
            layer.remarks[0].contains("marked deleted"),
            "{:?}",
            layer.remarks
        );
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
                read("a.shp", "a", &cut, None),
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
                read("a.shp", "a", &cut, None),
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
            None,
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
            None,
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
            let _ = read("a.shp", "a", &parts, None);
        }
    }
}
