//! The zone of every row's position.

use std::borrow::Cow;
use std::collections::BTreeMap;

use arrow_array::ArrayRef;
use arrow_schema::Field;
use qpv_engine::{PerimeterId, Zone};
use qpv_model::{Perimeter, QpvCode, Vintage};
use serde::Serialize;

use super::job::{Added, Cells, Fields, Job, RowError};
use super::{ColumnsError, Error, PositionColumns, Tally, Vintages};
use qpv_service::CodedError;
use qpv_service::check_uncertainty;
use qpv_service::{Place, PointAnswer, QueryError, Snapshot, centimetres};

/// Lines an error is reported with.
const FIRST_LINES: usize = 5;

/// The columns added for where a position stands, in order; the one after them tells why it is not known.
pub(super) const STANDING: [&str; 7] = [
    "zone",
    "code_qp",
    "lib_qp",
    DISTANCE,
    "nearest_code_qp",
    "certainty",
    "vintage",
];
/// The only one of them that holds numbers.
const DISTANCE: &str = "distance_to_boundary_m";

/// The zone of every row's position.
#[derive(Debug, Clone)]
pub struct Zones {
    /// Where the positions are.
    pub positions: PositionColumns,
    /// Which perimeters answer.
    pub vintages: Vintages,
    /// The doubt on every position, metres, if stated.
    pub uncertainty_m: Option<f64>,
}

impl Job for Zones {
    type Asked = Place;
    /// For each choice of perimeters, where each place stands.
    type Answers = Vec<Vec<Result<PointAnswer, QueryError>>>;

    fn check(&self, _: &Snapshot) -> Result<(), Error> {
        check_uncertainty(self.uncertainty_m)?;
        self.positions.check()
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        self.positions.find(header).map(Vec::from)
    }

    fn check_type(&self, field: &Field) -> Result<(), ColumnsError> {
        PositionColumns::check_type(field)
    }

    fn added(&self) -> Vec<Added> {
        added_columns("", self.vintages, "error")
    }

    fn read(&self, _: &[String], fields: Fields<'_, '_>) -> Result<Place, RowError> {
        self.positions.read(fields)
    }

    fn read_arrays(&self, _: &[String], columns: &[&ArrayRef]) -> Vec<Result<Place, RowError>> {
        self.positions.read_arrays(columns)
    }

    fn answer(&self, snapshot: &Snapshot, places: &[Place]) -> Self::Answers {
        let choices = self.vintages.choices().into_iter();
        choices
            .map(|choice| snapshot.locate_all(places, choice, self.uncertainty_m))
            .collect()
    }

    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl Cells,
    ) {
        for standings in answers {
            match standing(standings, row) {
                Ok(standing) => {
                    write_standing(snapshot, standing, cells);
                    cells.empty();
                }
                Err(error) => {
                    (0..STANDING.len()).for_each(|_| cells.empty());
                    cells.text(error);
                }
            }
        }
    }

    fn count(
        &self,
        _: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        line: u64,
        counts: &mut [AnswerCounts],
    ) {
        for (standings, counts) in answers.iter().zip(counts) {
            match standing(standings, row) {
                Ok(standing) => counts.zones.count(standing.verdict.zone),
                Err(error) => counts.count_error(error, line),
            }
        }
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        self.vintages.no_counts()
    }
}

fn standing(
    standings: &[Result<PointAnswer, QueryError>],
    row: Result<usize, RowError>,
) -> Result<&PointAnswer, RowError> {
    standings[row?]
        .as_ref()
        .map_err(|error| error.code().as_str())
}

/// The columns of [`STANDING`] and a last one, for each of the vintages.
pub(super) fn added_columns(prefix: &str, vintages: Vintages, last: &str) -> Vec<Added> {
    let suffixes = vintages.suffixes().into_iter();
    let columns = suffixes.flat_map(|suffix| {
        let names = STANDING.iter().copied().chain([last]);
        let added = |name: &str| Added {
            name: format!("{prefix}{name}{suffix}"),
            number: name == DISTANCE,
        };
        names.map(added).collect::<Vec<_>>()
    });
    columns.collect()
}

/// The cells of [`STANDING`].
pub(super) fn write_standing(snapshot: &Snapshot, standing: &PointAnswer, cells: &mut impl Cells) {
    let located = &standing.located;
    let perimeters = snapshot
        .zones(standing.vintage)
        .map_or(&[][..], qpv_engine::PerimeterIndex::perimeters);
    cells.text(standing.verdict.zone.name());
    write_members(perimeters, &located.members, cells);
    cells.number_or_empty(located.signed_distance_m.map(centimetres), 2);
    match located.nearest {
        Some(nearest) => cells.text(perimeters[nearest.perimeter.place()].code_qp.as_str()),
        None => cells.empty(),
    }
    cells.text(standing.verdict.level.name());
    cells.text(standing.vintage.as_str());
}

/// The cells of `code_qp` and `lib_qp`: codes, a space between them, and their names, ` | ` between them.
pub(super) fn write_members(
    perimeters: &[Perimeter],
    members: &[PerimeterId],
    cells: &mut impl Cells,
) {
    let members = || members.iter().map(|id| &perimeters[id.place()]);
    if members().next().is_none() {
        cells.empty();
        cells.empty();
        return;
    }
    cells.text(&joined(
        members().map(|perimeter| perimeter.code_qp.as_str()),
        " ",
    ));
    cells.text(&joined(
        members().map(|perimeter| perimeter.lib_qp.as_str()),
        " | ",
    ));
}

