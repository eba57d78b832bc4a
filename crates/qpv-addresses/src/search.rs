//! From a question to the addresses it may mean.
//!
//! A French address is a street and a commune, and a number. Few communes can be meant: those of the postcode, those
//! whose name is among the words. For each way to take the question apart, the streets of those communes are sifted by
//! their signatures, what is left is compared word by word, and the number is looked up in the best streets. Without a
//! commune, all names of streets are sifted.
//!
//! The score is the likeness of the street, less what the commune and the number lack; see [`Candidate::score`].

use std::cmp::Reverse;
use std::collections::BTreeSet;

use qpv_model::{CommuneCode, Wgs84Point};
use smallvec::SmallVec;

use crate::AddressIndex;
use crate::candidate::{AddressKind, Candidate, What};
use crate::index::{Spot, Tables};
use crate::question::{Number, Question};
use crate::signature::Signature;
use crate::similarity::{Asked, has_other_word, likeness};
use crate::words::{Class, decode, hash_of};

/// Streets of the communes meant that are compared word by word.
const COMPARED: usize = 24;
/// Names compared word by word when no commune is known.
const COMPARED_NAMES: usize = 48;
/// Streets of one name that are weighed when no commune is known.
const SAME_NAME: usize = 4_000;
/// Words a commune's name is looked for in.
const NAME_WORDS: usize = 7;
/// Likeness from which a name written otherwise may be a commune's.
const COMMUNE_LIKENESS: f32 = 0.68;
/// Likeness from which, without a postcode, it is believed to be: a letter in seven.
const SURELY_NAMED: f32 = 0.85;
/// What a commune counts for that is not surely the one meant: too little for the answer to be believed.
const NOT_NAMED: f32 = 0.2;
/// Score from which the question is not read otherwise.
const SURE: f32 = 0.97;
/// Score below which nothing is returned.
const LEAST: f32 = 0.3;
/// Score from which the communes named are believed to be the right ones.
const GOOD: f32 = 0.7;
/// What is left of the likeness of a street when a word asked, perhaps its commune, is not in its name.
const ELSEWHERE: f32 = 0.6;
/// What a reading loses when the commune is not named where one writes it: after the postcode, or at the end.
const OUT_OF_PLACE: f32 = 0.02;

/// What the candidates of a search must be, and where they are looked for first.
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

/// A way to read which communes are meant.
#[derive(Debug, Clone)]
struct Reading {
    communes: Communes,
    /// Words that name the commune.
    says: std::ops::Range<usize>,
    /// How well it is named, from 0 to 1.
    likeness: f32,
}

#[derive(Debug, Clone, PartialEq)]
enum Communes {
    These {
        communes: SmallVec<[u32; 8]>,
        postcode: Option<u32>,
    },
    Any,
}

/// A candidate before it is written out.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    score: f32,
    what: What,
    /// More addresses come first among equals.
    addresses: u32,
}

impl AddressIndex {
    /// The addresses a question may mean, likeliest first, at most `limit`.
    ///
    /// With `begun` its last word may be the beginning of one.
    #[must_use]
    pub fn search(
        &self,
        question: &str,
        begun: bool,
        filter: &SearchFilter,
        limit: usize,
    ) -> Vec<Candidate> {
        self.search_while(question, begun, filter, limit, |_, _| true)
    }

    /// The same, but only the two likeliest and those that score no more than `within` less than the best.
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

    /// Those for which `wanted` holds, of their rank and of how much less than the best they score.
    fn search_while(
        &self,
        question: &str,
        begun: bool,
        filter: &SearchFilter,
        limit: usize,
        wanted: impl Fn(usize, f64) -> bool,
    ) -> Vec<Candidate> {
        let question = Question::new(question, begun);
        let search = Search {
            tables: self.tables(),
            question: &question,
            filter,
        };
        let found = search.found(limit.max(8));
        let best = found.first().map_or(0.0, |best| best.score);
        let taken = found.into_iter().take(limit).enumerate();
        let taken = taken
            .take_while(|(rank, found)| wanted(*rank, f64::from(best) - f64::from(found.score)));
        let postcode = filter.postcode.or(search.question.postcode);
        taken
            .map(|(_, found)| {
                search
                    .tables
                    .candidate(&found.what, found.score.into(), postcode)
            })
            .collect()
    }
}

struct Search<'a> {
    tables: Tables<'a>,
    question: &'a Question,
    filter: &'a SearchFilter,
}

