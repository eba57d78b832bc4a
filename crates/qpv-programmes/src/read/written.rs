//! A programme's file as TOML gives it.

use qpv_model::{PriorityNetwork, Slug};
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::asked::AskedFact;
use crate::condition::ZoneName;
use crate::place::FootprintPart;
use crate::programme::{
    AnnexCount, BoundaryStreet, LegalSource, ProgrammeSubject, RuleResult, ToAssess, WhenUncertain,
};

#[derive(Deserialize)]
// Everywhere: a misspelt key would otherwise be a rule silently left out.
#[serde(deny_unknown_fields)]
pub(super) struct WrittenProgramme {
    pub format: Option<Spanned<u32>>,
    pub id: Slug,
    pub name: Spanned<String>,
    pub subject: ProgrammeSubject,
    pub validity: Option<Spanned<WrittenDays>>,
    pub boundary_street: BoundaryStreet,
    pub when_uncertain: WhenUncertain,
    pub annexes: Option<Spanned<AnnexCount>>,
    pub school_list: Option<Slug>,
    pub sources: Vec<Spanned<LegalSource>>,
    #[serde(default)]
    pub asked: Vec<Spanned<AskedFact>>,
    pub rules: Spanned<Vec<Spanned<WrittenRule>>>,
    #[serde(default)]
    pub to_assess: Vec<Spanned<ToAssess>>,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table of days: { from = 2024-01-01, until = 2030-12-31 }"
)]
pub(super) struct WrittenDays {
    pub from: Option<Spanned<Datetime>>,
    pub until: Option<Spanned<Datetime>>,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the table of a rule, below [[rules]]"
)]
pub(super) struct WrittenRule {
    pub name: Option<Spanned<String>>,
    pub result: RuleResult,
    pub source: Spanned<String>,
    pub note: Option<String>,
    pub decided_by: Option<Spanned<String>>,
    pub quota_percent: Option<Spanned<u8>>,
    pub from: Option<Spanned<Datetime>>,
    pub until: Option<Spanned<Datetime>>,
    pub granted_from: Option<Spanned<Slug>>,
    pub lasts: Option<Spanned<WrittenDuration>>,
    pub when: Spanned<WrittenCondition>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(deny_unknown_fields, expecting = "a table: { years = 2 }")]
pub(super) struct WrittenDuration {
    #[serde(default)]
    pub years: u8,
    #[serde(default)]
    pub months: u8,
}

/// Exactly one kind of condition, with what some kinds have beside it.
#[derive(Deserialize, Default)]
#[serde(
    deny_unknown_fields,
    default,
    expecting = "a condition: { in = \"qpv\" }"
)]
pub(super) struct WrittenCondition {
    pub all: Option<Vec<Spanned<WrittenCondition>>>,
    pub any: Option<Vec<Spanned<WrittenCondition>>>,
    pub at_least: Option<Spanned<usize>>,
    pub not: Option<Box<Spanned<WrittenCondition>>>,
    pub age: Option<WrittenAges>,
    pub zone: Option<ZoneName>,
    pub qpv: Option<Vec<Spanned<String>>>,
    pub layer: Option<Slug>,
    #[serde(rename = "in")]
    pub zoning: Option<Slug>,
    pub was_qpv_on: Option<Spanned<Datetime>>,
    pub commune: Option<Vec<Spanned<String>>>,
    pub school: Option<WrittenSchool>,
    pub footprint: Option<WrittenFootprint>,
    pub declared: Option<Spanned<WrittenDeclared>>,
    pub number: Option<WrittenNumber>,
    pub date: Option<WrittenDate>,
    /// Beside `at_least`.
    pub of: Option<Spanned<Vec<Spanned<WrittenCondition>>>>,
    /// Beside `in`.
    pub on: Option<Spanned<WrittenDay>>,
    /// Beside `in`.
    pub vintage: Option<Spanned<String>>,
    /// Beside `in` and `was_qpv_on`.
    pub within_m: Option<Spanned<u16>>,
    /// Beside `in` and `was_qpv_on`.
    pub part: Option<Spanned<FootprintPart>>,
    /// The first day on which a condition in a list counts.
    pub from: Option<Spanned<Datetime>>,
    /// The last one.
    pub until: Option<Spanned<Datetime>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table: { from = 26 }")]
pub(super) struct WrittenAges {
    pub from: Option<i16>,
    pub to: Option<i16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table: { networks = [\"REP\"] }")]
pub(super) struct WrittenSchool {
    pub networks: Vec<PriorityNetwork>,
    #[serde(default)]
    pub communes: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table: { part = \"every\", within_m = 300 }"
)]
pub(super) struct WrittenFootprint {
    pub part: FootprintPart,
    pub within_m: u16,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a declaration is the id of one in `asked`, or a table { name, label } with `columns` if any"
)]
pub(super) enum WrittenDeclared {
    /// One of `asked`.
    Name(String),
    /// As the first format has it.
    Inline(InlineDeclaration),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InlineDeclaration {
    pub name: Slug,
    pub label: String,
    #[serde(default)]
    pub columns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "`on` is a day such as 2023-12-31, without quotes, or the id of a date in `asked`"
)]
pub(super) enum WrittenDay {
    /// A fixed one.
    Day(Datetime),
    /// One of `asked`.
    Asked(String),
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table: { name = \"id\", less_than = 50 }"
)]
pub(super) struct WrittenNumber {
    pub name: Spanned<Slug>,
    pub less_than: Option<f64>,
    pub at_most: Option<f64>,
    pub at_least: Option<f64>,
    pub more_than: Option<f64>,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table: { name = \"id\", from = 2024-01-01 }"
)]
pub(super) struct WrittenDate {
    pub name: Spanned<Slug>,
    pub from: Option<Spanned<Datetime>>,
    pub until: Option<Spanned<Datetime>>,
}
