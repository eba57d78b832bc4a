//! The messages of an assessment of eligibility.

use qpv_french::dates::day_in_digits;
use qpv_french::numbers::metres;
use qpv_french::{Key, key, sentence};
use qpv_model::PriorityNetwork;
use qpv_programmes::{
    AddressDoubt, AssessedCondition, Assessment, Condition, ConditionFinding, EligibilityOutcome,
    FootprintFact, FootprintPart, Truth, ZoneName,
};

/// Returns an outcome, in a few words.
#[must_use]
pub fn outcome(outcome: EligibilityOutcome) -> String {
    let key = match outcome {
        EligibilityOutcome::Eligible => key::ELIGIBILITY_ELIGIBLE,
        EligibilityOutcome::NotEligible => key::ELIGIBILITY_NOT_ELIGIBLE,
        EligibilityOutcome::OutsideRulePossible => key::ELIGIBILITY_OUTSIDE_RULE_POSSIBLE,
        EligibilityOutcome::Undetermined => key::ELIGIBILITY_UNDETERMINED,
    };
    sentence(key, &[])
}

/// Returns the outcome of an assessment in one line, with the end or the start of the programme if that is the reason.
#[must_use]
pub fn assessment(assessment: &Assessment<'_>) -> String {
    let programme = assessment.programme;
    let name = ("programme", programme.name.as_str());
    match (programme.from, programme.until) {
        (_, Some(until)) if until < assessment.on => sentence(
            key::ELIGIBILITY_ENDED,
            &[name, ("day", &day_in_digits(until))],
        ),
        (Some(from), _) if assessment.on < from => sentence(
            key::ELIGIBILITY_NOT_STARTED,
            &[name, ("day", &day_in_digits(from))],
        ),
        _ => outcome(assessment.outcome),
    }
}

/// Returns the finding on a condition in one sentence, or the fact that is missing.
#[must_use]
pub fn finding(found: &AssessedCondition<'_>) -> String {
    match &found.finding {
        ConditionFinding::Age { years, .. } => age(found, *years),
        ConditionFinding::BirthDateMissing => sentence(key::FINDING_BIRTH_DATE_MISSING, &[]),
        ConditionFinding::BirthDateAfter(born) => sentence(
            key::FINDING_BIRTH_DATE_AFTER,
            &[("value", &day_in_digits(*born))],
        ),
        ConditionFinding::Home { distance_m, doubt } => home(found, *distance_m, doubt.as_ref()),
        ConditionFinding::HomeMissing => sentence(key::FINDING_HOME_MISSING, &[]),
        ConditionFinding::BoundaryStreet(code) => {
            sentence(key::FINDING_BOUNDARY_STREET, &[("code", code.as_str())])
        }
        ConditionFinding::BoundaryStreetUnknown => {
            sentence(key::FINDING_BOUNDARY_STREET_UNKNOWN, &[])
        }
        ConditionFinding::BenefitOfDoubt => sentence(key::FINDING_BENEFIT_OF_DOUBT, &[]),
        ConditionFinding::Layer(areas) => layer(found, areas),
        ConditionFinding::LayerMissing(name) => {
            sentence(key::FINDING_LAYER_MISSING, &[("layer", name.as_str())])
        }
        ConditionFinding::Commune(code) => {
            let key = settled(
                found.truth,
                key::FINDING_COMMUNE_MET,
                key::FINDING_COMMUNE_NOT_MET,
            );
            sentence(key, &[("code", code.as_str())])
        }
        ConditionFinding::CommuneUnknown => sentence(key::FINDING_COMMUNE_UNKNOWN, &[]),
        ConditionFinding::School { name, network } => school(found, name, *network),
        ConditionFinding::SchoolMissing => sentence(key::FINDING_SCHOOL_MISSING, &[]),
        ConditionFinding::NoSchool => sentence(key::FINDING_NO_SCHOOL, &[]),
        ConditionFinding::SchoolNotFound => sentence(key::FINDING_SCHOOL_NOT_FOUND, &[]),
        ConditionFinding::SchoolNetworkNotTold(name) => {
            sentence(key::FINDING_SCHOOL_NETWORK_NOT_TOLD, &[("school", name)])
        }
        ConditionFinding::SchoolAmbiguous => sentence(key::FINDING_SCHOOL_AMBIGUOUS, &[]),
        ConditionFinding::SchoolListMissing(list) => {
            sentence(key::FINDING_SCHOOL_LIST_MISSING, &[("list", list.as_str())])
        }
        ConditionFinding::Footprint(footprint) => self::footprint(found, footprint),
        ConditionFinding::FootprintMissing => sentence(key::FINDING_FOOTPRINT_MISSING, &[]),
        ConditionFinding::Declared(_) => {
            let key = settled(
                found.truth,
                key::FINDING_DECLARED_MET,
                key::FINDING_DECLARED_NOT_MET,
            );
            sentence(key, &[("label", &label(found.condition))])
        }
        ConditionFinding::DeclarationMissing => sentence(
            key::FINDING_DECLARATION_MISSING,
            &[("label", &label(found.condition))],
        ),
    }
}

