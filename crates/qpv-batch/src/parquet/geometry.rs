//! Columns of geometries: finding them, and reading their cells.
//!
//! A column is one by the metadata of `GeoParquet` (1.0 to 2.0), by the Parquet types GEOMETRY and GEOGRAPHY, or by an
//! extension type of `GeoArrow`. It holds well-known binary, or points and polygons as numbers.

use ::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use ::parquet::basic::LogicalType;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, FixedSizeListArray, StructArray};
use arrow_schema::{DataType, Field};
use geo_types::{Coord, LineString, Polygon};
use qpv_model::{Crs, CrsKind};
use serde_json::Value;

use super::wkb;
use crate::error::BatchError;
use crate::geometry::RowGeometry;
use crate::row_error::{MISSING_COORDINATES, NOT_A_PLACE, RowError};

/// The key of the metadata of `GeoParquet`.
pub(super) const GEO_KEY: &str = "geo";
/// The keys of an extension type.
const EXTENSION_NAME: &str = "ARROW:extension:name";
const EXTENSION_METADATA: &str = "ARROW:extension:metadata";

/// A column of geometries.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GeometryColumn {
    /// Its place among the columns.
    pub(super) column: usize,
    pub(super) name: String,
    /// The reference system; `None` for longitude and latitude.
    pub(super) crs: Option<Crs>,
    /// True for well-known binary.
    pub(super) is_wkb: bool,
    /// True for lists of points that are lines, not rings.
    is_lines: bool,
}

impl GeometryColumn {
    fn new(metadata: &ArrowReaderMetadata, column: usize, encoding: &str) -> Self {
        let field = metadata.schema().field(column);
        Self {
            column,
            name: field.name().clone(),
            crs: None,
            is_wkb: is_binary(field.data_type()),
            is_lines: encoding.contains("linestring"),
        }
    }

    /// Finds the primary column of geometries; `stated` is the reference system of one that says that it is unknown.
    ///
    /// # Errors
    /// A reference system that is not known, metadata or a type that cannot be read.
    pub(super) fn find(
        metadata: &ArrowReaderMetadata,
        stated: Option<Crs>,
    ) -> Result<Option<Self>, BatchError> {
        let Some((geometry, crs)) = described(metadata)? else {
            return Ok(None);
        };
        let data_type = metadata.schema().field(geometry.column).data_type();
        if !is_readable(data_type) {
            return Err(BatchError::Geometry {
                column: geometry.name,
                fault: format!("their type is {data_type}"),
            });
        }
        Ok(Some(Self {
            crs: known_crs(&geometry.name, &crs, stated)?,
            ..geometry
        }))
    }
}

/// The reference system of a column, as the file states it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum StatedCrs {
    /// Longitude and latitude, by the standard.
    Default,
    /// Said to be unknown.
    Unknown,
    /// An identifier or a PROJJSON object.
    Named(Value),
}

impl StatedCrs {
    /// The member `crs` of metadata: absent, null, or a reference system.
    fn from_member(crs: Option<&Value>) -> Self {
        match crs {
            None => Self::Default,
            Some(Value::Null) => Self::Unknown,
            Some(crs) => Self::Named(crs.clone()),
        }
    }
}

/// Returns the column that the file describes as its geometry, and the reference system that it states.
///
/// # Errors
/// Metadata that cannot be read.
pub(super) fn described(
    metadata: &ArrowReaderMetadata,
) -> Result<Option<(GeometryColumn, StatedCrs)>, BatchError> {
    let schema = metadata.schema();
    if let Some(geo) = geo_metadata(metadata)? {
        let name = geo["primary_column"].as_str().unwrap_or("geometry");
        let column = schema.index_of(name).map_err(|_| BatchError::Geometry {
            column: name.to_owned(),
            fault: "the metadata of GeoParquet name it, and there is no such column".into(),
        })?;
        let members = &geo["columns"][name];
        let encoding = members["encoding"].as_str().unwrap_or_default();
        let geometry = GeometryColumn::new(metadata, column, encoding);
        return Ok(Some((geometry, StatedCrs::from_member(members.get("crs")))));
    }
    // Without those metadata, the first column of a type of geometries.
    let mut fields = schema.fields().iter().enumerate();
    Ok(fields.find_map(|(column, field)| {
        let crs = logical_crs(metadata, column).or_else(|| extension_crs(field))?;
        let encoding = field.metadata().get(EXTENSION_NAME);
        let encoding = encoding.map_or("", String::as_str);
        Some((GeometryColumn::new(metadata, column, encoding), crs))
    }))
}

