//! The messages of an assessment of eligibility.

mod annexes;
mod changes;
mod places;
mod stated;

use qpv_french::dates::{age_in_words, day_in_digits};
use qpv_french::numbers::{metres, uncertainty};
use qpv_french::{Key, key, sentence};
use qpv_model::PriorityNetwork;
use qpv_programmes::{
    AddressDoubt, AssessedCondition, Assessment, Condition, ConditionFinding, EligibilityOutcome,
    Truth, ZoneName,
};

pub use annexes::{annex_name, annexes};
pub use changes::reason_change;

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
    // Somebody who entered before may still be eligible: then the end is no reason.
    let ended = programme.validity.valid_until.filter(|until| {
        *until < assessment.on && assessment.outcome == EligibilityOutcome::NotEligible
    });
    match (programme.validity.valid_from, ended) {
        (_, Some(until)) => {
            let day = ("day", &*day_in_digits(until));
            let Some(last) = programme.runs_until() else {
                return sentence(key::ELIGIBILITY_ENDED, &[name, day]);
            };
            let key = if assessment.on <= last {
                key::ELIGIBILITY_CLOSED
            } else {
                key::ELIGIBILITY_ENDED_WITH_RIGHTS
            };
            sentence(key, &[name, day, ("last", &day_in_digits(last))])
        }
        (Some(from), _) if assessment.on < from => sentence(
            key::ELIGIBILITY_NOT_STARTED,
            &[name, ("day", &day_in_digits(from))],
        ),
        _ => decided_by(assessment).map_or_else(|| outcome(assessment.outcome), |by| possible(&by)),
    }
}

/// Returns who decides, when the rule says so.
fn decided_by(assessment: &Assessment<'_>) -> Option<String> {
    assessment.rule?.decided_by.clone()
}

fn possible(by: &str) -> String {
    sentence(key::ELIGIBILITY_OUTSIDE_RULE_POSSIBLE_BY, &[("by", by)])
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
        ConditionFinding::Place { areas, distance_m } => places::place(found, areas, *distance_m),
        ConditionFinding::LayerMissing(zoning) => places::missing(found, zoning),
        ConditionFinding::Commune(code) => {
            let key = settled(
                found.holds(),
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
        ConditionFinding::Footprint(footprint) => places::footprint(found, footprint),
        ConditionFinding::FootprintMissing => sentence(key::FINDING_FOOTPRINT_MISSING, &[]),
        ConditionFinding::Stated(fact) => stated::stated(found, *fact),
        ConditionFinding::Right { start, last } => stated::right(found, *start, *last),
        ConditionFinding::StatementMissing(_) => stated::missing(found),
    }
}

/// Returns the truth of what a rule asks of a condition, in a word or two.
#[must_use]
pub fn truth(found: &AssessedCondition<'_>) -> String {
    let key = match (found.negated, found.truth) {
        (false, Truth::Met) => key::ELIGIBILITY_TRUTH_MET,
        (false, Truth::NotMet) => key::ELIGIBILITY_TRUTH_NOT_MET,
        // The rule asks that it does not hold: "no" beside a finding that holds would contradict it.
        (true, Truth::Met) => key::ELIGIBILITY_TRUTH_NEGATED_MET,
        (true, Truth::NotMet) => key::ELIGIBILITY_TRUTH_NEGATED_NOT_MET,
        (_, Truth::Unknown) => key::ELIGIBILITY_TRUTH_UNKNOWN,
    };
    sentence(key, &[])
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

fn school(found: &AssessedCondition<'_>, name: &str, network: Option<PriorityNetwork>) -> String {
    let network = network.map_or_else(
        || sentence(key::FINDING_SCHOOL_NO_NETWORK, &[]),
        |network| network.to_string(),
    );
    let key = match found.holds() {
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
    let [met, not_met] = match (from, to) {
        (Some(_), None) => [key::FINDING_AGE_FROM_MET, key::FINDING_AGE_FROM_NOT_MET],
        (None, Some(_)) => [key::FINDING_AGE_TO_MET, key::FINDING_AGE_TO_NOT_MET],
        _ => [key::FINDING_AGE_MET, key::FINDING_AGE_NOT_MET],
    };
    let [from_age, to_age] = [from, to].map(|age| age.map_or_else(String::new, age_in_words));
    let [from, to] = [from, to].map(|age| age.map_or_else(String::new, |age| age.to_string()));
    let years = age_in_words(years);
    let key = settled(found.holds(), met, not_met);
    let ages = [
        ("age", &*years),
        ("from", &from),
        ("to", &to),
        ("from_age", &from_age),
        ("to_age", &to_age),
    ];
    sentence(key, &ages)
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
        found.holds(),
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
    if found.holds() == Truth::Unknown {
        return match doubt {
            Some(AddressDoubt::Position {
                uncertainty_m,
                line_m: Some(line_m),
            }) => sentence(
                key::FINDING_POSITION,
                &[
                    ("uncertainty", &uncertainty(*uncertainty_m)),
                    ("line", &metres(*line_m)),
                ],
            ),
            Some(AddressDoubt::Position {
                uncertainty_m,
                line_m: None,
            }) => sentence(
                key::FINDING_POSITION_FAR,
                &[("uncertainty", &uncertainty(*uncertainty_m))],
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
    let at = places::at(distance_m);
    let codes = match found.condition {
        Condition::Perimeters(codes) => codes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        _ => String::new(),
    };
    sentence(
        settled(found.holds(), met, not_met),
        &[("at", &at), ("codes", &codes)],
    )
}

/// ` (one, two)`, or nothing.
fn listed(names: &[String]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", names.join(", "))
    }
}
