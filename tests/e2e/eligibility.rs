//! Eligibility on the command line: `qpv check --programme`, `qpv batch --programme`, a town's own programme.

use std::fs;

use crate::harness::{Data, Ran};

const INSIDE: &str = "1 rue des Cordiers 00100 Port-Fictif";

fn run(data: &Data, args: &[&str]) -> Ran {
    data.command().args(args).output().unwrap().into()
}

#[test]
fn the_exit_code_never_takes_what_is_unknown_for_a_no() {
    let data = Data::empty();
    let child = |more: &[&str]| {
        let args = [
            "check",
            INSIDE,
            "--programme",
            "pre-national",
            "--on",
            "2026-11-21",
        ];
        run(&data, &[&args[..], more].concat())
    };
    let ran = child(&["--birth-date", "2016-05-04"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.out.contains("Éligible.") && ran.out.contains("10 ans"),
        "{ran:?}"
    );
    let ran = child(&[]);
    assert!(
        ran.code == Some(3) && ran.out.contains("Date de naissance à préciser."),
        "{ran:?}"
    );
    let ran = child(&["--birth-date", "1990-05-04"]);
    assert!(
        ran.code == Some(0) && ran.out.contains("Non éligible."),
        "{ran:?}"
    );
    let ran = child(&["--birth-date", "2036-05-04"]);
    assert!(
        ran.code == Some(2) && ran.err.contains("2036-05-04"),
        "{ran:?}"
    );
    let ran = run(&data, &["check", INSIDE, "--programme", "none"]);
    assert!(
        ran.code == Some(2) && ran.err.contains("pre-flers"),
        "{ran:?}"
    );
    let ran = run(
        &data,
        &[
            "check",
            INSIDE,
            "--programme",
            "emplois-francs",
            "--declare",
            "x=yes",
        ],
    );
    assert!(
        ran.code == Some(2) && ran.err.contains("demandeur-emploi"),
        "{ran:?}"
    );
    let ran = run(
        &data,
        &[
            "check",
            "--at",
            "-3.6105,46.2030",
            "--programme",
            "emplois-francs",
            "--on",
            "2027-12-31",
        ],
    );
    assert!(
        ran.code == Some(0) && ran.out.contains("31/12/2024"),
        "{ran:?}"
    );
}

/// A town writes a rule of its own and imports it, with the layer it names, without touching code.
#[test]
fn a_town_adds_its_own_programme() {
    let data = Data::empty();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vacances.toml");
    let rules = r#"id = "vacances"
name = "Séjours de vacances"
subject = "person"
boundary_street = "axis"
when_uncertain = "undetermined"
[validity]
from = 2026-01-01
[[sources]]
id = "conseil"
text = "Délibération du conseil municipal du 3 mars 2026"
article = "article 1er"
[[rules]]
result = "eligible"
source = "conseil"
when = { all = [{ age = { from = 6, to = 12 } }, { layer = "quartier-du-port" }] }
"#;
    fs::write(&file, rules.replace("layer =", "layers =")).unwrap();
    let import = |file: &std::path::Path| {
        run(
            &data,
            &["data", "import", "--programme", file.to_str().unwrap()],
        )
    };
    let ran = import(&file);
    assert!(
        ran.code == Some(1) && ran.err.contains("line 15") && ran.err.contains("layers"),
        "{ran:?}"
    );
    fs::write(&file, rules).unwrap();
    let ran = import(&file);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let child = [
        "check",
        "--at",
        "6.865,47.635",
        "--programme",
        "vacances",
        "--birth-date",
        "2018-02-01",
        "--on",
        "2026-11-21",
    ];
    let outline = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"nom":"Le Port"},
        "geometry":{"type":"Polygon","coordinates":[[[6.86,47.63],[6.87,47.63],[6.87,47.64],[6.86,47.64],[6.86,47.63]]]}}]}"#;
    let layer = folder.path().join("port.geojson");
    fs::write(&layer, outline).unwrap();
    // No perimeters are loaded: the place has no zone, which is an error and not a no.
    assert_eq!(run(&data, &child).code, Some(1));
    let ran = run(
        &data,
        &[
            "data",
            "import",
            "--layer",
            "quartier-du-port",
            layer.to_str().unwrap(),
        ],
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let status = run(&data, &["data", "status"]);
    assert!(
        status.out.contains("vacances") && status.out.contains("quartier-du-port"),
        "{status:?}"
    );
}

