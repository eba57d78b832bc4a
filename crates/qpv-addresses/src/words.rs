//! The rules of French addresses: abbreviations, numbers in words, classes of words, sounds.
//!
//! The abbreviations are those of the postal standard (AFNOR XP Z 10-011, annex of abbreviated street types and titles),
//! of the land register's street files (FANTOIR, TOPO), and of everyday use. Published names and questions go through the
//! same rules, so that a rule that is wrong for a name is wrong on both sides and does no harm.

use qpv_french::fold::fold_text;

use crate::weights::word;

/// A word of a name or of a question, as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameWord {
    /// Lower case, without accents, abbreviations written out.
    pub text: String,
    pub class: WordClass,
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
            "rue" | "avenue" | "boulevard" | "place" | "allee" | "allees" | "impasse"
            | "chemin" | "route" | "square" | "residence" | "lotissement" | "faubourg"
            | "cours" | "quai" | "passage" | "promenade" | "traverse" | "sentier" | "sente"
            | "villa" | "village" | "hameau" | "domaine" | "cite" | "esplanade" | "montee"
            | "ruelle" | "passerelle" | "chaussee" | "quartier" | "voie" | "cour" | "clos"
            | "rond" | "point" | "za" | "zi" | "zac" | "parc" | "mail" | "venelle" | "galerie"
            | "lieu" | "dit" | "cote" | "rampe" | "pont" | "porte" | "immeuble" | "batiment"
            | "zone" | "via" | "centre" | "commercial" | "ferme" | "chateau" => Self::StreetType,
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
            | "traversiere"
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
/// Letters are parted from digits (`12bis`, `D123`), ordinals become numbers (`1er`, `11ème`), small numbers in letters and in
/// Roman numerals become digits, abbreviations are written out.
pub(crate) fn words(text: &str) -> Vec<NameWord> {
    let plain = fold_text(text);
    let mut pieces: Vec<&str> = Vec::new();
    // Letters that follow a number without a space: in `12R`, `R` is a suffix and not `rue`.
    let mut glued: Vec<usize> = Vec::new();
    for run in plain.split_ascii_whitespace() {
        let first = pieces.len();
        split_digits(run, &mut pieces);
        glued.extend((first + 1..pieces.len()).filter(|at| pieces[*at].len() == 1));
    }
    let mut words = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while let Some(&piece) = pieces.get(at) {
        let next = pieces.get(at + 1).copied();
        at += 1;
        // The ending of an ordinal: `1er` and `1` name the same street.
        if matches!(piece, "er" | "ere" | "eme" | "ieme" | "nd" | "nde")
            && words
                .last()
                .is_some_and(|last: &NameWord| is_numeric(&last.text))
        {
            continue;
        }
        if piece == "e" && matches!(next, Some("arrondissement" | "arr" | "etage")) {
            continue;
        }
        // `n° 12`: the sign has become a space. Only at the head, for `n` may be a letter of a number elsewhere.
        if matches!(piece, "n" | "no" | "num" | "numero")
            && next.is_some_and(is_numeric)
            && words.is_empty()
        {
            continue;
        }
        if let Some((phrase, length)) = phrase(&pieces[at - 1..]) {
            at += length - 1;
            words.extend(phrase.iter().map(|word| NameWord {
                text: (*word).to_owned(),
                class: WordClass::from_word(word),
            }));
            continue;
        }
        let text = if glued.contains(&(at - 1)) {
            piece
        } else {
            written_out(piece)
        };
        // `07`: the number is the same without its zeros. Five digits may be a postcode, which keeps them.
        let text = if is_numeric(text) && text.len() < 5 {
            text.trim_start_matches('0')
        } else {
            text
        };
        if !text.is_empty() {
            words.push(NameWord {
                text: text.to_owned(),
                class: WordClass::from_word(text),
            });
        }
    }
    words
}

fn is_numeric(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Cuts a run of letters and digits where one kind ends.
fn split_digits<'a>(run: &'a str, pieces: &mut Vec<&'a str>) {
    let mut start = 0;
    let bytes = run.as_bytes();
    for at in 1..bytes.len() {
        if bytes[at].is_ascii_digit() != bytes[at - 1].is_ascii_digit() && run.is_char_boundary(at)
        {
            pieces.push(&run[start..at]);
            start = at;
        }
    }
    pieces.push(&run[start..]);
}

