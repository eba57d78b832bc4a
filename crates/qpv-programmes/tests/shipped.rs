//! Truth tables of the shipped programmes, written from the texts they cite and not from the rules' code: each line says what
//! a person who reads the text would answer.

#![expect(
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "helpers of tests"
)]

use jiff::civil::{Date, date};
use qpv_model::{PossibleZones as Zones, PriorityNetwork, QpvCode};
use qpv_programmes::{
    BoundaryFact, BuildingFacts, ConditionFinding, EligibilityOutcome, FootprintFact, HomeFacts,
    KnownFacts, PlaceFact, PlaceQuestion, PlaceStanding, Programme, QuestionDay, SchoolFact,
    StatedFact, Truth, ZoningChoice, shipped,
};

use EligibilityOutcome::{Eligible, NotEligible, OutsideRulePossible, Undetermined};

const ON: Date = date(2026, 11, 21);

fn programme(id: &str) -> &'static Programme {
    shipped()
        .iter()
        .find(|programme| programme.id.as_str() == id)
        .unwrap()
}

/// Somebody of this age who had a birthday half a year ago.
fn aged(years: i16) -> Option<Date> {
    Some(date(2026 - years, 5, 21))
}

fn home(zones: Zones, perimeters: &[&str]) -> Option<HomeFacts> {
    let codes: Vec<QpvCode> = perimeters
        .iter()
        .map(|code| code.parse().unwrap())
        .collect();
    Some(HomeFacts {
        zones,
        perimeters: zones.is_sure().then(|| codes.clone()),
        possible: Some(codes),
        distance_m: None,
        boundary: BoundaryFact::None,
        places: [].into(),
        commune: None,
        doubt: None,
    })
}

const INSIDE: Zones = Zones {
    qpv: true,
    band_300m: false,
    outside: false,
};
const BAND: Zones = Zones {
    qpv: false,
    band_300m: true,
    outside: false,
};
const OUTSIDE: Zones = Zones {
    qpv: false,
    band_300m: false,
    outside: true,
};
const ON_THE_LINE: Zones = Zones {
    qpv: true,
    band_300m: true,
    outside: false,
};

fn school(network: Option<PriorityNetwork>, commune: &str) -> SchoolFact {
    SchoolFact::Known {
        name: "Les Vallées".into(),
        commune: Some(commune.parse().unwrap()),
        network,
    }
}

fn outcome(id: &str, facts: &KnownFacts) -> EligibilityOutcome {
    programme(id).evaluate(facts).outcome
}

/// « Enfants de 2 à 16 ans qui habitent un QPV ou vont dans un établissement REP ou REP+ ; parcours jusqu'à 18 ans. »
#[test]
fn national_pre() {
    let rep = || school(Some(PriorityNetwork::Rep), "61169");
    let rep_plus = || school(Some(PriorityNetwork::RepPlus), "75119");
    let plain = || school(None, "61169");
    let table: &[(i16, Zones, SchoolFact, EligibilityOutcome)] = &[
        (1, INSIDE, rep(), NotEligible),
        (2, INSIDE, SchoolFact::NotGiven, Eligible),
        (10, INSIDE, plain(), Eligible),
        (16, INSIDE, SchoolFact::NotGiven, Eligible),
        (17, INSIDE, SchoolFact::NotGiven, OutsideRulePossible),
        (18, INSIDE, rep(), OutsideRulePossible),
        (19, INSIDE, rep(), NotEligible),
        (10, BAND, rep(), Eligible),
        (10, OUTSIDE, rep_plus(), Eligible),
        (10, BAND, plain(), NotEligible),
        (10, OUTSIDE, SchoolFact::None, NotEligible),
        (17, OUTSIDE, rep(), OutsideRulePossible),
        (17, OUTSIDE, plain(), NotEligible),
        // What is not known is not "no".
        (10, OUTSIDE, SchoolFact::NotGiven, Undetermined),
        (10, OUTSIDE, SchoolFact::NotFound, Undetermined),
        (10, OUTSIDE, SchoolFact::NoList, Undetermined),
        (10, OUTSIDE, SchoolFact::Ambiguous, Undetermined),
        (10, ON_THE_LINE, plain(), Undetermined),
        (10, ON_THE_LINE, rep(), Eligible),
        (30, ON_THE_LINE, SchoolFact::NotGiven, NotEligible),
    ];
    for (age, zones, school, expected) in table {
        let qpv: &[&str] = if zones.qpv { &["QN07504M"] } else { &[] };
        let facts = KnownFacts {
            birth_date: aged(*age),
            home: home(*zones, qpv),
            school: school.clone(),
            ..KnownFacts::on(ON)
        };
        assert_eq!(
            outcome("pre-national", &facts),
            *expected,
            "{age} {zones:?} {school:?}"
        );
    }
    let ageless = KnownFacts {
        home: home(INSIDE, &["QN07504M"]),
        ..KnownFacts::on(ON)
    };
    assert_eq!(outcome("pre-national", &ageless), Undetermined);
    let homeless = KnownFacts {
        birth_date: aged(10),
        ..KnownFacts::on(ON)
    };
    assert_eq!(outcome("pre-national", &homeless), Undetermined);
}

