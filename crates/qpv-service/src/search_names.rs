//! The names that the search box finds besides addresses: communes, perimeters, places of lists.

use std::collections::{BTreeMap, BTreeSet};

use qpv_addresses::{AddressIndex, commune_words};
use qpv_engine::{PerimeterId, PerimeterIndex};
use qpv_geodata::communes::CommuneTable;
use qpv_model::{CommuneCode, CommuneKind, ListedPlace, Perimeter, Slug, Vintage};

use crate::name_index::{NameIndex, NameMatch};
use crate::place_index::Places;

/// The names of a snapshot, indexed.
#[derive(Debug)]
pub(crate) struct SearchNames {
    communes: NameIndex,
    /// The communes of these names.
    named: Vec<NamedCommune>,
    /// The communes of today by postcode, as text, in order of code.
    postcodes: BTreeMap<String, Vec<CommuneCode>>,
    perimeters: NameIndex,
    /// The perimeters of these names: one with each of its communes.
    perimeter_ids: Vec<(Vintage, PerimeterId)>,
    places: NameIndex,
    /// The list, and the place in it.
    place_ids: Vec<(String, usize)>,
}

/// A commune by one of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NamedCommune {
    /// Its code, of today or of the past.
    pub(crate) insee: CommuneCode,
    /// True when a commune of today that it leads to has a perimeter in any vintage.
    pub(crate) has_perimeters: bool,
    /// The bytes of the name: of two that begin alike, the shorter is rather meant.
    length: usize,
}

/// The parts of a dataset that have names.
#[derive(Debug)]
pub(crate) struct NamedParts<'d> {
    /// All communes with their history.
    pub(crate) communes: &'d CommuneTable,
    /// The addresses, whose communes may be in no table.
    pub(crate) addresses: Option<&'d AddressIndex>,
    /// The perimeters of each vintage.
    pub(crate) zones: &'d BTreeMap<Vintage, PerimeterIndex>,
    /// The lists of places, by kind.
    pub(crate) places: &'d BTreeMap<Slug, Places>,
}

impl SearchNames {
    /// Indexes all names of a dataset.
    pub(crate) fn new(parts: &NamedParts<'_>) -> Self {
        let communes = named_communes(parts);
        let mut postcodes: BTreeMap<String, Vec<CommuneCode>> = BTreeMap::new();
        let records = parts.communes.iter();
        for record in records.filter(|record| record.kind == CommuneKind::Commune) {
            for postcode in record.postcodes.split_whitespace() {
                let there = postcodes.entry(postcode.to_owned()).or_default();
                there.push(record.code);
            }
        }
        let perimeters: Vec<(Vintage, PerimeterId, &Perimeter)> = parts
            .zones
            .iter()
            .flat_map(|(vintage, zones)| {
                let perimeters = zones.perimeters().iter().enumerate();
                perimeters.map(|(at, it)| (*vintage, PerimeterId::new(at), it))
            })
            .collect();
        let codes = perimeters.iter().flat_map(|(_, _, it)| &it.insee_com);
        // The code itself too, for the fictional town is in no table.
        let with_perimeters: BTreeSet<CommuneCode> = codes
            .flat_map(|code| {
                let today = parts.communes.communes_of_today(*code);
                today.into_iter().chain([*code])
            })
            .collect();
        // People name one of its communes, and it may be the second.
        let perimeter_names: Vec<(Vintage, PerimeterId, String, String)> = perimeters
            .iter()
            .flat_map(|(vintage, id, it)| {
                let none = it.lib_com.is_empty().then(String::new);
                let towns = it.lib_com.iter().map(|town| commune_words(town));
                let towns = towns.chain(none);
                towns.map(|town| (*vintage, *id, commune_words(&it.lib_qp), town))
            })
            .collect();
        let named = communes.iter().map(|(insee, name)| {
            let today = parts.communes.communes_of_today(*insee);
            let mut codes = today.iter().chain([insee]);
            NamedCommune {
                insee: *insee,
                has_perimeters: codes.any(|code| with_perimeters.contains(code)),
                length: name.len(),
            }
        });
        let places: Vec<(String, usize, &ListedPlace)> = parts
            .places
            .iter()
            .flat_map(|(kind, list)| {
                let places = list.all().iter().enumerate();
                places.map(|(at, place)| (kind.as_str().to_owned(), at, place))
            })
            .collect();
        Self {
            communes: NameIndex::new(
                communes
                    .iter()
                    .map(|(_, name)| (commune_words(name), String::new())),
            ),
            named: named.collect(),
            postcodes,
            perimeter_ids: perimeter_names.iter().map(|it| (it.0, it.1)).collect(),
            perimeters: NameIndex::new(perimeter_names.into_iter().map(|it| (it.2, it.3))),
            places: NameIndex::new(places.iter().map(|(_, _, place)| {
                let town = place.city.as_deref().unwrap_or_default();
                (commune_words(&place.name), commune_words(town))
            })),
            place_ids: places.into_iter().map(|(kind, at, _)| (kind, at)).collect(),
        }
    }

