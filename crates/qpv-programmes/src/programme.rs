//! A programme: its rules, their sources, and when it is in force.

use jiff::civil::Date;
use qpv_model::Slug;

use crate::{Condition, School};

/// A programme's rules, as they were read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Programme {
    /// What it is asked by.
    pub id: Slug,
    /// Its name, in French.
    pub name: String,
    /// What it is asked of.
    pub subject: Subject,
    /// The first day it applies, if it has one.
    pub from: Option<Date>,
    /// The last day it applies, if it has one.
    pub until: Option<Date>,
    /// What to do with a street that a perimeter's line follows.
    pub boundary_street: BoundaryStreet,
    /// Kind of places that schools are looked up among (`data import --places KIND`).
    pub school_list: Slug,
    /// What to do with a home whose position is less exact than the line is far.
    pub when_uncertain: WhenUncertain,
    /// The texts that the rules come from.
    pub sources: Vec<Source>,
    /// In order; the first that holds answers.
    pub rules: Vec<Rule>,
    /// What people must judge besides, which no rule decides.
    pub to_assess: Vec<ToAssess>,
}

/// What a programme is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A person: age, home, school.
    Person,
    /// An establishment, by its address.
    Establishment,
    /// A building, by its footprint.
    Building,
}

impl Subject {
    /// Its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Establishment => "establishment",
            Self::Building => "building",
        }
    }
}

/// Where the limit runs when a perimeter's line follows a street.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoundaryStreet {
    /// Along the street's axis, as the decrees say: one kerb may be inside and the other outside.
    Axis,
    /// Both kerbs count as inside (law 2015-1785, art. 96, for what it covers).
    BothSides,
}

impl BoundaryStreet {
    /// Its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Axis => "axis",
            Self::BothSides => "both_sides",
        }
    }
}

/// What a position that is not exact enough answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenUncertain {
    /// That it must be checked.
    Undetermined,
    /// Inside, when it may be.
    BenefitOfDoubt,
}

impl WhenUncertain {
    /// Its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Undetermined => "undetermined",
            Self::BenefitOfDoubt => "benefit_of_doubt",
        }
    }
}

/// A text that rules come from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What rules refer to it by.
    pub id: String,
    /// Its title and date, in French.
    pub text: String,
    /// The article, or the part of it.
    pub article: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// What is not sure of it.
    pub remark: Option<String>,
}

/// What a rule answers when its condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// The person, or the building, is eligible.
    Eligible,
    /// It is outside the rule, and may be taken all the same.
    OutsideRulePossible,
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What it answers.
    pub quality: Quality,
    /// When.
    pub when: Condition,
    /// Where it is written: a [`Source::id`].
    pub source: String,
    /// What to say with it, in French.
    pub note: Option<String>,
    /// The greatest share of people taken by it, percent.
    pub quota_percent: Option<u8>,
}

/// Something people must judge.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToAssess {
    /// What, in French.
    pub text: String,
    /// Where it is written: a [`Source::id`].
    pub source: String,
}

impl Programme {
    /// The source of an identifier; the programme is checked to have it.
    #[must_use]
    pub fn source(&self, id: &str) -> &Source {
        self.sources
            .iter()
            .find(|source| source.id == id)
            .expect("a programme names only sources it has")
    }

    fn leaves(&self) -> impl Iterator<Item = &Condition> {
        self.rules.iter().flat_map(|rule| rule.when.leaves())
    }

    /// The town's own layers its rules need.
    #[must_use]
    pub fn layers(&self) -> Vec<&Slug> {
        let names = self.leaves().filter_map(|leaf| match leaf {
            Condition::Layer(name) => Some(name),
            _ => None,
        });
        distinct(names)
    }

    /// What its rules ask to be declared: name and label.
    #[must_use]
    pub fn declarations(&self) -> Vec<(&Slug, &str)> {
        let names = self.leaves().filter_map(|leaf| match leaf {
            Condition::Declared { name, label } => Some((name, label.as_str())),
            _ => None,
        });
        distinct(names)
    }

    /// Whether a rule depends on this kind of condition ([`Condition::kind`]).
    #[must_use]
    pub fn asks(&self, kind: &str) -> bool {
        self.leaves().any(|leaf| leaf.kind() == kind)
    }

    /// Whether schools answer its rules the same: then an ambiguous name is none to them.
    #[must_use]
    pub fn takes_alike(&self, one: &School, other: &School) -> bool {
        let truth =
            |condition: &Condition, school: &School| crate::assess::school_truth(condition, school);
        self.leaves()
            .filter(|leaf| leaf.kind() == "school")
            .all(|leaf| truth(leaf, one) == truth(leaf, other))
    }
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.fold(Vec::new(), |mut list, item| {
        if !list.contains(&item) {
            list.push(item);
        }
        list
    })
}
