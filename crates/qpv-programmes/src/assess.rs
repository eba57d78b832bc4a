//! The evaluation of a programme on facts.

mod annexes;
mod finding;
mod leaf;

use jiff::civil::Date;
use strum::{EnumCount, IntoStaticStr, VariantArray};

use crate::asked::AskedFact;
use crate::condition::{Condition, ListedCondition};
use crate::facts::KnownFacts;
use crate::programme::{Programme, Rule, RuleResult};
use crate::truth::Truth;

pub use annexes::AssessedAnnex;
pub use finding::ConditionFinding;
use leaf::leaf_truth;

/// The answer of a programme.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, EnumCount, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum EligibilityOutcome {
    /// A rule takes the person, or the building.
    Eligible,
    /// None of the main rules does, one for cases outside may.
    OutsideRulePossible,
    /// The known facts do not decide it.
    Undetermined,
    /// No rule does.
    NotEligible,
}

impl EligibilityOutcome {
    /// Every outcome.
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS
        .first_chunk()
        .expect("COUNT is the number of VARIANTS");

    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The result of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// The day of the check.
    pub on: Date,
    /// Its answer.
    pub outcome: EligibilityOutcome,
    /// The rule that holds, when one does.
    pub rule: Option<&'a Rule>,
    /// Every condition of every rule that applies on that day, in order.
    pub conditions: Vec<AssessedCondition<'a>>,
    /// The result of each annex of a building, when the programme counts them apart.
    pub annexes: Vec<AssessedAnnex<'a>>,
}

/// A condition with its truth and its finding.
#[derive(Debug, Clone, PartialEq)]
pub struct AssessedCondition<'a> {
    /// The condition, not made of others.
    pub condition: &'a Condition,
    /// True when the rule asks that it does not hold.
    pub negated: bool,
    /// The programme.
    pub programme: &'a Programme,
    /// The rule it belongs to.
    pub rule: &'a Rule,
    /// The truth of what the rule asks: of the contrary of the condition when it is negated.
    pub truth: Truth,
    /// The fact it was decided by.
    pub finding: ConditionFinding,
    /// True when the outcome rests on it.
    pub decisive: bool,
}

impl Programme {
    /// Evaluates the rules on facts.
    ///
    /// A rule counts on the days that it applies, within those of the programme; one of a right that runs on, as long as it
    /// may run. The first rule that surely holds decides, the rules for cases outside after the others. Without one, the
    /// outcome is [`EligibilityOutcome::Undetermined`] as long as some rule might hold. A rule that might hold comes before a
    /// rule for cases outside that does.
    #[must_use]
    pub fn evaluate(&self, facts: &KnownFacts) -> Assessment<'_> {
        if let Some(whole) = self.with_annexes(facts) {
            return self.evaluate(&whole);
        }
        // Other rules are not evaluated: a list of conditions met would mislead about what has ended.
        let applying = self
            .rules
            .iter()
            .filter(|rule| self.applies(rule, facts.on));
        let mut evaluated: Vec<EvaluatedRule<'_>> = applying
            .map(|rule| EvaluatedRule::new(self, rule, facts))
            .collect();
        let (outcome, deciding) = decide(&evaluated);
        for (index, rule) in evaluated.iter_mut().enumerate() {
            // An answer rests on the rules that alone could have given another one.
            let counts = match outcome {
                EligibilityOutcome::Eligible => deciding == Some(index),
                EligibilityOutcome::OutsideRulePossible => {
                    deciding == Some(index) || rule.rule.quality == RuleResult::Eligible
                }
                EligibilityOutcome::Undetermined => rule.tree.truth() == Truth::Unknown,
                EligibilityOutcome::NotEligible => true,
            };
            if counts {
                rule.tree.mark_decisive();
            }
        }
        let rule = deciding.map(|index| evaluated[index].rule);
        let conditions = evaluated
            .into_iter()
            .flat_map(|rule| rule.tree.into_leaves())
            .collect();
        Assessment {
            programme: self,
            on: facts.on,
            outcome,
            rule,
            conditions,
            annexes: self.annexes_of(facts, outcome),
        }
    }

    /// Returns whether a rule of this programme counts on a day.
    #[must_use]
    pub fn applies(&self, rule: &Rule, on: Date) -> bool {
        let in_force = self.validity.holds(on) || (rule.runs_on() && self.runs_on(on));
        in_force && rule.applies.holds(on)
    }

    /// Returns whether rights that started while the programme was in force may still run on a day after it.
    fn runs_on(&self, on: Date) -> bool {
        self.validity.valid_until.is_some_and(|until| until < on)
            && self.runs_until().is_some_and(|last| on <= last)
    }

    /// Returns true when a rule counts on a day.
    #[must_use]
    pub fn in_force_on(&self, on: Date) -> bool {
        self.rules.iter().any(|rule| self.applies(rule, on))
    }
}