impl Search<'_> {
    fn found(&self, limit: usize) -> Vec<Found> {
        let mut found = Vec::new();
        for number in &self.question.numbers {
            let readings = self.readings(number);
            for reading in &readings {
                self.read(number, reading, limit, &mut found);
            }
            // A number that is not at the head may be an arrondissement's: then there is none.
            if best(&found) >= SURE && (number.value.is_none() || number.says.start == 0) {
                break;
            }
            if best(&found) < GOOD
                && self.filter.citycode.is_none()
                && self.filter.postcode.is_none()
            {
                // A postcode of the country is one the address lies in, unless it is wrong.
                let known = self
                    .question
                    .postcode
                    .map(|code| !self.tables.communes_of(code).is_empty());
                let likeness = match known {
                    None => 0.8,
                    Some(false) => NOT_NAMED,
                    Some(true) => 0.0,
                };
                let any = Reading {
                    communes: Communes::Any,
                    says: 0..0,
                    likeness,
                };
                self.read(number, &any, limit, &mut found);
            }
        }
        self.ranked(found)
    }

    /// Best first, each once.
    fn ranked(&self, mut found: Vec<Found>) -> Vec<Found> {
        found.retain(|found| found.score >= LEAST && self.passes(&found.what));
        if let Some(near) = self.filter.near {
            let near = Spot::of(near);
            for found in &mut found {
                let distance_km = near.distance_m(self.tables.spot(&found.what)) / 1000.0;
                found.score *= nearness(distance_km);
            }
        }
        found.sort_by(|one, other| {
            let order = other
                .score
                .total_cmp(&one.score)
                .then(other.addresses.cmp(&one.addresses));
            order.then_with(|| one.what.cmp(&other.what))
        });
        let mut seen = BTreeSet::new();
        found.retain(|found| seen.insert(found.what.clone()));
        found
    }

    fn passes(&self, what: &What) -> bool {
        let SearchFilter {
            kinds,
            postcode,
            citycode,
            ..
        } = self.filter;
        let (commune, in_postcode) = match *what {
            What::Commune(commune) => (
                commune,
                postcode.is_none_or(|code| self.tables.communes_of(code).contains(&commune)),
            ),
            What::Number { street, .. } | What::Street { street, .. } => {
                let row = self.tables.streets[street];
                (
                    row.commune,
                    postcode.is_none_or(|code| row.postcode == code),
                )
            }
        };
        in_postcode
            && citycode.is_none_or(|code| {
                let own = self.tables.citycode(commune);
                own == code || own.whole_commune() == code
            })
            && (kinds.is_empty() || kinds.contains(&self.tables.kind(what)))
    }

    /// The ways to read the commune, likeliest first.
    fn readings(&self, number: &Number) -> Vec<Reading> {
        let question = self.question;
        let free = |span: &std::ops::Range<usize>| {
            span.end <= number.says.start || span.start >= number.says.end
        };
        let count = question.words.len();
        let mut spans: Vec<std::ops::Range<usize>> = Vec::new();
        let mut add = |span: std::ops::Range<usize>| {
            if !span.is_empty() && span.end <= count && free(&span) && !spans.contains(&span) {
                spans.push(span);
            }
        };
        // What stands aside (`CEDEX 9`) may follow the name.
        let end = count
            - question
                .words
                .iter()
                .rev()
                .take_while(|word| word.aside)
                .count();
        let middle = question.before_postcode;
        for length in (1..=NAME_WORDS).rev() {
            add(end.saturating_sub(length)..end);
            add(middle..(middle + length).min(end));
            add(middle.saturating_sub(length)..middle);
            add(0..length.min(end));
        }
        spans.sort_by_key(|span| Reverse(span.len()));
        let mut readings = self.by_name(&spans);
        let postcode = self.filter.postcode.or(question.postcode);
        if let Some(postcode) = postcode {
            readings = self.by_postcode(postcode, readings, &spans, end);
        } else if readings.is_empty() {
            readings = self.by_likeness(&spans);
        }
        if let Some(citycode) = self.filter.citycode {
            let meant = self.communes_with(citycode);
            if meant.is_empty() {
                return Vec::new();
            }
            let named = |communes: &[u32]| communes.iter().any(|commune| meant.contains(commune));
            let says = readings
                .iter()
                .find(|reading| matches!(&reading.communes, Communes::These { communes, .. } if named(communes)));
            let communes = Communes::These {
                communes: meant.clone(),
                postcode: self.filter.postcode,
            };
            let named = says.map(|reading| Reading {
                communes: communes.clone(),
                likeness: 1.0,
                says: reading.says.clone(),
            });
            return named
                .into_iter()
                .chain([Reading {
                    communes,
                    says: 0..0,
                    likeness: 1.0,
                }])
                .collect();
        }
        readings
    }

    /// The communes of a code: one, or the arrondissements of a whole city.
    fn communes_with(&self, citycode: CommuneCode) -> SmallVec<[u32; 8]> {
        let department = citycode.department();
        let communes = self.tables.communes;
        let first = communes.partition_point(|row| row.code[..2] < department.as_bytes()[..2]);
        let same = (0_u32..).zip(communes).skip(first);
        let same = same
            .take_while(|(_, row)| row.code[..2] == department.as_bytes()[..2])
            .map(|(commune, _)| commune);
        let has_code = |commune: &u32| {
            let own = self.tables.citycode(*commune);
            own == citycode || own.whole_commune() == citycode
        };
        same.filter(has_code).collect()
    }

    fn text_of(&self, span: &std::ops::Range<usize>) -> String {
        let mut text = String::new();
        for word in &self.question.words[span.clone()] {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&word.text);
        }
        text
    }

    /// Communes whose very name is among the words.
    fn by_name(&self, spans: &[std::ops::Range<usize>]) -> Vec<Reading> {
        let mut readings: Vec<Reading> = Vec::new();
        for span in spans {
            let text = self.text_of(span);
            let hash = hash_of(&text);
            let aliases = self.tables.aliases;
            let first = aliases.partition_point(|alias| alias.hash < hash);
            let named = aliases[first..]
                .iter()
                .take_while(|alias| alias.hash == hash);
            let mut communes = SmallVec::new();
            let mut present = false;
            for alias in named.filter(|alias| self.tables.text(alias.words) == text) {
                present |= alias.present != 0;
                communes.push(alias.commune);
            }
            if !communes.is_empty() {
                let in_place = span.start == self.question.before_postcode
                    || span.end == self.question.words.len();
                let likeness =
                    if present { 1.0 } else { 0.97 } - if in_place { 0.0 } else { OUT_OF_PLACE };
                readings.push(Reading {
                    communes: Communes::These {
                        communes,
                        postcode: None,
                    },
                    says: span.clone(),
                    likeness,
                });
            }
        }
        readings
    }

    /// Readings with a postcode: of the communes named those it has, else the likest of those it has, else all it has.
    fn by_postcode(
        &self,
        postcode: u32,
        named: Vec<Reading>,
        spans: &[std::ops::Range<usize>],
        end: usize,
    ) -> Vec<Reading> {
        let here = self.tables.communes_of(postcode);
        let mut readings = Vec::new();
        for reading in &named {
            let Communes::These { communes, .. } = &reading.communes else {
                continue;
            };
            let both: SmallVec<[u32; 8]> = communes
                .iter()
                .copied()
                .filter(|commune| here.contains(commune))
                .collect();
            if !both.is_empty() {
                let communes = Communes::These {
                    communes: both,
                    postcode: Some(postcode),
                };
                readings.push(Reading {
                    communes,
                    ..reading.clone()
                });
            }
        }
        if !readings.is_empty() {
            return readings;
        }
        let middle = self.question.before_postcode;
        if !here.is_empty() {
            let all = || Communes::These {
                communes: here.iter().copied().collect(),
                postcode: Some(postcode),
            };
            // The likest name of the postcode's communes.
            let mut likest: Option<Reading> = None;
            for span in spans {
                for &commune in here {
                    let likeness = self.commune_likeness(span, commune);
                    if likeness >= COMMUNE_LIKENESS
                        && likest.as_ref().is_none_or(|best| likeness > best.likeness)
                    {
                        let communes = Communes::These {
                            communes: SmallVec::from_slice(&[commune]),
                            postcode: Some(postcode),
                        };
                        likest = Some(Reading {
                            communes,
                            says: span.clone(),
                            likeness,
                        });
                    }
                }
            }
            readings.extend(likest);
            readings.push(Reading {
                communes: all(),
                says: 0..0,
                likeness: 0.98,
            });
            if middle < end {
                readings.push(Reading {
                    communes: all(),
                    says: middle..end,
                    likeness: 0.6,
                });
            }
        }
        // A commune rightly named beside another postcode.
        for reading in named {
            let same_department = |commune: &u32| {
                let code = self.tables.citycode(*commune);
                format!("{postcode:05}").starts_with(code.department())
            };
            let Communes::These { communes, .. } = &reading.communes else {
                continue;
            };
            let likeness = if communes.iter().any(same_department) {
                0.75
            } else {
                0.5
            };
            readings.push(Reading {
                likeness,
                ..reading
            });
        }
        readings
    }

    /// Communes whose name is like some words.
    fn by_likeness(&self, spans: &[std::ops::Range<usize>]) -> Vec<Reading> {
        let mut readings: Vec<Reading> = Vec::new();
        for span in spans.iter().filter(|span| span.len() <= 4) {
            let asked: SmallVec<[&Asked; 8]> = self.question.words[span.clone()].iter().collect();
            let begun = asked.iter().any(|word| word.begun);
            let signature = Signature::of_asked(&asked);
            if signature.size() < 6 {
                continue;
            }
            let alike = self
                .tables
                .alias_signatures
                .iter()
                .enumerate()
                .filter(|(_, of)| {
                    let common = signature.common(**of);
                    if begun {
                        common * 10 >= signature.size() * 9
                    } else {
                        common * 2 >= signature.size().max(of.size())
                    }
                });
            for (alias, _) in alike {
                let commune = self.tables.aliases[alias].commune;
                let likeness = self.commune_likeness(span, commune);
                if likeness >= COMMUNE_LIKENESS {
                    let likeness = if begun || likeness >= SURELY_NAMED {
                        likeness
                    } else {
                        NOT_NAMED
                    };
                    let communes = Communes::These {
                        communes: SmallVec::from_slice(&[commune]),
                        postcode: None,
                    };
                    readings.push(Reading {
                        communes,
                        says: span.clone(),
                        likeness,
                    });
                }
            }
        }
        readings.sort_by(|one, other| {
            other
                .likeness
                .total_cmp(&one.likeness)
                .then(other.says.len().cmp(&one.says.len()))
        });
        readings.truncate(8);
        readings
    }

    fn commune_likeness(&self, span: &std::ops::Range<usize>, commune: u32) -> f32 {
        let asked: SmallVec<[&Asked; 8]> = self.question.words[span.clone()].iter().collect();
        likeness(
            &asked,
            self.tables
                .text(self.tables.communes[commune as usize].words),
        )
    }

    /// Reads the question one way.
    fn read(&self, number: &Number, reading: &Reading, limit: usize, found: &mut Vec<Found>) {
        // What stands before `3 rue …` names a building or a person.
        let before = match self.question.words.get(number.says.end) {
            Some(next) if number.value.is_some() && next.class == Class::Kind => number.says.start,
            _ => 0,
        };
        let says =
            |at: &usize| *at < before || number.says.contains(at) || reading.says.contains(at);
        let asked: SmallVec<[&Asked; 8]> = (0..self.question.words.len())
            .filter(|at| !says(at))
            .map(|at| &self.question.words[at])
            .collect();
        let telling = asked
            .iter()
            .any(|word| !word.aside && word.class != Class::Link);
        if !telling {
            self.read_commune(number, reading, found);
            return;
        }
        let signature = Signature::of_asked(&asked);
        match &reading.communes {
            Communes::These { communes, postcode } => {
                let streets = communes
                    .iter()
                    .flat_map(|commune| self.tables.streets_of(*commune));
                let postcode = *postcode;
                let streets = streets.filter(|street| {
                    postcode.is_none_or(|code| self.tables.streets[*street].postcode == code)
                });
                let sifted = sift(
                    signature,
                    streets.map(|street| (street, self.tables.signatures[street])),
                    COMPARED,
                );
                for street in sifted {
                    let name = self.tables.streets[street].name;
                    let likeness = self.name_likeness(&asked, name);
                    self.read_street(number, reading, street, likeness, found);
                }
            }
            Communes::Any => {
                let names = (0_u32..).zip(self.tables.name_signatures.iter().copied());
                let likely = sift(signature, names, COMPARED_NAMES).into_iter();
                let mut likely: Vec<(f32, u32)> = likely
                    .map(|name| (self.likeness_anywhere(&asked, name), name))
                    .collect();
                likely.sort_by(|one, other| other.0.total_cmp(&one.0));
                for (likeness, name) in likely.into_iter().take(limit) {
                    let all = self.tables.name_streets;
                    let start = all.partition_point(|street| {
                        self.tables.streets[*street as usize].name < name
                    });
                    let same = all[start..]
                        .iter()
                        .take_while(|street| self.tables.streets[**street as usize].name == name);
                    let mut same: Vec<u32> = same.take(SAME_NAME).copied().collect();
                    let size = |street: &u32| {
                        self.tables.communes[self.tables.streets[*street as usize].commune as usize]
                            .addresses
                    };
                    same.sort_by_key(|street| Reverse(size(street)));
                    for street in same.into_iter().take(4 * limit) {
                        self.read_street(number, reading, street as usize, likeness, found);
                    }
                }
            }
        }
    }

    /// How alike a name is when the commune is not known. A word that the name does not have may be the name of a commune
    /// that is not loaded: then the street is another.
    fn likeness_anywhere(&self, asked: &[&Asked], name: u32) -> f32 {
        let likeness = self.name_likeness(asked, name);
        let foreign = likeness < SURE
            && has_other_word(
                asked,
                self.tables.text(self.tables.names[name as usize].words),
            );
        if foreign {
            likeness * ELSEWHERE
        } else {
            likeness
        }
    }

    fn name_likeness(&self, asked: &[&Asked], name: u32) -> f32 {
        likeness(
            asked,
            self.tables.text(self.tables.names[name as usize].words),
        )
    }

    fn read_commune(&self, number: &Number, reading: &Reading, found: &mut Vec<Found>) {
        let Communes::These { communes, .. } = &reading.communes else {
            return;
        };
        for &commune in communes {
            let score = reading.likeness * if number.value.is_some() { 0.6 } else { 1.0 };
            let addresses = self.tables.communes[commune as usize].addresses;
            found.push(Found {
                score,
                what: What::Commune(commune),
                addresses,
            });
        }
    }

    fn read_street(
        &self,
        number: &Number,
        reading: &Reading,
        street: usize,
        likeness: f32,
        found: &mut Vec<Found>,
    ) {
        let score = likeness * (0.6 + 0.4 * reading.likeness);
        let addresses = self.tables.numbers_of(street);
        let count = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
        let Some(asked) = number.value else {
            let what = What::Street {
                street,
                missing: None,
            };
            found.push(Found {
                score,
                what,
                addresses: count,
            });
            return;
        };
        let before = found.len();
        for suffix in [Some(&*number.suffix), self.letter_of_street(number, street)]
            .into_iter()
            .flatten()
        {
            let matching = self
                .addresses_with(street, asked)
                .filter(|address| self.tables.suffix(*address) == suffix);
            let numbers = matching.map(|address| What::Number { street, address });
            found.extend(numbers.map(|what| Found {
                score,
                what,
                addresses: count,
            }));
            if found.len() > before {
                break;
            }
        }
        if found.len() == before {
            let missing = Some((asked, number.suffix.clone()));
            found.push(Found {
                score: score * 0.85,
                what: What::Street { street, missing },
                addresses: count,
            });
        }
    }

    /// The suffix that is left, none, where the letter after the number is the first word of the street: `1 L'Esplanade`.
    fn letter_of_street(&self, number: &Number, street: usize) -> Option<&'static str> {
        let name = self.tables.names[self.tables.streets[street].name as usize];
        let first = decode(self.tables.text(name.words)).next();
        (number.suffix.len() == 1 && first.is_some_and(|(_, word)| word == number.suffix))
            .then_some("")
    }

    fn addresses_with(&self, street: usize, number: u32) -> std::ops::Range<usize> {
        let all = self.tables.numbers_of(street);
        let numbers = &self.tables.numbers[all.clone()];
        let start = numbers.partition_point(|row| row.number() < Some(number));
        let end = numbers.partition_point(|row| row.number() <= Some(number));
        all.start + start..all.start + end
    }
}

