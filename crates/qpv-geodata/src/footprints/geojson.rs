//! GeoJSON of any size, feature by feature: one collection, or features one after the other, as lines or as a sequence.
//!
//! The frame of the collection is followed by hand; each feature is read whole, and a faulty one costs none of the others.

use std::fmt;
use std::io::{self, Read};

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use geojson::feature::Id;
use geojson::{JsonObject, JsonValue};
use qpv_delimited::foreign_json_fault;
use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::columns::{FootprintValues, MaybeText};
use super::intake::{FootprintIntake, FoundFeature};
use super::json_text::{JsonText, TextFault};
use crate::error::Error;
use crate::readers::geojson::features::{feature, is_feature, with_nulls};
use crate::readers::geojson::{RECORD_SEPARATOR, areas, declared};

/// Bytes kept of the first feature, to name JSON of another kind.
const HEAD_BYTES: usize = 4096;
/// Bytes of an object at most that may still turn out to be one feature.
const MAX_OBJECT_BYTES: usize = 64 << 20;

/// Reads every feature of a text into the intake. `input_fault` names the file in a fault of the input.
pub(super) fn read(
    source: impl Read,
    intake: &mut FootprintIntake<'_>,
    input_fault: impl Fn(io::Error) -> Error,
) -> Result<(), Error> {
    let mut reader = FeatureReader {
        text: JsonText::new(source),
        file: intake.file().to_owned(),
        number: 0,
        head: Vec::new(),
    };
    let stop = match reader.all(intake) {
        Ok(()) => return Ok(()),
        Err(stop) => stop,
    };
    Err(match stop {
        ReadStop::Refused(error) => error,
        ReadStop::Faulty(TextFault::Input(error)) => match input_fault(error) {
            Error::Unreadable { fault, .. } => reader.damaged(fault),
            other => other,
        },
        ReadStop::Faulty(fault @ TextFault::TooLong) => Error::OverLimit {
            fault: format!("feature {}: {fault}", reader.number),
            file: reader.file,
        },
        ReadStop::Faulty(fault) => reader.damaged(fault.to_string()),
    })
}

/// The reason why reading stops.
enum ReadStop {
    Refused(Error),
    Faulty(TextFault),
}

impl From<Error> for ReadStop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<TextFault> for ReadStop {
    fn from(fault: TextFault) -> Self {
        Self::Faulty(fault)
    }
}

/// A reader of features.
struct FeatureReader<R> {
    text: JsonText<R>,
    file: String,
    /// The number of the feature it is at, from 1.
    number: usize,
    /// The beginning of the first feature.
    head: Vec<u8>,
}

impl<R: Read> FeatureReader<R> {
    fn damaged(&self, fault: String) -> Error {
        Error::Unreadable {
            file: self.file.clone(),
            feature: (self.number > 0).then_some(self.number),
            fault,
        }
    }

    /// Returns the error of a text that is no GeoJSON, and begins so.
    fn not_a_collection(&self, head: &[u8], fault: &str) -> Error {
        let file = self.file.clone();
        match foreign_json_fault(&file, head) {
            Some(fault) => Error::UnknownFormat { file, fault },
            None => Error::Unreadable {
                file,
                feature: None,
                fault: format!("not a GeoJSON feature collection ({fault})"),
            },
        }
    }

    /// Reads a collection or a sequence, to the end of the text.
    fn all(&mut self, intake: &mut FootprintIntake<'_>) -> Result<(), ReadStop> {
        // Windows programs write a byte order mark, which JSON does not allow.
        self.text.skip(b"\xEF\xBB\xBF")?;
        while self.text.peek()? == Some(RECORD_SEPARATOR) {
            self.text.pass();
        }
        let object = self.first_object(intake)?;
        if object.has_features {
            if object.kind.as_deref() != Some("FeatureCollection") {
                let head = [object.text.as_slice(), &self.head].concat();
                let fault = "its type is not FeatureCollection";
                return Err(self.not_a_collection(&head, fault).into());
            }
            if self.text.peek()?.is_some() {
                let fault = "another text follows the end of its collection: give them one by one";
                return Err(self.damaged(fault.to_owned()).into());
            }
            return Ok(());
        }
        if object.kind.as_deref() != Some("Feature") {
            let fault = "it has no features";
            return Err(self.not_a_collection(&object.text, fault).into());
        }
        self.number = 1;
        self.take(intake, &object.text)?;
        while let Some(byte) = self.text.peek()? {
            // Separators may stand between features, and line ends are blanks.
            if byte == RECORD_SEPARATOR {
                self.text.pass();
                continue;
            }
            self.number += 1;
            let raw = self.text.value()?;
            // A faulty feature is noted; what is none shows that the file is another one.
            if !is_a_feature(raw) {
                let fault = "another value stands where a Feature is expected";
                return Err(self.damaged(fault.to_owned()).into());
            }
            let found = found_feature(raw, self.number);
            intake.take(found.map_err(|fault| self.damaged(fault))?)?;
        }
        Ok(())
    }

