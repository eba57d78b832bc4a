//! Reviews of rows through whole lists, on the fictional town. Of its Rue des Cordiers, 1 lies in the neighbourhood, 2 in the
//! band, 35 on one side or the other.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use jiff::civil::date;
use qpv_model::Vintage;
use qpv_service::{VintageSelector, data};

use super::*;
use crate::delimited::{DelimitedOptions, answer};
use crate::{
    AddressJob, AnswerVintages, PeopleColumns, PeopleJob, PositionColumns, SelectedJob,
    ZoneColumns, ZoneJob,
};

static TOWN: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::new(data::sample().unwrap()));

type Rows = Vec<BTreeMap<String, String>>;

fn run(text: &str, job: &impl Job) -> (Rows, BatchSummary, String) {
    let mut out = vec![];
    let options = DelimitedOptions::default();
    let summary = answer(&TOWN, job, options, text.as_bytes(), &mut out, &mut |_| ()).unwrap();
    let out = String::from_utf8(out).unwrap();
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(out.as_bytes());
    let rows = reader.deserialize().map(Result::unwrap).collect();
    (rows, summary, out)
}

fn homes() -> AddressJob {
    AddressJob {
        columns: vec!["adresse".into()],
        zones: Some(ZoneColumns {
            vintages: AnswerVintages::One(VintageSelector::InForce(date(2026, 11, 21))),
            prefix: "",
            fields: qpv_service::FieldSelection::default(),
        }),
        list: true,
        ..AddressJob::default()
    }
}

fn reviewed<J: Job>(job: J) -> ReviewedJob<J> {
    ReviewedJob::new(job, ReviewColumns::default())
}

const HEADER: &str = "adresse;revue_zone;revue_motif;revue_fonction\n";
const OPEN: &str = "35 rue des Cordiers 00100 Port-Fictif";
const INSIDE: &str = "1 rue des Cordiers 00100 Port-Fictif";
const BAND: &str = "2 rue des Cordiers 00100 Port-Fictif";

/// Rows with their reviews; what is done with each, and its zone when it is taken.
fn cases() -> Vec<(String, &'static str, &'static str)> {
    let long = "é".repeat(161);
    vec![
        (format!("{OPEN};qpv;bail;coordinatrice"), "applied", "qpv"),
        (
            format!("{OPEN};Dans le QUARTIER ;bail;coordinatrice"),
            "applied",
            "qpv",
        ),
        (format!("{OPEN};OUI;bail;coordinatrice"), "applied", "qpv"),
        (
            format!("{OPEN};band_300m;visite;coordinatrice"),
            "applied",
            "band_300m",
        ),
        (
            format!("{OPEN};Bande des 300 mètres;visite;coordinatrice"),
            "applied",
            "band_300m",
        ),
        // Not in the neighbourhood: only the band is left there.
        (
            format!("{OPEN};hors;visite;coordinatrice"),
            "applied",
            "band_300m",
        ),
        (
            format!("{OPEN};non;visite;coordinatrice"),
            "applied",
            "band_300m",
        ),
        (
            format!("{OPEN};outside;visite;coordinatrice"),
            "impossible",
            "",
        ),
        (
            format!("{OPEN};au-delà de 300 m;visite;coordinatrice"),
            "impossible",
            "",
        ),
        (format!("{OPEN};qpv;;coordinatrice"), "incomplete", ""),
        (format!("{OPEN};qpv;bail; "), "incomplete", ""),
        (format!("{OPEN};qpv;{long};coordinatrice"), "too_long", ""),
        (
            format!("{OPEN};peut-être;bail;coordinatrice"),
            "unknown_zone",
            "",
        ),
        (format!("{OPEN};✓;bail;coordinatrice"), "unknown_zone", ""),
        (format!("{OPEN};;bail;coordinatrice"), "", ""),
        (format!("{OPEN};à vérifier;;"), "", ""),
        (format!("{INSIDE};qpv;bail;coordinatrice"), "not_needed", ""),
        (
            format!("{INSIDE};hors;bail;coordinatrice"),
            "contradicts",
            "",
        ),
        (format!("{BAND};oui;bail;coordinatrice"), "contradicts", ""),
        (
            format!("{BAND};outside;bail;coordinatrice"),
            "contradicts",
            "",
        ),
        (format!("{BAND};hors;;"), "not_needed", ""),
        // It may be anywhere, the band included.
        (
            "chemin de nulle part 00100 Port-Fictif;hors;bail;x".into(),
            "imprecise",
            "",
        ),
        (
            "chemin de nulle part 00100 Port-Fictif;outside;bail;x".into(),
            "applied",
            "outside",
        ),
        (";qpv;bail;coordinatrice".into(), "no_answer", ""),
    ]
}

