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

    /// Finds the primary column of geometries; `stated` is the reference system of one whose own is not known.
    ///
    /// # Errors
    /// A reference system that is not known or not the one stated, metadata or a type that cannot be read.
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

    /// Returns whether it is named by its number in a public registry.
    fn is_registered(&self) -> bool {
        let Self::Named(value) = self else {
            return false;
        };
        identifier(value).is_some_and(|identifier| {
            ["EPSG:", "IGNF:", "OGC:"]
                .iter()
                .any(|registry| identifier.starts_with(registry))
        })
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

/// Returns the encoding of a column that is one of geometries, primary or not: `WKB`, or the name of native ones (`point`,
/// `geoarrow.multipolygon`).
pub(super) fn encoding(metadata: &ArrowReaderMetadata, column: usize) -> Option<String> {
    let field = metadata.schema().field(column);
    // Metadata that cannot be read describe no column.
    let geo = geo_metadata(metadata).ok().flatten().unwrap_or_default();
    let encoding = geo["columns"][field.name()]["encoding"].as_str();
    let encoding = encoding.map(ToOwned::to_owned).or_else(|| {
        logical_crs(metadata, column)
            .map(|_| "WKB".to_owned())
            .or_else(|| extension_crs(field).and(field.metadata().get(EXTENSION_NAME).cloned()))
    });
    encoding.filter(|_| is_readable(field.data_type()))
}

/// Returns whether a column holds the extents of the geometries of another one.
pub(super) fn is_covering(metadata: &ArrowReaderMetadata, column: usize) -> bool {
    let name = metadata.schema().field(column).name();
    let geo = geo_metadata(metadata).ok().flatten().unwrap_or_default();
    let columns = geo["columns"].as_object().into_iter().flatten();
    columns
        .map(|(_, described)| &described["covering"]["bbox"]["xmin"][0])
        .any(|covering| covering.as_str() == Some(name))
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

/// Returns the reference system of a column, `None` for longitude and latitude: the one that the file names, else the one
/// that is stated.
fn known_crs(
    column: &str,
    crs: &StatedCrs,
    stated: Option<Crs>,
) -> Result<Option<Crs>, BatchError> {
    let named = match crs {
        StatedCrs::Default => Some(Crs::WGS84),
        StatedCrs::Unknown => None,
        StatedCrs::Named(value) => recognised(value),
    };
    let found = match (named, stated) {
        (Some(named), Some(stated)) if named != stated => {
            return Err(contradiction(column, crs, stated, "leave --crs out"));
        }
        // By a registry, a system is named even where it is not known here.
        (None, Some(stated)) if crs.is_registered() => {
            let advice = "write them in WGS 84 (longitude and latitude) or in EPSG:2154";
            return Err(contradiction(column, crs, stated, advice));
        }
        (Some(found), _) | (None, Some(found)) => found,
        (None, None) => return Err(unknown(column, crs)),
    };
    Ok(Some(found).filter(|crs| crs.kind() != CrsKind::Geographic))
}

/// Returns the error for a reference system that is stated beside another one in the file.
fn contradiction(column: &str, crs: &StatedCrs, stated: Crs, advice: &str) -> BatchError {
    let found = match crs {
        StatedCrs::Named(value) => described_as(value),
        _ => "longitude and latitude, which GeoParquet means where no system is named".into(),
    };
    BatchError::Geometry {
        column: column.to_owned(),
        fault: format!("--crs says {stated}, and the file says {found}: {advice}"),
    }
}

/// Returns the error for a reference system that nothing tells.
fn unknown(column: &str, crs: &StatedCrs) -> BatchError {
    match crs {
        StatedCrs::Named(value) => BatchError::GeometryCrs {
            column: column.to_owned(),
            crs: described_as(value),
        },
        _ => BatchError::Geometry {
            column: column.to_owned(),
            fault: "the file does not say in which reference system they are: name it with --crs, e.g. EPSG:2154, or \
                    EPSG:4326 for longitude and latitude"
                .into(),
        },
    }
}

/// Returns a reference system as a message names it.
fn described_as(crs: &Value) -> String {
    identifier(crs)
        .or_else(|| crs["name"].as_str().map(ToOwned::to_owned))
        .unwrap_or_else(|| "a reference system without an identifier".into())
}

/// Returns the reference system that identifiers or a name mean, that of the plane where heights belong to it; `None` for
/// another one.
fn recognised(crs: &Value) -> Option<Crs> {
    identifier(crs)
        .and_then(|identifier| identifier.parse().ok())
        .or_else(|| crs_by_name(crs.as_str().or_else(|| crs["name"].as_str())?))
        .or_else(|| recognised(crs["components"].get(0)?))
        .or_else(|| recognised(crs.get("source_crs")?))
}

/// Returns the reference system of a name that programs give without an identifier.
fn crs_by_name(name: &str) -> Option<Crs> {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let name = letters.collect::<String>().to_ascii_uppercase();
    // As Esri writes it.
    let name = name.replace("RGF1993", "RGF93").replace("GCS", "");
    match name.as_str() {
        "WGS84"
        | "WGS84CRS84"
        | "WGS84LONGITUDELATITUDE"
        | "WGS1984"
        | "RGF93"
        | "RGF93V1"
        | "RGF93V2"
        | "RGF93V2B" => Some(Crs::WGS84),
        "LAMBERT93" | "RGF93LAMBERT93" | "RGF93V1LAMBERT93" | "RGF93V2LAMBERT93"
        | "RGF93V2BLAMBERT93" => Crs::known(2154),
        _ => None,
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
            None if text.contains('[') => return wkt_identifier(&text),
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

/// Returns the identifier at the end of well-known text, in capitals: `…,ID["EPSG",2154]]`, `…,AUTHORITY["EPSG","2154"]]`.
fn wkt_identifier(text: &str) -> Option<String> {
    let (_, id) = text
        .rsplit_once("ID[\"")
        .or_else(|| text.rsplit_once("AUTHORITY[\""))?;
    // With more brackets it is that of a part, as of the unit.
    let id = id.strip_suffix("]]").filter(|id| !id.contains(']'))?;
    let (authority, code) = id.split_once("\",")?;
    Some(format!("{authority}:{}", code.trim().trim_matches('"')))
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

/// Returns the parts of a row of lists; `None` for a null one.
pub(super) fn list_value(column: &ArrayRef, row: usize) -> Option<ArrayRef> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn crs(value: &Value, stated: Option<u32>) -> Result<Option<u32>, String> {
        let stated = stated.map(|epsg| Crs::known(epsg).unwrap());
        known_crs("geom", &StatedCrs::from_member(Some(value)), stated)
            .map(|crs| crs.map(Crs::epsg))
            .map_err(|fault| fault.to_string())
    }

    fn with_id(authority: &str, code: impl Into<Value>) -> Value {
        let id = json!({ "authority": authority, "code": code.into() });
        json!({ "type": "ProjectedCRS", "name": "inconnu", "id": id })
    }

    #[test]
    fn official_equivalents_are_recognised() {
        let name = |name: &str| json!({ "type": "ProjectedCRS", "name": name });
        let compound = json!({ "name": "haut", "components": [name("RGF93 v2 / Lambert-93"), {}] });
        let wkt1 =
            r#"PROJCS["x",UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","2154"]]"#;
        let wkt2 = r#"PROJCRS["x",LENGTHUNIT["metre",1,ID["EPSG",9001]],ID["EPSG",2154]]"#;
        for value in [
            with_id("EPSG", 2154),
            with_id("EPSG", "9793"),
            with_id("EPSG", 9794),
            with_id("IGNF", "LAMB93"),
            with_id("ignf", "RGF93v2LAMB93"),
            name("RGF93 v1 / Lambert-93"),
            name("RGF_1993_Lambert_93"),
            compound,
            json!("IGNF:LAMB93"),
            json!("urn:ogc:def:crs:EPSG::9794"),
            json!("srid:2154"),
            json!(wkt1),
            json!(wkt2),
        ] {
            for stated in [None, Some(2154)] {
                assert_eq!(crs(&value, stated), Ok(Some(2154)), "{value}");
            }
            let fault = crs(&value, Some(4326)).unwrap_err();
            assert!(fault.contains("--crs says EPSG:4326"), "{fault}");
        }
        for value in [
            with_id("OGC", "CRS84"),
            with_id("EPSG", 4171),
            with_id("IGNF", "RGF93G"),
            name("WGS 84 (CRS84)"),
            name("GCS_WGS_1984"),
        ] {
            for stated in [None, Some(4326), Some(4171)] {
                assert_eq!(crs(&value, stated), Ok(None), "{value}");
            }
            assert!(crs(&value, Some(2154)).is_err(), "{value}");
        }
    }

    #[test]
    fn the_system_that_is_stated_stands_for_an_unknown_one() {
        let wkt = r#"PROJCRS["x",LENGTHUNIT["metre",1,ID["EPSG",9001]]]"#;
        for value in [
            Value::Null,
            json!({ "type": "ProjectedCRS", "name": "unnamed" }),
            with_id("LOCAL", 7),
            json!("lambert"),
            json!(wkt),
        ] {
            assert!(crs(&value, None).unwrap_err().contains("--crs"), "{value}");
            assert_eq!(crs(&value, Some(2154)), Ok(Some(2154)), "{value}");
            assert_eq!(crs(&value, Some(4326)), Ok(None), "{value}");
        }
        // Zone II of the old Lambert system is another plane.
        let fault = crs(&with_id("EPSG", 27_572), Some(2154)).unwrap_err();
        assert!(fault.contains("the file says EPSG:27572"), "{fault}");
        let fault = known_crs("geom", &StatedCrs::Default, Crs::known(2154)).unwrap_err();
        assert!(
            fault.to_string().contains("longitude and latitude"),
            "{fault}"
        );
    }
}
