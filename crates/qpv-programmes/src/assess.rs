//! The evaluation of a programme on facts.

use jiff::civil::Date;
use qpv_model::{CommuneCode, PriorityNetwork, QpvCode, Slug};
use strum::{EnumCount, IntoStaticStr, VariantArray};

use crate::age::{age_on, birthday};
use crate::condition::{Condition, FootprintPart, Truth, ZoneName};
use crate::facts::{
    AddressDoubt, BoundaryFact, FootprintFact, HomeFacts, KnownFacts, LayerStanding, SchoolFact,
};
use crate::programme::{BoundaryStreet, Programme, Rule, RuleResult, WhenUncertain};

/// The answer of a programme.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, EnumCount, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum EligibilityOutcome {
    /// A rule takes the person, or the building.
    Eligible,
    /// None of the main rules does, one for cases outside may.
    OutsideRulePossible,
    /// The known facts do not decide it.
    Undetermined,
    /// No rule does.
    NotEligible,
}

impl EligibilityOutcome {
    /// Every outcome.
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS
        .first_chunk()
        .expect("COUNT is the number of VARIANTS");

    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The result of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// The day of the check.
    pub on: Date,
    /// Its answer.
    pub outcome: EligibilityOutcome,
    /// The rule that holds, when one does.
    pub rule: Option<&'a Rule>,
    /// Every condition of every rule, in order; empty when the programme is not in force on that day.
    pub conditions: Vec<AssessedCondition<'a>>,
}

/// A condition with its truth and its finding.
#[derive(Debug, Clone, PartialEq)]
pub struct AssessedCondition<'a> {
    /// The condition.
    pub condition: &'a Condition,
    /// The rule it belongs to.
    pub rule: &'a Rule,
    /// Its truth.
    pub truth: Truth,
    /// The fact it was decided by.
    pub finding: ConditionFinding,
    /// True when the outcome rests on it.
    pub decisive: bool,
}

/// The fact that a condition was decided by, or the reason why it was not.
#[derive(Debug, Clone, PartialEq)]
pub enum ConditionFinding {
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
    /// The location of the home.
    Home {
        /// Metres to the line of the nearest perimeter, negative inside.
        distance_m: Option<f64>,
        /// The reason why that does not decide, when it does not.
        doubt: Option<AddressDoubt>,
    },
    /// No home was given.
    HomeMissing,
    /// The home stands on a street that the line of this perimeter follows: both kerbs count as inside.
    BoundaryStreet(QpvCode),
    /// The relation of the home to such streets is unknown.
    BoundaryStreetUnknown,
    /// The position is not exact enough, and the programme then counts it as inside.
    BenefitOfDoubt,
    /// The names of the layer's areas that hold the home; empty without any, or when they have no name.
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
    /// The list does not give the network of the school of this name.
    SchoolNetworkNotTold(String),
    /// Several schools have this name.
    SchoolAmbiguous,
    /// No list of schools of this kind is imported.
    SchoolListMissing(Slug),
    /// The location of the building.
    Footprint(FootprintFact),
    /// No building was given.
    FootprintMissing,
    /// The declaration made.
    Declared(bool),
    /// No declaration was made.
    DeclarationMissing,
}

