//! The zonings at a place, each with its certainty and its days, and the rings around perimeters and areas.
//!
//! Promises: a zoning that is not imported is not among the answers, and is never a no; a list of communes answers only
//! where the commune of the place is known, by its address or by the outlines imported.

use std::cell::OnceCell;

use geo_types::MultiPolygon;
use jiff::civil::Date;
use qpv_engine::{AreaLocation, MAX_SEARCH_M};
use qpv_model::{CommuneCode, Period, Position, ZoningRecord};
use smallvec::SmallVec;

use crate::eligibility::Home;
use crate::outline_measure::{OutlineMeasure, communes_of};
use crate::snapshot::Snapshot;
use crate::standing::PointAnswer;
use crate::zoning_index::{CommuneStanding, ListedCommunes, ZonedAreas, ZoningIndex, ZoningPlaces};

/// The standing of a place in a zoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ZoningStanding {
    /// In one of its areas or communes.
    Inside,
    /// In none.
    Outside,
    /// Its line is too near for the position, or the commune of the place is not known.
    Undetermined,
    /// The zoning is not in force on the day asked.
    NotInForce,
}

impl ZoningDoubt {
    /// Returns its name in answers and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The widest ring that is answered, metres: lines much farther are not looked for.
pub const MAX_RING_M: f64 = 4_000.0;

/// Returns a width of a ring, metres, that can be answered.
///
/// # Errors
/// A sentence, for a width below 1 m or above [`MAX_RING_M`].
pub fn check_ring(width_m: Option<f64>) -> Result<Option<f64>, String> {
    match width_m {
        Some(width_m) if !(1.0..=MAX_RING_M).contains(&width_m) => Err(format!(
            "`ring` is a width from 1 to {MAX_RING_M} metres, not {width_m}"
        )),
        _ => Ok(width_m),
    }
}

impl ZoningStanding {
    /// Returns its name in answers and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The reason why a place is not determined in a zoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ZoningDoubt {
    /// A line is closer than the position is exact.
    Position,
    /// The zoning is a list of communes, and the commune of the place is not known.
    CommuneUnknown,
    /// The list of communes has a former commune or an arrondissement that is a part of the commune of the place.
    PartOfCommune,
    /// The address may be at several places that stand differently, or anywhere.
    Address,
    /// The place is a building whose parts stand differently.
    Building,
}

/// The standing of a place beside a ring around areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum RingStanding {
    /// In the areas themselves.
    Inside,
    /// Outside, at less than the width of the ring.
    Ring,
    /// Farther.
    Outside,
    /// The position could be on either side of a deciding line.
    Undetermined,
}

impl RingStanding {
    /// Returns its name in answers and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Judges a ring of a width, metres, by the signed distance to the line of the areas, negative inside, `None` beyond
    /// [`MAX_SEARCH_M`], and the doubt on it when one counts.
    #[must_use]
    pub fn new(
        is_inside: bool,
        signed_distance_m: Option<f64>,
        width_m: f64,
        doubt_m: Option<f64>,
    ) -> Self {
        let distance_m = signed_distance_m.unwrap_or(MAX_SEARCH_M);
        let gap_m = if is_inside {
            distance_m.abs()
        } else {
            // Outside, the limit of the ring decides too.
            distance_m.min((distance_m - width_m).abs())
        };
        match doubt_m {
            // On the limit itself it is doubtful: a certain answer needs room to spare.
            Some(doubt_m) if doubt_m >= gap_m => Self::Undetermined,
            _ if is_inside => Self::Inside,
            // As for the 300 m band, the limit itself is outside.
            _ if distance_m < width_m => Self::Ring,
            _ => Self::Outside,
        }
    }
}

impl PointAnswer {
    /// Returns where the point stands to a ring of a width, metres, around the perimeters.
    #[must_use]
    pub fn ring(&self, width_m: f64) -> RingStanding {
        RingStanding::new(
            !self.located.members.is_empty(),
            self.located.signed_distance_m,
            width_m,
            self.uncertainty_m.map(|_| self.verdict.doubt_m),
        )
    }
}

