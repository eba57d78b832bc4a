//! From a question to the addresses it may mean.
//!
//! A French address is a street and a commune, and a number. Few communes are possible: those of the postcode, those
//! whose name is among the words. For each way to take the question apart, the streets of those communes are prefiltered by
//! their signatures, the rest is compared word by word, and the number is looked up in the best streets. Without a
//! commune, all names of streets are prefiltered.
//!
//! The score is the similarity of the street, less for what the commune and the number lack; see [`Candidate::score`].
//! The weights are in [`crate::weights`].

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;
use std::ops::Range;

use qpv_model::{CommuneCode, Wgs84Point};
use smallvec::SmallVec;

use crate::candidate::{AddressKind, Candidate, PlaceRef};
use crate::index::{AddressIndex, IndexTables, StoredPoint};
use crate::question::{NumberReading, ParsedQuestion};
use crate::signature::NameSignature;
use crate::similarity::{QueryWord, has_foreign_word, similarity};
use crate::weights::{bound, commune, score};
use crate::words::{WordClass, decode, hash_of};

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

/// A set of communes; few readings have more than eight.
type CommuneList = SmallVec<[u32; 8]>;

/// A way to read the commune.
#[derive(Debug, Clone)]
struct CommuneReading {
    communes: ReadCommunes,
    /// The words that name it.
    span: Range<usize>,
    /// Confidence in it, from 0 to 1.
    confidence: f32,
}

impl CommuneReading {
    fn new(
        communes: CommuneList,
        postcode: Option<u32>,
        span: Range<usize>,
        confidence: f32,
    ) -> Self {
        Self {
            communes: ReadCommunes::These { communes, postcode },
            span,
            confidence,
        }
    }

