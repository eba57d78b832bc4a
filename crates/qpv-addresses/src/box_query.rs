//! The addresses in a box of the map, for maps and counts. They are walked square by square and not collected.

use qpv_model::{Address, CommuneCode, PositionKind, Wgs84Point};

use crate::index::{AddressIndex, CellRow, IndexTables};
use crate::reverse::{cell_bounds, rows_within};

/// An address found in a box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AddressInBox<'a> {
    /// The street's row, which identifies it within one index.
    pub street: u32,
    /// The name of the street.
    pub name: &'a str,
    /// The number; `None` for a place without.
    pub number: Option<u32>,
    /// The suffix of the number (`bis`); may be empty.
    pub suffix: &'a str,
    /// The position.
    pub point: Wgs84Point,
    /// The kind of place that the position marks.
    pub position: PositionKind,
    address: u32,
}

impl AddressIndex {
    /// Walks the addresses in a box, edges included (`[west, south, east, north]`, WGS 84 degrees; it does not cross the
    /// 180th meridian). Those whose position is doubtful are left out: maps and counts must not have them where they are not.
    pub fn within(&self, bounds: [f64; 4]) -> impl Iterator<Item = AddressInBox<'_>> {
        let tables = self.tables();
        let [west, south, east, north] = bounds;
        // Addresses of a square come street by street: the street is looked up once for all of them.
        let mut street = usize::MAX;
        let addresses = rows_within(bounds).flat_map(move |keys| tables.in_cells(keys));
        addresses.filter_map(move |address| {
            let point = tables.spots[address as usize].point();
            let (lon, lat) = (point.lon_deg(), point.lat_deg());
            if lon < west || lon > east || lat < south || lat > north {
                return None;
            }
            if street == usize::MAX || !tables.numbers_of(street).contains(&(address as usize)) {
                street = tables.street_of(address);
            }
            tables.address_in_box(street, address)
        })
    }

    /// Walks the addresses of some communes (of arrondissements, where addresses have these), street by street. Those whose
    /// position is doubtful are left out.
    pub fn in_communes(
        &self,
        is_wanted: impl Fn(CommuneCode) -> bool,
    ) -> impl Iterator<Item = AddressInBox<'_>> {
        let tables = self.tables();
        let communes = (0_u32..).zip(tables.communes).map(|(commune, _)| commune);
        let wanted = communes.filter(move |commune| is_wanted(tables.citycode(*commune)));
        wanted
            .flat_map(move |commune| tables.streets_of(commune))
            .flat_map(move |street| {
                let numbers = tables.numbers_of(street);
                numbers.filter_map(move |address| {
                    tables.address_in_box(street, u32::try_from(address).ok()?)
                })
            })
    }

    /// Walks the addresses of a street, by its row. Those whose position is doubtful are left out.
    pub fn on_street(&self, street: u32) -> impl Iterator<Item = AddressInBox<'_>> {
        let tables = self.tables();
        let numbers = tables.numbers_of(street as usize);
        numbers.filter_map(move |address| {
            tables.address_in_box(street as usize, u32::try_from(address).ok()?)
        })
    }

    /// Walks the communes: code, number of addresses, the middle of them.
    pub fn commune_middles(&self) -> impl Iterator<Item = (CommuneCode, u32, Wgs84Point)> {
        let tables = self.tables();
        let rows = (0_u32..).zip(tables.communes);
        rows.map(move |(commune, row)| {
            (tables.citycode(commune), row.addresses, row.middle.point())
        })
    }

    /// Returns everything that was given of an address found in this index.
    #[must_use]
    pub fn address(&self, found: &AddressInBox<'_>) -> Address {
        self.tables()
            .address(found.street as usize, found.address as usize)
    }

    /// Returns the number of streets and of named places that are none.
    #[must_use]
    pub fn streets_len(&self) -> usize {
        self.tables().streets.len()
    }

    /// Walks the squares of the map, less than a kilometre a side, that have addresses (`[west, south, east, north]`).
    pub fn squares(&self) -> impl Iterator<Item = [f64; 4]> {
        self.tables().cells.iter().map(|cell| cell_bounds(cell.key))
    }
}

impl<'a> IndexTables<'a> {
    /// Returns an address of a street; `None` for one whose position is doubtful.
    pub(crate) fn address_in_box(self, street: usize, address: u32) -> Option<AddressInBox<'a>> {
        let number = self.numbers[address as usize];
        (!number.is_doubtful()).then(|| AddressInBox {
            street: u32::try_from(street).unwrap_or(u32::MAX),
            name: self.name(street),
            number: number.number(),
            suffix: self.suffix(address as usize),
            point: self.spots[address as usize].point(),
            position: number.position(),
            address,
        })
    }

    /// Walks the addresses in the squares of these keys.
    fn in_cells(self, keys: std::ops::RangeInclusive<u32>) -> impl Iterator<Item = u32> + 'a {
        let first = self.cells.partition_point(|cell| cell.key < *keys.start());
        let last = self.cells.partition_point(|cell| cell.key <= *keys.end());
        self.order[self.cell_start(first)..self.cell_start(last)]
            .iter()
            .copied()
    }

    /// Returns the place in `order` where the list of a cell begins; beyond the last cell, the end of it.
    fn cell_start(self, cell: usize) -> usize {
        self.cells
            .get(cell)
            .map_or(self.order.len(), |cell: &CellRow| cell.first as usize)
    }
}
