//! `qpv programme`: files of rules are checked and tried before they are imported; several programmes answer at once, and "no"
//! says why.

use std::fs;

use crate::harness::{Data, Ran};
use crate::report_text::{page_text, page_texts};

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

/// Addresses have the codes of today: a rule that lists another would be met by nobody.
#[test]
fn codes_of_the_past_are_told() {
    let (data, folder) = (Data::empty(), tempfile::tempdir().unwrap());
    let listed = |codes: &str| {
        let listed = format!("  {{ commune = [{codes}] }},\n");
        let rules = RULES.replace("  { in = \"qpv\" },\n", &listed);
        assert_ne!(rules, RULES);
        let rules = written(&folder, "rules.toml", &rules);
        run(&data, &["programme", "check", &rules]).out
    };
    // Équeurdreville-Hainneville became a part of Cherbourg-en-Cotentin in 2016; 75119 is an arrondissement of Paris.
    let told = listed("\"50173\", \"50129\", \"75119\", \"75056\", \"99999\"");
    assert!(
        told.contains("50173 is no commune of today")
            && told.contains("50129 (Cherbourg-en-Cotentin)"),
        "{told}"
    );
    assert!(told.contains("99999 is the code of no commune"), "{told}");
    assert!(
        !told.contains("75119 is") && !told.contains("75056 is") && !told.contains("50129 is"),
        "{told}"
    );
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
        ran.code == Some(0) && ran.out.contains("1 cases, 0"),
        "{ran:?}"
    );
    let wrong = table.replace("\"eligible\"", "\"not_eligible\"");
    let wrong = written(&folder, "wrong.toml", &wrong);
    let ran = run(&data, &["programme", "try", &rules, "--cases", &wrong]);
    assert!(
        ran.code == Some(1)
            && ran.out.contains("case 1 (line 2 of the file)")
            && ran.out.contains("article 2"),
        "{ran:?}"
    );
    let other = table.replace("aide-ville", "aide-bourg");
    let other = written(&folder, "other.toml", &other);
    let ran = run(&data, &["programme", "try", &rules, "--cases", &other]);
    assert!(
        ran.code == Some(1) && ran.err.contains("`aide-bourg`, not of `aide-ville`"),
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
    // The faulty field is told once, with the programmes that ask it; each still says what it lacks.
    let told = "Colonne « creation » : « bientôt » n'est pas une date (exemple : 31/01/2024). (Pour : exoneration-commerces.)";
    let second: Vec<&str> = text.lines().nth(2).unwrap().split(';').collect();
    assert_eq!(second[at("a_corriger")], told, "{text}");
    assert_eq!(text.matches("bientôt").count(), 2, "{text}");
    let missing = second[at("exoneration-commerces_a_completer")];
    assert!(missing.contains("création"), "{missing}");
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

const INSIDE: &str = "1 rue des Cordiers 00100 Port-Fictif";

/// Letters alone: lines of a page may end at any space.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Somebody of 36 who lives inside: too old for every rule, though the home fits and the school is not known.
#[test]
fn no_says_every_condition_on_the_terminal_and_in_the_report() {
    let (data, folder) = (Data::empty(), tempfile::tempdir().unwrap());
    let pdf = folder.path().join("no.pdf");
    let asked = |birth_date: &str| {
        let args = [
            "check",
            INSIDE,
            "--on",
            "2026-11-21",
            "--programme",
            "pre-national",
            "--birth-date",
            birth_date,
            "--force",
            "--report",
            pdf.to_str().unwrap(),
        ];
        let ran = run(&data, &args);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        (ran.out, page_texts(&fs::read(&pdf).unwrap()).concat())
    };
    let (told, page) = asked("1990-05-04");
    let lines = [
        "  Règle : De 2 à 16 ans, en quartier prioritaire ou en éducation prioritaire\n",
        "  - Non : 36 ans, et non de 2 à 16 ans révolus.\n",
        "  - Oui : Dans un quartier prioritaire",
        "  - Pas connu : Établissement scolaire à préciser.\n",
        "  Règle : Suite d'un parcours, à 17 et 18 ans\n",
        "  - Non : 36 ans, et non de 17 à 18 ans révolus.\n",
        "  Règle : De 2 à 16 ans, ailleurs\n",
    ];
    for line in lines {
        assert!(told.contains(line), "{line}: {told}");
        let line = squeezed(line.trim_start_matches("  - "));
        assert!(squeezed(&page).contains(&line), "{line}: {page}");
    }
    for birth in ["1990", "04/05", "4 mai"] {
        assert!(!page.contains(birth), "{page}");
    }
    // A yes keeps to the rule that decides.
    let (told, page) = asked("2016-05-04");
    assert!(told.contains("Éligible.\n  - 10 ans"), "{told}");
    for text in [told, page] {
        assert!(
            !text.contains("Suite d'un parcours") && !text.contains("Pas connu"),
            "{text}"
        );
    }
}

#[test]
fn a_report_takes_several_programmes() {
    let (data, folder) = (Data::empty(), tempfile::tempdir().unwrap());
    let pdf = folder.path().join("all.pdf");
    let pdf = pdf.to_str().unwrap();
    let asked = |programmes: &str| {
        let args = [
            "check",
            INSIDE,
            "--on",
            "2026-11-21",
            "--programme",
            programmes,
            "--birth-date",
            "2016-05-04",
            "--declare",
            "emplois-francs/signature=01/05/2025",
            "--force",
            "--report",
            pdf,
        ];
        run(&data, &args)
    };
    let ran = asked("pre-national,emplois-francs,adultes-relais,surloyer");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    // One line for each comes first.
    assert!(ran.out.starts_with("pre-national : Éligible.\n"), "{ran:?}");
    let pages = page_texts(&fs::read(pdf).unwrap());
    assert!(pages.len() > 1, "{pages:?}");
    let first = squeezed(&pages[0]);
    for id in [
        "pre-national",
        "emplois-francs",
        "adultes-relais",
        "surloyer",
    ] {
        assert!(first.contains(&format!("({id})")), "{id}: {first}");
        assert!(pages[1..].concat().contains(id), "{id}: {pages:?}");
    }
    let reasons = squeezed(&pages[1..].concat());
    assert!(
        reasons.contains(&squeezed("Non : 10 ans, et non 26 ans révolus ou plus.")),
        "{reasons}"
    );
    let ran = run(&data, &["report", "verify", pdf]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.out.contains("  eligible : pre-national surloyer\n"),
        "{ran:?}"
    );
    assert!(
        ran.out
            .contains("  non-eligible : emplois-francs adultes-relais\n"),
        "{ran:?}"
    );
    // One programme has its page and its lines as ever.
    let ran = run(
        &data,
        &[
            "check",
            INSIDE,
            "--programme",
            "pre-national",
            "--birth-date",
            "2016-05-04",
            "--on",
            "2026-11-21",
            "--force",
            "--report",
            pdf,
        ],
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let page = squeezed(&page_text(&fs::read(pdf).unwrap()));
    assert!(page.contains("Programme:Programmederéussite"), "{page}");
    let ran = run(&data, &["report", "verify", pdf]);
    assert!(ran.out.contains("  resultat : Éligible.\n"), "{ran:?}");
    // All of them at once still fit the signed text.
    let all = run(
        &data,
        &[
            "check",
            INSIDE,
            "--programme",
            "*",
            "--on",
            "2026-11-21",
            "--force",
            "--report",
            pdf,
        ],
    );
    assert_eq!(all.code, Some(3), "{all:?}");
    assert_eq!(run(&data, &["report", "verify", pdf]).code, Some(0));
}

#[test]
fn a_fact_of_several_programmes_is_told_once_or_stated_for_one() {
    let data = Data::empty();
    let asked = |declared: &[&str]| {
        let args = [
            "check",
            INSIDE,
            "--on",
            "2026-03-01",
            "--programme",
            "acre,pre-national,exonerations-qpv-2026",
        ];
        let declared = declared.iter().flat_map(|declared| ["--declare", declared]);
        run(&data, &args.into_iter().chain(declared).collect::<Vec<_>>())
    };
    let ran = asked(&["creation-ou-reprise=hier"]);
    let told = "`creation-ou-reprise` of `acre, exonerations-qpv-2026` is a day";
    assert!(ran.code == Some(2) && ran.err.contains(told), "{ran:?}");
    assert_eq!(ran.err.matches("creation-ou-reprise").count(), 1, "{ran:?}");
    let ran = asked(&["acre/creation-ou-reprise=2026-02-01"]);
    assert!(ran.out.starts_with("acre : Éligible.\n"), "{ran:?}");
    // For one alone: the other still asks it.
    assert!(
        ran.out.contains("\nexonerations-qpv-2026 : À compléter"),
        "{ran:?}"
    );
    let ran = asked(&[
        "acre/creation-ou-reprise=2026-02-01",
        "creation-ou-reprise=hier",
    ]);
    let told = "`creation-ou-reprise` of `exonerations-qpv-2026` is a day";
    assert!(ran.code == Some(2) && ran.err.contains(told), "{ran:?}");
    let ran = asked(&["pre-national/creation-ou-reprise=2026-02-01"]);
    assert!(
        ran.code == Some(2) && ran.err.contains("asks no such declaration"),
        "{ran:?}"
    );
}
