//! What perimeters have in common with one of another vintage, measured in the legal projection.
//!
//! Planar, as the State publishes areas. Two perimeters that only share a street overlap by a sliver, for each line is
//! drawn and generalised on its own: such overlaps are left out ([`Shape`] says which).

use geo::BoundingRect;
use qpv_model::Perimeter;

use crate::Zones;
use crate::compare::shape::{M2_PER_HA, Shape};

/// A perimeter that overlaps another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overlap {
    /// Position in [`Zones::perimeters`].
    pub perimeter: u32,
    /// Area of what they share, hectares, planar in the legal projection of the territory.
    pub shared_ha: f64,
}

impl Zones {
    /// The perimeters that really overlap one of another vintage, those that share most first; equal ones in code order.
    ///
    /// An overlap is real when it exceeds the tolerance of either perimeter: the larger of 2 % of its area and 5 m along
    /// its line, but never more than half of it.
    #[must_use]
    pub fn overlaps(&self, of: &Perimeter) -> Vec<Overlap> {
        let Some(bounds) = of.outline.wgs84().bounding_rect() else {
            return Vec::new();
        };
        let ours = Shape::of(of, self.projection());
        let overlap = |near: u32| {
            let other = &self.perimeters()[near as usize];
            let theirs =
                (other.territory == of.territory).then(|| Shape::of(other, self.projection()))?;
            let shared_m2 = ours.shared_m2(&theirs)?;
            Some(Overlap {
                perimeter: near,
                shared_ha: shared_m2 / M2_PER_HA,
            })
        };
        let near = self.perimeters_near(bounds.min().into(), bounds.max().into());
        let mut overlaps: Vec<Overlap> = near.into_iter().filter_map(overlap).collect();
        overlaps.sort_by(|one, other| other.shared_ha.total_cmp(&one.shared_ha));
        overlaps
    }
}
