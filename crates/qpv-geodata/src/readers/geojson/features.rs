//! Features of GeoJSON, one by one: a faulty one is told with its number and costs none of the others.

use std::borrow::Cow;
use std::fmt;

use geojson::{Feature, FeatureCollection, JsonObject, JsonValue};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::RECORD_SEPARATOR;

/// Types of geometries (RFC 7946, section 1.4), with the lists within lists of their coordinates.
const GEOMETRY_TYPES: [(&str, usize); 6] = [
    ("Point", 0),
    ("MultiPoint", 1),
    ("LineString", 1),
    ("MultiLineString", 2),
    ("Polygon", 2),
    ("MultiPolygon", 3),
];
/// Characters of a value that a fault shows.
const SHOWN_CHARACTERS: usize = 40;

/// A feature as read.
pub(crate) struct ReadFeature {
    /// Its properties, and its geometry when that can be read.
    pub(crate) feature: Feature,
    /// The reason why its geometry cannot be read.
    pub(crate) fault: Option<String>,
}

/// A collection as read.
pub(crate) struct ReadCollection {
    /// Its members besides the features.
    pub(crate) members: JsonObject,
    pub(crate) features: Vec<ReadFeature>,
}

/// Reads a collection.
///
/// # Errors
/// The fault of the text, when it is no collection at all.
pub(crate) fn collection(json: &[u8]) -> Result<ReadCollection, serde_json::Error> {
    let error = match serde_json::from_slice::<FeatureCollection>(json) {
        Ok(collection) => {
            return Ok(ReadCollection {
                members: collection.foreign_members.unwrap_or_default(),
                features: collection.features.into_iter().map(sound).collect(),
            });
        }
        Err(error) => error,
    };
    let json = with_nulls(json);
    match serde_json::from_slice::<RawCollection<'_>>(&json) {
        Ok(RawCollection { members, features }) => Ok(ReadCollection {
            members,
            features: features.into_iter().map(feature).collect(),
        }),
        // The words of the stricter reader, at the same place of the same text.
        Err(_) => Err(error),
    }
}

/// Reads features that follow each other; `None` when there is none, or anything else.
pub(super) fn sequence(json: &[u8]) -> Option<Vec<ReadFeature>> {
    let json = with_nulls(json);
    let mut features = Vec::new();
    // Separators may stand between features, and line ends are blanks to a parser.
    for part in json.split(|byte| *byte == RECORD_SEPARATOR) {
        for raw in serde_json::Deserializer::from_slice(part).into_iter::<&RawValue>() {
            let raw = raw.ok()?;
            let read = feature(raw);
            if read.fault.is_some() && !is_feature(raw) {
                return None;
            }
            features.push(read);
        }
    }
    (!features.is_empty()).then_some(features)
}

fn sound(feature: Feature) -> ReadFeature {
    ReadFeature {
        feature,
        fault: None,
    }
}

pub(crate) fn is_feature(raw: &RawValue) -> bool {
    let value: Option<JsonValue> = serde_json::from_str(raw.get()).ok();
    value.is_some_and(|value| value.get("type").and_then(JsonValue::as_str) == Some("Feature"))
}

/// Reads a feature; one that cannot be read carries its fault.
pub(crate) fn feature(raw: &RawValue) -> ReadFeature {
    if let Ok(feature) = serde_json::from_str(raw.get()) {
        return sound(feature);
    }
    let value = serde_json::from_str(raw.get()).unwrap_or_default();
    let JsonValue::Object(mut members) = value else {
        return ReadFeature {
            feature: Feature::default(),
            fault: Some(format!("{} where a feature is expected", shown(&value))),
        };
    };
    let geometry = members.remove("geometry").unwrap_or_default();
    let fault = match (members.get("type"), geometry) {
        (Some(JsonValue::String(kind)), geometry) if kind == "Feature" => geometry_fault(&geometry),
        (Some(kind), _) => format!("its type is {}, where a Feature is expected", shown(kind)),
        (None, _) => "it has no type, where a Feature is expected".to_owned(),
    };
    let properties = match members.remove("properties") {
        Some(JsonValue::Object(properties)) => Some(properties),
        _ => None,
    };
    ReadFeature {
        feature: Feature {
            properties,
            ..Feature::default()
        },
        fault: Some(fault),
    }
}

