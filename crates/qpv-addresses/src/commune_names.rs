//! The names that a commune is found by: its own, that of its arrondissement, and parts of it that people write for it.

use qpv_model::CommuneCode;

use crate::words::{NameWord, WordClass, words};

/// Letters from which the first half of a double name may stand for it: shorter ones (`Bel`, `Val`) are in many names.
const MIN_HALF_LETTERS: usize = 4;

/// Returns the whole names of a commune, in the form of [`commune_words`](crate::commune_words). An arrondissement, by its code or by its name (`Paris 12e
/// Arrondissement`), also has those of the city (`paris`) and of the city with its number (`paris 12`, `paris 12 e`).
#[must_use]
pub fn whole_names(label: &str, code: CommuneCode) -> Vec<String> {
    let words = words(label);
    let mut names = vec![joined(&words)];
    if let Some((city, number)) = code.arrondissement() {
        // Some files write only the city, which each of its arrondissements then would share.
        names.extend(names_of_arrondissement(
            &city.to_lowercase(),
            &number.to_string(),
        ));
    } else if let [city @ .., number, last] = &words[..]
        && last.text == "arrondissement"
    {
        names.extend(names_of_arrondissement(&joined(city), &number.text));
    }
    names.retain(|name| !name.is_empty());
    names
}

fn names_of_arrondissement(city: &str, number: &str) -> [String; 4] {
    [
        city.to_owned(),
        format!("{city} {number}"),
        format!("{city} {number} e"),
        format!("{city} {number} arrondissement"),
    ]
}

/// Returns the parts of a commune's name that people write for the whole: the name without its article (`moule` for Le
/// Moule), up to its first preposition (`bourg` for Bourg-en-Bresse), the first half of a double name (`charleville` for
/// Charleville-Mézières), and up to its saint (`chateau arnoux` for Château-Arnoux-Saint-Auban).
#[must_use]
pub fn partial_names(label: &str) -> Vec<String> {
    let words = words(label);
    if words
        .last()
        .is_some_and(|last| last.text == "arrondissement")
    {
        return Vec::new();
    }
    let articles = words
        .iter()
        .take_while(|word| is_article(&word.text))
        .count();
    let bare = &words[articles..];
    let end = bare
        .iter()
        .position(|word| is_preposition(&word.text))
        .unwrap_or(bare.len());
    let mut names = Vec::new();
    for part in [bare, &bare[..end], &words[..articles + end]] {
        // `saint` alone, or `la`, names no commune.
        if part.len() < words.len() && part.iter().any(|word| word.class == WordClass::Proper) {
            names.push(joined(part));
        }
    }
    if let [first, second, ..] = bare
        && is_half(first)
        && second.class != WordClass::Link
        && end > 1
    {
        names.push(first.text.clone());
    }
    let saint = bare
        .iter()
        .position(|word| matches!(word.text.as_str(), "saint" | "sainte"));
    // One word is a half, above.
    if let Some(saint) = saint.filter(|saint| (2..end).contains(saint))
        && bare[saint - 1].class == WordClass::Proper
    {
        names.push(joined(&bare[..saint]));
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn is_article(word: &str) -> bool {
    matches!(word, "le" | "la" | "les" | "l")
}

/// Returns true for the words that begin the second part of a name; `les` is also *lès*, near.
fn is_preposition(word: &str) -> bool {
    matches!(
        word,
        "sur" | "sous" | "en" | "les" | "lez" | "aux" | "au" | "a" | "devant" | "pres"
    )
}

/// Returns true for a word that may stand for a double name that it begins.
fn is_half(word: &NameWord) -> bool {
    // Kinds of places: `Mont-Dauphin` is never called `Mont`.
    let is_kind = matches!(
        word.text.as_str(),
        "mont"
            | "bois"
            | "ville"
            | "bourg"
            | "chatel"
            | "belle"
            | "beau"
            | "font"
            | "fort"
            | "port"
            | "roche"
            | "roches"
            | "tour"
            | "croix"
            | "champ"
            | "champs"
            | "neuf"
            | "neuve"
            | "chapelle"
            | "villers"
            | "villiers"
            | "fontaine"
            | "montagne"
            | "riviere"
    );
    word.class == WordClass::Proper && !is_kind && word.text.len() >= MIN_HALF_LETTERS
}

/// Returns words as a name is stored and looked up.
pub(crate) fn joined(words: &[NameWord]) -> String {
    words
        .iter()
        .map(|word| word.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrondissement_has_the_names_of_its_city() {
        let expected = ["lyon", "lyon 4", "lyon 4 e", "lyon 4 arrondissement"];
        for label in ["Lyon", "Lyon 4e Arrondissement"] {
            let names = whole_names(label, "69384".parse().unwrap());
            for name in expected {
                assert!(names.contains(&name.to_owned()), "{label}: {name}");
            }
        }
        let names = whole_names("Lyon", "69001".parse().unwrap());
        assert_eq!(names, ["lyon"]);
    }

    #[test]
    fn parts_of_names_are_those_people_write() {
        for (label, expected) in [
            ("Charleville-Mézières", &["charleville"][..]),
            ("Le Moule", &["moule"]),
            ("Bourg-en-Bresse", &["bourg"]),
            ("Saint-Denis-en-Val", &["saint denis"]),
            ("L'Haÿ-les-Roses", &["hay", "hay les roses", "l hay"]),
            ("Le Pré-Saint-Gervais", &["pre saint gervais"]),
            ("Château-Arnoux-Saint-Auban", &["chateau arnoux"]),
            ("Belfort", &[]),
            ("Saint-Dizier", &[]),
            ("Mont-Dauphin", &[]),
            ("Val-de-Reuil", &[]),
            ("La Chapelle", &["chapelle"]),
            ("Les Saints", &["saints"]),
            ("Paris 12e Arrondissement", &[]),
        ] {
            assert_eq!(partial_names(label), expected, "{label}");
        }
    }
}
