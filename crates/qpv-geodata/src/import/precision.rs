//! The precision of the lines of a layer, estimated from the file itself.
//!
//! Two things can be measured: the step to which coordinates are rounded, and generalisation, by the traces that the two
//! usual algorithms leave.
//!
//! Douglas and Peucker split a line at the vertex farthest from its chord for as long as that is farther than the
//! tolerance. Split again, a simplified line is split at the same vertices, so that no split is nearer than the tolerance:
//! the smallest one bounds it from above. Not so the distance of a vertex to the chord of its neighbours, which can be
//! smaller. Visvalingam and Whyatt take away the vertex of the smallest triangle with its neighbours: no triangle left is
//! smaller than their threshold. Of both measures a low percentile is taken, since topology keeps a few vertices that the
//! tolerance would not, and the upper end of its confidence interval, since a small layer must not be thought too precise.

use geo_types::{Coord, LineString, MultiPolygon};
use qpv_model::{Crs, CrsKind};

/// No line is trusted better than this, metres: streets are wider.
const FLOOR_M: f64 = 1.0;
/// Fewest splits that say something of the perimeters of the State: one as surveyed has 81 in the median.
pub(super) const FEWEST_SPLITS_SURVEYED: usize = 8;
/// Fewest splits that say something of a drawing of a town: one of a few long lines may be exact.
pub(super) const FEWEST_SPLITS_DRAWN: usize = 500;
/// Fewest splits from which the two algorithms are told apart: a dozen perimeters simplified coarsely have as many. None of
/// 400 dozens of the perimeters of 2015, as surveyed or simplified by distance, is taken for one simplified by area.
const FEWEST_SPLITS_BY_AREA: usize = 60;
/// The percentile that bounds the tolerance.
const LOW_SHARE: f64 = 0.05;
/// The percentile to which it is compared: the nearer both are, the sharper values are cut off.
const COMPARED_SHARE: f64 = 0.25;
/// Standard errors from a percentile to the upper end of its confidence interval.
const CONFIDENCE_ERRORS: f64 = 2.0;
/// Triangles that are cut off sharper than this, and sharper than splits by as much as the next value, are what is left by
/// area.
const AREA_SHARPNESS: f64 = 0.6;
const AREA_SHARPNESS_LEAD: f64 = 0.25;
/// Deviation of a line in sides of the square that is as large as its smallest triangle. Of the perimeters of 2015
/// simplified at 4 to 400 m², 99 of 100 deviate less.
const DEVIATION_BY_SIDE: f64 = 2.0;
/// Vertices of a ring that are split together: splitting takes the square of their number at worst.
const MAX_SPLIT_VERTICES: usize = 1024;
/// Vertices looked at in a layer. The official layers have at most 150,000.
const MAX_VERTICES: usize = 500_000;
/// Cosine of the angle between two lines that are at right angles, as far as drawing programs keep them.
const MAX_RIGHT_ANGLE_COS: f64 = 0.02;
/// Metres in a degree of latitude, near enough.
const DEGREE_M: f64 = 111_320.0;
/// Decimals that are looked for at most: nine in degrees are a tenth of a millimetre.
const MAX_DECIMALS: i32 = 9;

/// An estimate, and the reason in words.
pub(super) struct PrecisionEstimate {
    pub metres: f64,
    pub because: String,
}

