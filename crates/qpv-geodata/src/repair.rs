//! Finding and repairing invalid outlines.
//!
//! An outline is repaired by the even-odd rule, as GEOS `make_valid` does by default: a place is inside when a line from
//! it to infinity crosses the published rings an odd number of times. Valid outlines are left exactly as published;
//! repaired ones keep the published vertices and gain those where edges cross. The result does not depend on the run.
//! An outline that generalisation shrank to a point or a line encloses nothing and stays as it is ([`collapsed`]). One whose
//! lines cross too often is refused before its repair begins (`contacts.rs`).

mod contacts;

use std::collections::BTreeSet;

use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo::dimensions::Dimensions;
use geo::winding_order::{Winding, WindingOrder};
use geo::{BoundingRect, Intersects, MakeValid, MapCoords, Rect, Relate};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use qpv_model::{Crs, CrsKind};

use contacts::EdgeSweep;

/// Pairs of rings looked at whose boxes meet, at most; a department with its islands has thousands.
const MAX_RING_PAIRS: usize = 1_000_000;
/// Vertices looked at in such pairs, at most: some seconds.
const MAX_PAIR_VERTICES: usize = 4_000_000_000;
/// Times that a vertex counts when two rings that meet are related to each other.
const RELATED_VERTEX_WEIGHT: usize = 100;

/// Degrees are repaired at this scale, a power of two so that nothing is rounded: the library joins vertices nearer
/// than 0.0001 unit, which is then under a tenth of a millimetre, as it is for metres.
const DEGREE_SCALE: f64 = 131_072.0;

/// A repaired outline, and the rings that were left out.
#[derive(Debug, Clone, PartialEq)]
pub struct RepairedOutline {
    /// The valid outline; shells counter-clockwise, holes clockwise. Empty when nothing with an area was left.
    pub outline: MultiPolygon<f64>,
    /// The rings left out: those with too few points.
    pub notes: Vec<String>,
}

/// Returns the fault of an outline and its place; `None` when it is valid.
///
/// Valid means valid to OGC Simple Features: rings that neither cross nor touch themselves, holes within their shell,
/// polygons that meet at points only. Repeated points are no fault.
///
/// ```
/// use geo_types::{MultiPolygon, polygon};
/// let bowtie = polygon![(x: 0., y: 0.), (x: 2., y: 2.), (x: 2., y: 0.), (x: 0., y: 2.)];
/// let fault = qpv_geodata::repair::fault(&MultiPolygon(vec![bowtie])).unwrap();
/// assert_eq!(fault, "a ring crosses or touches itself at (1, 1)");
/// ```
#[must_use]
pub fn fault(outline: &MultiPolygon<f64>) -> Option<String> {
    if outline
        .0
        .iter()
        .all(|polygon| polygon.exterior().0.is_empty())
    {
        return Some("it is empty".to_owned());
    }
    if let Some(c) = outline
        .0
        .iter()
        .flat_map(rings)
        .flat_map(|ring| &ring.0)
        .find(|c| !c.x.is_finite() || !c.y.is_finite())
    {
        return Some(format!(
            "a coordinate is not a finite number ({}, {})",
            c.x, c.y
        ));
    }
    let mut all_points = Vec::new();
    for ring in outline.0.iter().flat_map(rings) {
        let points = distinct(ring);
        if points.len() < 4 {
            return Some(format!("a ring has too few points{}", at(points.first())));
        }
        // One by one: the first faulty ring is named, and the others need no look.
        match EdgeSweep::new(std::slice::from_ref(&points)).self_contact() {
            Ok(None) => all_points.push(points),
            Ok(Some(c)) => {
                return Some(format!("a ring crosses or touches itself{}", at(Some(&c))));
            }
            Err(fault) => return Some(fault),
        }
    }
    // Without holes and other polygons nothing is left to check.
    if all_points.len() == 1 {
        return None;
    }
    fault_between_rings(outline, &all_points).unwrap_or_else(Some)
}

