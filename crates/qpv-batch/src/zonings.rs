//! The zonings asked of every row: their columns, and the place of a row that they are asked of.

use std::sync::OnceLock;

use geo_types::MultiPolygon;
use jiff::civil::Date;
use qpv_model::{CommuneCode, Position};
use qpv_service::{
    AnswerKind, Home, Place, RingStanding, Snapshot, UnknownZoning, VintageSelector,
    ZonedLocations, ZonedPlace, ZoningAnswer, ZoningDoubt, centimetres, locate,
    zonings_of_building, zonings_of_home,
};

use crate::cell::{AddedColumn, CellWriter};
use crate::vintages::AnswerVintages;

/// The name that stands for all zonings loaded.
const ALL_ZONINGS: &str = "all";
/// The columns of a zoning, in the names of `/api/v1/zones`, behind its own.
const OF_ZONING: [&str; 6] = [
    "standing",
    "doubt",
    "codes",
    "areas",
    "valid_from",
    "valid_until",
];
/// The further ones of a zoning of areas; the ring only where one is asked for.
const DISTANCE: &str = "distance_to_boundary_m";
const RING: &str = "ring";

/// The zonings asked of every row, and the ring.
#[derive(Debug, Default)]
pub struct ZoningColumns {
    /// Their names, in the order of the columns.
    names: Vec<String>,
    /// For each, whether it is made of areas: those have distances.
    has_areas: Vec<bool>,
    ring_m: Option<f64>,
    /// The choices of perimeters that the ring is asked around, and the ends of the names of their columns.
    choices: Vec<(VintageSelector, String)>,
    /// The beginning of the names of the columns.
    prefix: &'static str,
    texts: CellTexts,
}

/// The texts of answers that are the same for many rows, each made for the first of them: writing days and joining names
/// anew costs more than the search.
#[derive(Debug, Default)]
struct CellTexts {
    /// The dataset whose kinds of answers they are of.
    digest: String,
    by_kind: Vec<Box<[OnceLock<Box<AnswerTexts>>]>>,
}

/// The texts of the cells `codes`, `areas`, `valid_from` and `valid_until`; empty ones for empty cells.
type AnswerTexts = [String; 4];

impl CellTexts {
    fn new(snapshot: &Snapshot) -> Self {
        let kinds = snapshot.zoning_answer_kinds();
        Self {
            digest: snapshot.digest().to_owned(),
            by_kind: kinds
                .map(|kinds| (0..kinds).map(|_| OnceLock::new()).collect())
                .collect(),
        }
    }

    /// Returns whether they are of the dataset in use, which may have been replaced.
    fn are_of(&self, snapshot: &Snapshot) -> bool {
        self.digest == snapshot.digest()
    }

    /// Writes the texts of an answer; `is_known` for one of this dataset.
    fn write(&self, answer: &ZoningAnswer<'_>, is_known: bool, cells: &mut impl CellWriter) {
        match answer.kind.filter(|_| is_known) {
            Some(AnswerKind {
                zoning,
                answer: kind,
            }) => {
                let texts =
                    self.by_kind[zoning][kind].get_or_init(|| Box::new(answer_texts(answer)));
                write_texts(texts, cells);
            }
            None => write_texts(&answer_texts(answer), cells),
        }
    }
}

fn answer_texts(answer: &ZoningAnswer<'_>) -> AnswerTexts {
    // An open side is an empty cell.
    let [first, last] = answer.period.written_days().map(Option::unwrap_or_default);
    [
        answer.codes().join(" "),
        answer.areas().collect::<Vec<_>>().join(" | "),
        first,
        last,
    ]
}

fn write_texts(texts: &AnswerTexts, cells: &mut impl CellWriter) {
    for text in texts {
        if text.is_empty() {
            cells.empty();
        } else {
            cells.text(text);
        }
    }
}

