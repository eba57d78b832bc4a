//! Numbers as names write them: in letters (`vingt et un`), in Roman figures (`XIV`), as ordinals (`2e`, `deuxième`).
//!
//! The texts are folded. A number in letters is never joined to one in digits: `12 quatre chemins` has two.

use crate::pieces::{TextPiece, is_numeric, text_at};

/// A number, and the pieces that write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReadNumber {
    pub value: u32,
    /// The number of pieces.
    pub length: usize,
    /// True for `deuxième`, which ends a number.
    pub is_ordinal: bool,
}

impl ReadNumber {
    fn cardinal(value: u32, length: usize) -> Self {
        Self {
            value,
            length,
            is_ordinal: false,
        }
    }

    /// Returns this number with a smaller one behind it, `skipped` pieces farther.
    fn plus(self, rest: Self, skipped: usize) -> Self {
        Self {
            value: self.value + rest.value,
            length: self.length + skipped + rest.length,
            is_ordinal: rest.is_ordinal,
        }
    }
}

/// Returns the number that the first pieces write in letters, up to 9999; `before` is the word before them.
///
/// A lone `neuf` is a number only in front of a month and in `des neuf chemins`: elsewhere it is new (`Pont Neuf`).
pub(crate) fn number_in_letters(pieces: &[TextPiece], before: &str) -> Option<ReadNumber> {
    match text_at(pieces, 0) {
        "premier" | "premiere" => return Some(ordinal(1, 1)),
        "second" | "seconde" => return Some(ordinal(2, 1)),
        _ => {}
    }
    let number = thousands(pieces)?;
    let next = text_at(pieces, 1);
    let is_number = match text_at(pieces, 0) {
        // An article, or the beginning of a word.
        "une" | "unieme" | "mil" => number.length > 1,
        "neuf" if number.length == 1 => {
            month(next).is_some()
                || matches!(before, "des" | "les" | "aux") && !next.is_empty() && !is_numeric(next)
        }
        _ => true,
    };
    is_number.then_some(number)
}

fn ordinal(value: u32, length: usize) -> ReadNumber {
    ReadNumber {
        value,
        length,
        is_ordinal: true,
    }
}

/// Reads a number with `mille` or without.
fn thousands(pieces: &[TextPiece]) -> Option<ReadNumber> {
    let lead = hundreds(pieces);
    let multiplier = match lead {
        Some(lead) if !lead.is_ordinal && (2..=9).contains(&lead.value) => lead,
        _ => ReadNumber::cardinal(1, 0),
    };
    let is_ordinal = match text_at(pieces, multiplier.length) {
        "mille" | "mil" => false,
        "millieme" => true,
        _ => return lead,
    };
    let number = ReadNumber {
        value: multiplier.value * 1000,
        length: multiplier.length + 1,
        is_ordinal,
    };
    Some(with_rest(number, 999, pieces, hundreds))
}

/// Reads a number with `cent` or without; `dix-neuf cent` is 1900.
fn hundreds(pieces: &[TextPiece]) -> Option<ReadNumber> {
    let lead = below_hundred(pieces);
    let multiplier = match lead {
        Some(lead) if !lead.is_ordinal && lead.value >= 2 => lead,
        _ => ReadNumber::cardinal(1, 0),
    };
    let is_ordinal = match text_at(pieces, multiplier.length) {
        "cent" | "cents" => false,
        "centieme" => true,
        _ => return lead,
    };
    let number = ReadNumber {
        value: multiplier.value * 100,
        length: multiplier.length + 1,
        is_ordinal,
    };
    Some(with_rest(number, 99, pieces, below_hundred))
}

/// Returns a number with what `read` finds behind it, if that is small enough.
fn with_rest(
    number: ReadNumber,
    most: u32,
    pieces: &[TextPiece],
    read: fn(&[TextPiece]) -> Option<ReadNumber>,
) -> ReadNumber {
    if number.is_ordinal {
        return number;
    }
    read(&pieces[number.length..])
        .filter(|rest| rest.value <= most)
        .map_or(number, |rest| number.plus(rest, 0))
}

