//! Reading a programme's file, with errors that point at the line.
//!
//! The layout is described in `docs/programmes.md`. Faults that TOML itself cannot find (a source that is missing, an age
//! range upside down, two conditions in one) are found here, so that a [`Programme`] that exists makes sense.

use std::ops::Range;

use jiff::civil::Date;
use qpv_model::{CommuneCode, PriorityNetwork, QpvCode, Slug};
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::condition::{Condition, FootprintPart, ZoneName};
use crate::programme::{
    BoundaryStreet, LegalSource, Programme, ProgrammeSubject, Rule, RuleResult, ToAssess,
    WhenUncertain,
};

/// The reason why a file is no programme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {fault}")]
pub struct ReadError {
    /// Line of the fault, from 1.
    pub line: usize,
    /// Column of the fault, from 1, in characters.
    pub column: usize,
    /// The fault, and the form expected.
    pub fault: String,
}

/// Oldest and youngest age a rule may name.
const ALLOWED_AGES: std::ops::RangeInclusive<i16> = 0..=120;
/// Deepest nesting of conditions: evaluation recurses, and no text of law needs more.
const MAX_NESTING: usize = 8;
/// Limits that distances of buildings are computed for, metres.
const FOOTPRINT_LIMITS_M: [u16; 3] = [0, 300, 500];
/// The kind of places that schools are looked up among unless the programme names another.
const DEFAULT_SCHOOL_LIST: &str = "schools";