/// Returns the fault of rings that are valid each, by the rules of OGC Simple Features; the error is the fault of an outline
/// that takes too long.
fn fault_between_rings(
    outline: &MultiPolygon<f64>,
    all_points: &[Vec<Coord<f64>>],
) -> Result<Option<String>, String> {
    // Few rings meet, and only these need the relation of whole polygons.
    let meeting = EdgeSweep::new(all_points).meeting_rings()?;
    let mut pairs = RingPairs::new(outline, meeting);
    // Rings are numbered as they follow each other: the shell of each polygon, then its holes.
    let mut shell = 0;
    let mut shells = Vec::new();
    for polygon in &outline.0 {
        let holes = polygon.interiors().len();
        for hole in shell + 1..=shell + holes {
            if !pairs.is_hole_of(hole, shell)? {
                return Ok(Some(pairs.named(
                    "is not contained in the outline around it",
                    "a hole",
                    hole,
                )));
            }
        }
        let holes: Vec<usize> = (shell + 1..=shell + holes).collect();
        if let Some(hole) = pairs.first_overlap(&holes)? {
            return Ok(Some(pairs.named("overlaps another one", "a hole", hole)));
        }
        shells.push(shell);
        shell += holes.len() + 1;
    }
    let overlap = pairs.first_overlap_of_polygons(outline, &shells)?;
    Ok(overlap.map(|shell| pairs.named("overlaps another one", "a part", shell)))
}

/// The rings of an outline in pairs, of which few meet.
struct RingPairs<'a> {
    rings: Vec<&'a LineString<f64>>,
    boxes: Vec<Option<Rect<f64>>>,
    /// The pairs that meet anywhere.
    meeting: BTreeSet<(usize, usize)>,
    pairs: usize,
    vertices: usize,
}

impl<'a> RingPairs<'a> {
    fn new(outline: &'a MultiPolygon<f64>, meeting: BTreeSet<(usize, usize)>) -> Self {
        let rings: Vec<&LineString<f64>> = outline.0.iter().flat_map(rings).collect();
        Self {
            boxes: rings.iter().map(|ring| ring.bounding_rect()).collect(),
            rings,
            meeting,
            pairs: 0,
            vertices: 0,
        }
    }

    fn named(&self, fault: &str, what: &str, ring: usize) -> String {
        format!("{what}{} {fault}", at(self.rings[ring].0.first()))
    }

    /// Counts a pair; the error is the fault of an outline that has too many.
    fn count(&mut self, vertices: usize) -> Result<(), String> {
        self.pairs += 1;
        self.vertices += vertices;
        if self.pairs <= MAX_RING_PAIRS && self.vertices <= MAX_PAIR_VERTICES {
            return Ok(());
        }
        Err(format!(
            "its {} rings lie in each other so often that they cannot be compared; draw it again",
            self.rings.len()
        ))
    }

    /// Returns true if a ring lies in another one, and meets it at points only.
    fn is_hole_of(&mut self, hole: usize, shell: usize) -> Result<bool, String> {
        let vertices = self.rings[hole].0.len() + self.rings[shell].0.len();
        self.count(vertices)?;
        if !self.meeting.contains(&(shell, hole)) {
            return Ok(self.is_in(hole, shell));
        }
        // A relation builds graphs of both rings.
        self.count(vertices * RELATED_VERTEX_WEIGHT)?;
        let relation = filled(self.rings[shell]).relate(&filled(self.rings[hole]));
        let on_a_line =
            relation.get(CoordPos::OnBoundary, CoordPos::OnBoundary) == Dimensions::OneDimensional;
        Ok(relation.is_contains() && !on_a_line)
    }

    /// Returns the first of these rings that overlaps another of them, or meets it along a line.
    fn first_overlap(&mut self, rings: &[usize]) -> Result<Option<usize>, String> {
        for (first, second) in self.near(rings)? {
            let overlaps = if self.meeting.contains(&(first, second)) {
                let vertices = self.rings[first].0.len() + self.rings[second].0.len();
                self.count(vertices * RELATED_VERTEX_WEIGHT)?;
                overlap(&filled(self.rings[first]), &filled(self.rings[second]))
            } else {
                self.is_in(first, second) || self.is_in(second, first)
            };
            if overlaps {
                return Ok(Some(first));
            }
        }
        Ok(None)
    }

