//! What a programme is told of a home and of a school, on the fictional town.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use geo::InteriorPoint;
use jiff::civil::date;
use qpv_service::assess;
use qpv_service::data::sample;
use qpv_service::programmes::{AddressDoubt, ConditionFinding, EligibilityOutcome, Programme};
use qpv_service::{
    AddressCheck, AddressChecker, AddressQuestion, Case, Home, Person, Place, SearchFilter,
    Snapshot, VintageSelector, Zone, home_of_address,
};

const ON: VintageSelector = VintageSelector::InForce(date(2026, 11, 21));

fn town() -> Snapshot {
    Snapshot::new(sample().unwrap())
}

/// The check of an address by the loaded addresses alone.
fn check_address(
    snapshot: &Snapshot,
    question: &str,
    filter: &SearchFilter,
    vintage: VintageSelector,
) -> AddressCheck {
    let checker = AddressChecker {
        snapshot,
        geocoder: None,
        vintage,
    };
    let question = AddressQuestion {
        text: question.to_owned(),
        filter: filter.clone(),
    };
    checker.check(&question).unwrap()
}

/// A programme with one rule.
fn rule(when: &str, settings: [&str; 2]) -> Programme {
    let [street, uncertain] = settings;
    let text = format!(
        "id = \"rule\"\nname = \"Règle\"\nsubject = \"person\"\nboundary_street = \"{street}\"\nwhen_uncertain = \"{uncertain}\"\n\
         [validity]\n[[sources]]\nid = \"s\"\ntext = \"T\"\narticle = \"1\"\n\
         [[rules]]\nresult = \"eligible\"\nsource = \"s\"\nwhen = {when}\n"
    );
    Programme::read(&text).unwrap()
}

const USUAL: [&str; 2] = ["axis", "undetermined"];

fn outcome(
    town: &Snapshot,
    programme: &Programme,
    home: &Home,
    person: Person,
) -> EligibilityOutcome {
    assess(
        town,
        programme,
        &Case {
            home: Some(home),
            building: None,
            person,
        },
        ON,
    )
    .outcome
}

fn address(town: &Snapshot, question: &str) -> Home {
    home_of_address(
        town,
        &check_address(town, question, &SearchFilter::default(), ON),
    )
}

#[test]
fn a_home_is_in_a_layer_or_not_or_may_be() {
    let town = town();
    let areas = town.own_layer("territoires-fragiles").unwrap().layer();
    let inside = areas.areas[0].outline.wgs84().interior_point().unwrap();
    let programme = rule("{ layer = \"territoires-fragiles\" }", USUAL);
    let at =
        |lon, lat, uncertainty_m| Home::at(Place::LonLat(lon, lat), Some(uncertainty_m)).unwrap();
    let answer = |home: Home| outcome(&town, &programme, &home, Person::default());
    assert_eq!(
        answer(at(inside.x(), inside.y(), 0.0)),
        EligibilityOutcome::Eligible
    );
    assert_eq!(
        answer(at(inside.x(), inside.y(), 5_000.0)),
        EligibilityOutcome::Undetermined
    );
    assert_eq!(
        answer(at(inside.x() + 0.05, inside.y(), 5.0)),
        EligibilityOutcome::NotEligible
    );
    assert_eq!(
        answer(address(&town, "999 chemin de nulle part")),
        EligibilityOutcome::Undetermined,
        "it may be anywhere"
    );
    // Too near its line alone, far from every perimeter.
    let corner = areas.areas[0].outline.wgs84().0[0].exterior().0[0];
    let by_line = Home::at(Place::LonLat(corner.x, corner.y), Some(3.0)).unwrap();
    let assessment = assess(
        &town,
        &programme,
        &Case {
            home: Some(&by_line),
            ..Case::default()
        },
        ON,
    );
    let doubt = Some(AddressDoubt::Position {
        uncertainty_m: 3.0 + areas.precision_m,
        line_m: Some(0.0),
    });
    assert_eq!(
        assessment.conditions[0].finding,
        ConditionFinding::Home {
            distance_m: Some(0.0),
            doubt
        }
    );
    let favoured = rule(
        "{ layer = \"territoires-fragiles\" }",
        ["axis", "benefit_of_doubt"],
    );
    let near = at(inside.x(), inside.y(), 5_000.0);
    let assessment = assess(
        &town,
        &favoured,
        &Case {
            home: Some(&near),
            ..Case::default()
        },
        ON,
    );
    assert_eq!(
        (assessment.outcome, &assessment.conditions[0].finding),
        (
            EligibilityOutcome::Eligible,
            &ConditionFinding::BenefitOfDoubt
        )
    );
    let missing = rule("{ layer = \"ailleurs\" }", USUAL);
    assert_eq!(
        outcome(&town, &missing, &near, Person::default()),
        EligibilityOutcome::Undetermined
    );
}

