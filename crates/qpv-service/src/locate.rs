//! The answer of a position or a polygon: its territory, the perimeters that answer there, and what they say.
//!
//! Promises: where the loaded data cannot answer, the result is an error and never "outside"; fictional data never answers
//! for a real place.

use geo_types::MultiPolygon;
use jiff::civil::Date;
use qpv_engine::UNKNOWN_EXTENT_M;
use qpv_engine::{
    FootprintError, FootprintLocation, Location, Members, Membership, PerimeterIndex, classify,
};
use qpv_geodata::territories::TerritoryExtents;
use qpv_model::{Position, Territory, Vintage, Wgs84Point};
use rayon::prelude::*;

use crate::error::QueryError;
use crate::place::{Place, VintageSelector, check_uncertainty};
use crate::snapshot::Snapshot;
use crate::standing::PointAnswer;
use crate::written_place::{WrittenPlace, rounding_beyond};

/// Positions that one thread takes at a time.
const POSITIONS_PER_CHUNK: usize = 1024;

/// A position that the loaded perimeters cover, with those that answer for it.
#[derive(Debug, Clone, Copy)]
struct CoveredPosition<'a> {
    position: Position,
    rounding_m: Option<f64>,
    zones: &'a PerimeterIndex,
    territory: Territory,
    /// True when all perimeters of the territory are loaded.
    is_whole: bool,
}

/// The perimeters that answer at points asked together. Those of a territory are looked up once as long as points stay in
/// it, as nearly all of a table do.
struct AnsweringZones<'a> {
    snapshot: &'a Snapshot,
    vintage: VintageSelector,
    last: Option<TerritoryZones<'a>>,
}

/// The perimeters that answer in a territory.
#[derive(Debug, Clone, Copy)]
struct TerritoryZones<'a> {
    territory: Territory,
    zones: &'a PerimeterIndex,
    is_whole: bool,
}

impl<'a> AnsweringZones<'a> {
    fn new(snapshot: &'a Snapshot, vintage: VintageSelector) -> Self {
        Self {
            snapshot,
            vintage,
            last: None,
        }
    }

    /// Finds the perimeters that answer at a point.
    #[inline]
    fn at(&mut self, point: Wgs84Point) -> Result<TerritoryZones<'a>, QueryError> {
        let territory =
            territory_of(self.snapshot, point).ok_or_else(|| outside_coverage(point))?;
        if let Some(last) = self.last
            && last.territory == territory
        {
            return Ok(last);
        }
        let zones = zones_in(self.snapshot, territory, self.vintage)?;
        let found = TerritoryZones {
            territory,
            zones,
            is_whole: zones.layer().whole.contains(&territory),
        };
        self.last = Some(found);
        Ok(found)
    }
}

/// Locates a place. The uncertainty of its position, metres, is the larger of the one stated and the metres to which its
/// coordinates are written, if there are any.
///
/// # Errors
/// Any [`QueryError`]; none of them means "outside".
pub fn locate(
    snapshot: &Snapshot,
    place: impl Into<WrittenPlace>,
    vintage: VintageSelector,
    uncertainty_m: Option<f64>,
) -> Result<PointAnswer, QueryError> {
    let uncertainty_m = check_uncertainty(uncertainty_m)?;
    let mut zones = AnsweringZones::new(snapshot, vintage);
    let covered = CoveredPosition::new(&mut zones, place.into())?;
    let located = covered.zones.locate(&covered.position);
    covered.answer(snapshot, located, uncertainty_m, vintage.future_day())
}

/// Locates many places like [`locate`], in their order, on all cores.
#[must_use]
pub fn locate_all(
    snapshot: &Snapshot,
    places: &[impl Into<WrittenPlace> + Copy + Sync],
    vintage: VintageSelector,
    uncertainty_m: Option<f64>,
) -> Vec<Result<PointAnswer, QueryError>> {
    // Answers of several threads are copied to come together; those of one stay where they are.
    if places.len() <= POSITIONS_PER_CHUNK {
        return locate_chunk(snapshot, places, vintage, uncertainty_m).collect();
    }
    places
        .par_chunks(POSITIONS_PER_CHUNK)
        .flat_map_iter(|places| locate_chunk(snapshot, places, vintage, uncertainty_m))
        .collect()
}

/// The perimeters that hold a position, as [`PointAnswer::located`] has them.
#[derive(Debug, Clone, PartialEq)]
pub struct PointMembership {
    /// The vintage that answered.
    pub vintage: Vintage,
    /// Every perimeter that holds it.
    pub members: Members,
}

