//! How alike two names are, from 0 to 1.

use smallvec::SmallVec;

use crate::words::{Class, decode, sound};

/// What a word that only says the same thing otherwise counts for.
const SAME_SOUND: f32 = 0.9;
/// The beginning of a word (`chat` for `château`), three letters at least.
const BEGINNING: f32 = 0.8;
/// One letter for a given name (`j jaures`).
const INITIAL: f32 = 0.7;
/// What is left of a likeness when both have a number, and not the same.
const OTHER_NUMBER: f32 = 0.6;
/// What a word of the name not asked counts for while the question is being typed.
const NOT_YET_TYPED: f32 = 0.3;
/// Likeness above which word by word is good enough.
const GOOD: f32 = 0.96;

/// A word asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub text: String,
    pub class: Class,
    pub sound: String,
    /// Letters it is made of, one bit each.
    letters: u32,
    /// Whether it belongs to what is not in names (a floor, a building): it may be missing.
    pub aside: bool,
    /// Whether it may be the beginning of a word still being typed.
    pub begun: bool,
}

impl Asked {
    pub(crate) fn new(text: &str, class: Class, aside: bool, begun: bool) -> Self {
        Self {
            text: text.to_owned(),
            class,
            sound: sound(text),
            letters: letters(text),
            aside,
            begun,
        }
    }

    fn weight(&self) -> f32 {
        if self.aside {
            0.05
        } else {
            self.class.weight()
        }
    }
}

fn letters(word: &str) -> u32 {
    word.bytes()
        .filter(u8::is_ascii_lowercase)
        .fold(0, |letters, byte| letters | 1 << (byte - b'a'))
}

/// How alike the words asked are to a name's, encoded.
///
/// Each word asked goes with the word of the name it is most like, each used once; a word weighs by how much its class
/// tells. Words glued together or cut (`grandrue`, `ruev ictor`) are compared as one text.
pub(crate) fn likeness(asked: &[&Asked], name: &str) -> f32 {
    let words: SmallVec<[(Class, &str); 8]> = decode(name).collect();
    let mut taken: SmallVec<[bool; 8]> = SmallVec::from_elem(false, words.len());
    let mut matched: SmallVec<[bool; 8]> = SmallVec::from_elem(false, asked.len());
    let mut total: f32 = asked.iter().map(|word| word.weight()).sum::<f32>()
        + words.iter().map(|(class, _)| class.weight()).sum::<f32>();
    if total == 0.0 {
        return 0.0;
    }
    let mut common = 0.0;
    for (at, word) in asked.iter().enumerate() {
        let same = words
            .iter()
            .zip(&taken)
            .position(|((_, text), taken)| !taken && *text == word.text);
        if let Some(found) = same {
            (taken[found], matched[at]) = (true, true);
            common += word.weight() + words[found].0.weight();
        }
    }
    for (at, word) in asked
        .iter()
        .enumerate()
        .filter(|(at, _)| !matched[*at])
        .collect::<SmallVec<[_; 8]>>()
    {
        let free = words.iter().enumerate().filter(|(index, _)| !taken[*index]);
        let best = free
            .map(|(index, (_, text))| (index, word_likeness(word, text)))
            .max_by(|one, other| one.1.total_cmp(&other.1));
        if let Some((found, likeness)) = best.filter(|(_, likeness)| *likeness > 0.0) {
            (taken[found], matched[at]) = (true, true);
            common += likeness * (word.weight() + words[found].0.weight());
        }
    }
    // `11 novembre` is not `12 novembre`.
    let other_number = asked
        .iter()
        .zip(&matched)
        .any(|(word, matched)| !matched && is_number(&word.text))
        && words
            .iter()
            .zip(&taken)
            .any(|((_, text), taken)| !taken && is_number(text));
    if asked.iter().any(|word| word.begun) {
        let left = words.iter().zip(&taken).filter(|(_, taken)| !**taken);
        total -= (1.0 - NOT_YET_TYPED) * left.map(|((class, _), _)| class.weight()).sum::<f32>();
    }
    let by_word = common / total * if other_number { OTHER_NUMBER } else { 1.0 };
    if by_word >= GOOD || other_number {
        by_word
    } else {
        by_word.max(as_one_text(asked, &words))
    }
}

