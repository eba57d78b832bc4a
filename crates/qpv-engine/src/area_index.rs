//! The index over the areas of a custom layer.
//!
//! It answers as that of perimeters does: membership is exact on the published coordinates and the boundary belongs to
//! the area; distances are geodesic metres to the line.

use qpv_model::{CustomLayer, Outline, Position, Wgs84Point};
use smallvec::SmallVec;

use crate::geodesy::LocalFrame;
use crate::limits::MAX_SEARCH_M;
use crate::outline_trees::{EdgeTree, PointProjection, PolygonTree};
use crate::point_index::{PointIndex, PointIndexView};

/// Positions located together by [`AreaIndex::locate_all`], as many as for perimeters.
const POSITIONS_PER_BATCH: usize = 128;

/// The areas of one layer, indexed. Immutable and `Sync`.
#[derive(Debug)]
pub struct AreaIndex {
    layer: CustomLayer,
    polygons: PolygonTree,
    edges: EdgeTree,
    points: Option<PointIndex>,
}

/// Membership and distance of a point among the areas of a layer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AreaLocation {
    /// Every area that holds the point, boundary included: positions in [`CustomLayer::areas`], in order.
    pub members: SmallVec<[u32; 2]>,
    /// Geodesic metres to the nearest line, negative inside; `None` beyond [`MAX_SEARCH_M`], inside or outside. In
    /// several areas, the distance to the line of the one the point is deepest in.
    pub signed_distance_m: Option<f64>,
}

impl AreaIndex {
    /// Indexes a layer. `projection` is used only for layers published in a projected system.
    ///
    /// # Panics
    /// If the layer has more than 2³² vertices.
    #[must_use]
    pub fn new(layer: CustomLayer, projection: PointProjection) -> Self {
        let outlines = layer.areas.iter().map(|area| &area.outline);
        Self {
            polygons: PolygonTree::new(outlines.clone(), projection),
            edges: EdgeTree::new(outlines),
            layer,
            points: None,
        }
    }

    /// Returns the same index, answering by a point index built from this very layer.
    #[must_use]
    pub fn with_point_index(self, points: Option<PointIndex>) -> Self {
        Self { points, ..self }
    }

    /// Returns the indexed layer.
    #[must_use]
    pub fn layer(&self) -> &CustomLayer {
        &self.layer
    }

    /// Locates a position among the areas.
    #[must_use]
    pub fn locate(&self, position: &Position) -> AreaLocation {
        match &self.points {
            Some(points) => self.locate_by(&points.view(), position),
            None => self.locate_among(position, |_| true),
        }
    }

    /// [`AreaIndex::locate`] for many positions: `answers[i]` for `positions[i]`.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn locate_all(&self, positions: &[Position], answers: &mut [AreaLocation]) {
        assert_eq!(positions.len(), answers.len(), "one answer per position");
        let Some(points) = self.points.as_ref().map(PointIndex::view) else {
            for (position, answer) in positions.iter().zip(answers) {
                *answer = self.locate_among(position, |_| true);
            }
            return;
        };
        let batches = positions
            .chunks(POSITIONS_PER_BATCH)
            .zip(answers.chunks_mut(POSITIONS_PER_BATCH));
        for (positions, answers) in batches {
            self.locate_batch(&points, positions, answers);
        }
    }

    /// Locates at most [`POSITIONS_PER_BATCH`] positions by the point index, as that of perimeters does: step by step for all, so
    /// that their reads of memory wait together.
    fn locate_batch(
        &self,
        points: &PointIndexView<'_>,
        positions: &[Position],
        answers: &mut [AreaLocation],
    ) {
        let asked: SmallVec<[Wgs84Point; POSITIONS_PER_BATCH]> =
            positions.iter().map(|position| position.wgs84).collect();
        let mut candidates = [0; POSITIONS_PER_BATCH];
        let candidates = &mut candidates[..asked.len()];
        points.candidate_sets(&asked, candidates);
        for answer in answers.iter_mut() {
            answer.members.clear();
        }
        points.visit_all_members(
            &asked,
            |index, area| self.polygons.holds(self.outline(area), &positions[index]),
            |index, area| answers[index].members.push(area),
        );
        for ((point, answer), candidates) in asked.iter().zip(answers).zip(candidates.iter()) {
            answer.signed_distance_m =
                signed_distance_m(points, *candidates, *point, &answer.members);
        }
    }

    /// Locates a position among some of the areas, by their positions in the layer, as if there were no others.
    #[must_use]
    pub fn locate_among(&self, position: &Position, wanted: impl Fn(u32) -> bool) -> AreaLocation {
        let mut members = self.polygons.members(position, |area| self.outline(area));
        // After the exact test: nearly no point is in an envelope of an area that is not wanted.
        members.retain(|member| wanted(*member));
        let frame = LocalFrame::at(position.wgs84);
        let signed_distance_m =
            if members.is_empty() {
                self.line_distance_m(&frame, position, wanted)
            } else {
                // Areas of a layer may overlap: the deepest one says how surely the point is inside.
                deepest_m(members.iter().filter_map(|&member| {
                    self.line_distance_m(&frame, position, |it| it == member)
                }))
            };
        AreaLocation {
            members,
            signed_distance_m,
        }
    }

    /// Locates a position among all areas by the point index.
    fn locate_by(&self, points: &PointIndexView<'_>, position: &Position) -> AreaLocation {
        let point = position.wgs84;
        // Both halves of the index are asked by the point; only cells cut by a projected line need the position itself.
        let mut members = SmallVec::new();
        points.visit_members(
            point,
            |area| self.polygons.holds(self.outline(area), position),
            |area| members.push(area),
        );
        let candidates = points.candidate_set(point);
        AreaLocation {
            signed_distance_m: signed_distance_m(points, candidates, point, &members),
            members,
        }
    }

    /// Returns the distance to the nearest line among the areas `wanted`.
    fn line_distance_m(
        &self,
        frame: &LocalFrame,
        position: &Position,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<f64> {
        self.edges
            .nearest(frame, position.wgs84, MAX_SEARCH_M, wanted)
            .map(|line| line.distance_m)
    }

    /// Returns the names of the areas that hold a point; areas without a name give none.
    pub fn names<'a>(&'a self, location: &'a AreaLocation) -> impl Iterator<Item = &'a str> {
        location
            .members
            .iter()
            .filter_map(|&member| self.layer.areas[member as usize].name.as_deref())
    }

    fn outline(&self, area: u32) -> &Outline {
        &self.layer.areas[area as usize].outline
    }
}

/// Returns the signed distance of a point to the nearest line of a set of candidates, its own, given the areas that hold it.
fn signed_distance_m(
    points: &PointIndexView<'_>,
    candidates: u32,
    point: Wgs84Point,
    members: &[u32],
) -> Option<f64> {
    if members.is_empty() {
        let nearest = points.nearest_of(candidates, point, MAX_SEARCH_M);
        return nearest.map(|nearest| nearest.distance_m);
    }
    let frame = LocalFrame::at(point);
    deepest_m(members.iter().filter_map(|&member| {
        let line = points.line_of(candidates, member, &frame, MAX_SEARCH_M);
        line.map(|line| line.distance_m)
    }))
}

/// Returns the signed distance to the line that is farthest of those around a point.
fn deepest_m(depths_m: impl Iterator<Item = f64>) -> Option<f64> {
    // `0.0 - x` and not `-x`: on the line the answer is 0, not -0.
    depths_m.reduce(f64::max).map(|distance_m| 0.0 - distance_m)
}
