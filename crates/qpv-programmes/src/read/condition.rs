//! Reading the conditions of rules.

use std::ops::Range;

use jiff::civil::Date;
use qpv_model::{CommuneCode, Period, QpvCode, Slug, Vintage};
use toml::Spanned;

use super::written::{
    WrittenAges, WrittenCondition, WrittenDate, WrittenDay, WrittenDeclared, WrittenFootprint,
    WrittenNumber, WrittenSchool,
};
use super::{Fault, day, period_of};
use crate::age::ALLOWED_AGES;
use crate::asked::{AskedFact, AskedKind, NumberLimit, NumberRange};
use crate::condition::{Condition, ListedCondition};
use crate::days::{day_of, no_day};
use crate::place::{PlaceCondition, PlaceDay, ZoningChoice};
use crate::programme::ProgrammeSubject;

/// Deepest nesting of conditions: evaluation recurses, and no text of law needs more.
const MAX_NESTING: usize = 8;
/// The widest ring around a zoning, metres: lines are looked for up to 5 km.
const MAX_RING_M: u16 = 4_000;
/// The name of the priority neighbourhoods among zonings.
const QPV: &str = "qpv";
/// The name of those of a day that are none on the day of the check.
const FORMER_QPV: &str = "former-qpv";

/// Reads conditions of one programme.
pub(super) struct ConditionReader {
    subject: ProgrammeSubject,
    /// The facts of `asked`, with true once a condition needs one.
    asked: Vec<(Spanned<AskedFact>, bool)>,
    /// The facts that conditions bring themselves, as the first format has it.
    inline: Vec<AskedFact>,
}

impl ConditionReader {
    pub(super) fn new(subject: ProgrammeSubject, asked: Vec<Spanned<AskedFact>>) -> Self {
        Self {
            subject,
            asked: asked.into_iter().map(|fact| (fact, false)).collect(),
            inline: Vec::new(),
        }
    }

    /// Returns all facts asked for.
    pub(super) fn used(self) -> Result<Vec<AskedFact>, Fault> {
        // A question whose answer changes nothing is a rule that was forgotten, or misspelt.
        if let Some((fact, _)) = self.asked.iter().find(|(_, is_used)| !is_used) {
            let fault = format!("no condition needs `{}`", fact.get_ref().id);
            return Err((fact.span(), fault));
        }
        // Those named in the file first: forms show them in this order.
        let asked = self.asked.into_iter().map(|(fact, _)| fact.into_inner());
        Ok(asked.chain(self.inline).collect())
    }

    /// Returns the name of a fact of this kind that is asked for.
    pub(super) fn named(&mut self, name: &Spanned<Slug>, kind: AskedKind) -> Result<Slug, Fault> {
        self.named_by(name.get_ref().as_str(), name.span(), kind)
    }

    fn named_by(&mut self, name: &str, span: Range<usize>, kind: AskedKind) -> Result<Slug, Fault> {
        let found = self
            .asked
            .iter_mut()
            .find(|(fact, _)| fact.get_ref().id.as_str() == name);
        match found {
            Some((fact, is_used)) if fact.get_ref().kind == kind => {
                *is_used = true;
                Ok(fact.get_ref().id.clone())
            }
            Some((fact, _)) => Err((
                span,
                format!(
                    "`{name}` is a {} in `asked`, not a {}",
                    fact.get_ref().kind.name(),
                    kind.name()
                ),
            )),
            None if kind == AskedKind::Date && name.parse::<Date>().is_ok() => {
                Err((span, format!("write the day {name} without quotes")))
            }
            None => Err((span, format!("no fact of `asked` has the id `{name}`"))),
        }
    }

    /// Reads the condition of a rule.
    pub(super) fn condition(
        &mut self,
        written: Spanned<WrittenCondition>,
    ) -> Result<Condition, Fault> {
        let span = written.span();
        let read = self.listed(written, MAX_NESTING)?;
        alone(read, span)
    }

