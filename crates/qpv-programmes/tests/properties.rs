//! What holds of every programme: the answer is a function of the facts, and knowing more never overturns it.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use jiff::civil::date;
use proptest::prelude::*;
use qpv_model::{PossibleZones as Zones, PriorityNetwork};
use qpv_programmes::{
    AddressDoubt, AnnexCount, AnnexFacts, AskedKind, BoundaryFact, BuildingFacts,
    EligibilityOutcome, FootprintFact, HomeFacts, KnownFacts, PlaceFact, PlaceQuestion,
    PlaceStanding, Programme, SchoolFact, StatedFact, Truth, shipped,
};

/// A town's rule with every kind of condition a home can have, and both settings that the shipped ones lack.
const LOCAL: &str = r#"
id = "local"
name = "Local"
subject = "person"
boundary_street = "both_sides"
when_uncertain = "benefit_of_doubt"
[validity]
[[sources]]
id = "s"
text = "Délibération"
article = "1"
[[rules]]
result = "eligible"
source = "s"
when = { all = [{ age = { from = 3, to = 11 } }, { any = [{ zone = "band_300m" }, { qpv = ["QN06103M"] }, { layer = "own" }] }] }
[[rules]]
result = "outside_rule_possible"
source = "s"
note = "n"
quota_percent = 20
when = { any = [{ commune = ["61169"] }, { declared = { name = "difficulty", label = "l" } }] }
"#;

/// Every kind of condition that the second format adds, for persons.
const SECOND: &str = r#"
format = 2
id = "second"
name = "Second"
subject = "person"
boundary_street = "axis"
when_uncertain = "undetermined"
[validity]
from = 2018-01-01
until = 2025-12-31
[[asked]]
id = "creation"
kind = "date"
label = "l"
[[asked]]
id = "staff"
kind = "number"
label = "l"
[[asked]]
id = "tenant"
kind = "declaration"
label = "l"
[[sources]]
id = "s"
text = "Délibération"
article = "1"
[[rules]]
result = "eligible"
source = "s"
granted_from = "creation"
lasts = { years = 3, months = 6 }
when = { any = [{ in = "own", on = "creation", within_m = 100 }, { not = { in = "own", within_m = 500 } }, { was_qpv_on = 2023-12-31 }] }
[[rules]]
result = "eligible"
source = "s"
until = 2024-06-30
when = { at_least = 2, of = [
  { age = { from = 26 } },
  { number = { name = "staff", at_least = 1, less_than = 50 } },
  { not = { all = [{ in = "qpv" }, { declared = "tenant" }] } },
  { date = { name = "creation", until = 2024-01-01 }, from = 2020-01-01 },
] }
[[rules]]
result = "possible"
source = "s"
note = "n"
decided_by = "l'équipe"
when = { not = { at_least = 2, of = [{ commune = ["61169", "75119"] }, { in = "qpv", vintage = "2015" }, { declared = "tenant" }] } }
"#;

/// The same for buildings.
const BUILDING: &str = r#"
format = 2
id = "building"
name = "Building"
subject = "building"
boundary_street = "axis"
when_uncertain = "undetermined"
annexes = "together"
[validity]
[[sources]]
id = "s"
text = "Délibération"
article = "1"
[[rules]]
result = "eligible"
source = "s"
when = { any = [
  { in = "qpv", part = "every", within_m = 250 },
  { all = [{ in = "own", part = "any" }, { not = { commune = ["61169"] } }] },
  { was_qpv_on = 2023-12-31, part = "any", within_m = 300 },
] }
"#;

fn programmes() -> Vec<Programme> {
    let own = [LOCAL, SECOND, BUILDING].map(|text| Programme::read(text).unwrap());
    shipped().iter().cloned().chain(own).collect()
}

/// Every question about a place that these programmes have, whatever date is stated.
fn questions() -> Vec<PlaceQuestion> {
    let created = [(2019, 1), (2022, 3), (2025, 12)].map(|(year, month)| date(year, month, 1));
    let stated = created.map(|day| [("creation".parse().unwrap(), StatedFact::Date(day))].into());
    let mut questions: Vec<PlaceQuestion> = programmes()
        .iter()
        .flat_map(|programme| {
            stated
                .iter()
                .flat_map(|stated| programme.place_questions(stated))
        })
        .collect();
    questions.sort_unstable();
    questions.dedup();
    questions
}

fn zones() -> impl Strategy<Value = Zones> {
    (0u8..7).prop_map(|bits| {
        let bits = bits + 1;
        Zones {
            qpv: bits & 1 != 0,
            band_300m: bits & 2 != 0,
            outside: bits & 4 != 0,
        }
    })
}

