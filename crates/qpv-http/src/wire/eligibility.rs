//! Programmes and assessments over the wire.

use jiff::civil::Date;
use qpv_service::programmes::{
    AssessedCondition, Assessment, Condition, EligibilityOutcome, LegalSource, Programme,
    ProgrammeSubject, Rule, RuleResult, ZoningChoice,
};
use qpv_service::{Snapshot, messages};
use serde::Serialize;
use utoipa::ToSchema;

use super::DatasetRef;

/// The programmes that can be asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgrammeList<'a> {
    /// The programmes: the imported ones in the order of their import, then the built-in ones.
    pub programmes: Vec<ProgrammeAnswer<'a>>,
    /// The dataset that holds the imported programmes, and the layers and lists they need.
    pub dataset: DatasetRef<'a>,
}

/// A programme.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgrammeAnswer<'a> {
    /// The identifier, for the field `programme` of a check.
    #[schema(example = "pre-national")]
    pub id: &'a str,
    /// The name, in French.
    pub name: &'a str,
    /// The subject: `person`, `establishment` or `building`.
    pub subject: &'static str,
    /// The first day on which it applies.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// The last day on which it applies.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// The rule for a street that the boundary follows: `axis`, or `both_sides` if both kerbs count as inside.
    pub boundary_street: &'static str,
    /// The result when the zone is uncertain: `undetermined`, or `benefit_of_doubt`.
    pub when_uncertain: &'static str,
    /// The way that annexes of a building count: `together` or `apart`; of programmes on buildings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annexes: Option<&'static str>,
    /// The departments outside of which no rule of it can hold, by INSEE code; absent when it is for the whole country.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub departments: Vec<&'a str>,
    /// The last day on which a right granted before may still run.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs_until: Option<Date>,
    /// The kinds of its conditions: `age`, `zone`, `qpv`, `in`, `layer`, `commune`, `school`, `footprint`, `declared`, `number`,
    /// `date`, `running`.
    pub asks: Vec<&'static str>,
    /// The facts without which nobody is eligible, which a list must have a column for: `birth_date`, `school`.
    pub required: Vec<&'static str>,
    /// The facts that it takes in `declared`.
    pub declarations: Vec<DeclarationAnswer<'a>>,
    /// The zonings and custom layers that it needs.
    pub layers: Vec<NeededAnswer<'a>>,
    /// The list of schools that it needs, if any.
    pub school_list: Option<NeededAnswer<'a>>,
    /// The texts that its rules come from.
    pub sources: Vec<SourceAnswer>,
    /// The points left to human judgement, in French.
    pub to_assess: Vec<String>,
}

/// A fact that only people know.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclarationAnswer<'a> {
    /// The name in `declared`.
    pub name: &'a str,
    /// The kind of its value: `declaration` (true or false), `number`, or `date` (`YYYY-MM-DD`).
    pub kind: &'static str,
    /// The meaning, in French.
    pub label: &'a str,
    /// True when nobody is eligible without it.
    pub required: bool,
    /// Other names that its column has in lists.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub columns: &'a [String],
}

/// A layer or list that a programme needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeededAnswer<'a> {
    /// The name.
    pub name: &'a str,
    /// True if the dataset has it; without it, conditions that depend on it are unknown.
    pub imported: bool,
}

/// A text that rules come from.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceAnswer {
    /// The title and the date, in French.
    pub text: String,
    /// The article, or part of it.
    pub article: String,
    /// The URL of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// A remark on how sure the reading of the text is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// The day it was read.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<Date>,
}