    /// Returns the shell of the first polygon that overlaps another one, or meets it along a line.
    fn first_overlap_of_polygons(
        &mut self,
        outline: &MultiPolygon<f64>,
        shells: &[usize],
    ) -> Result<Option<usize>, String> {
        // Holes meet the shells of other polygons too: a pair of rings stands for their polygons.
        let shell_of = |ring: usize| shells[shells.partition_point(|shell| *shell <= ring) - 1];
        let meeting_shells: BTreeSet<(usize, usize)> = self
            .meeting
            .iter()
            .map(|(first, second)| (shell_of(*first), shell_of(*second)))
            .collect();
        for (first, second) in self.near(shells)? {
            let meets = meeting_shells.contains(&(first, second));
            let apart = !self.is_in(first, second) && !self.is_in(second, first);
            if !meets && apart {
                continue;
            }
            let vertices = self.rings[first].0.len() + self.rings[second].0.len();
            self.count(vertices * RELATED_VERTEX_WEIGHT)?;
            let polygon = |shell: usize| shells.binary_search(&shell).map(|at| &outline.0[at]);
            if let (Ok(a), Ok(b)) = (polygon(first), polygon(second))
                && overlap(a, b)
            {
                return Ok(Some(first));
            }
        }
        Ok(None)
    }

    /// Returns the pairs of these rings whose boxes meet.
    fn near(&mut self, rings: &[usize]) -> Result<Vec<(usize, usize)>, String> {
        let mut order: Vec<(Rect<f64>, usize)> = rings
            .iter()
            .filter_map(|ring| Some((self.boxes[*ring]?, *ring)))
            .collect();
        // A sweep over boxes: thousands of islands are near few others.
        order.sort_by(|a, b| a.0.min().x.total_cmp(&b.0.min().x));
        let mut near = Vec::new();
        for (position, (a, first)) in order.iter().enumerate() {
            let others = order[position + 1..]
                .iter()
                .take_while(|(b, _)| b.min().x <= a.max().x);
            for (_, second) in others.filter(|(b, _)| a.intersects(b)) {
                self.count(self.rings[*first].0.len() + self.rings[*second].0.len())?;
                near.push((*first.min(second), *first.max(second)));
            }
        }
        // The fault named must not depend on the order of the sweep.
        near.sort_unstable();
        Ok(near)
    }

    /// Returns true if a ring that meets another one nowhere lies in it.
    fn is_in(&self, inner: usize, outer: usize) -> bool {
        // Where edges do not meet, one vertex tells of all.
        let is_boxed = match (self.boxes[inner], self.boxes[outer]) {
            (Some(inner), Some(outer)) => {
                outer.min().x <= inner.min().x
                    && outer.min().y <= inner.min().y
                    && inner.max().x <= outer.max().x
                    && inner.max().y <= outer.max().y
            }
            _ => false,
        };
        is_boxed
            && self.rings[inner].0.first().is_some_and(|c| {
                coord_pos_relative_to_ring(*c, self.rings[outer]) != CoordPos::Outside
            })
    }
}

fn filled(ring: &LineString<f64>) -> Polygon<f64> {
    Polygon::new(ring.clone(), Vec::new())
}

/// Returns true when polygons share an area or a line.
fn overlap(a: &Polygon<f64>, b: &Polygon<f64>) -> bool {
    let relation = a.relate(b);
    relation.get(CoordPos::Inside, CoordPos::Inside) == Dimensions::TwoDimensional
        || relation.get(CoordPos::OnBoundary, CoordPos::OnBoundary) == Dimensions::OneDimensional
}

