//! The perimeters that overlap one of another vintage, measured in the legal projection.
//!
//! Planar, as the State publishes areas. Two perimeters that only share a street overlap by a sliver, for each line is
//! drawn and generalised on its own. Such overlaps are left out ([`PlanarOutline::shared_m2`]).

use geo::BoundingRect;
use qpv_model::Perimeter;

use crate::legal_plane::{M2_PER_HA, PlanarOutline};
use crate::location::PerimeterId;
use crate::perimeter_index::PerimeterIndex;

/// A perimeter that overlaps another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PerimeterOverlap {
    /// The perimeter.
    pub perimeter: PerimeterId,
    /// Area in both, hectares, planar in the legal projection of the territory.
    pub shared_ha: f64,
}

impl PerimeterIndex {
    /// Returns the perimeters that really overlap one of another vintage, the largest overlap first; equal ones in code
    /// order.
    ///
    /// An overlap is real when it exceeds the tolerance of either perimeter: the larger of 2 % of its area and 5 m along
    /// its line, but never more than half of it.
    #[must_use]
    pub fn overlaps(&self, other_vintage: &Perimeter) -> Vec<PerimeterOverlap> {
        let Some(bounds) = other_vintage.outline.wgs84().bounding_rect() else {
            return Vec::new();
        };
        let theirs = PlanarOutline::new(other_vintage, self.projection());
        // Envelopes first: the overlay of two outlines is far dearer than their comparison.
        let near = self.perimeters_near(bounds.min().into(), bounds.max().into());
        let mut overlaps: Vec<PerimeterOverlap> = near
            .into_iter()
            // Areas of two projections cannot be compared.
            .filter(|&near| self.perimeter(near).territory == other_vintage.territory)
            .filter_map(|near| {
                let ours = PlanarOutline::new(self.perimeter(near), self.projection());
                let shared_m2 = theirs.shared_m2(&ours)?;
                Some(PerimeterOverlap {
                    perimeter: near,
                    shared_ha: shared_m2 / M2_PER_HA,
                })
            })
            .collect();
        // A stable sort: equal overlaps keep the code order they were found in.
        overlaps.sort_by(|one, other| other.shared_ha.total_cmp(&one.shared_ha));
        overlaps
    }
}