#[test]
fn a_list_is_checked_and_counted() {
    let data = Data::empty();
    let folder = tempfile::tempdir().unwrap();
    let list = "Nom;Date de naissance;Adresse;CP;Ville;École\n\
        A;04/05/2016;1 rue des Cordiers;00100;Port-Fictif;\n\
        B;04/05/2016;2 rue des Cordiers;00100;Port-Fictif;0000003D\n";
    fs::write(folder.path().join("list.csv"), list).unwrap();
    let args = [
        "batch",
        "list.csv",
        "-o",
        "out.csv",
        "--programme",
        "pre-national",
        "--summary",
        "counts.csv",
    ];
    let args = [&args[..], &["--on", "2026-11-21"]].concat();
    let ran: Ran = data
        .command()
        .args(&args)
        .current_dir(folder.path())
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let out = fs::read_to_string(folder.path().join("out.csv")).unwrap();
    let results: Vec<&str> = out
        .lines()
        .skip(1)
        .map(|line| line.split(';').nth(6).unwrap())
        .collect();
    assert_eq!(results, ["eligible", "outside_rule_possible"], "{out}");
    let counts = fs::read_to_string(folder.path().join("counts.csv")).unwrap();
    assert!(
        counts.contains("50,0 % (domiciles situés : 2, dont 1 en quartier prioritaire"),
        "{counts}"
    );
    let again: Ran = data
        .command()
        .args(&args)
        .current_dir(folder.path())
        .output()
        .unwrap()
        .into();
    assert_eq!(again.code, Some(2), "{again:?}");
}

/// A list for the hiring scheme, whose rules need a declaration: each row answers by itself, an empty field is unknown.
#[test]
fn a_column_gives_a_declaration() {
    let data = Data::empty();
    let folder = tempfile::tempdir().unwrap();
    let row = |name: &str, declared: &str| {
        format!("{name};1 rue des Cordiers 00100 Port-Fictif;{declared};01/06/2024;oui\n")
    };
    let rows = [
        ("A", "Oui"),
        ("B", "non"),
        ("C", ""),
        ("D", "peut-être"),
        ("E", "x"),
    ];
    let rows: String = rows.map(|(name, declared)| row(name, declared)).concat();
    let write = |header: &str| {
        let text = format!("Nom;Adresse;{header};Signature;CDI\n{rows}");
        fs::write(folder.path().join("list.csv"), text).unwrap();
    };
    let batch = |more: &[&str]| -> Ran {
        let args = [
            "batch",
            "list.csv",
            "--programme",
            "emplois-francs",
            "--on",
            "2024-06-01",
        ];
        let mut command = data.command();
        command.args(args).args(more).current_dir(folder.path());
        command.output().unwrap().into()
    };
    let column = |ran: &Ran, name: &str| -> Vec<String> {
        let mut lines = ran.out.lines().map(|line| line.split(';'));
        let at = lines
            .next()
            .unwrap()
            .position(|column| column == name)
            .unwrap();
        lines
            .map(|mut fields| fields.nth(at).unwrap().to_owned())
            .collect()
    };
    let expected = [
        "eligible",
        "not_eligible",
        "undetermined",
        "undetermined",
        "eligible",
    ];
    write("Demandeur d'emploi (oui/non)");
    let recognised = batch(&[]);
    assert_eq!(column(&recognised, "result"), expected, "{recognised:?}");
    let errors = column(&recognised, "error");
    assert_eq!(
        errors,
        ["", "", "", "bad_declaration", ""],
        "{recognised:?}"
    );
    let told = &column(&recognised, "a_completer")[3];
    assert!(
        told.contains(
            "Colonne « Demandeur d'emploi (oui/non) » : « peut-être » n'est ni oui ni non."
        ),
        "{told}"
    );
    assert_eq!(recognised.code, Some(3));

    // Under another name: a question, before any row is answered.
    write("Inscrit");
    let asked = batch(&[]);
    assert_eq!((asked.code, asked.out.as_str()), (Some(2), ""), "{asked:?}");
    assert!(
        asked.err.contains("--declaration demandeur-emploi=COLUMN"),
        "{asked:?}"
    );
    let named = batch(&["--declaration", "demandeur-emploi=Inscrit"]);
    assert_eq!(column(&named, "result"), expected, "{named:?}");
    let absent = batch(&["--declaration", "demandeur-emploi=-"]);
    assert_eq!(column(&absent, "result"), ["undetermined"; 5], "{absent:?}");
    let unknown = batch(&["--declaration", "emploi=Inscrit"]);
    assert!(
        unknown.code == Some(2) && unknown.err.contains("demandeur-emploi"),
        "{unknown:?}"
    );
}
