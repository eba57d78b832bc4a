//! The rules and conditions of two programmes that correspond.

use crate::condition::Condition;
use crate::place::ZoningChoice;
use crate::programme::{Programme, Rule};

/// An item of the first list and one of the second, by their places; one alone corresponds to none.
type PlacePair = (Option<usize>, Option<usize>);

/// The rules of two programmes that correspond, with their conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMatches {
    rules: Vec<PlacePair>,
    /// The pairs of conditions that correspond, for each rule of the first programme and its rule in the second.
    conditions: Vec<Vec<PlacePair>>,
}

impl RuleMatches {
    /// Matches the rules of a programme with those of another one, or of itself.
    #[must_use]
    pub fn new(before: &Programme, after: &Programme) -> Self {
        let rules = matched(
            &before.rules,
            &after.rules,
            // Two rules on nothing in common are different ones.
            &[
                |one, other| usize::from(one == other),
                same_result,
                likeness,
            ],
        );
        let mut conditions = vec![vec![]; before.rules.len()];
        for (old, new) in &rules {
            if let (Some(old), Some(new)) = (old, new) {
                conditions[*old] = matched(
                    &before.rules[*old].when.leaves(),
                    &after.rules[*new].when.leaves(),
                    &[
                        |one, other| usize::from(one == other),
                        |one, other| usize::from(topic(one) == topic(other)),
                        |one, other| usize::from(family(one) == family(other)),
                    ],
                );
            }
        }
        Self { rules, conditions }
    }

    /// Returns the places of rules that correspond, those of the second programme alone last.
    pub(super) fn rules(&self) -> impl Iterator<Item = PlacePair> {
        self.rules.iter().copied()
    }

    /// Returns the places of conditions that correspond, of a rule of the first programme.
    pub(super) fn conditions(&self, rule: usize) -> &[PlacePair] {
        self.conditions.get(rule).map_or(&[], Vec::as_slice)
    }
}

/// Returns pairs of items: by the first measure of likeness as far as it finds any, the rest by the next. Each item of the first
/// list takes the likest one of the second that is free, the first of several.
fn matched<T>(before: &[T], after: &[T], measures: &[fn(&T, &T) -> usize]) -> Vec<PlacePair> {
    let mut partners: Vec<Option<usize>> = vec![None; before.len()];
    for measure in measures {
        for old in 0..before.len() {
            if partners[old].is_some() {
                continue;
            }
            let free = (0..after.len()).filter(|new| !partners.contains(&Some(*new)));
            let likest = free
                .map(|new| (measure(&before[old], &after[new]), new))
                .filter(|(likeness, _)| *likeness > 0)
                // Of equals the maximum is the last one: counted backwards, the first.
                .max_by_key(|(likeness, new)| (*likeness, std::cmp::Reverse(*new)));
            partners[old] = likest.map(|(_, new)| new);
        }
    }
    let alone = (0..after.len()).filter(|new| !partners.contains(&Some(*new)));
    let alone: Vec<PlacePair> = alone.map(|new| (None, Some(new))).collect();
    let pairs = partners.into_iter().enumerate();
    pairs
        .map(|(old, new)| (Some(old), new))
        .chain(alone)
        .collect()
}

/// Returns the number of facts that two rules of one result both ask.
fn same_result(one: &Rule, other: &Rule) -> usize {
    if one.quality == other.quality {
        likeness(one, other)
    } else {
        0
    }
}

/// Returns the number of facts that two rules both ask.
fn likeness(one: &Rule, other: &Rule) -> usize {
    let mut free: Vec<(&str, &str)> = other.when.leaves().into_iter().map(family).collect();
    let leaves = one.when.leaves().into_iter();
    leaves
        .filter(|leaf| {
            let found = free.iter().position(|known| *known == family(leaf));
            found.map(|place| free.swap_remove(place)).is_some()
        })
        .count()
}

/// Returns the kind of a condition and the fact it is on.
fn topic(condition: &Condition) -> (&str, &str) {
    (condition.kind(), subject(condition))
}

/// Returns the fact a condition is on, apart from how it is asked.
fn family(condition: &Condition) -> (&str, &str) {
    let kind = match condition {
        // The neighbourhoods of a rule, of another day, or at a distance.
        Condition::Zone(_) | Condition::Perimeters(_) | Condition::Place(_) => "place",
        Condition::Declared(_)
        | Condition::Number { .. }
        | Condition::Date { .. }
        | Condition::Running { .. } => "asked",
        other => other.kind(),
    };
    (kind, subject(condition))
}

fn subject(condition: &Condition) -> &str {
    match condition {
        Condition::Place(place) => match &place.zoning {
            ZoningChoice::Named(name) => name.as_str(),
            ZoningChoice::Qpv | ZoningChoice::FormerQpv => "",
        },
        other => other.asked().map_or("", |name| name.as_str()),
    }
}
