//! The shipped programmes beside their truth tables (`tables.rs`): sources, reasons, and the facts that they ask for.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use jiff::civil::{Date, date};
use qpv_model::PossibleZones as Zones;
use qpv_programmes::{
    BoundaryFact, EligibilityOutcome, HomeFacts, KnownFacts, Programme, RuleResult, SchoolFact,
    Truth, shipped,
};

use EligibilityOutcome::{NotEligible, Undetermined};

const ON: Date = date(2026, 11, 21);

fn programme(id: &str) -> &'static Programme {
    shipped()
        .iter()
        .find(|programme| programme.id.as_str() == id)
        .unwrap()
}

/// Somebody of this age, on the line of a perimeter.
fn on_the_line(age: i16) -> KnownFacts {
    let home = HomeFacts {
        zones: Zones {
            qpv: true,
            band_300m: true,
            outside: false,
        },
        perimeters: None,
        possible: Some(vec!["QN07504M".parse().unwrap()]),
        distance_m: None,
        boundary: BoundaryFact::None,
        places: [].into(),
        commune: None,
        doubt: None,
    };
    KnownFacts {
        birth_date: Some(date(2026 - age, 5, 21)),
        home: Some(home),
        school: SchoolFact::NotGiven,
        ..KnownFacts::on(ON)
    }
}

#[test]
fn every_shipped_rule_cites_a_text_and_an_article() {
    for programme in shipped() {
        let rules = programme.rules.iter().map(|rule| &rule.source);
        let cited: Vec<&String> = rules
            .chain(programme.to_assess.iter().map(|it| &it.source))
            .collect();
        for source in &programme.sources {
            let id = &programme.id;
            assert!(
                !source.text.is_empty() && !source.article.is_empty(),
                "{id}"
            );
            // A text without an address, or that nobody read, says what is not sure of it.
            let is_sure = source.url.is_some() && source.read.is_some();
            let is_axis = source.id == "decrets-axe";
            assert!(
                is_sure || is_axis || source.remark.is_some(),
                "{id} {}",
                source.id
            );
            assert!(is_axis || cited.contains(&&source.id), "{id} {}", source.id);
        }
    }
}

#[test]
fn every_possible_case_says_who_decides() {
    for programme in shipped() {
        for rule in &programme.rules {
            let possible = rule.quality == RuleResult::OutsideRulePossible;
            assert_eq!(rule.decided_by.is_some(), possible, "{}", programme.id);
        }
    }
}

/// The last day on which rights of an ended scheme run.
#[test]
fn rights_of_ended_schemes_run_on() {
    for (id, until, last) in [
        ("emplois-francs", date(2024, 12, 31), date(2027, 12, 30)),
        (
            "exoneration-commerces",
            date(2025, 12, 31),
            date(2033, 12, 30),
        ),
    ] {
        let programme = programme(id);
        assert_eq!(programme.validity.valid_until, Some(until), "{id}");
        assert_eq!(programme.runs_until(), Some(last), "{id}");
    }
}

/// The reason of an outcome is what it rests on, and nothing else.
#[test]
fn reasons_are_those_that_decide() {
    let facts = on_the_line(30);
    let assessment = programme("pre-national").evaluate(&facts);
    assert_eq!(assessment.outcome, NotEligible);
    let reasons = assessment.reasons();
    let kinds: Vec<_> = reasons
        .map(|found| (found.condition.kind(), found.truth))
        .collect();
    assert_eq!(kinds, [("age", Truth::NotMet); 3]);
    let facts = on_the_line(10);
    let assessment = programme("pre-national").evaluate(&facts);
    let missing = assessment.missing();
    let kinds: Vec<_> = missing.map(|found| found.condition.kind()).collect();
    assert_eq!(
        (assessment.outcome, kinds),
        (Undetermined, vec!["zone", "school"])
    );
}

/// A birth date is asked of a list only where nobody is eligible without it; a school never is, for a home in a perimeter
/// will do.
#[test]
fn facts_without_which_nobody_is_eligible_are_known() {
    for programme in shipped() {
        let id = programme.id.as_str();
        let needs_age = id.starts_with("pre-") || id == "adultes-relais";
        assert_eq!(programme.needs_birth_date(), needs_age, "{id}");
        assert!(!programme.needs_school(), "{id}");
        let asked = programme.asked.iter();
        let needed: Vec<&str> = asked
            .filter(|fact| programme.needs_asked(&fact.id))
            .map(|fact| fact.id.as_str())
            .collect();
        let expected: &[&str] = match id {
            "emplois-francs" => &["signature", "demandeur-emploi"],
            "exoneration-commerces" => &["creation", "commerce"],
            "abattement-tfpb" => &[
                "logement-social",
                "signataire-contrat-de-ville",
                "convention-tfpb",
            ],
            "acre" => &["creation-ou-reprise"],
            // In a neighbourhood, without a convention, out of work, with three criteria: another fact will do.
            _ => &[],
        };
        assert_eq!(needed, expected, "{id}");
    }
}

/// The rule of a town is no rule elsewhere, which lists of programmes show first.
#[test]
fn programmes_of_a_town_are_confined_to_its_department() {
    for (id, departments) in [
        ("pre-flers", &["61"][..]),
        ("pre-argentan", &["61"]),
        ("pre-national", &[]),
        ("emplois-francs", &[]),
    ] {
        assert_eq!(programme(id).departments(), departments, "{id}");
    }
}

/// Among several rules each has a name, which tells it from the others.
#[test]
fn rules_of_a_programme_with_several_have_names_of_their_own() {
    for programme in shipped().iter().filter(|it| it.rules.len() > 1) {
        let names: Vec<&str> = programme
            .rules
            .iter()
            .filter_map(|rule| rule.name.as_deref())
            .collect();
        let different: std::collections::BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(different.len(), programme.rules.len(), "{}", programme.id);
    }
}
