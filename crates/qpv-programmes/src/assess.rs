//! Facts held against the rules.

use jiff::civil::Date;
use qpv_model::{CommuneCode, PriorityNetwork, QpvCode, Slug};

use crate::facts::{AddressDoubt, Boundary, Facts, Footprint, Home, School, Standing};
use crate::{
    BoundaryStreet, Condition, Part, Programme, Quality, Rule, Truth, WhenUncertain, ZoneName,
    age_on, birthday,
};

/// What a programme answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// A rule takes the person, or the building.
    Eligible,
    /// None of the main rules does, one for cases outside may.
    OutsideRulePossible,
    /// What is known does not tell.
    Undetermined,
    /// No rule does.
    NotEligible,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [
        Self::Eligible,
        Self::OutsideRulePossible,
        Self::Undetermined,
        Self::NotEligible,
    ];

    /// Its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::OutsideRulePossible => "outside_rule_possible",
            Self::Undetermined => "undetermined",
            Self::NotEligible => "not_eligible",
        }
    }
}

/// Facts held against a programme.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// The day of the check.
    pub on: Date,
    /// What it answers.
    pub outcome: Outcome,
    /// The rule that holds, when one does.
    pub rule: Option<&'a Rule>,
    /// Every condition of every rule, in order; empty when the programme is not in force on that day.
    pub conditions: Vec<Found<'a>>,
}

/// A condition with what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<'a> {
    /// The condition.
    pub condition: &'a Condition,
    /// The rule it is of.
    pub rule: &'a Rule,
    /// Whether it holds.
    pub truth: Truth,
    /// What was found.
    pub finding: Finding,
    /// Whether the outcome rests on it.
    pub decisive: bool,
}

/// What was found of a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// The age on the day of the check.
    Age {
        /// Completed years.
        years: i16,
        /// The next birthday that changes whether the condition holds.
        changes_on: Option<Date>,
    },
    /// No birth date was given.
    BirthDateMissing,
    /// The birth date is after the day of the check.
    BirthDateAfter(Date),
    /// Where the home stands.
    Home {
        /// Metres to the line of the nearest perimeter, negative inside.
        distance_m: Option<f64>,
        /// Why that does not tell, when it does not.
        doubt: Option<AddressDoubt>,
    },
    /// No home was given.
    HomeMissing,
    /// The home stands on a street that the line of this perimeter follows: both kerbs count as inside.
    BoundaryStreet(QpvCode),
    /// Whether it does is not known.
    BoundaryStreetUnknown,
    /// The position is not exact enough, and the programme then takes it to be inside.
    BenefitOfDoubt,
    /// The areas of the layer that hold the home; it may have no name, or there may be none.
    Layer(Vec<String>),
    /// The layer is not imported.
    LayerMissing(Slug),
    /// The commune of the home.
    Commune(CommuneCode),
    /// It is not known.
    CommuneUnknown,
    /// The school.
    School {
        /// Its name.
        name: String,
        /// Its network, if it is in one.
        network: Option<PriorityNetwork>,
    },
    /// No school was given.
    SchoolMissing,
    /// The person goes to none.
    NoSchool,
    /// The school is not in the list.
    SchoolNotFound,
    /// The list does not tell whether the school, of this name, is in a network.
    SchoolNetworkNotTold(String),
    /// Several schools have this name.
    SchoolAmbiguous,
    /// No list of schools of this kind is imported.
    SchoolListMissing(Slug),
    /// Where the building stands.
    Footprint(Footprint),
    /// No building was given.
    FootprintMissing,
    /// It was declared.
    Declared(bool),
    /// It was not declared either way.
    DeclarationMissing,
}

