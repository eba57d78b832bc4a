//! What copying does to an address, undone: the codes of Web pages and links, letters in another encoding, postcodes with an O
//! for a zero, a town or a line that stands there twice.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use percent_encoding::percent_decode_str;
use quick_xml::escape::{resolve_html5_entity, unescape_with};

use crate::pieces::is_numeric;
use crate::words::{NameWord, WordClass};

/// Returns a text as it was before it was copied; most are returned as they are.
pub(crate) fn as_written(text: &str) -> Cow<'_, str> {
    let steps: [fn(&str) -> Option<String>; 12] = [
        decoded_link,
        decoded_page,
        decoded_letters,
        without_lost_letters,
        with_digits_of_postcode,
        without_telephone,
        without_question,
        without_country,
        with_area_behind,
        without_numbering,
        with_digits_for_letters,
        with_words_for_signs,
    ];
    let mut written = Cow::Borrowed(text);
    for step in steps {
        if let Some(text) = step(&written) {
            written = Cow::Owned(text);
        }
    }
    written
}

/// `10%20Rue%20Foch`, `10+Rue+Foch%2C+Belfort`: a part of a link.
fn decoded_link(text: &str) -> Option<String> {
    let mut codes = text
        .match_indices('%')
        .map(|(at, _)| &text.as_bytes()[at + 1..]);
    let has_code = codes.any(is_code);
    if !has_code {
        return None;
    }
    // In a link with plain spaces a plus is a plus.
    let spaced = if text.contains(' ') {
        text.to_owned()
    } else {
        text.replace('+', " ")
    };
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// Returns true for two hexadecimal digits.
fn is_code(behind: &[u8]) -> bool {
    behind.len() >= 2 && behind[..2].iter().all(u8::is_ascii_hexdigit)
}

/// `90 Chemin de Cocoyer<br>97170 Petit-Bourg`, `G&eacute;n&eacute;ral`: a part of a page.
fn decoded_page(text: &str) -> Option<String> {
    let without_tags = text.contains('<').then(|| {
        let mut parts = text.split('<');
        let mut plain = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            plain.push_str(", ");
            plain.push_str(part.split_once('>').map_or(part, |(_, behind)| behind));
        }
        plain
    });
    let plain = without_tags.as_deref().unwrap_or(text);
    // What is no entity (`Dupont & fils`) is left as it stands.
    let decoded = plain
        .contains('&')
        .then(|| unescape_with(plain, resolve_html5_entity).ok())
        .flatten();
    decoded.map(Cow::into_owned).or(without_tags)
}

/// `AllÃ©e`: UTF-8 that was read as Windows-1252.
fn decoded_letters(text: &str) -> Option<String> {
    if !text.contains(['Ã', 'Â', 'Å']) {
        return None;
    }
    let (bytes, _, has_others) = WINDOWS_1252.encode(text);
    let decoded = String::from_utf8(bytes.into_owned()).ok()?;
    (!has_others).then_some(decoded)
}

/// `All?e`, `All�e`: a letter that an encoding did not have. Without it the rest is one word, which lacks a letter.
fn without_lost_letters(text: &str) -> Option<String> {
    if !text.contains(is_lost) {
        return None;
    }
    let mut kept = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        let follows_letter = kept.ends_with(char::is_alphabetic);
        let behind = &text[at + letter.len_utf8()..];
        let is_inside = follows_letter
            && behind.starts_with(|next: char| next.is_alphabetic() || is_lost(next));
        if !(is_lost(letter) && is_inside) {
            kept.push(letter);
        }
    }
    Some(kept)
}

fn is_lost(letter: char) -> bool {
    matches!(letter, '?' | char::REPLACEMENT_CHARACTER)
}

/// `O4OOO`, `04.000`: five digits with a letter O among them, or with a point for the thousands.
fn with_digits_of_postcode(text: &str) -> Option<String> {
    let mut changed = None;
    for word in text.split([' ', ',', ';', '\n', '\t']) {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let with_letters = word.len() == 5
            && digits > 0
            && digits < 5
            && word
                .chars()
                .all(|letter| letter.is_ascii_digit() || is_zero(letter));
        let with_point =
            word.len() == 6 && digits == 5 && matches!(word.as_bytes()[2], b'.' | b'\'');
        if with_letters || with_point {
            let postcode: String = word
                .chars()
                .map(|letter| if is_zero(letter) { '0' } else { letter })
                .filter(char::is_ascii_digit)
                .collect();
            changed = Some(text.replacen(word, &postcode, 1));
        }
    }
    changed
}

