//! A perimeter in the plane of its territory's legal projection, and what is a sliver there: the one place for both.

use geo::{Area, BooleanOps, Euclidean, Length, MapCoords};
use geo_types::MultiPolygon;
use qpv_model::{Outline, Perimeter, Territory, Wgs84Point};

use crate::outlines::Projection;

/// Share of a perimeter's area within which it is the same.
const TOLERANCE_SHARE: f64 = 0.02;
/// Width of the slivers along a line, metres.
const TOLERANCE_WIDTH_M: f64 = 5.0;
/// No tolerance is larger than this share of the area: a strip that is all line is still there.
const TOLERANCE_AT_MOST: f64 = 0.5;

pub(crate) const M2_PER_HA: f64 = 10_000.0;

/// An outline in the legal projection of a territory, with its measures.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) plane: MultiPolygon<f64>,
    pub(crate) area_m2: f64,
    /// How much of it may be lost, gained or shared by nothing more than another drawing of its line: the larger of 2 %
    /// of the area and 5 m along the line, at most half of the area.
    pub(crate) tolerance_m2: f64,
}

impl Shape {
    pub(crate) fn of(perimeter: &Perimeter, project: Projection) -> Self {
        let plane = planar(&perimeter.outline, perimeter.territory, project);
        let area_m2 = plane.unsigned_area();
        let rings = plane
            .iter()
            .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
        let length_m: f64 = rings.map(|ring| Euclidean.length(ring)).sum();
        let tolerance_m2 = (TOLERANCE_SHARE * area_m2).max(TOLERANCE_WIDTH_M * length_m);
        Self {
            plane,
            area_m2,
            tolerance_m2: tolerance_m2.min(TOLERANCE_AT_MOST * area_m2),
        }
    }

    /// Square metres shared with another shape of the same plane; `None` when that is but a sliver: when it is within the
    /// tolerance of both.
    pub(crate) fn shared_m2(&self, other: &Self) -> Option<f64> {
        let shared_m2 = self.plane.intersection(&other.plane).unsigned_area();
        (shared_m2 > self.tolerance_m2.min(other.tolerance_m2)).then_some(shared_m2)
    }

    /// Whether it encloses something.
    pub(crate) fn has_area(&self) -> bool {
        self.area_m2 > 0.0
    }
}

/// The outline in the legal projection of a territory: its vertices, with straight edges between. Empty when a vertex cannot
/// be projected, which does not happen within a territory.
fn planar(outline: &Outline, territory: Territory, project: Projection) -> MultiPolygon<f64> {
    let legal = territory.legal_crs();
    if outline.crs() == legal {
        return outline.published().clone();
    }
    let projected = outline.wgs84().try_map_coords(|c| {
        let point = Wgs84Point::new(c.x, c.y).ok();
        point.and_then(|point| project(legal, point)).ok_or(())
    });
    projected.unwrap_or_else(|()| MultiPolygon(Vec::new()))
}
