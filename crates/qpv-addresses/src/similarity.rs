//! The similarity of two names, from 0 to 1.

use smallvec::SmallVec;

use crate::weights::{name_match, word, word_match};
use crate::words::{WordClass, decode, phonetic_key};

/// A word of the question.
#[derive(Debug, Clone)]
pub(crate) struct QueryWord {
    pub text: String,
    pub class: WordClass,
    pub phonetic_key: String,
    /// The letters in it, one bit each.
    letters: u32,
    /// True for words that names do not have (a floor, a building): it may be missing.
    pub is_noise: bool,
    /// True if it may be the beginning of a word still being typed.
    pub is_prefix: bool,
}

impl QueryWord {
    pub(crate) fn new(text: &str, class: WordClass, is_noise: bool, is_prefix: bool) -> Self {
        Self {
            text: text.to_owned(),
            class,
            phonetic_key: phonetic_key(text),
            letters: letters(text),
            is_noise,
            is_prefix,
        }
    }

    /// Returns true if the word alone can distinguish one street from another.
    pub(crate) fn is_distinctive(&self) -> bool {
        !self.is_noise && self.class == WordClass::Proper
    }

    fn weight(&self) -> f32 {
        if self.is_noise {
            word::NOISE
        } else {
            self.class.weight()
        }
    }
}

/// The letters of a word, one bit each.
fn letters(word: &str) -> u32 {
    word.bytes()
        .filter(u8::is_ascii_lowercase)
        .fold(0, |letters, byte| letters | 1 << (byte - b'a'))
}

/// Returns the similarity of the words asked and an encoded name.
///
/// Each word asked is paired with the most similar word of the name, each used once, and weighs by its class. Words glued
/// together or cut (`grandrue`, `ruev ictor`) are compared as one text.
pub(crate) fn similarity(asked: &[&QueryWord], name: &str) -> f32 {
    let mut pairing = Pairing::new(asked, name);
    let mut total: f32 =
        asked.iter().map(|word| word.weight()).sum::<f32>() + pairing.name_weight();
    if total == 0.0 {
        return 0.0;
    }
    // Equal words go first, so that a similar word cannot take the counterpart of an equal one.
    pairing.pair_equal_words();
    pairing.pair_similar_words();
    let has_other_number = pairing.has_other_number();
    if asked.iter().any(|word| word.is_prefix) {
        // What is not typed yet may still come, and must not count as missing.
        total -= (1.0 - word::NOT_YET_TYPED) * pairing.unpaired_name_weight();
    }
    let factor = if has_other_number {
        name_match::OTHER_NUMBER
    } else {
        1.0
    };
    let by_word = pairing.common / total * factor;
    // As one text, `11 novembre` and `12 novembre` would be a letter apart.
    if by_word >= name_match::ENOUGH_BY_WORD || has_other_number {
        by_word
    } else {
        by_word.max(similarity_as_one_text(asked, &pairing.name))
    }
}

