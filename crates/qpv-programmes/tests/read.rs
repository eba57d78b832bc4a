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

/// What lies on a limit that a message names is taken.
#[test]
fn limits_themselves_are_taken() {
    for (old, new) in [
        ("quota_percent = 20", "quota_percent = 0"),
        ("quota_percent = 20", "quota_percent = 100"),
        ("{ from = 2, to = 16 }", "{ from = 0, to = 120 }"),
        ("{ from = 2, to = 16 }", "{ from = 16, to = 16 }"),
    ] {
        Programme::read(&GOOD.replace(old, new)).expect(new);
    }
    for (old, new) in [
        ("within_m = 500", "within_m = 4000"),
        ("at_least = 1", "at_least = 2"),
        (
            "until = 2024-12-31\nwhen",
            "until = 2024-12-31\nfrom = 2024-12-31\nwhen",
        ),
        ("lasts = { years = 5 }", "lasts = { months = 1 }"),
        ("less_than = 50", "at_most = 50, at_least = 50"),
    ] {
        Programme::read(&SECOND.replace(old, new)).expect(new);
    }
}

/// Each fault: the text replaced and its replacement, the line it is found on, and a word of the message.
const FAULTS: &[(&str, &str, usize, &str)] = &[
    ("id = \"pre-ville\"", "id = \"PRE Ville\"", 1, "lower-case"),
    ("name = \"PRE de la ville\"", "name = \" \"", 2, "empty"),
    ("\"person\"", "\"child\"", 3, "person"),
    ("\"axis\"", "\"both\"", 4, "both_sides"),
    ("\"undetermined\"", "\"no\"", 5, "benefit_of_doubt"),
    ("from = 2024-01-01", "from = \"2024\"", 8, "without quotes"),
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
    (
        "when_uncertain = \"undetermined\"",
        "when_uncertain = \"undetermined\"\nannexes = \"apart\"",
        6,
        "only buildings",
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
    ("{ from = 2, to = 16 }", "2", 20, "{ from = 26 }"),
    (
        "{ from = 2, to = 16 }",
        "{ from = \"2\" }",
        20,
        "a whole number, without quotes",
    ),
    (
        "{ qpv = [\"QN06103M\"] }",
        "{ qpv = \"QN06103M\" }",
        21,
        "expected a list",
    ),
    (
        "{ qpv = [\"QN06103M\"] }",
        "\"QN06103M\"",
        21,
        "a condition: { in = \"qpv\" }",
    ),
    (
        "{ qpv = [\"QN06103M\"] }",
        "{ school = \"REP\" }",
        21,
        "networks",
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

/// Columns count characters from 1, as editors show them: accents before a fault do not move it.
#[test]
fn a_fault_points_at_its_column() {
    let inline =
        "{ any = [{ declared = { name = \"a\", label = \"à l'été\" } }, { qpv = [\"QN1\"] }] }";
    for (old, new, fault) in [
        ("id = \"pre-ville\"", "id = \"PRE\"", "\"PRE\""),
        ("name = \"PRE de la ville\"", "name = \" \"", "\" \""),
        ("until = 2030-12-31", "until = 2030-02-30", "2030-02-30"),
        ("{ qpv = [\"QN06103M\"] }", inline, "\"QN1\""),
    ] {
        let text = GOOD.replace(old, new);
        let error = Programme::read(&text).unwrap_err();
        let line = text.lines().nth(error.line - 1).unwrap();
        let before = line.split(fault).next().unwrap();
        assert_eq!(error.column, before.chars().count() + 1, "{new}: {error}");
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
    let error = deep(20).unwrap_err();
    assert!(error.fault.contains("nested too deep"), "{error}");
    // Deeper than TOML itself is read.
    assert!(deep(200).is_err());
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
        "2014-12-31 without quotes",
    ),
    (
        "on = \"creation\"",
        "on = \"signature\"",
        39,
        "has the id `signature`",
    ),
    (
        "declared = \"shop\"",
        "declared = \"2014-12-31\"",
        43,
        "has the id `2014-12-31`",
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
    ("lasts = { years = 5 }", "lasts = 5", 37, "{ years = 2 }"),
    ("[[sources]]", "[sources]", 27, "[[name]]"),
    (
        "{ number = { name = \"staff\", less_than = 50 }",
        "{ number = 50",
        44,
        "less_than",
    ),
    (
        "{ date = { name = \"creation\", from = 2020-01-01 } }",
        "{ date = \"creation\" }",
        55,
        "from",
    ),
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

/// A programme of the second format on a subject, with rules that have these conditions.
fn of_subject(subject: &str, conditions: &[&str]) -> Result<Programme, qpv_programmes::ReadError> {
    let rules = conditions
        .iter()
        .map(|when| format!("{{ result = \"eligible\", source = \"s\", when = {when} }}"))
        .collect::<Vec<_>>()
        .join(", ");
    Programme::read(&format!(
        "format = 2\nid = \"own\"\nname = \"Own\"\nsubject = \"{subject}\"\nboundary_street = \"axis\"\n\
         when_uncertain = \"undetermined\"\nsources = [{{ id = \"s\", text = \"T\", article = \"1\" }}]\n\
         rules = [{rules}]\n"
    ))
}

/// The subjects that the documentation gives for each condition: a building has no age.
#[test]
fn a_condition_is_of_its_subjects() {
    let all = ["person", "establishment", "building"];
    for (when, subjects) in [
        ("{ in = \"qpv\" }", &all[..2]),
        ("{ in = \"own\" }", &all[..2]),
        ("{ was_qpv_on = 2023-12-31 }", &all[..2]),
        ("{ in = \"qpv\", part = \"every\" }", &all[2..]),
        ("{ in = \"own\", part = \"any\", within_m = 9 }", &all[2..]),
        ("{ was_qpv_on = 2023-12-31, part = \"any\" }", &all[2..]),
        ("{ age = { from = 26 } }", &all[..1]),
        ("{ school = { networks = [\"REP\"] } }", &all[..1]),
        ("{ qpv = [\"QN06103M\"] }", &all[..2]),
        ("{ zone = \"band_300m\" }", &all[..2]),
        ("{ zone = \"qpv\" }", &all[..2]),
        ("{ commune = [\"61169\"] }", &all[..]),
        ("{ declared = { name = \"a\", label = \"l\" } }", &all[..]),
    ] {
        for subject in all {
            let read = of_subject(subject, &[when]);
            assert_eq!(
                read.is_ok(),
                subjects.contains(&subject),
                "{subject}: {when}"
            );
            if let Err(error) = read {
                assert!(error.fault.contains(subject) || error.fault.contains("building"));
            }
        }
    }
}

/// The forms that the first format has, and the short ones, mean what the others say.
#[test]
fn forms_of_one_condition_mean_the_same() {
    for (subject, short, long) in [
        ("person", "{ layer = \"own\" }", "{ in = \"own\" }"),
        ("person", "{ zone = \"qpv\" }", "{ in = \"qpv\" }"),
        (
            "person",
            "{ was_qpv_on = 2023-12-31, within_m = 9 }",
            "{ in = \"qpv\", on = 2023-12-31, within_m = 9 }",
        ),
        (
            "building",
            "{ footprint = { part = \"every\", within_m = 300 } }",
            "{ in = \"qpv\", part = \"every\", within_m = 300 }",
        ),
        (
            "building",
            "{ was_qpv_on = 2023-12-31, part = \"any\" }",
            "{ in = \"qpv\", on = 2023-12-31, part = \"any\", within_m = 0 }",
        ),
    ] {
        let read = |when| of_subject(subject, &[when]).unwrap().rules;
        assert_eq!(read(short), read(long), "{short}");
    }
}

/// Two rules may ask the same in the words of two lists: it is one fact, with all its columns.
#[test]
fn a_declaration_that_stands_in_rules_is_one_fact() {
    let declared = |name: &str, columns: &str| {
        format!("{{ declared = {{ name = \"{name}\", label = \"l\", columns = [{columns}] }} }}")
    };
    let conditions = [
        declared("tenant", "\"locataire\""),
        declared("owner", ""),
        declared("tenant", "\"loue\", \"locataire\""),
    ];
    let own = of_subject("person", &conditions.each_ref().map(String::as_str)).unwrap();
    let asked: Vec<(&str, String)> = own
        .asked
        .iter()
        .map(|fact| (fact.id.as_str(), fact.columns.join(", ")))
        .collect();
    let tenant = ("tenant", "locataire, loue".to_owned());
    assert_eq!(asked, [tenant, ("owner", String::new())]);
    // One that is in `asked` is named there.
    let inline = "declared = { name = \"shop\", label = \"l\" }";
    let twice = SECOND.replace(
        "{ declared = \"shop\" }",
        &format!("{{ declared = \"shop\" }}, {{ {inline} }}"),
    );
    let error = Programme::read(&twice).unwrap_err();
    assert!(error.fault.contains("write its id alone"), "{error}");
    let other = twice.replace("name = \"shop\", label", "name = \"cafe\", label");
    assert_eq!(Programme::read(&other).unwrap().asked.len(), 4);
}
