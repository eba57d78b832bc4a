//! Which rules count on a day, and which conditions an outcome rests on: by small programmes of our own.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use qpv_programmes::{EligibilityOutcome, Programme, WrittenCase};

use EligibilityOutcome::{Eligible, NotEligible, OutsideRulePossible, Undetermined};

/// The facts that rules may ask, each with its kind: one that no rule asks is refused.
const FACTS: [(&str, &str); 4] = [
    ("adult", "declaration"),
    ("seeker", "declaration"),
    ("start", "date"),
    ("staff", "number"),
];

/// A programme of 2020 to 2024 with these rules.
fn programme(rules: &str) -> Programme {
    let mut text = String::from(
        "format = 2\nid = \"own\"\nname = \"Own\"\nsubject = \"person\"\nboundary_street = \"axis\"\n\
         when_uncertain = \"undetermined\"\n[validity]\nfrom = 2020-01-01\nuntil = 2024-12-31\n",
    );
    for (id, kind) in FACTS {
        if rules.contains(&format!("\"{id}\"")) {
            let lines = [
                "[[asked]]\nid = \"",
                id,
                "\"\nkind = \"",
                kind,
                "\"\nlabel = \"le fait\"\n",
            ];
            text.extend(lines);
        }
    }
    text += "[[sources]]\nid = \"s\"\ntext = \"T\"\narticle = \"1\"\n";
    Programme::read(&(text + rules)).unwrap()
}

const TWO_RULES: &str = r#"
[[rules]]
result = "eligible"
source = "s"
when = { declared = "adult" }
[[rules]]
result = "eligible"
source = "s"
when = { declared = "seeker" }
[[rules]]
result = "possible"
source = "s"
note = "n"
decided_by = "la commission"
when = { age = { from = 10 } }
"#;

/// The outcome, and the rule (from 0) of each decisive condition.
fn decided(programme: &Programme, facts: &str) -> (EligibilityOutcome, Vec<usize>) {
    let case = WrittenCase::read(facts).unwrap().facts();
    let assessment = programme.evaluate(&case);
    let rules = assessment.reasons().map(|found| {
        let mut rules = programme.rules.iter();
        rules
            .position(|rule| std::ptr::eq(rule, found.rule))
            .unwrap()
    });
    (assessment.outcome, rules.collect())
}

#[test]
fn an_outcome_rests_on_the_rules_that_could_have_changed_it() {
    let own = programme(TWO_RULES);
    let on = "on = 2022-01-01";
    for (facts, outcome, rules) in [
        // The first that holds answers, whether or not another one does too.
        (
            "age = 20, declared = { adult = true, seeker = true }",
            Eligible,
            vec![0],
        ),
        (
            "age = 20, declared = { adult = false, seeker = true }",
            Eligible,
            vec![1],
        ),
        // A case outside rests on the rules by right that fail, and on its own.
        (
            "age = 20, declared = { adult = false, seeker = false }",
            OutsideRulePossible,
            vec![0, 1, 2],
        ),
        // What is open rests on what is not known.
        (
            "age = 20, declared = { adult = false }",
            Undetermined,
            vec![1],
        ),
        (
            "declared = { adult = false, seeker = false }",
            Undetermined,
            vec![2],
        ),
        (
            "age = 9, declared = { adult = false, seeker = false }",
            NotEligible,
            vec![0, 1, 2],
        ),
    ] {
        assert_eq!(
            decided(&own, &format!("{on}, {facts}")),
            (outcome, rules),
            "{facts}"
        );
    }
}

const RUNNING: &str = r#"
[[rules]]
result = "eligible"
source = "s"
granted_from = "start"
lasts = { years = 1 }
when = { declared = "adult" }
[[rules]]
result = "eligible"
source = "s"
when = { declared = "seeker" }
"#;

/// The rules that count on a day, whatever the person.
fn counting(programme: &Programme, on: &str) -> Vec<usize> {
    let case = WrittenCase::read(&format!("on = {on}")).unwrap().facts();
    let assessment = programme.evaluate(&case);
    let mut counting: Vec<usize> = assessment
        .conditions
        .iter()
        .map(|found| {
            programme
                .rules
                .iter()
                .position(|rule| std::ptr::eq(rule, found.rule))
                .unwrap()
        })
        .collect();
    counting.dedup();
    counting
}

