//! Readers of lists of places: schools with their network of priority education, social centres.
//!
//! Two formats, recognised by content: tables as text (the national *annuaire de l'éducation* among them, in the
//! delimiters and encodings of addresses, gzipped or not) and `GeoJSON` points. Columns are known by the names in
//! `columns.rs`; other columns are ignored.
//!
//! Promises: every row becomes a place, or the whole list is refused with the row, the column and the value; a blank
//! row is counted. A place may lack a position, an identifier, a commune. Out of scope: deciding if two places of one name
//! are the same, and finding a position from an address.

mod columns;
mod geojson;
mod table;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::Path;

use qpv_delimited::FileFormat;
use qpv_model::{ListedPlace, PlaceList, Slug};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::readers::{ReadLimits, file_name};
use crate::source;
use columns::{PlaceColumns, ReadContext, RowValues};

/// Faults that an error names: a message must stay readable. All are counted.
const MAX_NAMED_FAULTS: usize = 10;

/// The report of reading a list of places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacesReport {
    /// Its file, without folder.
    pub file: String,
    /// Places read.
    pub places: usize,
    /// Those with a position.
    pub with_position: usize,
    /// Those with an identifier.
    pub with_id: usize,
    /// Those in a network of priority education.
    pub in_network: usize,
    /// Rows without any value.
    pub blank: usize,
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
    places: Vec<ListedPlace>,
    /// The row or feature of each identifier.
    ids: HashMap<String, String>,
    blank: usize,
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
            places: Vec::new(),
            ids: HashMap::new(),
            blank: 0,
            faults: Vec::new(),
            fault_count: 0,
            context: ReadContext {
                fictional,
                decimal_commas: 0,
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
    fn take(&mut self, at: &str, columns: &PlaceColumns, values: &RowValues<'_>) {
        self.networks_told = columns.has_networks();
        let place = columns
            .place(values, &mut self.context)
            .and_then(|place| self.with_new_id(place, at, columns));
        match place {
            Ok(place) => self.places.push(place),
            Err(fault) => self.fault(at, &fault),
        }
    }

    fn fault(&mut self, at: &str, fault: &str) {
        self.fault_count += 1;
        if self.faults.len() < MAX_NAMED_FAULTS {
            self.faults.push(format!("{at}: {fault}"));
        }
    }

    /// Refuses an identifier that another row has. They are compared without regard to case, as spreadsheets write them.
    fn with_new_id(
        &mut self,
        place: ListedPlace,
        at: &str,
        columns: &PlaceColumns,
    ) -> Result<ListedPlace, String> {
        if let Some(id) = &place.id
            && let Some(before) = self.ids.insert(id.to_uppercase(), at.to_owned())
        {
            let column = columns.id_name();
            return Err(format!(
                "`{column}`: `{}` is also the identifier at {before}",
                crate::addresses::shown(id)
            ));
        }
        Ok(place)
    }

    fn finish(mut self, kind: Slug) -> Result<(PlaceList, PlacesReport), Error> {
        if self.fault_count > 0 {
            return Err(Error::NotPlaces {
                file: self.file,
                count: self.fault_count,
                faults: self.faults,
            });
        }
        if self.places.is_empty() {
            return Err(self.refused("it holds no place".to_owned()));
        }
        if self.context.decimal_commas > 0 {
            let commas = self.context.decimal_commas;
            self.remarks.push(format!(
                "{commas} coordinate(s) have a decimal comma, read as a point"
            ));
        }
        if !self.networks_told {
            // Without the column a school in REP would seem to be in none: rules answer "unknown"
            // instead.
            let remark =
                "it has no column of networks: whether a place is in REP or REP+ is not known";
            self.remarks.push(remark.to_owned());
        }
        let report = PlacesReport {
            file: self.file,
            places: self.places.len(),
            with_position: count(&self.places, |place| place.point.is_some()),
            with_id: count(&self.places, |place| place.id.is_some()),
            in_network: count(&self.places, |place| place.network.is_some()),
            blank: self.blank,
            remarks: self.remarks,
        };
        Ok((
            PlaceList {
                kind,
                places: self.places,
                networks_told: self.networks_told,
            },
            report,
        ))
    }
}

fn count(places: &[ListedPlace], has: impl Fn(&ListedPlace) -> bool) -> usize {
    places.iter().filter(|place| has(place)).count()
}
