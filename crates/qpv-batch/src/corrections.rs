//! Corrections of the rows of a list: another address, the position of the door, another school, another birth date.
//!
//! They stand in columns of the list itself (`adresse_corrigee`, `position_corrigee`, `ecole_corrigee`,
//! `date_de_naissance_corrigee`), beside the fields that
//! they correct, which stay. A caller may state columns and values that a list does not have: they come back as columns of it,
//! so that a file of answers says what was corrected, and is read in the same way again.

use std::collections::BTreeMap;

use jiff::civil::Date;
use qpv_french::dates::read_day;
use qpv_french::fold::fold_name;
use qpv_service::StatedPosition;

use crate::cell::Cell;

/// The names of the columns, folded.
const ADDRESS: &str = "adresse corrigee";
const POSITION: &str = "position corrigee";
const SCHOOL: &str = "ecole corrigee";
const BIRTH_DATE: &str = "date de naissance corrigee";
/// Characters of a text that is read, at most: what is longer is no address.
const MAX_CHARS: usize = 200;

/// The columns of corrections that a list does not have, and their values by the number of the row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListCorrections {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The values of a row, one for each column.
    pub rows: BTreeMap<u64, Vec<String>>,
}

/// The correction of a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowCorrection {
    /// The address.
    pub(crate) address: Option<String>,
    /// The position of the door.
    pub(crate) position: Option<StatedPosition>,
    /// The school, by name or identifier.
    pub(crate) school: Option<String>,
    /// The birth date.
    pub(crate) birth_date: Option<Date>,
}

/// The columns of corrections; of several of a name the last one, which is the latest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CorrectionPlaces {
    pub(crate) address: Option<usize>,
    pub(crate) position: Option<usize>,
    pub(crate) school: Option<usize>,
    pub(crate) birth_date: Option<usize>,
}

impl CorrectionPlaces {
    /// Finds the columns in a header.
    pub(crate) fn find(header: &[String]) -> Self {
        let names: Vec<String> = header.iter().map(|name| fold_name(name)).collect();
        let [address, position, school, birth_date] = [ADDRESS, POSITION, SCHOOL, BIRTH_DATE]
            .map(|known| names.iter().rposition(|name| is(name, known)));
        Self {
            address,
            position,
            school,
            birth_date,
        }
    }

    /// Returns the places by another count of columns.
    pub(crate) fn map(self, mut place: impl FnMut(usize) -> usize) -> Self {
        Self {
            address: self.address.map(&mut place),
            position: self.position.map(&mut place),
            school: self.school.map(&mut place),
            birth_date: self.birth_date.map(&mut place),
        }
    }

    /// Returns whether there are none.
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Reads the correction of a row; `None` for one without.
    pub(crate) fn read(self, cells: &[Cell<'_>]) -> Option<RowCorrection> {
        let found = RowCorrection {
            address: text(self.address, cells),
            position: text(self.position, cells).and_then(|text| position(&text)),
            school: text(self.school, cells),
            birth_date: text(self.birth_date, cells).and_then(|text| read_day(&text)),
        };
        (found != RowCorrection::default()).then_some(found)
    }
}

/// Returns whether a folded name is the known one, or a later one of it: `adresse corrigee 2`.
fn is(name: &str, known: &str) -> bool {
    name.strip_prefix(known).is_some_and(|rest| {
        rest.is_empty()
            || rest
                .strip_prefix(' ')
                .is_some_and(|number| number.parse::<u32>().is_ok())
    })
}

/// Returns the text of a cell, without blanks around it; `None` for one with nothing in it.
fn text(place: Option<usize>, cells: &[Cell<'_>]) -> Option<String> {
    let text = cells.get(place?)?.text();
    let text = text.trim();
    // A dash says that there is no correction.
    let is_said = text.chars().any(char::is_alphanumeric) && text.chars().count() <= MAX_CHARS;
    is_said.then(|| text.to_owned())
}

/// Reads a position: latitude and longitude, and the metres that it may be off where they are stated: `48.7551 -0.5701 ± 5 m`.
fn position(text: &str) -> Option<StatedPosition> {
    let numbers: Vec<&str> = text
        .split(|sign: char| !(sign.is_ascii_digit() || matches!(sign, '.' | '-')))
        // Dashes between words are no numbers.
        .filter(|number| number.bytes().any(|sign| sign.is_ascii_digit()))
        .collect();
    let (lat, lon, metres) = match numbers.as_slice() {
        [lat, lon] => (lat, lon, None),
        [lat, lon, metres] => (lat, lon, Some(metres.parse::<f64>().ok()?)),
        _ => return None,
    };
    let position = StatedPosition::from_written(lon.parse().ok()?, lat.parse().ok()?, metres);
    let is_sound = (-90.0..=90.0).contains(&position.lat_deg)
        && (-180.0..=180.0).contains(&position.lon_deg)
        && metres.is_none_or(|metres| (0.0..=1000.0).contains(&metres));
    is_sound.then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_of_a_name_is_read() {
        let header = [
            "Nom",
            "Adresse corrigée",
            "adresse_corrigee",
            "Position corrigée (2)",
            "École corrigée par qui",
        ];
        let found = CorrectionPlaces::find(&header.map(ToOwned::to_owned));
        assert_eq!(
            (found.address, found.position, found.school),
            (Some(2), Some(3), None)
        );
    }

    #[test]
    fn positions_are_read_with_their_doubt() {
        let read = |text| position(text).map(|it| (it.lat_deg, it.lon_deg, it.uncertainty_m));
        assert_eq!(read("48.7551 -0.5701"), Some((48.7551, -0.5701, None)));
        assert_eq!(
            read("48.7551, -0.5701 (± 5 m)"),
            Some((48.7551, -0.5701, Some(5.0)))
        );
        for text in [
            "",
            "48.7551",
            "98.7 0.1",
            "48,7551 -0,5701",
            "48.7 -0.5 ± 5000 m",
            "1 2 3 4",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
