//! Building an index from addresses.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use bytemuck::{Zeroable, cast_slice};
use qpv_arrays::ArrayFile;
use qpv_model::{Address, CommuneCode, ParcelId, PositionKind};

use crate::commune_names::{joined, partial_names, whole_names};
use crate::index::{
    AddressIndex, AliasRow, CellRow, CommuneRow, KIND, NameRow, NumberRow, OwnIdRow, ParcelRow,
    PostcodeRow, StoredPoint, StreetRow, derived_id,
};
use crate::name_lookup_builder::{NameLookupArrays, NameLookupBuilder};
use crate::outliers::{AROUND_M, Outlier, Surroundings, outliers};
use crate::reverse::{cell_key, cells_around};
use crate::rows::TextAt;
use crate::signature::NameSignature;
use crate::street_number::written;
use crate::words::{decode, encode, hash_of, word_hash, words};

/// Distance up to which the same number of the same street is one address, given twice, metres. Two producers place a
/// number some tens of metres apart, and a street seldom has a number twice within a hundred.
const SAME_ADDRESS_M: f64 = 100.0;

/// Collects addresses, then builds their index.
#[derive(Debug, Default)]
pub struct IndexBuilder {
    texts: Texts,
    streets: HashMap<StreetKey, u32>,
    drafts: Vec<StreetDraft>,
    addresses: Vec<AddressDraft>,
    own_ids: Vec<(u32, TextAt)>,
    /// The parcels of addresses, by their rank in the order given.
    parcels: Vec<(u32, ParcelId)>,
    /// Addresses left out that another one is, both by their rank in the order given.
    duplicates: Vec<(u32, u32)>,
    suffixes: HashMap<String, u16>,
    suffix_texts: Vec<TextAt>,
    cities: HashMap<CommuneCode, City>,
}

/// An index, and what its addresses have that is not right.
#[derive(Debug)]
pub struct BuiltIndex {
    /// The index.
    pub index: AddressIndex,
    /// The positions that are not believed, in the order that their addresses were added.
    pub doubtful: Vec<DoubtfulPosition>,
}

/// An address whose position lies too far from the other addresses of its commune to be right.
#[derive(Debug, Clone, PartialEq)]
pub struct DoubtfulPosition {
    /// Its rank in the order added, from 0.
    pub rank: u32,
    /// Number, street and commune.
    pub name: String,
    /// Metres from the middle of the others; `None` where no more than half of a commune's addresses lie together, so that
    /// none is believed.
    pub distance_m: Option<f64>,
}

/// The attributes that addresses of one street share.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct StreetKey {
    citycode: CommuneCode,
    postcode: u32,
    name: String,
    old_city: String,
    locality: String,
}

#[derive(Debug)]
struct StreetDraft {
    citycode: CommuneCode,
    postcode: u32,
    label: TextAt,
    /// Its words, see [`encode`].
    words: TextAt,
    id: TextAt,
    old_city: TextAt,
    locality: TextAt,
}

/// A commune's name, and the same encoded.
#[derive(Debug, Clone, Copy)]
struct City {
    label: TextAt,
    words: TextAt,
}

#[derive(Debug, Clone, Copy)]
struct AddressDraft {
    street: u32,
    number: NumberRow,
    suffix: u16,
    spot: StoredPoint,
    /// Its rank in the order given, by which its own identifier is found.
    given: u32,
}

/// The rows of the arrays that follow the streets.
#[derive(Debug, Default)]
struct StreetArrays {
    names: Vec<NameRow>,
    communes: Vec<CommuneRow>,
    streets: Vec<StreetRow>,
    signatures: Vec<NameSignature>,
    /// Postcode, commune.
    by_postcode: Vec<(u32, u32)>,
    /// Name, commune, kind of the name.
    aliases: Vec<(String, u32, u32)>,
}

/// Texts, each stored once: most names occur in many communes.
#[derive(Debug, Default)]
struct Texts {
    bytes: Vec<u8>,
    known: HashMap<String, TextAt>,
}

