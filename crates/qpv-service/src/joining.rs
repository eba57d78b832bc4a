//! The join of an address to its parcels and buildings, and the side of every line that these are on.
//!
//! A position is a point beside a door; what has to lie in a neighbourhood is the home. When all of the building, or all
//! of the parcels, lie on one side of every line that decides, farther from it than the line is exact, the zone is theirs,
//! wherever in it the position stands. When a line runs through the building, nothing can be said without a visit. The
//! rule, with its limits, is in `docs/parcels.md`, and its error in `docs/benchmarks.md`.

use geo::{Area, BooleanOps, BoundingRect, Contains, CoordsIter, Distance, Euclidean, MapCoords};
use geo_types::{Coord, MultiPolygon, Point, Polygon, Rect};
use qpv_addresses::{AddressKind, Candidate, StreetNumber};
use qpv_engine::{
    DecidingLine, FootprintError, FootprintSide, LocalFrame, Members, PerimeterIndex, Zone,
};
use qpv_model::{Footprint, FootprintKind, ParcelId, PositionKind, Wgs84Point};

use crate::ground::Ground;
use crate::site::{SettledGround, Site, SiteFinding, SiteJoin, SiteNote};
use crate::snapshot::Snapshot;
use crate::standing::PointAnswer;

/// Metres from a position within which its published parcels are looked for.
const PARCEL_SEARCH_M: f64 = 500.0;
/// Metres from a position to its published parcels, at most, whatever its uncertainty: farther, one of the two is wrong.
const PARCEL_REACH_M: f64 = 30.0;
/// Metres around a position within which a parcel shows that those of the place are loaded.
const LOADED_WITHIN_M: f64 = 100.0;
/// Uncertainty of positions at doors and buildings, metres, at most.
const DOOR_M: f64 = 10.0;
/// Share of a building on some parcels from which it stands on them: less is how exactly both are drawn.
const STANDS_FROM: f64 = 0.1;
/// Square metres of a building on a parcel from which it stands there, however long it is.
const STANDS_FROM_M2: f64 = 8.0;
/// Share of the ground around a position that parcels must cover, where the nearest are taken: the rest is streets.
const COVERED_FROM: f64 = 0.4;
/// Corners of the polygon that stands for a disc.
const DISC_CORNERS: u32 = 32;
/// Most corners, and metres across, of an outline that speaks for a door.
const MAX_VERTICES: usize = 500;
const MAX_SPAN_M: f64 = 300.0;
/// Most buildings within the envelope of some parcels.
const MAX_AROUND: usize = 256;
/// Square metres from which what remains of a building on other parcels is more than that.
const SPANS_FROM_M2: f64 = 5.0;
/// Parcels or buildings of one address, at most: more is an estate, whose parts lie too far apart to speak for a door.
const MAX_FOOTPRINTS: usize = 64;

/// An address as its ground is asked for.
struct AddressSpot<'a> {
    point: Wgs84Point,
    position: PositionKind,
    uncertainty_m: f64,
    parcels: &'a [ParcelId],
}

/// Returns the ground of an address whose position leaves its zone open; `None` where nothing is loaded that it could stand
/// on.
pub(crate) fn site_of_address(
    snapshot: &Snapshot,
    candidate: &Candidate,
    standing: &PointAnswer,
) -> Option<Site> {
    let is_house_number = candidate.kind == AddressKind::Housenumber
        && candidate.distance_m.is_none()
        && candidate.missing.is_none()
        && candidate.between.is_none()
        && !candidate.is_doubtful;
    if standing.verdict.zone != Zone::Undetermined
        || !is_house_number
        || snapshot.ground().is_empty()
    {
        return None;
    }
    // Asked last: few addresses come so far.
    let parcels = snapshot.addresses().ok()?.parcels_of(candidate);
    let spot = AddressSpot {
        point: candidate.point,
        position: candidate.position,
        uncertainty_m: candidate.uncertainty_m,
        parcels: &parcels,
    };
    site(snapshot, &spot, standing)
}

