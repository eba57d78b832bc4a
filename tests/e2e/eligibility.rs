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
    assert_eq!(results, ["eligible", "not_eligible"], "{out}");
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