#[test]
fn a_right_runs_on_after_its_programme_and_other_rules_do_not() {
    let own = programme(RUNNING);
    for (on, rules) in [
        ("2019-12-31", vec![]),
        ("2020-01-01", vec![0, 1]),
        ("2024-12-31", vec![0, 1]),
        ("2025-01-01", vec![0]),
        // The right of 2024-12-31 runs until the eve of its anniversary.
        ("2025-12-30", vec![0]),
        ("2025-12-31", vec![]),
    ] {
        assert_eq!(counting(&own, on), rules, "{on}");
        assert_eq!(
            own.in_force_on(on.parse().unwrap()),
            !rules.is_empty(),
            "{on}"
        );
    }
}

/// The shorter of two rights is over while the longer may run: nobody needs to tell when it started.
#[test]
fn a_right_that_has_ended_for_all_lacks_no_fact() {
    let own = programme(
        "[[rules]]\nresult = \"eligible\"\nsource = \"s\"\ngranted_from = \"start\"\nlasts = { years = 1 }\n\
         when = { age = { from = 0 } }\n\
         [[rules]]\nresult = \"eligible\"\nsource = \"s\"\ngranted_from = \"start\"\nlasts = { years = 3 }\n\
         when = { declared = \"adult\" }\n",
    );
    for (on, rules) in [
        ("2024-12-31", vec![0, 1, 1]),
        ("2025-12-30", vec![0, 1, 1]),
        ("2025-12-31", vec![1, 1]),
        ("2027-12-30", vec![1, 1]),
    ] {
        let found = decided(&own, &format!("on = {on}, age = 30"));
        assert_eq!(found, (Undetermined, rules), "{on}");
    }
}

/// Rules have days of their own within those of the programme.
#[test]
fn a_rule_counts_on_its_own_days() {
    let own = programme(
        "[[rules]]\nresult = \"eligible\"\nsource = \"s\"\nfrom = 2021-01-01\nuntil = 2021-12-31\nwhen = { declared = \"adult\" }\n",
    );
    for (on, rules) in [
        ("2020-12-31", vec![]),
        ("2021-01-01", vec![0]),
        ("2021-12-31", vec![0]),
        ("2022-01-01", vec![]),
    ] {
        assert_eq!(counting(&own, on), rules, "{on}");
    }
}

#[test]
fn limits_that_no_number_satisfies_are_refused() {
    let faults = [
        "at_least = 5, at_most = 3",
        "more_than = 3, at_most = 3",
        "at_least = 3, less_than = 3",
    ];
    for limits in faults {
        let text = format!(
            "format = 2\nid = \"own\"\nname = \"Own\"\nsubject = \"person\"\nboundary_street = \"axis\"\n\
             when_uncertain = \"undetermined\"\n[[asked]]\nid = \"staff\"\nkind = \"number\"\nlabel = \"salariés\"\n\
             [[sources]]\nid = \"s\"\ntext = \"T\"\narticle = \"1\"\n[[rules]]\nresult = \"eligible\"\nsource = \"s\"\n\
             when = {{ number = {{ name = \"staff\", {limits} }} }}\n"
        );
        let error = Programme::read(&text).unwrap_err();
        assert!(error.fault.contains("no number"), "{limits}: {error}");
    }
}

#[test]
fn a_number_lies_within_its_limits() {
    let rule = |limits: &str| {
        let rules = format!(
            "[[rules]]\nresult = \"eligible\"\nsource = \"s\"\nwhen = {{ number = {{ name = \"staff\", {limits} }} }}\n"
        );
        programme(&rules)
    };
    for (limits, inside, outside) in [
        (
            "less_than = 50",
            vec![-1.0, 0.0, 49.9],
            vec![50.0, 50.1, 1e9],
        ),
        ("at_most = 50", vec![0.0, 50.0], vec![50.1, 51.0]),
        ("at_least = 10", vec![10.0, 11.0], vec![9.9, 0.0, -3.0]),
        ("more_than = 10", vec![10.1, 500.0], vec![10.0, 9.0]),
        (
            "at_least = 10, less_than = 50",
            vec![10.0, 30.0],
            vec![9.0, 50.0, 51.0],
        ),
        (
            "more_than = 10, at_most = 50",
            vec![11.0, 50.0],
            vec![10.0, 51.0, 9.0],
        ),
        ("at_least = 10, at_most = 10", vec![10.0], vec![9.0, 11.0]),
    ] {
        let own = rule(limits);
        for (numbers, expected) in [(inside, Eligible), (outside, NotEligible)] {
            for number in numbers {
                let facts = format!("on = 2022-01-01, declared = {{ staff = {number:?} }}");
                let case = WrittenCase::read(&facts).unwrap().facts();
                assert_eq!(own.evaluate(&case).outcome, expected, "{limits}: {number}");
            }
        }
    }
}