/// Returns the ground of a number of a street, likewise.
pub(crate) fn site_of_number(
    snapshot: &Snapshot,
    number: &StreetNumber,
    standing: &PointAnswer,
) -> Option<Site> {
    if standing.verdict.zone != Zone::Undetermined
        || number.is_doubtful
        || snapshot.ground().is_empty()
    {
        return None;
    }
    let spot = AddressSpot {
        point: number.point,
        position: number.position,
        uncertainty_m: number.position.uncertainty_m(),
        parcels: &number.parcels,
    };
    site(snapshot, &spot, standing)
}

fn site(snapshot: &Snapshot, spot: &AddressSpot<'_>, standing: &PointAnswer) -> Option<Site> {
    let zones = snapshot.zones(standing.vintage)?;
    let frame = LocalFrame::at(spot.point);
    match decided(snapshot.ground(), spot, &frame, zones, standing.precision_m) {
        Ok(site) => site,
        // A damaged file settles nothing, and says so.
        Err(_) => Some(Site {
            join: SiteJoin::Nearest,
            parcels: Vec::new(),
            buildings: Vec::new(),
            basis: FootprintKind::Parcels,
            finding: SiteFinding::Nothing,
            notes: vec![SiteNote::Damaged],
        }),
    }
}

fn decided(
    ground: &Ground,
    spot: &AddressSpot<'_>,
    frame: &LocalFrame,
    zones: &PerimeterIndex,
    precision_m: f64,
) -> Result<Option<Site>, qpv_geodata::Error> {
    let Some(joined) = joined(ground, spot, frame)? else {
        return Ok(None);
    };
    let site = joined.decided(zones, precision_m);
    if site.join != SiteJoin::Holding || site.finding.settled().is_some() {
        return Ok(Some(site));
    }
    // The plot beside it may be the right one: a part of a house says nothing unless those of all its neighbours say the same.
    let around = joined_by_position(ground, spot, frame, SiteJoin::Nearest)?;
    let around = around.map(|around| around.decided(zones, precision_m));
    let settled = around.filter(|around| around.finding.settled().is_some());
    Ok(Some(settled.unwrap_or(site)))
}

/// Parcels and buildings of an address, before a line was looked at.
struct Joined {
    join: SiteJoin,
    parcels: Vec<Footprint>,
    buildings: Vec<Footprint>,
    /// The buildings on each parcel, by their places; empty where none are loaded.
    built: Vec<Vec<usize>>,
    notes: Vec<SiteNote>,
    /// True when these cannot be believed.
    is_refused: bool,
}

/// Returns true for positions that stand on the plot of their address, by the meaning of their kind.
fn is_on_plot(position: PositionKind) -> bool {
    matches!(
        position,
        PositionKind::Entrance
            | PositionKind::Building
            | PositionKind::Staircase
            | PositionKind::Unit
            | PositionKind::TechnicalService
            | PositionKind::PostalDelivery
            | PositionKind::Parcel
    )
}

fn joined(
    ground: &Ground,
    spot: &AddressSpot<'_>,
    frame: &LocalFrame,
) -> Result<Option<Joined>, qpv_geodata::Error> {
    // An address that names its parcels is never joined to others, which may be those of the commune next door.
    if ground.has(FootprintKind::Parcels) && !spot.parcels.is_empty() {
        return joined_by_identifier(ground, spot, frame);
    }
    joined_by_position(ground, spot, frame, SiteJoin::Holding)
}

