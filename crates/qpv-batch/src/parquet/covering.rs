//! `GeoParquet` 1.1 in the output: the metadata, and a column with the extent of each geometry, by which readers skip rows.

use std::sync::Arc;

use ::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use ::parquet::file::metadata::KeyValue;
use arrow_array::builder::Float64Builder;
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_schema::{DataType, Field, Fields};
use serde_json::{Value, json};

use super::geometry::{self, GEO_KEY, GeometryColumn, StatedCrs};
use super::wkb::GeometryExtent;
use crate::cell::AddedColumn;
use crate::column_names::without_clash;
use crate::column_titles::ColumnTitles;
use crate::error::BatchError;

/// The version that is written.
const VERSION: &str = "1.1.0";

/// The members of an extent, in the order of [`GeometryExtent`].
const SIDES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

/// The column of extents that the output gets.
#[derive(Debug, Clone)]
pub(super) struct CoveringColumn {
    /// The place of the geometries among the columns.
    pub(super) geometry: usize,
    pub(super) field: Field,
}

impl CoveringColumn {
    /// Returns the column for geometries in well-known binary, under a name that no other column has.
    fn new(geometry: &GeometryColumn, names: &[String]) -> Self {
        let wanted = AddedColumn {
            name: "bbox".into(),
            number: true,
        };
        // The name that other programs give it too.
        let name = without_clash(names, vec![wanted], ColumnTitles::Api)
            .remove(0)
            .name;
        let sides: Fields = SIDES
            .into_iter()
            .map(|side| Field::new(side, DataType::Float64, false))
            .collect();
        Self {
            geometry: geometry.column,
            field: Field::new(name, DataType::Struct(sides), true),
        }
    }

    /// Returns the extents of geometries; null for one that has none.
    pub(super) fn extents(&self, geometries: &ArrayRef) -> ArrayRef {
        let mut sides = SIDES.map(|_| Float64Builder::with_capacity(geometries.len()));
        let mut is_known = Vec::with_capacity(geometries.len());
        for row in 0..geometries.len() {
            let extent = geometry::bytes(geometries, row).and_then(GeometryExtent::from_wkb);
            is_known.push(extent.is_some());
            // Under a null the numbers mean nothing, and must be there.
            let values = extent.map_or([0.0; 4], |extent| {
                [extent.min[0], extent.min[1], extent.max[0], extent.max[1]]
            });
            for (side, value) in sides.iter_mut().zip(values) {
                side.append_value(value);
            }
        }
        let DataType::Struct(fields) = self.field.data_type() else {
            unreachable!("it is a structure")
        };
        let sides = sides.map(|mut side| Arc::new(side.finish()) as ArrayRef);
        Arc::new(StructArray::new(
            fields.clone(),
            sides.to_vec(),
            Some(is_known.into()),
        ))
    }
}

/// Returns the metadata of `GeoParquet` for the output, and the column of extents unless there is one; nothing for a
/// table without geometries.
///
/// # Errors
/// The same as [`geometry::described`].
pub(super) fn covering(
    metadata: &ArrowReaderMetadata,
    names: &[String],
) -> Result<(Option<KeyValue>, Option<CoveringColumn>), BatchError> {
    let Some((geometry, crs)) = geometry::described(metadata)? else {
        return Ok((None, None));
    };
    let Some(mut geo) = geometry::geo_metadata(metadata)?.or_else(|| new_metadata(&geometry, &crs))
    else {
        return Ok((None, None));
    };
    // Members of 1.0 mean the same in 1.1.
    geo["version"] = VERSION.into();
    let described = &mut geo["columns"][&geometry.name];
    let mut column = None;
    if geometry.is_wkb && described.is_object() && described["covering"].is_null() {
        let added = CoveringColumn::new(&geometry, names);
        let sides = SIDES.map(|side| (side.to_owned(), json!([added.field.name(), side])));
        described["covering"] = json!({ "bbox": Value::Object(sides.into_iter().collect()) });
        column = Some(added);
    }
    let entry = KeyValue::new(GEO_KEY.to_owned(), geo.to_string());
    Ok((Some(entry), column))
}

/// Returns the metadata of geometries that were known by their type only, which the output does not keep.
fn new_metadata(geometry: &GeometryColumn, crs: &StatedCrs) -> Option<Value> {
    let mut described = json!({ "encoding": "WKB", "geometry_types": [] });
    match crs {
        StatedCrs::Default => {}
        StatedCrs::Named(crs @ Value::Object(_)) => described["crs"] = crs.clone(),
        // An identifier alone is no PROJJSON: the reference system is said to be unknown rather than wrong.
        StatedCrs::Named(name) if geometry::is_wgs84(name) => {}
        StatedCrs::Named(_) | StatedCrs::Unknown => described["crs"] = Value::Null,
    }
    geometry.is_wkb.then(|| {
        json!({
            "primary_column": geometry.name,
            "columns": Value::Object([(geometry.name.clone(), described)].into_iter().collect()),
        })
    })
}