/// One text of several; of one, without copying.
fn joined<'a>(mut texts: impl Iterator<Item = &'a str>, between: &str) -> Cow<'a, str> {
    let first = Cow::Borrowed(texts.next().unwrap_or_default());
    texts.fold(first, |all, text| {
        Cow::Owned(format!("{all}{between}{text}"))
    })
}

/// Rows per zone, per doubt and per error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AnswerCounts {
    /// The vintage, when both were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vintage: Option<Vintage>,
    /// Rows answered.
    pub zones: ZoneCounts,
    /// Addresses whose likeliest position lies in a perimeter, by its code, those to verify included.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub code_qp: BTreeMap<QpvCode, u64>,
    /// Why addresses are undetermined, by the code of the doubt.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub doubts: BTreeMap<&'static str, RowCount>,
    /// Rows without an answer, by error code.
    pub errors: BTreeMap<&'static str, RowCount>,
    /// People, when a programme was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<Tally>,
}

impl AnswerCounts {
    /// Adds what a block counted; `before` is the number of the line (or row) before its first one.
    pub(super) fn add(&mut self, block: &Self, before: u64) {
        self.zones.add(block.zones);
        for (code, rows) in &block.code_qp {
            *self.code_qp.entry(*code).or_default() += rows;
        }
        if let Some(people) = &block.people {
            self.people.get_or_insert_default().add(people);
        }
        for (totals, counted) in [
            (&mut self.doubts, &block.doubts),
            (&mut self.errors, &block.errors),
        ] {
            for (code, count) in counted {
                totals.entry(code).or_default().add(count, before);
            }
        }
    }

    pub(super) fn count_error(&mut self, code: RowError, line: u64) {
        self.errors.entry(code).or_default().count(line);
    }

    pub(super) fn count_in(&mut self, code: QpvCode) {
        *self.code_qp.entry(code).or_default() += 1;
    }

    pub(super) fn count_doubt(&mut self, code: &'static str, line: u64) {
        self.doubts.entry(code).or_default().count(line);
    }

    /// Whether every row was answered, and none with "undetermined": of people, whether they are eligible.
    pub(super) fn all_determined(&self) -> bool {
        let settled = match &self.people {
            Some(people) => people.undetermined() == 0,
            None => self.doubts.is_empty() && self.zones.undetermined == 0,
        };
        settled && self.errors.is_empty()
    }
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
    /// Some doubt could change the answer.
    pub undetermined: u64,
}

impl ZoneCounts {
    pub(super) fn count(&mut self, zone: Zone) {
        match zone {
            Zone::Qpv => self.qpv += 1,
            Zone::Band300m => self.band_300m += 1,
            Zone::Outside => self.outside += 1,
            Zone::Undetermined => self.undetermined += 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.qpv += other.qpv;
        self.band_300m += other.band_300m;
        self.outside += other.outside;
        self.undetermined += other.undetermined;
    }
}

/// Rows of one doubt or error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RowCount {
    /// How many.
    pub rows: u64,
    /// Where the first ones are: lines of a text file (the header is line 1), rows of a table.
    pub first: Vec<u64>,
}

impl RowCount {
    fn count(&mut self, line: u64) {
        self.rows += 1;
        if self.first.len() < FIRST_LINES {
            self.first.push(line);
        }
    }

    /// Adds the count of a later block, whose numbers start after `before`.
    fn add(&mut self, other: &Self, before: u64) {
        let room = FIRST_LINES.saturating_sub(self.first.len());
        self.rows += other.rows;
        self.first
            .extend(other.first.iter().take(room).map(|line| line + before));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::apart;

    #[test]
    fn the_first_lines_of_an_error_are_kept() {
        let mut total = RowCount::default();
        total.add(
            &RowCount {
                rows: 4,
                first: vec![1, 2, 5, 9],
            },
            10,
        );
        total.add(
            &RowCount {
                rows: 1000,
                first: vec![1, 2, 3],
            },
            100,
        );
        assert_eq!(
            total,
            RowCount {
                rows: 1004,
                first: vec![11, 12, 15, 19, 101]
            }
        );
    }

    #[test]
    fn added_names_never_clash() {
        let names = |header: &str, vintages| -> Vec<String> {
            let header: Vec<String> = header.split(';').map(ToOwned::to_owned).collect();
            apart(&header, added_columns("", vintages, "error"))
                .into_iter()
                .map(|added| added.name)
                .collect()
        };
        let one = Vintages::One(qpv_service::VintageSelector::today());
        assert_eq!(names("id;lon", one)[..7], STANDING);
        assert_eq!(names("id; Zone", one)[..2], ["zone_qpv", "code_qp_qpv"]);
        assert_eq!(names("error;zone_qpv", one)[0], "zone_qpv2");
        let both = names("zone", Vintages::Both);
        assert_eq!(
            (both.len(), &*both[0], &*both[15]),
            (16, "zone_2015", "error_2024")
        );
        assert_eq!(names("zone_2024", Vintages::Both)[0], "zone_2015_qpv");
    }
}