/// Returns the parcels or buildings that hold a position, when it is on its plot and may be joined so; else those within its
/// uncertainty; `None` where too few are loaded.
fn joined_by_position(
    ground: &Ground,
    spot: &AddressSpot<'_>,
    frame: &LocalFrame,
    preferred: SiteJoin,
) -> Result<Option<Joined>, qpv_geodata::Error> {
    let has_parcels = ground.has(FootprintKind::Parcels);
    // Parcels first: they leave no gap between two neighbours, as buildings do.
    let kind = if has_parcels {
        FootprintKind::Parcels
    } else {
        FootprintKind::Buildings
    };
    let around = ground.within(kind, square(spot.point, frame, spot.uncertainty_m), |_| {
        true
    })?;
    // Measured once: both ways of joining need it.
    let distances: Vec<f64> = around
        .iter()
        .map(|footprint| distance_m(frame, &footprint.outline))
        .collect();
    let is_held =
        preferred == SiteJoin::Holding && is_on_plot(spot.position) && distances.contains(&0.0);
    let (join, reach_m) = if is_held {
        // A position known to a door is on its own plot; one known to a parcel may have strayed into the next one.
        let strays_m = if spot.uncertainty_m > DOOR_M {
            spot.uncertainty_m / 2.0
        } else {
            0.0
        };
        (SiteJoin::Holding, strays_m)
    } else {
        (SiteJoin::Nearest, spot.uncertainty_m)
    };
    let found: Vec<Footprint> = around
        .into_iter()
        .zip(distances)
        .filter(|(_, distance_m)| *distance_m <= reach_m)
        .map(|(footprint, _)| footprint)
        .collect();
    // Where much of the ground is not loaded, the right one may be missing.
    let is_whole = join == SiteJoin::Holding
        || (has_parcels && covered(frame, &found, spot.uncertainty_m) >= COVERED_FROM);
    if found.is_empty() || !is_whole {
        return Ok(None);
    }
    let mut joined = Joined::new(join, Vec::new());
    if has_parcels {
        joined.parcels = found;
        joined.add_buildings(ground, frame)?;
    } else {
        joined.buildings = found;
    }
    Ok(Some(joined))
}

/// Returns the share of the ground within some metres of the frame's origin that lies in parcels, from 0 to 1.
fn covered(frame: &LocalFrame, parcels: &[Footprint], within_m: f64) -> f64 {
    if parcels.len() > MAX_FOOTPRINTS || !parcels.iter().all(is_small) {
        return 0.0;
    }
    let corners = (0..DISC_CORNERS).map(|corner| {
        let (sin, cos) =
            (f64::from(corner) * std::f64::consts::TAU / f64::from(DISC_CORNERS)).sin_cos();
        Coord {
            x: within_m * cos,
            y: within_m * sin,
        }
    });
    let disc = MultiPolygon(vec![Polygon::new(corners.collect(), Vec::new())]);
    united(frame, parcels).intersection(&disc).unsigned_area() / disc.unsigned_area()
}

/// Returns true for an outline that may speak for a door, and is quickly measured.
fn is_small(footprint: &Footprint) -> bool {
    let bounds = footprint.outline.bounding_rect();
    let is_narrow = bounds.is_some_and(|bounds| {
        Wgs84Point::new(bounds.min().x, bounds.min().y).is_ok_and(|corner| {
            let across = LocalFrame::at(corner).plane(bounds.max());
            across.x.hypot(across.y) <= MAX_SPAN_M
        })
    });
    is_narrow && footprint.outline.coords_count() <= MAX_VERTICES
}

