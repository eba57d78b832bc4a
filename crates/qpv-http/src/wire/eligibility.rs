//! Programmes and assessments over the wire.

use jiff::civil::Date;
use qpv_service::programmes::{
    AssessedCondition, Assessment, Condition, EligibilityOutcome, LegalSource, Programme, Rule,
    RuleResult,
};
use qpv_service::{Snapshot, messages};
use serde::Serialize;
use utoipa::ToSchema;

use super::DatasetRef;

/// The programmes that can be asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgrammeList<'a> {
    /// In the order they were imported, then those shipped.
    pub programmes: Vec<ProgrammeAnswer<'a>>,
    /// The dataset that holds the imported ones, and the layers and lists they need.
    pub dataset: DatasetRef<'a>,
}

/// A programme.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgrammeAnswer<'a> {
    /// What it is asked by.
    #[schema(example = "pre-national")]
    pub id: &'a str,
    /// Its name, in French.
    pub name: &'a str,
    /// `person`, `establishment` or `building`.
    pub subject: &'static str,
    /// First day it applies.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day it applies.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// `axis`, or `both_sides`: both kerbs of a street that the line follows count as inside.
    pub boundary_street: &'static str,
    /// `undetermined`, or `benefit_of_doubt`.
    pub when_uncertain: &'static str,
    /// Kinds of conditions its rules have: `age`, `zone`, `qpv`, `layer`, `commune`, `school`, `footprint`, `declared`.
    pub asks: Vec<&'static str>,
    /// What can be declared in `declared`.
    pub declarations: Vec<DeclarationAnswer<'a>>,
    /// The town's own layers it needs, and whether each is imported.
    pub layers: Vec<NeededAnswer<'a>>,
    /// The list of schools it needs, likewise, if it needs one.
    pub school_list: Option<NeededAnswer<'a>>,
    /// The texts its rules come from.
    pub sources: Vec<SourceAnswer>,
    /// What people must judge besides, in French.
    pub to_assess: Vec<String>,
}

/// Something to declare.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclarationAnswer<'a> {
    /// Its name in `declared`.
    pub name: &'a str,
    /// What it means, in French.
    pub label: &'a str,
}

/// Something a programme needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeededAnswer<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether the dataset has it; without it, what depends on it is `undetermined`.
    pub imported: bool,
}

/// A text that rules come from.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceAnswer {
    /// Title and date, in French.
    pub text: String,
    /// The article, or the part of it.
    pub article: String,
    /// Where it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What is not sure of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// Whether somebody is eligible to a programme.
#[derive(Debug, Serialize, ToSchema)]
pub struct EligibilityAnswer {
    /// The programme.
    pub programme: String,
    /// Its name, in French.
    pub name: String,
    /// The day of the check.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// `eligible`, `outside_rule_possible`, `undetermined` or `not_eligible`.
    #[schema(example = "eligible")]
    pub result: &'static str,
    /// For end users, in French.
    pub message: String,
    /// The rule that holds, when one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleAnswer>,
    /// Every condition of every rule, in order; empty when the programme is not in force on that day.
    pub conditions: Vec<ConditionAnswer>,
    /// What is missing for a result, for end users, in French, each once.
    pub missing: Vec<String>,
    /// What people must judge besides, in French.
    pub to_assess: Vec<String>,
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleAnswer {
    /// `eligible` or `outside_rule_possible`.
    pub result: &'static str,
    /// What to say with it, in French.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The greatest share of people taken by it, percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_percent: Option<u8>,
    /// Where it is written.
    pub source: SourceAnswer,
}

/// A condition with what was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConditionAnswer {
    /// Which rule it is of, from 0.
    pub rule: usize,
    /// Its kind.
    #[schema(example = "age")]
    pub condition: &'static str,
    /// `met`, `not_met` or `unknown`.
    pub truth: &'static str,
    /// The stable name of what was found.
    #[schema(example = "birth_date_missing")]
    pub finding: &'static str,
    /// The layer, the list or the declaration it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Whether the result rests on it.
    pub decisive: bool,
    /// For end users, in French.
    pub message: String,
}