    /// Reads the first object of the text, with the features in it.
    fn first_object(&mut self, intake: &mut FootprintIntake<'_>) -> Result<TopObject, ReadStop> {
        let mut object = TopObject::default();
        self.text.expect(b'{', "an object")?;
        if self.text.peek()? == Some(b'}') {
            self.text.pass();
            return Ok(object);
        }
        loop {
            let name: String = {
                let raw = self.text.value()?;
                serde_json::from_slice(raw).map_err(|error| {
                    self.damaged(format!("the name of a member is no text ({error})"))
                })?
            };
            self.text.expect(b':', "`:`")?;
            if name == "features" && !object.has_features && self.text.peek()? == Some(b'[') {
                // Read at once: nothing of them can be kept for later.
                object.has_features = true;
                self.features(intake)?;
            } else if name == "features" && object.has_features {
                return Err(self
                    .damaged("it has two lists of features".to_owned())
                    .into());
            } else {
                let value = self.text.value()?;
                object.add(&name, value)?;
                if matches!(name.as_str(), "type" | "name" | "crs") {
                    let parsed = serde_json::from_slice(&with_nulls(value));
                    let parsed = parsed.map_err(|error| {
                        self.damaged(format!("its `{name}` is no JSON ({error})"))
                    })?;
                    object.take_member(intake, name, parsed)?;
                }
            }
            if self.text.peek()? != Some(b',') {
                break;
            }
            self.text.pass();
        }
        self.text.expect(b'}', "`,` or `}`")?;
        object.text.push(b'}');
        Ok(object)
    }

    /// Reads the features of a collection.
    fn features(&mut self, intake: &mut FootprintIntake<'_>) -> Result<(), ReadStop> {
        self.text.expect(b'[', "`[`")?;
        if self.text.peek()? == Some(b']') {
            self.text.pass();
            return Ok(());
        }
        loop {
            self.number += 1;
            let raw = self.text.value()?;
            if self.number == 1 {
                self.head.extend(raw.iter().take(HEAD_BYTES));
            }
            let found = found_feature(raw, self.number);
            intake.take(found.map_err(|fault| self.damaged(fault))?)?;
            if self.text.peek()? != Some(b',') {
                break;
            }
            self.text.pass();
        }
        Ok(self.text.expect(b']', "`,` or `]`")?)
    }

    fn take(&self, intake: &mut FootprintIntake<'_>, raw: &[u8]) -> Result<(), Error> {
        let found = found_feature(raw, self.number).map_err(|fault| self.damaged(fault))?;
        intake.take(found)
    }
}

/// The first object of a text: a collection, or a feature.
#[derive(Default)]
struct TopObject {
    kind: Option<String>,
    has_features: bool,
    /// Its members besides the features, as an object.
    text: Vec<u8>,
}

impl TopObject {
    fn add(&mut self, name: &str, value: &[u8]) -> Result<(), TextFault> {
        if self.text.len() + value.len() > MAX_OBJECT_BYTES {
            return Err(TextFault::TooLong);
        }
        self.text
            .push(if self.text.is_empty() { b'{' } else { b',' });
        let name = JsonValue::from(name).to_string();
        self.text.extend(name.as_bytes());
        self.text.push(b':');
        self.text.extend(value);
        Ok(())
    }