/// Returns the reason why a geometry cannot be read.
fn geometry_fault(geometry: &JsonValue) -> String {
    let members = match geometry {
        JsonValue::Null => return "no geometry".to_owned(),
        JsonValue::Object(members) => members,
        other => return format!("{} where a geometry is expected", shown(other)),
    };
    let kind = match members.get("type") {
        Some(JsonValue::String(kind)) => kind,
        Some(other) => return format!("a geometry whose type is {}", shown(other)),
        None => return "a geometry without a type".to_owned(),
    };
    if kind == "GeometryCollection" {
        return match members.get("geometries") {
            Some(JsonValue::Array(parts)) => {
                let faults = parts.iter().map(geometry_fault);
                let mut faults = faults.filter(|fault| fault != UNREADABLE);
                faults.next().unwrap_or_else(|| UNREADABLE.to_owned())
            }
            _ => "a GeometryCollection without geometries".to_owned(),
        };
    }
    let Some((_, depth)) = GEOMETRY_TYPES.iter().find(|(known, _)| known == kind) else {
        return format!(
            "a geometry of type `{}`, which GeoJSON does not have",
            cut(kind)
        );
    };
    match members.get("coordinates") {
        None | Some(JsonValue::Null) => format!("a {kind} without coordinates"),
        Some(coordinates) => coordinates_fault(coordinates, *depth).map_or_else(
            || UNREADABLE.to_owned(),
            |fault| format!("a {kind} {fault}"),
        ),
    }
}

/// The fault of a geometry in which none is found.
const UNREADABLE: &str = "a geometry that cannot be read";

/// Returns the first fault of coordinates with so many lists around each position.
fn coordinates_fault(coordinates: &JsonValue, depth: usize) -> Option<String> {
    let JsonValue::Array(items) = coordinates else {
        let expected = if depth == 0 {
            "a position"
        } else {
            "a list of positions"
        };
        return Some(format!(
            "with {} where {expected} is expected",
            shown(coordinates)
        ));
    };
    if depth > 0 {
        return items
            .iter()
            .find_map(|item| coordinates_fault(item, depth - 1));
    }
    let wrong = items.iter().find(|item| !item.is_number());
    match wrong {
        Some(JsonValue::Array(_)) => Some(
            "with a list where a number is expected: its coordinates are nested too deep"
                .to_owned(),
        ),
        Some(wrong) => Some(format!("with {} where a number is expected", shown(wrong))),
        None if items.len() < 2 => Some(format!(
            "with a position of {} number(s), where two are expected",
            items.len()
        )),
        None => None,
    }
}

/// Returns a value as a fault shows it.
fn shown(value: &JsonValue) -> String {
    match value {
        JsonValue::Array(_) => "a list".to_owned(),
        JsonValue::Object(_) => "an object".to_owned(),
        // What stands in for `NaN`, too.
        JsonValue::String(text) if text.is_empty() => "no number".to_owned(),
        JsonValue::String(text) => format!("the text `{}`", cut(text)),
        other => other.to_string(),
    }
}

/// Returns the beginning of a text, without characters that would change a terminal.
fn cut(text: &str) -> String {
    let shown: String = text
        .chars()
        .take(SHOWN_CHARACTERS)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(SHOWN_CHARACTERS).is_some() {
        format!("{shown}…")
    } else {
        shown
    }
}

/// Returns JSON with `null` in place of `NaN` and `Infinity`, which some programs write and JSON does not have; every other byte
/// stays at its place.
pub(crate) fn with_nulls(json: &[u8]) -> Cow<'_, [u8]> {
    const TOKENS: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];
    let mut replaced = Cow::Borrowed(json);
    let (mut at, mut in_text) = (0, false);
    while at < json.len() {
        match json[at] {
            b'\\' if in_text => at += 1,
            b'"' => in_text = !in_text,
            b'-' | b'I' | b'N' if !in_text => {
                if let Some(token) = TOKENS.iter().find(|token| json[at..].starts_with(token)) {
                    // `NaN` is shorter than `null`; an empty text is no number either.
                    let value: &[u8] = if token.len() < 4 { b"\"\"" } else { b"null" };
                    let bytes = replaced.to_mut();
                    bytes[at..at + token.len()].fill(b' ');
                    bytes[at..at + value.len()].copy_from_slice(value);
                    at += token.len() - 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    replaced
}

/// A collection whose features are not read yet.
struct RawCollection<'a> {
    members: JsonObject,
    features: Vec<&'a RawValue>,
}

impl<'de> Deserialize<'de> for RawCollection<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CollectionVisitor)
    }
}

