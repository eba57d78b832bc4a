//! The words of names and of questions, as they are compared.
//!
//! Published names and questions go through the same rules, so that every writing of one name has the same words, and a
//! rule that is wrong for a name is wrong on both sides and does no harm. The text is folded and cut into pieces
//! ([`crate::pieces`]); at each piece the rules are tried in order, and the first that holds takes one piece or several:
//! numbers ([`crate::numerals`]), roads ([`crate::roads`]), abbreviations ([`crate::abbreviations`]).

use std::borrow::Cow;

use qpv_french::fold::fold_text;

use crate::abbreviations::{
    army_arm, army_unit_ahead, is_street_type, is_thoroughfare, is_way, phrase, written_out,
};
use crate::numerals::{
    has_arrondissements, is_counted_noun, is_ordinal_ending, is_year, month, number_in_letters,
    roman_number, year_of_date, year_of_two_digits,
};
use crate::pieces::{TextPiece, is_numeric, split, text_at};
use crate::roads::{is_way_ahead, number_sign, numbered_road};
use crate::weights::word;

/// A word of a name or of a question, as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameWord {
    /// Lower case, without accents, abbreviations written out, numbers in digits.
    pub text: String,
    pub class: WordClass,
    /// True for a number in letters, in Roman figures or with the ending of an ordinal: it is never a house's.
    pub is_spelled: bool,
}

impl NameWord {
    fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            class: WordClass::from_word(text),
            is_spelled: false,
        }
    }
}

/// The classes of words, by how much they distinguish one street from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordClass {
    /// `de`, `la`.
    Link,
    /// `rue`, `avenue`.
    StreetType,
    /// `saint`, `général`.
    Title,
    /// All others.
    Proper,
}

impl WordClass {
    /// The weight of such a word in the similarity of two names.
    pub(crate) fn weight(self) -> f32 {
        match self {
            Self::Link => word::LINK,
            Self::StreetType => word::STREET_TYPE,
            Self::Title => word::TITLE,
            Self::Proper => word::PROPER,
        }
    }

    /// Returns true for the classes that distinguish streets of a commune: proper names and titles.
    pub(crate) fn is_distinctive(self) -> bool {
        matches!(self, Self::Proper | Self::Title)
    }

    /// Returns the class of a word without abbreviation.
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "de" | "du" | "des" | "d" | "la" | "le" | "les" | "l" | "et" | "a" | "au" | "aux"
            | "en" | "sur" | "sous" => Self::Link,
            street_type if is_street_type(street_type) => Self::StreetType,
            "saint" | "sainte" | "general" | "docteur" | "marechal" | "president"
            | "professeur" | "commandant" | "capitaine" | "colonel" | "lieutenant" | "sergent"
            | "abbe" | "monseigneur" | "maitre" | "grand" | "grande" | "petit" | "petite"
            | "vieux" | "vieille" | "frere" | "freres" | "pere" | "amiral" | "cardinal"
            | "madame" | "monsieur" | "mademoiselle" | "notre" | "dame" | "ancien" | "ancienne"
            | "haut" | "haute" | "bas" | "basse" => Self::Title,
            _ => Self::Proper,
        }
    }
}

/// Returns true for the ranks and titles of persons that are left out of their names (`rue de Gaulle`).
pub(crate) fn is_rank(word: &str) -> bool {
    matches!(
        word,
        "general"
            | "docteur"
            | "marechal"
            | "president"
            | "professeur"
            | "commandant"
            | "capitaine"
            | "colonel"
            | "lieutenant"
            | "sergent"
            | "adjudant"
            | "caporal"
            | "aspirant"
            | "abbe"
            | "chanoine"
            | "monseigneur"
            | "maitre"
            | "amiral"
            | "cardinal"
            | "pere"
            | "frere"
            | "soeur"
            | "madame"
            | "monsieur"
            | "mademoiselle"
            | "ingenieur"
            | "depute"
            | "senateur"
    )
}