/// The words of a question and of a name while each finds its counterpart.
struct Pairing<'a> {
    asked: &'a [&'a QueryWord],
    name: SmallVec<[(WordClass, &'a str); 8]>,
    /// One flag for each word asked that has its counterpart.
    matched: SmallVec<[bool; 8]>,
    /// One flag for each word of the name that is one.
    taken: SmallVec<[bool; 8]>,
    /// The weights of all pairs, each times its similarity.
    common: f32,
}

impl<'a> Pairing<'a> {
    fn new(asked: &'a [&'a QueryWord], name: &'a str) -> Self {
        let name: SmallVec<[(WordClass, &str); 8]> = decode(name).collect();
        Self {
            asked,
            matched: SmallVec::from_elem(false, asked.len()),
            taken: SmallVec::from_elem(false, name.len()),
            name,
            common: 0.0,
        }
    }

    fn name_weight(&self) -> f32 {
        self.name.iter().map(|(class, _)| class.weight()).sum()
    }

    fn unpaired_name_weight(&self) -> f32 {
        let unpaired = self.name.iter().zip(&self.taken);
        unpaired
            .filter(|(_, taken)| !**taken)
            .map(|((class, _), _)| class.weight())
            .sum()
    }

    fn pair_equal_words(&mut self) {
        for (at, word) in self.asked.iter().enumerate() {
            let equal = self
                .name
                .iter()
                .zip(&self.taken)
                .position(|((_, text), taken)| !taken && *text == word.text);
            if let Some(found) = equal {
                self.pair(at, found);
                self.common += word.weight() + self.name[found].0.weight();
            }
        }
    }

    fn pair_similar_words(&mut self) {
        for (at, word) in self.asked.iter().enumerate() {
            if self.matched[at] {
                continue;
            }
            let free = self
                .name
                .iter()
                .enumerate()
                .filter(|(index, _)| !self.taken[*index]);
            let best = free
                .map(|(index, (_, text))| (index, word_similarity(word, text)))
                .max_by(|one, other| one.1.total_cmp(&other.1));
            if let Some((found, similarity)) = best.filter(|(_, similarity)| *similarity > 0.0) {
                self.pair(at, found);
                self.common += similarity * (word.weight() + self.name[found].0.weight());
            }
        }
    }

    fn pair(&mut self, asked: usize, found: usize) {
        self.matched[asked] = true;
        self.taken[found] = true;
    }

    /// True if both sides keep a number without counterpart.
    fn has_other_number(&self) -> bool {
        self.asked
            .iter()
            .zip(&self.matched)
            .any(|(word, matched)| !matched && is_number(&word.text))
            && self
                .name
                .iter()
                .zip(&self.taken)
                .any(|((_, text), taken)| !taken && is_number(text))
    }
}

/// Returns true if a distinctive word asked is similar to none of a name's, and the whole is not the name with other
/// spaces.
pub(crate) fn has_foreign_word(asked: &[&QueryWord], name: &str) -> bool {
    let words: SmallVec<[(WordClass, &str); 8]> = decode(name).collect();
    asked
        .iter()
        .filter(|word| word.is_distinctive())
        .any(|word| !is_among(word, &words))
        && similarity_as_one_text(asked, &words) == 0.0
}

