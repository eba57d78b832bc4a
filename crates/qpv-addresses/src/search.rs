//! From a question to the addresses it may mean.
//!
//! A French address is a street and a commune, and a number. Few communes are possible: those of the postcode, those
//! whose name is among the words. For each way to take the question apart, the streets of those communes are prefiltered by
//! their signatures, the rest is compared word by word, and the number is looked up in the best streets. Without a
//! commune, all names of streets are prefiltered.
//!
//! The score is the similarity of the street, less for what the commune and the number lack; see [`Candidate::score`].
//! The weights are in [`crate::weights`].

mod commune_readings;
mod streets;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Range;

use qpv_model::{CommuneCode, ParcelId, Wgs84Point};

use crate::candidate::{AddressKind, Candidate, NamedPlace, PlaceRef};
use crate::common_words::is_common_word;
use crate::delivery::{NamedArea, opens_complement};
use crate::house_number::NumberReading;
use crate::index::{AddressIndex, IndexTables, StoredPoint};
use crate::name_lookup::WordCache;
use crate::question::ParsedQuestion;
use crate::similarity::{AskedName, is_named};
use crate::weights::{bound, commune, score};
use crate::words::{WordClass, decode};

use commune_readings::{CommuneReading, ReadCommunes, is_in_department_of};
use streets::StreetMatch;

/// Conditions on the candidates of a search, and the place they are preferred near.
#[derive(Debug, Clone, Default)]
pub struct SearchFilter {
    /// Only these kinds.
    pub kinds: Vec<AddressKind>,
    /// Only in this postcode.
    pub postcode: Option<u32>,
    /// Only in this commune; that of Paris, Lyon or Marseille means all its arrondissements.
    pub citycode: Option<CommuneCode>,
    /// Among candidates about as good, those near this point come first.
    pub near: Option<Wgs84Point>,
}

/// A candidate before its texts are copied out of the index.
#[derive(Debug, Clone, PartialEq)]
struct ScoredPlace {
    score: f32,
    place: PlaceRef,
    /// More addresses come first among equals.
    addresses: u32,
    /// The similarity of its street's name to the words asked.
    similarity: f32,
    /// True if that is the name asked.
    is_faithful: bool,
    /// The place that the question names.
    named_place: NamedPlace,
}

impl AddressIndex {
    /// Returns the addresses that a question may mean, most likely first, at most `limit`.
    ///
    /// With `is_typing` its last word may be unfinished.
    #[must_use]
    pub fn search(
        &self,
        question: &str,
        is_typing: bool,
        filter: &SearchFilter,
        limit: usize,
    ) -> Vec<Candidate> {
        self.search_while(question, is_typing, filter, limit, |_, _| true)
    }

    /// The same, but only the two most likely and those that score no more than `within` less than the best.
    #[must_use]
    pub fn search_within(
        &self,
        question: &str,
        filter: &SearchFilter,
        limit: usize,
        within: f64,
    ) -> Vec<Candidate> {
        self.search_while(question, false, filter, limit, |rank, below| {
            rank < 2 || below <= within
        })
    }

    /// The candidates up to the first that is not `wanted`, judged by its rank and by how far it scores below the best.
    fn search_while(
        &self,
        question: &str,
        is_typing: bool,
        filter: &SearchFilter,
        limit: usize,
        wanted: impl Fn(usize, f64) -> bool,
    ) -> Vec<Candidate> {
        let tables = self.tables();
        let text = question;
        let mut question = ParsedQuestion::within(&tables, text, is_typing);
        question.mark_known(|word| tables.is_known_word(word) || is_common_word(word));
        let search = SearchRun {
            tables,
            question: &question,
            filter,
            street_words: WordCache::default(),
            commune_words: WordCache::default(),
        };
        let on_parcel = search.places_on_parcel(text);
        let ranked = if on_parcel.is_empty() {
            search.ranked_places(limit.max(bound::MIN_CANDIDATES))
        } else {
            on_parcel
        };
        let best = ranked.first().map_or(0.0, |best| best.score);
        let postcode = filter.postcode.or(question.postcode);
        // Texts are copied for the candidates returned only: that takes longer than ranking them.
        ranked
            .iter()
            .take(limit)
            .enumerate()
            .take_while(|(rank, found)| wanted(*rank, f64::from(best) - f64::from(found.score)))
            .map(|(_, found)| Candidate {
                named_place: found.named_place.clone(),
                ..search
                    .tables
                    .candidate(&found.place, found.score.into(), postcode)
            })
            .collect()
    }
}