/// The street is the line: odd numbers inside, even ones outside (`geodata/sample/README.md`).
#[test]
fn a_street_is_in_a_zone_only_when_all_of_it_is() {
    let town = town();
    let programme = rule("{ zone = \"qpv\" }", USUAL);
    let answer = |question: &str| {
        outcome(
            &town,
            &programme,
            &address(&town, question),
            Person::default(),
        )
    };
    assert_eq!(
        answer("1 rue des Cordiers 00100 Port-Fictif"),
        EligibilityOutcome::Eligible
    );
    assert_eq!(
        answer("2 rue des Cordiers 00100 Port-Fictif"),
        EligibilityOutcome::NotEligible
    );
    for street in [
        "rue des Cordiers 00100 Port-Fictif",
        "999 rue des Cordiers 00100 Port-Fictif",
        "Port-Fictif",
    ] {
        assert_eq!(answer(street), EligibilityOutcome::Undetermined, "{street}");
    }
    // Of a street, what is outside is not all of it either.
    let band = rule("{ zone = \"band_300m\" }", USUAL);
    let street = address(&town, "rue des Cordiers 00100 Port-Fictif");
    assert_eq!(
        outcome(&town, &band, &street, Person::default()),
        EligibilityOutcome::Undetermined
    );
}

/// The benefit of a doubt is of the position alone: an address that is not found gets none.
#[test]
fn the_benefit_of_a_doubt_is_not_for_what_is_unknown() {
    let town = town();
    let programme = rule("{ zone = \"qpv\" }", ["axis", "benefit_of_doubt"]);
    for question in [
        "999 chemin de nulle part",
        "Port-Fictif",
        "rue des Cordiers 00100 Port-Fictif",
    ] {
        let home = address(&town, question);
        assert_eq!(
            outcome(&town, &programme, &home, Person::default()),
            EligibilityOutcome::Undetermined,
            "{question}"
        );
    }
    // Nor does it put anybody into a perimeter that is elsewhere, or outside.
    let near = address(&town, "2 rue des Cordiers 00100 Port-Fictif");
    let point = check_address(
        &town,
        "2 rue des Cordiers 00100 Port-Fictif",
        &SearchFilter::default(),
        ON,
    );
    let point = point.candidates[0].candidate.point;
    let doubtful = Home::at(Place::LonLat(point.lon_deg(), point.lat_deg()), Some(20.0)).unwrap();
    assert_eq!(
        outcome(&town, &programme, &near, Person::default()),
        EligibilityOutcome::NotEligible
    );
    assert_eq!(
        outcome(&town, &programme, &doubtful, Person::default()),
        EligibilityOutcome::Eligible
    );
    for other in [
        "{ qpv = [\"QN06103M\"] }",
        "{ all = [{ zone = \"qpv\" }, { zone = \"band_300m\" }] }",
    ] {
        let other = rule(other, ["axis", "benefit_of_doubt"]);
        assert_ne!(
            outcome(&town, &other, &doubtful, Person::default()),
            EligibilityOutcome::Eligible
        );
    }
}