/// Reads a number below a hundred: `vingt et un`, `soixante-dix-huit`, `quatre-vingt-onzième`.
fn below_hundred(pieces: &[TextPiece]) -> Option<ReadNumber> {
    let tens = match (text_at(pieces, 0), text_at(pieces, 1)) {
        ("quatre", "vingt" | "vingts") => ReadNumber::cardinal(80, 2),
        ("quatre", "vingtieme") => ordinal(80, 2),
        (word, _) => match simple_number(word)? {
            (tens @ (20..=99), is_ordinal) => ReadNumber {
                value: tens,
                length: 1,
                is_ordinal,
            },
            _ => return below_twenty(pieces),
        },
    };
    if tens.is_ordinal {
        return Some(tens);
    }
    // `soixante-dix`, `quatre-vingt-dix` go on to nineteen.
    let most = if matches!(tens.value, 60 | 80) { 19 } else { 9 };
    let skipped = usize::from(text_at(pieces, tens.length) == "et");
    let rest = below_twenty(&pieces[tens.length + skipped..])
        .filter(|rest| rest.value <= most && (skipped == 0 || matches!(rest.value, 1 | 11)));
    Some(rest.map_or(tens, |rest| tens.plus(rest, skipped)))
}

/// Reads a number below twenty.
fn below_twenty(pieces: &[TextPiece]) -> Option<ReadNumber> {
    let (value, is_ordinal) = simple_number(text_at(pieces, 0)).filter(|(value, _)| *value < 20)?;
    let number = ReadNumber {
        value,
        length: 1,
        is_ordinal,
    };
    let unit = simple_number(text_at(pieces, 1)).filter(|(unit, _)| (7..=9).contains(unit));
    match unit {
        Some((unit, is_ordinal)) if value == 10 && !number.is_ordinal => Some(ReadNumber {
            value: 10 + unit,
            length: 2,
            is_ordinal,
        }),
        _ => Some(number),
    }
}

/// Returns the number that one word writes, below a hundred, and true for an ordinal.
fn simple_number(word: &str) -> Option<(u32, bool)> {
    match word.strip_suffix("ieme") {
        Some(stem) => ordinal_stem(stem).map(|value| (value, true)),
        None => cardinal_word(word).map(|value| (value, false)),
    }
}

fn cardinal_word(word: &str) -> Option<u32> {
    Some(match word {
        "un" | "une" => 1,
        "deux" => 2,
        "trois" => 3,
        "quatre" => 4,
        "cinq" => 5,
        "six" => 6,
        "sept" => 7,
        "huit" => 8,
        "neuf" => 9,
        "dix" => 10,
        "onze" => 11,
        "douze" => 12,
        "treize" => 13,
        "quatorze" => 14,
        "quinze" => 15,
        "seize" => 16,
        "vingt" | "vingts" => 20,
        "trente" => 30,
        "quarante" => 40,
        "cinquante" => 50,
        "soixante" => 60,
        "septante" => 70,
        "octante" | "huitante" => 80,
        "nonante" => 90,
        _ => return None,
    })
}

/// Returns the number of an ordinal without its ending: `cinqu` of `cinquième`.
fn ordinal_stem(stem: &str) -> Option<u32> {
    Some(match stem {
        "quatr" => 4,
        // With and without their faults.
        "cinqu" | "cinq" => 5,
        "neuv" | "neuf" => 9,
        "onz" => 11,
        "douz" => 12,
        "treiz" => 13,
        "quatorz" => 14,
        "quinz" => 15,
        "seiz" => 16,
        "trent" => 30,
        "quarant" => 40,
        "cinquant" => 50,
        "soixant" => 60,
        "un" | "deux" | "trois" | "six" | "sept" | "huit" | "dix" | "vingt" => {
            return cardinal_word(stem);
        }
        _ => return None,
    })
}

/// Returns the number that a word writes in Roman figures, alone or as an ordinal (`XIVe`), up to 39; `before` and `next`
/// are its neighbours.
///
/// One letter is an initial (`V Hugo`) unless it follows the name of a king or a pope, and `vie` is life unless it is an
/// arrondissement.
pub(crate) fn roman_number(word: &str, before: &str, next: &str) -> Option<u32> {
    if word.len() == 1 {
        let is_counted = matches!(
            next,
            "division" | "regiment" | "armee" | "republique" | "siecle" | "db"
        );
        return roman_value(word).filter(|_| is_counted || is_regnal_name(before));
    }
    let is_figure = match word {
        "vie" => is_arrondissement(next) || has_arrondissements(before),
        // The ending of an ordinal.
        "ie" | "ieme" => false,
        _ => true,
    };
    if !is_figure {
        return None;
    }
    roman_value(word).or_else(|| match word {
        "ier" | "iere" | "ire" => Some(1),
        "iind" | "iinde" => Some(2),
        _ => ["eme", "ieme", "e"]
            .into_iter()
            .find_map(|ending| roman_value(word.strip_suffix(ending)?)),
    })
}

