//! The index over a list of outlines, whatever they are: perimeters of a vintage, an official band, areas of a town.
//!
//! Two R-trees on WGS 84. One holds the box of every polygon: the few whose box holds the point are tested exactly, on
//! the coordinates they were published with. The other holds short runs of consecutive edges: it finds the nearest
//! line by widening a search box in three steps, so that a point far from everything costs three empty searches.
//! Vertices lie in one flat array; runs and polygons are ranges of it.
//!
//! Outlines are known by their place in the list; whoever owns the list gives them back when they are tested.

use std::ops::ControlFlow;

use geo::{BooleanOps, BoundingRect, Intersects};
use geo_types::{Coord, MultiPolygon};
use qpv_model::{Crs, Outline, Position, Wgs84Point};
use rstar::{AABB, RTree, RTreeObject};
use smallvec::SmallVec;

use crate::LocalFrame;

/// First search radii, metres, before the whole reach when that is wider: the band with some doubt, the surroundings.
const STEPS_M: [f64; 2] = [400.0, 1_600.0];

/// Edges in one run: long enough to keep the tree small, short enough for tight boxes.
const RUN_EDGES: usize = 12;

/// Boxes are widened by a few centimetres, so that a point on the very edge of a projected outline is not lost to the
/// rounding of its counterpart on WGS 84.
const BOX_MARGIN_DEG: f64 = 5e-7;

/// Projects a WGS 84 point to a layer's own system, `None` where it cannot be (never within that system's territory).
pub type Projection = fn(Crs, Wgs84Point) -> Option<Coord<f64>>;

/// An outline and how far its line is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    /// Its place in the list.
    pub(crate) owner: u32,
    /// Geodesic metres.
    pub(crate) distance_m: f64,
}

/// The boxes of polygons.
#[derive(Debug)]
pub(crate) struct Boxes {
    tree: RTree<PolygonBox>,
    project: Projection,
}

/// The lines of outlines.
#[derive(Debug)]
pub(crate) struct Lines {
    runs: RTree<Run>,
    vertices: Vec<Coord<f64>>,
}

/// The box of one polygon, WGS 84 degrees.
#[derive(Debug)]
struct PolygonBox {
    bounds: AABB<[f64; 2]>,
    /// Outline it belongs to.
    owner: u32,
    /// Which polygon of that outline.
    part: u32,
}

/// Consecutive edges of one ring: `vertices[start..=end]`.
#[derive(Debug)]
struct Run {
    bounds: AABB<[f64; 2]>,
    owner: u32,
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

impl Boxes {
    pub(crate) fn of<'a>(outlines: impl Iterator<Item = &'a Outline>, project: Projection) -> Self {
        Self {
            tree: RTree::bulk_load(polygon_boxes(outlines.map(Outline::wgs84))),
            project,
        }
    }

    /// What positions and outlines are projected by.
    pub(crate) fn project(&self) -> Projection {
        self.project
    }

    /// The outlines that hold a position, boundary included, in their order; `outline` gives one by its place.
    pub(crate) fn members<'a>(
        &self,
        position: &Position,
        outline: impl Fn(u32) -> &'a Outline,
    ) -> SmallVec<[u32; 2]> {
        let mut members = SmallVec::new();
        let point = position.wgs84;
        let at = AABB::from_point([point.lon_deg(), point.lat_deg()]);
        let _: ControlFlow<()> = self
            .tree
            .locate_in_envelope_intersecting_int(at, |polygon| {
                let owner = polygon.owner;
                if !members.contains(&owner)
                    && self.part_holds(outline(owner), polygon.part, position)
                {
                    members.push(owner);
                }
                ControlFlow::Continue(())
            });
        members.sort_unstable();
        members
    }

    /// Whether an outline holds the position.
    pub(crate) fn holds(&self, outline: &Outline, position: &Position) -> bool {
        let parts = index_u32(outline.wgs84().0.len());
        (0..parts).any(|part| self.part_holds(outline, part, position))
    }

    /// Whether a polygon of an outline holds the position, on the coordinates it was published with.
    fn part_holds(&self, outline: &Outline, part: u32, position: &Position) -> bool {
        match self.coord_in(outline.crs(), position) {
            // A projected outline's WGS 84 counterpart is densified: its parts correspond one to one.
            Some(coord) => outline.published().0[part as usize].intersects(&coord),
            None => outline.wgs84().0[part as usize].intersects(&position.wgs84.coord()),
        }
    }

    /// The position in a layer's system: as given if it was given in that one.
    fn coord_in(&self, crs: Crs, position: &Position) -> Option<Coord<f64>> {
        match position.given {
            _ if crs == Crs::WGS84 => Some(position.wgs84.coord()),
            Some(given) if given.crs() == crs => Some(given.coord()),
            _ => (self.project)(crs, position.wgs84),
        }
    }

    /// Whether some outline holds a point on WGS 84, in whatever system it was published.
    pub(crate) fn any_holds_on_wgs84<'a>(
        &self,
        point: Wgs84Point,
        outline: impl Fn(u32) -> &'a Outline,
    ) -> bool {
        let at = AABB::from_point([point.lon_deg(), point.lat_deg()]);
        self.tree
            .locate_in_envelope_intersecting(at)
            .any(|polygon| {
                outline(polygon.owner).wgs84().0[polygon.part as usize].intersects(&point.coord())
            })
    }

    /// The outlines whose box meets a box (WGS 84 degrees), in their order.
    pub(crate) fn near(&self, lower: [f64; 2], upper: [f64; 2]) -> Vec<u32> {
        let found = self
            .tree
            .locate_in_envelope_intersecting(AABB::from_corners(lower, upper));
        let mut owners: Vec<u32> = found.map(|polygon| polygon.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    /// The outlines of which a box meets one of another list.
    pub(crate) fn meeting<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = u32> + 'a {
        self.tree
            .intersection_candidates_with_other_tree(&other.tree)
            .map(|(near, _)| near.owner)
    }
}