    fn take_member(
        &mut self,
        intake: &mut FootprintIntake<'_>,
        name: String,
        value: JsonValue,
    ) -> Result<(), Error> {
        match (name.as_str(), value) {
            ("type", JsonValue::String(kind)) => self.kind = Some(kind),
            ("name", JsonValue::String(layer)) => intake.name_layer(&layer),
            ("crs", value) => {
                let members = JsonObject::from_iter([(name, value)]);
                intake.declare(declared(&members))?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Returns true for the text of an object that says it is a feature.
fn is_a_feature(raw: &[u8]) -> bool {
    let quick = serde_json::from_slice::<PlainFeature<'_>>(raw);
    quick.is_ok_and(|feature| feature.kind == "Feature")
        || serde_json::from_slice(&with_nulls(raw)).is_ok_and(is_feature)
}

/// Reads a feature.
///
/// # Errors
/// The fault of a text that is no JSON.
fn found_feature(raw: &[u8], number: usize) -> Result<FoundFeature, String> {
    if let Ok(plain) = serde_json::from_slice::<PlainFeature<'_>>(raw)
        && plain.kind == "Feature"
        && let Some(outline) = plain.geometry.as_ref().and_then(PlainGeometry::outline)
    {
        let mut values = plain.properties.unwrap_or_default();
        values.feature_id = plain.id.and_then(|id| id.0);
        return Ok(FoundFeature {
            number,
            values,
            geometry: Ok(outline),
        });
    }
    // What is not plain is read with care, and its fault is named.
    let text = with_nulls(raw);
    let raw: &RawValue = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let read = feature(raw);
    let mut values = FootprintValues::default();
    values.set_all(&read.feature.properties.unwrap_or_default());
    values.feature_id = read.feature.id.map(|id| match id {
        Id::String(text) => text,
        Id::Number(number) => number.to_string(),
    });
    Ok(FoundFeature {
        number,
        values,
        geometry: areas(read.feature.geometry, read.fault),
    })
}

/// A feature as nearly all are written, which is read at once.
#[derive(serde::Deserialize)]
struct PlainFeature<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: Option<MaybeText>,
    properties: Option<FootprintValues>,
    #[serde(borrow)]
    geometry: Option<PlainGeometry<'a>>,
}

#[derive(serde::Deserialize)]
struct PlainGeometry<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    // Its lists can be read once the type is known, which may stand after them.
    #[serde(borrow)]
    coordinates: &'a RawValue,
}

impl PlainGeometry<'_> {
    /// Returns the outline; `None` for a geometry that is none, or has a fault.
    fn outline(&self) -> Option<MultiPolygon<f64>> {
        let text = self.coordinates.get();
        // All other kinds are read with care: they are rare, or faulty.
        let polygons: Vec<PlainRings> = match self.kind {
            "Polygon" => vec![serde_json::from_str(text).ok()?],
            "MultiPolygon" => serde_json::from_str(text).ok()?,
            _ => return None,
        };
        let polygons: Option<Vec<Polygon<f64>>> = polygons
            .into_iter()
            .map(|PlainRings(rings)| {
                let mut rings = rings.into_iter().map(|ring| ring.0);
                let exterior = rings.next().filter(|ring| !ring.0.is_empty())?;
                Some(Polygon::new(exterior, rings.collect()))
            })
            .collect();
        polygons
            .filter(|polygons| !polygons.is_empty())
            .map(MultiPolygon)
    }
}

#[derive(serde::Deserialize)]
struct PlainRings(Vec<PlainRing>);

/// A ring, whose heights are left out.
struct PlainRing(LineString<f64>);

impl<'de> Deserialize<'de> for PlainRing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RingVisitor)
    }
}

struct RingVisitor;

impl<'de> Visitor<'de> for RingVisitor {
    type Value = PlainRing;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of positions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<PlainRing, A::Error> {
        let mut coords = Vec::with_capacity(12);
        while let Some(PlainPosition(c)) = items.next_element()? {
            coords.push(c);
        }
        Ok(PlainRing(LineString(coords)))
    }
}

struct PlainPosition(Coord<f64>);

impl<'de> Deserialize<'de> for PlainPosition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(PositionVisitor)
    }
}

struct PositionVisitor;

impl<'de> Visitor<'de> for PositionVisitor {
    type Value = PlainPosition;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a position")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<PlainPosition, A::Error> {
        let (Some(x), Some(y)) = (numbers.next_element()?, numbers.next_element()?) else {
            return Err(A::Error::custom("a position of fewer than two numbers"));
        };
        // Heights are left out, and must be numbers all the same.
        while numbers.next_element::<f64>()?.is_some() {}
        Ok(PlainPosition(Coord { x, y }))
    }
}