/// Whether a telling word asked is like none of a name's, and the whole is not the name written otherwise.
pub(crate) fn has_other_word(asked: &[&Asked], name: &str) -> bool {
    let words: SmallVec<[(Class, &str); 8]> = decode(name).collect();
    let is = |word: &Asked, text: &str| word.text == text || word_likeness(word, text) > 0.0;
    let other = |word: &&&Asked| {
        !word.aside && word.class == Class::Proper && !words.iter().any(|(_, text)| is(word, text))
    };
    asked.iter().any(|word| other(&word)) && as_one_text(asked, &words) == 0.0
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// How alike two words are.
fn word_likeness(asked: &Asked, word: &str) -> f32 {
    let (a, b) = (asked.text.as_str(), word);
    let numeric = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    if asked.begun && b.starts_with(a) {
        return 0.99;
    }
    if numeric(a) || numeric(b) {
        return 0.0;
    }
    if b.starts_with(a) {
        if a.len() >= 3 {
            return BEGINNING.max(1.0 - (b.len() - a.len()) as f32 / (b.len() + 1) as f32);
        }
        if a.len() == 1 {
            return INITIAL;
        }
    }
    let differing = (asked.letters ^ letters(b)).count_ones();
    let longest = a.len().max(b.len());
    // One fault changes two letters of the set at most; short words are not like any other with two.
    let faults = if longest >= 6 { 2 } else { 1 };
    if longest >= 3 && longest - a.len().min(b.len()) <= faults && differing as usize <= 2 * faults
    {
        let distance = strsim::osa_distance(a, b);
        let likeness = match distance {
            1 if longest >= 4 => 1.0 - 1.0 / (longest + 1) as f32,
            1 => 0.6,
            2 if longest >= 6 => 1.0 - 2.5 / (longest + 1) as f32,
            _ => 0.0,
        };
        if likeness > 0.0 {
            return likeness;
        }
    }
    // The same sound is rarely written with five other letters.
    if differing <= 4 && asked.sound.len() >= 3 && asked.sound == sound(b) {
        SAME_SOUND
    } else {
        0.0
    }
}

/// The likeness of all words written as one.
fn as_one_text(asked: &[&Asked], words: &[(Class, &str)]) -> f32 {
    let asked = asked.iter().filter(|word| !word.aside);
    let (one_letters, one_length) = asked.clone().fold((0, 0), |(all, length), word| {
        (all | word.letters, length + word.text.len())
    });
    let (other_letters, other_length) = words.iter().fold((0, 0), |(all, length), (_, text)| {
        (all | letters(text), length + text.len())
    });
    let longest = one_length.max(other_length);
    if longest < 5
        || one_length.abs_diff(other_length) > 2
        || (one_letters ^ other_letters).count_ones() > 4
    {
        return 0.0;
    }
    let one: String = asked.map(|word| word.text.as_str()).collect();
    let other: String = words.iter().map(|(_, text)| *text).collect();
    match strsim::osa_distance(&one, &other) {
        0 => 0.98,
        distance @ 1..=2 => 0.98 - 1.3 * distance as f32 / longest as f32,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{encode, words};

    fn between(question: &str, name: &str) -> f32 {
        let asked: Vec<Asked> = words(question)
            .iter()
            .map(|word| Asked::new(&word.text, word.class, false, false))
            .collect();
        likeness(&asked.iter().collect::<Vec<_>>(), &encode(&words(name)))
    }

    #[test]
    fn the_right_name_is_the_likeliest() {
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
            let (right_is, wrong_is) = (between(question, right), between(question, wrong));
            assert!(
                right_is > wrong_is + 0.05,
                "{question}: {right_is} {wrong_is}"
            );
        }
        assert!((between("RUE DE L'EGLISE", "Rue de l’Église") - 1.0).abs() < 1e-6);
    }
}