/// The eligibility of a person or a building to a programme.
#[derive(Debug, Serialize, ToSchema)]
pub struct EligibilityAnswer {
    /// The programme.
    pub programme: String,
    /// The name, in French.
    pub name: String,
    /// The subject: `person`, `establishment` or `building`.
    pub subject: &'static str,
    /// The day of the check.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// The result: `eligible`, `outside_rule_possible`, `undetermined` or `not_eligible`.
    #[schema(example = "eligible")]
    pub result: &'static str,
    /// The message for end users, in French.
    pub message: String,
    /// The rule that applies, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleAnswer>,
    /// Every condition of every rule that applies on that day, in order.
    pub conditions: Vec<ConditionAnswer>,
    /// The facts missing for a result, for end users, in French, each once.
    pub missing: Vec<String>,
    /// The result of each annex of the building, when the programme counts them apart, in the order given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annexes: Vec<AnnexAnswer>,
    /// The points left to human judgement, in French.
    pub to_assess: Vec<String>,
}

/// The result of an annex: never better than that of its building.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnexAnswer {
    /// The name it was given; empty without one.
    pub name: String,
    /// The result: `eligible`, `outside_rule_possible`, `undetermined` or `not_eligible`.
    #[schema(example = "not_eligible")]
    pub result: &'static str,
    /// The message for end users, in French.
    pub message: String,
    /// Every condition of every rule, as for a building that the annex were.
    pub conditions: Vec<ConditionAnswer>,
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleAnswer {
    /// The short name, in French.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The result of the rule: `eligible` or `outside_rule_possible`.
    pub result: &'static str,
    /// The note that goes with the result, in French.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who decides on such a case, in French.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// The greatest share of people that the rule may admit, percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_percent: Option<u8>,
    /// The text that the rule comes from.
    pub source: SourceAnswer,
}

/// A condition with its finding.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConditionAnswer {
    /// The index of its rule, from 0.
    pub rule: usize,
    /// The short name of its rule, in French.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_name: Option<String>,
    /// The kind of the condition.
    #[schema(example = "age")]
    pub condition: &'static str,
    /// True when the rule asks that it does not hold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
    /// The truth of what the rule asks: `met`, `not_met` or `unknown`.
    pub truth: &'static str,
    /// The stable name of the finding.
    #[schema(example = "birth_date_missing")]
    pub finding: &'static str,
    /// The zoning, the layer or the fact of `declared` that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// True if the result depends on it.
    pub decisive: bool,
    /// The message for end users, in French.
    pub message: String,
}

impl<'a> ProgrammeList<'a> {
    /// Lists the programmes of a snapshot.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let programmes = snapshot
            .programmes()
            .iter()
            .map(|programme| ProgrammeAnswer::new(snapshot, programme));
        Self {
            programmes: programmes.collect(),
            dataset: DatasetRef::new(snapshot),
        }
    }
}

/// Kinds of conditions, in the order of an answer.
const CONDITION_KINDS: [&str; 12] = [
    "age",
    "zone",
    "qpv",
    "in",
    "layer",
    "commune",
    "school",
    "footprint",
    "declared",
    "number",
    "date",
    "running",
];

/// Returns the facts without which nobody is eligible, by the fields of a list's form.
fn required_facts(programme: &Programme) -> Vec<&'static str> {
    let facts = [
        ("birth_date", programme.needs_birth_date()),
        ("school", programme.needs_school()),
    ];
    let required = facts.into_iter().filter(|(_, is_required)| *is_required);
    required.map(|(field, _)| field).collect()
}

