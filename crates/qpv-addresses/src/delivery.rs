//! The words of an address that name no street: how the post delivers it, what stands behind the street, the country.

use std::collections::HashMap;
use std::sync::LazyLock;

use qpv_model::department_names;

use crate::words::{NameWord, WordClass, words};

/// An area as people write it behind a commune.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedArea {
    /// A department, or a collectivity overseas, by its INSEE code.
    Department(&'static str),
    Region,
    Country,
    /// A number that has the form of a department's and is none.
    Number,
}

/// Departments, regions and the country, by their words.
static AREAS: LazyLock<HashMap<String, NamedArea>> = LazyLock::new(|| {
    let country = ["France", "France métropolitaine", "République française"]
        .map(|name| (name, NamedArea::Country));
    let regions = department_names().map(|(_, _, region)| (region, NamedArea::Region));
    let departments = department_names().map(|(code, name, _)| (name, NamedArea::Department(code)));
    // The last one counts: a region overseas is a department too.
    let all = country.into_iter().chain(regions).chain(departments);
    all.map(|(name, area)| (joined_texts(&words(name)), area))
        .collect()
});
/// Words in the longest of them: `provence alpes cote d azur`.
const MAX_AREA_WORDS: usize = 6;

fn joined_texts(words: &[NameWord]) -> String {
    words
        .iter()
        .map(|word| word.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_dwelling(verb: &str) -> bool {
    matches!(
        verb,
        "habite"
            | "habitons"
            | "habitent"
            | "demeure"
            | "reside"
            | "residons"
            | "vis"
            | "vit"
            | "vivons"
            | "vivent"
            | "loge"
            | "logeons"
            | "logent"
    )
}

pub(crate) fn is_numeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns true for what may follow `bâtiment`: a number of four digits at most, or one letter.
fn is_short(text: &str) -> bool {
    (1..=4).contains(&text.len()) && is_numeric(text) || text.len() == 1
}

/// Returns true if a word opens a part of the address that only makes its delivery more precise.
pub(crate) fn opens_complement(words: &[&str]) -> bool {
    match words {
        ["c", "o", ..] | ["s", "c", ..] | ["a", "l", "attention", ..] | ["lieu", "dit", ..] => true,
        [first, ..] => matches!(
            *first,
            "residence"
                | "residences"
                | "immeuble"
                | "batiment"
                | "cite"
                | "quartier"
                | "lotissement"
                | "maison"
                | "foyer"
                | "hlm"
                | "domaine"
                | "parc"
                | "clos"
                | "hameau"
                | "villa"
                | "village"
                | "ferme"
                | "tour"
                | "ehpad"
                | "camping"
                | "copropriete"
                | "bloc"
                | "chez"
                | "centre"
                | "zone"
                | "za"
                | "zi"
                | "zac"
                | "ecole"
                | "college"
                | "lycee"
                | "creche"
                | "hotel"
                | "mairie"
                | "logement"
                | "appartement"
                | "pavillon"
                | "chalet"
                | "mobil"
                | "ccas"
                | "caf"
                | "mjc"
                | "gymnase"
                | "stade"
                | "salle"
                | "hopital"
                | "clinique"
                | "gendarmerie"
                | "prefecture"
                | "presbytere"
                | "bureau"
                | "bureaux"
                | "cabinet"
                | "sarl"
                | "societe"
                | "association"
                | "local"
                | "espace"
                | "pole"
        ),
        [] => false,
    }
}

/// Returns true if words open a part that no name of a street has.
pub(crate) fn opens_delivery(words: &[&str]) -> bool {
    match words {
        ["c", "o", ..] | ["a", "l", "attention", ..] | ["lieu", "dit", ..] => true,
        [first, ..] => matches!(
            *first,
            "chez"
                | "residence"
                | "residences"
                | "immeuble"
                | "batiment"
                | "appartement"
                | "logement"
                | "escalier"
        ),
        [] => false,
    }
}

/// Flags the words that name no street and no commune: floors, buildings, post boxes, `CEDEX`, telephones.
pub(crate) struct DeliveryWords<'w> {
    /// The words of one part of the address.
    words: &'w [NameWord],
    is_first_part: bool,
    flags: Vec<bool>,
}

impl<'w> DeliveryWords<'w> {
    /// Flags the words of an address. `parts` holds the words that begin a part of it: what begins in one ends there.
    pub(crate) fn flag(words: &'w [NameWord], parts: &[bool]) -> Vec<bool> {
        let mut flags = Vec::with_capacity(words.len());
        while flags.len() < words.len() {
            let first = flags.len();
            let length = 1 + parts[first + 1..]
                .iter()
                .take_while(|begins| !**begins)
                .count();
            let mut delivery = Self {
                words: &words[first..first + length],
                is_first_part: first == 0,
                flags: vec![false; length],
            };
            for at in 0..length {
                delivery.flag_from(at);
            }
            flags.append(&mut delivery.flags);
        }
        flags
    }

    fn text(&self, at: usize) -> &'w str {
        self.words.get(at).map_or("", |word| word.text.as_str())
    }

    fn fill(&mut self, range: std::ops::Range<usize>) {
        let end = range.end.min(self.flags.len());
        self.flags[range.start.min(end)..end].fill(true);
    }

    /// Flags what begins at one word.
    fn flag_from(&mut self, at: usize) {
        match self.text(at) {
            "cedex" => {
                // The number of a CEDEX has two digits at most: more would be a postcode.
                let numbered = self.text(at + 1).len() <= 2 && is_numeric(self.text(at + 1));
                self.fill(at..at + 1 + usize::from(numbered));
            }
            "bp" | "cs" | "tsa" | "cidex" | "sp" | "bal" => self.flag_box(at, at + 1),
            "b" if self.text(at + 1) == "p" => self.flag_box(at, at + 2),
            "c" if self.text(at + 1) == "s" => self.flag_box(at, at + 2),
            "t" if self.text(at + 1) == "s" && self.text(at + 2) == "a" => {
                self.flag_box(at, at + 3);
            }
            "boite" | "case" if matches!(self.text(at + 1), "postale" | "postal") => {
                self.fill(at..at + 2);
                self.flag_box(at, at + 2);
            }
            "boite" if self.text(at + 1) == "aux" && self.text(at + 2) == "lettres" => {
                self.fill(at..at + 3);
                self.flag_box(at, at + 3);
            }
            "poste" if self.text(at + 1) == "restante" => self.fill(at..at + 2),
            "code" if self.text(at + 1) == "postal" => self.fill(at..at + 2),
            "cp" if self.text(at + 1).len() == 5 && is_numeric(self.text(at + 1)) => {
                self.fill(at..at + 1);
            }
            "entre" if at == 0 && (is_numeric(self.text(1)) || self.text(1) == "le") => {
                self.fill(0..1);
            }
            "madame" | "mademoiselle" | "monsieur" | "mr" => self.flag_person(at),
            // `rue Foch 2e droite`
            "gauche" | "droite" | "face" if at > 1 && self.words[at - 1].is_spelled => {
                self.fill(at - 1..at + 1);
            }
            "tel" | "telephone" | "portable" | "mobile" | "fax" | "gsm" | "siret" | "siren"
            | "rcs" | "dossier" | "reference" | "ref" | "allocataire" | "matricule" | "client" => {
                self.flag_digits(at);
            }
            "digicode" | "interphone" | "code" | "badge" => self.flag_entry_code(at),
            // `APE 4711D`
            "ape" | "naf" if is_numeric(self.text(at + 1)) => {
                self.fill(at..at + 2 + usize::from(self.text(at + 2).len() == 1));
            }
            "svp" | "stp" | "merci" => self.fill(at..at + 1),
            "bonjour" | "bonsoir" | "salut" if at == 0 => self.fill(0..1),
            "qpv" | "zus" => self.flag_asked_kind(at),
            "est" | "c" | "j" | "je" | "il" | "elle" | "on" | "nous" | "qui" | "mon" | "notre"
            | "son" | "leur" => self.flag_sentence(at),
            "habite" | "habitons" | "habitent" | "demeurant" | "domicilie" | "domiciliee"
                if self.is_before_number(at + 1) =>
            {
                self.fill(at..at + 1);
            }
            _ => self.flag_inside_building(at),
        }
    }

    /// Flags what makes a sentence of an address: `est-ce que le 3 rue Foch … est en QPV ?`, `elle habite au 3 rue Foch`.
    fn flag_sentence(&mut self, at: usize) {
        let length = match (self.text(at), self.text(at + 1), self.text(at + 2)) {
            ("est", "ce", "que")
            | ("est", "il" | "elle" | "situe" | "situee", "en" | "dans")
            | ("mon" | "notre" | "son" | "leur", "adresse", "est") => 3,
            ("c", "est", _) | ("est", "en" | "dans", _) => 2,
            ("j" | "je" | "il" | "elle" | "on" | "nous" | "qui", verb, _) if is_dwelling(verb) => 1,
            _ => return,
        };
        let behind = at + length;
        let is_asked = {
            // A number in letters is one in digits by now.
            let article = usize::from(matches!(self.text(behind), "1" | "le"));
            let words = self.words.get(behind + article..).unwrap_or_default();
            let kind: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
            match kind.as_slice() {
                ["qpv"] => Some(article + 1),
                ["quartier", "prioritaire"] => Some(article + 2),
                _ => None,
            }
        };
        match is_asked {
            Some(kind) => self.fill(at..behind + kind),
            None if self.is_before_number(behind) => {
                self.fill(at..behind);
            }
            None => {}
        }
    }

    /// Flags a person whose name stands behind that of a street or a town: `rue Foch Mme Martin`, not `rue Madame Curie`.
    fn flag_person(&mut self, at: usize) {
        let follows_name = at > 1
            && self.words[at - 1].class == WordClass::Proper
            && !is_numeric(self.text(at - 1));
        if follows_name && at + 1 < self.words.len() && !is_numeric(self.text(at + 1)) {
            self.fill(at..at + 2);
        }
    }

    /// Flags what is asked of an address, behind it or in front of its number: `3 rue Foch Belfort qpv ?`, `qpv 3 rue Foch`.
    fn flag_asked_kind(&mut self, at: usize) {
        let is_alone = self.words.len() == 1 && !self.is_first_part;
        let is_behind = at + 1 == self.words.len() && at > 1;
        if is_alone || is_behind || at == 0 && self.is_before_number(1) {
            let from = at - usize::from(is_behind && matches!(self.text(at - 1), "en" | "zone"));
            self.fill(from..at + 1);
        }
    }

    /// Returns true if a house number follows at once, or behind an article, or a verb of dwelling.
    fn is_before_number(&self, at: usize) -> bool {
        let skipped = self.words[at.min(self.words.len())..]
            .iter()
            .take_while(|word| {
                matches!(word.text.as_str(), "le" | "au" | "a" | "l") || is_dwelling(&word.text)
            })
            .count();
        is_numeric(self.text(at + skipped))
    }

    /// Flags a post box, whose number may have a sign before it (`N°`) and be cut in two (`20 014`).
    fn flag_box(&mut self, first: usize, behind: usize) {
        let signs =
            (behind..).take_while(|at| matches!(self.text(*at), "n" | "no" | "num" | "numero"));
        let number = behind + signs.count();
        if !(1..=6).contains(&self.text(number).len()) || !is_numeric(self.text(number)) {
            return;
        }
        // `20 014`, which has lost the zero by now.
        let rest = self.text(number + 1);
        let is_cut = self.text(number).len() == 2
            && rest.len() <= 3
            && is_numeric(rest)
            && !self.is_before_way(number + 2);
        self.fill(first..number + 1 + usize::from(is_cut));
    }

    fn flag_digits(&mut self, at: usize) {
        let digits = self.words[at + 1..]
            .iter()
            .take_while(|word| is_numeric(&word.text))
            .count();
        if digits > 0 {
            self.fill(at..at + 1 + digits);
        }
    }

    /// Flags the code of a door, of letters and digits.
    fn flag_entry_code(&mut self, at: usize) {
        let letters = usize::from(self.text(at + 1).len() == 1 && !is_numeric(self.text(at + 1)));
        if is_numeric(self.text(at + 1 + letters)) {
            self.fill(at..at + 2 + letters);
        }
    }

    /// Flags the staircase, the floor, the flat.
    fn flag_inside_building(&mut self, at: usize) {
        let next = self.text(at + 1);
        match self.text(at) {
            // Not at the head, where it is the name of a place or of its street (`Tour 3`).
            "batiment" | "immeuble" | "escalier" | "esc" | "appartement" | "appt" | "apt"
            | "app" | "logement" | "logt" | "log" | "lgt" | "hall" | "entree" | "etg" | "tour"
            | "porte" | "niveau" | "bloc" | "cage" | "studio" | "chambre" | "boite" | "bte"
            | "lot"
                if at > 0 || !self.is_first_part =>
            {
                let signs = usize::from(matches!(next, "n" | "no" | "numero"));
                let name = at + 1 + signs;
                if matches!(self.text(name), "gauche" | "droite" | "face") {
                    self.fill(at..name + 1);
                } else if at > 0
                    && is_numeric(self.text(at - 1))
                    && is_numeric(self.text(name))
                    && self.is_way(name + 1)
                {
                    // `4 appt 2 rue Foch`: the flat is the number in front.
                    self.fill(at - 1..at + 1);
                } else if is_short(self.text(name)) {
                    self.fill(at..name + 1);
                    // `bâtiment C2`, unless the number is that of the house: `bâtiment A, 25 rue …`.
                    let is_letter = !is_numeric(self.text(name));
                    if is_letter
                        && is_short(self.text(name + 1))
                        && is_numeric(self.text(name + 1))
                        && !self.is_before_way(name + 2)
                    {
                        self.fill(name..name + 2);
                    }
                }
            }
            "etage" | "etages" | "rdc" => {
                let side = usize::from(matches!(next, "gauche" | "droite" | "droit" | "face"));
                self.fill(at..at + 1 + side);
                // `3e étage`: its number precedes it.
                let mut before = at;
                if before > 0 && self.text(before - 1) == "e" {
                    before -= 1;
                }
                if before > 0 && is_numeric(self.text(before - 1)) {
                    self.fill(before - 1..at);
                } else if is_numeric(next) && next.len() <= 2 && !self.is_way(at + 2) {
                    // `étage 2, 12 rue Foch`
                    self.fill(at..at + 2);
                }
            }
            "rez" if next == "de" && self.text(at + 2) == "chaussee" => self.fill(at..at + 3),
            "sous" if next == "sol" => self.fill(at..at + 2),
            _ => {}
        }
    }

    fn is_way(&self, at: usize) -> bool {
        self.words
            .get(at)
            .is_some_and(|word| word.class == WordClass::StreetType)
    }

    fn is_before_way(&self, at: usize) -> bool {
        let next = self.words[at.min(self.words.len())..].iter().take(2);
        next.clone().any(|word| word.class == WordClass::StreetType)
    }
}

