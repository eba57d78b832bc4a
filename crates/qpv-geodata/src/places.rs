//! Readers of lists of places: schools with their network of priority education, social centres.
//!
//! Two formats, recognised by content: tables as text (the national *annuaire de l'éducation* among them, in the
//! delimiters and encodings of addresses, gzipped or not) and `GeoJSON` points. Columns are known by the names in
//! `columns.rs`; other columns are ignored.
//!
//! Promises: every row becomes a site of a place, or the whole list is refused with the row, the column and the value;
//! blank rows, rows that repeat another and closed schools are counted. Rows of one identifier are sites of one place
//! (`sites.rs`). A place may lack a position, an identifier, a commune. Out of scope: deciding if two places of one name are
//! the same, and finding a position from an address.

mod columns;
mod geojson;
mod sites;
mod table;
#[cfg(test)]
mod tests;

use std::path::Path;

use qpv_delimited::FileFormat;
use qpv_model::{PlaceList, Slug};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::readers::{ReadLimits, file_name};
use crate::source;
use columns::{PlaceColumns, ReadContext, RowValues};
use sites::{ReadSites, SiteRow};

/// Faults that an error names: a message must stay readable. All are counted.
const MAX_NAMED_FAULTS: usize = 10;

/// The report of reading a list of places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacesReport {
    /// Its file, without folder.
    pub file: String,
    /// Places read, each counted once.
    pub places: usize,
    /// Sites of these places beyond the first of each: rows whose identifier an earlier row has.
    pub further_sites: usize,
    /// Places with a position, of one of their sites at least.
    pub with_position: usize,
    /// Those with an identifier.
    pub with_id: usize,
    /// Those in a network of priority education.
    pub in_network: usize,
    /// Rows without any value.
    pub blank: usize,
    /// Rows left out because they say nothing that another row of their identifier does not say.
    pub repeated: usize,
    /// Rows left out because their school is closed.
    pub closed: usize,
    /// Sites that do not agree with the first of their place, with their row: another name, commune or network.
    pub conflicts: Vec<String>,
    /// Plain sentences on anything else worth knowing.
    pub remarks: Vec<String>,
}

/// Reads a list of places of one kind.
///
/// # Errors
/// [`Error::NotPlaces`] for a file that is no list of places, or any row of which cannot be read; [`Error::Unreadable`] for
/// a damaged one, [`Error::OverLimit`], [`Error::Io`].
pub fn read_places(kind: Slug, file: &Path) -> Result<(PlaceList, PlacesReport), Error> {
    read(kind, file, || source::open(file), false)
}

/// Reads a list of places that do not exist from text embedded in the program: positions are accepted wherever they lie.
///
/// # Errors
/// As [`read_places`].
pub fn read_fictional_places(
    kind: Slug,
    name: &str,
    text: &'static str,
) -> Result<(PlaceList, PlacesReport), Error> {
    read(
        kind,
        Path::new(name),
        || Ok(source::ByteSource::Embedded(text.as_bytes())),
        true,
    )
}

fn read(
    kind: Slug,
    file: &Path,
    open: impl Fn() -> Result<source::ByteSource, Error>,
    fictional: bool,
) -> Result<(PlaceList, PlacesReport), Error> {
    let mut list = List::new(file_name(file), fictional);
    // The file is opened twice: a gzipped one cannot be rewound.
    if FileFormat::sniff(&open()?.head(file)?) == FileFormat::Json {
        geojson::read(&mut list, file, open()?, &ReadLimits::default())?;
    } else {
        table::read(&mut list, file, open)?;
    }
    list.finish(kind)
}

/// A list being read.
struct List {
    file: String,
    rows: Vec<SiteRow>,
    blank: usize,
    /// The rows of closed schools.
    closed: Vec<String>,
    faults: Vec<String>,
    fault_count: usize,
    context: ReadContext,
    remarks: Vec<String>,
    networks_told: bool,
}