impl<'a> ProgrammeAnswer<'a> {
    fn new(snapshot: &Snapshot, programme: &'a Programme) -> Self {
        let list = programme
            .asks("school")
            .then(|| programme.school_list.as_str());
        let school_list = list.map(|name| NeededAnswer {
            name,
            imported: snapshot.places(name).is_some(),
        });
        let declarations = programme.asked.iter();
        Self {
            id: programme.id.as_str(),
            name: &programme.name,
            subject: programme.subject.name(),
            from: programme.validity.valid_from,
            until: programme.validity.valid_until,
            departments: programme.departments(),
            runs_until: programme.runs_until(),
            boundary_street: programme.boundary_street.name(),
            when_uncertain: programme.when_uncertain.name(),
            annexes: (programme.subject == ProgrammeSubject::Building)
                .then(|| programme.annexes.name()),
            asks: CONDITION_KINDS
                .into_iter()
                .filter(|kind| programme.asks(kind))
                .collect(),
            declarations: declarations
                .map(|fact| DeclarationAnswer {
                    name: fact.id.as_str(),
                    kind: fact.kind.name(),
                    label: &fact.label,
                    required: programme.needs_asked(&fact.id),
                    columns: &fact.columns,
                })
                .collect(),
            required: required_facts(programme),
            layers: programme
                .layers()
                .into_iter()
                .map(|name| NeededAnswer {
                    name: name.as_str(),
                    imported: snapshot.has_zoning(name),
                })
                .collect(),
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
            read,
            ..
        } = source.clone();
        Self {
            text,
            article,
            url,
            remark,
            read,
        }
    }
}

/// Returns the points left to human judgement.
fn to_assess(programme: &Programme) -> Vec<String> {
    programme
        .to_assess
        .iter()
        .map(|item| item.text.clone())
        .collect()
}

impl EligibilityAnswer {
    /// Creates the answer for an assessment.
    #[must_use]
    pub fn new(assessment: &Assessment<'_>) -> Self {
        let programme = assessment.programme;
        let mut missing: Vec<String> = Vec::new();
        for sentence in assessment.missing().map(messages::finding) {
            // Several rules may need the same fact.
            if !missing.contains(&sentence) {
                missing.push(sentence);
            }
        }
        Self {
            programme: programme.id.to_string(),
            name: programme.name.clone(),
            subject: programme.subject.name(),
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
            annexes: annex_answers(assessment),
            // Nothing is left to judge once the rules say no.
            to_assess: if assessment.outcome == EligibilityOutcome::NotEligible {
                vec![]
            } else {
                to_assess(programme)
            },
        }
    }
}

fn annex_answers(assessment: &Assessment<'_>) -> Vec<AnnexAnswer> {
    let messages = messages::annexes(assessment);
    let annexes = assessment.annexes.iter().zip(messages);
    annexes
        .map(|(annex, message)| AnnexAnswer {
            name: annex.name.clone(),
            result: annex.outcome.name(),
            message,
            conditions: annex
                .conditions
                .iter()
                .map(|found| ConditionAnswer::new(assessment.programme, found))
                .collect(),
        })
        .collect()
}

impl RuleAnswer {
    fn new(programme: &Programme, rule: &Rule) -> Self {
        let result = match rule.quality {
            RuleResult::Eligible => EligibilityOutcome::Eligible,
            RuleResult::OutsideRulePossible => EligibilityOutcome::OutsideRulePossible,
        };
        let source = programme.source(&rule.source).into();
        Self {
            name: rule.name.clone(),
            result: result.name(),
            note: rule.note.clone(),
            decided_by: rule.decided_by.clone(),
            quota_percent: rule.quota_percent,
            source,
        }
    }
}

impl ConditionAnswer {
    fn new(programme: &Programme, found: &AssessedCondition<'_>) -> Self {
        let about = match found.condition {
            Condition::Place(place) => match &place.zoning {
                ZoningChoice::Named(name) => Some(name.to_string()),
                ZoningChoice::Qpv | ZoningChoice::FormerQpv => None,
            },
            _ => found.asked().map(|fact| fact.id.to_string()),
        };
        Self {
            rule: programme
                .rules
                .iter()
                // By identity, for two rules of a programme may be equal.
                .position(|rule| std::ptr::eq(rule, found.rule))
                .unwrap_or_default(),
            rule_name: found.rule.name.clone(),
            condition: found.condition.kind(),
            negated: found.negated,
            truth: found.truth.name(),
            finding: found.finding.name(),
            about,
            decisive: found.decisive,
            message: messages::finding_with_birthday(found),
        }
    }
}