#[test]
fn both_kerbs_need_a_number_to_be_told() {
    let town = town();
    let programme = rule("{ zone = \"qpv\" }", ["both_sides", "undetermined"]);
    let answer = |home: &Home| outcome(&town, &programme, home, Person::default());
    let even = check_address(
        &town,
        "2 rue des Cordiers 00100 Port-Fictif",
        &SearchFilter::default(),
        ON,
    );
    assert_eq!(
        answer(&home_of_address(&town, &even)),
        EligibilityOutcome::Eligible
    );
    // The same position, with nothing that tells its street.
    let point = even.candidates[0].candidate.point;
    let bare = Home::at(Place::LonLat(point.lon_deg(), point.lat_deg()), Some(0.0)).unwrap();
    assert_eq!(answer(&bare), EligibilityOutcome::Undetermined);
    let far = Home::at(
        Place::LonLat(point.lon_deg() - 0.002, point.lat_deg()),
        Some(0.0),
    )
    .unwrap();
    assert_eq!(answer(&far), EligibilityOutcome::NotEligible);
}

#[test]
fn schools_are_found_by_identifier_or_by_name() {
    let town = town();
    let programme = rule("{ school = { networks = [\"REP+\"] } }", USUAL);
    let home = address(&town, "1 rue des Cordiers 00100 Port-Fictif");
    // The list is geodata/sample/schools.csv.
    for (school, expected) in [
        ("0000002C", EligibilityOutcome::Eligible),
        ("0000002c", EligibilityOutcome::Eligible),
        ("COLLEGE ONDINE MARCHEVAGUE", EligibilityOutcome::Eligible),
        ("0000001B", EligibilityOutcome::NotEligible),
        (
            "École maternelle du Cabestan",
            EligibilityOutcome::NotEligible,
        ),
        ("Aucune", EligibilityOutcome::NotEligible),
        ("Collège Ondine", EligibilityOutcome::Undetermined),
        ("0610001X", EligibilityOutcome::Undetermined),
        ("", EligibilityOutcome::Undetermined),
    ] {
        let person = Person {
            school: Some(school.into()),
            ..Person::default()
        };
        assert_eq!(
            outcome(&town, &programme, &home, person),
            expected,
            "{school}"
        );
    }
    let elsewhere = rule(
        "{ school = { networks = [\"REP+\"], communes = [\"00002\"] } }",
        USUAL,
    );
    let person = Person {
        school: Some("0000002C".into()),
        ..Person::default()
    };
    assert_eq!(
        outcome(&town, &elsewhere, &home, person),
        EligibilityOutcome::NotEligible
    );
}

/// The decrees of 2014 name the first perimeters, in force on 2015-01-01: no place was in one before.
#[test]
fn before_the_first_perimeters_no_place_is_in_one() {
    let town = town();
    let home = address(&town, "1 rue des Cordiers 00100 Port-Fictif");
    for (when, expected) in [
        (
            "{ was_qpv_on = 1998-05-01 }",
            EligibilityOutcome::NotEligible,
        ),
        (
            "{ was_qpv_on = 2014-12-31, within_m = 500 }",
            EligibilityOutcome::NotEligible,
        ),
        (
            "{ not = { was_qpv_on = 1998-05-01 } }",
            EligibilityOutcome::Eligible,
        ),
        ("{ was_qpv_on = 2026-01-01 }", EligibilityOutcome::Eligible),
    ] {
        let programme = rule(when, USUAL);
        let found = outcome(&town, &programme, &home, Person::default());
        assert_eq!(found, expected, "{when}");
    }
    // One that may be anywhere was in none either, but nobody looked it up.
    let nowhere = address(&town, "999 chemin de nulle part");
    let programme = rule("{ was_qpv_on = 1998-05-01 }", USUAL);
    let found = outcome(&town, &programme, &nowhere, Person::default());
    assert_eq!(found, EligibilityOutcome::Undetermined);
}

