//! A building, by its outline: the zone all of it lies in, and which limits are too near for the published lines.
//!
//! Where its parts stand is `qpv_engine`'s; owns what is said of it as a whole.

use std::fmt::Write;

use geo::{BoundingRect, Distance, Haversine};
use geo_types::MultiPolygon;
use qpv_engine::{FootprintLocation, MAX_FOOTPRINT_M, PartsWithin, Zone};
use qpv_model::{Territory, Vintage, Wgs84Point};
use sha2::{Digest, Sha256};

use crate::building_outlines::{BuildingOutlines, LocatedAnnex};
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
    /// Its annexes, which are no parts of the outline.
    pub annexes: Vec<LocatedAnnex>,
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
    outlines: &BuildingOutlines,
    vintage: VintageSelector,
) -> Result<Building, QueryError> {
    let LocatedFootprint {
        vintage: answering,
        territory,
        footprint,
    } = locate_footprint(snapshot, &outlines.main, vintage)?;
    let annexes = outlines.annexes.iter().enumerate().map(|(index, annex)| {
        let of_annex = |error| QueryError::Annex {
            number: index + 1,
            error: Box::new(error),
        };
        let located = locate_footprint(snapshot, &annex.outline, vintage).map_err(of_annex)?;
        let apart_m = distance_m(&annex.outline, &outlines.main);
        // Elsewhere another vintage might answer, and no project is there.
        if apart_m > MAX_FOOTPRINT_M {
            return Err(of_annex(QueryError::FarAnnex(apart_m)));
        }
        Ok(LocatedAnnex {
            annex: annex.clone(),
            footprint: located.footprint,
        })
    });
    Ok(Building {
        outline: outlines.main.clone(),
        vintage: answering,
        territory,
        footprint,
        annexes: annexes.collect::<Result<_, _>>()?,
    })
}

/// Returns the metres between the middles of the rectangles around two outlines.
fn distance_m(one: &MultiPolygon<f64>, other: &MultiPolygon<f64>) -> f64 {
    let middles = one.bounding_rect().zip(other.bounding_rect());
    middles.map_or(0.0, |(one, other)| {
        Haversine.distance(one.center().into(), other.center().into())
    })
}

impl Building {
    /// The middle of the rectangle around it.
    #[must_use]
    pub fn middle(&self) -> Option<Wgs84Point> {
        let middle = self.outline.bounding_rect()?.center();
        Wgs84Point::new(middle.x, middle.y).ok()
    }
}

/// Returns the number of corners of an outline: the last vertex of a ring is its first again.
#[must_use]
pub fn corners(outline: &MultiPolygon<f64>) -> usize {
    let rings = outline
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    rings.map(|ring| ring.0.len().saturating_sub(1)).sum()
}

/// Returns a digest of an outline: the SHA-256, in hexadecimal digits, of its vertices as
/// text: `lon lat` to the seventh decimal, `,` between vertices, `;` between rings, `|` between
/// polygons.
#[must_use]
pub fn outline_digest(outline: &MultiPolygon<f64>) -> String {
    let mut text = String::new();
    for (index, polygon) in outline.iter().enumerate() {
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
            annexes: Vec::new(),
        };
        assert_eq!(
            (
                outline_digest(&building.outline).as_str(),
                corners(&building.outline)
            ),
            (EXPECTED, 3)
        );
        let middle = building.middle().unwrap();
        assert_eq!((middle.lon_deg(), middle.lat_deg()), (0.75, -1.0));
    }

    /// A hundredth of a degree of latitude is 1.11 km.
    #[test]
    fn an_annex_lies_as_far_as_its_middle() {
        let square = |lat: f64| {
            let ring = vec![(0.0, lat), (0.001, lat), (0.001, lat + 0.001), (0.0, lat)];
            MultiPolygon(vec![geo_types::Polygon::new(ring.into(), vec![])])
        };
        let apart_m = distance_m(&square(46.0), &square(46.01));
        assert!((apart_m - 1_112.0).abs() < 2.0, "{apart_m}");
    }
}