/// Returns the value of Roman figures from I to XXXIX in their usual form.
fn roman_value(figures: &str) -> Option<u32> {
    const UNITS: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let units = figures.trim_start_matches('x');
    let tens = figures.len() - units.len();
    let units = UNITS.iter().position(|form| *form == units)?;
    let value = u32::try_from(10 * tens + units).ok()?;
    (1..=39).contains(&value).then_some(value)
}

/// Returns true for the names of kings, emperors and popes that streets bear with a number of one figure.
// Not Jean, Jules, Martin or Paul: their letter is mostly an initial (Paul V. Couturier).
fn is_regnal_name(word: &str) -> bool {
    matches!(
        word,
        "albert"
            | "alexandre"
            | "alphonse"
            | "baudouin"
            | "benoit"
            | "charles"
            | "clement"
            | "edouard"
            | "elisabeth"
            | "ferdinand"
            | "francois"
            | "frederic"
            | "george"
            | "georges"
            | "gregoire"
            | "guillaume"
            | "henri"
            | "henry"
            | "honore"
            | "innocent"
            | "jacques"
            | "lothaire"
            | "louis"
            | "leopold"
            | "napoleon"
            | "philippe"
            | "pie"
            | "pierre"
            | "rainier"
            | "sixte"
            | "urbain"
            | "victor"
    )
}

/// Returns true for the cities that are divided into arrondissements.
pub(crate) fn has_arrondissements(word: &str) -> bool {
    matches!(word, "paris" | "lyon" | "marseille")
}

fn is_arrondissement(word: &str) -> bool {
    matches!(word, "arrondissement" | "arr" | "arrdt" | "ardt")
}

/// Returns true for what is counted with ordinals: `2e division`, `3e étage`, `12e arrondissement`.
pub(crate) fn is_counted_noun(word: &str) -> bool {
    is_arrondissement(word)
        || matches!(
            word,
            "age"
                | "armee"
                | "armees"
                | "bataillon"
                | "brigade"
                | "chasseur"
                | "chasseurs"
                | "compagnie"
                | "corps"
                | "cuirassier"
                | "cuirassiers"
                | "demi"
                | "division"
                | "dragon"
                | "dragons"
                | "escadron"
                | "etage"
                | "etg"
                | "genie"
                | "hussard"
                | "hussards"
                | "legion"
                | "millenaire"
                | "regiment"
                | "regt"
                | "republique"
                | "rgt"
                | "siecle"
                | "spahi"
                | "spahis"
                | "tirailleur"
                | "tirailleurs"
                | "tranche"
                | "zouave"
                | "zouaves"
        )
}

/// Returns true for the ending of an ordinal in digits, the `er` of `1er`, but for the `e` of `2e`, which may be the
/// letter of a house number.
pub(crate) fn is_ordinal_ending(ending: TextPiece, number: &str) -> bool {
    match ending.text {
        "er" | "ere" | "eme" | "ieme" => true,
        "re" => ending.is_glued || number == "1",
        "ier" | "iere" | "em" | "iem" | "me" | "nd" | "nde" | "emes" => ending.is_glued,
        "de" => ending.is_glued && number == "2",
        _ => false,
    }
}

/// Returns the month that a word names, in full or abbreviated.
pub(crate) fn month(word: &str) -> Option<&str> {
    Some(match word {
        "jan" | "janv" => "janvier",
        "fev" | "fevr" => "fevrier",
        "mar" => "mars",
        "avr" => "avril",
        "jul" | "juil" | "juill" => "juillet",
        "aou" => "aout",
        "sep" | "sept" => "septembre",
        "oct" => "octobre",
        "nov" => "novembre",
        "dec" => "decembre",
        full if qpv_french::dates::is_month(full) => full,
        _ => return None,
    })
}

/// Returns the year that two digits behind a day and a month stand for.
// The wars, what followed them, and two days that streets recall: 10 May 1981 and 12 July 1998. Others may be a house's.
pub(crate) fn year_of_two_digits(number: &str) -> Option<u32> {
    let year = number.parse().ok().filter(|_| number.len() == 2)?;
    matches!(year, 14..=19 | 36..=69 | 81 | 98).then_some(1900 + year)
}