impl List {
    fn new(file: String, fictional: bool) -> Self {
        Self {
            file,
            rows: Vec::new(),
            blank: 0,
            closed: Vec::new(),
            faults: Vec::new(),
            fault_count: 0,
            context: ReadContext {
                fictional,
                ..ReadContext::default()
            },
            remarks: Vec::new(),
            networks_told: false,
        }
    }

    /// Returns the error of a file that is no list, or none that can be read.
    fn refused(&self, fault: String) -> Error {
        Error::NotPlaces {
            file: self.file.clone(),
            count: 1,
            faults: vec![fault],
        }
    }

    /// Adds the place of a row; `at` is its place in the file (`line 3`).
    fn take(&mut self, at: String, columns: &PlaceColumns, values: &RowValues<'_>) {
        self.networks_told = columns.has_networks();
        if columns.is_closed(values) {
            self.closed.push(at);
            return;
        }
        match columns.place(values, &mut self.context) {
            Ok(site) => self.rows.push(SiteRow { at, site }),
            Err(fault) => self.fault(&at, &fault),
        }
    }

    fn fault(&mut self, at: &str, fault: &str) {
        self.fault_count += 1;
        if self.faults.len() < MAX_NAMED_FAULTS {
            self.faults.push(format!("{at}: {fault}"));
        }
    }

    fn finish(mut self, kind: Slug) -> Result<(PlaceList, PlacesReport), Error> {
        if self.fault_count > 0 {
            return Err(Error::NotPlaces {
                file: self.file,
                count: self.fault_count,
                faults: self.faults,
            });
        }
        if self.rows.is_empty() {
            let fault = if self.closed.is_empty() {
                "it holds no place"
            } else {
                "every school in it is closed"
            };
            return Err(self.refused(fault.to_owned()));
        }
        let ReadSites {
            sites,
            repeated,
            conflicts,
        } = ReadSites::from_rows(std::mem::take(&mut self.rows));
        self.remark_rows("repeat another row of their identifier", &repeated);
        self.remark_rows("are of closed schools", &self.closed.clone());
        self.remark_values();
        let list = PlaceList {
            kind,
            places: sites,
            networks_told: self.networks_told,
        };
        let places = list.count(|_| true);
        let report = PlacesReport {
            file: self.file,
            places,
            further_sites: list.places.len() - places,
            with_position: list.count(|site| site.point.is_some()),
            with_id: list.count(|site| site.id.is_some()),
            in_network: list.count(|site| site.network.is_some()),
            blank: self.blank,
            repeated: repeated.len(),
            closed: self.closed.len(),
            conflicts,
            remarks: self.remarks,
        };
        Ok((list, report))
    }

    /// Notes rows that were left out, the first of them by name.
    fn remark_rows(&mut self, reason: &str, rows: &[String]) {
        if rows.is_empty() {
            return;
        }
        let named = rows.len().min(MAX_NAMED_FAULTS);
        let more = match rows.len() - named {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        self.remarks.push(format!(
            "{} row(s) {reason} and were left out: {}{more}",
            rows.len(),
            rows[..named].join(", ")
        ));
    }

    /// Notes how values were read.
    fn remark_values(&mut self) {
        if self.context.decimal_commas > 0 {
            let commas = self.context.decimal_commas;
            self.remarks.push(format!(
                "{commas} coordinate(s) have a decimal comma, read as a point"
            ));
        }
        for (system, count) in &self.context.unknown_systems {
            self.remarks.push(format!(
                "{count} position(s) in `{system}`, a reference system that is not known here, were left out"
            ));
        }
        if !self.networks_told {
            // Without the column a school in REP would seem to be in none: rules answer "unknown"
            // instead.
            let remark =
                "it has no column of networks: whether a place is in REP or REP+ is not known";
            self.remarks.push(remark.to_owned());
        }
    }
}
