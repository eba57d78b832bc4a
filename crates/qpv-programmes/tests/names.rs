//! The words of files and answers, which never change: programmes, requests and lists that exist are read by them.

use jiff::civil::date;
use qpv_programmes::{
    AskedKind, EligibilityOutcome, FootprintPart, OutcomeChange, Programme, StatedFact, Truth,
    WrittenCase, ZoneName,
};

const TEXT: &str = r#"format = 2
id = "own"
name = "Own"
subject = "building"
boundary_street = "axis"
when_uncertain = "undetermined"
annexes = "together"
sources = [{ id = "s", text = "T", article = "1" }]
[[rules]]
result = "eligible"
source = "s"
when = { commune = ["61169"] }
"#;

/// Settings are told by the words that files have for them.
#[test]
fn settings_are_told_as_they_are_written() {
    let written = |from: &str, to: &str| Programme::read(&TEXT.replace(from, to)).unwrap();
    for word in ["axis", "both_sides"] {
        assert_eq!(written("axis", word).boundary_street.name(), word);
    }
    for word in ["undetermined", "benefit_of_doubt"] {
        assert_eq!(written("undetermined", word).when_uncertain.name(), word);
    }
    for word in ["together", "apart"] {
        assert_eq!(written("together", word).annexes.name(), word);
    }
    for word in ["person", "establishment", "building"] {
        let text = TEXT.replace("annexes = \"together\"\n", "");
        let text = text.replace("\"building\"", &format!("\"{word}\""));
        assert_eq!(Programme::read(&text).unwrap().subject.name(), word);
    }
}

#[test]
fn results_and_truths_have_the_names_of_the_documentation() {
    assert_eq!(
        EligibilityOutcome::ALL.map(EligibilityOutcome::name),
        [
            "eligible",
            "outside_rule_possible",
            "undetermined",
            "not_eligible"
        ]
    );
    assert_eq!(
        [Truth::Met, Truth::NotMet, Truth::Unknown].map(Truth::name),
        ["met", "not_met", "unknown"]
    );
    assert_eq!(
        OutcomeChange::ALL.map(OutcomeChange::name),
        ["result", "reason", "undetermined", "none"]
    );
    assert_eq!(
        [ZoneName::Qpv, ZoneName::Band300m].map(ZoneName::name),
        ["qpv", "band_300m"]
    );
    assert_eq!(
        [FootprintPart::Every, FootprintPart::Any].map(FootprintPart::name),
        ["every", "any"]
    );
    assert_eq!(
        [AskedKind::Declaration, AskedKind::Number, AskedKind::Date].map(AskedKind::name),
        ["declaration", "number", "date"]
    );
    let stated = [
        StatedFact::Declared(true),
        StatedFact::Number(1.0),
        StatedFact::Date(date(2026, 1, 1)),
    ];
    assert_eq!(
        stated.map(|fact| fact.kind().name()),
        ["declaration", "number", "date"]
    );
}

/// The kinds of condition that the `missing` of a table of cases is written with.
#[test]
fn conditions_have_the_kinds_of_the_documentation() {
    for (subject, when, kind) in [
        ("person", "{ age = { from = 2 } }", "age"),
        ("person", "{ in = \"qpv\" }", "zone"),
        ("person", "{ zone = \"band_300m\" }", "zone"),
        ("person", "{ in = \"own\" }", "layer"),
        ("person", "{ in = \"own\", on = 2014-12-31 }", "in"),
        ("person", "{ in = \"own\", within_m = 500 }", "in"),
        ("person", "{ in = \"qpv\", within_m = 500 }", "in"),
        ("person", "{ was_qpv_on = 2023-12-31 }", "in"),
        ("person", "{ qpv = [\"QN06103M\"] }", "qpv"),
        ("person", "{ commune = [\"61169\"] }", "commune"),
        ("person", "{ school = { networks = [\"REP\"] } }", "school"),
        (
            "person",
            "{ declared = { name = \"a\", label = \"l\" } }",
            "declared",
        ),
        (
            "building",
            "{ in = \"qpv\", part = \"every\" }",
            "footprint",
        ),
    ] {
        let text = TEXT
            .replace("annexes = \"together\"\n", "")
            .replace("\"building\"", &format!("\"{subject}\""))
            .replace("{ commune = [\"61169\"] }", when);
        let own = Programme::read(&text).unwrap();
        let case = WrittenCase::read("on = 2026-09-01").unwrap();
        let facts = case.facts();
        let assessment = own.evaluate(&facts);
        assert_eq!(assessment.conditions[0].condition.kind(), kind, "{when}");
    }
}
