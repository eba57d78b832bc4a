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

use qpv_model::{CommuneCode, ParcelId, Wgs84Point};
use smallvec::SmallVec;

use crate::abbreviations::needs_name;
use crate::candidate::{AddressKind, Candidate, NamedPlace, PlaceRef};
use crate::common_words::is_common_word;
use crate::delivery::{NamedArea, opens_complement};
use crate::house_number::NumberReading;
use crate::index::{AddressIndex, AliasRow, IndexTables, StoredPoint};
use crate::name_lookup::WordCache;
use crate::question::ParsedQuestion;
use crate::signature::NameSignature;
use crate::similarity::{AskedName, NameMatch, QueryWord, compare, is_named};
use crate::weights::{bound, commune, lookup, name_match, score};
use crate::words::{WordClass, decode, hash_of, words};

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
    /// True if the words are a name that the commune had before a merger.
    is_former: bool,
    /// True if the words may be another commune's name as well.
    is_loose: bool,
    /// True if the question names another place than this where communes are named: nothing of it is believed.
    is_contradicted: bool,
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
            is_former: false,
            is_loose: false,
            is_contradicted: false,
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
        let mut question = ParsedQuestion::new(text, is_typing, |postcode| {
            !tables.communes_of(postcode).is_empty()
        });
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

/// A street that a reading may mean.
#[derive(Clone, Copy)]
struct StreetMatch {
    street: usize,
    /// As it counts for the score.
    similarity: f32,
    is_faithful: bool,
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
            let readings = self.commune_readings(number);
            for reading in &readings {
                self.read(number, reading, limit, &mut found);
                // The readings that follow contradict the question.
                if best_score(&found) >= score::CERTAIN {
                    break;
                }
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
            Some(postcode) => self.readings_by_postcode(postcode, named, &spans, number),
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
        let middle = self.question.before_postcode;
        let count = self.question.words.len();
        let mut spans: Vec<Range<usize>> = Vec::new();
        for length in (1..=bound::COMMUNE_WORDS).rev() {
            let before = middle.saturating_sub(length)..middle;
            let behind = middle..middle + length;
            let ends = self.ends_of_commune(number);
            let at_ends = ends
                .iter()
                .filter_map(|end| Some(end.checked_sub(length)?..*end));
            for span in at_ends.chain([behind, before, 0..length]) {
                let beside_number = span.end <= number.span.start || span.start >= number.span.end;
                let is_inside = !span.is_empty() && span.end <= count;
                if is_inside
                    && beside_number
                    && self.is_commune_place(&span, number)
                    && !spans.contains(&span)
                {
                    spans.push(span);
                }
            }
        }
        // Longest first: `Saint-Denis-en-Val` is not `Saint-Denis`.
        spans.sort_by_key(|span| Reverse(span.len()));
        spans
    }

    /// Returns the ends of the words that may name a commune, the last first: noise (`CEDEX 9`), a department, what
    /// a comma or a complement parts from it may follow.
    fn ends_of_commune(&self, number: &NumberReading) -> SmallVec<[usize; 8]> {
        let words = &self.question.words;
        let parts = (1..words.len()).filter(|at| words[*at].starts_part);
        let mut ends: SmallVec<[usize; 8]> = parts
            .chain([words.len(), self.question.area, number.street.end])
            .map(|end| self.without_noise(end))
            .filter(|end| *end > number.street.start)
            .collect();
        ends.sort_unstable_by_key(|end| Reverse(*end));
        ends.dedup();
        ends
    }

    /// Returns the end of what stands before a commune without `à`, `ville de`.
    fn without_announcement(&self, end: usize) -> usize {
        match (self.text_before(end, 2), self.text_before(end, 1)) {
            (_, "a") => end - 1,
            ("ville" | "commune", "de" | "d" | "du" | "des") => end - 2,
            _ => end,
        }
    }

    /// The text of the word so many places before another; empty before the first.
    fn text_before(&self, at: usize, back: usize) -> &str {
        at.checked_sub(back)
            .map_or("", |at| self.question.words[at].text.as_str())
    }

