//! The index over the perimeters of one vintage.
//!
//! Two R-trees on WGS 84. One holds the box of every polygon: the few whose box holds the point are tested exactly, on
//! the coordinates they were published with. The other holds short runs of consecutive edges: it finds the nearest
//! line by widening a search box in three steps, so that a point far from everything costs three empty searches.
//! Vertices lie in one flat array; runs and polygons are ranges of it.
//!
//! That is the general path, which polygons take. For points a [`PointIndex`] can stand over it, with the same answers.

mod feet;

pub use feet::Foot;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use geo::{BoundingRect, Intersects};
use geo_types::{Coord, MultiPolygon};
use qpv_model::{Crs, Outline, Perimeter, Position, Territory, VintageLayer, Wgs84Point};
use rstar::{AABB, RTree, RTreeObject};
use smallvec::SmallVec;

use crate::point_index::Slices;
use crate::{LocalFrame, PointIndex};
use feet::Lines;

/// How far, in metres, the nearest perimeter is looked for.
pub const REACH_M: f64 = 5_000.0;

/// First search radii, metres, before the whole reach when that is wider: the band with some doubt, the surroundings.
const STEPS_M: [f64; 2] = [400.0, 1_600.0];

/// Positions answered for together.
const TOGETHER: usize = 128;

/// Edges in one run: long enough to keep the tree small, short enough for tight boxes.
const RUN_EDGES: usize = 12;

/// Projects a WGS 84 point to a layer's own system, `None` where it cannot be (never within that system's territory).
pub type Projection = fn(Crs, Wgs84Point) -> Option<Coord<f64>>;

/// Where a point stands among the perimeters of one vintage. Indices are positions in [`Zones::perimeters`], which is
/// in code order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Located {
    /// Every perimeter that holds the point, boundary included, in code order. Two overlap here and there.
    pub members: SmallVec<[u32; 2]>,
    /// Geodesic metres to the line, negative inside; `None` beyond [`REACH_M`]. In several perimeters: to the line of
    /// the one it is deepest in.
    pub signed_distance_m: Option<f64>,
    /// The nearest perimeter: at 0 m when inside; `None` beyond [`REACH_M`].
    pub nearest: Option<Nearest>,
    /// Whether the imported official 300 m band layer holds the point; `None` when no such layer was imported for the
    /// territory, or no perimeter is within reach.
    pub official_band: Option<bool>,
}

/// A perimeter and how far it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Position in [`Zones::perimeters`].
    pub perimeter: u32,
    /// Geodesic metres, 0 inside.
    pub distance_m: f64,
}

/// The perimeters of one vintage, indexed. Immutable and `Sync`.
#[derive(Debug)]
pub struct Zones {
    layer: VintageLayer,
    territories: BTreeSet<Territory>,
    project: Projection,
    boxes: RTree<PolygonBox>,
    runs: RTree<Run>,
    vertices: Vec<Coord<f64>>,
    lines: Lines,
    band: RTree<PolygonBox>,
    /// Territories with official band outlines around their perimeters.
    band_territories: BTreeSet<Territory>,
    index: Option<PointIndex>,
}

/// Which perimeters hold a point, in four bytes: what a bulk question answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership(u32);

impl Membership {
    /// In none.
    pub const NONE: Self = Self(u32::MAX);
    /// In more than one: [`Zones::members`] tells which.
    pub const SEVERAL: Self = Self(u32::MAX - 1);

    /// Whether some perimeter holds the point.
    #[must_use]
    pub fn is_inside(self) -> bool {
        self != Self::NONE
    }

    /// The perimeter that holds the point, when there is exactly one.
    #[must_use]
    pub fn only(self) -> Option<u32> {
        (self.0 < Self::SEVERAL.0).then_some(self.0)
    }

    fn and(self, member: u32) -> Self {
        if self == Self::NONE { Self(member) } else { Self::SEVERAL }
    }
}

/// The box of one polygon, WGS 84 degrees.
#[derive(Debug)]
struct PolygonBox {
    bounds: AABB<[f64; 2]>,
    /// Perimeter (or official band outline) it belongs to.
    owner: u32,
    /// Which polygon of that outline.
    part: u32,
}

/// Consecutive edges of one ring: `vertices[start..=end]`.
#[derive(Debug)]
struct Run {
    bounds: AABB<[f64; 2]>,
    perimeter: u32,
    start: u32,
    end: u32,
}

impl RTreeObject for PolygonBox {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> AABB<[f64; 2]> {
        self.bounds
    }
}

impl RTreeObject for Run {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> AABB<[f64; 2]> {
        self.bounds
    }
}