/// The place and the day that zonings are asked of.
#[derive(Debug, Clone, Copy)]
pub struct ZonedPlace {
    /// The position.
    pub position: Position,
    /// Its commune, where an address tells it.
    pub commune: Option<CommuneCode>,
    /// The uncertainty of the position, metres, when one counts.
    pub uncertainty_m: Option<f64>,
    /// The day.
    pub day: Date,
}

/// What a zoning says of a place.
#[derive(Debug, Clone)]
pub struct ZoningAnswer<'s> {
    /// Its names, its source and its days.
    pub record: &'s ZoningRecord,
    /// Where the place stands.
    pub standing: ZoningStanding,
    /// The reason why that is not determined.
    pub doubt: Option<ZoningDoubt>,
    /// The days of the area or the commune within those of the zoning.
    pub period: Period,
    /// Geodesic metres to the nearest line, negative inside; `None` beyond [`MAX_SEARCH_M`], and for lists of communes.
    pub signed_distance_m: Option<f64>,
    /// Where the place stands to the ring that was asked for; `None` for lists of communes.
    pub ring: Option<RingStanding>,
    /// Answers of one dataset with the same number here differ in distance and ring alone; `None` for rare ones.
    pub kind: Option<AnswerKind>,
    zoning: &'s ZoningIndex,
    /// The areas or communes that hold the place.
    members: SmallVec<[u32; 2]>,
}

/// The number of an answer without its distance and its ring, among those of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerKind {
    /// The zoning, in the order of [`Snapshot::zonings`].
    pub zoning: usize,
    /// The answer, below [`Snapshot::zoning_answer_kinds`].
    pub answer: usize,
}

/// Answers in no area or commune: outside, undetermined by the position or by the commune, not in force.
const KINDS_WITHOUT_MEMBER: usize = 4;

impl Snapshot {
    /// The number of kinds of answers of each zoning, in their order.
    pub fn zoning_answer_kinds(&self) -> impl Iterator<Item = usize> {
        let zonings = self.zoning_indexes().iter();
        zonings.map(|zoning| KINDS_WITHOUT_MEMBER + zoning.places())
    }
}

impl<'s> ZoningAnswer<'s> {
    /// An answer without a distance and a ring.
    fn new(
        (number, zoning): (usize, &'s ZoningIndex),
        standing: ZoningStanding,
        doubt: Option<ZoningDoubt>,
        members: SmallVec<[u32; 2]>,
        period: Period,
    ) -> Self {
        // In several areas, or in one that is not in force, answers are too many to be numbered.
        let answer = match (standing, doubt, members.as_slice()) {
            (ZoningStanding::Outside, None, []) => Some(0),
            (ZoningStanding::Undetermined, Some(ZoningDoubt::Position), []) => Some(1),
            (ZoningStanding::Undetermined, Some(ZoningDoubt::CommuneUnknown), []) => Some(2),
            (ZoningStanding::NotInForce, None, []) => Some(3),
            (ZoningStanding::Inside, None, [only]) => Some(KINDS_WITHOUT_MEMBER + *only as usize),
            _ => None,
        };
        Self {
            record: &zoning.record,
            standing,
            doubt,
            period,
            signed_distance_m: None,
            ring: None,
            kind: answer.map(|answer| AnswerKind {
                zoning: number,
                answer,
            }),
            zoning,
            members,
        }
    }

    /// The names of the areas that hold the position as given; for a list of communes, the code of the commune.
    pub fn areas(&self) -> impl Iterator<Item = &'s str> {
        self.zoning.names(&self.members)
    }