impl StreetArrays {
    /// Numbers names by importance, and returns the streets in order of name, then of their commune's size.
    fn sort_by_name(&mut self, addresses: u32) -> Vec<u32> {
        self.number_names_by_importance(addresses);
        let mut order: Vec<u32> = (0..index(self.streets.len())).collect();
        // Without a commune nothing else says which street is meant, and most people live in a large one.
        order.sort_by_cached_key(|street| {
            let row = self.streets[*street as usize];
            let commune = self.communes[row.commune as usize];
            (row.name, Reverse(commune.addresses), *street)
        });
        // Backwards, so that the first street of each name is written last.
        for (at, street) in (0..index(order.len())).zip(&order).rev() {
            let name = self.streets[*street as usize].name;
            self.names[name as usize].first_street = at;
        }
        order
    }

    /// Numbers names anew, those with most addresses first.
    fn number_names_by_importance(&mut self, addresses: u32) {
        let mut counts = vec![0_u32; self.names.len()];
        let firsts = self.streets.iter().map(|street| street.first);
        let ends = firsts.skip(1).chain([addresses]);
        for (street, end) in self.streets.iter().zip(ends) {
            counts[street.name as usize] += end - street.first;
        }
        let mut order: Vec<u32> = (0..index(self.names.len())).collect();
        order.sort_by_key(|name| Reverse(counts[*name as usize]));
        let mut place = vec![0_u32; order.len()];
        for (new, old) in (0..).zip(&order) {
            place[*old as usize] = new;
        }
        self.names = order.iter().map(|old| self.names[*old as usize]).collect();
        for street in &mut self.streets {
            street.name = place[street.name as usize];
        }
    }
}

impl AddressDraft {
    /// The key by which the best of the same address given twice comes first.
    fn reliability(&self) -> (bool, PositionKind, u32) {
        (!self.number.certified(), self.number.position(), self.given)
    }

    /// Returns true if two addresses have the same number in the same street.
    fn has_number_of(&self, other: &Self) -> bool {
        self.street == other.street
            && self.number.number() == other.number.number()
            && self.suffix == other.suffix
    }
}

/// The squares of the map with addresses, and the addresses in order of square.
#[derive(Debug)]
struct MapSquares {
    cells: Vec<CellRow>,
    order: Vec<u32>,
}

impl MapSquares {
    /// Walks the addresses in the square of a position and in those around it.
    fn near(&self, spot: StoredPoint) -> impl Iterator<Item = u32> + '_ {
        cells_around(spot).flat_map(|key| {
            let at = self.cells.partition_point(|cell| cell.key < key);
            let first = self.cells.get(at).filter(|cell| cell.key == key);
            let end = self
                .cells
                .get(at + 1)
                .map_or(self.order.len(), |next| next.first as usize);
            let rows = first.map_or(&self.order[..0], |cell| {
                &self.order[cell.first as usize..end]
            });
            rows.iter().copied()
        })
    }
}

impl StreetArrays {
    /// Adds the names of a commune, and the parts of its name.
    fn name_commune(&mut self, label: &str, code: CommuneCode, commune: u32) {
        let whole = whole_names(label, code).into_iter();
        self.aliases
            .extend(whole.map(|name| (name, commune, AliasRow::PRESENT)));
        let parts = partial_names(label).into_iter();
        self.aliases
            .extend(parts.map(|name| (name, commune, AliasRow::PART)));
    }
}

impl Texts {
    fn keep(&mut self, text: &str) -> TextAt {
        if let Some(at) = self.known.get(text) {
            return *at;
        }
        let at = TextAt {
            start: index(self.bytes.len()),
            length: index(text.len()),
        };
        self.bytes.extend_from_slice(text.as_bytes());
        self.known.insert(text.to_owned(), at);
        at
    }
}

impl IndexBuilder {
    /// Returns an empty builder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an address. The same number of the same street given twice at the same place (within 100 m) counts once:
    /// certified addresses go first, then the most exact kind of position, then the first given.
    ///
    /// # Panics
    /// At 2^32 addresses, streets or bytes of names, a hundred times what France has.
    pub fn add(&mut self, address: &Address) {
        let street = self.street(address);
        let suffix = self.suffix(&address.suffix.to_lowercase());
        let given = index(self.addresses.len());
        let derived = derived_id(
            self.text(self.drafts[street as usize].id),
            address.number,
            &address.suffix.to_lowercase(),
        );
        // Most identifiers follow from their street's: only the others are stored.
        if derived != address.id {
            let id = self.texts.keep(&address.id);
            self.own_ids.push((given, id));
        }
        self.parcels
            .extend(address.parcels.iter().map(|parcel| (given, *parcel)));
        self.addresses.push(AddressDraft {
            street,
            number: NumberRow::new(address.number, address.position, address.certified),
            suffix,
            spot: StoredPoint::from(address.point),
            given,
        });
    }