/// One search: the index, the question and the filter.
struct SearchRun<'a> {
    tables: IndexTables<'a>,
    question: &'a ParsedQuestion,
    filter: &'a SearchFilter,
    /// The words of the question as words that streets have, and communes.
    street_words: WordCache,
    commune_words: WordCache,
}

/// A street with the number asked, and the score of the two together.
struct NumberLookup<'a> {
    number: &'a NumberReading,
    street: usize,
    score: f32,
    similarity: f32,
    is_faithful: bool,
    named_place: NamedPlace,
}

impl SearchRun<'_> {
    /// Returns the addresses on the parcel that a question is the identifier of; none for any other question.
    fn places_on_parcel(&self, text: &str) -> Vec<ScoredPlace> {
        let parcel = text.parse::<ParcelId>().ok();
        let addresses = parcel.map(|parcel| self.tables.addresses_on(parcel));
        let places = addresses.into_iter().flatten().map(|address| {
            let street = u32::try_from(address).map_or(0, |row| self.tables.street_of(row));
            ScoredPlace {
                score: 1.0,
                place: PlaceRef::Number { street, address },
                addresses: self.address_count(street),
                similarity: 1.0,
                is_faithful: true,
                named_place: NamedPlace::Named,
            }
        });
        self.rank(places.collect())
    }

    /// Returns all places that the question may mean, best first, each once.
    fn ranked_places(&self, limit: usize) -> Vec<ScoredPlace> {
        let mut found = Vec::new();
        for number in &self.question.numbers {
            let first = found.len();
            let readings = self.commune_readings(number);
            for reading in &readings {
                self.read(number, reading, limit, &mut found);
                // The readings that follow contradict the question.
                if best_score(&found) >= score::CERTAIN {
                    break;
                }
            }
            // A number that is not at the head may be an arrondissement's: then there is none.
            let mut others = self.question.numbers.iter();
            let of_range = others.find(|other| {
                number.span == other.span
                    && number.street == other.street
                    && number.value != other.value
            });
            let is_range_open = of_range.is_some_and(|other| other.value > number.value);
            if of_range.is_some() && !is_range_open {
                // That neither end exists is said once.
                let mut at = 0;
                found.retain(|place| {
                    at += 1;
                    at <= first || matches!(place.place, PlaceRef::Number { .. })
                });
            }
            if best_score(&found) >= score::CERTAIN
                && (number.value.is_none() || number.span.start == 0)
                && !is_range_open
            {
                break;
            }
            // A search without commune looks at all names: only when nothing better was found.
            if best_score(&found) < score::BELIEVED
                && self.filter.citycode.is_none()
                && self.filter.postcode.is_none()
            {
                let any = CommuneReading {
                    communes: ReadCommunes::Any,
                    span: 0..0,
                    confidence: self.confidence_in_any_commune(),
                    is_former: false,
                    is_loose: false,
                    // A commune in front of the number is none of the words that the street must have.
                    is_contradicted: readings.iter().any(|reading| {
                        !reading.span.is_empty() && reading.span.start < number.street.start
                    }),
                };
                self.read(number, &any, limit, &mut found);
            }
        }
        self.rank(found)
    }

    /// Returns the confidence in a street of a commune that the question does not name.
    fn confidence_in_any_commune(&self) -> f32 {
        // A postcode that is loaded is the one the address lies in, unless it is wrong.
        let is_loaded = self
            .question
            .postcode
            .map(|code| !self.tables.communes_of(code).is_empty());
        match is_loaded {
            None => commune::UNNAMED,
            Some(false) => commune::UNKNOWN_POSTCODE,
            Some(true) => commune::OUTSIDE_POSTCODE,
        }
    }

    /// Filters places and sorts them, best first, each once.
    fn rank(&self, mut found: Vec<ScoredPlace>) -> Vec<ScoredPlace> {
        found.retain(|found| found.score >= score::RETURNED && self.passes(&found.place));
        if let Some(near) = self.filter.near {
            let near = StoredPoint::from(near);
            for found in &mut found {
                let distance_km = near.distance_m(self.tables.spot(&found.place)) / 1000.0;
                found.score *= nearness(distance_km);
            }
        }
        // The last criterion is the row, so that equal scores have the same order in each run.
        found.sort_by(|one, other| {
            compare_scores(other.score, one.score)
                .then_with(|| {
                    self.is_near_postcode(&other.place)
                        .cmp(&self.is_near_postcode(&one.place))
                })
                .then(other.addresses.cmp(&one.addresses))
                .then_with(|| one.place.cmp(&other.place))
        });
        // Readings overlap: the best one of a place comes first and is kept.
        let mut seen = BTreeSet::new();
        found.retain(|found| seen.insert(found.place.clone()));
        found
    }

    /// Returns true if a place lies in the department of the postcode asked.
    fn is_near_postcode(&self, place: &PlaceRef) -> bool {
        let code = self.tables.communes[self.commune_of(place) as usize].code;
        let postcode = self.question.postcode;
        postcode.is_some_and(|postcode| is_in_department_of(&code, postcode))
    }

    /// Returns the commune of a place.
    fn commune_of(&self, place: &PlaceRef) -> u32 {
        match *place {
            PlaceRef::Commune(commune) => commune,
            PlaceRef::Number { street, .. } | PlaceRef::Street { street, .. } => {
                self.tables.streets[street].commune
            }
        }
    }

    /// Returns true if the filter lets a place pass.
    fn passes(&self, place: &PlaceRef) -> bool {
        let (commune, in_postcode) = match *place {
            PlaceRef::Commune(commune) => (
                commune,
                self.filter
                    .postcode
                    .is_none_or(|code| self.tables.communes_of(code).contains(&commune)),
            ),
            PlaceRef::Number { street, .. } | PlaceRef::Street { street, .. } => {
                let row = self.tables.streets[street];
                let in_postcode = self.filter.postcode.is_none_or(|code| row.postcode == code);
                (row.commune, in_postcode)
            }
        };
        let kinds = &self.filter.kinds;
        in_postcode
            && self
                .filter
                .citycode
                .is_none_or(|code| self.tables.has_citycode(commune, code))
            && (kinds.is_empty() || kinds.contains(&self.tables.kind(place)))
    }

    /// Looks up the places that one reading of the question means.
    fn read(
        &self,
        number: &NumberReading,
        reading: &CommuneReading,
        limit: usize,
        found: &mut Vec<ScoredPlace>,
    ) {
        let asked = self.asked_name(number, reading);
        let names_street = asked
            .required
            .iter()
            .any(|word| !word.is_noise && word.class != WordClass::Link);
        if !names_street {
            let is_whole =
                number.value.is_none() && !asked.extra.iter().any(|word| word.is_distinctive());
            self.read_commune(is_whole, reading, found);
            return;
        }
        let first = found.len();
        match &reading.communes {
            ReadCommunes::These { communes, postcode } => {
                for found_street in self.streets_in_communes(&asked, communes, *postcode) {
                    self.read_street(number, reading, found_street, found);
                }
                self.lower_ambiguous(&mut found[first..]);
            }
            ReadCommunes::Any => {
                for found_street in self.streets_anywhere(&asked, limit) {
                    self.read_street(number, reading, found_street, found);
                }
            }
        }
        let loses_number =
            number.value.is_none() && asked.extra.iter().any(|word| word.may_be_house_number());
        if reading.is_contradicted || loses_number || number.is_doubtful {
            lower_all(&mut found[first..]);
        }
        // `rue` alone is no `Grande Rue`.
        let named = asked.required.iter().filter(|word| !word.is_noise);
        let named = named.filter(|word| word.class != WordClass::Link);
        if named
            .clone()
            .all(|word| word.class == WordClass::StreetType)
        {
            let count = named.count();
            for place in &mut found[first..] {
                if self.words_of_street(&place.place) > count {
                    place.score = place.score.min(score::UNLIKE);
                }
            }
        }
    }

    /// Returns how many words the street of a place has, articles aside.
    fn words_of_street(&self, place: &PlaceRef) -> usize {
        let (PlaceRef::Number { street, .. } | PlaceRef::Street { street, .. }) = *place else {
            return 0;
        };
        let name = self.tables.names[self.tables.streets[street].name as usize];
        let words = decode(self.tables.text(name.words));
        words.filter(|(class, _)| *class != WordClass::Link).count()
    }

    /// Lowers the scores of several streets that may all be the one asked, none of them by its whole name (`rue Bernard` for
    /// `Rue Claude Bernard` and `Rue du Capitaine Bernard`): none is believed. One that has the number goes first.
    fn lower_ambiguous(&self, found: &mut [ScoredPlace]) {
        let name_of = |found: &ScoredPlace| match found.place {
            PlaceRef::Number { street, .. } => Some((self.tables.streets[street].name, true)),
            PlaceRef::Street { street, .. } => Some((self.tables.streets[street].name, false)),
            PlaceRef::Commune(_) => None,
        };
        let faithful = |found: &&ScoredPlace| found.is_faithful;
        let has_number = found
            .iter()
            .filter(faithful)
            .any(|found| matches!(name_of(found), Some((_, true))));
        let names: BTreeSet<u32> = found
            .iter()
            .filter(faithful)
            .filter_map(name_of)
            .filter(|(_, numbered)| *numbered == has_number)
            .map(|(name, _)| name)
            .collect();
        let is_whole = found
            .iter()
            .any(|found| found.is_faithful && found.similarity >= score::WHOLE_NAME);
        if names.len() > 1 && !is_whole {
            lower_all(found);
        }
    }

    /// Returns the words that are left for the street once number and commune have theirs.
    fn asked_name(&self, number: &NumberReading, reading: &CommuneReading) -> AskedName<'_> {
        let mut asked = AskedName::default();
        let is_any = reading.communes == ReadCommunes::Any;
        let street = if is_any {
            // What stands around the street may name a commune that is not loaded.
            let opens = opens_complement(&self.texts(0..3));
            let start = if opens { number.street.start } else { 0 };
            start..self.question.words.len()
        } else {
            number.street.clone()
        };
        // Behind the commune nothing names a street, nor do the words that announce it.
        let end = if reading.span.start > street.start {
            self.without_announcement(reading.span.start)
        } else {
            street.end
        };
        let names_area = self.question.has_area
            || !reading.span.is_empty()
                && self.without_noise(self.question.area) == reading.span.end;
        let area = if names_area {
            self.question.area
        } else {
            self.question.words.len()
        };
        for (at, word) in self.question.words.iter().enumerate() {
            if number.span.contains(&at) || reading.span.contains(&at) && !reading.is_former {
                continue;
            }
            let is_required = street.contains(&at)
                && at < end.min(area)
                && !word.is_noise
                && !reading.span.contains(&at);
            if is_required {
                asked.required.push(word);
            } else if at < area {
                asked.extra.push(word);
            }
        }
        asked
    }

    /// Adds the communes of a reading that names no street; `is_whole` if the question names nothing but a commune.
    fn read_commune(&self, is_whole: bool, reading: &CommuneReading, found: &mut Vec<ScoredPlace>) {
        let factor = if is_whole {
            1.0
        } else {
            score::COMMUNE_FOR_MORE
        };
        found.extend(reading.communes().iter().map(|&commune| ScoredPlace {
            score: reading.confidence * factor,
            place: PlaceRef::Commune(commune),
            addresses: self.tables.communes[commune as usize].addresses,
            similarity: 0.0,
            is_faithful: false,
            named_place: self.named_place(reading, commune),
        }));
    }

    /// Returns the place that the question names for what a reading finds in a commune.
    fn named_place(&self, reading: &CommuneReading, commune: u32) -> NamedPlace {
        if self.filter.postcode.is_some() || self.filter.citycode.is_some() {
            NamedPlace::Named
        } else if reading.communes == ReadCommunes::Any {
            self.named_department(commune)
        } else if reading.is_loose {
            let name = self
                .tables
                .text(self.tables.communes[commune as usize].words);
            let mut words = self.question.words[reading.span.clone()].iter();
            // `Rue de Lepuix` is like the name of a commune, and names a street.
            if words.any(|word| word.class == WordClass::StreetType && !is_named(word, name)) {
                NamedPlace::Unnamed
            } else {
                NamedPlace::Words(self.text_of(&reading.span))
            }
        } else {
            NamedPlace::Named
        }
    }

    /// Returns the same where the question names no commune: it may name the department.
    fn named_department(&self, commune: u32) -> NamedPlace {
        let citycode = self.tables.citycode(commune);
        let mut areas = self.question.areas.iter();
        let named = areas.find(|(_, area)| {
            matches!(area, NamedArea::Department(code) if *code == citycode.department())
        });
        named.map_or(NamedPlace::Unnamed, |(words, _)| {
            NamedPlace::Department(words.clone())
        })
    }

    /// Adds the addresses of a street that have the number, or else the street.
    fn read_street(
        &self,
        number: &NumberReading,
        reading: &CommuneReading,
        StreetMatch {
            street,
            similarity,
            is_faithful,
        }: StreetMatch,
        found: &mut Vec<ScoredPlace>,
    ) {
        let lookup = NumberLookup {
            number,
            street,
            score: similarity * (score::STREET_SHARE + score::COMMUNE_SHARE * reading.confidence),
            similarity,
            is_faithful,
            named_place: self.named_place(reading, self.tables.streets[street].commune),
        };
        let before = found.len();
        self.find_number(&lookup, found);
        if found.len() > before {
            return;
        }
        let missing = number.value.map(|value| (value, number.suffix.clone()));
        let factor = if missing.is_some() {
            score::MISSING_NUMBER
        } else {
            1.0
        };
        found.push(ScoredPlace {
            score: lookup.score * factor,
            place: PlaceRef::Street { street, missing },
            addresses: self.address_count(street),
            similarity,
            is_faithful,
            named_place: lookup.named_place,
        });
    }

    fn address_count(&self, street: usize) -> u32 {
        u32::try_from(self.tables.numbers_of(street).len()).unwrap_or(u32::MAX)
    }

    /// Adds the addresses of a street that have the number asked.
    fn find_number(&self, lookup: &NumberLookup<'_>, found: &mut Vec<ScoredPlace>) {
        let NumberLookup {
            number,
            street,
            score,
            similarity,
            is_faithful,
            ref named_place,
        } = *lookup;
        let Some(asked) = number.value else {
            return;
        };
        let before = found.len();
        let addresses = self.address_count(street);
        for suffix in [Some(&*number.suffix), self.letter_of_street(number, street)]
            .into_iter()
            .flatten()
        {
            found.extend(
                self.addresses_with(street, asked)
                    .filter(|address| self.tables.suffix(*address) == suffix)
                    .map(|address| ScoredPlace {
                        score,
                        place: PlaceRef::Number { street, address },
                        addresses,
                        similarity,
                        is_faithful,
                        named_place: named_place.clone(),
                    }),
            );
            if found.len() > before {
                break;
            }
        }
    }

    /// Returns the suffix that is left, none, where the letter after the number is the first word of the street:
    /// `1 L'Esplanade`.
    fn letter_of_street(&self, number: &NumberReading, street: usize) -> Option<&'static str> {
        let name = self.tables.names[self.tables.streets[street].name as usize];
        let first = decode(self.tables.text(name.words)).next();
        (number.suffix.len() == 1 && first.is_some_and(|(_, word)| word == number.suffix))
            .then_some("")
    }

    fn addresses_with(&self, street: usize, number: u32) -> Range<usize> {
        let all = self.tables.numbers_of(street);
        let numbers = &self.tables.numbers[all.clone()];
        let start = numbers.partition_point(|row| row.number() < Some(number));
        let end = numbers.partition_point(|row| row.number() <= Some(number));
        all.start + start..all.start + end
    }
}

fn compare_scores(one: f32, other: f32) -> Ordering {
    one.total_cmp(&other)
}

/// Returns the factor of a candidate's score at this distance from the point asked near.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it lies between 0.95 and 1"
)]
fn nearness(distance_km: f64) -> f32 {
    score::NEAR_GAIN.mul_add((-distance_km / score::NEAR_KM).exp(), score::FAR) as f32
}

/// Lowers scores so that none is believed.
fn lower_all(found: &mut [ScoredPlace]) {
    for place in found {
        place.score = place.score.min(score::UNLIKE);
    }
}

fn best_score(found: &[ScoredPlace]) -> f32 {
    found.iter().map(|found| found.score).fold(0.0, f32::max)
}
