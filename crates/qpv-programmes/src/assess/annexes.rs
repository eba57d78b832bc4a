//! The results of a building's annexes: car parks, shops, common parts.
//!
//! Source of [`AnnexCount::Apart`]: BOI-TVA-IMM-20-20-20 § 60 and the ministerial answer of 14 January 2025 (n° 717): what
//! lies outside the perimeter is not at the reduced rate, and does not take it from the dwellings.

use super::{AssessedCondition, Assessment, EligibilityOutcome};
use crate::facts::KnownFacts;
use crate::programme::{AnnexCount, Programme};

/// The result of an annex that counts apart.
#[derive(Debug, Clone, PartialEq)]
pub struct AssessedAnnex<'a> {
    /// Its name; empty without one.
    pub name: String,
    /// Its own outcome: never better than that of the building.
    pub outcome: EligibilityOutcome,
    /// Every condition of every rule, as for a building that the annex were.
    pub conditions: Vec<AssessedCondition<'a>>,
}

impl Programme {
    /// Returns the facts with the annexes as parts of the building, where they count so; `None` where nothing is to be joined.
    pub(super) fn with_annexes(&self, facts: &KnownFacts) -> Option<KnownFacts> {
        let building = facts.building.as_ref()?;
        let joins = self.annexes == AnnexCount::Together && !building.annexes.is_empty();
        joins.then(|| KnownFacts {
            building: Some(building.whole()),
            ..facts.clone()
        })
    }

    /// Returns the result of each annex that counts apart, after that of the building.
    pub(super) fn annexes_of(
        &self,
        facts: &KnownFacts,
        building: EligibilityOutcome,
    ) -> Vec<AssessedAnnex<'_>> {
        let Some(project) = &facts.building else {
            return Vec::new();
        };
        let assessed = project.annexes.iter().map(|annex| {
            let facts = KnownFacts {
                building: Some(project.of_annex(annex)),
                ..facts.clone()
            };
            let Assessment {
                outcome,
                conditions,
                ..
            } = self.evaluate(&facts);
            AssessedAnnex {
                name: annex.name.clone(),
                // From the best to the worst: an annex has no right that its building has not.
                outcome: outcome.max(building),
                conditions,
            }
        });
        assessed.collect()
    }
}
