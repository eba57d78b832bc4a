//! The places of rows as a `GeoJSON` collection, for a map.

use std::io::{self, BufWriter, Write};

use geojson::{Feature, FeatureWriter, Geometry};
use qpv_model::QpvCode;

use crate::progress::RowPoint;

/// Degrees are written to six decimals, about a decimetre: more than any position of an address says.
const DEGREE_UNIT: f64 = 1e6;

/// Writes the places of rows, one feature each.
pub struct PointWriter<W: Write> {
    /// Features are written in many small pieces, which would each be a call to the system.
    features: FeatureWriter<BufWriter<W>>,
}

impl<W: Write> PointWriter<W> {
    /// Writes to `output`.
    pub fn new(output: W) -> Self {
        Self {
            features: FeatureWriter::from_writer(BufWriter::new(output)),
        }
    }

    /// Writes the place of a row.
    ///
    /// # Errors
    /// Errors of the output.
    pub fn write(&mut self, row: u64, found: &RowPoint) -> io::Result<()> {
        let position = [
            rounded(found.point.lon_deg()),
            rounded(found.point.lat_deg()),
        ];
        let codes: Vec<&str> = found.perimeters.iter().map(QpvCode::as_str).collect();
        let mut feature = Feature::from(Geometry::new_point(position));
        feature.set_property("row", row);
        feature.set_property("result", found.result);
        feature.set_property("label", found.label.as_str());
        feature.set_property(
            "code_qp",
            Some(codes.join(" ")).filter(|codes| !codes.is_empty()),
        );
        self.features.write_feature(&feature).map_err(output_error)
    }

    /// Ends the collection.
    ///
    /// # Errors
    /// Errors of the output.
    pub fn finish(mut self) -> io::Result<()> {
        self.features
            .finish()
            .and_then(|()| self.features.flush())
            .map_err(output_error)
    }
}

fn rounded(degrees: f64) -> f64 {
    (degrees * DEGREE_UNIT).round() / DEGREE_UNIT
}

/// Returns the error of the output, whose kind says whether it is full.
fn output_error(error: geojson::Error) -> io::Error {
    match error {
        geojson::Error::Io(error) => error,
        geojson::Error::MalformedGeoJson(error) => error.into(),
        other => io::Error::other(other),
    }
}
