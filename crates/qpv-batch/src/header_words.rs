//! Names of columns compared by their words.
//!
//! Exports and people write more than the name: its format (`Date de naissance (jj/mm/aaaa)*`), the person it is of
//! (`Adresse de l'élève`), or its words glued together (`DateNaissance`). A name is compared as it is first, then
//! without its brackets, formats and abbreviations, last without the words for the person. Those words say whose the column
//! is, when several are alike.

use qpv_french::fold::fold_name;

use crate::error::ColumnsError;

/// Words in brackets that make another column of it: `Adresse (complément)` is not the address.
const DISTINGUISHING_WORDS: &[&str] = &[
    "complement",
    "suite",
    "batiment",
    "etage",
    "2",
    "3",
    "mail",
    "email",
    "electronique",
    "ancien",
    "ancienne",
    "precedente",
    "naissance",
    "naiss",
    "ecole",
    "etablissement",
    "college",
    "lycee",
    "secteur",
    "travail",
    "employeur",
    "pere",
    "mere",
];
/// Words that say how a value is written, or that it must be.
const FORMAT_WORDS: &[&str] = &[
    "j",
    "jj",
    "mm",
    "aa",
    "aaaa",
    "dd",
    "yy",
    "yyyy",
    "format",
    "obligatoire",
    "facultatif",
    "facultative",
    "requis",
    "requise",
    "chiffres",
    "caracteres",
];
/// Words between others, and those of questions that forms put (`Quelle est votre adresse ?`), which are left out with those
/// for the person.
const CONNECTORS: &[&str] = &[
    "a",
    "au",
    "d",
    "de",
    "des",
    "du",
    "l",
    "la",
    "le",
    "les",
    "quel",
    "quelle",
    "est",
    "votre",
    "vos",
    "notre",
    "son",
    "sa",
    "dans",
    "habitez",
    "vous",
    "habite",
    "indiquer",
    "indiquez",
    "veuillez",
    "merci",
    "renseigner",
    "preciser",
    "saisir",
    "scolarise",
    "scolarisee",
];
/// Words as they are shortened in titles, folded.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("adr", "adresse"),
    ("addr", "adresse"),
    ("dom", "domicile"),
    ("naiss", "naissance"),
    ("nais", "naissance"),
    ("dat", "date"),
    ("dt", "date"),
    ("datnais", "date naissance"),
    ("datnaiss", "date naissance"),
    ("datenais", "date naissance"),
    ("datenaiss", "date naissance"),
    ("dtnais", "date naissance"),
    ("dtnaiss", "date naissance"),
    ("dnaiss", "date naissance"),
    ("lib", "libelle"),
    ("libvoie", "libelle voie"),
    ("etab", "etablissement"),
    ("enf", "enfant"),
    ("elv", "eleve"),
    ("rl", "responsable"),
    ("resp", "responsable"),
    ("compl", "complement"),
    ("cplt", "complement"),
    ("complt", "complement"),
    ("lig", "ligne"),
];
/// Words for the person of the row.
const PERSON_WORDS: &[&str] = &[
    "enfant",
    "enfants",
    "eleve",
    "eleves",
    "jeune",
    "jeunes",
    "mineur",
    "beneficiaire",
    "usager",
    "adherent",
    "participant",
    "stagiaire",
    "candidat",
    "apprenant",
    "inscrit",
    "interesse",
    "habitant",
    "personne",
];
/// Words for the home of that person.
const FAMILY_WORDS: &[&str] = &["famille", "foyer", "domicile", "residence", "habitation"];
/// Words for adults who may share it.
const GUARDIAN_WORDS: &[&str] = &[
    "parent",
    "parents",
    "responsable",
    "representant",
    "legal",
    "tuteur",
    "allocataire",
];
/// Words that set an address apart from others of the same home.
const QUALIFIERS: &[&str] = &[
    "principal",
    "principale",
    "actuel",
    "actuelle",
    "personnel",
    "personnelle",
    "complete",
    "exacte",
    "precise",
    "habituelle",
    "1",
];