/// Returns true for the words that tell two streets of one name apart (`Petit Moulin`, `Rue Haute`, `Prolongée`).
pub(crate) fn is_distinguishing(word: &str) -> bool {
    matches!(
        word,
        "sous"
            | "sur"
            | "dessus"
            | "dessous"
            | "devant"
            | "derriere"
            | "amont"
            | "aval"
            | "traversiere"
            | "coloniale"
            | "alpine"
            | "alpins"
            | "parachutistes"
            | "traversier"
            | "prolong"
            | "saint"
            | "sainte"
            | "grand"
            | "grande"
            | "grands"
            | "grandes"
            | "petit"
            | "petite"
            | "petits"
            | "petites"
            | "vieux"
            | "vieille"
            | "vieil"
            | "ancien"
            | "ancienne"
            | "haut"
            | "haute"
            | "hauts"
            | "hautes"
            | "bas"
            | "basse"
            | "neuf"
            | "neuve"
            | "nouveau"
            | "nouvelle"
            | "notre"
            | "dame"
            | "prolonge"
            | "prolongee"
            | "nord"
            | "sud"
            | "est"
            | "ouest"
            | "inferieur"
            | "inferieure"
            | "superieur"
            | "superieure"
            | "moyen"
            | "moyenne"
            | "gauche"
            | "droite"
            | "blanc"
            | "blanche"
            | "noir"
            | "noire"
            | "rouge"
            | "vert"
            | "verte"
            | "premier"
            | "long"
            | "longue"
            | "beau"
            | "belle"
    )
}

/// Splits a text into its words, in order.
///
/// Letters are parted from digits (`12bis`), numbers are written in digits (`1er`, `deuxième`, `XIV`, `vingt et un`), roads
/// with their letter (`RN1` is `route n1`), abbreviations in full.
pub(crate) fn words(text: &str) -> Vec<NameWord> {
    // Folding drops the sign of a degree, but keeps the one of an ordinal as an `o`: `n° 12` becomes `no 12`.
    let text = if text.contains('°') {
        Cow::Owned(text.replace('°', "º"))
    } else {
        Cow::Borrowed(text)
    };
    let folded = fold_text(&text);
    let pieces = split(&folded);
    let mut reader = WordReader {
        words: Vec::with_capacity(pieces.len()),
        rest: &pieces,
    };
    while !reader.rest.is_empty() {
        let taken = reader.read_next();
        reader.rest = &reader.rest[taken..];
    }
    reader.words
}

/// The words read so far, and the pieces left.
///
/// Each rule returns the number of pieces that it takes; `None` where it does not hold.
struct WordReader<'a> {
    words: Vec<NameWord>,
    rest: &'a [TextPiece<'a>],
}

impl<'a> WordReader<'a> {
    fn read_next(&mut self) -> usize {
        self.read_ordinal_ending()
            .or_else(|| self.read_road())
            .or_else(|| self.read_number_sign())
            .or_else(|| self.read_army_unit())
            .or_else(|| self.read_month())
            .or_else(|| self.read_number())
            .or_else(|| self.read_phrase())
            .unwrap_or_else(|| self.read_word())
    }

