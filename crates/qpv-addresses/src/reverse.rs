//! The addresses nearest to a position.

use std::ops::RangeInclusive;

use qpv_model::Wgs84Point;

use crate::candidate::{AddressKind, Candidate, What};
use crate::index::{Spot, Tables};
use crate::{AddressIndex, SearchFilter};

/// Metres beyond which a position has no address.
const REACH_M: f64 = 5_000.0;

/// Cells in a degree: they are 870 m high, and half as wide in the north of France.
const PER_DEGREE: i64 = 128;
const UNITS: i64 = 10_000_000 / PER_DEGREE;
/// Cells in a row of the map.
const ROW: i64 = PER_DEGREE * 360;

/// The square of the map that a position lies in.
pub(crate) fn cell_key(spot: Spot) -> u32 {
    let (column, row) = cell(spot);
    key(column, row)
}

fn key(column: i64, row: i64) -> u32 {
    u32::try_from(row * ROW + column.rem_euclid(ROW)).unwrap_or(u32::MAX)
}

fn cell(spot: Spot) -> (i64, i64) {
    (
        (i64::from(spot.lon) + 1_800_000_000) / UNITS,
        (i64::from(spot.lat) + 900_000_000) / UNITS,
    )
}

/// The keys of the squares that a box meets (`[west, south, east, north]`, degrees), row by row.
pub(crate) fn rows_within(
    [west, south, east, north]: [f64; 4],
) -> impl Iterator<Item = RangeInclusive<u32>> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "they are kept within the map first"
    )]
    let square = |degrees: f64, half: f64| {
        ((degrees.clamp(-half, half) + half) * PER_DEGREE as f64).floor() as i64
    };
    // What the map ends with is one more than its last column.
    let columns = square(west, 180.0).min(ROW - 1)..=square(east, 180.0).min(ROW - 1);
    (square(south, 90.0)..=square(north, 90.0))
        .map(move |row| key(*columns.start(), row)..=key(*columns.end(), row))
}

/// What a square covers: west, south, east, north, degrees.
pub(crate) fn cell_bounds(key: u32) -> [f64; 4] {
    let (column, row) = (i64::from(key) % ROW, i64::from(key) / ROW);
    let degrees =
        |squares: i64, half: i64| (squares - half * PER_DEGREE) as f64 / PER_DEGREE as f64;
    [
        degrees(column, 180),
        degrees(row, 90),
        degrees(column + 1, 180),
        degrees(row + 1, 90),
    ]
}

impl AddressIndex {
    /// The addresses nearest to a point, nearest first, at most `limit`, within 5 km. Asked for streets or communes only,
    /// answers those of the nearest addresses. Their scores fall from 1 to 0 over a kilometre.
    #[must_use]
    pub fn reverse(
        &self,
        point: Wgs84Point,
        filter: &SearchFilter,
        limit: usize,
    ) -> Vec<Candidate> {
        if limit == 0 {
            return Vec::new();
        }
        let tables = self.tables();
        let wants = |kind: AddressKind| filter.kinds.is_empty() || filter.kinds.contains(&kind);
        let what_of = |address: u32| {
            let street = tables.street_of(address);
            let number = What::Number {
                street,
                address: address as usize,
            };
            let street_whole = What::Street {
                street,
                missing: None,
            };
            let commune = What::Commune(tables.streets[street].commune);
            [number, street_whole, commune]
                .into_iter()
                .find(|what| wants(tables.kind(what)))
        };
        let keep = |address: u32| {
            let street = tables.streets[tables.street_of(address)];
            filter
                .postcode
                .is_none_or(|postcode| street.postcode == postcode)
                && filter
                    .citycode
                    .is_none_or(|citycode| tables.citycode(street.commune) == citycode)
                && what_of(address).is_some()
        };
        // Many addresses may be of one street or commune.
        let numbers = wants(AddressKind::Housenumber);
        let looked_at = if numbers { limit } else { 50 * limit };
        let mut answers: Vec<Candidate> = Vec::new();
        let mut seen = Vec::new();
        for (address, distance_m) in tables.nearest(point, looked_at, REACH_M, keep) {
            let Some(what) = what_of(address).filter(|what| !seen.contains(what)) else {
                continue;
            };
            let score = (1.0 - distance_m / 1000.0).max(0.0);
            answers.push(Candidate {
                distance_m: Some(distance_m),
                ..tables.candidate(&what, score, filter.postcode)
            });
            seen.push(what);
            if answers.len() == limit {
                break;
            }
        }
        answers
    }
}

impl Tables<'_> {
    /// The addresses nearest to a point that are kept by `keep`, nearest first, with their distances in metres; at most
    /// `limit` of them, within `reach_m`.
    pub(crate) fn nearest(
        &self,
        point: Wgs84Point,
        limit: usize,
        reach_m: f64,
        keep: impl Fn(u32) -> bool,
    ) -> Vec<(u32, f64)> {
        let spot = Spot::of(point);
        let (column, row) = cell(spot);
        // What a cell measures at its narrowest.
        let height_m = 111_195.0 / PER_DEGREE as f64;
        let width_m = height_m * point.lat_deg().abs().min(89.0).to_radians().cos();
        let mut found: Vec<(u32, f64)> = Vec::new();
        for ring in 0_i64.. {
            // All that is nearer than the ring's inner side has been seen.
            let seen_m = (ring - 1).max(0) as f64 * width_m.min(height_m);
            let enough = found.len() >= limit && found[limit - 1].1 <= seen_m;
            if enough || seen_m > reach_m || ring > PER_DEGREE {
                break;
            }
            for (dx, dy) in around(ring) {
                self.in_cell(key(column + dx, row + dy), |address| {
                    let distance_m = spot.distance_m(self.spots[address as usize]);
                    if distance_m <= reach_m && keep(address) {
                        found.push((address, distance_m));
                    }
                });
            }
            found.sort_by(|one, other| one.1.total_cmp(&other.1).then(one.0.cmp(&other.0)));
            found.truncate(limit);
        }
        found
    }

    fn in_cell(&self, key: u32, mut each: impl FnMut(u32)) {
        if let Ok(at) = self.cells.binary_search_by_key(&key, |cell| cell.key) {
            let end = self
                .cells
                .get(at + 1)
                .map_or(self.order.len(), |next| next.first as usize);
            self.order[self.cells[at].first as usize..end]
                .iter()
                .for_each(|address| each(*address));
        }
    }
}

/// The cells at this many steps.
fn around(ring: i64) -> impl Iterator<Item = (i64, i64)> {
    (-ring..=ring).flat_map(move |dy| {
        let step = if dy.abs() == ring {
            1
        } else {
            (2 * ring).max(1)
        };
        (-ring..=ring)
            .step_by(usize::try_from(step).unwrap_or(1))
            .map(move |dx| (dx, dy))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_whole_and_do_not_overlap() {
        let mut seen = std::collections::BTreeSet::new();
        for ring in 0..5 {
            for cell in around(ring) {
                assert!(seen.insert(cell), "{cell:?} twice");
            }
            assert_eq!(i64::try_from(seen.len()), Ok((2 * ring + 1).pow(2)));
        }
    }
}