/// Repairs an outline in `crs` by the even-odd rule.
///
/// # Errors
/// The reason, when a coordinate is not finite or the result is still invalid.
pub fn repair(outline: &MultiPolygon<f64>, crs: Crs) -> Result<RepairedOutline, String> {
    let (kept, notes) = without_short_rings(outline);
    let points: Vec<Vec<Coord<f64>>> = kept.0.iter().flat_map(rings).map(distinct).collect();
    // Each crossing becomes a vertex of a triangulation, which is what takes the memory.
    EdgeSweep::new(&points).check_crossings()?;
    // Vertices nearer than 0.0001 unit are joined, which is eleven metres in degrees.
    let scale = if crs.kind() == CrsKind::Geographic {
        DEGREE_SCALE
    } else {
        1.0
    };
    let scaled = kept.map_coords(|c| Coord {
        x: c.x * scale,
        y: c.y * scale,
    });
    let valid = scaled.make_valid().map_err(|error| error.to_string())?;
    let outline = ordered(valid.map_coords(|c| Coord {
        x: c.x / scale,
        y: c.y / scale,
    }));
    match fault(&outline) {
        // An empty result is no error: the caller keeps the collapsed outline.
        Some(left) if !outline.0.is_empty() => Err(format!("it cannot be repaired: {left}")),
        _ => Ok(RepairedOutline { outline, notes }),
    }
}

/// Returns the outline that replaces one without an inside (a point or a line): its rings as published, with at least four
/// positions so that every reader of polygons accepts them. Distances to it are known. `None` when it has no finite point.
#[must_use]
pub fn collapsed(outline: &MultiPolygon<f64>) -> Option<MultiPolygon<f64>> {
    let mut polygons = Vec::new();
    for ring in outline
        .0
        .iter()
        .flat_map(rings)
        .filter(|ring| !ring.0.is_empty())
    {
        if ring.0.iter().any(|c| !c.x.is_finite() || !c.y.is_finite()) {
            return None;
        }
        let mut coords = ring.0.clone();
        // Readers of polygons refuse rings of fewer positions.
        while coords.len() < 4 {
            coords.extend(coords.last().copied());
        }
        polygons.push(Polygon::new(LineString(coords), Vec::new()));
    }
    (!polygons.is_empty()).then_some(MultiPolygon(polygons))
}

fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

fn at(c: Option<&Coord<f64>>) -> String {
    c.map(|c| format!(" at ({}, {})", c.x, c.y))
        .unwrap_or_default()
}

/// The ring without consecutive repeated points.
fn distinct(ring: &LineString<f64>) -> Vec<Coord<f64>> {
    let mut points = ring.0.clone();
    points.dedup();
    points
}

/// Leaves out rings of fewer than three distinct points, which enclose nothing.
fn without_short_rings(outline: &MultiPolygon<f64>) -> (MultiPolygon<f64>, Vec<String>) {
    let mut notes = Vec::new();
    let mut polygons = Vec::new();
    for polygon in &outline.0 {
        let exterior = if is_long_enough(polygon.exterior(), &mut notes) {
            polygon.exterior().clone()
        } else {
            LineString(vec![])
        };
        let holes = polygon
            .interiors()
            .iter()
            .filter(|hole| is_long_enough(hole, &mut notes))
            .cloned()
            .collect();
        polygons.push(Polygon::new(exterior, holes));
    }
    (MultiPolygon(polygons), notes)
}

/// Returns true for a ring of three distinct points or more; notes the others.
fn is_long_enough(ring: &LineString<f64>, notes: &mut Vec<String>) -> bool {
    let points = distinct(ring);
    // The first point is repeated at the end.
    let keep = points.len() >= 4;
    if !keep && !points.is_empty() {
        notes.push(format!(
            "a ring of too few points{} left out",
            at(points.first())
        ));
    }
    keep
}

/// Returns the same outline in an order that depends on its coordinates only: each ring starts at its lowest, leftmost vertex,
/// rings and polygons are sorted by it.
fn ordered(outline: MultiPolygon<f64>) -> MultiPolygon<f64> {
    let mut polygons: Vec<Polygon<f64>> = outline
        .0
        .into_iter()
        .map(|polygon| {
            let (exterior, mut holes) = polygon.into_inner();
            for hole in &mut holes {
                turn(hole, WindingOrder::Clockwise);
            }
            holes.sort_by(compare);
            let mut shell = exterior;
            turn(&mut shell, WindingOrder::CounterClockwise);
            Polygon::new(shell, holes)
        })
        .collect();
    polygons.sort_by(|a, b| compare(a.exterior(), b.exterior()));
    MultiPolygon(polygons)
}