#[derive(Deserialize)]
// Everywhere: a misspelt key would otherwise be a rule silently left out.
#[serde(deny_unknown_fields)]
struct WrittenProgramme {
    id: Slug,
    name: Spanned<String>,
    subject: ProgrammeSubject,
    validity: Spanned<Validity>,
    boundary_street: BoundaryStreet,
    when_uncertain: WhenUncertain,
    school_list: Option<Slug>,
    sources: Vec<Spanned<LegalSource>>,
    rules: Spanned<Vec<Spanned<WrittenRule>>>,
    #[serde(default)]
    to_assess: Vec<Spanned<ToAssess>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Validity {
    from: Option<Spanned<Datetime>>,
    until: Option<Spanned<Datetime>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    result: RuleResult,
    source: Spanned<String>,
    note: Option<String>,
    quota_percent: Option<Spanned<u8>>,
    when: Spanned<WrittenCondition>,
}

/// Exactly one of these.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WrittenCondition {
    all: Option<Vec<Spanned<WrittenCondition>>>,
    any: Option<Vec<Spanned<WrittenCondition>>>,
    age: Option<Ages>,
    zone: Option<ZoneName>,
    qpv: Option<Vec<Spanned<String>>>,
    layer: Option<Slug>,
    commune: Option<Vec<Spanned<String>>>,
    school: Option<WrittenSchool>,
    footprint: Option<WrittenFootprint>,
    declared: Option<WrittenDeclared>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ages {
    from: i16,
    to: i16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSchool {
    networks: Vec<PriorityNetwork>,
    #[serde(default)]
    communes: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFootprint {
    part: FootprintPart,
    within_m: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDeclared {
    name: Slug,
    label: String,
    #[serde(default)]
    columns: Vec<String>,
}

/// A fault and its place, in bytes.
type Fault = (Range<usize>, String);

impl Programme {
    /// Reads a programme.
    ///
    /// # Errors
    /// [`ReadError`] with the line, on the first thing that is wrong.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        let written: WrittenProgramme = toml::from_str(text).map_err(|error| {
            // A value that a table lacks, or has too many of, is reported on the first line of the table.
            locate(
                text,
                error.span().map_or(0, |span| span.start),
                error.message(),
            )
        })?;
        checked(written).map_err(|(span, fault)| locate(text, span.start, &fault))
    }
}

fn locate(text: &str, at: usize, fault: &str) -> ReadError {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    // TOML counts bytes, an editor shows characters.
    let column = before[line_start..].chars().count() + 1;
    ReadError {
        line: before.matches('\n').count() + 1,
        column,
        fault: fault.trim().replace('\n', ", "),
    }
}

fn checked(written: WrittenProgramme) -> Result<Programme, Fault> {
    // The name heads every answer and report.
    if written.name.get_ref().trim().is_empty() {
        return Err((written.name.span(), "the name is empty".into()));
    }
    let (from, until) = validity(&written.validity)?;
    let sources = sources(written.sources)?;
    // A programme without rules would answer "not eligible" to everybody.
    if written.rules.get_ref().is_empty() {
        return Err((
            written.rules.span(),
            "a programme has one rule at least".into(),
        ));
    }
    let mut rules = Vec::new();
    for rule in written.rules.into_inner() {
        let source = &rule.get_ref().source;
        // Every answer cites the text that its rule comes from.
        check_source(&sources, source.get_ref(), source.span())?;
        rules.push(rule_of(rule, written.subject)?);
    }
    for item in &written.to_assess {
        check_source(&sources, &item.get_ref().source, item.span())?;
    }
    Ok(Programme {
        id: written.id,
        name: written.name.into_inner(),
        subject: written.subject,
        from,
        until,
        boundary_street: written.boundary_street,
        when_uncertain: written.when_uncertain,
        school_list: written
            .school_list
            .unwrap_or_else(|| DEFAULT_SCHOOL_LIST.parse().expect("it is a name")),
        sources,
        rules,
        to_assess: written
            .to_assess
            .into_iter()
            .map(Spanned::into_inner)
            .collect(),
    })
}

/// Checks that a source named by a rule is among the sources.
fn check_source(sources: &[LegalSource], id: &str, span: Range<usize>) -> Result<(), Fault> {
    if sources.iter().any(|source| source.id == id) {
        Ok(())
    } else {
        Err((span, format!("no source of `sources` has the id `{id}`")))
    }
}

fn validity(written: &Spanned<Validity>) -> Result<(Option<Date>, Option<Date>), Fault> {
    let Validity { from, until } = written.get_ref();
    let (first, last) = (
        from.as_ref().map(day).transpose()?,
        until.as_ref().map(day).transpose()?,
    );
    match (first, last) {
        (Some(first), Some(last)) if last < first => Err((
            written.span(),
            format!("it ends on {last}, before it begins, on {first}"),
        )),
        days => Ok(days),
    }
}

fn day(written: &Spanned<Datetime>) -> Result<Date, Fault> {
    let fault = (
        written.span(),
        format!(
            "`{}` is not a day: write 2024-01-31, without quotes",
            written.get_ref()
        ),
    );
    // A time of day or an offset would be silently lost.
    let Datetime {
        date: Some(date),
        time: None,
        offset: None,
    } = written.get_ref()
    else {
        return Err(fault);
    };
    let parts = (
        i16::try_from(date.year),
        i8::try_from(date.month),
        i8::try_from(date.day),
    );
    let (Ok(year), Ok(month), Ok(day)) = parts else {
        return Err(fault);
    };
    Date::new(year, month, day).map_err(|_| fault)
}

fn sources(written: Vec<Spanned<LegalSource>>) -> Result<Vec<LegalSource>, Fault> {
    let mut sources: Vec<LegalSource> = Vec::new();
    for source in written {
        let span = source.span();
        let source = source.into_inner();
        // A rule could not say which of the two it cites.
        if sources.iter().any(|other| other.id == source.id) {
            return Err((span, format!("two sources have the id `{}`", source.id)));
        }
        if source.text.trim().is_empty() || source.article.trim().is_empty() {
            return Err((
                span,
                "a source is cited by its text and by the article, or the part of it".into(),
            ));
        }
        sources.push(source);
    }
    Ok(sources)
}

fn rule_of(written: Spanned<WrittenRule>, subject: ProgrammeSubject) -> Result<Rule, Fault> {
    let span = written.span();
    let rule = written.into_inner();
    // People decide such cases: the note is all they have to go by.
    if rule.result == RuleResult::OutsideRulePossible
        && rule
            .note
            .as_deref()
            .is_none_or(|note| note.trim().is_empty())
    {
        return Err((
            span,
            "a rule for cases outside says in its `note` what makes them possible".into(),
        ));
    }
    // A rule by right takes everybody.
    if let Some(quota) = &rule.quota_percent
        && (rule.result == RuleResult::Eligible || *quota.get_ref() > 100)
    {
        return Err((
            quota.span(),
            "a quota is from 0 to 100, of a rule for cases outside".into(),
        ));
    }
    let when = condition(rule.when, subject, MAX_NESTING)?;
    Ok(Rule {
        quality: rule.result,
        when,
        source: rule.source.into_inner(),
        note: rule.note,
        quota_percent: rule.quota_percent.map(Spanned::into_inner),
    })
}

/// Reads a condition; `deeper` is the nesting still allowed in it.
fn condition(
    written: Spanned<WrittenCondition>,
    subject: ProgrammeSubject,
    deeper: usize,
) -> Result<Condition, Fault> {
    let span = written.span();
    let written = written.into_inner();
    // Two conditions in one table would leave open whether both must hold.
    if written.given() != 1 {
        return Err((
            span,
            "a condition has exactly one of all, any, age, zone, qpv, layer, commune, school, footprint, declared".into(),
        ));
    }
    match written {
        WrittenCondition {
            all: Some(list), ..
        } => Ok(Condition::All(parts(list, span, subject, deeper)?)),
        WrittenCondition {
            any: Some(list), ..
        } => Ok(Condition::Any(parts(list, span, subject, deeper)?)),
        leaf => {
            let leaf = leaf.leaf(&span)?;
            check_subject(&leaf, span, subject)?;
            Ok(leaf)
        }
    }
}

/// Reads the conditions that another one is made of.
fn parts(
    list: Vec<Spanned<WrittenCondition>>,
    span: Range<usize>,
    subject: ProgrammeSubject,
    deeper: usize,
) -> Result<Vec<Condition>, Fault> {
    // An empty `all` would hold for everybody, an empty `any` for nobody.
    if list.is_empty() {
        return Err((span, "a list of conditions holds one at least".into()));
    }
    if deeper == 0 {
        return Err((span, "conditions are nested too deep".into()));
    }
    list.into_iter()
        .map(|part| condition(part, subject, deeper - 1))
        .collect()
}

/// Checks that a condition makes sense for the subject of the programme: a building has no age.
fn check_subject(
    condition: &Condition,
    span: Range<usize>,
    subject: ProgrammeSubject,
) -> Result<(), Fault> {
    let fits = match condition {
        Condition::Declared { .. } => true,
        Condition::Footprint { .. } => subject == ProgrammeSubject::Building,
        Condition::Age { .. } | Condition::School { .. } => subject == ProgrammeSubject::Person,
        _ => subject != ProgrammeSubject::Building,
    };
    if fits {
        Ok(())
    } else {
        let fault = format!(
            "`{}` is no condition on a subject `{}`",
            condition.kind(),
            subject.name()
        );
        Err((span, fault))
    }
}

impl WrittenCondition {
    /// Returns the number of conditions given.
    fn given(&self) -> usize {
        let given = [
            self.all.is_some(),
            self.any.is_some(),
            self.age.is_some(),
            self.zone.is_some(),
            self.qpv.is_some(),
            self.layer.is_some(),
            self.commune.is_some(),
            self.school.is_some(),
            self.footprint.is_some(),
            self.declared.is_some(),
        ];
        given.into_iter().filter(|given| *given).count()
    }