    /// The codes of these areas, where the file gives them; for a list of communes, that of the commune.
    #[must_use]
    pub fn codes(&self) -> Vec<&'s str> {
        self.zoning.codes(&self.members)
    }

    /// Returns the answer for a place that has one of two positions, or both; where they differ it is undetermined by this
    /// doubt.
    fn or(mut self, other: &Self, doubt: ZoningDoubt) -> Self {
        let is_same = self.standing == other.standing;
        if !is_same {
            self.standing = ZoningStanding::Undetermined;
        }
        if !is_same || self.doubt != other.doubt {
            self.doubt = Some(doubt);
        }
        if self.ring != other.ring {
            self.ring = Some(RingStanding::Undetermined);
        }
        // In the zoning, but in several of its areas: which one is left open.
        if !is_same || self.members != other.members {
            self.members.clear();
            self.period = self.record.period;
        }
        if self.signed_distance_m != other.signed_distance_m {
            self.signed_distance_m = None;
        }
        // Without areas, "inside" is no kind of its own.
        self.kind = None;
        self
    }
}

/// The place that zonings are asked of, with what is the same for all of them.
struct ZonedInquiry<'s> {
    snapshot: &'s Snapshot,
    place: ZonedPlace,
    ring_m: Option<f64>,
    /// The commune, found at the first list of communes.
    commune: OnceCell<Option<CommuneCode>>,
}

/// Answers for the zonings of these names, or for all when there are none, with a ring of this width around their areas.
#[must_use]
pub fn zonings_at<'s>(
    snapshot: &'s Snapshot,
    place: &ZonedPlace,
    names: &[String],
    ring_m: Option<f64>,
) -> Vec<ZoningAnswer<'s>> {
    let inquiry = ZonedInquiry::new(snapshot, place, ring_m);
    asked_zonings(snapshot, names)
        .map(|(number, zoning)| inquiry.answer((number, zoning)))
        .collect()
}

/// The locations of many positions in the areas of zonings, looked for together: that takes a fraction of the time.
#[derive(Debug, Default)]
pub struct ZonedLocations {
    /// For each zoning asked, those of all positions; none for a list of communes.
    by_zoning: Vec<Vec<AreaLocation>>,
}

impl ZonedLocations {
    /// Locates positions in the zonings of these names, or in all when there are none, on a day.
    #[must_use]
    pub fn new(snapshot: &Snapshot, positions: &[Position], names: &[String], day: Date) -> Self {
        let zonings = asked_zonings(snapshot, names);
        let by_zoning = zonings.map(|(_, zoning)| match &zoning.extent {
            ZoningPlaces::Areas(areas) if zoning.record.period.holds(day) => {
                areas.locate_all_on(positions, day)
            }
            // On other days the answer takes another way.
            _ => Vec::new(),
        });
        Self {
            by_zoning: by_zoning.collect(),
        }
    }

    /// Returns the answers of [`zonings_at`] for the place at an index among these positions, on the day and for the names that
    /// they were located with.
    #[must_use]
    pub fn zonings_at<'s>(
        &self,
        snapshot: &'s Snapshot,
        index: usize,
        place: &ZonedPlace,
        names: &[String],
        ring_m: Option<f64>,
    ) -> Vec<ZoningAnswer<'s>> {
        let inquiry = ZonedInquiry::new(snapshot, place, ring_m);
        let asked = asked_zonings(snapshot, names).zip(&self.by_zoning);
        asked
            .map(|(asked, found)| match (&asked.1.extent, found.get(index)) {
                (ZoningPlaces::Areas(areas), Some(found)) => {
                    inquiry.in_areas(asked, areas, found.clone())
                }
                _ => inquiry.answer(asked),
            })
            .collect()
    }
}

/// Answers as [`zonings_at`] does for a home that may have several positions: where they differ, or none is known, the
/// answer is undetermined.
#[must_use]
pub fn zonings_of_home<'s>(
    snapshot: &'s Snapshot,
    home: &Home,
    day: Date,
    names: &[String],
    ring_m: Option<f64>,
) -> Vec<ZoningAnswer<'s>> {
    let positions = home.positions.iter().flatten();
    // All zonings of a position at once, so that its commune is looked for once.
    let answers = positions.filter_map(|at| {
        let place = ZonedPlace {
            position: at.place.position().ok()?,
            commune: home.commune,
            uncertainty_m: Some(at.uncertainty_m),
            day,
        };
        Some(zonings_at(snapshot, &place, names, ring_m))
    });
    let all = answers.reduce(|one, other| {
        let pairs = one.into_iter().zip(other);
        pairs
            .map(|(one, other)| one.or(&other, ZoningDoubt::Address))
            .collect()
    });
    all.unwrap_or_else(|| {
        asked_zonings(snapshot, names)
            .map(|asked| anywhere(asked, home.commune, day, ring_m))
            .collect()
    })
}