impl ConditionFinding {
    /// Returns its name in every answer, which never changes.
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
    /// Evaluates the rules on facts.
    ///
    /// Before its first day and after its last a programme takes nobody. Otherwise the first rule that surely holds
    /// decides, the rules for cases outside after the others. Without one, the outcome is
    /// [`EligibilityOutcome::Undetermined`] as long as some rule might hold. A rule that might hold comes before a rule for
    /// cases outside that does.
    #[must_use]
    pub fn evaluate(&self, facts: &KnownFacts) -> Assessment<'_> {
        let none = Assessment {
            programme: self,
            on: facts.on,
            outcome: EligibilityOutcome::NotEligible,
            rule: None,
            conditions: Vec::new(),
        };
        // No condition is evaluated: a list of conditions met would mislead about a programme that has ended.
        if !self.in_force_on(facts.on) {
            return none;
        }
        let mut evaluated: Vec<EvaluatedRule<'_>> = self
            .rules
            .iter()
            .map(|rule| EvaluatedRule::new(self, rule, facts))
            .collect();
        let (outcome, deciding) = decide(&evaluated);
        for (index, rule) in evaluated.iter_mut().enumerate() {
            // An answer rests on the rules that alone could have given another one.
            let counts = match outcome {
                EligibilityOutcome::Eligible => deciding == Some(index),
                EligibilityOutcome::OutsideRulePossible => {
                    deciding == Some(index) || rule.rule.quality == RuleResult::Eligible
                }
                EligibilityOutcome::Undetermined => rule.tree.truth() == Truth::Unknown,
                EligibilityOutcome::NotEligible => true,
            };
            if counts {
                rule.tree.mark_decisive();
            }
        }
        let rule = deciding.map(|index| &self.rules[index]);
        let conditions = evaluated
            .into_iter()
            .flat_map(|rule| rule.tree.into_leaves())
            .collect();
        Assessment {
            outcome,
            rule,
            conditions,
            ..none
        }
    }

    /// Returns true when it applies on a day.
    #[must_use]
    pub fn in_force_on(&self, on: Date) -> bool {
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }
}

