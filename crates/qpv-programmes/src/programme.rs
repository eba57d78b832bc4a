//! A programme: its rules, their sources, and when it is in force.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use qpv_model::{CommuneCode, Period, Slug};
use strum::IntoStaticStr;

use crate::asked::{AskedFact, StatedFact};
use crate::condition::Condition;
use crate::facts::SchoolFact;
use crate::place::{PlaceCondition, PlaceQuestion, ZoningChoice};

/// A programme's rules, as they were read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Programme {
    /// Its identifier in requests.
    pub id: Slug,
    /// Its name, in French.
    pub name: String,
    /// The kind of subject it applies to.
    pub subject: ProgrammeSubject,
    /// The days on which somebody may enter; of a right that runs on, those on which it may start.
    pub validity: Period,
    /// The rule for a street that a perimeter's line follows.
    pub boundary_street: BoundaryStreet,
    /// The way that annexes of a building count.
    pub annexes: AnnexCount,
    /// Kind of places that schools are looked up among (`data import --places KIND`).
    pub school_list: Slug,
    /// The rule for a home whose position is not exact enough.
    pub when_uncertain: WhenUncertain,
    /// The texts that the rules come from.
    pub sources: Vec<LegalSource>,
    /// The facts that only people know.
    pub asked: Vec<AskedFact>,
    /// In order; the first that holds answers.
    pub rules: Vec<Rule>,
    /// Points left to human judgement, which no rule decides.
    pub to_assess: Vec<ToAssess>,
}

/// The kind of subject that a programme applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProgrammeSubject {
    /// A person: age, home, school.
    Person,
    /// An establishment, by its address.
    Establishment,
    /// A building, by its footprint.
    Building,
}

impl ProgrammeSubject {
    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The limit on a street that a perimeter's line follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum BoundaryStreet {
    /// Along the street's axis, as the decrees say: one kerb may be inside and the other outside.
    Axis,
    /// Both kerbs count as inside (law 2015-1785, art. 96, for what it covers).
    BothSides,
}

impl BoundaryStreet {
    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The answer for a position that is not exact enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum WhenUncertain {
    /// Undetermined: it must be checked.
    Undetermined,
    /// Inside, when it may be.
    BenefitOfDoubt,
}

impl WhenUncertain {
    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The way that a programme counts the annexes of a building.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AnnexCount {
    /// As parts of the building like all others.
    #[default]
    Together,
    /// Each for itself: it takes nothing from the building, and has what the building has where it lies as the rules ask.
    Apart,
}

impl AnnexCount {
    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A text that rules come from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalSource {
    /// Its identifier in rules.
    pub id: String,
    /// Its title and date, in French.
    pub text: String,
    /// The article, or the part of it.
    pub article: String,
    /// Its address.
    pub url: Option<String>,
    /// A reservation about the text.
    pub remark: Option<String>,
    /// The day it was read.
    #[serde(default, deserialize_with = "crate::days::optional_day")]
    pub read: Option<Date>,
}

/// The result of a rule whose condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleResult {
    /// The person, or the building, is eligible.
    Eligible,
    /// It is outside the rule, and may be taken all the same.
    #[serde(alias = "possible")]
    OutsideRulePossible,
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its short name, in French, where the file has one.
    pub name: Option<String>,
    /// Its result.
    pub quality: RuleResult,
    /// The condition under which it holds.
    pub when: Condition,
    /// The days of the check on which it applies.
    pub applies: Period,
    /// Who decides on such cases, in French.
    pub decided_by: Option<String>,
    /// The text it comes from: a [`LegalSource::id`].
    pub source: String,
    /// A note for the reader, in French.
    pub note: Option<String>,
    /// The greatest share of people taken by it, percent.
    pub quota_percent: Option<u8>,
}

/// A point left to human judgement.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToAssess {
    /// The point, in French.
    pub text: String,
    /// The text it comes from: a [`LegalSource::id`].
    pub source: String,
}

impl Rule {
    /// Returns whether it is about a right that runs on after it was granted.
    #[must_use]
    pub fn runs_on(&self) -> bool {
        self.when
            .leaves()
            .iter()
            .any(|leaf| matches!(leaf, Condition::Running { .. }))
    }
}

impl Programme {
    /// Returns whether nobody is eligible without a birth date.
    #[must_use]
    pub fn needs_birth_date(&self) -> bool {
        self.needs(&|condition| matches!(condition, Condition::Age { .. }))
    }

