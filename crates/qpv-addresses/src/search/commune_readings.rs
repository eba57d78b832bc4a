//! The communes that a question may mean, and the words that name each.

use std::cmp::Reverse;
use std::ops::Range;

use qpv_model::CommuneCode;
use smallvec::SmallVec;

use crate::abbreviations::needs_name;
use crate::delivery::opens_complement;
use crate::house_number::NumberReading;
use crate::index::AliasRow;
use crate::signature::NameSignature;
use crate::similarity::{QueryWord, compare};
use crate::weights::{bound, commune, lookup};
use crate::words::WordClass;

use super::{SearchRun, compare_scores};

/// A set of communes; few readings have more than eight.
pub(super) type CommuneList = SmallVec<[u32; 8]>;

/// A way to read the commune.
#[derive(Debug, Clone)]
pub(super) struct CommuneReading {
    pub(super) communes: ReadCommunes,
    /// The words that name it.
    pub(super) span: Range<usize>,
    /// Confidence in it, from 0 to 1.
    pub(super) confidence: f32,
    /// True if the words are a name that the commune had before a merger.
    pub(super) is_former: bool,
    /// True if the words may be another commune's name as well.
    pub(super) is_loose: bool,
    /// True if the question names another place than this where communes are named: nothing of it is believed.
    pub(super) is_contradicted: bool,
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
    pub(super) fn communes(&self) -> &[u32] {
        match &self.communes {
            ReadCommunes::These { communes, .. } => communes,
            ReadCommunes::Any => &[],
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum ReadCommunes {
    These {
        communes: CommuneList,
        postcode: Option<u32>,
    },
    Any,
}

impl SearchRun<'_> {
    /// Returns the ways to read the commune, most likely first.
    pub(super) fn commune_readings(&self, number: &NumberReading) -> Vec<CommuneReading> {
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

    /// Returns the end of what stands before a commune without `à`, `sur`, `ville de`.
    pub(super) fn without_announcement(&self, end: usize) -> usize {
        match (self.text_before(end, 2), self.text_before(end, 1)) {
            (_, "a" | "sur") => end - 1,
            ("ville" | "commune", "de" | "d" | "du" | "des") => end - 2,
            _ => end,
        }
    }

    /// The text of the word so many places before another; empty before the first.
    fn text_before(&self, at: usize, back: usize) -> &str {
        at.checked_sub(back)
            .map_or("", |at| self.question.words[at].text.as_str())
    }

    pub(super) fn texts(&self, range: Range<usize>) -> Vec<&str> {
        let words = &self.question.words;
        words[range.start..range.end.min(words.len())]
            .iter()
            .map(|word| word.text.as_str())
            .collect()
    }

    pub(super) fn without_noise(&self, end: usize) -> usize {
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

    pub(super) fn text_of(&self, span: &Range<usize>) -> String {
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
            // `Saint-Denis-en-Val` is not `Saint-Denis`, nor `Paris 12` the whole city.
            let in_city_of = readings
                .iter()
                .any(|longer| longer.span.start <= span.start && longer.span.end >= span.end);
            if in_city_of {
                continue;
            }
            let named = self.tables.aliases_named(&text);
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
            // What is like a commune in front of the postcode may be the end of a street: `Rue du Four à Chaux 90000`.
            let middle = self.question.before_postcode;
            if !named.is_empty() && named.iter().all(|reading| reading.span.end <= middle) {
                let all = here.iter().copied().collect();
                let confidence = commune::POSTCODE_ONLY;
                readings.push(CommuneReading::new(all, Some(postcode), 0..0, confidence));
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
        let in_department = reading
            .communes()
            .iter()
            .any(|commune| is_in_department_of(&communes[*commune as usize].code, postcode));
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
}

/// Returns true if a commune lies in the department of a postcode.
pub(super) fn is_in_department_of(citycode: &[u8], postcode: u32) -> bool {
    let postcode = format!("{postcode:05}");
    match &postcode[..2] {
        // The postcodes of Corsica are those of the department that it was.
        "20" => citycode.starts_with(b"2A") || citycode.starts_with(b"2B"),
        "97" | "98" => citycode.starts_with(&postcode.as_bytes()[..3]),
        department => citycode.starts_with(department.as_bytes()),
    }
}
