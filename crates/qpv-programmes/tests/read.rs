//! A file that is not a programme is refused with the line and what is expected there.

use qpv_programmes::Programme;

const GOOD: &str = r#"id = "pre-ville"
name = "PRE de la ville"
subject = "person"
boundary_street = "axis"
when_uncertain = "undetermined"

[validity]
from = 2024-01-01
until = 2030-12-31

[[sources]]
id = "s"
text = "Délibération du 1er mars 2024"
article = "article 2"

[[rules]]
result = "eligible"
source = "s"
when = { all = [
  { age = { from = 2, to = 16 } },
  { qpv = ["QN06103M"] },
] }

[[rules]]
result = "outside_rule_possible"
source = "s"
note = "Sur avis de l'équipe."
quota_percent = 20
when = { commune = ["61169"] }
"#;

#[test]
fn a_good_file_is_read() {
    let programme = Programme::read(GOOD).unwrap();
    assert_eq!(
        (programme.id.as_str(), programme.rules.len()),
        ("pre-ville", 2)
    );
    assert_eq!(programme.rules[1].quota_percent, Some(20));
    assert_eq!(
        programme.until.map(|day| day.to_string()),
        Some("2030-12-31".into())
    );
}

/// Each fault: the text replaced and its replacement, the line it is found on, and a word of the message.
const FAULTS: &[(&str, &str, usize, &str)] = &[
    ("id = \"pre-ville\"", "id = \"PRE Ville\"", 1, "lower-case"),
    ("name = \"PRE de la ville\"", "name = \" \"", 2, "empty"),
    ("\"person\"", "\"child\"", 3, "person"),
    ("\"axis\"", "\"both\"", 4, "both_sides"),
    ("\"undetermined\"", "\"no\"", 5, "benefit_of_doubt"),
    ("from = 2024-01-01", "from = \"2024\"", 8, "datetime"),
    (
        "from = 2024-01-01",
        "from = 2024-01-01T10:00:00",
        8,
        "not a day",
    ),
    ("from = 2024-01-01", "from = 2024-02-30", 8, "day"),
    (
        "until = 2030-12-31",
        "until = 2023-12-31",
        7,
        "before it begins",
    ),
    ("article = \"article 2\"", "article = \"\"", 11, "article"),
    (
        "article = \"article 2\"",
        "articles = \"article 2\"",
        14,
        "unknown field",
    ),
    (
        "source = \"s\"\nwhen",
        "source = \"t\"\nwhen",
        18,
        "no source",
    ),
    (
        "{ from = 2, to = 16 }",
        "{ from = 16, to = 2 }",
        20,
        "no age",
    ),
    (
        "{ from = 2, to = 16 }",
        "{ from = 2, until = 16 }",
        20,
        "until",
    ),
    (
        "{ from = 2, to = 16 }",
        "{ from = 2.5, to = 16 }",
        20,
        "floating point",
    ),
    (
        "{ qpv = [\"QN06103M\"] }",
        "{ qpv = [\"QN06103\"] }",
        21,
        "QN06103",
    ),
    ("{ qpv = [\"QN06103M\"] }", "{ qpv = [] }", 21, "empty"),
    (
        "{ qpv = [\"QN06103M\"] }",
        "{ zone = \"bande\" }",
        21,
        "band_300m",
    ),
    (
        "{ qpv = [\"QN06103M\"] }",
        "{ zone = \"qpv\", layer = \"own\" }",
        21,
        "exactly one",
    ),
    ("{ qpv = [\"QN06103M\"] }", "{ }", 21, "exactly one"),
    (
        "{ qpv = [\"QN06103M\"] }",
        "{ any = [] }",
        21,
        "one at least",
    ),
    (
        "{ qpv = [\"QN06103M\"] }",
        "{ school = { networks = [\"ZEP\"] } }",
        21,
        "REP",
    ),
    (
        "{ qpv = [\"QN06103M\"] }",
        "{ school = { networks = [] } }",
        21,
        "empty",
    ),
    (
        "{ qpv = [\"QN06103M\"] }",
        "{ footprint = { part = \"any\", within_m = 300 } }",
        21,
        "person",
    ),
    ("note = \"Sur avis de l'équipe.\"\n", "", 24, "note"),
    ("quota_percent = 20", "quota_percent = 120", 28, "100"),
    ("[\"61169\"]", "[\"6116\"]", 29, "commune"),
];

#[test]
fn every_fault_points_at_its_line() {
    for (old, new, line, word) in FAULTS {
        assert_eq!(GOOD.matches(old).count(), 1, "{old}");
        let error = Programme::read(&GOOD.replace(old, new)).expect_err(new);
        assert_eq!(error.line, *line, "{new}: {error}");
        assert!(error.to_string().contains(word), "{new}: {error}");
    }
}

#[test]
fn conditions_nested_too_deep_are_refused() {
    let deep = |levels: usize| {
        let nested = format!(
            "{}{{ zone = \"qpv\" }}{}",
            "{ all = [".repeat(levels),
            "] }".repeat(levels)
        );
        Programme::read(&GOOD.replace("{ qpv = [\"QN06103M\"] }", &nested))
    };
    assert!(deep(5).is_ok());
    assert!(deep(40).is_err());
}
