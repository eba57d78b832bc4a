//! The place of a building beside the zonings that a programme asks of, each on its day.

use geo::{BoundingRect, Contains};
use geo_types::{Coord, LineString, MultiPolygon, Point};
use jiff::civil::Date;
use qpv_engine::FootprintLocation;
use qpv_model::{CommuneCode, Position, Slug, Vintage, Wgs84Point, rings};
use qpv_programmes::{BuildingFacts, FootprintFact, PlaceQuestion, QuestionDay, ZoningChoice};

use crate::eligibility::places::{former_perimeters, selector_of};
use crate::locate::locate_footprint;
use crate::place::{Place, VintageSelector};
use crate::snapshot::Snapshot;
use crate::zoning_index::NamedAreas;

/// Greatest distance between the points that a building is looked at, metres, unless it is so large that there would be more
/// than [`MAX_POINTS`] of them.
const STEP_M: f64 = 2.0;
/// The points that a building is looked at, at most.
const MAX_POINTS: f64 = 20_000.0;
/// Metres of a degree of latitude, at most (at the poles of WGS 84: 111.69 km).
const DEGREE_M: f64 = 111_700.0;

/// A building that a programme is asked about.
#[derive(Debug, Clone, Copy)]
pub struct BuildingCase<'a> {
    /// Its outline, WGS 84 degrees, longitude first; one that was judged.
    pub outline: &'a MultiPolygon<f64>,
    /// The vintage that answered on the day of the check.
    pub vintage: Vintage,
    /// Its place among the perimeters of that vintage.
    pub footprint: &'a FootprintLocation,
}

/// Returns the facts of a building on each zoning asked of that is loaded.
pub(super) fn facts(
    snapshot: &Snapshot,
    building: &BuildingCase<'_>,
    questions: &[PlaceQuestion],
    of_check: VintageSelector,
) -> BuildingFacts {
    let commune = commune(snapshot, building.outline);
    let places = questions.iter().filter_map(|question| {
        let selector = selector_of(question, of_check);
        let fact = match &question.zoning {
            ZoningChoice::Qpv if question.day == QuestionDay::OfCheck => {
                perimeter_fact(snapshot, building.vintage, building.footprint)
            }
            ZoningChoice::Qpv => {
                let found = locate_footprint(snapshot, building.outline, selector).ok()?;
                perimeter_fact(snapshot, found.vintage, &found.footprint)
            }
            ZoningChoice::FormerQpv => former_fact(snapshot, building, selector, of_check)?,
            ZoningChoice::Named(name) => zoning_fact(snapshot, building, commune, name, selector)?,
        };
        Some((question.clone(), fact))
    });
    BuildingFacts {
        places: places.collect(),
        commune,
    }
}

fn perimeter_fact(
    snapshot: &Snapshot,
    vintage: Vintage,
    footprint: &FootprintLocation,
) -> FootprintFact {
    FootprintFact {
        nearest_m: footprint.nearest_m,
        farthest_m: footprint.farthest_m,
        inside: footprint.qpv.every,
        doubt_m: snapshot
            .zones(vintage)
            .map_or(0.0, |zones| zones.layer().precision_m),
        is_measured: true,
    }
}

/// Returns the fact of the perimeters of a day that none followed; `None` where that cannot be told.
fn former_fact(
    snapshot: &Snapshot,
    building: &BuildingCase<'_>,
    selector: VintageSelector,
    of_check: VintageSelector,
) -> Option<FootprintFact> {
    let first = building.outline.0.first()?.exterior().coords().next()?;
    let point = Wgs84Point::new(first.x, first.y).ok()?;
    let former = former_perimeters(snapshot, point, selector, of_check)?;
    let found = former.footprint(building.outline).ok()?;
    Some(FootprintFact {
        nearest_m: found.nearest_m,
        farthest_m: found.farthest_m,
        inside: found.qpv.every,
        doubt_m: former.layer().precision_m,
        is_measured: true,
    })
}

/// Returns the fact of a zoning of areas or communes; `None` for one that is not loaded, or cannot tell.
fn zoning_fact(
    snapshot: &Snapshot,
    building: &BuildingCase<'_>,
    commune: Option<CommuneCode>,
    name: &Slug,
    selector: VintageSelector,
) -> Option<FootprintFact> {
    let day = selector.day();
    if let Some(areas) = snapshot.named_areas(name.as_str()) {
        return Some(area_fact(areas, day, building.outline));
    }
    let zoning = snapshot.zoning(name)?;
    // On a day that it is not in force, nothing of it is near.
    let is_in_force = zoning.record.period.holds(day);
    let holds = is_in_force && zoning.holds_commune(commune?, day)?;
    Some(whole(holds, !is_in_force))
}

