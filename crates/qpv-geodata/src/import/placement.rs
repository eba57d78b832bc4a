//! Checking that coordinates fall where the codes say, or, for features without a code, in some territory.
//!
//! A layer's name and its declared reference system can both be wrong; its codes name departments, and so territories.
//! Each feature is judged by its four extreme vertices, which finds a single misplaced one.

use std::collections::BTreeMap;

use geo::CoordsIter;
use geo_types::{Coord, MultiPolygon};
use qpv_model::{Crs, CrsKind, Territory};

use crate::crs::{advice, identify, is_beyond_degrees, place, wgs84_point};
use crate::error::Error;
use crate::readers::{DeclaredCrs, RawLayer};
use crate::report::first_listed;

/// Vertices tried at most when looking for a reference system that would fit: each is projected with every known one.
const MAX_TRIED_VERTICES: usize = 20;

/// A feature with the place where it must lie.
pub(super) struct PlacedFeature<'a> {
    pub number: usize,
    /// Its name in a fault.
    pub label: String,
    /// Its code, where the name is none: listed beside the number.
    pub code: Option<String>,
    /// The territory it must lie in; `None` for any.
    pub expected: Option<Territory>,
    pub outline: &'a MultiPolygon<f64>,
}

/// Returns the faults of the features that fall elsewhere than expected, by feature number.
///
/// # Errors
/// [`Error::Misplaced`] when half of them or more do: then the reference system is wrong, not the features.
pub(super) fn misplaced(
    layer: &str,
    crs: Crs,
    items: &[PlacedFeature<'_>],
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
    // A few misplaced features are faults of their own; half of them are a wrong system or swapped
    // axes.
    if faults.is_empty() || faults.len() * 2 < items.len() {
        return Ok(faults);
    }
    let named = items.iter().filter_map(|item| {
        let fault = faults.get(&item.number)?;
        let code = item.code.as_ref();
        let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
        Some(format!("feature {}{code}: {fault}", item.number))
    });
    let listed = first_listed(named, faults.len());
    stray.truncate(MAX_TRIED_VERTICES);
    Err(most_misplaced(
        layer,
        crs,
        items.len(),
        faults.len(),
        &listed,
        &stray,
    ))
}

/// Returns the error of a layer of which half of the features or more are out of place, with the systems that the stray
/// vertices would fit: a few of them, since placing all vertices of a national layer with each system would take minutes.
fn most_misplaced(
    layer: &str,
    crs: Crs,
    features: usize,
    out_of_place: usize,
    listed: &str,
    stray: &[(Coord<f64>, Option<Territory>)],
) -> Error {
    let fault = format!("{out_of_place} of its {features} features are out of place: {listed}");
    let sample: Vec<Coord<f64>> = stray.iter().map(|(c, _)| *c).collect();
    let fitting: Vec<Crs> = Crs::all()
        .filter(|crs| stray.iter().all(|(c, expected)| fits(*crs, *c, *expected)))
        .collect();
    let advice = advice(&fitting, &sample);
    Error::Misplaced {
        layer: layer.to_owned(),
        crs,
        fault,
        advice,
    }
}

/// The features out of place of a layer that is read feature by feature.
#[derive(Debug, Default)]
pub(crate) struct StrayFeatures {
    placed: usize,
    out_of_place: usize,
    first: Vec<String>,
    vertices: Vec<(Coord<f64>, Option<Territory>)>,
}

impl StrayFeatures {
    /// Counts a feature that lies where it must.
    pub(crate) fn count_placed(&mut self) {
        self.placed += 1;
    }

    /// Counts a feature that falls elsewhere than expected, or nowhere on Earth; returns its fault.
    pub(crate) fn note(
        &mut self,
        crs: Crs,
        number: usize,
        expected: Option<Territory>,
        outline: &MultiPolygon<f64>,
    ) -> String {
        let extremes = extremes(outline);
        let found = extremes.iter().find(|c| !fits(crs, **c, expected));
        // A rare vertex between the extremes may be the one that cannot be projected.
        let c = found.or(extremes.first()).copied().unwrap_or_default();
        let wanted = expected
            .map(|territory| format!(" ({})", territory.name()))
            .unwrap_or_default();
        let fault = format!("it{wanted} {}", where_it_falls(crs, c));
        self.placed += 1;
        self.out_of_place += 1;
        if self.vertices.len() < MAX_TRIED_VERTICES {
            self.first.push(format!("feature {number}: {fault}"));
            self.vertices.push((c, expected));
        }
        fault
    }

    /// Refuses the layer when half of its features or more are out of place, as [`misplaced`] does.
    ///
    /// # Errors
    /// [`Error::Misplaced`].
    pub(crate) fn refuse_most(&self, layer: &str, crs: Crs) -> Result<(), Error> {
        if self.out_of_place == 0 || self.out_of_place * 2 < self.placed {
            return Ok(());
        }
        let listed = first_listed(self.first.iter().cloned(), self.out_of_place);
        Err(most_misplaced(
            layer,
            crs,
            self.placed,
            self.out_of_place,
            &listed,
            &self.vertices,
        ))
    }
}

/// Lists the first faults of features, each with its number, and counts the others.
pub(super) fn listed_faults(faulty: &[(usize, String)]) -> String {
    let faults = faulty
        .iter()
        .map(|(number, fault)| format!("feature {number}: {fault}"));
    first_listed(faults, faulty.len())
}

/// Returns the reference system of a layer, by its declaration and a sample of its coordinates.
///
/// # Errors
/// [`Error::ReferenceSystem`]; when it should be in degrees and half of its features or more cannot be, with those features. A
/// few such features are faults of their own, found by [`misplaced`].
pub(crate) fn crs_of_layer(raw: &RawLayer, sample: &[Coord<f64>]) -> Result<Crs, Error> {
    let error = match identify(&raw.name, &raw.crs, sample) {
        Err(error) => error,
        found => return found,
    };
    let placed = raw.features.iter().filter_map(|feature| {
        let outline = feature.geometry.as_ref().ok()?;
        Some((feature.number, outline))
    });
    let beyond: Vec<(usize, String)> = placed
        .clone()
        .filter_map(|(number, outline)| {
            let c = outline.coords_iter().find(|c| is_beyond_degrees(*c))?;
            Some((number, format!("({}, {})", c.x, c.y)))
        })
        .collect();
    let others: Vec<Coord<f64>> = sample
        .iter()
        .copied()
        .filter(|c| !is_beyond_degrees(*c))
        .collect();
    match (identify(&raw.name, &raw.crs, &others), error) {
        (Ok(crs), Error::ReferenceSystem { layer, advice, .. })
            if crs.kind() == CrsKind::Geographic && !beyond.is_empty() =>
        {
            if beyond.len() * 2 < placed.count() {
                return Ok(crs);
            }
            let said = if raw.crs == DeclaredCrs::Rfc7946 {
                "it declares no reference system, so "
            } else {
                ""
            };
            let fault = format!(
                "{said}its coordinates should be degrees, but those of {} feature(s) cannot be: {}",
                beyond.len(),
                listed_faults(&beyond)
            );
            Err(Error::ReferenceSystem {
                layer,
                fault,
                advice,
            })
        }
        (_, error) => Err(error),
    }
}

fn fits(crs: Crs, c: Coord<f64>, expected: Option<Territory>) -> bool {
    place(crs, c).is_some_and(|found| expected.is_none_or(|expected| found == expected))
}

/// Returns the westernmost, easternmost, southernmost and northernmost vertices.
pub(crate) fn extremes(outline: &MultiPolygon<f64>) -> Vec<Coord<f64>> {
    let keys: [fn(&Coord<f64>) -> f64; 4] = [|c| c.x, |c| -c.x, |c| c.y, |c| -c.y];
    keys.into_iter()
        .filter_map(|key| {
            outline
                .coords_iter()
                .min_by(|a, b| key(a).total_cmp(&key(b)))
        })
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