/// Returns the word from which on an address may name its department, region or country, the end when it names none; and
/// these areas, the last first, each with its words. `parts` holds the words that begin a part of the address; `is_town` knows
/// the names of the communes of a department.
pub(crate) fn area_start(
    words: &[NameWord],
    noise: &[bool],
    parts: &[bool],
    postcode: Option<usize>,
    is_town: impl Fn(&'static str, &str) -> bool,
) -> (usize, Vec<(String, NamedArea)>) {
    let mut end = words.len();
    let mut areas = Vec::new();
    loop {
        // `…, Ardennes, Grand Est, 08000, France`, as OpenStreetMap writes it: the areas stand before the postcode.
        while end > 0 && (noise[end - 1] || Some(end - 1) == postcode && !areas.is_empty()) {
            end -= 1;
        }
        // Right behind the postcode stands a commune: Bretagne is one of 90130.
        let least = postcode
            .filter(|postcode| *postcode < end)
            .map_or(1, |postcode| postcode + 2);
        let first = end.saturating_sub(MAX_AREA_WORDS).max(least.min(end - 1));
        let found = (first..end).find_map(|start| {
            let area = area_at(words, parts, start..end)
                .filter(|area| start >= least || *area == NamedArea::Country)
                .filter(|area| {
                    *area == NamedArea::Country || !is_only_number(words, noise, start..end)
                })
                .or_else(|| area_behind_town(words, parts, start..end, &is_town))?;
            Some((start, area))
        });
        let Some((start, area)) = found else {
            return (end, areas);
        };
        areas.push((joined_texts(&words[start..end]), area));
        end = start;
    }
}

/// Returns the area that some words are the name or the number of, if they stand where one is written: behind a name or a
/// comma.
fn area_at(words: &[NameWord], parts: &[bool], span: std::ops::Range<usize>) -> Option<NamedArea> {
    let text = joined_texts(&words[span.clone()]);
    if parts[span.start] && is_department_number(&text) {
        let code = department_of_number(&text);
        return Some(code.map_or(NamedArea::Number, NamedArea::Department));
    }
    let area = AREAS.get(&text).copied()?;
    // « Saint-Denis de La Réunion » is written so of places overseas alone.
    let is_overseas = matches!(area, NamedArea::Department(code) if code.starts_with("97"));
    let mut before = &words[..span.start];
    if is_overseas
        && let [rest @ .., article] = before
        && article.text == "la"
    {
        before = rest;
    }
    if is_overseas
        && let [rest @ .., link] = before
        && matches!(link.text.as_str(), "de" | "d" | "en")
    {
        before = rest;
    }
    let before = before.last();
    let follows_name = before.is_some_and(|word| word.class == WordClass::Proper);
    (parts[span.start] || follows_name).then_some(area)
}

/// Returns true for the only number of an address that names a street: `Belfort, Rue Foch, 25` has a house's.
fn is_only_number(words: &[NameWord], noise: &[bool], span: std::ops::Range<usize>) -> bool {
    let mut before = words[..span.start].iter().zip(noise);
    is_numeric(&words[span.start].text)
        && words.iter().any(|word| word.class == WordClass::StreetType)
        && !before.any(|(word, is_noise)| !is_noise && is_numeric(&word.text))
}

/// Returns the department whose number stands behind one of its communes (`Belfort 90`), where it is not the number of a house:
/// the commune begins the question or a part of it, or a number begins the question.
fn area_behind_town(
    words: &[NameWord],
    parts: &[bool],
    span: std::ops::Range<usize>,
    is_town: impl Fn(&'static str, &str) -> bool,
) -> Option<NamedArea> {
    let text = joined_texts(&words[span.clone()]);
    let code = department_of_number(&text).filter(|_| is_department_number(&text))?;
    let has_number = is_numeric(&words[0].text);
    let first = span.start.saturating_sub(MAX_AREA_WORDS);
    let follows_town = (first..span.start).any(|start| {
        (parts[start] || has_number) && is_town(code, &joined_texts(&words[start..span.start]))
    });
    follows_town.then_some(NamedArea::Department(code))
}

fn is_department_number(text: &str) -> bool {
    matches!(text, "2 a" | "2 b") || (1..=3).contains(&text.len()) && is_numeric(text)
}

/// Returns the INSEE code of the department of a number in words, which have lost its zero: `1`, `90`, `2 a`.
pub(crate) fn department_of_number(text: &str) -> Option<&'static str> {
    let code = format!("{:0>2}", text.replace(' ', "").to_uppercase());
    department_names()
        .map(|(known, _, _)| known)
        .find(|known| *known == code)
}
