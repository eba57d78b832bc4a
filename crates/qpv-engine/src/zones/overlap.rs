//! What perimeters have in common with one of another vintage, measured in the legal projection.
//!
//! Planar, as the State publishes areas. Two perimeters that only share a street overlap by a sliver, for each line is
//! drawn and generalised on its own: such overlaps are left out ([`sliver_m2`]).

use geo::{Area, BooleanOps, BoundingRect, Euclidean, Length, MapCoords};
use geo_types::MultiPolygon;
use qpv_model::{Outline, Perimeter, Territory};

use crate::Zones;
use crate::outlines::Projection;

/// A perimeter that overlaps another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overlap {
    /// Position in [`Zones::perimeters`].
    pub perimeter: u32,
    /// Area of what they share, hectares, planar in the legal projection of the territory.
    pub shared_ha: f64,
}

/// Share of a perimeter's area under which an overlap is a sliver.
const TOLERANCE_SHARE: f64 = 0.02;
/// Width of the slivers along a line, metres.
const TOLERANCE_WIDTH_M: f64 = 5.0;
const M2_PER_HA: f64 = 10_000.0;

impl Zones {
    /// The perimeters that really overlap one of another vintage, those that share most first; equal ones in code order.
    ///
    /// An overlap is real when it exceeds the tolerance of either perimeter: the larger of 2 % of its area and 5 m along
    /// its line, but never more than half of it.
    #[must_use]
    pub fn overlaps(&self, of: &Perimeter) -> Vec<Overlap> {
        let Some(bounds) = of.outline.wgs84().bounding_rect() else { return Vec::new() };
        let project = self.boxes.project();
        let ours = planar(&of.outline, of.territory, project);
        let overlap = |near: u32| {
            let theirs = planar(self.outline(near), of.territory, project);
            let shared_m2 = ours.intersection(&theirs).unsigned_area();
            let real = shared_m2 > sliver_m2(&ours).min(sliver_m2(&theirs));
            real.then_some(Overlap { perimeter: near, shared_ha: shared_m2 / M2_PER_HA })
        };
        let near = self.perimeters_near(bounds.min().into(), bounds.max().into());
        let mut overlaps: Vec<Overlap> = near.into_iter().filter_map(overlap).collect();
        overlaps.sort_by(|one, other| other.shared_ha.total_cmp(&one.shared_ha));
        overlaps
    }
}

/// The largest overlap with an outline, in square metres, that may be a sliver along its line.
fn sliver_m2(outline: &MultiPolygon<f64>) -> f64 {
    let area_m2 = outline.unsigned_area();
    let rings = outline.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    let length_m: f64 = rings.map(|ring| Euclidean.length(ring)).sum();
    (TOLERANCE_SHARE * area_m2).max(TOLERANCE_WIDTH_M * length_m).min(0.5 * area_m2)
}

/// The outline in the legal projection of a territory; empty when a vertex cannot be projected, which does not happen
/// within a territory.
fn planar(outline: &Outline, territory: Territory, project: Projection) -> MultiPolygon<f64> {
    let legal = territory.legal_crs();
    if outline.crs() == legal {
        return outline.published().clone();
    }
    let projected = outline.wgs84().try_map_coords(|c| {
        let point = qpv_model::Wgs84Point::new(c.x, c.y).ok();
        point.and_then(|point| project(legal, point)).ok_or(())
    });
    projected.unwrap_or_else(|()| MultiPolygon(Vec::new()))
}
