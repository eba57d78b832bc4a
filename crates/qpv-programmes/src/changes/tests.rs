use super::*;
use crate::case::WrittenCase;
use crate::shipped;

/// A programme with these rules, in TOML.
fn programme(rules: &str) -> Programme {
    let head = r#"format = 2
id = "p"
name = "P"
subject = "person"
boundary_street = "axis"
when_uncertain = "undetermined"
validity = { from = 2020-01-01, until = 2029-12-31 }
sources = [{ id = "s", text = "t", article = "a" }]
"#;
    Programme::read(&format!("{head}{rules}")).unwrap()
}

fn rule(when: &str) -> String {
    format!("[[rules]]\nresult = \"eligible\"\nsource = \"s\"\nwhen = {when}\n")
}

fn possible(when: &str) -> String {
    let more = "note = \"n\"\ndecided_by = \"d\"\n";
    rule(when).replace("\"eligible\"\n", &format!("\"possible\"\n{more}"))
}

/// Names the changes between two programmes, on a case each.
fn named(old: &Programme, new: &Programme, cases: [&str; 2]) -> Vec<String> {
    let cases = cases.map(|case| WrittenCase::read(case).unwrap().facts());
    let (before, after) = (old.evaluate(&cases[0]), new.evaluate(&cases[1]));
    let changes = RuleMatches::new(old, new).changes(&before, &after);
    assert!(before.outcome == after.outcome || !changes.is_empty());
    changes
        .iter()
        .map(|change| {
            let kinds = change
                .conditions()
                .iter()
                .map(|found| format!(" {} {}", found.condition.kind(), found.truth.name()))
                .collect::<Vec<_>>()
                .concat();
            let name = match change {
                ReasonChange::OutOfForce { after: false } => "out of force before",
                ReasonChange::OutOfForce { after: true } => "out of force after",
                ReasonChange::Fact { .. } => "fact",
                ReasonChange::ConditionGone(_) => "condition gone",
                ReasonChange::ConditionNew(_) => "condition new",
                ReasonChange::RuleGone(_) => "rule gone",
                ReasonChange::RuleNew(_) => "rule new",
                ReasonChange::RuleEnded(_) => "rule ended",
                ReasonChange::RuleBegun(_) => "rule begun",
                ReasonChange::OtherResult => "other result",
                ReasonChange::OtherCombination => "other combination",
            };
            format!("{name}{kinds}")
        })
        .collect()
}

const CHILD: &str = "on = 2026-09-01, age = 6, home = \"qpv\"";

#[test]
fn what_changes_is_told_apart() {
    let both = "{ all = [{ age = { from = 6, to = 12 } }, { in = \"qpv\" }] }";
    let moved = "{ all = [{ age = { from = 7, to = 12 } }, { in = \"qpv\" }] }";
    let wider = "{ all = [{ age = { from = 5, to = 12 } }, { in = \"qpv\" }] }";
    let any = "{ any = [{ age = { from = 7, to = 12 } }, { in = \"qpv\" }] }";
    let declared =
        "{ all = [{ age = { from = 6, to = 12 } }, { in = \"qpv\" }, { commune = [\"61169\"] }] }";
    let elsewhere = format!("{CHILD}, commune = \"61006\"");
    let school = "{ school = { networks = [\"REP\"] } }";
    let pupil = format!("{CHILD}, school = \"rep\"");
    for (old, new, case, expected) in [
        (rule(both), rule(both), CHILD, &[] as &[&str]),
        // A bound that moves and leaves this child inside is no change for it.
        (rule(both), rule(wider), CHILD, &[]),
        (
            rule(both),
            rule(moved),
            CHILD,
            &["fact age met age not_met"],
        ),
        (
            rule(moved),
            rule(both),
            CHILD,
            &["fact age not_met age met"],
        ),
        (rule(moved), rule(any), CHILD, &["other combination"]),
        (rule(both), possible(both), CHILD, &["other result"]),
        (
            rule(both),
            rule(declared),
            &elsewhere,
            &["condition new commune not_met"],
        ),
        (
            rule(declared),
            rule(both),
            &elsewhere,
            &["condition gone commune not_met"],
        ),
        (
            rule(both),
            rule(school),
            &pupil,
            &["rule gone age met zone met", "rule new school met"],
        ),
        // The first rule goes, and the second one answers.
        (
            rule(both) + &rule(school),
            rule(school),
            &pupil,
            &["rule gone age met zone met"],
        ),
        // A rule that nobody is owed anything by may go.
        (rule(moved) + &rule(both), rule(both), CHILD, &[]),
    ] {
        let (old, new) = (programme(&old), programme(&new));
        assert_eq!(named(&old, &new, [case, case]), expected, "{case}");
    }
}