impl ZoningColumns {
    /// Reads names of zonings, with commas between them, or `all` for those that are loaded.
    ///
    /// # Errors
    /// [`UnknownZoning`] for one that is not loaded, and for `all` where none is.
    pub fn new(
        snapshot: &Snapshot,
        names: &str,
        ring_m: Option<f64>,
        vintages: &AnswerVintages,
    ) -> Result<Self, UnknownZoning> {
        let mut chosen: Vec<String> = Vec::new();
        let loaded: Vec<&str> = snapshot.zonings().map(|it| it.name.as_str()).collect();
        for name in names.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            // Somebody's zoning may have that very name.
            let is_all = name == ALL_ZONINGS && !loaded.is_empty() && !loaded.contains(&name);
            let asked = if is_all { loaded.as_slice() } else { &[name] };
            for name in asked {
                // Two columns of one name could not be told from each other.
                if !chosen.iter().any(|known| known == name) {
                    chosen.push((*name).to_owned());
                }
            }
        }
        snapshot.check_zonings(&chosen)?;
        let choices = vintages.choices().into_iter().zip(vintages.suffixes());
        Ok(Self {
            has_areas: chosen
                .iter()
                .map(|name| snapshot.zoned_layer(name).is_some())
                .collect(),
            names: chosen,
            ring_m,
            choices: choices.filter(|_| ring_m.is_some()).collect(),
            prefix: "",
            texts: CellTexts::new(snapshot),
        })
    }

    /// Returns the same, with another beginning of the names of the columns.
    #[must_use]
    pub fn with_prefix(self, prefix: &'static str) -> Self {
        Self { prefix, ..self }
    }

    /// Returns whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.ring_m.is_none()
    }

    pub(crate) fn added(&self) -> Vec<AddedColumn> {
        let prefix = self.prefix;
        let rings = self.choices.iter().map(|(_, suffix)| AddedColumn {
            name: format!("{prefix}{RING}{suffix}"),
            number: false,
        });
        let mut added: Vec<AddedColumn> = rings.collect();
        for (name, has_areas) in self.names.iter().zip(&self.has_areas) {
            // Programs that read tables take hyphens in names for a minus.
            let name = name.replace('-', "_");
            let more = [DISTANCE, RING].into_iter().take(self.further(*has_areas));
            added.extend(OF_ZONING.into_iter().chain(more).map(|column| AddedColumn {
                name: format!("{prefix}{name}_{column}"),
                number: column == DISTANCE,
            }));
        }
        added
    }

    /// Returns the number of columns that follow [`OF_ZONING`].
    fn further(&self, has_areas: bool) -> usize {
        // A list of communes has no line: a column that is always empty would look like an answer.
        match (has_areas, self.ring_m) {
            (false, _) => 0,
            (true, None) => 1,
            (true, Some(_)) => 2,
        }
    }

    /// Checks that a snapshot has the zonings.
    ///
    /// # Errors
    /// [`UnknownZoning`]: the dataset may have been replaced since their names were read.
    pub(crate) fn check(&self, snapshot: &Snapshot) -> Result<(), UnknownZoning> {
        snapshot.check_zonings(&self.names)
    }

    /// Locates the positions among places in the zonings, together.
    pub(crate) fn locate(
        &self,
        snapshot: &Snapshot,
        places: Vec<Option<RowPlaceAsked>>,
        day: Date,
    ) -> PlacesAsked {
        let mut positions = Vec::new();
        let mut position_of = Vec::with_capacity(places.len());
        for place in &places {
            let position = match place {
                Some(RowPlaceAsked::Position { place, .. }) => place.position().ok(),
                _ => None,
            };
            position_of.push(position.map(|_| positions.len()));
            positions.extend(position);
        }
        // No names would mean all of them.
        let locations = if self.names.is_empty() {
            ZonedLocations::default()
        } else {
            ZonedLocations::new(snapshot, &positions, &self.names, day)
        };
        PlacesAsked {
            day,
            places,
            positions,
            position_of,
            locations,
        }
    }

    /// Writes the cells of a row; empty ones for a row without a place.
    pub(crate) fn write(
        &self,
        snapshot: &Snapshot,
        asked: &PlacesAsked,
        row: Option<usize>,
        cells: &mut impl CellWriter,
    ) {
        let Some((row, place)) = row.and_then(|row| Some((row, asked.places[row].as_ref()?)))
        else {
            return (0..self.added().len()).for_each(|_| cells.empty());
        };
        if let Some(width_m) = self.ring_m {
            for (choice, _) in &self.choices {
                let ring = place.ring(snapshot, *choice, width_m);
                cells.text(ring.map_or("", RingStanding::name));
            }
        }
        // No names would mean all of them.
        if self.names.is_empty() {
            return;
        }
        let is_known = self.texts.are_of(snapshot);
        let answers = asked.zonings(snapshot, row, place, &self.names, self.ring_m);
        for (name, has_areas) in self.names.iter().zip(&self.has_areas) {
            let mut answers = answers.iter();
            let answer = answers.find(|answer| answer.record.name.as_str() == name);
            let further = self.further(*has_areas);
            match answer {
                Some(answer) => {
                    cells.text(answer.standing.name());
                    cells.text(answer.doubt.map_or("", ZoningDoubt::name));
                    self.texts.write(answer, is_known, cells);
                    write_distance(answer, further, cells);
                }
                None => (0..OF_ZONING.len() + further).for_each(|_| cells.empty()),
            }
        }
    }
}

