//! The addresses nearest to a position.

use std::ops::RangeInclusive;

use qpv_model::Wgs84Point;

use crate::candidate::{AddressKind, Candidate, PlaceRef};
use crate::index::{AddressIndex, IndexTables, METRES_PER_DEGREE, StoredPoint};
use crate::search::SearchFilter;

/// Distance beyond which an address says nothing of a position, metres.
const MAX_DISTANCE_M: f64 = 5_000.0;

/// Cells in a degree: they are 870 m high, and half as wide in the north of France. A power of two, so that the bounds of
/// a cell are exact.
const PER_DEGREE: i64 = 128;
/// Units of a stored coordinate in a cell.
const UNITS: i64 = 10_000_000 / PER_DEGREE;
/// Streets are many numbers, communes many streets: so many addresses are looked at for each street or commune wanted.
const ADDRESSES_PER_STREET: usize = 50;
/// Distance over which the score of an address falls from 1 to 0, metres.
const SCORE_M: f64 = 1000.0;
/// Latitude beyond which the width of cells is not reduced any more, so that it stays above zero.
const MAX_LATITUDE_DEG: f64 = 89.0;
/// Cells in a row of the map.
const CELLS_IN_ROW: i64 = PER_DEGREE * 360;

/// Returns the key of the square of the map that a position lies in.
pub(crate) fn cell_key(spot: StoredPoint) -> u32 {
    let (column, row) = cell(spot);
    key(column, row)
}

fn key(column: i64, row: i64) -> u32 {
    u32::try_from(row * CELLS_IN_ROW + column.rem_euclid(CELLS_IN_ROW)).unwrap_or(u32::MAX)
}

fn cell(spot: StoredPoint) -> (i64, i64) {
    (
        (i64::from(spot.lon) + 1_800_000_000) / UNITS,
        (i64::from(spot.lat) + 900_000_000) / UNITS,
    )
}

/// Walks the keys of the square of a position and of the eight around it.
pub(crate) fn cells_around(spot: StoredPoint) -> impl Iterator<Item = u32> {
    let (column, row) = cell(spot);
    (-1..=1).flat_map(move |dy| (-1..=1).map(move |dx| key(column + dx, row + dy)))
}

/// Walks the keys of the squares that a box meets (`[west, south, east, north]`, degrees), row by row.
pub(crate) fn rows_within(bounds: [f64; 4]) -> impl Iterator<Item = RangeInclusive<u32>> {
    let [west, south, east, north] = bounds;
    // The eastern edge of the map would be one more than its last column.
    let first = cell_index(west, 180.0).min(CELLS_IN_ROW - 1);
    let last = cell_index(east, 180.0).min(CELLS_IN_ROW - 1);
    (cell_index(south, 90.0)..=cell_index(north, 90.0))
        .map(move |row| key(first, row)..=key(last, row))
}

/// Returns the column or row of a coordinate that lies within `half` degrees of zero.
#[expect(
    clippy::cast_possible_truncation,
    reason = "they are kept within the map first"
)]
fn cell_index(degrees: f64, half: f64) -> i64 {
    ((degrees.clamp(-half, half) + half) * PER_DEGREE as f64).floor() as i64
}

/// Returns the degrees at which a column or row begins.
fn cell_edge(index: i64, half: i64) -> f64 {
    (index - half * PER_DEGREE) as f64 / PER_DEGREE as f64
}

/// Returns the bounds of a square: west, south, east, north, degrees.
pub(crate) fn cell_bounds(key: u32) -> [f64; 4] {
    let column = i64::from(key) % CELLS_IN_ROW;
    let row = i64::from(key) / CELLS_IN_ROW;
    [
        cell_edge(column, 180),
        cell_edge(row, 90),
        cell_edge(column + 1, 180),
        cell_edge(row + 1, 90),
    ]
}