/// The day of a birthday counts: eligible on the 2nd birthday, and until the day before the 17th.
#[test]
fn the_birthday_itself_counts() {
    let on = |birth: Date| {
        let facts = KnownFacts {
            birth_date: Some(birth),
            home: home(INSIDE, &["QN07504M"]),
            ..KnownFacts::on(ON)
        };
        outcome("pre-national", &facts)
    };
    assert_eq!(on(date(2024, 11, 22)), NotEligible);
    assert_eq!(on(date(2024, 11, 21)), Eligible);
    assert_eq!(on(date(2009, 11, 22)), Eligible);
    assert_eq!(on(date(2009, 11, 21)), OutsideRulePossible);
    assert_eq!(
        on(date(2026, 11, 22)),
        Undetermined,
        "not born yet: the birth date is wrong"
    );
}

/// « De 2 à 16 ans, vivant “principalement” à Saint-Michel - Vallée d'Auge ou aux Provinces. »
#[test]
fn pre_of_argentan() {
    let at = |zones, code: &[&str], commune: Option<&str>| {
        let home = home(zones, code).map(|home| HomeFacts {
            commune: commune.map(|code| code.parse().unwrap()),
            ..home
        });
        KnownFacts {
            birth_date: aged(8),
            home,
            ..KnownFacts::on(ON)
        }
    };
    let table = [
        (at(INSIDE, &["QN06101M"], None), Eligible),
        (at(INSIDE, &["QN06102M"], Some("61006")), Eligible),
        (at(BAND, &[], Some("61006")), OutsideRulePossible),
        (at(OUTSIDE, &[], Some("61006")), OutsideRulePossible),
        // Another town's neighbourhood.
        (at(INSIDE, &["QN06103M"], Some("61169")), NotEligible),
        (at(OUTSIDE, &[], None), Undetermined),
        (at(ON_THE_LINE, &["QN06101M"], Some("61006")), Undetermined),
        // On the line of another town's neighbourhood.
        (at(ON_THE_LINE, &["QN06103M"], Some("61169")), NotEligible),
    ];
    for (facts, expected) in table {
        assert_eq!(outcome("pre-argentan", &facts), expected, "{facts:?}");
    }
    let before = KnownFacts {
        birth_date: Some(date(2012, 5, 21)),
        home: home(INSIDE, &["QP061001"]),
        ..KnownFacts::on(date(2020, 1, 1))
    };
    assert_eq!(
        outcome("pre-argentan", &before),
        Eligible,
        "the same neighbourhood as the perimeters of 2015 draw it"
    );
}

