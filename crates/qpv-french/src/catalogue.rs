//! The catalogue of French sentences: its keys, made from `fr.json` by the build script, and its templates filled in.

use std::fmt;

/// A sentence of the catalogue. The only values are the constants of [`mod@key`], so every key has a sentence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key {
    name: &'static str,
    text: &'static str,
}

/// The keys of the catalogue: `error.unknown_crs` is [`key::ERROR_UNKNOWN_CRS`].
pub mod key {
    use super::Key;

    include!(concat!(env!("OUT_DIR"), "/key.rs"));
}

impl Key {
    /// Returns every key, sorted by name.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &key::ALL
    }

    /// Returns the key of this name, for codes that come from outside the program and may have no sentence.
    ///
    /// ```
    /// use qpv_french::{Key, key};
    /// assert_eq!(Key::find("error.unknown_crs"), Some(key::ERROR_UNKNOWN_CRS));
    /// assert_eq!(Key::find("error.unheard_of"), None);
    /// ```
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        // The build script refuses keys that are not sorted.
        let found = Self::all().binary_search_by(|key| key.name.cmp(name));
        found.ok().map(|index| Self::all()[index])
    }

    /// Returns the name of the key in `fr.json`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Returns the sentence as it stands in `fr.json`, its `{names}` not replaced.
    #[must_use]
    pub const fn template(self) -> &'static str {
        self.text
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Returns the sentence of a key, its `{names}` replaced by values.
///
/// ```
/// use qpv_french::{key, sentence};
/// let unknown = sentence(key::ERROR_UNKNOWN_CRS, &[("value", "EPSG:1")]);
/// assert_eq!(unknown, "Système de coordonnées inconnu : « EPSG:1 ».");
/// ```
#[must_use]
pub fn sentence(key: Key, values: &[(&str, &str)]) -> String {
    let template = key.text;
    let mut pieces = template.split('{');
    let mut text = String::with_capacity(2 * template.len());
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => text.push_str(value),
            // A missing value stays visible, so that it is noticed.
            None => text.extend(["{", name, "}"]),
        }
        text.push_str(rest);
    }
    text
}
