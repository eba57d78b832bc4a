//! The messages of a building's annexes.

use qpv_french::numbers::metres;
use qpv_french::{Key, key, sentence};
use qpv_programmes::{AssessedAnnex, Assessment, ConditionFinding, EligibilityOutcome};

/// Returns the name of an annex for people: the one it was given, else its number, from 1.
#[must_use]
pub fn annex_name(name: &str, number: usize) -> String {
    if name.is_empty() {
        sentence(key::ANNEX_NUMBERED, &[("number", &number.to_string())])
    } else {
        sentence(key::ANNEX_NAMED, &[("name", name)])
    }
}

/// Returns the result of each annex in one sentence.
#[must_use]
pub fn annexes(assessment: &Assessment<'_>) -> Vec<String> {
    let annexes = assessment.annexes.iter().enumerate();
    annexes
        .map(|(index, annex)| {
            let name = annex_name(&annex.name, index + 1);
            sentence(
                result(assessment, annex),
                &[("annex", &name), ("farthest", &farthest(annex))],
            )
        })
        .collect()
}

fn result(assessment: &Assessment<'_>, annex: &AssessedAnnex<'_>) -> Key {
    match annex.outcome {
        EligibilityOutcome::Eligible => key::ANNEX_ELIGIBLE,
        EligibilityOutcome::OutsideRulePossible => key::ANNEX_POSSIBLE,
        EligibilityOutcome::Undetermined => key::ANNEX_UNDETERMINED,
        // It loses what its building has not: where it lies is no reason then.
        EligibilityOutcome::NotEligible
            if assessment.outcome == EligibilityOutcome::NotEligible =>
        {
            key::ANNEX_NOT_ELIGIBLE_EITHER
        }
        EligibilityOutcome::NotEligible => key::ANNEX_NOT_ELIGIBLE,
    }
}

/// Returns how far the farthest point of an annex lies from the areas that a rule asks of, in words.
fn farthest(annex: &AssessedAnnex<'_>) -> String {
    let distances = annex
        .conditions
        .iter()
        .filter_map(|found| match found.finding {
            ConditionFinding::Footprint(place) => place.farthest_m,
            _ => None,
        });
    // Rules may ask of several zonings: the nearest one is what the annex could be in.
    distances
        .reduce(f64::min)
        .map_or_else(|| sentence(key::FINDING_FOOTPRINT_FAR, &[]), metres)
}
