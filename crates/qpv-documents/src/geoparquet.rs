//! Writing `GeoParquet` 1.1: one table of features on WGS 84, with the box of each shape as a covering.
//!
//! By the specification of OGC: shapes as WKB, longitude first, in the reference system that is meant when none is named
//! (OGC:CRS84). A file holds one table, so a comparison is a file for each of its tables. What is written here is small and
//! made in memory, from the tables that a GeoPackage is made from. Lists, which may be of any length, are written by
//! `qpv-batch`, the other crate that knows Arrow.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    StructArray,
};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema};
use geozero::{CoordDimensions, ToWkb};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use serde_json::json;

use crate::geopackage::{ColumnKind, Shape, ShapeKind, Table, Value};

/// The column of shapes.
const GEOMETRY: &str = "geometry";
/// The column of their boxes.
const BOX: &str = "bbox";
/// The sides of a box, as the specification names and orders them.
const SIDES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

/// The reasons why a table cannot be written.
#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    #[error(transparent)]
    Parquet(#[from] ParquetError),
    #[error(transparent)]
    Shape(#[from] geozero::error::GeozeroError),
}

/// Returns the bytes of a `GeoParquet` file with this table, and this text as its metadata `description`.
///
/// # Errors
/// Errors of the library, as when two columns have one name.
pub fn write(table: &Table<'_>, description: &str) -> Result<Vec<u8>, String> {
    written(table, description).map_err(|fault| fault.to_string())
}

fn written(table: &Table<'_>, description: &str) -> Result<Vec<u8>, WriteError> {
    let batch = batch(table)?;
    let metadata = [
        ("geo", geo(table).to_string()),
        ("description", description.to_owned()),
    ];
    let metadata = metadata.map(|(key, value)| KeyValue::new(key.to_owned(), value));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(metadata.into()))
        .build();
    // Readers that find a schema of Arrow take its metadata, which is empty, for that of the file.
    let options = ArrowWriterOptions::new()
        .with_properties(properties)
        .with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), batch.schema(), options)?;
    writer.write(&batch)?;
    Ok(writer.into_inner()?)
}

/// Returns the metadata that the specification requires.
fn geo(table: &Table<'_>) -> serde_json::Value {
    let kind = match table.shapes {
        ShapeKind::Areas => "MultiPolygon",
        ShapeKind::Points => "Point",
    };
    let covering: serde_json::Map<String, serde_json::Value> = SIDES
        .iter()
        .map(|side| ((*side).to_owned(), json!([BOX, side])))
        .collect();
    let mut column = json!({
        "encoding": "WKB",
        "geometry_types": [kind],
        "covering": { "bbox": covering },
    });
    // Without shapes there is no box, and zeros would be one.
    if let Some(extent) = extent(table) {
        column["bbox"] = json!(extent);
    }
    json!({ "version": "1.1.0", "primary_column": GEOMETRY, "columns": { GEOMETRY: column } })
}

/// Returns the box of all shapes; `None` when there is none.
fn extent(table: &Table<'_>) -> Option<[f64; 4]> {
    let boxes = table
        .rows
        .iter()
        .filter_map(|(shape, _)| shape.as_ref()?.bounds());
    boxes.reduce(|[w, s, e, n], [west, south, east, north]| {
        [w.min(west), s.min(south), e.max(east), n.max(north)]
    })
}

fn batch(table: &Table<'_>) -> Result<RecordBatch, WriteError> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (column, (name, kind)) in table.columns.iter().enumerate() {
        fields.push(Field::new(name, data_type(*kind), true));
        arrays.push(array(table, column, *kind));
    }
    let mut shapes = Vec::with_capacity(table.rows.len());
    for (shape, _) in &table.rows {
        shapes.push(shape.map(wkb).transpose()?);
    }
    fields.push(Field::new(GEOMETRY, DataType::Binary, true));
    arrays.push(Arc::new(BinaryArray::from_iter(shapes)));
    let boxes = boxes(table)?;
    fields.push(Field::new(
        BOX,
        DataType::Struct(boxes.fields().clone()),
        true,
    ));
    arrays.push(Arc::new(boxes));
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

fn data_type(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text => DataType::Utf8,
        ColumnKind::Whole => DataType::Int64,
        ColumnKind::Real => DataType::Float64,
        ColumnKind::Flag => DataType::Boolean,
    }
}

/// Returns the values of a column; a value of another kind than the column's would be a fault of the table, and is null.
fn array(table: &Table<'_>, column: usize, kind: ColumnKind) -> ArrayRef {
    match kind {
        ColumnKind::Text => collect::<StringArray, _>(table, column, |value| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        }),
        ColumnKind::Whole => collect::<Int64Array, _>(table, column, |value| match value {
            Value::Whole(whole) => Some(*whole),
            _ => None,
        }),
        ColumnKind::Real => collect::<Float64Array, _>(table, column, |value| match value {
            Value::Real(real) => Some(*real),
            _ => None,
        }),
        ColumnKind::Flag => collect::<BooleanArray, _>(table, column, |value| match value {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }),
    }
}

