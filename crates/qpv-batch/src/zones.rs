//! The zone of every row's position, and the columns of zones.

use std::borrow::Cow;

use geo_types::MultiPolygon;
use qpv_engine::{Leaning, PerimeterId, PerimeterIndex, Zone, possible_zones};
use qpv_model::{Crs, Perimeter, PossibleZones, Vintage, WrittenCoordinate};
use qpv_service::CodedError;
use qpv_service::{
    FieldSelection, PointAnswer, PointMembership, QueryError, Snapshot, VintageSelector,
    WrittenPlace, centimetres, check_uncertainty,
};
use qpv_service::{locate_all, members_of_all};

use crate::buildings::{BuildingZone, on_wgs84};
use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::column_names::is_named;
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::geometry::RowGeometry;
use crate::job::Job;
use crate::positions::{POSITION_VALUES, PositionColumns};
use crate::row_error::RowError;
use crate::vintages::AnswerVintages;
use crate::zone_to_review::ZoneToReview;
use crate::zonings::RowPlaceAsked;

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
/// The columns behind the error or the doubt: the zone that an undetermined position leans to.
pub(crate) const LEANING: [&str; 2] = ["leaning", LEANING_PROBABILITY];
/// The share of such positions that lie there.
pub(crate) const LEANING_PROBABILITY: &str = "leaning_probability";
/// Decimals of that share: what is measured of it.
const PROBABILITY_DECIMALS: usize = 2;

/// The reason why a zone is undetermined, in a summary: the coordinates are written too roughly.
const COORDINATE_ROUNDING: &str = "coordinate_rounding";
/// The only one of them that holds numbers.
const DISTANCE: &str = "distance_to_boundary_m";

/// Those that need no distance, and the one with the error.
const WITHOUT_DISTANCE: [&str; 4] = ["code_qp", "lib_qp", "vintage", "error"];

/// The zones asked of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneColumns {
    /// The perimeters that answer.
    pub vintages: AnswerVintages,
    /// The beginning of the names of their columns.
    pub prefix: &'static str,
    /// The figures that are added, of the first perimeter a row is in.
    pub fields: FieldSelection,
}

impl ZoneColumns {
    /// Returns the columns that are added, the last of each vintage for a doubt.
    pub(crate) fn added(&self) -> Vec<AddedColumn> {
        added_columns(self.prefix, &self.vintages, "doubt", &self.fields)
    }

    /// Writes the figures of a row for the choice of perimeters at an index.
    pub(crate) fn write_figures(
        &self,
        index: usize,
        snapshot: &Snapshot,
        perimeter: Option<&Perimeter>,
        cells: &mut impl CellWriter,
    ) {
        let keys = self.vintages.field_keys(&self.fields, index);
        write_figures(snapshot, &self.fields, keys, perimeter, cells);
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
    /// True to find the perimeters that hold a position and nothing else: cells that need a distance are empty, and rows
    /// in no perimeter are counted together.
    pub members_only: bool,
    /// The figures that are added, of the first perimeter a row is in.
    pub fields: FieldSelection,
}

impl ZoneJob {
    /// Returns the job that answers these of its added columns, with the least work.
    #[must_use]
    pub fn for_columns(self, names: &[String]) -> Self {
        let needs_no_distance = names.iter().all(|name| {
            let suffixes = self.vintages.suffixes().into_iter();
            let mut known = suffixes.flat_map(|suffix| {
                let fields = self.fields.keys().iter().map(String::as_str);
                let columns = WITHOUT_DISTANCE.into_iter().chain(fields);
                columns.map(move |column| format!("{column}{suffix}"))
            });
            known.any(|column| is_named(&column, name))
        });
        Self {
            members_only: needs_no_distance && !names.is_empty(),
            ..self
        }
    }
}

/// The place of a row.
#[derive(Debug, Clone)]
pub enum RowPlace {
    /// A position.
    Position(WrittenPlace),
    /// A building, by its outline on WGS 84.
    Building(Box<MultiPolygon<f64>>),
}

/// The answers of places asked together, from one choice of perimeters.
#[derive(Debug)]
pub enum ZoneAnswers {
    /// The zones of positions.
    Positions(Vec<Result<PointAnswer, QueryError>>),
    /// The perimeters that hold positions, where nothing else is asked.
    Members(Vec<Result<PointMembership, QueryError>>),
    /// Those of buildings, or of both.
    Mixed(Vec<Result<RowZone, QueryError>>),
}

impl ZoneAnswers {
    /// Returns the zone of the position of a row.
    #[inline]
    fn position(&self, row: Result<usize, RowError>) -> Option<&PointAnswer> {
        match self {
            Self::Positions(all) => found(all, row).ok(),
            Self::Mixed(all) => match found(all, row) {
                Ok(RowZone::Position(standing)) => Some(standing),
                _ => None,
            },
            Self::Members(_) => None,
        }
    }

