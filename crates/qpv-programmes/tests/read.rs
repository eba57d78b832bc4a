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
        programme.validity.valid_until.map(|day| day.to_string()),
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

/// The second format, with every key that it adds.
const SECOND: &str = r#"format = 2
id = "aide-ville"
name = "Aide de la ville"
subject = "establishment"
boundary_street = "axis"
when_uncertain = "undetermined"

[validity]
from = 2015-01-01
until = 2025-12-31

[[asked]]
id = "creation"
kind = "date"
label = "la date de création"

[[asked]]
id = "staff"
kind = "number"
label = "l'effectif"

[[asked]]
id = "shop"
kind = "declaration"
label = "c'est un commerce"

[[sources]]
id = "s"
text = "Délibération du 1er mars 2024"
article = "article 2"
read = 2026-12-01

[[rules]]
result = "eligible"
source = "s"
granted_from = "creation"
lasts = { years = 5 }
when = { all = [
  { in = "qpv", on = "creation" },
  { in = "qpv", vintage = "2015", within_m = 500 },
  { in = "zfu", on = 2014-12-31 },
  { was_qpv_on = 2023-12-31 },
  { declared = "shop" },
  { number = { name = "staff", less_than = 50 }, from = 2020-01-01 },
] }

[[rules]]
result = "possible"
source = "s"
note = "Sur avis."
decided_by = "la commission"
until = 2024-12-31
when = { at_least = 1, of = [
  { not = { in = "zrr" } },
  { date = { name = "creation", from = 2020-01-01 } },
] }
"#;

#[test]
fn the_second_format_is_read() {
    let programme = Programme::read(SECOND).unwrap();
    let asked: Vec<&str> = programme
        .asked
        .iter()
        .map(|fact| fact.id.as_str())
        .collect();
    assert_eq!(asked, ["creation", "staff", "shop"]);
    let layers: Vec<&str> = programme
        .layers()
        .iter()
        .map(|name| name.as_str())
        .collect();
    assert_eq!(layers, ["zfu", "zrr"]);
    assert_eq!(
        programme.runs_until().map(|day| day.to_string()),
        Some("2030-12-30".into())
    );
    assert_eq!(
        programme.rules[1].decided_by.as_deref(),
        Some("la commission")
    );
}

/// As above: the text replaced and its replacement, the line, and a word of the message.
const SECOND_FAULTS: &[(&str, &str, usize, &str)] = &[
    ("format = 2", "format = 3", 1, "1 and 2"),
    ("id = \"staff\"", "id = \"creation\"", 17, "two facts"),
    ("label = \"l'effectif\"", "label = \" \"", 17, "label"),
    ("kind = \"number\"", "kind = \"integer\"", 19, "declaration"),
    (
        "declared = \"shop\"",
        "declared = \"shops\"",
        43,
        "no fact of `asked`",
    ),
    (
        "declared = \"shop\"",
        "declared = \"staff\"",
        43,
        "is a number",
    ),
    (
        "declared = \"shop\"",
        "declared = 3",
        43,
        "id of one in `asked`",
    ),
    (
        "less_than = 50",
        "less_than = 50, at_most = 3",
        44,
        "one limit on a side",
    ),
    (
        "less_than = 50",
        "less_than = 50, more_than = 50",
        44,
        "no number",
    ),
    (", less_than = 50", "", 44, "at_least, more_than"),
    ("less_than = 50", "less_than = \"50\"", 44, "50"),
    ("on = 2014-12-31", "on = 2014-13-31", 41, "month"),
    ("on = 2014-12-31", "on = 2014-02-30", 41, "day"),
    (
        "on = 2014-12-31",
        "on = \"2014-12-31\"",
        41,
        "no fact of `asked`",
    ),
    ("on = \"creation\"", "on = \"staff\"", 39, "is a number"),
    ("vintage = \"2015\"", "vintage = \"15\"", 40, "15"),
    (
        "vintage = \"2015\"",
        "on = 2020-01-01, vintage = \"2015\"",
        40,
        "not both",
    ),
    (
        "in = \"zfu\", on = 2014-12-31",
        "in = \"zfu\", vintage = \"2015\"",
        41,
        "`qpv`",
    ),
    ("within_m = 500", "within_m = 4001", 40, "at most 4000"),
    ("within_m = 500", "part = \"every\"", 40, "buildings"),
    (
        "was_qpv_on = 2023-12-31",
        "in = \"former-qpv\"",
        42,
        "a day",
    ),
    (
        "was_qpv_on = 2023-12-31",
        "was_qpv_on = 2023-12-31, in = \"qpv\"",
        42,
        "exactly one",
    ),
    (
        "was_qpv_on = 2023-12-31",
        "was_qpv_on = 2023-12-31, on = 2020-01-01",
        42,
        "`on` goes with `in`",
    ),
    (
        "{ not = { in = \"zrr\" } }",
        "{ not = { in = \"zrr\" }, of = [] }",
        54,
        "goes with",
    ),
    ("at_least = 1", "at_least = 3", 53, "1 to the 2"),
    ("at_least = 1", "at_least = 0", 53, "1 to the 2"),
    ("at_least = 1, of", "at_least = 1, any", 53, "exactly one"),
    (", from = 2020-01-01 } },", " } },", 55, "`from`"),
    (
        "lasts = { years = 5 }",
        "lasts = { years = 0 }",
        37,
        "a month",
    ),
    ("lasts = { years = 5 }", "lasts = { days = 5 }", 37, "days"),
    ("lasts = { years = 5 }\n", "", 33, "go together"),
    (
        "granted_from = \"creation\"",
        "granted_from = \"shop\"",
        36,
        "is a declaration",
    ),
    ("decided_by = \"la commission\"\n", "", 47, "decided_by"),
    (
        "result = \"possible\"",
        "result = \"eligible\"",
        51,
        "nobody decides",
    ),
    (
        "until = 2024-12-31\nwhen",
        "until = 2024-12-31\nfrom = 2025-01-01\nwhen",
        47,
        "before it begins",
    ),
    ("{ declared = \"shop\" },\n", "", 22, "no condition needs"),
    (
        "read = 2026-12-01",
        "read = 2026-12-01T10:00:00",
        31,
        "not a day",
    ),
    (
        "{ not = { in = \"zrr\" } }",
        "{ not = { in = \"zrr\", from = 2020-01-01 } }",
        54,
        "in a list",
    ),
];

#[test]
fn faults_of_the_second_format_name_their_line() {
    for (from, to, line, word) in SECOND_FAULTS {
        assert!(SECOND.contains(from), "{from}");
        let error = Programme::read(&SECOND.replace(from, to)).unwrap_err();
        assert!(error.fault.contains(word), "{to}: {error}");
        assert_eq!(error.line, *line, "{to}: {error}");
    }
}