    fn texts(&self, range: Range<usize>) -> Vec<&str> {
        let words = &self.question.words;
        words[range.start..range.end.min(words.len())]
            .iter()
            .map(|word| word.text.as_str())
            .collect()
    }

    fn without_noise(&self, end: usize) -> usize {
        let noise = self.question.words[..end].iter().rev();
        end - noise.take_while(|word| word.is_noise).count()
    }

    /// Returns true if a commune may be named by these words: they are no part of a street's name, and a commune before
    /// the postcode has none behind it.
    fn is_commune_place(&self, span: &Range<usize>, number: &NumberReading) -> bool {
        let question = self.question;
        let words = &question.words;
        let middle = question.before_postcode;
        let has_postcode = question.postcode.is_some();
        if span.start < middle && span.end > middle {
            return false;
        }
        if span.start == middle && has_postcode {
            return true;
        }
        if has_postcode && span.end <= middle && self.names_something(middle..words.len(), number) {
            return false;
        }
        let Some(before) = span.start.checked_sub(1).map(|before| &words[before]) else {
            // At the head: an address follows.
            return words.get(span.end).is_none_or(|next| {
                next.starts_part
                    || span.end == middle
                    || number.span.start == span.end
                    || matches!(next.class, WordClass::StreetType | WordClass::Title)
                    || question.area == span.end
                    || next.is_noise
            });
        };
        words[span.start].starts_part
            || number.span.end == span.start
            || before.is_noise
            || self.without_announcement(span.start) < span.start
            || match before.class {
                WordClass::Link => false,
                // `rue Belfort` is a street, `Grande Rue Belfort` one of a commune.
                WordClass::StreetType => {
                    span.start > number.street.start + 1 || !needs_name(&before.text)
                }
                WordClass::Title | WordClass::Proper => true,
            }
    }

