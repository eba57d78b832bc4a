//! Reader of INSEE's statistics on the neighbourhoods: one table, a row for each, or for each of its communes.
//!
//! All columns of figures are kept, each under a stable name made of the official one, and the names of
//! intercommunalities. A neighbourhood on several communes has a row for each in the table of 2024, and each row repeats
//! the figures of the whole: 152 have several rows there, and in none do the figures differ; counted once each the
//! populations add up to the 5.9 million inhabitants that INSEE gives. So rows that agree are one. Rows that do not are
//! refused: the table does not say if they are parts to be added up.
//!
//! Promises: every row counts, or the whole table is refused with the row, the column and the value; a secret or empty
//! figure is unknown, never zero. The vintage of the table is that of its codes.

use std::collections::BTreeMap;
use std::path::Path;

use qpv_delimited::{ReadError, RecordReader, StringRecord};
use qpv_model::{KnownVintages, QpvCode, QpvStatistics, StatisticsTable, Vintage};
use serde::Serialize;

use crate::error::Error;
use crate::headers::{KnownHeader, find_header};
use crate::readers::file_name;
use crate::schema::single;
use crate::source;
use crate::statistics::cells::{figure, population};
use crate::statistics::columns::{ColumnValues, TableColumns};

mod cells;
mod columns;

pub use columns::{LeftOutColumn, NAMES_OR_CODES};

/// Faults that an error names: a message must stay readable. All are counted.
const MAX_NAMED_FAULTS: usize = 10;

/// Figures on the neighbourhoods of one vintage.
#[derive(Debug, Clone, PartialEq)]
pub struct VintageStatistics {
    /// The vintage of its codes.
    pub vintage: Vintage,
    /// The year of the population, if the column or the user gives it.
    pub population_year: Option<i16>,
    /// The indicators, and the figures on each neighbourhood.
    pub table: StatisticsTable,
}

/// The report of reading a table of statistics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatisticsReport {
    /// Its file, without folder.
    pub file: String,
    /// The column that the population was taken from; `None` without one.
    pub population_column: Option<String>,
    /// The indicators kept, in the order of their columns.
    pub indicators: Vec<IndicatorReport>,
    /// The columns without figures, of which nothing is kept.
    pub left_out: Vec<LeftOutColumn>,
    /// Rows read.
    pub rows: usize,
    /// Rows without any value.
    pub blank: usize,
    /// Neighbourhoods they are about.
    pub neighbourhoods: usize,
    /// Those with several rows, one for each commune.
    pub on_several_rows: usize,
    /// Neighbourhoods whose population is secret or not given, in a table with one.
    pub without_population: Vec<QpvCode>,
    /// Anything else worth knowing, without a capital or a full stop.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// The report on one indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndicatorReport {
    /// Its stable name.
    pub name: String,
    /// The column as published.
    pub column: String,
    /// The year, where known.
    pub year: Option<i16>,
    /// Neighbourhoods with a figure.
    pub published: usize,
    /// Neighbourhoods without one: secret, or not given.
    pub missing: usize,
}

/// A table being read.
struct TableReader<'k> {
    known: &'k KnownVintages,
    file: String,
    columns: TableColumns,
    by_code: BTreeMap<QpvCode, (u64, QpvStatistics)>,
    several: BTreeMap<QpvCode, u64>,
    rows: usize,
    blank: usize,
    faults: Vec<String>,
    fault_count: usize,
}

