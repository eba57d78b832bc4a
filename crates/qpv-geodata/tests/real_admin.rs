//! Outlines and statistics as they are published. Counts and sums were taken from the files by other means.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use geo::{Area, Intersects};
use geo_types::Coord;
use qpv_geodata::import::{OutlinesOptions, read_outlines};
use qpv_geodata::statistics::read_statistics;
use qpv_model::{AdminArea, AdminLevel, Vintage};

#[path = "../../../tests/real_data.rs"]
mod real_data;
use real_data::{NATIONAL_2024, real};

fn areas(level: AdminLevel, file: &str) -> Option<Vec<AdminArea>> {
    Some(
        read_outlines(&real(file)?, &OutlinesOptions::new(level))
            .unwrap()
            .0,
    )
}

/// Code and name of the areas that hold the castle of Flers.
fn at_flers(areas: &[AdminArea]) -> Vec<(&str, &str)> {
    let castle = Coord {
        x: -0.5727,
        y: 48.7520,
    };
    let holding = areas.iter().filter(|area| area.outline.intersects(&castle));
    holding
        .map(|area| (area.code.as_str(), area.name.as_str()))
        .collect()
}

#[test]
fn regions_departments_and_communes() {
    let Some(regions) = areas(AdminLevel::Region, "outlines/regions.geojson") else {
        return;
    };
    let departments = areas(AdminLevel::Departement, "outlines/departements.geojson").unwrap();
    let communes = areas(AdminLevel::Commune, "outlines/communes-61-orne.geojson").unwrap();
    assert_eq!(
        (regions.len(), departments.len(), communes.len()),
        (18, 101, 389)
    );
    assert_eq!(at_flers(&regions), [("28", "Normandie")]);
    assert_eq!(at_flers(&departments), [("61", "Orne")]);
    assert_eq!(at_flers(&communes), [("61169", "Flers")]);
    assert!(
        regions
            .iter()
            .chain(&departments)
            .chain(&communes)
            .all(|area| area.outline.unsigned_area() > 0.0)
    );
    assert!(communes.is_sorted_by(|one, other| one.code < other.code));
}

#[test]
fn perimeters_are_no_outlines() {
    let Some(file) = real(NATIONAL_2024) else {
        return;
    };
    for level in AdminLevel::ALL {
        let message = read_outlines(&file, &OutlinesOptions::new(level))
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("layer of perimeters") && message.contains("--vintage 2024"),
            "{message}"
        );
    }
}

#[test]
fn statistics_of_both_vintages() {
    let Some(file) = real("statistics/qpv2024_indicators.csv") else {
        return;
    };
    let (found, report) = read_statistics(&file, None, &qpv_geodata::vintages::built_in()).unwrap();
    assert_eq!(
        (found.vintage, found.population_year),
        (Vintage::V2024, None)
    );
    assert_eq!(
        (report.rows, report.neighbourhoods, report.on_several_rows),
        (1713, 1518, 152)
    );
    let total: u32 = found
        .table
        .by_code
        .values()
        .filter_map(|figures| figures.population)
        .sum();
    assert_eq!(total, 5_931_940);
    // On the line of two communes, which both give the figure of the whole.
    let shared = &found.table.by_code[&"QN00201M".parse().unwrap()];
    assert_eq!(shared.population, Some(5822));
    assert_eq!(
        shared.lib_epci.as_deref(),
        Some("Communauté d'agglomération du Saint-Quentinois")
    );

    let file = real("statistics/qpv2015_population_2013.csv").unwrap();
    let (found, report) =
        read_statistics(&file, Some(1999), &qpv_geodata::vintages::built_in()).unwrap();
    assert_eq!(
        (found.vintage, found.population_year),
        (Vintage::V2015, Some(2013)),
        "the column tells the year"
    );
    assert_eq!((report.neighbourhoods, report.on_several_rows), (1514, 0));
    assert_eq!(
        found
            .table
            .by_code
            .values()
            .filter_map(|figures| figures.population)
            .sum::<u32>(),
        5_435_060
    );
    assert_eq!(
        found.table.by_code[&"QP001001".parse().unwrap()].population,
        Some(6056)
    );
}
