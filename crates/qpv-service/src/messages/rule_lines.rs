//! An assessment in sentences, to be printed and signed.

use qpv_french::{key, sentence};
use qpv_programmes::{AssessedCondition, Assessment, EligibilityOutcome, Rule};

use super::{annexes, assessment as summary, truth};

/// The assessment of a programme in sentences, in French, to be printed and signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleLines {
    /// Identifier of the programme.
    pub id: String,
    /// Name of the programme.
    pub programme: String,
    /// The result, in a few words.
    pub result: String,
    /// Why, a sentence each; of a subject that no rule takes, only what is said of its annexes: [`Self::rules`] say the rest.
    pub reasons: Vec<String>,
    /// Every rule that counted, when none takes the subject; empty for all other results.
    pub rules: Vec<RuleConditions>,
    /// Texts the rule comes from.
    pub sources: Vec<String>,
}

/// A rule that does not take the subject, in sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleConditions {
    /// Its number in the programme, in words; `None` for the only one.
    pub title: Option<String>,
    /// Each condition: met, not met or unknown, and what was found.
    pub conditions: Vec<String>,
}

/// A line of the reasons of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonLine<'a> {
    /// The title of a rule, whose conditions follow.
    Title(&'a str),
    /// A reason, or a condition.
    Reason(&'a str),
}

impl RuleLines {
    /// Puts an assessment in sentences: the result, its reasons and gaps, or every condition of every rule when none takes the
    /// subject, the points that people must judge too, and the texts of the rules that decide. `told` makes a sentence of a
    /// finding.
    #[must_use]
    pub fn new(
        assessment: &Assessment<'_>,
        told: impl Fn(&AssessedCondition<'_>) -> String,
    ) -> Self {
        let programme = assessment.programme;
        let rules = if assessment.outcome == EligibilityOutcome::NotEligible {
            rules_of(assessment, &told)
        } else {
            Vec::new()
        };
        // Every condition stands with its rule: the decisive ones alone would be said twice.
        let found = assessment.reasons().filter(|_| rules.is_empty()).map(&told);
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
        let cited = assessment
            .rule
            .into_iter()
            // The rule that holds is cited alone; without one, those that the outcome rests on.
            .chain(deciding.filter(|_| assessment.rule.is_none()));
        let sources = cited.map(|rule| programme.source(&rule.source));
        let sources = sources.chain(
            programme
                .sources
                .iter()
                // Out of force no rule was evaluated: the programme's own texts are cited.
                .filter(|_| assessment.conditions.is_empty()),
        );
        Self {
            id: programme.id.to_string(),
            programme: programme.name.clone(),
            result: summary(assessment),
            // Two rules may rest on the same fact, which is printed once.
            reasons: each_once(
                found
                    .chain(annexes(assessment))
                    .chain(note)
                    .chain(quota)
                    .chain(left),
            ),
            rules,
            sources: each_once(
                sources.map(|source| format!("{}, {}", source.text, source.article)),
            ),
        }
    }

    /// Returns the reasons in order, or the rules with their conditions when no rule takes the subject.
    pub fn lines(&self) -> impl Iterator<Item = ReasonLine<'_>> {
        let reasons = self.reasons.iter().map(|reason| ReasonLine::Reason(reason));
        let rules = self.rules.iter().flat_map(|rule| {
            let title = rule.title.iter().map(|title| ReasonLine::Title(title));
            let conditions = rule.conditions.iter();
            title.chain(conditions.map(|condition| ReasonLine::Reason(condition)))
        });
        reasons.chain(rules)
    }
}

/// Returns every rule that counted, with all its conditions: whoever is told "no" must be able to read why.
fn rules_of(
    assessment: &Assessment<'_>,
    told: &impl Fn(&AssessedCondition<'_>) -> String,
) -> Vec<RuleConditions> {
    let rules: Vec<&[AssessedCondition<'_>]> = assessment
        .conditions
        // By identity, for two rules of a programme may be equal.
        .chunk_by(|one, next| std::ptr::eq(one.rule, next.rule))
        .collect();
    let has_several = rules.len() > 1;
    let rules = rules.into_iter().map(|conditions| {
        let numbered = assessment
            .programme
            .rules
            .iter()
            .position(|rule| std::ptr::eq(rule, conditions[0].rule))
            .filter(|_| has_several);
        let sentences = conditions.iter().map(|found| {
            let values = [("truth", &*truth(found)), ("finding", &told(found))];
            sentence(key::ELIGIBILITY_CONDITION, &values)
        });
        RuleConditions {
            title: numbered.map(|index| rule_title(conditions[0].rule, index)),
            conditions: each_once(sentences),
        }
    });
    rules.collect()
}

/// Returns the title of a rule: its name, or else its number.
fn rule_title(rule: &Rule, index: usize) -> String {
    if let Some(name) = &rule.name {
        return sentence(key::ELIGIBILITY_RULE_NAMED, &[("name", name)]);
    }
    let number = (index + 1).to_string();
    sentence(key::ELIGIBILITY_RULE, &[("number", &number)])
}

fn each_once(texts: impl Iterator<Item = String>) -> Vec<String> {
    texts.fold(Vec::new(), |mut all, text| {
        if !all.contains(&text) {
            all.push(text);
        }
        all
    })
}
