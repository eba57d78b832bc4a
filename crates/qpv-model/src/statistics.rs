//! Figures published on a neighbourhood.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::code::QpvCode;

/// An indicator of a table: one of its columns of figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Its stable name: the official one without year, every other sign than letters, digits and `_` replaced
    /// (`taux_pauvrete_60`).
    pub name: String,
    /// The column as published (`taux_pauvrete_60%`).
    pub column: String,
    /// The year of its figures, where known.
    pub year: Option<i16>,
    /// The file it was read from, without folder.
    pub file: String,
}

/// The figures on the neighbourhoods of one vintage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StatisticsTable {
    /// Its indicators, those of the newest table first.
    pub indicators: Vec<Indicator>,
    /// The figures on each neighbourhood.
    pub by_code: BTreeMap<QpvCode, QpvStatistics>,
}

/// Figures that statisticians publish on one neighbourhood.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct QpvStatistics {
    /// *Population municipale*, inhabitants; `None` when it is secret or not published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<u32>,
    /// The year it was counted for, where published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population_year: Option<i16>,
    /// Name of its intercommunality (EPCI), as published; of both where it straddles two. It is not split: semicolons
    /// separate names and are also within one (`Béthune-Bruay; Artois-Lys Romane`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lib_epci: Option<String>,
    /// The figure of each indicator of its table, in their order; `None` when it is secret or not published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Option<f64>>,
}

impl StatisticsTable {
    /// Adds the figures of an older table. An indicator of the same name and year is that of this table, and so is one
    /// of the same name without a year: it may be the same.
    #[must_use]
    pub fn with_older(self, older: Self) -> Self {
        let kept: Vec<usize> = (0..older.indicators.len())
            .filter(|&place| !self.replaces(&older.indicators[place]))
            .collect();
        let count = self.indicators.len();
        let mut indicators = self.indicators;
        indicators.extend(kept.iter().map(|&place| older.indicators[place].clone()));
        let mut by_code = self.by_code;
        for (code, mut before) in older.by_code {
            let figures: Vec<_> = kept
                .iter()
                .map(|&place| before.figures.get(place).copied().flatten())
                .collect();
            // The older table is the only one that has this neighbourhood: it has none of the new figures.
            before.figures = vec![None; count];
            let now = by_code.entry(code).or_insert_with(|| before.clone());
            now.keep_newest_population(&before);
            now.figures.extend(figures);
        }
        // And the older table may lack neighbourhoods of this one.
        for figures in by_code.values_mut() {
            figures.figures.resize(indicators.len(), None);
        }
        Self {
            indicators,
            by_code,
        }
    }

    fn replaces(&self, older: &Indicator) -> bool {
        self.indicators.iter().any(|indicator| {
            indicator.name.eq_ignore_ascii_case(&older.name)
                && (older.year.is_none() || older.year == indicator.year)
        })
    }
}

impl QpvStatistics {
    /// Keeps the population of an older table when it is of a later year.
    fn keep_newest_population(&mut self, before: &Self) {
        // A table of an earlier year may be imported after a later one.
        if before.population.is_some() && before.population_year > self.population_year {
            self.population = before.population;
            self.population_year = before.population_year;
        }
        if self.lib_epci.is_none() {
            self.lib_epci.clone_from(&before.lib_epci);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of one neighbourhood, all its indicators of one year.
    fn table(code: &str, year: Option<i16>, figures: &[(&str, Option<f64>)]) -> StatisticsTable {
        let indicators = figures.iter().map(|(name, _)| Indicator {
            name: (*name).to_owned(),
            column: (*name).to_owned(),
            year,
            file: "t.csv".to_owned(),
        });
        let statistics = QpvStatistics {
            population: Some(100),
            population_year: year,
            lib_epci: None,
            figures: figures.iter().map(|(_, value)| *value).collect(),
        };
        StatisticsTable {
            indicators: indicators.collect(),
            by_code: [(code.parse().unwrap(), statistics)].into(),
        }
    }

    fn names(table: &StatisticsTable) -> Vec<(&str, Option<i16>)> {
        let all = table.indicators.iter();
        all.map(|it| (it.name.as_str(), it.year)).collect()
    }

    #[test]
    fn years_stand_side_by_side_and_the_same_year_is_replaced() {
        let older = table("QN06103M", Some(2018), &[("rate", Some(1.0)), ("x", None)]);
        let newer = table("QN06104M", Some(2021), &[("rate", Some(2.0))]);
        let both = newer.with_older(older.clone());
        assert_eq!(
            names(&both),
            [
                ("rate", Some(2021)),
                ("rate", Some(2018)),
                ("x", Some(2018))
            ]
        );
        let figures = |code: &str| both.by_code[&code.parse().unwrap()].figures.clone();
        assert_eq!(figures("QN06103M"), [None, Some(1.0), None]);
        assert_eq!(figures("QN06104M"), [Some(2.0), None, None]);

        let again = table("QN06103M", Some(2018), &[("RATE", None)]).with_older(older.clone());
        assert_eq!(names(&again), [("RATE", Some(2018)), ("x", Some(2018))]);
        assert_eq!(
            again.by_code[&"QN06103M".parse().unwrap()].figures,
            [None, None],
            "secret in the new table is secret"
        );
        let undated = table("QN06103M", None, &[("rate", Some(9.0))]);
        let dated = older.with_older(undated);
        assert_eq!(names(&dated), [("rate", Some(2018)), ("x", Some(2018))]);
    }

    #[test]
    fn the_population_is_that_of_the_latest_year() {
        let mut newer = table("QN06103M", Some(2018), &[]);
        newer
            .by_code
            .values_mut()
            .for_each(|it| it.population = Some(5));
        let both = newer.with_older(table("QN06103M", Some(2021), &[]));
        let found = &both.by_code[&"QN06103M".parse().unwrap()];
        assert_eq!(
            (found.population, found.population_year),
            (Some(100), Some(2021))
        );
    }
}
