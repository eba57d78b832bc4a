//! The expectations come from the tables below, and from the rules that docs/data.md gives.

use qpv_model::{Indicator, QpvStatistics, StatisticsTable, Vintage};

use super::*;
use crate::data::sample;

/// A neighbourhood with figures, and one that the tables lack.
const WITH: &str = "QN00001I";
const WITHOUT: &str = "QN00002M";

fn indicator(name: &str, year: Option<i16>) -> Indicator {
    Indicator {
        name: name.to_owned(),
        column: format!("{name}%"),
        year,
        file: "figures.csv".to_owned(),
    }
}

fn table(code: &str, indicators: Vec<Indicator>, figures: &[Option<f64>]) -> StatisticsTable {
    let statistics = QpvStatistics {
        figures: figures.to_vec(),
        ..QpvStatistics::default()
    };
    StatisticsTable {
        indicators,
        by_code: [(code.parse().unwrap(), statistics)].into(),
    }
}

/// The town, with a rate of two years and a secret figure in 2024, and one indicator in 2015.
fn town() -> Snapshot {
    let mut dataset = sample().unwrap();
    let newest = vec![
        indicator("taux_pauvrete_60", Some(2020)),
        indicator("taux_pauvrete_60", Some(2018)),
        indicator("inconnu", None),
    ];
    let figures = [Some(46.5), Some(44.0), None];
    let tables = &mut dataset.statistics;
    tables.insert(Vintage::V2024, table(WITH, newest, &figures));
    let oldest = vec![indicator("population_municipale", Some(2013))];
    tables.insert(Vintage::V2015, table("QP000001", oldest, &[Some(0.0)]));
    Snapshot::new(dataset)
}

fn perimeter<'a>(snapshot: &'a Snapshot, code: &str) -> &'a Perimeter {
    snapshot.perimeter_of(code.parse().unwrap()).unwrap()
}

fn figures(snapshot: &Snapshot, fields: &str, code: &str) -> Vec<(String, Option<f64>)> {
    let fields = FieldSelection::parse(snapshot, fields).unwrap();
    let figures = fields.figures(snapshot, perimeter(snapshot, code));
    figures
        .iter()
        .map(|(indicator, value)| (indicator.key.clone(), value))
        .collect()
}

fn owned(expected: &[(&str, Option<f64>)]) -> Vec<(String, Option<f64>)> {
    let expected = expected.iter();
    expected
        .map(|(key, value)| ((*key).to_owned(), *value))
        .collect()
}

#[test]
fn the_plain_name_is_the_latest_year_and_labels_are_those_of_the_catalogue() {
    let snapshot = town();
    let indicators = snapshot.indicators_of(Vintage::V2024);
    let found: Vec<_> = indicators
        .iter()
        .map(|it| (it.key.as_str(), it.unit, it.published))
        .collect();
    assert_eq!(
        found,
        [
            ("taux_pauvrete_60", Some("%"), 1),
            ("taux_pauvrete_60_2018", Some("%"), 1),
            ("inconnu", None, 0)
        ]
    );
    assert!(indicators[0].label.starts_with("Taux de pauvreté"));
    assert_eq!(
        (&*indicators[2].label, &*indicators[2].source),
        ("inconnu%", "figures.csv"),
        "what is not known keeps its own name"
    );
}

#[test]
fn figures_are_those_asked_for_in_their_order_and_missing_is_not_zero() {
    let snapshot = town();
    for (fields, expected) in [
        (
            "inconnu, taux_pauvrete_60",
            &[("inconnu", None), ("taux_pauvrete_60", Some(46.5))][..],
        ),
        (
            "TAUX_PAUVRETE_60_2018",
            &[("taux_pauvrete_60_2018", Some(44.0))],
        ),
        ("taux_pauvrete_60_2020", &[("taux_pauvrete_60", Some(46.5))]),
        (
            "taux_pauvrete_60,taux_pauvrete_60",
            &[("taux_pauvrete_60", Some(46.5))],
        ),
        (
            "all",
            &[
                ("taux_pauvrete_60", Some(46.5)),
                ("taux_pauvrete_60_2018", Some(44.0)),
                ("inconnu", None),
            ],
        ),
        // Of the other vintage: not loaded is not unpublished.
        ("population_municipale", &[]),
        ("", &[]),
    ] {
        assert_eq!(
            figures(&snapshot, fields, WITH),
            owned(expected),
            "{fields}"
        );
    }
    assert_eq!(
        figures(&snapshot, "taux_pauvrete_60", WITHOUT),
        owned(&[("taux_pauvrete_60", None)])
    );
    assert_eq!(
        figures(&snapshot, "population_municipale_2013", "QP000001"),
        owned(&[("population_municipale", Some(0.0))])
    );
}

#[test]
fn an_unknown_field_is_told_with_those_there_are() {
    let snapshot = town();
    for name in [
        "revenu",
        "taux_pauvrete_60_2019",
        "inconnu_2018",
        "*",
        "tous",
    ] {
        let error = FieldSelection::parse(&snapshot, &format!("inconnu,{name}")).unwrap_err();
        assert_eq!(error.asked, name);
        assert_eq!(
            error.known,
            "population_municipale, taux_pauvrete_60, taux_pauvrete_60_2018, inconnu"
        );
        assert!(error.message_fr().contains(name) && error.message_fr().contains("inconnu"));
    }
    let bare = Snapshot::new(sample().unwrap());
    let error = FieldSelection::parse(&bare, "revenu").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no table of statistics is loaded")
    );
    assert!(FieldSelection::parse(&bare, "all").unwrap().is_empty());
}