fn collect<'a, A: Array + FromIterator<Option<T>> + 'static, T>(
    table: &'a Table<'_>,
    column: usize,
    value: impl Fn(&'a Value) -> Option<T>,
) -> ArrayRef {
    let values = table.rows.iter().map(|(_, values)| value(&values[column]));
    Arc::new(values.collect::<A>())
}

fn wkb(shape: Shape<'_>) -> Result<Vec<u8>, WriteError> {
    Ok(shape.geometry().to_wkb(CoordDimensions::xy())?)
}

/// Returns the box of each shape; null without a shape.
fn boxes(table: &Table<'_>) -> Result<StructArray, WriteError> {
    let boxes: Vec<Option<[f64; 4]>> = table
        .rows
        .iter()
        .map(|(shape, _)| shape.as_ref().and_then(Shape::bounds))
        .collect();
    let fields: Fields = SIDES
        .iter()
        .map(|side| Field::new(*side, DataType::Float64, true))
        .collect();
    let sides = (0..SIDES.len()).map(|side| {
        let values = boxes.iter().map(|found| found.map(|found| found[side]));
        Arc::new(values.collect::<Float64Array>()) as ArrayRef
    });
    // A box of nulls is not the same as no box to readers that prune by it.
    let known = boxes.iter().map(Option::is_some).collect();
    Ok(StructArray::try_new(fields, sides.collect(), Some(known))?)
}

#[cfg(test)]
mod tests {
    use geo_types::{Coord, MultiPolygon, polygon};
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    use super::*;

    #[test]
    fn rows_and_metadata_are_read_back() {
        let triangle = MultiPolygon::new(vec![polygon![
            (x: -0.5, y: 48.0), (x: -0.4, y: 48.0), (x: -0.4, y: 48.1), (x: -0.5, y: 48.0)
        ]]);
        let table = Table {
            name: "qpv".into(),
            title: "Quartiers".into(),
            columns: vec![
                ("lib_qp".into(), ColumnKind::Text),
                ("area_ha".into(), ColumnKind::Real),
            ],
            rows: vec![
                (
                    Some(Shape::Areas(&triangle)),
                    vec![Value::Text("L'Île".into()), Value::Real(12.5)],
                ),
                (None, vec![Value::Null, Value::Null]),
            ],
            shapes: ShapeKind::Areas,
            style: None,
        };
        let bytes = write(&table, "Essai").unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let metadata = reader
            .metadata()
            .file_metadata()
            .key_value_metadata()
            .unwrap();
        let of = |key: &str| {
            let found = metadata.iter().find(|entry| entry.key == key).unwrap();
            found.value.clone().unwrap()
        };
        let geo: serde_json::Value = serde_json::from_str(&of("geo")).unwrap();
        let column = &geo["columns"]["geometry"];
        assert_eq!(geo["version"], "1.1.0");
        assert_eq!(column["geometry_types"], json!(["MultiPolygon"]));
        assert_eq!(column["bbox"], json!([-0.5, 48.0, -0.4, 48.1]));
        assert_eq!(column["covering"]["bbox"]["ymin"], json!(["bbox", "ymin"]));
        assert_eq!(of("description"), "Essai");
        let rows: Vec<_> = reader
            .get_row_iter(None)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(rows[0].get_string(0).unwrap(), "L'Île");
        // Little-endian, a multipolygon of one polygon.
        let wkb = rows[0].get_bytes(2).unwrap();
        assert_eq!(&wkb.data()[..9], [1, 6, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(rows[0].get_group(3).unwrap().get_double(3).unwrap(), 48.1);
        assert!(rows[1].get_bytes(2).is_err() && rows[1].get_group(3).is_err());
    }

    #[test]
    fn points_and_empty_tables_are_written() {
        let mut table = Table {
            name: "places".into(),
            title: "Lieux".into(),
            columns: vec![
                ("sure".into(), ColumnKind::Flag),
                ("n".into(), ColumnKind::Whole),
            ],
            rows: vec![(
                Some(Shape::Point(Coord { x: 1.0, y: 2.0 })),
                vec![Value::Flag(true), Value::Whole(3)],
            )],
            shapes: ShapeKind::Points,
            style: None,
        };
        assert!(write(&table, "").unwrap().starts_with(b"PAR1"));
        table.rows.clear();
        assert!(geo(&table)["columns"]["geometry"].get("bbox").is_none());
        assert!(write(&table, "").is_ok());
    }
}
