//! `qpv programme compare`: whose result changes on a list when a rule or a vintage does, and why.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::harness::{Data, Ran, workspace};

/// Children of 6 to 12 in the priority neighbourhoods; elsewhere on advice.
const RULES: &str = r#"format = 2
id = "sorties"
name = "Sorties"
subject = "person"
boundary_street = "axis"
when_uncertain = "undetermined"
[validity]
[[sources]]
id = "s"
text = "Délibération du 3 mars 2026"
article = "article 2"
[[rules]]
result = "eligible"
source = "s"
when = { all = [{ age = { from = 6, to = 12 } }, { in = "qpv" }] }
"#;
/// Whoever lives in a priority neighbourhood.
const BY_PLACE: &str = r#"when = { all = [{ age = { from = 6, to = 12 } }, { in = "qpv" }] }"#;
const ON: &str = "2026-11-21";
const INSIDE: &str = "1 rue des Cordiers 00100 Port-Fictif";
const OUTSIDE: &str = "2 rue des Cordiers 00100 Port-Fictif";

/// A folder with files of rules and a list, and the data that answers.
struct Desk {
    data: Data,
    folder: tempfile::TempDir,
}

impl Desk {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self {
            data: Data::empty(),
            folder,
        }
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = self.data.command();
        command.args(args).current_dir(self.folder.path());
        command.output().unwrap().into()
    }

    fn compare(&self, args: &[&str]) -> Ran {
        self.run(&[&["programme", "compare"], args].concat())
    }

    fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let text = fs::read_to_string(self.folder.path().join(name)).unwrap();
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let names = fields(lines.next().unwrap());
        lines
            .map(|line| names.iter().cloned().zip(fields(line)).collect())
            .collect()
    }

    fn has(&self, name: &str) -> bool {
        Path::new(&self.folder.path().join(name)).exists()
    }
}

/// The fields of a line with semicolons.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut is_quoted) = (vec![String::new()], false);
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => fields.push(String::new()),
            letter => fields.last_mut().unwrap().push(letter),
        }
    }
    fields
}

fn column(rows: &[BTreeMap<String, String>], name: &str) -> Vec<String> {
    rows.iter()
        .map(|row| {
            row.get(name)
                .unwrap_or_else(|| panic!("{name} in {row:?}"))
                .clone()
        })
        .collect()
}

/// Children of 5, 6, 7, 12 and 13 years on the day of the check.
fn children(place: &str) -> String {
    let born = [
        "22/11/2020",
        "21/11/2020",
        "01/05/2019",
        "22/11/2013",
        "21/11/2013",
    ];
    let rows = born.map(|born| format!("{born};{place}\n"));
    format!("né le;adresse\n{}", rows.concat())
}

#[test]
fn a_moved_age_changes_exactly_the_child_of_that_age() {
    let moved = RULES.replace("from = 6", "from = 7");
    let list = children(INSIDE);
    let desk = Desk::with(&[
        ("old.toml", RULES),
        ("new.toml", &moved),
        ("list.csv", &list),
    ]);
    let args = [
        "old.toml", "new.toml", "list.csv", "--on", ON, "-o", "out.csv",
    ];
    let ran = desk.compare(&args);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{ran:?}");
    let rows = desk.rows("out.csv");
    assert_eq!(
        column(&rows, "change"),
        ["none", "result", "none", "none", "none"]
    );
    let [before, after] = ["result_before", "result_after"].map(|name| column(&rows, name));
    let (yes, no) = ("eligible", "not_eligible");
    assert_eq!(before, [no, yes, yes, yes, no]);
    assert_eq!(after, [no, no, yes, yes, no]);
    // The condition, what was found then and what is found now; nothing of those that do not change.
    assert_eq!(
        column(&rows, "changement"),
        [
            "",
            "Condition qui n'est plus remplie. Avant : 6 ans : de 6 à 12 ans révolus. \
             Après : 6 ans, et non de 7 à 12 ans révolus.",
            "",
            "",
            ""
        ]
    );
    // The terminal has numbers of rows, and no address.
    assert!(
        ran.err.contains("eligible -> not_eligible: line 3\n") && !ran.err.contains("Cordiers"),
        "{ran:?}"
    );
    // Without an output only the counts are shown, and nothing is written.
    let names = || fs::read_dir(desk.folder.path()).unwrap().count();
    let files = names();
    let shown = desk.compare(&args[..5]);
    assert!(
        shown.code == Some(0) && shown.out.contains("eligible -> not_eligible: line 3\n"),
        "{shown:?}"
    );
    assert_eq!(names(), files);
    // An output that exists is replaced only when that is asked.
    assert_eq!(desk.compare(&args).code, Some(2));
    assert_eq!(desk.compare(&[&args[..], &["-f"]].concat()).code, Some(0));
}

