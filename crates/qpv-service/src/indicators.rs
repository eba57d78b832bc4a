//! The indicators of the statistics loaded, and the figures on each neighbourhood.

use std::collections::BTreeMap;

use qpv_geodata::indicators::describe;
use qpv_model::{Indicator, QpvCode, QpvStatistics, StatisticsTable};

/// An indicator of the tables loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedIndicator {
    /// The name that it is asked for by: its stable name; with the year behind it (`taux_pauvrete_60_2018`) where a
    /// table of a later year has it too.
    pub key: String,
    /// The column as published.
    pub column: String,
    /// Its name for people, in French; the column's name for one that is not known.
    pub label: String,
    /// The unit of its figures, in French; `None` for a ratio, or when it is not known.
    pub unit: Option<&'static str>,
    /// The year of its figures, where known.
    pub year: Option<i16>,
    /// Its publisher, in French; the file's name for one that is not known.
    pub source: String,
    /// Neighbourhoods with a figure.
    pub published: usize,
}

/// The indicators and figures of one vintage.
#[derive(Debug)]
pub(crate) struct VintageFigures {
    indicators: Vec<LoadedIndicator>,
    by_code: BTreeMap<QpvCode, QpvStatistics>,
}

impl VintageFigures {
    pub(crate) fn new(table: StatisticsTable) -> Self {
        let indicators = table.indicators.iter().enumerate();
        Self {
            indicators: indicators
                .map(|(place, indicator)| LoadedIndicator::new(&table, place, indicator))
                .collect(),
            by_code: table.by_code,
        }
    }

    pub(crate) fn indicators(&self) -> &[LoadedIndicator] {
        &self.indicators
    }

    pub(crate) fn statistics(&self, code: QpvCode) -> Option<&QpvStatistics> {
        self.by_code.get(&code)
    }
}

impl LoadedIndicator {
    fn new(table: &StatisticsTable, place: usize, indicator: &Indicator) -> Self {
        let Indicator {
            name, column, year, ..
        } = indicator;
        // The plain name is that of the latest year: a table without a year counts as the oldest.
        let has_later = table
            .indicators
            .iter()
            .any(|other| other.name.eq_ignore_ascii_case(name) && other.year > *year);
        let key = match year {
            Some(year) if has_later => format!("{name}_{year}"),
            None if has_later => format!("{name}_sans_annee"),
            _ => name.clone(),
        };
        // Described at each start, so that a newer catalogue serves tables imported before.
        let known = describe(name);
        let all = table.by_code.values();
        Self {
            key,
            column: column.clone(),
            label: known.map_or_else(|| column.clone(), |it| it.label.clone()),
            unit: known.and_then(|it| it.unit.as_deref()),
            year: *year,
            source: known.map_or_else(|| indicator.file.clone(), |it| it.source.clone()),
            published: all
                .filter(|it| matches!(it.figures.get(place), Some(Some(_))))
                .count(),
        }
    }

    /// Returns whether a name asks for it: its key, or its name with the year, in any case.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.key.eq_ignore_ascii_case(name) || self.is_named_with_year(name) == Some(true)
    }

    fn is_named_with_year(&self, name: &str) -> Option<bool> {
        let year = self.year?;
        let (start, end) = name.rsplit_once('_')?;
        Some(end.parse() == Ok(year) && start.eq_ignore_ascii_case(&self.key))
    }
}
