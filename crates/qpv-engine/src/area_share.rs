//! The shares of an area in perimeters, in their band and outside, measured in the legal projection.
//!
//! Planar, as the State publishes areas: vertices are projected, with straight edges between them. The band is the one that
//! is drawn for maps ([`crate::band`]), whose line is right to half a metre; the perimeters are exact.

use geo::{Area, BooleanOps, BoundingRect, Intersects};
use geo_types::MultiPolygon;
use qpv_model::{BandArea, Territory};

use crate::legal_plane::{M2_PER_HA, PlanarOutline, projected};
use crate::location::PerimeterId;
use crate::outline_trees::united;
use crate::perimeter_index::PerimeterIndex;

/// The hectares of an area, by zone.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaShares {
    /// All of it.
    pub total_ha: f64,
    /// In a perimeter; ground that two of them share counts once.
    pub qpv_ha: f64,
    /// In none, and in the band of 300 m.
    pub band_ha: f64,
    /// The rest.
    pub outside_ha: f64,
    /// The perimeters that it meets, in code order, each with the hectares that both share.
    pub perimeters: Vec<(PerimeterId, f64)>,
}

impl PerimeterIndex {
    /// Measures the shares of an area on WGS 84 (degrees, longitude first) in the plane of a territory. `band` is the drawn
    /// band of these perimeters. `None` when a vertex cannot be projected, which does not happen within the territory.
    #[must_use]
    pub fn area_shares(
        &self,
        area: &MultiPolygon<f64>,
        territory: Territory,
        band: &[BandArea],
    ) -> Option<AreaShares> {
        let plane = projected(area, territory, self.projection())?;
        let bounds = area.bounding_rect()?;
        let near = self.perimeters_near(bounds.min().into(), bounds.max().into());
        let mut met = Vec::new();
        let mut perimeters = Vec::new();
        for id in near {
            // Areas of two projections cannot be compared.
            if self.perimeter(id).territory != territory {
                continue;
            }
            let outline = PlanarOutline::new(self.perimeter(id), self.projection());
            let shared = plane.intersection(&outline.plane);
            let shared_m2 = shared.unsigned_area();
            // Neighbours that touch share a line, which is no ground.
            if shared_m2 > 0.0 {
                perimeters.push((id, shared_m2 / M2_PER_HA));
                met.push(shared);
            }
        }
        let total_m2 = plane.unsigned_area();
        // United, because two perimeters of a vintage may overlap.
        let qpv_m2 = united(met.iter()).unsigned_area().min(total_m2);
        let around_m2 = band_m2(self, &plane, area, territory, band)?;
        // An overlay rounds: no share is negative, nor larger than the whole.
        let around_m2 = around_m2.clamp(qpv_m2, total_m2);
        Some(AreaShares {
            total_ha: total_m2 / M2_PER_HA,
            qpv_ha: qpv_m2 / M2_PER_HA,
            band_ha: (around_m2 - qpv_m2) / M2_PER_HA,
            outside_ha: (total_m2 - around_m2) / M2_PER_HA,
            perimeters,
        })
    }
}

/// Returns the square metres of an area within 300 m of perimeters, these included.
fn band_m2(
    index: &PerimeterIndex,
    plane: &MultiPolygon<f64>,
    area: &MultiPolygon<f64>,
    territory: Territory,
    band: &[BandArea],
) -> Option<f64> {
    let bounds = area.bounding_rect()?;
    let mut sum_m2 = 0.0;
    // The areas of a band are disjoint, so that their shares add up.
    for part in band.iter().flat_map(|drawn| &drawn.outline) {
        // Envelopes first: projecting a part costs more than all these comparisons.
        let is_near = part
            .bounding_rect()
            .is_some_and(|around| around.intersects(&bounds));
        if is_near {
            let drawn = MultiPolygon(vec![part.clone()]);
            let drawn = projected(&drawn, territory, index.projection())?;
            sum_m2 += plane.intersection(&drawn).unsigned_area();
        }
    }
    Some(sum_m2)
}
