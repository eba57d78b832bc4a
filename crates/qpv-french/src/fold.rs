//! Text folded for comparison: two spellings of one name become the same text.
//!
//! The geocoder folds every word of a query, so plain ASCII takes no table of Unicode.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Returns text in lower case without accents; anything but letters and digits becomes a space, ligatures two letters.
///
/// ```
/// use qpv_french::fold::fold_text;
/// assert_eq!(fold_text("L'Haÿ-les-Roses"), "l hay les roses");
/// assert_eq!(fold_text("SACRÉ-CŒUR"), "sacre coeur");
/// ```
#[must_use]
pub fn fold_text(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            push_folded(&mut folded, c.to_ascii_lowercase());
        } else {
            for lower in c.to_lowercase() {
                decompose_compatible(lower, |part| push_folded(&mut folded, part));
            }
        }
    }
    folded
}

/// Appends one decomposed character of lower case.
fn push_folded(folded: &mut String, c: char) {
    match c {
        'a'..='z' | '0'..='9' => folded.push(c),
        // Unicode counts these as letters of their own and does not decompose them.
        'œ' => folded.push_str("oe"),
        'æ' => folded.push_str("ae"),
        c if is_combining_mark(c) => {}
        c if c.is_alphanumeric() => folded.push(c),
        _ => folded.push(' '),
    }
}

/// Returns a name folded by [`fold_text`], its words separated by one space, `saint` and `sainte` abbreviated.
///
/// ```
/// use qpv_french::fold::fold_name;
/// assert_eq!(fold_name("L'Haÿ-les-Roses"), "l hay les roses");
/// assert_eq!(fold_name("St. Étienne"), fold_name("SAINT-ETIENNE"));
/// ```
#[must_use]
pub fn fold_name(name: &str) -> String {
    fold_text(name)
        .split_whitespace()
        .map(|word| match word {
            // Files abbreviate these words or not.
            "saint" => "st",
            "sainte" => "ste",
            other => other,
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_are_dropped_composed_or_not() {
        for (text, folded) in [
            ("É", "e"),
            ("e\u{301}", "e"),
            ("Ångström", "angstrom"),
            ("Straße", "straße"),
            ("Plougonvelin ẼŨẎ", "plougonvelin euy"),
            ("5º étage", "5o etage"),
            ("n°12", "n 12"),
            ("Œuvre d’Ægir", "oeuvre d aegir"),
            ("ﬁn", "fin"),
            ("\u{a0}x", " x"),
        ] {
            assert_eq!(fold_text(text), folded, "{text}");
        }
    }
}