impl AddressIndex {
    /// Returns the addresses nearest to a point, nearest first, at most `limit`, within 5 km. When only streets or communes
    /// are wanted, these are those of the nearest addresses. Scores fall from 1 to 0 over a kilometre. One whose position is
    /// doubtful is marked so: it says nothing of the place.
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
        // Many addresses may be of one street or commune.
        let wants_numbers = is_wanted(AddressKind::Housenumber, filter);
        let looked_at = if wants_numbers {
            limit
        } else {
            ADDRESSES_PER_STREET * limit
        };
        let nearest = tables.nearest(point, looked_at, MAX_DISTANCE_M, |address| {
            tables.passes(address, filter) && tables.wanted_place(address, filter).is_some()
        });
        let mut answers: Vec<Candidate> = Vec::new();
        let mut seen = Vec::new();
        for (address, distance_m) in nearest {
            let Some(place) = tables
                .wanted_place(address, filter)
                .filter(|place| !seen.contains(place))
            else {
                continue;
            };
            let score = (1.0 - distance_m / SCORE_M).max(0.0);
            answers.push(Candidate {
                distance_m: Some(distance_m),
                ..tables.candidate(&place, score, filter.postcode)
            });
            seen.push(place);
            if answers.len() == limit {
                break;
            }
        }
        answers
    }
}

fn is_wanted(kind: AddressKind, filter: &SearchFilter) -> bool {
    filter.kinds.is_empty() || filter.kinds.contains(&kind)
}

impl IndexTables<'_> {
    /// Returns true if an address lies in the postcode and the commune of a filter.
    fn passes(&self, address: u32, filter: &SearchFilter) -> bool {
        let street = self.streets[self.street_of(address)];
        filter
            .postcode
            .is_none_or(|postcode| street.postcode == postcode)
            && filter
                .citycode
                .is_none_or(|citycode| self.citycode(street.commune) == citycode)
    }

    /// Returns the most exact place of a wanted kind that an address stands for: itself, its street or its commune.
    fn wanted_place(&self, address: u32, filter: &SearchFilter) -> Option<PlaceRef> {
        let street = self.street_of(address);
        let number = PlaceRef::Number {
            street,
            address: address as usize,
        };
        let whole_street = PlaceRef::Street {
            street,
            missing: None,
        };
        let commune = PlaceRef::Commune(self.streets[street].commune);
        [number, whole_street, commune]
            .into_iter()
            .find(|place| is_wanted(self.kind(place), filter))
    }
}

impl IndexTables<'_> {
    /// Returns the addresses nearest to a point that `keep` accepts, nearest first, with their distances in metres; at most
    /// `limit` of them, within `max_m`.
    pub(crate) fn nearest(
        &self,
        point: Wgs84Point,
        limit: usize,
        max_m: f64,
        keep: impl Fn(u32) -> bool,
    ) -> Vec<(u32, f64)> {
        let spot = StoredPoint::from(point);
        let (column, row) = cell(spot);
        let height_m = METRES_PER_DEGREE / PER_DEGREE as f64;
        let latitude_deg = point.lat_deg().abs().min(MAX_LATITUDE_DEG);
        let width_m = height_m * latitude_deg.to_radians().cos();
        let mut found: Vec<(u32, f64)> = Vec::new();
        for ring in 0_i64.. {
            // The rings before cover all that is nearer than this one's inner side.
            let seen_m = (ring - 1).max(0) as f64 * width_m.min(height_m);
            let enough = found.len() >= limit && found[limit - 1].1 <= seen_m;
            if enough || seen_m > max_m || ring > PER_DEGREE {
                break;
            }
            for (dx, dy) in around(ring) {
                self.in_cell(key(column + dx, row + dy), |address| {
                    let distance_m = spot.distance_m(self.spots[address as usize]);
                    if distance_m <= max_m && keep(address) {
                        found.push((address, distance_m));
                    }
                });
            }
            found.sort_by(|one, other| one.1.total_cmp(&other.1).then(one.0.cmp(&other.0)));
            found.truncate(limit);
        }
        found
    }

    /// Calls `each` with the addresses in a cell.
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

/// Walks the cells at this many steps from one, as offsets of columns and rows.
fn around(ring: i64) -> impl Iterator<Item = (i64, i64)> {
    (-ring..=ring).flat_map(move |dy| {
        // Between the top and the bottom row only the two ends belong to the ring.
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
