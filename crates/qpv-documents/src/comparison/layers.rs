//! A comparison for geographic information systems: `GeoJSON`, GeoPackage and `GeoParquet`, on WGS 84.

use crate::geopackage::{self, ColumnKind, Shape, ShapeKind, Table, Value};
use crate::geoparquet;
use crate::perimeters::{PERIMETER_COLUMNS, attribute_value};
use geo_types::MultiPolygon;
use geojson::{Feature, FeatureCollection, Geometry, JsonObject};
use qpv_engine::ChangeOutlines;
use qpv_french::{Key, key, sentence};
use qpv_model::{Perimeter, Vintage};

use super::notes::Notes;
use super::qgis_style::{self, PARTS};
use super::tables::{self, Cell};
use super::{ExportError, ExportTable};
use qpv_service::layers::attributes::perimeter_attributes;
use qpv_service::{Comparison, Moved};

fn parts(outlines: ChangeOutlines) -> [(&'static str, MultiPolygon<f64>); 3] {
    let ChangeOutlines {
        shared,
        gained,
        lost,
    } = outlines;
    [(PARTS[0], shared), (PARTS[1], gained), (PARTS[2], lost)]
}

/// A feature for each part of each change that has an area, with the change's row; what has no ground to show is in
/// `undetermined`, beside `features`.
pub(super) fn geojson(comparison: &Comparison<'_>, moved: &Moved<'_>) -> Vec<u8> {
    let changes = tables::changes(comparison, moved);
    let places = tables::places(comparison, moved);
    let collection = FeatureCollection {
        bbox: None,
        features: features(comparison, &changes),
        foreign_members: Some(members(comparison, &changes, &places)),
    };
    serde_json::to_vec(&collection).expect("features are serialisable")
}

/// A feature for each part of each change that has an area.
fn features(comparison: &Comparison<'_>, changes: &tables::Table) -> Vec<Feature> {
    let mut features = Vec::new();
    for (changed, row) in comparison.changes.iter().zip(&changes.rows) {
        for (part, outline) in parts(comparison.outlines(changed)) {
            // Not every change has all parts: a new perimeter has lost nothing.
            if outline.0.is_empty() {
                continue;
            }
            let mut properties = properties(changes, row);
            properties.insert("part".to_owned(), part.into());
            features.push(Feature {
                bbox: None,
                geometry: Some(Geometry::from(&outline)),
                id: None,
                properties: Some(properties),
                foreign_members: None,
            });
        }
    }
    features
}

/// The members of the file beside its features.
fn members(
    comparison: &Comparison<'_>,
    changes: &tables::Table,
    places: &tables::Table,
) -> JsonObject {
    let snapshot = comparison.snapshot();
    let mut members = JsonObject::new();
    members.insert("from".to_owned(), comparison.from.as_str().into());
    members.insert("to".to_owned(), comparison.to.as_str().into());
    members.insert("dataset".to_owned(), snapshot.digest().into());
    members.insert("fictional".to_owned(), snapshot.fictional().into());
    members.insert("complete".to_owned(), comparison.complete.into());
    members.insert("places".to_owned(), objects(places, &places.rows));
    // The table lists the changes first, then what has no ground to draw.
    let undetermined = &changes.rows[comparison.changes.len()..];
    members.insert("undetermined".to_owned(), objects(changes, undetermined));
    members
}

/// Rows of a table as a list of objects.
fn objects(table: &tables::Table, rows: &[Vec<Cell>]) -> serde_json::Value {
    rows.iter()
        .map(|row| serde_json::Value::Object(properties(table, row)))
        .collect()
}

/// A row of a table as an object: its cells by the names of their columns.
fn properties(table: &tables::Table, row: &[Cell]) -> JsonObject {
    table
        .columns
        .iter()
        .zip(row)
        .map(|(column, cell)| (column.name.to_owned(), json(cell)))
        .collect()
}

fn json(cell: &Cell) -> serde_json::Value {
    match cell {
        Cell::Text(text) => text.as_str().into(),
        Cell::Name(name, _) => (*name).into(),
        Cell::Whole(whole) => (*whole).into(),
        Cell::Year(year) => (*year).into(),
        Cell::Real(real) | Cell::Degrees(real) | Cell::Figure(real) => (*real).into(),
        Cell::Flag(flag) => (*flag).into(),
        Cell::Empty => serde_json::Value::Null,
    }
}

/// Tables in the order that maps draw them: areas last in the list lie below.
pub(super) fn geopackage(
    comparison: &Comparison<'_>,
    moved: &Moved<'_>,
) -> Result<Vec<u8>, ExportError> {
    let outlines = all_parts(comparison);
    let changes = tables::changes(comparison, moved);
    let ground = ground(&changes, &outlines);
    let [from, to] =
        [comparison.from, comparison.to].map(|vintage| perimeters(comparison, vintage));
    let places = points(
        "places",
        key::COMPARE_LAYER_PLACES,
        &tables::places(comparison, moved),
        qgis_style::places(),
    );
    let addresses = points(
        "addresses",
        key::COMPARE_LAYER_ADDRESSES,
        &tables::addresses_or_number(comparison)?,
        qgis_style::addresses(),
    );
    let tables: Vec<Table<'_>> = [places, addresses, from, to, ground].into_iter().collect();
    geopackage::write(&tables, &description(comparison, moved)).map_err(ExportError::Failed)
}

/// One of the tables of [`geopackage`]; a file of this format holds no more.
pub(super) fn geoparquet(
    comparison: &Comparison<'_>,
    moved: &Moved<'_>,
    table: ExportTable,
) -> Result<Vec<u8>, ExportError> {
    let outlines = all_parts(comparison);
    let table = match table {
        ExportTable::Changes => ground(&tables::changes(comparison, moved), &outlines),
        ExportTable::Places => points(
            "places",
            key::COMPARE_LAYER_PLACES,
            &tables::places(comparison, moved),
            String::new(),
        ),
        ExportTable::Addresses => points(
            "addresses",
            key::COMPARE_LAYER_ADDRESSES,
            &tables::addresses(comparison)?,
            String::new(),
        ),
    };
    geoparquet::write(&table, &description(comparison, moved)).map_err(ExportError::Failed)
}

fn all_parts(comparison: &Comparison<'_>) -> Vec<[(&'static str, MultiPolygon<f64>); 3]> {
    comparison
        .changes
        .iter()
        .map(|changed| parts(comparison.outlines(changed)))
        .collect()
}