/// « Le public national ; hors des quartiers, les enfants de moins de 6 ans, les jeunes et les familles en difficulté des
/// territoires fragiles. » Contract 2024-2030.
#[test]
fn pre_of_flers() {
    let layer = |inside: Option<PlaceStanding>| {
        inside.map(|inside| {
            (
                PlaceQuestion {
                    zoning: ZoningChoice::Named("territoires-fragiles-flers".parse().unwrap()),
                    day: QuestionDay::OfCheck,
                },
                PlaceFact {
                    standings: vec![inside],
                    areas: vec![],
                    doubt: None,
                },
            )
        })
    };
    let at = |age, zones, code: &[&str], inside: Option<PlaceStanding>, school: SchoolFact| {
        let commune = Some("61169".parse().unwrap());
        let home = home(zones, code).map(|home| HomeFacts {
            places: layer(inside).into_iter().collect(),
            commune,
            ..home
        });
        KnownFacts {
            birth_date: aged(age),
            home,
            school,
            ..KnownFacts::on(ON)
        }
    };
    let rep = || school(Some(PriorityNetwork::Rep), "61169");
    let plain = || school(None, "61169");
    let (inside, outside) = (Some(PlaceStanding::Inside), Some(PlaceStanding::Outside));
    let table = [
        (
            at(8, INSIDE, &["QN06103M"], None, SchoolFact::NotGiven),
            Eligible,
        ),
        (at(8, INSIDE, &["QN06104M"], outside, plain()), Eligible),
        (at(8, OUTSIDE, &[], None, rep()), Eligible),
        // A school of another town's network is not of this programme.
        (
            at(
                8,
                OUTSIDE,
                &[],
                outside,
                school(Some(PriorityNetwork::Rep), "75119"),
            ),
            NotEligible,
        ),
        (at(5, OUTSIDE, &[], inside, plain()), Eligible),
        (at(0, BAND, &[], inside, SchoolFact::None), Eligible),
        (at(6, OUTSIDE, &[], inside, plain()), OutsideRulePossible),
        (
            at(35, OUTSIDE, &[], inside, SchoolFact::None),
            OutsideRulePossible,
        ),
        (at(5, OUTSIDE, &[], outside, plain()), NotEligible),
        (at(8, OUTSIDE, &[], outside, plain()), NotEligible),
        // The layer is not published: what depends on it is not known.
        (at(5, OUTSIDE, &[], None, plain()), Undetermined),
        (at(8, OUTSIDE, &[], None, plain()), Undetermined),
        (
            at(5, OUTSIDE, &[], Some(PlaceStanding::Unknown), plain()),
            Undetermined,
        ),
    ];
    for (facts, expected) in table {
        assert_eq!(outcome("pre-flers", &facts), expected, "{facts:?}");
    }
    // Elsewhere, the layer is no matter.
    let paris = at(5, OUTSIDE, &[], None, plain());
    let commune = Some("75118".parse().unwrap());
    let paris = KnownFacts {
        home: paris.home.map(|home| HomeFacts { commune, ..home }),
        ..paris
    };
    assert_eq!(outcome("pre-flers", &paris), NotEligible);
    let facts = at(5, OUTSIDE, &[], None, plain());
    let assessment = programme("pre-flers").evaluate(&facts);
    let missing: Vec<_> = assessment.missing().map(|found| &found.finding).collect();
    assert!(missing.iter().all(
        |finding| matches!(finding, ConditionFinding::LayerMissing(ZoningChoice::Named(name)) if name.as_str() == "territoires-fragiles-flers")
    ));
    assert!(!missing.is_empty());
    for (day, expected) in [
        (date(2023, 12, 31), NotEligible),
        (date(2024, 1, 1), Eligible),
        (date(2030, 12, 31), Eligible),
        (date(2031, 1, 1), NotEligible),
    ] {
        let birth_date = Some(date(2019, 1, 15));
        let facts = KnownFacts {
            birth_date,
            home: home(INSIDE, &["QN06103M"]),
            ..KnownFacts::on(day)
        };
        assert_eq!(outcome("pre-flers", &facts), expected, "{day}");
    }
}

/// « Dans un QPV, ou entièrement à moins de 300 m de sa limite ; avec une convention de renouvellement urbain, partiellement
/// à moins de 300 m et entièrement à moins de 500 m. »
#[test]
fn reduced_vat() {
    let building = |nearest_m, farthest_m, npnru: Option<bool>| KnownFacts {
        building: Some(BuildingFacts {
            places: [(
                PlaceQuestion {
                    zoning: ZoningChoice::Qpv,
                    day: QuestionDay::OfCheck,
                },
                FootprintFact {
                    nearest_m,
                    farthest_m,
                    inside: farthest_m == Some(0.0),
                    doubt_m: 9.0,
                    is_measured: true,
                },
            )]
            .into(),
            commune: None,
        }),
        stated: npnru
            .map(|value| {
                (
                    "convention-npnru".parse().unwrap(),
                    StatedFact::Declared(value),
                )
            })
            .into_iter()
            .collect(),
        ..KnownFacts::on(ON)
    };
    let table = [
        (building(Some(0.0), Some(0.0), None), Eligible),
        (building(Some(0.0), Some(120.0), None), Eligible),
        (building(Some(200.0), Some(280.0), Some(false)), Eligible),
        (building(Some(200.0), Some(350.0), Some(false)), NotEligible),
        (building(Some(200.0), Some(350.0), Some(true)), Eligible),
        (building(Some(200.0), Some(350.0), None), Undetermined),
        (building(Some(200.0), Some(520.0), Some(true)), NotEligible),
        (building(Some(320.0), Some(400.0), Some(true)), NotEligible),
        (building(None, None, Some(true)), NotEligible),
        // The line is known to 9 m.
        (
            building(Some(200.0), Some(295.0), Some(false)),
            Undetermined,
        ),
        (
            building(Some(200.0), Some(305.0), Some(false)),
            Undetermined,
        ),
        (building(Some(200.0), Some(305.0), Some(true)), Eligible),
        (building(Some(200.0), Some(495.0), Some(true)), Undetermined),
        (building(Some(295.0), Some(400.0), Some(true)), Undetermined),
    ];
    for (facts, expected) in table {
        assert_eq!(
            outcome("tva-accession", &facts),
            expected,
            "{:?} {:?}",
            facts.building,
            facts.stated
        );
    }
    assert_eq!(outcome("tva-accession", &KnownFacts::on(ON)), Undetermined);
}