/// Returns the sentence of a condition that is met or not met.
fn settled(truth: Truth, met: Key, not_met: Key) -> Key {
    match truth {
        Truth::Met => met,
        Truth::NotMet => not_met,
        // Unknown facts have findings of their own; should one come here, neither sentence would be true.
        Truth::Unknown => key::ELIGIBILITY_UNDETERMINED,
    }
}

fn layer(found: &AssessedCondition<'_>, areas: &[String]) -> String {
    let key = settled(
        found.truth,
        key::FINDING_LAYER_MET,
        key::FINDING_LAYER_NOT_MET,
    );
    let (layer, areas) = (layer_name(found.condition), listed(areas));
    sentence(key, &[("layer", &layer), ("areas", &areas)])
}

fn school(found: &AssessedCondition<'_>, name: &str, network: Option<PriorityNetwork>) -> String {
    let network = network.map_or_else(
        || sentence(key::FINDING_SCHOOL_NO_NETWORK, &[]),
        |network| network.to_string(),
    );
    let key = match found.truth {
        Truth::Met => key::FINDING_SCHOOL_MET,
        Truth::NotMet => key::FINDING_SCHOOL_NOT_MET,
        Truth::Unknown => key::FINDING_SCHOOL_UNKNOWN,
    };
    sentence(key, &[("school", name), ("network", &network)])
}

fn age(found: &AssessedCondition<'_>, years: i16) -> String {
    let Condition::Age { from, to } = found.condition else {
        return String::new();
    };
    let key = settled(found.truth, key::FINDING_AGE_MET, key::FINDING_AGE_NOT_MET);
    let (years, from, to) = (years.to_string(), from.to_string(), to.to_string());
    sentence(key, &[("years", &years), ("from", &from), ("to", &to)])
}

/// Returns the finding on a condition and the birthday that will change it. The day reveals the birth date.
#[must_use]
pub fn finding_with_birthday(found: &AssessedCondition<'_>) -> String {
    let sentence_now = finding(found);
    let ConditionFinding::Age {
        changes_on: Some(on),
        ..
    } = &found.finding
    else {
        return sentence_now;
    };
    let key = settled(
        found.truth,
        key::FINDING_AGE_CHANGES_MET,
        key::FINDING_AGE_CHANGES_NOT_MET,
    );
    let change = sentence(key, &[("day", &day_in_digits(*on))]);
    format!("{sentence_now} {change}")
}