#[test]
fn days_change_what_counts() {
    let from = rule("{ in = \"qpv\" }").replace("when", "from = 2026-01-01\nwhen");
    let condition = rule("{ all = [{ in = \"qpv\" }, { age = { from = 7 }, from = 2026-01-01 }] }");
    let child = |day: &str| format!("on = {day}, age = 6, home = \"qpv\"");
    for (rules, days, expected) in [
        (
            &from,
            ["2025-12-31", "2026-01-01"],
            &["rule begun zone met"][..],
        ),
        (
            &from,
            ["2026-01-01", "2025-12-31"],
            &["rule ended zone met"],
        ),
        (&from, ["2026-01-01", "2030-01-01"], &["out of force after"]),
        (
            &from,
            ["2019-12-31", "2026-01-01"],
            &["out of force before"],
        ),
        (&from, ["2019-12-31", "2030-01-01"], &[]),
        (
            &condition,
            ["2025-12-31", "2026-01-01"],
            &["condition new age not_met"],
        ),
        (&condition, ["2026-01-01", "2026-01-02"], &[]),
    ] {
        let programme = programme(rules);
        let cases = days.map(child);
        let cases = [cases[0].as_str(), &cases[1]];
        assert_eq!(named(&programme, &programme, cases), expected, "{days:?}");
    }
}

/// A person who grows older within a range, or moves within a zone, has the same reasons.
#[test]
fn facts_that_decide_nothing_are_left_out() {
    let programme = programme(&rule("{ all = [{ age = { to = 12 } }, { in = \"qpv\" }] }"));
    let cases = [
        "on = 2025-09-01, age = 6, home = \"qpv\"",
        "on = 2026-09-01, age = 7, home = \"qpv\"",
    ];
    assert!(named(&programme, &programme, cases).is_empty());
    let left = [cases[0], "on = 2026-09-01, age = 7, home = \"outside\""];
    assert_eq!(
        named(&programme, &programme, left),
        ["fact zone met zone not_met"]
    );
}

/// Somebody who stays eligible by another rule is told what is met no more, or met now.
#[test]
fn a_rule_that_takes_over_is_told_by_what_changed() {
    let rules = rule("{ age = { to = 12 } }") + &rule("{ in = \"qpv\" }");
    let programme = programme(&rules);
    let cases = [
        "on = 2025-09-01, age = 12, home = \"qpv\"",
        "on = 2026-09-01, age = 13, home = \"qpv\"",
    ];
    assert_eq!(
        named(&programme, &programme, cases),
        ["fact age met age not_met"]
    );
    assert_eq!(
        named(&programme, &programme, [cases[1], cases[0]]),
        ["fact age not_met age met"]
    );
}

