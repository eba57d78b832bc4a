//! Each condition alone: its truth on facts, and the finding that answers tell, as docs/programmes.md has them.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use jiff::civil::date;
use qpv_programmes::{
    AssessedCondition, BuildingFacts, ConditionFinding, FootprintFact, KnownFacts, Programme,
    SchoolFact, Truth, WrittenCase,
};

use Truth::{Met, NotMet, Unknown};

/// The settings of a programme, and what stands in its rule.
#[derive(Clone, Copy)]
struct Settings {
    subject: &'static str,
    boundary_street: &'static str,
    when_uncertain: &'static str,
    /// More keys of the rule.
    rule: &'static str,
}

const PERSON: Settings = Settings {
    subject: "person",
    boundary_street: "axis",
    when_uncertain: "undetermined",
    rule: "",
};
const BOTH_SIDES: Settings = Settings {
    boundary_street: "both_sides",
    ..PERSON
};
const BENEFIT: Settings = Settings {
    when_uncertain: "benefit_of_doubt",
    ..PERSON
};
const BUILDING: Settings = Settings {
    subject: "building",
    ..PERSON
};
const RIGHT: Settings = Settings {
    rule: "granted_from = \"start\"\nlasts = { years = 1 }",
    ..PERSON
};

/// The facts that rules may ask, each with its kind: one that no rule asks is refused.
const FACTS: [(&str, &str); 3] = [
    ("adult", "declaration"),
    ("start", "date"),
    ("staff", "number"),
];

/// A programme of 2020 to 2030 with one rule.
fn programme(settings: Settings, when: &str) -> Programme {
    let Settings {
        subject,
        boundary_street,
        when_uncertain,
        rule,
    } = settings;
    let rules =
        format!("[[rules]]\nresult = \"eligible\"\nsource = \"s\"\n{rule}\nwhen = {when}\n");
    let asked: Vec<String> = FACTS
        .iter()
        .filter(|(id, _)| rules.contains(&format!("\"{id}\"")))
        .map(|(id, kind)| format!("[[asked]]\nid = \"{id}\"\nkind = \"{kind}\"\nlabel = \"l\"\n"))
        .collect();
    let asked = asked.concat();
    let text = format!(
        "format = 2\nid = \"own\"\nname = \"Own\"\nsubject = \"{subject}\"\nboundary_street = \"{boundary_street}\"\n\
         when_uncertain = \"{when_uncertain}\"\n[validity]\nfrom = 2020-01-01\nuntil = 2030-12-31\n{asked}\
         [[sources]]\nid = \"s\"\ntext = \"T\"\narticle = \"1\"\n{rules}"
    );
    Programme::read(&text).unwrap_or_else(|error| panic!("{when}: {error}"))
}

/// The truth of what the rule asks, and the name of the finding, of its first condition.
fn found(programme: &Programme, facts: &KnownFacts) -> (Truth, &'static str) {
    let assessment = programme.evaluate(facts);
    let first: &AssessedCondition<'_> = &assessment.conditions[0];
    (first.truth, first.finding.name())
}

/// Holds a condition against lines of facts (of 2026-09-01 unless they say another day), truth and finding.
fn holds(settings: Settings, when: &str, lines: &[(&str, Truth, &str)]) {
    let own = programme(settings, when);
    for (facts, truth, finding) in lines {
        let day = if facts.contains("on = ") {
            ""
        } else {
            "on = 2026-09-01, "
        };
        let text = format!("{day}{facts}");
        let case = WrittenCase::read(text.trim_end_matches(", ")).unwrap();
        assert_eq!(case.unasked(&own), None, "{when}: {facts}");
        assert_eq!(
            found(&own, &case.facts()),
            (*truth, *finding),
            "{when}: {facts}"
        );
    }
}

