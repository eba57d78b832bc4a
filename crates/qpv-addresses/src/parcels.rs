//! The parcels of the land register that addresses stand on, and the addresses on a parcel.
//!
//! Twelve bytes a parcel, in order of address. A parcel is looked for among the addresses of its commune, then of its
//! department: an order of its own would cost a third more for a question that is rarely asked.

use std::ops::Range;

use qpv_model::ParcelId;

use crate::index::{IndexTables, ParcelRow};

impl IndexTables<'_> {
    /// Returns the parcels of an address.
    pub(crate) fn parcels_of(&self, address: usize) -> Vec<ParcelId> {
        self.parcels_of_all(address..address + 1)
            .iter()
            .filter_map(|row| ParcelId::from_number(row.number()))
            .collect()
    }

    /// Returns the addresses on a parcel: those of its commune, or else of its department, for a few communes publish
    /// addresses on the parcels of their neighbours.
    pub(crate) fn addresses_on(&self, parcel: ParcelId) -> Vec<usize> {
        let number = parcel.to_number();
        let code = parcel.commune();
        [code.as_str(), code.department()]
            .into_iter()
            .map(|prefix| self.parcels_of_all(self.addresses_under(prefix.as_bytes())))
            .map(|rows| {
                rows.iter()
                    .filter(|row| row.number() == number)
                    .map(|row| row.address as usize)
                    .collect::<Vec<_>>()
            })
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    fn parcels_of_all(&self, addresses: Range<usize>) -> &[ParcelRow] {
        let first = self
            .parcels
            .partition_point(|row| (row.address as usize) < addresses.start);
        let end = self
            .parcels
            .partition_point(|row| (row.address as usize) < addresses.end);
        &self.parcels[first..end.max(first)]
    }

    /// Returns the addresses of the communes whose codes begin so, which lie one after the other.
    fn addresses_under(&self, prefix: &[u8]) -> Range<usize> {
        let first = self
            .communes
            .partition_point(|row| &row.code[..prefix.len()] < prefix);
        let end = self
            .communes
            .partition_point(|row| &row.code[..prefix.len()] <= prefix);
        self.first_address(first)..self.first_address(end)
    }

    /// Returns the first address of a commune; beyond the last one, the end of all addresses.
    fn first_address(&self, commune: usize) -> usize {
        let street = self
            .communes
            .get(commune)
            .map_or(self.streets.len(), |row| row.first_street as usize);
        self.streets
            .get(street)
            .map_or(self.numbers.len(), |row| row.first as usize)
    }
}