/// The zone of a review is a fact of the perimeters that the check is answered from, and of nothing else.
#[test]
fn the_zone_of_a_review_is_a_fact_beside_the_data() {
    use EligibilityOutcome::{Eligible, NotEligible, Undetermined};
    let town = town();
    // On one side of the line or the other.
    let open = || address(&town, "35 rue des Cordiers 00100 Port-Fictif");
    let anywhere = || address(&town, "999 chemin de nulle part");
    for (when, by_data, by_review) in [
        (
            "{ zone = \"qpv\" }",
            Undetermined,
            [Eligible, NotEligible, NotEligible],
        ),
        (
            "{ zone = \"band_300m\" }",
            Undetermined,
            [NotEligible, Eligible, NotEligible],
        ),
        (
            "{ not = { zone = \"qpv\" } }",
            Undetermined,
            [NotEligible, Eligible, Eligible],
        ),
        (
            "{ in = \"qpv\" }",
            Undetermined,
            [Eligible, NotEligible, NotEligible],
        ),
        (
            "{ in = \"qpv\", within_m = 300 }",
            Eligible,
            [Eligible, Eligible, NotEligible],
        ),
        // The same perimeters answered on that day; others did on the next one.
        (
            "{ in = \"qpv\", on = 2025-06-01 }",
            Undetermined,
            [Eligible, NotEligible, NotEligible],
        ),
        (
            "{ in = \"qpv\", on = 2023-06-01 }",
            Undetermined,
            [Undetermined; 3],
        ),
        (
            "{ layer = \"territoires-fragiles\" }",
            NotEligible,
            [NotEligible; 3],
        ),
        // It may lie in one neighbourhood alone.
        (
            "{ qpv = [\"QN00001I\"] }",
            Undetermined,
            [Eligible, NotEligible, NotEligible],
        ),
        ("{ qpv = [\"QN00005M\"] }", NotEligible, [NotEligible; 3]),
    ] {
        let programme = rule(when, USUAL);
        let answer = |home: Home| outcome(&town, &programme, &home, Person::default());
        assert_eq!(answer(open()), by_data, "{when}");
        for (zone, expected) in [Zone::Qpv, Zone::Band300m, Zone::Outside]
            .into_iter()
            .zip(by_review)
        {
            assert_eq!(
                answer(open().reviewed_as(zone)),
                expected,
                "{when}, {zone:?}"
            );
        }
    }
    for (when, by_review) in [
        ("{ zone = \"qpv\" }", [Eligible, NotEligible]),
        ("{ in = \"qpv\" }", [Eligible, NotEligible]),
        // Which neighbourhood it is, and how far it is from one, nobody has said.
        ("{ qpv = [\"QN00001I\"] }", [Undetermined, NotEligible]),
        ("{ in = \"qpv\", within_m = 500 }", [Eligible, Undetermined]),
    ] {
        let programme = rule(when, USUAL);
        for (zone, expected) in [Zone::Qpv, Zone::Outside].into_iter().zip(by_review) {
            let home = anywhere().reviewed_as(zone);
            let found = outcome(&town, &programme, &home, Person::default());
            assert_eq!(found, expected, "anywhere: {when}, {zone:?}");
        }
    }
    // The law counts both kerbs as inside, whatever side the home is on.
    let both = rule("{ zone = \"qpv\" }", ["both_sides", "undetermined"]);
    let band = outcome(
        &town,
        &both,
        &open().reviewed_as(Zone::Band300m),
        Person::default(),
    );
    let far = outcome(
        &town,
        &both,
        &open().reviewed_as(Zone::Outside),
        Person::default(),
    );
    assert_ne!(band, NotEligible);
    assert_eq!(far, NotEligible);
}