/// Words that make a question of a name: `Est demandeur d'emploi ?`, `Êtes-vous…`.
const QUESTION_WORDS: &[&str] = &["est", "etes", "il", "elle", "on", "vous", "et", "ou"];
/// Ends of words that stand for the other gender or the plural: `demandeur(se)`, `inscrit·e·s`.
const GENDER_ENDS: &[&str] = &[
    "e", "es", "s", "se", "ses", "euse", "euses", "rice", "rices", "trice", "trices", "ere",
    "eres", "iere", "ieres", "enne", "ennes", "ienne", "iennes", "ive", "ives", "te", "tes", "ee",
    "ees", "ne", "nes",
];
/// Ends of feminine words, and those of the masculine ones, both without a final `e` or `s`.
const FEMININE_ENDS: [(&str, &str); 5] = [
    ("tric", "teur"),
    ("eus", "eur"),
    ("enn", "en"),
    ("onn", "on"),
    ("iv", "if"),
];

/// The words for a person that may stand in the name of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnOwner {
    /// Nobody: `N° d'allocataire` is no number of a house.
    Nobody,
    /// The person of the row: a birth date of the parents is another one.
    Person,
    /// The person, or those whom they live with.
    Home,
}

impl ColumnOwner {
    /// Returns this owner, and those that fewer words name.
    fn and_narrower(self) -> &'static [Self] {
        match self {
            Self::Nobody => &[Self::Nobody],
            Self::Person => &[Self::Nobody, Self::Person],
            Self::Home => &[Self::Nobody, Self::Person, Self::Home],
        }
    }

    /// Returns whether a folded word names the owner, or what is theirs.
    fn is_named_by(self, word: &str) -> bool {
        let words: &[&[&str]] = match self {
            Self::Nobody => &[],
            Self::Person => &[PERSON_WORDS],
            Self::Home => &[PERSON_WORDS, FAMILY_WORDS, GUARDIAN_WORDS, QUALIFIERS],
        };
        words.iter().any(|words| words.contains(&word))
    }
}

/// The one whose a column is, by the words of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedOwner {
    /// The person of the row.
    Child,
    /// The family that they live with.
    Family,
    /// Nobody is named.
    Unnamed,
    /// An adult, who may live elsewhere.
    Guardian,
}

/// The likeness of a name and a known one, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameLikeness {
    /// The same but for case, accents and punctuation.
    Same,
    /// The same without brackets and formats, abbreviations written out.
    WithoutFormat,
    /// The same without words for the owner either, glued together or not.
    WithoutOwner,
}

impl NameLikeness {
    const CLOSEST_FIRST: [Self; 3] = [Self::Same, Self::WithoutFormat, Self::WithoutOwner];
}

/// The name of a column, as its words are compared.
#[derive(Debug, Clone)]
pub(crate) struct HeaderName {
    /// Folded.
    folded: String,
    /// Folded, without brackets and formats, abbreviations written out.
    plain: String,
}

/// Columns whose names are like a known one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MatchingColumns<'k> {
    /// The known name.
    pub(crate) known: &'k str,
    /// Its likeness to theirs.
    pub(crate) likeness: NameLikeness,
    /// Their places.
    pub(crate) columns: Vec<usize>,
}

impl HeaderName {
    /// Reads the name of a column.
    pub(crate) fn new(name: &str) -> Self {
        let words = fold_name(&with_parted_words(&without_brackets(name)));
        Self {
            folded: fold_name(name),
            plain: written_out(&without_formats(&with_joined_letters(words))),
        }
    }

    /// Returns whose the column is.
    pub(crate) fn owner(&self) -> NamedOwner {
        if self.has_word(PERSON_WORDS) {
            NamedOwner::Child
        } else if self.has_word(GUARDIAN_WORDS) {
            NamedOwner::Guardian
        } else if self.has_word(FAMILY_WORDS) {
            NamedOwner::Family
        } else {
            NamedOwner::Unnamed
        }
    }

    /// Returns whether one of the words is among these.
    pub(crate) fn has_word(&self, known: &[&str]) -> bool {
        self.plain.split(' ').any(|word| known.contains(&word))
    }

