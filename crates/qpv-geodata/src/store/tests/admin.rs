//! Outlines and statistics: stored, kept, replaced, removed, damaged.

use std::fs;

use super::{V2015, V2024};
use qpv_model::{AdminArea, AdminLevel, Indicator, QpvStatistics, StatisticsTable};

use super::*;
use crate::error::Error;
use crate::import::OutlinesReport;
use crate::statistics::VintageStatistics;
use crate::store::{DatasetPart, OutlinesComponent};

fn outlines(level: AdminLevel, codes: &[&str]) -> OutlinesComponent {
    let area = |(place, code): (usize, &&str)| AdminArea {
        code: (*code).to_owned(),
        name: format!("L'Aire n° {place}"),
        // No decimal notation writes a third exactly.
        outline: square(-1.0 / 3.0 + place as f64 / 100.0),
    };
    let report = OutlinesReport {
        level,
        file: "areas.geojson".into(),
        layer: "areas".into(),
        crs: Crs::WGS84,
        areas: codes.len(),
        departments: BTreeSet::new(),
        unnamed: 0,
        repaired: Vec::new(),
        remarks: Vec::new(),
    };
    OutlinesComponent {
        areas: codes.iter().enumerate().map(area).collect(),
        report,
        sources: vec![source("areas.geojson")],
    }
}

fn vintage_of(code: QpvCode) -> Vintage {
    crate::vintages::built_in().of_code(code).next().unwrap()
}

fn statistics(code: &str, population: Option<u32>) -> VintageStatistics {
    let figures = QpvStatistics {
        population,
        population_year: Some(2013),
        lib_epci: Some("CA Flers Agglo".into()),
        figures: vec![population.map(f64::from), Some(46.5)],
    };
    let indicators = ["popMuniQPV", "taux_pauvrete_60"].map(|name| Indicator {
        name: name.to_owned(),
        column: name.to_owned(),
        year: Some(2013),
        file: "figures.csv".to_owned(),
    });
    let code: QpvCode = code.parse().unwrap();
    VintageStatistics {
        vintage: vintage_of(code),
        population_year: Some(2013),
        table: StatisticsTable {
            indicators: indicators.into(),
            by_code: [(code, figures)].into(),
        },
    }
}

fn codes(store: &Store, level: AdminLevel) -> Vec<String> {
    let dataset = store.current().unwrap().unwrap();
    let stored = dataset.outlines.iter().find(|stored| stored.level == level);
    stored.map_or_else(Vec::new, |stored| {
        stored
            .read()
            .unwrap()
            .into_iter()
            .map(|area| area.code)
            .collect()
    })
}

#[test]
fn all_comes_back_as_it_was_given_and_stays_beside_new_perimeters() {
    let (_folder, store) = store();
    let regions = outlines(AdminLevel::Region, &["28", "84"]);
    store.publish_outlines(&regions).unwrap();
    store
        .publish_statistics(&statistics("QP061003", Some(1234)), source("figures.csv"))
        .unwrap();
    store
        .publish_statistics(&statistics("QN06103M", None), source("figures.csv"))
        .unwrap();
    let digest = store.publish(&[component(layer(V2024, 0.0))]).unwrap();
    let dataset = store.current().unwrap().unwrap();
    assert_eq!(dataset.outlines[0].read().unwrap(), regions.areas);
    assert_eq!(
        dataset.statistics[&V2015],
        statistics("QP061003", Some(1234)).table
    );
    assert_eq!(
        dataset.statistics[&V2024],
        statistics("QN06103M", None).table
    );
    let entry = &dataset.descriptor.statistics[&V2024];
    assert_eq!((entry.neighbourhoods, entry.with_population), (1, 0));
    assert_eq!(
        dataset.descriptor.source_names(),
        ["areas.geojson", "figures.csv", "qp2024.geojson"]
    );
    assert_eq!(
        store.publish_outlines(&regions).unwrap(),
        digest,
        "the same again changes nothing"
    );
    store.prune().unwrap();
    assert!(store.verify(None).unwrap().is_sound());
    assert_eq!(codes(&store, AdminLevel::Region), ["28", "84"]);
}

