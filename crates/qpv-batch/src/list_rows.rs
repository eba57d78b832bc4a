//! Rows of a list that are of no person, and people who stand in it twice.
//!
//! People's lists have totals, titles of classes, headers that come again on each page, and rows that are numbered and not
//! filled in. Such rows are not asked and not counted; they come back as they are, with the status `skipped` and the reason.
//! A person who stands in the list twice is asked twice, and told by the number of the first row: whether one of them goes
//! is for people to say.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};

use jiff::civil::Date;
use qpv_french::dates::read_day;
use qpv_french::fold::fold_name;
use qpv_french::{key, sentence};
use serde::Serialize;

use crate::cell::AddedColumn;
use crate::column_titles::ColumnTitles;
use crate::field_kinds::{is_data_row, is_postcode, is_street_text};
use crate::header_words::{ColumnOwner, HeaderName, matching_columns};
use crate::house_numbers::{BARE_NUMBER, is_order_name};
use crate::row_count::RowCount;
use crate::row_error::RowError;

/// The column of what is told of a row, the last one of a list.
pub(crate) const REMARK: &str = "remarque";
/// The reason why a row of no person has no answer.
pub(crate) const SKIPPED: RowError = "skipped";
/// People that are remembered, at most: of those behind, only rows like an earlier one of these are told.
const MAX_PEOPLE: usize = 2_000_000;
/// Rows that stand twice are named so far.
const FIRST_DUPLICATES: usize = 20;
/// Filled fields of a row that is a title, at most.
const MAX_SECTION_FIELDS: usize = 3;
/// Columns with a name from which on a family name alone is no person.
const WIDE_COLUMNS: usize = 4;

/// Names of columns, folded, that hold the name of the person.
const NAMES: &[&str] = &[
    "nom",
    "noms",
    "nom de famille",
    "nom d usage",
    "nom de naissance",
    "nom patronymique",
    "prenom",
    "prenoms",
    "premier prenom",
    "prenom usuel",
    "nom prenom",
    "nom prenoms",
    "nom et prenom",
    "nom et prenoms",
    "nom prenom enfant",
    "prenom nom",
    "prenom et nom",
    "eleve",
    "enfant",
    "name",
    "first name",
    "last name",
    "family name",
    "given name",
    "surname",
];
/// Words that totals begin with, folded.
const TOTALS: &[&str] = &[
    "total",
    "totaux",
    "sous total",
    "sous totaux",
    "s total",
    "effectif",
    "effectifs",
    "somme",
    "cumul",
    "nombre",
    "nb",
    "nbre",
];
/// Words behind the numbers of a total.
const COUNTED: &[&str] = &[
    "eleve",
    "eleves",
    "enfant",
    "enfants",
    "inscrit",
    "inscrits",
    "fille",
    "filles",
    "garcon",
    "garcons",
    "personne",
    "personnes",
    "ligne",
    "lignes",
    "dont",
    "et",
    "soit",
    "f",
    "g",
];
/// Words of classes: a text of nothing else is one.
const CLASSES: &[&str] = &[
    "tps",
    "ps",
    "ms",
    "gs",
    "ts",
    "cp",
    "ce",
    "ce1",
    "ce2",
    "cm",
    "cm1",
    "cm2",
    "ulis",
    "segpa",
    "upe2a",
    "clis",
    "rased",
    "6e",
    "5e",
    "4e",
    "3e",
    "6eme",
    "5eme",
    "4eme",
    "3eme",
    "sixieme",
    "cinquieme",
    "quatrieme",
    "troisieme",
    "2nde",
    "seconde",
    "1ere",
    "premiere",
    "terminale",
    "tle",
    "toute",
    "petite",
    "moyenne",
    "grande",
    "petits",
    "moyens",
    "grands",
    "section",
    "sections",
    "maternelle",
    "maternelles",
    "elementaire",
    "elementaires",
    "primaire",
    "college",
    "lycee",
    "creche",
    "cycle",
    "classe",
    "classes",
    "niveau",
    "groupe",
    "bac",
    "cap",
    "bep",
];
/// Words that join those of classes.
const CLASS_JOINTS: &[&str] = &[
    "et", "de", "des", "la", "du", "a", "b", "c", "d", "e", "pro",
];
/// Words that titles begin with, folded, and that no name of a person does.
const TITLES: &[&str] = &[
    "classe",
    "classes",
    "niveau",
    "section",
    "groupe",
    "cycle",
    "ecole",
    "college",
    "lycee",
    "maternelle",
    "etablissement",
    "centre de loisirs",
    "accueil de loisirs",
    "liste des",
    "liste de",
    "annee scolaire",
    "edite le",
    "imprime le",
    "extrait le",
    "fait a",
    "fait le",
    "enseignant",
    "enseignante",
    "professeur",
    "inscrits",
    "non inscrits",
    "liste d attente",
    "signature",
];