    /// Reads a condition with the days it counts on; `deeper` is the nesting still allowed in it.
    fn listed(
        &mut self,
        written: Spanned<WrittenCondition>,
        deeper: usize,
    ) -> Result<ListedCondition, Fault> {
        let span = written.span();
        let written = written.into_inner();
        // Two conditions in one table would leave open whether both must hold.
        if written.given() != 1 {
            return Err((span, EXACTLY_ONE.into()));
        }
        written.check_companions(&span)?;
        let counts = period_of(written.from.as_ref(), written.until.as_ref(), span.clone())?;
        let condition = match written {
            WrittenCondition {
                all: Some(list), ..
            } => Condition::All(self.parts(list, span, deeper)?),
            WrittenCondition {
                any: Some(list), ..
            } => Condition::Any(self.parts(list, span, deeper)?),
            WrittenCondition {
                at_least: Some(count),
                of: Some(list),
                ..
            } => self.count(&count, list, deeper)?,
            WrittenCondition {
                not: Some(part), ..
            } => {
                let part = self.one(*part, span, deeper)?;
                Condition::Not(Box::new(part))
            }
            leaf => {
                let leaf = self.leaf(leaf, &span)?;
                self.check_subject(&leaf, span)?;
                leaf
            }
        };
        Ok(ListedCondition { condition, counts })
    }

    /// Reads a condition that stands alone in another.
    fn one(
        &mut self,
        written: Spanned<WrittenCondition>,
        span: Range<usize>,
        deeper: usize,
    ) -> Result<Condition, Fault> {
        let mut parts = self.parts(vec![written], span.clone(), deeper)?;
        alone(parts.remove(0), span)
    }

    /// Reads the conditions that another one is made of.
    fn parts(
        &mut self,
        list: Vec<Spanned<WrittenCondition>>,
        span: Range<usize>,
        deeper: usize,
    ) -> Result<Vec<ListedCondition>, Fault> {
        // An empty `all` would hold for everybody, an empty `any` for nobody.
        if list.is_empty() {
            return Err((span, "a list of conditions holds one at least".into()));
        }
        if deeper == 0 {
            return Err((span, "conditions are nested too deep".into()));
        }
        list.into_iter()
            .map(|part| self.listed(part, deeper - 1))
            .collect()
    }

    fn count(
        &mut self,
        count: &Spanned<usize>,
        list: Spanned<Vec<Spanned<WrittenCondition>>>,
        deeper: usize,
    ) -> Result<Condition, Fault> {
        let span = list.span();
        let parts = self.parts(list.into_inner(), span, deeper)?;
        let number = *count.get_ref();
        // None of them needed, or more than there are: nobody means that.
        if number == 0 || number > parts.len() {
            let fault = format!("`at_least` is from 1 to the {} listed in `of`", parts.len());
            return Err((count.span(), fault));
        }
        Ok(Condition::AtLeast(number, parts))
    }

    /// Checks that a condition makes sense for the subject of the programme: a building has no age.
    fn check_subject(&self, condition: &Condition, span: Range<usize>) -> Result<(), Fault> {
        let is_building = self.subject == ProgrammeSubject::Building;
        let fits = match condition {
            Condition::Place(place) if is_building != place.part.is_some() => {
                let fault = if is_building {
                    "of a building, `part` says whether \"every\" part of it is meant or \"any\""
                        .into()
                } else {
                    let subject = self.subject.name();
                    format!("`part` and `footprint` are of buildings, not of a subject `{subject}`")
                };
                return Err((span, fault));
            }
            Condition::Age { .. } | Condition::School { .. } => {
                self.subject == ProgrammeSubject::Person
            }
            Condition::Zone(_) | Condition::Perimeters(_) => !is_building,
            _ => true,
        };
        if fits {
            Ok(())
        } else {
            let fault = format!(
                "`{}` is no condition on a subject `{}`",
                condition.kind(),
                self.subject.name()
            );
            Err((span, fault))
        }
    }