/// Estimates the precision of the lines of `outlines`, as published in `crs`: the distance within which the true lines are.
/// Generalisation is looked for from `fewest_splits` on.
pub(super) fn estimate<'a>(
    crs: Crs,
    outlines: impl Iterator<Item = &'a MultiPolygon<f64>> + Clone,
    fewest_splits: usize,
) -> PrecisionEstimate {
    let decimals = decimals(outlines.clone());
    let rounding_m = decimals.map_or(0.0, |decimals| {
        displacement_m(crs, outlines.clone(), 10_f64.powi(-decimals) / 2.0)
    });
    let generalised_m = generalisation_m(crs, outlines, fewest_splits);
    if generalised_m > rounding_m.max(FLOOR_M) {
        return PrecisionEstimate {
            // Lines are simplified first and rounded afterwards.
            metres: generalised_m + rounding_m,
            because: format!(
                "its lines look simplified with a tolerance of {generalised_m:.1} m at most"
            ),
        };
    }
    let because = if rounding_m > FLOOR_M {
        format!(
            "its coordinates are rounded to {} decimals",
            decimals.unwrap_or_default()
        )
    } else {
        "its lines look as surveyed".to_owned()
    };
    PrecisionEstimate {
        metres: FLOOR_M.max(rounding_m),
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

/// Returns how far a vertex is displaced when each coordinate is displaced by half a step, metres.
fn displacement_m<'a>(
    crs: Crs,
    outlines: impl Iterator<Item = &'a MultiPolygon<f64>>,
    half_step: f64,
) -> f64 {
    if crs.kind() != CrsKind::Geographic {
        return half_step.hypot(half_step);
    }
    // A degree of longitude is longest at the vertex nearest to the equator.
    let latitudes = outlines
        .flat_map(rings)
        .flat_map(|ring| &ring.0)
        .map(|c| c.y.abs());
    let lowest = latitudes.fold(90.0, f64::min);
    let half_step_m = half_step * DEGREE_M;
    half_step_m.hypot(half_step_m * lowest.to_radians().cos())
}

/// Returns an upper bound of the tolerance with which lines were simplified, metres; 0 for too few vertices.
fn generalisation_m<'a>(
    crs: Crs,
    outlines: impl Iterator<Item = &'a MultiPolygon<f64>> + Clone,
    fewest_splits: usize,
) -> f64 {
    if crs.kind() != CrsKind::Geographic {
        return LineTraces::collect(outlines, |_| Coord { x: 1.0, y: 1.0 }).bound_m(fewest_splits);
    }
    // A tolerance in degrees is as many metres east as it is north to the program that applied it.
    let in_degrees = LineTraces::collect(outlines.clone(), |_| Coord {
        x: DEGREE_M,
        y: DEGREE_M,
    });
    let in_metres = LineTraces::collect(outlines, |origin| Coord {
        x: DEGREE_M * origin.y.to_radians().cos(),
        y: DEGREE_M,
    });
    in_degrees
        .bound_m(fewest_splits)
        .max(in_metres.bound_m(fewest_splits))
}

/// What simplification leaves in the lines of a layer.
#[derive(Default)]
struct LineTraces {
    /// The distances of the splits of Douglas and Peucker, metres.
    splits_m: Vec<f64>,
    /// The sides of squares as large as the triangle of each vertex with its neighbours, metres.
    triangle_sides_m: Vec<f64>,
}

impl LineTraces {
    /// Collects them from rings; `scale` gives metres in a unit at a ring's first vertex.
    fn collect<'a>(
        outlines: impl Iterator<Item = &'a MultiPolygon<f64>> + Clone,
        scale: impl Fn(Coord<f64>) -> Coord<f64>,
    ) -> Self {
        let vertices: usize = outlines
            .clone()
            .flat_map(rings)
            .map(|ring| ring.0.len())
            .sum();
        // Rings are left out rather than vertices: a line must be whole to be split.
        let every = vertices.div_ceil(MAX_VERTICES).max(1);
        let mut traces = Self::default();
        for ring in outlines.flat_map(rings).step_by(every) {
            let Some(origin) = ring.0.first() else {
                continue;
            };
            let scale = scale(*origin);
            let mut metres: Vec<Coord<f64>> = ring.0[..ring.0.len().min(MAX_VERTICES)]
                .iter()
                .map(|c| Coord {
                    x: (c.x - origin.x) * scale.x,
                    y: (c.y - origin.y) * scale.y,
                })
                .collect();
            // Repeated vertices would count as splits of no distance.
            metres.dedup();
            traces.add(&metres);
        }
        traces
    }

    /// Adds the traces in a closed ring.
    fn add(&mut self, ring: &[Coord<f64>]) {
        // Programs keep three vertices of a ring however small it is, and right angles are drawn, not left over.
        if ring.len() < 5 || is_right_angled(ring) {
            return;
        }
        for piece in pieces(ring) {
            add_splits(piece, &mut self.splits_m);
        }
        let open = &ring[..ring.len() - 1];
        let sides = (0..open.len()).map(|i| {
            let before = open[(i + open.len() - 1) % open.len()];
            triangle_side(before, open[i], open[(i + 1) % open.len()])
        });
        self.triangle_sides_m.extend(sides);
    }

    fn bound_m(mut self, fewest_splits: usize) -> f64 {
        if self.splits_m.len() < fewest_splits {
            return 0.0;
        }
        let (split_m, split_sharpness) = low_end(&mut self.splits_m);
        let (side_m, side_sharpness) = low_end(&mut self.triangle_sides_m);
        // Few values are sharp by chance, and exact lines are sharper by area than by distance.
        let is_by_area = self.splits_m.len() >= FEWEST_SPLITS_BY_AREA
            && side_sharpness > AREA_SHARPNESS
            && side_sharpness - split_sharpness > AREA_SHARPNESS_LEAD;
        if is_by_area {
            // Lines may have gone through both.
            split_m.max(side_m * DEVIATION_BY_SIDE)
        } else {
            split_m
        }
    }
}

