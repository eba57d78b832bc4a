//! A building, by its outline: the zone all of it lies in, and which limits are too near for the published lines.
//!
//! Where its parts stand is `qpv_engine`'s; owns what is said of it as a whole.

use std::fmt::Write;

use geo::BoundingRect;
use geo_types::{LineString, MultiPolygon};
use qpv_engine::{FootprintLocation, PartsWithin, Zone};
use qpv_model::{Territory, Vintage, Wgs84Point};
use sha2::{Digest, Sha256};

use crate::error::QueryError;
use crate::locate::{LocatedFootprint, locate_footprint};
use crate::place::VintageSelector;
use crate::snapshot::Snapshot;

/// A building's outline and where it stands.
#[derive(Debug, Clone)]
pub struct Building {
    /// WGS 84 degrees, longitude first; one that was judged.
    pub outline: MultiPolygon<f64>,
    /// The vintage that answered.
    pub vintage: Vintage,
    /// The territory it lies in.
    pub territory: Territory,
    /// The answer.
    pub footprint: FootprintLocation,
}

/// The zone that all of a building lies in; undetermined when its parts lie in several.
#[must_use]
pub fn zone_of_footprint(footprint: &FootprintLocation) -> Zone {
    match (footprint.qpv, footprint.within_300m) {
        (PartsWithin { every: true, .. }, _) => Zone::Qpv,
        // A building that meets a perimeter is not wholly in the band, though within 300 m.
        (PartsWithin { any: false, .. }, PartsWithin { every: true, .. }) => Zone::Band300m,
        (_, PartsWithin { any: false, .. }) => Zone::Outside,
        _ => Zone::Undetermined,
    }
}

/// Returns true when a part or the whole of a building is too close to a limit, `limit_m` metres
/// from the perimeters: lines known to `precision_m` metres do not settle it.
#[must_use]
pub fn is_near_limit(footprint: &FootprintLocation, limit_m: f64, precision_m: f64) -> bool {
    [footprint.nearest_m, footprint.farthest_m]
        .into_iter()
        .flatten()
        // At 0 m a building meets a perimeter: that is no distance to its line.
        .any(|distance_m| distance_m > 0.0 && (distance_m - limit_m).abs() <= precision_m)
}

/// Checks a building by its outline.
pub(super) fn check_building(
    snapshot: &Snapshot,
    outline: &MultiPolygon<f64>,
    vintage: VintageSelector,
) -> Result<Building, QueryError> {
    let LocatedFootprint {
        vintage,
        territory,
        footprint,
    } = locate_footprint(snapshot, outline, vintage)?;
    Ok(Building {
        outline: outline.clone(),
        vintage,
        territory,
        footprint,
    })
}

impl Building {
    /// The middle of the rectangle around it.
    #[must_use]
    pub fn middle(&self) -> Option<Wgs84Point> {
        let middle = self.outline.bounding_rect()?.center();
        Wgs84Point::new(middle.x, middle.y).ok()
    }

    /// Returns the number of its corners: the last vertex of a ring is its first again.
    #[must_use]
    pub fn corners(&self) -> usize {
        self.rings()
            .map(|ring| ring.0.len().saturating_sub(1))
            .sum()
    }

    fn rings(&self) -> impl Iterator<Item = &LineString<f64>> {
        self.outline
            .iter()
            .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
    }

    /// Returns a digest of this outline: the SHA-256, in hexadecimal digits, of its vertices as
    /// text: `lon lat` to the seventh decimal, `,` between vertices, `;` between rings, `|` between
    /// polygons.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut text = String::new();
        for (index, polygon) in self.outline.iter().enumerate() {
            text.push_str(if index > 0 { "|" } else { "" });
            for (index, ring) in std::iter::once(polygon.exterior())
                .chain(polygon.interiors())
                .enumerate()
            {
                text.push_str(if index > 0 { ";" } else { "" });
                for (index, vertex) in ring.0.iter().enumerate() {
                    let before = if index > 0 { "," } else { "" };
                    // Seven decimals are a centimetre: digits beyond would change the digest and
                    // not the building.
                    write!(text, "{before}{:.7} {:.7}", vertex.x, vertex.y)
                        .expect("a String takes all");
                }
            }
        }
        Sha256::digest(text)
            .iter()
            .fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf '0.0000000 0.0000000,1.5000000 0.0000000,0.0000000 -2.0000000,0.0000000 0.0000000' | sha256sum`
    const EXPECTED: &str = "54cbd5d5c68eb2beed6f5948a2190c4e1b07b2192726b7f280c2fea9350d009d";

    #[test]
    fn an_outline_has_a_digest_that_others_can_make() {
        let ring = vec![(0.0, 0.0), (1.5, 0.0), (0.0, -2.0), (0.0, 0.0)];
        let outline = MultiPolygon(vec![geo_types::Polygon::new(ring.into(), vec![])]);
        let nowhere = PartsWithin {
            any: false,
            every: false,
        };
        let footprint = FootprintLocation {
            qpv: nowhere,
            within_300m: nowhere,
            within_500m: nowhere,
            members: vec![],
            nearest_m: None,
            farthest_m: None,
        };
        let building = Building {
            outline,
            vintage: Vintage::V2024,
            territory: Territory::Metropole,
            footprint,
        };
        assert_eq!(
            (building.digest().as_str(), building.corners()),
            (EXPECTED, 3)
        );
        let middle = building.middle().unwrap();
        assert_eq!((middle.lon_deg(), middle.lat_deg()), (0.75, -1.0));
    }
}