    fn piece(&self, at: usize) -> &'a str {
        text_at(self.rest, at)
    }

    /// The word `back` words before the piece; empty before the first.
    fn before(&self, back: usize) -> &str {
        let at = self.words.len().checked_sub(back);
        at.and_then(|at| self.words.get(at))
            .map_or("", |word| word.text.as_str())
    }

    fn push(&mut self, text: &str) {
        self.words.push(NameWord::new(text));
    }

    fn push_all(&mut self, texts: &[&str]) {
        for text in texts {
            self.push(text);
        }
    }

    /// Drops the ending of an ordinal: `1er` and `1` name the same street.
    fn read_ordinal_ending(&mut self) -> Option<usize> {
        let ending = *self.rest.first()?;
        let number = self.before(1);
        let is_ending =
            is_numeric(number) && (is_ordinal_ending(ending, number) || self.is_ordinal_letter());
        is_ending.then(|| {
            if let Some(number) = self.words.last_mut() {
                number.is_spelled = true;
            }
            1
        })
    }

    /// Returns true if an `e` behind a number makes it an ordinal, or the `o` that `º` becomes, and is no letter of a
    /// house number (`12e rue Foch`).
    fn is_ordinal_letter(&self) -> bool {
        let (letter, next) = (self.piece(0), self.piece(1));
        if !matches!(letter, "e" | "o") {
            return false;
        }
        if is_counted_noun(next) || army_unit_ahead(&self.rest[1..]).is_some() {
            return true;
        }
        if letter == "o" || !self.rest[0].is_glued {
            return false;
        }
        let after = self.rest.get(2..).unwrap_or_default();
        // `3e Avenue` is a whole name; so is what a postcode follows.
        let is_whole_name = is_way(next) && (after.is_empty() || after[0].text.len() == 5);
        if self.words.len() == 1 {
            return is_whole_name;
        }
        let before = self.before(2);
        let is_in_name = is_numeric(before) && before.len() < 5
            || is_article(before)
            || has_arrondissements(before);
        is_in_name || is_whole_name || !is_way_ahead(&self.rest[1..])
    }

    /// Drops the sign of a number; `n` alone may mean a road, which is tried first.
    fn read_number_sign(&mut self) -> Option<usize> {
        number_sign(self.rest, self.before(1))
    }

    fn read_road(&mut self) -> Option<usize> {
        let road = numbered_road(self.rest, self.before(1))?;
        // `Route de la Traversée (RD23)` is one road, and so is `D 1 (RD1)`.
        let has_way = self
            .words
            .iter()
            .rev()
            .take_while(|word| !is_numeric(&word.text))
            .any(|word| is_thoroughfare(&word.text));
        if road.is_way_written || !has_way {
            self.push(road.way);
        }
        if self.before(1) != road.name {
            self.push(&road.name);
        }
        Some(road.length)
    }

    /// Writes out a regiment and the like behind its number: `91e RI`, `5e D.B.`.
    fn read_army_unit(&mut self) -> Option<usize> {
        if let Some(arm) = army_arm(self.piece(0))
            && self.before(1) == "d"
            && matches!(self.before(2), "regiment" | "division")
        {
            self.push(arm);
            return Some(1);
        }
        let number = self.words.last().filter(|word| is_numeric(&word.text))?;
        let is_ordinal = number.is_spelled;
        let before = self.before(2);
        // `12 RA` may be anything, and `12 r a Briand` is a street.
        let is_in_name = is_ordinal || is_article(before);
        let (unit, length) = army_unit_ahead(self.rest)?;
        let is_plain = length == 1 && (self.piece(0).len() > 2 || !before.is_empty());
        if !is_in_name && !is_plain {
            return None;
        }
        self.push_all(unit);
        Some(length)
    }

    /// Writes out the month of a date: `11 nov 1918`, `rue du 4 sept`.
    fn read_month(&mut self) -> Option<usize> {
        let month = month(self.piece(0)).filter(|month| *month != self.piece(0))?;
        let is_date = is_day(self.before(1))
            && (is_article(self.before(2))
                || is_thoroughfare(self.before(2))
                || is_year(self.piece(1)));
        is_date.then(|| {
            self.push(month);
            1
        })
    }

    /// Writes a number in digits.
    fn read_number(&mut self) -> Option<usize> {
        let piece = *self.rest.first()?;
        if is_numeric(piece.text) {
            // `07`: the number is the same without its zeros. Five digits may be a postcode, which keeps them.
            let text = match piece.text.len() {
                0..5 => piece.text.trim_start_matches('0'),
                _ => piece.text,
            };
            if !text.is_empty() {
                self.push_number(text, 1, false);
            }
            return Some(1);
        }
        if piece.is_glued && piece.text.len() == 1 {
            return None;
        }
        if let Some(number) = number_in_letters(self.rest, self.before(1)) {
            self.push_number(&number.value.to_string(), number.length, true);
            return Some(number.length);
        }
        let value = roman_number(piece.text, self.before(1), self.counted())
            .or_else(|| self.is_first_part().then_some(1))?;
        self.push_number(&value.to_string(), 1, true);
        Some(1)
    }

    /// The piece that a number counts, `db` for `D.B.`.
    fn counted(&self) -> &'a str {
        match (self.piece(1), self.piece(2)) {
            ("d", "b") => "db",
            (next, _) => next,
        }
    }

    /// Pushes a number that takes some pieces; behind a day and a month, two digits become a year.
    fn push_number(&mut self, text: &str, length: usize, is_spelled: bool) {
        let is_after_date = month(self.before(1)).is_some() && is_day(self.before(2));
        // `11 novembre, 18 rue Foch`: the number begins another address.
        // `Rue du 11 Novembre 14` has number 14: the year of that day is another.
        let other_year = year_of_date(self.before(2), self.before(1));
        let year = year_of_two_digits(text)
            .filter(|_| is_after_date && !is_way_ahead(&self.rest[length..]))
            .filter(|year| other_year.is_none_or(|other| other == year.to_string()));
        let text = year.map_or_else(|| text.to_owned(), |year| year.to_string());
        self.push(&text);
        if let Some(number) = self.words.last_mut() {
            number.is_spelled = is_spelled;
        }
    }

    /// Returns true for the figure of the first part of an estate: `Résidence Les Bergers I`.
    fn is_first_part(&self) -> bool {
        let is_last = self.rest.len() == 1 || is_numeric(self.piece(1));
        self.piece(0) == "i"
            && is_last
            && self
                .words
                .last()
                .is_some_and(|word| word.class == WordClass::Proper && !is_numeric(&word.text))
            && self
                .words
                .iter()
                .any(|word| matches!(&*word.text, "lotissement" | "residence" | "cite"))
    }

    fn read_phrase(&mut self) -> Option<usize> {
        // In `12N D`, `N` is a suffix.
        if self.rest[0].is_glued && self.piece(0).len() == 1 {
            return None;
        }
        let (words, length) = phrase(self.rest, self.before(1))?;
        self.push_all(words);
        Some(length)
    }

    fn read_word(&mut self) -> usize {
        let piece = self.rest[0];
        // In `12R`, `R` is a suffix and not `rue`; in `rue R. Schuman` it is an initial.
        let is_letter = piece.is_glued && piece.text.len() == 1
            || piece.text == "r" && WordClass::from_word(self.before(1)) == WordClass::StreetType;
        if is_letter {
            self.push(piece.text);
        } else {
            self.push(written_out(piece.text));
        }
        1
    }
}

