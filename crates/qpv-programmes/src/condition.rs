//! Conditions of a rule.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use qpv_model::{CommuneCode, Period, PriorityNetwork, QpvCode, Slug};
use strum::IntoStaticStr;

use crate::asked::NumberRange;
use crate::facts::SchoolFact;
use crate::place::{PlaceCondition, PlaceDay, ZoningChoice};
use crate::truth::Truth;

/// A condition of a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Every one of these holds.
    All(Vec<ListedCondition>),
    /// One of these holds.
    Any(Vec<ListedCondition>),
    /// So many of these hold.
    AtLeast(usize, Vec<ListedCondition>),
    /// This one does not hold.
    Not(Box<Condition>),
    /// The person's age in completed years on the day of the check, both ends included.
    Age {
        /// Least age.
        from: Option<i16>,
        /// Greatest age: until the day before the next birthday.
        to: Option<i16>,
    },
    /// The home lies in this zone of the perimeters in force.
    Zone(ZoneName),
    /// The home lies in one of these perimeters.
    Perimeters(Vec<QpvCode>),
    /// The home or the building lies in a zoning, or near it.
    Place(PlaceCondition),
    /// The home or the building lies in one of these communes.
    Communes(Vec<CommuneCode>),
    /// The person's school is of one of these networks.
    School {
        /// REP, REP+.
        networks: Vec<PriorityNetwork>,
        /// In these communes only; anywhere when empty.
        communes: Vec<CommuneCode>,
    },
    /// A fact that only people know, declared by the caller: its name.
    Declared(Slug),
    /// A number given by the caller lies in a range.
    Number {
        /// Its name.
        name: Slug,
        /// The range.
        range: NumberRange,
    },
    /// A day given by the caller is one of a period.
    Date {
        /// Its name.
        name: Slug,
        /// The period.
        period: Period,
    },
    /// A right that starts on a day given by the caller runs on the day of the check.
    Running {
        /// The name of the day it starts.
        name: Slug,
        /// The days on which it may start.
        starts: Period,
        /// Its duration, the first day included.
        lasts: RightDuration,
    },
}

/// A condition in a list, and the days of the check on which it counts: on others it is as if it did not stand there.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedCondition {
    /// The condition.
    pub condition: Condition,
    /// The days.
    pub counts: Period,
}

/// The duration of a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RightDuration {
    /// Whole years.
    pub years: u8,
    /// Months in addition.
    pub months: u8,
}

impl RightDuration {
    /// Returns the last day of a right that starts on a day; the last day there is for one that no calendar holds.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use qpv_programmes::RightDuration;
    /// let five_years = RightDuration { years: 5, months: 0 };
    /// assert_eq!(five_years.last_day(date(2025, 12, 31)), date(2030, 12, 30));
    /// ```
    #[must_use]
    pub fn last_day(self, start: Date) -> Date {
        // The last day is the eve of the anniversary, as of every term of years.
        let end = i64::from(self.years).years().months(i64::from(self.months));
        start
            .checked_add(end)
            .and_then(Date::yesterday)
            .unwrap_or(Date::MAX)
    }
}

impl ListedCondition {
    /// A condition that counts on every day.
    pub(crate) fn always(condition: Condition) -> Self {
        Self {
            condition,
            counts: Period::default(),
        }
    }
}

/// A zone that a rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ZoneName {
    /// In a perimeter.
    Qpv,
    /// In none, at less than 300 m from one.
    #[serde(rename = "band_300m")]
    #[strum(serialize = "band_300m")]
    Band300m,
}

impl ZoneName {
    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Condition {
    /// Returns the conditions that are not made of others, in order, those that must not hold among them.
    #[must_use]
    pub fn leaves(&self) -> Vec<&Self> {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => parts
                .iter()
                .flat_map(|part| part.condition.leaves())
                .collect(),
            Self::Not(part) => part.leaves(),
            leaf => vec![leaf],
        }
    }

    /// Returns whether it cannot be met as long as the conditions that `is_unknown` finds are unknown.
    pub(crate) fn depends_on(&self, is_unknown: &impl Fn(&Self) -> bool) -> bool {
        match self {
            // What counts on some days only may be left out on others.
            Self::All(parts) => parts.iter().any(|part| {
                part.counts == Period::default() && part.condition.depends_on(is_unknown)
            }),
            Self::Any(parts) => met_without(parts, is_unknown) == 0,
            Self::AtLeast(count, parts) => met_without(parts, is_unknown) < *count,
            // The contrary of several may hold by one of them alone, and a list is no fact that is unknown.
            Self::Not(part) => is_unknown(part),
            leaf => is_unknown(leaf),
        }
    }