/// Splits a closed ring into pieces that share their ends.
fn pieces(ring: &[Coord<f64>]) -> impl Iterator<Item = &[Coord<f64>]> {
    (0..ring.len() - 1)
        .step_by(MAX_SPLIT_VERTICES)
        .map(|start| &ring[start..ring.len().min(start + MAX_SPLIT_VERTICES + 1)])
}

/// Adds the distance of each split of a line: of the vertex farthest from the chord, then of those in both halves.
fn add_splits(line: &[Coord<f64>], splits_m: &mut Vec<f64>) {
    // A stack of its own: a comb would recurse as deep as it has vertices.
    let mut open = vec![line];
    while let Some(line) = open.pop() {
        let [first, inner @ .., last] = line else {
            continue;
        };
        let farthest = inner
            .iter()
            .map(|c| distance_to_segment(*first, *c, *last))
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((at, distance_m)) = farthest {
            splits_m.push(distance_m);
            open.extend([&line[..at + 2], &line[at + 1..]]);
        }
    }
}

/// Returns the upper end of the confidence interval of the low percentile, and its share of that of the compared one: 1 when
/// values are cut off there, near 0 when they go on below.
fn low_end(values: &mut [f64]) -> (f64, f64) {
    let low = upper_percentile(values, LOW_SHARE);
    let compared = upper_percentile(values, COMPARED_SHARE);
    (low, low / compared.max(f64::MIN_POSITIVE))
}

fn upper_percentile(values: &mut [f64], share: f64) -> f64 {
    let count = values.len() as f64;
    let rank = count * share + CONFIDENCE_ERRORS * (count * share * (1.0 - share)).sqrt();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank is not negative, and limited to the values"
    )]
    let rank = (rank as usize).min(values.len() - 1);
    *values.select_nth_unstable_by(rank, f64::total_cmp).1
}

/// Returns true for a closed ring of right angles only.
fn is_right_angled(ring: &[Coord<f64>]) -> bool {
    let open = &ring[..ring.len() - 1];
    (0..open.len()).all(|i| {
        let (before, at) = (open[(i + open.len() - 1) % open.len()], open[i]);
        let after = open[(i + 1) % open.len()];
        let (a, b) = (at - before, after - at);
        (a.x * b.x + a.y * b.y).abs() <= MAX_RIGHT_ANGLE_COS * a.x.hypot(a.y) * b.x.hypot(b.y)
    })
}

