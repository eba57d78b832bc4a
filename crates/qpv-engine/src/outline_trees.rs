//! Two R-trees over a list of outlines: the perimeters of a vintage, an official band, the areas of a custom layer.
//!
//! [`PolygonTree`] holds the envelope of every polygon on WGS 84. The few polygons whose envelope holds a point are
//! tested exactly, on the coordinates they were published with. [`EdgeTree`] holds short runs of consecutive edges. It
//! finds the nearest line by widening a search envelope in three steps, so that a point far from everything costs three
//! empty searches. Vertices lie in one flat array; runs are ranges of it.
//!
//! Both know an outline by its place in the list. The owner of the list hands the outline over when it is tested.

use std::ops::ControlFlow;

use geo::{BooleanOps, BoundingRect, Intersects};
use geo_types::{Coord, MultiPolygon};
use qpv_model::{Crs, Outline, Position, Wgs84Point};
use rstar::{AABB, RTree, RTreeObject};
use smallvec::SmallVec;

use crate::geodesy::LocalFrame;

/// First search radii, metres, before the whole search distance when that is wider: the band with some doubt, then the
/// surroundings.
const FIRST_RADII_M: [f64; 2] = [400.0, 1_600.0];

/// Edges in one run: long enough to keep the tree small, short enough for tight envelopes.
const EDGES_PER_RUN: usize = 12;

/// Margin around every envelope, a few centimetres: a point on the very edge of a projected outline must not be lost to
/// the rounding of its counterpart on WGS 84.
const ENVELOPE_MARGIN_DEG: f64 = 5e-7;

/// A projection of WGS 84 points to a layer's own system. `None` where it is undefined, which is never within that
/// system's territory.
pub type PointProjection = fn(Crs, Wgs84Point) -> Option<Coord<f64>>;

/// An outline and the distance to its line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NearestLine {
    /// Its place in the list.
    pub(crate) owner: u32,
    /// Geodesic metres.
    pub(crate) distance_m: f64,
}

/// The envelopes of polygons.
#[derive(Debug)]
pub(crate) struct PolygonTree {
    tree: RTree<PolygonEnvelope>,
    projection: PointProjection,
}

/// The lines of outlines.
#[derive(Debug)]
pub(crate) struct EdgeTree {
    runs: RTree<EdgeRun>,
    vertices: Vec<Coord<f64>>,
}

/// The envelope of one polygon, WGS 84 degrees.
#[derive(Debug)]
struct PolygonEnvelope {
    bounds: AABB<[f64; 2]>,
    /// Outline it belongs to.
    owner: u32,
    /// Place of the polygon in that outline.
    part: u32,
}

/// Consecutive edges of one ring: `vertices[start..=end]`.
#[derive(Debug)]
struct EdgeRun {
    bounds: AABB<[f64; 2]>,
    owner: u32,
    start: u32,
    end: u32,
}

impl RTreeObject for PolygonEnvelope {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> AABB<[f64; 2]> {
        self.bounds
    }
}

impl RTreeObject for EdgeRun {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> AABB<[f64; 2]> {
        self.bounds
    }
}