#[test]
fn an_age_is_in_completed_years_with_both_ends() {
    holds(
        PERSON,
        "{ age = { from = 6, to = 12 } }",
        &[
            ("birth_date = 2020-09-02", NotMet, "age"),
            ("birth_date = 2020-09-01", Met, "age"),
            ("birth_date = 2013-09-02", Met, "age"),
            ("birth_date = 2013-09-01", NotMet, "age"),
            ("", Unknown, "birth_date_missing"),
            ("birth_date = 2026-09-02", Unknown, "birth_date_after_check"),
        ],
    );
    holds(
        PERSON,
        "{ age = { to = 2 } }",
        &[("birth_date = 2026-09-01", Met, "age")],
    );
}

/// "When a birthday will change the condition, the answer gives its day."
#[test]
fn the_birthday_that_changes_an_age_is_told() {
    for (ages, born, years, changes_on) in [
        ("from = 6, to = 12", "2021-05-04", 5, Some(date(2027, 5, 4))),
        ("from = 6, to = 12", "2018-05-04", 8, Some(date(2031, 5, 4))),
        ("from = 6, to = 12", "2012-05-04", 14, None),
        ("from = 26", "2010-05-04", 16, Some(date(2036, 5, 4))),
        ("from = 26", "1990-05-04", 36, None),
        ("to = 16", "2010-05-04", 16, Some(date(2027, 5, 4))),
        ("to = 16", "2009-05-04", 17, None),
        // No 29th in 2031.
        ("to = 12", "2018-02-28", 8, Some(date(2031, 2, 28))),
        ("from = 3", "2024-02-29", 2, Some(date(2027, 2, 28))),
    ] {
        let own = programme(PERSON, &format!("{{ age = {{ {ages} }} }}"));
        let case = WrittenCase::read(&format!("on = 2026-09-01, birth_date = {born}")).unwrap();
        let facts = case.facts();
        let expected = ConditionFinding::Age { years, changes_on };
        assert_eq!(
            own.evaluate(&facts).conditions[0].finding,
            expected,
            "{ages} {born}"
        );
    }
}

#[test]
fn a_zone_is_that_of_every_position_that_the_home_may_have() {
    holds(
        PERSON,
        "{ in = \"qpv\" }",
        &[
            ("home = \"qpv\"", Met, "home"),
            ("home = \"band\"", NotMet, "home"),
            ("home = \"outside\"", NotMet, "home"),
            ("home = \"line\"", Unknown, "home_doubtful"),
            ("home = \"far_line\"", NotMet, "home"),
            ("home = \"unknown\"", Unknown, "home_doubtful"),
            ("", Unknown, "home_missing"),
            // Along the axis, as the decrees say: the other kerb is outside.
            ("home = \"band\", boundary = \"follows\"", NotMet, "home"),
        ],
    );
    holds(
        PERSON,
        "{ zone = \"band_300m\" }",
        &[
            ("home = \"qpv\"", NotMet, "home"),
            ("home = \"band\"", Met, "home"),
            ("home = \"outside\"", NotMet, "home"),
            ("home = \"line\"", Unknown, "home_doubtful"),
            ("home = \"far_line\"", Unknown, "home_doubtful"),
            ("", Unknown, "home_missing"),
        ],
    );
    holds(
        PERSON,
        "{ qpv = [\"QN06103M\"] }",
        &[
            ("home = \"qpv\", perimeters = [\"QN06103M\"]", Met, "home"),
            (
                "home = \"qpv\", perimeters = [\"QN06101M\"]",
                NotMet,
                "home",
            ),
            (
                "home = \"qpv\", perimeters = [\"QN06101M\", \"QN06103M\"]",
                Met,
                "home",
            ),
            ("home = \"qpv\"", Unknown, "home"),
            (
                "home = \"line\", perimeters = [\"QN06103M\"]",
                Unknown,
                "home_doubtful",
            ),
            (
                "home = \"line\", perimeters = [\"QN06101M\"]",
                NotMet,
                "home",
            ),
            ("home = \"line\"", Unknown, "home_doubtful"),
            ("home = \"band\"", NotMet, "home"),
            ("", Unknown, "home_missing"),
        ],
    );
}