    /// Returns the condition, when it is not made of others; `span` is its place.
    fn leaf(self, span: &Range<usize>) -> Result<Condition, Fault> {
        Ok(match self {
            Self {
                age: Some(Ages { from, to }),
                ..
            } => {
                // A range upside down holds for nobody, which no author means.
                if from > to || !ALLOWED_AGES.contains(&from) || !ALLOWED_AGES.contains(&to) {
                    return Err((span.clone(), format!("no age is from {from} to {to}")));
                }
                Condition::Age { from, to }
            }
            Self {
                zone: Some(zone), ..
            } => Condition::Zone(zone),
            Self {
                qpv: Some(codes), ..
            } => Condition::Perimeters(list(&codes, span, str::parse::<QpvCode>)?),
            Self {
                layer: Some(layer), ..
            } => Condition::Layer(layer),
            Self {
                commune: Some(codes),
                ..
            } => Condition::Communes(list(&codes, span, str::parse::<CommuneCode>)?),
            Self {
                school: Some(WrittenSchool { networks, .. }),
                ..
            } if networks.is_empty() => {
                // A school of no network: the condition could never hold.
                return Err((span.clone(), "the list is empty".into()));
            }
            Self {
                school: Some(school),
                ..
            } => Condition::School {
                networks: school.networks,
                communes: texts(&school.communes, str::parse::<CommuneCode>)?,
            },
            Self {
                footprint: Some(WrittenFootprint { part, within_m }),
                ..
            } => {
                if !FOOTPRINT_LIMITS_M.contains(&within_m) {
                    return Err((
                        span.clone(),
                        format!("within_m is one of {FOOTPRINT_LIMITS_M:?}, not {within_m}"),
                    ));
                }
                Condition::Footprint { part, within_m }
            }
            Self {
                declared:
                    Some(WrittenDeclared {
                        name,
                        label,
                        columns,
                    }),
                ..
            } => Condition::Declared {
                name,
                label,
                columns,
            },
            _ => unreachable!("exactly one condition is given, and it is not made of others"),
        })
    }
}

/// Parses texts of a kind, one at least.
fn list<T, E: ToString>(
    written: &[Spanned<String>],
    span: &Range<usize>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, Fault> {
    if written.is_empty() {
        Err((span.clone(), "the list is empty".into()))
    } else {
        texts(written, parse)
    }
}

fn texts<T, E: ToString>(
    written: &[Spanned<String>],
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, Fault> {
    let parsed = written
        .iter()
        .map(|text| parse(text.get_ref()).map_err(|error| (text.span(), error.to_string())));
    parsed.collect()
}
