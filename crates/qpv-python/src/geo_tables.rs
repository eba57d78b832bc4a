//! Tables with shapes: the files of `GeoParquet` that the service gives, as Arrow tables.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Field, Schema};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use pyo3::PyResult;

use crate::problems::internal;
use crate::table::Table;

/// The column of shapes.
const GEOMETRY: &str = "geometry";
/// The metadata by which libraries know shapes in Arrow (`GeoArrow` 0.2), and their reference system: that of `GeoParquet`
/// where a file names none.
const SHAPE_METADATA: [(&str, &str); 2] = [
    ("ARROW:extension:name", "geoarrow.wkb"),
    (
        "ARROW:extension:metadata",
        r#"{"crs":"OGC:CRS84","crs_type":"authority_code"}"#,
    ),
];

/// Returns a file of `GeoParquet` as a table, with its metadata.
///
/// # Errors
/// Those of a file that is none.
pub(crate) fn geo_table(file: Vec<u8>) -> PyResult<Table> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file))
        .map_err(|fault| internal(&fault))?;
    let file_metadata = builder.metadata().file_metadata().key_value_metadata();
    let metadata: HashMap<String, String> = file_metadata
        .into_iter()
        .flatten()
        .filter_map(|pair| Some((pair.key.clone(), pair.value.clone()?)))
        .collect();
    let fields = builder.schema().fields().iter().map(|field| {
        if field.name() != GEOMETRY {
            return Arc::clone(field);
        }
        let shape = SHAPE_METADATA.map(|(key, value)| (key.to_owned(), value.to_owned()));
        Arc::new(Field::clone(field).with_metadata(HashMap::from(shape)))
    });
    let schema = Arc::new(Schema::new_with_metadata(
        fields.collect::<Vec<_>>(),
        metadata,
    ));
    let reader = builder.build().map_err(|fault| internal(&fault))?;
    let batches = reader.map(|batch| {
        let columns = batch?.columns().to_vec();
        RecordBatch::try_new(Arc::clone(&schema), columns)
    });
    let batches = batches.collect::<Result<Vec<_>, _>>();
    Ok(Table::new(
        Arc::clone(&schema),
        batches.map_err(|fault| internal(&fault))?,
    ))
}