impl PolygonTree {
    pub(crate) fn new<'a>(
        outlines: impl Iterator<Item = &'a Outline>,
        projection: PointProjection,
    ) -> Self {
        let envelopes = outlines
            .enumerate()
            .flat_map(|(owner, outline)| polygon_envelopes(owner, outline.wgs84()));
        Self {
            tree: RTree::bulk_load(envelopes.collect()),
            projection,
        }
    }

    /// Returns the projection of positions and outlines.
    pub(crate) fn projection(&self) -> PointProjection {
        self.projection
    }

    /// Returns the outlines that hold a position, boundary included, in their order; `outline` gives one by its place.
    pub(crate) fn members<'a>(
        &self,
        position: &Position,
        outline: impl Fn(u32) -> &'a Outline,
    ) -> SmallVec<[u32; 2]> {
        let mut members = SmallVec::new();
        let point = position.wgs84;
        let at = AABB::from_point([point.lon_deg(), point.lat_deg()]);
        // The visitor with a callback allocates nothing, unlike the iterator, which keeps a stack of nodes.
        let _: ControlFlow<()> = self
            .tree
            .locate_in_envelope_intersecting_int(at, |polygon| {
                let owner = polygon.owner;
                if !members.contains(&owner)
                    // Asked last: the exact test reads the whole ring.
                    && self.part_holds(outline(owner), polygon.part, position)
                {
                    members.push(owner);
                }
                ControlFlow::Continue(())
            });
        // The tree finds envelopes in no order; answers list perimeters in code order.
        members.sort_unstable();
        members
    }

    /// Returns true when an outline holds the position.
    pub(crate) fn holds(&self, outline: &Outline, position: &Position) -> bool {
        let parts = index_u32(outline.wgs84().0.len());
        (0..parts).any(|part| self.part_holds(outline, part, position))
    }

    /// Returns true when a polygon of an outline holds the position, on the coordinates it was published with.
    fn part_holds(&self, outline: &Outline, part: u32, position: &Position) -> bool {
        match self.coord_in(outline.crs(), position) {
            // A projected outline's WGS 84 counterpart is densified: its parts correspond one to one.
            Some(coord) => outline.published().0[part as usize].intersects(&coord),
            None => outline.wgs84().0[part as usize].intersects(&position.wgs84.coord()),
        }
    }

    /// Converts the position to a layer's system. Coordinates given in that system are taken as they are: a round trip
    /// over WGS 84 would move a vertex off its own boundary.
    fn coord_in(&self, crs: Crs, position: &Position) -> Option<Coord<f64>> {
        match position.given {
            _ if crs == Crs::WGS84 => Some(position.wgs84.coord()),
            Some(given) if given.crs() == crs => Some(given.coord()),
            _ => (self.projection)(crs, position.wgs84),
        }
    }

    /// Returns true when some outline holds a point on WGS 84, in whatever system it was published.
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

    /// Returns the outlines whose envelope meets an envelope (WGS 84 degrees), in their order.
    pub(crate) fn near(&self, lower: [f64; 2], upper: [f64; 2]) -> Vec<u32> {
        let found = self
            .tree
            .locate_in_envelope_intersecting(AABB::from_corners(lower, upper));
        let mut owners: Vec<u32> = found.map(|polygon| polygon.owner).collect();
        owners.sort_unstable();
        // An outline of several polygons is found once for each.
        owners.dedup();
        owners
    }

    /// Returns the outlines of which an envelope meets one of another list.
    pub(crate) fn meeting<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = u32> + 'a {
        self.tree
            .intersection_candidates_with_other_tree(&other.tree)
            .map(|(near, _)| near.owner)
    }
}

