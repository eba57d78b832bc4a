//! A table from hashes to rows in two flat arrays, read in place.
//!
//! Entries lie in order of hash, each at the slot its hash points to or behind those before it, with free slots between: a
//! look-up reads one or two, in one line of the cache. A filter of a byte an entry stands before them. Most look-ups are of
//! hashes that no row has, and seven of eight of these end at the filter, which stays in the cache where the slots do not.

use bytemuck::{Pod, Zeroable};

/// Bits of the filter for each entry.
const FILTER_BITS: usize = 8;

/// A slot: a hash and a row that has it, or free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct HashSlot {
    pub hash: u32,
    pub row: u32,
}

impl HashSlot {
    const FREE: Self = Self {
        hash: 0,
        row: u32::MAX,
    };

    fn is_free(self) -> bool {
        self.row == u32::MAX
    }
}

/// The rows of some hashes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HashTable<'a> {
    pub slots: &'a [HashSlot],
    pub filter: &'a [u8],
}

/// The arrays of a table.
#[derive(Debug)]
pub(crate) struct HashTableArrays {
    pub slots: Vec<HashSlot>,
    pub filter: Vec<u8>,
}

impl<'a> HashTable<'a> {
    /// Returns true if all rows exist in an array with `rows` of them.
    pub(crate) fn is_coherent(&self, rows: usize) -> bool {
        self.slots
            .iter()
            .all(|slot| slot.is_free() || (slot.row as usize) < rows)
    }

    /// Returns the rows with a hash.
    pub(crate) fn rows_with(&self, hash: u32) -> impl Iterator<Item = u32> + use<'a> {
        let (byte, bit) = filter_bit(hash, self.filter.len());
        let may_be = self.filter.get(byte).is_some_and(|bits| bits & bit != 0);
        let home = home_slot(hash, self.slots.len());
        let slots = if may_be { self.slots.get(home..) } else { None };
        slots
            .unwrap_or_default()
            .iter()
            .take_while(move |slot| !slot.is_free() && slot.hash <= hash)
            .filter(move |slot| slot.hash == hash)
            .map(|slot| slot.row)
    }
}

impl HashTableArrays {
    pub(crate) fn new(mut entries: Vec<HashSlot>) -> Self {
        entries.sort_unstable();
        let mut filter = vec![0; entries.len() * FILTER_BITS / 8];
        for entry in &entries {
            let (byte, bit) = filter_bit(entry.hash, filter.len());
            filter[byte] |= bit;
        }
        // A fifth of the slots is free: entries then lie close to where their hash points.
        let mut length = entries.len() + entries.len() / 4 + 1;
        loop {
            if let Some(slots) = filled(&entries, length) {
                return Self { slots, filter };
            }
            length += length / 8 + 1;
        }
    }
}

#[cfg(test)]
impl HashTableArrays {
    pub(crate) fn table(&self) -> HashTable<'_> {
        HashTable {
            slots: &self.slots,
            filter: &self.filter,
        }
    }
}

/// Returns the place of `hash`, spread evenly over the places below `count`.
fn place(hash: u32, count: usize) -> usize {
    usize::try_from((u64::from(hash) * count as u64) >> 32).unwrap_or(count)
}

/// Returns the byte of the filter, of this length, and the bit in it that a hash sets.
fn filter_bit(hash: u32, length: usize) -> (usize, u8) {
    let bit = place(hash, length * 8);
    (bit / 8, 1 << (bit % 8))
}

/// Returns the slot that a hash points to in a table of this length.
fn home_slot(hash: u32, length: usize) -> usize {
    // No hash points to the last sixteenth, which holds what the end displaces.
    place(hash, length - length / 16)
}

/// Returns a table of this length, or none if the entries at its end do not fit.
fn filled(entries: &[HashSlot], length: usize) -> Option<Vec<HashSlot>> {
    let mut slots = vec![HashSlot::FREE; length];
    let mut next_free = 0;
    for entry in entries {
        let at = next_free.max(home_slot(entry.hash, length));
        *slots.get_mut(at)? = *entry;
        next_free = at + 1;
    }
    Some(slots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_hash() {
        for hashes in [
            vec![],
            vec![u32::MAX; 40],
            vec![0, 0, 1, u32::MAX, u32::MAX - 1, 1 << 31],
            (0..1000_u32)
                .map(|at| at.wrapping_mul(0x9e37_79b1))
                .collect(),
        ] {
            let entries = (0..).zip(&hashes);
            let arrays = HashTableArrays::new(
                entries
                    .clone()
                    .map(|(row, hash)| HashSlot { hash: *hash, row })
                    .collect(),
            );
            let table = arrays.table();
            for (row, hash) in entries {
                assert!(table.rows_with(*hash).any(|found| found == row));
            }
            assert_eq!(table.rows_with(77).count(), 0);
            assert!(table.is_coherent(hashes.len()));
        }
    }
}