/// Returns the parcels that the address file names; `None` where none are loaded around.
fn joined_by_identifier(
    ground: &Ground,
    spot: &AddressSpot<'_>,
    frame: &LocalFrame,
) -> Result<Option<Joined>, qpv_geodata::Error> {
    let is_named = |id: &str| spot.parcels.iter().any(|parcel| parcel.as_str() == id);
    let named_within = |half_m: f64| {
        let bounds = square(spot.point, frame, half_m);
        ground.within(FootprintKind::Parcels, bounds, is_named)
    };
    // Nearly always beside the position: a wide search reads thousands of parcels.
    let mut parcels = named_within(PARCEL_REACH_M)?;
    if !unknown_of(spot, &parcels).is_empty() {
        parcels = named_within(PARCEL_SEARCH_M)?;
    }
    let unknown = unknown_of(spot, &parcels);
    let mut joined = Joined::new(SiteJoin::Identifier, parcels);
    if !unknown.is_empty() {
        // Where nothing is loaded around, nothing speaks against the identifier.
        let bounds = square(spot.point, frame, LOADED_WITHIN_M);
        let around = ground.within(FootprintKind::Parcels, bounds, |_| true)?;
        if around.is_empty() && joined.parcels.is_empty() {
            return Ok(None);
        }
        joined.notes.push(SiteNote::UnknownParcels(unknown));
        joined.is_refused = true;
        return Ok(Some(joined));
    }
    // The nearest of several: an estate has parcels far from each door.
    let least_m = joined
        .parcels
        .iter()
        .map(|parcel| distance_m(frame, &parcel.outline))
        .fold(f64::INFINITY, f64::min);
    if least_m > spot.uncertainty_m.max(PARCEL_REACH_M) {
        joined
            .notes
            .push(SiteNote::FarParcels(spot.parcels.to_vec()));
        joined.is_refused = true;
        return Ok(Some(joined));
    }
    joined.add_buildings(ground, frame)?;
    Ok(Some(joined))
}

/// Returns the published parcels of an address that are not among those found.
fn unknown_of(spot: &AddressSpot<'_>, found: &[Footprint]) -> Vec<ParcelId> {
    let is_found = |parcel: &ParcelId| found.iter().any(|found| found.id == parcel.as_str());
    let unknown = spot.parcels.iter().filter(|parcel| !is_found(parcel));
    unknown.copied().collect()
}

impl Joined {
    fn new(join: SiteJoin, parcels: Vec<Footprint>) -> Self {
        Self {
            join,
            parcels,
            buildings: Vec::new(),
            built: Vec::new(),
            notes: Vec::new(),
            is_refused: false,
        }
    }

    /// Refuses what is too large or too much to speak for a door.
    fn refuse_unusable(&mut self) {
        self.notes.push(SiteNote::Unusable);
        self.is_refused = true;
    }

    /// Adds the buildings that stand on the parcels.
    fn add_buildings(
        &mut self,
        ground: &Ground,
        frame: &LocalFrame,
    ) -> Result<(), qpv_geodata::Error> {
        // Before any overlay: those of an estate would take seconds.
        if self.parcels.len() > MAX_FOOTPRINTS || !self.parcels.iter().all(is_small) {
            self.refuse_unusable();
            return Ok(());
        }
        let bounds = self
            .parcels
            .iter()
            .filter_map(|parcel| parcel.outline.bounding_rect())
            .reduce(envelope);
        let Some(bounds) = bounds.filter(|_| ground.has(FootprintKind::Buildings)) else {
            return Ok(());
        };
        let around = ground.within(FootprintKind::Buildings, bounds, |_| true)?;
        if around.len() > MAX_AROUND || !around.iter().all(is_small) {
            self.refuse_unusable();
            return Ok(());
        }
        self.built = vec![Vec::new(); self.parcels.len()];
        let planes: Vec<_> = self
            .parcels
            .iter()
            .map(|parcel| on_plane(frame, &parcel.outline))
            .collect();
        for building in around {
            let plane = on_plane(frame, &building.outline);
            let whole_m2 = plane.unsigned_area();
            // A tenth of a house, or a room of a long row drawn as one.
            let stands_from_m2 = (STANDS_FROM * whole_m2).min(STANDS_FROM_M2);
            let mut shared_m2 = 0.0;
            let mut stands_on = Vec::new();
            for (at, parcel) in planes.iter().enumerate() {
                let part_m2 = plane.intersection(parcel).unsigned_area();
                shared_m2 += part_m2;
                if part_m2 >= stands_from_m2 {
                    stands_on.push(at);
                }
            }
            if stands_on.is_empty() {
                continue;
            }
            // Both are drawn to some decimetres, so that a wall along the edge spans nothing.
            let is_spanning = whole_m2 - shared_m2 > (STANDS_FROM * whole_m2).max(SPANS_FROM_M2);
            if is_spanning && !self.notes.contains(&SiteNote::SpansParcels) {
                self.notes.push(SiteNote::SpansParcels);
            }
            for at in stands_on {
                self.built[at].push(self.buildings.len());
            }
            self.buildings.push(building);
        }
        if self.buildings.len() > MAX_FOOTPRINTS {
            self.refuse_unusable();
        }
        Ok(())
    }

