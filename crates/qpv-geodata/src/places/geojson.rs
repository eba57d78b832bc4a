//! Lists of places as `GeoJSON` points, in longitude and latitude or in a declared reference system.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

use geo_types::Coord;
use geojson::{Feature, FeatureCollection, GeometryValue};
use qpv_model::{Crs, CrsKind, MetricPoint};

use super::List;
use super::columns::{PlaceColumns, RowValues};
use crate::crs::{identify, unproject};
use crate::error::Error;
use crate::readers::ReadLimits;
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
    let collection = collection(list, file, source, limits)?;
    let members = collection.foreign_members.unwrap_or_default();
    // Features may have different properties: columns are those of all of them.
    let names = names(&collection.features);
    let columns = PlaceColumns::recognise(&names).map_err(|fault| list.refused(fault))?;
    let points: Vec<Result<Option<Coord<f64>>, String>> =
        collection.features.iter().map(point).collect();
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
    for (number, (feature, point)) in collection.features.into_iter().zip(points).enumerate() {
        let at = format!("feature {}", number + 1);
        let properties = feature.properties.unwrap_or_default();
        let texts: Vec<String> = names
            .iter()
            .map(|name| properties.get(name).and_then(attribute).unwrap_or_default())
            .collect();
        match point.and_then(|point| point.map(|point| on_wgs84(crs, point)).transpose()) {
            Ok(lon_lat) => {
                let values = RowValues {
                    get: &|column| texts[column].as_str(),
                    lon_lat,
                };
                list.take(&at, &columns, &values);
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
) -> Result<FeatureCollection, Error> {
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
    serde_json::from_slice(json)
        .map_err(|error| list.refused(format!("not a GeoJSON feature collection ({error})")))
}

/// Returns the names of all properties, in order of first appearance.
fn names(features: &[Feature]) -> Vec<String> {
    let (mut names, mut known) = (Vec::new(), HashSet::new());
    let properties = features
        .iter()
        .filter_map(|feature| feature.properties.as_ref());
    for name in properties.flat_map(|properties| properties.keys()) {
        if known.insert(name) {
            names.push(name.clone());
        }
    }
    names
}

/// Returns the position of a feature, as published.
fn point(feature: &Feature) -> Result<Option<Coord<f64>>, String> {
    match feature.geometry.as_ref().map(|geometry| &geometry.value) {
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

/// Returns longitude and latitude of a position in a reference system.
fn on_wgs84(crs: Crs, c: Coord<f64>) -> Result<(f64, f64), String> {
    if crs.kind() == CrsKind::Geographic {
        return Ok((c.x, c.y));
    }
    let metric = MetricPoint::new(crs, c.x, c.y).map_err(|fault| fault.to_string())?;
    let point = unproject(metric).map_err(|fault| fault.to_string())?;
    Ok((point.lon_deg(), point.lat_deg()))
}