/// Returns the year of a day that streets recall, in digits: most names leave it out.
pub(crate) fn year_of_date(day: &str, month: &str) -> Option<&'static str> {
    Some(match (day, month) {
        ("11", "novembre") => "1918",
        ("8", "mai") => "1945",
        ("19", "mars") => "1962",
        ("14" | "17" | "18", "juin") => "1940",
        ("6", "juin") | ("25", "aout") => "1944",
        ("14", "juillet") => "1789",
        ("4", "septembre") => "1870",
        _ => return None,
    })
}

/// Returns true if a year begins here: four digits, two that stand for one, or the first word of one in letters.
pub(crate) fn is_year(text: &str) -> bool {
    match text.len() {
        4 if is_numeric(text) => ("1400".."2100").contains(&text),
        2 if is_numeric(text) => year_of_two_digits(text).is_some(),
        _ => matches!(text, "mil" | "mille"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieces::split;

    fn read(text: &str) -> Option<(u32, usize)> {
        number_in_letters(&split(text), "").map(|number| (number.value, number.length))
    }

    #[test]
    fn numbers_in_letters_are_read_whole() {
        for (text, value, length) in [
            ("un", 1, 1),
            ("dix", 10, 1),
            ("dix sept", 17, 2),
            ("vingt et un", 21, 3),
            ("vingt un", 21, 2),
            ("vingt neuf", 29, 2),
            ("trente et unieme", 31, 3),
            ("soixante dix huit", 78, 3),
            ("soixante et onze", 71, 3),
            ("septante deux", 72, 2),
            ("quatre vingt", 80, 2),
            ("quatre vingt onze", 91, 3),
            ("quatre vingt dix neuf", 99, 4),
            ("quatre vingt onzieme", 91, 3),
            ("cent", 100, 1),
            ("cent neuf", 109, 2),
            ("cent cinquante deuxieme", 152, 3),
            ("cinq cents", 500, 2),
            ("mille", 1000, 1),
            ("mil neuf cent quarante cinq", 1945, 5),
            ("mille neuf cent dix huit", 1918, 5),
            ("dix neuf cent dix huit", 1918, 5),
            ("mil huit cent quatorze", 1814, 4),
            ("deux mille vingt quatre", 2024, 4),
            ("neuf mille neuf cent quatre vingt dix neuf", 9999, 8),
            ("premiere", 1, 1),
            ("seconde", 2, 1),
            ("neuvieme", 9, 1),
            // The next word is another number.
            ("quatre sept", 4, 1),
            ("vingt douze", 20, 1),
            ("deuxieme deux", 2, 1),
            ("vingt et deux", 20, 1),
            ("cent cent", 100, 1),
        ] {
            assert_eq!(read(text), Some((value, length)), "{text}");
        }
        for text in ["neuf", "mil", "une", "unieme", "rue", "cinema", "12"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn every_number_below_a_hundred_is_read_back() {
        const UNITS: [&str; 20] = [
            "", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
            "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix sept", "dix huit",
            "dix neuf",
        ];
        for value in (1..100_usize).filter(|value| *value != 9) {
            let (tens, units) = match value {
                0..20 => ("", value),
                20..30 => ("vingt", value - 20),
                30..40 => ("trente", value - 30),
                40..50 => ("quarante", value - 40),
                50..60 => ("cinquante", value - 50),
                60..80 => ("soixante", value - 60),
                _ => ("quatre vingt", value - 80),
            };
            let text = format!("{tens} {}", UNITS[units]);
            let length = text.split_whitespace().count();
            assert_eq!(
                read(&text),
                u32::try_from(value).ok().map(|value| (value, length))
            );
        }
    }

    #[test]
    fn roman_figures_are_numbers_where_they_cannot_be_letters() {
        for (word, before, next, value) in [
            ("iv", "henri", "", Some(4)),
            ("xxiii", "jean", "", Some(23)),
            ("xxxix", "", "", Some(39)),
            ("x", "pie", "", Some(10)),
            ("v", "rue", "hugo", None),
            ("ier", "albert", "", Some(1)),
            ("viieme", "", "", Some(7)),
            ("xieme", "", "", Some(11)),
            ("xive", "", "", Some(14)),
            ("vie", "la", "", None),
            ("vie", "paris", "", Some(6)),
            ("vie", "le", "arrondissement", Some(6)),
            ("iiii", "", "", None),
            ("vix", "", "", None),
            ("xxxx", "", "", None),
            ("ieme", "21", "", None),
        ] {
            assert_eq!(roman_number(word, before, next), value, "{before} {word}");
        }
    }
}