fn is_zero(letter: char) -> bool {
    matches!(letter, 'o' | 'O')
}

/// `#12` is a flat, and the `à` of `n° 33 à Chaumont` no letter of the number.
fn with_words_for_signs(text: &str) -> Option<String> {
    let mut written = String::with_capacity(text.len());
    let mut is_changed = false;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let behind = &rest[letter.len_utf8()..];
        if letter == '#' && behind.starts_with(|next: char| next.is_ascii_digit()) {
            written.push_str(" appartement ");
            is_changed = true;
        } else if let Some(town) = rest.strip_prefix(" à ")
            && written
                .trim_end_matches([' ', ','])
                .ends_with(|last: char| last.is_ascii_digit())
            && is_town_or_postcode(town)
        {
            written.push_str(", ");
            is_changed = true;
            rest = town;
            continue;
        } else if letter == '°'
            && behind.starts_with(' ')
            && !written.is_empty()
            && written.bytes().all(|before| before.is_ascii_digit())
        {
            // `25° rue Foch`
            is_changed = true;
        } else {
            written.push(letter);
        }
        rest = behind;
    }
    is_changed.then_some(written)
}

/// Returns true for what begins with a name, or with the five digits of a postcode; a shorter number ends a range.
fn is_town_or_postcode(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.starts_with(char::is_alphabetic) || digits == 5
}

/// `06.12.34.56.78`, `+33 6 12 34 56 78`: a telephone, which has no number of a house in it.
fn without_telephone(text: &str) -> Option<String> {
    let starts = text
        .match_indices(['0', '+'])
        .map(|(at, _)| at)
        .filter(|at| {
            !text[..*at].ends_with(|before: char| before.is_ascii_digit() || before == '+')
        });
    for start in starts {
        let Some(length) = telephone_length(&text[start..]) else {
            continue;
        };
        let (before, behind) = (&text[..start], &text[start + length..]);
        return Some(format!("{before}, {behind}"));
    }
    None
}

/// Returns the length of the telephone number that a text begins with: ten digits from `0`, or nine behind `+33`.
fn telephone_length(text: &str) -> Option<usize> {
    let (prefix, wanted) = match text.strip_prefix("+33") {
        Some(_) => (3, 9),
        None => (0, 10),
    };
    let mut digits = 0;
    let mut follows_sign = false;
    let mut has_groups = true;
    for (at, letter) in text[prefix..].char_indices() {
        if letter.is_ascii_digit() {
            digits += 1;
            follows_sign = false;
        } else if digits == wanted {
            return has_groups.then_some(prefix + at);
        } else if matches!(letter, ' ' | '.' | '-' | '\u{a0}' | '(' | ')') && !follows_sign {
            // `01 23 45 67 89`: pairs, behind the figure of the region.
            has_groups &= digits % 2 == wanted % 2 || prefix > 0 && digits <= 1;
            follows_sign = letter != '(' && letter != ')';
        } else {
            return None;
        }
    }
    (digits == wanted && has_groups).then_some(text.len())
}

/// `3 rue Foch à Belfort est-elle en zone prioritaire ?`, `… depuis 2015`: what is asked or told of an address behind it.
fn without_question(text: &str) -> Option<String> {
    const TAILS: [&str; 11] = [
        " est-elle ",
        " est-il ",
        " est elle en ",
        " est il en ",
        " est-ce ",
        " fait-elle ",
        " fait-il ",
        " se trouve-t-",
        " se situe-t-",
        " depuis ",
        ", c'est ",
    ];
    let lower = text.to_ascii_lowercase();
    let end = TAILS.iter().filter_map(|tail| lower.find(tail)).min()?;
    // Not where the address itself is behind.
    let has_number = text[..end].contains(|letter: char| letter.is_ascii_digit());
    has_number.then(|| text[..end].to_owned())
}

/// `France, Belfort, rue Foch, 7`: the country in front.
fn without_country(text: &str) -> Option<String> {
    let (country, rest) = text.split_once(',')?;
    country
        .trim()
        .eq_ignore_ascii_case("france")
        .then(|| rest.trim_start().to_owned())
}

