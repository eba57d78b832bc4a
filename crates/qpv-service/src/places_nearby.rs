//! The places of lists in the neighbourhoods of a commune, or less than 300 m from one.

use geo::{BoundingRect, Contains};
use geo_types::{Coord, Rect};
use qpv_engine::Zone;
use qpv_model::{CommuneCode, ListedPlace, Perimeter};

use crate::error::QueryError;
use crate::locate::locate;
use crate::perimeters::{PerimeterFilter, list_perimeters};
use crate::place::{Place, VintageSelector};
use crate::schools::placed_sites;
use crate::snapshot::Snapshot;

/// Degrees around perimeters that are looked into: over 300 m wherever there are perimeters.
const MARGIN_DEG: f64 = 0.006;

/// A place in a perimeter or near one.
#[derive(Debug)]
pub struct PlaceNearby<'s> {
    /// The kind of its list, such as `schools`.
    pub list: &'s str,
    /// The place.
    pub place: &'s ListedPlace,
    /// Its zone: in a perimeter, in the band, or undetermined.
    pub zone: Zone,
    /// The perimeter that it lies in, or the nearest.
    pub perimeter: &'s Perimeter,
    /// Metres from that perimeter; 0 inside.
    pub distance_m: f64,
}

/// Returns the places of all lists in the perimeters of a commune or less than 300 m from one, by name; places whose position
/// is not known are left out.
///
/// # Errors
/// [`QueryError::UnknownCommune`].
pub fn places_nearby(
    snapshot: &Snapshot,
    insee: CommuneCode,
    vintage: VintageSelector,
) -> Result<Vec<PlaceNearby<'_>>, QueryError> {
    snapshot.check_commune(insee)?;
    let filter = PerimeterFilter {
        commune: Some(insee),
        ..PerimeterFilter::default()
    };
    let perimeters = list_perimeters(snapshot, &filter);
    let around: Vec<Rect<f64>> = perimeters
        .iter()
        .filter_map(|perimeter| perimeter.outline.wgs84().bounding_rect())
        .map(widened)
        .collect();
    let communes = snapshot.communes_of_today(insee);
    let mut found = Vec::new();
    for list in snapshot.place_kinds() {
        let sites = placed_sites(snapshot, list).flatten();
        for (place, position) in sites.filter_map(|(place, at)| Some((place, at?))) {
            let coord = position.point.coord();
            if !around.iter().any(|rect| rect.contains(&coord)) {
                continue;
            }
            let uncertainty_m = position.uncertainty_m.unwrap_or_default();
            // Where no vintage is loaded that answers, nothing is near.
            let Ok(standing) = locate(
                snapshot,
                Place::from(position.point),
                vintage,
                Some(uncertainty_m),
            ) else {
                continue;
            };
            let Some(nearest) = standing.located.nearest else {
                continue;
            };
            let perimeter = snapshot.perimeter(standing.vintage, nearest.perimeter);
            let zone = standing.verdict.zone;
            if zone != Zone::Outside && snapshot.lies_in(perimeter, &communes) {
                found.push(PlaceNearby {
                    list,
                    place,
                    zone,
                    perimeter,
                    distance_m: nearest.distance_m,
                });
            }
        }
    }
    found.sort_by(|one, other| (one.list, &one.place.name).cmp(&(other.list, &other.place.name)));
    Ok(found)
}

fn widened(rect: Rect<f64>) -> Rect<f64> {
    let margin = Coord {
        x: MARGIN_DEG,
        y: MARGIN_DEG,
    };
    Rect::new(rect.min() - margin, rect.max() + margin)
}
