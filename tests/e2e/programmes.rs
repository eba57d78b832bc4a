//! `qpv programme`: files of rules are checked and tried before they are imported; several programmes answer at once.

use std::fs;

use crate::harness::{Data, Ran};

/// The example of docs/programmes.md in short: one rule by right, one that people decide on.
const RULES: &str = r#"format = 2
id = "aide-ville"
name = "Aide de la ville"
subject = "person"
boundary_street = "axis"
when_uncertain = "undetermined"

[validity]
from = 2024-01-01
until = 2025-12-31

[[asked]]
id = "sans-emploi"
kind = "declaration"
label = "la personne est sans emploi"

[[asked]]
id = "signature"
kind = "date"
label = "la date de signature"

[[asked]]
id = "enfants"
kind = "number"
label = "le nombre d'enfants"

[[sources]]
id = "s"
text = "Délibération du 3 mars 2024"
article = "article 2"

[[rules]]
result = "eligible"
source = "s"
granted_from = "signature"
lasts = { years = 2 }
when = { at_least = 2, of = [
  { declared = "sans-emploi" },
  { in = "qpv" },
  { number = { name = "enfants", at_least = 3 } },
] }

[[rules]]
result = "possible"
source = "s"
note = "Sur avis de la commission."
decided_by = "la commission"
when = { all = [{ not = { in = "qpv" } }, { age = { from = 26 } }] }
"#;

fn run(data: &Data, args: &[&str]) -> Ran {
    data.command().args(args).output().unwrap().into()
}