    fn text(&self, at: TextAt) -> &str {
        std::str::from_utf8(text_bytes(&self.texts.bytes, at)).unwrap_or_default()
    }

    /// The key in whose order streets are stored. Streets with the same are one.
    fn sort_key(&self, street: u32) -> (CommuneCode, &str, u32, &str, &str) {
        let draft = &self.drafts[street as usize];
        (
            draft.citycode,
            self.text(draft.words),
            draft.postcode,
            self.text(draft.old_city),
            self.text(draft.locality),
        )
    }

    fn street(&mut self, address: &Address) -> u32 {
        let key = StreetKey {
            citycode: address.citycode,
            postcode: address.postcode.parse().unwrap_or(0),
            name: address.street.clone(),
            old_city: address.old_city.clone(),
            locality: address.locality.clone(),
        };
        match self.streets.entry(key) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let texts = &mut self.texts;
                self.cities.entry(address.citycode).or_insert_with(|| City {
                    label: texts.keep(&address.city),
                    words: texts.keep(&encode(&words(&address.city))),
                });
                let street = index(self.drafts.len());
                self.drafts.push(StreetDraft {
                    citycode: address.citycode,
                    postcode: new.key().postcode,
                    label: texts.keep(&address.street),
                    words: texts.keep(&encode(&words(&address.street))),
                    id: texts.keep(street_id(address)),
                    old_city: texts.keep(&address.old_city),
                    locality: texts.keep(&address.locality),
                });
                *new.insert(street)
            }
        }
    }

    fn suffix(&mut self, suffix: &str) -> u16 {
        if let Some(known) = self.suffixes.get(suffix) {
            return *known;
        }
        // The empty suffix must be row 0, which also stands for those left out.
        if self.suffix_texts.is_empty() && !suffix.is_empty() {
            self.suffix("");
        }
        // Beyond 65,535 different ones, which no producer has, suffixes are left out: a row holds 16 bits.
        let Ok(new) = u16::try_from(self.suffix_texts.len()) else {
            return 0;
        };
        self.suffix_texts.push(self.texts.keep(suffix));
        self.suffixes.insert(suffix.to_owned(), new);
        new
    }

    /// Returns the index of all addresses added.
    #[must_use]
    pub fn finish(self) -> AddressIndex {
        self.build().index
    }

    /// Returns the index of all addresses added, and the positions that are not believed.
    #[must_use]
    pub fn build(mut self) -> BuiltIndex {
        // The keys are no longer needed: the arrays take their memory.
        self.streets = HashMap::new();
        self.fill_postcodes();
        self.merge_streets();
        self.deduplicate();
        let squares = self.map_squares();
        let doubtful = self.mark_outliers(&squares);
        BuiltIndex {
            index: self.into_index(&squares),
            doubtful,
        }
    }

    /// Gives addresses without postcode that of most addresses of their commune.
    fn fill_postcodes(&mut self) {
        let mut counts: HashMap<CommuneCode, HashMap<u32, u32>> = HashMap::new();
        for address in &self.addresses {
            let draft = &self.drafts[address.street as usize];
            if draft.postcode != 0 {
                *counts
                    .entry(draft.citycode)
                    .or_default()
                    .entry(draft.postcode)
                    .or_default() += 1;
            }
        }
        for draft in self.drafts.iter_mut().filter(|draft| draft.postcode == 0) {
            draft.postcode = counts
                .get(&draft.citycode)
                .and_then(most_frequent)
                .unwrap_or(0);
        }
    }

    /// Sorts streets by commune and name, and merges those spelled otherwise (`AV`, `Avenue`) or given by two files.
    fn merge_streets(&mut self) {
        let mut order: Vec<u32> = (0..index(self.drafts.len())).collect();
        order.sort_by(|one, other| self.sort_key(*one).cmp(&self.sort_key(*other)));
        let mut place = vec![0_u32; order.len()];
        let mut kept: Vec<u32> = Vec::new();
        for street in order {
            let is_new = kept
                .last()
                .is_none_or(|last| self.sort_key(*last) != self.sort_key(street));
            if is_new {
                kept.push(street);
            }
            place[street as usize] = index(kept.len() - 1);
        }
        let ids: Vec<TextAt> = self.drafts.iter().map(|draft| draft.id).collect();
        // Of several spellings, the first one given is kept: sorting is stable.
        let mut drafts: Vec<Option<StreetDraft>> = std::mem::take(&mut self.drafts)
            .into_iter()
            .map(Some)
            .collect();
        self.drafts = kept
            .iter()
            .filter_map(|street| drafts[*street as usize].take())
            .collect();
        // An identifier that followed from its street's becomes the address's own when the street takes another's.
        let own: HashSet<u32> = self.own_ids.iter().map(|(given, _)| *given).collect();
        for at in 0..self.addresses.len() {
            let AddressDraft {
                street,
                number,
                suffix,
                given,
                ..
            } = self.addresses[at];
            let merged = place[street as usize];
            self.addresses[at].street = merged;
            let before = ids[street as usize];
            if before != self.drafts[merged as usize].id && !own.contains(&given) {
                let suffix = self.text(self.suffix_texts[suffix as usize]);
                let id = derived_id(self.text(before), number.number(), suffix);
                let id = self.texts.keep(&id);
                self.own_ids.push((given, id));
            }
        }
    }

    /// Sorts addresses by street, number and suffix, and keeps one of those given twice.
    fn deduplicate(&mut self) {
        let texts = &self.texts.bytes;
        let suffix_texts = &self.suffix_texts;
        self.addresses.sort_by(|one, other| {
            one.street
                .cmp(&other.street)
                .then_with(|| one.number.number().cmp(&other.number.number()))
                .then_with(|| {
                    let one = text_bytes(texts, suffix_texts[one.suffix as usize]);
                    one.cmp(text_bytes(texts, suffix_texts[other.suffix as usize]))
                })
                .then_with(|| one.reliability().cmp(&other.reliability()))
        });
        let mut kept: Vec<AddressDraft> = Vec::with_capacity(self.addresses.len());
        for address in &self.addresses {
            let given = kept
                .iter()
                .rev()
                .take_while(|other| address.has_number_of(other))
                .find(|other| other.spot.distance_m(address.spot) <= SAME_ADDRESS_M);
            match given {
                Some(other) => self.duplicates.push((address.given, other.given)),
                None => kept.push(*address),
            }
        }
        self.addresses = kept;
    }

    /// Marks the addresses that lie far from the others of their commune.
    fn mark_outliers(&mut self, squares: &MapSquares) -> Vec<DoubtfulPosition> {
        let mut doubtful = Vec::new();
        let mut start = 0;
        while let Some(first) = self.addresses.get(start) {
            let code = self.drafts[first.street as usize].citycode;
            let rest = &self.addresses[start..];
            let end =
                start + rest.partition_point(|it| self.drafts[it.street as usize].citycode <= code);
            let spots: Vec<StoredPoint> = self.addresses[start..end]
                .iter()
                .map(|it| it.spot)
                .collect();
            let found = outliers(code, &spots, |row| {
                let mut around = Surroundings::default();
                for address in squares.near(spots[row]) {
                    let other = &self.addresses[address as usize];
                    let is_near = other.spot.distance_m(spots[row]) <= AROUND_M;
                    let is_own = (start..end).contains(&(address as usize));
                    around.own += usize::from(is_near && is_own);
                    around.strangers += usize::from(is_near && !is_own);
                }
                around
            });
            for Outlier { row, distance_m } in found {
                let address = &mut self.addresses[start + row];
                address.number = address.number.with_doubtful_position();
                let address = self.addresses[start + row];
                doubtful.push(DoubtfulPosition {
                    rank: address.given,
                    name: self.name_of(&address),
                    distance_m,
                });
            }
            start = end;
        }
        // Reports list rows in the order of their files.
        doubtful.sort_by_key(|position| position.rank);
        doubtful
    }

    /// Returns the number and the street of an address, and its commune.
    fn name_of(&self, address: &AddressDraft) -> String {
        let draft = &self.drafts[address.street as usize];
        let number = address.number.number().map(|number| {
            let suffix = self.text(self.suffix_texts[address.suffix as usize]);
            format!("{} ", written(number, suffix))
        });
        let city = self.text(self.cities[&draft.citycode].label);
        format!(
            "{}{}, {city}",
            number.unwrap_or_default(),
            self.text(draft.label)
        )
    }

    /// Writes the arrays, in the order that [`AddressIndex::tables`] reads them.
    fn into_index(mut self, squares: &MapSquares) -> AddressIndex {
        let mut rows = self.street_rows();
        self.spread_communes(&mut rows.communes, &rows.streets);
        let aliases = self.alias_rows(std::mem::take(&mut rows.aliases));
        let name_streets = rows.sort_by_name(index(self.addresses.len()));
        let name_lookup = self.name_lookup(&rows.names);
        let commune_lookup = self.commune_lookup(&aliases);
        let word_hashes = self.word_hashes(&rows.names, &rows.communes);
        let (postcodes, postcode_communes) = postcode_rows(rows.by_postcode);
        let own_ids = self.own_id_rows();
        let parcels = self.parcel_rows();
        let spots: Vec<StoredPoint> = self.addresses.iter().map(|address| address.spot).collect();
        let numbers: Vec<NumberRow> = self
            .addresses
            .iter()
            .map(|address| address.number)
            .collect();
        let suffixes: Vec<u16> = self
            .addresses
            .iter()
            .map(|address| address.suffix)
            .collect();
        let arrays: [&[u8]; KIND.arrays] = [
            &self.texts.bytes,
            cast_slice(&rows.names),
            cast_slice(&rows.communes),
            cast_slice(&aliases),
            cast_slice(&postcodes),
            cast_slice(&postcode_communes),
            cast_slice(&rows.streets),
            cast_slice(&rows.signatures),
            cast_slice(&spots),
            cast_slice(&numbers),
            cast_slice(&suffixes),
            cast_slice(&self.suffix_texts),
            cast_slice(&own_ids),
            cast_slice(&squares.cells),
            cast_slice(&squares.order),
            cast_slice(&name_streets),
            cast_slice(&word_hashes),
            cast_slice(&name_lookup.words),
            cast_slice(&name_lookup.names),
            &name_lookup.weights,
            cast_slice(&name_lookup.word_table.slots),
            &name_lookup.word_table.filter,
            cast_slice(&name_lookup.name_table.slots),
            &name_lookup.name_table.filter,
            cast_slice(&commune_lookup.words),
            cast_slice(&commune_lookup.names),
            &commune_lookup.weights,
            cast_slice(&commune_lookup.word_table.slots),
            &commune_lookup.word_table.filter,
            cast_slice(&commune_lookup.name_table.slots),
            &commune_lookup.name_table.filter,
            cast_slice(&parcels),
        ];
        AddressIndex::from_arrays(ArrayFile::write(KIND, self.addresses.len() as u64, &arrays))
    }

    /// Returns the rows that follow from the streets in order, and each commune's names.
    fn street_rows(&self) -> StreetArrays {
        let mut rows = StreetArrays::default();
        let mut name_of: HashMap<(u32, u32), u32> = HashMap::new();
        let mut start = 0;
        for (street, draft) in (0u32..).zip(&self.drafts) {
            let end =
                start + self.addresses[start..].partition_point(|address| address.street == street);
            let code = padded(draft.citycode);
            if rows.communes.last().is_none_or(|last| last.code != code) {
                let City { label, words } = self.cities[&draft.citycode];
                let commune = index(rows.communes.len());
                rows.communes.push(CommuneRow {
                    code,
                    label,
                    words,
                    first_street: street,
                    ..CommuneRow::zeroed()
                });
                rows.name_commune(self.text(label), draft.citycode, commune);
            }
            let commune = index(rows.communes.len() - 1);
            rows.by_postcode.push((draft.postcode, commune));
            let old_city = joined(&words(self.text(draft.old_city)));
            if !old_city.is_empty() {
                rows.aliases.push((old_city, commune, AliasRow::FORMER));
            }
            let name = *name_of
                .entry((draft.label.start, draft.label.length))
                .or_insert_with(|| {
                    rows.names.push(NameRow {
                        label: draft.label,
                        words: draft.words,
                        first_street: 0,
                    });
                    index(rows.names.len() - 1)
                });
            rows.signatures.push(self.signature(draft.label));
            let (middle, spread_m) = spread_of_believed(&self.addresses[start..end]);
            rows.streets.push(StreetRow {
                name,
                commune,
                postcode: draft.postcode,
                first: index(start),
                id: draft.id,
                old_city: draft.old_city,
                locality: draft.locality,
                middle,
                spread_m,
            });
            start = end;
        }
        rows
    }

    /// Counts the addresses of each commune and finds their middle.
    fn spread_communes(&self, communes: &mut [CommuneRow], streets: &[StreetRow]) {
        let firsts: Vec<u32> = communes
            .iter()
            .map(|commune| commune.first_street)
            .collect();
        for (at, commune) in communes.iter_mut().enumerate() {
            let end = firsts.get(at + 1).copied().unwrap_or(index(streets.len()));
            let first = self.first_address(streets, commune.first_street);
            let addresses = &self.addresses[first..self.first_address(streets, end)];
            commune.addresses = index(addresses.len());
            (commune.middle, commune.spread_m) = spread_of_believed(addresses);
        }
    }

    /// Returns the first address of a street; beyond the last one, the end of all addresses.
    fn first_address(&self, streets: &[StreetRow], street: u32) -> usize {
        streets
            .get(street as usize)
            .map_or(self.addresses.len(), |row| row.first as usize)
    }

    fn name_lookup(&mut self, names: &[NameRow]) -> NameLookupArrays {
        let mut builder = NameLookupBuilder::default();
        for name in names {
            builder.add(decode(self.text(name.words)));
        }
        builder.finish(|word| self.texts.keep(word))
    }

    fn commune_lookup(&mut self, aliases: &[AliasRow]) -> NameLookupArrays {
        let mut builder = NameLookupBuilder::default();
        for alias in aliases {
            let words = words(self.text(alias.words));
            builder.add(words.iter().map(|word| (word.class, word.text.as_str())));
        }
        builder.finish(|word| self.texts.keep(word))
    }

    fn signature(&self, at: TextAt) -> NameSignature {
        NameSignature::from_name(&words(self.text(at)))
    }

    /// Returns the rows of communes' names in order of hash, by which they are searched.
    fn alias_rows(&mut self, mut names: Vec<(String, u32, u32)>) -> Vec<AliasRow> {
        // Kinds are in order, so that the present name of a commune comes before the same name as an old one or a part.
        names.sort();
        names.dedup_by(|later, earlier| later.0 == earlier.0 && later.1 == earlier.1);
        let rows = names.into_iter().map(|(name, commune, kind)| AliasRow {
            hash: hash_of(&name),
            words: self.texts.keep(&name),
            commune,
            kind,
        });
        let mut rows: Vec<AliasRow> = rows.collect();
        rows.sort_by_key(|row| (row.hash, row.commune));
        rows
    }

    /// Returns the hashes of all words of streets' and communes' names, in order.
    fn word_hashes(&self, names: &[NameRow], communes: &[CommuneRow]) -> Vec<u32> {
        let texts = names
            .iter()
            .map(|name| name.words)
            .chain(communes.iter().map(|commune| commune.words));
        let mut hashes: Vec<u32> = texts
            .flat_map(|at| decode(self.text(at)).map(|(_, word)| word_hash(word)))
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }

    fn own_id_rows(&self) -> Vec<OwnIdRow> {
        let own: HashMap<u32, TextAt> = self.own_ids.iter().copied().collect();
        let rows = (0u32..).zip(&self.addresses);
        rows.filter_map(|(address, draft)| {
            own.get(&draft.given)
                .map(|id| OwnIdRow { address, id: *id })
        })
        .collect()
    }

    /// Returns the parcels in order of address; those of an address given twice are put together.
    fn parcel_rows(&mut self) -> Vec<ParcelRow> {
        let kept: HashMap<u32, u32> = std::mem::take(&mut self.duplicates).into_iter().collect();
        for (given, _) in &mut self.parcels {
            *given = kept.get(given).copied().unwrap_or(*given);
        }
        // Those of a duplicate now stand under another rank than they were added with.
        self.parcels.sort_unstable();
        self.parcels.dedup();
        let mut rows = Vec::with_capacity(self.parcels.len());
        for (address, draft) in (0u32..).zip(&self.addresses) {
            let first = self
                .parcels
                .partition_point(|(given, _)| *given < draft.given);
            let own = self.parcels[first..]
                .iter()
                .take_while(|(given, _)| *given == draft.given);
            rows.extend(own.map(|(_, parcel)| ParcelRow::new(address, *parcel)));
        }
        rows
    }

    /// Returns the squares of the map with addresses, and the addresses in order of square.
    fn map_squares(&self) -> MapSquares {
        let mut order: Vec<u32> = (0..index(self.addresses.len())).collect();
        order.sort_by_cached_key(|address| {
            (cell_key(self.addresses[*address as usize].spot), *address)
        });
        let mut cells: Vec<CellRow> = Vec::new();
        for (at, address) in (0u32..).zip(&order) {
            let key = cell_key(self.addresses[*address as usize].spot);
            if cells.last().is_none_or(|last| last.key != key) {
                cells.push(CellRow { key, first: at });
            }
        }
        MapSquares { cells, order }
    }
}

