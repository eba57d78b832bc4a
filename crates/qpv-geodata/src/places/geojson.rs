//! Lists of places as JSON: `GeoJSON` points, in longitude and latitude or in a declared reference system, and plain records
//! (an array of objects, an object on each line, the answer of a portal's API) with the columns of a table.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

use geo_types::Coord;
use geojson::{Feature, GeometryValue, JsonObject, JsonValue};

use super::List;
use super::columns::{PlaceColumns, RowValues, on_wgs84};
use crate::crs::identify;
use crate::error::Error;
use crate::readers::ReadLimits;
use crate::readers::geojson::features::{self, ReadCollection, ReadFeature};
use crate::readers::geojson::{attribute, declared};
use crate::source::ByteSource;

/// Positions read to check the reference system.
const SAMPLE_POSITIONS: usize = 16;

/// Reads every feature of a collection into the list.
pub(super) fn read(
    list: &mut List,
    file: &Path,
    source: ByteSource,
    limits: &ReadLimits,
) -> Result<(), Error> {
    let ReadCollection { members, features } = collection(list, file, source, limits)?;
    // Features may have different properties: columns are those of all of them.
    let names = names(&features);
    let columns = PlaceColumns::recognise(&names).map_err(|fault| list.refused(fault))?;
    let points: Vec<Result<Option<Coord<f64>>, String>> = features.iter().map(point).collect();
    let sample: Vec<Coord<f64>> = points
        .iter()
        .filter_map(|point| point.clone().ok()?)
        .take(SAMPLE_POSITIONS)
        .collect();
    let crs = identify(&list.file, &declared(&members), &sample).map_err(|error| match error {
        Error::ReferenceSystem { fault, .. } => list.refused(format!(
            "{fault}; export it in longitude and latitude (EPSG:4326)"
        )),
        other => other,
    })?;
    for (number, (read, point)) in features.into_iter().zip(points).enumerate() {
        let at = format!("feature {}", number + 1);
        let properties = read.feature.properties.unwrap_or_default();
        let texts: Vec<String> = names
            .iter()
            .map(|name| properties.get(name).and_then(value).unwrap_or_default())
            .collect();
        match point.and_then(|point| point.map(|point| on_wgs84(crs, point)).transpose()) {
            Ok(lon_lat) => {
                let values = RowValues {
                    get: &|column| texts[column].as_str(),
                    lon_lat,
                };
                list.take(at, &columns, &values);
            }
            Err(fault) => list.fault(&at, &fault),
        }
    }
    Ok(())
}

fn collection(
    list: &List,
    file: &Path,
    source: ByteSource,
    limits: &ReadLimits,
) -> Result<ReadCollection, Error> {
    let fault = source.faults(file);
    let mut bytes = Vec::new();
    source
        .take(limits.max_unpacked_bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(fault)?;
    // The limit holds for the decompressed bytes: a small gzip can be a large file.
    if bytes.len() as u64 > limits.max_unpacked_bytes {
        let fault = format!("it is larger than {} bytes", limits.max_unpacked_bytes);
        return Err(Error::OverLimit {
            file: list.file.clone(),
            fault,
        });
    }
    let json = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    features::collection(json).or_else(|error| {
        records(json)
            .ok_or_else(|| list.refused(format!("not a GeoJSON feature collection ({error})")))
    })
}

/// Returns the records of a text that is no collection, as features; `None` when it holds none, or anything else.
fn records(json: &[u8]) -> Option<ReadCollection> {
    let values = serde_json::Deserializer::from_slice(json).into_iter::<JsonValue>();
    let mut values: Vec<JsonValue> = values.collect::<Result<_, _>>().ok()?;
    if let [only] = values.as_mut_slice() {
        values = sole_value(only.take())?;
    }
    let features = values.into_iter().map(record);
    let features = features.map(|feature| {
        Some(ReadFeature {
            feature: feature?,
            fault: None,
        })
    });
    let features = features.collect::<Option<Vec<_>>>()?;
    (!features.is_empty()).then_some(ReadCollection {
        members: JsonObject::new(),
        features,
    })
}

/// Returns the records in the only value of a text: an array, or an answer of a portal that holds one.
fn sole_value(value: JsonValue) -> Option<Vec<JsonValue>> {
    match value {
        JsonValue::Array(records) => Some(records),
        JsonValue::Object(mut answer) => {
            ["results", "records", "data"]
                .iter()
                .find_map(|member| match answer.remove(*member) {
                    Some(JsonValue::Array(records)) => Some(records),
                    _ => None,
                })
        }
        _ => None,
    }
}

/// Returns a record as a feature: its values may stand one level down, under `fields`, with a geometry beside them.
fn record(value: JsonValue) -> Option<Feature> {
    let JsonValue::Object(mut record) = value else {
        return None;
    };
    if record.get("type").and_then(JsonValue::as_str) == Some("Feature") {
        return serde_json::from_value(JsonValue::Object(record)).ok();
    }
    let fields = match record.remove("fields") {
        Some(JsonValue::Object(fields)) => Some(fields),
        _ => None,
    };
    // Without `fields`, a column of that name is a value like others.
    let geometry = record.remove("geometry").filter(|_| fields.is_some());
    Some(Feature {
        geometry: geometry.and_then(|geometry| serde_json::from_value(geometry).ok()),
        properties: Some(fields.unwrap_or(record)),
        ..Feature::default()
    })
}

/// Returns a value as text; a pair of latitude and longitude as `48.75, -0.57`, as tables write it.
fn value(value: &JsonValue) -> Option<String> {
    match (value.get("lat"), value.get("lon")) {
        (Some(lat), Some(lon)) => Some(format!("{lat}, {lon}")),
        _ => attribute(value),
    }
}

/// Returns the names of all properties, in order of first appearance.
fn names(features: &[ReadFeature]) -> Vec<String> {
    let (mut names, mut known) = (Vec::new(), HashSet::new());
    let properties = features
        .iter()
        .filter_map(|read| read.feature.properties.as_ref());
    for name in properties.flat_map(|properties| properties.keys()) {
        if known.insert(name) {
            names.push(name.clone());
        }
    }
    names
}

/// Returns the position of a feature, as published.
fn point(read: &ReadFeature) -> Result<Option<Coord<f64>>, String> {
    if let Some(fault) = &read.fault {
        return Err(fault.clone());
    }
    match read
        .feature
        .geometry
        .as_ref()
        .map(|geometry| &geometry.value)
    {
        None => Ok(None),
        Some(GeometryValue::Point { coordinates }) => match coordinates.as_slice() {
            [x, y, ..] => Ok(Some(Coord { x: *x, y: *y })),
            short => Err(format!(
                "a position of {} number(s), where two are expected",
                short.len()
            )),
        },
        Some(other) => Err(format!(
            "a {}, where a point is expected",
            other.type_name()
        )),
    }
}