/// Returns true for what precedes a number in a name.
// Not `a`, `d` and `l`, which may be letters of buildings.
fn is_article(text: &str) -> bool {
    matches!(
        text,
        "au" | "de" | "des" | "du" | "et" | "la" | "le" | "les"
    )
}

/// Returns true for the number of a day of a month.
fn is_day(text: &str) -> bool {
    text.parse().is_ok_and(|day: u32| (1..=31).contains(&day))
}

/// Joins words into one text, each behind a byte for its class.
pub(crate) fn encode(words: &[NameWord]) -> String {
    let mut text = String::new();
    for word in words {
        text.push(char::from(word.class as u8 + 1));
        text.push_str(&word.text);
    }
    text
}

/// Splits the text of [`encode`] into words.
pub(crate) fn decode(text: &str) -> impl Iterator<Item = (WordClass, &str)> + Clone {
    const CLASSES: [WordClass; 4] = [
        WordClass::Link,
        WordClass::StreetType,
        WordClass::Title,
        WordClass::Proper,
    ];
    let mut rest = text;
    std::iter::from_fn(move || {
        let class = CLASSES[usize::from(rest.bytes().next()?).checked_sub(1)?.min(3)];
        let word = &rest[1..];
        let end = word
            .as_bytes()
            .iter()
            .position(|byte| (1..=4).contains(byte))
            .unwrap_or(word.len());
        rest = &word[end..];
        Some((class, &word[..end]))
    })
}

/// Returns the hash by which a commune's name is found. Indexes store it: another one needs another version of them.
pub(crate) fn hash_of(name: &str) -> u64 {
    twox_hash::XxHash3_64::oneshot(name.as_bytes())
}

/// Returns the hash by which a word of the index is known.
#[expect(clippy::cast_possible_truncation, reason = "half of a hash is one")]
pub(crate) fn word_hash(word: &str) -> u32 {
    hash_of(word) as u32
}

