//! Common words of French street names, so that an index of one town also knows them: a word that is one is no fault of
//! another (`rue de la Mairie` is not *Rue de Madrid*).

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::words::is_distinguishing;

/// One word a line, folded as names are. Collected by hand from what streets are usually named after: trees, trades,
/// buildings, landscape, persons.
static WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_words.txt").lines().collect());

/// Returns true for a word that street names often have, whatever the index holds.
pub(crate) fn is_common_word(word: &str) -> bool {
    is_distinguishing(word) || WORDS.contains(word)
}
