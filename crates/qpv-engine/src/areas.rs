//! The index over the areas of a layer of a town's own.
//!
//! It answers as that of perimeters does: membership is exact on the published coordinates and the boundary belongs to
//! the area; distances are geodesic metres to the line.

use qpv_model::{CustomLayer, Outline, Position};
use smallvec::SmallVec;

use crate::outlines::{Boxes, Lines, Projection};
use crate::{LocalFrame, REACH_M};

/// The areas of one layer, indexed. Immutable and `Sync`.
#[derive(Debug)]
pub struct Areas {
    layer: CustomLayer,
    boxes: Boxes,
    lines: Lines,
}

/// Where a point stands among the areas of a layer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InAreas {
    /// Every area that holds the point, boundary included: positions in [`CustomLayer::areas`], in order.
    pub members: SmallVec<[u32; 2]>,
    /// Geodesic metres to the nearest line, negative inside; `None` beyond [`REACH_M`], inside or outside. In several
    /// areas: to the line of the one the point is deepest in.
    pub signed_distance_m: Option<f64>,
}

impl Areas {
    /// Indexes a layer. `project` is needed only for layers published in a projected system.
    ///
    /// # Panics
    /// If the layer has more than 2³² vertices.
    #[must_use]
    pub fn new(layer: CustomLayer, project: Projection) -> Self {
        let outlines = || layer.areas.iter().map(|area| &area.outline);
        Self {
            boxes: Boxes::of(outlines(), project),
            lines: Lines::of(outlines()),
            layer,
        }
    }

    /// The layer indexed.
    #[must_use]
    pub fn layer(&self) -> &CustomLayer {
        &self.layer
    }

    /// Where the position stands.
    #[must_use]
    pub fn locate(&self, position: &Position) -> InAreas {
        let members = self.boxes.members(position, |area| self.outline(area));
        let (frame, point) = (LocalFrame::at(position.wgs84), position.wgs84);
        let signed_distance_m = if members.is_empty() {
            self.lines
                .nearest(&frame, point, REACH_M, |_| true)
                .map(|line| line.distance_m)
        } else {
            let depth = |&member| {
                self.lines
                    .nearest(&frame, point, REACH_M, |area| area == member)
            };
            let deepest = members
                .iter()
                .filter_map(depth)
                .map(|line| line.distance_m)
                .reduce(f64::max);
            // `0.0 - x` and not `-x`: on the line the answer is 0, not -0.
            deepest.map(|distance_m| 0.0 - distance_m)
        };
        InAreas {
            members,
            signed_distance_m,
        }
    }

    /// The names of the areas that hold a point; areas without a name give none.
    pub fn names<'a>(&'a self, found: &'a InAreas) -> impl Iterator<Item = &'a str> {
        found
            .members
            .iter()
            .filter_map(|&member| self.layer.areas[member as usize].name.as_deref())
    }

    fn outline(&self, area: u32) -> &Outline {
        &self.layer.areas[area as usize].outline
    }
}
