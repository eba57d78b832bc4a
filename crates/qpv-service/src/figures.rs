//! The figures published on neighbourhoods: the indicators there are, and those asked for.

use std::collections::BTreeMap;

use qpv_french::{key, sentence};
use qpv_model::{Perimeter, Vintage};

use crate::error_code::{CodedError, ErrorCode};
use crate::indicators::LoadedIndicator;
use crate::snapshot::Snapshot;

/// The word that asks for all indicators.
const ALL: &str = "all";

/// A name that no indicator loaded has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no indicator is named `{asked}`: {}", if known.is_empty() {
    "no table of statistics is loaded (`qpv data import --statistics FILE`)".to_owned()
} else {
    format!("there are {known}")
})]
pub struct UnknownField {
    /// As asked.
    pub asked: String,
    /// The names there are, with commas between them; empty when no table is loaded.
    pub known: String,
}

impl CodedError for UnknownField {
    fn code(&self) -> ErrorCode {
        ErrorCode::UnknownField
    }

    fn message_fr(&self) -> String {
        let key = if self.known.is_empty() {
            key::ERROR_UNKNOWN_FIELD_NONE
        } else {
            key::ERROR_UNKNOWN_FIELD
        };
        sentence(key, &[("value", &self.asked), ("known", &self.known)])
    }
}

/// The indicators asked for, of each vintage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldSelection {
    by_vintage: BTreeMap<Vintage, ChosenIndicators>,
    /// Their keys, each once, in the order asked.
    keys: Vec<String>,
}

/// The indicators of a vintage that are asked for, in the order asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ChosenIndicators {
    /// Their places among all of the vintage.
    places: Vec<usize>,
    keys: Vec<String>,
}

impl FieldSelection {
    /// Finds indicators by their names, with commas between them; `all` for all of them.
    ///
    /// # Errors
    /// [`UnknownField`] for a name that none has in any vintage loaded.
    pub fn parse(snapshot: &Snapshot, text: &str) -> Result<Self, UnknownField> {
        let mut selection = Self::default();
        // A name is known when any vintage has it: which one answers may depend on the place.
        for name in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            let mut is_known = name.eq_ignore_ascii_case(ALL);
            let is_all = is_known;
            for (vintage, indicators) in snapshot.indicators() {
                for (place, indicator) in indicators.iter().enumerate() {
                    if is_all || indicator.is_named(name) {
                        is_known = true;
                        selection.add(vintage, place, &indicator.key);
                    }
                }
            }
            if !is_known {
                return Err(UnknownField {
                    asked: name.to_owned(),
                    known: known_keys(snapshot),
                });
            }
        }
        Ok(selection)
    }

    fn add(&mut self, vintage: Vintage, place: usize, key: &str) {
        let chosen = self.by_vintage.entry(vintage).or_default();
        // A name may be asked twice, by itself and with its year.
        if !chosen.places.contains(&place) {
            chosen.places.push(place);
            chosen.keys.push(key.to_owned());
        }
        if !self.keys.iter().any(|known| known == key) {
            self.keys.push(key.to_owned());
        }
    }

    /// Returns whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys of the indicators asked for, each once, in the order asked.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The keys of those that a vintage has, in the order asked.
    #[must_use]
    pub fn keys_of(&self, vintage: Vintage) -> &[String] {
        let chosen = self.by_vintage.get(&vintage);
        chosen.map_or(&[], |chosen| &chosen.keys)
    }

    /// Returns the figures asked for on a neighbourhood.
    #[must_use]
    pub fn figures<'a>(&'a self, snapshot: &'a Snapshot, perimeter: &Perimeter) -> Figures<'a> {
        let chosen = self.by_vintage.get(&perimeter.vintage);
        Figures {
            places: Some(chosen.map_or(&[], |chosen| &chosen.places)),
            ..Figures::all(snapshot, perimeter)
        }
    }
}

fn known_keys(snapshot: &Snapshot) -> String {
    let mut keys: Vec<&str> = vec![];
    for (_, indicators) in snapshot.indicators() {
        for indicator in indicators {
            if !keys.contains(&indicator.key.as_str()) {
                keys.push(&indicator.key);
            }
        }
    }
    keys.join(", ")
}

/// Figures on one neighbourhood.
#[derive(Debug, Clone, Copy)]
pub struct Figures<'a> {
    indicators: &'a [LoadedIndicator],
    /// The figures of all indicators; empty when nothing is published on the neighbourhood.
    values: &'a [Option<f64>],
    /// Those asked for; `None` for all.
    places: Option<&'a [usize]>,
}

impl<'a> Figures<'a> {
    /// Returns all figures on a neighbourhood.
    #[must_use]
    pub fn all(snapshot: &'a Snapshot, perimeter: &Perimeter) -> Self {
        // A perimeter that the table lacks has every indicator, without a figure.
        let statistics = snapshot.statistics(perimeter);
        Self {
            indicators: snapshot.indicators_of(perimeter.vintage),
            values: statistics.map_or(&[], |it| &it.figures),
            places: None,
        }
    }

    /// Returns whether there is no indicator among them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.map_or(self.indicators.len(), <[usize]>::len) == 0
    }

    /// Walks the indicators, each with its figure; `None` when it is secret or not published.
    pub fn iter(&self) -> impl Iterator<Item = (&'a LoadedIndicator, Option<f64>)> {
        let Self {
            indicators,
            values,
            places,
        } = *self;
        let count = places.map_or(indicators.len(), <[usize]>::len);
        (0..count).map(move |index| {
            let place = places.map_or(index, |places| places[index]);
            let value = values.get(place).copied().flatten();
            (&indicators[place], value)
        })
    }

    /// Returns the figure of an indicator by its key; `None` when it is not among them, or not published.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<f64> {
        let mut all = self.iter();
        all.find(|(indicator, _)| indicator.key == key)?.1
    }
}

#[cfg(test)]
mod tests;