    /// Returns the ground with what it says: by its parcels where they are clear of every line, else by the buildings on those
    /// that are not.
    fn decided(mut self, zones: &PerimeterIndex, precision_m: f64) -> Site {
        let judged = if self.is_refused {
            Ok((FootprintKind::Parcels, SiteFinding::Nothing))
        } else {
            self.judged(zones, precision_m)
        };
        let (basis, finding) = judged.unwrap_or_else(|_| {
            self.notes.push(SiteNote::Unusable);
            (FootprintKind::Parcels, SiteFinding::Nothing)
        });
        if basis == FootprintKind::Parcels {
            self.notes.retain(|note| *note != SiteNote::SpansParcels);
        }
        self.parcels.truncate(MAX_FOOTPRINTS);
        self.buildings.truncate(MAX_FOOTPRINTS);
        Site {
            join: self.join,
            parcels: self.parcels,
            buildings: self.buildings,
            basis,
            finding,
            notes: self.notes,
        }
    }

    fn judged(
        &mut self,
        zones: &PerimeterIndex,
        precision_m: f64,
    ) -> Result<(FootprintKind, SiteFinding), FootprintError> {
        // All of them: any may be the home.
        let of_buildings = sides(zones, &self.buildings, precision_m)?;
        // Perimeters follow streets and yards: they run through parcels now and then, hardly ever through a house.
        let counts_reach = self.join != SiteJoin::Holding;
        if self.parcels.is_empty() {
            let found = finding(&of_buildings, counts_reach);
            return Ok((FootprintKind::Buildings, found));
        }
        let of_parcels = sides(zones, &self.parcels, precision_m)?;
        let by_parcels = finding(&of_parcels, false);
        if by_parcels.settled().is_some() || self.built.is_empty() {
            return Ok((FootprintKind::Parcels, by_parcels));
        }
        // A parcel that a line cuts says nothing of the house on it, and one without a house nothing of another's.
        let mut judged = Vec::new();
        for (parcel, built) in of_parcels.into_iter().zip(&self.built) {
            if parcel.zone.is_some() {
                judged.push(parcel);
            } else if built.is_empty() {
                self.notes.push(SiteNote::NoBuilding);
                return Ok((FootprintKind::Parcels, by_parcels));
            } else {
                judged.extend(built.iter().map(|at| of_buildings[*at].clone()));
            }
        }
        let found = finding(&judged, counts_reach);
        Ok((FootprintKind::Buildings, found))
    }
}

/// Returns the side of each of some outlines.
fn sides(
    zones: &PerimeterIndex,
    footprints: &[Footprint],
    precision_m: f64,
) -> Result<Vec<FootprintSide>, FootprintError> {
    footprints
        .iter()
        .map(|footprint| zones.footprint_side(&footprint.outline, precision_m))
        .collect()
}