    /// Returns the name without these words.
    pub(crate) fn without_words(&self, words: &[&str]) -> Self {
        let [folded, plain] = [&self.folded, &self.plain].map(|text| {
            let kept = text.split(' ').filter(|word| !words.contains(word));
            kept.collect::<Vec<_>>().join(" ")
        });
        Self { folded, plain }
    }

    /// Returns the number that ends the name: 2 for `Adresse 2` and `Né le 2`.
    pub(crate) fn number(&self) -> Option<u32> {
        self.plain.split(' ').next_back()?.parse().ok()
    }

    /// Returns the name without the number that ends it.
    pub(crate) fn without_number(&self) -> Self {
        let [folded, plain] = [&self.folded, &self.plain].map(|text| {
            text.trim_end_matches(|last: char| last.is_ascii_digit() || last == ' ')
                .to_owned()
        });
        Self { folded, plain }
    }

    fn is_like(&self, known: &str, owner: ColumnOwner, likeness: NameLikeness) -> bool {
        match likeness {
            NameLikeness::Same => self.folded == known,
            NameLikeness::WithoutFormat => self.plain == written_out(known),
            NameLikeness::WithoutOwner => {
                let known = core_words(&written_out(known), ColumnOwner::Nobody);
                // `Domicile de l'enfant`: words of the home may be what is named.
                owner.and_narrower().iter().any(|owner| {
                    let core = core_words(&self.plain, *owner);
                    !core.is_empty() && core == known
                })
            }
        }
    }
}

/// Returns the columns that are most like one of the known names; of several such names, those of the first.
pub(crate) fn matching_columns<'k>(
    names: &[HeaderName],
    known: &[&'k str],
    owner: ColumnOwner,
) -> Option<MatchingColumns<'k>> {
    let all: Vec<usize> = (0..names.len()).collect();
    matching_among(names, &all, known, owner)
}

/// Returns those of [`matching_columns`] that are among these.
pub(crate) fn matching_among<'k>(
    names: &[HeaderName],
    among: &[usize],
    known: &[&'k str],
    owner: ColumnOwner,
) -> Option<MatchingColumns<'k>> {
    for likeness in NameLikeness::CLOSEST_FIRST {
        for known in known {
            let columns: Vec<usize> = among
                .iter()
                .copied()
                .filter(|&column| names[column].is_like(known, owner, likeness))
                .collect();
            if !columns.is_empty() {
                return Some(MatchingColumns {
                    known,
                    likeness,
                    columns,
                });
            }
        }
    }
    None
}

/// Returns the names of a header.
pub(crate) fn header_names(header: &[String]) -> Vec<HeaderName> {
    header.iter().map(|name| HeaderName::new(name)).collect()
}

/// Returns the only one of these columns that is most like one of these names; the earlier names come first. Of several that are
/// merely like it none is taken: a person must choose.
///
/// # Errors
/// [`ColumnsError::Ambiguous`]: several of the same name.
pub(crate) fn only_among(
    names: &[HeaderName],
    among: &[usize],
    known: &[&str],
    owner: ColumnOwner,
) -> Result<Option<usize>, ColumnsError> {
    let Some(found) = matching_among(names, among, known, owner) else {
        return Ok(None);
    };
    match found.columns.as_slice() {
        [only] => Ok(Some(*only)),
        several if found.likeness == NameLikeness::Same => Err(ColumnsError::Ambiguous {
            name: found.known.to_owned(),
            count: several.len(),
        }),
        _ => Ok(None),
    }
}

/// Returns a name without what stands in brackets, unless that makes another column of it.
fn without_brackets(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(open) = rest.find(['(', '[', '{']) {
        let Some(length) = rest[open..].find([')', ']', '}']) else {
            break;
        };
        kept.push_str(&rest[..open]);
        let bracket = &rest[open..=open + length];
        if is_distinguishing(bracket) {
            kept.push_str(bracket);
        }
        rest = &rest[open + length + 1..];
    }
    kept.push_str(rest);
    if kept.trim().is_empty() {
        name.to_owned()
    } else {
        kept
    }
}