fn distance_to_segment(start: Coord<f64>, at: Coord<f64>, end: Coord<f64>) -> f64 {
    let (along, offset) = (end - start, at - start);
    let square = along.x * along.x + along.y * along.y;
    // The ends of a closed ring coincide, and are then a point.
    let part = if square > 0.0 {
        ((along.x * offset.x + along.y * offset.y) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (offset.x - part * along.x).hypot(offset.y - part * along.y)
}

fn triangle_side(before: Coord<f64>, at: Coord<f64>, after: Coord<f64>) -> f64 {
    let (a, b) = (at - before, after - before);
    ((a.x * b.y - a.y * b.x).abs() / 2.0).sqrt()
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
        let precision = estimate(Crs::WGS84, std::iter::once(&four), FEWEST_SPLITS_SURVEYED);
        // Half a step of 11.132 m northwards, and of 8.181 m eastwards at 42.7 degrees.
        assert!(
            (precision.metres - 6.908).abs() < 0.001,
            "{}",
            precision.metres
        );
        assert!(precision.because.contains("4 decimals"));
        let exact = MultiPolygon(vec![
            polygon![(x: 2.900_512_345_678, y: 42.7), (x: 2.9, y: 42.8), (x: 3.0, y: 42.7)],
        ]);
        assert!((estimate(Crs::WGS84, std::iter::once(&exact), 1).metres - 1.0).abs() < 1e-12);
        let metric = MultiPolygon(vec![
            polygon![(x: 700_000.0, y: 6_600_000.0), (x: 700_010.0, y: 6_600_000.0), (x: 700_000.0, y: 6_600_010.0)],
        ]);
        assert!((estimate(lambert(), std::iter::once(&metric), 1).metres - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_saw_tooth_tells_its_height() {
        // Each vertex is 12 m off the chord of its neighbours, except near the two ends.
        let mut line: Vec<(f64, f64)> = (0..1000)
            .map(|i| (f64::from(i) * 10.123, if i % 2 == 0 { 0.0 } else { 12.0 }))
            .collect();
        line.extend([(9000.0, 500.0), (0.0, 500.0)]);
        let saw = MultiPolygon(vec![Polygon::new(LineString::from(line), vec![])]);
        let precision = estimate(lambert(), std::iter::once(&saw), 8);
        assert!(
            (precision.metres - 12.0).abs() < 0.2,
            "{}",
            precision.metres
        );
    }

    /// A coast of random steps, which no simplification has seen.
    fn coast(vertices: u32, step_m: f64) -> Vec<Coord<f64>> {
        let mut state = 12_345_u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24) - 0.5
        };
        let mut ring: Vec<Coord<f64>> = (0..vertices)
            .map(|i| {
                let angle = f64::from(i) / f64::from(vertices) * std::f64::consts::TAU;
                let radius = 20_000.0 + step_m * random();
                Coord {
                    x: radius * angle.cos(),
                    y: radius * angle.sin(),
                }
            })
            .collect();
        ring.push(ring[0]);
        ring
    }

    /// Simplifies by the definition of Douglas and Peucker.
    fn simplified(line: &[Coord<f64>], tolerance_m: f64) -> Vec<Coord<f64>> {
        let (first, last) = (line[0], line[line.len() - 1]);
        let farthest = (1..line.len() - 1).max_by(|a, b| {
            distance_to_segment(first, line[*a], last)
                .total_cmp(&distance_to_segment(first, line[*b], last))
        });
        match farthest {
            Some(at) if distance_to_segment(first, line[at], last) > tolerance_m => {
                let mut kept = simplified(&line[..=at], tolerance_m);
                kept.pop();
                kept.extend(simplified(&line[at..], tolerance_m));
                kept
            }
            _ => vec![first, last],
        }
    }

    #[test]
    fn a_tolerance_is_never_underestimated() {
        let line = coast(8000, 300.0);
        for tolerance_m in [2.0, 5.0, 10.0, 20.0, 50.0] {
            let ring = LineString(simplified(&line, tolerance_m));
            let outline = MultiPolygon(vec![Polygon::new(ring, vec![])]);
            let found = estimate(lambert(), std::iter::once(&outline), 8).metres;
            assert!(
                found >= tolerance_m && found < 2.0 * tolerance_m.max(8.0),
                "{tolerance_m}: {found}"
            );
        }
    }

    #[test]
    fn drawings_of_few_lines_are_not_called_simplified() {
        // A circle of twelve vertices as exact as it is drawn, and rectangles.
        let circle = MultiPolygon(vec![Polygon::new(LineString(coast(12, 0.0)), vec![])]);
        let one = std::iter::once(&circle);
        let drawn = estimate(lambert(), one.clone(), FEWEST_SPLITS_DRAWN);
        assert!((drawn.metres - 1.0).abs() < 1e-12);
        assert!(estimate(lambert(), one, FEWEST_SPLITS_SURVEYED).metres > 100.0);
        let square = polygon![(x: 0.0, y: 0.0), (x: 300.0, y: 0.0), (x: 300.0, y: 200.0), (x: 0.0, y: 200.0)];
        let squares = MultiPolygon(vec![square; 50]);
        let precision = estimate(lambert(), std::iter::once(&squares), FEWEST_SPLITS_SURVEYED);
        assert!(
            (precision.metres - 1.0).abs() < 1e-12,
            "{}",
            precision.because
        );
    }

    #[test]
    fn a_comb_of_a_million_teeth_takes_no_square_of_its_vertices() {
        let mut comb: Vec<(f64, f64)> = (0..1_000_000)
            .map(|i| (f64::from(i), f64::from(i % 2) * (1e6 - f64::from(i))))
            .collect();
        comb.push((0.0, -1.0));
        let outline = MultiPolygon(vec![Polygon::new(LineString::from(comb), vec![])]);
        // A square of its vertices would take days: the test would never end.
        estimate(lambert(), std::iter::once(&outline), 8);
    }
}
