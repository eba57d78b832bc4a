//! Whole streets: the numbers of one, by its identifier or by an address in it.
//!
//! One street may lie in several rows of the index (several postcodes, former communes or *lieux-dits*); rows of one
//! commune with the same identifier are one street here.

use std::ops::Range;

use qpv_model::CommuneCode;

use crate::candidate::{AddressKind, Candidate};
use crate::index::{AddressIndex, IndexTables};
use crate::rows::TextAt;
use crate::street_number::StreetNumber;

/// A street with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Street {
    /// Identifier as published; may be empty.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its postcodes, in order; none where none is published.
    pub postcodes: Vec<String>,
    /// INSEE code of its commune.
    pub citycode: CommuneCode,
    /// Its commune.
    pub city: String,
    /// Its numbers, in order of number, then of suffix. A number may occur more than once, at different places.
    pub numbers: Vec<StreetNumber>,
    /// The number of its addresses without a house number.
    pub unnumbered: usize,
}

impl AddressIndex {
    /// Returns the street of this identifier, or of the house number of this identifier, as candidates have them.
    #[must_use]
    pub fn street(&self, id: &str) -> Option<Street> {
        let tables = self.tables();
        // Published identifiers begin with the commune's code; those that do not are looked for everywhere.
        let home = id
            .get(..5)
            .and_then(|code| code.parse::<CommuneCode>().ok());
        let home = home
            .and_then(|code| tables.commune_of(code))
            .map(|commune| tables.streets_of(commune));
        let everywhere = 0..tables.streets.len();
        // A published identifier is found in its commune in microseconds; the rest of the index is the fallback.
        let row = [home, Some(everywhere)]
            .into_iter()
            .flatten()
            .find_map(|rows| tables.row_of_id(id, rows));
        row.map(|row| tables.street(row))
    }

    /// Returns the street that a candidate is or lies in; `None` for a commune, or an address of another index.
    #[must_use]
    pub fn street_with(&self, candidate: &Candidate) -> Option<Street> {
        let tables = self.tables();
        let row = candidate
            .street_row
            .map(|row| row as usize)
            .filter(|row| *row < tables.streets.len())?;
        (candidate.kind != AddressKind::Municipality).then(|| tables.street(row))
    }
}

impl IndexTables<'_> {
    pub(crate) fn commune_of(&self, code: CommuneCode) -> Option<u32> {
        let found = self
            .communes
            .binary_search_by(|row| row.code[..5].cmp(code.as_str().as_bytes()));
        found.ok().and_then(|at| u32::try_from(at).ok())
    }

    /// Returns the first of these rows that has an identifier, or has a number with it.
    fn row_of_id(&self, id: &str, rows: Range<usize>) -> Option<usize> {
        if id.is_empty() {
            return None;
        }
        if let Some(row) = rows
            .clone()
            .find(|row| self.is_text(self.streets[*row].id, id))
        {
            return Some(row);
        }
        let first = self.numbers_of(rows.clone().next()?).start;
        let end = self.numbers_of(rows.clone().next_back()?).end;
        let from = self
            .own_ids
            .partition_point(|own| (own.address as usize) < first);
        let own = self.own_ids[from..]
            .iter()
            .take_while(|own| (own.address as usize) < end);
        if let Some(own) = own.into_iter().find(|own| self.is_text(own.id, id)) {
            return Some(self.street_of(own.address));
        }
        // Without its number and suffix: `61169_0040_00012_bis`.
        let parents = id
            .match_indices('_')
            .map(|(at, _)| &id[..at])
            .filter(|parent| !parent.is_empty());
        parents.rev().take(2).find_map(|parent| {
            let mut named = rows
                .clone()
                .filter(|row| self.is_text(self.streets[*row].id, parent));
            named.find(|row| {
                self.numbers_of(*row)
                    .any(|address| self.id(*row, address) == id)
            })
        })
    }

    /// Returns true if a stored text is this one. The length is compared first, which most texts of a commune fail.
    fn is_text(&self, at: TextAt, text: &str) -> bool {
        at.length as usize == text.len() && self.text(at) == text
    }

    /// Returns a street, its rows of several postcodes put together.
    fn street(&self, row: usize) -> Street {
        let id = self.text(self.streets[row].id);
        let commune = self.streets[row].commune;
        // Two streets without identifier are two streets, even of one name.
        let rows: Vec<usize> = self
            .streets_of(commune)
            .filter(|other| {
                *other == row || (!id.is_empty() && self.text(self.streets[*other].id) == id)
            })
            .collect();
        let mut postcodes: Vec<String> = rows.iter().map(|row| self.postcode(*row)).collect();
        postcodes.retain(|postcode| !postcode.is_empty());
        postcodes.sort_unstable();
        postcodes.dedup();
        let addresses: Vec<usize> = rows.iter().flat_map(|row| self.numbers_of(*row)).collect();
        let mut numbers: Vec<StreetNumber> = addresses
            .iter()
            .filter_map(|address| self.number(*address))
            .collect();
        numbers.sort_by(|one, other| one.number.cmp(&other.number));
        Street {
            id: id.to_owned(),
            name: self.name(row).to_owned(),
            postcodes,
            citycode: self.citycode(commune),
            city: self.text(self.communes[commune as usize].label).to_owned(),
            unnumbered: addresses.len() - numbers.len(),
            numbers,
        }
    }
}
