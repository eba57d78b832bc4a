//! The indicators that are known, with their labels and units: those of `geodata/indicators.toml`.

use std::sync::LazyLock;

use qpv_french::fold::fold_text;
use serde::Deserialize;

const BUILT_IN: &str = include_str!("../../../geodata/indicators.toml");
const FORMAT: u32 = 1;

static CATALOGUE: LazyLock<IndicatorCatalogue> = LazyLock::new(built_in);

/// The file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorCatalogue {
    format: u32,
    not_figures: Vec<String>,
    #[serde(rename = "indicator")]
    indicators: Vec<IndicatorDescription>,
}

/// The description of an indicator for people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorDescription {
    names: Vec<String>,
    /// Its name, in French.
    pub label: String,
    /// The unit of its figures, in French; `None` for a ratio.
    pub unit: Option<String>,
    /// The publisher, in French.
    pub source: String,
    #[serde(default)]
    is_population: bool,
}

fn built_in() -> IndicatorCatalogue {
    let catalogue: IndicatorCatalogue =
        toml::from_str(BUILT_IN).expect("the indicators built in are well formed");
    assert_eq!(catalogue.format, FORMAT, "the format of the indicators");
    catalogue
}

/// Returns the description of an indicator by its name, without year; `None` for one that is not known.
#[must_use]
pub fn describe(name: &str) -> Option<&'static IndicatorDescription> {
    let words = words(name);
    let mut all = CATALOGUE.indicators.iter();
    all.find(|indicator| fits_any(&words, &indicator.names))
}

/// Returns the names of columns of the population, by preference.
pub(crate) fn population_names() -> impl Iterator<Item = &'static str> {
    let all = CATALOGUE.indicators.iter();
    all.filter(|indicator| indicator.is_population)
        .flat_map(|indicator| &indicator.names)
        .map(String::as_str)
}

/// Returns whether a column, named without year, is known to hold names or codes.
pub(crate) fn is_no_figure(name: &str) -> bool {
    fits_any(&words(name), &CATALOGUE.not_figures)
}

/// Returns a name as words in lower case, without accents and signs.
pub(crate) fn words(name: &str) -> String {
    let folded = fold_text(name);
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fits_any(words: &str, patterns: &[String]) -> bool {
    patterns
        .iter()
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => words
                .strip_prefix(start)
                // `insee*` is `insee dep`, not `inseeing`.
                .is_some_and(|rest| rest.chars().next().is_none_or(|c| !c.is_alphabetic())),
            None => words == pattern,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_well_formed() {
        let names = CATALOGUE.indicators.iter().flat_map(|it| &it.names);
        let patterns: Vec<&String> = names.chain(&CATALOGUE.not_figures).collect();
        for (place, pattern) in patterns.iter().enumerate() {
            let plain = pattern.trim_end_matches('*');
            assert_eq!(words(plain), plain, "{pattern}");
            assert!(!patterns[..place].contains(pattern), "{pattern} twice");
        }
    }

    #[test]
    fn columns_are_known_by_their_official_names() {
        let unit = |name| describe(name).map(|it| it.unit.as_deref());
        assert_eq!(unit("taux_pauvrete_60%"), Some(Some("%")));
        assert_eq!(unit("Taux de pauvreté (60 %)"), Some(Some("%")));
        assert_eq!(unit("indiceJeunesse"), Some(None));
        assert_eq!(unit("population_municipale"), Some(Some("habitants")));
        assert_eq!(unit("popMuniQPV_extra"), None);
        for name in ["COG", "insee_reg", "lib_epci", "epci1", "uu", "Code postal"] {
            assert!(is_no_figure(name), "{name}");
        }
        for name in ["depenses", "communal", "qpv_part", "iddqd", "regime"] {
            assert!(!is_no_figure(name), "{name}");
        }
    }
}