/// Returns the postcode that most addresses have; of two as frequent the greater, so that the result is always the same.
fn most_frequent(counts: &HashMap<u32, u32>) -> Option<u32> {
    counts
        .iter()
        .map(|(code, count)| (*count, *code))
        .max()
        .map(|(_, code)| code)
}

fn text_bytes(texts: &[u8], at: TextAt) -> &[u8] {
    &texts[at.start as usize..][..at.length as usize]
}

/// Returns the identifier of the street that an address's own begins with, in the manner of the national address base
/// (`61169_0040_00012_bis`) or of BANO (`611690040A-12BIS`); empty in any other.
fn street_id(address: &Address) -> &str {
    let Some(number) = address.number else {
        return &address.id;
    };
    let suffix = address.suffix.to_lowercase();
    let end = if suffix.is_empty() {
        format!("_{number:05}")
    } else {
        format!("_{number:05}_{suffix}")
    };
    address
        .id
        .strip_suffix(&end)
        .or_else(|| fantoir(&address.id, number))
        .unwrap_or_default()
}

/// Returns the ten characters of FANTOIR (commune, street, key) that BANO puts before the number.
fn fantoir(id: &str, number: u32) -> Option<&str> {
    let (street, rest) = id.rsplit_once('-')?;
    let digits: &str = rest
        .split(|letter: char| !letter.is_ascii_digit())
        .next()
        .unwrap_or_default();
    let is_fantoir = street.len() == 10 && street.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_fantoir && digits.parse() == Ok(number)).then_some(street)
}