/// The columns by which the rows of a list are judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListColumns {
    /// The birth date.
    pub birth_date: Option<usize>,
    /// The address, in order.
    pub address: Vec<usize>,
    /// True for a column of remarks behind the others.
    pub remarks: bool,
}

/// The reason why a row is of no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SkippedRow {
    /// The names of the columns again.
    Header,
    /// Those of another table, in another order.
    OtherHeader,
    /// A total.
    Total,
    /// The title of a class, a school, a page.
    Section,
    /// Neither a name nor anything else, but for a number of order.
    Empty,
}

impl SkippedRow {
    /// Returns its stable name.
    fn name(self) -> &'static str {
        match self {
            Self::Header => "repeated_header",
            Self::OtherHeader => "other_header",
            Self::Total => "total",
            Self::Section => "section",
            Self::Empty => "empty",
        }
    }

    /// Returns the reason, in French.
    fn remark(self) -> String {
        let key = match self {
            Self::Header => key::LIST_SKIPPED_REPEATED_HEADER,
            Self::OtherHeader => key::LIST_SKIPPED_OTHER_HEADER,
            Self::Total => key::LIST_SKIPPED_TOTAL,
            Self::Section => key::LIST_SKIPPED_SECTION,
            Self::Empty => key::LIST_SKIPPED_EMPTY,
        };
        sentence(key, &[])
    }
}

/// A row like an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DuplicateRow {
    /// Its number.
    pub row: u64,
    /// The number of the first one like it.
    pub of: u64,
}

/// The rows that are like an earlier one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DuplicateRows {
    /// Their number.
    pub rows: u64,
    /// The first ones.
    pub first: Vec<DuplicateRow>,
}

impl DuplicateRows {
    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

/// The remark on a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowMark {
    /// It is of no person.
    Skipped(SkippedRow),
    /// It is like the row of this number.
    Duplicate(u64, Likeness),
}

/// The things that two rows have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// The name, and the birth date or the address, or both.
    Person,
    /// The name and the birth date, but not the address.
    OtherAddress,
    /// The address and the birth date; there are no names.
    Home,
}

impl RowMark {
    /// Returns what is told of the row, in French.
    pub(crate) fn remark(self) -> String {
        let (key, of) = match self {
            Self::Skipped(reason) => return reason.remark(),
            Self::Duplicate(of, Likeness::Person) => (key::LIST_DUPLICATE_PERSON, of),
            Self::Duplicate(of, Likeness::OtherAddress) => (key::LIST_DUPLICATE_OTHER_ADDRESS, of),
            Self::Duplicate(of, Likeness::Home) => (key::LIST_DUPLICATE_HOME, of),
        };
        sentence(key, &[("row", &of.to_string())])
    }

    /// Returns whether the row is not asked.
    pub(crate) fn is_skipped(self) -> bool {
        matches!(self, Self::Skipped(_))
    }
}