/// Returns the outcome, and the rule that it rests on.
fn decide(rules: &[EvaluatedRule<'_>]) -> (EligibilityOutcome, Option<usize>) {
    if let Some(rule) = first_rule(rules, RuleResult::Eligible, Truth::Met) {
        return (EligibilityOutcome::Eligible, Some(rule));
    }
    // A case outside is not offered to somebody who may be eligible by right.
    if first_rule(rules, RuleResult::Eligible, Truth::Unknown).is_some() {
        return (EligibilityOutcome::Undetermined, None);
    }
    if let Some(rule) = first_rule(rules, RuleResult::OutsideRulePossible, Truth::Met) {
        return (EligibilityOutcome::OutsideRulePossible, Some(rule));
    }
    if first_rule(rules, RuleResult::OutsideRulePossible, Truth::Unknown).is_some() {
        return (EligibilityOutcome::Undetermined, None);
    }
    (EligibilityOutcome::NotEligible, None)
}

/// Returns the first rule with a result whose condition has a truth.
fn first_rule(rules: &[EvaluatedRule<'_>], result: RuleResult, truth: Truth) -> Option<usize> {
    rules
        .iter()
        .position(|rule| rule.rule.quality == result && rule.tree.truth() == truth)
}

/// A rule whose conditions were evaluated.
struct EvaluatedRule<'a> {
    rule: &'a Rule,
    tree: ConditionTree<'a>,
}

impl<'a> EvaluatedRule<'a> {
    fn new(programme: &'a Programme, rule: &'a Rule, facts: &KnownFacts) -> Self {
        let evaluation = Evaluation {
            programme,
            rule,
            facts,
        };
        Self {
            rule,
            tree: evaluation.tree(&rule.when, false),
        }
    }
}

/// A condition with those it is made of.
enum ConditionTree<'a> {
    /// Several, with the truth of them together.
    Several(Truth, Vec<ConditionTree<'a>>),
    Leaf(AssessedCondition<'a>),
}

/// The evaluation of a rule.
struct Evaluation<'a, 'f> {
    programme: &'a Programme,
    rule: &'a Rule,
    facts: &'f KnownFacts,
}

impl<'a> Evaluation<'a, '_> {
    /// Evaluates a condition, or its contrary when it is `negated`.
    fn tree(&self, condition: &'a Condition, negated: bool) -> ConditionTree<'a> {
        let (parts, count) = match condition {
            Condition::All(parts) => (self.trees(parts, negated), None),
            Condition::Any(parts) => (self.trees(parts, negated), Some(1)),
            Condition::AtLeast(count, parts) => (self.trees(parts, negated), Some(*count)),
            Condition::Not(part) => return self.tree(part, !negated),
            leaf => return ConditionTree::Leaf(self.leaf(leaf, negated)),
        };
        let count = count.unwrap_or(parts.len());
        // So many hold unless one more than the others do not (De Morgan's laws).
        let needed = if negated {
            (parts.len() + 1).saturating_sub(count)
        } else {
            count
        };
        let truth = Truth::at_least(needed, parts.iter().map(ConditionTree::truth));
        ConditionTree::Several(truth, parts)
    }

    fn trees(&self, parts: &'a [ListedCondition], negated: bool) -> Vec<ConditionTree<'a>> {
        let counting = parts.iter().filter(|part| part.counts.holds(self.facts.on));
        counting
            .map(|part| self.tree(&part.condition, negated))
            .collect()
    }

    fn leaf(&self, condition: &'a Condition, negated: bool) -> AssessedCondition<'a> {
        // A doubt is to the good of whoever asks: never where the rule wants them elsewhere.
        let (holds, finding) = leaf_truth(self.programme, condition, self.facts, !negated);
        AssessedCondition {
            condition,
            negated,
            programme: self.programme,
            rule: self.rule,
            truth: if negated { holds.negated() } else { holds },
            finding,
            decisive: false,
        }
    }
}

impl<'a> AssessedCondition<'a> {
    /// Returns the fact asked for that it is about.
    #[must_use]
    pub fn asked(&self) -> Option<&'a AskedFact> {
        self.programme.asked_fact(self.condition.asked()?.as_str())
    }

    /// Returns the truth of the condition itself, whatever the rule asks of it.
    #[must_use]
    pub fn holds(&self) -> Truth {
        if self.negated {
            self.truth.negated()
        } else {
            self.truth
        }
    }
}

impl<'a> ConditionTree<'a> {
    fn truth(&self) -> Truth {
        match self {
            Self::Several(truth, _) => *truth,
            Self::Leaf(found) => found.truth,
        }
    }

    /// Marks the leaves that the truth of this tree rests on: those that have it too, for the others alone would not give
    /// it. Contraries stand at the leaves alone, so that this is so at every level.
    fn mark_decisive(&mut self) {
        match self {
            Self::Leaf(found) => found.decisive = true,
            Self::Several(truth, parts) => {
                parts
                    .iter_mut()
                    .filter(|part| part.truth() == *truth)
                    .for_each(ConditionTree::mark_decisive);
            }
        }
    }

    fn into_leaves(self) -> Vec<AssessedCondition<'a>> {
        match self {
            Self::Leaf(found) => vec![found],
            Self::Several(_, parts) => parts
                .into_iter()
                .flat_map(ConditionTree::into_leaves)
                .collect(),
        }
    }
}

impl Assessment<'_> {
    /// Returns the conditions that the outcome rests on.
    pub fn reasons(&self) -> impl Iterator<Item = &AssessedCondition<'_>> {
        self.conditions.iter().filter(|found| found.decisive)
    }

    /// Returns those whose truth is missing for an outcome.
    pub fn missing(&self) -> impl Iterator<Item = &AssessedCondition<'_>> {
        self.reasons().filter(|found| found.truth == Truth::Unknown)
    }
}
