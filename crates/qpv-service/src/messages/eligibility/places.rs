//! The findings on where a home or a building stands to a zoning.

use qpv_french::dates::day_in_digits;
use qpv_french::numbers::metres;
use qpv_french::{Key, key, sentence};
use qpv_programmes::{
    AssessedCondition, Condition, FootprintFact, FootprintPart, PlaceCondition, PlaceDay, Truth,
    ZoningChoice,
};

use super::{listed, settled};

/// The sentences of a part of a building: met, not met, unknown.
type PartKeys = [Key; 3];

const ANY_NEAR: PartKeys = [
    key::FINDING_FOOTPRINT_ANY_MET,
    key::FINDING_FOOTPRINT_ANY_NOT_MET,
    key::FINDING_FOOTPRINT_ANY_UNKNOWN,
];
const EVERY_NEAR: PartKeys = [
    key::FINDING_FOOTPRINT_EVERY_MET,
    key::FINDING_FOOTPRINT_EVERY_NOT_MET,
    key::FINDING_FOOTPRINT_EVERY_UNKNOWN,
];
const ANY_INSIDE: PartKeys = [
    key::FINDING_FOOTPRINT_ANY_INSIDE_MET,
    key::FINDING_FOOTPRINT_ANY_INSIDE_NOT_MET,
    key::FINDING_FOOTPRINT_ANY_UNKNOWN,
];
const EVERY_INSIDE: PartKeys = [
    key::FINDING_FOOTPRINT_EVERY_INSIDE_MET,
    key::FINDING_FOOTPRINT_EVERY_INSIDE_NOT_MET,
    key::FINDING_FOOTPRINT_EVERY_UNKNOWN,
];

/// Returns the finding on a home that surely lies in a zoning or near it, or surely does not.
pub(super) fn place(
    found: &AssessedCondition<'_>,
    areas: &[String],
    distance_m: Option<f64>,
) -> String {
    let Condition::Place(place) = found.condition else {
        return String::new();
    };
    let [met, not_met] = match (&place.zoning, place.within_m) {
        (ZoningChoice::Named(_), 0) => [key::FINDING_LAYER_MET, key::FINDING_LAYER_NOT_MET],
        (ZoningChoice::Qpv, 0) => [key::FINDING_WAS_QPV_MET, key::FINDING_WAS_QPV_NOT_MET],
        (ZoningChoice::FormerQpv, 0) => {
            [key::FINDING_FORMER_QPV_MET, key::FINDING_FORMER_QPV_NOT_MET]
        }
        _ => [key::FINDING_RING_MET, key::FINDING_RING_NOT_MET],
    };
    // Sentences take what they name, and leave the rest.
    let values = [
        ("layer", name(place)),
        ("areas", listed(areas)),
        ("when", when(found, place)),
        ("limit", metres(f64::from(place.within_m))),
        ("of", of(place)),
        ("at", at(distance_m)),
    ];
    let values = values
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    sentence(settled(found.holds(), met, not_met), &values)
}

/// Returns that a zoning is not loaded, or was not for that day.
pub(super) fn missing(found: &AssessedCondition<'_>, zoning: &ZoningChoice) -> String {
    match (zoning, found.condition) {
        (ZoningChoice::Named(name), _) => {
            sentence(key::FINDING_LAYER_MISSING, &[("layer", name.as_str())])
        }
        (ZoningChoice::Qpv, Condition::Place(place)) => sentence(
            key::FINDING_PERIMETERS_MISSING,
            &[("when", &when(found, place))],
        ),
        (ZoningChoice::Qpv | ZoningChoice::FormerQpv, _) => {
            sentence(key::FINDING_PERIMETERS_MISSING, &[("when", "")])
        }
    }
}