/// Positions in different perimeters: which of them it is may not matter.
#[test]
fn a_perimeter_is_known_where_all_that_may_be_meant_are_listed() {
    let case = WrittenCase::read("on = 2026-09-01, home = \"qpv\"").unwrap();
    let mut facts = case.facts();
    let codes = ["QN06101M", "QN06103M"];
    if let Some(home) = &mut facts.home {
        home.possible = Some(codes.map(|code| code.parse().unwrap()).into());
    }
    for (listed, truth) in [
        ("\"QN06101M\", \"QN06103M\", \"QN07504M\"", Met),
        ("\"QN06103M\"", Unknown),
        ("\"QN07504M\"", NotMet),
    ] {
        let own = programme(PERSON, &format!("{{ qpv = [{listed}] }}"));
        assert_eq!(found(&own, &facts).0, truth, "{listed}");
    }
}

/// Both kerbs of a street that a line follows are inside.
#[test]
fn both_sides_of_a_boundary_street_are_inside() {
    holds(
        BOTH_SIDES,
        "{ in = \"qpv\" }",
        &[
            (
                "home = \"band\", boundary = \"follows\"",
                Met,
                "boundary_street",
            ),
            (
                "home = \"line\", boundary = \"follows\"",
                Met,
                "boundary_street",
            ),
            (
                "home = \"band\", boundary = \"unknown\"",
                Unknown,
                "boundary_street_unknown",
            ),
            ("home = \"band\", boundary = \"none\"", NotMet, "home"),
            ("home = \"qpv\", boundary = \"unknown\"", Met, "home"),
            ("home = \"qpv\", boundary = \"follows\"", Met, "home"),
        ],
    );
    // A home that counts as inside is not in the band.
    holds(
        BOTH_SIDES,
        "{ zone = \"band_300m\" }",
        &[
            (
                "home = \"band\", boundary = \"follows\"",
                NotMet,
                "boundary_street",
            ),
            (
                "home = \"band\", boundary = \"unknown\"",
                Unknown,
                "boundary_street_unknown",
            ),
            ("home = \"band\", boundary = \"none\"", Met, "home"),
            ("home = \"qpv\", boundary = \"unknown\"", NotMet, "home"),
        ],
    );
    holds(
        BOTH_SIDES,
        "{ qpv = [\"QN06103M\"] }",
        &[
            (
                "home = \"band\", perimeters = [\"QN06103M\"], boundary = \"follows\"",
                Met,
                "boundary_street",
            ),
            (
                "home = \"band\", perimeters = [\"QN06101M\"], boundary = \"follows\"",
                NotMet,
                "home",
            ),
            (
                "home = \"band\", boundary = \"unknown\"",
                Unknown,
                "boundary_street_unknown",
            ),
            (
                "home = \"qpv\", perimeters = [\"QN06101M\"], boundary = \"unknown\"",
                NotMet,
                "home",
            ),
        ],
    );
}

