//! Roads named by a number (`RN1`, `D 23`, `route nationale n° 7`), and the sign `n°` in front of a number.
//!
//! Letter and number become one word, `n1`, so that the number is never taken for a house's.

use crate::abbreviations::{is_way, written_out};
use crate::numerals::number_in_letters;
use crate::pieces::{TextPiece, is_numeric, text_at};

/// A road named by its number.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NumberedRoad {
    /// Its kind: `route`.
    pub way: &'static str,
    /// Its letter and its number: `n1`.
    pub name: String,
    /// True if the kind stands in the text, and not the letter alone.
    pub is_way_written: bool,
    /// The number of pieces.
    pub length: usize,
}

/// The roads of one authority, as the first pieces name them.
struct RoadNetwork {
    way: &'static str,
    letter: &'static str,
    is_way_written: bool,
    length: usize,
}

/// Returns the road that the first pieces name; `before` is the word before them, empty at the head.
pub(crate) fn numbered_road(pieces: &[TextPiece], before: &str) -> Option<NumberedRoad> {
    let first = pieces.first()?;
    // `12R N 3`: the letter goes with the number of the house.
    if first.is_glued && first.text.len() == 1 {
        return None;
    }
    let network = road_network(pieces)?;
    let at = network.length + sign_length(&pieces[network.length..]);
    let (number, length) = road_number(&pieces[at..])?;
    let is_lone_letter = !network.is_way_written && first.text.len() == 1;
    if is_lone_letter && !is_road_letter(pieces, at, before) {
        return None;
    }
    let mut name = format!("{}{number}", network.letter);
    let mut end = at + length;
    // `D23a`, `D23E1`.
    while let Some(piece) = pieces.get(end).filter(|piece| piece.is_glued) {
        name.push_str(piece.text);
        end += 1;
    }
    Some(NumberedRoad {
        way: network.way,
        name,
        is_way_written: network.is_way_written,
        length: end,
    })
}

/// Returns the network that the first pieces name.
fn road_network(pieces: &[TextPiece]) -> Option<RoadNetwork> {
    let (way, letter, is_way_written, length) =
        match (written_out(text_at(pieces, 0)), text_at(pieces, 1)) {
            ("route", "nationale" | "nat" | "natle") => ("route", "n", true, 2),
            ("route", "departementale" | "dep" | "dept" | "deptle")
            | ("chemin", "departemental" | "dep" | "dept") => ("route", "d", true, 2),
            ("route", "metropolitaine") => ("route", "m", true, 2),
            ("route", "territoriale") => ("route", "t", true, 2),
            ("route", "forestiere") => ("route", "rf", true, 2),
            ("voie", "communale") => ("voie", "vc", true, 2),
            ("chemin", "rural") => ("chemin", "cr", true, 2),
            ("chemin", "vicinal") => ("chemin", "cv", true, 2),
            ("rn" | "nationale" | "n", _) => ("route", "n", false, 1),
            ("rd" | "cd" | "departementale" | "d", _) => ("route", "d", false, 1),
            ("rm", _) => ("route", "m", false, 1),
            ("rt", _) => ("route", "t", false, 1),
            ("rf", _) => ("route", "rf", false, 1),
            ("vc", _) => ("voie", "vc", false, 1),
            ("cr", _) => ("chemin", "cr", false, 1),
            ("cv" | "chv", _) => ("chemin", "cv", false, 1),
            ("rue", "n") if text_at(pieces, 0) == "r" => ("route", "n", false, 2),
            ("rue", "d") if text_at(pieces, 0) == "r" => ("route", "d", false, 2),
            ("c", "d") => ("route", "d", false, 2),
            ("v", "c") => ("voie", "vc", false, 2),
            ("c", "r") => ("chemin", "cr", false, 2),
            ("c", "v") => ("chemin", "cv", false, 2),
            _ => return None,
        };
    Some(RoadNetwork {
        way,
        letter,
        is_way_written,
        length,
    })
}

/// Returns the number of a road, and the number of its pieces.
fn road_number(pieces: &[TextPiece]) -> Option<(u32, usize)> {
    let text = text_at(pieces, 0);
    let (number, length) = if is_numeric(text) && text.len() <= 4 {
        (text.parse().ok()?, 1)
    } else {
        let number = number_in_letters(pieces, "").filter(|number| !number.is_ordinal)?;
        (number.value, number.length)
    };
    (number > 0).then_some((number, length))
}