fn standing() -> impl Strategy<Value = PlaceStanding> {
    let measured = (-600.0..900.0f64, 0.0..80.0f64);
    prop_oneof![
        Just(PlaceStanding::Inside),
        Just(PlaceStanding::Outside),
        Just(PlaceStanding::Unknown),
        measured.prop_map(|(signed_m, doubt_m)| PlaceStanding::Measured { signed_m, doubt_m }),
    ]
}

/// The place of a home beside each zoning asked of, unless that is not loaded.
fn places() -> impl Strategy<Value = BTreeMap<PlaceQuestion, PlaceFact>> {
    let questions = questions();
    prop::collection::vec(prop::option::of(standing()), questions.len()).prop_map(
        move |standings| {
            let known = questions.iter().cloned().zip(standings);
            known
                .filter_map(|(question, standing)| {
                    let fact = PlaceFact {
                        standings: vec![standing?],
                        areas: vec![],
                        doubt: None,
                        boundary: BoundaryFact::None,
                    };
                    Some((question, fact))
                })
                .collect()
        },
    )
}

prop_compose! {
    fn home()(zones in zones(), code in prop::option::of(0usize..4), known in any::<bool>(), boundary_index in 0u8..3,
              places in places(),
              commune in prop::option::of(prop_oneof![Just("61169"), Just("61006"), Just("75119")])) -> HomeFacts {
        let codes = ["QN06103M", "QN06101M", "QP061003", "QN07504M"];
        let only_inside = zones == Zones { qpv: true, band_300m: false, outside: false };
        let perimeters = match code {
            Some(code) if known && only_inside => Some(vec![codes[code].parse().unwrap()]),
            None if known && !zones.qpv => Some(vec![]),
            _ => None,
        };
        let boundary = [BoundaryFact::None, BoundaryFact::Unknown, BoundaryFact::Follows(vec!["QN06103M".parse().unwrap()])];
        // The line of a street that is followed is near: the home is in the perimeter, or in its band.
        let boundary = if zones.outside { BoundaryFact::None } else { boundary[usize::from(boundary_index)].clone() };
        HomeFacts { zones, possible: perimeters.clone(), perimeters, distance_m: None, boundary, places,
               commune: commune.map(|code| code.parse().unwrap()), doubt: None }
    }
}

fn school() -> impl Strategy<Value = SchoolFact> {
    let known = (
        prop::option::of(prop_oneof![
            Just(PriorityNetwork::Rep),
            Just(PriorityNetwork::RepPlus)
        ]),
        prop_oneof![Just("61169"), Just("75119")],
    )
        .prop_map(|(network, commune)| SchoolFact::Known {
            name: "n".into(),
            commune: Some(commune.parse().unwrap()),
            network,
        });
    prop_oneof![
        Just(SchoolFact::NotGiven),
        Just(SchoolFact::None),
        Just(SchoolFact::NotFound),
        known
    ]
}

prop_compose! {
    fn facts()(year in 1990i16..2026, month in 1i8..=12, born in any::<bool>(), at_home in any::<bool>(), home in home(),
               school in school(), distances in prop::option::of((0.0..600.0f64, 0.0..400.0f64)), day in 0usize..3, staff in 0u8..60,
               on in 2016i16..2033, declared in prop::option::of(any::<bool>())) -> KnownFacts {
        let created = [(2019, 1), (2022, 3), (2025, 12)].map(|(year, month)| date(year, month, 1))[day];
        let stated = declared.iter().flat_map(|yes| {
            let asked = programmes().into_iter().flat_map(|programme| programme.asked);
            asked.map(|fact| (fact.id, match fact.kind {
                AskedKind::Declaration => StatedFact::Declared(*yes),
                AskedKind::Number => StatedFact::Number(f64::from(staff)),
                AskedKind::Date => StatedFact::Date(created),
            })).collect::<Vec<_>>()
        });
        let commune = declared.map(|_| "61169".parse().unwrap());
        let building = |(nearest, more): (f64, f64)| BuildingFacts {
            places: outline(nearest, nearest + more),
            commune,
            annexes: vec![AnnexFacts { name: String::new(), places: outline(more, more + nearest) }],
        };
        KnownFacts {
            birth_date: born.then(|| date(year, month, 1)),
            home: at_home.then_some(home),
            school,
            building: distances.map(building),
            stated: stated.collect(),
            ..KnownFacts::on(date(on, 6, 15))
        }
    }
}

/// An outline at these distances from all that is asked about.
fn outline(nearest_m: f64, farthest_m: f64) -> BTreeMap<PlaceQuestion, FootprintFact> {
    let fact = FootprintFact {
        nearest_m: Some(nearest_m),
        farthest_m: Some(farthest_m),
        inside: false,
        doubt_m: 9.0,
        is_measured: true,
    };
    questions()
        .into_iter()
        .map(|question| (question, fact))
        .collect()
}