/// Returns the fact of a building that lies wholly inside listed communes, or outside.
fn whole(inside: bool, is_measured: bool) -> FootprintFact {
    let distance_m = inside.then_some(0.0);
    FootprintFact {
        nearest_m: distance_m,
        farthest_m: distance_m,
        inside,
        doubt_m: 0.0,
        is_measured,
    }
}

/// Returns where a building stands to areas, by points of it that lie close together.
fn area_fact(areas: NamedAreas<'_>, day: Date, outline: &MultiPolygon<f64>) -> FootprintFact {
    let bounds = outline
        .bounding_rect()
        .expect("a building that was checked has corners");
    // Of its envelope: that of the building is smaller, so the points are too.
    let area_m2 = bounds.width() * bounds.height() * DEGREE_M * DEGREE_M;
    let step_m = STEP_M.max((area_m2 / MAX_POINTS).sqrt());
    // Distances are measured from points: areas have no index of edges against polygons.
    let points = points_of(outline, step_m);
    let signed_m: Vec<f64> = points
        .iter()
        .filter_map(|at| Place::LonLat(at.x, at.y).position().ok())
        .map(|position| signed_m(areas, day, &position))
        .collect();
    let nearest_m = signed_m.iter().copied().fold(f64::INFINITY, f64::min);
    let farthest_m = signed_m.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // A point between those looked at is nearer to one of them than a step.
    let doubt_m = areas.index().layer().precision_m + step_m;
    FootprintFact {
        nearest_m: distance_m(nearest_m, doubt_m),
        farthest_m: distance_m(farthest_m, doubt_m),
        inside: farthest_m < -doubt_m,
        doubt_m,
        is_measured: true,
    }
}

/// Returns a distance, 0 for what is surely inside; `None` beyond the distance that lines are looked for.
fn distance_m(signed_m: f64, doubt_m: f64) -> Option<f64> {
    // Nearer to the line than it is exact, inside counts as on it: 0 would say sure.
    let distance_m = if signed_m < -doubt_m {
        0.0
    } else {
        signed_m.abs().max(f64::MIN_POSITIVE)
    };
    (signed_m < f64::INFINITY).then_some(distance_m)
}

fn signed_m(areas: NamedAreas<'_>, day: Date, position: &Position) -> f64 {
    let found = areas.locate_on(position, day);
    match (found.signed_distance_m, found.members.is_empty()) {
        (Some(signed_m), _) => signed_m,
        (None, true) => f64::INFINITY,
        (None, false) => f64::NEG_INFINITY,
    }
}

/// Returns points of the lines and of the inside of an outline, none of it farther than a step from one.
fn points_of(outline: &MultiPolygon<f64>, step_m: f64) -> Vec<Coord<f64>> {
    let step_deg = step_m / DEGREE_M;
    let mut points = Vec::new();
    for ring in rings(outline) {
        for line in ring.lines() {
            let longest_deg = line.dx().abs().max(line.dy().abs());
            // In degrees of either axis: a degree of longitude is never longer than one of latitude.
            let count = (longest_deg / step_deg).ceil().max(1.0);
            let mut passed = 0.0;
            while passed < count {
                points.push(line.start + line.delta() * (passed / count));
                passed += 1.0;
            }
        }
    }
    let Some(bounds) = outline.bounding_rect() else {
        return points;
    };
    let mut y = bounds.min().y;
    while y < bounds.max().y {
        let mut x = bounds.min().x;
        while x < bounds.max().x {
            if outline.contains(&Point::new(x, y)) {
                points.push(Coord { x, y });
            }
            x += step_deg;
        }
        y += step_deg;
    }
    points
}

/// Returns the commune of a building: that of all its corners, by the outlines imported.
fn commune(snapshot: &Snapshot, outline: &MultiPolygon<f64>) -> Option<CommuneCode> {
    // A building across a border is in no commune alone.
    let corners = rings(outline).flat_map(LineString::coords);
    let mut communes = corners.map(|at| {
        let position = Place::LonLat(at.x, at.y).position().ok()?;
        snapshot.commune_at(&position, 0.0)
    });
    let first = communes.next()??;
    communes
        .all(|commune| commune == Some(first))
        .then_some(first)
}