    /// The communes of this reading; none if it is any.
    fn communes(&self) -> &[u32] {
        match &self.communes {
            ReadCommunes::These { communes, .. } => communes,
            ReadCommunes::Any => &[],
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum ReadCommunes {
    These {
        communes: CommuneList,
        postcode: Option<u32>,
    },
    Any,
}

/// A candidate before its texts are copied out of the index.
#[derive(Debug, Clone, PartialEq)]
struct ScoredPlace {
    score: f32,
    place: PlaceRef,
    /// More addresses come first among equals.
    addresses: u32,
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
        let question = ParsedQuestion::new(question, is_typing);
        let search = SearchRun {
            tables: self.tables(),
            question: &question,
            filter,
        };
        let ranked = search.ranked_places(limit.max(bound::MIN_CANDIDATES));
        let best = ranked.first().map_or(0.0, |best| best.score);
        let postcode = filter.postcode.or(question.postcode);
        // Texts are copied for the candidates returned only: that takes longer than ranking them.
        ranked
            .iter()
            .take(limit)
            .enumerate()
            .take_while(|(rank, found)| wanted(*rank, f64::from(best) - f64::from(found.score)))
            .map(|(_, found)| {
                search
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
}

/// A street that a reading may mean.
#[derive(Clone, Copy)]
struct StreetMatch {
    street: usize,
    similarity: f32,
}

/// A street with the number asked, and the score of the two together.
struct NumberLookup<'a> {
    number: &'a NumberReading,
    street: usize,
    score: f32,
}

impl SearchRun<'_> {
    /// Returns all places that the question may mean, best first, each once.
    fn ranked_places(&self, limit: usize) -> Vec<ScoredPlace> {
        let mut found = Vec::new();
        for number in &self.question.numbers {
            for reading in &self.commune_readings(number) {
                self.read(number, reading, limit, &mut found);
            }
            // A number that is not at the head may be an arrondissement's: then there is none.
            if best_score(&found) >= score::CERTAIN
                && (number.value.is_none() || number.span.start == 0)
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
                .then(other.addresses.cmp(&one.addresses))
                .then_with(|| one.place.cmp(&other.place))
        });
        // Readings overlap: the best one of a place comes first and is kept.
        let mut seen = BTreeSet::new();
        found.retain(|found| seen.insert(found.place.clone()));
        found
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

    /// Returns the ways to read the commune, most likely first.
    fn commune_readings(&self, number: &NumberReading) -> Vec<CommuneReading> {
        let spans = self.commune_spans(number);
        let named = self.readings_by_name(&spans);
        let postcode = self.filter.postcode.or(self.question.postcode);
        let readings = match postcode {
            Some(postcode) => self.readings_by_postcode(postcode, named, &spans),
            None if named.is_empty() => self.readings_by_similarity(&spans),
            None => named,
        };
        match self.filter.citycode {
            Some(citycode) => self.readings_in_commune(citycode, &readings),
            None => readings,
        }
    }

    /// Returns the spans of words that may name the commune, longest first: around the postcode, at the head, at the end.
    fn commune_spans(&self, number: &NumberReading) -> Vec<Range<usize>> {
        let end = self.end_of_commune();
        let middle = self.question.before_postcode;
        let mut spans: Vec<Range<usize>> = Vec::new();
        for length in (1..=bound::COMMUNE_WORDS).rev() {
            for span in [
                end.saturating_sub(length)..end,
                middle..(middle + length).min(end),
                middle.saturating_sub(length)..middle,
                0..length.min(end),
            ] {
                let beside_number = span.end <= number.span.start || span.start >= number.span.end;
                let is_inside = !span.is_empty() && span.end <= self.question.words.len();
                if is_inside && beside_number && !spans.contains(&span) {
                    spans.push(span);
                }
            }
        }
        // Longest first: `Saint-Denis-en-Val` is not `Saint-Denis`.
        spans.sort_by_key(|span| Reverse(span.len()));
        spans
    }

    /// The end of the words that may name a commune: noise (`CEDEX 9`) may follow the name.
    fn end_of_commune(&self) -> usize {
        let words = &self.question.words;
        let noise = words.iter().rev().take_while(|word| word.is_noise);
        words.len() - noise.count()
    }

    /// Returns the readings of a search within one commune, which then need not be named.
    fn readings_in_commune(
        &self,
        citycode: CommuneCode,
        readings: &[CommuneReading],
    ) -> Vec<CommuneReading> {
        let wanted = self.communes_with(citycode);
        if wanted.is_empty() {
            return Vec::new();
        }
        let named = readings.iter().find(|reading| {
            reading
                .communes()
                .iter()
                .any(|commune| wanted.contains(commune))
        });
        let spans = named
            .map(|reading| reading.span.clone())
            .into_iter()
            .chain(std::iter::once(0..0));
        spans
            .map(|span| {
                CommuneReading::new(wanted.clone(), self.filter.postcode, span, commune::GIVEN)
            })
            .collect()
    }

    /// Returns the communes of a code: one, or the arrondissements of a whole city.
    fn communes_with(&self, citycode: CommuneCode) -> CommuneList {
        let department = citycode.department();
        let communes = self.tables.communes;
        // Communes are in order of code, and an arrondissement lies in the department of its city.
        let first = communes.partition_point(|row| row.code[..2] < department.as_bytes()[..2]);
        (0_u32..)
            .zip(communes)
            .skip(first)
            .take_while(|(_, row)| row.code[..2] == department.as_bytes()[..2])
            .map(|(commune, _)| commune)
            .filter(|commune| self.tables.has_citycode(*commune, citycode))
            .collect()
    }

    fn text_of(&self, span: &Range<usize>) -> String {
        let mut text = String::new();
        for word in &self.question.words[span.clone()] {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&word.text);
        }
        text
    }

    /// Returns the readings whose very words are a commune's name.
    fn readings_by_name(&self, spans: &[Range<usize>]) -> Vec<CommuneReading> {
        let mut readings: Vec<CommuneReading> = Vec::new();
        for span in spans {
            let text = self.text_of(span);
            let hash = hash_of(&text);
            let aliases = self.tables.aliases;
            let first = aliases.partition_point(|alias| alias.hash < hash);
            let named = aliases[first..]
                .iter()
                .take_while(|alias| alias.hash == hash)
                // Two names may have one hash.
                .filter(|alias| self.tables.text(alias.words) == text);
            let mut communes = SmallVec::new();
            let mut is_present = false;
            for alias in named {
                is_present |= alias.present != 0;
                communes.push(alias.commune);
            }
            if communes.is_empty() {
                continue;
            }
            let in_place = span.start == self.question.before_postcode
                || span.end == self.question.words.len();
            let confidence = if is_present {
                commune::PRESENT_NAME
            } else {
                commune::FORMER_NAME
            };
            let loss = if in_place { 0.0 } else { commune::OUT_OF_PLACE };
            readings.push(CommuneReading::new(
                communes,
                None,
                span.clone(),
                confidence - loss,
            ));
        }
        readings
    }

    /// Returns the readings with a postcode: the communes named that it has; else the most similar of those it has, or all
    /// of them, or those named under another postcode.
    fn readings_by_postcode(
        &self,
        postcode: u32,
        named: Vec<CommuneReading>,
        spans: &[Range<usize>],
    ) -> Vec<CommuneReading> {
        let here = self.tables.communes_of(postcode);
        let mut readings = Vec::new();
        for reading in &named {
            let both: CommuneList = reading
                .communes()
                .iter()
                .copied()
                .filter(|commune| here.contains(commune))
                .collect();
            if !both.is_empty() {
                readings.push(CommuneReading::new(
                    both,
                    Some(postcode),
                    reading.span.clone(),
                    reading.confidence,
                ));
            }
        }
        // Name and postcode agree: other readings would only cost time.
        if !readings.is_empty() {
            return readings;
        }
        if !here.is_empty() {
            readings.extend(self.most_similar_of_postcode(postcode, spans));
            readings.extend(self.readings_by_postcode_alone(postcode));
        }
        readings.extend(
            named
                .into_iter()
                .map(|reading| self.under_other_postcode(reading, postcode)),
        );
        readings
    }

    /// Returns the commune of a postcode whose name is most similar to some of the words.
    fn most_similar_of_postcode(
        &self,
        postcode: u32,
        spans: &[Range<usize>],
    ) -> Option<CommuneReading> {
        let mut best: Option<CommuneReading> = None;
        for span in spans {
            for &commune in self.tables.communes_of(postcode) {
                let similarity = self.commune_similarity(span, commune);
                if similarity >= commune::MIN_SIMILARITY
                    && best
                        .as_ref()
                        .is_none_or(|best| similarity > best.confidence)
                {
                    best = Some(CommuneReading::new(
                        SmallVec::from_slice(&[commune]),
                        Some(postcode),
                        span.clone(),
                        similarity,
                    ));
                }
            }
        }
        best
    }

    /// Returns the readings that take the postcode's word for it, with or without the words that follow it.
    fn readings_by_postcode_alone(&self, postcode: u32) -> Vec<CommuneReading> {
        let all: CommuneList = self.tables.communes_of(postcode).iter().copied().collect();
        let behind = self.question.before_postcode..self.end_of_commune();
        let mut readings = vec![CommuneReading::new(
            all.clone(),
            Some(postcode),
            0..0,
            commune::POSTCODE_ONLY,
        )];
        if !behind.is_empty() {
            readings.push(CommuneReading::new(
                all,
                Some(postcode),
                behind,
                commune::POSTCODE_AND_OTHER_WORDS,
            ));
        }
        readings
    }

    /// Lowers the confidence in a commune that is named beside the postcode of another.
    fn under_other_postcode(&self, reading: CommuneReading, postcode: u32) -> CommuneReading {
        let postcode = format!("{postcode:05}");
        let in_department = reading
            .communes()
            .iter()
            .any(|commune| postcode.starts_with(self.tables.citycode(*commune).department()));
        let confidence = if in_department {
            commune::OTHER_POSTCODE
        } else {
            commune::OTHER_DEPARTMENT
        };
        CommuneReading {
            confidence,
            ..reading
        }
    }

    /// Returns the readings whose words are similar to a commune's name, most similar first.
    fn readings_by_similarity(&self, spans: &[Range<usize>]) -> Vec<CommuneReading> {
        let mut readings: Vec<CommuneReading> = Vec::new();
        for span in spans
            .iter()
            .filter(|span| span.len() <= bound::SIMILAR_COMMUNE_WORDS)
        {
            let asked = self.words_of(span);
            let is_prefix = asked.iter().any(|word| word.is_prefix);
            let signature = NameSignature::from_query(&asked);
            if signature.size() < bound::MIN_SIGNATURE_BITS {
                continue;
            }
            let similar = self
                .tables
                .alias_signatures
                .iter()
                .enumerate()
                .filter(|(_, name)| may_be_commune(signature, **name, is_prefix));
            for (alias, _) in similar {
                let commune = self.tables.aliases[alias].commune;
                let similarity = self.commune_similarity(span, commune);
                if similarity < commune::MIN_SIMILARITY {
                    continue;
                }
                let confidence = if is_prefix || similarity >= commune::BELIEVED_SIMILARITY {
                    similarity
                } else {
                    commune::DOUBTFUL_NAME
                };
                readings.push(CommuneReading::new(
                    SmallVec::from_slice(&[commune]),
                    None,
                    span.clone(),
                    confidence,
                ));
            }
        }
        readings.sort_by(|one, other| {
            compare_scores(other.confidence, one.confidence)
                .then(other.span.len().cmp(&one.span.len()))
        });
        readings.truncate(bound::SIMILAR_COMMUNES);
        readings
    }

    fn words_of(&self, span: &Range<usize>) -> SmallVec<[&QueryWord; 8]> {
        self.question.words[span.clone()].iter().collect()
    }

    fn commune_similarity(&self, span: &Range<usize>, commune: u32) -> f32 {
        let name = self.tables.communes[commune as usize].words;
        similarity(&self.words_of(span), self.tables.text(name))
    }

    /// Looks up the places that one reading of the question means.
    fn read(
        &self,
        number: &NumberReading,
        reading: &CommuneReading,
        limit: usize,
        found: &mut Vec<ScoredPlace>,
    ) {
        let asked = self.street_words(number, reading);
        let names_street = asked
            .iter()
            .any(|word| !word.is_noise && word.class != WordClass::Link);
        if !names_street {
            self.read_commune(number, reading, found);
            return;
        }
        match &reading.communes {
            ReadCommunes::These { communes, postcode } => {
                for found_street in self.streets_in_communes(&asked, communes, *postcode) {
                    self.read_street(number, reading, found_street, found);
                }
            }
            ReadCommunes::Any => {
                for found_street in self.streets_anywhere(&asked, limit) {
                    self.read_street(number, reading, found_street, found);
                }
            }
        }
    }

    /// Returns the words that are left for the street once number and commune have theirs.
    fn street_words(
        &self,
        number: &NumberReading,
        reading: &CommuneReading,
    ) -> SmallVec<[&QueryWord; 8]> {
        let words = &self.question.words;
        // The words before `3 rue …` name a building or a person.
        let first = match words.get(number.span.end) {
            Some(next) if number.value.is_some() && next.class == WordClass::StreetType => {
                number.span.start
            }
            _ => 0,
        };
        (first..words.len())
            .filter(|at| !number.span.contains(at) && !reading.span.contains(at))
            .map(|at| &words[at])
            .collect()
    }

    /// Returns the streets of some communes whose names are similar to the words.
    fn streets_in_communes(
        &self,
        asked: &[&QueryWord],
        communes: &[u32],
        postcode: Option<u32>,
    ) -> Vec<StreetMatch> {
        let streets = communes
            .iter()
            .flat_map(|commune| self.tables.streets_of(*commune))
            .filter(|street| {
                postcode.is_none_or(|code| self.tables.streets[*street].postcode == code)
            })
            .map(|street| (street, self.tables.signatures[street]));
        prefilter(NameSignature::from_query(asked), streets, bound::STREETS)
            .into_iter()
            .map(|street| StreetMatch {
                street,
                similarity: self.name_similarity(asked, self.tables.streets[street].name),
            })
            .collect()
    }

    /// Returns the streets of the whole index whose names are similar to the words, those of large communes first.
    fn streets_anywhere(&self, asked: &[&QueryWord], limit: usize) -> Vec<StreetMatch> {
        let names = (0_u32..).zip(self.tables.name_signatures.iter().copied());
        let mut names: Vec<(f32, u32)> =
            prefilter(NameSignature::from_query(asked), names, bound::NAMES)
                .into_iter()
                .map(|name| (self.similarity_anywhere(asked, name), name))
                .collect();
        names.sort_by(|one, other| compare_scores(other.0, one.0));
        let mut found = Vec::new();
        for (similarity, name) in names.into_iter().take(limit) {
            let streets = self.largest_streets_named(name);
            let streets = streets
                .into_iter()
                .take(bound::STREETS_PER_CANDIDATE * limit);
            found.extend(streets.map(|street| StreetMatch {
                street: street as usize,
                similarity,
            }));
        }
        found
    }

    /// Returns the streets of a name, those of the communes with most addresses first.
    fn largest_streets_named(&self, name: u32) -> Vec<u32> {
        let tables = self.tables;
        let all = tables.name_streets;
        let start = all.partition_point(|street| tables.streets[*street as usize].name < name);
        let mut streets: Vec<u32> = all[start..]
            .iter()
            .take_while(|street| tables.streets[**street as usize].name == name)
            .take(bound::SAME_NAME_STREETS)
            .copied()
            .collect();
        // Nothing else says which is meant, and most people live in a large commune.
        streets.sort_by_key(|street| {
            let commune = tables.streets[*street as usize].commune;
            Reverse(tables.communes[commune as usize].addresses)
        });
        streets
    }

    /// Returns the similarity of a name when the commune is not known. A word that the name does not have may be the name
    /// of a commune that is not loaded: then the street is another.
    fn similarity_anywhere(&self, asked: &[&QueryWord], name: u32) -> f32 {
        let similarity = self.name_similarity(asked, name);
        let words = self.tables.names[name as usize].words;
        if similarity < score::CERTAIN && has_foreign_word(asked, self.tables.text(words)) {
            similarity * score::FOREIGN_WORD
        } else {
            similarity
        }
    }

    fn name_similarity(&self, asked: &[&QueryWord], name: u32) -> f32 {
        let words = self.tables.names[name as usize].words;
        similarity(asked, self.tables.text(words))
    }

    /// Adds the communes of a reading that names no street.
    fn read_commune(
        &self,
        number: &NumberReading,
        reading: &CommuneReading,
        found: &mut Vec<ScoredPlace>,
    ) {
        let factor = if number.value.is_some() {
            score::COMMUNE_FOR_NUMBER
        } else {
            1.0
        };
        found.extend(reading.communes().iter().map(|&commune| ScoredPlace {
            score: reading.confidence * factor,
            place: PlaceRef::Commune(commune),
            addresses: self.tables.communes[commune as usize].addresses,
        }));
    }

    /// Adds the addresses of a street that have the number, or else the street.
    fn read_street(
        &self,
        number: &NumberReading,
        reading: &CommuneReading,
        StreetMatch { street, similarity }: StreetMatch,
        found: &mut Vec<ScoredPlace>,
    ) {
        let lookup = NumberLookup {
            number,
            street,
            score: similarity * (score::STREET_SHARE + score::COMMUNE_SHARE * reading.confidence),
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

fn best_score(found: &[ScoredPlace]) -> f32 {
    found.iter().map(|found| found.score).fold(0.0, f32::max)
}

/// Returns true if a commune's name has enough bits of the words asked to be compared with them.
fn may_be_commune(asked: NameSignature, name: NameSignature, is_prefix: bool) -> bool {
    let common = asked.common(name);
    if is_prefix {
        // An unfinished word lacks letters, but what is typed must nearly all be there.
        common * 10 >= asked.size() * 9
    } else {
        common * 2 >= asked.size().max(name.size())
    }
}

/// Returns the `count` items whose signatures have most in common with the one asked, best first.
fn prefilter<T: Copy>(
    asked: NameSignature,
    all: impl Iterator<Item = (T, NameSignature)>,
    count: usize,
) -> Vec<T> {
    // Sorting each time the list is twice too long costs less than keeping a heap: most items fail the second test.
    let mut kept: Vec<(u32, T)> = Vec::with_capacity(2 * count);
    let (size, mut least) = (asked.size(), 0);
    for (item, signature) in all {
        let common = asked.common(signature);
        // The bits that only the name has count a quarter: a question is rarely the whole name. 128 bits keep it positive.
        let rank = (4 * common + 128).saturating_sub(signature.size() - common);
        if 2 * common < size || rank < least {
            continue;
        }
        kept.push((rank, item));
        if kept.len() == 2 * count {
            kept.sort_by_key(|(rank, _)| Reverse(*rank));
            kept.truncate(count);
            // Equal ranks keep their order, so a later item must be better to come in.
            least = kept[count - 1].0 + 1;
        }
    }
    kept.sort_by_key(|(rank, _)| Reverse(*rank));
    kept.into_iter().take(count).map(|(_, item)| item).collect()
}