/// What a candidate's score is multiplied by, this far from where the one who asks is.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it lies between 0.95 and 1"
)]
fn nearness(distance_km: f64) -> f32 {
    0.05f64.mul_add((-distance_km / 20.0).exp(), 0.95) as f32
}

fn best(found: &[Found]) -> f32 {
    found.iter().map(|found| found.score).fold(0.0, f32::max)
}

/// Those whose signature is likest to the one asked.
fn sift<T: Copy>(
    asked: Signature,
    all: impl Iterator<Item = (T, Signature)>,
    most: usize,
) -> Vec<T> {
    let mut kept: Vec<(u32, T)> = Vec::with_capacity(2 * most);
    let (size, mut least) = (asked.size(), 0);
    for (item, signature) in all {
        let common = asked.common(signature);
        // What the name has besides counts a quarter: a question is rarely the whole name.
        let rank = (4 * common + 128).saturating_sub(signature.size() - common);
        if 2 * common < size || rank < least {
            continue;
        }
        kept.push((rank, item));
        if kept.len() == 2 * most {
            kept.sort_by_key(|(rank, _)| Reverse(*rank));
            kept.truncate(most);
            least = kept[most - 1].0 + 1;
        }
    }
    kept.sort_by_key(|(rank, _)| Reverse(*rank));
    kept.into_iter().take(most).map(|(_, item)| item).collect()
}