/// Returns the metadata of `GeoParquet`.
///
/// # Errors
/// They are no JSON object.
pub(super) fn geo_metadata(metadata: &ArrowReaderMetadata) -> Result<Option<Value>, BatchError> {
    let entries = metadata.metadata().file_metadata().key_value_metadata();
    let Some(text) = entries
        .into_iter()
        .flatten()
        .find(|entry| entry.key == GEO_KEY)
        .and_then(|entry| entry.value.as_deref())
    else {
        return Ok(None);
    };
    match serde_json::from_str(text) {
        Ok(geo @ Value::Object(_)) => Ok(Some(geo)),
        _ => Err(BatchError::Geometry {
            column: "geometry".into(),
            fault: "the metadata of GeoParquet are no JSON object".into(),
        }),
    }
}

/// Returns the reference system of a column of the Parquet types GEOMETRY and GEOGRAPHY.
fn logical_crs(metadata: &ArrowReaderMetadata, column: usize) -> Option<StatedCrs> {
    let types = metadata.parquet_schema().root_schema().get_fields();
    let crs = match types.get(column)?.get_basic_info().logical_type_ref()? {
        LogicalType::Geometry(geometry) => geometry.crs.as_deref(),
        LogicalType::Geography(geography) => geography.crs.as_deref(),
        _ => return None,
    };
    Some(match crs {
        None => StatedCrs::Default,
        Some(text) => StatedCrs::Named(referenced(metadata, text)),
    })
}

/// Returns a reference system that a type names: PROJJSON, an identifier, or the key of PROJJSON in the metadata.
fn referenced(metadata: &ArrowReaderMetadata, text: &str) -> Value {
    let entries = metadata.metadata().file_metadata().key_value_metadata();
    // As Arrow writes it: the PROJJSON stands once in the file, under a key.
    let text = text
        .strip_prefix("projjson:")
        .and_then(|key| {
            let mut entries = entries.into_iter().flatten();
            entries.find(|entry| entry.key == key)?.value.as_deref()
        })
        .unwrap_or(text);
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// Returns the reference system of an extension type of `GeoArrow`.
fn extension_crs(field: &Field) -> Option<StatedCrs> {
    let metadata = field.metadata();
    if !metadata.get(EXTENSION_NAME)?.starts_with("geoarrow.") {
        return None;
    }
    let members: Value = metadata
        .get(EXTENSION_METADATA)
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    // GeoArrow states nothing where GeoParquet means longitude and latitude.
    Some(match members.get("crs") {
        None | Some(Value::Null) => StatedCrs::Unknown,
        Some(Value::String(text)) => {
            let value = serde_json::from_str(text);
            StatedCrs::Named(value.unwrap_or_else(|_| Value::String(text.clone())))
        }
        Some(crs) => StatedCrs::Named(crs.clone()),
    })
}

/// Returns the reference system of a column, `None` for longitude and latitude.
fn known_crs(
    column: &str,
    crs: &StatedCrs,
    stated: Option<Crs>,
) -> Result<Option<Crs>, BatchError> {
    let value = match crs {
        StatedCrs::Default => return Ok(None),
        // The file leaves it to the reader.
        StatedCrs::Unknown if stated.is_some() => return Ok(stated),
        StatedCrs::Unknown => {
            return Err(BatchError::Geometry {
                column: column.to_owned(),
                fault: "the file does not say in which reference system they are: name it with --crs, e.g. EPSG:2154"
                    .into(),
            });
        }
        StatedCrs::Named(value) => value,
    };
    let identifier = identifier(value);
    let found = match identifier.as_deref() {
        _ if is_wgs84(value) => Some(None),
        Some(identifier) => identifier
            .parse::<Crs>()
            .ok()
            .map(|crs| Some(crs).filter(|crs| crs.kind() != CrsKind::Geographic)),
        None => None,
    };
    let Some(found) = found else {
        let name = identifier.or_else(|| value["name"].as_str().map(ToOwned::to_owned));
        return Err(BatchError::GeometryCrs {
            column: column.to_owned(),
            crs: name.unwrap_or_else(|| "a reference system without an identifier".into()),
        });
    };
    match stated {
        Some(stated) if found != Some(stated) => Err(BatchError::Geometry {
            column: column.to_owned(),
            fault: format!(
                "--crs says {stated}, the file {}",
                identifier.unwrap_or_default()
            ),
        }),
        _ => Ok(found),
    }
}

/// Returns whether a reference system is that of longitude and latitude.
pub(super) fn is_wgs84(crs: &Value) -> bool {
    matches!(identifier(crs).as_deref(), Some("OGC:CRS84" | "EPSG:4326"))
}

/// Returns the identifier of a reference system, authority first, in capitals.
fn identifier(crs: &Value) -> Option<String> {
    // GeoParquet has PROJJSON alone; types and extensions may have a text.
    if let Some(text) = crs.as_str() {
        let text = text.trim().to_uppercase();
        return Some(match text.strip_prefix("SRID:") {
            Some(number) => format!("EPSG:{}", number.trim()),
            None => text
                .rsplit_once("URN:OGC:DEF:CRS:")
                .map_or(text.clone(), |(_, name)| urn_identifier(name)),
        });
    }
    let id = crs.get("id").or_else(|| crs["ids"].get(0))?;
    let authority = id["authority"].as_str()?.to_uppercase();
    let code = match &id["code"] {
        Value::String(code) => code.to_uppercase(),
        Value::Number(code) => code.to_string(),
        _ => return None,
    };
    Some(format!("{authority}:{code}"))
}

/// Returns the identifier of `EPSG::2154` or `OGC:1.3:CRS84`.
fn urn_identifier(name: &str) -> String {
    let (authority, code) = (name.split(':').next(), name.rsplit(':').next());
    format!(
        "{}:{}",
        authority.unwrap_or_default(),
        code.unwrap_or_default()
    )
}

fn is_binary(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView
    )
}

