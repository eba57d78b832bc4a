//! Reading a programme's file, with errors that point at the line.
//!
//! The layout is described in `docs/programmes.md`. Faults that TOML itself cannot find (a source that is missing, an age
//! range upside down, two conditions in one) are found here, so that a [`Programme`] that exists makes sense.

mod condition;
mod written;

use std::ops::Range;

use jiff::civil::Date;
use qpv_model::{Period, Slug};
use toml::Spanned;
use toml::value::Datetime;

use crate::asked::{AskedFact, AskedKind};
use crate::condition::{Condition, ListedCondition, RightDuration};
use crate::days::{day_of, no_day};
use crate::programme::{
    AnnexCount, LegalSource, Programme, ProgrammeSubject, Rule, RuleResult, ToAssess,
};
use condition::ConditionReader;
use written::{WrittenDays, WrittenDuration, WrittenProgramme, WrittenRule};

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

/// The formats that are read: files without the key `format` are of the first.
const FORMATS: std::ops::RangeInclusive<u32> = 1..=2;
/// The kind of places that schools are looked up among unless the programme names another.
const DEFAULT_SCHOOL_LIST: &str = "schools";

/// A fault and its place, in bytes.
type Fault = (Range<usize>, String);

impl Programme {
    /// Reads a programme.
    ///
    /// # Errors
    /// [`ReadError`] with the line, on the first thing that is wrong.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        // A value that a table lacks, or has too many of, is reported on the first line of the table.
        let written: WrittenProgramme =
            toml::from_str(text).map_err(|error| toml_fault(text, &error))?;
        checked(written).map_err(|(span, fault)| locate(text, span.start, &fault))
    }
}

/// Returns the fault that TOML found, in the words of the documentation.
pub(crate) fn toml_fault(text: &str, error: &toml::de::Error) -> ReadError {
    let at = error.span().map_or(0, |span| span.start);
    let words = FORMS.iter().find_map(|(form, words)| {
        let found = error.message().strip_suffix(form)?;
        Some(format!("{found}{words}"))
    });
    locate(text, at, words.as_deref().unwrap_or(error.message()))
}

/// The form expected where a value has another, in the words of TOML's reader and in ours.
const FORMS: [(&str, &str); 7] = [
    (
        "expected a sequence",
        "expected a list: [\"…\"], or [[name]] above each of several tables",
    ),
    ("expected a map", "expected a table: { name = value }"),
    (
        "expected a TOML datetime",
        "expected a day such as 2024-01-31, without quotes",
    ),
    ("expected i16", WHOLE_NUMBER),
    ("expected u16", WHOLE_NUMBER),
    ("expected u8", WHOLE_NUMBER),
    ("expected usize", WHOLE_NUMBER),
];
const WHOLE_NUMBER: &str = "expected a whole number, without quotes";

pub(crate) fn locate(text: &str, at: usize, fault: &str) -> ReadError {
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
    let format = written
        .format
        .map_or(Ok(1), |format| known_format(&format))?;
    // The name heads every answer and report.
    if written.name.get_ref().trim().is_empty() {
        return Err((written.name.span(), "the name is empty".into()));
    }
    let validity = written
        .validity
        .as_ref()
        .map_or(Ok(Period::default()), period)?;
    let sources = sources(written.sources)?;
    // A programme without rules would answer "not eligible" to everybody.
    if written.rules.get_ref().is_empty() {
        return Err((
            written.rules.span(),
            "a programme has one rule at least".into(),
        ));
    }
    let annexes = annexes(written.annexes.as_ref(), written.subject)?;
    let mut reader = RuleReader {
        format,
        validity,
        conditions: ConditionReader::new(written.subject, asked(written.asked)?),
    };
    let mut rules = Vec::new();
    for rule in written.rules.into_inner() {
        let source = &rule.get_ref().source;
        // Every answer cites the text that its rule comes from.
        check_source(&sources, source.get_ref(), source.span())?;
        rules.push(reader.rule(rule)?);
    }
    for item in &written.to_assess {
        check_source(&sources, &item.get_ref().source, item.span())?;
    }
    let to_assess: Vec<ToAssess> = written
        .to_assess
        .into_iter()
        .map(Spanned::into_inner)
        .collect();
    Ok(Programme {
        id: written.id,
        name: written.name.into_inner(),
        subject: written.subject,
        validity,
        boundary_street: written.boundary_street,
        when_uncertain: written.when_uncertain,
        annexes,
        school_list: written
            .school_list
            .unwrap_or_else(|| DEFAULT_SCHOOL_LIST.parse().expect("it is a name")),
        sources,
        asked: reader.conditions.used()?,
        rules,
        to_assess,
    })
}

fn known_format(format: &Spanned<u32>) -> Result<u32, Fault> {
    if FORMATS.contains(format.get_ref()) {
        Ok(*format.get_ref())
    } else {
        // A later format may mean another thing by the same words.
        let fault = format!("format {} is not known here: 1 and 2 are", format.get_ref());
        Err((format.span(), fault))
    }
}

fn annexes(
    written: Option<&Spanned<AnnexCount>>,
    subject: ProgrammeSubject,
) -> Result<AnnexCount, Fault> {
    match written {
        Some(annexes) if subject != ProgrammeSubject::Building => {
            Err((annexes.span(), "only buildings have `annexes`".into()))
        }
        written => Ok(written.map_or_else(AnnexCount::default, |annexes| *annexes.get_ref())),
    }
}