/// Answers as [`zonings_at`] does for all of a building, by its outline on WGS 84: inside when all of it surely is, outside when
/// surely none of it is inside. Its distance to the lines is not told.
#[must_use]
pub fn zonings_of_building<'s>(
    snapshot: &'s Snapshot,
    outline: &MultiPolygon<f64>,
    day: Date,
    names: &[String],
    ring_m: Option<f64>,
) -> Vec<ZoningAnswer<'s>> {
    let communes = OnceCell::new();
    asked_zonings(snapshot, names)
        .map(|asked| match &asked.1.extent {
            ZoningPlaces::Areas(areas) => building_in_areas(asked, areas, outline, day, ring_m),
            ZoningPlaces::Communes(listed) => {
                let communes = communes.get_or_init(|| communes_of(snapshot, outline));
                building_in_communes(asked, listed, communes.as_deref(), day)
            }
        })
        .collect()
}

fn building_in_communes<'s>(
    asked: (usize, &'s ZoningIndex),
    listed: &'s ListedCommunes,
    communes: Option<&[CommuneCode]>,
    day: Date,
) -> ZoningAnswer<'s> {
    let communes = communes.unwrap_or_default().iter();
    let answers = communes.map(|commune| in_communes(asked, listed, Some(*commune), day));
    let all = answers.reduce(|one, other| one.or(&other, ZoningDoubt::Building));
    all.unwrap_or_else(|| in_communes(asked, listed, None, day))
}

fn building_in_areas<'s>(
    asked: (usize, &'s ZoningIndex),
    areas: &'s ZonedAreas,
    outline: &MultiPolygon<f64>,
    day: Date,
    ring_m: Option<f64>,
) -> ZoningAnswer<'s> {
    let record = &asked.1.record;
    let is_in_force = record.period.holds(day);
    let measure = OutlineMeasure::new(outline, |position| {
        if is_in_force {
            areas.locate_on(position, day)
        } else {
            areas.index.locate(position)
        }
    });
    let precision_m = areas.index.layer().precision_m;
    let ring = ring_m.map(|width_m| building_ring(&measure, width_m, precision_m));
    let (mut standing, doubt) = if is_in_force {
        building_standing(&measure, precision_m)
    } else {
        (ZoningStanding::NotInForce, None)
    };
    let mut members = measure.members;
    if standing == ZoningStanding::Outside && areas.has_days() {
        // As for a position: some of it may lie in an area that was part of the zoning, or will be.
        members = OutlineMeasure::new(outline, |position| areas.index.locate(position)).members;
        if !members.is_empty() {
            standing = ZoningStanding::NotInForce;
        }
    }
    let period = match members.as_slice() {
        [only] => areas.period(*only, record),
        _ => record.period,
    };
    ZoningAnswer {
        ring,
        ..ZoningAnswer::new(asked, standing, doubt, members.into(), period)
    }
}

/// Returns where all of a building stands to areas that are drawn to a precision, metres.
fn building_standing(
    measure: &OutlineMeasure,
    precision_m: f64,
) -> (ZoningStanding, Option<ZoningDoubt>) {
    // Between the points looked at, it may come nearer to a line by a step.
    let doubt_m = precision_m + measure.step_m;
    if measure.farthest_m < -doubt_m {
        (ZoningStanding::Inside, None)
    } else if measure.nearest_m > doubt_m {
        (ZoningStanding::Outside, None)
    } else if measure.nearest_m < -precision_m && measure.farthest_m > precision_m {
        (ZoningStanding::Undetermined, Some(ZoningDoubt::Building))
    } else {
        (ZoningStanding::Undetermined, Some(ZoningDoubt::Position))
    }
}

