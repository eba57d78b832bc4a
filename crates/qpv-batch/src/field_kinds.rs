//! What fields hold, by their texts: values that no title has, parts of an address.

use qpv_french::dates::read_day;
use qpv_french::fold::fold_name;

use crate::house_numbers::is_numbered;

/// Words of streets, folded.
const STREETS: &[&str] = &[
    "rue",
    "r",
    "avenue",
    "av",
    "ave",
    "boulevard",
    "bd",
    "bld",
    "boul",
    "impasse",
    "imp",
    "allee",
    "allees",
    "chemin",
    "che",
    "chem",
    "place",
    "pl",
    "route",
    "rte",
    "quai",
    "square",
    "sq",
    "cours",
    "passage",
    "lotissement",
    "lot",
    "residence",
    "res",
    "cite",
    "hameau",
    "sente",
    "sentier",
    "venelle",
    "ruelle",
    "lieudit",
    "villa",
    "esplanade",
    "mail",
    "rond",
    "faubourg",
    "fg",
    "traverse",
    "montee",
    "cote",
    "domaine",
    "clos",
];

/// Returns whether more than one field of a row has something in it: a title has one.
pub(crate) fn has_several(fields: &[String]) -> bool {
    let filled = fields.iter().filter(|field| !field.trim().is_empty());
    filled.take(2).count() == 2
}

/// Returns whether a row has values that no title has: a day, a postcode, a numbered address.
pub(crate) fn is_data_row(fields: &[impl AsRef<str>]) -> bool {
    let fields = fields.iter().map(AsRef::as_ref);
    let filled = fields.filter(|field: &&str| !field.trim().is_empty());
    let has_several = filled.clone().count() >= 2;
    // A day alone may stand above a table.
    filled.into_iter().any(|field| {
        is_numbered_street(field) || has_several && (read_day(field).is_some() || is_place(field))
    })
}

/// Returns whether a text is a postcode, with a town behind it or not.
fn is_place(text: &str) -> bool {
    is_postcode(text.trim()) || is_postcode_with_town(text)
}

pub(crate) fn is_postcode_with_town(text: &str) -> bool {
    let folded = fold_name(text);
    let Some((postcode, town)) = folded.split_once(' ') else {
        return false;
    };
    is_postcode(postcode) && town.starts_with(char::is_alphabetic)
}

/// Returns whether a text is a street with the number of a house.
fn is_numbered_street(text: &str) -> bool {
    is_numbered(text) && is_street(text)
}

/// Returns whether a text names a street in one of its first words.
pub(crate) fn is_street(text: &str) -> bool {
    let folded = fold_name(text);
    let mut words = folded.split(' ').filter(|word| !is_postcode(word)).take(4);
    folded.contains(' ') && words.any(is_street_text)
}

/// Returns whether a text is the kind of a way and nothing else: `rue`, `Av.`.
pub(crate) fn is_kind_of_way(text: &str) -> bool {
    let folded = fold_name(text);
    folded.len() > 1 && STREETS.contains(&folded.as_str())
}

pub(crate) fn is_postcode(text: &str) -> bool {
    text.len() == 5
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && ("00100".."99000").contains(&text)
}

/// Returns whether a folded text has the word of a street or a postcode in it.
pub(crate) fn is_street_text(text: &str) -> bool {
    text.split(' ')
        .any(|word| word.len() > 1 && STREETS.contains(&word) || is_postcode(word))
}