    /// Returns whether nobody is eligible without a school.
    #[must_use]
    pub fn needs_school(&self) -> bool {
        self.needs(&|condition| matches!(condition, Condition::School { .. }))
    }

    /// Returns whether nobody is eligible without a fact that is asked for.
    #[must_use]
    pub fn needs_asked(&self, id: &Slug) -> bool {
        self.needs(&|condition| condition.asked() == Some(id))
    }

    fn needs(&self, is_unknown: &impl Fn(&Condition) -> bool) -> bool {
        // A rule of another result may do without a fact that every eligible person needs.
        let mut eligible = self
            .rules
            .iter()
            .filter(|rule| rule.quality == RuleResult::Eligible)
            .peekable();
        eligible.peek().is_some() && eligible.all(|rule| rule.when.depends_on(is_unknown))
    }

    /// Returns the source of an identifier; the programme is checked to have it.
    #[must_use]
    pub fn source(&self, id: &str) -> &LegalSource {
        self.sources
            .iter()
            .find(|source| source.id == id)
            .expect("a programme names only sources it has")
    }

    fn leaves(&self) -> impl Iterator<Item = &Condition> {
        self.rules.iter().flat_map(|rule| rule.when.leaves())
    }

    /// Returns the names of the zonings and layers that its rules name.
    #[must_use]
    pub fn layers(&self) -> Vec<&Slug> {
        let names = self.places().filter_map(|place| match &place.zoning {
            ZoningChoice::Named(name) => Some(name),
            ZoningChoice::Qpv | ZoningChoice::FormerQpv => None,
        });
        distinct(names)
    }

    /// Returns the communes that its rules list, of homes and of schools.
    #[must_use]
    pub fn communes(&self) -> Vec<CommuneCode> {
        let listed = self.leaves().flat_map(|leaf| match leaf {
            Condition::Communes(codes) => codes.as_slice(),
            Condition::School { communes, .. } => communes.as_slice(),
            _ => [].as_slice(),
        });
        distinct(listed.copied())
    }

    /// Returns the departments outside of which none of its rules can hold, by INSEE code, in order; empty when one of them may
    /// hold anywhere.
    #[must_use]
    pub fn departments(&self) -> Vec<&str> {
        let confined: Option<Vec<BTreeSet<&str>>> = self
            .rules
            .iter()
            .map(|rule| rule.when.departments())
            .collect();
        let all: BTreeSet<&str> = confined.into_iter().flatten().flatten().collect();
        all.into_iter().collect()
    }

    /// Returns the zonings that a home or a building is asked of, each on its day, as far as the dates stated tell it.
    #[must_use]
    pub fn place_questions(&self, stated: &BTreeMap<Slug, StatedFact>) -> Vec<PlaceQuestion> {
        distinct(self.places().filter_map(|place| place.question(stated)))
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = &PlaceCondition> {
        self.leaves().filter_map(|leaf| match leaf {
            Condition::Place(place) => Some(place),
            _ => None,
        })
    }

    /// Returns the fact asked for under a name.
    #[must_use]
    pub fn asked_fact(&self, id: &str) -> Option<&AskedFact> {
        self.asked.iter().find(|fact| fact.id.as_str() == id)
    }

    /// Returns the last day on which a right may still run; `None` when none runs after its programme, or its end is open.
    #[must_use]
    pub fn runs_until(&self) -> Option<Date> {
        // A right may start on the last day of all: none runs longer.
        let until = self.validity.valid_until?;
        let ends = self.leaves().filter_map(|leaf| match leaf {
            Condition::Running { lasts, .. } => Some(lasts.last_day(until)),
            _ => None,
        });
        ends.max()
    }

    /// Returns true when a rule depends on this kind of condition ([`Condition::kind`]).
    #[must_use]
    pub fn asks(&self, kind: &str) -> bool {
        self.leaves().any(|leaf| leaf.kind() == kind)
    }

    /// Returns true when its rules treat two schools the same: a name that both bear is then not ambiguous.
    #[must_use]
    pub fn takes_alike(&self, one: &SchoolFact, other: &SchoolFact) -> bool {
        self.leaves()
            .filter(|leaf| leaf.kind() == "school")
            // By truth: two networks that the rules treat the same make no difference.
            .all(|leaf| leaf.truth_of_school(one) == leaf.truth_of_school(other))
    }
}

/// Returns each item once, in order of first appearance; lists here are too short for a set.
fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.fold(Vec::new(), |mut list, item| {
        if !list.contains(&item) {
            list.push(item);
        }
        list
    })
}