impl Finding {
    /// Its name in every answer, which never changes.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Age { .. } => "age",
            Self::BirthDateMissing => "birth_date_missing",
            Self::BirthDateAfter(_) => "birth_date_after_check",
            Self::Home { doubt: None, .. } => "home",
            Self::Home { doubt: Some(_), .. } => "home_doubtful",
            Self::HomeMissing => "home_missing",
            Self::BoundaryStreet(_) => "boundary_street",
            Self::BoundaryStreetUnknown => "boundary_street_unknown",
            Self::BenefitOfDoubt => "benefit_of_doubt",
            Self::Layer(_) => "layer",
            Self::LayerMissing(_) => "layer_not_imported",
            Self::Commune(_) => "commune",
            Self::CommuneUnknown => "commune_unknown",
            Self::School { .. } => "school",
            Self::SchoolMissing => "school_missing",
            Self::NoSchool => "no_school",
            Self::SchoolNotFound => "school_not_found",
            Self::SchoolNetworkNotTold(_) => "school_network_not_told",
            Self::SchoolAmbiguous => "school_ambiguous",
            Self::SchoolListMissing(_) => "school_list_not_imported",
            Self::Footprint(_) => "footprint",
            Self::FootprintMissing => "footprint_missing",
            Self::Declared(_) => "declared",
            Self::DeclarationMissing => "declaration_missing",
        }
    }
}

impl Programme {
    /// Holds facts against the rules.
    ///
    /// Before its first day and after its last a programme takes nobody. Else the first rule that surely holds answers,
    /// the rules for cases outside after the others; without one, [`Outcome::Undetermined`] as long as some rule might.
    /// A rule that might hold comes before a rule for cases outside that does.
    #[must_use]
    pub fn evaluate(&self, facts: &Facts) -> Assessment<'_> {
        let none = Assessment {
            programme: self,
            on: facts.on,
            outcome: Outcome::NotEligible,
            rule: None,
            conditions: Vec::new(),
        };
        if !self.in_force_on(facts.on) {
            return none;
        }
        let mut judged: Vec<Judged<'_>> = self
            .rules
            .iter()
            .map(|rule| Judged::new(self, rule, facts))
            .collect();
        let (outcome, deciding) = decide(&judged);
        for (index, judged) in judged.iter_mut().enumerate() {
            let counts = match outcome {
                Outcome::Eligible => deciding == Some(index),
                Outcome::OutsideRulePossible => {
                    deciding == Some(index) || judged.rule.quality == Quality::Eligible
                }
                Outcome::Undetermined => judged.tree.truth() == Truth::Unknown,
                Outcome::NotEligible => true,
            };
            if counts {
                judged.tree.mark();
            }
        }
        let rule = deciding.map(|index| &self.rules[index]);
        let conditions = judged
            .into_iter()
            .flat_map(|judged| judged.tree.into_leaves())
            .collect();
        Assessment {
            outcome,
            rule,
            conditions,
            ..none
        }
    }

    /// Whether it applies on a day.
    #[must_use]
    pub fn in_force_on(&self, on: Date) -> bool {
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }
}

/// The outcome, and the rule that it rests on.
fn decide(judged: &[Judged<'_>]) -> (Outcome, Option<usize>) {
    let first = |quality: Quality, truth: Truth| {
        judged
            .iter()
            .position(|it| it.rule.quality == quality && it.tree.truth() == truth)
    };
    if let Some(rule) = first(Quality::Eligible, Truth::Met) {
        return (Outcome::Eligible, Some(rule));
    }
    if first(Quality::Eligible, Truth::Unknown).is_some() {
        return (Outcome::Undetermined, None);
    }
    match first(Quality::OutsideRulePossible, Truth::Met) {
        Some(rule) => (Outcome::OutsideRulePossible, Some(rule)),
        None if first(Quality::OutsideRulePossible, Truth::Unknown).is_some() => {
            (Outcome::Undetermined, None)
        }
        None => (Outcome::NotEligible, None),
    }
}

/// A rule whose conditions were looked at.
struct Judged<'a> {
    rule: &'a Rule,
    tree: Tree<'a>,
}

impl<'a> Judged<'a> {
    fn new(programme: &Programme, rule: &'a Rule, facts: &Facts) -> Self {
        Self {
            rule,
            tree: Tree::new(programme, rule, &rule.when, facts),
        }
    }
}

