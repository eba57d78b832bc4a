//! The index over the perimeters of one vintage.
//!
//! The index over their outlines is the general path, which polygons take. For points a [`PointIndex`] can stand over it,
//! with the same answers.

mod feet;
mod overlap;

use std::collections::BTreeSet;

use geo::Intersects;
use geo_types::Rect;
use qpv_model::{Outline, Perimeter, Position, Territory, VintageLayer, Wgs84Point};
use smallvec::SmallVec;

use crate::outlines::{Boxes, Line, Lines, Projection};
use crate::point_index::Slices;
use crate::{LocalFrame, PointIndex};
use feet::Rings;

pub use feet::Foot;
pub use overlap::Overlap;

/// How far, in metres, the nearest perimeter is looked for.
pub const REACH_M: f64 = 5_000.0;

/// Positions answered for together.
const TOGETHER: usize = 128;

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
    boxes: Boxes,
    lines: Lines,
    rings: Rings,
    band: Boxes,
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
        if self == Self::NONE {
            Self(member)
        } else {
            Self::SEVERAL
        }
    }
}

impl Zones {
    /// Indexes a layer. `project` is needed only for layers published in a projected system.
    ///
    /// # Panics
    /// If the layer has more than 2³² vertices.
    #[must_use]
    pub fn new(layer: VintageLayer, project: Projection) -> Self {
        let outlines = || layer.perimeters.iter().map(|perimeter| &perimeter.outline);
        let (boxes, band) = (
            Boxes::of(outlines(), project),
            Boxes::of(layer.official_band.iter(), project),
        );
        let band_territories = boxes
            .meeting(&band)
            .map(|near| layer.perimeters[near as usize].territory)
            .collect();
        let (lines, territories) = (Lines::of(outlines()), layer.territories());
        let rings = Rings::of(outlines());
        Self {
            layer,
            territories,
            boxes,
            lines,
            rings,
            band,
            band_territories,
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
        slices.each_member_of(points, ask, |index, owner| {
            answers[index] = answers[index].and(owner)
        });
    }

    fn slices(&self) -> Option<Slices<'_>> {
        self.index.as_ref().map(PointIndex::slices)
    }

    fn members_by(&self, slices: Option<&Slices<'_>>, position: &Position) -> SmallVec<[u32; 2]> {
        let Some(slices) = slices else {
            return self
                .boxes
                .members(position, |perimeter| self.outline(perimeter));
        };
        let mut members = SmallVec::new();
        slices.each_member(
            position.wgs84,
            |owner| self.holds(owner, position),
            |owner| members.push(owner),
        );
        members
    }

    /// Whether a perimeter holds the position.
    fn holds(&self, perimeter: u32, position: &Position) -> bool {
        self.boxes.holds(self.outline(perimeter), position)
    }

    fn outline(&self, perimeter: u32) -> &Outline {
        &self.layer.perimeters[perimeter as usize].outline
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
            None => self.nearest_line(
                &LocalFrame::at(position.wgs84),
                position.wgs84,
                reach_m,
                |_| true,
            ),
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
            None => self.nearest_line(&frame, position.wgs84, reach_m, |perimeter| {
                perimeter == member
            }),
        });
        let deepest = depths.max_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
        let home = deepest.map_or(members[0], |nearest| nearest.perimeter);
        Located {
            // `0.0 - x` and not `-x`: on the line the answer is 0, not -0.
            signed_distance_m: deepest.map(|nearest| 0.0 - nearest.distance_m),
            nearest: Some(Nearest {
                perimeter: home,
                distance_m: 0.0,
            }),
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
            let points: SmallVec<[Wgs84Point; TOGETHER]> =
                positions.iter().map(|position| position.wgs84).collect();
            let near: SmallVec<[u32; TOGETHER]> = points
                .iter()
                .map(|&point| slices.candidates(point))
                .collect();
            for answer in answers.iter_mut() {
                answer.members.clear();
            }
            let ask = |index: usize, owner| self.holds(owner, &positions[index]);
            slices.each_member_of(&points, ask, |index, owner| {
                answers[index].members.push(owner)
            });
            for ((position, answer), candidates) in positions.iter().zip(answers).zip(near) {
                let members = std::mem::take(&mut answer.members);
                let nearest = || slices.nearest_of(candidates, position.wgs84, reach_m);
                *answer = self.located(Some(&slices), position, reach_m, members, nearest);
            }
        }
    }

    /// What positions and outlines are projected by.
    pub(crate) fn projection(&self) -> Projection {
        self.boxes.project()
    }

    /// The perimeters that a rectangle (WGS 84 degrees) meets, boundaries included, in code order.
    #[must_use]
    pub fn meeting(&self, rectangle: Rect<f64>) -> Vec<u32> {
        let mut near = self.perimeters_near(rectangle.min().into(), rectangle.max().into());
        near.retain(|&perimeter| self.outline(perimeter).wgs84().intersects(&rectangle));
        near
    }

    /// The perimeters whose box meets a box (WGS 84 degrees), in code order.
    pub(crate) fn perimeters_near(&self, lower: [f64; 2], upper: [f64; 2]) -> Vec<u32> {
        self.boxes.near(lower, upper)
    }

    /// Whether the official band layer holds a point near a perimeter; `None` where the layer has nothing to say.
    fn official_band_at(&self, point: Wgs84Point, near: u32) -> Option<bool> {
        let territory = self.layer.perimeters[near as usize].territory;
        if !self.band_territories.contains(&territory) {
            return None;
        }
        Some(
            self.band
                .any_holds_on_wgs84(point, |outline| &self.layer.official_band[outline as usize]),
        )
    }

    /// The nearest line within reach among the perimeters `wanted`, by the general path.
    fn nearest_line(
        &self,
        frame: &LocalFrame,
        point: Wgs84Point,
        reach_m: f64,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<Nearest> {
        let line = self.lines.nearest(frame, point, reach_m, wanted);
        line.map(|Line { owner, distance_m }| Nearest {
            perimeter: owner,
            distance_m,
        })
    }
}