    /// Returns the zone of the building of a row.
    fn building(&self, row: usize) -> Option<&BuildingZone> {
        match self {
            Self::Mixed(all) => match all[row].as_ref() {
                Ok(RowZone::Building(building)) => Some(building),
                _ => None,
            },
            Self::Positions(_) | Self::Members(_) => None,
        }
    }

    /// Returns whether a row has an answer.
    fn has(&self, row: usize) -> bool {
        match self {
            Self::Positions(all) => all[row].is_ok(),
            Self::Members(all) => all[row].is_ok(),
            Self::Mixed(all) => all[row].is_ok(),
        }
    }

    /// Returns the first perimeter that a row is in.
    fn first_perimeter<'s>(
        &self,
        snapshot: &'s Snapshot,
        row: Result<usize, RowError>,
    ) -> Option<&'s Perimeter> {
        let (vintage, member) = match self {
            Self::Positions(all) => first_member_of_position(found(all, row).ok()?),
            Self::Members(all) => first_member(found(all, row).ok()?),
            Self::Mixed(all) => match found(all, row).ok()? {
                RowZone::Position(standing) => first_member_of_position(standing),
                RowZone::Members(found) => first_member(found),
                RowZone::Building(building) => {
                    (building.vintage, building.members.first().copied())
                }
            },
        };
        Some(snapshot.perimeter(vintage, member?))
    }
}

fn first_member_of_position(standing: &PointAnswer) -> (Vintage, Option<PerimeterId>) {
    let members = &standing.located.members;
    (standing.vintage, members.first().copied())
}

fn first_member(found: &PointMembership) -> (Vintage, Option<PerimeterId>) {
    (found.vintage, found.members.first().copied())
}

/// The answer of a row among buildings.
#[derive(Debug)]
pub enum RowZone {
    /// The zone of a position.
    Position(PointAnswer),
    /// The perimeters that hold a position, or meet a building.
    Members(PointMembership),
    /// The zone of a building.
    Building(BuildingZone),
}

impl Job for ZoneJob {
    type Question = RowPlace;
    /// For each choice of perimeters.
    type Answers = Vec<ZoneAnswers>;

    fn check(&self, _: &Snapshot) -> Result<(), BatchError> {
        check_uncertainty(self.uncertainty_m)?;
        Ok(())
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        self.positions.find(header).map(Vec::from)
    }

