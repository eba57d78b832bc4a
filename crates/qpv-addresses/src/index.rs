//! The index of addresses: flat arrays in one file, mapped into memory, never changed.
//!
//! Addresses lie street by street, streets commune by commune, so that a commune is a range of streets and a street a
//! range of addresses. A name is stored once however many communes have a street of that name. Of every street, sixteen
//! bytes of signature ([`crate::signature`]) let a search throw out nearly all the streets it meets.
//!
//! The file is the only copy: an import reads the addresses of the departments it keeps back from it
//! ([`AddressIndex::addresses`]).

use std::collections::BTreeMap;

use bytemuck::{Pod, Zeroable};
use qpv_arrays::{ArrayBytes, ArrayFile, ArrayFileKind, ArraysError};
use qpv_model::{Address, CommuneCode, ParcelId, PositionError, PositionKind, Wgs84Point};

use crate::hash_table::HashTable;
use crate::name_lookup::NameLookup;
use crate::rows::{TextAt, are_below, are_offsets, text_at};
use crate::signature::NameSignature;
use crate::words::{hash_of, word_hash};

/// The format. Its version changes with the arrays' meaning and with the rules of [`crate::words`], for they hold words.
pub(crate) const KIND: ArrayFileKind = ArrayFileKind {
    magic: *b"qpvaddrs",
    version: 4,
    arrays: 32,
};

/// Units of a stored coordinate in a degree: one is about a centimetre, and 180 degrees fit in 32 bits.
const PER_DEGREE: f64 = 1e7;
/// Metres in a degree of latitude, on a sphere of the Earth's mean radius (6,371 km).
pub(crate) const METRES_PER_DEGREE: f64 = 111_195.0;

/// A name of streets. In order of the addresses in them, most first.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct NameRow {
    /// As published.
    pub label: TextAt,
    /// Its words, see [`crate::words::encode`].
    pub words: TextAt,
    /// Its first street among the streets in order of name; the last one is before the next name's first.
    pub first_street: u32,
}

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct CommuneRow {
    pub code: [u8; 8],
    pub label: TextAt,
    /// Its words, see [`crate::words::encode`].
    pub words: TextAt,
    /// Its first street; the last one ends where the next commune begins.
    pub first_street: u32,
    pub addresses: u32,
    pub middle: StoredPoint,
    /// Metres from the middle to the farthest of its addresses.
    pub spread_m: u32,
}

/// A name of a commune: its own, that of a commune merged into it, that of an arrondissement, a part of its own. In order of
/// hash.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct AliasRow {
    /// The hash of its words, see [`crate::words::hash_of`].
    pub hash: u64,
    pub words: TextAt,
    pub commune: u32,
    /// [`AliasRow::PRESENT`], [`AliasRow::FORMER`] or [`AliasRow::PART`].
    pub kind: u32,
}

/// Kinds of names, the surest first.
impl AliasRow {
    /// The commune's present name, that of its city or of its arrondissement.
    pub const PRESENT: u32 = 0;
    /// The name of a commune that was merged into it.
    pub const FORMER: u32 = 1;
    /// A part of the present name, which counts only where no whole name has the same words.
    pub const PART: u32 = 2;
}

/// A postcode, and where the list of its communes begins.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct PostcodeRow {
    pub postcode: u32,
    pub first: u32,
}

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct StreetRow {
    pub name: u32,
    pub commune: u32,
    /// As a number; 0 when there is none.
    pub postcode: u32,
    /// Its first address; the last one ends where the next street begins.
    pub first: u32,
    /// Identifier as published; may be empty.
    pub id: TextAt,
    pub old_city: TextAt,
    pub locality: TextAt,
    pub middle: StoredPoint,
    /// Metres from the middle to the farthest of its addresses.
    pub spread_m: u32,
}

/// A position, in ten-millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct StoredPoint {
    pub lon: i32,
    pub lat: i32,
}

impl From<Wgs84Point> for StoredPoint {
    #[expect(clippy::cast_possible_truncation, reason = "180 times 1e7 fits")]
    fn from(point: Wgs84Point) -> Self {
        Self {
            lon: (point.lon_deg() * PER_DEGREE).round() as i32,
            lat: (point.lat_deg() * PER_DEGREE).round() as i32,
        }
    }
}