/// Returns where all of a building stands to a ring of a width, metres.
fn building_ring(measure: &OutlineMeasure, width_m: f64, precision_m: f64) -> RingStanding {
    let doubt_m = Some(precision_m + measure.step_m);
    let [nearest, farthest] = [measure.nearest_m, measure.farthest_m].map(|signed_m| {
        // Beyond the search distance, lines are at no distance.
        let distance_m = signed_m.is_finite().then_some(signed_m);
        RingStanding::new(signed_m < 0.0, distance_m, width_m, doubt_m)
    });
    if nearest == farthest {
        nearest
    } else {
        RingStanding::Undetermined
    }
}

/// Walks the zonings of these names, or all when there are none, with their numbers.
fn asked_zonings<'s>(
    snapshot: &'s Snapshot,
    names: &[String],
) -> impl Iterator<Item = (usize, &'s ZoningIndex)> {
    let zonings = snapshot.zoning_indexes().iter().enumerate();
    zonings.filter(|(_, zoning)| {
        names.is_empty() || names.iter().any(|name| name == zoning.record.name.as_str())
    })
}

/// Answers for a place whose position is not known; its commune may be.
fn anywhere(
    asked: (usize, &ZoningIndex),
    commune: Option<CommuneCode>,
    day: Date,
    ring_m: Option<f64>,
) -> ZoningAnswer<'_> {
    let record = &asked.1.record;
    match (&asked.1.extent, commune) {
        (ZoningPlaces::Communes(communes), Some(commune)) => {
            in_communes(asked, communes, Some(commune), day)
        }
        _ if !record.period.holds(day) => not_in_force(asked),
        (extent, _) => ZoningAnswer {
            ring: ring_m
                .filter(|_| matches!(extent, ZoningPlaces::Areas(_)))
                .map(|_| RingStanding::Undetermined),
            ..ZoningAnswer::new(
                asked,
                ZoningStanding::Undetermined,
                Some(ZoningDoubt::Address),
                SmallVec::new(),
                record.period,
            )
        },
    }
}

fn not_in_force(asked: (usize, &ZoningIndex)) -> ZoningAnswer<'_> {
    let period = asked.1.record.period;
    ZoningAnswer::new(
        asked,
        ZoningStanding::NotInForce,
        None,
        SmallVec::new(),
        period,
    )
}

impl<'s> ZonedInquiry<'s> {
    fn new(snapshot: &'s Snapshot, place: &ZonedPlace, ring_m: Option<f64>) -> Self {
        Self {
            snapshot,
            place: *place,
            ring_m,
            commune: OnceCell::new(),
        }
    }

