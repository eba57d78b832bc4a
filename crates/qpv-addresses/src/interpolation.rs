//! The position of a number that a street does not have: between its neighbours of the same side.

use qpv_model::Wgs84Point;

use crate::index::{IndexTables, StoredPoint};
use crate::street_number::{StreetNumber, order_key};

/// The nearest numbers below and above one that a street does not have, on its side of the street: those of its parity.
#[derive(Debug, Clone, PartialEq)]
pub struct SideNeighbours {
    /// The greatest below.
    pub below: StreetNumber,
    /// The least above.
    pub above: StreetNumber,
}

/// A number placed between its neighbours.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Interpolation {
    pub(crate) point: Wgs84Point,
    pub(crate) uncertainty_m: f64,
    pub(crate) between: SideNeighbours,
}

/// Error of [`StoredPoint::distance_m`], a share: added, so that an uncertainty is never too small.
const DISTANCE_ERROR_SHARE: f64 = 0.005;

impl SideNeighbours {
    /// Returns the point at this share (0 to 1) of the line from the number below to the one above.
    #[must_use]
    pub fn point_at(&self, share: f64) -> Wgs84Point {
        let (below, above) = (self.below.point, self.above.point);
        let lon_deg = (above.lon_deg() - below.lon_deg()).mul_add(share, below.lon_deg());
        let lat_deg = (above.lat_deg() - below.lat_deg()).mul_add(share, below.lat_deg());
        // Beyond the ends, or by rounding, it could leave the globe.
        Wgs84Point::new(lon_deg, lat_deg).unwrap_or(below)
    }

    /// Returns true if the position of one of them is not believed.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.below.is_doubtful || self.above.is_doubtful
    }

    /// Returns the position of a number between them, in proportion to the numbers.
    fn interpolate(self, number: u32) -> Interpolation {
        let (below, above) = (self.below.number.number, self.above.number.number);
        let share = if below < above {
            f64::from(number - below) / f64::from(above - below)
        } else {
            // One number with two suffixes: nothing says which is nearer.
            0.5
        };
        let point = self.point_at(share);
        let reach_m = [&self.below, &self.above]
            .map(|neighbour| distance_m(point, neighbour) + neighbour.position.uncertainty_m());
        Interpolation {
            point,
            // Whole metres: decimals would look like an exactness that it does not have.
            uncertainty_m: reach_m[0].max(reach_m[1]).ceil(),
            between: self,
        }
    }
}

/// Returns the metres from a point to a number, or slightly more.
fn distance_m(point: Wgs84Point, number: &StreetNumber) -> f64 {
    let distance_m = StoredPoint::from(point).distance_m(number.point.into());
    distance_m * (1.0 + DISTANCE_ERROR_SHARE)
}

impl IndexTables<'_> {
    /// Returns the position of a number that a street does not have; `None` when the side of that number does not go on both
    /// ways.
    pub(crate) fn interpolation(
        &self,
        street: usize,
        number: u32,
        suffix: &str,
    ) -> Option<Interpolation> {
        let between = self.side_neighbours(street, number, suffix)?;
        Some(between.interpolate(number))
    }

    fn side_neighbours(&self, street: usize, number: u32, suffix: &str) -> Option<SideNeighbours> {
        let asked = order_key(number, suffix);
        let side = self.numbers_of(street).filter_map(|address| {
            let other = self.numbers[address].number()?;
            // In France odd numbers are on one side of a street, even ones on the other.
            (other % 2 == number % 2).then(|| (order_key(other, self.suffix(address)), address))
        });
        let below = side.clone().filter(|(key, _)| *key < asked).max()?;
        let above = side.clone().filter(|(key, _)| *key > asked).min()?;
        // A number at two places leaves open which of them is the neighbour.
        let is_ambiguous = side
            .filter(|(key, _)| [below.0, above.0].contains(key))
            .nth(2)
            .is_some();
        if is_ambiguous {
            return None;
        }
        Some(SideNeighbours {
            below: self.number(below.1)?,
            above: self.number(above.1)?,
        })
    }
}