#[test]
fn a_review_settles_an_undetermined_row_alone() {
    let cases = cases();
    let mut text = HEADER.to_owned();
    for (row, _, _) in &cases {
        let _ = writeln!(text, "{row}");
    }
    let (rows, summary, out) = run(&text, &reviewed(homes()));
    assert_eq!(rows.len(), cases.len());
    for (row, (given, status, zone)) in rows.iter().zip(&cases) {
        let found = (
            row["review_status"].as_str(),
            row["zone_after_review"].as_str(),
        );
        assert_eq!(found, (*status, *zone), "{given}");
        assert_eq!(row["revue"].is_empty(), status.is_empty(), "{given}");
    }
    // The answers of the data are those of a list without reviews.
    let (_, _, alone) = run(&text, &homes());
    for (with, without) in out.lines().zip(alone.lines()) {
        // The remark on a row comes behind all other columns.
        let (without, _) = without.rsplit_once(';').unwrap();
        assert!(with.starts_with(without), "{with}\n{without}");
    }
    let counts = &summary.answers[0];
    let applied = ReviewCounts {
        qpv: 3,
        band_300m: 4,
        outside: 1,
    };
    assert_eq!(counts.reviewed, Some(applied));
    let not_taken = |status: &str| counts.reviews_not_taken[status].rows;
    assert_eq!(
        (
            not_taken("contradicts"),
            not_taken("not_needed"),
            not_taken("incomplete")
        ),
        (3, 2, 2)
    );
    assert_eq!(counts.reviews_not_taken["impossible"].first, [9, 10]);
    // The data still says nothing of them.
    assert_eq!(counts.zones.undetermined, 18);
    assert!(!summary.all_determined());
}

/// The zones that are left open are those of every place that the address may be.
#[test]
fn what_is_known_of_an_address_limits_its_review() {
    let zones = ["qpv", "bande", "outside"];
    let cases = [
        ("00100 Port-Fictif", "commune", ["applied"; 3]),
        // Along the line from one end to the other, and never 300 m from it.
        (
            "rue des Cordiers 00100 Port-Fictif",
            "street",
            ["applied", "applied", "impossible"],
        ),
        (
            "39 rue des Cordiers 00100 Port-Fictif",
            "street",
            ["applied", "applied", "impossible"],
        ),
        // Beyond the numbers that are known.
        (
            "99 rue des Cordiers 00100 Port-Fictif",
            "street",
            ["applied"; 3],
        ),
        ("35 rue des Cordiers", "candidates", ["applied"; 3]),
    ];
    let mut text = HEADER.to_owned();
    for (address, _, _) in cases {
        for zone in zones {
            let _ = writeln!(text, "{address};{zone};bail;agent");
        }
    }
    let (rows, _, _) = run(&text, &reviewed(homes()));
    for (rows, (address, doubt, statuses)) in rows.chunks(zones.len()).zip(cases) {
        let found: Vec<&str> = rows
            .iter()
            .map(|row| row["review_status"].as_str())
            .collect();
        assert_eq!(found, statuses, "{address}");
        assert_eq!(rows[0]["doubt"], doubt, "{address}");
    }
}

#[test]
fn sentences_say_what_was_done_and_what_to_do() {
    let text = format!(
        "{HEADER}{OPEN};qpv;bail du 3 mai;coordinatrice du PRE\n{BAND};qpv;bail;x\n{OPEN};outside;a;b\n{OPEN};ici;a;b\n"
    );
    let (rows, _, _) = run(&text, &reviewed(homes()));
    for (row, parts) in rows.iter().zip([
        [
            "Dans un quartier prioritaire",
            "bail du 3 mai",
            "coordinatrice du PRE",
        ],
        [
            "non prise",
            "« Dans un quartier prioritaire »",
            "« Hors quartier, dans la bande des 300 m »",
        ],
        [
            "n'est pas possible",
            "« Hors quartier, au-delà de 300 m »",
            "« Dans un quartier prioritaire »",
        ],
        ["« ici »", "« bande »", "« hors »"],
    ]) {
        for part in parts {
            assert!(row["revue"].contains(part), "{part}: {}", row["revue"]);
        }
    }
}