/// As it was on another day too; a ring around the perimeters is measured from their line.
#[test]
fn both_sides_are_inside_on_another_day() {
    let places = |standing: &str, boundary: &str| {
        format!(
            "home = \"band\", boundary = \"{boundary}\", places = {{ \"qpv@2023-12-31\" = {standing} }}"
        )
    };
    for (settings, within, standing, boundary, truth, finding) in [
        (BOTH_SIDES, "", "5", "follows", Met, "boundary_street"),
        (
            BOTH_SIDES,
            "",
            "5",
            "unknown",
            Unknown,
            "boundary_street_unknown",
        ),
        (BOTH_SIDES, "", "5", "none", NotMet, "layer"),
        (BOTH_SIDES, "", "-5", "unknown", Met, "layer"),
        (BOTH_SIDES, "", "-5", "follows", Met, "layer"),
        (PERSON, "", "5", "follows", NotMet, "layer"),
        (
            BOTH_SIDES,
            ", within_m = 100",
            "105",
            "follows",
            NotMet,
            "layer",
        ),
        (
            BOTH_SIDES,
            ", within_m = 100",
            "105",
            "unknown",
            NotMet,
            "layer",
        ),
    ] {
        let when = format!("{{ in = \"qpv\", on = 2023-12-31{within} }}");
        holds(
            settings,
            &when,
            &[(&places(standing, boundary), truth, finding)],
        );
    }
    // The lines of another zoning follow no street that the law speaks of.
    holds(
        BOTH_SIDES,
        "{ in = \"former-qpv\", on = 2023-12-31 }",
        &[(
            "home = \"band\", boundary = \"follows\", places = { \"former-qpv@2023-12-31\" = 5 }",
            NotMet,
            "layer",
        )],
    );
}

#[test]
fn a_doubt_on_a_position_counts_for_whoever_asks() {
    holds(
        BENEFIT,
        "{ in = \"qpv\" }",
        &[
            ("home = \"line\"", Met, "benefit_of_doubt"),
            ("home = \"far_line\"", NotMet, "home"),
            // It may be anywhere.
            ("home = \"unknown\"", Unknown, "home_doubtful"),
        ],
    );
    let code = "perimeters = [\"QN06103M\"]";
    holds(
        BENEFIT,
        "{ qpv = [\"QN06103M\"] }",
        &[(&format!("home = \"line\", {code}"), Met, "benefit_of_doubt")],
    );
    let doubtful = "home = \"band\", places = { own = \"doubtful\" }";
    holds(
        BENEFIT,
        "{ in = \"own\" }",
        &[(doubtful, Met, "benefit_of_doubt")],
    );
    holds(
        BENEFIT,
        "{ not = { in = \"own\" } }",
        &[(doubtful, Unknown, "home_doubtful")],
    );
}

#[test]
fn a_zoning_that_is_not_imported_is_unknown() {
    holds(
        PERSON,
        "{ in = \"own\" }",
        &[
            (
                "home = \"band\", places = { own = \"inside\" }",
                Met,
                "layer",
            ),
            ("home = \"band\", places = { own = -12 }", Met, "layer"),
            (
                "home = \"band\", places = { own = \"outside\" }",
                NotMet,
                "layer",
            ),
            (
                "home = \"qpv\", places = { own = \"doubtful\" }",
                Unknown,
                "home_doubtful",
            ),
            ("home = \"qpv\"", Unknown, "layer_not_imported"),
            ("", Unknown, "home_missing"),
        ],
    );
    // How far the border of a listed commune is was not measured.
    holds(
        PERSON,
        "{ in = \"own\", within_m = 500 }",
        &[
            (
                "home = \"band\", places = { own = \"inside\" }",
                Met,
                "layer",
            ),
            (
                "home = \"band\", places = { own = \"outside\" }",
                Unknown,
                "home",
            ),
            ("home = \"band\", places = { own = 400 }", Met, "layer"),
            ("home = \"band\", places = { own = 600 }", NotMet, "layer"),
        ],
    );
    holds(
        PERSON,
        "{ in = \"own\", on = \"start\" }",
        &[
            (
                "home = \"band\", places = { \"own@2026-03-01\" = \"inside\" }, declared = { start = 2026-03-01 }",
                Met,
                "layer",
            ),
            (
                "home = \"band\", places = { \"own@2026-03-01\" = \"inside\" }, declared = { start = 2026-03-02 }",
                Unknown,
                "layer_not_imported",
            ),
            ("home = \"band\"", Unknown, "declaration_missing"),
        ],
    );
}