fn is_distinguishing(bracket: &str) -> bool {
    fold_name(bracket)
        .split(' ')
        .any(|word| DISTINGUISHING_WORDS.contains(&word))
}

/// Returns the folded words of a name, joined where all are single letters: `D.D.N.`.
fn with_joined_letters(words: String) -> String {
    if words.split(' ').all(|word| word.len() == 1) {
        words.replace(' ', "")
    } else {
        words
    }
}

/// Returns a name with a space where a small letter is followed by a capital, or a letter by a digit.
fn with_parted_words(name: &str) -> String {
    let mut parted = String::with_capacity(name.len() + 4);
    let mut last: Option<char> = None;
    for next in name.chars() {
        let is_boundary = last.is_some_and(|last| {
            last.is_lowercase() && next.is_uppercase()
                || last.is_alphabetic() && next.is_ascii_digit()
                || last.is_ascii_digit() && next.is_alphabetic()
        });
        if is_boundary {
            parted.push(' ');
        }
        parted.push(next);
        last = Some(next);
    }
    parted
}

/// Returns a folded name without the words for its format, of which the first word is none.
fn without_formats(folded: &str) -> String {
    let words: Vec<&str> = folded.split(' ').collect();
    let kept = words.iter().enumerate().filter(|(index, word)| {
        // `5 chiffres`.
        let is_count = words.get(index + 1).is_some_and(|next| *next == "chiffres");
        *index == 0 || !is_count && !FORMAT_WORDS.contains(word)
    });
    kept.map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

/// Returns the words of a folded name that are neither connectors nor for its owner, glued together.
fn core_words(folded: &str, owner: ColumnOwner) -> String {
    folded
        .split(' ')
        .filter(|word| !CONNECTORS.contains(word))
        .filter(|word| !owner.is_named_by(word))
        .collect()
}

/// Returns a folded name with its abbreviations written out.
fn written_out(folded: &str) -> String {
    let words = folded.split(' ').map(|word| {
        let known = ABBREVIATIONS.iter().find(|(short, _)| *short == word);
        known.map_or(word, |(_, long)| long)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Returns the words of a name glued together, of either gender and number the same: without brackets, formats, words between
/// others, words for the person and those of a question.
pub(crate) fn without_gender(name: &str) -> String {
    let plain = HeaderName::new(name).plain;
    let mut words: Vec<String> = vec![];
    for (index, word) in plain.split(' ').enumerate() {
        let is_left_out = CONNECTORS.contains(&word)
            || QUESTION_WORDS.contains(&word)
            || word != "inscrit" && PERSON_WORDS.contains(&word)
            || index > 0 && GENDER_ENDS.contains(&word);
        let word = masculine(word);
        // `Demandeur / demandeuse` is one word.
        if !is_left_out && words.last() != Some(&word) {
            words.push(word);
        }
    }
    words.concat()
}

/// Returns a folded word without the ends of its gender and number; another word stays another word.
fn masculine(word: &str) -> String {
    let stem = word.trim_end_matches('s').trim_end_matches('e');
    // Of `es` or `le` nothing would be left.
    if stem.len() < 3 {
        return word.to_owned();
    }
    let ends = FEMININE_ENDS.iter();
    let found = ends
        .filter(|_| stem.len() < word.len())
        .find_map(|(feminine, end)| stem.strip_suffix(feminine).map(|start| (start, end)));
    match found {
        Some((start, end)) => format!("{start}{end}"),
        None => stem.trim_end_matches(['e', 's']).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(name: &str, known: &str, owner: ColumnOwner) -> Option<NameLikeness> {
        matching_columns(&[HeaderName::new(name)], &[known], owner).map(|found| found.likeness)
    }

    #[test]
    fn names_are_compared_without_their_formats() {
        for (name, known) in [
            ("Date de naissance (jj/mm/aaaa)*", "date de naissance"),
            ("Date naissance (AAAA-MM-JJ)", "date naissance"),
            ("Date naissance JJ/MM/AAAA", "date naissance"),
            ("* Adresse (n° et voie) *", "adresse"),
            ("Code postal [5 chiffres]", "code postal"),
            ("Code postal 5 chiffres", "code postal"),
            ("Commune (obligatoire)", "commune"),
            ("DateNaissance", "date naissance"),
            ("Adresse1", "adresse 1"),
            ("LIGNE1_ADRESSE", "ligne 1 adresse"),
            ("Sexe (M/F)*", "sexe"),
            ("D.D.N.", "ddn"),
            ("C.P.", "cp"),
            ("Date naiss.", "date naissance"),
            ("DATNAIS", "date naissance"),
        ] {
            let found = likeness(name, known, ColumnOwner::Nobody);
            assert_eq!(found, Some(NameLikeness::WithoutFormat), "{name}");
        }
        for (name, known) in [
            ("Adresse (complément)", "adresse"),
            ("Adresse (e-mail) électronique", "adresse"),
            ("Commune (naissance)", "commune"),
            ("Code postal (école)", "code postal"),
            ("Adresse mail", "adresse"),
        ] {
            assert_eq!(likeness(name, known, ColumnOwner::Home), None, "{name}");
        }
        // Nothing but a bracket is a name.
        let found = likeness("(Adresse)", "adresse", ColumnOwner::Nobody);
        assert_eq!(found, Some(NameLikeness::Same));
        assert_eq!(likeness("", "adresse", ColumnOwner::Home), None);
        assert_eq!(likeness("(", "adresse", ColumnOwner::Home), None);
    }

    #[test]
    fn genders_and_numbers_are_the_same() {
        for names in [
            &[
                "Inscrit",
                "inscrite",
                "Inscrit(e)",
                "inscrit·e·s",
                "INSCRITES",
            ][..],
            &[
                "Formateur",
                "formatrice",
                "formateur(trice)",
                "Formateur.rice",
            ],
            &["Actif", "active", "actif/ive", "actifs"],
            &["Employé", "employée", "employé(e)", "employé-e"],
            &["Lycéen", "lycéenne", "lycéen·ne", "lycéen(ne)s"],
        ] {
            let [first, others @ ..] = names else {
                panic!("names");
            };
            for other in others {
                assert_eq!(without_gender(other), without_gender(first), "{other}");
            }
        }
        assert_ne!(without_gender("demandeur"), without_gender("demande"));
        assert_ne!(without_gender("salarié"), without_gender("sala"));
    }

    #[test]
    fn names_are_compared_without_their_owners() {
        for (name, known, owner) in [
            (
                "Date de naissance de l'élève",
                "date de naissance",
                ColumnOwner::Person,
            ),
            ("DATENAISSANCE", "date de naissance", ColumnOwner::Person),
            ("Sexe enfant", "sexe", ColumnOwner::Person),
            (
                "Adresse du responsable légal 1",
                "adresse",
                ColumnOwner::Home,
            ),
            ("Adresse famille", "adresse", ColumnOwner::Home),
            ("Ville de résidence", "ville", ColumnOwner::Home),
            ("CP élève", "cp", ColumnOwner::Home),
            ("NOMVOIE", "nom de voie", ColumnOwner::Home),
        ] {
            let found = likeness(name, known, owner);
            assert_eq!(found, Some(NameLikeness::WithoutOwner), "{name}");
        }
        for (name, known, owner) in [
            (
                "Date de naissance du responsable",
                "date de naissance",
                ColumnOwner::Person,
            ),
            (
                "Date naissance allocataire",
                "date de naissance",
                ColumnOwner::Person,
            ),
            ("N° d'allocataire", "n", ColumnOwner::Nobody),
            ("Adresse responsable 2", "adresse", ColumnOwner::Home),
            ("Commune de naissance", "commune", ColumnOwner::Home),
            ("Ville de l'école", "ville", ColumnOwner::Home),
            ("Domicile", "adresse", ColumnOwner::Home),
        ] {
            assert_eq!(likeness(name, known, owner), None, "{name}");
        }
    }
}