/// Every address of the sample, in the columns of a list.
fn every_address() -> String {
    let file = workspace().join("geodata/sample/addresses.csv");
    let text = fs::read_to_string(file).unwrap();
    let mut list = "numéro;bis/ter;voie;code postal;commune\n".to_owned();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(';').collect();
        list += &[fields[2], fields[3], fields[4], fields[5], fields[7]].join(";");
        list.push('\n');
    }
    list
}

#[test]
fn a_vintage_moves_exactly_the_addresses_that_its_zones_move() {
    let by_place = RULES.replace(BY_PLACE, r#"when = { in = "qpv" }"#);
    let desk = Desk::with(&[("rules.toml", &by_place), ("list.csv", &every_address())]);
    let days = ["2023-12-31", "2024-06-01"];
    let args = ["rules.toml", "rules.toml", "list.csv", "-o", "out.csv"];
    let days_asked = ["--old-on", days[0], "--new-on", days[1]];
    let ran = desk.compare(&[&args[..], &days_asked].concat());
    // Some addresses are too near to a line.
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let rows = desk.rows("out.csv");
    // What each day's zones say, by the command that knows no programme.
    let zones = days.map(|day| {
        let columns = "numéro,bis/ter,voie,code postal,commune";
        let out = format!("{day}.csv");
        let args = ["batch", "list.csv", "-o", &out, "--columns", columns];
        desk.run(&[&args[..], &["--on", day]].concat());
        desk.rows(&out)
    });
    let outcome = |row: &BTreeMap<String, String>| {
        let distance_m: Option<f64> = row["distance_to_boundary_m"].parse().ok();
        match (row["zone"].as_str(), distance_m) {
            ("qpv", _) => "eligible",
            ("band_300m" | "outside", _) => "not_eligible",
            // At the outer limit of the band an address is surely outside.
            (_, Some(distance_m)) if distance_m > 200.0 => "not_eligible",
            _ => "undetermined",
        }
    };
    let mut moved = BTreeMap::new();
    for (number, row) in rows.iter().enumerate() {
        let [old, new] = [outcome(&zones[0][number]), outcome(&zones[1][number])];
        let found = ["result_before", "result_after"].map(|name| row[name].as_str());
        assert_eq!(found, [old, new], "row {number}: {row:?}");
        let change = match (old, new) {
            ("undetermined", "undetermined") => "undetermined",
            _ if old == new => "none",
            _ => "result",
        };
        assert_eq!(row["change"], change, "row {number}: {row:?}");
        *moved.entry((old, new)).or_insert(0) += 1;
    }
    // Some left and some joined, or the test would show nothing.
    assert!(moved[&("eligible", "not_eligible")] > 50, "{moved:?}");
    assert!(moved[&("not_eligible", "eligible")] > 50, "{moved:?}");
    // QP000011 Les Vergers has no successor, QN00011N Rive Neuve no predecessor (geodata/sample/README.md).
    let told = |code: &str, old: &str, new: &str| {
        let of = |row: &&BTreeMap<String, String>| {
            row["result_before"] == old
                && row["result_after"] == new
                && row["changement"].contains(code)
        };
        rows.iter()
            .find(of)
            .map(|row| row["changement"].clone())
            .unwrap()
    };
    let left = told("QP000011", "eligible", "not_eligible");
    assert!(
        left.starts_with("Condition qui n'est plus remplie. Avant : Dans un quartier prioritaire")
            && left.contains("Sort des quartiers prioritaires : dans Les Vergers")
            && left.ends_with("en 2015, dans aucun en 2024."),
        "{left}"
    );
    let joined = told("QN00011N", "not_eligible", "eligible");
    assert!(
        joined.contains(
            "Entre dans les quartiers prioritaires : dans aucun en 2015, dans Rive Neuve"
        ),
        "{joined}"
    );
}

/// A list with a fault of every kind beside rows that answer.
const FAULTS: &str = "né le;adresse;école;sans emploi;date de la demande\n\
    01/05/2016;1 rue des Cordiers 00100 Port-Fictif;;oui;\n\
    01/05/1990;2 rue des Cordiers 00100 Port-Fictif;0000002C;non;\n\
    ;1 rue des Cordiers 00100 Port-Fictif;;;\n\
    31/02/2016;1 rue des Cordiers 00100 Port-Fictif;;oui;\n\
    01/05/2016;;;oui;\n\
    01/05/2016;1 rue de Nulle Part 00100 Port-Fictif;;peut-être;\n\
    01/05/2016;1 rue des Cordiers 00100 Port-Fictif;;x;demain\n\
    01/05/2016;1 rue des Cordiers 00100 Port-Fictif\n\
    ;;;;\n\
    01/05/2015;rue des Cordiers Port-Fictif;0000001B;x;01/07/2024\n";

#[test]
fn a_programme_compared_with_itself_changes_nothing() {
    let desk = Desk::with(&[("rules.toml", RULES), ("list.csv", FAULTS)]);
    for id in ["rules.toml", "pre-national", "pre-flers", "surloyer", "iae"] {
        let args = [id, id, "list.csv", "-o", "out.csv", "-f", "--on", ON];
        let ran = desk.compare(&args);
        assert_eq!(ran.code, Some(3), "{id}: {ran:?}");
        let rows = desk.rows("out.csv");
        assert_eq!(
            rows.len(),
            10,
            "{id}: all rows are there, the blank one too"
        );
        for row in rows.iter().filter(|row| !row["result_before"].is_empty()) {
            assert_eq!(row["result_before"], row["result_after"], "{id}: {row:?}");
            // Of a row that cannot be read not even that is known.
            let is_read = !["bad_row", "bad_check_date"].contains(&row["error"].as_str());
            let expected = if is_read { "none" } else { "undetermined" };
            assert_eq!(row["change"], expected, "{id}: {row:?}");
        }
        assert!(!ran.err.contains("->"), "{id}: {ran:?}");
        let faults = [
            "error bad_birth_date: line 5",
            "error missing_address: line 6",
            "error bad_check_date: line 8",
            "error bad_row: line 9",
        ];
        for fault in faults {
            assert!(ran.err.contains(fault), "{id}: {fault}: {ran:?}");
        }
    }
}

fn matrix(desk: &Desk, args: &[&str]) -> (u64, BTreeMap<(String, String), u64>) {
    let ran = desk.compare(&[args, &["--json"]].concat());
    let answer: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
    let lines = answer["before_after"].as_object().unwrap();
    let counts = lines.iter().flat_map(|(before, line)| {
        let cells = line.as_object().unwrap().iter();
        cells.map(|(after, count)| {
            (
                (before.clone(), after.clone()),
                count["rows"].as_u64().unwrap(),
            )
        })
    });
    (answer["rows"].as_u64().unwrap(), counts.collect())
}

#[test]
fn swapped_programmes_transpose_the_matrix() {
    let list = format!("{FAULTS}{}", every_child());
    let desk = Desk::with(&[("rules.toml", RULES), ("list.csv", &list)]);
    let days = ["2023-12-31", ON];
    for [old, new] in [
        ["rules.toml", "pre-national"],
        ["pre-national", "pre-flers"],
        ["rules.toml", "rules.toml"],
    ] {
        let there = [
            old, new, "list.csv", "--old-on", days[0], "--new-on", days[1],
        ];
        let back = [
            new, old, "list.csv", "--old-on", days[1], "--new-on", days[0],
        ];
        let ((rows, there), (_, back)) = (matrix(&desk, &there), matrix(&desk, &back));
        assert_eq!(there.len(), 16);
        // Every row is in one cell.
        assert_eq!(there.values().sum::<u64>(), rows, "{old}, {new}");
        let transposed = there
            .iter()
            .map(|((old, new), rows)| ((new.clone(), old.clone()), *rows));
        assert_eq!(back, transposed.collect(), "{old}, {new}");
        assert!(
            there
                .iter()
                .any(|((old, new), rows)| old != new && *rows > 0)
        );
    }
}

/// Children of 2 to 20 at every tenth address.
fn every_child() -> String {
    let addresses = every_address();
    let rows = addresses.lines().skip(1).step_by(10).enumerate();
    let lines: Vec<String> = rows
        .map(|(number, line)| {
            let address = line.replacen(';', " ", 4);
            format!("15/06/{};{address};;oui;\n", 2006 + number % 19)
        })
        .collect();
    lines.concat()
}

#[test]
fn only_what_changes_is_written_in_every_format() {
    let moved = RULES.replace("from = 6", "from = 7");
    // Blank lines, an address that is found nowhere, a row that cannot be read.
    let list = children(INSIDE)
        + ";;\n;;\n21/11/2020;1 rue de Nulle Part 00100 Port-Fictif\n21/11/2020;a;b\n21/11/2020;"
        + OUTSIDE
        + "\n";
    let desk = Desk::with(&[
        ("old.toml", RULES),
        ("new.toml", &moved),
        ("list.csv", &list),
    ]);
    let columns = ["né le", "change", "result_after"];
    let kept = |rows: &[BTreeMap<String, String>]| -> Vec<Vec<String>> {
        rows.iter()
            .map(|row| columns.iter().map(|name| row[*name].clone()).collect())
            .collect()
    };
    let expected = [
        ["21/11/2020", "result", "not_eligible"],
        // Wherever it lives, this child is not old enough any more.
        ["21/11/2020", "result", "not_eligible"],
        // A row of other columns than the header.
        ["21/11/2020", "undetermined", "undetermined"],
        // Not in a neighbourhood before; now not old enough either.
        ["21/11/2020", "reason", "not_eligible"],
    ];
    let compare = |from: &str, to: &str| {
        let args = ["old.toml", "new.toml", from, "-o", to, "--changed-only"];
        let ran = desk.compare(&[&args[..], &["--on", ON]].concat());
        assert_eq!(ran.code, Some(3), "{from} to {to}: {ran:?}");
        // Counts are of the whole list.
        assert!(ran.err.contains("8 rows"), "{from} to {to}: {ran:?}");
    };
    compare("list.csv", "out.csv");
    let mut found = kept(&desk.rows("out.csv"));
    // Outside, 6 years old: the age was met and is no more, and the home refused before already.
    assert_eq!(found.len(), 4, "{found:?}");
    found.sort();
    let mut sorted = expected.map(|row| row.map(ToOwned::to_owned).to_vec());
    sorted.sort();
    assert_eq!(found, sorted);
    // A workbook and a Parquet table have as many rows; read back by the command that knows no programme.
    for name in ["out.xlsx", "out.parquet"] {
        compare("list.csv", name);
        let args = [
            "batch",
            name,
            "-o",
            "back.csv",
            "-f",
            "--columns",
            "adresse",
        ];
        let ran = desk.run(&args);
        assert!(ran.err.contains("4 rows"), "{name}: {ran:?}");
    }
    // From Parquet and a workbook, made of a list without faults.
    let whole = children(INSIDE)
        + "21/11/2020;1 rue de Nulle Part 00100 Port-Fictif\n21/11/2020;"
        + OUTSIDE
        + "\n";
    fs::write(desk.folder.path().join("whole.csv"), whole).unwrap();
    for name in ["made.parquet", "made.xlsx"] {
        let args = ["batch", "whole.csv", "-o", name, "--columns", "adresse"];
        desk.run(&[&args[..], &["--columns-out", "zone"]].concat());
        for to in ["a.csv", "a.parquet", "a.xlsx"] {
            let to = format!("{name}-{to}");
            let args = ["old.toml", "new.toml", name, "-o", &to, "--changed-only"];
            let ran = desk.compare(&[&args[..], &["--on", ON]].concat());
            assert!(
                ran.code == Some(3) && ran.err.contains("7 rows"),
                "{to}: {ran:?}"
            );
            let args = ["batch", &to, "-o", "back.csv", "-f", "--columns", "adresse"];
            let ran = desk.run(&args);
            assert!(ran.err.contains("rows; columns read"), "{to}: {ran:?}");
            let back = kept(&desk.rows("back.csv"));
            let changed = back.iter().filter(|row| row[1] == "result").count();
            assert!(changed == 2 && back.len() == 3, "{to}: {back:?}");
        }
    }
}

/// Both programmes ask what they need: a column for each, or the question before any row is read.
#[test]
fn facts_of_both_programmes_are_asked() {
    let asked = |id: &str, label: &str| {
        let fact = format!(
            "[[asked]]\nid = \"{id}\"\nkind = \"declaration\"\nlabel = \"{label}\"\n[[sources]]"
        );
        RULES
            .replace("[[sources]]", &fact)
            .replace(BY_PLACE, &format!("when = {{ declared = \"{id}\" }}"))
    };
    let list = format!(
        "adresse;boursier;logement social\n{INSIDE};oui;non\n{INSIDE};non;oui\n{INSIDE};oui;\n"
    );
    let desk = Desk::with(&[
        ("old.toml", &asked("boursier", "la personne est boursière")),
        (
            "new.toml",
            &asked("hlm", "la personne vit en logement social"),
        ),
        ("list.csv", &list),
    ]);
    let args = [
        "old.toml", "new.toml", "list.csv", "-o", "out.csv", "--on", ON,
    ];
    let ran = desk.compare(&args);
    assert!(
        ran.code == Some(2) && ran.err.contains("--declaration hlm=COLUMN"),
        "{ran:?}"
    );
    assert!(!desk.has("out.csv"));
    let given = ["--declaration", "hlm=logement social"];
    let ran = desk.compare(&[&args[..], &given].concat());
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let rows = desk.rows("out.csv");
    let after = column(&rows, "result_after");
    assert_eq!(after, ["not_eligible", "eligible", "undetermined"]);
    assert_eq!(column(&rows, "change"), ["result"; 3]);
    // What took the person before is told, and what refuses them now is the reason of that side.
    let told = &column(&rows, "changement")[0];
    assert!(
        told.contains("n'existe plus. Avant : Déclaré : la personne est boursière."),
        "{told}"
    );
    let now = &column(&rows, "motifs_apres")[0];
    assert_eq!(now, "Déclaré non : la personne vit en logement social.");
    let ran = desk.compare(&[&args[..], &given, &["--declaration", "autre=x", "-f"]].concat());
    assert!(
        ran.code == Some(2) && ran.err.contains("boursier, hlm"),
        "{ran:?}"
    );
}

#[test]
fn what_cannot_be_compared_is_refused_before_the_list_is_read() {
    let faulty = RULES.replace("from = 6", "from = 60");
    let list = children(INSIDE);
    let desk = Desk::with(&[
        ("old.toml", RULES),
        ("faulty.toml", &faulty),
        ("list.csv", &list),
    ]);
    for (args, told) in [
        (&["old.toml", "tva-accession", "list.csv"][..], "buildings"),
        (&["tva-accession", "old.toml", "list.csv"], "buildings"),
        (&["old.toml", "none", "list.csv"], "pre-flers"),
        (&["old.toml", "none.toml", "list.csv"], "none.toml"),
        (
            &["old.toml", "faulty.toml", "list.csv"],
            "faulty.toml: line 15",
        ),
        (&["old.toml", "old.toml"], "LIST"),
        (
            &[
                "old.toml", "old.toml", "list.csv", "--on", ON, "--old-on", ON,
            ],
            "--old-on",
        ),
        (
            &[
                "old.toml",
                "old.toml",
                "list.csv",
                "--old-on",
                ON,
                "--check-date",
                "né le",
            ],
            "--check-date",
        ),
        (
            &["old.toml", "old.toml", "list.csv", "--changed-only"],
            "--output",
        ),
        (
            &["old.toml", "old.toml", "list.csv", "-o", "list.csv", "-f"],
            "is the input",
        ),
        (
            &["old.toml", "old.toml", "list.csv", "-o", "out.ods"],
            ".xlsx",
        ),
        (
            &[
                "old.toml",
                "old.toml",
                "list.csv",
                "-o",
                "o.csv",
                "--columns-out",
                "zone",
            ],
            "zone_before",
        ),
        (
            &[
                "old.toml",
                "old.toml",
                "list.csv",
                "--birth-date",
                "naissance",
            ],
            "naissance",
        ),
    ] {
        let ran = desk.compare(args);
        assert!(
            ran.code == Some(2) && ran.err.contains(told) && ran.out.is_empty(),
            "{args:?}: {ran:?}"
        );
    }
    assert!(!desk.has("o.csv") && !desk.has("out.ods"));
    let missing = desk.compare(&["old.toml", "old.toml", "absent.csv"]);
    assert_eq!(missing.code, Some(1), "{missing:?}");
}