/// `Oraison (04), 7 rue Foch`, `Ornans (Doubs), 7 rue Foch`: the department of a town that goes first, put where it is expected.
fn with_area_behind(text: &str) -> Option<String> {
    let (start, end) = (text.find('(')?, text.find(')')?);
    let area = text.get(start + 1..end)?.trim();
    let behind = text[end + 1..].trim_start_matches([' ', ',', ';', '-']);
    let is_department = matches!(area.len(), 2 | 3)
        && area.starts_with(|first: char| first.is_ascii_digit())
        && area.chars().all(char::is_alphanumeric);
    let is_behind_name = text[..start].trim_end().ends_with(char::is_alphabetic);
    (is_department && is_behind_name && !behind.trim().is_empty())
        .then(|| format!("{}, {behind} ({area})", text[..start].trim_end()))
}

/// `1) 42 rue Foch`, `2. 7 rue Foch`: the number of a line in a list.
fn without_numbering(text: &str) -> Option<String> {
    let line = text.trim_start().trim_start_matches('(');
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let behind = line.get(digits..)?;
    let signs = behind
        .bytes()
        .take_while(|sign| matches!(sign, b')' | b'.' | b'-'))
        .count();
    let rest = behind.get(signs..)?;
    let is_numbering = (1..=3).contains(&digits)
        && signs > 0
        && !behind.starts_with('-')
        && rest.starts_with(' ')
        && rest
            .trim_start()
            .starts_with(|next: char| next.is_ascii_digit());
    is_numbering.then(|| rest.trim_start().to_owned())
}

/// `l4 rue Foch`, `1O rue Foch`: a number at the head with letters that look like its digits.
fn with_digits_for_letters(text: &str) -> Option<String> {
    let line = text.trim_start();
    let (number, behind) = line.split_once(' ')?;
    let digits: Option<String> = number.chars().map(digit_like).collect();
    let digits = digits.filter(|digits| digits != number && (2..=4).contains(&digits.len()))?;
    // `1l` may be letter L of number 1; a zero goes first in no number.
    let is_mistaken = number.contains(|letter: char| letter.is_ascii_digit())
        && !number.ends_with(['l', 'I'])
        && !digits.starts_with('0');
    is_mistaken.then(|| format!("{digits} {behind}"))
}

/// Returns the digit that a letter looks like, or is.
fn digit_like(letter: char) -> Option<char> {
    match letter {
        'l' | 'I' | '|' => Some('1'),
        'O' => Some('0'),
        digit if digit.is_ascii_digit() => Some(digit),
        _ => None,
    }
}

/// Removes what stands there twice: the whole line (`6 rue Foch 6 rue Foch 90000 Belfort`), and the town in front of its
/// postcode and behind it (`6 rue Foch Belfort 90000 Belfort`). `parts` has an entry for each word.
pub(crate) fn remove_repeats(
    words: &mut Vec<NameWord>,
    parts: &mut Vec<bool>,
    postcode: Option<usize>,
) {
    // `6 rue Foch 90000 Belfort 90000 Belfort`, and the same with all of it.
    for length in (2..=words.len() / 2).rev() {
        let first = words.len() - 2 * length;
        let again = words.len() - length;
        let has_postcode = words[again..]
            .iter()
            .any(|word| word.text.len() == 5 && is_numeric(&word.text));
        if words[first..again] == words[again..] && has_postcode {
            words.truncate(again);
            parts.truncate(again);
            break;
        }
    }
    let postcode = postcode.filter(|postcode| *postcode < words.len());
    let end = postcode.unwrap_or(words.len());
    let half = end / 2;
    if end.is_multiple_of(2) && words[..half] == words[half..end] && has_way(&words[..half]) {
        words.drain(half..end);
        parts.drain(half..end);
        return;
    }
    let Some(postcode) = postcode else { return };
    for length in (1..=postcode.min(words.len() - postcode - 1)).rev() {
        let first = postcode - length;
        // `Rue de Belfort 90000 Belfort` names a street of that name, and `Rue de la Paix Belfort 90000 Belfort` does not.
        let is_town = first > 0 && (parts[first] || words[first - 1].class == WordClass::Proper);
        if is_town && words[first..postcode] == words[postcode + 1..=postcode + length] {
            words.drain(first..postcode);
            parts.drain(first..postcode);
            return;
        }
    }
}