/// Gives a ring this winding order and lets it start at its lowest, leftmost vertex.
fn turn(ring: &mut LineString<f64>, order: WindingOrder) {
    ring.make_winding_order(order);
    ring.0.pop();
    let first = (0..ring.0.len())
        .min_by(|a, b| compare_coords(ring.0[*a], ring.0[*b]))
        .unwrap_or(0);
    // The same outline must give the same bytes in each run, and so the same digest.
    ring.0.rotate_left(first);
    ring.0.extend(ring.0.first().copied());
}

fn compare(a: &LineString<f64>, b: &LineString<f64>) -> std::cmp::Ordering {
    std::iter::zip(&a.0, &b.0)
        .map(|(a, b)| compare_coords(*a, *b))
        .find(|order| order.is_ne())
        .unwrap_or(a.0.len().cmp(&b.0.len()))
}

fn compare_coords(a: Coord<f64>, b: Coord<f64>) -> std::cmp::Ordering {
    a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x))
}

#[cfg(test)]
mod tests {
    use geo::Area;
    use geo_types::polygon;
    use proptest::prelude::*;

    use super::*;

    fn metres() -> Crs {
        Crs::known(2154).unwrap()
    }

    fn ring(coords: &[(f64, f64)]) -> LineString<f64> {
        LineString::from(coords.to_vec())
    }

    fn square(x: f64, y: f64, side: f64) -> LineString<f64> {
        ring(&[
            (x, y),
            (x + side, y),
            (x + side, y + side),
            (x, y + side),
            (x, y),
        ])
    }

    fn single(exterior: LineString<f64>, holes: Vec<LineString<f64>>) -> MultiPolygon<f64> {
        MultiPolygon(vec![Polygon::new(exterior, holes)])
    }

    fn repaired_area(outline: &MultiPolygon<f64>) -> f64 {
        repair(outline, metres()).unwrap().outline.unsigned_area()
    }

