//! Reader of INSEE's statistics on the neighbourhoods: one table, a row for each, or for each of its communes.
//!
//! Of all the figures only the *population municipale* and the names of intercommunalities are kept. A neighbourhood on
//! several communes has a row for each in the table of 2024, and each row repeats the figure of the whole: 152 have
//! several rows there, and in none do the figures differ, neither the population nor any other; counted once each they
//! add up to the 5.9 million inhabitants that INSEE gives. So rows that agree are one figure. Rows that do not are
//! refused: the table does not say if they are parts to be added up.
//!
//! Promises: every row counts, or the whole table is refused with the row, the column and the value; a secret or empty
//! figure is unknown, never zero. The vintage of the table is that of its codes.

use std::collections::BTreeMap;
use std::path::Path;

use qpv_delimited::{ReadError, RecordReader, StringRecord, TextHeader, delimiters};
use qpv_french::fold::fold_text;
use qpv_model::{KnownVintages, QpvCode, QpvStatistics, Vintage};
use serde::Serialize;

use crate::addresses::shown;
use crate::error::Error;
use crate::readers::file_name;
use crate::schema::single;
use crate::source::{self, refusal_as_text};

/// Names of each column as [`fold_text`] text, without the year that may follow.
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
const POPULATION: [&str; 7] = [
    "popmuniqpv",
    "population municipale",
    "popmuni",
    "pop mun",
    "pop municipale",
    "pmun",
    "population",
];
const EPCI: [&str; 3] = ["lib epci", "nom epci", "libelle epci"];
/// Texts in place of a figure that is secret or not known, as [`fold_text`] text without blanks.
const SECRET: [&str; 9] = ["", "s", "ns", "nd", "c", "na", "nc", "secret", "null"];
/// Faults that an error names: a message must stay readable. All are counted.
const MAX_NAMED_FAULTS: usize = 10;

/// Figures on the neighbourhoods of one vintage.
#[derive(Debug, Clone, PartialEq)]
pub struct VintageStatistics {
    /// The vintage of its codes.
    pub vintage: Vintage,
    /// The year of the population, if the column or the user gives it.
    pub population_year: Option<i16>,
    /// The figures kept of each neighbourhood.
    pub by_code: BTreeMap<QpvCode, QpvStatistics>,
}

/// The report of reading a table of statistics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatisticsReport {
    /// Its file, without folder.
    pub file: String,
    /// The column that the population was taken from.
    pub population_column: String,
    /// Rows read.
    pub rows: usize,
    /// Rows without any value.
    pub blank: usize,
    /// Neighbourhoods they are about.
    pub neighbourhoods: usize,
    /// Those with several rows, one for each commune.
    pub on_several_rows: usize,
    /// Those whose population is secret or not given.
    pub without_population: Vec<QpvCode>,
    /// Anything else worth knowing, without a capital or a full stop.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// The places of the figures in a row.
struct FigureColumns {
    names: Vec<String>,
    code: usize,
    population: usize,
    year: Option<i16>,
    epci: Option<usize>,
}

/// A table being read.
struct TableReader<'k> {
    known: &'k KnownVintages,
    file: String,
    by_code: BTreeMap<QpvCode, (u64, QpvStatistics)>,
    several: BTreeMap<QpvCode, u64>,
    rows: usize,
    blank: usize,
    faults: Vec<String>,
    fault_count: usize,
}

/// Reads a table of statistics; `year` is that of the population, for a column without one, `known` the vintages there are.
///
/// # Errors
/// [`Error::NotStatistics`] for a file that is none, or with any row that cannot be read; [`Error::Unreadable`] for a
/// damaged one, [`Error::Io`].
pub fn read_statistics(
    file: &Path,
    year: Option<i16>,
    known: &KnownVintages,
) -> Result<(VintageStatistics, StatisticsReport), Error> {
    let mut table = TableReader {
        known,
        file: file_name(file),
        by_code: BTreeMap::new(),
        several: BTreeMap::new(),
        rows: 0,
        blank: 0,
        faults: Vec::new(),
        fault_count: 0,
    };
    let (delimiter, header, mut columns) = recognised(&table.file, file)?;
    // The year in the column's name is the producer's own and goes before the user's.
    columns.year = columns.year.or(year);
    table.read(file, delimiter, header.line, &columns)?;
    let (statistics, mut report) = table.finish(&columns)?;
    report.remarks.extend(header.remark());
    Ok((statistics, report))
}

