//! Columns of declarations: facts of a programme that only people know, one column each.
//!
//! Promises: an empty field leaves the fact unknown, as does one that says so (`NC`, `ne sait pas`, `?`, an empty box); a field
//! that says neither yes nor no is a fault of its row, and never counts as "no".

use std::borrow::Cow;
use std::collections::BTreeMap;

use qpv_french::fold::fold_name;
use qpv_french::{Key, key, sentence};
use qpv_model::Slug;
use qpv_programmes::{AskedKind, Programme, StatedFact};
use qpv_service::{read_date, read_number};

use crate::column_names::NO_COLUMN;
use crate::error::ColumnsError;
use crate::header_words::without_gender;
use crate::list_columns::single_column;
use crate::row_error::RowError;

/// The field of a declaration says neither yes nor no.
pub(crate) const BAD_DECLARATION: RowError = "bad_declaration";

// Folding leaves a space for the point of `1.0`, which is how a column of floating-point numbers writes 1.
const YES: [&str; 10] = [
    "oui", "o", "yes", "y", "vrai", "true", "x", "1", "1 0", "1 00",
];
const NO: [&str; 8] = ["non", "n", "no", "faux", "false", "0", "0 0", "0 00"];
/// Signs that folding removes. A word processor checks its boxes with a cross; a cross without a box may be a "no".
const TICKS: [char; 6] = ['✓', '✔', '☑', '☒', '✅', '🗹'];
/// Signs of a cross that stands for "yes" in one list and for "no" in another.
const CROSSES: [char; 6] = ['✗', '✘', '❌', '✕', '✖', '❎'];
/// Answers that say nothing, folded, by their words without gender.
const UNKNOWN: [&str; 38] = [
    "nc",
    "n c",
    "nr",
    "n r",
    "nd",
    "n d",
    "na",
    "n a",
    "so",
    "s o",
    "nsp",
    "n s p",
    "nspp",
    "ne sait pas",
    "ne sais pas",
    "je ne sais pas",
    "sais pas",
    "ne se prononce pas",
    "sans objet",
    "sans reponse",
    "pas de reponse",
    "aucune reponse",
    "non reponse",
    "inconnu",
    "non connu",
    "pas connu",
    "non renseigne",
    "pas renseigne",
    "non communique",
    "non precise",
    "non repondu",
    "non concerne",
    "indetermine",
    "a completer",
    "a verifier",
    "a preciser",
    "null",
    "unknown",
];

/// Meaning of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
enum FieldAnswer {
    Said(StatedFact),
    Unknown,
    Unreadable,
}

/// The columns of a programme's declarations in a list.
#[derive(Debug, Default)]
pub(crate) struct DeclarationColumns(Vec<DeclarationColumn>);

#[derive(Debug)]
struct DeclarationColumn {
    declaration: Slug,
    kind: AskedKind,
    /// Its place in the list.
    column: usize,
    /// Its name in the list.
    name: String,
}

/// The declarations of a row, with the faults in its fields.
#[derive(Debug, Default)]
pub(crate) struct RowDeclarations {
    pub(crate) stated: BTreeMap<Slug, StatedFact>,
    /// The fact of each field that cannot be read, and the sentence that says so.
    pub(crate) faults: Vec<(Slug, String)>,
}

impl DeclarationColumns {
    /// Finds the column of every fact that the programmes ask: the one given for it, else the one that bears its name or its
    /// label.
    ///
    /// # Errors
    /// [`ColumnsError`], of columns given, or when two columns bear the name.
    pub(crate) fn find(
        given: &[(String, String)],
        programmes: &[Programme],
        header: &[String],
    ) -> Result<Self, ColumnsError> {
        check_names(given, &programmes.iter().collect::<Vec<_>>())?;
        let mut found: Vec<DeclarationColumn> = vec![];
        for fact in programmes.iter().flat_map(|programme| &programme.asked) {
            // Several programmes may ask the same.
            if found.iter().any(|column| column.declaration == fact.id) {
                continue;
            }
            let known: Vec<&str> = [fact.id.as_str(), &fact.label]
                .into_iter()
                .chain(fact.columns.iter().map(String::as_str))
                .collect();
            if let Some(column) = column_of(header, given_column(given, &fact.id), &known)? {
                found.push(DeclarationColumn {
                    declaration: fact.id.clone(),
                    kind: fact.kind,
                    column,
                    name: header[column].trim().to_owned(),
                });
            }
        }
        Ok(Self(found))
    }

