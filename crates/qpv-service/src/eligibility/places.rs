//! The place of a home beside the zonings that a programme asks of, each on its day.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use qpv_engine::{MAX_SEARCH_M, PerimeterIndex};
use qpv_model::{CommuneCode, Position, Slug, Wgs84Point};
use qpv_programmes::{
    AddressDoubt, BoundaryFact, PlaceFact, PlaceQuestion, PlaceStanding, Programme, QuestionDay,
    ZoningChoice,
};

use crate::eligibility::home::{Home, PossiblePosition, of_address};
use crate::eligibility::reviewed::place_with_zone;
use crate::error::QueryError;
use crate::locate::{locate, zones_at};
use crate::place::VintageSelector;
use crate::settled::settled;
use crate::snapshot::Snapshot;
use crate::standing::UndeterminedReason;
use crate::zoning_index::{NamedAreas, ZoningIndex};

/// The standing of one position, and what holds it.
struct StandingThere {
    standing: PlaceStanding,
    areas: Vec<String>,
}

/// Returns the facts on each zoning asked of that is loaded; a check is of the day or the vintage selected.
pub(super) fn place_facts(
    snapshot: &Snapshot,
    home: &Home,
    programme: &Programme,
    questions: &[PlaceQuestion],
    of_check: VintageSelector,
) -> BTreeMap<PlaceQuestion, PlaceFact> {
    let known = questions.iter().filter_map(|question| {
        let mut fact = place_fact(snapshot, home, question, of_check)?;
        if question.zoning == ZoningChoice::Qpv {
            let selector = selector_of(question, of_check);
            fact.boundary = home.boundary_on(snapshot, programme, selector);
            // A review is of the perimeters that the check was answered from.
            if let Some(zone) = home.reviewed
                && (selector == of_check || answer_alike(snapshot, home, selector, of_check))
            {
                let name = home.only_perimeter(snapshot, selector);
                fact = place_with_zone(fact, zone, name);
            }
        }
        Some((question.clone(), fact))
    });
    known.collect()
}

/// Returns whether the same perimeters answer for both, wherever the home may be.
fn answer_alike(
    snapshot: &Snapshot,
    home: &Home,
    one: VintageSelector,
    other: VintageSelector,
) -> bool {
    let mut points = home.places().map(|(place, _)| place.position());
    home.positions.is_some()
        && points.all(|position| {
            let Ok(position) = position else {
                return false;
            };
            let vintages = [one, other].map(|selector| {
                let (zones, _) = zones_at(snapshot, position.wgs84, selector).ok()?;
                Some(zones.layer().vintage)
            });
            vintages[0].is_some() && vintages[0] == vintages[1]
        })
}

/// Returns the day, or the vintage, that a question is of.
pub(super) fn selector_of(question: &PlaceQuestion, of_check: VintageSelector) -> VintageSelector {
    match question.day {
        QuestionDay::OfCheck => of_check,
        QuestionDay::On(day) => VintageSelector::InForce(day),
        QuestionDay::Vintage(vintage) => VintageSelector::Vintage(vintage),
    }
}

/// Returns the fact on a zoning; `None` for one that is not loaded.
fn place_fact(
    snapshot: &Snapshot,
    home: &Home,
    question: &PlaceQuestion,
    of_check: VintageSelector,
) -> Option<PlaceFact> {
    let selector = selector_of(question, of_check);
    // Every position counts: the home may be at any of them.
    let positions = home.positions.as_deref().unwrap_or_default();
    let mut there = Vec::new();
    for position in positions {
        there.push(match &question.zoning {
            ZoningChoice::Qpv => in_perimeters(snapshot, home, position, selector),
            ZoningChoice::FormerQpv => in_former(snapshot, position, selector, of_check),
            ZoningChoice::Named(name) => in_zoning(snapshot, home, position, name, selector.day())?,
        });
    }
    if there.is_empty() {
        // It may be anywhere, which is not to say that the zoning is not loaded.
        there.push(anywhere(snapshot, home, &question.zoning, selector.day())?);
    }
    Some(fact(home, there))
}