    fn answer(&self, asked: (usize, &'s ZoningIndex)) -> ZoningAnswer<'s> {
        match &asked.1.extent {
            ZoningPlaces::Areas(areas) => {
                let (position, day) = (&self.place.position, self.place.day);
                let found = if asked.1.record.period.holds(day) {
                    areas.locate_on(position, day)
                } else {
                    areas.index.locate(position)
                };
                self.in_areas(asked, areas, found)
            }
            ZoningPlaces::Communes(communes) => {
                in_communes(asked, communes, self.commune(), self.place.day)
            }
        }
    }

    /// The commune of the place: by its address, by the perimeter that surely holds it, or by outlines whose line is far.
    fn commune(&self) -> Option<CommuneCode> {
        *self.commune.get_or_init(|| {
            self.place.commune.or_else(|| {
                let doubt_m = self.place.uncertainty_m.unwrap_or(0.0);
                self.snapshot.commune_at(&self.place.position, doubt_m)
            })
        })
    }

    fn in_areas(
        &self,
        asked: (usize, &'s ZoningIndex),
        areas: &'s ZonedAreas,
        mut found: AreaLocation,
    ) -> ZoningAnswer<'s> {
        let record = &asked.1.record;
        let is_in_force = record.period.holds(self.place.day);
        let is_inside = !found.members.is_empty();
        let uncertainty_m = self.place.uncertainty_m;
        let doubt_m =
            uncertainty_m.map(|uncertainty_m| uncertainty_m + areas.index.layer().precision_m);
        // Beyond the search distance the line is at least that far.
        let gap_m = found.signed_distance_m.map_or(MAX_SEARCH_M, f64::abs);
        let (standing, doubt) = match doubt_m {
            // Where the place lies does not matter on such a day.
            _ if !is_in_force => (ZoningStanding::NotInForce, None),
            Some(doubt_m) if doubt_m >= gap_m => {
                (ZoningStanding::Undetermined, Some(ZoningDoubt::Position))
            }
            _ if is_inside => (ZoningStanding::Inside, None),
            _ => (ZoningStanding::Outside, None),
        };
        // The distance stays that to the areas in force.
        let (distance_m, mut standing) = (found.signed_distance_m, standing);
        if standing == ZoningStanding::Outside && areas.has_days() {
            // It may lie in an area that was part of the zoning, or will be.
            found.members = areas.index.locate(&self.place.position).members;
            if !found.members.is_empty() {
                standing = ZoningStanding::NotInForce;
            }
        }
        let period = match found.members.as_slice() {
            [only] => areas.period(*only, record),
            _ => record.period,
        };
        ZoningAnswer {
            signed_distance_m: distance_m,
            ring: self
                .ring_m
                .map(|width_m| RingStanding::new(is_inside, distance_m, width_m, doubt_m)),
            ..ZoningAnswer::new(asked, standing, doubt, found.members, period)
        }
    }
}

fn in_communes<'s>(
    asked: (usize, &'s ZoningIndex),
    communes: &'s ListedCommunes,
    commune: Option<CommuneCode>,
    day: Date,
) -> ZoningAnswer<'s> {
    let record = &asked.1.record;
    if !record.period.holds(day) {
        return not_in_force(asked);
    }
    let Some(commune) = commune else {
        return ZoningAnswer::new(
            asked,
            ZoningStanding::Undetermined,
            Some(ZoningDoubt::CommuneUnknown),
            SmallVec::new(),
            record.period,
        );
    };
    let (standing, doubt, place) = match communes.standing(commune, day) {
        CommuneStanding::Whole(place) => (ZoningStanding::Inside, None, Some(place)),
        CommuneStanding::Part(place) => (
            ZoningStanding::Undetermined,
            Some(ZoningDoubt::PartOfCommune),
            Some(place),
        ),
        CommuneStanding::OtherDays(place) => (ZoningStanding::NotInForce, None, Some(place)),
        CommuneStanding::Absent => (ZoningStanding::Outside, None, None),
    };
    let period = place.and_then(|place| communes.period(place));
    let members = place.and_then(|place| u32::try_from(place).ok());
    ZoningAnswer::new(
        asked,
        standing,
        doubt,
        members.into_iter().collect(),
        period.unwrap_or(record.period),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_judged_by_both_lines_that_decide() {
        use RingStanding::{Inside, Outside, Ring, Undetermined};
        for (inside, distance_m, width_m, doubt_m, expected) in [
            (true, Some(-40.0), 500.0, None, Inside),
            (true, Some(-40.0), 500.0, Some(50.0), Undetermined),
            (false, Some(499.9), 500.0, None, Ring),
            (false, Some(500.0), 500.0, None, Outside),
            (false, Some(490.0), 500.0, Some(15.0), Undetermined),
            (false, Some(250.0), 500.0, Some(15.0), Ring),
            (false, Some(10.0), 500.0, Some(15.0), Undetermined),
            (false, None, 500.0, Some(15.0), Outside),
        ] {
            let found = RingStanding::new(inside, distance_m, width_m, doubt_m);
            assert_eq!(found, expected, "{distance_m:?} {width_m} {doubt_m:?}");
        }
    }
}