impl Zones {
    /// Indexes a layer. `project` is needed only for layers published in a projected system.
    ///
    /// # Panics
    /// If the layer has more than 2³² vertices.
    #[must_use]
    pub fn new(layer: VintageLayer, project: Projection) -> Self {
        let mut vertices = Vec::new();
        let mut runs = Vec::new();
        for (index, perimeter) in layer.perimeters.iter().enumerate() {
            add_runs(perimeter.outline.wgs84(), index_u32(index), &mut vertices, &mut runs);
        }
        vertices.shrink_to_fit();
        let boxes = layer.perimeters.iter().map(|perimeter| perimeter.outline.wgs84());
        let band = layer.official_band.iter().map(Outline::wgs84);
        let boxes = RTree::bulk_load(polygon_boxes(boxes));
        let band = RTree::bulk_load(polygon_boxes(band));
        let meeting = boxes.intersection_candidates_with_other_tree(&band);
        let band_territories = meeting.map(|(near, _)| layer.perimeters[near.owner as usize].territory).collect();
        Self {
            boxes,
            band,
            band_territories,
            runs: RTree::bulk_load(runs),
            lines: Lines::of(layer.perimeters.iter().map(|perimeter| perimeter.outline.wgs84())),
            vertices,
            project,
            territories: layer.territories(),
            layer,
            index: None,
        }
    }

    /// The same, answering for points by an index built from this very layer.
    #[must_use]
    pub fn with_index(self, index: Option<PointIndex>) -> Self {
        Self { index, ..self }
    }

    /// The index that answers for points, if any.
    #[must_use]
    pub fn index(&self) -> Option<&PointIndex> {
        self.index.as_ref()
    }

    /// The layer indexed.
    #[must_use]
    pub fn layer(&self) -> &VintageLayer {
        &self.layer
    }

    /// Whether a territory has at least one perimeter here.
    #[must_use]
    pub fn covers(&self, territory: Territory) -> bool {
        self.territories.contains(&territory)
    }

    /// The perimeters, in code order.
    #[must_use]
    pub fn perimeters(&self) -> &[Perimeter] {
        &self.layer.perimeters
    }

    /// Every perimeter that holds the position, boundary included, in code order.
    #[must_use]
    pub fn members(&self, position: &Position) -> SmallVec<[u32; 2]> {
        self.members_by(self.slices().as_ref(), position)
    }