/// Returns the standing of a home that may be anywhere; its commune may be known.
fn anywhere(
    snapshot: &Snapshot,
    home: &Home,
    zoning: &ZoningChoice,
    day: Date,
) -> Option<StandingThere> {
    let ZoningChoice::Named(name) = zoning else {
        return Some(unknown());
    };
    match (snapshot.zoning(name), home.commune) {
        (Some(zoning), Some(commune)) if zoning.areas().is_none() => {
            Some(in_communes(zoning, Some(commune), day))
        }
        _ => snapshot.has_zoning(name).then(unknown),
    }
}

fn unknown() -> StandingThere {
    StandingThere {
        standing: PlaceStanding::Unknown,
        areas: Vec::new(),
    }
}

/// Returns whether there is no answer because there were no perimeters yet: then every place was outside.
pub(super) fn is_before_all(error: &QueryError) -> bool {
    matches!(error, QueryError::NoVintageInForce { on, first: Some(first) } if on < first)
}

fn nowhere_near() -> StandingThere {
    StandingThere {
        standing: PlaceStanding::Beyond {
            signed_m: f64::INFINITY,
            doubt_m: 0.0,
        },
        areas: Vec::new(),
    }
}

fn fact(home: &Home, there: Vec<StandingThere>) -> PlaceFact {
    let standings: Vec<PlaceStanding> = there.iter().map(|there| there.standing).collect();
    let doubt = match (home.doubt, standings.as_slice()) {
        // How far a street or a commune spreads is no matter of metres.
        (Some(doubt @ (UndeterminedReason::Commune | UndeterminedReason::Street)), _) => {
            of_address(doubt)
        }
        (_, [PlaceStanding::Measured { signed_m, doubt_m }]) => AddressDoubt::Position {
            uncertainty_m: *doubt_m,
            line_m: Some(signed_m.abs()),
        },
        (_, [PlaceStanding::Beyond { doubt_m, .. }]) => AddressDoubt::Position {
            uncertainty_m: *doubt_m,
            line_m: None,
        },
        (doubt, [_]) => of_address(doubt.unwrap_or(UndeterminedReason::Coverage)),
        (doubt, _) => of_address(doubt.unwrap_or(UndeterminedReason::Street)),
    };
    // Two positions in one area name it once.
    let mut areas: Vec<String> = there.into_iter().flat_map(|there| there.areas).collect();
    areas.dedup();
    PlaceFact {
        standings,
        areas,
        doubt: Some(doubt),
        boundary: BoundaryFact::None,
    }
}

fn in_perimeters(
    snapshot: &Snapshot,
    home: &Home,
    position: &PossiblePosition,
    selector: VintageSelector,
) -> StandingThere {
    let answer = match locate(
        snapshot,
        position.place,
        selector,
        Some(position.uncertainty_m),
    ) {
        Ok(answer) => answer,
        Err(error) if is_before_all(&error) => return nowhere_near(),
        // Not covered is not outside: it stays unknown.
        Err(_) => return unknown(),
    };
    let answer = settled(snapshot, home.address.as_ref(), position.place, answer);
    // A side that is settled leaves the distance in doubt, up to the line.
    let line_m = answer.located.signed_distance_m.map(f64::abs);
    let doubt_m = match line_m {
        Some(line_m) if answer.is_settled() => {
            (answer.verdict.doubt_m + answer.spread_m()).min(line_m.next_down())
        }
        _ => answer.verdict.doubt_m,
    };
    let members = answer.located.members.iter();
    let names = members.map(|&id| snapshot.perimeter(answer.vintage, id).lib_qp.clone());
    let areas: Vec<String> = names.collect();
    StandingThere {
        standing: measured(!areas.is_empty(), answer.located.signed_distance_m, doubt_m),
        areas,
    }
}

