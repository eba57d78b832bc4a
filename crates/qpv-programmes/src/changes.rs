//! The differences between two assessments of one subject: by two programmes, or by one on two days.
//!
//! Rules and conditions of two files have no names of their own. Those that are equal correspond; of the others, the rules that
//! ask the most of the same, and in such rules the conditions on the same fact.

mod matching;

use crate::assess::{AssessedCondition, Assessment, EligibilityOutcome};
use crate::condition::Condition;
use crate::programme::Programme;
use crate::truth::Truth;

pub use matching::RuleMatches;

/// A difference between the reasons of two outcomes.
#[derive(Debug, Clone, PartialEq)]
pub enum ReasonChange<'a> {
    /// The programme is in force on one of the days only.
    OutOfForce {
        /// True when it is not in force on the second one.
        after: bool,
    },
    /// A condition that both rules ask: its truth differs, or another kind of fact decides it.
    Fact {
        /// As it was found before.
        before: &'a AssessedCondition<'a>,
        /// As it was found after.
        after: &'a AssessedCondition<'a>,
    },
    /// A condition that is asked no more.
    ConditionGone(&'a AssessedCondition<'a>),
    /// A condition that was not asked.
    ConditionNew(&'a AssessedCondition<'a>),
    /// The conditions by which a rule held, or might: the programme has that rule no more.
    RuleGone(Vec<&'a AssessedCondition<'a>>),
    /// The conditions of a rule that the programme did not have.
    RuleNew(Vec<&'a AssessedCondition<'a>>),
    /// The conditions of a rule that does not count on the second day.
    RuleEnded(Vec<&'a AssessedCondition<'a>>),
    /// The conditions of a rule that did not count on the first day.
    RuleBegun(Vec<&'a AssessedCondition<'a>>),
    /// The rule that decides gives another result.
    OtherResult,
    /// The conditions are the same, and combined otherwise.
    OtherCombination,
}

impl<'a> ReasonChange<'a> {
    /// Returns the conditions that it is about.
    #[must_use]
    pub fn conditions(&self) -> Vec<&'a AssessedCondition<'a>> {
        match self {
            Self::OutOfForce { .. } | Self::OtherResult | Self::OtherCombination => vec![],
            Self::Fact { before, after } => vec![before, after],
            Self::ConditionGone(found) | Self::ConditionNew(found) => vec![found],
            Self::RuleGone(found)
            | Self::RuleNew(found)
            | Self::RuleEnded(found)
            | Self::RuleBegun(found) => found.clone(),
        }
    }

    /// Returns whether it is about the place of a home or a building.
    #[must_use]
    pub fn is_of_place(&self) -> bool {
        self.conditions().iter().any(|found| {
            matches!(
                found.condition,
                Condition::Zone(_) | Condition::Perimeters(_) | Condition::Place(_)
            )
        })
    }
}

impl RuleMatches {
    /// Returns the differences between the reasons of two assessments, which are of the programmes matched here, in that
    /// order. When their outcomes differ there is one at least.
    ///
    /// Leaves out all that the outcome does not rest on: an age that grows within its range, a rule that nobody meets.
    #[must_use]
    pub fn changes<'a>(
        &self,
        before: &'a Assessment<'a>,
        after: &'a Assessment<'a>,
    ) -> Vec<ReasonChange<'a>> {
        let in_force = [before, after].map(is_in_force);
        if in_force != [true, true] {
            // Out of force on both days, nothing decides.
            let differs = in_force[0] != in_force[1];
            let change = differs.then_some(ReasonChange::OutOfForce { after: in_force[0] });
            return change.into_iter().collect();
        }
        let mut found = vec![];
        for (old, new) in self.rules() {
            let rules = [
                old.and_then(|rule| AppliedRule::find(before, rule)),
                new.and_then(|rule| AppliedRule::find(after, rule)),
            ];
            let is_in_both = old.is_some() && new.is_some();
            match rules {
                [Some(old_rule), Some(new_rule)] => {
                    let pairs = self.conditions(old.unwrap_or_default());
                    found.extend(condition_changes(pairs, &old_rule, &new_rule));
                }
                [Some(rule), None] => found.extend(rule.support().map(|conditions| {
                    if is_in_both {
                        ReasonChange::RuleEnded(conditions)
                    } else {
                        ReasonChange::RuleGone(conditions)
                    }
                })),
                [None, Some(rule)] => found.extend(rule.support().map(|conditions| {
                    if is_in_both {
                        ReasonChange::RuleBegun(conditions)
                    } else {
                        ReasonChange::RuleNew(conditions)
                    }
                })),
                [None, None] => {}
            }
        }
        if before.outcome == after.outcome {
            // A condition that comes or goes, and is met, makes no difference to somebody who stays eligible.
            found.retain(|change| {
                !matches!(change, ReasonChange::ConditionGone(it) | ReasonChange::ConditionNew(it)
                    if it.truth == Truth::Met)
            });
        } else if found.is_empty() {
            found.push(self.without_facts(before, after));
        }
        found
    }

    /// Returns the difference between outcomes that the same facts give.
    fn without_facts<'a>(
        &self,
        before: &'a Assessment<'a>,
        after: &'a Assessment<'a>,
    ) -> ReasonChange<'a> {
        let deciding = [before, after].map(|side| {
            let rule = side.rule?;
            let mut rules = side.programme.rules.iter();
            rules.position(|known| std::ptr::eq(known, rule))
        });
        let is_same = matches!(deciding, [Some(old), Some(new)] if self.rules().any(|pair| pair == (Some(old), Some(new))));
        if is_same {
            ReasonChange::OtherResult
        } else {
            ReasonChange::OtherCombination
        }
    }
}