/// Returns a rough key of the sound of a word in French: spellings of one sound have one key.
pub(crate) fn phonetic_key(word: &str) -> String {
    let bytes = word.as_bytes();
    let mut key = String::with_capacity(word.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (text, length): (&str, usize) = match rest {
            [b'e', b'a', b'u', ..] => ("o", 3),
            [b'a', b'u', ..] => ("o", 2),
            [b'p', b'h', ..] => ("f", 2),
            [b'q', b'u', ..] | [b'c', b'k', ..] => ("k", 2),
            [b'c', b'h', ..] => ("ch", 2),
            [b'c', b'e' | b'i' | b'y', ..] | [b'z', ..] => ("s", 1),
            [b'c' | b'q', ..] => ("k", 1),
            [b'g', b'u', b'e' | b'i', ..] => ("g", 2),
            [b'g', b'e' | b'i', ..] => ("j", 1),
            [b'a' | b'e', b'i' | b'y', ..] | [b'e', b'r' | b'z' | b't'] => ("e", 2),
            [b'y', ..] => ("i", 1),
            [b'w', ..] => ("v", 1),
            [b'h', ..] => ("", 1),
            [b'e' | b's' | b't' | b'x' | b'd'] | [b'e', b's'] if at > 1 => ("", rest.len()),
            _ => {
                let length = word[at..].chars().next().map_or(1, char::len_utf8);
                (&word[at..at + length], length)
            }
        };
        if !key.ends_with(text) || text.is_empty() {
            key.push_str(text);
        }
        at += length;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(of: &str) -> String {
        words(of)
            .iter()
            .map(|word| word.text.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn the_same_street_written_otherwise_has_the_same_words() {
        for (one, other) in [
            ("Avenue du Général de Gaulle", "AV DU GAL DE GAULLE"),
            ("Boulevard Saint-Michel", "bd st michel"),
            ("12bis", "12 BIS"),
            ("Rue du 1er Mai", "rue du 1 mai"),
            ("Rue des Quatre Vents", "rue des 4 vents"),
            ("Place Henri IV", "pl henri 4"),
            ("N°7, rue Foch", "7 rue Foch"),
            ("Rond-Point de l'Europe", "RPT DE L EUROPE"),
            ("Zone Artisanale de la Gare", "ZA de la gare"),
            ("Notre-Dame", "ND"),
            ("Rue de l’Œuvre", "rue de l'oeuvre"),
            ("Lieu-dit Les Prés", "LD les pres"),
            ("07 rue Foch", "7 rue foch"),
        ] {
            assert_eq!(text(one), text(other));
        }
        assert_ne!(text("Rue Foch"), text("Rue Joffre"));
        assert_eq!(text("01000"), "01000", "a postcode keeps its zero");
    }

    /// Asserts that writings of one name have these words.
    fn assert_words(expected: &str, writings: &[&str]) {
        for writing in writings {
            assert_eq!(text(writing), expected, "{writing}");
        }
    }

    #[test]
    fn numbers_in_letters_and_in_digits_are_one() {
        assert_words(
            "rue du 27 mai 1848",
            &["Rue du vingt-sept mai 1848", "r du 27 mai 1848"],
        );
        assert_words(
            "place du 8 mai 1945",
            &[
                "Place du Huit Mai Mil Neuf Cent Quarante-Cinq",
                "pl du huit mai mille neuf cent quarante cinq",
                "Place du 8 mai dix-neuf cent quarante-cinq",
                "pl du 8 mai 45",
                "PLACE DU 08 MAI 1945",
                "place du huit mai quarante-cinq",
            ],
        );
        assert_words("12 rue du 27 mai", &["12 rue du vingt-sept mai"]);
        assert_words("12 4 chemin", &["12 quatre chem"]);
        assert_words("20 4 chemins", &["20 quatre chemins"]);
        assert_words(
            "rue du 31 janvier",
            &["Rue du Trente et Un Janvier", "rue du 31 janv"],
        );
        assert_words("rue des 9 pres", &["Rue des Neuf Prés", "rue des 9 prés"]);
        assert_words("rue du moulin neuf", &["Rue du Moulin Neuf"]);
        assert_words("rue du 9 juin", &["Rue du Neuf Juin"]);
        assert_words("rue des 1000 fleurs", &["Rue des Mille Fleurs"]);
        assert_words("quai 1", &["Quai Un", "quai n° 1", "quai numéro un"]);
    }

    #[test]
    fn ordinals_are_numbers() {
        assert_words(
            "rue de la 1 armee francaise",
            &[
                "Rue de la 1re Armée Française",
                "rue de la première armée française",
                "rue de la 1ère armée française",
                "rue de la 1 re armée française",
                "rue de la Ire Armée française",
            ],
        );
        assert_words(
            "rue de la 2 division blindee",
            &[
                "rue de la 2e DB",
                "rue de la 2ème D.B.",
                "rue de la 2nde DB",
                "rue de la seconde division blindée",
                "rue de la deuxième DB",
                "rue de la IIe Division Blindée",
                "rue de la 2 e division blindée",
                "rue de la 2de DB",
            ],
        );
        assert_words(
            "rue du 21 regiment",
            &["rue du vingt et unième régiment", "r du 21ème rgt"],
        );
        assert_words(
            "12 3 avenue",
            &["12 3e Avenue", "12 troisième avenue", "12 IIIe av"],
        );
        assert_words("3 avenue", &["3e Avenue", "3ème avenue"]);
        assert_words("12 e rue foch", &["12e rue Foch", "12 E rue Foch"]);
        assert_words("12 e grande rue", &["12e Grande Rue"]);
        assert_words("batiment a 12 e rue foch", &["Bât A 12e rue Foch"]);
        assert_words("10 o route des plages", &["10O Route des Plages"]);
        assert_words("5 etage", &["5º étage", "5° étage"]);
        assert_words("belfort 12 e rue foch", &["Belfort 12e rue Foch"]);
        assert_words(
            "lyon 4",
            &["Lyon 4e", "LYON 4EME", "Lyon IVe", "Lyon quatrième"],
        );
        assert_words("paris 6", &["Paris VIe", "Paris 6e"]);
        assert_words(
            "3 etage 12 rue foch",
            &["3e étage 12 rue Foch", "3 e étage 12 rue Foch"],
        );
        assert_words(
            "paris 12 arrondissement",
            &["Paris 12e Arrondissement", "Paris XIIe arr"],
        );
    }

    #[test]
    fn roman_figures_are_numbers() {
        assert_words(
            "place henri 4",
            &["Place Henri IV", "pl henri quatre", "place henri 4"],
        );
        assert_words(
            "rue albert 1",
            &[
                "Rue Albert Ier",
                "Rue Albert 1er",
                "rue albert premier",
                "Rue Albert I",
                "rue albert 1",
            ],
        );
        assert_words("avenue george 5", &["Avenue George V", "av george 5"]);
        assert_words("rue v hugo", &["rue V. Hugo"]);
        assert_words("rue de la vie", &["Rue de la Vie"]);
        assert_words("rue jean 23", &["Rue Jean XXIII", "rue jean vingt-trois"]);
        assert_words(
            "lotissement mont vernon 1",
            &["LOT MONT VERNON I", "lot mont vernon 1"],
        );
        assert_words("lotissement mont vernon 3", &["LOT MONT VERNON III"]);
    }

    #[test]
    fn months_and_years_are_written_out() {
        assert_words(
            "11 rue du 11 novembre 1918",
            &["11 rue du 11 nov 18", "11 rue du 11 nov. 1918"],
        );
        assert_words(
            "rue du 4 septembre",
            &["rue du 4 sept", "rue du quatre sept."],
        );
        assert_words("12 7 fontaines", &["12 sept fontaines"]);
        assert_words(
            "rue du 19 mars 1962",
            &["rue du 19 mars 62", "rue du dix-neuf mars soixante-deux"],
        );
        assert_words("6 juin 1944", &["6 juin 44"]);
        assert_words(
            "place du 11 novembre 18 rue foch",
            &["place du 11 novembre, 18 rue Foch"],
        );
        assert_words("rue du 8 mai 12", &["rue du 8 mai, 12"]);
    }

    #[test]
    fn roads_have_one_word_for_letter_and_number() {
        assert_words(
            "109 route n1",
            &[
                "109 RN1",
                "109 RN 1",
                "109 N1",
                "109 Route Nationale N° 1",
                "109 R.N. 1",
                "109 route nationale n°1",
                "109 nationale 1",
                "109 N 1",
            ],
        );
        assert_words(
            "4250 route d5",
            &[
                "4250 CD 5",
                "4250 RD5",
                "4250 D 5",
                "4250 Chemin Départemental N°5",
                "4250 Route Dép. 5",
                "4250 R.D. 5",
                "4250 C.D. n° 5",
            ],
        );
        assert_words(
            "ancienne route n7",
            &["Ancienne Route Nationale 7", "ancienne RN7"],
        );
        assert_words("voie vc3", &["VC 3", "V.C. n° 3", "Voie Communale 3"]);
        assert_words("chemin cr12", &["CR 12", "Chemin Rural n° 12"]);
        assert_words("chemin cv4", &["C.V. 4", "chemin vicinal n°4"]);
        assert_words(
            "route de la traversee d23",
            &["Route de la Traversée (RD23)"],
        );
        assert_words("route d1", &["D 1 (Rd1)"]);
        assert_words("route nationale", &["Route Nationale", "RN"]);
    }

    #[test]
    fn letters_and_signs_of_numbers_are_no_roads() {
        assert_words("batiment d 12 rue foch", &["Bât D 12 rue Foch"]);
        assert_words("esc n 3 rue foch", &["esc N 3 rue Foch"]);
        assert_words("esc 3", &["esc N 3"]);
        assert_words("12 d rue foch", &["12 D rue Foch", "12D rue Foch"]);
        assert_words(
            "12 rue foch",
            &[
                "n° 12 rue Foch",
                "N 12 rue Foch",
                "N°12, rue Foch",
                "no 12 rue foch",
                "numéro 12 rue Foch",
            ],
        );
        assert_words("12 le moulin", &["n° 12 le Moulin"]);
        assert_words("bp 7015", &["B.P. N 7015", "BP 7015", "B.P. n° 7015"]);
        assert_words("tsa 30719", &["TSA No30719", "TSA N 30719", "T.S.A. 30719"]);
        assert_words("appartement 4", &["appartement n° 4"]);
        assert_words("allee 3", &["allée n° 3", "allée N3"]);
        assert_words("12 notre dame", &["12 N.D.", "12 ND"]);
        assert_words("voie 6 rue de hollande", &["VOIE N 6 RUE DE HOLLANDE"]);
    }

    #[test]
    fn regiments_are_written_out_behind_their_number() {
        assert_words(
            "avenue du 91 regiment d infanterie",
            &[
                "Avenue du 91e Régiment d'Infanterie",
                "av du 91e RI",
                "av du 91 RI",
                "av du 91ème R.I.",
                "av du 91 E R I",
                "av du quatre-vingt-onzième RI",
                "av du 91e Rgt d'Inf.",
            ],
        );
        assert_words(
            "rue du 21 regiment d infanterie coloniale",
            &["Rue du 21 Ieme R I C", "rue du 21e RIC"],
        );
        assert_words("12 rue a briand", &["12 r a briand"]);
        assert_words(
            "rue des forces francaises de l interieur",
            &["Rue des FFI", "rue des F.F.I."],
        );
        assert_words(
            "rue des combattants afrique du nord",
            &["Rue des Combattants AFN"],
        );
        assert_words(
            "rue des francs tireurs et partisans",
            &["rue des FTP", "rue des F.T.P."],
        );
        assert_words("12 rond point", &["12 rd pt"]);
    }

    #[test]
    fn titles_are_written_out() {
        assert_words("rue du colonel fabien", &["rue du cel fabien"]);
        assert_words(
            "route du col de la faucille",
            &["Route du Col de la Faucille"],
        );
        assert_words("route du col", &["Route du Col"]);
        assert_words("rue de l adjudant x", &["Rue de l'Adj X"]);
        assert_words("rue du chanoine kir", &["rue du chan. Kir"]);
    }

    #[test]
    fn a_number_in_letters_is_no_house_number() {
        for (text, spelled) in [
            ("12 rue du 27 mai", [false, false].as_slice()),
            ("12 rue du vingt-sept mai", &[false, true]),
            ("2e division", &[true]),
            ("Henri IV", &[true]),
            ("12e rue Foch", &[false]),
            ("Albert 1er", &[true]),
        ] {
            let numbers = words(text)
                .into_iter()
                .filter(|word| is_numeric(&word.text));
            assert_eq!(
                numbers.map(|word| word.is_spelled).collect::<Vec<_>>(),
                spelled,
                "{text}"
            );
        }
    }

    #[test]
    fn words_that_sound_alike_have_one_sound() {
        for (one, other) in [
            ("philippe", "filipe"),
            ("gaulle", "gole"),
            ("chateau", "chato"),
            ("jacques", "jaque"),
            ("quai", "kai"),
        ] {
            assert_eq!(phonetic_key(one), phonetic_key(other));
        }
        assert_ne!(phonetic_key("foch"), phonetic_key("joffre"));
    }
}