/// Returns the perimeters of a day that none followed until the day of the check; `None` where either day is not loaded as a
/// whole.
pub(super) fn former_perimeters(
    snapshot: &Snapshot,
    point: Wgs84Point,
    selector: VintageSelector,
    of_check: VintageSelector,
) -> Option<Arc<PerimeterIndex>> {
    let (from, territory) = zones_at(snapshot, point, selector).ok()?;
    let (to, _) = zones_at(snapshot, point, of_check).ok()?;
    // A perimeter that is not loaded may be the one that followed.
    to.layer()
        .whole
        .contains(&territory)
        .then(|| snapshot.former_zones(from, to))
}

fn in_former(
    snapshot: &Snapshot,
    position: &PossiblePosition,
    selector: VintageSelector,
    of_check: VintageSelector,
) -> StandingThere {
    let Ok(at) = position.place.position() else {
        return unknown();
    };
    let Some(former) = former_perimeters(snapshot, at.wgs84, selector, of_check) else {
        return unknown();
    };
    let found = former.locate(&at);
    let names = found.members.iter();
    let names = names.map(|&id| former.perimeter(id).lib_qp.clone());
    let areas: Vec<String> = names.collect();
    StandingThere {
        standing: measured(
            !areas.is_empty(),
            found.signed_distance_m,
            position.uncertainty_m + former.layer().precision_m,
        ),
        areas,
    }
}

/// Returns a standing by the signed distance to the nearest line, `None` beyond the distance that lines are looked for.
fn measured(is_inside: bool, signed_m: Option<f64>, doubt_m: f64) -> PlaceStanding {
    match signed_m {
        Some(signed_m) => PlaceStanding::Measured { signed_m, doubt_m },
        None if is_inside => PlaceStanding::Beyond {
            signed_m: -MAX_SEARCH_M,
            doubt_m,
        },
        None => PlaceStanding::Beyond {
            signed_m: MAX_SEARCH_M,
            doubt_m,
        },
    }
}

/// Returns the standing in the areas or communes of a name; `None` for one that is not loaded.
fn in_zoning(
    snapshot: &Snapshot,
    home: &Home,
    position: &PossiblePosition,
    name: &Slug,
    day: Date,
) -> Option<StandingThere> {
    let Ok(at) = position.place.position() else {
        return Some(unknown());
    };
    if let Some(areas) = snapshot.named_areas(name.as_str()) {
        return Some(in_areas(areas, &at, day, position.uncertainty_m));
    }
    let zoning = snapshot.zoning(name)?;
    // The commune of the address decides, where there is one.
    let commune = home
        .commune
        .or_else(|| snapshot.commune_at(&at, position.uncertainty_m));
    Some(in_communes(zoning, commune, day))
}

/// Returns the standing of a commune in a list.
fn in_communes(zoning: &ZoningIndex, commune: Option<CommuneCode>, day: Date) -> StandingThere {
    let standing = match commune.map(|commune| zoning.holds_commune(commune, day)) {
        // Not in force: nothing of it is near on that day.
        _ if !zoning.record.period.holds(day) => measured(false, None, 0.0),
        Some(Some(true)) => PlaceStanding::Inside,
        Some(Some(false)) => PlaceStanding::Outside,
        Some(None) | None => PlaceStanding::Unknown,
    };
    StandingThere {
        standing,
        areas: Vec::new(),
    }
}

fn in_areas(areas: NamedAreas<'_>, at: &Position, day: Date, uncertainty_m: f64) -> StandingThere {
    let found = areas.locate_on(at, day);
    let index = areas.index();
    StandingThere {
        standing: measured(
            !found.members.is_empty(),
            found.signed_distance_m,
            uncertainty_m + index.layer().precision_m,
        ),
        areas: index.names(&found).map(ToOwned::to_owned).collect(),
    }
}
