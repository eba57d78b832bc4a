//! GeoJSON: one feature collection, with or without the `crs` member of the 2008 specification; or features one after the
//! other, as lines or as a sequence (RFC 8142).

pub(crate) mod features;

use std::collections::HashMap;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use geojson::{Geometry, GeometryValue, JsonObject, JsonValue, Position};
use qpv_delimited::foreign_json_fault;

use super::{DeclaredCrs, RawFeature, RawLayer, number, text};
use crate::error::Error;
use features::{ReadCollection, ReadFeature};

/// Memory that a position takes while it is read, bytes: measured, with the list that it is in.
const BYTES_PER_POSITION: usize = 130;
/// Memory that half a text takes, bytes.
const BYTES_PER_QUOTE: usize = 40;
/// Memory that a layer may take, bytes, with the text itself.
const MAX_LAYER_BYTES: usize = 900 << 20;

/// The byte before each feature of a sequence.
pub(crate) const RECORD_SEPARATOR: u8 = 0x1e;

/// Reads the layer in `bytes`; `stem` names it when it has no `name` member.
pub(super) fn read(file: &str, stem: &str, bytes: &[u8]) -> Result<RawLayer, Error> {
    // Windows programs write a byte order mark, which JSON does not allow.
    let json = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    check_memory(file, json)?;
    let ReadCollection { members, features } = match features::collection(json) {
        Ok(collection) => collection,
        Err(error) => ReadCollection {
            members: JsonObject::new(),
            features: features::sequence(json)
                .ok_or_else(|| not_a_collection(file, json, &error))?,
        },
    };
    let (columns, features) = raw_features(features);
    let name = members
        .get("name")
        .and_then(JsonValue::as_str)
        .unwrap_or(stem)
        .to_owned();
    Ok(RawLayer {
        file: file.to_owned(),
        name,
        crs: declared(&members),
        columns,
        features,
        remarks: Vec::new(),
    })
}

/// Refuses a text whose positions and strings would take more memory than a layer may, counted by their first signs.
fn check_memory(file: &str, json: &[u8]) -> Result<(), Error> {
    let (mut brackets, mut quotes) = (0, 0);
    for byte in json {
        brackets += usize::from(*byte == b'[');
        quotes += usize::from(*byte == b'"');
    }
    // Counted rather than tried: an allocation that fails ends the program.
    let bytes = json.len() + brackets * BYTES_PER_POSITION + quotes * BYTES_PER_QUOTE;
    if bytes <= MAX_LAYER_BYTES {
        return Ok(());
    }
    Err(Error::OverLimit {
        file: file.to_owned(),
        fault: format!(
            "its {brackets} positions and {} texts take more memory than a layer may: divide it, or convert it to a GeoPackage",
            quotes / 2
        ),
    })
}

fn not_a_collection(file: &str, json: &[u8], error: &serde_json::Error) -> Error {
    match foreign_json_fault(file, json) {
        Some(fault) => Error::UnknownFormat {
            file: file.to_owned(),
            fault,
        },
        None => Error::Unreadable {
            file: file.to_owned(),
            feature: None,
            fault: format!("not a GeoJSON feature collection ({error})"),
        },
    }
}

pub(crate) fn declared(members: &JsonObject) -> DeclaredCrs {
    match members.get("crs") {
        // A null `crs` was allowed in 2008 and is as good as none.
        None | Some(JsonValue::Null) => DeclaredCrs::Rfc7946,
        Some(crs) => match crs.pointer("/properties/name").and_then(JsonValue::as_str) {
            Some(name) => DeclaredCrs::Code(name.to_owned()),
            None => DeclaredCrs::Undeclared,
        },
    }
}

/// Returns the union of all properties as columns, in order of first appearance, and the features aligned with them.
fn raw_features(features: Vec<ReadFeature>) -> (Vec<String>, Vec<RawFeature>) {
    let mut columns: Vec<String> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    let mut raw = Vec::with_capacity(features.len());
    // Columns are discovered along the way, so early features are extended at the end.
    for (position, ReadFeature { feature, fault }) in features.into_iter().enumerate() {
        let mut attributes = vec![None; columns.len()];
        for (name, value) in feature.properties.unwrap_or_default() {
            let column = *index.entry(name).or_insert_with_key(|name| {
                columns.push(name.clone());
                columns.len() - 1
            });
            attributes.resize(columns.len(), None);
            attributes[column] = attribute(&value);
        }
        let geometry = areas(feature.geometry, fault);
        raw.push(RawFeature {
            number: position + 1,
            attributes,
            geometry,
            drawn: None,
        });
    }
    for feature in &mut raw {
        feature.attributes.resize(columns.len(), None);
    }
    (columns, raw)
}

