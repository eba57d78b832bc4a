//! The sentences of what changed between two assessments.

use qpv_french::dates::day_in_digits;
use qpv_french::{key, sentence};
use qpv_programmes::{AssessedCondition, Assessment, ReasonChange, Truth};

use super::{assessment, finding, outcome};

/// Returns a change between two assessments in sentences: what of, how it was found before, and how after.
#[must_use]
pub fn reason_change(
    change: &ReasonChange<'_>,
    before: &Assessment<'_>,
    after: &Assessment<'_>,
) -> String {
    let [first_day, second_day] = [before, after].map(|side| day_in_digits(side.on));
    match change {
        ReasonChange::OutOfForce { after: true } => out_of_force(after, &second_day),
        ReasonChange::OutOfForce { after: false } => out_of_force(before, &first_day),
        ReasonChange::Fact { before, after } => fact(before, after),
        ReasonChange::ConditionGone(found) => sentence(
            key::RULE_CHANGE_CONDITION_GONE,
            &[("before", &finding(found))],
        ),
        ReasonChange::ConditionNew(found) => sentence(
            key::RULE_CHANGE_CONDITION_NEW,
            &[("after", &finding(found))],
        ),
        ReasonChange::RuleGone(found) => {
            sentence(key::RULE_CHANGE_RULE_GONE, &[("before", &findings(found))])
        }
        ReasonChange::RuleNew(found) => {
            sentence(key::RULE_CHANGE_RULE_NEW, &[("after", &findings(found))])
        }
        ReasonChange::RuleEnded(found) => sentence(
            key::RULE_CHANGE_RULE_ENDED,
            &[("day", &second_day), ("before", &findings(found))],
        ),
        ReasonChange::RuleBegun(found) => sentence(
            key::RULE_CHANGE_RULE_BEGUN,
            &[
                ("day", &second_day),
                ("other_day", &first_day),
                ("after", &findings(found)),
            ],
        ),
        ReasonChange::OtherResult => sentence(
            key::RULE_CHANGE_RESULT,
            &[
                ("before", &outcome(before.outcome)),
                ("after", &outcome(after.outcome)),
            ],
        ),
        ReasonChange::OtherCombination => sentence(key::RULE_CHANGE_COMBINATION, &[]),
    }
}

fn out_of_force(side: &Assessment<'_>, day: &str) -> String {
    sentence(
        key::RULE_CHANGE_OUT_OF_FORCE,
        &[("day", day), ("outcome", &assessment(side))],
    )
}

/// Returns the sentence of a condition that both rules ask.
fn fact(before: &AssessedCondition<'_>, after: &AssessedCondition<'_>) -> String {
    // By what the rules ask: of a condition that must not hold, its contrary.
    let key = match (before.truth, after.truth) {
        (old, new) if old == new => key::RULE_CHANGE_FACT,
        (_, Truth::Met) => key::RULE_CHANGE_MET,
        (Truth::Met, Truth::NotMet) => key::RULE_CHANGE_NO_LONGER_MET,
        (_, Truth::NotMet) => key::RULE_CHANGE_NOT_MET,
        (_, Truth::Unknown) => key::RULE_CHANGE_UNKNOWN,
    };
    sentence(
        key,
        &[("before", &finding(before)), ("after", &finding(after))],
    )
}

/// Returns the findings on several conditions, each sentence once.
fn findings(conditions: &[&AssessedCondition<'_>]) -> String {
    let mut sentences: Vec<String> = vec![];
    for found in conditions {
        let sentence = finding(found);
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences.join(" ")
}