impl Lines {
    /// # Panics
    /// If the outlines have more than 2³² vertices.
    pub(crate) fn of<'a>(outlines: impl Iterator<Item = &'a Outline>) -> Self {
        let (mut vertices, mut runs) = (Vec::new(), Vec::new());
        for (owner, outline) in outlines.enumerate() {
            add_runs(outline.wgs84(), index_u32(owner), &mut vertices, &mut runs);
        }
        vertices.shrink_to_fit();
        Self {
            runs: RTree::bulk_load(runs),
            vertices,
        }
    }

    /// Tells every edge of the runs that meet a box (WGS 84 degrees): its outline, its place among all, its ends.
    pub(crate) fn edges_near(
        &self,
        lower: [f64; 2],
        upper: [f64; 2],
        mut told: impl FnMut(u32, u32, [Coord<f64>; 2]),
    ) {
        let search = AABB::from_corners(lower, upper);
        let _: ControlFlow<()> = self
            .runs
            .locate_in_envelope_intersecting_int(search, |run| {
                (run.start..run.end).for_each(|edge| told(run.owner, edge, self.edge(edge)));
                ControlFlow::Continue(())
            });
    }

    /// The ends of an edge, by its place among all: that of its first vertex.
    pub(crate) fn edge(&self, edge: u32) -> [Coord<f64>; 2] {
        [
            self.vertices[edge as usize],
            self.vertices[edge as usize + 1],
        ]
    }

    /// The nearest line within reach among the outlines `wanted`; ties go to the first.
    pub(crate) fn nearest(
        &self,
        frame: &LocalFrame,
        point: Wgs84Point,
        reach_m: f64,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<Line> {
        STEPS_M
            .into_iter()
            .filter(|step_m| *step_m < reach_m)
            .chain([reach_m])
            .find_map(|radius_m| {
                let found = self.nearest_within(frame, point, radius_m, &wanted);
                found.filter(|nearest| nearest.distance_m <= radius_m)
            })
    }

    fn nearest_within(
        &self,
        frame: &LocalFrame,
        point: Wgs84Point,
        radius_m: f64,
        wanted: &impl Fn(u32) -> bool,
    ) -> Option<Line> {
        let (mut best2, mut best) = (f64::INFINITY, u32::MAX);
        let [half_lon, half_lat] = frame.half_widths_deg(radius_m);
        let (lon, lat) = (point.lon_deg(), point.lat_deg());
        let search = AABB::from_corners(
            [lon - half_lon, lat - half_lat],
            [lon + half_lon, lat + half_lat],
        );
        let _: ControlFlow<()> = self
            .runs
            .locate_in_envelope_intersecting_int(search, |run| {
                if wanted(run.owner)
                    && frame.box_distance2(run.bounds.lower(), run.bounds.upper()) <= best2
                {
                    let vertices = &self.vertices[run.start as usize..=run.end as usize];
                    for edge in vertices.windows(2) {
                        let distance2 = frame.segment_distance2(edge[0], edge[1]);
                        if distance2 < best2 || (distance2 == best2 && run.owner < best) {
                            (best2, best) = (distance2, run.owner);
                        }
                    }
                }
                ControlFlow::Continue(())
            });
        best2.is_finite().then(|| Line {
            owner: best,
            distance_m: best2.sqrt(),
        })
    }
}

/// The union of outlines, whichever way round each is drawn. (`geo::unary_union` loses those drawn the other way round than the
/// first, and published outlines are drawn both ways.)
pub(crate) fn united<'a>(
    outlines: impl Iterator<Item = &'a MultiPolygon<f64>>,
) -> MultiPolygon<f64> {
    outlines.fold(MultiPolygon(Vec::new()), |united, outline| {
        united.union(outline)
    })
}

pub(crate) fn index_u32(index: usize) -> u32 {
    u32::try_from(index).expect("a layer has fewer than 2^32 parts")
}

fn polygon_boxes<'a>(outlines: impl Iterator<Item = &'a MultiPolygon<f64>>) -> Vec<PolygonBox> {
    let mut boxes = Vec::new();
    for (owner, outline) in outlines.enumerate() {
        for (part, polygon) in outline.iter().enumerate() {
            if let Some(rect) = polygon.bounding_rect() {
                let bounds = AABB::from_corners(
                    [rect.min().x - BOX_MARGIN_DEG, rect.min().y - BOX_MARGIN_DEG],
                    [rect.max().x + BOX_MARGIN_DEG, rect.max().y + BOX_MARGIN_DEG],
                );
                boxes.push(PolygonBox {
                    bounds,
                    owner: index_u32(owner),
                    part: index_u32(part),
                });
            }
        }
    }
    boxes
}

fn add_runs(
    outline: &MultiPolygon<f64>,
    owner: u32,
    vertices: &mut Vec<Coord<f64>>,
    runs: &mut Vec<Run>,
) {
    for polygon in outline {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            let first = vertices.len();
            vertices.extend_from_slice(&ring.0);
            let last = vertices.len().saturating_sub(1);
            for start in (first..last).step_by(RUN_EDGES) {
                let end = (start + RUN_EDGES).min(last);
                let corners = vertices[start..=end]
                    .iter()
                    .map(|vertex| [vertex.x, vertex.y]);
                runs.push(Run {
                    bounds: AABB::from_points(
                        corners.collect::<SmallVec<[_; RUN_EDGES + 1]>>().iter(),
                    ),
                    owner,
                    start: index_u32(start),
                    end: index_u32(end),
                });
            }
        }
    }
}