/// Returns whether a programme is in force on the day of an assessment, or a right of it may still run.
fn is_in_force(side: &Assessment<'_>) -> bool {
    // A day on which no rule counts yet may be one of the programme.
    side.programme.validity.holds(side.on) || side.programme.in_force_on(side.on)
}

/// A rule that counts on the day of an assessment, with its conditions by their place in it.
struct AppliedRule<'a> {
    conditions: Vec<(usize, &'a AssessedCondition<'a>)>,
}

impl<'a> AppliedRule<'a> {
    /// Returns the rule at an index of the programme, if it counts on that day.
    fn find(assessment: &'a Assessment<'a>, index: usize) -> Option<Self> {
        let programme: &Programme = assessment.programme;
        let rule = programme.rules.get(index)?;
        if !programme.applies(rule, assessment.on) {
            return None;
        }
        let leaves = rule.when.leaves();
        let conditions = assessment
            .conditions
            .iter()
            .filter(|found| std::ptr::eq(found.rule, rule))
            .filter_map(|found| {
                let mut leaves = leaves.iter();
                let place = leaves.position(|leaf| std::ptr::eq(*leaf, found.condition))?;
                Some((place, found))
            });
        Some(Self {
            conditions: conditions.collect(),
        })
    }

    /// Returns the condition at a place, unless it does not count on that day.
    fn condition(&self, place: Option<usize>) -> Option<&'a AssessedCondition<'a>> {
        let place = place?;
        self.conditions
            .iter()
            .find(|(known, _)| *known == place)
            .map(|(_, found)| *found)
    }

    /// Returns the conditions by which the rule holds, or might; nothing for a rule that cannot be met, which no outcome is
    /// owed to.
    fn support(&self) -> Option<Vec<&'a AssessedCondition<'a>>> {
        let decisive = self.conditions.iter().map(|(_, found)| *found);
        // Conditions are decisive that have the truth of their rule.
        let decisive: Vec<_> = decisive
            .filter(|found| found.decisive && found.truth != Truth::NotMet)
            .collect();
        (!decisive.is_empty()).then_some(decisive)
    }
}

/// Returns the differences in the conditions of two rules that correspond.
fn condition_changes<'a>(
    pairs: &[(Option<usize>, Option<usize>)],
    before: &AppliedRule<'a>,
    after: &AppliedRule<'a>,
) -> Vec<ReasonChange<'a>> {
    let changes = pairs.iter().filter_map(|(old, new)| {
        match (before.condition(*old), after.condition(*new)) {
            (Some(before), Some(after)) => {
                let counts = before.decisive || after.decisive;
                let differs =
                    before.truth != after.truth || before.finding.name() != after.finding.name();
                (counts && differs).then_some(ReasonChange::Fact { before, after })
            }
            (Some(gone), None) => gone.decisive.then_some(ReasonChange::ConditionGone(gone)),
            (None, Some(new)) => new.decisive.then_some(ReasonChange::ConditionNew(new)),
            (None, None) => None,
        }
    });
    changes.collect()
}

/// The change of a result from one assessment to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum OutcomeChange {
    /// The outcome differs.
    Result,
    /// The outcome is the same, for another reason.
    Reason,
    /// Both outcomes are undetermined: whether anything changes is not known.
    Undetermined,
    /// Nothing changes.
    None,
}

impl OutcomeChange {
    /// Every kind of change.
    pub const ALL: [Self; 4] = [Self::Result, Self::Reason, Self::Undetermined, Self::None];

    /// Returns the change between two outcomes; `is_same_question` when one programme was asked twice of one day, and
    /// `has_reasons` when the reasons differ.
    #[must_use]
    pub fn new(
        before: EligibilityOutcome,
        after: EligibilityOutcome,
        is_same_question: bool,
        has_reasons: bool,
    ) -> Self {
        match (before, after) {
            _ if before != after => Self::Result,
            _ if is_same_question => Self::None,
            // What is unknown may hide a change.
            (EligibilityOutcome::Undetermined, _) => Self::Undetermined,
            _ if has_reasons => Self::Reason,
            _ => Self::None,
        }
    }

    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests;