impl EdgeTree {
    /// # Panics
    /// If the outlines have more than 2³² vertices.
    pub(crate) fn new<'a>(outlines: impl Iterator<Item = &'a Outline>) -> Self {
        let (mut vertices, mut runs) = (Vec::new(), Vec::new());
        for (owner, outline) in outlines.enumerate() {
            add_runs(outline, index_u32(owner), &mut vertices, &mut runs);
        }
        // Kept as long as the dataset: a grown vector holds up to twice what it needs.
        vertices.shrink_to_fit();
        Self {
            runs: RTree::bulk_load(runs),
            vertices,
        }
    }

    /// Calls `visit` with every edge of the runs that meet an envelope (WGS 84 degrees): its outline, its place among
    /// all edges, its ends.
    pub(crate) fn edges_near(
        &self,
        lower: [f64; 2],
        upper: [f64; 2],
        mut visit: impl FnMut(u32, u32, [Coord<f64>; 2]),
    ) {
        let search = AABB::from_corners(lower, upper);
        let _: ControlFlow<()> = self
            .runs
            .locate_in_envelope_intersecting_int(search, |run| {
                (run.start..run.end).for_each(|edge| visit(run.owner, edge, self.edge(edge)));
                ControlFlow::Continue(())
            });
    }

    /// Returns the ends of an edge by its place among all edges, which is that of its first vertex.
    pub(crate) fn edge(&self, edge: u32) -> [Coord<f64>; 2] {
        [
            self.vertices[edge as usize],
            self.vertices[edge as usize + 1],
        ]
    }

    /// Returns the nearest line within a distance among the outlines `wanted`; ties go to the first.
    pub(crate) fn nearest(
        &self,
        frame: &LocalFrame,
        point: Wgs84Point,
        max_distance_m: f64,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<NearestLine> {
        FIRST_RADII_M
            .into_iter()
            .filter(|radius_m| *radius_m < max_distance_m)
            .chain([max_distance_m])
            .find_map(|radius_m| {
                let found = self.nearest_within(frame, point, radius_m, &wanted);
                // The corners of the search envelope lie beyond the radius: a line found there may not be the nearest.
                found.filter(|nearest| nearest.distance_m <= radius_m)
            })
    }

    fn nearest_within(
        &self,
        frame: &LocalFrame,
        point: Wgs84Point,
        radius_m: f64,
        wanted: &impl Fn(u32) -> bool,
    ) -> Option<NearestLine> {
        // Distances are compared squared: one root at the end instead of one for each edge.
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
                    // Not `<`: of two runs at the same distance, the earlier outline wins.
                    && frame.box_distance2(run.bounds.lower(), run.bounds.upper()) <= best2
                {
                    let vertices = &self.vertices[run.start as usize..=run.end as usize];
                    for edge in vertices.windows(2) {
                        let distance2 = frame.segment_distance2(edge[0], edge[1]);
                        // The tree visits runs in no order: equal distances are settled by place, so that the answer is
                        // that of the point index.
                        if distance2 < best2 || (distance2 == best2 && run.owner < best) {
                            (best2, best) = (distance2, run.owner);
                        }
                    }
                }
                ControlFlow::Continue(())
            });
        best2.is_finite().then(|| NearestLine {
            owner: best,
            distance_m: best2.sqrt(),
        })
    }
}

/// Unites outlines, whichever way round each is drawn.
pub(crate) fn united<'a>(
    outlines: impl Iterator<Item = &'a MultiPolygon<f64>>,
) -> MultiPolygon<f64> {
    // `geo::unary_union` loses those drawn the other way round than the first, and published outlines are drawn both
    // ways.
    outlines.fold(MultiPolygon(Vec::new()), |united, outline| {
        united.union(outline)
    })
}

/// Converts an index to the width it is stored in.
pub(crate) fn index_u32(index: usize) -> u32 {
    u32::try_from(index).expect("a layer has fewer than 2^32 parts")
}

/// Returns the envelopes of an outline's polygons; none for a polygon without a vertex.
fn polygon_envelopes(
    owner: usize,
    outline: &MultiPolygon<f64>,
) -> impl Iterator<Item = PolygonEnvelope> {
    let parts = outline.iter().enumerate();
    parts.filter_map(move |(part, polygon)| {
        let rect = polygon.bounding_rect()?;
        let bounds = AABB::from_corners(
            [
                rect.min().x - ENVELOPE_MARGIN_DEG,
                rect.min().y - ENVELOPE_MARGIN_DEG,
            ],
            [
                rect.max().x + ENVELOPE_MARGIN_DEG,
                rect.max().y + ENVELOPE_MARGIN_DEG,
            ],
        );
        Some(PolygonEnvelope {
            bounds,
            owner: index_u32(owner),
            part: index_u32(part),
        })
    })
}

/// Appends the vertices of an outline, and its edges cut into runs.
fn add_runs(
    outline: &Outline,
    owner: u32,
    vertices: &mut Vec<Coord<f64>>,
    runs: &mut Vec<EdgeRun>,
) {
    for ring in outline.rings() {
        let first = vertices.len();
        vertices.extend_from_slice(&ring.0);
        let last = vertices.len().saturating_sub(1);
        // A run never spans two rings: the step from one ring to the next is no edge.
        for start in (first..last).step_by(EDGES_PER_RUN) {
            let end = (start + EDGES_PER_RUN).min(last);
            let corners = vertices[start..=end]
                .iter()
                .map(|vertex| [vertex.x, vertex.y]);
            runs.push(EdgeRun {
                bounds: AABB::from_points(
                    corners.collect::<SmallVec<[_; EDGES_PER_RUN + 1]>>().iter(),
                ),
                owner,
                start: index_u32(start),
                end: index_u32(end),
            });
        }
    }
}