fn is_among(asked: &QueryWord, words: &[(WordClass, &str)]) -> bool {
    words
        .iter()
        .any(|(_, text)| asked.text == *text || word_similarity(asked, text) > 0.0)
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Returns the similarity of a word asked and a word of a name.
fn word_similarity(asked: &QueryWord, word: &str) -> f32 {
    let (a, b) = (asked.text.as_str(), word);
    if asked.is_prefix && b.starts_with(a) {
        return word_match::TYPED_PREFIX;
    }
    // Two numbers a digit apart are two streets, not a fault.
    if has_digit(a) || has_digit(b) {
        return 0.0;
    }
    if b.starts_with(a) {
        if a.len() >= word_match::MIN_PREFIX_LETTERS {
            let missing = (b.len() - a.len()) as f32 / (b.len() + 1) as f32;
            return word_match::PREFIX.max(1.0 - missing);
        }
        if a.len() == 1 {
            return word_match::INITIAL;
        }
    }
    let differing = (asked.letters ^ letters(b)).count_ones();
    let similarity = spelling_similarity(a, b, differing);
    if similarity > 0.0 {
        return similarity;
    }
    // The same sound is rarely written with five other letters, and comparing sets costs less than making a key.
    if differing <= word_match::MAX_SOUND_LETTERS
        && asked.phonetic_key.len() >= word_match::MIN_SOUND_CHARACTERS
        && asked.phonetic_key == phonetic_key(b)
    {
        word_match::SAME_SOUND
    } else {
        0.0
    }
}

/// Returns the similarity of two words with one or two wrong letters; 0 for more. `differing` counts the letters that only
/// one of them has.
fn spelling_similarity(a: &str, b: &str, differing: u32) -> f32 {
    let longest = a.len().max(b.len());
    let max_faults = if longest >= word_match::MIN_TWO_FAULTS_LETTERS {
        2
    } else {
        1
    };
    // A fault changes two letters of the set at most: this spares nearly all distances, which cost the most here.
    if longest < word_match::MIN_FAULT_LETTERS
        || longest - a.len().min(b.len()) > max_faults
        || differing as usize > 2 * max_faults
    {
        return 0.0;
    }
    // One more than the length: a fault in a short word costs a little less than its letter.
    let scale = (longest + 1) as f32;
    match strsim::osa_distance(a, b) {
        1 if longest >= word_match::MIN_ONE_FAULT_LETTERS => 1.0 - 1.0 / scale,
        1 => word_match::FAULT_IN_THREE_LETTERS,
        2 if longest >= word_match::MIN_TWO_FAULTS_LETTERS => {
            1.0 - word_match::TWO_FAULTS_LETTERS / scale
        }
        _ => 0.0,
    }
}

/// Returns the similarity of all words written without spaces.
fn similarity_as_one_text(asked: &[&QueryWord], words: &[(WordClass, &str)]) -> f32 {
    let asked = asked.iter().filter(|word| !word.is_noise);
    let (one_letters, one_length) = asked.clone().fold((0, 0), |(all, length), word| {
        (all | word.letters, length + word.text.len())
    });
    let (other_letters, other_length) = words.iter().fold((0, 0), |(all, length), (_, text)| {
        (all | letters(text), length + text.len())
    });
    let longest = one_length.max(other_length);
    // The cheap conditions come first: most names fail them, and no text is joined for those.
    if longest < name_match::MIN_LETTERS
        || one_length.abs_diff(other_length) > name_match::MAX_FAULTS
        || (one_letters ^ other_letters).count_ones() > name_match::MAX_DIFFERING_LETTERS
    {
        return 0.0;
    }
    let one: String = asked.map(|word| word.text.as_str()).collect();
    let other: String = words.iter().map(|(_, text)| *text).collect();
    match strsim::osa_distance(&one, &other) {
        0 => name_match::SAME_LETTERS,
        distance @ 1..=name_match::MAX_FAULTS => {
            name_match::SAME_LETTERS - name_match::FAULT_LETTERS * distance as f32 / longest as f32
        }
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{encode, words};

    fn similarity_of(question: &str, name: &str) -> f32 {
        let asked: Vec<QueryWord> = words(question)
            .iter()
            .map(|word| QueryWord::new(&word.text, word.class, false, false))
            .collect();
        similarity(&asked.iter().collect::<Vec<_>>(), &encode(&words(name)))
    }

    #[test]
    fn the_right_name_is_the_most_similar() {
        for (question, right, wrong) in [
            ("rue pasteur", "Rue Pasteur", "Avenue Pasteur"),
            ("rue pastuer", "Rue Pasteur", "Rue Pastor"),
            ("rue hugo", "Rue Victor Hugo", "Rue Hugues"),
            ("ruevictor hugo", "Rue Victor Hugo", "Rue Victor Basch"),
            (
                "rue du 11 novembre",
                "Rue du 11 Novembre 1918",
                "Rue du 12 Novembre",
            ),
            (
                "av gl de gole",
                "Avenue du Général de Gaulle",
                "Avenue du Général Leclerc",
            ),
            ("r j jaures", "Rue Jean Jaurès", "Rue Jean Moulin"),
        ] {
            let (right_is, wrong_is) = (
                similarity_of(question, right),
                similarity_of(question, wrong),
            );
            assert!(
                right_is > wrong_is + 0.05,
                "{question}: {right_is} {wrong_is}"
            );
        }
        assert!((similarity_of("RUE DE L'EGLISE", "Rue de l’Église") - 1.0).abs() < 1e-6);
    }
}