/// Writes the cells that follow [`OF_ZONING`].
fn write_distance(answer: &ZoningAnswer<'_>, further: usize, cells: &mut impl CellWriter) {
    if further > 0 {
        cells.number_or_empty(answer.signed_distance_m.map(centimetres), 2);
    }
    if further > 1 {
        cells.text(answer.ring.map_or("", RingStanding::name));
    }
}

/// The place of a row that zonings are asked of.
#[derive(Debug, Clone)]
pub enum RowPlaceAsked {
    /// A position.
    Position {
        /// It.
        place: Place,
        /// Its uncertainty, metres, when one counts.
        uncertainty_m: Option<f64>,
        /// Its commune, where an address tells it.
        commune: Option<CommuneCode>,
    },
    /// An address, which may have several positions.
    Home(Box<Home>),
    /// An address that was not found.
    Unknown,
    /// A building, by its outline on WGS 84.
    Building(Box<MultiPolygon<f64>>),
}

/// The places of rows asked together, and the locations of their positions.
#[derive(Debug)]
pub(crate) struct PlacesAsked {
    day: Date,
    places: Vec<Option<RowPlaceAsked>>,
    /// The positions of rows that are given by one.
    positions: Vec<Position>,
    /// For each row, the place of its position among them.
    position_of: Vec<Option<usize>>,
    locations: ZonedLocations,
}

impl PlacesAsked {
    fn zonings<'s>(
        &self,
        snapshot: &'s Snapshot,
        row: usize,
        place: &RowPlaceAsked,
        names: &[String],
        ring_m: Option<f64>,
    ) -> Vec<ZoningAnswer<'s>> {
        match place {
            RowPlaceAsked::Position {
                uncertainty_m,
                commune,
                ..
            } => {
                // It was read, and answered by another job.
                let Some(index) = self.position_of[row] else {
                    return Vec::new();
                };
                let place = ZonedPlace {
                    position: self.positions[index],
                    commune: *commune,
                    uncertainty_m: *uncertainty_m,
                    day: self.day,
                };
                self.locations
                    .zonings_at(snapshot, index, &place, names, ring_m)
            }
            RowPlaceAsked::Home(home) => zonings_of_home(snapshot, home, self.day, names, ring_m),
            // Not an empty cell: an address that is not found may lie in any zoning.
            RowPlaceAsked::Unknown => {
                zonings_of_home(snapshot, &Home::unknown(), self.day, names, ring_m)
            }
            RowPlaceAsked::Building(outline) => {
                zonings_of_building(snapshot, outline, self.day, names, ring_m)
            }
        }
    }
}

impl RowPlaceAsked {
    /// Returns where it stands to a ring around the perimeters of a choice; `None` where they do not answer.
    fn ring(
        &self,
        snapshot: &Snapshot,
        choice: VintageSelector,
        width_m: f64,
    ) -> Option<RingStanding> {
        match self {
            Self::Position {
                place,
                uncertainty_m,
                ..
            } => ring_at(snapshot, *place, *uncertainty_m, choice, width_m),
            Self::Home(home) => {
                let rings = home.places().map(|(place, uncertainty_m)| {
                    ring_at(snapshot, place, Some(uncertainty_m), choice, width_m)
                });
                // Positions that disagree, and those without an answer, leave it open.
                let common = rings
                    .reduce(|one, other| one.filter(|_| one == other))
                    .flatten();
                common.or(Some(RingStanding::Undetermined))
            }
            Self::Unknown | Self::Building(_) => Some(RingStanding::Undetermined),
        }
    }
}

fn ring_at(
    snapshot: &Snapshot,
    place: Place,
    uncertainty_m: Option<f64>,
    choice: VintageSelector,
    width_m: f64,
) -> Option<RingStanding> {
    let standing = locate(snapshot, place, choice, uncertainty_m).ok()?;
    Some(standing.ring(width_m))
}