/// The same with some of it unknown: what a question could have been before more was told.
fn less_known(facts: &KnownFacts, hide: [bool; 8]) -> KnownFacts {
    let mut less = facts.clone();
    if hide[0] {
        less.birth_date = None;
    }
    if hide[1] {
        less.school = SchoolFact::NotGiven;
    }
    if hide[2] {
        less.stated.clear();
    }
    if hide[3] {
        less.building = None;
    }
    if hide[4] {
        less.home = None;
    }
    if let (true, Some(home)) = (hide[6], &mut less.home) {
        // A city as a whole, where the address names the arrondissement.
        home.commune = home.commune.map(|commune| commune.whole_commune());
    }
    if let (true, Some(home)) = (hide[7], &mut less.home) {
        // The same places, by a position that may be off by more.
        for fact in home.places.values_mut() {
            for standing in &mut fact.standings {
                if let PlaceStanding::Measured { doubt_m, .. } = standing {
                    *doubt_m *= 3.0;
                }
            }
        }
    }
    if let (true, Some(home)) = (hide[5], &mut less.home) {
        *home = HomeFacts {
            zones: Zones::ANY,
            perimeters: None,
            possible: None,
            commune: None,
            places: [].into(),
            boundary: BoundaryFact::Unknown,
            doubt: Some(AddressDoubt::Other("not_found")),
            ..home.clone()
        };
    }
    less
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn knowing_more_never_overturns_an_answer(facts in facts(), hide in any::<[bool; 8]>()) {
        for programme in programmes() {
            let before = programme.evaluate(&less_known(&facts, hide)).outcome;
            let after = programme.evaluate(&facts).outcome;
            let stands = match before {
                EligibilityOutcome::Undetermined => true,
                settled => after == settled,
            };
            prop_assert!(stands, "{}: {before:?} became {after:?}", programme.id);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn an_annex_has_what_its_building_has_or_less(facts in facts(), hide in any::<[bool; 8]>()) {
        for programme in programmes() {
            let assessment = programme.evaluate(&facts);
            let less = less_known(&facts, hide);
            let before = programme.evaluate(&less);
            let apart = programme.annexes == AnnexCount::Apart;
            prop_assert_eq!(assessment.annexes.len(), facts.building.iter().filter(|_| apart).count());
            for (index, annex) in assessment.annexes.iter().enumerate() {
                prop_assert!(annex.outcome >= assessment.outcome);
                let settled = before.annexes.get(index).map(|annex| annex.outcome);
                let stands = settled.is_none_or(|it| it == EligibilityOutcome::Undetermined || it == annex.outcome);
                prop_assert!(stands, "{}: {settled:?} became {:?}", programme.id, annex.outcome);
            }
        }
    }

    /// Annexes that count as parts make one outline with the building.
    #[test]
    fn annexes_that_count_together_are_parts(building in (0.0..600.0, 0.0..300.0), annex in (0.0..600.0, 0.0..300.0)) {
        let programme = Programme::read(BUILDING).unwrap();
        let ((near, more), (other_near, other_more)) = (building, annex);
        let parts = BuildingFacts {
            places: outline(near, near + more),
            commune: None,
            annexes: vec![AnnexFacts { name: String::new(), places: outline(other_near, other_near + other_more) }],
        };
        let (nearest, farthest) = (f64::min(near, other_near), f64::max(near + more, other_near + other_more));
        let whole = BuildingFacts { places: outline(nearest, farthest), ..BuildingFacts::default() };
        let outcome = |building| programme.evaluate(&KnownFacts { building: Some(building), ..KnownFacts::on(date(2026, 6, 15)) }).outcome;
        prop_assert_eq!(outcome(parts), outcome(whole));
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn an_outcome_has_its_reasons(facts in facts()) {
        for programme in programmes() {
            let assessment = programme.evaluate(&facts);
            prop_assert_eq!(&assessment, &programme.evaluate(&facts));
            let in_force = programme.in_force_on(facts.on);
            prop_assert_eq!(!assessment.conditions.is_empty(), in_force);
            prop_assert_eq!(assessment.reasons().next().is_some(), in_force);
            prop_assert_eq!(assessment.missing().next().is_some(), assessment.outcome == EligibilityOutcome::Undetermined);
            prop_assert_eq!(assessment.rule.is_some(), matches!(assessment.outcome, EligibilityOutcome::Eligible | EligibilityOutcome::OutsideRulePossible));
            if assessment.outcome == EligibilityOutcome::NotEligible {
                prop_assert!(assessment.reasons().all(|found| found.truth == Truth::NotMet));
            }
        }
    }
}