    /// Returns the communes of today of a postcode.
    pub(crate) fn communes_of(&self, postcode: &str) -> &[CommuneCode] {
        self.postcodes.get(postcode).map_or(&[], Vec::as_slice)
    }

    /// Walks the communes of the postcodes that begin so, each postcode in order.
    pub(crate) fn communes_under(&self, digits: &str) -> impl Iterator<Item = CommuneCode> {
        let from = self.postcodes.range(digits.to_owned()..);
        let under = from.take_while(move |(postcode, _)| postcode.starts_with(digits));
        under.flat_map(|(_, codes)| codes.iter().copied())
    }

    /// Finds communes by words of their names. Of those whose names have the words alike, those with a perimeter come first,
    /// then the shortest names.
    pub(crate) fn find_communes(&self, words: &str) -> Vec<(NamedCommune, NameMatch)> {
        let found = self.communes.find(words).into_iter();
        let mut found: Vec<_> = found
            .map(|(at, matched)| (self.named[at], matched))
            .collect();
        found.sort_by_key(|(it, matched)| (*matched, !it.has_perimeters, it.length));
        found
    }

    /// Returns true if a commune has a perimeter in any vintage; its code, or one of the past, is looked for.
    pub(crate) fn has_perimeters(&self, commune: CommuneCode) -> bool {
        let mut named = self.named.iter();
        named.any(|it| it.insee == commune && it.has_perimeters)
    }

    /// Finds perimeters by words of their names and of a commune of theirs, each once; the words may begin with what they are
    /// (`QPV Les Résidences`).
    pub(crate) fn find_perimeters(&self, words: &str) -> Vec<(Vintage, PerimeterId, NameMatch)> {
        let mut found = self.perimeters.find(words);
        if found.is_empty() {
            found = self.perimeters.find_any_order(without_kind(words));
        }
        let mut seen = BTreeSet::new();
        found
            .into_iter()
            .map(|(at, matched)| (self.perimeter_ids[at], matched))
            .filter(|(id, _)| seen.insert(*id))
            .map(|((vintage, id), matched)| (vintage, id, matched))
            .collect()
    }

    /// Finds places by words of their names and of their town's: the list, and the place in it.
    pub(crate) fn find_places(&self, words: &str) -> Vec<(&str, usize, NameMatch)> {
        let found = self.places.find_any_order(words).into_iter();
        found
            .map(|(at, matched)| {
                let (list, place) = &self.place_ids[at];
                (list.as_str(), *place, matched)
            })
            .collect()
    }
}

/// Returns the words of a perimeter's name without those that say that it is one.
fn without_kind(words: &str) -> &str {
    let kinds = [
        "quartier prioritaire de la politique de la ville",
        "quartier prioritaire",
        "quartier politique de la ville",
        "quartier",
        "qpv",
        "q p v",
    ];
    let rest = kinds
        .iter()
        .find_map(|kind| words.strip_prefix(kind)?.strip_prefix(' '));
    rest.unwrap_or(words)
}

/// Returns the names of all communes with their codes: those of the table, of today before those of the past, then those that
/// only the addresses have.
fn named_communes(parts: &NamedParts<'_>) -> Vec<(CommuneCode, String)> {
    let records = parts.communes.iter();
    let named = records.filter(|record| !record.name.is_empty());
    let (today, past): (Vec<_>, Vec<_>) =
        named.partition(|record| record.kind == CommuneKind::Commune);
    let known = today.iter().chain(&past);
    let known = known.map(|record| (record.code, record.name.to_owned()));
    // The fictional town is in no table.
    let others: BTreeMap<CommuneCode, &str> = parts
        .addresses
        .into_iter()
        .flat_map(AddressIndex::communes)
        .filter(|(code, _)| parts.communes.get(*code).is_none())
        .collect();
    let others = others.into_iter();
    known
        .chain(others.map(|(code, name)| (code, name.to_owned())))
        .collect()
}