    /// Returns the columns, in the order that fields are then given in.
    pub(crate) fn read(&self) -> Vec<usize> {
        self.0.iter().map(|found| found.column).collect()
    }

    /// Returns the number of these columns.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there is a column for a declaration.
    pub(crate) fn has(&self, declaration: &Slug) -> bool {
        self.0.iter().any(|found| found.declaration == *declaration)
    }

    /// Reads the fields of a row.
    pub(crate) fn declared(&self, fields: &[Cow<'_, str>]) -> RowDeclarations {
        let mut row = RowDeclarations::default();
        for (found, field) in self.0.iter().zip(fields) {
            let field = field.trim();
            match answer_of_kind(found.kind, field) {
                FieldAnswer::Said(fact) => {
                    row.stated.insert(found.declaration.clone(), fact);
                }
                // An empty field is no "no", even in a column of crosses.
                FieldAnswer::Unknown => {}
                FieldAnswer::Unreadable => {
                    let values = [("column", found.name.as_str()), ("value", field)];
                    let message = sentence(unreadable(found.kind), &values);
                    row.faults.push((found.declaration.clone(), message));
                }
            }
        }
        row
    }
}

/// Returns whether a list is said to have no column for a declaration.
pub(crate) fn is_absent(given: &[(String, String)], declaration: &Slug) -> bool {
    given_column(given, declaration) == Some(NO_COLUMN)
}

fn given_column<'g>(given: &'g [(String, String)], declaration: &Slug) -> Option<&'g str> {
    given
        .iter()
        .find(|(name, _)| name == declaration.as_str())
        .map(|(_, column)| column.as_str())
}

/// Checks that a programme asks every fact that a column is given for.
///
/// # Errors
/// [`ColumnsError::UnknownDeclaration`].
pub(crate) fn check_names(
    given: &[(String, String)],
    programmes: &[&Programme],
) -> Result<(), ColumnsError> {
    let unknown = given.iter().find(|(name, _)| {
        programmes
            .iter()
            .all(|programme| programme.asked_fact(name).is_none())
    });
    let Some((name, _)) = unknown else {
        return Ok(());
    };
    let asked = programmes.iter().flat_map(|programme| &programme.asked);
    let mut known = each_once(asked.map(|fact| fact.id.as_str()));
    if known.is_empty() {
        known.push("–");
    }
    let ids = each_once(programmes.iter().map(|programme| programme.id.as_str()));
    Err(ColumnsError::UnknownDeclaration {
        name: name.clone(),
        programme: ids.join(", "),
        known: known.join(", "),
    })
}

/// Returns names, each once: two programmes may ask the same, or be two texts of one.
fn each_once<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut all: Vec<&str> = vec![];
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// Returns the column given, else the only one that bears one of the known names, or bears it in another gender.
fn column_of(
    header: &[String],
    given: Option<&str>,
    known: &[&str],
) -> Result<Option<usize>, ColumnsError> {
    let folded: Vec<String> = known.iter().map(|name| fold_name(name)).collect();
    let folded: Vec<&str> = folded.iter().map(String::as_str).collect();
    let found = single_column(header, &[], given, &folded)?;
    if found.is_some() || given.is_some() {
        return Ok(found);
    }
    let known: Vec<String> = known.iter().map(|name| without_gender(name)).collect();
    let mut columns = (0..header.len()).filter(|&column| {
        let name = without_gender(&header[column]);
        !name.is_empty() && known.contains(&name)
    });
    // Of several that are merely like it none is taken: a person must choose.
    Ok(match (columns.next(), columns.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    })
}