impl StoredPoint {
    pub(crate) fn point(self) -> Wgs84Point {
        self.checked().expect("it was made from a point")
    }

    /// Returns true if it is a position on Earth.
    fn is_valid(self) -> bool {
        self.checked().is_ok()
    }

    fn checked(self) -> Result<Wgs84Point, PositionError> {
        Wgs84Point::new(
            f64::from(self.lon) / PER_DEGREE,
            f64::from(self.lat) / PER_DEGREE,
        )
    }

    /// Returns the metres between two positions on a sphere: exact to half a percent, for spreads and order.
    pub(crate) fn distance_m(self, other: Self) -> f64 {
        let lat = f64::from(self.lat) / PER_DEGREE;
        let dx =
            f64::from(self.lon.saturating_sub(other.lon)) / PER_DEGREE * lat.to_radians().cos();
        let dy = f64::from(self.lat.saturating_sub(other.lat)) / PER_DEGREE;
        dx.hypot(dy) * METRES_PER_DEGREE
    }
}

/// A stored number: the number in 24 bits, the kind of position in 4, and one bit each for doubtful, certified and numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub(crate) struct NumberRow(u32);

impl NumberRow {
    const NUMBERED: u32 = 1 << 31;
    const CERTIFIED: u32 = 1 << 30;
    const DOUBTFUL: u32 = 1 << 29;
    const BITS: u32 = 24;

    pub(crate) fn new(number: Option<u32>, position: PositionKind, certified: bool) -> Self {
        let kind = PositionKind::ALL
            .iter()
            .position(|kind| *kind == position)
            .unwrap_or_default();
        let kind = u32::try_from(kind).unwrap_or_default() << Self::BITS;
        let number = number.map_or(0, |number| {
            Self::NUMBERED | number & ((1 << Self::BITS) - 1)
        });
        Self(number | kind | if certified { Self::CERTIFIED } else { 0 })
    }

    pub(crate) fn number(self) -> Option<u32> {
        (self.0 & Self::NUMBERED != 0).then_some(self.0 & ((1 << Self::BITS) - 1))
    }

    pub(crate) fn position(self) -> PositionKind {
        PositionKind::ALL[self.kind()]
    }

    /// Returns the place of the kind of position among all kinds.
    fn kind(self) -> usize {
        let kind = ((self.0 >> Self::BITS) & 0xf) as usize;
        if kind < PositionKind::ALL.len() {
            kind
        } else {
            PositionKind::Unknown as usize
        }
    }

    pub(crate) fn certified(self) -> bool {
        self.0 & Self::CERTIFIED != 0
    }

    /// Returns the number with a position that is not believed, see [`crate::outliers`].
    pub(crate) fn with_doubtful_position(self) -> Self {
        Self(self.0 | Self::DOUBTFUL)
    }

    /// Returns true if the position is not believed.
    pub(crate) fn is_doubtful(self) -> bool {
        self.0 & Self::DOUBTFUL != 0
    }
}

/// An address whose identifier does not follow from its street's. In order of address.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct OwnIdRow {
    pub address: u32,
    pub id: TextAt,
}

/// A square of the map with addresses in it, and where their list begins. In order of key.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct CellRow {
    pub key: u32,
    pub first: u32,
}

/// A parcel that an address stands on. In order of address.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct ParcelRow {
    pub address: u32,
    /// The two halves of [`ParcelId::to_number`]: as one number it would be padded to sixteen bytes.
    halves: [u32; 2],
}

impl ParcelRow {
    pub(crate) fn new(address: u32, parcel: ParcelId) -> Self {
        Self {
            address,
            halves: bytemuck::cast(parcel.to_number()),
        }
    }

    /// Returns [`ParcelId::to_number`].
    pub(crate) fn number(self) -> u64 {
        bytemuck::cast(self.halves)
    }
}

/// The index of addresses. Many threads may search it at once.
#[derive(Debug)]
pub struct AddressIndex(ArrayFile);