/// Returns whether geometries of this type have a value here.
fn is_readable(data_type: &DataType) -> bool {
    is_binary(data_type) || is_position(data_type) || {
        let mut inner = data_type;
        while let DataType::List(field) | DataType::LargeList(field) = inner {
            inner = field.data_type();
        }
        is_position(inner)
    }
}

/// Returns whether a type is that of points: two numbers and others, in a structure or one behind the other.
fn is_position(data_type: &DataType) -> bool {
    match data_type {
        DataType::Struct(fields) => ["x", "y"].into_iter().all(|axis| {
            fields
                .find(axis)
                .is_some_and(|(_, field)| *field.data_type() == DataType::Float64)
        }),
        DataType::FixedSizeList(field, 2..=4) => *field.data_type() == DataType::Float64,
        _ => false,
    }
}

/// The geometries of a column, by row.
pub(super) enum GeometryCells<'a> {
    Binary(&'a ArrayRef),
    Points(PointCells<'a>),
    /// Points in lists, and how deep.
    Lists(&'a ArrayRef, usize),
    /// Lines.
    Lines(&'a ArrayRef),
}

impl<'a> GeometryCells<'a> {
    pub(super) fn new(geometry: &GeometryColumn, column: &'a ArrayRef) -> Self {
        // The type of lines is that of rings.
        if geometry.is_lines {
            return Self::Lines(column);
        }
        if is_binary(column.data_type()) {
            return Self::Binary(column);
        }
        if let Some(points) = PointCells::new(column) {
            return Self::Points(points);
        }
        let (mut depth, mut inner) = (0, column.data_type());
        while let DataType::List(field) | DataType::LargeList(field) = inner {
            inner = field.data_type();
            depth += 1;
        }
        Self::Lists(column, depth)
    }

    /// Returns the geometry of a row.
    ///
    /// # Errors
    /// The code of one that is missing, or no place.
    pub(super) fn get(&self, row: usize) -> Result<RowGeometry, RowError> {
        match self {
            Self::Binary(column) => wkb::place(bytes(column, row).ok_or(MISSING_COORDINATES)?),
            Self::Points(points) => points.place(row),
            Self::Lists(column, depth) => listed(column, *depth, row),
            Self::Lines(column) if column.is_null(row) => Err(MISSING_COORDINATES),
            Self::Lines(_) => Err(NOT_A_PLACE),
        }
    }
}

/// Returns the bytes of a row; `None` for a null one.
pub(super) fn bytes(column: &ArrayRef, row: usize) -> Option<&[u8]> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Binary => Some(column.as_binary::<i32>().value(row)),
        DataType::LargeBinary => Some(column.as_binary::<i64>().value(row)),
        DataType::BinaryView => Some(column.as_binary_view().value(row)),
        _ => None,
    }
}

/// Returns the polygons of a row of lists: rings of points, or polygons of those; a list of one point is one.
fn listed(column: &ArrayRef, depth: usize, row: usize) -> Result<RowGeometry, RowError> {
    let Some(parts) = list_value(column, row).filter(|parts| !parts.is_empty()) else {
        return Err(MISSING_COORDINATES);
    };
    match depth {
        // Points: one of them is a place, several are not.
        1 if parts.len() == 1 => {
            PointCells::new(&parts).map_or(Err(NOT_A_PLACE), |points| points.place(0))
        }
        2 => wkb::areas(vec![polygon(&parts)]),
        3 => {
            let polygons = (0..parts.len()).filter_map(|part| list_value(&parts, part));
            wkb::areas(polygons.map(|rings| polygon(&rings)).collect())
        }
        _ => Err(NOT_A_PLACE),
    }
}

fn list_value(column: &ArrayRef, row: usize) -> Option<ArrayRef> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::List(_) => Some(column.as_list::<i32>().value(row)),
        DataType::LargeList(_) => Some(column.as_list::<i64>().value(row)),
        _ => None,
    }
}