/// "Not two of three" holds as soon as two do not.
#[test]
fn the_contrary_of_a_count_counts_what_does_not_hold() {
    let own = programme(
        "[[rules]]\nresult = \"eligible\"\nsource = \"s\"\n\
         when = { not = { at_least = 2, of = [{ declared = \"adult\" }, { declared = \"seeker\" }, { age = { from = 30 } }] } }\n",
    );
    for (facts, expected) in [
        (
            "age = 40, declared = { adult = true, seeker = true }",
            NotEligible,
        ),
        (
            "age = 20, declared = { adult = true, seeker = true }",
            NotEligible,
        ),
        (
            "age = 20, declared = { adult = true, seeker = false }",
            Eligible,
        ),
        (
            "age = 20, declared = { adult = false, seeker = false }",
            Eligible,
        ),
        ("declared = { adult = false, seeker = false }", Eligible),
        ("declared = { adult = true, seeker = false }", Undetermined),
        ("declared = { adult = true, seeker = true }", NotEligible),
        ("declared = { adult = true }", Undetermined),
    ] {
        let found = decided(&own, &format!("on = 2022-01-01, {facts}")).0;
        assert_eq!(found, expected, "{facts}");
    }
}

/// A doubt is to the good of whoever asks, and never makes somebody live elsewhere.
#[test]
fn the_benefit_of_a_doubt_is_never_to_be_outside() {
    let rule = |when: &str| {
        let text = format!(
            "format = 2\nid = \"own\"\nname = \"Own\"\nsubject = \"person\"\nboundary_street = \"axis\"\n\
             when_uncertain = \"benefit_of_doubt\"\n[[sources]]\nid = \"s\"\ntext = \"T\"\narticle = \"1\"\n\
             [[rules]]\nresult = \"eligible\"\nsource = \"s\"\nwhen = {when}\n"
        );
        Programme::read(&text).unwrap()
    };
    for (when, home, expected) in [
        ("{ in = \"qpv\" }", "line", Eligible),
        ("{ in = \"qpv\" }", "outside", NotEligible),
        ("{ in = \"qpv\" }", "unknown", Undetermined),
        ("{ not = { in = \"qpv\" } }", "line", Undetermined),
        ("{ not = { in = \"qpv\" } }", "outside", Eligible),
        ("{ zone = \"band_300m\" }", "line", Undetermined),
    ] {
        let facts = format!("on = 2022-01-01, home = \"{home}\"");
        let case = WrittenCase::read(&facts).unwrap().facts();
        assert_eq!(
            rule(when).evaluate(&case).outcome,
            expected,
            "{when} {home}"
        );
    }
}

#[test]
fn a_condition_names_the_fact_that_it_is_about() {
    let own = programme(TWO_RULES);
    let case = WrittenCase::read("on = 2022-01-01").unwrap().facts();
    let assessment = own.evaluate(&case);
    let asked: Vec<_> = assessment
        .conditions
        .iter()
        .map(|found| found.asked().map(|fact| fact.id.as_str()))
        .collect();
    assert_eq!(asked, [Some("adult"), Some("seeker"), None]);
}

/// The outcome of a building and those of its annexes.
fn built(annexes: &str, when: &str, facts: &str) -> (EligibilityOutcome, Vec<EligibilityOutcome>) {
    let text = format!(
        "format = 2\nid = \"own\"\nname = \"Own\"\nsubject = \"building\"\nboundary_street = \"axis\"\n\
         when_uncertain = \"undetermined\"\n{annexes}\n[[sources]]\nid = \"s\"\ntext = \"T\"\narticle = \"1\"\n\
         [[rules]]\nresult = \"eligible\"\nsource = \"s\"\nwhen = {when}\n"
    );
    let own = Programme::read(&text).unwrap();
    let case = WrittenCase::read(&format!("on = 2026-01-01, {facts}")).unwrap();
    let assessment = own.evaluate(&case.facts());
    let annexes = assessment.annexes.iter().map(|annex| annex.outcome);
    (assessment.outcome, annexes.collect())
}

/// Every part within 300 m of a neighbourhood, or inside an area of the town.
const NEAR_OR_INSIDE: &str = "{ any = [{ in = \"qpv\", part = \"every\", within_m = 300 }, { in = \"own\", part = \"every\" }] }";
/// Some part within 300 m, and every part within 500 m.
const SOME_NEAR: &str = "{ all = [{ in = \"qpv\", part = \"any\", within_m = 300 }, { in = \"qpv\", part = \"every\", within_m = 500 }] }";

