//! A perimeter in the plane of its territory's legal projection, and the rule for slivers there: the one place for both.

use geo::{Area, BooleanOps, Euclidean, Length, MapCoords};
use geo_types::MultiPolygon;
use qpv_model::{Outline, Perimeter, Territory, Wgs84Point, rings};

use crate::outline_trees::PointProjection;

/// Share of a perimeter's area within which it counts as unchanged.
///
/// Together with the width below this is more than a street whose axis is drawn twice, or a generalisation by 10 m,
/// leaves between neighbours (`docs/compare.md`).
const TOLERANCE_SHARE: f64 = 0.02;
/// Width of the slivers along a line, metres.
const TOLERANCE_WIDTH_M: f64 = 5.0;
/// Largest tolerance as a share of the area: a strip that is all line is still there.
const MAX_TOLERANCE_SHARE: f64 = 0.5;

/// Square metres in a hectare.
pub(crate) const M2_PER_HA: f64 = 10_000.0;

/// An outline in the legal projection of a territory, with its measures.
#[derive(Debug)]
pub(crate) struct PlanarOutline {
    pub(crate) plane: MultiPolygon<f64>,
    pub(crate) area_m2: f64,
    /// The area that another drawing of the same line may lose, gain or share: the larger of 2 % of the area and 5 m
    /// along the line, at most half of the area.
    pub(crate) tolerance_m2: f64,
}

impl PlanarOutline {
    pub(crate) fn new(perimeter: &Perimeter, projection: PointProjection) -> Self {
        let plane = planar(&perimeter.outline, perimeter.territory, projection);
        let area_m2 = plane.unsigned_area();
        let length_m: f64 = rings(&plane).map(|ring| Euclidean.length(ring)).sum();
        // The width decides for small and narrow perimeters, the share for large ones.
        let tolerance_m2 = (TOLERANCE_SHARE * area_m2).max(TOLERANCE_WIDTH_M * length_m);
        Self {
            plane,
            area_m2,
            tolerance_m2: tolerance_m2.min(MAX_TOLERANCE_SHARE * area_m2),
        }
    }

    /// Returns the square metres shared with another outline of the same plane; `None` for a sliver, which is within the
    /// tolerance of both.
    pub(crate) fn shared_m2(&self, other: &Self) -> Option<f64> {
        let shared_m2 = self.plane.intersection(&other.plane).unsigned_area();
        // The smaller tolerance: a small perimeter must not vanish in that of a large one.
        (shared_m2 > self.tolerance_m2.min(other.tolerance_m2)).then_some(shared_m2)
    }

    /// Returns true when it encloses something.
    pub(crate) fn has_area(&self) -> bool {
        self.area_m2 > 0.0
    }
}

/// Projects an outline to the legal projection of a territory: its vertices, with straight edges between. Empty when a
/// vertex cannot be projected, which does not happen within a territory.
fn planar(
    outline: &Outline,
    territory: Territory,
    projection: PointProjection,
) -> MultiPolygon<f64> {
    let legal = territory.legal_crs();
    // An outline published in its legal projection is measured as published, without a round trip over WGS 84.
    if outline.crs() == legal {
        return outline.published().clone();
    }
    projected(outline.wgs84(), territory, projection).unwrap_or_else(|| MultiPolygon(Vec::new()))
}

/// Projects an area on WGS 84 to the legal projection of a territory; `None` when a vertex cannot be projected.
pub(crate) fn projected(
    area: &MultiPolygon<f64>,
    territory: Territory,
    projection: PointProjection,
) -> Option<MultiPolygon<f64>> {
    let legal = territory.legal_crs();
    area.try_map_coords(|c| {
        let point = Wgs84Point::new(c.x, c.y).ok();
        point.and_then(|point| projection(legal, point)).ok_or(())
    })
    .ok()
}