    fn required_values(&self) -> Option<&'static str> {
        Some(POSITION_VALUES)
    }

    fn added(&self) -> Vec<AddedColumn> {
        added_columns("", &self.vintages, "error", &self.fields)
    }

    #[inline]
    fn read(&self, _: &[String], cells: &[Cell<'_>]) -> Result<RowPlace, RowError> {
        self.positions.read(cells).map(RowPlace::Position)
    }

    fn takes_geometries(&self) -> bool {
        self.positions.names.is_none()
    }

    fn stated_crs(&self) -> Option<Crs> {
        self.positions.crs
    }

    fn read_geometry(&self, geometry: RowGeometry, crs: Option<Crs>) -> Result<RowPlace, RowError> {
        match geometry {
            RowGeometry::Position(x, y) => {
                let [x, y] = [x, y].map(WrittenCoordinate::from_number);
                Ok(RowPlace::Position(WrittenPlace::new(crs, x, y)))
            }
            RowGeometry::Building(outline) => {
                on_wgs84(*outline, crs).map(|outline| RowPlace::Building(Box::new(outline)))
            }
        }
    }

    fn answer(&self, snapshot: &Snapshot, places: &[RowPlace]) -> Self::Answers {
        let choices = self.vintages.choices().into_iter();
        choices
            .map(|choice| self.answer_from(snapshot, places, choice))
            .collect()
    }

    #[inline]
    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl CellWriter,
    ) {
        for (index, answers) in answers.iter().enumerate() {
            let written = match answers {
                ZoneAnswers::Positions(all) => {
                    found(all, row).map(|standing| write_standing(snapshot, standing, cells))
                }
                ZoneAnswers::Members(all) => {
                    found(all, row).map(|found| write_membership(snapshot, found, cells))
                }
                ZoneAnswers::Mixed(all) => {
                    found(all, row).map(|zone| write_row_zone(snapshot, zone, cells))
                }
            };
            match written {
                Ok(()) => cells.empty(),
                Err(error) => {
                    (0..STANDING.len()).for_each(|_| cells.empty());
                    cells.text(error);
                }
            }
            write_leaning(answers.position(row).and_then(PointAnswer::leaning), cells);
            // Looked for again only where figures are asked: a list without them costs no more.
            if !self.fields.is_empty() {
                let keys = self.vintages.field_keys(&self.fields, index);
                let perimeter = answers.first_perimeter(snapshot, row);
                write_figures(snapshot, &self.fields, keys, perimeter, cells);
            }
        }
    }

    #[inline]
    fn count(
        &self,
        _: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        line: u64,
        counts: &mut [AnswerCounts],
    ) {
        for (answers, counts) in answers.iter().zip(counts) {
            if let Some(standing) = answers.position(row)
                && standing.verdict.zone == Zone::Undetermined
                && standing.rounding_m.is_some()
            {
                counts.count_doubt(COORDINATE_ROUNDING, line);
            }
            let zones = &mut counts.zones;
            let counted = match answers {
                ZoneAnswers::Positions(all) => {
                    found(all, row).map(|standing| zones.count(standing.verdict.zone))
                }
                ZoneAnswers::Members(all) => {
                    found(all, row).map(|found| zones.count_membership(!found.members.is_empty()))
                }
                ZoneAnswers::Mixed(all) => found(all, row).map(|zone| match zone {
                    RowZone::Position(standing) => zones.count(standing.verdict.zone),
                    RowZone::Members(found) => zones.count_membership(!found.members.is_empty()),
                    RowZone::Building(building) => zones.count(building.zone),
                }),
            };
            if let Err(error) = counted {
                counts.count_error(error, line);
            }
        }
    }

    fn asked_place(
        &self,
        _: &Snapshot,
        place: &RowPlace,
        answers: &Self::Answers,
        row: usize,
    ) -> Option<RowPlaceAsked> {
        if !answers.iter().any(|answers| answers.has(row)) {
            return None;
        }
        Some(match place {
            RowPlace::Building(outline) => RowPlaceAsked::Building(outline.clone()),
            RowPlace::Position(written) => RowPlaceAsked::Position {
                place: written.place,
                uncertainty_m: written.uncertainty_m(self.uncertainty_m),
                commune: None,
            },
        })
    }

    fn zone_to_review(
        &self,
        _: &Snapshot,
        answers: &Self::Answers,
        row: usize,
    ) -> Option<ZoneToReview> {
        let answers = answers.first()?;
        let (zone, possible) = match answers.position(Ok(row)) {
            Some(PointAnswer {
                located, verdict, ..
            }) => (verdict.zone, possible_zones(located, verdict.doubt_m)),
            // The parts of a building lie in several zones.
            None => (answers.building(row)?.zone, PossibleZones::ANY),
        };
        Some(match zone {
            Zone::Undetermined => ZoneToReview::Open(possible),
            zone => ZoneToReview::Known(zone),
        })
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        self.vintages.no_counts()
    }
}