    /// Reads a condition that is not made of others; `span` is its place.
    fn leaf(&mut self, written: WrittenCondition, span: &Range<usize>) -> Result<Condition, Fault> {
        let place = written.place(span)?;
        if let Some(place) = place {
            return self.place(place);
        }
        Ok(match written {
            WrittenCondition { age: Some(age), .. } => ages(&age, span)?,
            WrittenCondition {
                zone: Some(zone), ..
            } => Condition::Zone(zone),
            WrittenCondition {
                qpv: Some(codes), ..
            } => Condition::Perimeters(list(&codes, span, str::parse::<QpvCode>)?),
            WrittenCondition {
                commune: Some(codes),
                ..
            } => Condition::Communes(list(&codes, span, str::parse::<CommuneCode>)?),
            WrittenCondition {
                school: Some(school),
                ..
            } => self::school(school, span)?,
            WrittenCondition {
                declared: Some(declared),
                ..
            } => self.declared(declared)?,
            WrittenCondition {
                number: Some(number),
                ..
            } => Condition::Number {
                name: self.named(&number.name, AskedKind::Number)?,
                range: range(&number, span)?,
            },
            WrittenCondition {
                date: Some(date), ..
            } => self.date(&date, span)?,
            _ => unreachable!("exactly one condition is given, and it is not made of others"),
        })
    }

    fn place(&mut self, place: WrittenPlace) -> Result<Condition, Fault> {
        let day = match place.day {
            WrittenPlaceDay::Known(day) => day,
            WrittenPlaceDay::Asked(name, span) => {
                PlaceDay::Asked(self.named_by(&name, span, AskedKind::Date)?)
            }
        };
        // The shortest name for what most rules say: answers then tell it as they do for zones.
        let is_plain = place.within_m == 0 && place.part.is_none() && day == PlaceDay::OfCheck;
        if is_plain && place.zoning == ZoningChoice::Qpv {
            return Ok(Condition::Zone(crate::condition::ZoneName::Qpv));
        }
        Ok(Condition::Place(PlaceCondition {
            zoning: place.zoning,
            day,
            within_m: place.within_m,
            part: place.part,
        }))
    }

    fn declared(&mut self, written: Spanned<WrittenDeclared>) -> Result<Condition, Fault> {
        let span = written.span();
        let inline = match written.into_inner() {
            WrittenDeclared::Name(name) => {
                return Ok(Condition::Declared(self.named_by(
                    &name,
                    span,
                    AskedKind::Declaration,
                )?));
            }
            WrittenDeclared::Inline(inline) => inline,
        };
        let known = self.asked.iter().map(|(fact, _)| fact.get_ref());
        if known.into_iter().any(|fact| fact.id == inline.name) {
            let fault = format!("`{}` is in `asked`: write its id alone", inline.name);
            return Err((span, fault));
        }
        self.add_inline(AskedFact {
            id: inline.name.clone(),
            kind: AskedKind::Declaration,
            label: inline.label,
            columns: inline.columns,
        });
        Ok(Condition::Declared(inline.name))
    }

    /// Adds a declaration, or to one of the same name the columns it lacks.
    fn add_inline(&mut self, fact: AskedFact) {
        match self.inline.iter_mut().find(|known| known.id == fact.id) {
            // Two rules may ask the same in the words of two lists.
            Some(known) => {
                let new = fact.columns.into_iter();
                let new: Vec<String> = new.filter(|name| !known.columns.contains(name)).collect();
                known.columns.extend(new);
            }
            None => self.inline.push(fact),
        }
    }

    fn date(&mut self, written: &WrittenDate, span: &Range<usize>) -> Result<Condition, Fault> {
        let period = period_of(written.from.as_ref(), written.until.as_ref(), span.clone())?;
        // Open on both sides, it would hold for every day.
        if period == Period::default() {
            return Err((span.clone(), "a date has `from`, `until` or both".into()));
        }
        Ok(Condition::Date {
            name: self.named(&written.name, AskedKind::Date)?,
            period,
        })
    }
}

/// Returns a condition that stands in no list, and so counts on every day.
fn alone(read: ListedCondition, span: Range<usize>) -> Result<Condition, Fault> {
    if read.counts == Period::default() {
        Ok(read.condition)
    } else {
        // Left out, it would leave a rule without a condition.
        let fault = "only a condition in a list has `from` and `until`: give those of the rule";
        Err((span, fault.into()))
    }
}

const EXACTLY_ONE: &str = "a condition has exactly one of all, any, at_least, not, age, zone, qpv, layer, in, \
    was_qpv_on, commune, school, footprint, declared, number, date";