/// Returns the postcodes in order, and the communes of each one after the other.
fn postcode_rows(mut pairs: Vec<(u32, u32)>) -> (Vec<PostcodeRow>, Vec<u32>) {
    pairs.retain(|(postcode, _)| *postcode != 0);
    pairs.sort_unstable();
    pairs.dedup();
    let mut rows: Vec<PostcodeRow> = Vec::new();
    for (at, (postcode, _)) in (0u32..).zip(&pairs) {
        if rows.last().is_none_or(|last| last.postcode != *postcode) {
            rows.push(PostcodeRow {
                postcode: *postcode,
                first: at,
            });
        }
    }
    (
        rows,
        pairs.into_iter().map(|(_, commune)| commune).collect(),
    )
}

/// Returns the middle of the positions that are believed, of all where none is, and the metres from it to the farthest.
fn spread_of_believed(addresses: &[AddressDraft]) -> (StoredPoint, u32) {
    let has_believed = addresses.iter().any(|it| !it.number.is_doubtful());
    spread(
        addresses
            .iter()
            .filter(|it| !has_believed || !it.number.is_doubtful())
            .map(|it| it.spot),
    )
}

/// Returns the middle of some positions, and the metres from it to the farthest.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean lies between its terms"
)]
fn spread(spots: impl Iterator<Item = StoredPoint> + Clone) -> (StoredPoint, u32) {
    let (mut lon, mut lat, mut count) = (0_i64, 0_i64, 0_i64);
    for spot in spots.clone() {
        (lon, lat, count) = (
            lon + i64::from(spot.lon),
            lat + i64::from(spot.lat),
            count + 1,
        );
    }
    let middle = StoredPoint {
        lon: (lon / count.max(1)) as i32,
        lat: (lat / count.max(1)) as i32,
    };
    let farthest = spots
        .map(|spot| spot.distance_m(middle))
        .fold(0.0, f64::max);
    (middle, farthest.ceil() as u32)
}

fn padded(code: CommuneCode) -> [u8; 8] {
    let mut padded = [0; 8];
    padded[..5].copy_from_slice(code.as_str().as_bytes());
    padded
}

fn index(length: usize) -> u32 {
    u32::try_from(length).expect("France has fewer than 2^32 of them")
}