impl AddressIndex {
    /// Opens the bytes of [`AddressIndex::bytes`] without copying them. They must begin on a multiple of eight, as a
    /// mapped file does. Only the head is checked, since a country's addresses are a gigabyte: the caller checks the rest
    /// with [`AddressIndex::check`].
    ///
    /// # Errors
    /// [`ArraysError`].
    pub fn open(bytes: ArrayBytes) -> Result<Self, ArraysError> {
        ArrayFile::open_unsummed(KIND, bytes).map(Self)
    }

    /// Reads everything, compares the sum, and checks what searching relies on: rows point into their arrays, and positions
    /// are on Earth.
    ///
    /// # Errors
    /// [`ArraysError::Altered`].
    pub fn check(&self) -> Result<(), ArraysError> {
        self.0.check_sum()?;
        if self.tables().is_coherent() {
            Ok(())
        } else {
            Err(ArraysError::Altered)
        }
    }

    pub(crate) fn from_arrays(arrays: ArrayFile) -> Self {
        Self(arrays)
    }

    /// Returns the bytes to store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// Returns the number of addresses.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables().numbers.len()
    }

    /// Returns true if there is no address.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of addresses of each department, by its INSEE code (`61`, `2A`, `974`).
    #[must_use]
    pub fn by_department(&self) -> BTreeMap<String, u64> {
        let tables = self.tables();
        let mut counts = BTreeMap::new();
        for (commune, row) in (0_u32..).zip(tables.communes) {
            *counts
                .entry(tables.citycode(commune).department().to_owned())
                .or_default() += u64::from(row.addresses);
        }
        counts
    }

    /// Returns the number of addresses by the kind of their positions, in the order of the kinds; those without any left out.
    #[must_use]
    pub fn by_position_kind(&self) -> Vec<(PositionKind, u64)> {
        let mut counts = [0_u64; PositionKind::ALL.len()];
        for number in self.tables().numbers {
            counts[number.kind()] += 1;
        }
        let counted = PositionKind::ALL.into_iter().zip(counts);
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// Walks the communes with their present names.
    pub fn communes(&self) -> impl Iterator<Item = (CommuneCode, &str)> {
        let tables = self.tables();
        let rows = (0_u32..).zip(tables.communes);
        rows.map(move |(commune, row)| (tables.citycode(commune), tables.text(row.label)))
    }

    /// Walks the former communes that addresses are published with: the code of the commune that each was merged into, and
    /// its name, lower case and without accents.
    pub fn former_communes(&self) -> impl Iterator<Item = (CommuneCode, &str)> {
        let tables = self.tables();
        let former = tables
            .aliases
            .iter()
            .filter(|alias| alias.kind == AliasRow::FORMER);
        former.map(move |alias| (tables.citycode(alias.commune), tables.text(alias.words)))
    }

    /// Walks all addresses, as they were given, street by street.
    pub fn addresses(&self) -> impl Iterator<Item = Address> + '_ {
        let tables = self.tables();
        (0..tables.streets.len()).flat_map(move |street| {
            tables
                .numbers_of(street)
                .map(move |address| tables.address(street, address))
        })
    }

    /// Returns the lookup whose arrays begin at `first`.
    fn lookup(&self, first: usize) -> NameLookup<'_> {
        let arrays = &self.0;
        NameLookup {
            texts: arrays.array(0),
            words: arrays.array(first),
            names: arrays.array(first + 1),
            weights: arrays.array(first + 2),
            word_table: self.hash_table(first + 3),
            name_table: self.hash_table(first + 5),
        }
    }

    fn hash_table(&self, first: usize) -> HashTable<'_> {
        HashTable {
            slots: self.0.array(first),
            filter: self.0.array(first + 1),
        }
    }

    pub(crate) fn tables(&self) -> IndexTables<'_> {
        let arrays = &self.0;
        IndexTables {
            texts: arrays.array(0),
            names: arrays.array(1),
            communes: arrays.array(2),
            aliases: arrays.array(3),
            postcodes: arrays.array(4),
            postcode_communes: arrays.array(5),
            streets: arrays.array(6),
            signatures: arrays.array(7),
            spots: arrays.array(8),
            numbers: arrays.array(9),
            suffixes: arrays.array(10),
            suffix_texts: arrays.array(11),
            own_ids: arrays.array(12),
            cells: arrays.array(13),
            order: arrays.array(14),
            name_streets: arrays.array(15),
            word_hashes: arrays.array(16),
            name_lookup: self.lookup(17),
            commune_lookup: self.lookup(24),
            parcels: arrays.array(31),
        }
    }
}