#[test]
fn a_commune_is_that_of_the_home_or_of_the_building() {
    for settings in [PERSON, BUILDING] {
        let (place, missing) = if settings.subject == "building" {
            ("building = {}", "footprint_missing")
        } else {
            ("home = \"band\"", "home_missing")
        };
        let with = |more: &str| format!("{place}{more}");
        holds(
            settings,
            "{ commune = [\"61169\"] }",
            &[
                (&with(", commune = \"61169\""), Met, "commune"),
                (&with(", commune = \"61006\""), NotMet, "commune"),
                (&with(""), Unknown, "commune_unknown"),
                ("", Unknown, missing),
            ],
        );
    }
}

#[test]
fn a_school_is_in_a_network_and_in_a_commune_if_any() {
    holds(
        PERSON,
        "{ school = { networks = [\"REP\"] } }",
        &[
            ("school = \"rep\"", Met, "school"),
            ("school = \"rep+\"", NotMet, "school"),
            ("school = \"plain\"", NotMet, "school"),
            ("school = \"none\"", NotMet, "no_school"),
            ("school = \"not_found\"", Unknown, "school_not_found"),
            ("school = \"no_list\"", Unknown, "school_list_not_imported"),
            ("school = \"ambiguous\"", Unknown, "school_ambiguous"),
            ("", Unknown, "school_missing"),
        ],
    );
    holds(
        PERSON,
        "{ school = { networks = [\"REP\", \"REP+\"], communes = [\"61169\"] } }",
        &[
            (
                "school = \"rep+\", school_commune = \"61169\"",
                Met,
                "school",
            ),
            (
                "school = \"rep\", school_commune = \"61006\"",
                NotMet,
                "school",
            ),
            (
                "school = \"plain\", school_commune = \"61169\"",
                NotMet,
                "school",
            ),
            ("school = \"rep\"", Unknown, "school"),
            ("school = \"plain\"", NotMet, "school"),
            ("school = \"none\"", NotMet, "no_school"),
        ],
    );
    let own = programme(PERSON, "{ school = { networks = [\"REP\"] } }");
    let facts = KnownFacts {
        school: SchoolFact::NetworkNotTold { name: "n".into() },
        ..KnownFacts::on(date(2026, 9, 1))
    };
    assert_eq!(found(&own, &facts), (Unknown, "school_network_not_told"));
}

#[test]
fn facts_that_are_asked_for_decide_or_are_missing() {
    holds(
        PERSON,
        "{ declared = \"adult\" }",
        &[
            ("declared = { adult = true }", Met, "declared"),
            ("declared = { adult = false }", NotMet, "declared"),
            ("", Unknown, "declaration_missing"),
        ],
    );
    holds(
        PERSON,
        "{ number = { name = \"staff\", less_than = 50 } }",
        &[
            ("declared = { staff = 49 }", Met, "number"),
            ("declared = { staff = 50 }", NotMet, "number"),
            ("", Unknown, "declaration_missing"),
        ],
    );
    holds(
        PERSON,
        "{ date = { name = \"start\", from = 2022-01-01, until = 2022-12-31 } }",
        &[
            ("declared = { start = 2021-12-31 }", NotMet, "date"),
            ("declared = { start = 2022-01-01 }", Met, "date"),
            ("declared = { start = 2022-12-31 }", Met, "date"),
            ("declared = { start = 2023-01-01 }", NotMet, "date"),
            ("", Unknown, "declaration_missing"),
        ],
    );
}

/// It starts within the validity, and runs to the eve of its anniversary.
#[test]
fn a_right_runs_from_its_first_day_to_its_last() {
    let on = |day: &str, start: &str| format!("on = {day}, declared = {{ start = {start} }}");
    for (day, start, truth) in [
        ("2026-02-28", "2026-03-01", NotMet),
        ("2026-03-01", "2026-03-01", Met),
        ("2027-02-28", "2026-03-01", Met),
        ("2027-03-01", "2026-03-01", NotMet),
        // It may start on the first and on the last day of the validity.
        ("2020-06-01", "2019-12-31", NotMet),
        ("2020-06-01", "2020-01-01", Met),
        ("2031-06-01", "2030-12-31", Met),
        ("2031-06-01", "2031-01-01", NotMet),
    ] {
        holds(
            RIGHT,
            "{ age = { from = 0 } }",
            &[(&on(day, start), truth, "right")],
        );
    }
    holds(
        RIGHT,
        "{ age = { from = 0 } }",
        &[("", Unknown, "declaration_missing")],
    );
}