/// Returns the sentence of a field that is not of the kind asked.
fn unreadable(kind: AskedKind) -> Key {
    match kind {
        AskedKind::Declaration => key::PEOPLE_BAD_DECLARATION,
        AskedKind::Number => key::PEOPLE_BAD_NUMBER,
        AskedKind::Date => key::PEOPLE_BAD_DATE,
    }
}

fn answer_of_kind(kind: AskedKind, field: &str) -> FieldAnswer {
    let read = match kind {
        AskedKind::Declaration => return answer(field),
        AskedKind::Number => read_number(field),
        AskedKind::Date => read_date(field),
    };
    match (read, answer(field)) {
        (Some(fact), _) => FieldAnswer::Said(fact),
        // The words for "not known" are the same in every column.
        (None, FieldAnswer::Unknown) => FieldAnswer::Unknown,
        (None, _) => FieldAnswer::Unreadable,
    }
}

fn answer(field: &str) -> FieldAnswer {
    let folded = fold_name(field);
    if YES.contains(&&*folded) {
        return said(true);
    }
    if NO.contains(&&*folded) {
        return said(false);
    }
    if folded.is_empty() {
        return sign(field);
    }
    let words: Vec<&str> = folded.split(' ').map(ungendered).collect();
    let words = words.join(" ");
    let is_unknown = UNKNOWN.iter().any(|unknown| {
        let unknown: Vec<&str> = unknown.split(' ').map(ungendered).collect();
        unknown.join(" ") == words
    });
    if is_unknown {
        FieldAnswer::Unknown
    } else {
        FieldAnswer::Unreadable
    }
}

fn said(yes: bool) -> FieldAnswer {
    FieldAnswer::Said(StatedFact::Declared(yes))
}

/// Returns what a field without letters and digits says: only ticks say "yes"; dashes, points, question marks and empty boxes
/// say nothing.
fn sign(field: &str) -> FieldAnswer {
    // Signs may be drawn in colour or in black by a character behind them.
    let mut signs = field
        .chars()
        .filter(|sign| !sign.is_whitespace() && !matches!(sign, '\u{fe0e}' | '\u{fe0f}'));
    match signs.next() {
        Some(sign) if TICKS.contains(&sign) && signs.next().is_none() => said(true),
        _ if field.contains(TICKS) || field.contains(CROSSES) => FieldAnswer::Unreadable,
        _ => FieldAnswer::Unknown,
    }
}

/// Returns a word without the letters that its gender and number add.
fn ungendered(word: &str) -> &str {
    word.trim_end_matches(['e', 's'])
}

#[cfg(test)]
mod tests {
    use qpv_programmes::shipped;

    use super::*;

    fn programme() -> Programme {
        let mut all = shipped().iter();
        all.find(|programme| programme.id.as_str() == "emplois-francs")
            .unwrap()
            .clone()
    }

    fn find(header: &str, given: &[(&str, &str)]) -> Result<Vec<usize>, ColumnsError> {
        let header: Vec<String> = header.split(';').map(ToOwned::to_owned).collect();
        let given: Vec<(String, String)> = given
            .iter()
            .map(|(name, column)| ((*name).to_owned(), (*column).to_owned()))
            .collect();
        DeclarationColumns::find(&given, &[programme()], &header).map(|found| found.read())
    }