/// A review is read as any text of the list, and runs in no spreadsheet.
#[test]
fn texts_of_reviews_never_run() {
    let text = format!(
        "{HEADER}{OPEN};=HYPERLINK(\"http://x\");=1+1;=cmd\n{OPEN};qpv;=HYPERLINK(\"http://x\");@SUM(A1)\n"
    );
    let (rows, _, out) = run(&text, &reviewed(homes()));
    assert_eq!(rows[0]["review_status"], "unknown_zone");
    assert_eq!(rows[1]["review_status"], "applied");
    for row in &rows {
        for (name, field) in row {
            assert!(
                !field.starts_with(['=', '@', '+']),
                "{name}: {field}\n{out}"
            );
        }
    }
    assert!(
        rows[1]["revue"].contains("=HYPERLINK"),
        "{}",
        rows[1]["revue"]
    );
}

#[test]
fn many_rows_keep_their_reviews() {
    let mut text = HEADER.to_owned();
    for row in 0..2600 {
        let _ = match row % 4 {
            0 => writeln!(text, "{OPEN};qpv;bail {row};coordinatrice"),
            1 => writeln!(text, ";qpv;bail {row};coordinatrice"),
            2 => writeln!(text, "{INSIDE};;;"),
            _ => writeln!(text, "{OPEN};hors;visite {row};agent"),
        };
    }
    let (rows, summary, _) = run(&text, &reviewed(homes()));
    for (number, row) in rows.iter().enumerate() {
        let status = ["applied", "no_answer", "", "applied"][number % 4];
        assert_eq!(row["review_status"], status, "{number}");
        if status == "applied" {
            let reason = format!(" {number}.");
            assert!(row["revue"].contains(&reason), "{number}: {}", row["revue"]);
        }
    }
    let applied = summary.answers[0].reviewed.unwrap();
    assert_eq!((applied.qpv, applied.band_300m), (650, 650));
    assert_eq!(summary.answers[0].zones.undetermined, 1300);
}

#[test]
fn a_list_without_reviews_is_the_one_it_was() {
    for text in [
        format!("adresse;zone;décision;motif;fonction\n{OPEN};qpv;oui;bail;x\n"),
        format!("adresse;Note\n{OPEN};a\n\n;b\n"),
    ] {
        let (_, summary, out) = run(&text, &reviewed(homes()));
        let (_, alone_summary, alone) = run(&text, &homes());
        assert_eq!((out, summary), (alone, alone_summary));
    }
    let unread = ReviewColumns {
        zone: Some("-".into()),
        ..ReviewColumns::default()
    };
    let text = format!("{HEADER}{OPEN};qpv;bail;x\n");
    let (_, _, out) = run(&text, &ReviewedJob::new(homes(), unread));
    assert_eq!(out, run(&text, &homes()).2);
}

#[test]
fn columns_may_be_named() {
    let columns = ReviewColumns {
        zone: Some("Décision".into()),
        reason: Some("pourquoi".into()),
        by: Some("qui".into()),
    };
    let text = format!("qui;adresse;décision;Pourquoi\nagent;{OPEN};oui;bail\n");
    let (rows, summary, _) = run(&text, &ReviewedJob::new(homes(), columns));
    assert_eq!(rows[0]["review_status"], "applied");
    assert_eq!(summary.columns, ["adresse", "décision", "Pourquoi", "qui"]);
}