#[test]
fn a_building_is_judged_by_every_part_or_some_part() {
    let missing = ("", Unknown, "footprint_missing");
    let not_loaded = ("building = { own = {} }", Unknown, "layer_not_imported");
    let qpv = |facts: &str| format!("building = {{ qpv = {{ {facts} }} }}");
    // Inside: how deep is not measured, and what is inside as drawn counts.
    for (part, facts, truth) in [
        (
            "every",
            "nearest_m = 0, farthest_m = 0, inside = true, doubt_m = 9",
            Met,
        ),
        (
            "every",
            "nearest_m = 0, farthest_m = 9, doubt_m = 9",
            Unknown,
        ),
        (
            "every",
            "nearest_m = 0, farthest_m = 9.1, doubt_m = 9",
            NotMet,
        ),
        ("every", "nearest_m = 0, doubt_m = 9", NotMet),
        ("any", "nearest_m = 0, farthest_m = 100, doubt_m = 9", Met),
        (
            "any",
            "nearest_m = 9, farthest_m = 100, doubt_m = 9",
            Unknown,
        ),
        (
            "any",
            "nearest_m = 9.1, farthest_m = 100, doubt_m = 9",
            NotMet,
        ),
        ("any", "doubt_m = 9", NotMet),
        // "Less than 300 m": the limit itself is outside.
        (
            "every, 300",
            "nearest_m = 0, farthest_m = 290.9, doubt_m = 9",
            Met,
        ),
        (
            "every, 300",
            "nearest_m = 0, farthest_m = 291, doubt_m = 9",
            Unknown,
        ),
        (
            "every, 300",
            "nearest_m = 0, farthest_m = 308, doubt_m = 9",
            Unknown,
        ),
        (
            "every, 300",
            "nearest_m = 0, farthest_m = 309, doubt_m = 9",
            NotMet,
        ),
        ("any, 300", "nearest_m = 299, farthest_m = 400", Met),
        ("any, 300", "nearest_m = 300, farthest_m = 400", NotMet),
        ("any, 300", "doubt_m = 9", NotMet),
    ] {
        let (part, within) = part.split_once(", ").unwrap_or((part, "0"));
        let when = format!(
            "{{ any = [{{ in = \"qpv\", part = \"{part}\", within_m = {within} }}, {{ in = \"own\", part = \"any\" }}] }}"
        );
        holds(
            BUILDING,
            &when,
            &[(&qpv(facts), truth, "footprint"), missing, not_loaded],
        );
    }
}

/// A list of communes tells only what lies inside, for their borders are not measured.
#[test]
fn a_building_outside_listed_communes_may_be_near_one() {
    for (inside, within_m, truth) in [
        (true, 0, Met),
        (true, 300, Met),
        (false, 0, NotMet),
        (false, 300, Unknown),
    ] {
        let own = programme(
            BUILDING,
            &format!("{{ in = \"own\", part = \"every\", within_m = {within_m} }}"),
        );
        let fact = FootprintFact {
            nearest_m: None,
            farthest_m: None,
            inside,
            doubt_m: 0.0,
            is_measured: false,
        };
        let questions = own.place_questions(&[].into());
        let facts = KnownFacts {
            building: Some(BuildingFacts {
                places: questions.into_iter().map(|asked| (asked, fact)).collect(),
                ..BuildingFacts::default()
            }),
            ..KnownFacts::on(date(2026, 9, 1))
        };
        let expected = (truth, "footprint");
        assert_eq!(found(&own, &facts), expected, "{inside} {within_m}");
    }
}
