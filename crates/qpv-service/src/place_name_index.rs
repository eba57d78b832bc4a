//! The names of places inside perimeters as they are searched; `place_names.rs` finds them.

use std::collections::BTreeMap;
use std::sync::Arc;

use qpv_addresses::commune_words;
use qpv_engine::PerimeterId;
use qpv_french::fold::fold_name;
use qpv_model::Vintage;
use strum::IntoStaticStr;

use crate::name_index::NameIndex;

/// The part of a place that is known to lie inside a perimeter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum PlaceExtent {
    /// All its numbered addresses.
    Whole,
    /// Some of its numbered addresses; others lie outside, or too near the line to be sure.
    Partial,
    /// The one position that is published of it.
    Point,
}

/// The name of a place inside a perimeter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceName {
    /// As published.
    pub name: Box<str>,
    /// `addresses`, or the kind of the list it comes from.
    pub source: Arc<str>,
    /// The part that lies inside.
    pub extent: PlaceExtent,
}

impl PlaceName {
    /// Returns true for a name that addresses give, and no list.
    #[must_use]
    pub fn is_of_addresses(&self) -> bool {
        &*self.source == FROM_ADDRESSES
    }
}

/// The source of a name that addresses give.
pub(crate) const FROM_ADDRESSES: &str = "addresses";

/// The names of places in all perimeters, for searches.
#[derive(Debug)]
pub(crate) struct PlaceNameIndex {
    by_perimeter: BTreeMap<(Vintage, PerimeterId), Vec<SearchedName>>,
    /// All names, perimeter by perimeter.
    all: NameIndex,
    /// The perimeter of each, and its place among the names of that.
    owners: Vec<((Vintage, PerimeterId), usize)>,
}

/// A name, as it is shown and as it is compared.
#[derive(Debug)]
struct SearchedName {
    place: PlaceName,
    words: NameWords,
}

impl PlaceNameIndex {
    /// Takes the names in perimeters, in the order in which they are looked through.
    pub(crate) fn new(
        names: impl IntoIterator<Item = ((Vintage, PerimeterId), Vec<PlaceName>)>,
    ) -> Self {
        let searched = names.into_iter().map(|(perimeter, names)| {
            let names = names.into_iter().map(SearchedName::new);
            (perimeter, names.collect())
        });
        let by_perimeter: BTreeMap<_, Vec<SearchedName>> = searched.collect();
        let each = by_perimeter.iter().flat_map(|(perimeter, names)| {
            let names = names.iter().enumerate();
            names.map(move |(at, name)| ((*perimeter, at), commune_words(&name.place.name)))
        });
        let (owners, words): (Vec<_>, Vec<String>) = each.unzip();
        let words = words.into_iter().map(|words| (words, String::new()));
        Self {
            all: NameIndex::new(words),
            by_perimeter,
            owners,
        }
    }

    /// Returns the names that have these words, in the form of [`commune_words`], best first, with their perimeters.
    pub(crate) fn search(&self, words: &str) -> Vec<(Vintage, PerimeterId, &PlaceName)> {
        let found = self.all.find(words).into_iter();
        found
            .map(|(name, _)| {
                let (perimeter, at) = self.owners[name];
                let place = &self.by_perimeter[&perimeter][at].place;
                (perimeter.0, perimeter.1, place)
            })
            .collect()
    }

    /// Returns the name in a perimeter that a text asks for: the same one first, then one that has its words.
    pub(crate) fn find(
        &self,
        vintage: Vintage,
        id: PerimeterId,
        asked: &NameWords,
    ) -> Option<&PlaceName> {
        let mut names = self.by_perimeter.get(&(vintage, id))?.iter();
        let same = names.clone().find(|name| name.words == *asked);
        same.or_else(|| names.find(|name| name.words.hold(asked)))
            .map(|name| &name.place)
    }
}

impl SearchedName {
    fn new(place: PlaceName) -> Self {
        Self {
            words: NameWords::new(&place.name),
            place,
        }
    }
}

/// The words of a name as they are compared: folded, without articles, a blank before each.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NameWords(Box<str>);

impl NameWords {
    pub(crate) fn new(name: &str) -> Self {
        let folded = fold_name(name);
        let words = folded.split(' ').filter(|word| !is_link(word));
        let spaced: String = words.flat_map(|word| [" ", word]).collect();
        // Held for every place of the country: without room to grow.
        Self(spaced.into())
    }

    /// Returns true if the words asked follow each other here; the last one may be the beginning of a word.
    pub(crate) fn hold(&self, asked: &Self) -> bool {
        // Articles alone are in nearly every name.
        !asked.0.trim().is_empty() && self.0.contains(&*asked.0)
    }
}

/// Returns true for the words that people leave out of names.
fn is_link(word: &str) -> bool {
    matches!(
        word,
        "" | "le" | "la" | "les" | "l" | "de" | "du" | "des" | "d"
    )
}
