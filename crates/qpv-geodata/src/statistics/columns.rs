//! The columns of a table of statistics: codes, figures, and what is left out.

use qpv_delimited::StringRecord;
use qpv_french::fold::fold_text;
use qpv_model::Indicator;
use serde::Serialize;

use crate::addresses::shown;
use crate::headers::first_known;
use crate::indicators::{describe, is_no_figure, population_names, words};
use crate::statistics::cells::figure;

/// Names of the columns of codes, as words without the year that may follow.
const CODE: [&str; 9] = [
    "codeqpv",
    "code qpv",
    "code qp",
    "qp",
    "qpv",
    "code quartier",
    "code du quartier",
    "codgeo",
    "code",
];
const EPCI: [&str; 3] = ["lib epci", "nom epci", "libelle epci"];

/// The reason for leaving out a column that is known to hold none.
pub const NAMES_OR_CODES: &str = "it holds names or codes";

/// A column without figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOutColumn {
    /// Its name as published.
    pub column: String,
    /// The reason, without a capital or a full stop.
    pub reason: &'static str,
}

/// A column of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FigureColumn {
    pub(super) place: usize,
    pub(super) name: String,
    pub(super) year: Option<i16>,
}

/// The columns of a table, by their names.
#[derive(Debug)]
pub(super) struct TableColumns {
    pub(super) names: Vec<String>,
    pub(super) code: usize,
    pub(super) population: Option<usize>,
    pub(super) epci: Option<usize>,
    /// Columns that may be figures, until [`TableColumns::settle`] has seen the values.
    pub(super) figures: Vec<FigureColumn>,
    pub(super) left_out: Vec<LeftOutColumn>,
}

/// The values of a column that may be one of figures.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ColumnValues {
    numbers: usize,
    texts: usize,
}

impl ColumnValues {
    pub(super) fn count(&mut self, value: &str) {
        match figure(value) {
            Ok(Some(_)) => self.numbers += 1,
            Ok(None) => {}
            Err(()) => self.texts += 1,
        }
    }
}

impl TableColumns {
    /// Recognises the columns of a header; the error says what is not there.
    pub(super) fn recognise(names: Vec<String>) -> Result<Self, String> {
        let known: Vec<(String, Option<i16>)> =
            names.iter().map(|name| name_and_year(name)).collect();
        let plain: Vec<String> = known.iter().map(|(name, _)| words(name)).collect();
        let code = first_known(&plain, CODE).ok_or_else(|| {
            format!(
                "it has no column of codes ({}); its columns are {}",
                CODE.join(", "),
                names.join(", ")
            )
        })?;
        let mut columns = Self {
            code,
            population: first_known(&plain, population_names()),
            epci: first_known(&plain, EPCI),
            figures: vec![],
            left_out: vec![],
            names,
        };
        for (place, (name, year)) in known.into_iter().enumerate() {
            // Exports of spreadsheets end their rows with columns that have no name.
            if place == code || name.is_empty() {
                continue;
            }
            if is_no_figure(&name) {
                columns.leave_out(place, NAMES_OR_CODES);
            } else {
                columns.figures.push(FigureColumn { place, name, year });
            }
        }
        if columns.figures.is_empty() {
            return Err(format!(
                "it has no column of figures beside codes and names; its columns are {}",
                columns.names.join(", ")
            ));
        }
        Ok(columns)
    }

    fn leave_out(&mut self, place: usize, reason: &'static str) {
        self.left_out.push(LeftOutColumn {
            column: self.names[place].clone(),
            reason,
        });
    }

    /// Keeps the columns of figures, by the values of each of them: those that are known, and others where most values
    /// are numbers. `year` is that of columns without one.
    pub(super) fn settle(
        &mut self,
        values: &[ColumnValues],
        year: Option<i16>,
    ) -> Result<(), String> {
        for (mut column, values) in std::mem::take(&mut self.figures).into_iter().zip(values) {
            // A known column that holds a text is at fault; an unknown one may be meant for texts.
            let is_known = describe(&column.name).is_some();
            if !is_known && values.numbers <= values.texts {
                let reason = if values.texts == 0 {
                    "it has no value"
                } else if values.numbers == 0 {
                    "it holds texts"
                } else {
                    "most of its values are no numbers"
                };
                self.leave_out(column.place, reason);
                continue;
            }
            // The year in the column's name is the producer's own and goes before the user's.
            column.year = column.year.or(year);
            let twin = self.figures.iter().find(|other| {
                other.name.eq_ignore_ascii_case(&column.name) && other.year == column.year
            });
            if let Some(twin) = twin {
                return Err(format!(
                    "the columns `{}` and `{}` are one indicator, {}: rename one, or take it out",
                    self.names[twin.place], self.names[column.place], column.name
                ));
            }
            self.figures.push(column);
        }
        if self.figures.is_empty() {
            return Err(format!(
                "none of its columns holds numbers: {}",
                self.names.join(", ")
            ));
        }
        Ok(())
    }

    /// Returns the indicators of its columns of figures, in their order.
    pub(super) fn indicators(&self, file: &str) -> Vec<Indicator> {
        let columns = self.figures.iter();
        columns
            .map(|column| Indicator {
                name: column.name.clone(),
                column: self.names[column.place].clone(),
                year: column.year,
                file: file.to_owned(),
            })
            .collect()
    }

    /// Returns the year of the population.
    pub(super) fn population_year(&self) -> Option<i16> {
        let population = self.population?;
        let mut figures = self.figures.iter();
        figures
            .find(|column| column.place == population)
            .and_then(|column| column.year)
    }

    /// Returns a column and its value, for a fault.
    pub(super) fn shown(&self, column: usize, record: &StringRecord) -> String {
        format!("`{}`: `{}`", self.names[column], shown(record.get(column)))
    }
}

/// Returns the stable name of a column and the year behind it: `population_municipale_2013` is `population_municipale` of
/// 2013, `taux_pauvrete_60%` is `taux_pauvrete_60`.
pub(super) fn name_and_year(column: &str) -> (String, Option<i16>) {
    let mut name = String::with_capacity(column.len());
    for c in column.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => name.push(c),
            // Accents and ligatures only: a name must be typed in a query string.
            c if c.is_alphabetic() => name.push_str(fold_text(&c.to_string()).trim()),
            _ if name.is_empty() || name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    let name = name.trim_end_matches('_');
    let year = name.rsplit_once('_').and_then(|(start, end)| {
        let year = end.parse().ok().filter(|_| end.len() == 4)?;
        // A column `pop_0123` has no year.
        (1990..2100).contains(&year).then_some((start, year))
    });
    match year {
        Some((start, year)) => (start.to_owned(), Some(year)),
        None => (name.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_names_are_kept_as_far_as_they_are_names() {
        for (column, name, year) in [
            ("taux_pauvrete_60%", "taux_pauvrete_60", None),
            ("popMuniQPV", "popMuniQPV", None),
            (
                "population_municipale_2013",
                "population_municipale",
                Some(2013),
            ),
            (
                "Population municipale (2018)",
                "Population_municipale",
                Some(2018),
            ),
            ("Taux de pauvreté (60 %)", "Taux_de_pauvrete_60", None),
            ("pop_0123", "pop_0123", None),
            ("2018", "2018", None),
            (" % ", "", None),
            ("Œuvres", "oeuvres", None),
        ] {
            assert_eq!(name_and_year(column), (name.to_owned(), year), "{column}");
        }
    }
}
