//! Tables, answered row by row: the input's columns untouched, then what was found out.
//!
//! What is asked of every row is a [`Job`]: the zone of its position ([`Zones`]), its address and the zone of that
//! ([`Addresses`]), the address nearest to its position ([`Nearest`]), whether its person is eligible to a programme
//! ([`People`], whose counts make a summary). [`csv`](csv()) reads and writes delimited text,
//! [`parquet`](parquet()) Parquet tables, [`sheet`](sheet()) spreadsheets. A [`Watch`] follows them: how far they are, whether to
//! go on, where the places of rows are; [`preview_csv`] and [`preview_sheet`] show the start of a list. Memory does not grow with the number of
//! rows, rows keep their order, and a row that cannot be answered stays in its place with the reason. Blocks of rows are
//! answered on all cores (`pipeline`).
//!
//! Refuses: files on disk, progress bars, exit codes, which are the caller's. Never logs a position or an address.

mod addresses;
mod delimited;
mod error;
mod filter;
mod job;
mod messages;
mod nearest;
mod numbers;
mod parquet;
mod people;
mod pipeline;
mod positions;
mod preview;
mod progress;
mod results;
mod spreadsheet;
mod zones;

use qpv_model::Vintage;
use serde::Serialize;

use qpv_service::{Snapshot, VintageSelector};

pub use addresses::{Addresses, AskedZones};
pub use delimited::{CsvOptions, csv};
pub use error::{ColumnsError, Error};
pub use filter::FilterColumns;
pub use job::{Added, Cells, Fields, Job, RowError};
pub use messages::table_fault;
pub use nearest::Nearest;
pub use parquet::parquet;
pub use people::{
    ColumnRole, Group, Outcomes, People, PeopleColumns, SummaryCell, SummaryTable, Tally,
};
pub use positions::PositionColumns;
pub use preview::{Preview, preview_csv, preview_sheet};
pub use progress::{RowPoint, Watch};
pub use qpv_delimited::Encoding;
pub use results::ResultColumn;
pub use spreadsheet::{SheetKind, sheet};
pub use zones::{AnswerCounts, RowCount, ZoneCounts, Zones};

/// Rows asked together: few enough for their answers to stay in cache, and for one thread to answer them all.
const TOGETHER: usize = 1024;

/// One answer per row, or one of each vintage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vintages {
    /// One answer.
    One(VintageSelector),
    /// From the perimeters of 2015, then from those of 2024.
    Both,
}

impl Vintages {
    fn choices(self) -> Vec<VintageSelector> {
        match self {
            Self::One(choice) => vec![choice],
            Self::Both => Vintage::ALL.map(VintageSelector::Vintage).to_vec(),
        }
    }

    /// What the names of the added columns end with, for each answer.
    fn suffixes(self) -> Vec<String> {
        match self {
            Self::One(_) => vec![String::new()],
            Self::Both => Vintage::ALL.map(|vintage| format!("_{vintage}")).to_vec(),
        }
    }

    fn no_counts(self) -> Vec<AnswerCounts> {
        match self {
            Self::One(_) => vec![AnswerCounts::default()],
            Self::Both => Vintage::ALL
                .map(|vintage| AnswerCounts {
                    vintage: Some(vintage),
                    ..AnswerCounts::default()
                })
                .to_vec(),
        }
    }
}

/// What was answered, without a single position or address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows read and written.
    pub rows: u64,
    /// Names of the columns that were read.
    pub columns: Vec<String>,
    /// Encoding of delimited text, in and out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
    /// Lines that were not in that encoding: read as Windows-1252 and written in it.
    pub converted_lines: u64,
    /// One entry, or one per vintage with `Vintages::Both`.
    pub answers: Vec<AnswerCounts>,
    /// The dataset that answered.
    pub dataset: String,
    /// Whether it is the fictional sample.
    pub fictional: bool,
}

impl Summary {
    fn new(snapshot: &Snapshot, job: &impl Job, columns: Vec<String>) -> Self {
        let (dataset, fictional) = (snapshot.digest().to_owned(), snapshot.fictional());
        Self {
            rows: 0,
            columns,
            encoding: None,
            converted_lines: 0,
            answers: job.no_counts(),
            dataset,
            fictional,
        }
    }

    /// Adds what a block counted; `before` is the number of the line (or row) before its first one.
    fn add(&mut self, counted: &[AnswerCounts], rows: u64, before: u64) {
        self.rows += rows;
        for (total, block) in self.answers.iter_mut().zip(counted) {
            total.add(block, before);
        }
    }

    /// Whether every row was answered, and none with "undetermined".
    #[must_use]
    pub fn all_determined(&self) -> bool {
        self.answers.iter().all(AnswerCounts::all_determined)
    }
}

/// The names of the columns at these places.
fn names_of(header: &[String], columns: &[usize]) -> Vec<String> {
    columns
        .iter()
        .map(|&column| header[column].clone())
        .collect()
}