/// The rows of a list as they are judged one after another.
pub(crate) struct ListRows {
    columns: ListColumns,
    /// The names of the columns, folded.
    header: Vec<String>,
    /// Columns of the name of the person.
    names: Vec<usize>,
    /// True where the header names them.
    knows_names: bool,
    /// Columns that number the rows.
    orders: Vec<usize>,
    /// Columns that an earlier run wrote something in for rows of no person.
    answers: Vec<usize>,
    hasher: RandomState,
    /// The first row of each person, and its address.
    seen: HashMap<u64, (u64, u64)>,
    /// The rows of no person by the reason.
    pub(crate) skipped: BTreeMap<&'static str, RowCount>,
    pub(crate) duplicates: DuplicateRows,
}

impl ListRows {
    /// Judges rows below this header.
    pub(crate) fn new(header: &[String], columns: ListColumns) -> Self {
        // A number that is read as that of a house is no order, whatever its name.
        let free: Vec<usize> = (0..header.len())
            .filter(|column| !columns.address.contains(column))
            .filter(|column| columns.birth_date != Some(*column))
            .collect();
        let orders: Vec<usize> = free
            .iter()
            .copied()
            .filter(|column| {
                is_order_name(&header[*column])
                    || is_like(&header[*column], BARE_NUMBER, ColumnOwner::Nobody)
            })
            .collect();
        let answers = free
            .iter()
            .copied()
            .filter(|column| is_answer_name(&header[*column]))
            .collect();
        let mut names: Vec<usize> = free
            .iter()
            .copied()
            .filter(|column| is_like(&header[*column], NAMES, ColumnOwner::Person))
            .collect();
        let knows_names = !names.is_empty();
        // In columns named by their content, what is none of the known ones tells people apart.
        if !knows_names {
            names = free;
            names.retain(|column| header[*column] == unknown_column(*column));
        }
        Self {
            knows_names,
            answers,
            header: header.iter().map(|name| fold_name(name)).collect(),
            columns,
            names,
            orders,
            hasher: RandomState::new(),
            seen: HashMap::new(),
            skipped: BTreeMap::new(),
            duplicates: DuplicateRows::default(),
        }
    }