#[test]
fn communes_are_replaced_by_department_and_the_other_levels_as_a_whole() {
    let (_folder, store) = store();
    store
        .publish_outlines(&outlines(AdminLevel::Commune, &["14047", "61001", "61169"]))
        .unwrap();
    store
        .publish_outlines(&outlines(AdminLevel::Commune, &["2A004", "61169", "97411"]))
        .unwrap();
    assert_eq!(
        codes(&store, AdminLevel::Commune),
        ["14047", "2A004", "61169", "97411"]
    );
    for level in [AdminLevel::Region, AdminLevel::Departement] {
        store
            .publish_outlines(&outlines(level, &["01", "28"]))
            .unwrap();
        store.publish_outlines(&outlines(level, &["84"])).unwrap();
        assert_eq!(codes(&store, level), ["84"]);
    }
    assert!(matches!(
        store.publish_outlines(&outlines(AdminLevel::Region, &[])),
        Err(Error::NothingToPublish)
    ));
    assert!(store.verify(None).unwrap().is_sound());
}

#[test]
fn they_are_removed_and_absent_ones_are_told() {
    let (_folder, store) = store();
    let before = store
        .publish_outlines(&outlines(AdminLevel::Commune, &["14047", "61001"]))
        .unwrap();
    store
        .publish_statistics(&statistics("QP061003", Some(1)), source("figures.csv"))
        .unwrap();
    assert_eq!(
        store.remove(&DatasetPart::Statistics(V2015)).unwrap(),
        before
    );
    let message = store
        .remove(&DatasetPart::Statistics(V2024))
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("no statistics of 2024") && message.contains("none"),
        "{message}"
    );
    let message = store
        .remove(&DatasetPart::Outlines(AdminLevel::Region))
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("no outlines of regions") && message.contains("communes"),
        "{message}"
    );
    store
        .remove(&DatasetPart::Outlines(AdminLevel::Commune))
        .unwrap();
    assert_eq!(codes(&store, AdminLevel::Commune), Vec::<String>::new());
}

#[test]
fn damage_is_named() {
    let (_folder, store) = store();
    store
        .publish_outlines(&outlines(AdminLevel::Commune, &["61001"]))
        .unwrap();
    store
        .publish_statistics(&statistics("QP061003", Some(1)), source("figures.csv"))
        .unwrap();
    let descriptor = store.current().unwrap().unwrap().descriptor;
    let file = &descriptor.outlines[&AdminLevel::Commune]["61"].file.file;
    let path = store.object_path(file, "fgb");
    let sound = fs::read(&path).unwrap();
    let mut altered = sound.clone();
    *altered.last_mut().unwrap() ^= 1;
    let replace = |path: &std::path::Path, content: &[u8]| {
        // Not into the file: it may be mapped.
        fs::remove_file(path).unwrap();
        fs::write(path, content).unwrap();
    };
    replace(&path, &altered);
    let faults = store.verify(None).unwrap().faults;
    assert!(
        faults.len() == 1 && faults[0].fault.contains("outlines of communes (61)"),
        "{faults:?}"
    );
    // It opens: nothing is read before a map asks.
    let dataset = store.current().unwrap().unwrap();
    assert!(matches!(
        dataset.outlines[0].read(),
        Err(Error::Damaged { .. })
    ));
    replace(&path, &sound[..100]);
    assert!(matches!(store.current(), Err(Error::Damaged { .. })));
    replace(&path, &sound);
    let path = store.object_path(&descriptor.statistics[&V2015].file, "json");
    replace(&path, b"{}");
    let faults = store.verify(None).unwrap().faults;
    assert!(
        faults.len() == 1 && faults[0].fault.contains("statistics of 2015"),
        "{faults:?}"
    );
    assert!(matches!(store.current(), Err(Error::Damaged { .. })));
}