impl ZoneJob {
    /// Answers places from a choice of perimeters: positions together, buildings one by one.
    fn answer_from(
        &self,
        snapshot: &Snapshot,
        places: &[RowPlace],
        choice: VintageSelector,
    ) -> ZoneAnswers {
        // Of one size from the start: nearly always all of them are positions.
        let mut positions: Vec<WrittenPlace> = Vec::with_capacity(places.len());
        positions.extend(places.iter().filter_map(|place| match place {
            RowPlace::Position(position) => Some(*position),
            RowPlace::Building(_) => None,
        }));
        // A table is of points or of polygons, nearly always.
        let has_buildings = positions.len() < places.len();
        let among_buildings = match self.positions_from(snapshot, &positions, choice) {
            answers if !has_buildings => return answers,
            ZoneAnswers::Positions(all) => rows_of(all, RowZone::Position),
            ZoneAnswers::Members(all) => rows_of(all, RowZone::Members),
            ZoneAnswers::Mixed(all) => all,
        };
        // Back into the order of the rows.
        let mut among_buildings = among_buildings.into_iter();
        let answers = places.iter().filter_map(|place| match place {
            RowPlace::Position(_) => among_buildings.next(),
            RowPlace::Building(outline) => Some(self.building(snapshot, outline, choice)),
        });
        ZoneAnswers::Mixed(answers.collect())
    }

    fn positions_from(
        &self,
        snapshot: &Snapshot,
        positions: &[WrittenPlace],
        choice: VintageSelector,
    ) -> ZoneAnswers {
        if self.members_only {
            ZoneAnswers::Members(members_of_all(snapshot, positions, choice))
        } else {
            ZoneAnswers::Positions(locate_all(snapshot, positions, choice, self.uncertainty_m))
        }
    }

    fn building(
        &self,
        snapshot: &Snapshot,
        outline: &MultiPolygon<f64>,
        choice: VintageSelector,
    ) -> Result<RowZone, QueryError> {
        let building = BuildingZone::new(snapshot, outline, choice, self.uncertainty_m)?;
        Ok(if self.members_only {
            RowZone::Members(PointMembership {
                vintage: building.vintage,
                members: building.members.into(),
            })
        } else {
            RowZone::Building(building)
        })
    }
}

/// Returns answers as those of rows among buildings.
fn rows_of<T>(
    answers: Vec<Result<T, QueryError>>,
    among_buildings: impl Fn(T) -> RowZone,
) -> Vec<Result<RowZone, QueryError>> {
    answers
        .into_iter()
        .map(|answer| answer.map(&among_buildings))
        .collect()
}

#[inline]
fn write_row_zone(snapshot: &Snapshot, zone: &RowZone, cells: &mut impl CellWriter) {
    match zone {
        RowZone::Position(standing) => write_standing(snapshot, standing, cells),
        RowZone::Members(found) => write_membership(snapshot, found, cells),
        RowZone::Building(building) => write_building(snapshot, building, cells),
    }
}

/// Returns the answer of a row.
#[inline]
fn found<T>(
    answers: &[Result<T, QueryError>],
    row: Result<usize, RowError>,
) -> Result<&T, RowError> {
    answers[row?]
        .as_ref()
        .map_err(|error| error.code().as_str())
}

/// Returns the columns of [`STANDING`], another one, [`LEANING`] and those of figures, for each of the vintages.
pub(crate) fn added_columns(
    prefix: &str,
    vintages: &AnswerVintages,
    other: &str,
    fields: &FieldSelection,
) -> Vec<AddedColumn> {
    let mut added = vec![];
    for (index, suffix) in vintages.suffixes().iter().enumerate() {
        let names = STANDING.iter().copied().chain([other]).chain(LEANING);
        added.extend(names.map(|name| AddedColumn {
            name: format!("{prefix}{name}{suffix}"),
            number: [DISTANCE, LEANING_PROBABILITY].contains(&name),
        }));
        let keys = vintages.field_keys(fields, index).iter();
        added.extend(keys.map(|key| AddedColumn {
            name: format!("{prefix}{key}{suffix}"),
            number: true,
        }));
    }
    added
}