/// Returns the polygon of a list of rings.
fn polygon(rings: &ArrayRef) -> Polygon<f64> {
    // A ring that is null is left out: the polygon is then refused as invalid, or is whole without it.
    let mut rings = (0..rings.len()).filter_map(|ring| {
        let points = list_value(rings, ring)?;
        let cells = PointCells::new(&points)?;
        Some(LineString(
            (0..points.len())
                .filter_map(|point| cells.get(point))
                .collect(),
        ))
    });
    let exterior = rings.next().unwrap_or(LineString(vec![]));
    Polygon::new(exterior, rings.collect())
}

/// The points of a column, by row.
pub(super) enum PointCells<'a> {
    Structures(&'a StructArray, [&'a [f64]; 2]),
    Interleaved(&'a FixedSizeListArray, &'a [f64]),
}

impl<'a> PointCells<'a> {
    fn new(column: &'a ArrayRef) -> Option<Self> {
        if !is_position(column.data_type()) {
            return None;
        }
        if let Some(points) = column.as_struct_opt() {
            let [x, y] = ["x", "y"].map(|axis| points.column_by_name(axis));
            let values = [x?, y?].map(|axis| &**axis.as_primitive::<Float64Type>().values());
            return Some(Self::Structures(points, values));
        }
        let points = column.as_fixed_size_list_opt()?;
        let values = points.values().as_primitive::<Float64Type>().values();
        Some(Self::Interleaved(points, values))
    }

    /// Returns the position of a row; one without numbers is empty.
    fn place(&self, row: usize) -> Result<RowGeometry, RowError> {
        match self.get(row) {
            Some(point) if !(point.x.is_nan() && point.y.is_nan()) => {
                Ok(RowGeometry::Position(point.x, point.y))
            }
            _ => Err(MISSING_COORDINATES),
        }
    }

    fn get(&self, row: usize) -> Option<Coord<f64>> {
        match self {
            Self::Structures(points, [x, y]) => {
                let is_whole =
                    points.is_valid(row) && points.columns().iter().all(|axis| axis.is_valid(row));
                is_whole.then(|| Coord {
                    x: x[row],
                    y: y[row],
                })
            }
            Self::Interleaved(points, values) => points.is_valid(row).then(|| {
                let start = points.value_offset_at(row);
                Coord {
                    x: values[start],
                    y: values[start + 1],
                }
            }),
        }
    }
}
