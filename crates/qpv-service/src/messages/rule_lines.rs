//! An assessment in sentences, to be printed and signed.

use qpv_french::{key, sentence};
use qpv_programmes::{AssessedCondition, Assessment, EligibilityOutcome};

use super::assessment as summary;

/// The assessment of a programme in sentences, in French, to be printed and signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleLines {
    /// Name of the programme.
    pub programme: String,
    /// The result, in a few words.
    pub result: String,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
    /// Texts the rule comes from.
    pub sources: Vec<String>,
}

impl RuleLines {
    /// Puts an assessment in sentences: the result, its reasons and gaps, the points that people
    /// must judge too, and the texts of the rules that decide. `told` makes a sentence of a
    /// finding.
    #[must_use]
    pub fn new(
        assessment: &Assessment<'_>,
        told: impl Fn(&AssessedCondition<'_>) -> String,
    ) -> Self {
        let programme = assessment.programme;
        let found = assessment.reasons().map(told);
        let note = assessment.rule.and_then(|rule| rule.note.clone());
        let quota = assessment.rule.and_then(|rule| rule.quota_percent);
        let quota = quota
            .map(|percent| sentence(key::ELIGIBILITY_QUOTA, &[("percent", &percent.to_string())]));
        // Nothing is left to assess for somebody whom the rules exclude.
        let taken = assessment.outcome != EligibilityOutcome::NotEligible;
        let left = programme.to_assess.iter().filter(|_| taken);
        let left = left.map(|item| sentence(key::ELIGIBILITY_TO_ASSESS, &[("text", &item.text)]));
        let deciding = assessment
            .conditions
            .iter()
            .filter(|found| found.decisive)
            .map(|found| found.rule);
        let rules = assessment
            .rule
            .into_iter()
            // The rule that holds is cited alone; without one, those that the outcome rests on.
            .chain(deciding.filter(|_| assessment.rule.is_none()));
        let sources = rules.map(|rule| programme.source(&rule.source));
        let sources = sources.chain(
            programme
                .sources
                .iter()
                // Out of force no rule was evaluated: the programme's own texts are cited.
                .filter(|_| assessment.conditions.is_empty()),
        );
        Self {
            programme: programme.name.clone(),
            result: summary(assessment),
            // Two rules may rest on the same fact, which is printed once.
            reasons: each_once(found.chain(note).chain(quota).chain(left)),
            sources: each_once(
                sources.map(|source| format!("{}, {}", source.text, source.article)),
            ),
        }
    }
}

fn each_once(texts: impl Iterator<Item = String>) -> Vec<String> {
    texts.fold(Vec::new(), |mut all, text| {
        if !all.contains(&text) {
            all.push(text);
        }
        all
    })
}
