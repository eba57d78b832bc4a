//! The index over the perimeters of one vintage.
//!
//! R-trees over their outlines are the general path, which polygons take. A [`PointIndex`] can stand over them for
//! points, with the same answers.

use std::collections::BTreeSet;

use geo::Intersects;
use geo_types::{Coord, Rect};
use qpv_model::{Outline, Perimeter, Position, Territory, VintageLayer, Wgs84Point};
use smallvec::SmallVec;

use crate::geodesy::LocalFrame;
use crate::limits::{MAX_SEARCH_M, UNKNOWN_EXTENT_M};
use crate::location::{Location, Members, Membership, NearestPerimeter, PerimeterId};
use crate::outline_trees::{EdgeTree, NearestLine, PointProjection, PolygonTree};
use crate::point_index::{PointIndex, PointIndexView};
use crate::ring_lengths::RingLengths;

/// Positions located together by [`PerimeterIndex::locate_all`]: enough for their reads of memory to wait together, few
/// enough for their state to stay in the first-level cache.
const POSITIONS_PER_BATCH: usize = 128;

/// The perimeters of one vintage, indexed. Immutable and `Sync`.
#[derive(Debug)]
pub struct PerimeterIndex {
    layer: VintageLayer,
    territories: BTreeSet<Territory>,
    polygons: PolygonTree,
    edges: EdgeTree,
    ring_lengths: RingLengths,
    band: PolygonTree,
    /// Territories with official band outlines around their perimeters.
    band_territories: BTreeSet<Territory>,
    /// Perimeters that are published as a point or a line, with the square around them where they may hold a point.
    without_area: Vec<(PerimeterId, Rect<f64>)>,
    points: Option<PointIndex>,
}

impl PerimeterIndex {
    /// Indexes a layer. `projection` is used only for layers published in a projected system.
    ///
    /// # Panics
    /// If the layer has more than 2³² vertices.
    #[must_use]
    pub fn new(layer: VintageLayer, projection: PointProjection) -> Self {
        let outlines = layer.perimeters.iter().map(|perimeter| &perimeter.outline);
        let polygons = PolygonTree::new(outlines.clone(), projection);
        let band = PolygonTree::new(layer.official_band.iter(), projection);
        // A band is published for some territories only; elsewhere its silence is no answer.
        let band_territories = polygons
            .meeting(&band)
            .map(|near| layer.perimeters[near as usize].territory)
            .collect();
        let edges = EdgeTree::new(outlines.clone());
        let ring_lengths = RingLengths::new(outlines);
        let territories = layer.territories();
        let without_area = (0..)
            .map(PerimeterId)
            .zip(&layer.perimeters)
            .filter(|(_, perimeter)| perimeter.known_area_ha().is_none())
            .filter_map(|(id, perimeter)| {
                let vertex = *perimeter.outline.rings().next()?.0.first()?;
                let [half_lon, half_lat] =
                    LocalFrame::at_coord(vertex).half_widths_deg(UNKNOWN_EXTENT_M);
                let half = Coord {
                    x: half_lon,
                    y: half_lat,
                };
                Some((id, Rect::new(vertex - half, vertex + half)))
            })
            .collect();
        Self {
            layer,
            territories,
            without_area,
            polygons,
            edges,
            ring_lengths,
            band,
            band_territories,
            points: None,
        }
    }

    /// Returns the same index, answering for points by a point index built from this very layer.
    #[must_use]
    pub fn with_point_index(self, points: Option<PointIndex>) -> Self {
        Self { points, ..self }
    }

    /// Returns the index that answers for points, if any.
    #[must_use]
    pub fn point_index(&self) -> Option<&PointIndex> {
        self.points.as_ref()
    }

    /// Returns the indexed layer.
    #[must_use]
    pub fn layer(&self) -> &VintageLayer {
        &self.layer
    }

    /// Returns true when a territory has at least one perimeter here.
    #[must_use]
    pub fn covers(&self, territory: Territory) -> bool {
        self.territories.contains(&territory)
    }

    /// Returns the perimeters, in code order.
    #[must_use]
    pub fn perimeters(&self) -> &[Perimeter] {
        &self.layer.perimeters
    }

    /// Returns a perimeter by its identifier.
    ///
    /// # Panics
    /// If the identifier is of another vintage and beyond the last perimeter of this one.
    #[must_use]
    pub fn perimeter(&self, id: PerimeterId) -> &Perimeter {
        &self.layer.perimeters[id.place()]
    }

    /// Returns the perimeter published without area that may hold a point, or have it in its band: one no farther
    /// than [`UNKNOWN_EXTENT_M`] to the east or west, and to the north or south.
    #[must_use]
    pub fn without_area_near(&self, point: Wgs84Point) -> Option<PerimeterId> {
        let (lon, lat) = (point.lon_deg(), point.lat_deg());
        let found = self.without_area.iter().find(|(_, square)| {
            let (least, greatest) = (square.min(), square.max());
            (least.x..=greatest.x).contains(&lon) && (least.y..=greatest.y).contains(&lat)
        });
        found.map(|(id, _)| *id)
    }

