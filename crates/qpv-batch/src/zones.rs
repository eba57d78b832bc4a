//! The zone of every row's position, and the columns of zones.

use std::borrow::Cow;

use qpv_engine::{PerimeterId, PerimeterIndex, Zone};
use qpv_model::Perimeter;
use qpv_service::CodedError;
use qpv_service::locate_all;
use qpv_service::{
    PointAnswer, QueryError, Snapshot, WrittenPlace, centimetres, check_uncertainty,
};

use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::job::Job;
use crate::positions::{POSITION_VALUES, PositionColumns};
use crate::row_error::RowError;
use crate::vintages::AnswerVintages;

/// The columns added for the zone of a position, in order; one with the error follows them.
pub(crate) const STANDING: [&str; 7] = [
    "zone",
    "code_qp",
    "lib_qp",
    DISTANCE,
    "nearest_code_qp",
    "certainty",
    "vintage",
];
/// The reason why a zone is undetermined, in a summary: the coordinates are written too roughly.
const COORDINATE_ROUNDING: &str = "coordinate_rounding";
/// The only one of them that holds numbers.
const DISTANCE: &str = "distance_to_boundary_m";

/// The zones asked of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZoneColumns {
    /// The perimeters that answer.
    pub vintages: AnswerVintages,
    /// The beginning of the names of their columns.
    pub prefix: &'static str,
}

impl ZoneColumns {
    /// Returns the columns that are added, the last of each vintage for a doubt.
    pub(crate) fn added(self) -> Vec<AddedColumn> {
        added_columns(self.prefix, self.vintages, "doubt")
    }
}

/// The zone of every row's position.
#[derive(Debug, Clone)]
pub struct ZoneJob {
    /// The columns of the positions.
    pub positions: PositionColumns,
    /// The perimeters that answer.
    pub vintages: AnswerVintages,
    /// The doubt on every position, metres, if stated; coordinates written roughly count at least as their decimals say.
    pub uncertainty_m: Option<f64>,
}

impl Job for ZoneJob {
    type Question = WrittenPlace;
    /// The zones of all places, for each choice of perimeters.
    type Answers = Vec<Vec<Result<PointAnswer, QueryError>>>;

    fn check(&self, _: &Snapshot) -> Result<(), BatchError> {
        check_uncertainty(self.uncertainty_m)?;
        self.positions.check()
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        self.positions.find(header).map(Vec::from)
    }

    fn required_values(&self) -> Option<&'static str> {
        Some(POSITION_VALUES)
    }

    fn added(&self) -> Vec<AddedColumn> {
        added_columns("", self.vintages, "error")
    }

    #[inline]
    fn read(&self, _: &[String], cells: &[Cell<'_>]) -> Result<WrittenPlace, RowError> {
        self.positions.read(cells)
    }

    fn answer(&self, snapshot: &Snapshot, places: &[WrittenPlace]) -> Self::Answers {
        let choices = self.vintages.choices().into_iter();
        choices
            .map(|choice| locate_all(snapshot, places, choice, self.uncertainty_m))
            .collect()
    }

    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl CellWriter,
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
                Ok(standing) => {
                    let zone = standing.verdict.zone;
                    counts.zones.count(zone);
                    if zone == Zone::Undetermined && standing.rounding_m.is_some() {
                        counts.count_doubt(COORDINATE_ROUNDING, line);
                    }
                }
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

/// Returns the columns of [`STANDING`] and a last one, for each of the vintages.
pub(crate) fn added_columns(
    prefix: &str,
    vintages: AnswerVintages,
    last: &str,
) -> Vec<AddedColumn> {
    let suffixes = vintages.suffixes().into_iter();
    suffixes
        .flat_map(|suffix| {
            let names = STANDING.iter().copied().chain([last]);
            names.map(move |name| AddedColumn {
                name: format!("{prefix}{name}{suffix}"),
                number: name == DISTANCE,
            })
        })
        .collect()
}

/// Writes the cells of [`STANDING`].
pub(crate) fn write_standing(
    snapshot: &Snapshot,
    standing: &PointAnswer,
    cells: &mut impl CellWriter,
) {
    let located = &standing.located;
    let perimeters = snapshot
        .zones(standing.vintage)
        .map_or(&[][..], PerimeterIndex::perimeters);
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

/// Writes the cells of `code_qp` and `lib_qp`: codes, a space between them, and their names, ` | ` between them.
pub(crate) fn write_members(
    perimeters: &[Perimeter],
    members: &[PerimeterId],
    cells: &mut impl CellWriter,
) {
    let members = members.iter().map(|id| &perimeters[id.place()]);
    // Most places lie in no perimeter: no text is joined for them.
    if members.len() == 0 {
        cells.empty();
        cells.empty();
        return;
    }
    cells.text(&joined(
        members.clone().map(|perimeter| perimeter.code_qp.as_str()),
        " ",
    ));
    cells.text(&joined(
        members.map(|perimeter| perimeter.lib_qp.as_str()),
        " | ",
    ));
}

/// Joins texts; a single one is not copied.
fn joined<'a>(mut texts: impl Iterator<Item = &'a str>, between: &str) -> Cow<'a, str> {
    let first = Cow::Borrowed(texts.next().unwrap_or_default());
    texts.fold(first, |all, text| {
        Cow::Owned(format!("{all}{between}{text}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column_names::without_clash;

    #[test]
    fn added_names_never_clash() {
        let names = |header: &str, vintages: AnswerVintages| -> Vec<String> {
            let header: Vec<String> = header.split(';').map(ToOwned::to_owned).collect();
            without_clash(&header, added_columns("", vintages, "error"))
                .into_iter()
                .map(|added| added.name)
                .collect()
        };
        let one = AnswerVintages::One(qpv_service::VintageSelector::today());
        assert_eq!(names("id;lon", one)[..7], STANDING);
        assert_eq!(names("id; Zone", one)[..2], ["zone_qpv", "code_qp_qpv"]);
        assert_eq!(names("error;zone_qpv", one)[0], "zone_qpv2");
        let both = names("zone", AnswerVintages::Both);
        assert_eq!(
            (both.len(), &*both[0], &*both[15]),
            (16, "zone_2015", "error_2024")
        );
        assert_eq!(names("zone_2024", AnswerVintages::Both)[0], "zone_2015_qpv");
    }
}