/// A condition with those it is made of.
enum Tree<'a> {
    All(Truth, Vec<Tree<'a>>),
    Any(Truth, Vec<Tree<'a>>),
    Leaf(Found<'a>),
}

impl<'a> Tree<'a> {
    fn new(programme: &Programme, rule: &'a Rule, condition: &'a Condition, facts: &Facts) -> Self {
        let parts = |parts: &'a [Condition]| -> Vec<Self> {
            parts
                .iter()
                .map(|part| Self::new(programme, rule, part, facts))
                .collect()
        };
        match condition {
            Condition::All(list) => {
                let parts = parts(list);
                Self::All(Truth::all(parts.iter().map(Tree::truth)), parts)
            }
            Condition::Any(list) => {
                let parts = parts(list);
                Self::Any(Truth::any(parts.iter().map(Tree::truth)), parts)
            }
            leaf => {
                let (truth, finding) = look(programme, leaf, facts);
                Self::Leaf(Found {
                    condition: leaf,
                    rule,
                    truth,
                    finding,
                    decisive: false,
                })
            }
        }
    }

    fn truth(&self) -> Truth {
        match self {
            Self::All(truth, _) | Self::Any(truth, _) => *truth,
            Self::Leaf(found) => found.truth,
        }
    }

    /// Marks the leaves that the truth of this tree rests on: those that have it too, for the others alone would not give it.
    fn mark(&mut self) {
        match self {
            Self::Leaf(found) => found.decisive = true,
            Self::All(truth, parts) | Self::Any(truth, parts) => {
                parts
                    .iter_mut()
                    .filter(|part| part.truth() == *truth)
                    .for_each(Tree::mark);
            }
        }
    }

    fn into_leaves(self) -> Vec<Found<'a>> {
        match self {
            Self::Leaf(found) => vec![found],
            Self::All(_, parts) | Self::Any(_, parts) => {
                parts.into_iter().flat_map(Tree::into_leaves).collect()
            }
        }
    }
}

/// Whether a condition that is not made of others holds, and what was found.
fn look(programme: &Programme, condition: &Condition, facts: &Facts) -> (Truth, Finding) {
    match condition {
        Condition::Age { from, to } => age(facts, *from, *to),
        Condition::Zone(_)
        | Condition::Perimeters(_)
        | Condition::Layer(_)
        | Condition::Communes(_) => match &facts.home {
            Some(home) => at_home(programme, condition, home),
            None => (Truth::Unknown, Finding::HomeMissing),
        },
        Condition::School { .. } => (
            school_truth(condition, &facts.school),
            school(&facts.school, &programme.school_list),
        ),
        Condition::Footprint { part, within_m } => match &facts.footprint {
            Some(footprint) => (
                within(footprint, *part, *within_m),
                Finding::Footprint(*footprint),
            ),
            None => (Truth::Unknown, Finding::FootprintMissing),
        },
        Condition::Declared { name, .. } => match facts.declared.get(name) {
            Some(&declared) => (Truth::of(declared), Finding::Declared(declared)),
            None => (Truth::Unknown, Finding::DeclarationMissing),
        },
        Condition::All(_) | Condition::Any(_) => unreachable!("only leaves are looked at"),
    }
}

fn age(facts: &Facts, from: i16, to: i16) -> (Truth, Finding) {
    let Some(born) = facts.birth_date else {
        return (Truth::Unknown, Finding::BirthDateMissing);
    };
    let Some(years) = age_on(born, facts.on) else {
        return (Truth::Unknown, Finding::BirthDateAfter(born));
    };
    let turning = if years < from {
        Some(from)
    } else {
        (years <= to).then_some(to + 1)
    };
    let changes_on = turning.and_then(|age| birthday(born, age));
    (
        Truth::of((from..=to).contains(&years)),
        Finding::Age { years, changes_on },
    )
}

