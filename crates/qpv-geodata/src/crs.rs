//! Temporary stand-in.

use geo::MapCoords;
use geo_types::{Coord, MultiPolygon};
use qpv_model::{Crs, CrsKind};

use crate::Error;

/// Temporary stand-in.
///
/// # Errors
/// None.
pub fn wgs84_of(crs: Crs, published: &MultiPolygon<f64>) -> Result<MultiPolygon<f64>, Error> {
    let CrsKind::Projected { definition } = crs.kind() else { return Ok(published.clone()) };
    let proj = proj::Proj::new(definition).expect("known definition");
    Ok(published.map_coords(|c| {
        let (x, y) = proj.project((c.x, c.y), true).expect("in range");
        Coord { x: f64::to_degrees(x), y: f64::to_degrees(y) }
    }))
}
