//! Coordinates of requests: a number of JSON is exact, a text is as exact as it is written.
//!
//! A program that encodes JSON drops zeros at the end of numbers, and a map gives numbers with all their digits, so a
//! number says nothing of how it was measured. Text does: query strings, and coordinates that a person typed.

use std::fmt::{self, Formatter};

use qpv_service::model::WrittenCoordinate;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// A coordinate of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GivenCoordinate(pub WrittenCoordinate);

/// The form of a coordinate as text: a number with a point, or with a comma in its place.
const WRITTEN_FORM: &str = "^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]{1,2})?$";

/// Reads numbers and texts.
struct CoordinateVisitor;

impl<'de> Deserialize<'de> for GivenCoordinate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CoordinateVisitor)
    }
}

impl Visitor<'_> for CoordinateVisitor {
    type Value = GivenCoordinate;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number, or the text of one")
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<GivenCoordinate, E> {
        Ok(GivenCoordinate(WrittenCoordinate::exact(value)))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "no coordinate is that large, and JSON numbers are doubles"
    )]
    fn visit_i64<E: Error>(self, value: i64) -> Result<GivenCoordinate, E> {
        self.visit_f64(value as f64)
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "no coordinate is that large, and JSON numbers are doubles"
    )]
    fn visit_u64<E: Error>(self, value: u64) -> Result<GivenCoordinate, E> {
        self.visit_f64(value as f64)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<GivenCoordinate, E> {
        // The same words as for any other number of a query string.
        text.parse().map(GivenCoordinate).map_err(E::custom)
    }
}

impl PartialSchema for GivenCoordinate {
    fn schema() -> RefOr<Schema> {
        let types = SchemaType::from_iter([Type::Number, Type::String]);
        let coordinate = ObjectBuilder::new()
            .schema_type(types)
            .pattern(Some(WRITTEN_FORM))
            .description(Some(
                "A coordinate: an exact number, or a text, which is as exact as it is written.",
            ));
        coordinate.into()
    }
}

impl ToSchema for GivenCoordinate {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<WrittenCoordinate, String> {
        let given: Result<GivenCoordinate, _> = serde_json::from_str(json);
        given
            .map(|given| given.0)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn numbers_are_exact_and_texts_as_written() {
        for (json, value) in [("48.74", 48.74), ("48", 48.0), ("-5", -5.0), ("1e1", 10.0)] {
            assert_eq!(read(json), Ok(WrittenCoordinate::exact(value)), "{json}");
        }
        assert_eq!(read("\"48.740\""), Ok("48.740".parse().unwrap()));
        // A comma for the point, and none that may separate thousands.
        let with_comma = read("\"48,74\"").unwrap();
        assert_eq!((with_comma.value, with_comma.decimals), (48.74, 2));
        for json in [
            "\"\"",
            "\"1,048,74\"",
            "\"1.048,74\"",
            "true",
            "null",
            "[48.74]",
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