/// A condition on a place as it is written, whichever of its forms.
struct WrittenPlace {
    zoning: ZoningChoice,
    day: WrittenPlaceDay,
    within_m: u16,
    part: Option<crate::place::FootprintPart>,
}

enum WrittenPlaceDay {
    Known(PlaceDay),
    /// The name of a date asked for, and its place.
    Asked(String, Range<usize>),
}

impl WrittenCondition {
    /// Returns the number of conditions given.
    fn given(&self) -> usize {
        let given = [
            self.all.is_some(),
            self.any.is_some(),
            self.at_least.is_some(),
            self.not.is_some(),
            self.age.is_some(),
            self.zone.is_some(),
            self.qpv.is_some(),
            self.layer.is_some(),
            self.zoning.is_some(),
            self.was_qpv_on.is_some(),
            self.commune.is_some(),
            self.school.is_some(),
            self.footprint.is_some(),
            self.declared.is_some(),
            self.number.is_some(),
            self.date.is_some(),
        ];
        given.into_iter().filter(|given| *given).count()
    }

    /// Checks that nothing stands beside a condition of another kind.
    fn check_companions(&self, span: &Range<usize>) -> Result<(), Fault> {
        let is_place = self.zoning.is_some() || self.was_qpv_on.is_some();
        let misplaced = [
            (
                self.of.is_some() && self.at_least.is_none(),
                "`of` goes with `at_least`",
            ),
            (
                self.at_least.is_some() && self.of.is_none(),
                "`at_least` goes with a list `of`",
            ),
            (
                self.on.is_some() && self.zoning.is_none(),
                "`on` goes with `in`",
            ),
            (
                self.vintage.is_some() && self.zoning.is_none(),
                "`vintage` goes with `in`",
            ),
            (
                self.within_m.is_some() && !is_place,
                "`within_m` goes with `in`, or stands in `footprint`",
            ),
            (
                self.part.is_some() && !is_place,
                "`part` goes with `in`, or stands in `footprint`",
            ),
        ];
        match misplaced.into_iter().find(|(is_fault, _)| *is_fault) {
            Some((_, fault)) => Err((span.clone(), fault.into())),
            None => Ok(()),
        }
    }

    /// Returns the condition on a place, when it is one.
    fn place(&self, span: &Range<usize>) -> Result<Option<WrittenPlace>, Fault> {
        let of_check = WrittenPlaceDay::Known(PlaceDay::OfCheck);
        let place = match self {
            Self {
                layer: Some(name), ..
            } => WrittenPlace {
                zoning: ZoningChoice::Named(name.clone()),
                day: of_check,
                within_m: 0,
                part: None,
            },
            Self {
                footprint: Some(WrittenFootprint { part, within_m }),
                ..
            } => WrittenPlace {
                zoning: ZoningChoice::Qpv,
                day: of_check,
                within_m: ring(*within_m, span)?,
                part: Some(*part),
            },
            Self {
                was_qpv_on: Some(was),
                ..
            } => WrittenPlace {
                zoning: ZoningChoice::Qpv,
                day: WrittenPlaceDay::Known(PlaceDay::On(day(was)?)),
                within_m: self.ring()?,
                part: self.part(),
            },
            Self {
                zoning: Some(name), ..
            } => WrittenPlace {
                zoning: zoning(name),
                day: self.day(name, span)?,
                within_m: self.ring()?,
                part: self.part(),
            },
            _ => return Ok(None),
        };
        Ok(Some(place))
    }

    fn part(&self) -> Option<crate::place::FootprintPart> {
        self.part.as_ref().map(|part| *part.get_ref())
    }

    fn ring(&self) -> Result<u16, Fault> {
        self.within_m.as_ref().map_or(Ok(0), |within_m| {
            ring(*within_m.get_ref(), &within_m.span())
        })
    }