/// The arrays of an index as slices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IndexTables<'a> {
    pub texts: &'a [u8],
    pub names: &'a [NameRow],
    pub communes: &'a [CommuneRow],
    pub aliases: &'a [AliasRow],
    pub postcodes: &'a [PostcodeRow],
    pub postcode_communes: &'a [u32],
    pub streets: &'a [StreetRow],
    pub signatures: &'a [NameSignature],
    pub spots: &'a [StoredPoint],
    pub numbers: &'a [NumberRow],
    pub suffixes: &'a [u16],
    pub suffix_texts: &'a [TextAt],
    pub own_ids: &'a [OwnIdRow],
    pub cells: &'a [CellRow],
    pub order: &'a [u32],
    /// Streets in order of name, then of their commune's size, for a search without a commune.
    pub name_streets: &'a [u32],
    /// The hashes of all words of names and communes, in order.
    pub word_hashes: &'a [u32],
    pub name_lookup: NameLookup<'a>,
    /// The lookup of `aliases`.
    pub commune_lookup: NameLookup<'a>,
    pub parcels: &'a [ParcelRow],
}

impl<'a> IndexTables<'a> {
    /// Returns true if rows point into their arrays, and positions are on Earth.
    fn is_coherent(&self) -> bool {
        self.are_rows_coherent() && self.are_lists_coherent()
    }

    /// The part of [`IndexTables::is_coherent`] about rows.
    fn are_rows_coherent(&self) -> bool {
        self.communes.iter().all(|row| self.is_commune(row))
            && self.streets.iter().all(|row| self.is_street(row))
            && self
                .names
                .iter()
                .all(|row| self.has_text(row.label) && self.has_text(row.words))
            && self
                .aliases
                .iter()
                .all(|row| self.has_text(row.words) && (row.commune as usize) < self.communes.len())
            && self.own_ids.iter().all(|row| self.has_text(row.id))
            && self.suffix_texts.iter().all(|at| self.has_text(*at))
            && self
                .suffixes
                .iter()
                .all(|suffix| (*suffix as usize) < self.suffix_texts.len())
            && self.spots.iter().all(|spot| spot.is_valid())
    }

    fn has_text(&self, at: TextAt) -> bool {
        at.is_within(self.texts)
    }

    fn is_commune(&self, row: &CommuneRow) -> bool {
        let code = std::str::from_utf8(&row.code[..5])
            .ok()
            .and_then(|code| code.parse::<CommuneCode>().ok());
        code.is_some()
            && self.has_text(row.label)
            && self.has_text(row.words)
            && row.middle.is_valid()
    }

    fn is_street(&self, row: &StreetRow) -> bool {
        [row.id, row.old_city, row.locality]
            .into_iter()
            .all(|at| self.has_text(at))
            && (row.name as usize) < self.names.len()
            && (row.commune as usize) < self.communes.len()
            && row.middle.is_valid()
    }

    /// The part of [`IndexTables::is_coherent`] about lists of rows, and about arrays that must be of one length.
    fn are_lists_coherent(&self) -> bool {
        let (streets, addresses) = (self.streets.len(), self.numbers.len());
        are_offsets(self.communes.iter().map(|row| row.first_street), streets)
            && are_offsets(self.streets.iter().map(|row| row.first), addresses)
            && are_offsets(
                self.postcodes.iter().map(|row| row.first),
                self.postcode_communes.len(),
            )
            && are_offsets(self.names.iter().map(|row| row.first_street), streets)
            && are_offsets(self.cells.iter().map(|row| row.first), self.order.len())
            && are_below(self.order, addresses)
            && are_below(self.name_streets, streets)
            && are_below(self.postcode_communes, self.communes.len())
            && [self.spots.len(), self.suffixes.len(), self.order.len()] == [addresses; 3]
            && [self.signatures.len(), self.name_streets.len()] == [streets; 2]
            && self.name_lookup.is_coherent(self.names.len())
            && self.commune_lookup.is_coherent(self.aliases.len())
            && self
                .parcels
                .iter()
                .all(|row| (row.address as usize) < addresses)
    }

