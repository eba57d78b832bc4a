//! Checking that coordinates fall where the codes say, or, for features without a code, in some territory.
//!
//! A layer's name and its declared reference system can both lie; its codes name departments, and so territories. Each
//! feature is judged by its four extreme vertices, so that a single stray one shows.

use std::collections::BTreeMap;

use geo::CoordsIter;
use geo_types::{Coord, MultiPolygon};
use qpv_model::{Crs, Territory};

use crate::Error;
use crate::crs::{advice, place, wgs84_point};

/// Most vertices tried when looking for a reference system that would fit.
const TRIED: usize = 20;

/// A feature to place.
pub(super) struct Item<'a> {
    pub number: usize,
    /// What it is called in a fault.
    pub label: String,
    /// Where it must lie; `None` for any territory.
    pub expected: Option<Territory>,
    pub outline: &'a MultiPolygon<f64>,
}

/// The faults of the features that fall elsewhere than expected, by feature number.
///
/// # Errors
/// [`Error::Misplaced`] when that is half of them or more: then the reference system is wrong, not the features.
pub(super) fn misplaced(
    layer: &str,
    crs: Crs,
    items: &[Item<'_>],
) -> Result<BTreeMap<usize, String>, Error> {
    let mut faults = BTreeMap::new();
    let mut stray: Vec<(Coord<f64>, Option<Territory>)> = Vec::new();
    for item in items {
        let expected = item.expected;
        if let Some(c) = extremes(item.outline)
            .into_iter()
            .find(|c| !fits(crs, *c, expected))
        {
            let wanted = expected
                .map(|territory| format!(" ({})", territory.name()))
                .unwrap_or_default();
            faults.insert(
                item.number,
                format!("{}{wanted} {}", item.label, where_it_falls(crs, c)),
            );
            stray.push((c, expected));
        }
    }
    if faults.is_empty() || faults.len() * 2 < items.len() {
        return Ok(faults);
    }
    let first = faults.values().next().map_or("", String::as_str);
    let fault = format!(
        "{} of its {} features are out of place: {first}",
        faults.len(),
        items.len()
    );
    stray.truncate(TRIED);
    let all_fit = |crs: &Crs| stray.iter().all(|(c, expected)| fits(*crs, *c, *expected));
    let sample: Vec<Coord<f64>> = stray.iter().map(|(c, _)| *c).collect();
    let advice = advice(&Crs::all().filter(all_fit).collect::<Vec<_>>(), &sample);
    Err(Error::Misplaced {
        layer: layer.to_owned(),
        crs,
        fault,
        advice,
    })
}

fn fits(crs: Crs, c: Coord<f64>, expected: Option<Territory>) -> bool {
    place(crs, c).is_some_and(|found| expected.is_none_or(|expected| found == expected))
}

/// The westernmost, easternmost, southernmost and northernmost vertices.
fn extremes(outline: &MultiPolygon<f64>) -> Vec<Coord<f64>> {
    let by = |key: fn(&Coord<f64>) -> f64| {
        outline
            .coords_iter()
            .min_by(|a, b| key(a).total_cmp(&key(b)))
    };
    [by(|c| c.x), by(|c| -c.x), by(|c| c.y), by(|c| -c.y)]
        .into_iter()
        .flatten()
        .collect()
}

fn where_it_falls(crs: Crs, c: Coord<f64>) -> String {
    let Some(point) = wgs84_point(crs, c) else {
        return format!(
            "has coordinates ({}, {}) that are nowhere on Earth",
            c.x, c.y
        );
    };
    let (lon, lat) = (point.lon_deg(), point.lat_deg());
    let place = place(crs, c).map_or("outside every French territory", Territory::name);
    format!("falls at longitude {lon:.5}, latitude {lat:.5}: {place}")
}