/// Returns the notes and the dataset in one text: files for programs have no page for notes.
fn description(comparison: &Comparison<'_>, moved: &Moved<'_>) -> String {
    let digest = sentence(
        key::COMPARE_NOTE_DATASET,
        &[("digest", comparison.snapshot().digest())],
    );
    let notes = Notes::new(comparison, moved).message_fr();
    notes
        .into_iter()
        .chain([digest])
        .collect::<Vec<_>>()
        .join(" ")
}

fn ground<'a>(
    changes: &tables::Table,
    outlines: &'a [[(&'static str, MultiPolygon<f64>); 3]],
) -> Table<'a> {
    let mut names = vec![("part".to_owned(), ColumnKind::Text)];
    names.extend(columns(changes));
    let mut rows = Vec::new();
    for (row, parts) in changes.rows.iter().zip(outlines) {
        for (part, outline) in parts.iter().filter(|(_, outline)| !outline.0.is_empty()) {
            let values = std::iter::once(Value::Text((*part).to_owned()))
                .chain(row.iter().map(value))
                .collect();
            rows.push((Some(Shape::Areas(outline)), values));
        }
    }
    Table {
        name: "changes".to_owned(),
        title: sentence(key::COMPARE_LAYER_CHANGES, &[]),
        columns: names,
        rows,
        shapes: ShapeKind::Areas,
        style: Some(("qpv".to_owned(), qgis_style::ground())),
    }
}

/// A perimeter of a comparison.
struct ComparedPerimeter<'a> {
    perimeter: &'a Perimeter,
    class: &'static str,
    /// The reason why it has no class of its own.
    reason: Option<&'static str>,
}

impl<'a> ComparedPerimeter<'a> {
    fn undetermined(perimeter: &'a Perimeter, reason: &'static str) -> Self {
        Self {
            perimeter,
            class: UNDETERMINED,
            reason: Some(reason),
        }
    }