    /// Judges the row of a number by its fields. `is_sound` says that each stands under its own name.
    pub(crate) fn mark(
        &mut self,
        number: u64,
        fields: &[Cow<'_, str>],
        is_sound: bool,
    ) -> Option<RowMark> {
        let birth = self.columns.birth_date;
        let birth = birth.and_then(|column| read_day(fields.get(column)?));
        // Whoever was born is a person.
        if birth.is_none()
            && let Some(reason) = self.skipped_row(fields)
        {
            self.skipped.entry(reason.name()).or_default().count(number);
            return Some(RowMark::Skipped(reason));
        }
        // Under wrong names, two people could be taken for one.
        let mark = is_sound.then(|| self.duplicate(number, fields, birth))??;
        if let RowMark::Duplicate(of, _) = mark {
            self.duplicates.rows += 1;
            if self.duplicates.first.len() < FIRST_DUPLICATES {
                let row = DuplicateRow { row: number, of };
                self.duplicates.first.push(row);
            }
        }
        Some(mark)
    }

    fn is_address(&self, column: usize) -> bool {
        self.columns.address.contains(&column)
    }

    /// Returns the reason why a row without a birth date is of no person; `None` for a person, and for a row with nothing in
    /// it.
    fn skipped_row(&self, fields: &[Cow<'_, str>]) -> Option<SkippedRow> {
        let mut folded: Vec<String> = fields.iter().map(|field| fold_name(field)).collect();
        for column in &self.answers {
            folded[*column].clear();
        }
        let filled: Vec<(usize, &str)> = (0..)
            .zip(&folded)
            .map(|(column, text)| (column, text.as_str()))
            .filter(|(column, text)| !text.is_empty() && !self.orders.contains(column))
            .collect();
        let Some(&(first, label)) = filled.first() else {
            // A label may stand in the column of numbers.
            if folded.iter().any(|text| has_letters(text)) {
                return self.label_among_orders(&folded);
            }
            let has_something = fields.iter().any(|field| !field.trim().is_empty());
            return has_something.then_some(SkippedRow::Empty);
        };
        let same = filled
            .iter()
            .filter(|(column, text)| self.header.get(*column).is_some_and(|name| name == text));
        let same = same.count();
        // A person may live where a title is named: `Rue`, `Ville`.
        if same == filled.len() || same >= 2 && same * 2 > filled.len() && !is_data_row(fields) {
            return Some(SkippedRow::Header);
        }
        let titles = filled
            .iter()
            .filter(|(_, text)| self.header.iter().any(|name| name == text))
            .count();
        if titles >= 3 && titles * 2 > filled.len() && !is_data_row(fields) {
            return Some(SkippedRow::OtherHeader);
        }
        if self.is_total(&folded) {
            return Some(SkippedRow::Total);
        }
        let others_have_address = filled[1..]
            .iter()
            .any(|(column, text)| self.is_address(*column) && is_address_text(text));
        if filled.len() > MAX_SECTION_FIELDS || others_have_address {
            return None;
        }
        let is_address = self.is_address(first);
        let is_label = if is_address {
            is_class(label) && !is_street_text(label)
        } else {
            is_class(label) || is_title(label) || fields[first].trim_end().ends_with(':')
        };
        let is_section = if filled.len() == 1 {
            is_label || !is_address && self.is_no_person(first, label)
        } else {
            // `CP` beside a name is the class of a child.
            is_label && self.knows_names && self.names.contains(&first)
        };
        is_section.then_some(SkippedRow::Section)
    }

    /// Returns the reason for a row with nothing but a label in a column of numbers: `Total`, `CP`.
    fn label_among_orders(&self, folded: &[String]) -> Option<SkippedRow> {
        if self.is_total(folded) {
            return Some(SkippedRow::Total);
        }
        let label = folded.iter().find(|text| has_letters(text))?;
        (is_class(label) || is_title(label)).then_some(SkippedRow::Section)
    }

    /// Returns whether the only field of a row that is filled names nobody: a family name without anything else in a list
    /// that has given names too, or a remark.
    fn is_no_person(&self, column: usize, text: &str) -> bool {
        let named = self.header.iter().filter(|name| !name.is_empty()).count();
        let is_name = self.names.contains(&column);
        let is_remark = !is_name && text.bytes().all(|byte| !byte.is_ascii_digit());
        self.knows_names && named >= WIDE_COLUMNS && (is_name && self.names.len() >= 2 || is_remark)
    }

    /// Returns whether a row without a birth date is a total: a label, and numbers or other labels.
    fn is_total(&self, folded: &[String]) -> bool {
        let is_label =
            |text: &str| TOTALS.iter().any(|word| begins_with(text, word)) && !is_street_text(text);
        let labels = folded.iter().position(|text| is_label(text));
        let Some(label) = labels else {
            return false;
        };
        // `Total` of a town.
        let may_name_places = !self.is_address(label);
        (0..).zip(folded).all(|(column, text)| {
            is_label(text)
                || is_count(text) && !(self.is_address(column) && is_postcode(text))
                || may_name_places && self.is_address(column) && !is_street_text(text)
        })
    }

    /// Returns the first row like this one, of the same person.
    fn duplicate(
        &mut self,
        number: u64,
        fields: &[Cow<'_, str>],
        birth: Option<Date>,
    ) -> Option<RowMark> {
        let name = joined(fields, &self.names);
        let mut words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
        // The family name may come first or last.
        words.sort_unstable();
        let address = joined(fields, &self.columns.address);
        let (is_named, has_address) = (!words.is_empty(), has_letters(&address));
        let key = match (is_named, birth, has_address) {
            (true, Some(birth), _) => self.hasher.hash_one((1, &words, birth)),
            (true, None, true) => self.hasher.hash_one((2, &words, &address)),
            (false, Some(birth), true) => self.hasher.hash_one((3, &address, birth)),
            _ => return None,
        };
        let place = self.hasher.hash_one(&address);
        if let Some((of, other)) = self.seen.get(&key) {
            let likeness = match (is_named, *other == place) {
                (false, _) => Likeness::Home,
                (true, true) => Likeness::Person,
                (true, false) => Likeness::OtherAddress,
            };
            return Some(RowMark::Duplicate(*of, likeness));
        }
        if self.seen.len() < MAX_PEOPLE {
            self.seen.insert(key, (number, place));
        }
        None
    }
}

/// Returns whether a column is one that a run adds and fills for rows of no person too.
pub(crate) fn is_answer_name(name: &str) -> bool {
    let name = name.trim();
    let name = name.find("_qpv").map_or(name, |ending| &name[..ending]);
    let is_french = ["result", "resultat", "result_status", REMARK]
        .iter()
        .any(|known| name.starts_with(&ColumnTitles::French.title(known)));
    matches!(name, "change" | "changement" | "result_status" | REMARK)
        || name.ends_with("result")
        || name.ends_with("resultat")
        || is_french
}

/// Returns whether the name of a column is like a known one.
fn is_like(name: &str, known: &[&str], owner: ColumnOwner) -> bool {
    matching_columns(&[HeaderName::new(name)], known, owner).is_some()
}

/// Returns the fields of these columns as one folded text.
fn joined(fields: &[Cow<'_, str>], columns: &[usize]) -> String {
    let texts = columns.iter().filter_map(|column| fields.get(*column));
    fold_name(&texts.map(AsRef::as_ref).collect::<Vec<_>>().join(" "))
}

/// Returns the added columns of a list, with that of remarks if it has one.
pub(crate) fn with_remarks(mut added: Vec<AddedColumn>, has_remarks: bool) -> Vec<AddedColumn> {
    if has_remarks {
        added.push(AddedColumn {
            name: REMARK.to_owned(),
            number: false,
        });
    }
    added
}

/// The beginning of the names of columns that are known by nothing.
const UNKNOWN_COLUMN: &str = "Colonne ";

/// Returns the name of a column that is known by nothing but its place, from 0.
pub(crate) fn unknown_column(place: usize) -> String {
    format!("{UNKNOWN_COLUMN}{}", place + 1)
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// Returns whether a folded text begins with these words.
fn begins_with(text: &str, words: &str) -> bool {
    text.strip_prefix(words)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Returns whether a folded text is a number, or one of people.
fn is_count(text: &str) -> bool {
    text.split(' ')
        .all(|word| word.bytes().all(|byte| byte.is_ascii_digit()) || COUNTED.contains(&word))
}

/// Returns whether a folded text may be a part of an address: a number alone may be a count.
fn is_address_text(text: &str) -> bool {
    has_letters(text) || is_postcode(text)
}

/// Returns whether a folded text is the name of a class, or of several.
fn is_class(text: &str) -> bool {
    // Joints alone, as in `A de B`, are none.
    text.split(' ').any(|word| CLASSES.contains(&word))
        && text.split(' ').all(|word| {
            CLASSES.contains(&word)
                || CLASS_JOINTS.contains(&word)
                || word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// Returns whether a folded text is a title: `classe de Mme Martin`, `page 2`.
fn is_title(text: &str) -> bool {
    let is_page = text
        .strip_prefix("page ")
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    // `CE1 Mme Martin`, `CP A - 24 élèves`.
    let code = text.split(' ').next().unwrap_or_default();
    let is_code = CLASSES.contains(&code) && code.bytes().any(|byte| byte.is_ascii_digit())
        || matches!(code, "cp" | "tps" | "ulis" | "segpa");
    is_page || is_code || TITLES.iter().any(|title| begins_with(text, title))
}

#[cfg(test)]
mod tests;