    /// Returns every perimeter that holds the position, boundary included, in code order.
    #[must_use]
    pub fn members(&self, position: &Position) -> Members {
        self.members_by(self.point_view().as_ref(), position)
    }

    /// Finds the perimeters that hold each point: `answers[i]` for `points[i]`.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn memberships(&self, points: &[Wgs84Point], answers: &mut [Membership]) {
        assert_eq!(points.len(), answers.len(), "one answer per point");
        // Outlines too dense for the point index are answered by the general path.
        let Some(view) = self.point_view() else {
            for (&point, answer) in points.iter().zip(answers) {
                let members = self.members_by(None, &point.into());
                *answer = members.into_iter().fold(Membership::NONE, Membership::and);
            }
            return;
        };
        // Callers reuse their buffers: old answers must not be added to.
        answers.fill(Membership::NONE);
        view.visit_all_members(
            points,
            |index, perimeter| self.holds(perimeter, &points[index].into()),
            |index, perimeter| answers[index] = answers[index].and(PerimeterId(perimeter)),
        );
    }

    /// Locates the position.
    #[must_use]
    pub fn locate(&self, position: &Position) -> Location {
        self.locate_by(self.point_view().as_ref(), position, MAX_SEARCH_M)
    }

    /// [`PerimeterIndex::locate`] with another search distance, at most about 10 km, by the general path.
    pub(crate) fn locate_within(&self, position: &Position, max_distance_m: f64) -> Location {
        self.locate_by(None, position, max_distance_m)
    }

    /// [`PerimeterIndex::locate`] for many positions: `answers[i]` for `positions[i]`.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn locate_all(&self, positions: &[Position], answers: &mut [Location]) {
        self.locate_all_within(positions, MAX_SEARCH_M, answers);
    }

    /// [`PerimeterIndex::locate_all`] looking for the nearest perimeter within a shorter distance than [`MAX_SEARCH_M`].
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn locate_all_within(
        &self,
        positions: &[Position],
        max_distance_m: f64,
        answers: &mut [Location],
    ) {
        assert_eq!(positions.len(), answers.len(), "one answer per position");
        // The point index chooses its candidates for that distance, and none beyond.
        let max_distance_m = max_distance_m.min(MAX_SEARCH_M);
        let Some(view) = self.point_view() else {
            for (position, answer) in positions.iter().zip(answers) {
                *answer = self.locate_by(None, position, max_distance_m);
            }
            return;
        };
        let batches = positions
            .chunks(POSITIONS_PER_BATCH)
            .zip(answers.chunks_mut(POSITIONS_PER_BATCH));
        for (positions, answers) in batches {
            self.locate_batch(&view, positions, max_distance_m, answers);
        }
    }

    /// Locates at most [`POSITIONS_PER_BATCH`] positions by the point index: first the candidates of all, then the
    /// members of all, then the distances one by one.
    fn locate_batch(
        &self,
        view: &PointIndexView<'_>,
        positions: &[Position],
        max_distance_m: f64,
        answers: &mut [Location],
    ) {
        let points: SmallVec<[Wgs84Point; POSITIONS_PER_BATCH]> =
            positions.iter().map(|position| position.wgs84).collect();
        let mut candidate_sets = [0; POSITIONS_PER_BATCH];
        let candidate_sets = &mut candidate_sets[..points.len()];
        view.candidate_sets(&points, candidate_sets);
        for answer in answers.iter_mut() {
            answer.members.clear();
        }
        view.visit_all_members(
            &points,
            |index, perimeter| self.holds(perimeter, &positions[index]),
            |index, perimeter| answers[index].members.push(PerimeterId(perimeter)),
        );
        for ((position, answer), set) in positions.iter().zip(answers).zip(candidate_sets.iter()) {
            if answer.members.is_empty() {
                let nearest = view.nearest_of(*set, position.wgs84, max_distance_m);
                self.measure_outside(position, nearest, answer);
            } else {
                self.measure_inside(Some((view, *set)), position, max_distance_m, answer);
            }
        }
    }

    fn locate_by(
        &self,
        view: Option<&PointIndexView<'_>>,
        position: &Position,
        max_distance_m: f64,
    ) -> Location {
        let mut location = Location {
            members: self.members_by(view, position),
            ..Location::default()
        };
        let indexed = view.map(|view| (view, view.candidate_set(position.wgs84)));
        if !location.members.is_empty() {
            self.measure_inside(indexed, position, max_distance_m, &mut location);
            return location;
        }
        let nearest = if let Some((view, set)) = indexed {
            view.nearest_of(set, position.wgs84, max_distance_m)
        } else {
            let frame = LocalFrame::at(position.wgs84);
            self.nearest_line(&frame, position.wgs84, max_distance_m, |_| true)
        };
        self.measure_outside(position, nearest, &mut location);
        location
    }

    /// Completes the location of a position that no perimeter holds.
    #[inline]
    fn measure_outside(
        &self,
        position: &Position,
        nearest: Option<NearestPerimeter>,
        location: &mut Location,
    ) {
        location.signed_distance_m = nearest.map(|nearest| nearest.distance_m);
        location.nearest = nearest;
        location.official_band =
            nearest.and_then(|nearest| self.official_band_at(position.wgs84, nearest.perimeter));
    }

    /// Completes the location of a position that its members hold.
    #[inline]
    fn measure_inside(
        &self,
        indexed: Option<(&PointIndexView<'_>, u32)>,
        position: &Position,
        max_distance_m: f64,
        location: &mut Location,
    ) {
        let frame = LocalFrame::at(position.wgs84);
        let depths = location.members.iter().filter_map(|&member| match indexed {
            Some((view, set)) => view.line_of(set, member.0, &frame, max_distance_m),
            None => self.nearest_line(&frame, position.wgs84, max_distance_m, |perimeter| {
                perimeter == member.0
            }),
        });
        let deepest = depths.max_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
        // No line is within the search distance deep inside a huge perimeter: the first member then stands for all.
        let home = deepest.map_or(location.members[0], |nearest| nearest.perimeter);
        // `0.0 - x` and not `-x`: on the line the answer is 0, not -0.
        location.signed_distance_m = deepest.map(|nearest| 0.0 - nearest.distance_m);
        location.nearest = Some(NearestPerimeter {
            perimeter: home,
            distance_m: 0.0,
        });
        location.official_band = self.official_band_at(position.wgs84, home);
    }

    fn members_by(&self, view: Option<&PointIndexView<'_>>, position: &Position) -> Members {
        let Some(view) = view else {
            let members = self
                .polygons
                .members(position, |perimeter| self.outline(perimeter));
            return members.into_iter().map(PerimeterId).collect();
        };
        let mut members = Members::new();
        view.visit_members(
            position.wgs84,
            |perimeter| self.holds(perimeter, position),
            |perimeter| members.push(PerimeterId(perimeter)),
        );
        members
    }

    /// Returns true when a perimeter holds the position, by its published outline.
    fn holds(&self, perimeter: u32, position: &Position) -> bool {
        self.polygons.holds(self.outline(perimeter), position)
    }

    /// Returns the perimeters that a rectangle (WGS 84 degrees) meets, boundaries included, in code order.
    #[must_use]
    pub fn meeting(&self, rectangle: Rect<f64>) -> Vec<PerimeterId> {
        let mut near = self.perimeters_near(rectangle.min().into(), rectangle.max().into());
        near.retain(|&near| self.perimeter(near).outline.wgs84().intersects(&rectangle));
        near
    }

    /// Returns the perimeters whose envelope meets an envelope (WGS 84 degrees), in code order.
    pub(crate) fn perimeters_near(&self, lower: [f64; 2], upper: [f64; 2]) -> Vec<PerimeterId> {
        let near = self.polygons.near(lower, upper);
        near.into_iter().map(PerimeterId).collect()
    }

    /// Returns the projection of positions and outlines.
    pub(crate) fn projection(&self) -> PointProjection {
        self.polygons.projection()
    }

    /// Returns the edges of all perimeters.
    pub(crate) fn edges(&self) -> &EdgeTree {
        &self.edges
    }

    /// Returns the lengths along all rings.
    pub(crate) fn ring_lengths(&self) -> &RingLengths {
        &self.ring_lengths
    }

    /// Returns true when the official band layer holds a point near a perimeter; `None` where no such layer was
    /// published.
    fn official_band_at(&self, point: Wgs84Point, near: PerimeterId) -> Option<bool> {
        if !self
            .band_territories
            .contains(&self.perimeter(near).territory)
        {
            return None;
        }
        Some(
            self.band
                .any_holds_on_wgs84(point, |outline| &self.layer.official_band[outline as usize]),
        )
    }

    /// Returns the nearest line within a distance among the perimeters `wanted`, by the general path.
    fn nearest_line(
        &self,
        frame: &LocalFrame,
        point: Wgs84Point,
        max_distance_m: f64,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<NearestPerimeter> {
        let line = self.edges.nearest(frame, point, max_distance_m, wanted);
        line.map(|NearestLine { owner, distance_m }| NearestPerimeter {
            perimeter: PerimeterId(owner),
            distance_m,
        })
    }

    fn outline(&self, perimeter: u32) -> &Outline {
        &self.layer.perimeters[perimeter as usize].outline
    }

    fn point_view(&self) -> Option<PointIndexView<'_>> {
        self.points.as_ref().map(PointIndex::view)
    }
}