fn home(
    found: &AssessedCondition<'_>,
    distance_m: Option<f64>,
    doubt: Option<&AddressDoubt>,
) -> String {
    if found.truth == Truth::Unknown {
        return match doubt {
            Some(AddressDoubt::Position {
                uncertainty_m,
                line_m: Some(line_m),
            }) => sentence(
                key::FINDING_POSITION,
                &[
                    ("uncertainty", &metres(*uncertainty_m)),
                    ("line", &metres(*line_m)),
                ],
            ),
            Some(AddressDoubt::Position {
                uncertainty_m,
                line_m: None,
            }) => sentence(
                key::FINDING_POSITION_FAR,
                &[("uncertainty", &metres(*uncertainty_m))],
            ),
            // The doubt comes by name from another crate; any of them asks to check the number.
            Some(AddressDoubt::Other(name)) => {
                let known = Key::find(&format!("check.doubt.{name}"));
                sentence(known.unwrap_or(key::CHECK_DOUBT_STREET), &[])
            }
            None => sentence(key::CHECK_DOUBT_STREET, &[]),
        };
    }
    let (met, not_met) = match found.condition {
        Condition::Zone(ZoneName::Qpv) => (key::FINDING_ZONE_MET, key::FINDING_ZONE_NOT_MET),
        Condition::Zone(ZoneName::Band300m) => (key::FINDING_BAND_MET, key::FINDING_BAND_NOT_MET),
        _ => (key::FINDING_QPV_MET, key::FINDING_QPV_NOT_MET),
    };
    let at = distance_m.map_or_else(String::new, |distance_m| {
        let key = if distance_m < 0.0 {
            key::FINDING_DEPTH
        } else {
            key::FINDING_DISTANCE
        };
        sentence(key, &[("distance", &metres(distance_m))])
    });
    let codes = match found.condition {
        Condition::Perimeters(codes) => codes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        _ => String::new(),
    };
    sentence(
        settled(found.truth, met, not_met),
        &[("at", &at), ("codes", &codes)],
    )
}

fn footprint(found: &AssessedCondition<'_>, footprint: &FootprintFact) -> String {
    let Condition::Footprint { part, within_m } = found.condition else {
        return String::new();
    };
    let key = match (part, found.truth) {
        (FootprintPart::Any, Truth::Met) => key::FINDING_FOOTPRINT_ANY_MET,
        (FootprintPart::Any, Truth::NotMet) => key::FINDING_FOOTPRINT_ANY_NOT_MET,
        (FootprintPart::Any, Truth::Unknown) => key::FINDING_FOOTPRINT_ANY_UNKNOWN,
        (FootprintPart::Every, Truth::Met) => key::FINDING_FOOTPRINT_EVERY_MET,
        (FootprintPart::Every, Truth::NotMet) => key::FINDING_FOOTPRINT_EVERY_NOT_MET,
        (FootprintPart::Every, Truth::Unknown) => key::FINDING_FOOTPRINT_EVERY_UNKNOWN,
    };
    let (nearest, farthest) = (
        metres_or_far(footprint.nearest_m),
        metres_or_far(footprint.farthest_m),
    );
    let (limit, doubt) = (metres(f64::from(*within_m)), metres(footprint.doubt_m));
    sentence(
        key,
        &[
            ("limit", &limit),
            ("nearest", &nearest),
            ("farthest", &farthest),
            ("doubt", &doubt),
        ],
    )
}

/// Returns a distance; beyond the search radius of the engine it is not measured.
fn metres_or_far(distance_m: Option<f64>) -> String {
    distance_m.map_or_else(|| sentence(key::FINDING_FOOTPRINT_FAR, &[]), metres)
}

fn layer_name(condition: &Condition) -> String {
    match condition {
        Condition::Layer(name) => name.to_string(),
        _ => String::new(),
    }
}

fn label(condition: &Condition) -> String {
    match condition {
        Condition::Declared { label, .. } => label.clone(),
        _ => String::new(),
    }
}

/// ` (one, two)`, or nothing.
fn listed(names: &[String]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", names.join(", "))
    }
}