fn at_home(programme: &Programme, condition: &Condition, home: &Home) -> (Truth, Finding) {
    match condition {
        Condition::Layer(name) => layer(programme, home, name),
        Condition::Communes(codes) => match home.commune {
            Some(commune) => {
                let named = codes.contains(&commune) || codes.contains(&commune.whole_commune());
                (Truth::of(named), Finding::Commune(commune))
            }
            None => (Truth::Unknown, Finding::CommuneUnknown),
        },
        zone => {
            let truth = zone_truth(zone, home);
            let doubt = home.doubt.clone().filter(|_| truth == Truth::Unknown);
            let stands = Finding::Home {
                distance_m: home.distance_m,
                doubt,
            };
            let (truth, finding) = match programme.boundary_street {
                BoundaryStreet::Axis => (truth, stands),
                BoundaryStreet::BothSides => at_boundary(zone, home, truth, stands),
            };
            // Outside is no favour.
            let inside = !matches!(zone, Condition::Zone(ZoneName::Band300m));
            favoured(
                programme,
                home.doubt.as_ref().filter(|_| inside),
                truth,
                finding,
            )
        }
    }
}

/// Whether a home lies in a zone or in perimeters, by its position alone.
fn zone_truth(condition: &Condition, home: &Home) -> Truth {
    let inside = surely(home, home.zones.qpv);
    match condition {
        Condition::Zone(ZoneName::Qpv) => inside,
        Condition::Zone(ZoneName::Band300m) => surely(home, home.zones.band_300m),
        Condition::Perimeters(codes) => in_perimeters(home, codes, inside),
        _ => unreachable!("the other conditions are not of zones"),
    }
}

/// Whether a home lies in one of some perimeters, given whether it lies in any.
fn in_perimeters(home: &Home, codes: &[QpvCode], inside: Truth) -> Truth {
    let listed = |code: &QpvCode| codes.contains(code);
    match (&home.perimeters, &home.possible, inside) {
        (_, _, Truth::NotMet) => Truth::NotMet,
        (Some(known), _, Truth::Met) => Truth::of(known.iter().any(listed)),
        (_, Some(possible), _) if !possible.iter().any(listed) => Truth::NotMet,
        (_, Some(possible), Truth::Met) if possible.iter().all(listed) => Truth::Met,
        _ => Truth::Unknown,
    }
}

/// Whether a home lies in a zone, by whether it may and whether it may lie in others.
fn surely(home: &Home, may: bool) -> Truth {
    match may {
        false => Truth::NotMet,
        true if home.zones.is_sure() => Truth::Met,
        true => Truth::Unknown,
    }
}

/// The same when both kerbs of a boundary street count as inside.
fn at_boundary(
    condition: &Condition,
    home: &Home,
    truth: Truth,
    stands: Finding,
) -> (Truth, Finding) {
    if truth == Truth::Met && !matches!(condition, Condition::Zone(ZoneName::Band300m)) {
        return (truth, stands);
    }
    match (condition, &home.boundary) {
        (Condition::Zone(ZoneName::Qpv), Boundary::Follows(codes)) => match codes.first() {
            Some(code) => (Truth::Met, Finding::BoundaryStreet(*code)),
            None => (truth, stands),
        },
        (Condition::Perimeters(listed), Boundary::Follows(codes)) => {
            match codes.iter().find(|code| listed.contains(code)) {
                Some(code) => (Truth::Met, Finding::BoundaryStreet(*code)),
                None => (truth, stands),
            }
        }
        (Condition::Zone(ZoneName::Band300m), Boundary::Follows(codes)) => match codes.first() {
            Some(code) => (Truth::NotMet, Finding::BoundaryStreet(*code)),
            None => (truth, stands),
        },
        (Condition::Zone(_) | Condition::Perimeters(_), Boundary::Unknown)
            if surely(home, home.zones.qpv) != Truth::Met =>
        {
            (Truth::Unknown, Finding::BoundaryStreetUnknown)
        }
        _ => (truth, stands),
    }
}

