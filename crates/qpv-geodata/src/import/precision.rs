//! The precision of the lines of a layer, estimated from the file itself.
//!
//! Two things can be measured: the step to which coordinates are rounded, and generalisation. A line simplified with some
//! tolerance has no vertex nearer than that to the chord of its neighbours, so the fifth percentile of those distances is
//! the tolerance; a layer as surveyed has centimetres there.

use geo_types::{Coord, LineString, MultiPolygon};
use qpv_model::{Crs, CrsKind};

/// No line is trusted better than this, metres: streets are wider.
const FLOOR_M: f64 = 1.0;
/// Vertices under which the percentile means nothing.
const MIN_VERTICES: usize = 500;
/// Metres in a degree of latitude, near enough.
const DEGREE_M: f64 = 111_320.0;
/// Decimals that are looked for at most: nine in degrees are a tenth of a millimetre.
const MAX_DECIMALS: i32 = 9;

/// An estimate, and the reason in words.
pub(super) struct PrecisionEstimate {
    pub metres: f64,
    pub because: String,
}

/// Estimates the precision of the lines of `outlines`, as published in `crs`.
pub(super) fn estimate<'a>(
    crs: Crs,
    outlines: impl Iterator<Item = &'a MultiPolygon<f64>> + Clone,
) -> PrecisionEstimate {
    // The precision of longitude is better than that of latitude: the worse one counts.
    let unit_m = if crs.kind() == CrsKind::Geographic {
        DEGREE_M
    } else {
        1.0
    };
    let decimals = decimals(outlines.clone());
    let rounding_m = decimals.map_or(0.0, |decimals| unit_m * 10_f64.powi(-decimals) / 2.0);
    let generalised_m = generalisation_m(crs, outlines);
    let because = if generalised_m > rounding_m.max(FLOOR_M) {
        format!("its lines look simplified with a tolerance of {generalised_m:.1} m")
    } else if rounding_m > FLOOR_M {
        format!(
            "its coordinates are rounded to {} decimals",
            decimals.unwrap_or_default()
        )
    } else {
        "its lines look as surveyed".to_owned()
    };
    PrecisionEstimate {
        metres: FLOOR_M.max(rounding_m).max(generalised_m),
        because,
    }
}

/// Returns the number of decimals that all coordinates are rounded to; `None` when they are not rounded.
fn decimals<'a>(outlines: impl Iterator<Item = &'a MultiPolygon<f64>>) -> Option<i32> {
    let mut decimals = 0;
    for c in outlines.flat_map(rings).flat_map(|ring| &ring.0) {
        for value in [c.x, c.y] {
            while !is_rounded(value, decimals) {
                decimals += 1;
                if decimals > MAX_DECIMALS {
                    return None;
                }
            }
        }
    }
    Some(decimals)
}

fn is_rounded(value: f64, decimals: i32) -> bool {
    let scaled = value * 10_f64.powi(decimals);
    // Decimals are not exact in binary: the tolerance is relative to the number.
    (scaled - scaled.round()).abs() < 1e-9 * scaled.abs().max(1.0)
}

/// Returns the fifth percentile of the distances of vertices to the chord of their neighbours, metres; 0 for too few.
fn generalisation_m<'a>(crs: Crs, outlines: impl Iterator<Item = &'a MultiPolygon<f64>>) -> f64 {
    let mut distances: Vec<f64> = Vec::new();
    for ring in outlines.flat_map(rings) {
        let Some(origin) = ring.0.first() else {
            continue;
        };
        let scale = match crs.kind() {
            CrsKind::Geographic => Coord {
                // A degree of longitude is shorter than one of latitude everywhere but at the
                // equator.
                x: DEGREE_M * origin.y.to_radians().cos(),
                y: DEGREE_M,
            },
            CrsKind::Projected { .. } => Coord { x: 1.0, y: 1.0 },
        };
        // The last point repeats the first one, and would be at no distance from it.
        let open = &ring.0[..ring.0.len() - 1];
        let metres: Vec<Coord<f64>> = open
            .iter()
            .map(|c| Coord {
                x: (c.x - origin.x) * scale.x,
                y: (c.y - origin.y) * scale.y,
            })
            .collect();
        let count = metres.len();
        distances.extend((0..count).filter_map(|i| {
            let (before, after) = (metres[(i + count - 1) % count], metres[(i + 1) % count]);
            distance_to_chord(before, metres[i], after)
        }));
    }
    if distances.len() < MIN_VERTICES {
        return 0.0;
    }
    // The fifth percentile and not the least: a few vertices are always closer, where polygons were cut.
    let rank = distances.len() / 20;
    *distances.select_nth_unstable_by(rank, f64::total_cmp).1
}

/// Returns the distance of `vertex` to the line through its neighbours; `None` when they coincide.
fn distance_to_chord(before: Coord<f64>, vertex: Coord<f64>, after: Coord<f64>) -> Option<f64> {
    let (dx, dy) = (after.x - before.x, after.y - before.y);
    let length = dx.hypot(dy);
    (length > 0.0).then(|| (dx * (vertex.y - before.y) - dy * (vertex.x - before.x)).abs() / length)
}

fn rings(outline: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    outline
        .0
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
}

#[cfg(test)]
mod tests {
    use geo_types::{Polygon, polygon};

    use super::*;

    fn lambert() -> Crs {
        Crs::known(2154).unwrap()
    }

    #[test]
    fn rounding_governs_small_layers() {
        let four = MultiPolygon(vec![
            polygon![(x: 2.9005, y: 42.7081), (x: 2.9004, y: 42.7077), (x: 2.9, y: 42.707)],
        ]);
        let precision = estimate(Crs::WGS84, std::iter::once(&four));
        assert!(
            (precision.metres - 5.566).abs() < 0.001,
            "{}",
            precision.metres
        );
        assert!(precision.because.contains("4 decimals"));
        let exact = MultiPolygon(vec![
            polygon![(x: 2.900_512_345_678, y: 42.7), (x: 2.9, y: 42.8), (x: 3.0, y: 42.7)],
        ]);
        assert!((estimate(Crs::WGS84, std::iter::once(&exact)).metres - 1.0).abs() < 1e-12);
        let metric = MultiPolygon(vec![
            polygon![(x: 700_000.0, y: 6_600_000.0), (x: 700_010.0, y: 6_600_000.0), (x: 700_000.0, y: 6_600_010.0)],
        ]);
        assert!((estimate(lambert(), std::iter::once(&metric)).metres - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_saw_tooth_tells_its_height() {
        // Each vertex is 12 m off the chord of its neighbours, except near the two ends.
        let mut line: Vec<(f64, f64)> = (0..1000)
            .map(|i| (f64::from(i) * 10.123, if i % 2 == 0 { 0.0 } else { 12.0 }))
            .collect();
        line.extend([(9000.0, 500.0), (0.0, 500.0)]);
        let saw = MultiPolygon(vec![Polygon::new(LineString::from(line), vec![])]);
        let precision = estimate(lambert(), std::iter::once(&saw));
        assert!(
            (precision.metres - 12.0).abs() < 0.01,
            "{}",
            precision.metres
        );
    }
}