impl<'a> ProgrammeList<'a> {
    /// All programmes of a dataset.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let programmes = snapshot
            .programmes()
            .iter()
            .map(|programme| ProgrammeAnswer::new(snapshot, programme));
        Self {
            programmes: programmes.collect(),
            dataset: DatasetRef::of(snapshot),
        }
    }
}

const KINDS: [&str; 8] = [
    "age",
    "zone",
    "qpv",
    "layer",
    "commune",
    "school",
    "footprint",
    "declared",
];

impl<'a> ProgrammeAnswer<'a> {
    fn new(snapshot: &Snapshot, programme: &'a Programme) -> Self {
        let layer = |name: &'a qpv_service::model::Slug| NeededAnswer {
            name: name.as_str(),
            imported: snapshot.own_layer(name.as_str()).is_some(),
        };
        let list = programme
            .asks("school")
            .then(|| programme.school_list.as_str());
        let school_list = list.map(|name| NeededAnswer {
            name,
            imported: snapshot.places(name).is_some(),
        });
        let declarations = programme.declarations().into_iter();
        Self {
            id: programme.id.as_str(),
            name: &programme.name,
            subject: programme.subject.name(),
            from: programme.from,
            until: programme.until,
            boundary_street: programme.boundary_street.name(),
            when_uncertain: programme.when_uncertain.name(),
            asks: KINDS
                .into_iter()
                .filter(|kind| programme.asks(kind))
                .collect(),
            declarations: declarations
                .map(|(name, label)| DeclarationAnswer {
                    name: name.as_str(),
                    label,
                })
                .collect(),
            layers: programme.layers().into_iter().map(layer).collect(),
            school_list,
            sources: programme.sources.iter().map(SourceAnswer::from).collect(),
            to_assess: to_assess(programme),
        }
    }
}

impl From<&LegalSource> for SourceAnswer {
    fn from(source: &LegalSource) -> Self {
        let LegalSource {
            text,
            article,
            url,
            remark,
            ..
        } = source.clone();
        Self {
            text,
            article,
            url,
            remark,
        }
    }
}

fn to_assess(programme: &Programme) -> Vec<String> {
    programme
        .to_assess
        .iter()
        .map(|item| item.text.clone())
        .collect()
}

impl EligibilityAnswer {
    /// The answer for an assessment.
    #[must_use]
    pub fn new(assessment: &Assessment<'_>) -> Self {
        let programme = assessment.programme;
        let mut missing: Vec<String> = Vec::new();
        for sentence in assessment.missing().map(messages::finding) {
            if !missing.contains(&sentence) {
                missing.push(sentence);
            }
        }
        Self {
            programme: programme.id.to_string(),
            name: programme.name.clone(),
            on: assessment.on,
            result: assessment.outcome.name(),
            message: messages::assessment(assessment),
            rule: assessment.rule.map(|rule| RuleAnswer::new(programme, rule)),
            conditions: assessment
                .conditions
                .iter()
                .map(|found| ConditionAnswer::new(programme, found))
                .collect(),
            missing,
            to_assess: if assessment.outcome == EligibilityOutcome::NotEligible {
                vec![]
            } else {
                to_assess(programme)
            },
        }
    }
}

impl RuleAnswer {
    fn new(programme: &Programme, rule: &Rule) -> Self {
        let result = match rule.quality {
            RuleResult::Eligible => EligibilityOutcome::Eligible,
            RuleResult::OutsideRulePossible => EligibilityOutcome::OutsideRulePossible,
        };
        let source = programme.source(&rule.source).into();
        Self {
            result: result.name(),
            note: rule.note.clone(),
            quota_percent: rule.quota_percent,
            source,
        }
    }
}

impl ConditionAnswer {
    fn new(programme: &Programme, found: &AssessedCondition<'_>) -> Self {
        let about = match found.condition {
            Condition::Layer(name) | Condition::Declared { name, .. } => Some(name.to_string()),
            _ => None,
        };
        Self {
            rule: programme
                .rules
                .iter()
                .position(|rule| std::ptr::eq(rule, found.rule))
                .unwrap_or_default(),
            condition: found.condition.kind(),
            truth: found.truth.name(),
            finding: found.finding.name(),
            about,
            decisive: found.decisive,
            message: messages::finding_with_birthday(found),
        }
    }
}