    /// Returns the day that the areas of a zoning are taken of.
    fn day(&self, name: &Slug, span: &Range<usize>) -> Result<WrittenPlaceDay, Fault> {
        match (&self.on, &self.vintage) {
            (Some(_), Some(_)) => Err((
                span.clone(),
                "areas are taken of a day (`on`) or of a vintage, not both".into(),
            )),
            (Some(on), None) => match on.get_ref() {
                WrittenDay::Day(written) => day_of(written)
                    .map(|day| WrittenPlaceDay::Known(PlaceDay::On(day)))
                    .ok_or_else(|| (on.span(), no_day(written))),
                WrittenDay::Asked(name) => Ok(WrittenPlaceDay::Asked(name.clone(), on.span())),
            },
            (None, Some(vintage)) if [QPV, FORMER_QPV].contains(&name.as_str()) => vintage
                .get_ref()
                .parse::<Vintage>()
                .map(|vintage| WrittenPlaceDay::Known(PlaceDay::Vintage(vintage)))
                .map_err(|error| (vintage.span(), error.to_string())),
            (None, Some(vintage)) => Err((
                vintage.span(),
                "vintages are of `qpv`: other zonings have days, `on`".into(),
            )),
            // On the day of the check itself none is former.
            (None, None) if name.as_str() == FORMER_QPV => Err((
                span.clone(),
                "`former-qpv` is of a day (`on`) or of a vintage".into(),
            )),
            (None, None) => Ok(WrittenPlaceDay::Known(PlaceDay::OfCheck)),
        }
    }
}

fn zoning(name: &Slug) -> ZoningChoice {
    match name.as_str() {
        QPV => ZoningChoice::Qpv,
        FORMER_QPV => ZoningChoice::FormerQpv,
        _ => ZoningChoice::Named(name.clone()),
    }
}

fn ring(within_m: u16, span: &Range<usize>) -> Result<u16, Fault> {
    if within_m <= MAX_RING_M {
        Ok(within_m)
    } else {
        let fault = format!("within_m is at most {MAX_RING_M}, not {within_m}");
        Err((span.clone(), fault))
    }
}

fn ages(&WrittenAges { from, to }: &WrittenAges, span: &Range<usize>) -> Result<Condition, Fault> {
    if from.is_none() && to.is_none() {
        return Err((span.clone(), "an age has `from`, `to` or both".into()));
    }
    let limits = [
        from.unwrap_or(*ALLOWED_AGES.start()),
        to.unwrap_or(*ALLOWED_AGES.end()),
    ];
    // A range upside down holds for nobody, which no author means.
    if limits[0] > limits[1] || limits.iter().any(|age| !ALLOWED_AGES.contains(age)) {
        let fault = format!("no age is from {} to {}", limits[0], limits[1]);
        return Err((span.clone(), fault));
    }
    Ok(Condition::Age { from, to })
}

fn school(school: WrittenSchool, span: &Range<usize>) -> Result<Condition, Fault> {
    // A school of no network: the condition could never hold.
    if school.networks.is_empty() {
        return Err((span.clone(), "the list is empty".into()));
    }
    Ok(Condition::School {
        networks: school.networks,
        communes: texts(&school.communes, str::parse::<CommuneCode>)?,
    })
}

fn range(written: &WrittenNumber, span: &Range<usize>) -> Result<NumberRange, Fault> {
    let range = NumberRange {
        lower: limit(written.at_least, written.more_than, span)?,
        upper: limit(written.at_most, written.less_than, span)?,
    };
    if range == NumberRange::default() {
        let fault =
            "a number has one of at_least, more_than, at_most, less_than, or one on either side";
        return Err((span.clone(), fault.into()));
    }
    if range.is_empty() {
        return Err((span.clone(), "no number lies between these limits".into()));
    }
    Ok(range)
}

/// Returns the limit on one side, which counts or does not.
fn limit(
    included: Option<f64>,
    excluded: Option<f64>,
    span: &Range<usize>,
) -> Result<Option<NumberLimit>, Fault> {
    let limit = match (included, excluded) {
        (Some(_), Some(_)) => {
            return Err((span.clone(), "a number has one limit on a side".into()));
        }
        (Some(value), None) => NumberLimit {
            value,
            included: true,
        },
        (None, Some(value)) => NumberLimit {
            value,
            included: false,
        },
        (None, None) => return Ok(None),
    };
    if limit.value.is_finite() {
        Ok(Some(limit))
    } else {
        Err((span.clone(), "a limit is a number".into()))
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
