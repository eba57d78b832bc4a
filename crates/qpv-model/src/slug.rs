//! The names that users give to what they add to a dataset: their layers, lists of places, programmes.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Most characters of a [`Slug`].
const MAX_CHARACTERS: usize = 64;

/// The text is no [`Slug`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` cannot be a name here: lower-case letters without accents, digits and hyphens only, {MAX_CHARACTERS} at most, \
     beginning with a letter or a digit, such as territoires-fragiles"
)]
pub struct SlugError(String);

/// A short name that fits a file name, a URL and a rule alike: lower-case ASCII letters, digits and hyphens.
///
/// ```
/// use qpv_model::Slug;
/// let name: Slug = "territoires-fragiles-flers".parse().unwrap();
/// assert_eq!(name.as_str(), "territoires-fragiles-flers");
/// assert!("Territoires fragiles".parse::<Slug>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

impl Slug {
    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        let valid = text.bytes().all(|byte| is_plain(byte) || byte == b'-')
            // A file name that began with a hyphen would look like an option.
            && text.bytes().next().is_some_and(is_plain);
        // Bytes are characters here, for only ASCII is valid.
        if valid && text.len() <= MAX_CHARACTERS {
            Ok(Self(text.to_owned()))
        } else {
            Err(SlugError(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, SlugError> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Lets maps keyed by slugs be searched with text.
impl Borrow<str> for Slug {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_but_a_plain_short_name_is_refused() {
        for text in [
            "a",
            "7",
            "schools",
            "pre-flers-2024",
            &"a".repeat(MAX_CHARACTERS),
        ] {
            assert_eq!(text.parse::<Slug>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "-a",
            "A",
            "é",
            "a b",
            "a_b",
            "a.b",
            "../a",
            "a\n",
            &"a".repeat(MAX_CHARACTERS + 1),
        ] {
            assert!(text.parse::<Slug>().is_err(), "{text:?}");
        }
    }
}
