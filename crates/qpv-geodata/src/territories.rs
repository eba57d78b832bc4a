//! Where each territory lies: a generous outline of our own (land plus a few kilometres), one small file.

use std::sync::LazyLock;

use geo::{BoundingRect, Intersects, MultiPolygon, Rect};
use qpv_model::{Territory, Wgs84Point};
use serde::Deserialize;

/// The outlines of all territories, WGS 84.
#[derive(Debug)]
pub struct Extents(Vec<Extent>);

#[derive(Debug)]
struct Extent {
    territory: Territory,
    bounds: Rect<f64>,
    outline: MultiPolygon<f64>,
}

#[derive(Deserialize)]
struct Row {
    territory: Territory,
    #[serde(deserialize_with = "geojson::de::deserialize_geometry")]
    geometry: MultiPolygon<f64>,
}

static EMBEDDED: LazyLock<Extents> = LazyLock::new(|| {
    Extents::parse(include_str!("../../../geodata/territories.geojson")).expect("the embedded outlines are well formed")
});

impl Extents {
    /// The outlines shipped with the program (`geodata/territories.geojson`).
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn parse(text: &str) -> Result<Self, geojson::Error> {
        let rows: Vec<Row> = geojson::de::deserialize_feature_collection_str_to_vec(text)?;
        let extents = rows.into_iter().filter_map(|row| {
            let bounds = row.geometry.bounding_rect()?;
            Some(Extent { territory: row.territory, bounds, outline: row.geometry })
        });
        Ok(Self(extents.collect()))
    }

    /// The territory whose outline holds the point, its line included; `None` in the open sea and abroad.
    #[must_use]
    pub fn containing(&self, point: Wgs84Point) -> Option<Territory> {
        let coord = point.coord();
        self.0
            .iter()
            .find(|extent| extent.bounds.intersects(&coord) && extent.outline.intersects(&coord))
            .map(|extent| extent.territory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefectures_lie_in_their_territory() {
        // Town halls, from the communes' own published addresses.
        for (territory, lon, lat) in [
            (Territory::Metropole, 2.3522, 48.8566),
            (Territory::Metropole, 8.7376, 41.9267),
            (Territory::Metropole, -5.0957, 48.4570),
            (Territory::Guadeloupe, -61.7269, 15.9985),
            (Territory::Martinique, -61.0588, 14.6037),
            (Territory::Guyane, -52.3336, 4.9385),
            (Territory::Reunion, 55.4504, -20.8789),
            (Territory::SaintPierreEtMiquelon, -56.1733, 46.7811),
            (Territory::Mayotte, 45.2279, -12.7806),
            (Territory::SaintMartin, -63.0823, 18.0675),
            (Territory::PolynesieFrancaise, -149.5696, -17.5390),
        ] {
            let point = Wgs84Point::new(lon, lat).unwrap();
            assert_eq!(Extents::embedded().containing(point), Some(territory), "{lon} {lat}");
        }
    }

    #[test]
    fn foreign_towns_lie_in_none() {
        for (lon, lat) in [(-0.1276, 51.5072), (4.3517, 50.8503), (7.6869, 45.0703), (2.1686, 41.3874), (-25.0, 30.0)] {
            assert_eq!(Extents::embedded().containing(Wgs84Point::new(lon, lat).unwrap()), None, "{lon} {lat}");
        }
    }
}