/// Reads a table of statistics; `year` is that of columns without one, `known` the vintages there are.
///
/// # Errors
/// [`Error::NotStatistics`] for a file that is none, or with any row that cannot be read; [`Error::Unreadable`] for a
/// damaged one, [`Error::Io`].
pub fn read_statistics(
    file: &Path,
    year: Option<i16>,
    known: &KnownVintages,
) -> Result<(VintageStatistics, StatisticsReport), Error> {
    let name = file_name(file);
    let head = source::open(file)?.head(file)?;
    let KnownHeader {
        delimiter, header, ..
    } = find_header(&head, TableColumns::recognise).map_err(|fault| refused(&name, fault))?;
    // Twice: the values say which columns hold figures, and none may be lost for a text further down.
    let mut columns = survey(&name, file, delimiter, header.line)?;
    columns
        .0
        .settle(&columns.1, year)
        .map_err(|fault| refused(&name, fault))?;
    let mut table = TableReader {
        known,
        file: name,
        columns: columns.0,
        by_code: BTreeMap::new(),
        several: BTreeMap::new(),
        rows: 0,
        blank: 0,
        faults: Vec::new(),
        fault_count: 0,
    };
    table.read(file, delimiter, header.line)?;
    let (statistics, mut report) = table.finish()?;
    report.remarks.extend(header.remark());
    Ok((statistics, report))
}

/// Reads the names of the columns as they are written, and what values those have that may be figures.
fn survey(
    name: &str,
    file: &Path,
    delimiter: u8,
    header_line: u64,
) -> Result<(TableColumns, Vec<ColumnValues>), Error> {
    let source = source::open(file)?;
    let fault = source.faults::<ReadError>(file);
    let mut reader = RecordReader::new(source, delimiter);
    let mut record = StringRecord::default();
    reader
        .read_header_from(&mut record, header_line)
        .map_err(&fault)?;
    let names = record.iter().map(|name| name.trim().to_owned());
    let columns = TableColumns::recognise(names.collect()).map_err(|fault| refused(name, fault))?;
    let mut values = vec![ColumnValues::default(); columns.figures.len()];
    while reader.read(&mut record).map_err(&fault)? {
        // Those of a faulty row too: it is told later, with its line, and not for want of numbers.
        if !record.is_empty() {
            for (column, values) in columns.figures.iter().zip(&mut values) {
                values.count(record.get(column.place));
            }
        }
    }
    Ok((columns, values))
}

fn refused(name: &str, fault: String) -> Error {
    Error::NotStatistics {
        file: name.to_owned(),
        count: 1,
        faults: vec![fault],
    }
}

impl TableColumns {
    /// Returns the neighbourhood of a row and its figures; or the fault, with the column and the value.
    fn row(&self, record: &StringRecord) -> Result<(QpvCode, QpvStatistics), String> {
        let code = record.get(self.code).to_uppercase().parse();
        let code =
            code.map_err(|_| format!("{} is no code of a QPV", self.shown(self.code, record)))?;
        let population = match self.population {
            None => None,
            Some(column) => population(record.get(column)).map_err(|()| {
                format!("{} is no number of inhabitants", self.shown(column, record))
            })?,
        };
        let figures = self.figures.iter().map(|column| {
            figure(record.get(column.place))
                .map_err(|()| format!("{} is no number", self.shown(column.place, record)))
        });
        let lib_epci = self
            .epci
            .and_then(|column| single(Some(record.get(column))));
        Ok((
            code,
            QpvStatistics {
                population,
                population_year: self.population_year().filter(|_| population.is_some()),
                lib_epci,
                figures: figures.collect::<Result<_, _>>()?,
            },
        ))
    }
}