    /// Returns true if some words are more than noise, an area and the number with its street.
    fn names_something(&self, range: Range<usize>, number: &NumberReading) -> bool {
        let area = self.question.area;
        range.into_iter().any(|at| {
            let word = &self.question.words[at];
            at < area
                && !word.is_noise
                && word.class != WordClass::Link
                && !number.span.contains(&at)
                && !number.street.contains(&at)
        })
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
            // `Saint-Denis-en-Val` is not `Saint-Denis`, nor `Paris 12` the whole city.
            let in_city_of = readings
                .iter()
                .any(|longer| longer.span.start <= span.start && longer.span.end >= span.end);
            if in_city_of {
                continue;
            }
            let named: SmallVec<[&AliasRow; 8]> = named.collect();
            let Some(best) = named.iter().map(|alias| alias.kind).min() else {
                continue;
            };
            // A part of a name says nothing where the same words are a whole name.
            let communes = named
                .iter()
                .filter(|alias| best == AliasRow::PART || alias.kind != AliasRow::PART)
                .map(|alias| alias.commune)
                .collect();
            let in_place = span.start == self.question.before_postcode || span.start > 0;
            let confidence = match best {
                AliasRow::PRESENT => commune::PRESENT_NAME,
                AliasRow::FORMER => commune::FORMER_NAME,
                _ => commune::PART_OF_NAME,
            };
            let loss = if in_place { 0.0 } else { commune::OUT_OF_PLACE };
            readings.push(CommuneReading {
                is_former: best == AliasRow::FORMER,
                is_loose: best != AliasRow::PRESENT,
                ..CommuneReading::new(communes, None, span.clone(), confidence - loss)
            });
        }
        // The commune is what is written last; one written in another place is only read when none is.
        let last = readings.iter().map(|reading| reading.span.end).max();
        let middle = self.question.before_postcode;
        let is_behind = |reading: &CommuneReading| reading.span.start >= middle;
        let has_behind = self.question.postcode.is_some() && readings.iter().any(is_behind);
        readings.sort_by_key(|reading| {
            let in_place = if has_behind {
                is_behind(reading)
            } else {
                Some(reading.span.end) == last
            };
            !in_place
        });
        readings
    }

    /// Returns the readings with a postcode: the communes named that it has; else the most similar of those it has, or all
    /// of them, or those named under another postcode.
    fn readings_by_postcode(
        &self,
        postcode: u32,
        named: Vec<CommuneReading>,
        spans: &[Range<usize>],
        number: &NumberReading,
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
                readings.push(CommuneReading {
                    communes: ReadCommunes::These {
                        communes: both,
                        postcode: Some(postcode),
                    },
                    is_loose: false,
                    ..reading.clone()
                });
            }
        }
        if readings.is_empty() && !here.is_empty() {
            if named.is_empty() {
                readings.extend(self.most_similar_of_postcode(postcode, spans));
            }
            let is_contradicted = !named.is_empty() || self.names_commune(number);
            let alone = self.readings_by_postcode_alone(postcode, &named);
            readings.extend(alone.into_iter().map(|reading| CommuneReading {
                is_contradicted,
                ..reading
            }));
        }
        // A wrong postcode hides no address: that of another part of the commune, of another arrondissement, of a neighbour.
        let elsewhere: Vec<CommuneReading> = readings
            .iter()
            .filter(|reading| {
                reading.confidence > commune::POSTCODE_AND_OTHER_WORDS && !reading.span.is_empty()
            })
            .cloned()
            .chain(named)
            .map(|reading| self.under_other_postcode(reading, postcode))
            .collect();
        readings.extend(elsewhere);
        readings
    }

    /// Returns true if words stand where the commune of a postcode is named, and they are no part of a delivery line.
    fn names_commune(&self, number: &NumberReading) -> bool {
        let question = self.question;
        let middle = question.before_postcode;
        let end = if number.street.start < middle {
            question.area
        } else if number.value.is_some() {
            number.span.start.min(number.street.start)
        } else {
            number.street.start
        };
        let place = middle.min(end)..end;
        question.postcode.is_some()
            && !opens_complement(&self.texts(place.clone()))
            && question.words[place]
                .iter()
                .any(|word| !word.is_noise && word.class != WordClass::Link)
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
    fn readings_by_postcode_alone(
        &self,
        postcode: u32,
        named: &[CommuneReading],
    ) -> Vec<CommuneReading> {
        let all: CommuneList = self.tables.communes_of(postcode).iter().copied().collect();
        if let Some(other) = named.first() {
            // Another commune is named: the postcode says little.
            let confidence = commune::POSTCODE_OF_ANOTHER;
            return vec![CommuneReading::new(
                all,
                Some(postcode),
                other.span.clone(),
                confidence,
            )];
        }
        let behind = self.question.before_postcode..self.without_noise(self.question.words.len());
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

    /// Lowers the confidence in a commune that is named beside the postcode of another, or of another part of it.
    fn under_other_postcode(&self, reading: CommuneReading, postcode: u32) -> CommuneReading {
        let communes = self.tables.communes;
        let department = department_of_postcode(postcode);
        let in_department = reading.communes().iter().any(|commune| {
            communes[*commune as usize]
                .code
                .starts_with(department.as_bytes())
        });
        let lowered = match (in_department, self.question.has_cedex) {
            // The postcode of a CEDEX is an office's, and no error.
            (true, true) => 1.0,
            (true, false) => commune::OTHER_POSTCODE,
            (false, _) => commune::OTHER_DEPARTMENT,
        };
        CommuneReading {
            communes: ReadCommunes::These {
                communes: reading.communes().into(),
                postcode: None,
            },
            confidence: reading.confidence * lowered,
            // A commune of that name may lie in the department of the postcode.
            is_loose: reading.is_loose || !in_department,
            ..reading
        }
    }

    /// Returns the readings whose words are similar to a commune's name, most similar first.
    fn readings_by_similarity(&self, spans: &[Range<usize>]) -> Vec<CommuneReading> {
        let names = &self.tables.commune_lookup;
        let matches = self.commune_words.matches(names, &self.question.words);
        let mut readings: Vec<CommuneReading> = Vec::new();
        for span in spans
            .iter()
            .filter(|span| span.len() <= bound::SIMILAR_COMMUNE_WORDS && !self.is_of_area(span))
        {
            let asked = self.words_of(span);
            let is_prefix = asked.iter().any(|word| word.is_prefix);
            let signature = NameSignature::from_query(&asked);
            if signature.size() < bound::MIN_SIGNATURE_BITS {
                continue;
            }
            let matches = &matches[span.clone()];
            let mut similar = names.similar_names(matches, lookup::SIMILAR_ALIASES, |alias| {
                self.tables.text(self.tables.aliases[alias as usize].words)
            });
            // A second fault would take thousands of look-ups for each of a dozen spans.
            similar.extend(names.names_as_one_text(matches, 1));
            for alias in similar {
                let commune = self.tables.aliases[alias as usize].commune;
                let similarity = self.commune_similarity(span, commune);
                if similarity < commune::MIN_SIMILARITY {
                    continue;
                }
                let confidence = if is_prefix || similarity >= commune::BELIEVED_SIMILARITY {
                    similarity
                } else {
                    commune::DOUBTFUL_NAME
                };
                readings.push(CommuneReading {
                    is_loose: true,
                    ..CommuneReading::new(
                        SmallVec::from_slice(&[commune]),
                        None,
                        span.clone(),
                        confidence,
                    )
                });
            }
        }
        readings.sort_by(|one, other| {
            compare_scores(other.confidence, one.confidence)
                .then(other.span.len().cmp(&one.span.len()))
        });
        readings.truncate(bound::SIMILAR_COMMUNES);
        readings
    }

    /// Returns true if some words are of the name of an area: Territoire de Belfort is not Belfort.
    fn is_of_area(&self, span: &Range<usize>) -> bool {
        !self.question.areas.is_empty() && span.start >= self.question.area
    }

    fn words_of(&self, span: &Range<usize>) -> SmallVec<[&QueryWord; 8]> {
        self.question.words[span.clone()].iter().collect()
    }

    /// Returns the similarity of some words and a commune's name; 0 if one of them is another word.
    fn commune_similarity(&self, span: &Range<usize>, commune: u32) -> f32 {
        let name = self.tables.communes[commune as usize].words;
        let found = compare(&self.words_of(span), &[], self.tables.text(name));
        if found.foreign == 0 {
            found.similarity
        } else {
            0.0
        }
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
        if reading.is_contradicted || loses_number {
            lower_all(&mut found[first..]);
        }
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

    /// Returns the streets of some communes whose names are similar to the words.
    fn streets_in_communes(
        &self,
        asked: &AskedName<'_>,
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
        let streets = prefilter(
            NameSignature::from_query(&asked.required),
            streets,
            bound::STREETS,
        );
        let compared: Vec<(usize, NameMatch, bool)> = streets
            .into_iter()
            .map(|street| {
                let mut name = self.name_match(asked, self.tables.streets[street].name);
                let is_in_place = self.is_in_place_asked(asked, street, &mut name);
                (street, name, is_in_place)
            })
            .collect();
        believed(compared)
    }

    /// Returns true if the question names the former commune or the *lieu-dit* of a street; these words then are not foreign.
    fn is_in_place_asked(
        &self,
        asked: &AskedName<'_>,
        street: usize,
        name: &mut NameMatch,
    ) -> bool {
        let row = self.tables.streets[street];
        let mut is_asked = false;
        for at in [row.old_city, row.locality] {
            if at.length == 0 || asked.extra.is_empty() && name.foreign == 0 {
                continue;
            }
            let place = words(self.tables.text(at));
            if place.is_empty() || !asked.has_all(&place) {
                continue;
            }
            is_asked = true;
            for (at, word) in asked.required.iter().enumerate() {
                if place.iter().any(|name| name.text == word.text) {
                    name.foreign &= !(1 << at.min(31));
                }
            }
        }
        is_asked
    }

    /// Returns the streets of the whole index whose names are similar to the words, those of large communes first.
    fn streets_anywhere(&self, asked: &AskedName<'_>, limit: usize) -> Vec<StreetMatch> {
        let lookup = &self.tables.name_lookup;
        let required = asked.required.iter().copied();
        let matches = self.street_words.matches(lookup, required);
        let similar = lookup.similar_names(&matches, bound::NAMES, |name| self.words_of_name(name));
        let mut names = self.scored_names(asked, similar);
        let best = names.iter().map(|(score, _)| *score).fold(0.0, f32::max);
        let faults = faults_as_one_text(&asked.required, best);
        names.extend(self.scored_names(asked, lookup.names_as_one_text(&matches, faults)));
        // Names are numbered by importance: of equals the one of most addresses comes first.
        names.sort_by(|one, other| compare_scores(other.0, one.0).then(one.1.cmp(&other.1)));
        names.dedup();
        let mut found = Vec::new();
        for (rank, (similarity, name)) in names.into_iter().take(bound::NAMES).enumerate() {
            let count = if rank < limit {
                bound::STREETS_PER_CANDIDATE * limit
            } else {
                bound::STREETS_OF_FURTHER_NAME
            };
            let streets = self.tables.streets_named(name).iter().take(count);
            found.extend(streets.map(|street| StreetMatch {
                street: *street as usize,
                similarity,
                is_faithful: similarity >= score::FAITHFUL,
            }));
        }
        found
    }

    fn scored_names(&self, asked: &AskedName<'_>, names: Vec<u32>) -> Vec<(f32, u32)> {
        let names = names.into_iter();
        names
            .map(|name| (name_score(self.name_match(asked, name)), name))
            .collect()
    }

    fn words_of_name(&self, name: u32) -> &str {
        self.tables.text(self.tables.names[name as usize].words)
    }

    fn name_match(&self, asked: &AskedName<'_>, name: u32) -> NameMatch {
        compare(&asked.required, &asked.extra, self.words_of_name(name))
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

/// Returns the similarities of streets compared with a question as they count for the score; of streets of one name, the
/// one in the place asked comes first.
fn believed(compared: Vec<(usize, NameMatch, bool)>) -> Vec<StreetMatch> {
    let in_place = compared
        .iter()
        .any(|(_, name, is_in_place)| name.is_faithful() && *is_in_place);
    compared
        .into_iter()
        .map(|(street, name, is_in_place)| {
            let mut similarity = name_score(name);
            if in_place && !is_in_place {
                similarity *= score::OTHER_PLACE;
            }
            StreetMatch {
                street,
                similarity,
                is_faithful: name.is_faithful(),
            }
        })
        .collect()
}

/// Returns the similarity of a name as it counts for the score: a name that is not the one asked stays below
/// [`score::BELIEVED`], one that is does not.
fn name_score(name: NameMatch) -> f32 {
    if name.is_faithful() {
        name.similarity.max(score::FAITHFUL)
    } else {
        name.similarity * score::UNFAITHFUL
    }
}

/// Returns the code of the department that a postcode begins with; `20` is both of Corsica's, which `2` begins.
fn department_of_postcode(postcode: u32) -> String {
    let postcode = format!("{postcode:05}");
    match &postcode[..2] {
        "20" => "2".to_owned(),
        "97" | "98" => postcode[..3].to_owned(),
        metropolitan => metropolitan.to_owned(),
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

/// Returns the faults at most that a name compared as one text may have to be more similar than the best one found.
fn faults_as_one_text(asked: &[&QueryWord], best: f32) -> usize {
    let length: usize = asked.iter().map(|word| word.text.len()).sum();
    let similarity = |faults: &usize| {
        let share = *faults as f32 / length.max(1) as f32;
        name_match::SAME_LETTERS - name_match::FAULT_LETTERS * share
    };
    // Without fault it costs one look-up: `du Mesnil` may be right where `Dumesnil` was found.
    let mut faults = (1..=name_match::MAX_FAULTS).rev();
    faults
        .find(|faults| similarity(faults) > best)
        .unwrap_or_default()
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
