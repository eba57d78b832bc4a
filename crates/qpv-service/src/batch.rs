//! A file of positions, answered row by row: the input's columns untouched, then what was found out.
//!
//! [`csv`](csv()) reads and writes delimited text, [`parquet`](parquet()) Parquet tables. Memory does not grow with the
//! number of rows, rows keep their order, and a row that cannot be answered stays in its place with an error code.
//! Blocks of rows are answered on all cores (`pipeline`).
//!
//! Refuses: files on disk, progress bars, exit codes, which are the caller's. Never logs a position.

mod answers;
mod columns;
mod csv;
mod error;
mod numbers;
mod parquet;
mod pipeline;

use std::collections::BTreeMap;

use qpv_model::{Crs, CrsKind, Vintage};
use serde::Serialize;

use crate::query::check_uncertainty;
use crate::{Choice, QueryError, Snapshot};

pub use answers::{ErrorCount, ZoneCounts};
pub use csv::{CsvOptions, Encoding, csv};
pub use error::{ColumnsError, Error};
pub use parquet::parquet;

/// What is asked of every row.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the positions are.
    pub positions: PositionColumns,
    /// Which perimeters answer.
    pub vintages: Vintages,
    /// The doubt on every position, metres, if stated.
    pub uncertainty_m: Option<f64>,
}

/// The two columns of a position.
#[derive(Debug, Clone, Default)]
pub struct PositionColumns {
    /// Reference system of eastings and northings; `None` for longitude and latitude on WGS 84.
    pub crs: Option<Crs>,
    /// Names of the columns, longitude or easting first; `None` to recognise them.
    pub names: Option<[String; 2]>,
}

/// One answer per row, or one of each vintage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vintages {
    /// One answer.
    One(Choice),
    /// From the perimeters of 2015, then from those of 2024.
    Both,
}

impl Vintages {
    fn choices(self) -> Vec<Choice> {
        match self {
            Self::One(choice) => vec![choice],
            Self::Both => Vintage::ALL.map(Choice::Vintage).to_vec(),
        }
    }

    /// What the names of the added columns end with, for each answer.
    fn suffixes(self) -> Vec<String> {
        match self {
            Self::One(_) => vec![String::new()],
            Self::Both => Vintage::ALL.map(|vintage| format!("_{vintage}")).to_vec(),
        }
    }
}

impl Options {
    /// Checks what concerns all rows at once.
    fn check(&self) -> Result<(), Error> {
        check_uncertainty(self.uncertainty_m)?;
        match self.positions.crs {
            Some(crs) if crs.kind() == CrsKind::Geographic => Err(QueryError::ProjectedCrsExpected(crs).into()),
            _ => Ok(()),
        }
    }
}

/// What was answered, without a single position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows read and written.
    pub rows: u64,
    /// Names of the columns the positions were read from.
    pub position_columns: [String; 2],
    /// Lines that were not UTF-8 and were read as Windows-1252.
    pub windows_1252_lines: u64,
    /// One entry, or one per vintage with `Vintages::Both`.
    pub answers: Vec<AnswerCounts>,
    /// The dataset that answered.
    pub dataset: String,
    /// Whether it is the fictional sample.
    pub fictional: bool,
}

/// Rows per zone and per error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AnswerCounts {
    /// The vintage, when both were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vintage: Option<Vintage>,
    /// Rows answered.
    pub zones: ZoneCounts,
    /// Rows that were not, by error code.
    pub errors: BTreeMap<&'static str, ErrorCount>,
}

impl Summary {
    fn new(snapshot: &Snapshot, options: &Options, position_columns: [String; 2]) -> Self {
        let answers = match options.vintages {
            Vintages::One(_) => vec![AnswerCounts::default()],
            Vintages::Both => {
                Vintage::ALL.map(|vintage| AnswerCounts { vintage: Some(vintage), ..AnswerCounts::default() }).to_vec()
            }
        };
        let (dataset, fictional) = (snapshot.digest().to_owned(), snapshot.fictional());
        Self { rows: 0, position_columns, windows_1252_lines: 0, answers, dataset, fictional }
    }

    /// Adds what a block counted; `before` is the number of the line (or row) before its first one.
    fn add(&mut self, counted: &[AnswerCounts], rows: u64, before: u64) {
        self.rows += rows;
        for (total, block) in self.answers.iter_mut().zip(counted) {
            total.zones.add(block.zones);
            for (code, count) in &block.errors {
                total.errors.entry(code).or_default().add(count, before);
            }
        }
    }

    /// Whether every row was answered, and none with "undetermined".
    #[must_use]
    pub fn all_determined(&self) -> bool {
        self.answers.iter().all(|counts| counts.errors.is_empty() && counts.zones.undetermined == 0)
    }
}