    /// Which perimeters hold each point: `answers[i]` for `points[i]`.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn memberships(&self, points: &[Wgs84Point], answers: &mut [Membership]) {
        assert_eq!(points.len(), answers.len(), "one answer per point");
        let Some(slices) = self.slices() else {
            for (&point, answer) in points.iter().zip(answers) {
                let members = self.members_by(None, &point.into());
                *answer = members.into_iter().fold(Membership::NONE, Membership::and);
            }
            return;
        };
        answers.fill(Membership::NONE);
        let ask = |index: usize, owner| self.holds(owner, &points[index].into());
        slices.each_member_of(points, ask, |index, owner| answers[index] = answers[index].and(owner));
    }

    fn slices(&self) -> Option<Slices<'_>> {
        self.index.as_ref().map(PointIndex::slices)
    }

    fn members_by(&self, slices: Option<&Slices<'_>>, position: &Position) -> SmallVec<[u32; 2]> {
        let mut members = SmallVec::new();
        let point = position.wgs84;
        if let Some(slices) = slices {
            slices.each_member(point, |owner| self.holds(owner, position), |owner| members.push(owner));
        } else {
            each_box_at(&self.boxes, point, |polygon| {
                if !members.contains(&polygon.owner) && self.part_holds(polygon.owner, polygon.part, position) {
                    members.push(polygon.owner);
                }
            });
            members.sort_unstable();
        }
        members
    }

    /// Whether a perimeter holds the position.
    fn holds(&self, perimeter: u32, position: &Position) -> bool {
        let parts = index_u32(self.layer.perimeters[perimeter as usize].outline.wgs84().0.len());
        (0..parts).any(|part| self.part_holds(perimeter, part, position))
    }

    /// Whether a polygon of a perimeter holds the position, on the coordinates it was published with.
    fn part_holds(&self, perimeter: u32, part: u32, position: &Position) -> bool {
        let outline = &self.layer.perimeters[perimeter as usize].outline;
        match self.coord_in(outline.crs(), position) {
            // A projected outline's WGS 84 counterpart is densified: its parts correspond one to one.
            Some(coord) => outline.published().0[part as usize].intersects(&coord),
            None => outline.wgs84().0[part as usize].intersects(&position.wgs84.coord()),
        }
    }

    /// Where the position stands.
    #[must_use]
    pub fn locate(&self, position: &Position) -> Located {
        self.locate_by(self.slices().as_ref(), position, REACH_M)
    }

    /// [`Zones::locate`] with another reach, at most about 10 km, by the general path.
    pub(crate) fn locate_within(&self, position: &Position, reach_m: f64) -> Located {
        self.locate_by(None, position, reach_m)
    }

    fn locate_by(&self, slices: Option<&Slices<'_>>, position: &Position, reach_m: f64) -> Located {
        let members = self.members_by(slices, position);
        self.located(slices, position, reach_m, members, || match slices {
            Some(slices) => slices.nearest(position.wgs84, reach_m),
            None => self.nearest_line(&LocalFrame::at(position.wgs84), position.wgs84, reach_m, |_| true),
        })
    }

    /// Where a position stands whose members are known; `nearest` finds the nearest line when there are none.
    #[inline]
    fn located(
        &self,
        slices: Option<&Slices<'_>>,
        position: &Position,
        reach_m: f64,
        members: SmallVec<[u32; 2]>,
        nearest: impl FnOnce() -> Option<Nearest>,
    ) -> Located {
        let band_near = |nearest: Nearest| self.official_band_at(position.wgs84, nearest.perimeter);
        if members.is_empty() {
            let nearest = nearest();
            return Located {
                signed_distance_m: nearest.map(|nearest| nearest.distance_m),
                official_band: nearest.and_then(band_near),
                nearest,
                members,
            };
        }
        let frame = LocalFrame::at(position.wgs84);
        let depths = members.iter().filter_map(|&member| match slices {
            Some(slices) => slices.line_of(&frame, member, reach_m),
            None => self.nearest_line(&frame, position.wgs84, reach_m, |perimeter| perimeter == member),
        });
        let deepest = depths.max_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
        let home = deepest.map_or(members[0], |nearest| nearest.perimeter);
        Located {
            // `0.0 - x` and not `-x`: on the line the answer is 0, not -0.
            signed_distance_m: deepest.map(|nearest| 0.0 - nearest.distance_m),
            nearest: Some(Nearest { perimeter: home, distance_m: 0.0 }),
            members,
            official_band: self.official_band_at(position.wgs84, home),
        }
    }

    /// [`Zones::locate`] for many positions: `answers[i]` for `positions[i]`.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn locate_all(&self, positions: &[Position], answers: &mut [Located]) {
        self.locate_all_within(positions, REACH_M, answers);
    }

    /// [`Zones::locate_all`] looking for the nearest perimeter within `reach_m` only, at most [`REACH_M`].
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn locate_all_within(&self, positions: &[Position], reach_m: f64, answers: &mut [Located]) {
        assert_eq!(positions.len(), answers.len(), "one answer per position");
        let reach_m = reach_m.min(REACH_M);
        let Some(slices) = self.slices() else {
            for (position, answer) in positions.iter().zip(answers) {
                *answer = self.locate_by(None, position, reach_m);
            }
            return;
        };
        for (positions, answers) in positions.chunks(TOGETHER).zip(answers.chunks_mut(TOGETHER)) {
            let points: SmallVec<[Wgs84Point; TOGETHER]> = positions.iter().map(|position| position.wgs84).collect();
            let near: SmallVec<[u32; TOGETHER]> = points.iter().map(|&point| slices.candidates(point)).collect();
            for answer in answers.iter_mut() {
                answer.members.clear();
            }
            let ask = |index: usize, owner| self.holds(owner, &positions[index]);
            slices.each_member_of(&points, ask, |index, owner| answers[index].members.push(owner));
            for ((position, answer), candidates) in positions.iter().zip(answers).zip(near) {
                let members = std::mem::take(&mut answer.members);
                let nearest = || slices.nearest_of(candidates, position.wgs84, reach_m);
                *answer = self.located(Some(&slices), position, reach_m, members, nearest);
            }
        }
    }

    /// The perimeters whose box meets a box (WGS 84 degrees), in code order.
    pub(crate) fn perimeters_near(&self, lower: [f64; 2], upper: [f64; 2]) -> Vec<u32> {
        let found = self.boxes.locate_in_envelope_intersecting(AABB::from_corners(lower, upper));
        let mut owners: Vec<u32> = found.map(|polygon| polygon.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    /// Whether the official band layer holds a point near a perimeter; `None` where the layer has nothing to say.
    fn official_band_at(&self, point: Wgs84Point, near: u32) -> Option<bool> {
        let territory = self.layer.perimeters[near as usize].territory;
        if !self.band_territories.contains(&territory) {
            return None;
        }
        let mut holds = false;
        each_box_at(&self.band, point, |polygon| {
            let outline = &self.layer.official_band[polygon.owner as usize];
            holds |= outline.wgs84().0[polygon.part as usize].intersects(&point.coord());
        });
        Some(holds)
    }

    /// The position in a layer's system: as given if it was given in that one.
    fn coord_in(&self, crs: Crs, position: &Position) -> Option<Coord<f64>> {
        match position.given {
            _ if crs == Crs::WGS84 => Some(position.wgs84.coord()),
            Some(given) if given.crs() == crs => Some(given.coord()),
            _ => (self.project)(crs, position.wgs84),
        }
    }

    /// The nearest line within reach among the perimeters `wanted`; ties go to the first code.
    fn nearest_line(
        &self,
        frame: &LocalFrame,
        point: Wgs84Point,
        reach_m: f64,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<Nearest> {
        STEPS_M.into_iter().filter(|step_m| *step_m < reach_m).chain([reach_m]).find_map(|radius_m| {
            let found = self.nearest_line_within(frame, point, radius_m, &wanted);
            found.filter(|nearest| nearest.distance_m <= radius_m)
        })
    }

    fn nearest_line_within(
        &self,
        frame: &LocalFrame,
        point: Wgs84Point,
        radius_m: f64,
        wanted: &impl Fn(u32) -> bool,
    ) -> Option<Nearest> {
        let (mut best2, mut best) = (f64::INFINITY, u32::MAX);
        let [half_lon, half_lat] = frame.half_widths_deg(radius_m);
        let (lon, lat) = (point.lon_deg(), point.lat_deg());
        let search = AABB::from_corners([lon - half_lon, lat - half_lat], [lon + half_lon, lat + half_lat]);
        let _: ControlFlow<()> = self.runs.locate_in_envelope_intersecting_int(search, |run| {
            if wanted(run.perimeter) && frame.box_distance2(run.bounds.lower(), run.bounds.upper()) <= best2 {
                let vertices = &self.vertices[run.start as usize..=run.end as usize];
                for edge in vertices.windows(2) {
                    let distance2 = frame.segment_distance2(edge[0], edge[1]);
                    if distance2 < best2 || (distance2 == best2 && run.perimeter < best) {
                        (best2, best) = (distance2, run.perimeter);
                    }
                }
            }
            ControlFlow::Continue(())
        });
        best2.is_finite().then(|| Nearest { perimeter: best, distance_m: best2.sqrt() })
    }
}

fn index_u32(index: usize) -> u32 {
    u32::try_from(index).expect("a layer has fewer than 2^32 parts")
}

fn each_box_at(tree: &RTree<PolygonBox>, point: Wgs84Point, mut visit: impl FnMut(&PolygonBox)) {
    let at = AABB::from_point([point.lon_deg(), point.lat_deg()]);
    let _: ControlFlow<()> = tree.locate_in_envelope_intersecting_int(at, |polygon| {
        visit(polygon);
        ControlFlow::Continue(())
    });
}

/// Boxes are widened by a few centimetres, so that a point on the very edge of a projected outline is not lost to the
/// rounding of its counterpart on WGS 84.
const BOX_MARGIN_DEG: f64 = 5e-7;

fn polygon_boxes<'a>(outlines: impl Iterator<Item = &'a MultiPolygon<f64>>) -> Vec<PolygonBox> {
    let mut boxes = Vec::new();
    for (owner, outline) in outlines.enumerate() {
        for (part, polygon) in outline.iter().enumerate() {
            if let Some(rect) = polygon.bounding_rect() {
                let bounds = AABB::from_corners(
                    [rect.min().x - BOX_MARGIN_DEG, rect.min().y - BOX_MARGIN_DEG],
                    [rect.max().x + BOX_MARGIN_DEG, rect.max().y + BOX_MARGIN_DEG],
                );
                boxes.push(PolygonBox { bounds, owner: index_u32(owner), part: index_u32(part) });
            }
        }
    }
    boxes
}

fn add_runs(outline: &MultiPolygon<f64>, perimeter: u32, vertices: &mut Vec<Coord<f64>>, runs: &mut Vec<Run>) {
    for polygon in outline {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            let first = vertices.len();
            vertices.extend_from_slice(&ring.0);
            let last = vertices.len().saturating_sub(1);
            for start in (first..last).step_by(RUN_EDGES) {
                let end = (start + RUN_EDGES).min(last);
                let corners = vertices[start..=end].iter().map(|vertex| [vertex.x, vertex.y]);
                runs.push(Run {
                    bounds: AABB::from_points(corners.collect::<SmallVec<[_; RUN_EDGES + 1]>>().iter()),
                    perimeter,
                    start: index_u32(start),
                    end: index_u32(end),
                });
            }
        }
    }
}