/// Returns the polygons of a geometry; or the reason why it has none.
pub(crate) fn areas(
    geometry: Option<Geometry>,
    fault: Option<String>,
) -> Result<MultiPolygon<f64>, String> {
    match (geometry, fault) {
        (_, Some(fault)) => Err(fault),
        (None, None) => Err("no geometry".to_owned()),
        (Some(geometry), None) => polygons(&geometry.value),
    }
}

pub(crate) fn attribute(value: &JsonValue) -> Option<String> {
    match value {
        JsonValue::Null => None,
        JsonValue::String(string) => text(string),
        JsonValue::Number(n) => n.as_i64().map_or_else(
            || n.as_f64().and_then(number),
            |whole| Some(whole.to_string()),
        ),
        other => text(&other.to_string()),
    }
}

fn polygons(value: &GeometryValue) -> Result<MultiPolygon<f64>, String> {
    match value {
        GeometryValue::Polygon { coordinates } => Ok(MultiPolygon(vec![polygon(coordinates)?])),
        GeometryValue::MultiPolygon { coordinates } if coordinates.is_empty() => {
            Err("a MultiPolygon without polygons".to_owned())
        }
        GeometryValue::MultiPolygon { coordinates } => coordinates
            .iter()
            .map(|rings| polygon(rings))
            .collect::<Result<Vec<_>, _>>()
            .map(MultiPolygon),
        GeometryValue::GeometryCollection { geometries } if !geometries.is_empty() => {
            let parts: Result<Vec<_>, _> = geometries
                .iter()
                .map(|part| polygons(&part.value))
                .collect();
            Ok(MultiPolygon(
                parts?.into_iter().flat_map(|part| part.0).collect(),
            ))
        }
        GeometryValue::GeometryCollection { .. } => {
            Err("a GeometryCollection without geometries".to_owned())
        }
        other => Err(format!(
            "a {}, where a polygon is expected",
            other.type_name()
        )),
    }
}

fn polygon(rings: &[Vec<Position>]) -> Result<Polygon<f64>, String> {
    match rings.first().map(Vec::len) {
        None => return Err("a polygon without rings".to_owned()),
        Some(0) => return Err("a polygon whose ring is empty".to_owned()),
        Some(_) => {}
    }
    let mut rings = rings.iter().map(|ring| {
        ring.iter()
            .map(coord)
            .collect::<Result<Vec<_>, _>>()
            .map(LineString)
    });
    let exterior = rings.next().unwrap_or(Ok(LineString(Vec::new())))?;
    Ok(Polygon::new(exterior, rings.collect::<Result<_, _>>()?))
}