/// Returns the outcome, and the rule that it rests on.
fn decide(rules: &[EvaluatedRule<'_>]) -> (EligibilityOutcome, Option<usize>) {
    if let Some(rule) = first_rule(rules, RuleResult::Eligible, Truth::Met) {
        return (EligibilityOutcome::Eligible, Some(rule));
    }
    // A case outside is not offered to somebody who may be eligible by right.
    if first_rule(rules, RuleResult::Eligible, Truth::Unknown).is_some() {
        return (EligibilityOutcome::Undetermined, None);
    }
    if let Some(rule) = first_rule(rules, RuleResult::OutsideRulePossible, Truth::Met) {
        return (EligibilityOutcome::OutsideRulePossible, Some(rule));
    }
    if first_rule(rules, RuleResult::OutsideRulePossible, Truth::Unknown).is_some() {
        return (EligibilityOutcome::Undetermined, None);
    }
    (EligibilityOutcome::NotEligible, None)
}

/// Returns the first rule with a result whose condition has a truth.
fn first_rule(rules: &[EvaluatedRule<'_>], result: RuleResult, truth: Truth) -> Option<usize> {
    rules
        .iter()
        .position(|rule| rule.rule.quality == result && rule.tree.truth() == truth)
}

/// A rule whose conditions were evaluated.
struct EvaluatedRule<'a> {
    rule: &'a Rule,
    tree: ConditionTree<'a>,
}

impl<'a> EvaluatedRule<'a> {
    fn new(programme: &Programme, rule: &'a Rule, facts: &KnownFacts) -> Self {
        let evaluation = Evaluation {
            programme,
            rule,
            facts,
        };
        Self {
            rule,
            tree: evaluation.tree(&rule.when),
        }
    }
}

/// A condition with those it is made of.
enum ConditionTree<'a> {
    All(Truth, Vec<ConditionTree<'a>>),
    Any(Truth, Vec<ConditionTree<'a>>),
    Leaf(AssessedCondition<'a>),
}

/// The evaluation of a rule.
struct Evaluation<'a, 'f> {
    programme: &'f Programme,
    rule: &'a Rule,
    facts: &'f KnownFacts,
}

impl<'a> Evaluation<'a, '_> {
    fn tree(&self, condition: &'a Condition) -> ConditionTree<'a> {
        match condition {
            Condition::All(parts) => {
                let parts = self.trees(parts);
                ConditionTree::All(Truth::all(parts.iter().map(ConditionTree::truth)), parts)
            }
            Condition::Any(parts) => {
                let parts = self.trees(parts);
                ConditionTree::Any(Truth::any(parts.iter().map(ConditionTree::truth)), parts)
            }
            leaf => {
                let (truth, finding) = leaf_truth(self.programme, leaf, self.facts);
                ConditionTree::Leaf(AssessedCondition {
                    condition: leaf,
                    rule: self.rule,
                    truth,
                    finding,
                    decisive: false,
                })
            }
        }
    }

    fn trees(&self, conditions: &'a [Condition]) -> Vec<ConditionTree<'a>> {
        conditions.iter().map(|part| self.tree(part)).collect()
    }
}

impl<'a> ConditionTree<'a> {
    fn truth(&self) -> Truth {
        match self {
            Self::All(truth, _) | Self::Any(truth, _) => *truth,
            Self::Leaf(found) => found.truth,
        }
    }

    /// Marks the leaves that the truth of this tree rests on: those that have it too, for the others alone would not give
    /// it.
    fn mark_decisive(&mut self) {
        match self {
            Self::Leaf(found) => found.decisive = true,
            Self::All(truth, parts) | Self::Any(truth, parts) => {
                parts
                    .iter_mut()
                    .filter(|part| part.truth() == *truth)
                    .for_each(ConditionTree::mark_decisive);
            }
        }
    }

    fn into_leaves(self) -> Vec<AssessedCondition<'a>> {
        match self {
            Self::Leaf(found) => vec![found],
            Self::All(_, parts) | Self::Any(_, parts) => parts
                .into_iter()
                .flat_map(ConditionTree::into_leaves)
                .collect(),
        }
    }
}

/// Returns the truth and the finding of a condition that is not made of others.
fn leaf_truth(
    programme: &Programme,
    condition: &Condition,
    facts: &KnownFacts,
) -> (Truth, ConditionFinding) {
    match condition {
        Condition::Age { from, to } => age(facts, *from, *to),
        Condition::Zone(_)
        | Condition::Perimeters(_)
        | Condition::Layer(_)
        | Condition::Communes(_) => match &facts.home {
            Some(home) => at_home(programme, condition, home),
            None => (Truth::Unknown, ConditionFinding::HomeMissing),
        },
        Condition::School { .. } => (
            condition.truth_of_school(&facts.school),
            school(&facts.school, &programme.school_list),
        ),
        Condition::Footprint { part, within_m } => match &facts.footprint {
            Some(footprint) => (
                within(footprint, *part, *within_m),
                ConditionFinding::Footprint(*footprint),
            ),
            None => (Truth::Unknown, ConditionFinding::FootprintMissing),
        },
        Condition::Declared { name, .. } => match facts.declared.get(name) {
            Some(&declared) => (Truth::from(declared), ConditionFinding::Declared(declared)),
            None => (Truth::Unknown, ConditionFinding::DeclarationMissing),
        },
        Condition::All(_) | Condition::Any(_) => unreachable!("only leaves are looked at"),
    }
}

fn age(facts: &KnownFacts, from: i16, to: i16) -> (Truth, ConditionFinding) {
    let Some(born) = facts.birth_date else {
        return (Truth::Unknown, ConditionFinding::BirthDateMissing);
    };
    // A birth date after the check is a slip, not an age of zero.
    let Some(years) = age_on(born, facts.on) else {
        return (Truth::Unknown, ConditionFinding::BirthDateAfter(born));
    };
    // The truth changes at the first birthday of the range, and at the one after its last.
    let turning = if years < from {
        Some(from)
    } else {
        (years <= to).then_some(to + 1)
    };
    let changes_on = turning.and_then(|age| birthday(born, age));
    (
        Truth::from((from..=to).contains(&years)),
        ConditionFinding::Age { years, changes_on },
    )
}

fn at_home(
    programme: &Programme,
    condition: &Condition,
    home: &HomeFacts,
) -> (Truth, ConditionFinding) {
    match condition {
        Condition::Layer(name) => layer(programme, home, name),
        Condition::Communes(codes) => match home.commune {
            // A rule for Paris, Lyon or Marseille means their arrondissements too.
            Some(commune) => {
                let named = codes.contains(&commune) || codes.contains(&commune.whole_commune());
                (Truth::from(named), ConditionFinding::Commune(commune))
            }
            None => (Truth::Unknown, ConditionFinding::CommuneUnknown),
        },
        zone => {
            let truth = zone_truth(zone, home);
            // A doubt that leaves the truth as it is would only alarm.
            let doubt = home.doubt.clone().filter(|_| truth == Truth::Unknown);
            let stands = ConditionFinding::Home {
                distance_m: home.distance_m,
                doubt,
            };
            let (truth, finding) = match programme.boundary_street {
                BoundaryStreet::Axis => (truth, stands),
                BoundaryStreet::BothSides => at_boundary(zone, home, truth, stands),
            };
            // The band is outside: to be counted there is no favour.
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

/// Returns the truth of a condition on zones or perimeters, by the position alone.
fn zone_truth(condition: &Condition, home: &HomeFacts) -> Truth {
    let inside = surely(home, home.zones.qpv);
    match condition {
        Condition::Zone(ZoneName::Qpv) => inside,
        Condition::Zone(ZoneName::Band300m) => surely(home, home.zones.band_300m),
        Condition::Perimeters(codes) => in_perimeters(home, codes, inside),
        _ => unreachable!("the other conditions are not of zones"),
    }
}

/// Returns the truth of lying in one of some perimeters, given that of lying in any.
fn in_perimeters(home: &HomeFacts, codes: &[QpvCode], inside: Truth) -> Truth {
    match (&home.perimeters, &home.possible, inside) {
        (_, _, Truth::NotMet) => Truth::NotMet,
        (Some(known), _, Truth::Met) => Truth::from(known.iter().any(|code| codes.contains(code))),
        // The exact perimeter does not matter when none of the possible ones is listed.
        (_, Some(possible), _) if !possible.iter().any(|code| codes.contains(code)) => {
            Truth::NotMet
        }
        (_, Some(possible), Truth::Met) if possible.iter().all(|code| codes.contains(code)) => {
            Truth::Met
        }
        _ => Truth::Unknown,
    }
}

/// Returns the truth of lying in a zone, given that it may lie there: sure when it may lie in no other.
fn surely(home: &HomeFacts, may: bool) -> Truth {
    match may {
        false => Truth::NotMet,
        true if home.zones.is_sure() => Truth::Met,
        true => Truth::Unknown,
    }
}

/// Returns the truth and the finding when both kerbs of a boundary street count as inside.
fn at_boundary(
    condition: &Condition,
    home: &HomeFacts,
    truth: Truth,
    stands: ConditionFinding,
) -> (Truth, ConditionFinding) {
    // Inside already: the street adds nothing.
    if truth == Truth::Met && !matches!(condition, Condition::Zone(ZoneName::Band300m)) {
        return (truth, stands);
    }
    match (condition, &home.boundary) {
        (Condition::Zone(ZoneName::Qpv), BoundaryFact::Follows(codes)) => match codes.first() {
            Some(code) => (Truth::Met, ConditionFinding::BoundaryStreet(*code)),
            None => (truth, stands),
        },
        (Condition::Perimeters(listed), BoundaryFact::Follows(codes)) => {
            match codes.iter().find(|code| listed.contains(code)) {
                Some(code) => (Truth::Met, ConditionFinding::BoundaryStreet(*code)),
                None => (truth, stands),
            }
        }
        // A home that counts as inside is not in the band.
        (Condition::Zone(ZoneName::Band300m), BoundaryFact::Follows(codes)) => {
            match codes.first() {
                Some(code) => (Truth::NotMet, ConditionFinding::BoundaryStreet(*code)),
                None => (truth, stands),
            }
        }
        (Condition::Zone(_) | Condition::Perimeters(_), BoundaryFact::Unknown)
            if surely(home, home.zones.qpv) != Truth::Met =>
        {
            (Truth::Unknown, ConditionFinding::BoundaryStreetUnknown)
        }
        _ => (truth, stands),
    }
}

/// Counts a home as inside when it may be, if the programme gives the benefit of the doubt on positions.
fn favoured(
    programme: &Programme,
    doubt: Option<&AddressDoubt>,
    truth: Truth,
    finding: ConditionFinding,
) -> (Truth, ConditionFinding) {
    // Only a doubt in metres: an address that was not found may be anywhere.
    let of_position = matches!(doubt, Some(AddressDoubt::Position { .. }));
    let favours = programme.when_uncertain == WhenUncertain::BenefitOfDoubt;
    // A home that is surely outside gets no benefit of a doubt.
    if favours && of_position && truth == Truth::Unknown {
        (Truth::Met, ConditionFinding::BenefitOfDoubt)
    } else {
        (truth, finding)
    }
}

fn layer(programme: &Programme, home: &HomeFacts, name: &Slug) -> (Truth, ConditionFinding) {
    // A layer that is not imported is unknown, not empty.
    let Some(fact) = home.layers.get(name) else {
        return (Truth::Unknown, ConditionFinding::LayerMissing(name.clone()));
    };
    match fact.inside {
        LayerStanding::Inside => (Truth::Met, ConditionFinding::Layer(fact.areas.clone())),
        LayerStanding::Outside => (Truth::NotMet, ConditionFinding::Layer(Vec::new())),
        LayerStanding::Doubtful => {
            let finding = ConditionFinding::Home {
                distance_m: None,
                doubt: fact.doubt.clone(),
            };
            favoured(programme, fact.doubt.as_ref(), Truth::Unknown, finding)
        }
    }
}

fn school(school: &SchoolFact, list: &Slug) -> ConditionFinding {
    match school {
        SchoolFact::NotGiven => ConditionFinding::SchoolMissing,
        SchoolFact::None => ConditionFinding::NoSchool,
        SchoolFact::NoList => ConditionFinding::SchoolListMissing(list.clone()),
        SchoolFact::NotFound => ConditionFinding::SchoolNotFound,
        SchoolFact::Ambiguous => ConditionFinding::SchoolAmbiguous,
        SchoolFact::NetworkNotTold { name } => ConditionFinding::SchoolNetworkNotTold(name.clone()),
        SchoolFact::Known { name, network, .. } => ConditionFinding::School {
            name: name.clone(),
            network: *network,
        },
    }
}

/// Returns the truth of a part of a building lying in a perimeter or at less than a distance from one: unknown while the
/// limit is within the error of the distance.
fn within(footprint: &FootprintFact, part: FootprintPart, within_m: u16) -> Truth {
    let distance_m = match part {
        FootprintPart::Any => footprint.nearest_m,
        FootprintPart::Every => footprint.farthest_m,
    };
    // Beyond 5 km, which is beyond every limit.
    let Some(distance_m) = distance_m else {
        return Truth::NotMet;
    };
    if within_m == 0 {
        // How deep it lies inside is not measured: what is inside as drawn counts.
        return match part {
            FootprintPart::Every if footprint.inside => Truth::Met,
            FootprintPart::Any if distance_m == 0.0 => Truth::Met,
            _ if distance_m <= footprint.doubt_m => Truth::Unknown,
            _ => Truth::NotMet,
        };
    }
    let gap_m = f64::from(within_m) - distance_m;
    // The limit itself is outside, as "less than" says.
    match gap_m {
        _ if gap_m > footprint.doubt_m => Truth::Met,
        _ if gap_m <= -footprint.doubt_m => Truth::NotMet,
        _ => Truth::Unknown,
    }
}

impl Assessment<'_> {
    /// Returns the conditions that the outcome rests on.
    pub fn reasons(&self) -> impl Iterator<Item = &AssessedCondition<'_>> {
        self.conditions.iter().filter(|found| found.decisive)
    }

    /// Returns those whose truth is missing for an outcome.
    pub fn missing(&self) -> impl Iterator<Item = &AssessedCondition<'_>> {
        self.reasons().filter(|found| found.truth == Truth::Unknown)
    }
}