fn written(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn files_are_checked_by_line() {
    let (data, folder) = (Data::empty(), tempfile::tempdir().unwrap());
    let good = written(&folder, "good.toml", RULES);
    let ran = run(&data, &["programme", "check", &good]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.out.contains("aide-ville") && ran.out.contains("signature (date)"),
        "{ran:?}"
    );
    let bad = written(
        &folder,
        "bad.toml",
        &RULES.replace("at_least = 2", "at_least = 5"),
    );
    // Every file is told, not the first faulty one alone.
    let ran = run(&data, &["programme", "check", &bad, &good]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.out.contains("line 37, column") && ran.out.contains("aide-ville"),
        "{ran:?}"
    );
    let ran = run(&data, &["programme", "schema"]);
    let schema: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(schema["properties"]["format"]["enum"][1], 2);
}

#[test]
fn cases_are_tried_without_addresses() {
    let (data, folder) = (Data::empty(), tempfile::tempdir().unwrap());
    let rules = written(&folder, "rules.toml", RULES);
    let outcome = |facts: &str| {
        let ran = run(&data, &["programme", "try", &rules, "--case", facts]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.out.split(':').next().unwrap().to_owned()
    };
    let running = "declared = { sans-emploi = true, signature = 2025-12-31 }";
    for (facts, expected) in [
        ("on = 2026-03-01, home = \"qpv\"", "eligible"),
        // Until the eve of the second anniversary, though nobody enters any more.
        ("on = 2027-12-30, home = \"qpv\"", "eligible"),
        ("on = 2027-12-31, home = \"qpv\"", "not_eligible"),
        ("on = 2026-03-01, home = \"outside\"", "undetermined"),
    ] {
        assert_eq!(outcome(&format!("{facts}, {running}")), expected, "{facts}");
    }
    let outside = "on = 2025-03-01, home = \"outside\", age = 30";
    let declared = "declared = { sans-emploi = false, enfants = 2 }";
    assert_eq!(
        outcome(&format!("{outside}, {declared}")),
        "outside_rule_possible"
    );
    let ran = run(
        &data,
        &[
            "programme",
            "try",
            &rules,
            "--case",
            "on = 2025-03-01, aged = 3",
        ],
    );
    assert!(ran.code == Some(1) && ran.err.contains("aged"), "{ran:?}");
}

#[test]
fn a_table_of_cases_names_what_differs() {
    let (data, folder) = (Data::empty(), tempfile::tempdir().unwrap());
    let rules = written(&folder, "rules.toml", RULES);
    let table = "programme = \"aide-ville\"\n[[line]]\ncites = \"article 2\"\non = 2025-03-01\nhome = \"qpv\"\n\
        declared = { sans-emploi = true, signature = 2024-05-01 }\nexpected = \"eligible\"\n";
    let good = written(&folder, "good.toml", table);
    let ran = run(&data, &["programme", "try", &rules, "--cases", &good]);
    assert!(
        ran.code == Some(0) && ran.out.contains("1 lines, 0"),
        "{ran:?}"
    );
    let wrong = table.replace("\"eligible\"", "\"not_eligible\"");
    let wrong = written(&folder, "wrong.toml", &wrong);
    let ran = run(&data, &["programme", "try", &rules, "--cases", &wrong]);
    assert!(
        ran.code == Some(1) && ran.out.contains("line 1") && ran.out.contains("article 2"),
        "{ran:?}"
    );
}

/// What is this family entitled to? Every programme of persons and establishments answers, and a fact counts for those that
/// ask it.
#[test]
fn one_person_is_asked_of_every_programme() {
    let data = Data::empty();
    let asked = |programme: &str, more: &[&str]| {
        let address = "1 rue des Cordiers 00100 Port-Fictif";
        let args = [
            "--json",
            "check",
            address,
            "--on",
            "2026-11-21",
            "--programme",
            programme,
        ];
        run(&data, &[&args[..], more].concat())
    };
    let all = asked(
        "*",
        &["--birth-date", "2016-05-04", "--declare", "commerce=oui"],
    );
    let answer: serde_json::Value = serde_json::from_str(&all.out).unwrap();
    let answers = answer["eligibilities"].as_array().unwrap();
    let result = |id: &str| {
        let found = answers.iter().find(|it| it["programme"] == id);
        found.map(|it| it["result"].as_str().unwrap())
    };
    assert_eq!(result("pre-national"), Some("eligible"));
    assert_eq!(result("exoneration-commerces"), Some("undetermined"));
    assert_eq!(
        result("tva-accession"),
        None,
        "a building is another subject"
    );
    assert!(answer["eligibility"].is_null(), "{answer}");
    let shop = [
        "--declare",
        "commerce=oui",
        "--declare",
        "creation=01/05/2024",
    ];
    let two = asked("exoneration-commerces,pre-national", &shop);
    assert_eq!(
        two.code,
        Some(3),
        "the child's birth date is missing: {two:?}"
    );
    let answer: serde_json::Value = serde_json::from_str(&two.out).unwrap();
    assert_eq!(answer["eligibilities"][0]["result"], "eligible", "{answer}");
    assert_eq!(answer["eligibilities"].as_array().unwrap().len(), 2);
    for (declared, word) in [
        ("commerce=parfois", "true or false"),
        ("creation=hier", "a day"),
        ("autre=oui", "creation"),
    ] {
        let ran = asked("exoneration-commerces", &["--declare", declared]);
        let is_told = ran.code == Some(2) && ran.err.contains(word);
        assert!(is_told, "{declared}: {ran:?}");
        assert!(
            !ran.err.contains("parfois") && !ran.err.contains("hier"),
            "{ran:?}"
        );
    }
}

#[test]
fn every_row_of_a_list_is_asked_of_several_programmes() {
    let (data, folder) = (Data::empty(), tempfile::tempdir().unwrap());
    let list = "adresse;date de naissance;commerce;creation\n\
        1 rue des Cordiers 00100 Port-Fictif;04/05/2016;oui;01/05/2024\n\
        1 rue des Cordiers 00100 Port-Fictif;04/05/1990;x;bientôt\n";
    let list = written(&folder, "list.csv", list);
    let out = folder.path().join("out.csv");
    let out = out.to_str().unwrap();
    let asked = |more: &[&str]| {
        let args = ["batch", &list, "-o", out, "--force", "--on", "2026-11-21"];
        run(&data, &[&args[..], more].concat())
    };
    let ran = asked(&["--programme", "exoneration-commerces,pre-national"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let text = fs::read_to_string(out).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().unwrap().split(';').collect();
    let at = |name: &str| {
        let column = header.iter().position(|header| *header == name);
        column.unwrap_or_else(|| panic!("{name} in {header:?}"))
    };
    let columns = [
        at("exoneration-commerces_result"),
        at("pre-national_result"),
    ];
    let outcomes: Vec<[&str; 2]> = lines
        .map(|line| {
            let fields: Vec<&str> = line.split(';').collect();
            columns.map(|column| fields[column])
        })
        .collect();
    let expected = [["eligible", "eligible"], ["undetermined", "not_eligible"]];
    assert_eq!(outcomes, expected);
    assert!(text.contains("« bientôt » n'est pas une date"), "{text}");
    // One programme has its columns as ever, and counts for its funder.
    let summary = folder.path().join("counts.csv");
    let summary = ["--summary", summary.to_str().unwrap()];
    let one = [&["--programme", "pre-national"][..], &summary].concat();
    assert_eq!(asked(&one).code, Some(0));
    let text = fs::read_to_string(out).unwrap();
    let header = text.lines().next().unwrap();
    assert!(header.contains(";result;resultat;"), "{header}");
    let several = [&["--programme", "*"][..], &summary].concat();
    let ran = asked(&several);
    assert!(
        ran.code == Some(2) && ran.err.contains("--summary"),
        "{ran:?}"
    );
}