#[test]
fn positions_take_reviews_too() {
    let job = |vintages| ZoneJob {
        positions: PositionColumns::default(),
        vintages,
        uncertainty_m: Some(20.0),
        members_only: false,
        fields: qpv_service::FieldSelection::default(),
    };
    let one = || AnswerVintages::One(VintageSelector::Vintage(Vintage::V2024));
    let text = "lon;lat;review_zone;review_reason;review_function\n\
        -3.61051;46.20305;inside;lease;clerk\n\
        -3.61051;46.20305;outside;lease;clerk\n\
        ;46.2;qpv;lease;clerk\n\
        -3.630000;46.210000;qpv;lease;clerk\n";
    let (rows, summary, _) = run(text, &reviewed(job(one())));
    let column = |name: &str| -> Vec<&str> { rows.iter().map(|row| row[name].as_str()).collect() };
    assert_eq!(
        column("zone"),
        ["undetermined", "undetermined", "", "outside"]
    );
    let statuses = ["applied", "impossible", "no_answer", "contradicts"];
    assert_eq!(column("review_status"), statuses);
    assert_eq!(column("error"), ["", "", "missing_coordinates", ""]);
    assert_eq!(summary.answers[0].errors["missing_coordinates"].rows, 1);
    // One zone is none of two vintages.
    let each = AnswerVintages::Each(vec![Vintage::V2015, Vintage::V2024]);
    let (rows, _, _) = run(text, &reviewed(job(each)));
    assert!(
        rows.iter()
            .all(|row| row["review_status"] == "several_vintages")
    );
}

#[test]
fn the_columns_that_are_written_may_be_chosen() {
    let names = ["review_status", "zone"].map(ToOwned::to_owned);
    for (text, statuses) in [
        (
            format!("{HEADER}{OPEN};qpv;bail;x\n{INSIDE};;;\n"),
            ["applied", ""],
        ),
        (format!("adresse\n{OPEN}\n{INSIDE}\n"), ["", ""]),
    ] {
        let job = reviewed(homes()).always_added(true);
        let (rows, _, _) = run(&text, &SelectedJob::new(&job, &names).unwrap());
        let found: Vec<&str> = rows
            .iter()
            .map(|row| row["review_status"].as_str())
            .collect();
        assert_eq!(found, statuses, "{text}");
        assert_eq!(rows[1]["zone"], "qpv");
        assert!(!rows[0].contains_key("revue"));
    }
}

fn people(ids: &str) -> PeopleJob {
    let programmes = TOWN.programmes_of(ids, false).unwrap();
    let programmes = programmes.into_iter().cloned().collect();
    PeopleJob::new(programmes, PeopleColumns::default(), date(2026, 11, 21))
}

#[test]
fn eligibility_follows_from_a_review_beside_that_of_the_data() {
    let text = format!(
        "Né(e) le;Adresse;École;Zone constatée;Motif;Fonction\n\
         04/05/2016;{OPEN};;dans le quartier;bail;coordinatrice\n\
         04/05/2016;{OPEN};aucune;bande;visite;coordinatrice\n\
         04/05/2016;{OPEN};;;;\n\
         04/05/2016;{OPEN};;outside;visite;coordinatrice\n\
         04/05/1980;{OPEN};;qpv;visite;coordinatrice\n"
    );
    let (rows, summary, _) = run(&text, &reviewed(people("pre-national")));
    let column = |name: &str| -> Vec<&str> { rows.iter().map(|row| row[name].as_str()).collect() };
    let of_data = [
        "undetermined",
        "undetermined",
        "undetermined",
        "undetermined",
        "not_eligible",
    ];
    assert_eq!(column("result"), of_data);
    assert_eq!(column("zone"), ["undetermined"; 5]);
    let after = ["eligible", "outside_rule_possible", "", "", "not_eligible"];
    assert_eq!(column("result_after_review"), after);
    assert_eq!(column("resultat_apres_revue")[0], "Éligible.");
    assert_eq!(
        column("review_status"),
        ["applied", "applied", "", "impossible", "applied"]
    );
    assert_eq!(summary.answers[0].zones.undetermined, 5);
    // The counts for a funder are those of the data.
    let (_, alone, _) = run(&text, &people("pre-national"));
    assert_eq!(summary.answers[0].people, alone.answers[0].people);
}

#[test]
fn several_programmes_have_a_result_each() {
    let text = format!(
        "{}04/05/2016;{OPEN};qpv;bail;x\n",
        "né le;adresse;revue_zone;revue_motif;revue_fonction\n"
    );
    let (rows, _, _) = run(&text, &reviewed(people("pre-national,pre-argentan")));
    assert_eq!(rows[0]["pre-national_result_after_review"], "eligible");
    assert_eq!(rows[0]["pre-argentan_result_after_review"], "not_eligible");
    assert_eq!(rows[0]["pre-national_result"], "undetermined");
}