/// Finds the perimeters that hold each place, in order, without any distance: the members and errors of [`locate_all`]
/// for a fraction of its work.
#[must_use]
pub fn members_of_all(
    snapshot: &Snapshot,
    places: &[impl Into<WrittenPlace> + Copy],
    vintage: VintageSelector,
) -> Vec<Result<PointMembership, QueryError>> {
    let mut zones = AnsweringZones::new(snapshot, vintage);
    let covered: Vec<_> = places
        .iter()
        .map(|&place| CoveredPosition::new(&mut zones, place.into()))
        .collect();
    let mut found = vec![Membership::NONE; places.len()];
    // Like in `locate_chunk`, by vintage; here only points are asked, which an index takes without their plane.
    let (mut indices, mut points) = (Vec::new(), Vec::new());
    for (_, zones) in snapshot.vintages() {
        indices.clear();
        points.clear();
        for (index, covered) in covered.iter().enumerate() {
            if let Ok(covered) = covered
                && std::ptr::eq(covered.zones, zones)
            {
                indices.push(index);
                points.push(covered.position.wgs84);
            }
        }
        let mut answers = vec![Membership::NONE; points.len()];
        zones.memberships(&points, &mut answers);
        for (&index, answer) in indices.iter().zip(answers) {
            found[index] = answer;
        }
    }
    covered
        .into_iter()
        .zip(found)
        .map(|(covered, found)| covered?.membership(snapshot, found))
        .collect()
}

/// Locates some places with one question to each vintage.
fn locate_chunk(
    snapshot: &Snapshot,
    places: &[impl Into<WrittenPlace> + Copy],
    vintage: VintageSelector,
    uncertainty_m: Option<f64>,
) -> impl Iterator<Item = Result<PointAnswer, QueryError>> {
    let uncertainty = check_uncertainty(uncertainty_m);
    let future_day = vintage.future_day();
    let mut zones = AnsweringZones::new(snapshot, vintage);
    let covered: Vec<_> = places
        .iter()
        .map(|&place| CoveredPosition::new(&mut zones, place.into()))
        .collect();
    let mut located = vec![Location::default(); places.len()];
    // By vintage: an index answers for many positions at once faster than one by one.
    for (_, zones) in snapshot.vintages() {
        let (indices, positions): (Vec<usize>, Vec<Position>) = covered
            .iter()
            .enumerate()
            .filter_map(|(index, covered)| Some((index, covered.as_ref().ok()?)))
            .filter(|(_, covered)| std::ptr::eq(covered.zones, zones))
            .map(|(index, covered)| (index, covered.position))
            .unzip();
        let mut answers = vec![Location::default(); positions.len()];
        zones.locate_all(&positions, &mut answers);
        for (index, answer) in indices.into_iter().zip(answers) {
            located[index] = answer;
        }
    }
    covered
        .into_iter()
        .zip(located)
        .map(move |(covered, located)| {
            covered?.answer(snapshot, located, uncertainty.clone()?, future_day)
        })
}

/// The answer of a polygon, and what answered.
#[derive(Debug, Clone)]
pub struct LocatedFootprint {
    /// The vintage that answered.
    pub vintage: Vintage,
    /// The territory of the polygon.
    pub territory: Territory,
    /// The answer of its parts.
    pub footprint: FootprintLocation,
}

/// Locates a polygon on WGS 84. Its first vertex decides the territory.
///
/// # Errors
/// Any [`QueryError`].
pub fn locate_footprint(
    snapshot: &Snapshot,
    polygon: &MultiPolygon<f64>,
    vintage: VintageSelector,
) -> Result<LocatedFootprint, QueryError> {
    let first = polygon
        .iter()
        .flat_map(|part| part.exterior().coords())
        .next()
        .ok_or(QueryError::Footprint(FootprintError::Empty))?;
    // One vertex is enough: territories lie farther apart than a footprint may be wide.
    let mut zones = AnsweringZones::new(snapshot, vintage);
    let covered = CoveredPosition::new(&mut zones, Place::LonLat(first.x, first.y).into())?;
    let footprint = covered.zones.footprint(polygon)?;
    covered.check_known(
        snapshot,
        footprint.qpv.every,
        footprint.farthest_m.is_some(),
    )?;
    Ok(LocatedFootprint {
        vintage: covered.zones.layer().vintage,
        territory: covered.territory,
        footprint,
    })
}

/// Finds the perimeters that answer at a point, and the territory of the point.
pub(crate) fn zones_at(
    snapshot: &Snapshot,
    point: Wgs84Point,
    vintage: VintageSelector,
) -> Result<(&PerimeterIndex, Territory), QueryError> {
    let found = AnsweringZones::new(snapshot, vintage).at(point)?;
    Ok((found.zones, found.territory))
}

/// Finds the perimeters that answer in a territory.
fn zones_in(
    snapshot: &Snapshot,
    territory: Territory,
    vintage: VintageSelector,
) -> Result<&PerimeterIndex, QueryError> {
    let known = snapshot.known_vintages();
    let vintage = match vintage {
        VintageSelector::Vintage(vintage) => vintage,
        VintageSelector::InForce(on) => {
            known
                .on(territory, on)
                .ok_or_else(|| QueryError::NoVintageInForce {
                    on,
                    first: known.first_day(territory),
                })?
        }
    };
    snapshot
        .zones(vintage)
        // A vintage without any perimeter in the territory cannot say "outside" there.
        .filter(|zones| zones.covers(territory))
        .ok_or_else(|| vintage_not_loaded(snapshot, vintage, territory))
}