/// Returns the finding on a building.
pub(super) fn footprint(found: &AssessedCondition<'_>, footprint: &FootprintFact) -> String {
    let Condition::Place(place) = found.condition else {
        return String::new();
    };
    let [met, not_met, unknown] = match (place.part, place.within_m) {
        (Some(FootprintPart::Every), 0) => EVERY_INSIDE,
        (Some(FootprintPart::Every), _) => EVERY_NEAR,
        (_, 0) => ANY_INSIDE,
        _ => ANY_NEAR,
    };
    let key = match found.holds() {
        Truth::Met => met,
        Truth::NotMet => not_met,
        // Nothing was measured: no distance may be said.
        Truth::Unknown if !footprint.is_measured => key::FINDING_FOOTPRINT_NOT_MEASURED,
        Truth::Unknown => unknown,
    };
    let values = [
        ("limit", metres(f64::from(place.within_m))),
        ("nearest", metres_or_far(footprint.nearest_m)),
        ("farthest", metres_or_far(footprint.farthest_m)),
        ("doubt", metres(footprint.doubt_m)),
        ("of", line_of(found, place)),
        ("in", sentence_of_inside(found, place)),
    ];
    let values = values
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    sentence(key, &values)
}

/// Returns the distance of a home to a line, as the end of a sentence; nothing when it is not known.
pub(super) fn at(distance_m: Option<f64>) -> String {
    distance_m.map_or_else(String::new, |distance_m| {
        let key = if distance_m < 0.0 {
            key::FINDING_DEPTH
        } else {
            key::FINDING_DISTANCE
        };
        sentence(key, &[("distance", &metres(distance_m))])
    })
}

/// Returns a distance; beyond the search radius of the engine it is not measured.
fn metres_or_far(distance_m: Option<f64>) -> String {
    distance_m.map_or_else(|| sentence(key::FINDING_FOOTPRINT_FAR, &[]), metres)
}

fn name(place: &PlaceCondition) -> String {
    match &place.zoning {
        ZoningChoice::Named(name) => name.to_string(),
        ZoningChoice::Qpv | ZoningChoice::FormerQpv => String::new(),
    }
}

/// Returns "of a priority neighbourhood", or of the territory.
fn of(place: &PlaceCondition) -> String {
    match &place.zoning {
        ZoningChoice::Named(name) => sentence(key::FINDING_OF_LAYER, &[("layer", name.as_str())]),
        ZoningChoice::Qpv => sentence(key::FINDING_OF_QPV, &[]),
        ZoningChoice::FormerQpv => sentence(key::FINDING_OF_FORMER_QPV, &[]),
    }
}

/// Returns whose line is meant; nothing for that of the perimeters in force.
fn line_of(found: &AssessedCondition<'_>, place: &PlaceCondition) -> String {
    if place.zoning == ZoningChoice::Qpv && place.day == PlaceDay::OfCheck {
        return String::new();
    }
    format!(" {}{}", of(place), when(found, place))
}

/// Returns "in a priority neighbourhood", or in the territory, on its day.
fn sentence_of_inside(found: &AssessedCondition<'_>, place: &PlaceCondition) -> String {
    let inside = match &place.zoning {
        ZoningChoice::Named(name) => sentence(key::FINDING_IN_LAYER, &[("layer", name.as_str())]),
        ZoningChoice::Qpv => sentence(key::FINDING_IN_QPV, &[]),
        ZoningChoice::FormerQpv => sentence(key::FINDING_IN_FORMER_QPV, &[]),
    };
    format!("{inside}{}", when(found, place))
}

/// Returns the day that areas are taken of, unless it is that of the check.
fn when(found: &AssessedCondition<'_>, place: &PlaceCondition) -> String {
    match &place.day {
        PlaceDay::OfCheck => String::new(),
        PlaceDay::On(day) => sentence(key::FINDING_ON_DAY, &[("day", &day_in_digits(*day))]),
        PlaceDay::Vintage(vintage) => {
            sentence(key::FINDING_OF_VINTAGE, &[("vintage", vintage.as_str())])
        }
        PlaceDay::Asked(_) => {
            let label = found.asked().map_or("", |fact| fact.label.as_str());
            sentence(key::FINDING_ON_ASKED_DAY, &[("label", label)])
        }
    }
}