fn has_way(words: &[NameWord]) -> bool {
    words.iter().any(|word| word.class == WordClass::StreetType)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copying_does_to_a_text_is_undone() {
        for (copied, written) in [
            (
                "10%20Rue%20de%20la%20Coust%C3%A8te%2048000",
                "10 Rue de la Coustète 48000",
            ),
            (
                "3+Rue+Racine%2C+52100+Saint-Dizier",
                "3 Rue Racine, 52100 Saint-Dizier",
            ),
            ("100% rue Foch", "100% rue Foch"),
            (
                "90 Chemin de Cocoyer<br />97170 Petit-Bourg",
                "90 Chemin de Cocoyer, 97170 Petit-Bourg",
            ),
            (
                "Rue du G&eacute;n&eacute;ral &amp; Saint-Dizier-l&#39;&Eacute;v&ecirc;que",
                "Rue du Général & Saint-Dizier-l'Évêque",
            ),
            ("Dupont & fils, 3 rue Foch", "Dupont & fils, 3 rue Foch"),
            ("23 AllÃ©e des Å’illets", "23 Allée des Œillets"),
            ("23 Allée des Âges", "23 Allée des Âges"),
            (
                "8 Rue de la Corv?e, Fran\u{fffd}oise",
                "8 Rue de la Corve, Franoise",
            ),
            ("est-ce en QPV ?", "est-ce en QPV ?"),
            ("2 Rue du Gypse O4OOO Digne", "2 Rue du Gypse 04000 Digne"),
            (
                "8 Rue de l'Avenir 04.000 Digne",
                "8 Rue de l'Avenir 04000 Digne",
            ),
            ("8 Rue Oooo", "8 Rue Oooo"),
            (
                "18 Rue de Picardie #12",
                "18 Rue de Picardie  appartement 12",
            ),
            (
                "Rue Émile Jolibois n°26 à Chaumont",
                "Rue Émile Jolibois n°26, Chaumont",
            ),
            ("1 à 3 rue de Lille", "1 à 3 rue de Lille"),
            (
                "Rue du Chêne, au n° 2, à 90300 Offemont",
                "Rue du Chêne, au n° 2,, 90300 Offemont",
            ),
            ("25° rue Foch", "25 rue Foch"),
            ("Rue du 1° Régiment", "Rue du 1° Régiment"),
            ("06.12.34.56.78 25 rue Foch", ",  25 rue Foch"),
            (
                "25 rue Foch 90000 Belfort +33 6 12 34 56 78",
                "25 rue Foch 90000 Belfort , ",
            ),
            ("25 rue Foch 0612345678", "25 rue Foch , "),
            ("0,25 rue Foch 01000 Bourg", "0,25 rue Foch 01000 Bourg"),
            (
                "3 rue Foch à Belfort est-elle en QPV ?",
                "3 rue Foch à Belfort",
            ),
            ("3 rue Foch Belfort depuis 3 ans", "3 rue Foch Belfort"),
            ("Rue de l'Est 90000 Belfort", "Rue de l'Est 90000 Belfort"),
            ("Oraison (04), 7 rue Foch", "Oraison, 7 rue Foch (04)"),
            ("Bastia (2B) - 7 rue Foch", "Bastia, 7 rue Foch (2B)"),
            ("7 rue Foch Oraison (04)", "7 rue Foch Oraison (04)"),
            ("France, Belfort, rue Foch, 7", "Belfort, rue Foch, 7"),
            ("1) 42 rue Foch", "42 rue Foch"),
            ("(3) 42 rue Foch", "42 rue Foch"),
            ("12. 42 rue Foch", "42 rue Foch"),
            ("12-14 rue Foch", "12-14 rue Foch"),
            ("12) rue Foch", "12) rue Foch"),
            ("l4 rue Foch", "14 rue Foch"),
            ("I5 rue Foch", "15 rue Foch"),
            ("1O rue Foch", "10 rue Foch"),
            ("1l rue Foch", "1l rue Foch"),
            ("Il habite rue Foch", "Il habite rue Foch"),
        ] {
            assert_eq!(as_written(copied), written);
        }
    }
}