/// Returns the delimiter, the header and the columns.
fn recognised(name: &str, file: &Path) -> Result<(u8, TextHeader, FigureColumns), Error> {
    let head = source::open(file)?.head(file)?;
    if let Some(refusal) = refusal_as_text(&head) {
        return Err(refused(name, refusal));
    }
    let mut first_fault = None;
    for delimiter in delimiters(&head, None) {
        let header = TextHeader::find(&head, delimiter, |names| {
            FigureColumns::recognise(names.to_vec()).is_ok()
        });
        match FigureColumns::recognise(header.names.clone()) {
            Ok(_) if !header.has_rows => {
                return Err(refused(name, "it has a header and no row".to_owned()));
            }
            Ok(columns) => return Ok((delimiter, header, columns)),
            // The delimiter that makes most columns comes first: it is the one that was meant.
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    Err(refused(name, first_fault.unwrap_or_default()))
}

fn refused(name: &str, fault: String) -> Error {
    Error::NotStatistics {
        file: name.to_owned(),
        count: 1,
        faults: vec![fault],
    }
}

/// Returns the place of the first of these names among the columns.
fn first_known(known: &[(String, Option<i16>)], wanted: &[&str]) -> Option<usize> {
    wanted
        .iter()
        .find_map(|name| known.iter().position(|(column, _)| column == name))
}

fn missing(what: &str, wanted: &[&str], names: &[String]) -> String {
    format!(
        "it has no column of {what} ({}); its columns are {}",
        wanted.join(", "),
        names.join(", ")
    )
}

impl FigureColumns {
    fn recognise(names: Vec<String>) -> Result<Self, String> {
        let known: Vec<(String, Option<i16>)> =
            names.iter().map(|name| words_and_year(name)).collect();
        let code = first_known(&known, &CODE).ok_or_else(|| missing("codes", &CODE, &names))?;
        let population = first_known(&known, &POPULATION)
            .ok_or_else(|| missing("populations", &POPULATION, &names))?;
        let (year, epci) = (known[population].1, first_known(&known, &EPCI));
        Ok(Self {
            names,
            code,
            population,
            year,
            epci,
        })
    }

    /// Returns a column and its value, for a fault.
    fn shown(&self, column: usize, record: &StringRecord) -> String {
        format!("`{}`: `{}`", self.names[column], shown(record.get(column)))
    }

    /// Returns the neighbourhood of a row and its figures; or the fault, with the column and the value.
    fn figures(&self, record: &StringRecord) -> Result<(QpvCode, QpvStatistics), String> {
        let code = record.get(self.code).to_uppercase().parse();
        let code =
            code.map_err(|_| format!("{} is no code of a QPV", self.shown(self.code, record)))?;
        let population = population(record.get(self.population)).map_err(|()| {
            format!(
                "{} is no number of inhabitants",
                self.shown(self.population, record)
            )
        })?;
        let lib_epci = self
            .epci
            .and_then(|column| single(Some(record.get(column))));
        let population_year = self.year.filter(|_| population.is_some());
        Ok((
            code,
            QpvStatistics {
                population,
                population_year,
                lib_epci,
            },
        ))
    }
}

/// Returns the words of a column's name, and the year that follows them (`population_municipale_2013`).
fn words_and_year(name: &str) -> (String, Option<i16>) {
    let plain = fold_text(name);
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    let year = words
        .last()
        .filter(|word| word.len() == 4)
        .and_then(|word| word.parse().ok());
    // A column `pop_0123` has no year.
    let year = year.filter(|year| (1990..2100).contains(year));
    if year.is_some() {
        words.pop();
    }
    (words.join(" "), year)
}

impl TableReader<'_> {
    fn read(
        &mut self,
        file: &Path,
        delimiter: u8,
        header_line: u64,
        columns: &FigureColumns,
    ) -> Result<(), Error> {
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
                None => self.take(line, &record, columns),
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

    fn take(
        &mut self,
        line: u64,
        record: &StringRecord,
        columns: &FigureColumns,
    ) -> Result<(), String> {
        let (code, new) = columns.figures(record)?;
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
        // A neighbourhood on two communes repeats its figure: different ones may be shares, and
        // must not be guessed.
        if known.population != new.population {
            let other = known
                .population
                .map_or_else(|| "none".to_owned(), |other| other.to_string());
            let differs =
                "the rows of one neighbourhood are expected to repeat the figure of the whole";
            return Err(format!(
                "{}: {code} has {other} at line {first}: {differs}",
                columns.shown(columns.population, record)
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

    fn finish(
        self,
        columns: &FigureColumns,
    ) -> Result<(VintageStatistics, StatisticsReport), Error> {
        let Self {
            known,
            file,
            by_code,
            several,
            rows,
            blank,
            faults,
            fault_count,
        } = self;
        if fault_count > 0 {
            return Err(Error::NotStatistics {
                file,
                count: fault_count,
                faults,
            });
        }
        // The vintage is not asked for: each has codes of its own form.
        let first = by_code.keys().next();
        let Some(vintage) = first.and_then(|code| known.of_code(*code).next()) else {
            return Err(Error::NotStatistics {
                file,
                count: 1,
                faults: vec!["it holds no row".to_owned()],
            });
        };
        let by_code: BTreeMap<_, _> = by_code
            .into_iter()
            .map(|(code, (_, figures))| (code, figures))
            .collect();
        let secret = by_code
            .iter()
            .filter(|(_, figures)| figures.population.is_none())
            .map(|(code, _)| *code);
        let report = StatisticsReport {
            file,
            population_column: columns.names[columns.population].clone(),
            rows,
            blank,
            neighbourhoods: by_code.len(),
            on_several_rows: several.len(),
            without_population: secret.collect(),
            remarks: Vec::new(),
        };
        Ok((
            VintageStatistics {
                vintage,
                population_year: columns.year,
                by_code,
            },
            report,
        ))
    }
}

/// Parses a number of inhabitants as spreadsheets write it: `5822`, `5 822`, `5822.0`, `5822,0`. `None` for a secret one.
fn population(text: &str) -> Result<Option<u32>, ()> {
    if SECRET.contains(
        &fold_text(text)
            .split_whitespace()
            .collect::<String>()
            .as_str(),
    ) {
        return Ok(None);
    }
    let compact: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{202f}')
        .collect();
    let (whole, rest) = compact.split_once(['.', ',']).unwrap_or((&compact, ""));
    // Half an inhabitant is a sign of a share or a rate in that column.
    if rest.bytes().any(|byte| byte != b'0') {
        return Err(());
    }
    whole.parse().map(Some).map_err(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(VintageStatistics, StatisticsReport), Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("figures.csv");
        std::fs::write(&file, text).unwrap();
        read_statistics(&file, None, &crate::vintages::built_in())
    }

    #[test]
    fn both_layouts_are_read() {
        let (found, report) =
            read("qp;nom_qp;epci1;population_municipale_2013\nQP061003;Saint Michel;1;1 234\nQP061004;\"a;b\";;s\n")
                .unwrap();
        assert_eq!(
            (found.vintage, found.population_year),
            (Vintage::V2015, Some(2013))
        );
        let of = |code: &str| found.by_code[&code.parse().unwrap()].clone();
        assert_eq!(
            (of("QP061003").population, of("QP061003").population_year),
            (Some(1234), Some(2013))
        );
        assert_eq!(
            (of("QP061004").population, of("QP061004").population_year),
            (None, None)
        );
        assert_eq!(
            report
                .without_population
                .iter()
                .map(QpvCode::as_str)
                .collect::<Vec<_>>(),
            ["QP061004"]
        );

        let (found, report) = read(
            "COG,lib_com,codeQPV,lib_qp,lib_epci,popMuniQPV\n\
            2571,Omissy,QN00201M,V,CA de Béthune-Bruay; Artois-Lys Romane,5822\n\
            2691,Saint-Quentin,QN00201M,V,CC d'à côté,5822.0\n",
        )
        .unwrap();
        let figures = &found.by_code[&"QN00201M".parse().unwrap()];
        assert_eq!(
            (found.vintage, figures.population, figures.population_year),
            (Vintage::V2024, Some(5822), None)
        );
        assert_eq!(
            figures.lib_epci.as_deref(),
            Some("CA de Béthune-Bruay; Artois-Lys Romane; CC d'à côté")
        );
        assert_eq!(
            (report.rows, report.neighbourhoods, report.on_several_rows),
            (2, 1, 1)
        );
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line_and_column() {
        for (text, told) in [
            ("a;b\n1;2\n", "no column of codes"),
            (
                "codeQPV;b\nQN00201M;2\n",
                "no column of populations (popmuniqpv",
            ),
            ("codeQPV;popMuniQPV\n", "a header and no row"),
            (
                "codeQPV;popMuniQPV\nQN00201M;12,5\n",
                "line 2: `popmuniqpv`: `12,5` is no number of inhabitants",
            ),
            (
                "codeQPV;popMuniQPV\n\nQN00201M;-3\n",
                "line 3: `popmuniqpv`: `-3`",
            ),
            (
                "codeQPV;popMuniQPV\n01053;3\n",
                "line 2: `codeqpv`: `01053` is no code of a QPV",
            ),
            (
                "codeQPV;popMuniQPV\nQN00201M;3;4\n",
                "line 2: it has 3 columns",
            ),
            (
                "codeQPV;popMuniQPV\nQN00201M;3\nQN00201M;4\n",
                "line 3: `popmuniqpv`: `4`: QN00201M has 3 at line 2",
            ),
            (
                "codeQPV;popMuniQPV\nQN00201M;3\nQP061003;4\n",
                "line 3: QP061003 is of 2015 and QN00201M of 2024",
            ),
            ("{}", "it is JSON"),
        ] {
            let message = read(text).unwrap_err().to_string();
            assert!(
                message.starts_with("figures.csv: ") && message.contains(told),
                "{message}"
            );
        }
    }

    #[test]
    fn a_figure_that_is_secret_is_not_zero() {
        for (text, expected) in [
            ("0", Some(0)),
            ("s", None),
            ("", None),
            ("n.d.", None),
            ("*", None),
            ("7\u{a0}001", Some(7001)),
        ] {
            assert_eq!(population(text), Ok(expected), "{text}");
        }
    }
}
