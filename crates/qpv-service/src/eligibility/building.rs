//! The place of a building beside the zonings that a programme asks of, each on its day.

use std::collections::BTreeMap;

use geo_types::MultiPolygon;
use jiff::civil::Date;
use qpv_engine::FootprintLocation;
use qpv_model::{CommuneCode, Slug, Vintage, Wgs84Point};
use qpv_programmes::{
    AnnexFacts, BuildingFacts, FootprintFact, PlaceQuestion, QuestionDay, ZoningChoice,
};

use crate::building_outlines::LocatedAnnex;
use crate::eligibility::places::{former_perimeters, is_before_all, selector_of};
use crate::locate::locate_footprint;
use crate::outline_measure::{OutlineMeasure, communes_of};
use crate::place::VintageSelector;
use crate::snapshot::Snapshot;
use crate::zoning_index::NamedAreas;

/// A building that a programme is asked about.
#[derive(Debug, Clone, Copy)]
pub struct BuildingCase<'a> {
    /// Its outline, WGS 84 degrees, longitude first; one that was judged.
    pub outline: &'a MultiPolygon<f64>,
    /// The vintage that answered on the day of the check.
    pub vintage: Vintage,
    /// Its place among the perimeters of that vintage.
    pub footprint: &'a FootprintLocation,
    /// Its annexes.
    pub annexes: &'a [LocatedAnnex],
}

/// Returns the facts of a building on each zoning asked of that is loaded.
pub(super) fn facts(
    snapshot: &Snapshot,
    building: &BuildingCase<'_>,
    questions: &[PlaceQuestion],
    of_check: VintageSelector,
) -> BuildingFacts {
    // A building across a border is in no commune alone.
    let communes = communes_of(snapshot, building.outline).unwrap_or_default();
    let annexes = building.annexes.iter().map(|annex| {
        let case = BuildingCase {
            outline: &annex.annex.outline,
            footprint: &annex.footprint,
            annexes: &[],
            ..*building
        };
        AnnexFacts {
            name: annex.annex.name.clone(),
            places: places(snapshot, &case, questions, of_check),
        }
    });
    BuildingFacts {
        places: places(snapshot, building, questions, of_check),
        commune: (communes.len() == 1).then(|| communes[0]),
        annexes: annexes.collect(),
    }
}

/// Returns the place of an outline beside each zoning asked of that is loaded.
fn places(
    snapshot: &Snapshot,
    building: &BuildingCase<'_>,
    questions: &[PlaceQuestion],
    of_check: VintageSelector,
) -> BTreeMap<PlaceQuestion, FootprintFact> {
    let communes = communes_of(snapshot, building.outline).unwrap_or_default();
    let commune = (communes.len() == 1).then(|| communes[0]);
    let places = questions.iter().filter_map(|question| {
        let selector = selector_of(question, of_check);
        let fact = match &question.zoning {
            ZoningChoice::Qpv if question.day == QuestionDay::OfCheck => {
                perimeter_fact(snapshot, building.vintage, building.footprint)
            }
            ZoningChoice::Qpv => match locate_footprint(snapshot, building.outline, selector) {
                Ok(found) => perimeter_fact(snapshot, found.vintage, &found.footprint),
                Err(error) if is_before_all(&error) => whole(false, true),
                Err(_) => return None,
            },
            ZoningChoice::FormerQpv => former_fact(snapshot, building, selector, of_check)?,
            ZoningChoice::Named(name) => zoning_fact(snapshot, building, commune, name, selector)?,
        };
        Some((question.clone(), fact))
    });
    places.collect()
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
    let measure = OutlineMeasure::new(outline, |position| areas.locate_on(position, day));
    // A point between those looked at is nearer to one of them than a step.
    let doubt_m = areas.index().layer().precision_m + measure.step_m;
    FootprintFact {
        nearest_m: distance_m(measure.nearest_m, doubt_m),
        farthest_m: distance_m(measure.farthest_m, doubt_m),
        inside: measure.farthest_m < -doubt_m,
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