    #[test]
    fn valid_outlines_have_no_fault() {
        let two = MultiPolygon(vec![
            Polygon::new(square(0.0, 0.0, 1.0), vec![]),
            Polygon::new(square(1.0, 1.0, 1.0), vec![]),
        ]);
        assert_eq!(fault(&two), None, "polygons may touch at a point");
        assert_eq!(
            fault(&single(square(0.0, 0.0, 9.0), vec![square(1.0, 1.0, 2.0)])),
            None
        );
        let repeated = single(
            ring(&[
                (0.0, 0.0),
                (1.0, 0.0),
                (1.0, 0.0),
                (1.0, 1.0),
                (0.0, 0.0),
                (0.0, 0.0),
            ]),
            vec![],
        );
        assert_eq!(fault(&repeated), None);
        let straight = single(
            ring(&[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 0.0)]),
            vec![],
        );
        assert_eq!(fault(&straight), None);
        assert_eq!(
            fault(&MultiPolygon(vec![
                polygon![(x: 0., y: 0.), (x: 1., y: 0.), (x: 0., y: 1.)]
            ])),
            None
        );
    }

    /// Areas by the definition of the even-odd rule.
    #[test]
    fn faults_are_told_with_their_place_and_repaired() {
        let nested = MultiPolygon(vec![
            Polygon::new(square(0.0, 0.0, 4.0), vec![]),
            Polygon::new(square(1.0, 1.0, 2.0), vec![]),
        ]);
        for (outline, words, area) in [
            (
                single(
                    ring(&[(0., 0.), (2., 2.), (2., 0.), (0., 2.), (0., 0.)]),
                    vec![],
                ),
                "(1, 1)",
                2.0,
            ),
            (
                single(
                    ring(&[
                        (0., 0.),
                        (4., 0.),
                        (6., 2.),
                        (4., 0.),
                        (4., 4.),
                        (0., 4.),
                        (0., 0.),
                    ]),
                    vec![],
                ),
                "(4, 0)",
                16.0,
            ),
            (
                single(
                    ring(&[(0., 0.), (4., 0.), (4., 4.), (2., 0.), (0., 4.), (0., 0.)]),
                    vec![],
                ),
                "(2, 0)",
                8.0,
            ),
            (
                single(square(0.0, 0.0, 4.0), vec![square(3.0, 1.0, 2.0)]),
                "contained",
                16.0 - 2.0 + 2.0,
            ),
            (nested, "overlap", 12.0),
        ] {
            let fault = fault(&outline).unwrap();
            assert!(fault.contains(words), "{fault}");
            assert!(
                (repaired_area(&outline) - area).abs() < 1e-9,
                "{fault}: {}",
                repaired_area(&outline)
            );
        }
    }

    #[test]
    fn short_rings_are_left_out_and_noted() {
        let outline = single(
            square(0.0, 0.0, 4.0),
            vec![ring(&[(1.0, 1.0), (2.0, 2.0), (1.0, 1.0)])],
        );
        assert_eq!(
            fault(&outline).unwrap(),
            "a ring has too few points at (1, 1)"
        );
        let repaired = repair(&outline, metres()).unwrap();
        assert_eq!(
            repaired.notes,
            ["a ring of too few points at (1, 1) left out"]
        );
        assert!((repaired.outline.unsigned_area() - 16.0).abs() < 1e-12);
    }

    #[test]
    fn what_encloses_nothing_stays_as_a_point() {
        let point = single(LineString(vec![Coord { x: 2.5, y: 48.0 }; 3]), vec![]);
        assert!(repair(&point, Crs::WGS84).unwrap().outline.0.is_empty());
        assert_eq!(
            collapsed(&point).unwrap().0[0].exterior().0,
            vec![Coord { x: 2.5, y: 48.0 }; 4]
        );
        assert_eq!(collapsed(&MultiPolygon(vec![])), None);
    }

    #[test]
    fn coordinates_that_are_no_numbers_are_refused() {
        let outline = single(
            ring(&[(0.0, 0.0), (1.0, f64::NAN), (1.0, 1.0), (0.0, 0.0)]),
            vec![],
        );
        assert!(fault(&outline).unwrap().contains("finite"));
        assert!(repair(&outline, metres()).is_err());
        assert_eq!(collapsed(&outline), None);
    }

    #[test]
    fn published_vertices_stay_bit_for_bit_in_degrees() {
        let outline = single(
            ring(&[
                (2.38731, 48.91773),
                (2.38901, 48.91802),
                (2.38877, 48.91711),
                (2.38790, 48.91850),
                (2.38731, 48.91773),
            ]),
            vec![],
        );
        let repaired = repair(&outline, Crs::WGS84).unwrap().outline;
        let vertices: Vec<Coord<f64>> = repaired
            .0
            .iter()
            .flat_map(rings)
            .flat_map(|r| r.0.clone())
            .collect();
        for c in &outline.0[0].exterior().0 {
            assert!(vertices.contains(c), "{c:?}");
        }
    }

    proptest! {
        /// Neither the direction of rings, nor where they start, nor the run changes the result.
        #[test]
        fn the_result_depends_on_the_lines_only(
            points in prop::collection::vec((0_i32..40, 0_i32..40), 4..14), start in 0_usize..14, reversed in any::<bool>()
        ) {
            let mut coords: Vec<(f64, f64)> = points.iter().map(|(x, y)| (f64::from(*x), f64::from(*y))).collect();
            let one = single(LineString::from(coords.clone()), vec![]);
            let count = coords.len();
            coords.rotate_left(start % count);
            if reversed {
                coords.reverse();
            }
            let other = single(LineString::from(coords), vec![]);
            let (Ok(one), Ok(other)) = (repair(&one, metres()), repair(&other, metres())) else {
                return Err(TestCaseError::fail("not repaired"));
            };
            prop_assert!((one.outline.unsigned_area() - other.outline.unsigned_area()).abs() < 1e-6);
            prop_assert!(one.outline.0.is_empty() || fault(&one.outline).is_none());
        }
    }
}