    pub(crate) fn text(&self, at: TextAt) -> &'a str {
        text_at(self.texts, at)
    }

    /// Returns the streets of a name, those of the communes with most addresses first.
    pub(crate) fn streets_named(&self, name: u32) -> &'a [u32] {
        let next = self.names.get(name as usize + 1);
        let end = next.map_or(self.name_streets.len(), |next| next.first_street as usize);
        &self.name_streets[self.names[name as usize].first_street as usize..end]
    }

    pub(crate) fn streets_of(&self, commune: u32) -> std::ops::Range<usize> {
        let end = self
            .communes
            .get(commune as usize + 1)
            .map_or(self.streets.len(), |next| next.first_street as usize);
        self.communes[commune as usize].first_street as usize..end
    }

    pub(crate) fn numbers_of(&self, street: usize) -> std::ops::Range<usize> {
        let end = self
            .streets
            .get(street + 1)
            .map_or(self.numbers.len(), |next| next.first as usize);
        self.streets[street].first as usize..end
    }

    /// Returns the street that an address lies in.
    pub(crate) fn street_of(&self, address: u32) -> usize {
        self.streets
            .partition_point(|street| street.first <= address)
            - 1
    }

    /// Returns the names of communes with these words.
    pub(crate) fn aliases_named(&self, words: &str) -> Vec<&'a AliasRow> {
        let hash = hash_of(words);
        let first = self.aliases.partition_point(|alias| alias.hash < hash);
        self.aliases[first..]
            .iter()
            .take_while(|alias| alias.hash == hash)
            // Two names may have one hash.
            .filter(|alias| self.text(alias.words) == words)
            .collect()
    }

    pub(crate) fn communes_of(&self, postcode: u32) -> &'a [u32] {
        let Ok(at) = self
            .postcodes
            .binary_search_by_key(&postcode, |row| row.postcode)
        else {
            return &[];
        };
        let end = self
            .postcodes
            .get(at + 1)
            .map_or(self.postcode_communes.len(), |next| next.first as usize);
        &self.postcode_communes[self.postcodes[at].first as usize..end]
    }

    /// Returns true if a name or a commune has this very word.
    pub(crate) fn is_known_word(&self, word: &str) -> bool {
        self.word_hashes.binary_search(&word_hash(word)).is_ok()
    }

    pub(crate) fn suffix(&self, address: usize) -> &'a str {
        self.text(self.suffix_texts[self.suffixes[address] as usize])
    }

    pub(crate) fn name(&self, street: usize) -> &'a str {
        self.text(self.names[self.streets[street].name as usize].label)
    }

    pub(crate) fn citycode(&self, commune: u32) -> CommuneCode {
        let code = &self.communes[commune as usize].code[..5];
        std::str::from_utf8(code)
            .ok()
            .and_then(|code| code.parse().ok())
            .expect("it was made from a code")
    }

    /// Returns true if a commune has this code, or is an arrondissement of the city that has it.
    pub(crate) fn has_citycode(&self, commune: u32, code: CommuneCode) -> bool {
        let own = self.citycode(commune);
        own == code || own.whole_commune() == code
    }

    pub(crate) fn postcode(&self, street: usize) -> String {
        match self.streets[street].postcode {
            0 => String::new(),
            postcode => format!("{postcode:05}"),
        }
    }

    /// Returns the identifier of an address: its own, or the one derived from its street's.
    pub(crate) fn id(&self, street: usize, address: usize) -> String {
        let own = self
            .own_ids
            .binary_search_by_key(&address, |row| row.address as usize);
        match own {
            Ok(at) => self.text(self.own_ids[at].id).to_owned(),
            Err(_) => derived_id(
                self.text(self.streets[street].id),
                self.numbers[address].number(),
                self.suffix(address),
            ),
        }
    }

    pub(crate) fn address(&self, street: usize, address: usize) -> Address {
        let (row, number) = (self.streets[street], self.numbers[address]);
        Address {
            id: self.id(street, address),
            number: number.number(),
            suffix: self.suffix(address).to_owned(),
            street: self.name(street).to_owned(),
            locality: self.text(row.locality).to_owned(),
            postcode: self.postcode(street),
            citycode: self.citycode(row.commune),
            city: self
                .text(self.communes[row.commune as usize].label)
                .to_owned(),
            old_city: self.text(row.old_city).to_owned(),
            point: self.spots[address].point(),
            position: number.position(),
            certified: number.certified(),
            parcels: self.parcels_of(address),
        }
    }
}