/// Returns true if `N` or `D`, or letters parted by points, mean a road: its number stands at `at`.
fn is_road_letter(pieces: &[TextPiece], at: usize, before: &str) -> bool {
    // `n° 12`, and a number in letters behind one letter.
    if !is_numeric(text_at(pieces, at)) || is_building(before) {
        return false;
    }
    // `N 12 rue Foch`, `D 12 rue Foch`: the number is the house's.
    let is_house_number = is_way_ahead(&pieces[at + 1..]);
    if is_numeric(before) && pieces[at].is_glued {
        return true;
    }
    if is_house_number {
        return false;
    }
    let is_name = matches!(
        before,
        "" | "route" | "ancienne" | "ancien" | "ex" | "la" | "sur" | "bis" | "ter"
    ) || before.len() == 1
        || is_numeric(before);
    // `allée N3` is the third, `rue D4` has no other name.
    let is_sign = text_at(pieces, 0) == "n"
        && (is_way(before) || matches!(before, "communal" | "bp" | "cs" | "tsa" | "cidex"));
    is_name || pieces[at].is_glued && !is_sign
}

/// Returns the number of pieces of a sign in front of a number, which says nothing; `before` is the word before them.
pub(crate) fn number_sign(pieces: &[TextPiece], before: &str) -> Option<usize> {
    let length = sign_length(pieces);
    let is_sign = match text_at(pieces, 0) {
        _ if length == 0 || pieces[0].is_glued => false,
        "n" if length == 1 => {
            if is_building(before) {
                // `esc N 3 rue Foch`: the letter is the staircase's.
                !is_way_ahead(&pieces[2..])
            } else {
                !is_numeric(before)
            }
        }
        _ => true,
    };
    is_sign.then_some(length)
}

/// Returns the number of pieces of `n°`, `no`, `numéro`, in front of a number; 0 for none.
fn sign_length(pieces: &[TextPiece]) -> usize {
    match (text_at(pieces, 0), text_at(pieces, 1)) {
        ("n", "o") if is_numeric(text_at(pieces, 2)) => 2,
        ("n" | "no" | "nos" | "num" | "numero" | "numeros", next) if is_numeric(next) => 1,
        ("numero", _) if number_in_letters(&pieces[1..], "").is_some() => 1,
        _ => 0,
    }
}

/// Returns true if a kind of way follows, perhaps behind the suffix of a number or an adjective: `bis rue`, `Grande Rue`.
pub(crate) fn is_way_ahead(pieces: &[TextPiece]) -> bool {
    let first = text_at(pieces, 0);
    // `RN 2 dite route de Cayenne` has its number before.
    if is_way(first) && first != "dit" {
        return true;
    }
    let next = text_at(pieces, 1);
    let is_suffix = matches!(first, "bis" | "ter" | "quater" | "quinquies") || first.len() == 1;
    if is_suffix && !is_numeric(first) {
        return is_way(next) || is_adjective(next) && is_way(text_at(pieces, 2));
    }
    is_adjective(first) && is_way(next)
}

fn is_adjective(word: &str) -> bool {
    matches!(
        written_out(word),
        "grand"
            | "grande"
            | "petit"
            | "petite"
            | "vieux"
            | "vieille"
            | "ancien"
            | "ancienne"
            | "haut"
            | "haute"
            | "bas"
            | "basse"
            | "nouvelle"
    )
}

/// Returns true for the words whose letter or number follows them: `bâtiment D`, `escalier N`.
fn is_building(word: &str) -> bool {
    matches!(
        word,
        "batiment"
            | "escalier"
            | "esc"
            | "hall"
            | "entree"
            | "porte"
            | "immeuble"
            | "bloc"
            | "tour"
            | "appartement"
            | "appart"
            | "appt"
            | "apt"
            | "app"
            | "logement"
            | "lgt"
            | "etage"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieces::split;

    #[test]
    fn a_letter_is_a_road_where_a_number_of_it_follows() {
        for (text, before, name) in [
            ("rn1", "109", Some("n1")),
            ("n 3", "", Some("n3")),
            ("n1 capesterre", "109", Some("n1")),
            ("d 674", "", Some("d674")),
            ("d23e1", "", Some("d23e1")),
            ("route nationale no 1", "", Some("n1")),
            ("nationale sept", "la", Some("n7")),
            ("r d 4", "12", Some("d4")),
            ("chemin rural dit 12", "", None),
            ("d 12 rue foch", "batiment", None),
            ("d12 rue foch", "batiment", None),
            ("n 12 rue foch", "", None),
            ("n 12 bis rue foch", "", None),
            ("n 12 grande rue", "", None),
            ("n 7015", "bp", None),
            ("n 4", "appartement", None),
            ("n3", "allee", None),
            ("rn 97130", "109", None),
            ("rd point", "", None),
        ] {
            let road = numbered_road(&split(text), before);
            assert_eq!(
                road.map(|road| road.name).as_deref(),
                name,
                "{before} {text}"
            );
        }
    }
}
