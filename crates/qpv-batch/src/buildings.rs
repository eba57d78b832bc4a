//! The zone of a row that is a building, by its outline.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use qpv_engine::{CertaintyLevel, PerimeterId, Zone};
use qpv_model::{Crs, Vintage};
use qpv_service::{
    BAND_M, CodedError, LocatedFootprint, Place, QueryError, Snapshot, VintageSelector,
    is_near_limit, locate_footprint, zone_of_footprint,
};

use crate::row_error::RowError;

/// The zone of a building.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildingZone {
    /// The vintage that answered.
    pub vintage: Vintage,
    /// The zone that all of it lies in; undetermined when its parts lie in several.
    pub zone: Zone,
    /// The perimeters it meets.
    pub members: Vec<PerimeterId>,
    /// The least distance to a perimeter, metres, 0 when it meets one; `None` when it is far from all.
    pub nearest_m: Option<f64>,
    /// The certainty of the zone.
    pub level: CertaintyLevel,
}

impl BuildingZone {
    /// Finds the zone of an outline on WGS 84. A stated uncertainty of its position, metres, counts as for positions.
    ///
    /// # Errors
    /// Any [`QueryError`].
    pub(crate) fn new(
        snapshot: &Snapshot,
        outline: &MultiPolygon<f64>,
        choice: VintageSelector,
        uncertainty_m: Option<f64>,
    ) -> Result<Self, QueryError> {
        let LocatedFootprint {
            vintage, footprint, ..
        } = locate_footprint(snapshot, outline, choice)?;
        let precision_m = snapshot
            .zones(vintage)
            .map_or(0.0, |zones| zones.layer().precision_m);
        // Added, as for positions: both errors can point the same way.
        let doubt_m = precision_m + uncertainty_m.unwrap_or_default();
        // A building that meets a perimeter is not in the band, so that its outer limit decides nothing.
        let is_near = is_near_limit(&footprint, 0.0, doubt_m)
            || (!footprint.qpv.any && is_near_limit(&footprint, BAND_M, doubt_m));
        let zone = match zone_of_footprint(&footprint) {
            _ if is_near && uncertainty_m.is_some() => Zone::Undetermined,
            zone => zone,
        };
        let is_certain = !is_near && zone != Zone::Undetermined;
        Ok(Self {
            vintage,
            zone,
            members: footprint.members,
            nearest_m: footprint.nearest_m,
            level: if is_certain {
                CertaintyLevel::Certain
            } else {
                CertaintyLevel::NearBoundary
            },
        })
    }
}

/// Returns a position in a reference system, or of longitude and latitude.
fn position_in(crs: Option<Crs>, x: f64, y: f64) -> Place {
    match crs {
        Some(crs) => Place::Projected { crs, x, y },
        None => Place::LonLat(x, y),
    }
}

/// Returns an outline on WGS 84.
///
/// # Errors
/// The code of a vertex that is no position.
pub(crate) fn on_wgs84(
    outline: MultiPolygon<f64>,
    crs: Option<Crs>,
) -> Result<MultiPolygon<f64>, RowError> {
    // Most outlines are there already, and need not be copied.
    if crs.is_none() {
        return Ok(outline);
    }
    let polygons = outline.into_iter().map(|polygon| {
        let (exterior, interiors) = polygon.into_inner();
        let interiors: Result<_, RowError> = interiors
            .into_iter()
            .map(|ring| ring_on_wgs84(ring, crs))
            .collect();
        Ok(Polygon::new(ring_on_wgs84(exterior, crs)?, interiors?))
    });
    polygons.collect::<Result<_, _>>().map(MultiPolygon)
}

fn ring_on_wgs84(ring: LineString<f64>, crs: Option<Crs>) -> Result<LineString<f64>, RowError> {
    let vertices = ring.into_iter().map(|vertex| {
        let point = position_in(crs, vertex.x, vertex.y)
            .position()
            .map_err(|error| error.code().as_str())?
            .wgs84;
        Ok(Coord {
            x: point.lon_deg(),
            y: point.lat_deg(),
        })
    });
    vertices.collect::<Result<_, _>>().map(LineString)
}