/// Returns the words that several stand for, and the number of words they replace.
fn phrase(pieces: &[&str]) -> Option<(&'static [&'static str], usize)> {
    match pieces {
        ["z", "a", "c", ..] => Some((&["zac"], 3)),
        ["zone", "artisanale", ..] | ["z", "a", ..] => Some((&["za"], 2)),
        ["zone", "industrielle", ..] | ["z", "i", ..] => Some((&["zi"], 2)),
        ["zone", "d", "activites" | "activite", ..] => Some((&["za"], 3)),
        ["rd", "pt" | "point", ..] | ["rond", "pt", ..] => Some((&["rond", "point"], 2)),
        ["rpt", ..] => Some((&["rond", "point"], 1)),
        ["nd", ..] => Some((&["notre", "dame"], 1)),
        ["n", "d", ..] => Some((&["notre", "dame"], 2)),
        ["ld" | "lieudit", ..] => Some((&["lieu", "dit"], 1)),
        _ => None,
    }
}

/// Returns a word without abbreviation.
fn written_out(word: &str) -> &str {
    street_type(word)
        .or_else(|| title(word))
        .or_else(|| digits(word))
        .unwrap_or(word)
}

/// Types of streets and of places.
fn street_type(word: &str) -> Option<&'static str> {
    Some(match word {
        "r" => "rue",
        "av" | "ave" | "aven" => "avenue",
        "bd" | "bld" | "boul" | "blvd" | "bvd" | "boule" => "boulevard",
        "pl" | "plc" => "place",
        "all" => "allee",
        "imp" => "impasse",
        "ch" | "che" | "chem" | "chm" => "chemin",
        "rte" => "route",
        "sq" => "square",
        "res" | "resid" => "residence",
        "lot" | "lots" | "lotis" => "lotissement",
        "fg" | "fbg" | "fb" => "faubourg",
        "crs" => "cours",
        "qu" => "quai",
        "pas" | "pass" | "psg" => "passage",
        "prom" => "promenade",
        "tra" | "trav" => "traverse",
        "sen" | "sent" => "sentier",
        "vla" => "villa",
        "vge" | "vlge" => "village",
        "ham" => "hameau",
        "dom" => "domaine",
        "esp" => "esplanade",
        "mte" => "montee",
        "rle" => "ruelle",
        "chs" => "chaussee",
        "qrt" | "quart" | "qua" => "quartier",
        "bat" | "bt" => "batiment",
        "imm" => "immeuble",
        _ => return None,
    })
}

/// Titles, and adjectives that go with them.
fn title(word: &str) -> Option<&'static str> {
    Some(match word {
        "st" => "saint",
        "ste" => "sainte",
        "gal" | "gen" | "gnl" | "gl" => "general",
        "dr" | "doct" => "docteur",
        "mal" | "mar" | "mch" | "ml" => "marechal",
        "pdt" | "pres" => "president",
        "prof" | "pr" => "professeur",
        "cdt" | "cmdt" => "commandant",
        "cne" | "cpt" => "capitaine",
        "cel" | "cnl" => "colonel",
        "lt" => "lieutenant",
        "sgt" => "sergent",
        "ab" => "abbe",
        "mgr" => "monseigneur",
        "me" => "maitre",
        "amal" => "amiral",
        "mme" => "madame",
        "mlle" => "mademoiselle",
        "mr" => "monsieur",
        "gd" | "grd" => "grand",
        "gde" | "grde" => "grande",
        "pt" => "petit",
        "pte" => "petite",
        "vx" => "vieux",
        "vlle" => "vieille",
        "frs" => "freres",
        "anc" => "ancien",
        "arr" | "arrdt" => "arrondissement",
        _ => return None,
    })
}

/// Numbers that names are written with, in letters or as Roman numerals.
fn digits(word: &str) -> Option<&'static str> {
    Some(match word {
        "deux" | "ii" => "2",
        "trois" | "iii" => "3",
        "quatre" | "iv" => "4",
        "cinq" => "5",
        "six" | "vi" => "6",
        "sept" | "vii" => "7",
        "huit" | "viii" => "8",
        "ix" => "9",
        "dix" => "10",
        "onze" | "xi" => "11",
        "douze" | "xii" => "12",
        "treize" | "xiii" => "13",
        "quatorze" | "xiv" => "14",
        "quinze" | "xv" => "15",
        "seize" | "xvi" => "16",
        "vingt" | "xx" => "20",
        "xxiii" => "23",
        "trente" => "30",
        "quarante" => "40",
        "cent" => "100",
        "mille" => "1000",
        _ => return None,
    })
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