/// Inside, when a programme gives the benefit of a doubt on the position and it may be.
fn favoured(
    programme: &Programme,
    doubt: Option<&AddressDoubt>,
    truth: Truth,
    finding: Finding,
) -> (Truth, Finding) {
    let of_position = matches!(doubt, Some(AddressDoubt::Position { .. }));
    let favours = programme.when_uncertain == WhenUncertain::BenefitOfDoubt;
    if favours && of_position && truth == Truth::Unknown {
        (Truth::Met, Finding::BenefitOfDoubt)
    } else {
        (truth, finding)
    }
}

fn layer(programme: &Programme, home: &Home, name: &Slug) -> (Truth, Finding) {
    let Some(fact) = home.layers.get(name) else {
        return (Truth::Unknown, Finding::LayerMissing(name.clone()));
    };
    match fact.inside {
        Standing::Inside => (Truth::Met, Finding::Layer(fact.areas.clone())),
        Standing::Outside => (Truth::NotMet, Finding::Layer(Vec::new())),
        Standing::Doubtful => {
            let finding = Finding::Home {
                distance_m: None,
                doubt: fact.doubt.clone(),
            };
            favoured(programme, fact.doubt.as_ref(), Truth::Unknown, finding)
        }
    }
}

/// Whether a condition on the school holds.
pub(crate) fn school_truth(condition: &Condition, school: &School) -> Truth {
    let Condition::School {
        networks, communes, ..
    } = condition
    else {
        return Truth::Unknown;
    };
    match school {
        School::None => Truth::NotMet,
        School::Known {
            commune, network, ..
        } => {
            let of_network = Truth::of(network.is_some_and(|network| networks.contains(&network)));
            let there = match commune {
                _ if communes.is_empty() => Truth::Met,
                Some(commune) => Truth::of(
                    communes.contains(commune) || communes.contains(&commune.whole_commune()),
                ),
                None => Truth::Unknown,
            };
            Truth::all([of_network, there])
        }
        _ => Truth::Unknown,
    }
}

fn school(school: &School, list: &Slug) -> Finding {
    match school {
        School::NotGiven => Finding::SchoolMissing,
        School::None => Finding::NoSchool,
        School::NoList => Finding::SchoolListMissing(list.clone()),
        School::NotFound => Finding::SchoolNotFound,
        School::Ambiguous => Finding::SchoolAmbiguous,
        School::NetworkNotTold { name } => Finding::SchoolNetworkNotTold(name.clone()),
        School::Known { name, network, .. } => Finding::School {
            name: name.clone(),
            network: *network,
        },
    }
}

/// Whether that part of a building lies in a perimeter or at less than that from one: unknown while the distance is nearer
/// to the limit than it is exact.
fn within(footprint: &Footprint, part: Part, within_m: u16) -> Truth {
    let distance_m = match part {
        Part::Any => footprint.nearest_m,
        Part::Every => footprint.farthest_m,
    };
    let Some(distance_m) = distance_m else {
        return Truth::NotMet;
    };
    if within_m == 0 {
        // How deep it lies inside is not measured: what is inside as drawn counts.
        return match part {
            Part::Every if footprint.inside => Truth::Met,
            Part::Any if distance_m == 0.0 => Truth::Met,
            _ if distance_m <= footprint.doubt_m => Truth::Unknown,
            _ => Truth::NotMet,
        };
    }
    let gap_m = f64::from(within_m) - distance_m;
    match gap_m {
        _ if gap_m > footprint.doubt_m => Truth::Met,
        _ if gap_m <= -footprint.doubt_m => Truth::NotMet,
        _ => Truth::Unknown,
    }
}

impl Assessment<'_> {
    /// The conditions that the outcome rests on.
    pub fn reasons(&self) -> impl Iterator<Item = &Found<'_>> {
        self.conditions.iter().filter(|found| found.decisive)
    }

    /// Those whose truth is missing for an outcome.
    pub fn missing(&self) -> impl Iterator<Item = &Found<'_>> {
        self.reasons().filter(|found| found.truth == Truth::Unknown)
    }
}