/// Returns what some outlines say together: they must all lie in one zone, and in the same perimeters. A part of each that lies
/// clear of the line is enough, when that counts.
fn finding(sides: &[FootprintSide], counts_reach: bool) -> SiteFinding {
    // The weakest of them decides: any may be the home.
    let nearest = sides
        .iter()
        .min_by(|one, other| one.gap_m.total_cmp(&other.gap_m));
    let Some(nearest) = nearest else {
        return SiteFinding::Nothing;
    };
    if let Some(ground) = settled(sides, |side| side.zone) {
        return SiteFinding::Clear(ground);
    }
    if counts_reach && let Some(ground) = settled(sides, |side| side.reaches) {
        return SiteFinding::Reaches(ground);
    }
    let line = nearest.line.unwrap_or(DecidingLine::Perimeter);
    if let Some(cut) = sides.iter().find(|side| side.is_cut) {
        return SiteFinding::Cut(cut.line.unwrap_or(DecidingLine::Perimeter));
    }
    // All clear, on different sides: the line runs between them.
    if nearest.zone.is_some() {
        return SiteFinding::Cut(line);
    }
    SiteFinding::Near {
        line,
        gap_m: nearest.gap_m,
    }
}

/// Returns the zone that all of some outlines have, when it is one and in the same perimeters.
fn settled(
    sides: &[FootprintSide],
    zone_of: impl Fn(&FootprintSide) -> Option<Zone>,
) -> Option<SettledGround> {
    let first = sides.first()?;
    let zone = zone_of(first)?;
    let members = members_of(first, zone);
    let is_one = sides
        .iter()
        .all(|side| zone_of(side) == Some(zone) && members_of(side, zone) == members);
    is_one.then(|| SettledGround {
        zone,
        members,
        gap_m: least(sides.iter().map(|side| side.gap_m)),
        reach_m: least(sides.iter().map(|side| side.reach_m)),
        least_m: least(sides.iter().map(|side| side.least_m)),
        greatest_m: -least(sides.iter().map(|side| -side.greatest_m)),
    })
}

fn least(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::INFINITY, f64::min)
}

/// Returns the perimeters that an outline lies in, in its zone: outside, the one that is drawn a little into it is none.
fn members_of(side: &FootprintSide, zone: Zone) -> Members {
    if zone == Zone::Qpv {
        side.members.clone()
    } else {
        Members::default()
    }
}

/// The square of this half-width, metres, around a point, in degrees.
fn square(point: Wgs84Point, frame: &LocalFrame, half_m: f64) -> Rect<f64> {
    /// A small step of degrees, measured here in either direction.
    const STEP_DEG: f64 = 1e-4;
    let centre = point.coord();
    let step = |dx: f64, dy: f64| {
        let at = frame.plane(Coord {
            x: centre.x + dx,
            y: centre.y + dy,
        });
        at.x.hypot(at.y)
    };
    let half = Coord {
        x: half_m * STEP_DEG / step(STEP_DEG, 0.0),
        y: half_m * STEP_DEG / step(0.0, STEP_DEG),
    };
    Rect::new(centre - half, centre + half)
}

fn on_plane(frame: &LocalFrame, outline: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    outline.map_coords(|at| frame.plane(at))
}

/// Metres from the frame's origin to an outline, 0 inside.
fn distance_m(frame: &LocalFrame, outline: &MultiPolygon<f64>) -> f64 {
    // On the plane: degrees are no metres.
    let (plane, origin) = (on_plane(frame, outline), Point::new(0.0, 0.0));
    if plane.contains(&origin) {
        0.0
    } else {
        Euclidean.distance(&origin, &plane)
    }
}

fn united(frame: &LocalFrame, footprints: &[Footprint]) -> MultiPolygon<f64> {
    footprints
        .iter()
        .map(|footprint| on_plane(frame, &footprint.outline))
        .fold(MultiPolygon(Vec::new()), |united, outline| {
            united.union(&outline)
        })
}

fn envelope(one: Rect<f64>, other: Rect<f64>) -> Rect<f64> {
    let (low, high) = (one.min(), one.max());
    Rect::new(
        Coord {
            x: low.x.min(other.min().x),
            y: low.y.min(other.min().y),
        },
        Coord {
            x: high.x.max(other.max().x),
            y: high.y.max(other.max().y),
        },
    )
}