/// Writes the figures of a row: empty cells for one in no perimeter, and for a figure that is not published.
pub(crate) fn write_figures(
    snapshot: &Snapshot,
    fields: &FieldSelection,
    keys: &[String],
    perimeter: Option<&Perimeter>,
    cells: &mut impl CellWriter,
) {
    let figures = perimeter.map(|perimeter| fields.figures(snapshot, perimeter));
    for key in keys {
        let value = figures.and_then(|figures| figures.value(key));
        cells.number_or_empty(value, value.map_or(0, decimals));
    }
}

/// Returns the decimals that a number is published with.
fn decimals(value: f64) -> usize {
    // The shortest text that gives the number again is the one it was read from.
    let text = value.to_string();
    text.split_once('.')
        .map_or(0, |(_, decimals)| decimals.len())
}

fn perimeters(snapshot: &Snapshot, vintage: Vintage) -> &[Perimeter] {
    snapshot
        .zones(vintage)
        .map_or(&[][..], PerimeterIndex::perimeters)
}

/// Writes the cells of [`STANDING`].
#[inline]
pub(crate) fn write_standing(
    snapshot: &Snapshot,
    standing: &PointAnswer,
    cells: &mut impl CellWriter,
) {
    let located = &standing.located;
    let perimeters = perimeters(snapshot, standing.vintage);
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

/// Writes the cells of [`LEANING`], empty where nothing leans.
#[inline]
pub(crate) fn write_leaning(leaning: Option<Leaning>, cells: &mut impl CellWriter) {
    match leaning {
        Some(leaning) => {
            cells.text(leaning.zone.name());
            cells.number(leaning.probability, PROBABILITY_DECIMALS);
        }
        None => LEANING.iter().for_each(|_| cells.empty()),
    }
}

/// Writes the cells of [`STANDING`] that need no distance.
#[inline]
fn write_membership(snapshot: &Snapshot, found: &PointMembership, cells: &mut impl CellWriter) {
    cells.empty();
    // Most rows are in no perimeter: those of the vintage are looked up for the others only.
    let perimeters = if found.members.is_empty() {
        &[]
    } else {
        perimeters(snapshot, found.vintage)
    };
    write_members(perimeters, &found.members, cells);
    (0..3).for_each(|_| cells.empty());
    cells.text(found.vintage.as_str());
}

/// Writes the cells of [`STANDING`] for a building. The nearest perimeter of one that meets none is not known.
fn write_building(snapshot: &Snapshot, building: &BuildingZone, cells: &mut impl CellWriter) {
    let perimeters = perimeters(snapshot, building.vintage);
    cells.text(building.zone.name());
    write_members(perimeters, &building.members, cells);
    cells.number_or_empty(building.nearest_m.map(centimetres), 2);
    match building.members.first() {
        Some(first) => cells.text(perimeters[first.place()].code_qp.as_str()),
        None => cells.empty(),
    }
    cells.text(building.level.name());
    cells.text(building.vintage.as_str());
}

/// Writes the cells of `code_qp` and `lib_qp`: codes, a space between them, and their names, ` | ` between them.
#[inline]
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
    use crate::column_titles::ColumnTitles;

    #[test]
    fn added_names_never_clash() {
        let names = |header: &str, vintages: &AnswerVintages| -> Vec<String> {
            let header: Vec<String> = header.split(';').map(ToOwned::to_owned).collect();
            without_clash(
                &header,
                added_columns("", vintages, "error", &FieldSelection::default()),
                ColumnTitles::Api,
            )
            .into_iter()
            .map(|added| added.name)
            .collect()
        };
        let both = || vec![Vintage::V2015, Vintage::V2024];
        let one = AnswerVintages::One(qpv_service::VintageSelector::today());
        assert_eq!(names("id;lon", &one)[..7], STANDING);
        assert_eq!(names("id; Zone", &one)[..2], ["zone_qpv", "code_qp_qpv"]);
        assert_eq!(names("error;zone_qpv", &one)[0], "zone_qpv2");
        let two = names("zone", &AnswerVintages::Each(both()));
        assert_eq!(
            (two.len(), &*two[0], &*two[17]),
            (20, "zone_2015", "error_2024")
        );
        assert_eq!(
            names("zone_2024", &AnswerVintages::Each(both()))[0],
            "zone_2015_qpv"
        );
    }
}