    /// Returns the departments outside of which it cannot be met, by INSEE code; `None` when it may be met in all.
    pub(crate) fn departments(&self) -> Option<BTreeSet<&str>> {
        match self {
            // What counts on some days only confines nothing on others.
            Self::All(parts) => parts
                .iter()
                .filter(|part| part.counts == Period::default())
                .filter_map(|part| part.condition.departments())
                .reduce(|all, more| &all & &more),
            // One part that holds anywhere is enough for the whole to do so.
            Self::Any(parts) | Self::AtLeast(_, parts) => parts
                .iter()
                .map(|part| part.condition.departments())
                .collect::<Option<Vec<_>>>()
                .map(|confined| confined.into_iter().flatten().collect()),
            Self::Perimeters(codes) => Some(codes.iter().map(QpvCode::department).collect()),
            Self::Communes(communes) => {
                Some(communes.iter().map(CommuneCode::department).collect())
            }
            Self::School { communes, .. } if !communes.is_empty() => {
                Some(communes.iter().map(CommuneCode::department).collect())
            }
            // Not to live in one commune is to live in any other.
            _ => None,
        }
    }

    /// Returns the stable name of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::All(_) => "all",
            Self::Any(_) => "any",
            Self::AtLeast(..) => "at_least",
            Self::Not(_) => "not",
            Self::Age { .. } => "age",
            Self::Zone(_) => "zone",
            Self::Perimeters(_) => "qpv",
            Self::Place(place) => place_kind(place),
            Self::Communes(_) => "commune",
            Self::School { .. } => "school",
            Self::Declared(_) => "declared",
            Self::Number { .. } => "number",
            Self::Date { .. } => "date",
            Self::Running { .. } => "running",
        }
    }

    /// Returns the name of the fact asked for that it depends on; of a place, the day that its areas are taken of.
    pub(crate) fn asked(&self) -> Option<&Slug> {
        match self {
            Self::Declared(name)
            | Self::Number { name, .. }
            | Self::Date { name, .. }
            | Self::Running { name, .. }
            | Self::Place(PlaceCondition {
                day: PlaceDay::Asked(name),
                ..
            }) => Some(name),
            _ => None,
        }
    }
}

/// Returns the number of conditions that may be met whatever is unknown of these.
fn met_without(parts: &[ListedCondition], is_unknown: &impl Fn(&Condition) -> bool) -> usize {
    let free = parts
        .iter()
        .filter(|part| !part.condition.depends_on(is_unknown));
    free.count()
}

/// Returns the truth of a commune being one of some: a rule for Paris, Lyon or Marseille means their arrondissements too, and
/// of a city as a whole nothing tells whether it is the arrondissement that a rule names.
pub(crate) fn one_of(commune: CommuneCode, codes: &[CommuneCode]) -> Truth {
    if codes.contains(&commune) || codes.contains(&commune.whole_commune()) {
        Truth::Met
    } else if codes.iter().any(|code| code.whole_commune() == commune) {
        Truth::Unknown
    } else {
        Truth::NotMet
    }
}

fn place_kind(place: &PlaceCondition) -> &'static str {
    match place {
        PlaceCondition { part: Some(_), .. } => "footprint",
        PlaceCondition {
            zoning: ZoningChoice::Named(_),
            day: PlaceDay::OfCheck,
            within_m: 0,
            ..
        } => "layer",
        _ => "in",
    }
}

impl Condition {
    /// Returns the truth of a condition on the school; unknown of any other condition.
    pub(crate) fn truth_of_school(&self, school: &SchoolFact) -> Truth {
        let Self::School {
            networks, communes, ..
        } = self
        else {
            return Truth::Unknown;
        };
        match school {
            // To go to no school is an answer, not a gap.
            SchoolFact::None => Truth::NotMet,
            SchoolFact::Known {
                commune, network, ..
            } => {
                let of_network = network.is_some_and(|network| networks.contains(&network));
                let there = match commune {
                    _ if communes.is_empty() => Truth::Met,
                    Some(commune) => one_of(*commune, communes),
                    None => Truth::Unknown,
                };
                Truth::all([of_network.into(), there])
            }
            // A list that does not name networks decides nothing, nor does a school that was not found.
            _ => Truth::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_is_not_known_to_be_one_of_its_arrondissements() {
        let codes = |codes: &[&str]| -> Vec<CommuneCode> {
            codes.iter().map(|code| code.parse().unwrap()).collect()
        };
        for (commune, listed, expected) in [
            ("61169", &["61169", "61006"][..], Truth::Met),
            ("61006", &["61169"], Truth::NotMet),
            ("75119", &["75056"], Truth::Met),
            ("75119", &["75119"], Truth::Met),
            ("75118", &["75119"], Truth::NotMet),
            // A position in Paris, or a list of schools that names cities as a whole.
            ("75056", &["75119"], Truth::Unknown),
            ("13055", &["75119"], Truth::NotMet),
        ] {
            let found = one_of(commune.parse().unwrap(), &codes(listed));
            assert_eq!(found, expected, "{commune} {listed:?}");
        }
    }
}