fn coord(position: &Position) -> Result<Coord<f64>, String> {
    match position.as_slice() {
        [x, y, ..] => Ok(Coord { x: *x, y: *y }),
        short => Err(format!(
            "a position of {} number(s), where two are expected",
            short.len()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(json: &str) -> RawLayer {
        read("a.geojson", "a", json.as_bytes()).unwrap()
    }

    #[test]
    fn attributes_are_aligned_whatever_each_feature_has() {
        let layer = layer(
            r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"code":"A","n":2571.0},"geometry":null},
            {"type":"Feature","properties":{"nom":" É ","code":null,"n":12},"geometry":{"type":"Point","coordinates":[1,2]}},
            {"type":"Feature","properties":null,"geometry":{"type":"Polygon","coordinates":[[[0,0,9],[1,0,9],[1,1,9],[0,0,9]]]}}
            ]}"#,
        );
        assert_eq!(layer.columns, ["code", "n", "nom"]);
        let values: Vec<_> = layer
            .features
            .iter()
            .map(|f| f.attributes.clone())
            .collect();
        let some = |s: &str| Some(s.to_owned());
        assert_eq!(values[0], [some("A"), some("2571"), None]);
        assert_eq!(values[1], [None, some("12"), some("É")]);
        assert_eq!(values[2], [None, None, None]);
        assert_eq!(layer.features[0].geometry, Err("no geometry".to_owned()));
        assert!(
            layer.features[1]
                .geometry
                .as_ref()
                .unwrap_err()
                .contains("Point")
        );
        assert_eq!(layer.features[2].geometry.as_ref().unwrap().0.len(), 1);
        assert_eq!(layer.crs, DeclaredCrs::Rfc7946);
        assert_eq!(layer.name, "a");
    }

    #[test]
    fn the_crs_member_is_read() {
        let crs = |member: &str| {
            layer(&format!(
                r#"{{"type":"FeatureCollection","name":"n",{member}"features":[]}}"#
            ))
            .crs
        };
        let named = r#""crs":{"type":"name","properties":{"name":"EPSG:2154"}},"#;
        assert_eq!(crs(named), DeclaredCrs::Code("EPSG:2154".to_owned()));
        assert_eq!(crs(r#""crs":null,"#), DeclaredCrs::Rfc7946);
        assert_eq!(
            crs(r#""crs":{"type":"link","properties":{"href":"x"}},"#),
            DeclaredCrs::Undeclared
        );
    }

    #[test]
    fn what_is_no_collection_is_an_error_with_the_place() {
        for json in [
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","prop"#,
            r#"{"type":"FeatureCollection"}"#,
            r#"{"type":"Feature","properties":{},"geometry":null} {"type":"Fea"#,
        ] {
            let message = read("cut.geojson", "cut", json.as_bytes())
                .unwrap_err()
                .to_string();
            assert!(
                message.contains("cut.geojson") && message.contains("column"),
                "{message}"
            );
        }
    }

    #[test]
    fn short_positions_refuse_their_feature_only() {
        let layer = layer(
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},
            "geometry":{"type":"Polygon","coordinates":[[[0],[1,0],[1,1],[0,0]]]}}]}"#,
        );
        assert!(
            layer.features[0]
                .geometry
                .as_ref()
                .unwrap_err()
                .contains("two are expected")
        );
    }

    #[test]
    fn a_faulty_feature_costs_no_other() {
        let sound = r#"{"type":"Feature","properties":{"code":"B"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}"#;
        for geometry in [
            r#"{"type":"Cercle","coordinates":[1,2]}"#,
            r#"{"type":"Polygon","coordinates":[[["0",0],[1,0],[1,1],[0,0]]]}"#,
            r#"{"type":"Polygon","coordinates":[[[NaN,0],[1,0],[1,1],[0,0]]]}"#,
            r#"{"type":"Polygon","coordinates":[]}"#,
            r#"{"type":"Polygon","coordinates":[[]]}"#,
            r#"{"type":"MultiPolygon","coordinates":[]}"#,
            r#"{"type":"MultiPolygon","coordinates":[[]]}"#,
            r#"{"type":"GeometryCollection","geometries":[]}"#,
            "null",
        ] {
            let faulty = format!(
                r#"{{"type":"Feature","properties":{{"code":"A"}},"geometry":{geometry}}}"#
            );
            for text in [
                format!(r#"{{"type":"FeatureCollection","features":[{faulty},{sound}]}}"#),
                format!("{faulty}\n{sound}\n"),
            ] {
                let features = layer(&text).features;
                assert_eq!(features.len(), 2, "{text}");
                assert!(features[0].geometry.is_err(), "{text}");
                assert_eq!(features[0].attributes, [Some("A".to_owned())]);
                assert!(features[1].geometry.is_ok(), "{text}");
            }
        }
    }

    #[test]
    fn features_that_follow_each_other_are_a_layer() {
        let feature = r#"{"type":"Feature","properties":{"code":"A"},"geometry":null}"#;
        for text in [
            format!("{feature}\n{feature}\n"),
            format!("\u{1e}{feature}\n\u{1e}{feature}\n"),
            format!("{feature}{feature}"),
        ] {
            assert_eq!(layer(&text).features.len(), 2, "{text:?}");
        }
        assert_eq!(layer(feature).columns, ["code"]);
    }
}