/// Returns the identifier that an address has in the national address base when its street has this one:
/// `61169_0040` gives `61169_0040_00012_bis`.
pub(crate) fn derived_id(street: &str, number: Option<u32>, suffix: &str) -> String {
    match number {
        _ if street.is_empty() => String::new(),
        None => street.to_owned(),
        Some(number) if suffix.is_empty() => format!("{street}_{number:05}"),
        Some(number) => format!("{street}_{number:05}_{suffix}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{IndexBuilder, SearchFilter};

    /// Opens the index with one byte of one array changed, and its sum made anew.
    fn altered(index: &AddressIndex, array: usize, byte: usize, mask: u8) -> AddressIndex {
        let mut arrays: Vec<Vec<u8>> = (0..KIND.arrays)
            .map(|array| index.0.array(array).to_vec())
            .collect();
        arrays[array][byte] ^= mask;
        let slices: Vec<&[u8]> = arrays.iter().map(Vec::as_slice).collect();
        AddressIndex::from_arrays(ArrayFile::write(KIND, index.0.count(), &slices))
    }

    #[test]
    fn what_passes_the_check_can_be_read() {
        let mut builder = IndexBuilder::new();
        for (number, street, suffix) in [
            (Some(1), "Rue Haute", "bis"),
            (Some(2), "Rue Haute", ""),
            (None, "Le Bas", ""),
        ] {
            builder.add(&Address {
                id: format!("propre-{street}"),
                number,
                suffix: suffix.to_owned(),
                street: street.to_owned(),
                locality: String::new(),
                postcode: "61100".to_owned(),
                citycode: "61169".parse().unwrap(),
                city: "Flers".to_owned(),
                old_city: String::new(),
                point: Wgs84Point::new(-0.57, 48.75).unwrap(),
                position: PositionKind::Entrance,
                certified: true,
                parcels: vec!["61169000AB0012".parse().unwrap()],
            });
        }
        let index = builder.finish();
        assert_eq!(index.check(), Ok(()));
        let mut refused = HashSet::new();
        for array in 0..KIND.arrays {
            for byte in 0..index.0.array::<u8>(array).len() {
                for mask in [0x01, 0x80] {
                    let altered = altered(&index, array, byte, mask);
                    if altered.check().is_err() {
                        refused.insert(array);
                        continue;
                    }
                    // Not one of these may panic.
                    assert!(altered.addresses().count() <= 3);
                    let (anything, point) = (
                        SearchFilter::default(),
                        Wgs84Point::new(-0.57, 48.75).unwrap(),
                    );
                    for (question, is_typing) in [
                        ("1 bis rue haute 61100 flers", false),
                        ("2 rue hate", false),
                        ("le bsa flres", false),
                        ("rueha ute", true),
                        ("61169000AB0012", false),
                    ] {
                        assert!(altered.search(question, is_typing, &anything, 5).len() <= 5);
                    }
                    assert!(altered.reverse(point, &anything, 5).len() <= 5);
                }
            }
        }
        let pointing = [
            1, 2, 3, 4, 5, 6, 8, 10, 11, 12, 13, 14, 15, 17, 18, 20, 22, 24, 25, 27, 29, 31,
        ];
        assert_eq!(refused, pointing.into_iter().collect());
    }
}