    #[test]
    fn a_column_bears_the_name_or_the_label_or_is_given() {
        for header in [
            "Adresse;demandeur-emploi",
            "Adresse;Demandeur d'emploi",
            "Adresse;DEMANDEUR EMPLOI (oui/non)",
            "Adresse;la personne est demandeuse d'emploi ou suivie par une mission locale",
        ] {
            assert_eq!(find(header, &[]), Ok(vec![1]), "{header}");
        }
        let given = [("demandeur-emploi", "Inscrit")];
        assert_eq!(find("Inscrit;Demandeur d'emploi", &given), Ok(vec![0]));
        let absent = [("demandeur-emploi", "-")];
        assert_eq!(find("Adresse;Demandeur d'emploi", &absent), Ok(vec![]));
        for name in [
            "Demandeuse d'emploi",
            "Demandeur(se) d’emploi",
            "Demandeur.euse d'emploi",
            "Demandeur·euse d’emploi",
            "Demandeur/euse d'emploi",
            "Demandeur-se d'emploi",
            "Demandeur / Demandeuse d'emploi",
            "Demandeurs et demandeuses d'emploi",
            "DEMANDEUSES_EMPLOI",
            "Est demandeur d'emploi ?",
            "Êtes-vous demandeur(euse) d’emploi ? (oui/non)",
            "Le bénéficiaire est demandeur d'emploi",
            "Inscrit à France Travail",
            "Inscrite à France Travail",
            "Inscrit(e) à France Travail",
            "Inscrit·e·s à France Travail",
            "Inscription à Pôle emploi",
        ] {
            assert_eq!(find(&format!("Adresse;{name}"), &[]), Ok(vec![1]), "{name}");
        }
        for name in [
            "Emploi",
            "Demandeur",
            "Demande d'emploi le",
            "N'est pas demandeur d'emploi",
            "Demandeur d'emploi depuis",
            "Inscrit à l'école",
        ] {
            assert_eq!(find(&format!("Adresse;{name}"), &[]), Ok(vec![]), "{name}");
        }
        let several = "Demandeur.euse d'emploi;Demandeuse d'emploi";
        assert_eq!(find(several, &[]), Ok(vec![]));
        assert!(matches!(
            find("Adresse", &[("emploi", "Adresse")]),
            Err(ColumnsError::UnknownDeclaration { name, .. }) if name == "emploi"
        ));
        assert!(matches!(
            find("Adresse", &given),
            Err(ColumnsError::NoSuchColumn { .. })
        ));
    }

    #[test]
    fn fields_say_yes_no_or_nothing() {
        let header = ["Inscrit".to_owned()];
        let given = [("demandeur-emploi".to_owned(), "Inscrit".to_owned())];
        let columns = DeclarationColumns::find(&given, &[programme()], &header).unwrap();
        let read = |field: &str| {
            let row = columns.declared(&[Cow::Borrowed(field)]);
            (row.stated.values().next().copied(), row.faults.len())
        };
        for field in [
            "Oui", " OUI ", "o", "VRAI", "true", "x", "X", "1", "1.0", "1,0", "✓", "yes",
        ] {
            assert_eq!(
                read(field),
                (Some(StatedFact::Declared(true)), 0),
                "{field}"
            );
        }
        for field in ["Non", "n", "FAUX", "False", "0", "0.0", "no"] {
            assert_eq!(
                read(field),
                (Some(StatedFact::Declared(false)), 0),
                "{field}"
            );
        }
        for field in ["☑", "☒", "✔", "✔\u{fe0f}", "1,00"] {
            assert_eq!(
                read(field),
                (Some(StatedFact::Declared(true)), 0),
                "{field}"
            );
        }
        for field in [
            "",
            "  ",
            "\u{a0}",
            "☐",
            "-",
            "–",
            "—",
            "?",
            "??",
            "…",
            "/",
            "NC",
            "N.C.",
            "n/a",
            "N/A",
            "NSP",
            "ne sait pas",
            "Ne sais pas",
            "sans objet",
            "inconnu",
            "Inconnue",
            "Non renseigné",
            "non renseignée",
            "non communiqué",
            "NR",
            "#N/A",
            "S.O.",
            "à compléter",
        ] {
            assert_eq!(read(field), (None, 0), "{field:?}");
        }
        for field in [
            "peut-être",
            "2",
            "oui mais",
            "10",
            "12/03/2020",
            "✗",
            "❌",
            "✓✗",
            "non mais",
            "oui/non",
            "nom",
            "F",
        ] {
            assert_eq!(read(field), (None, 1), "{field}");
        }
    }
}
