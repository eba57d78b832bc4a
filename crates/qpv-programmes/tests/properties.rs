//! What holds of every programme: the answer is a function of the facts, and knowing more never overturns it.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use jiff::civil::date;
use proptest::prelude::*;
use qpv_model::{PossibleZones as Zones, PriorityNetwork};
use qpv_programmes::{
    AddressDoubt, BoundaryFact, EligibilityOutcome, FootprintFact, HomeFacts, KnownFacts,
    LayerFact, LayerStanding, Programme, SchoolFact, Truth, shipped,
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

fn programmes() -> Vec<Programme> {
    shipped()
        .iter()
        .cloned()
        .chain([Programme::read(LOCAL).unwrap()])
        .collect()
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

fn standing() -> impl Strategy<Value = LayerStanding> {
    prop_oneof![
        Just(LayerStanding::Inside),
        Just(LayerStanding::Outside),
        Just(LayerStanding::Doubtful)
    ]
}

prop_compose! {
    fn home()(zones in zones(), code in prop::option::of(0usize..4), known in any::<bool>(), boundary_index in 0u8..3,
              own in prop::option::of(standing()), fragile in prop::option::of(standing()),
              commune in prop::option::of(prop_oneof![Just("61169"), Just("61006"), Just("75119")])) -> HomeFacts {
        let codes = ["QN06103M", "QN06101M", "QP061003", "QN07504M"];
        let only_inside = zones == Zones { qpv: true, band_300m: false, outside: false };
        let perimeters = match code {
            Some(code) if known && only_inside => Some(vec![codes[code].parse().unwrap()]),
            None if known && !zones.qpv => Some(vec![]),
            _ => None,
        };
        let layers = [("own", own), ("territoires-fragiles-flers", fragile)];
        let layers = layers.into_iter().filter_map(|(name, inside)| {
            Some((name.parse().unwrap(), LayerFact { inside: inside?, areas: vec![], doubt: None }))
        });
        let boundary = [BoundaryFact::None, BoundaryFact::Unknown, BoundaryFact::Follows(vec!["QN06103M".parse().unwrap()])];
        // The line of a street that is followed is near: the home is in the perimeter, or in its band.
        let boundary = if zones.outside { BoundaryFact::None } else { boundary[usize::from(boundary_index)].clone() };
        HomeFacts { zones, possible: perimeters.clone(), perimeters, distance_m: None, boundary, layers: layers.collect(),
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
               school in school(), distances in prop::option::of((0.0..600.0f64, 0.0..400.0f64)),
               on in 2016i16..2033, declared in prop::option::of(any::<bool>())) -> KnownFacts {
        let names = ["difficulty", "convention-npnru", "demandeur-emploi", "commerce"];
        let footprint = |(nearest, more): (f64, f64)| FootprintFact {
            nearest_m: Some(nearest), farthest_m: Some(nearest + more), inside: false, doubt_m: 9.0,
        };
        KnownFacts {
            birth_date: born.then(|| date(year, month, 1)),
            home: at_home.then_some(home),
            school,
            footprint: distances.map(footprint),
            declared: declared.iter().flat_map(|value| names.map(|name| (name.parse().unwrap(), *value))).collect(),
            ..KnownFacts::on(date(on, 6, 15))
        }
    }
}

/// The same with some of it unknown: what a question could have been before more was told.
fn less_known(facts: &KnownFacts, hide: [bool; 6]) -> KnownFacts {
    let mut less = facts.clone();
    if hide[0] {
        less.birth_date = None;
    }
    if hide[1] {
        less.school = SchoolFact::NotGiven;
    }
    if hide[2] {
        less.declared.clear();
    }
    if hide[3] {
        less.footprint = None;
    }
    if hide[4] {
        less.home = None;
    }
    if let (true, Some(home)) = (hide[5], &mut less.home) {
        *home = HomeFacts {
            zones: Zones::ANY,
            perimeters: None,
            possible: None,
            commune: None,
            layers: [].into(),
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
    fn knowing_more_never_overturns_an_answer(facts in facts(), hide in any::<[bool; 6]>()) {
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

    #[test]
    fn an_outcome_has_its_reasons(facts in facts()) {
        for programme in programmes() {
            let assessment = programme.evaluate(&facts);
            prop_assert_eq!(&assessment, &programme.evaluate(&facts));
            let in_force = programme.in_force_on(facts.on);
            prop_assert_eq!(assessment.reasons().next().is_some(), in_force);
            prop_assert_eq!(assessment.missing().next().is_some(), assessment.outcome == EligibilityOutcome::Undetermined);
            prop_assert_eq!(assessment.rule.is_some(), matches!(assessment.outcome, EligibilityOutcome::Eligible | EligibilityOutcome::OutsideRulePossible));
            if assessment.outcome == EligibilityOutcome::NotEligible {
                prop_assert!(assessment.reasons().all(|found| found.truth == Truth::NotMet));
            }
        }
    }
}
