//! The perimeters themselves as a file of features.

use qpv_french::{key, sentence};
use qpv_model::Perimeter;
use qpv_service::Snapshot;
use qpv_service::layers::attributes::perimeter_attributes;
use qpv_tiles::{AttributeName, FeatureValue as Attribute};

use crate::geopackage::{ColumnKind, Shape, ShapeKind, Table, Value};
use crate::geoparquet;

/// Columns of perimeters: the attributes that [`perimeter_attributes`] gives.
pub(crate) const PERIMETER_COLUMNS: [(&str, ColumnKind); 10] = [
    ("code_qp", ColumnKind::Text),
    ("lib_qp", ColumnKind::Text),
    ("insee_com", ColumnKind::Text),
    ("lib_com", ColumnKind::Text),
    ("insee_dep", ColumnKind::Text),
    ("lib_dep", ColumnKind::Text),
    ("insee_reg", ColumnKind::Text),
    ("lib_reg", ColumnKind::Text),
    ("siren_epci", ColumnKind::Text),
    ("area_ha", ColumnKind::Real),
];

/// Returns perimeters as `GeoParquet`, each with its vintage, the dataset in the metadata.
///
/// # Errors
/// Errors of the library.
pub fn perimeters_geoparquet(
    snapshot: &Snapshot,
    perimeters: &[&Perimeter],
) -> Result<Vec<u8>, String> {
    let columns = PERIMETER_COLUMNS
        .iter()
        .chain(&[("vintage", ColumnKind::Text)])
        .map(|(name, kind)| ((*name).to_owned(), *kind));
    let table = Table {
        name: "qpv".to_owned(),
        title: String::new(),
        columns: columns.collect(),
        rows: perimeters.iter().copied().map(row).collect(),
        shapes: ShapeKind::Areas,
        style: None,
    };
    let digest = sentence(key::COMPARE_NOTE_DATASET, &[("digest", snapshot.digest())]);
    geoparquet::write(&table, &digest)
}

fn row(perimeter: &Perimeter) -> (Option<Shape<'_>>, Vec<Value>) {
    let attributes = perimeter_attributes(perimeter);
    let mut values: Vec<Value> = PERIMETER_COLUMNS
        .iter()
        .map(|(name, _)| attribute_value(&attributes, name))
        .collect();
    values.push(Value::Text(perimeter.vintage.to_string()));
    (Some(Shape::Areas(perimeter.outline.wgs84())), values)
}

/// Returns the attribute of this name, as a value of a table.
pub(crate) fn attribute_value(attributes: &[(AttributeName, Attribute)], wanted: &str) -> Value {
    match attributes.iter().find(|(name, _)| *name == wanted) {
        Some((_, Attribute::Text(text))) => Value::Text(text.clone()),
        Some((_, Attribute::Whole(whole))) => Value::Whole((*whole).into()),
        Some((_, Attribute::Number(real))) => Value::Real(*real),
        None => Value::Null,
    }
}