/// Ended on 2024-12-31 and on 2025-12-31: nobody is taken after, whatever is known.
#[test]
fn ended_schemes() {
    let facts = |on: Date, name: &str| KnownFacts {
        home: home(INSIDE, &["QN06103M"]),
        stated: [(name.parse().unwrap(), StatedFact::Declared(true))].into(),
        ..KnownFacts::on(on)
    };
    for (id, declared, last, after) in [
        (
            "emplois-francs",
            "demandeur-emploi",
            date(2024, 12, 31),
            date(2025, 1, 1),
        ),
        (
            "exoneration-commerces",
            "commerce",
            date(2025, 12, 31),
            date(2026, 1, 1),
        ),
    ] {
        assert_eq!(outcome(id, &facts(last, declared)), Eligible, "{id}");
        assert_eq!(outcome(id, &facts(after, declared)), NotEligible, "{id}");
        let assessment = programme(id)
            .evaluate(&facts(after, declared))
            .conditions
            .len();
        assert_eq!(
            assessment, 0,
            "{id}: the end of the programme is the only reason"
        );
        assert_eq!(programme(id).validity.valid_until, Some(last));
        let undeclared = KnownFacts {
            stated: [].into(),
            ..facts(last, declared)
        };
        assert_eq!(outcome(id, &undeclared), Undetermined, "{id}");
    }
}

/// Law 2015-1785, art. 96: both kerbs of a boundary street are inside, for the exemption and not for the PRE.
#[test]
fn boundary_streets() {
    let at = |boundary, declared: &str| KnownFacts {
        birth_date: aged(10),
        home: home(BAND, &[]).map(|home| HomeFacts { boundary, ..home }),
        school: SchoolFact::None,
        stated: [(declared.parse().unwrap(), StatedFact::Declared(true))].into(),
        ..KnownFacts::on(date(2025, 6, 1))
    };
    let follows = BoundaryFact::Follows(vec!["QN06103M".parse().unwrap()]);
    assert_eq!(
        outcome("exoneration-commerces", &at(follows.clone(), "commerce")),
        Eligible
    );
    assert_eq!(
        outcome("exoneration-commerces", &at(BoundaryFact::None, "commerce")),
        NotEligible
    );
    assert_eq!(
        outcome(
            "exoneration-commerces",
            &at(BoundaryFact::Unknown, "commerce")
        ),
        Undetermined
    );
    assert_eq!(
        outcome("pre-national", &at(follows, "commerce")),
        NotEligible
    );
}

#[test]
fn every_shipped_rule_cites_a_text_and_an_article() {
    assert_eq!(shipped().len(), 6);
    for programme in shipped() {
        for id in programme
            .rules
            .iter()
            .map(|rule| &rule.source)
            .chain(programme.to_assess.iter().map(|it| &it.source))
        {
            let source = programme.source(id);
            assert!(
                !source.text.is_empty() && !source.article.is_empty(),
                "{}",
                programme.id
            );
        }
        let unused = |id: &str| programme.rules.iter().all(|rule| rule.source != id);
        assert!(
            programme.sources.iter().any(|source| !unused(&source.id)),
            "{}",
            programme.id
        );
    }
}

/// The reason of an outcome is what it rests on, and nothing else.
#[test]
fn reasons_are_those_that_decide() {
    let facts = KnownFacts {
        birth_date: aged(30),
        home: home(ON_THE_LINE, &[]),
        school: SchoolFact::NotGiven,
        ..KnownFacts::on(ON)
    };
    let assessment = programme("pre-national").evaluate(&facts);
    assert_eq!(assessment.outcome, NotEligible);
    let kinds: Vec<_> = assessment
        .reasons()
        .map(|found| (found.condition.kind(), found.truth))
        .collect();
    assert_eq!(kinds, [("age", Truth::NotMet), ("age", Truth::NotMet)]);
    let facts = KnownFacts {
        birth_date: aged(10),
        ..facts
    };
    let assessment = programme("pre-national").evaluate(&facts);
    let kinds: Vec<_> = assessment
        .missing()
        .map(|found| found.condition.kind())
        .collect();
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
        let needs_age = programme.id.as_str().starts_with("pre-");
        assert_eq!(programme.needs_birth_date(), needs_age, "{}", programme.id);
        assert!(!programme.needs_school(), "{}", programme.id);
        let declarations = programme.asked.iter();
        let needed: Vec<&str> = declarations
            .filter(|fact| programme.needs_asked(&fact.id))
            .map(|fact| fact.id.as_str())
            .collect();
        let expected: &[&str] = match programme.id.as_str() {
            "emplois-francs" => &["demandeur-emploi"],
            "exoneration-commerces" => &["commerce"],
            // Without the convention, every part of the building within 300 m will do.
            _ => &[],
        };
        assert_eq!(needed, expected, "{}", programme.id);
    }
}