impl TableReader<'_> {
    fn read(&mut self, file: &Path, delimiter: u8, header_line: u64) -> Result<(), Error> {
        let source = source::open(file)?;
        let fault = source.faults::<ReadError>(file);
        let mut reader = RecordReader::new(source, delimiter);
        let mut record = StringRecord::default();
        reader
            .read_header_from(&mut record, header_line)
            .map_err(&fault)?;
        while reader.read(&mut record).map_err(&fault)? {
            let line = record.line();
            let taken = match record.fault() {
                Some(fault) => Err(fault.to_string()),
                None if record.is_empty() => {
                    self.blank += 1;
                    continue;
                }
                None => self.take(line, &record),
            };
            self.rows += 1;
            if let Err(fault) = taken {
                self.fault_count += 1;
                self.faults.extend(
                    (self.faults.len() < MAX_NAMED_FAULTS).then(|| format!("line {line}: {fault}")),
                );
            }
        }
        Ok(())
    }

    fn take(&mut self, line: u64, record: &StringRecord) -> Result<(), String> {
        let columns = &self.columns;
        let (code, new) = columns.row(record)?;
        let vintage = self.vintage_of(code);
        let others = self
            .by_code
            .keys()
            .next()
            .map(|other| (other, self.vintage_of(*other)));
        match (vintage, others) {
            (None, _) => {
                let told = columns.shown(columns.code, record);
                let known = self.known.listed();
                return Err(format!("{told} is no code of the vintages known: {known}"));
            }
            (Some(vintage), Some((other, Some(others)))) if vintage != others => {
                return Err(format!(
                    "{code} is of {vintage} and {other} of {others}: give a file for each"
                ));
            }
            _ => {}
        }
        let Some((first, known)) = self.by_code.get_mut(&code) else {
            self.by_code.insert(code, (line, new));
            return Ok(());
        };
        // A neighbourhood on two communes repeats its figures: different ones may be shares, and
        // must not be guessed.
        let mut pairs = known.figures.iter().zip(&new.figures);
        if let Some(place) = pairs.position(|(known, new)| known != new) {
            let other =
                known.figures[place].map_or_else(|| "none".to_owned(), |other| other.to_string());
            let differs =
                "the rows of one neighbourhood are expected to repeat the figures of the whole";
            return Err(format!(
                "{}: {code} has {other} at line {first}: {differs}",
                columns.shown(columns.figures[place].place, record)
            ));
        }
        *self.several.entry(code).or_insert(1) += 1;
        known.lib_epci = match (known.lib_epci.take(), new.lib_epci) {
            (Some(one), Some(other)) if one != other => Some(format!("{one}; {other}")),
            (one, other) => one.or(other),
        };
        Ok(())
    }

    /// Returns the newest vintage with codes of this form.
    fn vintage_of(&self, code: QpvCode) -> Option<Vintage> {
        self.known.of_code(code).next()
    }

    fn finish(self) -> Result<(VintageStatistics, StatisticsReport), Error> {
        if self.fault_count > 0 {
            return Err(Error::NotStatistics {
                file: self.file,
                count: self.fault_count,
                faults: self.faults,
            });
        }
        // The vintage is not asked for: each has codes of its own form.
        let first = self.by_code.keys().next();
        let Some(vintage) = first.and_then(|code| self.vintage_of(*code)) else {
            return Err(refused(&self.file, "it holds no row".to_owned()));
        };
        let Self {
            file,
            columns,
            by_code,
            ..
        } = self;
        let by_code = by_code
            .into_iter()
            .map(|(code, (_, figures))| (code, figures));
        let table = StatisticsTable {
            indicators: columns.indicators(&file),
            by_code: by_code.collect(),
        };
        let secret = table
            .by_code
            .iter()
            .filter(|(_, figures)| columns.population.is_some() && figures.population.is_none())
            .map(|(code, _)| *code);
        let report = StatisticsReport {
            population_column: columns
                .population
                .map(|column| columns.names[column].clone()),
            indicators: indicator_reports(&table),
            left_out: columns.left_out.clone(),
            rows: self.rows,
            blank: self.blank,
            neighbourhoods: table.by_code.len(),
            on_several_rows: self.several.len(),
            without_population: secret.collect(),
            remarks: Vec::new(),
            file,
        };
        let statistics = VintageStatistics {
            vintage,
            population_year: columns.population_year(),
            table,
        };
        Ok((statistics, report))
    }
}

/// Counts the figures of each indicator of a table.
fn indicator_reports(table: &StatisticsTable) -> Vec<IndicatorReport> {
    let indicators = table.indicators.iter().enumerate();
    indicators
        .map(|(place, indicator)| {
            let all = table.by_code.values();
            let published = all.filter(|it| it.figures[place].is_some()).count();
            IndicatorReport {
                name: indicator.name.clone(),
                column: indicator.column.clone(),
                year: indicator.year,
                published,
                missing: table.by_code.len() - published,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
