//! From where a position stands to the added columns, and to counts.

use std::borrow::Cow;

use qpv_engine::Zone;
use qpv_model::{Crs, Perimeter};
use serde::Serialize;

use super::AnswerCounts;
use crate::{Choice, Place, QueryError, Snapshot, Standing, centimetres};

/// Rows asked together: few enough for their answers to stay in cache, and for one thread to answer them all.
pub(super) const TOGETHER: usize = 1024;

/// Lines an error is reported with.
const FIRST_LINES: usize = 5;

/// Why a row could not even be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowFault {
    /// It has more or fewer fields than the header, or a quote that is never closed.
    BadRow,
    /// A coordinate is empty.
    MissingCoordinates,
    /// A coordinate is no number.
    BadNumber,
}

impl RowFault {
    /// The stable name in the `error` column.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::BadRow => "bad_row",
            Self::MissingCoordinates => "missing_coordinates",
            Self::BadNumber => "bad_number",
        }
    }
}

/// The place that two coordinates make. A missing one goes before one that is no number.
pub(super) fn place(x: Result<f64, RowFault>, y: Result<f64, RowFault>, crs: Option<Crs>) -> Result<Place, RowFault> {
    match (x, y) {
        (Ok(x), Ok(y)) => Ok(crs.map_or(Place::LonLat(x, y), |crs| Place::Projected { crs, x, y })),
        (Err(RowFault::MissingCoordinates), _) | (_, Err(RowFault::MissingCoordinates)) => {
            Err(RowFault::MissingCoordinates)
        }
        _ => Err(RowFault::BadNumber),
    }
}

/// The added columns of one row, as values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer<'a> {
    pub(super) zone: &'static str,
    /// Every perimeter that holds the position, in code order.
    pub(super) members: Members<'a>,
    /// Metres, to the centimetre.
    pub(super) distance_m: Option<f64>,
    pub(super) nearest_code_qp: Option<&'a str>,
    pub(super) certainty: &'static str,
    pub(super) vintage: &'static str,
}

/// Perimeters of one answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Members<'a> {
    perimeters: &'a [Perimeter],
    indices: &'a [u32],
}

impl<'a> Members<'a> {
    pub(super) fn is_empty(self) -> bool {
        self.indices.is_empty()
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'a Perimeter> {
        self.indices.iter().map(move |&index| &self.perimeters[index as usize])
    }
}

impl<'a> Answer<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, standing: &'a Standing) -> Self {
        let perimeters = snapshot.zones(standing.vintage).map_or(&[][..], qpv_engine::Zones::perimeters);
        let located = &standing.located;
        Self {
            zone: standing.verdict.zone.name(),
            members: Members { perimeters, indices: &located.members },
            distance_m: located.signed_distance_m.map(centimetres),
            nearest_code_qp: located.nearest.map(|nearest| perimeters[nearest.perimeter as usize].code_qp.as_str()),
            certainty: standing.verdict.level.name(),
            vintage: standing.vintage.as_str(),
        }
    }

    /// Codes of the perimeters that hold the position, a space between them.
    pub(super) fn codes(&self) -> Cow<'a, str> {
        joined(self.members.iter().map(|perimeter| perimeter.code_qp.as_str()), " ")
    }

    /// Their names, ` | ` between them.
    pub(super) fn names(&self) -> Cow<'a, str> {
        joined(self.members.iter().map(|perimeter| perimeter.lib_qp.as_str()), " | ")
    }
}

/// One text of several; of one or none, without copying.
fn joined<'a>(mut texts: impl Iterator<Item = &'a str>, between: &str) -> Cow<'a, str> {
    let first = Cow::Borrowed(texts.next().unwrap_or_default());
    texts.fold(first, |all, text| Cow::Owned(format!("{all}{between}{text}")))
}

/// The answers to up to [`TOGETHER`] rows, for one choice of perimeters.
pub(super) type Standings = Vec<Result<Standing, QueryError>>;

/// Asks all places, once per choice.
pub(super) fn ask(
    snapshot: &Snapshot,
    places: &[Place],
    choices: &[Choice],
    uncertainty_m: Option<f64>,
) -> Vec<Standings> {
    choices.iter().map(|&choice| snapshot.locate_all(places, choice, uncertainty_m)).collect()
}

/// Rows answered, by zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ZoneCounts {
    /// In a perimeter.
    pub qpv: u64,
    /// In none, at less than 300 m from one.
    pub band_300m: u64,
    /// Farther.
    pub outside: u64,
    /// The doubt stated could change the answer.
    pub undetermined: u64,
}

impl ZoneCounts {
    pub(super) fn add(&mut self, other: Self) {
        self.qpv += other.qpv;
        self.band_300m += other.band_300m;
        self.outside += other.outside;
        self.undetermined += other.undetermined;
    }
}

/// Rows of one error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ErrorCount {
    /// How many.
    pub rows: u64,
    /// Where the first ones are: lines of a text file (the header is line 1), rows of a table.
    pub first: Vec<u64>,
}

impl ErrorCount {
    /// Adds the count of a later block, whose numbers start after `before`.
    pub(super) fn add(&mut self, other: &Self, before: u64) {
        let room = FIRST_LINES.saturating_sub(self.first.len());
        self.rows += other.rows;
        self.first.extend(other.first.iter().take(room).map(|line| line + before));
    }
}

impl AnswerCounts {
    /// Counts a row, answered or not, and remembers where it is if not.
    pub(super) fn count(&mut self, standing: Result<&Standing, &'static str>, line: u64) {
        match standing.map(|standing| standing.verdict.zone) {
            Ok(Zone::Qpv) => self.zones.qpv += 1,
            Ok(Zone::Band300m) => self.zones.band_300m += 1,
            Ok(Zone::Outside) => self.zones.outside += 1,
            Ok(Zone::Undetermined) => self.zones.undetermined += 1,
            Err(code) => self.errors.entry(code).or_default().add(&ErrorCount { rows: 1, first: vec![line] }, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_of_an_error_are_kept() {
        let mut total = ErrorCount::default();
        total.add(&ErrorCount { rows: 4, first: vec![1, 2, 5, 9] }, 10);
        total.add(&ErrorCount { rows: 1000, first: vec![1, 2, 3] }, 100);
        assert_eq!(total, ErrorCount { rows: 1004, first: vec![11, 12, 15, 19, 101] });
    }
}