#[test]
fn annexes_that_count_apart_are_judged_each_for_itself() {
    let inside = "{ nearest_m = 0, farthest_m = 0, inside = true }";
    let beyond = "{ nearest_m = 900, farthest_m = 950 }";
    for (when, building, annex, expected) in [
        // Outside, it takes nothing from the building.
        (
            NEAR_OR_INSIDE,
            format!("qpv = {inside}, own = {beyond}"),
            format!("qpv = {beyond}, own = {beyond}"),
            (Eligible, NotEligible),
        ),
        // It never has what the building has not.
        (
            NEAR_OR_INSIDE,
            format!("qpv = {beyond}, own = {beyond}"),
            format!("qpv = {inside}, own = {beyond}"),
            (NotEligible, NotEligible),
        ),
        // Each by a condition of its own.
        (
            NEAR_OR_INSIDE,
            format!("qpv = {beyond}, own = {inside}"),
            format!("qpv = {{ nearest_m = 200, farthest_m = 250 }}, own = {beyond}"),
            (Eligible, Eligible),
        ),
        (
            NEAR_OR_INSIDE,
            format!("qpv = {inside}, own = {beyond}"),
            format!("qpv = {beyond}, own = {inside}"),
            (Eligible, Eligible),
        ),
        // A zoning that is not known of it leaves it open.
        (
            NEAR_OR_INSIDE,
            format!("qpv = {inside}, own = {inside}"),
            format!("qpv = {beyond}"),
            (Eligible, Undetermined),
        ),
        // Some part of it or of the building is near.
        (
            SOME_NEAR,
            "qpv = { nearest_m = 250, farthest_m = 400 }".into(),
            "qpv = { nearest_m = 350, farthest_m = 480 }".into(),
            (Eligible, Eligible),
        ),
        (
            SOME_NEAR,
            "qpv = { nearest_m = 250, farthest_m = 400 }".into(),
            "qpv = { nearest_m = 350, farthest_m = 520 }".into(),
            (Eligible, NotEligible),
        ),
        // The errors of both may be those of the distance.
        (
            SOME_NEAR,
            "qpv = { nearest_m = 250, farthest_m = 400, doubt_m = 9 }".into(),
            "qpv = { nearest_m = 350, farthest_m = 495 }".into(),
            (Eligible, Undetermined),
        ),
    ] {
        let facts = format!("building = {{ {building} }}, annexes = [{{ {annex} }}]");
        let (building, annexes) = built("annexes = \"apart\"", when, &facts);
        assert_eq!((building, annexes[0]), expected, "{facts}");
    }
}

#[test]
fn annexes_that_count_together_are_parts_of_the_building() {
    let inside = "{ nearest_m = 0, farthest_m = 0, inside = true }";
    for (when, building, annex, expected) in [
        (
            NEAR_OR_INSIDE,
            format!("qpv = {inside}, own = {inside}"),
            format!("qpv = {inside}, own = {inside}"),
            Eligible,
        ),
        (
            NEAR_OR_INSIDE,
            format!("qpv = {inside}, own = {inside}"),
            "qpv = { nearest_m = 900, farthest_m = 950 }, own = { nearest_m = 40, farthest_m = 60 }".into(),
            NotEligible,
        ),
        // Beyond 5 km.
        (
            NEAR_OR_INSIDE,
            format!("qpv = {inside}, own = {inside}"),
            "qpv = {}, own = {}".into(),
            NotEligible,
        ),
        (
            SOME_NEAR,
            "qpv = { nearest_m = 350, farthest_m = 400 }".into(),
            "qpv = { nearest_m = 250, farthest_m = 270 }".into(),
            Eligible,
        ),
        (
            SOME_NEAR,
            "qpv = { nearest_m = 250, farthest_m = 400 }".into(),
            "qpv = {}".into(),
            NotEligible,
        ),
        // What is not known of one part is not known of the whole.
        (
            NEAR_OR_INSIDE,
            format!("qpv = {{ nearest_m = 900, farthest_m = 950 }}, own = {inside}"),
            format!("qpv = {inside}"),
            Undetermined,
        ),
    ] {
        let facts = format!("building = {{ {building} }}, annexes = [{{ {annex} }}]");
        for annexes in ["", "annexes = \"together\""] {
            assert_eq!(built(annexes, when, &facts), (expected, vec![]), "{facts}");
        }
    }
}