    /// Its row: outline, attributes, class and reason.
    fn row(&self) -> (Option<Shape<'a>>, Vec<Value>) {
        let attributes = perimeter_attributes(self.perimeter);
        let mut values: Vec<Value> = PERIMETER_COLUMNS
            .iter()
            .map(|(name, _)| attribute_value(&attributes, name))
            .collect();
        values.push(Value::Text(self.class.to_owned()));
        values.push(
            self.reason
                .map_or(Value::Null, |reason| Value::Text(reason.to_owned())),
        );
        (Some(Shape::Areas(self.perimeter.outline.wgs84())), values)
    }
}

/// The perimeters of a vintage that are listed, undetermined, or perhaps of the area.
fn compared_perimeters<'a>(
    comparison: &Comparison<'a>,
    vintage: Vintage,
) -> Vec<ComparedPerimeter<'a>> {
    let is_from = vintage == comparison.from;
    let mut compared = Vec::new();
    for changed in &comparison.changes {
        let side = if is_from { &changed.from } else { &changed.to };
        compared.extend(side.iter().map(|perimeter| ComparedPerimeter {
            perimeter,
            class: changed.change.class.as_str(),
            reason: None,
        }));
    }
    for group in &comparison.undetermined {
        let side = if is_from { &group.from } else { &group.to };
        compared
            .extend(side.iter().map(|perimeter| {
                ComparedPerimeter::undetermined(perimeter, group.reason.as_str())
            }));
    }
    let reason = comparison.unmatched_reason().as_str();
    compared.extend(
        comparison
            .unmatched
            .iter()
            .filter(|perimeter| perimeter.vintage == vintage)
            .map(|perimeter| ComparedPerimeter::undetermined(perimeter, reason)),
    );
    compared
}

/// The table of [`compared_perimeters`].
fn perimeters<'a>(comparison: &Comparison<'a>, vintage: Vintage) -> Table<'a> {
    let added = [
        ("class", ColumnKind::Text),
        ("undetermined_because", ColumnKind::Text),
    ];
    let columns = PERIMETER_COLUMNS
        .iter()
        .chain(&added)
        .map(|(name, kind)| ((*name).to_owned(), *kind));
    Table {
        name: format!("qpv_{vintage}"),
        title: sentence(key::LAYERS_PERIMETERS, &[("vintage", vintage.as_str())]),
        columns: columns.collect(),
        rows: compared_perimeters(comparison, vintage)
            .iter()
            .map(ComparedPerimeter::row)
            .collect(),
        shapes: ShapeKind::Areas,
        style: Some((
            "qpv".to_owned(),
            qgis_style::perimeters(vintage == comparison.from),
        )),
    }
}

/// The class of undetermined perimeters.
const UNDETERMINED: &str = "undetermined";

/// A table of points. A row without a longitude and a latitude, a place that is nowhere, has no shape.
fn points(name: &str, title: Key, table: &tables::Table, style: String) -> Table<'static> {
    let rows = table
        .rows
        .iter()
        .map(|row| (point(table, row), row.iter().map(value).collect()));
    Table {
        name: name.to_owned(),
        title: sentence(title, &[]),
        columns: columns(table).collect(),
        rows: rows.collect(),
        shapes: ShapeKind::Points,
        style: Some(("qpv".to_owned(), style)),
    }
}

/// The point that a row of a table gives, if it gives one.
fn point(table: &tables::Table, row: &[Cell]) -> Option<Shape<'static>> {
    match (table.cell(row, "lon")?, table.cell(row, "lat")?) {
        (Cell::Degrees(lon), Cell::Degrees(lat)) => Some(Shape::Point((*lon, *lat).into())),
        _ => None,
    }
}

/// The columns of a table, and what they hold.
fn columns(table: &tables::Table) -> impl Iterator<Item = (String, ColumnKind)> + '_ {
    table
        .columns
        .iter()
        .map(|column| (column.name.to_owned(), column.kind))
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Name(name, _) => Value::Text((*name).to_owned()),
        Cell::Year(year) => Value::Whole((*year).into()),
        // `SQLite` has signed integers only.
        Cell::Whole(whole) => i64::try_from(*whole).map_or(Value::Null, Value::Whole),
        Cell::Real(real) | Cell::Degrees(real) | Cell::Figure(real) => Value::Real(*real),
        Cell::Flag(flag) => Value::Flag(*flag),
        Cell::Empty => Value::Null,
    }
}