/// Rules and conditions correspond by what they ask, whatever their order in the files.
#[test]
fn another_order_in_a_file_is_no_change() {
    let asked = "asked = [{ id = \"staff\", kind = \"number\", label = \"l\" }, { id = \"rooms\", kind = \"number\", label = \"l\" }]\n";
    let numbers = |first: &str, second: &str| {
        let number = |text: &str| {
            let (name, limit) = text.split_once(' ').unwrap();
            format!("{{ number = {{ name = \"{name}\", less_than = {limit} }} }}")
        };
        let when = format!("{{ all = [{}, {}] }}", number(first), number(second));
        asked.to_owned() + &rule(&when)
    };
    let age = |from: u8, to: u8| format!("{{ age = {{ from = {from}, to = {to} }} }}");
    let of_commune = |first: &str, second: &str| rule(&format!("{{ all = [{first}, {second}] }}"));
    for (old, new, case, expected) in [
        // Of the rules by right, then of those for cases outside.
        (
            rule(&age(6, 12)) + &possible(&age(13, 16)),
            possible(&age(14, 16)) + &rule(&age(7, 13)),
            "on = 2026-09-01, age = 13",
            &["fact age not_met age met", "fact age met age not_met"][..],
        ),
        // Of conditions, those of one kind.
        (
            of_commune(&age(6, 12), "{ commune = [\"61169\"] }"),
            of_commune("{ commune = [\"61006\"] }", &age(7, 12)),
            "on = 2026-09-01, age = 6, home = \"qpv\", commune = \"61169\"",
            &[
                "fact age met age not_met",
                "fact commune met commune not_met",
            ],
        ),
        // Of one kind, those on one fact.
        (
            numbers("staff 50", "rooms 3"),
            numbers("rooms 4", "staff 40"),
            "on = 2026-09-01, declared = { staff = 45, rooms = 3 }",
            &[
                "fact number met number not_met",
                "fact number not_met number met",
            ],
        ),
        (
            numbers("staff 50", "rooms 3"),
            numbers("rooms 3", "staff 50"),
            "on = 2026-09-01, declared = { staff = 45, rooms = 3 }",
            &[],
        ),
    ] {
        let (old, new) = (programme(&old), programme(&new));
        assert_eq!(named(&old, &new, [case, case]), expected, "{case}");
    }
}

/// The neighbourhood is named where a condition on places changed, of whichever kind.
#[test]
fn a_change_is_of_place_where_a_condition_on_places_changed() {
    let age = rule("{ age = { to = 12 } }");
    for (when, is_of_place) in [
        ("{ in = \"qpv\" }", true),
        ("{ qpv = [\"QN06103M\"] }", true),
        ("{ in = \"qpv\", on = 2025-01-01 }", true),
        ("{ commune = [\"61169\"] }", false),
        ("{ school = { networks = [\"REP\"] } }", false),
    ] {
        let (old, new) = (programme(&age), programme(&rule(when)));
        let facts = "on = 2026-09-01, age = 6, home = \"qpv\", perimeters = [\"QN06103M\"], commune = \"61169\", \
                     school = \"rep\", places = { \"qpv@2025-01-01\" = \"inside\" }";
        let facts = WrittenCase::read(facts).unwrap().facts();
        let (before, after) = (old.evaluate(&facts), new.evaluate(&facts));
        let changes = RuleMatches::new(&old, &new).changes(&before, &after);
        let found: Vec<bool> = changes.iter().map(ReasonChange::is_of_place).collect();
        // The rule on ages goes, the new one comes.
        assert_eq!(found, [false, is_of_place], "{when}");
    }
}

#[test]
fn undetermined_twice_is_a_change_that_is_not_known() {
    use EligibilityOutcome::{Eligible, NotEligible, Undetermined};
    for (before, after, is_same, has_reasons, expected) in [
        (Eligible, NotEligible, false, true, OutcomeChange::Result),
        (Eligible, Undetermined, false, true, OutcomeChange::Result),
        (
            Undetermined,
            Undetermined,
            false,
            false,
            OutcomeChange::Undetermined,
        ),
        (Undetermined, Undetermined, true, false, OutcomeChange::None),
        (Eligible, Eligible, false, true, OutcomeChange::Reason),
        (Eligible, Eligible, false, false, OutcomeChange::None),
    ] {
        let change = OutcomeChange::new(before, after, is_same, has_reasons);
        assert_eq!(change, expected, "{before:?}, {after:?}");
    }
}

#[test]
fn a_shipped_programme_corresponds_to_itself() {
    for programme in shipped() {
        let matches = RuleMatches::new(programme, programme);
        for (number, (old, new)) in matches.rules().enumerate() {
            assert_eq!((old, new), (Some(number), Some(number)), "{}", programme.id);
            for (old, new) in matches.conditions(number) {
                assert!(old == new, "{}", programme.id);
            }
        }
    }
}