/// Checks the facts asked for: each has a name and a label of its own.
fn asked(written: Vec<Spanned<AskedFact>>) -> Result<Vec<Spanned<AskedFact>>, Fault> {
    for (index, fact) in written.iter().enumerate() {
        let (span, fact) = (fact.span(), fact.get_ref());
        // A request could not say which of the two it answers.
        if written[..index]
            .iter()
            .any(|other| other.get_ref().id == fact.id)
        {
            return Err((
                span,
                format!("two facts asked for have the id `{}`", fact.id),
            ));
        }
        if fact.label.trim().is_empty() {
            return Err((span, "its `label` says what is asked for, in French".into()));
        }
    }
    Ok(written)
}

/// Checks that a source named by a rule is among the sources.
fn check_source(sources: &[LegalSource], id: &str, span: Range<usize>) -> Result<(), Fault> {
    if sources.iter().any(|source| source.id == id) {
        Ok(())
    } else {
        Err((span, format!("no source of `sources` has the id `{id}`")))
    }
}

fn day(written: &Spanned<Datetime>) -> Result<Date, Fault> {
    day_of(written.get_ref()).ok_or_else(|| (written.span(), no_day(written.get_ref())))
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

/// Reads the days of a table that has a first one, a last one, both or none.
fn period(written: &Spanned<WrittenDays>) -> Result<Period, Fault> {
    let days = written.get_ref();
    period_of(days.from.as_ref(), days.until.as_ref(), written.span())
}

fn period_of(
    from: Option<&Spanned<Datetime>>,
    until: Option<&Spanned<Datetime>>,
    span: Range<usize>,
) -> Result<Period, Fault> {
    let (first, last) = (from.map(day).transpose()?, until.map(day).transpose()?);
    Period::new(first, last).map_err(|error| (span, error.to_string()))
}

/// Reads rules.
struct RuleReader {
    format: u32,
    /// The days of the programme, on which rights may start.
    validity: Period,
    conditions: ConditionReader,
}

impl RuleReader {
    fn rule(&mut self, written: Spanned<WrittenRule>) -> Result<Rule, Fault> {
        let span = written.span();
        let rule = written.into_inner();
        self.check_result(&rule, span.clone())?;
        let applies = period_of(rule.from.as_ref(), rule.until.as_ref(), span.clone())?;
        let when = self.conditions.condition(rule.when)?;
        let when = match (rule.granted_from, rule.lasts) {
            (None, None) => when,
            (Some(start), Some(lasts)) => self.while_it_runs(&start, &lasts, when)?,
            // A right without an end would never be over, one without a start never begin.
            _ => return Err((span, "`granted_from` and `lasts` go together".into())),
        };
        Ok(Rule {
            name: rule.name.map(Spanned::into_inner),
            quality: rule.result,
            when,
            applies,
            source: rule.source.into_inner(),
            note: rule.note,
            decided_by: rule.decided_by.map(Spanned::into_inner),
            quota_percent: rule.quota_percent.map(Spanned::into_inner),
        })
    }

    /// Checks what goes with the result of a rule.
    fn check_result(&self, rule: &WrittenRule, span: Range<usize>) -> Result<(), Fault> {
        if let Some(name) = &rule.name
            && is_blank(Some(name.get_ref()))
        {
            return Err((name.span(), "a rule has no empty name: leave it out".into()));
        }
        let is_possible = rule.result == RuleResult::OutsideRulePossible;
        // People decide such cases: the note is all they have to go by.
        if is_possible && is_blank(rule.note.as_deref()) {
            return Err((
                span,
                "a rule for cases outside says in its `note` what makes them possible".into(),
            ));
        }
        let decided_by = rule.decided_by.as_ref();
        if is_possible && self.format > 1 && is_blank(decided_by.map(|by| by.get_ref().as_str())) {
            return Err((
                span,
                "a rule for cases outside says in `decided_by` who decides".into(),
            ));
        }
        if let Some(by) = decided_by.filter(|_| !is_possible) {
            return Err((
                by.span(),
                "nobody decides on a right: the rule is `possible`, or has no `decided_by`".into(),
            ));
        }
        // A rule by right takes everybody.
        if let Some(quota) = &rule.quota_percent
            && (!is_possible || *quota.get_ref() > 100)
        {
            return Err((
                quota.span(),
                "a quota is from 0 to 100, of a rule for cases outside".into(),
            ));
        }
        Ok(())
    }

    /// Adds that a right runs on the day of the check.
    fn while_it_runs(
        &mut self,
        start: &Spanned<Slug>,
        lasts: &Spanned<WrittenDuration>,
        when: Condition,
    ) -> Result<Condition, Fault> {
        let WrittenDuration { years, months } = *lasts.get_ref();
        if years == 0 && months == 0 {
            return Err((lasts.span(), "a right lasts a month at least".into()));
        }
        let running = Condition::Running {
            name: self.conditions.named(start, AskedKind::Date)?,
            starts: self.validity,
            lasts: RightDuration { years, months },
        };
        // First in the list, so that its finding is read first.
        let parts = [running, when].map(ListedCondition::always);
        Ok(Condition::All(parts.into()))
    }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}