/// Returns that a vintage is not loaded, or that there is none of that year.
pub(crate) fn vintage_not_loaded(
    snapshot: &Snapshot,
    vintage: Vintage,
    territory: Territory,
) -> QueryError {
    match snapshot.check_vintage(vintage) {
        Ok(()) => QueryError::VintageNotLoaded { vintage, territory },
        Err(unknown) => unknown,
    }
}

impl<'a> CoveredPosition<'a> {
    #[inline]
    fn new(zones: &mut AnsweringZones<'a>, written: WrittenPlace) -> Result<Self, QueryError> {
        let position = written
            .place
            .position()
            .map_err(|fault| or_swapped(zones.snapshot, fault))?;
        let found = zones
            .at(position.wgs84)
            .map_err(|fault| or_swapped(zones.snapshot, fault))?;
        Ok(Self {
            position,
            rounding_m: written.rounding_m,
            zones: found.zones,
            territory: found.territory,
            is_whole: found.is_whole,
        })
    }

    fn answer(
        self,
        snapshot: &Snapshot,
        located: Location,
        stated_m: Option<f64>,
        future_day: Option<Date>,
    ) -> Result<PointAnswer, QueryError> {
        let is_inside = !located.members.is_empty();
        self.check_known(snapshot, is_inside, located.nearest.is_some())?;
        let precision_m = self.precision_m(is_inside);
        let rounding_m = rounding_beyond(self.rounding_m, stated_m);
        let uncertainty_m = rounding_m.or(stated_m);
        let verdict = classify(&located, uncertainty_m, precision_m);
        Ok(PointAnswer {
            vintage: self.zones.layer().vintage,
            territory: self.territory,
            future_day,
            located,
            verdict,
            uncertainty_m,
            rounding_m,
            precision_m,
            is_testimony: false,
            street_side: None,
            site: None,
        })
    }

    /// Returns the perimeters that hold the position, by the answer for its point.
    fn membership(
        self,
        snapshot: &Snapshot,
        found: Membership,
    ) -> Result<PointMembership, QueryError> {
        // Coordinates of the plane that a layer is published in are tested there: the point alone does not decide.
        let members = match found.only() {
            Some(only) if self.position.given.is_none() => Members::from_slice(&[only]),
            None if self.position.given.is_none() && !found.is_inside() => Members::new(),
            _ => self.zones.members(&self.position),
        };
        // The nearest perimeter decides of the fictional town alone, and is not looked for elsewhere.
        let is_near = snapshot.fictional() && self.zones.locate(&self.position).nearest.is_some();
        self.check_known(snapshot, !members.is_empty(), is_near)?;
        Ok(PointMembership {
            vintage: self.zones.layer().vintage,
            members,
        })
    }

    /// Checks that the answer may be given. In a territory loaded in part, a perimeter that is missing may hold the place, so
    /// only "inside" is an answer there; of the fictional town all perimeters are known, and nothing beyond them.
    fn check_known(
        &self,
        snapshot: &Snapshot,
        is_inside: bool,
        is_near: bool,
    ) -> Result<(), QueryError> {
        if is_inside || self.is_whole || snapshot.fictional() && is_near {
            return Ok(());
        }
        Err(outside_coverage(self.position.wgs84))
    }

    /// Returns the distance within which the lines that decide the zone are known, metres. Near a perimeter that is published
    /// without area they may be anywhere as far as it may reach.
    fn precision_m(&self, is_inside: bool) -> f64 {
        let precision_m = self.zones.layer().precision_m;
        if is_inside || self.zones.without_area_near(self.position.wgs84).is_none() {
            precision_m
        } else {
            precision_m.max(UNKNOWN_EXTENT_M)
        }
    }
}

/// Finds the territory of a point: by the outlines, or, off them, that of a loaded perimeter nearby. For fictional data
/// only its own perimeters count.
pub(crate) fn territory_of(snapshot: &Snapshot, point: Wgs84Point) -> Option<Territory> {
    // The fictional town answers near its own perimeters only, never for a real place.
    let by_outline = if snapshot.fictional() {
        None
    } else {
        TerritoryExtents::embedded().containing(point)
    };
    by_outline.or_else(|| {
        snapshot.vintages().find_map(|(_, zones)| {
            let nearest = zones.locate(&Position::from(point)).nearest?;
            Some(zones.perimeter(nearest.perimeter).territory)
        })
    })
}

/// Returns that longitude and latitude are swapped when that would explain the error, else the error.
pub(crate) fn or_swapped(snapshot: &Snapshot, fault: QueryError) -> QueryError {
    let (QueryError::OutOfRange { lon, lat } | QueryError::OutsideCoverage { lon, lat }) = fault
    else {
        return fault;
    };
    match Wgs84Point::new(lat, lon) {
        // Only when the exchange leads to a territory: it explains no point in the ocean.
        Ok(swapped) if territory_of(snapshot, swapped).is_some() => {
            QueryError::CoordinatesSwapped { lon, lat }
        }
        _ => fault,
    }
}

fn outside_coverage(point: Wgs84Point) -> QueryError {
    QueryError::OutsideCoverage {
        lon: point.lon_deg(),
        lat: point.lat_deg(),
    }
}