struct CollectionVisitor;

impl<'de> Visitor<'de> for CollectionVisitor {
    type Value = RawCollection<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a feature collection")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut members, mut features) = (JsonObject::new(), None);
        while let Some(name) = map.next_key::<String>()? {
            if name == "features" {
                features = Some(map.next_value()?);
            } else {
                members.insert(name, map.next_value()?);
            }
        }
        let kind = members.remove("type");
        if kind.as_ref().and_then(JsonValue::as_str) != Some("FeatureCollection") {
            return Err(A::Error::custom("its type is not FeatureCollection"));
        }
        let features = features.ok_or_else(|| A::Error::missing_field("features"))?;
        Ok(RawCollection { members, features })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(geometry: &str) -> String {
        let feature = r#"{"type":"Feature","properties":{"code":"A"},"geometry":"#;
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{feature}{geometry}}},{feature}null}}]}}"#
        );
        let read = collection(text.as_bytes()).unwrap();
        assert_eq!(read.features.len(), 2, "{geometry}");
        let first = &read.features[0];
        assert!(
            first
                .feature
                .properties
                .as_ref()
                .unwrap()
                .contains_key("code")
        );
        first.fault.clone().unwrap_or_default()
    }

    #[test]
    fn the_fault_of_a_geometry_is_named() {
        for (geometry, expected) in [
            (r#"{"type":"Cercle","coordinates":[1,2]}"#, "`Cercle`"),
            (
                r#"{"type":"polygon","coordinates":[[[1,2],[3,4],[5,6],[1,2]]]}"#,
                "`polygon`",
            ),
            (r#"{"type":"CurvePolygon"}"#, "`CurvePolygon`"),
            (r#"{"coordinates":[1,2]}"#, "without a type"),
            (r#"{"type":3,"coordinates":[1,2]}"#, "type is 3"),
            (r#"{"type":"Polygon"}"#, "without coordinates"),
            (
                r#"{"type":"Polygon","coordinates":null}"#,
                "without coordinates",
            ),
            (
                r#"{"type":"Polygon","coordinates":"1,2"}"#,
                "the text `1,2`",
            ),
            (
                r#"{"type":"Polygon","coordinates":[[["2.35",48.8],[1,2]]]}"#,
                "the text `2.35`",
            ),
            (
                r#"{"type":"Polygon","coordinates":[[[null,48.8],[1,2]]]}"#,
                "null where a number",
            ),
            (
                r#"{"type":"Polygon","coordinates":[[[NaN,48.8],[1,2]]]}"#,
                "where a number",
            ),
            (
                r#"{"type":"Polygon","coordinates":[[[1,-Infinity],[1,2]]]}"#,
                "null where a number",
            ),
            (
                r#"{"type":"Polygon","coordinates":[[1,2],[3,4]]}"#,
                "1 where a position",
            ),
            (
                r#"{"type":"Polygon","coordinates":[[[[1,2],[3,4]]]]}"#,
                "nested too deep",
            ),
            (
                r#"{"type":"MultiPolygon","coordinates":[[[1,2],[3,4]]]}"#,
                "1 where a position",
            ),
            (r#"{"type":"GeometryCollection"}"#, "without geometries"),
            (
                r#"{"type":"GeometryCollection","geometries":[{"type":"Rond"}]}"#,
                "`Rond`",
            ),
            (r#""POLYGON((0 0))""#, "where a geometry"),
            ("[]", "a list where a geometry"),
        ] {
            let found = fault(geometry);
            assert!(found.contains(expected), "{geometry}: {found}");
        }
    }

    #[test]
    fn what_is_no_feature_is_one_fault() {
        let text = r#"{"type":"FeatureCollection","features":[null,3,{"properties":{}},{"type":"Fauture","geometry":null},
            {"type":"Feature","properties":{"n":NaN,"t":"NaN \" Infinity"},"geometry":null}]}"#;
        let read = collection(text.as_bytes()).unwrap();
        let faults: Vec<bool> = read
            .features
            .iter()
            .map(|read| read.fault.is_some())
            .collect();
        assert_eq!(faults, [true, true, true, true, false]);
        let last = read.features[4].feature.properties.as_ref().unwrap();
        assert_eq!(last["t"], "NaN \" Infinity");
        assert_eq!(text.len(), with_nulls(text.as_bytes()).len());
    }
}
