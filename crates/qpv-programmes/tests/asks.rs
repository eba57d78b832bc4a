//! The questions of a programme: the facts without which nobody is eligible, its communes and zonings, and what it makes of schools.

use jiff::civil::date;
use qpv_model::PriorityNetwork;
use qpv_programmes::{Programme, QuestionDay, SchoolFact, StatedFact, ZoningChoice};

/// A programme with these rules by right, then those for cases outside.
fn programme(rules: &[&str], possible: &[&str]) -> Programme {
    let rule = |result: &str, when: &&str| {
        format!("[[rules]]\nresult = \"{result}\"\nsource = \"s\"\nwhen = {when}\n")
    };
    let outside = "possible\"\nnote = \"n\"\ndecided_by = \"d";
    let by_right = rules.iter().map(|when| rule("eligible", when));
    let rules: String = by_right
        .chain(possible.iter().map(|when| rule(outside, when)))
        .collect();
    let asked = if rules.contains("\"start\"") {
        "[[asked]]\nid = \"start\"\nkind = \"date\"\nlabel = \"l\"\n"
    } else {
        ""
    };
    let text = format!(
        "format = 2\nid = \"own\"\nname = \"Own\"\nsubject = \"person\"\nboundary_street = \"axis\"\n\
         when_uncertain = \"undetermined\"\n{asked}[[sources]]\nid = \"s\"\ntext = \"T\"\narticle = \"1\"\n\
         [[sources]]\nid = \"t\"\ntext = \"U\"\narticle = \"2\"\n{rules}"
    );
    Programme::read(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

const ADULT: &str = "{ age = { from = 18 } }";
const HOME: &str = "{ in = \"qpv\" }";
const SEEKER: &str = "{ declared = { name = \"seeker\", label = \"l\" } }";

/// A list must have a column for such a fact.
#[test]
fn a_fact_is_needed_where_nobody_is_eligible_without_it() {
    let of = |kind: &str, parts: &[&str]| format!("{{ {kind} = [{}] }}", parts.join(", "));
    let at_least = |count: u8, parts: &[&str]| {
        format!("{{ at_least = {count}, of = [{}] }}", parts.join(", "))
    };
    for (when, is_needed) in [
        (ADULT.to_owned(), true),
        (HOME.to_owned(), false),
        (of("all", &[ADULT, HOME]), true),
        (of("all", &[HOME, SEEKER]), false),
        (of("any", &[ADULT, HOME]), false),
        (of("any", &[ADULT, "{ age = { to = 3 } }"]), true),
        (of("all", &[HOME, &of("any", &[ADULT, SEEKER])]), false),
        // Two others are enough, or one of them is too few.
        (at_least(2, &[ADULT, HOME, SEEKER]), false),
        (at_least(3, &[ADULT, HOME, SEEKER]), true),
        (at_least(1, &[ADULT, HOME]), false),
        (at_least(2, &[ADULT, HOME]), true),
        (at_least(1, &[ADULT, "{ age = { to = 3 } }"]), true),
        (format!("{{ not = {ADULT} }}"), true),
        (format!("{{ not = {HOME} }}"), false),
        // Not to live there is enough.
        (format!("{{ not = {} }}", of("all", &[ADULT, HOME])), false),
        // On some days nobody asks the age.
        (
            of("all", &["{ age = { from = 18 }, from = 2024-01-01 }", HOME]),
            false,
        ),
    ] {
        let own = programme(&[&when], &[]);
        assert_eq!(own.needs_birth_date(), is_needed, "{when}");
    }
}

/// Another rule that does without it makes a fact unnecessary, unless it is one for cases outside.
#[test]
fn a_fact_is_needed_by_all_rules_by_right() {
    let name = "seeker".parse().unwrap();
    let other = "start".parse().unwrap();
    for (rules, possible, age, seeker) in [
        (&[ADULT, SEEKER][..], &[][..], false, false),
        (&[ADULT], &[SEEKER], true, false),
        (&[SEEKER], &[ADULT], false, true),
        // Nobody is eligible by right at all: nothing is needed for it.
        (&[], &[ADULT], false, false),
    ] {
        let own = programme(rules, possible);
        assert_eq!(own.needs_birth_date(), age, "{rules:?} {possible:?}");
        assert_eq!(own.needs_asked(&name), seeker, "{rules:?} {possible:?}");
        assert!(!own.needs_asked(&other));
    }
    let school = "{ school = { networks = [\"REP\"] } }";
    assert!(programme(&[school], &[ADULT]).needs_school());
    assert!(!programme(&[school, ADULT], &[]).needs_school());
    assert!(programme(&[school], &[ADULT]).asks("school"));
    assert!(programme(&[school], &[ADULT]).asks("age"));
    assert!(!programme(&[school], &[ADULT]).asks("zone"));
}

/// The communes and zonings that a check of a programme looks up, each once.
#[test]
fn communes_and_zonings_are_listed_once() {
    let own = programme(
        &[
            "{ all = [{ commune = [\"61169\", \"61006\"] }, { in = \"frr\" }, { in = \"qpv\", on = \"start\" }] }",
            "{ any = [{ school = { networks = [\"REP\"], communes = [\"61006\", \"75119\"] } }, { in = \"zus\", on = 2014-12-31 }] }",
        ],
        &["{ all = [{ commune = [\"61169\"] }, { not = { in = \"frr\", within_m = 200 } }] }"],
    );
    let communes: Vec<String> = own.communes().iter().map(ToString::to_string).collect();
    assert_eq!(communes, ["61169", "61006", "75119"]);
    let layers: Vec<&str> = own.layers().iter().map(|name| name.as_str()).collect();
    assert_eq!(layers, ["frr", "zus"]);
    let named = |name: &str| ZoningChoice::Named(name.parse().unwrap());
    let asked = |stated| {
        let questions = own.place_questions(&stated).into_iter();
        questions
            .map(|question| (question.zoning, question.day))
            .collect::<Vec<_>>()
    };
    let zus = (named("zus"), QuestionDay::On(date(2014, 12, 31)));
    let frr = (named("frr"), QuestionDay::OfCheck);
    // On a date that nobody stated there is nothing to look up.
    assert_eq!(asked([].into()), [frr.clone(), zus.clone()]);
    let start = StatedFact::Date(date(2026, 3, 1));
    let qpv = (ZoningChoice::Qpv, QuestionDay::On(date(2026, 3, 1)));
    assert_eq!(
        asked([("start".parse().unwrap(), start)].into()),
        [frr, qpv, zus]
    );
}

#[test]
fn a_source_is_found_by_its_name() {
    let own = programme(&[ADULT], &[]);
    assert_eq!(own.source("s").text, "T");
    assert_eq!(own.source("t").text, "U");
}

/// "A name alone decides only when the rules treat every school of that name alike."
#[test]
fn schools_are_alike_that_every_rule_takes_alike() {
    let known = |commune: &str, network| SchoolFact::Known {
        name: "Jules-Ferry".into(),
        commune: Some(commune.parse().unwrap()),
        network,
    };
    let (rep, rep_plus) = (PriorityNetwork::Rep, PriorityNetwork::RepPlus);
    let both = "{ school = { networks = [\"REP\", \"REP+\"] } }";
    let one = "{ school = { networks = [\"REP\"] } }";
    let here = "{ school = { networks = [\"REP\", \"REP+\"], communes = [\"61169\"] } }";
    let flers = known("61169", Some(rep));
    for (rules, other, is_alike) in [
        (&[both][..], known("61169", Some(rep_plus)), true),
        (&[one], known("61169", Some(rep_plus)), false),
        (&[both, one], known("61169", Some(rep_plus)), false),
        (&[both], known("61006", Some(rep)), true),
        (&[here], known("61006", Some(rep)), false),
        (&[both], known("61169", None), false),
        // No rule asks for a school.
        (&[ADULT], known("61006", None), true),
    ] {
        let own = programme(rules, &[]);
        assert_eq!(
            own.takes_alike(&flers, &other),
            is_alike,
            "{rules:?} {other:?}"
        );
        assert_eq!(
            own.takes_alike(&other, &flers),
            is_alike,
            "{rules:?} {other:?}"
        );
    }
}

/// A rule of a town, and one that holds in the whole country by one of its branches.
#[test]
fn a_programme_is_confined_to_the_departments_of_all_its_rules() {
    let flers = "{ commune = [\"61169\"] }";
    let caen = "{ school = { networks = [\"REP\"], communes = [\"14118\"] } }";
    let reunion = "{ qpv = [\"QN97401M\"] }";
    let both = |kind: &str, one: &str, other: &str| format!("{{ {kind} = [{one}, {other}] }}");
    let none: [&str; 0] = [];
    for (rules, expected) in [
        (vec![flers.to_owned()], &["61"][..]),
        (vec![both("all", ADULT, flers)], &["61"]),
        (vec![both("any", flers, caen)], &["14", "61"]),
        (vec![flers.to_owned(), reunion.to_owned()], &["61", "974"]),
        (vec![both("all", flers, &both("any", flers, caen))], &["61"]),
        (vec![both("any", HOME, flers)], &none),
        (vec![flers.to_owned(), HOME.to_owned()], &none),
        (
            vec!["{ school = { networks = [\"REP\"] } }".to_owned()],
            &none,
        ),
        // All the country but one town.
        (vec![format!("{{ not = {flers} }}")], &none),
        // On other days the town is not asked.
        (
            vec![both(
                "all",
                ADULT,
                "{ commune = [\"61169\"], from = 2024-01-01 }",
            )],
            &none,
        ),
    ] {
        let texts: Vec<&str> = rules.iter().map(String::as_str).collect();
        assert_eq!(programme(&texts, &[]).departments(), expected, "{rules:?}");
    }
}
